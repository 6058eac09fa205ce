"""Visits sorted once by pupil and day, so that every figure that follows compares neighbouring rows instead of hashing pupils again."""

from dataclasses import dataclass

import polars as pl


@dataclass(frozen=True)
class VisitDays:
    """Visits prepared once.

    days: pupil_id, visited_on, one row per pupil and day, sorted; pupils: pupil_id, first, second (null), visit_days, sorted;
    branch_days: pupil_id, visited_on, branch_id, one row per pupil, day and branch, sorted; None where the visits named no branch.
    """

    days: pl.DataFrame
    pupils: pl.DataFrame
    branch_days: pl.DataFrame | None = None


def prepare(visits: pl.DataFrame) -> VisitDays:
    """Sort visits by pupil and day and find each pupil's first and second day.

    visits: pupil_id (any type), visited_on (Date) [, branch_id]. Rows without pupil_id are left out; repeated rows count once.
    """
    named = visits.filter(pl.col("pupil_id").is_not_null())
    keys = ["pupil_id", "visited_on", "branch_id"]
    branch_days = named.select(keys).unique().sort(keys) if "branch_id" in visits.columns else None
    days = named.select("pupil_id", "visited_on").unique().sort("pupil_id", "visited_on")
    pupils = days.group_by("pupil_id", maintain_order=True).agg(
        first=pl.col("visited_on").first(), second=pl.col("visited_on").get(1, null_on_oob=True), visit_days=pl.len()
    )
    return VisitDays(days, pupils, branch_days)
