"""What must hold for the readers whatever bytes they are given.

`python -m tests.fuzzed_reading 60` is a process that gives them bytes for a minute, and goes on from what the one before it left in the folder
`corpus`. It ends with an error at the first bytes after which something else than a refusal or a table comes out, or memory passes the limit, and says which
bytes they were.
"""

import io
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl

MEGABYTES = 512
HEAD = b"leerling_id;datum;vestiging;naam\n"
SHEET, SHARED, TYPES = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "[Content_Types].xml"
SPREADSHEET = b'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
PARTS = {
    SHARED: b"<sst %s><si><t>leerling_id</t></si><si><t>datum</t></si><si><r><t>vesti</t></r><r><t>ging</t></r></si></sst>" % SPREADSHEET,
    SHEET: b"""<worksheet %s><sheetData><row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c><c r="C1" t="s"><v>2</v></c></row>
<row r="2"><c r="A2"><v>17</v></c><c r="B2" s="1"><v>45614</v></c><c r="C2" t="str"><f>A1</f><v>Noord</v></c></row></sheetData></worksheet>"""
    % SPREADSHEET,
}


def a_workbook(parts: dict[str, bytes]) -> bytes:
    """A small workbook with texts that cells share, and with some parts replaced; packed without compression, so that its bytes mean something."""
    import openpyxl

    out, packed = io.BytesIO(), io.BytesIO()
    openpyxl.Workbook().save(out)
    listed = '<Override PartName="/xl/sharedStrings.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/></Types>'
    with zipfile.ZipFile(out) as old, zipfile.ZipFile(packed, "w") as new:
        whole = {name: old.read(name) for name in old.namelist()}
        whole[TYPES] = whole[TYPES].replace(b"</Types>", listed.encode())
        for name, part in (whole | PARTS | parts).items():
            new.writestr(name, part)
    return packed.getvalue()


def file_of(data: bytes) -> bytes:
    """Bytes -> a file: the first says whether the others are all of it, rows under a header, the sheet of a workbook, its shared texts, or a StatLine table."""
    choice, rest = data[:1], data[1:]
    if choice == b"r":
        return HEAD + rest
    if choice in (b"s", b"t"):
        return a_workbook({SHEET if choice == b"s" else SHARED: rest})
    if choice == b"o":
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as parts:
            parts.writestr("Observations.csv", rest)
            parts.writestr("MeasureCodes.csv", rest[len(rest) // 2 :])
        return out.getvalue()
    return rest


def read_and_judge(content: bytes) -> Any:
    """What the readers make of a file; None when they refuse it. Raises AssertionError for a table that is none, and lets every other error through."""
    from data_access.ingest import read_files
    from data_access.ingest.read_workbook import FIELD, LINE_END
    from data_access.ingest.shapes import REFUSED_SCHEMA, FileRefused, RawFeatures

    try:
        raw = read_files.read("lijst", content)
    except FileRefused as refused:
        assert not any(isinstance(value, (str, bytes)) for value in refused.values.values()), "a reader repeats what stands in the file"
        return None
    if isinstance(raw, RawFeatures):
        return raw
    rows = raw.frame["row"]
    assert raw.broken.schema == REFUSED_SCHEMA
    assert tuple(raw.frame.columns) == ("row", *raw.headers)
    assert rows.dtype == pl.Int64
    assert rows.is_sorted() and rows.n_unique() == len(rows), "a row twice"
    assert raw.broken["row"].n_unique() == len(raw.broken), "a broken row twice"
    assert not set(rows) & set(raw.broken["row"]), "a row that is broken and not"
    assert raw.broken["value"].null_count() == len(raw.broken), "a broken row that shows a value"
    cells = raw.frame.select(pl.col(pl.String))
    empty = cells.select(pl.any_horizontal((pl.all() == "").any(), pl.lit(value=False))).item()
    marks = cells.select(pl.any_horizontal(pl.all().str.contains_any([FIELD, LINE_END, "\x00"]).any(), pl.lit(value=False))).item()
    assert not empty, "an empty cell that is not null"
    assert raw.excel_epoch is None or not marks, "our own marks in a cell"
    return raw


def in_this_process(setattribute: Callable[[object, str, object], None] = setattr) -> None:
    """Read workbooks here and not in a child process: a fuzzer sees only what runs in its own."""
    from data_access.ingest import read_files, read_workbook

    def read_here(content: bytes) -> tuple[int, bytes]:
        code, parts = read_workbook.sheet_of(content)
        return code, b"".join(parts)

    setattribute(read_files, "_child", read_here)


def seeds(folder: Path) -> None:
    """Small files to begin with: the broken ones of the whole list, and parts of a workbook."""
    from tests.data_access.broken import FILES

    small = [b"s" + PARTS[SHEET], b"t" + PARTS[SHARED], b"-" + a_workbook({})]
    small += [b"-" + broken.made for broken in FILES if isinstance(broken.made, bytes) and len(broken.made) < 10_000]
    small += [b'r1;"x\n2;y";z;"a ""b"""\n', b"oId;ParentId;Title;Identifier;Measure\n1;;x;M1;M1\n"]
    small += [b'-{"type": "FeatureCollection", "features": [], "crs": {}}']
    for number, content in enumerate(small):
        (folder / str(number)).write_bytes(content)


def main(seconds: int) -> None:
    """Give the readers bytes for so many seconds."""
    import atheris

    with atheris.instrument_imports(include=["data_access", "openpyxl.worksheet._reader", "openpyxl.reader", "zipfile"]):
        from data_access.ingest import read_files, read_workbook  # noqa: F401

    in_this_process()
    folder = Path("corpus")
    if not folder.exists():
        folder.mkdir()
        seeds(folder)
    options = [f"-max_total_time={seconds}", f"-rss_limit_mb={MEGABYTES}", "-max_len=20000", "-timeout=30", "-print_final_stats=1", "-verbosity=1"]
    atheris.Setup([sys.argv[0], *options, str(folder)], lambda data: read_and_judge(file_of(data)) and None)
    atheris.Fuzz()


if __name__ == "__main__":
    import warnings

    warnings.simplefilter("ignore")  # what openpyxl has to say about a sheet
    main(int(sys.argv[1]))
