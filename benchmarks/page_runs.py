"""How long the server works on a page of the demo when somebody opens it again. `python -m benchmarks.page_runs`.

Wanted: 95 of 100 warm runs of any page under 200 ms (2 cores). Beside it, in the same run, the same page with nothing kept, which says what keeping figures is
worth.
"""

import argparse
import os
import sys
import tempfile
from pathlib import Path
from statistics import median
from time import perf_counter

import streamlit as st
from streamlit.testing.v1 import AppTest

from benchmarks.goals import Goal, percentile_95, told
from benchmarks.towns import SIZES

ROOT = Path(__file__).resolve().parent.parent
RUNS = {"small": 7, "full": 25}


def main(size: str) -> bool:
    """Make a demo store in a folder of its own and run each page on it; False when a goal was missed."""
    goals = []
    with tempfile.TemporaryDirectory() as folder:
        os.environ["HUISWERKMONITOR_DATABASE_URL"] = f"sqlite:///{folder}/demo.sqlite"
        os.environ["HUISWERKMONITOR_KEY_FILE"] = f"{folder}/demo.key"
        from actions.make_demo import make_demo
        from data_access.database import engine
        from presentation.navigation import PAGES

        make_demo(engine())
        print(f"{'page':<20}{'median, ms':>12}{'p95, ms':>10}{'nothing kept, ms':>20}")
        for page in PAGES:
            warm, cold = measure(page.script, RUNS[size])
            print(f"{page.id:<20}{median(warm):>12.0f}{percentile_95(warm):>10.0f}{median(cold):>20.0f}")
            goals.append(Goal(f"{page.id}, warm, p95 ms", percentile_95(warm), 200))
        engine().dispose()
    return told(goals, size)


def measure(script: str, runs: int) -> tuple[list[float], list[float]]:
    """Milliseconds of each warm run, and of three with nothing kept."""
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    app.run()
    app.switch_page(script).run()
    warm = [_timed(app) for _ in range(runs)]
    cold = []
    for _ in range(3):
        st.cache_resource.clear()
        cold.append(_timed(app))
    if app.exception:
        raise RuntimeError(app.exception[0].message)
    return warm, cold


def _timed(app: AppTest) -> float:
    start = perf_counter()
    app.run()
    return 1000 * (perf_counter() - start)


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--size", choices=SIZES, default="small")
    sys.exit(not main(options.parse_args().size))
