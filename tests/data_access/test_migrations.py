"""The tables as the program describes them are the tables that a store gets, step by step."""

import io
import re
import sqlite3
from datetime import time
from pathlib import Path

import polars as pl
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, select, text, update

from actions.make_store import bring_up_to_date
from actions.record_decision import history
from actions.withdraw_load import withdraw
from data_access import migrations
from data_access.database import StoreFault, begin, engine_for, look
from data_access.reader import Reader, Role
from data_access.tables import metadata, superseded
from tests.stores import deliver, stored


def described(file: Path) -> dict[str, set[str]]:
    """Every table and index of a database file with its lines, in no order. A table that was made anew has its name in quotes; a column that was added later
    stands on the line of the one before."""
    with sqlite3.connect(file) as database:
        made = database.execute("SELECT name, sql FROM sqlite_master WHERE name NOT LIKE 'alembic%' AND sql IS NOT NULL").fetchall()
    return {name: {line.strip().rstrip(",").replace('"', "") for line in re.split(r"\n|, (?=\w+ [A-Z]+, *\n)", sql)} for name, sql in made}


def test_migrations_make_the_tables_that_are_described(tmp_path):
    for name, make in (("steps", migrations.upgrade), ("described", metadata.create_all)):
        file = tmp_path / name
        file.touch()
        with begin(engine_for(f"sqlite:///{file}")) as connection:
            make(connection)
    assert described(tmp_path / "steps") == described(tmp_path / "described")
    assert len(described(tmp_path / "steps")) > len(metadata.tables)


def test_the_database_agrees_that_there_is_nothing_left_to_migrate(store):
    with look(store) as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": store.dialect.name == "postgresql"})
        assert compare_metadata(context, metadata) == []


def made_older(store: Engine) -> None:
    """Take away what the last steps brought, as an older version of the program had left the store."""
    with begin(store) as connection:
        for number, rows in connection.execute(select(superseded.c.superseded_id, superseded.c.rows)).all():
            packed = io.BytesIO()
            pl.read_parquet(rows).drop("row_number", strict=False).write_parquet(packed)
            connection.execute(update(superseded).where(superseded.c.superseded_id == number).values(rows=packed.getvalue()))
        for table in ("decisions", "quiet_days", "recognitions", "signal_rules"):
            connection.execute(text(f"DROP TABLE {table}"))
        for table in ("pupil_years", "sessions", "visits"):
            connection.execute(text(f"ALTER TABLE {table} DROP COLUMN row_number"))
        connection.execute(text("UPDATE alembic_version SET version_num = '0004'"))


def test_a_store_of_an_older_version_is_brought_up_to_date_and_keeps_what_it_has(store):
    deliver(store, "leerling_id | datum | vestiging | vertrek\nkaart-001 | 2024-11-18 | NRD | 17:00", kind="visits")
    later = deliver(store, "leerling_id | datum | vestiging | vertrek\nkaart-001 | 2024-11-18 | NRD | 17:30", kind="visits")
    made_older(store)
    with pytest.raises(StoreFault, match=r"store\.old"):
        history(store, Reader(Role.PROGRAMME))
    assert bring_up_to_date(store)
    assert history(store, Reader(Role.PROGRAMME)) == []
    assert stored(store, "visits", "left_at", "row_number") == [(time(17, 30), None)]
    withdraw(store, Reader(Role.STEWARD), later.load_id or 0)
    assert stored(store, "visits", "left_at", "row_number") == [(time(17), None)]
    assert not bring_up_to_date(store), "once is enough"


def test_a_database_in_which_no_store_was_made_is_left_alone(tmp_path):
    (tmp_path / "empty").touch()
    assert not bring_up_to_date(engine_for(f"sqlite:///{tmp_path / 'empty'}"))
    assert described(tmp_path / "empty") == {}


def test_a_store_that_is_up_to_date_is_left_as_it_is(store):
    with begin(store) as connection:
        migrations.upgrade(connection)
    with look(store) as connection:
        assert MigrationContext.configure(connection).get_current_revision() == migrations.NEWEST
