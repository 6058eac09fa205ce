"""What a person should look at before figures become official: places in the data that may be right and may be a mistake.

Each check gives addresses: branch and day, and the files and rows in which it stands, so that the child can be found in the branch's own list; never a pupil.
What a file alone can show, such as two ways of writing one number, is noted at the door and read here from the receipts, as long as it stands. A branch
gets the rows of its own visits alone: of a row of another branch only that there is one.
"""

import json
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import date

import polars as pl
from sqlalchemy import ColumnElement, Connection, Engine, Table, select

from data_access import tables
from data_access.database import look
from data_access.frames import read_frame, schema_of
from data_access.ingest import superseded
from metrics import periods
from metrics.shapes import OUTSIDE, Inputs, Period

#: What every check gives. other: the state of a week, or the other branch; n, of: the two numbers of the line; files: the deliveries in which it stands, oldest
#: first, each with its rows there, as far as they are known; empty where it stands in none; elsewhere: whether it also stands in rows that are not shown.
FILE = pl.Struct({"file_name": pl.String(), "rows": pl.List(pl.Int64())})
ADDRESSES = pl.Schema(
    {"branch_id": pl.String(), "day": pl.Date(), "other": pl.String(), "n": pl.Int64(), "of": pl.Int64(), "files": pl.List(FILE), "elsewhere": pl.Boolean()}
)
#: Where the rows stand that a check is about, and of which branch they are, as a list in column `stood`, until `addresses` puts file names to them.
ROW = pl.Struct({"load_id": pl.Int64(), "row_number": pl.Int64(), "branch_id": pl.String()})

WITHIN_MINUTES = 60
#: A drop: fewer visits a day than half of what is usual, the median of the weeks before; of at least so many weeks, and where that is not a handful.
WEEKS_BEFORE, WEEKS_NEEDED, DROP, USUAL_VISITS_A_DAY = 6, 4, 0.5, 5
#: Shares above which a delivery (of so many pupils or more) or a month is worth a look.
MUCH_OUTSIDE, ENOUGH_PUPILS, MUCH_ANONYMOUS = 0.1, 20, 0.2
#: Notes at the door that say that ids may be mistyped.
LOOK_ALIKES = "pupil.look_alike"
#: Notes at the door that say that one file says two things of a pupil, with the thing.
TWO_THINGS = {"pupil.two_homes": "neighbourhood_code", "pupil.two_levels": "level"}
#: A row of which the door noted something. thing: which of the pupils, or of the numbers that look alike, of this load and code.
NOTED = {"load_id": pl.Int64(), "code": pl.String(), "thing": pl.Int64(), "row_number": pl.Int64()}


@dataclass(frozen=True)
class Facts:
    """The data of one school year up to a day, with the deliveries they came with.

    data: all of the store; weeks: branch_id, school_week, state; visits: as the table; statements: what each delivery says of a pupil in this year, as the
    table, with the branch of the visit, null for a register; sessions: as the table, held ones of the period; noted: NOTED with branch_id and day, of what
    still holds; loads: load_id, file_name, kind, receipt of those that were not taken back.
    """

    data: Inputs
    period: Period
    weeks: pl.DataFrame
    visits: pl.DataFrame
    statements: pl.DataFrame
    sessions: pl.DataFrame
    noted: pl.DataFrame
    loads: pl.DataFrame

    @property
    def visited(self) -> pl.DataFrame:
        """branch_id, day of the period on which visits were delivered."""
        return self.data.visited_days.filter(pl.col("day").is_between(self.period.first, self.period.last))


def facts(engine: Engine, data: Inputs, period: Period, through: date) -> Facts:
    """Read what the checks need. period: a school year; through: the last day that is looked at. Raises StoreFault."""
    within = Period(period.first, max(period.first, min(period.last, through)))
    visits, said, sessions = tables.visits.c, tables.pupil_years.c, tables.sessions.c
    with look(engine) as connection:
        loads = _loads(connection)
        came = _rows(connection, tables.visits, visits.visited_on.between(within.first, within.last))
        statements = _of_branch(_rows(connection, tables.pupil_years, said.school_year == periods.school_year_of(within.first)), came, loads)
        return Facts(
            data,
            within,
            periods.weeks(data, within, through),
            came,
            statements,
            _rows(connection, tables.sessions, sessions.held_on.between(within.first, within.last) & (sessions.status == "held")),
            _still_noted(connection, came, statements, loads),
            loads,
        )


