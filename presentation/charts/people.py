"""Two groups as people: of every thousand, so many. One dot is one pupil."""

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from presentation import colours
from presentation.charts import style
from presentation.texts import Say

ROW, GAP, HEAD = 26, 34, 24
#: Dots on a line; on a phone they still lie apart.
PER_LINE = 16


@dataclass(frozen=True)
class Crowd:
    """A group: its name, and how many of every thousand (a whole number). focus: the one the chart is about."""

    name: str
    of_1000: int
    focus: bool = False


def people(crowds: Sequence[Crowd], say: Say) -> go.Figure:
    """Groups under each other: name, number, and that many dots."""
    placed: list[tuple[int, Crowd]] = []
    y = HEAD
    for crowd in crowds:
        placed.append((y, crowd))
        y += ROW * max(-(-crowd.of_1000 // PER_LINE), 1) + GAP
    notes = [style.text(crowd.name, 0, at - HEAD, xref="paper", xanchor="left", yanchor="top") for at, crowd in placed]
    notes += [
        style.text(f"<b>{say.number(crowd.of_1000)}</b>", 0, at + ROW / 2, xref="paper", xanchor="left", font={"size": 26, "color": colours.INK})
        for at, crowd in placed
    ]
    return style.figure(
        [_dots(at, crowd) for at, crowd in placed],
        style.layout(
            y - GAP + 8,
            bottom=0,
            xaxis=style.axis(range=[-4, PER_LINE], showticklabels=False),
            yaxis=style.axis(range=[y - GAP + 8, 0], showticklabels=False),
            annotations=notes,
        ),
    )


def _dots(at: int, crowd: Crowd) -> go.Scatter:
    return go.Scatter(
        x=[number % PER_LINE for number in range(crowd.of_1000)],
        y=[at + ROW / 2 + ROW * (number // PER_LINE) for number in range(crowd.of_1000)],
        mode="markers",
        marker={"color": colours.FOCUS if crowd.focus else colours.CONTEXT, "size": 11},
        hoverinfo="skip",
    )
