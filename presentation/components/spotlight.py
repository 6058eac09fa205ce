"""A map on which the reader picks out one neighbourhood, by a click or from the list below it, to read its numbers. Picked again it is let go.

It stands in the address, and so it is still there on another page with a map.
"""

import streamlit as st

from data_access.reader import Reader
from presentation.charts.chart import Chart
from presentation.choice import Choice
from presentation.components import address, show
from presentation.stories import neighbourhood
from presentation.texts import Say

KEY, NONE = "uitgelicht", "geen"


def chosen(say: Say) -> str | None:
    """The neighbourhood that is picked out; one that does not exist gets a sentence."""
    options = [NONE, *neighbourhood.names()]
    wrong = address.unknown(KEY, options)
    if wrong is not None:
        sentence = say("filter.unknown", value=wrong[:40], filter=say("spotlight.choose").lower(), shown=say("spotlight.none"))
        st.warning(sentence, icon=":material/link_off:")
    code = address.read(KEY, options, NONE)
    return None if code == NONE else code


def on_map(drawn: Chart | None, picked: str | None, choice: Choice, reader: Reader, say: Say, *, about: str, note: str) -> None:
    """The map, the list and the sentence. picked: what `chosen` says; about, note: as for show.chart."""
    names = neighbourhood.names()
    show.chart(drawn, say, otherwise="empty.no_map", about=about, note=note, on_pick=pick)
    if names:
        st.selectbox(say("spotlight.choose"), [NONE, *names], key=KEY, format_func=lambda code: names.get(code, say("spotlight.none")))
        address.write(KEY, NONE)
    if picked is not None:
        st.markdown(neighbourhood.about(choice, picked, reader, say))


def pick(code: str) -> None:
    """What a click does, before the page is drawn again."""
    st.session_state[KEY] = NONE if st.session_state[KEY] == code else code
