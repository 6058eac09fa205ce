"""The six traps of Streamlit and Plotly that were met, each with a test that fails when it comes back.

Here are those that live in the browser or the server: a small app walks into each through server.py. The others are in tests/house/test_source.py.
"""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page

from presentation import colours
from presentation.colours import COLOURS, Theme
from tests.browser.conftest import Watched
from tests.serving import ROOT, Site

Serve = Callable[..., Site]
OpenPage = Callable[..., Page]

THEMES: tuple[Theme, ...] = ("light", "dark")

FRAME = """
import streamlit as st
def home(): st.title("Voorpagina")
def inner(): st.title("Binnenpagina")
st.navigation([st.Page(home, title="Voor", default=True), st.Page(inner, title="Binnen", url_path="binnen")]).run()
"""

MAP = """
import plotly.graph_objects as go
import streamlit as st
square = {"type": "Polygon", "coordinates": [[[4.2, 52.0], [4.2, 52.1], [4.4, 52.1], [4.4, 52.0], [4.2, 52.0]]]}
places = {"type": "FeatureCollection", "features": [{"type": "Feature", "id": "A", "properties": {}, "geometry": square}]}
figure = go.Figure(go.Choropleth(geojson=places, featureidkey="id", locations=["A"], z=[1], showscale=False))
figure.update_geos(visible=False, fitbounds="locations", projection_type="mercator")
st.plotly_chart(figure, config=CONFIG)
"""

SLOTS = f"""
import plotly.graph_objects as go
import streamlit as st
marks = go.Scatter(x=list(range(30)), y=[1] * 30, mode="markers", marker={{"size": 12, "color": {list(COLOURS)}}})
st.plotly_chart(go.Figure(marks, {{"showlegend": False}}), theme="streamlit")
"""

COLLECTIONS = """
import gc
import streamlit as st
st.session_state["runs"] = st.session_state.get("runs", 0) + 1
st.text(f"run {st.session_state['runs']}, collections {gc.get_stats()[2]['collections']}")
st.button("nog eens")
"""


def an_app(folder: Path, script: str) -> Path:
    """A folder with an app.py, our settings and our static files."""
    (folder / "app.py").write_text(script, encoding="utf-8")
    (folder / ".streamlit").symlink_to(ROOT / ".streamlit")
    (folder / "static").symlink_to(ROOT / "static")
    return folder


# 1. Scripts in pages/ are served past app.py until somebody has opened the front page ----------------------------------------


def test_the_first_to_arrive_on_a_fresh_server_gets_the_page_of_the_frame_and_never_a_bare_script(serve: Serve, open_page: OpenPage, tmp_path: Path):
    app = an_app(tmp_path, FRAME)
    (app / "pages").mkdir()
    (app / "pages/geheim.py").write_text('import streamlit as st\nst.title("Past the frame")', encoding="utf-8")
    site = serve(app=app)

    page = open_page(f"{site.address}/geheim")
    assert page.get_by_text("Past the frame").count() == 0
    assert page.get_by_test_id("stSidebarNav").get_by_text("geheim").count() == 0

    page = open_page(f"{site.address}/binnen")
    assert page.get_by_role("heading", name="Binnenpagina").is_visible()


def test_no_page_lies_where_streamlit_would_serve_it_by_itself():
    assert [file.name for file in (ROOT / "pages").glob("*.py")] == ["__init__.py"]


# 3. A map fetches the outlines of the world from the internet ----------------------------------------------------------------


def test_a_map_is_drawn_without_leaving_the_machine(serve: Serve, open_page: OpenPage, tmp_path: Path):
    site = serve(app=an_app(tmp_path, MAP.replace("CONFIG", '{"topojsonURL": "/app/static/"}')))
    page = open_page(site.address)
    page.wait_for_selector(".choroplethlayer path", state="attached")


def test_a_map_that_asks_the_internet_would_be_seen(serve: Serve, open_page: OpenPage, watched: Watched, tmp_path: Path):
    """The guard on the guard: without our setting the request is made, reported by the fixture, and stopped by the content policy."""
    site = serve(app=an_app(tmp_path, MAP.replace("CONFIG", "{}")))
    page = open_page(site.address)
    page.wait_for_function("() => document.querySelector('.geo')")
    assert any("world_110m" in text for text in watched.left_the_machine + watched.against_the_policy)
    watched.left_the_machine.clear()
    watched.against_the_policy.clear()


# 4. Fewer than ten colours and Plotly shows its own --------------------------------------------------------------------------


def test_every_slot_takes_the_colour_of_the_theme(serve: Serve, open_page: OpenPage, tmp_path: Path):
    site = serve(app=an_app(tmp_path, SLOTS))
    for theme in THEMES:
        page = open_page(site.address, color_scheme=theme)
        shown = page.eval_on_selector_all(".scatterlayer path.point", "marks => marks.map(mark => getComputedStyle(mark).fill)")
        assert [hexadecimal(colour) for colour in shown] == [pair[theme] for pair in COLOURS.values()], theme


def hexadecimal(colour: str) -> str:
    """rgb(18, 67, 109) -> #12436D."""
    return "#" + "".join(f"{int(part):02X}" for part in re.findall(r"\d+", colour)[:3])


@pytest.mark.parametrize("theme", THEMES)
def test_the_page_takes_its_colours_from_the_settings(app_server: Site, open_page: OpenPage, theme: Theme):
    page = open_page(app_server.address, color_scheme=theme)
    assert hexadecimal(page.eval_on_selector('[data-testid="stApp"]', "app => getComputedStyle(app).backgroundColor")) == COLOURS[colours.BACKGROUND][theme]


# 5. A full collection of memory after every click holds everybody up ---------------------------------------------------------


def test_a_click_is_not_followed_by_a_full_collection_of_memory(serve: Serve, open_page: OpenPage, tmp_path: Path):
    page = open_page(serve(app=an_app(tmp_path, COLLECTIONS)).address)
    before = collections(page, run=1)
    for run in range(2, 7):
        page.get_by_role("button", name="nog eens").click()
        after = collections(page, run=run)
    assert after - before < 5


def collections(page: Page, run: int) -> int:
    """How often the server had collected all memory at that run of the script."""
    return int(page.get_by_text(f"run {run}, collections").inner_text().split()[-1])
