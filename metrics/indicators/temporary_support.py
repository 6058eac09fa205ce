"""Temporary support: how long pupils keep coming without a long break. The help is meant to be temporary."""

import polars as pl

from metrics.indicators import selection as select
from metrics.indicators.calendars import by_calendar
from metrics.indicators.curves import curves
from metrics.methods.spells import durations
from metrics.shapes import Figures, Inputs, View

#: A break of more days than this, holidays and closed days aside, ends a period of support.
GAP_DAYS = 56
LONG_DAYS = 26 * 7


def spell_length(data: Inputs, view: View) -> Figures:
    """Share of the pupils whose period of support was over, by each day after it began; the first period that each pupil began in the period of the view.

    Own key and columns as in `curves.curves`; a period of one visit lasts 1 day. Whether a period that is open at as_of goes on is not known yet, so it is
    followed up to the last day that lies more than a break before as_of (`methods.spells.durations`); those that began after it are `too_recent`.
    """
    return curves("spell_length", view, select.cells(data, view), _spells(data, view), select.coverage(data, view, select.share_with_pupil(data, view)))


def open_after_26_weeks(data: Inputs, view: View) -> Figures:
    """Share of the periods of support that lasted longer than 26 weeks, of those that began early enough to know; the first of each pupil in the view's period.

    denominator: periods that were followed for more than 26 weeks, as in `spell_length`; too_recent: the others (reason `too_recent` where all are).
    """
    spells = _spells(data, view)
    known, long = pl.col("followed_days") > LONG_DAYS, pl.col("duration") > LONG_DAYS
    counts = {"denominator": known.sum(), "numerator": (known & long).sum(), "too_recent": (~known).sum()}
    totals = select.totals(spells, view.keys, began=pl.len(), **{name: count.cast(pl.Int64) for name, count in counts.items()})
    rows = select.shares(select.counted(select.cells(data, view), totals, view.keys), view.confidence).with_columns(
        pl.when((pl.col("reason") == "no_denominator") & (pl.col("too_recent") > 0)).then(pl.lit("too_recent")).otherwise("reason").alias("reason"),
        shorter=pl.col("denominator") - pl.col("numerator"),
    )
    return select.figures(
        "open_after_26_weeks",
        view,
        rows.with_columns(pupils=select.fewest("numerator", "shorter")),
        select.coverage(data, view, select.share_with_pupil(data, view)),
        more=("too_recent",),
        counts=("too_recent",),
    )


def _spells(data: Inputs, view: View) -> pl.DataFrame:
    """The first period of support that each pupil began in each cell: the keys of the view, duration, observed, followed_days."""
    spells = pl.concat([durations(visits, view.as_of, GAP_DAYS, closed) for visits, closed in by_calendar(data, view.as_of)])
    begun = select.visits_in(data, view).join(spells, left_on=["pupil_id", "visited_on"], right_on=["pupil_id", "first"], maintain_order="left")
    cell = ["pupil_id", *(key for key in view.keys if key in begun.columns)]
    pupils = select.per_pupil(data, view, begun.select("pupil_id", "visited_on", *cell[1:]))
    return begun.unique(cell, keep="first", maintain_order=True).join(pupils, on=cell)
