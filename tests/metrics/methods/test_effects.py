"""Differences in results: printed examples, the same by statsmodels and by plain leave-one-out, and what holds for any pupils."""

import math
from statistics import NormalDist
from typing import Any

import numpy as np
import polars as pl
import pytest
import statsmodels.api as sm
from hypothesis import assume, example, given
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.weightstats import DescrStatsW

from metrics.methods.effects import (
    ancova,
    difference_in_differences,
    difference_in_differences_of_groups,
    dose_bands,
    paired_change,
    subgroup_difference,
)
from metrics.shapes import Refused
from tests.drawn import table

# Leprosy bacilli before and after treatment with drug A, drug D or a placebo: Snedecor & Cochran 1967, Statistical methods, 6th ed., p. 422; analysed in the
# SAS/STAT manual, the GLM procedure, "Analysis of covariance".
LEPROSY = {
    "a": [(11, 6), (8, 0), (5, 2), (14, 8), (19, 11), (6, 4), (10, 13), (6, 1), (11, 8), (3, 0)],
    "d": [(6, 0), (6, 2), (7, 3), (8, 1), (18, 18), (8, 4), (19, 14), (8, 9), (5, 1), (15, 9)],
    "placebo": [(16, 13), (13, 10), (11, 18), (9, 5), (21, 23), (16, 12), (12, 5), (12, 16), (7, 1), (12, 20)],
}

# Extra hours of sleep with two drugs, the same ten patients: Student 1908, Biometrika 6: 1-25.
SLEEP = pl.DataFrame(
    {
        "before": [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0],
        "after": [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4],
    }
)


def known(figure):
    assert figure is not None
    return figure


def with_moments(n, mean, sd):
    """n numbers of exactly this mean and standard deviation."""
    shape = np.sin(np.arange(n) * 1.7)
    return mean + sd * (shape - shape.mean()) / shape.std(ddof=1)


@st.composite
def schools(draw, fewest=2, most=14):
    """Pupils of some schools, of very unequal size: taking part, start, a further column and a result that all three and the school go into."""
    number, seed = draw(st.integers(fewest, most)), draw(st.integers(0, 10**6))
    random = np.random.default_rng(seed)
    school = np.concatenate([np.repeat(at, random.integers(2, 15)) for at in range(number)])
    before, hours = random.normal(6, 1.5, school.size), random.integers(0, 40, school.size)
    took_part = (random.random(school.size) < 0.2 + 0.6 * random.random(number)[school]).astype(int)
    after = 1 + 0.4 * took_part + 0.7 * before + 0.01 * hours + random.normal(0, 0.8, number)[school] + random.normal(0, 1, school.size)
    return pl.DataFrame({"school": [f"school {at}" for at in school], "took_part": took_part, "before": before, "hours": hours, "after": after})


def ols(pupils, columns, groups=None):
    """Ordinary least squares by statsmodels, the column asked for first."""
    design = np.column_stack([*columns, np.ones(pupils.height)])
    model = sm.OLS(pupils["after"].to_numpy(), design)
    if groups is None:
        return model.fit()
    return model.fit(cov_type="cluster", cov_kwds={"groups": pupils[groups].rank("dense").to_numpy()}, use_t=True)


# --- ancova -----------------------------------------------------------------------------------------------------------


def test_covariance_analysis_of_the_leprosy_trial():
    """SAS/STAT manual, GLM, "Analysis of covariance": drug A against placebo -3.446138280, standard error 1.88678065; the plain one -7."""
    rows = [(int(drug == "a"), int(drug == "d"), *pair) for drug, pairs in LEPROSY.items() for pair in pairs]
    patients = pl.DataFrame(rows, schema=["took_part", "drug_d", "before", "after"], orient="row")
    effect = ancova(patients, covariates=["drug_d"])
    assert effect.estimate == pytest.approx(-3.446138280, abs=5e-10)
    assert effect.standard_error == pytest.approx(1.88678065, abs=5e-9)
    assert (effect.lower, effect.upper) == pytest.approx([-3.446138280 + sign * stats.t.ppf(0.975, 26) * 1.88678065 for sign in (-1, 1)], abs=1e-7)
    assert (effect.pupils, effect.clusters, effect.method, effect.reason) == (30, None, "classical", None)
    assert ancova(patients, before=None, covariates=["drug_d"]).estimate == pytest.approx(-7)


