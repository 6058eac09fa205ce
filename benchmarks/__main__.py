"""All benchmarks, one after the other: `make bench`, or `make bench SIZE=full`, which ends with 1 when a goal is missed."""

import argparse
import sys

from benchmarks import house, import_visits, in_browser, page_runs, sessions, visit_figures
from benchmarks.towns import SIZES

BENCHMARKS = (import_visits, page_runs, sessions, in_browser, visit_figures, house)

options = argparse.ArgumentParser(description=__doc__)
options.add_argument("size", choices=SIZES, nargs="?", default="small")
size = options.parse_args().size
missed = []
for benchmark in BENCHMARKS:
    name = benchmark.__name__.removeprefix("benchmarks.")
    print(f"== {name}")
    if not benchmark.main(size):
        missed.append(name)
sys.exit(f"goals missed: {', '.join(missed)}" if missed else 0)
