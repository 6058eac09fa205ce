"""Signalering: what a reader would count by hand, each role within its own, and ids of the own register that are on the page once and nowhere else."""

import gc
import re
from collections import Counter
from datetime import date, timedelta

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from actions.set_signal_rule import set_threshold
from data_access import tables
from data_access.database import engine, look
from data_access.dataset import Dataset
from data_access.reader import Reader, Role
from data_access.settings import settings
from data_access.signals import states, still_open
from presentation import cached
from presentation.navigation import PAGES
from presentation.stories import signals as story
from presentation.texts import LANGUAGES, language
from tests.actions.test_recognise_pupils import register
from tests.pages.conftest import STATES, deliver, words

SCRIPT = {page.id: page.script for page in PAGES}["signals"]
SAY = language("nl")
OWN = {"rol": "vestiging", "eigen": "ESC"}
FULL = pytest.mark.parametrize("store", ["full"], indirect=True)
TOWN = pytest.mark.parametrize("store", ["one_branch"], indirect=True)


def table(app, first):
    text = next(part.value for part in app.markdown if part.value.startswith(f"| :small[:gray[{first}") or part.value.startswith(f"| {first}"))
    return [[re.sub(r"^:small\[|\]$|\\", "", cell.strip()) for cell in line.split("|")[1:-1]] for line in text.splitlines()[2:]]


def stored(branch=None):
    with look(engine()) as connection:
        found = states(connection)
    return found if branch is None else found.filter(branch_id=branch)


def signal_list(*pupils: str) -> str:
    rows = [f"{pupil},2025-03-{3 * number + 2:02},LAA," for pupil in pupils for number in range(8)]
    return "\n".join(["leerling_id,datum,vestiging,wijkcode", *rows]) + "\n"


@pytest.mark.parametrize("store", STATES, indirect=True)
def test_the_page_speaks_in_each_state_and_language_for_the_branch_and_the_programme(store, open_page):
    for code in LANGUAGES:
        say = language(code)
        for role in ("programma", "vestiging"):
            app = open_page(SCRIPT, taal=code, rol=role)
            text = words(app)
            assert say("signals.question") in text
            if store == "no_data":
                assert say("empty.no_data") in text
                assert not app.metric
            elif store == "full":
                assert len(app.metric) == 4
                assert len(app.get("plotly_chart")) == (3 if role == "programma" else 2)
                assert all(len(chart.proto.alt) > 30 for chart in app.get("plotly_chart"))
            else:
                first = "signals.headline.none" if role == "vestiging" else "signals.headline.raised"
                assert app.header[0].value.rstrip(".") == say(first, n=0).rstrip(".")
                assert say("signals.states.nothing") in text


@FULL
def test_the_list_and_the_headline_of_a_branch_are_its_own_signals_counted_by_hand(store, open_page):
    app = open_page(SCRIPT, **OWN)
    today = cached.today()
    own = still_open(stored("ESC")).filter(rule="frequent_attendance")
    waiting = own.filter(own["state"].is_in(["new", "seen"]))
    late = sum(today - day > timedelta(days=14) for day in waiting["raised_on"])
    assert app.header[0].value == SAY("signals.headline.late", open=SAY("signals.headline.open", n=len(own)), n=late, days=14)
    assert (app.metric[0].value, app.metric[0].label) == (str(len(own)), "Open signalen")
    rows = table(app, "Signaal")
    assert {int(row[0].split(" ")[0]) for row in rows} == set(own["signal_id"])
    expected = {number: (days, (today - day).days) for number, days, day in own.select("signal_id", "visit_days", "raised_on").iter_rows()}
    for row in rows:
        days, waits = expected[int(row[0].split(" ")[0])]
        assert int(row[1]) == days
        assert f"{waits}\N{NO-BREAK SPACE}dag" in row[3]
    stands = [row[3].split(" ")[0] for row in rows]
    assert stands == sorted(stands, key=lambda sign: sign == "○"), "who waits stands on top"
    others = set(stored()["signal_id"]) - set(stored("ESC")["signal_id"])
    assert not others & {int(row[0].split(" ")[0]) for row in rows}