def test_hedges_g_of_borensteins_example():
    """Borenstein et al. 2009, Introduction to meta-analysis, p. 26-27: means 103 and 100, s 5.0249, n 50 each: J 0.9923, g 0.5924. There s is that within the
    groups; here that of all results, so the groups are drawn with the spread that makes it 5.0249."""
    within = math.sqrt((99 * 5.0249**2 - 100 * 1.5**2) / 98)
    pupils = pl.DataFrame({"took_part": [1] * 50 + [0] * 50, "after": [*with_moments(50, 103, within), *with_moments(50, 100, within)]})
    effect = ancova(pupils, before=None)
    assert effect.estimate == pytest.approx(3)
    assert effect.sd == pytest.approx(5.0249)
    assert effect.hedges_g == pytest.approx(0.5924, abs=5e-5)
    half = NormalDist().inv_cdf(0.975) * math.sqrt((50 + 50) / (50 * 50) + 0.5924**2 / (2 * (50 + 50)))
    assert (effect.hedges_lower, effect.hedges_upper) == pytest.approx((0.5924 - half, 0.5924 + half), abs=1e-4)


@given(schools(), st.booleans(), st.booleans(), st.sampled_from([0.8, 0.95, 0.998]))
def test_without_clusters_it_is_the_ordinary_regression(pupils, with_start, with_hours, confidence):
    assume(pupils["took_part"].n_unique() == 2)
    columns = ["took_part"] + ["before"] * with_start + ["hours"] * with_hours
    expected = ols(pupils, [pupils[name].to_numpy() for name in columns])
    effect = ancova(pupils, before="before" if with_start else None, covariates=["hours"] * with_hours, confidence=confidence)
    assert effect.estimate == pytest.approx(expected.params[0], abs=1e-10)
    assert effect.standard_error == pytest.approx(expected.bse[0], abs=1e-10)
    assert (effect.lower, effect.upper) == pytest.approx(tuple(expected.conf_int(alpha=1 - confidence)[0]), abs=1e-9)


@given(schools(10), st.sampled_from([0.8, 0.95, 0.998]))
def test_clustered_limits_are_those_of_statsmodels(pupils, confidence):
    assume(pupils["took_part"].n_unique() == 2)
    expected = ols(pupils, [pupils["took_part"].to_numpy(), pupils["before"].to_numpy()], "school")
    effect = ancova(pupils, cluster="school", confidence=confidence)
    assert effect.standard_error == pytest.approx(expected.bse[0], rel=1e-9)
    assert (effect.lower, effect.upper) == pytest.approx(tuple(expected.conf_int(alpha=1 - confidence)[0]), abs=1e-9)
    assert effect.clusters == pupils["school"].n_unique()
    per_unit = (1 - 3 / (4 * (pupils.height - 2) - 1)) / pupils["after"].std()
    assert (effect.hedges_g, effect.hedges_lower, effect.hedges_upper) == pytest.approx(
        [part * per_unit for part in (effect.estimate, effect.lower, effect.upper)], abs=1e-10
    )


@given(schools(10))
def test_the_jackknife_leaves_out_each_school_in_turn(pupils):
    def coefficient(some):
        design = np.column_stack([np.ones(some.height), some["took_part"], some["before"], some["hours"]])
        return np.linalg.solve(design.T @ design, design.T @ some["after"].to_numpy())[1]

    names = pupils["school"].unique().to_list()
    rest = [pupils.filter(pl.col("school") != name) for name in names]
    assume(all(some["took_part"].n_unique() == 2 for some in rest))
    apart = [coefficient(some) - coefficient(pupils) for some in rest]
    error = math.sqrt((len(names) - 1) / len(names) * sum(distance**2 for distance in apart))
    effect = ancova(pupils, covariates=["hours"], cluster="school", variance="CR3")
    assert effect.standard_error == pytest.approx(error, rel=1e-7)
    assert known(effect.upper) - known(effect.estimate) == pytest.approx(stats.t.ppf(0.975, len(names) - 1) * error, rel=1e-7)
    assert effect.method == "CR3"


@given(schools(2, 9), st.sampled_from(["CR1", "CR3"]))
def test_fewer_than_ten_schools_give_an_estimate_and_words_instead_of_limits(pupils, variance):
    assume(ancova(pupils).standard_error)
    effect = ancova(pupils, cluster="school", variance=variance)
    assert effect.reason == "fewer_than_10_clusters"
    assert None not in (effect.estimate, effect.hedges_g, effect.sd)
    assert effect.standard_error is not None or variance == "CR3"  # without one of the schools there may be nothing to compare
    assert (effect.lower, effect.upper, effect.hedges_lower, effect.hedges_upper) == (None, None, None, None)
    assert effect.estimate == pytest.approx(ancova(pupils).estimate)


