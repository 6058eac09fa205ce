"""What stands where a row says nothing of a column that cannot be empty: what another delivery said, else what follows from the row itself.

Such a row is kept beside the tables as it was said, so that what it was given goes when the other delivery goes.
"""

from datetime import date

import polars as pl

#: Table -> the column of which a row may say nothing.
UNSAID = {"sessions": "status", "branches": "pilot"}
#: Behind the name of a column as the store has it, where the delivery has one too.
STORED = " stored"


def asked(table: str, rows: pl.DataFrame) -> pl.DataFrame:
    """The rows with the column of which they may say nothing, also when the delivery lacks it."""
    column = UNSAID.get(table)
    kind = pl.Boolean() if column == "pilot" else pl.String()
    return rows if column is None or column in rows.columns else rows.with_columns(pl.lit(None, kind).alias(column))


def without_a_word(table: str, rows: pl.DataFrame) -> pl.DataFrame:
    """The rows that say nothing of it."""
    return rows.filter(pl.col(UNSAID[table]).is_null()) if table in UNSAID else rows.clear()


def filled(table: str, met: pl.DataFrame, on: date) -> pl.DataFrame:
    """Rows held against the store, with something in that column. on: the day on which the delivery was loaded.

    A session keeps its status, so that a list of volunteers does not undo that it was cancelled; a plan is overtaken by its day. Without any word a session of
    up to `on` was held and a later one is planned. A branch keeps its place in the pilot; without any word one with a target group belongs to it.
    """
    if table == "branches":
        return met.with_columns(pilot=pl.coalesce("pilot", "pilot stored", pl.col("sector").is_not_null()))
    if table == "sessions":
        said, known = pl.col("status"), pl.col("status stored")
        stands = said.is_null() & (known != "planned").fill_null(value=False)
        by_its_day = pl.when(pl.col("held_on") > on).then(pl.lit("planned")).otherwise(pl.lit("held"))
        why = "cancelled_reason stored" if "cancelled_reason stored" in met.columns else "cancelled_reason"
        return met.with_columns(
            status=pl.when(stands).then(known).otherwise(pl.coalesce(said, by_its_day)),
            cancelled_reason=pl.when(stands).then(pl.coalesce("cancelled_reason", why)).otherwise("cancelled_reason"),
        )
    return met
