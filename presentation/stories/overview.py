"""Werkt de pilot? How many pupils, how sure, where, and how that went through the years. The verdict on criteria is told by `verdict`."""

from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl

from actions.judge_pilot import Judged
from data_access.decisions import Decision
from data_access.reader import Reader
from metrics import periods
from metrics.disclosure.working import Rule
from metrics.methods.comparison import difference_of, direction
from metrics.shapes import Shown
from presentation import cached
from presentation.charts import trend
from presentation.charts.chart import Chart
from presentation.choice import Choice
from presentation.components.page import Number
from presentation.stories import common, participation, school_time, verdict
from presentation.stories.common import Row
from presentation.stories.participation import Participation
from presentation.tables import Table
from presentation.texts import Say

#: A rest of fewer pupils than this is not shown, see metrics/disclosure/working.py.
FEW = Rule().minimum_pupils


@dataclass(frozen=True)
class Overview:
    """All figures of the page for one choice."""

    year: Participation
    participants_before: Row
    reach_before: Row
    new: Row
    by_quarter: Shown
    quarters: Shown
    quarter_sessions: Shown


@cached.kept
def load(choice: Choice, reader: Reader) -> Overview:
    """Fetch the figures of the page, each protected."""
    year, before = participation.load(choice, reader), choice.year_earlier()

    def earlier(indicator: str) -> Row:
        return common.only(cached.shown(indicator, before.view(), reader)) if year.comparable else common.nothing("not_comparable")

    return Overview(
        year=year,
        participants_before=earlier("participants"),
        reach_before=earlier("reach"),
        new=common.only(cached.shown("new_participants", choice.view(), reader)),
        by_quarter=cached.shown("participants", choice.view("sector", "school_quarter", whole_pilot=True), reader),
        quarters=cached.shown("participants", choice.view("school_quarter", whole_pilot=True), reader),
        quarter_sessions=cached.shown("visits_per_session", choice.view("school_quarter", whole_pilot=True), reader),
    )


def decided(reader: Reader) -> list[Decision]:
    """What was decided on these figures, as far as this reader may read it."""
    return cached.decided(reader)


def headline(figures: Overview, judged: list[Judged], say: Say) -> str:
    """The verdict on what was agreed; where nothing was, the size of the programme and which way it goes."""
    now, before = figures.year.participants.value, figures.participants_before.value
    if judged:
        return verdict.headline(judged, say)
    if now is None:
        return say("participation.headline.too_few")
    if before is None:
        return say("overview.headline.first", n=int(now))
    word = "more" if now > before else "fewer" if now < before else "same"
    return say(f"overview.headline.{word}", n=int(now), difference=say.number(abs(now - before)))


def certainty(figures: Overview, judged: list[Judged], say: Say) -> str:
    """How sure that is; without criteria how sure the reach is, and that a verdict needs them."""
    if judged:
        return verdict.certainty(judged, say)
    now, before, needs_criteria = figures.year.reach, figures.reach_before, say("overview.certainty.verdict")
    if now.value is None or now.lower is None or now.upper is None:
        return needs_criteria
    size = say("overview.certainty.reach", value=100 * now.value, limits=say.between(100 * now.lower, 100 * now.upper, 1))
    if before.lower is None or before.upper is None:
        return f"{size}. {needs_criteria}"
    word = direction(difference_of(common.interval(now), common.interval(before)))
    return f"{size}, {say(f'overview.certainty.{word}')}. {needs_criteria}"


@cached.kept
def numbers(figures: Overview, say: Say) -> list[Number]:
    """Participants, reach, new pupils, visits per session."""
    year = figures.year
    before = figures.participants_before.value
    return [
        Number(
            say("number.participants"),
            common.count(year.participants.value, say),
            say("number.counted"),
            say("number.no_year_before") if before is None else say("number.year_before_count", n=int(before)),
            cached.help_text("participants", say),
        ),
        participation.reach_number(year, say),
        _new_number(figures, say),
        participation.per_session_number(year.per_session, year.per_session_before, say),
    ]


def _new_number(figures: Overview, say: Say) -> Number:
    """Pupils who came for the first time. The others are the rest of the participants, so both are shown or neither."""
    new, everybody = figures.new.value, figures.year.participants.value
    help_ = cached.help_text("new_participants", say)
    if new is None or everybody is None or 0 < everybody - new < FEW:
        return Number(say("number.new"), say("show.hidden"), say("number.too_small"), say("number.new_rest"), help_)
    if new == everybody:
        return Number(say("number.new"), common.count(new, say), say("number.new_all"), say("number.counted"), help_)
    return Number(say("number.new"), common.count(new, say), say("number.new_share", share=say.percent(new / everybody)), say("number.new_rest"), help_)


