"""The calendar without its closed days: on how many days somebody could have come."""

from datetime import date

import polars as pl

from metrics.refusals import refuse_missing_columns, refuse_rows, refuse_undated

EPOCH = date(1970, 1, 1)


class OpenDays:
    """Counts the open days of a calendar that runs from the day before `first` up to and including `last`."""

    def __init__(self, first: date, last: date, closures: pl.DataFrame | None = None) -> None:
        """closures: first, last (both closed; days that several closures hold are closed once). Outside them every day is open.

        Raises Refused: `missing_column`, `not_a_date`, `closure_ends_before_it_begins`.
        """
        self._start = (first - EPOCH).days - 1
        days = pl.int_range(self._start, (last - EPOCH).days + 1, dtype=pl.Int64, eager=True)
        is_open = pl.Series([True]).new_from_index(0, len(days)) if closures is None else ~days.is_in(_closed_days(closures))
        self._open_until = is_open.cast(pl.Int32).cum_sum()

    def until(self, days: pl.Series) -> pl.Series:
        """How many open days there are up to and including each of `days`."""
        return self._open_until.gather(days.to_physical() - self._start)

    def before(self, days: pl.Series) -> pl.Series:
        """How many open days there are before each of `days`."""
        return self._open_until.gather(days.to_physical() - self._start - 1)

    def day_of(self, number: pl.Series) -> pl.Series:
        """The open day that is the `number`th; null where the calendar ends earlier."""
        position = self._open_until.search_sorted(number, side="left").cast(pl.Int64)
        return (position + self._start).set(position == len(self._open_until), None).cast(pl.Int32).cast(pl.Date)


def _closed_days(closures: pl.DataFrame) -> pl.Series:
    """The days of all closures, as one list of days since the epoch."""
    refuse_missing_columns(closures, "first", "last")
    refuse_undated(closures, "first", "last")
    refuse_rows(closures, pl.col("last") < pl.col("first"), "closure_ends_before_it_begins")
    first, last = (pl.col(name).cast(pl.Date).to_physical().cast(pl.Int64) for name in ("first", "last"))
    return closures.select(pl.int_ranges(first, last + 1).explode().implode()).to_series()
