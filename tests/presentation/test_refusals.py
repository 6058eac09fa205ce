"""What is said of a refused row can be read aloud, also when what stood there is not kept."""

import pytest

from presentation import refusals
from presentation.texts import language


@pytest.mark.parametrize(
    ("kind", "code", "said"),
    [
        ("visits", "branch.unknown", "De vestiging in deze cel is niet bekend."),
        ("costs", "amount.unreadable", "In deze cel is geen bedrag, of het is niet zeker welk bedrag."),
        ("visits", "date.short_year", "Het jaartal heeft maar twee cijfers (in deze cel)."),
    ],
)
def test_of_what_is_not_kept_the_cell_is_named(kind, code, said):
    row = {"row": 2, "column": "branch", "code": code, "value": None, "detail": None}
    assert refusals.reason(language("nl"), kind, row)["what"] == said
    assert "Haven" in refusals.reason(language("nl"), "visits", {**row, "code": "branch.unknown", "value": "Haven"})["what"]
