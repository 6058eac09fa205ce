"""Hoe verhouden de vestigingen zich? How busy a session is, whether there are volunteers enough, when, and what the next two weeks ask.

Branches are held against the mean of their own kind of school and never put in one row with the other kind. What is counted here is visits, sessions and
volunteers; a branch sees the totals of the others, and of itself also the hours and the sessions that are planned.
"""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import polars as pl

from data_access.reader import Reader, Role
from metrics.indicators.sessions import Lasted
from metrics.methods.comparison import difference_of, direction, mean_of
from metrics.methods.shifts import placed
from metrics.shapes import Period, Shown, View
from presentation import cached
from presentation.cached import Branch
from presentation.choice import Choice
from presentation.components.page import Number
from presentation.stories import common
from presentation.stories.common import Row
from presentation.texts import Say, plain

SECTORS = ("PO", "VO")
#: How far ahead volunteers are looked for.
AHEAD = timedelta(days=14)
#: Sessions of one kind of school last alike when the longest mean is at most so many times the shortest.
SAME_LENGTH = 1.05
#: Branches that are short of volunteers are named in a sentence while there are at most so many.
NAMED = 3
#: Weeks in which a branch could be open.
OPEN_WEEKS = ("delivered", "partly", "missing", "running")


@dataclass(frozen=True)
class Comparison:
    """All figures of the page for one choice.

    choice: all branches of the kinds of school that are looked at; own: the branches whose hours and planned sessions are shown, () = all of those;
    weeks_open: branch -> school weeks in which it could be open; lasted: branch -> how long its held sessions lasted; norm: pupils per volunteer, at most;
    per_volunteer, by_hour, cancelled and planned: of `own` alone, where there is one.
    """

    choice: Choice
    own: tuple[str, ...]
    weeks_open: dict[str, int]
    lasted: dict[str, Lasted]
    visits: Row
    sessions: Row
    per_session: Shown
    by_sector: dict[object, Row]
    by_sector_before: dict[object, Row]
    staffing: Shown
    per_volunteer: Row
    above_norm: Shown
    norm: float
    by_hour: Shown
    cancelled: Shown
    cancelled_by_branch: Shown
    planned: Shown

    @property
    def next_weeks(self) -> Period:
        """The days for which volunteers are looked for."""
        return self.planned.view.period


@cached.kept
def load(choice: Choice, reader: Reader) -> Comparison:
    """Fetch the figures of the page, each protected. A chosen branch narrows the hours and the coming weeks, and the comparison to its kind of school."""
    everyone = replace(choice, branch=None)
    own = (choice.branch,) if choice.branch is not None else reader.branch_ids if reader.role is Role.BRANCH else ()

    def shown(indicator: str, view: View) -> Shown:
        return cached.shown(indicator, view, reader)

    above_norm = shown("sessions_above_norm", everyone.view("branch"))
    coming = Period(choice.as_of + timedelta(days=1), choice.as_of + AHEAD)
    weeks = cached.weeks(choice.period, choice.as_of).filter(pl.col("state").is_in(OPEN_WEEKS))
    return Comparison(
        choice=everyone,
        own=own,
        lasted=cached.session_hours(choice.period, choice.as_of),
        weeks_open=dict(weeks.group_by("branch_id").len().iter_rows()),
        visits=common.only(shown("visits", everyone.view())),
        sessions=common.only(shown("visits_per_session", everyone.view())),
        per_session=shown("visits_per_session", everyone.view("branch")),
        by_sector=common.by_key(shown("visits_per_session", everyone.view("sector")), "sector"),
        by_sector_before=common.by_key(shown("visits_per_session", everyone.year_earlier().view("sector")), "sector"),
        staffing=shown("pupils_per_volunteer", everyone.view("branch")),
        per_volunteer=common.only(shown("pupils_per_volunteer", replace(everyone.view(), branches=own))),
        above_norm=above_norm,
        norm=float(dict(above_norm.coverage.notes)["norm"]),
        by_hour=shown("pupils_per_volunteer", replace(everyone.view("sector", "weekday", "hour"), branches=own)),
        cancelled=shown("cancelled", replace(everyone.view(), branches=own)),
        cancelled_by_branch=shown("cancelled", everyone.view("branch")),
        planned=shown("volunteers_short", replace(everyone.view("branch"), period=coming, branches=own)),
    )


