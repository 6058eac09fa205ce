"""What changed since the period before: the same figures over as many held sessions, so that holidays and closures do not count as a fall."""

from dataclasses import replace
from typing import NamedTuple

import polars as pl

from data_access.reader import Reader
from metrics.methods.comparison import difference_of, direction
from metrics.shapes import Interval, Period
from presentation import cached
from presentation.charts.chart import Exhibit
from presentation.choice import Choice
from presentation.stories import common
from presentation.stories.common import Row
from presentation.tables import Table
from presentation.texts import Say

#: What is held beside itself, the first is what the finding is about.
INDICATORS = ("visits_per_session", "pupils_per_volunteer", "returned_within_28_days")


class Change(NamedTuple):
    """One figure before and now, and the difference."""

    indicator: str
    before: Row
    now: Row
    difference: Interval


@cached.kept
def exhibit(choice: Choice, reader: Reader, say: Say) -> Exhibit | None:
    """The figures of the period beside those of as many sessions before it; None where too few sessions were delivered before it."""
    view = choice.view()
    held, earlier = cached.as_many_sessions(view, reader)
    if earlier is None:
        return None
    found = [_change(indicator, choice, earlier, reader) for indicator in INDICATORS]
    return Exhibit(
        finding=say(f"changes.finding.{direction(found[0].difference) or 'unknown'}"),
        subtitle=say("changes.subtitle", n=held, first=earlier.first, last=earlier.last),
        table=Table(
            [say(f"table.{name}") for name in ("indicator", "before", "now", "difference")],
            [_line(change, say) for change in found],
            _file(found, earlier),
        ),
        definitions=INDICATORS,
        name="overzicht-wat-veranderde",
        **common.scope(choice, say),
    )


def _change(indicator: str, choice: Choice, earlier: Period, reader: Reader) -> Change:
    now = common.only(cached.shown(indicator, choice.view(), reader))
    before = common.only(cached.shown(indicator, replace(choice.view(), period=earlier), reader))
    return Change(indicator, before, now, difference_of(common.interval(now), common.interval(before)))


def _line(change: Change, say: Say) -> list[str]:
    values = [_amount(change, row.value, say) for row in (change.before, change.now)]
    return [cached.definition(change.indicator).name[say.language], *values, _words(change, say)]


def _amount(change: Change, value: float | None, say: Say) -> str:
    """A value in its unit, or the one mark."""
    if value is None:
        return say("show.hidden")
    found = cached.definition(change.indicator)
    return say.percent(value, found.decimals) if found.unit == "proportion" else say.number(value, found.decimals)


def _words(change: Change, say: Say) -> str:
    """ "1,5 hoger (0,3–2,7)" where that is certain; otherwise that it is not."""
    value, lower, upper, _ = change.difference
    way = direction(change.difference)
    now, before = change.now.value, change.before.value
    if value is None or now is None or before is None or lower is None or upper is None or way is None:
        return say("show.hidden")
    if way == "unclear":
        return say("changes.unclear")
    found = cached.definition(change.indicator)
    scale = 100 if found.unit == "proportion" else 1
    near, far = sorted((abs(scale * lower), abs(scale * upper)))
    size = say.apart(scale * now, scale * before, found.decimals)
    return say(f"changes.{way}_points" if scale == 100 else f"changes.{way}", value=size, limits=say.between(near, far, found.decimals))


def _file(found: list[Change], earlier: Period) -> pl.DataFrame:
    """One row per figure: its parts before and now, and the difference with its limits."""
    parts = ("numerator", "denominator", "value")
    rows = [
        {"indicator": change.indicator, "before_first": earlier.first, "before_last": earlier.last}
        | {f"before_{name}": getattr(change.before, name) for name in parts}
        | {f"now_{name}": getattr(change.now, name) for name in parts}
        | {"difference": change.difference.value, "lower": change.difference.lower, "upper": change.difference.upper}
        for change in found
    ]
    return pl.DataFrame(rows)
