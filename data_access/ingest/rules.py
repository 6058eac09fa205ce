"""A raw table -> typed rows and refused rows, each refused cell with its reason. Further rules take rows out with `refuse`."""

from dataclasses import dataclass, replace

import polars as pl

from data_access.ingest import values
from data_access.ingest.headers import match
from data_access.ingest.kinds import POLARS_TYPES, Column, Kind
from data_access.ingest.shapes import REFUSED_SCHEMA, RawTable


@dataclass(frozen=True)
class Understood:
    """Rows that are good so far and rows that are not.

    frame: `row` and every column of the kind, typed, null where the file has no such column; refused: REFUSED_SCHEMA; read: good and refused rows together;
    present: columns that the file has; dropped: headers that were not kept.
    """

    kind: Kind
    frame: pl.DataFrame
    refused: pl.DataFrame
    read: int
    present: frozenset[str]
    dropped: tuple[str, ...]
    notes: tuple[tuple[str, str], ...] = ()

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
        """Take out the rows for which the expression is true. value: what may be shown of them, only for a public column; detail: what the sentence needs."""
        bad = self.frame.filter(rows)
        if bad.is_empty():
            return self
        reasons = bad.select("row", column=pl.lit(column), code=pl.lit(code), value=_text(value), detail=_text(detail)).cast(REFUSED_SCHEMA)
        return replace(self, frame=self.frame.filter(~rows.fill_null(value=False)), refused=pl.concat([self.refused, reasons]))

    def once(self, keys: list[str]) -> "Understood":
        """Refuse the second row with the same keys, naming the first. Rows in which a key is empty repeat nothing."""
        keyed = self.frame.drop_nulls(keys)
        later = keyed.filter(~pl.struct(keys).is_first_distinct()).select("row", *keys)
        if later.is_empty():
            return self
        first = keyed.join(later, on=keys, how="semi").group_by(keys).agg(first_row=pl.col("row").min())
        repeated = later.join(first, on=keys).select("row", "first_row")
        marked = self.holding(self.frame.join(repeated, on="row", how="left", maintain_order="left"))
        marked = marked.refuse(pl.col("first_row").is_not_null(), "", "row.twice", detail=pl.col("first_row"))
        return marked.holding(marked.frame.drop("first_row"))


def _text(expression: pl.Expr | None) -> pl.Expr:
    return pl.lit(None, pl.String) if expression is None else expression.cast(pl.String)


def understand(kind: Kind, raw: RawTable) -> Understood:
    """Read every column of `kind` that the file has. Columns that it does not know are dropped here, before anything is done with them.

    A row is refused with every cell that cannot be read and every required cell that is empty, and when it has too few or too many fields.
    """
    matched = match(kind, raw.headers)
    rows = raw.frame["row"]
    typed = {"row": rows}
    reasons = [raw.broken]
    for column in kind.columns:
        header = matched.columns.get(column.name)
        if header is None:
            typed[column.name] = pl.Series([None], dtype=POLARS_TYPES[column.type]).new_from_index(0, len(rows))
        else:
            typed[column.name], refused = _read_column(column, raw.frame[header], rows, raw)
            reasons.append(refused)
    refused = pl.concat(reasons)
    frame = pl.DataFrame(typed)
    good = frame if refused.is_empty() else frame.join(refused.select("row").unique(), on="row", how="anti", maintain_order="left")
    read = len(rows) + raw.broken["row"].n_unique()
    return Understood(kind, good, refused, read, frozenset(matched.columns), matched.dropped)


def _read_column(column: Column, cells: pl.Series, rows: pl.Series, raw: RawTable) -> tuple[pl.Series, pl.DataFrame]:
    texts = cells.drop_nulls().unique(maintain_order=True)
    found = values.read(column.type, texts, raw.excel_epoch)
    typed = cells if found.values is texts else cells.replace_strict(texts, found.values, default=None, return_dtype=found.values.dtype)
    unreadable = pl.DataFrame({"text": texts, "code": found.codes}).drop_nulls("code")
    problems = []
    if not unreadable.is_empty():
        problems.append(pl.DataFrame({"row": rows, "text": cells}).join(unreadable, on="text", maintain_order="left"))
    if not column.may_be_empty and cells.null_count():
        problems.append(pl.DataFrame({"row": rows, "text": cells}).filter(pl.col("text").is_null()).with_columns(code=pl.lit("value.missing")))
    if not problems:
        return typed, pl.DataFrame(schema=REFUSED_SCHEMA)
    shown = pl.col("text") if column.is_public else pl.lit(None, pl.String)
    refused = pl.concat(problems).select("row", column=pl.lit(column.name), code="code", value=shown, detail=pl.lit(None, pl.String))
    return typed, refused.cast(REFUSED_SCHEMA)
