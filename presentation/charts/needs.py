"""What there is against what is needed to say something: bars up to, or past, one line."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from presentation import colours
from presentation.charts import style

HEAD, NAME, BAR, AFTER = 20, 20, 18, 12
#: A bar that goes far past the line is cut there, and shows it.
CUT = 1.4


@dataclass(frozen=True)
class Need:
    """One thing that is needed. part: what there is as a part of it (1 = enough), None = unknown, which is hatched; words: at the right above its bar."""

    name: str
    part: float | None
    words: str
    enough: bool


def needs(rows: Sequence[Need], line_words: str) -> go.Figure:
    """Rows from top to bottom. line_words: the name of the line."""
    pitch = NAME + BAR + AFTER
    height = HEAD + pitch * len(rows)
    middles = [HEAD + place * pitch + NAME + BAR / 2 for place in range(len(rows))]
    notes = [style.text(line_words, 1, 0, yanchor="top", borderpad=0, font={"size": style.SMALL, "color": colours.MUTED})]
    for place, row in enumerate(rows):
        look = {"xref": "paper", "yanchor": "top", "borderpad": 0, "bgcolor": colours.BACKGROUND}
        colour = colours.INK if row.enough else colours.ATTENTION_TEXT
        notes.append(style.text(row.name, 0, HEAD + place * pitch, xanchor="left", **look))
        notes.append(style.text(row.words, 1, HEAD + place * pitch, xanchor="right", **look | {"font": {"size": style.NORMAL, "color": colour}}))
    cuts = [middle for row, middle in zip(rows, middles, strict=True) if row.part is not None and row.part > CUT]
    return style.figure(
        [
            _bars([(y, row) for y, row in zip(middles, rows, strict=True) if row.part is not None], known=True),
            _bars([(y, row) for y, row in zip(middles, rows, strict=True) if row.part is None], known=False),
        ],
        style.layout(
            height,
            bottom=0,
            barmode="overlay",
            xaxis=style.axis(range=[0, CUT], showticklabels=False),
            yaxis=style.axis(range=[height, 0], showticklabels=False),
            shapes=[
                *(_across(1, y, 3, {"color": colours.INK, "width": 2}) for y in middles),
                {"type": "line", "x0": 0, "x1": 0, "y0": HEAD, "y1": height, "line": {"color": colours.HATCH, "width": 1}},
                *(_across(x, y, 0, {"color": colours.BACKGROUND, "width": 3}, slant=0.02) for y in cuts for x in (CUT - 0.08, CUT - 0.05)),
            ],
            annotations=notes,
        ),
    )


def _bars(placed: Sequence[tuple[float, Need]], *, known: bool) -> go.Bar:
    """What there is; where that is not known the whole way to the line is hatched."""
    solid = {"color": [colours.CONTEXT_FILL if row.enough else colours.ATTENTION for _, row in placed]}
    hatched = {
        "pattern": {"shape": "/", "fgcolor": colours.HATCH, "bgcolor": colours.BACKGROUND, "size": 7, "solidity": 0.2},
        "color": colours.BACKGROUND,
        "line": {"color": colours.HATCH, "width": 1},
    }
    return go.Bar(
        x=[1 if row.part is None else min(row.part, CUT) for _, row in placed],
        y=[y for y, _ in placed],
        width=[BAR] * len(placed),
        orientation="h",
        marker=solid if known else hatched,
        customdata=[[row.name, row.words] for _, row in placed],
        hovertemplate="%{customdata[0]}: %{customdata[1]}<extra></extra>",
    )


def _across(x: float, middle: float, beyond: float, line: dict[str, Any], slant: float = 0) -> dict[str, Any]:
    """A line across a bar, so far beyond its edges."""
    return {"type": "line", "x0": x, "x1": x + slant, "y0": middle + BAR / 2 + beyond, "y1": middle - BAR / 2 - beyond, "line": line}
