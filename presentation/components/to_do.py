"""Things to do, each with the link to where it is done; in a quiet week what was looked at."""

from collections.abc import Sequence

import streamlit as st

from presentation import navigation
from presentation.components import show
from presentation.stories.to_do import ToDo
from presentation.texts import Say

#: Pixels that Streamlit keeps free before a link to a page, and not before one to somewhere else.
INDENT = 8


def to_do(things: Sequence[ToDo], after: str | None, looked_at: Sequence[str], say: Say) -> None:
    """At most a few things, numbered, the most urgent on top. after: what comes when they are done; looked_at: what is in order, for when there is nothing."""
    if not things:
        show.heading(say("this_week.to_do.quiet"), say("this_week.to_do.quiet_subtitle"))
        st.markdown("\n".join(f"- :material/check: {line}" for line in looked_at))
        return
    show.heading(say("this_week.to_do.title"), say("this_week.to_do.subtitle"))
    for number, thing in enumerate(things, start=1):
        with st.container(horizontal=True, gap="small", wrap=False):
            st.markdown(f"**{number}**", width=18)
            with st.container(gap=None):
                st.markdown(f"**{thing.title}**  \n{thing.detail}")
                _link(thing)
    if after:
        st.markdown(f":small[:gray[{after}]]")


def _link(thing: ToDo) -> None:
    if thing.page is None:
        with st.container(horizontal=True, gap=None):
            st.space(INDENT)
            st.link_button(thing.action, thing.url, icon=thing.icon, type="tertiary")
    else:
        st.page_link(navigation.entry(thing.page).script, label=thing.action, icon=thing.icon)
