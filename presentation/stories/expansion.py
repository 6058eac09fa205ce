"""Waar ontbreekt het? How many pupils have no help nearby, in which neighbourhoods they live, and where another place would bring most of them near.

A sum about where pupils live. All its numbers rest on estimates and on an assumed distance, so all are rounded and called "ongeveer".
"""

from dataclasses import dataclass, replace
from typing import Any

import polars as pl

from data_access.reader import Reader
from metrics.indicators.expansion import BRANCH, OFFER
from metrics.shapes import Shown, View
from presentation import cached
from presentation.choice import Assumptions, Choice
from presentation.components.page import Number
from presentation.stories import common
from presentation.stories.common import Row
from presentation.texts import Say, plain

#: How much shorter and longer the distance is taken to see what hangs on it.
SHORTER, LONGER = 0.8, 1.2


@dataclass(frozen=True)
class Gap:
    """Pupils without help nearby, under one assumption: besides -> of the whole town, and of each neighbourhood."""

    whole: dict[object, Row]
    homes: dict[str, dict[str, Row]]


@dataclass(frozen=True)
class Expansion:
    """All figures of the page. besides: "offer" where other free help was delivered and counts, else "branch"; next_places: the best ones, first on top;
    gains: neighbourhood -> what a place there would bring near; reach: neighbourhood -> who takes part now."""

    choice: Choice
    assumed: Assumptions
    besides: str
    now: Gap
    shorter: Gap
    longer: Gap
    districts: dict[str, float]
    next_places: list[dict[str, Any]]
    gains: dict[str, Row]
    reach: dict[object, Row]
    notes: dict[str, str]


@cached.kept
def load(choice: Choice, assumed: Assumptions, reader: Reader) -> Expansion:
    """Fetch the figures of the page, each protected. Branches are those of the last day that was chosen."""

    def view(*by: str) -> View:
        return replace(choice.view(*by), as_of=choice.period.last)

    def shown(indicator: str, *by: str) -> Shown:
        return cached.shown(indicator, assumed.of(view(*by)), reader)

    def gap(times: float) -> Gap:
        whole, homes = (cached.shown("beyond_reach", assumed.of(view(*by), times), reader) for by in ((), ("neighbourhood",)))
        return Gap(common.by_key(whole, "besides"), {besides: _by(homes, besides, "neighbourhood_code") for besides in (BRANCH, OFFER)})

    besides = OFFER if cached.offers() else BRANCH
    return Expansion(
        choice=choice,
        assumed=assumed,
        besides=besides,
        now=gap(1),
        shorter=gap(SHORTER),
        longer=gap(LONGER),
        districts={code: row.numerator for code, row in _by(shown("beyond_reach", "district"), besides, "district_code").items() if row.numerator},
        next_places=shown("best_next").frame.filter(pl.col("besides") == besides).sort("rank").to_dicts(),
        gains={code: row for code, row in _by(shown("catchment"), besides, "candidate").items() if row.value is not None},
        reach=common.by_key(cached.shown("reach", view("neighbourhood"), reader), "neighbourhood_code"),
        notes=dict(shown("beyond_reach").coverage.notes),
    )


def _by(shown: Shown, besides: str, key: str) -> dict[str, Row]:
    """The rows of a figure with or without other free help, by one more key."""
    return {str(code): row for code, row in common.by_key(replace(shown, frame=shown.frame.filter(pl.col("besides") == besides)), key).items()}


def lacking(figures: Expansion) -> str | None:
    """The text that says what was not delivered and without which there is no page; None when all is there."""
    whole = whole_town(figures)
    if whole.value is not None:
        return None
    return "empty.no_points" if whole.reason == "no_point" else "empty.no_target_group"


def whole_town(figures: Expansion) -> Row:
    """Pupils without any help nearby, of all pupils."""
    return figures.now.whole.get(figures.besides, common.nothing("no_data"))


def offers(figures: Expansion) -> list[cached.Offer]:
    """Other free help for the pupils who were chosen."""
    return [offer for offer in cached.offers() if figures.choice.sector is None or offer.sector in (None, figures.choice.sector)]


def about(value: float | None, say: Say) -> str:
    """An estimate as it may be said, or the one mark where there is none."""
    return say("show.hidden") if value is None else say.number(rounded(value))


