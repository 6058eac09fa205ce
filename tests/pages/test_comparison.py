"""Vestigingen: what a reader would count by hand from the lists, each role within its own, and words for what cannot be said."""

import json
from collections import defaultdict
from datetime import date, timedelta
from math import ceil

import pytest

from actions.show_figures import BRANCH_TOTALS, shown
from data_access.database import engine
from data_access.dataset import Dataset
from data_access.reader import Forbidden, Reader, Role
from metrics.shapes import Period, View
from presentation.navigation import PAGES
from presentation.texts import LANGUAGES, language
from tests.pages.conftest import LAAK, SCHILDER, STATES, deliver, has_figures, who_came, words

SCRIPT = {page.id: page.script for page in PAGES}["comparison"]
YEAR = {"periode": "2023-2024", "rol": "programma"}
PERIOD = Period(date(2023, 8, 1), date(2024, 7, 31))
SAY = language("nl")
FULL = pytest.mark.parametrize("store", ["full"], indirect=True)


def drawn(app):
    return [str(chart.proto.spec) for chart in app.get("plotly_chart")]


def notes(app, place):
    return [note["text"] for note in json.loads(drawn(app)[place])["layout"]["annotations"]]


def table(app, first):
    text = next(part.value for part in app.markdown if part.value.startswith(f"| {first}"))
    return [[cell.strip() for cell in line.split("|")[1:-1]] for line in text.splitlines()[2:]]


@pytest.mark.parametrize("store", STATES, indirect=True)
def test_the_page_speaks_in_each_state_and_language(store, open_page):
    """The town of one branch delivered no sessions."""
    for code in LANGUAGES:
        say = language(code)
        app = open_page(SCRIPT, taal=code, rol="programma")
        text = words(app)
        if not has_figures(app, "comparison", store, say):
            continue
        if store == "one_branch":
            assert app.header[0].value == say("comparison.headline.unknown")
            assert not app.get("plotly_chart")
            for key in ("empty.no_sessions", "comparison.staffing.nothing", "comparison.hours.nothing", "comparison.planned.nothing"):
                assert say(key) in text
        else:
            assert len(app.get("plotly_chart")) == 5
            assert len(app.metric) == 4
            assert say("show.hidden") not in {number.value for number in app.metric}
            assert all(len(chart.proto.alt) > 30 for chart in app.get("plotly_chart"))


def crowds() -> dict[str, list[int]]:
    """Branch -> visits of each held session of the school year, of which the list was delivered."""
    data = Dataset(engine(), Reader(Role.PROGRAMME)).inputs()
    visits, found = who_came(data), defaultdict(list)
    for branch, day, status in data.sessions.select("branch_id", "held_on", "status").iter_rows():
        if status == "held" and PERIOD.first <= day <= PERIOD.last:
            found[branch].append(visits[branch, day])
    return found


@FULL
def test_the_busiest_branch_is_that_of_the_lists_and_each_kind_of_school_has_its_own_mean(store, open_page):
    found = crowds()
    data = Dataset(engine(), Reader(Role.PROGRAMME)).inputs()
    name, sector = ({row["branch_id"]: row[column] for row in data.branches.iter_rows(named=True)} for column in ("name", "sector"))
    app = open_page(SCRIPT, **YEAR)
    rows = table(app, "Vestiging | Bezoeken")
    order = []
    for kind, number in zip(("PO", "VO"), app.metric, strict=False):
        own = sorted((branch for branch in found if sector[branch] == kind), key=lambda branch: -sum(found[branch]) / len(found[branch]))
        order += [
            (name[branch], SAY.number(sum(found[branch])), str(len(found[branch])), SAY.number(sum(found[branch]) / len(found[branch]), 1)) for branch in own
        ]
        whole = [visits for branch in own for visits in found[branch]]
        assert number.value == SAY.number(sum(whole) / len(whole), 1)
        assert any(f"gemiddeld {kind} <b>{number.value}</b>" in note for note in notes(app, 0))
        first, last = own[0], own[-1]
        mean = {branch: SAY.number(sum(found[branch]) / len(found[branch]), 1) for branch in (first, last)}
        assert f"{kind}: {name[first]} telt {mean[first]} bezoeken per inloopmoment, {name[last]} {mean[last]}" in words(app)
    assert [tuple(row[:4]) for row in rows] == order, "primary first, then secondary, and never mixed"
    certain = [row[0] for row in rows if row[5] == SAY("comparison.verdict.higher")]
    assert certain and all(branch in app.header[0].value for branch in certain)


@FULL
def test_places_are_volunteers_times_the_norm_and_a_shortage_is_in_words(store, open_page):
    data = Dataset(engine(), Reader(Role.PROGRAMME)).inputs()
    app = open_page(SCRIPT, **YEAR)
    held = [
        volunteers
        for branch, day, status, volunteers in data.sessions.select("branch_id", "held_on", "status", "volunteers").iter_rows()
        if branch == "LAA" and status == "held" and PERIOD.first <= day <= PERIOD.last
    ]
    pupils, places = sum(crowds()["LAA"]) / len(held), data.norm * sum(held) / len(held)
    assert f"<b>{SAY.number(pupils, 1)}</b> leerlingen, <b>{SAY.number(places, 1)}</b> plaatsen" in notes(app, 1)
    assert f"{SAY.number(pupils - places, 1)} te weinig" in notes(app, 1)
    assert SAY("comparison.staffing.finding", name="Laakkwartier", places=round(places), pupils=round(pupils)) in words(app)
    assert "Laakkwartier mist" in app.header[0].value


