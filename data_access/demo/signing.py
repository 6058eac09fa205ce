"""What the lists at the door say of each visit: who it was, and with a scanner from when to when."""

import polars as pl

from data_access.demo import truths
from data_access.demo.dice import Dice

#: Branches where a pass is scanned on arrival and on leaving; the others tick names on paper.
WITH_SCANNER = ("ESC", "SCH", "CEN")
NANOSECONDS = 60_000_000_000


def sign(seed: int, admitted: pl.DataFrame) -> pl.DataFrame:
    """The visits + is_anonymous: nobody knows whose visit it was. A pupil's first visit to a branch in a school year is always signed."""
    dice = Dice(seed, "signing")
    branch, first, last, chance = truths.ANONYMOUS_PERIOD
    in_period = (pl.col("branch_id") == branch) & pl.col("visited_on").is_between(first, last)
    chances = admitted.select(pl.when(pl.col("is_first")).then(0.0).when(in_period).then(chance).otherwise(truths.ANONYMOUS))
    return admitted.with_columns(is_anonymous=pl.Series(dice.happens(chances.to_series().to_numpy(), admitted.height)))


def clock(seed: int, signed: pl.DataFrame, calendar: pl.DataFrame) -> pl.DataFrame:
    """The visits + arrived_at, left_at to the minute, null where nothing is scanned. Most come in the first half hour and stay for an hour or more."""
    dice = Dice(seed, "clock")
    hours = calendar.select("branch_id", "starts", "ends", visited_on="held_on")
    late = pl.Series(dice.whole(-5, 25, signed.height) + dice.whole(0, 20, signed.height))
    stay = pl.Series(dice.whole(40, 110, signed.height))
    scanned = pl.col("branch_id").is_in(WITH_SCANNER) & ~pl.col("is_anonymous")
    return (
        signed.join(hours, on=["branch_id", "visited_on"], how="left", maintain_order="left")
        .with_columns(arrived=_minutes("starts") + late)
        .with_columns(left=pl.min_horizontal(pl.col("arrived") + stay, _minutes("ends")))
        .with_columns(arrived_at=pl.when(scanned).then(_time("arrived")), left_at=pl.when(scanned).then(_time("left")))
        .drop("starts", "ends", "arrived", "left")
    )


def _minutes(column: str) -> pl.Expr:
    return pl.col(column).cast(pl.Int64) // NANOSECONDS


def _time(column: str) -> pl.Expr:
    return (pl.col(column) * NANOSECONDS).cast(pl.Time)
