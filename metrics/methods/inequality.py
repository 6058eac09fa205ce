"""How evenly a figure is spread over groups ordered by wealth, and over areas.

`groups` has one row per group: order (a number, low = least wealthy; equal = the same place), numerator and denominator (counts, may be fractional).
Rows of which one of these is unknown, or without denominator, cannot be placed and are left out. Results are on the scale 0-1; the sign says in which
direction a figure runs, never whether that is good.

All functions raise Refused: `numerator_above_denominator`, `negative_count`, `not_a_number`, `missing_column`, `confidence_out_of_range`.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import polars as pl

from metrics.methods import uncertainty
from metrics.methods.columns import Numbers, array, counts, numbers
from metrics.shapes import Interval, Refused

Scale = Literal["logit", "linear"]

ORDERS_NEEDED = 3
FIFTHS = 5
#: A fitted end below this, or a limit further away than its inverse, is no number that anybody could use.
SMALLEST = 1e-300
#: A sum or mean below this is that of nobody: a fraction of a pupil so small that its square has no digits left.
NOBODY = 1e-100
#: From so many people on numpy draws no allocations.
MOST_DRAWN = 1_000_000_000


@dataclass(frozen=True)
class ConcentrationIndex:
    """One concentration in four customary forms; negative = more among the least wealthy.

    relative: -1..1; absolute: relative x mean; erreygers: 4 x absolute; wagstaff: relative / (1 - mean). The last two are for shares, with bounds 0 and 1.
    """

    relative: Interval
    absolute: Interval
    erreygers: Interval
    wagstaff: Interval


@dataclass(frozen=True)
class _Groups:
    """The usable groups as arrays: counts, value, share of the population (sums to 1), ridit; and the number of different orders."""

    numerator: Numbers
    denominator: Numbers
    value: Numbers
    weight: Numbers
    rank: Numbers
    orders: int


@dataclass(frozen=True)
class _Line:
    """Both ends of the fitted line, and for each the part of its standard error that every group brings in."""

    least: float
    most: float
    least_errors: Numbers
    most_errors: Numbers


@dataclass(frozen=True)
class _Fit:
    """The group values on the scale fitted, their standard errors, and how much each group weighs in the middle of the line and in its tilt."""

    value: Numbers
    errors: Numbers
    weight: Numbers
    tilt: Numbers

    def at(self, rank: float) -> Numbers:
        """How much each group weighs in what the line says at a rank."""
        weights: Numbers = self.weight + (rank - 0.5) * self.tilt
        return weights


def slope_index(groups: pl.DataFrame, scale: Scale = "logit", *, confidence: float = 0.95) -> Interval:
    """Slope index of inequality: what the fitted line says of the very wealthiest minus what it says of the very least wealthy.

    Weighted least squares of the group values on the ridit, weight = share of the population, once. On "logit" both ends are transformed back before they are
    subtracted. Limits by the delta method from the groups' Wilson standard errors, cut to -1..1. Undefined (reason) with fewer than three different orders
    ("fewer_than_3_orders"), and on logit where a rate is 0 or 1 ("rate_is_0_or_1").
    Source: Mackenbach & Kunst 1997; OHID, PHEindicatormethods phe_sii (same model; there the limits are simulated).
    """
    z = uncertainty.z_value(confidence)
    line = _fitted_line(groups, scale, z)
    if isinstance(line, str):
        return Interval(None, None, None, line)
    return _within(line.most - line.least, z * _norm(line.most_errors - line.least_errors), -1, 1)


def fitted_line(groups: pl.DataFrame, ranks: Sequence[float], scale: Scale = "logit", *, confidence: float = 0.95) -> pl.DataFrame:
    """The line of `slope_index` at some ranks (0 = least wealthy, 1 = most), to draw it by: rank, value, lower, upper; empty where the slope is undefined.

    Limits by the delta method as for the slope, on "logit" transformed back, so that they stay inside 0..1; on "linear" the line itself may leave that range.
    """
    z = uncertainty.z_value(confidence)
    fit = _fit(groups, scale, z)
    rows: list[tuple[float, float, float, float]] = []
    if not isinstance(fit, str):
        back = _expit if scale == "logit" else float
        for rank in ranks:
            weights = fit.at(rank)
            value, margin = float(weights @ fit.value), z * _norm(weights * fit.errors)
            rows.append((rank, back(value), back(value - margin), back(value + margin)))
    return pl.DataFrame(rows, schema=dict.fromkeys(("rank", "value", "lower", "upper"), pl.Float64), orient="row")


def relative_index(groups: pl.DataFrame, scale: Scale = "logit", *, confidence: float = 0.95) -> Interval:
    """Relative index of inequality: the fitted value at the very wealthiest over that at the very least wealthy; 1 = no difference.

    The line is that of `slope_index`. Limits on logit by the delta method on the log of the ratio, on linear by Fieller's theorem; they are null with reason
    "limits_unbounded" where the least wealthy end of the line cannot be told from 0. Undefined as `slope_index`, and where a fitted end is not above 0
    ("fitted_end_not_above_0").
    Source: Mackenbach & Kunst 1997 (the form of OHID and WHO; others divide the slope by the mean); Fieller 1954.
    """
    z = uncertainty.z_value(confidence)
    line = _fitted_line(groups, scale, z)
    if isinstance(line, str):
        return Interval(None, None, None, line)
    if min(line.least, line.most) < SMALLEST:
        return Interval(None, None, None, "fitted_end_not_above_0")
    if scale == "linear":
        return _fieller(line, z)
    log_error = z * _norm(line.most_errors / line.most - line.least_errors / line.least)
    ratio = line.most / line.least
    if log_error + abs(math.log(ratio)) > -math.log(SMALLEST):
        return Interval(ratio, None, None, "limits_unbounded")
    return Interval(ratio, ratio * math.exp(-log_error), ratio * math.exp(log_error))


def concentration_index(groups: pl.DataFrame, *, confidence: float = 0.95) -> ConcentrationIndex:
    """Concentration of the numerator over the order of wealth: twice the covariance of rank and value, over the mean.

    Population covariance with weights that sum to 1. Limits by the delta method from Wilson standard errors, the variance of the mean included, cut to what
    the index can reach. Undefined with fewer than three different orders ("fewer_than_3_orders"); relative and wagstaff also where nobody is counted
    ("no_numerator"), wagstaff where everybody is ("rate_is_0_or_1").
    Source: Kakwani, Wagstaff & van Doorslaer 1997; Wagstaff 2005; Erreygers 2009.
    """
    z = uncertainty.z_value(confidence)
    read = _groups(groups)
    if read.orders < ORDERS_NEEDED:
        undefined = Interval(None, None, None, "fewer_than_3_orders")
        return ConcentrationIndex(undefined, undefined, undefined, undefined)
    error, weight = _wilson_errors(read, z), read.weight
    slant = 2 * weight * (read.rank - 0.5)
    mean, absolute = float(weight @ read.value), float(slant @ read.value)
    margin = z * _norm(slant * error)
    relative = wagstaff = Interval(None, None, None, "no_numerator")
    if mean > NOBODY:
        relative = _bounded(absolute / mean, z * _norm((slant - absolute / mean * weight) / mean * error), 1)
        wagstaff = Interval(None, None, None, "rate_is_0_or_1")
    spread = mean * (1 - mean)
    if spread > NOBODY:
        bounded = absolute / spread
        wagstaff = _bounded(bounded, z * _norm((slant - bounded * (1 - 2 * mean) * weight) / spread * error), 1)
    return ConcentrationIndex(relative, _bounded(absolute, margin, 0.25), _bounded(4 * absolute, 4 * margin, 1), wagstaff)


def concentration_curve(groups: pl.DataFrame) -> pl.DataFrame:
    """The concentration curve: cumulative_population and cumulative_numerator (shares) from the least wealthy up, one point per different order.

    Starts at (0, 0); above the diagonal = concentrated among the least wealthy. cumulative_numerator is null after the first point where nobody is counted.
    Source: O'Donnell, van Doorslaer, Wagstaff & Lindelow 2008, Analyzing health equity using household survey data, chapter 7.
    """
    known = _known(groups, ["order"]).group_by("order").agg(pl.col("denominator", "numerator").sum()).sort("order")
    shares = known.select(
        cumulative_population=pl.col("denominator").cum_sum() / pl.col("denominator").cum_sum().last(),
        cumulative_numerator=pl.when(pl.col("numerator").sum() > NOBODY).then(pl.col("numerator").cum_sum() / pl.col("numerator").cum_sum().last()),
    )
    return pl.concat([pl.DataFrame({"cumulative_population": [0.0], "cumulative_numerator": [0.0]}), shares])


def representation(groups: pl.DataFrame, *, confidence: float = 0.95) -> pl.DataFrame:
    """How each group fares beside all others; keeps rows, order and all other columns. `order` is not needed.

    Adds value, lower, upper (Wilson), ratio (share of the numerator over share of the denominator, 1 = in proportion; null where nobody is counted), gap
    (value minus that of all others; null where there are none) with gap_lower and gap_upper (Newcombe), and pupils_to_parity (whole pupils that the group lacks
    to equal all others, 0 when ahead). All are null for a group without denominator, which counts in no total either.
    Source: proportionality index and percentage-point gap "minus one" of the California community colleges (DisImpact); Newcombe 1998, method 10.
    """
    read = counts(groups, ["numerator", "denominator"])
    known = pl.col("numerator").is_not_null() & (pl.col("denominator") > 0)
    x, n = (pl.when(known).then(pl.col(name)) for name in ("numerator", "denominator"))
    others = pl.when(n.sum() - n > 0).then(n.sum() - n)
    parts = read.select(
        ratio=pl.when(x.sum() > NOBODY).then(x * n.sum() / (x.sum() * n)),
        gap=x / n - (x.sum() - x) / others,
        # One fraction, so that whole counts give whole pupils; the rounding takes away only what fractional counts leave in the last digits.
        pupils_to_parity=((x.sum() * n - x * n.sum()) / others).round(9).ceil().clip(0).cast(pl.Int64),
    )
    # Rounding of fractional counts may leave more participants than pupils among the others, by a last digit.
    beside = read.select(numerator=pl.min_horizontal(x.sum() - x, n.sum() - n), denominator=n.sum() - n)
    other = uncertainty.proportions(beside, confidence=confidence)
    rated = uncertainty.proportions(groups, confidence=confidence)
    below = ((rated["value"] - rated["lower"]) ** 2 + (other["upper"] - other["value"]) ** 2).sqrt()
    above = ((rated["upper"] - rated["value"]) ** 2 + (other["value"] - other["lower"]) ** 2).sqrt()
    limits = parts.select(gap_lower=(pl.col("gap") - below).clip(lower_bound=-1), gap_upper=(pl.col("gap") + above).clip(upper_bound=1))
    return rated.with_columns(limits).with_columns(parts)


def dissimilarity(frame: pl.DataFrame) -> float | None:
    """Share of one group that would have to live elsewhere for both to be spread alike over the areas: 0 alike, 1 never in the same area.

    frame: group_a, group_b (counts per area; not a part and its total). Areas of which one count is unknown are left out. None where a group is empty.
    Source: Duncan & Duncan 1955.
    """
    known = counts(frame, ["group_a", "group_b"]).drop_nulls()
    group_a, group_b = array(known, "group_a"), array(known, "group_b")
    if not (group_a.any() and group_b.any()):
        return None
    return min(1.0, float(np.abs(group_a / group_a.sum() - group_b / group_b.sum()).sum() / 2))


def expected_dissimilarity(frame: pl.DataFrame, seed: int, *, draws: int = 1000) -> float | None:
    """What `dissimilarity` would be on average if chance alone had placed group_a among all people of the areas: small areas differ by themselves.

    The mean over `draws` random allocations (multivariate hypergeometric; fractional counts are first rounded to whole people). None where a group is empty.
    Raises Refused("too_many_people") from a thousand million people on, which numpy does not draw from.
    Source: Cortese, Falk & Cohen 1976.
    """
    known = counts(frame, ["group_a", "group_b"]).drop_nulls()
    group_a, group_b = (np.rint(array(known, name)).astype(np.int64) for name in ("group_a", "group_b"))
    if not (group_a.any() and group_b.any()):
        return None
    areas = group_a + group_b
    if areas.sum() >= MOST_DRAWN:
        raise Refused("too_many_people", number=int(areas.sum()), most=MOST_DRAWN - 1)
    drawn = np.random.default_rng(seed).multivariate_hypergeometric(areas, group_a.sum(), size=draws, method="marginals")
    return float(np.abs(drawn / group_a.sum() - (areas - drawn) / group_b.sum()).sum(axis=1).mean() / 2)


def theil(groups: pl.DataFrame) -> float | None:
    """Theil's T of the group values weighted by population: 0 when all are alike. None where nobody is counted. `order` is not needed.

    Source: Theil 1967; a group where nobody is counted adds 0, the limit of v ln v.
    """
    weight, value = _weights_and_values(_known(groups))
    mean = weight @ value
    if not mean > NOBODY:
        return None
    relative = value / mean
    return max(0.0, float(weight @ (relative * np.log(np.where(relative > 0, relative, 1)))))


def variation(groups: pl.DataFrame) -> float | None:
    """Weighted standard deviation of the group values over their mean (population form). None where nobody is counted. `order` is not needed.

    Source: the coefficient of variation of Schlotheuber & Hosseinpoor 2022, Summary measures of health inequality.
    """
    weight, value = _weights_and_values(_known(groups))
    mean = weight @ value
    if not mean > NOBODY:
        return None
    return float(np.sqrt(weight @ (value - mean) ** 2) / mean)


def quintiles(frame: pl.DataFrame) -> pl.DataFrame:
    """The fifth of the weight in which each row lies: 1 = lowest value; keeps rows, order and all other columns, adds fifth (Int64).

    frame: value, weight (not negative). fifth = min(5, floor(5 x ridit) + 1), equal values share a fifth; null where value or weight is unknown, or where
    all weight is 0.
    Source: the ridit of Bross 1958, How to use ridit analysis, Biometrics 14.
    """
    read = numbers(frame, ["value"]).with_columns(counts(frame, ["weight"]))
    known = read.select(pl.all_horizontal(pl.all().is_not_null())).to_series().arg_true()
    fifths = pl.Series("fifth", [None] * frame.height, dtype=pl.Int64)
    weight = array(read[known], "weight")
    if weight.sum() > 0:
        rank, _ = _ridits(array(read[known], "value"), weight)
        # Rounded, so that fractional weights that meet at a border do not fall on either side of it by the last digit.
        fifths = fifths.scatter(known, np.minimum(FIFTHS, np.floor(np.round(FIFTHS * rank, 9)) + 1).astype(np.int64))
    return frame.with_columns(fifths)


def _known(groups: pl.DataFrame, further: list[str] | None = None) -> pl.DataFrame:
    read = counts(groups, ["numerator", "denominator"]).with_columns(numbers(groups, further or []))
    uncertainty.refuse_numerator_above_denominator(groups)
    return read.drop_nulls().filter(pl.col("denominator") > 0)


def _groups(groups: pl.DataFrame) -> _Groups:
    known = _known(groups, ["order"])
    weight, value = _weights_and_values(known)
    rank, orders = _ridits(array(known, "order"), array(known, "denominator"))
    return _Groups(array(known, "numerator"), array(known, "denominator"), value, weight, rank, orders)


def _weights_and_values(known: pl.DataFrame) -> tuple[Numbers, Numbers]:
    denominator = array(known, "denominator")
    return denominator / denominator.sum(), array(known, "numerator") / denominator


def _ridits(order: Numbers, weight: Numbers) -> tuple[Numbers, int]:
    """The middle of each row's place (0-1) when all weight stands in order; equal orders share one place. With the number of different orders."""
    levels, level = np.unique(order, return_inverse=True)
    at_level = np.bincount(level, weights=weight, minlength=len(levels))
    up_to_level = np.cumsum(at_level)
    return ((2 * up_to_level - at_level) / (2 * up_to_level[-1:]))[level], len(levels)


