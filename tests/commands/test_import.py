"""The commands as a data steward types them: what they answer, and their exit codes."""

import json
from pathlib import Path

import pytest

from actions.make_store import Kind, make_store
from data_access.database import engine
from tests.serving import own_environment, run_command

VISITS = "leerling_id;datum;vestiging\n17;18-11-2024;NRD\n18;31-02-2024;NRD\n;18-11-2024;NRD\n"


@pytest.fixture
def file(store, tmp_path: Path) -> Path:
    """A list with one good row, one wrong one and one without a pupil, and a store with branches."""
    path = tmp_path / "bezoeken.csv"
    path.write_text(VISITS, encoding="utf-8")
    return path


def test_the_receipt_as_json_adds_up_and_the_same_bytes_again_load_nothing(file):
    first, again = run_command("import", str(file), "--json"), run_command("import", str(file), "--json")
    receipt = json.loads(first.stdout)
    assert first.returncode == 0, first.stderr
    assert {name: receipt[name] for name in ("read", "accepted", "corrected", "duplicate", "refused", "anonymous")} == {
        "read": 3,
        "accepted": 2,
        "corrected": 0,
        "duplicate": 0,
        "refused": 1,
        "anonymous": 1,
    }
    assert receipt["reasons"] == {"date.impossible": 1}
    assert again.returncode == 1
    assert json.loads(again.stdout)["already_loaded"] == receipt["load_id"]


def test_a_check_says_what_will_happen_and_stores_nothing(file):
    checked = run_command("import", str(file), "--check", "--json")
    assert (checked.returncode, json.loads(checked.stdout)["load_id"]) == (0, None)
    assert "bezoeken.csv" not in run_command("loads").stdout


def test_refused_rows_are_told_with_row_reason_and_advice(file):
    loaded = run_command("import", str(file)).stdout
    assert "Noord: 18 november 2024" in loaded and "python manage.py refused 2" in loaded
    said = run_command("refused", "2")
    assert said.returncode == 0
    assert "31-02-2024" in said.stdout and "bestaat niet" in said.stdout
    assert "bezoeken.csv" in run_command("loads").stdout


def test_a_file_that_cannot_be_loaded_is_one_sentence_and_exit_code_1(file, tmp_path: Path):
    picture = tmp_path / "foto.csv"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20)
    for name in (str(picture), str(tmp_path / "bestaat-niet.csv")):
        said = run_command("import", name)
        assert said.returncode == 1
        assert len(said.stderr.strip().splitlines()) == 1 and "Traceback" not in said.stderr


@pytest.mark.parametrize("wrong", [("import",), ("refused", "geen-getal"), ("template",), ("onzin",)])
def test_wrong_use_is_exit_code_2(file, wrong):
    assert run_command(*wrong).returncode == 2


@pytest.mark.parametrize("kind", ["visits", "survey", "costs"])
def test_a_template_is_a_header_and_an_example_row(file, kind):
    said = run_command("template", kind)
    assert said.returncode == 0, said.stderr
    header, example, *_ = said.stdout.lstrip("\N{ZERO WIDTH NO-BREAK SPACE}").splitlines()
    assert len(header.split(";")) == len(example.split(";")) > 1


def test_a_delivery_is_taken_back_after_a_look_and_the_book_says_so(file):
    loaded = str(json.loads(run_command("import", str(file), "--json").stdout)["load_id"])
    looked = run_command("withdraw", loaded, "--check")
    assert (looked.returncode, "2 gegevens gaan weg" in looked.stdout) == (0, True), looked.stderr
    assert "teruggenomen" not in run_command("loads").stdout
    done = run_command("withdraw", loaded, "--json")
    assert done.returncode == 0, done.stderr
    assert {name: json.loads(done.stdout)[name] for name in ("went", "came_back", "changed", "pupils")} == {
        "went": 2,
        "came_back": 0,
        "changed": 0,
        "pupils": 1,
    }
    assert "bezoeken.csv (teruggenomen)" in run_command("loads").stdout
    again = run_command("withdraw", loaded)
    assert (again.returncode, len(again.stderr.strip().splitlines())) == (1, 1)
    assert run_command("import", str(file)).returncode == 0


def test_a_demo_store_says_that_it_is_one_when_something_is_loaded_into_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A store is born demo or real and stays so: whoever loads own files must not take the one for the other."""
    file = tmp_path / "wijken.csv"
    file.write_text("gebiedscode,naam,jaar\nWK051838,Laak,2022\n", encoding="utf-8")
    kinds: tuple[Kind, Kind] = ("demo", "real")
    for kind in kinds:
        for name, value in own_environment(tmp_path / kind).items():
            monkeypatch.setenv(name, value)
        make_store(engine(), kind)
        assert ("proefversie" in run_command("import", str(file), "--kind", "neighbourhoods").stdout) is (kind == "demo")
