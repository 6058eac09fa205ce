"""What a delivery is on its way in: bytes -> RawTable or RawFeatures -> Parsed -> Receipt."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

import polars as pl

from data_access.reader import Reader
from metrics.shapes import Period

#: Columns of every frame of refused rows. row: line or sheet row in the file, header included; column: canonical name, "" = the whole row.
REFUSED_SCHEMA = pl.Schema({"row": pl.Int64(), "column": pl.String(), "code": pl.String(), "value": pl.String(), "detail": pl.String()})


class FileRefused(ValueError):
    """A file that cannot be loaded at all: a code with values. Nothing of it was stored."""

    def __init__(self, code: str, **values: object) -> None:
        """Keep the code (`file.empty`) and the values that its sentence needs, never a pupil."""
        super().__init__(code, values)
        self.code = code
        self.values = values


@dataclass(frozen=True)
class AskedHeader:
    """A header that the door does not know, with the first values below it for who delivers the file to look at: what may be of a pupil is masked."""

    header: str
    values: tuple[str, ...]


class HeadersUnknown(FileRefused):
    """A file that can be loaded once its deliverer says what some columns are (`Delivery.headers`) or which branch it is of (`Delivery.branch`).

    kind: what the file would be loaded as; missing: the columns that are needed and were not found, by canonical name; asked: the headers that nobody knows;
    columns: what they may be; needs_branch: the list names no branch. What a pupil's value may be in stands in `asked` alone, never in a message or a log.
    """

    def __init__(self, kind: str, missing: tuple[str, ...], asked: tuple[AskedHeader, ...], columns: tuple[str, ...], *, needs_branch: bool) -> None:
        """Code `file.branch_needed` when nothing but the branch is missing, else `file.headers_unknown`."""
        super().__init__("file.headers_unknown" if missing else "file.branch_needed", kind=kind, missing=missing)
        self.kind, self.missing, self.asked, self.columns, self.needs_branch = kind, missing, asked, columns, needs_branch


@dataclass(frozen=True)
class Delivery:
    """A file that somebody brings. kind None = recognise it from the content; covers = the days it speaks about, when the deliverer says so.

    branch: the branch (id or name) of a list that names none; headers: what a header of the file is (a column, or "" for not needed), when the door asked.
    """

    file_name: str
    content: bytes
    reader: Reader
    kind: str | None = None
    replaces: bool = False
    covers: Period | None = None
    branch: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def sha256(self) -> str:
        """Of the bytes."""
        return hashlib.sha256(self.content).hexdigest()


@dataclass(frozen=True)
class RawTable:
    """A table as it stood in the file.

    frame: `row` (Int64, line or sheet row, header included) and one text column per header, cells stripped, empty = null; headers: as delivered, in order.
    broken: rows that are no row of this table (too few or too many fields, a quotation mark out of place), as REFUSED_SCHEMA. excel_epoch: the day that the
    workbook counts from; None when the file is no workbook. other_sheets: how many further visible sheets of the workbook hold something, and were not read.
    """

    file_name: str
    frame: pl.DataFrame
    headers: tuple[str, ...]
    broken: pl.DataFrame
    excel_epoch: date | None = None
    other_sheets: int = 0


@dataclass(frozen=True)
class RawFeatures:
    """A GeoJSON file: its features, and the code of its coordinate system when it names one (EPSG number)."""

    file_name: str
    features: tuple[Mapping[str, Any], ...]
    crs: int | None


#: Code of a note and the rows that it is about, for each pupil or number that it counts.
Noted = tuple[tuple[str, tuple[int, ...]], ...]


@dataclass(frozen=True)
class Parsed:
    """A delivery understood, before the store has seen it.

    rows: table name -> rows for that table, typed, with `row` (the file row each came from). One file row may give several table rows. A pupil is a number in
    column `pupil`, and `pupils` holds the id of each number: the only place of ids, and only in memory.
    cells: of a sheet with several visits in a row the headers above them, behind "" for the row itself; `row` then counts cells, and `lines` gives the rows.
    refused: REFUSED_SCHEMA; read: rows of the file that are rows; dropped: headers that were not kept; notes: codes of what the receipt must say, with values;
    noted: the rows that a note is about, for those that ask for a look at them.
    """

    kind: str
    layout: str
    rows: dict[str, pl.DataFrame]
    refused: pl.DataFrame
    read: int
    dropped: tuple[str, ...] = ()
    notes: tuple[tuple[str, str], ...] = ()
    pupils: pl.Series = field(default_factory=lambda: pl.Series(dtype=pl.String))
    noted: Noted = ()
    cells: tuple[str, ...] = ("",)

    def lines(self) -> pl.DataFrame:
        """The refused rows by the row of the file or sheet that each stands in, each cell once."""
        if len(self.cells) == 1:
            return self.refused
        return self.refused.with_columns(pl.col("row") // len(self.cells)).unique(["row", "column"], keep="first", maintain_order=True)

    def among(self, rows: pl.Series, lines: pl.DataFrame) -> pl.Series:
        """Which of these rows stand among the `lines` (row, column), as a whole or by their cell."""
        cell = rows % len(self.cells)
        header = cell.replace_strict(dict(enumerate(self.cells)), return_dtype=pl.String)
        cells = pl.DataFrame({"row": rows // len(self.cells), "column": header})
        by_cell = cells.join(lines.with_columns(is_there=True), on=["row", "column"], how="left", maintain_order="left")
        whole = lines.filter(~pl.col("column").is_in([name for name in self.cells if name]))["row"]
        return by_cell["is_there"].is_not_null() | by_cell["row"].is_in(whole.implode())


@dataclass(frozen=True)
class Stretch:
    """Branches and days of which a replacing file is the whole truth: what it does not hold, goes."""

    period: Period
    branch_ids: tuple[str, ...]


def stretch_of(coverage: Sequence[tuple[str, date, date]]) -> Stretch | None:
    """The stretch of a replacing file. coverage: branch_id, first day, last day of each branch that it speaks about."""
    if not coverage:
        return None
    branch_ids, first, last = zip(*coverage, strict=True)
    return Stretch(Period(min(first), max(last)), branch_ids)


@dataclass(frozen=True)
class Receipt:
    """What happened, or with load_id None what will happen. read = accepted + duplicate + refused; corrected and anonymous are parts of accepted.

    removed: rows that a replacing file takes away; reasons: code -> count of refused rows; coverage: (branch_id, first day, last day) as ISO text;
    already_loaded: the load_id that brought the same bytes before, which then change nothing; branch: of a list that names none; answers: header -> column, as
    the deliverer said now or before; noted: the rows of the file or sheet that a note is about, for the first that it counts.
    """

    file_name: str
    kind: str
    layout: str
    read: int
    accepted: int
    corrected: int
    duplicate: int
    refused: int
    anonymous: int
    removed: int = 0
    replaces: bool = False
    load_id: int | None = None
    already_loaded: int | None = None
    reasons: dict[str, int] = field(default_factory=dict)
    dropped: tuple[str, ...] = ()
    notes: tuple[tuple[str, str], ...] = ()
    noted: Noted = ()
    coverage: tuple[tuple[str, str, str], ...] = ()
    branch: str | None = None
    answers: tuple[tuple[str, str], ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """The receipt as plain values, for JSON."""
        return asdict(self)
