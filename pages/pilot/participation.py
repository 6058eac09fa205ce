"""Deelname - which neighbourhoods does the programme reach, and when do pupils come?"""

import streamlit as st

from presentation.components import comparator, filters, page, show, spotlight, state
from presentation.session import current_language, require
from presentation.stories import comparators
from presentation.stories import participation as story
from presentation.stories import participation_charts as charts

reader = require("participation")
say = current_language()
choice = filters.choice(reader) or state.no_data("participation", say)
figures = story.load(choice, reader)
state.unless_somebody_came("participation", figures.participants, figures.visits, filters.words(choice, say), say)

page.title("participation", story.state_line(figures, say), story.headline(figures, say), story.certainty(figures, say), say)
page.numbers(story.numbers(figures, say))

picked = spotlight.chosen(say)
left, right = st.columns([1.5, 1], gap="large")
with left:
    show.chart(charts.reach_chart(figures, say, picked), say, otherwise="empty.no_denominator", note=charts.key(figures, say), on_pick=spotlight.pick)
with right:
    spotlight.on_map(charts.map_chart(figures, say, picked), picked, choice, reader, say, about="reach_map", note=say("map.key"))

asked = story.asked(figures)
offered = comparators.offered(asked, reader, say)
beside = comparators.load(comparator.chosen(offered, say), asked, reader, say)
trend, events = charts.trend_chart(figures, beside, say), charts.event_texts(figures, say)
show.chart(trend, say, otherwise="empty.no_sessions", about="trend", notes=events, select=comparator.select(offered, say))
show.chart(charts.new_chart(figures, say), say, otherwise="empty.withheld", about="new")

page.next_question("repeat_attendance", say)
