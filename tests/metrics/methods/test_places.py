"""Near and far: known distances, a town on a line, and the best places by trying all."""

import math
from itertools import combinations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.methods.places import EARTH_RADIUS_KM, best_next, catchment, distances, pupils_beyond_reach
from metrics.shapes import Refused
from tests.drawn import table


def points(name, *rows):
    return pl.DataFrame(rows, schema={name: pl.String, "latitude": pl.Float64, "longitude": pl.Float64}, orient="row")


def on_a_line(name, **kilometres):
    """Points on the equator, so many kilometres east of the start."""
    return points(name, *((key, 0.0, math.degrees(km / EARTH_RADIUS_KM)) for key, km in kilometres.items()))


def test_nashville_to_los_angeles():
    """Rosetta Code, "Haversine formula": 36.12 N 86.67 W to 33.94 N 118.40 W is 2887.2599506 km on a sphere of 6372.8 km."""
    found = distances(points("home_id", ("BNA", 36.12, -86.67)), points("place_id", ("LAX", 33.94, -118.40)))
    assert found["km"].item() == pytest.approx(2887.2599506071106 * EARTH_RADIUS_KM / 6372.8, rel=1e-9)


def test_a_degree_of_the_meridian_and_half_the_earth():
    poles = points("place_id", ("north", 90.0, 0.0), ("south", -90.0, 77.0))
    found = distances(points("home_id", ("a", 52.0, 4.3), ("b", 53.0, 4.3)), poles)
    assert found.select("home_id", "place_id").rows() == [("a", "north"), ("a", "south"), ("b", "north"), ("b", "south")]
    quarter = EARTH_RADIUS_KM * math.pi / 2
    assert found["km"].to_list() == pytest.approx([quarter * 38 / 90, quarter * 142 / 90, quarter * 37 / 90, quarter * 143 / 90])
    assert quarter / 90 == pytest.approx(111.195, abs=5e-4)  # the mean length of a degree


latitudes, longitudes = st.floats(-90, 90), st.floats(-180, 180)


@given(latitudes, longitudes, latitudes, longitudes)
def test_distance_by_the_angle_between_two_vectors(lat, lon, other_lat, other_lon):
    def vector(latitude, longitude):
        phi, theta = math.radians(latitude), math.radians(longitude)
        return math.cos(phi) * math.cos(theta), math.cos(phi) * math.sin(theta), math.sin(phi)

    a, b = vector(lat, lon), vector(other_lat, other_lon)
    cross = math.hypot(a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0])
    expected = EARTH_RADIUS_KM * math.atan2(cross, sum(x * y for x, y in zip(a, b, strict=True)))
    here, there = ("x", lat, lon), ("y", other_lat, other_lon)
    found = distances(points("home_id", here), points("place_id", there))["km"].item()
    assert found == pytest.approx(expected, abs=1e-3)
    assert distances(points("home_id", there), points("place_id", here))["km"].item() == pytest.approx(found, abs=1e-9)


TOWN = on_a_line("home_id", west=0, docks=1, centre=2, hills=5, sea=9).with_columns(pupils=pl.Series([10.0, 20, 30, 40, 50]))


def test_pupils_beyond_reach_of_a_branch():
    homes = pl.concat([TOWN, pl.DataFrame({"home_id": ["away"], "latitude": [None], "longitude": [None], "pupils": [7.0]})], how="vertical_relaxed")
    found = pupils_beyond_reach(homes, on_a_line("place_id", library=1, school=6), 1.5)
    assert found["home_id"].to_list() == ["west", "docks", "centre", "hills", "sea", "away"]
    assert found["nearest_place_id"].to_list() == ["library", "library", "library", "school", "school", None]
    assert found["nearest_km"].to_list() == [pytest.approx(km, abs=1e-9) for km in (1, 0, 1, 1, 3)] + [None]
    assert found["pupils_beyond"].to_list() == [0, 0, 0, 0, 50, None]  # of an unknown home nobody can say


def test_at_the_limit_is_within_reach_and_without_places_everybody_is_beyond():
    homes, library = points("home_id", ("a", 52.0, 4.3)).with_columns(pupils=3), points("place_id", ("library", 52.01, 4.3))
    km = distances(homes, library)["km"].item()
    assert pupils_beyond_reach(homes, library, km)["pupils_beyond"].item() == 0
    assert pupils_beyond_reach(homes, library, km * (1 - 1e-9))["pupils_beyond"].item() == 3
    assert catchment(homes, library, library.clear(), km).select("pupils_within", "pupils_gained").row(0) == (3, 3)
    assert catchment(homes, library, library, km).select("pupils_within", "pupils_gained").row(0) == (3, 0)
    assert pupils_beyond_reach(homes, library.clear(), km).select("nearest_place_id", "nearest_km", "pupils_beyond").row(0) == (None, None, 3)
    assert pupils_beyond_reach(homes.clear(), library, km).columns[-3:] == ["nearest_place_id", "nearest_km", "pupils_beyond"]


