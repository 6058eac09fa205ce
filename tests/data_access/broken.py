"""Files as they really come: the broken ones of a whole list, each made here, with what must become of it."""

import io
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from random import Random

import openpyxl
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from data_access.clock import today

HEADER = "leerling_id;datum;vestiging"
VISIT = "17;18-11-2024;Noord"


@dataclass(frozen=True)
class Broken:
    """A file and the receipt it must give, or the code with which it is refused. A store of three branches has nothing else in it."""

    name: str
    made: bytes | Callable[[], bytes]
    accepted: int = 0
    reasons: dict[str, int] = field(default_factory=dict)
    stopped: str = ""
    file_name: str = "lijst.csv"

    @property
    def content(self) -> bytes:
        return self.made if isinstance(self.made, bytes) else self.made()


def lines(*rows: str, end: str = "\n") -> bytes:
    return (end.join((HEADER, *rows)) + end).encode()


def wide(columns: str, row: str) -> bytes:
    return f"{HEADER};{columns}\n{VISIT};{row}\n".encode()


def workbook(*rows: Iterable[object], epoch: datetime | None = None, before: Callable[[openpyxl.Workbook], None] | None = None) -> bytes:
    book = openpyxl.Workbook()
    if epoch is not None:
        book.epoch = epoch
    for row in rows:
        book.active.append(list(row))
    if before is not None:
        before(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def repacked(content: bytes, parts: dict[str, bytes], more: dict[str, bytes] | None = None) -> bytes:
    """A workbook with some of its parts replaced and others added."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, parts.get(name, old.read(name)))
        for name, part in (more or {}).items():
            new.writestr(name, part)
    return out.getvalue()


NAMES = ("leerling_id", "datum", "vestiging")
PLAIN = (17, datetime(2024, 11, 18), "Noord")
SHEET = "xl/worksheets/sheet1.xml"
SPREADSHEET = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


def sheet(rows: str, head: str = "") -> bytes:
    return repacked(workbook(["x"]), {SHEET: f'<?xml version="1.0"?>{head}<worksheet {SPREADSHEET}><sheetData>{rows}</sheetData></worksheet>'.encode()})


def inline(*values: str) -> str:
    return "<row>" + "".join(value if value.startswith("<c>") else f'<c t="inlineStr"><is><t>{value}</t></is></c>' for value in values) + "</row>"


def laughs(depth: int = 12) -> str:
    entities = "".join(f'<!ENTITY l{number} "{f"&l{number - 1};" * 10}">' for number in range(1, depth))
    return f'<!DOCTYPE lolz [<!ENTITY l0 "ha">{entities}]>'


def remarks(*rows: str) -> Callable[[openpyxl.Workbook], None]:
    """A sheet in front of the one with the list."""

    def in_front(book: openpyxl.Workbook) -> None:
        sheet = book.create_sheet("Uitleg", 0)
        for row in rows:
            sheet.append(row.split(";"))

    return in_front


def hidden(book: openpyxl.Workbook) -> None:
    sheet = book.create_sheet("Lijsten", 0)
    sheet.append(["leerling_id", "datum", "vestiging"])
    sheet.append([99, datetime(2024, 11, 19), "Haven"])
    sheet.sheet_state = "hidden"


def last_cell(book: openpyxl.Workbook) -> None:
    book.active["XFD1048576"] = "x"


def zip_bomb() -> bytes:
    """A gigabyte of nothing in a megabyte."""
    out = io.BytesIO(workbook(NAMES, PLAIN))
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED, compresslevel=1) as parts, parts.open("xl/media/big.bin", "w", force_zip64=True) as part:
        for _ in range(1_001):
            part.write(bytes(1_000_000))
    return out.getvalue()


def cell_bomb() -> bytes:
    """A hundred million letters in one cell."""
    return sheet(inline(*NAMES) + inline("x" * 100_000_000, "18-11-2024", "Noord"))


def macros() -> bytes:
    types = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
    plain = workbook(NAMES, PLAIN)
    with zipfile.ZipFile(io.BytesIO(plain)) as parts:
        listed = parts.read("[Content_Types].xml").decode()
    listed = listed.replace(types, "application/vnd.ms-excel.sheet.macroEnabled.main+xml")
    return repacked(plain, {"[Content_Types].xml": listed.encode()}, {"xl/vbaProject.bin": b"\xd0\xcf\x11\xe0macro"})


def with_path_escape() -> bytes:
    return repacked(workbook(NAMES, PLAIN), {}, {"../../../tmp/weg.txt": b"x", "/etc/weg": b"x"})


def strict() -> bytes:
    """As Excel saves an "Open XML in strict form"."""
    plain = workbook(NAMES, PLAIN)
    with zipfile.ZipFile(io.BytesIO(plain)) as parts:
        told = parts.read("xl/workbook.xml").replace(
            b"http://schemas.openxmlformats.org/spreadsheetml/2006/main", b"http://purl.oclc.org/ooxml/spreadsheetml/main"
        )
    return repacked(plain, {"xl/workbook.xml": told})


def of_another_program(*names: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as parts:
        for name in names:
            parts.writestr(name, b"x")
    return out.getvalue()


PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"
#: The container that Office makes of a workbook with a password; an old .xls file begins the same way.
OFFICE_LOCKED = (
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 16 + b"\x3e\x00\x03\x00\xfe\xff\x09\x00" + b"\x00" * 480 + "EncryptedPackage".encode("utf-16-le")
)
TWO = lines(VISIT, "18;18-11-2024;Haven")
SOON = (today() + timedelta(days=2)).strftime("%d-%m-%Y")

FILES = [
    # --- how it is written
    Broken("commas under a header with semicolons", lines("17,18-11-2024,Noord", "18,18-11-2024,Haven"), stopped="file.unrecognised"),
    Broken("mixed delimiters", lines(VISIT, "18,18-11-2024,Haven", "19\t18-11-2024\tHaven", "20;18-11-2024;Haven"), 2, reasons={"row.too_few_fields": 2}),
    Broken("byte order mark", b"\xef\xbb\xbf" + TWO, 2),
    Broken("UTF-16 with its mark", TWO.decode().encode("utf-16"), 2),
    Broken("UTF-16, little end first, without its mark", TWO.decode().encode("utf-16-le"), 2),
    Broken("UTF-16, big end first, without its mark", TWO.decode().encode("utf-16-be"), 2),
    Broken("Windows-1252", f"{HEADER};school\n{VISIT};Curaçaoschool\n".encode("cp1252"), 1),
    Broken(
        "invalid bytes in a branch",
        "\n".join((HEADER, VISIT, "18;18-11-2024;Zoë né ö")).encode() + b"\n19;18-11-2024;No\xffrd\n",
        1,
        reasons={"branch.unknown": 1, "value.lost_letter": 1},
    ),
    Broken("NUL bytes", lines("1\x007;18-11-2024;Noord", "18;18-11-2024;Ha\x00ven"), 2),
    Broken("a file of NUL bytes", b"\x00" * 5000, stopped="file.empty"),
    Broken("CR line ends", lines(VISIT, "18;18-11-2024;Haven", end="\r"), 2),
    Broken("a quoted line end", wide("opmerking", '"kwam\nlaat; ging vroeg"'), 1),
    Broken("an unclosed quotation mark", lines('"17;18-11-2024;Noord', "18;18-11-2024;Haven", "19;18-11-2024;Haven"), 2, reasons={"row.open_quote": 1}),
    Broken("a quotation mark in the id", lines('1"7;18-11-2024;Noord', "18;18-11-2024;Haven"), 1, reasons={"row.open_quote": 1}),
    Broken("too few fields", lines(VISIT, "18;18-11-2024"), 1, reasons={"row.too_few_fields": 1}),
    Broken("too many fields", lines(VISIT, "18;18-11-2024;Haven;16:00"), 1, reasons={"row.too_many_fields": 1}),
    Broken("separators behind the last field", lines(VISIT + ";;", "18;18-11-2024;Haven;;"), 2),
    Broken("no header", b"17;18-11-2024;Noord\n18;18-11-2024;Haven\n", stopped="file.unrecognised"),
    Broken("the header twice", lines(VISIT, HEADER, "18;18-11-2024;Haven"), 2),
    Broken("a column twice that says two things", b"leerling_id;datum;vestiging;datum\n17;18-11-2024;Noord;19-11-2024\n", stopped="header.twice"),
    Broken("a column twice that says the same", b"leerling_id;datum;vestiging;datum;vestiging\n17;18-11-2024;Noord;18-11-2024;\n", 1),
    Broken("the header in capitals with spaces", b" LEERLING ID ; DATUM ; VESTIGING \n17;18-11-2024;Noord\n", 1),
    Broken("Excel's separator line", b"sep=;\r\n" + TWO, 2),
    Broken("a separator line that names another mark than the list has", b"sep=,\r\n" + TWO, 2),
    Broken("titles above the header", b"Bezoeken week 47;;\n;;\nBibliotheek Noord;november;\n" + TWO, 2),
    Broken("a total row below", lines(VISIT, "18;18-11-2024;Haven", ";;", "Totaal;;2"), 2),
    Broken("a total row below that is narrower than the list", lines(VISIT, "18;18-11-2024;Haven", "Totaal;2"), 2),
    Broken("a total row below of one word", lines(VISIT, "18;18-11-2024;Haven", '"Totaal 2"'), 2),
    Broken("an empty file", b"", stopped="file.empty"),
    Broken("blank lines and nothing else", b"\xef\xbb\xbf\r\n \r\n\r\n", stopped="file.empty"),
    Broken("a header and nothing else", lines(), stopped="file.no_rows"),
    # --- what it is
    Broken("a picture", PNG, stopped="file.no_table"),
    Broken(
        "a page of the web named .xls",
        b"\r\n<html><table><tr><td>leerling_id</td></tr>\n<tr><td>17</td></tr></table></html>",
        stopped="file.no_table",
        file_name="lijst.xls",
    ),
    Broken("compressed data", Random(1).randbytes(5000), stopped="file.no_table"),
    Broken("a workbook named .csv", workbook(NAMES, PLAIN), 1),
    Broken("a CSV file named .xlsx", TWO, 2, file_name="lijst.xlsx"),
    Broken("a workbook that was cut off", workbook(NAMES, PLAIN)[:2000], stopped="file.unreadable"),
    Broken("a workbook with a password", OFFICE_LOCKED, stopped="file.old_or_locked_workbook", file_name="lijst.xlsx"),
    Broken("a workbook with macros", macros(), 1, file_name="lijst.xlsm"),
    Broken("a zip bomb", zip_bomb, stopped="file.too_large_unpacked", file_name="lijst.xlsx"),
    Broken("a bomb in a cell", cell_bomb, stopped="file.workbook_too_large", file_name="lijst.xlsx"),
    Broken("an entity bomb", sheet(inline("leerling_id", "datum", "vestiging") + inline("&l11;", "18-11-2024", "Noord"), laughs()), stopped="file.unreadable"),
    Broken("an entity that names a file", sheet(inline("&weg;"), '<!DOCTYPE x [<!ENTITY weg SYSTEM "file:///etc/hostname">]>'), stopped="file.unreadable"),
    Broken("paths in the zip that lead out of it", with_path_escape(), 1),
    Broken("a zip with something else", repacked(b"PK\x05\x06" + b"\0" * 18, {}, {"../weg.txt": b"x"}), stopped="file.no_table"),
    Broken("a workbook in the strict form", strict(), stopped="file.other_workbook", file_name="lijst.xlsx"),
    Broken("a workbook of LibreOffice", of_another_program("mimetype", "content.xml"), stopped="file.other_workbook", file_name="lijst.ods"),
    Broken("a workbook of Numbers", of_another_program("Index/Document.iwa"), stopped="file.other_workbook", file_name="lijst.numbers"),
    Broken("a binary workbook", of_another_program("xl/workbook.bin"), stopped="file.other_workbook", file_name="lijst.xlsb"),
    Broken("a map without anything on it", b'{"type": "FeatureCollection", "features": []}', stopped="file.no_features", file_name="wijken.geojson"),
    Broken("a hidden sheet in front", workbook(NAMES, PLAIN, before=hidden), 1),
    Broken("a sheet with remarks in front", workbook(NAMES, PLAIN, before=remarks("Let op", "Lijst van november")), stopped="file.other_sheets"),
    Broken("a sheet with another table in front", workbook(NAMES, PLAIN, before=remarks("kleur;aantal", "rood;2")), stopped="file.other_sheets"),
    Broken(
        "a formula without a result",
        sheet(inline(*NAMES) + inline("<c><f>A9</f></c>", "18-11-2024", "Noord") + inline("17", "18-11-2024", "Noord")),
        1,
        reasons={"value.no_result": 1},
    ),
    Broken(
        "Excel's errors in a CSV file",
        lines("#N/B;18-11-2024;Noord", "#N/A;18-11-2024;Noord", "#VERW!;18-11-2024;Noord", "######;18-11-2024;Noord", VISIT),
        1,
        reasons={"value.no_result": 4},
    ),
    Broken("a value in the last cell of the sheet", workbook(NAMES, PLAIN, before=last_cell), 1, reasons={"row.too_many_fields": 1}),
    # --- what it says
    Broken("days counted from 1904", workbook(NAMES, PLAIN, (18, 44150, "Haven"), epoch=CALENDAR_MAC_1904), 2),
    Broken("days as numbers of Excel", workbook(NAMES, (17, 45614, "Noord"), (18, 45614.0, "Haven")), 2),
    Broken("days as numbers in a CSV file", lines("17;45614;Noord", "18;18-11-2024;Haven"), 1, reasons={"date.unreadable": 1}),
    Broken(
        "day first and year first",
        lines("17;18-11-2024;Noord", "18;2024/11/18;Haven", "19;18/11/2024;Haven", "20;2024-11-18 00:00:00;Haven", "21;18.11.2024;Haven"),
        5,
    ),
    Broken("the month first", lines("17;11/18/2024;Noord", "18;11/12/2024;Haven"), stopped="file.month_first"),
    Broken(
        "a weekday before the day",
        lines("17;ma 18-11-2024;Noord", "18;Maandag 18 november 2024;Haven", "19;di 18-11-2024;Haven"),
        2,
        reasons={"date.other_weekday": 1},
    ),
    Broken("31 February", lines("17;31-02-2024;Noord", VISIT), 1, reasons={"date.impossible": 1}),
    Broken("three o'clock, which may be at night", wide("aankomst", "3 uur"), reasons={"time.either_half": 1}),
    Broken("24:00", wide("aankomst", "24:00"), reasons={"time.impossible": 1}),
    Broken(
        "24:00 in a workbook", workbook((*NAMES, "aankomst"), (*PLAIN, timedelta(days=1)), (18, *PLAIN[1:], time(15, 30))), 1, reasons={"time.unreadable": 1}
    ),
    Broken("leaving before arriving", wide("aankomst;vertrek", "16:00;15:30"), reasons={"time.left_before_arrived": 1}),
    Broken("the future", lines(f"17;{SOON};Noord", VISIT), 1, reasons={"date.future": 1}),
    Broken("before the pilot", lines("17;12-05-2019;Noord", VISIT), 1, reasons={"date.before_start": 1}),
    Broken("an unknown branch", lines("17;18-11-2024;Noort", VISIT), 1, reasons={"branch.unknown": 1}),
    Broken("an unknown neighbourhood", wide("wijkcode", "Atlantis"), reasons={"neighbourhood.unknown": 1}),
    Broken("an id in scientific notation", lines("1,00234E+11;18-11-2024;Noord", "1.00234e+11;19-11-2024;Noord", VISIT), 1, reasons={"pupil.rounded": 2}),
    Broken(
        "a number with three decimals in a workbook, where a count belongs",
        workbook(("vestiging", "datum", "aantal"), ("Noord", PLAIN[1], 12.125)),
        reasons={"number.unreadable": 1},
    ),
    Broken("a wide sheet without a single mark", b"leerling_id;vestiging;18-11-2024;19-11-2024;21-11-2024\n17;Noord;;;\n", stopped="file.no_marks"),
    Broken("a code of an area of which a spreadsheet took the nought", wide("wijkcode", "51829"), 1),
    Broken("ids with points between the thousands", lines("100.234;18-11-2024;Noord", "100.234;19-11-2024;Noord"), 2),
    Broken(
        "no-break spaces in ids",
        "\n".join((HEADER, "17\N{NO-BREAK SPACE};18-11-2024;Noord", "1\N{NARROW NO-BREAK SPACE}7;18-11-2024;Noord")).encode(),
        1,
        reasons={"row.twice": 1},
    ),
    Broken(
        "emoji",
        "\n".join((HEADER, "17\N{GRINNING FACE};18-11-2024;Noord", "18;18-11-2024;\N{BOOKS} Noord", "19;\N{GRINNING FACE};Noord")).encode(),
        2,
        reasons={"date.unreadable": 1},
    ),
    Broken(
        "right-to-left text",
        "\n".join((HEADER, "\N{RIGHT-TO-LEFT OVERRIDE}17;18-11-2024;Noord", "\u0645\u062d\u0645\u062f;18-11-2024;Noord")).encode(),
        1,
        reasons={"pupil.name": 1},
    ),
    Broken(
        "HTML in cells",
        lines("<script>alert(1)</script>;18-11-2024;Noord", "17;18-11-2024;<b>Noord</b>", VISIT),
        1,
        reasons={"branch.unknown": 1, "pupil.name": 1},
    ),
    Broken(
        "SQL in cells",
        lines("1'; DROP TABLE visits; --;18-11-2024;Noord", '"17\'); DELETE FROM visits; --";18-11-2024;Noord', VISIT),
        1,
        reasons={"pupil.name": 1, "row.too_many_fields": 1},
    ),
    Broken(
        "formulas in cells",
        lines("=1+1;18-11-2024;Noord", "@SUM(A1);18-11-2024;Noord", "17;18-11-2024;=HYPERLINK(A1)", VISIT),
        1,
        reasons={"branch.unknown": 1, "pupil.name": 1, "pupil.unfit": 1},
    ),
    Broken("full postcodes", wide("postcode", "2512 AA"), 1),
    Broken("names and service numbers in columns of their own", wide("naam;BSN;adres", "Ada Lovelace;123456782;Kade 1"), 1),
    Broken(
        "a name, a service number or a telephone number for an id",
        lines("Ada Lovelace;18-11-2024;Noord", "123456782;18-11-2024;Noord", "06-12345678;18-11-2024;Noord", VISIT),
        1,
        reasons={"pupil.bsn": 1, "pupil.name": 1, "pupil.phone": 1},
    ),
    Broken("a very long cell", lines("1" * 40_000 + ";18-11-2024;Noord", VISIT), 1, reasons={"row.cell_too_long": 1}),
    Broken("a very long row", lambda: lines("x" * 9_000_000 + ";18-11-2024;Noord", VISIT), 1, reasons={"row.too_long": 1}),
    Broken("the same visit twice", lines(VISIT, "17;2024-11-18;nrd", "017;18-11-2024;Noord"), 2, reasons={"row.twice": 1}),
]
