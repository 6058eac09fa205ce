"""Participation: the town drawn as a table, each number checked by hand, and what holds for any town."""

from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.disclosure.working import Rule, protect
from metrics.indicators.participation import (
    active_pupils,
    known_home,
    known_pupil,
    new_participants,
    participants,
    reach,
    visits,
    visits_per_100_pupils,
    visits_per_session,
)
from metrics.indicators.selection import PARTS
from metrics.methods import repeat_attendance
from metrics.shapes import Coverage, Period, Refused, View
from tests.examples import examples
from tests.metrics.properties import mixed_and_repeated, numbers_or_reasons
from tests.metrics.town import AUTUMN, SCHOOL_YEAR, parts, per, programme, values

FAMILY = (visits, visits_per_session, participants, new_participants, active_pupils, reach, visits_per_100_pupils, known_pupil, known_home)
BY_BRANCH_AND_TIME_ONLY = (visits_per_session, known_pupil, known_home)
SEPTEMBER, OCTOBER, NOVEMBER, DECEMBER = (date(2025, month, 1) for month in (9, 10, 11, 12))


# --- reach ------------------------------------------------------------------------------------------------------------


def test_reach_counts_a_pupil_once_and_keeps_neighbourhoods_where_nobody_came():
    town = programme(
        """pupil | home  | visited_on
           1     | north | 2025-09-01
           1     | north | 2025-09-01   # the same visit delivered twice
           2     | north | 2025-12-31   # the last day of the period counts
           3     | north | 2026-01-01   # the first day after it does not""",
        target_group={"north": 4, "south": 2, "docks": 0},
    )
    assert parts(reach(town, per(AUTUMN, "neighbourhood"))) == [("docks", 0, 0, None), ("north", 2, 4, 0.5), ("south", 0, 2, 0.0)]


def test_pupils_from_outside_or_without_a_home_are_rows_of_their_own_and_not_part_of_the_whole():
    town = programme(
        """pupil | home    | visited_on
           1     | north   | 2025-09-01
           2     | outside | 2025-09-01
           3     |         | 2025-09-01
           4     |         | 2025-09-01""",
        target_group={"north": 4},
    )
    by_home = reach(town, per(AUTUMN, "neighbourhood"))
    assert parts(by_home) == [("north", 1, 4, 0.25), ("outside", 1, None, None), ("unknown", 2, None, None)]
    assert by_home.frame["reason"].to_list() == [None, "no_denominator", "no_denominator"]
    assert parts(reach(town, AUTUMN)) == [(1, 4, 0.25)]
    assert [row[:3] for row in parts(reach(town, per(AUTUMN, "district")))] == [("no_district", 1, 4), ("outside", 1, None), ("unknown", 2, None)]
    assert by_home.coverage.known == 0.5  # of four visits two have a known home, outside included


def test_more_participants_than_target_group_are_reported_not_clipped_and_have_no_margin():
    town = programme(
        """pupil | home  | visited_on
           1     | north | 2025-09-01
           2     | north | 2025-09-01
           3     | docks | 2025-09-01""",
        target_group={"north": 1, "docks": 0},
    )
    found = reach(town, per(AUTUMN, "neighbourhood"))
    assert found.frame.select("value", "lower", "upper", "method", "reason").rows() == [
        (None, None, None, None, "numerator_above_denominator"),
        (2.0, None, None, None, "numerator_above_denominator"),
    ]


def test_a_neighbourhood_without_a_known_target_group_stays_out_of_its_district():
    town = programme(
        """pupil | home  | visited_on
           1     | north | 2025-09-01
           2     | dunes | 2025-09-01""",
        target_group={"north": 4, "south": 6},
        districts={"north": "city", "south": "city", "dunes": "city"},
    )
    assert parts(reach(town, per(AUTUMN, "neighbourhood"))) == [("dunes", 1, None, None), ("north", 1, 4, 0.25), ("south", 0, 6, 0.0)]
    assert parts(reach(town, per(AUTUMN, "district"))) == [("city", 1, 10, 0.1)]


