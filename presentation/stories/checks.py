"""What is still to be looked at before figures become official, in words: what was found, where, and what to do."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from actions.check_data import Found
from data_access.checks import BETWEEN_BRANCHES
from metrics.shapes import Period
from presentation import cached
from presentation.stories.common import joined
from presentation.tables import Table
from presentation.texts import Say

#: Addresses in the table of one check; the rest is in the download.
SHOWN = 8
#: Stretches of rows of one file in that table; all of them are in the download.
ROWS_SHOWN = 5
#: How the day of an address is written, where it stands for a week or a month.
_SPANS = {"missing_weeks": "week", "sudden_drops": "week", "many_anonymous": "month"}


@dataclass(frozen=True)
class Open:
    """A check that found something. table: its addresses, None for a reader of counts; more: how many the table leaves out."""

    check: str
    found: str
    what_to_do: str
    table: Table | None
    more: int


def heading(checks: Sequence[Found], period: Period, say: Say) -> tuple[str, str]:
    """How many checks ask for a look, and over which school year."""
    asking = sum(not check.is_clear for check in checks)
    year = f"{period.first.year}-{period.last.year}"
    if not asking:
        return say("checks.nothing", n=len(checks)), say("state.year", year=year)
    return say("checks.asking", n=asking), say("checks.subtitle", year=year)


def still_open(checks: Sequence[Found], say: Say) -> list[Open]:
    """The checks that found something, in the order in which somebody would go through them."""
    return [_open(check, say) for check in checks if not check.is_clear]


def looked_for(checks: Sequence[Found], say: Say) -> str:
    """Every check with what came of it, as a list in markdown."""
    return "\n".join(f"- {say(f'checks.{check.check}.noun', n=2)}: {say('checks.clear' if check.is_clear else 'checks.seen')}" for check in checks)


def _open(check: Found, say: Say) -> Open:
    noun = f"checks.{check.check}.noun"
    found = say("checks.few", what=say(noun, n=2)) if check.count is None else say("checks.found", n=check.count, what=say(noun, n=check.count))
    rows = [_line(check.check, row, say, ROWS_SHOWN) for row in check.addresses.head(SHOWN).iter_rows(named=True)]
    headers = [say(f"checks.{name}") for name in ("where", "what", "delivery")]
    table = Table(headers, rows, check.addresses) if rows else None
    return Open(check.check, found, say(f"checks.{check.check}.do"), table, max(check.addresses.height - SHOWN, 0))


def _line(check: str, row: Mapping[str, Any], say: Say, most: int | None = None) -> list[str]:
    """Where, what stands there, and in which rows of which files. most: stretches of rows that are written out; all when none is given."""
    names = {branch.id: branch.name for branch in cached.branches()}
    where = [names.get(row["branch_id"], row["branch_id"]), _day(check, row, say)]
    return [", ".join(part for part in where if part), _what(check, row, names, say), _stands_in(row, say, most)]


def _day(check: str, row: Mapping[str, Any], say: Say) -> str:
    if row["day"] is None:
        return ""
    span = _SPANS.get(check)
    return say.date(row["day"], "MMMM y") if span == "month" else say(f"checks.{span or 'day'}", day=say.date(row["day"], "d MMM y" if span else "EEE d MMM y"))


def _what(check: str, row: Mapping[str, Any], names: Mapping[str, str], say: Say) -> str:
    if check == "missing_weeks":
        return say(f"deliveries.week.{row['other']}")
    if check in BETWEEN_BRANCHES and row["other"] is None:
        return say(f"checks.{check}.elsewhere", n=row["n"])
    return say(f"checks.{check}.line", n=row["n"] or 0, of=row["of"] or 0, other=names.get(row["other"], ""))


def _stands_in(row: Mapping[str, Any], say: Say, most: int | None) -> str:
    """bezoeken-oktober.xlsx, rij 87; bezoeken-november.xlsx, rijen 12-15 en 412. Of a list of others only that there is one."""
    named = [in_file(file["file_name"], file["rows"], say, most) for file in row["files"]]
    return "; ".join([*named, *([say("checks.other_list")] if row["elsewhere"] else [])]) or say("show.hidden")


def in_file(name: str, rows: Sequence[int], say: Say, most: int | None) -> str:
    """A file with its rows, those that follow one another together. Rows are written as a spreadsheet does, without a mark between thousands."""
    if not rows:
        return name
    stretches: list[list[int]] = []
    for row in rows:
        if stretches and row == stretches[-1][-1] + 1:
            stretches[-1].append(row)
        else:
            stretches.append([row])
    written = [str(stretch[0]) if len(stretch) == 1 else f"{stretch[0]}\N{EN DASH}{stretch[-1]}" for stretch in stretches[:most]]
    left = sum(len(stretch) for stretch in stretches[len(written) :])
    if left:
        return say("checks.rows_and_more", n=left, file=name, rows=", ".join(written))
    return say("checks.rows", n=len(rows), file=name, rows=joined(written, say))


def file(check: Found, say: Say) -> pl.DataFrame:
    """Every address of a check on a line of its own, in words."""
    rows = [_line(check.check, row, say) for row in check.addresses.iter_rows(named=True)]
    return pl.DataFrame(rows, schema={say(f"checks.{name}"): pl.String() for name in ("where", "what", "delivery")}, orient="row")
