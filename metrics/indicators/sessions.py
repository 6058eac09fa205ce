"""Held sessions with everybody who came to them: what figures per session, volunteer and seat are made of."""

from datetime import date, timedelta
from typing import NamedTuple

import polars as pl

from metrics import periods
from metrics.indicators import selection as select
from metrics.methods import uncertainty
from metrics.shapes import Inputs, Period, View

#: How a session is found.
SESSION = ["branch_id", "visited_on"]
#: In a period of so many days there are months enough to let sessions of one branch in one month stand together; in a shorter one weeks.
LONG_ENOUGH_FOR_MONTHS = 183


class Attended(NamedTuple):
    """Sessions and who came to them.

    sessions: as given + visits, with those without a pupil; named: pupil_id and the columns of the session, one row per pupil and session; nameless: visits and
    the columns of the session.
    """

    sessions: pl.DataFrame
    named: pl.DataFrame
    nameless: pl.DataFrame


class Lasted(NamedTuple):
    """How many held sessions there were of which begin and end are known, and how many hours these lasted together."""

    sessions: int
    hours: float


def lasted(sessions: pl.DataFrame, period: Period, as_of: date) -> dict[str, Lasted]:
    """Branch -> its held sessions of the period and how long they lasted; a branch of which no begin and end is known is not in it. sessions: of `Inputs`."""
    known = sessions.filter(pl.col("status") == "held", pl.col("held_on").is_between(period.first, min(period.last, as_of))).drop_nulls(["starts", "ends"])
    minutes = [60 * pl.col(name).dt.hour().cast(pl.Int64) + pl.col(name).dt.minute() for name in ("starts", "ends")]
    summed = known.group_by("branch_id").agg(pl.len(), hours=(minutes[1] - minutes[0]).sum() / 60)
    return {branch: Lasted(count, hours) for branch, count, hours in summed.iter_rows() if hours > 0}


def attended(data: Inputs, view: View, sessions: pl.DataFrame) -> Attended:
    """Who came to each of these sessions, a pupil once for every session. sessions: rows of `selection.sessions_in`."""
    held = sessions.select(*SESSION, *(key for key in view.keys if key != "branch_id"))
    named, nameless = (visits.join(held, on=SESSION, maintain_order="left") for visits in select.visits_per_branch(data, view))
    visits = pl.concat([named.select(*SESSION, visits=pl.lit(1, pl.Int64)), nameless.select(*SESSION, "visits")]).group_by(SESSION).agg(pl.col("visits").sum())
    return Attended(sessions.join(visits, on=SESSION, how="left").with_columns(pl.col("visits").fill_null(0)), named, nameless)


def visits_per(data: Inputs, view: View, came: Attended, below: str) -> pl.DataFrame:
    """Visits over the sum of the column `below` of the sessions, one row per cell of the view: sum over sum.

    keys, numerator, denominator, value, lower, upper, pupils, largest, sessions, method, reason (only that of the cell: where there were sessions it is null,
    also when the denominator is 0). Limits: sessions of one branch in one month are alike and form one cluster, or in one week where the period is shorter than
    half a year or the unit of time shorter than a school year.
    """
    ratios = uncertainty.clustered_ratios(clusters(view, came.sessions, pl.col("visits"), pl.col(below)), view.keys, confidence=view.confidence)
    children = select.all_visits(view, select.per_pupil(data, view, came.named), came.nameless)
    held = select.totals(came.sessions, view.keys, sessions=pl.len().cast(pl.Int64))
    rows = select.counted(select.cells(data, view), held, view.keys)
    for more in (ratios.select(*view.keys, "numerator", "denominator", "value", "lower", "upper"), children.select(*view.keys, "pupils", "most")):
        rows = select.beside(rows, more, view)
    counts = pl.col("numerator", "denominator", "pupils", "most")
    rows = rows.with_columns(pl.when(pl.col("sessions").is_not_null()).then(counts.fill_null(0)))
    return select.with_largest(rows).with_columns(method=pl.lit("clustered"))


def clusters(view: View, sessions: pl.DataFrame, numerator: pl.Expr, denominator: pl.Expr) -> pl.DataFrame:
    """Sessions of one branch in one month or week taken together: keys of the view, numerator, denominator (sums)."""
    is_long = min(view.period.last, view.as_of) - view.period.first >= timedelta(days=LONG_ENOUGH_FOR_MONTHS)
    unit = "month" if is_long and not set(view.by) & {"school_quarter", "month", "school_week"} else "school_week"
    together = [pl.col("branch_id").alias("of_branch"), periods.first_day_of(unit, pl.col("visited_on")).alias("of_unit")]
    return sessions.group_by(*view.keys, *together).agg(numerator=numerator.sum().cast(pl.Int64), denominator=denominator.sum().cast(pl.Int64))
