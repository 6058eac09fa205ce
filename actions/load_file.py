"""Checking and loading a delivery: what page, command and test call alike."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import chain, groupby, islice
from operator import itemgetter

import polars as pl
from sqlalchemy import Connection, Engine, select

from actions.raise_signals import SAYS_WHO_CAME, raise_within
from data_access import tables
from data_access.clock import today
from data_access.database import begin, look
from data_access.ingest import asking, fit_to_keep, header_answers, ledger, look_alikes, pseudonyms, read_files, store
from data_access.ingest.headers import is_of_one_branch
from data_access.ingest.known import Known
from data_access.ingest.layouts import kinds
from data_access.ingest.matching import first_rows
from data_access.ingest.shapes import Delivery, FileRefused, Noted, Parsed, RawFeatures, RawTable, Receipt, Stretch, stretch_of
from data_access.organisation import organisation
from data_access.reader import Forbidden, Reader, Role

#: Called with the name of each step as it begins: read, understand, compare, write, finish.
Progress = Callable[[str], None]

#: Kinds that a branch may deliver for itself; the steward delivers all.
OWN_KINDS = ("visits", "sessions", "survey")

#: Tables whose days say what a delivery covers, with the column of the day.
DAYS = {"visits": "visited_on", "anonymous_visits": "visited_on", "sessions": "held_on"}

#: Kinds that speak of pupils: of these nothing is loaded under another key than the store's, not even rows without a pupil.
ABOUT_PUPILS = ("visits", "pupils", "outcomes")


#: Pupils or numbers of which a receipt names the rows, for one note.
MOST_NOTED = 200


@dataclass(frozen=True)
class Checked:
    """A delivery that was looked at and not loaded.

    receipt: what loading would do; refused: the rows that it would refuse, as REFUSED_SCHEMA; held: branch_id and day of which it holds visits; covers:
    branch_id, first_day, last_day, stated: the days that it would cover.
    """

    receipt: Receipt
    refused: pl.DataFrame
    held: pl.DataFrame
    covers: pl.DataFrame


def check(engine: Engine, delivery: Delivery) -> Receipt:
    """What loading would do. Nothing is stored. Raises FileRefused, KeyFault, Forbidden, StoreFault."""
    return examine(engine, delivery).receipt


def examine(engine: Engine, delivery: Delivery) -> Checked:
    """What loading would do, with the rows that it would refuse and the days that it would bring. Nothing is stored. Raises as `check`."""
    may_deliver(delivery)
    raw = read_files.read(delivery.file_name, delivery.content)
    with look(engine) as connection:
        judged = _judge(connection, delivery, raw, _silent)
    covers = judged.coverage if judged.receipt.kind == "visits" else judged.coverage.clear()
    return Checked(judged.receipt, judged.refused, judged.held, covers)


def load(engine: Engine, delivery: Delivery, progress: Progress | None = None) -> Receipt:
    """Load a delivery in one transaction, or change nothing, and bring the signals to what follows from it. Raises as `check`."""
    report = progress or _silent
    may_deliver(delivery)
    report("read")
    raw = read_files.read(delivery.file_name, delivery.content)
    with begin(engine) as connection:
        receipt = load_within(connection, delivery, raw, report)
        if receipt.already_loaded is None:
            if receipt.kind in SAYS_WHO_CAME:
                raise_within(connection, today())
            report("finish")
    return receipt


def load_within(connection: Connection, delivery: Delivery, raw: RawTable | RawFeatures, report: Progress) -> Receipt:
    """Load a delivery that was read, inside a transaction of the caller: several can then be loaded together or not at all."""
    ledger.lock(connection)
    judged = _judge(connection, delivery, raw, report)
    if judged.receipt.already_loaded is not None:
        return judged.receipt
    if judged.receipt.replaces and judged.receipt.refused:  # what such a row names would be taken for gone
        raise FileRefused("file.replace_with_refused", n=judged.receipt.refused)
    report("write")
    return _store(connection, delivery, judged)


def may_deliver(delivery: Delivery) -> None:
    """Stop who delivers nothing, and a branch that speaks about days still to come. Raises Forbidden, FileRefused."""
    if delivery.reader.role not in (Role.STEWARD, Role.BRANCH):
        raise Forbidden("forbidden.deliver")
    if delivery.covers is not None and not delivery.covers.first <= delivery.covers.last <= today():
        raise FileRefused("file.covers_wrong_days", first=delivery.covers.first, last=delivery.covers.last)


def _silent(_step: str) -> None:
    """Nobody watches."""


@dataclass(frozen=True)
class _Judged:
    """A delivery held against the store: what the receipt says and what is to be written. answers: about its headers, to be remembered for `owners`."""

    receipt: Receipt
    changes: store.Changes
    refused: pl.DataFrame
    coverage: pl.DataFrame
    held: pl.DataFrame
    fingerprint: str | None
    owners: tuple[str, ...]
    answers: dict[str, str]


def _judge(connection: Connection, delivery: Delivery, raw: RawTable | RawFeatures, report: Progress) -> _Judged:
    report("understand")
    about = organisation()
    known = Known(connection, delivery.reader, today(), about.started_on, about.code, delivery.branch, delivery.covers)
    layout, answered = asking.understood(connection, delivery, raw, known)
    if delivery.reader.role is Role.BRANCH and layout.kind not in OWN_KINDS:
        raise Forbidden("forbidden.kind", kind=layout.kind)
    if delivery.replaces and layout.kind not in store.STRETCHES:
        raise FileRefused("file.not_replaceable", kind=layout.kind)
    parsed = layout.parse(answered.raw, known)
    refused = fit_to_keep.refused(parsed.refused, kinds().get(parsed.kind), answered.raw, known)
    fit = _fit_headers(raw, parsed.kind)
    answers = tuple((fit[header], column) for header, column in answered.answers.items())
    notes = (*parsed.notes, *_not_read(raw), *_not_remembered(delivery, answered))
    parsed = replace(parsed, refused=refused, dropped=_dropped(parsed, answered, fit), notes=notes)
    pupil_keys, fingerprint = _pseudonyms(connection, parsed)
    coverage = _coverage(parsed, delivery)
    stretch = stretch_of(coverage.select("branch_id", "first_day", "last_day").rows()) if delivery.replaces else None
    parsed = _noting_look_alikes(connection, parsed, delivery.reader, stretch)
    report("compare")
    branch = known.branch if _names_no_branch(parsed.kind, answered) else None
    before = ledger.earlier(connection, delivery, parsed.kind, branch, answers)
    fresh, repeated = ledger.not_loaded_before(parsed, before)
    changes = store.compare(connection, fresh, pupil_keys, known.today, stretch if before is None else None)
    receipt = replace(_receipt(delivery, parsed, changes, coverage, repeated), branch=branch, answers=answers)
    if before is not None and repeated and changes.is_empty:
        receipt = replace(receipt, already_loaded=before.load_id)
    return _Judged(receipt, changes, parsed.lines(), coverage, _held(parsed), fingerprint, asking.owners(delivery, known), answered.answers)


def _store(connection: Connection, delivery: Delivery, judged: _Judged) -> Receipt:
    receipt = ledger.enter(connection, delivery, judged.receipt)
    load_id = receipt.load_id or 0
    if judged.fingerprint is not None and not judged.changes.new_pupils.is_empty():
        ledger.remember_key(connection, judged.fingerprint)
    store.write(connection, load_id, judged.changes)
    ledger.keep_refused(connection, load_id, judged.refused, today())
    if receipt.kind == "visits":
        ledger.keep_coverage(connection, load_id, judged.coverage)
    if delivery.headers:
        header_answers.keep(connection, judged.owners, receipt.kind, judged.answers, today())
    ledger.raise_version(connection)
    return receipt


def _pseudonyms(connection: Connection, parsed: Parsed) -> tuple[pl.Series, str | None]:
    """The pseudonyms of the pupils and the fingerprint of their key.

    Raises KeyFault: "key.other" when the store was filled with another key, "key.missing" or "key.unreadable" when there is none to compare.
    """
    filled_with = connection.execute(select(tables.store.c.key_fingerprint)).scalar()
    if parsed.pupils.is_empty() and (filled_with is None or parsed.kind not in ABOUT_PUPILS):
        return pl.Series(dtype=pl.Binary), None
    keys = ledger.keys(connection)
    return pseudonyms.pseudonyms(parsed.pupils, keys), pseudonyms.fingerprint(keys)


def _noting_look_alikes(connection: Connection, parsed: Parsed, reader: Reader, stretch: Stretch | None) -> Parsed:
    """With a note on the numbers of pupils that the store knows with other noughts in front, as far as the reader may know. Raises KeyFault."""
    alike = look_alikes.in_store(connection, parsed.pupils, reader, stretch)
    if alike.is_empty():
        return parsed
    numbers = parsed.pupils.is_in(alike.implode()).arg_true().cast(pl.Int64)
    named = [frame.select("row", "pupil") for frame in parsed.rows.values() if "pupil" in frame.columns]
    none = pl.DataFrame(schema={"row": pl.Int64(), "pupil": pl.Int64()})
    stood = first_rows(pl.concat([none, *named]), "pupil", pl.select(pl.concat_list(numbers)).to_series())
    notes = (*parsed.notes, (look_alikes.AS_TWO, str(len(alike))))
    return replace(parsed, notes=notes, noted=(*parsed.noted, *((look_alikes.AS_TWO, rows) for rows in stood)))


def _not_read(raw: RawTable | RawFeatures) -> tuple[tuple[str, str], ...]:
    """Says that a workbook has more sheets than the one that was read."""
    return (("sheets.not_read", str(raw.other_sheets)),) if isinstance(raw, RawTable) and raw.other_sheets else ()


def _not_remembered(delivery: Delivery, answered: header_answers.Answered) -> tuple[tuple[str, str], ...]:
    """Says that an answer will be asked again: the header may be somebody's name."""
    count = sum(not header_answers.may_be_kept(header) for header in answered.answers) if delivery.headers else 0
    return (("headers.not_remembered", str(count)),) if count else ()


