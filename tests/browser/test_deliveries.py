"""Gegevens in a real browser: a list is chosen, checked and loaded, and the other pages count with it."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import page_ready
from tests.serving import Site, own_environment, run_command

OpenPage = Callable[..., Page]
Serve = Callable[..., Site]

NARROW = {"width": 390, "height": 844}
#: The two weeks of Laakkwartier that the demo planted as missing; the last rows cannot be loaded.
LIST = """leerling_id;datum;vestiging;naam
KIJK001;10-06-2025;Laakkwartier;Piet
KIJK002;12-06-2025;Laakkwartier;Jan
KIJK002;17-06-2025;Laakkwartier;Jan
KIJK002;19-06-2025;Laakkwartier;Jan
KIJK003;31-06-2025;Laakkwartier;Joris
KIJK004;12-06-2025;=1+1;Corneel
"""

#: A wide sheet in a branch's own words, as it hangs on the wall: two columns that the monitor does not know, and no branch.
OWN_WORDS = """Pasje kind;Wie hielp;10-06-2025;12-06-2025;17-06-2025
kaart-901;Ada Lovelace;x;;x
kaart-902;Ada Lovelace;;x;
"""


@pytest.fixture
def site(demo_folder: Path, serve: Serve) -> Site:
    """A monitor on a demo of this test's own, for it will be changed."""
    return serve(demo_folder)


@pytest.fixture
def missing_list(tmp_path: Path) -> Path:
    file = tmp_path / "bezoeken_laak_juni.csv"
    file.write_text(LIST, encoding="utf-8")
    return file


def choose(page: Page, file: Path) -> None:
    """Choose a file, and wait for what the page says of it."""
    page.set_input_files("input[type=file]", file)
    page.get_by_text("Regels gelezen").wait_for()
    page_ready(page)


def visits(page: Page, site: Site) -> str:
    """The number of visits that Deelname shows."""
    page.goto(f"{site.address}/deelname?rol=programma")
    page_ready(page)
    return page.get_by_test_id("stMetric").filter(has_text="Bezoeken").get_by_test_id("stMetricValue").inner_text()


def test_a_list_is_checked_and_loaded_and_the_gap_and_the_other_page_change(site: Site, missing_list: Path, open_page: OpenPage):
    page = open_page(f"{site.address}/deelname?rol=programma")
    before = int(visits(page, site).replace(".", ""))
    page = open_page(f"{site.address}/gegevens?rol=beheer")
    expect(page.get_by_role("heading", name="193 van de 195 vestigingsweken zijn binnen.")).to_be_visible()
    assert page.get_by_role("figure").get_attribute("aria-label", timeout=5000)

    choose(page, missing_list)
    expect(page.get_by_role("heading", name="193 van de 195 vestigingsweken zijn binnen; dit bestand vult de laatste 2 aan.")).to_be_visible()
    expect(page.get_by_text("= 4 + 0 + 0 + 2")).to_be_visible()
    expect(page.get_by_text("De kolom ‘naam’ wordt niet bewaard.")).to_be_visible()
    expect(page.get_by_role("cell", name="datum: ‘31-06-2025’")).to_be_visible()
    assert int(visits(open_page(f"{site.address}/deelname"), site).replace(".", "")) == before, "looking stores nothing"

    page.get_by_role("button", name="4 regels laden").click()
    expect(page.get_by_role("heading", name="2. Geladen")).to_be_visible()
    expect(page.get_by_role("heading", name="Alle 195 vestigingsweken zijn binnen.")).to_be_visible()
    expect(page.get_by_text("De kolom ‘naam’ is niet bewaard.")).to_be_visible()
    expect(page.get_by_text("bezoeken_laak_juni.csv (bezoeken)")).to_be_visible()
    assert int(visits(page, site).replace(".", "")) == before + 4


