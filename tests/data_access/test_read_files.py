"""Files as they come: how their letters, marks and lines are written, and workbooks."""

import io
import os
import zipfile
from datetime import date, datetime, time

import openpyxl
import pytest
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from data_access.ingest import limits, read_text
from data_access.ingest.read_files import read
from data_access.ingest.shapes import FileRefused, RawFeatures, RawTable
from tests.stores import STEWARD, counts, stored

LINES = [["naam", "aantal"], ["Zoë", "1"], ["Café \N{EN DASH} Zuid", "2"]]


def table(content: bytes, name: str = "lijst.csv") -> RawTable:
    raw = read(name, content)
    assert isinstance(raw, RawTable)
    return raw


def text(lines: list[list[str]], mark: str = ";", end: str = "\n") -> str:
    return end.join(mark.join(cells) for cells in lines) + end


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
@pytest.mark.parametrize("mark", [";", ",", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_one_table_however_its_letters_marks_and_lines_are_written(encoding, mark, end):
    raw = table(text(LINES, mark, end).encode(encoding))
    assert raw.headers == ("naam", "aantal")
    assert raw.frame.rows() == [(2, "Zoë", "1"), (3, "Café \N{EN DASH} Zuid", "2")]


def test_a_decimal_comma_is_not_taken_for_a_mark():
    raw = table(b"code;a;b\nx;1,5;2,5\ny;3,5;4,5\n")
    assert raw.frame.rows() == [(2, "x", "1,5", "2,5"), (3, "y", "3,5", "4,5")]


def test_cells_are_stripped_and_empty_ones_are_null():
    assert table(b'a;b\n  x ; \n"";y\n').frame.rows() == [(2, "x", None), (3, None, "y")]


def test_a_quoted_cell_may_hold_marks_and_lines_and_the_rows_after_it_have_the_number_that_a_spreadsheet_shows():
    raw = table(b'a;b\n"x\n2";"y;z"\nz;w\nmis\n')
    assert raw.frame.rows() == [(2, "x\n2", "y;z"), (3, "z", "w")]
    assert raw.broken.rows() == [(4, "", "row.too_few_fields", None, "1/2")]


def test_headers_that_are_empty_or_the_same_are_told_apart():
    assert table(b"a;;a;row\n1;2;3;4\n").headers == ("a", "(2)", "a (2)", "row (2)")


@pytest.mark.parametrize(
    ("header", "names"),
    [("a;a;a (2)", ("a", "a (2)", "a (2) (2)")), ("row;a;row (2)", ("row (2)", "a", "row (2) (2)")), ("(2);;x", ("(2)", "(2) (2)", "x"))],
)
def test_headers_that_look_like_the_names_that_we_give_are_told_apart_too(header, names):
    raw = table(f"{header}\n1;2;3\n".encode())
    assert raw.headers == names
    assert raw.frame.rows() == [(2, "1", "2", "3")]


def test_titles_above_the_header_are_passed_over():
    raw = table(b"Bezoeken Noord\nWeek 47;\n\ndatum;leerling;vestiging\n18-11-2024;17;Noord\n")
    assert raw.headers == ("datum", "leerling", "vestiging")
    assert raw.frame.rows() == [(5, "18-11-2024", "17", "Noord")]


def test_geojson_says_in_which_coordinates_it_is():
    crs = '"crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::28992"}}'
    raw = read("kaart.geojson", f'{{"type": "FeatureCollection", {crs}, "features": [{{"type": "Feature"}}]}}'.encode())
    assert isinstance(raw, RawFeatures)
    assert (len(raw.features), raw.crs) == (1, 28992)


# --- workbooks --------------------------------------------------------------------------------------------------------


def workbook(*rows: list[object], title: str = "Blad1", epoch: datetime | None = None, hidden_first: bool = False) -> bytes:
    book = openpyxl.Workbook()
    if epoch is not None:
        book.epoch = epoch
    sheet = book.active
    if hidden_first:
        sheet["A1"] = "geheim"
        sheet.sheet_state = "hidden"
        sheet = book.create_sheet(title)
    for row in rows:
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize("epoch", [None, CALENDAR_MAC_1904])
def test_a_workbook_gives_the_same_visits_as_a_list_also_when_it_counts_days_from_1904(store, epoch):
    from actions.load_file import load
    from data_access.ingest.shapes import Delivery

    start = date(1904, 1, 1) if epoch else date(1899, 12, 30)
    serial = (date(2024, 11, 19) - start).days
    content = workbook(
        ["Bezoeken week 47"],
        [],
        ["leerling_id", "datum", "vestiging", "aankomst"],
        [17, datetime(2024, 11, 18), "Noord", time(15, 30)],
        ["017", serial, "Noord", 0.645833],
        [18, "20-11-2024", "Haven", "15.30"],
        [19, "onzin", "Haven", None],
        epoch=epoch,
    )
    assert counts(load(store, Delivery("bezoeken.csv", content, STEWARD))) == (3, 0, 0, 1, 0)
    assert stored(store, "visits", "visited_on", "arrived_at") == [(date(2024, 11, day), time(15, 30)) for day in (18, 19, 20)]
    assert stored(store, "refused_rows", "row_number") == [(7,)]


def sheet(rows: str, dimension: str = "") -> bytes:
    """A workbook of which the sheet is written by hand: what no program that we have would write."""
    head = '<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    return replaced(workbook(["a"]), "xl/worksheets/sheet1.xml", f"{head}{dimension}<sheetData>{rows}</sheetData></worksheet>")


def replaced(content: bytes, name: str, part: str) -> bytes:
    """A zip in which one part is another."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as before, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as after:
        for info in before.infolist():
            after.writestr(info.filename, part if info.filename == name else before.read(info))
    return out.getvalue()


def cells(*values: str) -> str:
    return "<row>" + "".join(value if value.startswith("<") else f'<c t="inlineStr"><is><t>{value}</t></is></c>' for value in values) + "</row>"


NO_RESULT, EMPTY_RESULT, AN_ERROR = "<c><f>B2</f></c>", '<c t="str"><f>B2</f><v></v></c>', '<c t="e"><f>B2</f><v>#REF!</v></c>'


def test_a_formula_without_a_result_is_no_visit_without_a_pupil(store):
    content = sheet(
        cells("leerling_id", "datum", "vestiging")
        + cells(NO_RESULT, "18-11-2024", "Noord")
        + cells(AN_ERROR, "18-11-2024", "Noord")
        + cells(EMPTY_RESULT, "18-11-2024", "Noord")
        + cells("17", "18-11-2024", NO_RESULT)
        + cells("17", "18-11-2024", "Noord")
    )
    from actions.load_file import load
    from data_access.ingest.shapes import Delivery

    receipt = load(store, Delivery("lijst.xlsx", content, STEWARD))
    assert counts(receipt) == (2, 0, 0, 3, 1)
    assert receipt.reasons == {"value.no_result": 3}
    assert stored(store, "refused_rows", "row_number", "column_name", "value") == [(2, "pupil", None), (3, "pupil", None), (5, "branch", None)]


def test_a_sheet_that_is_wrong_about_its_own_size_is_read_to_its_end():
    raw = table(sheet(cells("a", "b") + cells("1", "2") + cells("3", "4"), dimension='<dimension ref="A1:A2"/>'))
    assert raw.frame.rows() == [(2, "1", "2"), (3, "3", "4")]


def test_a_cell_of_several_lines_does_not_shift_the_rows_of_the_sheet():
    raw = table(workbook(["a", "b"], ["x\ny;z,w", 'zei "nee'], [], ["1"]))
    assert raw.frame.rows() == [(2, "x\ny;z,w", 'zei "nee'), (4, "1", None)]


def test_other_sheets_are_not_read_and_the_receipt_says_so(store):
    from actions.load_file import load
    from data_access.ingest.shapes import Delivery

    book = openpyxl.Workbook()
    for row in (["leerling_id", "datum", "vestiging"], [17, datetime(2024, 11, 18), "Noord"]):
        book.active.append(row)
    for title, state in (("December", "visible"), ("Lijsten", "hidden"), ("Leeg", "visible")):
        other = book.create_sheet(title)
        other.sheet_state = state
        if title != "Leeg":
            other.append(["x"])
    out = io.BytesIO()
    book.save(out)
    receipt = load(store, Delivery("lijst.xlsx", out.getvalue(), STEWARD))
    assert counts(receipt) == (1, 0, 0, 0, 0)
    assert receipt.notes == (("sheets.not_read", "1"),)


def test_the_first_visible_sheet_counts():
    raw = table(workbook(["a", "b"], [1, 2], hidden_first=True), "lijst.xlsx")
    assert raw.headers == ("a", "b")
    assert raw.frame.rows() == [(2, "1", "2")]


def test_a_value_in_the_last_cell_of_the_sheet_is_one_refused_row():
    book = openpyxl.Workbook()
    sheet = book.active
    sheet["A1"], sheet["B1"], sheet["A2"], sheet["B2"] = "a", "b", "1", "2"
    sheet["XFD1048576"] = "x"
    out = io.BytesIO()
    book.save(out)
    raw = table(out.getvalue())
    assert raw.frame.rows() == [(2, "1", "2")]
    assert raw.broken.select("row", "code").rows() == [(1_048_576, "row.too_many_fields")]


@pytest.mark.parametrize("damage", ["cut", "no workbook", "bomb"])
def test_a_damaged_workbook_is_refused_in_one_sentence(damage, monkeypatch):
    content = workbook(["a", "b"], [1, 2])
    if damage == "cut":
        content = content[: len(content) // 2]
    elif damage == "no workbook":
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as parts:
            parts.writestr("../../weg.txt", "x")
        content = out.getvalue()
    else:
        monkeypatch.setattr(limits, "MAX_UNPACKED_BYTES", 100)
    with pytest.raises(FileRefused) as refused:
        read("lijst.xlsx", content)
    assert refused.value.code in ("file.unreadable", "file.no_table", "file.too_large_unpacked")


@pytest.mark.skipif(os.name == "nt", reason="a bound on memory needs the resource module")
def test_the_process_that_reads_a_workbook_has_a_bound_on_its_memory():
    import subprocess
    import sys

    code = "from data_access.ingest.read_workbook import limit; limit(); bytearray(4_000_000_000)"
    assert b"MemoryError" in subprocess.run([sys.executable, "-c", code], capture_output=True, check=False).stderr


def test_a_file_that_is_too_large_is_not_even_looked_at(monkeypatch):
    monkeypatch.setattr(limits, "MAX_BYTES", 10)
    with pytest.raises(FileRefused) as refused:
        read("lijst.csv", b"a;b\n" + b"1;2\n" * 100)
    assert refused.value.code == "file.too_large"


def test_a_row_may_not_be_lost_between_two_blocks_that_are_parsed(monkeypatch):
    monkeypatch.setattr(read_text, "_BLOCK_BYTES", 64)
    lines = [f"{number};{'x' * (number % 30)}" if number % 7 else f"{number}" for number in range(1, 200)]
    raw = table(("a;b\n" + "\n".join(lines) + "\n").encode())
    assert raw.frame["row"].to_list() == [number + 1 for number in range(1, 200) if number % 7]
    assert raw.frame["a"].to_list() == [str(number) for number in range(1, 200) if number % 7]
    assert raw.broken["row"].to_list() == [number + 1 for number in range(1, 200) if number % 7 == 0]
