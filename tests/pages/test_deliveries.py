"""Gegevens: what is in, what a file would do, and what it did. One town with one branch, small enough to count by hand."""

import json
import re

import pytest
from sqlalchemy import func, select
from streamlit.testing.v1 import AppTest

from actions import loads as kept
from data_access.checks import CHECKS
from data_access.database import engine, look
from data_access.tables import loads, visits
from presentation.texts import LANGUAGES, language
from tests.pages.conftest import LAAK, SCHILDER, STATES, deliver, words

PAGE = "pages/data/deliveries.py"
HEADER = "leerling_id,datum,vestiging,wijkcode"
#: In the store are two Tuesdays, 4 and 11 March, so its second week is still running. This list is of the two Tuesdays after, with a row that nobody can read.
NEXT = "\n".join([HEADER, f"kaart-001,2025-03-18,LAA,{LAAK}", f"kaart-002,2025-03-25,LAA,{LAAK}", f"kaart-003,2025-02-30,LAA,{LAAK}"])
nl = language("nl")
one_branch = pytest.mark.parametrize("store", ["one_branch"], indirect=True)


def offer(app: AppTest, content: str | bytes, name: str = "bezoeken.csv") -> AppTest:
    """Choose a file on the page."""
    raw = content.encode() if isinstance(content, str) else content
    app.file_uploader[0].set_value((name, raw, "text/csv")).run()
    assert not app.exception, app.exception[0].message
    return app


def press(app: AppTest, label: str) -> AppTest:
    """Click the button whose label holds these words."""
    next(button for button in app.button if label in button.label).click().run()
    assert not app.exception, app.exception[0].message
    return app


def numbers(app: AppTest) -> dict[str, str]:
    return {metric.label: metric.value for metric in app.metric}


def count(column) -> int:
    with look(engine()) as connection:
        return connection.execute(select(func.count(column))).scalar_one()


def buttons(app: AppTest) -> list[str]:
    return [button.label for button in app.button]


# --- who sees what, in which state --------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["programma", "vestiging", "beheer"])
@pytest.mark.parametrize("store", STATES, indirect=True)
def test_the_page_speaks_in_each_state_and_language_to_each_role(store, role, open_page):
    for code in LANGUAGES:
        say = language(code)
        app = open_page(PAGE, taal=code, rol=role)
        assert app.title[0].value == say("deliveries.question")
        if store == "no_data":
            assert app.header[0].value == say("deliveries.headline.nothing")
            assert say("deliveries.no_rows") in words(app)
            assert not app.get("plotly_chart")
        else:
            assert len(app.get("plotly_chart")) == 1
            assert len(app.get("plotly_chart")[0].proto.alt) > 60
        assert len(app.file_uploader) == (0 if role == "programma" else 1)


@pytest.mark.parametrize("store", STATES, indirect=True)
def test_the_council_clerk_has_no_access(store, open_page):
    app = open_page(PAGE, rol="raad")
    assert [error.value for error in app.error] == [language("nl")("guard.no_access")]
    assert not app.file_uploader and not app.title


@pytest.mark.parametrize("store", ["full"], indirect=True)
def test_with_all_roles_the_page_takes_files(store, open_page):
    assert len(open_page(PAGE).file_uploader) == 1


@pytest.mark.parametrize("store", ["full"], indirect=True)
def test_the_two_planted_weeks_are_missing_and_the_page_says_where(store, open_page):
    app = open_page(PAGE, rol="programma")
    assert app.header[0].value == "193 van de 195 vestigingsweken zijn binnen."
    assert "2 vestigingsweken ontbreken, allebei in Laakkwartier" in words(app)


@pytest.mark.parametrize("store", ["full"], indirect=True)
def test_a_branch_sees_its_own_weeks_and_deliveries_and_no_others(store, open_page):
    app = open_page(PAGE, rol="vestiging", eigen="TRA")
    shown = app.get("plotly_chart")[0].proto
    assert "Transvaalkwartier" in shown.spec
    for other in ("Laakkwartier", "Escamp", "Schilderswijk"):
        assert other not in shown.spec and other not in shown.alt and other not in words(app)
    assert app.header[0].value == "Alle 39 vestigingsweken zijn binnen."


