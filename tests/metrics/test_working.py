"""Working figures: what staff see, and what is hidden from them too."""

from dataclasses import replace
from datetime import date

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.disclosure.working import Rule, cover, protect
from metrics.indicators.participation import participants, reach, visits
from metrics.indicators.selection import PARTS
from metrics.shapes import Coverage, Figures, Period, View
from tests.metrics.town import AUTUMN, per, programme, values

VIEW = View(Period(date(2025, 8, 1), date(2026, 7, 31)), date(2026, 7, 31), by=("neighbourhood",))
NUMBERS = ["numerator", "denominator", "value", "lower", "upper"]


def figures(*rows, counts_below="pupils"):
    """Rows of code, numerator, denominator, value, pupils, largest."""
    columns = ("neighbourhood_code", "numerator", "denominator", "value", "pupils", "largest")
    frame = pl.DataFrame([dict(zip(columns, row, strict=True)) for row in rows], schema={"neighbourhood_code": pl.String, **PARTS})
    return Figures("reach", VIEW, frame.with_columns(lower=pl.col("value"), upper="value", method=pl.lit("exact")), Coverage(known=0.9), counts_below)


def hidden(*rows, **options):
    return protect(figures(*rows, **options), Rule()).frame["hidden"].to_list()


def town_with(pupils):
    rows = [f"{pupil} | {home} | 2025-09-01" for pupil, home in pupils]
    return programme("\n".join(["pupil | home | visited_on", *rows]), target_group={"north": 40, "south": 40, "docks": 9})


def test_one_to_four_children_are_hidden_five_are_not_and_nobody_is_a_true_zero():
    town = town_with([(1, "south"), *((pupil, "north") for pupil in range(10, 15))])
    shown = protect(participants(town, per(AUTUMN, "neighbourhood")), Rule())
    assert values(shown) == [("docks", 0, None), ("north", 5, None), ("south", None, "hidden")]
    assert shown.kind == "working"


@pytest.mark.parametrize(("pupils", "is_hidden"), [(0, False), (1, True), (4, True), (5, False)])
def test_the_rule_counts_children_not_visits(pupils, is_hidden):
    assert hidden(("north", 60.0, None, 60.0, pupils, 0.1)) == [is_hidden]


@pytest.mark.parametrize(("below", "is_hidden"), [(9, True), (9.9, True), (10, False)])
def test_a_rate_on_fewer_than_ten_pupils_is_hidden_also_when_nobody_came(below, is_hidden):
    assert hidden(("north", 0.0, below, 0.0, 0, None), ("south", 6.0, below, 6 / below, 6, None)) == [is_hidden, is_hidden]


def test_ten_sessions_are_no_ten_children():
    assert hidden(("north", 60.0, 3, 20.0, 12, 0.1), counts_below="sessions") == [False]
    assert hidden(("north", 60.0, 3, 20.0, 4, 0.1), counts_below="sessions") == [True]


@pytest.mark.parametrize(("largest", "is_hidden"), [(None, False), (0.5, False), (0.51, True), (1.0, True)])
def test_visits_of_which_one_child_makes_more_than_half_are_hidden(largest, is_hidden):
    assert hidden(("north", 60.0, None, 60.0, 12, largest)) == [is_hidden]


def test_a_figure_on_an_unknown_number_of_children_is_hidden_but_a_missing_one_is_missing():
    assert hidden(("north", 60.0, None, 60.0, None, None), ("south", None, 30.0, None, None, None)) == [True, False]


def test_everything_of_a_hidden_row_goes_and_nothing_of_the_others():
    shown = protect(figures(("north", 3.0, 40.0, 0.075, 3, None), ("south", 8.0, 40.0, 0.2, 8, None)), Rule())
    assert shown.frame.columns == ["neighbourhood_code", *NUMBERS, "method", "reason", "hidden"]
    assert shown.frame.row(0) == ("north", *[None] * 5, None, "hidden", True)
    assert shown.frame.row(1) == ("south", 8.0, 40.0, 0.2, 0.2, 0.2, "exact", None, False)
    assert shown.coverage.known == 0.9


def test_when_every_row_is_hidden_the_known_share_goes_too():
    assert protect(figures(("north", 3.0, 40.0, 0.075, 3, None)), Rule()).coverage.known is None


def test_further_columns_of_a_hidden_row_go_as_well():
    raw = figures(("north", 3.0, 40.0, 0.075, 3, None))
    more = Figures(raw.indicator, raw.view, raw.frame.with_columns(ratio=0.5, status=pl.lit("low_95")))
    assert protect(more, Rule()).frame.select("ratio", "status").row(0) == (None, None)


