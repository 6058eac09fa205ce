"""A map in five steps. Areas that may not be shown are hatched, never pale; the key says so in the same hatch."""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import cos, radians
from typing import Any

import plotly.graph_objects as go

from presentation import colours
from presentation.charts import places, style
from presentation.charts.places import Geometry, Point
from presentation.texts import Say

KEY = 46
#: From here on two limits are too long to stand in the key beside each other.
LONG = 1000


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


@dataclass(frozen=True)
class Circle:
    """How far a place reaches, in kilometres; dashed for the second kind."""

    at: Point
    km: float
    dashed: bool = False


def steps(values: Sequence[float]) -> list[float]:
    """Four round limits that cut values from 0 to the highest into five steps: 5.2 -> 1, 2, 3, 4."""
    highest = max(values, default=1.0) or 1.0
    sizes = [base * 10.0**power for power in range(-4, 4) for base in (1, 2, 5)]
    size = min((size for size in sizes if size * 4 < highest), key=lambda size: abs(highest - 5 * size), default=sizes[0])
    return [size * place for place in (1, 2, 3, 4)]


def area_map(
    areas: Sequence[Area],
    geometries: Mapping[str, Geometry],
    marks: Sequence[Mark],
    say: Say,
    *,
    named: Sequence[str] = (),
    height: int = 380,
    classes: Sequence[str] = (),
    circles: Sequence[Circle] = (),
    others: Sequence[Mark] = (),
    numbered: Sequence[Mark] = (),
    hidden: str = "",
    names: bool = True,
) -> go.Figure:
    """Areas coloured by value, branches on top, the areas in `named` written on the map with their value.

    classes: words for five kinds of area under the map and for the hatch, for values that are the number of a kind, 0 to 4, and not a measure; hidden: words
    for the hatch. circles: round what helps, as far as it reaches; others: places of another kind; numbered: places that are 1, 2, 3. names: whether the
    branches have theirs beside them.
    """
    drawn = [area for area in areas if area.code in geometries]
    shapes = {area.code: geometries[area.code] for area in drawn}
    limits = [1.0, 2.0, 3.0, 4.0] if classes else steps([area.value for area in drawn if area.value is not None])
    traces: list[go.Choropleth | go.Scattergeo] = []
    for place in range(5):
        low, high = (0.0, *limits)[place], (*limits, float("inf"))[place]
        within = [area for area in drawn if area.value is not None and low <= area.value < high]
        traces += _filled(within, shapes, colours.SEQUENTIAL[place])
    hatched = [area for area in drawn if area.value is None]
    traces += _filled(hatched, shapes, colours.BACKGROUND)
    if hatched:
        traces.append(_hatched(hatched, shapes))
    traces += [_reach(circle) for circle in circles if shapes]
    if shapes and others:
        traces.append(_others(others))
    traces += _branches(marks, shapes, names=names)
    if shapes and numbered:
        traces.append(_numbered(numbered))
    if named:
        traces.append(_written([area for area in drawn if area.code in named], shapes, say))
    return style.figure(
        traces,
        style.layout(height, bottom=KEY, geo=_geo(shapes), **_key(classes or [*_ranges(limits, say), hidden or say("chart.hidden")], bool(hatched), height)),
    )


def _filled(areas: Sequence[Area], shapes: Mapping[str, Geometry], colour: str) -> list[go.Choropleth]:
    if not areas:
        return []
    return [
        go.Choropleth(
            geojson={
                "type": "FeatureCollection",
                "features": [{"type": "Feature", "id": area.code, "properties": {}, "geometry": places.clockwise(shapes[area.code])} for area in areas],
            },
            locations=[area.code for area in areas],
            z=[1] * len(areas),
            colorscale=[[0, colour], [1, colour]],
            showscale=False,
            marker={"line": {"color": colours.CONTEXT, "width": 0.7}},
            customdata=[[area.name, area.words] for area in areas],
            hovertemplate="<b>%{customdata[0]}</b><br>%{customdata[1]}<extra></extra>",
        )
    ]


def _hatched(areas: Sequence[Area], shapes: Mapping[str, Geometry]) -> go.Scattergeo:
    west, _, south, north = places.frame(shapes)
    lon: list[float | None] = []
    lat: list[float | None] = []
    for area in areas:
        for (x0, y0), (x1, y1) in places.hatch(shapes[area.code], (north - south) / 75):
            lon += [x0, x1, None]
            lat += [y0, y1, None]
    return go.Scattergeo(lon=lon or [west], lat=lat or [south], mode="lines", line={"color": colours.HATCH, "width": 0.8}, hoverinfo="skip")


