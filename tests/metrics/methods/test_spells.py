"""Periods of support: where a gap ends one, what closed days do to a gap, and which spells may still go on."""

from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.methods.spells import spells
from metrics.shapes import Refused
from metrics.visit_days import prepare
from tests.drawn import day, table
from tests.examples import examples
from tests.metrics.methods.made_up import FIRST_DAY, SCHEMA, of_any_type, shuffled_and_doubled, visits_of

AS_OF = day("2026-02-28")
TOWN = """pupil_id | visited_on
          1        | 2025-09-01
          1        | 2025-09-01   # twice on one day: one visit day
          1        | 2025-10-27   # 56 days later: the same spell
          1        | 2025-12-23   # 57 days later: a new one
          2        | 2026-01-03   # 56 days before the as-of date: may still go on
          3        | 2026-01-02   # 57 days before: over
          4        | 2026-03-01   # after the as-of date
          -        | 2026-01-01   # anonymous"""


def test_a_gap_of_more_than_56_days_starts_a_new_spell():
    assert spells(table(TOWN), AS_OF).rows() == [
        (1, day("2025-09-01"), day("2025-10-27"), 2, 57, False),
        (1, day("2025-12-23"), day("2025-12-23"), 1, 1, False),
        (2, day("2026-01-03"), day("2026-01-03"), 1, 1, True),
        (3, day("2026-01-02"), day("2026-01-02"), 1, 1, False),
    ]


def test_spells_come_with_their_columns_sorted_by_pupil_and_first_day():
    found = spells(table(TOWN), AS_OF)
    assert found.columns == ["pupil_id", "first", "last", "visit_days", "length_days", "is_open"]
    assert found.sort("pupil_id", "first").equals(found)


def gap(first: str, second: str, closures: str | None = None, as_of: str = "2026-12-31", gap_days: int = 56) -> list[int]:
    """The visit days of the spells of a pupil who came twice."""
    closed = None if closures is None else table("first | last\n" + closures)
    visits = pl.DataFrame({"pupil_id": [1, 1], "visited_on": [day(first), day(second)]})
    return spells(visits, day(as_of), gap_days, closed)["visit_days"].to_list()


def test_the_summer_does_not_end_a_spell():
    """9 July to 10 September are 63 days, of which the 44 from 11 July to 23 August are closed."""
    assert gap("2026-07-09", "2026-09-10", "2026-07-11 | 2026-08-23") == [2]
    assert gap("2026-07-09", "2026-09-10") == [1, 1]


def test_closed_days_count_only_between_the_two_visits():
    assert gap("2026-03-02", "2026-04-28", "2026-03-02 | 2026-03-02") == [1, 1]  # 57 days; the closed day is the first visit itself
    assert gap("2026-03-02", "2026-04-28", "2026-04-28 | 2026-04-28") == [1, 1]  # ... or the second
    assert gap("2026-03-02", "2026-04-28", "2026-03-03 | 2026-03-03") == [2]
    assert gap("2026-03-02", "2026-04-28", "2026-04-27 | 2026-04-27") == [2]
    assert gap("2026-03-02", "2026-04-28", "2026-01-01 | 2026-03-01") == [1, 1]


def test_overlapping_closures_close_a_day_once():
    assert gap("2026-03-02", "2026-04-29", "2026-03-10 | 2026-03-10\n2026-03-10 | 2026-03-10") == [1, 1]  # 58 days less 1
    assert gap("2026-03-02", "2026-04-29", "2026-03-10 | 2026-03-10\n2026-03-10 | 2026-03-11") == [2]


def is_open(last: str, as_of: str, closures: str) -> bool:
    return bool(spells(pl.DataFrame({"pupil_id": [1], "visited_on": [day(last)]}), day(as_of), closures=table("first | last\n" + closures))["is_open"][0])


def test_a_spell_stays_open_while_the_branch_is_closed():
    assert is_open("2026-07-01", "2026-08-26", "2026-12-01 | 2026-12-02")  # 56 days
    assert not is_open("2026-07-01", "2026-08-27", "2026-12-01 | 2026-12-02")  # 57 days
    assert is_open("2026-07-01", "2026-08-27", "2026-08-27 | 2026-12-01")  # a closed as-of date does not count
    assert not is_open("2026-07-01", "2026-08-27", "2026-06-01 | 2026-07-01")  # nor help closed days up to the last visit
    assert is_open("2026-07-01", "2026-10-10", "2026-07-11 | 2026-08-24")  # 101 days less 45


def test_a_visit_on_a_closed_day_is_a_visit():
    assert gap("2026-07-20", "2026-07-21", "2026-07-11 | 2026-08-23") == [2]


def test_without_patience_only_the_same_day_holds_a_spell_together():
    assert gap("2026-03-02", "2026-03-03", gap_days=0) == [1, 1]
    assert gap("2026-03-02", "2026-03-03", gap_days=1) == [2]


@pytest.mark.parametrize(
    "nobody",
    [pl.DataFrame(schema=SCHEMA), pl.DataFrame({"pupil_id": [], "visited_on": []}), pl.DataFrame({"pupil_id": [1], "visited_on": [day("2026-03-01")]})],
)
@pytest.mark.parametrize("closures", [None, pl.DataFrame({"first": [], "last": []}), pl.DataFrame({"first": [AS_OF], "last": [AS_OF]})])
def test_before_the_first_visit_there_are_no_spells(nobody, closures):
    found = spells(nobody, AS_OF, closures=closures)
    assert found.is_empty()
    assert found.columns == ["pupil_id", "first", "last", "visit_days", "length_days", "is_open"]


