"""Pictures of who is reached: verdict strips, fifths, people as dots, the funnel."""

import itertools
from typing import Any

import polars as pl
import pytest

from presentation import colours
from presentation.charts import fifths, funnel, people, strips
from presentation.stories import equal_opportunity_charts as charts
from presentation.texts import language

SAY = language("nl")


def words(figure: Any) -> list[str]:
    return [note.text for note in figure.layout.annotations]


@pytest.mark.parametrize(("state", "border", "fill"), [("met", 3, 3), ("not_met", 5, 5), ("undecided", 8, 10)])
def test_a_verdict_is_told_by_fill_as_well_as_by_colour(state, border, fill):
    bar: Any = strips.strip(strips.Strip(state, 1.2, 1.1, 1.3, "words")).data[0]
    assert bar.line.color == f"#{border:06d}"
    assert bar.fillcolor == f"#{fill:06d}"
    assert set(bar.x) == {1.1, 1.3}


def test_a_result_far_beyond_its_target_ends_at_the_edge_and_a_missing_limit_runs_to_it():
    drawn: list[Any] = list(strips.strip(strips.Strip("met", 9.0, 1.4, None, "words")).data)
    assert [set(trace.x) for trace in drawn] == [{strips.HIGH}, {1.4, strips.HIGH}, {strips.HIGH}]
    assert drawn[0].marker.symbol == "triangle-right", "an arrow says that the margin goes on"


def test_without_a_result_only_the_target_is_drawn():
    figure: Any = strips.strip(strips.Strip("undecided", None, None, None, ""), first_words=("niet", "doel gehaald"))
    assert len(figure.data) == 0
    assert len(figure.layout.shapes) == 2
    assert words(figure) == ["niet", "doel gehaald"]


PARTS = [
    fifths.Fifth(0.0, 0.2, "minst<br>welvarend", "410 van<br>13.022", 3.1, 2.8, 3.4, focus=True),
    fifths.Fifth(0.2, 0.45, "tweede", "30 van<br>900", 2.0, 1.5, 2.6),
    fifths.Fifth(0.45, 1.0, "meest", "–", None, None, None),
]


def test_a_fifth_stands_in_the_middle_of_its_part_of_the_pupils_and_a_hidden_one_has_a_dash():
    figure: Any = fifths.fifths(PARTS, 1.9, "Den Haag 1,9", SAY)
    caps, marks = (trace for trace in figure.data if trace.mode == "markers")
    assert marks.x == (0.1, pytest.approx(0.325))
    assert marks.y == (3.1, 2.0)
    assert sorted(caps.y) == [1.5, 2.6, 2.8, 3.4] and caps.marker.size > marks.marker.size, "where a margin ends is seen on a phone as well"
    assert "–" in words(figure)
    assert "<b>3,1</b>" in words(figure)
    assert "<b>minst<br>welvarend</b><br>410 van<br>13.022" in words(figure)


def test_the_fitted_line_lies_behind_the_marks_with_its_margin_around_it():
    line = fifths.Line([0, 1], [4, 1], [3, 0.5], [5, 1.5], "van 4 naar 1")
    figure: Any = fifths.fifths(PARTS, None, "", SAY, line=line)
    margin, middle = figure.data[:2]
    assert list(zip(margin.x, margin.y, strict=True)) == [(0, 5), (1, 1.5), (1, 0.5), (0, 3)]
    assert middle.y == (4, 1)
    assert figure.layout.yaxis.range[1] > 5, "the margin fits in the picture"
    assert "van 4 naar 1" in words(figure)


def test_every_dot_is_a_pupil():
    figure: Any = people.people([people.Crowd("minst", 31, focus=True), people.Crowd("meest", 8), people.Crowd("niemand", 0)], SAY)
    assert [len(trace.x) for trace in figure.data] == [31, 8, 0]
    assert all(len(set(zip(trace.x, trace.y, strict=True))) == len(trace.x) for trace in figure.data)
    assert words(figure)[-3:] == ["<b>31</b>", "<b>8</b>", "<b>0</b>"]
    assert min(figure.data[1].y) > max(figure.data[0].y)


LIMITS = funnel.Limits([100, 1000, 5000], [0, 1, 1.5], [5, 3, 2.3], [0, 0.5, 1.2], [7, 4, 2.6])


def test_only_areas_outside_the_funnel_are_filled_and_only_the_named_have_a_name():
    areas = [
        funnel.Area("Noord", 900, 6.0, "above", "6 per 100", named=True),
        funnel.Area("Zuid", 800, 2.0, "inside", "2 per 100"),
        funnel.Area("West", 4800, 0.5, "below", "0,5 per 100", focus=True),
    ]
    figure: Any = funnel.funnel(areas, LIMITS, (1.9, "Den Haag 1,9"), "leerlingen", SAY)
    marks = {trace.marker.symbol + str(trace.marker.color == colours.BACKGROUND): trace for trace in figure.data if trace.mode == "markers"}
    assert {name: trace.x for name, trace in marks.items()} == {"circleFalse": (900,), "circleTrue": (800,), "diamondFalse": (4800,)}
    assert "Noord" in words(figure)
    assert "<b>West</b>" in words(figure)
    assert "Zuid" not in words(figure)
    assert [note.xanchor for note in figure.layout.annotations if "West" in note.text] == ["right"], "at the right edge the name stands at the left"


def test_names_in_the_funnel_never_run_over_the_same_stretch_at_the_same_height():
    """Many neighbourhoods where nobody came lie side by side on the axis; a name at the right of one may not meet the name at the left of the next."""
    sizes = [1200, 1686, 2604, 3348, 3362]
    rows = pl.DataFrame({"neighbourhood_code": list("abcde"), "denominator": sizes, "value": [0.0, 0.0, 0.0, 0.0, 0.06], "status": ["low_998"] * 5})
    names = dict(zip("abcde", ("Loosduinen", "Valkenboskwartier", "Leidschenveen", "Ypenburg", "Schildersbuurt"), strict=True))
    kept = charts._named(rows.with_columns(value=pl.Series([0.0, 0.01, 0.02, 0.03, 0.06])), names, None)
    assert "b" in kept, "where no mark lies in its way"
    kept = charts._named(rows, names, None)
    runs = sorted(funnel.stretch(names[code], size / max(sizes)) for code, size in zip("abcd", sizes[:4], strict=True) if code in kept)
    assert len(runs) >= 1 and "e" in kept
    assert all(first[1] <= second[0] for first, second in itertools.pairwise(runs))


def test_no_mark_strikes_a_name_in_the_funnel_through_but_that_of_the_chart_itself_is_always_named():
    sizes = [1400, 1680, 5000]
    rows = pl.DataFrame({"neighbourhood_code": list("abc"), "denominator": sizes, "value": [0.008, 0.007, 0.05], "status": ["low_998", "within", "high_998"]})
    names = {"a": "Benoordenhout", "b": "Duindorp", "c": "Schildersbuurt"}
    assert charts._named(rows, names, None) == {"c"}
    assert charts._named(rows, names, "a") == {"a", "c"}
    assert charts._named(rows.filter(pl.col("neighbourhood_code") != "b"), names, None) == {"a", "c"}
