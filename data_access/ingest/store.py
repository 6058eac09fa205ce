"""A parsed delivery against the store: what is new, corrected, known already or gone, and then into the tables.

`compare` only looks, so that a check can say what a load will do; `write` does what was found. Both belong inside one transaction.
"""

from dataclasses import dataclass
from datetime import date

import polars as pl
from sqlalchemy import Connection, Table, and_, func, insert, select

from data_access import tables
from data_access.frames import delete_frame, read_frame, read_where, schema_of, write_frame
from data_access.ingest import superseded
from data_access.ingest.shapes import Parsed, Stretch
from data_access.ingest.unsaid import STORED, UNSAID, asked, filled, without_a_word
from data_access.packing import packed
from data_access.pupil_years import ATTRIBUTES, KEYS, last_known

#: Tables of which rows with the same key add up: several lines of a file are one row here.
ADDED_UP = {"anonymous_visits": "visits"}

#: Tables of which every delivery keeps its own row beside those of others; what counts is worked out when they are read.
SAID_BY_EACH = {"pupil_years"}

#: Rows that give way to a row with the same key that does not, whichever came first: a count worked out from a share, to the published count.
GIVES_WAY = {"context": ("source", " x ")}

#: Tables that can be replaced for a stretch of days: the column that parts them and the column of the day.
STRETCHES = {
    "visits": ("branch_id", "visited_on"),
    "anonymous_visits": ("branch_id", "visited_on"),
    "quiet_days": ("branch_id", "day"),
    "sessions": ("branch_id", "held_on"),
}
#: Which of them a replacing delivery replaces, by its kind: a tally that names volunteers says nothing of the sessions of other days.
REPLACED_BY = {"visits": ("visits", "anonymous_visits", "quiet_days"), "sessions": ("sessions",)}

#: A parent is written before what points to it.
ORDER = {table.name: number for number, table in enumerate(tables.metadata.sorted_tables)}

NEW, CHANGED, SAME = 2, 1, 0
#: Stands for the number of the load that is being compared: later than every other.
NEWEST = 2**62


@dataclass(frozen=True)
class TableChange:
    """What a delivery does to one table. Frames hold the columns of the table; those with what stood there also `load_id`. new: in the order of its key.

    beside: rows of the delivery that give nothing new, say that there is nothing, or say less than will stand in their place; lacks: columns of which the
    delivery says nothing.
    """

    table: Table
    lacks: tuple[str, ...]
    new: pl.DataFrame
    changed: pl.DataFrame
    before: pl.DataFrame
    beside: pl.DataFrame
    gone: pl.DataFrame


@dataclass(frozen=True)
class Changes:
    """What a delivery does to the store.

    accepted_rows: numbers of the file rows that are new or correct something; corrected, duplicate: counts of file rows; removed: rows of the store that go.
    """

    tables: tuple[TableChange, ...]
    new_pupils: pl.DataFrame
    accepted_rows: pl.Series
    corrected: int
    duplicate: int
    removed: int

    @property
    def accepted(self) -> int:
        """Count of the file rows that are new or correct something."""
        return len(self.accepted_rows)

    @property
    def is_empty(self) -> bool:
        """True when the tables stay as they are."""
        return self.accepted == 0 and self.removed == 0


def compare(connection: Connection, parsed: Parsed, pupil_keys: pl.Series, today: date, stretch: Stretch | None = None) -> Changes:
    """What `parsed` would do. pupil_keys: the pseudonym of each of its pupils.

    A file row is new when one of its table rows is new, else corrected when one has other values than the store, else a duplicate.
    """
    rows, new_pupils = _with_pupil_ids(connection, parsed.rows, pupil_keys)
    delivered = _with_quiet_days(_with_days_held(rows))
    if stretch is not None:
        delivered = _with_both_kinds_of_visit(delivered)
    delivered = {name: _with_line(frame, tables.metadata.tables[name], parsed) for name, frame in delivered.items()}
    changes = []
    status = [pl.DataFrame(schema={"row": pl.Int64(), "status": pl.Int8()})]
    for name in sorted(delivered, key=ORDER.__getitem__):
        table = tables.metadata.tables[name]
        if name in SAID_BY_EACH:
            change, found = _say(connection, table, delivered[name], is_all=len(rows) == 1)
        else:
            change, found = _change(connection, table, delivered[name], today, stretch if name in REPLACED_BY.get(parsed.kind, ()) else None)
        changes.append(change)
        status.append(found)
    by_row = _by_row(status)
    return Changes(
        tables=tuple(changes),
        new_pupils=new_pupils,
        accepted_rows=(by_row > SAME).arg_true(),
        corrected=len(by_row.filter(by_row == CHANGED)),
        duplicate=len(by_row.filter(by_row == SAME)),
        removed=sum(len(change.gone) for change in changes),
    )


