"""Capacity: sessions, volunteers, seats and euros of a drawn town, each number checked by hand, and what holds for any town."""

import math
from dataclasses import replace
from datetime import date, time, timedelta

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.disclosure.working import Rule, protect
from metrics.indicators.capacity import (
    cancelled,
    cost_per_participant,
    cost_per_visit,
    occupancy,
    pupils_per_volunteer,
    sessions_above_norm,
    turned_away,
    volunteers_short,
    volunteers_short_back_test,
)
from metrics.indicators.participation import visits, visits_per_session
from metrics.indicators.selection import PARTS
from metrics.shapes import GRAINS, Period, Refused, View
from tests.examples import examples
from tests.metrics.town import AUTUMN, parts, per, programme, values

OF_SESSIONS = (pupils_per_volunteer, occupancy, sessions_above_norm, turned_away, cancelled, volunteers_short_back_test)
OF_COSTS = (cost_per_participant, cost_per_visit)
FAMILY = (*OF_SESSIONS, volunteers_short, *OF_COSTS)


def came(*days):
    """A table of visits: so many pupils without a name on each of these days, `(branch, day, pupils)`."""
    rows = [f" | {branch} | {day}" for branch, day, pupils in days for _ in range(pupils)]
    return "\n".join(["pupil | branch | visited_on", *rows])


# --- pupils per volunteer, sessions above the norm --------------------------------------------------------------------

WEEK = """branch  | held_on    | status    | starts | volunteers
          centre  | 2025-09-01 | held      | -      | 2
          centre  | 2025-09-02 | held      | -      | 0      # pupils, and 0 recorded
          centre  | 2025-09-03 | held      | -      |        # nobody wrote it down
          centre  | 2025-09-04 | cancelled | -      | 3      # were there, but it was not held
          harbour | 2025-09-01 | held      | -      | 1""".replace("| starts ", "").replace("| -      ", "")
CAME = came(("centre", "2025-09-01", 8), ("centre", "2025-09-02", 3), ("centre", "2025-09-03", 40), ("harbour", "2025-09-01", 5))


def test_pupils_per_volunteer_is_sum_over_sum_of_the_sessions_with_both_recorded():
    town = programme(CAME, sessions=WEEK)
    figures = pupils_per_volunteer(town, per(AUTUMN, "branch"))
    assert parts(figures) == [("centre", 11, 2, 5.5), ("harbour", 5, 1, 5)]
    assert figures.frame.select("sessions", "unstaffed").rows() == [(2, 1), (1, 0)]
    assert parts(pupils_per_volunteer(town, AUTUMN)) == [(16, 3, pytest.approx(16 / 3))]  # not the mean of 4, none and 5


def test_a_recorded_zero_with_pupils_is_flagged_and_an_unrecorded_number_is_counted_as_left_out():
    notes = dict(pupils_per_volunteer(programme(CAME, sessions=WEEK), AUTUMN).coverage.notes)
    assert notes == {"sessions_unstaffed": "1", "sessions_not_recorded": "1"}


def test_why_there_are_no_pupils_per_volunteer_is_said():
    only_zero = programme(came(("library", "2025-09-01", 3)), sessions="held_on | status | volunteers\n 2025-09-01 | held | 0")
    unknown = programme(came(("library", "2025-09-01", 3)), sessions="held_on | status | volunteers\n 2025-09-01 | held |")
    none_held = programme(came(("library", "2025-09-01", 3)), sessions="held_on | status | volunteers\n 2025-09-01 | cancelled | 2")
    for town, reason in ((only_zero, "no_volunteers"), (unknown, "not_recorded"), (none_held, "no_sessions")):
        assert values(pupils_per_volunteer(town, AUTUMN)) == [(None, reason)]
    assert pupils_per_volunteer(only_zero, AUTUMN).frame["unstaffed"].to_list() == [1]


def test_a_session_without_its_list_says_nothing_of_pupils_and_volunteers():
    sessions = "held_on | status | volunteers\n 2025-09-01 | held | 2\n 2025-09-15 | held | 9"
    figures = pupils_per_volunteer(programme(came(("library", "2025-09-01", 3)), sessions=sessions), AUTUMN)
    assert parts(figures) == [(3, 2, 1.5)]
    assert ("sessions_without_list", "1") in figures.coverage.notes


