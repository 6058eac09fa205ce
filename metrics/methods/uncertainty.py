"""How sure a figure is: limits for proportions, rates, differences and ratios, and the funnel.

Counts may be fractional (weights, estimates). z is the exact normal quantile. What cannot be known is null, never 0, NaN or infinite.
"""

import math
from collections.abc import Sequence
from statistics import NormalDist

import polars as pl

from metrics.refusals import refuse_missing_columns, refuse_rows
from metrics.shapes import Interval, Refused

#: From this count on Byar's approximation is as good as the exact Poisson limits (Breslow & Day 1987, section 2.3).
BYAR_FROM = 10
FUNNEL_LEVELS = {"95": 0.95, "998": 0.998}

Part = tuple[float | None, float | None]


def z_value(confidence: float) -> float:
    """Normal quantile with `confidence` between minus and plus it: 0.95 -> 1.959964. Raises Refused("confidence_out_of_range")."""
    upper_tail_starts = (1 + confidence) / 2
    if not 0.5 < upper_tail_starts < 1:
        raise Refused("confidence_out_of_range", confidence=confidence)
    return NormalDist().inv_cdf(upper_tail_starts)


def proportions(frame: pl.DataFrame, *, confidence: float = 0.95) -> pl.DataFrame:
    """Proportion with Wilson score limits, row by row.

    frame: numerator, denominator (counts). Adds value, lower, upper (0-1); all null where the denominator is 0 or either is null.
    Raises Refused: `numerator_above_denominator`, `negative_count`, `not_a_number`, `missing_column`, `confidence_out_of_range`.
    Source: Wilson 1927; Newcombe 1998, Statistics in Medicine 17: 857-872, method 3.
    """
    z = z_value(confidence)
    refuse_impossible(frame, "numerator", "denominator")
    refuse_numerator_above_denominator(frame)
    x, n = _parts()
    value = x / n
    return frame.with_columns(
        value=value,
        lower=pl.min_horizontal(_wilson_lower(x, n, z), value),
        upper=pl.max_horizontal(1 - _wilson_lower(n - x, n, z), value),
    )


def rates(frame: pl.DataFrame, per: float = 100, *, confidence: float = 0.95) -> pl.DataFrame:
    """Events per `per` of the denominator, with Byar's limits from 10 events on and exact Poisson limits below, row by row.

    frame: numerator (events), denominator (> 0). Adds value, lower, upper (may exceed `per`), method ("byar" | "exact"); all null where the denominator is 0
    or either is null. Right where events are independent; for visits by the same pupils use `clustered_rates`.
    Raises Refused as `proportions` (without `numerator_above_denominator`) and `per_not_positive`.
    Source: Breslow & Day 1987, Statistical methods in cancer research II, section 2.3; Garwood 1936 for the exact limits.
    """
    z = z_value(confidence)
    if not 0 < per < math.inf:
        raise Refused("per_not_positive", per=per)
    refuse_impossible(frame, "numerator", "denominator")
    x, n = _parts()
    many, known = x >= BYAR_FROM, (x / n).is_not_null()
    exact_lower, exact_upper = _exact_poisson(frame, confidence)
    lower = pl.when(many).then(x * (1 - 1 / (9 * x) - z / (3 * x.sqrt())) ** 3).otherwise(exact_lower)
    upper = pl.when(many).then((x + 1) * (1 - 1 / (9 * (x + 1)) + z / (3 * (x + 1).sqrt())) ** 3).otherwise(exact_upper)
    return frame.with_columns(
        value=x / n * per,
        lower=lower / n * per,
        upper=upper / n * per,
        method=pl.when(known & many).then(pl.lit("byar")).when(known).then(pl.lit("exact")),
    )


