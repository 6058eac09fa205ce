"""Outlines: coordinate systems, codes, districts, and geometry that cannot be drawn."""

import json
import math
from importlib import import_module
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_access.ingest.shapes import FileRefused
from data_access.reference import boundaries, geometry
from tests.data_access.reference.delivered import feature, geojson, reasons, rows

SQUARE = [[4.30, 52.06], [4.31, 52.06], [4.31, 52.07], [4.30, 52.07], [4.30, 52.06]]
RD_SQUARE = [[80_000, 453_000], [81_000, 453_000], [81_000, 454_000], [80_000, 454_000], [80_000, 453_000]]
AREA = ("neighbourhood_code", "year", "level", "name", "parent_code")


def rd_by_formula(longitude: float, latitude: float) -> tuple[float, float]:
    """WGS84 to RD New by the published polynomials of Schreutelkamp and Strang van Hees (2001), good to half a metre: a second way, without pyproj."""
    df, dl = 0.36 * (latitude - 52.15517440), 0.36 * (longitude - 5.38720621)
    r = {
        (0, 1): 190094.945,
        (1, 1): -11832.228,
        (2, 1): -114.221,
        (0, 3): -32.391,
        (1, 0): -0.705,
        (3, 1): -2.340,
        (1, 3): -0.608,
        (0, 2): -0.008,
        (2, 3): 0.148,
    }
    s = {(1, 0): 309056.544, (0, 2): 3638.893, (2, 0): 73.077, (1, 2): -157.984, (3, 0): 59.788, (0, 1): 0.433, (2, 2): -6.439, (1, 1): -0.032, (0, 4): 0.092}
    s[1, 4] = -0.054
    x = 155000 + sum(value * df**p * dl**q for (p, q), value in r.items())
    y = 463000 + sum(value * df**p * dl**q for (p, q), value in s.items())
    return x, y


def outline(raw_feature: dict[str, Any], **more: object) -> list[list[float]]:
    parsed = boundaries.parse(geojson("wijken_2020.geojson", raw_feature, **more))
    shape: dict[str, list[list[list[float]]]] = json.loads(parsed.rows["boundaries"]["geometry"].item())
    return shape["coordinates"][0]


def test_outlines_in_longitude_and_latitude_are_kept_and_rounded():
    ring = [[4.3000000001, 52.06], [4.31, 52.06, 3.5], [4.31, 52.07], [4.30, 52.07], [4.3000000001, 52.06]]
    assert outline(feature({"wk_code": "WK051829"}, ring)) == [[4.3, 52.06], [4.31, 52.06], [4.31, 52.07], [4.3, 52.07], [4.3, 52.06]]


def test_the_base_point_of_rd_new_lies_in_amersfoort():
    ring = [[155000, 463000], [156000, 463000], [156000, 464000], [155000, 464000], [155000, 463000]]
    longitude, latitude = outline(feature({"statcode": "GM0518"}, ring))[0]
    assert longitude == pytest.approx(5.387204, abs=2e-6)  # as published for the tower of Our Lady
    assert latitude == pytest.approx(52.155172, abs=2e-6)


@given(st.floats(70_000, 92_000), st.floats(444_000, 460_000))
def test_rd_new_agrees_with_the_published_formula_within_a_metre(x: float, y: float):
    ring = [(x, y), (x + 10, y), (x + 10, y + 10), (x, y)]
    longitude, latitude = geometry.to_degrees([[ring]], geometry.RD_NEW)[0][0][0]
    assert math.dist(rd_by_formula(longitude, latitude), (x, y)) < 1


def test_the_numbers_tell_the_coordinate_system_whatever_the_file_says():
    rd = {"crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::28992"}}}
    named, unnamed = outline(feature({"statcode": "WK051829"}, RD_SQUARE), **rd), outline(feature({"statcode": "WK051829"}, RD_SQUARE))
    assert named == unnamed
    assert all(4.2 < longitude < 4.4 and 52 < latitude < 52.2 for longitude, latitude in named)
    assert outline(feature({"statcode": "WK051829"}, SQUARE), **rd) == SQUARE  # a header that was copied along


@pytest.mark.parametrize(
    "ring",
    [
        [[latitude, longitude] for longitude, latitude in SQUARE],  # the wrong way round
        [[478_000, 6_800_000], [479_000, 6_800_000], [479_000, 6_801_000], [478_000, 6_800_000]],  # Web Mercator
    ],
)
def test_other_coordinate_systems_are_refused_whole(ring: list[list[float]]):
    with pytest.raises(FileRefused) as refused:
        boundaries.parse(geojson("wijken_2020.geojson", feature({"wk_code": "WK051829"}, ring)))
    assert refused.value.code == "boundaries.coordinates"


@pytest.mark.parametrize(
    ("properties", "area"),
    [
        ({"statcode": "WK051829", "statnaam": "Schildersbuurt", "jaar": 2022}, ("WK051829", 2022, "neighbourhood", "Schildersbuurt", None)),
        ({"jrstatcode": "2020WK051829", "statnaam": "Schildersbuurt"}, ("WK051829", 2020, "neighbourhood", "Schildersbuurt", None)),
        ({"WK_CODE": "WK051829", "WK_NAAM": "Wijk 29 Schildersbuurt", "GM_CODE": "GM0518"}, ("WK051829", 2019, "neighbourhood", "Schildersbuurt", None)),
        (
            {"bu_code": "BU05182915", "bu_naam": "West", "wk_code": "WK051829", "stadsdeel": "Centrum"},
            ("BU05182915", 2019, "subneighbourhood", "West", "WK051829"),
        ),
        ({"GM_CODE": "GM0518", "GM_NAAM": "'s-Gravenhage"}, ("GM0518", 2019, "municipality", "'s-Gravenhage", None)),
        ({"stadsdeel_nr": 1, "stadsdeel": "Loosduinen"}, ("1", 2019, "district", "Loosduinen", "GM0518")),
    ],
)
def test_the_code_stands_in_many_properties(properties: dict[str, object], area: tuple[object, ...]):
    parsed = boundaries.parse(geojson("grenzen_2019.geojson", feature(properties, SQUARE)))
    found = parsed.rows["neighbourhoods"].row(0, named=True)
    assert tuple(found.get(name) for name in AREA) == area
    assert rows(parsed, "boundaries", "neighbourhood_code", "year", "level") == [area[:3]]


