"""When the pilot works: what was agreed is kept with every change, and judged on nothing that is hidden."""

from dataclasses import replace
from datetime import date, timedelta

import polars as pl
import pytest

from actions.judge_pilot import judge_pilot
from actions.set_criteria import history, set_criterion
from actions.show_figures import shown
from data_access import criteria
from data_access.clock import today
from data_access.criteria import Criterion
from data_access.database import begin, engine_for, look, version
from data_access.dataset import Dataset
from data_access.demo import agreed
from data_access.reader import Forbidden, Reader, Role
from metrics.periods import school_year
from metrics.shapes import Refused, View
from tests.metrics.test_equal_opportunity import CAME, town_of
from tests.metrics.town import AUTUMN, per
from tests.stores import Stores

PROGRAMME = Reader(Role.PROGRAMME)
REACHED = Criterion(
    criterion_id="reached",
    indicator="reach",
    part="wealth_fifth=1",
    rule="at_least",
    target=0.05,
    minimum_sample=50,
    owner="manager",
    valid_from=date(2025, 8, 1),
)
LEAD = replace(REACHED, criterion_id="lead", indicator="least_against_most", part="", target=0.02)


def known(engine):
    with look(engine) as connection:
        return criteria.valid(connection, date(2026, 1, 1))


# --- what was agreed --------------------------------------------------------------------------------------------------


def test_a_criterion_is_kept_as_it_was_set(store):
    before = version(store)
    written = set_criterion(store, PROGRAMME, REACHED)
    assert written == replace(REACHED, version=1, changed_on=today())
    assert known(store) == [written]
    assert version(store) == before + 1


def test_a_change_is_a_new_version_and_needs_a_reason(store):
    set_criterion(store, PROGRAMME, REACHED)
    with pytest.raises(Refused, match="change_without_reason"):
        set_criterion(store, PROGRAMME, replace(REACHED, target=0.01))
    set_criterion(store, PROGRAMME, replace(REACHED, target=0.06, why="de raad vroeg meer"))
    assert [(version.version, version.target, version.why) for version in history(store, PROGRAMME)] == [(1, 0.05, None), (2, 0.06, "de raad vroeg meer")]
    assert [criterion.target for criterion in known(store)] == [0.06]


def test_a_change_that_is_not_valid_yet_and_one_that_drops_the_criterion(store):
    set_criterion(store, PROGRAMME, REACHED)
    set_criterion(store, PROGRAMME, replace(REACHED, target=0.1, why="later", valid_from=date(2027, 8, 1)))
    assert [criterion.target for criterion in known(store)] == [0.05]
    set_criterion(store, PROGRAMME, replace(REACHED, dropped=True, why="vervallen"))
    assert known(store) == []
    assert len(history(store, PROGRAMME)) == 3


@pytest.mark.parametrize("role", [Role.BRANCH, Role.COUNCIL, Role.STEWARD])
def test_only_the_programme_sets_criteria(store, role):
    with pytest.raises(Forbidden, match=r"forbidden\.criteria"):
        set_criterion(store, Reader(role, ("TRA",)), REACHED)
    assert known(store) == []


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"indicator": "happiness"}, "unknown_indicator"),
        ({"rule": "about"}, "unknown_rule"),
        ({"target": float("nan")}, "not_a_number"),
        ({"minimum_sample": -1}, "number_too_low"),
        ({"owner": " "}, "owner_is_no_role"),
        ({"owner": "j.jansen@example.nl"}, "owner_is_no_role"),
        ({"part": "wealth_fifth"}, "unreadable_part"),
        ({"part": "a=" + "x" * 200}, "unreadable_part"),
        ({"criterion_id": ""}, "criterion_without_id"),
    ],
)
def test_a_criterion_that_nobody_could_judge_is_refused(change, code, tmp_path, monkeypatch):
    store = Stores("sqlite", tmp_path, monkeypatch.setenv).fresh()
    with pytest.raises(Refused) as refused:
        set_criterion(store, PROGRAMME, replace(REACHED, **change))
    assert refused.value.code == code
    assert known(store) == []


# --- the verdicts -----------------------------------------------------------------------------------------------------


def judged(store, town, view, reader=PROGRAMME):
    """The verdicts on a drawn town, through the door that pages take."""
    dataset = Dataset(store, reader)
    dataset.__dict__["_inputs"] = town
    return {verdict.criterion.criterion_id: verdict for verdict in judge_pilot(dataset, view)}