def test_one_school_has_no_standard_error():
    pupils = pl.DataFrame({"school": ["a"] * 6, "took_part": [0, 1] * 3, "before": [1, 2, 3, 4, 5, 7], "after": [2, 2, 5, 4, 8, 9]})
    effect = ancova(pupils, cluster="school")
    assert (effect.standard_error, effect.lower, effect.clusters, effect.reason) == (None, None, 1, "one_cluster")
    assert effect.estimate is not None


def test_a_comparison_that_hangs_on_one_school_has_no_jackknife():
    pupils = pl.DataFrame({"school": [f"{at}" for at in range(12) for _ in "ab"], "took_part": [1, 1] + [0] * 22, "after": range(24)})
    effect = ancova(pupils, before=None, cluster="school", variance="CR3")
    assert (effect.standard_error, effect.lower, effect.reason) == (None, None, "depends_on_one_cluster")


@pytest.mark.parametrize(
    ("pupils", "reason"),
    [
        ({"took_part": [1, 1, 1], "before": [1, 2, 4], "after": [3, 4, 5]}, "no_comparison_group"),
        ({"took_part": [0, 0, 0], "before": [1, 2, 4], "after": [3, 4, 5]}, "no_comparison_group"),
        ({"took_part": [], "before": [], "after": []}, "no_comparison_group"),
        ({"took_part": [None, 1, 0], "before": [1, 2, 4], "after": [3, 4, None]}, "no_comparison_group"),
        ({"took_part": [0, 0, 1, 1], "before": [5, 5, 7, 7], "after": [3, 4, 5, 6]}, "not_identified"),
        ({"took_part": [0, 0, 1], "before": [5, 6, 7], "after": [3, 4, 5]}, "too_few_pupils"),
        ({"took_part": [0, 0, 1, 1, 1], "before": [5, 6, 7, 8, 3], "after": [4, 4, 4, 4, 4]}, "no_variation"),
    ],
)
def test_what_is_missing_is_named(pupils, reason):
    effect = ancova(pl.DataFrame(pupils, strict=False))
    assert effect.reason == reason
    assert (effect.lower, effect.upper) == (None, None)
    assert (effect.estimate is None) == (reason in {"no_comparison_group", "not_identified"})


def test_only_complete_rows_count_and_a_column_that_repeats_another_does_no_harm():
    pupils = pl.DataFrame(
        {
            "took_part": [True, False, True, False, True, False, None, True],
            "before": [5.0, 6, 7, 4, None, 8, 5, 6],
            "after": [6.0, 6, 8, 4, 7, 8, 5, 7],
            "twice": [10.0, 12, 14, 8, 9, 16, 10, 12],
            "same": [1] * 8,
        }
    )
    complete = pupils.drop_nulls()
    plain = ancova(complete)
    assert plain.pupils == 6
    assert ancova(pupils) == plain
    repeated = ancova(pupils, covariates=["twice", "same"])
    assert (repeated.estimate, repeated.standard_error) == pytest.approx((plain.estimate, plain.standard_error))


@given(schools(10, 12), st.floats(0.1, 1000), st.floats(-1000, 1000), st.randoms(use_true_random=False))
def test_another_unit_of_the_result_scales_the_estimate_and_leaves_g_and_the_order_of_rows_changes_nothing(pupils, factor, shift, random):
    assume(pupils["took_part"].n_unique() == 2)
    rows = pupils.rows()
    random.shuffle(rows)
    moved = pl.DataFrame(rows, schema=pupils.schema, orient="row").with_columns(
        after=pl.col("after") * factor + shift, before=pl.col("before") * factor + shift
    )
    here, there = ancova(pupils, cluster="school"), ancova(moved, cluster="school")
    assert (there.estimate, there.standard_error) == pytest.approx((known(here.estimate) * factor, known(here.standard_error) * factor), rel=1e-6, abs=1e-6)
    assert (there.hedges_g, there.hedges_lower) == pytest.approx((here.hedges_g, here.hedges_lower), rel=1e-6, abs=1e-6)


