"""Counts as bars under each other, each with its number: one of them may be what the chart is about."""

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from presentation import colours
from presentation.charts import style
from presentation.texts import Say

NAME, BAR, AFTER = 20, 18, 10


@dataclass(frozen=True)
class Bar:
    """A count (None = may not be shown), its name above it, more words behind the number."""

    name: str
    count: float | None
    words: str = ""
    focus: bool = False


def ranked(bars: Sequence[Bar], say: Say, *, decimals: int = 0) -> go.Figure:
    """Bars from top to bottom in the order that is given. Names stand above their bar, so that they fit on a phone."""
    longest = max([bar.count or 0 for bar in bars] + [1e-9])
    pitch = NAME + BAR + AFTER
    middles = [place * pitch + NAME + BAR / 2 for place in range(len(bars))]
    notes = [
        style.text(f"<b>{bar.name}</b>" if bar.focus else bar.name, 0, place * pitch, xref="paper", xanchor="left", yanchor="top", borderpad=0)
        for place, bar in enumerate(bars)
    ]
    notes += [
        style.text(_number(bar, say, decimals), bar.count or 0, middle, xanchor="left", xshift=6, font={"size": style.NORMAL, "color": colours.INK})
        for bar, middle in zip(bars, middles, strict=True)
    ]
    height = pitch * len(bars)
    return style.figure(
        [
            go.Bar(
                x=[bar.count for bar in bars],
                y=middles,
                width=[BAR] * len(bars),
                orientation="h",
                marker={"color": [colours.FOCUS if bar.focus else colours.CONTEXT_FILL for bar in bars]},
                customdata=[[bar.name, _number(bar, say, decimals)] for bar in bars],
                hovertemplate="%{customdata[0]}: %{customdata[1]}<extra></extra>",
            )
        ],
        style.layout(
            height,
            bottom=0,
            xaxis=style.axis(range=[0, longest * 1.7], showticklabels=False),
            yaxis=style.axis(range=[height, 0], showticklabels=False),
            shapes=[{"type": "line", "x0": 0, "x1": 0, "y0": 0, "y1": height, "line": {"color": colours.HATCH, "width": 1}}],
            annotations=notes,
        ),
    )


def _number(bar: Bar, say: Say, decimals: int) -> str:
    if bar.count is None:
        return say("show.hidden")
    return " ".join(part for part in (f"<b>{say.number(bar.count, decimals)}</b>", bar.words) if part)
