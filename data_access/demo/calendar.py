"""The drop-in sessions: on which days, from when to when, and which of them were not held."""

from datetime import date, time, timedelta

import polars as pl

from data_access.demo import truths
from data_access.demo.dice import Dice
from data_access.demo.facts import facts

#: Branch -> weekday (Monday = 0) -> from, to.
HOURS = {
    "TRA": {0: (time(15, 15), time(17, 0)), 2: (time(13, 30), time(15, 30))},
    "ESC": {1: (time(15, 15), time(17, 0)), 3: (time(15, 15), time(17, 0))},
    "LAA": {0: (time(15, 0), time(17, 0)), 1: (time(15, 0), time(17, 0)), 3: (time(15, 0), time(17, 0))},
    "SCH": {0: (time(15, 30), time(17, 30)), 2: (time(15, 0), time(17, 0)), 3: (time(15, 30), time(17, 30))},
    "CEN": {1: (time(16, 0), time(18, 0)), 3: (time(16, 0), time(18, 0)), 5: (time(13, 0), time(15, 0))},
}
#: One more session a week, from a day on.
ADDED = {("ESC", 2): (date(2023, 9, 4), (time(13, 30), time(15, 30)))}
#: Chance that a session falls out: no volunteers (and where they are short), building shut, another reason.
NO_VOLUNTEERS, NO_VOLUNTEERS_WHERE_SHORT, SHUT, OTHER = 0.015, 0.06, 0.006, 0.006


def is_short(branch: str, day: date) -> bool:
    """Whether the branch has too few volunteers then."""
    short, since = truths.SHORT
    return branch == short and day >= since


def calendar(seed: int) -> pl.DataFrame:
    """branch_id, held_on, starts, ends, status, cancelled_reason; sorted. Nothing is planned in holidays and closures; a single day off is a closed session."""
    dice = Dice(seed, "calendar")
    planned = [row for branch in facts("branches").iter_rows(named=True) for row in _planned(branch)]
    off = set(facts("days_off")["day"])
    rows = []
    for (branch, day, starts, ends), luck in zip(planned, dice.share(len(planned)), strict=True):
        status, reason = ("closed", "holiday") if day in off else ("planned", None) if day > truths.LAST_DAY else _fate(branch, day, float(luck))
        rows.append((branch, day, starts, ends, status, reason))
    schema = {"branch_id": pl.String, "held_on": pl.Date, "starts": pl.Time, "ends": pl.Time, "status": pl.String, "cancelled_reason": pl.String}
    return pl.DataFrame(rows, schema=schema, orient="row").sort("branch_id", "held_on")


def _fate(branch: str, day: date, luck: float) -> tuple[str, str | None]:
    """Held or not, and why not. luck: 0-1, low is bad."""
    unstaffed = NO_VOLUNTEERS_WHERE_SHORT if is_short(branch, day) else NO_VOLUNTEERS
    if luck < unstaffed:
        return "cancelled", "no_volunteers"
    if luck < unstaffed + SHUT:
        return "closed", "closed"
    return ("cancelled", "other") if luck < unstaffed + SHUT + OTHER else ("held", None)


def _planned(branch: dict[str, object]) -> list[tuple[str, date, time, time]]:
    """The days on which a branch would have a session if nothing came in between."""
    name, shut = str(branch["branch_id"]), _shut(str(branch["branch_id"]), str(branch["sector"]))
    found = []
    for number in range((truths.PLANNED_TO - truths.FIRST_DAY).days + 1):
        day = truths.FIRST_DAY + timedelta(days=number)
        hours = HOURS[name].get(day.weekday()) or _added(name, day)
        if hours and not any(first <= day <= last for first, last in shut):
            found.append((name, day, *hours))
    return found


def _added(branch: str, day: date) -> tuple[time, time] | None:
    """The hours of the session that was added on this weekday, once it was."""
    since, hours = ADDED.get((branch, day.weekday()), (date.max, None))
    return hours if day >= since else None


def _shut(branch: str, sector: str) -> list[tuple[date, date]]:
    """First and last days of the holidays, and of the closures that hold for the branch."""
    mine = (pl.col("sector").fill_null(sector) == sector) & (pl.col("branch_id").fill_null(branch) == branch)
    return [*facts("holidays").select("first_day", "last_day").rows(), *facts("closures").filter(mine).select("first_day", "last_day").rows()]
