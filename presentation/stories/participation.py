"""Wie bereiken we? Reach per neighbourhood, visits through the school year, new and returning pupils."""

from dataclasses import dataclass

import polars as pl

from data_access.reader import Reader
from metrics.methods.comparison import against, difference_of, direction
from metrics.shapes import OUTSIDE, UNKNOWN, Shown
from presentation import cached
from presentation.choice import Choice
from presentation.components.page import Number
from presentation.stories import common
from presentation.stories.common import Row
from presentation.stories.comparators import Asked
from presentation.texts import Say, plain

ROWS = 16
#: To which multiple a count is rounded that would give a handful of pupils away.
NEAREST = 5


@dataclass(frozen=True)
class Participation:
    """All figures of the page for one choice. fifth_of: wealth fifth of each neighbourhood, "1" = least wealthy; wealth_sources: whose figures they are."""

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
    means_before: dict[object, Row]
    new_by_month: Shown
    by_month: Shown
    home_known: Row
    missing_weeks: int
    notes: tuple[tuple[str, str], ...]
    comparable: bool
    fifth_of: dict[str, str]
    wealth_sources: tuple[str, ...]


@cached.kept
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
        means_before=common.by_key(cached.shown("visits_per_session", choice.year_earlier().view("sector"), reader), "sector"),
        new_by_month=new,
        by_month=per("participants", "month"),
        home_known=one("known_home"),
        missing_weeks=reach.coverage.missing_weeks,
        notes=(*reach.coverage.notes, *sessions.coverage.notes, *new.coverage.notes),
        comparable=alike,
        fifth_of=cached.wealth_fifths(choice.view()),
        wealth_sources=cached.wealth_sources(choice.view()),
    )


def state_line(figures: Participation, say: Say) -> str:
    """Period, branches, number, coverage and last load."""
    return common.state_line(figures.choice, figures.participants, figures.home_known, figures.missing_weeks, say)


# --- sentences --------------------------------------------------------------------------------------------------------


@cached.kept
def headline(figures: Participation, say: Say) -> str:
    """The finding in one line: how many of a hundred, most where, least where."""
    if figures.participants.value is None:
        return say("participation.headline.too_few")
    if figures.reach.value is None:
        return say("participation.headline.no_reach", n=int(figures.participants.value))
    branch = common.branch_name(figures.choice)
    who = say("participation.headline.we") if branch is None else say("participation.headline.branch", branch=branch)
    overall, ends = _of_hundred(100 * figures.reach.value, say), ends_of(figures)
    if ends is None:
        return say("participation.headline.whole", who=who, overall=overall)
    (high, high_value), (low, low_value) = ends
    first, last = _of_hundred(high_value, say), _of_hundred(low_value, say)
    if compared(figures)["value"].null_count():
        return say("participation.headline.ends_unseen", who=who, overall=overall, high=plain(high), high_value=first)
    return say("participation.headline.ends", who=who, overall=overall, high=plain(high), high_value=first, low=plain(low), low_value=last)


@cached.kept
def certainty(figures: Participation, say: Say) -> str:
    """How sure: in how many neighbourhoods reach is certainly higher, and how it compares with a year before."""
    large = compared(figures)
    parts = []
    if figures.reach.value is not None and large.height > 1:
        parts.append(say("participation.certainty.areas", **counted(large, say), than=than(figures, say)))
    unseen = large["value"].null_count()
    if ends_of(figures) is not None and unseen:
        parts.append(say("participation.certainty.unseen", n=unseen))
    word = against_last_year(figures)
    if word is not None:
        parts.append(say(f"participation.certainty.{word}"))
    return " ".join(parts)


def counted(large: pl.DataFrame, say: Say) -> dict[str, str]:
    """In how many of the neighbourhoods that were compared reach is certainly higher, and in how many lower; the first says of how many."""
    higher, lower = (large.filter(pl.col("status") == status).height for status in ("higher", "lower"))
    return {"higher": say("participation.certainty.number", n=higher, of=large.height), "lower": say("participation.certainty.rest", n=lower)}


def than(figures: Participation, say: Say) -> str:
    """What a neighbourhood is held against: the whole city, or all that one branch reaches."""
    branch = common.branch_name(figures.choice)
    return say("participation.than.city", city=cached.municipality()) if branch is None else say("participation.than.branch", branch=branch)


@cached.kept
def asked(figures: Participation) -> Asked:
    """What the trend has to be compared with."""
    choice, means = figures.choice, {str(sector): row for sector, row in figures.means_before.items()}
    return Asked(choice.view("sector", "school_week"), choice.view(), figures.per_session_before, means)


