"""Deze week: what a branch manager would find by going through the own lists, at most three things, and words for a week with nothing to do."""

import json
from datetime import date, timedelta
from math import ceil
from urllib.parse import unquote

import polars as pl
import pytest

from actions import follow_signal
from data_access.database import engine
from data_access.dataset import Dataset
from data_access.reader import Reader, Role
from presentation.navigation import PAGES
from presentation.texts import LANGUAGES, language
from tests.pages.conftest import LAAK, STATES, deliver, who_came, words

SCRIPT = {page.id: page.script for page in PAGES}["this_week"]
SAY = language("nl")
#: The demo stands still on the Monday after its last delivery.
MONDAY = date(2025, 6, 30)
OWN = {"rol": "vestiging", "eigen": "LAA"}
FULL = pytest.mark.parametrize("store", ["full"], indirect=True)
ONE = pytest.mark.parametrize("store", ["one_branch"], indirect=True)


def table(app, first):
    text = next(part.value for part in app.markdown if part.value.startswith(f"| {first}"))
    return [[cell.strip() for cell in line.split("|")[1:-1]] for line in text.splitlines()[2:]]


def titles(app):
    """The things to do, in the order in which they stand there."""
    things = [part.value for part in app.markdown if part.value.startswith("**") and "**  \n" in part.value]
    return [thing.split("**")[1] for thing in things if not thing.startswith("**Waarom")]


@pytest.mark.parametrize("store", STATES, indirect=True)
def test_the_page_speaks_in_each_state_and_language(store, open_page, monkeypatch):
    """The town of one branch delivered two weeks of March 2025 and not the third; the other one has three pupils."""
    if store != "full":
        monkeypatch.setattr("data_access.clock.today", lambda: date(2025, 3, 24))
    for code in LANGUAGES:
        say = language(code)
        app = open_page("", taal=code, rol="vestiging")
        text = words(app)
        assert app.title[0].value == say("this_week.question")
        if store == "no_data":
            assert say("empty.no_data") in text and not app.metric
            continue
        assert len(app.metric) == 4
        assert all(len(chart.proto.alt) > 30 for chart in app.get("plotly_chart"))
        if store == "full":
            assert len(titles(app)) == len(app.get("plotly_chart")) == 3
        else:
            assert app.header[0].value == say("this_week.headline.1", things=say("this_week.need.weeks.named_short", weeks="12"))
            assert say("this_week.planned.nothing") in text and say("empty.no_sessions") in text


@FULL
def test_a_branch_manager_starts_here_and_the_programme_does_not(store, open_page):
    assert open_page("", **OWN).title[0].value == SAY("this_week.question")
    assert open_page("", rol="programma").title[0].value == SAY("overview.question")
    assert open_page("").title[0].value == SAY("overview.question")


# --- what is planned --------------------------------------------------------------------------------------------------


def crowds() -> dict[tuple[str, date], int]:
    """Branch and day -> visits, with those without a name."""
    return who_came(Dataset(engine(), Reader(Role.PROGRAMME)).inputs())


def expected_by_hand(branch, weekday):
    """The number that four in five of the last eight held and listed sessions of that branch and weekday did not exceed, those turned away included."""
    data, came = Dataset(engine(), Reader(Role.PROGRAMME)).inputs(), crowds()
    held = data.sessions.filter(branch_id=branch, status="held").sort("held_on")
    wanted = [
        came[branch, day] + (away or 0)
        for day, away in held.select("held_on", "turned_away").iter_rows()
        if day.isoweekday() == weekday and (branch, day) in came
    ]
    last = sorted(wanted[-8:])
    return last[ceil(0.8 * len(last)) - 1]


