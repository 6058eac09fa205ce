"""Working figures: for signed-in staff, each within their role. Small groups are hidden here, once, and nothing hidden goes any further."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import polars as pl

from metrics.shapes import Figures, Shown

#: What stays readable of a hidden row besides its keys.
HIDDEN = "hidden"
NOT_SHOWN = ("pupils", "largest")
#: Denominators of which a small number is a small number of children.
CHILDREN = ("pupils", "visits")


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

    This is a primary rule: who sees a total and all of its parts but one can still subtract; `cover` stands in the way of that within one figure. Working
    figures are for people who may know pupils in their work; what leaves the house goes through the publication grid, which is protected as a whole.
    Source: the threshold and dominance rules of Hundepool et al. 2012, Statistical disclosure control, chapter 4.
    """
    keys = figures.keys
    numbers = [name for name, kind in figures.frame.schema.items() if name not in keys and kind.is_numeric()]
    somebody = pl.any_horizontal(pl.col(name).is_not_null() for name in numbers if name not in ("denominator", *NOT_SHOWN))
    pupils = pl.col("pupils")
    nobody = (pl.col("numerator") == 0).fill_null(False)
    too_few = (pupils.is_null() & somebody & ~nobody) | few(pupils, rule)
    small_group = small(pl.col("denominator"), rule) & (figures.counts_below in CHILDREN) & somebody
    one_child = pl.col("largest") > rule.dominance
    hidden = figures.frame.with_columns(hidden=(too_few | small_group | one_child).fill_null(False))
    shown = _emptied(hidden.with_columns(pl.when(~few(pl.col(name), rule)).then(name).alias(name) for name in figures.counts), keys)
    coverage = replace(figures.coverage, known=None) if hidden["hidden"].all() else figures.coverage
    return Shown(figures.indicator, figures.view, shown.drop(NOT_SHOWN).sort(keys) if keys else shown.drop(NOT_SHOWN), coverage, "working", figures.own_keys)


def cover(shown: Shown, along: Sequence[str] | None = None, pupils: pl.Series | None = None) -> Shown:
    """Hide one part more where one part of a whole is hidden alone, or hidden parts hold a few pupils together: the whole less the others gives them away.

    along: keys whose rows add up, the last key when none are named. A whole is the rows that are equal in all other keys. The part that goes as well is the
    smallest of those with somebody in them; a part in which nobody came covers nothing, and where no other part is left nothing changes. Only for figures whose
    parts add up to their whole: visits over time, pupils over places. pupils: how many children stand behind each row of `shown`, in its order; without them
    only a part that is hidden alone is covered.
    """
    keys = shown.keys
    wholes = [[key for key in keys if key != part] for part in (keys[-1:] if along is None else along)]
    behind = shown.frame.with_columns((pl.lit(None, pl.Int64) if pupils is None else pupils).alias(BEHIND))
    return replace(shown, frame=_emptied(covered(behind, wholes).drop(BEHIND), keys))


def covered(parts: pl.DataFrame, wholes: Sequence[Sequence[str]]) -> pl.DataFrame:
    """As `cover`, of parts that are no figure yet: numerator, hidden and `BEHIND`. wholes: for each, the keys that its parts have in common."""
    hidden = -1
    while wholes and hidden < int(parts["hidden"].sum()):  # what is hidden for one whole can leave a part of another alone
        hidden = int(parts["hidden"].sum())
        for whole in wholes:
            parts = parts.with_columns(hidden=pl.col("hidden") | (_goes().over(whole) if whole else _goes()))
    return parts


#: The column of children behind a row, while it is worked with.
BEHIND = "children behind the row"


def hide(shown: Shown, cells: pl.DataFrame) -> Shown:
    """Hide further rows for what somebody could learn from them elsewhere. cells: the keys of those rows; a figure without keys goes when there is any."""
    if not shown.keys:
        also = shown.frame.with_columns(hidden=pl.col("hidden") | (cells.height > 0))
    else:
        marked = cells.select(shown.keys).unique().with_columns(pl.lit(True).alias(BEHIND))
        also = shown.frame.join(marked, on=shown.keys, how="left", maintain_order="left")
        also = also.with_columns(hidden=pl.col("hidden") | pl.col(BEHIND).fill_null(False)).drop(BEHIND)
    return replace(shown, frame=_emptied(also, shown.keys))


def thin(shown: Shown, along: str, rule: Rule) -> Shown:
    """Leave out of a count that only grows the rows that lie too close together: the difference of two shown rows is nobody, or pupils enough.

    along: the key along which it grows; each combination of the other keys is a series of its own, counted from nobody.
    """
    keys = shown.keys
    hidden, last, series = [], 0.0, None
    others = [key for key in keys if key != along]
    for row in shown.frame.select(*others, "numerator", "hidden").rows():
        if row[:-2] != series:
            series, last = row[:-2], 0.0
        numerator = last if row[-2] is None else row[-2]
        hidden.append(row[-1] or 0 < numerator - last < rule.minimum_pupils)
        last = last if hidden[-1] else numerator
    return replace(shown, frame=_emptied(shown.frame.with_columns(hidden=pl.Series(hidden, dtype=pl.Boolean)), keys))


def few(pupils: pl.Expr, rule: Rule) -> pl.Expr:
    """Somebody, but too few children to show."""
    return ((pupils > 0) & (pupils < rule.minimum_pupils)).fill_null(False)


def small(group: pl.Expr, rule: Rule) -> pl.Expr:
    """A group of pupils too small to give a rate of."""
    return ((group > 0) & (group < rule.minimum_denominator)).fill_null(False)


def _emptied(frame: pl.DataFrame, keys: Sequence[str]) -> pl.DataFrame:
    """Nothing of a hidden row but its keys, and `hidden` as its reason."""
    parts = [name for name in frame.columns if name not in (*keys, "hidden")]
    emptied = frame.with_columns(pl.when(~pl.col("hidden")).then(name).alias(name) for name in parts)
    return emptied.with_columns(reason=pl.when("hidden").then(pl.lit(HIDDEN)).otherwise("reason"))


def _goes() -> pl.Expr:
    """The row of a whole that has to go with what is hidden in it: the only hidden row, or rows of a few pupils together."""
    size = pl.when(~pl.col("hidden") & (pl.col("numerator") > 0)).then("numerator")
    together = pl.col(BEHIND).filter("hidden").sum()
    gives_away = (pl.col("hidden").sum() == 1) | ((together > 0) & (together < Rule.minimum_pupils))
    return (gives_away & (size.rank("ordinal") == 1)).fill_null(False)