def test_a_pupil_at_two_branches_on_one_day_needs_a_volunteer_in_both():
    both = "pupil | branch | visited_on\n 1 | centre | 2025-09-01\n 1 | harbour | 2025-09-01"
    sessions = "branch | held_on | status | volunteers\n centre | 2025-09-01 | held | 1\n harbour | 2025-09-01 | held | 1"
    assert parts(pupils_per_volunteer(programme(both, sessions=sessions), AUTUMN)) == [(2, 2, 1)]


def test_a_session_is_above_the_norm_only_beyond_it_and_without_volunteers_with_any_pupil():
    town = programme(CAME, sessions=WEEK)  # 8 for 2: at the norm of 4; 3 for 0: above; 5 for 1: above
    figures = sessions_above_norm(town, per(AUTUMN, "branch"))
    assert parts(figures) == [("centre", 1, 2, 0.5), ("harbour", 1, 1, 1)]
    assert figures.coverage.notes[0] == ("norm", "4")
    assert figures.frame["lower"].null_count() == 2
    assert parts(sessions_above_norm(replace(town, norm=5), AUTUMN)) == [(1, 3, pytest.approx(1 / 3))]


def test_an_unstaffed_session_to_which_nobody_came_is_not_above_the_norm():
    sessions = "held_on | status | volunteers\n 2025-09-01 | held | 0\n 2025-09-02 | held | 1"
    assert parts(sessions_above_norm(programme(came(("library", "2025-09-02", 1)), sessions=sessions), AUTUMN)) == [(0, 2, 0)]


def test_a_norm_below_one_is_refused():
    for indicator in (sessions_above_norm, volunteers_short):
        with pytest.raises(Refused) as refused:
            indicator(replace(programme(), norm=0), AUTUMN)
        assert refused.value.code == "number_too_low"


def test_the_margin_of_pupils_per_volunteer_lets_sessions_of_one_week_stand_together():
    """Worked by hand: weeks of 8 pupils for 2 volunteers, 14 for 2 and 20 for 4; ratio 42 / 8 = 5.25; errors -2.5, 3.5, -1; t(2) = 4.302653."""
    days = (("2025-09-01", 8, 2), ("2025-09-08", 14, 2), ("2025-09-15", 12, 2), ("2025-09-17", 8, 2))
    town = programme(
        came(*(("library", day, pupils) for day, pupils, _ in days)),
        sessions="\n".join(["held_on | status | volunteers", *(f"{day} | held | {volunteers}" for day, _, volunteers in days)]),
    )
    row = pupils_per_volunteer(town, AUTUMN).frame.row(0, named=True)
    half = 4.302653 * math.sqrt(3 / 2 * (2.5**2 + 3.5**2 + 1)) / 8
    assert (row["value"], row["lower"], row["upper"]) == (5.25, pytest.approx(5.25 - half, abs=1e-5), pytest.approx(5.25 + half, abs=1e-5))


def test_few_volunteers_are_no_few_children_but_few_pupils_are():
    def town(pupils):
        names = "\n".join(f"{pupil} | 2025-09-01" for pupil in range(pupils))
        return programme(f"pupil | visited_on\n{names}", sessions="held_on | status | volunteers\n 2025-09-01 | held | 1", seats=8)

    for indicator in (pupils_per_volunteer, occupancy):
        assert values(protect(indicator(town(4), AUTUMN), Rule())) == [(None, "hidden")]
        assert protect(indicator(town(5), AUTUMN), Rule()).frame["value"].is_not_null().all()
    assert parts(protect(sessions_above_norm(town(1), AUTUMN), Rule())) == [(0, 1, 0)]


# --- occupancy, turned away, cancelled --------------------------------------------------------------------------------


def test_occupancy_is_visits_over_seats_and_may_pass_the_whole():
    town = programme(CAME, sessions=WEEK, seats=10)
    assert parts(occupancy(town, per(AUTUMN, "branch"))) == [("centre", 51, 30, 1.7), ("harbour", 5, 10, 0.5)]


def test_a_branch_without_known_seats_stays_out_of_the_occupancy_and_is_counted():
    town = programme(CAME, sessions=WEEK, seats=10)
    half = replace(town, branches=town.branches.with_columns(capacity=pl.when(pl.col("branch_id") == "centre").then("capacity")))
    assert values(occupancy(half, per(AUTUMN, "branch"))) == [("centre", 1.7, None), ("harbour", None, "no_capacity")]
    assert parts(occupancy(half, AUTUMN)) == [(51, 30, 1.7)]
    assert ("sessions_without_capacity", "1") in occupancy(half, AUTUMN).coverage.notes


