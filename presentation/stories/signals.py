"""Wie komt zo vaak dat de school het moet weten? The open signals of the own branch, what became of all, and how much work another limit would give.

A branch sees its own signals one by one, without a trace of who it is; the programme sees counts alone.
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta

import polars as pl

from actions.recognise_pupils import Recognised
from data_access.reader import Reader, Role
from data_access.signal_rules import SignalRule
from data_access.signals import NEXT, REASONS
from metrics.indicators.signals import FOLLOWED_UP, FREQUENT, RULES, STATES, STOPPED
from metrics.shapes import Shown, View
from presentation import cached, signalled
from presentation.choice import Choice
from presentation.components.page import Number
from presentation.stories import common
from presentation.stories.common import Row
from presentation.stories.comparison import OPEN_WEEKS
from presentation.tables import Table
from presentation.texts import Say, plain

#: Signals of the second list that are shown at once: those that wait longest.
SHOWN = 8
#: School weeks over which signals are counted, so that few are still a whole number.
WEEKS = 10
#: A sign for each state, beside its word.
SIGNS = {"new": "●", "seen": "◐", "school_informed": "○", "closed": "✓", "dismissed": "✕"}
ENDED = tuple(state for state, after in NEXT.items() if not after)


@dataclass(frozen=True)
class Step:
    """One thing that was done with a signal."""

    state: str
    reason: str | None
    on: date


@dataclass(frozen=True)
class Signal:
    """A signal of the own branch. number: what it is called; level, year_group: None where unknown; steps: what was done, first to last."""

    number: int
    rule: str
    raised_on: date
    visit_days: int
    level: str | None
    year_group: int | None
    school_known: bool
    steps: tuple[Step, ...]

    @property
    def state(self) -> str:
        """Where it stands."""
        return self.steps[-1].state

    @property
    def waits(self) -> bool:
        """Whether nobody did anything with it yet but look."""
        return self.state not in FOLLOWED_UP


@dataclass(frozen=True)
class Signals:
    """All figures of the page for one choice.

    own: every signal of the own branch, the longest waiting first, None for who sees counts alone; day: what the page calls today; threshold: the limit that
    holds on it; weeks: open school weeks of all branches in view together; branches: how many these are.
    """

    choice: Choice
    reader: Reader
    own: list[Signal] | None
    day: date
    threshold: int
    agreed: list[SignalRule]
    raised: Row
    raised_before: Row
    raised_by_branch: dict[object, Row]
    stopped_by_branch: dict[object, Row]
    in_time: Row
    in_time_by_branch: dict[object, Row]
    school_known: Row
    school_known_by_branch: dict[object, Row]
    states: Shown
    states_by_branch: Shown
    back_test: Shown
    back_test_by_month: Shown
    back_test_by_branch: Shown
    weeks: int
    branches: int


def load(choice: Choice, reader: Reader) -> Signals:
    """Fetch the figures of the page, each protected, and for a branch its own signals: then they are not kept."""
    return _load(choice, reader) if reader.role is Role.BRANCH else _of_counts(choice, reader)


def _load(choice: Choice, reader: Reader) -> Signals:
    own = reader.branch_ids if reader.role is Role.BRANCH else ()
    choice = replace(choice, branch=own[0] if len(own) == 1 else None, sector=None)

    def shown(indicator: str, *by: str, of: Choice = choice) -> Shown:
        return cached.shown(indicator, _view(of, own, *by), reader)

    def by_branch(indicator: str) -> dict[object, Row]:
        return common.by_key(shown(indicator, "branch"), "branch_id")

    day = cached.today()
    weeks = cached.weeks(choice.period, choice.as_of).filter(pl.col("state").is_in(OPEN_WEEKS), pl.col("branch_id").is_in(own) | pl.lit(not own))
    return Signals(
        choice=choice,
        reader=reader,
        own=_own(reader) if own else None,
        day=day,
        threshold=signalled.threshold(day),
        agreed=signalled.rules(reader),
        raised=common.only(shown(FREQUENT)),
        raised_before=common.only(shown(FREQUENT, of=choice.year_earlier())),
        raised_by_branch={} if own else by_branch(FREQUENT),
        stopped_by_branch={} if own else by_branch(STOPPED),
        in_time=common.only(shown("followed_up_within_14_days")),
        in_time_by_branch={} if own else by_branch("followed_up_within_14_days"),
        school_known=common.only(shown("school_known")),
        school_known_by_branch={} if own else by_branch("school_known"),
        states=shown("signals_by_state"),
        states_by_branch=shown("signals_by_state", "branch"),
        back_test=shown("signal_back_test", "school_year"),
        back_test_by_month=shown("signal_back_test"),
        back_test_by_branch=shown("signal_back_test", "branch", "school_year"),
        weeks=weeks.height,
        branches=weeks["branch_id"].n_unique(),
    )


_of_counts = cached.kept(_load)


def _view(choice: Choice, own: tuple[str, ...], *by: str) -> View:
    return replace(choice.view(*by), branches=own)


def _own(reader: Reader) -> list[Signal]:
    found, steps = signalled.own_list(reader)
    taken: dict[int, list[Step]] = {}
    for number, state, reason, on in steps.select("signal_id", "state", "reason", "happened_on").iter_rows():
        taken.setdefault(number, []).append(Step(state, reason, on))
    columns = found.select("rule", "raised_on", "visit_days", "level", "year_group", "school_known", number="signal_id")
    own = [Signal(**row, steps=tuple(taken[row["number"]])) for row in columns.iter_rows(named=True)]
    return sorted(own, key=lambda signal: (not signal.waits, signal.raised_on, signal.number))


# --- the own signals --------------------------------------------------------------------------------------------------


def still_open(figures: Signals, rule: str | None = None) -> list[Signal]:
    """Those with which something may still be done, of one rule or of both; who wait longest first."""
    return [signal for signal in figures.own or () if signal.state not in ENDED and rule in (None, signal.rule)]


def late(figures: Signals) -> int:
    """How many signals of who comes very often wait longer for an answer than was agreed."""
    allowed = timedelta(days=RULES.answer_days)
    return sum(signal.waits and figures.day - signal.raised_on > allowed for signal in still_open(figures, FREQUENT))


def of_the_year(figures: Signals) -> list[Signal]:
    """The own signals of who comes very often that were raised in the school year on the page."""
    period = figures.choice.period
    return [signal for signal in figures.own or () if signal.rule == FREQUENT and period.first <= signal.raised_on <= period.last]


def by_state(figures: Signals) -> dict[str, float | None]:
    """How many signals of the school year stand where: a branch counts its own, all others see what may be shown."""
    if figures.own is not None:
        states = [signal.state for signal in of_the_year(figures)]
        return {state: states.count(state) for state in STATES}
    return {row["state"]: row["value"] for row in figures.states.frame.iter_rows(named=True)}


def not_kept(figures: Signals) -> bool:
    """Whether the rule points pupils out in a school year of which no signal was kept: then there is nothing to say of what became of them."""
    return bool(figures.raised.value) and all(count == 0 for count in by_state(figures).values())


def without_states(figures: Signals) -> str:
    """Which text stands in place of the picture of the states: no signals were kept, too few to show, or there are none."""
    return "not_kept" if not_kept(figures) else "hidden" if None in by_state(figures).values() else "nothing"


def without_branches(figures: Signals) -> str:
    """Which text stands in place of the picture of the branches: too few to show, or there are none."""
    return "hidden" if any(row.value is None for row in figures.raised_by_branch.values()) else "nothing"


def where(figures: Signals, say: Say) -> str:
    """The place that the figures are about, in words."""
    return common.branch_name(figures.choice) or say("state.branches", n=figures.branches)


def pupil(signal: Signal, say: Say) -> str:
    """What is known of the pupil that says nothing of who it is: "havo, klas 3"."""
    if signal.level is None and signal.year_group is None:
        return say("signals.pupil.unknown")
    primary = signal.level in ("po", "sbo")
    group = [] if signal.year_group is None else [say(f"signals.pupil.{'group' if primary else 'class'}", year_group=str(signal.year_group))]
    level = [] if signal.level is None or (primary and group) else [signal.level]
    return ", ".join([*level, *group])


def _state(signal: Signal, say: Say) -> str:
    return f"{SIGNS[signal.state]} {say(f'signal.state.{signal.state}')}"


def open_table(figures: Signals, numbers: dict[int, str], say: Say) -> Table:
    """The open signals of who comes very often. numbers: signal -> id as its reader typed it just now, which marks its row and stands in it."""
    rows = [_line(signal, figures, numbers, say) for signal in still_open(figures, FREQUENT)]
    return _table(rows, say)


def stopped(figures: Signals, numbers: dict[int, str], say: Say) -> tuple[Table, int]:
    """The open signals of who stopped coming, those that wait longest and those that were recognised; and how many more there are."""
    found = still_open(figures, STOPPED)
    shown = [signal for place, signal in enumerate(found) if (place < SHOWN and signal.waits) or signal.number in numbers]
    return _table([_line(signal, figures, numbers, say) for signal in shown], say), len(found) - len(shown)


def _table(rows: list[list[str]], say: Say) -> Table:
    """Few columns, so that the rows fit on a phone."""
    return Table([say(f"signals.column.{name}") for name in ("signal_since", "visit_days", "pupil", "state_since")], rows, pl.DataFrame())


def _line(signal: Signal, figures: Signals, numbers: dict[int, str], say: Say) -> list[str]:
    known = numbers.get(signal.number)
    about = [] if known is None else [say("signals.recognised_as", number=known)]
    about += [pupil(signal, say), say(f"signals.school.{'known' if signal.school_known else 'unknown'}")]
    return [
        say("signals.since", number=str(signal.number), day=say.date(signal.raised_on, "d MMM").replace(" ", "\N{NO-BREAK SPACE}")),
        say.number(signal.visit_days),
        " · ".join(about),
        say("signals.stands", state=_state(signal, say), n=(figures.day - signal.raised_on).days),
    ]


def options(figures: Signals, say: Say) -> dict[int, str]:
    """Every open signal by its number, in words, to say what was done with it."""
    return {
        signal.number: say(
            "signals.option",
            number=str(signal.number),
            rule=say(f"signal.rule.{signal.rule}"),
            day=say.date(signal.raised_on, "d MMM"),
            state=_state(signal, say),
        )
        for rule_ in (FREQUENT, STOPPED)
        for signal in still_open(figures, rule_)
    }


def steps(say: Say) -> dict[tuple[str, str | None], str]:
    """Everything that can be done with a signal: state and reason, in words."""
    found: dict[tuple[str, str | None], str] = {}
    for state in STATES[1:]:
        words = say(f"signal.state.{state}")
        found |= {(state, reason): words if reason is None else f"{words}: {say(f'signal.reason.{reason}')}" for reason in REASONS.get(state, (None,))}
    return found


def history(figures: Signals, say: Say) -> Table:
    """What was done with every signal of the school year and every one that is still open, newest first."""
    period = figures.choice.period
    found = [signal for signal in figures.own or () if signal.state not in ENDED or period.first <= signal.raised_on <= period.last]
    rows = [
        [str(signal.number), say(f"signal.rule.{signal.rule}"), " \N{RIGHTWARDS ARROW} ".join(_step(step, say) for step in signal.steps)]
        for signal in sorted(found, key=lambda signal: (signal.raised_on, signal.number), reverse=True)
    ]
    return Table([say(f"signals.column.{name}") for name in ("signal", "rule", "course")], rows, pl.DataFrame())


def _step(step: Step, say: Say) -> str:
    reason = "" if step.reason is None else f" ({say(f'signal.reason.{step.reason}')})"
    return f"{say.date(step.on, 'd MMM y')} {say(f'signal.state.{step.state}')}{reason}"


def recognised(found: Recognised, say: Say) -> str:
    """What came of looking up: how many, and of what was no id why."""
    parts = [say("signals.recognise.looked_up", n=found.looked_up), say("signals.recognise.found", n=len(found.numbers))]
    parts += [f"{say('signals.recognise.refused', n=n)} {say(f'refused.{code}.what')}" for code, n in found.refused.items() if f"refused.{code}.what" in say]
    return " ".join([*parts, say("signals.recognise.gone")])


def book(reader: Reader, say: Say) -> Table | None:
    """Who recognised, when and how many, the newest first; None when nobody did."""
    found = signalled.book(reader)
    if found.is_empty():
        return None
    names = {branch.id: branch.name for branch in cached.branches()}
    rows = []
    for done_by, done_at, looked_up, known in found.head(SHOWN).iter_rows():
        branches = [names.get(branch, branch) for branch in done_by.partition(":")[2].split(",")]
        rows.append([say.moment(done_at, "d MMM y"), ", ".join(branches), say.number(looked_up), say.number(known)])
    return Table([say(f"signals.column.{name}") for name in ("at", "branch", "looked_up", "recognised")], rows, found)


# --- sentences --------------------------------------------------------------------------------------------------------


def state_line(figures: Signals, say: Say) -> str:
    """Period, branch, last load, and who sees this."""
    nobody = common.nothing("not_shown")
    line = common.state_line(figures.choice, nobody, nobody, figures.states.coverage.missing_weeks, say)
    return f"{line} · {say('signals.seen_by.all' if figures.own is None else 'signals.seen_by.own')}"


def headline(figures: Signals, say: Say) -> str:
    """How many signals ask for something, and how many of them for too long; for the programme how many there were and how many had an answer in time."""
    if figures.own is None:
        return _counted_headline(figures, say)
    count, too_long = len(still_open(figures, FREQUENT)), late(figures)
    if not count:
        return say("signals.headline.none")
    if too_long == count:
        return say("signals.headline.all_late", n=count, days=RULES.answer_days)
    return say(f"signals.headline.{'late' if too_long else 'on_time'}", open=say("signals.headline.open", n=count), n=too_long, days=RULES.answer_days)


def _counted_headline(figures: Signals, say: Say) -> str:
    raised, in_time = figures.raised.value, figures.in_time.value
    first = say("signals.headline.unknown") if raised is None else say("signals.headline.raised", n=int(raised))
    if not_kept(figures):
        return say("signals.headline.not_kept", first=first)
    if raised == 0 or in_time is None:
        return f"{first}."
    if in_time <= common.HARDLY:
        return say("signals.headline.hardly_in_time", first=first)
    if in_time > common.NEARLY_ALL:
        return say("signals.headline.nearly_all_in_time", first=first)
    return say("signals.headline.in_time", first=first, share=common.roughly(in_time, say).lower())


def certainty(figures: Signals, say: Say) -> str:
    """Which share of all signals had an answer in time, with its margin; that none were kept, where that is so."""
    if not_kept(figures):
        return say("signals.certainty.not_kept")
    row = figures.in_time
    if row.value is None or row.lower is None:
        return say("signals.certainty.unknown")
    limits, share = common.limits(row.lower, row.upper, say), say.percent(row.value)
    return say("signals.certainty.in_time", k=int(row.numerator or 0), n=int(row.denominator or 0), days=RULES.answer_days, share=share, limits=limits)


def rule(figures: Signals, say: Say) -> str:
    """The rule in a sentence, what holds later, and who changes it."""
    parts = [say("signals.rule.words", threshold=figures.threshold, window=RULES.window_days, rest=RULES.cool_down_days)]
    parts += [say("signals.rule.later", day=later.valid_from, threshold=later.threshold) for later in figures.agreed if later.valid_from > figures.day]
    if not may_change(figures):
        parts.append(say("signals.rule.who"))
    return f":small[{' '.join(parts)}]"


def may_change(figures: Signals) -> bool:
    """Whether this reader answers for the limit."""
    return figures.reader.role is Role.PROGRAMME


def agreements(figures: Signals, say: Say) -> Table | None:
    """Every change of the limit with its reason, newest first; None while there was none."""
    if not figures.agreed:
        return None
    rows = [
        [say.date(agreed.changed_on, "d MMM y"), say("signals.days", n=agreed.threshold), say.date(agreed.valid_from, "d MMM y"), plain(agreed.why)]
        for agreed in reversed(figures.agreed)
    ]
    return Table([say(f"table.{name}") for name in ("changed_on", "limit", "valid_from", "reason")], rows, pl.DataFrame())


# --- numbers ----------------------------------------------------------------------------------------------------------


def numbers(figures: Signals, say: Say) -> list[Number]:
    """Open signals or those that nobody saw yet, signals of the school year, answered in time, school known."""
    raised, before = figures.raised, figures.raised_before.value
    compared = say("number.no_year_before") if before is None else say("number.year_before_count", n=int(before))
    return [
        _first(figures, say),
        Number(say("signals.number.raised"), common.count(raised.value, say), _counted(raised, say), compared, cached.help_text(FREQUENT, say)),
        _in_time(figures, say),
        _school(figures, say),
    ]


def _first(figures: Signals, say: Say) -> Number:
    if figures.own is not None:
        count, margin = len(still_open(figures, FREQUENT)), say("signals.number.late", n=late(figures), days=RULES.answer_days)
        return Number(
            say("signals.number.open"), say.number(count), margin, say("signals.number.agreed", days=RULES.answer_days), say("signals.number.open_help")
        )
    agreed, label, help_ = say("signals.number.agreed", days=RULES.answer_days), say("signals.number.unseen"), say("signals.number.unseen_help")
    if not_kept(figures):
        return Number(label, say("show.hidden"), say("signals.number.not_kept"), agreed, help_)
    unseen = by_state(figures).get(STATES[0])
    return Number(label, common.count(unseen, say), say("signals.number.of_the_year"), agreed, help_)


def _in_time(figures: Signals, say: Say) -> Number:
    name, indicator = "in_time", "followed_up_within_14_days"
    if figures.in_time.value is None and not_kept(figures):
        label, help_ = say(f"signals.number.{name}"), cached.help_text(indicator, say)
        return Number(label, say("show.hidden"), say("number.unknown"), say("signals.number.not_kept"), help_)
    return _share(name, indicator, figures.in_time, say)


def _school(figures: Signals, say: Say) -> Number:
    if figures.own is None:
        return _share("school_known", "school_known", figures.school_known, say)
    found = of_the_year(figures)
    known = sum(signal.school_known for signal in found)
    value = say.percent(known / len(found)) if found else say("show.hidden")
    of = say("signals.number.in_time_of", k=known, n=len(found))
    return Number(say("signals.number.school_known"), value, say("number.counted"), of, cached.help_text("school_known", say))


def _counted(row: Row, say: Say) -> str:
    return say("number.unknown") if row.value is None else say("number.counted")


def _share(name: str, indicator: str, row: Row, say: Say) -> Number:
    label, help_ = say(f"signals.number.{name}"), cached.help_text(indicator, say)
    if row.value is None:
        return Number(label, say("show.hidden"), say("number.unknown"), say(f"reason.{row.reason}"), help_)
    margin = say("number.counted") if row.lower is None else say("number.margin_percent", limits=common.limits(row.lower, row.upper, say))
    of = say(f"signals.number.{name}_of", k=int(row.numerator or 0), n=int(row.denominator or 0))
    return Number(label, say.percent(row.value), margin, of, help_)
