"""The reader's own choice of what a trend is held against. It stands in the address, and is there on the next page with a trend."""

from collections.abc import Callable, Mapping

import streamlit as st

from presentation.components import address
from presentation.stories.comparators import CODES
from presentation.texts import Say

KEY = "vergelijk"


def chosen(offered: Mapping[str, str], say: Say) -> str:
    """What is chosen of what is offered, by its code; one that cannot be had gets a sentence. offered: code -> name, the first is the one when nobody chose."""
    default, asked = next(iter(offered)), address.unknown(KEY, list(offered))
    if asked is not None:
        sentence = "compare.not_here" if asked in CODES else "filter.unknown"
        st.warning(say(sentence, value=asked[:40], filter=say("compare.choose").lower(), shown=offered[default]), icon=":material/link_off:")
    return address.read(KEY, list(offered), default)


def select(offered: Mapping[str, str], say: Say) -> Callable[[], None]:
    """The list, to be drawn under the heading of the trend."""

    def drawn() -> None:
        st.selectbox(say("compare.choose"), list(offered), key=KEY, format_func=lambda code: offered[code], width=300)
        address.write(KEY, next(iter(offered)))

    return drawn
