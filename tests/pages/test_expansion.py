"""Uitbreiding: what a reader would work out with a map and a ruler, and own words for what was not delivered."""

from itertools import combinations
from math import asin, cos, radians, sin, sqrt
from typing import Any

import numpy as np
import polars as pl
import pytest

from data_access.database import engine
from data_access.dataset import Dataset
from data_access.reader import Reader, Role
from presentation.navigation import entry
from presentation.texts import LANGUAGES, language
from tests.pages.conftest import AREAS, BRANCHES, FIGURES, LAAK, STATES, deliver, visits, words

SCRIPT = entry("expansion").script
SAY = language("nl")
OFFERS = "aanbod,doelgroep,wijkcode\nBuurthuis,VO,{code}\n"


def kilometres(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Great circle between two points of latitude and longitude, by the haversine formula."""
    (lat_a, lon_a), (lat_b, lon_b) = ((radians(part) for part in point) for point in (a, b))
    half = sin((lat_b - lat_a) / 2) ** 2 + cos(lat_a) * cos(lat_b) * sin((lon_b - lon_a) / 2) ** 2
    return 2 * 6371.0088 * asin(sqrt(half))


class Town:
    """The demo town with a ruler: pupils by neighbourhood and sector, who is far from what, which places would help."""

    def __init__(self, km: dict[str, float]) -> None:
        inputs = Dataset(engine(), Reader(Role.PROGRAMME)).inputs()
        at = {code: (lat, lon) for code, lat, lon in inputs.neighbourhoods.select("neighbourhood_code", "latitude", "longitude").iter_rows() if lat is not None}
        ages = inputs.context.filter(pl.col("year") == 2022).pivot("measure", index="neighbourhood_code", values="value")
        young = {row["neighbourhood_code"]: (row["a_00_14"], row["a_15_24"]) for row in ages.iter_rows(named=True) if row["neighbourhood_code"] in at}
        self.homes = [
            (code, sector, pupils)
            for code, (child, teen) in sorted(young.items())
            if child is not None and teen is not None
            for sector, pupils in (("PO", child / 5), ("VO", child / 5 + teen * 0.3))
        ]

        def help_of(rows: pl.DataFrame) -> list[tuple[str | None, tuple[float, float]]]:
            return [
                (row["sector"], (row["latitude"], row["longitude"]) if row["latitude"] is not None else at[row["neighbourhood_code"]])
                for row in rows.iter_rows(named=True)
            ]

        branches = help_of(inputs.branches)
        self.branches = self._far(branches, at, km)
        self.any_help = self._far(branches + help_of(inputs.offers), at, km)
        self.codes = sorted(at)
        self.brings = np.array([[kilometres(at[home], at[code]) <= km[sector] for home, sector, _ in self.homes] for code in self.codes])
        self.pupils = np.array([pupils for _, _, pupils in self.homes])

    def _far(self, helping: list[tuple[str | None, tuple[float, float]]], at: dict[str, tuple[float, float]], km: dict[str, float]) -> list[bool]:
        return [not any(serves in (None, sector) and kilometres(at[code], place) <= km[sector] for serves, place in helping) for code, sector, _ in self.homes]

    def count(self, far: list[bool]) -> float:
        return float(self.pupils[far].sum())

    def best(self, size: int) -> float:
        """The most pupils without help that `size` places together bring near, by trying all."""
        missing = self.pupils * np.array(self.any_help)
        return max(float(missing @ self.brings[list(chosen)].any(axis=0)) for chosen in combinations(range(len(self.codes)), size))


def tens(value: float) -> str:
    step = 100 if value >= 10_000 else 10
    return SAY.number(step * int(value / step + 0.5))


def open_at(open_page: Any, **address: str) -> Any:
    return open_page(SCRIPT, rol="programma", **address)


@pytest.mark.parametrize("store", STATES, indirect=True)
def test_the_page_speaks_in_each_state_and_language(store, open_page):
    """Where pupils live is public, so three visitors take nothing away; only what they do themselves is hidden."""
    for code in LANGUAGES:
        say = language(code)
        app = open_at(open_page, taal=code)
        assert say("expansion.question") in words(app)
        if store == "no_data":
            assert say("empty.no_data") in words(app)
            assert not app.metric and not app.get("plotly_chart")
        else:
            assert len(app.metric) == 4
            assert all(len(number.label) <= 18 for number in app.metric)
            charts = app.get("plotly_chart")
            assert len(charts) == 4 and all(len(chart.proto.alt) > 30 for chart in charts)
            assert sum(" | " in part.value for part in app.markdown) >= 4, "a table to read for each"


@pytest.mark.parametrize("store", ["full"], indirect=True)
@pytest.mark.parametrize(("address", "km"), [({}, {"PO": 1.5, "VO": 3.0}), ({"km_po": "0.5", "km_vo": "1.5"}, {"PO": 0.5, "VO": 1.5})])
def test_who_has_no_help_nearby_is_what_a_ruler_says(store, address, km, open_page):
    town, app = Town(km), open_at(open_page, **address)
    everybody = sum(town.pupils)
    for place, far in ((0, town.branches), (1, town.any_help)):
        assert app.metric[place].value == SAY.percent(town.count(far) / everybody)
        assert f"ongeveer {tens(town.count(far))} leerlingen" in words(app)
    assert f"Ongeveer {tens(town.count(town.any_help))} van de {tens(everybody)}" in words(app)


@pytest.mark.parametrize("store", ["full"], indirect=True)
def test_the_headline_names_the_neighbourhood_with_most_pupils_without_help(store, open_page):
    town = Town({"PO": 1.5, "VO": 3.0})
    without: dict[str, float] = {}
    for (code, _, pupils), far in zip(town.homes, town.any_help, strict=True):
        without[code] = without.get(code, 0) + pupils * far
    names = dict(Dataset(engine(), Reader(Role.PROGRAMME)).inputs().neighbourhoods.select("neighbourhood_code", "name").iter_rows())
    largest = max(without, key=lambda code: without[code])
    app = open_at(open_page)
    assert names[largest] in app.header[0].value
    assert app.metric[2].value == tens(without[largest])


@pytest.mark.parametrize("store", ["full"], indirect=True)
def test_a_shorter_distance_leaves_more_pupils_and_a_longer_one_fewer(store, open_page):
    shorter, longer = (tens((town := Town({"PO": 1.5 * times, "VO": 3.0 * times})).count(town.any_help)) for times in (0.8, 1.2))
    assert SAY("expansion.certainty.distance", shorter=shorter, longer=longer) in words(open_at(open_page))


@pytest.mark.parametrize("store", ["full"], indirect=True)
@pytest.mark.parametrize("size", [1, 2])
def test_the_best_places_add_what_the_best_of_all_sets_adds(store, size, open_page):
    town, app = Town({"PO": 1.5, "VO": 3.0}), open_at(open_page, plekken=str(size))
    assert app.metric[3].label == SAY("expansion.number.next", n=size)
    assert app.metric[3].value == SAY.percent(town.best(size) / town.count(town.any_help))


@pytest.mark.parametrize("store", ["full"], indirect=True)
def test_what_one_place_would_change_is_a_sum_and_said_to_be_no_forecast(store, open_page):
    town, code = Town({"PO": 1.5, "VO": 3.0}), "WK051833"
    gain = float((town.pupils * town.any_help) @ town.brings[town.codes.index(code)])
    app = open_at(open_page, wijk=code)
    assert f"brengt ongeveer {tens(gain)} leerlingen dichtbij hulp" in words(app)
    assert any(part.value.endswith("Dat is een rekensom, geen voorspelling.") for part in app.markdown)
    chart = next(chart for chart in app.get("plotly_chart") if "wat-als" in chart.proto.id)
    assert tens(town.count(town.any_help) - gain) in chart.proto.alt


@pytest.mark.parametrize("store", ["full"], indirect=True)
def test_who_may_be_expected_lies_between_the_shares_that_come_where_a_branch_is(store, open_page):
    inputs, code = Dataset(engine(), Reader(Role.PROGRAMME)).inputs(), "WK051833"
    this_year = inputs.visits.days.filter(pl.col("visited_on") >= pl.date(2024, 8, 1))["pupil_id"].unique()
    homes = inputs.pupil_years.filter(pl.col("school_year") == 2024, pl.col("pupil_id").is_in(this_year.implode()))["neighbourhood_code"].to_list()
    town = Town({"PO": 1.5, "VO": 3.0})
    living = {home: sum(pupils for at, _, pupils in town.homes if at == home) for home in town.codes}
    shares = sorted(homes.count(home) / living[home] for home in set(inputs.branches["neighbourhood_code"]))
    low, high = (round(share * living[code]) for share in (shares[0], shares[-1]))
    text = words(open_at(open_page, wijk=code))
    assert f"**{low} tot {high} leerlingen**" in text
    assert SAY("expansion.try.now", n=homes.count(code)) in text


@pytest.mark.parametrize("store", ["full"], indirect=True)
def test_pupils_of_one_kind_of_school_have_their_own_distance_and_the_other_slider_is_grey(store, open_page):
    app = open_at(open_page, sector="VO")
    assert {slider.key: slider.disabled for slider in app.select_slider} == {"km_po": True, "km_vo": False, "plekken": False}
    assert "VO 3,0 km hemelsbreed" in words(app) and "PO 1,5 km" not in words(app)
    assert SAY("expansion.state.offers", n=4) in words(app), "two for VO and two for everybody"
    assert SAY("expansion.map.mark_VO") in words(app) and SAY("expansion.map.mark_PO") not in words(app)


@pytest.mark.parametrize("store", ["full"], indirect=True)
def test_the_starting_point_brings_all_assumptions_back(store, open_page):
    app = open_at(open_page)
    before = [number.value for number in app.metric]
    assert app.button(key="uitgangspunt").disabled
    app.select_slider(key="km_vo").set_value("1.0").run()
    assert [number.value for number in app.metric] != before
    app.button(key="uitgangspunt").click().run()
    assert [number.value for number in app.metric] == before
    assert app.button(key="uitgangspunt").disabled


@pytest.mark.parametrize("store", ["full"], indirect=True)
@pytest.mark.parametrize("wrong", [{"km_po": "99"}, {"plekken": "-1"}, {"wijk": "WK999999"}])
def test_a_wrong_assumption_in_the_address_gets_a_sentence_and_the_start_counts(store, wrong, open_page):
    app = open_at(open_page, **wrong)
    assert next(iter(wrong.values())) in app.warning[0].value
    assert [number.value for number in app.metric] == [number.value for number in open_at(open_page).metric]


@pytest.mark.parametrize("store", ["one_branch"], indirect=True)
def test_without_other_help_delivered_nobody_is_said_to_have_no_help_at_all(store, open_page):
    """1.4 km lies between the two neighbourhoods, so the branch for PO is near for all of PO; for VO there is none: 610 of 890."""
    app = open_at(open_page)
    assert [number.value for number in app.metric[:2]] == [SAY.percent(610 / 890), SAY("show.hidden")]
    assert "geen vestiging dichtbij" in app.header[0].value
    assert "Andere gratis hulp is nog niet geleverd" in words(app)
    assert SAY("expansion.number.also") not in words(app)


@pytest.mark.parametrize("store", ["one_branch"], indirect=True)
def test_other_help_in_a_neighbourhood_counts_as_soon_as_it_is_delivered(store, open_page):
    deliver("aanbod.csv", OFFERS.format(code=LAAK), "offers")
    app = open_at(open_page)
    assert [number.value for number in app.metric[:2]] == [SAY.percent(610 / 890), "0%"]
    assert app.header[0].value == SAY("expansion.headline.nobody", some="gratis hulp")
    assert SAY("empty.no_gap") in words(app) and SAY("empty.no_next") in words(app)


@pytest.mark.parametrize("store", ["withheld"], indirect=True)
def test_the_three_who_take_part_now_are_not_counted_on_this_page(store, open_page):
    text = words(open_at(open_page, wijk=LAAK))
    assert SAY("expansion.try.caution") in text
    assert "Nu zijn dat er" not in text and "doen er 3" not in text


@pytest.mark.parametrize("store", ["no_data"], indirect=True)
@pytest.mark.parametrize(
    ("areas", "figures", "said"),
    [
        (AREAS, None, "empty.no_target_group"),
        ("gebiedscode,naam,jaar\n" + "".join(f"{row.split(',')[0]},W,2022\n" for row in AREAS.split()[1:]), FIGURES, "empty.no_points"),
    ],
)
def test_what_was_not_delivered_is_named(store, areas, figures, said, open_page):
    deliver("wijken.csv", areas, "neighbourhoods")
    if figures:
        deliver("cijfers.csv", figures, "context")
    deliver("vestigingen.csv", BRANCHES, "branches")
    deliver("bezoeken.csv", visits(40), "visits")
    app = open_at(open_page)
    assert SAY(said) in words(app)
    assert not app.metric and not app.get("plotly_chart")
