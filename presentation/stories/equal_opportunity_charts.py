"""The pictures of "Bereiken we wie het nodig heeft?": fifths with their line, people as dots, the funnel, the map of fifths."""

from itertools import pairwise
from typing import Any

import polars as pl

from metrics.methods.uncertainty import funnel_walls
from metrics.shapes import View
from presentation import cached
from presentation.charts import area_map, fifths, funnel, map_names, people
from presentation.charts.chart import Chart
from presentation.stories import common
from presentation.stories import equal_opportunity as story
from presentation.stories.participation_charts import branch_marks
from presentation.tables import Table
from presentation.texts import Say, plain

#: How many neighbourhoods have their name in the funnel.
NAMED = 4
#: How near to each other in height, as part of the highest, names that run over the same stretch would meet.
APART = 0.13
#: The same of a mark, which would strike a name through.
STRUCK = 0.05
#: Into how many steps the curve of the funnel is cut.
STEPS = 60
#: Words of the funnel. They differ from "zeker hoger" on purpose: its limit of 99.8 % is another rule.
STATUS = {"high_998": "above", "low_998": "below", "high_95": "inside", "low_95": "inside", "within": "inside"}


@cached.kept
def fifths_chart(figures: story.EqualOpportunity, say: Say) -> Chart | None:
    """Reach of the five fifths with the fitted line; None when no fifth can be shown."""
    rows = {name: figures.fifths[name] for name in story.FIFTHS if name in figures.fifths}
    if not any(row.value is not None for row in rows.values()):
        return None
    finding = _fifths_finding(figures, say)
    city = figures.reach.value
    words = "" if city is None else f"{story.whole_name(figures)} <b>{say.number(100 * city, 1)}</b>"
    table = [
        [
            say(f"equal.fifth.{name}").replace("<br>", " "),
            common.count(row.numerator, say),
            common.count(row.denominator, say),
            say("show.hidden") if row.value is None else say.percent(row.value, 1),
            say("show.hidden") if row.lower is None or row.upper is None else say.between(100 * row.lower, 100 * row.upper, 1),
        ]
        for name, row in rows.items()
    ]
    file = pl.DataFrame({"wealth_fifth": list(rows), **{part: [getattr(row, part) for row in rows.values()] for part in _PARTS}})
    return Chart(
        finding=finding,
        subtitle=f"{say('equal.fifths.subtitle')}. {story.measure_words(figures, say)}",
        figure=fifths.fifths(_drawn(rows, say), None if city is None else 100 * city, words, say, line=_line(figures, say)),
        alt=say("equal.fifths.alt", finding=finding),
        table=Table([say(f"table.{name}") for name in ("fifth", "participants", "target_group", "reach", "margin")], table, common.whole(file)),
        definitions=("reach", "slope"),
        name="gelijke-kansen-vijfden",
        **_scope(figures, say),
    )


def _scope(figures: story.EqualOpportunity, say: Say) -> dict[str, str]:
    """What a chart is about, with how wealth is measured where that is another measure than usual."""
    found = common.scope(figures.choice, say)
    if figures.choice.wealth == View.wealth:
        return found
    return {"scope": f"{found['scope']}, {say(f'verdict.measure.{figures.choice.wealth}')}", "suffix": f"{found['suffix']}-{figures.choice.wealth}"}


_PARTS = ("numerator", "denominator", "value", "lower", "upper", "reason")


def _drawn(rows: dict[str, common.Row], say: Say) -> list[fifths.Fifth]:
    """Each fifth as wide as its part of the target group; equal parts where a size may not be shown."""
    sizes = [row.denominator for row in rows.values()]
    widths = [size or 1 for size in sizes] if all(sizes) else [1.0] * len(rows)
    drawn, start = [], 0.0
    for (name, row), width in zip(rows.items(), widths, strict=True):
        end = start + width / sum(widths)
        counts = say("show.hidden")
        if row.numerator is not None and row.denominator is not None:
            counts = say("equal.fifths.counts", numerator=int(row.numerator), denominator=round(row.denominator))
        value, lower, upper = (None if part is None else 100 * part for part in (row.value, row.lower, row.upper))
        drawn.append(fifths.Fifth(start, end, say(f"equal.fifth.{name}"), counts, value, lower, upper, focus=name in (story.LEAST, story.MOST)))
        start = end
    return drawn


