"""Overzicht - does the pilot work?"""

import streamlit as st

from presentation.components import criteria, decisions, filters, page, show, spotlight, state, verdicts
from presentation.session import current_language, require
from presentation.stories import changes, participation, participation_charts, verdict
from presentation.stories import overview as story

reader = require("overview")
say = current_language()
choice = filters.choice(reader) or state.no_data("overview", say)
figures = story.load(choice, reader)
state.unless_somebody_came("overview", figures.year.participants, figures.year.visits, filters.words(choice, say), say)

judged = verdict.load(choice, reader)
page.title("overview", participation.state_line(figures.year, say), story.headline(figures, judged, say), story.certainty(figures, judged, say), say)
page.numbers(story.numbers(figures, say))

left, right = st.columns([2.2, 1], gap="medium")
with left:
    if judged:
        verdicts.draw(verdict.lines(judged, say), verdict.chart(judged, choice, say), say)
    else:
        show.chart(story.quarter_chart(figures, say), say, otherwise="empty.withheld", about="quarters", notes=story.event_texts(figures, say))
with right:
    picked = spotlight.chosen(say)
    reach_map = participation_charts.map_chart(figures.year, say, picked)
    spotlight.on_map(reach_map, picked, choice, reader, say, about="reach_map", note=say("map.key"))

decided = story.decided(reader)
decisions.came_back(decided, choice, reader, say)
doubts = [*verdict.turning_points(judged, say), *story.doubts(figures, judged, say)] or [say("overview.doubt.none")]
if judged:
    left, right = st.columns([1.3, 1], gap="large")
    with left:
        show.listed(changes.exhibit(choice, reader, say), say, otherwise="empty.no_sessions_before")
    with right:
        page.points(say("overview.doubt.title"), doubts)
    show.chart(story.quarter_chart(figures, say), say, otherwise="empty.withheld", about="quarters", notes=story.event_texts(figures, say))
else:
    page.points(say("overview.doubt.title"), doubts)

criteria.draw(reader, choice.period.first, say)
decisions.draw(decided, reader, say)
page.next_question("participation", say)
