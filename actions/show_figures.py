"""Calculate an indicator for a reader and protect it: the only way from the store to a screen."""

from data_access.dataset import Dataset
from metrics import catalogue
from metrics.disclosure import working
from metrics.periods import TIME_GRAINS
from metrics.shapes import Shown, View


def shown(dataset: Dataset, indicator: str, view: View) -> Shown:
    """One indicator for one view, as working figures.

    Raises Forbidden when the reader may not see this view, Refused when the view or the data cannot be worked with.
    """
    figures = catalogue.indicator(indicator)(dataset.inputs_for(view), view)
    protected = working.protect(figures, working.Rule())
    return working.cover(protected) if _adds_up(indicator, view) else protected


def _adds_up(indicator: str, view: View) -> bool:
    """Whether the parts of a figure add up to their whole: visits always; pupils over places, but not over time, where one pupil counts in several parts."""
    return catalogue.definition(indicator).unit in ("visits", "visits_per_session") or not {*view.by[-1:]} & {*TIME_GRAINS}
