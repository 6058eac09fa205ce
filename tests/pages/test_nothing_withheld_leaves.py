"""Nothing withheld leaves: what a handful of pupils make together stands in no byte that a browser is sent, on no page, for no role, in no file."""

import itertools
import json
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime.forward_msg_queue import ForwardMsgQueue
from streamlit.testing.v1 import AppTest

from data_access.reader import MATRIX
from data_access.settings import settings
from metrics.disclosure import working
from presentation.navigation import PAGES
from tests.pages.conftest import ROLES, ROOT, made, point_at
from tests.planted import HARBOUR, KEYS, NEIGHBOURHOODS, RARE, numbers_in, numbers_in_file, pupils_behind, rare, rows_of, unpacked

pytestmark = [pytest.mark.parametrize("store", ["planted"], indirect=True), pytest.mark.xdist_group("planted")]
ABOUT_CHILDREN = ("overview", "participation", "repeat_attendance", "equal_opportunity", "outcomes", "comparison")
#: Sessions that did not take place are no children.
ABOUT_SESSIONS = "vestigingen-uitgevallen"
#: What a row says of a place and not of its pupils.
OF_THE_PLACE = {"name", "reason", "hidden", "wealth_fifth", "wealth_source", "hour"}


@dataclass
class Sent:
    """What went to the browser. files: name -> what is in it, for everything that a page offers to take along."""

    messages: list[bytes] = field(default_factory=list)
    files: list[tuple[str, bytes]] = field(default_factory=list)

    def rare(self) -> Counter[float]:
        """How often the planted numbers stand in it."""
        found: Counter[float] = Counter()
        for message in self.messages:
            found += rare(numbers_in(ForwardMsg.FromString(message)))
        for _, content in self.files:
            found += rare(numbers_in_file(content))
        return found

    def charts(self) -> Iterator[dict[str, Any]]:
        """Every chart."""
        for message in map(ForwardMsg.FromString, self.messages):
            if message.delta.new_element.HasField("plotly_chart"):
                yield unpacked(json.loads(message.delta.new_element.plotly_chart.spec))


Visit = Callable[..., dict[str, Sent]]


@pytest.fixture(scope="module")
def opened() -> dict[tuple[str, ...], Sent]:
    """Store, page and address -> what was sent, so that no page is opened twice."""
    return {}


@pytest.fixture
def visit(opened: dict[tuple[str, ...], Sent], monkeypatch: pytest.MonkeyPatch) -> Iterator[Visit]:
    """`visit(role, pages, **address)` opens pages one after the other and gives what each sent."""
    now = Sent()
    button = st.download_button

    def taken(label: str, data: Any, file_name: str, *rest: Any, **options: Any) -> Any:
        now.files.append((file_name, data() if callable(data) else bytes(data)))
        return button(label, data, file_name, *rest, **options)

    monkeypatch.setattr(st, "download_button", taken)
    ForwardMsgQueue.on_before_enqueue_msg(lambda message: now.messages.append(message.SerializeToString()))

    def visit(role: str, pages: Collection[str] = tuple(MATRIX), **address: str) -> dict[str, Sent]:
        wanted = {page.id: page.script for page in PAGES if page.id in pages and ROLES[role] in MATRIX[page.id]}
        key = (settings().database_url, role, *address.values())
        app = None
        for page, script in wanted.items():
            if (*key, page) in opened:
                continue
            app = app or started(role, **address)
            now.messages, now.files = [], []
            app.switch_page(script).run()
            assert not app.exception, app.exception[0].message
            opened[*key, page] = Sent(now.messages, now.files)
        return {page: opened[*key, page] for page in wanted}

    yield visit
    ForwardMsgQueue.on_before_enqueue_msg(None)


def started(role: str, **address: str) -> AppTest:
    """The monitor as it stands after the first page."""
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    for name, value in {"rol": role, "eigen": HARBOUR, **address}.items():
        app.query_params[name] = value
    return app.run()


