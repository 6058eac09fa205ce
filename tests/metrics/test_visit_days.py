"""Preparing visits: sorted once, each pupil and day once."""

from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.shapes import Refused
from metrics.visit_days import VisitDays, as_visit_days, only, per_day, prepare
from tests.drawn import day, table

TOWN = """pupil_id | visited_on | branch_id
          7        | 2025-09-08 | north
          3        | 2025-09-01 | south
          7        | 2025-09-01 | south
          7        | 2025-09-01 | north   # two branches on one day: two visits, one visit day
          7        | 2025-09-01 | north   # delivered twice
          -        | 2025-09-01 | north   # anonymous"""


def test_a_pupil_counts_once_a_day_and_once_a_day_and_branch():
    town = prepare(table(TOWN))
    assert town.days.rows() == [(3, day("2025-09-01")), (7, day("2025-09-01")), (7, day("2025-09-08"))]
    assert town.branch_days is not None
    assert town.branch_days.rows() == [
        (3, day("2025-09-01"), "south"),
        (7, day("2025-09-01"), "north"),
        (7, day("2025-09-01"), "south"),
        (7, day("2025-09-08"), "north"),
    ]


def test_each_pupil_has_a_first_day_and_a_second_only_after_coming_back():
    pupils = prepare(table(TOWN)).pupils
    assert pupils.columns == ["pupil_id", "first", "second", "visit_days"]
    assert pupils.rows() == [(3, day("2025-09-01"), None, 1), (7, day("2025-09-01"), day("2025-09-08"), 2)]


def test_visits_that_name_no_branch_give_no_branch_days():
    town = prepare(table(TOWN).drop("branch_id"))
    assert town.branch_days is None
    assert town.days.equals(prepare(table(TOWN)).days)


def test_what_was_prepared_is_not_prepared_again():
    town = prepare(table(TOWN))
    assert as_visit_days(town) is town


def test_a_visit_at_an_unknown_branch_is_kept_under_null():
    town = prepare(
        table("""pupil_id | visited_on | branch_id
                            1        | 2025-09-01 | -
                            1        | 2025-09-01 | north""")
    )
    assert town.branch_days is not None
    assert town.branch_days["branch_id"].to_list() == [None, "north"]


PUPILS_OF_ANY_TYPE = {
    "text": pl.Series(["b", "a", "b"]),
    "small numbers": pl.Series([3, 1, 3], dtype=pl.UInt8),
    "negative numbers": pl.Series([-1, -5, -1]),
    "numbers too large for an Int64": pl.Series([2**64 - 1, 2**64 - 2, 2**64 - 1], dtype=pl.UInt64),
    "far apart": pl.Series([10**15, -(10**15), 10**15]),
    "keys": pl.Series([b"\xff" * 32, b"\x00" * 32, b"\xff" * 32]),
    "categories": pl.Series(["b", "a", "b"], dtype=pl.Categorical),
    "dates": pl.Series([date(2020, 2, 1), date(2020, 1, 1), date(2020, 2, 1)]),
    "decimals": pl.Series(["2.5", "1.5", "2.5"]).cast(pl.Decimal(4, 1)),
    "fractions": pl.Series([2.5, 1.5, 2.5]),
}


@pytest.mark.parametrize("name", PUPILS_OF_ANY_TYPE)
def test_pupils_come_back_with_the_values_and_the_type_they_came_with(name):
    pupils = PUPILS_OF_ANY_TYPE[name].alias("pupil_id")
    town = prepare(pl.DataFrame([pupils, pl.Series("visited_on", [day("2025-09-02"), day("2025-09-01"), day("2025-09-01")])]))
    assert town.days["pupil_id"].dtype == town.pupils["pupil_id"].dtype == pupils.dtype
    assert town.pupils["pupil_id"].to_list() == [pupils[1], pupils[0]]
    assert town.pupils["visit_days"].to_list() == [1, 2]


@pytest.mark.parametrize(
    "nobody",
    [
        pl.DataFrame(schema={"pupil_id": pl.Int64, "visited_on": pl.Date, "branch_id": pl.String}),
        pl.DataFrame({"pupil_id": [], "visited_on": [], "branch_id": []}),
        pl.DataFrame({"pupil_id": [None], "visited_on": [day("2025-09-01")], "branch_id": ["north"]}),
    ],
)
def test_when_nobody_came_the_columns_stay(nobody):
    town = prepare(nobody)
    assert town.branch_days is not None
    assert (len(town.days), len(town.pupils), len(town.branch_days)) == (0, 0, 0)
    assert town.days.schema["visited_on"] == town.pupils.schema["second"] == pl.Date


