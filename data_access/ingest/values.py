"""What people type -> days, times, numbers. Every function takes the different texts of a column once and says of each what it is or why it is not.

A text is worked once however often it stands in the file, so a million dates cost as much as the few hundred days they name.
"""

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import NamedTuple

import polars as pl

from data_access.ingest.headers import fold
from data_access.ingest.kinds import POLARS_TYPES, Type
from data_access.ingest.shapes import FileRefused


class Read(NamedTuple):
    """values: typed, null where unreadable; codes: why, null where readable. Both as long as the texts."""

    values: pl.Series
    codes: pl.Series


MONTHS = {
    name: number
    for number, names in enumerate(
        (
            ("januari", "january", "jan"),
            ("februari", "february", "feb"),
            ("maart", "march", "mrt", "mar"),
            ("april", "apr"),
            ("mei", "may"),
            ("juni", "june", "jun"),
            ("juli", "july", "jul"),
            ("augustus", "august", "aug"),
            ("september", "sept", "sep"),
            ("oktober", "october", "okt", "oct"),
            ("november", "nov"),
            ("december", "dec"),
        ),
        start=1,
    )
    for name in names
}
_WEEKDAYS = ("maandag|monday", "dinsdag|tuesday", "woensdag|wednesday", "donderdag|thursday", "vrijdag|friday", "zaterdag|saturday", "zondag|sunday")
#: A day of the week in full or by its first two or three letters -> its number, Monday 1.
WEEKDAYS = {name[:letters]: number for number, names in enumerate(_WEEKDAYS, start=1) for name in names.split("|") for letters in (2, 3, len(name))}
#: A day of the week before a date, to be matched at its beginning; capitals do not matter.
WEEKDAY = rf"({'|'.join(sorted(WEEKDAYS, key=len, reverse=True))})\.?,?\s*"
_YES = {"ja", "j", "yes", "y", "1", "true", "waar", "x", "v"}
_NO = {"nee", "n", "no", "0", "false", "onwaar"}
_SECTORS = {"po": "PO", "basisonderwijs": "PO", "primaironderwijs": "PO", "primary": "PO", "bo": "PO"} | {
    "vo": "VO",
    "voortgezetonderwijs": "VO",
    "secondary": "VO",
}


def read(kind: Type, texts: pl.Series, excel_epoch: date | None = None) -> Read:
    """Read different texts (stripped, not null) as one type."""
    if kind in ("text", "code"):
        cleaned = texts.str.replace_all(r"\p{Cc}", "") if kind == "code" else texts
        return Read(cleaned, pl.Series([None] * len(texts), dtype=pl.String))
    if kind == "day":
        return days(texts, excel_epoch)
    if kind == "time":
        return times(texts, in_workbook=excel_epoch is not None)
    if kind == "whole" and excel_epoch is not None:
        return _each(kind, texts, lambda text: None if _MAY_BE_PART.fullmatch(text) else _whole(text), "number.unreadable")
    reader = {"whole": _whole, "decimal": _decimal, "yes_no": _yes_no, "sector": _sector}[kind]
    return _each(kind, texts, reader, {"yes_no": "yes_no.unreadable", "sector": "sector.unknown"}.get(kind, "number.unreadable"))


