"""Signals: who comes very often, who stopped coming, what a threshold would have given, and that recalculating repeats nothing."""

from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.methods.signals import back_test, frequent_attendance, new_signals, stopped_coming
from metrics.shapes import Refused
from metrics.visit_days import prepare
from tests.drawn import day, table
from tests.examples import examples
from tests.metrics.methods.made_up import FIRST_DAY, SCHEMA, of_any_type, shuffled_and_doubled, visits_of
from tests.metrics.methods.test_spells import closed_spans, closures_of, days_from_start


def came(*whens: str, pupil: object = 1) -> pl.DataFrame:
    """A pupil who came on these days."""
    return pl.DataFrame({"pupil_id": [pupil] * len(whens), "visited_on": [day(when) for when in whens]})


def every_day(first: str, days: int) -> pl.DataFrame:
    return came(*((day(first) + timedelta(days=n)).isoformat() for n in range(days)))


def raised(visits: pl.DataFrame, threshold: int, **options) -> list[str]:
    return [when.isoformat() for when in frequent_attendance(visits, threshold, **options)["raised_on"]]


def test_a_signal_is_raised_on_the_day_the_threshold_is_reached():
    town = pl.concat([came("2025-10-01", "2025-10-01", "2025-10-08", "2025-10-15", "2025-10-22"), came("2025-10-01", "2025-10-08", pupil=2)])
    assert frequent_attendance(town, 3).rows() == [(1, day("2025-10-15"), 3)]  # the second visit of 1 October counts once


def test_the_window_holds_exactly_its_days_today_included():
    assert raised(came("2025-10-01", "2025-10-28"), 2) == ["2025-10-28"]  # 1 October is the first of the 28 days
    assert raised(came("2025-10-01", "2025-10-29"), 2) == []
    assert raised(came("2025-10-01", "2025-10-02"), 2, window_days=1) == []
    assert raised(came("2025-10-01", "2025-10-02"), 2, window_days=2) == ["2025-10-02"]


def test_visit_days_are_all_those_in_the_window_and_not_only_the_threshold():
    assert frequent_attendance(came("2025-07-30", "2025-07-31", "2025-08-01", "2025-08-02"), 2, school_year_edge=False, cool_down_days=2)[
        "visit_days"
    ].to_list() == [2]
    followed = table("""pupil_id | followed_up_on
                        1        | 2025-09-20""")
    found = frequent_attendance(came("2025-09-29", "2025-09-30", "2025-10-17", "2025-10-18"), 2, window_days=28, follow_ups=followed)
    assert found.rows() == [(1, day("2025-10-18"), 4)]  # silenced up to 17 October


def test_the_next_signal_comes_only_more_than_the_cool_down_after_the_last():
    visits = came("2025-09-01", "2025-09-02", "2025-10-27", "2025-10-28", "2025-10-29")
    assert raised(visits, 2) == ["2025-09-02", "2025-10-29"]  # 28 October is 56 days after the first
    assert raised(visits, 2, cool_down_days=55) == ["2025-09-02", "2025-10-28"]
    assert raised(visits, 2, cool_down_days=0) == ["2025-09-02", "2025-10-28", "2025-10-29"]


def test_the_cool_down_runs_from_the_last_signal_and_not_from_the_last_visit():
    assert raised(every_day("2025-09-01", 120), 8) == ["2025-09-08", "2025-11-04"]
    assert raised(every_day("2025-09-01", 180), 8) == ["2025-09-08", "2025-11-04", "2025-12-31", "2026-02-26"]


def test_the_school_year_starts_with_an_empty_list():
    visits = came("2025-07-29", "2025-07-30", "2025-08-01", "2025-08-02")
    assert raised(visits, 3) == []  # since 1 August there are two
    assert raised(visits, 3, school_year_edge=False) == ["2025-08-01"]
    assert raised(came("2025-07-30", "2025-07-31", "2025-08-01"), 2) == ["2025-07-31"]
    assert frequent_attendance(came("2025-07-31", "2025-08-01", "2025-08-20"), 2).rows() == [(1, day("2025-08-20"), 2)]


