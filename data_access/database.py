"""The engine, transactions, and faults of the database put into words that a person can act on."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from functools import cache
from pathlib import Path
from typing import Any, Literal, cast

import polars as pl
from sqlalchemy import Connection, Engine, Select, Table, create_engine, event, make_url, select
from sqlalchemy.exc import DBAPIError

from data_access import tables
from data_access.settings import settings

#: How long a second importer waits for the first, in seconds.
PATIENCE = 30

NANOSECONDS_A_MINUTE = 60_000_000_000

FaultCode = Literal["store.gone", "store.busy", "store.full", "store.read_only", "store.damaged", "store.not_made", "store.old"]


class StoreFault(RuntimeError):
    """The database cannot do what was asked: a code. Nothing was changed."""

    def __init__(self, code: FaultCode) -> None:
        """Keep the code; the driver's own message may hold values and stays in the cause."""
        super().__init__(code)
        self.code: FaultCode = code


@cache
def engine_for(url: str) -> Engine:
    """The engine of a database, one per process and address."""
    parsed = make_url(url)
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
        raise StoreFault(code) from error


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


def _code(error: Exception) -> FaultCode | None:
    raised = getattr(error, "orig", None) or error
    state = getattr(raised, "sqlstate", None)
    if state is not None:
        return _SQLSTATE.get(state, "store.gone" if state[:2] in ("08", "57") else None)
    message = str(raised).casefold()
    lost = getattr(error, "connection_invalidated", False) or "connection" in message
    return next((code for words, code in _SQLITE.items() if words in message), "store.gone" if lost else None)


#: Rows fetched at a time: enough to keep the loop in C, little enough to keep memory flat.
CHUNK = 50_000


def read_frame(connection: Connection, query: Select[Any], schema: Mapping[str, pl.DataType]) -> pl.DataFrame:
    """The rows of a query as a frame that always has the columns of `schema`, also without rows.

    Straight from the driver's cursor, so that no date is made an object on SQLite, where it is kept as a number (data_access/types.py).
    """
    as_kept = _kept(schema) if connection.dialect.name == "sqlite" else dict(schema)
    cursor = connection.execute(query).cursor
    chunks = [pl.DataFrame(schema=as_kept)]
    while rows := cursor.fetchmany(CHUNK):
        columns = zip(*rows, strict=True)
        chunks.append(pl.DataFrame({name: pl.Series(column, dtype=kind) for (name, kind), column in zip(as_kept.items(), columns, strict=True)}))
    frame = pl.concat(chunks)
    return frame.select(_from_kept(name, kind) for name, kind in schema.items()) if connection.dialect.name == "sqlite" else frame


def _kept(schema: Mapping[str, pl.DataType]) -> dict[str, pl.DataType]:
    """How SQLite keeps each type: days and minutes as whole numbers, moments as text."""
    kept = {pl.Date(): pl.Int32(), pl.Time(): pl.Int64(), pl.Boolean(): pl.Int64(), pl.Datetime("us"): pl.String()}
    return {name: kept.get(kind, kind) for name, kind in schema.items()}


def _from_kept(name: str, kind: pl.DataType) -> pl.Expr:
    column = pl.col(name)
    if kind == pl.Time:
        return (column * NANOSECONDS_A_MINUTE).cast(pl.Time)
    if kind == pl.Datetime:
        return column.str.to_datetime(time_unit="us", strict=False)
    return column.cast(kind)


def _to_kept(name: str, kind: pl.DataType) -> pl.Expr:
    column = pl.col(name)
    if kind == pl.Time:
        return column.cast(pl.Int64) // NANOSECONDS_A_MINUTE
    if kind == pl.Date:
        return column.cast(pl.Int32)
    return column.cast(pl.Int8) if kind == pl.Boolean else column


def write_frame(connection: Connection, table: Table, frame: pl.DataFrame, constant: Mapping[str, int], *, over_known: bool = False) -> None:
    """Insert the rows of a frame, in its order, with the same `constant` values in every row. over_known: rows whose primary key is there are overwritten."""
    if frame.is_empty():
        return
    names = [*frame.columns, *constant]
    keys = [column.name for column in table.primary_key]
    marks = ["?" if connection.dialect.name == "sqlite" else "%s"] * len(frame.columns) + [str(value) for value in constant.values()]
    statement = f"INSERT INTO {table.name} ({_listed(names)}) VALUES ({', '.join(marks)})"  # noqa: S608 - names from our own tables
    if over_known:
        changed = [f'"{name}" = excluded."{name}"' for name in names if name not in keys]
        statement += f" ON CONFLICT ({_listed(keys)}) DO UPDATE SET {', '.join(changed)}"
    if connection.dialect.name == "postgresql" and not over_known:
        _copy(connection, table, frame.with_columns(**{name: pl.lit(value) for name, value in constant.items()}))
    else:
        _many(connection, statement, frame)


def delete_frame(connection: Connection, table: Table, keys: pl.DataFrame) -> None:
    """Delete the rows whose primary key stands in the frame."""
    mark = "?" if connection.dialect.name == "sqlite" else "%s"
    _many(connection, f"DELETE FROM {table.name} WHERE {' AND '.join(f'{_listed([name])} = {mark}' for name in keys.columns)}", keys)  # noqa: S608


def _many(connection: Connection, statement: str, frame: pl.DataFrame) -> None:
    """Run a statement for every row through the driver's own cursor: SQLAlchemy would make a dictionary of each."""
    if frame.is_empty():
        return
    if connection.dialect.name == "sqlite":
        frame = frame.select(_to_kept(name, kind) for name, kind in frame.schema.items())
    rows = zip(*(frame[name].to_list() for name in frame.columns), strict=True)
    with closing(connection.connection.cursor()) as cursor:
        cast("Any", cursor).executemany(statement, rows)


def _copy(connection: Connection, table: Table, frame: pl.DataFrame) -> None:
    """PostgreSQL's own way in for many rows."""
    binary = [pl.format("\\x{}", pl.col(name).bin.encode("hex")).alias(name) for name, kind in frame.schema.items() if kind == pl.Binary]
    statement = f"COPY {table.name} ({_listed(frame.columns)}) FROM STDIN (FORMAT csv)"
    with closing(cast("Any", connection.connection.cursor())) as cursor, cursor.copy(statement) as copy:
        for part in frame.with_columns(binary).iter_slices(CHUNK):
            copy.write(part.write_csv(include_header=False, quote_style="non_numeric"))


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)
