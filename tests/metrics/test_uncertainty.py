"""Limits: printed examples, the same worked another way, and what holds for any numbers."""

import math

import numpy as np
import polars as pl
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import stats
from statsmodels.regression.linear_model import OLS
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from metrics.methods import uncertainty
from metrics.shapes import Interval, Refused


def counts(*pairs, **columns):
    numerators, denominators = zip(*pairs, strict=True) if pairs else ((), ())
    return pl.DataFrame({"numerator": numerators, "denominator": denominators, **columns}, strict=False)


def limits(frame, *columns):
    return frame.select(columns or ("value", "lower", "upper")).row(0)


def defined(interval):
    assert interval.reason is None
    return interval.value, interval.lower, interval.upper


confidences = st.floats(0.01, 0.9999)
sizes = st.floats(0.5, 1e7) | st.integers(1, 1_000_000)


@st.composite
def shares(draw):
    """A numerator and denominator, whole or fractional, the ends included."""
    denominator = draw(sizes)
    if isinstance(denominator, int):
        return draw(st.integers(0, denominator)), denominator
    return denominator * draw(st.floats(0, 1)), denominator


# --- proportions ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("numerator", "denominator", "lower", "upper"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0000, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson_limits_are_those_printed_by_newcombe(numerator, denominator, lower, upper):
    """Newcombe 1998, Statistics in Medicine 17: 857-872, table I, method 3."""
    found = limits(uncertainty.proportions(counts((numerator, denominator))), "lower", "upper")
    assert found == (pytest.approx(lower, abs=5e-5), pytest.approx(upper, abs=5e-5))


@given(shares(), confidences)
def test_wilson_limits_are_those_of_statsmodels(share, confidence):
    found = limits(uncertainty.proportions(counts(share), confidence=confidence), "lower", "upper")
    assert found == pytest.approx(proportion_confint(*share, alpha=1 - confidence, method="wilson"), abs=1e-9)


@given(shares(), confidences)
def test_a_proportion_and_its_limits_lie_inside_0_and_1_and_in_order(share, confidence):
    value, lower, upper = limits(uncertainty.proportions(counts(share), confidence=confidence))
    assert 0 <= lower <= value <= upper <= 1


@given(shares(), confidences)
def test_who_came_and_who_did_not_mirror_each_other(share, confidence):
    numerator, denominator = share
    _, lower, upper = limits(uncertainty.proportions(counts(share), confidence=confidence))
    _, other_lower, other_upper = limits(uncertainty.proportions(counts((denominator - numerator, denominator)), confidence=confidence))
    assert (1 - other_upper, 1 - other_lower) == pytest.approx((lower, upper), abs=1e-12)


@given(shares(), confidences, confidences)
def test_more_confidence_never_narrows_a_proportion(share, one, other):
    _, lower, upper = limits(uncertainty.proportions(counts(share), confidence=min(one, other)))
    _, wider_lower, wider_upper = limits(uncertainty.proportions(counts(share), confidence=max(one, other)))
    assert wider_lower <= lower + 1e-12
    assert wider_upper >= upper - 1e-12


@given(shares())
def test_twice_as_many_pupils_keep_the_proportion_and_narrow_its_limits(share):
    once, twice = (limits(uncertainty.proportions(counts((k * share[0], k * share[1])))) for k in (1, 2))
    assert twice[0] == pytest.approx(once[0])
    assert twice[2] - twice[1] < once[2] - once[1]


def test_nobody_and_everybody_have_limits_at_exactly_0_and_1():
    found = uncertainty.proportions(counts((0, 20), (20, 20)))
    assert found["lower"][0] == 0
    assert found["upper"][1] == 1


def test_a_proportion_without_denominator_or_count_is_null_and_keeps_its_row_and_columns():
    frame = counts((3, 4), (0, 0), (None, 4), (1, None), area=["north", "docks", "south", "outside"])
    found = uncertainty.proportions(frame)
    assert found["area"].to_list() == ["north", "docks", "south", "outside"]
    assert found["value"].to_list() == [0.75, None, None, None]
    assert found["lower"].null_count() == found["upper"].null_count() == 3


