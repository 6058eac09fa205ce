"""Expansion: a town along one road, so that every distance can be read off, and the best places by trying all."""

from itertools import combinations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.disclosure.working import Rule, protect
from metrics.example import KM_IN_A_DEGREE
from metrics.indicators.expansion import best_next, beyond_reach, catchment
from metrics.shapes import Refused
from tests.examples import examples
from tests.metrics.town import AUTUMN, per, programme

FAMILY = (beyond_reach, catchment, best_next)
#: Where each neighbourhood lies, in kilometres along the road.
ROAD = {"dock": 0.0, "mill": 1.0, "park": 3.0, "hill": 4.0, "lake": 6.5}


def at(km):
    return (52 + km / KM_IN_A_DEGREE, 4.3)


def town_of(pupils=100, *, branches=None, helped=None, offers="", road=ROAD):
    """pupils: of each neighbourhood; branches: name -> sector; helped: branch -> kilometre; offers: name | sector | km."""
    group = pupils if isinstance(pupils, dict) else dict.fromkeys(road, pupils)
    places = {"library": 0.0} if helped is None else helped
    return programme(
        target_group=group,
        branches=branches or {"library": "PO"},
        points={name: at(km) for name, km in {**places, **road}.items()},
        offers="\n".join(["name | sector | latitude | longitude", *(f"{name} | {sector} | {at(km)[0]} | 4.3" for name, sector, km in offers)]),
    )


def found(figures, *columns, **keys):
    frame = figures.frame.filter(*(pl.col(key) == value for key, value in keys.items()))
    return frame.select(*columns).rows()


def test_pupils_further_than_the_distance_from_every_branch_are_beyond_reach():
    figures = beyond_reach(town_of(), AUTUMN)
    assert found(figures, "numerator", "denominator", "value", besides="branch") == [(300, 500, 0.6)]
    by_home = beyond_reach(town_of(), per(AUTUMN, "neighbourhood"))
    assert found(by_home, "neighbourhood_code", "value", besides="branch") == [("dock", 0), ("hill", 1), ("lake", 1), ("mill", 0), ("park", 1)]


def test_who_lives_near_other_free_help_is_beyond_reach_of_a_branch_only():
    town = town_of(offers=[("church", "PO", 6.0), ("school", "VO", 3.0)])
    figures = beyond_reach(town, AUTUMN)
    assert [found(figures, "numerator", besides=besides) for besides in ("branch", "offer")] == [[(300,)], [(200,)]]


def test_help_for_both_sectors_helps_each():
    town = town_of(offers=[("church", "", 6.0)])
    assert found(beyond_reach(town, AUTUMN), "numerator", besides="offer") == [(200,)]


def test_each_sector_has_its_own_branches_and_its_own_distance():
    town = town_of({home: {"PO": 10, "VO": 1000} for home in ROAD}, branches={"library": "PO", "central": "VO"}, helped={"library": 0.0, "central": 6.5})
    by_sector = beyond_reach(town, per(AUTUMN, "sector"))
    assert found(by_sector, "sector", "numerator", besides="branch") == [("PO", 30), ("VO", 3000)]  # 3 km for VO reaches the hill as well
    assert found(beyond_reach(town, AUTUMN), "numerator", "denominator", besides="branch") == [(3030, 5050)]
    assert found(beyond_reach(town, per(AUTUMN, sector="PO")), "numerator", besides="branch") == [(30,)]


def test_a_longer_distance_leaves_fewer_pupils_beyond_it():
    beyond = [found(beyond_reach(town_of(), per(AUTUMN, within_km=(("PO", km), ("VO", km)))), "numerator")[0][0] for km in (0, 1.01, 3.01, 4.01, 7)]
    assert beyond == [400, 300, 200, 100, 0]


def test_a_branch_that_is_closed_or_not_open_yet_helps_nobody():
    town = town_of()
    for change in ({"closed_on": AUTUMN.as_of}, {"opened_on": AUTUMN.as_of.replace(year=2027)}):
        shut = type(town)(**{**vars(town), "branches": town.branches.with_columns(**{name: pl.lit(day) for name, day in change.items()})})
        assert found(beyond_reach(shut, AUTUMN), "value", besides="branch") == [(1,)]


def test_a_candidate_gains_those_within_reach_who_have_no_help_yet():
    figures = catchment(town_of({"dock": 100, "mill": 100, "park": 30, "hill": 50, "lake": 20}), AUTUMN)
    assert figures.own_keys == ("candidate", "besides")
    assert found(figures, "candidate", "value", "denominator", besides="branch") == [
        ("dock", 0, 200),
        ("hill", 80, 80),
        ("lake", 20, 20),
        ("mill", 0, 200),
        ("park", 80, 80),
    ]


def test_a_new_place_would_serve_both_sectors():
    town = town_of({home: {"PO": 10, "VO": 1000} for home in ROAD}, branches={"library": "PO", "central": "VO"}, helped={"library": 0.0, "central": 0.0})
    both = dict(found(catchment(town, AUTUMN), "candidate", "value", besides="branch"))
    each = [dict(found(catchment(town, per(AUTUMN, "sector")), "candidate", "value", besides="branch", sector=sector)) for sector in ("PO", "VO")]
    assert both == {home: each[0][home] + each[1][home] for home in ROAD}
    assert both["lake"] == 10 + 2000