def test_reach_has_wilsons_limits_at_the_confidence_of_the_view():
    town = programme("pupil | home | visited_on\n 1 | north | 2025-09-01", target_group={"north": 29})
    row = reach(town, per(AUTUMN, "neighbourhood")).frame.row(0, named=True)
    assert (row["lower"], row["upper"], row["method"]) == (pytest.approx(0.0061, abs=5e-5), pytest.approx(0.1718, abs=5e-5), "wilson")
    assert reach(town, per(AUTUMN, "neighbourhood", confidence=0.998)).frame["upper"][0] > row["upper"]


def test_without_delivered_numbers_the_target_group_is_estimated_from_the_age_groups():
    town = programme(
        "pupil | home | visited_on\n 1 | north | 2025-09-01",
        districts={"north": "city"},
        context="""neighbourhood | year | measure | value
                   north         | 2022 | a_00_14 | 105
                   north         | 2022 | a_15_24 | 70
                   north         | 2026 | a_00_14 | 999   # after the school year
                   north         | 2026 | a_15_24 | 999
                   town          | 2022 | a_00_14 | 9999  # the municipality itself is no neighbourhood""",
    )
    both = reach(town, AUTUMN)
    assert parts(both) == [(1, pytest.approx(105 / 5 + 105 / 5 + 70 * 3 / 10), pytest.approx(1 / 63))]
    assert parts(reach(town, per(AUTUMN, sector="PO"))) == [(1, pytest.approx(21), pytest.approx(1 / 21))]
    assert both.coverage.notes == (("population_estimate", "PO, VO"), ("population_year", "2022"))


def test_a_delivered_number_goes_before_an_estimate_and_a_later_year_only_serves_without_an_earlier_one():
    town = programme(
        "pupil | home | visited_on\n 1 | north | 2025-09-01",
        target_group={"north": {"PO": 50}},
        year=2026,
        context="neighbourhood | year | measure | value\n north | 2024 | a_00_14 | 1000\n north | 2024 | a_15_24 | 100",
    )
    assert parts(reach(town, per(AUTUMN, sector="PO"))) == [(1, 50, 0.02)]
    assert reach(town, per(AUTUMN, sector="PO")).coverage.notes == (("population_year", "2026"),)
    assert parts(reach(town, AUTUMN)) == [(1, 280, pytest.approx(1 / 280))]


def test_a_target_group_known_for_one_sector_only_is_not_that_of_both():
    town = programme("pupil | home | visited_on\n 1 | north | 2025-09-01", target_group={"north": {"PO": 50}})
    assert values(reach(town, AUTUMN)) == [(None, "no_denominator")]
    assert parts(reach(town, per(AUTUMN, "sector"))) == [("PO", 1, 50, 0.02)]


def test_reach_per_branch_or_level_has_no_meaning_and_is_refused():
    for grain in ("branch", "level"):
        with pytest.raises(Refused) as refused:
            reach(programme(), per(AUTUMN, grain))
        assert refused.value.code == "grain_does_not_fit"


# --- visits -----------------------------------------------------------------------------------------------------------

TWO_BRANCHES = """pupil | branch  | visited_on
                  1     | centre  | 2025-09-01
                  1     | harbour | 2025-09-01   # the same pupil, the same day, the other branch
                  1     | centre  | 2025-09-02
                  2     | harbour | 2025-09-02
                        | harbour | 2025-09-02   # two without a name
                        | harbour | 2025-09-02"""


def test_a_pupil_at_two_branches_on_one_day_is_one_visit_of_the_programme_and_one_of_each_branch():
    town = programme(TWO_BRANCHES)
    assert values(visits(town, AUTUMN)) == [(5, None)]
    assert values(visits(town, per(AUTUMN, "branch"))) == [("centre", 2, None), ("harbour", 4, None)]


