"""Do limits of 95 % hold the truth in 95 of 100 programmes? A thousand programmes are made up, each with a known truth, and every figure is asked each time.

    python -m tests.coverage_of_limits        writes docs/coverage.md

The same seed gives the same table. `make proof` runs it too, and fails where a share lies outside its band.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from metrics.drawn import programme
from metrics.indicators import capacity, equal_opportunity, outcomes, participation, repeat_attendance
from metrics.shapes import Figures, Inputs, Period, View
from metrics.visit_days import prepare

FILE = Path(__file__).resolve().parents[1] / "docs" / "coverage.md"
PROGRAMMES, SEED = 1000, 2019
YEAR = 2025
VIEW = View(Period(date(YEAR, 8, 1), date(YEAR + 1, 7, 31)), date(YEAR + 1, 7, 31))
MONDAY = date(YEAR, 9, 1)

#: Ten neighbourhoods of 300 pupils from the least to the most wealthy: the chance to come falls along a straight line.
HOMES, LIVING, LEAST, SLOPE = 10, 300, 0.12, -0.09
CHANCES = [LEAST + SLOPE * (place + 0.5) / HOMES for place in range(HOMES)]
RETURNED = 0.56
#: Three branches, ten months of eight sessions: months of a branch are alike, because they share how busy they are.
BRANCHES, MONTHS, SESSIONS, BUSY, MONTHS_DIFFER, VOLUNTEERS = 3, 10, 8, 14, 0.2, 3
ANSWERS, AGREE = 80, 0.7
#: What taking part adds, how many pupils of a school are compared, and how much schools and pupils differ.
EFFECT, OF_SCHOOL, SCHOOLS_DIFFER, PUPILS_DIFFER = 0.3, 16, 0.3, 0.8

Rng = np.random.Generator
Interval = tuple[float | None, float | None, float]


@dataclass(frozen=True)
class Claim:
    """A figure whose limits claim to hold the truth.

    intervals: lower, upper and truth of every one in a programme; low, high: the band in which the share that holds the truth must lie.
    """

    name: str
    limits: str
    intervals: Callable[[Rng], Iterator[Interval]]
    low: float = 0.93
    high: float = 0.97


def _limits(figures: Figures, truths: Callable[[dict[str, Any]], float | None]) -> Iterator[Interval]:
    """The limits of the rows of which the truth is known."""
    for row in figures.frame.iter_rows(named=True):
        truth = truths(row)
        if truth is not None:
            yield row["lower"], row["upper"], truth


@cache
def _city() -> Inputs:
    codes = [f"n{place}" for place in range(HOMES)]
    income = "\n".join(["neighbourhood | year | measure | value", *(f"{code} | {YEAR} | p_ink_li | {60 - place}" for place, code in enumerate(codes))])
    return programme(target_group=dict.fromkeys(codes, LIVING), context=income, covers=f"first_day | last_day\n {YEAR}-05-01 | {YEAR + 1}-07-31")


def _pupils(random: Rng) -> Inputs:
    """Who came from which neighbourhood, when for the first time, and whether again within 28 days."""
    home = np.repeat(np.arange(HOMES), random.binomial(LIVING, CHANCES))
    first = random.integers(0, 200, home.size)
    returns = np.flatnonzero(random.random(home.size) < RETURNED)
    pupil = np.concatenate([np.arange(home.size), returns])
    day = np.concatenate([first, first[returns] + random.integers(1, 29, returns.size)])
    visits = pl.DataFrame({"pupil_id": pupil, "visited_on": [MONDAY + timedelta(days=int(later)) for later in day], "branch_id": "library"})
    known = pl.DataFrame({"pupil_id": np.arange(home.size), "neighbourhood_code": [f"n{place}" for place in home]}).with_columns(
        pl.lit(None, pl.String).alias(name) for name in ("sector", "level", "school_id")
    )
    known = known.with_columns(school_year=pl.lit(YEAR, pl.Int32), year_group=pl.lit(None, pl.Int64)).select(_city().pupil_years.columns)
    return replace(_city(), visits=prepare(visits), pupil_years=known)


def reach(random: Rng) -> Iterator[Interval]:
    by_home = participation.reach(_pupils(random), replace(VIEW, by=("neighbourhood",)))
    yield from _limits(by_home, lambda row: CHANCES[int(row["neighbourhood_code"][1:])])


def returned(random: Rng) -> Iterator[Interval]:
    yield from _limits(repeat_attendance.returned_within_28_days(_pupils(random), VIEW), lambda _: RETURNED)


def slope(random: Rng) -> Iterator[Interval]:
    yield from _limits(equal_opportunity.slope(_pupils(random), VIEW), lambda row: SLOPE if row["groups"] == "neighbourhood" else None)


def least_against_most(random: Rng) -> Iterator[Interval]:
    difference = sum(CHANCES[:2]) / 2 - sum(CHANCES[-2:]) / 2
    yield from _limits(equal_opportunity.least_against_most(_pupils(random), VIEW), lambda _: difference)


def _sessions(random: Rng) -> Inputs:
    """Sessions of branches, with so many pupils and volunteers; nobody gave a name."""
    rows = []
    for branch in range(BRANCHES):
        for month in range(MONTHS):
            crowd = BUSY * random.gamma(1 / MONTHS_DIFFER**2, MONTHS_DIFFER**2)
            starts = date(YEAR + (month > 3), (month + 8) % 12 + 1, 1)
            came, there = random.poisson(crowd, SESSIONS), random.binomial(2 * VOLUNTEERS, 0.5, SESSIONS)
            rows += [(f"b{branch}", starts + timedelta(days=3 * at), int(came[at]), int(there[at])) for at in range(SESSIONS)]
    visits = pl.DataFrame(rows, schema={"branch_id": pl.String, "visited_on": pl.Date, "visits": pl.Int64, "volunteers": pl.Int64}, orient="row")
    town = programme(branches={f"b{branch}": "PO" for branch in range(BRANCHES)})
    held = visits.select("branch_id", pl.lit("held").alias("status"), "volunteers", held_on="visited_on")
    absent = [pl.lit(None, kind).alias(name) for name, kind in town.sessions.schema.items() if name not in held.columns]
    return replace(town, anonymous=visits.drop("volunteers").filter(pl.col("visits") > 0), sessions=held.with_columns(absent).select(town.sessions.columns))


def visits_per_session(random: Rng) -> Iterator[Interval]:
    yield from _limits(participation.visits_per_session(_sessions(random), VIEW), lambda _: BUSY)


def pupils_per_volunteer(random: Rng) -> Iterator[Interval]:
    yield from _limits(capacity.pupils_per_volunteer(_sessions(random), VIEW), lambda _: BUSY / VOLUNTEERS)


@cache
def _asked() -> Inputs:
    return programme(surveys=f"survey_id | wave | audience | branch | held_on | invited\n a | spring | pupils | library | {YEAR + 1}-05-11 | 200")


def survey(random: Rng) -> Iterator[Interval]:
    scores = np.where(random.random(ANSWERS) < AGREE, random.integers(4, 6, ANSWERS), random.integers(1, 4, ANSWERS))
    answers = pl.DataFrame({"survey_id": "a", "respondent": np.arange(ANSWERS), "dimension": "confidence", "score": scores, "not_applicable": False})
    yield from _limits(outcomes.survey(replace(_asked(), survey_answers=answers), VIEW), lambda _: AGREE)


def comparison(schools: int) -> Callable[[Rng], Iterator[Interval]]:
    """At equal start and as change against change, of so many schools of unequal size."""

    def intervals(random: Rng) -> Iterator[Interval]:
        sizes = random.integers(OF_SCHOOL // 2, OF_SCHOOL * 3 // 2, schools)
        school = np.repeat(np.arange(schools), sizes)
        level, gain = (random.normal(0, SCHOOLS_DIFFER, schools)[school] for _ in range(2))
        took_part = random.random(school.size) < 0.4
        before = 6 + level - 0.5 * took_part + random.normal(0, PUPILS_DIFFER, school.size)
        after = 2 + gain + 0.7 * before + EFFECT * took_part + random.normal(0, PUPILS_DIFFER, school.size)
        results = pl.DataFrame({"pupil_id": np.arange(school.size), "before": before, "after": after, "took_part": took_part}).with_columns(
            school_year=pl.lit(YEAR, pl.Int32), subject=pl.lit("maths"), school_id=pl.Series([f"s{number:02d}" for number in school])
        )
        town = replace(_nothing(), outcomes=results.select(_nothing().outcomes.columns))
        yield from _limits(outcomes.comparison(town, VIEW), lambda row: EFFECT if row["analysis"] == "equal_start" else None)

    return intervals


@cache
def _nothing() -> Inputs:
    return programme()


CLAIMS = (
    Claim("reach per neighbourhood", "Wilson", reach),
    Claim("returned within 28 days", "Wilson", returned),
    Claim("slope over neighbourhoods", "weighted least squares, delta method from Wilson", slope, high=0.98),
    Claim("least against most wealthy fifth", "Newcombe", least_against_most),
    Claim("visits per session", "ratio over clusters, t", visits_per_session, low=0.92),
    Claim("pupils per volunteer", "ratio over clusters, t", pupils_per_volunteer, low=0.92),
    Claim("survey, agree", "Wilson", survey),
    Claim("comparison at equal start, 12 schools", "CR3, t", comparison(12), high=0.98),
    Claim("comparison at equal start, 40 schools", "CR1, t", comparison(40), low=0.92),
)


@dataclass(frozen=True)
class Covered:
    """How many of the limits of a claim held the truth."""

    claim: Claim
    intervals: int
    held: int

    @property
    def share(self) -> float:
        return self.held / self.intervals


def simulate(claim: Claim, programmes: int = PROGRAMMES) -> Covered:
    """Ask a figure of so many programmes. An interval that is not there holds nothing."""
    number = [known.name for known in CLAIMS].index(claim.name)
    found = [interval for at in range(programmes) for interval in claim.intervals(np.random.default_rng([SEED, number, at]))]
    held = sum(lower is not None and upper is not None and lower <= truth <= upper for lower, upper, truth in found)
    return Covered(claim, len(found), held)


def write(results: list[Covered]) -> None:
    """The table in docs/coverage.md."""
    lines = [
        "# Do the margins hold?",
        "",
        f"A margin of 95% should hold the truth in 95 of 100 programmes. {PROGRAMMES:,} programmes were made up (seed {SEED}), each with a known",
        "truth, and every figure was asked through the same function that the pages use. The share may differ a little from 95%: counts are whole,",
        "and some methods are wide on purpose where clusters are few.",
        "",
        "Made by `python -m tests.coverage_of_limits`; `make proof` makes it again and fails where a share lies outside its band. What each programme",
        "is stands in `tests/coverage_of_limits.py`.",
        "",
        "| figure | limits | intervals | hold the truth | band |",
        "|---|---|---|---|---|",
    ]
    for result in results:
        claim = result.claim
        lines.append(f"| {claim.name} | {claim.limits} | {result.intervals:,} | {result.share:.1%} | {claim.low:.0%} to {claim.high:.0%} |")
    FILE.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    write([simulate(claim) for claim in CLAIMS])
