"""Inequality over groups: printed examples, the same worked another way, and what holds for any groups."""

import math
from fractions import Fraction
from statistics import NormalDist
from typing import Any

import numpy as np
import polars as pl
import pytest
import statsmodels.api as sm
from hypothesis import assume, example, given
from hypothesis import strategies as st
from scipy.stats import hypergeom

from metrics.methods import inequality, uncertainty
from metrics.methods.inequality import (
    concentration_curve,
    concentration_index,
    dissimilarity,
    expected_dissimilarity,
    quintiles,
    relative_index,
    representation,
    slope_index,
    theil,
    variation,
)
from metrics.shapes import Interval, Refused
from tests.drawn import table
from tests.examples import examples

ORDERED: list[Any] = [slope_index, relative_index, lambda groups, **options: concentration_index(groups, **options).relative]


def groups(*rows, **options):
    return pl.DataFrame(rows, schema=["order", "numerator", "denominator"], orient="row", **options)


def known(figure):
    """The figure itself: an interval must be defined, a number be there."""
    assert figure is not None
    assert not isinstance(figure, Interval) or figure.reason is None
    return figure


def defined(interval):
    return known(interval)[:3]


# A made-up town in fifths of wealth, whole counts.
TOWN = groups((1, 60, 1000), (2, 30, 900), (3, 12, 1100), (4, 9, 1000), (5, 4, 950))

# Child obesity by tenth of deprivation, two areas: PHEindicatormethods 2.1, tests/testthat/testdata_SII.xlsx, records 326-345.
AREA_1 = groups(
    *zip(
        range(1, 11),
        (7287, 6881, 5656, 4868, 4176, 3876, 3617, 3546, 3314, 2960),
        (34353, 32112, 27715, 25372, 23889, 23260, 23180, 24193, 23609, 24488),
        strict=True,
    )
)
AREA_2 = groups(
    *zip(
        range(1, 11),
        (4362, 3734, 3032, 2561, 2304, 2024, 1938, 1981, 1856, 1635),
        (36111, 31803, 26681, 24184, 23023, 21506, 22197, 23679, 23271, 23464),
        strict=True,
    )
)

# Births and deaths under five by wealth fifth, India 1982-92: O'Donnell et al. 2008, Analyzing health equity using household survey data, table 8.2.
INDIA = groups((1, 4632, 29939), (2, 4400, 28776), (3, 3170, 26528), (4, 2145, 24689), (5, 1072, 19739))

# Population and value by group: healthequal 1.0.1 of the World Health Organization, tests/testthat/test-aci.R and test-rci.R (set.seed(123)).
HEALTHEQUAL = groups((1, 78 * 0.2, 78), (2, 91 * 0.3, 91), (3, 162 * 0.4, 162), (4, 103 * 0.5, 103), (5, 105 * 0.6, 105))


@st.composite
def towns(draw, least=3, extremes=False):
    """Three to eight groups with whole counts, ties in the order allowed; without extremes nobody's rate is 0 or 1."""
    size = draw(st.integers(least, 8))
    denominators = draw(st.lists(st.integers(2, 5000), min_size=size, max_size=size))
    edge = 0 if extremes else 1
    numerators = [draw(st.integers(edge, n - edge)) for n in denominators]
    orders = draw(st.lists(st.integers(1, 6), min_size=size, max_size=size).filter(lambda found: len(set(found)) >= 3))
    return groups(*zip(orders, numerators, denominators, strict=True))


# --- slope and relative index -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("area", "confidence", "slope", "ratio"),
    [
        (AREA_1, 0.95, (-0.1096462611125906, -0.11490838449464633, -0.10443087776045443), (0.5341775743253946, 0.5185333850074628, 0.5501741213468927)),
        (AREA_1, 0.98, (-0.1096462611125906, -0.11586812967869121, -0.10343726013070212), (0.5341775743253946, 0.5157325783693022, 0.5532784562248066)),
        (AREA_2, 0.95, (-0.05970061643992898, -0.06392425493727208, -0.05546135190988595), (0.5472074426131981, 0.524843254382713, 0.5707105710428643)),
        (AREA_2, 0.98, (-0.05970061643992898, -0.06474712877274659, -0.054665927621409635), (0.5472074426131981, 0.5206044577698082, 0.5752422770627751)),
    ],
)
def test_slope_and_ratio_are_those_of_the_english_public_health_profiles(area, confidence, slope, ratio):
    """PHEindicatormethods, testdata_SII.xlsx, "proportion - logit transform". Its limits are simulated (100,000 draws), so they agree to a few per mille."""
    assert slope_index(area, confidence=confidence).value == pytest.approx(slope[0], rel=1e-12)
    assert slope_index(area, confidence=confidence)[1:3] == pytest.approx(slope[1:], abs=2e-4)
    assert relative_index(area, confidence=confidence).value == pytest.approx(ratio[0], rel=1e-12)
    assert relative_index(area, confidence=confidence)[1:3] == pytest.approx(ratio[1:], abs=5e-4)


