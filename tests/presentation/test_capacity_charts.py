"""Pictures of capacity and opinion: ranked counts, pupils against places, weekday by hour, answers."""

from typing import Any

import pytest

from presentation import colours
from presentation.charts import answers, demand, heat, ranked
from presentation.texts import language

SAY = language("nl")


def words(figure: Any) -> list[str]:
    return [note.text for note in figure.layout.annotations]


def test_bars_keep_their_order_and_a_hidden_count_has_a_dash_and_no_bar():
    figure: Any = ranked.ranked([ranked.Bar("7 dagen", 56), ranked.Bar("8 dagen", 28, "nu gekozen", focus=True), ranked.Bar("9 dagen", None)], SAY)
    assert figure.data[0].x == (56, 28, None)
    assert figure.data[0].marker.color == (colours.CONTEXT_FILL, colours.FOCUS, colours.CONTEXT_FILL)
    assert words(figure) == ["7 dagen", "<b>8 dagen</b>", "9 dagen", "<b>56</b>", "<b>28</b> nu gekozen", "–"]


def test_what_comes_before_and_after_a_count_tells_by_its_fill_and_the_number_stands_behind_it_all():
    bars = [ranked.Bar("Ypenburg", 30, focus=True, before=20, after=50, number="+30"), ranked.Bar("Waldeck", 10, focus=True)]
    figure: Any = ranked.ranked(bars, SAY)
    count, before, after = figure.data
    assert (before.base[0], before.x[0], count.base[0], count.x[0], after.base[0], after.x[0]) == (0, 20, 20, 30, 50, 50)
    assert (before.marker.color, after.marker.color) == (colours.CONTEXT_FILL, colours.BACKGROUND)
    assert after.marker.line.width > 0
    assert [note.x for note in figure.layout.annotations if note.text == "<b>+30</b>"] == [100]


def test_the_whole_is_a_dashed_line_and_every_number_stands_beyond_it():
    figure: Any = ranked.ranked([ranked.Bar("Ypenburg", 30), ranked.Bar("Waldeck", 10)], SAY, whole=(80, "alles <b>80</b>"))
    line = figure.layout.shapes[1]
    assert (line.x0, line.x1, line.line.dash) == (80, 80, "4px,3px")
    assert "alles <b>80</b>" in words(figure)
    assert [note.x for note in figure.layout.annotations if note.text in ("<b>30</b>", "<b>10</b>")] == [80, 80]
    assert figure.layout.xaxis.range[1] > 80


def test_a_tick_stands_where_the_places_end_and_a_shortage_is_in_words():
    rows = [demand.Row("maandag", 9, 10, "genoeg"), demand.Row("dinsdag", 12, 5, "2 te weinig", short=True), demand.Row("woensdag", None, None, "–")]
    figure: Any = demand.demand([demand.Group("Deze week", rows)], SAY)
    ticks = [shape for shape in figure.layout.shapes if shape.line.width == 4]
    assert [(tick.x0, tick.line.color) for tick in ticks] == [(10, colours.INK), (5, colours.ATTENTION)]
    assert figure.data[0].x == (9, 12, None)
    assert figure.layout.xaxis.range[0] == 0
    assert [note.font.color for note in figure.layout.annotations if note.text == "2 te weinig"] == [colours.ATTENTION_TEXT]


def test_a_second_line_of_words_stands_under_the_first_and_makes_every_row_higher():
    plain = demand.demand([demand.Group("PO", [demand.Row("Noord", 9, 10, "9 en 10"), demand.Row("Zuid", 9, 5, "9 en 5", short=True)])], SAY)
    rows = [demand.Row("Noord", 9, 10, "9 en 10", more="1 over"), demand.Row("Zuid", 9, 5, "9 en 5", short=True, more="4 te weinig")]
    figure: Any = demand.demand([demand.Group("PO", rows)], SAY)
    heights = {note.text: note.y for note in figure.layout.annotations}
    assert heights["9 en 10"] < heights["1 over"] < figure.data[0].y[0] < heights["Zuid"]
    assert figure.layout.height - plain.layout.height == 2 * demand.MORE


def test_days_on_two_lines_have_room_above_the_grid():
    pictures: list[Any] = [heat.heat(["Noord"], [name], {(0, 0): 1}, {(0, 0)}, SAY, decimals=0) for name in ("ma", "ma<br>30")]
    one, two = pictures
    assert two.layout.margin.t > one.layout.margin.t
    assert two.layout.height - two.layout.margin.t == one.layout.height - one.layout.margin.t


def test_a_cell_that_stands_out_is_bold_with_an_outline_and_an_hour_without_a_session_has_a_dash():
    figure: Any = heat.heat(["maandag", "dinsdag"], ["15.00", "16.00"], {(0, 0): 5.6, (1, 1): 2.0}, {(0, 0)}, SAY)
    assert figure.data[0].text == ("<b>5,6</b>", "–", "–", "2,0")
    assert [shape.line.width for shape in figure.layout.shapes] == [2, 0]
    assert len(figure.layout.shapes) == 2, "no cell where there is no session"


def question(**changes: Any) -> answers.Question:
    parts: dict[str, Any] = {"text": "Ik snap het.", "shares": (0.1, 0.2, 0.3, 0.25, 0.15), "lower": 0.3, "upper": 0.5, "words": "40%"}
    return answers.Question(**parts | changes)


def test_agreeing_lies_right_of_the_line_and_disagreeing_left_and_neutral_has_no_bar():
    figure: Any = answers.answers([question()], "oneens", "eens", SAY)
    lengths = {trace.marker.color: (trace.base[0], trace.x[0]) for trace in figure.data}
    assert lengths == {
        colours.DIVERGING[1]: (0, -0.2),
        colours.DIVERGING[0]: (pytest.approx(-0.2), -0.1),
        colours.DIVERGING[3]: (0, 0.25),
        colours.DIVERGING[4]: (0.25, 0.15),
    }
    margins = [shape for shape in figure.layout.shapes if shape.line.color == colours.INK and shape.line.width == 3]
    assert [(shape.x0, shape.x1) for shape in margins] == [(0.3, 0.5)]


def test_a_hidden_question_keeps_its_text_and_draws_nothing():
    figure: Any = answers.answers([question(shares=None, lower=None, upper=None, words="–")], "oneens", "eens", SAY)
    assert all(len(trace.x) == 0 for trace in figure.data)
    assert "Ik snap het." in words(figure)
    assert "–" in words(figure)