def state_line(figures: Comparison, say: Say) -> str:
    """Period, branches, sessions held, coverage and last load."""
    held = None if figures.sessions.denominator is None else int(figures.sessions.denominator)
    nobody = common.nothing("not_shown")
    return common.state_line(figures.choice, nobody, nobody, figures.per_session.coverage.missing_weeks, say, held=held)


# --- what the figures come to -----------------------------------------------------------------------------------------


def branches_of(figures: Comparison, sector: str) -> list[Branch]:
    """The branches of one kind of school, busiest first; those without a figure come last."""
    rows = crowds(figures)
    of_sector = [branch for branch in cached.branches() if branch.id in rows and branch.sector == sector]
    return sorted(of_sector, key=lambda branch: -(rows[branch.id].value or 0))


def length(figures: Comparison) -> str | None:
    """Whether sessions last alike within each kind of school: alike, differs, or unknown where that is not known of all; None where nothing is compared."""
    rows = common.by_key(figures.per_session, "branch_id")
    ratios = []
    for sector in SECTORS:
        known = [branch.id for branch in cached.branches() if branch.sector == sector and branch.id in rows and rows[branch.id].value is not None]
        if len(known) < 2:
            continue
        if not all(branch in figures.lasted for branch in known):
            return "unknown"
        means = [mean_hours(figures, branch) for branch in known]
        ratios.append(max(means) / min(means))
    if not ratios:
        return None
    return "alike" if max(ratios) <= SAME_LENGTH else "differs"


def mean_hours(figures: Comparison, *branches: str) -> float:
    """How long a held session of these branches lasts."""
    known = [figures.lasted[branch] for branch in branches if branch in figures.lasted]
    return sum(found.hours for found in known) / sum(found.sessions for found in known)


def crowds(figures: Comparison) -> dict[object, Row]:
    """What branches are compared by: visits per session held, or per hour that it lasts where sessions do not last alike."""
    rows = common.by_key(figures.per_session, "branch_id")
    if length(figures) != "differs":
        return rows
    return {branch: _per_hour(row, mean_hours(figures, str(branch))) if branch in figures.lasted else row for branch, row in rows.items()}


def sector_mean(figures: Comparison, sector: str) -> float | None:
    """The mean of one kind of school, in what its branches are compared by."""
    row = figures.by_sector.get(sector)
    if row is None or row.value is None or length(figures) != "differs":
        return None if row is None else row.value
    return row.value / mean_hours(figures, *(branch.id for branch in branches_of(figures, sector)))


def _per_hour(row: Row, hours: float) -> Row:
    value, lower, upper = (None if number is None else number / hours for number in (row.value, row.lower, row.upper))
    return replace(row, value=value, lower=lower, upper=upper)


def crowd(figures: Comparison, branch: Branch) -> str | None:
    """A branch against the others of its kind of school together: higher, lower or unclear, by their difference and its margin.

    too_short or alone where that would be unfair; None without a figure.
    """
    rows = crowds(figures)
    if rows[branch.id].value is None:
        return None
    if _opened_late(figures, branch):
        return "too_short"
    others = [other.id for other in branches_of(figures, str(branch.sector)) if other.id != branch.id and not _opened_late(figures, other)]
    known = [other for other in others if rows[other].value is not None]
    if not known:
        return "alone"
    together = mean_of([common.interval(rows[other]) for other in known], [_weight(figures, other) for other in known])
    return direction(difference_of(common.interval(rows[branch.id]), together))