AWAY = """held_on    | status    | turned_away
          2025-09-01 | held      | 3
          2025-09-02 | held      | 0
          2025-09-03 | held      |        # nobody wrote it down: not zero
          2025-10-01 | held      |
          2025-11-03 | cancelled | 7      # nobody is turned away from what was not held"""


def test_turned_away_sums_what_was_recorded_and_an_unrecorded_session_is_no_zero():
    town = programme(came(("library", "2025-09-01", 1), ("library", "2025-10-01", 1), ("library", "2025-11-03", 1)), sessions=AWAY)
    figures = turned_away(town, AUTUMN)
    assert parts(figures) == [(3, None, 3)]
    assert (figures.frame["sessions"][0], figures.coverage.notes) == (2, (("sessions_not_recorded", "2"),))
    by_month = {row[0].month: row[1:] for row in values(turned_away(town, per(AUTUMN, "month", as_of=date(2025, 11, 30))))}
    assert by_month == {8: (None, "not_started"), 9: (3, None), 10: (None, "not_recorded"), 11: (None, "no_sessions")}


def test_a_few_who_were_turned_away_are_hidden_and_nobody_is_a_true_zero():
    town = programme(came(("library", "2025-09-01", 1)), sessions=AWAY)
    assert values(protect(turned_away(town, AUTUMN), Rule())) == [(None, "hidden")]
    nobody = View(Period(date(2025, 9, 2), date(2025, 9, 2)), date(2025, 9, 30))
    assert values(protect(turned_away(town, nobody), Rule())) == [(0, None)]


OFF = """held_on    | status    | cancelled_reason
         2025-09-01 | held      |
         2025-09-02 | cancelled | no_volunteers
         2025-09-03 | cancelled | no_volunteers
         2025-09-04 | cancelled | other
         2025-09-05 | cancelled |               # nobody said why
         2025-09-08 | closed    | holiday       # nothing should have been held
         2025-12-01 | planned   |"""


def test_cancelled_sessions_by_reason_add_up_to_all_that_were_cancelled():
    figures = cancelled(programme(came(("library", "2025-09-01", 1)), sessions=OFF), AUTUMN)
    assert figures.own_keys == ("cancelled_reason",)
    rows = figures.frame.select("cancelled_reason", "numerator", "denominator", "value").rows()
    assert rows == [("no_volunteers", 2, 5, 0.4), ("holiday", 0, 5, 0), ("closed", 0, 5, 0), ("other", 1, 5, 0.2), ("unknown", 1, 5, 0.2)]
    assert figures.frame["numerator"].sum() == 4


def test_cancelled_by_weekday_says_which_day_falls_out_and_where_nothing_was_due():
    town = programme(came(("library", "2025-09-01", 1)), sessions=OFF)
    rows = cancelled(town, per(AUTUMN, "weekday", as_of=date(2025, 9, 7))).frame.filter(pl.col("cancelled_reason") == "no_volunteers")
    assert rows.select("weekday", "value", "reason").rows() == [
        (1, 0, None),
        (2, 1, None),
        (3, 1, None),
        (4, 0, None),
        (5, 0, None),
        (6, None, "closed"),
        (7, None, "closed"),
    ]


# --- by weekday and hour ----------------------------------------------------------------------------------------------


def with_hours(town, *hours):
    """The sessions of a town from these hours on."""
    return replace(town, sessions=town.sessions.with_columns(starts=pl.Series([None if hour is None else time(hour, 30) for hour in hours], dtype=pl.Time)))


def test_by_hour_a_session_stands_at_the_hour_in_which_it_begins():
    town = with_hours(programme(CAME, sessions=WEEK, seats=10), 15, 13, 15, 15, None)
    assert parts(occupancy(town, per(AUTUMN, "hour"))) == [(13, 3, 10, 0.3), (15, 48, 20, 2.4)]  # the harbour did not say when it began
    assert parts(occupancy(town, per(AUTUMN, "weekday", "hour"))) == [
        (1, 15, 8, 10, 0.8),
        (2, 13, 3, 10, 0.3),
        (3, 15, 40, 10, 4.0),
        (4, 15, 0, 0, None),  # cancelled
    ]
    assert [row[:3] for row in parts(pupils_per_volunteer(town, per(AUTUMN, "branch", "hour")))] == [("centre", 13, 3), ("centre", 15, 8)]


