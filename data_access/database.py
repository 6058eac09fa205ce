"""The engine, transactions, and faults of the database put into words that a person can act on."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, Literal, cast

from sqlalchemy import Connection, Engine, create_engine, event, make_url, select
from sqlalchemy.exc import ArgumentError, DBAPIError

from data_access import tables
from data_access.settings import settings

#: How long a second importer waits for the first, in seconds.
PATIENCE = 30

FaultCode = Literal["store.gone", "store.busy", "store.full", "store.read_only", "store.damaged", "store.not_made", "store.old", "store.bad_address"]


class StoreFault(RuntimeError):
    """The database cannot do what was asked: a code. Nothing was changed."""

    def __init__(self, code: FaultCode) -> None:
        """Keep the code; the driver's own message may hold values and stays in the cause."""
        super().__init__(code)
        self.code: FaultCode = code


@cache
def engine_for(url: str) -> Engine:
    """The engine of a database, one per process and address. Raises StoreFault("store.bad_address") for what is no address of SQLite or PostgreSQL."""
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        raise StoreFault("store.bad_address") from None  # the address may hold a password
    if parsed.get_backend_name() not in ("sqlite", "postgresql"):
        raise StoreFault("store.bad_address")
    if parsed.get_backend_name() != "sqlite":
        waiting = f"-c lock_timeout={PATIENCE}s"
        return create_engine(parsed.set(drivername="postgresql+psycopg"), pool_pre_ping=True, connect_args={"options": waiting})
    engine = create_engine(parsed, connect_args={"timeout": PATIENCE})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def version(engine: Engine) -> int:
    """The data version of the store, which goes up with every load that changes something. Raises StoreFault."""
    with look(engine) as connection:
        found: int | None = connection.execute(select(tables.store.c.data_version)).scalar()
    if found is None:
        raise StoreFault("store.not_made")
    return found


def engine() -> Engine:
    """The engine of the database in the settings."""
    return engine_for(settings().database_url)


def _prepare_sqlite(connection: Any, _record: object) -> None:  # noqa: ANN401 - the driver's own connection
    """Write-ahead log: readers go on while a load is written. synchronous FULL: a load that was confirmed survives a power cut."""
    connection.isolation_level = None  # transactions begin where we say, not where the driver guesses
    for setting in ("foreign_keys = ON", "journal_mode = WAL", "synchronous = FULL", f"busy_timeout = {PATIENCE * 1000}"):
        connection.execute(f"PRAGMA {setting}")


def _begin_sqlite(connection: Connection) -> None:
    """Take the write lock at the start of a writing transaction: a lock asked for halfway can be refused without waiting."""
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def begin(engine: Engine) -> Iterator[Connection]:
    """A writing transaction: everything in it or nothing. Raises StoreFault."""
    with faults(engine), _connected(engine).execution_options(writes=True) as connection, connection.begin():
        yield connection


@contextmanager
def look(engine: Engine) -> Iterator[Connection]:
    """A reading transaction: one moment of the store. Raises StoreFault."""
    with faults(engine), _connected(engine) as connection, connection.begin():
        yield connection


def _connected(engine: Engine) -> Connection:
    """A connection; never to a database file that was not there, which connecting would make."""
    file = engine.url.database
    if engine.dialect.name == "sqlite" and file and not Path(file).is_file():
        raise StoreFault("store.not_made")
    return engine.connect()


@contextmanager
def faults(engine: Engine) -> Iterator[None]:
    """Turn what the database driver raises, through SQLAlchemy or not, into StoreFault, where it is the store that fails and not the program."""
    try:
        yield
    except (DBAPIError, cast("Any", engine.dialect).loaded_dbapi.Error) as error:
        code = _code(error)
        if code is None:
            raise
        raise StoreFault("store.read_only" if code == "store.gone" and _is_on_a_read_only_disk(engine) else code) from error


def _is_on_a_read_only_disk(engine: Engine) -> bool:
    """Whether the database file is there and nothing can be written beside it, which SQLite says of a file that it cannot open, too."""
    file = engine.url.database
    return engine.dialect.name == "sqlite" and bool(file) and Path(str(file)).is_file() and not os.access(Path(str(file)).parent, os.W_OK)


#: Words in the driver's message -> what is wrong. SQLite has no error classes of its own in SQLAlchemy; PostgreSQL's stand in `sqlstate`.
_SQLITE: dict[str, FaultCode] = {
    "locked": "store.busy",
    "busy": "store.busy",
    "disk is full": "store.full",
    "disk full": "store.full",
    "readonly": "store.read_only",
    "read-only": "store.read_only",
    "malformed": "store.damaged",
    "not a database": "store.damaged",
    "no such table": "store.not_made",
    "no such column": "store.old",
    "unable to open": "store.gone",
    "disk i/o": "store.gone",
}
_SQLSTATE: dict[str, FaultCode] = {
    "55P03": "store.busy",
    "40P01": "store.busy",
    "53100": "store.full",
    "25006": "store.read_only",
    "42501": "store.read_only",
    "42P01": "store.not_made",
    "42703": "store.old",
}


#: The table that is always asked first: where another one is missing, the store is there and older than the program.
_ASKED_FIRST = tables.store.name


def _code(error: Exception) -> FaultCode | None:
    raised = getattr(error, "orig", None) or error
    state, message = getattr(raised, "sqlstate", None), str(raised).casefold()
    if state is not None:
        code = _SQLSTATE.get(state, "store.gone" if state[:2] in ("08", "57") else None)
    else:
        lost = getattr(error, "connection_invalidated", False) or "connection" in message
        code = next((code for words, code in _SQLITE.items() if words in message), "store.gone" if lost else None)
    return "store.old" if code == "store.not_made" and _ASKED_FIRST not in message else code