def _wilson_errors(groups: _Groups, z: float) -> Numbers:
    """(upper - lower) / 2z of the Wilson limits of each group, written out."""
    n = groups.denominator
    return np.sqrt(z**2 + 4 * groups.numerator * (1 - groups.value)) / (2 * (n + z**2))


def _logit_errors(groups: _Groups, z: float) -> Numbers:
    """(logit upper - logit lower) / 2z of the Wilson limits of each group, in the closed form that loses no digits where a limit lies near 0 or 1."""
    return 2 / z * np.arcsinh(z / (2 * np.sqrt(groups.numerator * (1 - groups.value))))


def _fit(groups: pl.DataFrame, scale: Scale, z: float) -> _Fit | str:
    """What a weighted least-squares line through the group values is made of, or the reason why there is none."""
    if scale not in {"logit", "linear"}:
        raise Refused("unknown_scale", scale=scale)
    read = _groups(groups)
    if read.orders < ORDERS_NEEDED:
        return "fewer_than_3_orders"
    centred = read.rank - 0.5
    tilt = read.weight * centred / (read.weight @ centred**2)
    if scale == "linear":
        return _Fit(read.value, _wilson_errors(read, z), read.weight, tilt)
    if ((read.value <= 0) | (read.value >= 1)).any():
        return "rate_is_0_or_1"
    return _Fit(np.log(read.value) - np.log1p(-read.value), _logit_errors(read, z), read.weight, tilt)


