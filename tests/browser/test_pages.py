"""The pages as people meet them: a link opens what was sent, choices survive the menu, a phone shows everything."""

import re
import struct
from collections.abc import Callable

import pytest
from playwright.sync_api import Download, Page, expect

from presentation.charts import picture
from tests.browser.conftest import page_ready
from tests.serving import Site

OpenPage = Callable[..., Page]


def question(page: Page, words: str) -> None:
    """Wait until the page with this question stands there."""
    expect(page.get_by_role("heading", level=1)).to_have_text(words)


def test_a_link_opens_the_page_as_it_was_sent(demo_server: Site, open_page: OpenPage):
    page = open_page(f"{demo_server.address}/deelname?periode=2021-2022&sector=PO&taal=en")
    question(page, "Who do we reach?")
    expect(page.get_by_text("School year 2021-2022", exact=False).first).to_be_visible()
    expect(page.get_by_text("Primary school (PO)").first).to_be_visible()
    assert page.locator("html").get_attribute("lang") == "en"


def test_choices_survive_the_menu_and_the_next_question_and_stand_in_the_address(demo_server: Site, open_page: OpenPage):
    page = open_page(f"{demo_server.address}/deelname?periode=2021-2022&taal=en&rol=programma")
    page.get_by_role("link", name="Overview").click()
    question(page, "Does the pilot work?")
    expect(page).to_have_url(re.compile(r"/(overzicht)?\?(?=.*periode=2021-2022)(?=.*taal=en)(?=.*rol=programma)"))
    page.get_by_role("link", name="Next question").click()
    question(page, "Who do we reach?")
    expect(page).to_have_url(re.compile(r"/deelname\?(?=.*periode=2021-2022)(?=.*taal=en)"))
    page.reload()
    question(page, "Who do we reach?")


def test_a_choice_changes_the_page_and_going_back_brings_the_one_before(demo_server: Site, open_page: OpenPage):
    page = open_page(f"{demo_server.address}/deelname")
    page.get_by_role("radio", name="PO").or_(page.get_by_role("button", name="PO", exact=True)).first.click()
    expect(page).to_have_url(re.compile("sector=PO"))
    expect(page.get_by_text("Basisonderwijs (PO)").first).to_be_visible()
    expect(page.get_by_text("Voortgezet onderwijs (VO)")).to_have_count(0)
    page.go_back()
    expect(page.get_by_text("Voortgezet onderwijs (VO)").first).to_be_visible()


@pytest.mark.parametrize("path", ["/", "/deelname", "/verantwoording"])
def test_a_phone_shows_the_whole_page_without_scrolling_sideways(demo_server: Site, open_page: OpenPage, path: str):
    page = open_page(demo_server.address + path, viewport={"width": 390, "height": 844})
    main = page.locator('[data-testid="stMain"]')
    assert main.evaluate("element => element.scrollWidth <= element.clientWidth + 1")
    for chart in page.locator('[data-testid="stPlotlyChart"]').all():
        box = chart.bounding_box()
        assert box is not None and box["x"] >= 0 and box["x"] + box["width"] <= 391


def test_every_chart_has_a_name_for_who_does_not_see_it_and_a_table_to_walk_through(demo_server: Site, open_page: OpenPage):
    page = open_page(f"{demo_server.address}/deelname")
    charts = page.locator('[data-testid="stPlotlyChart"]').all()
    assert len(charts) == 4
    for chart in charts:
        assert len(chart.get_attribute("aria-label") or chart.locator("[aria-label]").first.get_attribute("aria-label") or "") > 30
    page.get_by_role("button", name="Tabel").first.click()
    expect(page.get_by_role("table").get_by_role("row").nth(5)).to_be_visible()


def taken(page: Page, form: str) -> Download:
    """Take the numbers of the first chart along."""
    page.get_by_role("button", name="Download").first.click()
    with page.expect_download() as download:
        page.get_by_role("button", name=form).click()
    return download.value


def test_the_download_holds_what_is_drawn_and_says_that_it_is_internal(demo_server: Site, open_page: OpenPage):
    download = taken(open_page(f"{demo_server.address}/deelname"), "Csv voor een Nederlandse Excel")
    content = download.path().read_text(encoding="utf-8-sig")
    assert "Schooljaar 2024-2025" in content and "Intern, niet voor publicatie" in content and "Verzonnen gegevens" in content
    assert download.suggested_filename == "deelname-bereik-per-wijk-2024-2025.csv"
    header, *rows = [line.split(";") for line in content.split("\n\n", 1)[1].splitlines()]
    assert header[:3] == ["neighbourhood_code", "name", "numerator"]
    assert len(rows) == 16
    assert not {"1", "2", "3", "4"} & {row[2] for row in rows}, "a count of a handful of pupils"


