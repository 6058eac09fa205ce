"""Repeat attendance: towns that can be checked by hand, the same figures worked in plain Python, and what holds for any town."""

from datetime import date, timedelta
from itertools import pairwise
from statistics import median

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.disclosure.seen import protected
from metrics.disclosure.working import Rule, protect
from metrics.indicators.repeat_attendance import dosage, retention, returned_within_28_days, time_to_return, top_tenth_share, visits_per_pupil
from metrics.indicators.selection import PARTS
from metrics.methods import repeat_attendance as method
from metrics.shapes import Refused
from tests.examples import examples
from tests.metrics.properties import mixed_and_repeated, numbers_or_reasons
from tests.metrics.town import AUTUMN, SCHOOL_YEAR, parts, per, programme, values

FAMILY = (returned_within_28_days, time_to_return, retention, visits_per_pupil, dosage, top_tenth_share)
MORE = {
    returned_within_28_days: ["too_recent", "lowest", "highest"],
    time_to_return: ["at_risk", "median", "median_lower", "median_upper"],
    retention: [],
    visits_per_pupil: ["p25", "p75", "mean"],
    dosage: ["visits", "visits_share"],
    top_tenth_share: [],
}
AUGUST, SEPTEMBER, OCTOBER, NOVEMBER, DECEMBER = (date(2025, month, 1) for month in (8, 9, 10, 11, 12))
COVERED = "first_day | last_day\n 2025-08-01 | 2026-07-31"


# --- returned within 28 days ------------------------------------------------------------------------------------------

CAME_BACK = """pupil | branch  | visited_on
               1     | centre  | 2025-09-01
               1     | harbour | 2025-09-29   # day 28, at the other branch: a return
               2     | centre  | 2025-09-01
               2     | centre  | 2025-09-30   # day 29: too late
               3     | harbour | 2025-12-03   # 28 days before the as-of date
               4     | harbour | 2025-12-04   # began too recently to say, although already back
               4     | harbour | 2025-12-05
               5     | centre  | 2025-07-31   # began before the period
               5     | centre  | 2025-08-01"""


def test_return_is_about_pupils_who_began_in_the_period_and_had_28_days():
    figures = returned_within_28_days(programme(CAME_BACK), per(AUTUMN, as_of=date(2025, 12, 31)))
    assert parts(figures) == [(1, 3, pytest.approx(1 / 3))]
    assert figures.frame.select("too_recent", "method", "pupils").row(0) == (1, "wilson", 1)
    assert figures.frame.select("lower", "upper").row(0) == pytest.approx((0.0615, 0.7923), abs=5e-5)  # Wilson's limits for 1 of 3


def test_a_pupil_counts_where_and_when_they_began_and_may_come_back_anywhere():
    by_branch = returned_within_28_days(programme(CAME_BACK), per(AUTUMN, "branch", as_of=date(2025, 12, 31)))
    assert parts(by_branch) == [("centre", 1, 2, 0.5), ("harbour", 0, 1, 0.0)]
    by_month = returned_within_28_days(
        programme(CAME_BACK, covers="branch | first_day | last_day\n centre | 2025-08-01 | 2026-07-31"), per(AUTUMN, "month", as_of=date(2025, 12, 20))
    )
    assert parts(by_month)[1:] == [(SEPTEMBER, 1, 2, 0.5), (OCTOBER, 0, 0, None), (NOVEMBER, 0, 0, None), (DECEMBER, 0, 0, None)]
    assert by_month.frame["reason"].to_list()[1:] == [None, "no_denominator", "no_denominator", "too_recent"]
    assert by_month.frame["too_recent"].to_list()[1:] == [0, 0, 0, 2]


def test_a_return_after_the_period_counts_and_one_after_the_as_of_date_does_not():
    town = programme("pupil | visited_on\n 1 | 2025-12-20\n 1 | 2026-01-10")
    assert parts(returned_within_28_days(town, AUTUMN)) == [(1, 1, 1.0)]
    assert values(returned_within_28_days(town, per(AUTUMN, as_of=date(2026, 1, 10)))) == [(None, "too_recent")]


