"""Temporary support: periods of help that can be followed by hand, the calendar of each branch, and what holds for any town."""

from dataclasses import replace
from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.disclosure.seen import protected
from metrics.indicators.calendars import by_calendar
from metrics.indicators.selection import PARTS
from metrics.indicators.temporary_support import open_after_26_weeks, spell_length
from metrics.methods.spells import durations, spells
from metrics.methods.survival import kaplan_meier
from metrics.shapes import View
from tests.drawn import day, table
from tests.examples import examples
from tests.metrics.properties import mixed_and_repeated, numbers_or_reasons
from tests.metrics.test_repeat_attendance import BRANCHES, VISITS, town_of
from tests.metrics.town import AUTUMN, SCHOOL_YEAR, parts, per, programme

FAMILY = (spell_length, open_after_26_weeks)
YEAR = View(SCHOOL_YEAR.period, as_of=date(2027, 7, 31))
COVERED = "first_day | last_day\n 2025-08-01 | 2027-07-31"


def points(figures):
    return figures.frame.select(*figures.view.keys, "day", "numerator", "denominator", "value").rows()


# --- how long a spell was followed ------------------------------------------------------------------------------------


def test_a_spell_is_followed_to_the_day_that_tells_whether_it_went_on():
    """Gap 56, as of 31 December: who came on 5 November or later may go on, so the watch ends that day."""
    town = table("""pupil_id | visited_on
                    1        | 2025-09-01
                    1        | 2025-09-10   # over: 10 days
                    2        | 2025-09-01
                    2        | 2025-10-20
                    2        | 2025-12-01   # goes on: was still coming on 5 November, the 66th day
                    3        | 2025-11-04   # the day before: over
                    4        | 2025-11-05   # open, on its first day
                    5        | 2025-12-01   # began after the watch""")
    found = durations(town, day("2025-12-31"))
    assert found.select("pupil_id", "duration", "observed", "followed_days").rows() == [
        (1, 10, True, 66),
        (2, 66, False, 66),
        (3, 1, True, 2),
        (4, 1, False, 1),
        (5, None, False, -25),
    ]


def test_closed_days_move_the_end_of_the_watch_back():
    town = table("pupil_id | visited_on\n 1 | 2025-09-01\n 2 | 2025-11-01")
    december = table("first | last\n 2025-12-01 | 2025-12-31")
    assert durations(town, day("2025-12-31"), closures=december).select("duration", "observed", "followed_days").rows() == [(1, True, 35), (None, False, -26)]


def test_before_the_first_visit_there_is_no_spell_and_just_after_it_none_was_followed():
    town = table("pupil_id | visited_on\n 1 | 2025-09-01")
    assert durations(town, day("2025-08-01")).is_empty()
    assert durations(town, day("2025-09-10"))["duration"].to_list() == [None]


DAYS = st.lists(st.tuples(st.integers(1, 4), st.integers(0, 300)), max_size=25)


def frame_of(rows):
    return pl.DataFrame(
        [(pupil, date(2025, 9, 1) + timedelta(days=number)) for pupil, number in rows], schema={"pupil_id": pl.Int64, "visited_on": pl.Date}, orient="row"
    )


@given(DAYS, st.integers(0, 400), st.integers(0, 90))
def test_what_is_known_of_a_spell_stays_true_when_more_becomes_known(rows, horizon, gap):
    """A spell that is over stays so; one that goes on turns out to last at least as long as it was followed."""
    as_of = date(2025, 9, 1) + timedelta(days=horizon)
    known = durations(frame_of(rows), as_of, gap).drop_nulls("duration")
    later = spells(frame_of(rows), as_of + timedelta(days=1000), gap)
    both = known.join(later, on=["pupil_id", "first"])
    assert both.height == known.height
    assert both.filter("observed").select((pl.col("duration") == pl.col("length_days")).all()).item()
    assert both.filter(~pl.col("observed")).select((pl.col("duration") <= pl.col("length_days")).all()).item()
    assert known.select((pl.col("duration") <= pl.col("followed_days")).all()).item()


# --- the figures ------------------------------------------------------------------------------------------------------


