"""What was agreed beforehand, and how it changed."""

from datetime import date

import polars as pl

from data_access.criteria import Criterion, Rule
from data_access.reader import Reader, Role
from metrics import criteria
from presentation.stories import verdict
from presentation.tables import Table
from presentation.texts import Say, plain

RULES: tuple[Rule, ...] = ("at_least", "at_most")


def may_change(reader: Reader) -> bool:
    """Whether this reader answers for the criteria."""
    return reader.role is Role.PROGRAMME


def newest(versions: list[Criterion]) -> dict[str, Criterion]:
    """The newest version of every criterion, by its id, in the order in which they were agreed."""
    return {version.criterion_id: version for version in versions}


def indicators() -> list[str]:
    """What can be held against a target."""
    return list(criteria.indicators())


def empty(current: dict[str, Criterion], since: date) -> Criterion:
    """A new criterion to fill in, with an id that is free."""
    number = next(number for number in range(len(current) + 1, 2 * len(current) + 3) if not any(known.startswith(f"{number}-") for known in current))
    return Criterion(criterion_id=f"{number}-criterium", indicator="reach", rule="at_least", target=0.0, owner="opgavemanager", valid_from=since)


def name(criterion: Criterion, say: Say) -> str:
    """What a criterion is about."""
    return verdict.name_of(criterion, say)


def history(versions: list[Criterion], say: Say) -> Table:
    """Every version, the newest on top, each with its reason; marked when it was made after results were known."""
    rows = [
        [
            say("show.hidden") if version.changed_on is None else say.date(version.changed_on, "d MMM y"),
            name(version, say),
            say("criteria.gone") if version.dropped else say(f"verdict.goal.{version.rule}", target=verdict.amount(version.target, version, say)),
            say.number(version.minimum_sample),
            say.date(version.valid_from, "d MMM y"),
            plain(version.owner),
            " ".join(
                part for part in (plain(version.why or ""), say("criteria.after_results") if version.after_results and version.version > 1 else "") if part
            ),
        ]
        for version in reversed(versions)
    ]
    headers = [say(f"table.{column}") for column in ("changed_on", "criterion", "target", "minimum_sample", "valid_from", "owner", "reason")]
    return Table(headers, rows, pl.DataFrame([vars(version) for version in versions]))
