"""Earlier deliveries in words: what came when, what became of it, and what taking one back does."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from actions.withdraw_load import Withdrawn
from presentation import cached, receipts, refusals
from presentation.tables import Table
from presentation.texts import Say, plain

#: Deliveries in the table.
SHOWN = 6


@dataclass(frozen=True)
class Earlier:
    """The latest deliveries as a table, and all of them by number, each in words, to look at one. subtitle: how many there are."""

    subtitle: str
    table: Table
    options: dict[int, str]


def earlier(loads: pl.DataFrame, say: Say) -> Earlier | None:
    """What was delivered before, newest first; None when nothing was. loads: as `delivered.loads`."""
    if loads.is_empty():
        return None
    latest = loads.head(SHOWN)
    subtitle = "deliveries.history.subtitle_all" if loads.height == latest.height else "deliveries.history.subtitle"
    return Earlier(
        subtitle=say(subtitle, n=loads.height, shown=latest.height),
        table=Table([say(f"deliveries.history.{name}") for name in ("at", "file", "rows")], [_line(row, say) for row in latest.iter_rows(named=True)], latest),
        options={
            row["load_id"]: say("deliveries.history.option", file=row["file_name"], at=row["loaded_at"], what=_counts(row, say))
            for row in loads.iter_rows(named=True)
        },
    )


def withdrawn(load: Mapping[str, Any], say: Say) -> str | None:
    """When and by whom a delivery was taken back; None when it stands."""
    if load["withdrawn_at"] is None:
        return None
    return say("deliveries.history.was_withdrawn", at=load["withdrawn_at"], by=_by(load["withdrawn_by"], say))


def consequences(preview: Withdrawn, say: Say) -> list[str]:
    """What else taking a delivery back does, besides what goes; ready as markdown."""
    told = receipts.taken_back(say, preview, is_done=False)[1:]
    return [plain(words) for words in told[1 if preview.went else 0 :]]


def agreement(preview: Withdrawn, say: Say) -> str:
    """What somebody agrees to who takes a delivery back."""
    return say("deliveries.history.agree", n=preview.went) if preview.went else say("deliveries.history.agree_nothing_goes")


def _line(row: Mapping[str, Any], say: Say) -> list[str]:
    """When and by whom, which file of what kind, what became of its rows: three columns, so that it fits on a phone."""
    at = say.moment(row["loaded_at"], "d MMM y")
    return [f"{at}, {_by(row['loaded_by'], say)}", f"{row['file_name']} ({refusals.kind_name(say, row['kind'])})", _counts(row, say)]


def _counts(row: Mapping[str, Any], say: Say) -> str:
    """What became of the rows: only the counts that are not zero; of a delivery that was taken back only that."""
    if row["withdrawn_at"] is not None:
        return say("deliveries.history.withdrawn")
    counts = {"new": row["accepted"] - row["corrected"], **{name: row[name] for name in ("corrected", "duplicate", "refused", "removed")}}
    return ", ".join(say(f"deliveries.history.{name}", n=count) for name, count in counts.items() if count)


def _by(who: str, say: Say) -> str:
    """The role that did it and, for a branch, its name."""
    role, _, ids = who.partition(":")
    names = {branch.id: branch.name for branch in cached.branches()}
    return " ".join([say(f"loaded_by.{role}"), *(names.get(branch, branch) for branch in ids.split(",") if branch)])
