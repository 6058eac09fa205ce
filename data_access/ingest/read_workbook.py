"""Child process: a workbook on standard input -> its first visible sheet with content on standard output, as `read_text` reads it.

Before the sheet comes a line with the day that the workbook counts from and how many other visible sheets hold something. Started by read_files with limits of
its own, so that a workbook made to eat memory or time takes this process with it and nothing else. Exit codes: 0 read, 1 no workbook, 2 too large.
"""

import io
import sys
from collections.abc import Iterator
from datetime import date, datetime, time
from itertools import islice
from typing import Any, BinaryIO
from xml.etree.ElementTree import Element, ParseError, iterparse
from xml.parsers.expat.errors import XML_ERROR_NO_MEMORY, codes

from data_access.ingest.limits import MAX_BYTES, MAX_CELLS, MAX_COLUMNS, MAX_ROW_BYTES, MAX_SHEET_ROWS, WORKBOOK_MEMORY_BYTES, WORKBOOK_PROCESSOR_SECONDS

NO_WORKBOOK, TOO_LARGE = 1, 2
#: The mark between fields, and the one for a line end inside a cell. No cell of a sheet holds them, so nothing needs quotation marks and every row is a line.
FIELD, LINE_END = "\x1f", "\x1e"
#: What Excel itself shows where a value is not available; here also for a formula that was never worked out, which is not the same as an empty cell.
NO_VALUE = "#N/A"
_SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_IN_CELLS = str.maketrans({"\r": "", "\n": LINE_END, FIELD: "", LINE_END: "", "\x00": ""})


class TooLargeError(Exception):
    """More comes out of the workbook than a file may hold."""


def limit() -> None:
    """Bound memory and processor time, where the system can."""
    try:
        import resource  # noqa: PLC0415 - not on Windows
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (WORKBOOK_MEMORY_BYTES, WORKBOOK_MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (WORKBOOK_PROCESSOR_SECONDS, WORKBOOK_PROCESSOR_SECONDS))


def as_text(value: object) -> str:
    """A cell as it would be typed: dates as ISO, times as 15:30, whole numbers without a point."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "minutes")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return value.isoformat("minutes")
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).translate(_IN_CELLS)


def rows(sheet: Any) -> Iterator[tuple[int, list[str]]]:  # noqa: ANN401 - openpyxl has no types
    """Number and cells of each row of a sheet that has any text in it, without the empty cells at its end.

    What the sheet says of its own size is not believed: rows outside it would be lost without a word, and one value in the last cell would make a million
    empty ones. Of a row that is wider than any table one field too many is kept, so that it is refused. Raises TooLargeError for a cell longer than any row
    may be: whether so much fits in the memory differs from one time to the next.
    """
    from openpyxl.worksheet._reader import WorkSheetParser  # noqa: PLC0415 - after the limits are set

    book, last = sheet.parent, 0
    with sheet._get_source() as source:
        parser = WorkSheetParser(source, sheet._shared_strings, True, book.epoch, book._date_formats, book._timedelta_formats)
        for element in _row_elements(source):
            number, found = parser.parse_row(element)
            parser.row_dimensions.clear()
            if not last < number <= MAX_SHEET_ROWS:
                raise ValueError(number)
            last = number
            cells: dict[int, str] = {}
            for cell, inside in zip(found, element, strict=True):
                text = NO_VALUE if cell["value"] is None and _was_never_worked_out(inside) else as_text(cell["value"])
                if len(text) > MAX_ROW_BYTES:
                    raise TooLargeError
                if text.strip():
                    cells[min(cell["column"], MAX_COLUMNS + 1)] = text
            if cells:
                yield number, [cells.get(column, "") for column in range(1, max(cells) + 1)]


def _was_never_worked_out(cell: Element) -> bool:
    """Whether a cell holds a formula without a result. An empty text is a result."""
    return cell.find(f"{_SHEET}f") is not None and not (cell.get("t") == "str" and cell.find(f"{_SHEET}v") is not None)


def _row_elements(source: BinaryIO) -> Iterator[Element]:
    """The rows of a sheet one by one, each forgotten when the next is asked for."""
    data: Element | None = None
    for event, element in iterparse(source, ("start", "end")):  # noqa: S314 - expat stops entities that grow, and opens no other file
        if element.tag == f"{_SHEET}sheetData":
            if event == "end":
                return
            data = element
        elif element.tag == f"{_SHEET}row" and event == "end":
            yield element
            element.clear()
            if data is not None:
                data.clear()


def written(found: Iterator[tuple[int, list[str]]]) -> bytes:
    """Rows as lines, with a blank line for each row that is not there, and all of them as wide as the widest. Raises TooLargeError."""
    lines: list[tuple[int, bytes]] = []
    width = size = 0
    for number, cells in found:
        line = FIELD.join(cells).encode(errors="replace")
        width = max(width, len(cells)) if len(cells) <= MAX_COLUMNS else width
        size += len(line)
        lines.append((number, line))
        if size > MAX_BYTES:
            raise TooLargeError
    if width * len(lines) > MAX_CELLS:
        raise TooLargeError
    field, out, last = FIELD.encode(), io.BytesIO(), 0
    for number, line in lines:
        out.write(b"\n" * (number - last - 1) + line + field * (width - 1 - line.count(field)) + b"\n")
        last = number
    return out.getvalue()


def sheet_of(content: bytes) -> tuple[int, list[bytes]]:
    """Exit code and what to write for a workbook."""
    from openpyxl import load_workbook  # noqa: PLC0415 - after the limits are set

    try:
        workbook = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
        visible = [sheet for sheet in workbook.worksheets if sheet.sheet_state == "visible"]
        filled = (sheet for sheet in visible if next(rows(sheet), None))
        table = next((written(rows(sheet)) for sheet in islice(filled, 1)), b"")
        others = sum(1 for _ in filled)
        return 0, [f"{epoch_of(workbook)} {others}\n".encode(), table]
    except (TooLargeError, MemoryError):
        return TOO_LARGE, []
    except ParseError as error:
        return TOO_LARGE if error.code == codes[XML_ERROR_NO_MEMORY] else NO_WORKBOOK, []
    except Exception:  # noqa: BLE001 - whatever is wrong inside the file, the answer is the same
        return NO_WORKBOOK, []


def main() -> int:
    """Read standard input, write standard output."""
    sys.modules["numpy"] = None  # type: ignore[assignment] # openpyxl needs it for nothing here, and it takes half of the memory
    from openpyxl.worksheet._read_only import ReadOnlyWorksheet  # noqa: PLC0415 - after the limits are set

    ReadOnlyWorksheet._get_size = lambda _: None  # not believed (see rows), and where a sheet does not say it, it would be read whole to find out
    try:
        code, parts = sheet_of(sys.stdin.buffer.read())
        sys.stdout.buffer.writelines(parts)
    except MemoryError:
        return TOO_LARGE
    return code


def epoch_of(workbook: Any) -> str:  # noqa: ANN401 - openpyxl has no types
    """Day 0 of the workbook: 1904-01-01, or 1899-12-30 for one that counts from 1900 (it counts a 29 February 1900 that never was)."""
    epoch: datetime = workbook.epoch
    return epoch.date().isoformat()


if __name__ == "__main__":
    limit()
    sys.exit(main())