@pytest.mark.parametrize(
    ("area", "slope", "ratio"),
    [
        (AREA_1, (-0.10720032333730493, -0.11220857220984691, -0.1021798062145461), (0.5334015306465507, 0.5171273196358018, 0.5501538412913004)),
        (AREA_2, (-0.0581854710713103, -0.06216629570885849, -0.05417454773129435), (0.5470128461555435, 0.5237145074007454, 0.5714617043537692)),
    ],
)
def test_on_the_linear_scale_too(area, slope, ratio):
    """PHEindicatormethods, testdata_SII.xlsx, "proportion - default parameters"."""
    assert slope_index(area, "linear").value == pytest.approx(slope[0], rel=1e-12)
    assert slope_index(area, "linear")[1:3] == pytest.approx(slope[1:], abs=1e-4)
    assert relative_index(area, "linear").value == pytest.approx(ratio[0], rel=1e-12)
    assert relative_index(area, "linear")[1:3] == pytest.approx(ratio[1:], abs=3e-4)


def wls(frame, scale, z):
    """The line by statsmodels: fitted ends, and the standard error of each group from the limits of its proportion."""
    frame = uncertainty.proportions(frame, confidence=2 * NormalDist().cdf(z) - 1).sort("order")
    weight = frame["denominator"].to_numpy() / frame["denominator"].sum()
    order = frame["order"].to_numpy()
    rank = np.array([weight[order < at].sum() + weight[order == at].sum() / 2 for at in order])
    to_scale = (lambda p: np.log(p / (1 - p))) if scale == "logit" else (lambda p: p)
    value, lower, upper = (to_scale(frame[name].to_numpy()) for name in ("value", "lower", "upper"))
    design = np.column_stack([np.ones_like(rank), rank])
    fit = sm.WLS(value, design, weights=weight).fit()
    return fit.params, design, weight, (upper - lower) / (2 * z)


@given(towns(), st.sampled_from([0.8, 0.95, 0.998]))
@example(TOWN, 0.95)
def test_slope_index_is_the_weighted_regression_with_the_covariance_of_the_groups(town, confidence):
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    params, design, weight, errors = wls(town, "logit", z)
    hat = np.linalg.inv(design.T * weight @ design) @ (design.T * weight)  # parameters as weighted sums of the group values
    covariance = hat * errors**2 @ hat.T
    least, most = 1 / (1 + np.exp(-params[0])), 1 / (1 + np.exp(-params.sum()))
    gradient = np.array([most * (1 - most) - least * (1 - least), most * (1 - most)])
    margin = z * math.sqrt(gradient @ covariance @ gradient)
    expected = most - least, max(-1, most - least - margin), min(1, most - least + margin)
    assert defined(slope_index(town, confidence=confidence)) == pytest.approx(expected, rel=1e-7, abs=1e-9)
    log_gradient = np.array([(1 - most) - (1 - least), 1 - most])
    log_margin = z * math.sqrt(log_gradient @ covariance @ log_gradient)
    expected = most / least, most / least * math.exp(-log_margin), most / least * math.exp(log_margin)
    assert defined(relative_index(town, confidence=confidence)) == pytest.approx(expected, rel=1e-7, abs=1e-9)


@given(towns(extremes=True))
@example(TOWN)
def test_on_the_linear_scale_the_slope_is_the_coefficient_and_the_ratio_has_fiellers_limits(town):
    z = NormalDist().inv_cdf(0.975)
    params, design, weight, errors = wls(town, "linear", z)
    hat = np.linalg.inv(design.T * weight @ design) @ (design.T * weight)
    covariance = hat * errors**2 @ hat.T
    slope, lower, upper = slope_index(town, "linear")[:3]
    assert slope == pytest.approx(params[1], abs=1e-9)
    margin = z * math.sqrt(covariance[1, 1])
    assert lower == pytest.approx(min(slope, max(-1, params[1] - margin)), abs=1e-9)
    assert upper == pytest.approx(max(slope, min(1, params[1] + margin)), abs=1e-9)
    ratio = relative_index(town, "linear")
    if min(params[0], params.sum()) <= 1e-12:
        return
    assert ratio.value == pytest.approx(params.sum() / params[0], rel=1e-7)
    for limit in (ratio.lower, ratio.upper):
        if limit:  # a limit is the ratio at which most - ratio x least lies exactly z standard errors from 0
            contrast = np.array([1 - limit, 1.0])
            assert abs(contrast @ params) == pytest.approx(z * math.sqrt(contrast @ covariance @ contrast), rel=1e-5, abs=1e-9)