@FULL
def test_the_sessions_of_this_week_and_the_next_stand_there_with_the_volunteers_they_lack(store, open_page):
    data = Dataset(engine(), Reader(Role.PROGRAMME)).inputs()
    planned = data.sessions.filter(pl.col("branch_id") == "LAA", pl.col("held_on").is_between(MONDAY, MONDAY + timedelta(days=13))).sort("held_on")
    app = open_page("", **OWN)
    rows, lacking, pupils = table(app, "Dag | Verwachte"), 0, 0
    assert len(rows) == planned.height
    for row, (day, promised) in zip(rows, planned.select("held_on", "volunteers").iter_rows(), strict=True):
        expected = expected_by_hand("LAA", day.isoweekday())
        needed = ceil(expected / data.norm)
        assert row == [SAY.date(day, "EEEE d MMMM"), str(expected), str(promised), str(needed), str(max(0, needed - promised))]
        lacking, pupils = lacking + max(0, needed - promised), pupils + expected
    assert [number.value for number in app.metric[:3]] == [str(len(rows)), str(pupils), str(lacking)]
    first = next(row for row in rows if int(row[4]))
    assert first[0] == "maandag 30 juni", "which is today, though tomorrow lacks more"
    assert SAY("this_week.planned.finding", day="Vandaag", n=int(first[4])) in [part.value for part in app.subheader]
    assert f"Vandaag zijn er **{first[2]} vrijwilligers voor naar verwachting {first[1]} leerlingen**" in words(app)


@FULL
def test_places_are_promised_volunteers_times_the_norm(store, open_page):
    app = open_page("", **OWN)
    notes = [note["text"] for note in json.loads(app.get("plotly_chart")[0].proto.spec)["layout"]["annotations"]]
    for day, expected, promised, _, lacking in table(app, "Dag | Verwachte"):
        assert day in notes
        assert f"<b>{expected}</b> leerlingen, <b>{4 * int(promised)}</b> plaatsen" in notes
        assert SAY("this_week.planned.short", n=int(lacking)) in notes


@FULL
def test_the_message_to_the_coordinator_names_days_and_volunteers_and_no_pupils(store, open_page):
    app = open_page("", **OWN)
    url = app.get("link_button")[0].proto.url
    assert url.startswith("mailto:?subject=")
    body = unquote(url.split("body=")[1])
    rows = [row for row in table(app, "Dag | Verwachte") if row[0].endswith(("30 juni", "1 juli", "3 juli"))]
    for day, _, promised, needed, lacking in rows:
        assert f"- {day}, 15.00 uur: {lacking} erbij nodig ({promised} toegezegd, {needed} nodig)" in body
    assert body.count("\n- ") == len(rows) == 3
    assert "verwacht" not in body


# --- what is to do ----------------------------------------------------------------------------------------------------


@FULL
def test_at_most_three_things_the_most_urgent_on_top_and_what_comes_after_them(store, open_page):
    app = open_page("", **OWN)
    data = Dataset(engine(), Reader(Role.PROGRAMME)).inputs()
    last = data.signal_events.sort("signal_id", "number").group_by("signal_id").last().select("signal_id", "state")
    open_signals = data.signals.filter(branch_id="LAA", rule="frequent_attendance").join(last, on="signal_id").filter(pl.col("state").is_in(["new", "seen"]))
    due = open_signals.filter(pl.col("raised_on") <= MONDAY - timedelta(days=7)).height
    late = open_signals.filter(pl.col("raised_on") < MONDAY - timedelta(days=14)).height
    assert titles(app) == ["Zoek vrijwilligers voor 3 inloopmomenten", SAY("this_week.need.signals.title", n=due), "Lever week 24 en 25"]
    assert app.header[0].value == f"Drie dingen deze week: zoek vrijwilligers, {SAY('this_week.need.signals.short', n=due)} en lever week 24 en 25."
    assert "Daarna nog: zoek vrijwilligers voor volgende week." in words(app)
    assert due > 0
    assert app.metric[3].value == str(open_signals.height)
    assert SAY("this_week.number.late", n=late) in words(app)


