"""The pictures of "Wie bereiken we?": reach per neighbourhood, the map, the school weeks, new and returning pupils."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import polars as pl

from metrics.shapes import OUTSIDE, UNKNOWN, Shown
from presentation import cached, colours
from presentation.charts import area_map, bars, dots, map_names, places, trend
from presentation.charts.chart import Chart
from presentation.choice import Choice
from presentation.stories import common
from presentation.stories import participation as story
from presentation.stories.common import Row
from presentation.tables import Table
from presentation.texts import Say, plain

LEAST = "1"


def reach_chart(figures: story.Participation, say: Say) -> Chart | None:
    """Reach of the largest neighbourhoods, highest first; None when there is nothing to compare."""
    rows, city = story.compared(figures), figures.reach.value
    seen = rows.filter(pl.col("value").is_not_null())
    if seen.is_empty() or city is None:
        return None
    names, ends = common.place_names(), story.ends_of(figures)
    bold = {name for name, _ in ends} if ends else set()
    drawn = [_dot(row, names.get(row["neighbourhood_code"], row["neighbourhood_code"]), bold, figures.fifth_of, say) for row in rows.iter_rows(named=True)]
    higher, branch = seen.filter(pl.col("status") == "higher").height, common.branch_name(figures.choice)
    finding = (
        say("participation.reach.finding", n=higher, than=story.than(figures, say))
        if higher
        else say("participation.reach.finding_none", than=story.than(figures, say))
    )
    share = float(rows["target"].sum()) / (figures.reach.denominator or 1)
    high, low = seen.row(0, named=True), seen.row(-1, named=True)
    return Chart(
        finding=finding,
        subtitle=say("participation.reach.subtitle", n=rows.height, share=say.percent(share)),
        figure=dots.dots(
            drawn,
            100 * city,
            cached.municipality() if branch is None else say("participation.mean"),
            say,
            mark_label=say("participation.wealth.label") if figures.fifth_of else "",
        ),
        alt=say(
            "participation.reach.alt",
            finding=finding,
            high=names.get(high["neighbourhood_code"], ""),
            high_value=100 * high["value"],
            low=names.get(low["neighbourhood_code"], ""),
            low_value=100 * low["value"],
            value=100 * city,
        ),
        table=reach_table(figures.by_neighbourhood, figures.fifth_of, figures.wealth_sources, say),
        definitions=("reach",),
        name="deelname-bereik-per-wijk",
        **common.scope(figures.choice, say),
    )


def _dot(row: dict[str, Any], name: str, bold: set[str], fifth_of: dict[str, str], say: Say) -> dots.Dot:
    fifth = fifth_of.get(row["neighbourhood_code"])
    mark = (fifth or say("participation.wealth.unknown")) if fifth_of else ""
    empty = dots.Dot(label=name, parts=say("map.hidden"), bold=name in bold, mark=mark, strong=fifth == LEAST)
    if row["value"] is None or row["lower"] is None:
        return empty
    parts = say("participation.parts", numerator=int(row["numerator"]), denominator=round(row["denominator"]))
    return replace(empty, parts=parts, value=100 * row["value"], lower=100 * row["lower"], upper=100 * row["upper"], status=row["status"])


def key(figures: story.Participation, say: Say) -> str:
    """What the marks of the reach chart mean, in words that also fit a phone."""
    wealth = say("participation.wealth.key", sources=", ".join(map(plain, figures.wealth_sources))) if figures.fifth_of else say("participation.wealth.none")
    return f"{say('participation.key', than=story.than(figures, say))}\n\n{wealth}"


def reach_table(shown: Shown, fifth_of: dict[str, str], sources: Sequence[str], say: Say) -> Table:
    """Every neighbourhood, also those too small to draw, with its wealth; pupils from elsewhere and unknown as rows of their own."""
    names = common.place_names() | {OUTSIDE: say("place.outside"), UNKNOWN: say("place.unknown")}
    code = pl.col("neighbourhood_code")
    frame = shown.frame.with_columns(
        name=code.replace_strict(names, default=code),
        wealth_fifth=code.replace_strict(fifth_of, default=None, return_dtype=pl.String),
        wealth_source=pl.when(code.is_in(list(fifth_of))).then(pl.lit(", ".join(sources))),
    ).sort("name")
    rows = [
        [
            str(row["name"]),
            _fifth(row, say),
            common.count(row["numerator"], say),
            common.count(row["denominator"], say),
            say("show.hidden") if row["value"] is None else say.percent(row["value"], 1),
            say("show.hidden") if row["lower"] is None else say.between(100 * row["lower"], 100 * row["upper"], 1) + "%",
        ]
        for row in frame.iter_rows(named=True)
    ]
    headers = [say(f"table.{name}") for name in ("neighbourhood", "wealth", "participants", "target_group", "reach", "margin")]
    columns = ("neighbourhood_code", "name", "numerator", "denominator", "value", "lower", "upper", "reason", "wealth_fifth", "wealth_source")
    return Table(headers, rows, common.whole(frame.select(columns)))


def _fifth(row: dict[str, Any], say: Say) -> str:
    """The fifth of a neighbourhood; pupils without one have none, and that is another thing than a neighbourhood without a figure."""
    if row["neighbourhood_code"] in (OUTSIDE, UNKNOWN):
        return say("participation.wealth.elsewhere")
    return str(row["wealth_fifth"] or say("participation.wealth.no_figure"))


def map_chart(figures: story.Participation, say: Say, picked: str | None = None) -> Chart | None:
    """Reach on the map; hatched where it may not be shown. None when no neighbourhoods were loaded."""
    geometries = cached.geometries()
    if not geometries:
        return None
    names = common.place_names()
    rows = {code: row for code, row in common.by_key(figures.by_neighbourhood, "neighbourhood_code").items() if code in geometries}
    areas = [
        map_names.Area(
            str(code),
            names.get(str(code), str(code)),
            common.per_hundred(row.value),
            say("map.hidden")
            if row.value is None
            else say("map.value", value=100 * row.value, numerator=int(row.numerator or 0), denominator=round(row.denominator or 0)),
        )
        for code, row in rows.items()
    ]
    ends = story.ends_of(figures)
    low = [code for code, name in names.items() if ends is not None and name == ends[1][0]]
    large = story.compared(figures)["neighbourhood_code"].to_list()
    finding = say("map.finding", high=plain(ends[0][0])) if ends else say("map.finding_flat")
    return Chart(
        finding=finding,
        subtitle=say("map.subtitle" if cached.has_outlines() else "map.subtitle_tiles"),
        figure=area_map.area_map(areas, geometries, branch_marks(geometries, figures.choice), say, named=low, picked=picked, steps_of=large),
        alt=say("map.alt", finding=finding, n=len(areas), hidden=sum(area.value is None for area in areas)),
        table=reach_table(figures.by_neighbourhood, figures.fifth_of, figures.wealth_sources, say),
        definitions=("reach",),
        name="deelname-kaart",
        **common.scope(figures.choice, say),
    )


def branch_marks(geometries: dict[str, places.Geometry], choice: Choice) -> list[map_names.Mark]:
    """The branches with homework help: round for PO, a diamond for VO; on tiles in the middle of the tile."""
    marks = []
    for branch in cached.branches():
        if not branch.pilot or (choice.sector and branch.sector != choice.sector):
            continue
        on_tile = not cached.has_outlines() and branch.neighbourhood_code in geometries
        at = places.centre(geometries[str(branch.neighbourhood_code)]) if on_tile else branch.at
        if at is not None:
            marks.append(map_names.Mark(branch.name, at, "diamond" if branch.sector == "VO" else "circle"))
    return marks


def trend_chart(figures: story.Participation, say: Say) -> Chart | None:
    """Visits per held session, week by week, one panel per sector; None when no session was delivered."""
    rows = figures.by_week.frame.filter(pl.col("value").is_not_null() | pl.col("hidden"))
    if rows["value"].null_count() == rows.height:
        return None
    first, last = common.first_of(rows["school_week"]), figures.choice.period.last
    sectors = [sector for sector in ("PO", "VO") if sector in rows["sector"].to_list()]
    panels = [_panel(figures, str(sector), first, say) for sector in sectors]
    finding = _trend_finding(figures, say)
    return Chart(
        finding=finding,
        subtitle=say("trend.subtitle", first=first, last=last),
        figure=trend.trend(panels, first, last, say, events=[trend.Event(number, event.on) for number, event in numbered_events(first, last, say)]),
        alt=say("trend.alt", finding=finding, parts=", ".join(f"{panel.name} {say.number(panel.mean or 0, 1)}" for panel in panels)),
        table=_week_table(rows, say),
        definitions=("visits_per_session",),
        name="deelname-per-week",
        **common.scope(figures.choice, say),
    )


def numbered_events(first: date, last: date, say: Say) -> list[tuple[int, cached.Happening]]:
    """The events and decisions between two days, numbered as on the chart."""
    return list(enumerate((event for event in cached.events(say) if first <= event.on <= last), start=1))


def event_texts(figures: story.Participation, say: Say) -> list[str]:
    """The numbered events in words, for the row under the trend."""
    return [
        say("trend.event", number=str(number), text=plain(event.text), day=say.date(event.on, "d MMMM"))
        for number, event in numbered_events(figures.choice.period.first, figures.choice.period.last, say)
    ]


def _panel(figures: story.Participation, sector: str, first: date, say: Say) -> trend.Panel:
    rows = figures.by_week.frame.filter(pl.col("sector") == sector)
    values = dict(zip(rows["school_week"], rows["value"], strict=True))
    mean = figures.means.get(sector)
    return trend.Panel(
        name=say(f"sector.{sector}"),
        colour=colours.PRIMARY_SECTOR if sector == "PO" else colours.SECONDARY_SECTOR,
        text_colour=colours.PRIMARY_SECTOR_TEXT if sector == "PO" else colours.SECONDARY_SECTOR_TEXT,
        symbol="circle" if sector == "PO" else "diamond",
        points=[(week, values.get(week)) for week in common.weeks_between(first, figures.choice.period.last)],
        mean=None if mean is None else mean.value,
        bands=cached.bands(sector, first, figures.choice.period.last, say.language),
    )


def _trend_finding(figures: story.Participation, say: Say) -> str:
    """How the year went against the year before: which of the two sectors is busier is no comparison."""
    word = story.against_last_year(figures)
    if word is None:
        return say("trend.finding")
    return say(f"trend.{word}", now=figures.per_session.value, before=figures.per_session_before.value)


def _week_table(rows: pl.DataFrame, say: Say) -> Table:
    body = [
        [
            say("trend.week", day=row["school_week"]),
            say(f"sector.{row['sector']}"),
            common.count(row["numerator"], say),
            common.count(row["denominator"], say),
            say("show.hidden") if row["value"] is None else say.number(row["value"], 1),
        ]
        for row in rows.sort("school_week", "sector").iter_rows(named=True)
    ]
    headers = [say(f"table.{name}") for name in ("week", "sector", "visits", "sessions", "per_session")]
    return Table(headers, body, common.whole(rows.select("school_week", "sector", "numerator", "denominator", "value", "lower", "upper", "reason")))


def new_chart(figures: story.Participation, say: Say) -> Chart | None:
    """New and returning pupils per month; None when no month can be shown."""
    new, whole = common.by_key(figures.new_by_month, "month"), common.by_key(figures.by_month, "month")
    months = [_month(month, new.get(month), row) for month, row in sorted(whole.items(), key=lambda item: str(item[0])) if isinstance(month, date)]
    if not any(month.new is not None for month in months):
        return None
    known = [month for month in months if month.new is not None and month.returning is not None]
    share = sum(month.new or 0 for month in known) / max(1, sum((month.new or 0) + (month.returning or 0) for month in known))
    finding = say("new.finding", share=say.percent(share))
    rows = [[say.date(month.first, "MMMM y"), common.count(month.returning, say), common.count(month.new, say)] for month in months]
    return Chart(
        finding=finding,
        subtitle=say("new.subtitle"),
        figure=bars.new_and_returning(months, say),
        alt=say("new.alt", finding=finding, n=len(months)),
        table=Table(
            [say(f"table.{name}") for name in ("month", "returning", "new")],
            rows,
            pl.DataFrame(
                {"month": [month.first for month in months], "returning": [month.returning for month in months], "new": [month.new for month in months]}
            ),
        ),
        definitions=("new_participants", "participants"),
        name="deelname-nieuw-en-terug",
        **common.scope(figures.choice, say),
    )


def _month(first: date, new: Row | None, whole: Row) -> bars.Month:
    """Both parts or neither: with one of them hidden the other would give it away together with the total."""
    if whole.value is None or new is None or new.value is None or 0 < whole.value - new.value < 5:
        return bars.Month(first, None, None)
    return bars.Month(first, int(whole.value - new.value), int(new.value))