def _loads(connection: Connection) -> pl.DataFrame:
    """The deliveries that were not taken back."""
    loads = tables.loads.c
    stands = loads.load_id.not_in(select(tables.withdrawals.c.load_id))
    columns = {"load_id": pl.Int64(), "file_name": pl.String(), "kind": pl.String(), "receipt": pl.String()}
    return read_frame(connection, select(*(loads[name] for name in columns)).where(stands), columns)


def _of_branch(statements: pl.DataFrame, visits: pl.DataFrame, loads: pl.DataFrame) -> pl.DataFrame:
    """What was said of pupils with the branch of the visit that said it: the row itself, or where another file brought that visit the only one of the day."""
    row, day = ["pupil_id", "load_id", "row_number"], ["pupil_id", "known_on"]
    of_row = visits.select(*row, of_row="branch_id").unique(row)
    branches = pl.col("branch_id").unique()
    of_day = visits.rename({"visited_on": "known_on"}).group_by(day).agg(of_day=pl.when(branches.len() == 1).then(branches.first()))
    of_visits = loads.filter(pl.col("kind") == "visits").select("load_id", is_visit=True)
    found = statements.join(of_row, on=row, how="left").join(of_day, on=day, how="left").join(of_visits, on="load_id", how="left")
    return found.with_columns(branch_id=pl.when("is_visit").then(pl.coalesce("of_row", "of_day"))).drop("of_row", "of_day", "is_visit")


def _still_noted(connection: Connection, visits: pl.DataFrame, statements: pl.DataFrame, loads: pl.DataFrame) -> pl.DataFrame:
    """What the door noted and still holds, as in Facts.

    A row holds while its visit stands and no later file brought that visit: of that the door judged anew. Of two things that were said of a pupil the later
    file must say that thing again, of the same day or a later one. What the door noted in several rows goes when one of them is left.
    """
    receipts = ((load_id, json.loads(receipt).get("noted", [])) for load_id, receipt in loads.select("load_id", "receipt").iter_rows())
    rows = [(load_id, code, thing, row) for load_id, noted in receipts for thing, (code, stood) in enumerate(noted) for row in stood]
    noted = pl.DataFrame(rows, schema=NOTED, orient="row")
    if noted.is_empty():
        return noted.with_columns(branch_id=pl.lit(None, pl.String), day=pl.lit(None, pl.Date))
    key = ["pupil_id", "branch_id", "day"]
    registers = loads.filter(pl.col("kind") != "visits")
    stands = [visits.rename({"visited_on": "day"}), statements.rename({"known_on": "day"}).join(registers, on="load_id", how="semi")]
    standing = pl.concat(frame.select("load_id", "row_number", *key) for frame in stands)
    beside = superseded.kept(connection, tables.visits).select("load_id", "row_number", "pupil_id", "branch_id", day="visited_on")
    brought = pl.concat([standing, beside]).join(standing, on=key, how="semi", nulls_equal=True)
    brought = brought.with_columns(newest=pl.col("load_id").max().over(key))
    found = noted.with_columns(said=pl.len().over("load_id", "thing")).join(brought, on=["load_id", "row_number"])
    said_again = [
        found.filter(pl.col("code") == code)
        .join(statements.drop_nulls(thing).select("pupil_id", "known_on", later="load_id"), on="pupil_id")
        .filter(pl.col("later") > pl.col("load_id"), pl.col("known_on") >= pl.col("day").min().over("load_id", "thing"))
        for code, thing in TWO_THINGS.items()
    ]
    found = found.filter(pl.col("code").is_in(list(TWO_THINGS)) | (pl.col("newest") == pl.col("load_id")))
    found = found.join(pl.concat(said_again), on=["load_id", "thing"], how="anti").unique(["load_id", "thing", "row_number"], maintain_order=True)
    return found.filter(pl.len().over("load_id", "thing") >= pl.min_horizontal("said", 2)).select(*NOTED, "branch_id", "day")


