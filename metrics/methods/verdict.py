"""Whether a figure reaches a target that was set beforehand, given how sure the figure is."""

import math
from dataclasses import dataclass
from typing import Any, Literal

from metrics.methods.uncertainty import z_value
from metrics.shapes import Figures, Refused

Rule = Literal["at_least", "at_most"]
State = Literal["met", "not_met", "undecided"]


@dataclass(frozen=True)
class Criterion:
    """What was agreed: the figure lies at or beyond the target in the direction of the rule, on at least minimum_sample (what stands below the line)."""

    rule: Rule
    target: float
    minimum_sample: float = 0


@dataclass(frozen=True)
class Verdict:
    """The answer, its figure, and what would settle an open one.

    sample: the denominator of the figure, or the pupils behind it where nothing stands below the line. needed: the sample at which the same figure would
    settle it; None when it is settled, and when no number of pupils would. reason: None when settled, else `below_minimum_sample`, `interval_spans_target`,
    `at_target` (the figure is the target itself), `no_interval`, `no_figure`, or the reason that the figure itself gives.
    """

    state: State
    value: float | None
    lower: float | None
    upper: float | None
    target: float
    sample: float | None
    needed: int | None
    reason: str | None


def judge(criterion: Criterion, figures: Figures) -> Verdict:
    """Met: minimum sample reached and the whole interval at or beyond the target. Not met: the whole interval short of it. Else undecided.

    figures: one row. A limit that is null while the other is known lies infinitely far; a count (no denominator, no reason, no limits) is its own interval.
    needed assumes that the figure stays as it is: for a proportion (method "wilson") the sample at which the Wilson limit passes the target, for all others the
    margin shrinks with the square root of the sample. Raises Refused("not_one_figure", rows), Refused("unknown_rule").
    Source: a definition of the programme: a verdict asks that the whole interval lies on one side of the target.
    """
    if criterion.rule not in {"at_least", "at_most"}:
        raise Refused("unknown_rule", rule=criterion.rule)
    if figures.frame.height > 1:
        raise Refused("not_one_figure", rows=figures.frame.height)
    row: dict[str, Any] = figures.frame.row(0, named=True) if figures.frame.height else {"value": None, "reason": "no_figure"}
    value, lower, upper, denominator, reason = (row.get(name) for name in ("value", "lower", "upper", "denominator", "reason"))
    sample = row.get("pupils") if denominator is None else denominator
    if value is None:
        return Verdict("undecided", None, None, None, criterion.target, sample, None, reason or "no_figure")
    counted = lower is None and upper is None and denominator is None and reason is None
    state, undecided = _state(criterion, value, value if counted else lower, value if counted else upper, sample)
    if undecided is None:
        return Verdict(state, value, lower, upper, criterion.target, sample, None, None)
    if undecided == "no_interval":
        undecided = reason or undecided
    needed = _needed(criterion, row, sample, z_value(figures.view.confidence))
    return Verdict(state, value, lower, upper, criterion.target, sample, needed, undecided)


def _state(criterion: Criterion, value: float, lower: float | None, upper: float | None, sample: float | None) -> tuple[State, str | None]:
    low, high = -math.inf if lower is None else lower, math.inf if upper is None else upper
    if criterion.rule == "at_least":
        beyond, short = low >= criterion.target, high < criterion.target
    else:
        beyond, short = high <= criterion.target, low > criterion.target
    if short:
        return "not_met", None
    if beyond and (sample or 0) >= criterion.minimum_sample:
        return "met", None
    if beyond:
        return "undecided", "below_minimum_sample"
    if lower is None and upper is None:
        return "undecided", "no_interval"
    return "undecided", "at_target" if value == criterion.target else "interval_spans_target"


#: A squared distance to the target below which no sample of people would tell the two apart.
AS_GOOD_AS_AT_TARGET = 1e-18


def _needed(criterion: Criterion, row: dict[str, Any], sample: float | None, z: float) -> int | None:
    """The smallest sample at which the limit that faces the target would pass it."""
    value, target = float(row["value"]), criterion.target
    facing = row.get("lower") if value > target else row.get("upper")
    gap = (value - target) ** 2
    if gap < AS_GOOD_AS_AT_TARGET or not sample:
        return None
    if row.get("method") == "wilson":
        enough = z**2 * target * (1 - target) / gap
    elif facing is not None:
        enough = sample * (value - facing) ** 2 / gap
    else:
        return None
    misses = (value < target) == (criterion.rule == "at_least")
    # Short of the target is strict, at or beyond is not.
    return max(math.ceil(criterion.minimum_sample), math.floor(enough) + 1 if misses else math.ceil(enough))
