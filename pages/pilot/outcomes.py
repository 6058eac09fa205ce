"""Uitkomsten - what does it yield?"""

import streamlit as st

from presentation.components import filters, page, show, state
from presentation.session import current_language, require
from presentation.stories import outcomes as story
from presentation.stories import outcomes_charts as charts

reader = require("outcomes")
say = current_language()
choice = filters.choice(reader) or state.no_data("outcomes", say)
figures = story.load(choice, reader)
if story.is_empty(figures):
    state.empty_choice("outcomes", filters.words(choice, say), say)
if story.is_withheld(figures):
    state.withheld("outcomes", say)

page.title("outcomes", story.state_line(figures, say), story.headline(figures, say), story.certainty(figures, say), say)
page.numbers(story.numbers(figures, say))

left, right = st.columns(2, gap="large")
with left:
    show.chart(charts.survey_chart(figures, "pupils", say), say, otherwise=charts.no_survey(figures, "pupils"), note=say("outcomes.survey.key"))
with right:
    show.chart(charts.survey_chart(figures, "parents", say), say, otherwise=charts.no_survey(figures, "parents"), note=say("outcomes.survey.key"))

left, right = st.columns([1.5, 1], gap="large")
with left:
    show.chart(charts.results_chart(figures, say), say, otherwise="empty.no_results")
with right:
    page.aside(say("outcomes.meaning.title"), story.meaning(figures, say))
    page.aside(say("outcomes.silence.title"), story.silence(figures, say))

groups, needs = charts.group_chart(figures, say), charts.needs_chart(figures, say)
left, right = st.columns([1.5, 1], gap="large")
if groups is not None:
    with left:
        show.chart(groups, say, otherwise="empty.no_results", note=story.group_note(figures, say))
if needs is not None:
    with right if groups is not None else left:
        show.chart(needs, say, otherwise="empty.no_results")
    with right:
        page.points(say("outcomes.needed.title"), charts.needed(figures, say))

with st.expander(say("outcomes.expert.title")):
    st.markdown(say("outcomes.expert.words"))
    show.rows(charts.expert_table(figures, say))

page.next_question("expansion", say)
