"""The as-of date (peildatum): up to which day the figures of all branches can be compared."""

from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl

#: A branch that has delivered nothing for so many school weeks no longer holds the others back; it is named instead.
SILENT_AFTER_SCHOOL_WEEKS = 8


@dataclass(frozen=True)
class AsOf:
    """day: None when nothing was delivered; silent: branches that deliver nothing any more and do not hold it back, in order."""

    day: date | None
    silent: tuple[str, ...] = ()


def as_of(branches: pl.DataFrame, coverage: pl.DataFrame, holidays: pl.DataFrame, closures: pl.DataFrame, today: date) -> AsOf:
    """The earliest of the last days that the active branches delivered.

    branches: branch_id, sector, opened_on, closed_on; coverage: branch_id, last_day; holidays: first_day, last_day; closures: first_day, last_day, sector,
    branch_id (null = every one). Active is a branch that offers help and was open on the newest day that any branch delivered. Silence is counted up to today,
    in weeks in which the branch had a school day: a holiday, a closure or the end of a branch is no silence. When every branch is silent, those hold the day
    back that were not yet silent on the newest day.
    """
    delivered = coverage.group_by("branch_id").agg(last=pl.min_horizontal(pl.col("last_day").max(), pl.lit(today)))
    newest = delivered["last"].max()
    if not isinstance(newest, date):
        return AsOf(None)
    active = branches.filter(
        pl.col("sector").is_not_null(),
        pl.col("opened_on").is_null() | (pl.col("opened_on") <= newest),
        pl.col("closed_on").is_null() | (pl.col("closed_on") > newest),
    ).join(delivered, on="branch_id", how="left")
    lasts = dict(active.select("branch_id", "last").iter_rows())
    silent_now = _silent(active, holidays, closures, today)
    silent_then = _silent(active, holidays, closures, newest)
    everyone = set(lasts) <= silent_now
    speaking = [last for branch, last in lasts.items() if last is not None and branch not in (silent_then if everyone else silent_now)]
    return AsOf(min(speaking, default=newest), tuple(sorted(silent_now)))


def _silent(active: pl.DataFrame, holidays: pl.DataFrame, closures: pl.DataFrame, until: date) -> set[str]:
    """The branches without a delivery in so many of their school weeks up to a day."""
    found = set()
    for row in active.iter_rows(named=True):
        own = closures.filter(
            pl.col("branch_id").is_null() | (pl.col("branch_id") == row["branch_id"]), pl.col("sector").is_null() | (pl.col("sector") == row["sector"])
        )
        free = pl.concat([frame.select("first_day", "last_day") for frame in (holidays, own)])
        end = until if row["closed_on"] is None else min(until, row["closed_on"] - timedelta(days=1))
        since = row["last"] or row["opened_on"] or date.min
        if sum(week > since for week in _school_weeks(free, end)) >= SILENT_AFTER_SCHOOL_WEEKS:
            found.add(row["branch_id"])
    return found


def _school_weeks(free: pl.DataFrame, until: date, years: int = 2) -> list[date]:
    """Mondays of the weeks up to a day that have a weekday outside what is free: first_day, last_day."""
    first = date(until.year - years, 1, 1)
    stretches = [pl.col("day").is_between(start, end) for start, end in free.iter_rows()]
    weekdays = pl.DataFrame({"day": pl.date_range(first, until, eager=True)}).filter(pl.col("day").dt.weekday() <= 5)
    at_school = weekdays.filter(~pl.any_horizontal(stretches)) if stretches else weekdays
    return at_school["day"].dt.truncate("1w").unique().sort().to_list()
