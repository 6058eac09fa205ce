"""Files of every kind for tests of their doors."""

import io

from openpyxl import Workbook

from tests.stores import deliver

SCHOOLS = """school_id | schoolnaam | sector
             00AB00    | De Vlieger | PO
             00CD00    | Het Lyceum | VO"""


def with_schools(engine):
    """The store, knowing two schools."""
    deliver(engine, SCHOOLS, kind="schools")
    return engine


def workbook(drawing: str) -> bytes:
    """A drawn table as an Excel workbook; whole numbers and fractions are numbers there."""
    book = Workbook()
    for line in drawing.split("\n"):
        book.active.append([_cell(cell.strip()) for cell in line.split("|")])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _cell(text: str) -> str | float | None:
    try:
        return float(text.replace(",", ".")) if text else None
    except ValueError:
        return text
