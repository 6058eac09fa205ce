"""Figures as staff may see them: the working rule, and what has to go with it so that nothing hidden follows from what is shown beside it."""

from dataclasses import replace

import polars as pl

from metrics import catalogue
from metrics.disclosure import working
from metrics.periods import TIME_GRAINS
from metrics.shapes import GRAINS, Figures, Shown

#: Keys of which every pupil has one value, those of the view and those that an indicator brings itself.
HOMES = ("neighbourhood_code", "district_code", "wealth_fifth")
ONE_OF = (*HOMES, "level", "band")
COUNTS_VISITS = ("visits", "visits_per_session", "per_100_pupils")
NEVER_ADDS_UP = ("points", "ratio", "index")
#: Figures over all neighbourhoods at once: with all their digits a small count that is hidden could be solved from them. So they have the digits that are said
#: and two more, with which saying them rounds as before; on the page, in a file and in a command alike.
OVER_ALL = ("funnel", "representation", "slope", "relative_index", "concentration", "dissimilarity", "spread")
MORE_DIGITS = 2


def protected(figures: Figures) -> Shown:
    """The figures as staff may see them, also where parts add up to a whole that is seen elsewhere, or the days of a curve differ by too few."""
    rule, figures = working.Rule(), _told(figures)
    if figures.grows_along:
        return working.thin(working.protect(figures, rule), figures.grows_along, rule)
    return working.cover(working.protect(figures, rule), _parts(figures), _pupils(figures))


def protected_whole(whole: Figures, per_branch: Figures) -> Shown:
    """A figure of several branches together that is drawn beside one of them, as staff may see it.

    per_branch: the same figure for each of these branches, with the keys of the whole and then the branch. Wherever one of them is hidden the whole is
    too: the whole less the branches that may be seen would be the one that may not.
    """
    rule, figures = working.Rule(), _told(whole)
    hidden = working.protect(per_branch, rule).frame.filter("hidden")
    return working.cover(working.hide(working.protect(figures, rule), hidden), _parts(figures), _pupils(figures))


def participants_by_home(homes: Shown, whole: Shown, targets: pl.DataFrame) -> pl.DataFrame | None:
    """Participants of every neighbourhood as far as staff may know them: neighbourhood_code, pupils (Int64); None where not even the whole may be seen.

    homes, whole: reach per neighbourhood and of all together; targets: neighbourhood_code, target (public). What the whole has more than the neighbourhoods
    that are seen is laid over the others in proportion to their target group, in whole pupils. What is worked out of this tells nothing that was not seen.
    """
    if whole.is_empty or whole.frame["numerator"][0] is None:
        return None
    known = targets.join(homes.frame.select("neighbourhood_code", seen="numerator"), on="neighbourhood_code", how="left").sort("neighbourhood_code")
    rest = max(0.0, float(whole.frame["numerator"][0]) - float(known["seen"].sum()))
    share = pl.when(pl.col("seen").is_null()).then("target").otherwise(0.0)
    until = (rest * share.cum_sum() / share.sum()).fill_nan(0.0).round()  # whole pupils that add up to the rest
    laid = until - until.shift(1, fill_value=0.0)
    return known.select("neighbourhood_code", pupils=pl.coalesce("seen", laid).cast(pl.Int64))


def visible(figures: Figures) -> Figures:
    """The same figures with nothing left in them of what staff may not see, for what is worked out further, such as a verdict."""
    shown = protected(figures).frame
    frame = shown.with_columns(pupils=pl.when(~pl.col("hidden")).then(_pupils(figures))).drop("hidden")
    return replace(figures, frame=frame)


def _told(figures: Figures) -> Figures:
    """The figures in as many digits as are needed, where they are worked from all neighbourhoods; counts stay whole."""
    if figures.indicator not in OVER_ALL:
        return figures
    definition, frame = catalogue.definition(figures.indicator), figures.frame
    per_hundred = 2 if definition.unit in ("points", "proportion") else 0  # kept as a share
    counts = ("numerator", "denominator", *figures.keys)
    floats = [name for name, kind in frame.schema.items() if kind.is_float() and name not in counts]
    return replace(figures, frame=frame.with_columns(pl.col(floats).round(definition.decimals + per_hundred + MORE_DIGITS)))


def _pupils(figures: Figures) -> pl.Series:
    """How many children stand behind each row, in the order in which rows are shown."""
    return figures.frame.sort(figures.keys)["pupils"] if figures.keys else figures.frame["pupils"]


def _parts(figures: Figures) -> list[str]:
    """The keys along which the rows of a figure add up to a whole.

    A pupil is in one place, of one level, in one band. Otherwise it is the last key of the view: visits add up along any, and so does what is counted per
    visit, session, volunteer or seat; pupils not over time, where one pupil counts in several parts, and an index along none. Other keys that an indicator
    brings itself are figures beside one another. What adds up besides, the indicator says.
    """
    one_of = [key for key in figures.keys if key in ONE_OF]
    last = figures.view.by[-1:]
    unit = catalogue.definition(figures.indicator).unit
    of_visits = unit in COUNTS_VISITS or figures.counts_below != "pupils"
    adds_up = of_visits or (unit not in NEVER_ADDS_UP and not {*last} & {*TIME_GRAINS, "hour"})
    parts = dict.fromkeys([*one_of, *(GRAINS[grain] for grain in last if adds_up), *figures.parts_along])
    return [part for part in parts if not (figures.homes_told and part in HOMES)]
