"""Rows that a delivery brought and that do not stand in the tables. With the rows that do stand they are all that deliveries said."""

import io

import polars as pl
from sqlalchemy import Connection, Table, delete, insert, select

from data_access import tables
from data_access.frames import schema_of


def keep(connection: Connection, table: Table, rows: pl.DataFrame) -> None:
    """Remember rows that do not stand in the tables. rows: the columns of the table; `load_id` is the load that brought each."""
    for (load_id,), part in rows.partition_by("load_id", as_dict=True).items():
        packed = io.BytesIO()
        part.drop("load_id").write_parquet(packed)
        connection.execute(
            insert(tables.superseded).values(load_id=load_id, table_name=table.name, row_count=len(part), rows=packed.getvalue()),
        )


def kept(connection: Connection, table: Table) -> pl.DataFrame:
    """All rows of a table that are remembered, with the columns of the table; null in those that it did not have yet."""
    schema = schema_of(table)
    beside = select(tables.superseded.c.load_id, tables.superseded.c.rows).where(tables.superseded.c.table_name == table.name)
    found = [pl.DataFrame(schema=schema)]
    for load_id, rows in connection.execute(beside.order_by(tables.superseded.c.superseded_id)):
        found.append(pl.read_parquet(rows).with_columns(load_id=pl.lit(load_id, pl.Int64)).match_to_schema(schema, missing_columns="insert"))
    return pl.concat(found)


def forget(connection: Connection, table: Table, load_ids: pl.Series) -> None:
    """Remember no row of this table any more that came with these loads."""
    beside = tables.superseded.c
    for load_id in load_ids:
        connection.execute(delete(tables.superseded).where(beside.table_name == table.name, beside.load_id == load_id))
