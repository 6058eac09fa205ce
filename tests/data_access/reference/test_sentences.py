"""Whatever a delivery may say in a receipt or a refusal has a sentence, in both languages."""

import re
from pathlib import Path

import pytest

from actions.loads import has_template, kind_ids
from data_access import ingest, reference
from data_access.reference import kwb
from presentation.refusals import column_name, reason
from presentation.texts import LANGUAGES, Language, language
from tests.data_access.reference.delivered import file

MODULES = sorted(module for folder in (*reference.__path__, *ingest.__path__) for module in Path(folder).rglob("*.py"))
NO_CODE = {"content.xml"}  # the part of a workbook by which it is known
CODES = sorted({code for module in MODULES for code in re.findall(r'"([a-z]+\.[a-z_]+)"', module.read_text(encoding="utf-8"))} - NO_CODE)


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("code_language", LANGUAGES)
def test_every_code_has_a_sentence(code: str, code_language: Language):
    say = language(code_language)
    assert any(key in say for key in (f"refused.{code}.label", f"stopped.{code}", f"receipt.note.{code}"))


def test_codes_were_found():
    assert {"area.impossible", "year.missing", "rows.other_areas"} <= set(CODES)


@pytest.mark.parametrize("code_language", LANGUAGES)
def test_every_kind_has_a_name_and_a_form_or_a_sentence_instead(code_language: Language):
    say = language(code_language)
    assert len(kind_ids()) == 18
    for kind in kind_ids():
        assert f"delivery.kind.{kind}" in say
        assert (f"delivery.instead_of_template.{kind}" in say) != has_template(kind)


def test_a_refused_figure_names_its_column_as_the_file_does():
    say = language("nl")
    parsed = kwb.parse(file("kwb-2022.csv", "gwb_code_10;regio;p_ink_li\nWK051829;Schildersbuurt;140"))
    row = parsed.refused.row(0, named=True)
    assert reason(say, "context", row)["column"] == "p_ink_li"
    assert column_name(say, "context", "neighbourhood_code") == "gebiedscode"
    assert column_name(say, "boundaries", "neighbourhood_code") == "neighbourhood_code"
