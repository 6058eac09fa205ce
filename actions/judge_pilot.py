"""Does the pilot meet what was agreed, and would it still if the same had been worked out in another way?"""

from collections.abc import Iterator
from dataclasses import dataclass

from data_access import criteria
from data_access.criteria import Criterion
from data_access.database import look
from data_access.dataset import Dataset
from data_access.reader import Forbidden
from metrics.criteria import Agreed, Kind, held_against, judged, variants, view_of
from metrics.methods import verdict
from metrics.methods.verdict import Verdict
from metrics.shapes import Refused, View


@dataclass(frozen=True)
class Check:
    """The verdict on the same figure worked out in another way: with another measure of wealth, another definition of coming back, or without a branch."""

    kind: Kind
    what: str
    verdict: Verdict


@dataclass(frozen=True)
class Judged:
    """A criterion with its verdict and the checks of it; no check where there is no figure to check."""

    criterion: Criterion
    verdict: Verdict
    checks: tuple[Check, ...]

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
        _, found = judged(_agreed(criterion), dataset.inputs_for(seen), seen)
    except Refused as refused:
        return Judged(criterion, Verdict("undecided", None, None, None, criterion.target, None, None, refused.code), ())
    return Judged(criterion, found, tuple(_checks(dataset, seen, criterion)) if found.value is not None else ())


def _checks(dataset: Dataset, view: View, criterion: Criterion) -> Iterator[Check]:
    for variant in variants(criterion.indicator, dataset.inputs_for(view), view):
        try:
            data = dataset.inputs_for(variant.view)
        except Forbidden:
            continue
        yield Check(variant.kind, variant.what, held_against(_agreed(criterion), variant.calculate(data, variant.view))[1])


def _agreed(criterion: Criterion) -> Agreed:
    return Agreed(criterion.indicator, criterion.part, criterion.sector, verdict.Criterion(criterion.rule, criterion.target, criterion.minimum_sample))
