"""A chart never comes without its finding, its description and its table, and draws nothing that is hidden."""

import itertools
import json
from datetime import date, datetime, timedelta
from typing import Any

import plotly.graph_objects as go
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as some

from presentation import colours
from presentation.charts import area_map, bars, dots, map_names, ranked, style, trend
from presentation.charts.chart import Chart
from presentation.charts.places import Geometry
from presentation.tables import Table
from presentation.texts import language

SAY = language("nl")


def traces(figure: go.Figure) -> list[Any]:
    return list(figure.data)


TABLE = Table(["a"], [["1"]], pl.DataFrame({"a": [1]}))
SQUARE: Geometry = {"type": "Polygon", "coordinates": [[[4.0, 52.0], [4.0, 52.1], [4.1, 52.1], [4.1, 52.0], [4.0, 52.0]]]}


def whole(**changes: Any) -> Chart:
    parts: dict[str, Any] = {
        "finding": "f",
        "subtitle": "s",
        "figure": style.figure([], {}),
        "alt": "a",
        "table": TABLE,
        "definitions": ("reach",),
        "name": "n",
    }
    return Chart(**parts | changes)


@pytest.mark.parametrize("lack", [{"finding": " "}, {"subtitle": ""}, {"alt": ""}, {"name": ""}, {"table": Table([], [], pl.DataFrame())}, {"definitions": ()}])
def test_a_chart_without_one_of_its_parts_is_refused(lack):
    assert whole().finding == "f"
    with pytest.raises(ValueError, match=next(iter(lack))):
        whole(**lack)


@pytest.mark.parametrize(
    ("highest", "limits"), [(5.2, [1, 2, 3, 4]), (0.9, [0.2, 0.4, 0.6, 0.8]), (11, [2, 4, 6, 8]), (100, [20, 40, 60, 80]), (0, [0.2, 0.4, 0.6, 0.8])]
)
def test_map_steps_are_round_and_leave_room_for_the_highest(highest, limits):
    assert area_map.steps([highest]) == pytest.approx(limits)


def test_a_very_small_area_with_a_high_value_leaves_the_others_their_steps():
    shapes = dict.fromkeys("abc", SQUARE)
    areas = [map_names.Area("a", "Laak", 7.1, "7,1"), map_names.Area("b", "Spui", 0.4, "0,4"), map_names.Area("c", "Forepark", 90.0, "90,0")]

    def kinds(steps_of: list[str]) -> list[list[str]]:
        figure = area_map.area_map(areas, shapes, [], SAY, steps_of=steps_of)
        return [list(trace.locations) for trace in traces(figure) if trace.type == "choropleth"]

    assert kinds([]) == [["a", "b"], ["c"]]
    assert kinds(["a", "b"]) == [["b"], ["a", "c"]]


def test_a_hidden_area_is_hatched_and_its_number_is_nowhere_in_the_figure():
    areas = [map_names.Area("a", "Laak", None, "te klein om te tonen"), map_names.Area("b", "Spui", 17.3, "17,3")]
    shapes = {"a": SQUARE, "b": {"type": "Polygon", "coordinates": [[[x + 0.1, y] for x, y in SQUARE["coordinates"][0]]]}}
    figure = area_map.area_map(areas, shapes, [], SAY)
    kinds = [trace.type for trace in traces(figure)]
    assert kinds.count("choropleth") == 2 and "scattergeo" in kinds
    assert SAY("chart.hidden") in figure.to_json()


def test_a_map_without_hidden_areas_does_not_explain_a_hatch():
    figure = area_map.area_map([map_names.Area("a", "Laak", 3.0, "3")], {"a": SQUARE}, [], SAY)
    assert SAY("chart.hidden") not in figure.to_json()