def test_the_best_places_are_told_in_the_order_of_what_they_add():
    figures = best_next(town_of({"dock": 100, "mill": 100, "park": 30, "hill": 50, "lake": 20}), AUTUMN)
    assert found(figures, "rank", "candidate", "value", "denominator", besides="branch") == [(1, "hill", 80, 100), (2, "lake", 20, 100)] or found(
        figures, "rank", "candidate", "value", "denominator", besides="branch"
    ) == [(1, "park", 80, 100), (2, "lake", 20, 100)]
    assert found(best_next(town_of(), per(AUTUMN, next_places=1)), "rank", besides="branch") == [(1,)]


def test_where_a_neighbourhood_lies_is_not_known_it_is_counted_nowhere_and_said():
    town = town_of({"dock": 100, "isle": 40}, road={"dock": 5.0})
    assert beyond_reach(town, AUTUMN).coverage.notes == (("without_point", "1"),)
    assert found(beyond_reach(town, AUTUMN), "numerator", "denominator", besides="branch") == [(100, 100)]
    assert found(beyond_reach(town, per(AUTUMN, "neighbourhood")), "value", "reason", neighbourhood_code="isle", besides="branch") == [(None, "no_point")]
    assert found(catchment(town, AUTUMN), "value", "reason", candidate="isle", besides="branch") == [(None, "no_point")]


def test_without_a_target_group_there_is_a_reason_and_no_figure():
    for by in ((), ("sector",)):
        assert beyond_reach(programme(), per(AUTUMN, *by)).frame["reason"].to_list() == ([] if by else ["no_denominator"] * 2)
    assert beyond_reach(town_of(0), AUTUMN).frame["reason"].to_list() == ["no_denominator"] * 2
    assert best_next(programme(), AUTUMN).frame.is_empty()
    assert catchment(programme(), AUTUMN).frame.is_empty()


def test_time_branches_and_levels_say_nothing_of_where_pupils_live():
    for indicator in FAMILY:
        for by in ("month", "weekday", "hour", "branch", "level"):
            with pytest.raises(Refused, match="grain_does_not_fit"):
                indicator(town_of(), per(AUTUMN, by))


def test_public_figures_of_few_residents_hide_nobody():
    shown = protect(beyond_reach(town_of(3), per(AUTUMN, "neighbourhood")), Rule())
    assert not shown.frame["hidden"].any()


def test_a_chosen_district_chooses_homes_and_candidates_but_a_place_there_serves_its_neighbours_too():
    town = programme(
        target_group=dict.fromkeys(ROAD, 100),
        branches={"library": "PO"},
        points={name: at(km) for name, km in {"library": 0.0, **ROAD}.items()},
        districts={home: "east" if home in ("hill", "lake") else "west" for home in ROAD},
    )
    view = per(AUTUMN, districts=("east",))
    assert found(beyond_reach(town, view), "numerator", "denominator", besides="branch") == [(200, 200)]
    assert found(catchment(town, view), "candidate", "value", besides="branch") == [("hill", 200), ("lake", 100)]


few = examples(8)
TOWNS = st.dictionaries(st.sampled_from(sorted(ROAD)), st.integers(0, 9), min_size=1)


@few
@given(TOWNS, st.integers(1, 3), st.sampled_from([0.5, 1.2, 2.6]))
def test_no_other_set_of_as_many_places_brings_more_pupils_near(pupils, places, km):
    figures = best_next(town_of(pupils, road=ROAD), per(AUTUMN, next_places=places, within_km=(("PO", km), ("VO", km))))
    lacking = {home: number for home, number in pupils.items() if ROAD[home] > km}

    def near(chosen):
        return sum(number for home, number in lacking.items() if any(abs(ROAD[home] - ROAD[place]) <= km for place in chosen))

    best = max(near(chosen) for chosen in combinations(pupils, min(places, len(pupils))))  # a neighbourhood of which nobody told is no place
    for besides in ("branch", "offer"):
        assert sum(value for (value,) in found(figures, "value", besides=besides)) == best
    assert found(figures, "denominator")[:1] in ([], [(sum(lacking.values()),)])


@few
@given(TOWNS, st.sampled_from([0.5, 1.2, 2.6]))
def test_the_parts_beyond_reach_add_up_and_other_help_never_puts_anyone_further_away(pupils, km):
    town, view = town_of(pupils, offers=[("church", "PO", 5.0)]), per(AUTUMN, "neighbourhood", within_km=(("PO", km), ("VO", km)))
    whole, parts = (beyond_reach(town, chosen).frame for chosen in (per(view), view))
    for besides in ("branch", "offer"):
        assert whole.filter(besides=besides)["numerator"].sum() == parts.filter(besides=besides)["numerator"].sum()
    assert whole.filter(besides="offer")["numerator"].sum() <= whole.filter(besides="branch")["numerator"].sum()


def test_help_that_came_with_its_neighbourhood_alone_lies_at_the_point_of_that_neighbourhood():
    """The library is said to be in the park, the church by the lake; an own point wins from the neighbourhood."""
    town = town_of(offers=[("church", "PO", 0.0)])
    nowhere = [pl.lit(None, pl.Float64).alias(part) for part in ("latitude", "longitude")]
    moved = {
        "branches": town.branches.with_columns(*nowhere, neighbourhood_code=pl.lit("park")),
        "offers": town.offers.with_columns(*nowhere, neighbourhood_code=pl.lit("lake")),
    }
    there = type(town)(**{**vars(town), **moved})
    assert [found(beyond_reach(there, AUTUMN), "numerator", besides=besides) for besides in ("branch", "offer")] == [[(300,)], [(200,)]]
    own = type(town)(**{**vars(town), "offers": town.offers.with_columns(neighbourhood_code=pl.lit("lake"))})
    assert found(beyond_reach(own, AUTUMN), "numerator", besides="offer") == [(300,)]
