"""The headline of a page says what a reader would count by hand from the lists themselves."""

from collections import defaultdict
from dataclasses import replace
from datetime import date, timedelta

import polars as pl
import pytest

from actions.show_figures import shown
from data_access.database import engine
from data_access.dataset import Dataset
from data_access.organisation import organisation
from data_access.reader import Reader, Role
from metrics.periods import school_year
from metrics.shapes import View
from presentation import cached
from presentation.choice import Choice
from presentation.navigation import PAGES
from presentation.stories import participation, participation_charts
from presentation.texts import language
from tests.pages.conftest import who_came, words

SCRIPTS = {page.id: page.script for page in PAGES}
FIRST, LAST = date(2023, 8, 1), date(2024, 7, 31)
YEAR = {"periode": "2023-2024", "rol": "programma"}
pytestmark = [pytest.mark.parametrize("store", ["full"], indirect=True), pytest.mark.usefixtures("store")]


def days_of_pupils() -> dict[int, list[date]]:
    """Every pupil with the days on which they came, in order."""
    found = defaultdict(set)
    for pupil, day in Dataset(engine(), Reader(Role.PROGRAMME)).inputs().visits.days.iter_rows():
        found[pupil].add(day)
    return {pupil: sorted(days) for pupil, days in found.items()}


def test_the_share_that_came_back_is_that_of_the_list(open_page):
    began = [days for days in days_of_pupils().values() if FIRST <= days[0] <= LAST]
    back = [days for days in began if len(days) > 1 and days[1] - days[0] <= timedelta(days=28)]
    app = open_page(SCRIPTS["repeat_attendance"], **YEAR)
    say = language("nl")
    assert f"{say.number(100 * len(back) / len(began))} van de 100 nieuwe leerlingen" in app.header[0].value
    assert say("repeat.parts.finding", n=len(back), away=say.number(len(began) - len(back))) in words(app)


def test_how_often_pupils_came_adds_up_to_all_of_them(open_page):
    counts = [len(within) for days in days_of_pupils().values() if (within := [day for day in days if FIRST <= day <= LAST])]
    often = [count for count in counts if count >= 20]
    app = open_page(SCRIPTS["repeat_attendance"], **YEAR)
    say = language("nl")
    finding = say("repeat.dosage.finding", n=len(often), share=say.percent(len(often) / len(counts)), visits=say.percent(sum(often) / sum(counts)))
    assert finding in words(app)


def test_least_and_most_wealthy_are_told_with_the_rates_of_their_tables(open_page):
    app = open_page(SCRIPTS["equal_opportunity"], **YEAR)
    say = language("nl")
    table = next(part.value for part in app.markdown if part.value.startswith("| Deel van de leerlingen"))
    rows = [[cell.strip() for cell in row.split("|")[1:-1]] for row in table.splitlines()[2:]]

    def rate(row: list[str]) -> float:
        return int(row[1].replace(".", "")) / int(row[2].replace(".", ""))

    least, most = rate(rows[0]), rate(rows[-1])
    assert least > most, "the demo reaches most where there is least wealth"
    assert f"bereiken we {say.number(least / most, 1)} keer zo veel" in app.header[0].value
    assert f"{say.number(100 * least, 1)} tegen {say.number(100 * most, 1)} per 100" in words(app)
    assert app.metric[1].value == f"{say.number(100 * (least - most), 1)} punt"


def test_a_branch_manager_sees_no_other_branch_in_who_comes_back(open_page):
    app = open_page(SCRIPTS["repeat_attendance"], periode="2023-2024", rol="vestiging", eigen="LAA")
    assert not any("Escamp" in text for text in (words(app), *(str(chart.proto.spec) for chart in app.get("plotly_chart"))))
    assert len(app.get("plotly_chart")) == 3


# --- Deelname: the largest neighbourhoods -----------------------------------------------------------------------------


def wilson(came: float, of: float) -> tuple[float, float]:
    """Limits as Wilson wrote them in 1927: the roots of (p - came/of)^2 = z^2 p (1 - p) / of."""
    z2 = 1.959964**2
    a, b, c = 1 + z2 / of, -(2 * came / of + z2 / of), (came / of) ** 2
    root = (b * b - 4 * a * c) ** 0.5
    return (-b - root) / (2 * a), (-b + root) / (2 * a)


