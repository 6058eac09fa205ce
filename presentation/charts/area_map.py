"""A map in five steps. Areas that may not be shown are hatched, never pale; the key says so in the same hatch."""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from presentation import colours
from presentation.charts import places, style
from presentation.charts.map_names import Area, Label, Mark, placed
from presentation.charts.places import Geometry, Point
from presentation.texts import Say

KEY = 46
#: From here on two limits are too long to stand in the key beside each other.
LONG = 1000


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
    picked: str | None = None,
    steps_of: Sequence[str] = (),
) -> go.Figure:
    """Areas coloured by value, branches on top, the areas in `named` written on the map with their value.

    classes: words for five kinds of area under the map and for the hatch, for values that are the number of a kind, 0 to 4, and not a measure; hidden: words
    for the hatch. circles: round what helps, as far as it reaches; others: places of another kind; numbered: places that are 1, 2, 3. names: whether the
    branches have theirs beside them; picked: the area with a line round it. steps_of: the areas whose values set the steps, so that a handful of pupils in a
    very small one does not make all the others pale; none given: all of them.
    """
    drawn = [area for area in areas if area.code in geometries]
    shapes = {area.code: geometries[area.code] for area in drawn}
    measured = {area.code: area.value for area in drawn if area.value is not None}
    limits = [1.0, 2.0, 3.0, 4.0] if classes else steps([measured[code] for code in steps_of if code in measured] or list(measured.values()))
    traces: list[go.Choropleth | go.Scattergeo] = []
    for place in range(5):
        low, high = (0.0, *limits)[place], (*limits, float("inf"))[place]
        within = [area for area in drawn if area.value is not None and low <= area.value < high]
        traces += _filled(within, shapes, colours.SEQUENTIAL[place])
    hatched = [area for area in drawn if area.value is None]
    traces += _filled(hatched, shapes, colours.BACKGROUND)
    if hatched:
        traces.append(_hatched(hatched, shapes))
    if picked in shapes:
        traces.append(_outlined(shapes[picked]))
    traces += [_reach(circle) for circle in circles if shapes]
    if shapes and others:
        traces.append(_others(others))
    labels = placed(marks if names else [], [area for area in drawn if area.code in named], shapes, say)
    if labels:
        traces.append(_words(labels))
    traces += _branches(marks, shapes)
    if shapes and numbered:
        traces.append(_numbered(numbered))
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
            unselected={"marker": {"opacity": 1}},  # a click must not make the others pale
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


def _outlined(shape: Geometry) -> go.Scattergeo:
    """A line round an area: told by its shape, so that it is seen on every step of the scale."""
    lon: list[float | None] = []
    lat: list[float | None] = []
    for ring in places.rings(shape):
        lon += [*(x for x, _ in ring), None]
        lat += [*(y for _, y in ring), None]
    return go.Scattergeo(lon=lon, lat=lat, mode="lines", line={"color": colours.ATTENTION, "width": 3.5}, hoverinfo="skip")


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


def _branches(marks: Sequence[Mark], shapes: Mapping[str, Geometry]) -> list[go.Scattergeo]:
    if not marks or not shapes:
        return []
    return [
        go.Scattergeo(
            lon=[mark.at[0] for mark in marks],
            lat=[mark.at[1] for mark in marks],
            mode="markers",
            marker={"color": colours.ATTENTION, "size": 12, "symbol": [mark.symbol for mark in marks], "line": {"color": colours.BACKGROUND, "width": 1.5}},
            text=[mark.name for mark in marks],
            hovertemplate="%{text}<extra></extra>",
        )
    ]


def _words(labels: Sequence[Label]) -> go.Scattergeo:
    return go.Scattergeo(
        lon=[label.at[0] for label in labels],
        lat=[label.at[1] for label in labels],
        mode="text",
        text=[label.text for label in labels],
        textposition=[label.side for label in labels],
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
