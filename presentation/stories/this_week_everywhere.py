"""Wat is er deze week nodig, bij alle vestigingen? For the programme: what each branch has to do, those with the most urgent thing first."""

from collections.abc import Sequence

import polars as pl

from actions.see_what_is_needed import INCOMPLETE, KINDS
from data_access.reader import Reader
from presentation import cached
from presentation.cached import Branch
from presentation.charts.chart import Exhibit
from presentation.stories import common
from presentation.stories import this_week as story
from presentation.stories.this_week import AT_MOST, ThisWeek
from presentation.tables import Table
from presentation.texts import Say, plain


@cached.kept
def load(branches: Sequence[Branch], reader: Reader) -> list[ThisWeek]:
    """Every branch, the one with the most urgent thing to do first; those with nothing come last."""
    return sorted((story.load(branch, reader) for branch in branches), key=_urgency)


def _urgency(figures: ThisWeek) -> tuple[int, int, str]:
    """The kind of its first thing to do, and how many it is about."""
    first = next(iter(figures.needs), None)
    return (len(KINDS), 0, figures.branch.name) if first is None else (KINDS.index(first.kind), -first.n, figures.branch.name)


def state_line(every: Sequence[ThisWeek], say: Say) -> str:
    """How many branches, today, last load and the next."""
    return " · ".join([say("state.branches", n=len(every)), *story.day_and_load(every[0], say)])


def headline(every: Sequence[ThisWeek], say: Say) -> str:
    """At how many branches there is something to do, and where it is most urgent."""
    busy = [figures for figures in every if figures.needs]
    if not busy:
        return say("this_week.everywhere.nothing")
    most = busy[0]
    return say("this_week.everywhere.headline", n=len(busy), of=len(every), name=plain(most.branch.name), thing=story.short_words(most, most.needs[0], say))


def certainty(every: Sequence[ThisWeek], say: Say) -> str:
    """How many turns lack volunteers over all branches, or why that cannot be said, and that one branch can be chosen."""
    known = [lacking for figures in every if (lacking := _to_find(figures)) is not None]
    if not known:
        planned = any(story.sessions(figures) for figures in every)
        lacking_words = say(f"this_week.everywhere.{'unknown' if planned else 'not_planned'}")
    else:
        which = "lacking" if len(known) == len(every) else "lacking_some"
        lacking_words = say(f"this_week.everywhere.{which}", n=sum(known), known=len(known), of=len(every))
    return f"{lacking_words} {say('this_week.everywhere.choose')}"


@cached.kept
def exhibit(every: Sequence[ThisWeek], say: Say) -> Exhibit:
    """A row for each branch: what it has to do, sessions, turns without a volunteer, weeks that did not come, signals that wait."""
    rows = [_row(figures, say) for figures in every]
    columns = ("to_do", "sessions", "to_find", "weeks", "signals")
    file = pl.DataFrame(
        [(figures.branch.id, *_numbers(figures)) for figures in every],
        schema={"branch_id": pl.String, "sessions": pl.Int64, "volunteers_short": pl.Int64, "weeks_missing": pl.Int64, "signals_waiting": pl.Int64},
        orient="row",
    )
    return Exhibit(
        finding=say("this_week.everywhere.finding"),
        subtitle=say("this_week.everywhere.subtitle", n=len(every), day=say.date(every[0].planned.view.period.last, "EEEE d MMMM")),
        table=Table([say("table.branch"), *(say(f"this_week.everywhere.{column}") for column in columns)], rows, file),
        definitions=("volunteers_short",),
        name="deze-week-alle-vestigingen",
        scope=say.date(every[0].today),
        suffix=cached.today().isoformat(),
    )


def _row(figures: ThisWeek, say: Say) -> list[str]:
    things = [story.short_words(figures, need, say) for need in figures.needs[:AT_MOST]]
    to_do = common.joined(things, say) if things else say("this_week.everywhere.none")
    return [f"{figures.branch.name} ({figures.branch.sector})", to_do, *(common.count(number, say) for number in _numbers(figures))]


def _numbers(figures: ThisWeek) -> tuple[int | None, int | None, int, int | None]:
    """Sessions planned, turns without a volunteer, weeks that did not come, signals that wait; None where it is not known or may not be told."""
    absent = sum(state in INCOMPLETE for _, state in figures.weeks)
    return story.planned_sessions(figures), _to_find(figures), absent, figures.waiting.count


def _to_find(figures: ThisWeek) -> int | None:
    known = [int(row["value"]) for row in story.sessions(figures) if row["value"] is not None]
    return sum(known) if known else None
