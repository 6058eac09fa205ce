"""A load or a withdrawal in a process of its own that ends without warning.

`(FILE | --withdraw LOAD) (--at STEP | --after SECONDS | --to-the-end)`

STEP is a step of `load`, or `table:` and the name of a table that is about to be written, or after. SECONDS are of its own processor time, so that a busy
machine kills at the same moments as an idle one; nobody handles the signal, and the process is gone in the middle of whatever it does. Writes the seconds it
took.
"""

import argparse
import os
import signal
import sys
import time
from pathlib import Path

from actions.load_file import load
from actions.withdraw_load import withdraw
from data_access import frames
from data_access.database import engine
from data_access.ingest import ledger, store
from data_access.ingest import withdraw as taking_back
from data_access.ingest.shapes import Delivery
from data_access.reader import Reader, Role

STEWARD = Reader(Role.STEWARD)


def die() -> None:
    """As `kill -9` does."""
    os.kill(os.getpid(), signal.SIGKILL)


def main(arguments: list[str]) -> int:
    """Load or take back, and die on the way."""
    parser = argparse.ArgumentParser()
    parser.add_argument("file", type=Path, nargs="?")
    parser.add_argument("--withdraw", type=int)
    parser.add_argument("--at", default="")
    parser.add_argument("--after", type=float)
    parser.add_argument("--to-the-end", action="store_true")
    asked = parser.parse_args(arguments)

    def at_table(write):
        def written(connection, table, *rest, **more):
            if asked.at == f"table:{table.name}":
                die()
            write(connection, table, *rest, **more)

        return written

    for module in (store, ledger, taking_back):
        setattr(module, "write_frame", at_table(frames.write_frame))  # noqa: B010 - mypy minds the other way
    setattr(taking_back, "delete_frame", at_table(frames.delete_frame))  # noqa: B010
    made = engine()
    content = asked.file.read_bytes() if asked.file else b""
    started = time.process_time()
    if asked.after is not None:
        signal.setitimer(signal.ITIMER_PROF, max(asked.after, 1e-4))
    if asked.withdraw is not None:
        withdraw(made, STEWARD, asked.withdraw)
    else:
        load(made, Delivery(asked.file.name, content, STEWARD), lambda step: die() if step == asked.at else None)
    if asked.at == "after":
        die()
    sys.stdout.write(str(time.process_time() - started))
    return 0
