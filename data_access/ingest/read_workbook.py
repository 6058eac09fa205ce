"""Child process: a workbook on standard input -> the day it counts from and its first sheet with content, as CSV on standard output.

Started by read_files with limits of its own, so that a workbook made to eat memory or time takes this process with it and nothing else.
"""

import csv
import io
import sys
from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Any

MAX_MEMORY_BYTES = 1_500_000_000
MAX_SECONDS = 100


def limit() -> None:
    """Bound memory and processor time, where the system can."""
    try:
        import resource  # noqa: PLC0415 - not on Windows
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY_BYTES, MAX_MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (MAX_SECONDS, MAX_SECONDS))


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
    return str(value)


def trimmed(rows: Iterable[tuple[object, ...]]) -> list[list[str]]:
    """Rows as texts without the empty cells at their end and without the empty rows at the end of the sheet."""
    texts: list[list[str]] = []
    filled = 0
    for row in rows:
        cells = [as_text(cell) for cell in row]
        while cells and not cells[-1].strip():
            cells.pop()
        texts.append(cells)
        filled = len(texts) if cells else filled
    return texts[:filled]


def main() -> int:
    """Read standard input, write standard output; 1 when it is no workbook."""
    from openpyxl import load_workbook  # noqa: PLC0415 - after the limits are set

    try:
        workbook = load_workbook(io.BytesIO(sys.stdin.buffer.read()), read_only=True, data_only=True, keep_links=False)
        sheets = (trimmed(sheet.iter_rows(values_only=True)) for sheet in workbook.worksheets if sheet.sheet_state == "visible")
        rows = next((sheet for sheet in sheets if sheet), [])
    except Exception:  # noqa: BLE001 - whatever is wrong inside the file, the answer is the same
        return 1
    width = max((len(row) for row in rows), default=0)
    out = io.TextIOWrapper(sys.stdout.buffer, encoding="utf-8", newline="")
    out.write(f"{epoch_of(workbook)}\n")
    csv.writer(out).writerows([*row, *[""] * (width - len(row))] for row in rows)
    out.flush()
    return 0


def epoch_of(workbook: Any) -> str:  # noqa: ANN401 - openpyxl has no types
    """Day 0 of the workbook: 1904-01-01, or 1899-12-30 for one that counts from 1900 (it counts a 29 February 1900 that never was)."""
    epoch: datetime = workbook.epoch
    return epoch.date().isoformat()


if __name__ == "__main__":
    limit()
    sys.exit(main())
