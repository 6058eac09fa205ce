"""Earlier deliveries: what came, the refused rows of one, and taking one back."""

from collections.abc import Mapping
from typing import Any

import polars as pl
import streamlit as st

from actions.withdraw_load import Withdrawn
from data_access.database import StoreFault
from data_access.ingest.withdraw import CannotWithdraw
from data_access.reader import Forbidden, Reader
from presentation import delivered, refusals
from presentation.components import show
from presentation.components.delivery import refused_rows
from presentation.stories import history as story
from presentation.stories.deliveries import Deliveries
from presentation.stories.delivery import HINT_LOADED
from presentation.texts import Say, plain


def history(figures: Deliveries, say: Say) -> None:
    """The latest deliveries as a quiet table, and one of them to look at."""
    found = story.earlier(figures.loads, say)
    if found is None:
        return
    show.heading(say("deliveries.history.title"), found.subtitle)
    show.rows(found.table, numbers=False, quiet=True)
    chosen = st.selectbox(
        say("deliveries.history.look_at" if figures.reader.delivers else "deliveries.history.refused_of"),
        list(found.options),
        index=None,
        placeholder=say("deliveries.history.choose"),
        format_func=lambda load: found.options[load],
        key="deliveries.history",
        help=say("deliveries.history.kept"),
    )
    if chosen is None:
        return
    load = figures.loads.row(by_predicate=pl.col("load_id") == chosen, named=True)
    if figures.reader.delivers:
        _taking_back(figures.reader, load, say)
    _refused(figures.reader, load, say)


def _refused(reader: Reader, load: Mapping[str, Any], say: Say) -> None:
    if not load["refused"]:
        return
    refused = delivered.refused_rows(reader, load["load_id"])
    if refused.is_empty():
        st.info(say("deliveries.history.gone"), icon=":material/history:")
    else:
        refused_rows(refused, load["kind"], load["file_name"], HINT_LOADED, say, place="history")


def _taking_back(reader: Reader, load: Mapping[str, Any], say: Say) -> None:
    """What taking the delivery back would do, a tick to agree with it, and the button; or why it cannot be."""
    if (was := story.withdrawn(load, say)) is not None:
        st.info(was, icon=":material/undo:")
        return
    try:
        preview = delivered.would_withdraw(reader, load["load_id"])
    except (CannotWithdraw, Forbidden) as fault:
        st.info(plain(refusals.stopped(say, fault)), icon=":material/block:")
        return
    with st.container(border=True):
        if _agrees(preview, load, say):
            _take_back(reader, load, say)


def _agrees(preview: Withdrawn, load: Mapping[str, Any], say: Say) -> bool:
    """Whether the button was pressed; it waits for the tick, which is asked anew when other rows would go."""
    st.markdown(f"**{say('deliveries.history.take_back_question', file=plain(load['file_name']))}**  \n:small[{say('deliveries.history.take_back_hint')}]")
    for words in story.consequences(preview, say):
        st.markdown(f":small[{words}]")
    agreed = st.checkbox(story.agreement(preview, say), key=f"deliveries.agreed.{preview.load_id}.{preview.went}")
    return st.button(say("deliveries.history.take_back"), icon=":material/undo:", disabled=not agreed, key="deliveries.take_back")


def _take_back(reader: Reader, load: Mapping[str, Any], say: Say) -> None:
    try:
        with st.spinner(say("deliveries.progress.take_back")):
            delivered.withdraw(reader, load["load_id"])
    except (CannotWithdraw, Forbidden, StoreFault) as fault:
        st.error(plain(refusals.stopped(say, fault)), icon=":material/block:")
        return
    st.rerun()
