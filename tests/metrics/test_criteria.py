"""Which figure a criterion is about, and in which other ways it can be worked out."""

import pytest

from metrics import catalogue
from metrics.criteria import only, parts, variants, view_of
from metrics.indicators.equal_opportunity import slope
from metrics.indicators.participation import participants, reach
from metrics.shapes import Refused
from tests.metrics.test_equal_opportunity import CAME, LOW_INCOMES, town_of
from tests.metrics.town import AUTUMN, per, programme


def test_a_part_is_read_as_keys_and_values():
    assert parts("") == parts("  ") == {}
    assert parts("wealth_fifth=1") == {"wealth_fifth": "1"}
    assert parts(" audience=pupils, dimension = knowledge ") == {"audience": "pupils", "dimension": "knowledge"}


@pytest.mark.parametrize("part", ["wealth_fifth", "=1", "wealth_fifth=", "a=1,,b=2", "a=1,a=2"])
def test_a_part_that_cannot_be_read_is_refused(part):
    with pytest.raises(Refused, match="unreadable_part"):
        parts(part)


def test_grains_among_the_keys_become_the_grain_of_the_figure():
    assert view_of(AUTUMN, "wealth_fifth=1", "PO") == per(AUTUMN, "wealth_fifth", sector="PO")
    assert view_of(per(AUTUMN, sector="VO"), "groups=wealth_fifth", None) == per(AUTUMN, sector="VO")


def test_only_the_row_that_is_meant_is_left():
    by_fifth = reach(town_of(CAME), per(AUTUMN, "wealth_fifth"))
    assert only(by_fifth, "wealth_fifth=1").frame["numerator"].to_list() == [12]
    assert only(by_fifth, "wealth_fifth=9").frame.is_empty()
    assert only(reach(town_of(CAME), AUTUMN), "").frame["numerator"].to_list() == [34]
    assert only(slope(town_of(CAME), AUTUMN), "groups=neighbourhood").frame["value"].to_list() == pytest.approx([-0.12])
    with pytest.raises(Refused, match="unknown_key"):
        only(by_fifth, "groups=neighbourhood")


def test_a_figure_about_wealth_is_worked_with_every_other_measure_that_was_delivered():
    drawn = [f"{home} | 2025 | {measure} | {value}" for home, value in LOW_INCOMES.items() for measure in ("p_ink_li", "p_koopw", "a_inw")]
    town = programme(target_group=dict.fromkeys(CAME, 100), context="\n".join(["neighbourhood | year | measure | value", *drawn]))
    for indicator, view in (("reach", per(AUTUMN, "wealth_fifth")), ("least_against_most", AUTUMN)):
        assert [(variant.kind, variant.what, variant.view.wealth) for variant in variants(indicator, town, view)] == [("wealth", "p_koopw", "p_koopw")]
    assert list(variants("reach", town, AUTUMN)) == []


def test_every_branch_is_left_out_once_and_the_only_one_never():
    town = programme(
        "pupil | visited_on | branch\n 1 | 2025-09-01 | mill\n 2 | 2025-09-01 | dock\n 3 | 2025-09-02 | dock", branches={"mill": "PO", "dock": "VO"}
    )
    without = {variant.what: variant.calculate(town, variant.view).frame["value"].item() for variant in variants("participants", town, AUTUMN)}
    assert without == {"mill": 2, "dock": 1}
    assert participants(town, AUTUMN).frame["value"].item() == 3
    assert list(variants("participants", town, per(AUTUMN, sector="PO"))) == []


def test_coming_back_is_worked_within_other_terms_too():
    town = programme(
        """pupil | visited_on
           1     | 2025-09-01
           1     | 2025-09-10   # within 14 days
           2     | 2025-09-01
           2     | 2025-10-06   # within 42 days
           3     | 2025-09-01
           3     | 2025-12-01   # later
           4     | 2025-09-01"""
    )
    found = {
        variant.what: variant.calculate(town, variant.view).frame.select("numerator", "denominator").row(0)
        for variant in variants("returned_within_28_days", town, AUTUMN)
    }
    assert found == {"14_days": (1, 4), "42_days": (2, 4), "2_visit_days": (3, 4)}
    assert catalogue.indicator("returned_within_28_days")(town, AUTUMN).frame["numerator"].item() == 1