def _by_row(status: list[pl.DataFrame]) -> pl.Series:
    """The highest status of every file row, at the place of its number; -1 where there is no such row."""
    rows = pl.concat(status)
    last: int = rows.select(pl.col("row").max().fill_null(0)).item()
    highest = pl.Series([-1], dtype=pl.Int8).new_from_index(0, last + 1)
    for code in (SAME, CHANGED, NEW):
        highest = highest.scatter(rows.filter(pl.col("status") == code)["row"], code)
    return highest


def write(connection: Connection, load_id: int, changes: Changes) -> None:
    """Bring the tables to what `compare` found, and keep what stood there before."""
    write_frame(connection, tables.pupils, changes.new_pupils, {})
    for change in changes.tables:
        connection.execute(insert(tables.load_tables).values(load_id=load_id, table_name=change.table.name, lacks=",".join(change.lacks)))
        beside = change.beside.with_columns(load_id=pl.lit(load_id, pl.Int64))
        replaced, keys = pl.concat([change.gone, change.before]), keys_of(change.table)
        if change.table.name in UNSAID:  # such a row may be there as it was said
            replaced = replaced.join(superseded.kept(connection, change.table), on=[*keys, "load_id"], how="anti")
        superseded.keep(connection, change.table, pl.concat([replaced, beside]))
        delete_frame(connection, change.table, change.gone.select(keys))
        write_frame(connection, change.table, change.new, {"load_id": load_id})
        write_frame(connection, change.table, change.changed, {"load_id": load_id}, over_known=True)


def keys_of(table: Table) -> list[str]:
    """The columns that tell one row of a table from another."""
    return [column.name for column in table.primary_key if column.name != "load_id"]


def _with_pupil_ids(connection: Connection, rows: dict[str, pl.DataFrame], pupil_keys: pl.Series) -> tuple[dict[str, pl.DataFrame], pl.DataFrame]:
    """Numbers of the file -> numbers of this store. New pupils get the next numbers, in the order of their pseudonyms, which says nothing of them."""
    with_pupils = {name: frame for name, frame in rows.items() if "pupil" in frame.columns}
    if not with_pupils:
        return rows, pl.DataFrame()
    numbers = pl.concat(frame["pupil"] for frame in with_pupils.values()).unique()
    named = pl.DataFrame({"number": numbers, "pupil_key": pupil_keys.gather(numbers)}).sort("pupil_key")
    known = read_where(connection, tables.pupils, "pupil_key", named["pupil_key"])
    new = named.join(known, on="pupil_key", how="anti", maintain_order="left")
    first = connection.execute(select(func.coalesce(func.max(tables.pupils.c.pupil_id), 0))).scalar_one() + 1
    new = new.select(pupil_id=pl.int_range(first, first + pl.len(), dtype=pl.Int64), pupil_key="pupil_key")
    ids = named.join(pl.concat([known.select(new.columns), new]), on="pupil_key")
    all_ids = pl.repeat(0, len(pupil_keys), dtype=pl.Int64, eager=True).scatter(ids["number"], ids["pupil_id"])
    with_ids = {name: frame.with_columns(pupil_id=all_ids.gather(frame["pupil"])).drop("pupil") for name, frame in with_pupils.items()}
    return rows | with_ids, new


