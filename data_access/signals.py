"""Signals as they are kept: raised once, followed step by step, and never recalculated away once somebody has looked at them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import polars as pl
from sqlalchemy import Connection, func, insert, select

from data_access import tables
from data_access.frames import delete_frame, read_frame, read_where, schema_of, write_frame
from data_access.reader import Reader
from metrics.shapes import Refused

NEW = "new"
#: State -> the states that may follow it. Closed and dismissed are the end.
NEXT: Mapping[str, tuple[str, ...]] = {
    NEW: ("seen", "dismissed"),
    "seen": ("school_informed", "closed", "dismissed"),
    "school_informed": ("closed", "dismissed"),
    "closed": (),
    "dismissed": (),
}
#: State -> the reasons of which it needs one.
REASONS: Mapping[str, tuple[str, ...]] = {
    "closed": ("support_arranged", "no_concern", "stopped_attending", "came_back"),
    "dismissed": ("wrong_match", "agreed_beforehand", "other"),
}


@dataclass(frozen=True)
class Signal:
    """A signal and where it stands."""

    signal_id: int
    branch_id: str
    state: str
    number: int
    happened_on: date


def can_be_raised(connection: Connection, visit_days: int) -> bool:
    """Whether any pupil came so often that a rule could be met at all. The first one found ends the search, so most stores answer at once."""
    pupil = tables.visits.c.pupil_id
    often = select(pupil).group_by(pupil).having(func.count() >= visit_days).limit(1)
    return connection.execute(often).first() is not None


def add(connection: Connection, signals: pl.DataFrame, on: date | None, done_by: str) -> None:
    """Keep raised signals, each with the event `new` on that day; on the day on which the rule was met when none is named.

    signals: rule, pupil_id, branch_id, raised_on, visit_days.
    """
    last: int = connection.execute(select(func.coalesce(func.max(tables.signals.c.signal_id), 0))).scalar_one()
    rows = signals.with_row_index("signal_id", offset=last + 1).cast({"signal_id": pl.Int64})
    write_frame(connection, tables.signals, rows.select(schema_of(tables.signals).keys()), {})
    events = rows.select("signal_id", state=pl.lit(NEW), happened_on=pl.lit(on, pl.Date).fill_null(pl.col("raised_on")), done_by=pl.lit(done_by))
    write_frame(connection, tables.signal_events, events, {"number": 1})


def let_go(connection: Connection, found: pl.DataFrame) -> pl.DataFrame:
    """Forget the signals that nobody has looked at and that are not among what the rules find now. Returns signal_id of each.

    found: rule, pupil_id, branch_id, raised_on; a signal at another branch is another one, for another pair of eyes.
    """
    gone = untouched(connection).join(found, on=["rule", "pupil_id", "branch_id", "raised_on"], how="anti").select("signal_id")
    _delete(connection, gone)
    return gone


def forget(connection: Connection, pupils: pl.DataFrame) -> None:
    """Forget the signals about these pupils (pupil_id), who are forgotten themselves."""
    _delete(connection, states(connection).join(pupils, on="pupil_id", how="semi").select("signal_id"))


def _delete(connection: Connection, signals: pl.DataFrame) -> None:
    for table in (tables.signal_events, tables.signals):
        delete_frame(connection, table, signals)


def add_steps(connection: Connection, steps: pl.DataFrame) -> None:
    """Keep steps that are known to follow one another: signal_id, number, state, reason, happened_on, done_by."""
    write_frame(connection, tables.signal_events, steps, {})


def states(connection: Connection) -> pl.DataFrame:
    """Every signal with its last event: signal_id, rule, pupil_id, branch_id, raised_on, visit_days, state, reason, since; the oldest first."""
    signals = read_frame(connection, select(tables.signals), schema_of(tables.signals))
    events = read_frame(connection, select(tables.signal_events), schema_of(tables.signal_events))
    last = events.sort("signal_id", "number").group_by("signal_id", maintain_order=True).last()
    return signals.join(last.select("signal_id", "state", "reason", since="happened_on"), on="signal_id").sort("raised_on", "signal_id")


def untouched(connection: Connection) -> pl.DataFrame:
    """Those of `states` that nobody has looked at."""
    return states(connection).filter(state=NEW)


def still_open(signals: pl.DataFrame) -> pl.DataFrame:
    """Those of `states` with which something may still be done."""
    return signals.filter(~pl.col("state").is_in([state for state, after in NEXT.items() if not after]))


def steps_of(connection: Connection, signal_ids: pl.Series) -> pl.DataFrame:
    """What was done with these signals, step by step: signal_id, number, state, reason, happened_on, done_by."""
    return read_where(connection, tables.signal_events, "signal_id", signal_ids).sort("signal_id", "number")


def find(connection: Connection, signal_id: int) -> Signal | None:
    """One signal; None where there is none of that number."""
    signals, events = tables.signals.c, tables.signal_events.c
    query = (
        select(signals.signal_id, signals.branch_id, events.state, events.number, events.happened_on)
        .join_from(tables.signals, tables.signal_events, signals.signal_id == events.signal_id)
        .where(signals.signal_id == signal_id)
        .order_by(events.number.desc())
    )
    row = connection.execute(query).first()
    return Signal(*row) if row is not None else None


def take_step(connection: Connection, signal: Signal, state: str, *, reason: str | None, on: date, reader: Reader) -> None:
    """Add an event to a signal.

    Raises Refused: `signal.cannot_follow` (state, after) for a step that does not follow, `signal.reason_needed` (state) without one of its reasons or with
    one where none belongs, `signal.day_before` (day) for a day before the step before.
    """
    if state not in NEXT[signal.state]:
        raise Refused("signal.cannot_follow", state=state, after=signal.state)
    if reason not in REASONS.get(state, (None,)):
        raise Refused("signal.reason_needed", state=state)
    if on < signal.happened_on:
        raise Refused("signal.day_before", day=signal.happened_on)
    event = {"signal_id": signal.signal_id, "number": signal.number + 1, "state": state, "reason": reason, "happened_on": on, "done_by": done_by(reader)}
    connection.execute(insert(tables.signal_events).values(event))


def done_by(reader: Reader) -> str:
    """Who did something, as it is kept: the role, and for a branch which."""
    return ":".join([reader.role.value, ",".join(reader.branch_ids)]).rstrip(":")
