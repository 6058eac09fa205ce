"""School results: marks at the start and the end of a school year, of pupils who came often enough and of pupils of the same schools who never came."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from data_access.demo import places, truths
from data_access.demo.dice import Dice, Flags, Floats, Whole
from data_access.demo.facts import facts
from data_access.demo.town import Town

#: Schools that hand over marks, the first so many of each sector, and how many pupils who never came they add per pupil who did.
SCHOOLS_WITH_RESULTS = {"PO": 16, "VO": 10}
OTHERS_PER_PUPIL = 3
#: Marks: the mean, how much pupils, schools and chance differ, and how much of the distance to the mean stays in a year.
MEAN, PUPILS_DIFFER, SCHOOLS_DIFFER, CHANCE, STAYS = 6.5, 0.9, 0.25, 0.6, 0.7
LOWEST, HIGHEST = 1.0, 10.0


@dataclass(frozen=True)
class Compared:
    """Pupils of one sector and school year: position in the town, and which of them took part."""

    sector: str
    school_year: int
    child: Whole
    took_part: Flags


def results(seed: int, town: Town, came: pl.DataFrame) -> pl.DataFrame:
    """leerling_id, school_year, subject, school_id, before, after, took_part. came: school_year, sector, child, visited_on of every named visit."""
    dice = Dice(seed, "results")
    days = came.group_by("school_year", "sector", "child").agg(days=pl.col("visited_on").n_unique())
    frames = []
    for school_year in truths.RESULT_YEARS:
        for sector in places.SECTORS:
            of_year = days.filter(pl.col("school_year") == school_year, pl.col("sector") == sector)
            compared = _compared(dice, town, sector, school_year, of_year)
            frames += [_marks(dice, town, compared, subject) for subject in truths.EFFECT]
    return pl.concat(frames)


def _compared(dice: Dice, town: Town, sector: str, school_year: int, days: pl.DataFrame) -> Compared:
    """Pupils who came often enough, and per school a few times as many of those who never came."""
    schools, school = SCHOOLS_WITH_RESULTS[sector], town.school[sector]
    in_school = town.attends(sector, school_year) & (school < schools)
    took_part = np.zeros(town.size, dtype=bool)
    took_part[days.filter(pl.col("days") >= truths.ENOUGH_DAYS)["child"].to_numpy()] = True
    took_part &= in_school
    never = in_school.copy()
    never[days["child"].to_numpy()] = False
    asked = OTHERS_PER_PUPIL * np.bincount(school[took_part], minlength=schools)
    share = asked / np.maximum(1, np.bincount(school[never], minlength=schools))
    others = never & dice.happens(share[np.minimum(school, schools - 1)], town.size)
    child = np.flatnonzero(took_part | others)
    return Compared(sector, school_year, child, took_part[child])


def _marks(dice: Dice, town: Town, compared: Compared, subject: str) -> pl.DataFrame:
    """Marks of one subject: the planted effect is what participation adds at the same mark at the start."""
    child, took_part, schools = compared.child, compared.took_part, SCHOOLS_WITH_RESULTS[compared.sector]
    school = town.school[compared.sector][child]
    level = SCHOOLS_DIFFER * dice.bell(schools)[school]
    growth = 0.3 * SCHOOLS_DIFFER * dice.bell(schools)[school]
    before = _mark(MEAN + level + PUPILS_DIFFER * town.ability[child] - truths.START_LOWER * took_part)
    after = _mark(MEAN + growth + STAYS * (before - MEAN) + truths.EFFECT[subject] * took_part + CHANCE * dice.bell(len(child)))
    return pl.DataFrame({"leerling_id": town.ids().gather(child), "before": before, "after": after, "took_part": took_part}).select(
        "leerling_id",
        pl.lit(compared.school_year, pl.Int64).alias("school_year"),
        pl.lit(subject).alias("subject"),
        facts("schools").filter(pl.col("sector") == compared.sector)["school_id"].gather(school),
        "before",
        "after",
        "took_part",
    )


def _mark(exact: Floats) -> Floats:
    """A mark with one decimal, from 1 to 10."""
    return np.clip(np.floor(exact * 10 + 0.5) / 10, LOWEST, HIGHEST)
