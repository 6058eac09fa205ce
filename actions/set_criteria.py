"""Agreeing when the pilot works: only the programme does, and nothing that was agreed is ever lost."""

import math

from sqlalchemy import Engine

from data_access import criteria
from data_access.clock import today
from data_access.criteria import Criterion
from data_access.database import begin, look
from data_access.ingest import ledger
from data_access.reader import Forbidden, Reader, Role
from metrics.criteria import indicators, parts
from metrics.refusals import refuse_below
from metrics.shapes import Refused

LONGEST_ID, LONGEST_PART = 32, 120


def set_criterion(engine: Engine, reader: Reader, criterion: Criterion) -> Criterion:
    """Add a criterion, or a new version of the one with its id; the version that was written is given back.

    Raises Forbidden for every role but the programme; Refused: `unknown_indicator`, `unknown_rule`, `unreadable_part`, `not_a_number` (target),
    `number_too_low` (minimum_sample), `owner_is_no_role` (empty, or an address), `criterion_without_id`, `change_without_reason` (a later version says why);
    StoreFault.
    """
    if reader.role is not Role.PROGRAMME:
        raise Forbidden("forbidden.criteria")
    _refuse(criterion)
    with begin(engine) as connection:
        ledger.lock(connection)
        known = [version.criterion_id for version in criteria.history(connection)]
        if criterion.criterion_id in known and not (criterion.why or "").strip():
            raise Refused("change_without_reason", criterion=criterion.criterion_id)
        written = criteria.add(connection, criterion, today())
        ledger.raise_version(connection)
    return written


def history(engine: Engine, reader: Reader) -> list[Criterion]:
    """All versions of all criteria, oldest first. Raises Forbidden for who may not see the overview, StoreFault."""
    if reader.scope("overview") is None:
        raise Forbidden("forbidden.criteria")
    with look(engine) as connection:
        return criteria.history(connection)


def _refuse(criterion: Criterion) -> None:
    if criterion.indicator not in indicators():
        raise Refused("unknown_indicator", id=criterion.indicator, known=indicators())
    if len(criterion.part) > LONGEST_PART:
        raise Refused("unreadable_part", part=criterion.part)
    parts(criterion.part)
    if criterion.rule not in {"at_least", "at_most"}:
        raise Refused("unknown_rule", rule=criterion.rule)
    if not math.isfinite(criterion.target) or not math.isfinite(criterion.minimum_sample):
        raise Refused("not_a_number", column="target")
    refuse_below(0, minimum_sample=criterion.minimum_sample)
    refuse_person(criterion.owner)
    if not 0 < len(criterion.criterion_id.strip()) <= LONGEST_ID:
        raise Refused("criterion_without_id", longest=LONGEST_ID)


def refuse_person(owner: str) -> None:
    """Refuse an owner that is no role: nothing, or the address of a person. Raises Refused("owner_is_no_role")."""
    if not owner.strip() or "@" in owner:
        raise Refused("owner_is_no_role")