def _names_no_branch(kind: str, answered: header_answers.Answered) -> bool:
    """Whether a list of a kind with branches is of the branch of who delivers it."""
    about = kinds().get(kind)
    return about is not None and isinstance(answered.raw, RawTable) and is_of_one_branch(about, answered.raw.headers)


def _fit_headers(raw: RawTable | RawFeatures, kind: str) -> dict[str, str]:
    """Every header as it was delivered and as it may be kept."""
    return dict(zip(raw.headers, fit_to_keep.headers(raw.headers, kind), strict=True)) if isinstance(raw, RawTable) else {}


def _dropped(parsed: Parsed, answered: header_answers.Answered, fit: dict[str, str]) -> tuple[str, ...]:
    """The headers that were dropped, as they may be kept: those that nobody knows, and those that the deliverer said are not needed."""
    not_needed = [header for header, column in answered.answers.items() if column == header_answers.NOT_NEEDED]
    delivered = [answered.names.get(header, header) for header in parsed.dropped]
    return tuple(fit.get(header, header) for header in [*delivered, *not_needed])


def _held(parsed: Parsed) -> pl.DataFrame:
    """The branches and days of which a delivery of visits holds rows."""
    days = [frame.select("branch_id", day=DAYS[name]) for name, frame in parsed.rows.items() if name in DAYS and name != "sessions"]
    return pl.concat([pl.DataFrame(schema={"branch_id": pl.String, "day": pl.Date}), *days]).unique()


