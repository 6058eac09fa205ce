"""Completeness drawn: five states that differ in shape, and nothing where there is nothing to say."""

from datetime import date, timedelta
from typing import Any

import pytest

from presentation import colours
from presentation.charts import cells
from presentation.charts.cells import Group, Holiday, Row
from presentation.texts import language

WEEKS = [date(2025, 9, 1) + timedelta(weeks=number) for number in range(6)]
TOWN = [
    Group("PO", [Row("Noord", ["delivered", "missing", "closed", "holiday", "delivered", "running"], "2 van 3")]),
    Group("VO", [Row("Zuid <b>", [None, None, "delivered", "holiday", "delivered", "delivered"], "3 van 3")]),
]
AUTUMN = [Holiday(WEEKS[3], WEEKS[3], "Herfst")]


def drawn(groups: list[Group] = TOWN) -> Any:
    return cells.cells(groups, WEEKS, AUTUMN, language("nl"))


def bars(state: str) -> Any:
    return drawn().data[("delivered", "missing", "closed", "running").index(state)]


@pytest.mark.parametrize(("state", "number"), [("delivered", 5), ("missing", 1), ("closed", 1), ("running", 1)])
def test_every_week_that_has_a_state_is_one_cell(state: str, number: int):
    assert len(bars(state).x) == number


def test_a_week_before_the_branch_began_is_left_empty():
    south = [x for name, x in zip([words[0] for words in bars("delivered").customdata], bars("delivered").x, strict=True) if name != "Noord"]
    assert min(south).startswith("2025-09-18")  # the Thursday of the third week


def test_the_states_differ_in_shape_and_not_in_colour_alone():
    delivered, missing, closed = bars("delivered"), bars("missing"), bars("closed")
    assert delivered.marker.color == colours.FOCUS and delivered.marker.pattern.shape is None
    assert missing.marker.color == colours.BACKGROUND and missing.text[0] == "<b>?</b>"
    assert closed.marker.pattern.shape == "/"
    dashed = [shape for shape in drawn().layout.shapes if shape.line.dash]
    assert [(box.x0, box.x1) for box in dashed] == [("2025-10-06T12:00", "2025-10-12T12:00")]
    bands = [shape for shape in drawn().layout.shapes if shape.fillcolor == colours.BAND]
    assert [(band.x0, band.x1) for band in bands] == [(WEEKS[3], WEEKS[4])]


def test_holidays_are_named_and_every_branch_has_its_count():
    words = {note.text for note in drawn().layout.annotations}
    assert {"Herfst", "<b>Noord</b>", "2 van 3", "3 van 3", "PO", "VO"} <= words


def test_a_delivered_name_is_no_mark_up():
    assert "<b>Zuid &lt;b&gt;</b>" in {note.text for note in drawn().layout.annotations}


def test_the_picture_grows_with_its_rows():
    more = [Group("PO", [*TOWN[0].rows, *TOWN[0].rows]), TOWN[1]]
    assert drawn(more).layout.height - drawn().layout.height == cells.NAME + cells.CELL + cells.AFTER_ROW


def test_a_cell_tells_its_branch_week_and_state_under_the_pointer():
    assert list(bars("missing").customdata[0]) == ["Noord", "week van 8 september 2025"]
    assert "ontbreekt" in bars("missing").hovertemplate


def test_months_stand_under_their_own_weeks():
    axis = drawn().layout.xaxis
    assert list(axis.ticktext) == ["sep<br>2025"]  # of October less than two weeks are in the picture
    assert axis.tickvals[0] == date(2025, 9, 16)
