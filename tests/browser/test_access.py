"""The rules of axe-core on every page, for every role, in both themes."""

from collections.abc import Callable, Collection, Iterator
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from data_access.reader import MATRIX, Role, Scope
from presentation.navigation import PAGES
from presentation.session import ROLE_ADDRESSES
from tests.browser.conftest import page_ready
from tests.serving import Site

OpenPage = Callable[..., Page]

THEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
IN_FORCE = "theme => getComputedStyle(document.querySelector('[data-testid=stApp]')).colorScheme === theme"
#: Beside the rules of axe-core that are on by themselves: how large something to click on must be, new in WCAG 2.2.
OPTIONS = {"resultTypes": ["violations"], "rules": {"target-size": {"enabled": True}}}

#: What others cause, and what axe-core reads otherwise than a browser does: rule -> what it is about, as CSS.
NOT_OURS = {
    "list": '[data-testid="stSidebarNavItems"]',  # Streamlit puts each part of its menu in a div, inside the list
    "listitem": '[data-testid="stSidebarNavItems"] li',
    "target-size": '[data-testid="stDateInput"] [role="spinbutton"]',  # the day, month and year in Streamlit's field of a date
    "button-name": '[data-testid="stFileUploaderDropzone"] button',  # has its name from CSS, which axe-core does not read; test_deliveries.py listens to it
}


def violations(page: Page) -> Iterator[str]:
    """What is serious or critical on a page and ours: the rule, and where."""
    for found in Axe().run(page, options=OPTIONS).response["violations"]:
        if found["impact"] not in ("serious", "critical"):
            continue
        for node in found["nodes"]:
            place = page.locator(node["target"][0]).first
            excused = found["id"] in NOT_OURS and place.evaluate("(element, css) => element.matches(css)", NOT_OURS[found["id"]])
            if not excused:
                yield f"{found['id']}: {node['html'][:160]}"


def faults(page: Page, address: str, role: str, pages: Collection[str], themes: Collection[Literal["light", "dark"]] = THEMES) -> list[str]:
    """What these pages break in these themes, as one role sees them."""
    found = []
    for entry in (entry for entry in PAGES if entry.id in pages):
        page.goto(f"{address}/{entry.address}?rol={role}")
        page_ready(page)
        for theme in themes:
            page.emulate_media(color_scheme=theme)
            page.wait_for_function(IN_FORCE, arg=theme)
            found += [f"{entry.address}, {theme}: {line}" for line in sorted(violations(page))]
    return found


def seen_by(role: str) -> set[str]:
    return {page for page, scopes in MATRIX.items() if ROLE_ADDRESSES[role] in scopes}


def test_no_page_breaks_a_serious_rule(demo_server: Site, open_page: OpenPage):
    """The programme's view of every page, and the pages that a branch sees in a way of its own, these in the dark."""
    page = open_page(f"{demo_server.address}/verantwoording?rol=programma")
    assert faults(page, demo_server.address, "programma", seen_by("programma"), ["light"]) == []
    own = {page for page in seen_by("vestiging") if MATRIX[page][Role.BRANCH] is Scope.OWN}
    assert {"this_week", "signals"} <= own
    assert faults(page, demo_server.address, "vestiging", own, ["dark"]) == []


@pytest.mark.proof
@pytest.mark.parametrize("role", ROLE_ADDRESSES)
def test_no_page_of_any_role_breaks_a_serious_rule_in_either_theme(demo_server: Site, open_page: OpenPage, role: str):
    page = open_page(f"{demo_server.address}/verantwoording?rol={role}")
    assert faults(page, demo_server.address, role, seen_by(role)) == []


def test_the_rules_would_see_a_button_without_a_name_and_words_that_are_too_pale(demo_server: Site, open_page: OpenPage):
    page = open_page(f"{demo_server.address}/verantwoording")
    page.evaluate(
        """() => document.querySelector('[data-testid=stMain]').insertAdjacentHTML('afterbegin', '<button></button><p style="color: #aaa">bleek</p>')"""
    )
    assert {line.split(":")[0] for line in violations(page)} == {"button-name", "color-contrast"}
