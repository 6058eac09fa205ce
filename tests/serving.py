"""Starts the monitor for a test as `make run` does: its own process, a free port, a database and key of its own."""

import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path

import manage
from tests.own_process import in_own_process

ROOT = Path(__file__).resolve().parent.parent

#: Serves another folder with an app.py through our server, for what no page of ours does.
SERVE_FOLDER = "import sys, pathlib, server; server.ROOT = pathlib.Path(sys.argv[1]); server.serve('127.0.0.1', 0, lambda address: print(address, flush=True))"


@dataclass(frozen=True)
class Site:
    """A running monitor. log: what it wrote; environment: for commands on the same data; process_id: of the server."""

    address: str
    log: Path
    environment: dict[str, str]
    process_id: int

    @property
    def host(self) -> str:
        """Name and port, as in the Host header."""
        return self.address.removeprefix("http://")

    def get(self, path: str, **headers: str) -> tuple[HTTPResponse, str]:
        """Ask for a path with headers (`x_forwarded_for=...`); the answer and its text. host= replaces the name asked for."""
        asked = {name.replace("_", "-"): value for name, value in headers.items()}
        connection = HTTPConnection(self.host, timeout=20)
        connection.putrequest("GET", path, skip_host="host" in asked)
        for name, value in asked.items():
            connection.putheader(name, value)
        connection.endheaders()
        answer = connection.getresponse()
        text = answer.read().decode("utf-8", errors="replace")
        connection.close()
        return answer, text

    def manage(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """A command on the same database."""
        return run_command(*arguments, environment=self.environment)


def own_environment(folder: Path) -> dict[str, str]:
    """The environment of a monitor that keeps everything in `folder`."""
    return {
        **os.environ,
        "HUISWERKMONITOR_DATABASE_URL": f"sqlite:///{folder / 'huiswerkmonitor.sqlite'}",
        "HUISWERKMONITOR_KEY_FILE": str(folder / "pseudonym.key"),
    }


def with_sign_in(folder: Path, cookie_secret: str) -> Path:
    """A folder to start in whose secrets name an identity provider."""
    (folder / ".streamlit").mkdir()
    (folder / ".streamlit/secrets.toml").write_text(f'[auth]\nclient_id = "monitor"\ncookie_secret = "{cookie_secret}"\n', encoding="utf-8")
    return folder


def run_command(*arguments: str, environment: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """`manage.py` with arguments, in a process of its own."""
    return in_own_process(manage.main, list(arguments), os.environ if environment is None else environment)


@contextmanager
def serving(folder: Path, *, app: Path | None = None, started_in: Path = ROOT) -> Iterator[Site]:
    """The monitor on the database in `folder`, until the block ends; app: a folder with an app.py that is served in place of ours."""
    command = [sys.executable, "-c", SERVE_FOLDER, str(app)] if app else [sys.executable, str(ROOT / "manage.py"), "serve", "--port", "0", "--no-browser"]
    environment, log = own_environment(folder), folder / "serve.log"
    with (
        log.open("w", encoding="utf-8") as errors,
        subprocess.Popen(command, cwd=started_in, env=environment, stdout=subprocess.PIPE, stderr=errors, text=True) as process,
    ):
        watchdog = threading.Timer(60, process.kill)  # a start that hangs ends as one that failed
        watchdog.start()
        try:
            address = _address(process.stdout or [], log)
            watchdog.cancel()
            yield Site(address, log, environment, process.pid)
            assert process.poll() is None, f"the monitor stopped by itself ({process.returncode}): {log.read_text(encoding='utf-8')}"
        finally:
            watchdog.cancel()
            process.terminate()


@contextmanager
def serving_demo(folder: Path) -> Iterator[Site]:
    """The monitor on a demo that is made in `folder`."""
    made = run_command("init", "--demo", environment=own_environment(folder))
    assert made.returncode == 0, made.stderr
    with serving(folder) as site:
        yield site


def _address(output: Sequence[str] | Iterator[str], log: Path) -> str:
    for line in output:  # the address is printed once the server answers
        if found := re.search(r"http://[\w.:\[\]]+", line):
            return found[0]
    raise AssertionError(f"the monitor did not start: {log.read_text(encoding='utf-8')}")
