"""Signals: a pupil who comes very often, one who stays away, and what became of the signals; by hand, in plain Python, and for any town."""

from dataclasses import replace
from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.disclosure.seen import protected
from metrics.indicators.selection import PARTS
from metrics.indicators.signals import (
    RULES,
    counts_from,
    followed_up_within_14_days,
    found,
    frequent_attendance,
    raised,
    school_known,
    signal_back_test,
    signals_by_state,
    stopped_coming,
    to_add,
)
from metrics.methods import signals as method
from metrics.shapes import Figures, Refused, Shown
from metrics.visit_days import only, prepare
from tests.examples import examples
from tests.metrics.test_repeat_attendance import BRANCHES, VISITS, town_of
from tests.metrics.town import AUTUMN, SCHOOL_YEAR, parts, per, programme, values

FAMILY = (frequent_attendance, stopped_coming, school_known, followed_up_within_14_days, signal_back_test, signals_by_state)
SEPTEMBER, OCTOBER = date(2025, 9, 1), date(2025, 10, 1)
START = date(2025, 6, 1)
COVERED = "first_day | last_day\n 2025-08-01 | 2026-07-31"
STORED = "branch | pupil | rule | raised_on | signal_id | visit_days"
STEPS = "signal_id | number | state | happened_on"


def came(*pupils: tuple[int, str, int, int], columns: str = "pupil | branch | visited_on") -> str:
    """Visits of (pupil, branch, days, days between them), from 1 September."""
    rows = [f"{pupil} | {branch} | {SEPTEMBER + timedelta(days=number * step)}" for pupil, branch, days, step in pupils for number in range(days)]
    return "\n".join([columns, *rows])


def covered(*branches: str) -> str:
    return "\n".join(["branch | first_day | last_day", *(f"{branch} | 2025-08-01 | 2026-07-31" for branch in branches)])


# --- frequent attendance ----------------------------------------------------------------------------------------------


def test_eight_days_in_28_raise_one_signal_and_seven_none():
    town = programme(came((1, "centre", 8, 3), (2, "centre", 7, 3), (3, "harbour", 20, 4)), covers=covered("centre", "harbour"))
    assert values(frequent_attendance(town, AUTUMN)) == [(1, None)]
    assert values(frequent_attendance(town, per(AUTUMN, "branch"))) == [("centre", 1, None), ("harbour", 0, None)]
    assert raised(town, AUTUMN.as_of).filter(rule="frequent_attendance").rows() == [("frequent_attendance", 1, "centre", date(2025, 9, 22), 8)]


def test_after_a_signal_the_next_comes_only_when_the_cool_down_is_over():
    town = programme(came((1, "centre", 40, 3)), covers=covered("centre"))
    assert values(frequent_attendance(town, per(AUTUMN, "month")))[1:4] == [(SEPTEMBER, 1, None), (OCTOBER, 0, None), (date(2025, 11, 1), 1, None)]


def test_a_stored_signal_is_counted_as_it_was_raised_and_the_calculation_adds_none_beside_it():
    """The list was corrected after the signal was raised on 20 September: by the present visits it would be 22 September."""
    visits, stored = came((1, "centre", 8, 3)), f"{STORED}\n centre | 1 | frequent_attendance | 2025-09-20 | 7 | 9"
    town = programme(visits, covers=covered("centre"), signals=stored)
    assert values(frequent_attendance(town, AUTUMN)) == [(1, None)]
    assert to_add(town, AUTUMN.as_of).filter(rule="frequent_attendance").is_empty()
    without_visits = programme(came((2, "centre", 1, 1)), covers=covered("centre"), signals=stored)
    assert values(frequent_attendance(without_visits, AUTUMN)) == [(1, None)]  # although its visits were taken back


def test_only_signals_up_to_the_as_of_date_and_in_the_period_count():
    town = programme(came((1, "centre", 8, 3)), covers=covered("centre"))
    assert values(frequent_attendance(town, per(AUTUMN, as_of=date(2025, 9, 21)))) == [(0, None)]
    assert values(frequent_attendance(town, per(AUTUMN, as_of=date(2025, 9, 22)))) == [(1, None)]
    assert values(frequent_attendance(town, per(AUTUMN, period=type(AUTUMN.period)(OCTOBER, AUTUMN.period.last)))) == [(0, None)]


