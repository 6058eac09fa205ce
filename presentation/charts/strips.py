"""Verdicts: one strip per criterion, all with one scale, so that the target is one line through all of them and right of it is always good."""

from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import wrap
from typing import Any, Literal

import plotly.graph_objects as go

from presentation import colours
from presentation.charts import style

State = Literal["met", "not_met", "undecided"]

#: A strip is higher than the text beside it, or the line would break between two strips: pixels with two lines, and for each line more; and the letters that
#: fit on a line of that text on a desk.
HEIGHT, LINE, LETTERS = 64, 22, 46
#: Pixels left and right of the strips where their words are in the same picture.
LEFT, RIGHT = 300, 320
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


def strip(row: Strip, *, first_words: tuple[str, str] | None = None, beside: str = "") -> go.Figure:
    """One strip. first_words: what lies left and right of the target, written in the first of them; beside: the text at its side, below one line."""
    lines = 1 + len(wrap(beside, LETTERS))
    return style.figure(_marks(row, 0), _layout(HEIGHT + LINE * max(0, lines - 2), 1, _sides(first_words, 1) if first_words else []))


def together(rows: Sequence[tuple[Strip, str, str]], first_words: tuple[str, str]) -> go.Figure:
    """All strips in one picture, each with its words left and right of it, for who takes them along."""
    notes = _sides(first_words, len(rows))
    for place, (_, left, right) in enumerate(rows):
        middle = len(rows) - place - 0.5
        notes.append(style.text(left, 0, middle, xref="paper", xanchor="left", xshift=-LEFT))
        notes.append(style.text(right, 1, middle, xref="paper", xanchor="left", xshift=14))
    marks = [mark for place, (row, _, _) in enumerate(rows) for mark in _marks(row, len(rows) - place - 1)]
    return style.figure(marks, _layout((HEIGHT + LINE) * len(rows), len(rows), notes, left=LEFT, right=RIGHT))


def _sides(words: tuple[str, str], top: int) -> list[dict[str, Any]]:
    """What lies left and right of the target, at the top of the strips."""
    grey = {"size": style.SMALL, "color": colours.MUTED}
    return [
        style.text(side, 1, top, xanchor=anchor, yanchor="top", xshift=shift, font=grey)
        for side, anchor, shift in zip(words, ("right", "left"), (-4, 4), strict=True)
    ]


def _layout(height: int, count: int, notes: list[dict[str, Any]], *, left: int = 0, right: int = 0) -> dict[str, Any]:
    """Room for some strips of one unit each, with the target as one line through them and right of it the zone that is good."""
    return style.layout(
        height,
        left=left,
        right=right,
        bottom=0,
        xaxis=style.axis(range=[LOW, HIGH], showticklabels=False),
        yaxis=style.axis(range=[0, count], showticklabels=False),
        shapes=[
            {"type": "rect", "x0": 1, "x1": HIGH, "y0": 0, "y1": count, "layer": "below", "fillcolor": colours.GOAL_ZONE, "line": {"width": 0}},
            {"type": "line", "x0": 1, "x1": 1, "y0": 0, "y1": count, "line": {"color": colours.INK, "width": 2}},
        ],
        annotations=notes,
    )


def _marks(row: Strip, at: float) -> list[go.Scatter]:
    """The interval as a bar, the estimate as a tick across it. Where a limit is infinitely far the bar runs to the edge. at: where the strip begins."""
    if row.value is None:
        return []
    border, fill = _LOOKS[row.state]
    low, high = _inside(row.lower, LOW), _inside(row.upper, HIGH)
    value = _inside(row.value, row.value)
    beyond = [go.Scatter(x=[edge], y=[at + 0.46], mode="markers", marker=_arrow(way, border), hoverinfo="skip", cliponaxis=False) for edge, way in _beyond(row)]
    return [
        *beyond,
        go.Scatter(
            x=[low, high, high, low, low],
            y=[at + part for part in (0.3, 0.3, 0.62, 0.62, 0.3)],
            mode="lines",
            fill="toself",
            fillcolor=fill,
            line={"color": border, "width": 2},
            hoverinfo="skip",
        ),
        go.Scatter(x=[value, value], y=[at + 0.2, at + 0.72], mode="lines", line={"color": border, "width": 4}, hovertemplate=row.words + "<extra></extra>"),
    ]


def _beyond(row: Strip) -> list[tuple[float, str]]:
    """At which edges the bar ends though the interval goes on, and which way."""
    ends = [(LOW, "left", row.lower is None or row.lower < LOW), (HIGH, "right", row.upper is None or row.upper > HIGH)]
    return [(edge, way) for edge, way, goes_on in ends if goes_on]


def _arrow(way: str, colour: str) -> dict[str, Any]:
    return {"symbol": f"triangle-{way}", "size": 11, "color": colour}


def _inside(value: float | None, edge: float) -> float:
    return min(max(edge if value is None else value, LOW), HIGH)