def test_rows_come_sorted_by_their_keys_whatever_their_values():
    shown = protect(figures(("south", 90.0, None, 90.0, 40, 0.1), ("docks", 1.0, None, 1.0, 1, 1.0), ("north", 50.0, None, 50.0, 20, 0.1)), Rule())
    assert shown.frame["neighbourhood_code"].to_list() == ["docks", "north", "south"]


def test_a_view_without_keys_can_be_hidden_as_a_whole():
    shown = protect(visits(programme("pupil | visited_on\n 1 | 2025-09-01"), AUTUMN), Rule())
    assert values(shown) == [(None, "hidden")]
    assert not shown.is_empty


def test_a_stricter_rule_is_a_choice():
    rule = Rule(minimum_pupils=10, minimum_denominator=100, dominance=0.3)
    shown = protect(figures(("a", 9.0, None, 9.0, 9, 0.1), ("b", 20.0, 99.0, 0.2, 20, None), ("c", 90.0, None, 90.0, 20, 0.31)), rule)
    assert shown.frame["hidden"].all()


ROWS = st.lists(
    st.tuples(
        st.sampled_from("abcdefgh"),
        st.floats(0, 99),
        st.none() | st.floats(0, 99),
        st.none() | st.floats(0, 1),
        st.none() | st.integers(0, 12),
        st.none() | st.floats(0, 1),
    ),
    unique_by=lambda row: row[0],
    min_size=1,
)


@given(ROWS)
def test_nothing_hidden_has_a_number_and_nothing_shown_lies_below_the_rule(rows):
    raw = figures(*rows)
    shown = protect(raw, Rule()).frame.join(raw.frame.select("neighbourhood_code", "pupils", "largest", below="denominator"), on="neighbourhood_code")
    for row in shown.rows(named=True):
        if row["hidden"]:
            assert [row[name] for name in NUMBERS] == [None] * 5
        else:
            nobody = row["numerator"] == 0 and row["pupils"] is None
            assert nobody or row["pupils"] == 0 or row["pupils"] >= 5
            assert row["below"] is None or row["below"] == 0 or row["below"] >= 10
            assert row["largest"] is None or row["largest"] <= 0.5


def test_the_same_town_hidden_and_shown_keeps_every_row():
    town = town_with([(1, "south"), *((pupil, "north") for pupil in range(10, 15))])
    raw = reach(town, per(AUTUMN, "neighbourhood"))
    shown = protect(raw, Rule())
    assert shown.frame["neighbourhood_code"].to_list() == raw.frame["neighbourhood_code"].to_list()
    assert values(shown) == [("docks", None, "hidden"), ("north", 0.125, None), ("south", None, "hidden")]


def covered(*rows):
    return cover(protect(figures(*rows), Rule())).frame["hidden"].to_list()


def test_one_hidden_part_takes_the_smallest_other_part_with_it_and_never_one_where_nobody_came():
    assert covered(("a", 3, 100, 0.03, 3, None), ("b", 0, 100, 0.0, 0, None), ("c", 9, 100, 0.09, 9, None), ("d", 7, 100, 0.07, 7, None)) == [
        True,
        False,
        False,
        True,
    ]


def test_two_hidden_parts_cover_each_other_and_none_needs_no_cover():
    assert covered(("a", 3, 100, 0.03, 3, None), ("b", 2, 100, 0.02, 2, None), ("c", 9, 100, 0.09, 9, None)) == [True, True, False]
    assert covered(("a", 30, 100, 0.3, 30, None), ("b", 20, 100, 0.2, 20, None)) == [False, False]


def test_of_equal_parts_one_is_enough():
    assert sorted(covered(("a", 3, 100, 0.03, 3, None), ("b", 9, 100, 0.09, 9, None), ("c", 9, 100, 0.09, 9, None))) == [False, True, True]


def test_hidden_parts_of_a_few_pupils_together_are_covered_until_they_are_enough():
    rows = [("a", 1, 100, 0.01, 1, None), ("b", 2, 100, 0.02, 2, None), ("c", 9, 100, 0.09, 9, None), ("d", 7, 100, 0.07, 7, None)]
    shown = protect(figures(*rows), Rule())
    assert cover(shown).frame["hidden"].to_list() == [True, True, False, False]  # who is behind them is not known here
    assert cover(shown, pupils=pl.Series([1, 2, 9, 7])).frame["hidden"].to_list() == [True, True, False, True]
    assert cover(shown, pupils=pl.Series([1, 4, 9, 7])).frame["hidden"].to_list() == [True, True, False, False]


