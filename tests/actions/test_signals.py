"""Stored signals: raised after a delivery of visits, followed by the branch, and never repeated or reopened by what comes later."""

from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as some
from sqlalchemy import Engine

from actions.follow_signal import follow, own_signals
from actions.raise_signals import raise_signals
from actions.show_figures import shown
from actions.withdraw_load import withdraw
from data_access.clock import today
from data_access.database import look, version
from data_access.dataset import Dataset, everything
from data_access.reader import Forbidden, Reader, Role
from data_access.signals import NEXT, REASONS
from metrics import periods
from metrics.indicators.signals import SIGNAL, found, fresh
from metrics.periods import school_year
from metrics.shapes import Period, Refused, View
from presentation.refusals import stopped
from presentation.texts import LANGUAGES, language
from tests.examples import examples
from tests.stores import STEWARD, deliver, stored

NORTH, HARBOUR = Reader(Role.BRANCH, ("NRD",)), Reader(Role.BRANCH, ("HVN",))
PROGRAMME = Reader(Role.PROGRAMME)
FIRST = date(2024, 9, 2)


def visits(pupil: str, days: int, *, branch: str = "NRD", first: date = FIRST, step: int = 3) -> str:
    """A list on which a pupil came so many days, every so many days."""
    rows = [f"{pupil} | {first + timedelta(days=number * step)} | {branch}" for number in range(days)]
    return "\n".join(["leerling_id | datum | vestiging", *rows])


def signals(store: Engine) -> list[tuple[object, ...]]:
    return stored(store, "signals", "rule", "pupil_id", "branch_id", "raised_on", "visit_days")


RAISED = ("frequent_attendance", 1, "NRD", FIRST + timedelta(days=21), 8)


def test_a_delivery_of_visits_raises_what_follows_from_it(store):
    deliver(store, visits("L001", 7))
    assert signals(store) == []
    deliver(store, visits("L001", 8))
    assert signals(store) == [RAISED]
    assert stored(store, "signal_events", "signal_id", "number", "state", "reason", "happened_on", "done_by") == [(1, 1, "new", None, today(), "rule")]


def test_the_same_list_again_a_late_list_and_a_corrected_one_raise_nothing_new(store):
    deliver(store, visits("L001", 8))
    deliver(store, visits("L001", 8))
    deliver(store, visits("L001", 10, first=FIRST - timedelta(days=2)), name="laat.csv")  # earlier days turn up: the rule was met before
    deliver(store, visits("L001", 12, first=FIRST + timedelta(days=1)), name="later.csv")  # and is met on many days after
    assert signals(store) == [RAISED]
    assert raise_signals(store) == 0


def test_what_was_closed_is_not_reopened_by_a_late_list(store):
    deliver(store, visits("L001", 8))
    follow(store, NORTH, 1, "seen")
    follow(store, NORTH, 1, "closed", reason="no_concern")
    deliver(store, visits("L001", 12), name="meer.csv")
    assert own_signals(store, NORTH)["state"].to_list() == ["closed"]


@pytest.mark.parametrize("is_seen", [True, False], ids=["seen", "new"])
def test_a_signal_that_the_branch_has_looked_at_stays_when_its_visits_go_and_another_goes_with_them(store, is_seen):
    load = deliver(store, visits("L001", 8)).load_id
    assert load is not None
    if is_seen:
        follow(store, NORTH, 1, "seen")
    deliver(store, visits("L002", 8), name="vervangt.csv", replaces=True)
    other = ("frequent_attendance", 2, "NRD", FIRST + timedelta(days=21), 8)
    assert signals(store) == [*([RAISED] if is_seen else []), other]
    told = withdraw(store, STEWARD, load)
    assert (told.signals, told.pupils) == ((1, 0) if is_seen else (0, 1))
    assert signals(store) == [*([RAISED] if is_seen else []), other]
    deliver(store, visits("L001", 8), name="opnieuw.csv")
    assert len(signals(store)) == 2


def test_a_list_taken_back_takes_back_the_signals_that_only_its_visits_gave(store):
    deliver(store, visits("L001", 8))
    deliver(store, visits("L002", 5))
    before, pupils = signals(store), stored(store, "pupils", "pupil_key")
    second = deliver(store, visits("L002", 6, first=FIRST + timedelta(days=1)) + "\n" + visits("L003", 8).split("\n", 1)[1], name="meer.csv")
    assert len(signals(store)) == 3
    told = withdraw(store, STEWARD, second.load_id or 0)
    assert (told.pupils, told.signals) == (1, 0)
    assert (signals(store), stored(store, "pupils", "pupil_key")) == (before, pupils)
    assert len(stored(store, "signal_events")) == 1