def rounded(value: float) -> int:
    """To tens, and from ten thousand on to hundreds; somebody is never nobody."""
    step = 100 if value >= 10_000 else 10
    return max(step * int(value / step + 0.5), 10 if value > 0 else 0)


@cached.kept
def state_line(figures: Expansion, say: Say) -> str:
    """As of when, how many pupils, how many places there are, when it was loaded."""
    pilot = [branch for branch in cached.branches() if branch.pilot and figures.choice.sector in (None, branch.sector)]
    parts = [
        say("expansion.state.as_of", day=figures.choice.period.last),
        say(f"sector.{figures.choice.sector}") if figures.choice.sector else None,
        size(figures, say),
        say("expansion.state.without_point", n=int(figures.notes["without_point"])) if "without_point" in figures.notes else None,
        say("state.branches", n=len(pilot)),
        say("expansion.state.offers", n=len(offers(figures))) if figures.besides == OFFER else say("expansion.no_offers"),
    ]
    loaded = cached.last_load()
    if loaded is not None:
        parts.append(say("state.loaded", day=say.date(loaded, "d MMM y"), next=cached.organisation_text("delivery", say)))
    return " · ".join(part for part in parts if part)


def size(figures: Expansion, say: Say) -> str:
    """How many pupils live in the town, and of which year that is where it is another."""
    kind, year = "estimate" if "population_estimate" in figures.notes else "pupils", figures.notes.get("population_year")
    return say(f"expansion.state.{kind if year is None else f'{kind}_of'}", number=about(whole_town(figures).denominator, say), year=year)


# --- sentences --------------------------------------------------------------------------------------------------------


def largest(gap: Gap, besides: str) -> str | None:
    """The neighbourhood where most pupils have no help nearby; None when there are none anywhere."""
    homes = {code: row.numerator for code, row in gap.homes[besides].items() if row.numerator}
    return max(homes, key=lambda code: (homes[code] or 0, code), default=None)


def name_of(code: str) -> str:
    """The name of a neighbourhood, as words of a sentence."""
    return plain(common.place_names().get(code, code))


@cached.kept
def headline(figures: Expansion, say: Say) -> str:
    """How many pupils have no help nearby, and where most of them live."""
    share, code = whole_town(figures).value or 0, largest(figures.now, figures.besides)
    help_ = {"none": say(f"expansion.help.{figures.besides}"), "some": say(f"expansion.help.{figures.besides}_some")}
    if code is None:
        return say("expansion.headline.nobody", some=help_["some"])
    size = "few" if share <= FEW else "nearly_all" if share > NEARLY_ALL else "part"
    return say(f"expansion.headline.{size}", share=common.roughly(share, say), name=name_of(code), **help_)


#: Up to which share "a part of the pupils" is hardly any, and from which it is nearly all.
FEW, NEARLY_ALL = 0.05, 0.95


@cached.kept
def certainty(figures: Expansion, say: Say) -> str:
    """How many that are, in a straight line, and what a shorter or longer distance changes."""
    whole = whole_town(figures)
    shorter, longer = (about(gap.whole[figures.besides].numerator, say) for gap in (figures.shorter, figures.longer))
    parts = [
        say("expansion.certainty.size", number=about(whole.numerator, say), of=about(whole.denominator, say)),
        say("expansion.certainty.distance", shorter=shorter, longer=longer),
    ]
    now, *others = (largest(gap, figures.besides) for gap in (figures.now, figures.shorter, figures.longer))
    other = next((code for code in others if code not in (now, None)), None)
    if now is not None:
        parts.append(say("expansion.certainty.stays", name=name_of(now)) if other is None else say("expansion.certainty.changes", name=name_of(other)))
    if figures.besides == BRANCH:
        parts.append(say("expansion.certainty.no_offers"))
    return " ".join(parts)


@cached.kept
def numbers(figures: Expansion, say: Say) -> list[Number]:
    """Far from a branch; without any help; the largest gap; what the best places would add."""
    return [_beyond(figures, BRANCH, say), _beyond(figures, OFFER, say), _largest(figures, say), _added(figures, say)]


