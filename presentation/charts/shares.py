"""One whole in its parts: a single bar, so that a reader sees at once how much of everybody each part is."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import plotly.graph_objects as go

from presentation import colours
from presentation.charts import style
from presentation.texts import Say

Look = Literal["focus", "context", "open"]

_LOOKS: dict[str, dict[str, Any]] = {
    "focus": {"color": colours.FOCUS, "line": {"color": colours.FOCUS, "width": 1}},
    "context": {"color": colours.CONTEXT_FILL, "line": {"color": colours.CONTEXT_FILL, "width": 1}},
    "open": {
        "pattern": {"shape": "/", "fgcolor": colours.HATCH, "bgcolor": colours.BACKGROUND, "size": 7, "solidity": 0.2},
        "color": colours.BACKGROUND,
        "line": {"color": colours.HATCH, "width": 1},
    },
}
BAR, WORDS = 34, 22
#: Of the whole: a part that is narrower has its words at the right edge, on a line of their own.
WIDE = 0.3


@dataclass(frozen=True)
class Part:
    """A part of the whole. words: what it is, without the number; look: what the bar is about, what it is held against, or what is not known yet."""

    count: int
    words: str
    look: Look


def shares(parts: Sequence[Part], say: Say) -> go.Figure:
    """The parts from left to right, each with its number and words under it."""
    there = [part for part in parts if part.count > 0]
    whole = sum(part.count for part in there)
    starts = [sum(part.count for part in there[:place]) for place in range(len(there))]
    lines = _lines(there, starts, whole)
    height = BAR + WORDS * (1 + max(line for line, _, _ in lines))
    notes = [
        style.text(f"<b>{say.number(part.count)}</b> {part.words}", x, 0, xref="paper", yref="paper", xanchor=anchor, yanchor="top", yshift=-4 - WORDS * line)
        for part, (line, anchor, x) in zip(there, lines, strict=True)
    ]
    return style.figure(
        [_bar(part, start, say) for part, start in zip(there, starts, strict=True)],
        style.layout(
            height,
            bottom=height - BAR,
            barmode="stack",
            bargap=0,
            xaxis=style.axis(range=[0, whole], showticklabels=False),
            yaxis=style.axis(showticklabels=False),
            annotations=notes,
        ),
    )


def _lines(parts: Sequence[Part], starts: Sequence[int], whole: int) -> list[tuple[int, str, float]]:
    """For each part on which line its words stand, against which edge, and where: wide parts under their own left edge, the others at their right edge."""
    places: list[tuple[int, str, float]] = []
    below = 1
    for part, start in zip(parts, starts, strict=True):
        if part.count / whole >= WIDE:
            places.append((0, "left", start / whole))
        else:
            end = (start + part.count) / whole
            places.append((below, "right", end) if end > 1 / 2 else (below, "left", start / whole))
            below += 1
    return places


def _bar(part: Part, start: int, say: Say) -> go.Bar:
    return go.Bar(
        x=[part.count],
        y=[0],
        base=[start],
        orientation="h",
        marker=_LOOKS[part.look],
        hovertemplate=f"<b>{say.number(part.count)}</b> {part.words}<extra></extra>",
    )
