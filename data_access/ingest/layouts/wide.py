"""A wide sheet: a row per pupil, a column per day, and a mark where they meet."""

from dataclasses import replace
from datetime import date

import polars as pl

from data_access.ingest.day_headers import day_headers, days_of
from data_access.ingest.headers import match
from data_access.ingest.kinds import Kind
from data_access.ingest.known import Known
from data_access.ingest.layouts import Layout, as_table
from data_access.ingest.layouts.visits import DAY, PLAIN, day_rules, judged, parsed_visits, with_open_days
from data_access.ingest.matching import BRANCH, branch_rules, naming_branch
from data_access.ingest.rules import Understood, understand
from data_access.ingest.shapes import FileRefused, Parsed, RawFeatures, RawTable
from data_access.ingest.totals import noting_totals, without_totals

MARKS = ["x", "1", "v", "ja", "yes", "true", "waar", "\N{CHECK MARK}", "\N{HEAVY CHECK MARK}", "\N{SQUARE ROOT}"]
NO_MARKS = ["0", "-", "\N{EN DASH}", "\N{EM DASH}", "nee", "no", "false", "onwaar"]
#: What of the sheet a nought speaks about: not of a pupil, but of a day of a branch.
_OF_DAY = Kind("visits", (DAY, BRANCH))
#: In the place of a column until the header of the cell takes it.
_CELL = "cell"
#: The column of the marks, by a name that no header has: headers are stripped.
_MARK = "mark "
#: What is wrong with a line of the sheet as a whole, and so with no cell of it.
OF_THE_LINE = ("row.too_long", "row.too_few_fields", "row.too_many_fields")


def parse(raw: RawTable | RawFeatures, known: Known) -> Parsed:
    """Marks -> visits, and the days of which the sheet says that nobody came. A row of what is read is a cell with a mark in it, or with the nought that stands
    for such a day; `cells` says which cell of which row of the sheet it is.

    Raises FileRefused("file.no_marks") for a sheet without marks and noughts: whether nobody came or nobody wrote it down is not to be seen.
    """
    table = without_totals(as_table(raw))
    days = days_of(day_headers(table), table, known)
    cells = ("", *days)
    filled = a_row_per_cell(table, days, cells, _MARK)
    text = filled.frame[_MARK].str.to_lowercase()
    nought = text.is_in(NO_MARKS)
    long, is_mark = _of(filled, ~nought), text.filter(~nought).is_in(MARKS)
    quiet = _quiet_days(_of(filled, nought), long, known)
    if long.frame.is_empty() and long.broken.is_empty() and quiet.frame.is_empty() and quiet.refused.is_empty():
        raise FileRefused("file.no_marks")
    rows = understand(PLAIN, long)
    rows = rows.refuse(pl.col("row").is_in(long.frame["row"].filter(~is_mark).implode()), _CELL, "mark.unreadable")
    parsed = parsed_visits(noting_totals(judged(rows, known), as_table(raw), table), "wide")
    return by_cell(_with_quiet_days(parsed, quiet), cells, _CELL)


def _with_quiet_days(parsed: Parsed, quiet: Understood) -> Parsed:
    """With 0 visits on the days on which nobody came, and with the noughts that were refused."""
    read, refused = parsed.read + quiet.frame.height + quiet.refused["row"].n_unique(), pl.concat([parsed.refused, quiet.refused])
    if quiet.frame.is_empty():
        return replace(parsed, read=read, refused=refused)
    nobody = quiet.frame.select("row", "branch_id", "visited_on", visits=pl.lit(0, pl.Int64))
    anonymous = pl.concat([parsed.rows.get("anonymous_visits", nobody.clear()), nobody])
    notes = (*parsed.notes, ("days.quiet", str(nobody.height)))
    return replace(parsed, rows=parsed.rows | {"anonymous_visits": anonymous}, read=read, refused=refused, notes=notes)


