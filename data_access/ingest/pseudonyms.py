"""Ids of pupils -> pseudonyms that nobody without the key can follow back. The id itself goes no further than here."""

import hashlib
import hmac
import os
import re
import secrets
import unicodedata
from collections.abc import Collection
from pathlib import Path

import polars as pl

from data_access.ingest.headers import fold

KEY_BYTES = 32
#: Letters of an id; the longest in use are UUIDs of 36.
LONGEST_ID = 64
_IN_NO_ID = r"""[<>=;"'`´‘’“”„(){}\[\]|\\]"""


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


def judge(typed: pl.Series, codes: Collection[str] = ()) -> pl.DataFrame:
    """Different ids as people type them -> normal (one id however it was typed) and code, null = fit to be a pseudonym.

    Codes: `pupil.unknown` for a word or mark that says that nobody knows who it was, as an empty cell does; `pupil.placeholder` for noughts and crosses, which
    may as well be a count or a tick from another column; `pupil.bsn`; `pupil.phone`; `pupil.name`. codes: folded words that name no person, such as the codes
    of branches. `pupil.rounded` for a number of which a spreadsheet kept the first digits only (1,00234E+11): else all that begin alike would be one child.
    `pupil.unfit` for marks that stand in no id (formulas, HTML, quotation marks) and for what is longer than any.
    """
    is_plain = typed.str.contains(r"^[0-9a-z]+$")
    normal = pl.Series([text if plain else normalised(text) for text, plain in zip(typed, is_plain, strict=True)], dtype=pl.String)
    may_be_name = ~typed.str.contains(_IS_CODE)
    found = pl.DataFrame(
        {
            "normal": normal,
            "is_bsn": pl.Series(_are_bsns(normal), dtype=pl.Boolean),
            "is_name": pl.Series([maybe and is_name(text, codes) for text, maybe in zip(typed, may_be_name, strict=True)], dtype=pl.Boolean),
        }
    )
    code = (
        pl.when(_says_unknown(pl.col("normal")))
        .then(pl.lit("pupil.unknown"))
        .when(pl.col("normal").str.contains(r"^(?:0+|x+)$"))
        .then(pl.lit("pupil.placeholder"))
        .when("is_bsn")
        .then(pl.lit("pupil.bsn"))
        .when(_is_phone(pl.col("normal")))
        .then(pl.lit("pupil.phone"))
        .when("is_name")
        .then(pl.lit("pupil.name"))
        .when(pl.col("normal").str.contains(r"^[0-9](?:[.,][0-9]+)?e\+[0-9]+$"))
        .then(pl.lit("pupil.rounded"))
        .when(pl.col("normal").str.contains(_IN_NO_ID) | (pl.col("normal").str.len_chars() > LONGEST_ID))
        .then(pl.lit("pupil.unfit"))
    )
    return found.select("normal", code=code)


def normalised(typed: str) -> str:
    """One id however it was typed: width, case, spaces and what cannot be seen do not count; leading zeros do. What is normal stays as it is."""
    normal = "".join(_visible(typed).split()).casefold()
    return normal if normal == typed else normalised(normal)


def _visible(typed: str) -> str:
    return "".join(letter for letter in unicodedata.normalize("NFKC", typed) if unicodedata.category(letter) not in ("Cc", "Cf"))


def _says_unknown(normal: pl.Expr) -> pl.Expr:
    """No letter or digit at all, or a word for "not known who"."""
    return ~normal.str.contains(r"[\p{L}\p{N}]") | normal.str.replace_all(r"[^\p{L}]", "").is_in(_NOT_KNOWN) & ~normal.str.contains(r"\p{N}")


def _is_phone(normal: pl.Expr) -> pl.Expr:
    """A Dutch telephone number, whatever marks stand between its digits: 0612345678, 070-3531234, +31 6 12345678, (0031) 612345678."""
    return normal.str.replace_all(r"[-./()]", "").str.contains(r"^(?:0|(?:\+|00)310?)[1-9]\d{8}$")


_NOT_KNOWN = ["onbekend", "onbek", "anoniem", "anon", "nvt", "nb", "geen", "geenid", "geennummer", "geenpas", "unknown", "anonymous", "none", "na"]

# --- citizen service numbers ------------------------------------------------------------------------------------------

#: What may be written round a number without making it another one.
_SAYS_NUMBER = re.compile(r"(?:bsn|burgerservice|sofi|nummer|number|nr|no)*")


