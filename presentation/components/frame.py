"""What stands around a page: the menu of this role and, in the side bar, the choices, the language and, in local mode, whose eyes to look through."""

from collections import defaultdict
from typing import Any

import streamlit as st

from data_access.reader import Reader, Role, Scope
from presentation import cached, page_language, session
from presentation.components import address, filters
from presentation.navigation import PAGES, PageEntry, start_of
from presentation.texts import LANGUAGES, Say


def navigation(say: Say) -> tuple[Any, PageEntry]:
    """The menu of the pages this reader may see; gives the page that was asked for and its entry.

    The start is a page of its own, which goes on to the one on which this role starts: Streamlit serves its start page at / alone and would call the address of
    that page unknown. So would it call the address of a page that is not for this role; in its place stands one sentence.
    """
    sections: dict[str, list[Any]] = defaultdict(list)
    allowed = [entry for entry in PAGES if session.reader_for(entry.id) is not None]
    if not allowed:
        st.error(say("guard.no_role"), icon=":material/lock:")
        st.stop()
    for entry in allowed:
        sections[say(f"section.{entry.section}")].append(st.Page(entry.script, title=say(f"menu.{entry.id}"), icon=entry.icon, url_path=entry.address))
    first = start_of(session.role_chosen(), allowed)
    start = st.Page(lambda: _go_on(first), title=say("app.name"), url_path="begin", default=True, visibility="hidden")
    others = [st.Page(session.no_access, title=say(f"menu.{entry.id}"), url_path=entry.address, visibility="hidden") for entry in PAGES if entry not in allowed]
    asked = st.navigation({"": [start, *others], **sections})
    if not asked.url_path:
        asked.run()
    return asked, next((entry for entry in allowed if entry.address == asked.url_path), first)


def _go_on(entry: PageEntry) -> None:
    st.switch_page(entry.script, query_params=st.query_params.to_dict())


def side_bar(entry: PageEntry, say: Say) -> None:
    """The choices, the language and the role."""
    _warn(say)
    reader = session.reader_for(entry.id)
    if reader is not None:
        filters.draw(reader, say, used=_choices(entry, reader))
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


def _warn(say: Say) -> None:
    """A sentence for a language, a role or an own branch in the address that does not exist."""
    names = {branch.id: branch.name for branch in cached.branches()} if session.role_chosen() is Role.BRANCH else {}
    shown = {"taal": say.language.upper(), "rol": say(f"role.{session.chosen_role()}"), "eigen": names.get(str(st.session_state.get("eigen")), "")}
    labels = {"taal": say("app.language"), "rol": say("app.role"), "eigen": say("app.own_branch")}
    for key, known in {"taal": LANGUAGES, "rol": session.ROLES, **({"eigen": list(names)} if names else {})}.items():
        wrong = address.unknown(key, known)
        if wrong is not None:
            st.warning(say("filter.unknown", value=wrong[:40], filter=labels[key].lower(), shown=shown[key]), icon=":material/link_off:")


def _choices(entry: PageEntry, reader: Reader) -> tuple[str, ...]:
    """What there is to choose on a page: no branch on one that shows a branch its own alone."""
    is_set = reader.scope(entry.id) is Scope.OWN and len(reader.branch_ids) == 1
    return tuple(choice for choice in entry.choices if not (is_set and choice == "vestiging"))
