"""Headers as people type them -> the columns of a kind."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from data_access.ingest.kinds import Kind


@lru_cache(maxsize=4096)
def fold(text: str) -> str:
    """A name without what people vary: "Leerling ID", "leerling_id" and "LEERLING-ID" are one; so are "café" and "CAFE"."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in decomposed if letter.isalnum())


@dataclass(frozen=True)
class Matched:
    """Which header is which column. columns: canonical name -> header as delivered; dropped: headers that are no column of the kind, in order."""

    columns: dict[str, str]
    dropped: tuple[str, ...]


def match(kind: Kind, headers: Iterable[str]) -> Matched:
    """Find the columns of `kind` among the headers of a file."""
    delivered: dict[str, str] = {}
    for header in headers:
        delivered.setdefault(fold(header), header)
    columns = {}
    for column in kind.columns:
        found = next((delivered[name] for name in map(fold, column.headers) if name in delivered), None)
        if found is not None:
            columns[column.name] = found
    kept = set(columns.values())
    return Matched(columns, tuple(header for header in headers if header not in kept))


def fits(kind: Kind, headers: Iterable[str]) -> bool:
    """Whether a file with these headers can be of this kind: every required column is there, and one of `any_of` when the kind asks for it.

    A list that names no branch can be of a kind with branches: it is the list of one branch, and who delivers it says which.
    """
    columns = match(kind, tuple(headers)).columns
    return not lacking(kind, columns) and (not kind.any_of or any(name in columns for name in kind.any_of))


def is_of_one_branch(kind: Kind, headers: Iterable[str]) -> bool:
    """Whether a list of a kind that needs a branch names none."""
    needs = any(column.name == "branch" and column.required for column in kind.columns)
    return needs and "branch" not in match(kind, tuple(headers)).columns


def lacking(kind: Kind, columns: Iterable[str]) -> tuple[str, ...]:
    """The required columns that are not among `columns`, apart from the branch."""
    return tuple(column.name for column in kind.columns if column.required and column.name not in (*columns, "branch"))