@given(st.integers(1, 10**6).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))), st.sampled_from([0.5, 0.95, 0.998]))
def test_the_standard_error_of_a_group_is_the_width_of_its_wilson_limits(share, confidence):
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    read = inequality._groups(groups((1, *share)))
    lower, upper = uncertainty.proportions(groups((1, *share)), confidence=confidence).select("lower", "upper").row(0)
    assert inequality._wilson_errors(read, z)[0] == pytest.approx((upper - lower) / (2 * z), rel=1e-7)
    if 0 < share[0] < share[1]:
        width = math.log(upper / (1 - upper)) - math.log(lower / (1 - lower))
        assert inequality._logit_errors(read, z)[0] == pytest.approx(width / (2 * z), rel=1e-6)


def test_a_rate_of_0_has_no_logit_and_the_linear_line_still_stands():
    town = groups((1, 30, 400), (2, 10, 400), (3, 0, 400))
    assert slope_index(town) == relative_index(town) == Interval(None, None, None, "rate_is_0_or_1")
    assert slope_index(groups((1, 400, 400), (2, 10, 400), (3, 5, 400))).reason == "rate_is_0_or_1"
    assert slope_index(town, "linear").value == pytest.approx(-0.1125)
    assert relative_index(town, "linear") == Interval(None, None, None, "fitted_end_not_above_0")


def test_where_the_lower_end_cannot_be_told_from_0_the_ratio_has_no_limits():
    ratio = relative_index(groups((1, 1, 20), (2, 2, 20), (3, 3, 20)), "linear")
    assert ratio.value == pytest.approx(7)
    assert ratio[1:] == (None, None, "limits_unbounded")


# --- concentration ----------------------------------------------------------------------------------------------------


def test_concentration_of_child_deaths_in_india():
    """O'Donnell et al. 2008, table 8.2: -0.1694."""
    assert concentration_index(INDIA).relative.value == pytest.approx(-0.1694, abs=5e-5)


def test_concentration_is_that_of_the_world_health_organization():
    """healthequal, test-rci.R (0.17776859) and test-aci.R (7.3284202 on a scale of 100)."""
    found = concentration_index(HEALTHEQUAL)
    assert found.relative.value == pytest.approx(0.17776859, abs=5e-8)
    assert found.absolute.value == pytest.approx(0.073284202, abs=5e-9)


def plain_concentration(values, weights, ranks):
    """Twice the population covariance of rank and value over the mean, in plain fractions."""
    mean = sum(w * v for w, v in zip(weights, values, strict=True))
    mean_rank = sum(w * r for w, r in zip(weights, ranks, strict=True))
    covariance = sum(w * (r - mean_rank) * (v - mean) for w, v, r in zip(weights, values, ranks, strict=True))
    return 2 * covariance, mean


@given(towns(extremes=True))
@example(TOWN)
def test_the_four_indices_in_plain_fractions(town):
    assume(0 < town["numerator"].sum() < town["denominator"].sum())
    total = town["denominator"].sum()
    rows = town.rows()
    weights = [Fraction(n, total) for _, _, n in rows]
    ranks = [Fraction(2 * sum(n for o, _, n in rows if o < order) + sum(n for o, _, n in rows if o == order), 2 * total) for order, *_ in rows]
    absolute, mean = plain_concentration([Fraction(x, n) for _, x, n in rows], weights, ranks)
    found = concentration_index(town)
    expected = absolute / mean, absolute, 4 * absolute, absolute / mean / (1 - mean)
    assert (found.relative.value, found.absolute.value, found.erreygers.value, found.wagstaff.value) == pytest.approx(
        [float(part) for part in expected], abs=1e-12
    )


@examples(25)
@given(towns())
@example(TOWN)
def test_limits_of_the_indices_by_pushing_each_group_a_little(town):
    """The delta method with derivatives taken numerically: each group value moved by a millionth."""
    z = NormalDist().inv_cdf(0.975)
    errors = inequality._wilson_errors(inequality._groups(town), z)
    found = concentration_index(town)
    for name in ("relative", "absolute", "erreygers", "wagstaff"):
        slopes = []
        for at in range(town.height):
            step = 1e-6 * town["denominator"][at]
            moved = [
                town.with_columns(numerator=pl.when(pl.int_range(pl.len()) == at).then(pl.col("numerator") + sign * step).otherwise(pl.col("numerator")))
                for sign in (-1, 1)
            ]
            low, high = (getattr(concentration_index(each), name).value for each in moved)
            slopes.append((high - low) / 2e-6)
        margin = z * math.sqrt(sum((slope * error) ** 2 for slope, error in zip(slopes, errors, strict=True)))
        value, lower, upper = defined(getattr(found, name))
        reach = 0.25 if name == "absolute" else 1
        assert (lower, upper) == pytest.approx((max(-reach, value - margin), min(reach, value + margin)), rel=1e-4, abs=1e-6)


