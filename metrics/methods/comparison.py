"""Which rates are certainly above or below a given one?"""

import polars as pl


def against(frame: pl.DataFrame, reference: float) -> pl.DataFrame:
    """Compare rows with one fixed value.

    frame: lower, upper. Adds status: "higher" (whole interval strictly above `reference`), "lower" (strictly below), "unclear"; null where a limit is null.
    """
    status = pl.when(pl.col("lower") > reference).then(pl.lit("higher")).when(pl.col("upper") < reference).then(pl.lit("lower")).otherwise(pl.lit("unclear"))
    known = pl.col("lower").is_not_null() & pl.col("upper").is_not_null()
    return frame.with_columns(status=pl.when(known).then(status))
