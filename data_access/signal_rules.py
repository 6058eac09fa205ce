"""From how many visit days a pupil comes very often, as the programme agreed: every change is kept, and holds for the visit days from its own day on."""

from dataclasses import dataclass
from datetime import date

import polars as pl
from sqlalchemy import Connection, func, insert, select

from data_access import tables


@dataclass(frozen=True)
class SignalRule:
    """One agreement. why: of the change; changed_on: the day on which it was made."""

    threshold: int
    valid_from: date
    why: str
    changed_on: date
    version: int


def history(connection: Connection) -> list[SignalRule]:
    """Everything that was agreed, oldest first; empty while it is still as the program begins."""
    table = tables.signal_rules.c
    query = select(table.threshold, table.valid_from, table.why, table.changed_on, table.version).order_by(table.version)
    return [SignalRule(*row) for row in connection.execute(query)]


def in_force(rules: list[SignalRule]) -> pl.DataFrame:
    """valid_from, threshold: which one holds from which day on. A later agreement takes the place of all earlier ones from its day on."""
    held: list[SignalRule] = []
    for rule in rules:
        held = [*(earlier for earlier in held if earlier.valid_from < rule.valid_from), rule]
    rows = [(rule.valid_from, rule.threshold) for rule in held]
    return pl.DataFrame(rows, schema={"valid_from": pl.Date, "threshold": pl.Int64}, orient="row")


def add(connection: Connection, threshold: int, valid_from: date, why: str, changed_on: date) -> None:
    """Write an agreement; none is ever changed."""
    table = tables.signal_rules
    version = connection.execute(select(func.coalesce(func.max(table.c.version), 0))).scalar_one() + 1
    connection.execute(insert(table).values(version=version, threshold=threshold, valid_from=valid_from, why=why, changed_on=changed_on))
