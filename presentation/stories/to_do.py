"""What a branch has to do this week, in words, each with the place where it is done."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from actions.see_what_is_needed import Need
from presentation import cached
from presentation.stories import common
from presentation.stories import this_week as story
from presentation.stories.this_week import AT_MOST, ThisWeek
from presentation.texts import Say

#: Where each kind is done; what is not here is done in a message.
PAGES = {"signals": "signals", "weeks": "deliveries", "plan": "deliveries", "refused": "deliveries", "checks": "deliveries"}
ICONS = {"signals": ":material/notifications:", "checks": ":material/fact_check:", "refused": ":material/rule:"}
FILE, MAIL = ":material/upload_file:", ":material/mail:"


@dataclass(frozen=True)
class ToDo:
    """One thing to do. action: what its link says; page: the page it leads to, or else url: a message that is ready to be sent."""

    title: str
    detail: str
    action: str
    icon: str
    page: str | None
    url: str


def to_do(figures: ThisWeek, say: Say) -> list[ToDo]:
    """At most three things, the most urgent on top."""
    return [_to_do(figures, need, say) for need in figures.needs[:AT_MOST]]


def after_that(figures: ThisWeek, say: Say) -> str | None:
    """What comes when those are done; None when that is nothing."""
    rest = [story.short_words(figures, need, say) for need in figures.needs[AT_MOST:]]
    return say("this_week.to_do.after", things=common.joined(rest, say)) if rest else None


def _to_do(figures: ThisWeek, need: Need, say: Say) -> ToDo:
    page = PAGES.get(need.kind)
    return ToDo(
        title=story.title_words(figures, need, say),
        detail=_detail(figures, need, say),
        action=say(f"this_week.action.{need.kind}"),
        icon=ICONS.get(need.kind, FILE) if page else MAIL,
        page=page,
        url="" if page else message(figures, need, say),
    )


def _detail(figures: ThisWeek, need: Need, say: Say) -> str:
    if need.kind in ("volunteers", "volunteers_later"):
        return "  \n".join(_session(row, "this_week.need.session", say) for row in _of(figures, need))
    if need.kind == "signals":
        oldest = (figures.today - (figures.waiting.raised_on or (figures.today,))[0]).days
        late = need.days[0] < figures.today
        return say(f"this_week.need.signals.{'late' if late else 'soon'}", n=oldest, day=say.date(need.days[0], "EEEE d MMMM"))
    if need.kind == "weeks":
        return say("this_week.need.weeks.detail", n=need.n, first=say.date(need.days[0], "d MMMM"))
    return say(f"this_week.need.{need.kind}.detail", n=need.n)


def _of(figures: ThisWeek, need: Need) -> Sequence[dict[str, Any]]:
    return [row for row in story.sessions(figures) if row["day"] in need.days and row["value"]]


def _session(row: dict[str, Any], key: str, say: Say) -> str:
    starts = say("this_week.need.at", hour=row["starts"].strftime("%H.%M")) if row["starts"] is not None else ""
    return say(key, day=say.date(row["day"], "EEEE d MMMM"), at=starts, promised=int(row["volunteers"]), needed=int(row["denominator"]), n=int(row["value"]))


def message(figures: ThisWeek, need: Need, say: Say) -> str:
    """A message to whoever finds volunteers, ready to be sent from the reader's own mail program: days and volunteers, nothing about pupils."""
    name = figures.branch.name
    lines = [say("this_week.message.hello", name=name), "", *(_session(row, "this_week.message.session", say) for row in _of(figures, need)), ""]
    lines.append(say("this_week.message.close", norm=say.number(figures.norm), programme=cached.organisation_text("programme", say)))
    return f"mailto:?subject={quote(say('this_week.message.subject', name=name))}&body={quote(chr(10).join(lines))}"


def looked_at(figures: ThisWeek, say: Say) -> list[str]:
    """All that was looked at and is in order, for a week with nothing to do."""
    return [story.coming(figures, say), *(say(key) for key in story.in_order(figures))]