def test_visits_have_a_weekday_but_their_hour_is_that_of_a_session():
    town = programme(CAME, sessions=WEEK)
    assert [row[1] for row in values(visits(town, per(AUTUMN, "weekday")))][:3] == [13, 3, 40]
    assert [row[1] for row in parts(visits_per_session(with_hours(town, 15, 13, 15, 15, 15), per(AUTUMN, "hour")))] == [3, 53]
    with pytest.raises(Refused) as refused:
        visits(town, per(AUTUMN, "hour"))
    assert (refused.value.code, refused.value.values) == ("grain_does_not_fit", {"grains": ["hour"]})


# --- volunteers short -------------------------------------------------------------------------------------------------

MONDAYS = [date(2025, 9, 1) + timedelta(weeks=week) for week in range(12)]
THEN = View(Period(MONDAYS[10], MONDAYS[11]), as_of=MONDAYS[9])


def weekly(pupils, *, away=(), coming=((10, 1), (11, 2)), status="planned"):
    """A library that was open every Monday with so many pupils, and then has planned sessions with so many volunteers."""
    gone = dict(enumerate(away))
    held = [f"{MONDAYS[week]} | held | 2 | {gone.get(week, '')}" for week in range(len(pupils))]
    planned = [f"{MONDAYS[week]} | {status} | {volunteers} |" for week, volunteers in coming]
    visits = came(*(("library", MONDAYS[week], number) for week, number in enumerate(pupils)))
    return programme(
        visits, sessions="\n".join(["held_on | status | volunteers | turned_away", *held, *planned]), covers="first_day | last_day\n 2025-09-01 | 2025-11-30"
    )


def short(figures):
    return figures.frame.select("branch_id", "day", "expected", "denominator", "volunteers", "value", "reason").rows()


def test_the_expectation_is_what_four_in_five_of_the_last_eight_did_not_exceed():
    """Of 1, 99, 9, 8, 7, 6, 5, 4, 3, 20 the last eight are 9, 8, 7, 6, 5, 4, 3, 20; the seventh of eight in order is 9: three volunteers."""
    figures = volunteers_short(weekly([1, 99, 9, 8, 7, 6, 5, 4, 3, 20]), THEN)
    assert figures.own_keys == ("branch_id", "day")
    assert short(figures) == [("library", MONDAYS[10], 9, 3, 1, 2, None), ("library", MONDAYS[11], 9, 3, 2, 1, None)]


@pytest.mark.parametrize(("pupils", "expected"), [([5, 6, 7, 8], 8), ([5, 6, 7, 8, 9], 8), ([1, 2, 3, 4, 5, 6], 5), ([0, 0, 0, 0], 0), ([5, 6, 7], None)])
def test_four_in_five_is_counted_in_whole_sessions_and_needs_at_least_four(pupils, expected):
    rows = short(volunteers_short(weekly(pupils), THEN))
    assert [row[2] for row in rows] == [expected, expected]
    assert rows[0][-1] == (None if expected is not None else "too_few_sessions")


def test_who_was_turned_away_came_and_is_expected_again():
    assert [row[2] for row in short(volunteers_short(weekly([8] * 8, away=[0, 0, 4, 4, 4, 4, 4, 4]), THEN))] == [12, 12]


def test_more_volunteers_than_needed_are_no_negative_shortage_and_an_unknown_number_is_none():
    rows = short(volunteers_short(weekly([8] * 8, coming=((10, 5), (11, ""))), THEN))
    assert [row[-2:] for row in rows] == [(0, None), (None, "not_recorded")]


def test_only_sessions_that_are_still_to_come_in_the_period_count():
    town = weekly([8] * 8)
    assert volunteers_short(town, replace(THEN, as_of=MONDAYS[10])).frame["day"].to_list() == [MONDAYS[11]]
    assert volunteers_short(town, replace(THEN, period=Period(MONDAYS[10], MONDAYS[10]))).frame["day"].to_list() == [MONDAYS[10]]
    assert volunteers_short(weekly([8] * 8, status="cancelled"), THEN).frame.is_empty()


