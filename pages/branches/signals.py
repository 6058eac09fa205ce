"""Signalering - who comes so often that the school should know?"""

import streamlit as st

from presentation.components import filters, page, recognising, show, signals, state
from presentation.session import current_language, require
from presentation.stories import signals as story
from presentation.stories import signals_charts as charts

reader = require("signals")
say = current_language()
choice = filters.choice(reader, of_branch=False) or state.no_data("signals", say)
figures = story.load(choice, reader)
recognised = recognising.result(reader)

page.title("signals", story.state_line(figures, say), story.headline(figures, say), story.certainty(figures, say), say)
page.numbers(story.numbers(figures, say))

left, right = st.columns([2, 1], gap="large")
with left:
    if figures.own is None:
        show.chart(charts.branches_chart(figures, say), say, otherwise=f"signals.branches.{story.without_branches(figures)}", note=say("signals.counts_only"))
        show.chart(charts.states_chart(figures, say), say, otherwise=f"signals.states.{story.without_states(figures)}")
    else:
        recognising.ask(reader, recognised, say)
        signals.open_list(figures, recognised.numbers, say)
        signals.stopped_list(figures, recognised.numbers, say)
with right:
    show.chart(charts.back_test_chart(figures, say), say, otherwise="signals.back_test.nothing", note=story.rule(figures, say))
    signals.rule_form(figures, say)
    if figures.own is not None:
        show.chart(charts.states_chart(figures, say), say, otherwise=f"signals.states.{story.without_states(figures)}")
signals.history(figures, say)
signals.book(figures, say)

page.next_question("comparison", say)
