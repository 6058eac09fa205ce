"""Differences around a line of no difference, worked out in more ways than one: the ways stand beside each other, the one to look at first and in colour."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import plotly.graph_objects as go

from presentation import colours
from presentation.charts import style
from presentation.texts import Say

Status = Literal["higher", "lower", "unclear"]

#: Heights in pixels: heads of the columns, then per row its name, the value in words, the mark, what it means, the space after it.
HEAD, NAME, VALUE, MARK, MEANING, AFTER = 40, 20, 19, 16, 18, 12
AXIS = 44
#: Of the width: what lies between two columns.
GAP = 0.06
#: Steps that the axis can be marked at.
STEPS = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0)
#: Status -> colour, marker and its inside. Shape repeats colour, so that the chart holds in greyscale.
_LOOKS: dict[Status, tuple[str, str, str]] = {
    "higher": (colours.FOCUS, "circle", colours.FOCUS),
    "lower": (colours.LOWER, "diamond", colours.LOWER),
    "unclear": (colours.MUTED, "circle", colours.BACKGROUND),
}


@dataclass(frozen=True)
class Mark:
    """One difference in one column. status: on which side of the line it surely lies; None = it cannot be judged, and then no value is drawn.

    words: the value with its margin; meaning: what it says, or why nothing can be said.
    """

    words: str
    meaning: str
    value: float | None = None
    lower: float | None = None
    upper: float | None = None
    status: Status | None = None


@dataclass(frozen=True)
class Row:
    """What the differences are about, with how many stand behind it, and a mark for every column."""

    name: str
    counts: str
    marks: Sequence[Mark]


def contrasts(columns: Sequence[tuple[str, str]], rows: Sequence[Row], sides: tuple[str, str], say: Say, *, decimals: int = 1) -> go.Figure:
    """Rows from top to bottom, columns from left to right on one scale; the first column leads, the others are grey.

    columns: the name of each and a few words; sides: what lies left and right of the line.
    """
    reach = max([abs(limit) for row in rows for mark in row.marks if mark.status for limit in (mark.lower or 0, mark.upper or 0)] + [STEPS[0]]) * 1.15
    height = HEAD + len(rows) * (NAME + VALUE + MARK + MEANING + AFTER)
    step = max((step for step in STEPS if step <= 0.8 * reach), default=STEPS[0])
    width = (1 - GAP * (len(columns) - 1)) / len(columns)
    starts = [place * (width + GAP) for place in range(len(columns))]
    axes: dict[str, Any] = {}
    for place, start in enumerate(starts):
        axes[f"xaxis{place + 1 if place else ''}"] = style.axis(
            domain=[start, start + width],
            range=[-reach, reach],
            anchor="y",
            tickvals=[-step, 0, step],
            ticktext=[f"{say.signed(-step, decimals)}<br>{sides[0]}", "0", f"{say.signed(step, decimals)}<br>{sides[1]}"],
        )
    return style.figure(
        [trace for place in range(len(columns)) for trace in _drawn([(_top(at), row, row.marks[place]) for at, row in enumerate(rows)], place, reach)],
        style.layout(
            height + AXIS,
            bottom=AXIS,
            barmode="overlay",
            **axes,
            yaxis=style.axis(range=[height, 0], showticklabels=False),
            shapes=[_line(place, height) for place in range(len(columns))],
            annotations=[
                *(note for place, words in enumerate(columns) for note in _heads(*words, starts[place], leads=place == 0)),
                *(note for at, row in enumerate(rows) for note in _words(row, _top(at), starts)),
            ],
        ),
    )


def _top(at: int) -> int:
    return HEAD + at * (NAME + VALUE + MARK + MEANING + AFTER)


def _note(words: str, x: float, y: float, *, grey: bool, **more: Any) -> dict[str, Any]:  # noqa: ANN401 - Plotly's own
    font = {"size": style.NORMAL, "color": colours.MUTED if grey else colours.INK}
    return style.text(words, x, y, xref="paper", yanchor="top", borderpad=0, bgcolor=colours.BACKGROUND, font=font, **{"xanchor": "left", **more})


def _heads(name: str, words: str, start: float, *, leads: bool) -> list[dict[str, Any]]:
    return [_note(f"<b>{name}</b>" if leads else name, start, 0, grey=not leads), _note(words, start, 17, grey=True)]


def _words(row: Row, top: int, starts: Sequence[float]) -> list[dict[str, Any]]:
    notes = [_note(f"<b>{row.name}</b>", 0, top, grey=False), _note(row.counts, 1, top, grey=True, xanchor="right", align="right")]
    for place, (start, mark) in enumerate(zip(starts, row.marks, strict=True)):
        notes += [_note(mark.words, start, top + NAME, grey=place > 0), _note(mark.meaning, start, top + NAME + VALUE + MARK, grey=True)]
    return notes


def _line(place: int, height: int) -> dict[str, Any]:
    """The line of no difference, behind the words, through all rows of a column."""
    line = {"color": colours.INK if place == 0 else colours.CONTEXT, "width": 1.5, "dash": "3px,3px"}
    return {"type": "line", "xref": f"x{place + 1 if place else ''}", "x0": 0, "x1": 0, "y0": HEAD, "y1": height, "layer": "below", "line": line}


def _drawn(placed: Sequence[tuple[int, Row, Mark]], place: int, reach: float) -> list[Any]:
    """The marks of one column: line and symbol, or a hatched box where nothing can be judged."""
    axis = f"x{place + 1 if place else ''}"
    traces: list[Any] = []
    for top, row, mark in placed:
        y = top + NAME + VALUE + MARK / 2
        if mark.status is None:
            traces.append(_hatched(y, row, mark, axis, reach))
            continue
        colour, symbol, inside = _LOOKS[mark.status]
        if place > 0:
            colour, inside = colours.CONTEXT, colours.CONTEXT if mark.status != "unclear" else colours.BACKGROUND
        thick = {"color": colour, "width": 4 if place == 0 else 3}
        traces.append(go.Scatter(x=[mark.lower, mark.upper], y=[y, y], mode="lines", line=thick, hoverinfo="skip", xaxis=axis))
        traces.append(
            go.Scatter(
                x=[mark.value],
                y=[y],
                mode="markers",
                marker={"color": inside, "symbol": symbol, "size": 12 if place == 0 else 9, "line": {"color": colour, "width": 2}},
                customdata=[[row.name, mark.words, mark.meaning, row.counts]],
                hovertemplate="<b>%{customdata[0]}</b><br>%{customdata[1]}<br>%{customdata[2]}<br>%{customdata[3]}<extra></extra>",
                xaxis=axis,
            )
        )
    return traces


def _hatched(y: float, row: Row, mark: Mark, axis: str, reach: float) -> go.Bar:
    return go.Bar(
        x=[1.2 * reach],
        base=[-0.6 * reach],
        y=[y],
        width=[MARK],
        orientation="h",
        marker={
            "pattern": {"shape": "/", "fgcolor": colours.HATCH, "bgcolor": colours.BACKGROUND, "size": 7, "solidity": 0.2},
            "color": colours.BACKGROUND,
            "line": {"color": colours.HATCH, "width": 1},
        },
        customdata=[[row.name, mark.meaning]],
        hovertemplate="<b>%{customdata[0]}</b><br>%{customdata[1]}<extra></extra>",
        xaxis=axis,
    )