def test_another_weekday_or_branch_says_nothing_of_this_one():
    tuesdays = [f"{MONDAYS[week] + timedelta(days=1)} | held | 2 |" for week in range(8)]
    town = weekly([8] * 8)
    more = programme(
        came(*(("library", MONDAYS[week], 8) for week in range(8)), *(("library", MONDAYS[week] + timedelta(days=1), 30) for week in range(8))),
        sessions="\n".join(
            ["held_on | status | volunteers | turned_away", *(f"{day} | held | 2 |" for day in MONDAYS[:8]), *tuesdays, f"{MONDAYS[10]} | planned | 1 |"]
        ),
    )
    assert short(volunteers_short(more, THEN))[0] == short(volunteers_short(town, THEN))[0]


def test_by_branch_the_branch_is_a_key_of_the_view():
    figures = volunteers_short(weekly([8] * 8), per(THEN, "branch"))
    assert (figures.keys, figures.own_keys) == (["branch_id", "day"], ("day",))
    for grain in ("month", "weekday", "neighbourhood"):
        with pytest.raises(Refused):
            volunteers_short(weekly([8] * 8), per(THEN, grain))


def test_an_expectation_from_fewer_than_five_children_is_hidden():
    assert values(protect(volunteers_short(weekly([4] * 8), THEN), Rule()))[0] == (None, "hidden")
    assert values(protect(volunteers_short(weekly([5] * 8), THEN), Rule()))[0] == (1, None)
    too_few = protect(volunteers_short(weekly([5] * 3), THEN), Rule())
    assert too_few.frame.select("reason", "volunteers").row(0) == ("too_few_sessions", 1)


def test_the_back_test_asks_what_was_known_two_weeks_before():
    """Mondays of 5, 5, 5, 5, 5, 6, 5: the fifth and later have four or more sessions two weeks before them. Week 6 (6 pupils) is more than the 5 expected."""
    figures = volunteers_short_back_test(weekly([5, 5, 5, 5, 5, 6, 5], coming=()), replace(THEN, period=AUTUMN.period))
    assert parts(figures) == [(1, 2, 0.5)]  # weeks 6 and 7: from four and from five sessions
    none = volunteers_short_back_test(weekly([5] * 5, coming=()), replace(THEN, period=AUTUMN.period))
    assert values(none) == [(None, "too_few_sessions")]


def test_a_session_never_helps_to_expect_itself():
    alike = [5, 5, 5, 5, 5, 5, 5, 50]
    assert parts(volunteers_short_back_test(weekly(alike, coming=()), replace(THEN, period=Period(MONDAYS[7], MONDAYS[7])))) == [(0, 1, 0)]


# --- costs ------------------------------------------------------------------------------------------------------------

COSTS = """school_year | branch  | what  | amount
           2023        | centre  | rooms | 100
           2024        | centre  | rooms | 300
           2024        | harbour | rooms | 200
           2024        |         | staff | 500
           2025        | centre  | rooms | 999    # of a year that is not over"""
TWO_YEARS = """pupil | branch  | visited_on
               1     | centre  | 2023-09-04
               1     | centre  | 2024-09-02
               1     | centre  | 2024-09-03
               2     | harbour | 2024-09-02
                     | harbour | 2024-09-02
               3     | centre  | 2025-09-01"""
YEAR = View(Period(date(2024, 8, 1), date(2025, 7, 31)), date(2025, 12, 31))
ALL = View(Period(date(2023, 8, 1), date(2025, 12, 31)), date(2025, 12, 31))
EURO = programme(TWO_YEARS, costs=COSTS, branches={"centre": "PO", "harbour": "VO"})


def test_costs_are_those_of_whole_school_years_over_the_participants_and_visits_in_them():
    assert parts(cost_per_participant(EURO, YEAR)) == [(1000, 2, 500)]
    assert parts(cost_per_visit(EURO, YEAR)) == [(1000, 4, 250)]
    assert cost_per_visit(EURO, YEAR).coverage.notes == (("cost_years", "2024-2025"),)


def test_over_several_years_a_pupil_counts_once_and_the_year_that_is_not_over_not_at_all():
    assert parts(cost_per_participant(EURO, ALL)) == [(1100, 2, 550)]
    assert dict(cost_per_participant(EURO, ALL).coverage.notes)["cost_years"] == "2023-2024, 2024-2025"
    by_year = [(row[0].year, *row[1:]) for row in values(cost_per_participant(EURO, per(ALL, "school_year")))]
    assert by_year == [(2023, 100, None), (2024, 500, None), (2025, None, "no_costs")]


