"""Signalering in a real browser, beside what a Monday morning walks through: a file of the own register, the limit, a phone."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect
from playwright.sync_api import TimeoutError as TooSlow

from tests.actions.test_recognise_pupils import register
from tests.browser.conftest import page_ready
from tests.serving import Site

OpenPage = Callable[..., Page]
Serve = Callable[..., Site]
OWN = "signalering?rol=vestiging&eigen=ESC"


@pytest.fixture
def site(demo_folder: Path, serve: Serve) -> Site:
    """A monitor on a demo of this test's own, for it will be changed."""
    return serve(demo_folder)


def place(page: Page) -> Locator:
    return page.get_by_role("textbox", name="Leerlingnummers, één per regel")


def open_place(page: Page) -> None:
    page.get_by_text("Herken leerlingen in uw eigen lijst").click()
    expect(place(page)).to_be_visible()


def recognised(page: Page) -> Locator:
    return page.get_by_role("row").filter(has_text="herkend: leerling met uw nummer")


def choose(page: Page, label: str, option: str) -> None:
    """Open a list and take an option. A list that is open while the page is drawn again closes, so it is opened until it stays."""
    page_ready(page)
    wanted = page.get_by_role("option").filter(has_text=option).first
    for _ in range(8):
        page.get_by_test_id("stSelectbox").filter(has_text=label).locator("input").click()
        try:
            wanted.click(timeout=3_000)
        except TooSlow:
            page.keyboard.press("Escape")
        else:
            return
    raise AssertionError(option)


def test_a_file_of_the_own_register_does_the_same_and_is_gone_from_the_page(site: Site, tmp_path: Path, open_page: OpenPage):
    list_ = tmp_path / "register.csv"
    list_.write_text("Pasnummer;Naam\n" + "\n".join(f"{one};Piet" for one in sorted(register("ESC"))), encoding="utf-8")
    page = open_page(f"{site.address}/{OWN}")
    open_place(page)
    page.set_input_files("input[type=file]", list_)
    page.get_by_role("button", name="Herken", exact=True).click()
    expect(recognised(page).first).to_be_visible()
    expect(page.get_by_test_id("stFileChip")).to_have_count(0)
    assert "Piet" not in page.inner_text("body")


def test_the_programme_changes_the_limit_and_the_branch_reads_it(site: Site, open_page: OpenPage):
    page = open_page(f"{site.address}/signalering?rol=programma")
    page.get_by_text("De grens en wat eraan veranderde").click()
    choose(page, "Grens", "9 bezoekdagen of meer")
    page.get_by_label("Reden").fill("te veel werk")
    page.get_by_role("button", name="Grens vastleggen").click()
    expect(page.get_by_text("9 of meer bezoekdagen in 28 dagen")).to_be_visible()
    own = open_page(f"{site.address}/{OWN}")
    expect(own.get_by_text("9 of meer bezoekdagen in 28 dagen")).to_be_visible()
    expect(own.get_by_role("button", name="Grens vastleggen")).to_have_count(0)


@pytest.mark.parametrize("role", ["vestiging&eigen=ESC", "programma"])
def test_a_phone_shows_the_whole_page_without_scrolling_sideways(demo_server: Site, open_page: OpenPage, role: str):
    page = open_page(f"{demo_server.address}/signalering?rol={role}", viewport={"width": 390, "height": 844})
    assert page.locator('[data-testid="stMain"]').evaluate("element => element.scrollWidth <= element.clientWidth + 1")
