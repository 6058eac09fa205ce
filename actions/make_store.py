"""Making a store, or bringing it up to date."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from sqlalchemy import Connection, Engine, insert, select

from data_access import migrations, tables
from data_access.clock import today
from data_access.database import begin, look
from data_access.ingest import ledger, pseudonyms
from data_access.settings import settings

Kind = Literal["demo", "real"]


@dataclass(frozen=True)
class Made:
    """What there is now. is_new: it was not there before; key_is_new: so was the key of the pseudonyms."""

    kind: Kind
    is_new: bool
    key_is_new: bool


def make_store(engine: Engine, kind: Kind, fill: Callable[[Connection], None] | None = None) -> Made:
    """Make the tables, or bring those of an existing store up to date, and a key for the pseudonyms. A store is born demo or real and stays so.

    fill: puts the first rows into a new store, in the transaction that makes it.
    Raises StoreFault; KeyFault("key.missing") when the store has pupils and the key file is gone: a new key would make every pupil a stranger.
    """
    _make_room(engine)
    with begin(engine) as connection:
        migrations.upgrade(connection)
        found = connection.execute(select(tables.store.c.kind, tables.store.c.key_fingerprint)).first()
        if found is None:
            connection.execute(insert(tables.store).values(store_id=1, kind=kind, data_version=0))
        key_file = settings().key_file
        key_is_new = not key_file.exists()
        if key_is_new and found is not None and found.key_fingerprint is not None:
            raise pseudonyms.KeyFault("key.missing")
        if key_is_new:
            pseudonyms.make_key(key_file)
        ledger.forget_refused(connection, today())
        if found is None and fill is not None:
            fill(connection)
    return Made(found.kind if found is not None else kind, found is None, key_is_new)


def bring_up_to_date(engine: Engine) -> bool:
    """Give a store of an older version the tables of this one, so that a renewed program starts. Gives whether it was older. Raises StoreFault."""
    with look(engine) as connection:
        is_behind = migrations.is_behind(connection)
    if is_behind:
        with begin(engine) as connection:
            migrations.upgrade(connection)
    return is_behind


def store_kind(engine: Engine) -> Kind | None:
    """demo or real; None where the tables are there and no store. Raises StoreFault."""
    with look(engine) as connection:
        kind: Kind | None = connection.execute(select(tables.store.c.kind)).scalar()
    return kind


def _make_room(engine: Engine) -> None:
    """SQLite's file, for its owner alone: pseudonyms are personal data."""
    file = engine.url.database
    if engine.dialect.name == "sqlite" and file:
        Path(file).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        Path(file).touch(mode=0o600)
