"""Who is still there month after month: one row per group of beginners, one column per calendar month, so that a closure is one column for everybody."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

import plotly.graph_objects as go

from presentation import colours
from presentation.charts import style
from presentation.texts import Say

State = Literal["start", "value", "hidden", "running"]

ROW, TOP = 27, 24
#: Pixels at the left for the month in which a group began and for its size.
MONTH, SIZE = 68, 34
#: From which share (in hundredths) each darker step begins.
STEPS = (10.0, 20.0, 30.0, 45.0)


@dataclass(frozen=True)
class Cell:
    """A group in a month. value: of every hundred pupils of the group how many came; only in state value."""

    month: date
    state: State
    value: float | None = None


@dataclass(frozen=True)
class Row:
    """A group: the month in which its pupils came first, how many they are (None = may not be shown), and its months from then on."""

    first: date
    size: int | None
    cells: Sequence[Cell]


def triangle(rows: Sequence[Row], months: Sequence[date], closed: Mapping[date, str], say: Say) -> go.Figure:
    """Groups from top to bottom, the earliest first. closed: months in which nobody could come, with the word for it."""
    column = {month: place for place, month in enumerate(months)}
    placed = [(y, column[cell.month], cell) for y, row in enumerate(rows) for cell in row.cells if cell.month not in closed]
    return style.figure(
        [_words(placed, rows, say)],
        style.layout(
            TOP + ROW * len(rows),
            left=MONTH + SIZE,
            top=TOP,
            bottom=0,
            xaxis=style.axis(range=[-0.5, len(months) - 0.5], showticklabels=False),
            yaxis=style.axis(range=[len(rows) - 0.5, -0.5], showticklabels=False),
            shapes=[*(_box(y, x, cell) for y, x, cell in placed), *(_closed(column[month], len(rows)) for month in closed)],
            annotations=[*_heads(months, say), *_names(rows, say), *(_shut(column[month], len(rows), word) for month, word in closed.items())],
        ),
    )


def _box(y: int, x: int, cell: Cell) -> dict[str, Any]:
    looks: dict[str, dict[str, Any]] = {
        "start": {"fillcolor": colours.BACKGROUND, "line": {"color": colours.HATCH, "width": 1}},
        "running": {"fillcolor": colours.BACKGROUND, "line": {"color": colours.HATCH, "width": 1, "dash": "3px,3px"}},
        "hidden": {"fillcolor": colours.BACKGROUND, "line": {"color": colours.HAIRLINE, "width": 1}},
        "value": {"fillcolor": colours.SEQUENTIAL[bisect_right(STEPS, cell.value or 0)], "line": {"width": 0}},
    }
    return {"type": "rect", "x0": x - 0.46, "x1": x + 0.46, "y0": y - 0.43, "y1": y + 0.43, "layer": "below", **looks[cell.state]}


def _closed(x: int, rows: int) -> dict[str, Any]:
    return {"type": "rect", "x0": x - 0.46, "x1": x + 0.46, "y0": -0.43, "y1": rows - 0.57, "layer": "below", "fillcolor": colours.BAND, "line": {"width": 0}}


def _words(placed: Sequence[tuple[int, int, Cell]], rows: Sequence[Row], say: Say) -> go.Scatter:
    """The number in every cell, and what it says of which group when a reader points at it."""
    return go.Scatter(
        x=[x for _, x, _ in placed],
        y=[y for y, _, _ in placed],
        mode="text",
        text=[_short(cell, say) for _, _, cell in placed],
        textfont={"size": style.SMALL, "color": [_ink(cell) for _, _, cell in placed]},
        customdata=[[say.date(rows[y].first, "MMM y"), say.date(cell.month, "MMM y"), _long(cell, say)] for y, _, cell in placed],
        hovertemplate="%{customdata[0]} \N{RIGHTWARDS ARROW} %{customdata[1]}: <b>%{customdata[2]}</b><extra></extra>",
    )


def _short(cell: Cell, say: Say) -> str:
    if cell.state == "value" and cell.value is not None:
        return say.number(cell.value)
    return {"start": say("chart.triangle.start"), "hidden": say("show.hidden"), "running": "\N{HORIZONTAL ELLIPSIS}"}.get(cell.state, "")


def _long(cell: Cell, say: Say) -> str:
    return say("chart.triangle.of_100", n=round(cell.value)) if cell.value is not None else say(f"chart.triangle.{cell.state}")


def _ink(cell: Cell) -> str:
    return colours.ON_SEQUENTIAL[bisect_right(STEPS, cell.value)] if cell.value is not None else colours.MUTED


def _heads(months: Sequence[date], say: Say) -> list[dict[str, Any]]:
    """The months across, and the names of the two columns at the left."""
    look = {"yref": "paper", "yanchor": "bottom", "yshift": 4}
    grey = {"size": style.SMALL, "color": colours.MUTED}
    heads = [style.text(say.date(month, "MMM").rstrip("."), place, 1, align="center", font=grey, **look) for place, month in enumerate(months)]
    return [
        style.text(say("chart.triangle.first"), 0, 1, xref="paper", xanchor="right", xshift=-SIZE - 4, font=grey, **look),
        style.text(say("chart.triangle.new"), 0, 1, xref="paper", xanchor="right", xshift=-6, font=grey, **look),
        *heads,
    ]


def _names(rows: Sequence[Row], say: Say) -> list[dict[str, Any]]:
    notes = []
    for y, row in enumerate(rows):
        size = say("show.hidden") if row.size is None else say.number(row.size)
        notes.append(style.text(say.date(row.first, "MMM yy").replace(".", ""), 0, y, xref="paper", xanchor="right", xshift=-SIZE - 4))
        notes.append(style.text(size, 0, y, xref="paper", xanchor="right", xshift=-6, font={"size": style.NORMAL, "color": colours.MUTED}))
    return notes


def _shut(x: int, rows: int, word: str) -> dict[str, Any]:
    return style.text(word, x, (rows - 1) / 2, textangle=-90, font={"size": style.SMALL, "color": colours.MUTED})
