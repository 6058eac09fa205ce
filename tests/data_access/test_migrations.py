"""The tables as the program describes them are the tables that a store gets, step by step."""

import sqlite3
from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from data_access import migrations
from data_access.database import begin, engine_for, look
from data_access.tables import metadata


def described(file: Path) -> dict[str, set[str]]:
    """Every table and index of a database file with its lines, in no order. A table that was made anew has its name in quotes."""
    with sqlite3.connect(file) as database:
        made = database.execute("SELECT name, sql FROM sqlite_master WHERE name NOT LIKE 'alembic%' AND sql IS NOT NULL").fetchall()
    return {name: {line.strip().rstrip(",").replace('"', "") for line in sql.splitlines()} for name, sql in made}


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


def test_a_store_that_is_up_to_date_is_left_as_it_is(store):
    with begin(store) as connection:
        migrations.upgrade(connection)
    with look(store) as connection:
        assert MigrationContext.configure(connection).get_current_revision() == "0006"