def days(texts: pl.Series, excel_epoch: date | None = None) -> Read:
    """Dates of this century and the last. Year first is ISO (2019-05-13, also with / or ., or the eight digits 20190513); year last is day-month-year, always;
    a month may be a word, and the day of the week may stand before it if it is the right one. The marks between the parts are the same: 18-11/2024 is a slip
    of which nobody knows where it began.

    excel_epoch: day 0 of the workbook, for a number that stands where a date should be. Raises FileRefused("file.month_first") when a second number exceeds 12
    while the first does not: such a file was written by a program that puts the month first, and its other dates would be read wrong in silence.
    """
    text = pl.col("text")
    weekday = text.str.to_lowercase().str.extract(rf"^{WEEKDAY}\d")
    named = text.str.to_lowercase().str.replace(rf"^{WEEKDAY}(\d)", "$2").str.replace(r"([a-z]{3})\.", "$1")
    named = named.str.replace_many([f" {month} " for month in MONTHS], [f"-{number}-" for number in MONTHS.values()])
    named = named.str.replace_many([f"-{month}-" for month in MONTHS], [f"-{number}-" for number in MONTHS.values()])
    without_clock = named.str.replace(r"[ t]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?z?$", "")
    frame = pl.DataFrame({"text": texts}, schema={"text": pl.String}).select(
        text,
        weekday=weekday.replace_strict(WEEKDAYS, default=None, return_dtype=pl.Int8),
        iso=without_clock.str.replace(r"^(\d{4})(\d{2})(\d{2})$", "$1-$2-$3").str.extract_groups(r"^((?:19|20)\d{2})[-/. ](\d{1,2})[-/. ](\d{1,2})$"),
        dutch=without_clock.str.extract_groups(r"^(\d{1,2})[-/. ](\d{1,2})[-/. ]((?:19|20)\d{2})$"),
        has_one_mark=without_clock.str.replace_all(r"\d", "").str.contains(r"^(?:--|//|\.\.|  )?$"),
        short_year=without_clock.str.contains(r"^\d{1,2}[-/. ]\d{1,2}[-/. ]\d{2}$"),
        serial=text.str.extract(r"^(\d{4,5})(?:[.,]0+)?$").cast(pl.Int64) if excel_epoch else pl.lit(None, pl.Int64),
    )

    def part(name: str, number: int) -> pl.Expr:
        return pl.col(name).struct[number - 1].cast(pl.Int32)

    month_first = frame.filter(part("dutch", 1) <= 12, part("dutch", 2) > 12)
    if not month_first.is_empty():
        raise FileRefused("file.month_first", value=month_first["text"][0])
    typed = frame.select(
        "weekday",
        "short_year",
        value=pl.coalesce(
            pl.when("has_one_mark").then(_calendar(part("iso", 1), part("iso", 2), part("iso", 3))),
            pl.when("has_one_mark").then(_calendar(part("dutch", 3), part("dutch", 2), part("dutch", 1))),
            (pl.lit(excel_epoch, pl.Date) + pl.duration(days="serial")).cast(pl.Date),
        ),
        looks_like_a_date=part("iso", 1).is_not_null() | part("dutch", 1).is_not_null(),
    )
    is_other_weekday = (pl.col("weekday") != pl.col("value").dt.weekday()).fill_null(value=False)
    code = (
        pl.when(is_other_weekday)
        .then(pl.lit("date.other_weekday"))
        .when(pl.col("value").is_not_null())
        .then(None)
        .when("looks_like_a_date")
        .then(pl.lit("date.impossible"))
        .when("short_year")
        .then(pl.lit("date.short_year"))
        .otherwise(pl.lit("date.unreadable"))
    )
    found = typed.select(value=pl.when(~is_other_weekday).then("value"), code=code)
    return Read(found["value"], found["code"])


def _calendar(year: pl.Expr, month: pl.Expr, day: pl.Expr) -> pl.Expr:
    """The date, null for a day that the calendar does not have."""
    text = pl.format("{}-{}-{}", year, month.cast(pl.String).str.zfill(2), day.cast(pl.String).str.zfill(2))
    return text.str.to_date("%Y-%m-%d", strict=False)