@FULL
def test_the_next_two_weeks_lack_what_the_last_eight_sessions_ask(store, open_page):
    data = Dataset(engine(), Reader(Role.PROGRAMME)).inputs()
    assert data.as_of is not None
    app = open_page(SCRIPT, **YEAR)
    rows = table(app, "Dag | Vestiging")
    planned = {
        (branch, day): volunteers
        for branch, day, status, volunteers in data.sessions.select("branch_id", "held_on", "status", "volunteers").iter_rows()
        if status == "planned" and data.as_of < day <= data.as_of + timedelta(days=14)
    }
    assert len(rows) == len(planned)
    total = 0
    for _, _, expected, promised, needed, lacking in rows:
        assert int(needed) == ceil(int(expected) / data.norm)
        assert int(lacking) == max(0, int(needed) - int(promised))
        total += int(lacking)
    short = sum(row[5] != "0" for row in rows)
    assert SAY("comparison.planned.finding", short=short, n=len(rows), name="Laakkwartier") in words(app)
    assert SAY("comparison.extra.none", n=total) in words(app)


@FULL
def test_volunteers_who_join_come_from_the_address_and_it_is_called_a_calculation(store, open_page):
    app = open_page(SCRIPT, **YEAR, erbij="2")
    text = words(app)
    assert "Met 2 vrijwilligers erbij" in text and "rekensom, geen voorspelling" in text
    assert SAY("comparison.extra.none", n=36) not in text


@FULL
def test_a_number_of_volunteers_that_cannot_be_chosen_gets_a_sentence(store, open_page):
    app = open_page(SCRIPT, **YEAR, erbij="veel")
    assert "veel" in app.warning[0].value
    assert SAY("comparison.extra.none", n=36) in words(app)


@FULL
def test_one_kind_of_school_has_its_own_page_without_the_other(store, open_page):
    app = open_page(SCRIPT, **YEAR, sector="VO")
    assert len(app.metric) == 3
    assert SAY("comparison.guard.apart") not in words(app)
    assert not any("Transvaalkwartier" in spec for spec in drawn(app))


@FULL
def test_a_chosen_branch_is_held_against_its_own_kind_and_shows_its_own_hours(store, open_page):
    app = open_page(SCRIPT, **YEAR, vestiging="ESC")
    assert [row[0] for row in table(app, "Vestiging | Bezoeken")].count("Transvaalkwartier") == 1
    assert {row[1] for row in table(app, "Dag | Vestiging")} == {"Escamp"}
    assert "Centrale" not in words(app)


@FULL
def test_a_branch_sees_the_totals_of_the_others_and_only_its_own_hours_and_plans(store, open_page):
    app = open_page(SCRIPT, periode="2023-2024", rol="vestiging", eigen="LAA")
    assert "Escamp" in notes(app, 0)
    crowd, staffing, hours, _, planned = drawn(app)
    assert "Escamp" in crowd and "Escamp" in staffing
    assert "Escamp" not in hours + planned and "VO 1" not in hours
    assert {row[1] for row in table(app, "Dag | Vestiging")} == {"Laakkwartier"}


@FULL
def test_beside_those_totals_nothing_of_another_branch_comes_out_for_a_branch(store):
    dataset = Dataset(engine(), Reader(Role.BRANCH, ("LAA",)))
    for indicator in BRANCH_TOTALS:
        assert "ESC" in set(shown(dataset, indicator, View(PERIOD, PERIOD.last, by=("branch",))).frame["branch_id"])
        for finer in (("branch", "month"), ("branch", "weekday", "hour"), ("school_week", "branch")):
            with pytest.raises(Forbidden):
                shown(dataset, indicator, View(PERIOD, PERIOD.last, by=finer))
    for indicator in ("participants", "returned_within_28_days", "volunteers_short", "turned_away", "reach"):
        with pytest.raises(Forbidden):
            shown(dataset, indicator, View(PERIOD, PERIOD.last, by=("branch",)))


@pytest.mark.parametrize("store", ["one_branch"], indirect=True)
def test_a_branch_that_opened_late_gets_no_verdict_and_the_page_says_why(store, open_page):
    """Two branches for primary pupils: one came for ten weeks, the other for two."""
    branches = f"vestiging_id,vestiging,doelgroep,wijkcode,pilot,start\nLAA,Laakkwartier,PO,{LAAK},ja,2019-05-13\nNEW,Nieuw,PO,{SCHILDER},ja,2025-03-25\n"
    deliver("vestigingen.csv", branches, "branches")
    days = [date(2025, 1, 28) + timedelta(days=7 * week) for week in range(10)]
    came = [("LAA", day, 12) for day in days] + [("NEW", day, 15) for day in days[-2:]]
    visits = [f"kaart-{branch}{pupil:03},{day},{branch}" for branch, day, crowd in came for pupil in range(crowd)]
    deliver("meer.csv", "\n".join(["leerling_id,datum,vestiging", *visits]), "visits")
    sessions = [f"{branch},{day},15:00,17:00,gehouden,3" for branch, day, _ in came]
    deliver("inloop.csv", "\n".join(["vestiging,datum,begin,einde,status,vrijwilligers", *sessions]), "sessions")
    app = open_page(SCRIPT, rol="programma")
    verdicts = {row[0]: row[5] for row in table(app, "Vestiging | Bezoeken")}
    assert verdicts["Nieuw"] == SAY("comparison.verdict.too_short")
    assert "Nieuw krijgt geen oordeel" in words(app)
    assert "Nieuw" not in app.header[0].value
    assert SAY("comparison.planned.nothing") in words(app)
