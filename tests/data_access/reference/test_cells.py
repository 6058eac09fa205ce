"""Numbers and years in public figures."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_access.reference import cells


def number(text: str | None) -> tuple[float | None, bool]:
    return pl.DataFrame({"text": [text]}, schema={"text": pl.String}).select(cells.number(pl.col("text")), missing=cells.is_missing(pl.col("text"))).row(0)


@pytest.mark.parametrize(
    ("text", "value"),
    [("26,4", 26.4), ("1.2", 1.2), ("  -0.022", -0.022), ("553417", 553417.0), ("0", 0.0)],
)
def test_comma_and_point_both_mark_decimals(text: str, value: float):
    assert number(text) == (value, False)


@pytest.mark.parametrize("text", [".", "       .", ",", "", None, "-", "x", "*", "-99999999", "-99999999.0", "-99997", "-99995"])
def test_a_missing_figure_is_null_and_never_zero(text: str | None):
    assert number(text) == (None, True)


@pytest.mark.parametrize("text", ["n.v.t.", "1.234,5", "12 %", "<5", "1e6"])
def test_what_is_no_number_is_not_missing_either(text: str):
    assert number(text) == (None, False)


@given(st.decimals(-9999, 10**9, places=2))
def test_any_number_is_the_same_with_a_comma(value: object):
    text = f"{value:f}"
    assert number(text) == number(text.replace(".", ",")) == (float(text), False)


@pytest.mark.parametrize(
    ("text", "year"), [("2019", 2019), ("2019JJ00", 2019), ("2021*", 2021), ("2020GM0518", 2020), ("2022-01-01", 2022), ("20221", None), ("", None)]
)
def test_the_year_of_a_period(text: str, year: int | None):
    assert pl.DataFrame({"text": [text]}).select(cells.year(pl.col("text"))).item() == year


@pytest.mark.parametrize(
    ("name", "year"),
    [
        ("kwb-2022.xlsx", 2022),
        ("kwb2024.xlsx", 2024),
        ("kwb-2022-nagebouwd_gm0518.csv", 2022),
        ("pc6hnr20240801_gwb.csv", 2024),
        ("wijken.csv", None),
        ("kerncijfers 2022 (2).csv", 2022),
        ("figures_gm1999.csv", None),  # the municipality, not the year
        ("SES_WOA_scores_per_wijk_en_buurt_25042023_160857.csv", None),  # a day, written the other way round
        ("SES_WOA_20122023.csv", None),
        ("kwb-2021-opnieuw-2024.csv", None),  # two years: which?
        ("C:\\2019\\kwb-2022.csv", 2022),
    ],
)
def test_the_year_in_a_file_name(name: str, year: int | None):
    assert cells.year_in_name(name) == year