def test_the_cool_down_does_run_on_over_the_school_year():
    assert raised(came("2025-07-30", "2025-07-31", "2025-08-01", "2025-08-02"), 2) == ["2025-07-31"]


def test_a_follow_up_within_the_window_silences_a_day():
    visits = came("2025-10-01", "2025-10-28")
    for when, expected in (("2025-10-01", []), ("2025-10-28", []), ("2025-09-30", ["2025-10-28"]), ("2025-10-29", ["2025-10-28"])):
        follow_ups = pl.DataFrame({"pupil_id": [1], "followed_up_on": [day(when)]})
        assert raised(visits, 2, follow_ups=follow_ups) == expected, when


def test_a_follow_up_of_another_pupil_silences_nobody_else():
    follow_ups = pl.DataFrame({"pupil_id": [2, 99], "followed_up_on": [day("2025-10-02")] * 2})
    assert raised(came("2025-10-01", "2025-10-02"), 2, follow_ups=follow_ups) == ["2025-10-02"]


def test_a_silenced_day_starts_no_cool_down():
    """Reached from 2 October on; the follow-up of 1 October silences until 28 October. The first day after it is raised at once."""
    follow_ups = pl.DataFrame({"pupil_id": [1], "followed_up_on": [day("2025-10-01")]})
    assert raised(every_day("2025-10-01", 40), 2, follow_ups=follow_ups) == ["2025-10-29"]


def test_a_follow_up_of_last_school_year_silences_nothing_this_year():
    visits = came("2025-08-01", "2025-08-02")
    follow_ups = pl.DataFrame({"pupil_id": [1], "followed_up_on": [day("2025-07-31")]})
    assert raised(visits, 2, follow_ups=follow_ups) == ["2025-08-02"]
    assert raised(visits, 2, follow_ups=follow_ups, school_year_edge=False) == []


def test_the_signal_goes_to_the_branch_with_most_visit_days_in_the_window_then_the_latest():
    town = table("""pupil_id | visited_on | branch_id
                    1        | 2025-08-01 | south
                    1        | 2025-08-02 | south       # before the window
                    1        | 2025-10-01 | north
                    1        | 2025-10-02 | south
                    1        | 2025-10-03 | north
                    2        | 2025-10-01 | south
                    2        | 2025-10-02 | north
                    2        | 2025-10-03 | -           # not named
                    3        | 2025-10-01 | -
                    3        | 2025-10-02 | -
                    3        | 2025-10-03 | -
                    4        | 2025-10-01 | west
                    4        | 2025-10-02 | west
                    4        | 2025-10-03 | east
                    4        | 2025-10-03 | north""")
    found = frequent_attendance(town, 3)
    assert found.columns == ["pupil_id", "raised_on", "visit_days", "branch_id"]
    assert dict(found.select("pupil_id", "branch_id").iter_rows()) == {1: "north", 2: "north", 3: None, 4: "west"}


def test_branches_on_the_same_day_as_often_go_by_their_id():
    town = pl.DataFrame({"pupil_id": [1, 1], "visited_on": [day("2025-10-01")] * 2, "branch_id": ["south", "north"]})
    assert frequent_attendance(town, 1)["branch_id"].to_list() == ["north"]


def test_visits_after_the_day_of_the_signal_do_not_choose_its_branch():
    town = table("""pupil_id | visited_on | branch_id
                    1        | 2025-10-01 | north
                    1        | 2025-10-02 | south
                    1        | 2025-10-03 | north
                    1        | 2025-10-04 | north""")
    assert frequent_attendance(town, 2)["branch_id"].to_list() == ["south"]