def test_a_wide_sheet_with_unknown_headers_goes_from_upload_to_deelname_in_under_twelve_clicks(site: Site, tmp_path: Path, open_page: OpenPage):
    page = open_page(f"{site.address}/gegevens?rol=vestiging&eigen=LAA")
    before = int(visits(open_page(f"{site.address}/deelname"), site).replace(".", ""))
    own = tmp_path / "eigen-lijst.csv"
    own.write_text(OWN_WORDS, encoding="utf-8")
    clicks: list[str] = []

    def click(what: Locator) -> None:
        clicks.append(str(what))
        what.click()

    clicks += ["the button to choose a file", "the file"]
    page.set_input_files("input[type=file]", own)
    for column, answer in (("Pasje kind", "leerling_id"), ("Wie hielp", "niet inladen")):
        click(page.get_by_test_id("stSelectbox").filter(has_text=column).locator("input"))
        click(page.get_by_role("option", name=answer, exact=True))
    click(page.get_by_role("button", name="Verder"))
    click(page.get_by_role("button", name=re.compile("regels laden")))
    expect(page.get_by_role("heading", name="2. Geladen")).to_be_visible()
    expect(page.get_by_text("De kolom Pasje kind is gelezen als leerling_id")).to_be_visible()
    assert len(clicks) + 2 < 12, "two more for another role and page"
    assert int(visits(page, site).replace(".", "")) == before + 3


def test_a_wrong_load_is_taken_back_and_the_other_page_counts_as_before(site: Site, missing_list: Path, open_page: OpenPage):
    page = open_page(f"{site.address}/gegevens?rol=vestiging&eigen=LAA")
    before = visits(open_page(f"{site.address}/deelname"), site)
    choose(page, missing_list)
    page.get_by_role("button", name="4 regels laden").click()
    expect(page.get_by_role("heading", name="2. Geladen")).to_be_visible()
    page = open_page(f"{site.address}/gegevens?rol=vestiging&eigen=LAA", viewport={"width": 1440, "height": 2000})  # somebody sees it a day later
    page.get_by_test_id("stSelectbox").filter(has_text="eerdere levering").locator("input").click()
    page.get_by_role("option", name=re.compile("bezoeken_laak_juni")).click()
    take_back = page.get_by_test_id("stButton").get_by_role("button", name="Terugnemen")
    expect(take_back).to_be_disabled()
    page.get_by_text("Ja, 4 gegevens van deze levering gaan weg").click()
    take_back.click()
    expect(page.get_by_text("Deze levering is teruggenomen op")).to_be_visible()
    expect(page.get_by_role("cell", name="teruggenomen")).to_be_visible()
    assert visits(page, site) == before


def test_refused_rows_come_as_a_file_that_runs_no_formula(demo_server: Site, missing_list: Path, open_page: OpenPage):
    page = open_page(f"{demo_server.address}/gegevens?rol=beheer")
    choose(page, missing_list)
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Afgekeurde regels (csv)").click()
    text = Path(waiting.value.path()).read_text(encoding="utf-8-sig")
    assert "De datum 31-06-2025 bestaat niet." in text
    assert "1+1" not in text, "what does not look like the name of a branch is not kept"
    assert not re.search(r'(^|[;"])=', text, re.MULTILINE)
    for pupil in ("KIJK", "Joris", "Corneel"):
        assert pupil not in text


def test_a_template_can_be_filled_in_and_brought_back(demo_server: Site, tmp_path: Path, open_page: OpenPage):
    page = open_page(f"{demo_server.address}/gegevens?rol=beheer")
    page.get_by_role("button", name="Sjablonen met voorbeeld").click()
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Bezoeken", exact=True).click()
    page.keyboard.press("Escape")
    form = tmp_path / "ingevuld.csv"
    waiting.value.save_as(form)
    choose(page, form)
    expect(page.get_by_text("= 1 + 0 + 0 + 0")).to_be_visible()


def test_a_picture_is_refused_in_one_sentence(demo_server: Site, tmp_path: Path, open_page: OpenPage):
    picture = tmp_path / "foto.png"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n0000")
    page = open_page(f"{demo_server.address}/gegevens?rol=beheer")
    page.set_input_files("input[type=file]", picture)
    expect(page.get_by_text("Dit is geen bestand met een tabel.")).to_be_visible()
    assert "Traceback" not in page.inner_text("body")


