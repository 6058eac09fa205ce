"""Start de monitor en open hem in de browser."""

import argparse
import os
import sys
import webbrowser
from contextlib import suppress

from presentation.texts import language

HIGHEST_PORT = 65535


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Where to answer, and whether to open a browser."""
    say = language("nl")
    parser.add_argument("--host", default="127.0.0.1", help=say("serve.help.host"))
    parser.add_argument("--port", type=_port, metavar="POORT", default=8501, help=say("serve.help.port"))
    parser.add_argument("--no-browser", action="store_true", help=say("serve.help.no_browser"))


def _port(text: str) -> int:
    """A number that a port can have; 0 takes a free one."""
    if text.isdecimal() and len(text) < 6 and int(text) <= HIGHEST_PORT:
        return int(text)
    raise argparse.ArgumentTypeError(language("nl")("serve.no_port", value=text, highest=str(HIGHEST_PORT)))


def has_screen() -> bool:
    """Whether there is a screen to open a browser on."""
    return sys.platform in ("win32", "darwin") or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def run(arguments: argparse.Namespace) -> int:
    """Serve until stopped."""
    from actions.make_store import bring_up_to_date  # noqa: PLC0415 - slow to import, like Streamlit below, and --help needs neither
    from commands._outcome import place  # noqa: PLC0415
    from data_access.database import StoreFault, engine  # noqa: PLC0415
    from server import NotLocal, WeakSecret, serve  # noqa: PLC0415

    say = language("nl")

    def ready(address: str) -> None:
        print(say("serve.ready", address=address), flush=True)
        if has_screen() and not arguments.no_browser:
            webbrowser.open(address)

    with suppress(StoreFault):  # the pages say what is wrong with a store, and what to do
        if bring_up_to_date(engine()):
            print(say("commands.init.was_there", place=place()))
    try:
        serve(arguments.host, arguments.port, ready)
    except NotLocal:
        print(say("serve.not_local", host=arguments.host), file=sys.stderr)
        return 2
    except WeakSecret:
        print(say("serve.weak_secret"), file=sys.stderr)
        return 2
    except OSError:
        print(say("serve.port_taken", port=str(arguments.port)), file=sys.stderr)
        return 1
    return 0
