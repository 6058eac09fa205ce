"""The pictures of "Wat is er deze week nodig?": pupils and places per planned session, the branch beside its own earlier weeks, which weeks came in."""

from datetime import date, timedelta
from typing import Any

import polars as pl

from actions.see_what_is_needed import INCOMPLETE
from presentation import cached, colours
from presentation.charts import cells, demand, trend
from presentation.charts.chart import Chart
from presentation.stories import common
from presentation.stories import this_week as story
from presentation.stories.deliveries import holidays_among, key_of
from presentation.stories.this_week import WEEK, YEAR, ThisWeek
from presentation.tables import Table
from presentation.texts import Say, plain

Session = dict[str, Any]
HOLIDAY: cells.State = "holiday"


# --- pupils and places ------------------------------------------------------------------------------------------------


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
    worst = story.worst_session(known)
    if worst is None:
        return say("this_week.planned.finding_enough", n=len(known))
    found = say("this_week.planned.finding", day=story.day_name(worst["day"], figures.today, say), n=int(worst["value"]))
    return found[:1].upper() + found[1:]


# --- beside itself ----------------------------------------------------------------------------------------------------


def trend_chart(figures: ThisWeek, say: Say) -> Chart | None:
    """Visits per session held, week by week, with the same school weeks a year earlier in grey; None when no week can be shown."""
    rows = figures.by_week.frame
    if rows["value"].null_count() == rows.height:
        return None
    first, last = figures.by_week.view.period.first, figures.by_week.view.period.last
    values, earlier = _by_day(figures.by_week.frame), _by_day(figures.by_week_before.frame)
    mondays = common.weeks_between(first, last)
    sector = str(figures.branch.sector)
    panel = trend.Panel(
        name=figures.branch.name,
        colour=colours.PRIMARY_SECTOR if sector == "PO" else colours.SECONDARY_SECTOR,
        text_colour=colours.PRIMARY_SECTOR_TEXT if sector == "PO" else colours.SECONDARY_SECTOR_TEXT,
        symbol="circle" if sector == "PO" else "diamond",
        points=[(monday, values.get(monday)) for monday in mondays],
        mean=None,
        bands=[*cached.bands(sector, first, last, say.language), *_not_delivered(figures, say)],
        earlier=[(monday, earlier.get(monday - YEAR)) for monday in mondays],
    )
    finding = _trend_finding(figures, say)
    body = [[say("deliveries.cells.week", day=monday), _decimal(values.get(monday), say), _decimal(earlier.get(monday - YEAR), say)] for monday in mondays]
    file = pl.DataFrame(
        {"school_week": mondays, "per_session": [values.get(monday) for monday in mondays], "year_before": [earlier.get(monday - YEAR) for monday in mondays]},
        schema_overrides={"per_session": pl.Float64, "year_before": pl.Float64},
    )
    return Chart(
        finding=finding,
        subtitle=say("this_week.trend.subtitle", name=plain(figures.branch.name), margin=_margins(figures, say)),
        figure=trend.trend([panel], first, last, say),
        alt=say("this_week.trend.alt", finding=finding, name=plain(figures.branch.name)),
        table=Table([say("table.week"), say("table.per_session"), say("this_week.trend.year_before")], body, file),
        definitions=("visits_per_session",),
        name="deze-week-tegen-zichzelf",
        **_scope(figures, say),
    )


def _by_day(frame: pl.DataFrame) -> dict[date, float]:
    return dict(frame.filter(pl.col("value").is_not_null()).select("school_week", "value").iter_rows())


def _not_delivered(figures: ThisWeek, say: Say) -> list[trend.Band]:
    """Weeks that follow each other and did not come, as one band."""
    found: list[trend.Band] = []
    for monday, state in figures.weeks:
        if state not in INCOMPLETE:
            continue
        start = found.pop().first if found and found[-1].last + timedelta(days=1) == monday else monday
        found.append(trend.Band(start, monday + WEEK - timedelta(days=1), say("deliveries.week.missing"), missing=True))
    return found


def _trend_finding(figures: ThisWeek, say: Say) -> str:
    word = story.direction_of(figures)
    if word is None or figures.against is None:
        return say("this_week.trend.finding")
    return say(f"this_week.trend.{figures.against}_{word}", now=figures.now.value, before=figures.before.value)


def _margins(figures: ThisWeek, say: Say) -> str:
    """The margins of the two means that the finding holds beside each other."""
    now, before = figures.now, figures.before
    if figures.against is None or now.lower is None or now.upper is None or before.lower is None or before.upper is None:
        return ""
    return say("this_week.trend.margin", now=say.between(now.lower, now.upper, 1), before=say.between(before.lower, before.upper, 1))


# --- which weeks came in ----------------------------------------------------------------------------------------------


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


def key(figures: ThisWeek, say: Say) -> str:
    """What the cells mean: only the states that there are."""
    return key_of({state for _, state in figures.weeks}, say)


def _weeks_finding(absent: int, shown: int, say: Say) -> str:
    return say("this_week.weeks.finding", n=absent) if absent else say("this_week.weeks.finding_none", n=shown)


def _week(monday: date, say: Say) -> str:
    return say("this_week.weeks.week", number=str(monday.isocalendar().week), day=say.date(monday, "d MMMM"))


# --- words ------------------------------------------------------------------------------------------------------------


def _decimal(value: float | None, say: Say) -> str:
    return say("show.hidden") if value is None else say.number(value, 1)


def _scope(figures: ThisWeek, say: Say) -> dict[str, str]:
    """The branch and the day, for a file."""
    return {"scope": f"{plain(figures.branch.name)}, {say.date(figures.today)}", "suffix": f"{figures.branch.id}-{figures.today.isoformat()}"}
