"""What pupils and parents say: drawn answers, a printed interval, and what holds for any answers."""

from collections import Counter

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.methods.survey import top_two_box
from metrics.shapes import Refused
from tests.drawn import table


def test_the_two_best_answers_count_among_those_who_answered():
    found = top_two_box(
        table("""dimension  | score | not_applicable
                                 confidence | 5     | false
                                 confidence | 4     | false
                                 confidence | 3     | false
                                 confidence | 1     | false
                                 confidence | -     | false   # did not answer
                                 application| 2     | false
                                 application| -     | true    # has no homework yet
                                 application| 5     | true    # ticked twice: not for this pupil, so no answer
                                 awareness  | -     | true""")
    )
    assert found.columns == ["dimension", "top", "bottom", "numerator", "denominator", "value", "lower", "upper", "response"]
    assert found.select("dimension", "top", "bottom", "numerator", "denominator", "response").rows() == [
        ("application", 0, 1, 0, 1, 1),
        ("awareness", None, None, 0, 0, None),
        ("confidence", 0.5, 0.25, 2, 4, 0.8),
    ]
    assert found["value"].to_list() == found["top"].to_list()


def test_limits_are_those_of_newcombe():
    """Newcombe 1998, Statistics in Medicine 17: 857-872, table I, method 3: 81 of 263, 0.2553 to 0.3662."""
    answers = pl.DataFrame({"dimension": ["knowledge"] * 263, "score": [4] * 50 + [5] * 31 + [1] * 100 + [3] * 82})
    assert top_two_box(answers).select("lower", "upper").row(0) == pytest.approx((0.2553, 0.3662), abs=5e-5)


def test_a_scale_of_four_has_no_middle_and_a_scale_of_seven_a_wide_one():
    answers = pl.DataFrame({"dimension": ["d"] * 4, "score": [1, 2, 3, 4]})
    assert top_two_box(answers, scale=4).select("top", "bottom").row(0) == (0.5, 0.5)
    assert top_two_box(answers, scale=7).select("top", "bottom").row(0) == (0, 0.5)


answers = st.lists(st.tuples(st.sampled_from("abc"), st.none() | st.integers(1, 5), st.booleans()), max_size=60)


@given(answers, st.randoms(use_true_random=False))
def test_shares_counted_in_plain_python_whatever_the_order(rows, random):
    random.shuffle(rows)
    found = top_two_box(pl.DataFrame(rows, schema={"dimension": pl.String, "score": pl.Int64, "not_applicable": pl.Boolean}, orient="row"))
    assert found["dimension"].to_list() == sorted({dimension for dimension, *_ in rows})
    for row in found.iter_rows(named=True):
        asked = [score for dimension, score, skipped in rows if dimension == row["dimension"] and not skipped]
        kinds = Counter("none" if score is None else "top" if score >= 4 else "bottom" if score <= 2 else "middle" for score in asked)
        valid = len(asked) - kinds["none"]
        assert (row["numerator"], row["denominator"]) == (kinds["top"], valid)
        assert row["top"] == (kinds["top"] / valid if valid else None)
        assert row["bottom"] == (kinds["bottom"] / valid if valid else None)
        assert row["response"] == (valid / len(asked) if asked else None)
        if valid:
            assert 0 <= row["lower"] <= row["value"] <= row["upper"] <= 1


def test_no_answers_at_all_and_answers_that_cannot_be():
    empty = pl.DataFrame({"dimension": [], "score": []})
    assert top_two_box(empty).is_empty()
    for score in (0, 6, 2.5):
        with pytest.raises(Refused) as refusal:
            top_two_box(pl.DataFrame({"dimension": ["d", "d"], "score": [3, score]}, strict=False))
        assert (refusal.value.code, refusal.value.values["rows"]) == ("score_off_scale", [1])
    with pytest.raises(Refused, match="scale_too_short"):
        top_two_box(empty, scale=3)
    with pytest.raises(Refused, match="missing_column"):
        top_two_box(empty.drop("dimension"))
