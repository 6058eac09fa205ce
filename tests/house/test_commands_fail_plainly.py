"""Commands that cannot do what is asked say so in a sentence, never in a traceback."""

import os
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import pytest

from data_access.clock import here
from tests.serving import ROOT, own_environment, run_command


@pytest.mark.parametrize("address", ["nonsense", "mysql://user:geheim@host/name", "postgresql://user:geheim@host:poort/name"])
def test_what_is_no_address_of_a_database_is_said_without_its_password(tmp_path: Path, address: str):
    said = run_command("init", environment={**own_environment(tmp_path), "HUISWERKMONITOR_DATABASE_URL": address})
    assert said.returncode == 1
    assert "HUISWERKMONITOR_DATABASE_URL is geen adres" in said.stderr
    assert "Traceback" not in said.stderr and "geheim" not in said.stderr


@pytest.mark.parametrize("setting", ["HUISWERKMONITOR_DATABASE_URL", "HUISWERKMONITOR_KEY_FILE"])
def test_a_place_that_cannot_be_made_is_said(tmp_path: Path, setting: str):
    (tmp_path / "file").write_text("", encoding="utf-8")
    place = tmp_path / "file" / "below"
    value = f"sqlite:///{place / 'store.sqlite'}" if setting.endswith("URL") else str(place / "pseudonym.key")
    said = run_command("init", environment={**own_environment(tmp_path), setting: value})
    assert said.returncode == 1
    assert "Hier kan niet worden geschreven" in said.stderr and "Traceback" not in said.stderr


def test_a_reader_that_has_seen_enough_ends_a_command_quietly(tmp_path: Path):
    reading, writing = os.pipe()
    os.close(reading)
    command = [sys.executable, "manage.py", "template", "visits"]
    said = subprocess.run(command, cwd=ROOT, env=own_environment(tmp_path), stdout=writing, stderr=subprocess.PIPE, text=True, check=False)
    os.close(writing)
    assert (said.returncode, said.stderr) == (0, "")


def test_help_of_import_says_what_its_exit_codes_mean():
    assert "1 = niets ingeladen" in " ".join(run_command("import", "--help").stdout.split())


def test_a_template_names_a_branch_also_where_there_are_none_yet(tmp_path: Path):
    assert ";BIB;" in run_command("template", "visits", environment=own_environment(tmp_path)).stdout


def test_a_moment_is_told_by_the_clock_in_the_netherlands():
    assert [f"{here(datetime(2025, month, 1, 23, 30)):%d %H:%M}" for month in (1, 7)] == ["02 00:30", "02 01:30"]


def test_the_monitor_does_not_start_on_an_address_where_it_would_not_answer(tmp_path: Path):
    said = run_command("serve", "--host", "127.0.0.2", "--port", "0", "--no-browser", environment=own_environment(tmp_path))
    assert said.returncode == 2
    assert "127.0.0.2" in said.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["import"], "manage.py import: er ontbreekt nog: BESTAND"),
        (["import", "a.csv", "--kind", "xyz"], "bij --kind: 'xyz' bestaat niet (kies uit: "),
        (["import", "a.csv", "--covers", "2025-01-01"], "hier horen 2 waarden achter"),
        (["refused", "elf"], "bij LEVERING: 'elf' kan hier niet staan"),
        (["loads", "--nu"], "dit is niet bekend: --nu"),
    ],
)
def test_wrong_use_is_told_in_dutch(arguments: list[str], said: str):
    found = run_command(*arguments)
    assert found.returncode == 2
    assert said in found.stderr and "gebruik: manage.py" in found.stderr
    assert not {"usage", "error", "required", "argument"} & set(found.stderr.replace(":", " ").split())


def test_help_is_in_dutch_too():
    words = run_command("import", "--help").stdout
    assert "toon deze uitleg" in words and "show this" not in words and "options:" not in words
