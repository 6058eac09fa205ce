"""Other free homework help, by others than the library, with the place where it is given: a neighbourhood, or a point on the map."""

import polars as pl

from data_access.ingest.headers import fits
from data_access.ingest.kinds import Column, Kind
from data_access.ingest.rules import understand
from data_access.ingest.shapes import Parsed, RawTable
from data_access.reference import areas
from data_access.reference.sift import in_neighbourhoods, in_the_country, not_longer_than, parsed, table_layout

KIND = Kind(
    "offers",
    (
        Column("name", ("aanbod", "offer", "naam_aanbod", "aanbieder"), required=True, may_be_empty=False, example="leerplek buurthuis"),
        Column("sector", ("sector", "doelgroep"), "sector", example="PO", is_public=True),
        Column("neighbourhood_code", ("wijkcode", "neighbourhood_code", "wk_code", "buurtcode"), "code", example=areas.EXAMPLE, is_public=True),
        Column("latitude", ("breedtegraad", "latitude", "lat"), "decimal", example="52,06796"),
        Column("longitude", ("lengtegraad", "longitude", "lon", "lng"), "decimal", example="4,30681"),
    ),
    any_of=("neighbourhood_code", "latitude"),
)


def recognises(raw: RawTable) -> bool:
    """The name of an offer with its place."""
    return fits(KIND, raw.headers)


def parse(raw: RawTable) -> Parsed:
    """Rows for `offers`; no sector is both. A buurt becomes the wijk around it; an offer may lie in another municipality."""
    rows = in_the_country(in_neighbourhoods(not_longer_than(understand(KIND, raw), name=120)))
    rows = rows.refuse(pl.all_horizontal(pl.col("neighbourhood_code", "latitude").is_null()), "neighbourhood_code", "place.missing")
    rows = rows.adding(sector=pl.col("sector").fill_null("")).once(["name", "sector"])
    return parsed(rows, "plain", offers=rows.frame.select("row", "name", "sector", *sorted(rows.present - {"name", "sector"})))


LAYOUTS = (table_layout("offers", "plain", recognises, parse),)
KINDS = (KIND,)
