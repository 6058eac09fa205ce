"""A table -> the layout that reads it, with what its deliverer says of its headers; or what must be asked before it can be read."""

import re

from sqlalchemy import Connection

from data_access.ingest import fit_to_keep, pseudonyms
from data_access.ingest.day_headers import day_headers
from data_access.ingest.header_answers import Answered, applied, given, remembered, without_pupils
from data_access.ingest.headers import fits, fold, is_of_one_branch, lacking, match
from data_access.ingest.kinds import Kind
from data_access.ingest.known import Known
from data_access.ingest.layouts import Layout, as_table, kinds, layouts, recognise, tally_sheet
from data_access.ingest.shapes import AskedHeader, Delivery, FileRefused, HeadersUnknown, RawFeatures, RawTable
from data_access.reader import Role

#: How the reader tells a header from the same one before it.
_AGAIN = re.compile(r" \(\d+\)$")
#: Of how many rows the cells are looked at to see whether they are names.
SAMPLE = 200
#: Lists that people make themselves: of these the door asks without being told the kind. The others are tables of offices.
MADE_BY_PEOPLE = ("visits", "sessions", "pupils")


def owners(delivery: Delivery, known: Known) -> tuple[str, ...]:
    """Under which branches answers about this delivery are remembered; "" = for the whole programme."""
    if known.branch is not None:
        return (known.branch,)
    return delivery.reader.branch_ids if delivery.reader.role is Role.BRANCH else ("",)


def understood(connection: Connection, delivery: Delivery, raw: RawTable | RawFeatures, known: Known) -> tuple[Layout, Answered]:
    """The layout of a file and the file as it is read with the answers, of now and of before.

    Raises HeadersUnknown when an answer is needed, FileRefused when none would help, or "header.twice" when two columns of one name say two things.
    """
    if not isinstance(raw, RawTable):
        return recognise(raw, delivery.kind), Answered(raw)
    as_it_is = _recognised(raw, delivery.kind)
    kind = delivery.kind or (as_it_is.kind if as_it_is else None)
    tables: dict[str, RawTable] = {}
    faults: list[FileRefused] = []
    for name in [kind] if kind else MADE_BY_PEOPLE:
        if name not in kinds():
            continue
        try:
            answered = _with_answers(connection, delivery, raw, known, kinds()[name])
        except FileRefused as fault:  # the answers are about another kind
            faults.append(fault)
            continue
        tables[name] = as_table(answered.raw)
        layout = _recognised(answered.raw, name)
        if layout is None and not unknown_headers(kinds()[name], tables[name]):
            answered = without_pupils(answered, kinds()[name])
            layout, tables[name] = _recognised(answered.raw, name), as_table(answered.raw)
        if layout is not None:
            _refuse_twins(raw, kinds()[name], answered)
            _ask_about_names(raw, kinds()[name], answered, known)
            _ask_branch(tables[name], kinds()[name], known)
            return layout, answered
    if as_it_is is not None and not delivery.headers:
        return as_it_is, Answered(raw)
    if kind in (None, "visits") and _has_branches_above_columns(raw, known):
        raise FileRefused("file.branches_across")
    asked = _question(tables, known, is_told=delivery.kind is not None)
    if asked is not None:
        raise asked
    if faults:
        raise faults[0]
    return recognise(raw, delivery.kind), Answered(raw)


def _has_branches_above_columns(raw: RawTable, known: Known) -> bool:
    """Whether several columns are called after branches: a tally turned on its side."""
    return sum(fold(header) in known.branch_ids for header in raw.headers) > 1


def _recognised(raw: RawTable | RawFeatures, kind: str | None) -> Layout | None:
    return next((layout for layout in layouts() if kind in (None, layout.kind) and layout.recognises(raw)), None)


def _with_answers(connection: Connection, delivery: Delivery, raw: RawTable, known: Known, kind: Kind) -> Answered:
    said = remembered(connection, ("", *owners(delivery, known)), kind, raw) if delivery.reader.role in (Role.STEWARD, Role.BRANCH) else {}
    if kind.id == "visits" and (header := match(kind, raw.headers).columns.get("pupil")) and not has_names(raw, header, known):
        said.pop(header, None)  # what was said of a column of names says nothing of one of numbers
    answers = said | given(delivery.headers, kind, raw)
    return applied(raw, answers, kind) if answers else Answered(raw)


