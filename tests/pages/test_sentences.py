"""The headline of a page says what a reader would count by hand from the lists themselves."""

from collections import defaultdict
from datetime import date, timedelta

import pytest

from data_access.database import engine
from data_access.dataset import Dataset
from data_access.reader import Reader, Role
from presentation.navigation import PAGES
from presentation.texts import language
from tests.pages.conftest import words

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
