"""The attacker on tables whose answers were published or can be worked out by hand, and against a plain linear program per cell."""

from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.optimize import linprog

from metrics.disclosure.attack import bounds
from metrics.shapes import Refused
from tests.examples import examples
from tests.metrics.disclosure.systems import CELLS, cells, random_table, relations, table_with_totals


def found(what, system):
    """cell_id -> (lower, upper)."""
    return {cell: (lower, upper) for cell, lower, upper in bounds(what, system).iter_rows()}


def exactly(**values):
    return [(cell, value, None, None) for cell, value in values.items()]


def hidden(*names):
    return [(name, None, None, None) for name in names]


# --- published tables -------------------------------------------------------------------------------------------------


def test_anloo_rounded_to_fives_cell_by_cell():
    """Statistics Netherlands, key figures of neighbourhoods 2018 (StatLine 84286NED): Anloo 50 = 30 + 15, each rounded alone. By hand: the parts are at most
    32 + 17, so the total is 48 or 49, and each part is at least 48 less the most of the other."""
    what = cells(("Anloo", None, 48, 52), ("first", None, 28, 32), ("second", None, 13, 17))
    assert found(what, relations(("Anloo", "first second", "sum"))) == {"Anloo": (48, 49), "first": (31, 32), "second": (16, 17)}


def test_the_feasibility_interval_of_geurts():
    """Geurts 1992, table 10, in the Handbook on Statistical Disclosure Control, section 4.2, example 3: X11 lies between 3 and 6."""
    what = cells(*hidden("11", "12", "21", "22"), *exactly(**{"31": 3, "32": 3, "1": 7, "2": 3, "3": 6, "c1": 9, "c2": 7, "T": 16}))
    system = relations(
        ("1", "11 12", "sum"), ("2", "21 22", "sum"), ("3", "31 32", "sum"), ("c1", "11 21 31", "sum"), ("c2", "12 22 32", "sum"), ("T", "1 2 3", "sum")
    )
    seen = found(what, system)
    assert seen["11"] == (3, 6)
    assert (seen["12"], seen["21"], seen["22"]) == ((1, 4), (0, 3), (0, 3))
    assert seen["31"] == (3, 3)


def test_the_suppressed_investments_of_fischetti_and_salazar():
    """Fischetti & Salazar 2001, Management Science 47: 1008-1027, their first example (after Willenborg & de Waal 1996): activities I-III in regions A-C, four
    cells hidden; the sensitive cell of 22 can be anything from 5 to 30."""
    values, system = table_with_totals(np.array([[20, 50, 10], [8, 19, 22], [17, 32, 12]]))
    secret = {"1-0", "1-2", "2-0", "2-2"}
    seen = found(cells(*((cell, None if cell in secret else value, None, None) for cell, value in values.iter_rows())), system)
    assert seen["1-2"] == (5, 30)
    assert seen["1-0"] == (0, 25)


def test_a_group_that_is_the_difference_of_two_published_ones_is_known():
    """Handbook on Statistical Disclosure Control, section 5.2, geographical differencing: 52 men in the larger area, 50 in the smaller, so 2 in between."""
    what = cells(*hidden("slice"), *exactly(larger=52, smaller=50))
    assert found(what, relations(("larger", "smaller slice", "sum")))["slice"] == (2, 2)


def test_one_hidden_cell_in_a_row_is_no_secret_and_two_are():
    system = relations(("t", "a b c", "sum"))
    assert found(cells(*hidden("a"), *exactly(b=3, c=4, t=9)), system)["a"] == (2, 2)
    assert found(cells(*hidden("a", "b"), *exactly(c=4, t=9)), system)["a"] == (0, 5)


def test_a_mark_that_says_less_than_five_gives_the_rest_away():
    """The total of 9 with a cell known to be 1-4: the other hidden one is 5-8, which it was not meant to tell."""
    what = cells(("small", None, 1, 4), ("other", None, None, None), ("t", 9, None, None))
    assert found(what, relations(("t", "small other", "sum")))["other"] == (5, 8)


# --- what is known of pupils ------------------------------------------------------------------------------------------


