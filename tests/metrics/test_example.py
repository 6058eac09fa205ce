"""The worked example: every definition has one, and people can check it by counting the rows."""

import pytest

from metrics import catalogue, example
from tests.metrics.town import parts

BY_COUNTING = {
    "visits": (8, None, 8),
    "visits_per_session": (8, 4, 2),
    "participants": (5, None, 5),
    "new_participants": (5, None, 5),
    "active_pupils": (5, None, 5),
    "reach": (3, 100, 0.03),
    "visits_per_100_pupils": (5, 100, 5),
    "known_pupil": (7, 8, 0.875),
    "known_home": (6, 8, 0.75),
}


@pytest.mark.parametrize("indicator_id", sorted(BY_COUNTING))
def test_the_example_gives_what_counting_its_rows_gives(indicator_id):
    assert parts(example.figures(indicator_id)) == [BY_COUNTING[indicator_id]]


@pytest.mark.parametrize("indicator_id", catalogue.ids())
def test_every_definition_has_an_example_with_a_figure(indicator_id):
    assert example.figures(indicator_id).frame["value"].null_count() == 0


def test_the_example_shows_the_rows_it_is_made_of():
    visits, sessions = example.rows()
    assert (len(visits), len(sessions)) == (8, 4)
    assert visits[-1]["pupil"] is None
