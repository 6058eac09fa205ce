"""From a clean clone to the monitor answering (`make run`), and, in `full`, the time that `make test` takes there. `python -m benchmarks.house`.

What is committed is cloned, so that nothing of this folder helps. Wanted on 2 cores: under 90 s with packages that the installer has in its cache, and under
12 minutes. `make run` takes the port that it always takes: stop a monitor that runs already.
"""

import argparse
import os
import re
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median
from time import perf_counter
from urllib.request import urlopen

from benchmarks.goals import Goal, told
from benchmarks.towns import SIZES

ROOT = Path(__file__).resolve().parent.parent
ROUNDS = {"small": 1, "full": 3}


def main(size: str) -> bool:
    """Print what was measured; False when a goal was missed."""
    with tempfile.TemporaryDirectory() as name:
        clones = [cloned(Path(name) / str(number)) for number in range(ROUNDS[size])]
        runs = [seconds_to_answer(clone) for clone in clones]
        print(f"make run, seconds until it answers: {', '.join(f'{seconds:.0f}' for seconds in runs)}")
        goals = [Goal("make run until it answers, median s", median(runs), 90)]
        if size == "full":
            goals.append(Goal("make test, minutes", seconds_of_tests(clones[0]) / 60, 12))
    return told(goals, size)


def cloned(folder: Path) -> Path:
    """What is committed here, in a folder of its own."""
    subprocess.run(["git", "clone", "-q", str(ROOT), str(folder)], check=True)
    return folder


def environment() -> dict[str, str]:
    """That of this process without what points to a store or an environment that is there already."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("HUISWERKMONITOR", "VIRTUAL_ENV", "MAKE", "MFLAGS", "DISPLAY"))}


def seconds_to_answer(clone: Path) -> float:
    """From `make run` until /gezond answers; then stop it. Ends the benchmark when it does not start."""
    started = perf_counter()
    with subprocess.Popen(["make", "run"], cwd=clone, env=environment(), stdout=subprocess.PIPE, text=True, start_new_session=True) as process:
        try:
            address = next((found[0] for line in process.stdout or [] if (found := re.search(r"http://[\w.:]+", line))), None)
            if address is None:
                sys.exit(f"make run ended with {process.wait()}")
            with urlopen(f"{address}/gezond", timeout=10) as answer:
                answer.read()
            return perf_counter() - started
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGTERM)


def seconds_of_tests(clone: Path) -> float:
    """`make test` to its end. Ends the benchmark when a test fails."""
    started = perf_counter()
    if subprocess.run(["make", "test"], cwd=clone, env=environment(), stdout=subprocess.DEVNULL, check=False).returncode:
        sys.exit("make test failed")
    return perf_counter() - started


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--size", choices=SIZES, default="small")
    sys.exit(not main(options.parse_args().size))
