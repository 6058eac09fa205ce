"""Periods of support: visits that follow each other closely enough to belong together. Days on which nobody could come do not count as absence."""

from datetime import date

import polars as pl

from metrics.methods.open_days import OpenDays
from metrics.refusals import refuse_below
from metrics.visit_days import Visits, first_of_each, until


def spells(visits: Visits, as_of: date, gap_days: int = 56, closures: pl.DataFrame | None = None) -> pl.DataFrame:
    """The spells of each pupil: a gap of more than `gap_days` between two visit days ends one spell and starts the next.

    gap: days from one visit day to the next, less the closed days strictly between them. closures: first, last (dates, both included; overlapping ones are
    united). Returns pupil_id, first, last, visit_days, length_days (last - first + 1), is_open: no more than `gap_days` from last to as_of, less the closed
    days after last up to and including as_of, so that the spell may yet go on. Visits after as_of are ignored.
    Raises Refused: `number_too_low`, and of closures `missing_column`, `not_a_date`, `closure_ends_before_it_begins`.
    Source: a definition of the programme: help is meant to be temporary, and a holiday is no end of it.
    """
    refuse_below(0, gap_days=gap_days)
    days = until(visits, as_of)
    calendar = calendar_of(days, as_of, closures)
    starts = begins_spell(open_days_away(days, calendar), gap_days).arg_true().cast(pl.Int64)
    ends = starts.shift(-1, fill_value=len(days)) - 1
    first, last = days["visited_on"].gather(starts), days["visited_on"].gather(ends)
    return days[starts].select(
        "pupil_id",
        first=first,
        last=last,
        visit_days=ends - starts + 1,
        length_days=(last - first).dt.total_days() + 1,
        is_open=calendar.until(pl.Series([as_of])) - calendar.until(last) <= gap_days,
    )


def durations(visits: Visits, as_of: date, gap_days: int = 56, closures: pl.DataFrame | None = None) -> pl.DataFrame:
    """How long each spell lasted, or how long it has been followed, for `survival.kaplan_meier`.

    Options: as in `spells`. A spell that is open at as_of may be over already: that shows only when the gap has passed. So every spell is followed up to the
    same day of the calendar, the earliest last visit with which a spell is open; who came on or after it was still coming on it. To end the watch at each
    pupil's own last visit instead would take spells that are over for spells that go on.
    Returns pupil_id, first, duration (days: the length of a spell that is over, else from first to the end of the watch, both included; null for a spell that
    began after it), observed (whether it is over), followed_days (from first to the end of the watch, both included; 0 or less where it began after it).
    Raises Refused as `spells`.
    Source: censoring at one day for all, whatever happened, keeps it independent: Kalbfleisch & Prentice 2002, section 1.3.
    """
    found = spells(visits, as_of, gap_days, closures)
    calendar = calendar_of(until(visits, as_of), as_of, closures)
    watched_until = calendar.day_of(calendar.until(pl.Series([as_of])) - gap_days)[0]
    followed = (pl.lit(watched_until, pl.Date) - pl.col("first")).dt.total_days() + 1
    return found.select(
        "pupil_id",
        "first",
        duration=pl.when(~pl.col("is_open")).then("length_days").when(followed > 0).then(followed),
        observed=~pl.col("is_open"),
        followed_days=followed,
    )


def calendar_of(days: pl.DataFrame, as_of: date, closures: pl.DataFrame | None) -> OpenDays:
    """The open days from the first visit up to and including as_of."""
    return OpenDays(days.select(pl.col("visited_on").min().fill_null(as_of)).item(), as_of, closures)


def open_days_away(days: pl.DataFrame, calendar: OpenDays) -> pl.Series:
    """The open days strictly between each visit day and the pupil's one before it; null on the pupil's first.

    days: pupil_id, visited_on, sorted.
    """
    away = calendar.before(days["visited_on"]) - calendar.until(days["visited_on"]).shift(1)
    return away.set(first_of_each(days["pupil_id"]), None)


def begins_spell(away: pl.Series, gap_days: int) -> pl.Series:
    """True on each visit day that begins a spell. away: as `open_days_away` gives; the gap is one day more, for the day of the visit itself."""
    return (away + 1 > gap_days).fill_null(True)