@pytest.mark.parametrize(
    ("faulty", "code"),
    [
        (pl.DataFrame({"pupil_id": [1, 2], "visited_on": [None, day("2025-09-01")]}), "not_a_date"),
        (pl.DataFrame({"pupil_id": [1], "visited_on": ["2025-09-01"]}), "not_a_date"),
        (pl.DataFrame({"pupil_id": [1]}), "missing_column"),
        (pl.DataFrame({"visited_on": [day("2025-09-01")]}), "missing_column"),
        (pl.DataFrame(), "missing_column"),
    ],
)
def test_visits_that_cannot_be_placed_are_refused(faulty, code):
    with pytest.raises(Refused) as refusal:
        prepare(faulty)
    assert refusal.value.code == code


def test_keeping_a_period_still_counts_two_branches_on_one_day_as_one_visit_day():
    kept = only(prepare(table(TOWN)), pl.col("visited_on") < day("2025-09-08"))
    assert kept.days.rows() == [(3, day("2025-09-01")), (7, day("2025-09-01"))]
    assert kept.pupils["visit_days"].to_list() == [1, 1]
    assert kept.branch_days is not None
    assert kept.branch_days.height == 3


visits = st.lists(
    st.tuples(
        st.one_of(st.none(), st.integers(1, 5), st.integers(10**12, 10**12 + 2)),
        st.dates(date(2019, 5, 1), date(2019, 6, 30)),
        st.sampled_from(["north", "south", None]),
    ),
    max_size=40,
)
SCHEMA = {"pupil_id": pl.Int64, "visited_on": pl.Date, "branch_id": pl.String}


@given(rows=visits)
def test_preparing_equals_sets_of_visits_put_in_order(rows):
    town = prepare(pl.DataFrame(rows, schema=SCHEMA, orient="row"))
    named = {row for row in rows if row[0] is not None}
    days = sorted({row[:2] for row in named})
    assert town.branch_days is not None
    assert town.branch_days.rows() == sorted(named, key=lambda row: (row[0], row[1], row[2] or ""))
    assert town.days.rows() == days
    by_pupil = {pupil: [d for p, d in days if p == pupil] for pupil, _ in days}
    assert town.pupils.rows() == [(pupil, *[*of, None][:2], len(of)) for pupil, of in by_pupil.items()]


@given(rows=visits, split=st.dates(date(2019, 5, 1), date(2019, 6, 30)), branches=st.sampled_from([["north"], ["north", "south"]]))
def test_keeping_some_visits_equals_preparing_only_those(rows, split, branches):
    frame = pl.DataFrame(rows, schema=SCHEMA, orient="row")
    keep = (pl.col("visited_on") >= split) & pl.col("branch_id").is_in(branches)
    assert_same(only(prepare(frame), keep), prepare(frame.filter(keep)))
    unnamed = frame.drop("branch_id")
    assert_same(only(prepare(unnamed), pl.col("visited_on") > split), prepare(unnamed.filter(pl.col("visited_on") > split)))


def assert_same(one: VisitDays, other: VisitDays) -> None:
    assert one.days.equals(other.days)
    assert one.pupils.equals(other.pupils)
    assert (one.branch_days is None) == (other.branch_days is None)
    assert one.branch_days is None or other.branch_days is None or one.branch_days.equals(other.branch_days)


@given(days=st.lists(st.dates(date(1969, 12, 1), date(2031, 1, 1)), max_size=20))
def test_what_is_worked_out_once_per_day_is_what_each_row_would_have_given(days):
    column = pl.Series("visited_on", days, dtype=pl.Date)
    assert per_day(column, pl.col("day").dt.year()).to_list() == [day.year for day in days]


def test_days_far_apart_are_kept_apart():
    town = prepare(pl.DataFrame({"pupil_id": [1, 1], "visited_on": [date(1, 1, 1), date(9999, 12, 31)]}))
    assert town.pupils.row(0) == (1, date(1, 1, 1), date(1, 1, 1) + timedelta(days=3652058), 2)
