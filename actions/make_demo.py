"""Filling a demo store: every delivery of the made-up programme through the door that real ones take, in one transaction."""

from collections.abc import Callable

import polars as pl
from sqlalchemy import Connection

from actions.load_file import load_within
from data_access.demo.programme import DemoFile, Programme
from data_access.ingest import ledger, pseudonyms, read_files, store
from data_access.ingest.shapes import REFUSED_SCHEMA, Delivery, Parsed, Receipt
from data_access.reader import Reader, Role
from data_access.settings import settings

STEWARD = Reader(Role.STEWARD)
#: Kind and file name of the load that stands for the tables without a delivery.
DEMO, WITHOUT_DELIVERY = "demo", "verzonnen programma"


def make_demo(connection: Connection, made: Programme, progress: Callable[[int, int], None]) -> None:
    """Load the made-up programme into a store that was just made as demo. Whoever stops it halfway has an empty store again: all of it is one transaction.

    progress: called with the number of deliveries done and the number of all. Raises KeyFault, StoreFault.
    """
    for number, file in enumerate(made.deliveries):
        progress(number, len(made.deliveries))
        delivery = _delivery(file)
        load_within(connection, delivery, read_files.read(delivery.file_name, delivery.content), lambda _step: None)
    _load_rows(connection, made.rows)
    progress(len(made.deliveries), len(made.deliveries))


def _delivery(file: DemoFile) -> Delivery:
    return Delivery(file.file_name, file.content, STEWARD, kind=file.kind, covers=file.covers)


def _load_rows(connection: Connection, rows: dict[str, pl.DataFrame]) -> None:
    """Write the tables without a delivery under a load of their own, so that every row has one."""
    keys = pseudonyms.read_keys(settings().key_file)
    numbered = {name: _with_pseudonyms(frame.with_row_index("row").with_columns(pl.col("row").cast(pl.Int64)), keys) for name, frame in rows.items()}
    count = sum(len(frame) for frame in rows.values())
    changes = store.compare(connection, Parsed(DEMO, DEMO, numbered, pl.DataFrame(schema=REFUSED_SCHEMA), count))
    delivery = Delivery(WITHOUT_DELIVERY, b"".join(frame.write_csv().encode() for frame in rows.values()), STEWARD, kind=DEMO)
    receipt = Receipt(WITHOUT_DELIVERY, DEMO, DEMO, read=count, accepted=count, corrected=0, duplicate=0, refused=0, anonymous=0)
    store.write(connection, ledger.enter(connection, delivery, receipt).load_id or 0, changes)
    ledger.raise_version(connection)


def _with_pseudonyms(frame: pl.DataFrame, keys: tuple[bytes, ...]) -> pl.DataFrame:
    """leerling_id -> pupil_key, as at the door."""
    if "leerling_id" not in frame.columns:
        return frame
    normal = frame["leerling_id"].map_elements(pseudonyms.normal, return_dtype=pl.String)
    return frame.with_columns(pupil_key=pseudonyms.pseudonyms(normal, keys)).drop("leerling_id")