@pytest.mark.parametrize("method", [uncertainty.proportions, uncertainty.rates, uncertainty.funnel])
def test_an_empty_frame_gives_the_columns_without_a_row(method):
    assert method(counts(numerator=[], denominator=[])).height == 0
    assert "value" in method(pl.DataFrame(schema={"numerator": pl.Int64, "denominator": pl.Int64})).columns


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        (counts((1, 2), (3, 2)), "numerator_above_denominator"),
        (counts((1, 0)), "numerator_above_denominator"),
        (counts((-1, 2)), "negative_count"),
        (counts((1, -2)), "negative_count"),
        (counts((math.nan, 2.0)), "not_a_number"),
        (counts((1.0, math.inf)), "not_a_number"),
        (counts(("1", "2")), "not_a_number"),
        (pl.DataFrame({"numerator": [1]}), "missing_column"),
    ],
)
def test_what_can_be_no_proportion_is_refused_with_a_code(frame, code):
    for method in (uncertainty.proportions, uncertainty.funnel):
        with pytest.raises(Refused) as refused:
            method(frame)
        assert refused.value.code == code


def test_a_refusal_names_the_rows():
    with pytest.raises(Refused) as refused:
        uncertainty.proportions(counts((1, 2), (3, 2), (None, 1), (9, 2)))
    assert refused.value.values["rows"] == [1, 3]


@pytest.mark.parametrize("confidence", [0, 1, -0.5, 95, math.nan, 1e-17, 1 - 1e-17])
def test_a_confidence_that_has_no_quantile_is_refused(confidence):
    with pytest.raises(Refused) as refused:
        uncertainty.proportions(counts((1, 2)), confidence=confidence)
    assert refused.value.code == "confidence_out_of_range"


def test_z_is_the_exact_normal_quantile():
    assert uncertainty.z_value(0.95) == pytest.approx(1.959963984540054, abs=1e-12)
    assert uncertainty.z_value(0.998) == pytest.approx(3.090232306167813, abs=1e-12)


# --- rates ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("events", "lower", "upper"), [(0, 0, 3.689), (1, 0.025, 5.572), (2, 0.242, 7.225), (5, 1.623, 11.668), (9, 4.115, 17.085)])
def test_few_visits_have_the_exact_poisson_limits_of_the_printed_table(events, lower, upper):
    """Garwood 1936, Biometrika 28: 437-442; printed in many handbooks."""
    found = uncertainty.rates(counts((events, 1)), per=1)
    assert limits(found) == (events, pytest.approx(lower, abs=5e-4), pytest.approx(upper, abs=5e-4))
    assert found["method"].to_list() == ["exact"]


@given(st.integers(10, 10**6))
def test_from_ten_visits_on_byars_limits_are_within_a_fifth_of_a_percent_of_the_exact_ones(events):
    """Public Health England 2018, Technical guide: confidence intervals, appendix 1."""
    found = uncertainty.rates(counts((events, 1)), per=1)
    exact = (stats.chi2.ppf(0.025, 2 * events) / 2, stats.chi2.ppf(0.975, 2 * events + 2) / 2)
    assert limits(found, "lower", "upper") == pytest.approx(exact, rel=0.002)
    assert found["method"].to_list() == ["byar"]


@given(st.floats(0.01, 9.99), confidences)
def test_exact_limits_are_those_of_the_chi_square_tables_also_for_fractions(events, confidence):
    tail = (1 - confidence) / 2
    expected = (stats.chi2.ppf(tail, 2 * events) / 2, stats.chi2.isf(tail, 2 * events + 2) / 2)
    assert limits(uncertainty.rates(counts((events, 1)), per=1, confidence=confidence), "lower", "upper") == pytest.approx(expected, rel=1e-8, abs=1e-12)


@given(st.integers(10, 10**7), confidences)
def test_byars_limits_are_the_same_in_plain_python(events, confidence):
    z = stats.norm.ppf((1 + confidence) / 2)
    lower = events * (1 - 1 / (9 * events) - z / (3 * math.sqrt(events))) ** 3
    upper = (events + 1) * (1 - 1 / (9 * (events + 1)) + z / (3 * math.sqrt(events + 1))) ** 3
    assert limits(uncertainty.rates(counts((events, 50)), per=50, confidence=confidence), "lower", "upper") == pytest.approx((lower, upper))


@given(st.integers(0, 1000) | st.floats(0, 1e6), sizes, confidences, st.sampled_from([1, 100, 1000, 0.01]))
def test_a_rate_lies_between_its_limits_and_none_is_negative(events, denominator, confidence, per):
    value, lower, upper = limits(uncertainty.rates(counts((events, denominator)), per=per, confidence=confidence))
    assert 0 <= lower <= value * (1 + 1e-12)
    assert value <= upper < math.inf