def test_nameless_visits_give_a_lowest_and_a_highest_return():
    """Worked by hand: 1 of 2 came back. Of the nameless, that of 8 September may be the return of pupil 2; the three until 3 December may all be strangers."""
    town = programme(
        """pupil | visited_on
           1     | 2025-09-01
           1     | 2025-09-03
           2     | 2025-09-01
                 | 2025-09-08
                 | 2025-10-20
                 | 2025-11-20
                 | 2025-12-10   # can be no first visit that was followed for 28 days"""
    )
    row = returned_within_28_days(town, per(AUTUMN, as_of=date(2025, 12, 31))).frame.row(0, named=True)
    assert (row["value"], row["lowest"], row["highest"]) == (0.5, pytest.approx(1 / 5), pytest.approx((1 + 1 + 1) / (2 + 1)))


def test_a_nameless_visit_counts_for_its_own_branch_and_for_no_home():
    town = programme(
        """pupil | branch  | home  | visited_on
           1     | centre  | north | 2025-09-01
           2     | harbour | north | 2025-09-01
                 | harbour |       | 2025-09-08"""
    )
    by_branch = returned_within_28_days(town, per(AUTUMN, "branch")).frame
    assert by_branch.select("branch_id", "lowest", "highest").rows() == [("centre", 0, 0), ("harbour", 0, 1)]
    assert returned_within_28_days(town, per(AUTUMN, "branch", "month")).frame.filter(month=SEPTEMBER)["highest"].to_list() == [0, 1]
    for view in (per(AUTUMN, "neighbourhood"), per(AUTUMN, districts=("no_district",))):
        assert returned_within_28_days(town, view).frame.select("lowest", "highest").row(0) == (None, None)


def test_pupils_of_the_first_weeks_of_registration_only_seem_new():
    assert returned_within_28_days(programme("pupil | visited_on\n 1 | 2025-08-20"), AUTUMN).coverage.notes == (("start_up", "2025-08-20"),)


# --- time to return ---------------------------------------------------------------------------------------------------


def test_the_curve_of_return_follows_who_has_not_come_back_until_the_as_of_date():
    """Durations 2, 28 and 33 days, and two still waiting after 10 and 40; by Kaplan and Meier 1/5, then 1/5 + 4/5 x 1/3, then + 8/15 x 1/2."""
    town = programme(
        """pupil | visited_on
           1     | 2025-09-01
           1     | 2025-09-03
           2     | 2025-09-01
           2     | 2025-09-29
           3     | 2025-09-01
           3     | 2025-10-04
           4     | 2025-10-01
           5     | 2025-09-01"""
    )
    frame = time_to_return(town, per(AUTUMN, as_of=date(2025, 10, 11))).frame
    assert frame.select("day", "numerator", "denominator", "at_risk").rows() == [(0, 0, 5, 5), (2, 1, 5, 5), (28, 2, 5, 3), (33, 3, 5, 2)]
    assert frame["value"].to_list() == pytest.approx([0, 1 / 5, 1 / 5 + 4 / 15, 1 / 5 + 4 / 15 + 4 / 15])
    assert frame["median"].to_list() == [33] * 4


def test_where_nobody_comes_back_there_is_no_median_and_the_curve_stays_at_nothing():
    frame = time_to_return(programme("pupil | visited_on\n 1 | 2025-09-01"), AUTUMN).frame
    assert frame.select("day", "value", "median", "median_upper").rows() == [(0, 0.0, None, None)]


def test_each_cell_has_its_own_curve_and_a_cell_without_pupils_one_row_with_its_reason():
    town = programme(
        """pupil | branch  | visited_on
           1     | centre  | 2025-09-01
           1     | harbour | 2025-09-03
           2     | harbour | 2025-09-01""",
        branches={"centre": "PO", "harbour": "VO", "mill": "VO"},
    )
    frame = time_to_return(town, per(AUTUMN, "branch")).frame
    assert frame.select("branch_id", "day", "value", "reason").rows() == [
        ("centre", 0, 0.0, None),
        ("centre", 2, 1.0, None),
        ("harbour", 0, 0.0, None),
        ("mill", 0, None, "not_started"),
    ]


# --- retention --------------------------------------------------------------------------------------------------------

TRIANGLE = """pupil | visited_on
              1     | 2025-09-01
              1     | 2025-11-03
              2     | 2025-09-15
              2     | 2025-10-01
              3     | 2025-11-05
              4     | 2025-07-01   # began before the period
              4     | 2025-09-01"""


