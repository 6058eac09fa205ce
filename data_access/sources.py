"""Where the public figures in the store come from, as the deliveries themselves say it."""

from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Engine, Select, Table, func, literal, null, select

from data_access import tables
from data_access.database import look

#: Table -> its columns with the first and the last year or day that a row speaks of, in reading order.
_PUBLIC: dict[Table, tuple[str, str] | None] = {
    tables.context: ("year", "year"),
    tables.population: ("year", "year"),
    tables.neighbourhoods: ("year", "year"),
    tables.boundaries: ("year", "year"),
    tables.postcodes: ("year", "year"),
    tables.holidays: ("first_day", "last_day"),
    tables.closures: ("first_day", "last_day"),
    tables.offers: None,
}


class Source(NamedTuple):
    """One source of one kind of public figures.

    name: what the figures say of themselves, else the name of the file; first, last: the years or days that they speak of, None where they speak of none;
    loaded_on: day of the newest delivery.
    """

    kind: str
    name: str
    first: int | date | None
    last: int | date | None
    loaded_on: date


def sources(engine: Engine) -> list[Source]:
    """All of them, in reading order; no kind of which nothing was delivered. Raises StoreFault."""
    with look(engine) as connection:
        rows = [row for table, span in _PUBLIC.items() for row in connection.execute(_query(table, span))]
    return [Source(kind, name, first, last, loaded_at.date()) for kind, name, first, last, loaded_at in rows]


def _query(table: Table, span: tuple[str, str] | None) -> Select[Any]:
    loads = tables.loads.c
    name = func.coalesce(table.c.source, loads.file_name) if "source" in table.c else loads.file_name
    first, last = (func.min(table.c[span[0]]), func.max(table.c[span[1]])) if span else (null(), null())
    query = select(literal(table.name), name, first, last, func.max(loads.loaded_at))
    return query.join_from(table, tables.loads, table.c.load_id == loads.load_id).group_by(name).order_by(first, name)