@given(st.integers(0, 1000), confidences, confidences)
def test_more_confidence_never_narrows_a_rate(events, one, other):
    _, lower, upper = limits(uncertainty.rates(counts((events, 7)), confidence=min(one, other)))
    _, wider_lower, wider_upper = limits(uncertainty.rates(counts((events, 7)), confidence=max(one, other)))
    assert wider_lower <= lower + 1e-9
    assert wider_upper >= upper - 1e-9


@given(st.integers(0, 1000), sizes)
def test_per_only_changes_the_scale_of_a_rate(events, denominator):
    per_one, per_hundred = (limits(uncertainty.rates(counts((events, denominator)), per=per)) for per in (1, 100))
    assert per_hundred == pytest.approx(tuple(100 * number for number in per_one))


def test_a_rate_may_exceed_its_base_but_needs_a_denominator():
    found = uncertainty.rates(counts((300, 100), (3, 0), (None, 5), (3, None)))
    assert found["value"].to_list() == [300, None, None, None]
    assert found["method"].to_list() == ["byar", None, None, None]
    assert found.select("lower", "upper").null_count().row(0) == (3, 3)


@pytest.mark.parametrize("per", [0, -100, math.nan, math.inf])
def test_a_rate_per_nothing_is_refused(per):
    with pytest.raises(Refused) as refused:
        uncertainty.rates(counts((1, 2)), per=per)
    assert refused.value.code == "per_not_positive"


# --- rates of visits that come by the pupil ---------------------------------------------------------------------------


def clustered(visits, denominator, **options):
    frame = counts((sum(visits), denominator), sum_of_squares=[sum(v**2 for v in visits)])
    return limits(uncertainty.clustered_rates(frame, **options))


def test_visits_that_come_in_fours_have_limits_twice_as_far_away():
    plain = limits(uncertainty.rates(counts((400, 1000))))
    value, lower, upper = clustered([4] * 100, 1000)
    assert value == plain[0]
    assert (value - lower, upper - value) == pytest.approx((2 * (plain[0] - plain[1]), 2 * (plain[2] - plain[0])))


@given(st.lists(st.integers(1, 40), max_size=30), st.integers(1, 500), confidences)
def test_one_visit_per_pupil_is_the_plain_rate_and_more_never_narrower(visits, denominator, confidence):
    plain = limits(uncertainty.rates(counts((sum(visits), denominator)), confidence=confidence))
    value, lower, upper = clustered(visits, denominator, confidence=confidence)
    assert 0 <= lower <= plain[1] + 1e-9
    assert plain[2] - 1e-9 <= upper < math.inf
    assert value == plain[0]
    if all(v == 1 for v in visits):
        assert (lower, upper) == pytest.approx(plain[1:])


def test_a_frequent_visitor_widens_the_limits_as_a_bootstrap_of_pupils_does():
    visits = [1] * 60 + [3] * 30 + [20] * 10
    draws = np.random.default_rng(1).poisson(1, size=(20_000, len(visits))) @ visits
    _, lower, upper = clustered(visits, 100, per=1)
    assert (lower, upper) == pytest.approx((sorted(draws)[500] / 100, sorted(draws)[-500] / 100), rel=0.06)


def test_limits_without_a_sum_of_squares_are_unknown_and_without_visits_the_plain_ones():
    found = uncertainty.clustered_rates(counts((12, 100), (0, 100), sum_of_squares=[None, 0]))
    assert found.select("value", "lower", "method").rows() == [(12.0, None, None), (0.0, 0.0, "exact")]
    with pytest.raises(Refused) as refused:
        uncertainty.clustered_rates(counts((12, 100), sum_of_squares=[0]))
    assert refused.value.code == "sum_of_squares_without_events"


# --- ratios over clusters ---------------------------------------------------------------------------------------------

CLUSTERS = st.lists(st.tuples(st.integers(0, 60), st.integers(1, 9)), min_size=2, max_size=12)


@given(CLUSTERS, confidences)
def test_a_ratio_over_clusters_has_the_limits_of_cluster_robust_least_squares(pairs, confidence):
    """The mean of y / m over units, each session of a cluster a row of its own, with CR1 standard errors and t(G - 1): statsmodels."""
    value, lower, upper = limits(uncertainty.clustered_ratios(counts(*pairs), confidence=confidence))
    assert value == pytest.approx(sum(x for x, _ in pairs) / sum(n for _, n in pairs))
    if lower is None:
        assert all(abs(x - value * n) < 1e-9 for x, n in pairs)
        return
    rows = [(x / n, cluster) for cluster, (x, n) in enumerate(pairs) for _ in range(n)]
    each, cluster = np.array(rows).T
    options = {"groups": cluster.astype(int), "use_correction": False}
    fitted = OLS(each, np.ones(len(rows))).fit(cov_type="cluster", cov_kwds=options, use_t=True)
    g = len(pairs)
    half = stats.t.ppf((1 + confidence) / 2, g - 1) * fitted.bse[0] * math.sqrt(g / (g - 1))
    assert (lower, upper) == pytest.approx((max(0, value - half), value + half), abs=1e-6)


