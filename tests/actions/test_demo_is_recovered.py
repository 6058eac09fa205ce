"""What is planted in the demo programme comes out of the figures of repeat attendance, temporary support and signals."""

from dataclasses import replace
from datetime import date

import polars as pl

from data_access.dataset import Dataset
from data_access.demo import truths
from data_access.demo.following import COURSES
from data_access.reader import Reader, Role
from metrics.indicators.repeat_attendance import dosage, returned_within_28_days, time_to_return
from metrics.indicators.signals import FOLLOWED_UP, RULES, followed_up_within_14_days, school_known
from metrics.indicators.temporary_support import open_after_26_weeks, spell_length
from metrics.shapes import Period, View


def test_the_planted_truths_are_recovered_within_their_margins(demo_database):
    data = Dataset(demo_database, Reader(Role.PROGRAMME)).inputs()
    everything = View(Period(truths.FIRST_DAY, truths.LAST_DAY), as_of=truths.LAST_DAY)

    returned = returned_within_28_days(data, replace(everything, period=Period(truths.FIRST_DAY, date(2025, 5, 31)))).frame.row(0, named=True)
    assert truths.FINDINGS["returned"].low <= returned["value"] <= truths.FINDINGS["returned"].high
    assert returned["lowest"] < returned["value"] < returned["highest"]
    assert returned["lowest"] < truths.RETURNED < returned["highest"]
    by_day = time_to_return(data, everything).frame
    assert abs(by_day.filter(pl.col("day") <= 28)["value"][-1] - returned["value"]) < 0.02  # the same share, those who began lately included

    once = dosage(data, replace(everything, by=("school_year",))).frame.filter(band="1")
    assert truths.FINDINGS["came_once"].low <= once.select(pl.col("numerator").sum() / pl.col("denominator").sum()).item() <= truths.FINDINGS["came_once"].high

    longer, curve = open_after_26_weeks(data, everything).frame.row(0, named=True), spell_length(data, everything).frame
    still = 1 - curve.filter(pl.col("day") <= 182)["value"][-1]
    assert abs(longer["value"] - still) < 0.005

    last_year = replace(everything, period=Period(date(2024, 8, 1), truths.LAST_DAY))
    in_time = [any(state in FOLLOWED_UP and days <= RULES.answer_days for state, days, _ in course) for course in COURSES]
    followed = followed_up_within_14_days(data, last_year).frame.row(0, named=True)
    assert abs(followed["value"] - sum(in_time) / len(in_time)) < 0.02
    known = school_known(data, last_year).frame.row(0, named=True)
    assert abs(known["value"] - (1 - truths.UNKNOWN_SCHOOL)) < 0.12
