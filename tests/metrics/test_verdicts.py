"""The verdicts as figures: what was agreed, held against a drawn town, and against the same town seen in other ways."""

from dataclasses import replace
from datetime import date

import pytest

from metrics.criteria import indicators
from metrics.disclosure.seen import protected
from metrics.indicators.verdicts import sensitivity, verdict
from metrics.shapes import Refused
from tests.metrics.test_equal_opportunity import CAME, town_of
from tests.metrics.town import AUTUMN, SCHOOL_YEAR, per, programme

HEADER = "criterion_id | version | indicator | part | sector | rule | target | minimum_sample | owner | valid_from | dropped"
CROWDED = {**CAME, "lake": 5, "dock": 30}


def agreed(*lines):
    """Criteria as: id | version | indicator | part | sector | rule | target | minimum sample [| valid from | dropped]."""
    rows = [line.split("|") + ["2025-08-01", "false"][line.count("|") - 7 :] for line in lines]
    return "\n".join([HEADER, *(" | ".join([*row[:8], "manager", *row[8:]]) for row in rows)])


def states(figures):
    return {row["criterion_id"]: (row["state"], row["reason"]) for row in figures.frame.iter_rows(named=True)}


def test_each_criterion_gets_the_state_of_its_own_figure():
    town = town_of(
        CROWDED,
        criteria=agreed(
            "least|1|reach|wealth_fifth=1||at_least|0.2|50",  # 30 of 100: 22 to 40 %
            "most|1|reach|wealth_fifth=5||at_least|0.2|50",  # 5 of 100: 2 to 11 %
            "all|1|reach|||at_least|0.1|50",  # 55 of 500: 9 to 14 %
            "enough|1|reach|||at_least|0.05|501",
            "crowd|1|participants|||at_most|60|0",
        ),
    )
    found = verdict(town, AUTUMN)
    assert states(found) == {
        "all": ("undecided", "interval_spans_target"),
        "crowd": ("met", None),
        "enough": ("undecided", "below_minimum_sample"),
        "least": ("met", None),
        "most": ("not_met", None),
    }
    least = found.frame.row(3, named=True)
    assert (least["numerator"], least["denominator"], least["value"], least["pupils"]) == (30, 100, 0.3, 30)
    assert (least["indicator"], least["part"], least["rule"], least["target"], least["owner"]) == ("reach", "wealth_fifth=1", "at_least", 0.2, "manager")
    assert found.frame["needed"][0] > 500


def test_the_newest_version_counts_from_its_day_until_it_is_dropped():
    town = town_of(
        CROWDED,
        criteria=agreed(
            "gone|1|reach|||at_least|0|0",
            "gone|2|reach|||at_least|0|0|2025-09-01|true",
            "reach|1|reach|||at_least|0.01|0",
            "reach|2|reach|||at_least|0.5|0|2026-06-01|false",
        ),
    )
    assert states(verdict(town, AUTUMN)) == {"reach": ("met", None)}
    assert states(verdict(town, SCHOOL_YEAR)) == {"reach": ("not_met", None)}
    assert states(verdict(town, replace(AUTUMN, period=replace(AUTUMN.period, last=date(2025, 7, 31))))) == {}


def test_criteria_of_the_other_sector_are_left_out():
    town = town_of(CROWDED, criteria=agreed("po|1|reach||PO|at_least|0.01|0", "vo|1|reach||VO|at_least|0.01|0"))
    assert states(verdict(town, per(AUTUMN, sector="PO"))) == {"po": ("met", None)}
    assert states(verdict(town, AUTUMN)) == {"po": ("met", None), "vo": ("undecided", "not_started")}


def test_what_staff_may_not_see_gives_no_verdict_and_nothing_of_it_is_told():
    """Four pupils of the least wealthy fifth and two of the most wealthy: no reader may see either, nor a verdict on them."""
    town = town_of({**CAME, "dock": 4}, criteria=agreed("least|1|reach|wealth_fifth=1||at_least|0.01|0"))
    shown = protected(verdict(town, AUTUMN)).frame.row(0, named=True)
    assert (shown["state"], shown["reason"], shown["target"]) == ("undecided", "hidden", 0.01)
    assert [shown[name] for name in ("numerator", "denominator", "value", "lower", "upper", "needed")] == [None] * 6
    assert sensitivity(town, AUTUMN).frame.is_empty()


def test_a_figure_that_cannot_be_made_says_why_and_a_verdict_is_no_figure_to_judge():
    town = town_of(
        CROWDED,
        criteria=agreed(
            "lost|1|happiness|||at_least|1|0",
            "itself|1|verdict|||at_least|1|0",
            "vague|1|slope|||at_least|1|0",
            "strange|1|reach|colour=red||at_least|1|0",
        ),
    )
    assert states(verdict(town, AUTUMN)) == {
        "itself": ("undecided", "unknown_indicator"),
        "lost": ("undecided", "unknown_indicator"),
        "strange": ("undecided", "unknown_key"),
        "vague": ("undecided", "not_one_figure"),
    }
    assert "reach" in indicators() and not {"verdict", "sensitivity"} & {*indicators()}
    assert sensitivity(town, AUTUMN).frame.is_empty()


def test_other_ways_are_measures_of_wealth_definitions_of_coming_back_and_branches_left_out():
    town = programme(
        "\n".join(
            ["pupil | visited_on | branch"]
            + [f"{pupil} | 2025-09-01 | {'mill' if pupil < 20 else 'dock'}" for pupil in range(40)]
            + [f"{pupil} | 2025-09-22 | mill" for pupil in range(15)]  # back after 21 days, all to the mill
        ),
        branches={"mill": "PO", "dock": "PO"},
        criteria=agreed("back|1|returned_within_28_days|||at_least|0.2|10"),
    )
    assert states(verdict(town, AUTUMN)) == {"back": ("met", None)}
    rows = sensitivity(town, AUTUMN).frame.select("kind", "what", "branch_id", "numerator", "denominator", "state", "agrees").rows()
    assert rows == [
        ("repeat", "14_days", None, 0, 40, "not_met", False),
        ("repeat", "2_visit_days", None, 15, 40, "met", True),
        ("repeat", "42_days", None, 15, 40, "met", True),
        ("without_branch", None, "dock", 15, 20, "met", True),
        ("without_branch", None, "mill", 0, 20, "not_met", False),
    ]


@pytest.mark.parametrize("figure", [verdict, sensitivity])
def test_without_criteria_there_is_nothing_and_a_view_has_no_grain(figure):
    assert figure(programme(), AUTUMN).frame.is_empty()
    with pytest.raises(Refused, match="grain_does_not_fit"):
        figure(programme(), per(AUTUMN, "branch"))
