"""What stands around a page: the menu of this role and, in the side bar, the choices, the language and, in local mode, whose eyes to look through."""

from collections import defaultdict
from typing import Any

import streamlit as st

from data_access.reader import Role
from presentation import cached, page_language, session
from presentation.components import address, filters
from presentation.navigation import PAGES, PageEntry
from presentation.texts import LANGUAGES, Say


def navigation(say: Say) -> tuple[Any, PageEntry]:
    """The menu of the pages this reader may see, the first of which is where they start; gives the page that was asked for and its entry.

    The start is a page of its own, which goes on to the first: Streamlit serves its start page at / alone and would call the address of the first page unknown.
    So would it call the address of a page that is not for this role; in its place stands one sentence.
    """
    sections: dict[str, list[Any]] = defaultdict(list)
    allowed = [entry for entry in PAGES if session.reader_for(entry.id) is not None]
    if not allowed:
        st.error(say("guard.no_role"), icon=":material/lock:")
        st.stop()
    for entry in allowed:
        sections[say(f"section.{entry.section}")].append(st.Page(entry.script, title=say(f"menu.{entry.id}"), icon=entry.icon, url_path=entry.address))
    start = st.Page(lambda: _go_on(allowed[0]), title=say("app.name"), url_path="begin", default=True, visibility="hidden")
    others = [st.Page(session.no_access, title=say(f"menu.{entry.id}"), url_path=entry.address, visibility="hidden") for entry in PAGES if entry not in allowed]
    asked = st.navigation({"": [start, *others], **sections})
    if not asked.url_path:
        asked.run()
    return asked, next((entry for entry in allowed if entry.address == asked.url_path), allowed[0])


def _go_on(entry: PageEntry) -> None:
    st.switch_page(entry.script, query_params=st.query_params.to_dict())


def side_bar(entry: PageEntry, say: Say) -> None:
    """The choices, the language and the role."""
    reader = session.reader_for(entry.id)
    if reader is not None:
        filters.draw(reader, say, used=entry.choices)
    with st.sidebar:
        st.segmented_control(say("app.language"), LANGUAGES, required=True, key="taal", format_func=str.upper)
        st.selectbox(say("app.role"), session.ROLES, key="rol", format_func=lambda role: say(f"role.{role}"), help=say("app.local"))
        own = {branch.id: branch.name for branch in cached.branches()}
        if session.chosen_role() == session.address_of(Role.BRANCH) and own:
            st.selectbox(say("app.own_branch"), list(own), key="eigen", format_func=lambda branch: own[branch])
            address.write("eigen", next(iter(own)))
        st.html(f"<script>{page_language.script(say.language)}</script>", unsafe_allow_javascript=True)
    address.write("taal", LANGUAGES[0])
    address.write("rol", session.ALL_ROLES)