def _rows(connection: Connection, table: Table, where: ColumnElement[bool]) -> pl.DataFrame:
    return read_frame(connection, select(table).where(where), schema_of(table))


# --- what did not come -------------------------------------------------------------------------------------------------


def missing_weeks(found: Facts) -> pl.DataFrame:
    """Weeks of a branch that were not, or only partly, delivered; other: which of the two."""
    return found.weeks.filter(pl.col("state").is_in(["missing", "partly"])).select("branch_id", day="school_week", other="state")


def sessions_without_visits(found: Facts) -> pl.DataFrame:
    """Held sessions of which no visit was delivered, in weeks that did come; not those of which a count, a nought or a stated cover says that nobody came."""
    counted = found.sessions.filter(pl.col("head_count").is_null() | (pl.col("head_count") > 0)).rename({"held_on": "day"})
    stated = found.data.coverage.filter("stated").select("branch_id", day=pl.date_ranges("first_day", "last_day")).explode("day")
    missing = found.weeks.filter(pl.col("state") == "missing").rename({"school_week": "week"})
    left = counted.join(found.data.listed_days, on=["branch_id", "day"], how="anti").join(stated, on=["branch_id", "day"], how="anti")
    return left.with_columns(week=_monday("day")).join(missing, on=["branch_id", "week"], how="anti").select("branch_id", "day", stood=pl.concat_list(_row()))


def visits_without_session(found: Facts) -> pl.DataFrame:
    """Days with visits on which no session was held, between the first and the last session that is known of the branch. n: visits by name."""
    known = found.data.sessions.group_by("branch_id").agg(first=pl.col("held_on").min(), last=pl.col("held_on").max())
    days = found.visited.join(known, on="branch_id").filter(pl.col("day").is_between("first", "last"))
    named = found.visits.group_by("branch_id", day="visited_on").agg(n=pl.len().cast(pl.Int64), stood=_row())
    without = days.join(found.sessions.rename({"held_on": "day"}), on=["branch_id", "day"], how="anti")
    return without.join(named, on=["branch_id", "day"], how="left").select("branch_id", "day", "n", "stood")


def sudden_drops(found: Facts) -> pl.DataFrame:
    """Weeks in which a branch had fewer than half the visits a day of its weeks before. n: visits; of: what as many days usually bring."""
    named = found.visits.group_by("branch_id", day="visited_on").agg(n=pl.len().cast(pl.Int64), stood=_row())
    nameless = found.data.anonymous.select("branch_id", day="visited_on", n="visits").filter(pl.col("day").is_between(found.period.first, found.period.last))
    days = pl.concat([named, nameless], how="diagonal").group_by("branch_id", "day").agg(pl.col("n").sum(), pl.col("stood").explode())
    by_week = days.group_by("branch_id", school_week=_monday("day")).agg(pl.col("n").sum(), pl.col("stood").explode(), days=pl.len())
    delivered = by_week.join(found.weeks.filter(pl.col("state") == "delivered"), on=["branch_id", "school_week"]).sort("branch_id", "school_week")
    a_day = pl.col("n") / pl.col("days")
    usual = a_day.shift(1).rolling_median(WEEKS_BEFORE, min_samples=WEEKS_NEEDED).over("branch_id")
    low = delivered.with_columns(usual=usual).filter(pl.col("usual") >= USUAL_VISITS_A_DAY, a_day < DROP * pl.col("usual"))
    return low.select("branch_id", "n", "stood", day="school_week", of=(pl.col("usual") * pl.col("days")).round().cast(pl.Int64))


# --- what pupils cannot both be ----------------------------------------------------------------------------------------


def two_homes(found: Facts) -> pl.DataFrame:
    """Pupils of whom deliveries name more than one home in the year, each by the visit at which it last changed and the row before. n: different homes."""
    return _changes(found, "neighbourhood_code")


def two_levels(found: Facts) -> pl.DataFrame:
    """Pupils of whom deliveries name more than one level in the year, each by the visit at which it last changed and the row before. n: different levels."""
    return _changes(found, "level")


