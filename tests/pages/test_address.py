"""The whole state of a page is in its address: whoever gets the link sees the same choices and the same answer, and an old link gets a sentence."""

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from presentation.navigation import PAGES
from tests.pages.conftest import LAAK, words

FULL = pytest.mark.parametrize("store", ["full"], indirect=True)
#: Page -> who looks. The page of a branch is looked at as that branch, the others as the programme.
READERS = {page.id: {"rol": "vestiging"} if page.id == "this_week" else {"rol": "programma"} for page in PAGES}
SCRIPTS = {page.id: page.script for page in PAGES}
#: A neighbourhood without help nearby.
FAR = LAAK[:-2] + "12"
#: What each page lets a reader choose, besides what is filled in there to be saved.
CHOICES = {
    "overview": {"periode": "2023-2024", "sector": "PO", "vestiging": "LAA", "uitgelicht": LAAK},
    "participation": {"periode": "2023-2024", "sector": "PO", "vestiging": "LAA", "uitgelicht": LAAK, "vergelijk": "niets"},
    "repeat_attendance": {"periode": "2023-2024", "sector": "PO", "vestiging": "LAA"},
    "equal_opportunity": {"periode": "2023-2024", "sector": "PO", "vestiging": "LAA", "uitgelicht": LAAK, "maat": "g_wozbag"},
    "outcomes": {"periode": "2023-2024", "sector": "PO", "vestiging": "LAA"},
    "expansion": {"periode": "2023-2024", "sector": "PO", "km_po": "2.0", "plekken": "2", "wijk": FAR},
    "this_week": {"eigen": "TRA", "vergelijk": "programma"},
    "comparison": {"periode": "2023-2024", "sector": "PO", "vestiging": "LAA", "erbij": "2"},
    "signals": {"periode": "2023-2024"},
    "deliveries": {"periode": "2023-2024"},
    "definitions": {},
}
#: On every page.
EVERYWHERE = {"taal": "en"}


def choose(app: AppTest, choices: dict[str, str]) -> None:
    """Choose all of it; what is taken to begin with may hang on the other choices, and so is chosen once more after them."""
    for _ in range(2):
        left = {key: value for key, value in choices.items() if app.session_state[key] != value}
        for key, value in left.items():
            widgets(app)[key].set_value(value)
        if left:
            app.run()
    assert not app.exception


def link_of(app: AppTest) -> dict[str, str]:
    """What stands behind the question mark."""
    return {key: value if isinstance(value, str) else value[0] for key, value in app.query_params.items()}


def widgets(app: AppTest) -> dict[str, Any]:
    """Every choice on the page that stands in an address, by its name there."""
    found = [*app.selectbox, *app.button_group, *app.select_slider]
    written = app.session_state["address"]["written"]
    return {str(widget.key): widget for widget in found if widget.key in written}


def chosen(app: AppTest) -> dict[str, str]:
    """What is chosen on the page."""
    return {key: app.session_state[key] for key in widgets(app)}


def answer(app: AppTest) -> list[str]:
    """What the page says: its answer, and the finding of each of its charts."""
    return [part.value for part in [*app.header, *app.subheader]]


def test_every_page_has_its_choices_here():
    assert list(CHOICES) == [page.id for page in PAGES]


@FULL
@pytest.mark.parametrize("page", CHOICES)
def test_who_gets_the_address_sees_the_same_and_a_value_that_does_not_exist_gets_a_sentence(store, open_page, page):
    app = open_page(SCRIPTS[page], **READERS[page])
    first, offered = answer(app), widgets(app)
    wrong = {key: f"geen-{key}" for key in [*CHOICES[page], *EVERYWHERE]}
    lost = open_page(SCRIPTS[page], **READERS[page], **wrong)
    assert [value for value in wrong.values() if f"‘{value}’" not in words(lost)] == []
    assert answer(lost) == first, "and the page shows what it shows without them"

    assert offered.keys() - {"rol", "km_vo"} == CHOICES[page].keys() | EVERYWHERE.keys(), "every choice of the page is tried here"
    choose(app, CHOICES[page] | EVERYWHERE)
    assert answer(app) != first
    link = link_of(app)
    assert link.keys() == {*CHOICES[page], *EVERYWHERE, "rol"}, "all that was chosen, and nothing else"
    opened = open_page(SCRIPTS[page], **link)
    assert chosen(opened) == chosen(app)
    assert answer(opened) == answer(app)
    assert not opened.warning
