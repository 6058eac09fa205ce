"""Which rates are certainly above or below another?"""

from collections.abc import Sequence

import polars as pl

from metrics.shapes import Interval


def against(frame: pl.DataFrame, reference: float) -> pl.DataFrame:
    """Compare rows with one fixed value.

    frame: lower, upper. Adds status: "higher" (whole interval strictly above `reference`), "lower" (strictly below), "unclear"; null where a limit is null.
    """
    status = pl.when(pl.col("lower") > reference).then(pl.lit("higher")).when(pl.col("upper") < reference).then(pl.lit("lower")).otherwise(pl.lit("unclear"))
    known = pl.col("lower").is_not_null() & pl.col("upper").is_not_null()
    return frame.with_columns(status=pl.when(known).then(status))


def difference_of(a: Interval, b: Interval) -> Interval:
    """a minus b for two independent estimates, from their own limits (MOVER).

    With Wilson limits of two proportions this is Newcombe's hybrid score interval. Undefined where a part is: reason "no_interval".
    Source: Zou and Donner 2008, Construction of confidence limits about effect measures, Statistics in Medicine 27.
    """
    if a.value is None or a.lower is None or a.upper is None or b.value is None or b.lower is None or b.upper is None:
        return Interval(None, None, None, "no_interval")
    difference = a.value - b.value
    below = ((a.value - a.lower) ** 2 + (b.upper - b.value) ** 2) ** 0.5
    above = ((a.upper - a.value) ** 2 + (b.value - b.lower) ** 2) ** 0.5
    return Interval(difference, difference - below, difference + above)


def mean_of(parts: Sequence[Interval], weights: Sequence[float]) -> Interval:
    """The weighted mean of independent estimates, with limits from their own (MOVER, as `difference_of`). Undefined where a part is: reason "no_interval".

    weights: as long as parts, not all 0: the denominators of ratios give the ratio of them together.
    """
    whole = sum(weights)
    if not whole or any(part.value is None or part.lower is None or part.upper is None for part in parts):
        return Interval(None, None, None, "no_interval")
    known = [(part.value or 0.0, part.lower or 0.0, part.upper or 0.0, weight / whole) for part, weight in zip(parts, weights, strict=True)]
    mean = sum(weight * value for value, _, _, weight in known)
    below = sum((weight * (value - lower)) ** 2 for value, lower, _, weight in known) ** 0.5
    above = sum((weight * (upper - value)) ** 2 for value, _, upper, weight in known) ** 0.5
    return Interval(mean, mean - below, mean + above)


def direction(difference: Interval) -> str | None:
    """higher, lower or unclear: on which side of zero the whole interval lies; None where it is undefined."""
    if difference.lower is None or difference.upper is None:
        return None
    return "higher" if difference.lower > 0 else "lower" if difference.upper < 0 else "unclear"
