"""The book of deliveries: what was loaded, by whom, which days it covers, which rows were refused, and whether the same bytes came before."""

import json
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import cast

import polars as pl
from sqlalchemy import Connection, delete, insert, select, update

from data_access import tables
from data_access.clock import first_day_kept, here
from data_access.database import StoreFault
from data_access.frames import read_frame, write_frame
from data_access.ingest import fit_to_keep, pseudonyms
from data_access.ingest.shapes import Delivery, Parsed, Receipt, Stretch, stretch_of
from data_access.reader import Reader, Role
from data_access.reference.cells import year_in_name
from data_access.settings import settings

#: Kinds of which the year may stand in the file name alone.
DATED_BY_NAME = {"context", "neighbourhoods", "boundaries", "postcodes"}


#: The branch of a list that names none, and the answers about its headers.
Meant = tuple[str | None, list[list[str]]]


def lock(connection: Connection) -> None:
    """One importer at a time: the second waits here. SQLite has given its lock already. Raises StoreFault("store.not_made") where `init` has not been."""
    if connection.execute(select(tables.store.c.store_id).with_for_update()).first() is None:
        raise StoreFault("store.not_made")


@dataclass(frozen=True)
class Earlier:
    """The newest load of the same bytes, meant in the same way, and what it refused: row and column."""

    load_id: int
    refused: pl.DataFrame


def earlier(connection: Connection, delivery: Delivery, kind: str, branch: str | None = None, answers: tuple[tuple[str, str], ...] = ()) -> Earlier | None:
    """The load that brought this delivery before, if any did and it was not taken back. branch, answers: as in the receipt; with others it is another one."""
    name = fit_to_keep.file_name(delivery.file_name)
    first, last = (delivery.covers.first, delivery.covers.last) if delivery.covers else (None, None)
    found = _alike(
        connection, delivery.sha256, kind, name, replaces=delivery.replaces, first=first, last=last, meant=(branch, [list(answer) for answer in answers])
    )
    if not found:
        return None
    rows = tables.refused_rows.c
    refused = select(rows.row_number, rows.column_name).where(rows.load_id == found[-1])
    return Earlier(found[-1], read_frame(connection, refused, {"row": pl.Int64(), "column": pl.String()}))


def later(connection: Connection, load_id: int) -> int | None:
    """The last load that brought the same delivery once more, and so only what was refused the first time."""
    loads = tables.loads.c
    columns = (loads.sha256, loads.kind, loads.file_name, loads.replaces, loads.covers_first, loads.covers_last, loads.receipt)
    sha256, kind, name, replaces, first, last, receipt = connection.execute(select(*columns).where(loads.load_id == load_id)).one()
    found = _alike(connection, sha256, kind, name, replaces=replaces, first=first, last=last, meant=_meant(receipt))
    return found[-1] if found and found[-1] > load_id else None


def _alike(connection: Connection, sha256: str, kind: str, name: str, *, replaces: bool, first: date | None, last: date | None, meant: Meant) -> list[int]:
    """Loads that stand of the same bytes, meant in the same way, in order. Under the name of another year the same figures are another delivery."""
    loads = tables.loads.c
    same = (
        select(loads.load_id, loads.file_name, loads.receipt)
        .where(loads.sha256 == sha256, loads.kind == kind, loads.replaces == replaces)
        .where(loads.covers_first.is_not_distinct_from(first), loads.covers_last.is_not_distinct_from(last))
        .where(loads.load_id.not_in(select(tables.withdrawals.c.load_id)))
        .order_by(loads.load_id)
    )
    year = year_in_name(name)
    of_that_year = [(load_id, receipt) for load_id, known, receipt in connection.execute(same) if kind not in DATED_BY_NAME or year_in_name(known) == year]
    return [load_id for load_id, receipt in of_that_year if _meant(receipt) == meant]


def _meant(receipt: str) -> Meant:
    """The branch and the answers about headers of a load."""
    kept = json.loads(receipt)
    return kept.get("branch"), kept.get("answers", [])


def not_loaded_before(parsed: Parsed, before: Earlier | None) -> tuple[Parsed, int]:
    """What of a delivery that came before may still do something: the rows that were refused then and can be read now, as when their branch was not yet known.

    Also the number of rows that changed the store then and so change nothing now, whatever came in between.
    """
    if before is None:
        return parsed, 0
    rows = {name: frame.filter(parsed.among(frame["row"], before.refused)) for name, frame in parsed.rows.items()}
    fresh = replace(parsed, rows={name: frame for name, frame in rows.items() if not frame.is_empty()})
    return fresh, accepted_rows(parsed).len() - accepted_rows(fresh).len()


def accepted_rows(parsed: Parsed) -> pl.Series:
    """The file rows that give a row of some table."""
    return pl.concat([pl.Series("row", [], dtype=pl.Int64), *(frame["row"] for frame in parsed.rows.values())]).unique()


