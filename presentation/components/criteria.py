"""What was agreed about when the pilot works: every version with its reason and, for who may, the form to change it."""

from dataclasses import replace
from datetime import date

import streamlit as st

from data_access.criteria import Criterion
from data_access.database import StoreFault
from data_access.reader import Forbidden, Reader
from metrics.shapes import Refused
from presentation import cached, refusals
from presentation.components import show
from presentation.stories import agreed as story
from presentation.texts import Say

NEW = "new"


def draw(reader: Reader, since: date, say: Say) -> None:
    """The criteria with their changes, folded, and the form for the role that answers for them. since: from when a new one holds, unless said otherwise."""
    versions = cached.agreed(reader)
    with st.expander(say("criteria.title")):
        st.markdown(say("criteria.words"))
        if versions:
            show.rows(story.history(versions, say), numbers=False, quiet=True)
        if story.may_change(reader):
            _form(story.newest(versions), reader, since, say)


def _form(current: dict[str, Criterion], reader: Reader, since: date, say: Say) -> None:
    """Choose a criterion or a new one, fill in, save. What was agreed before stays readable above."""
    st.markdown(f"**{say('criteria.change')}**")
    chosen = st.selectbox(
        say("criteria.which"), [*current, NEW], format_func=lambda found: say("criteria.new") if found == NEW else story.name(current[found], say)
    )
    before = current.get(chosen) or story.empty(current, since)
    with st.form("criteria.form", border=False):
        left, right = st.columns(2)
        indicator = left.selectbox(
            say("criteria.indicator"),
            story.indicators(),
            index=story.indicators().index(before.indicator),
            format_func=lambda found: cached.definition(found).name[say.language],
            disabled=chosen != NEW,
        )
        part = right.text_input(say("criteria.part"), before.part, help=say("criteria.part_help"), disabled=chosen != NEW)
        rule = left.selectbox(
            say("criteria.rule"),
            story.RULES,
            index=story.RULES.index(before.rule),
            format_func=lambda found: say(f"verdict.goal.{found}", target="\N{HORIZONTAL ELLIPSIS}"),
        )
        target = right.number_input(say("criteria.target"), value=float(before.target), format="%g", help=say("criteria.target_help"))
        sample = left.number_input(say("criteria.sample"), value=float(before.minimum_sample), min_value=0.0, format="%g")
        owner = right.text_input(say("criteria.owner"), before.owner)
        valid_from = left.date_input(say("criteria.valid_from"), before.valid_from, format="DD-MM-YYYY")
        why = right.text_input(say("criteria.why"), help=say("criteria.why_help"))
        dropped = st.checkbox(say("criteria.dropped"), disabled=chosen == NEW)
        if not st.form_submit_button(say("criteria.save")):
            return
    changed = replace(
        before, indicator=indicator, part=part, rule=rule, target=target, minimum_sample=sample, owner=owner, valid_from=valid_from, why=why, dropped=dropped
    )
    try:
        cached.agree(reader, changed)
    except (Forbidden, Refused, StoreFault) as fault:
        st.error(refusals.stopped(say, fault), icon=":material/error:")
    else:
        st.rerun()
