"""A file from choosing to receipt: two steps side by side, below them what was refused.

The bytes live in this session alone and are dropped as soon as they are loaded. What was found out about them is kept beside them, so that a click elsewhere on
the page does not read the file again; it is found back by the upload's own random number, never by a name.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import polars as pl
import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from actions import load_file
from actions.load_file import Checked
from data_access.database import StoreFault
from data_access.ingest.pseudonyms import KeyFault
from data_access.ingest.shapes import Delivery, FileRefused, HeadersUnknown, Receipt
from data_access.ingest.store import STRETCHES
from data_access.reader import Forbidden, Reader
from metrics.shapes import Period
from presentation import cached, delivered, receipts, refusals
from presentation.components import asking, show, uploader
from presentation.components.asking import Answers
from presentation.stories import delivery as story
from presentation.stories.deliveries import Deliveries
from presentation.texts import Say, plain

#: What keeps a file from being loaded, each with a code for which there is a sentence.
Fault = FileRefused | Forbidden | KeyFault | StoreFault
FAULTS = (FileRefused, Forbidden, KeyFault, StoreFault)
PROGRESS = ("read", "understand", "compare", "write", "finish")
ADDS, REPLACES = "adds", "replaces"
_ROUND, _LOOKED, _LOADED = "deliveries.round", "deliveries.looked", "deliveries.loaded"


@dataclass(frozen=True)
class Asked:
    """Which file, who brings it, what they say of it, and the data it is held against: as long as these stay the same, the file need not be read again."""

    file_id: str
    reader: Reader
    kind: str | None
    replaces: bool
    covers: Period | None
    answers: Answers
    version: int


@dataclass(frozen=True)
class Offered:
    """A file that was chosen and what came of looking at it. recognised: its kind by its content, None when that cannot be told."""

    upload: UploadedFile
    asked: Asked
    recognised: str | None
    outcome: Checked | Fault


@dataclass(frozen=True)
class Found:
    """What came of the second step.

    checked: the file on the table, for the headline; sentence: what the page says of it; receipt, refused: for the table of refused rows. All None without one.
    """

    checked: Checked | None = None
    sentence: str | None = None
    receipt: Receipt | None = None
    refused: pl.DataFrame | None = None


def two_steps(figures: Deliveries, say: Say) -> Found:
    """Choose a file, see what it will do, load it or not; below it what is refused."""
    reader = figures.reader
    left, right = st.columns([1, 2.4], gap="large")
    with left:
        upload = _choose(say)
        offered = _look(upload, reader, say) if upload else None
        if offered:
            _choices(offered, say)
        _templates(reader, say)
    with right:
        found = _second_step(offered, figures, say)
    if found.receipt is not None and found.refused is not None and not found.refused.is_empty():
        refused_rows(found.refused, found.receipt.kind, found.receipt.file_name, story.hint(found.receipt), say)
    return found


def _second_step(offered: Offered | None, figures: Deliveries, say: Say) -> Found:
    if offered is None:
        return _receipt(figures, say)
    st.session_state.pop(_LOADED, None)
    if isinstance(offered.outcome, Checked):
        return _check(offered, offered.outcome, figures, say)
    if isinstance(offered.outcome, HeadersUnknown):
        asking.ask(offered.outcome, offered.upload.file_id, offered.upload.name, figures.reader, say)
        return Found(sentence=say("deliveries.certainty.asked"))
    return _fault(offered, offered.outcome, say)


# --- step 1 -----------------------------------------------------------------------------------------------------------


def _choose(say: Say) -> UploadedFile | None:
    show.heading(say("deliveries.step.choose"), say("deliveries.step.choose_hint"))
    key = f"deliveries.upload.{st.session_state.setdefault(_ROUND, 0)}"
    upload = uploader.choose(say("deliveries.step.label"), key, say)
    if upload is None:
        st.session_state.pop(_LOOKED, None)
        if cached.is_demo():
            st.markdown(f":small[:gray[{say('deliveries.step.demo')}]]")
    return upload


def _look(upload: UploadedFile, reader: Reader, say: Say) -> Offered:
    """Look at the file, once for each set of choices."""
    before: Offered | None = st.session_state.get(_LOOKED)
    if before is not None and before.upload.file_id != upload.file_id:
        before = None
    recognised = before.recognised if before else None
    kind = st.session_state.get(f"{upload.file_id}.kind")
    asked = Asked(
        file_id=upload.file_id,
        reader=reader,
        kind=None if kind == recognised else kind,
        replaces=st.session_state.get(f"{upload.file_id}.mode") == REPLACES,
        covers=_covers(upload),
        answers=asking.answers(upload.file_id),
        version=cached.dataset(reader).version(),
    )
    if before is not None and before.asked == asked:
        return before
    try:
        with st.spinner(say("deliveries.progress.look")):
            outcome: Checked | Fault = load_file.examine(cached.engine(), _delivery(upload, asked))
    except FAULTS as fault:
        outcome = fault
    if recognised is None and kind is None:
        recognised = outcome.receipt.kind if isinstance(outcome, Checked) else outcome.kind if isinstance(outcome, HeadersUnknown) else None
    st.session_state[_LOOKED] = Offered(upload, asked, recognised, outcome)
    return Offered(upload, asked, recognised, outcome)


def _delivery(upload: UploadedFile, asked: Asked) -> Delivery:
    given = asked.answers
    return Delivery(upload.name, upload.getvalue(), asked.reader, asked.kind, asked.replaces, asked.covers, given.branch, dict(given.headers))


def _covers(upload: UploadedFile) -> Period | None:
    first, last = (st.session_state.get(f"{upload.file_id}.{end}") for end in ("from", "to"))
    return Period(first, last) if isinstance(first, date) and isinstance(last, date) else None


def _choices(offered: Offered, say: Say) -> None:
    """The kind, and for files about days whether they add or replace and which days they are about. The values were read in `_look`, by their keys."""
    number = offered.upload.file_id
    kinds = delivered.kinds(offered.asked.reader)
    if offered.recognised is not None and offered.recognised not in kinds:
        kinds = [*kinds, offered.recognised]
    kind = st.selectbox(
        say("deliveries.step.kind"),
        kinds,
        index=kinds.index(offered.recognised) if offered.recognised else None,
        placeholder=say("deliveries.step.kind_unknown"),
        key=f"{number}.kind",
        format_func=lambda found: refusals.kind_name(say, found),
    )
    if kind not in STRETCHES:
        return
    with st.popover(say("deliveries.step.choices"), icon=":material/tune:", type="tertiary"):
        st.radio(
            say("deliveries.step.mode"),
            [ADDS, REPLACES],
            captions=[say("deliveries.step.adds_hint"), say("deliveries.step.replaces_hint")],
            key=f"{number}.mode",
            format_func=lambda mode: say(f"deliveries.step.{mode}"),
        )
        st.markdown(f"**{say('deliveries.step.covers')}**  \n:small[:gray[{say('deliveries.step.covers_hint')}]]")
        with st.container(horizontal=True):
            ends = [st.date_input(say(f"deliveries.step.{end}"), value=None, format="DD-MM-YYYY", key=f"{number}.{end}", width=150) for end in ("from", "to")]
        if (ends[0] is None) != (ends[1] is None):
            st.markdown(f":small[:orange[{say('deliveries.step.covers_both')}]]")


def _templates(reader: Reader, say: Say) -> None:
    with st.popover(say("deliveries.step.templates"), icon=":material/download:", type="tertiary"):
        for kind in delivered.kinds(reader):
            if not delivered.has_template(kind):
                st.markdown(f":small[:gray[{say(f'delivery.instead_of_template.{kind}')}]]")
                continue
            st.download_button(
                refusals.kind_name(say, kind).capitalize(),
                data=_form(kind, say),
                file_name=f"{refusals.kind_name(say, kind).replace(' ', '-')}.csv",
                mime="text/csv",
                type="tertiary",
                on_click="ignore",
                key=f"template-{kind}",
            )
        _questionnaires(say)


def _questionnaires(say: Say) -> None:
    """What to print, beside the form to type the answers over in."""
    for audience, file_name in delivered.QUESTIONNAIRES.items():
        st.download_button(
            say(f"deliveries.step.questionnaire_{audience}"),
            data=_printed(audience),
            file_name=file_name,
            mime="text/html",
            icon=":material/print:",
            type="tertiary",
            on_click="ignore",
            key=f"questionnaire-{audience}",
        )


def _printed(audience: str) -> Callable[[], bytes]:
    return lambda: delivered.questionnaire(audience)


def _form(kind: str, say: Say) -> Callable[[], bytes]:
    return lambda: delivered.template(kind, say.language)


# --- step 2 -----------------------------------------------------------------------------------------------------------


def _check(offered: Offered, checked: Checked, figures: Deliveries, say: Say) -> Found:
    receipt = checked.receipt
    step = "again" if receipt.already_loaded is not None else "check"
    state = say(f"deliveries.step.{step}_state", file=plain(receipt.file_name), kind=refusals.kind_name(say, receipt.kind))
    show.heading(say("deliveries.step.check"), state)
    with st.container(border=True):
        if receipt.already_loaded is not None:
            st.info(say("deliveries.check.again", at=story.loaded_at(receipt, figures.loads, say)), icon=":material/history:")
        else:
            _parts(receipt, say)
        if not receipts.may_replace(receipt):
            st.warning(say("deliveries.check.replace_with_refused", n=receipt.refused), icon=":material/rule:")
        _buttons(offered, receipt, say)
        asking.again(offered.upload.file_id, say)
    return Found(checked, story.certainty(receipt, say), receipt, checked.refused)


def _fault(offered: Offered, fault: Fault, say: Say) -> Found:
    show.heading(say("deliveries.step.check"), say("deliveries.step.failed_state", file=plain(offered.upload.name)))
    st.error(plain(refusals.stopped(say, fault)), icon=":material/block:")
    asking.again(offered.upload.file_id, say)
    return Found(sentence=say("deliveries.certainty.refused"))


def _receipt(figures: Deliveries, say: Say) -> Found:
    """What was just loaded, or what this step is for."""
    loaded: tuple[Reader, Receipt] | None = st.session_state.get(_LOADED)
    if loaded is None or loaded[0] != figures.reader or not figures.stands(loaded[1].load_id):
        show.heading(say("deliveries.step.check"), say("deliveries.step.check_empty"))
        return Found()
    receipt = loaded[1]
    state = say("deliveries.step.loaded_state", file=plain(receipt.file_name), kind=refusals.kind_name(say, receipt.kind), load=receipt.load_id)
    show.heading(say("deliveries.step.loaded"), state)
    with st.container(border=True):
        _parts(receipt, say)
    refused = delivered.refused_rows(figures.reader, receipt.load_id) if receipt.load_id is not None else None
    return Found(sentence=say("deliveries.certainty.loaded"), receipt=receipt, refused=refused)


def _parts(receipt: Receipt, say: Say) -> None:
    """The sum that closes, five numbers beside each other or, on a phone, two by two; then what else there is to know."""
    with st.container(horizontal=True, gap="small"):
        for part in story.parts(receipt, say):
            with st.container(gap=None, width=120):
                st.metric(part.label, part.value)
                st.markdown(f":small[:gray[{part.hint}]]")
    with st.container(gap="xxsmall"):
        for remark in story.remarks(receipt, say):
            st.markdown(f":small[{remark}]")


def _buttons(offered: Offered, receipt: Receipt, say: Say) -> None:
    """The button says what it does; what goes away needs a tick first."""
    can_load = story.may_load(receipt)
    agreed = True
    if can_load and receipt.replaces:
        if receipt.removed:
            agreed = st.checkbox(say("deliveries.check.removes", n=receipt.removed), key=f"{offered.upload.file_id}.agreed.{receipt.removed}")
        else:
            st.markdown(f":small[{say('deliveries.check.removes_none')}]")
    with st.container(horizontal=True, gap="small"):
        label = show.on_primary(f":material/check: {say('deliveries.check.load', n=story.loadable(receipt))}")
        wants = can_load and st.button(label, type="primary", disabled=not agreed, key="deliveries.load")
        if st.button(say("deliveries.check.stop" if can_load else "deliveries.check.other"), key="deliveries.stop"):
            _forget(offered.upload)
            st.rerun()
    if wants:
        _load(offered, say)


def _load(offered: Offered, say: Say) -> None:
    bar = st.progress(0.0, text=say(f"deliveries.progress.{PROGRESS[0]}"))

    def step(name: str) -> None:
        bar.progress(PROGRESS.index(name) / len(PROGRESS), text=say(f"deliveries.progress.{name}"))

    try:
        receipt = load_file.load(cached.engine(), _delivery(offered.upload, offered.asked), step)
    except FAULTS as fault:
        bar.empty()
        st.error(plain(refusals.stopped(say, fault)), icon=":material/block:")
        return
    if receipt.load_id is not None:  # else somebody loaded the same bytes in the meantime, which the next look says
        _forget(offered.upload)
        st.session_state[_LOADED] = (offered.asked.reader, receipt)
    st.rerun()


def _forget(upload: UploadedFile) -> None:
    """Drop the bytes and all that was found out about them; the next run has an empty place to choose a file."""
    uploader.drop(upload)
    st.session_state.pop(_LOOKED, None)
    st.session_state[_ROUND] += 1


# --- refused rows ----------------------------------------------------------------------------------------------------


def refused_rows(refused: pl.DataFrame, kind: str, file_name: str, hint: str, say: Say, *, place: str = "file") -> None:
    """Refused rows: row, column, what was read, why, what to do; and all of them to download.

    hint: the text on what becomes of the other rows; place: where on the page, for rows may stand both here and at an earlier delivery.
    """
    found = story.refused_table(refused, kind, say)
    show.heading(found.title, say(hint))
    show.rows(found.table, numbers=False, quiet=True)
    if found.more:
        st.markdown(f":small[:gray[{say('deliveries.refused.more', n=found.more)}]]")
    if found.hides:
        st.markdown(f":small[:gray[{say('deliveries.refused.not_shown')}]]")
    show.download(
        say("deliveries.refused.download"),
        f"{say('deliveries.refused.file')}.csv",
        lambda: story.refused_file(refused, kind, file_name, say),
        key=f"deliveries.refused.{place}",
    )
