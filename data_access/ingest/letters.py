"""Bytes -> text: one encoding, one kind of line end, no characters that no cell can hold."""

import codecs
import re

from data_access.ingest.shapes import FileRefused

#: Stands where a letter was lost: the bytes there mean nothing in the encoding of the file.
LOST = "\N{REPLACEMENT CHARACTER}"

_MARKS = {codecs.BOM_UTF8: "utf-8", codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
_SAMPLE_BYTES = 100_000
_LONG_LETTER = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1f]")
#: The share of control characters above which a file is no text. Text has none, compressed data has one in nine.
_TOO_MUCH_CONTROL = 0.05


def as_utf8(content: bytes) -> bytes:
    """The text of a file as UTF-8 without byte order mark, each line ended by a line feed alone, without NUL.

    A letter that cannot be read becomes LOST, so that its cell is refused later and no other. Raises FileRefused("file.no_table") for what is no text at all.
    """
    mark = next((mark for mark in _MARKS if content.startswith(mark)), b"")
    encoding = _MARKS.get(mark) or _encoding(content)
    text = content if encoding == "ascii" else content[len(mark) :].decode(encoding, errors="replace").encode()
    sample = text[:_SAMPLE_BYTES]
    if len(_CONTROL.findall(sample)) > _TOO_MUCH_CONTROL * len(sample):
        raise FileRefused("file.no_table")
    if b"\x00" in text:
        text = text.replace(b"\x00", b"")
    return text.replace(b"\r\n", b"\n").replace(b"\r", b"\n") if b"\r" in text else text


def _encoding(content: bytes) -> str:
    """ASCII, UTF-16 without its mark, UTF-8, or else Windows-1252, which Dutch Excel writes."""
    for first, encoding in ((1, "utf-16-le"), (0, "utf-16-be")):
        high = content[first:400:2]
        if high.count(0) > 0.4 * len(high):
            return encoding
    if content.isascii():
        return "ascii"
    try:
        content.decode()
    except UnicodeDecodeError:
        # a file that was written in two encodings, or damaged, is what most of its letters are; the others are lost
        long_letters = sum(1 for _ in _LONG_LETTER.finditer(content))
        return "utf-8" if long_letters > content.decode(errors="replace").count(LOST) else "cp1252"
    return "utf-8"