@pytest.mark.parametrize("follow_ups", [None, pl.DataFrame({"pupil_id": [], "followed_up_on": []})])
@pytest.mark.parametrize("nobody", [pl.DataFrame(schema=SCHEMA), pl.DataFrame({"pupil_id": [], "visited_on": [], "branch_id": []})])
def test_when_nobody_came_there_are_no_signals(nobody, follow_ups):
    assert frequent_attendance(nobody, 2, follow_ups=follow_ups).columns == ["pupil_id", "raised_on", "visit_days", "branch_id"]
    assert frequent_attendance(nobody.drop("branch_id"), 2).is_empty()
    assert stopped_coming(nobody, day("2025-12-31")).is_empty()
    assert back_test(nobody, [2, 3]).is_empty()


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"threshold": 0}, "number_too_low"),
        ({"window_days": 0}, "number_too_low"),
        ({"cool_down_days": -1}, "number_too_low"),
        ({"follow_ups": pl.DataFrame({"pupil_id": [1]})}, "missing_column"),
        ({"follow_ups": pl.DataFrame({"pupil_id": [1], "followed_up_on": [None]})}, "not_a_date"),
        ({"follow_ups": pl.DataFrame({"pupil_id": ["1"], "followed_up_on": [day("2025-10-01")]})}, "another_type"),
    ],
)
def test_a_rule_that_cannot_be_applied_is_refused(options, code):
    with pytest.raises(Refused) as refusal:
        frequent_attendance(**{"visits": came("2025-10-01"), "threshold": 2, **options})
    assert refusal.value.code == code


def test_windows_and_cool_downs_longer_than_time_itself_are_no_fault():
    visits = pl.concat([every_day("2025-07-20", 100), came("2025-07-20", "2025-10-20", pupil=2)])
    found = frequent_attendance(visits, 2, window_days=10**9, cool_down_days=10**9, school_year_edge=False)
    assert found["pupil_id"].to_list() == [1, 2]


visit_rule = st.fixed_dictionaries(
    {"threshold": st.integers(1, 4), "window_days": st.integers(1, 30), "cool_down_days": st.integers(0, 40), "school_year_edge": st.booleans()}
)
followed = st.lists(st.tuples(st.integers(1, 4), st.integers(0, 60)), max_size=4)


@given(rows=visits_of(pupils=3, days=60), rule=visit_rule, follow_ups=followed, seed=st.randoms())
def test_frequent_attendance_equals_walking_through_each_pupils_days(rows, rule, follow_ups, seed):
    follow_ups = [(pupil, FIRST_DAY + timedelta(days=n)) for pupil, n in follow_ups]
    expected = []
    for pupil in sorted({pupil for pupil, _, _ in rows if pupil is not None}):
        days, last = sorted({when for p, when, _ in rows if p == pupil}), None
        for today in days:
            first = today - timedelta(days=rule["window_days"] - 1)
            if rule["school_year_edge"]:
                first = max(first, date(today.year if today.month >= 8 else today.year - 1, 8, 1))
            window = [when for when in days if first <= when <= today]
            silenced = any(p == pupil and first <= when <= today for p, when in follow_ups)
            if len(window) < rule["threshold"] or silenced or (last is not None and (today - last).days <= rule["cool_down_days"]):
                continue
            last = today
            branches: dict[str, set[date]] = {}
            for p, when, branch in rows:
                if p == pupil and branch and first <= when <= today:
                    branches.setdefault(branch, set()).add(when)
            best = max(sorted(branches), key=lambda branch: (len(branches[branch]), max(branches[branch])), default=None)
            expected.append((pupil, today, len(window), best))
    visits = shuffled_and_doubled(rows, seed)
    silencing = pl.DataFrame(follow_ups, schema={"pupil_id": pl.Int32, "followed_up_on": pl.Date}, orient="row")
    assert frequent_attendance(visits, **rule, follow_ups=silencing).rows() == expected
    assert frequent_attendance(prepare(visits), **rule, follow_ups=silencing).rows() == expected
    assert frequent_attendance(visits.drop("branch_id"), **rule, follow_ups=silencing).rows() == [row[:3] for row in expected]


@examples(8)
@given(rows=visits_of(pupils=3, days=60), rule=visit_rule)
def test_the_type_of_the_ids_changes_no_signal_and_comes_back(rows, rule):
    visits = pl.DataFrame(rows, schema=SCHEMA, orient="row")
    for other in of_any_type(visits):
        for method in (lambda town: frequent_attendance(town, **rule), lambda town: stopped_coming(town, day("2025-12-31"), least_visit_days=2)):
            assert method(other).drop("pupil_id").equals(method(visits).drop("pupil_id"))
            assert method(other).schema["pupil_id"] == other.schema["pupil_id"]


