"""A file opens right in a Dutch or an English spreadsheet, and no cell of it runs as a formula."""

import csv as standard
import io
from datetime import date

import polars as pl
import pytest

from presentation.exports.csv import csv

FRAME = pl.DataFrame({"name": ["Laak", "=1+1"], "value": [0.0194, None], "day": [date(2020, 1, 2), None]})


def rows(content, separator):
    return list(standard.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=separator))


def test_dutch_files_have_semicolons_decimal_commas_and_a_byte_order_mark():
    content = csv(FRAME, "nl")
    assert content.startswith("\N{ZERO WIDTH NO-BREAK SPACE}".encode())
    assert rows(content, ";") == [["name", "value", "day"], ["Laak", "0,0194", "2020-01-02"], ["'=1+1", "", ""]]


def test_english_files_have_commas_and_points():
    assert rows(csv(FRAME, "en"), ",")[1] == ["Laak", "0.0194", "2020-01-02"]


def test_the_preface_stands_above_the_header_with_an_empty_line_between():
    assert rows(csv(FRAME, "nl", ["Intern", "a;b"]), ";")[:4] == [["Intern"], ["a;b"], [], ["name", "value", "day"]]


@pytest.mark.parametrize("cell", ["=SUM(A1)", "+31", "-1+1", "@x", "\tx", "\rx", "\x00x"])
def test_text_that_a_spreadsheet_would_run_is_neutralised(cell):
    content = csv(pl.DataFrame({"text": [cell]}), "en", [cell])
    assert content.decode().count("'" + cell) == 2


def test_numbers_below_zero_stay_numbers():
    assert rows(csv(pl.DataFrame({"value": [-1.5]}), "nl"), ";") == [["value"], ["-1,5"]]
