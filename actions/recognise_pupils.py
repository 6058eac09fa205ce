"""Recognising pupils: a branch holds ids of its own register against its open signals. The ids are hashed in memory and kept nowhere.

Who may guess ids long enough learns which of them has a signal. So only a branch asks, about its own open signals alone; there is a limit to a time and to a
day; and it is kept who looked up how many, where the programme reads it.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

import polars as pl
from sqlalchemy import Connection, Engine

from data_access import recognitions, signals, tables
from data_access.clock import today
from data_access.database import begin, look
from data_access.frames import read_where
from data_access.ingest import ledger, pseudonyms, read_files
from data_access.ingest.headers import fold
from data_access.ingest.known import Known
from data_access.ingest.matching import PUPIL
from data_access.ingest.shapes import FileRefused, RawTable
from data_access.organisation import organisation
from data_access.reader import Forbidden, Reader, Role, Scope
from metrics.shapes import Refused

#: Different ids that may be looked up at a time, and by one branch in a day: the register of a branch with a few hundred pupils, some times over.
MOST_AT_A_TIME, MOST_A_DAY = 1_000, 3_000
#: What stands between ids that were pasted or scanned.
_BETWEEN = re.compile(r"[\r\n\t;\x0b\x0c\x85\u2028\u2029]+")


@dataclass(frozen=True)
class Recognised:
    """What came of looking up. numbers: signal -> the id of its pupil as it was typed, to show once and keep nowhere, so it is in no `repr`.

    looked_up: different ids; refused: why others were not (codes as in `pseudonyms.judge`) -> how many.
    """

    numbers: dict[int, str] = field(repr=False)
    looked_up: int
    refused: dict[str, int]


def lines(pasted: str) -> list[str]:
    """The ids in a text that was typed, pasted or scanned: one on a line, or parted by tabs or semicolons."""
    return [line.strip() for line in _BETWEEN.split(pasted) if line.strip()]


def column(file_name: str, content: bytes) -> list[str]:
    """The ids in a file: its column of pupils under any name the door knows, or its only column, of which the first cell may be an id.

    Raises FileRefused as `read_files.read`, and `file.no_pupils` where there is no such column.
    """
    raw = read_files.read(file_name, content)
    if not isinstance(raw, RawTable):
        raise FileRefused("file.no_pupils")
    names = {fold(name) for name in PUPIL.headers}
    found = [header for header in raw.headers if fold(header) in names]
    if not found and len(raw.headers) != 1:
        raise FileRefused("file.no_pupils")
    header = (found or raw.headers)[0]
    first = [] if found or not re.search(r"\d", header) else [header]
    return [*first, *raw.frame[header].drop_nulls()]


def recognise(engine: Engine, reader: Reader, typed: Sequence[str]) -> Recognised:
    """Which open signals of the reader's own branches are of one of these ids. What is kept: who, when, how many.

    Raises Forbidden for everybody but a branch; Refused: `recognise.nothing`, `recognise.too_many` (n, most), `recognise.too_many_today` (left, most);
    KeyFault as for a delivery; StoreFault.
    """
    may_recognise(reader)
    with begin(engine) as connection:
        ledger.lock(connection)
        known = Known(connection, reader, today(), organisation().started_on, organisation().code)
        texts = pl.Series("typed", list(dict.fromkeys(text.strip() for text in typed)), dtype=pl.String)
        judged = pseudonyms.judge(texts, known.branch_words).with_columns(texts)
        ids = judged.filter(pl.col("code").is_null()).unique("normal", keep="first", maintain_order=True)
        by = ledger.signed(reader)
        _refuse(len(ids), len(judged), recognitions.looked_up(connection, by))
        numbers = _matched(connection, reader, ids)
        recognitions.add(connection, by, len(ids), len(numbers))
    refused = dict(judged["code"].drop_nulls().value_counts().sort("code").iter_rows())
    return Recognised(numbers, len(ids), refused)


def book(engine: Engine, reader: Reader) -> pl.DataFrame:
    """Who looked up, when and how many, newest first: a branch its own, the programme all. As `data_access.recognitions.book`. Raises Forbidden, StoreFault."""
    if reader.scope("signals") is None:
        raise Forbidden("forbidden.signals")
    with look(engine) as connection:
        return recognitions.book(connection, ledger.signed(reader) if reader.role is Role.BRANCH else None)


def may_recognise(reader: Reader) -> None:
    """Stop everybody but a branch. Raises Forbidden."""
    if reader.role is not Role.BRANCH or reader.scope("signals") is not Scope.OWN or not reader.branch_ids:
        raise Forbidden("forbidden.recognise")


def _refuse(count: int, given: int, before: int) -> None:
    if not given:
        raise Refused("recognise.nothing")
    if count > MOST_AT_A_TIME:
        raise Refused("recognise.too_many", n=count, most=MOST_AT_A_TIME)
    if before + count > MOST_A_DAY:
        raise Refused("recognise.too_many_today", left=max(MOST_A_DAY - before, 0), most=MOST_A_DAY)


def _matched(connection: Connection, reader: Reader, ids: pl.DataFrame) -> dict[int, str]:
    """signal_id -> id as typed. Raises KeyFault also where no id is left to hash: with another key every pupil would seem unknown."""
    keys = ledger.keys(connection)
    open_signals = signals.still_open(signals.states(connection)).filter(pl.col("branch_id").is_in(reader.branch_ids))
    pupils = read_where(connection, tables.pupils, "pupil_id", open_signals["pupil_id"].unique())
    hashed = ids.select("typed", pupil_key=pseudonyms.pseudonyms(ids["normal"], keys))
    found = open_signals.join(pupils, on="pupil_id").join(hashed, on="pupil_key").sort("signal_id")
    return dict(found.select("signal_id", "typed").iter_rows())