@pytest.mark.parametrize("store", ["full"], indirect=True)
def test_a_branch_may_load_visits_and_sessions_and_the_steward_every_kind(store, open_page):
    def templates(role):
        return {button.proto.label for button in open_page(PAGE, rol=role).get("download_button") if button.proto.id.split("-")[-1] != "csv"}

    questionnaires = {nl(f"deliveries.step.questionnaire_{audience}") for audience in ("pupils", "parents")}
    assert {nl(f"delivery.kind.{kind}").capitalize() for kind in ("visits", "sessions", "survey")} | questionnaires <= templates("vestiging")
    assert nl("delivery.kind.branches").capitalize() not in templates("vestiging")
    assert nl("delivery.kind.branches").capitalize() in templates("beheer")


@pytest.mark.parametrize("store", ["withheld"], indirect=True)
def test_how_often_a_handful_of_pupils_came_is_not_said(store, open_page):
    app = open_page(PAGE, rol="programma")
    state = next(part.value for part in app.markdown if "volgende levering" in part.value)
    assert "bezoeken" not in state


@pytest.mark.parametrize("store", ["full"], indirect=True)
def test_a_demo_says_that_trying_is_allowed(store, open_page):
    assert nl("deliveries.step.demo") in words(open_page(PAGE, rol="beheer"))


# --- check, load, receipt -----------------------------------------------------------------------------------------------


@one_branch
def test_the_check_says_what_will_happen_in_a_sum_that_closes_and_stores_nothing(store, open_page):
    before = count(visits.c.pupil_id)
    known = f"kaart-000,2025-03-04,LAA,{LAAK}"
    app = offer(open_page(PAGE, rol="beheer"), f"{NEXT}\n{known}\n")
    assert numbers(app) == {"Regels gelezen": "4", "Nieuw": "2", "Gecorrigeerd": "0", "Al bekend": "1", "Afgekeurd": "1"}
    assert "= 2 + 0 + 1 + 1" in words(app)
    assert any("3 regels laden" in label for label in buttons(app))
    assert "Bezoeken van Laakkwartier, 4 maart 2025 t/m 25 maart 2025." in words(app)
    assert count(visits.c.pupil_id) == before


@one_branch
def test_the_headline_says_what_the_file_brings(store, open_page):
    app = offer(open_page(PAGE, rol="beheer"), NEXT)
    assert app.header[0].value == "1 vestigingsweek is binnen; dit bestand brengt er 2 nieuwe bij."
    assert nl("deliveries.certainty.some_refused", read=3, refused=1) in words(app)


@one_branch
def test_the_headline_says_which_gap_the_file_fills(store, open_page):
    press(offer(open_page(PAGE, rol="beheer"), f"{HEADER}\nkaart-001,2025-03-25,LAA,{LAAK}"), "laden")
    app = open_page(PAGE, rol="beheer")
    assert app.header[0].value == "2 van de 3 vestigingsweken zijn binnen."
    app = offer(app, f"{HEADER}\nkaart-001,2025-03-18,LAA,{LAAK}", "vergeten.csv")
    assert app.header[0].value == "2 van de 3 vestigingsweken zijn binnen; dit bestand vult de laatste aan."


@one_branch
def test_a_list_of_another_school_year_is_said_to_be_so(store, open_page):
    app = offer(open_page(PAGE, rol="beheer"), f"{HEADER}\nkaart-001,2023-09-19,LAA,{LAAK}")
    assert app.header[0].value.endswith("; dit bestand gaat over 2023-2024.")


@one_branch
def test_loading_gives_a_receipt_and_drops_the_file(store, open_page):
    before = count(visits.c.pupil_id)
    app = press(offer(open_page(PAGE, rol="beheer"), NEXT), "2 regels laden")
    assert count(visits.c.pupil_id) == before + 2
    assert numbers(app)["Nieuw"] == "2"
    assert nl("deliveries.step.loaded") in words(app)
    assert nl("deliveries.certainty.loaded") in words(app)
    assert app.header[0].value == "Alle 3 vestigingsweken zijn binnen."
    assert "2 nieuw, 1 afgekeurd" in words(app)
    assert app.file_uploader[0].value is None
    assert "deliveries.looked" not in app.session_state


