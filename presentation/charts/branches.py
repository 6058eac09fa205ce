"""Branches held against a line, primary and secondary apart: they serve other pupils, so they are never in one ranking.

The name of a branch stands above its mark and not beside it, so that the scale has the whole width, also on a phone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from presentation import colours
from presentation.charts import style
from presentation.texts import Say

#: Heights in pixels: room for the words of the line, the name of a group, the name of a branch, what its figure comes to, its mark, the space after it.
TOP, GROUP, NAME, VERDICT, MARK, AFTER = 24, 26, 20, 19, 16, 12
AXIS = 26
#: Stands for the dashed line of a group before its words.
DASHED = "\N{BROKEN BAR}"
#: Of the width: words of a line that stands nearer to an edge would be cut.
EDGE = 0.2


@dataclass(frozen=True)
class Row:
    """A branch. value with its limits on the scale of the axis, None = no figure.

    words: what stands at the right above its mark; verdict: what it comes to, small under them; id: by which a click picks it.
    """

    name: str
    words: str
    value: float | None = None
    lower: float | None = None
    upper: float | None = None
    verdict: str = ""
    id: str = ""


@dataclass(frozen=True)
class Group:
    """The branches of one kind of school. line: what they are held against, their own mean for example; line_words: its name and value, which stand above the
    values of the branches and not on the line, where a phone has no room beside the name of the group.
    """

    sector: str
    rows: Sequence[Row]
    line: float | None = None
    line_words: str = ""


#: The height of a mark, the sector of its group, its row.
_Placed = tuple[float, str, Row]


@dataclass(frozen=True)
class _Line:
    at: float
    words: str
    top: float
    end: float


def branches(groups: Sequence[Group], say: Say, *, line: float | None = None, line_words: str = "", suffix: str = "", from_zero: bool = False) -> go.Figure:
    """Groups under each other on one scale. line: one for all groups, such as a target; suffix: behind the numbers of the axis."""
    placed, notes, height = _place(groups, say, TOP if line_words else 0)
    lines = _drawn_lines(groups, placed, line, line_words, height)
    values = [value for _, _, row in placed for value in (row.value, row.lower, row.upper) if value is not None]
    low, high = _span([*values, *(found.at for found in lines)], from_zero=from_zero)
    return style.figure(
        [trace for group in groups for trace in _marks([found for found in placed if found[1] == group.sector], group.sector, say)],
        style.layout(
            height + AXIS,
            bottom=AXIS,
            xaxis=style.axis(range=[low, high], nticks=6, ticksuffix=suffix, showgrid=True, gridcolor=colours.HAIRLINE),
            yaxis=style.axis(range=[height, 0], showticklabels=False),
            shapes=[_line(found) for found in lines],
            annotations=[*notes, *(_line_words(found, low, high) for found in lines if found.words)],
        ),
    )


def _place(groups: Sequence[Group], say: Say, y: int) -> tuple[list[_Placed], list[dict[str, Any]], int]:
    """Every row with the height of its mark, the names and words, and the height that they take together, from `y` down."""
    placed: list[_Placed] = []
    notes: list[dict[str, Any]] = []
    name = _name_height(groups)
    for group in groups:
        colour = colours.PRIMARY_SECTOR_TEXT if group.sector == "PO" else colours.SECONDARY_SECTOR_TEXT
        notes.append(_at(f"<b>{say(f'sector.{group.sector}')}</b>", 0, y, xanchor="left", font={"size": style.NORMAL, "color": colour}))
        if group.line is not None:
            notes.append(_at(f"{DASHED} {group.line_words}", 1, y, xanchor="right"))
        y += GROUP
        for row in group.rows:
            notes += [_at(row.name, 0, y, xanchor="left"), _at(row.words, 1, y, xanchor="right")]
            if row.verdict:
                notes.append(_at(row.verdict, 1, y + NAME - 2, xanchor="right", font={"size": style.SMALL, "color": colours.MUTED}))
            placed.append((y + name + MARK / 2, group.sector, row))
            y += name + MARK + AFTER
    return placed, notes, y


def _name_height(groups: Sequence[Group]) -> int:
    """How much stands above a mark: one line, or two where figures have their verdict."""
    return NAME + (VERDICT if any(row.verdict for group in groups for row in group.rows) else 0)


def _at(words: str, x: float, y: float, **more: Any) -> dict[str, Any]:  # noqa: ANN401 - Plotly's own
    return style.text(words, x, y, xref="paper", yanchor="top", borderpad=0, bgcolor=colours.BACKGROUND, **more)


def _span(values: Sequence[float], *, from_zero: bool) -> tuple[float, float]:
    """The scale: all that is drawn with some air, and never past zero when nothing is."""
    low, high = min(values, default=0.0), max(values, default=1.0)
    air = (high - low) * 0.08 or 1.0
    return (0.0 if from_zero else max(low - air, min(0.0, low))), high + air


def _marks(placed: Sequence[_Placed], sector: str, say: Say) -> list[go.Scatter]:
    colour, symbol = (colours.PRIMARY_SECTOR, "circle") if sector == "PO" else (colours.SECONDARY_SECTOR, "diamond")
    shown = [(y, row) for y, _, row in placed if row.value is not None]
    xs = [x for _, row in shown for x in (row.lower, row.upper, None)]
    ys = [at for y, row in shown for at in (y, y, None)]
    return [
        go.Scatter(x=xs, y=ys, mode="lines", line={"color": colour, "width": 3}, hoverinfo="skip"),
        go.Scatter(
            x=[row.value for _, row in shown],
            y=[y for y, _ in shown],
            mode="markers",
            **style.pickable([row.id for _, row in shown]),
            marker={"color": colour, "symbol": symbol, "size": 11},
            customdata=[[row.name, row.words, say(f"sector.{sector}")] for _, row in shown],
            hovertemplate="<b>%{customdata[0]}</b> (%{customdata[2]})<br>%{customdata[1]}<extra></extra>",
        ),
    ]


def _drawn_lines(groups: Sequence[Group], placed: Sequence[_Placed], line: float | None, words: str, height: int) -> list[_Line]:
    """The lines that marks are held against, each with where it begins and ends."""
    found = [] if line is None else [_Line(line, words, TOP, height)]
    return found + [_Line(group.line, "", *_reach(group, placed, _name_height(groups))) for group in groups if group.line is not None and group.rows]


def _line(line: _Line) -> dict[str, Any]:
    return {"type": "line", "x0": line.at, "x1": line.at, "y0": line.top, "y1": line.end, "line": {"color": colours.INK, "width": 1.5, "dash": "3px,3px"}}


def _line_words(line: _Line, low: float, high: float) -> dict[str, Any]:
    """On top of the line; near an edge of the picture they stand inside it."""
    place = (line.at - low) / (high - low)
    anchor = "left" if place < EDGE else "right" if place > 1 - EDGE else "center"
    return style.text(line.words, line.at, line.top, xanchor=anchor, yanchor="bottom", bgcolor=colours.BACKGROUND, borderpad=1)


def _reach(group: Group, placed: Sequence[_Placed], name: int) -> tuple[float, float]:
    """From just under the name of a group to the end of its last mark."""
    heights = [y for y, sector, _ in placed if sector == group.sector]
    return min(heights) - name - MARK / 2 - 2, max(heights) + MARK / 2
