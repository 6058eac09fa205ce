"""A tally as a sheet: a row per branch, a column per day, and how many came where they meet."""

from dataclasses import replace

from data_access.ingest.day_headers import day_headers, days_of
from data_access.ingest.headers import match
from data_access.ingest.known import Known
from data_access.ingest.layouts import Layout, as_table, tally, wide
from data_access.ingest.layouts.visits import COUNT, VISITS
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


LAYOUTS = (Layout("visits", "tally", _is_sheet_of_counts, parse, lambda _raw: None),)
