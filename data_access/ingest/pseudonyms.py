"""Ids of pupils -> pseudonyms that nobody without the key can follow back. The id itself goes no further than here."""

import hashlib
import hmac
import os
import re
import secrets
import unicodedata
from pathlib import Path

import polars as pl

KEY_BYTES = 32


class KeyFault(RuntimeError):
    """The pseudonym key is missing, unreadable or another than the store was filled with: a code. Nothing was loaded."""

    def __init__(self, code: str) -> None:
        """Keep the code (`key.missing`, `key.other`, `key.unreadable`)."""
        super().__init__(code)
        self.code = code


def make_key(file: Path) -> None:
    """Write a new key file, readable by its owner alone. Raises FileExistsError: without the old key no later visit would find its pupil."""
    file.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as opened:
        opened.write(secrets.token_hex(KEY_BYTES) + "\n")


def read_keys(file: Path) -> tuple[bytes, ...]:
    """All keys, in the order in which they came into use; a pseudonym goes through each in turn. Raises KeyFault."""
    try:
        lines = file.read_text(encoding="ascii").split()
    except FileNotFoundError as error:
        raise KeyFault("key.missing") from error
    except (OSError, UnicodeDecodeError) as error:
        raise KeyFault("key.unreadable") from error
    if not lines or any(re.fullmatch(r"[0-9a-f]{64}", line) is None for line in lines):
        raise KeyFault("key.unreadable")
    return tuple(bytes.fromhex(line) for line in lines)


def fingerprint(keys: tuple[bytes, ...]) -> str:
    """What the store remembers of the keys, so that it notices another one: a pseudonym of a text that is no id."""
    return pseudonym("", keys).hex()


def pseudonym(normal_id: str, keys: tuple[bytes, ...]) -> bytes:
    """HMAC-SHA-256 with the first key; every later key wraps what the one before gave, so that a key can be changed without the ids."""
    value = normal_id.encode()
    for key in keys:
        value = hmac.digest(key, value, hashlib.sha256)
    return value


def pseudonyms(normal_ids: pl.Series, keys: tuple[bytes, ...]) -> pl.Series:
    """The pseudonym of every id, in order."""
    return pl.Series([pseudonym(normal_id, keys) for normal_id in normal_ids], dtype=pl.Binary)


def judge(typed: pl.Series) -> pl.DataFrame:
    """Different ids as people type them -> normal (one id however it was typed) and code, null = fit to be a pseudonym.

    Codes: `pupil.bsn`, `pupil.name`, and `pupil.placeholder` for a mark that stands for nobody: else all its visits would be one very frequent child.
    """
    is_plain = typed.str.contains(r"^[0-9a-z]+$")
    normal = pl.Series([text if plain else normalised(text) for text, plain in zip(typed, is_plain, strict=True)], dtype=pl.String)
    found = pl.DataFrame({"normal": normal, "typed": typed, "is_bsn": pl.Series(_are_bsns(normal), dtype=pl.Boolean)})
    code = (
        pl.when(_is_placeholder(pl.col("normal")))
        .then(pl.lit("pupil.placeholder"))
        .when("is_bsn")
        .then(pl.lit("pupil.bsn"))
        .when(_is_name(pl.col("normal"), pl.col("typed")))
        .then(pl.lit("pupil.name"))
    )
    return found.select("normal", code=code)


def normalised(typed: str) -> str:
    """One id however it was typed: width, case, spaces and what cannot be seen do not count; leading zeros do. What is normal stays as it is."""
    visible = "".join(letter for letter in unicodedata.normalize("NFKC", typed) if unicodedata.category(letter) not in ("Cc", "Cf"))
    normal = "".join(visible.split()).casefold()
    return normal if normal == typed else normalised(normal)


def _are_bsns(normal: pl.Series) -> list[bool]:
    """Which are citizen service numbers."""
    could_be = normal.str.contains(r"^(?:bsn[:.\-]?)?[0-9.,/\-]{8,14}$")
    return [maybe and is_bsn(text) for text, maybe in zip(normal, could_be, strict=True)]


def is_bsn(normal: str) -> bool:
    """Whether an id is a citizen service number by the eleven-test: nine digits (eight with the zero left off), 9a + 8b + ... + 2h - i divisible by 11."""
    digits = re.sub(r"^bsn|[.,]0$|[.,:/\-]", "", normal)
    if not re.fullmatch(r"0*[0-9]{8,9}", digits) or not digits.strip("0"):
        return False
    digits = digits.lstrip("0") if len(digits) > 9 else digits
    weights = (9, 8, 7, 6, 5, 4, 3, 2, -1)
    return sum(weight * int(digit) for weight, digit in zip(weights, digits.zfill(9), strict=True)) % 11 == 0


def _is_placeholder(normal: pl.Expr) -> pl.Expr:
    """Stands for nobody: no letter or digit, only noughts, or a word that says so."""
    return ~normal.str.contains(r"[\p{L}\p{N}]") | normal.str.contains(r"^0+$") | normal.is_in(["x", "onbekend", "anoniem", "anon", "nvt", "n.v.t.", "unknown"])


def _is_name(normal: pl.Expr, typed: pl.Expr) -> pl.Expr:
    """Looks like somebody's name or e-mail address: letters and no digit, in more than a code of two; initials with a point; or two words with capitals."""
    letters_only = (normal.str.count_matches(r"\p{L}") >= 3) & ~normal.str.contains(r"\d")
    return normal.str.contains("@", literal=True) | letters_only | normal.str.contains(r"^(?:\p{L}\.)+") | typed.str.contains(r"\p{Lu}\p{Ll}+\s+\p{Lu}")
