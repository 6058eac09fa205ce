"""A load or a withdrawal that is killed leaves the store as it was before or as it is after, never between; doing it again gives "after"."""

import os
import random
import signal
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import pytest
from sqlalchemy import Engine, select

from data_access import tables
from data_access.database import engine_for, look
from data_access.frames import read_frame, schema_of
from tests import killed_import
from tests.own_process import in_own_process
from tests.stores import DATABASE, Stores, deliver, wijk

STEPS = ("read", "understand", "compare", "write", "finish")
WRITTEN = ("pupils", "visits", "anonymous_visits", "pupil_years", "refused_rows", "coverage")
TAKEN_BACK = ("visits", "anonymous_visits", "pupils")
HEADER = "leerling_id;datum;vestiging;aankomst;wijkcode;schoolniveau\n"
SEED = 20241118

Whole = dict[str, pl.DataFrame]


def first_list() -> str:
    dice = random.Random(SEED + 1)
    lines = [f"{dice.randrange(900)};{dice.randrange(1, 29):02d}-11-2024;Noord;15:30;{wijk('01')};havo" for _ in range(2000)]
    return HEADER + "\n".join([*dict.fromkeys(lines), ";03-11-2024;Haven;15:00;;"])


def second_list(folder: Path, rows: int) -> Path:
    """A list of so many rows that adds, corrects, repeats, empties and has a wrong row."""
    dice, each = random.Random(SEED), rows // 28
    lines = [
        f"{pupil};{day:02d}-11-2024;Noord;{dice.choice(('15:30', '15:45'))};{wijk('02')};havo"
        for day in range(1, 29)
        for pupil in dice.sample(range(each * 2), each)
    ]
    lines += [f";{day:02d}-11-2024;Haven;15:00;;" for day in range(1, 29)] + ["18;31-02-2024;Noord;15:00;;"]
    file = folder / "tweede.csv"
    file.write_text(HEADER + "\n".join(lines))
    return file


def whole(engine: Engine) -> Whole:
    """Every row of every table but for the moment of loading. Loads by their order: a server does not give out again the number of a load that was killed."""
    engine.dispose()
    found = {}
    with look(engine_for(os.environ[DATABASE])) as connection:
        numbers = connection.execute(select(tables.loads.c.load_id).order_by(tables.loads.c.load_id)).scalars().all()
        for table in tables.metadata.sorted_tables:
            columns = [column for column in table.columns if column.name not in ("superseded_id", "loaded_at", "withdrawn_at", "rows", "receipt")]
            frame = read_frame(connection, select(*columns), schema_of(table, [column.name for column in columns]))
            in_order = [pl.col("load_id").replace_strict(numbers, range(len(numbers)))] if "load_id" in frame.columns and numbers else []
            found[table.name] = frame.with_columns(in_order).sort(pl.all())
    return found


def same(one: Whole, other: Whole) -> bool:
    return all(one[name].equals(other[name]) for name in one)


def attempt(*how: str) -> subprocess.CompletedProcess[str]:
    """A load or a withdrawal in a process of its own."""
    return in_own_process(killed_import.main, list(how), os.environ)


@dataclass
class Scene:
    """What is tried, how long it takes, the store before and after it, and how to make it as before once more."""

    what: tuple[str, ...]
    seconds: float
    before: Whole
    after: Whole
    prepare: Callable[[], Engine]

    def outcomes(self, ways: Sequence[tuple[str, ...]]) -> list[str]:
        """Try it in each way and find the store before or after, nothing else. Then do it to the end."""
        engine, found = self.prepare(), []
        for way in ways:
            killed = attempt(*self.what, *way)
            assert killed.returncode in (-signal.SIGKILL, -signal.SIGPROF, 0), killed.stderr
            now = whole(engine)
            found.append("before" if same(now, self.before) else "after" if same(now, self.after) else "between")
            assert found[-1] != "between", way
            if found[-1] == "after":
                engine = self.prepare()
        assert attempt(*self.what, "--to-the-end").returncode == 0
        assert same(whole(engine), self.after)
        return found

    def at_random(self, times: int) -> list[str]:
        dice = random.Random(SEED)
        return self.outcomes([("--after", str(dice.uniform(0, self.seconds))) for _ in range(times)])


def scene(prepare: Callable[[], Engine], *what: str) -> Scene:
    """Do it once to the end, to know what comes of it."""
    engine = prepare()
    before = whole(engine)
    done = attempt(*what, "--to-the-end")
    assert done.returncode == 0, done.stderr
    after = whole(engine)
    assert not same(before, after)
    return Scene(what, float(done.stdout), before, after, prepare)


def import_of(rows: int, stores: Stores, folder: Path) -> Scene:
    """A list of so many rows, on a store that has a list already."""

    def prepare() -> Engine:
        engine = stores.fresh()
        deliver(engine, first_list())
        return engine

    return scene(prepare, str(second_list(folder, rows)))


def withdrawal_of(rows: int, stores: Stores, folder: Path) -> Scene:
    """Taking the first list back, below one of so many rows that corrected part of it."""

    def prepare() -> Engine:
        engine = stores.fresh()
        deliver(engine, first_list())
        deliver(engine, second_list(folder, rows).read_text())
        return engine

    return scene(prepare, "--withdraw", "2")


ROWS = {"sqlite": 50_000, "postgresql": 4_000}


def test_an_import_killed_at_every_named_step_is_as_before_and_at_the_end_as_after(stores, tmp_path):
    made = import_of(ROWS[stores.kind], stores, tmp_path)
    ways = [("--at", step) for step in (*STEPS[:4], *(f"table:{table}" for table in WRITTEN), *STEPS[4:], "after")]
    assert made.outcomes(ways) == ["before"] * (len(ways) - 1) + ["after"]


@pytest.mark.parametrize("stores", ["sqlite"], indirect=True)
def test_an_import_killed_at_twenty_random_moments_is_as_before_or_as_after(stores, tmp_path):
    assert "before" in import_of(50_000, stores, tmp_path).at_random(20)


def test_a_withdrawal_killed_where_it_writes_is_as_before_and_at_the_end_as_after(stores, tmp_path):
    made = withdrawal_of(4_000, stores, tmp_path)
    ways = [*(("--at", f"table:{table}") for table in TAKEN_BACK), ("--at", "after")]
    assert made.outcomes(ways) == ["before"] * len(TAKEN_BACK) + ["after"]


@pytest.mark.proof
def test_an_import_of_200_000_rows_killed_200_times_is_as_before_or_as_after(stores, tmp_path):
    assert "before" in import_of(200_000, stores, tmp_path).at_random(200)


@pytest.mark.proof
def test_a_withdrawal_killed_100_times_is_as_before_or_as_after(stores, tmp_path):
    assert "before" in withdrawal_of(50_000, stores, tmp_path).at_random(100)