def test_the_curve_follows_the_first_spell_that_each_pupil_began_in_the_period():
    town = programme(
        """pupil | visited_on
           1     | 2025-09-01
           1     | 2025-09-10
           1     | 2026-02-02   # a second spell: not counted again
           2     | 2025-09-01
           3     | 2025-07-20   # a spell that began before the period
           3     | 2025-09-01
           3     | 2026-01-05   # the first that began in it: one day""",
        covers="first_day | last_day\n 2025-07-01 | 2027-07-31",
    )
    assert points(spell_length(town, YEAR)) == [(0, 0, 3, 0), (1, 2, 3, pytest.approx(2 / 3)), (10, 3, 3, pytest.approx(1))]


def test_longer_than_26_weeks_is_more_than_182_days_and_only_of_who_could_be_followed_so_long():
    def town(last: str):
        weeks = [date(2025, 9, 1) + timedelta(weeks=week) for week in range(26)]
        return programme("\n".join(["pupil | visited_on", *(f"1 | {when}" for when in weeks), f"1 | {last}", "2 | 2026-06-01"]), covers=COVERED)

    assert parts(open_after_26_weeks(town("2026-03-01"), YEAR)) == [(0, 2, 0.0)]  # 182 days, the first and the last included
    assert parts(open_after_26_weeks(town("2026-03-02"), YEAR)) == [(1, 2, 0.5)]
    as_of_july = open_after_26_weeks(town("2026-03-02"), per(YEAR, as_of=date(2026, 7, 31)))
    assert (parts(as_of_july), as_of_july.frame["too_recent"].item()) == ([(1, 1, 1.0)], 1)
    early = open_after_26_weeks(town("2026-03-02"), per(YEAR, as_of=date(2026, 4, 26))).frame  # the watch ends on 1 March, day 182
    assert early.select("value", "reason", "too_recent").row(0) == (None, "too_recent", 1)
    assert open_after_26_weeks(town("2026-03-02"), per(YEAR, as_of=date(2026, 4, 27))).frame["value"].item() == 1


def test_holidays_closed_days_and_days_not_delivered_are_no_break():
    came = "pupil | visited_on\n 1 | 2025-09-01\n 1 | 2025-11-20"
    broken = programme(came, covers=COVERED)
    assert points(spell_length(broken, YEAR))[-1] == (1, 1, 1, 1)
    holidays = programme(came, covers=COVERED, holidays="first_day | last_day\n 2025-10-01 | 2025-10-31")
    closed = programme(came, covers=COVERED, closures="first_day | last_day\n 2025-10-01 | 2025-10-31")
    not_delivered = programme(came, covers="first_day | last_day\n 2025-08-01 | 2025-09-20\n 2025-11-01 | 2027-07-31")
    for town in (holidays, closed, not_delivered):
        assert points(spell_length(town, YEAR))[-1] == (81, 1, 1, 1)


def test_each_pupil_has_the_calendar_of_the_branch_where_they_first_came():
    town = programme(
        """pupil | branch  | visited_on
           1     | centre  | 2025-09-01
           1     | harbour | 2025-11-20
           2     | harbour | 2025-09-01
           2     | centre  | 2025-11-20""",
        branches={"centre": "PO", "harbour": "VO"},
        covers="branch | first_day | last_day\n centre | 2025-08-01 | 2027-07-31\n harbour | 2025-08-01 | 2027-07-31",
        closures="first_day | last_day | sector\n 2025-10-01 | 2025-10-31 | PO",
    )
    assert [visits.pupils["pupil_id"].to_list() for visits, _ in by_calendar(town, date(2026, 7, 31))] == [[1], [2]]
    assert points(spell_length(town, per(YEAR, "branch"))) == [
        ("centre", 0, 0, 2, 0),
        ("centre", 1, 1, 2, 0.5),  # pupil 2 began there again in November
        ("centre", 81, 2, 2, 1),
        ("harbour", 0, 0, 1, 0),
        ("harbour", 1, 1, 1, 1),
    ]


