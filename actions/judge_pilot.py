"""Does the pilot meet what was agreed, and would it still if the same had been worked out in another way?"""

from collections.abc import Iterator
from dataclasses import dataclass

from actions.show_figures import visible
from data_access import criteria
from data_access.criteria import Criterion
from data_access.database import look
from data_access.dataset import Dataset
from data_access.reader import Forbidden
from metrics import catalogue
from metrics.criteria import Kind, only, variants, view_of
from metrics.methods import verdict
from metrics.methods.verdict import Verdict
from metrics.shapes import Figures, Refused, View


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

    All verdicts rest on figures as staff may see them: what is hidden gives none (reason "hidden"). A figure that cannot be made gives none either, with the
    code as its reason. Branches are left out one by one only for who may see the others, and where the view shows all. Raises Forbidden, StoreFault.
    """
    with look(dataset.engine) as connection:
        agreed = criteria.valid(connection, view.period.last)
    return [_judged(dataset, view, criterion) for criterion in agreed if not (view.sector and criterion.sector and view.sector != criterion.sector)]


def _judged(dataset: Dataset, view: View, criterion: Criterion) -> Judged:
    rule = verdict.Criterion(criterion.rule, criterion.target, criterion.minimum_sample)
    try:
        seen = view_of(view, criterion.part, criterion.sector)
        found = _verdict(rule, criterion, catalogue.indicator(criterion.indicator)(dataset.inputs_for(seen), seen))
    except Refused as refused:
        return Judged(criterion, Verdict("undecided", None, None, None, criterion.target, None, None, refused.code), ())
    return Judged(criterion, found, tuple(_checks(dataset, seen, rule, criterion)) if found.value is not None else ())


def _checks(dataset: Dataset, view: View, rule: verdict.Criterion, criterion: Criterion) -> Iterator[Check]:
    for variant in variants(criterion.indicator, dataset.inputs_for(view), view):
        if variant.kind == "without_branch" and view.branches:
            continue
        try:
            data = dataset.inputs_for(variant.view)
        except Forbidden:
            continue
        yield Check(variant.kind, variant.what, _verdict(rule, criterion, variant.calculate(data, variant.view)))


def _verdict(rule: verdict.Criterion, criterion: Criterion, figures: Figures) -> Verdict:
    return verdict.judge(rule, only(visible(figures), criterion.part))
