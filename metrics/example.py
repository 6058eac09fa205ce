"""The worked example beside every definition: two weeks of one small library, and the figure that the program itself makes of them."""

from datetime import date
from functools import cache

from metrics import catalogue
from metrics.drawn import Row, programme, read
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
TARGET_GROUP = {"north": 40, "south": 60}
VIEW = View(Period(date(2025, 9, 1), date(2025, 9, 14)), as_of=date(2025, 9, 14))


@cache
def town() -> Inputs:
    """The example as inputs; registration began a month before, with nobody."""
    return programme(VISITS, sessions=SESSIONS, target_group=TARGET_GROUP, covers="first_day | last_day\n 2025-08-04 | 2025-09-14")


def rows() -> tuple[list[Row], list[Row]]:
    """The visits and the sessions of the example, to show."""
    return read(VISITS), read(SESSIONS)


@cache
def figures(indicator_id: str) -> Figures:
    """What the indicator says of the example as a whole. Nobody in it exists, so it needs no protection."""
    return catalogue.indicator(indicator_id)(town(), VIEW)
