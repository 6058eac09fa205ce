"""What a branch does with its signals: see which are there, and say what was done."""

from datetime import date

import polars as pl
from sqlalchemy import Engine

from data_access import signals
from data_access.clock import today
from data_access.database import begin, look
from data_access.ingest import ledger
from data_access.reader import Forbidden, Reader, Role, Scope
from metrics.disclosure.working import Rule
from metrics.shapes import Refused


def own_signals(engine: Engine, reader: Reader) -> pl.DataFrame:
    """The signals of the reader's own branches, as `data_access.signals.states`. Nobody else sees pupils. Raises Forbidden, StoreFault."""
    _own_alone(reader)
    with look(engine) as connection:
        return signals.states(connection).filter(pl.col("branch_id").is_in(reader.branch_ids))


def counts(engine: Engine, reader: Reader) -> pl.DataFrame:
    """How many signals stand where: branch_id, rule, state, signals, hidden (about 1 to 4 pupils: signals is null). For the programme.

    Raises Forbidden, StoreFault.
    """
    if reader.scope("signals") is not Scope.COUNTS:
        raise Forbidden("forbidden.signals")
    with look(engine) as connection:
        found = signals.states(connection)
    counted = found.group_by("branch_id", "rule", "state").agg(signals=pl.len().cast(pl.Int64), pupils=pl.col("pupil_id").n_unique().cast(pl.Int64))
    hidden = pl.col("pupils") < Rule().minimum_pupils
    return counted.select("branch_id", "rule", "state", pl.when(~hidden).then("signals"), hidden=hidden).sort("branch_id", "rule", "state")


def follow(engine: Engine, reader: Reader, signal_id: int, state: str, *, reason: str | None = None, on: date | None = None) -> None:
    """Say what was done with a signal of the reader's own branch: the next state, and a reason where it ends. on: the day; today when none is named.

    Raises Forbidden for another's signal or one that is not there, which look alike; Refused as `data_access.signals.take_step`, and `signal.day_ahead` for a
    day to come; StoreFault.
    """
    _own_alone(reader)
    happened_on = on or today()
    if happened_on > today():
        raise Refused("signal.day_ahead", day=happened_on)
    with begin(engine) as connection:
        ledger.lock(connection)
        signal = signals.find(connection, signal_id)
        if signal is None or signal.branch_id not in reader.branch_ids:
            raise Forbidden("forbidden.signals")
        signals.take_step(connection, signal, state, reason=reason, on=happened_on, reader=reader)
        ledger.raise_version(connection)


def _own_alone(reader: Reader) -> None:
    if reader.role is not Role.BRANCH or reader.scope("signals") is not Scope.OWN:
        raise Forbidden("forbidden.signals")