@cached.kept
def quarter_chart(figures: Overview, say: Say) -> Chart | None:
    """Participants per school quarter since the start, one panel per sector."""
    rows = figures.by_quarter.frame.filter(pl.col("value").is_not_null()).sort("sector", "school_quarter")
    if rows.is_empty():
        return None
    first, last = common.first_of(rows["school_quarter"]), figures.year.choice.as_of
    panels = [_panel(rows, sector, figures.year.choice, first, say) for sector in ("PO", "VO") if sector in rows["sector"].to_list()]
    finding = _quarter_finding(figures, say)
    body = [[_quarter(row["school_quarter"], say), say(f"sector.{row['sector']}"), common.count(row["value"], say)] for row in rows.iter_rows(named=True)]
    return Chart(
        finding=finding,
        subtitle=say("overview.trend.subtitle", first=say.date(first, "MMMM y"), last=say.date(last, "MMMM y")),
        figure=trend.trend(panels, first, last, say, events=school_time.marks(_happened(figures, first, say)), decimals=0),
        alt=say("overview.trend.alt", finding=finding, n=rows["school_quarter"].n_unique()),
        table=Table(
            [say(f"table.{name}") for name in ("quarter", "sector", "participants")], body, common.whole(rows.select("school_quarter", "sector", "value"))
        ),
        definitions=("participants",),
        name="overzicht-deelnemers-per-kwartaal",
        **common.scope(figures.year.choice, say),
    )


def _quarter_finding(figures: Overview, say: Say) -> str:
    """The last whole quarter against the same quarter a year before, where both had about as many sessions."""
    values = {day: row.value for day, row in common.by_key(figures.quarters, "school_quarter").items() if isinstance(day, date)}
    whole = [day for day in sorted(values) if periods.school_quarter_of(day).last <= figures.year.choice.period.last and values[day] is not None]
    if not whole:
        return say("overview.trend.running")
    last, earlier = whole[-1], whole[-1].replace(year=whole[-1].year - 1)
    now, before, quarter = int(values[last] or 0), values.get(earlier), _quarter(last, say)
    sessions = common.by_key(figures.quarter_sessions, "school_quarter")
    held, held_before = (sessions[day].denominator if day in sessions else None for day in (last, earlier))
    if before is None:
        return say("overview.trend.first", quarter=quarter, n=now)
    if earlier < figures.year.choice.first or not common.as_many(held, held_before):
        return say("overview.trend.not_comparable", quarter=quarter, n=now)
    word = "more" if now > before else "fewer" if now < before else "same"
    numbers_of = {"difference": abs(now - before), "held": held or 0, "held_before": held_before or 0}
    return say(f"overview.trend.{word}", quarter=quarter, n=now, **{name: say.number(number) for name, number in numbers_of.items()})


@cached.kept
def event_texts(figures: Overview, say: Say) -> list[str]:
    """The numbered events in words, for the row under the chart."""
    rows = figures.by_quarter.frame.drop_nulls("value")
    return [] if rows.is_empty() else school_time.texts(_happened(figures, common.first_of(rows["school_quarter"]), say), say, "d MMM y")


def _happened(figures: Overview, first: date, say: Say) -> school_time.Numbered:
    return school_time.happened(first, figures.year.choice.as_of, figures.year.choice.branch, say)


def _panel(rows: pl.DataFrame, sector: str, choice: Choice, first: date, say: Say) -> trend.Panel:
    """One sector; each quarter stands in its middle, and a quarter without figures breaks the line. Every quarter has its holidays each year, so only closures
    are shaded.
    """
    last, values = choice.as_of, dict(rows.filter(pl.col("sector") == sector).select("school_quarter", "value").iter_rows())
    quarters = pl.date_range(first, last, "3mo", eager=True).to_list()
    return school_time.panel(
        sector,
        say(f"sector.{sector}"),
        [(min(quarter + timedelta(days=45), last), values.get(quarter)) for quarter in quarters],
        [band for band in school_time.bands(sector, choice.branch, first, last, say) if band.hatched],
        running=periods.school_quarter_of(quarters[-1]).last > last,
    )


def _quarter(first: date, say: Say) -> str:
    """feb–apr 2025."""
    last = periods.school_quarter_of(first).last
    return f"{say.date(first, 'MMM').rstrip('.')}\N{EN DASH}{say.date(last, 'MMM y').replace('.', '')}"


def doubts(figures: Overview, judged: list[Judged], say: Say) -> list[str]:
    """What could still change the picture: missing deliveries and what they can do to each verdict, the estimated target group, unknown homes."""
    found = []
    year = figures.year
    if year.missing_weeks:
        found.append(verdict.missing_weeks(judged, year.missing_weeks, say))
    notes = dict(year.notes)
    if "population_estimate" in notes:
        found.append(say("overview.doubt.estimate"))
    if "population_year" in notes:
        found.append(say("overview.doubt.year", year=notes["population_year"]))
    if "start_up" in notes:
        found.append(say("overview.doubt.start_up", day=date.fromisoformat(notes["start_up"])))
    if "sessions_without_list" in notes:
        found.append(say("overview.doubt.without_list", n=int(notes["sessions_without_list"])))
    if year.home_known.value is not None and year.home_known.value < 1:
        found.append(say("overview.doubt.home", share=say.percent(1 - year.home_known.value)))
    return found