def a_row_per_cell(raw: RawTable, days: dict[str, date], cells: tuple[str, ...], into: str) -> RawTable:
    """A sheet with days above its columns as rows, one for each cell with something in it, which stands in the column `into`."""
    others = [header for header in raw.headers if header not in days and header not in (DAY.headers[0], into)]
    long = raw.frame.select("row", *others, *days).unpivot(on=list(days), index=["row", *others], variable_name=DAY.headers[0], value_name=into)
    long = long.drop_nulls(into)
    place = pl.col(DAY.headers[0]).replace_strict({header: number for number, header in enumerate(cells)}, return_dtype=pl.Int64)
    day = pl.col(DAY.headers[0]).replace_strict({header: day.isoformat() for header, day in days.items()}, return_dtype=pl.String)
    frame = long.select(pl.col("row") * len(cells) + place, *others, day.alias(DAY.headers[0]), into)
    broken = raw.broken.with_columns(pl.col("row") * len(cells))
    return replace(raw, frame=frame, headers=(*others, DAY.headers[0], into), broken=broken)


def by_cell(parsed: Parsed, cells: tuple[str, ...], column: str) -> Parsed:
    """What was made of such rows, with each refused one under the header of its cell. column: the one in which the cells were read."""
    header = pl.col("row").mod(len(cells)).replace_strict(dict(enumerate(cells)), return_dtype=pl.String)
    of_cell = pl.when(pl.col("column").is_in([column, "visited_on", ""]) & ~pl.col("code").is_in(OF_THE_LINE)).then(header).otherwise("column")
    first_line = pl.when(pl.col("code") == "row.twice").then((pl.col("detail").cast(pl.Int64, strict=False) // len(cells)).cast(pl.String)).otherwise("detail")
    return replace(parsed, refused=parsed.refused.with_columns(column=of_cell, detail=first_line), cells=cells)


def _of(filled: RawTable, cells: pl.Series) -> RawTable:
    """The rows of some of the cells."""
    return replace(filled, frame=filled.frame.filter(cells).drop(_MARK), headers=tuple(header for header in filled.headers if header != _MARK))


def _quiet_days(noughts: RawTable, others: RawTable, known: Known) -> Understood:
    """The days under which a branch has noughts and nothing else, for somebody wrote down that nobody came: a row for each. An empty column says nothing.

    Where a line of a branch that nobody knows has something under a day, or a line is broken, it may be of any branch: then a nought says nothing either.
    """
    branch = match(_OF_DAY, noughts.headers).columns.get("branch")
    by = [DAY.headers[0], *([branch] if branch else [])]
    said, marked = (raw.frame.unique(by, keep="first", maintain_order=True).select("row", *by) for raw in (noughts, others))
    if known.covers is not None:  # what the deliverer named says so already
        said = said.filter(pl.col(by[0]).is_between(pl.lit(known.covers.first.isoformat()), pl.lit(known.covers.last.isoformat())))

    def of_branches(rows: pl.DataFrame) -> Understood:
        found = naming_branch(understand(_OF_DAY, replace(noughts, frame=rows, headers=tuple(by), broken=noughts.broken.clear())), known)
        return with_open_days(found, known).keeping([*branch_rules(known), *day_rules(known)])

    quiet, held = of_branches(said.join(marked, on=by, how="anti", nulls_equal=True, maintain_order="left")), of_branches(marked)
    of_nobody = held.refused.filter(pl.col("column") == "branch", pl.col("code") != "branch.not_yours")["row"]
    in_doubt = marked.filter(pl.col("row").is_in(of_nobody.implode()))[by[0]].str.to_date("%Y-%m-%d")
    days = quiet.frame.join(held.frame, on=["branch_id", "visited_on"], how="anti", maintain_order="left")
    days = days.filter(~pl.col("visited_on").is_in(in_doubt.implode())) if noughts.broken.is_empty() else days.clear()
    return quiet.holding(days.unique(["branch_id", "visited_on"], keep="first", maintain_order=True))


def lacks(raw: RawTable) -> tuple[str, ...] | None:
    """A wide sheet has days above its columns, and one column for the pupil."""
    if not day_headers(raw):
        return None
    return () if "pupil" in match(PLAIN, raw.headers).columns else ("pupil",)


LAYOUTS = (Layout("visits", "wide", lambda raw: isinstance(raw, RawTable) and lacks(raw) == (), parse, lacks),)