def test_a_pupil_at_two_of_the_chosen_branches_on_one_day_is_one_visit_of_the_choice_and_of_their_sector():
    town = programme(TWO_BRANCHES, branches={"centre": "PO", "harbour": "PO", "mill": "PO"})
    assert values(visits(town, per(AUTUMN, branches=("centre", "harbour")))) == [(5, None)]
    assert values(visits(town, per(AUTUMN, "sector"))) == [("PO", 5, None)]
    assert values(visits(town, per(AUTUMN, "month", "sector", as_of=date(2025, 9, 30))))[-1] == (SEPTEMBER, "PO", 5, None)


def test_the_sector_of_a_visit_is_that_of_its_branch():
    town = programme(TWO_BRANCHES, branches={"centre": "VO", "harbour": "PO", "office": "PO"})
    assert values(visits(town, per(AUTUMN, "sector"))) == [("PO", 4, None), ("VO", 2, None)]
    assert values(visits(town, per(AUTUMN, sector="VO"))) == [(2, None)]
    assert values(participants(town, per(AUTUMN, "sector", "branch"))) == [
        ("PO", "harbour", 2, None),
        ("PO", "office", None, "not_started"),
        ("VO", "centre", 1, None),
    ]


def test_behind_visits_stand_the_known_children_or_as_many_as_came_nameless_on_one_day():
    frame = visits(programme(TWO_BRANCHES), per(AUTUMN, "branch")).frame
    assert frame.select("pupils", "largest").rows() == [(1, 1.0), (2, 0.25)]
    only_names_missing = programme("pupil | visited_on\n | 2025-09-01\n | 2025-09-01\n | 2025-09-02")
    assert visits(only_names_missing, AUTUMN).frame.select("value", "pupils", "largest").row(0) == (3.0, 2, 0.0)


def test_visits_without_a_name_have_an_unknown_home_and_level():
    town = programme("pupil | home | level | visited_on\n 1 | north | havo | 2025-09-01\n | | | 2025-09-01", target_group={"south": 1})
    assert values(visits(town, per(AUTUMN, "neighbourhood"))) == [("north", 1, None), ("south", 0, None), ("unknown", 1, None)]
    assert values(visits(town, per(AUTUMN, "level"))) == [("havo", 1, None), ("unknown", 1, None)]
    assert values(visits(town, per(AUTUMN, districts=("nowhere",)))) == [(0, None)]


# --- participants -----------------------------------------------------------------------------------------------------


def test_a_participant_counts_once_in_the_period_and_once_in_each_month():
    town = programme("pupil | visited_on\n 1 | 2025-09-01\n 1 | 2025-10-01\n 2 | 2025-10-02")
    assert values(participants(town, AUTUMN)) == [(2, None)]
    assert values(participants(town, per(AUTUMN, "month")))[1:3] == [(SEPTEMBER, 1, None), (OCTOBER, 2, None)]


def test_visits_without_a_name_leave_open_how_many_pupils_there_were():
    assert participants(programme(TWO_BRANCHES), AUTUMN).frame.select("value", "lowest", "highest").row(0) == (2, 3, 4)
    by_branch = participants(programme(TWO_BRANCHES), per(AUTUMN, "branch", "month")).frame.filter(month=SEPTEMBER)
    assert by_branch.select("branch_id", "value", "lowest", "highest").rows() == [("centre", 1, 1, 1), ("harbour", 2, 3, 4)]
    for view in (per(AUTUMN, "neighbourhood"), per(AUTUMN, districts=("city",))):
        assert participants(programme(TWO_BRANCHES), view).frame.select("lowest", "highest").null_count().row(0)[0] > 0
    assert participants(programme("pupil | visited_on\n 1 | 2025-09-01"), AUTUMN).frame.select("lowest", "highest").row(0) == (1, 1)


