"""Signals after a delivery came or was taken back: what the rules find now is raised, and what nobody has looked at and they no longer find is let go."""

from datetime import date

import polars as pl
from sqlalchemy import Connection, Engine

from data_access import signals, tables
from data_access.clock import today
from data_access.database import begin
from data_access.dataset import with_pupils_since, without_pupils
from data_access.frames import schema_of
from data_access.ingest import ledger
from data_access.visit_rows import newest_day
from metrics import periods
from metrics.indicators.signals import RULES, SIGNAL, counts_from, found, fresh, shortly_before
from metrics.shapes import Inputs

#: Who raises a signal: nobody, the rule does.
BY_RULE = "rule"
#: Kinds of deliveries that say who came, and on which days somebody could.
SAYS_WHO_CAME = ("visits", "sessions", "branches", "holidays", "closures")


def raise_signals(engine: Engine) -> int:
    """Raise what the rules find now, in one transaction. Returns how many signals came or went. Raises StoreFault."""
    with begin(engine) as connection:
        ledger.lock(connection)
        changed = raise_within(connection, today())
        if changed:
            ledger.raise_version(connection)
    return changed


def raise_within(connection: Connection, on: date | None) -> int:
    """As `raise_signals`, inside a transaction of the caller, who sees to the data version. on: as in `data_access.signals.add`.

    Only signals of the school year of the newest visit: about last year's pupils nobody can do anything any more, and a first delivery of six years would bury
    the branch. A signal that somebody has looked at stays, also when its visits are corrected or taken back: a person may have acted on it. One that nobody has
    looked at says no more than the visits say now. Without an as-of date nothing is raised.
    """
    newest = newest_day(connection) if signals.can_be_raised(connection, min(RULES.threshold, RULES.least_visit_days)) else None
    if newest is None:
        return _let_all_go(connection)
    this_year = periods.school_year(periods.school_year_of(newest)).first
    data = _who_may_have_one(connection, min([this_year, *signals.untouched(connection)["raised_on"]]))
    if data.as_of is None:
        return _let_all_go(connection)
    calculated = found(data, data.as_of, max(newest, data.as_of))
    holds = calculated if data.signal_rules.is_empty() else found(data, data.as_of, max(newest, data.as_of), under_any_limit=True)
    gone = signals.let_go(connection, holds)
    added = fresh(data.signals.join(gone, on="signal_id", how="anti"), calculated.filter(pl.col("raised_on") >= this_year))
    signals.add(connection, added, on, BY_RULE)
    return added.height + gone.height


def _who_may_have_one(connection: Connection, first: date) -> Inputs:
    """Every visit of the pupils who may have a signal of `first` or later. Those of six years are many, those who still come are few."""
    data = without_pupils(connection, shortly_before(first))
    return data if data.as_of is None else with_pupils_since(connection, data, counts_from(data, first, data.as_of))


def _let_all_go(connection: Connection) -> int:
    """Where no rule can be met, no signal that nobody has looked at holds."""
    return signals.let_go(connection, pl.DataFrame(schema=schema_of(tables.signals, SIGNAL))).height
