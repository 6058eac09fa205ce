"""Where do more volunteers help most?"""

from collections.abc import Sequence

import polars as pl


def placed(short: pl.DataFrame, keys: Sequence[str], extra: int) -> pl.DataFrame:
    """Give each of `extra` people one fixed place and see how many gaps they fill: a calculation by counting, no forecast.

    short: one row per session: the keys of its place (a branch and weekday, say) and short, the whole number of people it lacks (null = not known).
    Whoever takes a place comes to all its sessions, and fills a gap in each that still has one. The first there fills at least as many gaps as the second, so
    taking the place that gains most, again and again, fills the most gaps there are to fill. Of equal gains the place that still lacks most goes first, then in
    order of the keys.

    Returns the keys, added (people) and filled (gaps), one row per place that got somebody, in order of gaps filled.
    """
    gaps = short.filter(pl.col("short") > 0).with_columns(nth=pl.int_ranges(1, pl.col("short").cast(pl.Int64) + 1)).explode("nth")
    gains = gaps.group_by(*keys, "nth").agg(filled=pl.len().cast(pl.Int64))
    lacking = pl.col("filled").cum_sum(reverse=True).over(keys, order_by="nth").alias("lacking")
    best = gains.with_columns(lacking).sort("filled", "lacking", *keys, descending=[True, True, *(False for _ in keys)]).head(extra)
    together = best.group_by(*keys).agg(added=pl.len().cast(pl.Int64), filled=pl.col("filled").sum())
    return together.sort("filled", *keys, descending=[True, *(False for _ in keys)])