def _are_bsns(normal: pl.Series) -> list[bool]:
    """Which are citizen service numbers."""
    could_be = normal.str.count_matches(r"\d").is_between(8, 14)
    return [maybe and is_bsn(text) for text, maybe in zip(normal, could_be, strict=True)]


def is_bsn(normal: str) -> bool:
    """Whether an id is a citizen service number, whatever marks stand between its digits, with decimals of noughts behind it or the word for it beside it."""
    letters = "".join(letter for letter in normal if letter.isalpha())
    return bool(_SAYS_NUMBER.fullmatch(letters)) and any(
        _passes_eleven_test(re.sub(r"[^0-9]", "", text)) for text in (normal, re.sub(r"[.,]0{1,2}(?=[^0-9]*$)", "", normal))
    )


def _passes_eleven_test(digits: str) -> bool:
    """Nine digits (eight with the zero left off, more with zeros in front), 9a + 8b + ... + 2h - i divisible by 11."""
    digits = digits.lstrip("0") if len(digits) > 9 else digits
    if len(digits) not in (8, 9) or not digits.strip("0"):
        return False
    weights = (9, 8, 7, 6, 5, 4, 3, 2, -1)
    return sum(weight * int(digit) for weight, digit in zip(weights, digits.zfill(9), strict=True)) % 11 == 0


# --- names ------------------------------------------------------------------------------------------------------------

#: Plainly a code: digits, or one to three letters of one case and a number of at least two digits. Saves looking at a million of them one by one.
_IS_CODE = r"^(?:[A-Z]{1,3}[-_ ]?|[a-z]{1,2}[-_ ]?)?\d{2,}$"
#: Words that stand before the number of somebody's pass, and name nobody.
_NAMES_NOBODY = re.compile(r"(?:leerlingen|leerling|lln|ll|pas|kaart|card|bieb|bibliotheek|library|lener|lid|klant|pupil|student|nummer|number|nr|id|code|no)+")
#: A word joined to a number of three digits, with noughts in front, or of five digits and more; a name is joined to an age, a year or a birthday.
_COUNTED_OUT = re.compile(r"[A-Za-z]+[-_.]?(?:\d{3}|0\d{2,}|\d{5,})")
_BIRTHDAY = re.compile(r"\D(?:(?:19|20)\d\d)?(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])$|\D(?:0[1-9]|[12]\d|3[01])(?:0[1-9]|1[0-2])(?:(?:19|20)?\d\d)$")
_INITIALS = re.compile(r"(?:[^\W\d_]\.\s*){2,}|[^\W\d_]\.\s*[^\W\d_]{2,}")


def is_name(typed: str, codes: Collection[str] = ()) -> bool:
    """Whether what was typed for an id looks like somebody's name or e-mail address.

    An id has a digit. With digits it is a name when it holds a word of four letters or more, letters of another script, two words parted by a space,
    initials, or one short word that is written as a name (Jan7, Mo 7) or stands beside a class (jan 7b) - unless the words are of passes (kaart 42) or
    `codes`, or one word and a number as registers give them out are written as one (Vinkje0042). What this cannot tell from a code is taken for one: jan12,
    MO7, a letter and a number.
    """
    text = _visible(typed).strip()
    if "@" in text or not re.search(r"\d", text) or _INITIALS.match(text):
        return True
    words = [word for word in re.findall(r"[^\W\d_]{2,}", text) if not _NAMES_NOBODY.fullmatch(word.casefold()) and fold(word) not in codes]
    if len(words) == 1 and _COUNTED_OUT.fullmatch(text) and not _BIRTHDAY.search(text):
        return False
    if any(len(word) >= 4 or not word.isascii() for word in words):
        return True
    return _is_short_name(words[0], text) if len(words) == 1 else len(words) > 1 and re.search(r"\s", text) is not None


def _is_short_name(word: str, text: str) -> bool:
    """Whether a word of two or three letters in an id is a first name rather than a code."""
    before, _, after = text.partition(word)
    rest = f"{before} {after}".casefold()
    is_long, is_apart = len(word) > 2, before[-1:].isspace() or after[:1].isspace()
    is_written_as_name = word.istitle() and len(re.findall(r"\d", rest)) <= 4
    has_class = re.fullmatch(r"\W*[1-8]\s?[a-h]\W*", rest) is not None
    has_year_group = word.islower() and re.fullmatch(r"\s*[1-8]\s*", rest) is not None and is_apart
    return ((is_written_as_name or has_class) and (is_long or is_apart)) or (has_year_group and is_long)
