"""The columns that a method reads, as numbers that can be calculated with."""

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt
import polars as pl

from metrics.methods.uncertainty import refuse_impossible
from metrics.shapes import Refused

Numbers = npt.NDArray[np.float64]


def numbers(frame: pl.DataFrame, names: Iterable[str]) -> pl.DataFrame:
    """The named columns as Float64 and every row kept; true and false become 1 and 0, null stays null.

    Raises Refused("missing_column", columns) and, for text, dates, NaN and infinity, Refused("not_a_number", column).
    """
    names = list(dict.fromkeys(names))
    absent = [name for name in names if name not in frame.columns]
    if absent:
        raise Refused("missing_column", columns=absent)
    for name in names:
        column = frame.get_column(name)
        if not (column.dtype.is_numeric() or column.dtype in {pl.Boolean, pl.Null}) or not column.cast(pl.Float64).is_finite().all():
            raise Refused("not_a_number", column=name)
    return frame.select(pl.col(names).cast(pl.Float64))


def counts(frame: pl.DataFrame, names: Iterable[str]) -> pl.DataFrame:
    """As `numbers`; raises Refused("negative_count") as well."""
    names = list(names)
    refuse_impossible(frame, *names)
    return frame.select(pl.col(names).cast(pl.Float64))


def array(frame: pl.DataFrame, name: str) -> Numbers:
    """One column of `numbers` or `counts` as a numpy array; drop the nulls first, they would become NaN."""
    return frame.get_column(name).to_numpy()
