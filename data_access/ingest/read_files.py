"""Bytes -> a table of texts or a set of map features. The content decides what a file is, never its name."""

import codecs
import csv
import io
import json
import re
import subprocess
import sys
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from data_access.ingest.read_statline import is_statline, read_statline
from data_access.ingest.shapes import REFUSED_SCHEMA, FileRefused, RawFeatures, RawTable

MAX_BYTES = 500_000_000
MAX_WORKBOOK_BYTES = 50_000_000
MAX_UNPACKED_BYTES = 1_000_000_000
WORKBOOK_SECONDS = 120

_ROOT = Path(__file__).resolve().parents[2]
DELIMITERS = ";,\t|"
#: How much of a file is looked at to find its delimiter and its header.
_SAMPLE_LINES, _SAMPLE_BYTES = 50, 100_000
#: How much is parsed at a time; a row must fit in it. Small blocks were measured to take twice as long.
_BLOCK_BYTES = 8_000_000
_LINE_END = re.compile(rb"\r\n|\r|\n")


def read(file_name: str, content: bytes) -> RawTable | RawFeatures:
    """Read a CSV file, an Excel workbook or GeoJSON. Raises FileRefused with what is wrong and never with anything from inside the file."""
    if len(content) > MAX_BYTES:
        raise FileRefused("file.too_large", megabytes=MAX_BYTES // 1_000_000)
    if not re.search(rb"[^\x00\s\xef\xbb\xbf]", content):
        raise FileRefused("file.empty")
    if content.startswith(b"PK\x03\x04"):
        return _zip(file_name, content)
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise FileRefused("file.old_or_locked_workbook")
    if content.startswith((b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8")):
        raise FileRefused("file.no_table")
    text = _as_utf8(content)
    return _features(file_name, text) if text[:1000].lstrip().startswith(b"{") else _table(file_name, text)


def _as_utf8(content: bytes) -> bytes:
    """The text as UTF-8 without byte order mark. It may come as UTF-8, UTF-16 or else Windows-1252, which Dutch Excel writes."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    elif content[1:400:2].count(0) > 0.4 * len(content[1:400:2]):
        encodings = ["utf-16-le"]
    else:
        encodings = ["utf-8", "cp1252"]
    for encoding in encodings:
        try:
            text = content.decode(encoding)
            return content.removeprefix(codecs.BOM_UTF8) if encoding == "utf-8" else text.encode().removeprefix(codecs.BOM_UTF8)
        except UnicodeDecodeError:
            continue
    raise FileRefused("file.unreadable")


def _features(file_name: str, text: bytes) -> RawFeatures:
    try:
        parsed = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise FileRefused("file.unreadable") from error
    features = parsed.get("features")
    if parsed.get("type") != "FeatureCollection" or not isinstance(features, list):
        raise FileRefused("file.no_table")
    return RawFeatures(file_name, tuple(feature for feature in features if isinstance(feature, dict)), _epsg(parsed.get("crs")))


def _epsg(crs: Any) -> int | None:  # noqa: ANN401 - whatever the file says
    """`{"properties": {"name": "urn:ogc:def:crs:EPSG::28992"}}` -> 28992; CRS84 is longitude and latitude in WGS84."""
    name = str((crs.get("properties") or {}).get("name", "")) if isinstance(crs, dict) else ""
    if name.endswith("CRS84"):
        return 4326
    number = re.search(r"(\d+)$", name)
    return int(number.group(1)) if number else None


def _table(file_name: str, text: bytes, excel_epoch: date | None = None, delimiter: str | None = None) -> RawTable:
    """A table of texts. Titles above the header, blank lines and Excel's `sep=` line are no rows; row numbers count every line all the same."""
    lines_before = 0
    declared = re.match(rb"sep=([;,\t|])(\r\n|\r|\n)", text)
    if declared:
        delimiter, lines_before, text = declared.group(1).decode(), 1, text[declared.end() :]
    sample = text[:_SAMPLE_BYTES].decode(errors="ignore")
    delimiter = delimiter or _delimiter(sample)
    header, lines = _header(sample, delimiter)
    names = _different(header)
    frame, broken = _rows(memoryview(text)[_after_lines(text, lines) :], delimiter, names, first_row=lines_before + lines + 1)
    if frame.is_empty() and broken.is_empty():
        raise FileRefused("file.no_rows")
    return RawTable(file_name, frame, tuple(names), broken, excel_epoch)


def _sample(sample: str, delimiter: str) -> list[tuple[int, list[str]]]:
    """The first rows with the number of lines up to and including each."""
    reader = csv.reader(io.StringIO(sample, newline=None), delimiter=delimiter)
    rows = []
    try:
        for row in reader:
            rows.append((reader.line_num, [cell.strip() for cell in row]))
            if len(rows) == _SAMPLE_LINES:
                break
    except csv.Error as error:
        raise FileRefused("file.unreadable") from error
    return rows


def _delimiter(sample: str) -> str:
    """The mark that cuts the most rows into the most equal number of fields; a decimal comma or a comma in a name does so only now and then."""

    def fields(mark: str) -> int:
        widths = Counter(len(row) for _, row in _sample(sample, mark) if row)
        width, rows = widths.most_common(1)[0]
        return (width - 1) * rows

    return max(DELIMITERS, key=fields)


def _header(sample: str, delimiter: str) -> tuple[list[str], int]:
    """The header and the number of lines up to and including it: the first row that is at least half as full as the fullest one."""
    rows = _sample(sample, delimiter)
    filled = [sum(cell != "" for cell in row) for _, row in rows]
    enough = max(max(filled) / 2, 2 if max(filled) > 1 else 1)
    found = next(index for index, cells in enumerate(filled) if cells >= enough)
    lines, header = rows[found]
    return header, lines


def _after_lines(text: bytes, lines: int) -> int:
    """Where the text goes on after so many lines."""
    position = 0
    for _ in range(lines):
        end = _LINE_END.search(text, position)
        if end is None:
            return len(text)
        position = end.end()
    return position


def _different(header: list[str]) -> list[str]:
    """Headers made different from each other and never empty, so that each can name a column."""
    seen = Counter({"row": 1})  # the name of our own column of row numbers
    names = []
    for number, cell in enumerate(header, start=1):
        name = cell or f"({number})"
        seen[name] += 1
        names.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return names


def _rows(text: memoryview, delimiter: str, names: list[str], first_row: int, *, quoted: bool = True) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The rows under the header as texts, and those with too few or too many fields.

    A stray quotation mark makes one cell of all lines up to the next one, and those rows would be gone without a word. So when a cell holds both a line end and
    the mark between fields, the file is read once more with quotation marks as ordinary letters: what then is no row is refused as one.
    """
    import pyarrow as pa  # noqa: PLC0415 - half a second that a page without an upload need not wait for
    from pyarrow import csv as arrow  # noqa: PLC0415

    broken: list[tuple[int, int]] = []

    def note(row: arrow.InvalidRow) -> str:
        if row.text.strip():
            broken.append((row.number, row.actual_columns))
        if re.search(r"[\r\n]", row.text.strip()):
            several_lines.append(row.number)
        skipped.append(row.number)
        return "skip"

    skipped: list[int] = []
    several_lines: list[int] = []
    schema = {"row": pl.Int64()} | dict.fromkeys(names, pl.String())
    if not bytes(text[:_SAMPLE_BYTES]).strip():
        return pl.DataFrame(schema=schema), pl.DataFrame(schema=REFUSED_SCHEMA)
    try:
        table = arrow.read_csv(
            pa.py_buffer(text),
            read_options=arrow.ReadOptions(use_threads=False, block_size=_BLOCK_BYTES, column_names=names),
            parse_options=arrow.ParseOptions(
                delimiter=delimiter, quote_char='"' if quoted else False, newlines_in_values=quoted, ignore_empty_lines=False, invalid_row_handler=note
            ),
            convert_options=arrow.ConvertOptions(column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=True, null_values=[""]),
        )
    except pa.ArrowInvalid as error:
        if quoted:
            return _rows(text, delimiter, names, first_row, quoted=False)
        raise FileRefused("file.unreadable") from error
    frame = pl.DataFrame(pl.from_arrow(table))
    del table  # the same cells twice would be the most that a load needs
    line_ends = _line_ends(frame) if quoted and b'"' in bytes(text) else None
    swallowed = (pl.all().str.contains(r"[\r\n]") & pl.all().str.contains(delimiter, literal=True)).fill_null(False)
    if quoted and (several_lines or (line_ends is not None and frame.select(pl.any_horizontal(swallowed).any()).item())):
        return _rows(text, delimiter, names, first_row, quoted=False)
    if not quoted:
        frame = frame.select(pl.all().str.strip_chars().str.replace(r'(?s)^"(.*)"$', "$1").str.replace_all('""', '"', literal=True))
    frame = frame.select(pl.all().str.strip_chars()).select(pl.when(pl.all().str.len_bytes() > 0).then(pl.all()))
    numbers = pl.int_range(1, 1 + len(frame) + len(skipped), eager=True, dtype=pl.Int64)
    if skipped:
        numbers = numbers.filter(pl.repeat(value=True, n=len(numbers), eager=True).scatter([number - 1 for number in skipped], values=False))
    line_of = _line_numbers(numbers, line_ends, first_row)
    lines = numbers + (first_row - 1) if line_ends is None else pl.Series([line_of(number) for number in numbers], dtype=pl.Int64)
    frame = frame.select(lines.alias("row"), *names)
    is_blank = frame.select(pl.all_horizontal(pl.col(names).is_null())).to_series()
    frame = frame.filter(~is_blank) if is_blank.any() else frame
    refused = pl.DataFrame(
        [
            (line_of(number), "", "row.too_few_fields" if fields < len(names) else "row.too_many_fields", None, f"{fields}/{len(names)}")
            for number, fields in broken
        ],
        schema=REFUSED_SCHEMA,
        orient="row",
    )
    return frame, refused


def _line_ends(frame: pl.DataFrame) -> pl.Series | None:
    """How many line ends stand inside the cells of each row; None when there are none at all."""
    found = frame.select(pl.sum_horizontal(pl.all().str.count_matches(r"\r\n|\r|\n").fill_null(0))).to_series()
    return found if found.sum() else None


def _line_numbers(numbers: pl.Series, line_ends: pl.Series | None, first_row: int) -> Callable[[int], int]:
    """Number of a record -> the line of the file on which it begins; line_ends: those inside the cells of the records `numbers`."""
    if line_ends is None:
        return lambda number: number + first_row - 1
    longer = [(number, ends) for number, ends in zip(numbers, line_ends, strict=True) if ends]
    return lambda number: number + first_row - 1 + sum(ends for before, ends in longer if before < number)


def _zip(file_name: str, content: bytes) -> RawTable:
    """What travels as a zip: an Excel workbook, or a table of StatLine."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            names = set(parts.namelist())
            if sum(part.file_size for part in parts.infolist()) > MAX_UNPACKED_BYTES:
                raise FileRefused("file.too_large", megabytes=MAX_UNPACKED_BYTES // 1_000_000)
            if is_statline(names):
                return read_statline(parts, lambda part: _table(file_name, _as_utf8(part)))
    except (zipfile.BadZipFile, zlib.error, RuntimeError) as error:  # damaged, or locked with a password
        raise FileRefused("file.unreadable") from error
    if "xl/workbook.xml" not in names:
        raise FileRefused("file.no_table")
    return _workbook(file_name, content)


def _workbook(file_name: str, content: bytes) -> RawTable:
    """The first visible sheet with anything in it, read by a child process: a workbook can be made to eat all memory or never to end."""
    if len(content) > MAX_WORKBOOK_BYTES:
        raise FileRefused("file.too_large", megabytes=MAX_WORKBOOK_BYTES // 1_000_000)
    try:
        child = subprocess.run(
            [sys.executable, "-m", "data_access.ingest.read_workbook"],
            input=content,
            capture_output=True,
            timeout=WORKBOOK_SECONDS,
            check=False,
            cwd=_ROOT,
        )
    except subprocess.TimeoutExpired as error:
        raise FileRefused("file.too_slow", seconds=WORKBOOK_SECONDS) from error
    if child.returncode:
        raise FileRefused("file.unreadable")
    epoch, _, table = child.stdout.partition(b"\n")
    if not table.strip(b",\r\n "):
        raise FileRefused("file.empty")
    return _table(file_name, table, excel_epoch=date.fromisoformat(epoch.decode()), delimiter=",")
