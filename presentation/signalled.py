"""Signals, for the page that shows them: what a reader may know of them and do with them. Nothing here is cached: a step is seen at once, and an id is gone."""

from collections.abc import Sequence
from datetime import date

import polars as pl

from actions import follow_signal, recognise_pupils, set_signal_rule
from actions.recognise_pupils import Recognised
from data_access.reader import Reader, Role
from data_access.signal_rules import SignalRule
from metrics.indicators.signals import threshold_on
from presentation import cached

#: The limit is no figure about children.
_EVERYTHING = Reader(Role.PROGRAMME)


def threshold(day: date) -> int:
    """From how many visit days a pupil comes very often, on a day."""
    return threshold_on(cached.dataset(_EVERYTHING).inputs(), day)


def rules(reader: Reader) -> list[SignalRule]:
    """Everything that was agreed about the limit, oldest first."""
    return set_signal_rule.history(cached.engine(), reader)


def set_threshold(reader: Reader, threshold_: int, valid_from: date, why: str) -> None:
    """Agree on another limit. Raises Forbidden, Refused, StoreFault."""
    set_signal_rule.set_threshold(cached.engine(), reader, threshold_, valid_from, why)


def own_list(reader: Reader) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The signals of the reader's own branch and the steps of each."""
    return follow_signal.own_list(cached.engine(), reader)


def follow(reader: Reader, signal_id: int, state: str, reason: str | None, on: date) -> None:
    """Say what was done with a signal. Raises Forbidden, Refused, StoreFault."""
    follow_signal.follow(cached.engine(), reader, signal_id, state, reason=reason, on=on, seen_as_well=True)


def recognise(reader: Reader, pasted: str, file: tuple[str, bytes] | None) -> Recognised:
    """Hold ids against the own open signals. Raises Forbidden before anything is read, FileRefused, KeyFault, Refused, StoreFault."""
    recognise_pupils.may_recognise(reader)
    typed: Sequence[str] = recognise_pupils.lines(pasted)
    return recognise_pupils.recognise(cached.engine(), reader, [*typed, *(recognise_pupils.column(*file) if file is not None else ())])


def book(reader: Reader) -> pl.DataFrame:
    """Who recognised, when and how many."""
    return recognise_pupils.book(cached.engine(), reader)