def test_the_triangle_marks_the_open_month_and_keeps_true_zeros():
    frame = retention(programme(TRIANGLE, covers=COVERED), per(AUTUMN, as_of=date(2025, 12, 20))).frame
    assert frame.select("cohort", "offset", "numerator", "denominator", "value", "reason").rows() == [
        (SEPTEMBER, 0, 2, 2, 1.0, None),
        (SEPTEMBER, 1, 1, 2, 0.5, None),
        (SEPTEMBER, 2, 1, 2, 0.5, None),
        (SEPTEMBER, 3, None, 2, None, "in_progress"),
        (NOVEMBER, 0, 1, 1, 1.0, None),
        (NOVEMBER, 1, None, 1, None, "in_progress"),
    ]
    at_the_end = retention(programme(TRIANGLE, covers=COVERED), AUTUMN).frame
    assert at_the_end.filter(cohort=SEPTEMBER, offset=3).select("numerator", "value", "reason").row(0) == (0, 0.0, None)


def test_the_triangle_ends_with_the_month_in_which_the_period_ends():
    town = programme(TRIANGLE, covers=COVERED)
    assert retention(town, AUTUMN).frame["offset"].max() == 3  # to December, though the as-of date lies in July
    until_mid_november = per(AUTUMN, period=type(AUTUMN.period)(date(2025, 8, 1), date(2025, 11, 10)))
    assert retention(town, until_mid_november).frame.filter(cohort=SEPTEMBER, offset=2)["value"].item() == 0.5


def test_a_month_that_was_closed_or_not_delivered_is_no_zero_unless_somebody_came():
    town = programme(
        TRIANGLE,
        closures="first_day | last_day\n 2025-10-01 | 2025-10-31",
        holidays="first_day | last_day\n 2025-12-01 | 2025-12-31",
        covers="first_day | last_day\n 2025-09-01 | 2025-12-31",
    )
    rows = retention(town, AUTUMN).frame.filter(cohort=SEPTEMBER).select("numerator", "reason").rows()
    assert rows == [(2, None), (1, None), (1, None), (None, "holiday")]
    missing = programme(TRIANGLE, covers="first_day | last_day\n 2025-09-01 | 2025-11-30")
    assert retention(missing, AUTUMN).frame.filter(cohort=SEPTEMBER, offset=3).select("numerator", "reason").row(0) == (None, "not_delivered")


def test_each_branch_has_the_triangle_of_who_began_there():
    town = programme(
        """pupil | branch  | visited_on
           1     | centre  | 2025-09-01
           1     | harbour | 2025-10-01
           2     | harbour | 2025-10-01""",
        branches={"centre": "PO", "harbour": "PO", "mill": "PO"},
        covers="branch | first_day | last_day\n centre | 2025-08-01 | 2025-12-31\n harbour | 2025-08-01 | 2025-12-31",
    )
    frame = retention(town, per(AUTUMN, "branch", as_of=date(2025, 10, 31))).frame
    assert frame.select("branch_id", "cohort", "offset", "numerator", "reason").rows() == [
        ("centre", SEPTEMBER, 0, 1, None),
        ("centre", SEPTEMBER, 1, 1, None),
        ("harbour", OCTOBER, 0, 1, None),
        ("mill", AUGUST, 0, None, "not_started"),
    ]


def test_a_triangle_per_month_or_week_has_no_meaning():
    for grain in ("month", "school_week", "school_year", "school_quarter"):
        with pytest.raises(Refused) as refused:
            retention(programme(), per(AUTUMN, grain))
        assert refused.value.code == "grain_does_not_fit"


# --- how often --------------------------------------------------------------------------------------------------------


def pupils_with(*visit_days: int) -> str:
    """A town in which pupil 1 came so many days, pupil 2 so many, and so on."""
    rows = [f"{pupil} | {date(2025, 9, 1) + timedelta(days=number)}" for pupil, days in enumerate(visit_days, start=1) for number in range(days)]
    return "\n".join(["pupil | visited_on", *rows])


def test_the_median_is_not_pulled_up_by_one_pupil_who_comes_very_often():
    figures = visits_per_pupil(programme(pupils_with(1, 1, 2, 3, 30)), AUTUMN)
    assert parts(figures) == [(37, 5, 2)]
    assert figures.frame.select("p25", "p75", "mean", "largest").row(0) == (1, 3, 7.4, pytest.approx(30 / 37))


