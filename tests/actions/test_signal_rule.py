"""The limit of the signal: only the programme changes it, it holds from its day on, and what was raised before is neither repeated nor taken away."""

from datetime import date, timedelta

import pytest

from actions.raise_signals import raise_signals
from actions.set_signal_rule import history, set_threshold
from data_access.clock import today
from data_access.dataset import Dataset
from data_access.reader import Forbidden, Reader, Role
from data_access.signal_rules import SignalRule, in_force
from metrics.indicators.signals import RULES, frequent_attendance, threshold_on
from metrics.shapes import Period, Refused, View
from presentation.refusals import stopped
from presentation.texts import LANGUAGES, language
from tests.actions.test_signals import FIRST, NORTH, PROGRAMME, RAISED, visits
from tests.stores import STEWARD, deliver, stored

WHY = "zes keer in een maand is al veel"


def raised(store) -> list[tuple[object, ...]]:
    return stored(store, "signals", "pupil_id", "raised_on", "visit_days")


def test_only_the_programme_changes_the_limit(store):
    for reader in (NORTH, STEWARD, Reader(Role.COUNCIL)):
        with pytest.raises(Forbidden):
            set_threshold(store, reader, 6, FIRST, WHY)
    for reader in (STEWARD, Reader(Role.COUNCIL)):
        with pytest.raises(Forbidden):
            history(store, reader)
    assert history(store, NORTH) == []


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_limit_that_the_back_test_does_not_show_or_without_a_reason_is_refused_in_words(stores, code):
    store = stores.fresh()
    for threshold, why, expected in ((5, WHY, "signal_rule.not_tried"), (13, WHY, "signal_rule.not_tried"), (9, "  ", "signal_rule.without_reason")):
        with pytest.raises(Refused) as refused:
            set_threshold(store, PROGRAMME, threshold, FIRST, why)
        assert refused.value.code == expected
        assert "{" not in stopped(language(code), refused.value)
    assert "{" not in stopped(language(code), Forbidden("forbidden.signal_rule"))
    assert stored(store, "signal_rules") == []


def test_a_lower_limit_raises_what_follows_from_its_day_on_and_leaves_what_was_raised(store):
    deliver(
        store, visits("L001", 8) + "\n" + visits("L002", 6).split("\n", 1)[1] + "\n" + visits("L003", 6, first=FIRST - timedelta(days=20)).split("\n", 1)[1]
    )
    (first,) = raised(store)
    assert first[1:] == RAISED[3:]
    set_threshold(store, PROGRAMME, 6, FIRST, WHY)
    assert first in raised(store), "raised at eight, and neither repeated nor moved to the sixth day"
    assert [row[1:] for row in raised(store) if row != first] == [(FIRST + timedelta(days=15), 6)], "the sixth day of the third pupil lies before the new limit"
    assert raise_signals(store) == 0
    assert history(store, NORTH) == [SignalRule(6, FIRST, WHY, today(), 1)]


def test_a_higher_limit_takes_no_signal_back(store):
    deliver(store, visits("L001", 8))
    set_threshold(store, PROGRAMME, 12, FIRST, "te veel werk")
    deliver(store, visits("L002", 8), name="later.csv")
    assert raised(store) == [(1, RAISED[3], 8)]
    data = Dataset(store, PROGRAMME).inputs()
    assert frequent_attendance(data, View(Period(date(2024, 8, 1), date(2025, 7, 31)), date(2025, 7, 31))).frame["value"].to_list() == [1]


def test_of_two_agreements_the_later_counts_from_its_day_on(store):
    deliver(store, visits("L001", 1))
    for threshold, valid_from in ((9, date(2024, 9, 1)), (10, date(2025, 1, 1)), (7, date(2024, 11, 1))):
        set_threshold(store, PROGRAMME, threshold, valid_from, WHY)
    data = Dataset(store, PROGRAMME).inputs()
    days = (date(2024, 8, 31), date(2024, 9, 1), date(2024, 10, 31), date(2024, 11, 1), date(2025, 6, 1))
    assert [threshold_on(data, day) for day in days] == [RULES.threshold, 9, 9, 7, 7]
    assert in_force([]).is_empty()