def test_concentration_is_undefined_where_nobody_comes_and_wagstaffs_where_everybody_does():
    nobody = concentration_index(groups((1, 0, 10), (2, 0, 10), (3, 0, 10)))
    assert nobody.relative == nobody.wagstaff == Interval(None, None, None, "no_numerator")
    assert nobody.absolute.value == nobody.erreygers.value == 0
    everybody = concentration_index(groups((1, 10, 10), (2, 10, 10), (3, 10, 10)))
    assert everybody.relative.value == pytest.approx(0, abs=1e-15)
    assert everybody.wagstaff == Interval(None, None, None, "rate_is_0_or_1")


def test_the_curve_of_child_deaths_in_india():
    """O'Donnell et al. 2008, table 8.2: cumulative births 23, 45, 66, 85, 100 %; cumulative deaths 30, 59, 79, 93, 100 %."""
    curve = concentration_curve(INDIA)
    assert curve.columns == ["cumulative_population", "cumulative_numerator"]
    assert curve.row(0) == (0, 0)
    assert curve["cumulative_population"].to_list()[1:] == pytest.approx([0.23, 0.45, 0.66, 0.85, 1], abs=0.005)
    assert curve["cumulative_numerator"].to_list()[1:] == pytest.approx([0.30, 0.59, 0.79, 0.93, 1], abs=0.005)
    assert curve.row(-1) == (1, 1)


def test_equal_orders_are_one_point_of_the_curve():
    curve = concentration_curve(
        table("""order | numerator | denominator
                                         2     | 1         | 5
                                         1     | 4         | 4
                                         2     | 0         | 1""")
    )
    assert curve.rows() == [(0, 0), (0.4, 0.8), (1, 1)]


@given(towns(extremes=True))
def test_the_index_is_one_minus_twice_the_area_under_the_curve(town):
    assume(town["numerator"].sum() > 0)
    x, y = concentration_curve(town)
    area = ((y + y.shift(1)) / 2 * (x - x.shift(1))).sum()
    assert concentration_index(town).relative.value == pytest.approx(1 - 2 * area, abs=1e-12)


def test_an_index_stays_within_its_bounds_also_in_the_last_digit():
    """All pupils of the least wealthy half of a town came and nobody else: Wagstaff's index is -1, however its digits are rounded."""
    for parts in (3, 7, 11, 13, 49):
        town = groups(*((order, 10.0 / parts if order < parts else 0.0, 10.0 / parts) for order in range(2 * parts)))
        value, lower, upper = defined(concentration_index(town).wagstaff)
        assert value == pytest.approx(-1)
        assert -1 <= lower <= value <= upper <= 1


def test_the_line_ends_where_its_slope_says_and_is_flat_where_rates_are_equal():
    least, most = inequality.fitted_line(TOWN, (0, 1))["value"]
    assert (most - least, most / least) == pytest.approx((slope_index(TOWN).value, relative_index(TOWN).value))
    least, most = inequality.fitted_line(TOWN, (0, 1), "linear")["value"]
    assert most - least == pytest.approx(slope_index(TOWN, "linear").value)
    assert inequality.fitted_line(groups((1, 1, 2), (2, 1, 2)), (0, 1)).is_empty()
    alike = inequality.fitted_line(groups((1, 10, 100), (2, 20, 200), (3, 5, 50)), (0, 0.5, 1))
    assert alike["value"].to_list() == pytest.approx([0.1] * 3)


def test_the_limits_of_the_line_in_the_middle_are_those_of_the_mean():
    """At rank one half a line says the weighted mean, whatever its tilt: on the plain scale its standard error is that of a weighted mean."""
    ((_, value, lower, upper),) = inequality.fitted_line(TOWN, (0.5,), "linear").rows()
    weight = (TOWN["denominator"] / TOWN["denominator"].sum()).to_numpy()
    limits = uncertainty.proportions(TOWN)
    errors = ((limits["upper"] - limits["lower"]) / (2 * uncertainty.z_value(0.95))).to_numpy()
    margin = uncertainty.z_value(0.95) * math.sqrt(((weight * errors) ** 2).sum())
    assert value == pytest.approx(TOWN["numerator"].sum() / TOWN["denominator"].sum())
    assert (lower, upper) == pytest.approx((value - margin, value + margin))


@given(towns())
def test_the_line_lies_between_its_limits_and_inside_0_and_1(town):
    line = inequality.fitted_line(town, [step / 4 for step in range(5)])
    assert ((line["lower"] >= 0) & (line["lower"] <= line["value"]) & (line["value"] <= line["upper"]) & (line["upper"] <= 1)).all()


@given(towns(extremes=True))
def test_the_gap_to_all_others_has_newcombes_limits(town):
    for row in representation(town).drop_nulls("gap").iter_rows(named=True):
        others = (town["numerator"].sum() - row["numerator"], town["denominator"].sum() - row["denominator"])
        expected = uncertainty.difference((row["numerator"], row["denominator"]), others)
        assert (row["gap"], row["gap_lower"], row["gap_upper"]) == pytest.approx(expected[:3], abs=1e-9)


# --- what holds for every town ----------------------------------------------------------------------------------------


