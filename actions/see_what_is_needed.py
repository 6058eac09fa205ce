"""What a branch has to do this week, from what is planned, what came in and which signals wait."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl
from sqlalchemy import Engine

from actions import follow_signal
from data_access.reader import Reader
from metrics.indicators.signals import FOLLOWED_UP, FREQUENT, RULES
from metrics.shapes import Shown

#: A signal is something for this week when its answer is due within so many days.
SOON = timedelta(days=7)
#: A delivery is corrected in the weeks after it; later the file is no longer at hand.
RECENT = timedelta(days=28)
#: Weeks of which something is still to come.
INCOMPLETE = ("missing", "partly")
#: What can be needed, the most urgent first: what cannot be made good afterwards comes before what can, and a child before a figure.
KINDS = ("volunteers", "signals", "weeks", "plan", "volunteers_later", "refused", "checks")


@dataclass(frozen=True)
class Need:
    """One thing to do.

    kind: one of KINDS; n: how many volunteers, signals, weeks, rows or checks it is about; days: of the sessions, of the Mondays of the weeks, or the one by
    which the first answer is due, earliest first.
    """

    kind: str
    n: int
    days: tuple[date, ...] = ()


@dataclass(frozen=True)
class Waiting:
    """Signals of pupils who come very often to which a branch gave no answer yet; that somebody stopped coming asks for none.

    count: None when it may not be told; raised_on: of each, oldest first, None for who reads counts alone.
    """

    count: int | None
    raised_on: tuple[date, ...] | None

    def late(self, today: date) -> int:
        """How many wait longer than was agreed."""
        return sum(_due(day) < today for day in self.raised_on or ())


def waiting_signals(engine: Engine, reader: Reader, branch_id: str) -> Waiting:
    """The signals of one of the reader's own branches that have no answer yet. Raises Forbidden, StoreFault."""
    own = follow_signal.own_signals(engine, reader).filter(branch_id=branch_id, rule=FREQUENT)
    raised_on = own.filter(~pl.col("state").is_in(FOLLOWED_UP))["raised_on"].sort()
    return Waiting(raised_on.len(), tuple(raised_on))


def counted_signals(by_state: Sequence[Shown], branch_id: str) -> Waiting:
    """As much of it as who counts alone may know. by_state: `signals_by_state` by branch, for every period with signals; none may hide a part."""
    counts = pl.concat([shown.frame.select("branch_id", pl.col("state").cast(pl.String), "value", "hidden") for shown in by_state])
    without_answer = counts.filter(pl.col("branch_id") == branch_id, ~pl.col("state").is_in(FOLLOWED_UP))
    return Waiting(None if without_answer["hidden"].any() else int(without_answer["value"].sum()), None)


def needs(
    today: date,
    *,
    planned: Shown,
    open_days: Collection[date],
    keeps_sessions: bool,
    weeks: Sequence[tuple[date, str]],
    waiting: Waiting,
    loads: pl.DataFrame,
    asking: int,
) -> list[Need]:
    """All that is needed, the most urgent first.

    planned: `volunteers_short` of the branch for the coming days; open_days: coming days on which it could be open; keeps_sessions: whether it ever delivered
    sessions; weeks: the last school weeks with their state; loads: its deliveries, newest first; asking: checks that ask for a look.
    """
    short = planned.frame.filter(pl.col("value") > 0).sort("day", "starts")
    sunday = today + timedelta(days=6 - today.weekday())
    found = [
        _volunteers("volunteers", short.filter(pl.col("day") <= sunday)),
        _volunteers("volunteers_later", short.filter(pl.col("day") > sunday)),
        _signals(today, waiting),
        _weeks(weeks),
        Need("plan", 1) if keeps_sessions and open_days and planned.is_empty else None,
        _refused(today, loads),
        Need("checks", asking) if asking else None,
    ]
    return sorted((need for need in found if need is not None), key=lambda need: KINDS.index(need.kind))


def _volunteers(kind: str, short: pl.DataFrame) -> Need | None:
    return None if short.is_empty() else Need(kind, int(short["value"].sum()), tuple(short["day"]))


def _due(raised_on: date) -> date:
    """The last day on which an answer is in time."""
    return raised_on + timedelta(days=RULES.answer_days)


def _signals(today: date, waiting: Waiting) -> Need | None:
    due = [_due(day) for day in waiting.raised_on or () if _due(day) <= today + SOON]
    return Need("signals", len(due), (due[0],)) if due else None


def _weeks(weeks: Sequence[tuple[date, str]]) -> Need | None:
    absent = [monday for monday, state in weeks if state in INCOMPLETE]
    return Need("weeks", len(absent), tuple(absent)) if absent else None


def _refused(today: date, loads: pl.DataFrame) -> Need | None:
    """Rows that the newest delivery of each kind lost, as long as it is recent. The delivery that corrects it is newer, and lost none."""
    newest = loads.filter(pl.col("withdrawn_at").is_null()).sort("load_id", descending=True).unique("kind", keep="first")
    lost = int(newest.filter(pl.col("loaded_at").dt.date() >= today - RECENT)["refused"].sum())
    return Need("refused", lost) if lost else None
