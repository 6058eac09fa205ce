"""Bereiken we wie het nodig heeft? Reach by wealth of the neighbourhood: how much more where there is least, how sure, and which neighbourhood stays behind."""

from dataclasses import dataclass
from typing import Any

import polars as pl

from data_access.reader import Reader
from metrics.criteria import OTHER_WEALTH
from metrics.disclosure.working import HIDDEN
from metrics.methods.comparison import direction
from metrics.shapes import Interval, Shown
from presentation import cached
from presentation.choice import Choice
from presentation.components.page import Number
from presentation.stories import common
from presentation.stories.common import Row
from presentation.texts import Say, plain

#: The fifths, from least wealthy to most.
FIFTHS = ("1", "2", "3", "4", "5")
LEAST, MOST = FIFTHS[0], FIFTHS[-1]
#: The difference between the two as a ratio and in pupils: the columns of its figure.
PARTS_OF = {"ratio": ("ratio", "ratio_lower", "ratio_upper"), "extra": ("extra_pupils", "extra_lower", "extra_upper")}
#: Why there is no difference -> the words in the place of it; any other reason has words for all of them.
WITHOUT = {HIDDEN: "hidden", "no_wealth_figures": "no_wealth", "no_such_fifth": "no_fifths", "no_denominator": "no_target_group"}


@dataclass(frozen=True)
class EqualOpportunity:
    """All figures of the page for one choice. ratio, extra: least and most wealthy fifth as a ratio, and in pupils; fifth_of: of each neighbourhood.

    others: each other measure of wealth -> the difference by that one.
    """

    choice: Choice
    participants: Row
    home_known: Row
    missing_weeks: int
    reach: Row
    fifths: dict[object, Row]
    gap: Row
    ratio: Interval
    extra: Interval
    slope: dict[str, Any]
    line: Shown
    funnel: Shown
    behind: Shown
    indices: dict[str, Shown]
    fifth_of: dict[str, str]
    notes: dict[str, str]
    others: dict[str, Row]


@cached.kept
def load(choice: Choice, reader: Reader) -> EqualOpportunity:
    """Fetch the figures of the page, each protected."""

    def shown(indicator: str, *by: str) -> Shown:
        return cached.shown(indicator, choice.view(*by), reader)

    def ranked(indicator: str, *by: str) -> Shown:
        return cached.shown(indicator, choice.ranked(*by), reader)

    gap, slope = ranked("least_against_most"), ranked("slope").frame.filter(pl.col("groups") == "wealth_fifth")
    fifths = common.by_key(ranked("reach", "wealth_fifth"), "wealth_fifth")

    def compared(part: str) -> Interval:
        value, lower, upper = (common.beside(gap, column) for column in PARTS_OF[part])
        return Interval(value, lower, upper)

    return EqualOpportunity(
        choice=choice,
        participants=common.only(shown("participants")),
        home_known=common.only(shown("known_home")),
        missing_weeks=gap.coverage.missing_weeks,
        reach=common.only(shown("reach")),
        fifths=fifths,
        gap=common.only(gap),
        ratio=compared("ratio"),
        extra=compared("extra"),
        slope=slope.row(0, named=True) if slope.height else {"value": None},
        line=ranked("slope_line"),
        funnel=shown("funnel"),
        behind=shown("representation", "neighbourhood"),
        indices={name: ranked(name) for name in ("slope", "relative_index", "concentration")} | {name: shown(name) for name in ("dissimilarity", "spread")},
        fifth_of=cached.wealth_fifths(choice.ranked()),
        notes=dict(gap.coverage.notes),
        others={measure: _by(measure, choice, reader) for measure in cached.wealth_measures() if measure in OTHER_WEALTH and measure != choice.wealth},
    )


def _by(measure: str, choice: Choice, reader: Reader) -> Row:
    """The difference between least and most wealthy by another measure."""
    return common.only(cached.shown("least_against_most", choice.ranked(wealth=measure), reader))


def state_line(figures: EqualOpportunity, say: Say) -> str:
    """Period, branches, number, coverage and last load."""
    return common.state_line(figures.choice, figures.participants, figures.home_known, figures.missing_weeks, say)


# --- sentences --------------------------------------------------------------------------------------------------------


def verdict(figures: EqualOpportunity) -> str:
    """yes, no or unclear: whether more of the least wealthy fifth come than of the most wealthy; unknown without a figure. That is the goal: pro-poor."""
    return _answer(figures.gap)


def _answer(gap: Row) -> str:
    found = direction(common.interval(gap))
    return "unknown" if found is None else {"higher": "yes", "lower": "no", "unclear": "unclear"}[found]


def without(figures: EqualOpportunity) -> str:
    """Which words tell why there is no difference between the least and the most wealthy fifth."""
    return WITHOUT.get(figures.gap.reason or "", "unknown")


@cached.kept
def headline(figures: EqualOpportunity, say: Say) -> str:
    """The answer with its size."""
    answer, ratio = verdict(figures), figures.ratio.value
    if answer == "unknown" and figures.gap.reason == HIDDEN:
        return say("equal.headline.hidden")
    if answer in ("unknown", "unclear"):
        return say(f"equal.headline.{answer}")
    if ratio is None:
        return say(f"equal.headline.{answer}_points", points=100 * abs(figures.gap.value or 0))
    return say(f"equal.headline.{answer}", times=say.number(ratio if answer == "yes" else 1 / ratio, 1))


