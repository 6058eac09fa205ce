"""Who lives near a place that helps, and where another place would reach most pupils.

Distances are great circles, in a straight line: shorter than any walk, and said to be so wherever they are shown. homes: one row per point where pupils live
(latitude, longitude in degrees WGS84 [, pupils] [, serves: of which kind the pupils are]); places: the same without pupils (serves: only for pupils of that
kind, null = for all). A point without coordinates has no distance, nor has a place that serves others; homes whose pupils are unknown count in no sum.
reach_km: one distance for all, or a column with one for each home.

All functions raise Refused: `missing_column`, `not_a_number`, `negative_count`, `coordinates_out_of_range`.
"""

import numpy as np
import numpy.typing as npt
import polars as pl

from metrics.methods.columns import Numbers, array, counts, numbers
from metrics.shapes import Refused

Reach = float | pl.Series

#: Mean radius of the earth, R1 of the International Union of Geodesy and Geophysics (Moritz 2000, Geodetic Reference System 1980).
EARTH_RADIUS_KM = 6371.0088


def distances(homes: pl.DataFrame, places: pl.DataFrame) -> pl.DataFrame:
    """Kilometres between every home and every place: home_id, place_id, km, sorted by both; km null where a point has no coordinates.

    homes: home_id, latitude, longitude; places: place_id, latitude, longitude. Haversine on a sphere of the mean earth radius: within 0.5 % of the ellipsoid.
    Source: Sinnott 1984, Virtues of the haversine, Sky and Telescope 68.
    """
    km = pl.Series("km", _kilometres(homes, places).ravel(), nan_to_null=True)
    return homes.select("home_id").join(places.select("place_id"), how="cross", maintain_order="left_right").with_columns(km).sort("home_id", "place_id")


def pupils_beyond_reach(homes: pl.DataFrame, places: pl.DataFrame, reach_km: Reach) -> pl.DataFrame:
    """Whether each home has a place within reach; keeps rows, order and all other columns of homes.

    homes: latitude, longitude, pupils; places: place_id, latitude, longitude. Adds nearest_place_id and nearest_km (null without places) and pupils_beyond: the
    pupils of a home without a place at reach_km or less; null where the home has no coordinates.
    Source: the contour measure of Geurs & van Wee 2004, Accessibility evaluation of land-use and transport strategies.
    """
    reach = _limits(homes, reach_km)
    pupils, km = counts(homes, ["pupils"]).to_series(), _kilometres(homes, places)
    known, km = _has_point(homes), np.nan_to_num(km, nan=np.inf)
    nearest = km.argmin(axis=1) if places.height else np.zeros(homes.height, dtype=np.int64)
    nearest_km = km.min(axis=1, initial=np.inf)
    found = pl.Series(np.isfinite(nearest_km))
    place = places.get_column("place_id").gather(nearest) if places.height else pl.Series([None] * homes.height, dtype=places.schema["place_id"])
    return homes.with_columns(
        nearest_place_id=pl.when(found).then(place),
        nearest_km=pl.when(found).then(pl.Series(nearest_km)),
        pupils_beyond=pl.when(pl.Series(known)).then(pupils * pl.Series(nearest_km > reach).cast(pl.Float64)),
    )


def catchment(homes: pl.DataFrame, candidates: pl.DataFrame, places: pl.DataFrame, reach_km: Reach) -> pl.DataFrame:
    """What a place at each candidate would reach; keeps rows, order and all other columns of candidates.

    Adds pupils_within (living at reach_km or less) and pupils_gained (those of them who have none of the existing places within reach); null where the
    candidate has no coordinates.
    Source: the contour measure of Geurs & van Wee 2004, as above.
    """
    within, pupils, uncovered = _coverage(homes, candidates, places, reach_km)
    known = pl.Series(_has_point(candidates))
    return candidates.with_columns(
        pupils_within=pl.when(known).then(pl.Series(pupils @ within)),
        pupils_gained=pl.when(known).then(pl.Series((pupils * uncovered) @ within)),
    )


def best_next(homes: pl.DataFrame, candidates: pl.DataFrame, places: pl.DataFrame, k: int, reach_km: Reach) -> pl.DataFrame:
    """The k candidates that together bring most pupils within reach who have no place yet: rank, place_id, pupils_gained.

    Maximal covering, solved exactly. The ranks put them in the order in which each adds most; pupils_gained is what it adds to those before it, so that the
    column adds up. Fewer than k rows where more places would add nobody. The best two need not contain the best one. Raises Refused("negative_count") for a k
    below 0.
    Source: Church & ReVelle 1974, Papers of the Regional Science Association 32: 101-118.
    """
    if k < 0:
        raise Refused("negative_count", column="k")
    within, pupils, uncovered = _coverage(homes, candidates, places, reach_km)
    open_to = pupils * uncovered
    chosen = _maximal_covering(within, open_to, k)
    ranked: list[tuple[int, float]] = []
    while chosen:
        gains = {candidate: float(open_to @ within[:, candidate]) for candidate in chosen}
        best = max(chosen, key=lambda candidate: (gains[candidate], -candidate))
        chosen.remove(best)
        if gains[best] > 0:
            ranked.append((best, gains[best]))
        open_to = open_to * ~within[:, best]
    order, gained = [candidate for candidate, _ in ranked], [gain for _, gain in ranked]
    ranks = pl.Series("rank", range(1, len(ranked) + 1), dtype=pl.Int64)
    return pl.DataFrame([ranks, candidates.get_column("place_id").gather(order), pl.Series("pupils_gained", gained, dtype=pl.Float64)])