def _changes(found: Facts, attribute: str) -> pl.DataFrame:
    """One row per pupil. Of several deliveries about one day the last counts, so that a correction takes the doubt away."""
    said = found.statements.drop_nulls(attribute).sort("pupil_id", "known_on", "load_id").unique(["pupil_id", "known_on"], keep="last", maintain_order=True)
    changed = (pl.col(attribute) != pl.col(attribute).shift(1)).over("pupil_id").fill_null(value=False)
    before = _row().shift(1).over("pupil_id")
    several = said.with_columns(n=pl.col(attribute).n_unique().over("pupil_id").cast(pl.Int64), stood=pl.concat_list(before, _row()))
    last = several.filter(changed).unique("pupil_id", keep="last", maintain_order=True).drop("branch_id")
    visits = found.visits.select("pupil_id", "branch_id", day="visited_on").sort("pupil_id", "day")
    seen = last.sort("known_on").join_asof(visits.sort("day"), left_on="known_on", right_on="day", by="pupil_id", strategy="nearest", check_sortedness=False)
    return seen.select("branch_id", "n", "stood", day=pl.coalesce("day", "known_on"))


def two_branches_within_an_hour(found: Facts) -> pl.DataFrame:
    """Pupils who arrived at two branches within an hour: branch and, as other, the next one. n: minutes between them."""
    several = found.visits.filter(pl.struct("pupil_id", "visited_on").is_duplicated()).drop_nulls("arrived_at").sort("pupil_id", "visited_on", "arrived_at")
    following = several.with_columns(
        n=(pl.col("arrived_at").cast(pl.Duration("ns")).dt.total_minutes().diff().shift(-1)).over("pupil_id", "visited_on"),
        other=pl.col("branch_id").shift(-1).over("pupil_id", "visited_on"),
        stood=pl.concat_list(_row(), _row().shift(-1).over("pupil_id", "visited_on")),
    )
    return following.filter(pl.col("n") < WITHIN_MINUTES, pl.col("other").is_not_null()).select("branch_id", "other", "n", "stood", day="visited_on")


# --- what is out of the ordinary ---------------------------------------------------------------------------------------


def many_from_outside(found: Facts) -> pl.DataFrame:
    """Deliveries in which more than a tenth of the pupils of a branch live outside the municipality: perhaps another one's codes. n of `of` pupils."""
    came = found.visits.select("pupil_id", "load_id", "branch_id").unique()
    said = found.statements.drop_nulls("neighbourhood_code").with_columns(stood=_row()).drop("branch_id")
    homes = said.join(came, on=["pupil_id", "load_id"])
    is_outside, pupil = pl.col("neighbourhood_code") == OUTSIDE, pl.col("pupil_id")
    counts = {"n": pupil.filter(is_outside).n_unique().cast(pl.Int64), "of": pupil.n_unique().cast(pl.Int64)}
    parts = homes.group_by("branch_id", "load_id").agg(**counts, stood=pl.col("stood").filter(is_outside))
    return parts.filter(pl.col("of") >= ENOUGH_PUPILS, pl.col("n") > MUCH_OUTSIDE * pl.col("of"))


def many_anonymous(found: Facts) -> pl.DataFrame:
    """Months in which more than a fifth of the visits of a branch are without a pupil. n of `of` visits."""
    within = pl.col("day").is_between(found.period.first, found.period.last)
    nameless = found.data.anonymous.select("branch_id", "visits", day="visited_on").filter(within).group_by("branch_id", day=pl.col("day").dt.month_start())
    named = found.visits.group_by("branch_id", day=pl.col("visited_on").dt.month_start()).agg(named=pl.len().cast(pl.Int64))
    parts = nameless.agg(n=pl.col("visits").sum()).join(named, on=["branch_id", "day"], how="left")
    return parts.with_columns(of=pl.col("n") + pl.col("named").fill_null(0)).filter(pl.col("n") > MUCH_ANONYMOUS * pl.col("of"))


def look_alike_numbers(found: Facts) -> pl.DataFrame:
    """Deliveries with numbers of pupils that differ in capitals or noughts alone, as the door noted. n: how many; branch and day: of the first row."""
    return _noted(found, pl.col("code").str.starts_with(LOOK_ALIKES))


