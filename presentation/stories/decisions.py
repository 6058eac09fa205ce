"""What was decided, and what was seen since: a figure before and after, and the caution that this proves nothing."""

from dataclasses import dataclass
from datetime import timedelta

import polars as pl

from actions.record_decision import INDICATORS, LookedBack
from data_access.clock import today
from data_access.decisions import Decision
from data_access.reader import Reader, Role
from metrics.catalogue import Definition
from metrics.methods.comparison import difference_of, direction
from presentation import cached
from presentation.choice import Choice
from presentation.stories import common
from presentation.stories.common import Row
from presentation.tables import Table
from presentation.texts import Say, plain

#: After how many days a decision comes back unless somebody says otherwise: a school half-year.
CHECKED_AFTER = timedelta(days=180)
#: How many decisions that came back are told at once; the others stand in the table.
AT_ONCE = 2


@dataclass(frozen=True)
class Return:
    """A decision that came back: its number, what it was, what was seen before and after it, and what that cannot say."""

    decision_id: int
    title: str
    what: str
    seen: str
    caution: str


def may_record(reader: Reader) -> bool:
    """Whether this reader records decisions and concludes on them."""
    return reader.role is Role.PROGRAMME


def returns(found: list[Decision], choice: Choice, reader: Reader, say: Say) -> list[Return]:
    """The decisions whose day has come and on which nobody has concluded, longest waiting first. In a year that is past only those of that year: what came
    after it says nothing of it.
    """
    due = sorted((decision for decision in found if decision.is_due(today()) and _belongs(decision, choice)), key=lambda decision: decision.check_on)
    return [_return(cached.looked_back(reader, decision), say) for decision in due[:AT_ONCE]]


def _belongs(decision: Decision, choice: Choice) -> bool:
    """Whether the newest data are in view, or the day on which it was decided or looked at again."""
    period = choice.period
    return any(period.first <= day <= period.last for day in (choice.as_of, decision.decided_on, decision.check_on))


def empty() -> Decision:
    """A decision to fill in."""
    return Decision(decided_on=today(), what="", reason="", owner="opgavemanager", check_on=today() + CHECKED_AFTER, indicator=INDICATORS[0])


def indicator_name(indicator: str, say: Say) -> str:
    """What a figure is called."""
    return cached.definition(indicator).name[say.language]


def place_name(branch_id: str | None, say: Say) -> str:
    """Where a decision holds."""
    return say("decisions.everywhere") if branch_id is None else {branch.id: plain(branch.name) for branch in cached.branches()}.get(branch_id, branch_id)


def history(found: list[Decision], say: Say) -> Table:
    """Every decision, the newest on top, with what was concluded."""
    rows = [
        [
            say.date(decision.decided_on, "d MMM y"),
            f"{plain(decision.what)} ({place_name(decision.branch_id, say)})",
            plain(decision.reason),
            plain(decision.owner),
            say.date(decision.check_on, "d MMM y"),
            plain(decision.conclusion) if decision.conclusion else say("decisions.open"),
        ]
        for decision in reversed(found)
    ]
    headers = [say(f"table.{column}") for column in ("decided_on", "decision", "reason", "owner", "check_on", "conclusion")]
    return Table(headers, rows, pl.DataFrame([vars(decision) for decision in found]))


def _return(looked: LookedBack, say: Say) -> Return:
    decision = looked.decision
    return Return(
        decision_id=decision.decision_id or 0,
        title=say("decisions.back.title", day=decision.decided_on),
        what=say("decisions.back.what", what=plain(decision.what), reason=plain(decision.reason), place=place_name(decision.branch_id, say)),
        seen=_seen(looked, say),
        caution=say("decisions.back.caution"),
    )


def _seen(looked: LookedBack, say: Say) -> str:
    """Before and after, each with its margin, and whether that is certainly different."""
    name = indicator_name(looked.decision.indicator, say)
    if looked.figures is None:
        return say(f"decisions.back.{looked.code}", name=name)
    before, after = (common.only(shown) for shown in looked.figures)
    if before.value is None or after.value is None:
        return say("decisions.back.unknown", name=name)
    word = direction(difference_of(common.interval(after), common.interval(before)))
    found = cached.definition(looked.decision.indicator)
    told = say("decisions.back.seen", name=name, n=looked.sessions, before=_amount(before, found, say), after=_amount(after, found, say))
    return f"{told} {say('decisions.back.' + (word or 'counted'))}"


def _amount(row: Row, found: Definition, say: Say) -> str:
    """A value in its unit with its margin: **4,1%** (3,8–4,4)."""
    scale = 100 if found.unit == "proportion" else 1
    value = f"**{say.number(scale * (row.value or 0), found.decimals)}{'%' if scale == 100 else ''}**"
    if row.lower is None or row.upper is None:
        return value
    return f"{value} ({say.between(scale * row.lower, scale * row.upper, found.decimals)})"
