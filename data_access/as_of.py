"""The as-of date (peildatum): up to which day the figures of all branches can be compared."""

from dataclasses import dataclass
from datetime import date

import polars as pl

#: A branch that has delivered nothing for so many school weeks no longer holds the others back; it is named instead.
SILENT_AFTER_SCHOOL_WEEKS = 8


@dataclass(frozen=True)
class AsOf:
    """day: None when nothing was delivered; silent: branches that do not hold it back, in order."""

    day: date | None
    silent: tuple[str, ...] = ()


def as_of(branches: pl.DataFrame, coverage: pl.DataFrame, holidays: pl.DataFrame, today: date) -> AsOf:
    """The earliest of the last days that the active branches delivered.

    branches: branch_id, sector, opened_on, closed_on; coverage: branch_id, last_day; holidays: first_day, last_day. Active is a branch that offers help and is
    open on the newest day that any branch delivered.
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
    weeks = _school_weeks(holidays, newest)
    silence = pl.coalesce("last", "opened_on", pl.lit(date.min))
    counted = active.with_columns(weeks=silence.map_elements(lambda day: sum(week > day for week in weeks), return_dtype=pl.Int64))
    speaks = counted.filter(pl.col("weeks") < SILENT_AFTER_SCHOOL_WEEKS, pl.col("last").is_not_null())
    silent = tuple(counted.filter(pl.col("weeks") >= SILENT_AFTER_SCHOOL_WEEKS)["branch_id"].sort())
    earliest = speaks["last"].min()
    return AsOf(earliest if isinstance(earliest, date) else newest, silent)


def _school_weeks(holidays: pl.DataFrame, until: date, years: int = 2) -> list[date]:
    """Mondays of the weeks up to a day that have a weekday outside the holidays."""
    first = date(until.year - years, 1, 1)
    free = [pl.col("day").is_between(start, end) for start, end in holidays.select("first_day", "last_day").iter_rows()]
    weekdays = pl.DataFrame({"day": pl.date_range(first, until, eager=True)}).filter(pl.col("day").dt.weekday() <= 5)
    at_school = weekdays.filter(~pl.any_horizontal(free)) if free else weekdays
    return at_school["day"].dt.truncate("1w").unique().sort().to_list()