@one_branch
def test_the_form_of_every_kind_can_be_loaded_and_gives_its_receipt(store, open_page):
    """The forms that the page itself hands out, each with its example row, areas and schools before what names them."""
    app = open_page(PAGE, rol="beheer")
    ground = ["neighbourhoods", "branches", "schools"]
    for kind in [*ground, *(kind for kind in kept.kind_ids() if kept.has_template(kind) and kind not in ground)]:
        loaded = count(loads.c.load_id)
        app = press(offer(app, kept.template(engine(), kind), f"{kind}.csv"), "laden")
        assert (nl("deliveries.step.loaded") in words(app), numbers(app)["Regels gelezen"], numbers(app)["Afgekeurd"]) == (True, "1", "0"), kind
        assert count(loads.c.load_id) == loaded + 1
    with look(engine()) as connection:
        brought = set(connection.execute(select(loads.c.kind)).scalars())
    assert brought == set(kept.kind_ids()) - {"boundaries"}


@one_branch
def test_the_same_bytes_again_change_nothing_and_the_page_says_when_they_came(store, open_page):
    app = press(offer(open_page(PAGE, rol="beheer"), NEXT), "laden")
    loaded = count(loads.c.load_id)
    app = offer(app, NEXT, "zelfde-bestand-andere-naam.csv")
    assert "Precies dit bestand is al geladen op" in words(app)
    assert not any("regels laden" in label for label in buttons(app))
    assert count(loads.c.load_id) == loaded


@one_branch
def test_a_list_of_which_all_is_known_is_said_to_change_no_figure(store, open_page):
    app = offer(open_page(PAGE, rol="beheer"), f"{HEADER}\nkaart-000,2025-03-04,LAA,{LAAK}")
    assert nl("deliveries.certainty.all_known") in words(app)


@one_branch
def test_not_loading_takes_the_file_off_the_table(store, open_page):
    loaded = count(loads.c.load_id)
    app = press(offer(open_page(PAGE, rol="beheer"), NEXT), nl("deliveries.check.stop"))
    assert app.file_uploader[0].value is None
    assert not app.metric
    assert count(loads.c.load_id) == loaded


@one_branch
def test_a_replacing_file_needs_a_tick_before_anything_goes(store, open_page):
    before = count(visits.c.pupil_id)  # 40 on 4 March, 20 on 11 March
    app = offer(open_page(PAGE, rol="beheer"), f"{HEADER}\nkaart-000,2025-03-04,LAA,{LAAK}\nkaart-001,2025-03-04,LAA,{LAAK}")
    app.radio[0].set_value("replaces").run()
    assert app.checkbox[0].label == "Ja, 38 regels die niet in dit bestand staan, gaan weg"
    load = next(button for button in app.button if "regels laden" in button.label)
    assert load.disabled
    app.checkbox[0].check().run()
    app = press(app, "regels laden")
    assert count(visits.c.pupil_id) == before - 38
    assert "38 regels die niet in dit bestand stonden, zijn weggehaald." in words(app)


@one_branch
def test_a_file_with_refused_rows_is_said_beforehand_to_replace_nothing(store, open_page):
    app = offer(open_page(PAGE, rol="beheer"), NEXT)
    app.radio[0].set_value("replaces").run()
    assert app.warning[0].value == nl("deliveries.check.replace_with_refused", n=1)
    assert not any("laden" in label and "Niet" not in label for label in buttons(app))
    assert "1 regel is afgekeurd" in words(app) and nl("deliveries.refused.hint_first") in words(app)
    assert nl("deliveries.certainty.replace_with_refused", read=3, refused=1) in words(app)
    assert app.header[0].value == "1 vestigingsweek is binnen."
    app.radio[0].set_value("adds").run()
    assert any("2 regels laden" in label for label in buttons(app))