def verdict_of(came: float | None, of: float, whole: float) -> str:
    """What may be said of a neighbourhood beside the whole."""
    if came is None:
        return "hidden"
    lower, upper = wilson(came, of)
    return "higher" if lower > whole else "lower" if upper < whole else "unclear"


@pytest.mark.parametrize("starts_in", [2018, 2024])
def test_the_certain_ones_are_counted_among_the_neighbourhoods_that_are_drawn_and_the_sentence_says_of_how_many(open_page, starts_in):
    say, last = language("nl"), min(school_year(starts_in).last, date(2025, 6, 29))
    data = Dataset(engine(), Reader(Role.PROGRAMME))
    view = View(replace(school_year(starts_in), last=last), date(2025, 6, 29))
    (whole,) = shown(data, "reach", view).frame["value"]
    by_place = {row["neighbourhood_code"]: row for row in shown(data, "reach", replace(view, by=("neighbourhood",))).frame.iter_rows(named=True)}
    places = cached.target_sizes(replace(view, by=("neighbourhood",)))["neighbourhood_code"].to_list()
    verdicts = [verdict_of(by_place[place]["numerator"], by_place[place]["denominator"], whole) for place in places]
    large = verdicts[: participation.ROWS]
    higher, lower = large.count("higher"), large.count("lower")
    assert (higher, lower) != (verdicts.count("higher"), verdicts.count("lower")), "more are certain among all of them"
    app = open_page(SCRIPTS["participation"], periode=f"{starts_in}-{starts_in + 1}", rol="programma")
    told = f"In {higher} van de 16 grootste wijken is het bereik {{}} dan in heel {organisation().name}, in {lower} zeker lager"
    assert told.format("**zeker hoger**") + "." in words(app)
    assert told.format("zeker hoger") in [heading.value for heading in app.subheader]

    figures = participation.load(Choice(starts_in, date(2019, 5, 13), date(2025, 6, 29), None, None), Reader(Role.PROGRAMME))
    chart = participation_charts.reach_chart(figures, say)
    assert chart is not None
    file = chart.table.file
    drawn = [note["text"].replace("<b>", "").replace("</b>", "") for note in chart.figure.to_dict()["layout"]["annotations"]]
    assert [name for name in drawn if name in set(file["name"])] == file["name"].to_list(), "the file has the rows that are drawn, in their order"
    assert dict(zip(file["neighbourhood_code"], file["verdict"], strict=True)) == dict(zip(places[:16], large, strict=True))
    assert [row[-1] for row in chart.table.rows] == [say(f"participation.verdict.{verdict}") for verdict in file["verdict"]]


# --- Overzicht: quarters of as many sessions --------------------------------------------------------------------------


def came_in(first: date, last: date) -> tuple[int, int]:
    """Pupils who came between two days, and the held sessions of which somebody told who came."""
    data = Dataset(engine(), Reader(Role.PROGRAMME)).inputs()
    came = who_came(data)
    told = {(branch, day) for branch, day in data.quiet_days.select("branch_id", "day").iter_rows()} | set(came)
    held = data.sessions.filter((pl.col("status") == "held") & pl.col("held_on").is_between(first, last))
    pupils = data.visits.days.filter(pl.col("visited_on").is_between(first, last))["pupil_id"].n_unique()
    return pupils, sum(session in told for session in held.select("branch_id", "held_on").iter_rows())


def test_a_quarter_is_held_against_that_of_a_year_before_only_where_both_had_about_as_many_sessions(open_page):
    (now, held), (before, held_before) = (came_in(date(year, 2, 1), date(year, 4, 30)) for year in (2025, 2024))
    assert 0.8 <= held / held_before <= 1.25 and now > before
    told = f"In feb\N{EN DASH}apr 2025 kwamen {now} leerlingen in {held} inloopmomenten, {now - before} meer dan een jaar eerder in {held_before}"
    assert told in words(open_page(SCRIPTS["overview"], periode="2024-2025", rol="programma"))
    now, _ = came_in(date(2020, 5, 1), date(2020, 7, 31))
    told = f"In mei\N{EN DASH}jul 2020 kwamen {now} leerlingen; een jaar eerder is niet vergelijkbaar"
    assert told in words(open_page(SCRIPTS["overview"], periode="2019-2020", rol="programma")), "the pilot began in the middle of that quarter"
