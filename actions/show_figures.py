"""Calculate an indicator for a reader and protect it: the only way from the store to a screen."""

from dataclasses import replace

import polars as pl

from data_access.dataset import Dataset
from data_access.reader import Forbidden, Role
from metrics import catalogue
from metrics.criteria import ABOUT_WEALTH
from metrics.disclosure.seen import participants_by_home, protected, protected_whole, visible
from metrics.disclosure.working import hide
from metrics.indicators.selection import branches_in
from metrics.indicators.target_group import target_group
from metrics.periods import as_many_sessions_earlier
from metrics.shapes import Figures, Period, Shown, View

#: What branches may see of one another: how busy they are and how they are staffed, as one total each. Everything else of another branch stays with it.
BRANCH_TOTALS = ("visits_per_session", "pupils_per_volunteer", "sessions_above_norm", "cancelled")


def shown(dataset: Dataset, indicator: str, view: View) -> Shown:
    """One indicator for one view, as working figures.

    Raises Forbidden when the reader may not see this view, Refused when the view or the data cannot be worked with.
    """
    by_fifth = (indicator, view.by) == ("reach", ("wealth_fifth",)) or (indicator in ABOUT_WEALTH and not view.by)
    return _by_another_measure(dataset, indicator, view) if by_fifth and view.wealth != View.wealth else protected(_figures(dataset, indicator, view))


def _by_another_measure(dataset: Dataset, indicator: str, view: View) -> Shown:
    """A figure by another measure of wealth than the standard one, made of nothing but what is seen of the neighbourhoods by the standard one.

    Fifths of another measure cut the same neighbourhoods differently: counted anew they would be further sums over those that are hidden, from which these
    could be solved.
    """
    standard = replace(view, by=(), wealth=View.wealth)
    homes, whole = (shown(dataset, "reach", replace(standard, by=by)) for by in (("neighbourhood",), ()))
    data = dataset.inputs_for(view)
    seen = participants_by_home(homes, whole, target_group(data, standard).select("neighbourhood_code", "target"))
    if seen is None:
        counted = protected(_figures(dataset, indicator, view))
        return hide(counted, counted.frame) if whole.frame["hidden"].any() else counted
    return protected(catalogue.indicator(indicator)(replace(data, seen_homes=seen), view))


#: Of how many other branches a branch may see the whole that it is part of; of one other that would be the other itself.
OTHERS = 2


def whole(dataset: Dataset, indicator: str, view: View) -> Shown:
    """One indicator of all branches of a view together, to be drawn beside one of these branches: as `shown`, and hidden wherever one of them is hidden.

    Raises as `shown`, and Forbidden when it is drawn for a branch and there are fewer than two others.
    """
    figures, data = _figures(dataset, indicator, view), dataset.inputs_for(view)
    together = set(branches_in(data, view)["branch_id"])
    if dataset.reader.role is Role.BRANCH and len(together - set(dataset.reader.branch_ids)) < OTHERS:
        raise Forbidden("forbidden.by_branch")
    return protected_whole(figures, catalogue.indicator(indicator)(data, replace(view, by=(*view.by, "branch"))))


def as_many_sessions(dataset: Dataset, view: View) -> tuple[int, Period | None]:
    """Held sessions of the view, and the days before its period with as many; None where there are none, or not enough before it.

    Raises Forbidden when the reader may not see this view.
    """
    data = dataset.inputs_for(view)
    sessions = data.sessions.join(branches_in(data, view), on="branch_id", how="semi")
    held = sessions.filter(pl.col("status") == "held", pl.col("held_on") <= view.as_of, pl.col("held_on").is_between(view.period.first, view.period.last))
    return held.height, as_many_sessions_earlier(sessions, view.period, view.as_of)


def with_pupils(dataset: Dataset, indicator: str, view: View) -> tuple[Shown, pl.DataFrame]:
    """As `shown`, and its rows with how many children stand behind each (`pupils`): null where the row is hidden. For a table, not for a picture."""
    figures = _figures(dataset, indicator, view)
    return protected(figures), visible(figures).frame


def _figures(dataset: Dataset, indicator: str, view: View) -> Figures:
    figures = catalogue.indicator(indicator)(dataset.inputs_for(view, branch_totals=indicator in BRANCH_TOTALS), view)
    if "branch_id" in figures.own_keys:  # its rows tell branches apart, though the view does not
        dataset.inputs_for(replace(view, by=("branch",)))
    return figures
