"""Equal opportunity: the town drawn as a table, worked again by hand, and what holds for any town."""

from dataclasses import replace
from datetime import date

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.disclosure.working import Rule, protect
from metrics.indicators.equal_opportunity import (
    concentration,
    dissimilarity,
    funnel,
    least_against_most,
    relative_index,
    representation,
    slope,
    slope_line,
    spread,
)
from metrics.indicators.participation import participants, reach, visits
from metrics.indicators.selection import PARTS
from metrics.indicators.wealth import HIGHER_IS_WEALTHIER, ranked
from metrics.methods import uncertainty
from metrics.shapes import Refused, View
from tests.examples import examples
from tests.metrics.town import AUTUMN, SCHOOL_YEAR, parts, per, programme, values

INDICES = (least_against_most, slope, slope_line, relative_index, concentration, dissimilarity, spread)
PER_HOME = (representation, funnel)
FAMILY = (*PER_HOME, *INDICES)

#: Five neighbourhoods of 100 pupils, least wealthy first, and how many of them came.
CAME = {"dock": 12, "mill": 9, "park": 6, "hill": 5, "lake": 2}
LOW_INCOMES = {"dock": 55, "mill": 45, "park": 40, "hill": 30, "lake": 20}


def town_of(came, group=100, low_incomes=None, *, year=2025, measure="p_ink_li", **others):
    """One visit by every participant of every neighbourhood; group: pupils living in each."""
    homes = [home for home, pupils in came.items() for _ in range(pupils)]
    figures = LOW_INCOMES if low_incomes is None else low_incomes
    return programme(
        "\n".join(["pupil | home | visited_on", *(f"{pupil} | {home} | 2025-09-01" for pupil, home in enumerate(homes, start=1))]),
        target_group=group if isinstance(group, dict) else dict.fromkeys(came, group),
        context="\n".join(["neighbourhood | year | measure | value", *(f"{home} | {year} | {measure} | {value}" for home, value in figures.items())]),
        covers="first_day | last_day\n 2025-08-01 | 2026-07-31",
        **others,
    )


def fifths(town, view=AUTUMN):
    return dict(ranked(town, view).frame.select("neighbourhood_code", "wealth_fifth").rows())


def row(figures, **keys):
    frame = figures.frame.filter(*(pl.col(key) == value for key, value in keys.items()))
    return frame.row(0, named=True)


# --- wealth fifths ----------------------------------------------------------------------------------------------------


def test_the_neighbourhood_with_most_low_incomes_is_the_first_fifth():
    assert fifths(town_of(CAME)) == {"dock": "1", "mill": "2", "park": "3", "hill": "4", "lake": "5"}


def test_a_score_of_wealth_runs_the_other_way():
    town = town_of(CAME, measure="ses_woa", low_incomes=LOW_INCOMES)
    assert fifths(town, per(AUTUMN, wealth="ses_woa")) == {"dock": "5", "mill": "4", "park": "3", "hill": "2", "lake": "1"}


def test_a_fifth_holds_a_fifth_of_the_pupils_not_of_the_neighbourhoods():
    group = {"dock": 10, "mill": 10, "park": 10, "hill": 10, "lake": 160}
    assert fifths(town_of(dict.fromkeys(CAME, 0), group)) == {"dock": "1", "mill": "1", "park": "1", "hill": "1", "lake": "4"}


def test_neighbourhoods_that_are_equal_share_a_fifth():
    tied = {**LOW_INCOMES, "mill": 55}
    assert fifths(town_of(CAME, low_incomes=tied)) == {"dock": "2", "mill": "2", "park": "3", "hill": "4", "lake": "5"}


