"""What was decided on the figures: what, why, who answers for it, and when it is looked at again."""

from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import Connection, insert, select, update

from data_access.tables import decisions as table


@dataclass(frozen=True, kw_only=True)
class Decision:
    """One decision. indicator: the figure that shows whether something changed; owner: a role, never a person; branch_id: None = the whole programme.

    concluded_on and conclusion: when it was looked at again and what was thought of it, None until then.
    """

    decided_on: date
    what: str
    reason: str
    owner: str
    check_on: date
    indicator: str
    branch_id: str | None = None
    decision_id: int | None = None
    recorded_on: date | None = None
    concluded_on: date | None = None
    conclusion: str | None = None

    def is_due(self, today: date) -> bool:
        """Whether its day has come and nobody has concluded yet."""
        return self.check_on <= today and self.concluded_on is None


def recorded(connection: Connection) -> list[Decision]:
    """All decisions, oldest first."""
    rows = connection.execute(select(table).order_by(table.c.decided_on, table.c.decision_id)).mappings()
    return [Decision(**row) for row in rows]


def add(connection: Connection, decision: Decision, recorded_on: date) -> Decision:
    """Write a decision; what was decided is never changed afterwards."""
    written = replace(decision, recorded_on=recorded_on)
    values = {name: value for name, value in vars(written).items() if name != "decision_id"}
    return replace(written, decision_id=connection.execute(insert(table).values(values).returning(table.c.decision_id)).scalar_one())


def conclude(connection: Connection, decision_id: int, conclusion: str, concluded_on: date) -> bool:
    """Write what was thought of a decision, once; False when there is no such decision that waits for it."""
    waiting = (table.c.decision_id == decision_id) & table.c.concluded_on.is_(None)
    return connection.execute(update(table).where(waiting).values(conclusion=conclusion, concluded_on=concluded_on)).rowcount == 1