@given(rows=visits_of(pupils=3, days=60), rule=visit_rule)
def test_a_higher_threshold_never_finds_a_pupil_that_a_lower_one_missed(rows, rule):
    visits = prepare(pl.DataFrame(rows, schema=SCHEMA, orient="row"))
    lower, higher = (set(frequent_attendance(visits, **{**rule, "threshold": rule["threshold"] + more})["pupil_id"]) for more in (0, 1))
    assert higher <= lower


# Who stopped coming


REGULAR = ("2025-09-01", "2025-09-08", "2025-09-15", "2025-09-22")


def stopped(visits: pl.DataFrame, as_of: str, **options) -> list[tuple[Any, ...]]:
    return stopped_coming(visits, day(as_of), **options).rows()


def test_who_came_four_times_and_then_not_for_28_days_stopped_coming():
    assert stopped(came(*REGULAR), "2025-10-19") == []  # 27 days
    assert stopped(came(*REGULAR), "2025-10-20") == [(1, day("2025-10-20"), day("2025-09-22"), 4, None)]
    assert stopped(came(*REGULAR), "2026-06-30") == [(1, day("2025-10-20"), day("2025-09-22"), 4, None)]  # the same whenever it is calculated
    assert stopped(came(*REGULAR[1:]), "2025-12-31") == []  # three times is not regular


def test_who_came_back_in_time_did_not_stop_and_who_came_back_later_is_marked():
    assert stopped(came(*REGULAR, "2025-10-20"), "2025-10-25") == []  # on the 28th day itself
    assert stopped(came(*REGULAR, "2025-10-21"), "2025-10-25") == [(1, day("2025-10-20"), day("2025-09-22"), 4, day("2025-10-21"))]
    assert stopped(came(*REGULAR, "2025-10-21"), "2025-10-20") == [(1, day("2025-10-20"), day("2025-09-22"), 4, None)]  # not yet, at this date


def test_closed_days_are_no_absence():
    autumn_break = table("""first      | last
                            2025-10-18 | 2025-10-26""")
    assert stopped(came(*REGULAR), "2025-10-28", closures=autumn_break) == []
    assert stopped(came(*REGULAR), "2025-10-29", closures=autumn_break) == [(1, day("2025-10-29"), day("2025-09-22"), 4, None)]


def test_visits_of_an_earlier_spell_do_not_make_a_pupil_regular():
    two_and_two = came("2025-09-01", "2025-09-08", "2026-01-05", "2026-01-12")
    assert stopped(two_and_two, "2026-03-31") == []
    assert stopped(two_and_two, "2026-03-31", gap_days=200) == [(1, day("2026-02-09"), day("2026-01-12"), 4, None)]


def test_a_pupil_who_stopped_belongs_to_the_branch_of_that_spell():
    town = table("""pupil_id | visited_on | branch_id
                    1        | 2025-01-06 | south
                    1        | 2025-01-07 | south
                    1        | 2025-01-08 | south    # an earlier spell
                    1        | 2025-09-01 | north
                    1        | 2025-09-02 | north
                    1        | 2025-09-03 | south
                    1        | 2025-09-04 | north""")
    assert stopped_coming(town, day("2025-12-31")).select("branch_id", "visit_days").rows() == [("north", 4)]


@pytest.mark.parametrize("options", [{"least_visit_days": 0}, {"quiet_days": 0}, {"gap_days": -1}])
def test_stopping_without_coming_is_refused(options):
    with pytest.raises(Refused) as refusal:
        stopped_coming(came(*REGULAR), day("2025-12-31"), **options)
    assert refusal.value.code == "number_too_low"


