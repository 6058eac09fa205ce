"""Who sits at this screen and in which language: the only place that asks Streamlit for it.

Without an identity provider the program runs in local mode: one person at this machine, who may look through the eyes of every role.
"""

from typing import NoReturn

import streamlit as st

from data_access.reader import MATRIX, Reader, Role, Scope
from presentation import cached
from presentation.components import address
from presentation.texts import LANGUAGES, Language, Say, language

ALL_ROLES = "alle"
#: The value in the address (`?rol=beheer`) -> role. The order is the order of trying when somebody looks with all roles.
ROLE_ADDRESSES: dict[str, Role] = {"programma": Role.PROGRAMME, "beheer": Role.STEWARD, "vestiging": Role.BRANCH, "raad": Role.COUNCIL}
ROLES = (ALL_ROLES, *ROLE_ADDRESSES)


def local_mode() -> bool:
    """True when no identity provider is set: then there is no sign-in, and one person at this machine."""
    return not (st.secrets.load_if_toml_exists() and "auth" in st.secrets)


def arrive() -> None:
    """Once at the start of a run, before anything is drawn: what the address says of language and role."""
    cached.arrive()
    address.arrive()
    address.read("taal", LANGUAGES, LANGUAGES[0])
    address.read("rol", ROLES, ALL_ROLES)
    branches = [branch.id for branch in cached.branches()]
    if branches:
        address.read("eigen", branches, branches[0])


def current_language() -> Say:
    """The language of the page: Dutch, unless the address says otherwise (`?taal=en`)."""
    chosen = st.session_state.get("taal")
    code: Language = chosen if chosen in LANGUAGES else "nl"
    return language(code)


def chosen_role() -> str:
    """The role that was chosen, or all of them."""
    return str(st.session_state.get("rol", ALL_ROLES))


def role_chosen() -> Role | None:
    """The role whose eyes were chosen; None for all of them."""
    return ROLE_ADDRESSES.get(chosen_role())


def reader_for(page: str) -> Reader | None:
    """The reader as this page sees them; None when the page is not for them. With all roles it is the role that may do most on it."""
    if not local_mode():
        return None  # whoever signs in has no role yet, and so sees nothing
    chosen = chosen_role()
    roles = list(ROLE_ADDRESSES.values()) if chosen == ALL_ROLES else [ROLE_ADDRESSES[chosen]]
    scopes = MATRIX.get(page, {})
    allowed = sorted((role for role in roles if role in scopes), key=lambda role: scopes[role] is not Scope.ALL)
    if not allowed:
        return None
    role = allowed[0]
    return Reader(role, _own_branches() if role is Role.BRANCH else ())


def address_of(role: Role) -> str:
    """How a role is called in the address."""
    return next(address for address, named in ROLE_ADDRESSES.items() if named is role)


def _own_branches() -> tuple[str, ...]:
    """In local mode somebody says which branch is theirs; without a choice it is the first."""
    chosen = st.session_state.get("eigen")
    return () if chosen is None else (str(chosen),)


def no_access() -> NoReturn:
    """Say in one sentence that a page is not for this reader, and nothing of what is on it."""
    st.error(current_language()("guard.no_access"), icon=":material/lock:")
    st.stop()


def require(page: str) -> Reader:
    """The guard: stands first on every page, not only in app.py. Stops the page with one sentence when it is not for this reader."""
    reader = reader_for(page)
    if reader is None:
        no_access()
    if reader.scope(page) is Scope.PUBLICATION:
        st.info(current_language()("guard.no_release"), icon=":material/inventory_2:")
        st.stop()
    return reader
