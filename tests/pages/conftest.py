"""Stores in the four states that a page must be able to speak about, and a way to open a page as a role."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from actions.load_file import load
from actions.make_store import make_store
from data_access.database import engine
from data_access.ingest.shapes import Delivery
from data_access.organisation import organisation
from data_access.reader import Reader, Role
from metrics.shapes import Inputs
from presentation.navigation import PAGES
from presentation.texts import Say
from tests.planted import RARE, make_planted_store
from tests.serving import own_environment

ROOT = Path(__file__).resolve().parents[2]
STATES = ("no_data", "one_branch", "withheld", "full")
#: A town with cells of a handful of pupils, and the same town in which these came a few times less.
PLANTED = {"planted": RARE, "twin": {year: visits - 3 for year, visits in RARE.items()}}
ADDRESSES = {page.script: page.address for page in PAGES}
ROLES = {"programma": Role.PROGRAMME, "vestiging": Role.BRANCH, "raad": Role.COUNCIL, "beheer": Role.STEWARD}

#: Two neighbourhoods of the municipality whose monitor this is.
LAAK, SCHILDER = (f"WK{organisation().code.removeprefix('GM')}{number}" for number in ("38", "29"))
BRANCHES = f"vestiging_id,vestiging,doelgroep,wijkcode,pilot,start\nLAA,Laakkwartier,PO,{LAAK},ja,2019-05-13\n"
AREAS = f"gebiedscode,naam,jaar,breedtegraad,lengtegraad\n{LAAK},Laak,2022,52.0606,4.3240\n{SCHILDER},Schilder,2022,52.0680,4.3068\n"
FIGURES = f"""gebiedscode,jaar,maat,waarde
{LAAK},2022,a_00_14,500
{LAAK},2022,a_15_24,400
{SCHILDER},2022,a_00_14,900
{SCHILDER},2022,a_15_24,700
"""


def visits(pupils: int) -> str:
    """A town of one branch: every pupil comes on a Tuesday, and every second one again a week later."""
    rows = [f"kaart-{pupil:03},{day},LAA,{LAAK}" for pupil in range(pupils) for day in ("2025-03-04", "2025-03-11")[: 1 + pupil % 2]]
    return "\n".join(["leerling_id,datum,vestiging,wijkcode", *rows]) + "\n"


def deliver(name: str, content: str, kind: str) -> None:
    """Load a file as the steward does, and see that all of it was taken."""
    receipt = load(engine(), Delivery(name, content.encode(), Reader(Role.STEWARD), kind=kind))
    assert (receipt.refused, receipt.accepted > 0) == (0, True), receipt


def point_at(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the settings speak of the store in this folder."""
    for name, value in own_environment(folder).items():
        if name.startswith("HUISWERKMONITOR"):
            monkeypatch.setenv(name, value)


@pytest.fixture(scope="session")
def kept_stores() -> dict[str, Path]:
    """State -> the folder of a store in that state, for the tests of this process that change nothing: what a page worked out for one is there for the next."""
    return {}


@pytest.fixture
def store(request: pytest.FixtureRequest, kept_stores: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A store in the state that the test names with `indirect`. After a test that changed it the next one gets another."""
    state = str(request.param)
    if state not in kept_stores:
        kept_stores[state] = request.getfixturevalue("demo_folder") if state == "full" else made(state, tmp_path, monkeypatch)
    folder = kept_stores[state]
    point_at(folder, monkeypatch)
    before = bytes_of(folder)
    yield state
    if bytes_of(folder) != before:
        del kept_stores[state]


def made(state: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a new store in a state other than full."""
    point_at(folder, monkeypatch)
    if state in PLANTED:
        make_planted_store(PLANTED[state])
        return folder
    make_store(engine(), "real")
    if state != "no_data":
        deliver("wijken.csv", AREAS, "neighbourhoods")
        deliver("cijfers.csv", FIGURES, "context")
        deliver("vestigingen.csv", BRANCHES, "branches")
        deliver("bezoeken.csv", visits(3 if state == "withheld" else 40), "visits")
    return folder


def bytes_of(folder: Path) -> dict[str, str]:
    """What the files of a store hold: the database, its log unless that is empty, and its key."""
    files = (file for file in folder.iterdir() if file.is_file() and file.stat().st_size and not file.name.endswith("-shm"))
    return {file.name: sha256(file.read_bytes()).hexdigest() for file in files}


@pytest.fixture
def open_page() -> Callable[..., AppTest]:
    """Opens a page at its address, with what stands behind the question mark, and fails on any error in it."""

    def opened(script: str, **address: str) -> AppTest:
        app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
        for name, value in address.items():
            app.query_params[name] = value
        if script:  # the hash by which Streamlit knows the page; its own switch_page first needs a run of the start, which would draw another page
            app._page_hash = calc_hash(ADDRESSES[script])
        app.run()
        assert not app.exception, app.exception[0].message
        return app

    return opened


def has_figures(app: AppTest, page: str, state: str, say: Say) -> bool:
    """The page asks its question; in a state without figures it says why, in one sentence and without any figure, and then this is False."""
    text = words(app)
    assert say(f"{page}.question") in text
    why = {"no_data": say("empty.no_data"), "withheld": say("empty.withheld")}.get(state)
    if why is not None:
        assert why in text
        assert not app.get("plotly_chart") and not app.metric
    return why is None


def who_came(data: Inputs) -> dict[tuple[str, date], int]:
    """Branch and day -> visits, with those without a name, counted one by one; 0 for any other day."""
    came: dict[tuple[str, date], int] = defaultdict(int)
    assert data.visits.branch_days is not None
    for _, day, branch in data.visits.branch_days.iter_rows():
        came[branch, day] += 1
    for branch, day, number in data.anonymous.select("branch_id", "visited_on", "visits").iter_rows():
        came[branch, day] += number
    return came


def words(app: AppTest) -> str:
    """All text on the page: titles, headings, markdown and boxes."""
    parts: list[Any] = [*app.title, *app.header, *app.subheader, *app.markdown, *app.info, *app.warning, *app.error]
    return "\n".join(str(part.value) for part in parts)
