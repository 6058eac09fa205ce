"""Rounds a whole system of linked counts at once, so that what is published still adds up and no small count can be worked back.

Shares no code with `attack`, which tries to undo it.
"""

import numpy as np
import numpy.typing as npt
import polars as pl

from metrics.shapes import Refused

#: A system that is not solved by then needs a coarser grid: the answer of an unfinished search would differ from machine to machine.
TIME_LIMIT_SECONDS = 300

Whole = npt.NDArray[np.int64]


def round_grid(cells: pl.DataFrame, relations: pl.DataFrame, base: int = 5, *, seed: int) -> pl.DataFrame:
    """Zero-restricted controlled rounding: each value becomes one of its two neighbouring multiples of base, a multiple stays, and every relation still holds.

    cells: cell_id, value (whole, 0 or more), one row per cell. relations: total_cell_id, part_cell_ids (list), kind: "sum" (the parts add up to the total) or
    "between" (max of the parts <= total <= their sum). Gives cell_id, shown, sorted by cell_id: the least total deviation over all cells; among equally good
    roundings the seed decides, so that who does not know the seed learns nothing from the choice. The same input in any order gives the same answer.
    Raises Refused: `no_rounding_exists` (base) where no such rounding is possible, `rounding_not_finished` (seconds), `relation_broken` (totals) where the
    values themselves do not fit, `duplicate_cell` (cells), `unknown_cell` (cells), `not_a_count` (cells), `unknown_kind` (kinds), `base_too_small` (base).
    Source: Cox & Ernst 1982; Salazar-Gonzalez 2005; Handbook on Statistical Disclosure Control, section 5.4.
    """
    if base < 1:
        raise Refused("base_too_small", base=base)
    ids, values = _values(cells)
    links = _links(ids, relations)
    _refuse_broken(ids, values, links)
    floors, rests = values // base, values % base
    # Roundings that differ in deviation differ by 1 or more; all tie-breaks together stay at or below a half. They favour neither up nor down.
    tie_breaks = (np.random.default_rng(seed).random(len(values)) - 0.5) / max(1, len(values))
    ups = _least_cost(base - 2 * rests + tie_breaks, rests > 0, floors, links, base)
    return pl.DataFrame([ids, pl.Series("shown", (floors + ups) * base)])


def _values(cells: pl.DataFrame) -> tuple[pl.Series, Whole]:
    """The ids in order, and their values."""
    wrong = cells.filter(~((pl.col("value") >= 0) & (pl.col("value") % 1 == 0)).fill_null(value=False))
    if wrong.height:
        raise Refused("not_a_count", cells=wrong.get_column("cell_id").to_list())
    twice = cells.filter(pl.col("cell_id").is_duplicated())
    if twice.height:
        raise Refused("duplicate_cell", cells=twice.get_column("cell_id").unique().sort().to_list())
    ordered = cells.sort("cell_id")
    return ordered.get_column("cell_id"), ordered.get_column("value").cast(pl.Int64).to_numpy()


def _links(ids: pl.Series, relations: pl.DataFrame) -> list[tuple[str, int, Whole]]:
    """Each relation as kind, place of the total and places of the parts among the ids."""
    strange = set(relations.get_column("kind").to_list()) - {"sum", "between"}
    if strange:
        raise Refused("unknown_kind", kinds=sorted(map(str, strange)))
    place = {cell: at for at, cell in enumerate(ids)}
    named = [(kind, total, list(parts)) for kind, total, parts in relations.select("kind", "total_cell_id", "part_cell_ids").iter_rows()]
    unknown = {cell for _, total, parts in named for cell in (total, *parts)} - place.keys()
    if unknown:
        raise Refused("unknown_cell", cells=sorted(unknown, key=str))
    links = [(kind, place[total], np.array(sorted(place[part] for part in parts), dtype=np.int64)) for kind, total, parts in named]
    return sorted(links, key=lambda link: (link[1], link[0], link[2].tolist()))


def _refuse_broken(ids: pl.Series, values: Whole, links: list[tuple[str, int, Whole]]) -> None:
    broken = set()
    for kind, total, parts in links:
        summed, largest = values[parts].sum(), values[parts].max(initial=0)
        if values[total] > summed or values[total] < (summed if kind == "sum" else largest):
            broken.add(ids[total])
    if broken:
        raise Refused("relation_broken", totals=sorted(broken, key=str))


def _least_cost(cost: npt.NDArray[np.float64], may_rise: npt.NDArray[np.bool_], floors: Whole, links: list[tuple[str, int, Whole]], base: int) -> Whole:
    """Which cells go to the multiple above (1) and which to the one below (0)."""
    from scipy.optimize import Bounds, LinearConstraint, milp  # noqa: PLC0415 - only the making of a release needs it
    from scipy.sparse import csr_array  # noqa: PLC0415

    rows: list[tuple[Whole, list[int], float, float]] = []  # cells, coefficients, and what their sum must lie between, in multiples of base
    for kind, total, parts in links:
        rows.append((np.append(parts, total), [1] * len(parts) + [-1], 0, 0 if kind == "sum" else np.inf))
        if kind == "between":
            rows.extend((np.array([total, part]), [1, -1], 0, np.inf) for part in parts)
    if not len(cost):
        return floors
    columns = np.concatenate([cells for cells, *_ in rows]) if rows else np.array([], dtype=np.int64)
    coefficients = [float(coefficient) for _, row, *_ in rows for coefficient in row]
    starts = np.cumsum([0, *(len(cells) for cells, *_ in rows)])
    matrix = csr_array((coefficients, columns, starts), shape=(len(rows), len(cost)))
    already = matrix @ floors
    limits = LinearConstraint(matrix, [low for *_, low, _ in rows] - already, [high for *_, high in rows] - already)
    solved = milp(
        cost,
        constraints=limits if rows else (),
        integrality=np.ones(len(cost), dtype=np.int64),
        bounds=Bounds(0, may_rise.astype(float)),
        options={"mip_rel_gap": 0, "time_limit": TIME_LIMIT_SECONDS},
    )
    if solved.status == 2:
        raise Refused("no_rounding_exists", base=base)
    if solved.status != 0:
        raise Refused("rounding_not_finished", seconds=TIME_LIMIT_SECONDS)
    ups: Whole = np.rint(solved.x).astype(np.int64)
    return ups