def test_each_sector_has_fifths_of_its_own_pupils():
    group = {"dock": {"PO": 60, "VO": 10}, "mill": {"PO": 20, "VO": 10}, "park": {"PO": 20, "VO": 80}}
    town = programme(
        target_group=group,
        context="neighbourhood | year | measure | value\n dock | 2025 | p_ink_li | 50\n mill | 2025 | p_ink_li | 40\n park | 2025 | p_ink_li | 30",
    )
    assert fifths(town, per(AUTUMN, sector="PO")) == {"dock": "2", "mill": "4", "park": "5"}
    assert fifths(town, per(AUTUMN, sector="VO")) == {"dock": "1", "mill": "1", "park": "4"}
    both = ranked(town, per(AUTUMN, "sector")).frame
    assert dict(both.filter(sector="VO").select("neighbourhood_code", "wealth_fifth").rows()) == fifths(town, per(AUTUMN, sector="VO"))
    assert fifths(town) == {"dock": "1", "mill": "3", "park": "4"}  # both sectors together: 70, 30 and 100 pupils


def test_the_figures_of_one_year_rank_all_and_never_those_of_a_later_year():
    figures = """neighbourhood | year | measure  | value
                 dock          | 2023 | p_ink_li | 50
                 mill          | 2023 | p_ink_li | 40
                 dock          | 2025 | p_ink_li | 10
                 mill          | 2025 | p_ink_li | 20
                 dock          | 2026 | p_ink_li | 90
                 mill          | 2026 | p_ink_li | 10
                 town          | 2024 | p_ink_li | 42    # the municipality itself ranks nothing"""
    town = programme(target_group={"dock": 10, "mill": 10}, context=figures)
    year_before = View(replace(AUTUMN.period, first=date(2024, 9, 1), last=date(2024, 12, 31)), AUTUMN.as_of)
    assert fifths(town) == {"dock": "4", "mill": "2"}
    assert fifths(town, year_before) == {"dock": "2", "mill": "4"}
    assert ranked(town, AUTUMN).notes == ()
    assert ranked(town, year_before).notes == (("wealth_year", "2023"),)


def test_a_neighbourhood_without_a_figure_or_without_a_target_group_has_no_fifth():
    town = town_of({**CAME, "isle": 3}, {**dict.fromkeys(CAME, 100), "isle": 50})
    figures = reach(town, per(AUTUMN, "wealth_fifth"))
    assert [row[:3] for row in parts(figures)] == [("1", 12, 100), ("2", 9, 100), ("3", 6, 100), ("4", 5, 100), ("5", 2, 100), ("not_ranked", 3, 50)]
    assert ("not_ranked", "1") in figures.coverage.notes
    assert "isle" not in fifths(town)


def test_a_measure_whose_direction_nobody_wrote_down_is_refused():
    for measure in ("a_inw", ""):
        with pytest.raises(Refused) as refused:
            reach(town_of(CAME), per(AUTUMN, "wealth_fifth", wealth=measure))
        assert (refused.value.code, refused.value.values["known"]) == ("unknown_wealth_measure", list(HIGHER_IS_WEALTHIER))


# --- the grain of wealth fifths ---------------------------------------------------------------------------------------


def test_reach_by_wealth_fifth_counts_those_who_live_there_and_keeps_the_others_apart():
    town = programme(
        """pupil | home    | visited_on
           1     | dock    | 2025-09-01
           2     | dock    | 2025-10-01
           3     | outside | 2025-09-01
           4     |         | 2025-09-01""",
        target_group={"dock": 20, "mill": 20, "park": 20, "hill": 20, "lake": 20},
        context="\n".join(["neighbourhood | year | measure | value", *(f"{home} | 2025 | p_ink_li | {value}" for home, value in LOW_INCOMES.items())]),
    )
    assert [row[:3] for row in parts(reach(town, per(AUTUMN, "wealth_fifth")))] == [
        ("1", 2, 20),
        ("2", 0, 20),
        ("3", 0, 20),
        ("4", 0, 20),
        ("5", 0, 20),
        ("outside", 1, None),
        ("unknown", 1, None),
    ]
    by_month = participants(town, per(AUTUMN, "month", "wealth_fifth"))
    assert row(by_month, month=date(2025, 9, 1), wealth_fifth="1")["value"] == 1
    assert row(by_month, month=date(2025, 12, 1), wealth_fifth="1")["reason"] == "not_delivered"
    assert row(visits(town, per(AUTUMN, "wealth_fifth")), wealth_fifth="1")["numerator"] == 2