def test_who_moves_house_counts_in_the_last_known_home_of_the_cell():
    town = programme(
        """pupil | home  | visited_on
           1     | north | 2024-09-02
           1     | south | 2025-09-01
           1     |       | 2026-09-01   # not known again: the last known home stays""",
    )
    long = View(Period(date(2024, 8, 1), date(2027, 7, 31)), date(2026, 9, 30))
    assert values(participants(town, per(long, "neighbourhood"))) == [("north", 0, None), ("south", 1, None)]
    assert values(visits(town, per(long, "neighbourhood"))) == [("north", 0, None), ("south", 3, None)]
    per_year = [row for row in values(participants(town, per(long, "school_year", "neighbourhood"))) if row[2] != 0]
    assert per_year == [(date(2024, 8, 1), "north", 1, None), (date(2025, 8, 1), "south", 1, None), (date(2026, 8, 1), "unknown", 1, None)]


def test_new_participants_count_where_and_when_they_first_came():
    town = programme(
        """pupil | branch  | visited_on
           1     | centre  | 2025-05-01   # before the period: not new in it
           1     | centre  | 2025-09-01
           2     | harbour | 2025-09-01
           2     | centre  | 2025-10-01""",
    )
    assert values(new_participants(town, AUTUMN)) == [(1, None)]
    assert values(new_participants(town, per(AUTUMN, "branch"))) == [("centre", 0, None), ("harbour", 1, None)]


def test_new_participants_in_the_first_eight_weeks_of_the_registration_come_with_a_warning():
    town = programme("pupil | visited_on\n 1 | 2025-06-16")
    assert new_participants(town, AUTUMN).coverage.notes == (("start_up", "2025-06-16"),)
    later = View(Period(date(2025, 8, 11), date(2025, 12, 31)), date(2025, 12, 31))
    assert new_participants(town, later).coverage.notes == ()


def test_active_pupils_came_in_the_28_days_up_to_the_end_of_each_month():
    town = programme(
        """pupil | visited_on
           1     | 2025-08-04
           2     | 2025-09-02   # 28 days before the end of September, that day not counted
           3     | 2025-09-03   # the first of the 28 days that end on 30 September
           3     | 2025-09-30
           4     | 2025-10-01""",
        covers="first_day | last_day\n 2025-08-04 | 2025-12-31",
    )
    assert values(active_pupils(town, per(AUTUMN, "month", as_of=date(2025, 10, 6)))) == [
        (date(2025, 8, 1), 1, None),  # 4 August is the first of the 28 days that end on 31 August
        (SEPTEMBER, 1, None),
        (OCTOBER, 2, None),  # up to as_of: 9 September to 6 October
    ]
    assert values(active_pupils(town, AUTUMN)) == [(0, None)]


def test_it_is_too_early_for_active_pupils_when_registration_began_less_than_28_days_ago():
    town = programme("pupil | branch | visited_on\n 1 | centre | 2025-08-04\n 2 | harbour | 2025-09-15\n 1 | centre | 2025-09-15")
    assert values(active_pupils(town, per(AUTUMN, "branch", as_of=date(2025, 9, 20)))) == [("centre", 1, None), ("harbour", None, "too_early")]
    assert values(active_pupils(town, per(AUTUMN, as_of=date(2025, 9, 20)))) == [(2, None)]
    assert values(active_pupils(town, per(AUTUMN, as_of=date(2025, 8, 20)))) == [(None, "too_early")]


# --- visits per session -----------------------------------------------------------------------------------------------

MONDAYS = """branch  | held_on    | status
             centre  | 2025-09-01 | held
             centre  | 2025-09-02 | held        # nobody came: a zero
             centre  | 2025-09-08 | cancelled
             harbour | 2025-09-01 | held
             harbour | 2025-09-08 | held        # its list was never delivered
             harbour | 2025-09-15 | planned"""
CAME = """pupil | branch  | visited_on
          1     | centre  | 2025-09-01
          2     | centre  | 2025-09-01
                | centre  | 2025-09-01
          2     | harbour | 2025-09-01   # the other branch on the same day: another session
          3     | centre  | 2025-09-08   # came although the session was cancelled"""


