"""Frames drawn as tables, small enough to check by hand."""

from datetime import date
from typing import Any

import polars as pl


def table(drawing: str) -> pl.DataFrame:
    """The frame of a drawing such as

        pupil_id | visited_on
        1        | 2025-09-01   # the reason of a row stands behind it

    Whole numbers, fractions, dates and true/false are read as such; "-" is null; anything else is text.
    """
    lines = [line.split("#")[0].strip() for line in drawing.strip().splitlines()]
    header, *rows = [[cell.strip() for cell in line.split("|")] for line in lines if line]
    return pl.DataFrame([[_value(cell) for cell in row] for row in rows], schema=header, orient="row", infer_schema_length=None)


def day(text: str) -> date:
    """2025-09-01 as a date."""
    return date.fromisoformat(text)


def _value(cell: str) -> Any:
    readers = (lambda text: {"-": None, "true": True, "false": False}[text], int, float, date.fromisoformat)
    for reader in readers:
        try:
            return reader(cell)
        except (KeyError, ValueError):
            continue
    return cell
