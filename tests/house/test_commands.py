"""The command line finds its commands by their files and imports only the one asked for."""

import subprocess
import sys
from pathlib import Path

import pytest

import manage
from tests.serving import ROOT, run_command


def test_every_command_says_in_one_line_what_it_does_and_what_it_takes(capsys: pytest.CaptureFixture[str]):
    for name, file in manage.modules().items():
        assert manage.summary(file), f"{name} has no docstring"
        with pytest.raises(SystemExit) as ended:
            manage.main([name, "--help"])
        assert ended.value.code == 0, name
        assert f" {name} " in capsys.readouterr().out, name


def test_without_a_command_all_of_them_are_listed():
    said = run_command()
    assert said.returncode == 0
    assert "  serve " in said.stdout


def test_an_unknown_command_is_wrong_use():
    said = run_command("toverspreuk")
    assert said.returncode == 2
    assert "serve" in said.stderr and not said.stdout


def test_a_wrong_option_is_wrong_use():
    assert run_command("serve", "--toverspreuk").returncode == 2


def test_only_the_command_asked_for_is_imported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    (tmp_path / "import_.py").write_text('"""Laadt een bestand."""\nraise RuntimeError("imported")\n', encoding="utf-8")
    monkeypatch.setattr(manage, "COMMANDS", tmp_path)
    assert manage.main(["--help"]) == 0
    assert "import  Laadt een bestand." in capsys.readouterr().out


def test_help_of_serve_does_not_wait_for_streamlit():
    check = (
        "import sys, manage\ntry: manage.main(['serve', '--help'])\nexcept SystemExit: pass\nsys.exit('streamlit' in sys.modules or 'polars' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", check], cwd=ROOT, capture_output=True, check=False).returncode == 0


@pytest.mark.parametrize("port", ["99999", "-1", "abc", "²"])
def test_a_port_that_cannot_be_is_one_sentence_and_wrong_use(port: str):
    said = run_command("serve", f"--port={port}", "--no-browser")
    assert said.returncode == 2
    assert f"{port} is geen poort" in said.stderr and "Traceback" not in said.stderr


def test_a_python_without_the_packages_is_told_how_to_get_them():
    bare = subprocess.run([sys.executable, "-S", "manage.py", "loads"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert bare.returncode == 1
    assert "make env" in bare.stderr and "Traceback" not in bare.stderr
