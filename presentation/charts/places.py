"""Shapes on the map: outlines when they were delivered, else one equal tile per neighbourhood; and the hatch for "too small to show"."""

import itertools
from collections.abc import Iterator, Mapping
from math import ceil, cos, pi, radians, sin, sqrt
from typing import Any

import numpy as np

Ring = list[tuple[float, float]]
Geometry = Mapping[str, Any]
#: Longitude, latitude.
Point = tuple[float, float]
#: Length of a degree of latitude on a sphere of the mean earth radius (6371.0088 km).
KM_IN_A_DEGREE = 111.195


def tiles(points: Mapping[str, Point]) -> dict[str, Geometry]:
    """One square per area on a grid, placed so that the total squared distance to the real points is least (assignment problem, solved exactly).

    points: area code -> longitude, latitude. Gives GeoJSON polygons in degrees, so that they are drawn by the same code as real outlines.
    """
    from scipy.optimize import linear_sum_assignment  # noqa: PLC0415 - costs 0.3 s and only a store without outlines needs it

    if not points:
        return {}
    codes = sorted(points)
    squeeze = cos(radians(float(np.mean([points[code][1] for code in codes]))))
    at = np.array([(points[code][0] * squeeze, points[code][1]) for code in codes])
    low, high = at.min(axis=0), at.max(axis=0)
    wide, tall = np.maximum(high - low, 1e-6)
    columns = max(1, ceil(sqrt(len(codes) * wide / tall * 1.25)))
    rows = max(1, ceil(len(codes) * 1.25 / columns))
    side = max(wide / columns, tall / rows)
    cells = [(low[0] + (column + 0.5) * wide / columns, low[1] + (row + 0.5) * tall / rows) for row in range(rows) for column in range(columns)]
    cost = ((at[:, None, :] - np.array(cells)[None, :, :]) ** 2).sum(axis=2)
    chosen = linear_sum_assignment(cost)[1]
    return {
        code: _square(int(cell % columns), int(cell // columns), side, (float(low[0]), float(low[1])), squeeze)
        for code, cell in zip(codes, chosen, strict=True)
    }


def _square(column: int, row: int, side: float, low: Point, squeeze: float) -> Geometry:
    west, south, edge = low[0] + column * side, low[1] + row * side, side * 0.94
    # clockwise, as Plotly's map needs it: the other way round it fills the rest of the world
    corners = [(west, south), (west, south + edge), (west + edge, south + edge), (west + edge, south), (west, south)]
    return {"type": "Polygon", "coordinates": [[(x / squeeze, y) for x, y in corners]]}


def rings(geometry: Geometry) -> Iterator[Ring]:
    """All rings of a polygon or multipolygon, holes included."""
    polygons = [geometry["coordinates"]] if geometry["type"] == "Polygon" else geometry["coordinates"]
    for polygon in polygons:
        for ring in polygon:
            yield [(float(x), float(y)) for x, y, *_ in ring]


def clockwise(geometry: Geometry) -> Geometry:
    """The same area with outer rings clockwise and holes the other way, which is what Plotly's map fills correctly."""
    polygons = [geometry["coordinates"]] if geometry["type"] == "Polygon" else geometry["coordinates"]
    turned = [[ring if (_signed_area(ring) < 0) == (place == 0) else list(reversed(ring)) for place, ring in enumerate(polygon)] for polygon in polygons]
    return {"type": "MultiPolygon", "coordinates": turned}


def _signed_area(ring: Ring) -> float:
    return sum(x0 * y1 - x1 * y0 for (x0, y0, *_), (x1, y1, *_) in itertools.pairwise(ring))


def centre(geometry: Geometry) -> Point:
    """The middle of the largest ring's box: where a label or a mark of that area goes."""
    ring = max(rings(geometry), key=lambda points: abs(_signed_area(points)))
    xs, ys = [x for x, _ in ring], [y for _, y in ring]
    return (min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2


def circle(at: Point, km: float, steps: int = 72) -> list[Point]:
    """The points at a distance, as a closed line round `at`; on the scale of a city a degree is everywhere as long as at its middle."""
    longitude, latitude = at
    tall = km / KM_IN_A_DEGREE
    wide = tall / cos(radians(latitude))
    turns = [2 * pi * step / steps for step in range(steps + 1)]
    return [(longitude + wide * sin(turn), latitude + tall * cos(turn)) for turn in turns]


def frame(geometries: Mapping[str, Geometry]) -> tuple[float, float, float, float]:
    """West, east, south, north of all areas."""
    xs, ys = zip(*[point for geometry in geometries.values() for ring in rings(geometry) for point in ring], strict=True)
    return min(xs), max(xs), min(ys), max(ys)


def hatch(geometry: Geometry, spacing: float) -> list[tuple[Point, Point]]:
    """Lines of 45 degrees inside an area, `spacing` degrees of latitude apart, cut to it by the even-odd rule.

    A map cannot fill with a pattern, so the pattern is drawn. Lines are x - y = c in a plane where a degree of longitude is as long as one of latitude.
    """
    edges = [(a, b) for ring in rings(geometry) for a, b in itertools.pairwise(ring)]
    squeeze = cos(radians(edges[0][0][1]))
    offsets = [x * squeeze - y for a, b in edges for x, y in (a, b)]
    lines = []
    # the grid of lines is the same for every area, so that neighbours hatch as one
    for step in range(ceil(min(offsets) / spacing), ceil(max(offsets) / spacing)):
        c = step * spacing
        crossings = []
        for (x0, y0), (x1, y1) in edges:
            d0, d1 = x0 * squeeze - y0 - c, x1 * squeeze - y1 - c
            if (d0 < 0) != (d1 < 0):
                share = d0 / (d0 - d1)
                crossings.append((x0 + share * (x1 - x0), y0 + share * (y1 - y0)))
        crossings.sort()
        lines += list(zip(crossings[::2], crossings[1::2], strict=False))
    return lines
