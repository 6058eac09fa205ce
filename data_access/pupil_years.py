"""What counts of what deliveries say about a pupil in a school year: of every attribute the last that is known."""

import polars as pl

from data_access.levels import SECTOR_OF

KEYS = ["pupil_id", "school_year"]
ATTRIBUTES = ["sector", "level", "year_group", "school_id", "neighbourhood_code"]


def last_known(statements: pl.DataFrame) -> pl.DataFrame:
    """One row per pupil and school year, sorted: what was said on the latest day, and of the same day what came with the latest load.

    statements: KEYS, known_on, load_id and ATTRIBUTES; a null attribute says nothing. The level says the sector; without one the sector is as delivered.
    """
    in_order = statements.sort(*KEYS, "known_on", "load_id")
    known = in_order.group_by(KEYS, maintain_order=True).agg(pl.col(name).drop_nulls().last() for name in ATTRIBUTES)
    return known.with_columns(sector=pl.coalesce(pl.col("level").replace_strict(SECTOR_OF, default=None, return_dtype=pl.String), "sector"))
