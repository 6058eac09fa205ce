"""School years as people write them -> the calendar year in which each starts."""

import re

import polars as pl

from data_access.ingest.kinds import Column
from data_access.ingest.known import Known
from data_access.ingest.matching import looked_up
from data_access.ingest.rules import Rule, Understood
from metrics.periods import school_year_of

SCHOOL_YEAR = Column("school_year", ("schooljaar", "school_year"), required=True, may_be_empty=False, example="2024-2025", is_public=True)

NO_SCHOOL_YEAR = Rule(pl.col("year").is_null(), "school_year", "school_year.unreadable", value=pl.col("school_year"))


def starts_in(text: str) -> str | None:
    """2024-2025, 2024/25, 2024/'25 and 2024 -> 2024. None when the years do not follow each other."""
    years = re.fullmatch(r"(20\d\d)(?:\s*[-/]\s*'?((?:20)?\d\d))?", text.strip())
    if years is None:
        return None
    first, second = years.groups()
    return first if second is None or int(second) % 100 == (int(first) + 1) % 100 else None


def with_year(rows: Understood) -> Understood:
    """school_year as typed -> `year`, null where it is none; `NO_SCHOOL_YEAR` refuses those."""
    return rows.adding(year=looked_up(rows.frame, "school_year", starts_in).cast(pl.Int64))


def not_ahead(known: Known) -> Rule:
    """No results of a school year that has yet to begin."""
    return Rule(pl.col("year") > school_year_of(known.today), "school_year", "school_year.future", value=pl.col("school_year"))