def distances(figures: Expansion, say: Say) -> str:
    """The assumed distances of the pupils who were chosen: "PO 1,5 km, VO 3,0 km"."""
    assumed = {"PO": figures.assumed.PO, "VO": figures.assumed.VO}
    return ", ".join(f"{sector} {say('expansion.km', km=km)}" for sector, km in assumed.items() if figures.choice.sector in (None, sector))


def _beyond(figures: Expansion, besides: str, say: Say) -> Number:
    label, help_ = say(f"expansion.number.{besides}"), cached.help_text("beyond_reach", say)
    if besides == OFFER and figures.besides == BRANCH:
        return Number(label, say("show.hidden"), say("number.unknown"), say("expansion.no_offers"), help_)
    row = figures.now.whole[besides]
    comparator = say("expansion.number.straight", distances=distances(figures, say)) if besides == BRANCH else say("expansion.number.also")
    return Number(label, common.share(row.value, say), say("expansion.number.pupils", number=about(row.numerator, say)), comparator, help_)


def _largest(figures: Expansion, say: Say) -> Number:
    label, help_, code = say("expansion.number.largest"), cached.help_text("beyond_reach", say), largest(figures.now, figures.besides)
    if code is None:
        return Number(label, say.number(0), say("expansion.number.nowhere"), say("expansion.number.everybody"), help_)
    row, part = figures.now.homes[figures.besides][code], figures.reach.get(code)
    of = say("expansion.number.of", number=about(row.denominator, say))
    came = None if part is None else part.numerator
    comparator = of if came is None else f"{of}; {say('expansion.number.now', n=int(came))}"
    return Number(label, about(row.numerator, say), say("expansion.number.in", name=name_of(code)), comparator, help_)


def _added(figures: Expansion, say: Say) -> Number:
    help_, added, total = cached.help_text("best_next", say), gained(figures), whole_town(figures).numerator
    label = say("expansion.number.next", n=len(figures.next_places) or figures.assumed.places)
    if not added or not total:
        return Number(label, say.number(0), say("expansion.number.no_next"), say("expansion.number.no_next_words"), help_)
    return Number(label, say.percent(added / total), say("expansion.number.pupils", number=about(added, say)), say("expansion.number.of_those"), help_)


def gained(figures: Expansion) -> float:
    """Pupils whom the best places together bring near."""
    return float(sum(place["numerator"] for place in figures.next_places))


# --- what if ----------------------------------------------------------------------------------------------------------


def candidates(figures: Expansion) -> dict[str, str]:
    """Every neighbourhood in which a place can be tried out: code -> name, by name."""
    names = common.place_names()
    return dict(sorted(((code, names.get(code, code)) for code in figures.gains), key=lambda pair: (pair[1], pair[0])))


def suggested(figures: Expansion) -> str:
    """The best next place, or else the one that brings most pupils near by itself."""
    if figures.next_places:
        return str(figures.next_places[0]["candidate"])
    return max(figures.gains, key=lambda code: (figures.gains[code].value or 0, code))


def expected_words(figures: Expansion, code: str, say: Say) -> str:
    """How many would come if as many came as from the neighbourhoods with a branch now; a sum and no forecast."""
    shares = sorted(row.value for home in _with_branch(figures) if (row := figures.reach.get(home)) is not None and row.value is not None)
    home, now = figures.now.homes[figures.besides].get(code), figures.reach.get(code)
    parts = []
    if shares and home is not None and home.denominator:
        low, high = (say.number(share * home.denominator) for share in (shares[0], shares[-1]))
        rates = say.between(100 * shares[0], 100 * shares[-1], 1)
        parts.append(say("expansion.try.expected", rates=rates, name=name_of(code), low=low, high=high))
        if now is not None and now.numerator is not None:
            parts.append(say("expansion.try.now", n=int(now.numerator)))
    return " ".join([*parts, say("expansion.try.caution")])


def _with_branch(figures: Expansion) -> set[str]:
    """Neighbourhoods in which a branch of the pilot stands."""
    pilot = [branch for branch in cached.branches() if branch.pilot and figures.choice.sector in (None, branch.sector)]
    return {branch.neighbourhood_code for branch in pilot if branch.neighbourhood_code is not None}
