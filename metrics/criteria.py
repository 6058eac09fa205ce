"""Which figure a criterion is about, and in which other ways the same could have been worked out.

A criterion names an indicator and, where that has more rows than one, its part: "wealth_fifth=1", or "audience=pupils, dimension=knowledge". Grains of the view
among these keys become the grain of the figure; the others are keys that the indicator brings itself.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Literal

import polars as pl

from metrics import catalogue
from metrics.indicators import repeat_attendance
from metrics.indicators import selection as select
from metrics.indicators.wealth import HIGHER_IS_WEALTHIER
from metrics.shapes import GRAINS, Figures, Inputs, Refused, Sector, View

Kind = Literal["wealth", "repeat", "without_branch"]

#: Measures of wealth that say different things; the others that CBS publishes are close to one of these.
OTHER_WEALTH = ("ses_woa", "p_ink_li", "g_wozbag", "p_koopw")
#: Figures that depend on the measure of wealth whatever the view asks for.
ABOUT_WEALTH = ("least_against_most", "slope", "relative_index", "concentration")

#: Other definitions of coming back than the one that was agreed.
REPEAT: Mapping[str, Callable[[Inputs, View], Figures]] = {
    "14_days": partial(repeat_attendance.returned_within, days=14),
    "42_days": partial(repeat_attendance.returned_within, days=42),
    "2_visit_days": partial(repeat_attendance.came_at_least, visit_days=2),
}


@dataclass(frozen=True)
class Variant:
    """One other way to work out the same figure. what: the measure, the definition of coming back, or the branch that is left out."""

    kind: Kind
    what: str
    view: View
    calculate: Callable[[Inputs, View], Figures]


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


def variants(indicator: str, data: Inputs, view: View) -> Iterator[Variant]:
    """The other definitions of wealth that were delivered, the other definitions of coming back, and the programme without each of its branches."""
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
    if len(branches) > 1:
        for branch in branches:
            others = tuple(other for other in branches if other != branch)
            yield Variant("without_branch", branch, replace(view, branches=others), calculate)
