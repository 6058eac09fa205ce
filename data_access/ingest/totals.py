"""Rows of totals below or between the rows of a list: they are no rows."""

import re
from dataclasses import replace

import polars as pl

from data_access.ingest.rules import Understood
from data_access.ingest.shapes import RawTable

#: What such a row is called at the least.
TOTAL = "Totaal"
_TOTAL = r"(?i)^(?:eind|sub|grand )?tota(?:al|len|l|ls)\b|^som\b"


def begins_with_total(text: str) -> bool:
    """Whether a line begins with "Totaal" or a word like it."""
    return re.match(_TOTAL, text) is not None


def is_total(raw: RawTable) -> pl.Series:
    """Which rows begin with "Totaal" or a word like it."""
    return raw.frame.select(pl.coalesce(raw.headers)).to_series().str.contains(_TOTAL).fill_null(value=False)


def without_totals(raw: RawTable) -> RawTable:
    """The table without the rows that begin with "Totaal" or a word like it."""
    found = is_total(raw)
    return replace(raw, frame=raw.frame.filter(~found)) if found.any() else raw


def noting_totals(rows: Understood, raw: RawTable, without: RawTable) -> Understood:
    """Note how many rows were left out."""
    count = raw.frame.height - without.frame.height
    return replace(rows, notes=(*rows.notes, ("rows.totals", str(count)))) if count else rows