def test_a_district_keeps_the_fifths_of_the_whole_municipality():
    town = town_of(CAME, districts={"dock": "north", "mill": "south", "park": "south", "hill": "south", "lake": "north"})
    north = reach(town, per(AUTUMN, "wealth_fifth", districts=("north",)))
    assert [row[:2] for row in parts(north)] == [("1", 12), ("5", 2)]


def test_without_figures_of_wealth_there_are_no_fifths_but_everybody_is_still_counted():
    town = town_of(CAME, low_incomes={})
    assert parts(reach(town, per(AUTUMN, "wealth_fifth"))) == [("not_ranked", 34, 500, pytest.approx(34 / 500))]
    for index in (least_against_most, slope, relative_index, concentration):
        frame = index(town, AUTUMN).frame
        assert set(frame["reason"]) == {"no_wealth_figures"}
        assert frame["value"].null_count() == frame.height


# --- representation and funnel ----------------------------------------------------------------------------------------


def test_each_neighbourhood_is_held_against_all_others_and_told_how_many_pupils_it_lacks():
    figures = representation(town_of(CAME), per(AUTUMN, "neighbourhood"))
    lake = row(figures, neighbourhood_code="lake")
    assert (lake["numerator"], lake["denominator"], lake["rate"]) == (2, 100, 0.02)
    assert lake["value"] == pytest.approx(0.02 - 32 / 400)
    assert lake["ratio"] == pytest.approx((2 / 34) / (100 / 500))
    assert lake["pupils_to_parity"] == 6  # 8 in 100 of the others came, 2 in 100 here
    interval = uncertainty.difference((2, 100), (32, 400))
    assert (lake["lower"], lake["upper"]) == pytest.approx(interval[1:3])
    assert row(figures, neighbourhood_code="dock")["pupils_to_parity"] == 0


def test_without_a_grain_every_neighbourhood_is_a_row_under_a_key_of_its_own():
    for indicator in PER_HOME:
        figures = indicator(town_of(CAME), AUTUMN)
        assert figures.own_keys == ("neighbourhood_code",)
        assert figures.frame.equals(indicator(town_of(CAME), per(AUTUMN, "neighbourhood")).frame)


def test_representation_can_be_asked_per_fifth_and_month():
    figures = representation(town_of(CAME), per(AUTUMN, "month", "wealth_fifth"))
    assert row(figures, month=date(2025, 9, 1), wealth_fifth="1")["value"] == pytest.approx(0.12 - 22 / 400)
    assert row(figures, month=date(2025, 10, 1), wealth_fifth="1")["value"] == 0


def test_a_chosen_district_is_still_held_against_the_whole_municipality():
    town = town_of(CAME, districts={"dock": "north", "mill": "south", "park": "south", "hill": "south", "lake": "north"})
    for indicator in PER_HOME:
        whole, north = (indicator(town, per(AUTUMN, "neighbourhood", districts=districts)).frame for districts in ((), ("north",)))
        assert north.equals(whole.filter(pl.col("neighbourhood_code").is_in(["dock", "lake"])))


def test_more_participants_than_target_group_are_reported_and_left_out_of_the_others():
    town = town_of(CAME, {**dict.fromkeys(CAME, 100), "lake": 1})
    figures = representation(town, per(AUTUMN, "neighbourhood"))
    lake, dock = row(figures, neighbourhood_code="lake"), row(figures, neighbourhood_code="dock")
    assert (lake["numerator"], lake["value"], lake["reason"]) == (2, None, "numerator_above_denominator")
    assert dock["value"] == pytest.approx(0.12 - 20 / 300)
    assert row(funnel(town, AUTUMN), neighbourhood_code="lake")["status"] is None


def test_the_only_neighbourhood_has_nobody_to_be_held_against():
    figures = representation(town_of({"dock": 3}, low_incomes={"dock": 50}), AUTUMN)
    assert [(row["value"], row["reason"]) for row in figures.frame.iter_rows(named=True)] == [(None, "nobody_else")]