def _weight(figures: Comparison, branch: str) -> float:
    """What the mean of several branches is over: their sessions, or the hours of these."""
    sessions = common.by_key(figures.per_session, "branch_id")[branch].denominator or 0
    return sessions * mean_hours(figures, branch) if length(figures) == "differs" else sessions


def _opened_late(figures: Comparison, branch: Branch) -> bool:
    """Whether a branch was open for so many weeks fewer than another of its kind of school that they are not alike."""
    open_of_kind = [figures.weeks_open.get(other.id, 0) for other in branches_of(figures, str(branch.sector))]
    return figures.weeks_open.get(branch.id, 0) < common.ALIKE * max(open_of_kind)


def staffed(figures: Comparison, branch: Branch) -> str | None:
    """The pupils of a branch for each volunteer against the norm: higher (certainly too few volunteers), lower, unclear; None without limits."""
    row = common.by_key(figures.staffing, "branch_id").get(branch.id)
    return None if row is None else common.beside_line(row, figures.norm)


def all_branches(figures: Comparison) -> list[Branch]:
    """Primary first, then secondary, each busiest first."""
    return [branch for sector in SECTORS for branch in branches_of(figures, sector)]


def short_of_volunteers(figures: Comparison, sector: str | None = None) -> list[Branch]:
    """Branches with certainly more pupils for each volunteer than the norm: primary, then secondary, each worst first; or of one kind of school."""
    rows = common.by_key(figures.staffing, "branch_id")
    found = [branch for branch in all_branches(figures) if staffed(figures, branch) == "higher" and sector in (None, branch.sector)]
    return sorted(found, key=lambda branch: (SECTORS.index(str(branch.sector)), -(rows[branch.id].value or 0)))


def chosen(figures: Comparison) -> Branch | None:
    """The one branch that the page is about; None where it is about more."""
    return next((branch for branch in all_branches(figures) if figures.own == (branch.id,)), None)


def where(figures: Comparison, say: Say) -> str:
    """The branches whose hours and sessions are shown, in words."""
    names = [plain(branch.name) for branch in cached.branches() if branch.id in figures.own]
    return common.joined(names, say) if names else say("comparison.everywhere")


def with_sector(branches: list[Branch], say: Say) -> str:
    """Branches by name, each with its kind of school."""
    return common.joined([f"{plain(branch.name)} ({branch.sector})" for branch in branches], say)


# --- sentences --------------------------------------------------------------------------------------------------------


@cached.kept
def headline(figures: Comparison, say: Say) -> str:
    """Which branches are certainly busy, and where volunteers are certainly too few."""
    if figures.sessions.value is None:
        return say("comparison.headline.unknown")
    parts = [part for part in (_busy(figures, say), _short(figures, say)) if part]
    return say("comparison.headline.both", first=parts[0], second=parts[1]) if len(parts) > 1 else say("comparison.headline.one", first=parts[0])


def _busy(figures: Comparison, say: Say) -> str:
    one = chosen(figures)
    if one is not None:
        return say(f"comparison.headline.own_{crowd(figures, one) or 'unknown'}", name=plain(one.name))
    verdicts = {branch: crowd(figures, branch) for branch in all_branches(figures)}
    for verdict in ("higher", "lower"):
        names = [plain(branch.name) for branch, found in verdicts.items() if found == verdict]
        if names:
            return say(f"comparison.headline.{verdict}", n=len(names), names=common.joined(names, say))
    known = any(found == "unclear" for found in verdicts.values())
    return say(f"comparison.headline.{'unclear' if known else 'not_compared'}")


def _short(figures: Comparison, say: Say) -> str | None:
    if figures.per_volunteer.value is None:
        return None
    one = chosen(figures)
    if one is not None:
        return say(f"comparison.headline.{'own_short' if staffed(figures, one) == 'higher' else 'own_not_short'}")
    short = short_of_volunteers(figures)
    if not short:
        return say("comparison.headline.none_short")
    names = with_sector(short, say) if len(short) <= NAMED else say("state.branches", n=len(short))
    return say("comparison.headline.short", n=len(short), names=names)


