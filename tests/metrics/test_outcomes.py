"""Outcomes: what pupils and parents of a drawn town say and score, the same figures by statsmodels and in plain Python, and what holds for any results."""

import math
from collections import Counter
from dataclasses import replace
from datetime import date
from statistics import mean, stdev

import numpy as np
import polars as pl
import pytest
import statsmodels.api as sm
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from metrics.disclosure.working import Rule, protect
from metrics.indicators.outcomes import comparison, dose, paired_change, subgroups, survey
from metrics.indicators.selection import PARTS
from metrics.shapes import GRAINS, Inputs, Period, Refused, View
from presentation.estimands import estimand, missing
from presentation.texts import LANGUAGES, language
from tests.examples import examples
from tests.metrics.town import per, programme, values

YEAR = View(Period(date(2025, 8, 1), date(2026, 7, 31)), date(2026, 7, 31))
BOTH_YEARS = View(Period(date(2024, 8, 1), date(2026, 7, 31)), date(2026, 7, 31))
OF_RESULTS = (paired_change, comparison, dose, subgroups)
FAMILY = (survey, *OF_RESULTS)
#: Extra hours of sleep with two drugs, the same ten patients: Student 1908, Biometrika 6: 1-25.
SLEEP = ((0.7, 1.9), (-1.6, 0.8), (-0.2, 1.1), (-1.2, 0.1), (-0.1, -0.1), (3.4, 4.4), (3.7, 5.5), (0.8, 1.6), (0.0, 4.6), (2.0, 3.4))


def results(rows, **more):
    """A town with results: rows of pupil, school, before, after, took_part [, school_year]."""
    lines = [
        f"{pupil} | {year[0] if year else 2025} | maths | {school or ''} | {'' if before is None else before} | {'' if after is None else after} | "
        f"{str(bool(came)).lower()}"
        for pupil, school, before, after, came, *year in rows
    ]
    return programme(outcomes="\n".join(["pupil | school_year | subject | school_id | before | after | took_part", *lines]), **more)


def made_up(schools, of_each, seed=1, effect=0.5, first=0):
    """Rows of results of so many schools, with `of_each` pupils who came and as many who did not."""
    random = np.random.default_rng(seed)
    level = random.normal(0, 0.3, schools)
    found: list[tuple[int, str, float, float, int]] = []
    for school in range(schools):
        for came in (1, 0):
            for _ in range(of_each):
                before = round(float(6 - 0.5 * came + random.normal(0, 0.9)), 1)
                after = round(float(2 + 0.7 * before + effect * came + level[school] + random.normal(0, 0.6)), 1)
                found.append((first + len(found) + 1, f"s{school:02d}", before, after, came))
    return found


def analyses(figures):
    return {row["analysis"]: row for row in figures.frame.iter_rows(named=True)}


# --- survey -----------------------------------------------------------------------------------------------------------

SURVEYS = """survey_id | wave   | audience | branch  | held_on    | invited
             a         | spring | pupils   | centre  | 2026-05-11 | 10
             b         | spring | pupils   | harbour | 2026-05-11 | 20
             c         | spring | parents  | centre  | 2026-05-11 |
             d         | winter | pupils   | centre  | 2027-01-11 | 99   # after the period"""
ANSWERS = """survey_id | respondent | dimension  | score | not_applicable
             a         | 1          | confidence | 5     | false
             a         | 2          | confidence | 4     | false
             a         | 3          | confidence | 3     | false
             a         | 4          | confidence |       | false   # no answer
             a         | 5          | confidence | 1     | true    # not for this pupil, whatever the score
             a         | 1          | knowledge  | 2     | false
             b         | 1          | confidence | 1     | false   # the first respondent of another survey
             c         | 1          | confidence | 5     | false
             d         | 1          | confidence | 1     | false"""
ASKED = programme("pupil | branch | visited_on\n 1 | centre | 2025-09-01\n 1 | harbour | 2025-09-01", surveys=SURVEYS, survey_answers=ANSWERS)


def answered(figures):
    return figures.frame.select(*figures.keys, "numerator", "denominator", "respondents", "invited", "response").rows()


