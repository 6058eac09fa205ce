"""Drop-in sessions: planned, held, cancelled, with who helped and how many came."""

import polars as pl

from data_access.ingest.headers import fold
from data_access.ingest.kinds import Column, Kind
from data_access.ingest.known import Known
from data_access.ingest.layouts import Layout, as_table, has_columns
from data_access.ingest.matching import BRANCH, branch_rules, looked_up, naming_branch
from data_access.ingest.rules import Understood, understand
from data_access.ingest.shapes import Parsed, RawFeatures, RawTable
from data_access.ingest.totals import noting_totals, without_totals

COUNTS = ("volunteers", "turned_away", "head_count")

SESSIONS = Kind(
    "sessions",
    (
        BRANCH,
        Column("held_on", ("datum", "date", "dag", "held_on"), "day", required=True, may_be_empty=False, example="18-11-2024", is_public=True),
        Column("starts", ("begin", "starts", "begintijd", "start", "van", "from"), "time", example="15:00", is_public=True),
        Column("ends", ("einde", "ends", "eindtijd", "eind", "tot", "until"), "time", example="17:00", is_public=True),
        Column("status", ("status", "state"), example="gehouden", is_public=True),
        Column("cancelled_reason", ("reden", "reason", "reden_uitval", "cancelled_reason"), example="", is_public=True),
        Column("volunteers", ("vrijwilligers", "volunteers", "aantal_vrijwilligers"), "whole", example="3", is_public=True),
        Column("turned_away", ("weggestuurd", "turned_away", "geen_plek"), "whole", example="0", is_public=True),
        Column("head_count", ("bezoekers", "head_count", "aantal_bezoekers", "telling"), "whole", example="14", is_public=True),
    ),
    any_of=("starts", "status", *COUNTS),
)
KINDS = (SESSIONS,)

_STATUS = {
    "planned": ("gepland", "planned", "plan"),
    "held": ("gehouden", "held", "doorgegaan", "geweest", "open"),
    "cancelled": ("vervallen", "cancelled", "uitgevallen", "geannuleerd", "afgelast", "niet doorgegaan"),
    "closed": ("gesloten", "closed", "dicht"),
}
_REASONS = {
    "no_volunteers": ("geen vrijwilligers", "no volunteers", "te weinig vrijwilligers", "vrijwilligers"),
    "holiday": ("vakantie", "holiday", "feestdag"),
    "closed": ("gesloten", "closed", "dicht"),
    "other": ("anders", "other", "overig"),
}
_STATUS_OF = {fold(word): status for status, words in _STATUS.items() for word in words}
_REASON_OF = {fold(word): reason for reason, words in _REASONS.items() for word in words}


def parse(raw: RawTable | RawFeatures, known: Known) -> Parsed:
    """Rows -> sessions. A head count above the named visits of the day stands for visits without a name; the reading side adds them."""
    table = without_totals(as_table(raw))
    rows = noting_totals(naming_branch(understand(SESSIONS, table), known), as_table(raw), table).keeping(branch_rules(known))
    rows = _with_status(rows, known)
    for column in COUNTS:
        rows = rows.refuse(pl.col(column) < 0, column, "number.negative", value=pl.col(column))
    rows = rows.refuse(pl.col("ends") <= pl.col("starts"), "ends", "time.ends_before_start", value=pl.col("ends").dt.to_string("%H:%M"))
    rows = rows.once(["branch_id", "held_on"])
    rows = _not_below_the_visits(rows, known)
    delivered = [name for name in ("starts", "ends", *COUNTS, "cancelled_reason") if name in rows.present]
    kept = rows.frame.select("row", "branch_id", "held_on", "status", *delivered)
    return rows.parsed("plain", {"sessions": kept})


def _with_status(rows: Understood, known: Known) -> Understood:
    """Words -> the four states; no word stays none: what stands then is for the store to say (`unsaid`)."""
    day = pl.col("held_on")
    rows = rows.adding(
        kept=looked_up(rows.frame, "status", lambda text: _STATUS_OF.get(fold(text))),
        why=looked_up(rows.frame, "cancelled_reason", lambda text: _REASON_OF.get(fold(text), "other")),
    )
    rows = rows.refuse(pl.col("status").is_not_null() & pl.col("kept").is_null(), "status", "session.status_unknown", value=pl.col("status"))
    rows = rows.adding(
        status=pl.col("kept"),
        cancelled_reason=pl.col("why"),
    )
    rows = rows.refuse((pl.col("status") == "held") & (day > known.today), "held_on", "date.future", value=day)
    return rows.refuse(day < known.started_on, "held_on", "date.before_start", value=day, detail=pl.lit(known.started_on))


def _not_below_the_visits(rows: Understood, known: Known) -> Understood:
    """More pupils by name than heads at the door cannot be."""
    if rows.frame["head_count"].null_count() == len(rows.frame):
        return rows
    named = known.named_visits(rows.frame["branch_id"], rows.frame["held_on"])
    rows = rows.holding(rows.frame.join(named, on=["branch_id", "held_on"], how="left", maintain_order="left"))
    return rows.refuse(
        pl.col("head_count") < pl.col("named"), "head_count", "session.head_count_below_visits", value=pl.col("head_count"), detail=pl.col("named")
    )


LAYOUTS = (Layout("sessions", "plain", has_columns(SESSIONS), parse),)
