"""Certainly higher means: the whole margin lies beyond the value compared with."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.methods import uncertainty
from metrics.methods.comparison import against, difference_of, direction, mean_of
from metrics.shapes import Interval


def test_only_a_margin_that_lies_wholly_beyond_is_certain():
    rows = pl.DataFrame({"lower": [2.0, 1.9, 1.0, 0.5, None], "upper": [3.0, 3.0, 1.9, 1.8, None]})
    assert against(rows, 1.9)["status"].to_list() == ["higher", "unclear", "unclear", "lower", None]


def proportion(numerator, denominator):
    row = uncertainty.proportions(pl.DataFrame({"numerator": [numerator], "denominator": [denominator]})).row(0, named=True)
    return Interval(row["value"], row["lower"], row["upper"])


@given(st.integers(1, 400), st.integers(1, 400), st.data())
def test_of_two_proportions_it_is_newcombes_method_10(n, m, data):
    a, b = (data.draw(st.integers(0, n)), n), (data.draw(st.integers(0, m)), m)
    expected = uncertainty.difference(a, b)
    assert difference_of(proportion(*a), proportion(*b))[:3] == pytest.approx(expected[:3])


def test_newcombes_published_example_56_of_70_against_48_of_80():
    """Newcombe 1998, Interval estimation for the difference between independent proportions, table II (a), method 10."""
    assert difference_of(proportion(56, 70), proportion(48, 80))[:3] == pytest.approx((0.2, 0.0524, 0.3339), abs=5e-5)


def test_intervals_that_overlap_can_still_differ_with_certainty():
    """14.1 (12.95-15.18) against 12.3 (11.30-13.31): the margins overlap, the difference 1.8 (0.2-3.3) does not reach zero."""
    now, before = Interval(14.06, 12.95, 15.18), Interval(12.30, 11.30, 13.31)
    assert direction(difference_of(now, before)) == "higher"
    assert direction(difference_of(before, now)) == "lower"
    assert direction(difference_of(now, now)) == "unclear"


def test_without_limits_nothing_is_certain():
    assert difference_of(Interval(None, None, None, "no_data"), Interval(1, 0, 2)) == Interval(None, None, None, "no_interval")
    assert direction(Interval(None, None, None, "no_interval")) is None


def test_the_mean_of_branches_is_that_of_their_visits_and_sessions_together_and_surer_than_each():
    """36 visits at 3 sessions and 10 at 1: 46 at 4. Half the widths 1 and 2, at weights 3/4 and 1/4, give the root of (3/4)^2 + (1/2)^2."""
    half = (0.75**2 + 0.5**2) ** 0.5
    parts = [Interval(12, 11, 13), Interval(10, 8, 12)]
    assert mean_of(parts, [3, 1])[:3] == pytest.approx((11.5, 11.5 - half, 11.5 + half))
    assert mean_of(parts[:1], [3]) == parts[0]
    assert mean_of([*parts, Interval(None, None, None, "hidden")], [3, 1, 1]) == Interval(None, None, None, "no_interval")


def test_a_rate_beyond_a_mean_that_is_itself_uncertain_may_not_be_certainly_beyond_it():
    """13.4 (12.4-14.25) lies wholly below 14.3, but not certainly below a mean of 14.3 with margin 12.7-16.0."""
    assert direction(difference_of(Interval(13.4, 12.4, 14.25), Interval(14.3, 12.7, 16.0))) == "unclear"
