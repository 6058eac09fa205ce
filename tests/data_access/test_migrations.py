"""The steps that make a store lead to the tables as they are described."""

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine

from data_access.tables import metadata


def test_a_new_store_has_the_tables_as_described(engine: Engine):
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}), metadata) == []
