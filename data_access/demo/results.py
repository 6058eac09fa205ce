"""School results: marks at the start and the end of a school year, of pupils who came often enough and of pupils of the same schools who never came.

Some schools hand over the marks of each pupil, others only how their groups did.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl

from data_access.demo import places, truths
from data_access.demo.dice import Dice, Flags, Floats, Whole
from data_access.demo.facts import facts
from data_access.demo.town import Town

#: Schools that hand over marks per pupil, and those that do so per group: their positions in each sector. And how many pupils who never came they add per pupil
#: who did.
PER_PUPIL = {"PO": range(16), "VO": range(10)}
PER_GROUP = {"PO": range(16, 24), "VO": range(10, 16)}
OTHERS_PER_PUPIL = 3
#: Marks: the mean, how much pupils, schools and chance differ, and how much of the distance to the mean stays in a year.
MEAN, PUPILS_DIFFER, SCHOOLS_DIFFER, CHANCE, STAYS = 6.5, 0.9, 0.25, 0.6, 0.7
LOWEST, HIGHEST = 1.0, 10.0


@dataclass(frozen=True)
class Schools:
    """Schools of one sector, by their position in it, in one school year."""

    sector: str
    school_year: int
    numbers: range


@dataclass(frozen=True)
class Compared:
    """Pupils of some schools: position in the town, and which of them took part."""

    schools: Schools
    child: Whole
    took_part: Flags


def results(seed: int, town: Town, came: pl.DataFrame) -> pl.DataFrame:
    """leerling_id, school_year, subject, school_id, before, after, took_part. came: school_year, sector, child, visited_on of every named visit."""
    return _of_schools(Dice(seed, "results"), town, came, PER_PUPIL)


def group_results(seed: int, town: Town, came: pl.DataFrame) -> pl.DataFrame:
    """school_id, school_year, subject, took_part, moment, pupils, mean, sd (null for one pupil), of the schools that give no more than that."""
    marks = _of_schools(Dice(seed, "group results"), town, came, PER_GROUP).unpivot(
        on=["before", "after"], index=["school_id", "school_year", "subject", "took_part"], variable_name="moment", value_name="mark"
    )
    keys = ["school_id", "school_year", "subject", "took_part", "moment"]
    mark = pl.col("mark").sort()  # sums run from left to right: the same on every machine
    mean = mark.cum_sum().last() / pl.len()
    spread = ((mark - mean) * (mark - mean)).cum_sum().last()
    found = marks.group_by(keys, maintain_order=True).agg(pupils=pl.len().cast(pl.Int64), mean=mean, spread=spread)
    variance = pl.col("spread") / (pl.col("pupils") - 1)
    return found.with_columns(mean=pl.col("mean").round(2), sd=pl.when(pl.col("pupils") > 1).then(variance.sqrt().round(2))).drop("spread").sort(keys)


def _of_schools(dice: Dice, town: Town, came: pl.DataFrame, numbers: dict[str, range]) -> pl.DataFrame:
    """The marks of these schools, pupil by pupil."""
    days = came.group_by("school_year", "sector", "child").agg(days=pl.col("visited_on").n_unique())
    frames = []
    for school_year in truths.RESULT_YEARS:
        for sector in places.SECTORS:
            of_year = days.filter(pl.col("school_year") == school_year, pl.col("sector") == sector)
            compared = _compared(dice, town, Schools(sector, school_year, numbers[sector]), of_year)
            frames += [_marks(dice, town, compared, subject) for subject in truths.EFFECT]
    return pl.concat(frames)


def _compared(dice: Dice, town: Town, schools: Schools, days: pl.DataFrame) -> Compared:
    """Pupils who came often enough, and per school a few times as many of those who never came."""
    school, first, end = town.school[schools.sector], schools.numbers.start, schools.numbers.stop
    in_school = town.attends(schools.sector, schools.school_year) & (school >= first) & (school < end)
    took_part = np.zeros(town.size, dtype=bool)
    took_part[days.filter(pl.col("days") >= truths.ENOUGH_DAYS)["child"].to_numpy()] = True
    took_part &= in_school
    never = in_school.copy()
    never[days["child"].to_numpy()] = False
    asked = OTHERS_PER_PUPIL * np.bincount(school[took_part], minlength=end)
    share = asked / np.maximum(1, np.bincount(school[never], minlength=end))
    others = never & dice.happens(share[np.minimum(school, end - 1)], town.size)
    child = np.flatnonzero(took_part | others)
    return Compared(schools, child, took_part[child])


def _marks(dice: Dice, town: Town, compared: Compared, subject: str) -> pl.DataFrame:
    """Marks of one subject: the planted effect is what participation adds at the same mark at the start."""
    schools, child, took_part = compared.schools, compared.child, compared.took_part
    school = town.school[schools.sector][child]
    level = SCHOOLS_DIFFER * dice.bell(schools.numbers.stop)[school]
    growth = 0.3 * SCHOOLS_DIFFER * dice.bell(schools.numbers.stop)[school]
    before = _mark(MEAN + level + PUPILS_DIFFER * town.ability[child] - truths.START_LOWER * took_part)
    after = _mark(MEAN + growth + STAYS * (before - MEAN) + truths.EFFECT[subject] * took_part + CHANCE * dice.bell(len(child)))
    return pl.DataFrame({"leerling_id": town.ids().gather(child), "before": before, "after": after, "took_part": took_part}).select(
        "leerling_id",
        pl.lit(schools.school_year, pl.Int64).alias("school_year"),
        pl.lit(subject).alias("subject"),
        facts("schools").filter(pl.col("sector") == schools.sector)["school_id"].gather(school),
        "before",
        "after",
        "took_part",
    )


def _mark(exact: Floats) -> Floats:
    """A mark with one decimal, from 1 to 10."""
    return np.clip(np.floor(exact * 10 + 0.5) / 10, LOWEST, HIGHEST)