def clustered_rates(frame: pl.DataFrame, per: float = 100, *, confidence: float = 0.95) -> pl.DataFrame:
    """`rates` for events that come in clusters, such as all visits of one pupil, row by row.

    frame: numerator (sum of v over pupils, v = visits of a pupil), denominator, sum_of_squares (sum of v squared). Each limit of `rates` is put at
    sqrt(sum_of_squares / numerator) times its distance from the value: the variance of a compound Poisson count is the sum of squares. The lower limit
    stays at or above 0; without visits the factor is 1; limits and method are null where sum_of_squares is.
    Raises Refused as `rates`, and `sum_of_squares_without_events` where it is 0 although there are events.
    Source: Dobson, Kuulasmaa, Eberle & Scherer 1991, Statistics in Medicine 10: 457-462, with the variance of a compound Poisson count.
    """
    rated = rates(frame, per, confidence=confidence)
    refuse_impossible(frame, "sum_of_squares")
    x, squares = pl.col("numerator").cast(pl.Float64), pl.col("sum_of_squares").cast(pl.Float64)
    refuse_rows(frame, (x > 0) & (squares == 0), "sum_of_squares_without_events")
    factor = pl.when(x > 0).then((squares / x).sqrt()).when(x == 0).then(1.0)
    value, lower, upper = pl.col("value"), pl.col("lower"), pl.col("upper")
    return rated.with_columns(
        lower=(value - factor * (value - lower)).clip(lower_bound=0),
        upper=value + factor * (upper - value),
        method=pl.when(factor.is_not_null()).then("method"),
    )


def clustered_ratios(clusters: pl.DataFrame, keys: Sequence[str] = (), *, confidence: float = 0.95) -> pl.DataFrame:
    """Ratio of two sums over clusters, such as visits over sessions, with limits that let whatever is alike stay together in its cluster.

    clusters: keys, numerator, denominator, one row per cluster. Gives per combination of keys: keys, numerator, denominator (sums), value, lower, upper,
    clusters; sorted by the keys. With e = numerator - value x denominator of each of G clusters the standard error is sqrt(G / (G - 1) x sum of e squared) /
    denominator, and the limits lie t(G - 1) of them away, the lower one not below 0. value is null where the denominator is 0; limits are null with fewer than
    two clusters, or where nothing varies. Raises Refused as `rates`.
    Source: Cochran 1977, Sampling techniques (3rd edition), chapter 6 (variance of a ratio) and chapter 9A (clusters of unequal size as units).
    """
    z_value(confidence)
    refuse_impossible(clusters, "numerator", "denominator")
    sums = pl.col("numerator", "denominator").cast(pl.Float64).sum()
    summed = clusters.group_by(keys).agg(sums) if keys else clusters.select(sums)
    summed = summed.with_columns(value=pl.col("numerator") / pl.when(pl.col("denominator") > 0).then("denominator"))
    each = clusters.join(summed.select(*keys, "value"), on=keys, how="left") if keys else clusters.join(summed.select("value"), how="cross")
    error = (pl.col("numerator") - pl.col("value") * pl.col("denominator")) ** 2
    spread = {"clusters": pl.len().cast(pl.Int64), "squares": error.sort().sum()}  # in a fixed order, so that the last digit is always the same
    spreads = each.group_by(keys).agg(**spread) if keys else each.select(**spread)
    found = summed.join(spreads, on=keys) if keys else summed.join(spreads, how="cross")
    g = pl.col("clusters")
    distance = pl.when((g > 1) & (pl.col("squares") > 0)).then(_t_values(found["clusters"], confidence) * (g / (g - 1) * pl.col("squares")).sqrt())
    half = distance / pl.when(pl.col("denominator") > 0).then("denominator")
    limits = {"lower": (pl.col("value") - half).clip(lower_bound=0), "upper": pl.col("value") + half}
    found = found.with_columns(**limits).select(*keys, "numerator", "denominator", "value", "lower", "upper", "clusters")
    return found.sort(keys) if keys else found


