"""What counts of what deliveries say about a pupil in a school year: of every attribute the last that is known."""

import polars as pl

from data_access.levels import SECTOR_OF
from data_access.packing import packed, sorted_by
from metrics.periods import school_year_number

KEYS = ["pupil_id", "school_year"]
ATTRIBUTES = ["sector", "level", "year_group", "school_id", "neighbourhood_code"]


def last_known(statements: pl.DataFrame) -> pl.DataFrame:
    """One row per pupil and school year, sorted: what was said on the latest day, and of the same day what came with the latest load.

    statements: KEYS, known_on, load_id and ATTRIBUTES; a null attribute says nothing.
    """
    in_order = statements.sort(*KEYS, "known_on", "load_id")
    return in_order.group_by(KEYS, maintain_order=True).agg(pl.col(name).drop_nulls().last() for name in ATTRIBUTES)


def with_sector(known: pl.DataFrame, visits: pl.DataFrame, branches: pl.DataFrame) -> pl.DataFrame:
    """A row for every pupil and school year that is known or has visits, sorted. The level says the sector, else the register, else the branch last visited.

    known: as `last_known` gives it; visits: pupil_id, visited_on, branch_id, sorted; branches: branch_id, sector.
    """
    year = visits.select("pupil_id", "branch_id", school_year=school_year_number(pl.col("visited_on")).cast(pl.Int64))
    is_last = (pl.col("pupil_id") != pl.col("pupil_id").shift(-1)) | (pl.col("school_year") != pl.col("school_year").shift(-1))
    last = year.filter(is_last.fill_null(value=True)).join(branches.select("branch_id", of_branch="sector"), on="branch_id", how="left")
    rows = known.join(last.select(*KEYS, "of_branch"), on=KEYS, how="full", coalesce=True)
    of_level = pl.col("level").replace_strict(SECTOR_OF, default=None, return_dtype=pl.String)
    return rows.select(*KEYS, pl.coalesce(of_level, "sector", "of_branch").alias("sector"), *ATTRIBUTES[1:]).sort(KEYS)


def last_said(statements: pl.DataFrame) -> pl.DataFrame:
    """The last that one delivery says of every pupil and school year, attribute by attribute, in one row for each day that says something last.

    statements: row, pupil, school_year, known_on and ATTRIBUTES, as many per pupil and year as there are. Of two on a day the later row is the last.
    """
    keys = ["pupil", "school_year"]
    said = sorted_by(statements, [*keys, "known_on", "row"])
    group = packed(said, keys)
    is_last = (group != group.shift(-1)).fill_null(value=True)
    place = pl.int_range(len(said), dtype=pl.Int64, eager=True)
    start = pl.select(pl.when((group != group.shift(1)).fill_null(value=True)).then(place).forward_fill()).to_series().filter(is_last)
    last = {}
    for name in ATTRIBUTES:
        known = pl.select(pl.when(said[name].is_not_null()).then(place).forward_fill()).to_series().filter(is_last)
        last[name] = known.filter(known >= start)
    places = pl.concat(list(last.values())).unique().sort()
    columns = [pl.when(places.is_in(last[name].implode())).then(pl.col(name)).alias(name) for name in ATTRIBUTES]
    days = said[places].select("row", *keys, "known_on", *columns)
    return days.group_by(*keys, "known_on").agg(pl.col("row").max(), *(pl.col(name).drop_nulls().first() for name in ATTRIBUTES))
