"""Overzicht: the verdict in words that a reader can check, and the criteria that the programme role may change."""

import json
import re
from datetime import date

import polars as pl
import pytest
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import NumberInput, TextInput

from actions import record_decision, set_criteria, show_figures
from data_access.clock import today
from data_access.criteria import Criterion
from data_access.database import engine
from data_access.dataset import Dataset
from data_access.reader import Reader, Role
from metrics.catalogue import definition
from metrics.shapes import Period, View
from presentation.navigation import PAGES
from presentation.texts import language, plain
from tests.pages.conftest import words

SCRIPT = {page.id: page.script for page in PAGES}["overview"]
PROGRAMME = Reader(Role.PROGRAMME)
pytestmark = pytest.mark.usefixtures("store")
REACHED = Criterion(criterion_id="reached", indicator="reach", rule="at_least", target=0.05, owner="manager", valid_from=date(2024, 8, 1))
full = pytest.mark.parametrize("store", ["full"], indirect=True)


def verdicts(app: AppTest) -> list[str]:
    """The badges of the criteria, each with its words; the badges beside the title are pieces of their own."""
    return [part.value for part in app.markdown if "-badge[" in part.value and ":small[" in part.value]


def verdict_endings(app: AppTest) -> list[str]:
    """The sentence that explains each verdict, with which the words for its strip end."""
    return [badge.rsplit(":small[", 1)[1].rstrip("]") for badge in verdicts(app)]


def target(app: AppTest) -> NumberInput:
    """The field of the target in the form."""
    return next(field for field in app.number_input if field.label == language("nl")("criteria.target"))


def field(app: AppTest, label: str) -> TextInput:
    """A field of a form, by the key of its label."""
    return next(field for field in app.text_input if field.label == language("nl")(label))


def save_criterion(app: AppTest) -> None:
    """The first button that saves, which is that of the criteria."""
    next(button for button in app.button if button.label == language("nl")("criteria.save")).click().run()


def press(app: AppTest, label: str) -> None:
    """The last button with this label."""
    [button for button in app.button if button.label == language("nl")(label)][-1].click().run()


@full
def test_the_headline_counts_the_verdicts_below_it_and_names_what_is_met_where_that_is_little(open_page):
    for code in ("nl", "en"):
        say = language(code)
        app = open_page(SCRIPT, taal=code, rol="programma")
        badges = verdicts(app)
        met = sum(f" {say('verdict.state.met')}]" in badge for badge in badges)
        assert len(badges) == len(set_criteria.history(engine(), PROGRAMME))
        assert met == 3, "of the six of the demo"
        met_ones = [definition("reach").name[code], *(say(f"verdict.name.{name}") for name in ("least_against_most", "returned_within_28_days"))]
        first, second, last = (name[:1].lower() + name[1:] for name in met_ones)
        names = say("deliveries.and", first=f"{first}, {second}", last=last)
        assert app.header[0].value == say("verdict.headline.named", n=6, met=say.number(met), names=names)


@full
def test_every_strip_is_told_to_who_cannot_see_it(open_page):
    say = language("nl")
    app = open_page(SCRIPT, rol="programma")
    alts = [chart.proto.alt for chart in app.get("plotly_chart") if chart.proto.alt.endswith(tuple(verdict_endings(app)))]
    criteria = set_criteria.history(engine(), PROGRAMME)
    assert len(alts) == len(criteria)
    for alt, criterion in zip(alts, criteria, strict=True):
        assert say(f"verdict.goal.{criterion.rule}", target="").strip() in alt
        assert any(f"{say(f'verdict.state.{state}')}." in alt for state in ("met", "not_met", "undecided"))


