"""The figures over visits: from visits prepared once, from raw visits each, and in pandas. `python -m benchmarks.visit_figures --size full`.

Every way of working starts from the same files in a process of its own, so that its memory is its own; all answers have to be equal.
"""

import argparse
import resource
import sys
import tempfile
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from time import perf_counter
from typing import TypeVar

import polars as pl
from polars.testing import assert_frame_equal

from benchmarks.goals import Goal, told
from benchmarks.towns import SIZES, Register, Size, read, write
from metrics.methods import repeat_attendance, signals
from metrics.methods.inequality import slope_index
from metrics.methods.spells import spells
from metrics.methods.survival import median
from metrics.methods.uncertainty import proportions
from metrics.periods import school_year, school_year_number
from metrics.visit_days import Visits, as_visit_days, first_of_each, only, per_day, prepare

THRESHOLD = 8
DOSAGE_OF = 2023
Answer = TypeVar("Answer")
Figure = Callable[[Visits, Register], pl.DataFrame]


@dataclass(frozen=True)
class Measured:
    """What one way of working took, and its answers by name of figure."""

    seconds: dict[str, float]
    peak_mib: float
    answers: dict[str, pl.DataFrame]

    @property
    def total(self) -> float:
        return sum(self.seconds.values())


def _school_year(days: pl.DataFrame) -> pl.Series:
    return per_day(days["visited_on"], school_year_number(pl.col("day")))


def new_participants(visits: Visits, _: Register) -> pl.DataFrame:
    months = as_visit_days(visits).pupils.select(month=pl.col("first").dt.month_start())
    return months.group_by("month").agg(pupils=pl.len()).sort("month")


def participants_per_branch(visits: Visits, _: Register) -> pl.DataFrame:
    branch_days = as_visit_days(visits).branch_days
    assert branch_days is not None
    years = branch_days.group_by("branch_id", school_year=_school_year(branch_days))
    return years.agg(pupils=first_of_each(pl.col("pupil_id")).sum(), visits=pl.len()).sort("branch_id", "school_year")


def pupils_per_home(visits: Visits, register: Register) -> pl.DataFrame:
    """neighbourhood_code, school_year, numerator: pupils who came, read from the rows where pupil or school year changes."""
    days = as_visit_days(visits).days
    years = days.select("pupil_id", school_year=_school_year(days))
    pupils = years.filter(first_of_each(pl.col("pupil_id")) | first_of_each(pl.col("school_year")))
    return pupils.join(register.homes, on="pupil_id").group_by("neighbourhood_code", "school_year").agg(numerator=pl.len())


def reach(visits: Visits, register: Register) -> pl.DataFrame:
    homes = pupils_per_home(visits, register).join(register.neighbourhoods, on="neighbourhood_code")
    return proportions(homes.select("neighbourhood_code", "school_year", "numerator", denominator="target")).sort("neighbourhood_code", "school_year")


def reach_per_wealth_fifth(visits: Visits, register: Register) -> pl.DataFrame:
    homes = pupils_per_home(visits, register).join(register.neighbourhoods, on="neighbourhood_code")
    fifths = homes.group_by("fifth", "school_year").agg(pl.col("numerator").sum(), denominator=pl.col("target").sum())
    return proportions(fifths).sort("fifth", "school_year")


def slope_over_wealth(visits: Visits, register: Register) -> pl.DataFrame:
    fifths = reach_per_wealth_fifth(visits, register).select("school_year", "numerator", "denominator", order="fifth")
    slopes = [(year, slope_index(groups, scale="linear").value) for (year,), groups in fifths.sort("school_year").group_by("school_year", maintain_order=True)]
    return pl.DataFrame(slopes, schema=["school_year", "slope"], orient="row")


def active_pupils(visits: Visits, register: Register) -> pl.DataFrame:
    return pl.DataFrame({"pupils": [repeat_attendance.active_pupils(visits, register.as_of)]})


def returned_within(visits: Visits, register: Register) -> pl.DataFrame:
    return pl.DataFrame([repeat_attendance.returned_within(visits, register.as_of)])


def time_to_return(visits: Visits, register: Register) -> pl.DataFrame:
    curve = repeat_attendance.time_to_return(visits, register.as_of)
    return curve.with_columns(median=pl.lit(median(curve).value))


def retention_triangle(visits: Visits, register: Register) -> pl.DataFrame:
    return repeat_attendance.retention_triangle(visits, register.as_of)


def dosage_of_a_school_year(visits: Visits, _: Register) -> pl.DataFrame:
    year = school_year(DOSAGE_OF)
    return repeat_attendance.dosage_bands(only(as_visit_days(visits), pl.col("visited_on").is_between(year.first, year.last)))


