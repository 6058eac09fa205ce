"""Calculate an indicator for a reader and protect it: the only way from the store to a screen."""

from data_access.dataset import Dataset
from metrics import catalogue
from metrics.disclosure import working
from metrics.shapes import Shown, View


def shown(dataset: Dataset, indicator: str, view: View) -> Shown:
    """One indicator for one view, as working figures.

    Raises Forbidden when the reader may not see this view, Refused when the view or the data cannot be worked with.
    """
    figures = catalogue.indicator(indicator)(dataset.inputs_for(view), view)
    return working.protect(figures, working.Rule())