def _fitted_line(groups: pl.DataFrame, scale: Scale, z: float) -> _Line | str:
    """Both ends of the line on the plain scale, or the reason why there is none."""
    fit = _fit(groups, scale, z)
    if isinstance(fit, str):
        return fit
    to_least, to_most = fit.at(0), fit.at(1)
    if scale == "linear":
        return _Line(float(to_least @ fit.value), float(to_most @ fit.value), to_least * fit.errors, to_most * fit.errors)
    least, most = (_expit(float(to_end @ fit.value)) for to_end in (to_least, to_most))
    return _Line(least, most, least * (1 - least) * to_least * fit.errors, most * (1 - most) * to_most * fit.errors)


def _fieller(line: _Line, z: float) -> Interval:
    """Limits of most / least, both from the same line: the ratios R for which most - R x least is within z of its own standard error."""
    ratio = line.most / line.least
    a = line.least**2 - z**2 * float(line.least_errors @ line.least_errors)
    b = line.least * line.most - z**2 * float(line.least_errors @ line.most_errors)
    c = line.most**2 - z**2 * float(line.most_errors @ line.most_errors)
    if a <= 0:
        return Interval(ratio, None, None, "limits_unbounded")
    root = math.sqrt(max(0.0, b**2 - a * c))
    return Interval(ratio, max(0.0, (b - root) / a), (b + root) / a)


def _expit(x: float) -> float:
    return float(np.exp(-np.logaddexp(0, -x)))


def _norm(errors: Numbers) -> float:
    return float(np.sqrt(errors @ errors))


def _bounded(value: float, margin: float, bound: float) -> Interval:
    """value -/+ margin for an index that lies between -bound and bound; only rounding puts it a last digit beyond."""
    return _within(min(max(value, -bound), bound), margin, -bound, bound)


def _within(value: float, margin: float, lowest: float, highest: float) -> Interval:
    """value -/+ margin, cut to what the figure can reach but never past the value itself."""
    return Interval(value, min(value, max(lowest, value - margin)), max(value, min(highest, value + margin)))
