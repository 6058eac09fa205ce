"""Agreeing from how many visit days a pupil comes very often: only the programme does, and nothing that was agreed is ever lost."""

from datetime import date

from sqlalchemy import Engine

from actions.raise_signals import raise_within
from data_access import signal_rules
from data_access.clock import today
from data_access.database import begin, look
from data_access.ingest import ledger
from data_access.reader import Forbidden, Reader, Role
from data_access.signal_rules import SignalRule
from metrics.indicators.signals import RULES
from metrics.shapes import Refused


def set_threshold(engine: Engine, reader: Reader, threshold: int, valid_from: date, why: str) -> None:
    """Agree on another threshold for the visit days from `valid_from` on, and raise what follows from it; what was raised before stays as it is.

    Raises Forbidden for every role but the programme; Refused: `signal_rule.not_tried` (lowest, highest) for one that the back-test does not show,
    `signal_rule.without_reason`; StoreFault.
    """
    if reader.role is not Role.PROGRAMME:
        raise Forbidden("forbidden.signal_rule")
    if threshold not in RULES.thresholds:
        raise Refused("signal_rule.not_tried", lowest=min(RULES.thresholds), highest=max(RULES.thresholds))
    if not why.strip():
        raise Refused("signal_rule.without_reason")
    with begin(engine) as connection:
        ledger.lock(connection)
        signal_rules.add(connection, threshold, valid_from, why.strip(), today())
        raise_within(connection, today())
        ledger.raise_version(connection)


def history(engine: Engine, reader: Reader) -> list[SignalRule]:
    """Everything that was agreed, oldest first. Raises Forbidden for who may not see signals, StoreFault."""
    if reader.scope("signals") is None:
        raise Forbidden("forbidden.signals")
    with look(engine) as connection:
        return signal_rules.history(connection)