def test_on_a_phone_nothing_sticks_out_and_every_week_has_its_cell(demo_server: Site, missing_list: Path, open_page: OpenPage):
    page = open_page(f"{demo_server.address}/gegevens?rol=beheer", viewport=NARROW)
    choose(page, missing_list)
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]
    assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth") <= NARROW["width"]
    chart = page.get_by_test_id("stPlotlyChart")
    width = chart.bounding_box()["width"]  # type: ignore[index]
    assert width <= 358
    cells = chart.locator(".bars .point path")
    boxes = [cell.bounding_box() for cell in cells.all()]
    assert len(boxes) == 195
    assert min(box["width"] for box in boxes if box) >= 5
    marks = chart.locator(".bars text").filter(has_text="?")
    expect(marks).to_have_count(2)
    for text in chart.locator(".annotation").all():
        box = text.bounding_box()
        assert box and box["x"] >= 0 and box["x"] + box["width"] <= NARROW["width"], text.inner_text()


@pytest.mark.parametrize(("code", "button", "hint"), [("nl", "Bestand kiezen", "of sleep het hierheen"), ("en", "Choose a file", "or drag it here")])
def test_the_place_for_a_file_speaks_the_language_of_the_page_to_eye_and_ear(demo_server: Site, code: str, button: str, hint: str, open_page: OpenPage):
    page = open_page(f"{demo_server.address}/gegevens?rol=beheer&taal={code}")
    place = page.get_by_test_id("stFileUploader")
    spoken = place.aria_snapshot()
    assert f'button "{button}"' in spoken and hint in spoken
    for streamlits in ("Upload", "per file", "file upload"):
        assert streamlits not in spoken
    place.locator("section").evaluate("""place => {
        const files = new DataTransfer()
        files.items.add(new File(["a"], "a.csv"))
        place.dispatchEvent(new DragEvent("dragenter", {bubbles: true, dataTransfer: files}))
    }""")
    expect(place.get_by_text("Drag and drop a file here")).to_be_hidden()


def test_with_a_file_chosen_there_is_one_button_which_takes_it_away(demo_server: Site, missing_list: Path, open_page: OpenPage):
    page = open_page(f"{demo_server.address}/gegevens?rol=beheer")
    choose(page, missing_list)
    expect(page.get_by_test_id("stFileUploader").get_by_role("button")).to_have_count(1)


def test_what_is_not_for_a_role_is_one_sentence_at_its_own_address(demo_server: Site, open_page: OpenPage):
    for page_and_role in ("gegevens?rol=raad", "deelname?rol=beheer"):
        page = open_page(f"{demo_server.address}/{page_and_role}")
        expect(page.get_by_text("Deze pagina hoort niet bij uw rol.")).to_be_visible()
        expect(page.get_by_role("dialog")).to_have_count(0)
        expect(page.get_by_role("heading")).to_have_count(0)


@pytest.mark.parametrize("role", ["beheer", "programma", "vestiging"])
def test_the_page_opens_at_its_own_address_for_every_role_that_may_see_it(demo_server: Site, role: str, open_page: OpenPage):
    page = open_page(f"{demo_server.address}/gegevens?rol={role}")
    expect(page.get_by_role("heading", name="Klopt wat erin zit?")).to_be_visible()
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_the_first_day_has_no_data_and_takes_the_first_file(tmp_path: Path, serve: Serve, open_page: OpenPage):
    folder = tmp_path / "leeg"
    folder.mkdir()
    made = run_command("init", environment=own_environment(folder))
    assert made.returncode == 0, made.stderr
    branches = tmp_path / "vestigingen.csv"
    branches.write_text("vestiging_id,vestiging,doelgroep,pilot\nLAA,Laakkwartier,PO,ja\n", encoding="utf-8")
    page = open_page(f"{serve(folder).address}/gegevens?rol=beheer")
    expect(page.get_by_role("heading", name="Er is nog niets geladen.")).to_be_visible()
    choose(page, branches)
    page.get_by_role("button", name="1 regel laden").click()
    expect(page.get_by_role("heading", name="Er zijn nog geen bezoeken geladen.")).to_be_visible()
