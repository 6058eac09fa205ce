"""The same groups twice, side by side: how they divide the pupils, and how they divide the visits."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from presentation import colours
from presentation.charts import style
from presentation.texts import Say

ROW, TOP = 48, 26
#: Where the second panel begins, and how much of a panel the longest bar may take: the rest is for its number.
SECOND, LONGEST = 0.54, 0.5


@dataclass(frozen=True)
class Bar:
    """Part of one of the two wholes: its share (0-1) and its count; None = may not be shown."""

    share: float | None
    count: int | None


@dataclass(frozen=True)
class Band:
    """A group and its part of both. focus: the one that the chart is about."""

    name: str
    left: Bar
    right: Bar
    focus: bool = False


def twins(bands: Sequence[Band], left: str, right: str, say: Say) -> go.Figure:
    """Groups from top to bottom, their name above their bars. left, right: what is divided."""
    longest = max([bar.share or 0 for band in bands for bar in (band.left, band.right)] + [0.01])
    heads = [
        style.text(f"<b>{words}</b>", start, 1, xref="paper", yref="paper", xanchor="left", yanchor="bottom", yshift=6)
        for words, start in ((left, 0.0), (right, SECOND))
    ]
    names = [style.text(band.name, 0, y - 0.44, xref="paper", xanchor="left", yanchor="top") for y, band in enumerate(bands)]
    panels = [("x", 0.0, [band.left for band in bands]), ("x2", SECOND, [band.right for band in bands])]
    width = (1 - SECOND) * LONGEST
    return style.figure(
        [_bars(bands, bars, axis, say) for axis, _, bars in panels],
        style.layout(
            TOP + ROW * len(bands),
            top=TOP,
            bottom=0,
            xaxis=style.axis(domain=[0, width], range=[0, longest], showticklabels=False),
            xaxis2=style.axis(domain=[SECOND, SECOND + width], range=[0, longest], showticklabels=False),
            yaxis=style.axis(range=[len(bands) - 0.5, -0.5], showticklabels=False),
            shapes=[_line(axis, len(bands)) for axis, _, _ in panels],
            annotations=[*heads, *names, *(note for axis, _, bars in panels for note in _numbers(bars, axis, say))],
        ),
    )


def _bars(bands: Sequence[Band], bars: Sequence[Bar], axis: str, say: Say) -> go.Bar:
    return go.Bar(
        x=[bar.share for bar in bars],
        y=[y + 0.16 for y in range(len(bars))],
        width=[0.42] * len(bars),
        xaxis=axis,
        orientation="h",
        marker={"color": [colours.FOCUS if band.focus else colours.CONTEXT_FILL for band in bands]},
        customdata=[[band.name, _words(bar, say)] for band, bar in zip(bands, bars, strict=True)],
        hovertemplate="%{customdata[0]}: %{customdata[1]}<extra></extra>",
    )


def _words(bar: Bar, say: Say) -> str:
    if bar.share is None or bar.count is None:
        return say("show.hidden")
    return f"<b>{say.percent(bar.share)}</b> {say.number(bar.count)}"


def _numbers(bars: Sequence[Bar], axis: str, say: Say) -> list[dict[str, Any]]:
    return [style.text(_words(bar, say), bar.share or 0, y + 0.16, xref=axis, xanchor="left", xshift=6) for y, bar in enumerate(bars)]


def _line(axis: str, rows: int) -> dict[str, Any]:
    line = {"color": colours.HATCH, "width": 1}
    return {"type": "line", "xref": axis, "x0": 0, "x1": 0, "y0": -0.5, "y1": rows - 0.5, "line": line}
