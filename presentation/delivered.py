"""What was delivered, for the page that shows it and the file that is on its way in."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import polars as pl

from actions import load_file, withdraw_load
from actions import loads as kept
from actions.check_data import Found
from actions.load_file import Checked
from actions.withdraw_load import Withdrawn
from data_access.reader import Reader, Role
from metrics import periods
from metrics.shapes import Inputs, Period, Shown, View
from presentation import cached
from presentation.texts import Language

#: What is printed and handed out, for each audience. Questions are asked in Dutch, whatever the language of the page.
QUESTIONNAIRES = {"pupils": "vragenlijst-leerlingen.html", "parents": "vragenlijst-ouders.html"}
_PRINTED = Path(__file__).parents[1] / "docs" / "questionnaires"
#: Which weeks came in is no figure about children; it is worked from all visits and cut to the branches of the reader.
_EVERYTHING = Reader(Role.PROGRAMME)


def _facts() -> Inputs:
    return cached.dataset(_EVERYTHING).inputs()


def span() -> Period | None:
    """The first and the last day that any branch delivered: up to later than `cached.span`, which ends where all have delivered. None when nothing was."""
    return _span(_facts())


def _span(facts: Inputs) -> Period | None:
    first, last = facts.coverage["first_day"].min(), facts.coverage["last_day"].max()
    return Period(first, last) if isinstance(first, date) and isinstance(last, date) else None


def as_of() -> date | None:
    """The day up to which all branches have delivered."""
    return _facts().as_of


def silent() -> tuple[str, ...]:
    """Branches that have delivered nothing for so many school weeks that the figures no longer wait for them."""
    return cached.dataset(_EVERYTHING).silent_branches()


def last_days() -> dict[str, date]:
    """The last day that each branch delivered; a branch that never did is not in it."""
    return dict(_facts().coverage.group_by("branch_id").agg(pl.col("last_day").max()).iter_rows())


def visits(view: View, reader: Reader) -> Shown:
    """Visits, protected. Whoever may deliver for all branches knows how many there are, and sees no other figure."""
    return cached.shown("visits", view, reader if reader.role is Role.BRANCH else _EVERYTHING)


def weeks(period: Period) -> pl.DataFrame:
    """branch_id, school_week, state: how complete the deliveries are, up to the last day that any branch delivered."""
    found = span()
    return cached.weeks(period, found.last if found else period.first)


def weeks_with(checked: Checked, period: Period) -> pl.DataFrame:
    """`weeks` as they would be with a delivery that was not loaded yet. Its rows stand here as visits without a pupil, for which the rule is the same."""
    facts = _facts()
    rows = checked.held.select("branch_id", visited_on="day", visits=pl.lit(1, pl.Int64)).match_to_schema(facts.anonymous.schema)
    after = replace(facts, anonymous=pl.concat([facts.anonymous, rows]), coverage=pl.concat([facts.coverage, checked.covers]))
    found = _span(after)
    return periods.weeks(after, period, found.last if found else period.first)


def checks(reader: Reader, period: Period) -> list[Found]:
    """What is still to be looked at in a school year, up to the last day that any branch delivered."""
    found = span()
    return cached.checks(reader, period, found.last if found else period.first)


def loads(reader: Reader) -> pl.DataFrame:
    """Deliveries that the reader may see, newest first."""
    return kept.loads(cached.engine(), reader)


def refused_rows(reader: Reader, load_id: int) -> pl.DataFrame:
    """The refused rows of a delivery, as they are kept."""
    return kept.refused_rows(cached.engine(), reader, load_id)


def would_withdraw(reader: Reader, load_id: int) -> Withdrawn:
    """What taking a delivery back would do."""
    return withdraw_load.would_withdraw(cached.engine(), reader, load_id)


def withdraw(reader: Reader, load_id: int) -> Withdrawn:
    """Take a delivery back: it is then as if it had never come."""
    return withdraw_load.withdraw(cached.engine(), reader, load_id)


def kinds(reader: Reader) -> list[str]:
    """The kinds of delivery that the reader may load, visits first."""
    return [kind for kind in kept.kind_ids() if reader.role is not Role.BRANCH or kind in load_file.OWN_KINDS]


def has_template(kind: str) -> bool:
    """Whether there is an empty form for a kind of delivery."""
    return kept.has_template(kind)


def template(kind: str, code: Language) -> bytes:
    """An empty form with an example row."""
    return kept.template(cached.engine(), kind, code)


def questionnaire(audience: str) -> bytes:
    """The page to print for pupils or parents, with a second one that says how to type the answers over."""
    return (_PRINTED / QUESTIONNAIRES[audience]).read_bytes()
