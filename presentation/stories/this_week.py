"""Wat is er deze week nodig? What a branch has to do, the sessions of this week and the next, and how busy it is beside its own earlier school weeks."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import polars as pl

from actions.check_data import Found
from actions.see_what_is_needed import Need, Waiting, counted_signals, needs
from data_access.reader import Reader, Role
from metrics import periods
from metrics.shapes import Period, Shown, View
from presentation import cached, delivered
from presentation.cached import Branch
from presentation.charts.cells import State
from presentation.choice import Choice
from presentation.components.page import Number
from presentation.stories import common
from presentation.stories.common import Row
from presentation.stories.comparators import Asked
from presentation.texts import Say, plain

WEEK = timedelta(days=7)
#: School weeks of which is said whether they came in, and so many calendar weeks back they are looked for: a summer holiday may lie between them.
LAST_WEEKS, LOOK_BACK = 8, timedelta(weeks=26)
#: The days of the trend: about a school year, wherever in it today lies.
TREND = timedelta(weeks=44)
#: The same weeks of a year before may be held beside these when at least this share of the sessions was held; a closure takes more.
ENOUGH = 0.5
#: Things that are shown as to do; the rest comes when these are done.
AT_MOST = 3


@dataclass(frozen=True)
class ThisWeek:
    """All that the page shows of one branch.

    planned: the sessions of this week and the next; weeks: the last school weeks, closed ones included, with their state; by_week: visits per session
    held, week by week; now: the same over `weeks`; asked: what both may be held against; needs: all that is to do, the most urgent first.
    """

    branch: Branch
    reader: Reader
    today: date
    planned: Shown
    norm: float
    weeks: list[tuple[date, State]]
    by_week: Shown
    now: Row
    asked: Asked
    waiting: Waiting
    checked: int
    needs: list[Need]

    @property
    def sunday(self) -> date:
        """The last day of this week."""
        return self.today + timedelta(days=6 - self.today.weekday())


@cached.kept
def branches_of(choice: Choice, reader: Reader) -> list[Branch]:
    """The branches the page is about: the one that was chosen, else all that are the reader's."""
    own = [branch for branch in cached.branches() if reader.role is not Role.BRANCH or branch.id in reader.branch_ids]
    return [branch for branch in own if choice.branch in (None, branch.id)]


def load(branch: Branch, reader: Reader) -> ThisWeek:
    """Fetch what the page shows of one branch, each figure protected. Deliveries and checks are seen as the branch itself sees them.

    The branch has the days of its own signals among it: then nothing is kept.
    """
    return _load(branch, reader) if reader.role is Role.BRANCH else _of_counts(branch, reader)


def _load(branch: Branch, reader: Reader) -> ThisWeek:
    today = cached.today()
    yesterday, end = today - timedelta(days=1), today + timedelta(days=13 - today.weekday())
    eyes = Reader(Role.BRANCH, (branch.id,))

    def shown(indicator: str, period: Period, *by: str) -> Shown:
        return cached.shown(indicator, View(period, yesterday, branches=(branch.id,), by=by), reader)

    def per_session(period: Period) -> Row:
        return common.only(shown("visits_per_session", period))

    planned = shown("volunteers_short", Period(today, end))
    weeks = _last_weeks(branch, today)
    spoken = Period(weeks[0][0], weeks[-1][0] + WEEK - timedelta(days=1)) if weeks else Period(yesterday, yesterday)
    trend = Period(today - timedelta(days=today.weekday()) - TREND, yesterday)
    now = per_session(spoken)
    weekly = View(trend, yesterday, branch.sector, (branch.id,), by=("sector", "school_week"))
    checks = cached.checks(eyes, periods.school_year(periods.school_year_of(yesterday)), yesterday)
    waiting = cached.waiting_signals(reader, branch.id) if reader.role is Role.BRANCH else _counted(branch, yesterday, reader)
    return ThisWeek(
        branch=branch,
        reader=reader,
        today=today,
        planned=planned,
        norm=float(dict(planned.coverage.notes)["norm"]),
        weeks=weeks,
        by_week=cached.shown("visits_per_session", weekly, reader),
        now=now,
        asked=Asked(
            weekly,
            replace(weekly, period=spoken, by=()),
            _year_before(spoken, now, per_session),
            just_before=_just_before(branch, spoken, per_session),
            enough=ENOUGH,
        ),
        waiting=waiting,
        checked=len(checks),
        needs=needs(
            today,
            planned=planned,
            open_days=cached.open_days(branch.id, Period(today, end)),
            keeps_sessions=cached.keeps_sessions(branch.id),
            weeks=weeks,
            waiting=waiting,
            loads=delivered.loads(eyes),
            asking=sum(_asks(check, weeks) for check in checks),
        ),
    )


