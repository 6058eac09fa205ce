"""Time as schools live it: the only place that knows 1 August, the school quarters and which weeks are school weeks."""

from datetime import date, timedelta

import polars as pl

from metrics.shapes import Period

SCHOOL_YEAR_STARTS_IN = 8
QUARTER_STARTS_IN = (8, 11, 2, 5)


def school_year_of(day: date) -> int:
    """The calendar year in which the school year of `day` starts: 31 July 2020 -> 2019, 1 August 2020 -> 2020."""
    return day.year if day.month >= SCHOOL_YEAR_STARTS_IN else day.year - 1


def school_year(starts_in: int) -> Period:
    """The school year that starts in the given calendar year: 1 August up to and including 31 July."""
    return Period(date(starts_in, SCHOOL_YEAR_STARTS_IN, 1), date(starts_in + 1, SCHOOL_YEAR_STARTS_IN, 1) - timedelta(days=1))


def school_quarters(starts_in: int) -> list[Period]:
    """The four quarters of a school year: Aug-Oct, Nov-Jan, Feb-Apr, May-Jul."""
    firsts = [date(starts_in + (month < SCHOOL_YEAR_STARTS_IN), month, 1) for month in QUARTER_STARTS_IN]
    lasts = [first - timedelta(days=1) for first in [*firsts[1:], date(starts_in + 1, SCHOOL_YEAR_STARTS_IN, 1)]]
    return [Period(first, last) for first, last in zip(firsts, lasts, strict=True)]


def school_year_number(day: pl.Expr) -> pl.Expr:
    """`school_year_of` for a column of dates, Int32."""
    return (day.dt.year() - (day.dt.month() < SCHOOL_YEAR_STARTS_IN).cast(pl.Int32)).cast(pl.Int32)


def first_day_of(grain: str, day: pl.Expr) -> pl.Expr:
    """The first day of the school year, school quarter, month or school week (Monday) in which each date lies."""
    if grain == "school_year":
        return pl.date(school_year_number(day), SCHOOL_YEAR_STARTS_IN, 1)
    if grain == "school_quarter":
        return day.dt.month_start().dt.offset_by("-1mo").dt.truncate("1q").dt.offset_by("1mo")
    if grain == "month":
        return day.dt.month_start()
    return day.dt.truncate("1w")
