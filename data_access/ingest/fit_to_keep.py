"""What may be kept of a delivery in words: not what was typed about a pupil, also when it stands in a column where it does not belong."""

import re
from collections.abc import Callable, Iterable, Sequence
from difflib import get_close_matches

import polars as pl

from data_access.ingest import pseudonyms
from data_access.ingest.column_words import is_column_name
from data_access.ingest.day_headers import is_day
from data_access.ingest.headers import fold, match
from data_access.ingest.kinds import Kind
from data_access.ingest.known import Known
from data_access.ingest.shapes import RawFeatures, RawTable
from data_access.ingest.values import WEEKDAY
from data_access.levels import level_names

#: Kinds with a row per pupil or beside pupils: there a header may be a pupil, as in a sheet with a column for each.
NEAR_PUPILS = ("visits", "pupils", "sessions", "outcomes", "survey")
#: Kinds with words for groups, schools and sums: of these any word may be kept that is not plainly a person's.
ABOUT_GROUPS = ("group_outcomes", "costs", "events", "offers", "schools")
#: How much a word must look like one we know, from 0 to 1, and how long it must be, to be taken for a slip of the pen and not for a name that is like it:
#: Noor is a child, and not a slip for the branch Noord.
NEAR, LONG = 0.85, 6

#: How many different values of a column its deliverer is shown, out of how many rows; and what stands for the rest of a value.
FIRST, SAMPLE, _MASK = 3, 200, "\N{BULLET}" * 3

_DATE = re.compile(
    rf"(?:{WEEKDAY})?(?:\d{{4}}[-/. ]\d{{1,2}}[-/. ]\d{{1,2}}|\d{{1,2}}[-/. ]\d{{1,2}}[-/. ]\d{{2}}(?:\d{{2}})?)(?:[ T]\d{{1,2}}:.*)?", re.IGNORECASE
)
_DATE_IN_WORDS = re.compile(rf"(?:{WEEKDAY})?\d{{1,2}}[- ][a-z]{{3,9}}\.?[- ]\d{{4}}", re.IGNORECASE)
_TIME = re.compile(r"\d{1,2}\s?[:.uh]\s?\d{2}(?:[:.]\d{2})?(?:\s*(?:uur|u|h))?|\d{1,2}\s?(?:uur|u|h)")
_AREA = re.compile(r"(?:GM|WK|BU|NL)?\d{1,8}|(?:GM|WK|BU|NL)[0-9A-Z]{4,8}")
_SCHOOL_YEAR = re.compile(r"20\d\d|(?:\d{4}|\d{2})\s?[-/]\s?'?\d{2,4}")
_COUNT = re.compile(r"-?\d{1,3}")
_AMOUNT = re.compile(r"-?\d{1,7}(?:[.,]\d{1,2})?")
_DIGITS = re.compile(r"\d[\d.,_/\- ]{6,14}\d")
_DAY_IN_NAME = re.compile(r"20\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])|(?:0[1-9]|[12]\d|3[01])(?:0[1-9]|1[0-2])20\d\d")
#: What belongs in a column, by the type of the column.
_BELONGS: dict[str, tuple[re.Pattern[str], ...]] = {"day": (_DATE, _DATE_IN_WORDS), "time": (_TIME,), "whole": (_COUNT,), "decimal": (_AMOUNT,)}
_AREAS = ("neighbourhood", "subneighbourhood", "neighbourhood_code", "subneighbourhood_code")


def refused(rows: pl.DataFrame, kind: Kind | None, raw: RawTable | RawFeatures, known: Known) -> pl.DataFrame:
    """Refused rows (REFUSED_SCHEMA) of which each value looks like what belongs in its column; what does not is null.

    In a sheet in which one cell slipped, and in a list that was delivered as another kind, a pupil may stand in any column.
    """
    if rows["value"].null_count() == len(rows):
        return rows
    numbered = rows.with_row_index("at").with_columns(typed=_as_typed(rows, kind, raw))
    parts = []
    for part in numbered.partition_by("column", maintain_order=True):
        is_kept = _kept(part["typed"], _looks_right(kind, part["column"][0], known)).is_not_null()
        parts.append(part.select("at", value=pl.when(is_kept).then("value")))
    return rows.with_columns(pl.concat(parts).sort("at")["value"])


def headers(names: Sequence[str], kind: str | None) -> tuple[str, ...]:
    """Headers as they may be kept of a delivery of this kind, each that may be a person's as its place in the row between brackets.

    kind None: of a file that nobody knows the kind of nothing is kept; so they may be shown to who delivers it.
    """
    may_be_kept = _names_a_column if kind in NEAR_PUPILS else _names_nobody
    return tuple(name if may_be_kept(name) else f"({number})" for number, name in enumerate(names, start=1))


