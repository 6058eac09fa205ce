"""What taking part goes together with: differences in results, at equal start, with the uncertainty that pupils who share a school bring in.

Taking part is self-chosen: none of these figures is a proof of effect, and each page says so. Only complete rows count; a row with a null in a column that
is used is left out, never filled. Regression is ordinary least squares by numpy; the coefficient asked for is found by taking all other columns out of it
first (Frisch & Waugh 1933), so that columns that repeat each other do no harm.

All functions raise Refused: `missing_column`, `not_a_number`, `confidence_out_of_range`, and `not_zero_or_one` (column) where a column that says who took
part, in which period or in which subgroup holds anything else.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np
import numpy.typing as npt
import polars as pl

from metrics.methods.columns import Numbers, array, numbers
from metrics.methods.uncertainty import refuse_impossible, z_value
from metrics.shapes import Refused

Variance = Literal["CR1", "CR3"]

#: Below this number of clusters no interval can be trusted; there are words instead.
CLUSTERS_NEEDED = 10
#: Numbers that differ by less than this part of their size differ by rounding alone.
ROUNDING = 1e-12


@dataclass(frozen=True)
class Effect:
    """A difference in results with its uncertainty.

    estimate, lower, upper, standard_error: on the scale of the results; pupils: how many were used; clusters: how many different, None without;
    method: "classical" | "CR1" | "CR3"; hedges_g with its limits: estimate over sd, corrected for small numbers, None below 4 pupils; sd: standard deviation
    of all results used. reason: why estimate or limits are None: `no_comparison_group`, `not_identified` (other columns say the same as taking part),
    `too_few_pupils`, `one_cluster`, `depends_on_one_cluster` (CR3: without it there is nothing to compare), `fewer_than_10_clusters`, `no_variation`.
    """

    estimate: float | None
    lower: float | None
    upper: float | None
    standard_error: float | None
    pupils: int
    clusters: int | None
    method: str
    hedges_g: float | None
    hedges_lower: float | None
    hedges_upper: float | None
    sd: float | None
    reason: str | None


@dataclass(frozen=True)
class PairedChange:
    """Change of the same pupils between two measurements: mean with t-limits, and the shares that improved, stayed the same and did worse.

    p is two-sided. reason: `no_pairs`, `too_few_pairs` (no limits from one pair), `no_variation`. No comparison group, so no effect.
    """

    change: float | None
    lower: float | None
    upper: float | None
    t: float | None
    df: int | None
    p: float | None
    improved: float | None
    same: float | None
    worse: float | None
    pairs: int
    reason: str | None


@dataclass(frozen=True)
class _Model:
    """One regression: result and exposure (the column whose coefficient is asked), and the other columns, the constant among them."""

    result: Numbers
    exposure: Numbers
    others: Numbers

    def where(self, keep: npt.NDArray[np.bool_]) -> "_Model":
        return _Model(self.result[keep], self.exposure[keep], self.others[keep])


@dataclass(frozen=True)
class _Fit:
    """The coefficient of the exposure, its column and the residuals with all others taken out, and the number of independent columns."""

    estimate: float
    exposure: Numbers
    residuals: Numbers
    columns: int


def ancova(  # noqa: PLR0917 - the options in the order in which the page asks them
    frame: pl.DataFrame,
    after: str = "after",
    before: str | None = "before",
    took_part: str = "took_part",
    covariates: Sequence[str] = (),
    cluster: str | None = None,
    variance: Variance = "CR1",
    *,
    confidence: float = 0.95,
) -> Effect:
    """Difference in result between those who took part and those who did not, at equal start.

    frame: one row per pupil; took_part 0/1 or false/true; covariates are numeric columns; before=None leaves the start out: the plain difference, shown beside.
    Ordinary least squares of after on took_part, before and covariates. Without cluster: classical standard error, t(n - k). With cluster: CR1 (as Stata) or
    CR3, the jackknife (G - 1)/G x sum of (estimate without the cluster - estimate) squared; t(G - 1). Fewer than 10 clusters: estimate, standard error and g
    stay, no limits. Hedges' g = J x estimate / sd, J = 1 - 3 / (4 (pupils - 2) - 1), sd that of all results used. Its limits without cluster:
    g -/+ z sqrt((n1 + n0) / (n1 n0) + g^2 / (2 (n1 + n0))); with cluster the limits of the estimate x J / sd. Raises Refused("unknown_variance") as well.
    Source: Liang & Zeger 1986; MacKinnon, Nielsen & Webb 2023 (CR1, CR3, few clusters); Hedges 1981; Borenstein et al. 2009, ch. 4.
    """
    columns = [name for name in (before, *covariates) if name is not None]
    rows = _complete(frame, [after, took_part, *columns], [took_part], cluster)
    exposure = array(rows, took_part)
    model = _model(array(rows, after), exposure, [array(rows, name) for name in columns])
    return _effect(model, rows, variance, confidence, groups=[exposure], sd=_sd(model.result))


def subgroup_difference(  # noqa: PLR0917 - as ancova
    frame: pl.DataFrame,
    subgroup: str,
    after: str = "after",
    before: str | None = "before",
    took_part: str = "took_part",
    covariates: Sequence[str] = (),
    cluster: str | None = None,
    variance: Variance = "CR1",
    *,
    confidence: float = 0.95,
) -> Effect:
    """How much larger the difference of `ancova` is in the subgroup (0/1 column) than outside it: the interaction, one figure with its own limits.

    Everything else as `ancova`; g without cluster counts the four groups that are compared. Two separate differences never show that they differ.
    Source: Altman & Bland 2003, BMJ 326: 219.
    """
    columns = [name for name in (before, *covariates) if name is not None]
    rows = _complete(frame, [after, took_part, subgroup, *columns], [took_part, subgroup], cluster)
    exposure, member = array(rows, took_part), array(rows, subgroup)
    model = _model(array(rows, after), exposure * member, [exposure, member, *(array(rows, name) for name in columns)])
    return _effect(model, rows, variance, confidence, groups=[exposure, member], sd=_sd(model.result))


def difference_in_differences(
    frame: pl.DataFrame, cluster: str | None = None, balanced: bool = False, variance: Variance = "CR1", *, confidence: float = 0.95
) -> Effect:
    """Change of those who took part minus change of the others.

    frame: unit, took_part (0/1, of the unit), period (0 before, 1 after), value; one row per measurement. All available measurements; balanced=True only units
    seen in both periods. Without cluster: classical, t(n - 4), right only when each unit is seen once; so give "unit" or "school". Limits as `ancova`; pupils =
    units; sd = that of all values after. Raises Refused("took_part_changes") where a unit is in both groups.
    Source: Card & Krueger 1994, American Economic Review 84: 772-793, table 3.
    """
    names = ["took_part", "period", "value"]
    rows = _complete(frame, names, names[:2], cluster, "unit")
    of_unit = rows.group_by("unit").agg(periods=pl.col("period").n_unique(), groups=pl.col("took_part").n_unique())
    if (of_unit["groups"] > 1).any():
        raise Refused("took_part_changes", units=of_unit.filter(pl.col("groups") > 1).height)
    if balanced:
        rows = rows.join(of_unit.filter(pl.col("periods") == 2), on="unit", how="semi", maintain_order="left")
    exposure, period = array(rows, "took_part"), array(rows, "period")
    model = _model(array(rows, "value"), exposure * period, [exposure, period])
    return _effect(model, rows, variance, confidence, groups=[exposure, period], sd=_sd(model.result[period == 1]), units=rows["unit"].n_unique())


def difference_in_differences_of_groups(frame: pl.DataFrame, cluster: str, variance: Variance = "CR1", *, confidence: float = 0.95) -> Effect:
    """As `difference_in_differences`, from what a school says of a whole group: how many pupils, their mean and their standard deviation.

    frame: took_part (0/1), period (0 before, 1 after), pupils, mean, sd (n - 1; null = not given) and the column `cluster`; one row per group and moment. Every
    pupil of a group counts with the mean of the group. Within a group taking part and period are the same for all, so this changes neither the estimate nor the
    standard error by cluster: both are exactly those of the pupils themselves. pupils: in each group the larger number of both moments. sd: of all pupils
    after, from the groups' own sd and the distance between their means; None, and with it g, where a group of two pupils or more gives none. Raises
    Refused("negative_count") as well. Source: as `difference_in_differences`; sums of squares within and between groups.
    """
    names = ["took_part", "period", "pupils", "mean"]
    refuse_impossible(frame, "pupils")
    rows = _complete(frame.with_columns(_row=pl.int_range(pl.len())), names, names[:2], cluster, "_row")
    pupils = array(rows, "pupils").astype(np.int64)
    one_each = rows[np.repeat(np.arange(rows.height), pupils)]
    exposure, period = array(one_each, "took_part"), array(one_each, "period")
    model = _model(array(one_each, "mean"), exposure * period, [exposure, period])
    units = int(rows.group_by("_cluster", "took_part").agg(pl.col("pupils").max())["pupils"].sum())
    after = rows.filter(pl.col("period") == 1)
    sds = numbers(frame, ["sd"]).to_series().gather(after["_row"])
    return _effect(model, one_each, variance, confidence, groups=[exposure, period], sd=_sd_of_groups(after, sds), units=units)


def dose_bands(
    frame: pl.DataFrame, limits: Sequence[int] = (1, 2, 5, 10, 20), dose: str = "visit_days", after: str = "after", *, confidence: float = 0.95
) -> pl.DataFrame:
    """Mean result by how often pupils came: band ("1", "2-4", ..., "20+"), pupils, mean, lower, upper, every band present.

    frame: one row per pupil. Pupils below the first limit belong to no band (start the limits at 0 to see those who never came). Limits of the mean by
    t(n - 1), null where a band has fewer than two pupils or no variation. Goes together with, never an effect of: who comes often chose to.
    Raises Refused("bands_out_of_order") as well.
    Source: limits of a mean by Student 1908, The probable error of a mean.
    """
    z_value(confidence)
    if not limits or any(higher <= lower for lower, higher in pairwise(limits)):
        raise Refused("bands_out_of_order", limits=tuple(limits))
    rows = numbers(frame, [dose, after]).drop_nulls()
    results, bands = array(rows, after), np.searchsorted(limits, array(rows, dose), side="right") - 1
    ends = [*(higher - 1 for higher in limits[1:]), None]
    found = []
    for band, (first, last) in enumerate(zip(limits, ends, strict=True)):
        name = f"{first}+" if last is None else str(first) if last == first else f"{first}-{last}"
        mean, lower, upper = _mean(results[bands == band], confidence)
        found.append((name, int((bands == band).sum()), mean, lower, upper))
    schema = {"band": pl.String, "pupils": pl.Int64, "mean": pl.Float64, "lower": pl.Float64, "upper": pl.Float64}
    return pl.DataFrame(found, schema=schema, orient="row")


def paired_change(frame: pl.DataFrame, *, confidence: float = 0.95) -> PairedChange:
    """Mean of after minus before over the pupils measured twice, with t-limits and the two-sided t-test.

    frame: before, after, one row per pupil; pupils with one of the two missing are no pair.
    Source: Student 1908 (whose example is in the tests).
    """
    from scipy.special import stdtr  # noqa: PLC0415 - only the outcomes page needs it

    z_value(confidence)
    rows = numbers(frame, ["before", "after"]).drop_nulls()
    before, after = array(rows, "before"), array(rows, "after")
    pairs, change = rows.height, after - before
    if not pairs:
        return PairedChange(None, None, None, None, None, None, None, None, None, 0, "no_pairs")
    improved, same, worse = (float(side.mean()) for side in (after > before, after == before, after < before))
    mean, lower, upper = _mean(change, confidence)
    if lower is None:
        reason = "too_few_pairs" if pairs == 1 else "no_variation"
        return PairedChange(mean, None, None, None, pairs - 1, None, improved, same, worse, pairs, reason)
    t = float(change.mean() / (change.std(ddof=1) / math.sqrt(pairs)))
    p = float(2 * stdtr(pairs - 1, -abs(t)))
    return PairedChange(mean, lower, upper, t, pairs - 1, p, improved, same, worse, pairs, None)


def _complete(frame: pl.DataFrame, names: list[str], zero_or_one: list[str], cluster: str | None, *keys: str) -> pl.DataFrame:
    """The rows in which every named column and key is known, those in `zero_or_one` checked; with a number per cluster in the column _cluster."""
    kept = [*keys] if cluster is None else [*keys, cluster]
    absent = [name for name in kept if name not in frame.columns]
    if absent:
        raise Refused("missing_column", columns=absent)
    rows = numbers(frame, names).with_columns(frame.get_column(name) for name in keys)
    if cluster is not None:
        rows = rows.with_columns(_cluster=frame.get_column(cluster).cast(pl.String).rank("dense").cast(pl.Int64))
    rows = rows.drop_nulls()
    for name in zero_or_one:
        if not rows.get_column(name).is_in([0.0, 1.0]).all():
            raise Refused("not_zero_or_one", column=name)
    return rows


def _model(result: Numbers, exposure: Numbers, others: list[Numbers]) -> _Model:
    columns = np.column_stack([np.ones(result.size), *others])
    # Each column at length 1, so that whether one repeats others does not hang on its unit.
    return _Model(result, exposure, columns / np.maximum(np.linalg.norm(columns, axis=0), np.finfo(float).tiny))


def _fitted(model: _Model) -> _Fit | None:
    """Least squares; None where the other columns leave nothing of the exposure."""
    if not model.exposure.size:
        return None
    both = np.column_stack([model.exposure, model.result])
    solved, _, rank, _ = np.linalg.lstsq(model.others, both, rcond=None)
    exposure, result = (both - model.others @ solved).T
    size = exposure @ exposure
    if size <= ROUNDING * (model.exposure @ model.exposure):
        return None
    estimate = float(exposure @ result / size)
    return _Fit(estimate, exposure, result - estimate * exposure, int(rank) + 1)


def _effect(
    model: _Model, rows: pl.DataFrame, variance: Variance, confidence: float, *, groups: list[Numbers], sd: float | None, units: int | None = None
) -> Effect:
    """The whole answer. groups: the 0/1 columns whose combinations are compared, taking part first; sd: that of the results that g stands on."""
    if variance not in {"CR1", "CR3"}:
        raise Refused("unknown_variance", variance=variance)
    z = z_value(confidence)
    of_row = rows.get_column("_cluster").to_numpy() if "_cluster" in rows.columns else None
    clusters = None if of_row is None else int(np.unique(of_row).size)
    method = variance if clusters is not None else "classical"
    pupils = rows.height if units is None else units
    fit = _fitted(model)
    if fit is None:
        reason = "not_identified" if np.unique(groups[0]).size == 2 else "no_comparison_group"
        return Effect(None, None, None, None, pupils, clusters, method, None, None, None, sd, reason)
    error, no_limits = _standard_error(model, fit, of_row, variance)
    margin = g_margin = None
    per_unit = (1 - 3 / (4 * (pupils - 2) - 1)) / sd if sd and pupils > 3 else None
    g = None if per_unit is None else fit.estimate * per_unit
    if error is not None and no_limits is None:
        df = rows.height - fit.columns if clusters is None else clusters - 1
        margin = _t_value(df, confidence) * error
    if margin is not None and g is not None and per_unit is not None:
        g_margin = margin * per_unit if clusters is not None else z * _hedges_error(g, groups)
    limits, g_limits = _around(fit.estimate, margin), _around(g, g_margin)
    return Effect(fit.estimate, *limits, error, pupils, clusters, method, g, *g_limits, sd, no_limits)


def _standard_error(model: _Model, fit: _Fit, cluster_of_row: npt.NDArray[np.int64] | None, variance: Variance) -> tuple[float | None, str | None]:
    """Standard error of the estimate, and the reason if it cannot carry limits."""
    n, size = model.result.size, float(fit.exposure @ fit.exposure)
    if n <= fit.columns:
        return None, "too_few_pupils"
    if cluster_of_row is None:
        error = math.sqrt(float(fit.residuals @ fit.residuals) / (n - fit.columns) / size)
        return error, _collapsed(error, model)
    clusters = np.unique(cluster_of_row)
    if clusters.size == 1:
        return None, "one_cluster"
    clustered = _cr1(model, fit, cluster_of_row) if variance == "CR1" else _cr3(model, fit, cluster_of_row)
    if clusters.size < CLUSTERS_NEEDED:
        return clustered, "fewer_than_10_clusters"
    return clustered, "depends_on_one_cluster" if clustered is None else _collapsed(clustered, model)


def _cr1(model: _Model, fit: _Fit, cluster_of_row: npt.NDArray[np.int64]) -> float:
    """The sandwich over clusters with Stata's factor for their number."""
    n, g = model.result.size, np.unique(cluster_of_row).size
    scores = np.bincount(cluster_of_row, weights=fit.exposure * fit.residuals)
    return math.sqrt(g / (g - 1) * (n - 1) / (n - fit.columns) * float(scores @ scores)) / float(fit.exposure @ fit.exposure)


