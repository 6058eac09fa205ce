"""Runs a function in a process of its own, forked from one that has done the imports: these take longer than most of what is asked of it."""

import multiprocessing
import os
import subprocess
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

_processes = multiprocessing.get_context("forkserver")
_processes.set_forkserver_preload(
    ["commands.figures", "commands.import_", "commands.init", "commands.serve", "commands.withdraw", "manage", "server", "tests.killed_import"]
)


def in_own_process(
    call: Callable[[list[str]], int], arguments: list[str], environment: Mapping[str, str], seconds: float = 300
) -> subprocess.CompletedProcess[str]:
    """What came of a call: its exit code, or the signal that ended it, and what it wrote. It starts where we are, and has this environment alone."""
    with tempfile.TemporaryDirectory() as folder:
        written = [str(Path(folder, name)) for name in ("stdout", "stderr")]
        process = _processes.Process(target=_called, args=(call, arguments, str(Path.cwd()), dict(environment), written))
        process.start()
        process.join(seconds)
        if process.exitcode is None:
            process.kill()
            process.join()
        assert process.exitcode is not None
        return subprocess.CompletedProcess(arguments, process.exitcode, *(Path(file).read_text(encoding="utf-8") for file in written))


def _called(call: Callable[[list[str]], int], arguments: list[str], folder: str, environment: dict[str, str], written: list[str]) -> None:
    for number, file in enumerate(written, start=1):
        os.dup2(os.open(file, os.O_WRONLY | os.O_CREAT), number)
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    raise SystemExit(call(arguments))
