"""A picture stands alone: what it finds, of when, its words, and that it is internal; drawn as on the page, in the colours of paper."""

import json
from typing import Any

import plotly.graph_objects as go
import polars as pl

from presentation import colours
from presentation.charts import picture, style
from presentation.charts.chart import Chart
from presentation.tables import Table

MARK = "Intern, niet voor publicatie \N{MIDDLE DOT} Gegevens t/m 29 juni 2025, versie 3"


def a_chart(finding: str = "In 8 wijken is het bereik zeker hoger") -> Chart:
    bars = go.Bar(x=[3], y=["Laak"], marker={"color": colours.FOCUS})
    return Chart(
        finding=finding,
        subtitle="Deelnemers per 100 leerlingen",
        scope="Schooljaar 2024-2025",
        figure=style.figure([bars], style.layout(200, left=120, right=10, top=5, annotations=[style.text("drie", 3, "Laak")])),
        alt="Een balk.",
        table=Table(["wijk"], [["Laak"]], pl.DataFrame({"wijk": ["Laak"]})),
        definitions=("reach",),
        name="deelname-balk",
    )


def layout(drawn: go.Figure) -> dict[str, Any]:
    return dict(json.loads(drawn.to_json())["layout"])


def said(drawn: go.Figure) -> str:
    return " ".join(note["text"] for note in layout(drawn)["annotations"])


def test_a_picture_says_what_it_finds_of_when_its_words_and_that_it_is_internal():
    drawn = picture.picture(a_chart(), [r":small[**1** Ouderavonden \[twee\], 7 oktober]"], MARK)
    words = said(drawn)
    assert "<b>In 8 wijken is het bereik zeker hoger</b>" in words
    assert "Deelnemers per 100 leerlingen \N{MIDDLE DOT} Schooljaar 2024-2025" in words
    assert "<b>1</b> Ouderavonden [twee], 7 oktober" in words
    assert f"<b>{MARK}</b>" in words
    assert "drie" in words, "what the chart wrote itself is still there"


def test_the_chart_itself_is_as_large_as_on_the_page_and_has_the_colours_of_paper():
    on_page, drawn = a_chart().figure, picture.picture(a_chart(), [], MARK)
    for figure in (on_page, drawn):
        margin = layout(figure)["margin"]
        assert layout(figure)["height"] - margin["t"] - margin["b"] == 200 - 5 - 26
    written = drawn.to_json()
    assert colours.COLOURS[colours.FOCUS]["light"] in written
    assert not [slot for slot in colours.COLOURS if slot in written], "a slot that no theme fills in"
    assert layout(drawn)["paper_bgcolor"] == "#FFFFFF"


def test_a_long_finding_and_a_long_mark_go_on_on_a_next_line_for_which_there_is_room():
    short, long = (picture.picture(a_chart(finding), [], mark) for finding, mark in (("Kort", MARK), ("lang woord " * 30, MARK * 6)))
    assert said(long).count("<br>") > said(short).count("<br>")
    assert layout(long)["height"] > layout(short)["height"]
    assert said(long).replace("<b>", "").replace("</b>", "").count("lang") == 30


def test_a_delivered_name_in_a_finding_is_no_tag():
    assert "&lt;script" in said(picture.picture(a_chart("Het meest in <script>"), [], MARK))
