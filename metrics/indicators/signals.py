"""Signals: pupils who come so often that the school should know, and pupils who came regularly and stay away. Counts alone: which pupils, the branch knows.

Not per home or level: a signal in a small area would point at a child. A signal was raised at one branch on one day, so signals add up over both.
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise

import polars as pl

from metrics import periods
from metrics.indicators import selection as select
from metrics.indicators.calendars import by_calendar, closed_days
from metrics.methods import signals as method
from metrics.shapes import Figures, Inputs, Period, View

FREQUENT, STOPPED = "frequent_attendance", "stopped_coming"
THRESHOLD, MONTH = "threshold", "month"
SIGNAL = ("rule", "pupil_id", "branch_id", "raised_on", "visit_days")
STATE = "state"
#: Where a signal may stand, in the order in which that comes.
STATES = ("new", "seen", "school_informed", "closed", "dismissed")
#: States in which something was done with a signal; to have seen it is not enough.
FOLLOWED_UP = ("school_informed", "closed", "dismissed")


@dataclass(frozen=True)
class Rules:
    """When a signal is raised, as agreed.

    Frequent: `threshold` visit days or more in `window_days`. Stopped: `least_visit_days` or more in a period of support (breaks of at most `gap_days`), then
    none for `quiet_days` open days. After a signal comes no other of that rule for that pupil within `cool_down_days`. A signal wants an answer within
    `answer_days`. thresholds: those that the back-test tries.
    """

    threshold: int = 8
    window_days: int = 28
    cool_down_days: int = 56
    least_visit_days: int = 4
    quiet_days: int = 28
    gap_days: int = 56
    answer_days: int = 14
    thresholds: tuple[int, ...] = (6, 7, 8, 9, 10, 11, 12)


RULES = Rules()


def frequent_attendance(data: Inputs, view: View) -> Figures:
    """Signals raised in the period because a pupil came very often, at the branch where most of these visits were. Grains of branch and time.

    As they were stored, with those that a calculation would add now (`new_signals`), so that the number and the list of the branch are the same. numerator and
    value: signals; pupils: children they are about.
    """
    return _raised(FREQUENT, data, view)


def stopped_coming(data: Inputs, view: View) -> Figures:
    """Signals raised in the period because a pupil who came regularly stayed away, whether they came back later or not. Otherwise as `frequent_attendance`."""
    return _raised(STOPPED, data, view)


def school_known(data: Inputs, view: View) -> Figures:
    """Of the pupils with a signal of frequent attendance in the period, the share whose school is known in that school year. Counted in full: no limits.

    Grains of branch and time. pupils: as few as are known or are not.
    """
    year = periods.school_year_number(pl.col("raised_on")).alias("school_year_number")
    signals = _in_view(data, view, raised(data, view.as_of).filter(rule=FREQUENT)).with_columns(year)
    schools = data.pupil_years.select("pupil_id", "school_id", school_year_number="school_year")
    pupils = signals.join(schools, on=["pupil_id", "school_year_number"], how="left").group_by("pupil_id", *view.keys)
    known = pupils.agg(is_known=pl.col("school_id").is_not_null().any())
    totals = select.totals(known, view.keys, denominator=pl.len().cast(pl.Int64), numerator=pl.col("is_known").sum().cast(pl.Int64))
    rows = select.counted(select.cells(data, view), totals, view.keys)
    rows = rows.with_columns(value=pl.col("numerator") / select.positive("denominator"), unknown=pl.col("denominator") - pl.col("numerator"))
    rows = rows.with_columns(
        pupils=select.fewest("numerator", "unknown"),
        reason=pl.when(pl.col("reason").is_null() & (pl.col("denominator") == 0)).then(pl.lit("no_signals")).otherwise("reason"),
        method=pl.lit("count"),
    )
    return select.figures("school_known", view, rows, select.coverage(data, view))


def followed_up_within_14_days(data: Inputs, view: View) -> Figures:
    """Share of the stored signals of the period that had an answer within 14 days: the school informed, closed, or dismissed. Grains of branch and time.

    The days run from the day on which the rule was met. denominator: signals of at least 14 days before as_of; too_recent: later ones (reason `too_recent`
    where all are). pupils: as few children as stand behind the signals with an answer in time or behind those without.
    """
    raised_on, in_days = pl.col("raised_on"), (pl.col("happened_on") - pl.col("raised_on")).dt.total_days()
    events = data.signal_events.filter(pl.col("state").is_in(FOLLOWED_UP)).join(data.signals.select("signal_id", "raised_on"), on="signal_id")
    in_time = events.filter(in_days <= RULES.answer_days, pl.col("happened_on") <= view.as_of).select("signal_id").unique()
    signals = _in_view(data, view, data.signals).join(in_time.with_columns(answered=pl.lit(True)), on="signal_id", how="left")
    old, answered = (view.as_of - raised_on).dt.total_days() >= RULES.answer_days, pl.col("answered").fill_null(False)
    pupil = pl.col("pupil_id")
    totals = select.totals(
        signals,
        view.keys,
        signals=pl.len(),
        numerator=(old & answered).sum().cast(pl.Int64),
        denominator=old.sum().cast(pl.Int64),
        too_recent=(~old).sum().cast(pl.Int64),
        with_answer=pupil.filter(old & answered).n_unique().cast(pl.Int64),
        without=pupil.filter(old & ~answered).n_unique().cast(pl.Int64),
    )
    rows = select.shares(select.counted(select.cells(data, view), totals, view.keys), view.confidence)
    empty = pl.when(pl.col("too_recent") > 0).then(pl.lit("too_recent")).otherwise(pl.lit("no_signals"))
    rows = rows.with_columns(
        reason=pl.when(pl.col("reason") == "no_denominator").then(empty).otherwise("reason"), pupils=select.fewest("with_answer", "without")
    )
    return select.figures(
        "followed_up_within_14_days", view, rows, select.coverage(data, view), more=("too_recent",), parts_along=tuple(view.keys), counts=("too_recent",)
    )


def signal_back_test(data: Inputs, view: View) -> Figures:
    """How many signals of frequent attendance each threshold would have given, per month: what the rule would ask of the branches. Grains of branch and time.

    Own keys: threshold (visit days), and month where the view names no grain of time itself. Worked from the visits alone, whatever was stored; numerator,
    value and pupils as `frequent_attendance`.
    """
    own_keys = (THRESHOLD,) if {*view.by} & {*periods.TIME_GRAINS} else (THRESHOLD, MONTH)
    dated = view if len(own_keys) == 1 else replace(view, by=(*view.by, "month"))
    cells, rows = select.cells(data, dated), []
    for threshold in RULES.thresholds:
        found = method.frequent_attendance(data.visits, threshold, RULES.window_days, RULES.cool_down_days)
        counts = _counted(_in_view(data, dated, found), dated)
        rows.append(select.counted(cells, counts, dated.keys).with_columns(pl.lit(threshold, pl.Int64).alias(THRESHOLD)))
    table = pl.concat(rows).with_columns(value="numerator", method=pl.lit("count"))
    return select.figures("signal_back_test", view, table, select.coverage(data, view), own_keys=own_keys, parts_along=tuple(dated.keys))


def signals_by_state(data: Inputs, view: View) -> Figures:
    """The stored signals of frequent attendance that were raised in the period, by where each stands on the as-of date. Grains of branch and time.

    Own key: state. numerator and value: signals; pupils: children they are about. One that was raised by then and of which no step is known is new.
    """
    steps = data.signal_events.filter(pl.col("happened_on") <= view.as_of).sort("signal_id", "number")
    stands = steps.group_by("signal_id").agg(pl.col(STATE).last())
    signals = data.signals.filter(pl.col("rule") == FREQUENT, pl.col("raised_on") <= view.as_of)
    placed = _in_view(data, view, signals).join(stands, on="signal_id", how="left").with_columns(pl.col(STATE).fill_null(STATES[0]))
    cells = select.cells(data, view).join(pl.DataFrame({STATE: STATES}), how="cross")
    counts = select.totals(placed, [*view.keys, STATE], numerator=pl.len().cast(pl.Int64), pupils=pl.col("pupil_id").n_unique().cast(pl.Int64))
    rows = select.counted(cells, counts, [*view.keys, STATE]).with_columns(value="numerator", method=pl.lit("count"))
    rows = rows.with_columns(pl.col(STATE).cast(pl.Enum(STATES)))
    return select.figures("signals_by_state", view, rows, select.coverage(data, view), own_keys=(STATE,), parts_along=(*view.keys, STATE))


def raised(data: Inputs, as_of: date) -> pl.DataFrame:
    """The signals up to as_of: rule, pupil_id, branch_id, raised_on, visit_days; as stored, with those that would be added now."""
    stored = data.signals.select(SIGNAL)
    return pl.concat([stored, to_add(data, as_of)]).filter(pl.col("raised_on") <= as_of)


def to_add(data: Inputs, as_of: date) -> pl.DataFrame:
    """The signals of which the store has none for the pupil and rule within the cool-down: what it has is neither repeated nor reopened. As `raised`."""
    return fresh(data.signals, found(data, as_of))


def found(data: Inputs, as_of: date, newest: date | None = None, *, under_any_limit: bool = False) -> pl.DataFrame:
    """Every day on which a rule is met, whatever is stored. As `raised`.

    as_of: the day up to which it is known that pupils stayed away. newest: the last day with visits where that is later; who came often needs no other branch.
    under_any_limit: on whichever day the limit was agreed, as for what stands already: another limit takes nothing back.
    """
    agreed = _agreed(data)
    limits = [(date.min, min(threshold for _, threshold in agreed))] if under_any_limit else agreed
    return pl.concat([_frequent(data, newest or as_of, limits), _stopped(data, as_of)]).drop_nulls("branch_id")


def fresh(stored: pl.DataFrame, calculated: pl.DataFrame) -> pl.DataFrame:
    """Of what was `found`, the signals to add to those that are stored."""
    return method.new_signals(stored, calculated, RULES.cool_down_days).sort("raised_on", "rule", "pupil_id")


def counts_from(data: Inputs, first: date, as_of: date) -> date:
    """The day from which a visit can be the last before a signal of `first` or later: a pupil who has not come since has no such signal.

    Who came very often came on the day itself, and who stayed away did so for `quiet_days` open days of a branch. Where a branch was open too seldom
    `shortly_before`, as when its lists are missing, every visit counts. data: with the days of that period on which pupils came; no visit is looked at.
    """
    period = shortly_before(first)
    days = [period.last - timedelta(days=back) for back in range((period.last - period.first).days + 1)]
    found = [first - timedelta(days=RULES.quiet_days)]
    for closed in {frozenset(closed) for closed in closed_days(data, period, as_of).values()}:
        is_open = [day for day in days if day not in closed]
        found.append(is_open[RULES.quiet_days - 1] if len(is_open) >= RULES.quiet_days else date.min)
    return min(found)


def shortly_before(first: date) -> Period:
    """Half a year: summer and some weeks without a list leave enough open days in it."""
    return Period(first - timedelta(days=182), first - timedelta(days=1))


def threshold_on(data: Inputs, day: date) -> int:
    """From how many visit days in the window a pupil came very often, as was agreed for that day."""
    return next(threshold for first, threshold in reversed(_agreed(data)) if first <= day)


def _agreed(data: Inputs) -> list[tuple[date, int]]:
    """Each threshold with the first day that is held against it, in order."""
    return [(date.min, RULES.threshold), *data.signal_rules.select("valid_from", "threshold").iter_rows()]


def _frequent(data: Inputs, as_of: date, agreed: list[tuple[date, int]]) -> pl.DataFrame:
    """Every day on which a pupil came often enough: which of them are a signal depends on those that are stored."""
    found = []
    for (first, threshold), (until, _) in pairwise([*agreed, (date.max, 0)]):
        often = method.frequent_attendance(data.visits, threshold, RULES.window_days, cool_down_days=0)
        found.append(_as_signals(FREQUENT, often.filter(pl.col("raised_on") >= first, pl.col("raised_on") < until, pl.col("raised_on") <= as_of)))
    return pl.concat(found)


def _stopped(data: Inputs, as_of: date) -> pl.DataFrame:
    rules = {"least_visit_days": RULES.least_visit_days, "quiet_days": RULES.quiet_days, "gap_days": RULES.gap_days}
    parts = [method.stopped_coming(visits, as_of, closures=closed, **rules) for visits, closed in by_calendar(data, as_of)]
    return _as_signals(STOPPED, pl.concat(parts))


def _as_signals(rule: str, found: pl.DataFrame) -> pl.DataFrame:
    branch = pl.col("branch_id") if "branch_id" in found.columns else pl.lit(None, pl.String).alias("branch_id")
    return found.select(pl.lit(rule).alias("rule"), "pupil_id", branch, "raised_on", pl.col("visit_days").cast(pl.Int64))


def _raised(rule: str, data: Inputs, view: View) -> Figures:
    counts = _counted(_in_view(data, view, raised(data, view.as_of).filter(rule=rule)), view)
    rows = select.counted(select.cells(data, view), counts, view.keys).with_columns(value="numerator", method=pl.lit("count"))
    return select.figures(rule, view, rows, select.coverage(data, view), parts_along=tuple(view.keys))


def _counted(signals: pl.DataFrame, view: View) -> pl.DataFrame:
    return select.totals(signals, view.keys, numerator=pl.len().cast(pl.Int64), pupils=pl.col("pupil_id").n_unique().cast(pl.Int64))


def _in_view(data: Inputs, view: View, signals: pl.DataFrame) -> pl.DataFrame:
    """The signals of the view's branches and days, with its keys."""
    select.refuse_grains(view, *select.PUPIL_GRAINS, "hour")
    days = select.days_in(view).rename({"day": "raised_on"})
    return signals.join(select.branches_in(data, view), on="branch_id").join(days, on="raised_on")
