"""Does the pilot meet what was agreed, and would it still if the same had been worked out in another way?"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

import polars as pl

from data_access import criteria
from data_access.criteria import Criterion
from data_access.database import look
from data_access.dataset import Dataset
from data_access.reader import Forbidden
from metrics.catalogue import definition
from metrics.criteria import Agreed, Kind, held_against, judged, variants, view_of
from metrics.indicators import selection
from metrics.methods import verdict
from metrics.methods.uncertainty import proportions
from metrics.methods.verdict import Verdict
from metrics.shapes import Figures, Inputs, Refused, View

#: none: nothing is missing, or no visit is counted; holds: the verdict stays, even if those weeks were as busy as the busiest week of that branch and everybody
#: in them came from there for the first time; may_turn: then it would not; unknown: a visit in those weeks can move the figure up and down.
Missing = Literal["none", "holds", "may_turn", "unknown"]


@dataclass(frozen=True)
class Check:
    """The verdict on the same figure worked out in another way: with another measure of wealth, another definition of coming back, or without a branch."""

    kind: Kind
    what: str
    verdict: Verdict


@dataclass(frozen=True)
class Judged:
    """A criterion with its verdict and the checks of it; no check where there is no figure to check.

    unseen: how many checks only who sees all branches may see; missing: what the school weeks that were not delivered can do to the verdict (`Missing`).
    """

    criterion: Criterion
    verdict: Verdict
    checks: tuple[Check, ...]
    unseen: int = 0
    missing: Missing = "none"

    @property
    def holds(self) -> int:
        """In how many of the checks the verdict stays the same."""
        return sum(check.verdict.state == self.verdict.state for check in self.checks)


def judge_pilot(dataset: Dataset, view: View) -> list[Judged]:
    """Every criterion that holds at the end of the period, for the branches and sector of the view; criteria for the other sector are left out.

    The numbers are those of the indicators `verdict` and `sensitivity`, for any reader: branches are left out one by one only for who may see the others. A
    figure that cannot be made gives no verdict, with the code as its reason. Raises Forbidden, StoreFault.
    """
    with look(dataset.engine) as connection:
        agreed = criteria.valid(connection, view.period.last)
    return [_judged(dataset, view, criterion) for criterion in agreed if not (view.sector and criterion.sector and view.sector != criterion.sector)]


def _judged(dataset: Dataset, view: View, criterion: Criterion) -> Judged:
    try:
        seen = view_of(view, criterion.part, criterion.sector)
        figure, found = judged(_agreed(criterion), dataset.inputs_for(seen), seen)
    except Refused as refused:
        return Judged(criterion, Verdict("undecided", None, None, None, criterion.target, None, None, refused.code), ())
    if found.value is None:
        return Judged(criterion, found, ())
    checks = list(_checks(dataset, seen, criterion))
    allowed = tuple(check for check in checks if check is not None)
    return Judged(criterion, found, allowed, len(checks) - len(allowed), _missing(dataset.inputs_for(seen), seen, criterion, figure, found))


def _checks(dataset: Dataset, view: View, criterion: Criterion) -> Iterator[Check | None]:
    """None for a check that this reader may not see."""
    for variant in variants(criterion.indicator, dataset.inputs_for(view), view):
        try:
            data = dataset.inputs_for(variant.view)
        except Forbidden:
            yield None
            continue
        yield Check(variant.kind, variant.what, held_against(_agreed(criterion), variant.calculate(data, variant.view))[1])


def _missing(data: Inputs, view: View, criterion: Criterion, figure: Figures, found: Verdict) -> Missing:
    """Reach can only rise with the visits that did not come in, so it is worked out at the most they can add; of other figures that cannot be said."""
    weeks = selection.missing_weeks(data, view)
    if weeks.is_empty() or definition(criterion.indicator).family == "outcomes":
        return "none"
    if criterion.indicator != "reach":
        return "unknown"
    most = weeks.join(selection.busiest_week(data, view), on="branch_id", how="left")["visits"].fill_null(0).sum()
    counts = figure.frame.select(numerator=pl.min_horizontal(pl.col("numerator") + most, "denominator"), denominator="denominator")
    at_most = figure.frame.drop("numerator", "denominator", "value", "lower", "upper").hstack(proportions(counts, confidence=view.confidence))
    turned = verdict.judge(_agreed(criterion).criterion, replace(figure, frame=at_most)).state
    return "holds" if turned == found.state else "may_turn"


def _agreed(criterion: Criterion) -> Agreed:
    return Agreed(criterion.indicator, criterion.part, criterion.sector, verdict.Criterion(criterion.rule, criterion.target, criterion.minimum_sample))
