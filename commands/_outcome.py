"""What commands have in common: faults as one sentence, and where the store is."""

import argparse
import sys
from collections.abc import Callable
from functools import wraps

from sqlalchemy import make_url

from data_access.database import StoreFault
from data_access.ingest.pseudonyms import KeyFault
from data_access.ingest.shapes import FileRefused
from data_access.ingest.withdraw import CannotWithdraw
from data_access.reader import Forbidden, Reader, Role
from data_access.settings import settings
from metrics.shapes import Refused
from presentation.refusals import stopped
from presentation.texts import language

#: Who runs commands: whoever can reach the database file is its steward.
STEWARD = Reader(Role.STEWARD)
#: For figures it is somebody of the programme, who sees all branches, but small groups no more than on the pages.
PROGRAMME = Reader(Role.PROGRAMME)

Run = Callable[[argparse.Namespace], int]


def failing_plainly(run: Run) -> Run:
    """A fault that a person can do something about is one sentence and exit code 1, never a traceback."""

    @wraps(run)
    def plainly(arguments: argparse.Namespace) -> int:
        try:
            return run(arguments)
        except (CannotWithdraw, FileRefused, Forbidden, KeyFault, Refused, StoreFault) as fault:
            print(stopped(language("nl"), fault), file=sys.stderr)
        except BrokenPipeError:
            raise
        except OSError as error:
            print(language("nl")("commands.no_place", place=error.filename or ""), file=sys.stderr)
        return 1

    return plainly


def place() -> str:
    """Where the store is, without a password."""
    url = make_url(settings().database_url)
    return url.database or "" if url.get_backend_name() == "sqlite" else url.render_as_string(hide_password=True)