def test_the_funnel_says_which_neighbourhoods_stand_out_given_their_size():
    came, group = {"dock": 30, "mill": 60, "park": 66, "hill": 3, "lake": 700}, {"dock": 100, "mill": 1000, "park": 1000, "hill": 10, "lake": 10000}
    figures = funnel(town_of(came, group), AUTUMN)
    pooled = 859 / 12110
    spread_of_dock = (pooled * (1 - pooled) / 100) ** 0.5
    dock = row(figures, neighbourhood_code="dock")
    assert (dock["value"], dock["status"]) == (0.3, "high_998")
    assert dock["upper_95"] == pytest.approx(pooled + 1.959964 * spread_of_dock, abs=1e-6)
    assert dock["upper_998"] == pytest.approx(pooled + 3.090232 * spread_of_dock, abs=1e-6)
    assert row(figures, neighbourhood_code="hill")["status"] == "high_95"  # 3 of 10
    assert row(figures, neighbourhood_code="park")["status"] == "within"


# --- one figure for the whole -----------------------------------------------------------------------------------------


def test_the_lead_of_the_least_wealthy_in_points_as_a_ratio_and_in_pupils():
    found = row(least_against_most(town_of(CAME), AUTUMN))
    assert (found["numerator"], found["denominator"], found["most_numerator"], found["most_denominator"]) == (12, 100, 2, 100)
    assert found["value"] == pytest.approx(0.10)
    assert (found["lower"], found["upper"]) == pytest.approx(uncertainty.difference((12, 100), (2, 100))[1:3])
    assert (found["ratio"], found["ratio_lower"], found["ratio_upper"]) == pytest.approx(uncertainty.ratio((12, 100), (2, 100))[:3])
    assert (found["extra_pupils"], found["extra_lower"]) == pytest.approx((10, 100 * found["lower"]))
    assert found["pupils"] == 2
    uneven = row(least_against_most(town_of(CAME, {**dict.fromkeys(CAME, 100), "dock": 120, "lake": 80}), AUTUMN))
    assert uneven["extra_pupils"] == pytest.approx(12 - 2 / 80 * 120)  # at the rate of the lake 3 of the dock's 120 would have come


def test_where_nobody_came_from_the_most_wealthy_there_is_a_difference_but_no_ratio():
    found = row(least_against_most(town_of({**CAME, "lake": 0}), AUTUMN))
    assert (found["value"], found["reason"], found["ratio"], found["ratio_reason"]) == (pytest.approx(0.12), None, None, "no_events")


def test_a_town_of_two_neighbourhoods_has_no_least_and_no_most_wealthy_fifth():
    found = row(least_against_most(town_of({"dock": 3, "lake": 1}, low_incomes=LOW_INCOMES | {}), AUTUMN))
    assert (found["value"], found["reason"], found["ratio"], found["extra_pupils"]) == (None, "no_such_fifth", None, None)


def test_the_slope_over_neighbourhoods_is_a_weighted_line_worked_by_hand():
    """Equal target groups: ridits 0.1, 0.3, ... 0.9; b = sum of (r - 0.5) (p - mean) over sum of (r - 0.5) squared = -0.12."""
    rank, rate = np.array([0.1, 0.3, 0.5, 0.7, 0.9]), np.array(list(CAME.values())) / 100
    by_hand = ((rank - 0.5) * (rate - rate.mean())).sum() / ((rank - 0.5) ** 2).sum()
    found = row(slope(town_of(CAME), AUTUMN), groups="neighbourhood")
    assert (found["value"], by_hand) == pytest.approx((-0.12, -0.12))
    assert (found["least"], found["most"]) == pytest.approx((rate.mean() - by_hand / 2, rate.mean() + by_hand / 2), abs=1e-12)
    assert (found["method"], found["numerator"], found["denominator"], found["pupils"]) == ("linear", 34, 500, 34)


