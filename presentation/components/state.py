"""Own words for each awkward state of a page: never an empty chart, never a zero for a missing value."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

import streamlit as st

from data_access.database import StoreFault
from data_access.reader import Forbidden
from presentation import navigation
from presentation.navigation import PageEntry
from presentation.refusals import stopped
from presentation.session import current_language, reader_for
from presentation.stories.common import Row
from presentation.texts import Say

log = logging.getLogger(__name__)


@contextmanager
def faults() -> Iterator[None]:
    """The store that cannot be reached, or a view that is not for this reader: one sentence, and the log has the code."""
    try:
        yield
    except (StoreFault, Forbidden) as fault:
        log.warning("page stopped: %s", fault.code)
        st.error(stopped(current_language(), fault), icon=":material/error:")
        st.stop()


def no_data(page: str, say: Say) -> NoReturn:
    """Nothing was loaded yet; whoever may change that is shown the way."""
    reader = reader_for("deliveries")
    way = navigation.entry("deliveries") if reader is not None and reader.delivers else None
    _stop(page, say("empty.no_data"), ":material/upload_file:", say, way)


def unless_somebody_came(page: str, participants: Row, came: Row, choice: str, say: Say) -> None:
    """Go on only where there is something to show. participants: the pupils behind the page; came: what it counts, which is 0 where nobody came."""
    if participants.reason == "hidden":
        withheld(page, say)
    if not came.value:
        empty_choice(page, choice, say)


def empty_choice(page: str, choice: str, say: Say) -> NoReturn:
    """The choice holds no visit; says which choice."""
    _stop(page, say("empty.filter", choice=choice), ":material/filter_alt_off:", say)


def missing(page: str, key: str, say: Say) -> NoReturn:
    """Something that the page cannot do without was not delivered; `key` is the text that says what."""
    _stop(page, say(key), ":material/info:", say)


def withheld(page: str, say: Say) -> NoReturn:
    """Everything on the page would be about a handful of children."""
    _stop(page, say("empty.withheld"), ":material/lock:", say)


def _stop(page: str, sentence: str, icon: str, say: Say, way: PageEntry | None = None) -> NoReturn:
    st.title(say(f"{page}.question"), anchor=False)
    st.info(sentence, icon=icon)
    if way is not None:
        st.page_link(way.script, label=say("empty.to_deliveries"), icon=":material/arrow_forward:", icon_position="right")
    st.stop()
