"""Weekday by hour: the number in every cell, an outline and bold where it stands out, a dash where there is no session."""

from collections.abc import Collection, Mapping, Sequence
from itertools import product
from typing import Any

import plotly.graph_objects as go

from presentation import colours
from presentation.charts import style
from presentation.charts.area_map import steps
from presentation.texts import Say

#: Row and column of a cell.
Place = tuple[int, int]
ROW, TOP, LEFT = 32, 24, 84


def heat(
    rows: Sequence[str], columns: Sequence[str], values: Mapping[Place, float], outlined: Collection[Place], say: Say, *, decimals: int = 1, left: int = LEFT
) -> go.Figure:
    """values: (row, column) -> number; what is absent has a dash. outlined: cells that stand out. left: the width of the names of the rows."""
    limits = steps(list(values.values()))
    top = TOP + (style.NORMAL + 3 if any("<br>" in name for name in columns) else 0)
    places = list(product(range(len(rows)), range(len(columns))))
    return style.figure(
        [
            go.Scatter(
                x=[x for _, x in places],
                y=[y for y, _ in places],
                mode="text",
                text=[_words(values.get(place), say, decimals, bold=place in outlined) for place in places],
                textfont={"size": style.NORMAL, "color": [_ink(values.get(place), limits) for place in places]},
                customdata=[[rows[y], columns[x], _words(values.get((y, x)), say, decimals, bold=True)] for y, x in places],
                hovertemplate="%{customdata[0]}, %{customdata[1]}: %{customdata[2]}<extra></extra>",
            )
        ],
        style.layout(
            top + ROW * len(rows),
            left=left,
            top=top,
            bottom=0,
            xaxis=style.axis(range=[-0.5, len(columns) - 0.5], showticklabels=False),
            yaxis=style.axis(range=[len(rows) - 0.5, -0.5], showticklabels=False),
            shapes=[_cell(place, values[place], limits, outlined=place in outlined) for place in places if place in values],
            annotations=[
                *(style.text(name, 0, y, xref="paper", xanchor="right", xshift=-8, align="right") for y, name in enumerate(rows)),
                *(style.text(name, x, 1, yref="paper", yanchor="bottom", yshift=4, align="center", font=_GREY) for x, name in enumerate(columns)),
            ],
        ),
    )


_GREY = {"size": style.SMALL, "color": colours.MUTED}


def _step(value: float, limits: Sequence[float]) -> int:
    return sum(value >= limit for limit in limits)


def _words(value: float | None, say: Say, decimals: int, *, bold: bool) -> str:
    if value is None:
        return say("show.hidden")
    return f"<b>{say.number(value, decimals)}</b>" if bold else say.number(value, decimals)


def _ink(value: float | None, limits: Sequence[float]) -> str:
    return colours.MUTED if value is None else colours.ON_SEQUENTIAL[_step(value, limits)]


def _cell(place: tuple[int, int], value: float, limits: Sequence[float], *, outlined: bool) -> dict[str, Any]:
    y, x = place
    line = {"color": colours.INK, "width": 2} if outlined else {"width": 0}
    box = {"type": "rect", "x0": x - 0.47, "x1": x + 0.47, "y0": y - 0.44, "y1": y + 0.44, "layer": "below"}
    return {**box, "fillcolor": colours.SEQUENTIAL[_step(value, limits)], "line": line}