@cached.kept
def certainty(figures: Comparison, say: Say) -> str:
    """The two ends of each kind of school and how sure their difference is, and which sessions could not count."""
    parts = [_ends(figures, sector, say) for sector in SECTORS]
    without_list = int(dict(figures.per_session.coverage.notes).get("sessions_without_list", 0))
    if without_list:
        parts.append(say("comparison.certainty.without_list", n=without_list))
    return " ".join(part for part in parts if part) or say("comparison.certainty.nothing")


def _ends(figures: Comparison, sector: str, say: Say) -> str | None:
    rows = crowds(figures)
    fair = [branch for branch in branches_of(figures, sector) if crowd(figures, branch) in ("higher", "lower", "unclear")]
    if len(fair) < 2:
        return None
    (first, high), (last, low) = ((branch, rows[branch.id]) for branch in (fair[0], fair[-1]))
    certain = direction(difference_of(common.interval(high), common.interval(low))) == "higher"
    measure = say(f"comparison.measure.{'per_hour' if length(figures) == 'differs' else 'per_session'}")
    key = f"comparison.certainty.{'certain' if certain else 'unclear'}"
    return say(key, measure=measure, sector=sector, first=plain(first.name), high=high.value, last=plain(last.name), low=low.value)


@cached.kept
def guard(figures: Comparison, say: Say) -> tuple[str, str]:
    """Why the two kinds of school stand apart, and what was done about branches that are open more or longer, or began later."""
    both = all(branches_of(figures, sector) for sector in SECTORS)
    parts = [say("comparison.guard.per_session"), *_length_words(figures, say)]
    if both:
        parts.insert(0, say("comparison.guard.apart"))
    late = [branch for branch in all_branches(figures) if crowd(figures, branch) == "too_short"]
    if late:
        weeks = [figures.weeks_open.get(branch.id, 0) for branch in late]
        parts.append(say("comparison.guard.too_short", n=len(late), names=common.joined([plain(branch.name) for branch in late], say), weeks=weeks))
    return say(f"comparison.guard.{'title' if both else 'title_one'}"), " ".join(parts)


def _length_words(figures: Comparison, say: Say) -> list[str]:
    """Whether sessions last alike, and what was done where they do not."""
    found = length(figures)
    if found is None:
        return []
    means = {branch: mean_hours(figures, branch.id) for branch in all_branches(figures) if branch.id in figures.lasted}
    if found != "differs":
        return [say(f"comparison.guard.length_{found}")]
    shortest, longest = min(means, key=lambda branch: means[branch]), max(means, key=lambda branch: means[branch])
    minutes = {"least": round(60 * means[shortest]), "most": round(60 * means[longest])}
    return [say("comparison.guard.length_differs", short=plain(shortest.name), long=plain(longest.name), **minutes)]


# --- numbers ----------------------------------------------------------------------------------------------------------


@cached.kept
def numbers(figures: Comparison, say: Say) -> list[Number]:
    """Visits per session of each kind of school, pupils per volunteer, sessions cancelled."""
    sectors = [sector for sector in SECTORS if branches_of(figures, sector)]
    return [*(_per_session(figures, sector, say) for sector in sectors), _per_volunteer(figures, say), _cancelled(figures, say)]


def _per_session(figures: Comparison, sector: str, say: Say) -> Number:
    row, before = figures.by_sector.get(sector, common.nothing("no_data")), figures.by_sector_before.get(sector, common.nothing("no_data"))
    alike = common.comparable(figures.choice, row.denominator, before.denominator) and before.value is not None
    compared = say("number.year_before", value=say.number(before.value or 0, 1)) if alike else say("number.no_year_before")
    label, help_ = say("comparison.number.per_session", sector=sector), cached.help_text("visits_per_session", say)
    return Number(label, _one_decimal(row, say), _margin(row, "number.margin", say), compared, help_)


