"""Tables with their totals, as one system of cells and relations: drawn by hand, or counted from any numbers."""

from itertools import product
from typing import Any

import numpy as np
import polars as pl

CELLS: Any = {"cell_id": pl.String, "shown": pl.Float64, "at_least": pl.Float64, "at_most": pl.Float64}
RELATIONS: Any = {"total_cell_id": pl.String, "part_cell_ids": pl.List(pl.String), "kind": pl.String}


def cells(*rows):
    """cell_id, shown, at_least, at_most."""
    return pl.DataFrame(rows, schema=CELLS, orient="row")


def relations(*rows):
    """total, parts written behind each other, kind."""
    return pl.DataFrame([(total, parts.split(), kind) for total, parts, kind in rows], schema=RELATIONS, orient="row")


def counts(**values):
    """cell_id, value."""
    return pl.DataFrame({"cell_id": list(values), "value": list(values.values())}, schema={"cell_id": pl.String, "value": pl.Int64})


def table_with_totals(numbers):
    """The cells (cell_id, value) of an array of counts with every total over every side, and the sums that tie them together. "T" is the total of a side."""
    sides = [[*map(str, range(size)), "T"] for size in numbers.shape]

    def value(key):
        return int(numbers[tuple(slice(None) if at == "T" else int(at) for at in key)].sum())

    found = {" ".join(key).replace(" ", "-"): value(key) for key in product(*sides)}
    sums = []
    for side, names in enumerate(sides):
        for rest in product(*(sides[:side] + sides[side + 1 :])):
            keys = ["-".join([*rest[:side], name, *rest[side:]]) for name in names]
            sums.append((keys[-1], " ".join(keys[:-1]), "sum"))
    return counts(**found), relations(*sums)


def holds(shown, system):
    """Whether every relation holds for the values shown (cell_id, shown)."""
    value = dict(shown.select("cell_id", "shown").iter_rows())
    for total, parts, kind in system.iter_rows():
        summed, largest = sum(value[part] for part in parts), max((value[part] for part in parts), default=0)
        if not (value[total] == summed if kind == "sum" else largest <= value[total] <= summed):
            return False
    return True


def random_table(seed, shape, mean):
    """Counts as skew as those of small neighbourhoods: many zeros and ones, a few large."""
    random = np.random.default_rng(seed)
    return random.poisson(random.gamma(1, mean, size=shape))