@full
def test_the_verdicts_are_taken_along_as_one_picture_with_the_words_and_the_strip_of_each(open_page):
    say = language("nl")
    app = open_page(SCRIPT, rol="programma")
    button = next(button for button in app.button if button.key == "picture-overzicht-criteria")
    app = button.click().run()
    drawn = json.loads(next(chart.proto.spec for chart in app.get("plotly_chart") if chart.proto.id.endswith("picture-of-overzicht-criteria")))
    notes = [note["text"].replace("<br>", " ") for note in drawn["layout"]["annotations"]]
    for ending in verdict_endings(app):
        assert any(ending in note for note in notes), "the sentence of every verdict"
    for criterion in set_criteria.history(engine(), PROGRAMME):
        assert any(say(f"verdict.goal.{criterion.rule}", target="").strip() in note for note in notes)
    assert any(say("export.internal") in note for note in notes)
    ticks = [trace for trace in drawn["data"] if len(trace["x"]) == 2 and trace["x"][0] == trace["x"][1]]
    assert len({int(trace["y"][0]) for trace in ticks}) == len(ticks) == 5, "each estimate in a strip of its own; the sixth has no outcome"


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
    save_criterion(app)
    assert not app.error
    (recorded,) = set_criteria.history(engine(), PROGRAMME)
    assert (recorded.indicator, recorded.target, recorded.version) == ("reach", 0.5, 1)
    assert recorded.after_results, "visits were loaded before it was recorded"
    assert say("verdict.state.not_met") in words(app) or say("verdict.state.undecided") in words(app)

    target(app).set_value(0.4)
    save_criterion(app)
    assert app.error[0].value == say("stopped.change_without_reason", criterion=recorded.criterion_id)
    target(app).set_value(0.4)
    field(app, "criteria.why").set_value("Te hoog ingeschat")
    save_criterion(app)
    assert [version.target for version in set_criteria.history(engine(), PROGRAMME)] == [0.5, 0.4]
    assert say("criteria.after_results") in words(app)


@full
def test_a_branch_manager_reads_the_criteria_and_changes_nothing(open_page):
    app = open_page(SCRIPT, rol="vestiging", eigen="LAA")
    assert {button.label for button in app.button} == {language("nl")("picture.open")}
    assert language("nl")("table.owner") in words(app)


@full
def test_the_page_says_what_the_missing_weeks_can_do_and_what_an_open_verdict_takes(open_page):
    text, app = words(open_page(SCRIPT, rol="programma")), open_page(SCRIPT, rol="programma", periode="2018-2019")
    (missing,) = re.findall(r"\*\*2 vestigingsweken zijn niet geleverd.*", text)
    assert "‘bereik: minst welvarende vijfde’ houdt stand, ook als" in missing
    assert "Van ‘voorsprong minst welvarend’, ‘terug binnen 28 dagen’ en ‘leerlingen per vrijwilliger’ is niet te zeggen" in missing
    assert "zelfvertrouwen" not in missing and "rekenen" not in missing, "no visit is counted in those"
    assert any("De scholen leveren die." in badge for badge in verdicts(app)) and any("vragenlijsten" in badge for badge in verdicts(app))


@full
def test_checks_are_counted_in_words_that_fit_and_a_branch_is_told_which_it_does_not_see(open_page):
    say = language("nl")
    whole, own = open_page(SCRIPT, rol="programma", periode="2018-2019"), open_page(SCRIPT, rol="vestiging", eigen="LAA")
    assert "houdt stand in alle 8 controles" in words(whole) and "minstens" not in words(whole).split("controles")[0].rsplit("Wat gehaald", 1)[1]
    assert say("verdict.certainty.unseen") in words(own) and say("verdict.certainty.unseen") not in words(whole)


# --- decisions --------------------------------------------------------------------------------------------------------


@full
@pytest.mark.parametrize("code", ["nl", "en"])
def test_a_decision_whose_day_has_come_stands_on_the_page_with_before_and_after(open_page, code):
    say = language(code)
    text = words(open_page(SCRIPT, taal=code, rol="vestiging", eigen="LAA"))
    due = [decision for decision in record_decision.history(engine(), PROGRAMME) if decision.is_due(today())]
    assert [decision.what in text for decision in due] == [True]
    looked = record_decision.look_back(Dataset(engine(), PROGRAMME), due[0])
    assert looked.figures is not None
    for shown in looked.figures:
        assert say.number(shown.frame["value"][0], 1) in text
    assert say("decisions.back.caution") in text
    assert say("decisions.back.caution") not in words(open_page(SCRIPT, taal=code, rol="programma", periode="2020-2021")), "nothing was decided in that year"


