"""What was made for somebody is used again by everybody who may see it, until something changes; then each open page shows that at its next run."""

from dataclasses import replace
from datetime import date

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from actions import follow_signal, loads, record_decision, set_criteria, set_signal_rule, withdraw_load
from data_access.clock import today
from data_access.criteria import Criterion
from data_access.database import engine, look
from data_access.decisions import Decision
from data_access.reader import Reader, Role
from data_access.signals import states
from presentation.navigation import PAGES
from tests.pages.conftest import deliver, words
from tests.pages.test_signals import signal_list

SCRIPTS = {page.id: page.script for page in PAGES}
PROGRAMME, STEWARD, BRANCH = Reader(Role.PROGRAMME), Reader(Role.STEWARD), Reader(Role.BRANCH, ("LAA",))


def seen(app: AppTest) -> list[str]:
    """All that a page shows: words, numbers, tables and charts."""
    assert not app.exception, app.exception[0].message
    return [words(app), *(number.value for number in app.metric), *(chart.proto.spec + chart.proto.alt for chart in app.get("plotly_chart"))]


def decide() -> None:
    decision = Decision(
        decided_on=date(2025, 3, 5),
        what="Een uur langer open",
        reason="Het is vol",
        owner="programmamanager",
        check_on=date(2025, 9, 1),
        indicator="participants",
    )
    record_decision.record(engine(), PROGRAMME, decision)


def agree() -> None:
    agreed = Criterion(criterion_id="bereikt", indicator="reach", rule="at_least", target=0.05, owner="programmamanager", valid_from=date(2024, 8, 1))
    set_criteria.set_criterion(engine(), PROGRAMME, agreed)
    set_criteria.set_criterion(engine(), PROGRAMME, replace(agreed, target=0.9, why="Ambitieuzer"))


def load() -> None:
    deliver("vaak.csv", signal_list(*(f"kaart-{number}" for number in range(900, 909))), "visits")


def withdraw() -> None:
    newest = loads.loads(engine(), STEWARD).sort("load_id")["load_id"].to_list()[-1]
    withdraw_load.withdraw(engine(), STEWARD, newest)


def follow() -> None:
    with look(engine()) as connection:
        numbers = states(connection)["signal_id"].to_list()
    for number in numbers:
        follow_signal.follow(engine(), BRANCH, number, "school_informed", reason=None, on=today(), seen_as_well=True)


def another_limit() -> None:
    set_signal_rule.set_threshold(engine(), PROGRAMME, 11, today(), "Elf is vaak genoeg")


#: What is done, in this order, and the pages that then show something else.
STEPS = [
    (decide, ("overview",)),
    (agree, ("overview",)),
    (load, ("overview", "participation", "signals")),
    (follow, ("own signals",)),
    (another_limit, ("signals",)),
    (withdraw, ("overview", "participation", "signals")),
]


@pytest.mark.parametrize("store", ["one_branch"], indirect=True)
def test_a_page_that_was_open_shows_what_somebody_else_did_as_if_nothing_had_been_kept(store, open_page):
    open_pages = {page: open_page(SCRIPTS[page], rol="programma") for page in ("overview", "participation", "signals")}
    open_pages["own signals"] = open_page(SCRIPTS["signals"], rol="vestiging")
    before = {page: seen(app) for page, app in open_pages.items()}
    assert all(seen(app.run()) == before[page] for page, app in open_pages.items()), "without any change nothing changes"
    for step, pages in STEPS:
        step()
        for page in pages:
            now = seen(open_pages[page].run())
            assert now != before[page], (step.__name__, page)
            st.cache_resource.clear()
            assert seen(open_pages[page].run()) == now, (step.__name__, page)
            before[page] = now


@pytest.mark.parametrize("store", ["full"], indirect=True)
def test_a_role_never_gets_what_was_kept_for_another(store, open_page):
    pages = ("repeat_attendance", "signals", "this_week")
    address = {"rol": "vestiging", "eigen": "ESC"}
    alone = {page: seen(open_page(SCRIPTS[page], **address)) for page in pages}
    st.cache_resource.clear()
    for page in pages:
        programme = seen(open_page(SCRIPTS[page], rol="programma"))
        assert seen(open_page(SCRIPTS[page], **address)) == alone[page] != programme, page
        assert seen(open_page(SCRIPTS[page], rol="programma")) == programme, page
