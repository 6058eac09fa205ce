"""Public figures of areas in a wide table: one row per area, one column per measure. What the CBS files have in common."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

from data_access.ingest.headers import fold
from data_access.ingest.kinds import Kind
from data_access.ingest.rules import Understood
from data_access.ingest.shapes import FileRefused, Parsed, RawTable
from data_access.reference import areas, cells
from data_access.reference.sift import columns_of, first_of, in_this_age, leave_out, noting, our_areas, parsed, table_of, with_area

CONTEXT = Kind("context", ())
YEARS = ("jaar", "year", "perioden", "periode", "jrstatcode")
WATER = ("h2o", "water")


@dataclass(frozen=True)
class Family:
    """How one family of files writes its columns.

    codes, names: headers that hold them, best first. measures: header -> measure. shares: header of an age share in whole percents -> measure in persons, for
    files that publish no counts. inhabitants: headers of what such a share is a share of. zeros: a column that is 0 everywhere was not published.
    """

    layout: str
    source: str
    codes: tuple[str, ...]
    names: tuple[str, ...]
    measures: Mapping[str, str]
    shares: Mapping[str, str] = field(default_factory=dict)
    inhabitants: tuple[str, ...] = ()
    zeros: bool = False


def read(raw: RawTable, family: Family) -> Parsed:
    """The figures of this municipality and its areas, and the names of those areas.

    Rows of other municipalities and rows without land are left out and counted in a note. A missing figure gives no row. Raises FileRefused: `year.missing`,
    `area.other_municipality`.
    """
    columns = columns_of(raw)
    measures, shares = _found(columns, family.measures), _found(columns, family.shares)
    rows = table_of(CONTEXT, _identified(raw, columns, family, [*measures, *shares]), raw)
    rows = leave_out(rows, pl.col("is_water"), "rows.without_land")
    unpublished = _all_zero(rows.frame, measures) if family.zeros else []
    rows = our_areas(with_area(rows.refuse(pl.col("neighbourhood_code").is_null(), "neighbourhood_code", "value.missing")))
    empty = pl.all_horizontal(cells.is_missing(pl.col(column)) for column in [*measures, *shares]) & pl.col("name").is_null()
    rows = in_this_age(leave_out(rows, empty, "rows.without_land")).once(["neighbourhood_code", "year"])
    for column, measure in {**measures, **dict.fromkeys(shares, "p_")}.items():
        rows = refuse_impossible(rows, column, pl.lit(measure))
    published = {measure: (cells.number(pl.col(column)), "") for column, measure in measures.items() if column not in unpublished}
    inhabitants = first_of(columns, family.inhabitants)
    if shares and inhabitants is not None:
        published |= {measure: (_persons(column, inhabitants), f": {column} x {inhabitants}") for column, measure in shares.items()}
        rows = noting(rows, "figures.from_shares", str(len(shares)))
    rows = noting(rows, "figures.measures", str(len(published)))
    named = rows.frame.with_columns(level=areas.level(pl.col("neighbourhood_code")))
    return parsed(rows, family.layout, neighbourhoods=areas.neighbourhood_rows(named), context=_context(rows.frame, family.source, published))


def refuse_impossible(rows: Understood, column: str, measure: pl.Expr) -> Understood:
    """Refuse rows whose cell is no number, is below 0 where that cannot be, or is a percentage above 100. The prefix of the measure tells which."""
    value = cells.number(pl.col(column))
    rows = rows.refuse(value.is_null() & ~cells.is_missing(pl.col(column)), column, "number.unreadable")
    too_low, too_high = measure.str.contains(r"^[apg]_") & (value < 0), measure.str.starts_with("p_") & (value > 100)
    return rows.refuse(too_low | too_high, column, "figure.out_of_range")


def year_of(raw: RawTable, columns: dict[str, str]) -> pl.Expr:
    """The year of each row: from a column, else from the file name. Raises FileRefused("year.missing")."""
    column = first_of(columns, YEARS)
    if column is not None:
        return cells.year(pl.col(column))
    named = cells.year_in_name(raw.file_name)
    if named is None:
        raise FileRefused("year.missing", file_name=raw.file_name)
    return pl.lit(named, dtype=pl.Int32)


def _identified(raw: RawTable, columns: dict[str, str], family: Family, kept: list[str]) -> pl.DataFrame:
    """row, neighbourhood_code (as it stood), name, year, is_water, and the columns with figures as text."""
    written = [pl.col(columns[fold(name)]) for name in family.codes if fold(name) in columns]
    name, water = first_of(columns, family.names), first_of(columns, WATER)
    return raw.frame.select(
        "row",
        *kept,
        neighbourhood_code=pl.coalesce(written),
        name=areas.short_name(pl.col(name)) if name else pl.lit(None, dtype=pl.String),
        year=year_of(raw, columns),
        is_water=areas.is_water(pl.col(water)) if water else pl.lit(value=False),
    )


def _found(columns: Mapping[str, str], headers: Mapping[str, str]) -> dict[str, str]:
    """Column of the frame -> measure, the first column when two mean the same measure."""
    found: dict[str, str] = {}
    for header, measure in headers.items():
        if fold(header) in columns and measure not in found.values():
            found[columns[fold(header)]] = measure
    return found


def _all_zero(frame: pl.DataFrame, measures: Mapping[str, str]) -> list[str]:
    """Columns that hold nothing but 0: not yet published in that year."""
    highest = frame.select(cells.number(pl.col(column)).abs().max() for column in measures).row(0)
    return [column for column, value in zip(measures, highest, strict=True) if value == 0]


def _persons(share: str, inhabitants: str) -> pl.Expr:
    """Persons from a share in whole percents, in fives: CBS counts of areas are no more precise, and neither is the share."""
    return (cells.number(pl.col(share)) * cells.number(pl.col(inhabitants)) / 500).round() * 5


def _context(frame: pl.DataFrame, source: str, published: Mapping[str, tuple[pl.Expr, str]]) -> pl.DataFrame:
    """Rows for `context`: one per area and measure that has a figure. published: measure -> its value, and how it was made when it was not published."""
    keys = ["row", "neighbourhood_code", "year"]
    per_measure = [
        frame.select(*keys, measure=pl.lit(measure), value=value, source=pl.format(f"{source} {{}}{made}", "year"))
        for measure, (value, made) in published.items()
    ]
    return pl.concat(per_measure).drop_nulls("value").sort("row", maintain_order=True)
