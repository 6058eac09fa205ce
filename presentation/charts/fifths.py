"""A rate over five equal parts of the pupils, from those who live least wealthy to those who live most: does it go down, and how steeply?"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from presentation import colours
from presentation.charts import style
from presentation.texts import Say

HEIGHT, TOP, BOTTOM, LEFT = 340, 14, 74, 30


@dataclass(frozen=True)
class Fifth:
    """One part: where it begins and ends on the scale of 0-1, its name and its counts on lines of their own, and its rate with limits (None = hidden)."""

    start: float
    end: float
    name: str
    counts: str
    value: float | None
    lower: float | None
    upper: float | None
    focus: bool = False


@dataclass(frozen=True)
class Line:
    """The fitted line: places on the scale of 0-1 with its value and limits there; words: its two ends and its slope with margin, for in the picture."""

    at: Sequence[float]
    value: Sequence[float]
    lower: Sequence[float]
    upper: Sequence[float]
    words: str


def fifths(parts: Sequence[Fifth], reference: float | None, reference_words: str, say: Say, *, line: Line | None = None, decimals: int = 1) -> go.Figure:
    """Parts from left to right with their rate, the fitted line behind them, and the whole city as a dashed line."""
    ends = [*(part.upper for part in parts if part.upper is not None), *(line.upper if line else ()), *(() if reference is None else (reference,))]
    top = max(ends, default=1.0) * 1.12
    shapes = [_band(part) for place, part in enumerate(parts) if place % 2 == 0]
    notes = [_name(part) for part in parts] + [_value(part, say, decimals) for part in parts]
    if reference is not None:
        shapes.append({"type": "line", "x0": 0, "x1": 1, "y0": reference, "y1": reference, "line": {"color": colours.INK, "width": 1.5, "dash": "3px,3px"}})
        notes.append(style.text(reference_words, 1, reference, xanchor="right", yanchor="bottom"))
    if line is not None:
        notes.append(style.text(line.words, 0.42, top * 0.97, xanchor="left", yanchor="top", font={"size": style.SMALL, "color": colours.MUTED}))
    return style.figure(
        [*(_fitted(line) if line else []), *_marks(parts, say, decimals)],
        style.layout(
            HEIGHT,
            left=LEFT,
            top=TOP,
            bottom=BOTTOM,
            xaxis=style.axis(range=[0, 1], showticklabels=False),
            yaxis=style.axis(range=[0, top], nticks=6, showgrid=True, gridcolor=colours.HAIRLINE),
            shapes=shapes,
            annotations=notes,
        ),
    )


#: Where a margin ends, so that it is also seen where the dot covers much of it.
_CAP = {"symbol": "line-ew-open", "size": 12, "color": colours.FOCUS, "line": {"width": 2}}


def _band(part: Fifth) -> dict[str, Any]:
    band = {"type": "rect", "x0": part.start, "x1": part.end, "yref": "paper", "y0": 0, "y1": 1}
    return {**band, "layer": "below", "fillcolor": colours.BAND, "opacity": 0.5, "line": {"width": 0}}


def _middle(part: Fifth) -> float:
    return (part.start + part.end) / 2


def _name(part: Fifth) -> dict[str, Any]:
    """Under its band: the name, bold for what the chart is about, and the counts."""
    name = f"<b>{part.name}</b>" if part.focus else part.name
    look = {"yref": "paper", "yanchor": "top", "yshift": -9, "align": "center", "font": {"size": style.SMALL, "color": colours.INK}}
    return style.text(f"{name}<br>{part.counts}", _middle(part), 0, **look)


def _value(part: Fifth, say: Say, decimals: int) -> dict[str, Any]:
    """Above its margin: the rate; the one mark where it may not be shown."""
    words = say("show.hidden") if part.value is None else f"<b>{say.number(part.value, decimals)}</b>"
    size = style.LARGE if part.focus else style.NORMAL
    return style.text(words, _middle(part), part.upper or 0, yanchor="bottom", yshift=2, align="center", font={"size": size, "color": colours.INK})


def _fitted(line: Line) -> list[go.Scatter]:
    """The line on the surface of its margin."""
    there_and_back = [*line.at, *reversed(line.at)]
    around = [*line.upper, *reversed(line.lower)]
    return [
        go.Scatter(x=there_and_back, y=around, mode="lines", fill="toself", fillcolor=colours.FIT_BAND, line={"width": 0}, hoverinfo="skip"),
        go.Scatter(x=list(line.at), y=list(line.value), mode="lines", line={"color": colours.CONTEXT, "width": 2}, hoverinfo="skip"),
    ]


def _marks(parts: Sequence[Fifth], say: Say, decimals: int) -> list[go.Scatter]:
    shown = [part for part in parts if part.value is not None]
    xs = [x for part in shown for x in (_middle(part), _middle(part), None)]
    ys = [y for part in shown for y in (part.lower, part.upper, None)]
    ends = [*(part.lower for part in shown), *(part.upper for part in shown)]
    margins = [say.between(part.lower, part.upper, decimals) if part.lower is not None and part.upper is not None else "" for part in shown]
    return [
        go.Scatter(x=xs, y=ys, mode="lines", line={"color": colours.FOCUS, "width": 4}, hoverinfo="skip"),
        go.Scatter(x=[_middle(part) for part in shown] * 2, y=ends, mode="markers", marker=_CAP, hoverinfo="skip", cliponaxis=False),
        go.Scatter(
            x=[_middle(part) for part in shown],
            y=[part.value for part in shown],
            mode="markers",
            cliponaxis=False,  # a rate of 0 is a whole dot
            marker={"color": colours.FOCUS, "size": 8, "line": {"color": colours.BACKGROUND, "width": 1}},  # smaller than a short margin on a phone
            customdata=[
                [part.name.replace("<br>", " "), say.number(part.value or 0, decimals), margin, part.counts.replace("<br>", " ")]
                for part, margin in zip(shown, margins, strict=True)
            ],
            hovertemplate="<b>%{customdata[0]}</b><br>%{customdata[1]} (%{customdata[2]})<br>%{customdata[3]}<extra></extra>",
        ),
    ]
