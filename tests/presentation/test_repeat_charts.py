"""Pictures of coming back: parts of a whole, the triangle, the two divisions, branches against a line. They draw what they are given and nothing hidden."""

import json
from datetime import date
from typing import Any

import pytest

from presentation import colours
from presentation.charts import branches, shares, triangle, twins
from presentation.texts import language

SAY = language("nl")


def words(figure: Any) -> list[str]:
    return [note.text for note in figure.layout.annotations]


def test_the_parts_of_a_whole_lie_one_after_the_other_and_a_part_without_anybody_is_left_out():
    parts = [shares.Part(60, "kwamen terug", "focus"), shares.Part(0, "niemand", "context"), shares.Part(40, "nog niet te meten", "open")]
    figure: Any = shares.shares(parts, SAY)
    assert [(bar.base[0], bar.x[0]) for bar in figure.data] == [(0, 60), (60, 40)]
    assert words(figure) == ["<b>60</b> kwamen terug", "<b>40</b> nog niet te meten"]
    assert figure.layout.xaxis.range == (0, 100)


def test_a_narrow_part_has_its_words_on_a_line_of_their_own_at_its_own_edge():
    figure: Any = shares.shares([shares.Part(5, "links", "open"), shares.Part(90, "midden", "focus"), shares.Part(5, "rechts", "open")], SAY)
    assert [(note.x, note.xanchor) for note in figure.layout.annotations] == [(0, "left"), (0.05, "left"), (1, "right")]
    heights = [note.yshift for note in figure.layout.annotations]
    assert len(set(heights)) == 3
    assert figure.layout.height >= shares.BAR + 3 * shares.WORDS


APRIL, MAY, JUNE = date(2020, 4, 1), date(2020, 5, 1), date(2020, 6, 1)


def drawn_triangle() -> Any:
    rows = [
        triangle.Row(APRIL, 40, [triangle.Cell(APRIL, "start"), triangle.Cell(MAY, "value", 52.4), triangle.Cell(JUNE, "running")]),
        triangle.Row(MAY, None, [triangle.Cell(MAY, "start"), triangle.Cell(JUNE, "hidden")]),
    ]
    return triangle.triangle(rows, [APRIL, MAY, JUNE], {}, SAY)


def test_the_triangle_writes_start_value_hidden_and_running_each_in_its_own_way():
    figure: Any = drawn_triangle()
    assert figure.data[0].text == ("start", "52", "…", "start", "–")
    assert list(zip(figure.data[0].x, figure.data[0].y, strict=True)) == [(0, 0), (1, 0), (2, 0), (1, 1), (2, 1)]
    assert [box.line.dash for box in figure.layout.shapes] == [None, None, "3px,3px", None, None]
    assert figure.layout.shapes[1].fillcolor == colours.SEQUENTIAL[4]
    assert "40" in words(figure)
    assert "–" in words(figure)


def test_a_number_on_a_dark_cell_is_light_and_on_a_pale_one_dark():
    rows = [triangle.Row(APRIL, 9, [triangle.Cell(APRIL, "value", 5.0), triangle.Cell(MAY, "value", 80.0)])]
    figure: Any = triangle.triangle(rows, [APRIL, MAY], {}, SAY)
    assert figure.data[0].textfont.color == (colours.INK, colours.BACKGROUND)


def test_a_closed_month_is_one_column_and_no_cell_is_drawn_in_it():
    rows = [triangle.Row(APRIL, 9, [triangle.Cell(APRIL, "start"), triangle.Cell(MAY, "value", 0.0), triangle.Cell(JUNE, "value", 8.0)])]
    figure: Any = triangle.triangle(rows, [APRIL, MAY, JUNE], {MAY: "dicht"}, SAY)
    assert figure.data[0].text == ("start", "8")
    assert [(box.x0, box.fillcolor) for box in figure.layout.shapes if box.fillcolor == colours.BAND] == [(0.54, colours.BAND)]
    assert words(figure).count("dicht") == 1


def test_both_divisions_have_one_scale_and_a_hidden_band_has_a_dash_and_no_bar():
    bands = [
        twins.Band("1 keer", twins.Bar(0.8, 80), twins.Bar(0.3, 80)),
        twins.Band("20 keer of vaker", twins.Bar(None, None), twins.Bar(None, None), focus=True),
    ]
    figure: Any = twins.twins(bands, "leerlingen", "bezoeken", SAY)
    assert [trace.x for trace in figure.data] == [(0.8, None), (0.3, None)]
    assert figure.layout.xaxis.range == figure.layout.xaxis2.range == (0, 0.8)
    assert "<b>80%</b> 80" in words(figure)
    assert words(figure).count("–") == 2
    assert figure.data[0].marker.color == (colours.CONTEXT_FILL, colours.FOCUS)


GROUPS = [
    branches.Group("PO", [branches.Row("Noord", "59 (53–66)", 59, 53, 66), branches.Row("Zuid", "–")], 55, "gemiddeld PO 55"),
    branches.Group("VO", [branches.Row("West", "70", 70, 60, 80)], 70, "gemiddeld VO 70"),
]


def test_primary_and_secondary_branches_stand_apart_each_with_its_own_shape_and_its_own_line():
    figure: Any = branches.branches(GROUPS, SAY)
    marks = [trace for trace in figure.data if trace.mode == "markers"]
    assert [(trace.x, trace.marker.symbol) for trace in marks] == [((59,), "circle"), ((70,), "diamond")]
    primary, secondary = figure.layout.shapes
    assert primary.x0 == 55
    assert secondary.x0 == 70
    assert primary.y1 < secondary.y0, "the line of one kind of school ends before the other begins"
    assert marks[0].y[0] < marks[1].y[0]


def test_a_verdict_stands_under_its_figure_and_the_mean_above_the_figures_of_its_own_group():
    judged = [branches.Group("PO", [branches.Row("Noord", "59 (53–66)", 59, 53, 66, "zeker drukker")], 55, "gemiddeld PO 55"), GROUPS[1]]
    figure: Any = branches.branches(judged, SAY)
    heights = {note.text: note.y for note in figure.layout.annotations}
    mark = next(trace.y[0] for trace in figure.data if trace.mode == "markers")
    assert heights["\N{BROKEN BAR} gemiddeld PO 55"] < heights["59 (53–66)"] < heights["zeker drukker"] < mark < heights["\N{BROKEN BAR} gemiddeld VO 70"]
    assert {note.xanchor for note in figure.layout.annotations if "gemiddeld" in note.text} == {"right"}


def test_a_branch_without_a_figure_keeps_its_name_and_has_no_mark():
    figure: Any = branches.branches(GROUPS, SAY)
    assert "Zuid" in words(figure)
    assert sum(len(trace.x) for trace in figure.data if trace.mode == "markers") == 2


@pytest.mark.parametrize(("line", "anchor"), [(1, "left"), (50, "center"), (99, "right")])
def test_the_words_of_a_line_stay_inside_the_picture(line, anchor):
    rows = [branches.Row("Noord", "", 50, 0, 100)]
    figure: Any = branches.branches([branches.Group("PO", rows)], SAY, line=line, line_words="doel")
    assert [note.xanchor for note in figure.layout.annotations if note.text == "doel"] == [anchor]


def test_without_any_figure_there_is_still_a_scale():
    figure: Any = branches.branches([branches.Group("PO", [branches.Row("Noord", "–")])], SAY)
    low, high = figure.layout.xaxis.range
    assert low < high
    assert "NaN" not in json.dumps(figure.to_plotly_json(), default=str)