@given(
    rows=visits_of(pupils=3, days=120),
    spans=closed_spans,
    as_of=days_from_start,
    least=st.integers(1, 4),
    quiet=st.integers(1, 30),
    gap_days=st.integers(0, 40),
)
def test_stopped_coming_equals_counting_the_open_days_after_each_visit(rows, spans, as_of, least, quiet, gap_days):
    peildatum = FIRST_DAY + timedelta(days=as_of)
    closed = {FIRST_DAY + timedelta(days=start + n) for start, length in spans for n in range(length + 1)}
    expected = []
    for pupil in sorted({pupil for pupil, _, _ in rows if pupil is not None}):
        days, spell = sorted({when for p, when, _ in rows if p == pupil and when <= peildatum}), 0
        for nth, today in enumerate(days):
            earlier = days[nth - 1] if nth else date.min
            is_new = not nth or (today - earlier).days - sum(earlier < when < today for when in closed) > gap_days
            spell = 1 if is_new else spell + 1
            following = days[nth + 1] if nth + 1 < len(days) else None
            count, when = 0, today
            while count < quiet and when < peildatum and when + timedelta(days=1) != following:
                when += timedelta(days=1)
                count += when not in closed
            if count == quiet and spell >= least:
                expected.append((pupil, when, today, spell, following))
    visits = prepare(pl.DataFrame(rows, schema=SCHEMA, orient="row").drop("branch_id"))
    found = stopped_coming(visits, peildatum, least_visit_days=least, quiet_days=quiet, gap_days=gap_days, closures=closures_of(spans))
    assert found.rows() == expected


# What a threshold would have given


def test_the_back_test_counts_signals_per_threshold_month_and_branch_zeros_included():
    town = pl.concat(
        [every_day("2025-09-29", 4).with_columns(branch_id=pl.lit("north")), came("2025-11-03", "2025-11-04", pupil=2).with_columns(branch_id=pl.lit("south"))]
    )
    sept, octo, nov = (day(f"2025-{month}-01") for month in ("09", "10", "11"))
    assert back_test(town, [3, 2]).rows() == [
        (2, sept, "north", 1, 1),
        (2, sept, "south", 0, 0),
        (2, octo, "north", 0, 0),
        (2, octo, "south", 0, 0),
        (2, nov, "north", 0, 0),
        (2, nov, "south", 1, 1),
        (3, sept, "north", 0, 0),
        (3, sept, "south", 0, 0),
        (3, octo, "north", 1, 1),
        (3, octo, "south", 0, 0),
        (3, nov, "north", 0, 0),
        (3, nov, "south", 0, 0),
    ]


def test_a_signal_whose_visits_name_no_branch_is_counted_as_such():
    town = pl.DataFrame({"pupil_id": [1, 2], "visited_on": [day("2025-10-01")] * 2, "branch_id": [None, "north"]})
    assert back_test(town, [1]).select("branch_id", "signals").rows() == [("north", 1), (None, 1)]


def test_a_back_test_without_thresholds_is_refused():
    with pytest.raises(Refused) as refusal:
        back_test(came("2025-10-01"), [])
    assert refusal.value.code == "number_too_low"


def test_one_pupil_may_give_more_signals_in_a_month():
    found = back_test(came("2025-10-01", "2025-10-10"), [1], cool_down_days=5)
    assert found.rows() == [(1, day("2025-10-01"), 2, 1)]


@given(rows=visits_of(pupils=3, days=60), rule=visit_rule)
def test_the_back_test_holds_every_signal(rows, rule):
    visits = prepare(pl.DataFrame(rows, schema=SCHEMA, orient="row"))
    options = {name: value for name, value in rule.items() if name != "threshold"}
    found = back_test(visits, range(1, 4), **options)
    for threshold in range(1, 4):
        assert found.filter(threshold=threshold)["signals"].sum() == len(frequent_attendance(visits, threshold, **options))


# Recalculating


def signals(*rows: tuple[Any, ...], **columns) -> pl.DataFrame:
    frame = pl.DataFrame(rows, schema={"pupil_id": pl.Int64, "rule": pl.String, "raised_on": pl.String}, orient="row")
    return frame.with_columns(pl.col("raised_on").str.to_date(), **columns)


STORED = signals((1, "frequent", "2025-10-10"), state=pl.lit("dismissed"))


