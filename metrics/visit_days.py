"""Visits sorted once by pupil and day, so that every figure that follows compares neighbouring rows instead of hashing pupils again."""

from datetime import date
from typing import TypeVar

import polars as pl

from metrics.refusals import refuse_missing_columns, refuse_undated
from metrics.shapes import VisitDays

__all__ = ["VisitDays", "Visits", "as_visit_days", "first_of_each", "only", "per_day", "prepare", "until"]

#: What a method takes: visits as they come, or prepared once for many figures.
Visits = pl.DataFrame | VisitDays
Column = TypeVar("Column", pl.Series, pl.Expr)


def prepare(visits: pl.DataFrame) -> VisitDays:
    """Sort visits by pupil and day and find each pupil's first and second day.

    visits: pupil_id (any type), visited_on (Date) [, branch_id]. Rows without pupil_id are left out; repeated rows count once.
    Raises Refused("missing_column") with their names, Refused("not_a_date") with the number of rows without one.
    Source: the base term visit day, docs/glossary.md.
    """
    refuse_missing_columns(visits, "pupil_id", "visited_on")
    named = visits.filter(pl.col("pupil_id").is_not_null())
    refuse_undated(named, "visited_on")
    branch = named["branch_id"] if "branch_id" in visits.columns else pl.repeat(None, len(named), eager=True).alias("branch_id")

    # One number that sorts as (pupil, day, branch) does: sorting it takes a fraction of sorting rows, and repeats become neighbours.
    packed, pupils = _packed(pl.zeros(len(named), dtype=pl.Int64, eager=True), named["pupil_id"])
    packed, days = _packed(packed, named["visited_on"].cast(pl.Date))
    packed, branches = _packed(packed, branch)
    packed = packed.sort()
    pupil_and_day, branch = _unpacked(packed.filter(first_of_each(packed)), branches)
    del packed  # 10 million visits: 80 MB
    pupil, day = _unpacked(pupil_and_day, days)
    branch_days = pl.DataFrame([pupils.gather(pupil).set_sorted(), day, branch])
    visit_days = branch_days.select("pupil_id", "visited_on").filter(first_of_each(pupil_and_day))
    return VisitDays(visit_days, _pupils(visit_days), branch_days if "branch_id" in visits.columns else None)


def as_visit_days(visits: Visits) -> VisitDays:
    """What a method over visits begins with: visits that were prepared before are not sorted again."""
    return visits if isinstance(visits, VisitDays) else prepare(visits)


def only(visits: VisitDays, keep: pl.Expr) -> VisitDays:
    """The visits that `keep` picks, such as those of one period or branch, in the order they had.

    keep: a condition on pupil_id, visited_on and, where the visits name it, branch_id. First and second day become those of what is kept.
    """
    if visits.branch_days is None:
        days = visits.days.filter(keep)
        return VisitDays(days, _pupils(days))
    branch_days = visits.branch_days.filter(keep)
    days = branch_days.select("pupil_id", "visited_on").filter(first_of_each(pl.col("pupil_id")) | first_of_each(pl.col("visited_on")))
    return VisitDays(days, _pupils(days), branch_days)


def until(visits: Visits, as_of: date) -> pl.DataFrame:
    """The visit days up to and including `as_of`: pupil_id, visited_on, sorted."""
    days = as_visit_days(visits).days
    return days.filter(pl.col("visited_on") <= as_of)


def per_day(days: pl.Series, what: pl.Expr) -> pl.Series:
    """`what` of every day, such as its school year, worked out once per day of the calendar: visits are many, days are few.

    days: dates, without null; what: an expression on `day`.
    """
    if days.is_empty():
        return days.to_frame("day").select(what).to_series()
    first, last = days.to_physical().to_frame("day").select(first=pl.col("day").min(), last=pl.col("day").max()).row(0)
    calendar = pl.int_range(first, last + 1, dtype=pl.Int32, eager=True).cast(pl.Date).to_frame("day")
    return calendar.select(what).to_series().gather(days.to_physical() - first)


def first_of_each(ordered: Column) -> Column:
    """True in the first row of each run of equal values. ordered: without null."""
    return (ordered != ordered.shift(1)).fill_null(True)


def _packed(packed: pl.Series, column: pl.Series) -> tuple[pl.Series, pl.Series]:
    """Put a column behind what was packed so far, as the numbers of its values in their order. Also those values, of which `_unpacked` needs to know."""
    dense = _dense_values(column)
    if dense is not None:
        return packed * len(dense) + (column.to_physical().cast(pl.Int64) - dense.to_physical()[0]), dense
    values = column.unique().sort()
    numbers = column.replace_strict(values, pl.int_range(len(values), dtype=pl.UInt32, eager=True)) if len(column) else pl.Series([], dtype=pl.UInt32)
    return packed * len(values) + numbers, values


def _unpacked(packed: pl.Series, values: pl.Series) -> tuple[pl.Series, pl.Series]:
    """Take the last column off the packed numbers: what remains, and that column."""
    size = max(len(values), 1)
    return packed // size, values.gather(packed % size)


def _dense_values(column: pl.Series) -> pl.Series | None:
    """Every value from the lowest to the highest of whole numbers or dates that lie close together: then a value less the lowest is its number."""
    if not (column.dtype.is_integer() or column.dtype == pl.Date) or column.is_empty() or column.null_count():
        return None
    lowest, highest = column.to_physical().to_frame().select(lowest=pl.all().min(), highest=pl.all().max()).row(0)
    if highest - lowest > 4 * len(column) or abs(lowest) > 2**62:
        return None
    return pl.int_range(lowest, highest + 1, eager=True).cast(column.dtype).alias(column.name)


def _pupils(days: pl.DataFrame) -> pl.DataFrame:
    """One row per pupil, read from the rows where the pupil changes."""
    starts = first_of_each(days["pupil_id"]).arg_true().cast(pl.Int64)
    visit_days = starts.shift(-1, fill_value=len(days)) - starts
    second = pl.when(visit_days > 1).then(days["visited_on"].gather((starts + 1).clip(upper_bound=len(days) - 1)))
    return days[starts].select("pupil_id", first="visited_on", second=second, visit_days=visit_days)
