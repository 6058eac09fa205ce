"""Which days nobody could come, or nobody can say who came: they do not count as staying away."""

from collections.abc import Iterator
from datetime import date

import polars as pl

from metrics import periods
from metrics.shapes import Inputs, Period, VisitDays
from metrics.visit_days import first_of_each, only

#: Days of which the lists are missing stand beside holidays and closures: what was not delivered is not staying away.
CLOSED = ("holiday", "closed", "missing")


def closed_days(data: Inputs, period: Period, as_of: date) -> dict[str, tuple[date, ...]]:
    """The days of the period that do not count as staying away, of every branch that has any."""
    days = periods.school_days(data, period, as_of).filter(pl.col("state").is_in(CLOSED))
    return {str(branch): tuple(of_branch["day"]) for (branch,), of_branch in days.group_by("branch_id", maintain_order=True)}


def by_calendar(data: Inputs, as_of: date) -> Iterator[tuple[VisitDays, pl.DataFrame]]:
    """The visits, parted by the calendar of the branch where each pupil first came, each part with the closed days of that branch: first, last.

    Branches with the same closed days are one part, so that without closures of single branches nothing is parted.
    """
    began = data.visits.days["visited_on"].min()
    if data.visits.branch_days is None or not isinstance(began, date) or began > as_of:
        yield data.visits, pl.DataFrame(schema={"first": pl.Date, "last": pl.Date})
        return
    closed = closed_days(data, Period(began, as_of), as_of)
    first = pl.when(first_of_each(pl.col("pupil_id"))).then("branch_id").forward_fill()
    branches: dict[tuple[date, ...], list[str | None]] = {}
    for branch in data.visits.branch_days.select(first.unique()).to_series().sort():
        branches.setdefault(closed.get(str(branch), ()), []).append(branch)
    for calendar, names in branches.items():
        here = pl.Series(calendar, dtype=pl.Date)
        visits = data.visits if len(branches) == 1 else only(data.visits, first.is_in(names, nulls_equal=True))
        yield visits, pl.DataFrame({"first": here, "last": here})
