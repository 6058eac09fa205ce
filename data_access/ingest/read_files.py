"""Bytes -> a table of texts or a set of map features. The content decides what a file is, never its name."""

import io
import json
import lzma
import re
import subprocess
import sys
import zipfile
import zlib
from datetime import date
from pathlib import Path
from typing import Any

from data_access.ingest import limits
from data_access.ingest.letters import as_utf8
from data_access.ingest.read_statline import is_statline, read_statline
from data_access.ingest.read_text import read_text
from data_access.ingest.read_workbook import FIELD, TOO_LARGE
from data_access.ingest.shapes import FileRefused, RawFeatures, RawTable

_ROOT = Path(__file__).resolve().parents[2]
_PICTURES_AND_PRINTS = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"PK\x05\x06")
#: A page of the web, which some programs give when they are asked for a workbook.
_PAGE = re.compile(rb"\s*<(?:!doctype html|html|table|\?xml)\b", re.IGNORECASE)
_OLD_OR_LOCKED_WORKBOOK = b"\xd0\xcf\x11\xe0"
#: Parts of the zips in which other programs keep a sheet (LibreOffice, Numbers, Excel's binary workbook), and what stands at the beginning of the workbook
#: in the strict form of Excel's own, which few programs read.
_OTHER_SHEETS, _STRICT = {"content.xml", "Index/Document.iwa", "xl/workbook.bin"}, b"http://purl.oclc.org/ooxml/"
#: What a damaged or locked zip gives when it is opened or read.
_ZIP_FAULTS = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, OSError, EOFError, RuntimeError, ValueError, IndexError)


def read(file_name: str, content: bytes) -> RawTable | RawFeatures:
    """Read a CSV file, an Excel workbook or GeoJSON. Raises FileRefused with what is wrong and never with anything from inside the file."""
    if len(content) > limits.MAX_BYTES:
        raise _too_large(limits.MAX_BYTES)
    if not re.search(rb"[^\x00\s\xef\xbb\xbf\xfe\xff]", content):
        raise FileRefused("file.empty")
    if content.startswith(b"PK\x03\x04"):
        return _zip(file_name, content)
    if content.startswith(_OLD_OR_LOCKED_WORKBOOK):
        raise FileRefused("file.old_or_locked_workbook")
    if content.startswith(_PICTURES_AND_PRINTS):
        raise FileRefused("file.no_table")
    text = as_utf8(content)
    if _PAGE.match(text):
        raise FileRefused("file.no_table")
    return _features(file_name, text) if text[:1000].lstrip().startswith(b"{") else read_text(file_name, text)


def _too_large(most: int) -> FileRefused:
    return FileRefused("file.too_large", megabytes=most // 1_000_000)


def _features(file_name: str, text: bytes) -> RawFeatures:
    if len(text) > limits.MAX_FEATURES_BYTES:
        raise _too_large(limits.MAX_FEATURES_BYTES)
    try:
        parsed = json.loads(text)
        json.dumps(parsed, ensure_ascii=False).encode()  # half a character, which JSON can spell, cannot be stored
    except (ValueError, RecursionError) as error:
        raise FileRefused("file.unreadable") from error
    features = parsed.get("features")
    if parsed.get("type") != "FeatureCollection" or not isinstance(features, list):
        raise FileRefused("file.no_table")
    found = tuple(feature for feature in features if isinstance(feature, dict))
    if not found:
        raise FileRefused("file.no_features")
    return RawFeatures(file_name, found, _epsg(parsed.get("crs")))


def _epsg(crs: Any) -> int | None:  # noqa: ANN401 - whatever the file says
    """`{"properties": {"name": "urn:ogc:def:crs:EPSG::28992"}}` -> 28992; CRS84 is longitude and latitude in WGS84."""
    properties = crs.get("properties") if isinstance(crs, dict) else None
    name = str(properties.get("name", "")) if isinstance(properties, dict) else ""
    if name.endswith("CRS84"):
        return 4326
    number = re.search(r"(?<![0-9])([0-9]{4,6})$", name)
    return int(number.group(1)) if number else None


def _zip(file_name: str, content: bytes) -> RawTable:
    """What travels as a zip: an Excel workbook, or a table of StatLine. Nothing is unpacked to disk, so a path in it leads nowhere."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            names = set(parts.namelist())
            unpacked = sum(part.file_size for part in parts.infolist())
            is_other = bool(names & _OTHER_SHEETS) or _begins_with(parts, names, "xl/workbook.xml", _STRICT)
            if is_statline(names) and unpacked <= limits.MAX_UNPACKED_BYTES:
                return read_statline(parts, lambda part: read_text(file_name, as_utf8(part)))
    except FileRefused:
        raise
    except _ZIP_FAULTS as error:  # damaged, or locked with a password
        raise FileRefused("file.unreadable") from error
    if unpacked > limits.MAX_UNPACKED_BYTES:
        raise FileRefused("file.too_large_unpacked", megabytes=limits.MAX_UNPACKED_BYTES // 1_000_000)
    if is_other:
        raise FileRefused("file.other_workbook")
    if "xl/workbook.xml" not in names:
        raise FileRefused("file.no_table")
    return _workbook(file_name, content)


def _begins_with(parts: zipfile.ZipFile, names: set[str], name: str, mark: bytes) -> bool:
    """Whether a part that is there has a mark among its first bytes."""
    if name not in names:
        return False
    with parts.open(name) as part:
        return mark in part.read(2000)


def _workbook(file_name: str, content: bytes) -> RawTable:
    """The first visible sheet with anything in it, read by a child process: a workbook can be made to eat all memory or never to end."""
    if len(content) > limits.MAX_WORKBOOK_BYTES:
        raise _too_large(limits.MAX_WORKBOOK_BYTES)
    code, written = _child(content)
    if code:
        raise FileRefused("file.workbook_too_large" if code == TOO_LARGE else "file.unreadable")
    about, _, table = written.partition(b"\n")
    if not table:
        raise FileRefused("file.empty")
    epoch, other_sheets = about.decode().split()
    return read_text(file_name, table, excel_epoch=date.fromisoformat(epoch), delimiter=FIELD, other_sheets=int(other_sheets))


def _child(content: bytes) -> tuple[int, bytes]:
    """Exit code and output of the process that reads a workbook. Raises FileRefused("file.too_slow")."""
    too_slow = FileRefused("file.too_slow", seconds=limits.WORKBOOK_SECONDS)
    try:
        child = subprocess.run(
            [sys.executable, "-m", "data_access.ingest.read_workbook"],
            input=content,
            capture_output=True,
            timeout=limits.WORKBOOK_SECONDS,
            check=False,
            cwd=_ROOT,
        )
    except subprocess.TimeoutExpired as error:
        raise too_slow from error
    if child.returncode < 0:  # ended by the system: the processor time was used up
        raise too_slow
    return child.returncode, child.stdout