def _with_days_held(rows: dict[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
    """Anonymous visits of a day are those of the newest load that holds that day, and a load holds it also when all its visits are named."""
    if "visits" not in rows:
        return rows
    held = rows["visits"].select("branch_id", "visited_on").unique().with_columns(row=pl.lit(None, pl.Int64), visits=pl.lit(0, pl.Int64))
    anonymous = rows.get("anonymous_visits", pl.DataFrame(schema=held.schema))
    return rows | {"anonymous_visits": pl.concat([anonymous.select(held.columns), held])}


def _with_quiet_days(rows: dict[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
    """A count of 0 takes the place of what was counted before, and is a day of which somebody says that nobody came."""
    if "anonymous_visits" not in rows:
        return rows
    nobody = rows["anonymous_visits"].filter(pl.col("visits") == 0).drop_nulls("row")
    return rows | {"quiet_days": nobody.select("row", "branch_id", day="visited_on")}


def _with_both_kinds_of_visit(rows: dict[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
    """A replacing file without named visits says that there are none: they are compared all the same."""
    if "anonymous_visits" not in rows:
        return rows
    return {"visits": pl.DataFrame(schema={"row": pl.Int64(), **schema_of(tables.visits, keys_of(tables.visits))})} | rows


def _with_line(rows: pl.DataFrame, table: Table, parsed: Parsed) -> pl.DataFrame:
    """The rows with the line of the file that each came from, where the table keeps it."""
    return rows.with_columns(row_number=pl.col("row") // len(parsed.cells)) if "row_number" in table.columns else rows


def _change(connection: Connection, table: Table, delivered: pl.DataFrame, today: date, stretch: Stretch | None) -> tuple[TableChange, pl.DataFrame]:
    """New, changed, equal and vanished rows of one table, and for each file row which of these it is. A column that the delivery lacks keeps its value.

    Rows that give way count as known: they are kept beside the row that stands, and take its place when that is taken back.
    """
    keys, schema = keys_of(table), schema_of(table)
    delivered = delivered.with_columns(pl.col(name).cast(schema[name]) for name in delivered.columns if name != "row")
    stored = read_where(connection, table, keys[0], delivered[keys[0]].unique())
    numbers = packed(pl.concat([delivered.select(keys), stored.select(keys)]), keys)
    delivered, stored = delivered.with_columns(_key=numbers.head(len(delivered))), stored.with_columns(_key=numbers.tail(len(stored)))
    rows, nothing = _one_row_a_key(table, delivered)
    gone = stored.join(nothing, on="_key", how="semi").drop("_key")
    if stretch is not None:
        gone = pl.concat([gone, _not_held(connection, table, rows, stretch)]).unique(keys, maintain_order=True)
    rows = asked(table.name, rows)
    met = held_against(table, rows, stored, today)
    as_said = without_a_word(table.name, rows).drop("_key")
    new, changed, same = (met.filter(pl.col("_status") == status) for status in (NEW, CHANGED, SAME))
    change = TableChange(
        table,
        lacks=tuple(name for name in schema if name not in (*rows.columns, "load_id")),
        new=new.sort("_key").select(rows.columns).drop("_key"),
        changed=changed.select(list(schema)).drop("load_id"),
        before=changed.select(pl.col(name + STORED if name in rows.columns else name).alias(name) for name in schema),
        beside=pl.concat([as_said, same.join(as_said, on=keys, how="anti"), _said_of_nobody(delivered, nothing)], how="diagonal").select(list(schema)),
        gone=gone,
    )
    lines = delivered.select("row", "_key").drop_nulls("row")
    known = pl.concat([met.select("_key", "_status"), _held_against_nobody(connection, table, nothing, stored)]).filter(pl.col("_status") != NEW)
    return change, lines.join(known, on="_key", how="left").select("row", status=pl.col("_status").fill_null(NEW))  # mostly few are known


def _one_row_a_key(table: Table, delivered: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The rows for the table, and the keys of which the delivery says that there is nothing. Lines with the same key add up, or the first counts."""
    if table.name not in ADDED_UP:
        return delivered.drop("row").filter(pl.col("_key").is_first_distinct()), delivered.clear()
    amount = ADDED_UP[table.name]
    total = delivered.drop("row").group_by("_key").agg(pl.exclude(amount).first(), pl.col(amount).sum()).select(delivered.drop("row").columns)
    return total.filter(pl.col(amount) > 0), total.filter(pl.col(amount) == 0)


def _held_against_nobody(connection: Connection, table: Table, nothing: pl.DataFrame, stored: pl.DataFrame) -> pl.DataFrame:
    """Whether it is news that there is nothing under a key: it corrects what stands there, or nobody said so before. _key, _status."""
    if nothing.is_empty():
        return nothing.select("_key", _status=pl.lit(SAME, pl.Int8))
    keys = keys_of(table)
    said = superseded.kept(connection, table).filter(pl.col(ADDED_UP[table.name]) == 0).select(*keys, was_said=True).unique()
    is_gone = pl.col("_key").is_in(stored["_key"].implode())
    status = pl.when(is_gone).then(CHANGED).when("was_said").then(SAME).otherwise(NEW)
    return nothing.join(said, on=keys, how="left", maintain_order="left").select("_key", _status=status.cast(pl.Int8))


def _said_of_nobody(delivered: pl.DataFrame, nothing: pl.DataFrame) -> pl.DataFrame:
    """Of the keys under which there is nothing those of which a line says so: a count of 0, which no table keeps and which was said all the same."""
    return nothing.select(pl.exclude("row")).join(delivered.drop_nulls("row"), on="_key", how="semi")


def held_against(table: Table, rows: pl.DataFrame, stored: pl.DataFrame, on: date) -> pl.DataFrame:
    """The rows with what the store has under their key (" stored" behind the names they share) and `_status`. on: the day of loading."""
    if stored.is_empty():
        others = {name + STORED if name in rows.columns else name: kind for name, kind in stored.schema.items() if name != "_key"}
        alone = rows.with_columns(*(pl.lit(None, kind).alias(name) for name, kind in others.items()), _status=pl.lit(NEW, pl.Int8))
        return filled(table.name, alone, on)
    met = filled(table.name, rows.join(stored, on="_key", how="left", suffix=STORED, maintain_order="left"), on)
    values = [name for name in rows.columns if name not in (*keys_of(table), *tables.ORIGIN, "_key")]
    equal = pl.all_horizontal(pl.lit(value=True), *(pl.col(name).eq_missing(pl.col(name + STORED)) for name in values))
    if table.name in GIVES_WAY:
        column, mark = GIVES_WAY[table.name]
        equal = equal | (pl.col(column).str.contains(mark, literal=True) & ~pl.col(column + STORED).str.contains(mark, literal=True))
    status = pl.when(pl.col("load_id").is_null()).then(NEW).when(equal).then(SAME).otherwise(CHANGED)
    return met.with_columns(_status=status.cast(pl.Int8))


def _not_held(connection: Connection, table: Table, delivered: pl.DataFrame, stretch: Stretch) -> pl.DataFrame:
    """What the store has of the branches and days of a replacing file, and the file has not."""
    branch, day = (table.c[name] for name in STRETCHES[table.name])
    there = select(table).where(and_(branch.in_(stretch.branch_ids), day.between(stretch.period.first, stretch.period.last)))
    return read_frame(connection, there, schema_of(table)).join(delivered, on=keys_of(table), how="anti")


def _say(connection: Connection, table: Table, delivered: pl.DataFrame, *, is_all: bool) -> tuple[TableChange, pl.DataFrame]:
    """A row of its own for what this delivery says, and whether that changes what counts. is_all: the file speaks of nothing else."""
    given = delivered.with_columns(load_id=pl.lit(NEWEST, pl.Int64))
    said = given.sort(KEYS).select(
        pl.col(name).cast(kind) if name in given.columns else pl.lit(None, kind).alias(name) for name, kind in schema_of(table).items()
    )
    stored = read_where(connection, table, "pupil_id", said["pupil_id"].unique())
    before, after = last_known(stored), last_known(pl.concat([stored, said]))
    others = after.join(before, on=[*KEYS, *ATTRIBUTES], how="anti", nulls_equal=True).join(before.select(*KEYS, is_known=True), on=KEYS, how="left")
    code = pl.when(pl.col("is_known") | pl.lit(not is_all)).then(CHANGED).otherwise(NEW)
    lines = delivered.select("row", pl.col(KEYS).cast(pl.Int64)).join(others.select(*KEYS, status=code.cast(pl.Int8)), on=KEYS, how="left")
    none = stored.clear()
    return TableChange(table, (), said.drop("load_id"), none, none, none, none), lines.select("row", pl.col("status").fill_null(SAME))
