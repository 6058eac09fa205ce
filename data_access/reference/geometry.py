"""Outlines of areas: checked, brought to longitude and latitude, and rounded."""

import json
from collections.abc import Mapping, Sequence
from functools import cache
from itertools import pairwise
from math import isfinite
from typing import Any, NamedTuple

#: 6 decimals of a degree are about 10 cm: more than an outline on a map can show.
DECIMALS = 6

Position = tuple[float, float]
Ring = list[Position]
Polygon = list[Ring]


class Box(NamedTuple):
    """The part of a coordinate system in which the Netherlands lies."""

    left: float
    bottom: float
    right: float
    top: float

    def holds(self, x: float, y: float) -> bool:
        """Whether the position lies in it."""
        return self.left <= x <= self.right and self.bottom <= y <= self.top


#: What can be wrong with an outline.
FAULTS = ("geometry.missing", "geometry.type", "geometry.coordinates", "geometry.open_ring")

#: Longitude and latitude in degrees: WGS84, or ETRS89, which differs from it by less than a metre.
DEGREES = Box(3, 50.5, 7.5, 53.8)
#: RD New (EPSG:28992), in metres.
RD_NEW = Box(-10_000, 280_000, 310_000, 650_000)


class BadGeometry(ValueError):
    """An outline that cannot be used: a code."""

    def __init__(self, code: str) -> None:
        """Keep the code (`geometry.open_ring`)."""
        super().__init__(code)
        self.code = code


def polygons_of(geometry: object) -> list[Polygon]:
    """The polygons of a GeoJSON Polygon or MultiPolygon, heights dropped. Raises BadGeometry: geometry.missing, .type, .coordinates, .open_ring."""
    if not isinstance(geometry, Mapping):
        raise BadGeometry("geometry.missing")
    if geometry.get("type") not in ("Polygon", "MultiPolygon"):
        raise BadGeometry("geometry.type")
    coordinates = geometry.get("coordinates")
    parts = [coordinates] if geometry["type"] == "Polygon" else coordinates
    if not isinstance(parts, list) or not parts or not all(isinstance(part, list) and part for part in parts):
        raise BadGeometry("geometry.coordinates")
    return [[_ring(ring) for ring in part] for part in parts]


def _ring(ring: object) -> Ring:
    if not isinstance(ring, list):
        raise BadGeometry("geometry.coordinates")
    positions = [_position(position) for position in ring]
    if len(positions) < 4 or positions[0] != positions[-1]:
        raise BadGeometry("geometry.open_ring")
    return positions


def _position(position: Any) -> Position:  # noqa: ANN401 - whatever stood in the file
    if not isinstance(position, list) or len(position) < 2 or not all(type(number) in (int, float) and isfinite(number) for number in position[:2]):
        raise BadGeometry("geometry.coordinates")
    return float(position[0]), float(position[1])


def box_of(polygons: Sequence[Polygon]) -> Box | None:
    """The coordinate system in which all positions lie; the numbers tell, whatever the file says of itself. None when they lie in neither."""
    return next((box for box in (DEGREES, RD_NEW) if all(box.holds(*position) for polygon in polygons for ring in polygon for position in ring)), None)


def to_degrees(polygons: Sequence[Polygon], box: Box | None) -> list[Polygon]:
    """Longitude and latitude, rounded; positions that have become equal to the one before are left out, unless too few would be left.

    box: the system of the file. Raises BadGeometry("geometry.coordinates") when these lie in another.
    """
    if box is None or box_of(polygons) is not box:
        raise BadGeometry("geometry.coordinates")
    return [[_rounded(_from_rd(ring) if box is RD_NEW else ring) for ring in polygon] for polygon in polygons]


def _rounded(ring: Ring) -> Ring:
    rounded = [(round(x, DECIMALS), round(y, DECIMALS)) for x, y in ring]
    distinct = [rounded[0], *(position for before, position in pairwise(rounded) if position != before)]
    return distinct if len(distinct) >= 4 else rounded


def _from_rd(ring: Ring) -> Ring:
    longitudes, latitudes = _rd_to_degrees().transform(*zip(*ring, strict=True))
    return list(zip(longitudes, latitudes, strict=True))


@cache
def _rd_to_degrees() -> Any:  # noqa: ANN401 - pyproj is loaded only when a file is in RD New
    """RD New to WGS84. pyproj may fetch finer grids over the network; it is told not to: nothing leaves the machine, and half a metre is plenty."""
    from pyproj import Transformer, network  # noqa: PLC0415

    network.set_network_enabled(active=False)  # type: ignore[attr-defined]  # public, but not named in __all__
    return Transformer.from_crs("EPSG:28992", "EPSG:4326", always_xy=True, allow_ballpark=False)


def as_geojson(polygons: Sequence[Polygon]) -> str:
    """A GeoJSON geometry as text, without spaces."""
    one = len(polygons) == 1
    return json.dumps({"type": "Polygon" if one else "MultiPolygon", "coordinates": polygons[0] if one else polygons}, separators=(",", ":"))


def point_inside(polygons: Sequence[Polygon]) -> Position:
    """A point that lies inside, as a centre of gravity need not: the middle of the widest stretch halfway up the largest polygon."""
    largest = max(polygons, key=lambda polygon: _area(polygon[0]))
    heights = [y for _, y in largest[0]]
    middle = (min(heights) + max(heights)) / 2
    crossings = sorted(
        x1 + (middle - y1) * (x2 - x1) / (y2 - y1) for ring in largest for (x1, y1), (x2, y2) in pairwise(ring) if (y1 <= middle) != (y2 <= middle)
    )
    left, right = max(zip(crossings[::2], crossings[1::2], strict=True), key=lambda stretch: stretch[1] - stretch[0], default=(largest[0][0][0],) * 2)
    return round((left + right) / 2, DECIMALS), round(middle, DECIMALS)


def _area(ring: Ring) -> float:
    return abs(sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in pairwise(ring))) / 2