_of_counts = cached.kept(_load)


def _counted(branch: Branch, yesterday: date, reader: Reader) -> Waiting:
    """How many signals wait, whenever they were raised, from the figures of all branches that Signalering shows too: one hidden part takes another with it.

    Year by year as there: one figure over all years would tell what a year hides.
    """
    span = cached.span()
    first = periods.school_year_of(yesterday if span is None else span.first)
    years = [periods.school_year(year) for year in range(first, periods.school_year_of(yesterday) + 1)]
    views = [View(Period(year.first, min(year.last, yesterday)), yesterday, by=("branch",)) for year in years]
    return counted_signals([cached.shown("signals_by_state", view, reader) for view in views], branch.id)


def _last_weeks(branch: Branch, today: date) -> list[tuple[date, State]]:
    """The last school weeks that are over, closed ones included, oldest first: Monday and state."""
    yesterday = today - timedelta(days=1)
    known = cached.weeks(Period(today - LOOK_BACK, yesterday), yesterday)
    over = known.filter(pl.col("branch_id") == branch.id, ~pl.col("state").is_in(["holiday", "running"]))
    return over.select("school_week", "state").tail(LAST_WEEKS).rows()


def _year_before(spoken: Period, now: Row, per_session: Callable[[Period], Row]) -> Row:
    """The same school weeks a year before, where so many sessions were held that they may stand beside these."""
    same = cached.same_school_weeks_earlier(common.weeks_between(spoken.first, spoken.last)).values()
    found = per_session(Period(min(same), max(same) + WEEK - timedelta(days=1))) if same else common.nothing("no_data")
    held, held_before = now.denominator or 0, found.denominator or 0
    return found if held and ENOUGH <= held_before / held <= 1 / ENOUGH else common.nothing("not_comparable")


def _just_before(branch: Branch, spoken: Period, per_session: Callable[[Period], Row]) -> Row:
    """As many sessions just before."""
    before = cached.as_many_sessions_earlier(branch.id, spoken)
    return common.nothing("no_data") if before is None else per_session(before)


def _asks(check: Found, weeks: Sequence[tuple[date, State]]) -> bool:
    """Whether a check asks for a look; the last weeks that did not come are a thing to do of their own."""
    if check.check != "missing_weeks":
        return not check.is_clear
    return not check.addresses.filter(~pl.col("day").is_in([monday for monday, _ in weeks])).is_empty()


# --- sentences --------------------------------------------------------------------------------------------------------


def state_line(figures: ThisWeek, say: Say) -> str:
    """Branch, today, last load and the next."""
    branch = figures.branch
    return " · ".join([say("this_week.state.branch", name=plain(branch.name), sector=branch.sector), *day_and_load(figures, say)])


def day_and_load(figures: ThisWeek, say: Say) -> list[str]:
    """Today, and when data were last loaded."""
    loaded = cached.last_load()
    load_words = [say("state.loaded", day=say.date(loaded, "d MMM y"), next=cached.organisation_text("delivery", say))] if loaded is not None else []
    return [_today(figures.today, say), *load_words]


def _today(today: date, say: Say) -> str:
    return say(f"this_week.state.{'demo' if cached.is_demo() else 'today'}", day=say.date(today, "EEEE d MMMM y"))