def test_what_a_new_branch_would_reach_and_what_of_that_is_new():
    candidates = on_a_line("place_id", market=1.5, beach=8.5).with_columns(rent=pl.Series([5, 6]))
    found = catchment(TOWN, candidates, on_a_line("place_id", library=0), 1.1)
    assert found.select("place_id", "rent", "pupils_within", "pupils_gained").rows() == [("market", 5, 50, 30), ("beach", 6, 50, 50)]
    nowhere = points("place_id", ("?", None, None))
    assert catchment(TOWN, nowhere, on_a_line("place_id", library=0), 1.1).select("pupils_within", "pupils_gained").row(0) == (None, None)


def test_the_best_two_need_not_contain_the_best_one():
    """A place in the middle reaches 4 + 4 pupils, more than either side; but both sides together reach all 4 + 3 + 4 + 3."""
    homes = on_a_line("home_id", a=0, b=2, c=4, d=6).with_columns(pupils=pl.Series([3, 4, 4, 3]))
    candidates = on_a_line("place_id", middle=3, left=1, right=5)
    none = candidates.clear()
    assert best_next(homes, candidates, none, 1, 1.1).rows() == [(1, "middle", 8)]
    assert best_next(homes, candidates, none, 2, 1.1).rows() == [(1, "left", 7), (2, "right", 7)]
    assert best_next(homes, candidates, none, 3, 1.1).height == 2  # the middle would then add nobody
    assert best_next(homes, candidates, on_a_line("place_id", library=1), 2, 1.1).rows() == [(1, "right", 7)]
    assert best_next(homes, candidates, none, 0, 1.1).rows() == []
    assert best_next(homes, none, none, 2, 1.1).rows() == []


def test_a_pupil_near_two_new_places_is_gained_once():
    homes = on_a_line("home_id", a=0, b=2, c=4).with_columns(pupils=pl.Series([3, 4, 5]))
    found = best_next(homes, on_a_line("place_id", left=1, right=3), on_a_line("place_id"), 2, 1.1)
    assert found.rows() == [(1, "right", 9), (2, "left", 3)]


@given(
    st.lists(st.tuples(st.floats(0, 20), st.floats(0, 300)), min_size=1, max_size=12),
    st.lists(st.floats(0, 20), min_size=1, max_size=7),
    st.lists(st.floats(0, 20), max_size=2),
    st.integers(1, 4),
)
def test_the_best_next_places_are_the_best_of_all_combinations(homes, candidates, existing, k):
    living = on_a_line("home_id", **{f"h{at}": km for at, (km, _) in enumerate(homes)}).with_columns(pupils=pl.Series([pupils for _, pupils in homes]))
    possible, places = (on_a_line("place_id", **{f"{name}{at}": km for at, km in enumerate(where)}) for name, where in (("c", candidates), ("p", existing)))
    reach = 2.0
    near = {(row["home_id"], row["place_id"]) for row in distances(living, pl.concat([possible, places])).iter_rows(named=True) if row["km"] <= reach}

    def gained(chosen):
        return sum(
            pupils
            for home, pupils in living.select("home_id", "pupils").iter_rows()
            if not any((home, place) in near for place in places["place_id"]) and any((home, place) in near for place in chosen)
        )

    best = max(gained(chosen) for chosen in combinations(possible["place_id"], min(k, possible.height)))
    found = best_next(living, possible, places, k, reach)
    assert found["pupils_gained"].sum() == pytest.approx(best, abs=1e-6)
    assert gained(found["place_id"].to_list()) == pytest.approx(best, abs=1e-6)
    assert found["rank"].to_list() == list(range(1, found.height + 1))
    assert found.height <= k
    assert found["pupils_gained"].is_sorted(descending=True)


def test_homes_whose_pupils_are_unknown_count_in_no_sum():
    homes = on_a_line("home_id", a=0, b=0.5).with_columns(pupils=pl.Series([None, 4]))
    here = on_a_line("place_id", here=0)
    assert catchment(homes, here, here.clear(), 1)["pupils_within"].item() == 4
    assert pupils_beyond_reach(homes, here.clear(), 1)["pupils_beyond"].to_list() == [None, 4]


def test_points_that_are_not_on_the_earth_are_refused():
    rd = points("home_id", ("a", 455_000.0, 80_000.0)).with_columns(pupils=1)
    place = on_a_line("place_id", here=0)
    for ask in (lambda: distances(rd, place), lambda: pupils_beyond_reach(rd, place, 1), lambda: best_next(rd, place, place, 1, 1)):
        with pytest.raises(Refused) as refusal:
            ask()
        assert (refusal.value.code, refusal.value.values) == ("coordinates_out_of_range", {"column": "latitude"})
    with pytest.raises(Refused, match="negative_count"):
        best_next(TOWN, place, place, -1, 1)
    with pytest.raises(Refused, match="negative_count"):
        catchment(TOWN, place, place, -1)
    with pytest.raises(Refused, match="missing_column"):
        distances(table("home_id | latitude\na | 52.0"), place)
