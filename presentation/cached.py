"""What pages ask for again and again, made once and then kept for every session: see `kept`."""

from collections.abc import Callable, Hashable, Sequence
from contextvars import ContextVar
from datetime import date, timedelta
from functools import partial, wraps
from typing import Any, NamedTuple, ParamSpec, TypeVar

import polars as pl
import streamlit as st
from sqlalchemy import Engine

from actions import record_decision, see_what_is_needed, set_criteria, show_figures
from actions.check_data import Found, check_data
from actions.judge_pilot import Judged, judge_pilot
from actions.record_decision import LookedBack
from actions.see_what_is_needed import Waiting
from data_access import clock, database, sources
from data_access.criteria import Criterion
from data_access.dataset import Dataset
from data_access.decisions import Decision
from data_access.organisation import organisation
from data_access.reader import Reader, Role
from data_access.settings import settings
from data_access.sources import Source
from metrics import catalogue, periods
from metrics.catalogue import Definition
from metrics.indicators.sessions import Lasted, lasted
from metrics.indicators.target_group import target_group
from metrics.indicators.wealth import Ranked, delivered, ranked
from metrics.shapes import Inputs, Period, Sector, Shown, View
from presentation.charts import places
from presentation.charts.places import Geometry
from presentation.charts.trend import Band
from presentation.shelf import Shelf
from presentation.texts import Language, Say, language

#: Reads names, calendars and outlines, which are public.
_PUBLIC = Reader(Role.PROGRAMME)


#: A reason for a closure of at most this many letters fits in its band.
SHORT = 14


class Branch(NamedTuple):
    """A branch as the screen needs it."""

    id: str
    name: str
    sector: Sector | None
    at: tuple[float, float] | None
    neighbourhood_code: str | None
    pilot: bool


class Offer(NamedTuple):
    """Other free homework help: a name, whom it is for (None = everyone), where it is."""

    name: str
    sector: str | None
    at: tuple[float, float] | None
    neighbourhood_code: str | None


class Happening(NamedTuple):
    """Something readers should know when they look at a trend."""

    on: date
    text: str


def engine() -> Engine:
    """The database of the settings in force."""
    return database.engine()


#: The data version that each store had when this run of a page began; None where no page runs, as when a file is made.
_AT_THE_START: ContextVar[dict[str, int] | None] = ContextVar("data versions at the start of this run", default=None)


def arrive() -> None:
    """Once at the start of a run: the store is asked anew which data it holds, and then no more, so that a page shows one moment and asks once."""
    _AT_THE_START.set({})


def _version() -> int:
    known, url = _AT_THE_START.get(), settings().database_url
    if known is None:
        return database.version(engine())
    if url not in known:
        known[url] = database.version(engine())
    return known[url]


_Given = ParamSpec("_Given")
_Made = TypeVar("_Made")
#: Things on the shelf. Of ten a page makes some eight figures of a few numbers, and one chart of some 0.1 MB.
ROOM = 4000


@st.cache_resource(show_spinner=False)
def _shelf() -> Shelf:
    return Shelf(ROOM)


def kept(make: Callable[_Given, _Made]) -> Callable[_Given, _Made]:
    """Make something once for all sessions, as long as all that it hangs on is the same.

    That is the key: which function, what it is given (who looks and in which language are always among that), which store, the data version at the start of
    this run, and the day. Each step that changes what somebody sees raises the data version: loads and withdrawals, signals and what is done with them, the
    limit, criteria, decisions. A plain value stands in the key for itself, and something that was kept for the key under which it stands; so a key comes down
    to plain values, however far a chart is from the choice it began with. Given anything else, such as what is known of single signals, nothing is kept.
    What was kept is never changed afterwards.
    """

    @wraps(make)
    def once(*given: _Given.args, **named: _Given.kwargs) -> _Made:
        shelf = _shelf()
        try:
            parts = tuple(_part(value, shelf) for value in (*given, *named.values()))
        except KeyError:
            return make(*given, **named)
        key = (make.__module__, make.__qualname__, settings().database_url, _version(), clock.today(), tuple(named), parts)
        made: _Made = shelf.get(key, partial(make, *given, **named))
        return made

    return once


def _part(value: object, shelf: Shelf) -> Hashable:
    """What stands for a value in a key. Raises KeyError where nothing does."""
    try:
        hash(value)
    except TypeError:
        return shelf.key_of(value)
    return value


