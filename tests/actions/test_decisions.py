"""Decisions: recorded by the programme alone, never changed, and looked back on over as many sessions before as after."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from actions.record_decision import INDICATORS, LookedBack, conclude, history, look_back, record
from data_access.clock import today
from data_access.database import version
from data_access.dataset import Dataset
from data_access.decisions import Decision
from data_access.reader import Forbidden, Reader, Role
from metrics import catalogue
from metrics.shapes import Refused, Shown
from tests.stores import deliver

PROGRAMME = Reader(Role.PROGRAMME)
POSTERS = Decision(
    decided_on=date(2024, 11, 18),
    what="Posters in de wijk",
    reason="Weinig ouders kennen de hulp",
    owner="opgavemanager",
    check_on=date(2024, 12, 16),
    indicator="visits_per_session",
)
#: Pupils on each Monday and Tuesday: before the posters 10 and 12, after them 20 and 22.
PUPILS = {"2024-11-04": 10, "2024-11-05": 12, "2024-11-11": 10, "2024-11-12": 12, "2024-11-18": 20, "2024-11-19": 22, "2024-11-25": 20}


@pytest.fixture
def town(store):
    """A branch with a list and a held session on each of the days."""
    visits = [f"kaart-{pupil:03} | {day} | NRD" for day, pupils in PUPILS.items() for pupil in range(pupils)]
    deliver(store, "\n".join(["leerling_id | datum | vestiging", *visits]), kind="visits")
    sessions = [f"NRD | {day} | 15:00 | 17:00 | gehouden" for day in PUPILS]
    deliver(store, "\n".join(["vestiging | datum | begin | eind | status", *sessions]), kind="sessions")
    return store


def beside(looked: LookedBack) -> tuple[Shown, Shown]:
    """The figures before and after."""
    assert looked.figures is not None, looked.code
    return looked.figures


def test_a_decision_is_kept_as_it_was_recorded_and_readers_of_figures_read_it(store):
    before = version(store)
    written = record(store, PROGRAMME, POSTERS)
    assert written == replace(POSTERS, decision_id=1, recorded_on=today())
    assert history(store, PROGRAMME) == history(store, Reader(Role.BRANCH, ("HVN",))) == [written]
    assert version(store) == before + 1


def test_a_branch_reads_what_was_decided_about_the_whole_and_about_itself(store):
    for branch in (None, "NRD", "HVN"):
        record(store, PROGRAMME, replace(POSTERS, branch_id=branch))
    assert [decision.branch_id for decision in history(store, Reader(Role.BRANCH, ("NRD",)))] == [None, "NRD"]


@pytest.mark.parametrize("role", [Role.BRANCH, Role.COUNCIL, Role.STEWARD])
def test_only_the_programme_records_and_concludes(store, role):
    reader = Reader(role, ("NRD",))
    written = record(store, PROGRAMME, POSTERS)
    for refused in (lambda: record(store, reader, POSTERS), lambda: conclude(store, reader, 1, "Klaar")):
        with pytest.raises(Forbidden, match=r"forbidden\.decisions"):
            refused()
    assert history(store, PROGRAMME) == [written]


@pytest.mark.parametrize("role", [Role.COUNCIL, Role.STEWARD])
def test_who_sees_no_working_figures_reads_no_decisions(store, role):
    with pytest.raises(Forbidden, match=r"forbidden\.decisions"):
        history(store, Reader(role))


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"what": "  "}, "decision_without_words"),
        ({"reason": ""}, "decision_without_words"),
        ({"what": "x" * 161}, "too_many_letters"),
        ({"reason": "x" * 501}, "too_many_letters"),
        ({"owner": "naam@gemeente.nl"}, "owner_is_no_role"),
        ({"check_on": POSTERS.decided_on}, "check_before_decision"),
        ({"indicator": "slope"}, "unknown_indicator"),
        ({"branch_id": "MARS"}, "unknown_branch"),
    ],
)
def test_what_is_no_decision_is_refused_with_a_code(store, change, code):
    with pytest.raises(Refused) as refused:
        record(store, PROGRAMME, replace(POSTERS, **change))
    assert refused.value.code == code
    assert history(store, PROGRAMME) == []


def test_a_decision_is_due_from_its_check_date_until_somebody_concludes_once(store):
    record(store, PROGRAMME, POSTERS)
    (waiting,) = history(store, PROGRAMME)
    assert not waiting.is_due(POSTERS.check_on - timedelta(days=1))
    assert waiting.is_due(POSTERS.check_on)
    conclude(store, PROGRAMME, 1, "We gaan ermee door")
    (concluded,) = history(store, PROGRAMME)
    assert (concluded.conclusion, concluded.concluded_on, concluded.is_due(POSTERS.check_on)) == ("We gaan ermee door", today(), False)
    for number, words, code in [(1, "Toch niet", "decision_is_concluded"), (7, "Wat?", "decision_is_concluded"), (1, "", "decision_without_words")]:
        with pytest.raises(Refused, match=code):
            conclude(store, PROGRAMME, number, words)
    assert history(store, PROGRAMME) == [concluded]


def test_before_and_after_have_as_many_sessions(town):
    """Three sessions were held from the decision on; the three before it had 12, 10 and 12 pupils."""
    looked = look_back(Dataset(town, PROGRAMME), POSTERS)
    assert (looked.sessions, looked.code) == (3, "")
    before, after = beside(looked)
    assert before.view.period.first == date(2024, 11, 5)
    assert before.view.period.last == date(2024, 11, 17)
    assert before.frame["value"].to_list() == [pytest.approx(34 / 3)]
    assert after.frame["value"].to_list() == [pytest.approx(62 / 3)]


def test_a_branch_looks_back_at_its_own_sessions(town):
    sessions = "\n".join(["vestiging | datum | begin | eind | status", *(f"ZEE | 2024-11-{day} | 15:00 | 17:00 | gehouden" for day in (13, 14, 20))])
    deliver(town, sessions, kind="sessions")
    assert look_back(Dataset(town, PROGRAMME), replace(POSTERS, branch_id="NRD")).sessions == 3
    assert look_back(Dataset(town, PROGRAMME), POSTERS).sessions == 4
    with pytest.raises(Forbidden):
        look_back(Dataset(town, Reader(Role.BRANCH, ("HVN",))), replace(POSTERS, branch_id="NRD"))


@pytest.mark.parametrize(
    ("decided_on", "code"),
    [(date(2024, 11, 6), "too_few_before"), (date(2024, 11, 26), "no_sessions_after"), (date(2025, 3, 3), "no_sessions_after")],
)
def test_what_cannot_be_compared_fairly_is_not_compared(town, decided_on, code):
    looked = look_back(Dataset(town, PROGRAMME), replace(POSTERS, decided_on=decided_on, check_on=decided_on + timedelta(days=60)))
    assert (looked.code, looked.figures) == (code, None)


def test_before_and_after_are_hidden_where_too_few_pupils_came(town):
    few = replace(POSTERS, indicator="participants", decided_on=date(2024, 12, 2), check_on=date(2024, 12, 20))
    deliver(town, "leerling_id | datum | vestiging\n" + "\n".join(f"kaart-{pupil:03} | 2024-12-02 | NRD" for pupil in range(3)), kind="visits")
    deliver(town, "vestiging | datum | begin | eind | status\nNRD | 2024-12-02 | 15:00 | 17:00 | gehouden", kind="sessions")
    before, after = beside(look_back(Dataset(town, PROGRAMME), few))
    assert after.frame.select("value", "hidden").rows() == [(None, True)]
    assert before.frame["value"].to_list() == [20]


@pytest.mark.parametrize("indicator", INDICATORS)
def test_every_figure_to_look_back_at_is_one_row(town, indicator):
    assert indicator in catalogue.ids()
    assert [shown.frame.height for shown in beside(look_back(Dataset(town, PROGRAMME), replace(POSTERS, indicator=indicator)))] == [1, 1]