def _fifths_finding(figures: story.EqualOpportunity, say: Say) -> str:
    """Only when every step goes that way may the title say "the less, the more"; of a step that is not shown it says nothing."""
    values = [row.value for name in story.FIFTHS if (row := figures.fifths.get(name)) is not None and row.value is not None]
    answer = story.verdict(figures)
    if answer == "yes" and all(less > more for less, more in pairwise(values)):
        return say("equal.fifths.every_step" if len(values) == len(story.FIFTHS) else "equal.fifths.every_step_seen")
    return say(f"equal.fifths.{answer}")


def _line(figures: story.EqualOpportunity, say: Say) -> fifths.Line | None:
    """The line through the fifths with its margin; its ends and slope in words. None where there is no slope."""
    slope, drawn = figures.slope, figures.line.frame.drop_nulls("value")
    if slope["value"] is None or drawn.is_empty():
        return None
    word = "fall" if slope["value"] < 0 else "rise"
    least, most = (say.number(100 * slope[end], 1) for end in ("least", "most"))
    words = say(f"equal.fifths.line_{word}", least=least, most=most, size=_size(slope, say))
    value, lower, upper = ((100 * drawn[part]).to_list() for part in ("value", "lower", "upper"))
    return fifths.Line(drawn["rank"].to_list(), value, lower, upper, words)


def _size(slope: dict[str, Any], say: Say) -> str:
    """How far the line goes from end to end, with its margin where that lies on one side of zero."""
    size = say.number(abs(100 * slope["value"]), 1)
    if slope["lower"] is None or slope["lower"] * slope["upper"] <= 0:
        return size
    nearest, farthest = sorted(abs(100 * slope[part]) for part in ("lower", "upper"))
    return f"{size} ({say.between(nearest, farthest, 1)})"


@cached.kept
def people_chart(figures: story.EqualOpportunity, say: Say) -> Chart | None:
    """Of every thousand pupils of the least and of the most wealthy fifth, those who came; None when one may not be shown."""
    least, most = figures.fifths.get(story.LEAST), figures.fifths.get(story.MOST)
    if least is None or most is None or least.value is None or most.value is None:
        return None
    crowds = [
        people.Crowd(say("equal.people.least"), round(1000 * least.value), focus=True),
        people.Crowd(say("equal.people.most"), round(1000 * most.value)),
    ]
    finding = say("equal.people.finding")
    return Chart(
        finding=finding,
        subtitle=f"{say('equal.people.subtitle')}. {story.measure_words(figures, say)}",
        figure=people.people(crowds, say),
        alt=say("equal.people.alt", least=crowds[0].of_1000, most=crowds[1].of_1000),
        table=Table(
            [say("table.fifth"), say("table.of_1000")],
            [[crowd.name, say.number(crowd.of_1000)] for crowd in crowds],
            pl.DataFrame({"wealth_fifth": [story.LEAST, story.MOST], "per_1000": [crowd.of_1000 for crowd in crowds]}),
        ),
        definitions=("reach",),
        name="gelijke-kansen-van-elke-1000",
        **_scope(figures, say),
    )


