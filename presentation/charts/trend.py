"""A measure through school time: real dates, holidays and closures shaded, the line broken where nothing could be measured, never drawn at zero."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

import plotly.graph_objects as go

from presentation import colours
from presentation.charts import style
from presentation.texts import Say

PANEL, GAP, TOP, BOTTOM = 130, 44, 40, 44
#: Pixels that two words of two lines beside the plot need between their middles, and at the right for them.
APART, RIGHT = 25, 70
#: Marks of events nearer than this part of the time axis would cover each other on a phone, so the second stands lower.
TOUCHING = 0.07
#: Half the mark of an event, as part of the time axis on a phone; half the mark of a point.
HALF_EVENT, HALF_POINT = 0.04, 0.008
#: Pixels across the time axis on a phone, of a letter and of a line.
PHONE, LETTER, LINE = 254, 7.5, 18
#: At which heights of a panel the word of a closure may stand, the best first.
HEIGHTS = (0.5, 0.3, 0.7, 0.12, 0.88)
#: How much lower the next row of marks stands, of the height of a panel, and in how many rows at most.
ROW, MOST_ROWS = 0.18, 3


@dataclass(frozen=True)
class Band:
    """Days that are not school time. hatched: shut for another reason than a holiday; missing: school time of which the list did not come."""

    first: date
    last: date
    label: str
    hatched: bool = False
    missing: bool = False


@dataclass(frozen=True)
class Beside:
    """What a line is held against, on the days of that line. label: its name on the chart; name: the same for who points at it."""

    points: Sequence[tuple[date, float | None]]
    label: str
    name: str


@dataclass(frozen=True)
class Panel:
    """One line. points: (day, value), None = not measured, which breaks the line; mean: the dashed line; running: the last point can still grow, so
    no line leads to it: a short count beside whole ones would look like a fall; more: quiet words behind the name; beside: what it is held against."""

    name: str
    colour: str
    text_colour: str
    symbol: str
    points: Sequence[tuple[date, float | None]]
    mean: float | None
    bands: Sequence[Band]
    running: bool = False
    more: str = ""
    beside: Beside | None = None

    @property
    def held_against(self) -> list[tuple[date, float]]:
        """The points beside the line that have a value."""
        return [] if self.beside is None else [(day, value) for day, value in self.beside.points if value is not None]


@dataclass(frozen=True)
class Event:
    """A numbered mark with its day; the words stand under the chart."""

    number: int
    on: date


def trend(panels: Sequence[Panel], first: date, last: date, say: Say, *, events: Sequence[Event] = (), decimals: int = 1) -> go.Figure:
    """Panels under each other with one time axis and one scale, so that they can be compared."""
    rows = _rows(events, last - first)
    highest = max((value for panel in panels for _, value in [*panel.points, *panel.held_against] if value is not None), default=1.0)
    top = highest * (1.22 + ROW * max([0, *rows]))
    height = TOP + BOTTOM + len(panels) * PANEL + (len(panels) - 1) * GAP
    inner = height - TOP - BOTTOM
    days, labels = style.month_ticks(first, last, say)
    traces: list[go.Scatter] = []
    shapes: list[dict[str, object]] = []
    notes: list[dict[str, object]] = []
    axes: dict[str, object] = {}
    for place, panel in enumerate(panels):
        low = 1 - (place * (PANEL + GAP) + PANEL) / inner
        name = "" if place == 0 else str(place + 1)
        axes["yaxis" + name] = style.axis(
            range=[0, top], domain=[max(low, 0.0), min(low + PANEL / inner, 1.0)], nticks=4, showgrid=True, gridcolor=colours.HAIRLINE
        )
        band_traces, band_notes = _bands(panel, "y" + name, top, first, last, named=place == 0)
        traces += [*band_traces, *_beside(panel, "y" + name, say, decimals), *_line(panel, "y" + name, say, decimals)]
        notes += band_notes + _names(panel, "y" + name, top, say, decimals)
        if panel.mean is not None:
            shapes.append(
                {
                    "type": "line",
                    "xref": "x",
                    "yref": "y" + name,
                    "x0": first,
                    "x1": last,
                    "y0": panel.mean,
                    "y1": panel.mean,
                    "line": {"color": colours.INK, "width": 1, "dash": "3px,3px"},
                }
            )
    for event in events:
        shapes.append(
            {
                "type": "line",
                "xref": "x",
                "yref": "paper",
                "x0": event.on,
                "x1": event.on,
                "y0": 0,
                "y1": 1,
                "line": {"color": colours.MUTED, "width": 1, "dash": "1px,2px"},
            }
        )
    if events:
        traces.append(_numbers(events, rows, top))
    return style.figure(
        traces,
        style.layout(
            height,
            left=34,
            right=RIGHT,
            top=TOP,
            bottom=BOTTOM,
            xaxis=style.axis(
                type="date",
                range=_edges(first, last, events),
                tickmode="array",
                tickvals=days,
                ticktext=labels,
                tickangle=0,
                anchor="y" + ("" if len(panels) == 1 else str(len(panels))),
            ),
            shapes=shapes,
            annotations=notes,
            **axes,
        ),
    )


def _edges(first: date, last: date, events: Sequence[Event]) -> list[datetime]:
    """Where the time axis begins and ends, so that the first and the last mark are whole."""
    span = last - first
    before = max([span * HALF_POINT, *(span * HALF_EVENT - (event.on - first) for event in events)])
    after = max([span * HALF_POINT, *(span * HALF_EVENT - (last - event.on) for event in events)])
    return [datetime.combine(first, time()) - before, datetime.combine(last, time()) + after]


def _rows(events: Sequence[Event], span: timedelta) -> list[int]:
    """In which row from above the mark of each event stands: lower than the one before where it would cover that."""
    rows = [0] * len(events)
    for place in range(1, len(events)):
        near = events[place].on - events[place - 1].on < span * TOUCHING
        rows[place] = (rows[place - 1] + 1) % MOST_ROWS if near else 0
    return rows


def _numbers(events: Sequence[Event], rows: Sequence[int], top: float) -> go.Scatter:
    return go.Scatter(
        x=[event.on for event in events],
        y=[top * (0.93 - ROW * row) for row in rows],
        mode="markers+text",
        cliponaxis=False,
        marker={"color": colours.INK, "size": 19},
        text=[f"<b>{event.number}</b>" for event in events],
        textfont={"size": style.SMALL, "color": colours.BACKGROUND},
        hoverinfo="skip",
    )


def _line(panel: Panel, yaxis: str, say: Say, decimals: int) -> list[go.Scatter]:
    whole = list(panel.points[:-1]) if panel.running else list(panel.points)
    traces = [_points(panel, whole, yaxis, say, decimals, fill=panel.colour)]
    if panel.running:
        traces.append(_points(panel, list(panel.points[-1:]), yaxis, say, decimals, fill=colours.BACKGROUND))
    return traces


def _beside(panel: Panel, yaxis: str, say: Say, decimals: int) -> list[go.Scatter]:
    """What a line is held against, as a thin grey line without marks, broken where it has no value."""
    if panel.beside is None or not panel.held_against:
        return []
    name = panel.beside.name
    words = ["" if value is None else say("chart.beside", name=name, value=say.number(value, decimals)) for _, value in panel.beside.points]
    line = go.Scatter(
        x=[day for day, _ in panel.beside.points],
        y=[value for _, value in panel.beside.points],
        yaxis=yaxis,
        mode="lines",
        connectgaps=False,
        line={"color": colours.CONTEXT, "width": 2, "dash": "2px,2px"},
        customdata=words,
        hovertemplate="%{customdata}<extra></extra>",
    )
    return [line]


def _points(panel: Panel, points: Sequence[tuple[date, float | None]], yaxis: str, say: Say, decimals: int, *, fill: str) -> go.Scatter:
    return go.Scatter(
        x=[day for day, _ in points],
        y=[value for _, value in points],
        yaxis=yaxis,
        mode="lines+markers",
        connectgaps=False,
        line={"color": panel.colour, "width": 2},
        marker={"color": fill, "size": 7, "symbol": panel.symbol, "line": {"color": panel.colour, "width": 1.5}},
        customdata=[[say.date(day), "" if value is None else say.number(value, decimals)] for day, value in points],
        hovertemplate="%{customdata[0]}<br><b>%{customdata[1]}</b><extra>" + panel.name + "</extra>",
    )


def _names(panel: Panel, yaxis: str, top: float, say: Say, decimals: int) -> list[dict[str, object]]:
    notes = [
        style.text(
            f"<b>{panel.name}</b>" + (f" {panel.more}" if panel.more else ""),
            0,
            top,
            xref="paper",
            yref=yaxis,
            xanchor="left",
            yanchor="bottom",
            yshift=4 if yaxis != "y" else 18,
            font={"size": style.NORMAL, "color": panel.text_colour},
        )
    ]
    measured = [(day, value) for day, value in panel.points if value is not None]
    if measured:
        day, value = measured[-1]
        so_far = f"<br>{say('chart.so_far')}" if panel.running and day == panel.points[-1][0] else ""
        notes.append(
            style.text(
                f"<b>{say.number(value, decimals)}</b>{so_far}", day, value, yref=yaxis, xanchor="left", xshift=8, font={"size": 14, "color": colours.INK}
            )
        )
    if panel.beside is not None and panel.held_against:
        at = panel.held_against[-1][1]
        look = {"xref": "paper", "yref": yaxis, "xanchor": "left", "xshift": 6, "align": "left"}
        aside = _aside(at, measured[-1][1] if measured else None, PANEL / top)
        notes.append(style.text(panel.beside.label, 1, at, **look, yshift=aside, font={"size": style.SMALL, "color": colours.MUTED}))
    if panel.mean is not None:
        near = bool(measured) and abs(measured[-1][1] - panel.mean) < top * 0.13
        aside = 0 if not near else 11 if panel.mean >= measured[-1][1] else -11
        words = say("chart.mean", value=say.number(panel.mean, decimals))
        notes.append(
            style.text(
                words, 1, panel.mean, xref="paper", yref=yaxis, xanchor="left", xshift=6, yshift=aside, font={"size": style.SMALL, "color": colours.MUTED}
            )
        )
    return notes


def _aside(at: float, other: float | None, pixels: float) -> float:
    """How many pixels words move up or down to stay clear of those of another value. pixels: of one unit."""
    if other is None or abs(at - other) * pixels >= APART:
        return 0
    return (APART if at >= other else -APART) - (at - other) * pixels


def _bands(panel: Panel, yaxis: str, top: float, first: date, last: date, *, named: bool) -> tuple[list[go.Scatter], list[dict[str, object]]]:
    traces, notes = [], []
    for band in panel.bands:
        start, end = max(band.first, first), min(band.last, last)
        if start >= end:
            continue
        traces.append(
            go.Scatter(
                x=[start, end, end, start, start],
                y=[0, 0, top, top, 0],
                yaxis=yaxis,
                mode="lines",
                fill="toself",
                hoverinfo="skip",
                **_look(band),
            )
        )
        middle = start + (end - start) / 2
        if band.hatched and (end - start) > (last - first) * 0.06:
            free = _free(panel, band.label, middle, last - first, top)
            if free is not None:
                notes.append(style.text(band.label, middle, free, yref=yaxis, bgcolor=colours.BACKGROUND, borderpad=4, align="center"))
        elif named and not band.hatched:
            font = {"size": style.SMALL, "color": colours.ATTENTION_TEXT if band.missing else colours.MUTED}
            notes.append(style.text(band.label, middle, top, yref=yaxis, yanchor="bottom", align="center", font=font))
        if band.missing:
            notes.append(style.text("<b>?</b>", middle, top / 2, yref=yaxis, font={"size": style.LARGE, "color": colours.ATTENTION_TEXT}))
    return traces, notes


def _free(panel: Panel, words: str, middle: date, span: timedelta, top: float) -> float | None:
    """The height at which words cover no point of the line, also on a phone; None where there is none: the hatch tells it as well."""
    lines = re.sub("</?b>", "", words).split("<br>")
    wide, tall = span * (LETTER * max(map(len, lines)) / 2 + LETTER) / PHONE, top * (LINE * len(lines) / 2 + LETTER) / PANEL
    near = [value for day, value in panel.points if value is not None and abs(day - middle) <= wide]
    return next((top * part for part in HEIGHTS if all(abs(value - top * part) > tall for value in near)), None)


def _look(band: Band) -> dict[str, Any]:
    if band.missing:
        return {"fillcolor": colours.BACKGROUND, "line": {"width": 1.5, "color": colours.ATTENTION, "dash": "3px,3px"}}
    if band.hatched:
        pattern = {"shape": "/", "fgcolor": colours.HATCH, "bgcolor": colours.BACKGROUND, "size": 7, "solidity": 0.12}
        return {"fillpattern": pattern, "line": {"width": 0.5, "color": colours.HATCH}}
    return {"fillcolor": colours.BAND, "line": {"width": 0}}
