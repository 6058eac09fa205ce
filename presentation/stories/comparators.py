"""What the visits per session of a trend are held against, of the reader's choice: the year before, branches together, what was agreed, or nothing.

Only what is fair is offered. Figures are per session held, so that more branches or more days make no difference; primary and secondary are never held against
each other: one branch stands beside those of its own sector or, when the reader asks for it, beside all of the programme, and that is said.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

import polars as pl

from actions.show_figures import OTHERS
from data_access.criteria import Criterion
from data_access.reader import Reader, Role
from metrics.methods.comparison import difference_of, direction
from metrics.shapes import Period, View
from presentation import cached
from presentation.cached import Branch
from presentation.charts.trend import Beside
from presentation.stories import agreed, common, verdict
from presentation.stories.common import Row
from presentation.texts import Say

INDICATOR = "visits_per_session"
#: What stands in the address, in the order of the list; the first that is offered is shown when nobody chose.
YEAR, BEFORE, SECTOR, PROGRAMME, TARGET, NOTHING = CODES = ("jaar", "ervoor", "sector", "programma", "doel", "niets")
WEEK = timedelta(days=7)
#: What a file says of what a trend was held against.
COLUMNS = ("comparator", "comparator_value")


@dataclass(frozen=True)
class Asked:
    """What a page has to compare.

    weekly: the view of its trend, by sector and school week; spoken: that of the figure in its finding, without grains; year_before, means_year_before: the
    same figure of the year before, whole and by sector; just_before: over as many sessions before it. enough: a branch of which a smaller share of the weeks
    is known than of those beside it is not held against their mean.
    """

    weekly: View
    spoken: View
    year_before: Row
    means_year_before: Mapping[str, Row] = field(default_factory=dict)
    just_before: Row = field(default_factory=lambda: common.nothing("not_asked"))
    enough: float = common.ALIKE


@dataclass(frozen=True)
class Compared:
    """What the weeks of a trend are held against.

    asked: by which page; words: its name; than: the same behind "drukker dan"; label: its name on the chart, {value} is its mean; weeks: sector -> Monday of
    the trend -> the value beside it; means: sector -> the same over all weeks of the trend; whole: what the figure of the finding is held against.
    """

    asked: Asked
    code: str
    words: str = ""
    than: str = ""
    label: str = ""
    weeks: Mapping[str, Mapping[date, float | None]] = field(default_factory=dict)
    means: Mapping[str, Row] = field(default_factory=dict)
    whole: Row = field(default_factory=lambda: common.nothing("no_data"))

    @property
    def header(self) -> str:
        """Its name above a column."""
        return self.words[:1].upper() + self.words[1:]

    @property
    def is_drawn(self) -> bool:
        """Whether there is a line for it."""
        return any(value is not None for weeks in self.weeks.values() for value in weeks.values())

    def is_too_short(self, measured: Collection[date]) -> bool:
        """Whether a branch was open, or its lists came, for much less of the time than those beside it. measured: the Mondays of which it has a figure."""
        since, together = self.asked.spoken.period.first, self.code in (SECTOR, PROGRAMME)
        beside = [monday for weeks in self.weeks.values() for monday, value in weeks.items() if value is not None and monday >= since]
        return together and sum(monday >= since for monday in measured) < self.asked.enough * len(beside)


# --- what is offered --------------------------------------------------------------------------------------------------


@cached.kept
def offered(asked: Asked, reader: Reader, say: Say) -> dict[str, str]:
    """What fits the page, in order: code in the address -> name."""
    view = asked.weekly
    own, sector, everywhere = len(view.branches), len(_of(view.sector)), len(_of(None))
    least = own + (OTHERS if reader.role is Role.BRANCH else 1)
    fits = {
        YEAR: asked.year_before.value is not None,
        BEFORE: asked.just_before.value is not None,
        SECTOR: own and sector >= least,
        PROGRAMME: own and everywhere >= least and everywhere > sector,
        TARGET: _targets(view, reader),
        NOTHING: True,
    }
    return {code: words(code, view, reader, say) for code in CODES if fits[code]}


def words(code: str, view: View, reader: Reader, say: Say, form: str = "words") -> str:
    """A comparator by its name: "alle 3 PO-vestigingen samen". form: the text in which it stands."""
    targets = _targets(view, reader).values() if code == TARGET else ()
    goals = dict.fromkeys(verdict.goal(found, say) for found in targets)
    return say(f"compare.{code}.{form}", n=len(_of(view.sector if code == SECTOR else None)), sector=view.sector or "", goal=" / ".join(goals))


def _of(sector: str | None) -> list[Branch]:
    return [branch for branch in cached.branches() if sector in (None, branch.sector)]


def _targets(view: View, reader: Reader) -> dict[str, Criterion]:
    """Sector -> what was agreed for exactly this figure at the end of the period. One agreed for all sectors together is a target for a view of one of them."""
    valid = agreed.newest([found for found in cached.agreed(reader) if found.valid_from <= view.period.last]).values()
    exactly = [found for found in valid if found.indicator == INDICATOR and not found.part.strip() and not found.dropped]
    sectors = [view.sector] if view.sector else ["PO", "VO"]
    return {sector: found for sector in sectors for found in exactly if found.sector == sector or (found.sector is None and view.sector)}


# --- what is chosen ---------------------------------------------------------------------------------------------------


@cached.kept
def load(code: str, asked: Asked, reader: Reader, say: Say) -> Compared:
    """What was chosen, protected."""
    if code == NOTHING:
        return Compared(asked, code)
    name, than, label = (words(code, asked.weekly, reader, say, form) for form in ("words", "than", "label"))
    named = Compared(asked, code, name, than, label)
    if code == YEAR:
        return replace(named, weeks=_year_before(asked.weekly, reader), means=asked.means_year_before, whole=asked.year_before)
    if code == BEFORE:
        return replace(named, whole=asked.just_before)
    return _target(named, reader) if code == TARGET else _together(named, reader)


def _year_before(view: View, reader: Reader) -> dict[str, dict[date, float | None]]:
    same = cached.same_school_weeks_earlier(common.weeks_between(view.period.first, view.period.last))
    if not same:
        return {}
    shown = cached.shown(INDICATOR, replace(view, period=Period(min(same.values()), max(same.values()) + WEEK - timedelta(days=1))), reader)
    values = {(row["sector"], row["school_week"]): row["value"] for row in shown.frame.iter_rows(named=True)}
    return {sector: {monday: values.get((sector, earlier)) for monday, earlier in same.items()} for sector in {sector for sector, _ in values}}


def _target(named: Compared, reader: Reader) -> Compared:
    view = named.asked.weekly
    means = {sector: Row(None, None, found.target, None, None, None) for sector, found in _targets(view, reader).items()}
    mondays = common.weeks_between(view.period.first, view.period.last)
    weeks = {sector: dict.fromkeys(mondays, row.value) for sector, row in means.items()}
    return replace(named, weeks=weeks, means=means, whole=means.get(view.sector or "", common.nothing("no_target")))


def _together(named: Compared, reader: Reader) -> Compared:
    """The branches of the sector, or all of them, as one."""
    view, spoken = named.asked.weekly, named.asked.spoken
    together = replace(view, branches=(), sector=view.sector if named.code == SECTOR else None, by=("school_week",))
    rows = cached.whole(INDICATOR, together, reader).frame.select("school_week", "value").iter_rows()
    whole = common.only(cached.whole(INDICATOR, replace(together, period=spoken.period, by=()), reader))
    means = {str(view.sector): whole} if spoken.period == view.period else {}
    return replace(named, weeks={str(view.sector): dict(rows)}, means=means, whole=whole)


# --- on the chart -----------------------------------------------------------------------------------------------------


def beside(compared: Compared, sector: str, mondays: Sequence[date], say: Say) -> Beside | None:
    """The quiet line for the panel of one sector, with its mean where that is of the same weeks; None when there is nothing to draw."""
    weeks, mean = compared.weeks.get(sector, {}), compared.means.get(sector)
    points = [(monday, weeks.get(monday)) for monday in mondays]
    if all(value is None for _, value in points):
        return None
    value = None if mean is None or mean.value is None else say(f"compare.{'at' if compared.code == TARGET else 'mean'}", value=mean.value)
    return Beside(points, "<br>".join(part for part in (compared.label, value) if part), compared.words)


def direction_of(compared: Compared, now: Row, measured: Collection[date]) -> str | None:
    """busier, quieter or same; None where that cannot be said, or would be unfair. measured: the Mondays of which the line has a value."""
    whole = compared.whole
    if compared.code in (YEAR, BEFORE):
        found = direction(difference_of(common.interval(now), common.interval(whole)))
    else:
        found = None if whole.value is None or compared.is_too_short(measured) else common.beside_line(now, whole.value)
    return None if found is None else {"higher": "busier", "lower": "quieter", "unclear": "same"}[found]


def subtitle(compared: Compared, now: Row, measured: Collection[date], say: Say) -> str:
    """What the grey line is, the margins of the two figures that the finding holds beside each other, and why it does not where that would be unfair."""
    whole = compared.whole
    parts = [say("compare.grey", words=compared.words)] if compared.is_drawn else []
    if compared.is_too_short(measured):
        parts.append(say("compare.too_short"))
    elif now.lower is not None and now.upper is not None and whole.value is not None:
        margin = say("compare.no_margin") if whole.lower is None or whole.upper is None else say.between(whole.lower, whole.upper, 1)
        parts.append(say("compare.margins", now=say.between(now.lower, now.upper, 1), before=margin))
    return "".join(f". {part}" for part in parts)


def alt(compared: Compared, say: Say) -> str:
    """The grey line in words, for who cannot see it."""
    return f" {say('compare.grey', words=compared.words)}." if compared.is_drawn else ""


def with_comparator(rows: pl.DataFrame, compared: Compared) -> pl.DataFrame:
    """Rows by sector and school_week with `COLUMNS`; as they are where there is no line beside them."""
    if not compared.is_drawn:
        return rows
    values = [compared.weeks.get(sector, {}).get(monday) for sector, monday in rows.select("sector", "school_week").iter_rows()]
    return rows.with_columns(comparator=pl.lit(compared.code), comparator_value=pl.Series(values, dtype=pl.Float64))
