"""What holds for the figures of every family, whatever the town."""

from random import Random
from typing import Any

import polars as pl


def numbers_or_reasons(frame: pl.DataFrame) -> None:
    """No number is NaN or infinite, limits hold their value, and a value that is missing has a reason."""
    for name, kind in frame.schema.items():
        if kind.is_float():
            assert frame[name].drop_nulls().is_finite().all()
    bounded = frame.drop_nulls(["value", "lower"])
    assert ((bounded["lower"] <= bounded["value"]) & (bounded["value"] <= bounded["upper"])).all()
    assert (frame["value"].is_not_null() | frame["reason"].is_not_null()).all()


def mixed_and_repeated(rows: list[tuple[Any, ...]], chance: Random) -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]:
    """Named visits (pupil, branch, home, day) of pupils who do not move, and the same in any order with half of them delivered twice."""
    home_of: dict[Any, Any] = {}
    named = [(pupil, branch, home_of.setdefault(pupil, home), day) for pupil, branch, home, day in rows if pupil]
    return named, chance.sample(named + named[::2], len(named) + len(named[::2]))