def test_the_part_that_covers_is_as_empty_as_the_one_it_covers():
    frame = cover(protect(figures(("a", 3, 100, 0.03, 3, None), ("b", 9, 100, 0.09, 9, None)), Rule())).frame
    assert frame.select(NUMBERS).null_count().row(0) == (2,) * len(NUMBERS)
    assert frame["reason"].to_list() == ["hidden", "hidden"]


def test_each_whole_is_covered_by_itself():
    view = replace(VIEW, by=("sector", "school_week"))
    rows = [("PO", week, 8.0 + week, 8.0 + week) for week in range(1, 4)] + [("VO", 1, 3.0, 3.0), ("VO", 2, 9.0, 9.0), ("VO", 3, 7.0, 7.0)]
    frame = pl.DataFrame(rows, schema=["sector", "school_week", "numerator", "value"], orient="row").with_columns(
        pupils=pl.col("numerator").cast(pl.Int64),
        denominator=None,
        lower=None,
        upper=None,
        largest=pl.lit(0.1),
        method=pl.lit("count"),
        reason=pl.lit(None, pl.String),
    )
    shown = cover(protect(Figures("visits", view, frame, Coverage(), "pupils"), Rule()))
    assert shown.frame.filter("hidden").select("sector", "school_week").rows() == [("VO", 1), ("VO", 3)]


def test_a_week_in_which_nobody_could_come_is_not_hidden_but_has_its_reason():
    frame = pl.DataFrame(
        {"neighbourhood_code": ["a"], "numerator": [0.0], "denominator": [0.0], "value": [None], "reason": ["no_sessions"]},
        schema_overrides={"value": pl.Float64},
    )
    rest = {"lower": pl.Float64, "upper": pl.Float64, "pupils": pl.Int64, "largest": pl.Float64, "method": pl.String}
    whole = frame.with_columns(pl.lit(None, kind).alias(name) for name, kind in rest.items())
    assert protect(Figures("visits_per_session", VIEW, whole, Coverage(), "sessions"), Rule()).frame["reason"].to_list() == ["no_sessions"]


def test_what_is_hidden_in_one_quarter_of_one_fifth_is_covered_by_another_fifth_of_that_quarter():
    view = replace(VIEW, by=("wealth_fifth", "school_quarter"))
    rows = [("1", 1, 3.0), ("1", 2, 20.0), ("2", 1, 9.0), ("2", 2, 30.0), ("3", 1, 12.0), ("3", 2, 40.0)]
    frame = pl.DataFrame(rows, schema=["wealth_fifth", "school_quarter", "numerator"], orient="row").with_columns(
        pl.lit(None, pl.Float64).alias(name) for name in ("denominator", "lower", "upper", "largest")
    )
    frame = frame.with_columns(value="numerator", pupils=pl.col("numerator").cast(pl.Int64), method=pl.lit("count"), reason=pl.lit(None, pl.String))
    shown = protect(Figures("participants", view, frame, Coverage(), "pupils"), Rule())
    assert cover(shown, ["wealth_fifth"]).frame.filter("hidden").select("wealth_fifth", "school_quarter").rows() == [("1", 1), ("2", 1)]
    assert cover(shown, ["wealth_fifth", "school_quarter"]).frame["hidden"].sum() == 4  # the cover of one whole leaves no part of the other alone
    assert cover(shown, []).frame["hidden"].sum() == 1


def test_a_part_that_covers_one_whole_is_not_left_alone_in_another():
    view = replace(VIEW, by=("wealth_fifth", "school_quarter"))
    numbers = {"1": (3.0, 50.0, 20.0), "2": (9.0, 25.0, 60.0), "3": (100.0, 100.0, 100.0)}
    rows = [(fifth, quarter, number) for fifth, row in numbers.items() for quarter, number in enumerate(row, start=1)]
    frame = pl.DataFrame(rows, schema=["wealth_fifth", "school_quarter", "numerator"], orient="row").with_columns(
        pl.lit(None, pl.Float64).alias(name) for name in ("denominator", "lower", "upper", "largest")
    )
    frame = frame.with_columns(value="numerator", pupils=pl.col("numerator").cast(pl.Int64), method=pl.lit("count"), reason=pl.lit(None, pl.String))
    shown = cover(protect(Figures("participants", view, frame, Coverage(), "pupils"), Rule()), ["wealth_fifth", "school_quarter"])
    for whole in view.keys:
        assert 1 not in shown.frame.group_by(whole).agg(pl.col("hidden").sum())["hidden"].to_list()
    assert not shown.frame["hidden"].all()
