"""A raw table -> typed rows and refused rows, each refused cell with its reason. Further rules take rows out with `keeping` and `refuse`."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace

import polars as pl

from data_access.ingest import values
from data_access.ingest.distinct import Distinct
from data_access.ingest.headers import match
from data_access.ingest.kinds import POLARS_TYPES, Column, Kind
from data_access.ingest.letters import LOST
from data_access.ingest.shapes import REFUSED_SCHEMA, Noted, Parsed, RawTable
from data_access.packing import packed

#: What Excel shows in place of a result, in English or Dutch: #N/A, #VERW!, #NAAM?, ##### for a column that was too narrow.
_NO_RESULT = r"^#(?:[A-Z][A-Z0-9_/]*[!?]|N/[AB]|#+)$"


@dataclass(frozen=True)
class Rule:
    """A reason to refuse a row. breaks: true for such rows; value: what may be shown of them, only of a public column; detail: what the sentence needs."""

    breaks: pl.Expr
    column: str
    code: str
    value: pl.Expr | None = None
    detail: pl.Expr | None = None

    def reasons(self, rows: pl.DataFrame) -> pl.DataFrame:
        """REFUSED_SCHEMA of rows that break this rule."""
        value, detail = (pl.lit(None) if shown is None else shown for shown in (self.value, self.detail))
        return rows.select("row", column=pl.lit(self.column), code=pl.lit(self.code), value=value, detail=detail).cast(REFUSED_SCHEMA)


@dataclass(frozen=True)
class Understood:
    """Rows that are good so far and rows that are not.

    frame: `row` and every column of the kind, typed, null where the file has no such column; refused: REFUSED_SCHEMA; read: good and refused rows together;
    present: columns that the file has; dropped: headers that were not kept; pupils: normal id of each number in column `pupil`; noted: as in `Parsed`.
    """

    kind: Kind
    frame: pl.DataFrame
    refused: pl.DataFrame
    read: int
    present: frozenset[str]
    dropped: tuple[str, ...]
    notes: tuple[tuple[str, str], ...] = ()
    pupils: pl.Series = field(default_factory=lambda: pl.Series(dtype=pl.String))
    noted: Noted = ()

    def holding(self, frame: pl.DataFrame) -> "Understood":
        """The same with other good rows."""
        return replace(self, frame=frame)

    def adding(self, **columns: pl.Expr | pl.Series) -> "Understood":
        """The same with columns added."""
        return self.holding(self.frame.with_columns(**columns))

    def noting(self, code: str, rows: pl.Expr) -> "Understood":
        """The same with a note for the receipt: for how many rows something holds, when for any."""
        count = self.frame.select(rows.sum()).item()
        return replace(self, notes=(*self.notes, (code, str(count)))) if count else self

    def refuse(self, rows: pl.Expr, column: str, code: str, *, value: pl.Expr | None = None, detail: pl.Expr | None = None) -> "Understood":
        """Take out the rows that break one rule."""
        return self.keeping([Rule(rows, column, code, value, detail)])

    def keeping(self, rules: Sequence[Rule]) -> "Understood":
        """Keep the rows that break no rule; the others are refused for the first that they break. However many rules, good rows are copied once."""
        broken = self.frame.select(rule.breaks.fill_null(value=False).alias(str(number)) for number, rule in enumerate(rules))
        is_bad = broken.select(pl.any_horizontal(pl.all())).to_series()
        if not is_bad.any():
            return self
        bad = self.frame.filter(is_bad)
        first = broken.filter(is_bad).select(pl.coalesce(pl.when(name).then(int(name)) for name in broken.columns)).to_series()
        reasons = [rule.reasons(bad.filter(first == number)) for number, rule in enumerate(rules)]
        return replace(self, frame=self.frame.filter(~is_bad), refused=pl.concat([self.refused, *reasons]))

    def once(self, keys: list[str]) -> "Understood":
        """Refuse the second row with the same keys, naming the first. Rows in which a key is empty repeat nothing."""
        keyed = self.frame.select("row", *keys).drop_nulls(keys)
        numbered = keyed.select("row", number=packed(keyed, keys))
        is_first = numbered["number"].is_first_distinct()
        if is_first.all():
            return self
        later, first = numbered.filter(~is_first), numbered.filter(is_first).select("number", first_row="row")
        repeats = later.join(first, on="number", maintain_order="left")
        reasons = Rule(pl.lit(value=True), "", "row.twice", detail=pl.col("first_row")).reasons(repeats)
        good = self.frame.filter(~pl.col("row").is_in(later["row"].implode()))
        return replace(self, frame=good, refused=pl.concat([self.refused, reasons]))

    def parsed(self, layout: str, tables: dict[str, pl.DataFrame]) -> Parsed:
        """What the store is given: rows for its tables and everything that the receipt says."""
        rows = {name: frame for name, frame in tables.items() if not frame.is_empty()}
        return Parsed(self.kind.id, layout, rows, self.refused, self.read, self.dropped, self.notes, self.pupils, self.noted)


def understand(kind: Kind, raw: RawTable) -> Understood:
    """Read every column of `kind` that the file has. Columns that it does not know are dropped here, before anything is done with them.

    A row is refused with every cell that cannot be read and every required cell that is empty, and when it has too few or too many fields.
    """
    matched = match(kind, raw.headers)
    rows = raw.frame["row"]
    present = [column for column in kind.columns if column.name in matched.columns]
    with ThreadPoolExecutor() as threads:
        read = list(threads.map(lambda column: _read_column(column, raw.frame[matched.columns[column.name]], rows, raw), present))
    typed = {column.name: cells for column, (cells, _) in zip(present, read, strict=True)}
    absent = {column.name: pl.lit(None, POLARS_TYPES[column.type]) for column in kind.columns if column.name not in typed}
    frame = pl.DataFrame({"row": rows} | typed).with_columns(**absent)
    refused = pl.concat([raw.broken, *(reasons for _, reasons in read)])
    good = frame if refused.is_empty() else frame.filter(~pl.col("row").is_in(refused["row"].implode()))
    return Understood(kind, good, refused, len(rows) + raw.broken["row"].n_unique(), frozenset(matched.columns), matched.dropped)


def _read_column(column: Column, cells: pl.Series, rows: pl.Series, raw: RawTable) -> tuple[pl.Series, pl.DataFrame]:
    problems = []
    if not column.may_be_empty and cells.null_count():
        problems.append(pl.DataFrame({"row": rows, "text": cells}).filter(pl.col("text").is_null()).with_columns(code=pl.lit("value.missing")))
    unfit = _unfit(cells)
    if unfit is not None:
        problems.append(pl.DataFrame({"row": rows, "text": cells, "code": unfit}).drop_nulls("code"))
        cells = cells.set(unfit.is_not_null(), None)
    if column.type != "text":
        distinct = Distinct(cells)
        found = values.read(column.type, distinct.texts, raw.excel_epoch)
        if found.codes.null_count() < len(found.codes):
            codes = distinct.spread(found.codes)
            problems.append(pl.DataFrame({"row": rows, "text": cells, "code": codes}).drop_nulls("code"))
        cells = distinct.spread(found.values)
    if not problems:
        return cells, pl.DataFrame(schema=REFUSED_SCHEMA)
    # what is no date at all may be anything: an id that slipped into the next column
    readable = ~pl.col("code").str.ends_with(".unreadable") & ~pl.col("code").str.starts_with("value.")
    shown = pl.when(pl.lit(column.is_public) & readable).then("text")
    refused = pl.concat(problems).select("row", column=pl.lit(column.name), code="code", value=shown, detail=pl.lit(None, pl.String))
    return cells, refused.cast(REFUSED_SCHEMA)


def _unfit(cells: pl.Series) -> pl.Series | None:
    """Per cell the code of what makes it unfit in any column, null where nothing does; None when nothing does in the whole column.

    A formula without a result is not an empty cell, and a text with a letter lost is not that text: both could be anybody's.
    """
    may_be_error, is_damaged = cells.str.starts_with("#"), cells.str.contains(LOST, literal=True)
    if not may_be_error.any() and not is_damaged.any():
        return None
    is_error = may_be_error & cells.str.contains(_NO_RESULT)
    return pl.select(pl.when(is_error).then(pl.lit("value.no_result")).when(is_damaged).then(pl.lit("value.lost_letter"))).to_series()
