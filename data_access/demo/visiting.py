"""On which days each pupil comes: a start that follows the season, then a rhythm, until the days it had in mind are done."""

from datetime import date

import numpy as np
import polars as pl

from data_access.demo import truths
from data_access.demo.dice import Dice, Floats, Whole
from data_access.demo.taking_part import TakingPart
from metrics.periods import school_year_number

#: How many pupils start in each month: most before the winter tests and the school advice in spring.
SEASON = {8: 3.5, 9: 2.0, 10: 0.9, 11: 1.4, 12: 1.1, 1: 0.7, 2: 0.8, 3: 1.4, 4: 1.3, 5: 1.2, 6: 0.9, 7: 0.6}
#: Sessions from one visit to the next, and how likely each is: a rhythm of about once a week.
RHYTHM = {1: 50, 2: 20, 3: 15, 4: 8, 6: 5, 9: 2}
#: The first step, for pupils who are back within 28 days and for pupils who are not.
SOON = {1: 35, 2: 28, 3: 20, 4: 10, 5: 7}
LATE = {14: 3, 16: 2, 18: 2, 21: 2, 24: 1}
#: Days without sessions after which nobody carries on where they were: longer than any holiday.
LONG_BREAK = 50


def visits(seed: int, parts: list[TakingPart], calendar: pl.DataFrame) -> pl.DataFrame:
    """school_year, branch_id, sector, child, visited_on, is_first (of this pupil at this branch in this school year); in the order of the parts."""
    dice = Dice(seed, "visiting")
    held = calendar.filter(pl.col("status") == "held")
    days_of = dict(held.group_by("branch_id", school_year_number(pl.col("held_on")).alias("school_year")))
    frames = []
    for part in parts:
        days = days_of[part.branch_id, part.school_year]["held_on"].sort()
        who, number, session = _steps(dice, part, days)
        frames.append(
            pl.DataFrame({"child": part.child[who], "visited_on": days.gather(session), "is_first": number == 0}).select(
                pl.lit(part.school_year).alias("school_year"),
                pl.lit(part.branch_id).alias("branch_id"),
                pl.lit(part.sector).alias("sector"),
                pl.all(),
            )
        )
    return pl.concat(frames)


def _steps(dice: Dice, part: TakingPart, days: pl.Series) -> tuple[Whole, Whole, Whole]:
    """For every visit: whose it is (position in the part), the how many-th, and at which session (position in `days`).

    Whoever has many days in mind starts early enough for them, as far as the stretch without a long break allows.
    """
    steps = _gaps(dice, part.days)
    into = np.cumsum(steps, axis=1)
    first, last = _stretches(days)
    likely = _starts(part.branch_id, days)
    start = dice.pick(likely, len(part.days))
    length = into[np.arange(len(part.days)), part.days - 1]
    begin = np.maximum(first[start], np.minimum(start, last[start] - length))
    welcome = np.flatnonzero(likely)
    session = welcome[np.searchsorted(welcome, begin)][:, None] + into
    comes = (np.arange(steps.shape[1]) < part.days[:, None]) & (session <= last[start][:, None])
    who, number = np.nonzero(comes)
    return who, number, session[who, number]


def _gaps(dice: Dice, days: Whole) -> Whole:
    """Pupil x visit: sessions since the visit before; 0 for the first."""
    shape = (len(days), max(truths.VISIT_DAYS))
    gaps = _draw(dice, RHYTHM, shape[0] * shape[1]).reshape(shape)
    several = sum(chance for days, chance in truths.VISIT_DAYS.items() if days > 1)
    soon = dice.happens(truths.RETURNED / several, shape[0])
    gaps[:, 1] = np.where(soon, _draw(dice, SOON, shape[0]), _draw(dice, LATE, shape[0]))
    gaps[:, 0] = 0
    return gaps


def _draw(dice: Dice, table: dict[int, int], size: int) -> Whole:
    """Numbers of a table, each as likely as its weight."""
    return np.array(list(table))[dice.pick(list(table.values()), size)]


def _starts(branch_id: str, days: pl.Series) -> Floats:
    """How likely it is to start at each session."""
    return np.array([SEASON[day.month] * _welcome(branch_id, day) for day in days])


def _welcome(branch_id: str, day: date) -> float:
    """What the corona months do to the number of pupils that start."""
    branch, first, last = truths.NO_NEW_PUPILS
    if branch_id == branch and first <= day <= last:
        return 0.0
    return truths.REOPENED if date(2020, 5, 11) <= day <= truths.REOPENED_TO else 1.0


def _stretches(days: pl.Series) -> tuple[Whole, Whole]:
    """Per session the first and last session of the stretch without a long break in which it lies, as positions in `days`."""
    breaks = np.flatnonzero((days.diff().dt.total_days() > LONG_BREAK).fill_null(value=False).to_numpy())
    edges = np.array([0, *breaks, len(days)])
    stretch = np.searchsorted(edges, np.arange(len(days)), side="right") - 1
    return edges[stretch], edges[stretch + 1] - 1
