"""A chart as a picture that stands alone, as in a memo: its finding above it, below it its words and what it is, in the colours of paper."""

import json
import re
from collections.abc import Sequence
from textwrap import wrap

import plotly.graph_objects as go

from presentation import colours
from presentation.charts import style
from presentation.charts.chart import Chart

#: Pixels across, and of the white around the chart.
WIDTH, EDGE = 900, 20
#: Letters that fit on a line of the finding, of the subtitle, and of the small words below.
FINDING, SUBTITLE, SMALL = 92, 132, 138
#: Pixels of one line of each.
LINES = (24, 19, 17)

_MARK_UP = re.compile(r":[\w-]+\[|(?<!\\)\]|\\(?=\W)")
_BOLD = re.compile(r"\*\*(.+?)\*\*")


def picture(chart: Chart, notes: Sequence[str], mark: str) -> go.Figure:
    """The figure with room above and below it. notes: what stands under the chart on the page, in markdown; mark: what it is and whom to ask, never cut off."""
    finding, subtitle = wrap(letters(chart.finding), FINDING), wrap(letters(" · ".join(part for part in (chart.subtitle, chart.scope) if part)), SUBTITLE)
    said = [line for note in notes for part in re.split(r"\s*\n", letters(note)) for line in wrap(part, SMALL)]
    below = [*(bold(line) for line in said), *(f"<b>{line}</b>" for line in wrap(mark, SMALL))]
    drawn = json.loads(colours.real(chart.figure.to_json()))
    layout = drawn["layout"]
    margin = layout["margin"]
    head = EDGE + LINES[0] * len(finding) + LINES[1] * len(subtitle) + LINES[2]
    foot = LINES[2] * (len(below) + 1) + EDGE
    words = {"xref": "paper", "yref": "paper", "x": 0, "xanchor": "left", "xshift": -margin["l"], "showarrow": False, "align": "left"}
    title = "<br>".join([*(f"<b>{line}</b>" for line in finding), *(f'<span style="font-size: 13px">{line}</span>' for line in subtitle)])
    layout["annotations"] = [
        *layout.get("annotations", []),
        {**words, "text": title, "y": 1, "yanchor": "top", "yshift": margin["t"] + head - EDGE, "font": {"size": 17, "color": _real(colours.INK)}},
        {
            **words,
            "text": "<br>".join(below),
            "y": 0,
            "yanchor": "bottom",
            "yshift": -margin["b"] - foot + EDGE,
            "font": {"size": style.SMALL, "color": _real(colours.MUTED)},
        },
    ]
    layout["margin"] = {"l": margin["l"] + EDGE, "r": margin["r"] + EDGE, "t": margin["t"] + head, "b": margin["b"] + foot, "pad": 0}
    layout["paper_bgcolor"] = layout["plot_bgcolor"] = _real(colours.BACKGROUND)
    layout["modebar"] = {"color": _real(colours.MUTED), "activecolor": _real(colours.INK), "bgcolor": _real(colours.BACKGROUND)}
    layout["height"], layout["width"] = layout["height"] + head + foot, WIDTH
    return go.Figure(drawn)


def letters(markdown: str) -> str:
    """Words without what only markdown reads: colours, sizes and backslashes; bold stays."""
    return _MARK_UP.sub("", markdown).replace("<", "&lt;")


def bold(words: str) -> str:
    """Bold as Plotly reads it."""
    return _BOLD.sub(r"<b>\1</b>", words)


def _real(slot: str) -> str:
    return colours.COLOURS[slot]["light"]
