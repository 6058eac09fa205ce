"""Whether pupils come back, how soon and how often. Visit days: a pupil counts once a day; who came for the first time yesterday could not yet come back."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import pairwise
from math import ceil

import polars as pl

from metrics.methods.survival import kaplan_meier
from metrics.methods.uncertainty import proportions
from metrics.refusals import refuse_below
from metrics.shapes import Refused
from metrics.visit_days import Visits, as_visit_days, first_of_each, per_day, until


@dataclass(frozen=True)
class Returned:
    """Pupils who were followed long enough, those of them who came back, and those who started too recently to say."""

    eligible: int
    returned: int
    too_recent: int
    value: float | None
    lower: float | None
    upper: float | None


@dataclass(frozen=True)
class VisitsPerPupil:
    """How often pupils came: quantiles and mean of their visit days, all None without pupils."""

    median: float | None
    p25: float | None
    p75: float | None
    mean: float | None
    pupils: int


def returned_within(visits: Visits, as_of: date, days: int = 28, *, confidence: float = 0.95) -> Returned:
    """Share of pupils who came back within `days` days of their first visit, of those who had these days to do so.

    Eligible: first visit on or before as_of - days. Returned: another visit day 1 to `days` days after the first. Pupils who started later are counted as
    too_recent, never in the share. Wilson limits; value and limits None when nobody is eligible. Raises Refused("number_too_low").
    """
    refuse_below(1, days=days)
    pupils = as_visit_days(visits).pupils.filter(pl.col("first") <= as_of)
    followed = pupils.filter((as_of - pl.col("first")).dt.total_days() >= days)
    returned = followed.filter((pl.col("second") - pl.col("first")).dt.total_days() <= days)
    share = proportions(pl.DataFrame({"numerator": [len(returned)], "denominator": [len(followed)]}), confidence=confidence).row(0, named=True)
    return Returned(len(followed), len(returned), len(pupils) - len(followed), share["value"], share["lower"], share["upper"])


def time_to_return(visits: Visits, as_of: date, entered_from: date | None = None, *, confidence: float = 0.95) -> pl.DataFrame:
    """Kaplan-Meier curve of the days from a pupil's first to second visit day; who did not come back by `as_of` is censored then.

    Pupils whose first visit lies before `entered_from` are left out: visits before registration began were not recorded. Returns as `kaplan_meier`.
    """
    pupils = as_visit_days(visits).pupils.filter(pl.col("first").is_between(entered_from or date.min, as_of))
    came_back = (pl.col("second") <= as_of).fill_null(False)
    until_when = pl.when(came_back).then(pl.col("second")).otherwise(as_of)
    return kaplan_meier(pupils.select(duration=(until_when - pl.col("first")).dt.total_days(), observed=came_back), confidence=confidence)


def retention_triangle(visits: Visits, as_of: date) -> pl.DataFrame:
    """Of the pupils who first came in a month, how many came in that month and in each month after it.

    Returns cohort (first day of the month of the first visit), offset (0, 1, ... months later), cohort_size, active (pupils of the cohort with a visit in
    that month), value (active / cohort_size), state: complete | in_progress (the month of as_of, unless as_of is its last day). In an open cell active is
    the count so far and value null. Months without visits are there with 0; months after as_of are absent.
    """
    days = until(visits, as_of)
    months = days.select(is_first=first_of_each(pl.col("pupil_id")), month=per_day(days["visited_on"], _month_number(pl.col("day"))))
    active_months = months.filter(pl.col("is_first") | first_of_each(pl.col("month")))
    cohorts = active_months.with_columns(cohort=pl.when("is_first").then("month").forward_fill())
    counts = cohorts.group_by("cohort", offset=pl.col("month") - pl.col("cohort")).agg(active=pl.len().cast(pl.Int64))

    last = 12 * as_of.year + as_of.month - 1
    sizes = counts.filter(pl.col("offset") == 0).select("cohort", cohort_size="active").sort("cohort")
    cells = sizes.with_columns(offset=pl.int_ranges(0, last + 1 - pl.col("cohort"))).explode("offset")
    is_complete = (pl.col("cohort") + pl.col("offset") < last) | (pl.lit(as_of).dt.month_end() == as_of)
    active = pl.col("active").fill_null(0)
    return cells.join(counts, on=["cohort", "offset"], how="left", maintain_order="left").select(
        pl.date(pl.col("cohort") // 12, pl.col("cohort") % 12 + 1, 1).alias("cohort"),
        "offset",
        "cohort_size",
        active,
        value=pl.when(is_complete).then(active / pl.col("cohort_size")),
        state=pl.when(is_complete).then(pl.lit("complete")).otherwise(pl.lit("in_progress")),
    )


def active_pupils(visits: Visits, as_of: date, days: int = 28) -> int:
    """Pupils with a visit in the `days` days that end with `as_of`, that day included. Raises Refused("number_too_low")."""
    refuse_below(1, days=days)
    first = date.fromordinal(max(1, as_of.toordinal() - days + 1))
    lately = as_visit_days(visits).days.filter(pl.col("visited_on").is_between(first, as_of))
    return int(first_of_each(lately["pupil_id"]).sum())


def dosage_bands(visits: Visits, limits: tuple[int, ...] = (1, 2, 5, 10, 20)) -> pl.DataFrame:
    """How many pupils came how often: one row per band, from few visit days to many.

    limits: the first number of each band; the first is 1, so that every pupil falls in a band. Returns band ("1", "2-4", ..., "20+"), pupils and share (of
    all pupils; null without pupils). Raises Refused("bands_out_of_order").
    """
    if not limits or limits[0] != 1 or any(high <= low for low, high in pairwise(limits)):
        raise Refused("bands_out_of_order", limits=limits)
    visit_days = as_visit_days(visits).pupils["visit_days"]
    at_least = [*(int((visit_days >= limit).sum()) for limit in limits), 0]
    bands = [f"{low}" if high == low + 1 else f"{low}-{high - 1}" for low, high in pairwise(limits)]
    pupils = pl.Series([more - most for more, most in pairwise(at_least)], dtype=pl.Int64)
    all_pupils = pl.when(len(visit_days) > 0).then(len(visit_days))
    return pl.DataFrame({"band": [*bands, f"{limits[-1]}+"], "pupils": pupils}).with_columns(share=pl.col("pupils") / all_pupils)


def visits_per_pupil(visits: Visits) -> VisitsPerPupil:
    """Median, quarter points (linear between neighbours) and mean of the visit days per pupil. The maximum is not given: it would point at one child."""
    visit_days = as_visit_days(visits).pupils["visit_days"]
    p25, median, p75 = (visit_days.quantile(part, "linear") for part in (0.25, 0.5, 0.75))
    return VisitsPerPupil(median, p25, p75, float(visit_days.sum()) / len(visit_days) if len(visit_days) else None, len(visit_days))


def top_share(visits: Visits, share: float = 0.1) -> float | None:
    """Share of all visit days that is due to the most frequent pupils: the `share` of pupils, rounded up to whole pupils. None without pupils.

    `share` is taken as it is written, so that a tenth of 30 pupils is 3 and not, by a rounding error, 4. Raises Refused("share_out_of_range").
    """
    if not 0 < share <= 1:
        raise Refused("share_out_of_range", share=share)
    visit_days = as_visit_days(visits).pupils["visit_days"]
    most_frequent = ceil(Fraction(str(share)) * len(visit_days))
    return int(visit_days.top_k(most_frequent).sum()) / int(visit_days.sum()) if len(visit_days) else None


def _month_number(day: pl.Expr) -> pl.Expr:
    """Months since year 0, so that months can be subtracted."""
    return 12 * day.dt.year().cast(pl.Int64) + day.dt.month().cast(pl.Int64) - 1