def dataset(reader: Reader) -> Dataset:
    """What `reader` may see of the newest data version."""
    return _dataset(settings().database_url, _version(), reader.role.value, reader.branch_ids)


@st.cache_resource(show_spinner=False, max_entries=12)
def _dataset(url: str, version: int, role: str, branch_ids: tuple[str, ...]) -> Dataset:
    del version  # part of the key only
    return Dataset(database.engine_for(url), Reader(Role(role), branch_ids))


@kept
def shown(indicator: str, view: View, reader: Reader) -> Shown:
    """One indicator for one view, protected."""
    return show_figures.shown(dataset(reader), indicator, view)


@kept
def whole(indicator: str, view: View, reader: Reader) -> Shown:
    """One indicator of several branches together, protected for being drawn beside one of them."""
    return show_figures.whole(dataset(reader), indicator, view)


@kept
def as_many_sessions(view: View, reader: Reader) -> tuple[int, Period | None]:
    """Held sessions of the view, and the days before it with as many."""
    return show_figures.as_many_sessions(dataset(reader), view)


@kept
def judged(view: View, reader: Reader) -> list[Judged]:
    """Every criterion with its verdict and its checks, for one view."""
    return judge_pilot(dataset(reader), view)


def agreed(reader: Reader) -> list[Criterion]:
    """Every version of every criterion, oldest first."""
    return set_criteria.history(engine(), reader)


def agree(reader: Reader, criterion: Criterion) -> Criterion:
    """Write a criterion as a new version. Raises Forbidden, Refused, StoreFault."""
    return set_criteria.set_criterion(engine(), reader, criterion)


def decided(reader: Reader) -> list[Decision]:
    """The decisions that this reader may read, oldest first."""
    return record_decision.history(engine(), reader)


def record(reader: Reader, decision: Decision) -> Decision:
    """Keep a decision. Raises Forbidden, Refused, StoreFault."""
    return record_decision.record(engine(), reader, decision)


def conclude(reader: Reader, decision_id: int, conclusion: str) -> None:
    """Keep what was thought of a decision afterwards. Raises Forbidden, Refused, StoreFault."""
    record_decision.conclude(engine(), reader, decision_id, conclusion)


@kept
def looked_back(reader: Reader, decision: Decision) -> LookedBack:
    """The figure of a decision before and after it."""
    return record_decision.look_back(dataset(reader), decision)


@kept
def weeks(period: Period, through: date) -> pl.DataFrame:
    """How complete the deliveries are, week by week, up to a day: branch_id, school_week, state."""
    return periods.weeks(_facts(), period, through)


@kept
def checks(reader: Reader, period: Period, through: date) -> list[Found]:
    """What is still to be looked at before figures become official, for this reader."""
    return check_data(engine(), reader, _facts(), period, through)


def waiting_signals(reader: Reader, branch_id: str) -> Waiting:
    """The signals of the reader's own branch without an answer. Read anew each time: nothing about pupils is kept."""
    return see_what_is_needed.waiting_signals(engine(), reader, branch_id)


# --- public facts -----------------------------------------------------------------------------------------------------


def _facts() -> Inputs:
    return dataset(_PUBLIC).inputs()


@kept
def is_demo() -> bool:
    """Whether the pupils of this store are made up."""
    return dataset(_PUBLIC).kind() == "demo"


@kept
def span() -> Period | None:
    """First visit and as-of date; None when there are no visits."""
    facts = _facts()
    firsts = [first for first in (facts.visits.days["visited_on"].min(), facts.anonymous["visited_on"].min()) if isinstance(first, date)]
    return Period(min(firsts), facts.as_of) if firsts and facts.as_of is not None else None


@kept
def today() -> date:
    """The day that the pages call today: that of the clock. A made-up programme stands still on the day after its last delivery."""
    last = _facts().coverage["last_day"].max()
    return min(clock.today(), last + timedelta(days=1)) if is_demo() and isinstance(last, date) else clock.today()


@kept
def open_days(branch_id: str, coming: Period) -> list[date]:
    """The coming days on which a branch could be open: weekdays outside holidays and closures."""
    days = periods.school_days(_facts(), coming, coming.first - timedelta(days=1))
    return days.filter(branch_id=branch_id, state="ahead")["day"].to_list()


@kept
def keeps_sessions(branch_id: str) -> bool:
    """Whether sessions of a branch were ever delivered."""
    return branch_id in _facts().sessions["branch_id"]