def headline(figures: ThisWeek, say: Say) -> str:
    """What there is to do, in a few words each; nothing is an answer too."""
    first = figures.needs[:AT_MOST]
    if not first:
        return say("this_week.headline.nothing")
    return say(f"this_week.headline.{len(first)}", things=common.joined([short_words(figures, need, say) for need in first], say))


def short_words(figures: ThisWeek, need: Need, say: Say) -> str:
    """A thing to do in a few words, for in a sentence."""
    return _words(figures, need, "short", say)


def title_words(figures: ThisWeek, need: Need, say: Say) -> str:
    """A thing to do as a line of its own."""
    return _words(figures, need, "title", say)


def _words(figures: ThisWeek, need: Need, part: str, say: Say) -> str:
    """The words of a need: those of one session or of weeks by number where there are so few."""
    values = {"n": need.n, "sessions": len(need.days)}
    if need.kind in ("volunteers", "volunteers_later") and len(need.days) == 1:
        return say(f"this_week.need.{need.kind}.one_{part}", day=day_name(need.days[0], figures.today, say), **values)
    if need.kind == "weeks" and need.n <= AT_MOST:
        numbers = common.joined([str(monday.isocalendar().week) for monday in need.days], say)
        return say(f"this_week.need.weeks.named_{part}", weeks=numbers, **values)
    return say(f"this_week.need.{need.kind}.{part}", **values)


def day_name(day: date, today: date, say: Say) -> str:
    """Vandaag, morgen, dinsdag 1 juli."""
    near = {0: "today", 1: "tomorrow"}.get((day - today).days)
    return say(f"this_week.day.{near}") if near else say.date(day, "EEEE d MMMM")


def certainty(figures: ThisWeek, say: Say) -> str:
    """What the coming sessions ask, whatever else there is; in a quiet week also that nothing else waits, and when the next list is due."""
    parts = [coming(figures, say)]
    if not figures.needs:
        parts += [*(say(key) for key in in_order(figures)), say("this_week.certainty.next", when=cached.organisation_text("delivery", say))]
    return " ".join(parts)


def coming(figures: ThisWeek, say: Say) -> str:
    """The first session that lacks volunteers and how the others stand; why there are none, where there are none."""
    rows = sessions(figures)
    if not rows:
        return _none_planned(figures, say)
    known = [row for row in rows if row["value"] is not None]
    if not known:
        return say("this_week.certainty.unknown", n=len(rows))
    nearest = first_short(known)
    if nearest is None:
        return say("this_week.certainty.enough", n=len(known), last=say.date(rows[-1]["day"], "EEEE d MMMM"))
    day = day_name(nearest["day"], figures.today, say)
    values = {"n": int(nearest["volunteers"]), "pupils": int(nearest["expected"]), "needed": int(nearest["denominator"])}
    words = say("this_week.certainty.short", day=day, **values)
    enough = sum(row["value"] == 0 for row in known)
    return words[:1].upper() + words[1:] + " " + say(f"this_week.certainty.{'rest' if enough else 'all_short'}", n=enough or len(known))


def _none_planned(figures: ThisWeek, say: Say) -> str:
    holiday = cached.holiday_on(figures.today + WEEK)
    if holiday is not None:
        return say("this_week.certainty.holiday", name=plain(holiday[0]), last=say.date(holiday[1], "EEEE d MMMM"))
    return say(f"this_week.certainty.{'none_planned' if cached.keeps_sessions(figures.branch.id) else 'no_sessions'}")


def in_order(figures: ThisWeek) -> list[str]:
    """What else was looked at and is in order."""
    found = ["weeks"] if figures.weeks else []
    if figures.waiting.raised_on is not None:
        found.append("signals_in_time" if figures.waiting.count else "no_signals")
    return [f"this_week.certainty.{part}" for part in [*found, "checks"]]


# --- sessions ---------------------------------------------------------------------------------------------------------