@pytest.mark.parametrize(
    ("raised_on", "is_new"),
    [("2025-10-10", False), ("2025-10-05", False), ("2025-12-05", False), ("2025-12-06", True), ("2025-08-15", False), ("2025-08-14", True)],
)
def test_a_recalculated_signal_within_the_cool_down_of_a_stored_one_is_not_new(raised_on, is_new):
    """A late file may move the day; whatever became of the stored signal, dismissed included, it is not opened again."""
    assert len(new_signals(STORED, signals((1, "frequent", raised_on)))) == is_new


def test_another_pupil_or_another_rule_is_another_signal():
    calculated = signals((1, "stopped", "2025-10-10"), (2, "frequent", "2025-10-10"), (1, "frequent", "2025-10-12"))
    assert new_signals(STORED, calculated).rows() == [(1, "stopped", day("2025-10-10")), (2, "frequent", day("2025-10-10"))]


def test_the_first_load_stores_every_signal_and_the_second_none():
    calculated = signals((2, "frequent", "2025-10-20"), (1, "frequent", "2025-10-10"), (1, "frequent", "2026-01-10"), visit_days=pl.lit(8))
    nothing = pl.DataFrame({"pupil_id": [], "rule": [], "raised_on": []})
    first = new_signals(nothing, calculated)
    assert first.columns == calculated.columns
    assert first["raised_on"].to_list() == [day("2025-10-10"), day("2026-01-10"), day("2025-10-20")]
    assert new_signals(first, calculated).is_empty()
    assert new_signals(first, calculated.clear()).is_empty()
    assert new_signals(first, nothing).is_empty()


def test_no_signal_is_lost_when_a_late_file_moves_an_earlier_one():
    """Stored 10 October. With a late file the rule reaches its threshold on 5 October as well, so its own next signal would be 1 December: within the cool-down
    of the stored one. Calculated without a cool-down, the pupil who keeps coming is raised on the first day after it."""
    visits = pl.concat([every_day("2025-10-01", 5), every_day("2025-10-06", 70)])
    daily = frequent_attendance(visits, 5, cool_down_days=0).with_columns(rule=pl.lit("frequent"))
    assert daily["raised_on"][0] == day("2025-10-05")
    assert new_signals(STORED, daily).select("raised_on", "visit_days").rows() == [(day("2025-12-06"), 28)]


@pytest.mark.parametrize(
    ("stored", "calculated", "code"),
    [
        (STORED.drop("rule"), STORED, "missing_column"),
        (STORED, STORED.drop("raised_on"), "missing_column"),
        (STORED.with_columns(raised_on=pl.lit(None, pl.Date)), STORED, "not_a_date"),
        (STORED.with_columns(pl.col("pupil_id").cast(pl.String)), STORED, "another_type"),
        (STORED, STORED.with_columns(pupil_id=pl.lit(None, pl.Int64)), "incomplete_rows"),
        (STORED.with_columns(rule=1), STORED, "another_type"),
    ],
)
def test_signals_that_cannot_be_compared_are_refused(stored, calculated, code):
    with pytest.raises(Refused) as refusal:
        new_signals(stored, calculated)
    assert refusal.value.code == code


drawn_signals = st.lists(st.tuples(st.integers(1, 2), st.sampled_from(["frequent", "stopped"]), st.integers(0, 150)), max_size=12)


@given(stored=drawn_signals, calculated=drawn_signals, cool_down=st.integers(0, 60))
def test_whatever_is_recalculated_repeats_nothing_and_twice_is_once(stored, calculated, cool_down):
    before, again = (signals(*((pupil, rule, (FIRST_DAY + timedelta(days=n)).isoformat()) for pupil, rule, n in rows)) for rows in (stored, calculated))
    added = new_signals(before, again, cool_down)
    kept: list[tuple[Any, ...]] = []
    for pupil, rule, when in sorted(again.rows()):
        near = [w for p, r, w in [*before.rows(), *kept] if (p, r) == (pupil, rule) and abs((w - when).days) <= cool_down]
        if not near:
            kept.append((pupil, rule, when))
    assert added.rows() == kept
    assert new_signals(pl.concat([before, added]), again, cool_down).is_empty()
