"""Working figures: for signed-in staff, each within their role. Small groups are hidden here, once, and nothing hidden goes any further."""

from dataclasses import dataclass, replace

import polars as pl

from metrics.shapes import Figures, Shown

#: What stays readable of a hidden row besides its keys.
HIDDEN = "hidden"
NOT_SHOWN = ("pupils", "largest")


@dataclass(frozen=True)
class Rule:
    """From how many children a figure may be seen.

    minimum_pupils: fewer children behind a figure, but at least one, hide it; minimum_denominator: a rate on fewer pupils below the line is hidden;
    dominance: a magnitude (visits) of which one child makes more than this share is hidden.
    """

    minimum_pupils: int = 5
    minimum_denominator: int = 10
    dominance: float = 0.5


def protect(figures: Figures, rule: Rule) -> Shown:
    """Figures as staff may see them: hidden rows have null in every column but their keys, `hidden` True and reason "hidden".

    A zero stays a true zero: nobody is behind it. So does a cell that has no figure for another reason. The companions of a hidden value (numerator,
    denominator, limits, method) go with it, because each of them gives the value away. Rows come sorted by their keys, so order tells nothing.

    This is a primary rule: who sees a total and all of its parts but one can still subtract. Working figures are for people who may know pupils in their work;
    what leaves the house goes through the publication grid, which is protected as a whole.
    """
    keys = figures.view.keys
    numbers = [name for name, kind in figures.frame.schema.items() if name not in keys and kind.is_numeric()]
    somebody = pl.any_horizontal(pl.col(name).is_not_null() for name in numbers if name not in ("denominator", *NOT_SHOWN))
    pupils, denominator = pl.col("pupils"), pl.col("denominator")
    too_few = (pupils.is_null() & somebody) | ((pupils > 0) & (pupils < rule.minimum_pupils))
    small_group = (denominator > 0) & (denominator < rule.minimum_denominator) & (figures.counts_below != "sessions") & somebody
    one_child = pl.col("largest") > rule.dominance
    hidden = figures.frame.with_columns(hidden=(too_few | small_group | one_child).fill_null(False))
    shown = hidden.with_columns(pl.when(~pl.col("hidden")).then(name).alias(name) for name in figures.frame.columns if name not in keys).with_columns(
        reason=pl.when("hidden").then(pl.lit(HIDDEN)).otherwise("reason")
    )
    coverage = replace(figures.coverage, known=None) if hidden["hidden"].all() else figures.coverage
    return Shown(figures.indicator, figures.view, shown.drop(NOT_SHOWN).sort(keys) if keys else shown.drop(NOT_SHOWN), coverage, "working")
