"""The book of deliveries: what was loaded, by whom, which days it covers, which rows were refused, and whether the same bytes came before."""

import json
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import cast

import polars as pl
from sqlalchemy import Connection, delete, insert, select, update

from data_access import tables
from data_access.clock import first_day_kept
from data_access.database import StoreFault
from data_access.frames import read_frame, write_frame
from data_access.ingest import fit_to_keep
from data_access.ingest.shapes import Delivery, Parsed, Receipt
from data_access.reference.cells import year_in_name

#: Kinds of which the year may stand in the file name alone.
DATED_BY_NAME = {"context", "neighbourhoods", "boundaries", "postcodes"}


def lock(connection: Connection) -> None:
    """One importer at a time: the second waits here. SQLite has given its lock already. Raises StoreFault("store.not_made") where `init` has not been."""
    if connection.execute(select(tables.store.c.store_id).with_for_update()).first() is None:
        raise StoreFault("store.not_made")


@dataclass(frozen=True)
class Earlier:
    """The newest load of the same bytes, meant in the same way, and the rows that it refused."""

    load_id: int
    refused: pl.Series


def earlier(connection: Connection, delivery: Delivery, kind: str) -> Earlier | None:
    """The load that brought this delivery before, if any did. Under the name of another year the same figures are another delivery."""
    loads, covers = tables.loads.c, delivery.covers
    same = (
        select(loads.load_id, loads.file_name)
        .where(loads.sha256 == delivery.sha256, loads.kind == kind, loads.replaces == delivery.replaces)
        .where(loads.covers_first.is_not_distinct_from(covers and covers.first), loads.covers_last.is_not_distinct_from(covers and covers.last))
        .order_by(loads.load_id.desc())
    )
    year = year_in_name(fit_to_keep.file_name(delivery.file_name))
    found = connection.execute(same).all()
    load_id = next((load_id for load_id, name in found if kind not in DATED_BY_NAME or year_in_name(name) == year), None)
    if load_id is None:
        return None
    refused = select(tables.refused_rows.c.row_number).where(tables.refused_rows.c.load_id == load_id).distinct()
    return Earlier(load_id, read_frame(connection, refused, {"row": pl.Int64()})["row"])


def not_loaded_before(parsed: Parsed, before: Earlier | None) -> tuple[Parsed, int]:
    """What of a delivery that came before may still do something: the rows that were refused then and can be read now, as when their branch was not yet known.

    Also the number of rows that changed the store then and so change nothing now, whatever came in between.
    """
    if before is None:
        return parsed, 0
    rows = {name: frame.filter(pl.col("row").is_in(before.refused.implode())) for name, frame in parsed.rows.items()}
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
            loaded_by=":".join([delivery.reader.role.value, ",".join(delivery.reader.branch_ids)]).rstrip(":"),
            loaded_at=datetime.now(UTC).replace(tzinfo=None),
            **numbers,
        )
    )
    load_id = cast("tuple[int]", entered.inserted_primary_key)[0]
    numbered = replace(receipt, load_id=load_id)
    text = json.dumps(numbered.as_dict(), ensure_ascii=False)
    connection.execute(update(tables.loads).where(tables.loads.c.load_id == load_id).values(receipt=text))
    return numbered


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


def raise_version(connection: Connection) -> None:
    """Something changed: what was calculated before no longer holds."""
    connection.execute(update(tables.store).values(data_version=tables.store.c.data_version + 1))