def _reach(circle: Circle) -> go.Scattergeo:
    line = places.circle(circle.at, circle.km)
    look = {"color": colours.INK, "width": 1.5, "dash": "5px,4px" if circle.dashed else "solid"}
    return go.Scattergeo(lon=[x for x, _ in line], lat=[y for _, y in line], mode="lines", line=look, hoverinfo="skip")


def _others(marks: Sequence[Mark]) -> go.Scattergeo:
    return go.Scattergeo(
        lon=[mark.at[0] for mark in marks],
        lat=[mark.at[1] for mark in marks],
        mode="markers",
        marker={"color": colours.BACKGROUND, "size": 10, "symbol": [mark.symbol for mark in marks], "line": {"color": colours.INK, "width": 2}},
        text=[mark.name for mark in marks],
        hovertemplate="%{text}<extra></extra>",
    )


def _numbered(marks: Sequence[Mark]) -> go.Scattergeo:
    """Dark rounds with a number, on top of everything."""
    return go.Scattergeo(
        lon=[mark.at[0] for mark in marks],
        lat=[mark.at[1] for mark in marks],
        mode="markers+text",
        marker={"color": colours.INK, "size": 21, "symbol": "circle", "line": {"color": colours.BACKGROUND, "width": 1.5}},
        text=[f"<b>{mark.symbol}</b>" for mark in marks],
        textposition="middle center",
        textfont={"family": style.FONT, "size": style.SMALL, "color": colours.BACKGROUND},
        customdata=[[mark.name] for mark in marks],
        hovertemplate="%{customdata[0]}<extra></extra>",
    )


def _branches(marks: Sequence[Mark], shapes: Mapping[str, Geometry], *, names: bool) -> list[go.Scattergeo]:
    if not marks or not shapes:
        return []
    dots = go.Scattergeo(
        lon=[mark.at[0] for mark in marks],
        lat=[mark.at[1] for mark in marks],
        mode="markers",
        marker={"color": colours.ATTENTION, "size": 12, "symbol": [mark.symbol for mark in marks], "line": {"color": colours.BACKGROUND, "width": 1.5}},
        text=[mark.name for mark in marks],
        hovertemplate="%{text}<extra></extra>",
    )
    if not names:
        return [dots]
    sides = _sides(marks, shapes)
    words = go.Scattergeo(
        lon=[mark.at[0] for mark in marks],
        lat=[mark.at[1] for mark in marks],
        mode="text",
        text=[_beside(mark.name, side) for mark, side in zip(marks, sides, strict=True)],
        textposition=sides,
        textfont={"family": style.FONT, "size": style.SMALL, "color": colours.INK, "shadow": _halo()},
        hoverinfo="skip",
    )
    return [words, dots]


def _beside(name: str, side: str) -> str:
    """A label starts on the point itself: leave room for the mark."""
    space = "\N{NO-BREAK SPACE}" * 3
    if side.endswith("center"):
        return f"<b>{name}</b><br>{space}" if side.startswith("top") else f"{space}<br><b>{name}</b>"
    return f"<b>{name}</b>{space}" if side.endswith("left") else f"{space}<b>{name}</b>"


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


def _sides(marks: Sequence[Mark], shapes: Mapping[str, Geometry]) -> list[str]:
    """A side for each label so that labels cover no mark and no other label, on a map as narrow as it gets; first come, first served, from north to south."""
    west, east, south, _ = places.frame(shapes)
    scale = 340 / (east - west)
    squeeze = 1 / cos(radians(south))
    at = [((x - west) * scale, (y - south) * scale * squeeze) for x, y in (mark.at for mark in marks)]
    taken = [(x - 8, y - 8, x + 8, y + 8) for x, y in at]
    chosen: dict[int, str] = {}
    for place in sorted(range(len(marks)), key=lambda index: -at[index][1]):
        wide, tall = 6.4 * len(marks[place].name) + 14, 14
        boxes = {side: _box(at[place], wide, tall, shift) for side, shift in _SIDES.items()}
        others = taken[:place] + taken[place + 1 :]
        side = min(_SIDES, key=lambda option: (sum(_overlap(boxes[option], box) for box in others) + _outside(boxes[option], 340), list(_SIDES).index(option)))
        chosen[place] = side
        taken.append(boxes[side])
    return [chosen[place] for place in range(len(marks))]


Box = tuple[float, float, float, float]


def _box(at: Point, wide: float, tall: float, shift: Point) -> Box:
    left, low = at[0] + shift[0] * wide, at[1] + shift[1] * tall
    return left, low, left + wide, low + tall