def session_hours(period: Period, through: date) -> dict[str, Lasted]:
    """Branch -> its held sessions of which begin and end are known, and how many hours these lasted."""
    return lasted(_facts().sessions, period, through)


@kept
def as_many_sessions_earlier(branch_id: str, period: Period) -> Period | None:
    """The days before a period in which the branch held as many sessions; None where there are not so many."""
    own = _facts().sessions.filter(pl.col("branch_id") == branch_id)
    return periods.as_many_sessions_earlier(own, period, period.last)


def same_school_weeks_earlier(weeks: Sequence[date]) -> dict[date, date]:
    """Monday -> Monday of the same school week of the year before, see `metrics.periods`."""
    return periods.same_school_weeks_earlier(_facts().holidays, weeks)


def holiday_on(day: date) -> tuple[str, date] | None:
    """Name and last day of the school holiday that a day lies in; None where it is no holiday."""
    found = _facts().holidays.filter(pl.lit(day).is_between("first_day", "last_day")).sort("last_day", descending=True)
    return None if found.is_empty() else (str(found["name"][0]), found["last_day"][0])


@kept
def branches() -> list[Branch]:
    """Branches with homework help first in order of sector and name."""
    rows = _facts().branches.sort("sector", "name", nulls_last=True).iter_rows(named=True)
    return [
        Branch(
            row["branch_id"],
            untagged(row["name"]),
            row["sector"],
            _point(row),
            row["neighbourhood_code"],
            bool(row["pilot"]),
        )
        for row in rows
        if row["sector"] is not None
    ]


@kept
def offers() -> list[Offer]:
    """Other free homework help, as delivered; empty when nobody delivered it."""
    rows = _facts().offers.sort("name").iter_rows(named=True)
    return [Offer(untagged(row["name"]), row["sector"], _point(row), row["neighbourhood_code"]) for row in rows]


def _point(row: dict[str, Any]) -> tuple[float, float] | None:
    """Longitude and latitude, None where one of them is unknown."""
    return None if row["longitude"] is None or row["latitude"] is None else (row["longitude"], row["latitude"])


@kept
def points() -> dict[str, tuple[float, float]]:
    """A point inside each neighbourhood that has one: longitude, latitude."""
    return {row["neighbourhood_code"]: at for row in _facts().neighbourhoods.iter_rows(named=True) if (at := _point(row)) is not None}


@kept
def neighbourhoods() -> pl.DataFrame:
    """Neighbourhoods with their names and districts."""
    return _facts().neighbourhoods.with_columns(pl.col("name").str.replace_all("<", "\N{SINGLE LEFT-POINTING ANGLE QUOTATION MARK}"))


@kept
def target_sizes(view: View) -> pl.DataFrame:
    """neighbourhood_code, target: pupils of the target group, largest first. Public figures, so the same for every reader."""
    return target_group(_facts(), view).select("neighbourhood_code", "target").sort("target", "neighbourhood_code", descending=[True, False])


@kept
def wealth_fifths(view: View) -> dict[str, str]:
    """Neighbourhood -> fifth of the target group by wealth, "1" = least wealthy; without those that have no rank. Public figures."""
    return dict(_ranked(view).frame.select("neighbourhood_code", "wealth_fifth").iter_rows())


@kept
def wealth_sources(view: View) -> tuple[str, ...]:
    """Where the figures behind `wealth_fifths` come from, as delivered, with their year."""
    return tuple(map(untagged, _ranked(view).sources))


def wealth_years(view: View) -> tuple[int, ...]:
    """Of which years these figures are."""
    return _ranked(view).years


@kept
def wealth_measures() -> tuple[str, ...]:
    """The measures of wealth that are loaded and of which is known which way is more wealth, the standard one first."""
    return delivered(_facts())


@kept
def _ranked(view: View) -> Ranked:
    return ranked(_facts(), view)


def untagged(name: str) -> str:
    """A delivered name for a chart, which would read "<" as the start of a tag."""
    return name.replace("<", "\N{SINGLE LEFT-POINTING ANGLE QUOTATION MARK}")


@kept
def has_outlines() -> bool:
    """Whether boundaries were delivered; without them the map is made of tiles."""
    return bool(dataset(_PUBLIC).boundaries("neighbourhood"))


