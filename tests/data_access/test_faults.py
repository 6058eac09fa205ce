"""When the database is in use, full, gone, not to be written or not there: a code for one sentence, and nothing changed."""

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import text

from actions.load_file import load
from actions.make_store import make_store
from data_access import database
from data_access.database import StoreFault, begin, engine_for, look, version
from data_access.ingest.shapes import Delivery
from tests.serving import ROOT
from tests.stores import DATABASE, STEWARD, content, counts, deliver, stored

VISIT = "leerling_id|datum|vestiging\n17|18-11-2024|Noord"


def fault(act) -> str:
    with pytest.raises(StoreFault) as raised:
        act()
    return raised.value.code


def test_two_importers_at_once_both_get_in_one_after_the_other(store, tmp_path):
    """The second starts while the first stands in the middle of its own, and waits."""
    first, second = tmp_path / "een.csv", tmp_path / "twee.csv"
    first.write_text("leerling_id;datum;vestiging\n" + "".join(f"{number};18-11-2024;Noord\n" for number in range(1, 2001)))
    second.write_text("leerling_id;datum;vestiging\n" + "".join(f"{number};19-11-2024;Haven\n" for number in range(1001, 3001)))
    others = []

    def meanwhile(step: str) -> None:
        if step == "write":
            command = [sys.executable, "manage.py", "import", str(second)]
            others.append(subprocess.Popen(command, cwd=ROOT, env=dict(os.environ), stderr=subprocess.PIPE, text=True))

    receipt = load(store, Delivery("een.csv", first.read_bytes(), STEWARD), meanwhile)
    _, errors = others[0].communicate()
    assert others[0].returncode == 0, errors
    assert counts(receipt) == (2000, 0, 0, 0, 0)
    assert len(stored(store, "visits")) == 4000
    assert len(stored(store, "pupils")) == 3000
    assert [load_id for (load_id,) in stored(store, "loads", "load_id")] == [1, 2, 3]


@pytest.mark.parametrize("stores", ["sqlite"], indirect=True)
def test_a_store_that_somebody_else_keeps_is_busy_and_unchanged(store, monkeypatch):
    before = content(store)
    with begin(store), pytest.MonkeyPatch.context() as patch:
        patch.setattr(database, "PATIENCE", 0)
        other = database.engine_for.__wrapped__(os.environ[DATABASE])
        assert fault(lambda: deliver(other, VISIT)) == "store.busy"
        other.dispose()
    assert content(store) == before


@pytest.mark.parametrize("stores", ["postgresql"], indirect=True)
def test_a_store_that_somebody_else_keeps_is_busy_on_postgresql_too(store, monkeypatch):
    monkeypatch.setattr(database, "PATIENCE", 1)
    other = database.engine_for.__wrapped__(os.environ[DATABASE])
    with begin(store) as connection:
        connection.execute(text("SELECT 1 FROM store FOR UPDATE"))
        assert fault(lambda: deliver(other, VISIT)) == "store.busy"
    other.dispose()


@pytest.mark.parametrize("stores", ["sqlite"], indirect=True)
def test_a_full_disk_changes_nothing(store):
    before, pages = content(store), 0
    with look(store) as connection:
        pages = connection.execute(text("PRAGMA page_count")).scalar_one()

    def full(connection: sqlite3.Connection, _record: object) -> None:
        connection.execute(f"PRAGMA max_page_count = {pages}")

    from sqlalchemy import event

    store.dispose()
    event.listen(store, "connect", full)
    many = "leerling_id|datum|vestiging\n" + "\n".join(f"{number}|18-11-2024|Noord" for number in range(1, 5001))
    assert fault(lambda: deliver(store, many)) == "store.full"
    event.remove(store, "connect", full)
    store.dispose()
    assert content(store) == before
    assert counts(deliver(store, many)) == (5000, 0, 0, 0, 0)


@pytest.mark.parametrize("stores", ["sqlite"], indirect=True)
def test_a_store_that_may_only_be_read_is_read_and_not_written(store):
    from sqlalchemy import event

    def only_read(connection: sqlite3.Connection, _record: object) -> None:
        connection.execute("PRAGMA query_only = ON")

    store.dispose()
    event.listen(store, "connect", only_read)
    assert version(store) == 1
    assert fault(lambda: deliver(store, VISIT)) == "store.read_only"
    event.remove(store, "connect", only_read)
    store.dispose()


@pytest.mark.parametrize("stores", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("can_write", "code"), [(False, "store.read_only"), (True, "store.gone")])
def test_a_store_on_a_disk_that_may_only_be_read_is_not_called_gone(store, monkeypatch, can_write, code):
    """There SQLite cannot open the file in which it notes what is being written, and says no more than that."""
    monkeypatch.setattr(os, "access", lambda folder, _how: can_write or folder != Path(store.url.database).parent)

    def act() -> None:
        with look(store):
            raise sqlite3.OperationalError("unable to open database file")

    assert fault(act) == code


@pytest.mark.parametrize("stores", ["postgresql"], indirect=True)
def test_a_store_that_may_only_be_read_is_not_written_on_postgresql_either(store):
    with pytest.raises(StoreFault) as raised, begin(store) as connection:
        connection.execute(text("SET TRANSACTION READ ONLY"))
        connection.execute(text("UPDATE store SET data_version = 99"))
    assert raised.value.code == "store.read_only"
    assert version(store) == 1


def test_a_store_that_was_never_made_says_so_and_is_not_made_by_asking(tmp_path):
    file = tmp_path / "niets.sqlite"
    assert fault(lambda: version(engine_for(f"sqlite:///{file}"))) == "store.not_made"
    assert not file.exists()
    file.touch()
    assert fault(lambda: version(engine_for(f"sqlite:///{file}"))) == "store.not_made"


def test_a_file_that_is_no_database_is_called_damaged(tmp_path):
    file = tmp_path / "kapot.sqlite"
    file.write_bytes(b"this is no database, " * 100)
    assert fault(lambda: version(engine_for(f"sqlite:///{file}"))) == "store.damaged"


def test_a_server_that_does_not_answer_is_gone():
    assert fault(lambda: version(engine_for("postgresql://nobody@127.0.0.1:1/none?connect_timeout=2"))) == "store.gone"


def test_an_error_of_our_own_is_not_taken_for_a_fault_of_the_store(store):
    from sqlalchemy.exc import IntegrityError

    with pytest.raises(IntegrityError), begin(store) as connection:
        connection.execute(text("INSERT INTO visits (pupil_id, visited_on, branch_id, load_id) VALUES (1, NULL, 'NRD', 1)"))


@pytest.mark.parametrize("stores", ["sqlite"], indirect=True)
def test_a_visit_cannot_point_to_a_pupil_or_a_branch_that_is_not_there(store):
    from sqlalchemy.exc import IntegrityError

    with pytest.raises(IntegrityError), begin(store) as connection:
        connection.execute(text("INSERT INTO visits (pupil_id, visited_on, branch_id, load_id) VALUES (999, 1, 'NRD', 1)"))


@pytest.mark.parametrize("stores", ["sqlite"], indirect=True)
def test_readers_go_on_while_a_load_is_written(store):
    with begin(store) as connection:
        connection.execute(text("UPDATE store SET data_version = 99"))
        assert version(store) == 1
    assert version(store) == 99


def test_a_store_is_born_demo_or_real_and_stays_so(store):
    assert (make_store(store, "demo").kind, make_store(store, "demo").is_new) == ("real", False)
