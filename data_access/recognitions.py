"""The book of recognising: who looked up ids of the own register, when and how many. Which ids these were is kept nowhere."""

from datetime import UTC, datetime, timedelta

import polars as pl
from sqlalchemy import Connection, func, insert, select

from data_access import tables
from data_access.frames import read_frame, schema_of

#: Over how long what a branch looked up adds up.
A_DAY = timedelta(days=1)


def looked_up(connection: Connection, done_by: str) -> int:
    """How many ids somebody looked up in the last day."""
    table = tables.recognitions.c
    found: int = connection.execute(
        select(func.coalesce(func.sum(table.looked_up), 0)).where(table.done_by == done_by, table.done_at > _now() - A_DAY)
    ).scalar_one()
    return found


def add(connection: Connection, done_by: str, looked_up: int, recognised: int) -> None:
    """Write one time of looking up."""
    connection.execute(insert(tables.recognitions).values(done_by=done_by, done_at=_now(), looked_up=looked_up, recognised=recognised))


def book(connection: Connection, done_by: str | None) -> pl.DataFrame:
    """done_by, done_at, looked_up, recognised of everybody or of one, newest first."""
    table, names = tables.recognitions, ("done_by", "done_at", "looked_up", "recognised")
    query = select(*(table.c[name] for name in names)).order_by(table.c.recognition_id.desc())
    if done_by is not None:
        query = query.where(table.c.done_by == done_by)
    return read_frame(connection, query, schema_of(table, names))


def _now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)
