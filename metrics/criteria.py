"""Which figure a criterion is about, whether it reaches its target, and in which other ways the same could have been worked out.

A criterion names an indicator and, where that has more rows than one, its part: "wealth_fifth=1", or "audience=pupils, dimension=knowledge". Grains of the view
among these keys become the grain of the figure; the others are keys that the indicator brings itself.
All verdicts rest on figures as staff may see them: what is hidden gives none (reason "hidden").
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Literal

import polars as pl

from metrics import catalogue
from metrics.disclosure.seen import visible
from metrics.indicators import repeat_attendance
from metrics.indicators import selection as select
from metrics.indicators.wealth import HIGHER_IS_WEALTHIER
from metrics.methods.verdict import Criterion, Verdict, judge
from metrics.shapes import GRAINS, Figures, Inputs, Refused, Sector, View

Kind = Literal["wealth", "repeat", "without_branch"]

#: The family of figures that are verdicts themselves: none of them is held against a target.
VERDICTS = "verdicts"

#: Measures of wealth that say different things; the others that CBS publishes are close to one of these.
OTHER_WEALTH = ("ses_woa", "p_ink_li", "g_wozbag", "p_koopw")
#: Figures that depend on the measure of wealth whatever the view asks for.
ABOUT_WEALTH = ("least_against_most", "slope", "slope_line", "relative_index", "concentration")

#: Other definitions of coming back than the one that was agreed.
REPEAT: Mapping[str, Callable[[Inputs, View], Figures]] = {
    "14_days": partial(repeat_attendance.returned_within, days=14),
    "42_days": partial(repeat_attendance.returned_within, days=42),
    "2_visit_days": partial(repeat_attendance.came_at_least, visit_days=2),
}


@dataclass(frozen=True)
class Agreed:
    """What was agreed: which figure, which row of it, of which sector (None = any), is held against what."""

    indicator: str
    part: str
    sector: Sector | None
    criterion: Criterion


@dataclass(frozen=True)
class Variant:
    """One other way to work out the same figure. what: the measure, the definition of coming back, or the branch that is left out."""

    kind: Kind
    what: str
    view: View
    calculate: Callable[[Inputs, View], Figures]


def indicators() -> tuple[str, ...]:
    """What can be held against a target, by id."""
    return tuple(indicator for indicator in catalogue.ids() if catalogue.definition(indicator).family != VERDICTS)


def parts(part: str) -> Mapping[str, str]:
    """ "wealth_fifth=1, ..." as keys and values. Raises Refused("unreadable_part")."""
    pairs = [pair.partition("=") for pair in part.split(",")] if part.strip() else []
    found = {key.strip(): value.strip() for key, sign, value in pairs if sign and key.strip() and value.strip()}
    if len(found) != len(pairs):
        raise Refused("unreadable_part", part=part)
    return found


def view_of(view: View, part: str, sector: Sector | None) -> View:
    """The view of the figure that the criterion is about."""
    grains = tuple(grain for grain, key in GRAINS.items() if key in parts(part))
    return replace(view, by=grains, sector=sector or view.sector)


def only(figures: Figures, part: str) -> Figures:
    """The row that the criterion is about; empty where it is not there, more rows where the part does not say which. Raises Refused("unknown_key")."""
    wanted = parts(part)
    unknown = [key for key in wanted if key not in figures.keys]
    if unknown:
        raise Refused("unknown_key", keys=unknown, known=figures.keys)
    is_it = pl.all_horizontal(pl.lit(True), *(pl.col(key).cast(pl.String) == value for key, value in wanted.items()))
    return replace(figures, frame=figures.frame.filter(is_it))


def judged(agreed: Agreed, data: Inputs, view: View) -> tuple[Figures, Verdict]:
    """The figure that a criterion is about, as staff may see it, and its verdict.

    view: of the criterion, as `view_of` gives. Raises Refused where the figure cannot be made, `unknown_indicator` also for a verdict on a verdict.
    """
    if agreed.indicator not in indicators():
        raise Refused("unknown_indicator", id=agreed.indicator, known=indicators())
    return held_against(agreed, catalogue.indicator(agreed.indicator)(data, view))


def held_against(agreed: Agreed, figures: Figures) -> tuple[Figures, Verdict]:
    """As `judged`, of figures that were worked out in whatever way."""
    figure = only(visible(figures), agreed.part)
    return figure, judge(agreed.criterion, figure)


def variants(indicator: str, data: Inputs, view: View) -> Iterator[Variant]:
    """The other definitions of wealth that were delivered, the other definitions of coming back, and the programme without each of its branches.

    Branches are left out where the view shows all: of a choice the others say nothing.
    """
    calculate = catalogue.indicator(indicator)
    if indicator in ABOUT_WEALTH or "wealth_fifth" in view.by:
        delivered = set(data.context["measure"].unique()) & set(HIGHER_IS_WEALTHIER)
        for measure in OTHER_WEALTH:
            if measure in delivered and measure != view.wealth:
                yield Variant("wealth", measure, replace(view, wealth=measure), calculate)
    if indicator == "returned_within_28_days":
        for what, other in REPEAT.items():
            yield Variant("repeat", what, view, other)
    branches = select.branches_in(data, view)["branch_id"].sort().to_list()
    if len(branches) > 1 and not view.branches:
        for branch in branches:
            others = tuple(other for other in branches if other != branch)
            yield Variant("without_branch", branch, replace(view, branches=others), calculate)