def test_impossible_questions_are_refused():
    pupils = pl.DataFrame({"took_part": [0, 1, 2], "before": [1, 2, 3], "after": [1, 2, 3], "school": ["a", "b", "c"]})
    with pytest.raises(Refused) as refusal:
        ancova(pupils)
    assert (refusal.value.code, refusal.value.values) == ("not_zero_or_one", {"column": "took_part"})
    other: Any = "CR2"
    wrong: dict[str, dict[str, Any]] = {
        "missing_column": {"cluster": "class"},
        "not_a_number": {"covariates": ["school"]},
        "unknown_variance": {"variance": other},
        "confidence_out_of_range": {"confidence": 95},
    }
    for code, options in wrong.items():
        with pytest.raises(Refused, match=code):
            ancova(pupils.filter(pl.col("took_part") < 2), **options)


# --- subgroups --------------------------------------------------------------------------------------------------------


@given(schools(10), st.booleans())
def test_the_difference_between_subgroups_is_the_interaction(pupils, clustered):
    pupils = pupils.with_columns(often=(pl.col("hours") > 20).cast(pl.Int64))
    took_part, often = pupils["took_part"].to_numpy(), pupils["often"].to_numpy()
    assume(pupils.select("took_part", "often").n_unique() == 4)
    expected = ols(pupils, [took_part * often, took_part, often, pupils["before"].to_numpy()], "school" if clustered else None)
    effect = subgroup_difference(pupils, "often", cluster="school" if clustered else None)
    assert effect.estimate == pytest.approx(expected.params[0], abs=1e-9)
    assert effect.standard_error == pytest.approx(expected.bse[0], abs=1e-9)
    assert (effect.lower, effect.upper) == pytest.approx(tuple(expected.conf_int()[0]), abs=1e-8)
    if not clustered:
        cells = pupils.group_by("took_part", "often").len()["len"]
        half = NormalDist().inv_cdf(0.975) * math.sqrt((1 / cells).sum() + known(effect.hedges_g) ** 2 / (2 * pupils.height))
        assert known(effect.hedges_upper) - known(effect.hedges_g) == pytest.approx(half)


def test_a_subgroup_that_is_everybody_has_no_difference():
    pupils = pl.DataFrame({"took_part": [0, 1, 0, 1], "before": [1, 2, 4, 3], "after": [1, 2, 3, 5], "girl": [1, 1, 1, 1]})
    assert subgroup_difference(pupils, "girl").reason == "not_identified"
    with pytest.raises(Refused, match="not_zero_or_one"):
        subgroup_difference(pupils.with_columns(girl=pl.Series([1, 2, 1, 2])), "girl")


# --- difference in differences ----------------------------------------------------------------------------------------


def restaurants():
    """Full-time staff of fast-food restaurants before and after the minimum wage rose in New Jersey only, drawn so that the changes have the moments of the
    balanced sample: 309 in New Jersey 0.4667 (s 8.4522), 75 in Pennsylvania -2.2833 (s 10.8536)."""
    changes = {1: with_moments(309, 0.466667, 8.452195), 0: with_moments(75, -2.283333, 10.853628)}
    starts = {1: with_moments(309, 20.44, 9.1), 0: with_moments(75, 23.33, 11.9)}
    rows = [
        (f"{state}-{at}", state, period, start + period * change)
        for state in (0, 1)
        for at, (start, change) in enumerate(zip(starts[state], changes[state], strict=True))
        for period in (0, 1)
    ]
    return pl.DataFrame(rows, schema=["unit", "took_part", "period", "value"], orient="row")


def test_difference_in_differences_of_the_minimum_wage_study():
    """Card & Krueger 1994, table 3, row 5 (balanced sample): 2.75, standard error 1.34."""
    effect = difference_in_differences(restaurants(), cluster="unit", balanced=True)
    assert effect.estimate == pytest.approx(2.75, abs=1e-5)
    assert effect.standard_error == pytest.approx(1.34, abs=0.005)
    assert (effect.pupils, effect.clusters) == (384, 384)


def test_it_is_the_difference_of_the_changes_of_the_means():
    """By hand: 14 - 10 = 4 for who took part, 9 - 8 = 1 for the others: 3. One unit was seen once; balanced leaves it out: (14 - 11) - 1 = 2."""
    seen = table("""unit | took_part | period | value
                    a    | 1         | 0      | 11
                    b    | 1         | 0      | 9     # moved away
                    a    | 1         | 1      | 14
                    c    | 0         | 0      | 8
                    c    | 0         | 1      | 9
                    d    | 0         | 0      | -
                    d    | 0         | 1      | 9""")
    assert difference_in_differences(seen).estimate == pytest.approx(3)
    assert difference_in_differences(seen).pupils == 4
    assert difference_in_differences(seen, balanced=True).estimate == pytest.approx(2)
    assert difference_in_differences(seen, balanced=True).pupils == 2


