"""What deliverers say of headers that the door does not know: asked once, then used for the next list of that branch and kind without a word.

Only a header made of words that columns are called by is remembered: any other may be the name of a child.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

import polars as pl
from sqlalchemy import Connection, delete, insert, select

from data_access import tables
from data_access.ingest.column_words import is_column_name
from data_access.ingest.headers import fold
from data_access.ingest.kinds import Column, Kind
from data_access.ingest.shapes import FileRefused, RawFeatures, RawTable
from data_access.ingest.totals import TOTAL, is_total

#: The answer for a column that nobody needs.
NOT_NEEDED = ""
#: Of a longer header nothing is remembered.
LONGEST = 80


@dataclass(frozen=True)
class Answered:
    """A table of which each answered header has the name of its column. answers: header as delivered -> column; names: header -> header as delivered."""

    raw: RawTable | RawFeatures
    answers: dict[str, str] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)


def given(said: Mapping[str, str], kind: Kind, raw: RawTable) -> dict[str, str]:
    """What the deliverer says now: header of the file -> column of the kind. A header may be named by its place, "(3)"; a column by any of its headers.

    Raises FileRefused("header.not_there") or ("header.no_such_column").
    """
    found = {}
    for header, answer in said.items():
        places = {f"({number})": name for number, name in enumerate(raw.headers, start=1)}
        there = next((name for name in raw.headers if name == header or fold(name) == fold(header) != ""), places.get(header))
        if there is None:
            raise FileRefused("header.not_there")
        column = column_called(kind, answer) if answer else None
        if answer and column is None:
            raise FileRefused("header.no_such_column", kind=kind.id, column=answer)
        found[there] = column.name if column else NOT_NEEDED
    return found


def column_called(kind: Kind, name: str) -> Column | None:
    """The column of that name, or with that header."""
    return next((column for column in kind.columns if column.name == name or fold(name) in map(fold, column.headers)), None)


def remembered(connection: Connection, owners: Sequence[str], kind: Kind, raw: RawTable) -> dict[str, str]:
    """What was said before of headers of this file. owners: whose answers count, the last one most."""
    answers = tables.header_answers.c
    query = select(answers.branch_id, answers.header, answers.column_name).where(answers.kind == kind.id, answers.branch_id.in_(owners))
    rows = sorted(connection.execute(query).all(), key=lambda row: list(owners).index(row.branch_id))
    said = {row.header: row.column_name for row in rows if row.column_name == NOT_NEEDED or column_called(kind, row.column_name)}
    return {header: said[fold(header)] for header in raw.headers if fold(header) in said}


def applied(raw: RawTable, answers: dict[str, str], kind: Kind) -> Answered:
    """The table with every answered header called by its column. Another header that would be read as that column steps aside: who answers knows best.

    A row of totals stays one, also when the column goes in which it says so.
    """
    columns = {header: kind.column(name) for header, name in answers.items() if name != NOT_NEEDED}
    taken = {fold(alias) for column in columns.values() for alias in column.headers}
    names = {}
    for number, header in enumerate(raw.headers, start=1):
        if header in columns:
            names[columns[header].headers[0]] = header
        elif header not in answers:
            names[f"{header} ({number})" if fold(header) in taken else header] = header
    if len(names) < len(raw.headers) - sum(name == NOT_NEEDED for name in answers.values()):
        raise FileRefused("header.answered_twice")
    frame = raw.frame.select("row", **names)
    totals = is_total(raw)
    if names and totals.any():
        first = next(iter(names))
        frame = frame.with_columns(pl.when(totals).then(pl.lit(TOTAL)).otherwise(first).alias(first))
    return Answered(replace(raw, frame=frame, headers=tuple(names)), answers, names)


def without_pupils(answered: Answered, kind: Kind) -> Answered:
    """A list of visits in which none of the unknown columns is needed: then it has no numbers of pupils, and its visits are of nobody known."""
    raw = answered.raw
    if not isinstance(raw, RawTable) or kind.id != "visits" or NOT_NEEDED not in answered.answers.values():
        return answered
    pupil = kind.column("pupil").headers[0]
    return replace(answered, raw=replace(raw, frame=raw.frame.with_columns(pl.lit(None, pl.String).alias(pupil)), headers=(*raw.headers, pupil)))


def may_be_kept(header: str) -> bool:
    """Whether a header is surely the name of a column."""
    return is_column_name(header) and len(fold(header)) <= LONGEST


def keep(connection: Connection, owners: Sequence[str], kind: str, answers: Mapping[str, str], today: date) -> None:
    """Remember answers for these branches ("" = the whole programme), in place of earlier ones."""
    table = tables.header_answers
    for owner in owners:
        for header, column in answers.items():
            if may_be_kept(header):
                key = {"branch_id": owner, "kind": kind, "header": fold(header)}
                connection.execute(delete(table).filter_by(**key))
                connection.execute(insert(table).values(**key, column_name=column, answered_on=today))