def _maximal_covering(within: npt.NDArray[np.bool_], pupils: Numbers, k: int) -> list[int]:
    """Church & ReVelle's program: choose candidates (0 or 1), count a home once some chosen candidate covers it, at most k choices."""
    from scipy.optimize import Bounds, LinearConstraint, milp  # noqa: PLC0415 - only the expansion page needs it
    from scipy.sparse import csr_array, eye_array, hstack  # noqa: PLC0415

    coverable = within.any(axis=1) & (pupils > 0)
    within, pupils = within[coverable], pupils[coverable]
    homes, candidates = within.shape
    if not homes or not k:
        return []
    covered_by_chosen = LinearConstraint(hstack([-csr_array(within.astype(float)), eye_array(homes)]), ub=0)
    at_most_k = LinearConstraint(csr_array(np.concatenate([np.ones(candidates), np.zeros(homes)])[None, :]), ub=k)
    integrality = np.concatenate([np.ones(candidates), np.zeros(homes)])
    # Every place costs a little, all of them together less than the smallest home: the same reach with fewer places is better.
    solved = milp(
        np.concatenate([np.full(candidates, pupils.min() / (k + 1)), -pupils]),
        constraints=[covered_by_chosen, at_most_k],
        integrality=integrality,
        bounds=Bounds(0, 1),
        options={"mip_rel_gap": 0},
    )
    if solved.x is None:
        raise Refused("no_solution_found", status=int(solved.status))
    return [int(candidate) for candidate in np.flatnonzero(solved.x[:candidates] > 0.5)]


def _coverage(
    homes: pl.DataFrame, candidates: pl.DataFrame, places: pl.DataFrame, reach_km: Reach
) -> tuple[npt.NDArray[np.bool_], Numbers, npt.NDArray[np.bool_]]:
    """Home x candidate within reach; pupils per home (unknown counts in no sum); homes without a place within reach."""
    reach = _limits(homes, reach_km)[:, None]
    pupils = array(counts(homes, ["pupils"]).fill_null(0), "pupils")
    served = np.any(_kilometres(homes, places) <= reach, axis=1)
    return _kilometres(homes, candidates) <= reach, pupils, np.logical_not(served)


def _kilometres(homes: pl.DataFrame, places: pl.DataFrame) -> Numbers:
    """Home x place, NaN where a point has no coordinates (a comparison with NaN is false, so such a point is within reach of nothing)."""
    (home_lat, home_lon), (lat, lon) = (points[:, None] for points in _radians(homes)), _radians(places)
    haversine = np.sin((lat - home_lat) / 2) ** 2 + np.cos(home_lat) * np.cos(lat) * np.sin((lon - home_lon) / 2) ** 2
    km: Numbers = 2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(np.minimum(haversine, 1)))
    if "serves" in homes.columns and "serves" in places.columns:
        of, serves = homes["serves"].to_numpy()[:, None], places["serves"].to_numpy()[None, :]
        km[(of != serves) & places["serves"].is_not_null().to_numpy()[None, :]] = np.nan
    return km


def _radians(points: pl.DataFrame) -> tuple[Numbers, Numbers]:
    read = numbers(points, ["latitude", "longitude"])
    for name, limit in (("latitude", 90), ("longitude", 180)):
        if (read.get_column(name).abs() > limit).any():
            raise Refused("coordinates_out_of_range", column=name)
    return np.radians(array(read, "latitude")), np.radians(array(read, "longitude"))


def _has_point(points: pl.DataFrame) -> npt.NDArray[np.bool_]:
    return points.select(pl.col("latitude").is_not_null() & pl.col("longitude").is_not_null()).to_series().to_numpy()


def _limits(homes: pl.DataFrame, reach_km: Reach) -> Numbers:
    """The reach of every home."""
    each = reach_km if isinstance(reach_km, pl.Series) else pl.repeat(reach_km, homes.height, dtype=pl.Float64, eager=True)
    return array(counts(each.alias("reach_km").to_frame(), ["reach_km"]), "reach_km")