def test_the_bands_of_visit_days_stand_in_order_and_hold_every_participant():
    figures = dosage(programme(pupils_with(1, 1, 2, 4, 5, 9, 10, 19, 20, 25)), AUTUMN)
    assert figures.frame.select("band", "numerator", "denominator", "value", "visits").rows() == [
        ("1", 2, 10, 0.2, 2),
        ("2-4", 2, 10, 0.2, 6),
        ("5-9", 2, 10, 0.2, 14),
        ("10-19", 2, 10, 0.2, 29),
        ("20+", 2, 10, 0.2, 45),
    ]
    assert figures.frame["visits_share"].to_list() == pytest.approx([2 / 96, 6 / 96, 14 / 96, 29 / 96, 45 / 96])


def test_a_tenth_of_thirty_pupils_is_three_and_of_thirty_one_four():
    thirty = top_tenth_share(programme(pupils_with(*[1] * 27, 5, 5, 10)), AUTUMN).frame.row(0, named=True)
    assert (thirty["numerator"], thirty["denominator"], thirty["pupils"], thirty["largest"]) == (20, 47, 3, 0.5)
    assert parts(top_tenth_share(programme(pupils_with(*[1] * 28, 5, 5, 10)), AUTUMN)) == [(21, 48, pytest.approx(21 / 48))]


def test_a_pupil_at_two_branches_on_a_day_has_one_visit_day_and_one_at_each():
    town = programme("pupil | branch | visited_on\n 1 | centre | 2025-09-01\n 1 | harbour | 2025-09-01\n 1 | harbour | 2025-09-02")
    assert values(visits_per_pupil(town, AUTUMN)) == [(2, None)]
    assert values(visits_per_pupil(town, per(AUTUMN, "branch"))) == [("centre", 1, None), ("harbour", 2, None)]


def test_where_nobody_came_nothing_is_divided():
    town = programme(
        "pupil | branch | visited_on\n 1 | centre | 2025-09-01",
        branches={"centre": "PO", "mill": "PO"},
        covers="branch | first_day | last_day\n mill | 2025-08-01 | 2026-07-31",
    )
    for indicator in (visits_per_pupil, top_tenth_share):
        assert values(indicator(town, per(AUTUMN, "branch")))[1] == ("mill", None, "no_denominator")
    assert set(dosage(town, per(AUTUMN, "branch", branches=("mill",))).frame["reason"]) == {"no_denominator"}


# --- what is shown ----------------------------------------------------------------------------------------------------


def test_a_band_of_few_pupils_takes_another_with_it_so_that_the_participants_do_not_give_it_away():
    shown = protected(dosage(programme(pupils_with(*[1] * 9, *[2] * 7, *[5] * 3)), AUTUMN))
    assert shown.frame.select("band", "numerator", "visits", "hidden").rows() == [
        ("1", 9, 9, False),
        ("2-4", None, None, True),
        ("5-9", None, None, True),
        ("10-19", 0, 0, False),
        ("20+", 0, 0, False),
    ]


def test_visits_of_a_band_of_which_one_child_makes_more_than_half_are_hidden():
    assert protect(dosage(programme(pupils_with(*[20] * 4, 81)), AUTUMN), Rule(minimum_denominator=1)).frame["hidden"].to_list()[-1]


def test_few_who_came_back_and_few_who_did_not_are_both_hidden():
    def shown(back: int, away: int) -> bool:
        town = programme(pupils_with(*[2] * back, *[1] * away))
        return bool(protected(returned_within_28_days(town, AUTUMN)).frame["hidden"].item())

    assert [shown(4, 20), shown(20, 4), shown(5, 20), shown(0, 20), shown(20, 0), shown(5, 4)] == [True, True, False, False, False, True]


def test_few_pupils_who_began_too_recently_are_not_counted_out_beside_the_share():
    came = "\n".join([pupils_with(*[2] * 6, *[1] * 6), *(f"{pupil} | 2025-12-20" for pupil in range(90, 93))])
    shown = protected(returned_within_28_days(programme(came), per(AUTUMN, as_of=date(2025, 12, 31)))).frame
    assert shown.select("value", "too_recent", "hidden").row(0) == (0.5, None, False)


