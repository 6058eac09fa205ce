"""Library branches: a plain table, also under the headers of a public list (vestiging_id, wk_code, pilot_2019, doelgroep_pilot, pilot_start, ...)."""

import polars as pl

from data_access.ingest.headers import fits, match
from data_access.ingest.kinds import Column, Kind
from data_access.ingest.rules import understand
from data_access.ingest.shapes import Parsed, RawTable
from data_access.reference import areas
from data_access.reference.sift import ending_after, in_neighbourhoods, in_the_country, not_longer_than, parsed, table_layout

KIND = Kind(
    "branches",
    (
        Column("branch_id", ("vestiging_id", "branch_id", "vestigingscode"), "code", required=True, may_be_empty=False, example="CEN", is_public=True),
        Column("name", ("vestiging", "name", "naam", "branch"), required=True, may_be_empty=False, example="Centrale Bibliotheek", is_public=True),
        Column("sector", ("sector", "doelgroep", "doelgroep_pilot"), "sector", example="VO", is_public=True),
        Column("neighbourhood_code", ("wijkcode", "neighbourhood_code", "wk_code"), "code", example=areas.EXAMPLE, is_public=True),
        Column("latitude", ("breedtegraad", "latitude", "lat"), "decimal", example="52,0774"),
        Column("longitude", ("lengtegraad", "longitude", "lon", "lng"), "decimal", example="4,3165"),
        Column("opened_on", ("eerste_dag", "opened_on", "pilot_start", "start"), "day", example="2019-05-01", is_public=True),
        Column("closed_on", ("laatste_dag", "closed_on", "gesloten_op"), "day", is_public=True),
        Column("pilot", ("pilot", "pilot_2019"), "yes_no", example="ja", is_public=True),
        Column("capacity", ("plaatsen", "capacity", "capaciteit"), "whole", example="24"),
    ),
)


def recognises(raw: RawTable) -> bool:
    """An id and a name of a branch, and something about that branch: a list of visits names branches too."""
    columns = match(KIND, raw.headers).columns
    return fits(KIND, raw.headers) and bool(columns.keys() & {"sector", "neighbourhood_code", "latitude", "pilot"})


def parse(raw: RawTable) -> Parsed:
    """Rows for `branches`. A month ("2019-05") is its first day. A column that the file lacks keeps what the store has; so does an empty `pilot` (`unsaid`)."""
    rows = understand(KIND, _with_days(raw))
    rows = in_the_country(in_neighbourhoods(not_longer_than(rows, branch_id=24)))
    rows = ending_after(rows, "opened_on", "closed_on")
    rows = rows.refuse(pl.col("capacity") < 1, "capacity", "figure.out_of_range")
    rows = rows.once(["branch_id"])
    return parsed(rows, "plain", branches=rows.frame.select("row", *sorted(rows.present)))


def _with_days(raw: RawTable) -> RawTable:
    """2019-05 and 05-2019 become 2019-05-01."""
    columns = match(KIND, raw.headers).columns
    days = [pl.col(columns[name]) for name in ("opened_on", "closed_on") if name in columns]
    first = [day.str.replace(r"^(\d{4})[-/](\d{1,2})$", "$1-$2-01").str.replace(r"^(\d{1,2})[-/](\d{4})$", "$2-$1-01") for day in days]
    return RawTable(raw.file_name, raw.frame.with_columns(first), raw.headers, raw.broken, raw.excel_epoch)


LAYOUTS = (table_layout("branches", "plain", recognises, parse),)
KINDS = (KIND,)
