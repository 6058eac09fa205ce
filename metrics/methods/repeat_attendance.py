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
    Source: a definition of the programme; limits of Wilson 1927.
    """
    pupils = follow_up(visits, as_of, days)
    followed, returned = int(pupils["is_followed"].sum()), int(pupils["has_returned"].sum())
    share = proportions(pl.DataFrame({"numerator": [returned], "denominator": [followed]}), confidence=confidence).row(0, named=True)
    return Returned(followed, returned, len(pupils) - followed, share["value"], share["lower"], share["upper"])


def follow_up(visits: Visits, as_of: date, days: int = 28) -> pl.DataFrame:
    """Of each pupil who came up to `as_of`: first (visit day), is_followed (eligible) and has_returned (eligible and returned), as in `returned_within`."""
    refuse_below(1, days=days)
    pupils = as_visit_days(visits).pupils.filter(pl.col("first") <= as_of)
    is_followed = (as_of - pl.col("first")).dt.total_days() >= days
    in_time = ((pl.col("second") - pl.col("first")).dt.total_days() <= days).fill_null(False)
    return pupils.select("pupil_id", "first", is_followed=is_followed, has_returned=is_followed & in_time)


def time_to_return(visits: Visits, as_of: date, entered_from: date | None = None, *, confidence: float = 0.95) -> pl.DataFrame:
    """Kaplan-Meier curve of the days from a pupil's first to second visit day; who did not come back by `as_of` is censored then.

    Pupils whose first visit lies before `entered_from` are left out: visits before registration began were not recorded. Returns as `kaplan_meier`.
    Source: Kaplan & Meier 1958, Nonparametric estimation from incomplete observations.
    """
    waited = waits(visits, as_of)
    return kaplan_meier(waited.filter(pl.col("first") >= (entered_from or date.min)), confidence=confidence)


def waits(visits: Visits, as_of: date) -> pl.DataFrame:
    """Of each pupil who came up to `as_of`: first (visit day), duration (days to the second, or else to as_of) and observed (whether they came back)."""
    came_back = (pl.col("second") <= as_of).fill_null(False)
    until_when = pl.when(came_back).then(pl.col("second")).otherwise(as_of)
    pupils = as_visit_days(visits).pupils.filter(pl.col("first") <= as_of)
    return pupils.select("pupil_id", "first", duration=(until_when - pl.col("first")).dt.total_days(), observed=came_back)


def retention_triangle(visits: Visits, as_of: date, groups: pl.DataFrame | None = None) -> pl.DataFrame:
    """Of the pupils who first came in a month, how many came in that month and in each month after it.

    groups: pupil_id and further columns, such as the branch: a triangle for each of their values, of the pupils who stand there (once a value), with these
    columns in front.

    Returns cohort (first day of the month of the first visit), offset (0, 1, ... months later), cohort_size, active (pupils of the cohort with a visit in
    that month), value (active / cohort_size), state: complete | in_progress (the month of as_of, unless as_of is its last day). In an open cell active is
    the count so far and value null. Months without visits are there with 0; months after as_of are absent.
    Source: a definition of the programme: the cohort table, with open cells marked.
    """
    keys = [] if groups is None else [name for name in groups.columns if name != "pupil_id"]
    months = _months_with_a_visit(visits, as_of)
    if groups is not None:
        months = months.join(groups.cast({"pupil_id": months.schema["pupil_id"]}), on="pupil_id")
    counts = months.group_by(*keys, "cohort", offset=pl.col("month") - pl.col("cohort")).agg(active=pl.len().cast(pl.Int64))

    last = 12 * as_of.year + as_of.month - 1
    sizes = counts.filter(pl.col("offset") == 0).select(*keys, "cohort", cohort_size="active").sort(*keys, "cohort")
    cells = sizes.with_columns(offset=pl.int_ranges(0, last + 1 - pl.col("cohort"))).explode("offset")
    is_complete = (pl.col("cohort") + pl.col("offset") < last) | (pl.lit(as_of).dt.month_end() == as_of)
    active = pl.col("active").fill_null(0)
    return cells.join(counts, on=[*keys, "cohort", "offset"], how="left", maintain_order="left", nulls_equal=True).select(
        *keys,
        pl.date(pl.col("cohort") // 12, pl.col("cohort") % 12 + 1, 1).alias("cohort"),
        "offset",
        "cohort_size",
        active,
        value=pl.when(is_complete).then(active / pl.col("cohort_size")),
        state=pl.when(is_complete).then(pl.lit("complete")).otherwise(pl.lit("in_progress")),
    )


def _months_with_a_visit(visits: Visits, as_of: date) -> pl.DataFrame:
    """pupil_id, month, cohort (month of the first visit), as numbers: one row per pupil and month with a visit."""
    days = until(visits, as_of)
    months = days.with_columns(is_first=first_of_each(pl.col("pupil_id")), month=per_day(days["visited_on"], _month_number(pl.col("day"))))
    active_months = months.filter(pl.col("is_first") | first_of_each(pl.col("month")))
    return active_months.select("pupil_id", "month", cohort=pl.when("is_first").then("month").forward_fill())


def active_pupils(visits: Visits, as_of: date, days: int = 28) -> int:
    """Pupils with a visit in the `days` days that end with `as_of`, that day included. Raises Refused("number_too_low").

    Source: a definition of the programme.
    """
    refuse_below(1, days=days)
    first = date.fromordinal(max(1, as_of.toordinal() - days + 1))
    lately = as_visit_days(visits).days.filter(pl.col("visited_on").is_between(first, as_of))
    return int(first_of_each(lately["pupil_id"]).sum())


def dosage_bands(visits: Visits, limits: tuple[int, ...] = (1, 2, 5, 10, 20)) -> pl.DataFrame:
    """How many pupils came how often: one row per band, from few visit days to many.

    limits: the first number of each band; the first is 1, so that every pupil falls in a band. Returns band ("1", "2-4", ..., "20+"), pupils and share (of
    all pupils; null without pupils). Raises Refused("bands_out_of_order").
    Source: bands of attendance as in the 21st Century Community Learning Centers report; the limits are the programme's.
    """
    bands = bands_of(limits)
    visit_days = as_visit_days(visits).pupils["visit_days"]
    at_least = [*(int((visit_days >= limit).sum()) for limit in limits), 0]
    pupils = pl.Series([more - most for more, most in pairwise(at_least)], dtype=pl.Int64)
    all_pupils = pl.when(len(visit_days) > 0).then(len(visit_days))
    return pl.DataFrame({"band": bands, "pupils": pupils}).with_columns(share=pl.col("pupils") / all_pupils)


def bands_of(limits: tuple[int, ...]) -> list[str]:
    """The names of the bands of `dosage_bands`, from few visit days to many. Raises Refused("bands_out_of_order")."""
    if not limits or limits[0] != 1 or any(high <= low for low, high in pairwise(limits)):
        raise Refused("bands_out_of_order", limits=limits)
    return [*(f"{low}" if high == low + 1 else f"{low}-{high - 1}" for low, high in pairwise(limits)), f"{limits[-1]}+"]


def visits_per_pupil(visits: Visits) -> VisitsPerPupil:
    """Median, quarter points (linear between neighbours) and mean of the visit days per pupil. The maximum is not given: it would point at one child.

    Source: quantiles of type 7 in Hyndman & Fan 1996, Sample quantiles in statistical packages.
    """
    visit_days = as_visit_days(visits).pupils["visit_days"]
    p25, median, p75 = (visit_days.quantile(part, "linear") for part in (0.25, 0.5, 0.75))
    return VisitsPerPupil(median, p25, p75, float(visit_days.sum()) / len(visit_days) if len(visit_days) else None, len(visit_days))


def top_share(visits: Visits, share: float = 0.1) -> float | None:
    """Share of all visit days that is due to the most frequent pupils: the `share` of pupils, rounded up to whole pupils. None without pupils.

    `share` is taken as it is written, so that a tenth of 30 pupils is 3 and not, by a rounding error, 4. Raises Refused("share_out_of_range").
    Source: a point of the curve of Lorenz 1905, Methods of measuring the concentration of wealth.
    """
    if not 0 < share <= 1:
        raise Refused("share_out_of_range", share=share)
    visit_days = as_visit_days(visits).pupils["visit_days"]
    most_frequent = ceil(Fraction(str(share)) * len(visit_days))
    return int(visit_days.top_k(most_frequent).sum()) / int(visit_days.sum()) if len(visit_days) else None


def _month_number(day: pl.Expr) -> pl.Expr:
    """Months since year 0, so that months can be subtracted."""
    return 12 * day.dt.year().cast(pl.Int64) + day.dt.month().cast(pl.Int64) - 1
