"""Whatever the methods over visits refuse, there is a sentence for it in both languages."""

import ast
from pathlib import Path

import pytest

from metrics.shapes import Refused
from presentation.refusals import stopped
from presentation.texts import LANGUAGES, language

METRICS = Path(__file__).resolve().parents[2] / "metrics"
MODULES = ("refusals", "visit_days", "methods/survival", "methods/repeat_attendance", "methods/open_days", "methods/spells", "methods/signals")


def codes_of(module: str) -> set[str]:
    """The codes in `Refused("code")` and `refuse_rows(frame, condition, "code")`."""
    calls = [node for node in ast.walk(ast.parse((METRICS / f"{module}.py").read_text(encoding="utf-8"))) if isinstance(node, ast.Call)]
    named = [call.args for call in calls if isinstance(call.func, ast.Name) and call.func.id in {"Refused", "refuse_rows"}]
    texts = [arguments[0 if len(arguments) == 1 else 2] for arguments in named]
    return {text.value for text in texts if isinstance(text, ast.Constant) and isinstance(text.value, str)}


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_refusal_of_a_figure_over_visits_has_a_sentence(code):
    say = language(code)
    codes = set().union(*(codes_of(module) for module in MODULES))
    assert {"number_too_low", "not_a_date", "incomplete_rows", "share_out_of_range"} <= codes
    assert {missing for missing in codes if f"stopped.{missing}" not in say} == set()


def test_the_sentence_names_what_was_found_and_what_would_do():
    refusal = Refused("number_too_low", name="window_days", number=0, least=1)
    assert stopped(language("en"), refusal) == "The value 0 for window_days is too low. Choose 1 or more."
    assert stopped(language("nl"), Refused("missing_column", columns=["pupil_id", "visited_on"])) == "Er ontbreekt een kolom: pupil_id, visited_on."
