"""Days on which branches or schools were shut for another reason than a holiday.

Without a column for it, the school sector is read from the description: "scholen PO dicht". Only the words before the first ; , . or ( count, because what
comes after them explains: "bibliotheken dicht; huiswerkbegeleiding VO hervat" is a closure for everybody.
"""

import polars as pl

from data_access.ingest.kinds import Column, Kind
from data_access.ingest.known import Known
from data_access.ingest.layouts import Layout, as_table, has_columns
from data_access.ingest.rules import understand
from data_access.ingest.shapes import Parsed, RawTable
from data_access.reference.sift import at_a_branch, ending_after, not_longer_than, parsed

KIND = Kind(
    "closures",
    (
        Column("first_day", ("eerste_dag", "first_day", "van"), "day", required=True, may_be_empty=False, example="2020-03-16", is_public=True),
        Column("last_day", ("laatste_dag", "last_day", "tot en met"), "day", required=True, may_be_empty=False, example="2020-05-10", is_public=True),
        Column("name", ("omschrijving", "description", "reden", "reason"), required=True, may_be_empty=False, example="scholen PO dicht"),
        Column("sector", ("sector",), "sector", example="PO", is_public=True),
        Column("branch", ("vestiging", "branch", "vestiging_id", "branch_id"), is_public=True),
    ),
)


def parse(raw: RawTable, known: Known) -> Parsed:
    """Rows for `closures`; no sector is both, no branch is all. A branch goes by its id or its name and must be known."""
    rows = at_a_branch(not_longer_than(ending_after(understand(KIND, raw), "first_day", "last_day"), name=120), known)
    said = pl.col("name").str.extract(r"^([^;,.(]*)").str.extract_all(r"\b(?:PO|VO)\b").list.unique()
    read = pl.when(pl.col("sector").is_null() & (said.list.len() == 1)).then(said.list.first())
    rows = rows.noting("closures.sector_from_text", read.is_not_null())
    rows = rows.adding(sector=pl.coalesce("sector", read, pl.lit("")), branch_id=pl.col("branch_id").fill_null(""))
    rows = rows.once(["first_day", "name", "sector", "branch_id"])
    return parsed(rows, "plain", closures=rows.frame.drop("branch"))


LAYOUTS = (Layout("closures", "plain", has_columns(KIND), lambda raw, known: parse(as_table(raw), known)),)
KINDS = (KIND,)