# --- stopped coming ---------------------------------------------------------------------------------------------------


def test_four_days_and_then_28_open_days_of_nothing_is_a_signal():
    town = programme(came((1, "centre", 4, 7), (2, "centre", 3, 7)), covers=covered("centre"))
    assert raised(town, date(2025, 10, 20)).rows() == [("stopped_coming", 1, "centre", date(2025, 10, 20), 4)]  # last there on 22 September
    assert values(stopped_coming(town, per(AUTUMN, as_of=date(2025, 10, 19)))) == [(0, None)]
    assert values(stopped_coming(town, per(AUTUMN, "month")))[1:3] == [(SEPTEMBER, 0, None), (OCTOBER, 1, None)]


def test_holidays_and_days_without_a_list_are_no_staying_away():
    visits = came((1, "centre", 4, 7))
    holiday = programme(visits, covers=covered("centre"), holidays="first_day | last_day\n 2025-10-01 | 2025-10-14")
    assert raised(holiday, AUTUMN.as_of)["raised_on"].to_list() == [date(2025, 11, 3)]
    silent = programme(visits, covers="branch | first_day | last_day\n centre | 2025-08-01 | 2025-09-22")
    assert raised(silent, date(2025, 11, 1)).is_empty()  # 22 September is the last day of which anything is known


def test_who_came_back_later_stays_counted():
    town = programme(came((1, "centre", 4, 7)) + "\n 1 | centre | 2025-12-01", covers=covered("centre"))
    assert values(stopped_coming(town, AUTUMN)) == [(1, None)]


# --- school and follow-up ---------------------------------------------------------------------------------------------


def test_the_school_counts_that_is_known_in_the_school_year_of_the_signal():
    rows = [f"{pupil} | {school} | {SEPTEMBER + timedelta(days=3 * number)}" for pupil, school in ((1, "east"), (2, "")) for number in range(8)]
    town = programme("\n".join(["pupil | school | visited_on", "2 | west | 2025-06-02", *rows]), covers=COVERED)
    assert parts(school_known(town, AUTUMN)) == [(1, 2, 0.5)]
    assert school_known(town, AUTUMN).frame["pupils"].item() == 1
    assert parts(school_known(town, per(AUTUMN, "school_year"))) == [(date(2025, 8, 1), 1, 2, 0.5)]
    assert values(school_known(programme("pupil | visited_on\n 1 | 2025-09-01", covers=COVERED), AUTUMN)) == [(None, "no_signals")]


FOLLOWED = f"""{STORED}
               library | 1 | frequent_attendance | 2025-09-01 | 1 | 8
               library | 2 | frequent_attendance | 2025-09-01 | 2 | 8
               library | 3 | stopped_coming      | 2025-09-01 | 3 | 4
               library | 4 | frequent_attendance | 2025-09-01 | 4 | 8
               library | 5 | frequent_attendance | 2025-12-18 | 5 | 8"""
TAKEN = f"""{STEPS}
            1 | 1 | new             | 2025-09-02
            1 | 2 | seen            | 2025-09-02
            1 | 3 | school_informed | 2025-09-15   # day 14: in time
            2 | 1 | new             | 2025-09-02
            2 | 2 | school_informed | 2025-09-16   # day 15
            3 | 1 | new             | 2025-09-02
            3 | 2 | dismissed       | 2025-09-03
            4 | 1 | new             | 2025-09-02
            4 | 2 | seen            | 2025-09-03   # seen alone is not followed up
            5 | 1 | new             | 2025-12-18
            5 | 2 | dismissed       | 2025-12-19   # in time, but not 14 days old yet"""


def test_followed_up_in_time_is_by_day_14_and_only_of_signals_that_are_14_days_old():
    town = programme("pupil | visited_on\n 1 | 2025-09-01", covers=COVERED, signals=FOLLOWED, signal_events=TAKEN)
    figures = followed_up_within_14_days(town, per(AUTUMN, as_of=date(2025, 12, 31)))
    assert parts(figures) == [(2, 4, 0.5)]
    assert figures.frame.select("too_recent", "method").row(0) == (1, "wilson")
    assert parts(followed_up_within_14_days(town, per(AUTUMN, as_of=date(2026, 1, 1)))) == [(3, 5, 0.6)]
    assert values(followed_up_within_14_days(town, per(AUTUMN, as_of=date(2025, 9, 14)))) == [(None, "too_recent")]
    assert parts(followed_up_within_14_days(town, per(AUTUMN, as_of=date(2025, 9, 15)))) == [(2, 4, 0.5)]
    assert values(followed_up_within_14_days(programme(covers=COVERED), AUTUMN)) == [(None, "no_signals")]


