"""Tables with names of areas: wijken with their district, buurten with their wijk, or districts alone.

A table without a year (wijken.csv) holds until a division with a year says otherwise. The short name is preferred; a point inside the area, for a label, is
kept; a centre of gravity is not, because it may lie outside.
"""

import polars as pl

from data_access.ingest.headers import match
from data_access.ingest.kinds import Column, Kind
from data_access.ingest.rules import understand
from data_access.ingest.shapes import Parsed, RawTable
from data_access.organisation import organisation
from data_access.reference import areas, cells
from data_access.reference.sift import in_the_country, in_this_age, our_areas, parsed, table_layout, with_area

_DISTRICT_CODES, _DISTRICT_NAMES = areas.district_headers()
_CODES = ("gebiedscode", "area code", "buurtcode", "bu_code", "wijkcode", "wk_code", "gemeentecode", "gm_code", "code")
_NAMES = ("naam", "name", "naam_kort", "buurtnaam", "bu_naam", "wijknaam", "wk_naam", "gemeentenaam", "gm_naam")

KIND = Kind(
    "neighbourhoods",
    (
        Column("neighbourhood_code", _CODES, "code", example=areas.EXAMPLE, is_public=True),
        Column("name", _NAMES, example="Voorbeeldwijk"),
        Column("district_number", _DISTRICT_CODES, "code", example="5", is_public=True),
        Column("district_name", _DISTRICT_NAMES, example="Oost"),
        Column("latitude", ("breedtegraad", "latitude", "lat_label", "lat"), "decimal", example="52,06796"),
        Column("longitude", ("lengtegraad", "longitude", "lon_label", "lon", "lng"), "decimal", example="4,30681"),
        Column("year", ("jaar", "year"), "whole", example="2022"),
    ),
)


def recognises(raw: RawTable) -> bool:
    """An area with its name, or a district with its name. Asked last: many tables have those besides what they are about."""
    columns = match(KIND, raw.headers).columns
    return {"neighbourhood_code", "name"} <= columns.keys() or {"district_number", "district_name"} <= columns.keys()


def parse(raw: RawTable) -> Parsed:
    """Rows for `neighbourhoods`: the areas of this municipality, and the districts that they name. Raises FileRefused("area.other_municipality")."""
    rows = understand(KIND, raw)
    has_codes = "neighbourhood_code" in rows.present
    rows = in_the_country(in_this_age(rows.refuse(pl.col("name" if has_codes else "district_name").is_null(), "name", "value.missing")))
    if has_codes:
        rows = rows.refuse(pl.col("neighbourhood_code").is_null(), "neighbourhood_code", "value.missing")
        rows = our_areas(with_area(rows))
    rows = rows.holding(rows.frame.with_columns(_area(raw, has_codes=has_codes))).once(["neighbourhood_code", "year"])
    return parsed(rows, "plain", neighbourhoods=areas.with_districts(rows.frame))


def _area(raw: RawTable, *, has_codes: bool) -> list[pl.Expr]:
    """neighbourhood_code, level, name, parent_code and year of a row. In a table without area codes every row is a district."""
    district = areas.district_code(pl.col("district_number"), pl.col("district_name"))
    code = pl.col("neighbourhood_code") if has_codes else district
    level = areas.level(code) if has_codes else pl.lit("district")
    parent = pl.when(level == "neighbourhood").then(district).when(level == "district").then(pl.lit(organisation().code))
    return [
        code.alias("neighbourhood_code"),
        level.alias("level"),
        (areas.short_name(pl.col("name")) if has_codes else pl.col("district_name")).alias("name"),
        parent.otherwise(areas.neighbourhood_of(code)).alias("parent_code"),
        pl.coalesce("year", pl.lit(cells.year_in_name(raw.file_name)), pl.lit(areas.UNDATED)).cast(pl.Int32).alias("year"),
    ]


LAYOUTS = (table_layout("neighbourhoods", "plain", recognises, parse),)
KINDS = (KIND,)