@one_branch
def test_a_list_that_stops_before_an_inloopmoment_leaves_its_week_partly_delivered(store, open_page):
    deliver("momenten.csv", "vestiging,datum,status\nLAA,2025-03-18,gehouden\nLAA,2025-03-20,gehouden\n", "sessions")
    app = offer(open_page(PAGE, rol="beheer"), f"{HEADER}\nkaart-001,2025-03-18,LAA,{LAAK}\nkaart-001,2025-03-25,LAA,{LAAK}", "kort.csv")
    app = press(app, "laden")
    assert app.header[0].value == "Alle 3 vestigingsweken zijn binnen.", "one list runs over the quiet Thursday"
    deliver("momenten.csv", "vestiging,datum,status\nLAA,2025-03-25,gehouden\nLAA,2025-03-27,gehouden\n", "sessions")
    app = press(offer(app, f"{HEADER}\nkaart-001,2025-04-01,LAA,{LAAK}", "later.csv"), "laden")
    assert app.header[0].value == "3 van de 4 vestigingsweken zijn binnen."
    assert "Geen enkele vestigingsweek ontbreekt; 1 is deels geleverd" in words(app)
    assert nl("deliveries.key.partly") in words(app)


@one_branch
def test_a_branch_reads_up_to_which_day_it_delivered_itself(store, open_page):
    deliver("vestigingen.csv", "vestiging_id,vestiging,doelgroep\nESC,Escamp,PO\n", "branches")
    deliver("escamp.csv", f"{HEADER}\nkaart-500,2025-05-06,ESC,{LAAK}\n", "visits")
    assert "geleverd t/m 11 maart 2025" in words(open_page(PAGE, rol="vestiging", eigen="LAA"))
    assert "geleverd t/m 6 mei 2025" in words(open_page(PAGE, rol="beheer"))


@one_branch
def test_days_that_are_named_are_covered_also_without_a_row(store, open_page):
    import datetime as dt

    app = offer(open_page(PAGE, rol="beheer"), f"{HEADER}\nkaart-001,2025-03-17,LAA,{LAAK}")
    for end, day in zip(app.date_input, (dt.date(2025, 3, 17), dt.date(2025, 3, 28)), strict=True):
        end.set_value(day)
    app = press(app.run(), "laden")
    assert app.header[0].value == "Alle 4 vestigingsweken zijn binnen."


@one_branch
def test_what_is_not_kept_is_named_and_kept_nowhere(store, open_page):
    content = f"{HEADER},naam,geboortedatum\nkaart-001,2025-03-18,LAA,{LAAK},Sanne de Wit,2014-05-06"
    app = offer(open_page(PAGE, rol="beheer"), content)
    assert "De kolommen ‘naam’ en ‘geboortedatum’ worden niet bewaard." in words(app)
    app = press(app, "laden")
    assert "De kolommen ‘naam’ en ‘geboortedatum’ zijn niet bewaard." in words(app)
    assert "Sanne" not in words(app)


@one_branch
def test_no_pupil_stands_in_words_or_in_the_names_of_what_the_session_keeps(store, open_page):
    app = offer(open_page(PAGE, rol="beheer"), f"{NEXT}\n123456782,2025-03-18,LAA,{LAAK}\nSanne,2025-03-18,LAA,{LAAK}", "lijst.csv")
    assert "Dit lijkt een burgerservicenummer" in words(app)
    for private in ("kaart-0", "123456782", "Sanne"):
        assert private not in words(app)
        assert not any(private in str(key) for key in app.session_state._state.filtered_state)


@one_branch
def test_refused_rows_with_the_same_fault_stand_together(store, open_page):
    rows = [f"kaart-{number:03},31-06-2025,LAA,{LAAK}" for number in range(2)]
    app = offer(open_page(PAGE, rol="beheer"), "\n".join([HEADER, *rows, f"kaart-009,2025-03-18,Laakwartier,{LAAK}"]))
    assert "3 regels zijn afgekeurd: 2 soorten fouten" in words(app)
    table = next(part.value for part in app.markdown if part.value.startswith("| :small[:gray[Regel]"))
    first, second = [[cell.strip().removeprefix(":small[").removesuffix("]") for cell in line.strip("|").split("|")] for line in table.splitlines()[2:]]
    assert first[:2] == ["2 en 3", r"datum\: ‘31-06-2025’"]
    assert second[:2] == ["4", r"vestiging\: ‘Laakwartier’"]
    assert nl("deliveries.certainty.all_refused") in words(app)
    assert not any("regels laden" in label for label in buttons(app))