def test_visits_per_session_counts_held_sessions_with_a_list_and_all_who_came_to_them():
    figures = visits_per_session(programme(CAME, sessions=MONDAYS), per(AUTUMN, as_of=date(2025, 9, 14)))
    assert parts(figures) == [(4, 3, pytest.approx(4 / 3))]
    assert figures.frame.select("pupils", "largest").row(0) == (2, 0.5)
    assert figures.coverage == Coverage(known=0.8, missing_weeks=1, notes=(("sessions_without_list", "1"),))
    by_branch = visits_per_session(programme(CAME, sessions=MONDAYS), per(AUTUMN, "branch", as_of=date(2025, 9, 14)))
    assert parts(by_branch) == [("centre", 3, 2, 1.5), ("harbour", 1, 1, 1.0)]


def test_without_sessions_there_are_visits_but_none_per_session():
    town = programme(CAME)
    assert values(visits_per_session(town, AUTUMN)) == [(None, "no_sessions")]
    assert values(visits(town, AUTUMN)) == [(4, None)]


def test_the_margin_of_visits_per_session_takes_a_month_of_a_branch_as_one_observation():
    """Worked by hand: clusters of 10 visits in 2 sessions, 14 in 2 and 30 in 4; ratio 54 / 8 = 6.75; errors -3.5, 0.5, 3; t(2) = 4.302653."""
    days = {date(2025, 9, 1): 4, date(2025, 9, 29): 6, date(2025, 10, 6): 7, date(2025, 10, 27): 7}
    days |= {date(2025, 11, 3): 5, date(2025, 11, 10): 8, date(2025, 11, 17): 10, date(2025, 11, 24): 7}
    visited = [f"{pupil} | {day}" for day, pupils in days.items() for pupil in range(pupils)]
    held = [f"{day} | held" for day in days]
    town = programme("\n".join(["pupil | visited_on", *visited]), sessions="\n".join(["held_on | status", *held]))
    row = visits_per_session(town, SCHOOL_YEAR).frame.row(0, named=True)
    error = (3 / 2 * (3.5**2 + 0.5**2 + 3**2)) ** 0.5 / 8
    assert (row["value"], row["method"]) == (6.75, "clustered")
    assert (row["lower"], row["upper"]) == pytest.approx((6.75 - 4.302653 * error, 6.75 + 4.302653 * error), abs=1e-5)
    per_week = visits_per_session(town, per(AUTUMN, "month")).frame.filter(pl.col("month") == NOVEMBER).row(0, named=True)
    error = (4 / 3 * (2.5**2 + 0.5**2 + 2.5**2 + 0.5**2)) ** 0.5 / 4  # four weeks of one session each; t(3) = 3.182446
    assert (per_week["value"], per_week["lower"]) == pytest.approx((7.5, 7.5 - 3.182446 * error), abs=1e-5)


def test_ten_children_in_three_sessions_may_be_seen_two_may_not():
    came = "\n".join(["pupil | visited_on", *(f"{pupil} | 2025-09-01" for pupil in range(10))])
    sessions = "held_on | status\n 2025-09-01 | held\n 2025-09-02 | held"
    assert values(protect(visits_per_session(programme(came, sessions=sessions), AUTUMN), Rule())) == [(5, None)]
    assert values(protect(visits_per_session(programme(CAME, sessions=MONDAYS), AUTUMN), Rule())) == [(None, "hidden")]


# --- visits per 100 pupils, and what is known -------------------------------------------------------------------------


