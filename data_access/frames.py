"""Tables of the database to frames and back, past SQLAlchemy's row objects: a million visits are read and written in about a second."""

import sqlite3
from collections.abc import Iterable, Mapping
from contextlib import closing
from itertools import chain
from typing import Any, cast

import polars as pl
from sqlalchemy import Boolean, Column, Connection, DateTime, Float, Integer, LargeBinary, Select, Table

from data_access.types import Day, TimeOfDay

_TYPES: tuple[tuple[type, pl.DataType], ...] = (
    (Day, pl.Date()),
    (TimeOfDay, pl.Time()),
    (DateTime, pl.Datetime("us")),
    (Boolean, pl.Boolean()),
    (Integer, pl.Int64()),
    (Float, pl.Float64()),
    (LargeBinary, pl.Binary()),
)


def polars_type(column: Column[object]) -> pl.DataType:
    """The type of a column in a frame; text when it is nothing else."""
    return next((found for kind, found in _TYPES if isinstance(column.type, kind)), pl.String())


def schema_of(table: Table, names: Iterable[str] | None = None) -> dict[str, pl.DataType]:
    """The columns of a table (or those named, in that order) with their types in a frame."""
    return {name: polars_type(table.columns[name]) for name in (names or table.columns.keys())}


# --- out of the database ----------------------------------------------------------------------------------------------

#: Rows fetched at a time: enough to keep the loop in C, little enough to keep memory flat.
CHUNK = 50_000
#: Parameters in one statement.
PARAMETERS = 10_000


def read_frame(connection: Connection, query: Select[Any], schema: Mapping[str, pl.DataType]) -> pl.DataFrame:
    """The rows of a query as a frame that always has the columns of `schema`, also without rows."""
    return _fetched(connection, connection.execute(query).cursor, schema)


def read_where(connection: Connection, table: Table, column: str, values: pl.Series) -> pl.DataFrame:
    """The rows of a table whose `column` holds one of the values. Written out here: SQLAlchemy takes a second to compile 60,000 parameters."""
    schema = schema_of(table)
    found = [pl.DataFrame(schema=schema)]
    for part in _as_kept(connection, values.to_frame(column)).iter_slices(_parameters(connection)):
        marks = ", ".join([_mark(connection)] * len(part))
        statement = f"SELECT {_listed(schema)} FROM {table.name} WHERE {_listed([column])} IN ({marks})"  # noqa: S608 - names of our own tables
        found.append(_fetched(connection, connection.exec_driver_sql(statement, tuple(part[column])).cursor, schema))
    return pl.concat(found)


def _fetched(connection: Connection, cursor: Any, schema: Mapping[str, pl.DataType]) -> pl.DataFrame:  # noqa: ANN401 - the driver's own cursor
    """Straight from the driver's cursor, so that no date is made an object on SQLite, where it is kept as a number (data_access/types.py)."""
    is_sqlite = connection.dialect.name == "sqlite"
    kept = {name: _SQLITE_TYPES.get(kind, kind) for name, kind in schema.items()} if is_sqlite else dict(schema)
    chunks = [pl.DataFrame(schema=kept)]
    while rows := cursor.fetchmany(CHUNK):
        columns = zip(*rows, strict=True)
        chunks.append(pl.DataFrame({name: pl.Series(column, dtype=kind) for (name, kind), column in zip(kept.items(), columns, strict=True)}))
    frame = pl.concat(chunks)
    return frame.select(_from_sqlite(name, kind) for name, kind in schema.items()) if is_sqlite else frame


# --- into the database ------------------------------------------------------------------------------------------------


