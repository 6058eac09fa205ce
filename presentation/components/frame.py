"""What stands around a page: the menu of this role, and at the foot of the side bar the language and, in local mode, whose eyes to look through."""

from collections import defaultdict
from typing import Any

import streamlit as st

from data_access.reader import Role
from presentation import cached, session
from presentation.navigation import PAGES
from presentation.texts import LANGUAGES, Say


def navigation(say: Say) -> Any:  # noqa: ANN401 - Streamlit gives its page no public type
    """The menu of the pages this reader may see; the first is where they start."""
    sections: dict[str, list[Any]] = defaultdict(list)
    allowed = [page for page in PAGES if session.reader_for(page.id) is not None]
    for page in allowed:
        sections[say(f"section.{page.section}")].append(
            st.Page(page.script, title=say(f"menu.{page.id}"), icon=page.icon, url_path=page.address, default=page is allowed[0])
        )
    return st.navigation(dict(sections))


def side_bar(say: Say) -> None:
    """Language and role, below the choices of the page."""
    with st.sidebar:
        st.segmented_control(say("app.language"), LANGUAGES, default="nl", required=True, key="taal", bind="query-params", format_func=str.upper)
        st.selectbox(
            say("app.role"),
            [session.ALL_ROLES, *session.ROLE_ADDRESSES],
            key="rol",
            bind="query-params",
            format_func=lambda role: say(f"role.{role}"),
            help=say("app.local"),
        )
        branches = cached.branches()
        if session.chosen_role() == session.address_of(Role.BRANCH) and branches:
            names = {branch.id: branch.name for branch in branches}
            st.selectbox(say("app.own_branch"), list(names), key="eigen", bind="query-params", format_func=lambda branch: names[branch])
