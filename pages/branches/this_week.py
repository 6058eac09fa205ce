"""Deze week - what is needed this week?"""

import streamlit as st

from presentation.components import comparator, filters, page, show, state, to_do
from presentation.session import current_language, require
from presentation.stories import comparators
from presentation.stories import this_week as story
from presentation.stories import this_week_charts as charts
from presentation.stories import this_week_everywhere as everywhere
from presentation.stories import to_do as things

reader = require("this_week")
say = current_language()
choice = filters.choice(reader) or state.no_data("this_week", say)
branches = story.branches_of(choice, reader)
if len(branches) > 1:
    every = everywhere.load(branches, reader)
    page.title("this_week", everywhere.state_line(every, say), everywhere.headline(every, say), everywhere.certainty(every, say), say)
    show.exhibit(everywhere.exhibit(every, say), say)
    page.next_question("comparison", say)
    st.stop()

figures = story.load(branches[0], reader)

page.title("this_week", story.state_line(figures, say), story.headline(figures, say), story.certainty(figures, say), say)
page.numbers(story.numbers(figures, say))

left, right = st.columns([1, 1.15], gap="large")
with left:
    to_do.to_do(things.to_do(figures, say), things.after_that(figures, say), things.looked_at(figures, say), say)
with right:
    show.chart(charts.planned_chart(figures, say), say, otherwise="this_week.planned.nothing")

left, right = st.columns([1.7, 1], gap="large")
with left:
    offered = comparators.offered(figures.asked, reader, say)
    beside = comparators.load(comparator.chosen(offered, say), figures.asked, reader, say)
    trend, events = charts.trend_chart(figures, beside, say), charts.event_texts(figures, say)
    show.chart(trend, say, otherwise="empty.no_sessions", notes=events, select=comparator.select(offered, say))
with right:
    show.chart(charts.weeks_chart(figures, say), say, otherwise="deliveries.no_rows", note=charts.key(figures, say))

page.next_question("signals", say)
