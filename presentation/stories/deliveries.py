"""Klopt wat erin zit? How complete the deliveries are, week by week."""

import itertools
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import polars as pl

from actions.load_file import Checked
from data_access.reader import Reader, Role
from metrics import periods
from metrics.shapes import Period, View
from presentation import cached, delivered, receipts
from presentation.cached import Branch
from presentation.charts import cells
from presentation.charts.chart import Chart
from presentation.choice import Choice
from presentation.stories import common
from presentation.stories.common import Row
from presentation.tables import Table
from presentation.texts import Say, plain

WEEK = timedelta(days=7)
#: Weeks of which something is still to come.
INCOMPLETE = ("missing", "partly")


@dataclass(frozen=True)
class Deliveries:
    """All that the page shows for one school year. span: first and last day that any branch delivered; period None: nothing was delivered yet."""

    reader: Reader
    period: Period | None
    span: Period | None
    branches: list[Branch]
    weeks: pl.DataFrame
    visits: Row | None
    loads: pl.DataFrame

    def stands(self, load_id: int | None) -> bool:
        """Whether a delivery was loaded and not taken back."""
        return not self.loads.filter(pl.col("load_id") == load_id, pl.col("withdrawn_at").is_null()).is_empty()


@cached.kept
def load(choice: Choice | None, reader: Reader) -> Deliveries:
    """Fetch what the page shows of the school year chosen. choice None: no visits were delivered yet."""
    own = [branch for branch in cached.branches() if reader.role is not Role.BRANCH or branch.id in reader.branch_ids]
    loads, span = delivered.loads(reader), delivered.span()
    if choice is None or span is None:
        return Deliveries(reader, None, None, own, pl.DataFrame(), None, loads)
    period = periods.school_year(choice.starts_in)
    view = View(Period(period.first, min(period.last, span.last)), span.last, branches=reader.branch_ids)
    return Deliveries(reader, period, span, own, _of(own, delivered.weeks(period)), common.only(delivered.visits(view, reader)), loads)


def _of(branches: Sequence[Branch], weeks: pl.DataFrame) -> pl.DataFrame:
    return weeks.filter(pl.col("branch_id").is_in([branch.id for branch in branches]))


# --- sentences --------------------------------------------------------------------------------------------------------


def state_line(figures: Deliveries, say: Say) -> str:
    """Period with the last day that these branches delivered in it, branches, visits, last load with its time, next delivery."""
    parts = []
    if figures.period is not None:
        lasts = delivered.last_days()
        until = [min(figures.period.last, lasts[branch.id]) for branch in figures.branches if branch.id in lasts]
        days = [say("deliveries.state.until", day=max(until))] if until and max(until) >= figures.period.first else []
        parts.append(", ".join([say("state.year", year=f"{figures.period.first.year}-{figures.period.last.year}"), *days]))
    if figures.reader.role is Role.BRANCH:
        parts += [plain(branch.name) for branch in figures.branches]
    elif figures.branches:
        parts.append(say("state.branches", n=len(figures.branches)))
    if figures.visits is not None and figures.visits.value is not None:
        parts.append(say("deliveries.state.visits", n=int(figures.visits.value)))
    latest = figures.loads["loaded_at"].max()
    if isinstance(latest, datetime):
        parts.append(say("deliveries.state.loaded", at=latest))
    return " · ".join([*parts, say("deliveries.state.next", when=cached.organisation_text("delivery", say))])


def headline(figures: Deliveries, checked: Checked | None, say: Say) -> str:
    """How many branch weeks are in, and what the file on the table would repair or bring."""
    if figures.period is None:
        return say("deliveries.headline.nothing" if figures.loads.is_empty() else "deliveries.headline.no_visits")
    arrived, missing = _count(figures.weeks, "delivered"), _count(figures.weeks, *INCOMPLETE)
    file = _of_file(figures, checked, missing, say) if checked else say("deliveries.headline.stop")
    if not arrived:
        return say("deliveries.headline.no_weeks", file=file)
    if not missing:
        return say("deliveries.headline.all", n=arrived, file=file)
    return say("deliveries.headline.some", delivered=arrived, total=arrived + missing, file=file)


