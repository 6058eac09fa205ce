"""Counts as bars under each other, each with its number: one of them may be what the chart is about. What comes before or after the count tells by its fill."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from presentation import colours
from presentation.charts import style
from presentation.texts import Say

HEAD, NAME, BAR, AFTER = 24, 20, 18, 10


@dataclass(frozen=True)
class Bar:
    """A count (None = may not be shown), its name above it, more words behind the number.

    before: a grey part in front of it; after: an outlined part behind it. number: the count as it is written, where that is not simply its number; id: by
    which a click picks it.
    """

    name: str
    count: float | None
    words: str = ""
    focus: bool = False
    before: float = 0
    after: float = 0
    number: str = ""
    id: str = ""

    @property
    def end(self) -> float:
        """Where the bar stops."""
        return self.before + (self.count or 0) + self.after


def ranked(bars: Sequence[Bar], say: Say, *, decimals: int = 0, whole: tuple[float, str] | None = None) -> go.Figure:
    """Bars from top to bottom in the order that is given. Names stand above their bar, so that they fit on a phone.

    whole: what all bars are part of, as a dashed line with its words on top; then the numbers stand beyond it.
    """
    longest = max([bar.end for bar in bars] + [1e-9])
    pitch, top = NAME + BAR + AFTER, HEAD if whole else 0
    middles = [top + place * pitch + NAME + BAR / 2 for place in range(len(bars))]
    notes = [
        style.text(f"<b>{bar.name}</b>" if bar.focus else bar.name, 0, top + place * pitch, xref="paper", xanchor="left", yanchor="top", borderpad=0)
        for place, bar in enumerate(bars)
    ]
    notes += [
        style.text(
            _number(bar, say, decimals),
            max(bar.end, whole[0] if whole else 0),
            middle,
            xanchor="left",
            xshift=6,
            font={"size": style.NORMAL, "color": colours.INK},
        )
        for bar, middle in zip(bars, middles, strict=True)
    ]
    height = top + pitch * len(bars)
    lines = [{"type": "line", "x0": 0, "x1": 0, "y0": top, "y1": height, "line": {"color": colours.HATCH, "width": 1}}]
    if whole:
        value, words = whole
        longest = max(longest, value)
        lines.append({"type": "line", "x0": value, "x1": value, "y0": top, "y1": height, "line": {"color": colours.INK, "width": 1.5, "dash": "4px,3px"}})
        notes.append(style.text(words, value, 0, xanchor="right", yanchor="top", borderpad=0))
    return style.figure(
        _traces(bars, middles, say, decimals),
        style.layout(
            height,
            bottom=0,
            barmode="overlay",
            xaxis=style.axis(range=[0, longest * 1.7], showticklabels=False),
            yaxis=style.axis(range=[height, 0], showticklabels=False),
            shapes=lines,
            annotations=notes,
        ),
    )


#: The part behind a count: as wide as it is, but not filled.
OUTLINED: dict[str, Any] = {"color": colours.BACKGROUND, "line": {"color": colours.CONTEXT, "width": 1.5}}


def _traces(bars: Sequence[Bar], middles: Sequence[float], say: Say, decimals: int) -> list[go.Bar]:
    """The counts, and what comes before and after them where there is any."""
    parts: list[tuple[list[float | None] | list[float], list[float], dict[str, Any]]] = [
        ([bar.count for bar in bars], [bar.before for bar in bars], {"color": [colours.FOCUS if bar.focus else colours.CONTEXT_FILL for bar in bars]}),
        ([bar.before for bar in bars], [0.0] * len(bars), {"color": colours.CONTEXT_FILL}),
        ([bar.after for bar in bars], [bar.end - bar.after for bar in bars], OUTLINED),
    ]
    return [
        go.Bar(
            x=lengths,
            base=starts,
            y=middles,
            width=[BAR] * len(bars),
            orientation="h",
            **style.pickable([bar.id for bar in bars]),
            marker=marker,
            customdata=[[bar.name, _number(bar, say, decimals)] for bar in bars],
            hovertemplate="%{customdata[0]}: %{customdata[1]}<extra></extra>",
        )
        for place, (lengths, starts, marker) in enumerate(parts)
        if place == 0 or any(lengths)
    ]


def _number(bar: Bar, say: Say, decimals: int) -> str:
    if bar.count is None:
        return say("show.hidden")
    return " ".join(part for part in (f"<b>{bar.number or say.number(bar.count, decimals)}</b>", bar.words) if part)
