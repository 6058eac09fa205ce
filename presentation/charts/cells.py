"""Completeness: one cell per branch and school week. Six states told by shape, so that they hold in greyscale and on a phone.

The name of a branch stands above its cells and not beside them: a school year of 52 weeks then has the whole width, 7 px a week on the narrowest screen.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from html import escape
from typing import Any, Literal

import plotly.graph_objects as go

from presentation import colours
from presentation.charts import style
from presentation.texts import Say

State = Literal["delivered", "partly", "missing", "closed", "holiday", "running"]

#: Heights in pixels: the names of holidays, of a group and of a branch, the cells, and the space below each row and group.
HOLIDAY, GROUP, NAME, CELL, AFTER_ROW, AFTER_GROUP, MONTHS = 22, 22, 21, 20, 8, 8, 40
WEEK = timedelta(days=7)
WEEK_MS = 7 * 86_400_000
#: Part of a week that its cell takes; the rest is the space to the next.
WIDTH = 0.86

_LOOKS: dict[str, dict[str, Any]] = {
    "delivered": {"color": colours.FOCUS, "line": {"color": colours.FOCUS, "width": 1}},
    "missing": {"color": colours.BACKGROUND, "line": {"color": colours.ATTENTION, "width": 2}},
    "closed": {
        "pattern": {"shape": "/", "fgcolor": colours.HATCH, "bgcolor": colours.BACKGROUND, "size": 5, "solidity": 0.25},
        "color": colours.BACKGROUND,
        "line": {"color": colours.HATCH, "width": 1},
    },
    "running": {"color": colours.BACKGROUND, "line": {"width": 0}},  # its dashed border is a shape: a bar has no dashes
    "partly": {"color": colours.FOCUS, "line": {"color": colours.FOCUS, "width": 1}},  # the lower half of a cell; its border is a shape
}
#: Borders that are shapes over the cell.
_BORDERS: dict[str, dict[str, Any]] = {
    "running": {"color": colours.MUTED, "width": 1, "dash": "2px,2px"},
    "partly": {"color": colours.FOCUS, "width": 1},
}


@dataclass(frozen=True)
class Row:
    """A branch: one state per week, None before its first and after its last day; how many weeks came in, in words."""

    name: str
    states: Sequence[State | None]
    words: str


@dataclass(frozen=True)
class Group:
    """Branches of one kind of school."""

    name: str
    rows: Sequence[Row]


@dataclass(frozen=True)
class Holiday:
    """Weeks off, by the Mondays of the first and the last, with the short name that fits above a week."""

    first: date
    last: date
    name: str


def cells(groups: Sequence[Group], weeks: Sequence[date], holidays: Sequence[Holiday], say: Say, *, numbered: bool = False) -> go.Figure:
    """Groups of rows under each other over the Mondays of `weeks`, which follow each other without a gap; numbered: each with its number, not by month."""
    placed, notes, height = _place(groups)
    start, end = weeks[0], weeks[-1] + WEEK
    marked, names = _numbers(weeks) if numbered else _months(start, end, say)
    return style.figure(
        [_bars(state, placed, weeks, say) for state in _LOOKS],
        style.layout(
            height + MONTHS,
            bottom=MONTHS,
            barmode="overlay",
            xaxis=style.axis(type="date", range=[start, end], tickmode="array", tickvals=marked, ticktext=names, tickangle=0),
            yaxis=style.axis(range=[height, 0], showticklabels=False),
            shapes=[*_bands(holidays, height), *_borders(placed, weeks)],
            annotations=[*notes, *_holiday_names(holidays, start, end)],
        ),
    )


def _place(groups: Sequence[Group]) -> tuple[list[tuple[int, Row]], list[dict[str, Any]], int]:
    """Every row with the top of its cells, the words at the rows, and the height that they take together."""
    placed: list[tuple[int, Row]] = []
    notes: list[dict[str, Any]] = []
    y = HOLIDAY
    for group in groups:
        notes.append(_at(group.name, 0, y, xanchor="left", font={"size": style.SMALL, "color": colours.MUTED}))
        y += GROUP
        for row in group.rows:
            notes += [_at(f"<b>{escape(row.name)}</b>", 0, y, xanchor="left"), _at(row.words, 1, y, xanchor="right")]
            placed.append((y + NAME, row))
            y += NAME + CELL + AFTER_ROW
        y += AFTER_GROUP
    return placed, notes, y - AFTER_GROUP


def _numbers(weeks: Sequence[date]) -> tuple[list[date], list[str]]:
    """The middle of every week, with its number."""
    return [week + timedelta(days=3) for week in weeks], [str(week.isocalendar().week) for week in weeks]


def _months(start: date, end: date, say: Say) -> tuple[list[date], list[str]]:
    """The middle of every month of which two weeks or more are in the picture, with its name; the year stands under the first and under each January."""
    middles: list[date] = []
    names: list[str] = []
    first = start.replace(day=1)
    while first < end:
        following = (first + timedelta(days=31)).replace(day=1)
        shown_from, shown_to = max(first, start), min(following, end)
        if shown_to - shown_from >= 2 * WEEK:
            year = f"<br>{first.year}" if not middles or first.month == 1 else ""
            middles.append(shown_from + (shown_to - shown_from) / 2)
            names.append(say.date(first, "MMM").rstrip(".") + year)
        first = following
    return middles, names


def _at(words: str, x: float, y: float, **more: Any) -> dict[str, Any]:  # noqa: ANN401 - Plotly's own
    """Words on the line that begins at y."""
    return style.text(words, x, y, xref="paper", yref="y", yanchor="top", borderpad=0, borderwidth=0, **more)


def _bars(state: str, placed: Sequence[tuple[int, Row]], weeks: Sequence[date], say: Say) -> go.Bar:
    found = [(top, row, week) for top, row in placed for week, shown in zip(weeks, row.states, strict=True) if shown == state]
    empty = CELL / 2 if state == "partly" else 0
    return go.Bar(
        x=[_noon(week + timedelta(days=3)) for _, _, week in found],
        y=[CELL - empty] * len(found),
        base=[top + empty for top, _, _ in found],
        width=[WEEK_MS * WIDTH] * len(found),
        marker=_LOOKS[state],
        customdata=[[escape(row.name), say("deliveries.cells.week", day=week)] for _, row, week in found],
        hovertemplate="<b>%{customdata[0]}</b><br>%{customdata[1]}: " + say(f"deliveries.week.{state}") + "<extra></extra>",
        text=["<b>?</b>" if state == "missing" else ""] * len(found),
        textposition="inside",
        insidetextanchor="middle",
        constraintext="none",
        textangle=0,
        textfont={"size": style.NORMAL, "color": colours.ATTENTION_TEXT},
    )


def _noon(day: date) -> str:
    return f"{day}T12:00"


def _borders(placed: Sequence[tuple[int, Row]], weeks: Sequence[date]) -> list[dict[str, Any]]:
    """The border of a week that is not over or not complete, as wide as a cell: half a day short of the week on both sides."""
    return [
        _box(_noon(week), _noon(week + timedelta(days=6)), top, top + CELL, line=_BORDERS[state])
        for top, row in placed
        for week, state in zip(weeks, row.states, strict=True)
        if state in _BORDERS
    ]


def _bands(holidays: Sequence[Holiday], height: int) -> list[dict[str, Any]]:
    return [_box(holiday.first, holiday.last + WEEK, HOLIDAY, height, layer="below", fillcolor=colours.BAND, line={"width": 0}) for holiday in holidays]


def _box(x0: date | str, x1: date | str, y0: float, y1: float, **look: Any) -> dict[str, Any]:  # noqa: ANN401 - Plotly's own
    return {"type": "rect", "x0": x0, "x1": x1, "y0": y0, "y1": y1, **look}


def _holiday_names(holidays: Sequence[Holiday], start: date, end: date) -> list[dict[str, Any]]:
    """Names above the bands; one that would stick out of the picture is set against its edge."""
    notes = []
    for holiday in holidays:
        middle = ((holiday.first - start) + (holiday.last + WEEK - start)) / 2 / (end - start)
        anchor, x = ("left", 0.0) if middle < 0.07 else ("right", 1.0) if middle > 0.93 else ("center", middle)
        look = {"xref": "paper", "yref": "y", "yanchor": "top", "xanchor": anchor, "font": {"size": style.SMALL, "color": colours.MUTED}}
        notes.append(style.text(holiday.name, x, 0, **look))
    return notes
