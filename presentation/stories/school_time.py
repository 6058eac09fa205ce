"""What every trend shows of school time: which weeks were holiday, closure or never delivered, what happened or was decided, and a line of one sector."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from actions.see_what_is_needed import INCOMPLETE
from metrics.shapes import Period
from presentation import cached, colours
from presentation.charts import trend
from presentation.texts import Say, plain

WEEK = timedelta(days=7)
Numbered = list[tuple[int, cached.Happening]]
Points = Sequence[tuple[date, float | None]]


def panel(
    sector: str,
    name: str,
    points: Points,
    bands: Sequence[trend.Band],
    *,
    mean: float | None = None,
    running: bool = False,
    more: str = "",
    beside: trend.Beside | None = None,
) -> trend.Panel:
    """A line in the colour and with the mark of its kind of school."""
    primary = sector == "PO"
    return trend.Panel(
        name=name,
        colour=colours.PRIMARY_SECTOR if primary else colours.SECONDARY_SECTOR,
        text_colour=colours.PRIMARY_SECTOR_TEXT if primary else colours.SECONDARY_SECTOR_TEXT,
        symbol="circle" if primary else "diamond",
        points=points,
        mean=mean,
        bands=bands,
        running=running,
        more=more,
        beside=beside,
    )


def bands(sector: str, branch_id: str | None, first: date, last: date, say: Say) -> list[trend.Band]:
    """Holidays and closures and, of one branch, the weeks that did not come."""
    off = cached.bands(sector, first, last, say.language, branch_id)
    return off if branch_id is None else [*off, *_missing(branch_id, first, last, say)]


def _missing(branch_id: str, first: date, last: date, say: Say) -> list[trend.Band]:
    """Weeks that follow each other and did not come, as one band."""
    found: list[trend.Band] = []
    for monday in _incomplete(branch_id, first, last):
        start = found.pop().first if found and found[-1].last + timedelta(days=1) == monday else monday
        found.append(trend.Band(start, monday + WEEK - timedelta(days=1), say("deliveries.week.missing"), missing=True))
    return found


def _incomplete(branch_id: str, first: date, last: date) -> Iterable[date]:
    weeks = cached.weeks(Period(first, last), last).filter(branch_id=branch_id)
    return (monday for monday, state in weeks.select("school_week", "state").iter_rows() if state in INCOMPLETE)


def happened(first: date, last: date, branch_id: str | None, say: Say) -> Numbered:
    """Events and decisions of the whole programme, and of one branch, between two days: numbered as on the chart."""
    return list(enumerate((event for event in cached.events(say, branch_id) if first <= event.on <= last), start=1))


def marks(events: Numbered) -> list[trend.Event]:
    """The numbers on the chart."""
    return [trend.Event(number, event.on) for number, event in events]


def texts(events: Numbered, say: Say, form: str = "d MMMM") -> list[str]:
    """The numbered events in words, for the row under the chart. form: how a day is written, with its year where the chart holds more than one."""
    return [say("trend.event", number=str(number), text=plain(event.text), day=say.date(event.on, form)) for number, event in events]