@pytest.fixture
def sqlite(tmp_path, monkeypatch):
    """A store with two criteria. The kind of database says nothing of a verdict."""
    store = Stores("sqlite", tmp_path, monkeypatch.setenv).fresh()
    with begin(store) as connection:
        for criterion in (REACHED, LEAD):
            criteria.add(connection, criterion, date(2025, 7, 1))
    return store


def test_each_criterion_is_judged_on_its_own_figure(sqlite):
    found = judged(sqlite, town_of({**CAME, "lake": 5, "dock": 30}), AUTUMN)
    assert list(found) == ["lead", "reached"]
    assert (found["reached"].verdict.state, found["reached"].verdict.value, found["reached"].verdict.sample) == ("met", 0.3, 100)
    assert (found["lead"].verdict.state, found["lead"].verdict.value) == ("met", pytest.approx(0.25))


def test_nothing_hidden_is_judged_and_nothing_of_it_is_told(sqlite):
    """Four pupils of the least wealthy fifth and two of the most wealthy: no reader may see either."""
    found = judged(sqlite, town_of({**CAME, "dock": 4}), AUTUMN)
    for name in ("reached", "lead"):
        verdict = found[name].verdict
        assert (verdict.state, verdict.reason) == ("undecided", "hidden")
        assert (verdict.value, verdict.lower, verdict.upper, verdict.sample, verdict.needed) == (None,) * 5
        assert found[name].checks == ()


def test_a_figure_that_covers_a_hidden_one_is_not_judged_either(sqlite):
    """Only the most wealthy fifth is small; the next smallest is the least wealthy, which goes with it."""
    found = judged(sqlite, town_of({"dock": 6, "mill": 9, "park": 9, "hill": 9, "lake": 2}), AUTUMN)
    assert (found["reached"].verdict.state, found["reached"].verdict.reason) == ("undecided", "hidden")


def test_a_verdict_says_in_how_many_other_ways_it_holds(sqlite):
    town = town_of({**CAME, "lake": 5, "dock": 30})
    turned = town.context.with_columns(measure=town.context["measure"].replace("p_ink_li", "g_wozbag"))
    both = replace(town, context=town.context.vstack(turned))
    checks = judged(sqlite, both, AUTUMN)["reached"]
    assert [(check.kind, check.what, check.verdict.state) for check in checks.checks] == [
        ("wealth", "g_wozbag", "undecided")
    ]  # by value of homes lake is first
    assert (checks.holds, len(checks.checks)) == (0, 1)


def test_leaving_out_branches_is_for_who_may_see_them(sqlite):
    town = town_of({**CAME, "lake": 5, "dock": 30})
    two = replace(town, branches=town.branches.vstack(town.branches.with_columns(branch_id=town.branches["branch_id"] + "2")))
    of = {role: judged(sqlite, two, AUTUMN, Reader(role, ("library",)))["reached"] for role in (Role.PROGRAMME, Role.BRANCH)}
    assert [check.what for check in of[Role.PROGRAMME].checks] == ["library", "library2"]
    assert [check.what for check in of[Role.BRANCH].checks] == ["library2"]  # what remains is its own branch
    assert [of[role].unseen for role in (Role.PROGRAMME, Role.BRANCH)] == [0, 1]
    assert judged(sqlite, two, per(AUTUMN, branches=("library",)))["reached"].checks == ()
    with pytest.raises(Forbidden):
        judged(sqlite, two, AUTUMN, Reader(Role.COUNCIL))


@pytest.mark.parametrize(("came", "answer"), [(30, "holds"), (6, "may_turn")])
def test_weeks_that_were_not_delivered_leave_a_reach_that_is_met_and_can_lift_one_that_is_not(sqlite, came, answer):
    """Three weeks of December are missing; in the busiest week everybody of the town came, so then all of the dock might have."""
    town = town_of({**CAME, "lake": 5, "dock": came})
    assert {found.missing for found in judged(sqlite, town, AUTUMN).values()} == {"none"}
    cut = replace(town, coverage=town.coverage.with_columns(last_day=date(2025, 12, 14)))
    found = judged(sqlite, cut, AUTUMN)
    assert (found["reached"].verdict.state, found["reached"].missing) == ("met" if came == 30 else "undecided", answer)
    assert found["lead"].missing == "unknown", "visits there can make it smaller and larger"