def _cr3(model: _Model, fit: _Fit, cluster_of_row: npt.NDArray[np.int64]) -> float | None:
    """The jackknife over clusters; None where without one of them there is no estimate."""
    clusters = np.unique(cluster_of_row)
    without = [left.estimate for cluster in clusters if (left := _fitted(model.where(cluster_of_row != cluster)))]
    if len(without) < clusters.size:
        return None
    return math.sqrt((clusters.size - 1) / clusters.size * sum((estimate - fit.estimate) ** 2 for estimate in without))


def _collapsed(error: float, model: _Model) -> str | None:
    return "no_variation" if error <= ROUNDING * float(np.abs(model.result).max()) else None


def _hedges_error(g: float, groups: list[Numbers]) -> float:
    """Large-sample standard error of g: 1/n summed over the groups compared, and the part that the standard deviation brings in."""
    sizes = np.unique(np.column_stack(groups), axis=0, return_counts=True)[1]
    return math.sqrt(float((1 / sizes).sum()) + g**2 / (2 * float(sizes.sum())))


def _sd_of_groups(groups: pl.DataFrame, sds: pl.Series) -> float | None:
    """Standard deviation of all pupils of these groups (pupils, mean) together."""
    pupils, mean = array(groups, "pupils"), array(groups, "mean")
    n = pupils.sum()
    if n < 2 or (sds.is_null().to_numpy() & (pupils > 1)).any():
        return None
    within = (np.maximum(pupils - 1, 0) * sds.fill_null(0).to_numpy() ** 2).sum()
    return math.sqrt(float(within + (pupils * (mean - (pupils @ mean) / n) ** 2).sum()) / float(n - 1))


def _sd(results: Numbers) -> float | None:
    return float(results.std(ddof=1)) if results.size > 1 else None


def _around(value: float | None, margin: float | None) -> tuple[float | None, float | None]:
    return (None, None) if value is None or margin is None else (value - margin, value + margin)


def _mean(values: Numbers, confidence: float) -> tuple[float | None, float | None, float | None]:
    """Mean with t-limits; what cannot be known is None."""
    if not values.size:
        return None, None, None
    mean = float(values.mean())
    sd = float(values.std(ddof=1)) if values.size > 1 else 0.0
    if sd <= ROUNDING * float(np.abs(values).max()):
        return mean, None, None
    margin = _t_value(values.size - 1, confidence) * sd / math.sqrt(values.size)
    return mean, mean - margin, mean + margin


def _t_value(df: int, confidence: float) -> float:
    """Quantile of Student's t with `confidence` between minus and plus it."""
    from scipy.special import stdtrit  # noqa: PLC0415 - only the outcomes page needs it

    z_value(confidence)
    return float(stdtrit(df, (1 + confidence) / 2))
