"""The colours of the charts: slots that take the colours of the theme in force, and their real values for exports.

A figure is made once for light and dark. It names a slot, such as `PRIMARY_SECTOR` ("#000001"), as the colour of a trace, shape, annotation or pattern; with
`theme="streamlit"` the browser puts the colour of the theme in its place, from the lists of .streamlit/config.toml. A slot is a text that is replaced, so it
cannot stand in rgba(). `real()` fills in the colours where no browser does: exports. Contrast is tested in tests/house/test_colours.py.
"""

import re
from typing import Literal

Theme = Literal["light", "dark"]

# Marks, 3:1 on the background ------------------------------------------------------------------------------------------
PRIMARY_SECTOR = "#000001"  # PO: dark blue, with a circle
SECONDARY_SECTOR = "#000002"  # VO: turquoise, with a diamond
FOCUS = "#000003"  # the one thing a chart is about, among CONTEXT; also "zeker hoger"
LOWER = "#000004"  # "zeker lager": pink, with a diamond
ATTENTION = "#000005"  # orange: something to act on, and branches on the map
CONTEXT = "#000006"  # grey: undecided (hollow), and what the focus is compared with
HATCH = "#000007"  # lines of a hatch, borders on the map
INK = "#000008"  # text, axes, the line of a mean or target
MUTED = "#000009"  # text that explains
BACKGROUND = "#000010"  # the page itself: inside of a hollow mark, halo of a label, text on a dark mark

# Fills, told apart by what is drawn on them or printed beside them -------------------------------------------------------
SEQUENTIAL = ("#000011", "#000012", "#000013", "#000014", "#000015")  # little to much; in dark the last is the lightest, so never write "donker = meer"
BAND = "#000016"  # holidays, alternating columns
GOAL_ZONE = "#000017"  # where a target is met
CONTEXT_FILL = "#000018"  # grey bars: only with the value printed beside them
FIT_BAND = "#000019"  # margin of a fitted line, inside of a funnel
HAIRLINE = "#000020"  # grid lines

# Two-sided scale ----------------------------------------------------------------------------------------------------------
DIVERGING = ("#000021", "#000022", "#000023", "#000024", "#000025")  # strongly disagree, disagree, neutral, agree, strongly agree

# Text in the colour of a mark, 4.5:1 on the background --------------------------------------------------------------------
PRIMARY_SECTOR_TEXT = "#000026"
SECONDARY_SECTOR_TEXT = "#000027"
LOWER_TEXT = "#000028"
ATTENTION_TEXT = "#000029"
SURFACE = "#000030"  # a box beside the page, as the side bar

#: Colour of a number printed on each step of SEQUENTIAL, readable in both themes.
ON_SEQUENTIAL = (INK, INK, INK, BACKGROUND, BACKGROUND)

#: Slot -> what the theme shows. config.toml repeats these; a test holds the two together.
COLOURS: dict[str, dict[Theme, str]] = {
    PRIMARY_SECTOR: {"light": "#12436D", "dark": "#8FC3F0"},
    SECONDARY_SECTOR: {"light": "#28A197", "dark": "#4CC9BE"},
    FOCUS: {"light": "#12436D", "dark": "#8FC3F0"},
    LOWER: {"light": "#801650", "dark": "#E58AB8"},
    ATTENTION: {"light": "#F46A25", "dark": "#F79A66"},
    CONTEXT: {"light": "#87929B", "dark": "#8A96A1"},
    HATCH: {"light": "#87929B", "dark": "#8A96A1"},
    INK: {"light": "#1B2631", "dark": "#E8EDF2"},
    MUTED: {"light": "#4A5763", "dark": "#B4BFC9"},
    BACKGROUND: {"light": "#FFFFFF", "dark": "#11181F"},
    SEQUENTIAL[0]: {"light": "#E4EFF9", "dark": "#1C3147"},
    SEQUENTIAL[1]: {"light": "#B3D3F0", "dark": "#24496C"},
    SEQUENTIAL[2]: {"light": "#6BACE6", "dark": "#2F6CA6"},
    SEQUENTIAL[3]: {"light": "#2073BC", "dark": "#77B3E6"},
    SEQUENTIAL[4]: {"light": "#12436D", "dark": "#CFE6FA"},
    BAND: {"light": "#E9EDF0", "dark": "#1B2530"},
    GOAL_ZONE: {"light": "#E9F1F8", "dark": "#182B3D"},
    CONTEXT_FILL: {"light": "#BFBFBF", "dark": "#5C6873"},
    FIT_BAND: {"light": "#E4E7EA", "dark": "#28323C"},
    HAIRLINE: {"light": "#E5E9ED", "dark": "#25303B"},
    DIVERGING[0]: {"light": "#801650", "dark": "#E58AB8"},
    DIVERGING[1]: {"light": "#C9859F", "dark": "#94476F"},
    DIVERGING[2]: {"light": "#BFBFBF", "dark": "#5C6873"},
    DIVERGING[3]: {"light": "#6BACE6", "dark": "#2F6CA6"},
    DIVERGING[4]: {"light": "#12436D", "dark": "#8FC3F0"},
    PRIMARY_SECTOR_TEXT: {"light": "#12436D", "dark": "#8FC3F0"},
    SECONDARY_SECTOR_TEXT: {"light": "#0C6B63", "dark": "#4CC9BE"},
    LOWER_TEXT: {"light": "#801650", "dark": "#E58AB8"},
    ATTENTION_TEXT: {"light": "#A3420B", "dark": "#F79A66"},
    SURFACE: {"light": "#F3F5F7", "dark": "#0C1218"},
}

_SLOT = re.compile("|".join(COLOURS))


def real(figure: str, theme: Theme = "light") -> str:
    """A figure as JSON, or any text with slots in it, with the real colours in their place."""
    return _SLOT.sub(lambda slot: COLOURS[slot[0]][theme], figure)
