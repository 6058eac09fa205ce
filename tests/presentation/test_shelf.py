"""What is made once for everybody: for whom it is the same thing, and for whom it is not."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from threading import Barrier, Thread

import pytest

from actions.make_store import make_store
from data_access import clock
from data_access.database import begin, engine
from data_access.ingest.ledger import raise_version
from data_access.reader import Reader, Role
from presentation import cached
from presentation.choice import Choice
from presentation.shelf import Shelf
from presentation.texts import Say, language
from tests.pages.conftest import point_at

CHOICE = Choice(2025, date(2024, 9, 2), date(2026, 3, 1), None, None)
PROGRAMME, OWN = Reader(Role.PROGRAMME), Reader(Role.BRANCH, ("LAA",))


@dataclass(frozen=True)
class Told:
    """What a page knows; it has no hash, as a frame has none."""

    lines: list[str]


@cached.kept
def fetch(choice: Choice, reader: Reader) -> Told:
    """A page of one line."""
    return Told([f"{choice.starts_in} {reader.role}"])


@cached.kept
def draw(told: Told, say: Say, picked: str | None = None) -> list[str]:
    """Its chart."""
    return [*told.lines, say.language, str(picked)]


@cached.kept
def explain(told: Told, say: Say) -> list[str]:
    """Its note."""
    return [*told.lines, say.language]


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An empty store."""
    point_at(tmp_path, monkeypatch)
    make_store(engine(), "real")
    yield
    engine().dispose()


@pytest.mark.usefixtures("store")
def test_the_same_choice_of_the_same_reader_gets_the_very_same_chart_and_any_other_another(monkeypatch: pytest.MonkeyPatch):
    nl = language("nl")
    drawn = draw(fetch(CHOICE, PROGRAMME), nl)
    assert draw(fetch(replace(CHOICE), Reader(Role.PROGRAMME)), nl) is drawn
    others = [
        draw(fetch(CHOICE, OWN), nl),
        draw(fetch(CHOICE, replace(OWN, branch_ids=("ESC",))), nl),
        draw(fetch(replace(CHOICE, sector="PO"), PROGRAMME), nl),
        draw(fetch(CHOICE, PROGRAMME), language("en")),
        draw(fetch(CHOICE, PROGRAMME), nl, "WK051838"),
        draw(fetch(CHOICE, PROGRAMME), nl, picked="WK051829"),
        draw(fetch(CHOICE, PROGRAMME), nl, picked="WK051830"),
        explain(fetch(CHOICE, PROGRAMME), nl),
    ]
    with begin(engine()) as connection:
        raise_version(connection)
    others.append(draw(fetch(CHOICE, PROGRAMME), nl))
    monkeypatch.setattr(clock, "today", lambda: date(2031, 1, 1))
    others.append(draw(fetch(CHOICE, PROGRAMME), nl))
    assert len({id(one) for one in (drawn, *others)}) == 1 + len(others)
    assert drawn == ["2025 programme", "nl", "None"]


@pytest.mark.usefixtures("store")
def test_what_was_not_kept_itself_makes_nothing_that_is_kept():
    own = Told(["signal 12"])
    assert draw(own, language("nl")) is not draw(own, language("nl"))
    assert draw(replace(fetch(CHOICE, PROGRAMME), lines=["another"]), language("nl"))[0] == "another"


def made_by(words: list[str]) -> Callable[[], list[str]]:
    """Makes a thing of its own."""
    return lambda: list(words)


def test_who_is_not_asked_for_longest_makes_room_and_is_made_anew():
    shelf = Shelf(2)
    first, second = shelf.get("a", made_by(["a"])), shelf.get("b", made_by(["b"]))
    assert shelf.get("a", made_by(["a"])) is first
    third = shelf.get("c", made_by(["c"]))
    assert [shelf.key_of(thing) for thing in (first, third)] == ["a", "c"]
    with pytest.raises(KeyError):
        shelf.key_of(second)
    assert shelf.get("b", made_by(["b"])) is not second


def test_what_could_not_be_made_is_tried_again():
    shelf = Shelf(2)
    with pytest.raises(ZeroDivisionError):
        shelf.get("a", lambda: 1 / 0)
    assert shelf.get("a", lambda: None) is None
    assert shelf.get("a", lambda: 3) is None, "nothing is an answer as well"


def test_two_who_ask_at_one_moment_get_the_same_thing():
    shelf, both, got = Shelf(2), Barrier(2), []

    def slow() -> list[str]:
        both.wait(timeout=20)  # so that each begins before the other is done
        return ["made"]

    asking = [Thread(target=lambda: got.append(shelf.get("a", slow))) for _ in range(2)]
    for thread in asking:
        thread.start()
    for thread in asking:
        thread.join()
    assert got[0] is got[1]
    assert shelf.key_of(got[0]) == "a"
