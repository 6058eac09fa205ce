"""A wide sheet: a row per pupil, a column per day, and a mark where they meet."""

from dataclasses import replace
from datetime import date

import polars as pl

from data_access.ingest.day_headers import day_headers, days_of
from data_access.ingest.headers import match
from data_access.ingest.known import Known
from data_access.ingest.layouts import Layout, as_table
from data_access.ingest.layouts.visits import DAY, PLAIN, judged, parsed_visits
from data_access.ingest.rules import understand
from data_access.ingest.shapes import FileRefused, Parsed, RawFeatures, RawTable
from data_access.ingest.totals import noting_totals, without_totals

MARKS = ["x", "1", "v", "ja", "yes", "true", "waar", "\N{CHECK MARK}", "\N{HEAVY CHECK MARK}", "\N{SQUARE ROOT}"]
NO_MARKS = ["0", "-", "\N{EN DASH}", "\N{EM DASH}", "nee", "no", "false", "onwaar"]
#: In the place of a column until the header of the cell takes it.
_CELL = "cell"
#: What is wrong with a line of the sheet as a whole, and so with no cell of it.
OF_THE_LINE = ("row.too_long", "row.too_few_fields", "row.too_many_fields")


def parse(raw: RawTable | RawFeatures, known: Known) -> Parsed:
    """Marks -> visits. A row of what is read is a cell with something in it; `cells` says which cell of which row of the sheet it is.

    Raises FileRefused("file.no_marks") for a sheet without a single one: whether nobody came or nobody wrote it down is not to be seen.
    """
    table = without_totals(as_table(raw))
    days = days_of(day_headers(table), table, known)
    cells = ("", *days)
    long, is_mark = _a_row_per_mark(table, days, cells)
    if long.frame.is_empty() and long.broken.is_empty():
        raise FileRefused("file.no_marks")
    rows = understand(PLAIN, long)
    rows = rows.refuse(pl.col("row").is_in(long.frame["row"].filter(~is_mark).implode()), _CELL, "mark.unreadable")
    parsed = parsed_visits(noting_totals(judged(rows, known), as_table(raw), table), "wide")
    header = pl.col("row").mod(len(cells)).replace_strict(dict(enumerate(cells)), return_dtype=pl.String)
    of_cell = pl.when(pl.col("column").is_in([_CELL, "visited_on", ""]) & ~pl.col("code").is_in(OF_THE_LINE)).then(header).otherwise("column")
    first_line = pl.when(pl.col("code") == "row.twice").then((pl.col("detail").cast(pl.Int64, strict=False) // len(cells)).cast(pl.String)).otherwise("detail")
    return replace(parsed, refused=parsed.refused.with_columns(column=of_cell, detail=first_line), cells=cells)


def _a_row_per_mark(raw: RawTable, days: dict[str, date], cells: tuple[str, ...]) -> tuple[RawTable, pl.Series]:
    """The sheet as plain rows, one for each cell with something in it, and which of these are marks."""
    others = [header for header in raw.headers if header not in days and header != DAY.headers[0]]
    long = raw.frame.select("row", *others, *days).unpivot(on=list(days), index=["row", *others], variable_name=DAY.headers[0], value_name=_CELL + " ")
    mark = long[_CELL + " "].str.to_lowercase()
    long = long.filter(mark.is_not_null() & ~mark.is_in(NO_MARKS))
    place = pl.col(DAY.headers[0]).replace_strict({header: number for number, header in enumerate(cells)}, return_dtype=pl.Int64)
    day = pl.col(DAY.headers[0]).replace_strict({header: day.isoformat() for header, day in days.items()}, return_dtype=pl.String)
    is_mark = long[_CELL + " "].str.to_lowercase().is_in(MARKS)
    frame = long.select(pl.col("row") * len(cells) + place, *others, day.alias(DAY.headers[0]))
    broken = raw.broken.with_columns(pl.col("row") * len(cells))
    return replace(raw, frame=frame, headers=(*others, DAY.headers[0]), broken=broken), is_mark


def lacks(raw: RawTable) -> tuple[str, ...] | None:
    """A wide sheet has days above its columns, and one column for the pupil."""
    if not day_headers(raw):
        return None
    return () if "pupil" in match(PLAIN, raw.headers).columns else ("pupil",)


LAYOUTS = (Layout("visits", "wide", lambda raw: isinstance(raw, RawTable) and lacks(raw) == (), parse, lacks),)