def two_things_in_one_file(found: Facts) -> pl.DataFrame:
    """Deliveries that name two homes or two levels of one pupil, as the door noted. n: how many pupils; branch and day: as above."""
    return _noted(found, pl.col("code").is_in(list(TWO_THINGS)))


def _noted(found: Facts, is_about: pl.Expr) -> pl.DataFrame:
    rows = found.noted.filter(is_about).sort("row_number").group_by("load_id", "code", maintain_order=True)
    return rows.agg(pl.col("branch_id", "day").first(), n=pl.col("thing").n_unique().cast(pl.Int64), stood=_row())


#: Every check, in the order in which somebody would go through them.
CHECKS: dict[str, Callable[[Facts], pl.DataFrame]] = {
    check.__name__: check
    for check in (
        missing_weeks,
        sessions_without_visits,
        visits_without_session,
        sudden_drops,
        two_homes,
        two_levels,
        two_things_in_one_file,
        two_branches_within_an_hour,
        look_alike_numbers,
        many_from_outside,
        many_anonymous,
    )
}
#: Checks of which `other` is a branch.
BETWEEN_BRANCHES = ("two_branches_within_an_hour",)
#: Checks of which every address is one pupil, or a few: their count is a count of children.
ABOUT_PUPILS = ("two_homes", "two_levels", "two_things_in_one_file", "two_branches_within_an_hour", "look_alike_numbers")


def addresses(found: Facts, check: str, branches: Collection[str] | None = None) -> pl.DataFrame:
    """What one check finds, newest first, as ADDRESSES. branches: those of a reader who sees no row of others."""
    if branches is not None:
        found = replace(found, noted=found.noted.filter(pl.col("branch_id").is_in(branches)))
    rows = CHECKS[check](found).with_columns(elsewhere=False)
    rows = rows.with_columns(pl.lit(None, kind).alias(name) for name, kind in (ADDRESSES | {"stood": pl.List(ROW)}).items() if name not in rows.columns)
    if branches is not None:
        rows = _seen_from(rows, branches, between_branches=check in BETWEEN_BRANCHES)
    rows = rows.sort("day", "branch_id", descending=[True, False], nulls_last=True).with_row_index("number")
    rows = rows.drop("files").join(_files(rows.select("number", "stood"), found.loads), on="number", how="left", maintain_order="left")
    return rows.with_columns(pl.col("files").fill_null([])).match_to_schema(ADDRESSES, extra_columns="ignore")


def _seen_from(rows: pl.DataFrame, branches: Collection[str], *, between_branches: bool) -> pl.DataFrame:
    """What is found at these branches, with their own rows. between_branches: `other` is a branch, which of somebody else's is not told."""
    own, other = pl.col("branch_id").is_in(branches), pl.col("other").is_in(branches)
    if between_branches:
        here = pl.when(own).then("branch_id").when(other).then("other")
        rows = rows.with_columns(branch_id=here, other=pl.when(own & other).then("other"))
    mine = pl.col("stood").list.eval(pl.element().filter(pl.element().struct.field("branch_id").is_in(branches)))
    elsewhere = (pl.col("stood").list.len() > mine.list.len()).fill_null(value=False)
    return rows.filter(own).with_columns(elsewhere=elsewhere, stood=mine)


def _files(found: pl.DataFrame, loads: pl.DataFrame) -> pl.DataFrame:
    """number, files: of each finding the files in which it stands. found: number, stood; loads: load_id, file_name."""
    places = found.explode("stood", empty_as_null=True).unnest("stood").drop_nulls("load_id").join(loads.select("load_id", "file_name"), on="load_id")
    by_file = places.group_by("number", "load_id", "file_name").agg(rows=pl.col("row_number").drop_nulls().unique().sort()).sort("number", "load_id")
    return by_file.group_by("number", maintain_order=True).agg(files=pl.struct("file_name", "rows"))


def _row() -> pl.Expr:
    """Where a row of the store stood, as ROW."""
    return pl.struct("load_id", "row_number", "branch_id")


def _monday(day: str) -> pl.Expr:
    return periods.first_day_of("school_week", pl.col(day))
