"""School holidays: first and last day, both included. A file for the whole country is cut to the region of organisation.toml."""

import polars as pl

from data_access.ingest.headers import fits, fold
from data_access.ingest.kinds import Column, Kind
from data_access.ingest.rules import understand
from data_access.ingest.shapes import FileRefused, Parsed, RawTable
from data_access.organisation import organisation
from data_access.reference.sift import ending_after, leave_out, not_longer_than, parsed, table_layout

#: Longer than any holiday: more is a wrong year.
MOST_DAYS = 70

KIND = Kind(
    "holidays",
    (
        Column("name", ("vakantie", "name", "holiday", "naam"), required=True, may_be_empty=False, example="herfstvakantie"),
        Column("first_day", ("eerste_dag", "first_day", "van"), "day", required=True, may_be_empty=False, example="2019-10-19", is_public=True),
        Column("last_day", ("laatste_dag", "last_day", "tot en met"), "day", required=True, may_be_empty=False, example="2019-10-27", is_public=True),
        Column("region", ("regio", "region"), example=organisation().holiday_region),
    ),
)


def recognises(raw: RawTable) -> bool:
    """The name of a holiday with its first and last day."""
    return fits(KIND, raw.headers)


def parse(raw: RawTable) -> Parsed:
    """Rows for `holidays`. Raises FileRefused("holidays.other_region") when all rows are for other regions."""
    everywhere, region = understand(KIND, raw), organisation().holiday_region
    rows = leave_out(everywhere, pl.col("region").map_elements(fold, pl.String) != fold(region), "holidays.other_regions")
    if rows.frame.is_empty() and not everywhere.frame.is_empty():
        raise FileRefused("holidays.other_region", expected=region, found=everywhere.frame["region"][0])
    rows = ending_after(rows, "first_day", "last_day")
    days = (pl.col("last_day") - pl.col("first_day")).dt.total_days() + 1
    rows = rows.refuse(days > MOST_DAYS, "last_day", "period.too_long", value=pl.col("last_day"), detail=days)
    rows = not_longer_than(rows, name=48).once(["first_day", "name"])
    return parsed(rows, "plain", holidays=rows.frame.drop("region"))


LAYOUTS = (table_layout("holidays", "plain", recognises, parse),)
KINDS = (KIND,)
