"""Why something could not be done, in a sentence: what was found and what to do. Page and command line say the same."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Protocol

import polars as pl

from actions.loads import has_template
from actions.loads import kind as kind_of
from presentation.texts import Say


class Stopped(Protocol):
    """FileRefused, KeyFault, StoreFault or Forbidden: a code, and values when the sentence needs them."""

    @property
    def code(self) -> str:
        """`date.impossible`, ..."""


def stopped(say: Say, fault: Stopped) -> str:
    """Why a whole delivery or question was stopped."""
    values = dict(getattr(fault, "values", {}))
    if "kind" in values:
        kind, values["kind"] = str(values["kind"]), kind_name(say, str(values["kind"]))
        values |= {name: ", ".join(column_name(say, kind, column) for column in values[name]) for name in ("missing",) if name in values}
    if "branches" in values:
        values["branches"] = ", ".join(values["branches"])
    if fault.code.startswith("signal."):
        values = {name: say(f"signal.state.{value}") if name in ("state", "after") else say.date(value) for name, value in values.items()}
    return say(f"stopped.{fault.code}", **values)


def kind_name(say: Say, kind: str) -> str:
    """What a kind of delivery is called."""
    key = f"delivery.kind.{kind}"
    return say(key) if key in say else kind


def label(say: Say, code: str) -> str:
    """A reason in a few words, to count rows by."""
    return say(f"refused.{code}.label")


def reason(say: Say, kind: str, row: Mapping[str, Any]) -> dict[str, str]:
    """What was wrong with one row: row, column (as in the template), value, what, do. row: as `actions.loads.refused_rows` gives it."""
    value = _shown(say, row["value"])
    values = {"value": value or say("refused.not_kept"), "detail": _shown(say, row["detail"])}
    what = say(f"refused.{row['code']}.what", **values)
    return {
        "row": str(row["row"]),
        "column": column_name(say, kind, row["column"]),
        "value": value,
        "what": what if value else what[:1].upper() + what[1:],
        "do": say(f"refused.{row['code']}.do", **values),
    }


def column_name(say: Say, kind: str, column: str) -> str:
    """What a column is called in the template; a column that stands in no template is called as it is."""
    if not column:
        return say("delivery.whole_row")
    columns = kind_of(kind).columns if has_template(kind) else ()
    headers = next((known.headers for known in columns if known.name == column), (column,))
    return headers[0 if say.language == "nl" or len(headers) == 1 else 1]


def table(say: Say, kind: str, rows: pl.DataFrame) -> pl.DataFrame:
    """Refused rows with their sentences, under the column names of the language."""
    names = [say(f"commands.refused.columns.{name}") for name in ("row", "column", "value", "what", "do")]
    reasons = [tuple(reason(say, kind, row).values()) for row in rows.iter_rows(named=True)]
    return pl.DataFrame(reasons, schema=dict.fromkeys(names, pl.String()), orient="row")


def _shown(say: Say, value: str | None) -> str:
    """A value for in a sentence: dates as people write them."""
    if value is None:
        return ""
    try:
        return say.date(date.fromisoformat(value), "d-M-y") if len(value) == len("2024-11-18") else value
    except ValueError:
        return value
