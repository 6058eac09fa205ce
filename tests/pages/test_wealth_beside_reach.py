"""Deelname holds the wealth of each neighbourhood beside its reach, and says so where there is none."""

import json

import pytest
from streamlit.testing.v1 import AppTest

from data_access.reader import Reader, Role
from metrics.periods import school_year
from metrics.shapes import View
from presentation import cached
from presentation.navigation import PAGES
from presentation.texts import language
from tests.pages.conftest import FIGURES, LAAK, SCHILDER, deliver, words

SCRIPT = {page.id: page.script for page in PAGES}["participation"]


def table_of(app: AppTest) -> list[list[str]]:
    """The table of the map, which has every neighbourhood; that of the dots has the largest."""
    *_, written = (part.value for part in app.markdown if part.value.startswith("| Wijk"))
    return [[cell.strip() for cell in line.split("|")[1:-1]] for line in written.splitlines()[2:]]


@pytest.mark.parametrize("store", ["full"], indirect=True)
def test_each_neighbourhood_stands_beside_its_wealth_with_its_source(store, open_page):
    app = open_page(SCRIPT, periode="2023-2024", rol="programma")
    inputs = cached.dataset(Reader(Role.PROGRAMME)).inputs()
    view = View(school_year(2023), school_year(2023).last)
    fifths = cached.wealth_fifths(view)
    names = dict(inputs.neighbourhoods.select("name", "neighbourhood_code").iter_rows())
    rows = {row[0]: row[1] for row in table_of(app)}
    assert {rows[name] for name, code in names.items() if name in rows and code in fifths} == set("12345")
    assert all(rows[name] == fifths.get(code, "geen cijfer") for name, code in names.items() if name in rows)
    assert rows["Wijk onbekend"] == "geen wijk", "pupils without a known home have no neighbourhood to be wealthy"
    assert all(source in words(app) for source in cached.wealth_sources(view)) and "minst welvarend" in words(app)
    drawn = [note["text"] for note in json.loads(app.get("plotly_chart")[0].proto.spec)["layout"]["annotations"]]
    assert {"<b>1</b>", "5", language("nl")("participation.wealth.label")} <= set(drawn)


@pytest.mark.parametrize("store", ["one_branch"], indirect=True)
def test_a_neighbourhood_without_a_figure_of_wealth_says_so_and_a_town_without_any_as_well(store, open_page):
    say = language("nl")
    app = open_page(SCRIPT, rol="programma")
    assert say("participation.wealth.none") in words(app)
    deliver("welvaart.csv", FIGURES.splitlines()[0] + f"\n{LAAK},2022,p_ink_li,62\n", "context")
    rows = {row[0]: row[1] for row in table_of(open_page(SCRIPT, rol="programma"))}
    assert (rows["Schilder"], rows["Laak"] != "geen cijfer") == ("geen cijfer", True)
    assert SCHILDER != LAAK
