"""The deliveries that came, the rows that were refused, and the empty forms to deliver with."""

import csv
import io

import polars as pl
from sqlalchemy import Engine, select

from actions.load_file import OWN_KINDS
from data_access.database import StoreFault, look
from data_access.dataset import Dataset
from data_access.ingest.kinds import Column, Kind
from data_access.ingest.layouts import kinds, layouts
from data_access.reader import Forbidden, Reader
from data_access.tables import branches, neighbourhoods, schools

#: What the example names in a store that does not know one yet, where the cell may not be empty.
STAND_INS = {"branch": "BIB", "school": "00AB00"}


def loads(engine: Engine, reader: Reader) -> pl.DataFrame:
    """Deliveries that the reader may see, newest first. Raises Forbidden, StoreFault."""
    return Dataset(engine, reader).loads()


def refused_rows(engine: Engine, reader: Reader, load_id: int) -> pl.DataFrame:
    """row, column, code, value, detail of the rows that a delivery lost, in the order of the file. Raises Forbidden, StoreFault."""
    return Dataset(engine, reader).refused_rows(load_id)


def kind_of_load(engine: Engine, reader: Reader, load_id: int) -> str:
    """What kind of delivery a load was. Raises Forbidden, StoreFault."""
    found = loads(engine, reader).filter(pl.col("load_id") == load_id)
    if found.is_empty():
        raise Forbidden("forbidden.load", load=load_id)
    kind: str = found["kind"][0]
    return kind


def branch_names(engine: Engine) -> dict[str, str]:
    """What each branch is called, by its id. Raises StoreFault."""
    with look(engine) as connection:
        return dict(connection.execute(select(branches.c.branch_id, branches.c.name)).tuples().all())


def kind_ids() -> tuple[str, ...]:
    """The kinds of delivery, first those that a branch brings every week."""
    return tuple(dict.fromkeys([*OWN_KINDS, *kinds(), *(layout.kind for layout in layouts())]))


def has_template(kind_id: str) -> bool:
    """Whether a kind can be typed over from a form. Outlines cannot: a map program makes them."""
    return kind_id in kinds()


def kind(kind_id: str) -> Kind:
    """The description of a kind that has a template. Raises KeyError."""
    return kinds()[kind_id]


def template(engine: Engine, kind_id: str, language: str = "nl") -> bytes:
    """An empty form with one example row, as CSV that opens right in a Dutch spreadsheet. What the example names is of this store. Raises KeyError."""
    columns = [column for column in kind(kind_id).columns if column.in_template]
    names = [column.headers[0 if language == "nl" or len(column.headers) == 1 else 1] for column in columns]
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=";").writerows([names, [_example(engine, column) for column in columns]])
    return text.getvalue().encode("utf-8-sig")


def _example(engine: Engine, column: Column) -> str:
    """The example of a column; a branch, an area or a school is one of this store, so that the template itself can be loaded."""
    query = {
        "branch": select(branches.c.name).where(branches.c.sector.is_not(None)),
        "neighbourhood": select(neighbourhoods.c.neighbourhood_code).where(neighbourhoods.c.level == "neighbourhood"),
        "school": select(schools.c.name),
    }.get(column.name)
    if query is None or column.example:
        return column.example
    without = "" if column.may_be_empty else STAND_INS[column.name]
    try:
        with look(engine) as connection:
            return connection.execute(query.limit(1)).scalar() or without
    except StoreFault:
        return without
