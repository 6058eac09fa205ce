"""What stands on a map, and where its name goes so that no name covers another name or a mark."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import cos, radians

from presentation.charts import places, style
from presentation.charts.places import Geometry, Point
from presentation.texts import Say


@dataclass(frozen=True)
class Area:
    """One area on the map; value None = hatched, with `words` for the hover instead of the number."""

    code: str
    name: str
    value: float | None
    words: str


@dataclass(frozen=True)
class Mark:
    """A place on the map. symbol: as Plotly calls it, or the number of a numbered place."""

    name: str
    at: Point
    symbol: str


def _beside(name: str, side: str) -> str:
    """A label starts on the point itself: leave room for the mark."""
    space = "\N{NO-BREAK SPACE}" * 3
    if side.endswith("center"):
        return f"<b>{name}</b><br>{space}" if side.startswith("top") else f"{space}<br><b>{name}</b>"
    return f"<b>{name}</b>{space}" if side.endswith("left") else f"{space}<b>{name}</b>"


Box = tuple[float, float, float, float]

#: Side of a mark -> where its label's box starts, in label widths and heights from the mark.
_SIDES = {
    "middle right": (0.0, -0.5),
    "middle left": (-1.0, -0.5),
    "top center": (-0.5, 0.6),
    "bottom center": (-0.5, -1.6),
    "top right": (0.0, 0.3),
    "bottom right": (0.0, -1.3),
    "top left": (-1.0, 0.3),
    "bottom left": (-1.0, -1.3),
}


#: The same for words that belong to no mark, and may lie on their point.
_ON_AREA = {
    "middle center": (-0.5, -0.5),
    "middle right": (0.0, -0.5),
    "middle left": (-1.0, -0.5),
    "top center": (-0.5, 0.0),
    "bottom center": (-0.5, -1.0),
    "top right": (0.0, 0.0),
    "bottom right": (0.0, -1.0),
    "top left": (-1.0, 0.0),
    "bottom left": (-1.0, -1.0),
}
#: The narrowest map on a desk of 1440 wide and on a phone, that beside the verdicts; the width of a bold letter and the height of a line, in pixels.
NARROW, LETTER, LINE = 300, 6.4, 15


@dataclass(frozen=True)
class Label:
    """Words on the map at a point, the side of it on which they stand, and the box that they take on the narrowest map."""

    text: str
    at: Point
    side: str
    box: Box


def placed(marks: Sequence[Mark], areas: Sequence[Area], shapes: Mapping[str, Geometry], say: Say) -> list[Label]:
    """The names of some areas and of the branches, so that none covers a mark or another name; a name for which there is no room is left out.

    Areas first, for the words of the page speak of them, then branches from north to south: first come, first served. What is left out is told by the hover,
    the table and the words of the page.
    """
    if not shapes:
        return []
    west, east, south, _ = places.frame(shapes)
    scale, squeeze = NARROW / (east - west), 1 / cos(radians(south))

    def at(point: Point) -> Point:
        return (point[0] - west) * scale, (point[1] - south) * scale * squeeze

    dots = {mark.name: _box(at(mark.at), 16, 16, (-0.5, -0.5)) for mark in marks}
    labels: list[Label] = []
    for area in areas:
        lines = [*style.wrapped(area.name, 12).split("<br>")]
        lines[-1] += "" if area.value is None else f" {say.number(area.value, 1)}"
        middle, wide = places.centre(shapes[area.code]), LETTER * max(map(len, lines))
        taken, words = [*dots.values(), *(label.box for label in labels)], "<br>".join(lines)
        found = _free(at(middle), wide, LINE * len(lines), _ON_AREA, taken)
        labels += [Label(f"<b>{words}</b>", middle, side, box) for side, box in found]
        if not found:  # a branch stands in the middle of it
            found = _free(at(middle), wide + 14, LINE * len(lines), _SIDES, taken)
            labels += [Label(_beside(words, side), middle, side, box) for side, box in found]
    for mark in sorted(marks, key=lambda mark: -mark.at[1]):
        taken = [*(box for name, box in dots.items() if name != mark.name), *(label.box for label in labels)]
        found = _free(at(mark.at), LETTER * len(mark.name) + 14, LINE, _SIDES, taken)
        labels += [Label(_beside(mark.name, side), mark.at, side, box) for side, box in found]
    return labels


def _free(at: Point, wide: float, tall: float, sides: Mapping[str, Point], taken: Sequence[Box]) -> list[tuple[str, Box]]:
    """The first side at which nothing is covered and nothing is cut off; none when there is no such side."""
    boxes = [(side, _box(at, wide, tall, shift)) for side, shift in sides.items()]
    return [(side, box) for side, box in boxes if not any(_overlap(box, other) for other in taken) and not _outside(box, NARROW)][:1]


def _box(at: Point, wide: float, tall: float, shift: Point) -> Box:
    left, low = at[0] + shift[0] * wide, at[1] + shift[1] * tall
    return left, low, left + wide, low + tall


def _overlap(a: Box, b: Box) -> bool:
    return min(a[2], b[2]) > max(a[0], b[0]) and min(a[3], b[3]) > max(a[1], b[1])


def _outside(box: Box, width: float) -> bool:
    return box[0] < 0 or box[2] > width