@given(towns(), st.integers(2, 50))
def test_a_town_of_many_times_the_size_has_the_same_indices_and_narrower_limits(town, times):
    larger = town.with_columns(pl.col("numerator", "denominator") * times)
    for index in ORDERED:
        small, large = index(town), index(larger)
        assert large.value == pytest.approx(small.value, rel=1e-9, abs=1e-12)
        assert large.upper - large.lower <= small.upper - small.lower + 1e-12
    assert theil(larger) == pytest.approx(theil(town), abs=1e-12)
    assert variation(larger) == pytest.approx(variation(town), abs=1e-12)


@given(towns())
def test_turning_the_order_of_wealth_round_turns_every_sign_and_inverts_the_ratio(town):
    turned, slope, ratio = town.with_columns(order=-pl.col("order")), known(slope_index(town)), known(relative_index(town))
    assert defined(slope_index(turned)) == pytest.approx([-slope.value, -slope.upper, -slope.lower], abs=1e-9)
    assert defined(relative_index(turned)) == pytest.approx([1 / ratio.value, 1 / ratio.upper, 1 / ratio.lower], rel=1e-6)
    before, after = concentration_index(town), concentration_index(turned)
    for name in ("relative", "absolute", "erreygers", "wagstaff"):
        value, lower, upper = getattr(before, name)[:3]
        assert defined(getattr(after, name)) == pytest.approx((-value, -upper, -lower), abs=1e-9)


@given(towns(extremes=True))
def test_counting_who_stays_away_only_turns_the_sign_of_erreygers_index(town):
    assume(0 < town["numerator"].sum() < town["denominator"].sum())
    away = town.with_columns(numerator=pl.col("denominator") - pl.col("numerator"))
    assert concentration_index(away).erreygers.value == pytest.approx(-known(concentration_index(town).erreygers).value, abs=1e-12)
    assert concentration_index(away).wagstaff.value == pytest.approx(-known(concentration_index(town).wagstaff).value, abs=1e-10)


@given(towns())
def test_a_neighbourhood_cut_in_two_alike_halves_changes_nothing(town):
    doubled = town.with_columns(pl.col("numerator", "denominator") * 2)
    halves = pl.concat([town, town])
    for index in ORDERED:
        assert index(halves).value == pytest.approx(index(doubled).value, rel=1e-9, abs=1e-12)
    assert concentration_curve(halves).to_numpy() == pytest.approx(concentration_curve(doubled).to_numpy())
    assert theil(halves) == pytest.approx(theil(doubled), abs=1e-12)


