"""Vestigingen - how do the branches compare?"""

import streamlit as st

from presentation.components import filters, page, show, state, what_if
from presentation.session import current_language, require
from presentation.stories import comparison as story
from presentation.stories import comparison_charts as charts

reader = require("comparison")
say = current_language()
choice = filters.choice(reader) or state.no_data("comparison", say)
figures = story.load(choice, reader)
state.unless_somebody_came("comparison", figures.visits, figures.visits, filters.words(choice, say), say)

page.title("comparison", story.state_line(figures, say), story.headline(figures, say), story.certainty(figures, say), say)
page.numbers(story.numbers(figures, say))
page.guard(*story.guard(figures, say))

left, right = st.columns(2, gap="large")
with left:
    crowd, hint = charts.crowd_chart(figures, say), charts.pick_hint(reader, say)
    show.chart(crowd, say, otherwise="empty.no_sessions", about="crowd", note=hint, on_pick=filters.pick_branch(reader))
with right:
    show.chart(charts.staffing_chart(figures, say), say, otherwise="comparison.staffing.nothing", on_pick=filters.pick_branch(reader))

left, right = st.columns([1.5, 1], gap="large")
with left:
    show.chart(charts.hours_chart(figures, say), say, otherwise="comparison.hours.nothing", note=say("comparison.hours.key"))
with right:
    show.chart(charts.cancelled_chart(figures, say), say, otherwise="empty.no_sessions", about="cancelled")

planned = charts.planned_chart(figures, say)
show.chart(planned, say, otherwise=story.no_plan(figures), note=say("comparison.planned.key"))
if planned is not None:
    st.markdown(story.with_extra(figures, what_if.volunteers(say), say))

page.next_question("overview", say)
