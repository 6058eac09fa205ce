"""Every area at once, small and large: what lies outside the funnel is more than chance, what lies inside may be chance."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import plotly.graph_objects as go

from presentation import colours
from presentation.charts import style
from presentation.texts import Say

Status = Literal["above", "inside", "below"]

HEIGHT, LEFT, BOTTOM = 340, 30, 44
#: Room at the left of an area of nobody, and at the right of the largest; from which share of the width a name runs to the left; letters on a line, their width
#: and that of a phone in pixels.
START, EDGE, TURNS, LONGEST, LETTER, NARROW = 0.02, 1.04, 0.7, 22, 6.4, 310

_LOOKS: dict[str, dict[str, Any]] = {
    "above": {"color": colours.FOCUS, "symbol": "circle", "line": {"color": colours.FOCUS, "width": 1.5}},
    "inside": {"color": colours.BACKGROUND, "symbol": "circle", "line": {"color": colours.MUTED, "width": 1.5}},
    "below": {"color": colours.LOWER, "symbol": "diamond", "line": {"color": colours.LOWER, "width": 1.5}},
}


@dataclass(frozen=True)
class Area:
    """One area: how many pupils live there, its rate, and where it lies. named: its name stands beside it; focus: the one that the chart is about; id: by which
    a click picks it.
    """

    name: str
    size: float
    value: float
    status: Status
    words: str
    named: bool = False
    focus: bool = False
    id: str = ""


@dataclass(frozen=True)
class Limits:
    """The two funnels at some sizes, smallest first."""

    size: Sequence[float]
    lower_95: Sequence[float]
    upper_95: Sequence[float]
    lower_998: Sequence[float]
    upper_998: Sequence[float]


def funnel(areas: Sequence[Area], limits: Limits, mean: tuple[float, str], size_words: str, say: Say) -> go.Figure:
    """Rate against size, with the mean of all and its words as a dashed line. size_words: what lies along the axis."""
    top = max([*(area.value for area in areas), mean[0]]) * 1.15
    right = max([*(area.size for area in areas), *limits.size]) * EDGE
    there = [status for status in _LOOKS if any(area.status == status for area in areas)]
    return style.figure(
        [*_walls(limits), *(_marks([area for area in areas if area.status == status], status) for status in there)],
        style.layout(
            HEIGHT,
            left=LEFT,
            top=10,
            bottom=BOTTOM,
            xaxis=style.axis(range=[-right * START, right], nticks=6, tickformat=",.0f", ticklabelstandoff=4),
            yaxis=style.axis(range=[0, top], nticks=6, showgrid=True, gridcolor=colours.HAIRLINE),
            shapes=[{"type": "line", "x0": 0, "x1": right, "y0": mean[0], "y1": mean[0], "line": {"color": colours.INK, "width": 1.5, "dash": "3px,3px"}}],
            annotations=[
                *(_name(area, right) for area in areas if area.named or area.focus),
                style.text(mean[1], right, mean[0], xanchor="right", yanchor="bottom"),
                style.text("99,8%" if say.language == "nl" else "99.8%", right, limits.upper_998[-1], xanchor="right", yanchor="bottom", font=_GREY),
                style.text(size_words, 1, 0, xref="paper", yref="paper", xanchor="right", yanchor="top", yshift=-24, font=_GREY),
            ],
        ),
    )


_GREY = {"size": style.SMALL, "color": colours.MUTED}


def _walls(limits: Limits) -> list[go.Scatter]:
    """The wide funnel as a surface with its border, the narrow one as dashed lines inside it."""
    around = [*limits.size, *reversed(limits.size)]
    wide = go.Scatter(
        x=around,
        y=[*limits.upper_998, *reversed(limits.lower_998)],
        mode="lines",
        fill="toself",
        fillcolor=colours.FIT_BAND,
        line={"color": colours.HATCH, "width": 1},
        hoverinfo="skip",
    )
    narrow = [
        go.Scatter(x=list(limits.size), y=list(wall), mode="lines", line={"color": colours.HATCH, "width": 1, "dash": "4px,3px"}, hoverinfo="skip")
        for wall in (limits.lower_95, limits.upper_95)
    ]
    return [wide, *narrow]


def _marks(areas: Sequence[Area], status: str) -> go.Scatter:
    return go.Scatter(
        x=[area.size for area in areas],
        y=[area.value for area in areas],
        mode="markers",
        cliponaxis=False,  # many have a rate of 0, and are whole marks as well
        **style.pickable([area.id for area in areas]),
        marker={**_LOOKS[status], "size": [17 if area.focus else 9 for area in areas], "opacity": 1},
        customdata=[[area.name, area.words] for area in areas],
        hovertemplate="<b>%{customdata[0]}</b><br>%{customdata[1]}<extra></extra>",
    )


def stretch(name: str, place: float) -> tuple[float, float]:
    """From where to where a name runs beside a mark, as shares of the largest size, on a picture as narrow as it gets; place: of the mark."""
    wide = (LETTER * min(len(name), LONGEST) + 16) / NARROW
    return (place - wide, place + 0.05) if place / EDGE > TURNS else (place - 0.05, place + wide)


def _name(area: Area, right: float) -> dict[str, Any]:
    """Beside its mark; at the left of it where the picture ends at the right."""
    anchor, shift = ("right", -10) if area.size > TURNS * right else ("left", 10)
    name = f"<b>{style.wrapped(area.name, 16)}</b>" if area.focus else style.wrapped(area.name, LONGEST)
    colour = colours.LOWER_TEXT if area.status == "below" else colours.INK
    return style.text(name, area.size, area.value, xanchor=anchor, xshift=shift, align=anchor, font={"size": style.SMALL, "color": colour})
