"""The signals of a branch one by one: the lists, what was done with each, and the form to say so; for the programme the limit and the form to change it."""

from datetime import timedelta

import streamlit as st

from data_access.database import StoreFault
from data_access.reader import Forbidden
from metrics.indicators.signals import FREQUENT, RULES, STOPPED
from metrics.shapes import Refused
from presentation import refusals, signalled
from presentation.components import show
from presentation.stories import signals as story
from presentation.stories.signals import Signals
from presentation.texts import Say, plain


def open_list(figures: Signals, numbers: dict[int, str], say: Say) -> None:
    """The open signals, who wait longest on top, and the form to say what was done. numbers: signal -> id as its reader typed it in this run."""
    found = story.still_open(figures, FREQUENT)
    finding = say("signals.open.finding", n=len(found)) if found else say("signals.open.none")
    show.heading(finding, say("signals.open.subtitle", window=RULES.window_days))
    if found:
        show.rows(story.open_table(figures, numbers, say), numbers=False, quiet=True)
    if story.still_open(figures):
        _follow(figures, say)


def stopped_list(figures: Signals, numbers: dict[int, str], say: Say) -> None:
    """Pupils who came regularly and stay away."""
    count = len(story.still_open(figures, STOPPED))
    finding = say("signals.stopped.finding", n=count) if count else say("signals.stopped.none")
    show.heading(finding, say("signals.stopped.subtitle", least=RULES.least_visit_days, quiet=RULES.quiet_days))
    table, more = story.stopped(figures, numbers, say)
    if table.rows:
        show.rows(table, numbers=False, quiet=True)
    words = ([say("signals.stopped.more", n=more)] if more else []) + [say("signals.stopped.good_news")]
    st.markdown(f":small[:gray[{' '.join(words)}]]")


def _follow(figures: Signals, say: Say) -> None:
    """Choose a signal, say what was done and when, save. All in one form, so that the numbers that were recognised stay until something is saved."""
    options, steps = story.options(figures, say), story.steps(say)
    with st.form("signals.follow", border=False):
        first, second, third = st.columns([1.6, 1.4, 0.8], gap="small")
        number = first.selectbox(say("signals.follow.which"), list(options), format_func=lambda signal: options[signal])
        step = second.selectbox(say("signals.follow.what"), list(steps), format_func=lambda taken: steps[taken])
        on = third.date_input(say("signals.follow.when"), figures.day, max_value=figures.day, format="DD-MM-YYYY")
        if not st.form_submit_button(show.on_primary(say("signals.follow.save")), type="primary"):
            return
    try:
        signalled.follow(figures.reader, number, *step, on)
    except (Forbidden, Refused, StoreFault) as fault:
        st.error(plain(refusals.stopped(say, fault)), icon=":material/block:")
    else:
        st.toast(say("signals.follow.saved", number=str(number), step=steps[step]), icon=":material/check:")
        st.rerun()


def history(figures: Signals, say: Say) -> None:
    """What was done with every signal, folded."""
    table = story.history(figures, say)
    if table.rows:
        with st.expander(say("signals.history.title", n=len(table.rows)), icon=":material/history:"):
            show.rows(table, numbers=False, quiet=True)


def book(figures: Signals, say: Say) -> None:
    """Who looked up ids, when and how many."""
    table = story.book(figures.reader, say)
    with st.expander(say("signals.book.title"), icon=":material/menu_book:", expanded=figures.own is None):
        st.markdown(f":small[{say('signals.book.words' if table is not None else 'signals.book.nobody')}]")
        if table is not None:
            show.rows(table, numbers=False, quiet=True)


def rule_form(figures: Signals, say: Say) -> None:
    """Every change of the limit, and for who answers for it the form to change it."""
    table = story.agreements(figures, say)
    if table is None and not story.may_change(figures):
        return
    with st.expander(say("signals.rule.title"), icon=":material/tune:"):
        if table is not None:
            show.rows(table, numbers=False, quiet=True)
        if story.may_change(figures):
            _change(figures, say)


def _change(figures: Signals, say: Say) -> None:
    with st.form("signals.rule", border=False):
        choices = list(RULES.thresholds)
        threshold = st.selectbox(
            say("signals.rule.limit"), choices, index=choices.index(figures.threshold), format_func=lambda days: say("signals.rule.option", n=days)
        )
        valid_from = st.date_input(say("signals.rule.valid_from"), figures.choice.as_of + timedelta(days=1), format="DD-MM-YYYY")
        why = st.text_input(say("signals.rule.why"))
        st.markdown(f":small[:gray[{say('signals.rule.effect')}]]")
        if not st.form_submit_button(say("signals.rule.save")):
            return
    try:
        signalled.set_threshold(figures.reader, threshold, valid_from, why)
    except (Forbidden, Refused, StoreFault) as fault:
        st.error(plain(refusals.stopped(say, fault)), icon=":material/block:")
    else:
        st.rerun()
