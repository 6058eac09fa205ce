"""The app as an ASGI program: Streamlit behind the rule about who may ask, with the headers and the language of the page.

Without sign-in the monitor is in local mode: whoever reaches it sees everything, so it answers this machine alone. A request from elsewhere, through a proxy,
for another host name (DNS rebinding) or from another site's script gets 403 and one sentence. `manage.py serve` starts it; `uvicorn server:app` is the same.
"""

import logging
import re
import socket
from collections.abc import Callable
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import streamlit as st
import uvicorn
from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, PlainTextResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit import file_util
from streamlit.runtime.pages_manager import PagesManager

from actions.check_health import database_answers
from presentation import page_language
from presentation.session import local_mode
from presentation.texts import LANGUAGES, Language, language

ROOT = Path(__file__).resolve().parent
log = logging.getLogger("huiswerkmonitor")

#: What a page may load and do: its own files only, and the line that names its language. Streamlit writes style elements and brings a few icons as data.
CONTENT_POLICY = "; ".join(
    [
        "default-src 'none'",
        " ".join(["script-src 'self'", *page_language.hashes()]),
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "connect-src 'self'",
        "manifest-src 'self'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    ]
)
HEADERS = {
    "Content-Security-Policy": CONTENT_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
#: Files that carry their content in their name, or hold nothing of the programme: these may be kept, all else may not.
MAY_BE_KEPT = ("/static/", "/app/static/")
#: Parts of Streamlit that nobody needs here: a second way to drive the app, and figures about the server.
CLOSED = ("/_stcore/agent", "/_stcore/metrics")
LOCAL_NAMES = {"localhost", "127.0.0.1", "::1"}


SHORTEST_SECRET = 32  # characters; whoever guesses it signs in as anybody


class NotLocal(Exception):
    """Local mode was asked to answer on an address that others can reach."""


class WeakSecret(Exception):
    """The secret that signs who is signed in is absent or can be guessed."""


def is_loopback(address: str) -> bool:
    """Whether only this machine can reach an address or host name."""
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return address == "localhost"


def refusal(scope: Scope) -> str | None:
    """Why local mode may not answer this request, as a code; None when it may."""
    headers = Headers(scope=scope)
    host, origin = headers.get("host", ""), headers.get("origin")
    client = scope.get("client")
    if client is None or not is_loopback(client[0]):
        return "other_machine"
    if any(name in ("forwarded", "via", "x-real-ip") or name.startswith("x-forwarded") for name in headers):
        return "proxy"
    if len(headers.getlist("host")) != 1 or urlsplit(f"//{host}").hostname not in LOCAL_NAMES:
        return "host"
    if origin is not None and urlsplit(origin).netloc != host:
        return "origin"
    return None


class LocalOnly:
    """In local mode, answers this machine alone."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap the app."""
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or refuse it with one sentence; the log gets the reason and nothing of the request."""
        reason = refusal(scope) if scope["type"] in ("http", "websocket") and local_mode() else None
        if reason is None:
            await self.app(scope, receive, send)
            return
        log.warning("refused: %s", reason)
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
        else:
            await PlainTextResponse(language(language_of(scope))("serve.local_only"), status_code=403)(scope, receive, send)


class SafeHeaders:
    """Adds the headers to every answer, and closes the paths that nobody needs."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap the app."""
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and the answer back with the headers."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(HEADERS)
                if not scope["path"].startswith(MAY_BE_KEPT):
                    headers["Cache-Control"] = "no-store"
            await send(message)

        if scope["type"] == "http" and scope["path"].startswith(CLOSED):
            await PlainTextResponse("", status_code=404)(scope, receive, send_with_headers)
        else:
            await self.app(scope, receive, send_with_headers)


class InOurLanguage:
    """Serves the page itself in the language of its address, with our name; Streamlit's is always English and called Streamlit."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap the app and write the page once per language."""
        self.app = app
        self.pages = {code: page(code) for code in LANGUAGES}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; an answer that is a page is replaced by ours."""
        body = self.pages[language_of(scope)] if scope["type"] == "http" else b""
        replaced = False

        async def send_ours(message: Message) -> None:
            nonlocal replaced
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                replaced = message["status"] == 200 and headers.get("content-type", "").startswith("text/html")
                if replaced:
                    headers["content-length"] = str(len(body))
                    for name in ("content-encoding", "etag", "last-modified"):
                        del headers[name]
            elif replaced and message["type"] == "http.response.body":
                if message.get("more_body"):
                    return
                message = {"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body}
            await send(message)

        await self.app(scope, receive, send_ours)


def language_of(scope: Scope) -> Language:
    """The language in the address: `taal=en`, else Dutch."""
    return "en" if parse_qs(scope.get("query_string", b"")).get(b"taal") == [b"en"] else "nl"


def page(code: Language) -> bytes:
    """Streamlit's page with our language, name and sentence for browsers without JavaScript, and without the script and link that our policy shuts out."""
    say = language(code)
    html = (Path(file_util.get_static_dir()) / "index.html").read_text(encoding="utf-8")
    for pattern, ours in (
        (r'<html lang="en">', f'<html lang="{code}">'),
        (r"<title>.*?</title>", f"<title>{say('app.name')}</title>"),
        (r"<noscript>.*?</noscript>", f"<noscript><p>{say('serve.no_javascript')}</p></noscript>"),
        (r"<script>.*?</script>", ""),
        (r'<link rel="service-desc"[^>]*>', ""),
        (r"</body>", f'<script type="application/json" id="words">{page_language.words()}</script><script src="./words.js"></script></body>'),
    ):
        html, found = re.subn(pattern, ours, html, flags=re.DOTALL)
        if not found:
            raise LookupError(pattern)  # another version of Streamlit: look at the page again
    return html.encode()


def health(_request: Request) -> JSONResponse:
    """Whether the monitor can do its work: 200, or 503 when the database does not answer. Says nothing of what is in it."""
    return JSONResponse({"status": "ok"}) if database_answers() else JSONResponse({"status": "database"}, status_code=503)


def words(_request: Request) -> FileResponse:
    """The script that names Streamlit's own parts in our language."""
    return FileResponse(ROOT / "static" / "words.js", media_type="text/javascript")


def page_failed(_fault: Exception) -> bool:
    """Say in plain words that a page broke; what broke is in the log."""
    st.error(language("en" if st.query_params.get("taal") == "en" else "nl")("serve.page_failed"))
    return True


def without_message(record: logging.LogRecord) -> bool:
    """Keep of a fault its type and place: its message can hold a value of a pupil."""
    if record.exc_info and record.exc_info[0]:
        kind, _, trace = record.exc_info
        places = []
        while trace:
            places.append(f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}")
            trace = trace.tb_next
        record.msg, record.args = f"{record.getMessage()}: {kind.__name__} at {' > '.join(places)}", ()
        record.exc_info = record.exc_text = None
    return True


def keep_a_log() -> None:
    """Write what this program has to say of itself, with the moment: requests it refused, and what was taken along by whom."""
    if not log.handlers:
        handler = logging.StreamHandler()
        handler.setFormatter(logging.Formatter("%(asctime)s %(message)s"))
        log.addHandler(handler)
        log.setLevel(logging.INFO)


def create() -> ASGIApp:
    """The whole app. Raises WeakSecret, or LookupError when the page of another Streamlit version is not as expected."""
    PagesManager.uses_pages_directory = False  # or Streamlit serves bare pages/*.py past the frame until somebody has opened /
    logging.getLogger("streamlit.error_util").addFilter(without_message)
    keep_a_log()
    app = st.App(
        ROOT / "app.py",
        routes=[Route("/gezond", health), Route("/words.js", words)],
        middleware=[Middleware(SafeHeaders), Middleware(LocalOnly), Middleware(InOurLanguage)],
        on_script_error=page_failed,
    )
    if not local_mode():  # asked after App, which tells Streamlit where the secrets are
        if len(st.secrets["auth"].get("cookie_secret", "")) < SHORTEST_SECRET:
            raise WeakSecret
        st.config.set_option("server.allowedHosts", [])  # the names others use; the proxy in front knows them
    return app


class Server(uvicorn.Server):
    """A web server that says when it answers."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        """ready is called once, after the first moment that a browser gets an answer."""
        super().__init__(config)
        self.ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, then tell."""
        await super().startup(sockets)
        self.ready()


def serve(host: str, port: int, ready: Callable[[str], None]) -> None:
    """Answer until stopped. port 0 takes a free one; ready gets the address to open. Raises NotLocal, WeakSecret, or OSError for a taken port."""
    app = create()  # first: it tells Streamlit where the settings and secrets are, from whatever folder we were started
    local = local_mode()
    if local and host not in LOCAL_NAMES:
        raise NotLocal(host)
    config = uvicorn.Config(app, ws="websockets-sansio", log_level="warning", proxy_headers=not local, server_header=False, timeout_graceful_shutdown=3)
    with socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET) as listener:
        name = f"[{host}]" if ":" in host else host
        address = f"http://{name}:{listener.getsockname()[1]}"
        Server(config, lambda: ready(address)).run(sockets=[listener])


def __getattr__(name: str) -> ASGIApp:
    """`server:app` for any ASGI server; made when asked for, so that importing this module starts nothing."""
    if name == "app":
        return create()
    raise AttributeError(name)
