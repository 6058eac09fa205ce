"""Between which bounds a figure lies when some visits have no pupil: whose they were is not known, so the lowest and highest possible are given.

These bounds are about what is missing, not about chance, and hold whoever the visits belong to.
"""

from collections.abc import Sequence
from typing import NamedTuple

import polars as pl

from metrics.refusals import refuse_below, refuse_missing_columns, refuse_undated


class Band(NamedTuple):
    """The lowest and highest that a figure can be; both None where it has no figure."""

    lowest: float | None
    highest: float | None


def participants_between(visits: pl.DataFrame, unlinked: pl.DataFrame, keys: Sequence[str] = ()) -> pl.DataFrame:
    """How many pupils came, at least and at most, per combination of `keys`.

    visits: keys, pupil_id, branch_id, visited_on, once each; unlinked: keys, branch_id, visited_on, visits (how many without a pupil). Returns keys, lowest,
    highest. Highest: each visit without a pupil is of somebody else whom nobody knows. Lowest: each is of a pupil who is known, unless one branch had more
    visitors on a day than there are known pupils: two visits to a branch on one day are two pupils. Both are reached by some truth, so neither can be sharper.
    Raises Refused("missing_column").
    """
    refuse_missing_columns(visits, *keys, "pupil_id", "branch_id", "visited_on")
    refuse_missing_columns(unlinked, *keys, "branch_id", "visited_on", "visits")
    session = list(dict.fromkeys([*keys, "branch_id", "visited_on"]))
    nameless = unlinked.group_by(session).agg(nameless=pl.col("visits").sum().cast(pl.Int64))
    named = visits.join(nameless, on=session, how="semi").group_by(session).agg(named=pl.len().cast(pl.Int64))
    crowd = nameless.join(named, on=session, how="left").with_columns(there=pl.col("nameless") + pl.col("named").fill_null(0))
    most = {"there": pl.col("there").max(), "nameless": pl.col("nameless").sum()}
    known = {"known": pl.col("pupil_id").n_unique().cast(pl.Int64)}
    if keys:
        both = visits.group_by(keys).agg(**known).join(crowd.group_by(keys).agg(**most), on=keys, how="full", coalesce=True).sort(keys)
    else:
        both = visits.select(**known).join(crowd.select(**most), how="cross")
    both = both.with_columns(pl.col("known", "there", "nameless").fill_null(0))
    return both.select(*keys, lowest=pl.max_horizontal("known", "there"), highest=pl.col("known") + pl.col("nameless"))


def returned_between(pupils: pl.DataFrame, unlinked: pl.DataFrame, days: int = 28) -> Band:
    """Between which bounds the share of pupils lies who came back within `days` days, whoever the visits without a pupil were of.

    pupils: first (day), has_returned; the pupils who were followed long enough, as `repeat_attendance.follow_up` gives. unlinked: visited_on, visits (how many
    without a pupil), may_begin (true where such a visit can be the first of a pupil whom nobody knows and who would have been followed long enough).
    It is taken that the first visit of a pupil who is known was made by name. Then
    lowest = returned / (followed + visits that may begin): no unlinked visit is a return, each is of somebody else who came once;
    highest = (returned + m + s) / (followed + s): each is a return. m: of the pupils who were not seen again, as many as can be given an unlinked visit of
    their own 1 to `days` days after their first; s: pairs of what is left, each of somebody else who came twice.
    The lowest is reached by some truth; the highest may lie a little above what any truth gives, because a pair is not held against the calendar. Both None
    where nobody was followed.
    Raises Refused: `number_too_low`, `missing_column`, `not_a_date`. The manner is that of worst-case bounds: Manski 2003, Partial identification of
    probability distributions, chapter 1; the pairing of intervals with days takes the earliest that fits, which pairs as many as can be (Glover 1967).
    """
    refuse_below(1, days=days)
    refuse_missing_columns(pupils, "first", "has_returned")
    refuse_missing_columns(unlinked, "visited_on", "visits", "may_begin")
    refuse_undated(pupils, "first")
    refuse_undated(unlinked, "visited_on")
    followed, returned = len(pupils), int(pupils["has_returned"].sum())
    if not followed:
        return Band(None, None)
    could_begin, nameless = int(unlinked.filter("may_begin")["visits"].sum()), int(unlinked["visits"].sum())
    matched = _matched(pupils.filter(~pl.col("has_returned"))["first"], unlinked, days)
    pairs = min(could_begin, (nameless - matched) // 2)
    return Band(returned / (followed + could_begin), (returned + matched + pairs) / (followed + pairs))


def _matched(firsts: pl.Series, unlinked: pl.DataFrame, days: int) -> int:
    """How many of the pupils who first came on `firsts` can each be given an unlinked visit of their own 1 to `days` days later.

    All have equally many days, so who began earlier also ends earlier: giving each in turn the earliest visit that is left serves as many as can be served.
    """
    visits = unlinked.group_by("visited_on").agg(pl.col("visits").sum()).sort("visited_on")
    nameless = visits["visited_on"].to_physical().repeat_by(visits["visits"]).explode().drop_nulls().to_list()
    matched = place = 0
    for first in firsts.to_physical().sort().to_list():
        while place < len(nameless) and nameless[place] <= first:
            place += 1
        if place == len(nameless):
            break
        if nameless[place] <= first + days:
            matched, place = matched + 1, place + 1
    return matched
