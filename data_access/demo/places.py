"""Where pupils live and how near a branch is."""

from dataclasses import dataclass
from functools import cache

import numpy as np
import polars as pl

from data_access.demo import truths
from data_access.demo.dice import Floats, Whole
from data_access.demo.facts import facts

SECTORS = ("PO", "VO")
EDITIONS = (2020, 2022)
#: Kilometres in a degree at the latitude of the city (52.07 degrees north).
KM_NORTH, KM_EAST = 111.2, 68.5
#: Per branch how strongly it draws, and the distance in km at which that has fallen to a quarter. The central library draws from the whole city.
DRAWS = {"TRA": (1.0, 1.5), "ESC": (2.0, 1.4), "LAA": (1.7, 1.5), "SCH": (2.7, 1.5), "CEN": (1.0, 3.5)}
#: A neighbourhood in each of two municipalities next door (Rijswijk, Leidschendam-Voorburg): code, and a point on the side of the city.
NEXT_DOOR = (("WK060301", 52.0440, 4.3220), ("WK191601", 52.0720, 4.3600))


@dataclass(frozen=True)
class Homes:
    """Every place where pupils of the demo live: the neighbourhoods, then the municipalities next door. One position per home in every array."""

    codes: list[str]
    latitude: Floats
    longitude: Floats

    def pull(self, places: pl.DataFrame, draws: list[tuple[float, float]]) -> Floats:
        """How strongly each place (latitude, longitude) draws the pupils of each home: a row per home, a column per place. draws: as in `DRAWS`."""
        north = (self.latitude[:, None] - places["latitude"].to_numpy()[None, :]) * KM_NORTH
        east = (self.longitude[:, None] - places["longitude"].to_numpy()[None, :]) * KM_EAST
        strength, near = np.asarray(draws).T
        once = 1 / (1 + (north * north + east * east) / (near * near))
        pull: Floats = strength * once * once
        return pull


@cache
def homes() -> Homes:
    """The homes of the demo."""
    areas = facts("neighbourhoods").filter(pl.col("code").str.starts_with("WK"))
    codes, north, east = zip(*NEXT_DOOR, strict=True)
    return Homes(
        codes=[str(code) for code in (*areas["code"], *codes)],
        latitude=np.array([*areas["latitude"], *north]),
        longitude=np.array([*areas["longitude"], *east]),
    )


@cache
def branches_of(sector: str) -> pl.DataFrame:
    """The branches that serve a sector."""
    return facts("branches").filter(pl.col("sector") == sector)


@cache
def pull_of_branches(sector: str) -> Floats:
    """Home x branch of the sector."""
    branches = branches_of(sector)
    return homes().pull(branches, [DRAWS[branch] for branch in branches["branch_id"]])


@cache
def target_group(sector: str, edition: int) -> Floats:
    """Pupils of the sector per home, estimated from the age groups as the monitor does: PO 3/15 of 0-14, VO the same plus 3/10 of 15-24."""
    areas = facts("neighbourhoods").filter(pl.col("code").str.starts_with("WK")).fill_null(0)
    young, older = (areas[f"{ages}_{edition}"].to_numpy() for ages in ("a_00_14", "a_15_24"))
    inside = young * 3 / 15 + (older * 3 / 10 if sector == "VO" else 0)
    children, _ = truths.OUTSIDE[sector]
    return np.append(inside, np.full(len(NEXT_DOOR), children))


def edition_of(school_year: int) -> int:
    """The public figures that count for a school year: the latest that are not of a later year."""
    return max((edition for edition in EDITIONS if edition <= school_year), default=min(EDITIONS))


def fifths(sector: str, edition: int) -> Whole:
    """Wealth fifth (0 = least wealthy ... 4) per neighbourhood: fifths of the sector's pupils, ranked by the share of low incomes; ties share a place.

    -1 where nobody lives. Source of the rank: the middle of each tied group's share of all pupils (ridit).
    """
    low_income = facts("neighbourhoods").filter(pl.col("code").str.starts_with("WK"))["p_ink_li_2022"].fill_null(-1).to_numpy()
    pupils = target_group(sector, edition)[: len(low_income)]
    poorer = np.array([pupils[low_income > income].cumsum()[-1] if (low_income > income).any() else 0.0 for income in low_income])
    tied = np.array([pupils[low_income == income].cumsum()[-1] for income in low_income])
    ridit = (poorer + tied / 2) / pupils.cumsum()[-1]
    return np.where(low_income < 0, -1, np.minimum(4, (5 * ridit).astype(np.int64)))


@cache
def reach(sector: str, edition: int) -> Floats:
    """Chance per home that a pupil of the sector comes in a school year of level 1.

    Within a fifth, nearby neighbourhoods send more pupils and far ones fewer; the fifth as a whole has the planted chance.
    """
    pupils, fifth = target_group(sector, edition), fifths(sector, edition)
    lag = np.where(np.array(homes().codes) == truths.LAGGING, truths.LAG, 1.0)
    pull = (0.10 + np.cumsum(pull_of_branches(sector), axis=1)[:, -1]) * lag
    chance = np.full(len(pupils), truths.OUTSIDE[sector][1])
    for number, planted in enumerate(truths.REACH[sector]):
        here = np.flatnonzero(fifth == number)
        chance[here] = planted * pull[here] * pupils[here].cumsum()[-1] / (pupils[here] * pull[here]).cumsum()[-1]
    chance[: len(fifth)][fifth < 0] = 0
    return chance
