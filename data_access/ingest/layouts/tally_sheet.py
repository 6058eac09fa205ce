"""A tally as a sheet: a row per branch, a column per day, and how many came where they meet; or of one branch, with "aantal" before the row."""

from dataclasses import replace

import polars as pl

from data_access.ingest.day_headers import day_headers, days_of
from data_access.ingest.headers import match
from data_access.ingest.known import Known
from data_access.ingest.layouts import Layout, as_table, tally, wide
from data_access.ingest.layouts.visits import COUNT, DAY, VISITS, VOLUNTEERS
from data_access.ingest.matching import BRANCH, branch_finder
from data_access.ingest.shapes import Parsed, RawFeatures, RawTable
from data_access.ingest.totals import begins_with_total, without_totals


def parse(raw: RawTable | RawFeatures, known: Known) -> Parsed:
    """As a tally with a row for each cell with something in it; an empty cell says nothing, and a dash is no number."""
    table = without_totals(as_table(raw))
    days = days_of(day_headers(table), table, known)
    cells = ("", *days)
    parsed = wide.by_cell(tally.parse(wide.a_row_per_cell(table, days, cells, COUNT.headers[0]), known), cells, COUNT.name)
    left_out = as_table(raw).frame.height - table.frame.height
    return replace(parsed, notes=(*parsed.notes, ("rows.totals", str(left_out)))) if left_out else parsed


def _is_sheet_of_counts(raw: RawTable | RawFeatures) -> bool:
    """Days above columns, each branch in one row, and neither marks nor anything else beside them but totals."""
    if not isinstance(raw, RawTable) or not (days := day_headers(raw)):
        return False
    columns, table = match(VISITS, raw.headers).columns, without_totals(raw)
    others = [header for header in raw.headers if header not in (*days, *columns.values()) and not begins_with_total(header)]
    if columns.keys() != {"branch"} or others or table.frame[columns["branch"]].is_duplicated().any():
        return False
    marks = [mark for mark in wide.MARKS if not mark.isdigit()]
    return not any(table.frame[day].str.to_lowercase().is_in(marks).any() for day in days)


# --- of one branch ----------------------------------------------------------------------------------------------------


def header_of_one_branch(raw: RawTable) -> str | None:
    """The header above "aantal" and, where it is there, "vrijwilligers", when nothing else stands beside the days; None for any other table."""
    days = day_headers(raw)
    others = [header for header in raw.headers if header not in days and not begins_with_total(header)]
    if not days or len(others) != 1:
        return None
    labels = without_totals(raw).frame[others[0]]
    lines = {_line(text) for text in labels.head(3)}  # with more lines than two it is something else
    return others[0] if len(lines) == len(labels) and lines in ({COUNT.name}, {COUNT.name, VOLUNTEERS.name}) else None


def names_its_branch(raw: RawTable, known: Known) -> bool:
    """Whether a tally of one branch has the name of that branch for its header."""
    header = header_of_one_branch(raw)
    return header is not None and branch_finder(known)(header) is not None


def _line(text: str | None) -> str | None:
    """Which column of a tally a line is."""
    return next(iter(match(tally.TALLY, [text or ""]).columns), None)


def parse_one_branch(raw: RawTable | RawFeatures, known: Known) -> Parsed:
    """As a tally with a row for each day with a count."""
    table = without_totals(as_table(raw))
    days = days_of(day_headers(table), table, known)
    cells = ("", *days)
    header = header_of_one_branch(table) or ""
    line = table.frame[header].map_elements(_line, return_dtype=pl.String)

    def per_day(column: str, into: str) -> RawTable:
        return wide.a_row_per_cell(replace(table, frame=table.frame.filter(line == column).drop(header), headers=tuple(days)), days, cells, into)

    counts, volunteers = per_day(COUNT.name, COUNT.headers[0]), per_day(VOLUNTEERS.name, VOLUNTEERS.headers[0])
    frame = counts.frame.join(volunteers.frame.drop("row"), on=DAY.headers[0], how="left", maintain_order="left")
    if names_its_branch(table, known):
        frame = frame.with_columns(pl.lit(header).alias(BRANCH.headers[0]))
    headers = tuple(name for name in frame.columns if name != "row")
    return wide.by_cell(tally.parse(replace(counts, frame=frame, headers=headers), known), cells, COUNT.name)


def _is_sheet_of_one_branch(raw: RawTable | RawFeatures) -> bool:
    return isinstance(raw, RawTable) and header_of_one_branch(raw) is not None


LAYOUTS = (
    Layout("visits", "tally", _is_sheet_of_counts, parse, lambda _raw: None),
    Layout("visits", "tally", _is_sheet_of_one_branch, parse_one_branch, lambda _raw: None),
)
