"""Rules that reference tables have in common, on top of `ingest.rules`: each takes rows and gives back the rows that it leaves."""

from collections.abc import Callable, Iterable
from dataclasses import replace

import polars as pl

from data_access.ingest.headers import fold
from data_access.ingest.kinds import Kind
from data_access.ingest.known import Known
from data_access.ingest.layouts import Layout, as_table
from data_access.ingest.matching import branch_finder, looked_up
from data_access.ingest.rules import Understood
from data_access.ingest.shapes import FileRefused, Parsed, RawTable
from data_access.organisation import organisation
from data_access.reference import areas
from data_access.reference.geometry import DEGREES


def table_layout(kind: str, name: str, recognises: Callable[[RawTable], bool], parse: Callable[[RawTable], Parsed]) -> Layout:
    """A layout for tables that needs to know nothing of the store."""
    return Layout(kind, name, lambda raw: isinstance(raw, RawTable) and recognises(raw), lambda raw, _known: parse(as_table(raw)))


def leave_out(rows: Understood, other: pl.Expr, note: str) -> Understood:
    """Take out rows that are no fault and not for us, and note how many there were."""
    kept = rows.frame.filter(~other.fill_null(value=False))
    return replace(rows.noting(note, other.fill_null(value=False)).holding(kept), read=rows.read - (rows.frame.height - kept.height))


def our_areas(rows: Understood, among: pl.Expr | None = None) -> Understood:
    """Leave out the areas of other municipalities. among: the rows that it goes for, when not all.

    Raises FileRefused("area.other_municipality") when no row is left because of that.
    """
    code = pl.col("neighbourhood_code")
    other = ~areas.is_ours(code) if among is None else ~areas.is_ours(code) & among
    kept = leave_out(rows, other, "rows.other_areas")
    if kept.frame.is_empty() and not rows.frame.is_empty():
        about = organisation()
        raise FileRefused(
            "area.other_municipality", municipality=about.name, expected=about.code, found=rows.frame["neighbourhood_code"][0], rows=rows.frame.height
        )
    return kept


def with_area(rows: Understood, column: str = "neighbourhood_code") -> Understood:
    """Bring an area code to its full form. Refuse what is none; null stays null."""
    written = pl.col(column)
    rows = rows.adding(code=areas.area_code(written))
    rows = rows.refuse(written.is_not_null() & pl.col("code").is_null(), column, "area.impossible", value=written)
    return rows.holding(rows.frame.with_columns(pl.col("code").alias(column)).drop("code"))


def in_neighbourhoods(rows: Understood) -> Understood:
    """`with_area` for where something lies: a buurt becomes the wijk around it, and a whole municipality is refused."""
    rows = with_area(rows)
    code = pl.col("neighbourhood_code")
    rows = rows.refuse(code.str.starts_with("GM") | code.str.starts_with("NL"), "neighbourhood_code", "area.not_neighbourhood", value=code)
    return rows.adding(neighbourhood_code=pl.coalesce(areas.neighbourhood_of(code), code))


def in_the_country(rows: Understood) -> Understood:
    """Refuse half a place, and latitudes and longitudes elsewhere: swapped, in metres, or with the decimal mark lost."""
    latitude, longitude = pl.col("latitude"), pl.col("longitude")
    rows = rows.refuse(latitude.is_null() != longitude.is_null(), "latitude", "place.half")
    inside = longitude.is_between(DEGREES.left, DEGREES.right) & latitude.is_between(DEGREES.bottom, DEGREES.top)
    return rows.refuse(~inside, "latitude", "place.elsewhere")


def in_this_age(rows: Understood) -> Understood:
    """Refuse years in which nobody counts."""
    return rows.refuse(~pl.col("year").is_between(1990, 2100), "year", "year.impossible")


def not_longer_than(rows: Understood, **letters: int) -> Understood:
    """Refuse texts that are longer than the store keeps: column -> letters."""
    for column, most in letters.items():
        rows = rows.refuse(pl.col(column).str.len_chars() > most, column, "text.too_long", detail=pl.lit(most))
    return rows


def ending_after(rows: Understood, first: str, last: str) -> Understood:
    """Refuse periods that end before they begin."""
    return rows.refuse(pl.col(last) < pl.col(first), last, "period.reversed", value=pl.col(last))


def at_a_branch(rows: Understood, known: Known) -> Understood:
    """branch (id or name) -> branch_id, null where none is named. A branch that is named must be known."""
    rows = rows.adding(branch_id=looked_up(rows.frame, "branch", branch_finder(known)))
    return rows.refuse(pl.col("branch").is_not_null() & pl.col("branch_id").is_null(), "branch", "branch.unknown", value=pl.col("branch"))


def noting(rows: Understood, code: str, value: str) -> Understood:
    """The same with a note for the receipt."""
    return replace(rows, notes=(*rows.notes, (code, value)))


def table_of(kind: Kind, frame: pl.DataFrame, raw: RawTable) -> Understood:
    """Rows that were read in another way than `understand` does: frame has `row`."""
    return Understood(kind, frame, raw.broken, frame.height + raw.broken["row"].n_unique(), frozenset(frame.columns), ())


def parsed(rows: Understood, layout: str, **tables: pl.DataFrame) -> Parsed:
    """The end of the way: rows per table, with what was refused and noted."""
    return Parsed(rows.kind.id, layout, tables, rows.refused.sort("row", maintain_order=True), rows.read, rows.dropped, rows.notes)


def columns_of(raw: RawTable) -> dict[str, str]:
    """Folded header -> column of the frame, the first when there are two. Folding takes care of the trailing spaces that CBS headers have in some years."""
    found: dict[str, str] = {}
    for column in raw.headers:
        found.setdefault(fold(column), column)
    return found


def first_of(columns: dict[str, str], names: Iterable[str]) -> str | None:
    """The column of the first of these headers that the table has."""
    return next((columns[fold(name)] for name in names if fold(name) in columns), None)
