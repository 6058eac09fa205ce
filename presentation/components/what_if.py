"""How many more volunteers a reader tries out. It lives in the address, like every choice."""

import streamlit as st

from presentation.components import address
from presentation.texts import Say

KEY, OPTIONS = "erbij", tuple(map(str, range(11)))


def volunteers(say: Say) -> int:
    """A slider from 0, which changes nothing. A number in the address that cannot be chosen gets a sentence."""
    wrong = address.unknown(KEY, OPTIONS)
    if wrong is not None:
        st.warning(say("filter.unknown", value=wrong[:40], filter=say("comparison.extra.name"), shown=OPTIONS[0]), icon=":material/link_off:")
    address.read(KEY, OPTIONS, OPTIONS[0])
    chosen = st.select_slider(say("comparison.extra.label"), OPTIONS, key=KEY)
    address.write(KEY, OPTIONS[0])
    return int(chosen)
