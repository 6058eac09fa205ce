"""Raising signals after a delivery of visits: what the rules find now and the store does not have yet."""

from datetime import date

import polars as pl
from sqlalchemy import Connection, Engine

from data_access import signals
from data_access.clock import today
from data_access.database import begin
from data_access.dataset import all_but_pupil_years
from data_access.ingest import ledger
from metrics import periods
from metrics.indicators.signals import RULES, to_add

#: Who raises a signal: nobody, the rule does.
BY_RULE = "rule"


def raise_signals(engine: Engine) -> int:
    """Raise what the rules find now, in one transaction. Returns the number of new signals. Raises StoreFault."""
    with begin(engine) as connection:
        ledger.lock(connection)
        added = raise_within(connection, today())
        if added:
            ledger.raise_version(connection)
    return added


def raise_within(connection: Connection, on: date | None) -> int:
    """As `raise_signals`, inside a transaction of the caller, who sees to the data version. on: as in `data_access.signals.add`.

    Only signals of the school year of the newest visit: about last year's pupils nobody can do anything any more, and a first delivery of six years would bury
    the branch. What is stored stays, also when its visits are corrected or taken back: a person may have acted on it. Without an as-of date nothing is raised.
    """
    if not signals.can_be_raised(connection, min(RULES.threshold, RULES.least_visit_days)):
        return 0
    data = all_but_pupil_years(connection)
    if data.as_of is None:
        return 0
    newest = data.visits.days.select(pl.col("visited_on").max()).item() or data.as_of
    this_year = periods.school_year(periods.school_year_of(newest)).first
    fresh = to_add(data, data.as_of, max(newest, data.as_of)).filter(pl.col("raised_on") >= this_year)
    signals.add(connection, fresh, on, BY_RULE)
    return fresh.height
