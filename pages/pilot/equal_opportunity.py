"""Gelijke kansen - do we reach the pupils who need it?"""

import streamlit as st

from presentation.components import filters, page, show, spotlight, state, wealth
from presentation.session import current_language, require
from presentation.stories import equal_opportunity as story
from presentation.stories import equal_opportunity_charts as charts

reader = require("equal_opportunity")
say = current_language()
choice = wealth.chosen(filters.choice(reader) or state.no_data("equal_opportunity", say), say)
figures = story.load(choice, reader)
state.unless_somebody_came("equal_opportunity", figures.participants, figures.participants, filters.words(choice, say), say)

page.title("equal_opportunity", story.state_line(figures, say), story.headline(figures, say), story.certainty(figures, say), say)
page.numbers(story.numbers(figures, say))
wealth.select(choice, story.other_measures(figures, say), say)

missing = f"equal.without.{story.without(figures)}"
left, right = st.columns([1.5, 1], gap="large")
with left:
    show.chart(charts.fifths_chart(figures, say), say, otherwise=missing, about="fifths")
with right:
    show.chart(charts.people_chart(figures, say), say, otherwise=missing, about="people")
    if exception := story.exception_words(figures, say):
        page.aside(*exception)

picked = spotlight.chosen(say)
left, right = st.columns([1.5, 1], gap="large")
with left:
    funnel = charts.funnel_chart(figures, say, picked)
    show.chart(funnel, say, otherwise="empty.withheld", about="funnel", note=say("equal.funnel.key"), on_pick=spotlight.pick)
with right:
    spotlight.on_map(charts.map_chart(figures, say, picked), picked, choice, reader, say, about="wealth_map", note=say("equal.map.key"))

with st.expander(say("equal.expert.title")):
    st.markdown(say("equal.expert.words"))
    show.rows(charts.expert_table(figures, say))

page.next_question("outcomes", say)
