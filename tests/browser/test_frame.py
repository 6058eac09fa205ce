"""What the browser is told around every page: its language, and nothing at all when it is not known who is looking."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.serving import Site, own_environment, run_command, with_sign_in

OpenPage = Callable[..., Page]


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """A folder with a store in which nothing was loaded."""
    made = run_command("init", environment=own_environment(tmp_path))
    assert made.returncode == 0, made.stderr
    return tmp_path


def test_choosing_a_language_tells_the_browser_too(demo_server: Site, open_page: OpenPage):
    page = open_page(f"{demo_server.address}/deelname")
    expect(page.locator("html")).to_have_attribute("lang", "nl")
    page.get_by_test_id("stSidebar").get_by_text("EN", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Who do we reach?")
    expect(page.locator("html")).to_have_attribute("lang", "en")


def test_with_an_identity_provider_the_address_gives_nobody_a_role(serve: Callable[..., Site], open_page: OpenPage, store: Path):
    site = serve(store, started_in=with_sign_in(store, "x" * 32))
    for path in ("/", "/deelname?rol=programma", "/gegevens?rol=beheer", "/verantwoording"):
        page = open_page(site.address + path)
        expect(page.get_by_text("Met uw aanmelding hoort nog geen rol")).to_be_visible()
        assert page.get_by_role("heading", level=1).count() == 0
        assert page.locator('[data-testid="stSidebarNavLink"], [data-testid="stPlotlyChart"], [data-testid="stFileUploader"]').count() == 0


def test_the_first_to_arrive_at_an_inner_page_sees_what_its_role_may_see_and_no_more(serve: Callable[..., Site], open_page: OpenPage, store: Path):
    page = open_page(f"{serve(store).address}/gegevens?rol=raad")
    assert page.locator('[data-testid="stFileUploader"]').count() == 0
    assert page.get_by_test_id("stSidebarNav").get_by_role("link", name="Gegevens").count() == 0
    expect(page.get_by_test_id("stSidebarNav").get_by_role("link", name="Verantwoording")).to_be_visible()


#: Words that Streamlit writes and Dutch does not.
ENGLISH = re.compile(r"(?i)\b(the|skip|sidebar|choose|option|collapse|expand|navigate|press|upload|file|help for|month|selected|fullscreen|close)\b")


def said(page: Page) -> list[str]:
    """Every text, name, title and placeholder that is seen or read out."""
    found: list[str] = page.evaluate("""() => {
      const found = [];
      const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
      while (texts.nextNode()) {
        const around = texts.currentNode.parentElement;
        const isIcon = around.matches("[data-testid=stIconMaterial]");
        if (!isIcon && !around.matches("script, style") && around.checkVisibility()) found.push(texts.currentNode.nodeValue);
      }
      for (const element of document.querySelectorAll("body *:not([aria-hidden=true])"))
        for (const name of ["aria-label", "title", "placeholder", "alt"]) if (element.checkVisibility()) found.push(element.getAttribute(name) || "");
      return found;
    }""")
    return found


@pytest.mark.parametrize("path", ["overzicht", "gegevens"])
def test_a_dutch_page_says_nothing_in_english(demo_server: Site, open_page: OpenPage, path: str):
    page = open_page(f"{demo_server.address}/{path}")
    expect(page.get_by_text("Naar de inhoud")).to_be_attached()
    assert [words for words in said(page) if ENGLISH.search(words)] == []


def test_the_names_of_the_frame_go_along_with_the_language(demo_server: Site, open_page: OpenPage):
    page = open_page(f"{demo_server.address}/deelname")
    page.get_by_test_id("stSidebar").get_by_text("EN", exact=True).click()
    expect(page.get_by_role("button", name="Collapse sidebar")).to_be_attached()
    expect(page.get_by_text("Skip to main content")).to_be_attached()
    page.get_by_test_id("stSidebar").get_by_text("NL", exact=True).click()
    expect(page.get_by_role("button", name="Menu sluiten")).to_be_attached()