@FULL
def test_a_branch_sees_no_id_and_no_other_branch_and_the_programme_no_signal_at_all(store, open_page):
    with look(engine()) as connection:
        keys = {bytes(key).hex() for (key,) in connection.execute(tables.pupils.select().with_only_columns(tables.pupils.c.pupil_key))}
    for address in (OWN, {"rol": "programma"}):
        app = open_page(SCRIPT, **address)
        text = words(app) + str([chart.proto.spec for chart in app.get("plotly_chart")])
        assert not any(key in text for key in keys)
        if address is OWN:
            assert "Laakkwartier" not in text
        else:
            assert not [part for part in app.markdown if part.value.startswith("| :small[:gray[Signaal")]
            assert not app.text_area and not [box for box in app.selectbox if box.label == "Signaal"]


@FULL
def test_the_programme_counts_by_branch_and_state_and_no_count_is_of_one_to_four(store, open_page):
    app = open_page(SCRIPT, rol="programma")
    names = {row["branch_id"]: row["name"] for row in Dataset(engine(), Reader(Role.PROGRAMME)).inputs().branches.iter_rows(named=True)}
    found = stored().filter(rule="frequent_attendance")
    by_hand = Counter(found.select("branch_id", "state").iter_rows())
    total = Counter(found["branch_id"])
    rows = table(app, "Vestiging | Signalen")
    dash, shown = SAY("show.hidden"), 0
    for name, all_of_them, *counts in (row[:7] for row in rows):
        branch = next(code for code, known in names.items() if known == name)
        assert all_of_them in (dash, str(total[branch]))
        for state, count in zip(("new", "seen", "school_informed", "closed", "dismissed"), counts, strict=True):
            assert count in (dash, str(by_hand[branch, state]))
            assert count not in {"1", "2", "3", "4"}
            shown += count not in (dash, "0")
    assert shown, "some counts are large enough"
    assert SAY("signals.headline.raised", n=len(found)) in app.header[0].value


def take(app: AppTest, signal: int, step: str) -> None:
    """Fill in the form and save it."""
    boxes = {box.label: box for box in app.selectbox}
    boxes["Signaal"].set_value(signal)
    boxes["Wat is er gedaan?"].set_value((step, None))
    next(button for button in app.button if "Vastleggen" in button.label).click().run()


@FULL
def test_a_step_is_taken_and_the_signal_moves_and_its_course_is_kept(store, open_page):
    app = open_page(SCRIPT, **OWN)
    number = next(int(row[0].split(" ")[0]) for row in table(app, "Signaal") if row[3].startswith("●"))
    take(app, number, "school_informed")
    assert not app.exception and not app.error
    (row,) = [row for row in table(app, "Signaal") if row[0].startswith(f"{number} ")]
    assert "school geïnformeerd" in row[3]
    course = next(row[2] for row in table(app, "Signaal]] | :small[:gray[Waarom") if row[0] == str(number))
    assert course.count("→") == 2 and "gezien" in course and course.endswith("school geïnformeerd")
    assert stored("ESC").filter(signal_id=number)["state"].item() == "school_informed"


@FULL
def test_a_step_that_does_not_follow_is_refused_in_words(store, open_page):
    app = open_page(SCRIPT, **OWN)
    number = next(int(row[0].split(" ")[0]) for row in table(app, "Signaal") if row[3].startswith("○"))
    take(app, number, "seen")
    assert "kan een signaal niet" in app.error[0].value


# --- recognising ------------------------------------------------------------------------------------------------------

CANARY = "Kanarie7788991"


def look_up(app, *ids):
    app.text_area[0].set_value("\n".join(ids))
    next(button for button in app.button if button.label == "Herken").click().run()
    assert not app.exception
    return app


