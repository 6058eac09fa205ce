"""The pictures of "Wie komt zo vaak dat de school het moet weten?": what other limits would ask, where the signals stand, and which branch has how many."""

from typing import Any

import polars as pl

from metrics.indicators.signals import RULES, STATES
from presentation import cached
from presentation.charts import ranked
from presentation.charts.chart import Chart
from presentation.stories import common
from presentation.stories import signals as story
from presentation.tables import Table
from presentation.texts import Say


@cached.kept
def back_test_chart(figures: story.Signals, say: Say) -> Chart | None:
    """How many signals each limit would have given in the school year; None when none of them may be shown."""
    counts = {row["threshold"]: row["value"] for row in figures.back_test.frame.iter_rows(named=True)}
    if all(value is None for value in counts.values()):
        return None
    bars = [
        ranked.Bar(say("signals.days", n=days), count, words=_words(days, figures, say), focus=days == figures.threshold)
        for days, count in sorted(counts.items())
    ]
    finding = _back_test_finding(counts.get(figures.threshold), figures, say)
    return Chart(
        finding=finding,
        subtitle=say("signals.back_test.subtitle", window=RULES.window_days, where=story.where(figures, say)),
        figure=ranked.ranked(bars, say),
        alt=say("signals.back_test.alt", finding=finding, counts=", ".join(f"{bar.name}: {common.count(bar.count, say)}" for bar in bars)),
        table=_back_test_table(figures, counts, say),
        definitions=("signal_back_test", "frequent_attendance"),
        name="signalering-terugblik",
        **common.scope(figures.choice, say),
    )


def _words(days: int, figures: story.Signals, say: Say) -> str:
    return say("signals.back_test.now") if days == figures.threshold else ""


def _back_test_finding(count: float | None, figures: story.Signals, say: Say) -> str:
    if count is None or not figures.weeks:
        return say("signals.back_test.finding_unknown", threshold=figures.threshold)
    about = round(story.WEEKS * count / figures.weeks)
    key = "finding_few" if not about else "finding" if figures.branches == 1 else "finding_all"
    return say(f"signals.back_test.{key}", threshold=figures.threshold, n=about, weeks=story.WEEKS)


def _back_test_table(figures: story.Signals, counts: dict[int, float | None], say: Say) -> Table:
    """A row for each limit: the school year as a whole, and its branches or else its months; the file has them all under each other."""
    if figures.own is None:
        cells = {(row["threshold"], row["branch_id"]): row["value"] for row in figures.back_test_by_branch.frame.iter_rows(named=True)}
        named = {branch.id: branch.name for branch in cached.branches() if any(key[1] == branch.id for key in cells)}
        more = figures.back_test_by_branch.frame.select("threshold", "branch_id", "school_year", "value", "reason")
    else:
        cells = {(row["threshold"], row["month"]): row["value"] for row in figures.back_test_by_month.frame.iter_rows(named=True)}
        named = {month: say.date(month, "MMM") for month in sorted({key[1] for key in cells})}
        more = figures.back_test_by_month.frame.select("threshold", "month", "value", "reason")
    body = [
        [say("signals.days", n=days), common.count(count, say), *(common.count(cells.get((days, key)), say) for key in named)]
        for days, count in sorted(counts.items())
    ]
    whole = figures.back_test.frame.select("threshold", "school_year", "value", "reason")
    return Table([say("table.limit"), say("table.school_year"), *named.values()], body, common.whole(pl.concat([whole, more], how="diagonal")))


@cached.kept
def states_chart(figures: story.Signals, say: Say) -> Chart | None:
    """Where the signals of the school year stand; None when there are none, or none may be shown."""
    counts = story.by_state(figures)
    known = [value for value in counts.values() if value is not None]
    if not sum(known):
        return None
    bars = [ranked.Bar(f"{story.SIGNS[state]} {say(f'signal.state.{state}')}", counts.get(state), focus=state == STATES[0]) for state in STATES]
    ended = [counts.get(state) for state in story.ENDED]
    if len(known) == len(STATES) and all(value is not None for value in ended):
        finding = say("signals.states.finding", n=int(sum(known)), ended=int(sum(value or 0 for value in ended)))
    else:
        finding = say("signals.states.finding_hidden")
    body = [[say(f"signal.state.{state}"), common.count(counts.get(state), say)] for state in STATES]
    file = pl.DataFrame({"state": STATES, "value": [counts.get(state) for state in STATES]}, schema={"state": pl.String, "value": pl.Float64}, strict=False)
    return Chart(
        finding=finding,
        subtitle=say("signals.states.subtitle", where=story.where(figures, say)),
        figure=ranked.ranked(bars, say),
        alt=say("signals.states.alt", finding=finding, counts=", ".join(f"{name} {count}" for name, count in body)),
        table=Table([say("table.state"), say("table.signals")], body, common.whole(file)),
        definitions=("signals_by_state",),
        name="signalering-staat",
        **common.scope(figures.choice, say),
    )


