"""What somebody picks out with a click: its sentence has the numbers of the map, hides what the map hides, and is undone as easily."""

import json
import re
from datetime import date

import pytest

from data_access.reader import Reader, Role
from presentation import cached
from presentation.choice import Choice
from presentation.components import filters
from presentation.stories import common, neighbourhood
from presentation.stories import participation as story
from presentation.texts import LANGUAGES, language
from tests.pages.conftest import LAAK, point_at, words

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


# --- what a click picks -----------------------------------------------------------------------------------------------

#: Page -> the charts on it that can be clicked and are no map, and what a click on them picks.
CLICKED = {
    "pages/pilot/participation.py": {"deelname-bereik-per-wijk": "place"},
    "pages/pilot/equal_opportunity.py": {"gelijke-kansen-trechter": "place"},
    "pages/pilot/expansion.py": {"uitbreiding-per-wijk": "place", "uitbreiding-beste-plekken": "place"},
    "pages/pilot/repeat_attendance.py": {"herhaald-bezoek-per-vestiging": "branch"},
    "pages/branches/comparison.py": {"vestigingen-drukte": "branch", "vestigingen-leerlingen-en-vrijwilligers": "branch"},
}


@pytest.mark.parametrize("store", ["full"], indirect=True)
def test_every_bar_and_dot_of_a_branch_or_neighbourhood_knows_which_it_is_and_none_pales_when_another_is_clicked(store, open_page):
    branches = {branch.id for branch in cached.branches()}
    for page, charts in CLICKED.items():
        drawn = open_page(page, rol="programma").get("plotly_chart")
        for name, kind in charts.items():
            (chart,) = (chart.proto for chart in drawn if chart.proto.id.endswith(f"chart-{name}"))
            marks = [trace for trace in json.loads(chart.spec)["data"] if trace["type"] == "bar" or trace["mode"] == "markers"]
            picked = [code for trace in marks for code in trace["ids"]]
            assert all(len(set(trace["ids"])) == len(trace["x"]) for trace in marks), "marks with one id would be drawn as one"
            assert chart.selection_mode, name
            assert picked and set(picked) <= (branches if kind == "branch" else set(neighbourhood.names())), name
            assert all(trace["unselected"]["marker"]["opacity"] == 1 for trace in marks), name


def test_a_branch_that_a_reader_may_not_choose_is_not_chosen_by_a_click(demo_folder, monkeypatch):
    point_at(demo_folder, monkeypatch)
    state = {"vestiging": "alle"}
    monkeypatch.setattr("presentation.components.filters.st.session_state", state)
    chosen = []
    for click in ("SCH", "LAA", "SCH", "LAA"):
        filters.pick_branch(Reader(Role.BRANCH, ("LAA",)))(click)
        chosen.append(state["vestiging"])
    assert chosen == ["alle", "LAA", "LAA", "alle"]
