"""How many pupils live in a neighbourhood, counted by somebody who can: goes before the estimate from ages."""

import polars as pl

from data_access.ingest.headers import fits
from data_access.ingest.kinds import Column, Kind
from data_access.ingest.rules import understand
from data_access.ingest.shapes import Parsed, RawTable
from data_access.reference import areas
from data_access.reference.sift import in_this_age, our_areas, parsed, table_layout, with_area

KIND = Kind(
    "population",
    (
        Column(
            "neighbourhood_code",
            ("wijkcode", "neighbourhood_code", "wk_code", "gebiedscode", "area code", "code"),
            "code",
            required=True,
            may_be_empty=False,
            example=areas.EXAMPLE,
            is_public=True,
        ),
        Column("year", ("jaar", "year"), "whole", required=True, may_be_empty=False, example="2022"),
        Column("sector", ("sector", "doelgroep"), "sector", required=True, may_be_empty=False, example="PO", is_public=True),
        Column("pupils", ("leerlingen", "pupils", "aantal"), "whole", required=True, may_be_empty=False, example="1170"),
        Column("is_estimate", ("schatting", "is_estimate"), "yes_no", example="nee"),
        Column("method", ("methode", "method"), example="geteld op woonadres, peildatum 1 oktober"),
        Column("source", ("bron", "source"), example="DUO"),
    ),
)


def recognises(raw: RawTable) -> bool:
    """The four columns are there."""
    return fits(KIND, raw.headers)


def parse(raw: RawTable) -> Parsed:
    """Rows for `population`, per neighbourhood or for the municipality. Areas of other municipalities are left out and counted."""
    rows = our_areas(with_area(understand(KIND, raw)))
    code = pl.col("neighbourhood_code")
    rows = in_this_age(rows.refuse(code.str.starts_with("BU"), "neighbourhood_code", "area.not_neighbourhood", value=code))
    rows = rows.refuse(pl.col("pupils") < 0, "pupils", "figure.out_of_range").once(["neighbourhood_code", "year", "sector"])
    return parsed(rows, "plain", population=rows.frame.with_columns(pl.col("is_estimate").fill_null(value=False)))


LAYOUTS = (table_layout("population", "plain", recognises, parse),)
KINDS = (KIND,)
