"""An import that is killed leaves the store as before or as after, two importers do not hurt each other, and no pupil's id is anywhere."""

import os
import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import Engine

from actions.load_file import load
from data_access.ingest.shapes import Delivery
from tests.serving import ROOT
from tests.stores import DATABASE, STEWARD, content, deliver, stored

#: Loads a file and ends itself, as a power cut would, when the step of that name begins.
KILLED_AT = """
import os, pathlib, signal, sys
from actions.load_file import load
from data_access.database import engine
from data_access.ingest.shapes import Delivery
from data_access.reader import Reader, Role
def watch(step):
    if step == sys.argv[2]:
        os.kill(os.getpid(), signal.SIGKILL)
load(engine(), Delivery("lijst.csv", pathlib.Path(sys.argv[1]).read_bytes(), Reader(Role.STEWARD)), watch)
"""
BEFORE = "leerling_id | datum | vestiging\nA0 | 2024-11-04 | NRD\nA1 | 2024-11-04 | HVN"


def long_list(rows: int) -> bytes:
    """Visits of many pupils, some without a pupil, some that are refused, some that correct what was there."""
    dice = random.Random(rows)
    lines = [
        f"A{dice.randrange(rows // 8)};2024-11-{1 + dice.randrange(22):02};{dice.choice(['NRD', 'HVN', 'Weg'])};15:{dice.randrange(60):02}" for _ in range(rows)
    ]
    lines += [f";2024-11-{1 + dice.randrange(22):02};NRD;" for _ in range(rows // 20)]
    return "\n".join(["leerling_id;datum;vestiging;aankomst", *lines]).encode()


@pytest.fixture
def before_and_after(stores, tmp_path: Path):
    """A file on disk, the store before it, and what a store says before and after that file."""
    file = tmp_path / "lijst.csv"
    file.write_bytes(long_list(3000))
    undisturbed = stores.fresh()
    deliver(undisturbed, BEFORE)
    before = content(undisturbed)
    load(undisturbed, Delivery("lijst.csv", file.read_bytes(), STEWARD))
    after = content(undisturbed)
    assert before != after
    store = stores.fresh()
    deliver(store, BEFORE)
    return file, store, before, after


@pytest.mark.parametrize("step", ["read", "understand", "compare", "write", "finish"])
def test_a_load_killed_at_any_step_leaves_before_and_loading_again_gives_after(before_and_after, step):
    file, store, before, after = before_and_after
    killed = subprocess.run([sys.executable, "-c", KILLED_AT, str(file), step], cwd=ROOT, env=os.environ, capture_output=True, check=False)
    assert killed.returncode == -signal.SIGKILL, killed.stderr.decode()
    assert content(store) == before
    load(store, Delivery("lijst.csv", file.read_bytes(), STEWARD))
    assert content(store) == after


def test_a_load_killed_at_random_moments_leaves_before_or_after(before_and_after):
    """The moment is drawn over the whole life of the process; whichever it is, the next try ends in "after"."""
    file, store, before, after = before_and_after
    dice = random.Random(8)
    for _ in range(6):
        process = subprocess.Popen(
            [sys.executable, "manage.py", "import", str(file)], cwd=ROOT, env=os.environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            process.wait(timeout=dice.uniform(0.2, 4))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        assert content(store) in (before, after)
    load(store, Delivery("lijst.csv", file.read_bytes(), STEWARD))
    assert content(store) == after


def test_two_importers_at_once_both_load_and_nothing_is_lost(stores, tmp_path: Path):
    store = stores.fresh()
    files = [tmp_path / f"lijst{number}.csv" for number in (1, 2)]
    for number, file in enumerate(files):
        rows = "\n".join(f"L{number}{pupil:04};2024-11-{1 + pupil % 22:02};NRD" for pupil in range(2000))
        file.write_text(f"leerling_id;datum;vestiging\n{rows}\n")
    processes = [subprocess.Popen([sys.executable, "manage.py", "import", str(file)], cwd=ROOT, env=os.environ, stdout=subprocess.PIPE) for file in files]
    said = [process.communicate(timeout=120)[0].decode() for process in processes]
    assert [process.returncode for process in processes] == [0, 0], said
    assert len(stored(store, "visits", "pupil_id")) == 4000
    assert len(stored(store, "pupils", "pupil_id")) == 4000


def test_the_id_of_a_pupil_is_nowhere_in_database_receipt_or_output(store: Engine, tmp_path: Path):
    canary = "KANARIE-7713"
    file = tmp_path / "lijst.csv"
    cells = ("2024-11-04;NRD", "31-02-2024;NRD", "2024-11-05;Weg")
    file.write_text("\n".join(["leerling_id;datum;vestiging;naam", *(f"{canary};{cell};Geheim Persoon" for cell in cells)]))
    run = subprocess.run([sys.executable, "manage.py", "import", str(file), "--json"], cwd=ROOT, env=os.environ, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    refused = subprocess.run([sys.executable, "manage.py", "refused", "2", "--csv"], cwd=ROOT, env=os.environ, capture_output=True, text=True, check=False)
    everything = [run.stdout, run.stderr, refused.stdout, refused.stderr, repr(content(store))]
    for table in ("loads", "refused_rows", "superseded", "coverage", "pupils"):
        everything.append(repr(stored(store, table)))
    if os.environ[DATABASE].startswith("sqlite"):
        everything += [path.read_bytes().decode("latin-1") for path in Path(str(store.url.database)).parent.glob("store.sqlite*")]
    for text in everything:
        assert canary not in text and canary.casefold() not in text.casefold()
        assert "Geheim" not in text