@FULL
def test_a_week_that_is_delivered_is_no_longer_asked_for_and_the_next_thing_takes_its_place(store, open_page):
    lists = [f"KIJK0{pupil:02};{day};Laakkwartier" for day in ("2025-06-10", "2025-06-12", "2025-06-17", "2025-06-19", "2025-06-16") for pupil in range(9)]
    deliver("laak.csv", "\n".join(["leerling_id;datum;vestiging", *lists]), "visits")
    app = open_page("", **OWN)
    assert titles(app)[0] == "Zoek vrijwilligers voor 3 inloopmomenten"
    assert titles(app)[2] == "Zoek vrijwilligers voor 3 inloopmomenten van volgende week"
    assert SAY("this_week.weeks.finding_none", n=8) in words(app)
    assert "Daarna nog" not in words(app)


@FULL
def test_signals_that_have_an_answer_are_no_longer_asked_for(store, open_page):
    reader = Reader(Role.BRANCH, ("LAA",))
    waiting = follow_signal.own_signals(engine(), reader).filter(pl.col("state").is_in(["new", "seen"]))
    for signal in waiting["signal_id"]:
        follow_signal.follow(engine(), reader, signal, "dismissed", reason="other")
    app = open_page("", **OWN)
    assert app.metric[3].value == "0"
    assert not any("signa" in title for title in titles(app))
    assert len(titles(app)) == 3


@FULL
def test_volunteers_who_promised_to_come_are_no_longer_looked_for(store, open_page):
    data = Dataset(engine(), Reader(Role.PROGRAMME)).inputs()
    planned = data.sessions.filter(branch_id="LAA", status="planned").filter(pl.col("held_on") < date(2025, 7, 14))
    rows = [f"Laakkwartier,{day},15:00,17:00,gepland,6" for day in planned["held_on"]]
    deliver("inloop.csv", "\n".join(["vestiging,datum,begin,einde,status,vrijwilligers", *rows]), "sessions")
    app = open_page("", **OWN)
    assert not any("vrijwilliger" in title for title in titles(app))
    assert app.metric[2].value == "0"
    assert SAY("this_week.planned.finding_enough", n=6) in [part.value for part in app.subheader]


# --- a quiet week -----------------------------------------------------------------------------------------------------


def sessions(rows):
    deliver("inloop.csv", "\n".join(["vestiging,datum,begin,einde,status,vrijwilligers", *rows]), "sessions")


@ONE
def test_nothing_to_do_is_a_complete_answer_with_what_was_looked_at(store, open_page, monkeypatch):
    """Nine Tuesdays were delivered, and it is the Wednesday after the last: the one session that is planned lacks nobody."""
    monkeypatch.setattr("data_access.clock.today", lambda: date(2025, 3, 12))
    days = [date(2025, 1, 14) + timedelta(days=7 * week) for week in range(9)]
    visits = [f"kaart-{pupil:03},{day},LAA,{LAAK}" for day in days[:7] for pupil in range(12)]
    deliver("meer.csv", "\n".join(["leerling_id,datum,vestiging,wijkcode", *visits]), "visits")
    sessions([f"LAA,{day},15:00,17:00,gehouden,6" for day in days] + ["LAA,2025-03-18,15:00,17:00,gepland,6"])
    app = open_page("", **OWN)
    assert app.header[0].value == "Deze week is er niets te doen."
    looked_at = next(part.value for part in app.markdown if part.value.startswith("- :material/check:"))
    enough = "Voor het ene inloopmoment t/m dinsdag 18 maart zijn er genoeg vrijwilligers."
    for line in (enough, "schoolweken zijn geleverd", "Er wacht geen signaal", "controles"):
        assert line in looked_at
    assert "Volgende levering: **elke maandag**." in words(app)
    assert not titles(app) and not app.get("link_button")