def visits_per_pupil(visits: Visits, _: Register) -> pl.DataFrame:
    return pl.DataFrame([repeat_attendance.visits_per_pupil(visits)]).with_columns(top_tenth=pl.lit(repeat_attendance.top_share(visits)))


def spell_lengths(visits: Visits, register: Register) -> pl.DataFrame:
    found = spells(visits, register.as_of, closures=register.closures)
    return found.group_by("length_days", "is_open").agg(spells=pl.len(), visit_days=pl.col("visit_days").sum()).sort("length_days", "is_open")


def frequent_attendance(visits: Visits, _: Register) -> pl.DataFrame:
    return signals.frequent_attendance(visits, THRESHOLD).sort("pupil_id", "raised_on")


FIGURES: dict[str, Figure] = {
    figure.__name__: figure
    for figure in (
        new_participants,
        participants_per_branch,
        reach,
        reach_per_wealth_fifth,
        slope_over_wealth,
        active_pupils,
        returned_within,
        time_to_return,
        retention_triangle,
        dosage_of_a_school_year,
        visits_per_pupil,
        spell_lengths,
        frequent_attendance,
    )
}


def from_prepared(folder: Path) -> Measured:
    register, seconds = read(folder), dict[str, float]()
    visits = _timed(seconds, "prepare", lambda: prepare(register.visits))
    answers = {name: _timed(seconds, name, partial(figure, visits, register)) for name, figure in FIGURES.items()}
    return Measured(seconds, _peak_mib(), answers)


def from_raw(folder: Path) -> Measured:
    register, seconds = read(folder), dict[str, float]()
    answers = {name: _timed(seconds, name, partial(figure, register.visits, register)) for name, figure in FIGURES.items()}
    return Measured(seconds, _peak_mib(), answers)


def in_pandas(folder: Path) -> Measured:
    from benchmarks.visit_figures_in_pandas import FiguresInPandas

    figures, seconds = FiguresInPandas(read(folder), THRESHOLD, DOSAGE_OF), dict[str, float]()
    _timed(seconds, "prepare", figures.prepare)
    answers = {name: _timed(seconds, name, getattr(figures, name)) for name in FIGURES}
    return Measured(seconds, _peak_mib(), {name: pl.from_pandas(answer) for name, answer in answers.items()})


def _timed(seconds: dict[str, float], name: str, work: Callable[[], Answer]) -> Answer:
    start = perf_counter()
    answer = work()
    seconds[name] = perf_counter() - start
    return answer


def _peak_mib() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def compare(size: Size) -> dict[str, Measured]:
    """All ways of working over one made-up register. Raises AssertionError where their answers differ."""
    with tempfile.TemporaryDirectory() as name:
        write(size, Path(name))
        with ProcessPoolExecutor(1, mp_context=get_context("spawn"), max_tasks_per_child=1) as own_process:
            ways = {way.__name__: own_process.submit(way, Path(name)).result() for way in (from_prepared, from_raw, in_pandas)}
    assert_equal(ways["from_prepared"], ways["from_raw"])
    assert_equal(ways["from_prepared"], ways["in_pandas"])
    return ways


def assert_equal(one: Measured, other: Measured) -> None:
    """Both gave every figure, with the same rows; numbers may differ in their last digits."""
    assert list(one.answers) == list(other.answers) == list(FIGURES)
    for name in FIGURES:
        assert_frame_equal(one.answers[name], other.answers[name], check_dtypes=False, rel_tol=1e-9)


def main(size: str) -> bool:
    """Print what was measured; False when a goal was missed."""
    ways = compare(SIZES[size])
    prepared, raw, pandas = ways.values()
    print(f"{SIZES[size].visits:,} visits, {SIZES[size].pupils:,} pupils, {SIZES[size].neighbourhoods:,} neighbourhoods; all answers equal\n")
    print(f"{'seconds':26}" + "".join(f"{way:>15}" for way in ways))
    for figure in ("prepare", *FIGURES):
        print(f"{figure:26}" + "".join(f"{way.seconds.get(figure, 0):15.3f}" for way in ways.values()))
    print(f"{'all':26}" + "".join(f"{way.total:15.3f}" for way in ways.values()))
    print(f"{'peak memory, MiB':26}" + "".join(f"{way.peak_mib:15.0f}" for way in ways.values()))
    print()
    goals = [
        Goal("prepared once / raw each", prepared.total / raw.total, 0.33),
        Goal("pandas / prepared once", pandas.total / prepared.total, 12, at_least=True),
        Goal("peak memory of prepared once, MB", prepared.peak_mib * 1.048576, 1500),
    ]
    return told(goals, size)


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--size", choices=SIZES, default="small")
    sys.exit(not main(options.parse_args().size))