def _per_volunteer(figures: Comparison, say: Say) -> Number:
    row, norm = figures.per_volunteer, _at(figures, say("comparison.number.norm", norm=say.number(figures.norm)))
    help_ = cached.help_text("pupils_per_volunteer", say)
    return Number(say("comparison.number.per_volunteer"), _one_decimal(row, say), _margin(row, "comparison.number.pupils", say), norm, help_)


def _cancelled(figures: Comparison, say: Say) -> Number:
    label, help_ = say("comparison.number.cancelled"), cached.help_text("cancelled", say)
    known = cancellations(figures.cancelled)
    if known is None:
        return Number(label, say("show.hidden"), say("number.unknown"), say("number.no_sessions"), help_)
    counts, due = known
    margin = say("comparison.number.no_volunteers", n=counts["no_volunteers"])
    return Number(label, say.number(sum(counts.values())), margin, _at(figures, say("comparison.number.of_sessions", n=due)), help_)


def _at(figures: Comparison, words: str) -> str:
    """Words with the name of the chosen branch, where a number is about that one alone."""
    one = chosen(figures)
    return words if one is None else f"{plain(one.name)}, {words}"


def _one_decimal(row: Row, say: Say) -> str:
    return say("show.hidden") if row.value is None else say.number(row.value, 1)


def _margin(row: Row, key: str, say: Say) -> str:
    if row.value is None:
        return say("number.unknown")
    if row.lower is None or row.upper is None:
        return say("comparison.number.no_margin")
    return say(key, limits=say.between(row.lower, row.upper, 1))


def cancellations(cancelled: Shown, branch: str | None = None) -> tuple[dict[str, int], int] | None:
    """Reason -> sessions cancelled for it, and how many should have been held, of the whole or of one branch; None when no session is known."""
    rows = cancelled.frame if branch is None else cancelled.frame.filter(branch_id=branch)
    rows = rows.filter(pl.col("value").is_not_null())
    if rows.is_empty():
        return None
    return {str(reason): int(count or 0) for reason, count in rows.select("cancelled_reason", "numerator").iter_rows()}, int(rows["denominator"][0])


# --- the next two weeks -----------------------------------------------------------------------------------------------


def expected(figures: Comparison) -> pl.DataFrame:
    """The planned sessions of which can be said how many volunteers they lack: the rows of `volunteers_short` with a value, and their weekday."""
    return figures.planned.frame.filter(pl.col("value").is_not_null()).with_columns(weekday=pl.col("day").dt.weekday())


def no_plan(figures: Comparison) -> str:
    """Which text stands in place of the coming weeks when they cannot be drawn: nothing planned, or nothing to go by."""
    return "comparison.planned.nothing" if figures.planned.is_empty else "comparison.planned.no_expectation"


def with_extra(figures: Comparison, extra: int, say: Say) -> str:
    """What so many more volunteers would fill, each at one fixed session a week; a calculation and no prediction."""
    sessions = expected(figures)
    missing = int(sessions["value"].sum())
    if not extra or not missing:
        return say("comparison.extra.none", n=missing)
    places = placed(sessions.select("branch_id", "weekday", short="value"), ("branch_id", "weekday"), extra)
    names = {branch.id: plain(branch.name) for branch in cached.branches()}
    helped = [_place(place, names, say) for place in places.iter_rows(named=True)]
    return say("comparison.extra.helped", n=extra, missing=missing, left=missing - int(places["filled"].sum()), places=common.joined(helped, say))


def _place(place: dict[str, Any], names: dict[str, str], say: Say) -> str:
    day = common.weekday_name(place["weekday"], say)
    where = say("comparison.extra.place", name=names.get(place["branch_id"], place["branch_id"]), day=day)
    return where if place["added"] == 1 else say("comparison.extra.several", place=where, n=place["added"])
