"""The pictures of "Wie bereiken we?": reach per neighbourhood, the map, the school weeks, new and returning pupils."""

from dataclasses import replace
from datetime import date
from typing import Any

import polars as pl

from metrics.shapes import OUTSIDE, UNKNOWN
from presentation import cached
from presentation.charts import area_map, bars, dots, map_names, places, style, trend
from presentation.charts.chart import Chart
from presentation.choice import Choice
from presentation.stories import common, comparators, school_time
from presentation.stories import participation as story
from presentation.stories.common import Row
from presentation.stories.comparators import Compared
from presentation.tables import Table
from presentation.texts import Say, plain

LEAST = "1"
#: Why nobody could come in a month.
SHUT = ("closed", "holiday")


@cached.kept
def reach_chart(figures: story.Participation, say: Say, picked: str | None = None) -> Chart | None:
    """Reach of the largest neighbourhoods, highest first; None when there is nothing to compare. picked: the neighbourhood that the reader picked out."""
    rows, city = story.compared(figures), figures.reach.value
    seen = rows.filter(pl.col("value").is_not_null())
    if seen.is_empty() or city is None:
        return None
    names, ends = common.place_names(), story.ends_of(figures)
    bold = {name for name, _ in ends} if ends else set()
    found = [_dot(row, names.get(row["neighbourhood_code"], row["neighbourhood_code"]), bold, figures.fifth_of, say) for row in rows.iter_rows(named=True)]
    drawn = [replace(dot, label=style.picked(dot.label, dot.id == picked)) for dot in found]
    branch = common.branch_name(figures.choice)
    finding = say("participation.reach.finding", **story.counted(rows, say), than=story.than(figures, say))
    share = float(rows["target"].sum()) / (figures.reach.denominator or 1)
    high, low = seen.row(0, named=True), seen.row(-1, named=True)
    return Chart(
        finding=finding,
        subtitle=say("participation.reach.subtitle", n=rows.height, share=say.percent(share)) + common.about(figures.choice, say, figures.participants),
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
        table=_compared_table(rows, figures, say),
        definitions=("reach",),
        name="deelname-bereik-per-wijk",
        **common.scope(figures.choice, say),
    )


def _compared_table(rows: pl.DataFrame, figures: story.Participation, say: Say) -> Table:
    """The neighbourhoods that are drawn, in the order in which they are, each with its verdict."""
    found = _reach_table(rows, figures, say)
    verdicts = rows.select(verdict=pl.when(pl.col("value").is_null()).then(pl.lit("hidden")).otherwise(pl.col("status")))
    words = [[*row, say(f"participation.verdict.{verdict}")] for row, verdict in zip(found.rows, verdicts["verdict"], strict=True)]
    return Table([*found.headers, say("table.verdict")], words, found.file.with_columns(verdicts["verdict"]))


def _dot(row: dict[str, Any], name: str, bold: set[str], fifth_of: dict[str, str], say: Say) -> dots.Dot:
    code = row["neighbourhood_code"]
    fifth = fifth_of.get(code)
    mark = (fifth or say("participation.wealth.unknown")) if fifth_of else ""
    empty = dots.Dot(label=name, id=code, parts=say("map.hidden"), bold=name in bold, mark=mark, strong=fifth == LEAST)
    if row["value"] is None or row["lower"] is None:
        return empty
    parts = say("participation.parts", numerator=int(row["numerator"]), denominator=round(row["denominator"]))
    return replace(empty, parts=parts, value=100 * row["value"], lower=100 * row["lower"], upper=100 * row["upper"], status=row["status"])


@cached.kept
def key(figures: story.Participation, say: Say) -> str:
    """What the marks of the reach chart mean, in words that also fit a phone."""
    wealth = say("participation.wealth.key", sources=", ".join(map(plain, figures.wealth_sources))) if figures.fifth_of else say("participation.wealth.none")
    return f"{say('participation.key', than=story.than(figures, say))}\n\n{wealth}"


