"""What became of a delivery, in lines that can be read aloud."""

from collections.abc import Mapping
from datetime import date

from actions.withdraw_load import Withdrawn
from data_access.ingest.shapes import Receipt
from presentation.refusals import column_name, kind_name, label
from presentation.texts import Say


def lines(say: Say, receipt: Receipt, names: Mapping[str, str]) -> list[str]:
    """The receipt as lines of text: what happened, the counts that add up, the reasons, what was left out. names: of the branches, by id."""
    counts = [say(f"receipt.{name}", n=getattr(receipt, name)) for name in _COUNTS if name in _ALWAYS or says_something(receipt, name)]
    reasons = [say("receipt.reason", n=count, label=label(say, code)) for code, count in receipt.reasons.items()]
    dropped = [say("receipt.dropped", columns=", ".join(receipt.dropped))] if receipt.dropped else []
    covers = [
        say("receipt.covers", branch=names.get(branch, branch), first=date.fromisoformat(first), last=date.fromisoformat(last))
        for branch, first, last in receipt.coverage
    ]
    return [headline(say, receipt), *counts, *reasons, *notes(say, receipt), *answers(say, receipt), *dropped, *covers]


def answers(say: Say, receipt: Receipt) -> list[str]:
    """What the deliverer said of columns that nobody knew."""
    return [say("receipt.answer", header=header, column=column_name(say, receipt.kind, column)) for header, column in receipt.answers if column]


def notes(say: Say, receipt: Receipt) -> list[str]:
    """What a reader of the receipt should know besides the counts."""
    return [say(f"receipt.note.{code}", n=int(value)) if value.isdigit() else say(f"receipt.note.{code}", value=value) for code, value in receipt.notes]


def says_something(receipt: Receipt, name: str) -> bool:
    """Whether a count says something. The rows of a tally are days: a note says how many visits they hold."""
    return bool(getattr(receipt, name)) and (name, receipt.layout) != ("anonymous", "tally")


_COUNTS = ("read", "accepted", "corrected", "anonymous", "duplicate", "refused", "removed")
_ALWAYS = ("read", "accepted", "duplicate", "refused")


def headline(say: Say, receipt: Receipt) -> str:
    """What happened, or what will happen, in one sentence."""
    values = {"file_name": receipt.file_name, "kind": kind_name(say, receipt.kind)}
    if receipt.already_loaded is not None:
        return say("receipt.already", load=str(receipt.already_loaded), **values)
    if not may_replace(receipt):
        return say("stopped.file.replace_with_refused", n=receipt.refused)
    if not changes_something(receipt):
        known = "receipt.known_but_refused" if receipt.refused else "receipt.known"
        return say(known if is_loaded(receipt) else "receipt.nothing", **values)
    return say("receipt.will_load", **values) if receipt.load_id is None else say("receipt.loaded", load=str(receipt.load_id), **values)


def changes_something(receipt: Receipt) -> bool:
    """Whether the store is, or will be, another than before."""
    return receipt.already_loaded is None and may_replace(receipt) and (receipt.accepted > 0 or receipt.removed > 0)


def may_replace(receipt: Receipt) -> bool:
    """Whether nothing stands in the way of replacing: what a refused row names would be taken for gone."""
    return not (receipt.replaces and receipt.refused)


def is_loaded(receipt: Receipt) -> bool:
    """Whether something of the delivery stands in the store, or will: new, or brought by another file before, such as the same table as CSV and as workbook."""
    return receipt.already_loaded is None and may_replace(receipt) and receipt.accepted + receipt.duplicate + receipt.removed > 0


def taken_back(say: Say, withdrawn: Withdrawn, *, is_done: bool) -> list[str]:
    """What became of a delivery that was taken back, or what would, in lines that can be read aloud."""
    values = {"load": str(withdrawn.load_id), "file_name": withdrawn.file_name, "kind": kind_name(say, withdrawn.kind)}
    counts = {name: getattr(withdrawn, name) for name in ("went", "came_back", "changed", "pupils", "signals")}
    told = [say(f"withdrawn.{name}", n=count) for name, count in counts.items() if count]
    return [say("withdrawn.done" if is_done else "withdrawn.will", **values), *(told or [say("withdrawn.nothing")])]
