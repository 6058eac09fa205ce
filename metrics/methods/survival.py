"""How long until something happens, when for some it has not happened yet: the Kaplan-Meier curve and its median."""

import polars as pl

from metrics.methods.uncertainty import z_value
from metrics.refusals import refuse_missing_columns, refuse_rows
from metrics.shapes import Interval, Refused

#: Survival is a product of fractions: what is exactly one half on paper may lie a rounding error above it.
ROUNDING = 1e-12


def kaplan_meier(frame: pl.DataFrame, *, confidence: float = 0.95) -> pl.DataFrame:
    """The share for whom it has not happened yet, after each day on which it happened to somebody.

    frame: duration (days, 0 or more), observed (true where it happened on that day, false where watching ended) [, entry: the day from which one was
    watched; absent = from before day 0]. At risk on a day is who entered before it and was watched up to it or longer.
    Returns day, at_risk, events, survival, lower, upper (0-1), one row per day with an event. Limits on the log scale with Greenwood's variance, as R's
    survfit gives by default; null once survival is 0.
    Raises Refused: `missing_column`, `incomplete_rows` (a null), `not_a_number`, `not_a_duration` (below 0 or not finite),
    `not_zero_or_one`, `entry_not_before_duration`, all but the first and third with the rows; `confidence_out_of_range`.
    Source: Kaplan & Meier 1958, JASA 53: 457-481; Kalbfleisch & Prentice 2002, section 1.4; delayed entry: Klein & Moeschberger 2003, section 4.6.
    """
    z = z_value(confidence)
    frame = _checked(frame)
    days = frame.group_by(day="duration").agg(watched=pl.len().cast(pl.Int64), events=pl.col("observed").sum().cast(pl.Int64)).sort("day")
    left_before = pl.col("watched").cum_sum() - pl.col("watched")
    curve = days.select("day", "events", at_risk=_entered_before(frame, days["day"]) - left_before).filter(pl.col("events") > 0)
    n, d = pl.col("at_risk"), pl.col("events")
    curve = curve.with_columns(survival=((n - d) / n).cum_prod(), distance=z * (d / (n * (n - d))).cum_sum().sqrt())
    some_left = pl.when(pl.col("survival") > 0)
    return curve.select(
        "day",
        "at_risk",
        "events",
        "survival",
        lower=some_left.then(pl.col("survival") * (-pl.col("distance")).exp()),
        upper=some_left.then((pl.col("survival") * pl.col("distance").exp()).clip(upper_bound=1)),
    )


def median(curve: pl.DataFrame) -> Interval:
    """The day by which it has happened to half, with limits: where the curve and its own limits first come down to one half.

    curve: as `kaplan_meier` gives. Each part is None where its curve does not come down to one half, with reason `median_not_reached` when that is the
    curve itself. R's survfit gives the midpoint when the curve stays at one half for a while; this is the first day of that while.
    Source: Brookmeyer & Crowley 1982, Biometrics 38: 29-41.
    """
    at_half = [pl.col("day").filter(pl.col(part) <= 0.5 + ROUNDING).min().alias(part) for part in ("survival", "lower", "upper")]
    value, lower, upper = curve.select(at_half).row(0)
    return Interval(value, lower, upper, "median_not_reached" if value is None else None)


def _entered_before(frame: pl.DataFrame, days: pl.Series) -> pl.Series | pl.Expr:
    if "entry" not in frame.columns:
        return pl.lit(len(frame), pl.Int64)
    return frame["entry"].cast(pl.Float64).sort().search_sorted(days.cast(pl.Float64), side="left").cast(pl.Int64)


def _checked(frame: pl.DataFrame) -> pl.DataFrame:
    refuse_missing_columns(frame, "duration", "observed")
    columns = ["duration", "observed", *(["entry"] if "entry" in frame.columns else [])]
    refuse_rows(frame, pl.any_horizontal(pl.col(columns).is_null()), "incomplete_rows")
    for name, dtype in frame.select(columns).schema.items():
        if not (dtype.is_numeric() or dtype == pl.Null or (dtype == pl.Boolean and name == "observed")):
            raise Refused("not_a_number", column=name)
    known = frame.select(pl.col(columns).cast(pl.Int64) if frame.is_empty() else pl.col(columns))
    observed, duration = pl.col("observed").cast(pl.Float64), pl.col("duration")
    refuse_rows(known, (observed != 0) & (observed != 1), "not_zero_or_one")
    refuse_rows(known, ~duration.is_finite() | (duration < 0), "not_a_duration")
    if "entry" in columns:
        refuse_rows(known, ~(pl.col("entry") < duration), "entry_not_before_duration")
    return known
