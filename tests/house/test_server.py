"""Who may ask, what every answer carries, and whether the monitor is well."""

import base64
import logging
import os
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, insert

import server
from data_access.tables import metadata, store
from tests.serving import ROOT, Site, run_command, serving, with_sign_in

pytestmark = pytest.mark.xdist_group("server")


def asked(*, client: str | None = "127.0.0.1", **headers: str) -> dict[str, Any]:
    """A request as the server sees it."""
    lines = {"host": "127.0.0.1:8501", **headers}
    return {
        "type": "http",
        "client": client and (client, 50000),
        "headers": [(name.replace("_", "-").encode(), value.encode()) for name, value in lines.items()],
    }


@pytest.mark.parametrize(
    ("request_", "reason"),
    [
        (asked(), None),
        (asked(host="localhost:8501"), None),
        (asked(host="[::1]:8501", client="::1"), None),
        (asked(origin="http://127.0.0.1:8501"), None),
        (asked(client="192.168.1.20"), "other_machine"),
        (asked(client=None), "other_machine"),
        (asked(x_forwarded_for="10.0.0.1"), "proxy"),
        (asked(x_forwarded_proto="https"), "proxy"),
        (asked(forwarded="for=10.0.0.1"), "proxy"),
        (asked(via="1.1 gateway"), "proxy"),
        (asked(x_real_ip="10.0.0.1"), "proxy"),
        (asked(host="monitor.example"), "host"),
        (asked(host="127.0.0.1.example:8501"), "host"),
        (asked(host=""), "host"),
        (asked(host="user@127.0.0.1", origin="http://127.0.0.1"), "origin"),
        (asked(origin="http://elsewhere.example"), "origin"),
        (asked(origin="http://127.0.0.1:9999"), "origin"),
        (asked(origin="null"), "origin"),
    ],
)
def test_without_sign_in_only_this_machine_gets_an_answer(request_: dict[str, Any], reason: str | None):
    assert server.refusal(request_) == reason


def test_a_second_host_header_does_not_hide_a_foreign_name():
    twice = asked()
    twice["headers"].append((b"host", b"monitor.example"))
    assert server.refusal(twice) == "host"


@pytest.mark.parametrize("headers", [{"x_forwarded_for": "10.0.0.1"}, {"host": "monitor.example"}, {"origin": "http://elsewhere.example"}])
@pytest.mark.parametrize("path", ["/", "/deelname", "/gezond", "/_stcore/health", "/app/static/world_110m.json"])
def test_a_refused_request_gets_403_and_one_sentence_on_every_path(site: Site, path: str, headers: dict[str, str]):
    answer, text = site.get(path, **headers)
    assert answer.status == 403
    assert text.startswith("Deze monitor draait zonder aanmelden") and text.count(".") == 1
    assert answer.headers["Content-Security-Policy"]


def test_a_refusal_is_logged_by_its_reason_alone(site: Site):
    site.get("/deelname?vestiging=geheim", x_forwarded_for="10.9.8.7")
    log = site.log.read_text(encoding="utf-8")
    assert "refused: proxy" in log
    assert "geheim" not in log and "10.9.8.7" not in log


def websocket_status(site: Site, **headers: str) -> int:
    """What the server says to somebody who wants to open the live connection of a page."""
    lines = {
        "Host": site.host,
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": base64.b64encode(os.urandom(16)).decode(),
        **headers,
    }
    name, port = site.host.split(":")
    with socket.create_connection((name, int(port)), timeout=20) as line:
        line.sendall(("GET /_stcore/stream HTTP/1.1\r\n" + "".join(f"{key}: {value}\r\n" for key, value in lines.items()) + "\r\n").encode())
        return int(line.recv(64).split()[1])


def test_the_live_connection_follows_the_same_rule(site: Site):
    assert websocket_status(site, Origin=site.address) == 101
    assert websocket_status(site, Origin="http://elsewhere.example") == 403
    assert websocket_status(site, Host="monitor.example", Origin="http://monitor.example") == 403
    assert websocket_status(site, Via="1.1 gateway") == 403


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.20", "monitor.example"])
def test_without_sign_in_it_does_not_start_where_others_could_reach_it(host: str):
    said = run_command("serve", "--host", host, "--port", "0", "--no-browser")
    assert said.returncode == 2
    assert said.stderr.startswith("Zonder aanmelden antwoordt de monitor alleen op deze computer")


