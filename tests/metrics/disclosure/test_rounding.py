"""Rounding a whole system: an example of the handbook, the best of all roundings by trying them, and what every rounding keeps."""

from itertools import product

import numpy as np
import polars as pl
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from metrics.disclosure.attack import bounds
from metrics.disclosure.rounding import round_grid
from metrics.shapes import Refused
from tests.examples import examples
from tests.metrics.disclosure.systems import counts, holds, random_table, relations, table_with_totals

# Males and females in three areas: Handbook on Statistical Disclosure Control, section 5.4, "Population counts by sex", and its controlled rounding to base 5.
HANDBOOK, HANDBOOK_SUMS = table_with_totals(np.array([[1, 0], [3, 3], [12, 20]]))
HANDBOOK_ROUNDED = np.array([[5, 0, 5], [0, 5, 5], [10, 20, 30], [15, 25, 40]])


def deviation(values, shown):
    return values.join(shown, on="cell_id").select((pl.col("shown") - pl.col("value")).abs().sum()).item()


def best_of_all(values, system, base):
    """The least total deviation of all roundings to neighbouring multiples that keep the relations, and how many reach it; None where there is none."""
    choices = [sorted({value // base * base, -(-value // base) * base}) for value in values["value"]]
    totals = []
    for shown in product(*choices):
        frame = pl.DataFrame({"cell_id": values["cell_id"], "shown": shown})
        if holds(frame, system):
            totals.append(deviation(values, frame))
    return min(totals, default=None)


def attacked(shown, system):
    """What an attacker finds who knows that each value lies less than 5 from what is shown."""
    return bounds(shown.select("cell_id", shown=pl.lit(None, dtype=pl.Float64), at_least=pl.col("shown") - 4.0, at_most=pl.col("shown") + 4.0), system)


def test_the_table_of_the_handbook_adds_up_again():
    shown = round_grid(HANDBOOK, HANDBOOK_SUMS, seed=1)
    printed = HANDBOOK.with_columns(shown=pl.Series(HANDBOOK_ROUNDED.ravel())).select("cell_id", "shown")
    assert holds(printed, HANDBOOK_SUMS)
    assert holds(shown, HANDBOOK_SUMS)
    assert deviation(HANDBOOK, printed) == 22  # "a possible rounding solution"
    assert deviation(HANDBOOK, shown) == best_of_all(HANDBOOK, HANDBOOK_SUMS, 5) == 18


def test_rounding_each_cell_alone_does_not_add_up():
    """Handbook, same section: by conventional rounding area C is 10 + 20 = 35."""
    alone = HANDBOOK.with_columns(shown=(pl.col("value") / 5 + 0.5).floor().cast(pl.Int64) * 5)
    assert not holds(alone, HANDBOOK_SUMS)


@given(st.lists(st.integers(0, 12), min_size=4, max_size=4), st.sampled_from([2, 3, 5]), st.integers(0, 2**32))
def test_it_is_the_best_of_all_roundings(numbers, base, seed):
    values, system = table_with_totals(np.array(numbers).reshape(2, 2))
    shown = round_grid(values, system, base, seed=seed)
    assert deviation(values, shown) == best_of_all(values, system, base)


@given(
    st.integers(0, 10**6),
    st.sampled_from([(3, 4), (6, 2), (2, 3, 2), (5,)]),
    st.floats(0.2, 9),
    st.sampled_from([3, 5, 10]),
    st.integers(0, 2**32),
    st.randoms(use_true_random=False),
)
def test_every_rounding_adds_up_stays_near_and_depends_on_seed_and_values_alone(drawn, shape, mean, base, seed, random):
    values, system = table_with_totals(random_table(drawn, shape, mean))
    shown = round_grid(values, system, base, seed=seed)
    assert shown.columns == ["cell_id", "shown"]
    assert shown["cell_id"].to_list() == sorted(values["cell_id"])
    assert holds(shown, system)
    both = values.join(shown, on="cell_id")
    assert (both["shown"] % base == 0).all()
    assert ((both["shown"] - both["value"]).abs() < base).all()
    assert (both.filter(pl.col("value") % base == 0)["shown"] == both.filter(pl.col("value") % base == 0)["value"]).all()
    rows, links = values.rows(), system.rows()
    random.shuffle(rows)
    random.shuffle(links)
    turned = pl.DataFrame(links, schema=system.schema, orient="row").with_columns(pl.col("part_cell_ids").list.reverse())
    assert round_grid(pl.DataFrame(rows, schema=values.schema, orient="row"), turned, base, seed=seed).equals(shown)


def test_among_equally_good_roundings_the_seed_decides():
    """Of cells of 2 and 3 to a total of 5 one must rise: that of 3, whatever the seed. Of two cells of 2 to a total of 4, in base 4, either may."""
    assert {round_grid(counts(a=2, b=3, t=5), relations(("t", "a b", "sum")), seed=seed)["shown"].to_list()[1] for seed in range(10)} == {5}
    halves = [round_grid(counts(a=2, b=2, t=4), relations(("t", "a b", "sum")), 4, seed=seed).rows() for seed in range(20)]
    assert {row for rows in halves for row in rows} == {("a", 0), ("a", 4), ("b", 0), ("b", 4), ("t", 4)}
    assert round_grid(counts(a=2, b=2, t=4), relations(("t", "a b", "sum")), 4, seed=7).rows() == halves[7]


def test_pupils_who_come_to_two_branches_stay_between_the_largest_branch_and_the_sum():
    """7 and 8 pupils, 9 in all: alone 9 becomes 10, and so does 8; both branches at 10 is fine, 5 in all would not be."""
    system = relations(("all", "north south", "between"))
    shown = round_grid(counts(north=7, south=8, all=9), system, seed=1)
    assert shown.rows() == [("all", 10), ("north", 5), ("south", 10)]
    tight = round_grid(counts(north=6, south=0, all=6), system, seed=1)
    assert tight["shown"].to_list() in ([5, 5, 0], [10, 10, 0])
    many = round_grid(counts(north=2, south=2, east=2, all=6), relations(("all", "north south east", "between")), seed=1)
    assert holds(many, relations(("all", "north south east", "between")))
    assert sorted(many["shown"].to_list()) == [0, 0, 5, 5]  # 6 cannot stay above three branches that all became 0


def test_a_branch_never_shows_more_pupils_than_all_branches_together():
    """The same 2 pupils at both branches: in base 4 each of the three cells may rise or fall, but no branch above the whole."""
    system = relations(("all", "north south", "between"))
    roundings = [round_grid(counts(north=2, south=2, all=2), system, 4, seed=seed) for seed in range(30)]
    assert all(holds(shown, system) for shown in roundings)
    assert {tuple(shown["shown"]) for shown in roundings} >= {(0, 0, 0), (4, 4, 4)}


def test_the_same_cell_under_two_names_is_rounded_alike():
    shown = round_grid(counts(district=12, wijk=12), relations(("district", "wijk", "sum")), seed=3)
    assert shown["shown"].n_unique() == 1


def test_a_system_that_cannot_be_rounded_is_refused():
    """Three pairs of ones, each pair summing to the base 2, over three cells: one of each pair would have to rise, but never two of a pair."""
    ring = relations(("p", "a b", "sum"), ("q", "b c", "sum"), ("r", "a c", "sum"))
    values = counts(a=1, b=1, c=1, p=2, q=2, r=2)
    assert best_of_all(values, ring, 2) is None
    with pytest.raises(Refused) as refusal:
        round_grid(values, ring, 2, seed=1)
    assert (refusal.value.code, refusal.value.values) == ("no_rounding_exists", {"base": 2})


def test_values_that_do_not_fit_are_refused_before_anything_is_rounded():
    system = relations(("t", "a b", "sum"))
    wrong = {
        "relation_broken": (counts(a=1, b=2, t=4), system),
        "unknown_cell": (counts(a=1, t=1), system),
        "duplicate_cell": (pl.concat([counts(a=1, b=2, t=3)] * 2), system),
        "not_a_count": (pl.DataFrame({"cell_id": ["a", "b", "t"], "value": [0.5, 2, 2.5]}), system),
        "unknown_kind": (counts(a=1, b=2, t=3), relations(("t", "a b", "about"))),
    }
    for code, (values, links) in wrong.items():
        with pytest.raises(Refused, match=code):
            round_grid(values, links, seed=1)
    for value in (None, -3):
        with pytest.raises(Refused, match="not_a_count"):
            round_grid(pl.DataFrame({"cell_id": ["a"], "value": [value]}, schema={"cell_id": pl.String, "value": pl.Int64}), relations(), seed=1)
    for total in (4, 1):  # more than all parts, less than the largest
        with pytest.raises(Refused) as refusal:
            round_grid(counts(a=1, b=2, t=total), relations(("t", "a b", "between")), seed=1)
        assert refusal.value.values == {"totals": ["t"]}
    with pytest.raises(Refused, match="base_too_small"):
        round_grid(counts(a=1), relations(), 0, seed=1)


def test_nothing_and_cells_without_relations():
    assert round_grid(counts(), relations(), seed=1).rows() == []
    assert round_grid(counts(a=3, b=2, c=5), relations(), seed=1).rows() == [("a", 5), ("b", 0), ("c", 5)]


@pytest.mark.parametrize("shape", [(44, 12), pytest.param((44, 12, 4), marks=pytest.mark.proof)])
def test_a_grid_of_the_city_is_rounded_as_one_and_cannot_be_unpicked(shape):
    """44 neighbourhoods x 12 months (x 4 levels: 2,925 cells) with all totals. The attacker knows the rule, and still no cell is narrower than 4."""
    values, system = table_with_totals(random_table(1, shape, 4))
    shown = round_grid(values, system, seed=1)
    assert holds(shown, system)
    seen = attacked(shown, system).join(values, on="cell_id")
    assert ((seen["lower"] <= seen["value"]) & (seen["value"] <= seen["upper"])).all()
    assert (seen["upper"] - seen["lower"] >= 4).all()


@examples(25)
@given(st.integers(0, 10**6), st.integers(0, 2**32))
def test_the_true_value_always_stays_possible_for_the_attacker(drawn, seed):
    values, system = table_with_totals(random_table(drawn, (4, 3), 3))
    assume(values["value"].sum())
    shown = round_grid(values, system, seed=seed)
    seen = bounds(shown.select("cell_id", shown=pl.lit(None, dtype=pl.Float64), at_least=pl.col("shown") - 4.0, at_most=pl.col("shown") + 4.0), system).join(
        values, on="cell_id"
    )
    assert ((seen["lower"] <= seen["value"]) & (seen["value"] <= seen["upper"])).all()
