"""The frame of every page: question, badges, state, headline, four numbers, next question."""

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from presentation import cached, navigation
from presentation.session import reader_for
from presentation.texts import Say


@dataclass(frozen=True)
class Number:
    """A key number: label of at most 18 characters, the value, its margin in bold, what it is compared with in grey, its definition as help."""

    label: str
    value: str
    margin: str
    comparator: str
    help: str


def title(page: str, state: str, headline: str, certainty: str, say: Say) -> None:
    """The question with its badges, one grey line of state, the answer and one sentence on how sure it is."""
    with st.container(gap="xxsmall"):
        with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute", gap="small"):
            st.title(say(f"{page}.question"), anchor=False, width="content")
            with st.container(horizontal=True, gap="small", width="content"):
                st.badge(say("badge.internal"), icon=":material/lock:", color="gray")
                if cached.is_demo():
                    st.badge(say("badge.demo"), icon=":material/science:", color="orange")
        st.markdown(f":small[:gray[{state}]]")
    with st.container(gap="xxsmall"):
        st.header(headline, anchor=False)
        st.markdown(certainty)


def numbers(four: Sequence[Number]) -> None:
    """At most four key numbers: four beside each other on a desk, two by two on a phone."""
    halves = st.columns(2)
    for half, pair in zip(halves, (four[:2], four[2:]), strict=True):
        with half.container(horizontal=True, wrap=False):
            for number in pair:
                with st.container(gap=None):
                    st.metric(number.label, number.value, help=number.help)
                    st.markdown(f":small[**{number.margin}**]  \n:small[:gray[{number.comparator}]]")


def guard(title: str, words: str) -> None:
    """The only box on a page: why some things on it are not put side by side."""
    st.info(words, title=title, icon=":material/balance:")


def aside(finding: str, words: str) -> None:
    """A finding that needs a sentence and no picture."""
    with st.container(gap="xxsmall"):
        st.subheader(finding, anchor=False)
        st.markdown(words)


def points(finding: str, sentences: Sequence[str]) -> None:
    """Sentences under each other, below what they are about."""
    st.subheader(finding, anchor=False)
    st.markdown("\n".join(f"- {sentence}" for sentence in sentences))


def next_question(page: str, say: Say) -> None:
    """The link to the page that answers what a reader asks next; none when that page is not for this reader."""
    if reader_for(page) is None:
        return
    entry = navigation.entry(page)
    st.divider()
    st.page_link(
        entry.script,
        label=say("page.next", question=_lowered(say(f"{page}.question"))),
        icon=":material/arrow_forward:",
        icon_position="right",
    )


def _lowered(question: str) -> str:
    return question[:1].lower() + question[1:]