def by_state(found: Figures | Shown) -> list[tuple[str, float | None]]:
    return found.frame.select("state", "value").rows()


def test_every_stored_signal_stands_in_its_last_state_up_to_the_as_of_date():
    town = programme("pupil | visited_on\n 1 | 2025-09-01", covers=COVERED, signals=FOLLOWED, signal_events=TAKEN)
    states = ("new", "seen", "school_informed", "closed", "dismissed")
    late = per(AUTUMN, as_of=date(2025, 12, 31))
    assert by_state(signals_by_state(town, late)) == list(zip(states, (0, 1, 2, 0, 1), strict=True)), "of frequent attendance alone"
    early = per(AUTUMN, as_of=date(2025, 9, 15))
    assert [value for _, value in by_state(signals_by_state(town, early))] == [1, 1, 1, 0, 0]
    assert [value for _, value in by_state(signals_by_state(town, per(AUTUMN, as_of=date(2025, 9, 1))))] == [3, 0, 0, 0, 0], "no step yet: new"
    assert signals_by_state(town, per(late, "branch")).frame.filter(pl.col("value") > 0)["state"].to_list() == ["seen", "school_informed", "dismissed"]


def test_a_state_with_one_to_four_pupils_is_hidden_and_takes_another_with_it():
    rows = [f"library | {pupil} | frequent_attendance | 2025-09-01 | {pupil} | 8" for pupil in range(1, 21)]
    steps = [f"{pupil} | 1 | {'new' if pupil < 3 else 'seen' if pupil < 9 else 'closed'} | 2025-09-02" for pupil in range(1, 21)]
    town = programme("pupil | visited_on\n 1 | 2025-09-01", covers=COVERED, signals="\n".join([STORED, *rows]), signal_events="\n".join([STEPS, *steps]))
    assert dict(by_state(protected(signals_by_state(town, AUTUMN)))) == {"new": None, "seen": None, "school_informed": 0, "closed": 12, "dismissed": 0}


# --- the limit that was agreed ----------------------------------------------------------------------------------------


def test_each_day_is_held_against_the_limit_of_that_day():
    town = programme(came((1, "centre", 8, 3), (2, "centre", 6, 3)), covers=covered("centre"))
    agreed = pl.DataFrame({"valid_from": [SEPTEMBER + timedelta(days=15), OCTOBER], "threshold": [6, 12]})
    changed = replace(town, signal_rules=agreed)
    assert raised(changed, AUTUMN.as_of).filter(rule="frequent_attendance").select("pupil_id", "raised_on", "visit_days").rows() == [
        (1, SEPTEMBER + timedelta(days=15), 6),
        (2, SEPTEMBER + timedelta(days=15), 6),
    ]
    after = replace(town, signal_rules=agreed.with_columns(valid_from=pl.col("valid_from") + timedelta(days=1)))
    assert raised(after, AUTUMN.as_of).filter(rule="frequent_attendance")["raised_on"].to_list() == [SEPTEMBER + timedelta(days=18)]


# --- back-test --------------------------------------------------------------------------------------------------------


def test_a_higher_threshold_gives_fewer_signals_month_by_month():
    town = programme(came((1, "centre", 8, 3), (2, "centre", 6, 3)), covers=covered("centre"))
    frame = signal_back_test(town, AUTUMN).frame.filter(month=SEPTEMBER)
    assert frame.select("threshold", "value").rows() == [(6, 2), (7, 1), (8, 1), (9, 0), (10, 0), (11, 0), (12, 0)]


@examples(15)
@given(VISITS)
def test_over_whole_months_the_back_test_is_that_of_the_method(rows):
    town, view = town_of(rows), per(SCHOOL_YEAR, "branch", period=type(SCHOOL_YEAR.period)(date(2025, 6, 1), date(2026, 7, 31)))
    low = replace(RULES, thresholds=(1, 2, 3))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("metrics.indicators.signals.RULES", low)
        found = signal_back_test(town, view).frame.filter(pl.col("numerator") > 0)
    expected = method.back_test(town.visits, low.thresholds).filter(pl.col("signals") > 0).sort("branch_id", "threshold", "month")
    assert (
        found.select("branch_id", "threshold", "month", "numerator", "pupils").rows()
        == expected.select("branch_id", "threshold", "month", "signals", "pupils").rows()
    )


