"""Schools that pupils name: a plain table; the id is the BRIN with the number of the branch (00AB00), or any code that the deliveries use."""

import polars as pl

from data_access.ingest.headers import fits
from data_access.ingest.kinds import Column, Kind
from data_access.ingest.rules import understand
from data_access.ingest.shapes import Parsed, RawTable
from data_access.reference import areas
from data_access.reference.sift import in_neighbourhoods, not_longer_than, parsed, table_layout

_IDS = ("school_id", "school id", "brin", "brinnummer", "vestigingscode", "instellingscode")

KIND = Kind(
    "schools",
    (
        Column("school_id", _IDS, "code", required=True, may_be_empty=False, example="00AB00", is_public=True),
        Column("name", ("schoolnaam", "name", "naam", "vestigingsnaam", "school"), required=True, may_be_empty=False, example="Voorbeeldschool"),
        Column("sector", ("sector",), "sector", example="PO", is_public=True),
        Column("neighbourhood_code", ("wijkcode", "neighbourhood_code", "buurtcode", "wk_code"), "code", example=areas.EXAMPLE, is_public=True),
    ),
)


def recognises(raw: RawTable) -> bool:
    """An id and a name of a school, and no pupil."""
    return fits(KIND, raw.headers)


def parse(raw: RawTable) -> Parsed:
    """Rows for `schools`. The id is kept in capitals. A column that the file lacks keeps what the store has. A school may lie in another municipality."""
    rows = understand(KIND, raw)
    rows = in_neighbourhoods(not_longer_than(rows, school_id=24))
    rows = rows.adding(school_id=pl.col("school_id").str.to_uppercase()).once(["school_id"])
    return parsed(rows, "plain", schools=rows.frame.select("row", *sorted(rows.present)))


LAYOUTS = (table_layout("schools", "plain", recognises, parse),)
KINDS = (KIND,)