def difference(a: Part, b: Part, *, confidence: float = 0.95) -> Interval:
    """Proportion a minus proportion b, each (numerator, denominator), with Newcombe's hybrid score limits inside -1..1.

    Undefined: `no_denominator` where a denominator is 0, `missing` where a part is None. Raises Refused as `proportions`.
    Source: Newcombe 1998, Statistics in Medicine 17: 873-890, method 10.
    """
    limits = proportions(_two_rows(a, b), confidence=confidence)
    reason = _undefined(a, b)
    if reason:
        return Interval(None, None, None, reason)
    (p, p_lower, p_upper), (q, q_lower, q_upper) = limits.select("value", "lower", "upper").rows()
    value = p - q
    return Interval(value, max(-1.0, value - math.hypot(p - p_lower, q_upper - q)), min(1.0, value + math.hypot(p_upper - p, q - q_lower)))


def ratio(a: Part, b: Part, *, confidence: float = 0.95) -> Interval:
    """Proportion a over proportion b, each (numerator, denominator), with Katz' limits on the log scale.

    Undefined: `no_denominator`, `missing` as `difference`, `no_events` where a count is 0. Where both proportions are 1 nothing varies: the value stays,
    the limits are None (`no_variation`). A limit too far away for a number is None (`too_few_events`). Raises Refused as `proportions`.
    Source: Katz, Baptista, Azen & Pike 1978, Biometrics 34: 469-474.
    """
    z = z_value(confidence)
    values = proportions(_two_rows(a, b))["value"].to_list()
    reason = _undefined(a, b) or (None if all(values) else "no_events")
    if reason:
        return Interval(None, None, None, reason)
    variance = sum((1 - p) / x for p, x in zip(values, (float(a[0] or 0), float(b[0] or 0)), strict=True))
    value, distance = values[0] / values[1], z * math.sqrt(variance)
    if variance == 0:
        return Interval(value, None, None, "no_variation")
    if distance > math.log(1e300):
        return Interval(value, None, None, "too_few_events")
    return Interval(value, value * math.exp(-distance), value * math.exp(distance))


def funnel(frame: pl.DataFrame) -> pl.DataFrame:
    """Where each proportion lies against the pooled one, given its size: control limits of 95 % and 99.8 %.

    frame: numerator, denominator. Adds value, lower_95, upper_95, lower_998, upper_998 (pooled -/+ z sqrt(pooled (1 - pooled) / denominator), cut to 0-1)
    and status: low_998 | low_95 | within | high_95 | high_998, strictly beyond the limit. All null where the denominator is 0 or either is null, and those
    rows do not count in the pooled proportion. Where the pooled proportion is 0 or 1 nothing varies: limits and status are null.
    Raises Refused as `proportions`. Source: Spiegelhalter 2005, Statistics in Medicine 24: 1185-1202.
    """
    refuse_impossible(frame, "numerator", "denominator")
    refuse_numerator_above_denominator(frame)
    x, n = _parts()
    value, known = x / n, (x / n).is_not_null()
    pooled = x.filter(known).sum() / n.filter(known).sum()
    spread = pl.when(known & (pooled > 0) & (pooled < 1)).then((pooled * (1 - pooled) / n).sqrt())
    return frame.with_columns(value=value, **_walls(pooled, spread)).with_columns(
        status=pl.when(pl.col("lower_95").is_null())
        .then(None)
        .when(pl.col("value") < pl.col("lower_998"))
        .then(pl.lit("low_998"))
        .when(pl.col("value") < pl.col("lower_95"))
        .then(pl.lit("low_95"))
        .when(pl.col("value") > pl.col("upper_998"))
        .then(pl.lit("high_998"))
        .when(pl.col("value") > pl.col("upper_95"))
        .then(pl.lit("high_95"))
        .otherwise(pl.lit("within"))
    )


def funnel_walls(pooled: float, denominators: pl.Series) -> pl.DataFrame:
    """The limits of `funnel` at other sizes, to draw them: denominator, lower_95, upper_95, lower_998, upper_998.

    pooled: the proportion of all, between 0 and 1; denominators: above 0. Raises Refused("not_a_share") for another proportion.
    """
    if not 0 < pooled < 1:
        raise Refused("not_a_share", value=pooled)
    n = pl.col("denominator")
    return denominators.to_frame("denominator").with_columns(**_walls(pl.lit(pooled), (pooled * (1 - pooled) / n).sqrt()))