def _every_neighbourhood(figures: story.Participation, say: Say) -> Table:
    """Every neighbourhood by its name, also those too small to draw; pupils from elsewhere and unknown as rows of their own."""
    found = _reach_table(figures.by_neighbourhood.frame, figures, say)
    order = sorted(range(len(found.rows)), key=lambda place: found.rows[place][0])
    return Table(found.headers, [found.rows[place] for place in order], found.file[order])


def _reach_table(rows: pl.DataFrame, figures: story.Participation, say: Say) -> Table:
    """The reach of these neighbourhoods with their wealth, in the order in which they come."""
    names = common.place_names() | {OUTSIDE: say("place.outside"), UNKNOWN: say("place.unknown")}
    code, fifth_of = pl.col("neighbourhood_code"), figures.fifth_of
    frame = rows.with_columns(
        name=code.replace_strict(names, default=code),
        wealth_fifth=code.replace_strict(fifth_of, default=None, return_dtype=pl.String),
        wealth_source=pl.when(code.is_in(list(fifth_of))).then(pl.lit(", ".join(figures.wealth_sources))),
    )
    body = [
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
    return Table(headers, body, common.whole(frame.select(columns)))


def _fifth(row: dict[str, Any], say: Say) -> str:
    """The fifth of a neighbourhood; pupils without one have none, and that is another thing than a neighbourhood without a figure."""
    if row["neighbourhood_code"] in (OUTSIDE, UNKNOWN):
        return say("participation.wealth.elsewhere")
    return str(row["wealth_fifth"] or say("participation.wealth.no_figure"))


@cached.kept
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
    told = [code for code, name in names.items() if ends is not None and name in (ends[0][0], ends[1][0])]
    large = story.compared(figures)["neighbourhood_code"].to_list()
    finding = say("map.finding", high=plain(ends[0][0])) if ends else say("map.finding_flat")
    return Chart(
        finding=finding,
        subtitle=say("map.subtitle" if cached.has_outlines() else "map.subtitle_tiles") + common.about(figures.choice, say, figures.participants),
        figure=area_map.area_map(areas, geometries, branch_marks(geometries, figures.choice), say, named=told, picked=picked, steps_of=large),
        alt=say("map.alt", finding=finding, n=len(areas), hidden=sum(area.value is None for area in areas)),
        table=_every_neighbourhood(figures, say),
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


@cached.kept
def trend_chart(figures: story.Participation, compared: Compared, say: Say) -> Chart | None:
    """Visits per held session, week by week, one panel per sector, with what they are held against; None when no session was delivered."""
    rows = figures.by_week.frame.filter(pl.col("value").is_not_null() | pl.col("hidden"))
    if rows["value"].null_count() == rows.height:
        return None
    first, last = common.first_of(rows["school_week"]), figures.choice.period.last
    sectors = [sector for sector in ("PO", "VO") if sector in rows["sector"].to_list()]
    panels = [_panel(figures, compared, str(sector), first, say) for sector in sectors]
    finding = _trend_finding(figures, compared, say)
    means = ", ".join(f"{panel.name} {common.decimal(figures.means[sector].value, say)}" for panel, sector in zip(panels, sectors, strict=True))
    return Chart(
        finding=finding,
        subtitle=_subtitle(figures, first, last, say) + comparators.subtitle(compared, figures.per_session, _measured(figures), say),
        figure=trend.trend(panels, first, last, say, events=school_time.marks(_happened(figures, first, say))),
        alt=say("trend.alt", finding=finding, parts=means) + comparators.alt(compared, say),
        table=_week_table(rows, compared, say),
        definitions=("visits_per_session",),
        name="deelname-per-week",
        **common.scope(figures.choice, say),
    )


def _subtitle(figures: story.Participation, first: date, last: date, say: Say) -> str:
    """What is drawn, from when to when, of which branch or town, and of how many sessions."""
    place, held = common.branch_name(figures.choice) or cached.municipality(), figures.per_session.denominator
    return say("trend.subtitle", first=first, last=last) + f"; {place}" + (f", {say('number.held', n=int(held))}" if held else "")


def _happened(figures: story.Participation, first: date, say: Say) -> school_time.Numbered:
    return school_time.happened(first, figures.choice.period.last, figures.choice.branch, say)


@cached.kept
def event_texts(figures: story.Participation, say: Say) -> list[str]:
    """The numbered events in words, for the row under the trend."""
    weeks = figures.by_week.frame["school_week"]
    return [] if weeks.is_empty() else school_time.texts(_happened(figures, common.first_of(weeks), say), say)


def _panel(figures: story.Participation, compared: Compared, sector: str, first: date, say: Say) -> trend.Panel:
    rows, last = figures.by_week.frame.filter(pl.col("sector") == sector), figures.choice.period.last
    values = dict(zip(rows["school_week"], rows["value"], strict=True))
    mondays, mean = common.weeks_between(first, last), figures.means.get(sector)
    against, known = comparators.beside(compared, sector, mondays, say), mean is not None and mean.value is not None
    return school_time.panel(
        sector,
        common.branch_name(figures.choice) or say(f"sector.{sector}"),
        [(week, values.get(week)) for week in mondays],
        school_time.bands(sector, figures.choice.branch, first, last, say),
        mean=mean.value if mean is not None and against is None else None,
        more=say("chart.mean", value=mean.value) if mean is not None and known and against is not None else "",
        beside=against,
    )


def _measured(figures: story.Participation) -> set[date]:
    """The weeks of which there is a figure."""
    return set(figures.by_week.frame.drop_nulls("value")["school_week"])


def _trend_finding(figures: story.Participation, compared: Compared, say: Say) -> str:
    """How the year went against what the reader chose: which of the two sectors is busier is no comparison."""
    now, word = figures.per_session.value, comparators.direction_of(compared, figures.per_session, _measured(figures))
    if word is not None:
        return say(f"trend.{word}", than=compared.than, now=now, before=compared.whole.value)
    return say("trend.finding") if now is None else say("trend.alone", now=now)


def _week_table(rows: pl.DataFrame, compared: Compared, say: Say) -> Table:
    rows = comparators.with_comparator(rows.sort("school_week", "sector"), compared)
    body = [
        [
            say("trend.week", day=row["school_week"]),
            say(f"sector.{row['sector']}"),
            common.count(row["numerator"], say),
            common.count(row["denominator"], say),
            common.decimal(row["value"], say),
            *([common.decimal(row["comparator_value"], say)] if "comparator_value" in rows.columns else []),
        ]
        for row in rows.iter_rows(named=True)
    ]
    headers = [say(f"table.{name}") for name in ("week", "sector", "visits", "sessions", "per_session")]
    columns = ("school_week", "sector", "numerator", "denominator", "value", "lower", "upper", "reason")
    file = common.whole(rows.select(*columns, *(name for name in comparators.COLUMNS if name in rows.columns)))
    return Table([*headers, *([compared.header] if "comparator" in rows.columns else [])], body, file)


@cached.kept
def new_chart(figures: story.Participation, say: Say) -> Chart | None:
    """New and returning pupils per month; None when no month can be shown."""
    new, whole = common.by_key(figures.new_by_month, "month"), common.by_key(figures.by_month, "month")
    months = [_month(month, new.get(month), row, say) for month, row in sorted(whole.items(), key=lambda item: str(item[0])) if isinstance(month, date)]
    if not any(month.new is not None for month in months):
        return None
    known = [month for month in months if month.new is not None and month.returning is not None]
    share = sum(month.new or 0 for month in known) / max(1, sum((month.new or 0) + (month.returning or 0) for month in known))
    finding = say("new.finding", share=say.percent(share))
    rows = [[say.date(month.first, "MMMM y"), common.count(month.returning, say), common.count(month.new, say)] for month in months]
    return Chart(
        finding=finding,
        subtitle=say("new.subtitle") + common.about(figures.choice, say, figures.participants),
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


def _month(first: date, new: Row | None, whole: Row, say: Say) -> bars.Month:
    """Both parts or neither: with one of them hidden the other would give it away together with the total."""
    if whole.value is None and whole.reason in SHUT:
        return bars.Month(first, None, None, say(f"repeat.triangle.{whole.reason}"))
    if whole.value is None or new is None or new.value is None or 0 < whole.value - new.value < 5:
        return bars.Month(first, None, None)
    return bars.Month(first, int(whole.value - new.value), int(new.value))
