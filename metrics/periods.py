"""Time as schools live it: the only place that knows 1 August, the school quarters and which weeks are school weeks."""

from collections.abc import Sequence
from datetime import date, timedelta

import polars as pl

from metrics.shapes import Inputs, Period

SCHOOL_YEAR_STARTS_IN = 8
QUARTER_STARTS_IN = (8, 11, 2, 5)
#: Units of time that a figure can be split by; a weekday (1 = Monday .. 7) is all days of that name.
TIME_GRAINS = ("school_year", "school_quarter", "month", "school_week", "weekday")
LAST_WEEKDAY = 5


def school_year_of(day: date) -> int:
    """The calendar year in which the school year of `day` starts: 31 July 2020 -> 2019, 1 August 2020 -> 2020."""
    return day.year if day.month >= SCHOOL_YEAR_STARTS_IN else day.year - 1


def school_year(starts_in: int) -> Period:
    """The school year that starts in the given calendar year: 1 August up to and including 31 July."""
    return Period(date(starts_in, SCHOOL_YEAR_STARTS_IN, 1), date(starts_in + 1, SCHOOL_YEAR_STARTS_IN, 1) - timedelta(days=1))


def school_quarters(starts_in: int) -> list[Period]:
    """The four quarters of a school year: Aug-Oct, Nov-Jan, Feb-Apr, May-Jul."""
    firsts = [date(starts_in + (month < SCHOOL_YEAR_STARTS_IN), month, 1) for month in QUARTER_STARTS_IN]
    lasts = [first - timedelta(days=1) for first in [*firsts[1:], date(starts_in + 1, SCHOOL_YEAR_STARTS_IN, 1)]]
    return [Period(first, last) for first, last in zip(firsts, lasts, strict=True)]


def school_quarter_of(day: date) -> Period:
    """The school quarter in which `day` lies."""
    return next(quarter for quarter in school_quarters(school_year_of(day)) if quarter.first <= day <= quarter.last)


def years_away(year: pl.Expr, school_year: pl.Expr) -> pl.Expr:
    """How far the year of a public figure is from a school year, to sort by: the latest not after the year it starts in is nearest, any later one is further.

    Key figures of 1 January 2024 and a count of 1 October 2024 both carry the year 2024, so the nearest is never from after the school year where another
    exists, and a new edition does not change the figures of a school year that is running.
    """
    return pl.when(year <= school_year).then(school_year - year).otherwise(10_000 + year - school_year)


def school_year_number(day: pl.Expr) -> pl.Expr:
    """`school_year_of` for a column of dates, Int32."""
    return (day.dt.year() - (day.dt.month() < SCHOOL_YEAR_STARTS_IN).cast(pl.Int32)).cast(pl.Int32)


def first_day_of(grain: str, day: pl.Expr) -> pl.Expr:
    """The first day of the school year, school quarter, month or school week (Monday) in which each date lies."""
    if grain == "school_year":
        return pl.date(school_year_number(day), SCHOOL_YEAR_STARTS_IN, 1)
    if grain == "school_quarter":
        return day.dt.month_start().dt.offset_by("-1mo").dt.truncate("1q").dt.offset_by("1mo")
    if grain == "month":
        return day.dt.month_start()
    return day.dt.truncate("1w")


def _unit(grain: str, day: pl.Expr) -> pl.Expr:
    return day.dt.weekday() if grain == "weekday" else first_day_of(grain, day)


