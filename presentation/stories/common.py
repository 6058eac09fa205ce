"""What several pages say in the same words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import polars as pl

from metrics.methods.comparison import against
from metrics.shapes import Interval, Shown
from presentation import cached
from presentation.choice import Choice
from presentation.texts import Say, plain


@dataclass(frozen=True)
class Row:
    """One shown figure: the numbers of a single row, None where hidden or undefined, with the reason."""

    numerator: float | None
    denominator: float | None
    value: float | None
    lower: float | None
    upper: float | None
    reason: str | None


def only(shown: Shown) -> Row:
    """The single row of a figure without keys; all None with reason "no_data" when it has none."""
    if shown.is_empty:
        return nothing("no_data")
    return _row(shown.frame.row(0, named=True))


def by_key(shown: Shown, key: str) -> dict[object, Row]:
    """The rows of a figure with one key."""
    return {row[key]: _row(row) for row in shown.frame.iter_rows(named=True)}


def _row(row: Mapping[str, Any]) -> Row:
    return Row(*(row[name] for name in ("numerator", "denominator", "value", "lower", "upper", "reason")))


def beside(shown: Shown, column: str) -> float | None:
    """A further column of a figure without keys; None where it has no row."""
    found: float | None = None if shown.is_empty else shown.frame[column][0]
    return found


#: A year may be held beside another when it had at least this share of its sessions; the corona years may not.
ALIKE = 0.8


def comparable(choice: Choice, sessions: float | None, sessions_before: float | None) -> bool:
    """Whether the same days a year before are like with like: registered from their first day on, and with about as many sessions held.

    Without a list of sessions that cannot be known, so then they are not.
    """
    return choice.first <= choice.year_earlier().period.first and as_many(sessions, sessions_before)


def as_many(sessions: float | None, sessions_before: float | None) -> bool:
    """Whether two periods had about as many sessions; of an unknown number that cannot be said."""
    if not sessions or not sessions_before:
        return False
    return ALIKE <= sessions / sessions_before <= 1 / ALIKE


def interval(row: Row) -> Interval:
    """A row as an estimate with its limits."""
    return Interval(row.value, row.lower, row.upper)


def beside_line(row: Row, reference: float) -> str | None:
    """A figure against one value: higher (certainly above it), lower, unclear; None without limits."""
    limits = pl.DataFrame({"lower": [row.lower], "upper": [row.upper]}, schema={"lower": pl.Float64, "upper": pl.Float64})
    found: str | None = against(limits, reference)["status"][0]
    return found


def nothing(reason: str) -> Row:
    """A figure that is not there, and why."""
    return Row(None, None, None, None, None, reason)


def count(value: float | None, say: Say) -> str:
    """A count, or the one mark for what is not shown."""
    return say("show.hidden") if value is None else say.number(value)


def decimal(value: float | None, say: Say) -> str:
    """A number with one decimal, or the one mark for what is not shown."""
    return say("show.hidden") if value is None else say.number(value, 1)


def share(value: float | None, say: Say) -> str:
    """A proportion as a percentage, or the one mark for what is not shown."""
    return say("show.hidden") if value is None else say.percent(value)


def limits(lower: float | None, upper: float | None, say: Say) -> str:
    """The limits of a proportion in percents, or the one mark."""
    return say("show.hidden") if lower is None or upper is None else say.between(100 * lower, 100 * upper)


#: Up to this share hardly anybody, and above this one nearly everybody.
HARDLY, NEARLY_ALL = 0.05, 0.95
#: Up to which share which words fit; they all go with a verb in the singular.
FRACTIONS = (
    *(
        (HARDLY, "hardly"),
        (0.15, "tenth"),
        (0.225, "fifth"),
        (0.29, "quarter"),
        (0.37, "third"),
        (0.45, "two_fifths"),
        (0.4999, "under_half"),
        (0.5001, "half"),
    ),
    *((0.6, "over_half"), (0.71, "two_thirds"), (0.78, "three_quarters"), (0.86, "four_fifths"), (NEARLY_ALL, "nine_tenths"), (1.0, "nearly_all")),
)


def roughly(proportion: float, say: Say) -> str:
    """A proportion as people say it: "Ruim de helft"."""
    return say(f"fraction.{next((words for up_to, words in FRACTIONS if proportion <= up_to), 'nearly_all')}")


def per_hundred(share: float | None) -> float | None:
    """A share on the scale people read here: pupils per hundred."""
    return None if share is None else 100 * share


def state_line(choice: Choice, participants: Row, home_known: Row, missing_weeks: int, say: Say, *, held: int | None = None) -> str:
    """Period, branches, number of pupils or of sessions held, coverage, last and next load: one grey line."""
    active = [branch for branch in cached.branches() if branch.pilot and (choice.sector is None or branch.sector == choice.sector)]
    parts = [
        f"{say('state.year', year=f'{choice.starts_in}-{choice.starts_in + 1}')}, {say('state.until', day=say.date(choice.period.last, 'd MMMM'))}",
        branch_name(choice) or say("state.branches", n=len(active)),
    ]
    if participants.value is not None:
        parts.append(say("state.participants", n=int(participants.value)))
    if held is not None:
        parts.append(say("number.held", n=held))
    if home_known.value is not None:
        parts.append(say("state.home_known", share=say.percent(home_known.value)))
    if missing_weeks:
        parts.append(say("state.missing", n=missing_weeks))
    loaded = cached.last_load()
    if loaded is not None:
        parts.append(say("state.loaded", day=say.date(loaded, "d MMM y"), next=cached.organisation_text("delivery", say)))
    return " · ".join(parts)


def joined(names: Sequence[str], say: Say) -> str:
    """A, B en C."""
    return names[0] if len(names) == 1 else say("deliveries.and", first=", ".join(names[:-1]), last=names[-1])


def branch_name(choice: Choice) -> str | None:
    """The name of the branch that was chosen; None when it is all of them."""
    return next((plain(branch.name) for branch in cached.branches() if branch.id == choice.branch), None)


def scope(choice: Choice, say: Say) -> dict[str, str]:
    """What a chart is about, in words and for the name of its file."""
    year = f"{choice.starts_in}-{choice.starts_in + 1}"
    parts = [
        say("state.year", year=year),
        say("state.until", day=choice.period.last),
        say(f"sector.{choice.sector}") if choice.sector else None,
        branch_name(choice),
    ]
    return {"scope": ", ".join(part for part in parts if part), "suffix": "-".join(part for part in (year, choice.sector, choice.branch) if part)}


def about(choice: Choice, say: Say, participants: Row | None = None) -> str:
    """Year, place and number, as they end a subtitle: "; 2024-2025, Laak, 1.346 deelnemers"."""
    number = None if participants is None or participants.value is None else say("state.participants", n=int(participants.value))
    parts = [f"{choice.starts_in}-{choice.starts_in + 1}", branch_name(choice) or cached.municipality(), number]
    return "; " + ", ".join(part for part in parts if part)


def whole(frame: pl.DataFrame) -> pl.DataFrame:
    """Counts as whole numbers, for a file; a denominator that was estimated stays as it is."""
    counts = [name for name in ("numerator", "denominator", "value") if name in frame.columns and frame[name].dtype.is_float()]
    return frame.with_columns(pl.col(name).cast(pl.Int64) for name in counts if (frame[name].drop_nulls() % 1 == 0).all())


@cached.kept
def place_names() -> dict[str, str]:
    """Neighbourhood code -> name."""
    frame = cached.neighbourhoods()
    return dict(zip(frame["neighbourhood_code"], frame["name"], strict=True))


#: A Monday, to name weekdays by.
A_MONDAY = date(2024, 1, 1)


def weekday_name(weekday: int, say: Say, form: str = "EEEE") -> str:
    """1 -> "maandag"; in the form "EEE" "ma"."""
    return say.date(A_MONDAY + timedelta(days=weekday - 1), form)


def weeks_between(first: date, last: date) -> Sequence[date]:
    """Every Monday of the school weeks from first to last."""
    start = pl.Series([first]).dt.truncate("1w")[0]
    return pl.date_range(start, last, "1w", eager=True).to_list()


def first_of(days: pl.Series) -> date:
    """The earliest of some days, which must not be empty."""
    first: date = min(days.to_list())
    return first
