"""A neighbourhood that somebody picks out on a map: its sentence has the numbers of the map, hides what the map hides, and is undone as easily."""

import re
from datetime import date

import pytest

from data_access.reader import Reader, Role
from presentation.choice import Choice
from presentation.stories import common, neighbourhood
from presentation.stories import participation as story
from presentation.texts import LANGUAGES, language
from tests.pages.conftest import LAAK, words

WITH_A_MAP = ["pages/pilot/overview.py", "pages/pilot/participation.py", "pages/pilot/equal_opportunity.py"]
nl = language("nl")


@pytest.mark.parametrize("store", ["one_branch"], indirect=True)
@pytest.mark.parametrize("page", WITH_A_MAP)
def test_the_sentence_counts_who_came_from_there(store, open_page, page):
    app = open_page(page, rol="programma", uitgelicht=LAAK)
    found = re.search(r"\*\*Laak\*\*: van de ([\d.]+) leerlingen komen er \*\*(\d+)\*\*\. Dat is ([\d,]+) op de 100", words(app))
    assert found, words(app)
    of, came, share = (float(number.replace(".", "").replace(",", ".")) for number in found.groups())
    assert came == 40
    assert share == pytest.approx(100 * came / of, abs=0.05)


@pytest.mark.parametrize("store", ["one_branch"], indirect=True)
def test_the_choice_is_undone_from_the_list_and_a_neighbourhood_that_does_not_exist_gets_a_sentence(store, open_page):
    app = open_page(WITH_A_MAP[1], uitgelicht=LAAK)
    app.selectbox(key="uitgelicht").set_value("geen").run()
    assert "**Laak**" not in words(app)
    app = open_page("", uitgelicht="WK999999")
    assert nl("filter.unknown", value="WK999999", filter=nl("spotlight.choose").lower(), shown=nl("spotlight.none")) in words(app)


@pytest.mark.parametrize("store", ["full"], indirect=True)
@pytest.mark.parametrize("code", LANGUAGES)
def test_what_the_map_hides_the_sentence_hides(store, open_page, code):
    choice, reader, say = Choice(2024, date(2019, 5, 13), date(2025, 6, 29), None, None), Reader(Role.PROGRAMME), language(code)
    shown = common.by_key(story.load(choice, reader).by_neighbourhood, "neighbourhood_code")
    hidden = [place for place in neighbourhood.names() if shown[place].reason == "hidden"]
    assert hidden, "the demo has neighbourhoods with a handful of pupils"
    for place in hidden:
        told = neighbourhood.about(choice, place, reader, say)
        assert told.startswith(say("spotlight.hidden", name=neighbourhood.names()[place]))
        assert not re.search(r"\d", told.replace("5", ""))
