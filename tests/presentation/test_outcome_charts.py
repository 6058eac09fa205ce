"""Pictures of outcomes: differences around a line, and what there is against what is needed. They draw what they are given and nothing hidden."""

from typing import Any

import pytest

from presentation import colours
from presentation.charts import answers, contrasts, needs
from presentation.texts import language

SAY = language("nl")
COLUMNS = [("Bij gelijke start", "hiernaar kijken we"), ("Zonder correctie", "een andere start telt mee")]
SIDES = ("lager", "hoger")


def words(figure: Any) -> list[str]:
    return [note.text for note in figure.layout.annotations]


def mark(value: float, status: contrasts.Status) -> contrasts.Mark:
    return contrasts.Mark(f"{value} ", "", value, value - 0.1, value + 0.1, status)


def drawn(*marks: contrasts.Mark) -> Any:
    return contrasts.contrasts(COLUMNS[: len(marks)], [contrasts.Row("Rekenen", "30 tegen 40", marks)], SIDES, SAY)


def symbols(figure: Any) -> list[tuple[Any, ...]]:
    return [(trace.xaxis, trace.x[0], trace.marker.symbol, trace.marker.color) for trace in figure.data if trace.type == "scatter" and trace.mode == "markers"]


def test_the_first_column_leads_and_the_second_is_grey_on_the_same_scale():
    figure = drawn(mark(0.4, "higher"), mark(-0.3, "lower"))
    assert symbols(figure) == [("x", 0.4, "circle", colours.FOCUS), ("x2", -0.3, "diamond", colours.CONTEXT)]
    assert figure.layout.xaxis.range == figure.layout.xaxis2.range
    assert figure.layout.xaxis.domain[1] < figure.layout.xaxis2.domain[0]
    assert "<b>Bij gelijke start</b>" in words(figure) and "Zonder correctie" in words(figure)


def test_what_surely_is_not_different_is_hollow_and_every_status_has_a_look_of_its_own():
    looks = {symbols(drawn(mark(0.0, status)))[0][2:] for status in ("higher", "lower", "unclear")}
    assert len(looks) == 3
    assert symbols(drawn(mark(0.0, "unclear")))[0][3] == colours.BACKGROUND


def test_zero_lies_in_the_middle_and_both_ends_of_the_axis_are_named():
    axis = drawn(mark(0.4, "higher")).layout.xaxis
    assert axis.range[0] == -axis.range[1]
    assert axis.ticktext == ("−0,2<br>lager", "0", "+0,2<br>hoger")
    assert axis.range[1] > 0.5, "the limits lie inside the picture"


def test_a_difference_that_cannot_be_judged_is_hatched_and_its_value_is_nowhere():
    figure = drawn(contrasts.Mark("nog te weinig gegevens", "minder dan 10 scholen"), mark(-0.3, "lower"))
    (box,) = [trace for trace in figure.data if trace.type == "bar"]
    assert box.marker.pattern.shape == "/"
    assert len(symbols(figure)) == 1
    assert "nog te weinig gegevens" in words(figure)


def test_a_bar_that_falls_short_is_orange_and_one_far_past_the_line_is_cut():
    figure: Any = needs.needs([needs.Need("Scholen", 0.6, "6, 10 nodig", enough=False), needs.Need("Leerlingen", 26.6, "798", enough=True)], "nodig")
    assert figure.data[0].x == (0.6, needs.CUT)
    assert figure.data[0].marker.color == (colours.ATTENTION, colours.CONTEXT_FILL)
    slants = [shape for shape in figure.layout.shapes if shape.x0 != shape.x1]
    assert {shape.y0 for shape in slants} == {figure.data[0].y[1] + needs.BAR / 2}, "the long bar alone shows that it goes on"
    assert [note.font.color for note in figure.layout.annotations if note.text == "6, 10 nodig"] == [colours.ATTENTION_TEXT]


def test_what_was_not_delivered_is_hatched_and_never_a_bar_of_nothing():
    figure: Any = needs.needs([needs.Need("Scholen", None, "10 nodig", enough=False)], "nodig")
    assert len(figure.data[0].x) == 0
    assert figure.data[1].marker.pattern.shape == "/"


def test_a_target_stands_on_the_bar_of_its_own_question_with_its_words_below():
    asked = answers.Question("Ik snap het.", (0.1, 0.1, 0.1, 0.3, 0.4), 0.6, 0.8, "70%", goal=0.9, goal_words="doel 90%")
    figure: Any = answers.answers([asked], "oneens", "eens", SAY)
    (line,) = [shape for shape in figure.layout.shapes if shape.line.dash]
    assert line.x0 == line.x1 == 0.9
    assert figure.layout.xaxis.range[1] > 0.9, "a target past every bar is still in the picture"
    (note,) = [note for note in figure.layout.annotations if note.text == "doel 90%"]
    assert note.y > figure.data[0].y[0]


def test_a_target_of_a_hidden_question_is_not_drawn():
    hidden = answers.Question("Ik snap het.", None, None, None, "te klein", goal=0.9, goal_words="doel 90%")
    figure: Any = answers.answers([hidden], "oneens", "eens", SAY)
    assert "doel 90%" not in words(figure)
    assert not [shape for shape in figure.layout.shapes if shape.line.dash]


@pytest.mark.parametrize(("value", "written"), [(0.404, "+0,40"), (-0.404, "−0,40"), (0.001, "0,00"), (-0.001, "0,00"), (0.0, "0,00")])
def test_a_difference_has_a_sign_unless_it_rounds_to_nothing(value, written):
    assert SAY.signed(value, 2) == written
