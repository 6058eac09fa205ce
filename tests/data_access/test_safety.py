"""Two people at once, a full disk and a database that goes away in the middle: one fault for one sentence, and nothing lost or half done."""

import os
import resource
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event, text

from actions.load_file import load
from actions.withdraw_load import withdraw
from data_access import frames
from data_access.database import StoreFault, engine_for
from data_access.ingest import withdraw as taking_back
from data_access.ingest.shapes import Delivery
from tests.serving import ROOT, run_command
from tests.stores import DATABASE, KEY, STEWARD, content, counts, deliver, stored


def visits(first: int, last: int, day: str = "18-11-2024") -> str:
    return "leerling_id|datum|vestiging\n" + "\n".join(f"{number}|{day}|Noord" for number in range(first, last + 1))


def fault(act: Callable[[], object]) -> str:
    with pytest.raises(StoreFault) as raised:
        act()
    return raised.value.code


def at_step(step: str, act: Callable[[], object]) -> Callable[[str], None]:
    """Does something when a load comes to a step."""

    def watch(name: str) -> None:
        if name == step:
            act()

    return watch


def test_of_two_who_bring_the_same_rows_at_once_the_second_finds_them_there(store, tmp_path):
    drawing = visits(1, 500)
    file = tmp_path / "zelfde.csv"
    file.write_text(drawing)
    others = []

    def meanwhile() -> None:
        command = [sys.executable, "manage.py", "import", str(file), "--json"]
        others.append(subprocess.Popen(command, cwd=ROOT, env=dict(os.environ), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True))

    receipt = load(store, Delivery("eerste.csv", drawing.encode(), STEWARD), at_step("write", meanwhile))
    said, errors = others[0].communicate()
    assert (others[0].returncode, f'"already_loaded": {receipt.load_id}' in said) == (1, True), errors
    assert (len(stored(store, "visits")), len(stored(store, "loads"))) == (500, 2)


def test_one_who_loads_and_one_who_takes_back_at_once_both_get_it_done(store, tmp_path):
    first = deliver(store, visits(1, 300))
    file = tmp_path / "erbij.csv"
    file.write_text(visits(200, 400))
    both = [
        subprocess.Popen([sys.executable, "manage.py", *command], cwd=ROOT, env=dict(os.environ), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        for command in (("withdraw", str(first.load_id)), ("import", str(file)))
    ]
    for process in both:
        _, errors = process.communicate()
        assert process.returncode == 0, errors
    assert len(stored(store, "visits")) == 201  # whichever of the two came first
    assert len(stored(store, "pupils")) == 201


@pytest.mark.parametrize("stores", ["sqlite"], indirect=True)
def test_a_disk_that_fills_up_is_one_sentence_on_the_command_line_and_nothing_is_lost(store, tmp_path):
    """The disk of this process ends a little above what the database takes now."""
    deliver(store, visits(1, 50))
    before, loads = content(store), stored(store, "loads", "load_id")
    file = tmp_path / "veel.csv"
    file.write_text(visits(1, 20_000, "19-11-2024"))
    store.dispose()
    room = 256 * 1024 + Path(store.url.database or "").stat().st_size

    def on_a_small_disk() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))

    said = subprocess.run(
        [sys.executable, "manage.py", "import", str(file)],
        cwd=ROOT,
        env=dict(os.environ),
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=on_a_small_disk,
    )
    assert (said.returncode, len(said.stderr.strip().splitlines())) == (1, 1), said.stderr
    assert "Er is niets veranderd" in said.stderr
    assert (content(store), stored(store, "loads", "load_id")) == (before, loads)
    assert counts(deliver(store, file.read_text())) == (20_000, 0, 0, 0, 0)


@pytest.mark.parametrize("stores", ["sqlite"], indirect=True)
def test_a_disk_too_full_to_take_a_delivery_back_leaves_it_where_it_is(store):
    deliver(store, visits(1, 3000))
    replacing = deliver(store, visits(1, 1), replaces=True)
    before = content(store)
    with store.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.connection.driver_connection.execute("VACUUM")

    def full(connection: sqlite3.Connection, _record: object) -> None:
        connection.execute(f"PRAGMA max_page_count = {connection.execute('PRAGMA page_count').fetchone()[0]}")

    store.dispose()
    event.listen(store, "connect", full)
    assert fault(lambda: withdraw(store, STEWARD, replacing.load_id or 0)) == "store.full"
    event.remove(store, "connect", full)
    store.dispose()
    assert content(store) == before
    assert withdraw(store, STEWARD, replacing.load_id or 0).came_back == 2999


def cut_off(engine: Engine) -> None:
    """The server ends every connection to this database but the one that asks for it."""
    other = engine_for.__wrapped__(os.environ[DATABASE])
    with other.connect() as connection:
        connection.execute(text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"))
    other.dispose()


@pytest.mark.parametrize("stores", ["postgresql"], indirect=True)
@pytest.mark.parametrize("step", ["understand", "compare", "write", "finish"])
def test_a_server_that_goes_away_in_the_middle_of_a_load_is_gone_and_nothing_was_changed(store, step):
    before = content(store)
    delivery = Delivery("lijst.csv", visits(1, 100).encode(), STEWARD)
    assert fault(lambda: load(store, delivery, at_step(step, lambda: cut_off(store)))) == "store.gone"
    assert content(store) == before
    assert counts(load(store, delivery)) == (100, 0, 0, 0, 0)


@pytest.mark.parametrize("stores", ["postgresql"], indirect=True)
def test_a_server_that_goes_away_while_a_delivery_is_taken_back_is_gone_and_it_stands(store, monkeypatch):
    receipt = deliver(store, visits(1, 100))
    before, write = content(store), frames.delete_frame

    def after_a_cut(*rows: Any) -> None:
        cut_off(store)
        write(*rows)

    with monkeypatch.context() as patch:
        patch.setattr(taking_back, "delete_frame", after_a_cut)
        assert fault(lambda: withdraw(store, STEWARD, receipt.load_id or 0)) == "store.gone"
    assert content(store) == before
    withdraw(store, STEWARD, receipt.load_id or 0)
    assert stored(store, "visits") == []


def test_a_server_that_is_not_there_is_one_sentence_on_the_command_line(tmp_path):
    file = tmp_path / "lijst.csv"
    file.write_text(visits(1, 2))
    environment = {DATABASE: "postgresql://nobody@127.0.0.1:1/none?connect_timeout=2", KEY: str(tmp_path / "pseudonym.key")}
    for command in (("import", str(file)), ("withdraw", "1"), ("loads",)):
        said = run_command(*command, environment={**os.environ, **environment})
        assert (said.returncode, len(said.stderr.strip().splitlines())) == (1, 1), said.stderr
