"""Every indicator has one definition and every definition one function."""

import subprocess
import sys
from pathlib import Path

import pytest

from metrics import catalogue
from metrics.shapes import Refused


def test_definitions_and_functions_fit_one_another():
    assert catalogue.faults() == []


def test_a_definition_reads_in_two_languages_and_finds_its_function():
    reach = catalogue.definition("reach")
    assert (reach.name["nl"], reach.name["en"], reach.unit, reach.goal) == ("Bereik", "Reach", "proportion", "pro_poor")
    assert catalogue.indicator("reach").__name__ == "reach"
    assert "reach" in catalogue.ids()


def test_an_unknown_indicator_is_refused_with_the_ones_that_exist():
    for find in (catalogue.definition, catalogue.indicator):
        with pytest.raises(Refused) as refused:
            find("wealth")
        assert refused.value.code == "unknown_indicator"
        assert refused.value.values["known"] == catalogue.ids()


def test_all_faults_are_reported_at_once(tmp_path, monkeypatch):
    (tmp_path / "reach.toml").write_text('family = "participation"\ngoal = "up"\ncolour = "red"\nname = { nl = "Bereik" }\nreview_by = "soon"\n')
    (tmp_path / "luck.toml").write_text('family = "participation"\n')
    monkeypatch.setattr(catalogue, "DEFINITIONS", tmp_path)
    catalogue.ids.cache_clear()
    try:
        found = catalogue.faults()
    finally:
        catalogue.ids.cache_clear()
    for fault in (
        "reach.toml: goal is 'up'",
        "reach.toml: colour is no part",
        "reach.toml: name must say something in nl and en",
        "reach.toml: why is missing",
        "reach.toml: review_by must be a date",
        "luck.toml: no function luck(data: Inputs, view: View) -> Figures in family 'participation'",
        "visits: function in participation without a definition file",
    ):
        assert any(line.startswith(fault) for line in found), fault


def test_pages_that_only_count_do_not_wait_for_scipy():
    program = """
import sys
from metrics import catalogue, example
for indicator in ("visits", "participants", "reach", "known_home"):
    example.figures(indicator)
assert "scipy" not in sys.modules, "scipy"
example.figures("visits_per_100_pupils")
assert "scipy" in sys.modules
"""
    subprocess.run([sys.executable, "-c", program], check=True, cwd=Path(__file__).parents[2])
