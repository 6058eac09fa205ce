"""Expansion: which pupils live far from any help, and where another place would bring most of them near.

A sum about where pupils live, not about who will come. Distance is in a straight line from a point inside the neighbourhood: all its pupils are taken to live
there. A branch or other help that came without a point of its own lies at that of its neighbourhood.
How far pupils go is an assumption of the view (`within_km`, per sector). A branch serves the sector of its homework help, other free help the sector it
is for, a new place would serve all sectors of the view. Everything is said twice, under the key `besides`: with the branches alone ("branch"), and with all
other free help counted as well ("offer"). No child of the programme stands behind these figures: `pupils` is 0.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import polars as pl

from metrics import periods
from metrics.indicators import selection as select
from metrics.indicators import target_group, wealth
from metrics.indicators.homes import places_in
from metrics.methods import places
from metrics.shapes import Coverage, Figures, Inputs, View

BESIDES = "besides"
BRANCH, OFFER = "branch", "offer"
POINT = ("latitude", "longitude")


@dataclass(frozen=True)
class _Town:
    """The homes of the target group and the help that there is.

    homes: neighbourhood_code, district_code, sector (also as serves), pupils, latitude, longitude; reach_km: of every home; helped: besides -> the places that
    help: place_id, serves, latitude, longitude; notes: what to know of the homes.
    """

    homes: pl.DataFrame
    reach_km: pl.Series
    helped: dict[str, pl.DataFrame]
    notes: tuple[tuple[str, str], ...]


def beyond_reach(data: Inputs, view: View) -> Figures:
    """Share of the target group living further than `within_km` from every branch, and from every branch and all other free help.

    Key of its own: besides. numerator and denominator in pupils of the target group; grains of homes and sector. Undefined: `no_denominator` (the target group
    is not known), `no_point` (where its neighbourhoods lie is not known).
    """
    _refuse(view, "branch", "level")
    town = _town(data, view, everywhere=False)
    rows = []
    for besides, helped in town.helped.items():
        found = places.pupils_beyond_reach(town.homes, helped, town.reach_km)
        found = wealth.with_fifth(found, data, view)
        known = pl.col("pupils_beyond").is_not_null()
        sums = select.totals(
            found,
            view.keys,
            numerator=pl.when(known.any()).then(pl.col("pupils_beyond").sort().sum()),
            denominator=pl.when(known.any()).then(pl.col("pupils").filter(known).sort().sum()),
            homes=pl.len(),
        )
        reason = pl.when(pl.col("homes") == 0).then(pl.lit("no_denominator")).when(pl.col("numerator").is_null()).then(pl.lit("no_point"))
        value = pl.col("numerator") / select.positive("denominator")
        sums = sums.with_columns(pl.lit(besides).alias(BESIDES), value=value, reason=reason)
        rows.append(sums.with_columns(reason=pl.when(pl.col("value").is_null()).then(pl.coalesce("reason", pl.lit("no_denominator")))))
    return select.figures("beyond_reach", view, _nobody(rows), _notes(town, data, view), "residents", own_keys=(BESIDES,))


def catchment(data: Inputs, view: View) -> Figures:
    """What a place in each neighbourhood would bring near: pupils of the target group within `within_km` of it who have no help so near yet.

    Keys of its own: candidate (a neighbourhood), besides. numerator and value: those pupils; denominator: all pupils within reach of it. Grain: sector only.
    Undefined: `no_point` (where the neighbourhood lies is not known).
    """
    _refuse(view, *select.PUPIL_GRAINS, "branch")
    town, candidates = _town(data, view, everywhere=True), _candidates(data, view)
    rows = []
    for besides, part in _parts(town, view):
        found = places.catchment(part.homes, candidates, part.helped[besides], part.reach_km)
        no_point = pl.when(pl.col("pupils_gained").is_null()).then(pl.lit("no_point"))
        rows.append(
            found.select(
                *_keys(part, view),
                pl.lit(besides).alias(BESIDES),
                candidate="place_id",
                numerator="pupils_gained",
                denominator="pupils_within",
                value="pupils_gained",
                reason=no_point,
            )
        )
    return select.figures("catchment", view, _nobody(rows), _notes(town, data, view), "residents", own_keys=("candidate", BESIDES))


def best_next(data: Inputs, view: View) -> Figures:
    """The neighbourhoods in which `next_places` new places together bring most pupils near who have no help so near yet; exact, all sets are weighed.

    Keys of its own: besides, rank (in order of what each adds to those before it). numerator and value: the pupils that it adds; denominator: all who have no
    help so near yet. Also candidate: the neighbourhood. Grain: sector only. Fewer rows where another place would add nobody.
    """
    _refuse(view, *select.PUPIL_GRAINS, "branch")
    town, candidates = _town(data, view, everywhere=True), _candidates(data, view)
    rows = []
    for besides, part in _parts(town, view):
        helped = part.helped[besides]
        lacking = places.pupils_beyond_reach(part.homes, helped, part.reach_km)["pupils_beyond"].sum()
        found = places.best_next(part.homes, candidates, helped, view.next_places, part.reach_km)
        gained = {"numerator": pl.col("pupils_gained"), "value": pl.col("pupils_gained"), "denominator": pl.lit(lacking, pl.Float64)}
        rows.append(found.select(*_keys(part, view), pl.lit(besides).alias(BESIDES), "rank", candidate="place_id", **gained))
    return select.figures("best_next", view, _nobody(rows), _notes(town, data, view), "residents", own_keys=(BESIDES, "rank"), more=("candidate",))


def _refuse(view: View, *unfit: str) -> None:
    """Where pupils live does not change with the time of a visit; a choice of districts is one of homes or candidates, so it fits all."""
    select.refuse_grains(replace(view, districts=()), *unfit, *periods.TIME_GRAINS, "hour")


def _town(data: Inputs, view: View, *, everywhere: bool) -> _Town:
    per_sector = replace(view, by=("sector",), districts=() if everywhere else view.districts)
    group = target_group.target_group(data, per_sector)
    points = data.neighbourhoods.select("neighbourhood_code", *POINT).unique("neighbourhood_code")
    homes = group.join(points, on="neighbourhood_code", how="left").select(
        "neighbourhood_code", "district_code", "sector", *POINT, serves="sector", pupils="target"
    )
    homes = homes.sort("neighbourhood_code", "sector")
    open_now = (pl.col("opened_on").is_null() | (pl.col("opened_on") <= view.as_of)) & (pl.col("closed_on").is_null() | (pl.col("closed_on") > view.as_of))
    branches = data.branches.filter(open_now).join(select.branches_in(data, view), on="branch_id", how="semi")
    help_here = _placed(branches.rename({"branch_id": "place_id"}), points)
    offers = _placed(data.offers.rename({"name": "place_id"}), points)
    nowhere = [("without_point", str(number))] if (number := _nowhere(homes)) else []
    reach_km = homes["sector"].replace_strict(dict(view.within_km), return_dtype=pl.Float64) if homes.height else pl.Series([], dtype=pl.Float64)
    helped = {BRANCH: help_here, OFFER: pl.concat([help_here, offers])}
    return _Town(homes, reach_km, helped, (*target_group.notes(group), *nowhere))


def _placed(helping: pl.DataFrame, points: pl.DataFrame) -> pl.DataFrame:
    """Places that help, at their own point or else at that of their neighbourhood."""
    beside = helping.join(points, on="neighbourhood_code", how="left", suffix="_of_home")
    at = (pl.when(pl.all_horizontal(pl.col(POINT).is_not_null())).then(name).otherwise(f"{name}_of_home").alias(name) for name in POINT)
    return beside.select("place_id", *at, serves="sector")


def _nowhere(homes: pl.DataFrame) -> int:
    """How many neighbourhoods have pupils but no point."""
    return homes.filter(pl.col("pupils") > 0, pl.any_horizontal(pl.col(POINT).is_null()))["neighbourhood_code"].n_unique()


def _candidates(data: Inputs, view: View) -> pl.DataFrame:
    """Every neighbourhood of the view as a place: place_id and point."""
    points = places_in(data, view).join(data.neighbourhoods.select("neighbourhood_code", *POINT).unique("neighbourhood_code"), on="neighbourhood_code")
    return points.select(*POINT, place_id="neighbourhood_code").sort("place_id")


def _parts(town: _Town, view: View) -> Iterator[tuple[str, _Town]]:
    """The town per sector where the view asks for it, and as a whole where not; each with the branches alone and with all other help."""
    sectors = sorted(town.homes["sector"].unique()) if "sector" in view.by else [None]
    for sector in sectors or [None]:
        here = town.homes["sector"].is_not_null() if sector is None else town.homes["sector"] == sector
        part = replace(town, homes=town.homes.filter(here), reach_km=town.reach_km.filter(here))
        for besides in (BRANCH, OFFER):
            yield besides, part


def _keys(part: _Town, view: View) -> list[pl.Expr]:
    return [pl.lit(part.homes["sector"].first(), pl.String).alias(key) for key in view.keys]


def _notes(town: _Town, data: Inputs, view: View) -> Coverage:
    return Coverage(notes=(*town.notes, *wealth.wealth_notes(data, view)))


def _nobody(rows: list[pl.DataFrame]) -> pl.DataFrame:
    """The rows as one frame; no child of the programme stands behind them."""
    return pl.concat(rows).with_columns(pupils=pl.lit(0), method=pl.lit("count"))
