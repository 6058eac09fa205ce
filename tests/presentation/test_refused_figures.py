"""Whatever figures and criteria refuse, there is a sentence for it in both languages."""

import ast
from pathlib import Path

import pytest

from metrics.shapes import Refused
from presentation.refusals import stopped
from presentation.texts import LANGUAGES, language

ROOT = Path(__file__).resolve().parents[2]
#: Where the sentence of a code may stand: what the making of a release refuses is said of the release.
PLACES = ("stopped", "stopped.release")


def codes() -> set[str]:
    """The codes in every `Refused("code")` and `refuse_rows(frame, condition, "code")` of figures and actions."""
    files = [*(ROOT / "metrics").rglob("*.py"), *(ROOT / "actions").rglob("*.py")]
    calls = [node for file in files for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))) if isinstance(node, ast.Call)]
    named = {"Refused": 0, "refuse_rows": 2}
    texts = [call.args[named[call.func.id]] for call in calls if isinstance(call.func, ast.Name) and call.func.id in named]
    return {text.value for text in texts if isinstance(text, ast.Constant) and isinstance(text.value, str)}


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_refusal_of_a_figure_has_a_sentence(code):
    say = language(code)
    assert {"number_too_low", "incomplete_rows", "grain_does_not_fit", "unknown_wealth_measure", "took_part_changes", "owner_is_no_role"} <= codes()
    assert {missing for missing in codes() if not any(f"{place}.{missing}" in say for place in PLACES)} == set()


def test_the_sentence_names_what_was_found_and_what_would_do():
    refusal = Refused("number_too_low", name="window_days", number=0, least=1)
    assert stopped(language("en"), refusal) == "The value 0 for window_days is too low. Choose 1 or more."
    assert stopped(language("nl"), Refused("missing_column", columns=["pupil_id", "visited_on"])) == "Er ontbreekt een kolom: pupil_id, visited_on."
    refusal = Refused("unknown_wealth_measure", measure="a_inw", known=["ses_woa", "p_ink_li"])
    assert stopped(language("nl"), refusal) == "Naar a_inw kunnen wijken niet op welvaart worden gezet. Kies een van deze: ses_woa, p_ink_li."