def test_the_map_shows_how_far_places_reach_other_help_and_the_numbers_of_new_places():
    circles = [area_map.Circle((4.3, 52.05), 1.5), area_map.Circle((4.3, 52.05), 3.0, dashed=True)]
    figure = area_map.area_map(
        [map_names.Area("a", "Laak", 3350.0, "ongeveer 3.350")],
        {"a": SQUARE},
        [],
        SAY,
        circles=circles,
        others=[map_names.Mark("Buurthuis", (4.3, 52.0), "square")],
        numbered=[map_names.Mark("Laak", (4.3, 52.0), "1")],
        hidden="aantal niet bekend",
    )
    points = [trace for trace in traces(figure) if trace.type == "scattergeo"]
    lines = [trace for trace in points if trace.mode == "lines"]
    assert [line.line.dash for line in lines] == ["solid", "5px,4px"]
    other, number = (next(trace for trace in points if trace.mode == mode) for mode in ("markers", "markers+text"))
    assert (other.marker.symbol, other.marker.color) == (("square",), colours.BACKGROUND)
    assert (number.text, number.customdata[0][0]) == (("<b>1</b>",), "Laak")
    assert "500+" in figure.to_json() and "aantal niet bekend" not in figure.to_json()


def test_branches_can_stand_on_the_map_without_their_names():
    mark = [map_names.Mark("Escamp", (4.05, 52.05), "circle")]
    area = [map_names.Area("a", "Laak", 3.0, "3")]
    with_name, without = (
        [trace.mode for trace in traces(area_map.area_map(area, {"a": SQUARE}, mark, SAY, names=names)) if trace.type == "scattergeo"]
        for names in (True, False)
    )
    assert (with_name, without) == (["text", "markers"], ["markers"])


CITY: Geometry = {"type": "Polygon", "coordinates": [[[4.19, 52.01], [4.19, 52.14], [4.42, 52.14], [4.42, 52.01], [4.19, 52.01]]]}
NAMES = ("Centrale Bibliotheek", "Schilderswijk", "Transvaalkwartier", "Laakkwartier", "Escamp")


@given(
    some.lists(some.tuples(some.floats(4.2, 4.41), some.floats(52.02, 52.13)), min_size=5, max_size=5),
    some.tuples(some.floats(4.2, 4.38), some.floats(52.02, 52.1)),
)
def test_no_name_on_the_map_covers_another_or_a_branch_wherever_they_lie(points, corner):
    (x, y), side = corner, 0.03
    shapes: dict[str, Geometry] = {
        "city": CITY,
        "a": {"type": "Polygon", "coordinates": [[[x, y], [x, y + side], [x + side, y + side], [x + side, y], [x, y]]]},
    }
    marks = [map_names.Mark(name, at, "circle") for name, at in zip(NAMES, points, strict=True)]
    labels = map_names.placed(marks, [map_names.Area("a", "Leidschenveen", 0.0, "0")], shapes, SAY)
    for one, other in itertools.combinations([label.box for label in labels], 2):
        assert min(one[2], other[2]) <= max(one[0], other[0]) or min(one[3], other[3]) <= max(one[1], other[1])
    assert all(label.box[0] >= 0 and label.box[2] <= map_names.NARROW for label in labels)


def test_names_that_have_room_are_all_there_each_beside_its_own_branch():
    points = ((4.32, 52.08), (4.307, 52.068), (4.293, 52.062), (4.325, 52.055), (4.27, 52.045))
    marks = [map_names.Mark(name, at, "circle") for name, at in zip(NAMES, points, strict=True)]
    east: Geometry = {"type": "Polygon", "coordinates": [[[4.36, 52.02], [4.36, 52.04], [4.42, 52.04], [4.42, 52.02], [4.36, 52.02]]]}
    labels = map_names.placed(marks, [map_names.Area("east", "Leidschenveen", 0.0, "0")], {"city": CITY, "east": east}, SAY)
    assert [name for name in (*NAMES, "Leidschenveen 0,0") if not any(name in label.text for label in labels)] == []


def test_the_line_is_broken_where_nothing_was_measured_and_never_drawn_at_zero():
    weeks = [date(2020, 1, 6), date(2020, 1, 13), date(2020, 1, 20)]
    panel = trend.Panel("PO", colours.PRIMARY_SECTOR, colours.PRIMARY_SECTOR_TEXT, "circle", [(weeks[0], 4.0), (weeks[1], None), (weeks[2], 5.0)], 4.5, [])
    figure = trend.trend([panel], weeks[0], weeks[2], SAY)
    line = next(trace for trace in traces(figure) if trace.mode == "lines+markers")
    assert list(line.y) == [4.0, None, 5.0]
    assert line.connectgaps is False


