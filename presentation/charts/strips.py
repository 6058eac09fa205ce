"""Verdicts: one strip per criterion, all with one scale, so that the target is one line through all of them and right of it is always good."""

from dataclasses import dataclass
from typing import Any, Literal

import plotly.graph_objects as go

from presentation import colours
from presentation.charts import style

State = Literal["met", "not_met", "undecided"]

#: Higher than the text beside it, or the line would break between two strips.
HEIGHT = 64
#: The scale: a result as part of its own target; what lies beyond it ends at the edge with an arrow.
LOW, HIGH = 0.5, 2.5

_LOOKS: dict[str, tuple[str, str]] = {
    "met": (colours.FOCUS, colours.FOCUS),
    "not_met": (colours.ATTENTION, colours.ATTENTION),
    "undecided": (colours.INK, colours.BACKGROUND),
}


@dataclass(frozen=True)
class Strip:
    """A result with its limits, each as part of the target so that more is better; all None where there is no result."""

    state: State
    value: float | None
    lower: float | None
    upper: float | None
    words: str


def strip(row: Strip, *, first_words: tuple[str, str] | None = None) -> go.Figure:
    """One strip. first_words: what lies left and right of the target, written in the first of them."""
    shapes: list[dict[str, Any]] = [
        {"type": "rect", "x0": 1, "x1": HIGH, "y0": 0, "y1": 1, "layer": "below", "fillcolor": colours.GOAL_ZONE, "line": {"width": 0}},
        {"type": "line", "x0": 1, "x1": 1, "y0": 0, "y1": 1, "line": {"color": colours.INK, "width": 2}},
    ]
    notes: list[dict[str, Any]] = []
    if first_words is not None:
        grey = {"size": style.SMALL, "color": colours.MUTED}
        notes = [
            style.text(words, 1, 1, xanchor=anchor, yanchor="top", xshift=shift, font=grey)
            for words, anchor, shift in zip(first_words, ("right", "left"), (-4, 4), strict=True)
        ]
    return style.figure(
        _marks(row),
        style.layout(
            HEIGHT,
            bottom=0,
            xaxis=style.axis(range=[LOW, HIGH], showticklabels=False),
            yaxis=style.axis(range=[0, 1], showticklabels=False),
            shapes=shapes,
            annotations=notes,
        ),
    )


def _marks(row: Strip) -> list[go.Scatter]:
    """The interval as a bar, the estimate as a tick across it. Where a limit is infinitely far the bar runs to the edge."""
    if row.value is None:
        return []
    border, fill = _LOOKS[row.state]
    low, high = _inside(row.lower, LOW), _inside(row.upper, HIGH)
    value = _inside(row.value, row.value)
    beyond = [go.Scatter(x=[edge], y=[0.46], mode="markers", marker=_arrow(way, border), hoverinfo="skip", cliponaxis=False) for edge, way in _beyond(row)]
    return [
        *beyond,
        go.Scatter(
            x=[low, high, high, low, low],
            y=[0.3, 0.3, 0.62, 0.62, 0.3],
            mode="lines",
            fill="toself",
            fillcolor=fill,
            line={"color": border, "width": 2},
            hoverinfo="skip",
        ),
        go.Scatter(x=[value, value], y=[0.2, 0.72], mode="lines", line={"color": border, "width": 4}, hovertemplate=row.words + "<extra></extra>"),
    ]


def _beyond(row: Strip) -> list[tuple[float, str]]:
    """At which edges the bar ends though the interval goes on, and which way."""
    ends = [(LOW, "left", row.lower is None or row.lower < LOW), (HIGH, "right", row.upper is None or row.upper > HIGH)]
    return [(edge, way) for edge, way, goes_on in ends if goes_on]


def _arrow(way: str, colour: str) -> dict[str, Any]:
    return {"symbol": f"triangle-{way}", "size": 11, "color": colour}


def _inside(value: float | None, edge: float) -> float:
    return min(max(edge if value is None else value, LOW), HIGH)
