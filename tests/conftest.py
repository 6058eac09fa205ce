"""What all tests share: an empty store on SQLite and on PostgreSQL, and a demo store that is made once and copied for each test that asks for one."""

import fcntl
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from sqlalchemy import Engine

from tests.examples import FEW, MANY, THOROUGH
from tests.serving import own_environment, run_command
from tests.stores import Stores

# Properties are checked without a clock: other work may share the machine. Here, so that it holds before any test module is imported.
settings.register_profile("no clock", deadline=None, max_examples=FEW)
settings.register_profile(THOROUGH, deadline=None, max_examples=MANY)
settings.load_profile("no clock")


@pytest.fixture(params=["sqlite", "postgresql"])
def stores(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Stores:
    """Makes stores that have branches and nothing else; the test runs on both kinds of database."""
    return Stores(request.param, tmp_path, monkeypatch.setenv)


@pytest.fixture
def store(stores: Stores) -> Engine:
    """A store that has branches and nothing else, which the settings point to; the test runs on both kinds of database."""
    return stores.fresh()


@pytest.fixture(scope="session")
def made_demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a demo store and its key, made by `manage.py init --demo` once for all workers. Not to be changed: `demo_folder` is a copy."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if base.name.startswith("popen-") else base
    folder = shared / "demo"
    with (shared / "demo.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # the others wait here for the first
        if not folder.exists():
            making = shared / "demo-in-the-making"
            shutil.rmtree(making, ignore_errors=True)
            making.mkdir()
            made = run_command("init", "--demo", environment=own_environment(making))
            assert made.returncode == 0, made.stderr
            making.rename(folder)
    return folder


@pytest.fixture
def demo_folder(made_demo: Path, tmp_path: Path) -> Path:
    """A folder with a demo store of the test's own, for `serving` and `own_environment`."""
    folder = tmp_path / "demo"
    shutil.copytree(made_demo, folder)
    return folder


@pytest.fixture
def demo_database(demo_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    """A demo store of the test's own, which the settings point to."""
    from data_access.database import engine

    for name in ("HUISWERKMONITOR_DATABASE_URL", "HUISWERKMONITOR_KEY_FILE"):
        monkeypatch.setenv(name, own_environment(demo_folder)[name])
    yield engine()
    engine().dispose()