def test_the_slope_over_fifths_is_a_line_through_the_logits():
    rank, rate = np.array([0.1, 0.3, 0.5, 0.7, 0.9]), np.array(list(CAME.values())) / 100
    tilt, level = np.polyfit(rank, np.log(rate / (1 - rate)), 1)
    least, most = (1 / (1 + np.exp(-(level + tilt * end))) for end in (0, 1))
    found, ratio = (row(index(town_of(CAME), AUTUMN), groups="wealth_fifth") for index in (slope, relative_index))
    assert (found["least"], found["most"], found["value"]) == pytest.approx((least, most, most - least))
    assert ratio["value"] == pytest.approx(most / least)
    assert (found["method"], found["pupils"]) == ("logit", 2)


def test_the_line_of_the_slope_is_drawn_from_end_to_end():
    found = row(slope(town_of(CAME), AUTUMN), groups="wealth_fifth")
    line = slope_line(town_of(CAME), AUTUMN).frame
    assert line["rank"].to_list() == [step / 20 for step in range(21)]
    assert (line["value"][0], line["value"][-1]) == pytest.approx((found["least"], found["most"]))
    undefined = slope_line(town_of({**CAME, "lake": 0}), AUTUMN).frame
    assert undefined.select("rank", "value", "reason").rows() == [(0, None, "rate_is_0_or_1")]
    assert protect(slope_line(town_of(CAME), AUTUMN), Rule()).frame["hidden"].all()  # two pupils of the lake


def test_a_fifth_from_which_nobody_came_has_no_logit_but_the_neighbourhoods_have_a_line():
    figures = slope(town_of({**CAME, "lake": 0}), AUTUMN)
    assert [(row["groups"], row["reason"]) for row in figures.frame.iter_rows(named=True)] == [("neighbourhood", None), ("wealth_fifth", "rate_is_0_or_1")]


def test_the_concentration_index_is_twice_the_covariance_with_the_rank_over_the_mean():
    rank, rate = np.array([0.1, 0.3, 0.5, 0.7, 0.9]), np.array(list(CAME.values())) / 100
    absolute = 2 * ((rank - 0.5) * (rate - rate.mean())).mean()
    figures, mean = concentration(town_of(CAME), AUTUMN), rate.mean()
    expected = {"absolute": absolute, "relative": absolute / mean, "erreygers": 4 * absolute, "wagstaff": absolute / mean / (1 - mean)}
    for groups in ("neighbourhood", "wealth_fifth"):
        assert {index: row(figures, groups=groups, index=index)["value"] for index in expected} == pytest.approx(expected)


def test_dissimilarity_stands_beside_what_chance_alone_would_give():
    found = row(dissimilarity(town_of(CAME), AUTUMN))
    by_hand = sum(abs(came / 34 - (100 - came) / 466) for came in CAME.values()) / 2
    assert found["value"] == pytest.approx(by_hand)
    assert 0 < found["expected"] < found["value"]
    assert dissimilarity(town_of(CAME), AUTUMN).frame.equals(dissimilarity(town_of(CAME), AUTUMN).frame)  # the same chance in every run


def test_spread_is_the_weighted_variation_and_theils_index():
    rate = np.array(list(CAME.values())) / 100
    figures = spread(town_of(CAME), AUTUMN)
    assert row(figures, measure="variation")["value"] == pytest.approx(rate.std() / rate.mean())
    assert row(figures, measure="theil")["value"] == pytest.approx((rate / rate.mean() * np.log(rate / rate.mean())).mean())


def test_one_neighbourhood_whose_estimate_is_too_small_is_left_out_and_counted():
    town = town_of({**CAME, "isle": 4}, {**dict.fromkeys(CAME, 100), "isle": 2}, {**LOW_INCOMES, "isle": 54})
    figures = slope(town, AUTUMN)
    assert ("above_target_group", "1") in figures.coverage.notes
    assert row(figures, groups="neighbourhood")["numerator"] == 34
    assert row(dissimilarity(town, AUTUMN))["value"] == pytest.approx(row(dissimilarity(town_of(CAME), AUTUMN))["value"])


