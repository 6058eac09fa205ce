"""What all charts share: fonts, margins, Dutch or English numbers and months, and no toolbar."""

from collections.abc import Sequence
from datetime import date
from functools import cache, cached_property
from typing import Any

import plotly.graph_objects as go
from babel.dates import get_day_names, get_month_names

from presentation import colours
from presentation.texts import Say

FONT = '"Source Sans", sans-serif'
SMALL, NORMAL, LARGE = 12, 13, 16


def layout(height: int, *, left: int = 0, right: int = 0, top: int = 0, bottom: int = 26, **more: Any) -> dict[str, Any]:  # noqa: ANN401 - Plotly's own
    """One layout dict per figure: repeated `update_layout` calls triple the time of a small one."""
    return {
        "height": height,
        "margin": {"l": left, "r": right, "t": top, "b": bottom, "pad": 0},
        "font": {"family": FONT, "size": NORMAL, "color": colours.INK},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "showlegend": False,
        "dragmode": False,
        "hovermode": "closest",
        "hoverlabel": {"font": {"family": FONT, "size": NORMAL}},
        "separators": ",.",
        **more,
    }


def axis(**more: Any) -> dict[str, Any]:  # noqa: ANN401 - Plotly's own
    """An axis without lines or ticks that nobody can drag; `theme="streamlit"` pushes labels down unless ticks have no length."""
    return {
        "fixedrange": True,
        "showgrid": False,
        "showline": False,
        "zeroline": False,
        "ticks": "",
        "ticklen": 0,
        "tickfont": {"size": NORMAL, "color": colours.MUTED},
        "automargin": False,
        **more,
    }


def text(words: str, x: float | str | date, y: float | str, **more: Any) -> dict[str, Any]:  # noqa: ANN401 - Plotly's own
    """A label without arrow, in the chart's ink."""
    return {"text": words, "x": x, "y": y, "showarrow": False, "font": {"size": NORMAL, "color": colours.INK}, "align": "left", **more}


@cache
def config(say: Say) -> dict[str, Any]:
    """Plotly's own words, in the language of the page: naming a locale alone changes nothing, the locale itself must be passed."""
    locale = {"nl": "nl_NL", "en": "en_GB"}[say.language]

    def names(kind: str, width: str) -> list[str]:
        found = get_month_names(width, locale=locale) if kind == "month" else get_day_names(width, locale=locale)  # type: ignore[arg-type]
        keys: Sequence[int] = range(1, 13) if kind == "month" else (6, 0, 1, 2, 3, 4, 5)
        return [found[key] for key in keys]

    formats = {
        "months": names("month", "wide"),
        "shortMonths": names("month", "abbreviated"),
        "days": names("day", "wide"),
        "shortDays": names("day", "abbreviated"),
        "date": "%d-%m-%Y",
        "decimal": "," if say.language == "nl" else ".",
        "thousands": "." if say.language == "nl" else ",",
    }
    return {
        "displayModeBar": False,
        "scrollZoom": False,
        "doubleClick": False,
        "topojsonURL": "/app/static/",
        "locale": say.language,
        "locales": {say.language: {"dictionary": {}, "format": formats}},
    }


def picture_config(say: Say, file_name: str, width: int, height: int) -> dict[str, Any]:
    """The same for a figure that is there to be kept: with one button, Plotly's own, which makes the file in the browser."""
    plain = config(say)
    words = {
        "Download plot as a PNG": say("picture.save"),
        "Preparing image - this may take a few seconds": say("picture.making"),
        "Image download succeeded": say("picture.made"),
        "Sorry, there was a problem downloading your image!": say("picture.failed"),
    }
    return {
        **plain,
        "displayModeBar": True,
        "modeBarButtons": [["toImage"]],
        "toImageButtonOptions": {"format": "png", "filename": file_name, "width": width, "height": height, "scale": 2},
        "locales": {say.language: {**plain["locales"][say.language], "dictionary": words}},
    }


class Drawn(go.Figure):
    """A figure that is done: what is sent of it is copied out once, for Plotly would do that anew each time that it is shown."""

    @cached_property
    def _done(self) -> dict[str, Any]:
        return super().to_dict()

    def to_dict(self) -> dict[str, Any]:
        """The figure as it was when this was first asked."""
        return self._done


def figure(traces: Sequence[Any], layout_: dict[str, Any]) -> go.Figure:
    """A figure without Plotly's default template, which the theme would only have to undo."""
    return Drawn(data=traces, layout={"template": "none", **layout_})


def pickable(ids: Sequence[str]) -> dict[str, Any]:
    """What makes marks known by a click, where each has an id of its own: marks with one id are one mark to Plotly. It would make what was not clicked pale as
    well, as if that had been left out.
    """
    return {"ids": list(ids), "unselected": {"marker": {"opacity": 1}}} if ids and all(ids) else {}


def picked(name: str, is_picked: bool) -> str:
    """The name of a row, with a sign before it where the reader picked it."""
    return f"\N{BLACK RIGHT-POINTING POINTER} {name}" if is_picked else name


def wrapped(name: str, width: int) -> str:
    """A label on at most two lines of about `width` characters, broken at a space."""
    if len(name) <= width:
        return name
    spaces = [position for position, letter in enumerate(name) if letter == " "]
    if not spaces:
        return name
    middle = min(spaces, key=lambda position: abs(position - len(name) / 2))
    return name[:middle] + "<br>" + name[middle + 1 :]


def month_ticks(first: date, last: date, say: Say) -> tuple[list[date], list[str]]:
    """The first of each month between two days, named; the year stands under the first month and under each January. Over many years only the years."""
    months = [date(first.year + (first.month - 1 + step) // 12, (first.month - 1 + step) % 12 + 1, 1) for step in range(1, 121)]
    days = [day for day in months if day <= last]
    if len(days) > 42:
        days = [day for day in days if day.month == 1]
        return days, [str(day.year) for day in days]
    step = 1 if len(days) <= 14 else 3
    days = [day for day in days if (day.month - 1) % step == 0]
    labels = [say.date(day, "MMM").rstrip(".") + (f"<br>{day.year}" if position == 0 or day.month == 1 else "") for position, day in enumerate(days)]
    return days, labels