def _overlap(a: Box, b: Box) -> float:
    return max(0.0, min(a[2], b[2]) - max(a[0], b[0])) * max(0.0, min(a[3], b[3]) - max(a[1], b[1]))


def _outside(box: Box, width: float) -> float:
    return 20 * (max(0.0, -box[0]) + max(0.0, box[2] - width))


def _written(areas: Sequence[Area], shapes: Mapping[str, Geometry], say: Say) -> go.Scattergeo:
    """Name and value on the area itself; near the edge of the map the words run inwards, so that nothing is cut off."""
    west, east, _, _ = places.frame(shapes)
    middles = [places.centre(shapes[area.code]) for area in areas]
    across = [(x - west) / (east - west) for x, _ in middles]
    return go.Scattergeo(
        lon=[x for x, _ in middles],
        lat=[y for _, y in middles],
        mode="text",
        text=[f"<b>{style.wrapped(area.name, 12)} {'' if area.value is None else say.number(area.value, 1)}</b>" for area in areas],
        textposition=["middle left" if share > 0.8 else "middle right" if share < 0.2 else "middle center" for share in across],
        textfont={"family": style.FONT, "size": style.SMALL, "color": colours.INK, "shadow": _halo()},
        hoverinfo="skip",
    )


def _halo() -> str:
    around = [(x, y) for x in (-1, 0, 1) for y in (-1, 0, 1) if x or y]
    return ", ".join(f"{2 * x}px {2 * y}px 2px {colours.BACKGROUND}" for x, y in around)


def _geo(shapes: Mapping[str, Geometry]) -> dict[str, object]:
    if not shapes:
        return {"visible": False}
    west, east, south, north = places.frame(shapes)
    edge = 0.02 * (east - west)
    return {
        "visible": False,
        "projection": {"type": "mercator"},
        "lonaxis": {"range": [west - edge, east + edge]},
        "lataxis": {"range": [south - edge, north + edge]},
        "bgcolor": "rgba(0,0,0,0)",
        "domain": {"x": [0, 1], "y": [0, 1]},
    }


def _ranges(limits: Sequence[float], say: Say) -> list[str]:
    """The five steps between and beyond the limits."""
    decimals = 0 if limits[0] >= 1 else 1 if limits[0] >= 0.1 else 2
    shown = [say.number(limit, decimals) for limit in limits]
    ranges = (
        [f"{low}\N{EN DASH}{high}" for low, high in itertools.pairwise(shown)] if decimals == 0 and limits[-1] < LONG else [f"{low}+" for low in shown[:-1]]
    )
    return [f"&lt;{shown[0]}", *ranges, f"{shown[-1]}+"]


def _key(words: Sequence[str], hidden: bool, height: int) -> dict[str, Any]:
    """Five boxes with their words under the map, and the hatch when it is used: part of the figure, so that it travels with a picture."""
    inner = height - KEY
    wide = 0.13
    boxes: list[dict[str, object]] = [
        {
            "type": "rect",
            "xref": "paper",
            "yref": "paper",
            "x0": place * wide,
            "x1": (place + 1) * wide,
            "y0": -16 / inner,
            "y1": -6 / inner,
            "fillcolor": colour,
            "line": {"color": colours.CONTEXT, "width": 0.7},
        }
        for place, colour in enumerate(colours.SEQUENTIAL)
    ]
    notes = [
        style.text(
            word,
            (place + 0.5) * wide,
            -18 / inner,
            xref="paper",
            yref="paper",
            xanchor="center",
            yanchor="top",
            align="center",
            font={"size": style.SMALL, "color": colours.MUTED},
        )
        for place, word in enumerate(words[:-1])
    ]
    if hidden:
        left = 5 * wide + 0.04
        boxes.append(
            {
                "type": "rect",
                "xref": "paper",
                "yref": "paper",
                "x0": left,
                "x1": left + wide,
                "y0": -16 / inner,
                "y1": -6 / inner,
                "line": {"color": colours.HATCH, "width": 0.8},
            }
        )
        boxes += [
            {
                "type": "line",
                "xref": "paper",
                "yref": "paper",
                "x0": left + wide * step / 6,
                "x1": left + wide * (step + 1) / 6,
                "y0": -16 / inner,
                "y1": -6 / inner,
                "line": {"color": colours.HATCH, "width": 0.8},
            }
            for step in range(6)
        ]
        notes.append(
            style.text(
                words[-1],
                left,
                -18 / inner,
                xref="paper",
                yref="paper",
                xanchor="left",
                yanchor="top",
                font={"size": style.SMALL, "color": colours.MUTED},
            )
        )
    return {"shapes": boxes, "annotations": notes}
