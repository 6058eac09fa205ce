"""`figures` prints what the pages show, and hides what they hide."""

import json
from datetime import date, datetime, time
from typing import Any

import pytest

import manage
from actions import show_figures
from commands.figures import PARTS, _as_dict
from data_access.dataset import Dataset
from data_access.reader import Forbidden, Reader, Role
from metrics import catalogue
from metrics.periods import school_year
from metrics.shapes import Period, View

AS_OF = date(2025, 6, 29)
PROGRAMME = Reader(Role.PROGRAMME)


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    """Exit code, standard output and standard error of the command, in this process."""
    capsys.readouterr()
    try:
        code = manage.main(["figures", *arguments])
    except SystemExit as stopped:
        code = int(str(stopped.code))
    return code, *capsys.readouterr()


def numbers(value: Any) -> list[float]:
    """Every number anywhere in what was printed."""
    if isinstance(value, dict | list | tuple):
        return [number for part in (value.values() if isinstance(value, dict) else value) for number in numbers(part)]
    return [] if value is None or isinstance(value, str | bool | date | datetime | time) else [value]


def test_the_rows_are_those_of_the_pages_and_hidden_rows_say_nothing_but_that(demo_database, capsys):
    code, out, _ = said(capsys, "participants", "--period", "2023-2024", "--by", "neighbourhood", "--sector", "PO", "--json")
    printed = json.loads(out)
    view = View(school_year(2023), AS_OF, sector="PO", by=("neighbourhood",))
    shown = show_figures.shown(Dataset(demo_database, PROGRAMME), "participants", view)
    assert (code, list(printed), printed["indicator"]) == (0, ["indicator", "view", "coverage", "rows"], "participants")
    assert printed["view"] == {
        "period": {"first": "2023-08-01", "last": "2024-07-31"},
        "as_of": "2025-06-29",
        "sector": "PO",
        "branches": [],
        "districts": [],
        "by": ["neighbourhood"],
        "wealth": "p_ink_li",
        "confidence": 0.95,
    }
    assert [(row["neighbourhood_code"], row["value"], row["reason"]) for row in printed["rows"]] == shown.frame.select(
        "neighbourhood_code", "value", "reason"
    ).rows()
    assert all(list(row)[: len(PARTS) + 1] == ["neighbourhood_code", *PARTS] for row in printed["rows"])
    hidden = [row for row in printed["rows"] if row["reason"] == "hidden"]
    assert hidden
    assert all(row[name] is None for row in hidden for name in PARTS if name != "reason")
    assert all(row["pupils"] == row["value"] and not 0 < row["value"] < 5 for row in printed["rows"] if row["value"] is not None)


def test_any_figure_of_a_store_can_be_printed_and_none_tells_of_one_to_four_pupils(demo_database):
    dataset = Dataset(demo_database, PROGRAMME)
    year = View(Period(date(2023, 8, 1), date(2025, 7, 31)), AS_OF)
    for indicator in catalogue.ids():
        found, rows = show_figures.with_pupils(dataset, indicator, year)
        printed = _as_dict(found, rows)
        assert all(number == number and abs(number) < float("inf") for number in numbers(printed)), indicator
        json.dumps(printed, default=str, allow_nan=False)
        pupils = [row["pupils"] for row in printed["rows"] if row["pupils"] is not None]  # type: ignore[attr-defined]
        assert not any(0 < count < 5 for count in pupils), indicator


def test_without_json_it_is_a_table_in_dutch(demo_database, capsys):
    code, out, _ = said(capsys, "reach", "--period", "2023-08-01..2024-07-31", "--by", "school_year", "sector")
    lines = out.splitlines()
    assert (code, lines[0], lines[2]) == (0, "Bereik", "Intern, niet voor publicatie")
    assert lines[5].split() == ["schooljaar", "vanaf", "sector", "teller", "noemer", "waarde", "marge", "leerlingen", "waarom", "niet"]
    assert lines[6].startswith("2023-08-01") and "%" in lines[6] and "," in lines[6]
    _, out, _ = said(capsys, "pupils_per_volunteer", "--period", "2024-2025", "--by", "branch", "--branch", "LAA")
    assert "Laakkwartier" in out and "5,8" in out


def test_what_cannot_be_asked_is_said_in_a_sentence(demo_database, capsys):
    for arguments, code, words in (
        (("reach", "--period", "2023-2024", "--by", "branch"), 1, "Dit cijfer kan niet worden uitgesplitst naar: branch."),
        (("visits", "--period", "2023-2024", "--branch", "NERGENS"), 1, "De vestiging NERGENS bestaat niet. Kies uit: CEN, ESC"),
        (("reach", "--period", "2023-2024", "--by", "wealth_fifth", "--wealth", "geluk"), 1, "geluk"),
        (("reach", "--period", "2023-2024", "--confidence", "2"), 1, "De zekerheid"),
        (("reach", "--period", "2023-2025"), 2, "2023-2025 is geen periode"),
        (("reach", "--period", "2024-01-02..2024-01-01"), 2, "is geen periode"),
        (("reach", "--period", "2024-02-30..2024-03-01"), 2, "2024-02-30 is geen datum"),
        (("geluk", "--period", "2023-2024"), 2, "geluk"),
        (("reach",), 2, "--period"),
        (("reach", "--period", "2023-2024", "--by", "mood"), 2, "mood"),
    ):
        found, out, err = said(capsys, *arguments)
        assert (found, out) == (code, ""), arguments
        assert words in err and "Traceback" not in err, arguments


def test_rows_that_tell_branches_apart_are_for_who_may_see_the_branches(demo_database):
    """`volunteers_short` brings the branch itself, so its view does not name it."""
    soon = View(Period(date(2025, 6, 30), date(2025, 7, 13)), AS_OF)
    of_branch = Dataset(demo_database, Reader(Role.BRANCH, ("LAA",)))
    with pytest.raises(Forbidden):
        show_figures.shown(of_branch, "volunteers_short", soon)
    own = show_figures.shown(of_branch, "volunteers_short", View(soon.period, AS_OF, branches=("LAA",)))
    assert set(own.frame["branch_id"]) == {"LAA"}
    for role in (Role.COUNCIL, Role.STEWARD):
        with pytest.raises(Forbidden):
            show_figures.with_pupils(Dataset(demo_database, Reader(role)), "visits", soon)


def test_visits_and_what_is_counted_per_session_are_covered_over_time(demo_database):
    """Where one month alone would be hidden, the year less the other months would give it away."""
    view = View(school_year(2024), AS_OF, branches=("LAA",), by=("school_week",))
    for indicator in ("visits", "pupils_per_volunteer", "occupancy", "known_pupil", "turned_away"):
        hidden = show_figures.shown(Dataset(demo_database, PROGRAMME), indicator, view).frame["hidden"].sum()
        assert hidden != 1, indicator


def test_pupils_from_elsewhere_and_with_an_unknown_home_are_named_in_words(demo_database, capsys):
    _, out, _ = said(capsys, "participants", "--period", "2023-2024", "--by", "neighbourhood")
    assert "Buiten de gemeente" in out and "Wijk onbekend" in out
    assert "unknown" not in out and "outside" not in out
