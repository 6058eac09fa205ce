"""A Monday morning of a branch manager, from the start page and back, and what is left of it afterwards: no number of a pupil, anywhere."""

import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from presentation.texts import language
from tests.actions.test_recognise_pupils import register
from tests.browser.conftest import page_ready
from tests.browser.test_deliveries import LIST
from tests.browser.test_deliveries import choose as choose_file
from tests.browser.test_signals import choose, open_place, place, recognised
from tests.serving import Site

OpenPage = Callable[..., Page]
Serve = Callable[..., Site]
SAY = language("nl")


def waiting(page: Page) -> int:
    """How many signals wait, as Deze week says it."""
    return int(page.get_by_test_id("stMetric").filter(has_text=SAY("this_week.number.signals")).get_by_test_id("stMetricValue").inner_text())


def go(page: Page, link: Locator, question: str) -> None:
    """Follow a link, and wait until the page with this question stands there."""
    link.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(SAY(f"{question}.question"))
    page_ready(page)


def this_week(page: Page) -> None:
    go(page, page.get_by_test_id("stSidebarNav").get_by_role("link", name=SAY("menu.this_week")), "this_week")


def test_a_monday_morning(demo_folder: Path, serve: Serve, open_page: OpenPage, tmp_path: Path):
    """What was delivered is asked for no longer, who was handed off waits no longer, and of the pupils nothing is left."""
    site, own, list_ = serve(demo_folder), sorted(register("LAA")), tmp_path / "bezoeken_laak_juni.csv"
    list_.write_text(LIST, encoding="utf-8")
    page = open_page(f"{site.address}/?rol=vestiging&eigen=LAA")
    uploads: list[str] = []
    page.on("request", lambda request: uploads.append(request.url) if "upload_file" in request.url and request.method == "PUT" else None)
    expect(page.get_by_role("heading", level=1)).to_have_text(SAY("this_week.question"))
    expect(page.get_by_text("Lever week 24 en 25", exact=True)).to_be_visible()
    before = waiting(page)

    go(page, page.get_by_role("link", name=SAY("this_week.action.weeks")), "deliveries")
    choose_file(page, list_)
    page.get_by_role("button", name="4 regels laden").click()
    expect(page.get_by_role("heading", name="2. Geladen")).to_be_visible()
    page_ready(page)
    expect(page.get_by_test_id("stFileChip")).to_have_count(0)  # the server has let go of its bytes
    assert len(uploads) == 1

    this_week(page)
    expect(page.get_by_text("Lever week 24 en 25", exact=True)).to_have_count(0)
    assert waiting(page) == before
    go(page, page.get_by_role("link", name=SAY("this_week.action.signals")), "signals")
    open_place(page)
    place(page).fill("\n".join(own))
    page.get_by_role("button", name="Herken", exact=True).click()
    expect(recognised(page).first).to_be_visible()
    page_ready(page)
    row = recognised(page).filter(has_text="nieuw").first.inner_text()
    signal, number = re.match(r"\s*(\d+)", row), re.search(r"uw nummer (\S+)", row)
    assert signal is not None and number is not None and number[1] in own
    expect(place(page)).to_have_value("")

    choose(page, "Signaal", f"{signal[1]} · ")
    choose(page, "Wat is er gedaan?", "school geïnformeerd")
    expect(recognised(page).first).to_be_visible()  # the numbers stay while the form is filled in
    page.get_by_role("button", name="Vastleggen").click()
    moved = page.get_by_role("row").filter(has_text=re.compile(rf"^\s*{signal[1]} ")).first
    expect(moved).to_contain_text("school geïnformeerd")
    page_ready(page)
    expect(recognised(page)).to_have_count(0)

    kept = page.evaluate("() => JSON.stringify([location.href, {...localStorage}, {...sessionStorage}, document.body.innerText])")
    page.get_by_role("button", name="Download").first.click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Csv voor een Nederlandse Excel").click()
    page.keyboard.press("Escape")
    this_week(page)
    assert waiting(page) == before - 1

    kept += page.url + page.inner_text("body") + download.value.path().read_text(encoding="utf-8-sig") + download.value.suggested_filename
    kept += site.log.read_text(encoding="utf-8")
    pupils = [*own, "KIJK00"]
    assert not any(one in kept or one.casefold() in kept for one in pupils)
    for file in demo_folder.iterdir():
        content = file.read_bytes() if file.is_file() else b""
        assert not any(one.encode() in content or one.casefold().encode() in content for one in pupils), file.name
