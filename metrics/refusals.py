"""What is said of input that cannot be worked with, whichever method it was meant for."""

import polars as pl

from metrics.shapes import Refused


def refuse_missing_columns(frame: pl.DataFrame, *names: str) -> None:
    """Raises Refused("missing_column") with the columns that are not there."""
    absent = [name for name in names if name not in frame.columns]
    if absent:
        raise Refused("missing_column", columns=absent)


def refuse_undated(frame: pl.DataFrame, *names: str) -> None:
    """Raises Refused("not_a_date") with the column where it does not hold a date in every row, and the number of rows without."""
    for name in names:
        undated = frame[name].null_count() if frame.schema[name] == pl.Date else len(frame)
        if undated:
            raise Refused("not_a_date", column=name, rows=undated)


def refuse_rows(frame: pl.DataFrame, is_wrong: pl.Expr, code: str) -> None:
    """Raises Refused(code) with the numbers of the rows (from 0) for which `is_wrong` holds."""
    wrong = frame.select(is_wrong.arg_true()).to_series()
    if len(wrong):
        raise Refused(code, rows=wrong.to_list())


def refuse_below(least: int, **numbers: float) -> None:
    """Raises Refused("number_too_low") with the name of the first number that lies below `least`."""
    for name, number in numbers.items():
        if number < least:
            raise Refused("number_too_low", name=name, number=number, least=least)