def test_visits_per_100_pupils_counts_visits_of_residents_and_widens_for_frequent_pupils():
    town = programme(
        """pupil | home    | visited_on
           1     | north   | 2025-09-01
           1     | north   | 2025-09-02
           1     | north   | 2025-09-03
           2     | north   | 2025-09-01
           3     | outside | 2025-09-01
                 |         | 2025-09-01""",
        target_group={"north": 2, "south": 50},
    )
    by_home = visits_per_100_pupils(town, per(AUTUMN, "neighbourhood"))
    assert parts(by_home)[:2] == [("north", 4, 2, 200.0), ("outside", 1, None, None)]
    assert parts(visits_per_100_pupils(town, AUTUMN)) == [(4, 52, pytest.approx(100 * 4 / 52))]
    row = by_home.frame.row(0, named=True)
    exact_lower, exact_upper, factor = 1.089865, 10.241589, ((3**2 + 1) / 4) ** 0.5  # exact limits of 4, chi-square tables
    assert (row["lower"], row["upper"]) == pytest.approx((max(0, 200 - factor * (200 - 50 * exact_lower)), 200 + factor * (50 * exact_upper - 200)), abs=1e-3)
    assert (row["pupils"], row["largest"], row["method"]) == (2, 0.75, "exact")


def test_the_known_shares_count_visits_and_say_nothing_where_nobody_came():
    town = programme(
        """pupil | branch  | home    | visited_on
           1     | centre  | north   | 2025-09-01
           1     | centre  |         | 2025-10-01   # the home known in September stands for the whole period
           2     | centre  |         | 2025-09-01
           3     | centre  | outside | 2025-09-01
                 | centre  |         | 2025-09-01""",
        branches={"centre": "VO", "harbour": "PO"},
        covers="branch | first_day | last_day\n harbour | 2025-09-01 | 2025-12-31",
    )
    assert parts(known_pupil(town, per(AUTUMN, "branch"))) == [("centre", 4, 5, 0.8), ("harbour", 0, 0, None)]
    assert known_pupil(town, per(AUTUMN, "branch")).frame["reason"].to_list() == [None, "no_denominator"]
    assert parts(known_home(town, AUTUMN)) == [(3, 5, 0.6)]
    assert known_home(town, AUTUMN).frame["lower"].to_list() == [None]


def test_grains_of_homes_have_no_meaning_for_sessions_and_known_shares():
    for indicator in BY_BRANCH_AND_TIME_ONLY:
        for view in (per(AUTUMN, "neighbourhood"), per(AUTUMN, "level"), per(AUTUMN, districts=("city",))):
            with pytest.raises(Refused) as refused:
                indicator(programme(), view)
            assert refused.value.code == "grain_does_not_fit"


# --- missing is not zero ----------------------------------------------------------------------------------------------


def test_nobody_came_closed_holiday_and_not_delivered_are_four_things():
    town = programme(
        "pupil | visited_on\n 1 | 2025-09-03",
        holidays="first_day | last_day\n 2025-10-01 | 2025-10-31",
        closures="first_day | last_day\n 2025-11-01 | 2025-11-30",
        covers="first_day | last_day\n 2025-09-01 | 2025-11-30",
    )
    assert values(participants(town, per(AUTUMN, "month"))) == [
        (date(2025, 8, 1), None, "not_started"),
        (SEPTEMBER, 1, None),
        (OCTOBER, None, "holiday"),
        (NOVEMBER, None, "closed"),
        (DECEMBER, None, "not_delivered"),
    ]
    in_second_week = View(Period(date(2025, 9, 8), date(2025, 9, 14)), date(2026, 1, 1))
    assert values(participants(town, in_second_week)) == [(0, None)]  # the cover was stated: silence means nobody came


def test_a_held_session_without_its_list_is_missing_and_a_cancelled_one_explains_that_nobody_came():
    town = programme(
        "pupil | visited_on\n 1 | 2025-09-03",
        sessions="held_on | status\n 2025-09-10 | held\n 2025-09-17 | cancelled\n 2025-09-24 | planned",
    )
    weeks = values(participants(town, per(AUTUMN, "school_week", as_of=date(2025, 9, 28))))
    assert [(value, reason) for _, value, reason in weeks[-4:]] == [(1, None), (None, "not_delivered"), (0, None), (None, "not_delivered")]


