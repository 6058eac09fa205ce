"""Decisions on the page: those that came back, and all of them with, for who may, the form to record one."""

from collections.abc import Callable
from dataclasses import replace

import streamlit as st

from actions.record_decision import INDICATORS, LONGEST
from data_access.database import StoreFault
from data_access.decisions import Decision
from data_access.reader import Forbidden, Reader
from metrics.shapes import Refused
from presentation import cached, refusals
from presentation.choice import Choice
from presentation.components import show
from presentation.stories import decisions as story
from presentation.texts import Say, plain


def came_back(found: list[Decision], choice: Choice, reader: Reader, say: Say) -> None:
    """The decisions whose check date has come and that belong to the period, each with before and after, until somebody concludes."""
    for back in story.returns(found, choice, reader, say):
        with st.container(border=True, gap="xsmall"):
            st.markdown(f":material/history: **{back.title}**  \n{back.what}")
            st.markdown(f"{back.seen}  \n:small[:gray[{back.caution}]]")
            if story.may_record(reader):
                _conclusion(back.decision_id, reader, say)


def draw(found: list[Decision], reader: Reader, say: Say) -> None:
    """All decisions, folded, and the form."""
    with st.expander(say("decisions.title")):
        st.markdown(say("decisions.words"))
        if found:
            show.rows(story.history(found, say), numbers=False, quiet=True)
        if story.may_record(reader):
            _form(reader, say)


def _conclusion(decision_id: int, reader: Reader, say: Say) -> None:
    with st.popover(say("decisions.conclusion"), icon=":material/edit_note:", type="tertiary"), st.form(f"decisions.conclude.{decision_id}", border=False):
        words = st.text_input(say("decisions.conclusion"), max_chars=LONGEST["conclusion"], placeholder=say("decisions.conclusion_help"))
        if st.form_submit_button(say("decisions.conclude")):
            _write(lambda: cached.conclude(reader, decision_id, words), say)


def _form(reader: Reader, say: Say) -> None:
    """What, why, who, when to look again, and at which figure."""
    empty = story.empty()
    st.markdown(f"**{say('decisions.record')}**")
    with st.form("decisions.form", border=False):
        what = st.text_input(say("decisions.what"), max_chars=LONGEST["what"])
        reason = st.text_input(say("decisions.reason"), max_chars=LONGEST["reason"])
        left, right = st.columns(2)
        decided_on = left.date_input(say("decisions.decided_on"), empty.decided_on, format="DD-MM-YYYY")
        check_on = right.date_input(say("decisions.check_on"), empty.check_on, format="DD-MM-YYYY", help=say("decisions.check_help"))
        indicator = left.selectbox(say("decisions.indicator"), INDICATORS, format_func=lambda found: story.indicator_name(found, say))
        branch = right.selectbox(
            say("decisions.place"), [None, *(branch.id for branch in cached.branches())], format_func=lambda found: story.place_name(found, say)
        )
        owner = left.text_input(say("criteria.owner"), empty.owner)
        if not st.form_submit_button(say("criteria.save")):
            return
    decision = replace(empty, what=what, reason=reason, decided_on=decided_on, check_on=check_on, indicator=indicator, branch_id=branch, owner=owner)
    _write(lambda: cached.record(reader, decision), say)


def _write(write: Callable[[], object], say: Say) -> None:
    try:
        write()
    except (Forbidden, Refused, StoreFault) as fault:
        st.error(plain(refusals.stopped(say, fault)), icon=":material/error:")
    else:
        st.rerun()
