"""Pupils by home: what is hidden cannot be had by subtracting one sum from another."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as some

from actions import show_figures
from data_access.dataset import Dataset
from data_access.reader import Reader, Role
from metrics.disclosure.attack import bounds
from metrics.disclosure.homes import behind, told
from metrics.disclosure.working import Rule
from metrics.indicators.participation import reach
from metrics.indicators.wealth import ranked
from metrics.periods import school_year
from metrics.shapes import Sector, View


def homes(*pupils, target=100.0):
    frame = pl.DataFrame({"home": [str(place) for place in range(len(pupils))], "pupils": pupils, "target": target}, schema_overrides={"target": pl.Float64})
    return told(frame.cast({"pupils": pl.Int64}), [], Rule())


def test_a_home_that_is_hidden_is_told_as_a_multiple_of_five_and_all_hidden_ones_together_exactly():
    assert homes(40, 4, 2, 3, 50)["told"].to_list() == [40, 9, 0, 0, 50]
    assert homes(40, 2, 4, 2, 3, 4, 50)["told"].to_list() == [40, 0, 5, 5, 0, 5, 50]


def test_few_pupils_take_the_smallest_other_home_with_them_also_when_all_others_are_in_other_fifths():
    assert homes(40, 4, 6, 50)["hidden"].to_list() == [False, True, True, False]
    assert homes(40, 4, 50)["told"].sum() == 94


def test_a_home_with_too_small_a_target_group_is_told_as_nobody_and_its_pupils_with_the_next():
    assert homes(3, 4, 50, target=pl.Series([4.0, 100.0, 100.0]))["told"].to_list() == [0, 7, 50]


def test_a_sum_of_too_few_pupils_or_of_one_hidden_home_is_itself_too_small_to_show():
    shown = homes(40, 4, 2, 6, 50)
    of = [shown[places].select(behind(Rule())).item() for places in ([0, 1], [1], [2], [1, 2], [3], [0, 4])]
    assert of == [46, 1, 1, 6, 6, 90]


@given(some.lists(some.integers(0, 12), min_size=2, max_size=7))
def test_who_knows_the_rule_and_every_sum_cannot_tell_that_a_hidden_home_has_one_to_four_pupils(pupils):
    """The strongest reader: knows as how many each home is told, and that a running total of hidden ones lies within two of the nearest five."""
    shown = homes(*pupils, 100)
    hidden = shown.filter("hidden")
    whole, so_far, running = hidden["pupils"].sum(), hidden["told"].cum_sum().to_list(), [f"total {place}" for place in range(hidden.height)]
    assert whole == hidden["told"].sum() and not hidden["told"].is_in([1, 2, 3, 4]).any()
    if not whole:
        return
    cells = [{"cell_id": home, "shown": None, "at_least": None, "at_most": None} for home in hidden["home"]]
    for place, total in enumerate(so_far):
        last, ended = place == hidden.height - 1, total == whole
        least = whole if last else max(0, (whole // 5 if ended else total // 5) * 5 - 2)
        cells.append({"cell_id": running[place], "shown": None, "at_least": least, "at_most": whole if ended else total + 2})
    sums = [{"total_cell_id": name, "part_cell_ids": hidden["home"].to_list()[: place + 1], "kind": "sum"} for place, name in enumerate(running)]
    schema = {"cell_id": pl.String, "shown": pl.Float64, "at_least": pl.Float64, "at_most": pl.Float64}
    found = hidden.join(bounds(pl.DataFrame(cells, schema=schema), pl.DataFrame(sums)), left_on="home", right_on="cell_id")
    for true, lower, upper in found.select("pupils", "lower", "upper").rows():
        assert lower - 1e-6 <= true <= (upper or true) + 1e-6, "it is the truth that is told"
        assert lower < 1 or upper >= 5 - 1e-6


CHOICES: list[tuple[Sector | None, tuple[str, ...]]] = [
    (None, ()),
    ("PO", ()),
    ("VO", ()),
    *((None, (branch,)) for branch in ("LAA", "ESC", "TRA", "CEN", "SCH")),
]


@pytest.mark.parametrize("years", [range(2018, 2022), range(2022, 2025)])
def test_no_sum_in_the_demo_less_the_neighbourhoods_shown_in_it_is_a_handful_of_pupils(demo_database, years):
    """Every year, sector and branch: fifths, residents, least against most and all participants, each less what may be seen of its homes."""
    dataset = Dataset(demo_database, Reader(Role.PROGRAMME))
    leaks, hidden_sums = [], 0
    for year in years:
        for sector, branches in CHOICES:
            view = View(school_year(year), school_year(2024).last, sector=sector, branches=branches)

            def seen(indicator, *by, view=view):
                return show_figures.shown(dataset, indicator, View(view.period, view.as_of, sector=view.sector, branches=view.branches, by=by)).frame

            home = seen("reach", "neighbourhood").join(ranked(dataset.inputs(), view).frame, on="neighbourhood_code", how="left")
            elsewhere = pl.col("neighbourhood_code").is_in(["outside", "unknown"])
            sums = {row["wealth_fifth"]: row["numerator"] for row in seen("reach", "wealth_fifth").iter_rows(named=True)}
            ends = seen("least_against_most").row(0, named=True)
            told_sums = [(fifth, sums[fifth], home.filter(wealth_fifth=fifth)) for fifth in "12345"]
            told_sums += [("1", ends["numerator"], home.filter(wealth_fifth="1")), ("5", ends["most_numerator"], home.filter(wealth_fifth="5"))]
            told_sums += [("residents", seen("reach")["numerator"][0], home.filter(~elsewhere)), ("all", seen("participants")["numerator"][0], home)]
            assert ends["value"] is None or None not in (sums["1"], sums["5"]), "an index of a hidden fifth"
            leaks += [(year, sector, branches, name) for name, number, parts in told_sums if number is not None and 0 < number - parts["numerator"].sum() < 5]
            hidden_sums += sum(number is None for number in sums.values())
    assert leaks == []
    assert hidden_sums < 60, "and most fifths are shown"


def test_every_sum_is_made_of_the_same_told_homes_whatever_the_measure_of_wealth(demo_database):
    """So neighbourhoods cut in another way, and an index beside a fifth, say nothing more of a hidden one."""
    dataset = Dataset(demo_database, Reader(Role.PROGRAMME))
    view = View(school_year(2022), school_year(2022).last, branches=("ESC",))
    home = reach(dataset.inputs(), View(view.period, view.as_of, branches=view.branches, by=("neighbourhood",))).frame
    for measure in ("p_ink_li", "p_hh_li", "ses_woa"):
        fifths = show_figures.shown(dataset, "reach", View(view.period, view.as_of, branches=view.branches, by=("wealth_fifth",), wealth=measure)).frame
        rank = ranked(dataset.inputs(), View(view.period, view.as_of, branches=view.branches, wealth=measure)).frame
        if rank.is_empty():
            continue
        summed = dict(home.join(rank, on="neighbourhood_code").group_by("wealth_fifth").agg(pl.col("numerator").sum()).rows())
        assert all(number == summed[fifth] for fifth, number in fifths.filter(~pl.col("hidden")).select("wealth_fifth", "numerator").rows() if fifth in summed)