def enter(connection: Connection, delivery: Delivery, receipt: Receipt) -> Receipt:
    """Write the load itself, so that its rows can point to it. Returns the receipt with its number."""
    covers = delivery.covers
    numbers = {name: getattr(receipt, name) for name in ("read", "accepted", "corrected", "duplicate", "refused", "anonymous", "removed")}
    entered = connection.execute(
        insert(tables.loads).values(
            file_name=receipt.file_name,
            sha256=delivery.sha256,
            kind=receipt.kind,
            layout=receipt.layout,
            covers_first=covers and covers.first,
            covers_last=covers and covers.last,
            replaces=delivery.replaces,
            receipt="",
            loaded_by=signed(delivery.reader),
            loaded_at=_now(),
            **numbers,
        )
    )
    load_id = cast("tuple[int]", entered.inserted_primary_key)[0]
    numbered = replace(receipt, load_id=load_id)
    text = json.dumps(numbered.as_dict(), ensure_ascii=False)
    connection.execute(update(tables.loads).where(tables.loads.c.load_id == load_id).values(receipt=text))
    return numbered


@dataclass(frozen=True)
class Entry:
    """What the book says of a load.

    branches: those it covers, or else those that it was delivered for; stretch: branches and days that it replaced; loaded_on: the day in the Netherlands.
    """

    load_id: int
    file_name: str
    kind: str
    branches: tuple[str, ...]
    stretch: Stretch | None
    loaded_on: date
    withdrawn: bool


def entries(connection: Connection) -> list[Entry]:
    """The book of deliveries, in order."""
    loads, withdrawn = tables.loads.c, tables.withdrawals.c
    columns = (loads.load_id, loads.file_name, loads.kind, loads.replaces, loads.receipt, loads.loaded_by, loads.loaded_at, withdrawn.load_id)
    book = select(*columns).join_from(tables.loads, tables.withdrawals, isouter=True).order_by(loads.load_id)
    found = []
    for load_id, file_name, kind, replaces, receipt, loaded_by, loaded_at, taken_back in connection.execute(book):
        coverage = [(branch, date.fromisoformat(first), date.fromisoformat(last)) for branch, first, last in json.loads(receipt)["coverage"]]
        covered = tuple(branch for branch, _, _ in coverage)
        role, _, own = loaded_by.partition(":")
        branches = covered or (tuple(own.split(",")) if role == Role.BRANCH else ())
        stretch = stretch_of(coverage) if replaces else None
        found.append(Entry(load_id, file_name, kind, branches, stretch, here(loaded_at).date(), taken_back is not None))
    return found


def enter_withdrawal(connection: Connection, load_id: int, reader: Reader) -> None:
    """Write that a load was taken back, and by whom. What it said of days and refused rows goes; the receipt stays."""
    for table in (tables.coverage, tables.refused_rows):
        connection.execute(delete(table).where(table.c.load_id == load_id))
    connection.execute(insert(tables.withdrawals).values(load_id=load_id, withdrawn_by=signed(reader), withdrawn_at=_now()))


def signed(reader: Reader) -> str:
    """A role, and for a branch which: steward, branch:TRA."""
    return ":".join([reader.role.value, ",".join(reader.branch_ids)]).rstrip(":")


def _now() -> datetime:
    """Now in UTC, as the store keeps moments."""
    return datetime.now(UTC).replace(tzinfo=None)


def keep_refused(connection: Connection, load_id: int, refused: pl.DataFrame, today: date) -> None:
    """Keep why rows were refused, for 90 days; what is older goes."""
    forget_refused(connection, today)
    rows = refused.select(
        load_id=pl.lit(load_id), row_number="row", column_name="column", code="code", value="value", detail="detail", refused_on=pl.lit(today)
    )
    write_frame(connection, tables.refused_rows, rows, {})


def forget_refused(connection: Connection, today: date) -> None:
    """Remove the refused rows that were kept long enough."""
    connection.execute(delete(tables.refused_rows).where(tables.refused_rows.c.refused_on < first_day_kept(today)))


def keep_coverage(connection: Connection, load_id: int, coverage: pl.DataFrame) -> None:
    """Keep which days of which branch the load speaks about."""
    write_frame(connection, tables.coverage, coverage, {"load_id": load_id})


def remember_key(connection: Connection, fingerprint: str) -> None:
    """From now on the store takes pupils under this key alone."""
    connection.execute(update(tables.store).where(tables.store.c.key_fingerprint.is_(None)).values(key_fingerprint=fingerprint))


def keys(connection: Connection) -> tuple[bytes, ...]:
    """The keys under which this store knows its pupils. Raises KeyFault: "key.other" when it was filled with another key, and as `read_keys`."""
    found = pseudonyms.read_keys(settings().key_file)
    if connection.execute(select(tables.store.c.key_fingerprint)).scalar() not in (None, pseudonyms.fingerprint(found)):
        raise pseudonyms.KeyFault("key.other")
    return found


def raise_version(connection: Connection) -> None:
    """Something changed: what was calculated before no longer holds."""
    connection.execute(update(tables.store).values(data_version=tables.store.c.data_version + 1))
