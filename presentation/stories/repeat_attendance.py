"""Komen leerlingen terug? Return within 28 days, how it fades month after month, who makes the visits, and whether help is temporary."""

from dataclasses import dataclass
from typing import Any

from data_access.reader import Reader, Role
from metrics.methods.comparison import difference_of, direction
from metrics.shapes import Shown
from presentation import cached
from presentation.choice import Choice
from presentation.components.page import Number
from presentation.stories import common
from presentation.stories.common import Row
from presentation.texts import Say


@dataclass(frozen=True)
class RepeatAttendance:
    """All figures of the page for one choice. by_branch: None where branches may not be told apart, or one was chosen."""

    choice: Choice
    participants: Row
    home_known: Row
    missing_weeks: int
    returned: Row
    too_recent: float | None
    band: tuple[float | None, float | None]
    returned_before: Row
    retention: Shown
    dosage: Shown
    per_pupil: Row
    quarters: tuple[float | None, float | None]
    lasting: Row
    by_sector: dict[object, Row]
    by_branch: Shown | None


@cached.kept
def load(choice: Choice, reader: Reader) -> RepeatAttendance:
    """Fetch the figures of the page, each protected."""

    def shown(indicator: str, *by: str, of: Choice = choice) -> Shown:
        return cached.shown(indicator, of.view(*by), reader)

    returned, per_pupil = shown("returned_within_28_days"), shown("visits_per_pupil")
    sessions, before = (common.only(shown("visits_per_session", of=of)).denominator for of in (choice, choice.year_earlier()))
    alike = common.comparable(choice, sessions, before)
    tells_branches = choice.branch is None and reader.role is Role.PROGRAMME
    return RepeatAttendance(
        choice=choice,
        participants=common.only(shown("participants")),
        home_known=common.only(shown("known_home")),
        missing_weeks=returned.coverage.missing_weeks,
        returned=common.only(returned),
        too_recent=common.beside(returned, "too_recent"),
        band=(common.beside(returned, "lowest"), common.beside(returned, "highest")),
        returned_before=common.only(shown("returned_within_28_days", of=choice.year_earlier())) if alike else common.nothing("not_comparable"),
        retention=shown("retention"),
        dosage=shown("dosage"),
        per_pupil=common.only(per_pupil),
        lasting=common.only(shown("open_after_26_weeks")),
        quarters=(common.beside(per_pupil, "p25"), common.beside(per_pupil, "p75")),
        by_sector=common.by_key(shown("returned_within_28_days", "sector"), "sector"),
        by_branch=shown("returned_within_28_days", "branch") if tells_branches else None,
    )


def state_line(figures: RepeatAttendance, say: Say) -> str:
    """Period, branches, number, coverage and last load."""
    return common.state_line(figures.choice, figures.participants, figures.home_known, figures.missing_weeks, say)


# --- sentences --------------------------------------------------------------------------------------------------------


@cached.kept
def headline(figures: RepeatAttendance, say: Say) -> str:
    """How many of a hundred new pupils came back, with the margin."""
    returned = figures.returned
    if returned.value is None or returned.lower is None or returned.upper is None:
        return say(f"repeat.headline.{'too_recent' if returned.reason == 'too_recent' else 'too_few'}")
    return say(
        "repeat.headline.returned",
        part=common.roughly(returned.value, say),
        value=say.number(100 * returned.value),
        lower=say.number(100 * returned.lower),
        upper=say.number(100 * returned.upper),
    )


@cached.kept
def certainty(figures: RepeatAttendance, say: Say) -> str:
    """Against the year before, of whom it is not known yet, and what visits without a name could make of it."""
    parts = [_against_last_year(figures, say)]
    if figures.too_recent:
        parts.append(say("repeat.certainty.too_recent", n=int(figures.too_recent)))
    low, high = figures.band
    if low is not None and high is not None and high - low >= WIDE_BAND:
        parts.append(say("repeat.certainty.unlinked", lower=say.number(100 * low), upper=say.number(100 * high)))
    return " ".join(part for part in parts if part)


#: From this width on what visits without a name could change is worth a sentence.
WIDE_BAND = 0.02


def _against_last_year(figures: RepeatAttendance, say: Say) -> str:
    before = figures.returned_before
    word = direction(difference_of(common.interval(figures.returned), common.interval(before)))
    if word is None or before.value is None:
        return say("repeat.certainty.no_year")
    return say(f"repeat.certainty.{word}", before=say.number(100 * before.value))


# --- numbers ----------------------------------------------------------------------------------------------------------


@cached.kept
def numbers(figures: RepeatAttendance, say: Say) -> list[Number]:
    """Returned, not yet known, visits per pupil, lasting."""
    return [_returned(figures, say), _too_recent(figures, say), _per_pupil(figures, say), _lasting(figures, say)]


def _returned(figures: RepeatAttendance, say: Say) -> Number:
    returned, before = figures.returned, figures.returned_before.value
    compared = say("number.no_year_before") if before is None else say("repeat.number.year_before", value=say.percent(before))
    help_ = cached.help_text("returned_within_28_days", say)
    if returned.value is None or returned.lower is None or returned.upper is None:
        return Number(say("repeat.number.returned"), say("show.hidden"), say("number.unknown"), compared, help_)
    margin = say("repeat.number.within", limits=say.between(100 * returned.lower, 100 * returned.upper))
    return Number(say("repeat.number.returned"), say.percent(returned.value), margin, compared, help_)


def _too_recent(figures: RepeatAttendance, say: Say) -> Number:
    measured, recent = figures.returned.denominator, figures.too_recent
    help_ = cached.help_text("returned_within_28_days", say)
    if measured is None or recent is None:
        return Number(say("repeat.number.too_recent"), say("show.hidden"), say("number.unknown"), say("repeat.number.began_late"), help_)
    share = say("repeat.number.of_new", share=say.percent(recent / (measured + recent)) if measured + recent else say.percent(0))
    return Number(say("repeat.number.too_recent"), say("repeat.number.pupils", n=int(recent)), share, say("repeat.number.began_late"), help_)


def _per_pupil(figures: RepeatAttendance, say: Say) -> Number:
    (low, high), help_ = figures.quarters, cached.help_text("visits_per_pupil", say)
    if figures.per_pupil.value is None or low is None or high is None:
        return Number(say("repeat.number.per_pupil"), say("show.hidden"), say("number.unknown"), say("repeat.number.no_maximum"), help_)
    middle = say("repeat.number.half", limits=say("repeat.number.from_to", low=say.number(low), high=say.number(high)))
    decimals = 0 if float(figures.per_pupil.value).is_integer() else 1
    return Number(say("repeat.number.per_pupil"), say.number(figures.per_pupil.value, decimals), middle, say("repeat.number.no_maximum"), help_)


def _lasting(figures: RepeatAttendance, say: Say) -> Number:
    lasting, help_ = figures.lasting, cached.help_text("open_after_26_weeks", say)
    meant = say("repeat.number.temporary")
    if lasting.value is None or lasting.lower is None or lasting.upper is None:
        return Number(say("repeat.number.lasting"), say("show.hidden"), say("number.unknown"), meant, help_)
    margin = say("repeat.number.after", limits=say.between(100 * lasting.lower, 100 * lasting.upper))
    return Number(say("repeat.number.lasting"), say.percent(lasting.value), margin, meant, help_)


def bands(figures: RepeatAttendance) -> list[dict[str, Any]]:
    """The bands of the dosage, from few visits to many."""
    return list(figures.dosage.frame.iter_rows(named=True))