def test_the_earliest_and_the_latest_dates_there_are_break_nothing():
    visits = pl.DataFrame({"pupil_id": [1, 1], "visited_on": [date.min, date.max]})
    closures = pl.DataFrame({"first": [date.min], "last": [date.max]})
    assert spells(visits, date.max, closures=closures)["visit_days"].to_list() == [2]
    assert spells(visits, date.min).rows() == [(1, date.min, date.min, 1, 1, True)]


@pytest.mark.parametrize(
    ("closures", "code"),
    [
        (pl.DataFrame({"first": [day("2026-01-02")], "last": [day("2026-01-01")]}), "closure_ends_before_it_begins"),
        (pl.DataFrame({"first": [day("2026-01-02")], "last": [None]}), "not_a_date"),
        (pl.DataFrame({"first": ["2026-01-02"], "last": ["2026-01-02"]}), "not_a_date"),
        (pl.DataFrame({"first_day": [day("2026-01-02")], "last": [day("2026-01-01")]}), "missing_column"),
    ],
)
def test_closures_that_cannot_be_placed_are_refused(closures, code):
    with pytest.raises(Refused) as refusal:
        spells(table(TOWN), AS_OF, closures=closures)
    assert refusal.value.code == code


def test_a_gap_below_zero_days_is_refused():
    with pytest.raises(Refused) as refusal:
        spells(table(TOWN), AS_OF, gap_days=-1)
    assert refusal.value.code == "number_too_low"


days_from_start = st.integers(-20, 220)
closed_spans = st.lists(st.tuples(days_from_start, st.integers(0, 45)), max_size=4)


def closures_of(spans: list[tuple[int, int]]) -> pl.DataFrame:
    firsts = [FIRST_DAY + timedelta(days=start) for start, _ in spans]
    return pl.DataFrame(
        {"first": firsts, "last": [first + timedelta(days=n) for first, (_, n) in zip(firsts, spans, strict=True)]}, schema={"first": pl.Date, "last": pl.Date}
    )


@given(rows=visits_of(pupils=4, days=200), spans=closed_spans, as_of=days_from_start, gap_days=st.integers(0, 60), seed=st.randoms())
def test_spells_equal_walking_through_each_pupils_days(rows, spans, as_of, gap_days, seed):
    peildatum = FIRST_DAY + timedelta(days=as_of)
    closed = {FIRST_DAY + timedelta(days=start + n) for start, length in spans for n in range(length + 1)}

    def closed_between(after: date, before: date) -> int:
        return sum(after < when < before for when in closed)

    expected = []
    for pupil in sorted({pupil for pupil, _, _ in rows if pupil is not None}):
        walk: list[list[date]] = []
        for when in sorted({when for p, when, _ in rows if p == pupil and when <= peildatum}):
            if walk and (when - walk[-1][-1]).days - closed_between(walk[-1][-1], when) <= gap_days:
                walk[-1].append(when)
            else:
                walk.append([when])
        for spell in walk:
            absent = (peildatum - spell[-1]).days - closed_between(spell[-1], peildatum + timedelta(days=1))
            expected.append((pupil, spell[0], spell[-1], len(spell), (spell[-1] - spell[0]).days + 1, absent <= gap_days))
    visits = shuffled_and_doubled(rows, seed)
    assert spells(visits, peildatum, gap_days, closures_of(spans)).rows() == expected
    assert spells(prepare(visits), peildatum, gap_days, closures_of(spans)).rows() == expected


@examples(20)
@given(rows=visits_of(pupils=4, days=200), spans=closed_spans, as_of=days_from_start)
def test_the_type_of_the_ids_changes_no_spell_and_comes_back(rows, spans, as_of):
    visits, peildatum = pl.DataFrame(rows, schema=SCHEMA, orient="row"), FIRST_DAY + timedelta(days=as_of)
    plain = spells(visits, peildatum, closures=closures_of(spans))
    for other in of_any_type(visits):
        found = spells(other, peildatum, closures=closures_of(spans))
        assert found.drop("pupil_id").equals(plain.drop("pupil_id"))
        assert found.schema["pupil_id"] == other.schema["pupil_id"]
        assert set(found["pupil_id"]) <= set(other["pupil_id"].drop_nulls())


@given(rows=visits_of(pupils=4, days=200), gap_days=st.integers(0, 60))
def test_spells_of_a_pupil_hold_all_visit_days_and_lie_more_than_the_gap_apart(rows, gap_days):
    visits = prepare(pl.DataFrame(rows, schema=SCHEMA, orient="row"))
    found = spells(visits, day("2026-12-31"), gap_days)
    assert found["visit_days"].sum() == len(visits.days)
    apart = found.filter(pl.col("pupil_id") == pl.col("pupil_id").shift(1)).height
    between = (pl.col("first") - pl.col("last").shift(1)).dt.total_days()
    assert found.filter((pl.col("pupil_id") == pl.col("pupil_id").shift(1)) & (between > gap_days)).height == apart
    assert found.filter(pl.col("is_open")).group_by("pupil_id").len().select(pl.col("len").max().fill_null(1)).item() == 1