@cached.kept
def funnel_chart(figures: story.EqualOpportunity, say: Say, picked: str | None = None) -> Chart | None:
    """Every neighbourhood that can be shown, against its size; None when none can or the mean of all is unknown. picked: what the reader picked is named."""
    rows = figures.funnel.frame.filter(pl.col("status").is_not_null()).sort("denominator")
    city = figures.reach.value
    if rows.is_empty() or city is None:
        return None
    names, exception = common.place_names(), story.stays_behind(figures)
    focus = None if exception is None else exception["code"]
    apart = _named(rows, names, focus)
    areas = [
        _area(row, names, named=row["neighbourhood_code"] in apart | {picked}, focus=row["neighbourhood_code"] == focus, say=say)
        for row in rows.iter_rows(named=True)
    ]
    below, above = (sum(area.status == status for area in areas) for status in ("below", "above"))
    finding = say("equal.funnel.finding", above=say("equal.funnel.finding_above", n=above), n=below)
    mean = f"{story.whole_name(figures)} <b>{say.number(100 * city, 1)}</b>"
    return Chart(
        finding=finding,
        subtitle=say("equal.funnel.subtitle"),
        figure=funnel.funnel(areas, _walls(city, rows["denominator"]), (100 * city, mean), say("equal.funnel.size"), say),
        alt=say("equal.funnel.alt", finding=finding, n=len(areas)),
        table=_funnel_table(figures, names, say),
        definitions=("funnel", "reach"),
        name="gelijke-kansen-trechter",
        **_scope(figures, say),
    )


def _walls(city: float, sizes: pl.Series) -> funnel.Limits:
    """The funnel from the smallest area to the largest, at so many sizes that it is a smooth curve."""
    low, high = float(sizes.to_list()[0]), float(sizes.to_list()[-1])
    walls = funnel_walls(city, pl.Series([low + (high - low) * (step / STEPS) ** 2 for step in range(STEPS + 1)]))
    lower_95, upper_95, lower_998, upper_998 = ((100 * walls[name]).to_list() for name in ("lower_95", "upper_95", "lower_998", "upper_998"))
    return funnel.Limits(walls["denominator"].to_list(), lower_95, upper_95, lower_998, upper_998)


def _named(rows: pl.DataFrame, names: dict[str, str], focus: str | None) -> set[str]:
    """The largest areas outside the funnel, as far as their names meet no other name and no mark of another area, also on a phone."""
    widest, highest = float(rows["denominator"].to_list()[-1]), max(rows["value"].to_list())
    outside = rows.filter(pl.col("status").is_in(["high_998", "low_998"])).sort(pl.col("neighbourhood_code") == (focus or ""), "denominator", descending=True)
    kept: dict[str, tuple[float, float, float]] = {}
    marks = [(row["neighbourhood_code"], row["denominator"] / widest, row["value"] / (highest or 1)) for row in rows.iter_rows(named=True)]
    for row in outside.iter_rows(named=True):
        code, height = row["neighbourhood_code"], row["value"] / (highest or 1)
        first, last = funnel.stretch(names.get(code, code), row["denominator"] / widest)
        meets = any(first < end and start < last and abs(height - at) < APART for start, end, at in kept.values())
        struck = any(other != code and first < place < last and abs(height - at) < STRUCK for other, place, at in marks)
        if len(kept) <= NAMED and not meets and (not struck or code == focus):
            kept[code] = first, last, height
    return set(kept)


def _area(row: dict[str, Any], names: dict[str, str], *, named: bool, focus: bool, say: Say) -> funnel.Area:
    words = say("map.value", value=100 * row["value"], numerator=int(row["numerator"]), denominator=round(row["denominator"]))
    code, status = row["neighbourhood_code"], STATUS[row["status"]]
    words += f"<br>{say(f'equal.funnel.{status}')}"
    return funnel.Area(names.get(code, code), row["denominator"], 100 * row["value"], _status(status), words, named=named, focus=focus, id=code)


def _status(word: str) -> funnel.Status:
    return "above" if word == "above" else "below" if word == "below" else "inside"


