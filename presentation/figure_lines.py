"""A figure as lines for the command line: what it is, of when, and a table with a row for each of its rows."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import polars as pl

from metrics import catalogue
from metrics.shapes import NOT_RANKED, OUTSIDE, UNKNOWN, Shown
from presentation.texts import Say


def lines(say: Say, shown: Shown, rows: pl.DataFrame, names: Mapping[str, str]) -> list[str]:
    """shown: the figure; rows: its rows, with `pupils`; names: of branches and neighbourhoods, by their code."""
    found = catalogue.definition(shown.indicator)
    view = shown.view
    head = [
        found.name[say.language],
        say("commands.figures.about", first=view.period.first, last=view.period.last, as_of=view.as_of),
        say("export.internal"),
    ]
    if rows.is_empty():
        return [*head, "", say("commands.figures.nothing")]
    keys = [say(f"column.{key}") if f"column.{key}" in say else key for key in shown.keys]
    keys += [say("column.verdict")] if "state" in rows.columns and "state" not in shown.keys else []
    columns = [*keys, *(say(f"commands.figures.columns.{name}") for name in ("numerator", "denominator", "value", "margin", "pupils", "reason"))]
    written = [_row(say, row, shown.keys, names, _writer(say, found)) for row in rows.iter_rows(named=True)]
    return [*head, f"({say(f'unit.{found.unit}')})", "", *_aligned(columns, written, len(shown.keys))]


def _row(say: Say, row: Mapping[str, Any], keys: list[str], names: Mapping[str, str], write: Callable[[float], str]) -> list[str]:
    margin = "" if row["lower"] is None or row["upper"] is None else f"{write(row['lower'])} \N{EN DASH} {write(row['upper'])}"
    counts = [_count(say, row[name]) for name in ("numerator", "denominator")]
    value = say("show.hidden") if row["value"] is None else write(row["value"])
    reason = "" if row["reason"] is None else say(f"reason.{row['reason']}")
    verdict = [say(f"verdict.state.{row['state']}")] if "state" in row and "state" not in keys and row["state"] else []
    return [*(_key(row[key], say, names) for key in keys), *verdict, *counts, value, margin, _count(say, row["pupils"]), reason]


def _writer(say: Say, found: catalogue.Definition) -> Callable[[float], str]:
    def write(value: float) -> str:
        if found.unit == "proportion":
            return say.percent(value, found.decimals)
        return say.number(100 * value if found.unit == "points" else value, found.decimals)

    return write


def _key(value: object, say: Say, names: Mapping[str, str]) -> str:
    if isinstance(value, date):
        return value.isoformat()
    if value in (OUTSIDE, UNKNOWN, NOT_RANKED):
        return say(f"place.{value}")
    return names.get(str(value), str(value))


def _count(say: Say, value: float | None) -> str:
    if value is None:
        return ""
    return say.number(value, 0 if value == round(value) else 1)


def _aligned(columns: list[str], rows: list[list[str]], keys: int) -> list[str]:
    """Names to the left, numbers to the right, the reason behind them."""
    widths = [max(map(len, column)) for column in zip(columns, *rows, strict=True)]
    last = len(columns) - 1

    def line(cells: list[str]) -> str:
        return "  ".join(
            cell.ljust(width) if at < keys or at == last else cell.rjust(width) for at, (cell, width) in enumerate(zip(cells, widths, strict=True))
        )

    return [line(cells).rstrip() for cells in (columns, *rows)]
