"""Overzicht: the verdict in words that a reader can check, and the criteria that the programme role may change."""

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import NumberInput

from actions import set_criteria
from data_access.database import engine
from data_access.reader import Reader, Role
from presentation.navigation import PAGES
from presentation.texts import language
from tests.pages.conftest import words

SCRIPT = {page.id: page.script for page in PAGES}["overview"]
PROGRAMME = Reader(Role.PROGRAMME)
pytestmark = pytest.mark.usefixtures("store")
full = pytest.mark.parametrize("store", ["full"], indirect=True)


def verdicts(app: AppTest) -> list[str]:
    """The badges of the criteria, each with its words; the badges beside the title are pieces of their own."""
    return [part.value for part in app.markdown if "-badge[" in part.value and ":small[" in part.value]


def target(app: AppTest) -> NumberInput:
    """The field of the target in the form."""
    return next(field for field in app.number_input if field.label == language("nl")("criteria.target"))


@full
def test_the_headline_counts_the_verdicts_below_it(open_page):
    for code in ("nl", "en"):
        say = language(code)
        app = open_page(SCRIPT, taal=code, rol="programma")
        badges = verdicts(app)
        met = sum(f" {say('verdict.state.met')}]" in badge for badge in badges)
        assert len(badges) == len(set_criteria.history(engine(), PROGRAMME))
        word = "all" if met == len(badges) else "some" if met else "none"
        assert app.header[0].value == say(f"verdict.headline.{word}", n=len(badges), met=say.number(met))


@full
def test_every_strip_is_told_to_who_cannot_see_it(open_page):
    say = language("nl")
    app = open_page(SCRIPT, rol="programma")
    strips = [chart.proto.alt for chart in app.get("plotly_chart") if say("verdict.state.met") in chart.proto.alt or "doel" in chart.proto.alt]
    assert len(strips) == len(set_criteria.history(engine(), PROGRAMME))
    assert all("%" in alt or "punt" in alt or "," in alt for alt in strips)


@pytest.mark.parametrize("store", ["one_branch"], indirect=True)
def test_without_criteria_the_page_says_that_a_verdict_needs_them(open_page):
    say = language("nl")
    app = open_page(SCRIPT, rol="programma")
    assert say("overview.certainty.verdict") in words(app)
    assert not verdicts(app)


@pytest.mark.parametrize("store", ["one_branch"], indirect=True)
def test_the_programme_records_a_criterion_and_a_change_needs_a_reason(open_page):
    say = language("nl")
    app = open_page(SCRIPT, rol="programma")
    target(app).set_value(0.5)
    app.button[0].click().run()
    assert not app.error
    (recorded,) = set_criteria.history(engine(), PROGRAMME)
    assert (recorded.indicator, recorded.target, recorded.version) == ("reach", 0.5, 1)
    assert recorded.after_results, "visits were loaded before it was recorded"
    assert say("verdict.state.not_met") in words(app) or say("verdict.state.undecided") in words(app)

    target(app).set_value(0.4)
    app.button[0].click().run()
    assert app.error[0].value == say("stopped.change_without_reason", criterion=recorded.criterion_id)
    target(app).set_value(0.4)
    app.text_input[-1].set_value("Te hoog ingeschat")
    app.button[0].click().run()
    assert [version.target for version in set_criteria.history(engine(), PROGRAMME)] == [0.5, 0.4]
    assert say("criteria.after_results") in words(app)


@full
def test_a_branch_manager_reads_the_criteria_and_changes_nothing(open_page):
    app = open_page(SCRIPT, rol="vestiging", eigen="LAA")
    assert not app.button
    assert language("nl")("table.owner") in words(app)