def test_before_the_first_visit_there_is_no_figure():
    town = programme("pupil | visited_on\n 1 | 2025-09-03", target_group={"north": 3})
    for indicator in FAMILY:
        assert values(indicator(town, per(AUTUMN, as_of=date(2025, 7, 1)))) == [(None, "too_early")]
        assert values(indicator(town, per(AUTUMN, as_of=date(2025, 8, 20)))) == [(None, "not_started")]


def test_visits_after_the_as_of_date_change_nothing():
    early = programme("pupil | visited_on\n 1 | 2025-09-03", target_group={"north": 3})
    late = programme("pupil | visited_on\n 1 | 2025-09-03\n 1 | 2025-10-08\n 2 | 2025-09-11", target_group={"north": 3})
    for as_of in (date(2025, 8, 20), date(2025, 9, 3), date(2025, 9, 10)):  # the last is the day before a late visit, in its week
        view = per(AUTUMN, "school_week", as_of=as_of)
        for indicator in FAMILY:
            assert indicator(early, view).frame.equals(indicator(late, view).frame)


def test_weeks_that_were_not_delivered_are_counted_beside_the_figure():
    town = programme("pupil | visited_on\n 1 | 2025-09-03\n 1 | 2025-09-24")
    assert participants(town, per(AUTUMN, as_of=date(2025, 9, 26))).coverage == Coverage(known=1.0, missing_weeks=2)


@pytest.mark.parametrize("indicator", FAMILY)
@pytest.mark.parametrize(
    "by", [(), ("neighbourhood",), ("district", "month"), ("sector",), ("school_year",), ("school_quarter",), ("school_week", "neighbourhood")]
)
def test_every_figure_has_the_same_columns_and_types_also_without_any_data(indicator, by):
    if indicator in BY_BRANCH_AND_TIME_ONLY and set(by) & {"neighbourhood", "district"}:
        by = ("branch",)
    for town in (programme(), programme("pupil | visited_on\n 1 | 2025-09-03"), programme("pupil | visited_on\n | 2025-09-03")):
        figures = indicator(town, per(AUTUMN, *by))
        bounds = ["lowest", "highest"] if indicator is participants else []
        assert figures.frame.columns == [*figures.view.keys, *PARTS, *bounds]
        assert [figures.frame.schema[name] for name in PARTS] == list(PARTS.values())
        assert figures.indicator == indicator.__name__
        if not by:
            assert figures.frame.height == 1


# --- what holds for any town ------------------------------------------------------------------------------------------

few = examples(8)
BRANCHES = {"centre": "VO", "harbour": "PO", "mill": "PO"}
SESSIONS = [date(2025, 8, 1) + timedelta(days=day) for day in range(0, 300, 3)]
GRAINS = st.lists(st.sampled_from(["neighbourhood", "district", "sector", "school_year", "month", "school_week"]), unique=True, max_size=2).map(tuple)
VISITS = st.lists(
    st.tuples(
        st.none() | st.integers(1, 6),
        st.sampled_from(sorted(BRANCHES)),
        st.sampled_from(["north", "south", "outside", ""]),
        st.integers(0, 400),
    ),
    max_size=25,
)


def town_of(rows):
    lines = [f"{pupil or ''} | {branch} | {home} | {date(2025, 6, 1) + timedelta(days=day)}" for pupil, branch, home, day in rows]
    return programme(
        "\n".join(["pupil | branch | home | visited_on", *lines]),
        branches=BRANCHES,
        target_group={"north": 5, "south": 40},
        districts={"north": "city", "south": "city"},
        covers="branch | first_day | last_day\n centre | 2025-06-01 | 2026-07-31\n harbour | 2025-06-01 | 2026-07-31\n mill | 2025-06-01 | 2026-07-31",
        sessions="\n".join(["branch | held_on | status", *(f"{branch} | {day} | held" for branch in BRANCHES for day in SESSIONS)]),
    )


