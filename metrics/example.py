"""The worked example beside every definition: two weeks of one small library, and the figure that the program itself makes of them."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from functools import cache
from typing import Any

import polars as pl

from metrics import catalogue
from metrics.drawn import LIBRARY, Row, programme, read
from metrics.shapes import Figures, Inputs, Period, View

VISITS = """pupil | home    | visited_on
            1     | north   | 2025-09-01
            1     | north   | 2025-09-03
            1     | north   | 2025-09-08
            2     | north   | 2025-09-01
            3     | south   | 2025-09-03
            4     | outside | 2025-09-08
            5     |         | 2025-09-08
                  |         | 2025-09-10"""
SESSIONS = """held_on    | status
              2025-09-01 | held
              2025-09-03 | held
              2025-09-08 | held
              2025-09-10 | held"""
COVERS = "first_day | last_day\n 2025-08-04 | 2026-06-30"
TARGET_GROUP = {"north": 40, "south": 60}
#: A second town for what is about wealth and distance: five neighbourhoods along one road, each with its distance from the library.
NEIGHBOURHOODS = """home | p_ink_li | g_wozbag | target_group | participants | km
                    a    | 55       | 210      | 100          | 12           | 0
                    b    | 45       | 190      | 100          | 9            | 1
                    c    | 40       | 240      | 100          | 6            | 3
                    d    | 30       | 280      | 100          | 5            | 4
                    e    | 20       | 400      | 100          | 2            | 6"""
#: What was agreed for it: by income the least wealthy neighbourhood is a, by the value of homes it is b.
AGREED = """criterion_id  | version | indicator | part           | rule     | target | minimum_sample | owner   | valid_from | dropped
            least-wealthy | 1       | reach     | wealth_fifth=1 | at_least | 0.05   | 50             | manager | 2025-08-01 | false"""
#: Kilometres in a degree of latitude.
KM_IN_A_DEGREE = 111.195
VIEW = View(Period(date(2025, 9, 1), date(2025, 9, 14)), as_of=date(2025, 9, 14))
#: The same two weeks, looked back on later: until then nobody came.
LOOKED_BACK = replace(VIEW, as_of=date(2026, 6, 30))

#: For what is about room and volunteers: the Mondays at the end of a school year, and the first one after the summer, which is still to come.
MONDAYS = """held_on    | status    | came | volunteers | turned_away | cancelled_reason
             2025-05-26 | held      | 4    | 1          | 0           |
             2025-06-02 | held      | 4    | 1          | 0           |
             2025-06-09 | held      | 5    | 1          | 0           |
             2025-06-16 | held      | 2    | 1          | 0           |
             2025-06-23 | held      | 3    | 1          | 0           |
             2025-06-30 | held      | 6    | 1          | 2           |
             2025-07-07 | held      | 3    | 1          | 0           |
             2025-07-14 | cancelled |      |            |             | no_volunteers
             2025-09-01 | planned   |      | 1          |             |"""
SEATS, COST = 10, 810
MONDAYS_VIEW = View(Period(date(2024, 8, 1), date(2025, 9, 7)), as_of=date(2025, 8, 31))

#: For what is about results: two pupils of each of ten schools, and what ten pupils answered to one question.
RESULTS = """pupil | school | before | after | took_part
             1     | A      | 5.2    | 6.1   | true
             2     | A      | 6.8    | 6.6   | false
             3     | B      | 6.0    | 6.4   | true
             4     | B      | 7.2    | 7.1   | false
             5     | C      | 5.5    | 5.6   | true
             6     | C      | 6.1    | 6.0   | false
             7     | D      | 6.3    | 6.9   | true
             8     | D      | 5.4    | 5.8   | false
             9     | E      | 4.9    | 5.7   | true
             10    | E      | 6.5    | 6.2   | false
             11    | F      | 5.8    | 5.9   | true
             12    | F      | 7.0    | 7.3   | false
             13    | G      | 6.6    | 7.2   | true
             14    | G      | 6.0    | 5.9   | false
             15    | H      | 5.1    | 6.0   | true
             16    | H      | 5.7    | 5.9   | false
             17    | I      | 6.2    | 6.1   | true
             18    | I      | 6.9    | 6.8   | false
             19    | J      | 5.6    | 6.3   | true
             20    | J      | 7.4    | 7.0   | false"""
ANSWERS, INVITED = (5, 4, 4, 5, 3, 4, 2, 5, None, 4), 25
SUBJECT, QUESTION = "rekenen", "confidence"
#: On how many days the ten who took part came.
DAYS = (1, 2, 3, 5, 6, 8, 10, 12, 15, 20)
RESULTS_VIEW = View(Period(date(2025, 8, 1), date(2026, 7, 31)), as_of=date(2026, 7, 31))

#: For signals: pupil 1 came every Monday and Wednesday of September, pupil 2 in the first two weeks alone.
OFTEN = tuple(day for day in range(1, 27) if date(2025, 9, day).isoweekday() in (1, 3))
SIGNALS = """pupil | rule                | raised_on  | signal_id | visit_days
             1     | frequent_attendance | 2025-09-24 | 1         | 8"""
STEPS = """signal_id | number | state           | happened_on
           1         | 1      | new             | 2025-09-25
           1         | 2      | school_informed | 2025-09-30"""
SIGNALS_VIEW = View(Period(date(2025, 9, 1), date(2025, 10, 31)), as_of=date(2025, 10, 31))


@cache
def town() -> Inputs:
    """The example as inputs; registration began a month before, with nobody."""
    return programme(VISITS, sessions=SESSIONS, target_group=TARGET_GROUP, covers=COVERS)


@cache
def second_town() -> Inputs:
    """Every participant of the second town came once, on the first day."""
    drawn = read(NEIGHBOURHOODS)
    wealth = [f"{row['home']} | 2025 | {measure} | {row[measure]}" for measure in ("p_ink_li", "g_wozbag") for row in drawn]
    homes = [str(row["home"]) for row in drawn for _ in range(int(str(row["participants"])))]
    return programme(
        "\n".join(["pupil | home | visited_on", *(f"{pupil} | {home} | {VIEW.period.first}" for pupil, home in enumerate(homes, start=1))]),
        target_group={str(row["home"]): int(str(row["target_group"])) for row in drawn},
        context="\n".join(["neighbourhood | year | measure | value", *wealth]),
        covers=COVERS,
        criteria=AGREED,
        points={LIBRARY: (52.0, 4.3)} | {str(row["home"]): (52 + float(str(row["km"])) / KM_IN_A_DEGREE, 4.3) for row in drawn},
    )


def neighbourhoods() -> list[Row]:
    """The neighbourhoods of the second town, to show."""
    return read(NEIGHBOURHOODS)


@cache
def mondays() -> Inputs:
    """The Mondays as inputs: each time the pupils 1, 2, ... came. The library has `SEATS` seats, and the school year cost `COST` euro."""
    sessions = read(MONDAYS)
    visits = [f"{pupil} | {row['held_on']}" for row in sessions for pupil in range(1, int(str(row["came"] or 0)) + 1)]
    costs = f"school_year | branch | what | amount\n 2024 | {LIBRARY} | all | {COST}"
    return programme("\n".join(["pupil | visited_on", *visits]), sessions=MONDAYS, costs=costs, seats=SEATS)


def sessions() -> list[Row]:
    """The Mondays, to show."""
    return read(MONDAYS)


@cache
def results() -> Inputs:
    """The results and the answers as inputs. Who took part came day after day from 1 September on, as often as `DAYS` says."""
    pupils = read(RESULTS)
    came = [row["pupil"] for row in pupils if row["took_part"]]
    visits = [f"{pupil} | 2025-09-{day:02d}" for days, pupil in zip(DAYS, came, strict=True) for day in range(1, days + 1)]
    year = RESULTS_VIEW.period.first.year
    scores = [f"{row['pupil']} | {year} | {SUBJECT} | {row['school']} | {row['before']} | {row['after']} | {str(row['took_part']).lower()}" for row in pupils]
    answers = [f"1 | {number} | {QUESTION} | {'' if score is None else score} | false" for number, score in enumerate(ANSWERS, start=1)]
    return programme(
        "\n".join(["pupil | visited_on", *visits]),
        outcomes="\n".join(["pupil | school_year | subject | school_id | before | after | took_part", *scores]),
        surveys=f"survey_id | wave | audience | branch | held_on | invited\n 1 | 2025 | pupils | {LIBRARY} | 2025-09-12 | {INVITED}",
        survey_answers="\n".join(["survey_id | respondent | dimension | score | not_applicable", *answers]),
    )


def scores() -> list[Row]:
    """The results, to show."""
    return read(RESULTS)


@cache
def signals_town() -> Inputs:
    """Two pupils, of whom the school of the first is known."""
    visits = [f"1 | east | {date(2025, 9, day)}" for day in OFTEN] + [f"2 | | {date(2025, 9, day)}" for day in OFTEN[:4]]
    signals = SIGNALS.replace("pupil |", "branch | pupil |", 1).replace("\n", f"\n {LIBRARY} |")
    return programme("\n".join(["pupil | school | visited_on", *visits]), covers=COVERS, signals=signals, signal_events=STEPS)


def rows() -> tuple[list[Row], list[Row]]:
    """The visits and the sessions of the example, to show."""
    return read(VISITS), read(SESSIONS)


#: Where the examples of a family are worked, and over which days; all others in the two weeks.
PLACES: Mapping[str, tuple[Callable[[], Inputs], View]] = {
    "capacity": (mondays, MONDAYS_VIEW),
    "equal_opportunity": (second_town, VIEW),
    "expansion": (second_town, VIEW),
    "repeat_attendance": (town, LOOKED_BACK),
    "signals": (signals_town, SIGNALS_VIEW),
    "temporary_support": (town, LOOKED_BACK),
    "outcomes": (results, RESULTS_VIEW),
    "verdicts": (second_town, VIEW),
}


@cache
def figures(indicator_id: str) -> Figures:
    """What the indicator says of the example as a whole. Nobody in it exists, so it needs no protection."""
    place, view = PLACES.get(catalogue.definition(indicator_id).family, (town, VIEW))
    return catalogue.indicator(indicator_id)(place(), view)


def row(indicator_id: str) -> dict[str, Any]:
    """The row of the figure to show: the only one, or of several the first in which somebody counts."""
    frame = figures(indicator_id).frame
    somebody = (pl.col("numerator") > 0).fill_null(pl.col("value").is_not_null())
    found: dict[str, Any] = frame.filter(somebody | pl.lit(frame.height == 1)).row(0, named=True)
    return found
