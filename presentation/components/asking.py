"""What somebody is asked once about a list of their own: what stands in columns that nobody knows, and of which branch it is.

The first values of a column stand on the page alone. The answers go with the file to the door, which remembers them when the file is loaded.
"""

from dataclasses import dataclass

import streamlit as st

from data_access.ingest.shapes import HeadersUnknown
from data_access.reader import Reader, Role
from presentation import cached, refusals
from presentation.components import show
from presentation.texts import Say, plain


@dataclass(frozen=True)
class Answers:
    """headers: header and column, "" = not needed; branch: of a list that names none."""

    headers: tuple[tuple[str, str], ...] = ()
    branch: str | None = None


def answers(file_id: str) -> Answers:
    """What was answered about this file so far."""
    found: Answers = st.session_state.get(_key(file_id), Answers())
    return found


def ask(question: HeadersUnknown, file_id: str, file_name: str, reader: Reader, say: Say) -> None:
    """Ask, and look at the file again with the answers."""
    show.heading(say("deliveries.step.ask"), say("deliveries.step.check_state", file=plain(file_name), kind=refusals.kind_name(say, question.kind)))
    with st.form(f"{file_id}.question"):
        if question.missing:
            missing = ", ".join(refusals.column_name(say, question.kind, column) for column in question.missing)
            st.markdown(say("deliveries.ask.missing", columns=plain(missing)))
            if (question.kind, question.missing) == ("visits", ("pupil",)):
                st.markdown(say("deliveries.ask.no_numbers"))
        headers = _headers(question, file_id, say)
        branch = _branch(file_id, reader, say) if question.needs_branch else None
        if st.form_submit_button(show.on_primary(say("deliveries.ask.go")), type="primary"):
            st.session_state[_key(file_id)] = Answers(headers, branch)
            st.rerun()


def again(file_id: str, say: Say) -> None:
    """A way back to the question, for whoever gave another answer than they meant."""
    if answers(file_id) != Answers() and st.button(say("deliveries.ask.again"), icon=":material/edit:", type="tertiary", key="deliveries.ask.again"):
        del st.session_state[_key(file_id)]
        st.rerun()


def _headers(question: HeadersUnknown, file_id: str, say: Say) -> tuple[tuple[str, str], ...]:
    names = {column: refusals.column_name(say, question.kind, column) for column in question.columns} | {"": say("deliveries.ask.not_needed")}
    given = []
    for place, asked in enumerate(question.asked):
        answer = st.selectbox(
            say("deliveries.ask.column", header=plain(asked.header)),
            list(names),
            index=None,
            placeholder=say("deliveries.ask.choose"),
            format_func=lambda column: names[column],
            key=f"{file_id}.header.{place}",
        )
        if asked.values:
            st.markdown(f":small[:gray[{say('deliveries.ask.values', values=plain(' · '.join(asked.values)))}]]")
        if answer is not None:
            given.append((asked.header, str(answer)))
    return tuple(given)


def _branch(file_id: str, reader: Reader, say: Say) -> str | None:
    names = {branch.id: branch.name for branch in cached.branches() if reader.role is not Role.BRANCH or branch.id in reader.branch_ids}
    return st.selectbox(
        say("deliveries.ask.branch"),
        list(names),
        index=None,
        placeholder=say("deliveries.ask.choose"),
        format_func=lambda branch: names[branch],
        key=f"{file_id}.branch",
    )


def _key(file_id: str) -> str:
    return f"{file_id}.answers"
