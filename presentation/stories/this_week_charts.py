"""The pictures of "Wat is er deze week nodig?": pupils and places per planned session, the branch beside its own earlier weeks, which weeks came in."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import polars as pl

from presentation import cached
from presentation.charts import cells, demand, trend
from presentation.charts.chart import Chart
from presentation.stories import common, comparators, school_time
from presentation.stories import this_week as story
from presentation.stories.comparators import Compared
from presentation.stories.deliveries import holidays_among, key_of
from presentation.stories.this_week import ThisWeek
from presentation.tables import Table
from presentation.texts import Say, plain

Session = dict[str, Any]
HOLIDAY: cells.State = "holiday"


# --- pupils and places ------------------------------------------------------------------------------------------------


@cached.kept
def planned_chart(figures: ThisWeek, say: Say) -> Chart | None:
    """Pupils to expect beside places, a row for each planned session under this week and the next; None when nothing is planned."""
    rows = story.sessions(figures)
    if not rows:
        return None
    split = {"this": [row for row in rows if row["day"] <= figures.sunday], "next": [row for row in rows if row["day"] > figures.sunday]}
    groups = [demand.Group(say(f"this_week.planned.{week}"), [_session(figures, row, say) for row in of_week]) for week, of_week in split.items() if of_week]
    finding = _planned_finding(figures, rows, say)
    body = [
        [
            say.date(row["day"], "EEEE d MMMM"),
            common.count(row["expected"], say),
            common.count(row["volunteers"], say),
            common.count(row["denominator"], say),
            say(f"reason.{row['reason']}") if row["value"] is None else common.count(row["value"], say),
        ]
        for row in rows
    ]
    file = figures.planned.frame.sort("day").select("branch_id", "day", "expected", "volunteers", needed="denominator", short="value", reason="reason")
    return Chart(
        finding=finding,
        subtitle=say("this_week.planned.subtitle", norm=say.number(figures.norm)),
        figure=demand.demand(groups, say),
        alt=say("this_week.planned.alt", finding=finding, n=len(rows)),
        table=Table([say(f"table.{name}") for name in ("day", "expected", "promised", "needed", "lacking")], body, common.whole(file)),
        definitions=("volunteers_short",),
        name="deze-week-vrijwilligers",
        **_scope(figures, say),
    )


def _session(figures: ThisWeek, row: Session, say: Say) -> demand.Row:
    name = say.date(row["day"], "EEEE d MMMM")
    places = None if row["volunteers"] is None else figures.norm * row["volunteers"]
    if row["expected"] is None:
        return demand.Row(name, None, places, say(f"reason.{row['reason']}"))
    if places is None:
        return demand.Row(name, row["expected"], None, say("this_week.planned.pupils", n=row["expected"]), more=say("this_week.planned.not_recorded"))
    words = say("comparison.staffing.words", pupils=say.number(row["expected"]), places=say.number(places))
    short = int(row["value"])
    return demand.Row(name, row["expected"], places, words, short > 0, say("this_week.planned.short", n=short) if short else say("this_week.planned.enough"))


def _planned_finding(figures: ThisWeek, rows: list[Session], say: Say) -> str:
    known = [row for row in rows if row["value"] is not None]
    if not known:
        return say("this_week.planned.finding_unknown", n=len(rows))
    nearest = story.first_short(known)
    if nearest is None:
        return say("this_week.planned.finding_enough", n=len(known))
    found = say("this_week.planned.finding", day=story.day_name(nearest["day"], figures.today, say), n=int(nearest["value"]))
    return found[:1].upper() + found[1:]


# --- beside itself ----------------------------------------------------------------------------------------------------


@cached.kept
def trend_chart(figures: ThisWeek, compared: Compared, say: Say) -> Chart | None:
    """Visits per session held, week by week, with what the reader holds them against in grey; None when no week can be shown."""
    values = dict(figures.by_week.frame.filter(pl.col("value").is_not_null()).select("school_week", "value").iter_rows())
    if not values:
        return None
    branch, period = figures.branch, figures.by_week.view.period
    mondays, sector = common.weeks_between(period.first, period.last), str(branch.sector)
    panel = school_time.panel(
        sector,
        branch.name,
        [(monday, values.get(monday)) for monday in mondays],
        school_time.bands(sector, branch.id, period.first, period.last, say),
        beside=comparators.beside(compared, sector, mondays, say),
    )
    finding = _trend_finding(figures, compared, set(values), say)
    return Chart(
        finding=finding,
        subtitle=say("this_week.trend.subtitle", name=plain(branch.name)) + comparators.subtitle(compared, figures.now, set(values), say),
        figure=trend.trend([panel], period.first, period.last, say, events=school_time.marks(_happened(figures, say))),
        alt=say("this_week.trend.alt", finding=finding, name=plain(branch.name)) + comparators.alt(compared, say),
        table=_trend_table(mondays, values, sector, compared, say),
        definitions=("visits_per_session",),
        name="deze-week-tegen-zichzelf",
        **_scope(figures, say),
    )


def _trend_table(mondays: Sequence[date], values: dict[date, float], sector: str, compared: Compared, say: Say) -> Table:
    rows = pl.DataFrame(
        {"sector": sector, "school_week": mondays, "per_session": [values.get(monday) for monday in mondays]}, schema_overrides={"per_session": pl.Float64}
    )
    file = comparators.with_comparator(rows, compared).drop("sector")
    numbers = [name for name in ("per_session", "comparator_value") if name in file.columns]
    body = [[say("deliveries.cells.week", day=row["school_week"]), *(common.decimal(row[name], say) for name in numbers)] for row in file.iter_rows(named=True)]
    return Table([say("table.week"), say("table.per_session"), compared.header][: len(numbers) + 1], body, file)


@cached.kept
def event_texts(figures: ThisWeek, say: Say) -> list[str]:
    """The numbered events in words, for the row under the trend."""
    return school_time.texts(_happened(figures, say), say, "d MMM y")


def _happened(figures: ThisWeek, say: Say) -> school_time.Numbered:
    period = figures.by_week.view.period
    return school_time.happened(period.first, period.last, figures.branch.id, say)


def _trend_finding(figures: ThisWeek, compared: Compared, measured: set[date], say: Say) -> str:
    now, word = figures.now.value, comparators.direction_of(compared, figures.now, measured)
    if word is not None:
        return say(f"this_week.trend.{word}", n=len(figures.weeks), than=compared.than, now=now, before=compared.whole.value)
    return say("trend.finding") if now is None else say("this_week.trend.alone", n=len(figures.weeks), now=now)


# --- which weeks came in ----------------------------------------------------------------------------------------------


@cached.kept
def weeks_chart(figures: ThisWeek, say: Say) -> Chart | None:
    """A cell for each of the last school weeks; None when none is known."""
    if not figures.weeks:
        return None
    states = dict(figures.weeks)
    mondays = common.weeks_between(figures.weeks[0][0], figures.weeks[-1][0])
    off = [monday for monday in mondays if monday not in states]
    shown = [states.get(monday, HOLIDAY) for monday in mondays]
    open_weeks = [state for state in states.values() if state != "closed"]
    arrived = sum(state == "delivered" for state in open_weeks)
    row = cells.Row(figures.branch.name, shown, say("deliveries.cells.count", delivered=arrived, total=len(open_weeks)))
    finding = _weeks_finding(len(open_weeks) - arrived, len(figures.weeks), say)
    body = [[_week(monday, say), say(f"deliveries.week.{state}")] for monday, state in zip(mondays, shown, strict=True)]
    return Chart(
        finding=finding,
        subtitle=say("this_week.weeks.subtitle", name=plain(figures.branch.name)),
        figure=cells.cells([cells.Group(say("this_week.weeks.numbers"), [row])], mondays, holidays_among(off, mondays), say, numbered=True),
        alt=say(
            "this_week.weeks.alt",
            finding=finding,
            parts=", ".join(f"{monday.isocalendar().week} {words}" for monday, (_, words) in zip(mondays, body, strict=True)),
        ),
        table=Table([say("table.week"), say("this_week.weeks.state")], body, pl.DataFrame({"school_week": mondays, "state": shown})),
        definitions=(),
        explained=say("deliveries.cells.how"),
        name="deze-week-levering",
        **_scope(figures, say),
    )


@cached.kept
def key(figures: ThisWeek, say: Say) -> str:
    """What the cells mean: only the states that there are."""
    return key_of({state for _, state in figures.weeks}, say)


def _weeks_finding(absent: int, shown: int, say: Say) -> str:
    return say("this_week.weeks.finding", n=absent) if absent else say("this_week.weeks.finding_none", n=shown)


def _week(monday: date, say: Say) -> str:
    return say("this_week.weeks.week", number=str(monday.isocalendar().week), day=say.date(monday, "d MMMM"))


# --- words ------------------------------------------------------------------------------------------------------------


def _scope(figures: ThisWeek, say: Say) -> dict[str, str]:
    """The branch and the day, for a file."""
    return {"scope": f"{plain(figures.branch.name)}, {say.date(figures.today)}", "suffix": f"{figures.branch.id}-{figures.today.isoformat()}"}
