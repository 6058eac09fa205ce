"""A register of pupils: what is known of each in a school year, without visits."""

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
    noting_unknown,
    numbering_pupils,
)
from data_access.ingest.rules import understand
from data_access.ingest.school_years import NO_SCHOOL_YEAR, SCHOOL_YEAR, with_year
from data_access.ingest.shapes import Parsed, RawFeatures, RawTable
from metrics.periods import school_year

PUPILS = Kind(
    "pupils",
    (
        Column("pupil", PUPIL.headers, required=True, may_be_empty=False, example=PUPIL.example),
        SCHOOL_YEAR,
        Column("sector", ("sector", "school_sector", "onderwijssector"), "sector", example="VO", is_public=True),
        *ABOUT_PUPIL,
    ),
)
KINDS = (PUPILS,)


def parse(raw: RawTable | RawFeatures, known: Known) -> Parsed:
    """Rows -> what each says of a pupil in a whole school year, which counts above what single visits say."""
    rows = describing_pupil(numbering_pupils(understand(PUPILS, as_table(raw)), known.branch_words), known)
    rows = noting_unknown(with_year(rows).keeping([NO_SCHOOL_YEAR, *PUPIL_RULES, *ABOUT_PUPIL_RULES]).once(["pupil", "year"]))
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


def last_day_of_school_year(starts: pl.Expr) -> pl.Expr:
    """The last day of the school year that starts in a calendar year."""
    last = school_year(date.min.year + 1).last
    return pl.date(starts + 1, last.month, last.day)


LAYOUTS = (Layout("pupils", "plain", has_columns(PUPILS), parse),)