def test_without_closures_of_single_branches_the_visits_are_not_parted():
    town = programme(
        "pupil | branch | visited_on\n 1 | centre | 2025-09-01\n 2 | harbour | 2025-09-01", holidays="first_day | last_day\n 2025-09-01 | 2025-12-31"
    )
    ((visits, closed),) = by_calendar(town, date(2025, 12, 31))
    assert visits is town.visits
    assert closed.height == 122


few = examples(20)
GRAINS = st.lists(st.sampled_from(["neighbourhood", "sector", "branch", "level", "month"]), unique=True, max_size=2).map(tuple)


@few
@given(VISITS, st.integers(0, 700))
def test_the_same_spells_follow_from_the_rows_in_plain_python(rows, horizon):
    as_of = SCHOOL_YEAR.period.first + timedelta(days=horizon)
    watch = as_of - timedelta(days=56)
    days: dict[int, set[date]] = {}
    for pupil, _, _, number in rows:
        if pupil and (when := date(2025, 6, 1) + timedelta(days=number)) <= as_of:
            days.setdefault(pupil, set()).add(when)
    lasted = []
    for visited in days.values():
        begun: list[list[date]] = []
        for when in sorted(visited):
            if begun and (when - begun[-1][-1]).days <= 56:
                begun[-1].append(when)
            else:
                begun.append([when])
        inside = [spell for spell in begun if SCHOOL_YEAR.period.first <= spell[0] <= SCHOOL_YEAR.period.last]
        lasted += [(min((spell[-1] - spell[0]).days + 1, (watch - spell[0]).days + 1), spell[-1] < watch, (watch - spell[0]).days + 1) for spell in inside[:1]]
    town = town_of(rows)
    curve = kaplan_meier(pl.DataFrame([row[:2] for row in lasted if row[2] > 0], schema={"duration": pl.Int64, "observed": pl.Boolean}, orient="row"))
    view = per(SCHOOL_YEAR, as_of=as_of)
    found = spell_length(programme_until_the_end(town), view).frame
    assert found.filter(pl.col("day") > 0)["value"].to_list() == pytest.approx((1 - curve["survival"]).to_list())
    row = open_after_26_weeks(programme_until_the_end(town), view).frame.row(0, named=True)
    followed = [length for length, _, watched in lasted if watched > 182]
    assert (row["numerator"] or 0, row["denominator"] or 0) == (sum(length > 182 for length in followed), len(followed))


def programme_until_the_end(town):
    """Every day delivered, so that no day is closed."""
    rows = [(branch, date(2025, 6, 1), date(2028, 7, 31), True) for branch in BRANCHES]
    return replace(town, coverage=pl.DataFrame(rows, schema=town.coverage.schema, orient="row"))


@few
@given(VISITS, GRAINS)
def test_no_figure_is_nan_or_infinite_and_limits_hold_the_value(rows, by):
    for indicator in FAMILY:
        frame = indicator(town_of(rows), per(YEAR, *by)).frame
        numbers_or_reasons(frame)


@few
@given(VISITS, GRAINS, st.randoms())
def test_the_order_of_the_rows_and_a_list_delivered_twice_change_nothing(rows, by, chance):
    rows, mixed = mixed_and_repeated(rows, chance)
    for indicator in FAMILY:
        assert indicator(town_of(rows), per(YEAR, *by)).frame.equals(indicator(town_of(mixed), per(YEAR, *by)).frame)


@pytest.mark.parametrize("indicator", FAMILY)
@pytest.mark.parametrize("by", [(), ("neighbourhood",), ("branch", "month"), ("level",)])
def test_every_figure_has_the_same_columns_and_types_also_without_any_data(indicator, by):
    more = ["at_risk", "median", "median_lower", "median_upper"] if indicator is spell_length else ["too_recent"]
    for town in (programme(), programme("pupil | visited_on\n 1 | 2025-09-03"), programme("pupil | visited_on\n | 2025-09-03")):
        for as_of in (AUTUMN.as_of, date(2025, 7, 1)):
            figures = indicator(town, per(AUTUMN, *by, as_of=as_of))
            assert figures.frame.columns == [*figures.keys, *PARTS, *more]
            assert [figures.frame.schema[name] for name in PARTS] == list(PARTS.values())
            protected(figures)
