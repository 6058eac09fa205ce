"""From figure to screen: what is hidden, and what else goes with it."""

import pytest

from actions import show_figures
from data_access.dataset import Dataset
from data_access.reader import Reader, Role
from metrics import catalogue
from metrics.disclosure.seen import protected
from metrics.drawn import programme
from metrics.periods import school_year
from metrics.shapes import View
from tests.metrics.test_equal_opportunity import CAME, town_of
from tests.metrics.town import AUTUMN, per


def hidden(indicator, town, *by):
    shown = protected(catalogue.indicator(indicator)(town, per(AUTUMN, *by)))
    return shown.frame.filter("hidden").select(shown.keys).rows()


def test_a_hidden_neighbourhood_or_fifth_takes_the_next_smallest_with_it():
    town = town_of({**CAME, "hill": 7})
    for indicator in ("reach", "participants", "representation", "funnel"):
        assert hidden(indicator, town, "neighbourhood") == [("lake",), ("park",)], indicator
        assert hidden(indicator, town, "wealth_fifth") == [("3",), ("5",)], indicator


def test_the_parts_of_a_month_cover_one_another_also_where_months_do_not_add_up():
    assert {row[1:] for row in hidden("participants", town_of({**CAME, "hill": 7}), "month", "wealth_fifth")} == {("3",), ("5",)}
    assert {row[0] for row in hidden("participants", town_of({**CAME, "hill": 7}), "wealth_fifth", "month")} == {"3", "5"}


def test_an_index_in_two_forms_is_no_whole_of_two_parts():
    assert hidden("slope", town_of(CAME)) == [("wealth_fifth",)]
    assert len(hidden("concentration", town_of(CAME))) == 4


@pytest.mark.parametrize("by", [("neighbourhood",), ("wealth_fifth",)])
def test_pupils_who_came_in_two_months_do_not_make_the_months_add_up(by):
    town = programme("\n".join(["pupil | home | visited_on", *(f"{pupil} | dock | 2025-{month}-01" for pupil in range(9) for month in ("09", "10"))]))
    assert hidden("participants", town, *by) == []
    assert hidden("participants", town, "month") == []


@pytest.mark.parametrize("indicator", ["funnel", "representation", "dissimilarity", "concentration", "slope", "relative_index", "spread"])
def test_a_figure_over_all_neighbourhoods_has_no_more_digits_than_are_needed(demo_database, indicator):
    """With fifteen digits a small count that is hidden could be solved from it."""
    dataset = Dataset(demo_database, Reader(Role.PROGRAMME))
    by = ("neighbourhood",) if indicator in ("funnel", "representation") else ()
    frame = show_figures.shown(dataset, indicator, View(school_year(2023), school_year(2023).last, by=by)).frame
    digits = catalogue.definition(indicator).decimals + (4 if catalogue.definition(indicator).unit in ("points", "proportion") else 2)
    numbers = [number for name in ("value", "lower", "upper") for number in frame[name].drop_nulls()]
    assert numbers and all(number == round(number, digits) for number in numbers)
