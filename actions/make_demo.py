"""Making a demo store: every delivery of the made-up programme goes through the door that real ones take."""

from pathlib import Path

import polars as pl
from sqlalchemy import Connection, Engine

from actions.load_file import load_within
from actions.make_store import Made, make_store
from data_access.database import engine_for
from data_access.demo.facts import municipality
from data_access.demo.programme import Programme, programme
from data_access.ingest import ledger, pseudonyms, read_files, store
from data_access.ingest.shapes import REFUSED_SCHEMA, Delivery, FileRefused, Parsed, Receipt
from data_access.organisation import organisation
from data_access.reader import Reader, Role
from data_access.settings import settings

STEWARD = Reader(Role.STEWARD)
#: Kind and file name of the load that stands for the tables without a delivery.
DEMO, WITHOUT_DELIVERY = "demo", "verzonnen programma"


def make_demo(engine: Engine) -> Made:
    """Make a demo store, whole or not at all. A store that is there is brought up to date and keeps what it has.

    A new SQLite file is filled beside its place and moved there when it is whole, so that one that was stopped halfway is never taken for a store. Raises as
    `make_store`; FileRefused("demo.other_municipality") where organisation.toml is of another municipality, whose areas the demo does not know.
    """
    made_for, name = municipality()
    if organisation().code != made_for:
        raise FileRefused("demo.other_municipality", ours=organisation().code, made_for=made_for, name=name)
    place = engine.url.database
    if engine.dialect.name != "sqlite" or not place or Path(place).exists():
        return make_store(engine, "demo", fill)
    beside = Path(f"{place}.new")
    for left_over in beside.parent.glob(f"{beside.name}*"):
        left_over.unlink()
    elsewhere = engine_for(engine.url.set(database=str(beside)).render_as_string(hide_password=False))
    made = make_store(elsewhere, "demo", fill)
    elsewhere.dispose()
    beside.replace(place)
    return made


def fill(connection: Connection) -> None:
    """Load the made-up programme inside the transaction that makes the store. Raises KeyFault, StoreFault."""
    made = programme()
    for file in made.deliveries:
        delivery = Delivery(file.file_name, file.content, STEWARD, kind=file.kind, covers=file.covers)
        load_within(connection, delivery, read_files.read(delivery.file_name, delivery.content), lambda _step: None)
    _load_rows(connection, made)


def _load_rows(connection: Connection, made: Programme) -> None:
    """Write the tables without a delivery under a load of their own, so that every row has one."""
    with_ids = [frame["leerling_id"] for frame in made.rows.values() if "leerling_id" in frame.columns]
    ids = pl.concat(with_ids).unique(maintain_order=True)
    numbered = {name: _numbered(frame.with_row_index("row").cast({"row": pl.Int64}), ids) for name, frame in made.rows.items()}
    count = sum(len(frame) for frame in made.rows.values())
    pupil_keys = pseudonyms.pseudonyms(pseudonyms.judge(ids)["normal"], pseudonyms.read_keys(settings().key_file))
    changes = store.compare(connection, Parsed(DEMO, DEMO, numbered, pl.DataFrame(schema=REFUSED_SCHEMA), count), pupil_keys)
    delivery = Delivery(WITHOUT_DELIVERY, b"".join(frame.write_csv().encode() for frame in made.rows.values()), STEWARD, kind=DEMO)
    receipt = Receipt(WITHOUT_DELIVERY, DEMO, DEMO, read=count, accepted=count, corrected=0, duplicate=0, refused=0, anonymous=0)
    store.write(connection, ledger.enter(connection, delivery, receipt).load_id or 0, changes)
    ledger.raise_version(connection)


def _numbered(frame: pl.DataFrame, ids: pl.Series) -> pl.DataFrame:
    """leerling_id -> its number, as at the door."""
    if "leerling_id" not in frame.columns:
        return frame
    return frame.with_columns(pupil=pl.col("leerling_id").replace_strict(ids, pl.int_range(len(ids), eager=True))).drop("leerling_id")