def fitting(by):
    return [indicator for indicator in FAMILY if not (indicator in BY_BRANCH_AND_TIME_ONLY and set(by) & {"neighbourhood", "district"})]


def total(figures):
    return figures.frame["numerator"].sum()


@few
@given(VISITS)
def test_the_same_numbers_follow_from_the_rows_in_plain_python(rows):
    town, view = town_of(rows), SCHOOL_YEAR
    inside = [(pupil, branch, date(2025, 6, 1) + timedelta(days=day)) for pupil, branch, _, day in rows if day >= 61]
    named = [row for row in inside if row[0]]
    first = {pupil: min(day for other, _, _, day in rows if other == pupil) for pupil, _, _ in named}
    nameless = len(inside) - len(named)
    assert total(participants(town, view)) == len({pupil for pupil, _, _ in named})
    assert total(new_participants(town, view)) == sum(day >= 61 for day in first.values())
    assert total(visits(town, view)) == len({(pupil, day) for pupil, _, day in named}) + nameless
    assert total(visits(town, per(view, "branch"))) == len(set(named)) + nameless


@few
@given(VISITS, st.integers(0, 300))
def test_active_pupils_are_those_of_the_method_at_the_last_day(rows, horizon):
    as_of = SCHOOL_YEAR.period.first + timedelta(days=horizon)
    figures = active_pupils(town_of(rows), per(SCHOOL_YEAR, as_of=as_of))
    assert figures.frame["numerator"].fill_null(0).to_list() == [repeat_attendance.active_pupils(town_of(rows).visits, as_of)]


@few
@given(VISITS, GRAINS)
def test_participants_never_outnumber_visits_and_new_ones_never_the_participants(rows, by):
    town, view = town_of(rows), per(SCHOOL_YEAR, *by)
    some, few = visits(town, view).frame, participants(town, view).frame
    newest = new_participants(town, view).frame
    assert some.select(view.keys).equals(few.select(view.keys)) or "neighbourhood" in by or "district" in by
    joined = few.join(some, on=view.keys) if by else few.join(some, how="cross")
    assert (joined["numerator"] <= joined["numerator_right"]).all()
    newer = few.join(newest, on=view.keys) if by else few.join(newest, how="cross")
    assert (newer["numerator_right"] <= newer["numerator"]).all()


@few
@given(VISITS)
def test_neighbourhoods_outside_and_unknown_add_up_to_all_participants_and_all_visits(rows):
    town = town_of(rows)
    for indicator in (visits, participants, new_participants):
        whole = total(indicator(town, SCHOOL_YEAR))
        assert total(indicator(town, per(SCHOOL_YEAR, "neighbourhood"))) == total(indicator(town, per(SCHOOL_YEAR, "district"))) == whole


@few
@given(VISITS)
def test_the_whole_of_reach_is_the_sum_of_its_neighbourhoods(rows):
    town = town_of(rows)
    homes = reach(town, per(SCHOOL_YEAR, "neighbourhood")).frame.filter(pl.col("denominator").is_not_null())
    assert parts(reach(town, SCHOOL_YEAR))[0][:2] == (homes["numerator"].sum(), homes["denominator"].sum())


@few
@given(VISITS, GRAINS)
def test_no_figure_is_nan_or_infinite_and_limits_hold_the_value(rows, by):
    for indicator in fitting(by):
        frame = indicator(town_of(rows), per(SCHOOL_YEAR, *by)).frame
        numbers_or_reasons(frame)


@few
@given(VISITS, GRAINS, st.randoms())
def test_the_order_of_the_rows_and_a_list_delivered_twice_change_nothing(rows, by, chance):
    rows, mixed = mixed_and_repeated(rows, chance)
    for indicator in fitting(by):
        assert indicator(town_of(rows), per(SCHOOL_YEAR, *by)).frame.equals(indicator(town_of(mixed), per(SCHOOL_YEAR, *by)).frame)