def last_day_of_month(day: date) -> date:
    """The last day of the month in which `day` lies."""
    return (day.replace(day=1) + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def days_of(period: Period, as_of: date, grains: Sequence[str] = ()) -> pl.DataFrame:
    """Every day of the period up to and including as_of: `day`, and per grain of time its unit. Empty when as_of is earlier."""
    days = pl.DataFrame({"day": pl.date_range(period.first, max(period.first, min(period.last, as_of)), eager=True)})
    return days.filter(pl.col("day") <= as_of).with_columns(_unit(grain, pl.col("day")).alias(grain) for grain in grains)


def school_days(data: Inputs, period: Period, as_of: date) -> pl.DataFrame:
    """What every day of the period was for every branch that offers homework help: branch_id, day, state, visited, covered, by branch and day.

    visited: visits of the branch were delivered in the week of the day, or a nought that says that nobody came. covered: visited, or the deliverer stated a
    cover that holds the day, or sessions were delivered for the week and none was held, so that nobody could come. A held session alone covers nothing: the
    list of its visits is missing. So it takes its own day out of a visited week when no delivery runs over that day.
    state, the first that fits: `not_started` (before the branch's first delivered day, or after it closed), `holiday`, `closed` (a closure of all branches, of
    its sector or of itself), `weekend`, `ahead` (after as_of), `delivered` (covered), `missing`. Rows after as_of are not looked at.
    """
    branches = data.branches.filter(pl.col("sector").is_not_null()).select("branch_id", "sector", "closed_on")
    visited = data.listed_days.filter(pl.col("day") <= as_of)
    first_days = pl.concat([visited.select("branch_id", first="day"), data.coverage.select("branch_id", first="first_day")])
    grid = (
        branches.join(first_days.group_by("branch_id").agg(started=pl.col("first").min()), on="branch_id", how="left")
        .join(pl.DataFrame({"day": pl.date_range(period.first, period.last, eager=True)}), how="cross")
        .with_columns(week=first_day_of("school_week", pl.col("day")))
    )
    closures = branches.join(data.closures.rename({"branch_id": "of_branch", "sector": "of_sector"}), how="cross").filter(
        pl.col("of_branch").is_null() | (pl.col("of_branch") == pl.col("branch_id")),
        pl.col("of_sector").is_null() | (pl.col("of_sector") == pl.col("sector")),
    )
    facts = (
        ("in_holiday", ["day"], _each_day(data.holidays)),
        ("in_closure", ["branch_id", "day"], _each_day(closures, "branch_id")),
        ("in_cover", ["branch_id", "day"], _each_day(data.coverage.filter("stated"), "branch_id")),
        ("in_visited_week", ["branch_id", "week"], visited.select("branch_id", week=first_day_of("school_week", pl.col("day"))).unique()),
        ("in_cancelled_week", ["branch_id", "week"], _weeks_without_a_held_session(data, as_of)),
        ("without_list", ["branch_id", "day"], _held_without_list(data, visited)),
    )
    for fact, on, where in facts:
        grid = grid.join(where.with_columns(pl.lit(True).alias(fact)), on=on, how="left").with_columns(pl.col(fact).fill_null(False))
    covered = (pl.col("in_visited_week") & ~pl.col("without_list")) | pl.col("in_cover") | pl.col("in_cancelled_week")
    not_started = pl.col("started").is_null() | (pl.col("day") < pl.col("started")) | (pl.col("day") > pl.col("closed_on")).fill_null(False)
    state = (
        pl.when(not_started)
        .then(pl.lit("not_started"))
        .when("in_holiday")
        .then(pl.lit("holiday"))
        .when("in_closure")
        .then(pl.lit("closed"))
        .when(pl.col("day").dt.weekday() > LAST_WEEKDAY)
        .then(pl.lit("weekend"))
        .when(pl.col("day") > as_of)
        .then(pl.lit("ahead"))
        .when(covered)
        .then(pl.lit("delivered"))
        .otherwise(pl.lit("missing"))
    )
    return grid.select("branch_id", "day", state=state, visited="in_visited_week", covered=covered).sort("branch_id", "day")


def weeks(data: Inputs, period: Period, as_of: date) -> pl.DataFrame:
    """How complete the deliveries are: branch_id, school_week (Monday), state, sorted; the weeks that touch the period, up to that of as_of.

    Per branch from the week of its first delivered day: `running` (an open weekday of it lies after as_of), `missing` (an open weekday that nothing covers),
    `partly` (such a weekday in a week that a list speaks about), `delivered`, `closed` or `holiday` (all its weekdays are; closed when a closure helped).
    Visits in a holiday or closure count as delivered.
    """
    last = min(period.last, as_of)
    if last < period.first:
        return pl.DataFrame(schema={"branch_id": pl.String, "school_week": pl.Date, "state": pl.String})
    monday = period.first - timedelta(days=period.first.weekday())
    sunday = last + timedelta(days=6 - last.weekday())
    days = school_days(data, Period(monday, sunday), as_of)

    def any_is(state: str) -> pl.Expr:
        return (pl.col("state") == state).any()

    state = (
        pl.when(any_is("ahead"))
        .then(pl.lit("running"))
        .when(any_is("missing"))
        .then(pl.when(pl.col("visited").any()).then(pl.lit("partly")).otherwise(pl.lit("missing")))
        .when(any_is("delivered") | pl.col("visited").any())
        .then(pl.lit("delivered"))
        .when(any_is("closed"))
        .then(pl.lit("closed"))
        .otherwise(pl.lit("holiday"))
    )
    return (
        days.filter(pl.col("day").dt.weekday() <= LAST_WEEKDAY, pl.col("state") != "not_started")
        .group_by("branch_id", first_day_of("school_week", pl.col("day")).alias("school_week"))
        .agg(state=state)
        .sort("branch_id", "school_week")
    )


def as_many_sessions_earlier(sessions: pl.DataFrame, period: Period, as_of: date) -> Period | None:
    """The days just before the period in which as many sessions were held as in the period itself: a fair comparison, whatever the holidays.

    sessions: held_on, status, of the branches that are compared. The shortest stretch that ends the day before the period and holds at least as many held
    sessions as the period has up to as_of; None when there are none in the period or not enough before it.
    """
    held = sessions.filter(pl.col("status") == "held", pl.col("held_on") <= as_of)
    count = held.filter(pl.col("held_on").is_between(period.first, period.last)).height
    before = held.filter(pl.col("held_on") < period.first)["held_on"].sort(descending=True)
    if count == 0 or before.len() < count:
        return None
    return Period(before[count - 1], period.first - timedelta(days=1))


def school_weeks(holidays: pl.DataFrame, starts_in: int) -> list[date]:
    """The Mondays of the school weeks of a school year, from the first after the summer on: the weeks with a weekday that is no holiday.

    holidays: first_day, last_day. A closure takes no week out, for what was shut in one year may have been open in another. Empty where no holiday holds the
    first of August: then nobody knows which week was the first.
    """
    year, free = school_year(starts_in), set(_each_day(holidays)["day"])
    if year.first not in free:
        return []
    mondays = pl.date_range(year.first - timedelta(days=year.first.weekday()), year.last, "1w", eager=True).to_list()
    working_days = {monday: [monday + timedelta(days=place) for place in range(LAST_WEEKDAY)] for monday in mondays}
    return [monday for monday, days in working_days.items() if school_year_of(days[-1]) == starts_in and not free.issuperset(days)]


def same_school_weeks_earlier(holidays: pl.DataFrame, weeks: Sequence[date]) -> dict[date, date]:
    """Monday -> Monday of the same school week of the school year before: the third after the summer beside the third, whenever that summer ended.

    weeks: Mondays. A week of holiday has none, nor has one that the year before was too short for. Where the summers are not known: 52 weeks earlier.
    """
    starts = {week: school_year_of(week + timedelta(days=LAST_WEEKDAY - 1)) for week in weeks}
    known = {starts_in: school_weeks(holidays, starts_in) for year in set(starts.values()) for starts_in in (year - 1, year)}
    found: dict[date, date] = {}
    for week, starts_in in starts.items():
        now, before = known[starts_in], known[starts_in - 1]
        if not now or not before:
            found[week] = week - timedelta(weeks=52)
        elif week in now[: len(before)]:
            found[week] = before[now.index(week)]
    return found


def _weeks_without_a_held_session(data: Inputs, as_of: date) -> pl.DataFrame:
    """Branch and week for which sessions were delivered and all were cancelled or the branch was closed."""
    known = data.sessions.filter(pl.col("status") != "planned", pl.col("held_on") <= as_of)
    held = (pl.col("status") == "held").any()
    return known.group_by("branch_id", week=first_day_of("school_week", pl.col("held_on"))).agg(held=held).filter(~pl.col("held")).drop("held")


def _held_without_list(data: Inputs, visited: pl.DataFrame) -> pl.DataFrame:
    """Branch and day of held sessions outside every list of a branch that delivers lists. Inside one, a day without visits is a quiet day."""
    held = data.sessions.filter(pl.col("status") == "held").select("branch_id", day="held_on")
    of_deliverers = held.join(data.coverage, on="branch_id", how="semi")
    return of_deliverers.join(_each_day(data.coverage, "branch_id"), on=["branch_id", "day"], how="anti").join(visited, on=["branch_id", "day"], how="anti")


def _each_day(spans: pl.DataFrame, *keys: str) -> pl.DataFrame:
    """Spans first_day..last_day written out: keys and `day`, once each."""
    return spans.select(*keys, day=pl.date_ranges("first_day", "last_day")).explode("day").unique()