@given(towns(), st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(town, random):
    rows = town.rows()
    random.shuffle(rows)
    for index in ORDERED:
        assert defined(index(groups(*rows))) == pytest.approx(defined(index(town)), rel=1e-9, abs=1e-12)


@given(towns(extremes=True))
def test_moving_a_participant_to_a_less_wealthy_group_lowers_the_concentration(town):
    ordered = town.sort("order")
    first, last = ordered.row(0), ordered.row(-1)
    assume(ordered["order"][1] > first[0] and ordered["order"][-2] < last[0] and first[1] < first[2] and last[1] > 0)
    moved = groups((first[0], first[1] + 1, first[2]), *ordered.rows()[1:-1], (last[0], last[1] - 1, last[2]))
    assert known(concentration_index(moved).relative).value < known(concentration_index(town).relative).value
    assert known(slope_index(moved, "linear")).value < known(slope_index(town, "linear")).value


@given(towns(extremes=True), st.floats(0.01, 0.9999))
def test_every_interval_holds_its_value_and_stays_in_its_range(town, confidence):
    found = concentration_index(town, confidence=confidence)
    ranges = {"relative": 1, "absolute": 0.25, "erreygers": 1, "wagstaff": 1}
    within: list[Any] = [(getattr(found, name), reach) for name, reach in ranges.items()]
    for interval, reach in [*within, (slope_index(town, confidence=confidence), 1)]:
        if interval.value is not None:
            assert -reach <= interval.lower <= interval.value <= interval.upper <= reach
    scales: list[Any] = ["logit", "linear"]
    for scale in scales:
        ratio: Any = relative_index(town, scale, confidence=confidence)
        if ratio.lower is not None:
            assert 0 <= ratio.lower <= ratio.value <= ratio.upper < math.inf
        else:
            assert ratio.reason


fractions_of_a_pupil = st.tuples(st.floats(-5, 5), st.floats(0, 1), st.floats(1e-3, 1e6)).map(lambda row: (row[0], min(row[1] * row[2], row[2]), row[2]))


@given(st.lists(fractions_of_a_pupil, max_size=6))
@example([(1, 1e-200, 10.0), (2, 1.0, 10.0), (3, 9.0, 10.0)])
@example([(1, 9.0, 10.0), (2, 1.0, 10.0), (3, 1e-200, 10.0)])
@example([(1, 0.0, 29422.0), (2, 1.17739e-318, 238306.0), (3, 0.0, 378177.0)])
@example([(1, 0.0, 10.0), (2, 1e-101, 10.0), (3, 1e-90, 10.0)])
def test_estimates_of_fractions_of_a_pupil_never_give_anything_but_numbers(rows):
    town = groups(*rows, infer_schema_length=None)
    found = concentration_index(town)
    intervals = [slope_index(town), slope_index(town, "linear"), relative_index(town), relative_index(town, "linear")]
    for interval in [*intervals, found.relative, found.absolute, found.erreygers, found.wagstaff]:
        assert (interval.value is None) <= (interval.lower is None)
        assert all(math.isfinite(part) for part in interval[:3] if part is not None)
        assert (interval.reason is None) == (interval.lower is not None)
    for number in (theil(town), variation(town)):
        assert number is None or math.isfinite(number)
    if town.height:
        assert representation(town).select(pl.col(pl.Float64).is_finite().fill_null(value=True)).to_numpy().all()
        assert concentration_curve(town).select(pl.all().is_finite().fill_null(value=True)).to_numpy().all()


@pytest.mark.parametrize("share", [1 / 2, 1 / 100])
def test_where_all_groups_do_alike_there_is_no_inequality(share):
    alike = groups(*((order, share * size, size) for order, size in ((1, 100), (2, 300), (3, 200), (4, 1000))))
    assert slope_index(alike).value == pytest.approx(0, abs=1e-12)
    assert relative_index(alike).value == pytest.approx(1, abs=1e-12)
    assert concentration_index(alike).relative.value == pytest.approx(0, abs=1e-12)
    assert theil(alike) == pytest.approx(0, abs=1e-12)
    assert variation(alike) == pytest.approx(0, abs=1e-12)
    assert representation(alike)["ratio"].to_list() == pytest.approx([1] * 4)


def test_groups_without_pupils_order_or_count_are_left_out():
    more = pl.concat([TOWN, groups((9, 0, 0), (None, 5, 10), (0, None, 10), (6, 0, None))], how="vertical_relaxed")
    assert slope_index(more) == slope_index(TOWN)
    assert concentration_index(more) == concentration_index(TOWN)
    assert concentration_curve(more).equals(concentration_curve(TOWN))


@pytest.mark.parametrize("town", [groups(), groups((1, 1, 2)), groups((1, 1, 2), (2, 1, 3), (2, 1, 4)), groups((1, 0, 0), (2, 0, 0), (3, 0, 0))])
def test_fewer_than_three_orders_say_nothing_of_an_order(town):
    for interval in (slope_index(town), relative_index(town, "linear"), *(getattr(concentration_index(town), name) for name in ("relative", "absolute"))):
        assert interval == Interval(None, None, None, "fewer_than_3_orders")


def test_impossible_groups_are_refused_with_a_code():
    for index in (slope_index, relative_index, concentration_index, concentration_curve, representation, theil, variation):
        with pytest.raises(Refused) as refusal:
            index(groups((1, 1, 2), (2, 5, 4), (3, 1, 2)))
        assert (refusal.value.code, refusal.value.values) == ("numerator_above_denominator", {"rows": [1]})
    with pytest.raises(Refused, match="negative_count"):
        slope_index(groups((1, -1, 2)))
    with pytest.raises(Refused, match="not_a_number"):
        slope_index(groups((math.nan, 1, 2)))
    with pytest.raises(Refused, match="missing_column"):
        slope_index(TOWN.drop("order"))
    other: Any = "log"
    with pytest.raises(Refused, match="unknown_scale"):
        slope_index(TOWN, other)
    with pytest.raises(Refused, match="confidence_out_of_range"):
        concentration_index(TOWN, confidence=1)


# --- representation ---------------------------------------------------------------------------------------------------


def test_representation_of_a_small_town():
    """By hand: 30 of 300 come. North: 10 of 50 against 20 of 250; 12 points ahead. South: 20 of 200 against 10 of 100. Docks: 6 of 50 would equal others."""
    found = representation(
        table("""home  | numerator | denominator
                                    north | 10        | 50
                                    docks | 0         | 50
                                    south | 20        | 200
                                    sea   | 0         | 0
                                    away  | 7         | -""")
    )
    assert found["home"].to_list() == ["north", "docks", "south", "sea", "away"]
    assert found["value"].to_list() == [0.2, 0, 0.1, None, None]
    assert found["ratio"].to_list() == [pytest.approx(2), 0, pytest.approx(1), None, None]
    assert found["gap"].to_list() == [pytest.approx(0.12), pytest.approx(-0.12), pytest.approx(0, abs=1e-15), None, None]
    assert found["pupils_to_parity"].to_list() == [0, 6, 0, None, None]


def test_parity_is_counted_in_whole_pupils_without_a_last_digit_too_many():
    """10 of 100 against 40 of 100 elsewhere lacks exactly 30 pupils, whatever binary fractions make of 0.4 - 0.1."""
    assert representation(groups((1, 10, 100), (2, 40, 100)))["pupils_to_parity"].to_list() == [30, 0]
    assert representation(groups((1, 0.1, 1.1), (2, 1.0, 1.0)))["pupils_to_parity"].to_list() == [1, 0]


@given(towns(least=3, extremes=True))
def test_representation_in_plain_fractions(town):
    assume(town["numerator"].sum() > 0)
    found = representation(town)
    all_x, all_n = town["numerator"].sum(), town["denominator"].sum()
    for (_, x, n), ratio, gap, parity in zip(town.rows(), found["ratio"], found["gap"], found["pupils_to_parity"], strict=True):
        assert ratio == pytest.approx(float(Fraction(x, all_x) / Fraction(n, all_n)), rel=1e-12)
        exact = Fraction(x, n) - Fraction(all_x - x, all_n - n)
        assert gap == pytest.approx(float(exact), abs=1e-12)
        assert parity == max(0, math.ceil(-exact * n))
    assert (found["ratio"] * found["denominator"]).sum() == pytest.approx(all_n)  # the ratios average to 1


def test_one_group_alone_has_no_others_and_where_nobody_comes_there_is_no_share():
    assert representation(groups((1, 3, 10))).select("ratio", "gap", "pupils_to_parity").row(0) == (1, None, None)
    assert representation(groups((1, 0, 10), (2, 0, 20)))["ratio"].to_list() == [None, None]
    assert representation(groups()).columns[-3:] == ["ratio", "gap", "pupils_to_parity"]


# --- spread -----------------------------------------------------------------------------------------------------------


def areas(group_a, group_b):
    return pl.DataFrame({"group_a": group_a, "group_b": group_b}, strict=False)


def test_dissimilarity_by_hand():
    """Half of |5/15 - 50/100| + |10/15 - 20/100| + |0 - 30/100| = 0.4667: of the 15, 7 would have to live elsewhere."""
    assert dissimilarity(areas([5, 10, 0], [50, 20, 30])) == pytest.approx(7 / 15)


@pytest.mark.parametrize(
    ("group_a", "group_b", "expected"), [([1, 2], [10, 20], 0), ([5, 0], [0, 7], 1), ([0, 0], [1, 2], None), ([], [], None), ([None, 1], [4, 1], 0)]
)
def test_dissimilarity_from_alike_to_apart(group_a, group_b, expected):
    assert dissimilarity(areas(group_a, group_b)) == expected


counts_per_area = st.integers(2, 6).flatmap(lambda size: st.tuples(*(st.lists(st.integers(0, 500), min_size=size, max_size=size) for _ in "ab")))


@given(counts_per_area)
def test_dissimilarity_is_the_largest_gap_between_the_shares_of_any_set_of_areas(counts):
    """The same index as the maximum over all sets of areas of the difference between the two shares that live there."""
    group_a, group_b = counts
    assume(sum(group_a) and sum(group_b))
    sets = range(2 ** len(group_a))
    gaps = [
        sum(Fraction(a, sum(group_a)) - Fraction(b, sum(group_b)) for at, (a, b) in enumerate(zip(*counts, strict=True)) if each >> at & 1) for each in sets
    ]
    assert dissimilarity(areas(*counts)) == pytest.approx(float(max(gaps)), abs=1e-12)
    assert dissimilarity(areas(group_b, group_a)) == pytest.approx(dissimilarity(areas(*counts)), abs=1e-12)


def test_chance_alone_places_people_unevenly_over_small_areas():
    """The exact expectation: each area's number is hypergeometric, so its mean distance from its share can be summed."""
    group_a, group_b = np.array([3, 0, 2, 5, 1, 4]), np.array([6, 9, 3, 20, 8, 2])
    everyone, of_a = (group_a + group_b).sum(), group_a.sum()
    expected = 0.0
    for area in group_a + group_b:
        possible = np.arange(of_a + 1)
        chances = hypergeom(everyone, area, of_a).pmf(possible)
        expected += (chances * abs(possible / of_a - (area - possible) / (everyone - of_a))).sum() / 2
    found = expected_dissimilarity(areas(group_a, group_b), seed=7, draws=20_000)
    assert found == pytest.approx(expected, abs=0.003)
    assert 0.2 < known(found) < 0.4  # far from 0, although nothing is uneven


def test_the_expectation_depends_on_its_seed_alone():
    town = areas([5, 10, 0], [50, 20, 30])
    assert expected_dissimilarity(town, 1) == expected_dissimilarity(town, seed=1) != expected_dissimilarity(town, 2)
    assert expected_dissimilarity(areas([0, 0], [3, 4]), 1) is None


def test_an_expectation_for_more_people_than_can_be_drawn_from_is_refused():
    assert expected_dissimilarity(areas([10, 20], [30, 999_999_939]), 1, draws=2) is not None
    with pytest.raises(Refused, match="too_many_people"):
        expected_dissimilarity(areas([10, 20], [30, 999_999_940]), 1)
    assert expected_dissimilarity(areas([2.4, 1.0], [30.2, 40.7]), 1) == expected_dissimilarity(areas([2, 1], [30, 41]), 1)


def test_theil_and_variation_by_hand():
    """All in one of two equal halves: T = ln 2 (Theil 1967), standard deviation = mean. 1 against 3 in equal halves: T = (ln 1/2 + 3 ln 3/2) / 4, cv = 1/2."""
    assert theil(groups((1, 10, 10), (2, 0, 10))) == pytest.approx(math.log(2))
    assert variation(groups((1, 10, 10), (2, 0, 10))) == pytest.approx(1)
    assert theil(groups((1, 1, 10), (2, 3, 10))) == pytest.approx((math.log(1 / 2) + 3 * math.log(3 / 2)) / 4)
    assert variation(groups((1, 1, 10), (2, 3, 10))) == pytest.approx(1 / 2)
    assert variation(groups((1, 2, 10), (2, 6, 60))) == pytest.approx(math.sqrt((0.2 - 8 / 70) ** 2 / 7 + (0.1 - 8 / 70) ** 2 * 6 / 7) / (8 / 70))


@given(towns(extremes=True))
def test_theil_from_the_shares_of_participants_and_pupils(town):
    """T = sum of share of participants x log(share of participants / share of pupils)."""
    assume(town["numerator"].sum() > 0)
    shares = [(x / town["numerator"].sum(), n / town["denominator"].sum()) for _, x, n in town.rows()]
    assert theil(town) == pytest.approx(sum(part * math.log(part / whole) for part, whole in shares if part), abs=1e-9)
    assert 0 <= known(theil(town)) <= math.log(town["denominator"].sum())


def test_spread_is_undefined_where_nobody_comes():
    for nobody in (groups(), groups((1, 0, 10), (2, 0, 20))):
        assert theil(nobody) is None
        assert variation(nobody) is None


# --- fifths -----------------------------------------------------------------------------------------------------------


def fifths(values, weights):
    return quintiles(pl.DataFrame({"value": values, "weight": weights}, strict=False))["fifth"].to_list()


def test_fifths_count_pupils_not_neighbourhoods():
    found = quintiles(
        table("""home  | value | weight
                               docks | 12.5  | 600
                               north | 30    | 100
                               south | 18    | 100
                               hills | 45    | 100
                               east  | 40    | 100
                               sea   | -     | 50""")
    )
    assert found["home"].to_list() == ["docks", "north", "south", "hills", "east", "sea"]
    assert found["fifth"].to_list() == [2, 4, 4, 5, 5, None]  # middles at 30, 75, 65, 95, 85 per cent


def test_a_middle_exactly_on_a_border_belongs_to_the_fifth_above():
    """Weights 1 and 2: middles at 1/10, 2/10, 3/10 ... of the whole; 2/10 is the start of the second fifth."""
    assert fifths([1, 2, 3, 4, 5], [1, 2, 2, 2, 3]) == [1, 2, 3, 4, 5]
    assert fifths([1, 2, 3, 4, 5], [0.1, 0.2, 0.2, 0.2, 0.3]) == [1, 2, 3, 4, 5]
    assert fifths([1, 2, 3], [6, 2, 2]) == [2, 4, 5]
    assert fifths([1, 2, 3, 4], [0.1, 0.4, 0.3, 0.7]) == fifths([1, 2, 3, 4], [1, 4, 3, 7]) == [1, 2, 3, 4]


def test_equal_values_share_a_fifth():
    assert fifths([7, 7, 7, 7], [1, 2, 3, 4]) == [3, 3, 3, 3]
    assert fifths([1, 2, 2, 2, 3], [1, 1, 1, 1, 1]) == [1, 3, 3, 3, 5]


def test_without_weight_there_are_no_fifths():
    assert fifths([1, 2], [0, 0]) == [None, None]
    assert fifths([], []) == []
    assert fifths([1, 2, 3], [None, 5, 0]) == [None, 3, 5]
    with pytest.raises(Refused, match="negative_count"):
        fifths([1], [-1])


@given(st.lists(st.tuples(st.integers(0, 8), st.integers(1, 400)), min_size=1, max_size=25), st.randoms(use_true_random=False))
def test_fifths_in_plain_fractions_and_in_any_order_of_rows(rows, random):
    total = sum(weight for _, weight in rows)

    def fifth(value):
        below, same = sum(w for v, w in rows if v < value), sum(w for v, w in rows if v == value)
        return min(5, math.floor(5 * Fraction(2 * below + same, 2 * total)) + 1)

    shuffled = rows.copy()
    random.shuffle(shuffled)
    assert fifths(*zip(*shuffled, strict=True)) == [fifth(value) for value, _ in shuffled]
