"""Volunteers per session, and what follows when there are too few: pupils who are sent away."""

import numpy as np
import polars as pl

from data_access.demo import truths
from data_access.demo.calendar import is_short
from data_access.demo.dice import Dice
from data_access.demo.facts import facts
from metrics.periods import first_day_of

SESSION = ["branch_id", "held_on"]
#: Volunteers more or fewer than planned, and how likely each is.
SURPRISE = {-1: 2, 0: 14, 1: 4}


def staff(seed: int, calendar: pl.DataFrame, wanted: pl.DataFrame) -> pl.DataFrame:
    """The calendar + volunteers: present at held sessions, promised for planned ones, null where the session was not held.

    One per `NORM` pupils of an average session of that branch and school quarter, one fewer where they are short, at least one.
    """
    held = calendar.filter(pl.col("status") == "held").join(_per_session(wanted), on=SESSION, how="left")
    quarter = first_day_of("school_quarter", pl.col("held_on")).alias("quarter")
    crowd = held.group_by("branch_id", quarter).agg(pl.col("wanted").sum(), sessions=pl.len())
    staffed = calendar.with_columns(quarter).join(crowd, on=["branch_id", "quarter"], how="left", maintain_order="left")
    dice = Dice(seed, "staffing")
    surprise = np.array(list(SURPRISE))[dice.pick(list(SURPRISE.values()), calendar.height)]
    fewer = np.array([int(is_short(*session)) for session in calendar.select(SESSION).iter_rows()])
    needed = (pl.col("wanted") + truths.NORM * pl.col("sessions") - 1) // (truths.NORM * pl.col("sessions"))
    volunteers = (needed + pl.Series(surprise - fewer)).clip(lower_bound=1)
    return staffed.with_columns(volunteers=pl.when(pl.col("status").is_in(["held", "planned"])).then(volunteers)).drop("quarter", "wanted", "sessions")


def admit(seed: int, sessions: pl.DataFrame, wanted: pl.DataFrame) -> pl.DataFrame:
    """The visits for which there was a seat and a volunteer; nobody is sent away at a first visit. The order stays."""
    seats = facts("branches").select("branch_id", "seats")
    room = sessions.join(seats, on="branch_id").select(*SESSION, room=pl.min_horizontal("seats", truths.MOST * pl.col("volunteers")))
    luck = pl.Series("luck", Dice(seed, "admit").share(wanted.height))
    queue = wanted.with_columns(luck).join(room, left_on=["branch_id", "visited_on"], right_on=SESSION, how="left", maintain_order="left")
    place = pl.struct(~pl.col("is_first"), "luck").rank("ordinal").over("branch_id", "visited_on")
    return queue.filter(pl.col("is_first") | (place <= pl.col("room"))).drop("luck", "room")


def turned_away(wanted: pl.DataFrame, admitted: pl.DataFrame) -> pl.DataFrame:
    """branch_id, held_on, turned_away: pupils sent away per session with visitors."""
    came = _per_session(admitted).rename({"wanted": "came"})
    return _per_session(wanted).join(came, on=SESSION).select(*SESSION, turned_away=pl.col("wanted") - pl.col("came"))


def _per_session(visits: pl.DataFrame) -> pl.DataFrame:
    return visits.group_by("branch_id", held_on="visited_on").agg(wanted=pl.len().cast(pl.Int64))