@cached.kept
def branches_chart(figures: story.Signals, say: Say) -> Chart | None:
    """How many signals of frequent attendance each branch had, and which share of its signals had an answer in time; None when there were none to show."""
    rows = figures.raised_by_branch
    if not sum(row.value or 0 for row in rows.values()):
        return None
    named = sorted((branch for branch in cached.branches() if branch.id in rows), key=lambda branch: -(rows[branch.id].value or 0))
    bars = [ranked.Bar(branch.name, rows[branch.id].value, words=_in_time(figures, branch.id, say)) for branch in named]
    finding = _branches_finding(figures, say)
    return Chart(
        finding=finding,
        subtitle=say(f"signals.branches.subtitle{'_not_kept' if story.not_kept(figures) else ''}", n=len(named), days=RULES.answer_days),
        figure=ranked.ranked(bars, say),
        alt=say("signals.branches.alt", finding=finding, n=len(named)),
        table=_branches_table(figures, named, say),
        definitions=("frequent_attendance", "signals_by_state", "stopped_coming", "followed_up_within_14_days", "school_known"),
        name="signalering-vestigingen",
        **common.scope(figures.choice, say),
    )


def _in_time(figures: story.Signals, branch: str, say: Say) -> str:
    row = figures.in_time_by_branch.get(branch)
    if row is None or row.value is None:
        return ""
    return say("signals.branches.in_time", share=say.percent(row.value), limits=common.limits(row.lower, row.upper, say))


def _branches_finding(figures: story.Signals, say: Say) -> str:
    if story.not_kept(figures):
        return say("signals.branches.finding_not_kept")
    shares = [row.value for row in figures.in_time_by_branch.values() if row.value is not None]
    if not shares:
        return say("signals.branches.finding_unknown")
    return say("signals.branches.finding", low=say.percent(min(shares)), high=say.percent(max(shares)), days=RULES.answer_days)


def _branches_table(figures: story.Signals, named: list[cached.Branch], say: Say) -> Table:
    """A row for each branch. Where no signals were kept there is no column of where they stand, nor of what was done with them in time."""
    kept = not story.not_kept(figures)
    states: dict[tuple[str, str], Any] = {(row["branch_id"], row["state"]): row["value"] for row in figures.states_by_branch.frame.iter_rows(named=True)}
    columns = STATES if kept else ()
    body = [
        [
            branch.name,
            common.count(figures.raised_by_branch[branch.id].value, say),
            *(common.count(states.get((branch.id, state)), say) for state in columns),
            common.share(_row(figures.school_known_by_branch, branch.id).value, say),
            common.count(_row(figures.stopped_by_branch, branch.id).value, say),
            *(_answered(_row(figures.in_time_by_branch, branch.id), say) if kept else ()),
        ]
        for branch in named
    ]
    headers = [
        say("table.branch"),
        say("table.signals"),
        *(say(f"signal.state.{state}").capitalize() for state in columns),
        *(say(f"table.{name}") for name in ("school_known", "stopped", *(("in_time", "margin") if kept else ()))),
    ]
    shown = {"frequent_attendance": figures.raised_by_branch, "stopped_coming": figures.stopped_by_branch, "school_known": figures.school_known_by_branch}
    if kept:
        shown["followed_up_within_14_days"] = figures.in_time_by_branch
    file = [_file(named, name, rows) for name, rows in shown.items()]
    if kept:
        by_state = figures.states_by_branch.frame.select("branch_id", pl.col("state").cast(pl.String), "value", "reason")
        file.insert(0, by_state.with_columns(figure=pl.lit("signals_by_state")))
    return Table(headers, body, pl.concat(file, how="diagonal"))


def _file(named: list[cached.Branch], figure: str, rows: dict[object, common.Row]) -> pl.DataFrame:
    return pl.DataFrame(
        [
            (branch.id, figure, row.numerator, row.denominator, row.lower, row.upper, row.value, row.reason)
            for branch in named
            if (row := rows.get(branch.id)) is not None
        ],
        schema={"branch_id": pl.String, "figure": pl.String}
        | dict.fromkeys(("numerator", "denominator", "lower", "upper", "value"), pl.Float64)
        | {"reason": pl.String},
        orient="row",
    )


def _row(rows: dict[object, common.Row], branch: str) -> common.Row:
    return rows.get(branch, common.nothing("no_data"))


def _answered(row: common.Row, say: Say) -> list[str]:
    if row.value is None:
        return [say("show.hidden"), say("show.hidden")]
    words = say("signals.branches.of", share=say.percent(row.value), k=int(row.numerator or 0), n=int(row.denominator or 0))
    return [words, common.limits(row.lower, row.upper, say)]