@given(st.integers(0, 10**6), st.sampled_from([None, "unit", "school"]))
def test_it_is_the_interaction_of_group_and_period(seed, cluster):
    random = np.random.default_rng(seed)
    took_part = random.integers(0, 2, 60)
    assume(5 < took_part.sum() < 55)
    units = pl.DataFrame({"unit": range(60), "took_part": took_part, "school": [f"{at % 12}" for at in range(60)]})
    both = pl.concat([units.with_columns(period=pl.lit(period), after=pl.Series(random.normal(period, 1, 60))) for period in (0, 1)])
    both = both.filter(pl.Series(random.random(120) < 0.9))
    group, period = both["took_part"].to_numpy(), both["period"].to_numpy()
    expected = ols(both, [group * period, group, period], cluster)
    effect = difference_in_differences(both.rename({"after": "value"}), cluster)
    assert effect.estimate == pytest.approx(expected.params[0], abs=1e-9)
    assert effect.standard_error == pytest.approx(expected.bse[0], abs=1e-9)
    assert (effect.lower, effect.upper) == pytest.approx(tuple(expected.conf_int()[0]), abs=1e-8)
    assert effect.sd == pytest.approx(both.filter(pl.col("period") == 1)["after"].std())
    assert effect.pupils == both["unit"].n_unique()


def test_it_follows_from_the_means_of_groups_as_the_minimum_wage_study_prints_them():
    """Card & Krueger 1994, table 3, rows 1-3: New Jersey 20.44 to 21.03, Pennsylvania 23.33 to 21.17: 2.76. Two states are two clusters: no limits."""
    states = table("""state | took_part | period | pupils | mean  | sd
                      NJ    | 1         | 0      | 321    | 20.44 | 9.1
                      NJ    | 1         | 1      | 319    | 21.03 | 9.3
                      PA    | 0         | 0      | 77     | 23.33 | 11.9
                      PA    | 0         | 1      | 77     | 21.17 | 8.3""")
    effect = difference_in_differences_of_groups(states, "state")
    assert effect.estimate == pytest.approx(2.75, abs=0.011)  # 2.76 before the means were rounded
    assert (effect.pupils, effect.clusters, effect.lower, effect.reason) == (398, 2, None, "fewer_than_10_clusters")


@given(st.integers(0, 10**6), st.sampled_from(["CR1", "CR3"]))
def test_groups_tell_exactly_what_their_pupils_tell(seed, variance):
    random = np.random.default_rng(seed)
    units = pl.DataFrame({"unit": range(90), "took_part": np.arange(90) % 2, "school": [f"{at // 2 % 11}" for at in range(90)]})
    seen = pl.concat([units.with_columns(period=pl.lit(period), value=pl.Series(random.normal(period, 1, 90))) for period in (0, 1)])
    seen = seen.filter((pl.col("period") == 1) | pl.Series(random.random(180) < 0.8))
    of_group = seen.group_by("school", "took_part", "period").agg(pupils=pl.len(), mean=pl.col("value").mean(), sd=pl.col("value").std())
    of_pupils, of_groups = difference_in_differences(seen, "school", variance=variance), difference_in_differences_of_groups(of_group, "school", variance)
    for part in ("estimate", "lower", "upper", "standard_error", "sd", "hedges_g", "hedges_lower", "hedges_upper"):
        assert getattr(of_groups, part) == pytest.approx(getattr(of_pupils, part), abs=1e-9), part
    assert (of_groups.pupils, of_groups.clusters, of_groups.reason) == (of_pupils.pupils, of_pupils.clusters, None)


def test_groups_without_pupils_standard_deviation_or_one_another():
    groups = table("""school | took_part | period | pupils | mean | sd
                      a      | 1         | 0      | 4      | 5    | 1
                      a      | 1         | 1      | 4      | 7    | -
                      a      | 0         | 0      | 0      | 9    | -
                      b      | 0         | 0      | 1      | 5    | -
                      b      | 0         | 1      | 1      | 6    | -""")
    effect = difference_in_differences_of_groups(groups, "school")
    assert effect.estimate == pytest.approx(1)
    assert (effect.pupils, effect.sd, effect.hedges_g) == (5, None, None)
    assert difference_in_differences_of_groups(groups.clear(), "school").reason == "no_comparison_group"
    with pytest.raises(Refused, match="negative_count"):
        difference_in_differences_of_groups(groups.with_columns(pupils=-pl.col("pupils")), "school")


