"""Whatever a store holds, every indicator gives numbers, or a code why there are none: never NaN, infinity or an error of its own."""

from dataclasses import replace
from datetime import date

import polars as pl
import pytest

from metrics import catalogue, example
from metrics.shapes import GRAINS, Period, Refused, View
from presentation.texts import language
from tests.metrics.town import SCHOOL_YEAR, programme

#: Nobody lives in the docks and one pupil in the north, where two came; the south is as wealthy; results are all alike; lists and years are missing.
ODD = programme(
    """pupil | home    | visited_on | branch | level | school
       2     | docks   | 2025-09-01 | mill   |       |
       1     | docks   | 2025-09-01 | mill   | havo  | A
       1     | docks   | 2025-09-01 | dock   | havo  | A
       3     | north   | 2025-09-02 | mill   |       |
       3     | north   | 2025-09-02 | mill   |       |
       4     | north   | 2025-10-02 | mill   |       |
             |         | 2025-09-02 | mill   |       |
       5     | outside | 2025-07-31 | dock   |       |""",
    branches={"mill": "PO", "dock": "VO"},
    target_group={"docks": 0, "north": 1, "south": {"PO": 0, "VO": 12}},
    context="neighbourhood | year | measure | value\n docks | 2024 | p_ink_li | 40\n north | 2024 | p_ink_li | 40\n south | 2024 | p_ink_li | 40",
    sessions="""branch | held_on    | status    | volunteers | turned_away
                mill   | 2025-09-01 | held      | 0          |
                mill   | 2025-09-02 | held      |            | 0
                dock   | 2025-09-03 | planned   | 1          |
                mill   | 2025-09-04 | cancelled |            |""",
    costs="school_year | branch | what | amount\n 2025 | mill | all | 0",
    outcomes="""pupil | school_year | subject | school_id | before | after | took_part
                1     | 2025        | taal    | A         | 6      | 6     | true
                2     | 2025        | taal    | A         | 6      | 6     | false
                3     | 2025        | taal    |           |        | 6     | true""",
    surveys="survey_id | wave | audience | branch | held_on | invited\n 1 | 1 | pupils | mill | 2025-09-12 | 0",
    survey_answers="survey_id | respondent | dimension | score | not_applicable\n 1 | 1 | knowledge | | false\n 1 | 2 | knowledge | 5 | true",
)
TOWNS = {"nothing": programme(), "odd": ODD, "example": example.town(), "second example": example.second_town(), "results": example.results()}
VIEWS = {
    "school year": SCHOOL_YEAR,
    "before the first visit": replace(SCHOOL_YEAR, as_of=date(2020, 1, 1)),
    "one day, half sure": View(Period(date(2025, 9, 1), date(2025, 9, 1)), date(2025, 9, 1), confidence=0.5),
    "nearly sure": replace(SCHOOL_YEAR, confidence=0.998, sector="PO"),
}


def faults(indicator, town, view):
    """What is wrong with a figure. A refusal is no fault: it has a code."""
    try:
        figures = catalogue.indicator(indicator)(town, view)
    except Refused:
        return []
    frame = figures.frame
    wrong = [f"{name} is no number" for name, kind in frame.schema.items() if kind.is_float() and not frame[name].drop_nulls().is_finite().all()]
    value, reason = pl.col("value"), pl.col("reason")
    checks = {
        "no value and no reason": value.is_null() & reason.is_null(),
        "value outside its limits": (pl.col("lower") > value) | (pl.col("upper") < value),
        "share above 1 without a word": pl.lit(catalogue.definition(indicator).unit == "proportion")
        & (value > 1)
        & reason.is_null()
        & (indicator != "occupancy"),
        "key twice": frame.select(pl.struct(figures.keys).is_duplicated()).to_series() if figures.keys else pl.lit(frame.height > 1),
    }
    wrong += [name for name, is_wrong in checks.items() if frame.select(is_wrong.any()).item()]
    return wrong + [f"no words for {code}" for code in frame["reason"].drop_nulls().unique() if f"reason.{code}" not in language("nl")]


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("town", TOWNS)
def test_every_indicator_has_numbers_or_a_code_with_words(town, view):
    found = {indicator: faults(indicator, TOWNS[town], VIEWS[view]) for indicator in catalogue.ids()}
    assert {indicator: wrong for indicator, wrong in found.items() if wrong} == {}


@pytest.mark.proof
@pytest.mark.parametrize("grain", GRAINS)
@pytest.mark.parametrize("town", TOWNS)
def test_every_indicator_has_numbers_or_a_code_with_words_for_every_grain(town, grain):
    for view in VIEWS.values():
        found = {indicator: faults(indicator, TOWNS[town], replace(view, by=(grain,))) for indicator in catalogue.ids()}
        assert {indicator: wrong for indicator, wrong in found.items() if wrong} == {}
