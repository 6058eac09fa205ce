"""By which public figure neighbourhoods are ranked on the page. It stands in the address, and all figures by wealth follow it."""

from dataclasses import replace

import streamlit as st

from metrics.shapes import View
from presentation import cached
from presentation.choice import Choice
from presentation.components import address
from presentation.texts import Say

KEY = "maat"


def chosen(choice: Choice, say: Say) -> Choice:
    """The choice with the measure that was picked of those that are loaded; one that is not gets a sentence."""
    offered = cached.wealth_measures()
    if not offered:
        return choice
    if address.unknown(KEY, offered) is not None:
        wrong = st.query_params[KEY][:40]
        sentence = say("filter.unknown", value=wrong, filter=say("equal.measure.choose").lower(), shown=_name(offered[0], say))
        st.warning(sentence, icon=":material/link_off:")
    return replace(choice, wealth=address.read(KEY, offered, offered[0]))


def select(choice: Choice, changes: str, say: Say) -> None:
    """The list, and beside it what another measure changes. changes: that sentence; choice: with the measure."""
    offered = cached.wealth_measures()
    if not offered:
        return
    left, right = st.columns([1, 2.2], gap="large", vertical_alignment="center")
    left.selectbox(say("equal.measure.choose"), offered, key=KEY, format_func=lambda measure: _name(measure, say))
    address.write(KEY, offered[0])
    estimated = "" if choice.wealth == View.wealth else f":small[:gray[{say('equal.measure.estimated')}]]"
    right.markdown("  \n".join(part for part in (changes, estimated) if part))


def _name(measure: str, say: Say) -> str:
    name = say(f"verdict.measure.{measure}")
    return name[:1].upper() + name[1:]