@cached.kept
def certainty(figures: EqualOpportunity, say: Say) -> str:
    """The two rates, between which limits their difference lies, and the exception."""
    least, most, gap = figures.fifths.get(LEAST), figures.fifths.get(MOST), figures.gap
    if least is None or most is None or least.value is None or most.value is None or gap.lower is None or gap.upper is None:
        return say(f"equal.without.{without(figures)}")
    parts = [say("equal.certainty.rates", least=100 * least.value, most=100 * most.value)]
    parts.append(say("equal.certainty.between", lower=100 * gap.lower, upper=100 * gap.upper))
    exception = stays_behind(figures)
    if exception is not None:
        parts.append(say("equal.certainty.exception", name=plain(exception["name"])))
    return " ".join(parts)


def measure_words(figures: EqualOpportunity, say: Say) -> str:
    """By what wealth is measured, whose figure that is and of which year."""
    view = figures.choice.ranked()
    sources, years = cached.wealth_sources(view), [str(year) for year in cached.wealth_years(view)]
    told = [*sources, *(year for year in years if not any(year in source for source in sources))]
    return say("equal.measure.told", name=say(f"verdict.measure.{figures.choice.wealth}"), source=", ".join(map(plain, told)))


def other_measures(figures: EqualOpportunity, say: Say) -> str:
    """With which of the other measures of wealth the answer stays, and what the others say; nothing where there is no other, or no answer."""
    answer = verdict(figures)
    found = {measure: _answer(gap) for measure, gap in figures.others.items()}
    if answer == "unknown" or not found:
        return ""

    def named(wanted: str) -> str:
        return common.joined([say(f"verdict.measure.{measure}") for measure, other in found.items() if other == wanted], say)

    same = sum(other == answer for other in found.values())
    if same == len(found):
        return say(f"equal.measure.all_{answer}", names=named(answer))
    parts = [say("equal.measure.some", names=named(answer), same=same, n=len(found))] if same else []
    return " ".join([*parts, *(say(f"equal.measure.but_{other}", names=named(other)) for other in dict.fromkeys(found.values()) if other != answer)])


def stays_behind(figures: EqualOpportunity) -> dict[str, Any] | None:
    """The largest neighbourhood of the least wealthy fifth that lies below the funnel of 99.8 %: its name, rate and the pupils it would take to be level."""
    names = common.place_names()
    rows = [
        row for row in figures.funnel.frame.iter_rows(named=True) if row["status"] == "low_998" and figures.fifth_of.get(row["neighbourhood_code"]) == LEAST
    ]
    if not rows:
        return None
    found = max(rows, key=lambda row: row["denominator"])
    beside = {row["neighbourhood_code"]: row for row in figures.behind.frame.iter_rows(named=True)}
    code = found["neighbourhood_code"]
    return {"code": code, "name": names.get(code, code), "value": found["value"], "pupils": beside.get(code, {}).get("pupils_to_parity")}


@cached.kept
def exception_words(figures: EqualOpportunity, say: Say) -> tuple[str, str] | None:
    """Which neighbourhood stays behind and what it would take, as a finding and a sentence; None where no neighbourhood is known to be least wealthy."""
    found = stays_behind(figures)
    if LEAST not in figures.fifth_of.values():
        return None
    if found is None:
        return say("equal.exception.none"), say("equal.exception.none_words")
    words = say("equal.exception.words", name=plain(found["name"]), value=say.percent(found["value"], 1))
    pupils = found["pupils"]
    return say("equal.exception.title", name=plain(found["name"])), words if pupils is None else f"{words} {say('equal.exception.pupils', n=int(pupils))}"


# --- numbers ----------------------------------------------------------------------------------------------------------


@cached.kept
def numbers(figures: EqualOpportunity, say: Say) -> list[Number]:
    """Reach of the least wealthy fifth; the difference in points, as a ratio and in pupils."""
    least, gap, city = figures.fifths.get(LEAST, common.nothing("no_data")), common.interval(figures.gap), figures.reach.value
    whole = say("number.unknown") if city is None else say("equal.number.city", city=plain(whole_name(figures)), value=say.percent(city, 1))
    margin = say("show.hidden") if least.lower is None or least.upper is None else say.between(100 * least.lower, 100 * least.upper, 1)
    reach = say("show.hidden") if least.value is None else say.percent(least.value, 1)
    points = Interval(common.per_hundred(gap.value), common.per_hundred(gap.lower), common.per_hundred(gap.upper))
    help_ = cached.help_text("least_against_most", say)
    why = say("equal.number.hidden" if figures.gap.reason == HIDDEN else "number.unknown")
    return [
        Number(say("equal.number.least"), reach, say("equal.number.reach", limits=margin), whole, cached.help_text("reach", say)),
        _number("points", points, 1, help_, say, why=why),
        _number("ratio", figures.ratio, 1, help_, say, why=why),
        _number("pupils", figures.extra, 0, help_, say, why=why),
    ]


def whole_name(figures: EqualOpportunity) -> str:
    """Whose reach the reach of all together is: that of the branch that was chosen, or of the municipality."""
    return next((branch.name for branch in cached.branches() if branch.id == figures.choice.branch), cached.municipality())


def _number(name: str, found: Interval, decimals: int, help_: str, say: Say, *, why: str) -> Number:
    """One way to say the difference between least and most wealthy, with its margin and what no difference would be. why: the words where there is none."""
    if found.value is None or found.lower is None or found.upper is None:
        return Number(say(f"equal.number.{name}"), say("show.hidden"), why, say(f"equal.number.{name}_even"), help_)
    value = say(f"equal.number.{name}_value", value=say.number(found.value, decimals))
    margin = say("equal.number.margin", limits=say.between(found.lower, found.upper, decimals))
    return Number(say(f"equal.number.{name}"), value, margin, say(f"equal.number.{name}_even"), help_)
