"""What was agreed beforehand about when the pilot works: every criterion, with every change that was made to it."""

from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby
from typing import Literal

from sqlalchemy import Connection, func, insert, select

from data_access import tables
from data_access.clock import here
from metrics.shapes import Sector

Rule = Literal["at_least", "at_most"]


@dataclass(frozen=True, kw_only=True)
class Criterion:
    """One version of one criterion: what figure (indicator, part, sector) is held against what target.

    part: which row of the figure, as `metrics.criteria` reads it. owner: a role, never a person. after_results: this version was made on or after the day on
    which visits were first loaded, so that whoever made it could know the outcome.
    """

    criterion_id: str
    indicator: str
    rule: Rule
    target: float
    owner: str
    valid_from: date
    part: str = ""
    sector: Sector | None = None
    minimum_sample: float = 0
    why: str | None = None
    dropped: bool = False
    version: int = 1
    changed_on: date | None = None
    after_results: bool = False


def history(connection: Connection) -> list[Criterion]:
    """All versions of all criteria, in the order in which the criteria came, oldest version first."""
    since = connection.execute(select(func.min(tables.loads.c.loaded_at)).where(tables.loads.c.kind == "visits")).scalar()
    first_results = here(since).date() if since else date.max
    table = tables.criteria
    names = [column.name for column in table.columns]
    rows = [dict(zip(names, row, strict=True)) for row in connection.execute(select(table).order_by(table.c.criterion_id, table.c.version))]
    versions = [[Criterion(**row, after_results=row["changed_on"] >= first_results) for row in of] for _, of in groupby(rows, lambda row: row["criterion_id"])]
    return [version for of in sorted(versions, key=lambda of: (of[0].changed_on, of[0].criterion_id)) for version in of]


def valid(connection: Connection, on: date) -> list[Criterion]:
    """The criteria that hold on a day: of each the newest version that is valid by then, unless it was dropped."""
    newest = {version.criterion_id: version for version in history(connection) if version.valid_from <= on}
    return [criterion for criterion in newest.values() if not criterion.dropped]


def add(connection: Connection, criterion: Criterion, changed_on: date) -> Criterion:
    """Write a criterion as a new version of what has its id; no version is ever changed."""
    table = tables.criteria
    before = connection.execute(select(func.max(table.c.version)).where(table.c.criterion_id == criterion.criterion_id)).scalar()
    written = replace(criterion, version=(before or 0) + 1, changed_on=changed_on)
    connection.execute(insert(table).values({name: value for name, value in vars(written).items() if name != "after_results"}))
    return written
