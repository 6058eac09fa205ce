"""Participation: the town drawn as a table, each number checked by hand, and what holds for any town."""

from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metrics.indicators.participation import new_participants, participants, reach, visits
from metrics.indicators.selection import PARTS
from metrics.shapes import Coverage, Period, Refused, View
from tests.metrics.town import AUTUMN, SCHOOL_YEAR, parts, per, programme, values

FAMILY = (visits, participants, new_participants, reach)
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


def test_before_the_first_visit_there_is_no_figure():
    town = programme("pupil | visited_on\n 1 | 2025-09-03", target_group={"north": 3})
    for indicator in FAMILY:
        assert values(indicator(town, per(AUTUMN, as_of=date(2025, 7, 1)))) == [(None, "too_early")]
        assert values(indicator(town, per(AUTUMN, as_of=date(2025, 8, 20)))) == [(None, "not_started")]


def test_visits_after_the_as_of_date_change_nothing():
    early = programme("pupil | visited_on\n 1 | 2025-09-03", target_group={"north": 3})
    late = programme("pupil | visited_on\n 1 | 2025-09-03\n 1 | 2025-10-08\n 2 | 2025-09-04", target_group={"north": 3})
    view = per(AUTUMN, "school_week", as_of=date(2025, 9, 3))
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
    for town in (programme(), programme("pupil | visited_on\n 1 | 2025-09-03"), programme("pupil | visited_on\n | 2025-09-03")):
        figures = indicator(town, per(AUTUMN, *by))
        assert figures.frame.columns == [*figures.view.keys, *PARTS]
        assert [figures.frame.schema[name] for name in PARTS] == list(PARTS.values())
        assert figures.indicator == indicator.__name__
        if not by:
            assert figures.frame.height == 1


# --- what holds for any town ------------------------------------------------------------------------------------------

few = settings(max_examples=25)
BRANCHES = {"centre": "VO", "harbour": "PO", "mill": "PO"}
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
    )


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
    for indicator in FAMILY:
        frame = indicator(town_of(rows), per(SCHOOL_YEAR, *by)).frame
        for name in ("numerator", "denominator", "value", "lower", "upper", "largest"):
            assert frame[name].drop_nulls().is_finite().all()
        bounded = frame.drop_nulls(["value", "lower"])
        assert ((bounded["lower"] <= bounded["value"]) & (bounded["value"] <= bounded["upper"])).all()
        assert (frame["value"].is_not_null() | frame["reason"].is_not_null()).all()


@few
@given(VISITS, GRAINS, st.randoms())
def test_the_order_of_the_rows_and_a_list_delivered_twice_change_nothing(rows, by, chance):
    home_of: dict[int, str] = {}
    rows = [(pupil, branch, home_of.setdefault(pupil, home), day) for pupil, branch, home, day in rows if pupil]
    mixed = chance.sample(rows + rows[::2], len(rows) + len(rows[::2]))
    for indicator in FAMILY:
        assert indicator(town_of(rows), per(SCHOOL_YEAR, *by)).frame.equals(indicator(town_of(mixed), per(SCHOOL_YEAR, *by)).frame)
