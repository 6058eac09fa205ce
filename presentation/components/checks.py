"""What is still to be looked at before figures become official: a fold for every check that found something, and the list of all."""

import streamlit as st

from actions.check_data import Found
from presentation import cached, delivered
from presentation.components import show
from presentation.exports.csv import csv
from presentation.stories import checks as story
from presentation.stories.deliveries import Deliveries
from presentation.texts import Say, plain


def checks(figures: Deliveries, say: Say) -> None:
    """The checks of the school year on the page; nothing before there are visits."""
    if figures.period is None:
        return
    found = delivered.checks(figures.reader, figures.period)
    show.heading(*story.heading(found, figures.period, say))
    by_name = {check.check: check for check in found}
    for asking in story.still_open(found, say):
        with st.expander(plain(asking.found), icon=":material/search:"):
            st.markdown(f"**{say('checks.do')}** {asking.what_to_do}")
            if asking.table is not None:
                show.rows(asking.table, numbers=False, quiet=True)
                _download(by_name[asking.check], asking.more, say)
    with st.popover(say("checks.looked_for"), icon=":material/help:", type="tertiary"):
        st.markdown(story.looked_for(found, say))


def _download(check: Found, more: int, say: Say) -> None:
    if more:
        st.markdown(f":small[:gray[{say('checks.more', n=more)}]]")
    file_name = f"{say('checks.file')}-{check.check.replace('_', '-')}.csv"
    show.download(say("checks.download"), file_name, lambda: _file(check, say), key=f"check-{check.check}")


def _file(check: Found, say: Say) -> bytes:
    return csv(story.file(check, say), say.language, [say(f"checks.{check.check}.do"), *cached.provenance(say)])