def test_a_signal_hidden_by_one_that_goes_comes_in_its_place(store):
    early = deliver(store, visits("L001", 8))
    deliver(store, visits("L001", 8, first=FIRST + timedelta(days=1)), name="later.csv")  # within the cool-down of the first
    assert signals(store) == [RAISED]
    withdraw(store, STEWARD, early.load_id or 0)
    assert signals(store) == [("frequent_attendance", 1, "NRD", FIRST + timedelta(days=22), 8)]


def test_a_signal_nobody_has_looked_at_goes_to_the_branch_where_the_visits_are_now(store):
    load = deliver(store, visits("L001", 9))
    deliver(store, visits("L001", 8, branch="HVN", first=FIRST + timedelta(days=1)), name="haven.csv")
    withdraw(store, STEWARD, load.load_id or 0)
    assert [(branch, raised_on) for _, _, branch, raised_on, _ in signals(store)] == [("HVN", FIRST + timedelta(days=22))]


def test_a_pupil_has_a_new_signal_when_the_cool_down_is_over(store):
    deliver(store, visits("L001", 8))
    deliver(store, visits("L001", 30), name="hele-herfst.csv")
    days = sorted(raised_on for (raised_on,) in stored(store, "signals", "raised_on"))
    assert days == [FIRST + timedelta(days=21), FIRST + timedelta(days=78)]


def test_who_stays_away_is_a_signal_when_it_is_known_that_nobody_came_until_then(store):
    came, fourth, quiet = visits("L001", 4), FIRST + timedelta(days=9), FIRST + timedelta(days=9 + 28)
    deliver(store, came, covers=Period(FIRST, quiet - timedelta(days=1)))
    assert signals(store) == []
    deliver(store, visits("L002", 1, first=fourth), covers=Period(fourth, quiet), name="verder.csv")
    assert signals(store) == [("stopped_coming", 1, "NRD", quiet, 4)]
    deliver(store, visits("L001", 1, first=quiet), covers=Period(quiet, quiet), name="terug.csv")  # had not stayed away after all
    assert signals(store) == []


def test_of_last_school_year_nothing_is_raised_any_more(store):
    deliver(store, visits("L001", 8, first=date(2023, 9, 4)) + "\n" + visits("L002", 1).split("\n")[1])
    assert signals(store) == []


def test_who_stayed_away_over_the_summer_is_a_signal_of_the_new_school_year(store):
    came, back = visits("L001", 4, first=date(2024, 7, 1)), visits("L002", 1, first=date(2024, 8, 20))
    deliver(store, came + "\n" + back.split("\n")[1], covers=Period(date(2024, 7, 1), date(2024, 8, 20)))
    assert [(rule, branch, raised_on) for rule, _, branch, raised_on, _ in signals(store)] == [("stopped_coming", "NRD", date(2024, 8, 7))]


def test_a_list_that_is_only_checked_or_of_another_kind_raises_nothing(store):
    deliver(store, "vestiging | datum | status\nNRD | 2024-09-02 | gehouden")
    assert signals(store) == []


def test_nobody_but_the_own_branch_sees_pupils_and_follows_their_signals(store):
    deliver(store, visits("L001", 8))
    assert own_signals(store, NORTH).select("signal_id", "rule", "raised_on", "state").rows() == [(1, "frequent_attendance", RAISED[3], "new")]
    assert own_signals(store, HARBOUR).is_empty()
    for reader in (PROGRAMME, STEWARD, Reader(Role.COUNCIL)):
        for ask in (lambda reader=reader: own_signals(store, reader), lambda reader=reader: follow(store, reader, 1, "seen")):
            with pytest.raises(Forbidden) as forbidden:
                ask()
            assert forbidden.value.code == "forbidden.signals"
    for reader, signal in ((HARBOUR, 1), (NORTH, 2)):
        with pytest.raises(Forbidden):
            follow(store, reader, signal, "seen")


