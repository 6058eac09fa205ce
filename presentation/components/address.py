"""Choices that live in the address, as codes that mean the same in every language.

Streamlit's own binding writes the label of an option, so a Dutch link would not open in English. Here the address holds the code; what it says wins when
somebody opens or changes it, and after a click in the menu, which drops it, the choices of before are written back.
"""

from collections.abc import Sequence
from urllib.parse import urlsplit

import streamlit as st

_MEMORY = "address"


def arrive() -> None:
    """Once at the start of a run: did the reader come to another page through the menu, which leaves the address empty?"""
    path = urlsplit(st.context.url or "").path
    memory = st.session_state.setdefault(_MEMORY, {"path": path, "written": {}})
    memory["by_menu"] = path != memory["path"] and not st.query_params.to_dict()
    memory["path"] = path


def read(key: str, options: Sequence[str], default: str) -> str:
    """What is chosen for `key`, ready for a widget with that key; a value that is no option counts as the default."""
    memory = st.session_state[_MEMORY]
    asked, written = st.query_params.get(key, default), memory["written"].get(key, default)
    if memory["by_menu"] and key not in st.session_state:  # Streamlit forgets a widget that the page before did not draw
        asked = written
    opened = key not in st.session_state or (asked != written and not memory["by_menu"])
    value = asked if opened else st.session_state[key]
    st.session_state[key] = value if value in options else default
    return str(st.session_state[key])


def write(key: str, default: str) -> None:
    """After the widget: what is chosen now stands in the address, unless it is the default."""
    value = st.session_state[key]
    st.session_state[_MEMORY]["written"][key] = value
    if value == default:
        st.query_params.pop(key, None)
    elif st.query_params.get(key) != value:
        st.query_params[key] = value


def unknown(key: str, options: Sequence[str]) -> str | None:
    """A value in the address that is no option, as somebody with an old link has; None otherwise."""
    asked = st.query_params.get(key)
    return None if asked is None or asked in options else asked