def test_a_unit_in_both_groups_is_refused_and_a_missing_period_named():
    seen = pl.DataFrame({"unit": [1, 1, 2, 2], "took_part": [1, 0, 0, 0], "period": [0, 1, 0, 1], "value": [1, 2, 3, 4]})
    with pytest.raises(Refused, match="took_part_changes"):
        difference_in_differences(seen)
    assert difference_in_differences(seen.filter(pl.col("period") == 0)).reason == "not_identified"
    assert difference_in_differences(seen.filter(pl.col("unit") == 2)).reason == "no_comparison_group"
    assert difference_in_differences(seen.clear(), balanced=True).reason == "no_comparison_group"


# --- bands and pairs --------------------------------------------------------------------------------------------------


def test_bands_of_attendance_with_their_means():
    pupils = table("""visit_days | after
                      0          | 3      # never came: in no band
                      1          | 6
                      1          | 8
                      4          | 7
                      20         | 5
                      35         | 5
                      2          | -""")
    found = dose_bands(pupils)
    assert found["band"].to_list() == ["1", "2-4", "5-9", "10-19", "20+"]
    assert found["pupils"].to_list() == [2, 1, 0, 0, 2]
    assert found["mean"].to_list() == [7, 7, None, None, 5]
    half = stats.t.ppf(0.975, 1) * math.sqrt(2) / math.sqrt(2)
    assert found.select("lower", "upper").row(0) == pytest.approx((7 - half, 7 + half))
    assert found["lower"].to_list()[1:] == [None] * 4  # one pupil, nobody, nobody, no variation
    assert dose_bands(pupils, (0, 1, 10))["pupils"].to_list() == [1, 3, 2]
    assert dose_bands(pupils.clear())["pupils"].to_list() == [0] * 5
    for wrong in ((), (2, 2), (5, 1)):
        with pytest.raises(Refused, match="bands_out_of_order"):
            dose_bands(pupils, wrong)


def test_students_sleep():
    """R: t.test(extra ~ group, sleep, paired = TRUE): t 4.0621, df 9, p 0.002833, limits 0.7001142 and 2.4598858, mean 1.58."""
    change = paired_change(SLEEP)
    assert change.change == pytest.approx(1.58)
    assert change.t == pytest.approx(4.0621, abs=5e-5)
    assert change.df == 9
    assert change.p == pytest.approx(0.002833, abs=5e-7)
    assert (change.lower, change.upper) == pytest.approx((0.7001142, 2.4598858), abs=5e-8)
    assert (change.improved, change.same, change.worse, change.pairs) == (0.9, 0.1, 0, 10)


@given(st.lists(st.tuples(st.integers(0, 100), st.integers(0, 100)), min_size=2, max_size=40), st.sampled_from([0.5, 0.95, 0.998]))
@example([(1, 3), (2, 2), (5, 4)], 0.95)
def test_pairs_by_statsmodels_and_by_the_test_of_scipy(pairs, confidence):
    before, after = np.array(pairs, dtype=float).T
    change = paired_change(pl.DataFrame({"before": before, "after": after}), confidence=confidence)
    shares = [(after > before).mean(), (after == before).mean(), (after < before).mean()]
    assert (change.improved, change.same, change.worse) == pytest.approx(shares)
    if (after - before).std() == 0:
        assert (change.lower, change.t, change.p, change.reason) == (None, None, None, "no_variation")
        return
    assert (change.lower, change.upper) == pytest.approx(DescrStatsW(after - before).tconfint_mean(alpha=1 - confidence))
    test = stats.ttest_rel(after, before)
    assert (change.t, change.p) == pytest.approx((test.statistic, test.pvalue), abs=1e-12)


def test_pairs_that_cannot_say_how_sure_they_are():
    nobody = paired_change(pl.DataFrame({"before": [1, None], "after": [None, 2]}))
    assert (nobody.change, nobody.df, nobody.pairs, nobody.reason) == (None, None, 0, "no_pairs")
    one = paired_change(pl.DataFrame({"before": [1, None], "after": [3, 2]}))
    assert (one.change, one.lower, one.improved, one.pairs, one.reason) == (2, None, 1, 1, "too_few_pairs")
    alike = paired_change(pl.DataFrame({"before": [0.1, 0.2, 0.3], "after": [0.4, 0.5, 0.6]}))
    assert (alike.lower, alike.t, alike.reason) == (None, None, "no_variation")