def test_pupils_who_come_to_several_branches_give_inequalities():
    system = relations(("all", "north south", "between"))
    assert found(cells(*exactly(north=7, south=5), *hidden("all")), system)["all"] == (7, 12)
    assert found(cells(*exactly(north=7, all=9), *hidden("south")), system)["south"] == (2, 9)
    assert found(cells(*exactly(all=9), *hidden("north", "south")), system) == {"all": (9, 9), "north": (0, 9), "south": (0, 9)}


def test_two_releases_are_held_together():
    """42 pupils first, 43 a day later; both rounded to 40 and 45: the same cell, if it did not change, lies between 41 and 44."""
    what = cells(("a", None, 36, 44), ("a", None, 41, 49))
    assert found(what, relations()) == {"a": (41, 44)}
    assert found(cells(("a", None, 36, 44), ("a", 42, None, None)), relations()) == {"a": (42, 42)}


def test_what_nothing_limits_is_unbounded_and_never_below_zero():
    system = relations(("t", "a b", "sum"))
    assert found(cells(("a", None, 2, None), *exactly(b=5), *hidden("t", "c")), system) == {"a": (2, None), "b": (5, 5), "c": (0, None), "t": (7, None)}
    assert found(cells(("a", None, -3, 4), *hidden("b", "t")), system) == {"a": (0, 4), "b": (0, None), "t": (0, None)}
    nested = relations(("t", "a b", "between"), ("u", "t c", "sum"))
    assert found(cells(*hidden("a", "b", "t", "u", "c"), ("u", None, None, 10)), nested)["a"] == (0, 10)
    assert found(cells(*hidden("a", "b", "t"), ("b", None, None, 3)), relations(("t", "a b", "between")))["a"] == (0, None)


@pytest.mark.parametrize(
    ("what", "system"),
    [
        (cells(*exactly(a=1, b=2, t=4)), relations(("t", "a b", "sum"))),
        (cells(*exactly(a=1, t=4), ("b", None, None, 2)), relations(("t", "a b", "sum"))),
        (cells(*exactly(a=5, t=4), *hidden("b")), relations(("t", "a b", "sum"))),
        (cells(*exactly(a=5, b=3, t=4)), relations(("t", "a b", "between"))),
        (cells(*exactly(a=5, b=3, t=9)), relations(("t", "a b", "between"))),
        (cells(("a", 4, None, None), ("a", 5, None, None)), relations()),
        (cells(("a", None, 6, 5)), relations()),
        (cells(*exactly(a=-1)), relations()),
        (cells(*hidden("a", "b"), *exactly(t=4, u=5)), relations(("t", "a b", "sum"), ("u", "a b", "sum"))),
    ],
)
def test_a_system_that_contradicts_itself_is_refused(what, system):
    with pytest.raises(Refused, match="contradiction"):
        bounds(what, system)


def test_a_contradiction_names_its_own_cells_only():
    what = cells(*exactly(a=1, t=4, x=3), ("b", None, None, 2), *hidden("y"))
    with pytest.raises(Refused) as refusal:
        bounds(what, relations(("x", "y", "sum"), ("t", "a b", "sum")))
    assert refusal.value.values == {"cells": ["b"]}


def test_what_cannot_be_read_is_refused():
    with pytest.raises(Refused) as refusal:
        bounds(cells(*hidden("a")), relations(("t", "a b", "sum")))
    assert (refusal.value.code, refusal.value.values) == ("unknown_cell", {"cells": ["t", "b"]})
    with pytest.raises(Refused, match="unknown_kind"):
        bounds(cells(*hidden("a", "t")), relations(("t", "a", "about")))
    with pytest.raises(Refused, match="not_a_number"):
        bounds(cells(("a", float("nan"), None, None)), relations())
    with pytest.raises(Refused, match="missing_column"):
        bounds(cells().drop("at_most"), relations())


def test_no_cells_no_bounds():
    nothing = bounds(cells(), relations())
    assert (nothing.height, nothing.columns) == (0, ["cell_id", "lower", "upper"])


# --- against a plain program ------------------------------------------------------------------------------------------