@pytest.mark.parametrize("store", ["one_branch"], indirect=True)
def test_the_programme_records_a_decision_and_concludes_when_it_comes_back(open_page):
    say = language("nl")
    app = open_page(SCRIPT, rol="programma")
    field(app, "decisions.what").set_value("Posters in de wijk")
    press(app, "criteria.save")
    assert app.error[0].value == say("stopped.decision_without_words")
    field(app, "decisions.reason").set_value("Weinig ouders kennen de hulp")
    decided = [day for day in app.date_input if day.label in (say("decisions.decided_on"), say("decisions.check_on"))]
    for day, value in zip(decided, (date(2025, 3, 10), date(2025, 3, 31)), strict=True):
        day.set_value(value)
    press(app, "criteria.save")
    assert not app.error
    assert say("decisions.back.no_sessions_after", name=definition("visits_per_session").name["nl"]) in words(app)
    field(app, "decisions.conclusion").set_value("Nog een keer")
    press(app, "decisions.conclude")
    (decision,) = record_decision.history(engine(), PROGRAMME)
    assert (decision.what, decision.conclusion) == ("Posters in de wijk", "Nog een keer")
    assert say("decisions.back.caution") not in words(app)
    assert "Nog een keer" in words(app)


@full
def test_a_decision_about_the_whole_is_a_numbered_mark_on_the_trend(open_page):
    say = language("nl")
    (due,) = [decision for decision in record_decision.history(engine(), PROGRAMME) if decision.is_due(today())]
    for page in ("participation", "overview", "this_week"):
        app = open_page({page.id: page.script for page in PAGES}[page], rol="programma", vestiging="LAA")
        mark = plain(say("decisions.mark", what=due.what))
        (number,) = re.findall(rf"\*\*(\d+)\*\* {re.escape(mark)}", words(app))
        drawn = [text for chart in app.get("plotly_chart") for trace in json.loads(chart.proto.spec)["data"] for text in trace.get("text", [])]
        assert f"<b>{number}</b>" in drawn, page


# --- what changed -----------------------------------------------------------------------------------------------------


@full
@pytest.mark.parametrize("code", ["nl", "en"])
def test_what_changed_is_held_against_as_many_sessions_before_it(open_page, code):
    """The mean of visits over held sessions, counted here from the lists themselves."""
    say = language(code)
    app = open_page(SCRIPT, taal=code, rol="programma", periode="2023-2024")
    data = Dataset(engine(), PROGRAMME).inputs()
    held = data.sessions.filter(pl.col("status") == "held").sort("held_on")
    now = held.filter(pl.col("held_on").is_between(date(2023, 8, 1), date(2024, 7, 31)))
    before = held.filter(pl.col("held_on") < date(2023, 8, 1)).tail(now.height)
    first = before["held_on"].min()
    assert isinstance(first, date)
    subtitle = say("changes.subtitle", n=now.height, first=first, last=date(2023, 7, 31))
    assert subtitle in words(app)
    shown = [
        show_figures.shown(Dataset(engine(), PROGRAMME), "visits_per_session", View(Period(*days), date(2025, 6, 29))).frame
        for days in ((first, date(2023, 7, 31)), (date(2023, 8, 1), date(2024, 7, 31)))
    ]
    (row,) = [line for line in words(app).splitlines() if line.startswith(f"| :small[{definition('visits_per_session').name[code]}]")]
    values = [round(frame["value"][0], 1) for frame in shown]
    assert [say.number(value, 1) in row for value in values] == [True, True]
    assert say("changes.unclear") in row or f"{say.number(abs(values[1] - values[0]), 1)} {say('changes.higher', value='', limits='').split()[0]}" in row


@pytest.mark.parametrize("store", ["one_branch"], indirect=True)
def test_without_sessions_before_the_period_the_page_says_why_nothing_is_compared(open_page):
    set_criteria.set_criterion(engine(), PROGRAMME, REACHED)
    assert language("nl")("empty.no_sessions_before") in words(open_page(SCRIPT, rol="programma"))