def test_the_two_best_answers_count_among_the_valid_ones_and_response_among_those_invited():
    figures = survey(ASKED, YEAR)
    assert figures.own_keys == ("audience", "dimension")
    assert answered(figures) == [
        ("parents", "confidence", 1, 1, 1, None, None),  # nobody said how many were invited: unknown, not all
        ("pupils", "confidence", 2, 4, 6, 30, 0.2),
        ("pupils", "knowledge", 0, 1, 6, 30, 0.2),
    ]
    row = figures.frame.row(1, named=True)
    assert [row[f"share_{score}"] for score in range(1, 6)] == [0.25, 0, 0.25, 0.25, 0.25]
    assert (row["bottom"], row["value"], row["pupils"], row["method"]) == (0.25, 0.5, 4, "wilson")
    assert figures.coverage.notes == (("waves", "spring"),)


def test_branches_sectors_and_waves_are_kept_apart():
    assert answered(survey(ASKED, per(YEAR, "branch")))[1:3] == [
        ("centre", "pupils", "confidence", 2, 3, 5, 10, 0.5),
        ("centre", "pupils", "knowledge", 0, 1, 5, 10, 0.5),
    ]
    assert answered(survey(ASKED, per(YEAR, branches=("harbour",)))) == [("pupils", "confidence", 0, 1, 1, 20, 0.05)]
    assert survey(ASKED, per(YEAR, sector="VO")).frame.is_empty()
    later = View(Period(date(2025, 8, 1), date(2027, 7, 31)), date(2027, 7, 31))
    assert [row[0].year for row in answered(survey(ASKED, per(later, "school_year")))] == [2025, 2025, 2025, 2026]
    assert survey(ASKED, replace(YEAR, as_of=date(2026, 5, 10))).frame.is_empty()


def test_limits_of_a_question_are_those_of_newcombe():
    """81 of 263 agree: 0.2553 to 0.3662, Newcombe 1998, Statistics in Medicine 17: 857-872, table I, method 3."""
    lines = [f"a | {number} | confidence | {5 if number < 81 else 2} | false" for number in range(263)]
    town = programme(
        surveys=SURVEYS, survey_answers="\n".join(["survey_id | respondent | dimension | score | not_applicable", *lines]), branches={"centre": "PO"}
    )
    row = survey(town, YEAR).frame.row(0, named=True)
    assert (row["lower"], row["upper"]) == (pytest.approx(0.2553, abs=5e-5), pytest.approx(0.3662, abs=5e-5))


def test_a_question_that_nobody_answered_has_a_reason_and_one_that_few_answered_is_hidden():
    town = programme(
        surveys=SURVEYS, survey_answers="survey_id | respondent | dimension | score | not_applicable\n a | 1 | confidence | | false", branches={"centre": "PO"}
    )
    assert survey(town, YEAR).frame.select("value", "reason").row(0) == (None, "no_answers")
    assert protect(survey(ASKED, YEAR), Rule()).frame["reason"].to_list() == ["hidden"] * 3


def test_questions_have_no_home_level_weekday_or_hour():
    for grain in ("neighbourhood", "district", "level", "weekday", "hour"):
        with pytest.raises(Refused) as refused:
            survey(ASKED, per(YEAR, grain))
        assert refused.value.code == "grain_does_not_fit"


@examples(15)
@given(
    st.lists(
        st.tuples(st.sampled_from("ab"), st.integers(1, 6), st.sampled_from(["x", "y"]), st.none() | st.integers(1, 5), st.booleans()),
        unique_by=lambda row: row[:3],
        max_size=24,
    ),
    st.randoms(),
)
def test_answers_counted_in_plain_python_whatever_their_order(rows, chance):
    def town(answers):
        lines = [f"{survey_id} | {who} | {what} | {'' if score is None else score} | {str(skip).lower()}" for survey_id, who, what, score, skip in answers]
        return replace(ASKED, survey_answers=programme(survey_answers="\n".join([ANSWERS.splitlines()[0], *lines])).survey_answers)

    found = survey(town(rows), YEAR)
    for row in found.frame.iter_rows(named=True):
        valid = [score for _, _, what, score, skip in rows if what == row["dimension"] and score is not None and not skip]
        assert (row["numerator"], row["denominator"], row["respondents"]) == (sum(score > 3 for score in valid), len(valid), len({row[:2] for row in rows}))
        shares = [row[f"share_{score}"] for score in range(1, 6)]
        assert shares == [Counter(valid)[score] / len(valid) if valid else None for score in range(1, 6)]
    assert found.frame.height == len({row[2] for row in rows})
    assert survey(town(chance.sample(rows, len(rows))), YEAR).frame.equals(found.frame)


