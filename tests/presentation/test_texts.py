"""Both languages say everything, with the same blanks to fill in; numbers and dates are written as each language writes them."""

import ast
import re
import string
import tomllib
from datetime import date
from pathlib import Path
from typing import get_args

import pytest

from metrics import catalogue
from presentation.texts import FOLDER, LANGUAGES, Say, language

ROOT = Path(__file__).resolve().parents[2]


def leaves(tree, path=""):
    for name, value in tree.items():
        if isinstance(value, dict):
            yield from leaves(value, f"{path}{name}.")
        else:
            yield path + name, value


def texts(code):
    return dict(leaves(tomllib.loads((FOLDER / f"{code}.toml").read_text(encoding="utf-8"))))


def blanks(text):
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_both_languages_hold_the_same_texts_with_the_same_blanks():
    dutch, english = texts("nl"), texts("en")
    assert dutch.keys() == english.keys()
    assert {key: (blanks(dutch[key]), blanks(english[key])) for key in dutch if blanks(dutch[key]) != blanks(english[key])} == {}


def test_no_text_is_empty_or_uses_a_word_that_readers_stumble_over():
    forbidden = re.compile(r"significant|p-waarde|p-value|\bCI\b|bijles|allochtoon|laagopgeleid|achterstandswijk", re.IGNORECASE)
    for code in LANGUAGES:
        for key, text in texts(code).items():
            assert text.strip(), key
            assert not forbidden.search(text), key


def test_every_reason_and_unit_of_a_figure_has_words():
    """A literal that an indicator puts in a column is a reason, or else a way of calculating; so is what it says is missing, and why a method has no limits."""
    methods = {"clustered", "count", "funnel", "kaplan_meier", "median", "newcombe", "wilson"}
    written = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "metrics" / "indicators").glob("*.py"))
    effects = (ROOT / "metrics" / "methods" / "effects.py").read_text(encoding="utf-8")
    reasons = {*re.findall(r"pl\.lit\(\"([a-z_]+)\"", written), *re.findall(r"\"(missing_(?!column)[a-z_]+|no_capacity|no_volunteers)\"", written)} - methods
    reasons |= {*re.findall(r"None, \"([a-z_]+)\"", effects), "not_identified", "no_variation"} - {"one_cluster"}  # said as `missing_schools`
    assert {"too_recent", "in_progress", "no_denominator"} <= reasons
    assert sorted(reason for reason in reasons if f"reason.{reason}" not in texts("nl")) == []
    assert {f"unit.{unit}" for unit in get_args(catalogue.Unit)} <= texts("nl").keys()


def test_every_text_that_the_code_asks_for_exists():
    """Literal keys in say("...") calls; keys that are put together (f"status.{status}") are covered by the page tests."""
    known = texts("nl").keys() | {key.rpartition(".")[0] for key in texts("nl")}
    asked = set()
    for path in [*ROOT.glob("presentation/**/*.py"), *ROOT.glob("pages/**/*.py"), *ROOT.glob("*.py"), *ROOT.glob("commands/*.py")]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name)
                and node.func.id == "say"
                and node.args
                and isinstance(node.args[0], ast.Constant)
            ):
                asked.add(node.args[0].value)
    assert asked, "no calls found: the search itself is broken"
    assert sorted(asked - known) == []


def test_dutch_numbers_and_dates():
    say = language("nl")
    assert say.number(1234) == "1.234"
    assert say.number(1234.56, 1) == "1.234,6"
    assert say.number(-3) == "\N{MINUS SIGN}3"
    assert say.percent(0.0194, 1) == "1,9%"
    assert say.between(1.84, 2.04, 1) == "1,8\N{EN DASH}2,0"
    assert say.date(date(2019, 5, 13)) == "13 mei 2019"


def test_english_numbers_and_dates():
    say = language("en")
    assert (say.number(1234.56, 1), say.percent(0.5), say.date(date(2019, 5, 13))) == ("1,234.6", "50%", "13 May 2019")


def test_a_difference_is_that_of_the_numbers_as_they_are_written():
    say = language("nl")
    assert (say.apart(14.05, 12.41, 1), say.number(14.05, 1), say.number(12.41, 1)) == ("1,6", "14,0", "12,4")
    assert (say.apart(14.06, 12.41, 1), say.apart(12.41, 14.06, 1)) == ("1,7", "1,7"), "14,1 and 12,4, though they are 1,65 apart"
    for one in (0.05, 0.25, 12.345, 99.95):
        for other in (0.15, 0.35, 7.05, 88.85):
            written = [float(say.number(value, 1).replace(",", ".")) for value in (one, other)]
            assert say.apart(one, other, 1) == say.number(abs(written[0] - written[1]), 1)


def test_one_and_other_get_their_own_form():
    say = Say("nl", {"weeks": {"one": "1 week", "other": "{n} weken"}})
    assert (say("weeks", n=1), say("weeks", n=0), say("weeks", n=1200)) == ("1 week", "0 weken", "1.200 weken")


def test_nothing_has_its_own_form_where_a_nought_reads_oddly():
    say = language("nl")
    assert [say("participation.certainty.rest", n=n) for n in (0, 1, 2)] == ["geen", "1", "2"]
    above = say("equal.funnel.finding_above", n=0)
    assert say("equal.funnel.finding", above=above, n=0) == "Geen enkele wijk ligt boven de trechter, geen enkele eronder"


def test_an_unknown_text_is_an_error_and_not_an_empty_screen():
    with pytest.raises(KeyError):
        language("nl")("no.such.text")
    assert "no.such.text" not in language("nl")


def test_a_delivered_name_with_braces_is_not_filled_in_again():
    say = Say("nl", {"hello": "Vestiging {name}"})
    assert say("hello", name="{n} <b>") == "Vestiging {n} <b>"
