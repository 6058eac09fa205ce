"""Text -> a table: where its header is, which mark stands between its fields, and what is a row and what is none."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date
from functools import cache
from itertools import islice
from typing import NamedTuple

import numpy as np
import polars as pl

from data_access.ingest.day_headers import LEAST, is_day
from data_access.ingest.headers import fold
from data_access.ingest.limits import MAX_CELL_LETTERS, MAX_CELLS, MAX_COLUMNS, MAX_ROW_BYTES, MAX_ROW_LINES, MAX_ROWS
from data_access.ingest.read_workbook import FIELD, LINE_END
from data_access.ingest.shapes import REFUSED_SCHEMA, FileRefused, RawTable
from data_access.ingest.totals import begins_with_total

DELIMITERS = ";,\t|"
#: How much of a file is looked at to find its delimiter and its header.
_SAMPLE_LINES, _SAMPLE_BYTES = 50, 100_000
#: How much is parsed at a time; a row must fit in it. Small blocks were measured to take twice as long.
_BLOCK_BYTES = 8_000_000


def read_text(file_name: str, text: bytes, *, delimiter: str | None = None, excel_epoch: date | None = None, other_sheets: int = 0) -> RawTable:
    """A table of texts; text: as `letters.as_utf8` gives it. Titles above the header, blank lines, a header that comes back and Excel's `sep=` line are no
    rows. Row numbers are those that a spreadsheet shows: titles and blank lines count, a row of several lines is one, and a `sep=` line on top is not there.

    Raises FileRefused: file.empty, file.no_rows, file.other_sheets, file.too_many_rows, file.too_many_columns, file.too_many_cells, file.unreadable.
    """
    if text.count(b"\n") > MAX_ROWS:
        raise FileRefused("file.too_many_rows", rows=MAX_ROWS)
    start = _blank_lines(text, 0)
    declared = re.compile(rb'"?sep=([;,\t|])"?[ ;,]*(?:\n|\Z)', re.IGNORECASE).match(text, start)
    is_shown = delimiter == FIELD or start > 0  # a spreadsheet takes the first line of a text alone for its mark
    if declared:
        start = _blank_lines(text, declared.end())
    sample = _sample(text[start : start + _SAMPLE_BYTES])
    if declared and any(declared[1].decode() in line for line in sample):  # else it is left over from another save
        delimiter = delimiter or declared[1].decode()
    if not sample:
        raise FileRefused("file.empty")
    delimiter = delimiter or _delimiter(sample)
    header, lines, rows, width = _header(sample, delimiter)
    if len(header) > MAX_COLUMNS:
        raise FileRefused("file.too_many_columns", columns=MAX_COLUMNS)
    names = _different([*header, *[""] * (min(width, MAX_COLUMNS) - len(header))])
    body = _after_lines(text, start, lines)
    above = text.count(b"\n", 0, start) + rows - (1 if declared and not is_shown else 0)
    frame, broken = _rows(text[body:], delimiter, names, _needed(header), first_row=1 + above)
    frame, surplus = _without_surplus(frame, names[len(header) :], len(header))
    named = dict(zip(names, header, strict=False))
    frame = _without_headers(frame.drop(name for name, cell in named.items() if not cell and frame[name].null_count() == len(frame)), named)
    broken = pl.concat([broken, surplus]).sort("row", maintain_order=True)
    if frame.is_empty() and broken.is_empty():
        raise FileRefused("file.other_sheets", n=other_sheets) if other_sheets else FileRefused("file.no_rows")
    return RawTable(file_name, frame, tuple(frame.columns[1:]), broken, excel_epoch, other_sheets)


# --- the first lines --------------------------------------------------------------------------------------------------


def _blank_lines(text: bytes, start: int) -> int:
    """Where the first line begins that is not blank."""
    blank = re.compile(rb"(?:[ \t]*\n)*").match(text, start)
    return blank.end() if blank else start


def _sample(text: bytes) -> list[str]:
    """The first lines, each whole, the last one cut off where the sample ends in it."""
    lines = text.decode(errors="ignore").split("\n")
    return lines[:-1] if len(lines) > 1 and (len(text) >= _SAMPLE_BYTES or not lines[-1]) else lines


def _first_rows(sample: list[str], delimiter: str) -> list[tuple[int, list[str]]]:
    """The first rows, each with the number of lines up to and including it."""
    rows: list[tuple[int, list[str]]] = []
    at = 0
    while at < len(sample) and len(rows) < _SAMPLE_LINES:
        found = record(islice(sample, at, None), delimiter)
        cells = found.cells if found else [cell.strip().strip('"').strip() for cell in sample[at].split(delimiter)]
        at += found.lines if found else 1
        rows.append((at, cells))
    return rows


def _delimiter(sample: list[str]) -> str:
    """The mark that cuts the most rows into the most equal number of fields; a decimal comma or a comma in a name does so only now and then."""

    def fields(mark: str) -> int:
        width, rows = _usual_width(cells for _, cells in _first_rows(sample, mark))
        return (width - 1) * rows

    return max(DELIMITERS, key=fields)


def _usual_width(rows: Iterable[list[str]]) -> tuple[int, int]:
    """How many fields most rows have, and how many rows do. Blank lines say nothing."""
    widths = Counter(len(cells) for cells in rows if any(cells))
    return max(widths.items(), key=lambda found: (found[1], found[0]), default=(1, 0))


def _header(sample: list[str], delimiter: str) -> tuple[list[str], int, int, int]:
    """The header, the lines and the rows up to and including it, and how many fields most rows have: the first one at least half as full as the fullest.

    A row with another number of fields than most says nothing of how full a row can be: it may be broken.
    """
    rows = _first_rows(sample, delimiter)
    if not any(any(cells) for _, cells in rows):
        raise FileRefused("file.empty")
    usual, _ = _usual_width(cells for _, cells in rows)
    filled = [sum(cell != "" for cell in cells) for _, cells in rows]
    fullest = max(full for full, (_, cells) in zip(filled, rows, strict=True) if len(cells) == usual)
    enough = max(fullest / 2, 2 if fullest > 1 else 1)
    found = next(index for index, cells in enumerate(filled) if cells >= enough)
    for later in range(found + 1, len(rows)):
        if filled[later] > filled[found] and _may_be_header(rows[later][1]):
            found = later  # a title of several cells, or weekdays above their dates: what follows is fuller and holds words only, or days, as a header does
        elif filled[later]:
            break
    lines, header = rows[found]
    return header, lines, found + 1, usual


def _may_be_header(cells: list[str]) -> bool:
    """Whether a row holds words only, or besides them so many days that it can be the header of a sheet with a column for each."""
    numbered = [cell for cell in cells if re.search(r"\d", cell)]
    return not numbered or (len(numbered) >= LEAST and all(map(is_day, numbered)))


def _after_lines(text: bytes, start: int, lines: int) -> int:
    """Where the text goes on after so many lines."""
    for _ in range(lines):
        end = text.find(b"\n", start)
        if end < 0:
            return len(text)
        start = end + 1
    return start


def _different(header: list[str]) -> list[str]:
    """Headers made different from each other and never empty, so that each can name a column. `row` is the name of our own column of row numbers; `*` and
    `^...$` would be patterns that stand for several columns."""
    names: dict[str, None] = {"row": None}
    for number, cell in enumerate(header, start=1):
        name = said = f"({number})" if not cell or re.fullmatch(r"(?s)\*|\^.*\$", cell) else cell
        times = 1
        while name in names:
            times += 1
            name = f"{said} ({times})"
        names[name] = None
    return list(names)[1:]


def _needed(header: list[str]) -> int:
    """How many fields a row must have: those up to the last column that has a name."""
    return max((number for number, cell in enumerate(header, start=1) if cell), default=1)


def _without_headers(frame: pl.DataFrame, headers: dict[str, str]) -> pl.DataFrame:
    """Without the rows that only say the header again, as a list of several pages does."""
    named = [name for name in frame.columns[1:] if headers[name]]
    again = frame[named[0]].str.to_lowercase() == headers[named[0]].lower() if named else None
    if again is None or not again.any():
        return frame
    said = [[fold(cell or "") for cell in row] for row in frame.filter(again).select(named).iter_rows()]
    wanted = [fold(headers[name]) for name in named]
    repeated = frame.filter(again)["row"].filter(pl.Series([cells == wanted for cells in said], dtype=pl.Boolean))
    return frame.filter(~pl.col("row").is_in(repeated.implode()))


# --- rows and quotation marks -----------------------------------------------------------------------------------------


class Record(NamedTuple):
    """A row as it was written. lines: how many it takes; cells: its texts, without the marks around them."""

    lines: int
    cells: list[str]


@cache
def _cell(delimiter: str) -> str:
    """The pattern of a cell: in quotation marks, doubled inside; or without, and then any further marks come in pairs."""
    mark = re.escape(delimiter)
    return rf'(?:"[^"]*(?:""[^"]*)*" *|(?:[^"{mark}\n]+(?:"[^"{mark}\n]*"[^"{mark}\n]*)*)?)'


@cache
def _row(delimiter: str) -> re.Pattern[str]:
    return re.compile(rf"{_cell(delimiter)}(?:{re.escape(delimiter)}{_cell(delimiter)})*")


@cache
def _cells(delimiter: str) -> re.Pattern[str]:
    return re.compile(rf"(?:\A|{re.escape(delimiter)})({_cell(delimiter)})")


def record(lines: Iterable[str], delimiter: str, width: int | None = None) -> Record | None:
    """The row that begins with the first of these lines; None when a quotation mark in it is out of place.

    A row is one line. It takes more when the line ends inside quotation marks, the lines up to the closing mark together make one row (of `width` fields, when
    given), and none of them is a row by itself: a mark that somebody typed by mistake would swallow other people's rows.
    """
    if delimiter == FIELD:
        return next((Record(1, [cell.strip() for cell in line.split(FIELD)]) for line in lines), None)
    taken: list[str] = []
    for line in islice(lines, MAX_ROW_LINES):
        taken.append(line)
        if len(taken) > 1 and '"' not in line:
            continue
        text = "\n".join(taken)
        if len(text) > MAX_ROW_BYTES:
            return None
        if _row(delimiter).fullmatch(text):
            cells = [_unwrapped(cell) for cell in _cells(delimiter).findall(text)]
            return None if _swallows(taken, delimiter, len(cells)) or width not in (None, len(cells)) else Record(len(taken), cells)
    return None


def _swallows(lines: list[str], delimiter: str, width: int) -> bool:
    """Whether lines that together look like one row of this many fields hold a line that is a row by itself."""
    is_row = [line.count(delimiter) >= width - 1 for line in lines]
    return width > 1 and (any(is_row[1:-1]) or (len(lines) > 1 and is_row[0] and is_row[-1]))


def _unwrapped(cell: str) -> str:
    text = cell.strip()
    return text[1:-1].replace('""', '"').strip() if len(text) > 1 and text[0] == text[-1] == '"' else text


class _Lines(NamedTuple):
    """text: every line that is a row by itself, the others made blank; longer: rows of several lines, with the number of their first line; bad: line numbers
    and codes of what is no row. Lines are counted from 0."""

    text: bytes
    longer: list[tuple[int, Record]]
    bad: list[tuple[int, str]]


def _line_by_line(text: bytes, delimiter: str, width: int) -> _Lines:
    """Sort out lines with a quotation mark out of place, rows of several lines, and lines that are too long to be parsed."""
    lines = pl.Series([text]).cast(pl.String).str.split("\n").explode()
    is_long = lines.str.len_bytes() > MAX_ROW_BYTES
    is_row = lines.str.contains(rf"^{_row(delimiter).pattern}$")
    longer: list[tuple[int, Record]] = []
    bad = [(line, "row.too_long") for line in is_long.arg_true()]
    blank, done = [line for line, _ in bad], 0
    for line in (~is_row & ~is_long).arg_true():
        if line < done:
            continue
        found = record(_from(lines, line), delimiter, width)
        if found is None:
            bad.append((line, "row.open_quote"))
        else:
            longer.append((line, found))
        done = line + (found.lines if found else 1)
        blank.extend(range(line, done))
    if blank:
        text = lines.scatter(blank, "").str.join("\n").cast(pl.Binary).item()
    return _Lines(text, longer, bad)


def _from(lines: pl.Series, first: int) -> Iterator[str]:
    return (lines[number] for number in range(first, len(lines)))


def _has_long_line(text: bytes) -> bool:
    """Looks only at the last line end in each stretch that a row may take."""
    at = 0
    while len(text) - at > MAX_ROW_BYTES:
        end = text.rfind(b"\n", at, at + MAX_ROW_BYTES)
        if end < 0:
            return True
        at = end + 1
    return False


def _rows(text: bytes, delimiter: str, names: list[str], needed: int, first_row: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The rows under the header as texts, and those that are none, as REFUSED_SCHEMA.

    needed: how many fields a row must have; further fields are empty when it has fewer than there are names, and must be empty when it has more.
    """
    has_quotes = b'"' in text and delimiter != FIELD
    longer: list[tuple[int, Record]] = []
    bad: list[tuple[int, str]] = []
    if has_quotes or _has_long_line(text):
        text, longer, bad = _line_by_line(text, delimiter, len(names))
    frame, others = _parsed(text, delimiter, names, has_quotes=has_quotes)
    filled, broken = _filled(others, delimiter, len(names), needed)
    if filled:
        again, _ = _parsed("\n".join(filled.values()).encode(), delimiter, names, has_quotes=has_quotes)
        frame = pl.concat([frame, again.with_columns(row=pl.Series(list(filled), dtype=pl.Int64))])
    if longer:
        frame = pl.concat([frame, pl.DataFrame([(line, *found.cells) for line, found in longer], schema=frame.schema, orient="row")])
    frame = frame.sort("row") if filled or longer else frame
    columns = pl.col(names).str.strip_chars()
    if b'"' in text:
        columns = columns.str.replace(r'(?s)^"(.*)"$', "$1").str.strip_chars()
    if delimiter == FIELD and LINE_END.encode() in text:
        columns = columns.str.replace_all(LINE_END, "\n", literal=True)
    frame = frame.select(_numbered(frame["row"], longer) + first_row, columns).with_columns(pl.when(pl.col(names).str.len_bytes() > 0).then(pl.col(names)))
    is_blank = frame.select(pl.all_horizontal(pl.col(names).is_null())).to_series()
    frame = frame.filter(~is_blank) if is_blank.any() else frame
    no_rows: list[tuple[int, str, str | None]] = [(line, code, None) for line, code in bad]
    no_rows += [(line, "row.too_few_fields" if fields < needed else "row.too_many_fields", f"{fields}/{needed}") for line, fields in broken]
    numbers = _numbered(pl.Series([line for line, _, _ in no_rows], dtype=pl.Int64), longer) + first_row
    refused = [(row, "", code, None, detail) for row, (_, code, detail) in zip(numbers, no_rows, strict=True)]
    frame, too_long = _without_long_cells(frame, names)
    refused += [(row, "", "row.cell_too_long", None, str(MAX_CELL_LETTERS)) for row in too_long]
    return frame, pl.DataFrame(sorted(refused), schema=REFUSED_SCHEMA, orient="row")