def test_a_part_of_a_school_year_has_no_costs():
    for part in (Period(date(2024, 8, 2), date(2025, 7, 31)), Period(date(2024, 8, 1), date(2025, 7, 30))):
        assert values(cost_per_visit(EURO, replace(YEAR, period=part))) == [(None, "no_costs")]
    assert values(cost_per_visit(EURO, replace(YEAR, as_of=date(2025, 7, 30)))) == [(None, "no_costs")]


def test_a_sector_or_a_branch_has_its_own_costs_alone_and_says_what_it_left_out():
    figures = cost_per_participant(EURO, per(YEAR, sector="PO"))
    assert parts(figures) == [(300, 1, 300)]
    assert dict(figures.coverage.notes)["without_shared_costs"] == "500"
    assert [row[:3] for row in parts(cost_per_participant(EURO, per(YEAR, "sector")))] == [("PO", 300, 1), ("VO", 200, 1)]
    assert parts(cost_per_participant(EURO, per(YEAR, branches=("harbour",)))) == [(200, 1, 200)]


def test_branches_are_never_put_in_a_row_by_their_costs():
    for indicator in OF_COSTS:
        for grain in ("branch", "month", "neighbourhood", "weekday"):
            with pytest.raises(Refused) as refused:
                indicator(EURO, per(YEAR, grain))
            assert refused.value.code == "grain_does_not_fit"


def test_costs_without_anybody_and_participants_without_costs_are_two_reasons():
    assert values(cost_per_participant(programme(costs=COSTS, branches={"centre": "PO"}), YEAR)) == [(None, "no_denominator")]
    assert values(cost_per_participant(programme(TWO_YEARS), YEAR)) == [(None, "no_costs")]


def test_costs_over_fewer_than_ten_participants_or_ten_visits_are_hidden():
    def town(pupils):
        return programme(
            "\n".join(["pupil | visited_on", *(f"{pupil} | 2024-09-02" for pupil in range(pupils))]), costs="school_year | what | amount\n 2024 | all | 90"
        )

    for indicator in OF_COSTS:
        assert values(protect(indicator(town(9), YEAR), Rule())) == [(None, "hidden")]
        assert values(protect(indicator(town(10), YEAR), Rule())) == [(9, None)]


# --- what holds for any town ------------------------------------------------------------------------------------------

few = examples(8)
HELD = st.lists(
    st.tuples(
        st.sampled_from(["centre", "harbour"]),
        st.integers(0, 120),
        st.sampled_from(["held", "held", "held", "cancelled", "planned", "closed"]),
        st.none() | st.integers(0, 3),
        st.none() | st.integers(0, 5),
        st.none() | st.integers(12, 16),
        st.integers(0, 9),
        st.sampled_from(["no_volunteers", "other", ""]),
    ),
    unique_by=lambda row: row[:2],
    max_size=20,
)
BY = st.lists(st.sampled_from(["branch", "sector", "month", "weekday", "hour", "school_year"]), unique=True, max_size=2).map(tuple)


def town_of(rows):
    days = [(branch, AUTUMN.period.first + timedelta(days=day), *rest) for branch, day, *rest in rows]
    lines = [
        f"{branch} | {day} | {status} | {'' if volunteers is None else volunteers} | {'' if away is None else away} | {reason if status == 'cancelled' else ''}"
        for branch, day, status, volunteers, away, _, _, reason in days
    ]
    visits = [f"{pupil} | {branch} | {day}" for branch, day, *_, pupils, _ in days for pupil in range(pupils)]
    town = programme(
        "\n".join(["pupil | branch | visited_on", *visits]),
        branches={"centre": "VO", "harbour": "PO"},
        seats=4,
        sessions="\n".join(["branch | held_on | status | volunteers | turned_away | cancelled_reason", *lines]),
        covers="branch | first_day | last_day\n centre | 2025-08-01 | 2025-12-31\n harbour | 2025-08-01 | 2025-12-31",
        costs="school_year | branch | what | amount\n 2025 | centre | rooms | 100",
    )
    return with_hours(town, *(hour for *_, hour, _, _ in days))


