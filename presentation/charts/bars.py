"""New and returning pupils month by month: two parts of one whole, told apart by fill and by words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import plotly.graph_objects as go

from presentation import colours
from presentation.charts import style
from presentation.texts import Say

#: How far the words of the two parts stay apart, in parts of the highest bar: two lines of one above one of the other.
APART = 0.17


@dataclass(frozen=True)
class Month:
    """Participants of one month in two parts; None = may not be shown, which leaves a gap with a dash, or with the word for why nobody could come."""

    first: date
    returning: int | None
    new: int | None
    shut: str = ""


def new_and_returning(months: Sequence[Month], say: Say) -> go.Figure:
    """Stacked bars: returning at the bottom, solid; new on top, outlined. The total stands above each bar."""
    names = [
        say.date(month.first, "MMM").rstrip(".") + (f"<br>{month.first.year}" if place == 0 or month.first.month == 1 else "")
        for place, month in enumerate(months)
    ]
    highest = max([(month.returning or 0) + (month.new or 0) for month in months] + [1])
    traces = [
        go.Bar(
            x=list(range(len(months))),
            y=[month.returning for month in months],
            marker={"color": colours.FOCUS, "line": {"color": colours.FOCUS, "width": 1}},
            **_hover("returning", months, names, say),
        ),
        go.Bar(
            x=list(range(len(months))),
            y=[month.new for month in months],
            marker={"color": colours.BACKGROUND, "line": {"color": colours.FOCUS, "width": 1.5}},
            **_hover("new", months, names, say),
        ),
    ]
    notes = [
        style.text(
            f"<b>{say.number(month.returning + month.new)}</b>" if month.returning is not None and month.new is not None else month.shut or "\N{EN DASH}",
            place,
            (month.returning or 0) + (month.new or 0),
            yanchor="bottom",
            align="center",
            textangle=-90 if month.shut else 0,  # the word is longer than a bar is wide on a phone
        )
        for place, month in enumerate(months)
    ]
    notes += _part_words(months, highest, say)
    return style.figure(
        traces,
        style.layout(
            240,
            left=8,  # the name of the first month is wider than its bar on a phone, and what passes the edge is left out
            right=62,
            top=24,
            bottom=44,
            barmode="stack",
            bargap=0.35,
            xaxis=style.axis(range=[-0.5, len(months) - 0.5], tickmode="array", tickvals=list(range(len(months))), ticktext=names, tickangle=0),
            yaxis=style.axis(range=[0, highest * 1.12], showticklabels=False),
            annotations=notes,
        ),
    )


def _part_words(months: Sequence[Month], highest: int, say: Say) -> list[dict[str, object]]:
    """The two parts named beside the last bar that has them, clear of each other when that bar is low."""
    place = max((place for place, month in enumerate(months) if month.new is not None), default=None)
    if place is None:
        return []
    returning, new = months[place].returning or 0, months[place].new or 0
    heights = {"returning": returning / 2, "new": max(returning + new / 2, returning / 2 + APART * highest)}
    return [style.text(style.wrapped(say(f"chart.{part}"), 9), place + 0.36, height, xanchor="left") for part, height in heights.items()]


def _hover(part: str, months: Sequence[Month], names: Sequence[str], say: Say) -> dict[str, Any]:
    values = [month.returning if part == "returning" else month.new for month in months]
    return {
        "customdata": [[name.replace("<br>", " "), "" if value is None else say.number(value)] for name, value in zip(names, values, strict=True)],
        "hovertemplate": "%{customdata[0]}: <b>%{customdata[1]}</b> " + say(f"chart.{part}") + "<extra></extra>",
    }
