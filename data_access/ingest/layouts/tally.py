"""A tally: how many came to a branch on a day, without pupils, and how many volunteers there were."""

import polars as pl

from data_access.ingest.day_headers import day_headers
from data_access.ingest.headers import fits, match
from data_access.ingest.kinds import Kind
from data_access.ingest.known import Known
from data_access.ingest.layouts import Layout, as_table
from data_access.ingest.layouts.sessions import SESSIONS
from data_access.ingest.layouts.visits import COUNT, DAY, VISITS, VOLUNTEERS, day_rules, with_open_days
from data_access.ingest.matching import BRANCH, branch_rules, naming_branch
from data_access.ingest.rules import Rule, understand
from data_access.ingest.shapes import Parsed, RawFeatures, RawTable
from data_access.ingest.totals import noting_totals, without_totals

TALLY = Kind("visits", (DAY, BRANCH, COUNT, VOLUNTEERS), any_of=("visits",))
#: What a list of sessions says besides: with one of these it is no tally.
_OF_SESSIONS = ("starts", "ends", "status", "cancelled_reason", "turned_away", "head_count")


def parse(raw: RawTable | RawFeatures, known: Known) -> Parsed:
    """Rows -> visits without a pupil, 0 where nobody came, and the volunteers of the session.

    Where the store has names of that day the count is refused: it holds these children too, and they would count twice.
    """
    table = without_totals(as_table(raw))
    rows = noting_totals(with_open_days(naming_branch(understand(TALLY, table), known), known), as_table(raw), table)
    rows = rows.keeping([*branch_rules(known), *day_rules(known), *(_not_below_zero(column) for column in ("visits", "volunteers"))])
    named = known.named_visits(rows.frame["branch_id"], rows.frame["visited_on"]).rename({"held_on": "visited_on"})
    rows = rows.holding(rows.frame.join(named, on=["branch_id", "visited_on"], how="left", maintain_order="left"))
    rows = rows.refuse(pl.col("named") > 0, "visits", "tally.named_visits", value=pl.col("visits"), detail=pl.col("named")).once(["branch_id", "visited_on"])
    counted = rows.frame
    tables = {
        "anonymous_visits": counted.select("row", "branch_id", "visited_on", "visits"),
        "sessions": counted.drop_nulls("volunteers").select("row", "branch_id", "volunteers", held_on="visited_on", status=pl.lit(None, pl.String)),
    }
    return rows.noting("tally.visits", pl.col("visits")).parsed("tally", tables)


def _not_below_zero(column: str) -> Rule:
    return Rule(pl.col(column) < 0, column, "number.negative", value=pl.col(column))


def _is_tally(raw: RawTable | RawFeatures) -> bool:
    """A day and a count, and neither pupils nor what only a list of sessions says."""
    if not isinstance(raw, RawTable) or not fits(TALLY, raw.headers) or day_headers(raw):
        return False
    return "pupil" not in match(VISITS, raw.headers).columns and not set(_OF_SESSIONS) & match(SESSIONS, raw.headers).columns.keys()


LAYOUTS = (Layout("visits", "tally", _is_tally, parse, lambda _raw: None),)
