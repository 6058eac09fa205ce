"""A register of pupils: what is known of each in a school year, without visits."""

import re
from datetime import date

import polars as pl

from data_access.ingest.kinds import Column, Kind
from data_access.ingest.known import Known
from data_access.ingest.layouts import Layout, as_table, has_columns
from data_access.ingest.matching import (
    ABOUT_PUPIL,
    ABOUT_PUPIL_RULES,
    PUPIL,
    PUPIL_RULES,
    describing_pupil,
    looked_up,
    noting_unknown,
    numbering_pupils,
)
from data_access.ingest.rules import Rule, understand
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


def parse(raw: RawTable | RawFeatures, known: Known) -> Parsed:
    """Rows -> what each says of a pupil in a whole school year, which counts above what single visits say."""
    rows = describing_pupil(numbering_pupils(understand(PUPILS, as_table(raw))), known)
    rows = rows.adding(year=looked_up(rows.frame, "school_year", starts_in).cast(pl.Int64))
    no_year = Rule(pl.col("year").is_null(), "school_year", "school_year.unreadable", value=pl.col("school_year"))
    rows = noting_unknown(rows.keeping([no_year, *PUPIL_RULES, *ABOUT_PUPIL_RULES]).once(["pupil", "year"]))
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
    return rows.parsed("plain", {"pupil_years": said})


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