def times(texts: pl.Series, *, in_workbook: bool = False) -> Read:
    """Times of day to the minute: 15:30, 15.30, 15u30, 1530, "15.30 uur". In a workbook also a part of a day (0.6458 = 15:30).

    "3 uur" and 3:30 are refused: in the afternoon people say so of 15:00 and 15:30, and nobody may guess. 03:30 is what it says.
    """
    text = pl.col("text").str.to_lowercase().str.replace(r"\s*(uur|u|h)\.?$", "")
    clock = text.str.extract_groups(r"^(\d{1,2})(?:\s?[:.uh]\s?(\d{2})(?:[:.]\d{2}(?:\.\d+)?)?)?$")
    joined = text.str.extract_groups(r"^(\d{2})(\d{2})$")
    frame = pl.DataFrame({"text": texts}, schema={"text": pl.String}).select(
        hour=pl.coalesce(clock.struct[0], joined.struct[0]).cast(pl.Int32),
        minute=pl.coalesce(clock.struct[1], joined.struct[1], pl.lit("0")).cast(pl.Int32),
        is_either_half=text.str.contains(r"^(?:0?[1-7]|[1-7]\s?[:.uh]\s?\d{2}(?:[:.]\d{2}(?:\.\d+)?)?)$"),
        fraction=text.str.extract(r"^(0[.,]\d{3,})$").str.replace(",", ".").cast(pl.Float64) if in_workbook else pl.lit(None, pl.Float64),
    )
    on_the_clock = pl.when(pl.col("hour").is_between(0, 23) & pl.col("minute").is_between(0, 59)).then(pl.col("hour") * 60 + pl.col("minute"))
    minutes = pl.coalesce(on_the_clock, (pl.col("fraction") * 1440).round().cast(pl.Int32))
    found = frame.select(
        value=pl.when(~pl.col("is_either_half")).then((minutes.cast(pl.Int64) * 60_000_000_000).cast(pl.Time)),
        code=pl.when("is_either_half")
        .then(pl.lit("time.either_half"))
        .when(minutes.is_not_null())
        .then(None)
        .when(pl.col("hour").is_not_null())
        .then(pl.lit("time.impossible"))
        .otherwise(pl.lit("time.unreadable")),
    )
    return Read(found["value"], found["code"])


def _each(kind: Type, texts: pl.Series, reader: Callable[[str], object], code: str) -> Read:
    values = [reader(text) for text in texts]
    return Read(
        pl.Series(values, dtype=POLARS_TYPES[kind]),
        pl.Series([code if value is None else None for value in values], dtype=pl.String),
    )


#: In a workbook a cell that holds 12.125 looks like one that says twelve thousand.
_MAY_BE_PART = re.compile(r"-?[0-9]{1,3}\.[0-9]{3}")
_PLAIN = re.compile(r"-?[0-9]+(?:[.,][0-9]+)?")
_WITH_THOUSANDS = re.compile(r"-?[0-9]{1,3}(?:(?:\.[0-9]{3})+(?:,[0-9]+)?|(?:,[0-9]{3})+(?:\.[0-9]+)?)")


def _decimal(text: str) -> float | None:
    """26,4 and 26.4, and with points or commas between the thousands 1.234,5 and 1,234.5. One mark with three digits behind it is a decimal mark."""
    plain = _without_spaces(text)
    if _PLAIN.fullmatch(plain):
        return float(plain.replace(",", "."))
    if not _WITH_THOUSANDS.fullmatch(plain):
        return None
    mark = max(",.", key=plain.rfind) if plain.count(",") and plain.count(".") else ""
    return float("".join("." if letter == mark else letter for letter in plain if letter not in ",." or letter == mark))


def _whole(text: str) -> int | None:
    """12, 12,0 and, with points between the thousands, 1.234."""
    plain = _without_spaces(text)
    value = float(plain.replace(".", "")) if re.fullmatch(r"-?[0-9]{1,3}(?:\.[0-9]{3})+", plain) else _decimal(plain)
    return int(value) if value is not None and value == int(value) else None


def _without_spaces(text: str) -> str:
    return "".join(text.split()).replace("\N{MINUS SIGN}", "-")


def _yes_no(text: str) -> bool | None:
    folded = fold(text)
    return True if folded in _YES else False if folded in _NO else None


def _sector(text: str) -> str | None:
    return _SECTORS.get(fold(text))


def excel_epoch(*, starts_in_1904: bool) -> date:
    """The day that a workbook counts from. 1900 workbooks count a 29 February 1900 that never was, so all later days count from 30 December 1899."""
    return date(1904, 1, 1) if starts_in_1904 else date(1900, 1, 1) - timedelta(days=2)
