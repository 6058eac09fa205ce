"""Visits without a pupil: the bounds by hand, against every truth that could be, and against programmes of which the truth is known."""

from datetime import date, timedelta
from itertools import product

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.methods.repeat_attendance import follow_up, returned_within
from metrics.methods.unlinked import Band, participants_between, returned_between
from metrics.shapes import Refused
from tests.drawn import day, table
from tests.examples import examples

FIRST = date(2025, 9, 1)
NAMED = {"pupil_id": pl.Int64, "branch_id": pl.String, "visited_on": pl.Date}
NAMELESS = {"branch_id": pl.String, "visited_on": pl.Date, "visits": pl.Int64}
Visit = tuple[int, str, int]


# --- participants -----------------------------------------------------------------------------------------------------


def test_nameless_visits_may_all_be_of_pupils_who_are_known_or_all_of_others():
    visits = table("""pupil_id | branch_id | visited_on
                      1        | centre    | 2025-09-01
                      2        | centre    | 2025-09-02
                      3        | harbour   | 2025-09-01""")
    unlinked = table("""branch_id | visited_on | visits
                        centre    | 2025-09-01 | 2    # with pupil 1 three at once: 1, 2 and 3 could be these
                        centre    | 2025-09-05 | 1""")
    assert participants_between(visits, unlinked).rows() == [(3, 6)]


def test_more_visitors_on_a_day_than_pupils_known_are_at_least_so_many_pupils():
    visits = table("""pupil_id | branch_id | visited_on
                      1        | centre    | 2025-09-01""")
    unlinked = table("""branch_id | visited_on | visits
                        centre    | 2025-09-01 | 3
                        harbour   | 2025-09-01 | 2""")
    assert participants_between(visits, unlinked).rows() == [(4, 6)]
    assert participants_between(visits, unlinked, ["branch_id"]).rows() == [("centre", 4, 4), ("harbour", 2, 2)]


def test_without_nameless_visits_nothing_is_unknown_and_without_visits_nobody_came():
    visits, unlinked = pl.DataFrame({"pupil_id": [1, 2], "branch_id": ["a", "a"], "visited_on": [FIRST, FIRST]}), pl.DataFrame(schema=NAMELESS)
    assert participants_between(visits, unlinked).rows() == [(2, 2)]
    assert participants_between(visits.clear(), unlinked).rows() == [(0, 0)]


VISITS = st.lists(st.tuples(st.integers(1, 5), st.sampled_from(["centre", "harbour"]), st.integers(0, 70), st.booleans()), max_size=20)


def town_of(rows: list[tuple[int, str, int, bool]]) -> tuple[list[Visit], pl.DataFrame, pl.DataFrame]:
    """The truth (pupil, branch, day number), and what is left when the marked visits lose their name: named and nameless visits."""
    visits = {(pupil, branch, number): loses for pupil, branch, number, loses in rows}
    kept = [(pupil, branch, FIRST + timedelta(days=number)) for (pupil, branch, number), loses in visits.items() if not loses]
    lost = [(branch, FIRST + timedelta(days=number), 1) for (_, branch, number), loses in visits.items() if loses]
    nameless = pl.DataFrame(lost, schema=NAMELESS, orient="row").group_by("branch_id", "visited_on").agg(pl.col("visits").sum())
    return list(visits), pl.DataFrame(kept, schema=NAMED, orient="row"), nameless


@given(VISITS)
def test_the_pupils_of_a_programme_that_lost_names_lie_between_the_bounds(rows):
    truth, named, nameless = town_of(rows)
    lowest, highest = participants_between(named, nameless).row(0)
    assert lowest <= len({pupil for pupil, _, _ in truth}) <= highest
    of_branch = {branch: (least, most) for branch, least, most in participants_between(named, nameless, ["branch_id"]).rows()}
    for branch in {branch for _, branch, _ in truth}:
        assert of_branch[branch][0] <= len({pupil for pupil, at, _ in truth if at == branch}) <= of_branch[branch][1]


# --- return -----------------------------------------------------------------------------------------------------------


def pupils_of(*rows: tuple[str, bool]) -> pl.DataFrame:
    return pl.DataFrame([(day(first), returned) for first, returned in rows], schema={"first": pl.Date, "has_returned": pl.Boolean}, orient="row")


def nameless_of(*rows: tuple[str, int, bool]) -> pl.DataFrame:
    return pl.DataFrame([(day(when), visits, begins) for when, visits, begins in rows], schema=["visited_on", "visits", "may_begin"], orient="row")


def test_the_lowest_takes_every_nameless_visit_for_a_stranger_and_the_highest_for_a_return():
    """Worked by hand: 2 of 5 came back; 3 nameless visits, of which one can be a return of the pupil of 1 September and one of that of 1 November."""
    pupils = pupils_of(("2025-09-01", False), ("2025-09-02", True), ("2025-09-03", True), ("2025-11-01", False), ("2025-12-01", False))
    nameless = nameless_of(("2025-09-29", 1, True), ("2025-10-15", 1, True), ("2025-11-02", 1, True))
    assert returned_between(pupils, nameless) == Band(2 / 8, 4 / 5)


def test_a_visit_on_day_28_can_be_a_return_and_one_on_the_first_day_or_day_29_cannot():
    pupil = pupils_of(("2025-09-01", False))
    for when, highest in (("2025-09-01", 0), ("2025-09-02", 1), ("2025-09-29", 1), ("2025-09-30", 0)):
        assert returned_between(pupil, nameless_of((when, 1, False))) == Band(0, highest)