# --- paired change ----------------------------------------------------------------------------------------------------


def test_students_sleep_as_the_change_of_ten_participants():
    rows = [(pupil, "a", before, after, 1) for pupil, (before, after) in enumerate(SLEEP)]
    figures = paired_change(results([*rows, (98, "a", 6, None, 1), (99, "a", 6, 7, 0)]), YEAR)
    row = figures.frame.row(0, named=True)
    expected = stats.ttest_rel([after for _, after in SLEEP], [before for before, _ in SLEEP]).confidence_interval()
    assert (row["denominator"], row["value"], row["lost"], row["pupils"]) == (10, pytest.approx(1.58), 1, 10)
    assert (row["lower"], row["upper"]) == (pytest.approx(expected.low), pytest.approx(expected.high))
    assert row["numerator"] / row["denominator"] == pytest.approx(row["value"])
    assert (row["improved"], row["same"], row["worse"]) == (0.9, 0.1, 0)
    assert row["reason"] == "missing_pupils"  # ten pairs are there, thirty are needed


def test_without_a_start_score_or_without_participants_there_is_no_change_and_it_is_said():
    assert values(paired_change(results([(1, "a", None, 6, 1), (2, "a", None, 7, 1)]), YEAR)) == [(None, "missing_start_score")]
    assert values(paired_change(results([(1, "a", 5, 6, 0)]), YEAR)) == [(None, "missing_pupils")]
    assert paired_change(results([]), YEAR).frame.is_empty()


def test_thirty_pairs_are_enough():
    rows = [row for row in made_up(3, 10) if row[-1]]
    assert paired_change(results(rows), YEAR).frame["reason"].to_list() == [None]
    assert paired_change(results(rows[:-1]), YEAR).frame["reason"].to_list() == ["missing_pupils"]


# --- comparison -------------------------------------------------------------------------------------------------------


def regression(rows, columns, groups=None):
    after = np.array([row[3] for row in rows])
    model = sm.OLS(after, np.column_stack([*columns, np.ones(len(rows))]))
    if groups is None:
        return model.fit()
    return model.fit(cov_type="cluster", cov_kwds={"groups": np.unique(groups, return_inverse=True)[1]}, use_t=True)


def columns_of(rows):
    return [row[1] for row in rows], np.array([float(row[4]) for row in rows]), np.array([row[2] for row in rows])


def test_from_40_schools_on_it_is_the_clustered_regression_of_statsmodels():
    rows = made_up(40, 3)
    schools, came, before = columns_of(rows)
    found = analyses(comparison(results(rows), YEAR))
    for analysis, columns in (("equal_start", [came, before]), ("plain", [came])):
        expected = regression(rows, columns, schools)
        row = found[analysis]
        assert (row["value"], row["standard_error"]) == (pytest.approx(expected.params[0]), pytest.approx(expected.bse[0]))
        assert (row["lower"], row["upper"]) == pytest.approx(tuple(expected.conf_int()[0]))
        assert (row["method"], row["reason"], row["denominator"]) == ("CR1", None, 240)
        assert (row["took_part"], row["others"], row["schools"], row["pupils"]) == (120, 120, 40, 120)


def test_from_10_to_39_schools_each_school_is_left_out_in_turn():
    rows = made_up(12, 4)
    _, came, before = columns_of(rows)
    whole = regression(rows, [came, before]).params[0]
    without = []
    for school in sorted({row[1] for row in rows}):
        rest = [row for row in rows if row[1] != school]
        _, came, before = columns_of(rest)
        without.append(regression(rest, [came, before]).params[0])
    error = math.sqrt(11 / 12 * sum((estimate - whole) ** 2 for estimate in without))
    row = analyses(comparison(results(rows), YEAR))["equal_start"]
    assert (row["value"], row["standard_error"], row["method"]) == (pytest.approx(whole), pytest.approx(error), "CR3")
    assert row["upper"] - row["value"] == pytest.approx(stats.t.ppf(0.975, 11) * error)


