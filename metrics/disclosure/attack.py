"""What somebody can work out about hidden and rounded figures from everything that was shown: the bounds that linear programming finds.

Shares no code with what protects; it stops a release that it can undo.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from metrics.shapes import Refused

Numbers = npt.NDArray[np.float64]

#: HiGHS is exact to 1e-7; what lies closer together than this is the same number.
SAME = 1e-6
DECIMALS = 6


@dataclass(frozen=True)
class _System:
    """least <= matrix @ x <= most and lower <= x <= upper: all that is known of the values x of the cells at these places."""

    places: npt.NDArray[np.int64]
    matrix: Any  # a scipy sparse array, whose module is too slow to import for its type alone
    least: Numbers
    most: Numbers
    lower: Numbers
    upper: Numbers


def bounds(cells: pl.DataFrame, relations: pl.DataFrame) -> pl.DataFrame:
    """The narrowest interval in which each cell must lie: cell_id, lower, upper (null = unbounded), sorted by cell_id.

    cells: cell_id, shown (the exact value; null = hidden or rounded), at_least, at_most (known beforehand; null = only that it is not below 0). A cell_id in
    several rows, as after several releases, is the same value: all that was said of it holds. relations: total_cell_id, part_cell_ids (list), kind: "sum" (the
    parts add up to the total) or "between" (max of the parts <= total <= their sum). Values are taken as real numbers, to 6 decimals.
    Raises Refused: `contradiction` (cells of the part of the system that contradicts itself), `unknown_cell` (cells), `unknown_kind` (kind), `not_a_number`
    (cells), `missing_column` (columns), `attack_not_finished`.
    Source: Fischetti & Salazar 2000 (the attacker's problem); Handbook on Statistical Disclosure Control, section 4.2.
    """
    ids, lower, upper = _known(cells)
    for part in _separate(_system(ids, lower, upper, relations), ids):
        start = _solve(part, np.zeros(part.places.size))
        if start is None:
            raise Refused("contradiction", cells=ids.gather(part.places).to_list())
        lower[part.places] = _farthest(part, start, 1, part.lower)
        upper[part.places] = _farthest(part, start, -1, part.upper)
    found = pl.DataFrame([ids, pl.Series("lower", lower), pl.Series("upper", upper)])
    return found.with_columns(upper=pl.when(pl.col("upper").is_finite()).then(pl.col("upper")))


def _known(cells: pl.DataFrame) -> tuple[pl.Series, Numbers, Numbers]:
    """The ids in order, and for each the interval that is left by everything said about it alone."""
    absent = [name for name in ("cell_id", "shown", "at_least", "at_most") if name not in cells.columns]
    if absent:
        raise Refused("missing_column", columns=absent)
    said = cells.select("cell_id", pl.col("shown", "at_least", "at_most").cast(pl.Float64))
    wrong = said.filter(~pl.all_horizontal(pl.col("shown", "at_least", "at_most").is_finite().fill_null(value=True)))
    if wrong.height:
        raise Refused("not_a_number", cells=wrong.get_column("cell_id").to_list())
    together = said.group_by("cell_id").agg(
        lower=pl.max_horizontal(pl.col("shown").max(), pl.col("at_least").max(), pl.lit(0.0)),
        upper=pl.min_horizontal(pl.col("shown").min(), pl.col("at_most").min()).fill_null(np.inf),
    )
    empty = together.filter(pl.col("lower") > pl.col("upper") + SAME)
    if empty.height:
        raise Refused("contradiction", cells=empty.get_column("cell_id").sort().to_list())
    together = together.with_columns(upper=pl.max_horizontal("lower", "upper")).sort("cell_id")
    return together.get_column("cell_id"), together.get_column("lower").to_numpy().copy(), together.get_column("upper").to_numpy().copy()


def _system(ids: pl.Series, lower: Numbers, upper: Numbers, relations: pl.DataFrame) -> _System:
    """The relations as rows of a matrix: a sum is one equation; a between is one inequality for the sum and one for each part."""
    from scipy.sparse import csr_array  # noqa: PLC0415 - only the audit of a release needs it

    place = {cell: at for at, cell in enumerate(ids)}
    entries: list[tuple[int, int, float]] = []  # row, place, coefficient
    most: list[float] = []
    for total, parts, kind in relations.select("total_cell_id", "part_cell_ids", "kind").iter_rows():
        unknown = [cell for cell in (total, *parts) if cell not in place]
        if unknown:
            raise Refused("unknown_cell", cells=unknown)
        if kind not in {"sum", "between"}:
            raise Refused("unknown_kind", kind=kind)
        entries += [(len(most), place[total], -1.0), *((len(most), place[part], 1.0) for part in parts)]
        most.append(0 if kind == "sum" else np.inf)
        for part in parts if kind == "between" else ():
            entries += [(len(most), place[total], 1.0), (len(most), place[part], -1.0)]
            most.append(np.inf)
    rows, places, coefficients = np.array(entries, dtype=float).reshape(-1, 3).T
    matrix = csr_array((coefficients, (rows.astype(np.int64), places.astype(np.int64))), shape=(len(most), len(ids)))
    matrix.eliminate_zeros()
    return _System(np.arange(len(ids)), matrix, np.zeros(len(most)), np.array(most, dtype=float), lower.copy(), upper.copy())


def _separate(system: _System, ids: pl.Series) -> Iterator[_System]:
    """The system without the cells that are known exactly, in parts that share no relation."""
    from scipy.sparse.csgraph import connected_components  # noqa: PLC0415

    free = system.lower < system.upper
    told = system.matrix[:, ~free] @ system.lower[~free]
    least, most, matrix = system.least - told, system.most - told, system.matrix[:, free]
    part_of_cell = connected_components(abs(matrix).T @ abs(matrix), directed=False)[1]
    # A relation belongs where its free cells belong; without any it only has to be true.
    part_of_row = np.full(least.size, -1)
    part_of_row[matrix.tocoo().row] = part_of_cell[matrix.tocoo().col]
    broken = (part_of_row < 0) & ((least > SAME) | (most < -SAME))
    if broken.any():
        raise Refused("contradiction", cells=ids.gather(np.unique(system.matrix[broken].indices)).to_list())
    for part in np.unique(part_of_row[part_of_row >= 0]):
        rows, columns = part_of_row == part, part_of_cell == part
        places = system.places[free][columns]
        yield _System(places, matrix[rows][:, columns], least[rows], most[rows], system.lower[places], system.upper[places])


def _farthest(system: _System, start: Numbers, sign: int, edge: Numbers) -> Numbers:
    """The smallest (sign 1) or largest (-1) value of every cell. edge: what is known of each alone.

    All cells that have not yet been seen at their edge are pushed towards it at once, as long as that helps; only the rest need a program each.
    """
    seen, endless = start, np.zeros(edge.size, dtype=bool)

    def push(objective: Numbers) -> None:
        nonlocal seen
        solved = _solve(system, sign * objective)
        if solved is None:
            raise Refused("attack_not_finished")
        seen = sign * np.minimum(sign * seen, sign * solved)

    def away() -> npt.NDArray[np.bool_]:
        return sign * (seen - edge) > SAME

    while (short := away() & np.isfinite(edge)).any():
        push(short.astype(float))
        if (away() & np.isfinite(edge)).sum() == short.sum():
            break
    for at in np.flatnonzero(away()):
        only = (np.arange(edge.size) == at).astype(float)
        endless[at] = np.isinf(edge[at]) and _escapes(system, only)
        if away()[at] and not endless[at]:
            push(only)
    return np.where(endless, np.inf, np.where(away(), np.round(seen, DECIMALS), edge))


def _escapes(system: _System, cell: Numbers) -> bool:
    """Whether a cell can grow without end: some direction of growth breaks no relation and no upper edge."""
    away = replace(
        system,
        least=np.where(np.isfinite(system.least), 0, -np.inf),
        most=np.where(np.isfinite(system.most), 0, np.inf),
        lower=np.zeros(cell.size),
        upper=np.isinf(system.upper).astype(float),
    )
    direction = _solve(away, -cell)
    return direction is not None and float(cell @ direction) > 0.5


def _solve(system: _System, objective: Numbers) -> Numbers | None:
    """The values that make the objective least; None where no values fit."""
    from scipy.optimize import Bounds, LinearConstraint, milp  # noqa: PLC0415

    # Without whole-number conditions this is HiGHS' linear solver, with less to prepare than linprog.
    solved = milp(objective, constraints=LinearConstraint(system.matrix, system.least, system.most), bounds=Bounds(system.lower, system.upper))
    if solved.status not in {0, 2}:
        raise Refused("attack_not_finished")
    return None if solved.x is None else np.clip(solved.x, system.lower, system.upper)
