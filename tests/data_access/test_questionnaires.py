"""The printed questionnaires and the door agree: what is on paper can be typed over and loaded, word for word."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from data_access.ingest.headers import match
from data_access.ingest.layouts.survey import DIMENSIONS, SURVEY, answer_of
from tests.stores import counts, deliver, stored

FOLDER = Path(__file__).parents[2] / "docs" / "questionnaires"
QUESTIONS = {"leerlingen": 5, "ouders": 4}


class Page(HTMLParser):
    """The tables of a page by their class, as rows of cells."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tables: dict[str, list[list[str]]] = {}
        self.attributes: set[str] = set()
        self._rows: list[list[str]] = []
        self._in_cell = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.attributes |= {f"{tag} {name}" for name, _ in attrs}
        if tag == "table":
            self._rows = self.tables.setdefault(dict(attrs)["class"] or "", [])
        if tag == "tr":
            self._rows.append([])
        if tag in ("td", "th"):
            self._rows[-1].append("")
            self._in_cell = True

    def handle_endtag(self, tag: str) -> None:
        self._in_cell = self._in_cell and tag not in ("td", "th")

    def handle_data(self, data: str) -> None:
        if self._in_cell:
            self._rows[-1][-1] += data.replace("\N{SOFT HYPHEN}", "")


def page(audience: str) -> Page:
    return Page((FOLDER / f"vragenlijst-{audience}.html").read_text(encoding="utf-8"))


@pytest.mark.parametrize("audience", QUESTIONS)
def test_every_sentence_on_paper_is_a_header_of_its_column(audience):
    found = page(audience)
    columns = [row for row in found.tables["columns"] if row != ["zin", "kolom"]]
    assert [row[0] for row in found.tables["form"][1:]] == [sentence for sentence, _ in columns]
    assert len(columns) == QUESTIONS[audience]
    for sentence, header in columns:
        assert match(SURVEY, [sentence]).columns.keys() == match(SURVEY, [header]).columns.keys() <= DIMENSIONS.keys()


@pytest.mark.parametrize("audience", QUESTIONS)
def test_the_words_above_the_boxes_are_what_the_numbers_below_them_mean(audience):
    found = page(audience)
    words = found.tables["form"][0][1:]
    assert [row[1:] for row in found.tables["form"][1:]] == [["1", "2", "3", "4", "5", "nvt"]] * QUESTIONS[audience]
    assert [answer_of(word) for word in words] == ["1", "2", "3", "4", "5", "not applicable"]
    assert [answer_of(typed) for typed in found.tables["form"][1][1:]] == ["1", "2", "3", "4", "5", "not applicable"]
    assert found.tables["words"][1:-1] == [[word, typed] for word, typed in zip(words, ("1", "2", "3", "4", "5", "nvt"), strict=True)]


@pytest.mark.parametrize("audience", QUESTIONS)
def test_the_example_of_typing_over_loads_as_it_stands(store, audience):
    drawing = "\n".join("|".join(row) for row in page(audience).tables["example"]).replace("Voorbeeld", "Noord")
    receipt = deliver(store, drawing)
    assert (receipt.kind, counts(receipt), receipt.dropped) == ("survey", (2, 0, 0, 0, 0), ())
    assert stored(store, "surveys", "invited") == [(40,)]


@pytest.mark.parametrize("audience", QUESTIONS)
def test_a_questionnaire_is_one_dutch_page_that_fetches_nothing(audience):
    text = (FOLDER / f"vragenlijst-{audience}.html").read_text(encoding="utf-8")
    assert '<html lang="nl">' in text and "size: A4" in text
    assert not re.search(r"https?:|url\(|@import|<script|<link|<img|<iframe", text)
    assert not {attribute for attribute in page(audience).attributes if attribute.split()[1] in ("src", "href", "onclick")}
