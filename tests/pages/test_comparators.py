"""What a trend is held against: of the reader's choice, only what is fair, named everywhere, and worked out here from the lists themselves."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from data_access.criteria import Criterion
from data_access.database import engine
from data_access.dataset import Dataset
from data_access.reader import Reader, Role
from metrics.periods import school_year
from metrics.shapes import View
from presentation.shelf import Shelf
from presentation.stories import common, comparators
from presentation.texts import language, plain
from tests.pages.conftest import who_came, words

TREND, WEEK = "pages/pilot/participation.py", "pages/branches/this_week.py"
SAY = language("nl")
FULL = pytest.mark.parametrize("store", ["full"], indirect=True)
PO, EVERY = ("LAA", "TRA", "ESC"), ("LAA", "TRA", "ESC", "SCH", "CEN")


CROWD = Criterion(criterion_id="crowd", indicator="visits_per_session", rule="at_least", target=10.0, owner="manager", valid_from=date(2024, 8, 1), sector="PO")
READERS = {"programme": Reader(Role.PROGRAMME), "branch": Reader(Role.BRANCH, ("SCH",))}


def offered(sector, *branches, reader="programme", year=True, before=False):
    """What is offered for a view, as it is read."""
    known = {wanted: common.Row(None, None, 12.0, 11.0, 13.0, None) if wanted else common.nothing("no_data") for wanted in (True, False)}
    weekly = View(school_year(2024), date(2025, 6, 29), sector, branches, by=("sector", "school_week"))
    return list(comparators.offered(comparators.Asked(weekly, weekly, known[year], just_before=known[before]), READERS[reader], SAY))


def column(app, head):
    """The last column of the table of weeks, by its first cells."""
    text = next(part.value for part in app.markdown if part.value.startswith(f"| {head}"))
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in text.splitlines()]
    return rows[0][-1], {tuple(row[:-1])[:2]: row[-1] for row in rows[2:]}


def monday_of(day):
    return day - timedelta(days=day.weekday())


def mean_of(branches, first, last):
    """Visits over held sessions in weeks of which a list came, counted one by one."""
    data = Dataset(engine(), READERS["programme"]).inputs()
    came = who_came(data)
    listed = {(where, monday_of(day)) for where, day in came}
    sessions = data.sessions.filter(status="held").select("branch_id", "held_on").rows()
    found = [came[where, day] for where, day in sessions if where in branches and first <= day <= last and (where, monday_of(day)) in listed]
    return sum(found) / len(found)


@FULL
@pytest.mark.parametrize(("chosen", "together", "code"), [("sector", PO, "nl"), ("programma", EVERY, "en")])
def test_a_branch_stands_beside_others_together_in_finding_subtitle_picture_words_and_table(store, open_page, chosen, together, code):
    say = language(code)
    app = open_page(TREND, rol="programma", taal=code, vestiging="TRA", vergelijk=chosen)
    now, before = (mean_of(branches, date(2024, 8, 1), date(2025, 6, 29)) for branches in (("TRA",), together))
    name, than = (say(f"compare.{chosen}.{form}", n=len(together), sector="PO") for form in ("words", "than"))
    assert say("trend.busier", than=than, now=now, before=before) in [part.value for part in app.subheader]
    assert say("compare.grey", words=name) in words(app)
    (alt,) = (chart.proto.alt for chart in app.get("plotly_chart") if chart.proto.id.endswith("chart-deelname-per-week"))
    assert say("compare.grey", words=name) in alt
    head, rows = column(app, say("table.week"))
    assert head.lower() == name.lower()
    monday = date(2025, 3, 10)
    assert rows[say.date(monday), say("sector.PO")] == say.number(mean_of(together, monday, date(2025, 3, 16)), 1)


@FULL
def test_only_what_is_fair_is_offered(store):
    assert offered(None) == ["jaar", "niets"], "primary and secondary are not held against each other"
    assert offered("PO") == ["jaar", "niets"]
    assert offered("PO", "LAA") == ["jaar", "sector", "programma", "niets"]
    assert offered("VO", "SCH") == ["jaar", "sector", "programma", "niets"]
    assert offered("VO", "SCH", reader="branch") == ["jaar", "programma", "niets"], "beside one other it would see that other"
    assert offered("PO", "LAA", year=False, before=True) == ["ervoor", "sector", "programma", "niets"]


@FULL
def test_a_comparison_that_does_not_fit_gets_a_sentence_and_the_page_shows_the_first(store, open_page):
    app = open_page(TREND, rol="programma", vergelijk="sector")
    assert SAY("compare.not_here", value="sector", shown=SAY("compare.jaar.words")) in words(app)


@FULL
def test_nothing_leaves_the_trend_alone_with_its_own_mean(store, open_page):
    app = open_page(TREND, rol="programma", vergelijk="niets")
    now = mean_of(EVERY, date(2024, 8, 1), date(2025, 6, 29))
    assert SAY("trend.alone", now=now) in [part.value for part in app.subheader]
    head, _ = column(app, SAY("table.week"))
    assert head == SAY("table.per_session")


@FULL
def test_the_last_weeks_of_a_branch_stand_beside_those_of_its_sector(store, open_page):
    app = open_page(WEEK, rol="vestiging", eigen="TRA", vergelijk="sector")
    now, before = (mean_of(branches, date(2025, 5, 5), date(2025, 6, 29)) for branches in (("TRA",), PO))
    than = SAY("compare.sector.than", n=3, sector="PO")
    assert SAY("this_week.trend.busier", n=8, than=than, now=now, before=before) in [part.value for part in app.subheader]


@FULL
def test_a_target_is_offered_where_one_was_agreed_for_exactly_this_figure(store, open_page, monkeypatch):
    def agreed(**changes):
        criterion = replace(CROWD, **changes)
        monkeypatch.setattr("presentation.cached.agreed", lambda reader: [criterion])

    for changes in ({"indicator": "pupils_per_volunteer"}, {"part": "sector=PO"}, {"valid_from": date(2025, 8, 1)}, {"sector": "VO"}, {"dropped": True}):
        agreed(**changes)
        assert "doel" not in offered("PO", "TRA"), changes
    agreed(sector=None)
    assert ("doel" in offered("PO", "TRA"), "doel" in offered(None)) == (True, False), "a target for all together is none for each sector"
    agreed()
    assert "doel" in offered(None)
    shelf = Shelf(1000)  # a criterion that is not in the store raises no data version
    monkeypatch.setattr("presentation.cached._shelf", lambda: shelf)
    app = open_page(TREND, rol="programma", vestiging="TRA", vergelijk="doel")
    now = mean_of(("TRA",), date(2024, 8, 1), date(2025, 6, 29))
    assert SAY("trend.busier", than=SAY("compare.doel.than"), now=now, before=10.0) in [part.value for part in app.subheader]
    head, weeks = column(app, SAY("table.week"))
    assert head == plain("Het afgesproken doel: minstens 10")
    assert set(weeks.values()) == {SAY.number(10, 1)}