def _of_file(figures: Deliveries, checked: Checked, missing: int, say: Say) -> str:
    if checked.receipt.already_loaded is not None or not receipts.may_replace(checked.receipt) or figures.period is None:
        return say("deliveries.headline.stop")
    years = {periods.school_year_of(day) for day in checked.held["day"]}
    if years and figures.period.first.year not in years:
        return say("deliveries.headline.other_year", year=f"{min(years)}-{min(years) + 1}")
    key = ["branch_id", "school_week"]
    after = _of(figures.branches, delivered.weeks_with(checked, figures.period)).filter(pl.col("state") == "delivered")
    repaired = after.join(figures.weeks.filter(pl.col("state").is_in(INCOMPLETE)), on=key, how="semi").height
    brought = after.join(figures.weeks.filter(pl.col("state").is_in([*INCOMPLETE, "delivered"])), on=key, how="anti").height
    if repaired:
        return say(f"deliveries.headline.fills_{'all' if repaired == missing else 'some'}", n=repaired)
    return say("deliveries.headline.brings", n=brought) if brought else say("deliveries.headline.stop")


def certainty(figures: Deliveries, say: Say) -> str:
    """Up to which day the figures run, and who holds them back."""
    as_of = delivered.as_of()
    if figures.period is None or as_of is None:
        role = "programme" if not figures.reader.delivers else "branch" if figures.reader.role is Role.BRANCH else "steward"
        return say(f"deliveries.certainty.start_{role}")
    lasts = delivered.last_days()
    if figures.reader.role is Role.BRANCH:
        own = [lasts[branch.id] for branch in figures.branches if branch.id in lasts]
        return say("deliveries.certainty.own", last=max(own), as_of=as_of) if own else say("deliveries.certainty.start_branch")
    silent = [plain(branch.name) for branch in figures.branches if branch.id in delivered.silent()]
    if silent:
        everyone = len(silent) == len(figures.branches)
        return say(f"deliveries.certainty.{'all_silent' if everyone else 'silent'}", as_of=as_of, branches=common.joined(silent, say))
    newest = max(lasts.values())
    behind = [branch.name for branch in figures.branches if branch.id in lasts and lasts[branch.id] + WEEK <= newest]
    if behind:
        return say("deliveries.certainty.behind", as_of=as_of, branches=common.joined([plain(name) for name in behind], say))
    return say("deliveries.certainty.gaps" if _count(figures.weeks, *INCOMPLETE) else "deliveries.certainty.even", as_of=as_of)


def _count(weeks: pl.DataFrame, *states: str) -> int:
    return weeks.filter(pl.col("state").is_in(states)).height


# --- completeness -----------------------------------------------------------------------------------------------------


@cached.kept
def cells_chart(figures: Deliveries, say: Say) -> Chart | None:
    """One cell per branch and school week; None before the first delivery of the school year."""
    at_school = figures.weeks.filter(pl.col("state") != "holiday") if figures.period else figures.weeks
    if at_school.is_empty():
        return None
    first, last = _first_and_last(at_school)
    mondays = common.weeks_between(first, last)
    states: dict[tuple[str, date], cells.State] = {(row[0], row[1]): row[2] for row in figures.weeks.iter_rows()}
    parts = {branch.id: _parts(figures.weeks, branch) for branch in figures.branches}
    known = [branch for branch in figures.branches if any((branch.id, week) in states for week in mondays)]
    groups = [
        cells.Group(
            say(f"sector.{sector}"),
            [
                cells.Row(
                    branch.name,
                    [states.get((branch.id, week)) for week in mondays],
                    say("deliveries.cells.count", delivered=parts[branch.id][0], total=parts[branch.id][1]),
                )
                for branch in of_sector
            ],
        )
        for sector, of_sector in ((sector, list(some)) for sector, some in itertools.groupby(known, key=lambda branch: branch.sector))
    ]
    finding = _finding(figures, say)
    words = [say("deliveries.cells.part", branch=branch.name, delivered=parts[branch.id][0], total=parts[branch.id][1]) for branch in known]
    through = min(last + timedelta(days=6), figures.span.last) if figures.span else last
    return Chart(
        finding=finding,
        subtitle=say("deliveries.cells.subtitle", first=max(first, figures.period.first) if figures.period else first, last=through),
        figure=cells.cells(groups, mondays, holidays_among(set(figures.weeks.filter(state="holiday")["school_week"]), mondays), say),
        alt=say("deliveries.cells.alt", finding=finding, parts=", ".join(words)),
        table=_table(known, mondays, states, say),
        definitions=(),
        explained=say("deliveries.cells.how"),
        name=say("deliveries.cells.file"),
    )