@one_branch
def test_refused_rows_of_an_earlier_delivery_can_be_looked_up(store, open_page):
    press(offer(open_page(PAGE, rol="beheer"), NEXT), "laden")
    app = open_page(PAGE, rol="beheer")
    assert "1 regel is afgekeurd" not in words(app)
    app = look_at(app, 0)
    assert "1 regel is afgekeurd" in words(app)


def look_at(app: AppTest, place: int) -> AppTest:
    """Choose one of the earlier deliveries, 0 = the newest."""
    next(box for box in app.selectbox if box.label == nl("deliveries.history.look_at")).select_index(place).run()
    assert not app.exception, app.exception[0].message
    return app


# --- asking once --------------------------------------------------------------------------------------------------------


OWN_WORDS = "Pasje kind;datum;vestiging;Wie hielp\nkaart-901;18-03-2025;LAA;Ada Lovelace\nkaart-902;25-03-2025;LAA;Ada Lovelace\n"


def answer(app: AppTest, answers: dict[str, str]) -> AppTest:
    """Choose in every box whose label holds these words, and go on."""
    for words_of_label, value in answers.items():
        next(box for box in app.selectbox if words_of_label in box.label).set_value(value)
    return press(app, nl("deliveries.ask.go"))


@one_branch
def test_an_unknown_column_is_asked_about_once_with_examples_that_give_no_pupil_away(store, open_page):
    app = offer(open_page(PAGE, rol="beheer"), OWN_WORDS, "eigen.csv")
    assert nl("deliveries.step.ask") in words(app)
    asked = [box for box in app.selectbox if "deze kolom" in box.label]
    assert [box.label for box in asked] == [nl("deliveries.ask.column", header=name) for name in ("Pasje kind", "Wie hielp")]
    assert nl("deliveries.ask.no_numbers") in words(app), "a list of names alone has a way in"
    assert asked[0].value is None and nl("deliveries.ask.not_needed") in asked[0].options, "nothing is guessed"
    assert "k•••" in words(app)
    assert not any(private in words(app) for private in ("kaart-901", "Ada"))
    assert not any("laden" in label for label in buttons(app))

    app = answer(app, {"Pasje kind": "pupil", "Wie hielp": ""})
    assert numbers(app)["Nieuw"] == "2"
    assert "De kolom Pasje kind is gelezen als leerling" in words(app)
    app = press(app, "2 regels laden")
    assert "De kolom Pasje kind is gelezen als leerling" in words(app), "the receipt names the answer"

    app = offer(app, OWN_WORDS.replace("03-2025", "04-2025"), "week-later.csv")
    assert numbers(app)["Nieuw"] == "2", "it is not asked again"


@one_branch
def test_an_answer_can_be_changed_before_the_file_is_loaded(store, open_page):
    app = answer(offer(open_page(PAGE, rol="beheer"), OWN_WORDS), {"Pasje kind": "pupil"})
    app = press(app, nl("deliveries.ask.again"))
    assert nl("deliveries.step.ask") in words(app)
    app = answer(app, {"Pasje kind": "school"})
    assert nl("deliveries.step.ask") in words(app), "which column holds the number is still not said"


@one_branch
def test_a_list_that_names_no_branch_is_of_the_branch_that_brings_it_and_the_steward_is_asked(store, open_page):
    deliver("vestigingen.csv", "vestiging_id,vestiging,doelgroep\nESC,Escamp,PO\n", "branches")
    content = "leerling_id,datum\nkaart-001,2025-03-18\n"
    own = offer(open_page(PAGE, rol="vestiging", eigen="LAA"), content)
    assert "Bezoeken van Laakkwartier, 18 maart 2025 t/m 18 maart 2025." in words(own)
    app = answer(offer(open_page(PAGE, rol="beheer"), content), {"Van welke vestiging": "ESC"})
    assert "Bezoeken van Escamp, 18 maart 2025 t/m 18 maart 2025." in words(app)