def _numbered(lines: pl.Series, longer: list[tuple[int, Record]]) -> pl.Series:
    """The rows of these lines, both counted from 0: of a row of several lines the lines after the first do not count."""
    if not longer:
        return lines
    further = np.cumsum([0, *(found.lines - 1 for _, found in longer)])
    return lines - pl.Series(further[np.searchsorted([line for line, _ in longer], lines.to_numpy())])


def _without_surplus(frame: pl.DataFrame, names: list[str], width: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The rows without the fields beyond the header, and as REFUSED_SCHEMA those with something in such a field."""
    filled = [pl.when(pl.col(name).is_not_null()).then(number) for number, name in enumerate(names, start=width + 1)]
    if not filled:
        return frame, pl.DataFrame(schema=REFUSED_SCHEMA)
    found = frame.with_columns(fields=pl.max_horizontal(filled)).drop(names)
    detail = pl.format(f"{{}}/{width}", "fields")
    surplus = found.filter(pl.col("fields").is_not_null()).select("row", column=pl.lit(""), code=pl.lit("row.too_many_fields"), value=None, detail=detail)
    return found.filter(pl.col("fields").is_null()).drop("fields"), surplus.cast(REFUSED_SCHEMA)


class _Other(NamedTuple):
    """A line with another number of fields than the header. line: counted from 0."""

    line: int
    fields: int
    text: str


def _parsed(text: bytes, delimiter: str, names: list[str], *, has_quotes: bool) -> tuple[pl.DataFrame, list[_Other]]:
    """Lines -> `row`, counted from 0, and a text per name; and the lines that have another number of fields."""
    import pyarrow as pa  # noqa: PLC0415 - half a second that a page without an upload need not wait for
    from pyarrow import csv as arrow  # noqa: PLC0415

    skipped: list[int] = []
    others: list[_Other] = []

    def note(row: arrow.InvalidRow) -> str:
        if row.text.strip(" \t"):
            others.append(_Other(row.number - 1, row.actual_columns, row.text))
        skipped.append(row.number - 1)
        return "skip"

    text, numbers = _without_blank_lines(text)
    if text.count(b"\n") * len(names) > MAX_CELLS:
        raise FileRefused("file.too_many_cells", cells=MAX_CELLS)
    if not text.strip():
        return pl.DataFrame(schema={"row": pl.Int64()} | dict.fromkeys(names, pl.String())), []
    try:
        table = arrow.read_csv(
            pa.py_buffer(text),
            read_options=arrow.ReadOptions(use_threads=False, block_size=_BLOCK_BYTES, column_names=names),
            parse_options=arrow.ParseOptions(delimiter=delimiter, quote_char='"' if has_quotes else False, newlines_in_values=False, invalid_row_handler=note),
            convert_options=arrow.ConvertOptions(column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=True, null_values=[""]),
        )
    except pa.ArrowInvalid as error:
        raise FileRefused("file.unreadable") from error
    frame = pl.DataFrame(pl.from_arrow(table))
    del table  # the same cells twice would be the most that a load needs
    lines = pl.int_range(len(frame) + len(skipped), eager=True, dtype=pl.Int64)
    if skipped:
        lines = lines.filter(pl.repeat(value=True, n=len(lines), eager=True).scatter(skipped, values=False))
    if numbers is not None:
        lines, others = numbers.gather(lines), [other._replace(line=numbers[other.line]) for other in others]
    return frame.select(lines.alias("row"), *names), others


def _without_blank_lines(text: bytes) -> tuple[bytes, pl.Series | None]:
    """The text without its blank lines, and the number of every line that is left; None when all are. Parsed, each would take as much as a full row."""
    if not text.startswith(b"\n") and b"\n\n" not in text:
        return text, None
    ends = np.flatnonzero(np.frombuffer(text, dtype=np.uint8) == ord("\n"))
    is_blank = np.diff(ends, prepend=-1) == 1
    numbers = np.append(np.flatnonzero(~is_blank), len(ends))  # the last line may have no end
    return re.sub(rb"\n{2,}", b"\n", text).removeprefix(b"\n"), pl.Series(numbers)


def _filled(others: list[_Other], delimiter: str, width: int, needed: int) -> tuple[dict[int, str], list[tuple[int, int]]]:
    """Of lines with another number of fields: those that differ by empty fields alone, made `width` wide, by line; and of the rest, line and fields.

    A row of totals below a list is seldom as wide as the list.
    """
    mark = re.escape(delimiter)
    filled, broken = {}, []
    for line, fields, text in others:
        if not text.strip(f'{delimiter} "'):
            continue  # a blank line of a wide sheet
        surplus = re.search(rf'(?:{mark} *(?:"")? *){{{fields - width}}}$', text) if width < fields <= MAX_COLUMNS else None
        if surplus:
            filled[line] = text[: surplus.start()]
        elif needed <= fields < width or (fields < width and begins_with_total(text.lstrip(f'{delimiter} "'))):
            filled[line] = text + delimiter * (width - fields)
        else:
            broken.append((line, fields))
    return filled, broken


def _without_long_cells(frame: pl.DataFrame, names: list[str]) -> tuple[pl.DataFrame, list[int]]:
    """The rows in which no cell is too long, and the numbers of the others."""
    if not frame.select(pl.any_horizontal((pl.col(names).str.len_bytes() > MAX_CELL_LETTERS).any())).item():
        return frame, []
    is_long = frame.select(pl.any_horizontal(pl.col(names).str.len_chars() > MAX_CELL_LETTERS).fill_null(value=False)).to_series()
    return frame.filter(~is_long), frame["row"].filter(is_long).to_list()