def test_what_a_line_is_held_against_is_one_quiet_line_of_its_own_named_at_its_end():
    weeks = [date(2020, 1, 6), date(2020, 1, 13), date(2020, 1, 20)]
    beside = trend.Beside([(weeks[0], 12.0), (weeks[1], None), (weeks[2], 10.1)], "alle PO<br>gem. 11", "alle 3 PO-vestigingen samen")
    panel = trend.Panel("PO", colours.PRIMARY_SECTOR, colours.PRIMARY_SECTOR_TEXT, "circle", [(week, 10.0) for week in weeks], None, [], beside=beside)
    figure = trend.trend([panel], weeks[0], weeks[2], SAY)
    (grey,) = (trace for trace in traces(figure) if trace.mode == "lines")
    assert (list(grey.y), grey.connectgaps, grey.line.color) == ([12.0, None, 10.1], False, colours.CONTEXT)
    assert grey.customdata[0] == "alle 3 PO-vestigingen samen: <b>12,0</b>"
    assert figure.layout.yaxis.range[1] > 12, "both lines are whole"
    words = {note.text: note for note in figure.layout.annotations}
    pixels = trend.PANEL / figure.layout.yaxis.range[1]
    assert abs((10.1 - 10.0) * pixels + words["alle PO<br>gem. 11"].yshift) >= trend.APART, "the two last values have their own words"


def test_marks_of_events_that_come_close_stand_under_each_other():
    panel = trend.Panel("PO", colours.PRIMARY_SECTOR, colours.PRIMARY_SECTOR_TEXT, "circle", [(date(2020, 1, 6), 10.0)], None, [])
    days = [date(2020, 1, 6), date(2020, 1, 8), date(2020, 6, 1)]
    figure = trend.trend([panel], days[0], days[-1], SAY, events=[trend.Event(number, day) for number, day in enumerate(days, 1)])
    (marks,) = (trace for trace in traces(figure) if trace.mode == "markers+text")
    assert marks.y[0] == marks.y[2] > marks.y[1] > 10.0, "and above the line"


def test_the_mark_of_an_event_on_the_first_day_is_whole_also_in_a_short_period():
    days = [date(2019, 5, 13), date(2019, 7, 31)]
    panel = trend.Panel("PO", colours.PRIMARY_SECTOR, colours.PRIMARY_SECTOR_TEXT, "circle", [(days[0], 10.0)], None, [])
    for events in ([], [trend.Event(1, days[0]), trend.Event(2, days[1])]):
        figure: Any = trend.trend([panel], days[0], days[1], SAY, events=events)
        first, last = (datetime.fromisoformat(str(end)) for end in figure.layout.xaxis.range)
        room, half = trend.PHONE / ((last - first) / timedelta(days=1)), 9.5 if events else 2
        assert (datetime(2019, 5, 13) - first) / timedelta(days=1) * room >= half - 0.6
        assert (last - datetime(2019, 7, 31)) / timedelta(days=1) * room >= half - 0.6


@given(some.lists(some.one_of(some.none(), some.floats(1, 300)), min_size=20, max_size=20))
def test_the_word_of_a_closure_covers_no_point_on_a_phone(values):
    first, last = date(2019, 5, 1), date(2025, 6, 29)
    points = [(first + timedelta(days=92 * place), value) for place, value in enumerate(values)]
    shut = trend.Band(date(2020, 12, 16), date(2021, 5, 1), "<b>dicht</b>", hatched=True)
    panel = trend.Panel("PO", colours.PRIMARY_SECTOR, colours.PRIMARY_SECTOR_TEXT, "circle", points, None, [shut])
    figure: Any = trend.trend([panel], first, last, SAY, decimals=0)
    top = figure.layout.yaxis.range[1]
    for note in figure.layout.annotations:
        if note.text != "<b>dicht</b>":
            continue
        for day, value in points:
            across = abs((day - note.x) / (last - first)) * trend.PHONE
            assert value is None or across > 18 or abs(value - note.y) / top * trend.PANEL > 12