def test_a_fifth_with_more_participants_than_pupils_leaves_nothing_to_say():
    town = town_of(CAME, {**dict.fromkeys(CAME, 100), "dock": 10, "mill": 10})
    for index in (slope, relative_index, concentration):
        found = index(town, AUTUMN).frame.filter(groups="wealth_fifth")
        assert set(found["reason"]) == {"numerator_above_denominator"}
        assert found["value"].null_count() == found.height


def test_each_sector_and_month_has_a_figure_of_its_own():
    town = town_of(CAME)
    by_month = slope(town, per(AUTUMN, "month"))
    assert row(by_month, month=date(2025, 9, 1), groups="neighbourhood")["value"] == pytest.approx(-0.12)
    assert row(by_month, month=date(2025, 10, 1), groups="wealth_fifth")["reason"] == "rate_is_0_or_1"
    assert slope(town, per(AUTUMN, "sector")).frame.filter(groups="neighbourhood")["value"].to_list() == pytest.approx([-0.12])


def test_grains_of_place_branch_and_level_mean_nothing_for_an_index():
    for index in INDICES:
        for by in ("neighbourhood", "district", "wealth_fifth", "branch", "level"):
            with pytest.raises(Refused, match="grain_does_not_fit"):
                index(town_of(CAME), per(AUTUMN, by))


def test_before_the_period_and_where_nothing_was_delivered_there_is_a_reason_instead_of_a_figure():
    town = programme("pupil | visited_on\n 1 | 2025-09-03", target_group=dict.fromkeys(CAME, 9))
    for index in INDICES:
        assert {row[-1] for row in values(index(town, per(AUTUMN, as_of=date(2025, 7, 1))))} == {"too_early"}
        assert {row[-1] for row in values(index(programme(), AUTUMN))} == {"not_started"}


# --- what may be seen -------------------------------------------------------------------------------------------------


def test_an_index_over_five_is_hidden_with_its_smallest_fifth():
    shown = protect(slope(town_of(CAME), AUTUMN), Rule())
    assert shown.frame.select("groups", "hidden").rows() == [("neighbourhood", False), ("wealth_fifth", True)]
    assert shown.frame.filter("hidden").select("value", "lower", "upper", "least", "most").row(0) == (None,) * 5
    assert protect(least_against_most(town_of(CAME), AUTUMN), Rule()).frame.select("hidden", "ratio", "most_numerator", "extra_pupils").row(0) == (
        True,
        None,
        None,
        None,
    )
    assert not protect(slope(town_of({**CAME, "lake": 5}), AUTUMN), Rule()).frame["hidden"].any()


def test_what_is_said_beside_a_hidden_neighbourhood_is_hidden_too():
    for indicator, columns in ((representation, ("rate", "ratio", "pupils_to_parity")), (funnel, ("status", "lower_95", "upper_998"))):
        shown = protect(indicator(town_of(CAME), AUTUMN), Rule())
        assert shown.frame.filter("hidden").select("neighbourhood_code", *columns).rows() == [("lake", *(None for _ in columns))]


# --- what holds for any town ------------------------------------------------------------------------------------------

few = examples(4)
HOMES = sorted(LOW_INCOMES)
COUNTS = st.fixed_dictionaries({home: st.integers(0, 6) for home in HOMES})
GROUPS = st.fixed_dictionaries({home: st.sampled_from([0, 3, 6, 40]) for home in HOMES})
INCOMES = st.dictionaries(st.sampled_from(HOMES), st.sampled_from([20, 30.5, 40]))


@few
@given(COUNTS, GROUPS, INCOMES)
def test_no_figure_is_nan_or_infinite_limits_hold_the_value_and_what_is_missing_has_a_reason(came, group, incomes):
    town = town_of(came, group, incomes)
    for indicator in FAMILY:
        frame = indicator(town, SCHOOL_YEAR).frame
        for name, kind in frame.schema.items():
            assert not kind.is_float() or frame[name].drop_nulls().is_finite().all()
        bounded = frame.drop_nulls(["value", "lower"])
        assert ((bounded["lower"] <= bounded["value"]) & (bounded["value"] <= bounded["upper"])).all()
        assert (frame["value"].is_not_null() | frame["reason"].is_not_null()).all()