def test_fewer_than_ten_schools_give_words_instead_of_limits_and_one_school_too():
    for schools in (1, 2, 9):
        for row in comparison(results(made_up(schools, 40)), YEAR).frame.iter_rows(named=True):
            assert (row["lower"], row["upper"], row["hedges_lower"], row["reason"]) == (None, None, None, "missing_schools")
            assert row["value"] is not None
    assert analyses(comparison(results(made_up(10, 3)), YEAR))["plain"]["lower"] is not None


def test_taken_as_they_come_participants_do_worse_and_at_the_same_start_better():
    found = analyses(comparison(results(made_up(40, 20, effect=0.3)), YEAR))
    assert found["plain"]["value"] < 0.1 < found["equal_start"]["lower"] < 0.3 < found["equal_start"]["upper"]


def test_change_against_change_is_the_difference_of_the_mean_changes():
    rows = made_up(11, 3)
    rows.append((999, "s00", 9.0, None, 1))  # seen once: available, so it counts
    came = [(row[2], row[3]) for row in rows if row[4]]
    others = [(row[2], row[3]) for row in rows if not row[4]]

    def change(pairs):
        return mean(after for _, after in pairs if after is not None) - mean(before for before, _ in pairs)

    row = analyses(comparison(results(rows), YEAR))["change"]
    assert row["value"] == pytest.approx(change(came) - change(others))
    assert (row["took_part"], row["others"]) == (34, 33)


def test_only_schools_with_pupils_of_both_kinds_count():
    rows = made_up(10, 4)
    lonely = [(500 + at, "only-others", 9.9, 1.0, 0) for at in range(20)] + [(600 + at, "only-came", 1.0, 9.9, 1) for at in range(20)]
    nowhere = [(700 + at, None, 1.0, 9.9, at % 2) for at in range(20)]
    alone = comparison(results(rows), YEAR).frame
    assert comparison(results([*rows, *lonely, *nowhere]), YEAR).frame.equals(alone)


@pytest.mark.parametrize(
    ("rows", "lacking", "has_value"),
    [
        ([row for row in made_up(10, 40) if row[4]], "missing_comparison, missing_schools, missing_pupils", False),
        ([(*row[:2], None, *row[3:]) for row in made_up(10, 40)], "missing_start_score, missing_schools, missing_pupils", False),
        (made_up(9, 40), "missing_schools", True),
        (made_up(10, 2), "missing_pupils", True),
        (made_up(10, 3), None, True),
    ],
)
def test_what_is_missing_is_named_and_the_first_is_the_reason(rows, lacking, has_value):
    row = analyses(comparison(results(rows), YEAR))["equal_start"]
    assert (row["missing"], row["reason"]) == (lacking, lacking.split(", ")[0] if lacking else None)
    assert (row["value"] is not None) == has_value


def test_without_start_scores_the_plain_difference_stands_alone():
    found = analyses(comparison(results([(*row[:2], None, *row[3:]) for row in made_up(10, 40)]), YEAR))
    assert found["plain"]["value"] is not None and found["plain"]["missing"] is None
    assert found["equal_start"]["value"] is None and found["change"]["value"] is None
    assert found["change"]["reason"] == "missing_start_score"


def test_school_years_and_sectors_are_split_and_chosen():
    visits = "pupil | level | visited_on\n 1 | havo | 2025-09-01\n 7 | havo | 2024-09-02"
    town = results([*made_up(10, 4), *((*row, 2024) for row in made_up(10, 3, seed=2))], visits=visits, branches={"library": "VO"})
    by_year = comparison(town, per(BOTH_YEARS, "school_year")).frame.filter(pl.col("analysis") == "plain")
    assert by_year.select(pl.col("school_year").dt.year(), "denominator").rows() == [(2024, 60), (2025, 80)]
    assert comparison(town, BOTH_YEARS).coverage.notes == (("result_years", "2024-2025, 2025-2026"),)
    assert comparison(town, YEAR).frame["denominator"].to_list()[0] == 80
    placed = town.pupil_years.with_columns(sector=pl.lit("VO"), school_id=pl.when(pl.col("pupil_id") == 1).then(pl.lit("s00")))
    known = replace(town, pupil_years=placed)
    of_sector = comparison(known, per(YEAR, "sector")).frame.filter(pl.col("analysis") == "plain").select("sector", "denominator").rows()
    assert of_sector == [("VO", 8), ("unknown", 72)]
    assert analyses(comparison(known, per(YEAR, sector="VO")))["plain"]["denominator"] == 8
    assert comparison(known, per(YEAR, sector="PO")).frame.is_empty()


