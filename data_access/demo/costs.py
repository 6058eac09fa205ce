"""What the programme costs, per school year and branch."""

import polars as pl

from metrics.periods import school_year_number

#: Euro per session held, per turn of a volunteer, and per school year for those who run the programme.
ROOM_AND_STAFF, PER_TURN, COORDINATION = 95, 6.5, 38_000


def costs(sessions: pl.DataFrame) -> pl.DataFrame:
    """school_year, branch_id (null = the whole programme), what, amount. The school year that is not over yet has no costs."""
    held = sessions.filter(pl.col("status") == "held").with_columns(school_year=school_year_number(pl.col("held_on")).cast(pl.Int64))
    held = held.filter(pl.col("school_year") < pl.col("school_year").max())
    per_branch = held.group_by("school_year", "branch_id").agg(
        pl.len().cast(pl.Float64).mul(ROOM_AND_STAFF).alias("Begeleiding en ruimte"),
        pl.col("volunteers").sum().cast(pl.Float64).mul(PER_TURN).alias("Vergoeding vrijwilligers"),
    )
    programme = (
        held.select("school_year").unique().with_columns(branch_id=pl.lit(None, pl.String), what=pl.lit("Coördinatie"), amount=pl.lit(float(COORDINATION)))
    )
    amounts = per_branch.unpivot(index=["school_year", "branch_id"], variable_name="what", value_name="amount")
    return pl.concat([amounts, programme]).sort("school_year", "branch_id", "what")