def test_the_programme_sees_counts_and_none_of_one_to_four_pupils(store):
    """One pupil at Haven: hidden, and Aan Zee with it, or the sum of the town would give that one away."""
    at = {"NRD": 7, "ZEE": 5, "HVN": 1}
    lists = [visits(f"{branch}0{number}1", 8, branch=branch) for branch, pupils in at.items() for number in range(pupils)]
    deliver(store, "\n".join([lists[0], *("\n".join(rows.split("\n")[1:]) for rows in lists[1:])]))
    view = View(school_year(2024), date(2025, 7, 31), by=("branch",))
    raised = shown(Dataset(store, PROGRAMME), "signals_by_state", view).frame.filter(pl.col("state") == "new")
    assert raised.select("branch_id", "numerator", "hidden").rows() == [("HVN", None, True), ("NRD", 7, False), ("ZEE", None, True)]
    with pytest.raises(Forbidden):
        shown(Dataset(store, NORTH), "signals_by_state", view)


def test_a_signal_goes_from_new_to_seen_to_school_informed_to_closed_each_step_with_its_day(store):
    deliver(store, visits("L001", 8))
    before = version(store)
    for state, reason in (("seen", None), ("school_informed", None), ("closed", "support_arranged")):
        follow(store, NORTH, 1, state, reason=reason)
    steps = stored(store, "signal_events", "number", "state", "reason", "done_by")
    assert steps == [
        (1, "new", None, "rule"),
        (2, "seen", None, "branch:NRD"),
        (3, "school_informed", None, "branch:NRD"),
        (4, "closed", "support_arranged", "branch:NRD"),
    ]
    assert version(store) == before + 3


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_step_that_cannot_be_is_refused_in_words(stores, code):
    store = stores.fresh()
    deliver(store, visits("L001", 8))
    wrong: dict[str, dict[str, Any]] = {
        "signal.cannot_follow": {"state": "closed", "reason": "no_concern"},
        "signal.reason_needed": {"state": "dismissed"},
        "signal.day_ahead": {"state": "seen", "on": today() + timedelta(days=1)},
        "signal.day_before": {"state": "seen", "on": today() - timedelta(days=1)},
    }
    for expected, step in wrong.items():
        with pytest.raises(Refused) as refused:
            follow(store, NORTH, 1, **step)
        assert refused.value.code == expected
        assert "{" not in stopped(language(code), refused.value)
    with pytest.raises(Refused):
        follow(store, NORTH, 1, "seen", reason="no_concern")  # a reason where none belongs
    assert own_signals(store, NORTH)["state"].to_list() == ["new"]


def test_every_state_can_be_reached_and_every_end_has_its_reasons():
    assert {state for after in NEXT.values() for state in after} | {"new"} == set(NEXT)
    assert {state for state, after in NEXT.items() if not after} <= set(REASONS)
    for code in LANGUAGES:
        say = language(code)
        assert all(f"signal.state.{state}" in say for state in NEXT)
        assert all(f"signal.reason.{reason}" in say for reasons in REASONS.values() for reason in reasons)


# --- what holds for any town ------------------------------------------------------------------------------------------

stay = some.tuples(
    some.sampled_from(["L001", "L002", "L003"]), some.integers(0, 700), some.integers(4, 9), some.integers(1, 6), some.sampled_from(["NRD", "HVN"])
)


@examples(4, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(some.lists(stay, min_size=2, max_size=5))
def test_whatever_the_order_and_the_parts_in_which_visits_come_the_signals_are_those_of_the_whole_store(stores, stays):
    """Raising reads the pupils who came lately alone; what it keeps is what the rules find among all."""
    store = stores.fresh()
    for number, (pupil, start, days, step, branch) in enumerate(stays):
        deliver(store, visits(pupil, days, first=date(2022, 11, 1) + timedelta(days=start), step=step, branch=branch), name=f"{number}.csv")
        with look(store) as connection:
            whole = everything(connection)
        assert whole.as_of is not None
        newest = whole.visits.days["visited_on"].max()
        assert isinstance(newest, date)
        calculated = found(whole, whole.as_of, max(newest, whole.as_of))
        of_this_year = calculated.filter(pl.col("raised_on") >= periods.school_year(periods.school_year_of(newest)).first)
        assert fresh(whole.signals, of_this_year).is_empty()
        assert whole.signals.join(calculated, on=SIGNAL[:4], how="anti").is_empty()