def test_of_a_branch_only_pupils_who_came_there_took_part():
    visits = "pupil | branch | visited_on\n 1 | centre | 2025-09-01\n 2 | harbour | 2025-09-01\n 3 | centre | 2024-09-02"
    rows = [(pupil, "s", 5, 6 + pupil, 1) for pupil in (1, 2, 3)] + [(9, "s", 5, 5, 0)]
    row = analyses(comparison(results(rows, visits=visits), per(YEAR, branches=("centre",))))["plain"]
    assert (row["took_part"], row["others"], row["value"]) == (1, 1, pytest.approx(2))  # pupil 3 came there a year before


def test_a_pupil_with_results_in_two_years_is_one_child():
    rows = made_up(10, 4)
    again = [(*row, 2024) for row in rows]
    row = analyses(comparison(results([*rows, *again]), BOTH_YEARS))["plain"]
    assert (row["denominator"], row["took_part"], row["pupils"]) == (160, 80, 40)


# --- results of groups ------------------------------------------------------------------------------------------------


def as_groups(rows):
    """What the schools of these rows would say of their groups."""
    groups: dict[tuple[str, int, str], list[float]] = {}
    for _, school, before, after, came, *_ in rows:
        for moment, score in (("before", before), ("after", after)):
            if score is not None:
                groups.setdefault((school, came, moment), []).append(score)
    return [(*group, len(scores), mean(scores), stdev(scores) if len(scores) > 1 else None) for group, scores in groups.items()]


def of_groups(rows):
    lines = [f"{s} | 2025 | maths | {str(bool(c)).lower()} | {m} | {n} | {average} | {'' if sd is None else sd}" for s, c, m, n, average, sd in rows]
    return programme(group_outcomes="\n".join(["school_id | school_year | subject | took_part | moment | pupils | mean | sd", *lines]))


@pytest.mark.parametrize("schools", [9, 12, 40])
def test_groups_tell_exactly_what_their_pupils_tell(schools):
    rows = [*made_up(schools, 4), (999, "s00", 4.0, None, 1)]
    of_pupils = analyses(comparison(results(rows), YEAR))["change"]
    found = analyses(comparison(of_groups(as_groups(rows)), YEAR))
    assert list(found) == ["group_change"]
    for part in ("value", "standard_error", "lower", "upper", "sd", "hedges_g", "hedges_lower", "hedges_upper"):
        assert found["group_change"][part] == (None if of_pupils[part] is None else pytest.approx(of_pupils[part])), part
    for part in ("took_part", "others", "schools", "denominator", "method", "reason"):
        assert found["group_change"][part] == of_pupils[part], part


def test_groups_of_pupils_without_a_standard_deviation_have_no_effect_size():
    groups = [(*row[:-1], None) for row in as_groups(made_up(10, 4))]
    row = analyses(comparison(of_groups(groups), YEAR))["group_change"]
    assert (row["sd"], row["hedges_g"]) == (None, None) and row["lower"] is not None


def test_only_one_moment_or_one_kind_of_group_is_not_enough():
    groups = as_groups(made_up(10, 4))
    after = analyses(comparison(of_groups([row for row in groups if row[2] == "after"]), YEAR))["group_change"]
    came = analyses(comparison(of_groups([row for row in groups if row[1]]), YEAR))["group_change"]
    assert (after["value"], after["reason"]) == (None, "missing_start_score")
    assert (came["value"], came["reason"]) == (None, "missing_comparison")


def test_groups_belong_to_no_branch():
    assert comparison(of_groups(as_groups(made_up(10, 4))), per(YEAR, branches=("library",))).frame.is_empty()


def test_results_of_pupils_and_of_groups_stand_beside_one_another():
    pupils, groups = results(made_up(10, 4)), of_groups(as_groups(made_up(10, 4, seed=5)))
    both = comparison(replace(pupils, group_outcomes=groups.group_outcomes), YEAR)
    assert both.frame["analysis"].to_list() == ["equal_start", "plain", "change", "group_change"]


# --- dose and subgroups -----------------------------------------------------------------------------------------------


