"""The worked example: every definition has one, and people can check it by counting the rows."""

from datetime import date

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
    "pupils_per_volunteer": (27, 7, 27 / 7),
    "occupancy": (27, 70, 27 / 70),
    "sessions_above_norm": (2, 7, 2 / 7),
    "turned_away": (2, None, 2),
    "volunteers_short": (1, 2, 1),
    "volunteers_short_back_test": (1, 2, 0.5),
    "cost_per_participant": (810, 6, 135),
    "cost_per_visit": (810, 27, 30),
    "survey": (7, 9, 7 / 9),
    "paired_change": (pytest.approx(5.0), 10, pytest.approx(0.5)),
    "returned_within_28_days": (1, 5, 0.2),
    "visits_per_pupil": (7, 5, 1),
    "top_tenth_share": (3, 7, 3 / 7),
    "open_after_26_weeks": (0, 5, 0),
    "frequent_attendance": (1, None, 1),
    "stopped_coming": (2, None, 2),
    "school_known": (1, 1, 1),
    "followed_up_within_14_days": (1, 1, 1),
}
#: Of figures with several rows: the row that is shown.
ROW_BY_COUNTING = {
    "time_to_return": {"day": 2, "numerator": 1, "denominator": 5, "value": pytest.approx(0.2)},
    "retention": {"cohort": date(2025, 9, 1), "offset": 0, "numerator": 5, "denominator": 5, "value": 1},
    "spell_length": {"day": 1, "numerator": 4, "denominator": 5, "value": pytest.approx(0.8)},
    "signal_back_test": {"threshold": 6, "month": date(2025, 9, 1), "numerator": 1, "denominator": None, "value": 1},
    "signals_by_state": {"state": "school_informed", "numerator": 1, "denominator": None, "value": 1},
    "dosage": {"band": "1", "numerator": 4, "denominator": 5, "value": 0.8},
}


@pytest.mark.parametrize("indicator_id", sorted(BY_COUNTING))
def test_the_example_gives_what_counting_its_rows_gives(indicator_id):
    assert parts(example.figures(indicator_id)) == [BY_COUNTING[indicator_id]]


@pytest.mark.parametrize("indicator_id", sorted(ROW_BY_COUNTING))
def test_of_several_rows_the_first_in_which_somebody_counts_is_shown(indicator_id):
    row = example.row(indicator_id)
    expected = ROW_BY_COUNTING[indicator_id]
    assert {name: row[name] for name in expected} == expected


@pytest.mark.parametrize("indicator_id", catalogue.ids())
def test_every_definition_has_an_example_with_a_figure(indicator_id):
    assert example.figures(indicator_id).frame["value"].null_count() == 0


def test_the_reasons_of_the_cancelled_mondays_are_counted_apart():
    assert [row[0] for row in parts(example.figures("cancelled"))] == [1, 0, 0, 0]


def test_the_plain_difference_of_the_scores_is_that_of_their_means():
    (row,) = [row for row in example.figures("comparison").frame.iter_rows(named=True) if row["analysis"] == "plain"]
    came, others = ([float(str(score["after"])) for score in example.scores() if score["took_part"] is part] for part in (True, False))
    assert row["value"] == pytest.approx(sum(came) / 10 - sum(others) / 10)
    assert parts(example.figures("dose"))[0] == (pytest.approx(sum(others)), 10, pytest.approx(sum(others) / 10))


def test_the_example_shows_the_rows_it_is_made_of():
    visits, sessions = example.rows()
    assert (len(visits), len(sessions)) == (8, 4)
    assert visits[-1]["pupil"] is None
    assert (len(example.sessions()), len(example.scores())) == (9, 20)
