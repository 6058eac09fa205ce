"""Recognising pupils: ids of the own register are typed, scanned, pasted or brought as a file, and the signals that are of one of them are marked.

The ids are looked up before the page is drawn, and their places are emptied in the same breath: what was typed stands on the page that comes of it and nowhere
else. Not in the state of the session, not in a cache, not in the address; the next run of the page has forgotten it.
"""

import logging
from dataclasses import dataclass, field

import streamlit as st

from actions.recognise_pupils import MOST_A_DAY, MOST_AT_A_TIME, Recognised
from data_access.database import StoreFault
from data_access.ingest.pseudonyms import LONGEST_ID, KeyFault
from data_access.ingest.shapes import FileRefused
from data_access.reader import Forbidden, Reader
from metrics.shapes import Refused
from presentation import refusals, signalled
from presentation.components import uploader
from presentation.stories import signals as story
from presentation.texts import Say, plain

log = logging.getLogger(__name__)

FAULTS = (FileRefused, Forbidden, KeyFault, Refused, StoreFault)
_ROUND, _CAME = "signals.round", "signals.came"


@dataclass(frozen=True)
class Result:
    """What came of looking up in this run of the page; empty when nobody did. numbers: signal -> id as typed."""

    numbers: dict[int, str] = field(default_factory=dict, repr=False)
    found: Recognised | None = None
    fault: FileRefused | Forbidden | KeyFault | Refused | StoreFault | None = None


def result(reader: Reader) -> Result:
    """Take what came of looking up, so that it is there once, and only for the reader who asked."""
    came: tuple[Reader, Result] | None = st.session_state.pop(_CAME, None)
    return came[1] if came is not None and came[0] == reader else Result()


def ask(reader: Reader, came: Result, say: Say) -> None:
    """The place to type, scan, paste or bring ids, and in words what came of it."""
    with st.expander(say("signals.recognise.title"), icon=":material/badge:", expanded=came != Result()):
        st.markdown(f":small[{say('signals.recognise.words')}]")
        with st.form("signals.recognise", border=False):
            left, right = st.columns(2, gap="medium")
            with left:
                st.text_area(
                    say("signals.recognise.ids"),
                    key=_key("ids"),
                    height=120,
                    max_chars=MOST_AT_A_TIME * (LONGEST_ID + 1),
                    help=say("signals.recognise.ids_help"),
                )
            with right:
                st.markdown(f":small[{say('signals.recognise.file')}]")
                uploader.choose(say("signals.recognise.file"), _key("file"), say)
            st.form_submit_button(say("signals.recognise.go"), icon=":material/search:", on_click=_look_up, args=(reader,))
        if came.fault is not None:
            st.error(plain(refusals.stopped(say, came.fault)), icon=":material/block:")
        elif came.found is not None:
            st.info(story.recognised(came.found, say), icon=":material/badge:")
        st.markdown(f":small[:gray[{say('signals.recognise.limit', most=MOST_AT_A_TIME, a_day=MOST_A_DAY)}]]")


def _look_up(reader: Reader) -> None:
    """Before the page runs: look the ids up and put new places where they were given; one that is emptied alone keeps what was sent until the next click."""
    pasted, upload = str(st.session_state.get(_key("ids")) or ""), st.session_state.get(_key("file"))
    st.session_state[_ROUND] = st.session_state.get(_ROUND, 0) + 1
    try:
        found = signalled.recognise(reader, pasted, None if upload is None else (upload.name, upload.getvalue()))
    except FAULTS as fault:
        log.warning("recognising stopped: %s", fault.code)
        st.session_state[_CAME] = (reader, Result(fault=fault))
    else:
        log.info("looked up %s ids, recognised %s signals", found.looked_up, len(found.numbers))
        st.session_state[_CAME] = (reader, Result(found.numbers, found))
    finally:
        if upload is not None:
            uploader.drop(upload)


def _key(place: str) -> str:
    return f"signals.{place}.{st.session_state.get(_ROUND, 0)}"