def first_values(cells: pl.Series, known: Known) -> tuple[str, ...]:
    """The first different values of a column for its deliverer to recognise it by; of what is no day, time, small number, branch or level only a letter."""
    is_word = _near([*known.branches["branch_id"], *known.branches["name"], *level_names()])
    plain = (_DATE, _DATE_IN_WORDS, _TIME, _COUNT)
    values = cells.drop_nulls().head(SAMPLE).unique(maintain_order=True).head(FIRST)
    return tuple(text if is_word(text) or any(pattern.fullmatch(text) for pattern in plain) else text[:1] + _MASK for text in values)


def _names_a_column(header: str) -> bool:
    return _names_nobody(header) and is_column_name(header)


def _names_nobody(header: str) -> bool:
    """Whether a header is no number and no name; in a public table that is enough."""
    is_number = is_service_number(header) or re.search(r"\d{6}", header) or not re.search(r"[^\W\d]", header)
    is_person = len(re.findall(r"\b[A-Z][^\W\d_]+", header)) > 1 and not is_column_name(header)
    return not (is_number or is_person or "@" in header)


def file_name(text: str) -> str:
    """A file name in which citizen service numbers are masked. A day written without marks stays."""

    def masked(found: re.Match[str]) -> str:
        return "*" * len(found[0]) if is_service_number(found[0]) and not _DAY_IN_NAME.fullmatch(found[0]) else found[0]

    return re.sub(r"(?<!\d)\d{8,9}(?!\d)", masked, text)


def is_service_number(text: str) -> bool:
    """Whether a text holds a citizen service number, however it is parted."""
    return any(pseudonyms.is_bsn(re.sub(r"\D", "", found)) for found in _DIGITS.findall(text))


def _as_typed(rows: pl.DataFrame, kind: Kind | None, raw: RawTable | RawFeatures) -> pl.Series:
    """The cell that each value was read from: a date made out of an id looks like any other date."""
    if kind is None or not isinstance(raw, RawTable):
        return rows["value"]
    columns = match(kind, raw.headers).columns
    days = [column.name for column in kind.columns if column.type == "day" and column.name in columns]
    delivered = raw.frame.filter(pl.col("row").is_in(rows["row"].implode()))  # a few of a million
    cells = [delivered.select("row", column=pl.lit(name), typed=pl.col(columns[name])) for name in days]
    found = rows.join(pl.concat(cells), on=["row", "column"], how="left", maintain_order="left") if cells else rows.with_columns(typed=pl.lit(None, pl.String))
    return found.select(pl.coalesce("typed", "value")).to_series()


def _looks_right(kind: Kind | None, name: str, known: Known) -> Callable[[str], bool]:
    """Whether a text may be what belongs in a column."""
    column = next((column for column in kind.columns if column.name == name), None) if kind else None
    if name in _AREAS:
        is_near = _near(known.neighbourhoods["name"].drop_nulls())
        return lambda text: (bool(_AREA.fullmatch(text.upper())) and not is_service_number(text)) or is_near(text)
    if column is None or not column.is_public:  # a cell of a wide sheet has the day for its column
        return lambda text: column is None and is_day(name) and _DATE.fullmatch(text) is not None
    if kind is not None and kind.id in ABOUT_GROUPS:
        return lambda text: not is_service_number(text) and (_AMOUNT.fullmatch(text) is not None or _names_nobody(text) or bool(_SCHOOL_YEAR.fullmatch(text)))
    if column.type in _BELONGS:
        return lambda text: any(pattern.fullmatch(text) for pattern in _BELONGS[column.type])
    names = {"branch": [*known.branches["branch_id"], *known.branches["name"]], "level": level_names()}.get(name)
    if names is not None:
        return _near(names)
    return lambda text: name == "school_year" and bool(_SCHOOL_YEAR.fullmatch(text))


def _near(names: Iterable[str]) -> Callable[[str], bool]:
    """Whether a text is one of these names, or a long one with a slip of the pen in it."""
    folded = {fold(name) for name in names}

    def is_near(text: str) -> bool:
        typed = fold(text)
        return typed in folded or (len(typed) >= LONG and bool(get_close_matches(typed, folded, 1, NEAR)))

    return is_near


def _kept(values: pl.Series, may_be_kept: Callable[[str], bool]) -> pl.Series:
    """The values that may be kept; the others are null."""
    fit = [text for text in values.drop_nulls().unique() if may_be_kept(text)]
    return values.to_frame("value").select(pl.when(pl.col("value").is_in(fit)).then("value")).to_series()
