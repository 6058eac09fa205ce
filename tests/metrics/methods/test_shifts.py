"""Each volunteer who joins takes one place and fills a gap in every session of it that still has one."""

from itertools import combinations_with_replacement

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from metrics.methods.shifts import placed

#: Two weeks: the library lacks 3 and 2 on Mondays and 1 and 0 on Tuesdays, the school 1 and 1 on Mondays.
TOWN = pl.DataFrame(
    {
        "branch": ["library", "library", "library", "library", "school", "school"],
        "weekday": [1, 1, 2, 2, 1, 1],
        "short": [3.0, 2.0, 1.0, 0.0, 1.0, 1.0],
    }
)


def where(extra):
    return placed(TOWN, ("branch", "weekday"), extra).rows()


def test_the_first_goes_where_most_is_lacking_and_the_next_where_a_gap_is_left_in_both_weeks():
    assert where(1) == [("library", 1, 1, 2)]
    assert where(2) == [("library", 1, 2, 4)]
    assert where(3) == [("library", 1, 2, 4), ("school", 1, 1, 2)]
    assert where(5) == [("library", 1, 3, 5), ("school", 1, 1, 2), ("library", 2, 1, 1)]


def test_nobody_stands_where_nothing_is_lacking():
    assert sum(filled for *_, filled in where(50)) == 8
    assert sum(added for *_, added, _ in where(50)) == 5
    assert where(0) == []


def test_a_session_of_which_it_is_not_known_what_it_lacks_draws_nobody():
    assert placed(TOWN.with_columns(short=pl.lit(None, pl.Float64)), ("branch", "weekday"), 3).is_empty()


@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 3)), max_size=8), st.integers(0, 4))
def test_no_other_way_to_place_them_fills_more(sessions, extra):
    found = placed(
        pl.DataFrame({"place": [place for place, _ in sessions], "short": [short for _, short in sessions]}, schema={"place": pl.Int64, "short": pl.Int64}),
        ("place",),
        extra,
    )
    ways = combinations_with_replacement(range(3), extra)
    best = max(sum(min(short, way.count(place)) for place, short in sessions) for way in ways)
    assert found["filled"].sum() == best
    assert found["added"].sum() <= extra
