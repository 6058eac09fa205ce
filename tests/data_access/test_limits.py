"""A file beyond a limit is refused in one sentence, before it costs memory or time."""

import subprocess

import pytest

from data_access.ingest import limits, read_files, read_text
from data_access.ingest.shapes import FileRefused
from presentation.refusals import stopped
from presentation.texts import LANGUAGES, language
from tests.data_access.broken import NAMES, PLAIN, SHEET, SPREADSHEET, repacked, workbook
from tests.serving import ROOT

SMALL = workbook(NAMES, PLAIN)
FAR_DOWN = repacked(SMALL, {SHEET: f'<worksheet {SPREADSHEET}><sheetData><row r="1048577"><c><v>1</v></c></row></sheetData></worksheet>'.encode()})
FEATURES = b'{"type": "FeatureCollection", "features": []}'


def refusal(content: bytes) -> str:
    with pytest.raises(FileRefused) as refused:
        read_files.read("lijst", content)
    assert all(stopped(language(name), refused.value) for name in LANGUAGES)
    return refused.value.code


@pytest.mark.parametrize(
    ("module", "limit", "most", "content", "code"),
    [
        (limits, "MAX_BYTES", 10, b"a;b\n1;2\n1;2\n", "file.too_large"),
        (limits, "MAX_WORKBOOK_BYTES", 1000, SMALL, "file.too_large"),
        (limits, "MAX_UNPACKED_BYTES", 1000, SMALL, "file.too_large_unpacked"),
        (limits, "MAX_FEATURES_BYTES", 10, FEATURES, "file.too_large"),
        (limits, "WORKBOOK_SECONDS", 0.01, SMALL, "file.too_slow"),
        (read_text, "MAX_ROWS", 3, b"a;b\n1;2\n1;2\n1;2\n1;2\n", "file.too_many_rows"),
        (read_text, "MAX_COLUMNS", 1_000, b"a;" * 1_000 + b"a\n1;2\n", "file.too_many_columns"),
        (read_text, "MAX_CELLS", 5, b"a;b\n1;2\n1;2\n1;2\n1;2\n", "file.too_many_cells"),
        (limits, "MAX_SHEET_ROWS", 1_048_576, FAR_DOWN, "file.unreadable"),
    ],
)
def test_beyond_each_limit_a_file_is_refused_in_a_sentence(module, limit, most, content, code, monkeypatch):
    monkeypatch.setattr(module, limit, most)
    assert refusal(content) == code


def test_a_process_that_used_up_its_time_or_memory_is_a_refusal(monkeypatch):
    for ended, code in ((-24, "file.too_slow"), (2, "file.workbook_too_large"), (1, "file.unreadable")):
        monkeypatch.setattr(subprocess, "run", lambda *_, code=ended, **__: subprocess.CompletedProcess([], code, b"", b""))
        assert refusal(SMALL) == code


def test_a_row_in_quotation_marks_ends_after_so_many_lines(monkeypatch):
    monkeypatch.setattr(read_text, "MAX_ROW_LINES", 3)
    raw = read_text.read_text("lijst", b'a;b;c\n1;"x\ny\nz";2\n1;"x\ny\ny\nz";2\n')
    assert raw.frame["row"].to_list() == [2]


@pytest.mark.parametrize("name", [name for name in vars(limits) if name.startswith(("MAX_", "WORKBOOK_"))])
def test_the_limits_stand_in_the_documentation(name):
    number = getattr(limits, name)
    text = f"{number // 1_000_000} MB" if name.endswith("BYTES") and name != "MAX_ROW_BYTES" else f"{number:,}"
    assert text in (ROOT / "docs" / "data.md").read_text(encoding="utf-8")