def anywhere(app) -> str:
    """Everything of a session and of the process that outlives a run: state, address, caches."""
    state = app.session_state._state._state  # also what the session itself does not give out, such as what widgets last sent
    caches = [thing for thing in gc.get_objects() if str(type(thing).__module__).startswith("streamlit.runtime.caching")]
    return repr((state, dict(app.query_params), [vars(cache) for cache in caches if hasattr(cache, "__dict__")]))


@TOWN
def test_an_id_that_was_recognised_stands_on_the_page_once_and_nowhere_else(store, open_page, caplog):
    deliver("signaal.csv", signal_list(CANARY, "kaart-900"), "visits")
    app = open_page(SCRIPT, rol="vestiging")
    before = table(app, "Signaal")
    assert len(before) == 2
    look_up(app, CANARY, "Piet Jansen")
    recognised = [row for row in table(app, "Signaal") if CANARY in row[2]]
    assert len(recognised) == 1
    assert SAY("signals.recognised_as", number=CANARY) in recognised[0][2]
    assert "1 signaal herkend" in words(app) and "Dit lijkt een naam" in words(app)
    assert app.text_area[0].value == "", "the place in which it was typed is empty again"
    assert CANARY not in words(app).replace(recognised[0][2].replace("-", "\\-"), "").replace(f"nummer {CANARY}", "")
    assert CANARY not in anywhere(app)
    assert CANARY.casefold() not in caplog.text.casefold()
    app.run()
    assert CANARY not in words(app), "the next run of the page has forgotten it"
    assert CANARY not in anywhere(app)
    for cache in (st.cache_resource, st.cache_data):
        assert CANARY not in repr(vars(cache) if hasattr(cache, "__dict__") else cache)
    with look(engine()) as connection:
        for found in tables.metadata.sorted_tables:
            assert CANARY.casefold() not in repr(connection.execute(found.select()).all()).casefold(), found.name
    for file in settings().key_file.parent.rglob("*"):
        assert not file.is_file() or CANARY.encode() not in file.read_bytes(), file.name


@TOWN
def test_what_cannot_be_looked_up_gets_the_sentence_of_the_house_and_the_place_is_emptied(store, open_page):
    deliver("signaal.csv", signal_list(CANARY), "visits")
    app = look_up(open_page(SCRIPT, rol="vestiging"), "")
    assert SAY("stopped.recognise.nothing") in words(app)
    look_up(app, *(f"{CANARY}{number}" for number in range(1001)))
    assert "1.001 verschillende nummers" in words(app)
    assert CANARY not in anywhere(app) and app.text_area[0].value == ""


@FULL
def test_the_register_of_the_branch_marks_all_its_open_signals_also_those_beyond_the_first(store, open_page):
    app = look_up(open_page(SCRIPT, **OWN), *sorted(register("ESC")))
    expected = still_open(stored("ESC"))
    assert SAY("signals.recognise.found", n=len(expected)) in words(app)
    assert sum("herkend" in row[2] for row in table(app, "Signaal")) == len(expected.filter(rule="frequent_attendance"))
    stopped = [part.value for part in app.markdown if "Staat, hoe lang open" in part.value][1]
    assert stopped.count("herkend") == len(expected.filter(rule="stopped_coming"))


@FULL
def test_ids_of_another_branch_mark_nothing_and_it_is_kept_who_looked_up_how_many(store, open_page):
    others = sorted(register("LAA") - register("ESC"))[:50]
    app = look_up(open_page(SCRIPT, **OWN), *others)
    assert SAY("signals.recognise.found", n=0) in words(app)
    assert not any("herkend" in row[2] for row in table(app, "Signaal"))
    assert table(app, "Wanneer")[0][1:] == ["Escamp", "50", "0"]
    programme = open_page(SCRIPT, rol="programma")
    assert table(programme, "Wanneer")[0][1:] == ["Escamp", "50", "0"]