def test_with_an_identity_provider_it_may_answer_others(tmp_path: Path):
    ask = "import server; server.create(); print(server.local_mode(), server.st.config.get_option('server.allowedHosts'))"
    said = [
        subprocess.run([sys.executable, "-c", ask], cwd=folder, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=True).stdout
        for folder in (with_sign_in(tmp_path, "x" * 32), tmp_path.parent)
    ]
    assert said == ["False []\n", "True ['localhost', '127.0.0.1', '::1']\n"]


@pytest.mark.parametrize("secret", ["", "geheim"])
def test_a_sign_in_that_can_be_forged_does_not_start(tmp_path: Path, secret: str):
    command = [sys.executable, str(ROOT / "manage.py"), "serve", "--port", "0", "--no-browser"]
    said = subprocess.run(command, cwd=with_sign_in(tmp_path, secret), capture_output=True, text=True, check=False, timeout=60)
    assert said.returncode == 2
    assert "minstens 32 willekeurige tekens" in said.stderr


def test_it_has_its_settings_from_whatever_folder_it_is_started(tmp_path: Path):
    with serving(tmp_path, started_in=tmp_path) as site:
        answer, _ = site.get("/app/static/world_110m.json")
    assert answer.headers["Content-Type"] == "application/json"


def test_a_taken_port_is_said_in_one_sentence(site: Site):
    said = run_command("serve", "--port", site.host.split(":")[1], "--no-browser")
    assert said.returncode == 1
    assert "is al in gebruik" in said.stderr and len(said.stderr.splitlines()) == 1


@pytest.mark.parametrize("path", ["/", "/deelname", "/gezond", "/_stcore/host-config", "/app/static/world_110m.json", "/_stcore/agent/openapi.json"])
def test_every_answer_carries_the_headers(site: Site, path: str):
    answer, _ = site.get(path)
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy
    scripts = next(part for part in policy.split("; ") if part.startswith("script-src"))
    assert scripts.startswith("script-src 'self' 'sha256-") and "unsafe" not in scripts
    assert "http" not in policy and "*" not in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "camera=()" in answer.headers["Permissions-Policy"]
    assert "server" not in answer.headers
    assert answer.headers["Cache-Control"] == ("no-store" if not path.startswith("/app/static") else answer.headers["Cache-Control"])


@pytest.mark.parametrize("path", ["/_stcore/agent/openapi.json", "/_stcore/metrics"])
def test_parts_of_streamlit_that_nobody_needs_are_shut(site: Site, path: str):
    assert site.get(path)[0].status == 404


@pytest.mark.parametrize(
    ("path", "language"), [("/", "nl"), ("/deelname?periode=2019-2020", "nl"), ("/?taal=en", "en"), ("/deelname?taal=en", "en"), ("/?taal=xx", "nl")]
)
def test_the_page_says_its_language(site: Site, path: str, language: str):
    answer, html = site.get(path, accept_encoding="gzip")
    assert answer.status == 200
    assert f'<html lang="{language}">' in html
    assert "<title>Huiswerkmonitor</title>" in html
    assert "<script>" not in html and "You need to enable JavaScript" not in html


def test_a_streamlit_with_another_page_is_noticed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    (tmp_path / "index.html").write_text("<html lang='en'></html>", encoding="utf-8")
    monkeypatch.setattr("streamlit.file_util.get_static_dir", lambda: str(tmp_path))
    with pytest.raises(LookupError):
        server.page("nl")


def test_health_is_bad_without_a_database_and_makes_none(site: Site):
    answer, text = site.get("/gezond")
    assert (answer.status, text) == (503, '{"status":"database"}')
    assert not list(site.log.parent.glob("*.sqlite*"))


def test_health_is_good_with_a_database(tmp_path: Path):
    engine = create_engine(f"sqlite:///{tmp_path / 'huiswerkmonitor.sqlite'}")
    metadata.create_all(engine)
    with engine.begin() as connection:
        connection.execute(insert(store).values(store_id=1, kind="real", data_version=0))
    engine.dispose()
    with serving(tmp_path) as site:
        answer, text = site.get("/gezond")
    assert (answer.status, text) == (200, '{"status":"ok"}')


def test_a_fault_in_the_log_names_its_place_and_never_its_message():
    try:
        int("leerling 123456782")
    except ValueError:
        record = logging.LogRecord("streamlit.error_util", logging.ERROR, __file__, 1, "Uncaught app execution", (), sys.exc_info())
    assert server.without_message(record)
    written = logging.Formatter().format(record)
    assert "ValueError at test_server.py:" in written
    assert "123456782" not in written