@given(CLUSTERS)
def test_sessions_that_are_alike_widen_the_margin_when_they_stand_together(pairs):
    """Every cluster written out as two half clusters that are the same: taken apart they pretend to be twice as many observations."""
    together = counts(*[(2 * x, 2 * n) for x, n in pairs])
    apart = counts(*[pair for pair in pairs for _ in range(2)])
    _, lower, upper = limits(uncertainty.clustered_ratios(together))
    _, apart_lower, apart_upper = limits(uncertainty.clustered_ratios(apart))
    if upper is not None:
        assert apart_lower >= lower
        assert apart_upper <= upper


def test_ratios_come_per_key_and_without_limits_where_one_cluster_or_no_variation_gives_none():
    frame = counts((10, 2), (20, 2), (7, 1), (6, 2), (3, 1), (0, 0), key=["two", "two", "one", "same", "same", "none"])
    found = uncertainty.clustered_ratios(frame, ["key"])
    assert found.select("key", "numerator", "denominator", "value", "clusters").rows() == [
        ("none", 0.0, 0.0, None, 1),
        ("one", 7.0, 1.0, 7.0, 1),
        ("same", 9.0, 3.0, 3.0, 2),
        ("two", 30.0, 4.0, 7.5, 2),
    ]
    assert [limit is None for limit in found["upper"]] == [True, True, True, False]
    assert found["lower"][3] == 0  # t(1) reaches below nothing, where no visits can be
    assert uncertainty.clustered_ratios(frame.head(0), ["key"]).height == 0


# --- difference and ratio ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("a", "b", "lower", "upper"),
    [
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((6, 7), (2, 7), 0.0582, 0.8062),
        ((5, 56), (0, 29), -0.0381, 0.1926),
        ((0, 10), (0, 20), -0.1611, 0.2775),
        ((0, 10), (0, 10), -0.2775, 0.2775),
        ((10, 10), (0, 20), 0.6791, 1.0000),
        ((10, 10), (0, 10), 0.6075, 1.0000),
    ],
)
def test_limits_of_a_difference_are_those_printed_by_newcombe(a, b, lower, upper):
    """Newcombe 1998, Statistics in Medicine 17: 873-890, table II, method 10."""
    assert uncertainty.difference(a, b)[:3] == pytest.approx((a[0] / a[1] - b[0] / b[1], lower, upper), abs=5e-5)


@given(shares(), shares(), confidences)
def test_a_difference_and_its_limits_are_those_of_statsmodels_and_turn_round_with_the_groups(a, b, confidence):
    value, lower, upper = defined(uncertainty.difference(a, b, confidence=confidence))
    expected = confint_proportions_2indep(a[0], a[1], b[0], b[1], method="newcomb", compare="diff", alpha=1 - confidence)
    assert (lower, upper) == pytest.approx(expected, abs=1e-9)
    assert -1 <= lower <= value <= upper <= 1
    turned, turned_lower, turned_upper = defined(uncertainty.difference(b, a, confidence=confidence))
    assert (-turned, -turned_upper, -turned_lower) == pytest.approx((value, lower, upper), abs=1e-12)


def test_the_limits_of_a_ratio_are_those_of_the_physicians_health_study():
    """Agresti 2002, Categorical data analysis, section 3.1.4: heart attacks with placebo and with aspirin."""
    assert uncertainty.ratio((189, 11034), (104, 11037))[:3] == pytest.approx((1.82, 1.43, 2.31), abs=5e-3)


@given(shares(), shares(), confidences)
def test_a_ratio_and_its_limits_are_those_of_statsmodels_and_turn_round_with_the_groups(a, b, confidence):
    assume(min(a[0], b[0]) >= 0.5)
    assume(a[0] < a[1] or b[0] < b[1])
    value, lower, upper = defined(uncertainty.ratio(a, b, confidence=confidence))
    expected = confint_proportions_2indep(a[0], a[1], b[0], b[1], method="log", compare="ratio", alpha=1 - confidence)
    assert (lower, upper) == pytest.approx(expected, rel=1e-6)
    assert 0 < lower <= value <= upper < math.inf
    turned, turned_lower, turned_upper = defined(uncertainty.ratio(b, a, confidence=confidence))
    assert (1 / turned, 1 / turned_upper, 1 / turned_lower) == pytest.approx((value, lower, upper))