# --- the limit --------------------------------------------------------------------------------------------------------


@FULL
def test_only_the_programme_has_the_form_for_the_limit_and_a_change_is_told_with_its_reason(store, open_page):
    assert not [box for box in open_page(SCRIPT, **OWN).selectbox if box.label == "Grens"]
    app = open_page(SCRIPT, rol="programma")
    next(box for box in app.selectbox if box.label == "Grens").set_value(9)
    save = next(button for button in app.button if button.label == "Grens vastleggen")
    save.click().run()
    assert SAY("stopped.signal_rule.without_reason") in words(app)
    app.text_input[0].set_value("te veel werk")
    next(button for button in app.button if button.label == "Grens vastleggen").click().run()
    assert "9 of meer bezoekdagen" in words(app) and "te veel werk" in words(app)
    own = open_page(SCRIPT, **OWN)
    assert "9 of meer bezoekdagen" in words(own) and "te veel werk" in words(own)


@TOWN
def test_a_limit_that_holds_later_is_told_with_its_day(store, open_page):
    deliver("signaal.csv", signal_list("kaart-900"), "visits")
    later = cached.today() + timedelta(days=30)
    set_threshold(engine(), Reader(Role.PROGRAMME), 10, later, "proef")
    text = words(open_page(SCRIPT, rol="vestiging"))
    assert "8 of meer bezoekdagen" in text
    assert SAY("signals.rule.later", day=later, threshold=10) in text


@FULL
def test_the_back_test_is_that_of_the_figure_and_the_limit_in_force_stands_out(store, open_page):
    app = open_page(SCRIPT, rol="programma")
    rows = {row[0]: row[1] for row in table(app, "Grens | Schooljaar")}
    assert list(rows) == [SAY("signals.days", n=days) for days in range(6, 13)]
    counts = [int(count) for count in rows.values() if count.isdigit()]
    assert counts == sorted(counts, reverse=True), "a higher limit gives fewer signals"
    assert rows["8 dagen"] == str(len(stored().filter(rule="frequent_attendance")))


def test_steps_offer_every_state_but_new_and_every_reason_once():
    offered = story.steps(SAY)
    assert len(offered) == len(set(offered.values())) == 9
    assert ("new", None) not in offered and ("closed", None) not in offered


# --- a time of which no signal was kept -------------------------------------------------------------------------------


@FULL
def test_of_a_school_year_without_kept_signals_the_page_says_so_and_shows_no_noughts(store, open_page):
    """The rule looks back on every visit; the demo keeps signals since its last school year alone."""
    first, last = date(2023, 8, 1), date(2024, 7, 31)
    assert not stored().filter(stored()["raised_on"].is_between(first, last)).height
    app = open_page(SCRIPT, rol="programma", periode="2023-2024")
    text, raised = words(app), int(app.metric[1].value)
    assert raised > 0
    assert app.header[0].value == SAY("signals.headline.not_kept", first=SAY("signals.headline.raised", n=raised))
    assert SAY("signals.certainty.not_kept") in text and SAY("signals.states.not_kept") in text
    assert "geen signalen" not in text.replace(SAY("signals.states.not_kept"), "").replace(SAY("reason.no_signals"), "x")
    assert (app.metric[0].value, app.metric[2].value) == ("\N{EN DASH}", "\N{EN DASH}")
    assert [len(row) for row in table(app, "Vestiging | Signalen")] == [4] * 5, "no column of noughts"


@TOWN
def test_with_too_few_to_show_the_page_says_that_and_not_that_there_are_none(store, open_page):
    deliver("vaak.csv", signal_list("kaart-900", "kaart-901"), "visits")
    app = open_page(SCRIPT, rol="programma")
    text = words(app)
    assert app.header[0].value.startswith(SAY("signals.headline.unknown"))
    assert SAY("signals.branches.hidden") in text and SAY("signals.states.hidden") in text
    assert SAY("signals.states.nothing") not in text