def test_results_by_how_often_pupils_came_with_where_they_started():
    visits = ["pupil | visited_on", *(f"{pupil} | 2025-09-{day:02d}" for pupil, days in ((1, 1), (2, 4), (3, 5), (4, 5)) for day in range(1, days + 1))]
    visits += ["2 | 2024-09-02", "2 | 2026-09-01"]  # another school year
    rows = [(1, "a", 5, 6, 1), (2, "a", 4, 7, 1), (3, "a", 5, 8, 1), (4, "a", 7, 9, 1), (5, "a", 3, 4, 0), (6, "a", 3, None, 0)]
    figures = dose(results(rows, visits="\n".join(visits)), YEAR)
    assert figures.frame.select("band", "numerator", "denominator", "value", "before", "reason").rows() == [
        ("0", 4, 1, 4, 3, None),
        ("1", 6, 1, 6, 5, None),
        ("2-4", 7, 1, 7, 4, None),
        ("5-9", 17, 2, 8.5, 6, None),
        ("10-19", None, 0, None, None, "missing_pupils"),
        ("20+", None, 0, None, None, "missing_pupils"),
    ]
    low, high = figures.frame.filter(pl.col("band") == "5-9").select("lower", "upper").row(0)
    assert (low, high) == pytest.approx(stats.t.interval(0.95, 1, 8.5, math.sqrt(0.5 / 2)))


def test_the_difference_between_groups_is_the_interaction_of_statsmodels():
    rows = made_up(40, 6)
    schools, came, before = columns_of(rows)
    inside = (before < np.median(before)).astype(float)
    expected = regression(rows, [came * inside, came, inside, before], schools)
    figures = subgroups(results(rows), YEAR)
    assert figures.frame["subgroup"].to_list() == ["low_start"]
    row = figures.frame.row(0, named=True)
    assert (row["value"], row["lower"], row["upper"]) == pytest.approx((expected.params[0], *expected.conf_int()[0]))
    smallest = min(Counter(zip(came, inside, strict=True)).values())
    assert (row["pupils"], row["members"], row["denominator"]) == (smallest, inside.sum(), len(rows))


def test_secondary_pupils_are_a_subgroup_where_both_sectors_are_compared():
    town = results(made_up(20, 30))
    schools = sorted(set(town.outcomes["school_id"]))
    known = pl.DataFrame({"school_id": schools, "sector": ["PO", "VO"] * 10, "pupil_id": range(9000, 9020)})
    pupil_years = known.select(
        "pupil_id", pl.lit(2025, pl.Int32).alias("school_year"), "sector", "school_id", level=None, year_group=None, neighbourhood_code=None
    )
    town = replace(town, pupil_years=pupil_years.select(town.pupil_years.columns).cast(dict(town.pupil_years.schema)))
    assert subgroups(town, YEAR).frame.select("subgroup", "members", "reason").rows() == [
        ("secondary", 600, None),
        ("low_start", pytest.approx(590, abs=30), None),
    ]
    assert subgroups(town, per(YEAR, sector="VO")).frame["subgroup"].to_list() == ["low_start"]


def test_pupils_of_the_least_wealthy_neighbourhoods_are_a_subgroup_where_homes_are_known():
    rows = made_up(20, 30)
    homes = [f"{row[0]} | {'abcde'[row[0] % 5]} | 2025-09-01" for row in rows if row[0] % 7]
    income = "neighbourhood | year | measure | value\n" + "\n".join(f"{home} | 2025 | p_ink_li | {50 - 5 * at}" for at, home in enumerate("abcde"))
    town = results(rows, visits="\n".join(["pupil | home | visited_on", *homes]), context=income, target_group=dict.fromkeys("abcde", 100))
    found = {row["subgroup"]: row for row in subgroups(town, per(YEAR, sector=None)).frame.iter_rows(named=True)}
    known = [row for row in rows if row[0] % 7]
    assert found["least_wealthy"]["members"] == sum(row[0] % 5 in (0, 1) for row in known)
    assert found["least_wealthy"]["denominator"] == len(known)
    assert (found["least_wealthy"]["lower"] < 0 < found["least_wealthy"]["upper"]) and found["least_wealthy"]["reason"] is None


# --- disclosure, sentences, odd input ---------------------------------------------------------------------------------


