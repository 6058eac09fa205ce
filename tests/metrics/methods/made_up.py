"""Any visits: what hypothesis draws for the methods over visits, and the same visits in other clothes."""

from datetime import date, timedelta
from random import Random

import polars as pl
from hypothesis import strategies as st

FIRST_DAY = date(2025, 7, 20)  # twelve days before a school year starts
SCHEMA = {"pupil_id": pl.Int64, "visited_on": pl.Date, "branch_id": pl.String}
Rows = list[tuple[int | None, date, str | None]]


def visits_of(pupils: int, days: int) -> st.SearchStrategy[Rows]:
    """Visits of a handful of pupils, some anonymous, within `days` days of `FIRST_DAY`, at two branches or at one that was not named."""
    when = st.integers(0, days).map(lambda n: FIRST_DAY + timedelta(days=n))
    return st.lists(st.tuples(st.one_of(st.integers(1, pupils), st.none()), when, st.sampled_from(["north", "south", None])), max_size=60)


def shuffled_and_doubled(rows: Rows, seed: Random) -> pl.DataFrame:
    """The same visits, some of them twice, in another order."""
    again = rows + [row for row in rows if seed.random() < 0.3]
    seed.shuffle(again)
    return pl.DataFrame(again, schema=SCHEMA, orient="row")


def of_any_type(visits: pl.DataFrame) -> list[pl.DataFrame]:
    """The same visits with ids of text, dates, small and sparse numbers."""
    pupil = pl.col("pupil_id")
    return [
        visits.with_columns(pl.format("pupil-{}", pupil).alias("pupil_id")),
        visits.with_columns((pl.lit(FIRST_DAY) + pl.duration(days=pupil)).cast(pl.Date).alias("pupil_id")),
        visits.with_columns(pupil.cast(pl.UInt8)),
        visits.with_columns(pupil * 10**12),
    ]