# --- taking back --------------------------------------------------------------------------------------------------------


@one_branch
def test_a_wrong_delivery_is_taken_back_after_a_tick_that_says_what_goes(store, open_page):
    before = count(visits.c.pupil_id)
    app = press(offer(open_page(PAGE, rol="beheer"), NEXT, "verkeerd.csv"), "laden")
    app = look_at(app, 0)
    box = next(box for box in app.checkbox if "gaan weg" in box.label)
    assert box.label == nl("deliveries.history.agree", n=2)
    assert next(button for button in app.button if button.label == nl("deliveries.history.take_back")).disabled
    box.check().run()
    app = press(app, nl("deliveries.history.take_back"))
    assert count(visits.c.pupil_id) == before
    assert app.header[0].value == "1 vestigingsweek is binnen."
    assert "Deze levering is teruggenomen op" in words(app)
    assert "verkeerd.csv" in words(app) and nl("deliveries.history.withdrawn") in words(app), "it stays in the list, as taken back"
    assert nl("deliveries.certainty.loaded") not in words(app) and not app.metric
    assert not any(button.label == nl("deliveries.history.take_back") for button in app.button)


@one_branch
def test_what_another_delivery_stands_on_is_not_taken_back_and_the_page_says_why(store, open_page):
    app = look_at(open_page(PAGE, rol="beheer"), 1)
    assert "vestiging" in app.info[0].value and "teruggenomen" not in app.info[0].value
    assert not any(button.label == nl("deliveries.history.take_back") for button in app.button)


@one_branch
def test_a_branch_takes_its_own_delivery_back_and_the_programme_none(store, open_page):
    deliver("escamp.csv", "vestiging_id,vestiging,doelgroep\nESC,Escamp,PO\n", "branches")
    deliver("van-escamp.csv", f"{HEADER}\nkaart-500,2025-03-11,ESC,{LAAK}\n", "visits")
    deliver("van-laak.csv", f"{HEADER}\nkaart-001,2025-03-25,LAA,{LAAK}\n", "visits")
    before = count(visits.c.pupil_id)
    app = look_at(open_page(PAGE, rol="vestiging", eigen="LAA"), 0)
    assert "van-escamp.csv" not in words(app)
    next(box for box in app.checkbox if "weg" in box.label).check().run()
    press(app, nl("deliveries.history.take_back"))
    assert count(visits.c.pupil_id) == before - 1
    reading = open_page(PAGE, rol="programma")
    next(box for box in reading.selectbox if box.label == nl("deliveries.history.refused_of")).select_index(0).run()
    assert {button.label for button in reading.button} <= {nl("picture.open")} and not reading.checkbox


# --- files that cannot be loaded ----------------------------------------------------------------------------------------


@one_branch
@pytest.mark.parametrize(
    ("content", "code"),
    [(b"", "file.empty"), (b"%PDF-1.7", "file.no_table"), (HEADER.encode(), "file.no_rows"), (f"{HEADER}\na,04-13-2025,LAA,x\n".encode(), "file.month_first")],
)
def test_a_file_that_cannot_be_loaded_gets_one_sentence(store, content, code, open_page):
    loaded = count(loads.c.load_id)
    app = offer(open_page(PAGE, rol="beheer"), content)
    assert [error.value for error in app.error] == [_unmarked(nl(f"stopped.{code}", value="04-13-2025"))]
    assert nl("deliveries.certainty.refused") in words(app)
    assert count(loads.c.load_id) == loaded


def _unmarked(sentence: str) -> str:
    from presentation.texts import plain

    return plain(sentence)


@one_branch
def test_a_kind_that_does_not_fit_is_refused_and_can_be_chosen_back(store, open_page):
    app = offer(open_page(PAGE, rol="beheer"), NEXT)
    kind = next(box for box in app.selectbox if box.label == nl("deliveries.step.kind"))
    assert kind.value == "visits"
    kind.set_value("boundaries").run()
    assert "past niet bij grenzen" in app.error[0].value
    next(box for box in app.selectbox if box.label == nl("deliveries.step.kind")).set_value("visits").run()
    assert numbers(app)["Regels gelezen"] == "3"


