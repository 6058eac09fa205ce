"""Taking a delivery back: what page, command and test call alike."""

from dataclasses import dataclass

from sqlalchemy import Connection, Engine

from actions.load_file import OWN_KINDS
from actions.raise_signals import SAYS_WHO_CAME, raise_within
from data_access.clock import today
from data_access.database import begin, look
from data_access.ingest import ledger
from data_access.ingest import withdraw as taking_back
from data_access.ingest.withdraw import CannotWithdraw, Withdrawal
from data_access.reader import Forbidden, Reader, Role


@dataclass(frozen=True)
class Withdrawn:
    """What became of the rows of a delivery that was taken back, or what would.

    went: rows that no longer stand; came_back: rows that it had replaced or taken away, and that stand again; changed: rows that it had corrected, or that got
    part of what it said; pupils: pupils whom no other delivery names, and who are forgotten; signals: those about its pupils that stay, because somebody
    has looked at them.
    """

    load_id: int
    file_name: str
    kind: str
    went: int
    came_back: int
    changed: int
    pupils: int
    signals: int


def would_withdraw(engine: Engine, reader: Reader, load_id: int) -> Withdrawn:
    """What taking a load back would do. Nothing is changed. Raises as `withdraw`."""
    with look(engine) as connection:
        entry, found = _found(connection, reader, load_id)
    return _told(entry, found)


def withdraw(engine: Engine, reader: Reader, load_id: int) -> Withdrawn:
    """Take a load back in one transaction, or change nothing. Raises Forbidden, CannotWithdraw, StoreFault."""
    with begin(engine) as connection:
        ledger.lock(connection)
        entry, found = _found(connection, reader, load_id)
        taking_back.take_back(connection, found)
        ledger.enter_withdrawal(connection, load_id, reader)
        if entry.kind in SAYS_WHO_CAME:
            raise_within(connection, today())
        ledger.raise_version(connection)
    return _told(entry, found)


def _found(connection: Connection, reader: Reader, load_id: int) -> tuple[ledger.Entry, Withdrawal]:
    """The load and what taking it back does. The steward may take back any, a branch what is about nobody but itself."""
    if reader.role not in (Role.STEWARD, Role.BRANCH):
        raise Forbidden("forbidden.withdraw")
    book, own = ledger.entries(connection), set(reader.branch_ids)
    entry = next((entry for entry in book if entry.load_id == load_id), None)
    if entry is None or (reader.role is Role.BRANCH and not own & set(entry.branches)):
        raise Forbidden("forbidden.load", load=load_id)
    if reader.role is Role.BRANCH and not (entry.kind in OWN_KINDS and own >= set(entry.branches)):
        raise Forbidden("forbidden.withdraw_shared", load=load_id)
    if entry.withdrawn:
        raise CannotWithdraw("withdraw.already", load=str(load_id))
    return entry, taking_back.find(connection, load_id, book)


def _told(entry: ledger.Entry, found: Withdrawal) -> Withdrawn:
    """What each delivery says of a pupil counts as rows only of a delivery that brought nothing else."""
    went, came_back = sum(len(change.went) for change in found.returns), sum(change.came_back for change in found.returns)
    changed = sum(change.changed for change in found.returns)
    return Withdrawn(entry.load_id, entry.file_name, entry.kind, went if found.returns else found.said, came_back, changed, len(found.pupils), found.signals)
