"""Whether the monitor can do its work."""

from pathlib import Path

from sqlalchemy import create_engine, select
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

from data_access.settings import settings
from data_access.tables import store


def database_answers() -> bool:
    """True when the database is there and has been set up."""
    url = make_url(settings().database_url)
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").is_file():
        return False  # connecting would make an empty one
    engine = create_engine(url, poolclass=NullPool)
    try:
        with engine.connect() as connection:
            return connection.scalar(select(store.c.store_id)) is not None
    except SQLAlchemyError:
        return False
