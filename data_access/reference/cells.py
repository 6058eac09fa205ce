"""Cells and file names of public figures: numbers with their many ways to be missing, and years."""

import re
from pathlib import PurePath

import polars as pl

#: What stands in a cell without a figure: CBS "." (often padded), a lone comma (2022), StatLine's marks for secret, nil and provisional.
MISSING = ("", ".", ",", "-", "x", "X", "*", "**")
#: The Wijk- en Buurtkaart writes -99999999, -99997, -99995 for a missing figure. No measure comes near these.
LOWEST = -99990


def number(column: pl.Expr) -> pl.Expr:
    """A Float64, null where the figure is missing or is no number. Comma and point both mark decimals, also within one file: "26,4" and "1.2"."""
    text = column.str.strip_chars()
    value = pl.when(text.str.contains(r"^-?\d+(?:[.,]\d+)?$")).then(text.str.replace(",", ".", literal=True)).cast(pl.Float64)
    return pl.when(value > LOWEST).then(value)


def is_missing(column: pl.Expr) -> pl.Expr:
    """Whether the cell says that there is no figure. True for an empty cell, false for a cell that holds something else than a number."""
    text = column.str.strip_chars()
    return text.is_null() | text.is_in(MISSING) | text.str.contains(r"^-9999\d+(?:[.,]0+)?$")


def year(column: pl.Expr) -> pl.Expr:
    """The year of "2019", "2019JJ00", "2021*" (provisional), "2020WK036304" or a date; Int32, null when there is none."""
    return column.str.strip_chars().str.extract(r"^((?:19|20)\d{2})(?:\D.*)?$").cast(pl.Int32)


def year_in_name(file_name: str) -> int | None:
    """The year that a file name says: kwb-2022.xlsx, pc6hnr20240801_gwb.csv. None when it says none, or two different ones.

    The digits of an area code are no year, nor is the end of a day that is written the other way round (25042023).
    """
    name = re.sub(r"(?i)(?:gm|wk|bu)\d+", "", PurePath(file_name.replace("\\", "/")).name)
    years = set(re.findall(r"(?<!\d)((?:19|20)\d{2})(?:(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01]))?(?!\d)", name))
    return int(years.pop()) if len(years) == 1 else None
