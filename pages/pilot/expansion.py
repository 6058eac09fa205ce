"""Uitbreiding - where is help missing, and where would another place bring most pupils near?"""

import streamlit as st

from presentation.components import assumptions, filters, page, show, state
from presentation.session import current_language, require
from presentation.stories import expansion as story
from presentation.stories import expansion_charts as charts

reader = require("expansion")
say = current_language()
choice = filters.choice(reader, of_branch=False) or state.no_data("expansion", say)
figures = story.load(choice, assumptions.read(say), reader)
if (lacking := story.lacking(figures)) is not None:
    state.missing("expansion", lacking, say)

page.title("expansion", story.state_line(figures, say), story.headline(figures, say), story.certainty(figures, say), say)
page.numbers(story.numbers(figures, say))
assumptions.draw(choice.sector, say)
places, start = story.candidates(figures), story.suggested(figures)
tried, pick = assumptions.tried(places, start, say), assumptions.pick(places, start)
picked = None if tried == start else tried

left, right = st.columns([1, 1.15], gap="large")
with left:
    show.chart(charts.gaps_chart(figures, picked, say), say, otherwise="empty.no_gap", note=charts.gaps_key(figures, say), on_pick=pick)
with right:
    show.chart(charts.map_chart(figures, picked, say), say, otherwise="empty.no_map", about="places_map", note=charts.map_key(figures, say), on_pick=pick)

left, right = st.columns([1, 1.15], gap="large")
with left:
    show.chart(charts.next_chart(figures, picked, say), say, otherwise="empty.no_next", note=say("expansion.next.note"), on_pick=pick)
with right:
    assumptions.neighbourhoods(places, start, say)
    show.chart(charts.try_chart(figures, tried, say), say, otherwise="empty.no_point", note=story.expected_words(figures, tried, say))

page.next_question("comparison", say)
