"""Participation: how many visits and pupils, how often, and how much of the target group."""

from dataclasses import replace

import polars as pl

from metrics import periods
from metrics.indicators import selection as select
from metrics.shapes import GRAINS, OUTSIDE, UNKNOWN, Figures, Inputs, View


def visits(data: Inputs, view: View) -> Figures:
    """Visits, with those without a pupil: pupil x day, or pupil x day x branch where the view asks per branch.

    numerator and value: visits; pupils: the children who are known, or as many as came without a name on one day when that is more.
    """
    named = select.pupil_totals(select.per_pupil(data, view, select.visits_in(data, view)), view.keys)
    nameless = select.totals(select.anonymous_in(data, view), view.keys, nameless=pl.col("visits").sum(), nameless_on_a_day=pl.col("visits").max().fill_null(0))
    both = named.join(nameless, on=view.keys, how="full", coalesce=True).fill_null(0) if view.keys else named.join(nameless, how="cross")
    counts = both.select(
        *view.keys,
        numerator=pl.col("visits") + pl.col("nameless"),
        pupils=pl.max_horizontal("pupils", "nameless_on_a_day"),
        most="most",
    )
    rows = select.counted(select.cells(data, view), counts, view.keys).with_columns(
        value="numerator", largest=pl.col("most") / select.positive("numerator"), method=pl.lit("count")
    )
    return select.figures("visits", view, rows, select.coverage(data, view))


def participants(data: Inputs, view: View) -> Figures:
    """Pupils with at least one visit: counted anew in every cell, never a sum of cells. Visits without a pupil do not count."""
    pupils = select.per_pupil(data, view, select.visits_in(data, view))
    return _pupil_count("participants", data, view, pupils)


def new_participants(data: Inputs, view: View) -> Figures:
    """Pupils whose first visit to the programme lies in the period, in the branch and unit of time of that visit."""
    first_days = data.visits.pupils.select("pupil_id", visited_on="first")
    first_visits = select.visits_in(data, view).join(first_days, on=["pupil_id", "visited_on"], how="semi", maintain_order="left")
    return _pupil_count("new_participants", data, view, select.per_pupil(data, view, first_visits))


def reach(data: Inputs, view: View) -> Figures:
    """Share of the resident target group that visited at least once, all sensible grains but branch and level.

    Numerator and denominator in persons. Neighbourhoods where nobody came are a true zero; outside and unknown are rows without a value (`no_denominator`).
    A district or the whole counts residents of neighbourhoods whose target group is known. More participants than target group is reported as it is, with
    `numerator_above_denominator` and without limits.
    """
    rows, notes = _residents(data, view)
    shares = select.shares(rows.with_columns(numerator="pupils", denominator="target"), view.confidence)
    return select.figures("reach", view, shares, select.coverage(data, view, select.share_with_home(data, view), notes))


def _pupil_count(indicator: str, data: Inputs, view: View, pupils: pl.DataFrame) -> Figures:
    counts = select.totals(pupils, view.keys, numerator=pl.len().cast(pl.Int64))
    rows = select.counted(select.cells(data, view), counts, view.keys).with_columns(value="numerator", pupils="numerator", method=pl.lit("count"))
    return select.figures(indicator, view, rows, select.coverage(data, view, select.share_with_pupil(data, view)))


def _residents(data: Inputs, view: View) -> tuple[pl.DataFrame, tuple[tuple[str, str], ...]]:
    """Per cell the participants and their visits beside the target group (`target`, null where unknown), and what to know about that group."""
    select.refuse_grains(view, "branch", "level")
    by_home = view if "neighbourhood" in view.by else replace(view, by=(*view.by, "neighbourhood"))
    pupils = select.per_pupil(data, by_home, select.visits_in(data, view))
    group = select.target_group(data, view)
    home = [GRAINS["neighbourhood"], *select.keys_of(view, ("sector", *periods.TIME_GRAINS))]
    own_row = select.keys_of(view, select.HOME_GRAINS)
    if not own_row:
        pupils = pupils.join(group, on=home, how="semi")
    elif "neighbourhood" not in view.by:
        pupils = pupils.join(group, on=home, how="semi").vstack(pupils.filter(pl.col("neighbourhood_code").is_in([OUTSIDE, UNKNOWN])))
    rows = select.counted(select.cells(data, view), select.pupil_totals(pupils, view.keys), view.keys)
    targets = select.totals(group, view.keys, target=pl.when(pl.len() > 0).then(pl.col("target").sum()))
    rows = rows.join(targets, on=view.keys, how="left") if view.keys else rows.join(targets, how="cross")
    return rows, select.population_notes(group)
