"""From figure to screen: what is hidden, and what else goes with it."""

from dataclasses import replace
from datetime import date

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from sqlalchemy import create_engine

from actions import show_figures
from data_access.dataset import Dataset
from data_access.reader import Forbidden, Reader, Role
from metrics import catalogue
from metrics.criteria import ABOUT_WEALTH
from metrics.disclosure.seen import participants_by_home, protected, protected_whole
from metrics.drawn import programme
from metrics.periods import school_year
from metrics.shapes import Coverage, Period, Shown, View
from tests.metrics.test_equal_opportunity import CAME, town_of
from tests.metrics.town import AUTUMN, per


def hidden(indicator, town, *by):
    shown = protected(catalogue.indicator(indicator)(town, per(AUTUMN, *by)))
    return shown.frame.filter("hidden").select(shown.keys).rows()


def test_a_hidden_neighbourhood_or_fifth_takes_the_next_smallest_with_it():
    town = town_of({**CAME, "hill": 7})
    for indicator in ("reach", "participants", "representation", "funnel"):
        assert hidden(indicator, town, "neighbourhood") == [("lake",), ("park",)], indicator
        assert hidden(indicator, town, "wealth_fifth") == [("3",), ("5",)], indicator


def test_the_parts_of_a_month_cover_one_another_also_where_months_do_not_add_up():
    assert {row[1:] for row in hidden("participants", town_of({**CAME, "hill": 7}), "month", "wealth_fifth")} == {("3",), ("5",)}
    assert {row[0] for row in hidden("participants", town_of({**CAME, "hill": 7}), "wealth_fifth", "month")} == {"3", "5"}


def test_an_index_in_two_forms_is_no_whole_of_two_parts():
    assert hidden("slope", town_of(CAME)) == [("wealth_fifth",)]
    assert len(hidden("concentration", town_of(CAME))) == 4


@pytest.mark.parametrize("by", [("neighbourhood",), ("wealth_fifth",)])
def test_pupils_who_came_in_two_months_do_not_make_the_months_add_up(by):
    town = programme("\n".join(["pupil | home | visited_on", *(f"{pupil} | dock | 2025-{month}-01" for pupil in range(9) for month in ("09", "10"))]))
    assert hidden("participants", town, *by) == []
    assert hidden("participants", town, "month") == []


@pytest.mark.parametrize("indicator", ["funnel", "representation", "dissimilarity", "concentration", "slope", "relative_index", "spread"])
def test_a_figure_over_all_neighbourhoods_has_no_more_digits_than_are_needed(demo_database, indicator):
    """With fifteen digits a small count that is hidden could be solved from it."""
    dataset = Dataset(demo_database, Reader(Role.PROGRAMME))
    by = ("neighbourhood",) if indicator in ("funnel", "representation") else ()
    frame = show_figures.shown(dataset, indicator, View(school_year(2023), school_year(2023).last, by=by)).frame
    digits = catalogue.definition(indicator).decimals + (4 if catalogue.definition(indicator).unit in ("points", "proportion") else 2)
    numbers = [number for name in ("value", "lower", "upper") for number in frame[name].drop_nulls()]
    assert numbers and all(number == round(number, digits) for number in numbers)


# --- a branch beside all ----------------------------------------------------------------------------------------------

WEEK = View(Period(date(2025, 9, 1), date(2025, 9, 14)), date(2026, 7, 31), by=("school_week",))


def town_of_branches(**came):
    """Pupils of each branch who came on the first and on the second Monday of September, once each."""
    rows = [
        f"{branch}{place} | {branch} | 2025-09-{1 + 7 * week:02}"
        for branch, weeks in came.items()
        for week, pupils in enumerate(weeks)
        for place in range(pupils)
    ]
    numbers = {name: str(number) for number, name in enumerate(dict.fromkeys(row.split(" ")[0] for row in rows))}
    visits = [" ".join([numbers[row.split(" ")[0]], *row.split(" ")[1:]]) for row in rows]
    sessions = [f"{branch} | 2025-09-{day} | held" for branch in came for day in ("01", "08")]
    return programme(
        "\n".join(["pupil | branch | visited_on", *visits]),
        sessions="\n".join(["branch | held_on | status", *sessions]),
        branches=dict.fromkeys(came, "PO"),
    )


def beside_one(town, view=WEEK):
    whole, parts = (catalogue.indicator("visits_per_session")(town, per(view, *view.by, *more)) for more in ((), ("branch",)))
    return protected_whole(whole, parts).frame


def test_the_whole_is_not_shown_beside_a_branch_where_another_branch_is_hidden():
    """North and south less the three of the docks would be the three of the docks."""
    shown = beside_one(town_of_branches(north=[9, 9], south=[8, 8], docks=[3, 7]))
    assert shown["hidden"].to_list() == [True, True], "and a week that would be the only one hidden takes the other with it"
    assert shown["value"].null_count() == 2
    assert beside_one(town_of_branches(north=[9, 9], south=[8, 8], docks=[7, 7]))["numerator"].to_list() == [24, 24]
    assert beside_one(town_of_branches(north=[9], south=[8], docks=[3]), per(WEEK))["hidden"].to_list() == [True]