def against_last_year(figures: Participation) -> str | None:
    """busier, quieter or same; None when one of the two years cannot be said."""
    found = direction(difference_of(common.interval(figures.per_session), common.interval(figures.per_session_before)))
    return None if found is None else {"higher": "busier", "lower": "quieter", "unclear": "same"}[found]


def _of_hundred(value: float, say: Say) -> str:
    """5.2 -> "5"; 0.8 -> "nog geen 1"; 0 -> "niemand"."""
    if value == 0:
        return say("participation.headline.nobody")
    return say("participation.headline.under_one") if value < 0.95 else say.number(value)


@cached.kept
def ends_of(figures: Participation) -> tuple[tuple[str, float], tuple[str, float]] | None:
    """The highest and the lowest of the large neighbourhoods, when they are certainly apart from each other."""
    rows = compared(figures).filter(pl.col("value").is_not_null())
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


@cached.kept
def compared(figures: Participation) -> pl.DataFrame:
    """The neighbourhoods with the largest target group, highest value first and those that may not be shown last, compared with the whole.

    Chosen by a public figure and not by what came out, so that nobody is left out for a low number.
    """
    sizes = cached.target_sizes(figures.choice.view("neighbourhood")).head(ROWS)
    rows = sizes.join(figures.by_neighbourhood.frame, on="neighbourhood_code", how="left").sort(
        "value", "neighbourhood_code", descending=[True, False], nulls_last=True
    )
    return against(rows, figures.reach.value) if figures.reach.value is not None else rows.with_columns(status=pl.lit("unclear"))


# --- numbers ----------------------------------------------------------------------------------------------------------


@cached.kept
def numbers(figures: Participation, say: Say) -> list[Number]:
    """Participants, reach, visits, visits per session."""
    sector, parts = figures.choice.sector, [figures.by_sector.get(name) for name in ("PO", "VO")]
    if sector is not None:
        split = say(f"sector.{sector}")
    elif all(part is not None and part.value is not None for part in parts):
        split = say("participation.split", **{name: common.count(part.value, say) for name, part in zip(("PO", "VO"), parts, strict=True) if part is not None})
    else:
        split = say("number.counted")
    held = figures.per_session.denominator
    return [
        Number(say("number.participants"), common.count(figures.participants.value, say), split, say("number.once"), cached.help_text("participants", say)),
        reach_number(figures, say),
        Number(
            say("number.visits"),
            common.count(figures.visits.value, say),
            say("number.unknown") if figures.per_hundred.value is None else say("number.per_hundred", value=figures.per_hundred.value),
            say("number.no_sessions") if not held else say("number.held", n=int(held)),
            cached.help_text("visits", say),
        ),
        per_session_number(figures.per_session, figures.per_session_before, say),
    ]


def reach_number(figures: Participation, say: Say) -> Number:
    """Reach of the target group with its margin and the size of that group.

    Participants stand beside it, and less the residents they are the pupils from elsewhere or with an unknown home. Where one of these two is too small to
    show, the residents are told to the nearest five.
    """
    reach, help_ = figures.reach, cached.help_text("reach", say)
    if reach.value is None or reach.lower is None or reach.upper is None or reach.denominator is None:
        return Number(say("number.reach"), say("show.hidden"), say("number.unknown"), say("number.no_target_group"), help_)
    estimated = any(code == "population_estimate" for code, _ in figures.notes)
    residents, elsewhere = int(reach.numerator or 0), figures.by_neighbourhood.frame.filter(pl.col("neighbourhood_code").is_in([OUTSIDE, UNKNOWN]))
    told = say("number.about", n=NEAREST * round(residents / NEAREST)) if elsewhere["hidden"].any() else say.number(residents)
    of = say("number.of_estimate" if estimated else "number.of", k=told, n=round(reach.denominator))
    margin = say("number.margin_percent", limits=say.between(100 * reach.lower, 100 * reach.upper, 1))
    return Number(say("number.reach"), say.percent(reach.value, 1), margin, of, help_)


def per_session_number(now: Row, before: Row, say: Say) -> Number:
    """Visits per held session with margin, against the same days a year before."""
    if now.value is None:
        return Number(
            say("number.per_session"), say("show.hidden"), say("number.unknown"), say("number.no_sessions"), cached.help_text("visits_per_session", say)
        )
    margin = say("number.margin", limits=say.between(now.lower, now.upper, 1)) if now.lower is not None and now.upper is not None else say("number.no_margin")
    compared = say("number.year_before", value=before.value) if before.value is not None else say("number.no_year_before")
    return Number(say("number.per_session"), say.number(now.value, 1), margin, compared, cached.help_text("visits_per_session", say))
