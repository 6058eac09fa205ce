"""Pupils by where they live, as one system: neighbourhoods, districts, wealth fifths, residents, from outside, home unknown, and all participants.

Every neighbourhood is in a fifth for each measure of wealth and in a district, and all add up to the participants. So hiding a small neighbourhood is not
enough: the fifth less its other neighbourhoods would be it. Instead a home that is hidden counts in every sum as a multiple of five. Whatever is subtracted
then gives that multiple and not the pupils, and no fifth has to be hidden for the sake of another part.
"""

from collections.abc import Sequence

import polars as pl

from metrics.disclosure.working import BEHIND, Rule, covered, few, small

#: To which multiple a home that is hidden is told in a sum.
NEAREST = 5


def told(homes: pl.DataFrame, cell: Sequence[str], rule: Rule) -> pl.DataFrame:
    """Which homes are hidden, and as how many pupils each counts in a sum.

    homes: the keys of `cell`, pupils, target (of the target group; null = none or unknown), one row per cell and home that is everybody's only one, in an order
    that is public; those that are often added up should lie together. Rows and order stay. Adds hidden; and told: pupils, and of a home that is hidden the
    growth of the running total of all hidden ones, itself told to the nearest five, and as it is once less than five are left. So homes that follow one another
    are told together to within a few and all hidden ones exactly; nothing told lies between nobody and five; and who knows this rule and every sum still cannot
    tell that a hidden home has one to four pupils: nobody is possible, or five are. That needs five hidden pupils in a cell, so others go with them as in
    `covered`. A home of which the target group is too small is told as nobody, and its pupils with the next.
    Source: rounding the running total instead of each part keeps every stretch of it close, as in controlled rounding (Cox 1987); see decision 5.
    """
    too_small = small(pl.col("target"), rule)
    pupils = pl.col("pupils")
    marked = homes.with_columns(pupils.alias(BEHIND), hidden=few(pupils, rule) | too_small, numerator=pupils)
    marked = covered(marked, [cell]).drop(BEHIND, "numerator")
    running = pl.when("hidden").then(pupils).otherwise(0).cum_sum()
    whole, fives = running.last(), (running / NEAREST).round().cast(pl.Int64) * NEAREST
    so_far = pl.when(~too_small).then(pl.when(whole - fives < NEAREST).then(whole).otherwise(fives)).forward_fill().fill_null(0)
    grown = so_far - so_far.shift(1, fill_value=0)
    return marked.with_columns(told=pl.when("hidden").then(grown.over(cell) if cell else grown).otherwise(pupils))


def behind(rule: Rule) -> pl.Expr:
    """How many pupils stand behind a sum of `told` homes: as told, and too few where it holds too few or is one hidden home alone."""
    true, as_told = pl.col("pupils").sum(), pl.col("told").sum()
    somebody = pl.col("pupils") > 0
    alone = (pl.col("hidden") & somebody).any() & (somebody.sum() == 1)
    enough = (true >= rule.minimum_pupils) & (as_told >= rule.minimum_pupils) & ~alone
    return pl.when(true == 0).then(0).when(enough).then(as_told).otherwise(1)
