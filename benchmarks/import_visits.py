"""Import of a file of visits against the `sqlite3` shell's own `.import` of the rows that were accepted.

    python -m benchmarks.import_visits --size small|full

Both start from a file and end with the same rows in the same table (WITHOUT ROWID, key pupil, day, branch), each as a whole process, in turn, in one run. Ours
also decodes, checks every cell and row, makes pseudonyms, finds what was known already, refuses one row in a hundred with its reason and keeps those, the
receipt and what is known of each pupil. The shell gets numbers that are ready, in the order of delivery. `full` is a million visits, three times each;
with it the end is 1 when a goal is missed.
"""

import argparse
import csv
import json
import os
import random
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import date, timedelta
from operator import itemgetter
from pathlib import Path
from typing import NamedTuple

from sqlalchemy.schema import CreateTable

from benchmarks.goals import Goal, told
from data_access import tables
from data_access.database import engine_for

ROOT = Path(__file__).resolve().parent.parent
SIZES = {"small": (20_000, 1), "full": (1_000_000, 3)}
BRANCHES = [f"V{number:02d}" for number in range(16)]
HEADER = ("leerling_id", "datum", "vestiging", "aankomst", "vertrek", "wijkcode", "schoolniveau", "leerjaar")
BAD = ("pupil", "datum", "vestiging", "vertrek", "wijkcode", "schoolniveau", "short")
MEGABYTE = 1_000_000


class Pupil(NamedTuple):
    """A pupil of the file."""

    id: str
    home: str
    first: date
    branches: tuple[str, str]

    @classmethod
    def made_up(cls, dice: random.Random) -> "Pupil":
        near, other = dice.sample(BRANCHES, 2)
        first = date(2019, 8, 1) + timedelta(days=dice.randrange(5 * 365))
        return cls(f"{dice.randrange(10**6, 10**7):07d}", f"WK0000{dice.randrange(1, 45):02d}", first, (near, other if dice.random() < 0.2 else near))


