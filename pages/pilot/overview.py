"""Overzicht - does the pilot work?"""

import streamlit as st

from presentation.components import filters, page, show, state
from presentation.session import current_language, require
from presentation.stories import overview as story
from presentation.stories import participation, participation_charts

reader = require("overview")
say = current_language()
choice = filters.choice(reader) or state.no_data("overview", say)
figures = story.load(choice, reader)
if participation.is_empty(figures.year):
    state.empty_choice("overview", filters.words(choice, say), say)
if participation.is_withheld(figures.year):
    state.withheld("overview", say)

page.title("overview", participation.state_line(figures.year, say), story.headline(figures, say), story.certainty(figures, say), say)
page.numbers(story.numbers(figures, say))

left, right = st.columns([1.5, 1], gap="large")
with left:
    show.chart(story.quarter_chart(figures, say), say, otherwise="empty.withheld")
with right:
    show.chart(participation_charts.map_chart(figures.year, say), say, otherwise="empty.no_map", note=say("map.key"))

st.subheader(say("overview.doubt.title"), anchor=False)
for doubt in story.doubts(figures, say) or [say("overview.doubt.none")]:
    st.markdown(f"- {doubt}")

page.next_question("participation", say)