def _funnel_table(figures: story.EqualOpportunity, names: dict[str, str], say: Say) -> Table:
    frame = figures.funnel.frame.filter(pl.col("denominator").is_not_null() | (pl.col("reason") == "hidden"))
    rows = [
        [
            plain(names.get(row["neighbourhood_code"], row["neighbourhood_code"])),
            common.count(row["numerator"], say),
            common.count(row["denominator"], say),
            say("show.hidden") if row["value"] is None else say.percent(row["value"], 1),
            say("show.hidden") if row["status"] is None else say(f"equal.funnel.{STATUS[row['status']]}"),
        ]
        for row in frame.iter_rows(named=True)
    ]
    return Table([say(f"table.{name}") for name in ("neighbourhood", "participants", "target_group", "reach", "funnel")], rows, common.whole(frame))


@cached.kept
def map_chart(figures: story.EqualOpportunity, say: Say, picked: str | None = None) -> Chart | None:
    """In which fifth each neighbourhood lies: a public figure. None without neighbourhoods or without figures of wealth."""
    geometries = cached.geometries()
    if not geometries or not figures.fifth_of:
        return None
    names, exception = common.place_names(), story.stays_behind(figures)
    places = {code: name for code, name in names.items() if code in geometries}
    areas = [
        map_names.Area(code, name, _darker(figures.fifth_of.get(code)), say(f"equal.map.{figures.fifth_of.get(code, 'none')}")) for code, name in places.items()
    ]
    classes = [say("equal.map.most"), "", "", "", say("equal.map.least"), say("equal.map.unranked")]
    rows = [[plain(name), say(f"equal.map.{figures.fifth_of.get(code, 'none')}")] for code, name in places.items()]
    file = pl.DataFrame(
        {"neighbourhood_code": list(places), "wealth_fifth": [figures.fifth_of.get(code) for code in places]}, schema_overrides={"wealth_fifth": pl.String}
    )
    return Chart(
        finding=say("equal.map.finding"),
        subtitle=f"{say('equal.map.subtitle' if cached.has_outlines() else 'equal.map.subtitle_tiles')}. {story.measure_words(figures, say)}",
        figure=area_map.area_map(
            areas,
            geometries,
            branch_marks(geometries, figures.choice),
            say,
            classes=classes,
            picked=picked,
        ),
        alt=say("equal.map.alt", n=len(areas), exception=say("equal.exception.none") if exception is None else plain(exception["name"])),
        table=Table([say("table.neighbourhood"), say("table.fifth")], rows, file),
        definitions=("least_against_most",),
        name="gelijke-kansen-kaart",
        **_scope(figures, say),
    )


def _darker(fifth: str | None) -> float | None:
    """The least wealthy fifth has the strongest colour, because the programme is for the pupils who live there."""
    return None if fifth is None else 5.0 - int(fifth)


@cached.kept
def expert_table(figures: story.EqualOpportunity, say: Say) -> Table:
    """The indices of the literature, for who knows them: one row per index and kind of groups."""
    rows, lines = [], []
    for indicator, shown in figures.indices.items():
        for row in shown.frame.iter_rows(named=True):
            kinds = [row[key] for key in ("groups", "index", "measure") if key in row]
            name = " \N{MIDDLE DOT} ".join([cached.definition(indicator).name[say.language], *(say(f"equal.expert.{kind}") for kind in kinds)])
            value = say("show.hidden") if row["value"] is None else say.number(row["value"], 3)
            limits = say("show.hidden") if row["lower"] is None or row["upper"] is None else say.between(row["lower"], row["upper"], 3)
            rows.append([name, value, limits])
            lines.append({"indicator": indicator, "kind": ", ".join(kinds), **{part: row[part] for part in ("value", "lower", "upper", "reason")}})
    schema = {"indicator": pl.String, "kind": pl.String, "value": pl.Float64, "lower": pl.Float64, "upper": pl.Float64, "reason": pl.String}
    return Table([say("table.index"), say("table.value"), say("table.margin")], rows, pl.DataFrame(lines, schema=schema))
