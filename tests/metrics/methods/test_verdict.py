"""Whether a target is reached: every case by hand, and what would settle an open one."""

from datetime import date
from typing import Any

import polars as pl
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from metrics.methods import uncertainty
from metrics.methods.verdict import Criterion, judge
from metrics.shapes import Figures, Period, Refused, View

YEAR = Period(date(2019, 8, 1), date(2020, 7, 31))


def figure(confidence=0.95, **columns):
    row = {"numerator": None, "denominator": 200.0, "value": None, "lower": None, "upper": None, "pupils": 60, "method": None, "reason": None} | columns
    return Figures("returned_within_28_days", View(YEAR, YEAR.last, confidence=confidence), pl.DataFrame([row]))


def proportion(numerator, denominator, confidence=0.95):
    limits = uncertainty.proportions(pl.DataFrame({"numerator": [numerator], "denominator": [denominator]}), confidence=confidence)
    return figure(confidence, **limits.row(0, named=True), method="wilson")


@pytest.mark.parametrize(
    ("rule", "target", "lower", "upper", "state"),
    [
        ("at_least", 0.5, 0.53, 0.58, "met"),
        ("at_least", 0.5, 0.50, 0.58, "met"),  # at the target is enough
        ("at_least", 0.5, 0.49, 0.58, "undecided"),
        ("at_least", 0.5, 0.40, 0.50, "undecided"),  # short of it means below it
        ("at_least", 0.5, 0.40, 0.49, "not_met"),
        ("at_most", 0.5, 0.40, 0.49, "met"),
        ("at_most", 0.5, 0.40, 0.50, "met"),
        ("at_most", 0.5, 0.40, 0.51, "undecided"),
        ("at_most", 0.5, 0.50, 0.60, "undecided"),
        ("at_most", 0.5, 0.51, 0.60, "not_met"),
    ],
)
def test_the_whole_interval_decides(rule, target, lower, upper, state):
    verdict = judge(Criterion(rule, target), figure(value=(lower + upper) / 2, lower=lower, upper=upper))
    assert verdict.state == state
    assert (verdict.reason is None) == (verdict.needed is None) == (state != "undecided")
    assert (verdict.lower, verdict.upper, verdict.target, verdict.sample) == (lower, upper, target, 200)


def test_too_few_pupils_cannot_reach_a_target_but_can_miss_it():
    good, bad = figure(value=0.7, lower=0.6, upper=0.8), figure(value=0.2, lower=0.1, upper=0.3)
    few = judge(Criterion("at_least", 0.5, minimum_sample=201), good)
    assert (few.state, few.reason, few.needed) == ("undecided", "below_minimum_sample", 201)
    assert judge(Criterion("at_least", 0.5, minimum_sample=200), good).state == "met"
    assert judge(Criterion("at_least", 0.5, minimum_sample=201), bad).state == "not_met"


def test_a_count_is_its_own_interval():
    """Participants have no margin: 1,184 is at least 1,000, and no uncertainty about it."""
    counted = figure(denominator=None, value=1184.0, pupils=1184, method="count")
    assert judge(Criterion("at_least", 1000), counted).state == "met"
    assert judge(Criterion("at_least", 1184), counted).state == "met"
    assert judge(Criterion("at_least", 1200), counted).state == "not_met"
    assert judge(Criterion("at_least", 1000, minimum_sample=2000), counted).reason == "below_minimum_sample"


def test_without_limits_there_are_only_words():
    few_schools = figure(value=0.3, reason="fewer_than_10_clusters")
    verdict = judge(Criterion("at_least", 0.2), few_schools)
    assert (verdict.state, verdict.value, verdict.needed, verdict.reason) == ("undecided", 0.3, None, "fewer_than_10_clusters")
    assert judge(Criterion("at_least", 0.2), figure(value=0.3)).reason == "no_interval"
    assert judge(Criterion("at_least", 0.2), figure(reason="no_denominator")).reason == "no_denominator"