def test_over_a_school_year_the_back_test_adds_up_its_months():
    town = programme(came((1, "centre", 40, 3), (2, "harbour", 6, 3)), covers=covered("centre", "harbour"))
    year = signal_back_test(town, per(SCHOOL_YEAR, "branch", "school_year")).frame
    months = (
        signal_back_test(town, per(SCHOOL_YEAR, "branch")).frame.group_by("branch_id", "threshold").agg(pl.col("value").sum()).sort("branch_id", "threshold")
    )
    assert year.sort("branch_id", "threshold").select("branch_id", "threshold", "value").rows() == months.rows()


# --- what is shown, and what is refused -------------------------------------------------------------------------------


def test_a_signal_about_one_to_four_pupils_is_not_shown_and_takes_another_branch_with_it():
    pupils = (
        [(pupil, "centre", 8, 3) for pupil in range(3)]
        + [(pupil, "harbour", 8, 3) for pupil in range(10, 16)]
        + [(pupil, "mill", 8, 3) for pupil in range(20, 29)]
    )
    town = programme(came(*pupils), covers=covered("centre", "harbour", "mill"))
    assert values(protected(frequent_attendance(town, per(AUTUMN, "branch")))) == [("centre", None, "hidden"), ("harbour", None, "hidden"), ("mill", 9, None)]
    by_month = protected(frequent_attendance(town, per(AUTUMN, "branch", "month"))).frame
    assert by_month.filter(month=SEPTEMBER)["hidden"].to_list() == [True, True, False]


def test_signals_are_never_counted_per_home_level_or_hour():
    for indicator in FAMILY:
        for view in (per(AUTUMN, "neighbourhood"), per(AUTUMN, "district"), per(AUTUMN, "level"), per(AUTUMN, districts=("city",)), per(AUTUMN, "hour")):
            with pytest.raises(Refused) as refused:
                indicator(programme(), view)
            assert refused.value.code == "grain_does_not_fit"


# --- what holds for any town ------------------------------------------------------------------------------------------

few = examples(15)
DENSE = st.lists(st.tuples(st.integers(1, 2), st.sampled_from(["centre", "harbour"]), st.just("north"), st.integers(60, 140)), max_size=50)


@few
@given(DENSE)
def test_the_same_signals_follow_from_the_rows_in_plain_python(rows):
    town, expected = town_of(rows), []
    for pupil in {pupil for pupil, *_ in rows}:
        days, last = sorted({date(2025, 6, 1) + timedelta(days=number) for who, _, _, number in rows if who == pupil}), None
        for when in days:
            start = max(when - timedelta(days=27), date(2025, 8, 1) if when >= date(2025, 8, 1) else date(2024, 8, 1))
            if sum(start <= other <= when for other in days) >= 8 and (last is None or (when - last).days > 56):
                last = when
                expected.append((pupil, when))
    found = raised(town, SCHOOL_YEAR.as_of).filter(rule="frequent_attendance")
    assert sorted(found.select("pupil_id", "raised_on").rows()) == sorted(expected)
    assert frequent_attendance(town, SCHOOL_YEAR).frame["numerator"].item() == sum(when >= date(2025, 8, 1) for _, when in expected)