def test_the_id_of_a_feature_is_its_code_when_no_property_is():
    assert rows(boundaries.parse(geojson("grenzen_2019.geojson", feature({}, SQUARE, id="WK051829"))), "boundaries", "neighbourhood_code") == [("WK051829",)]


def test_outlines_of_wijken_bring_the_districts_they_lie_in():
    wijk = {"wk_code": "WK051801", "naam_kort": "Oostduinen", "gm_code": "GM0518", "stadsdeel_nr": 4, "stadsdeel": "Scheveningen", "jaar": 2022}
    parsed = boundaries.parse(geojson("wijken.geojson", feature(wijk, SQUARE)))
    assert rows(parsed, "neighbourhoods", *AREA) == [
        ("WK051801", 2022, "neighbourhood", "Oostduinen", "4"),
        ("4", 2022, "district", "Scheveningen", "GM0518"),
    ]
    assert rows(parsed, "boundaries", "neighbourhood_code") == [("WK051801",)]


def test_outlines_that_cannot_be_drawn_are_refused_by_feature_and_the_others_stay():
    def broken(code: str, shape: object) -> dict[str, object]:
        return {"type": "Feature", "properties": {"wk_code": code}, "geometry": shape}

    parsed = boundaries.parse(
        geojson(
            "wijken_2022.geojson",
            feature({"wk_code": "WK051801"}, SQUARE),
            broken("WK051802", None),
            broken("WK051803", {"type": "Point", "coordinates": [4.3, 52.1]}),
            broken("WK051804", {"type": "Polygon", "coordinates": [SQUARE[:4]]}),
            broken("WK051805", {"type": "Polygon", "coordinates": [[[4.3, "x"], *SQUARE]]}),
            broken("WK051806", {"type": "MultiPolygon", "coordinates": []}),
            broken("WK051807", {"type": "Polygon", "coordinates": [RD_SQUARE]}),
            feature({"wk_code": "Oost"}, SQUARE),
            feature({"wk_code": "WK051801"}, SQUARE),
            feature({"wk_code": "WK036300"}, SQUARE),
            feature({"wk_code": "WK051899", "h2o": "JA"}, SQUARE),
        )
    )
    assert reasons(parsed) == [
        (2, "", "geometry.missing"),
        (3, "", "geometry.type"),
        (4, "", "geometry.open_ring"),
        (5, "", "geometry.coordinates"),
        (6, "", "geometry.coordinates"),
        (7, "", "geometry.coordinates"),
        (8, "neighbourhood_code", "area.impossible"),
        (9, "", "row.twice"),
    ]
    assert (parsed.read, dict(parsed.notes)) == (9, {"rows.without_land": "1", "rows.other_areas": "1"})


def test_islands_and_holes_stay():
    hole = [[4.302, 52.062], [4.304, 52.062], [4.304, 52.064], [4.302, 52.062]]
    island = [[4.4, 52.06], [4.41, 52.06], [4.41, 52.07], [4.4, 52.06]]
    shape = {"type": "Feature", "properties": {"wk_code": "WK051829"}, "geometry": {"type": "MultiPolygon", "coordinates": [[SQUARE, hole], [island]]}}
    parsed = boundaries.parse(geojson("wijken_2022.geojson", shape))
    assert json.loads(parsed.rows["boundaries"]["geometry"].item()) == shape["geometry"]


def test_the_point_of_an_area_lies_inside_also_when_its_centre_does_not():
    horseshoe = [(0, 0), (4, 0), (4, 3), (2, 3), (2, 1), (1, 1), (1, 3), (0, 3), (0, 0)]
    ring = [(4.3 + x / 100, 52.0 + y / 100) for x, y in horseshoe]
    longitude, latitude = geometry.point_inside([[ring]])
    assert latitude == pytest.approx(52.015)
    assert longitude == pytest.approx(4.33)  # in the wider leg


@given(st.lists(st.tuples(st.floats(4.2, 4.4), st.floats(52.0, 52.1)), min_size=3, max_size=8, unique=True))
def test_the_point_of_any_star_of_corners_lies_within_it(corners: list[tuple[float, float]]):
    middle = (sum(x for x, _ in corners) / len(corners), sum(y for _, y in corners) / len(corners))
    ring = sorted(corners, key=lambda corner: math.atan2(corner[1] - middle[1], corner[0] - middle[0]))
    longitude, latitude = geometry.point_inside([[[*ring, ring[0]]]])
    assert min(x for x, _ in ring) - 1e-6 <= longitude <= max(x for x, _ in ring) + 1e-6
    assert min(y for _, y in ring) - 1e-6 <= latitude <= max(y for _, y in ring) + 1e-6


def test_nothing_leaves_the_machine_for_a_finer_grid():
    network: Any = import_module("pyproj.network")
    network.set_network_enabled(active=True)
    geometry._rd_to_degrees.cache_clear()
    outline(feature({"wk_code": "WK051829"}, RD_SQUARE))
    assert not network.is_network_enabled()
