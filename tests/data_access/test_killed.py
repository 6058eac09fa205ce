"""A load that is killed leaves the store as it was before or as it is after, never between; loading again gives "after"."""

import os
import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import Engine

from data_access.database import engine_for
from tests.serving import ROOT
from tests.stores import DATABASE, Stores, content, deliver, stored, wijk

STEPS = ("read", "understand", "compare", "write", "finish", "after")
WRITTEN = ("pupils", "visits", "anonymous_visits", "pupil_years", "refused_rows", "coverage")
SEED = 20241118


def second_file(folder: Path) -> Path:
    """A list that adds, corrects, repeats, empties and has a wrong row."""
    dice = random.Random(SEED)
    lines = [f"{dice.randrange(900)};{dice.randrange(1, 29):02d}-11-2024;Noord;15:45;{wijk('02')};havo" for _ in range(4000)]
    lines += [f";{day:02d}-11-2024;Haven;15:00;;" for day in range(1, 29)] + ["18;31-02-2024;Noord;15:00;;"]
    file = folder / "tweede.csv"
    file.write_text("leerling_id;datum;vestiging;aankomst;wijkcode;schoolniveau\n" + "\n".join(lines))
    return file


def first_file() -> str:
    dice = random.Random(SEED + 1)
    lines = [f"{dice.randrange(900)};{dice.randrange(1, 29):02d}-11-2024;Noord;15:30;{wijk('01')};havo" for _ in range(2000)]
    return "leerling_id;datum;vestiging;aankomst;wijkcode;schoolniveau\n" + "\n".join([*lines, ";03-11-2024;Haven;15:00;;"])


def whole(engine: Engine) -> dict[str, list[tuple[object, ...]]]:
    """The content and what is written beside it."""
    beside = {"refused_rows": ("row_number", "code"), "coverage": ("branch_id", "last_day"), "superseded": ("table_name", "row_count"), "loads": ("sha256",)}
    return content(engine) | {table: stored(engine, table, *columns) for table, columns in beside.items()}


def import_and_die(file: Path, *how: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "tests.killed_import", str(file), *how], cwd=ROOT, env=dict(os.environ), capture_output=True, text=True, check=False
    )


def reopened(engine: Engine) -> Engine:
    """The store as somebody else finds it who comes along afterwards."""
    engine.dispose()
    return engine_for(os.environ[DATABASE])


@pytest.fixture
def before(stores: Stores) -> tuple[Engine, Path, dict[str, list[tuple[object, ...]]], dict[str, list[tuple[object, ...]]], float]:
    """A store with a first list, a second list, the content before and after the second, and how long loading it takes."""
    with pytest.MonkeyPatch.context():
        engine = stores.fresh()
        deliver(engine, first_file())
        file = second_file(Path(os.environ["HUISWERKMONITOR_KEY_FILE"]).parent)
        done = import_and_die(file, "--to-the-end")
        assert done.returncode == 0, done.stderr
        after = whole(reopened(engine))
    engine = stores.fresh()
    deliver(engine, first_file())
    return engine, file, whole(engine), after, float(done.stdout)


def after_each_death(before, *ways: tuple[str, ...]) -> set[str]:
    """Kill the import in each way; what the store was found to be."""
    engine, file, as_before, as_after, _ = before
    found = set()
    for how in ways:
        killed = import_and_die(file, *how)
        assert killed.returncode in (-signal.SIGKILL, -signal.SIGPROF, 0), killed.stderr
        now = whole(reopened(engine))
        assert now in (as_before, as_after), how
        found.add("before" if now == as_before else "after")
        if now == as_after:
            break
    assert import_and_die(file, "--to-the-end").returncode == 0
    assert whole(reopened(engine)) == as_after
    return found


def test_killed_at_every_named_step_it_is_as_before_and_at_the_end_as_after(before):
    ways = [("--at", step) for step in (*STEPS[:4], *(f"table:{table}" for table in WRITTEN), *STEPS[4:])]
    assert after_each_death(before, *ways[:-1]) == {"before"}


def test_killed_right_after_it_said_that_it_was_done_it_is_done(before):
    assert after_each_death(before, ("--at", "after")) == {"after"}


@pytest.mark.parametrize("stores", ["sqlite"], indirect=True)
def test_killed_at_ten_random_moments_it_is_as_before_or_as_after(before):
    dice, seconds = random.Random(SEED), before[4]
    after_each_death(before, *(("--after", str(dice.uniform(0, seconds))) for _ in range(10)))
