"""What a comparison of results compares, in a sentence that stands above its number."""

from collections.abc import Mapping
from typing import Any

from presentation.texts import Say


def estimand(say: Say, row: Mapping[str, Any], years: str) -> str | None:
    """The sentence of one shown row of `comparison`; None where the row is hidden or there is nothing to compare.

    row: analysis, subject, took_part, others and schools; years: the note `result_years` of its coverage.
    """
    if not row["took_part"] or not row["others"]:
        return None
    counts = {name: int(row[name]) for name in ("took_part", "others", "schools")}
    return say(f"outcomes.estimand.{row['analysis']}", subject=row["subject"], years=years, **counts)


def missing(say: Say, row: Mapping[str, Any]) -> list[str]:
    """What it would take to trust the figure of a row, a sentence each."""
    return [say(f"outcomes.{code}") for code in (row["missing"] or "").split(", ") if code]
