"""A register of pupils: what is known of each in a school year, without visits."""

import re
from datetime import date

import polars as pl

from data_access.ingest.kinds import Column, Kind
from data_access.ingest.known import Known
from data_access.ingest.layouts import Layout, as_table, has_columns
from data_access.ingest.matching import ABOUT_PUPIL, PUPIL, about_pupil, looked_up, with_pupil
from data_access.ingest.rules import understand
from data_access.ingest.shapes import Parsed, RawFeatures, RawTable
from metrics.periods import school_year

PUPILS = Kind(
    "pupils",
    (
        Column("pupil", PUPIL.headers, required=True, may_be_empty=False, example=PUPIL.example),
        Column("school_year", ("schooljaar", "school_year"), required=True, may_be_empty=False, example="2024-2025", is_public=True),
        Column("sector", ("sector", "school_sector", "onderwijssector"), "sector", example="VO", is_public=True),
        *ABOUT_PUPIL,
    ),
)
KINDS = (PUPILS,)
_KEY = ["pupil", "year"]


def parse(raw: RawTable | RawFeatures, known: Known) -> Parsed:
    """Rows -> what each says of a pupil in a whole school year, which counts above what single visits say."""
    rows = understand(PUPILS, as_table(raw))
    rows = with_pupil(rows)
    rows = rows.adding(year=looked_up(rows.frame, "school_year", starts_in).cast(pl.Int64))
    rows = rows.refuse(pl.col("year").is_null(), "school_year", "school_year.unreadable", value=pl.col("school_year"))
    rows = about_pupil(rows, known)
    rows = rows.once(_KEY)
    said = rows.frame.select(
        "row",
        "pupil",
        "sector",
        "school_id",
        "neighbourhood_code",
        school_year=pl.col("year"),
        known_on=last_day_of_school_year(pl.col("year")),
        level=pl.col("level_kept"),
        year_group=pl.col("year_group_kept"),
    )
    return Parsed("pupils", "plain", {"pupil_years": said} if len(said) else {}, rows.refused, rows.read, rows.dropped, rows.notes)


def starts_in(text: str) -> str | None:
    """2024-2025, 2024/25, 2024/'25 and 2024 -> 2024. None when the years do not follow each other."""
    years = re.fullmatch(r"(20\d\d)(?:\s*[-/]\s*'?((?:20)?\d\d))?", text.strip())
    if years is None:
        return None
    first, second = years.groups()
    return first if second is None or int(second) % 100 == (int(first) + 1) % 100 else None


def last_day_of_school_year(starts: pl.Expr) -> pl.Expr:
    """The last day of the school year that starts in a calendar year."""
    last = school_year(date.min.year + 1).last
    return pl.date(starts + 1, last.month, last.day)


LAYOUTS = (Layout("pupils", "plain", has_columns(PUPILS), parse),)
