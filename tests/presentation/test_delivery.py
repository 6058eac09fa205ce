"""A file on its way in, in words."""

import polars as pl
import pytest

from data_access.ingest.shapes import REFUSED_SCHEMA, Receipt
from presentation.stories import delivery
from presentation.stories.common import joined
from presentation.texts import language

nl, en = language("nl"), language("en")


def receipt(read: int, accepted: int, corrected: int, duplicate: int, refused: int) -> Receipt:
    return Receipt("lijst.csv", "visits", "plain", read, accepted, corrected, duplicate, refused, anonymous=0)


def refused(*rows: tuple[int, str, str, str | None, str | None]) -> pl.DataFrame:
    return pl.DataFrame(list(rows), schema=REFUSED_SCHEMA, orient="row")


def test_the_receipt_is_a_sum_that_closes():
    parts = delivery.parts(receipt(read=1203, accepted=70, corrected=18, duplicate=1127, refused=6), nl)
    assert [part.value for part in parts] == ["1.203", "52", "18", "1.127", "6"]
    assert parts[0].hint == "= 52 + 18 + 1.127 + 6"
    assert delivery.loadable(receipt(read=1203, accepted=70, corrected=18, duplicate=1127, refused=6)) == 1197


@pytest.mark.parametrize(("names", "words"), [(["a"], "a"), (["a", "b"], "a en b"), (["a", "b", "c"], "a, b en c")])
def test_names_are_joined_as_people_say_them(names: list[str], words: str):
    assert joined(names, nl) == words


def test_the_same_fault_in_many_rows_is_one_line():
    found = delivery.refused_table(refused(*[(row, "visited_on", "date.impossible", "31-06-2020", None) for row in (1412, 87, 90, 91, 95)]), "visits", nl)
    assert found.title == "5 regels zijn afgekeurd: één soort fout"
    assert found.table.rows[0][:2] == ["87, 90, 91 en 2 andere", "datum: ‘31-06-2020’"]


def test_a_row_with_two_faults_is_one_row():
    found = delivery.refused_table(refused((5, "visited_on", "date.future", "2090-01-01", None), (5, "branch", "branch.unknown", "Laak", None)), "visits", nl)
    assert found.title == "1 regel is afgekeurd: 2 soorten fouten"


def test_what_may_be_about_a_pupil_is_a_dash_and_said_to_be_so():
    found = delivery.refused_table(refused((5, "pupil", "pupil.name", None, None)), "visits", nl)
    assert (found.table.rows[0][1], found.hides) == ("leerling_id: –", True)
    whole = delivery.refused_table(refused((5, "", "row.twice", None, "4")), "visits", nl)
    assert (whole.table.rows[0][1], whole.hides) == ("de hele regel", False)


def test_an_empty_cell_is_called_empty():
    found = delivery.refused_table(refused((5, "visited_on", "value.missing", None, None)), "visits", nl)
    assert (found.table.rows[0][1], found.hides) == ("datum: leeg", False)


def test_many_kinds_of_faults_end_in_the_download():
    rows = [(row, "visited_on", "date.impossible", f"31-06-{row}", None) for row in range(2001, 2013)]
    found = delivery.refused_table(refused(*rows), "visits", nl)
    assert (len(found.table.rows), found.more) == (delivery.KINDS_SHOWN, 12 - delivery.KINDS_SHOWN)


def test_the_download_has_every_row_and_runs_no_formula():
    rows = refused(
        (2, "branch", "branch.unknown", "=HYPERLINK(1)", None), (3, "branch", "branch.unknown", "@som", None), (4, "visited_on", "date.future", "-1", None)
    )
    file = delivery.refused_file(rows, "visits", "=lijst.csv", nl).decode("utf-8-sig")
    lines = file.splitlines()
    assert lines[0] == "Afgekeurde regels van =lijst.csv"
    cells = [cell.strip('"') for line in lines for cell in line.split(";")]
    assert not [cell for cell in cells if cell.startswith(("=", "@", "-1"))]
    assert [line.split(";")[0].strip('"') for line in lines[-3:]] == ["2", "3", "4"]


def test_the_screen_says_each_thing_in_english_too():
    found = delivery.refused_table(refused((87, "visited_on", "date.impossible", "31-06-2020", None)), "visits", en)
    assert found.table.headers == ["Row", "What it said", "Why refused, and what to do"]
    assert found.table.rows[0][1] == "date: ‘31-06-2020’"