def _coverage(parsed: Parsed, delivery: Delivery) -> pl.DataFrame:
    """The days of each branch that a delivery of visits or sessions speaks about: those that the deliverer named, else from its first to its last row.

    Raises FileRefused("file.covers_too_narrow") when a row lies outside the days that were named.
    """
    schema = {"branch_id": pl.String(), "first_day": pl.Date(), "last_day": pl.Date(), "stated": pl.Boolean()}
    held = [frame.select("branch_id", day=DAYS[name]) for name, frame in parsed.rows.items() if name in DAYS]
    if parsed.kind not in store.STRETCHES or not held:
        return pl.DataFrame(schema=schema)
    days = pl.concat(held).group_by("branch_id").agg(first_day=pl.col("day").min(), last_day=pl.col("day").max()).with_columns(stated=pl.lit(value=False))
    if delivery.covers is not None:
        covers = delivery.covers
        first, last = days.select(pl.col("first_day").min(), pl.col("last_day").max()).row(0)
        if first < covers.first or last > covers.last:
            raise FileRefused("file.covers_too_narrow", first=covers.first, last=covers.last, first_row=first, last_row=last)
        branches = pl.concat([days["branch_id"], pl.Series(delivery.reader.branch_ids, dtype=pl.String)]).unique()
        days = pl.DataFrame({"branch_id": branches}).with_columns(first_day=pl.lit(covers.first), last_day=pl.lit(covers.last), stated=pl.lit(value=True))
    return days.sort("branch_id")


def _receipt(delivery: Delivery, parsed: Parsed, changes: store.Changes, coverage: pl.DataFrame, repeated: int) -> Receipt:
    refused = parsed.refused.unique("row", keep="first", maintain_order=True)
    none = pl.DataFrame(schema={"row": pl.Int64(), "visits": pl.Int64()})
    anonymous = parsed.rows.get("anonymous_visits", none).filter(pl.col("visits") > 0)["row"]
    return Receipt(
        file_name=fit_to_keep.file_name(delivery.file_name),
        kind=parsed.kind,
        layout=parsed.layout,
        read=parsed.read,
        accepted=changes.accepted,
        corrected=changes.corrected,
        duplicate=changes.duplicate + repeated,
        refused=len(refused),
        anonymous=len(anonymous.filter(anonymous.is_in(changes.accepted_rows.implode()))),
        removed=changes.removed,
        replaces=delivery.replaces,
        reasons=dict(sorted(Counter(refused["code"]).items())),
        dropped=parsed.dropped,
        notes=parsed.notes,
        noted=_noted(parsed),
        coverage=tuple((branch, str(first), str(last)) for branch, first, last in coverage.select("branch_id", "first_day", "last_day").iter_rows()),
    )


def _noted(parsed: Parsed) -> Noted:
    """The rows of the file or sheet that a note is about."""
    by_code = (islice(same, MOST_NOTED) for _, same in groupby(parsed.noted, key=itemgetter(0)))
    return tuple((code, tuple(sorted({row // len(parsed.cells) for row in rows}))) for code, rows in chain.from_iterable(by_code))
