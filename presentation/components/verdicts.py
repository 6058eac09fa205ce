"""Criteria under each other: what was asked, a strip against the target, the verdict with the sentence that explains it."""

import streamlit as st

from presentation import cached
from presentation.charts import strips, style
from presentation.charts.chart import Chart
from presentation.components import show
from presentation.stories import verdict
from presentation.stories.verdict import Line
from presentation.texts import Say

#: State -> colour and icon of its badge: the word and the icon tell it, never the colour alone.
BADGES = {"met": ("blue", ":material/check_circle:"), "not_met": ("orange", ":material/cancel:"), "undecided": ("gray", ":material/help:")}
WIDTHS = [2.1, 1.15, 2.45]
_strip = cached.kept(strips.strip)


def draw(lines: list[Line], whole: Chart, say: Say) -> None:
    """All criteria, and the quiet row below them."""
    show.heading(whole.finding, whole.subtitle)
    with st.container(gap=None):
        for place, line in enumerate(lines):
            _row(line, place, say)
    show.below(whole, say)


def _row(line: Line, place: int, say: Say) -> None:
    left, middle, right = st.columns(WIDTHS, gap="small")
    with left.container(gap=None):
        st.space(4)
        st.markdown(f"**{line.name}**  \n:small[{line.result}]")
        st.space(4)
    with middle:
        figure = _strip(line.strip, first_words=verdict.sides(say) if place == 0 else None, beside=line.because)
        st.plotly_chart(figure, theme="streamlit", config=style.config(say), alt=line.alt, key=f"chart-verdict-{place}")
    colour, icon = BADGES[line.state]
    with right.container(gap=None):
        st.space(4)
        st.markdown(f":{colour}-badge[{icon} {say(f'verdict.state.{line.state}')}] :small[:gray[{line.firm}]]  \n:small[{line.because}]")
        st.space(4)