@st.composite
def attacked(draw):
    """A small table with totals of which some cells are shown, some only roughly known and some hidden; some totals count pupils only once."""
    values, system = table_with_totals(random_table(draw(st.integers(0, 10**6)), draw(st.sampled_from([(2, 2), (3, 2), (2, 2, 2)])), 4))
    kinds = ["between" if draw(st.integers(0, 4)) == 0 else "sum" for _ in range(system.height)]
    rows = []
    for cell, value in values.iter_rows():
        how = draw(st.sampled_from(["shown", "hidden", "hidden", "rough", "floor"]))
        below, above = draw(st.integers(0, 4)), draw(st.integers(0, 4))
        known = {
            "shown": (value, None, None),
            "hidden": (None, None, None),
            "rough": (None, value - below, value + above),
            "floor": (None, value - below, None),
        }
        rows.append((cell, *known[how]))
    return values, cells(*rows), system.with_columns(kind=pl.Series(kinds))


def by_linprog(what, system):
    """Two plain programs per cell, dense and without any cleverness."""
    names = what["cell_id"].to_list()
    equations, inequalities = [], []
    for total, parts, kind in system.iter_rows():
        row = np.array([(name == total) * -1.0 + parts.count(name) for name in names])
        if kind == "sum":
            equations.append(row)
        else:
            inequalities.append(-row)
            inequalities.extend(np.array([(name == part) * 1.0 - (name == total) for name in names]) for part in parts)
    box = [(shown, shown) if shown is not None else (max(0, low or 0), high) for _, shown, low, high in what.iter_rows()]
    ends: dict[str, Any] = {}
    for at, name in enumerate(names):
        pair = []
        for sign in (1, -1):
            solved = linprog(
                sign * np.eye(len(names))[at],
                A_eq=np.array(equations) if equations else None,
                b_eq=np.zeros(len(equations)) if equations else None,
                A_ub=np.array(inequalities) if inequalities else None,
                b_ub=np.zeros(len(inequalities)) if inequalities else None,
                bounds=box,
            )
            pair.append(None if solved.fun is None or solved.status else sign * solved.fun)
        ends[name] = tuple(pair)
    return ends


@examples(25)
@given(attacked())
def test_the_bounds_are_those_of_two_plain_programs_per_cell_and_hold_the_truth(drawn):
    values, what, system = drawn
    seen, plain = found(what, system), by_linprog(what, system)
    for cell, value in values.iter_rows():
        lower, upper = seen[cell]
        assert lower == pytest.approx(plain[cell][0], abs=1e-4)
        assert (upper is None) == (plain[cell][1] is None)
        assert upper is None or upper == pytest.approx(plain[cell][1], abs=1e-4)
        assert lower - 1e-6 <= value <= (np.inf if upper is None else upper + 1e-6)


@examples(12)
@given(attacked(), st.randoms(use_true_random=False), st.integers(0, 10**6))
def test_the_order_of_rows_changes_nothing_and_one_more_fact_never_widens(drawn, random, pick):
    values, what, system = drawn
    seen = bounds(what, system)
    rows, links = what.rows(), system.rows()
    random.shuffle(rows)
    random.shuffle(links)
    again = bounds(pl.DataFrame(rows, schema=CELLS, orient="row"), pl.DataFrame(links, schema=system.schema, orient="row"))
    assert again["cell_id"].equals(seen["cell_id"])
    for name in ("lower", "upper"):
        assert again[name].to_list() == pytest.approx(seen[name].to_list(), abs=1e-5)
    cell, value = values.row(pick % values.height)
    more = bounds(pl.concat([what, cells((cell, value, None, None))]), system)
    assert (more["lower"] >= seen["lower"] - 1e-5).all()
    assert (more["upper"].fill_null(np.inf) <= seen["upper"].fill_null(np.inf) + 1e-5).all()


@examples(20)
@given(st.integers(0, 10**6))
def test_hiding_only_the_small_cells_is_undone(seed):
    """The reason for this program: in a table of which only the counts of 1-4 are hidden, a row with one such cell gives it away."""
    numbers = random_table(seed, (6, 4), 6)
    values, system = table_with_totals(numbers)
    small = {cell for cell, value in values.iter_rows() if 0 < value < 5 and "T" not in cell}
    alone = [cell for cell in small if sum(other.split("-")[0] == cell.split("-")[0] for other in small) == 1]
    assume(alone)
    seen = found(cells(*((cell, None if cell in small else value, None, None) for cell, value in values.iter_rows())), system)
    for cell in alone:
        value = values.filter(pl.col("cell_id") == cell)["value"].item()
        assert seen[cell] == pytest.approx((value, value))
