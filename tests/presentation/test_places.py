"""Tiles lie roughly where their neighbourhoods lie, and a hatch stays inside its area."""

from itertools import pairwise

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metrics.methods.places import distances
from presentation.charts import places

SQUARE: places.Geometry = {"type": "Polygon", "coordinates": [[[4.0, 52.0], [4.0, 52.1], [4.1, 52.1], [4.1, 52.0], [4.0, 52.0]]]}
HOLE = [[4.03, 52.03], [4.07, 52.03], [4.07, 52.07], [4.03, 52.07], [4.03, 52.03]]
RING: places.Geometry = {
    "type": "Polygon",
    "coordinates": [*SQUARE["coordinates"], HOLE],
}

points = st.dictionaries(st.text("ABCDEFG0123456789", min_size=1, max_size=6), st.tuples(st.floats(4.1, 4.5), st.floats(52.0, 52.2)), min_size=1, max_size=30)


@settings(deadline=None)
@given(points)
def test_every_area_gets_a_tile_of_its_own(where):
    tiles = places.tiles(where)
    middles = {(round(x, 6), round(y, 6)) for x, y in (places.centre(tile) for tile in tiles.values())}
    assert tiles.keys() == where.keys()
    assert len(middles) == len(where)


def test_tiles_keep_west_west_and_north_north():
    tiles = places.tiles({"west": (4.1, 52.05), "east": (4.4, 52.05), "north": (4.25, 52.15), "south": (4.25, 51.95)})
    at = {name: places.centre(tile) for name, tile in tiles.items()}
    assert at["west"][0] < at["east"][0]
    assert at["south"][1] < at["north"][1]


def test_without_areas_there_are_no_tiles():
    assert places.tiles({}) == {}


@settings(deadline=None)
@given(points)
def test_tiles_do_not_depend_on_the_order_in_which_areas_come(where):
    assert places.tiles(where) == places.tiles(dict(reversed(where.items())))


def test_outer_rings_turn_clockwise_and_holes_the_other_way():
    turned = places.clockwise(RING)
    areas = [sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in pairwise(ring)) for ring in places.rings(turned)]
    assert [area < 0 for area in areas] == [True, False]
    assert places.clockwise(turned) == turned


def test_a_hatch_stays_inside_and_leaves_holes_open():
    lines = places.hatch(RING, 0.004)
    assert len(lines) > 10
    for (x0, y0), (x1, y1) in lines:
        x, y = (x0 + x1) / 2, (y0 + y1) / 2
        assert 4.0 <= x <= 4.1 and 52.0 <= y <= 52.1
        assert not (4.03 < x < 4.07 and 52.03 < y < 52.07)


def test_hatch_lines_of_neighbours_run_on():
    beside = {"type": "Polygon", "coordinates": [[[x + 0.1, y] for x, y in SQUARE["coordinates"][0]]]}
    ends = {(round(x1, 9), round(y1, 9)) for _, (x1, y1) in places.hatch(SQUARE, 0.01) if x1 == pytest.approx(4.1)}
    starts = {(round(x0, 9), round(y0, 9)) for (x0, y0), _ in places.hatch(beside, 0.01) if x0 == pytest.approx(4.1)}
    assert ends and ends == starts


@given(st.floats(4.1, 4.5), st.floats(51.9, 52.3), st.floats(0.5, 6))
def test_every_point_of_a_circle_lies_at_the_distance_it_says(longitude, latitude, km):
    """Against the haversine of the sums themselves: within 2 %, which nobody sees on a map of a city."""
    line = places.circle((longitude, latitude), km)
    assert line[0] == pytest.approx(line[-1])
    round_it = pl.DataFrame({"place_id": range(len(line)), "longitude": [x for x, _ in line], "latitude": [y for _, y in line]})
    middle = pl.DataFrame({"home_id": [0], "longitude": [longitude], "latitude": [latitude]})
    assert distances(middle, round_it)["km"].to_list() == pytest.approx([km] * len(line), rel=0.02)