def test_each_nameless_visit_is_of_one_pupil_and_goes_to_whom_it_serves_most():
    pupils = pupils_of(("2025-09-01", False), ("2025-09-20", False), ("2025-09-21", False))
    assert returned_between(pupils, nameless_of(("2025-09-22", 1, False))).highest == pytest.approx(1 / 3)
    assert returned_between(pupils, nameless_of(("2025-09-22", 1, False), ("2025-10-10", 1, False))).highest == pytest.approx(2 / 3)
    assert returned_between(pupils, nameless_of(("2025-10-10", 3, False))).highest == pytest.approx(2 / 3)  # too late for the pupil of 1 September


def test_what_no_pupil_who_is_known_can_have_made_may_be_two_visits_of_somebody_else():
    everybody = pupils_of(*[("2025-09-01", True)] * 3, ("2025-01-01", False))
    assert returned_between(everybody, nameless_of(("2025-09-05", 1, True), ("2025-09-09", 2, True))) == Band(3 / 7, 4 / 5)


def test_without_pupils_who_were_followed_there_are_no_bounds_and_without_nameless_visits_no_band():
    assert returned_between(pupils_of(), nameless_of(("2025-09-05", 1, True))) == Band(None, None)
    pupils = pupils_of(("2025-09-01", True), ("2025-09-01", False))
    assert returned_between(pupils, pl.DataFrame(schema={"visited_on": pl.Date, "visits": pl.Int64, "may_begin": pl.Boolean})) == Band(0.5, 0.5)


def test_odd_input_is_refused_with_a_code():
    pupils, nameless = pupils_of(("2025-09-01", True)), nameless_of(("2025-09-05", 1, True))
    for code, bad in (
        ("number_too_low", lambda: returned_between(pupils, nameless, days=0)),
        ("missing_column", lambda: returned_between(pupils.drop("first"), nameless)),
        ("missing_column", lambda: returned_between(pupils, nameless.drop("may_begin"))),
        ("not_a_date", lambda: returned_between(pupils.with_columns(first=pl.lit("soon")), nameless)),
        ("missing_column", lambda: participants_between(pupils, nameless)),
    ):
        with pytest.raises(Refused) as refused:
            bad()
        assert refused.value.code == code


AS_OF_NUMBER = 70


def bounds_of(named: pl.DataFrame, nameless: pl.DataFrame, as_of: date) -> Band:
    followed = follow_up(named.drop("branch_id"), as_of).filter("is_followed")
    return returned_between(followed, nameless.select("visited_on", "visits", may_begin=pl.col("visited_on") <= as_of - timedelta(days=28)))


def truth_of(visits: list[Visit], as_of: date) -> float | None:
    rows = [(pupil, branch, FIRST + timedelta(days=number)) for pupil, branch, number in visits]
    return returned_within(pl.DataFrame(rows, schema=NAMED, orient="row"), as_of).value


@given(VISITS)
def test_the_return_of_a_programme_that_lost_names_but_no_first_visits_lies_between_the_bounds(rows):
    truth, _, _ = town_of(rows)
    marked = {(pupil, branch, number): loses for pupil, branch, number, loses in rows}
    known = {pupil for (pupil, _, _), loses in marked.items() if not loses}
    first = {pupil: min(number for who, _, number in truth if who == pupil) for pupil, _, _ in truth}
    rows = [(*visit, loses and not (visit[0] in known and visit[2] == first[visit[0]])) for visit, loses in marked.items()]
    _, named, nameless = town_of(rows)
    as_of = FIRST + timedelta(days=AS_OF_NUMBER)
    band, share = bounds_of(named, nameless, as_of), truth_of(truth, as_of)
    if band.lowest is not None and band.highest is not None:
        assert share is not None
        assert band.lowest - 1e-12 <= share <= band.highest + 1e-12


@examples(25)
@given(
    st.lists(st.tuples(st.integers(1, 3), st.just("centre"), st.integers(0, 70), st.just(False)), min_size=1, max_size=5),
    st.lists(st.integers(0, 70), max_size=3),
)
def test_no_truth_lies_below_the_lowest_and_some_truth_is_it(rows, days):
    """Every truth is tried: each nameless visit is of one of the known pupils, after their first visit, or of one of as many strangers."""
    _, named, _ = town_of(rows)
    nameless = pl.DataFrame([("centre", FIRST + timedelta(days=number), 1) for number in days], schema=NAMELESS, orient="row")
    as_of = FIRST + timedelta(days=AS_OF_NUMBER)
    band = bounds_of(named, nameless, as_of)
    seen = {(pupil, number) for pupil, _, number, _ in rows}
    first = {pupil: min(number for who, number in seen if who == pupil) for pupil, _ in seen}
    shares = []
    for owners in product([*first, *range(-len(days), 0)], repeat=len(days)):
        added = list(zip(owners, days, strict=True))
        if len({*added}) < len(added) or {*added} & seen or any(number < first.get(pupil, 0) for pupil, number in added):
            continue  # not two visits on a day, and no first visit without a name
        shares.append(truth_of([(pupil, "centre", number) for pupil, number in [*seen, *added]], as_of))
    defined = [share for share in shares if share is not None]
    if band.lowest is not None and band.highest is not None:
        assert min(defined) == pytest.approx(band.lowest)
        assert max(defined) <= band.highest + 1e-12