@ONE
def test_in_the_summer_holiday_nothing_is_planned_and_nothing_is_to_do(store, open_page, monkeypatch):
    monkeypatch.setattr("data_access.clock.today", lambda: date(2025, 3, 24))
    deliver("vakanties.csv", "eerste_dag,laatste_dag,naam\n2025-03-15,2025-04-30,zomervakantie\n", "holidays")
    sessions(["LAA,2025-03-04,15:00,17:00,gehouden,4", "LAA,2025-03-11,15:00,17:00,gehouden,4"])
    app = open_page("", **OWN)
    assert app.header[0].value == "Deze week is er niets te doen."
    assert "Het is zomervakantie t/m woensdag 30 april: er zijn geen inloopmomenten." in words(app)
    assert app.metric[0].value == "0"


@ONE
def test_in_school_time_a_list_without_coming_sessions_is_asked_for(store, open_page, monkeypatch):
    monkeypatch.setattr("data_access.clock.today", lambda: date(2025, 3, 17))
    sessions(["LAA,2025-03-04,15:00,17:00,gehouden,8", "LAA,2025-03-11,15:00,17:00,gehouden,8"])
    app = open_page("", **OWN)
    assert titles(app) == ["Zet de inloopmomenten in de lijst"]
    assert app.header[0].value == "Eén ding deze week: zet de inloopmomenten in de lijst."


@pytest.mark.parametrize("store", ["withheld"], indirect=True)
def test_of_a_handful_of_pupils_no_number_stands_there(store, open_page, monkeypatch):
    """Three pupils came on Tuesdays; the sessions are known and one is planned."""
    monkeypatch.setattr("data_access.clock.today", lambda: date(2025, 3, 12))
    days = [date(2025, 2, 11) + timedelta(days=7 * week) for week in range(5)]
    deliver("meer.csv", "\n".join(["leerling_id,datum,vestiging", *(f"kaart-{pupil:03},{day},LAA" for day in days for pupil in range(3))]), "visits")
    sessions([f"LAA,{day},15:00,17:00,gehouden,1" for day in days] + ["LAA,2025-03-18,15:00,17:00,gepland,1"])
    app = open_page("", **OWN)
    (row,) = table(app, "Dag | Verwachte")
    assert row[1:] == ["\N{EN DASH}", "\N{EN DASH}", "\N{EN DASH}", SAY("reason.hidden")]
    assert app.metric[1].value == "\N{EN DASH}"
    assert SAY("empty.no_sessions") in words(app)


# --- beside itself ----------------------------------------------------------------------------------------------------


@FULL
def test_the_branch_is_held_beside_its_own_same_weeks_of_a_year_before(store, open_page):
    data, came = Dataset(engine(), Reader(Role.PROGRAMME)).inputs(), crowds()
    held = [day for where, day, status in data.sessions.select("branch_id", "held_on", "status").iter_rows() if where == "LAA" and status == "held"]

    def mean(first, last):
        found = [came[("LAA", day)] for day in held if first <= day <= last and ("LAA", day) in came]
        return sum(found) / len(found)

    first, last = date(2025, 5, 5), date(2025, 6, 29)  # eight school weeks, two of which did not come
    now, before = mean(first, last), mean(date(2024, 4, 22), date(2024, 6, 23))  # school weeks 33 to 40 of both years: the summer of 2023 ended a week earlier
    app = open_page("", **OWN)
    assert SAY("this_week.trend.busier", n=8, than=SAY("compare.jaar.than"), now=now, before=before) in [part.value for part in app.subheader]
    weeks = {row[0]: row[1:] for row in table(app, "Week van | Per inloopmoment")}
    assert weeks["week van 9 juni 2025"][0] == weeks["week van 16 juni 2025"][0] == "\N{EN DASH}", "missing is not zero"
    assert weeks["week van 23 juni 2025"] == [SAY.number(mean(last - timedelta(days=6), last), 1), SAY.number(mean(date(2024, 6, 17), date(2024, 6, 23)), 1)]


