"""Taking a delivery back: afterwards the tables hold what they would have held if it had never come, and later deliveries stand.

All that deliveries said is there: in the tables, or beside them (`superseded`). So where the delivery spoke, what the others said is put together anew, in
the order in which they came and by the rules of `store`. Rows stay judged as they were when they came: what was refused because of this delivery stays refused.
`find` only looks; `take_back` does what was found. Both belong inside one transaction.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl
from sqlalchemy import Connection, Table, and_, delete, select, update

from data_access import signals, tables
from data_access.frames import delete_frame, read_frame, read_where, schema_of, write_frame
from data_access.ingest import ledger, superseded
from data_access.ingest.store import ADDED_UP, REPLACED_BY, SAID_BY_EACH, SAME, STRETCHES, held_against, keys_of
from data_access.ingest.unsaid import asked, without_a_word
from data_access.packing import packed

#: Tables about deliveries themselves.
BOOK = {"loads", "coverage", "refused_rows", "superseded", "load_tables", "withdrawals"}
#: All tables that deliveries fill, parents first.
DELIVERED = tuple(table for table in tables.metadata.sorted_tables if "load_id" in table.columns and table.name not in BOOK)
ABOUT_PUPILS = tuple(table for table in DELIVERED if "pupil_id" in table.columns)
#: Tables that others point to, by a column of the same name, also where the database would not mind.
POINTED_TO = {"branches": "branch_id", "schools": "school_id", "surveys": "survey_id"}


class CannotWithdraw(ValueError):
    """A delivery that cannot be taken back, or not yet: a code with values. Nothing was changed."""

    def __init__(self, code: str, **values: object) -> None:
        """Keep the code (`withdraw.needed`) and the values that its sentence needs."""
        super().__init__(code, values)
        self.code = code
        self.values = values


@dataclass(frozen=True)
class TableReturn:
    """What taking a delivery back does to one table.

    went: keys of rows that no longer stand; came_back, changed: counts of rows that stand again and that get other values. stands: rows to write, each with the
    load that it then belongs to; beside: what is then superseded of the loads in `moved`, all of it.
    """

    table: Table
    went: pl.DataFrame
    came_back: int
    changed: int
    stands: pl.DataFrame
    beside: pl.DataFrame
    moved: pl.Series


@dataclass(frozen=True)
class Withdrawal:
    """What taking a delivery back does. said: rows in tables of which each delivery keeps its own; pupils: pupil_id of those whom then nobody names; signals:
    how many about its pupils stay, because somebody has looked at them."""

    load_id: int
    returns: tuple[TableReturn, ...]
    said: int
    pupils: pl.DataFrame
    signals: int


def find(connection: Connection, load_id: int, book: Sequence[ledger.Entry]) -> Withdrawal:
    """What taking a load back would do. book: all loads, in order. Raises CannotWithdraw.

    "withdraw.came_again": the same file came once more, and what it brought stands under this load; "withdraw.needed": other loads name a branch, a school or a
    survey that would go; "withdraw.signals": so do signals.
    """
    again = ledger.later(connection, load_id)
    if again is not None:
        raise CannotWithdraw("withdraw.came_again", load=str(load_id), again=str(again))
    standing = {entry.load_id: entry for entry in book if not entry.withdrawn}
    found = [_return(connection, table, load_id, standing) for table in DELIVERED if table.name not in SAID_BY_EACH]
    returns = tuple(change for change in found if change is not None)
    for change in returns:
        if change.table.name in POINTED_TO:
            _refuse_when_needed(connection, change, load_id)
    said = sum(len(_standing_of(connection, tables.metadata.tables[name], load_id)) for name in SAID_BY_EACH)
    followed = signals.states(connection).filter(pl.col("state") != signals.NEW)
    ours, pupils = _named_by(connection, load_id, followed)
    return Withdrawal(load_id, returns, said, pupils, followed.filter(pl.col("pupil_id").is_in(ours.implode())).height)


def take_back(connection: Connection, withdrawal: Withdrawal) -> None:
    """Bring the tables to what `find` found. The key of the pseudonyms is free again when no pupil is left."""
    for change in withdrawal.returns:
        write_frame(connection, change.table, change.stands, {}, over_known=True)
        superseded.forget(connection, change.table, change.moved)
        superseded.keep(connection, change.table, change.beside)
    for table in (*reversed(DELIVERED), tables.superseded, tables.load_tables):
        connection.execute(delete(table).where(table.c.load_id == withdrawal.load_id))
    signals.forget(connection, withdrawal.pupils)
    delete_frame(connection, tables.pupils, withdrawal.pupils)
    if connection.execute(select(tables.pupils.c.pupil_id).limit(1)).first() is None:
        connection.execute(update(tables.store).values(key_fingerprint=None))


# --- one table --------------------------------------------------------------------------------------------------------


def _return(connection: Connection, table: Table, load_id: int, book: Mapping[int, ledger.Entry]) -> TableReturn | None:
    """What the other loads say where this one spoke, held against what stands there. None where it did not speak. book: the loads that stand."""
    lacks = _lacks(connection, table)
    beside, names = superseded.kept(connection, table), keys_of(table)
    keys = _spoken_of(connection, table, load_id, beside, _replaced(table, book[load_id]) if load_id in lacks else None)
    if keys.is_empty():
        return None
    keys = keys.with_columns(_key=packed(keys, names))
    standing = read_where(connection, table, names[0], keys[names[0]].unique()).join(keys, on=names)
    met = beside.join(keys, on=names, how="left", maintain_order="left")
    there, elsewhere = met.drop_nulls("_key"), met.filter(pl.col("_key").is_null())
    said = pl.concat([there, standing]).filter(pl.col("load_id") != load_id).unique(["_key", "load_id"], keep="first")
    rows, empty = said, said.select("_key", "load_id").clear()
    if table.name in ADDED_UP:
        rows = said.filter(pl.col(ADDED_UP[table.name]) > 0)
        nobody = said.join(rows, on=["_key", "load_id"], how="anti").select("_key", "load_id")
        empty = pl.concat([nobody, _held(connection, keys, load_id).join(said, on=["_key", "load_id"], how="anti")])
    after = _put_together(table, rows, empty, {load: book[load] for load in lacks if load != load_id}, lacks)

    then = pl.concat([said.join(after, on=["_key", "load_id"], how="anti"), without_a_word(table.name, said)]).unique(["_key", "load_id"])
    now = there.filter(pl.col("load_id") != load_id)
    moved = pl.concat([one.join(other, on=["_key", "load_id"], how="anti")["load_id"] for one, other in ((then, now), (now, then))]).unique()
    kept = pl.concat([then, elsewhere]).drop("_key").filter(pl.col("load_id").is_in(moved.implode()))
    return TableReturn(table, **_difference(table, standing, after), beside=kept, moved=moved)


def _difference(table: Table, standing: pl.DataFrame, after: pl.DataFrame) -> dict[str, Any]:
    """went, came_back, changed and stands of a `TableReturn`: from the rows that stand now to those that are to stand."""
    names = keys_of(table)
    values = [name for name in schema_of(table) if name not in (*names, *tables.ORIGIN)]
    both = after.join(standing, on="_key", how="left", suffix=" now", maintain_order="left")
    is_back = pl.col("load_id now").is_null()
    is_other = ~is_back & pl.any_horizontal(pl.lit(value=False), *(pl.col(name).ne_missing(pl.col(f"{name} now")) for name in values))
    is_moved = pl.col("load_id") != pl.col("load_id now")
    return {
        "went": standing.join(after, on="_key", how="anti").select(names),
        "came_back": both.select(is_back.sum()).item(),
        "changed": both.select(is_other.sum()).item(),
        "stands": both.filter(is_back | is_other | is_moved).select(list(schema_of(table))),
    }


def _spoken_of(connection: Connection, table: Table, load_id: int, beside: pl.DataFrame, replaced: pl.Expr | None) -> pl.DataFrame:
    """The keys of all rows that a load brought or took away. replaced: of which rows it is the whole truth."""
    names = keys_of(table)
    spoken = [_standing_of(connection, table, load_id), beside.filter(pl.col("load_id") == load_id)]
    if table.name in ADDED_UP:
        visits = tables.visits
        spoken += [_standing_of(connection, visits, load_id), superseded.kept(connection, visits).filter(pl.col("load_id") == load_id)]
    if replaced is not None:
        spoken.append(beside.filter(replaced))
    return pl.concat(frame.select(names) for frame in spoken).unique()


def _standing_of(connection: Connection, table: Table, load_id: int) -> pl.DataFrame:
    """The rows of a load that stand."""
    return read_frame(connection, select(table).where(table.c.load_id == load_id), schema_of(table))


def _held(connection: Connection, days: pl.DataFrame, load_id: int) -> pl.DataFrame:
    """_key and load_id: which other loads hold each of these branches and days with named visits. days: branch_id, visited_on, _key."""
    visits, key = tables.visits, ["branch_id", "visited_on"]
    those_days = and_(
        visits.c.branch_id.in_(days["branch_id"].unique().to_list()), visits.c.visited_on.between(days["visited_on"].min(), days["visited_on"].max())
    )
    standing = select(visits.c.branch_id, visits.c.visited_on, visits.c.load_id).where(those_days).distinct()
    named = [read_frame(connection, standing, schema_of(visits, [*key, "load_id"])), superseded.kept(connection, visits).select(*key, "load_id")]
    return pl.concat(named).filter(pl.col("load_id") != load_id).join(days, on=key).select("_key", "load_id").unique()


def _lacks(connection: Connection, table: Table) -> dict[int, list[str]]:
    """The columns of the table that each load lacks which speaks of it."""
    spoken = tables.load_tables.c
    found = connection.execute(select(spoken.load_id, spoken.lacks).where(spoken.table_name == table.name))
    return {load_id: lacks.split(",") if lacks else [] for load_id, lacks in found}


def _replaced(table: Table, load: ledger.Entry) -> pl.Expr | None:
    """Whether a row of the table lies in the branches and days of which a load is the whole truth; None for a load that only adds."""
    if load.stretch is None or table.name not in REPLACED_BY.get(load.kind, ()):
        return None
    branch, day = STRETCHES[table.name]
    return pl.col(branch).is_in(load.stretch.branch_ids) & pl.col(day).is_between(load.stretch.period.first, load.stretch.period.last)


def _put_together(table: Table, said: pl.DataFrame, empty: pl.DataFrame, loads: Mapping[int, ledger.Entry], lacks: Mapping[int, list[str]]) -> pl.DataFrame:
    """The rows that stand when loads come one after the other. said: their rows with load_id and _key; empty: where a load says that there is nothing."""
    after = said.clear()
    by_load = {load_id: rows for (load_id,), rows in said.partition_by("load_id", as_dict=True).items()}
    for load_id, load in sorted(loads.items()):
        replaced = _replaced(table, load)
        rows = by_load.get(load_id, said.clear()).drop("load_id", *lacks[load_id])
        gone = empty.filter(pl.col("load_id") == load_id)["_key"]
        if replaced is not None:
            gone = pl.concat([gone, after.filter(replaced).join(rows, on="_key", how="anti")["_key"]])
        if not (rows.is_empty() and gone.is_empty()):
            met = held_against(table, asked(table.name, rows), after, load.loaded_on).filter(pl.col("_status") > SAME)
            met = met.select(said.columns).with_columns(load_id=pl.lit(load_id, pl.Int64))
            after = pl.concat([after.filter(~pl.col("_key").is_in(pl.concat([gone, met["_key"]]).implode())), met])
    return after


# --- what else goes, or may not go ------------------------------------------------------------------------------------


def _refuse_when_needed(connection: Connection, change: TableReturn, load_id: int) -> None:
    """Stop when what goes is named elsewhere."""
    column = POINTED_TO[change.table.name]
    going = change.went[column].to_list()
    others = [table for table in (*DELIVERED, tables.coverage) if column in table.columns and table is not change.table]
    found: set[int] = set()
    for table in others if going else ():
        naming = select(table.c.load_id).where(table.c[column].in_(going), table.c.load_id != load_id).distinct()
        found |= set(connection.execute(naming).scalars())
        beside = superseded.kept(connection, table) if table in DELIVERED else pl.DataFrame(schema={column: pl.String, "load_id": pl.Int64})
        found |= set(beside.filter(pl.col(column).is_in(going), pl.col("load_id") != load_id)["load_id"])
    if found:
        raise CannotWithdraw("withdraw.needed", load=str(load_id), n=len(found), loads=", ".join(map(str, sorted(found))))
    if column == "branch_id" and not signals.states(connection).filter(pl.col("branch_id").is_in(going), pl.col("state") != signals.NEW).is_empty():
        raise CannotWithdraw("withdraw.signals", load=str(load_id))


def _named_by(connection: Connection, load_id: int, followed: pl.DataFrame) -> tuple[pl.Series, pl.DataFrame]:
    """pupil_id of the pupils whom this load names; and of those whom no other load names, nor a signal of `followed`, that somebody has looked at."""
    beside = pl.concat(superseded.kept(connection, table).select("pupil_id", "load_id") for table in ABOUT_PUPILS)
    is_ours = pl.col("load_id") == load_id
    ours = pl.concat([*(_standing_of(connection, table, load_id)["pupil_id"] for table in ABOUT_PUPILS), beside.filter(is_ours)["pupil_id"]]).unique()
    named = [read_where(connection, table, "pupil_id", ours).filter(~is_ours)["pupil_id"] for table in ABOUT_PUPILS]
    named += [beside.filter(~is_ours)["pupil_id"], followed["pupil_id"]]
    return ours, ours.filter(~ours.is_in(pl.concat(named).implode())).to_frame()