@settings(max_examples=15, deadline=None)
@given(some.lists(some.lists(some.integers(0, 7), min_size=3, max_size=3), min_size=2, max_size=3))
def test_no_branch_that_is_hidden_follows_from_the_whole_and_the_others(came):
    town = town_of_branches(**{f"b{place}": weeks for place, weeks in enumerate(zip(*came, strict=True))})
    parts = protected(catalogue.indicator("visits_per_session")(town, per(WEEK, "school_week", "branch"))).frame
    for week, hidden in beside_one(town).select("school_week", "hidden").iter_rows():
        alone = parts.filter(pl.col("school_week") == week)
        assert hidden or not alone["hidden"].any()


def test_a_branch_sees_itself_beside_the_others_together_and_never_beside_one_other(demo_database):
    own = Dataset(demo_database, Reader(Role.BRANCH, ("SCH",)))
    view = View(school_year(2023), school_year(2023).last, by=("school_week",))
    assert not show_figures.whole(own, "visits_per_session", view).frame["hidden"].all()
    with pytest.raises(Forbidden, match="by_branch"):
        show_figures.whole(own, "visits_per_session", per(view, *view.by, sector="VO"))
    everything = Dataset(demo_database, Reader(Role.PROGRAMME))
    assert not show_figures.whole(everything, "visits_per_session", per(view, *view.by, sector="VO")).is_empty


@pytest.mark.parametrize("sector", ["PO", "VO", None])
def test_in_the_demo_the_whole_beside_a_branch_gives_no_hidden_week_of_another_away(demo_database, sector):
    dataset = Dataset(demo_database, Reader(Role.PROGRAMME))
    for year in (2019, 2023, 2024):
        view = View(school_year(year), school_year(year).last, sector=sector, by=("school_week",))
        parts = show_figures.shown(dataset, "visits_per_session", per(view, "school_week", "branch")).frame
        hidden = set(parts.filter("hidden")["school_week"])
        whole = show_figures.whole(dataset, "visits_per_session", view).frame
        assert whole.filter(pl.col("value").is_not_null()).height, "there is something to compare with"
        assert not hidden & set(whole.filter(pl.col("value").is_not_null())["school_week"])


class OneTown(Dataset):
    """A town as the store of a test: the shared way from figure to screen, without a database."""

    def __init__(self, town):
        super().__init__(create_engine("sqlite://"), Reader(Role.PROGRAMME))
        self.town = town

    def inputs_for(self, view, *, branch_totals=False):
        return self.town


#: By the value of homes the seven neighbourhoods lie in another order than by incomes.
SEVEN = {"dock": 30, "mill": 24, "park": 3, "hill": 2, "lake": 18, "isle": 9, "moor": 1}
WOZ = {"park": 1, "dock": 2, "hill": 3, "lake": 4, "moor": 5, "mill": 6, "isle": 7}


def two_measures(came):
    incomes = dict(zip(SEVEN, range(70, 0, -10), strict=True))
    town = town_of(came, low_incomes=incomes)
    other = town_of(came, measure="g_wozbag", low_incomes=WOZ)
    return replace(town, context=pl.concat([town.context, other.context]))


BY_WEALTH = [("reach", ("wealth_fifth",)), *((indicator, ()) for indicator in ABOUT_WEALTH)]


@pytest.mark.parametrize(("indicator", "by"), BY_WEALTH)
def test_by_another_measure_nothing_tells_which_of_the_hidden_neighbourhoods_had_how_many(indicator, by):
    """Two towns that differ only in who of the hidden few lives where say exactly the same; counted anew the fifths of the other measure would differ."""
    view = per(AUTUMN, *by, wealth="g_wozbag")
    one, twin = two_measures(SEVEN), two_measures({**SEVEN, "park": 2, "hill": 3})
    assert not catalogue.indicator(indicator)(one, view).frame.equals(catalogue.indicator(indicator)(twin, view).frame)
    assert show_figures.shown(OneTown(one), indicator, view).frame.equals(show_figures.shown(OneTown(twin), indicator, view).frame)


def test_by_another_measure_the_rest_is_laid_over_the_hidden_neighbourhoods_by_their_pupils():
    targets = {"a": 100, "b": 300, "c": 100, "d": 500}
    homes = shown_homes({"a": None, "b": None, "c": 40, "d": 0}, targets)
    whole = shown_homes({None: 46}, {None: 1000})
    sizes = pl.DataFrame({"neighbourhood_code": list(targets), "target": [float(size) for size in targets.values()]})
    found = participants_by_home(homes, whole, sizes)
    assert found is not None and dict(found.rows()) == {"a": 2, "b": 4, "c": 40, "d": 0}, "6 over 100 and 300: 1.5 and 4.5, in whole pupils"
    assert participants_by_home(homes, shown_homes({None: None}, {None: 1000}), sizes) is None


def shown_homes(came, targets):
    keys = () if None in came else ("neighbourhood",)
    rows = pl.DataFrame({"neighbourhood_code": list(came), "numerator": list(came.values()), "denominator": [targets[home] for home in came]})
    return Shown("reach", per(AUTUMN, *keys), rows, Coverage(), "working", ())
