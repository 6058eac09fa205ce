"""Tables of the database as frames: which polars type each column has."""

from collections.abc import Iterable

import polars as pl
from sqlalchemy import Boolean, Column, DateTime, Float, Integer, LargeBinary, Table

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