@few
@given(HELD)
def test_the_same_numbers_follow_from_the_rows_in_plain_python(rows):
    town = town_of(rows)
    held = [row for row in rows if row[2] == "held"]
    staffed = [row for row in held if row[3] is not None]
    due = [row for row in rows if row[2] in ("held", "cancelled")]

    def found(indicator):
        return (
            indicator(town, AUTUMN).frame.select(pl.col("numerator", "denominator").fill_null(0).first(), total=pl.col("numerator").fill_null(0).sum()).row(0)
        )

    assert found(pupils_per_volunteer)[:2] == (sum(row[6] for row in staffed), sum(row[3] for row in staffed))
    assert found(occupancy)[:2] == (sum(row[6] for row in held), 4 * len(held))
    assert found(sessions_above_norm)[:2] == (sum(row[6] > 4 * row[3] for row in staffed), len(staffed))
    assert found(turned_away)[0] == sum(row[4] for row in held if row[4] is not None)
    assert found(cancelled)[1:] == (len(due), len(due) - len(held))


@few
@given(HELD, BY)
def test_no_figure_is_nan_or_infinite_and_every_row_has_a_value_or_a_reason(rows, by):
    for indicator in OF_SESSIONS:
        figures = indicator(town_of(rows), per(AUTUMN, *by))
        frame = figures.frame
        assert frame.columns[: len(figures.keys) + len(PARTS)] == [*figures.keys, *PARTS]
        for name in ("numerator", "denominator", "value", "lower", "upper", "largest"):
            assert frame[name].drop_nulls().is_finite().all()
        assert (frame["value"].is_not_null() | frame["reason"].is_not_null()).all()
        assert (frame["value"].is_null() | frame["reason"].is_null()).all()
        bounded = frame.drop_nulls(["value", "lower"])
        assert ((bounded["lower"] <= bounded["value"]) & (bounded["value"] <= bounded["upper"])).all()
        assert not frame.select(figures.keys).is_duplicated().any() if figures.keys else frame.height == 1


@few
@given(HELD, st.sampled_from(["branch", "sector", "month", "weekday"]))
def test_the_parts_add_up_to_the_whole(rows, grain):
    for indicator in (pupils_per_volunteer, occupancy, sessions_above_norm, turned_away, cancelled):
        town = town_of(rows)
        for part in ("numerator", "denominator"):
            assert indicator(town, per(AUTUMN, grain)).frame[part].fill_null(0).sum() == indicator(town, AUTUMN).frame[part].fill_null(0).sum()


@few
@given(HELD, st.randoms())
def test_the_order_of_the_sessions_changes_nothing(rows, chance):
    mixed = chance.sample(rows, len(rows))
    for indicator in (*OF_SESSIONS, volunteers_short):
        assert indicator(town_of(rows), AUTUMN).frame.equals(indicator(town_of(mixed), AUTUMN).frame)


@few
@given(st.lists(st.integers(0, 30), min_size=4, max_size=10))
def test_the_expectation_was_enough_for_at_least_four_in_five_of_the_sessions_it_rests_on(pupils):
    (expected, *_) = [row[2] for row in short(volunteers_short(weekly(pupils, coming=((10, 1),)), THEN))]
    last = pupils[-8:]
    assert 5 * sum(number <= expected for number in last) >= 4 * len(last)
    assert 5 * sum(number < expected for number in last) < 4 * len(last)


@pytest.mark.parametrize("indicator", FAMILY)
def test_without_any_data_and_before_the_first_day_there_is_a_reason_and_no_exception(indicator):
    early = View(AUTUMN.period, as_of=date(2019, 1, 1))
    for town in (programme(), programme(CAME, sessions=WEEK)):
        for view in (AUTUMN, early, per(AUTUMN, branches=("nowhere",))):
            figures = indicator(town, view)
            assert figures.indicator == indicator.__name__
            assert (figures.frame["value"].is_not_null() | figures.frame["reason"].is_not_null()).all()


@pytest.mark.parametrize("indicator", OF_SESSIONS)
def test_homes_and_levels_have_no_meaning_for_sessions(indicator):
    for grain in ("neighbourhood", "district", "level"):
        with pytest.raises(Refused) as refused:
            indicator(programme(), per(AUTUMN, grain))
        assert refused.value.code == "grain_does_not_fit"
    assert set(GRAINS) > {"weekday", "hour"}