def test_a_dutch_page_also_gives_the_international_file(demo_server: Site, open_page: OpenPage):
    content = taken(open_page(f"{demo_server.address}/deelname"), "Csv, internationaal").path().read_text(encoding="utf-8")
    assert "Intern, niet voor publicatie" in content
    assert "neighbourhood_code,name,numerator" in content
    assert re.search(r",0\.\d+,", content)


def test_by_keyboard_a_chart_is_kept_as_a_picture_that_was_made_on_this_machine_and_stands_in_the_log(demo_server: Site, open_page: OpenPage):
    page = open_page(f"{demo_server.address}/deelname?rol=programma&sector=PO")
    page.get_by_role("button", name="Afbeelding").nth(2).press("Enter")
    shown = page.get_by_role("dialog")
    expect(shown.get_by_text("Intern, niet voor publicatie", exact=False).first).to_be_visible()
    with page.expect_download() as download:
        shown.get_by_role("button", name="Bewaar als afbeelding").press("Enter")
    content = download.value.path().read_bytes()
    width, height = struct.unpack(">II", content[16:24])
    assert content.startswith(b"\x89PNG") and width == 2 * picture.WIDTH and height > 600
    assert download.value.suggested_filename == "deelname-per-week-2024-2025-PO.png"
    line = demo_server.log.read_text(encoding="utf-8").splitlines()[-1]
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} taken by role programma: deelname-per-week-2024-2025-PO\.png", line)


def test_the_first_to_arrive_on_an_inner_page_sees_the_sentence_for_an_empty_monitor_and_no_traceback(app_server: Site, open_page: OpenPage):
    page = open_page(f"{app_server.address}/deelname")
    expect(page.get_by_text("python manage.py init")).to_be_visible()
    assert page.get_by_text("Traceback").count() == 0


def test_a_click_on_the_map_tells_of_that_neighbourhood_and_a_second_click_takes_it_back(demo_server: Site, open_page: OpenPage):
    page = open_page(f"{demo_server.address}/deelname", viewport={"width": 1440, "height": 1400})
    tiles, outlines = page.locator(".choroplethlayer path"), page.locator(".scattergeo path.js-line")
    before = outlines.count()
    tiles.nth(20).click(force=True)  # the ground below the map takes the click and knows where it was
    expect(page).to_have_url(re.compile(r"uitgelicht=WK\d+"))
    told = page.get_by_text(re.compile(r"op de 100 \(marge"))
    expect(told).to_be_visible()
    expect(outlines).to_have_count(before + 1)  # before that, the map is being drawn again and a click falls between the two
    page_ready(page)
    tiles.nth(20).click(force=True)
    expect(told).to_have_count(0)
    expect(page).not_to_have_url(re.compile("uitgelicht"))
    dots = page.locator(".st-key-chart-deelname-bereik-per-wijk .points path.point")
    dots.first.click(force=True)
    expect(page.get_by_text("Schildersbuurt: van de")).to_be_visible()


def test_a_click_on_a_bar_chooses_that_branch_in_the_side_bar(demo_server: Site, open_page: OpenPage):
    page = open_page(f"{demo_server.address}/vestigingen", viewport={"width": 1440, "height": 1400})
    bars = page.locator(".st-key-chart-vestigingen-leerlingen-en-vrijwilligers .points path")
    expect(bars).to_have_count(5)
    bars.nth(1).click(force=True)
    expect(page).to_have_url(re.compile("vestiging=LAA"))
    expect(bars).to_have_count(3)  # those of its own kind of school


def test_a_neighbourhood_is_picked_out_by_keyboard_too_and_stays_so_on_the_next_page_with_a_map(demo_server: Site, open_page: OpenPage):
    page = open_page(f"{demo_server.address}/deelname")
    page.get_by_role("combobox", name="Wijk uitlichten").focus()
    page.keyboard.type("Ypenb")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Ypenburg: van de")).to_be_visible()
    page.get_by_role("link", name="Gelijke kansen").click()
    question(page, "Bereiken we wie het nodig heeft?")
    expect(page.get_by_text("Ypenburg: van de")).to_be_visible()
    expect(page).to_have_url(re.compile(r"/gelijke-kansen\?uitgelicht=WK\d+"))