def sessions(figures: ThisWeek) -> list[dict[str, Any]]:
    """The planned sessions of this week and the next, in order, as rows of `volunteers_short`."""
    return figures.planned.frame.sort("day", "starts").to_dicts()


def first_short(known: Sequence[dict[str, Any]]) -> dict[str, Any] | None:
    """The first session that lacks volunteers: for the nearest there is least time left. None where none lacks any."""
    return next((row for row in known if row["value"]), None)


def planned_sessions(figures: ThisWeek) -> int | None:
    """How many sessions are planned; None where none stand in the list of weeks in which the branch could be open, or where there never was a list."""
    rows, branch = sessions(figures), figures.branch.id
    is_known = bool(rows) or (cached.keeps_sessions(branch) and not cached.open_days(branch, figures.planned.view.period))
    return len(rows) if is_known else None


# --- numbers ----------------------------------------------------------------------------------------------------------


def numbers(figures: ThisWeek, say: Say) -> list[Number]:
    """Sessions, visits to expect, volunteers still to find, signals that wait."""
    rows = sessions(figures)
    known = [row for row in rows if row["value"] is not None]
    return [_planned(figures, rows, say), _expected(figures, rows, say), _to_find(figures, known, say), _signals(figures, say)]


def _planned(figures: ThisWeek, rows: Sequence[dict[str, Any]], say: Say) -> Number:
    label, help_ = say("this_week.number.sessions"), say("this_week.number.sessions_help")
    if not rows:
        return Number(
            label,
            common.count(planned_sessions(figures), say),
            say("this_week.number.none_planned"),
            say("this_week.number.until", day=_end(figures, say)),
            help_,
        )
    days = sorted({row["day"].isoweekday() for row in rows})
    on = say("this_week.number.on", days=common.joined([common.weekday_name(day, say) for day in days], say))
    return Number(label, say.number(len(rows)), say("this_week.number.until", day=_end(figures, say)), on, help_)


def _end(figures: ThisWeek, say: Say) -> str:
    return say.date(figures.planned.view.period.last, "EEEE d MMMM")


def _expected(figures: ThisWeek, rows: Sequence[dict[str, Any]], say: Say) -> Number:
    label, help_ = say("this_week.number.expected"), cached.help_text("volunteers_short", say)
    mean = figures.now.value
    usual = say("number.no_sessions") if mean is None else say("this_week.number.usual", value=mean)
    pupils = [row["expected"] for row in rows if row["expected"] is not None]
    if not pupils:
        return Number(label, say("show.hidden"), say("number.unknown"), usual, help_)
    margin = "generous" if len(pupils) == len(rows) else "generous_some"
    return Number(label, say.number(sum(pupils)), say(f"this_week.number.{margin}", n=len(pupils), of=len(rows)), usual, help_)


def _to_find(figures: ThisWeek, known: Sequence[dict[str, Any]], say: Say) -> Number:
    label, help_ = say("this_week.number.to_find"), cached.help_text("volunteers_short", say)
    if not known:
        return Number(label, say("show.hidden"), say("number.unknown"), say("this_week.number.norm", norm=say.number(figures.norm)), help_)
    this, after = (sum(int(row["value"]) for row in known if (row["day"] <= figures.sunday) is first) for first in (True, False))
    parts = say("this_week.number.needed", needed=sum(int(row["denominator"]) for row in known), promised=sum(int(row["volunteers"]) for row in known))
    return Number(label, say.number(this + after), say("this_week.number.per_week", this=this, after=after), parts, help_)


def _signals(figures: ThisWeek, say: Say) -> Number:
    label, help_, waiting = say("this_week.number.signals"), say("this_week.number.signals_help"), figures.waiting
    if waiting.count is None:
        return Number(label, say("show.hidden"), say("number.too_small"), say("this_week.number.no_answer"), help_)
    late = say("this_week.number.counted") if waiting.raised_on is None else say("this_week.number.late", n=waiting.late(figures.today))
    return Number(label, say.number(waiting.count), late, say("this_week.number.no_answer"), help_)
