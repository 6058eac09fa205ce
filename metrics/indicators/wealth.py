"""Wealth of neighbourhoods: which public figures can rank them, and the fifth of the target group in which each lies.

An area says nothing of one pupil: what is counted by wealth is about pupils who live in those neighbourhoods, never about poor or rich pupils.
"""

from dataclasses import replace
from typing import NamedTuple

import polars as pl

from metrics import periods
from metrics.indicators.target_group import target_group
from metrics.methods.inequality import quintiles
from metrics.shapes import NOT_RANKED, OUTSIDE, UNKNOWN, Inputs, Refused, View

#: Public figure -> whether a higher figure means more wealth. Names as CBS gives them.
HIGHER_IS_WEALTHIER = {
    "ses_woa": True,  # score of wealth, education and work
    "p_ink_li": False,  # share of persons in the lowest 40 % of incomes of the country
    "p_ink_hi": True,  # share of persons in the highest 20 %
    "p_hh_li": False,  # the same two for households
    "p_hh_hi": True,
    "g_ink_po": True,  # mean income per person with an income
    "g_ink_pi": True,  # mean income per inhabitant
    "g_hh_sti": True,  # mean standardised income of households
    "p_hh_lkk": False,  # households with low purchasing power
    "p_hh_osm": False,  # households under or around the social minimum
    "p_hh_110": False,
    "p_hh_120": False,
    "g_wozbag": True,  # mean value of homes
    "p_koopw": True,  # share of homes that are owned
}
LEAST, MOST = "1", "5"


class Ranked(NamedTuple):
    """The neighbourhoods in order of wealth, and what a reader must know about that order.

    frame: neighbourhood_code, sector and keys of time where the view has them, order (higher = wealthier, equal = tied), wealth_fifth ("1" = least wealthy).
    sources: where the figures behind it come from, in order; years: of which years they are.
    """

    frame: pl.DataFrame
    notes: tuple[tuple[str, str], ...]
    sources: tuple[str, ...]
    years: tuple[int, ...]


def ranked(data: Inputs, view: View) -> Ranked:
    """Fifths of neighbourhoods weighted by the target group of the sector (of both together where the view has none), ties sharing one rank.

    The order is that of the whole municipality, also where the view chooses districts. All neighbourhoods are ranked by figures of one year: the latest not
    after the school year, else the nearest later one. A neighbourhood without a figure of that year or with an unknown target group has no fifth.
    Raises Refused("unknown_wealth_measure") with the measures that are known.
    """
    if view.wealth not in HIGHER_IS_WEALTHIER:
        raise Refused("unknown_wealth_measure", measure=view.wealth, known=list(HIGHER_IS_WEALTHIER))
    everywhere = replace(view, districts=())
    keys = _keys(view)
    group = target_group(data, everywhere)
    figures = _figures(data, view.wealth, group["school_year_number"].unique())
    known = group.join(figures, on=["neighbourhood_code", "school_year_number"])
    by_cell = known.partition_by(keys, maintain_order=True) if keys else [known]
    fifths = pl.concat(quintiles(cell.select(*cell.columns, value="order", weight="target")) for cell in by_cell) if by_cell else known.with_columns(fifth=0)
    frame = fifths.drop_nulls("fifth").select("neighbourhood_code", *keys, "order", wealth_fifth=pl.col("fifth").cast(pl.String))
    return Ranked(frame, _notes(group, known), tuple(known["source"].drop_nulls().unique().sort()), tuple(known["wealth_year"].unique().sort()))


def delivered(data: Inputs) -> tuple[str, ...]:
    """The measures by which neighbourhoods can be ranked and of which a figure was delivered, the standard one first."""
    there = set(data.context.join(data.neighbourhoods, on="neighbourhood_code", how="semi").drop_nulls("value")["measure"])
    return tuple(sorted(there & set(HIGHER_IS_WEALTHIER), key=lambda measure: (measure != View.wealth, [*HIGHER_IS_WEALTHIER].index(measure))))


def with_fifth(frame: pl.DataFrame, data: Inputs, view: View) -> pl.DataFrame:
    """Homes with the fifth in which each lies, where the view asks for it; without a rank it is "not_ranked", outside and unknown are their own.

    frame: neighbourhood_code and the sector and keys of time of the view; rows and order stay.
    """
    if "wealth_fifth" not in view.by:
        return frame
    fifths = ranked(data, view).frame.drop("order")
    code = pl.col("neighbourhood_code")
    elsewhere = pl.when(code.is_in([OUTSIDE, UNKNOWN])).then(code).otherwise(pl.lit(NOT_RANKED))
    found = frame.join(fifths, on=["neighbourhood_code", *_keys(view)], how="left", maintain_order="left")
    return found.with_columns(pl.col("wealth_fifth").fill_null(elsewhere))


def _keys(view: View) -> list[str]:
    """The keys of the view on which the target group, and so the rank, depends. For these grains key and grain have one name."""
    return [grain for grain in view.by if grain in ("sector", *periods.TIME_GRAINS)]


def _figures(data: Inputs, measure: str, school_years: pl.Series) -> pl.DataFrame:
    """The figures that count for each school year: neighbourhood_code, school_year_number, wealth_year, source, order."""
    sign = 1 if HIGHER_IS_WEALTHIER[measure] else -1
    known = data.context.filter(pl.col("measure") == measure).join(data.neighbourhoods, on="neighbourhood_code", how="semi")
    known = known.drop_nulls("value").select("neighbourhood_code", "source", wealth_year=pl.col("year").cast(pl.Int32), order=pl.col("value") * sign)
    years = known.select("wealth_year").unique().join(school_years.to_frame(), how="cross")
    nearest = years.sort(periods.years_away(pl.col("wealth_year"), pl.col("school_year_number"))).unique("school_year_number", keep="first")
    return known.join(nearest, on="wealth_year").unique(["neighbourhood_code", "school_year_number"], keep="first", maintain_order=True)


def _notes(group: pl.DataFrame, known: pl.DataFrame) -> tuple[tuple[str, str], ...]:
    """wealth_year: years of the figures that are not those of the school year; not_ranked: how many neighbourhoods where pupils live have no rank."""
    other = known.filter(pl.col("wealth_year") != pl.col("school_year_number"))["wealth_year"].unique().sort()
    left_out = group.filter(pl.col("target") > 0).join(known, on="neighbourhood_code", how="anti")["neighbourhood_code"].n_unique()
    notes = (("wealth_year", ", ".join(map(str, other))), ("not_ranked", str(left_out or "")))
    return tuple(note for note in notes if note[1])


def wealth_notes(data: Inputs, view: View) -> tuple[tuple[str, str], ...]:
    """What a reader must know of the fifths of a view; nothing where it asks for none."""
    return ranked(data, view).notes if "wealth_fifth" in view.by else ()