def write_frame(connection: Connection, table: Table, frame: pl.DataFrame, constant: Mapping[str, int], *, over_known: bool = False) -> None:
    """Insert the rows of a frame, in its order, with the same `constant` values in every row. over_known: rows whose primary key is there are overwritten."""
    if frame.is_empty():
        return
    if connection.dialect.name == "postgresql" and not over_known:
        _copy(connection, table, frame.with_columns(**{name: pl.lit(value) for name, value in constant.items()}))
        return
    frame = frame if over_known else frame.select(column for column in frame if column.null_count() < len(frame))  # what is left out is null
    names, keys = [*frame.columns, *constant], [column.name for column in table.primary_key]
    row = ", ".join([_mark(connection)] * len(frame.columns) + [str(value) for value in constant.values()])
    changed = ", ".join(f'"{name}" = excluded."{name}"' for name in names if name not in keys)
    ending = f" ON CONFLICT ({_listed(keys)}) DO UPDATE SET {changed}" if over_known else ""
    _insert(connection, f"INSERT INTO {table.name} ({_listed(names)}) VALUES ", f"({row})", ending, frame)  # noqa: S608 - names of our own tables


def delete_frame(connection: Connection, table: Table, keys: pl.DataFrame) -> None:
    """Delete the rows whose primary key stands in the frame."""
    same = " AND ".join(f"{_listed([name])} = {_mark(connection)}" for name in keys.columns)
    if not keys.is_empty():
        with closing(cast("Any", connection.connection.cursor())) as cursor:
            cursor.executemany(f"DELETE FROM {table.name} WHERE {same}", _as_kept(connection, keys).rows())  # noqa: S608 - names of our own tables


def _insert(connection: Connection, start: str, row: str, ending: str, frame: pl.DataFrame) -> None:
    """Many rows to a statement: for SQLite half the work of a statement a row."""
    size = _parameters(connection) // len(frame.columns)
    with closing(cast("Any", connection.connection.cursor())) as cursor:
        for part in _as_kept(connection, frame).iter_slices(size):
            columns = (part[name].to_list() for name in part.columns)
            cursor.execute(start + ", ".join([row] * len(part)) + ending, list(chain.from_iterable(zip(*columns, strict=True))))


def _copy(connection: Connection, table: Table, frame: pl.DataFrame) -> None:
    """PostgreSQL's own way in for many rows."""
    binary = [pl.format("\\x{}", pl.col(name).bin.encode("hex")).alias(name) for name, kind in frame.schema.items() if kind == pl.Binary]
    statement = f"COPY {table.name} ({_listed(frame.columns)}) FROM STDIN (FORMAT csv)"
    with closing(cast("Any", connection.connection.cursor())) as cursor, cursor.copy(statement) as copy:
        for part in frame.with_columns(binary).iter_slices(CHUNK):
            copy.write(part.write_csv(include_header=False, quote_style="non_numeric"))


def _parameters(connection: Connection) -> int:
    """How many parameters to give a statement. Both databases take more than this, unless SQLite was built to take less; more is no faster."""
    if connection.dialect.name != "sqlite":
        return PARAMETERS
    limit: int = cast("Any", connection.connection.driver_connection).getlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER)
    return min(PARAMETERS, limit)


# --- how SQLite keeps values ------------------------------------------------------------------------------------------

NANOSECONDS_A_MINUTE = 60_000_000_000
#: Days and minutes are kept as whole numbers, moments as text.
_SQLITE_TYPES: dict[pl.DataType, pl.DataType] = {pl.Date(): pl.Int32(), pl.Time(): pl.Int64(), pl.Boolean(): pl.Int64(), pl.Datetime("us"): pl.String()}


def _from_sqlite(name: str, kind: pl.DataType) -> pl.Expr:
    column = pl.col(name)
    if kind == pl.Time:
        return (column * NANOSECONDS_A_MINUTE).cast(pl.Time)
    if kind == pl.Datetime:
        return column.str.to_datetime(time_unit="us", strict=False)
    return column.cast(kind)


def _as_kept(connection: Connection, frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with values that the driver takes as they are."""
    if connection.dialect.name != "sqlite":
        return frame
    return frame.with_columns(
        *(pl.col(name).cast(pl.Int64) // NANOSECONDS_A_MINUTE for name, kind in frame.schema.items() if kind == pl.Time),
        *(pl.col(name).cast(pl.Int32) for name, kind in frame.schema.items() if kind == pl.Date),
        *(pl.col(name).cast(pl.Int8) for name, kind in frame.schema.items() if kind == pl.Boolean),
    )


def _mark(connection: Connection) -> str:
    """Where a parameter stands in a statement."""
    return "?" if connection.dialect.name == "sqlite" else "%s"


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)