def write_visits(file: Path, visits: int, dice: random.Random) -> None:
    """Visits in the order of their days, as branches deliver them, of pupils who come sixteen times in some fifteen months to one or two branches.

    One row in a hundred is wrong in one of seven ways, one in fifty has no pupil.
    """
    pupils = [Pupil.made_up(dice) for _ in range(max(visits // 16, 50))]
    seen: set[tuple[date, int, str]] = set()
    while len(seen) < visits:
        number = dice.randrange(len(pupils))
        seen.add((pupils[number].first + timedelta(days=dice.randrange(450)), number, dice.choice(pupils[number].branches)))
    with file.open("w", encoding="utf-8", newline="") as opened:
        write = csv.writer(opened, delimiter=";").writerow
        write(HEADER)
        for day, _, number, branch in sorted((day, dice.random(), number, branch) for day, number, branch in seen):
            pupil, arrived = pupils[number], dice.randrange(14 * 60, 16 * 60)
            row = [pupil.id, f"{day:%d-%m-%Y}", branch, clock(arrived), clock(arrived + dice.randrange(20, 120)), pupil.home, "havo", "3"]
            if dice.random() < 0.02:
                row[0] = ""
            elif dice.random() < 0.01:
                spoil(row, dice.choice(BAD))
            write(row)


def clock(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def spoil(row: list[str], how: str) -> None:
    """Make one row wrong."""
    wrong = {"pupil": "123456782", "datum": "31-02-2024", "vestiging": "Nergens", "vertrek": "08:00", "wijkcode": "XX12", "schoolniveau": "toren"}
    if how == "short":
        del row[3:]
    else:
        row[0 if how == "pupil" else HEADER.index(how)] = wrong[how]


class Run(NamedTuple):
    """A whole process: seconds on the clock, seconds of processor, most memory in bytes."""

    wall: float
    cpu: float
    peak: int


def timed(command: list[str], environment: dict[str, str], answer: Path) -> Run:
    """Run a command to its end. Stops the benchmark when it fails."""
    started = time.perf_counter()
    with answer.open("w") as out:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=out)
        _, status, used = os.wait4(process.pid, 0)
    wall = time.perf_counter() - started
    if status:
        sys.exit(f"{command} ended with {status}")
    return Run(wall, used.ru_utime + used.ru_stime, used.ru_maxrss * 1024)


def make_store(folder: Path) -> dict[str, str]:
    """A fresh store with the branches."""
    url = f"sqlite:///{folder / 'store.sqlite'}"
    environment = os.environ | {"HUISWERKMONITOR_DATABASE_URL": url, "HUISWERKMONITOR_KEY_FILE": str(folder / "key")}
    branches = folder / "vestigingen.csv"
    branches.write_text("vestiging_id;vestiging;sector\n" + "".join(f"{branch};{branch};VO\n" for branch in BRANCHES))
    for command in (["init"], ["import", str(branches), "--kind", "branches"]):
        subprocess.run([sys.executable, "manage.py", *command], cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL)
    return environment


def accepted_rows(store: Path, rows: Path) -> None:
    """What the import stored, as ready numbers in the order in which the file has them."""
    with sqlite3.connect(store) as database:
        stored = database.execute(f"SELECT {', '.join(tables.visits.columns.keys())} FROM visits ORDER BY row_number").fetchall()
    with rows.open("w", newline="") as opened:
        csv.writer(opened).writerows(stored)


def shell_import(folder: Path, rows: Path) -> list[str]:
    """The shell with the same table, write-ahead log and care for the disk."""
    database = folder / "shell.sqlite"
    database.unlink(missing_ok=True)
    table = str(CreateTable(tables.visits).compile(dialect=engine_for("sqlite://").dialect))
    script = f"PRAGMA journal_mode = WAL;\nPRAGMA synchronous = FULL;\n{table};\n.mode csv\n.import {rows} visits\n"
    commands = folder / "shell.sql"
    commands.write_text(script)
    return ["sqlite3", str(database), f".read {commands}"]


def main(size: str) -> bool:
    """Print what was measured; False when a goal was missed."""
    visits, rounds = SIZES[size]
    if shutil.which("sqlite3") is None:
        sys.exit("the sqlite3 shell is not on the path")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        file, rows, answer = folder / "visits.csv", folder / "rows.csv", folder / "answer"
        write_visits(file, visits, random.Random(7))
        ours, shell = [], []
        for number in range(rounds):
            here = folder / str(number)
            here.mkdir()
            environment = make_store(here)
            ours.append(timed([sys.executable, "manage.py", "import", str(file), "--json"], environment, answer))
            receipt = json.loads(answer.read_text())
            if number == 0:
                accepted_rows(here / "store.sqlite", rows)
            shell.append(timed(shell_import(here, rows), dict(os.environ), answer))
    return told(report(visits, receipt, ours, shell), size)


def report(visits: int, receipt: dict[str, int], ours: list[Run], shell: list[Run]) -> list[Goal]:
    """Print the runs. Returns the goals: ours and the shell's in the same run, so that a busy machine slows both."""
    print(f"{visits} rows: {receipt['accepted']} accepted ({receipt['anonymous']} anonymous), {receipt['refused']} refused, {receipt['duplicate']} duplicate")
    for name, runs in (("manage.py import", ours), ("sqlite3 .import", shell)):
        wall, cpu = (statistics.median(values) for values in ([run.wall for run in runs], [run.cpu for run in runs]))
        print(f"{name:<18} median {wall:6.2f} s ({min(runs).wall:.2f}-{max(runs).wall:.2f}), {cpu:6.2f} s of processor, n = {len(runs)}")
    wall, cpu = (statistics.median(part(run) for run in ours) / statistics.median(part(run) for run in shell) for part in (itemgetter(0), itemgetter(1)))
    print(f"ours / shell {cpu:.2f} of processor")
    peak = max(run.peak for run in ours) / MEGABYTE
    return [Goal("ours / shell on the clock", wall, 1.0), Goal("peak memory, MB", peak, 1200)]


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--size", choices=SIZES, default="small")
    sys.exit(not main(options.parse_args().size))
