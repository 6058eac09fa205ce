"""Shown figures as tables: in words for reading, and tidy for a file."""

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl


@dataclass(frozen=True)
class Table:
    """A table for reading and the same numbers for a file.

    headers, rows: words as they stand on screen, the first column names the row; file: typed columns with plain English names, one row per row of the table.
    """

    headers: Sequence[str]
    rows: Sequence[Sequence[str]]
    file: pl.DataFrame
