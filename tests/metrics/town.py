"""What the tests of figures share: a drawn programme, a view of it, and the parts of a figure that people check by hand."""

from dataclasses import replace
from datetime import date
from typing import Any

from metrics.drawn import programme
from metrics.shapes import Figures, Period, Shown, View

__all__ = ["AUTUMN", "SCHOOL_YEAR", "parts", "per", "programme", "values"]

AUTUMN = View(Period(date(2025, 8, 1), date(2025, 12, 31)), as_of=date(2026, 7, 31))
SCHOOL_YEAR = View(Period(date(2025, 8, 1), date(2026, 7, 31)), as_of=date(2026, 7, 31))


def per(view: View, *by: str, **choice: Any) -> View:
    """The view with these grains, and whatever else is chosen."""
    return replace(view, by=by, **choice)


def parts(figures: Figures | Shown) -> list[tuple[Any, ...]]:
    """Keys, numerator, denominator and value of every row."""
    return figures.frame.select(*figures.view.keys, "numerator", "denominator", "value").rows()


def values(figures: Figures | Shown) -> list[tuple[Any, ...]]:
    """Keys, value and reason of every row."""
    return figures.frame.select(*figures.view.keys, "value", "reason").rows()
