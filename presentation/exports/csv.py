"""What a chart shows as a CSV file that opens right in a Dutch or an English spreadsheet."""

from collections.abc import Sequence

import polars as pl

from presentation.texts import Language

#: A cell that starts with one of these is run as a formula by spreadsheets.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\x00")


def neutralised(column: pl.Expr) -> pl.Expr:
    """Text that a spreadsheet would run gets an apostrophe in front; numbers are not text and stay numbers."""
    starts = pl.any_horizontal(column.str.starts_with(start) for start in _FORMULA_STARTS)
    return pl.when(starts).then(pl.lit("'") + column).otherwise(column)


def csv(frame: pl.DataFrame, language: Language, preface: Sequence[str] = ()) -> bytes:
    """The frame as bytes: for a Dutch spreadsheet semicolons, decimal commas and a byte order mark; for an English one commas and points.

    preface: lines above the header (what, which filters, from when, who answers for it), each in its first cell.
    """
    dutch = language == "nl"
    text = [name for name, kind in frame.schema.items() if kind == pl.String]
    body = frame.with_columns(neutralised(pl.col(name)).alias(name) for name in text).write_csv(separator=";" if dutch else ",", decimal_comma=dutch)
    lines = pl.DataFrame({"line": list(preface)}, schema={"line": pl.String}).select(neutralised(pl.col("line")))
    head = lines.write_csv(include_header=False, separator=";" if dutch else ",") + "\n" if preface else ""
    return (("\N{ZERO WIDTH NO-BREAK SPACE}" if dutch else "") + head + body).encode("utf-8")