def test_what_has_no_difference_or_ratio_says_why():
    nothing = (None, None, None)
    assert uncertainty.difference((0, 0), (1, 2)) == Interval(*nothing, "no_denominator")
    assert uncertainty.difference((1, 2), (None, 2)) == Interval(*nothing, "missing")
    assert uncertainty.ratio((1, 2), (0, 0)) == Interval(*nothing, "no_denominator")
    assert uncertainty.ratio((1, 2), (0, 2)) == uncertainty.ratio((0, 2), (1, 2)) == Interval(*nothing, "no_events")
    assert uncertainty.ratio((5, 5), (3, 3)) == Interval(1.0, None, None, "no_variation")
    assert uncertainty.ratio((1e-6, 5), (3, 5)).reason == "too_few_events"


@pytest.mark.parametrize("method", [uncertainty.difference, uncertainty.ratio])
def test_a_part_above_its_whole_is_refused_in_a_comparison_too(method):
    with pytest.raises(Refused) as refused:
        method((1, 2), (3, 2))
    assert refused.value.code == "numerator_above_denominator"


# --- funnel -----------------------------------------------------------------------------------------------------------


def test_the_funnel_narrows_with_size_and_calls_only_what_lies_strictly_beyond_it():
    found = uncertainty.funnel(counts((10, 100), (100, 1000), (30, 100), (4, 100), (1, 100), (20, 100), (0, 0), (None, 100)))
    pooled = (10 + 100 + 30 + 4 + 1 + 20) / 1500
    for row in found.head(6).rows(named=True):
        spread = math.sqrt(pooled * (1 - pooled) / row["denominator"])
        for name, z in (("95", 1.959964), ("998", 3.090232)):
            assert row[f"lower_{name}"] == pytest.approx(max(0, pooled - z * spread), abs=1e-6)
            assert row[f"upper_{name}"] == pytest.approx(min(1, pooled + z * spread), abs=1e-6)
    assert found["status"].to_list() == ["within", "within", "high_998", "low_95", "low_998", "high_95", None, None]
    assert found.tail(2).select("value", "lower_95", "upper_998").rows() == [(None, None, None)] * 2


def test_what_lies_on_the_limit_of_the_funnel_is_within_it():
    """Two of one pupil each: every limit is cut to 0 or 1, which is where the two lie."""
    found = uncertainty.funnel(counts((1, 1), (0, 1)))
    assert found.select("lower_95", "upper_95", "lower_998", "upper_998", "status").rows() == [(0, 1, 0, 1, "within")] * 2


def test_a_funnel_in_which_nothing_varies_judges_nobody():
    found = uncertainty.funnel(counts((0, 10), (0, 200)))
    assert found.select("value", "lower_95", "status").rows() == [(0.0, None, None)] * 2


@given(st.lists(shares(), min_size=1, max_size=12))
def test_the_funnel_holds_the_pooled_proportion_and_its_limits_are_nested(pairs):
    found = uncertainty.funnel(counts(*pairs)).drop_nulls()
    pooled = sum(x for x, _ in pairs) / sum(n for _, n in pairs)
    for row in found.rows(named=True):
        assert 0 <= row["lower_998"] <= row["lower_95"] <= pooled + 1e-9
        assert pooled - 1e-9 <= row["upper_95"] <= row["upper_998"] <= 1


def test_the_walls_of_the_funnel_are_its_limits_at_other_sizes():
    frame = pl.DataFrame({"numerator": [30, 10, 60], "denominator": [400, 500, 1000]})
    placed = uncertainty.funnel(frame)
    walls = uncertainty.funnel_walls(100 / 1900, frame["denominator"])
    names = ["lower_95", "upper_95", "lower_998", "upper_998"]
    assert walls.select(names).to_numpy() == pytest.approx(placed.select(names).to_numpy())
    assert walls["denominator"].to_list() == [400, 500, 1000]


@pytest.mark.parametrize("pooled", [0.0, 1.0, -0.1, float("nan")])
def test_where_nothing_varies_there_are_no_walls(pooled):
    with pytest.raises(Refused, match="not_a_share"):
        uncertainty.funnel_walls(pooled, pl.Series([100]))