def test_no_step_of_a_shown_curve_is_of_one_to_four_pupils():
    rows = [(pupil, date(2025, 9, 1)) for pupil in range(20)] + [(pupil, date(2025, 9, 2) + timedelta(days=pupil // 3)) for pupil in range(18)]
    town = programme("\n".join(["pupil | visited_on", *(f"{pupil} | {day}" for pupil, day in rows)]))
    shown = protected(time_to_return(town, AUTUMN)).frame
    assert shown.select("day", "numerator", "hidden").rows() == [
        (0, 0, False),
        (1, None, True),
        (2, 6, False),
        (3, None, True),
        (4, 12, False),
        (5, None, True),
        (6, 18, False),
    ]


def test_an_open_or_closed_month_of_a_small_cohort_does_not_give_its_size_away():
    shown = protected(retention(programme(TRIANGLE), per(AUTUMN, as_of=date(2025, 12, 20)))).frame
    assert shown["denominator"].null_count() == shown.height


# --- what holds for any town ------------------------------------------------------------------------------------------

few = examples(15)
BRANCHES = {"centre": "VO", "harbour": "PO", "mill": "PO"}
GRAINS = st.lists(st.sampled_from(["neighbourhood", "district", "sector", "branch", "level", "month", "school_year"]), unique=True, max_size=2).map(tuple)
VISITS = st.lists(
    st.tuples(st.none() | st.integers(1, 6), st.sampled_from(sorted(BRANCHES)), st.sampled_from(["north", "south", "outside", ""]), st.integers(0, 400)),
    max_size=25,
)
TIME = {"month", "school_year"}


def town_of(rows):
    lines = [f"{pupil or ''} | {branch} | {home} | {date(2025, 6, 1) + timedelta(days=day)}" for pupil, branch, home, day in rows]
    covers = [f"{branch} | 2025-06-01 | 2026-07-31" for branch in BRANCHES]
    return programme(
        "\n".join(["pupil | branch | home | visited_on", *lines]),
        branches=BRANCHES,
        target_group={"north": 5, "south": 40},
        districts={"north": "city", "south": "city"},
        covers="\n".join(["branch | first_day | last_day", *covers]),
    )


def fitting(by):
    return [indicator for indicator in FAMILY if not (indicator is retention and set(by) & TIME)]


@few
@given(VISITS, st.integers(0, 420))
def test_the_same_figures_follow_from_the_rows_in_plain_python(rows, horizon):
    as_of = SCHOOL_YEAR.period.first + timedelta(days=horizon)
    view, town = per(SCHOOL_YEAR, as_of=as_of), town_of(rows)
    days: dict[int, set[date]] = {}
    for pupil, _, _, number in rows:
        if pupil:
            days.setdefault(pupil, set()).add(date(2025, 6, 1) + timedelta(days=number))
    began = [
        sorted(day for day in visited if day <= as_of)
        for visited in days.values()
        if SCHOOL_YEAR.period.first <= min(visited) <= min(as_of, SCHOOL_YEAR.period.last)
    ]
    followed = [visited for visited in began if (as_of - visited[0]).days >= 28]
    returned = [visited for visited in followed if len(visited) > 1 and (visited[1] - visited[0]).days <= 28]
    row = returned_within_28_days(town, view).frame.row(0, named=True)
    assert (row["numerator"], row["denominator"], row["too_recent"]) == (len(returned), len(followed), len(began) - len(followed))

    counts = sorted(len([day for day in visited if SCHOOL_YEAR.period.first <= day <= min(as_of, SCHOOL_YEAR.period.last)]) for visited in days.values())
    counts = [count for count in counts if count]
    assert values(visits_per_pupil(town, view))[0][0] == (median(counts) if counts else None)
    most = sum(counts[-((len(counts) + 9) // 10) :])
    assert values(top_tenth_share(town, view))[0][0] == (pytest.approx(most / sum(counts)) if counts else None)
    limits = [1, 2, 5, 10, 20, 10**9]
    bands = [sum(low <= count < high for count in counts) for low, high in pairwise(limits)]
    assert dosage(town, view).frame["numerator"].to_list() == bands


@few
@given(VISITS)
def test_over_the_whole_registration_the_figures_are_those_of_the_methods(rows):
    town, view = town_of(rows), per(SCHOOL_YEAR, period=type(SCHOOL_YEAR.period)(date(2025, 6, 1), date(2026, 7, 31)))
    visits, as_of = town.visits, view.as_of
    found, whole = returned_within_28_days(town, view).frame.row(0, named=True), method.returned_within(visits, as_of)
    assert (found["numerator"], found["denominator"], found["too_recent"], found["lower"]) == (whole.returned, whole.eligible, whole.too_recent, whole.lower)
    curve = time_to_return(town, view).frame.filter(pl.col("day") > 0)
    expected_curve = method.time_to_return(visits, as_of)
    assert curve["day"].to_list() == expected_curve["day"].to_list()
    assert curve["value"].to_list() == pytest.approx((1 - expected_curve["survival"]).to_list())
    cells = retention(town, view).frame.filter(pl.col("denominator") > 0).select("cohort", "offset", "numerator", "denominator", "value")
    triangle = method.retention_triangle(visits, as_of).select("cohort", "offset", "active", "cohort_size", "value")
    assert cells.rows() == triangle.rows()
    spread = visits_per_pupil(town, view).frame.select("value", "p25", "p75", "mean").row(0)
    expected = method.visits_per_pupil(visits)
    assert spread == (expected.median, expected.p25, expected.p75, expected.mean)
    assert dosage(town, view).frame["numerator"].to_list() == method.dosage_bands(visits)["pupils"].to_list()
    assert top_tenth_share(town, view).frame["value"].item() == method.top_share(visits)


@few
@given(VISITS, GRAINS)
def test_no_figure_is_nan_or_infinite_and_limits_and_bounds_hold_the_value(rows, by):
    for indicator in fitting(by):
        frame = indicator(town_of(rows), per(SCHOOL_YEAR, *by)).frame
        numbers_or_reasons(frame)
        if indicator is returned_within_28_days:
            assert (
                (frame.drop_nulls(["value", "lowest"]).select((pl.col("lowest") <= pl.col("value")) & (pl.col("value") <= pl.col("highest")))).to_series().all()
            )


@few
@given(VISITS, GRAINS, st.randoms())
def test_the_order_of_the_rows_and_a_list_delivered_twice_change_nothing(rows, by, chance):
    rows, mixed = mixed_and_repeated(rows, chance)
    for indicator in fitting(by):
        assert indicator(town_of(rows), per(SCHOOL_YEAR, *by)).frame.equals(indicator(town_of(mixed), per(SCHOOL_YEAR, *by)).frame)


@few
@given(VISITS, st.sampled_from(["branch", "neighbourhood", "month"]))
def test_who_began_somewhere_is_counted_in_one_place_and_month(rows, grain):
    rows = [
        (pupil, branch, home, day)
        for number, (pupil, branch, home, day) in enumerate(rows)
        if (pupil, day) not in {(who, when) for who, _, _, when in rows[:number]}
    ]
    town = town_of(rows)
    for name in ("numerator", "denominator", "too_recent"):
        whole, cells = (returned_within_28_days(town, view).frame[name].sum() for view in (SCHOOL_YEAR, per(SCHOOL_YEAR, grain)))
        assert whole == cells


@few
@given(VISITS, st.integers(0, 300))
def test_visits_after_the_as_of_date_change_nothing(rows, horizon):
    as_of = SCHOOL_YEAR.period.first + timedelta(days=horizon)
    known = [row for row in rows if date(2025, 6, 1) + timedelta(days=row[3]) <= as_of]
    for indicator in FAMILY:
        view = per(SCHOOL_YEAR, as_of=as_of)
        assert indicator(town_of(rows), view).frame.equals(indicator(town_of(known), view).frame)


@pytest.mark.parametrize("indicator", FAMILY)
@pytest.mark.parametrize("by", [(), ("neighbourhood",), ("district", "sector"), ("branch",), ("level",), ("school_quarter",), ("branch", "month")])
def test_every_figure_has_the_same_columns_and_types_also_without_any_data(indicator, by):
    if indicator is retention and set(by) & {"school_quarter", "month"}:
        by = ("branch",)
    for town in (programme(), programme("pupil | visited_on\n 1 | 2025-09-03"), programme("pupil | visited_on\n | 2025-09-03")):
        for as_of in (AUTUMN.as_of, date(2025, 7, 1)):
            figures = indicator(town, per(AUTUMN, *by, as_of=as_of))
            assert figures.frame.columns == [*figures.keys, *PARTS, *MORE[indicator]]
            assert [figures.frame.schema[name] for name in PARTS] == list(PARTS.values())
            assert figures.indicator == indicator.__name__
            if not by:
                assert figures.frame.height >= 1
            protected(figures)
