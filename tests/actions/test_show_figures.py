"""From figure to screen: what is hidden, and what else goes with it."""

import pytest

from metrics import catalogue
from metrics.disclosure.seen import protected
from metrics.drawn import programme
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