def _walls(pooled: pl.Expr, spread: pl.Expr) -> dict[str, pl.Expr]:
    return {
        f"{side}_{name}": (pooled + sign * z_value(level) * spread).clip(0, 1)
        for name, level in FUNNEL_LEVELS.items()
        for side, sign in (("lower", -1), ("upper", 1))
    }


def refuse_impossible(frame: pl.DataFrame, *columns: str) -> None:
    """Refuse what can be no count: `missing_column`, `not_a_number` (text, NaN, infinity), `negative_count`. Null is no fault."""
    refuse_missing_columns(frame, *columns)
    for name in columns:
        if not (frame.schema[name].is_numeric() or frame.schema[name] == pl.Null):
            raise Refused("not_a_number", column=name)
        count = pl.col(name).cast(pl.Float64)
        refuse_rows(frame, ~count.is_finite(), "not_a_number")
        refuse_rows(frame, count < 0, "negative_count")


def refuse_numerator_above_denominator(frame: pl.DataFrame) -> None:
    """A part cannot be larger than its whole: the denominator has to be put right, the value is never clipped."""
    refuse_rows(frame, pl.col("numerator").cast(pl.Float64) > pl.col("denominator").cast(pl.Float64), "numerator_above_denominator")


def _parts() -> tuple[pl.Expr, pl.Expr]:
    """Numerator, and denominator with null for 0, so that whatever is divided by it is null too."""
    n = pl.col("denominator").cast(pl.Float64)
    return pl.col("numerator").cast(pl.Float64), pl.when(n > 0).then(n)


def _wilson_lower(x: pl.Expr, n: pl.Expr, z: float) -> pl.Expr:
    """Smaller root of Wilson's equation, from the product of its roots so that nothing cancels: exactly 0 at x = 0. Larger root: 1 minus it for n - x."""
    return 2 * x * (x / n) / (2 * x + z**2 + z * (z**2 + 4 * x * ((n - x) / n)).sqrt())


def _exact_poisson(frame: pl.DataFrame, confidence: float) -> tuple[pl.Series, pl.Series]:
    """Exact limits of a Poisson mean for each numerator below 10, null elsewhere."""
    from scipy.special import gammainccinv, gammaincinv  # noqa: PLC0415 - 0.3 s that only pages with rates should pay

    few = frame.select(pl.col("numerator").cast(pl.Float64)).to_series()
    few = few.set(few >= BYAR_FROM, None)
    counts, tail = few.fill_null(0.0).to_numpy(), (1 - confidence) / 2
    lower, upper = pl.Series(gammaincinv(counts, tail)), pl.Series(gammainccinv(counts + 1, tail))
    # Below 1e-300 or so of a visit the lower limit has no number of its own: it is 0, as it is at no visits at all.
    return lower.fill_nan(0.0).set(few == 0, 0.0).set(few.is_null(), None), upper.set(few.is_null(), None)


def _t_values(clusters: pl.Series, confidence: float) -> pl.Series:
    """Student's t of clusters - 1 degrees of freedom for each; of 1 where there is none, which nothing uses."""
    from scipy.special import stdtrit  # noqa: PLC0415 - as above

    return pl.Series(stdtrit((clusters - 1).clip(lower_bound=1).to_numpy(), (1 + confidence) / 2))


def _two_rows(a: Part, b: Part) -> pl.DataFrame:
    return pl.DataFrame([a, b], schema={"numerator": pl.Float64, "denominator": pl.Float64}, orient="row")


def _undefined(a: Part, b: Part) -> str | None:
    if None in (*a, *b):
        return "missing"
    return "no_denominator" if 0 in (a[1], b[1]) else None
