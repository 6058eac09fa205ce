"""What readers should know when they look at a trend: an opening, a closure, a campaign. They stand as numbered marks under the charts."""

from data_access.ingest.kinds import Column, Kind
from data_access.ingest.known import Known
from data_access.ingest.layouts import Layout, as_table, has_columns
from data_access.ingest.rules import understand
from data_access.ingest.shapes import Parsed, RawTable
from data_access.reference.sift import at_a_branch, not_longer_than, parsed

KIND = Kind(
    "events",
    (
        Column("happened_on", ("datum", "date", "dag", "happened_on"), "day", required=True, may_be_empty=False, example="2024-10-07", is_public=True),
        Column("text", ("gebeurtenis", "event", "omschrijving", "description"), required=True, may_be_empty=False, example="brief aan alle scholen"),
        Column("branch", ("vestiging", "branch", "vestiging_id", "branch_id"), is_public=True),
    ),
)


def parse(raw: RawTable, known: Known) -> Parsed:
    """Rows for `events`; no branch is the whole programme. An event may lie ahead: it is marked once the charts get there."""
    rows = at_a_branch(not_longer_than(understand(KIND, raw), text=200), known).once(["happened_on", "text"])
    return parsed(rows, "plain", events=rows.frame.select("row", "happened_on", "text", "branch_id"))


LAYOUTS = (Layout("events", "plain", has_columns(KIND), lambda raw, known: parse(as_table(raw), known)),)
KINDS = (KIND,)
