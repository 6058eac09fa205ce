"""Days that stand above columns: "3-9-2024", "di 3 september 2024", a date cell of a workbook, or "di 3 sep" when only one such day can be meant."""

import re
from datetime import date

import polars as pl

from data_access.ingest import values
from data_access.ingest.known import Known
from data_access.ingest.shapes import FileRefused, RawTable
from metrics.shapes import Period

_WEEKDAY = re.compile(rf"{values.WEEKDAY}(?=\d)", re.IGNORECASE)
_MONTH = re.compile(rf"(?<=\d)[ \-]({'|'.join(sorted(values.MONTHS, key=len, reverse=True))})\.?(?=[ \-]\d|$)", re.IGNORECASE)
_DAY = re.compile(r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}(?:[ T]00:00(?::00)?)?|\d{1,2}([-/. ])\d{1,2}(?:\1(?:\d{4}|\d{2}))?")
_SERIAL = re.compile(r"[3-6]\d{4}")
_AGAIN = re.compile(r" \(\d+\)$")
#: From so many on, days above columns make a wide sheet.
LEAST = 3


def day_headers(raw: RawTable) -> tuple[str, ...]:
    """The headers that are days, and none when there are too few to make a wide sheet. The same day twice is one of them twice."""
    found = tuple(header for header in raw.headers if is_day(_AGAIN.sub("", header), in_workbook=raw.excel_epoch is not None))
    return found if len(found) >= LEAST else ()


def days_of(headers: tuple[str, ...], raw: RawTable, known: Known) -> dict[str, date]:
    """Which day each of these headers is.

    Raises FileRefused: "header.no_day" for a day that does not exist, "header.other_weekday" when it was another day of the week, "header.day_without_year"
    when several years are possible, "header.day_twice". A header that is a day is nobody's name.
    """
    span = known.covers or Period(known.started_on, known.today)
    found: dict[str, date] = {}
    read = values.days(pl.Series([_plain(header) for header in headers], dtype=pl.String), raw.excel_epoch)
    for header, day in zip(headers, read.values, strict=True):
        weekday = _weekday(header)
        which = day or _only_day(_plain(header), weekday, span, header)
        if weekday is not None and which.isoweekday() != weekday:
            raise FileRefused("header.other_weekday", header=header)
        if which in found.values():
            raise FileRefused("header.day_twice", header=_AGAIN.sub("", header))
        found[header] = which
    return found


def is_day(header: str, *, in_workbook: bool = False) -> bool:
    """Whether a header is a day. in_workbook: also when it is a number that a workbook counts days by."""
    plain = _plain(header)
    return _DAY.fullmatch(plain) is not None or (in_workbook and _SERIAL.fullmatch(plain) is not None)


def _plain(header: str) -> str:
    """The day without its weekday, its month as a number."""
    text = _WEEKDAY.sub("", " ".join(_AGAIN.sub("", header).split()), count=1)
    return _MONTH.sub(lambda month: f"-{values.MONTHS[month[1].casefold()]}", text).replace(" ", "-") if _MONTH.search(text) else text


def _weekday(header: str) -> int | None:
    found = _WEEKDAY.match(" ".join(header.split()))
    return values.WEEKDAYS[found[1].casefold()] if found else None


def _only_day(plain: str, weekday: int | None, span: Period, header: str) -> date:
    """The only day of the span with this day of the month, month and weekday."""
    parts = re.fullmatch(r"(\d{1,2})[-/. ](\d{1,2})", plain)
    if parts is None:
        raise FileRefused("header.no_day", header=header)
    possible = [day for year in range(span.first.year, span.last.year + 1) if (day := _day(year, int(parts[2]), int(parts[1]))) is not None]
    possible = [day for day in possible if span.first <= day <= span.last and weekday in (None, day.isoweekday())]
    if len(possible) != 1:
        raise FileRefused("header.day_without_year" if possible else "header.no_day", header=header)
    return possible[0]


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