@kept
def geometries() -> dict[str, Geometry]:
    """Outline or tile of each neighbourhood."""
    outlines = dataset(_PUBLIC).boundaries("neighbourhood")
    if outlines:
        return {code: places.clockwise(outline) for code, outline in outlines.items()}
    known = _facts().neighbourhoods.drop_nulls(["latitude", "longitude"])
    return places.tiles({row["neighbourhood_code"]: (row["longitude"], row["latitude"]) for row in known.iter_rows(named=True)})


def events(say: Say, branch_id: str | None = None) -> list[Happening]:
    """Events of the whole programme and decisions about it, and those of one branch, oldest first."""
    rows = _facts().events.filter(pl.col("branch_id").is_null() | pl.col("branch_id").eq_missing(branch_id))
    happened = [Happening(row["happened_on"], untagged(row["text"])) for row in rows.iter_rows(named=True)]
    decisions = [decision for decision in decided(_PUBLIC) if decision.branch_id in (None, branch_id)]
    return sorted([*happened, *(Happening(decision.decided_on, say("decisions.mark", what=untagged(decision.what))) for decision in decisions)])


@kept
def bands(sector: str, first: date, last: date, code: Language, branch_id: str | None = None) -> list[Band]:
    """Holidays and closures for a sector, or one branch of it, between two days; closures that touch or overlap are one, and win from a holiday in them."""
    say = language(code)
    facts = _facts()
    within = (pl.col("first_day") <= last) & (pl.col("last_day") >= first)
    whole = (pl.col("branch_id").is_null() | pl.col("branch_id").eq_missing(branch_id)) & (pl.col("sector").is_null() | (pl.col("sector") == sector))
    shut: list[Band] = []
    for row in facts.closures.filter(within & whole).sort("first_day").iter_rows(named=True):
        if shut and (row["first_day"] - shut[-1].last).days <= 1:
            shut[-1] = Band(shut[-1].first, max(shut[-1].last, row["last_day"]), shut[-1].label, hatched=True)
        else:
            reason = f"<br>({row['name']})" if len(row["name"]) <= SHORT else ""
            shut.append(Band(row["first_day"], row["last_day"], f"<b>{say('chart.closed')}</b>{reason}", hatched=True))
    return shut + [band for band in holidays(first, last) if not any(closed.first <= band.first and band.last <= closed.last for closed in shut)]


@kept
def holidays(first: date, last: date) -> list[Band]:
    """School holidays between two days, in order, with short names."""
    rows = _facts().holidays.filter((pl.col("first_day") <= last) & (pl.col("last_day") >= first)).sort("first_day")
    return [Band(row["first_day"], row["last_day"], _short(row["name"])) for row in rows.iter_rows(named=True)]


def _short(holiday: str) -> str:
    """ "herfstvakantie" -> "Herfst": there is little room above a week."""
    return holiday.removesuffix("vakantie").removesuffix("s").capitalize()


# --- about the figures ------------------------------------------------------------------------------------------------


def municipality() -> str:
    """The name people use for the municipality."""
    return organisation().name


def organisation_text(part: str, say: Say) -> str:
    """A text of organisation.toml in the language of the screen: owner, contact, delivery, district, ..."""
    return str(getattr(organisation(), part)[say.language])


@kept
def last_load() -> date | None:
    """The day on which data were last loaded that stand; None when none do."""
    loads = dataset(_PUBLIC).loads().filter(pl.col("withdrawn_at").is_null())
    latest = loads["loaded_at"].max() if not loads.is_empty() else None
    return latest.date() if latest is not None else None  # type: ignore[union-attr]


@kept
def public_sources() -> list[Source]:
    """Where the public figures come from, in reading order."""
    return sources.sources(engine())


def definition(indicator: str) -> Definition:
    """The definition of an indicator, from its file."""
    return catalogue.definition(indicator)


@kept
def help_text(indicator: str, say: Say) -> str:
    """What is counted, and of what, for the question mark beside a number."""
    found = definition(indicator)
    above, below = found.numerator[say.language], found.denominator
    return f"{above} / {below[say.language]}" if below is not None else above


def provenance(say: Say) -> list[str]:
    """What a file says about itself: internal, as of when, which version, whom to ask."""
    found = dataset(_PUBLIC)
    as_of = found.as_of()
    lines = [say("export.internal"), say("export.version", as_of=as_of or say("show.hidden"), version=str(found.version()))]
    lines.append(say("export.owner", owner=organisation_text("owner", say), contact=organisation_text("contact", say)))
    return [*lines, say("export.demo")] if is_demo() else lines
