"""What a reader may see of the store, as the inputs of the indicators. Nothing else reads the tables for a screen."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property
from typing import Any

import polars as pl
from sqlalchemy import ColumnElement, Connection, Engine, Table, select

from data_access import signal_rules, tables
from data_access.as_of import AsOf, as_of
from data_access.clock import first_day_kept, today
from data_access.database import look, version
from data_access.frames import polars_type, read_frame
from data_access.organisation import organisation
from data_access.pupil_years import ATTRIBUTES, KEYS, last_known, with_sector
from data_access.reader import Forbidden, Reader, Role
from data_access.visit_rows import SCHEMA, read_days, read_visits
from metrics.shapes import Inputs, Period, View
from metrics.visit_days import prepare

LOADS = (
    *("load_id", "file_name", "kind", "layout", "replaces", "read", "accepted", "corrected", "duplicate", "refused", "anonymous", "removed"),
    *("receipt", "loaded_by", "loaded_at"),
)
PUPIL_YEARS = {"pupil_id": pl.Int64(), "school_year": pl.Int32()} | dict.fromkeys(ATTRIBUTES, pl.String())
CRITERIA = ("criterion_id", "version", "indicator", "part", "sector", "rule", "target", "minimum_sample", "owner", "valid_from", "dropped")
WITHDRAWN = ("load_id", "withdrawn_by", "withdrawn_at")


@dataclass(frozen=True)
class Dataset:
    """The store for one reader, at one moment. Make a new one when `version()` has gone up."""

    engine: Engine
    reader: Reader

    def inputs(self) -> Inputs:
        """Every frame, for who may see every figure. Raises Forbidden, StoreFault."""
        if self.reader.role is not Role.PROGRAMME:
            raise Forbidden("forbidden.figures")
        return self._inputs

    def inputs_for(self, view: View, *, branch_totals: bool = False) -> Inputs:
        """The frames for one view, when the reader may see what the view asks. branch_totals: the page compares branches by their totals.

        Programme: every view. Branch: its own branches in any grain, or the whole programme without telling branches apart, so that a branch can be held beside
        the city. A figure is worked from all frames, so that it is the same for every reader who may see it. Council and steward: no working figures.
        Raises Forbidden, StoreFault.
        """
        if self.reader.role not in (Role.PROGRAMME, Role.BRANCH):
            raise Forbidden("forbidden.figures")
        if self.reader.role is Role.BRANCH:
            others = sorted(set(view.branches) - set(self.reader.branch_ids))
            if others:
                raise Forbidden("forbidden.branch", branches=others)
            if not view.branches and "branch" in view.by and not (branch_totals and view.by == ("branch",)):
                raise Forbidden("forbidden.by_branch")
        return self._inputs

    def version(self) -> int:
        """The data version of the store now. Raises StoreFault."""
        return version(self.engine)

    def kind(self) -> str | None:
        """demo or real; None where no store was made."""
        with look(self.engine) as connection:
            return connection.execute(select(tables.store.c.kind)).scalar()

    def as_of(self) -> date | None:
        """The day up to which all branches have delivered; None when nothing was."""
        return self._as_of.day

    def silent_branches(self) -> tuple[str, ...]:
        """Branches that have delivered nothing for so long that they do not hold the as-of date back."""
        return self._as_of.silent

    def loads(self) -> pl.DataFrame:
        """Deliveries, newest first, with who took them back and when: all for steward and programme, its own for a branch. Raises Forbidden."""
        if self.reader.scope("deliveries") is None:
            raise Forbidden("forbidden.deliveries")
        with look(self.engine) as connection:
            loads = _table(connection, tables.loads, LOADS, order=[tables.loads.c.load_id.desc()])
            withdrawn = _table(connection, tables.withdrawals, WITHDRAWN)
        loads = loads.join(withdrawn, on="load_id", how="left", maintain_order="left")
        if self.reader.role is Role.BRANCH:
            loads = loads.filter(pl.struct("receipt", "loaded_by").map_elements(self._is_own, return_dtype=pl.Boolean))
        return loads.drop("receipt")

    def refused_rows(self, load_id: int) -> pl.DataFrame:
        """row, column, code, value, detail of the refused rows of a delivery that the reader may see, in the order of the file. Raises Forbidden."""
        if load_id not in self.loads()["load_id"]:
            raise Forbidden("forbidden.load", load=load_id)
        rows = tables.refused_rows.c
        query = select(rows.row_number, rows.column_name, rows.code, rows.value, rows.detail).where(
            rows.load_id == load_id, rows.refused_on >= first_day_kept(today())
        )
        names = {"row": pl.Int64(), "column": pl.String(), "code": pl.String(), "value": pl.String(), "detail": pl.String()}
        with look(self.engine) as connection:
            return read_frame(connection, query.order_by(rows.row_number, rows.column_name), names)

    def boundaries(self, level: str) -> dict[str, dict[str, Any]]:
        """Code -> GeoJSON geometry of the newest outlines of a level (neighbourhood, district); empty when none were delivered."""
        table = tables.boundaries
        with look(self.engine) as connection:
            query = select(table.c.neighbourhood_code, table.c.geometry).where(table.c.level == level).order_by(table.c.year)
            return {code: json.loads(geometry) for code, geometry in connection.execute(query)}

    def _is_own(self, load: dict[str, str]) -> bool:
        branches = {branch for branch, _, _ in json.loads(load["receipt"])["coverage"]}
        role, _, delivered_for = load["loaded_by"].partition(":")
        return bool(set(self.reader.branch_ids) & (branches | (set(delivered_for.split(",")) if role == Role.BRANCH else set())))

    @cached_property
    def _as_of(self) -> AsOf:
        with look(self.engine) as connection:
            return _as_of_now(connection)

    @cached_property
    def _inputs(self) -> Inputs:
        with look(self.engine) as connection:
            return replace(everything(connection), for_staff=True)


def everything(connection: Connection) -> Inputs:
    """Every frame, at one moment of the store and for no reader: what the monitor itself works with inside a transaction."""
    data = _inputs(connection, read_visits(connection))
    known = last_known(_table(connection, tables.pupil_years, (*KEYS, "known_on", "load_id", *ATTRIBUTES)))
    visits = data.visits.days if data.visits.branch_days is None else data.visits.branch_days
    return replace(data, pupil_years=with_sector(known, visits, data.branches).cast({"school_year": pl.Int32}))


def without_pupils(connection: Connection, period: Period) -> Inputs:
    """As `everything`, with no pupil in it: of the visits only on which days they were, in the weeks of the period. So head counts are whole."""
    return replace(_inputs(connection, pl.DataFrame(schema=SCHEMA)), named_days=_days_in_weeks_of(connection, period))


def with_pupils_since(connection: Connection, data: Inputs, day: date) -> Inputs:
    """`without_pupils` with the visits of those who came on `day` or later, from the first that each made, and the days on which anybody came since then."""
    visits = prepare(read_visits(connection, of_pupils_since=day))
    first, last = visits.days.select(first=pl.col("visited_on").min(), last=pl.col("visited_on").max()).row(0)
    return data if first is None else replace(data, visits=visits, named_days=_days_in_weeks_of(connection, Period(first, last)))


def _days_in_weeks_of(connection: Connection, period: Period) -> pl.DataFrame:
    """branch_id, day: whole weeks, for one visit says that the list of that week came."""
    monday, sunday = period.first - timedelta(days=period.first.weekday()), period.last + timedelta(days=6 - period.last.weekday())
    return read_days(connection, monday, sunday)


def _inputs(connection: Connection, visits: pl.DataFrame) -> Inputs:
    """Every frame with these visits, and no row of what is known of pupils: that is the most to read and to work out."""
    sessions = _table(connection, tables.sessions)
    branches = _table(connection, tables.branches)
    return Inputs(
        version=connection.execute(select(tables.store.c.data_version)).scalar_one(),
        as_of=_as_of_now(connection).day,
        municipality=organisation().code,
        visits=prepare(visits),
        anonymous=_anonymous(_table(connection, tables.anonymous_visits), sessions, visits),
        sessions=sessions,
        pupil_years=pl.DataFrame(schema=PUPIL_YEARS),
        branches=branches,
        neighbourhoods=_neighbourhoods(_table(connection, tables.neighbourhoods)),
        population=_table(connection, tables.population),
        context=_table(connection, tables.context),
        holidays=_table(connection, tables.holidays, ("first_day", "last_day", "name")),
        closures=_closures(connection),
        coverage=_table(connection, tables.coverage, ("branch_id", "first_day", "last_day", "stated")),
        quiet_days=_table(connection, tables.quiet_days),
        events=_table(connection, tables.events, ("happened_on", "branch_id", "text")),
        offers=_table(connection, tables.offers).with_columns(pl.col("sector").replace("", None)),
        costs=_table(connection, tables.costs).with_columns(pl.col("branch_id").replace("", None), pl.col("school_year").cast(pl.Int32)),
        outcomes=_table(connection, tables.outcomes).cast({"school_year": pl.Int32}),
        group_outcomes=_table(connection, tables.group_outcomes).cast({"school_year": pl.Int32}),
        surveys=_table(connection, tables.surveys),
        survey_answers=_table(connection, tables.survey_answers),
        signals=_table(connection, tables.signals),
        signal_events=_table(connection, tables.signal_events, ("signal_id", "number", "state", "reason", "happened_on")),
        criteria=_table(connection, tables.criteria, CRITERIA),
        norm=organisation().pupils_per_volunteer,
        signal_rules=signal_rules.in_force(signal_rules.history(connection)),
    )


def _table(connection: Connection, table: Table, names: tuple[str, ...] = (), order: Iterable[ColumnElement[Any]] | None = None) -> pl.DataFrame:
    """A table, or some of its columns in that order, without what says with which delivery a row came; in the order of its key when no other is given."""
    kept = [table.c[name] for name in names] or [column for column in table.columns if column.name not in tables.ORIGIN]
    query = select(*kept).order_by(*(table.primary_key if order is None else order))
    return read_frame(connection, query, {column.name: polars_type(column) for column in kept})


def _anonymous(delivered: pl.DataFrame, sessions: pl.DataFrame, visits: pl.DataFrame) -> pl.DataFrame:
    """Visits without a pupil per branch and day: as delivered, or what the head count of the session has above the visits by name when that is more."""
    key = ["branch_id", "visited_on"]
    named = visits.group_by(key).agg(named=pl.len().cast(pl.Int64))
    counted = sessions.select("branch_id", "head_count", visited_on="held_on").drop_nulls("head_count").join(named, on=key, how="left")
    counted = counted.select(*key, visits=pl.col("head_count") - pl.col("named").fill_null(0))
    most = pl.concat([delivered.select(*key, "visits"), counted.filter(pl.col("visits") > 0)]).group_by(key).agg(pl.col("visits").max())
    return most.sort(key)


def _neighbourhoods(areas: pl.DataFrame) -> pl.DataFrame:
    """Every neighbourhood with what was said of it last: not every file that names it also says in which district it lies, or where."""
    last = areas.sort("year").group_by("neighbourhood_code").agg(pl.col("level", "name", "parent_code", "latitude", "longitude").drop_nulls().last())
    districts = last.filter(pl.col("level") == "district").select(district_code="neighbourhood_code", district_name="name")
    return (
        last.filter(pl.col("level") == "neighbourhood")
        .join(districts, left_on="parent_code", right_on="district_code", how="left", coalesce=False)
        .select("neighbourhood_code", "name", "district_code", "district_name", "latitude", "longitude")
        .sort("neighbourhood_code")
    )


def _as_of_now(connection: Connection) -> AsOf:
    coverage = _table(connection, tables.coverage, ("branch_id", "last_day"))
    newest = coverage["last_day"].max()
    is_demo = connection.execute(select(tables.store.c.kind)).scalar() == "demo"
    now = newest if is_demo and isinstance(newest, date) else today()  # a made-up programme ends on its last day, and is not silent since
    return as_of(_table(connection, tables.branches), coverage, _table(connection, tables.holidays), _closures(connection), now)


def _closures(connection: Connection) -> pl.DataFrame:
    """Closures, with null for every sector and every branch."""
    closures = _table(connection, tables.closures, ("first_day", "last_day", "name", "sector", "branch_id"))
    return closures.with_columns(pl.col("sector", "branch_id").replace("", None))
