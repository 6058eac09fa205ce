"""Recording what was decided, and looking back on it when its day has come. That something changed since is no proof that the decision did it."""

from dataclasses import dataclass, replace

from sqlalchemy import Engine, select

from actions.set_criteria import refuse_person
from actions.show_figures import as_many_sessions, shown
from data_access import decisions, tables
from data_access.clock import today
from data_access.database import begin, look
from data_access.dataset import Dataset
from data_access.decisions import Decision
from data_access.ingest import ledger
from data_access.reader import Forbidden, Reader, Role
from metrics.shapes import Period, Refused, Shown, View

#: Figures of which one row says enough to hold it beside itself.
INDICATORS = ("visits_per_session", "participants", "new_participants", "reach", "returned_within_28_days", "pupils_per_volunteer", "turned_away")
LONGEST = {"what": 160, "reason": 500, "conclusion": 500}


@dataclass(frozen=True)
class LookedBack:
    """A figure before and after a decision, over as many held sessions.

    figures: before, after; None where there is nothing to compare, and then code says why (`no_sessions_after`, `too_few_before`).
    """

    decision: Decision
    sessions: int
    figures: tuple[Shown, Shown] | None = None
    code: str = ""


def record(engine: Engine, reader: Reader, decision: Decision) -> Decision:
    """Keep a decision; it is given back as it was written.

    Raises Forbidden for every role but the programme; Refused: `decision_without_words` (what or reason), `too_many_letters`, `owner_is_no_role`,
    `check_before_decision`, `unknown_indicator`, `unknown_branch`; StoreFault.
    """
    _only_the_programme(reader)
    for name in ("what", "reason"):
        _refuse_words(name, getattr(decision, name))
    refuse_person(decision.owner)
    if decision.check_on <= decision.decided_on:
        raise Refused("check_before_decision")
    if decision.indicator not in INDICATORS:
        raise Refused("unknown_indicator", id=decision.indicator, known=INDICATORS)
    with begin(engine) as connection:
        ledger.lock(connection)
        known = connection.scalars(select(tables.branches.c.branch_id)).all()
        if decision.branch_id is not None and decision.branch_id not in known:
            raise Refused("unknown_branch", branches=[decision.branch_id], known=known)
        written = decisions.add(connection, decision, today())
        ledger.raise_version(connection)
    return written


def conclude(engine: Engine, reader: Reader, decision_id: int, conclusion: str) -> None:
    """Keep what was thought of a decision when it came back.

    Raises Forbidden; Refused: `decision_without_words`, `too_many_letters`, `decision_is_concluded`; StoreFault.
    """
    _only_the_programme(reader)
    _refuse_words("conclusion", conclusion)
    with begin(engine) as connection:
        ledger.lock(connection)
        if not decisions.conclude(connection, decision_id, conclusion, today()):
            raise Refused("decision_is_concluded")
        ledger.raise_version(connection)


def history(engine: Engine, reader: Reader) -> list[Decision]:
    """The decisions that a reader may read, oldest first: all for the programme, those of the whole and of its own for a branch.

    Raises Forbidden, StoreFault.
    """
    if reader.role not in (Role.PROGRAMME, Role.BRANCH):
        raise Forbidden("forbidden.decisions")
    with look(engine) as connection:
        found = decisions.recorded(connection)
    return [decision for decision in found if reader.role is Role.PROGRAMME or decision.branch_id in (None, *reader.branch_ids)]


def look_back(dataset: Dataset, decision: Decision) -> LookedBack:
    """The figure of a decision from its day to its check date, beside the days before it with as many held sessions. Raises Forbidden, StoreFault."""
    branches = () if decision.branch_id is None else (decision.branch_id,)
    as_of = dataset.as_of()
    if as_of is None or as_of < decision.decided_on:
        return LookedBack(decision, 0, code="no_sessions_after")
    after = View(period=Period(decision.decided_on, min(decision.check_on, as_of)), as_of=as_of, branches=branches)
    held, before = as_many_sessions(dataset, after)
    if before is None:
        return LookedBack(decision, held, code="too_few_before" if held else "no_sessions_after")
    earlier = replace(after, period=before)
    return LookedBack(decision, held, (shown(dataset, decision.indicator, earlier), shown(dataset, decision.indicator, after)))


def _only_the_programme(reader: Reader) -> None:
    if reader.role is not Role.PROGRAMME:
        raise Forbidden("forbidden.decisions")


def _refuse_words(name: str, words: str) -> None:
    if not words.strip():
        raise Refused("decision_without_words", part=name)
    if len(words) > LONGEST[name]:
        raise Refused("too_many_letters", part=name, most=LONGEST[name])