def test_a_comparison_with_fewer_than_five_pupils_on_one_side_is_hidden():
    others = [(100 + at, f"s{at % 4}", 5 + at % 3, 6 + at % 2, 0) for at in range(40)]
    for came, is_hidden in ((4, True), (5, False)):
        rows = [*others, *((at, f"s{at % 4}", 5 + at, 6 + at % 2, 1) for at in range(came))]
        shown = protect(comparison(results(rows), YEAR), Rule()).frame
        assert shown["hidden"].to_list() == [is_hidden] * 3
        assert shown["took_part"].is_null().all() == is_hidden


def test_the_estimand_is_a_sentence_with_the_numbers_of_the_row_in_both_languages():
    figures = comparison(replace(results(made_up(10, 4)), group_outcomes=of_groups(as_groups(made_up(10, 4))).group_outcomes), YEAR)
    shown = protect(figures, Rule())
    for code in LANGUAGES:
        for row in shown.frame.iter_rows(named=True):
            sentence = estimand(language(code), row, "2025-2026")
            assert sentence is not None and all(part in sentence for part in ("maths", "2025-2026", "40", "10"))
    few = comparison(results(made_up(9, 1)), YEAR)
    lacking = missing(language("nl"), few.frame.row(0, named=True))
    assert len(lacking) == 2 and "minder dan 10 scholen" in lacking[0]
    assert estimand(language("nl"), protect(comparison(results(made_up(4, 1)), YEAR), Rule()).frame.row(0, named=True), "") is None


@pytest.mark.parametrize("indicator", OF_RESULTS)
def test_results_are_of_a_school_year_and_a_sector_and_of_nothing_else(indicator):
    for grain in set(GRAINS) - {"school_year", "sector"}:
        with pytest.raises(Refused) as refused:
            indicator(results([]), per(YEAR, grain))
        assert refused.value.code == "grain_does_not_fit"


@pytest.mark.parametrize("indicator", FAMILY)
def test_without_any_data_there_are_no_rows_and_no_exception(indicator):
    early = View(YEAR.period, as_of=date(2019, 1, 1))
    for view in (YEAR, early, per(YEAR, "sector"), per(YEAR, branches=("nowhere",))):
        for town in (programme(), results([])):
            figures = indicator(town, view)
            assert figures.frame.is_empty()
            assert figures.frame.columns[: len(figures.keys) + len(PARTS)] == [*figures.keys, *PARTS]
    assert indicator(results(made_up(2, 2), surveys=SURVEYS, survey_answers=ANSWERS), early).frame.is_empty()


SCORES = st.none() | st.integers(0, 10)


@examples(25)
@given(
    st.lists(st.tuples(st.integers(1, 30), st.sampled_from([None, "a", "b", "c"]), SCORES, SCORES, st.booleans()), unique_by=lambda row: row[0], max_size=20),
    st.randoms(),
)
def test_any_results_give_numbers_or_reasons_whatever_their_order(rows, chance):
    town, mixed = results(rows), results(chance.sample(rows, len(rows)))
    towns: list[Inputs] = [town, of_groups(as_groups(rows))] if all(row[1] for row in rows) else [town]
    for indicator in OF_RESULTS:
        for place in towns:
            frame = indicator(place, YEAR).frame
            for name, kind in frame.schema.items():
                if kind.is_float():
                    assert frame[name].drop_nulls().is_finite().all()
            assert (frame["value"].is_not_null() | frame["reason"].is_not_null()).all()
            bounded = frame.drop_nulls(["value", "lower"])
            assert ((bounded["lower"] <= bounded["value"]) & (bounded["value"] <= bounded["upper"])).all()
        assert indicator(mixed, YEAR).frame.equals(indicator(town, YEAR).frame)


@examples(15)
@given(st.integers(0, 10**6), st.floats(0.1, 10), st.floats(-50, 50))
def test_another_scale_of_the_scores_scales_the_difference_and_leaves_the_effect_size(seed, factor, shift):
    rows = made_up(10, 3, seed=seed)
    scaled = [(pupil, school, before * factor + shift, after * factor + shift, came) for pupil, school, before, after, came in rows]
    for one, other in zip(
        comparison(results(rows), YEAR).frame.iter_rows(named=True), comparison(results(scaled), YEAR).frame.iter_rows(named=True), strict=True
    ):
        assert other["value"] == pytest.approx(one["value"] * factor, abs=1e-6)
        assert other["hedges_g"] == pytest.approx(one["hedges_g"], abs=1e-6)
