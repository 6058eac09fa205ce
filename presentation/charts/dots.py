"""Rates with their margins, one row each, sorted by value: which stand out, and how sure is that?"""

from dataclasses import dataclass
from math import floor, log10

import plotly.graph_objects as go

from presentation import colours
from presentation.charts import style
from presentation.texts import Say

#: Status -> colour, marker and line width. Shape repeats colour, so that the chart holds in greyscale.
_LOOKS = {
    "higher": (colours.FOCUS, "circle", colours.FOCUS),
    "lower": (colours.LOWER, "diamond", colours.LOWER),
    "unclear": (colours.MUTED, "circle", colours.BACKGROUND),
}
ROW = 26
MOST_TICKS = 6
#: Room for the names, and for a mark behind them.
LEFT, MARK = 158, 16


@dataclass(frozen=True)
class Dot:
    """One row: the words at its right, and a value with its limits on the scale of the axis; without a value the row has its name and words only.

    mark: one sign between the name and the plot, for what else is known of the row; strong: whether it is to stand out; id: by which a click picks it.
    """

    label: str
    parts: str
    value: float | None = None
    lower: float = 0
    upper: float = 0
    status: str = "unclear"
    bold: bool = False
    mark: str = ""
    strong: bool = False
    id: str = ""


def dots(rows: list[Dot], reference: float, reference_label: str, say: Say, *, decimals: int = 1, mark_label: str = "") -> go.Figure:
    """Rows from top to bottom, a dashed line for the whole city, the value in words at the right.

    reference: the value of the whole, on the same scale; reference_label: its words, which stand on top of the line;
    mark_label: what the marks of the rows are, above them.
    """
    top = max([row.upper for row in rows] + [reference]) * 1.02
    step = _step(top)
    count = len(rows)
    marks = [
        _marks([(count - 1 - place, row) for place, row in enumerate(rows) if row.status == status and row.value is not None], status, say, decimals)
        for status in _LOOKS
    ]
    notes = [_label(row, count - 1 - place, say, decimals, MARK if any(each.mark for each in rows) else 0) for place, row in enumerate(rows)]
    notes.append([style.text(f"{reference_label} <b>{say.number(reference, decimals)}</b>", reference, 1.0, yref="paper", yanchor="bottom", align="center")])
    marked = MARK if any(row.mark for row in rows) else 0
    if mark_label:
        look = {"size": style.SMALL, "color": colours.MUTED}
        notes.append([style.text(mark_label, 0, 1.0, xref="paper", yref="paper", xanchor="left", yanchor="bottom", xshift=-LEFT - marked, font=look)])
    return style.figure(
        [trace for traces in marks for trace in traces],
        style.layout(
            ROW * count + 52,
            left=LEFT + marked,
            right=122 if all(row.value is not None for row in rows) else 170,
            top=24,
            bottom=28,
            xaxis=style.axis(range=[-0.03 * top, top], tick0=0, dtick=step, tickformat=f",.{max(0, -floor(log10(step)))}f"),
            yaxis=style.axis(range=[-0.6, count - 0.4], showticklabels=False),
            shapes=[
                *(
                    {"type": "line", "x0": 0, "x1": top, "y0": y, "y1": y, "layer": "below", "line": {"color": colours.HAIRLINE, "width": 1}}
                    for y in range(count)
                ),
                {
                    "type": "line",
                    "x0": reference,
                    "x1": reference,
                    "y0": -0.6,
                    "y1": count - 0.4,
                    "line": {"color": colours.INK, "width": 1.5, "dash": "3px,3px"},
                },
            ],
            annotations=[note for group in notes for note in group],
        ),
    )


def _step(top: float) -> float:
    """The distance between two numbers on the axis: round, and at most six of them."""
    return next(base * 10.0**power for power in range(-4, 6) for base in (1, 2, 5) if base * 10.0**power * MOST_TICKS >= top)


def _marks(placed: list[tuple[int, Dot]], status: str, say: Say, decimals: int) -> list[go.Scatter]:
    colour, symbol, fill = _LOOKS[status]
    xs: list[float | None] = []
    ys: list[float | None] = []
    for y, row in placed:
        xs += [row.lower, row.upper, None]
        ys += [y, y, None]
    margin = [say.between(row.lower, row.upper, decimals) for _, row in placed]
    return [
        go.Scatter(x=xs, y=ys, mode="lines", line={"color": colour, "width": 3}, hoverinfo="skip"),
        go.Scatter(
            x=[row.value for _, row in placed],
            y=[y for y, _ in placed],
            mode="markers",
            **style.pickable([row.id for _, row in placed]),
            marker={"color": fill, "symbol": symbol, "size": 11, "line": {"color": colour, "width": 2}},
            customdata=[[row.label, say.number(row.value or 0, decimals), words, row.parts] for (_, row), words in zip(placed, margin, strict=True)],
            hovertemplate="<b>%{customdata[0]}</b><br>%{customdata[1]} (%{customdata[2]})<br>%{customdata[3]}<extra></extra>",
        ),
    ]


def _label(row: Dot, y: int, say: Say, decimals: int, marked: int) -> list[dict[str, object]]:
    name = style.wrapped(row.label, 26)
    size = style.SMALL if row.bold and len(row.label) > 22 else style.NORMAL  # bold is wider, and the column is not
    return [
        style.text(
            f"<b>{name}</b>" if row.bold else name,
            0,
            y,
            xref="paper",
            xanchor="right",
            xshift=-8 - marked,
            align="right",
            font={"size": size, "color": colours.INK},
        ),
        *([_mark(row, y)] if row.mark else []),
        style.text(
            "" if row.value is None else f"<b>{say.number(row.value, decimals)}</b>",
            1,
            y,
            xref="paper",
            xanchor="right",
            xshift=36,
            font={"size": 14, "color": colours.INK},
        ),
        style.text(row.parts, 1, y, xref="paper", xanchor="left", xshift=42, font={"size": style.SMALL, "color": colours.MUTED}),
    ]


def _mark(row: Dot, y: int) -> dict[str, object]:
    look = {"size": style.SMALL, "color": colours.INK if row.strong else colours.MUTED}
    return style.text(f"<b>{row.mark}</b>" if row.strong else row.mark, 0, y, xref="paper", xanchor="right", xshift=-6, font=look)
