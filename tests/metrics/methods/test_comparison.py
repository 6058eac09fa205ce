"""Certainly higher means: the whole margin lies beyond the value compared with."""

import polars as pl

from metrics.methods.comparison import against


def test_only_a_margin_that_lies_wholly_beyond_is_certain():
    rows = pl.DataFrame({"lower": [2.0, 1.9, 1.0, 0.5, None], "upper": [3.0, 3.0, 1.9, 1.8, None]})
    assert against(rows, 1.9)["status"].to_list() == ["higher", "unclear", "unclear", "lower", None]