@few
@given(DENSE, st.integers(60, 200))
def test_what_was_stored_early_is_neither_repeated_nor_reopened_by_what_comes_later(rows, horizon):
    """The signals of the first half are stored; with all delivered, each pupil has one per rule within the cool-down, and the stored ones stay."""
    known = town_of(rows[: len(rows) // 2])
    first = to_add(known, date(2025, 6, 1) + timedelta(days=horizon))
    stored = first.with_columns(signal_id=pl.int_range(pl.len(), dtype=pl.Int64)).select(known.signals.columns)
    town = replace(town_of(rows), signals=stored)
    both = raised(town, SCHOOL_YEAR.as_of)
    assert first.height == both.join(first, on=first.columns, how="semi").height
    apart = both.sort("rule", "pupil_id", "raised_on").select((pl.col("raised_on").diff().dt.total_days() > 56).over("rule", "pupil_id")).to_series()
    assert apart.fill_null(True).all()
    again = replace(town, signals=both.with_columns(signal_id=pl.int_range(pl.len(), dtype=pl.Int64)).select(known.signals.columns))
    assert to_add(again, SCHOOL_YEAR.as_of).is_empty()


def test_where_a_branch_was_shut_for_half_a_year_every_visit_counts():
    lists = "branch | first_day | last_day\n harbour | 2024-08-01 | 2026-07-31"
    shut = "branch | first_day | last_day\n harbour | 2024-11-01 | 2025-07-31"
    for closures, since in ((shut, date.min), (shut.replace("2024-11-01", "2025-07-01"), date(2025, 6, 3))):
        town = programme("pupil | branch | visited_on\n 1 | harbour | 2024-10-30", branches=BRANCHES, closures=closures, covers=lists)
        assert counts_from(town, date(2025, 8, 1), SCHOOL_YEAR.as_of) == since


STAYS = st.tuples(st.integers(1, 5), st.sampled_from(sorted(BRANCHES)), st.integers(0, 400), st.integers(1, 9), st.integers(1, 12))
LISTS = st.lists(st.tuples(st.sampled_from(sorted(BRANCHES)), st.integers(0, 420), st.integers(0, 420)), max_size=4)


@examples(30)
@given(st.lists(STAYS, max_size=6), LISTS, LISTS, st.integers(180, 430))
def test_a_signal_of_a_day_or_later_is_about_a_pupil_who_came_since_the_day_that_counts(stays, lists, shut, number):
    """Whatever lists are missing and whenever a branch was shut, the pupils who came since then have all the signals that the whole town has of that day on."""

    def spans(drawn):
        ordered = [(branch, *sorted((START + timedelta(days=one), START + timedelta(days=other)))) for branch, one, other in drawn]
        return "\n".join(["branch | first_day | last_day", *(f"{branch} | {first} | {last}" for branch, first, last in ordered)])

    came = [f"{pupil} | {branch} | {START + timedelta(days=day + step * visit)}" for pupil, branch, day, visits, step in stays for visit in range(visits)]
    town = programme("\n".join(["pupil | branch | visited_on", *came]), branches=BRANCHES, covers=spans(lists), closures=spans(shut))
    as_of, first = START + timedelta(days=430), START + timedelta(days=number)
    since = counts_from(replace(town, visits=prepare(town.visits.days.clear().with_columns(branch_id=pl.lit(""))), named_days=town.visited_days), first, as_of)
    pupils = town.visits.days.filter(pl.col("visited_on") >= since)["pupil_id"].unique()
    few_pupils = replace(town, visits=only(town.visits, pl.col("pupil_id").is_in(pupils.implode())), named_days=town.visited_days)
    of_all, of_few = (found(data, as_of).filter(pl.col("raised_on") >= first).sort(pl.all()) for data in (town, few_pupils))
    assert of_few.equals(of_all)


@few
@given(VISITS, st.sampled_from([(), ("branch",), ("sector",), ("branch", "month"), ("school_week",)]))
def test_no_figure_is_nan_or_infinite_and_without_value_there_is_a_reason(rows, by):
    for indicator in FAMILY:
        frame = indicator(town_of(rows), per(SCHOOL_YEAR, *by)).frame
        for name, kind in frame.schema.items():
            if kind.is_float():
                assert frame[name].drop_nulls().is_finite().all()
        assert (frame["value"].is_not_null() | frame["reason"].is_not_null()).all()


@pytest.mark.parametrize("indicator", FAMILY)
def test_every_figure_has_the_same_columns_and_types_also_without_any_data(indicator):
    more = ["too_recent"] if indicator is followed_up_within_14_days else []
    for town in (programme(), programme("pupil | visited_on\n 1 | 2025-09-03"), programme("pupil | visited_on\n | 2025-09-03"), programme(branches=BRANCHES)):
        for by, as_of in (((), AUTUMN.as_of), (("branch",), AUTUMN.as_of), ((), date(2025, 7, 1))):
            figures = indicator(town, per(AUTUMN, *by, as_of=as_of))
            assert figures.frame.columns == [*figures.keys, *PARTS, *more]
            assert [figures.frame.schema[name] for name in PARTS] == list(PARTS.values())
            protected(figures)