@few
@given(st.integers(1, 9), st.sampled_from([10, 40]))
def test_where_every_neighbourhood_is_reached_alike_nothing_differs(came, group):
    town = town_of(dict.fromkeys(HOMES, came), group)
    assert slope(town, AUTUMN).frame["value"].to_list() == pytest.approx([0, 0], abs=1e-12)
    assert relative_index(town, AUTUMN).frame["value"].to_list() == pytest.approx([1, 1])
    for index in (concentration, spread, dissimilarity, least_against_most):
        assert index(town, AUTUMN).frame["value"].abs().max() == pytest.approx(0, abs=1e-9)
    assert representation(town, AUTUMN).frame["ratio"].to_list() == pytest.approx([1] * 5)


@few
@given(st.fixed_dictionaries({home: st.integers(1, 9) for home in HOMES}))
def test_turning_the_order_of_wealth_round_turns_the_signs_and_twice_the_town_changes_no_value(came):
    town, turned = town_of(came, 20), town_of(came, 20, {home: -value for home, value in LOW_INCOMES.items()})
    twice = town_of({home: 2 * pupils for home, pupils in came.items()}, 40)
    for index in (slope, concentration, least_against_most):
        found = index(town, AUTUMN).frame["value"].to_numpy()
        assert index(turned, AUTUMN).frame["value"].to_numpy() == pytest.approx(-found, abs=1e-9)
        assert index(twice, AUTUMN).frame["value"].to_numpy() == pytest.approx(found, abs=1e-9)
    ratio, inverse = (row(relative_index(place, AUTUMN), groups="wealth_fifth")["value"] for place in (town, turned))
    assert inverse == pytest.approx(1 / ratio, rel=1e-6)


@few
@given(COUNTS, GROUPS)
def test_the_fifths_add_up_to_all_residents_and_the_shares_of_representation_to_one(came, group):
    town = town_of(came, group)
    by_fifth = reach(town, per(SCHOOL_YEAR, "wealth_fifth")).frame
    assert by_fifth["numerator"].sum() == sum(came.values())
    assert by_fifth["denominator"].sum() == sum(group.values())
    found = representation(town, per(SCHOOL_YEAR, "wealth_fifth")).frame.drop_nulls("ratio")
    if found.height:
        weight = found["denominator"] / found["denominator"].sum()
        assert (found["ratio"] * weight).sum() == pytest.approx(1)


@few
@given(st.permutations(HOMES))
def test_the_order_in_which_neighbourhoods_are_delivered_changes_nothing(order):
    town = town_of({home: CAME[home] for home in order}, 100, {home: LOW_INCOMES[home] for home in reversed(order)})
    for indicator in FAMILY:
        assert indicator(town, AUTUMN).frame.equals(indicator(town_of(CAME), AUTUMN).frame)


def test_every_figure_has_its_columns_and_types_also_without_any_data():
    for indicator in FAMILY:
        full = indicator(town_of(CAME), per(AUTUMN, "month")).frame.schema
        for town in (programme(), town_of(dict.fromkeys(CAME, 0), 0)):
            empty = indicator(town, per(AUTUMN, "month")).frame.schema
            assert empty == full, indicator.__name__
        assert list(full)[:1] == ["month"]
        assert [name for name in full if name in PARTS] == list(PARTS)


def test_a_view_of_another_confidence_gives_wider_limits_and_the_same_value():
    for index in (least_against_most, slope, concentration, representation):
        usual, surer = (index(town_of(CAME), per(AUTUMN, confidence=confidence)).frame for confidence in (0.95, 0.998))
        assert usual["value"].equals(surer["value"])
        assert (surer["lower"] < usual["lower"]).all()
