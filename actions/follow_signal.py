"""What a branch does with its signals: see which are there, and say what was done."""

from dataclasses import replace
from datetime import date

import polars as pl
from sqlalchemy import Engine

from data_access import signals, tables
from data_access.clock import today
from data_access.database import begin, look
from data_access.frames import read_where
from data_access.ingest import ledger
from data_access.pupil_years import last_known
from data_access.reader import Forbidden, Reader, Role, Scope
from metrics.periods import school_year_number
from metrics.shapes import Refused

SEEN = "seen"


def own_signals(engine: Engine, reader: Reader) -> pl.DataFrame:
    """The signals of the reader's own branches, as `data_access.signals.states`. Nobody else sees pupils. Raises Forbidden, StoreFault."""
    _own_alone(reader)
    with look(engine) as connection:
        return signals.states(connection).filter(pl.col("branch_id").is_in(reader.branch_ids))


def own_list(engine: Engine, reader: Reader) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The signals of the reader's own branches without a trace of who it is, and what was done with each.

    signals: signal_id, rule, branch_id, raised_on, visit_days, state, reason, since; level, year_group, school_known as known in the school year of the signal;
    the oldest first. steps: signal_id, number, state, reason, happened_on. Raises Forbidden, StoreFault.
    """
    _own_alone(reader)
    with look(engine) as connection:
        found = signals.states(connection).filter(pl.col("branch_id").is_in(reader.branch_ids))
        statements = read_where(connection, tables.pupil_years, "pupil_id", found["pupil_id"].unique())
        steps = signals.steps_of(connection, found["signal_id"])
    known = last_known(statements).select("pupil_id", "school_year", "level", "year_group", school_known=pl.col("school_id").is_not_null())
    in_year = found.with_columns(school_year=school_year_number(pl.col("raised_on")).cast(pl.Int64))
    about = in_year.join(known, on=["pupil_id", "school_year"], how="left", maintain_order="left").with_columns(pl.col("school_known").fill_null(value=False))
    return about.drop("pupil_id", "school_year"), steps.drop("done_by")


def follow(
    engine: Engine, reader: Reader, signal_id: int, state: str, *, reason: str | None = None, on: date | None = None, seen_as_well: bool = False
) -> None:
    """Say what was done with a signal of the reader's own branch: the next state, and a reason where it ends. on: the day; today when none is named.

    seen_as_well: who did something with a new signal has seen it; that step is then taken first, on the same day. Raises Forbidden for another's signal or one
    that is not there, which look alike; Refused as `data_access.signals.take_step`, and `signal.day_ahead` for a day to come; StoreFault.
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
        if seen_as_well and state not in signals.NEXT[signal.state] and SEEN in signals.NEXT[signal.state]:
            signals.take_step(connection, signal, SEEN, reason=None, on=happened_on, reader=reader)
            signal = replace(signal, state=SEEN, number=signal.number + 1, happened_on=happened_on)
        signals.take_step(connection, signal, state, reason=reason, on=happened_on, reader=reader)
        ledger.raise_version(connection)


def _own_alone(reader: Reader) -> None:
    if reader.role is not Role.BRANCH or reader.scope("signals") is not Scope.OWN:
        raise Forbidden("forbidden.signals")
