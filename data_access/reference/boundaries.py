"""Outlines of areas from GeoJSON: the CBS Wijk- en Buurtkaart, PDOK, cartomap, or the municipality's own districts, in WGS84 or RD New.

The file also names the areas, and says in which district a wijk lies when it has that property. Codes come as wk_code, bu_code, statcode or jrstatcode
("2020WK036304"); a district has the municipality's own word and number.
"""

from collections.abc import Mapping
from typing import Any

import polars as pl

from data_access.ingest.headers import fold
from data_access.ingest.kinds import Kind
from data_access.ingest.layouts import Layout
from data_access.ingest.rules import Understood
from data_access.ingest.shapes import REFUSED_SCHEMA, FileRefused, Parsed, RawFeatures, RawTable
from data_access.organisation import organisation
from data_access.reference import areas, cells, geometry
from data_access.reference.sift import leave_out, noting, our_areas, parsed

KIND = Kind("boundaries", ())
_CODES = ("statcode", "jrstatcode", "bu_code", "buurtcode", "wk_code", "wijkcode")
_MUNICIPALITY_CODES = ("gm_code", "gemeentecode")
_NAMES = ("naam_kort", "statnaam", "bu_naam", "buurtnaam", "wk_naam", "wijknaam", "naam", "name", "gm_naam", "gemeentenaam")
_YEARS = ("jaar", "year", "jrstatcode")
_WATER = ("h2o", "water")
_TEXTS = ("written", "district", "district_name", "name", "year", "water")
_OUTLINE = {"geometry": pl.String(), "fault": pl.String(), "latitude": pl.Float64(), "longitude": pl.Float64()}


def parse(raw: RawFeatures) -> Parsed:
    """Rows for `boundaries` and `neighbourhoods`; `row` is the number of the feature.

    Raises FileRefused: `boundaries.coordinates` (neither WGS84 nor RD New, or longitude and latitude the wrong way round), `area.other_municipality`.
    """
    box, position = _box_of(raw)
    if box is None and position is not None:
        raise FileRefused("boundaries.coordinates", x=position[0], y=position[1], crs=raw.crs or "")
    seen = [_seen(number, feature) for number, feature in enumerate(raw.features, start=1)]
    frame = pl.DataFrame(seen, schema={"row": pl.Int64(), **dict.fromkeys(_TEXTS, pl.String())}).with_columns(_area(raw))
    rows = Understood(KIND, frame, pl.DataFrame(schema=REFUSED_SCHEMA), frame.height, frozenset(), ())
    rows = leave_out(rows, areas.is_water(pl.col("water")), "rows.without_land")
    rows = rows.refuse(pl.col("neighbourhood_code").is_null(), "neighbourhood_code", "area.impossible", value=pl.col("written"))
    rows = our_areas(rows, pl.col("level") != "district").once(["neighbourhood_code", "year"])
    outlines = [_outline(raw.features[number - 1], box) for number in rows.frame["row"]]
    rows = rows.holding(pl.concat([rows.frame, pl.DataFrame(outlines, schema=_OUTLINE)], how="horizontal"))
    for code in geometry.FAULTS:
        rows = rows.refuse(pl.col("fault") == code, "", code)
    if box is geometry.RD_NEW:
        rows = noting(rows, "boundaries.from_rd", str(rows.frame.height))
    return parsed(
        rows,
        "geojson",
        neighbourhoods=areas.with_districts(rows.frame),
        boundaries=rows.frame.select("row", "neighbourhood_code", "year", "level", "geometry"),
    )


def _box_of(raw: RawFeatures) -> tuple[geometry.Box | None, geometry.Position | None]:
    """The coordinate system of the first outline that is one, and its first position. The others must fit it too."""
    for feature in raw.features:
        try:
            polygons = geometry.polygons_of(feature.get("geometry"))
        except geometry.BadGeometry:
            continue
        return geometry.box_of(polygons), polygons[0][0][0]
    return None, None


def _seen(number: int, feature: Mapping[str, Any]) -> dict[str, object]:
    """What a feature says of itself, as text."""
    properties = {fold(name): str(value).strip() for name, value in (feature.get("properties") or {}).items() if value not in (None, "")}

    def first(names: tuple[str, ...]) -> str | None:
        return next((properties[fold(name)] for name in names if fold(name) in properties), None)

    district_codes, district_names = areas.district_headers()
    district, district_name = first(district_codes), first(district_names)
    code = first(_CODES) or (None if district or district_name else first(_MUNICIPALITY_CODES) or str(feature.get("id") or "") or None)
    said = {"written": code, "district": district, "district_name": district_name, "name": first(_NAMES), "year": first(_YEARS), "water": first(_WATER)}
    return {"row": number, **said}


def _outline(feature: Mapping[str, Any], box: geometry.Box | None) -> dict[str, object]:
    """The outline as GeoJSON in longitude and latitude with a point inside it, or what is wrong with it."""
    try:
        outline = geometry.to_degrees(geometry.polygons_of(feature.get("geometry")), box)
    except geometry.BadGeometry as problem:
        return {"fault": problem.code}
    longitude, latitude = geometry.point_inside(outline)
    return {"geometry": geometry.as_geojson(outline), "latitude": latitude, "longitude": longitude}


def _area(raw: RawFeatures) -> list[pl.Expr]:
    """neighbourhood_code, level, parent_code, name and year of a row. A feature without a code of CBS but with a district is that district."""
    district = areas.district_code(pl.col("district"), pl.col("district_name"))
    code = areas.area_code(pl.col("written"))
    level = areas.level(code)
    is_district = pl.col("written").is_null()
    parent = pl.when(is_district).then(pl.lit(organisation().code)).when(level == "neighbourhood").then(district)
    year = pl.coalesce(cells.year(pl.col("year")), pl.lit(cells.year_in_name(raw.file_name)), pl.lit(areas.UNDATED))
    return [
        pl.when(is_district).then(district).otherwise(code).alias("neighbourhood_code"),
        pl.when(is_district).then(pl.lit("district")).otherwise(level).alias("level"),
        parent.otherwise(areas.neighbourhood_of(code)).alias("parent_code"),
        pl.when(is_district).then("district_name").otherwise(areas.short_name(pl.col("name"))).alias("name"),
        year.cast(pl.Int32).alias("year"),
    ]


def _as_features(raw: RawTable | RawFeatures) -> RawFeatures:
    if not isinstance(raw, RawFeatures):
        raise TypeError(type(raw).__name__)
    return raw


#: Any GeoJSON: there is no other kind of delivery in that form.
LAYOUTS = (Layout("boundaries", "geojson", lambda raw: isinstance(raw, RawFeatures), lambda raw, _known: parse(_as_features(raw))),)