def test_a_criterion_whose_figure_cannot_be_made_is_undecided_with_the_reason(sqlite):
    with begin(sqlite) as connection:
        criteria.add(connection, replace(REACHED, criterion_id="lost", indicator="happiness"), date(2025, 7, 1))
        criteria.add(connection, replace(REACHED, criterion_id="vague", part=""), date(2025, 7, 1))
        criteria.add(connection, replace(REACHED, criterion_id="slope", indicator="slope", part=""), date(2025, 7, 1))
        criteria.add(connection, replace(REACHED, criterion_id="other", sector="VO"), date(2025, 7, 1))
    found = judged(sqlite, town_of(CAME), per(AUTUMN, sector="PO"))
    assert (found["lost"].verdict.state, found["lost"].verdict.reason) == ("undecided", "unknown_indicator")
    assert found["slope"].verdict.reason == "not_one_figure"
    assert found["vague"].verdict.value == 34 / 500
    assert "other" not in found  # about the other sector


def test_a_criterion_set_when_the_outcome_could_be_known_is_marked(demo_database):
    set_criterion(demo_database, PROGRAMME, REACHED)
    marks = {criterion.criterion_id: criterion.after_results for criterion in history(demo_database, PROGRAMME)}
    assert marks.pop("reached")
    assert marks == {criterion.criterion_id: False for criterion in agreed.criteria()}


def test_the_demo_meets_what_its_truths_let_it_meet(made_demo):
    engine = engine_for(f"sqlite:///{made_demo / 'huiswerkmonitor.sqlite'}")
    year = school_year(2023)
    found = {verdict.criterion.indicator: verdict for verdict in judge_pilot(Dataset(engine, PROGRAMME), View(year, year.last + timedelta(days=1)))}
    engine.dispose()
    assert {name: found[name].verdict.state for name in found} == {
        "reach": "met",
        "least_against_most": "met",
        "returned_within_28_days": "met",
        "pupils_per_volunteer": "not_met",
        "survey": "undecided",
        "comparison": "met",
    }
    assert [check.what for check in found["returned_within_28_days"].checks if check.kind == "repeat"] == ["14_days", "42_days", "2_visit_days"]
    assert {check.kind for check in found["reach"].checks} == {"wealth", "without_branch"}
    assert found["reach"].holds >= 5


def test_the_verdicts_that_the_command_prints_are_those_of_the_page(made_demo):
    engine = engine_for(f"sqlite:///{made_demo / 'huiswerkmonitor.sqlite'}")
    year = school_year(2023)
    dataset, view = Dataset(engine, PROGRAMME), View(year, year.last + timedelta(days=1))
    on_the_page = {found.criterion.criterion_id: found for found in judge_pilot(dataset, view)}
    printed = {row["criterion_id"]: row for row in shown(dataset, "verdict", view).frame.iter_rows(named=True)}
    other_ways = shown(dataset, "sensitivity", view).frame
    engine.dispose()
    assert printed.keys() == on_the_page.keys()
    for name, found in on_the_page.items():
        row, verdict = printed[name], found.verdict
        assert [row[part] for part in ("state", "value", "lower", "upper", "needed", "reason", "target")] == [
            *(verdict.state, verdict.value, verdict.lower, verdict.upper, verdict.needed, verdict.reason, verdict.target)
        ]
        ways = other_ways.filter(criterion_id=name).select("kind", pl.coalesce("what", "branch_id"), "state", "value").rows()
        assert sorted(ways, key=str) == sorted([(check.kind, check.what, check.verdict.state, check.verdict.value) for check in found.checks], key=str)
        assert other_ways.filter(criterion_id=name)["agrees"].sum() == found.holds


def test_other_ways_that_tell_branches_apart_are_for_who_may_see_them(sqlite):
    dataset = Dataset(sqlite, Reader(Role.BRANCH, ("library",)))
    dataset.__dict__["_inputs"] = town_of(CAME)
    with pytest.raises(Forbidden):
        shown(dataset, "sensitivity", AUTUMN)


def test_a_verdict_is_not_held_against_a_target(store):
    with pytest.raises(Refused, match="unknown_indicator"):
        set_criterion(store, PROGRAMME, replace(REACHED, indicator="verdict"))
