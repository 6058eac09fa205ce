"""The target group: how many pupils live in a neighbourhood, as delivered or else estimated from public figures."""

from collections.abc import Sequence

import polars as pl

from metrics import periods
from metrics.indicators.homes import places_in
from metrics.shapes import Inputs, View

#: Part of the ages 0-14 and 15-24 that is of an age for each sector: PO groep 6-8 is three of fifteen years, VO three of fifteen and three of ten.
ESTIMATE: dict[str, dict[str, float]] = {"PO": {"a_00_14": 3 / 15}, "VO": {"a_00_14": 3 / 15, "a_15_24": 3 / 10}}


def target_group(data: Inputs, view: View) -> pl.DataFrame:
    """Pupils of the target group, per neighbourhood and the keys of time of the view, and per sector where that is a key.

    neighbourhood_code, district_code, [sector], keys of time, target (Float64), years (of the figures), school_year_number, estimated (sectors); only where it
    is known, and for both sectors together only where it is known for both. The delivered count of a neighbourhood and sector; without one the estimate from
    CBS age groups (`ESTIMATE`), not rounded, so that neighbourhoods add up to their district. The year is the latest not after the school year in which the
    unit of time ends, else the nearest later one.
    """
    sectors: list[str] = [view.sector] if view.sector else list(ESTIMATE)
    time_keys = [grain for grain in view.by if grain in periods.TIME_GRAINS]
    days = periods.days_of(view.period, view.as_of, time_keys).select(*time_keys, school_year_number=periods.school_year_number(pl.col("day")))
    units = days.group_by(time_keys).max() if time_keys else days.max().drop_nulls()
    known = (
        _target_options(data, sectors)
        .join(units.select("school_year_number").unique(), how="cross")
        .sort("rank", periods.years_away(pl.col("year"), pl.col("school_year_number")))
        .unique(["neighbourhood_code", "sector", "school_year_number"], keep="first", maintain_order=True)
    )
    by_sector = ["sector"] if "sector" in view.by else []
    return (
        known.group_by("neighbourhood_code", "school_year_number", *by_sector, maintain_order=True)
        .agg(pl.col("target").sum(), parts=pl.len(), years="year", estimated=pl.col("sector").filter("is_estimate"))
        .filter(pl.col("parts") == (1 if by_sector else len(sectors)))
        .drop("parts")
        .join(places_in(data, view), on="neighbourhood_code")
        .join(units, on="school_year_number")
    )


def _target_options(data: Inputs, sectors: Sequence[str]) -> pl.DataFrame:
    """Every figure that could serve: neighbourhood_code, sector, year, target, is_estimate, rank (0 = delivered, 1 = estimated from age groups)."""
    columns = ["neighbourhood_code", "sector", pl.col("year").cast(pl.Int32), "target", "is_estimate", "rank"]
    delivered = data.population.filter(pl.col("sector").is_in(sectors)).with_columns(target=pl.col("pupils").cast(pl.Float64), rank=0)
    estimates = [
        data.context.filter(pl.col("measure").is_in(list(parts)))
        .group_by("neighbourhood_code", "year")
        .agg(target=(pl.col("value") * pl.col("measure").replace_strict(parts, default=0.0)).sum(), measures=pl.len())
        .filter(pl.col("measures") == len(parts))
        .with_columns(sector=pl.lit(sector), is_estimate=pl.lit(True), rank=1)
        for sector, parts in ESTIMATE.items()
        if sector in sectors
    ]
    return pl.concat([frame.select(columns) for frame in (delivered, *estimates)])


def notes(group: pl.DataFrame) -> tuple[tuple[str, str], ...]:
    """What a reader must know about the target group: sectors that are estimated, and years of the figures where these are not those of the school year."""
    sectors = group["estimated"].explode().drop_nulls().unique().sort()
    other = group.explode("years").filter(pl.col("years") != pl.col("school_year_number"))["years"].unique().sort()
    notes = (("population_estimate", sectors), ("population_year", other))
    return tuple((code, ", ".join(map(str, values))) for code, values in notes if values.len())