def key(figures: Deliveries, say: Say) -> str:
    """What the cells mean: only the states that there are."""
    return key_of(set(figures.weeks["state"]) if figures.period else set(), say)


def key_of(there: Collection[str], say: Say) -> str:
    """What the cells of some states mean."""
    words = [say(f"deliveries.key.{state}") for state in ("delivered", "partly", "missing", "closed", "holiday", "running") if state in there]
    return f":small[:gray[{' · '.join(words)}]]"


def _first_and_last(weeks: pl.DataFrame) -> tuple[date, date]:
    days = weeks["school_week"].to_list()
    return min(days), max(days)


def _parts(weeks: pl.DataFrame, branch: Branch) -> tuple[int, int]:
    """Weeks delivered, and weeks that should have been."""
    own = weeks.filter(pl.col("branch_id") == branch.id)
    arrived = _count(own, "delivered")
    return arrived, arrived + _count(own, *INCOMPLETE)


def _finding(figures: Deliveries, say: Say) -> str:
    missing = figures.weeks.filter(pl.col("state") == "missing").group_by("branch_id").len().sort("len", "branch_id", descending=[True, False])
    partly = _count(figures.weeks, "partly")
    if missing.is_empty():
        return say("deliveries.cells.finding_partly", n=partly) if partly else say("deliveries.cells.finding_none")
    return _finding_missing(figures, missing, say) + (say("deliveries.cells.and_partly", n=partly) if partly else "")


def _finding_missing(figures: Deliveries, missing: pl.DataFrame, say: Say) -> str:
    """missing: branch_id and `len`, the number of weeks without anything, most first."""
    names = {branch.id: plain(branch.name) for branch in figures.branches}
    most = [names[branch] for branch in missing["branch_id"]]
    n = int(missing["len"].sum())
    if len(most) == 1:
        return say("deliveries.cells.finding_both" if n == 2 else "deliveries.cells.finding_one_branch", n=n, branch=most[0])
    if len(most) == 2:
        return say("deliveries.cells.finding_two_branches", n=n, branches=common.joined(most, say))
    return say("deliveries.cells.finding_most", n=n, branch=most[0])


def holidays_among(off: Collection[date], mondays: Sequence[date]) -> list[cells.Holiday]:
    """Weeks off that follow each other, with the name of the longest holiday in them."""
    found = []
    for is_off, run in itertools.groupby(mondays, key=lambda week: week in off):
        if is_off:
            days = list(run)
            bands = cached.holidays(days[0], days[-1] + WEEK)
            longest = max(bands, key=lambda band: min(band.last, days[-1] + WEEK) - max(band.first, days[0]), default=None)
            found.append(cells.Holiday(days[0], days[-1], longest.label if longest else ""))
    return found


def _table(branches: Sequence[Branch], mondays: Sequence[date], states: dict[tuple[str, date], cells.State], say: Say) -> Table:
    rows = [[say.date(week), *(say(f"deliveries.week.{states.get((branch.id, week), 'none')}") for branch in branches)] for week in mondays]
    file = pl.DataFrame({"school_week": mondays} | {branch.id: [states.get((branch.id, week)) for week in mondays] for branch in branches})
    return Table([say("table.week"), *(branch.name for branch in branches)], rows, file)