def test_rows_without_an_id_have_none_for_marks_with_the_same_id_are_one_mark_to_plotly():
    nameless = [ranked.Bar("Nieuw", 3), ranked.Bar("Gezien", 4)]
    assert all("ids" not in trace.to_plotly_json() for trace in traces(ranked.ranked(nameless, SAY)))
    known = [ranked.Bar(name, 3, id=name) for name in ("Laak", "Spui")]
    (trace,) = traces(ranked.ranked(known, SAY))
    assert (list(trace.ids), trace.unselected.marker.opacity) == (["Laak", "Spui"], 1)


def test_dots_have_a_marker_of_their_own_for_each_status():
    rows = [
        dots.Dot(name, "1 van 2", value, value - 0.5, value + 0.5, status)
        for name, value, status in (("A", 5, "higher"), ("B", 3, "unclear"), ("C", 1, "lower"))
    ]
    figure = dots.dots(rows, 3.0, "Stad", SAY)
    looks = {(trace.marker.symbol, trace.marker.color) for trace in traces(figure) if trace.mode == "markers"}
    assert len(looks) == 3
    words = {note.text for note in figure.layout.annotations}
    assert {"<b>5,0</b>", "Stad <b>3,0</b>", "1 van 2"} <= words


def test_the_words_of_two_parts_stay_apart_beside_a_low_bar():
    figure = bars.new_and_returning([bars.Month(date(2022, 6, 1), 570, 71), bars.Month(date(2022, 7, 1), 175, 7)], SAY)
    heights = {str(note["text"]).split("<br>")[0]: note["y"] for note in figure.to_plotly_json()["layout"]["annotations"]}
    assert heights["nieuw"] - heights["kwamen"] > 0.15 * 641


def test_a_month_that_may_not_be_shown_is_a_dash_and_no_bar():
    figure = bars.new_and_returning([bars.Month(date(2020, 1, 1), None, None), bars.Month(date(2020, 2, 1), 10, 5)], SAY)
    assert list(traces(figure)[0].y) == [None, 10]
    assert [note.text for note in figure.layout.annotations[:2]] == ["\N{EN DASH}", "<b>15</b>"]


def test_a_month_in_which_nobody_could_come_says_why():
    figure = bars.new_and_returning([bars.Month(date(2020, 4, 1), None, None, "dicht"), bars.Month(date(2020, 5, 1), 10, 5)], SAY)
    assert figure.layout.annotations[0].text == "dicht"


def test_plotly_speaks_dutch_only_when_the_whole_locale_is_passed():
    config = style.config(SAY)
    words = config["locales"]["nl"]["format"]
    assert (words["months"][2], words["days"][0], words["decimal"], words["thousands"]) == ("maart", "zondag", ",", ".")
    assert config["topojsonURL"] == "/app/static/"


def test_figures_are_sent_as_plain_json():
    figure = dots.dots([dots.Dot("A", "1 van 2", 5, 4, 6, "higher")], 3.0, "Stad", SAY)
    assert json.loads(figure.to_json())["layout"]["dragmode"] is False


@pytest.mark.parametrize("top", [0.02, 0.3, 0.9, 3.2, 3.5, 7, 41, 100])
def test_the_numbers_on_the_axis_of_the_dots_are_all_different(top):
    figure = dots.dots([dots.Dot("Noord", "", top, 0, top)], top / 2, "gemiddeld", SAY)
    axis: Any = figure.layout["xaxis"]
    decimals = int(axis.tickformat[2:-1])
    numbers = [round(place * axis.dtick, decimals) for place in range(int(axis.range[1] / axis.dtick) + 1)]
    assert 2 <= len(numbers) <= 7
    assert len(set(numbers)) == len(numbers)
    assert numbers[1] == pytest.approx(axis.dtick)
