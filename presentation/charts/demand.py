"""Pupils against places, row by row: a bar for who comes, a tick for whom there is room. A shortage is said in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from presentation import colours
from presentation.charts import style
from presentation.texts import Say

#: The heights of `charts.branches`, so that the same rows can stand beside each other.
HEAD, NAME, MORE, BAR, AFTER, AXIS = 26, 20, 19, 16, 12, 26


@dataclass(frozen=True)
class Row:
    """One session or branch: pupils (None = may not be shown), places (None = unknown), words at the right above the bar, more of them small under those.

    short: fewer places than pupils; id: by which a click picks it.
    """

    name: str
    pupils: float | None
    places: float | None
    words: str
    short: bool = False
    more: str = ""
    id: str = ""


@dataclass(frozen=True)
class Group:
    """Rows under one heading, such as a week."""

    name: str
    rows: Sequence[Row]


def demand(groups: Sequence[Group], say: Say, *, decimals: int = 0) -> go.Figure:
    """Groups under each other on one scale that begins at zero."""
    placed, notes, height = _place(groups)
    top = max([value for _, row in placed for value in (row.pupils, row.places) if value is not None] + [1.0]) * 1.1
    return style.figure(
        [_bars(placed, say, decimals)],
        style.layout(
            height + AXIS,
            bottom=AXIS,
            barmode="overlay",
            xaxis=style.axis(range=[0, top], nticks=5),
            yaxis=style.axis(range=[height, 0], showticklabels=False),
            shapes=[
                {"type": "line", "x0": 0, "x1": 0, "y0": HEAD, "y1": height, "line": {"color": colours.HATCH, "width": 1}},
                *(_tick(y, row) for y, row in placed if row.places is not None),
            ],
            annotations=notes,
        ),
    )


def _place(groups: Sequence[Group]) -> tuple[list[tuple[float, Row]], list[dict[str, Any]], int]:
    placed: list[tuple[float, Row]] = []
    notes: list[dict[str, Any]] = []
    name = NAME + (MORE if any(row.more for group in groups for row in group.rows) else 0)
    y = 0
    for group in groups:
        notes.append(_at(f"<b>{group.name}</b>", 0, y, xanchor="left"))
        y += HEAD
        for row in group.rows:
            colour = colours.ATTENTION_TEXT if row.short else colours.INK
            notes += [_at(row.name, 0, y, xanchor="left"), _at(row.words, 1, y, xanchor="right", font={"size": style.NORMAL, "color": colour})]
            if row.more:
                small = {"size": style.SMALL, "color": colours.ATTENTION_TEXT if row.short else colours.MUTED}
                notes.append(_at(row.more, 1, y + NAME - 2, xanchor="right", font=small))
            placed.append((y + name + BAR / 2, row))
            y += name + BAR + AFTER
    return placed, notes, y


def _at(words: str, x: float, y: float, **more: Any) -> dict[str, Any]:  # noqa: ANN401 - Plotly's own
    return style.text(words, x, y, xref="paper", yanchor="top", borderpad=0, **more)


def _bars(placed: Sequence[tuple[float, Row]], say: Say, decimals: int) -> go.Bar:
    return go.Bar(
        x=[row.pupils for _, row in placed],
        y=[y for y, _ in placed],
        width=[BAR] * len(placed),
        orientation="h",
        **style.pickable([row.id for _, row in placed]),
        marker={"color": [colours.FOCUS if row.short else colours.CONTEXT_FILL for _, row in placed]},
        customdata=[[row.name, say("show.hidden") if row.pupils is None else say.number(row.pupils, decimals), row.words] for _, row in placed],
        hovertemplate="%{customdata[0]}: <b>%{customdata[1]}</b><br>%{customdata[2]}<extra></extra>",
    )


def _tick(y: float, row: Row) -> dict[str, Any]:
    colour = colours.ATTENTION if row.short else colours.INK
    return {"type": "line", "x0": row.places, "x1": row.places, "y0": y - BAR / 2 - 3, "y1": y + BAR / 2 + 3, "line": {"color": colour, "width": 4}}