def _question(tables: dict[str, RawTable], known: Known, *, is_told: bool) -> HeadersUnknown | None:
    """The question with the fewest columns to ask about, of the kinds that the file may be. is_told: the deliverer said which kind it is."""
    options: list[tuple[tuple[str, ...], Kind, RawTable]] = []
    for name, raw in tables.items():
        kind = kinds()[name]
        columns = match(kind, raw.headers).columns
        for layout in (layout for layout in layouts() if layout.kind == name):
            missing = layout.lacks(raw) if layout.lacks else lacking(kind, columns)
            is_likely = is_told or (len(missing or ()) == 1 if layout.lacks else _is_likely(kind, raw, missing or ()))
            if missing and is_likely and len(missing) <= len(unknown_headers(kind, raw)):
                options.append((missing, kind, raw))
    if not options:
        return None
    missing, kind, raw = min(options, key=lambda option: len(option[0]))
    return _asking(raw, kind, missing, known)


def _is_likely(kind: Kind, raw: RawTable, missing: tuple[str, ...]) -> bool:
    """Whether a file of which nobody said the kind is one of this kind but for a single column."""
    with_missing = [*raw.headers, *(kind.column(name).headers[0] for name in missing)]
    return len(missing) == 1 and fits(kind, with_missing) and len(match(kind, raw.headers).columns) > 0


def _refuse_twins(raw: RawTable, kind: Kind, answered: Answered) -> None:
    """Of two columns of one name that say two things nobody knows which counts."""
    for header in match(kind, raw.headers).columns.values():
        for other in raw.headers:
            is_twin = other != header and fold(_AGAIN.sub("", other)) == fold(header) and not {other, header} & answered.answers.keys()
            if is_twin and raw.frame[other].null_count() < raw.frame.height and not raw.frame[other].equals(raw.frame[header]):
                raise FileRefused("header.twice", header=header)


def has_names(raw: RawTable, header: str, known: Known) -> bool:
    """Whether a column that is called after pupils holds their names, of several and of nothing else."""
    typed = raw.frame[header].drop_nulls().head(SAMPLE).unique()
    codes = pseudonyms.judge(typed, known.branch_words)["code"].fill_null("an id")
    return (codes == "pupil.name").sum() > 1 and codes.is_in(["pupil.name", "pupil.unknown"]).all()


def _ask_about_names(raw: RawTable, kind: Kind, answered: Answered, known: Known) -> None:
    """Of a list of visits with names where numbers are looked for, the numbers may stand elsewhere, or nowhere: its deliverer says."""
    header = match(kind, raw.headers).columns.get("pupil")
    is_said = header in answered.answers or "pupil" in answered.answers.values()
    if kind.id == "visits" and header is not None and not is_said and has_names(raw, header, known):
        question = _asking(raw, kind, ("pupil",), known)
        asked = AskedHeader(header, fit_to_keep.first_values(raw.frame[header], known))
        raise HeadersUnknown(kind.id, question.missing, (asked, *question.asked), ("pupil", *question.columns), needs_branch=question.needs_branch)


def _ask_branch(raw: RawTable, kind: Kind, known: Known) -> None:
    if _lacks_branch(kind, raw, known):
        raise _asking(raw, kind, (), known)


def _asking(raw: RawTable, kind: Kind, missing: tuple[str, ...], known: Known) -> HeadersUnknown:
    columns = match(kind, raw.headers).columns
    asked = tuple(AskedHeader(header, fit_to_keep.first_values(raw.frame[header], known)) for header in unknown_headers(kind, raw))
    free = tuple(column.name for column in kind.columns if column.name not in columns)
    return HeadersUnknown(kind.id, missing, asked, free, needs_branch=_lacks_branch(kind, raw, known))


def _lacks_branch(kind: Kind, raw: RawTable, known: Known) -> bool:
    """Whether a list of this kind needs a branch and nobody said which."""
    if not is_of_one_branch(kind, raw.headers) or known.branches.is_empty():
        return False
    return known.branch is None and not tally_sheet.names_its_branch(raw, known)


def unknown_headers(kind: Kind, raw: RawTable) -> tuple[str, ...]:
    """The headers with something below them that are no column of the kind."""
    known = (*day_headers(raw), tally_sheet.header_of_one_branch(raw))
    return tuple(header for header in match(kind, raw.headers).dropped if header not in known and raw.frame[header].null_count() < raw.frame.height)