def test_a_limit_out_of_sight_leaves_the_other_to_decide():
    """A median time to return of which the upper limit is not reached is surely at least 10 days, and surely no more than nothing."""
    waiting = figure(denominator=None, value=30.0, lower=12.0, upper=None)
    assert judge(Criterion("at_least", 10), waiting).state == "met"
    assert judge(Criterion("at_most", 10), waiting).state == "not_met"
    assert judge(Criterion("at_most", 40), waiting).state == "undecided"
    assert judge(Criterion("at_most", 40), waiting).needed is None


def test_nothing_to_judge_and_too_much_to_judge():
    nothing = Figures("reach", View(YEAR, YEAR.last), figure(value=0.1).frame.clear())
    assert judge(Criterion("at_least", 0.2), nothing).reason == "no_figure"
    with pytest.raises(Refused) as refusal:
        judge(Criterion("at_least", 0.2), Figures("reach", View(YEAR, YEAR.last), pl.concat([figure(value=0.1).frame] * 2)))
    assert (refusal.value.code, refusal.value.values) == ("not_one_figure", {"rows": 2})
    other: Any = "about"
    with pytest.raises(Refused, match="unknown_rule"):
        judge(Criterion(other, 0.2), nothing)


def test_385_answers_tell_55_from_50_per_cent():
    """The textbook sample for a margin of 5 points around one half: 1.96^2 x 0.5 x 0.5 / 0.05^2 = 384.16 (Cochran 1977, Sampling techniques, section 4.4)."""
    verdict = judge(Criterion("at_least", 0.5), proportion(55, 100))
    assert (verdict.state, verdict.reason, verdict.needed) == ("undecided", "interval_spans_target", 385)
    assert judge(Criterion("at_least", 0.5, minimum_sample=1000), proportion(55, 100)).needed == 1000
    assert judge(Criterion("at_least", 0.5), proportion(50, 100)).reason == "at_target"
    assert judge(Criterion("at_least", 0.5), proportion(50, 100)).needed is None


@given(
    st.integers(6, 60),
    st.integers(6, 60),
    st.sampled_from([-0.09, -0.06, -0.02, 0.02, 0.06, 0.09]),
    st.sampled_from(["at_least", "at_most"]),
    st.sampled_from([0.8, 0.95, 0.998]),
)
def test_with_the_needed_sample_the_same_share_settles_it_and_with_one_pupil_less_it_does_not(came, stayed_away, off, rule, confidence):
    share = came / (came + stayed_away)
    target = min(max(share + off, 0.01), 0.99)
    verdict = judge(Criterion(rule, target), proportion(came, came + stayed_away, confidence))
    assume(verdict.needed is not None and verdict.needed > 1)
    needed = verdict.needed or 0
    settled, just_not = (judge(Criterion(rule, target), proportion(share * size, size, confidence)) for size in (needed, needed - 1))
    assert settled.state != "undecided"
    assert just_not.state == "undecided"


def test_other_margins_shrink_with_the_square_root_of_the_sample():
    """Value 3, target 2, lower limit 1: the margin must halve, so four times the 200."""
    verdict = judge(Criterion("at_least", 2), figure(value=3.0, lower=1.0, upper=9.0))
    assert verdict.needed == 800
    assert judge(Criterion("at_most", 2), figure(value=3.0, lower=1.0, upper=9.0)).needed == 801  # surely above it: strictly
    assert judge(Criterion("at_least", 5), figure(value=3.0, lower=1.0, upper=9.0)).needed == 1801


@given(st.floats(-5, 5), st.floats(0.01, 5), st.floats(0.01, 5), st.floats(-5, 5))
def test_a_mirrored_figure_gets_the_mirrored_verdict(value, below, above, target):
    here = judge(Criterion("at_least", target), figure(value=value, lower=value - below, upper=value + above))
    there = judge(Criterion("at_most", -target), figure(value=-value, lower=-value - above, upper=-value + below))
    assert (here.state, here.reason, here.needed) == (there.state, there.reason, there.needed)
