"""The real public files, read as they are."""

import json
import math
from typing import Any

import pytest

from data_access.ingest import read_files
from data_access.ingest.known import Known
from data_access.ingest.layouts import recognise
from data_access.ingest.shapes import FileRefused, Parsed
from tests.data_access.reference.delivered import figures, rows
from tests.data_access.reference.shared import content, needs_shared_files
from tests.data_access.reference.test_boundaries import rd_by_formula
from tests.data_access.reference.test_plain_tables import TOWN

pytestmark = needs_shared_files


def parsed(name: str, known: Known = TOWN) -> Parsed:
    raw = read_files.read(name, content(name))
    return recognise(raw).parse(raw, known)


@pytest.mark.parametrize(
    ("name", "kind", "layout", "read", "tables"),
    [
        ("wijken.csv", "neighbourhoods", "plain", 44, {"neighbourhoods": 44 + 8}),
        ("buurten_2020.csv", "neighbourhoods", "plain", 114, {"neighbourhoods": 114}),
        ("kerncijfers_2022_gm0518.csv", "context", "key_figures", 45, {"neighbourhoods": 45, "context": 528}),
        ("wijkkaart_2020_gm0518.csv", "context", "area_map", 44, {"neighbourhoods": 44, "context": 736}),
        ("gemeentekaart_2020_gm0518.csv", "context", "area_map", 1, {"neighbourhoods": 1, "context": 17}),
        ("kwb-2022-nagebouwd_gm0518.csv", "context", "kwb", 45, {"neighbourhoods": 45, "context": 573}),
        ("kwb-2022-nagebouwd_gm0518.xlsx", "context", "kwb", 45, {"neighbourhoods": 45, "context": 573}),
        ("wijken_2022.geojson", "boundaries", "geojson", 44, {"neighbourhoods": 44 + 8, "boundaries": 44}),
        ("buurten_2020.geojson", "boundaries", "geojson", 114, {"neighbourhoods": 114, "boundaries": 114}),
        ("stadsdelen_2022.geojson", "boundaries", "geojson", 8, {"neighbourhoods": 8, "boundaries": 8}),
        ("bibliotheekvestigingen.csv", "branches", "plain", 16, {"branches": 16}),
        ("schoolvakanties_regio_midden.csv", "holidays", "plain", 40, {"holidays": 40}),
        ("bijzondere_sluitingen.csv", "closures", "plain", 6, {"closures": 6}),
        ("pc6hnr_fictief_2020.csv", "postcodes", "addresses", 121, {"postcodes": 121}),
    ],
)
def test_every_file_is_recognised_and_nothing_of_it_refused(name: str, kind: str, layout: str, read: int, tables: dict[str, int]):
    found = parsed(name)
    assert (found.kind, found.layout, found.read, found.refused.height) == (kind, layout, read, 0)
    assert {table: frame.height for table, frame in found.rows.items()} == tables


@pytest.mark.parametrize("name", ["kerncijfers_2022_gm0518.csv", "kwb-2022-nagebouwd_gm0518.csv", "kwb-2022-nagebouwd_gm0518.xlsx"])
@pytest.mark.parametrize(
    ("area", "primary", "secondary"),
    [("GM0518", 17_700, 39_300), ("WK051829", 1_170, 2_650), ("WK051830", 620, 1_300), ("WK051838", 1_420, 3_670), ("WK051834", 780, 1_390)],
)
def test_the_target_groups_that_are_estimated_from_ages_are_those_worked_out_by_hand(name: str, area: str, primary: int, secondary: int):
    found = figures(parsed(name))
    child, young = found[area, 2022, "a_00_14"], found[area, 2022, "a_15_24"]
    assert child * 3 / 15 == pytest.approx(primary, rel=0.005)
    assert child * 3 / 15 + young * 3 / 10 == pytest.approx(secondary, rel=0.005)


def test_the_same_year_in_three_layouts_gives_the_same_figures():
    short, table, workbook = (
        figures(parsed(name)) for name in ("kerncijfers_2022_gm0518.csv", "kwb-2022-nagebouwd_gm0518.csv", "kwb-2022-nagebouwd_gm0518.xlsx")
    )
    assert table == workbook
    assert {key: table[key] for key in short} == short


def test_the_shares_of_the_map_add_up_to_its_inhabitants():
    found = figures(parsed("wijkkaart_2020_gm0518.csv"))
    ages = ("a_00_14", "a_15_24", "a_25_44", "a_45_64", "a_65_oo")
    lived_in = [area for area, _, measure in found if measure == "a_00_14"]
    assert len(lived_in) == 43  # all but Oostduinen, where nobody lives
    for area in lived_in:
        inhabitants = found[area, 2020, "a_inw"]
        assert sum(found[area, 2020, age] for age in ages) == pytest.approx(inhabitants, abs=0.02 * inhabitants + 12.5)
    assert ("WK051829", 2020, "g_wozbag") not in found  # 0 in every row: not published that year
    assert found["WK051829", 2020, "af_biblio"] > 0


def test_scores_of_amsterdam_alone_are_refused():
    with pytest.raises(FileRefused) as refused:
        parsed("ses_woa_2019_formaatvoorbeeld_amsterdam.csv")
    assert (refused.value.code, refused.value.values["found"], refused.value.values["rows"]) == ("area.other_municipality", "GM0363", 40)


def test_every_wijk_lies_in_the_district_that_the_table_of_names_gives_it():
    def districts(name: str) -> dict[str, str]:
        return {
            code: parent
            for code, level, parent in rows(parsed(name), "neighbourhoods", "neighbourhood_code", "level", "parent_code")
            if level == "neighbourhood"
        }

    assert districts("wijken.csv") == districts("wijken_2022.geojson")
    assert set(districts("wijken.csv").values()) == set("12345678")


def test_the_wijken_in_rd_new_come_back_within_a_metre():
    collection: dict[str, Any] = json.loads(content("wijken_2022.geojson"))
    published = [feature["geometry"]["coordinates"] for feature in collection["features"]]
    for feature in collection["features"]:
        feature["geometry"]["coordinates"] = [[rd_by_formula(*position) for position in ring] for ring in feature["geometry"]["coordinates"]]
    raw = read_files.read("wijken_2022.geojson", json.dumps(collection).encode())
    found = recognise(raw).parse(raw, TOWN)
    assert dict(found.notes)["boundaries.from_rd"] == "44"
    for outline, before in zip(found.rows["boundaries"]["geometry"], published, strict=True):
        for position, original in zip(json.loads(outline)["coordinates"][0], before[0], strict=True):
            assert math.dist(rd_by_formula(*position), rd_by_formula(*original)) < 1
