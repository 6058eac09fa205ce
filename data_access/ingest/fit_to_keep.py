"""What may be kept of a delivery in words: not what was typed about a pupil, also when it stands in a column where it does not belong."""

import re
from collections.abc import Callable, Iterable
from difflib import get_close_matches

import polars as pl

from data_access.ingest import pseudonyms
from data_access.ingest.headers import fold, match
from data_access.ingest.kinds import Kind
from data_access.ingest.known import Known
from data_access.ingest.shapes import RawFeatures, RawTable
from data_access.levels import level_names

#: Kinds with a row per pupil or beside pupils: there a cell that slipped one column may hold a pupil. The other kinds hold public figures.
NEAR_PUPILS = ("visits", "pupils", "sessions", "outcomes", "survey")
#: How much a word must look like one we know, from 0 to 1, to be taken for a slip of the pen.
NEAR = 0.75

_DATE = re.compile(r"(?:\d{4}[-/. ]\d{1,2}[-/. ]\d{1,2}|\d{1,2}[-/. ]\d{1,2}[-/. ]\d{2}(?:\d{2})?)(?:[ T]\d{1,2}:.*)?")
_DATE_IN_WORDS = re.compile(r"\d{1,2}[- ][a-z]{3,9}\.?[- ]\d{4}", re.IGNORECASE)
_TIME = re.compile(r"\d{1,2}\s?[:.uh]\s?\d{2}(?:[:.]\d{2})?(?:\s*(?:uur|u|h))?")
_AREA = re.compile(r"(?:WK|BU)\d{6}(?:\d{2})?")
_SCHOOL_YEAR = re.compile(r"\d{4}\s?[-/]\s?'?\d{2,4}")
_COUNT = re.compile(r"-?\d{1,3}")
_DIGITS = re.compile(r"\d[\d.\- ]{6,12}\d")
_DAY_IN_NAME = re.compile(r"20\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])|(?:0[1-9]|[12]\d|3[01])(?:0[1-9]|1[0-2])20\d\d")


def refused(rows: pl.DataFrame, kind: Kind | None, raw: RawTable | RawFeatures, known: Known) -> pl.DataFrame:
    """Refused rows (REFUSED_SCHEMA) of which each value looks like what belongs in its column; what does not is null."""
    if rows["value"].null_count() == len(rows):
        return rows
    if kind is None or kind.id not in NEAR_PUPILS or not isinstance(raw, RawTable):
        return rows.with_columns(value=_kept(rows["value"], lambda text: not is_service_number(text)))
    numbered = rows.with_row_index("at").with_columns(typed=_as_typed(rows, kind, raw))
    parts = []
    for part in numbered.partition_by("column", maintain_order=True):
        is_kept = _kept(part["typed"], _looks_right(kind, part["column"][0], known)).is_not_null()
        parts.append(part.select("at", value=pl.when(is_kept).then("value")))
    return rows.with_columns(pl.concat(parts).sort("at")["value"])


def header(text: str) -> str | None:
    """The name of a column that is not kept, null when it may be somebody's name or number: in a file without a header the first row stands in its place."""
    is_number = is_service_number(text) or re.search(r"\d{6}", text) or not re.search(r"[^\W\d]", text)
    is_person = len(re.findall(r"\b[A-Z][^\W\d_]+", text)) > 1 or "@" in text
    return None if is_number or is_person else text


def file_name(text: str) -> str:
    """A file name in which citizen service numbers are masked. A day written without marks stays."""

    def masked(found: re.Match[str]) -> str:
        return "*" * len(found[0]) if is_service_number(found[0]) and not _DAY_IN_NAME.fullmatch(found[0]) else found[0]

    return re.sub(r"(?<!\d)\d{8,9}(?!\d)", masked, text)


def is_service_number(text: str) -> bool:
    """Whether a text holds a citizen service number, however it is parted."""
    return any(pseudonyms.is_bsn(re.sub(r"\D", "", found)) for found in _DIGITS.findall(text))


def _as_typed(rows: pl.DataFrame, kind: Kind, raw: RawTable) -> pl.Series:
    """The cell that each value was read from: a date made out of an id looks like any other date."""
    columns = match(kind, raw.headers).columns
    days = [column.name for column in kind.columns if column.type == "day" and column.name in columns]
    cells = [raw.frame.select("row", column=pl.lit(name), typed=pl.col(columns[name])) for name in days]
    found = rows.join(pl.concat(cells), on=["row", "column"], how="left", maintain_order="left") if cells else rows.with_columns(typed=pl.lit(None, pl.String))
    return found.select(pl.coalesce("typed", "value")).to_series()


def _looks_right(kind: Kind, name: str, known: Known) -> Callable[[str], bool]:
    """Whether a text may be what belongs in a column."""
    column = next((column for column in kind.columns if column.name == name), None)
    if column is None:
        return lambda _text: False
    patterns: dict[str, tuple[re.Pattern[str], ...]] = {"day": (_DATE, _DATE_IN_WORDS), "time": (_TIME,), "whole": (_COUNT,)}
    if column.type in patterns:
        return lambda text: any(pattern.fullmatch(text) for pattern in patterns[column.type])
    if name == "branch":
        return _near([*known.branches["branch_id"], *known.branches["name"]])
    if name in ("neighbourhood", "subneighbourhood"):
        is_near = _near(known.neighbourhoods["name"].drop_nulls())
        return lambda text: bool(_AREA.fullmatch(text.upper())) or is_near(text)
    if name == "level":
        return _near(level_names())
    return lambda text: name == "school_year" and bool(_SCHOOL_YEAR.fullmatch(text))


def _near(names: Iterable[str]) -> Callable[[str], bool]:
    """Whether a text is one of these names, or one with a slip of the pen in it."""
    folded = {fold(name) for name in names}
    return lambda text: bool(get_close_matches(fold(text), folded, 1, NEAR))


def _kept(values: pl.Series, may_be_kept: Callable[[str], bool]) -> pl.Series:
    """The values that may be kept; the others are null."""
    fit = [text for text in values.drop_nulls().unique() if may_be_kept(text)]
    return values.to_frame("value").select(pl.when(pl.col("value").is_in(fit)).then("value")).to_series()
