"""Visits as plain rows: one row per pupil, day and branch."""

import polars as pl

from data_access.ingest.kinds import Column, Kind
from data_access.ingest.known import Known
from data_access.ingest.layouts import Layout, as_table, has_columns
from data_access.ingest.matching import ABOUT_PUPIL, BRANCH, PUPIL, about_pupil, with_branch, with_pupil
from data_access.ingest.rules import Understood, understand
from data_access.ingest.shapes import Parsed, RawFeatures, RawTable
from data_access.pupil_years import ATTRIBUTES
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
    rows = with_pupil(with_branch(rows, known))
    rows = _within_time(rows, known)
    rows = about_pupil(rows, known)
    rows = rows.once(_KEY)
    named = rows.frame.filter(pl.col("pupil").is_not_null())
    times = [name for name in ("arrived_at", "left_at") if name in rows.present]
    anonymous = rows.frame.filter(pl.col("pupil").is_null()).select("row", "branch_id", "visited_on", visits=pl.lit(1, pl.Int64))
    tables = {
        "visits": named.select("row", *_KEY, *times),
        "anonymous_visits": anonymous,
        "pupil_years": _statements(named, known.branches),
    }
    return Parsed("visits", "plain", {name: frame for name, frame in tables.items() if not frame.is_empty()}, rows.refused, rows.read, rows.dropped, rows.notes)


def _within_time(rows: Understood, known: Known) -> Understood:
    """No visit in the future, before the programme or its branch began, after the branch closed, or that ends before it starts."""
    day = pl.col("visited_on")
    opened = known.branches.select("branch_id", "opened_on", "closed_on")
    rows = rows.holding(rows.frame.join(opened, on="branch_id", how="left", maintain_order="left"))
    rows = rows.refuse(day > known.today, "visited_on", "date.future", value=day)
    rows = rows.refuse(day < known.started_on, "visited_on", "date.before_start", value=day, detail=pl.lit(known.started_on))
    rows = rows.refuse(day < pl.col("opened_on"), "visited_on", "date.before_opening", value=day, detail=pl.col("opened_on"))
    rows = rows.refuse(day > pl.col("closed_on"), "visited_on", "date.after_closing", value=day, detail=pl.col("closed_on"))
    return rows.refuse(pl.col("left_at") < pl.col("arrived_at"), "left_at", "time.left_before_arrived", value=pl.col("left_at").dt.to_string("%H:%M"))


def _statements(named: pl.DataFrame, branches: pl.DataFrame) -> pl.DataFrame:
    """What the visits say last of each pupil in a school year, attribute by attribute, in one row for each day that says something last."""
    said = (
        named.join(branches.select("branch_id", "sector"), on="branch_id", how="left")
        .sort("visited_on", "row")
        .select(
            "row",
            "pupil",
            "sector",
            "school_id",
            "neighbourhood_code",
            known_on="visited_on",
            school_year=school_year_number(pl.col("visited_on")),
            level="level_kept",
            year_group="year_group_kept",
        )
    )
    keys = ["pupil", "school_year"]
    last = [
        said.filter(pl.col(name).is_not_null()).group_by(keys).agg(pl.col("row", "known_on", name).last())
        for name in ATTRIBUTES
        if said[name].null_count() < len(said)
    ]
    if not last:
        return said.clear()
    together = pl.concat(last, how="diagonal").group_by(*keys, "known_on")
    return together.agg(pl.col("row").max(), pl.exclude(*keys, "known_on", "row").drop_nulls().first())


LAYOUTS = (Layout("visits", "plain", has_columns(VISITS), parse),)
