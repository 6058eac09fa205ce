"""One file on its way in, in words: what will happen, what happened, and which rows were refused."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from data_access.ingest.shapes import Receipt
from presentation import cached, receipts, refusals
from presentation.exports.csv import csv
from presentation.stories.common import joined
from presentation.tables import Table
from presentation.texts import Say, plain

#: Row numbers named in one cell, and kinds of error in the table; the rest is in the download.
ROWS_NAMED, KINDS_SHOWN = 3, 8


@dataclass(frozen=True)
class Part:
    """One number of the receipt."""

    label: str
    value: str
    hint: str


def parts(receipt: Receipt, say: Say) -> list[Part]:
    """The receipt as a sum that closes: read = new + corrected + known already + refused."""
    new = receipt.accepted - receipt.corrected
    total = say("deliveries.check.sum", new=new, corrected=receipt.corrected, duplicate=receipt.duplicate, refused=receipt.refused)
    hints = {"new": "new_hint", "corrected": "corrected_hint", "duplicate": "duplicate_hint", "refused": "refused_hint" if receipt.refused else "refused_none"}
    counts = {"new": new, "corrected": receipt.corrected, "duplicate": receipt.duplicate, "refused": receipt.refused}
    return [Part(say("deliveries.check.read"), say.number(receipt.read), total)] + [
        Part(say(f"deliveries.check.{name}"), say.number(count), say(f"deliveries.check.{hints[name]}")) for name, count in counts.items()
    ]


def loadable(receipt: Receipt) -> int:
    """Rows that are not refused."""
    return receipt.accepted + receipt.duplicate


def may_load(receipt: Receipt) -> bool:
    """Whether there is something to load, and nothing in its way."""
    return receipt.already_loaded is None and receipts.may_replace(receipt) and loadable(receipt) > 0


#: On what becomes of the rows that are not refused.
HINT_LOADED = "deliveries.refused.hint_loaded"


def hint(receipt: Receipt) -> str:
    """The text on what becomes of the rows that are not refused."""
    if receipt.load_id is not None:
        return HINT_LOADED
    return "deliveries.refused.hint" if may_load(receipt) else "deliveries.refused.hint_first"


def certainty(receipt: Receipt, say: Say) -> str:
    """What becomes of the file, in one sentence."""
    if receipt.already_loaded is not None:
        return say("deliveries.certainty.known")
    if loadable(receipt) and not receipts.may_replace(receipt):
        return say("deliveries.certainty.replace_with_refused", read=receipt.read, refused=receipt.refused)
    if loadable(receipt) and receipt.accepted == receipt.removed == 0:
        return say("deliveries.certainty.all_known")
    if receipt.refused == 0:
        return say("deliveries.certainty.all_good", n=receipt.read)
    if loadable(receipt) == 0:
        return say("deliveries.certainty.all_refused")
    return say("deliveries.certainty.some_refused", read=receipt.read, refused=receipt.refused)


def remarks(receipt: Receipt, say: Say) -> list[str]:
    """What the file is about, what of it is not kept and what a reader should know; ready as markdown."""
    done = receipt.load_id is not None
    found = [_about(receipt, say)]
    if receipts.says_something(receipt, "anonymous"):
        found.append(say("deliveries.check.anonymous", n=receipt.anonymous))
    if done and receipt.removed:
        found.append(say("deliveries.check.removed", n=receipt.removed))
    found += [plain(words) for words in (*receipts.notes(say, receipt), *receipts.answers(say, receipt))]
    if receipt.dropped:
        columns = joined([f"‘{plain(header)}’" for header in receipt.dropped], say)
        found.append(say(f"deliveries.check.{'was_dropped' if done else 'dropped'}", n=len(receipt.dropped), columns=columns))
    return [words for words in found if words]


def _about(receipt: Receipt, say: Say) -> str:
    """Kind, branches, first and last day; nothing for a kind without days."""
    if not receipt.coverage:
        return ""
    names = {branch.id: branch.name for branch in cached.branches()}
    covered = [plain(names.get(branch, branch)) for branch, _, _ in receipt.coverage]
    branches = joined(covered, say) if len(covered) <= 3 else say("deliveries.check.about_branches", n=len(covered))
    first, last = min(first for _, first, _ in receipt.coverage), max(last for _, _, last in receipt.coverage)
    kind = refusals.kind_name(say, receipt.kind)
    return say(
        "deliveries.check.about_days", kind=kind[:1].upper() + kind[1:], branches=branches, first=date.fromisoformat(first), last=date.fromisoformat(last)
    )


def loaded_at(receipt: Receipt, loads: pl.DataFrame, say: Say) -> str:
    """When the load that brought the same bytes was loaded."""
    found = loads.filter(pl.col("load_id") == receipt.already_loaded)["loaded_at"]
    return say.moment(found[0]) if len(found) else say("show.hidden")


# --- refused rows -----------------------------------------------------------------------------------------------------


#: A value that was read and is not shown.
_IS_ABOUT_A_PUPIL = pl.col("value").is_null() & (pl.col("column") != "") & (pl.col("code") != "value.missing")


@dataclass(frozen=True)
class Refusals:
    """Refused rows as a table, rows with the same fault on one line. more: kinds of error that the table leaves out; hides: some values are not shown."""

    title: str
    table: Table
    more: int
    hides: bool


def refused_table(refused: pl.DataFrame, kind: str, say: Say) -> Refusals:
    """Refused rows (REFUSED_SCHEMA, at least one) of a delivery of this kind, in three columns, so that it fits on a phone; the download has five."""
    groups = _grouped(refused)
    shown = groups.head(KINDS_SHOWN)
    rows = [[_rows(group["rows"], say), *_cells(group, kind, say)] for group in shown.iter_rows(named=True)]
    kinds = say("deliveries.refused.kinds", n=refused.select("column", "code").unique().height)
    return Refusals(
        title=say("deliveries.refused.title", n=refused["row"].n_unique(), kinds=kinds),
        table=Table([say(f"deliveries.refused.{name}") for name in ("row", "value", "why")], rows, refused),
        more=max(groups.height - KINDS_SHOWN, 0),
        hides=not shown.filter(_IS_ABOUT_A_PUPIL).is_empty(),
    )


def refused_file(refused: pl.DataFrame, kind: str, file_name: str, say: Say) -> bytes:
    """Every refused row on a line of its own, with why and what to do; texts that a spreadsheet would run are made harmless."""
    return csv(
        refusals.table(say, kind, refused.sort("row", "column")), say.language, [say("deliveries.refused.preface", file=file_name), say("export.internal")]
    )


def _grouped(refused: pl.DataFrame) -> pl.DataFrame:
    """Rows with the same fault together, in the order of the file: column, code, value, detail and `rows`."""
    groups = refused.group_by("column", "code", "value", "detail", maintain_order=True).agg(rows=pl.col("row").sort())
    return groups.sort(pl.col("rows").list.first(), maintain_order=True)


def _rows(numbers: Sequence[int], say: Say) -> str:
    """87 en 412; 87, 412, 630 en 41 andere."""
    if len(numbers) <= ROWS_NAMED:
        return joined([say.number(number) for number in numbers], say)
    named = ", ".join(say.number(number) for number in numbers[:ROWS_NAMED])
    return say("deliveries.refused.more_rows", rows=named, n=len(numbers) - ROWS_NAMED)


def _cells(group: Mapping[str, Any], kind: str, say: Say) -> list[str]:
    """What was read in which column; why it is refused and what to do."""
    reason = refusals.reason(say, kind, {**group, "row": group["rows"][0]})
    why = f"{reason['what']} {reason['do']}"
    if not group["column"]:
        return [reason["column"], why]
    empty = say("deliveries.refused.empty" if group["code"] == "value.missing" else "show.hidden")
    read = f"‘{reason['value']}’" if reason["value"] else empty
    return [f"{reason['column']}: {read}", why]