@one_branch
def test_a_file_of_an_unknown_kind_names_its_columns(store, open_page):
    app = offer(open_page(PAGE, rol="beheer"), "foo,bar\n1,2\n")
    assert "foo, bar" in app.error[0].value


@one_branch
def test_a_branch_cannot_load_what_is_not_its_own(store, open_page):
    app = offer(open_page(PAGE, rol="vestiging"), "vestiging_id,vestiging,doelgroep\nLAA,Ander,PO\n")
    assert "Vraag de beheerder" in app.error[0].value


@one_branch
def test_mark_up_in_what_people_deliver_is_shown_as_it_is(store, open_page):
    content = f"{HEADER},**vet** :red[x]\nkaart-001,2025-03-18,<b>Laak</b> | $x$,{LAAK},1"
    app = offer(open_page(PAGE, rol="beheer"), content, "_lijst_ [hier](http://x).csv")
    text = words(app)
    for raw in ("**vet**", ":red[x]", "[hier](http://x)", "<b>Laak</b>", "$x$"):
        assert raw not in text
    assert r"\[hier\]" in text


# --- completeness -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("store", ["full"], indirect=True)
def test_the_chart_has_a_cell_for_every_week_of_the_table(store, open_page):
    app = open_page(PAGE, rol="programma", periode="2019-2020")
    bars = json.loads(app.get("plotly_chart")[0].proto.spec)["data"]
    table = next(part.value for part in app.markdown if part.value.startswith("| Week van"))
    cells = [cell.strip() for line in table.splitlines()[2:] for cell in line.strip("|").split("|")[1:]]
    for place, state in enumerate(("delivered", "missing", "closed", "running")):
        assert len(bars[place]["customdata"]) == cells.count(nl(f"deliveries.week.{state}"))
    assert cells.count("dicht") > 20, "the spring of 2020 is closed, not missing"


# --- checks before figures are official ---------------------------------------------------------------------------------


@one_branch
def test_what_is_to_be_looked_at_stands_with_its_place_and_what_to_do(store, open_page):
    deliver("later.csv", f"{HEADER}\nkaart-000,2025-03-25,LAA,{SCHILDER}\n", "visits")
    app = open_page(PAGE, rol="beheer")
    assert nl("checks.asking", n=2) in words(app)
    assert {part.label for part in app.expander} == {
        "1 vestigingsweek die ontbreekt of maar deels is geleverd",
        "1 leerling met meer dan één wijk in dit schooljaar",
    }
    assert "Laakkwartier, week van 17 mrt 2025" in words(app) and "Laakkwartier, di 25 mrt 2025" in words(app)
    assert re.search(r"\S+\.csv, rij \d+; later\.csv, rij 2", words(app).replace("\\", "")), "the row before it changed, and the one in which it did"
    assert nl("checks.two_homes.do") in words(app)
    assert "kaart-000" not in words(app)


@one_branch
def test_the_programme_manager_reads_counts_and_a_branch_its_own(store, open_page):
    deliver("later.csv", f"{HEADER}\nkaart-000,2025-03-25,LAA,{SCHILDER}\n", "visits")
    app = open_page(PAGE, rol="programma")
    assert {part.label for part in app.expander} == {
        "1 vestigingsweek die ontbreekt of maar deels is geleverd",
        "1 tot en met 4 leerlingen met meer dan één wijk in dit schooljaar",
    }
    assert "mrt 2025" not in words(app)
    assert "Laakkwartier, di 25 mrt 2025" in words(open_page(PAGE, rol="vestiging", eigen="LAA"))


@pytest.mark.parametrize("store", ["full"], indirect=True)
def test_a_branch_with_nothing_to_look_at_reads_that_there_is_nothing_to_do(store, open_page):
    app = open_page(PAGE, rol="vestiging", eigen="TRA")
    assert nl("checks.nothing", n=len(CHECKS)) in words(app)
    assert not app.expander
