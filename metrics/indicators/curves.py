"""Curves of how many it has happened to by each day, for what takes time to happen: coming back, and the end of support."""

import polars as pl

from metrics.indicators import selection as select
from metrics.methods.survival import kaplan_meier, median
from metrics.shapes import Coverage, Figures, View

DAY = "day"
MEDIAN = ("median", "median_lower", "median_upper")


def curves(indicator: str, view: View, cells: pl.DataFrame, people: pl.DataFrame, coverage: Coverage) -> Figures:
    """A Kaplan-Meier curve for each cell of the view, as the share to whom it has happened by each day.

    cells: as `select.cells`; people: keys of the view, duration (null: too recent to have been followed at all), observed.
    Own key: day, 0 and each day on which it happened to somebody. numerator: to how many it has happened by then; denominator: how many were followed; value,
    lower, upper: the share that the curve gives, which allows for those who were followed for a shorter time, so it is not numerator / denominator; at_risk:
    for how many it could still happen just before; median, median_lower, median_upper: the day by which it has happened to half, the same in each row, null
    where the curve does not get there. pupils: as few as one of these numbers counts. Where nobody was followed: one row, day 0, with a reason
    (`too_recent` where somebody was there).
    """
    keys, followed = view.keys, people.drop_nulls("duration")
    counts = select.totals(people, keys, everybody=pl.len(), denominator=pl.col("duration").count().cast(pl.Int64))
    nobody = pl.when(pl.col("everybody") > 0).then(pl.lit("too_recent")).otherwise(pl.lit("no_denominator"))
    found = select.counted(cells, counts, keys).with_columns(
        reason=pl.when(pl.col("reason").is_not_null() | (pl.col("denominator") > 0)).then("reason").otherwise(nobody)
    )
    points = [_points(cell, view) for cell in (followed.partition_by(keys, maintain_order=True) if keys else [followed]) if len(cell)]
    found = found.join(pl.concat(points), on=keys, how="left") if keys and points else found.join(points[0], how="cross") if points else found
    rows = found if points else found.with_columns(pl.lit(None, pl.Int64).alias(name) for name in (DAY, "numerator", "at_risk", *MEDIAN))
    rows = rows.with_columns(pl.col(DAY).fill_null(0), pupils=select.fewest("numerator", "at_risk"), method=pl.lit("kaplan_meier"))
    return select.figures(indicator, view, rows, coverage, own_keys=(DAY,), more=("at_risk", *MEDIAN), grows_along=DAY)


def _points(cell: pl.DataFrame, view: View) -> pl.DataFrame:
    """The points of the curve of one cell with its keys, the first on day 0."""
    curve = kaplan_meier(cell.select("duration", "observed"), confidence=view.confidence)
    half = median(curve)
    start = pl.DataFrame({"day": [0], "at_risk": [len(cell)], "events": [0], "survival": [1.0], "lower": [None], "upper": [None]}, schema=curve.schema)
    return pl.concat([start, curve]).select(
        *(pl.lit(cell[key][0], cell.schema[key]).alias(key) for key in view.keys),
        DAY,
        "at_risk",
        numerator=pl.col("events").cum_sum(),
        value=1 - pl.col("survival"),
        lower=1 - pl.col("upper"),
        upper=1 - pl.col("lower"),
        median=pl.lit(half.value, pl.Int64),
        median_lower=pl.lit(half.lower, pl.Int64),
        median_upper=pl.lit(half.upper, pl.Int64),
    )
