"""Where pupils live: the neighbourhoods that count for a view, and the district of each."""

import polars as pl

from metrics.shapes import NO_DISTRICT, OUTSIDE, UNKNOWN, Inputs, View


def places_in(data: Inputs, view: View) -> pl.DataFrame:
    """The neighbourhoods that count: neighbourhood_code, district_code."""
    places = data.neighbourhoods.select("neighbourhood_code", "district_code").unique("neighbourhood_code").with_columns(district())
    return places.filter(pl.col("district_code").is_in(view.districts)) if view.districts else places


def district() -> pl.Expr:
    """District of a neighbourhood; outside and unknown are their own, and neighbourhoods without one are together, apart from unknown homes."""
    code = pl.col("neighbourhood_code")
    return pl.when(code.is_in([OUTSIDE, UNKNOWN])).then(code).otherwise(pl.col("district_code").fill_null(NO_DISTRICT)).alias("district_code")
