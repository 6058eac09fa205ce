"""Codes and names of areas, and the ways in which people and programs write them."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_access.reference import areas


def code_of(text: str | None, prefix: str | None = None) -> object:
    return pl.DataFrame({"text": [text]}, schema={"text": pl.String}).select(areas.area_code(pl.col("text"), prefix)).item()


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("WK051829", "WK051829"),
        ("wk051829 ", "WK051829"),
        ("2020WK051829", "WK051829"),  # jrstatcode: the year stands before it
        ("WK0363MA", "WK0363MA"),  # Amsterdam 2023
        ("0363MA", "WK0363MA"),
        ("051829", "WK051829"),
        ("51829", "WK051829"),  # a spreadsheet took the zero
        ("BU05182915", "BU05182915"),
        ("5182915", "BU05182915"),
        ("BU0363MA01", "BU0363MA01"),
        ("518", "GM0518"),
        ("GM0518", "GM0518"),
        ("NL00", "NL00"),
        ("Schildersbuurt", None),
        ("WK05182", None),
        ("12", None),
        ("WK٠٥١٨29", None),  # digits, but not ours
        ("", None),
        (None, None),
    ],
)
def test_an_area_code_is_read_in_every_way_it_is_written(written: str | None, code: str | None):
    assert code_of(written) == code


def test_a_wijk_of_a_municipality_with_a_low_number_needs_its_column_to_be_known():
    assert code_of("1400", "WK") == "WK001400"
    assert code_of("140012", "BU") == "BU00140012"
    assert code_of("14", "GM") == "GM0014"


@given(st.from_regex(r"\A[0-9]{4}[0-9A-Z]{4}\Z"))
def test_a_full_code_stays_what_it_is_and_a_buurt_lies_in_the_wijk_that_its_code_begins_with(part: str):
    frame = pl.DataFrame({"code": ["BU" + part]})
    assert frame.select(areas.area_code(pl.col("code"))).item() == "BU" + part
    assert frame.select(areas.neighbourhood_of(pl.col("code"))).item() == "WK" + part[:6]


@given(st.integers(0, 9999), st.integers(0, 99), st.integers(0, 99))
def test_a_code_that_became_a_number_comes_back_with_its_zeros(municipality: int, wijk: int, buurt: int):
    full = f"{municipality:04d}{wijk:02d}{buurt:02d}"
    assert code_of(str(int(full)), "BU") == "BU" + full
    assert code_of(str(int(full[:6])), "WK") == "WK" + full[:6]


def test_the_number_of_the_wijk_is_no_part_of_its_name():
    names = pl.DataFrame({"name": ["Wijk 29 Schildersbuurt", "Wijk 01 Oostduinen", "Laakkwartier en Spoorwijk", "Wijkpark", "'s-Gravenhage"]})
    assert names.select(areas.short_name(pl.col("name")))["name"].to_list() == [
        "Schildersbuurt",
        "Oostduinen",
        "Laakkwartier en Spoorwijk",
        "Wijkpark",
        "'s-Gravenhage",
    ]
