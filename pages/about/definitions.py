"""Verantwoording - how is every figure calculated, what does it not say, where does it come from, and who can use the monitor?"""

import streamlit as st

from presentation.components import page, show
from presentation.session import current_language, require
from presentation.stories import definitions as story

require("definitions")
say = current_language()
page.title("definitions", story.state_line(say), story.headline(say), say("definitions.certainty"), say)

for family in story.families(say):
    st.subheader(say(f"definitions.family.{family.name}"), anchor=False)
    for indicator in family.indicators:
        with st.expander(story.name(indicator, say)):
            show.definition(indicator, say, whole=True)
            st.markdown(say("definitions.example.here", sentence=story.example_sentence(indicator, say)))

st.subheader(say("definitions.example.title"), anchor=False)
st.markdown(say("definitions.example.intro"))
show.rows(story.example_rows(say), numbers=False)
st.markdown(say("definitions.example.later"))
st.markdown(say("definitions.example.mondays", seats=story.SEATS, cost=story.COST))
sessions, neighbourhoods = story.example_sessions(say), story.example_neighbourhoods(say)
with st.container(height=story.high(sessions), border=False):  # too wide for a phone, so it scrolls in its own frame
    show.rows(sessions, numbers=False)
st.markdown(say("definitions.example.second"))
with st.container(height=story.high(neighbourhoods), border=False):
    show.rows(neighbourhoods)
st.markdown(say("definitions.example.agreed"))
st.markdown(say("definitions.example.signals"))
st.markdown(story.example_answers(say))
show.rows(story.example_scores(say), numbers=False)

st.subheader(say("definitions.privacy"), anchor=False)
st.markdown(say("definitions.privacy_text"))

st.subheader(say("definitions.sources.title"), anchor=False)
st.markdown(say("definitions.sources.intro"))
st.markdown(story.sources(say))

st.subheader(say("definitions.access"), anchor=False)
st.markdown(story.access(say))

page.next_question("overview", say)
