"""Visits as plain rows: one row per pupil, day and branch."""

import polars as pl

from data_access.ingest.kinds import Column, Kind
from data_access.ingest.known import Known
from data_access.ingest.layouts import Layout, as_table, has_columns
from data_access.ingest.matching import (
    ABOUT_PUPIL,
    ABOUT_PUPIL_RULES,
    BRANCH,
    PUPIL,
    PUPIL_RULES,
    branch_rules,
    describing_pupil,
    naming_branch,
    noting_unknown,
    numbering_pupils,
)
from data_access.ingest.rules import Rule, Understood, understand
from data_access.ingest.shapes import Parsed, RawFeatures, RawTable
from data_access.pupil_years import last_said
from metrics.periods import school_year_number

VISITS = Kind(
    "visits",
    (
        PUPIL,
        Column(
            "visited_on", ("datum", "date", "bezoekdatum", "dag", "visited_on"), "day", required=True, may_be_empty=False, example="18-11-2024", is_public=True
        ),
        BRANCH,
        Column("arrived_at", ("aankomst", "arrived", "aankomsttijd", "arrived_at", "arrival", "binnen"), "time", example="15:30", is_public=True),
        Column("left_at", ("vertrek", "left", "vertrektijd", "left_at", "departure", "buiten"), "time", example="17:00", is_public=True),
        *ABOUT_PUPIL,
    ),
)
KINDS = (VISITS,)
_KEY = ["pupil", "visited_on", "branch_id"]


def parse(raw: RawTable | RawFeatures, known: Known) -> Parsed:
    """Rows -> visits, visits without a pupil, and what the visits say of the pupils."""
    rows = understand(VISITS, as_table(raw))
    rows = describing_pupil(numbering_pupils(naming_branch(rows, known), known.branch_words), known)
    rows = _with_open_days(rows, known).keeping([*branch_rules(known), *PUPIL_RULES, *_time_rules(known), *ABOUT_PUPIL_RULES])
    rows = noting_unknown(rows)
    rows = rows.holding(rows.frame.select("row", *_KEY, "arrived_at", "left_at", "school_id", "neighbourhood_code", "level_kept", "year_group_kept")).once(_KEY)
    named = rows.frame.filter(pl.col("pupil").is_not_null())
    times = [name for name in ("arrived_at", "left_at") if name in rows.present]
    tables = {
        "visits": named.select("row", *_KEY, *times),
        "anonymous_visits": rows.frame.filter(pl.col("pupil").is_null()).select("row", "branch_id", "visited_on", visits=pl.lit(1, pl.Int64)),
        "pupil_years": last_said(_statements(named)),
    }
    return rows.parsed("plain", tables)


def _with_open_days(rows: Understood, known: Known) -> Understood:
    """First and last day of the branch of every row."""
    ids = known.branches["branch_id"]
    branch = rows.frame["branch_id"]
    days = {name: branch.replace_strict(ids, known.branches[name], default=None, return_dtype=pl.Date) for name in ("opened_on", "closed_on")}
    return rows.adding(**days)


def _time_rules(known: Known) -> list[Rule]:
    """No visit in the future, before the programme or its branch began, after the branch closed, or that ends before it starts."""
    day, left = pl.col("visited_on"), pl.col("left_at")
    return [
        Rule(day > known.today, "visited_on", "date.future", value=day),
        Rule(day < known.started_on, "visited_on", "date.before_start", value=day, detail=pl.lit(known.started_on)),
        Rule(day < pl.col("opened_on"), "visited_on", "date.before_opening", value=day, detail=pl.col("opened_on")),
        Rule(day > pl.col("closed_on"), "visited_on", "date.after_closing", value=day, detail=pl.col("closed_on")),
        Rule(left < pl.col("arrived_at"), "left_at", "time.left_before_arrived", value=left.dt.to_string("%H:%M")),
    ]


def _statements(named: pl.DataFrame) -> pl.DataFrame:
    """What each visit says of its pupil. It says nothing of the sector: that follows from level or branch when the store is read."""
    return named.select(
        "row",
        "pupil",
        "school_id",
        "neighbourhood_code",
        known_on="visited_on",
        school_year=school_year_number(pl.col("visited_on")),
        sector=pl.lit(None, pl.String),
        level="level_kept",
        year_group="year_group_kept",
    )


LAYOUTS = (Layout("visits", "plain", has_columns(VISITS), parse),)