@pytest.fixture
def elsewhere(kept_stores: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Turns to the same town in which the planted pupils came a few times less: a number that stands there too is a place on the screen, or a day."""

    def turn() -> None:
        if "twin" not in kept_stores:
            kept_stores["twin"] = made("twin", tmp_path / "twin", monkeypatch)
        point_at(kept_stores["twin"], monkeypatch)

    return turn


@pytest.mark.parametrize("role", ROLES)
def test_the_visits_of_a_handful_stand_in_nothing_that_is_sent(store, role, visit, elsewhere):
    found = {}
    for year, code in (*((year, "nl") for year in RARE), ("2024-2025", "en")):
        for page, sent in visit(role, periode=year, taal=code).items():
            if numbers := sent.rare():
                found[year, code, page] = numbers
    elsewhere()
    for (year, code, page), numbers in found.items():
        assert numbers <= visit(role, [page], periode=year, taal=code)[page].rare(), (page, year, code)


@pytest.mark.parametrize("year", RARE)
def test_a_cell_of_a_handful_is_empty_in_every_table_and_its_name_has_no_number_in_a_chart(store, year, visit):
    hidden, seen, named = 0, 0, set()
    for sent in visit("programma", ABOUT_CHILDREN, periode=year).values():
        few, more = compared_cell_by_cell(sent, year)
        hidden, seen = hidden + few, seen + more
        named |= names_without_a_number(sent, year)
    assert hidden > 50 and seen > 150
    assert {"Wijk 3", "Wijk 7", "Wijk 10", "Haven"} <= named


def compared_cell_by_cell(sent: Sent, year: str) -> tuple[int, int]:
    """In each table that can be taken along a cell of a handful is empty; gives how many of these there are, and how many cells that are not."""
    hidden = seen = 0
    for name, content in sent.files:
        rows = [] if name.startswith(ABOUT_SESSIONS) else rows_of(content)
        keys = [key for key in KEYS if rows and key in rows[0]]
        pupils = pupils_behind(year, keys) if keys else {}
        for row in rows:
            figures = {column: cell for column, cell in row.items() if column not in (*keys, *OF_THE_PLACE, "verdict")}
            few = 0 < pupils.get(tuple(row[key] for key in keys), 0) < 5
            assert not few or not any(figures.values()), (name, row)
            assert not few or row.get("verdict", "hidden") == "hidden", (name, row)
            assert figures.get("numerator") not in ("1", "2", "3", "4"), (name, row)
            hidden, seen = hidden + few, seen + (not few and bool(figures.get("numerator")))
    return hidden, seen


def names_without_a_number(sent: Sent, year: str) -> set[str]:
    """In each chart a place of a handful is drawn without a value, and what is said of it holds no digit; gives the places that are named."""
    behind = pupils_behind(year, ["neighbourhood_code"])
    few = {f"Wijk {place + 1}" for place, code in enumerate(NEIGHBOURHOODS) if 0 < behind.get((code,), 0) < 5} | {"Haven"}
    named = set()
    for chart in sent.charts():
        for trace in chart["data"]:
            for place, (name, *words) in enumerate(trace.get("customdata") or []):
                if name in few:
                    named.add(name)
                    assert not re.search(r"\d", "".join(words)), words
                    assert trace["type"] == "choropleth" or None in (trace["x"][place], trace["y"][place]), words
        texts = [note.get("text", "") for note in chart["layout"].get("annotations", [])]
        for name, text in itertools.pairwise(texts):
            assert name not in few or not re.search(r"\d.* (van|leerlingen)", text), text
    return named


def test_without_the_protection_this_search_finds_them(store, visit, opened, monkeypatch):
    everyone = working.Rule(minimum_pupils=0, minimum_denominator=0, dominance=1)
    monkeypatch.setattr("actions.show_figures.protected", lambda figures: working.protect(figures, everyone))
    opened.clear()
    st.cache_resource.clear()  # it keeps what was protected
    try:
        shown = {year: visit("programma", ["participation", "comparison"], periode=year) for year in RARE}
    finally:
        opened.clear()
        st.cache_resource.clear()
    found: Counter[float] = Counter()
    for year, pages in shown.items():
        for sent in pages.values():
            found += sent.rare()
            for check in (compared_cell_by_cell, names_without_a_number):
                with pytest.raises(AssertionError):
                    check(sent, year)
    assert set(found) == set(RARE.values())
