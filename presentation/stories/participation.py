"""Wie bereiken we? Reach per neighbourhood, visits through the school year, new and returning pupils."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from data_access.reader import Reader
from metrics.methods.comparison import against, difference_of, direction
from metrics.shapes import OUTSIDE, UNKNOWN, Shown
from presentation import cached, colours
from presentation.charts import area_map, bars, dots, places, trend
from presentation.charts.chart import Chart
from presentation.choice import Choice
from presentation.components.page import Number
from presentation.stories import common
from presentation.stories.common import Row
from presentation.tables import Table
from presentation.texts import Say, plain

ROWS = 16


@dataclass(frozen=True)
class Participation:
    """All figures of the page for one choice."""

    choice: Choice
    participants: Row
    by_sector: dict[object, Row]
    reach: Row
    by_neighbourhood: Shown
    visits: Row
    per_hundred: Row
    per_session: Row
    per_session_before: Row
    by_week: Shown
    means: dict[object, Row]
    new_by_month: Shown
    by_month: Shown
    home_known: Row
    missing_weeks: int
    notes: tuple[tuple[str, str], ...]
    comparable: bool


def load(choice: Choice, reader: Reader) -> Participation:
    """Fetch the figures of the page, each protected."""

    def one(indicator: str, view_of: Choice = choice) -> Row:
        return common.only(cached.shown(indicator, view_of.view(), reader))

    def per(indicator: str, *by: str) -> Shown:
        return cached.shown(indicator, choice.view(*by), reader)

    reach = cached.shown("reach", choice.view(), reader)
    sessions, new = cached.shown("visits_per_session", choice.view(), reader), per("new_participants", "month")
    now, before = common.only(sessions), one("visits_per_session", choice.year_earlier())
    alike = common.comparable(choice, now.denominator, before.denominator)
    return Participation(
        choice=choice,
        participants=one("participants"),
        by_sector=common.by_key(per("participants", "sector"), "sector"),
        reach=common.only(reach),
        by_neighbourhood=per("reach", "neighbourhood"),
        visits=one("visits"),
        per_hundred=one("visits_per_100_pupils"),
        per_session=now,
        per_session_before=before if alike else common.nothing("not_comparable"),
        by_week=per("visits_per_session", "sector", "school_week"),
        means=common.by_key(per("visits_per_session", "sector"), "sector"),
        new_by_month=new,
        by_month=per("participants", "month"),
        home_known=one("known_home"),
        missing_weeks=reach.coverage.missing_weeks,
        notes=(*reach.coverage.notes, *sessions.coverage.notes, *new.coverage.notes),
        comparable=alike,
    )


def is_withheld(figures: Participation) -> bool:
    """Whether there are pupils, but too few to show anything."""
    return figures.participants.reason == "hidden"


def is_empty(figures: Participation) -> bool:
    """Whether the choice holds no visit at all."""
    return not figures.visits.value and not is_withheld(figures)


def state_line(figures: Participation, say: Say) -> str:
    """Period, branches, number, coverage and last load."""
    return common.state_line(figures.choice, figures.participants, figures.home_known, figures.missing_weeks, say)


# --- sentences --------------------------------------------------------------------------------------------------------


def headline(figures: Participation, say: Say) -> str:
    """The finding in one line: how many of a hundred, most where, least where."""
    if figures.participants.value is None:
        return say("participation.headline.too_few")
    if figures.reach.value is None:
        return say("participation.headline.no_reach", n=int(figures.participants.value))
    branch = common.branch_name(figures.choice)
    who = say("participation.headline.we") if branch is None else say("participation.headline.branch", branch=branch)
    overall, ends = _of_hundred(100 * figures.reach.value, say), _ends(figures)
    if ends is None:
        return say("participation.headline.whole", who=who, overall=overall)
    (high, high_value), (low, low_value) = ends
    first, last = _of_hundred(high_value, say), _of_hundred(low_value, say)
    unseen = _compared(figures)["value"].null_count()
    if unseen:
        return say("participation.headline.ends_unseen", who=who, overall=overall, high=plain(high), high_value=first, n=unseen)
    return say("participation.headline.ends", who=who, overall=overall, high=plain(high), high_value=first, low=plain(low), low_value=last)


def certainty(figures: Participation, say: Say) -> str:
    """How sure: in how many neighbourhoods reach is certainly higher, and how it compares with a year before."""
    compared = _compared(figures)
    higher, lower = (compared.filter(pl.col("status") == status).height for status in ("higher", "lower"))
    parts = []
    if figures.reach.value is not None and compared.height > 1:
        numbers_of = {name: say("participation.certainty.number", n=count) for name, count in (("higher", higher), ("lower", lower))}
        parts.append(say("participation.certainty.areas", **numbers_of, than=_than(figures, say)))
    word = _against_last_year(figures)
    if word is not None:
        parts.append(say(f"participation.certainty.{word}"))
    return " ".join(parts)


def _than(figures: Participation, say: Say) -> str:
    """What a neighbourhood is held against: the whole city, or all that one branch reaches."""
    branch = common.branch_name(figures.choice)
    return say("participation.than.city", city=cached.municipality()) if branch is None else say("participation.than.branch", branch=branch)


def _against_last_year(figures: Participation) -> str | None:
    """busier, quieter or same; None when one of the two years cannot be said."""
    found = direction(difference_of(common.interval(figures.per_session), common.interval(figures.per_session_before)))
    return None if found is None else {"higher": "busier", "lower": "quieter", "unclear": "same"}[found]


def _of_hundred(value: float, say: Say) -> str:
    """5.2 -> "5"; 0.8 -> "nog geen 1"; 0 -> "niemand"."""
    if value == 0:
        return say("participation.headline.nobody")
    return say("participation.headline.under_one") if value < 0.95 else say.number(value)


def _ends(figures: Participation) -> tuple[tuple[str, float], tuple[str, float]] | None:
    """The highest and the lowest of the large neighbourhoods, when they are certainly apart from each other."""
    rows = _compared(figures).filter(pl.col("value").is_not_null())
    if rows.height < 2:
        return None
    names = common.place_names()
    high, low = rows.row(0, named=True), rows.row(-1, named=True)
    if high["lower"] is None or low["upper"] is None or high["lower"] <= low["upper"]:
        return None
    return (names.get(high["neighbourhood_code"], high["neighbourhood_code"]), 100 * high["value"]), (
        names.get(low["neighbourhood_code"], low["neighbourhood_code"]),
        100 * low["value"],
    )


def _compared(figures: Participation) -> pl.DataFrame:
    """The neighbourhoods with the largest target group, highest value first and those that may not be shown last, compared with the whole.

    Chosen by a public figure and not by what came out, so that nobody is left out for a low number.
    """
    sizes = cached.target_sizes(figures.choice.view("neighbourhood")).head(ROWS)
    rows = sizes.join(figures.by_neighbourhood.frame, on="neighbourhood_code", how="left").sort(
        "value", "neighbourhood_code", descending=[True, False], nulls_last=True
    )
    return against(rows, figures.reach.value) if figures.reach.value is not None else rows.with_columns(status=pl.lit("unclear"))


# --- numbers ----------------------------------------------------------------------------------------------------------


def numbers(figures: Participation, say: Say) -> list[Number]:
    """Participants, reach, visits, visits per session."""
    sector, parts = figures.choice.sector, [figures.by_sector.get(name) for name in ("PO", "VO")]
    if sector is not None:
        split = say(f"sector.{sector}")
    elif all(part is not None and part.value is not None for part in parts):
        split = say("participation.split", **{name: common.count(part.value, say) for name, part in zip(("PO", "VO"), parts, strict=True) if part is not None})
    else:
        split = say("number.counted")
    estimated = any(code == "population_estimate" for code, _ in figures.notes)
    held = figures.per_session.denominator
    return [
        Number(say("number.participants"), common.count(figures.participants.value, say), split, say("number.once"), cached.help_text("participants", say)),
        reach_number(figures.reach, estimated=estimated, say=say),
        Number(
            say("number.visits"),
            common.count(figures.visits.value, say),
            say("number.unknown") if figures.per_hundred.value is None else say("number.per_hundred", value=figures.per_hundred.value),
            say("number.no_sessions") if not held else say("number.held", n=int(held)),
            cached.help_text("visits", say),
        ),
        per_session_number(figures.per_session, figures.per_session_before, say),
    ]


def reach_number(reach: Row, *, estimated: bool, say: Say) -> Number:
    """Reach of the target group with its margin and the size of that group."""
    if reach.value is None or reach.lower is None or reach.upper is None or reach.denominator is None:
        return Number(say("number.reach"), say("show.hidden"), say("number.unknown"), say("number.no_target_group"), cached.help_text("reach", say))
    of = say("number.of_estimate" if estimated else "number.of", k=int(reach.numerator or 0), n=round(reach.denominator))
    margin = say("number.margin_percent", limits=say.between(100 * reach.lower, 100 * reach.upper, 1))
    return Number(say("number.reach"), say.percent(reach.value, 1), margin, of, cached.help_text("reach", say))


def per_session_number(now: Row, before: Row, say: Say) -> Number:
    """Visits per held session with margin, against the same days a year before."""
    if now.value is None:
        return Number(
            say("number.per_session"), say("show.hidden"), say("number.unknown"), say("number.no_sessions"), cached.help_text("visits_per_session", say)
        )
    margin = say("number.margin", limits=say.between(now.lower, now.upper, 1)) if now.lower is not None and now.upper is not None else say("number.no_margin")
    compared = say("number.year_before", value=before.value) if before.value is not None else say("number.no_year_before")
    return Number(say("number.per_session"), say.number(now.value, 1), margin, compared, cached.help_text("visits_per_session", say))


# --- charts -----------------------------------------------------------------------------------------------------------


def reach_chart(figures: Participation, say: Say) -> Chart | None:
    """Reach of the largest neighbourhoods, highest first; None when there is nothing to compare."""
    rows, city = _compared(figures), figures.reach.value
    seen = rows.filter(pl.col("value").is_not_null())
    if seen.is_empty() or city is None:
        return None
    names, ends = common.place_names(), _ends(figures)
    bold = {name for name, _ in ends} if ends else set()
    drawn = [_dot(row, names.get(row["neighbourhood_code"], row["neighbourhood_code"]), bold, say) for row in rows.iter_rows(named=True)]
    higher, branch = seen.filter(pl.col("status") == "higher").height, common.branch_name(figures.choice)
    finding = (
        say("participation.reach.finding", n=higher, than=_than(figures, say)) if higher else say("participation.reach.finding_none", than=_than(figures, say))
    )
    share = float(rows["target"].sum()) / (figures.reach.denominator or 1)
    high, low = seen.row(0, named=True), seen.row(-1, named=True)
    return Chart(
        finding=finding,
        subtitle=say("participation.reach.subtitle", n=rows.height, share=say.percent(share)),
        figure=dots.dots(drawn, 100 * city, cached.municipality() if branch is None else say("participation.mean"), say),
        alt=say(
            "participation.reach.alt",
            finding=finding,
            high=names.get(high["neighbourhood_code"], ""),
            high_value=100 * high["value"],
            low=names.get(low["neighbourhood_code"], ""),
            low_value=100 * low["value"],
            value=100 * city,
        ),
        table=reach_table(figures.by_neighbourhood, say),
        definitions=("reach",),
        name="deelname-bereik-per-wijk",
        **common.scope(figures.choice, say),
    )


def _dot(row: dict[str, Any], name: str, bold: set[str], say: Say) -> dots.Dot:
    if row["value"] is None or row["lower"] is None:
        return dots.Dot(label=name, parts=say("map.hidden"), bold=name in bold)
    parts = say("participation.parts", numerator=int(row["numerator"]), denominator=round(row["denominator"]))
    return dots.Dot(name, parts, 100 * row["value"], 100 * row["lower"], 100 * row["upper"], row["status"], bold=name in bold)


def key(figures: Participation, say: Say) -> str:
    """What the marks of the reach chart mean, in words that also fit a phone."""
    return say("participation.key", than=_than(figures, say))


def reach_table(shown: Shown, say: Say) -> Table:
    """Every neighbourhood, also those too small to draw; pupils from elsewhere and unknown as rows of their own."""
    names = common.place_names() | {OUTSIDE: say("place.outside"), UNKNOWN: say("place.unknown")}
    frame = shown.frame.with_columns(name=pl.col("neighbourhood_code").replace_strict(names, default=pl.col("neighbourhood_code"))).sort("name")
    rows = [
        [
            str(row["name"]),
            common.count(row["numerator"], say),
            common.count(row["denominator"], say),
            say("show.hidden") if row["value"] is None else say.percent(row["value"], 1),
            say("show.hidden") if row["lower"] is None else say.between(100 * row["lower"], 100 * row["upper"], 1) + "%",
        ]
        for row in frame.iter_rows(named=True)
    ]
    headers = [say(f"table.{name}") for name in ("neighbourhood", "participants", "target_group", "reach", "margin")]
    return Table(headers, rows, common.whole(frame.select("neighbourhood_code", "name", "numerator", "denominator", "value", "lower", "upper", "reason")))


def map_chart(figures: Participation, say: Say, height: int = 380) -> Chart | None:
    """Reach on the map; hatched where it may not be shown. None when no neighbourhoods were loaded."""
    geometries = cached.geometries()
    if not geometries:
        return None
    names = common.place_names()
    rows = {code: row for code, row in common.by_key(figures.by_neighbourhood, "neighbourhood_code").items() if code in geometries}
    areas = [
        area_map.Area(
            str(code),
            names.get(str(code), str(code)),
            common.per_hundred(row.value),
            say("map.hidden")
            if row.value is None
            else say("map.value", value=100 * row.value, numerator=int(row.numerator or 0), denominator=round(row.denominator or 0)),
        )
        for code, row in rows.items()
    ]
    ends = _ends(figures)
    low = [code for code, name in names.items() if ends is not None and name == ends[1][0]]
    finding = say("map.finding", high=plain(ends[0][0])) if ends else say("map.finding_flat")
    return Chart(
        finding=finding,
        subtitle=say("map.subtitle" if cached.has_outlines() else "map.subtitle_tiles"),
        figure=area_map.area_map(areas, geometries, branch_marks(geometries, figures.choice), say, named=low, height=height),
        alt=say("map.alt", finding=finding, n=len(areas), hidden=sum(area.value is None for area in areas)),
        table=reach_table(figures.by_neighbourhood, say),
        definitions=("reach",),
        name="deelname-kaart",
        **common.scope(figures.choice, say),
    )


def branch_marks(geometries: dict[str, places.Geometry], choice: Choice) -> list[area_map.Mark]:
    """The branches with homework help: round for PO, a diamond for VO; on tiles in the middle of the tile."""
    marks = []
    for branch in cached.branches():
        if not branch.pilot or (choice.sector and branch.sector != choice.sector):
            continue
        on_tile = not cached.has_outlines() and branch.neighbourhood_code in geometries
        at = places.centre(geometries[str(branch.neighbourhood_code)]) if on_tile else branch.at
        if at is not None:
            marks.append(area_map.Mark(branch.name, at, "diamond" if branch.sector == "VO" else "circle"))
    return marks


def trend_chart(figures: Participation, say: Say) -> Chart | None:
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
        figure=trend.trend(panels, first, last, say, events=[trend.Event(number, event.on) for number, event in numbered_events(first, last)]),
        alt=say("trend.alt", finding=finding, parts=", ".join(f"{panel.name} {say.number(panel.mean or 0, 1)}" for panel in panels)),
        table=_week_table(rows, say),
        definitions=("visits_per_session",),
        name="deelname-per-week",
        **common.scope(figures.choice, say),
    )


def numbered_events(first: date, last: date) -> list[tuple[int, cached.Happening]]:
    """The events between two days, numbered as on the chart."""
    return list(enumerate((event for event in cached.events() if first <= event.on <= last), start=1))


def event_texts(figures: Participation, say: Say) -> list[str]:
    """The numbered events in words, for the row under the trend."""
    return [
        say("trend.event", number=str(number), text=plain(event.text), day=say.date(event.on, "d MMMM"))
        for number, event in numbered_events(figures.choice.period.first, figures.choice.period.last)
    ]


def _panel(figures: Participation, sector: str, first: date, say: Say) -> trend.Panel:
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


def _trend_finding(figures: Participation, say: Say) -> str:
    """How the year went against the year before: which of the two sectors is busier is no comparison."""
    word = _against_last_year(figures)
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


def new_chart(figures: Participation, say: Say) -> Chart | None:
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
