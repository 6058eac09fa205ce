"""All benchmarks, one after the other: `make bench`, or `make bench SIZE=full`."""

import argparse

from benchmarks import import_visits, page_runs, visit_figures
from benchmarks.towns import SIZES

BENCHMARKS = (import_visits, page_runs, visit_figures)

options = argparse.ArgumentParser(description=__doc__)
options.add_argument("size", choices=SIZES, nargs="?", default="small")
size = options.parse_args().size
for benchmark in BENCHMARKS:
    print(f"== {benchmark.__name__.removeprefix('benchmarks.')}")
    benchmark.main(size)
