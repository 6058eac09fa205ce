"""Vestigingen: what a reader would count by hand from the lists, each role within its own, and words for what cannot be said."""

import json
from collections import Counter, defaultdict
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
    lasted = defaultdict(list)
    for branch, day, status, starts, ends in data.sessions.select("branch_id", "held_on", "status", "starts", "ends").iter_rows():
        if status == "held" and PERIOD.first <= day <= PERIOD.last:
            lasted[branch].append(ends.hour + ends.minute / 60 - starts.hour - starts.minute / 60)
    rate = {branch: sum(found[branch]) / sum(lasted[branch]) for branch in found}
    order = []
    for kind, number in zip(("PO", "VO"), app.metric, strict=False):
        own = sorted((branch for branch in found if sector[branch] == kind), key=lambda branch: -rate[branch])
        for branch in own:
            mean = SAY.number(sum(found[branch]) / len(found[branch]), 1)
            order.append((name[branch], SAY.number(sum(found[branch])), str(len(found[branch])), mean, SAY.number(rate[branch], 1)))
        whole = [visits for branch in own for visits in found[branch]]
        assert number.value == SAY.number(sum(whole) / len(whole), 1)
        mean = SAY.number(sum(whole) / sum(sum(lasted[branch]) for branch in own), 1)
        assert any(f"gemiddeld {kind} <b>{mean}</b>" in note for note in notes(app, 0))
        first, last = own[0], own[-1]
        high, low = SAY.number(rate[first], 1), SAY.number(rate[last], 1)
        assert f"{kind}: {name[first]} telt {high} bezoeken per uur open, {name[last]} {low}" in words(app), "for Laakkwartier is open longer at a time"
    assert [(*row[:4], row[5]) for row in rows] == order, "primary first, then secondary, and never mixed"
    certain = [row[0] for row in rows if row[7] == SAY("comparison.verdict.higher")]
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
    assert "Laakkwartier (PO)" in app.header[0].value
    own = open_page(SCRIPT, **YEAR, vestiging="LAA")
    assert SAY("comparison.staffing.finding", name="Laakkwartier", places=SAY.number(places, 1), pupils=SAY.number(pupils, 1)) in words(own)
    assert own.header[0].value.startswith("Laakkwartier") and "er zijn zeker te weinig vrijwilligers" in own.header[0].value


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
    lacks = Counter({row[1]: 0 for row in rows})
    for row in rows:
        lacks[row[1]] += int(row[5])
    worst_of_secondary = max(("Centrale Bibliotheek", "Schilderswijk"), key=lambda name: lacks[name])
    names = f"Laakkwartier (PO) en {worst_of_secondary} (VO)"
    assert SAY("comparison.planned.finding", short=short, n=len(rows), names=names) in words(app), "never in one ranking"
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
    assert app.header[0].value.startswith("Escamp"), "the branch that was chosen"
    sessions = Dataset(engine(), Reader(Role.PROGRAMME)).inputs().sessions.select("branch_id", "held_on", "status")
    due = [status for branch, day, status in sessions.iter_rows() if branch == "ESC" and PERIOD.first <= day <= PERIOD.last]
    assert (app.metric[-1].value, app.metric[-1].label) == (str(due.count("cancelled")), "Uitgevallen")
    assert SAY("comparison.cancelled.subtitle", n=due.count("cancelled") + due.count("held"), where="Escamp") in words(app)


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


@pytest.mark.parametrize("store", ["one_branch"], indirect=True)
def test_where_sessions_last_longer_branches_are_compared_by_the_hour(store, open_page):
    """Both have twelve pupils or so at a session, but those of Nieuw last three hours and those of Laakkwartier two."""
    branches = f"vestiging_id,vestiging,doelgroep,wijkcode,pilot,start\nNEW,Nieuw,PO,{SCHILDER},ja,2025-01-01\n"
    deliver("vestigingen.csv", branches, "branches")
    days = [date(2025, 1, 29) + timedelta(days=7 * week) for week in range(10)]
    came = {(branch, day): 12 + place % 2 for branch in ("LAA", "NEW") for place, day in enumerate(days)}
    visits = [f"kaart-{branch}{pupil:03},{day},{branch}" for (branch, day), crowd in came.items() for pupil in range(crowd)]
    deliver("meer.csv", "\n".join(["leerling_id,datum,vestiging", *visits]), "visits")
    sessions = [f"{branch},{day},14:00,{'16:00' if branch == 'LAA' else '17:00'},gehouden,3" for branch, day in came]
    deliver("inloop.csv", "\n".join(["vestiging,datum,begin,einde,status,vrijwilligers", *sessions]), "sessions")
    app = open_page(SCRIPT, rol="programma")
    rows = {row[0]: row for row in table(app, "Vestiging | Bezoeken")}
    mean = {name: int(row[1]) / int(row[2]) for name, row in rows.items()}
    assert (rows["Laakkwartier"][5], rows["Nieuw"][5]) == (SAY.number(mean["Laakkwartier"] / 2, 1), SAY.number(mean["Nieuw"] / 3, 1))
    assert (rows["Laakkwartier"][7], rows["Nieuw"][7]) == (SAY("comparison.verdict.higher"), SAY("comparison.verdict.lower"))
    assert SAY("comparison.guard.length_differs", short="Laakkwartier", least=120, long="Nieuw", most=180) in words(app)


@FULL
def test_an_hour_is_called_above_the_norm_only_where_its_whole_margin_is(store, open_page):
    app = open_page(SCRIPT, **YEAR)
    limits = [row[6].partition("\N{EN DASH}") for row in table(app, "Dag | Begint om") if row[5] != SAY("show.hidden")]
    certain = sum(bool(upper) and float(lower.replace(",", ".")) > 4 for lower, _, upper in limits)
    found = [part.value for part in app.subheader if part.value.startswith("Zeker boven de norm")]
    assert found == [] if not certain else f"Zeker boven de norm: {certain} van de {len(limits)}" in found[0]
