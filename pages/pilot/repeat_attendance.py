"""Herhaald bezoek - do pupils come back?"""

import streamlit as st

from presentation.components import filters, page, show, state
from presentation.session import current_language, require
from presentation.stories import repeat_attendance as story
from presentation.stories import repeat_attendance_charts as charts

reader = require("repeat_attendance")
say = current_language()
choice = filters.choice(reader) or state.no_data("repeat_attendance", say)
figures = story.load(choice, reader)
state.unless_somebody_came("repeat_attendance", figures.participants, figures.participants, filters.words(choice, say), say)

page.title("repeat_attendance", story.state_line(figures, say), story.headline(figures, say), story.certainty(figures, say), say)
page.numbers(story.numbers(figures, say))
show.chart(charts.returned_chart(figures, say), say, otherwise=charts.not_returned(figures), about="returned")

left, right = st.columns([1.5, 1], gap="large")
with left:
    show.chart(charts.triangle_chart(figures, say), say, otherwise="empty.no_later_months", about="triangle")
with right:
    show.chart(charts.dosage_chart(figures, say), say, otherwise="empty.withheld", about="dosage")

if figures.by_branch is not None:
    show.chart(charts.branch_chart(figures, say), say, otherwise="empty.withheld", about="returned_by_branch", on_pick=filters.pick_branch(reader))

page.next_question("equal_opportunity", say)