@FULL
def test_the_last_eight_school_weeks_stand_there_with_what_did_not_come(store, open_page):
    app = open_page("", **OWN)
    rows = table(app, "Week van | Levering")
    assert [row[0].split(",")[0] for row in rows] == [f"week {number}" for number in range(19, 27)]
    assert [row[1] for row in rows] == ["geleverd"] * 5 + ["ontbreekt"] * 2 + ["geleverd"]


@FULL
def test_nothing_of_another_branch_stands_on_the_page(store, open_page):
    app = open_page("", **OWN)
    for text in (words(app), *(str(chart.proto.spec) for chart in app.get("plotly_chart"))):
        assert not any(name in text for name in ("Escamp", "Schilderswijk", "Centrale", "Transvaal"))


# --- the programme ----------------------------------------------------------------------------------------------------


@FULL
def test_the_programme_sees_what_every_branch_has_to_do_and_no_signal_of_a_handful_of_pupils(store, open_page):
    app = open_page(SCRIPT, rol="programma")
    rows = {row[0]: row[1:] for row in table(app, "Vestiging | Te doen")}
    assert next(iter(rows)) == "Laakkwartier (PO)", "which lacks most volunteers this week"
    assert len(rows) == 5
    lacking = {name: int(row[2]) for name, row in rows.items()}
    assert SAY("this_week.everywhere.lacking", n=sum(lacking.values())) in words(app)
    assert rows["Laakkwartier (PO)"][0].startswith("zoek vrijwilligers, lever week 24 en 25")
    assert not {"1", "2", "3", "4"} & {row[4] for row in rows.values()}
    assert not app.get("plotly_chart") and not app.get("link_button")


@ONE
def test_signals_of_an_earlier_school_year_wait_for_the_programme_too_and_no_list_of_sessions_is_no_nought(store, open_page, monkeypatch):
    """Six pupils came very often in March and nobody did anything with it; it is October, and nobody delivered a list of sessions."""
    monkeypatch.setattr("data_access.clock.today", lambda: date(2025, 10, 1))
    deliver("vestigingen.csv", f"vestiging_id,vestiging,doelgroep,wijkcode,pilot,start\nNEW,Nieuw,PO,{LAAK},ja,2025-03-01\n", "branches")
    often = [f"kaart-90{pupil},2025-03-{3 * number + 2:02},{branch}" for branch, n in (("LAA", 6), ("NEW", 0)) for pupil in range(n) for number in range(8)]
    deliver("vaak.csv", "\n".join(["leerling_id,datum,vestiging", *often]), "visits")
    assert open_page("", **OWN).metric[3].value == "6"
    app = open_page(SCRIPT, rol="programma")
    rows = {row[0]: row[1:] for row in table(app, "Vestiging | Te doen")}
    assert {name: row[4] for name, row in rows.items()} == {"Laakkwartier (PO)": "6", "Nieuw (PO)": "0"}
    assert {(row[1], row[2]) for row in rows.values()} == {("\N{EN DASH}", "\N{EN DASH}")}, "nothing in the list is not nothing to do"
    assert SAY("this_week.everywhere.not_planned") in words(app) and "0 diensten" not in words(app)


@FULL
def test_the_programme_opens_one_branch_with_counts_and_without_anything_about_its_signals(store, open_page):
    app = open_page(SCRIPT, rol="programma", vestiging="LAA")
    assert "Laakkwartier (PO)" in words(app)
    assert titles(app)[:2] == ["Zoek vrijwilligers voor 3 inloopmomenten", "Lever week 24 en 25"]
    assert app.metric[3].value == "\N{EN DASH}", "one pupil"
    assert not any("wachttijd" in part.value or "langer dan" in part.value for part in app.markdown)


@FULL
def test_a_branch_manager_cannot_open_another_branch(store, open_page):
    app = open_page("", **OWN, vestiging="ESC")
    assert "Laakkwartier (PO)" in words(app) and "Escamp" not in words(app)
