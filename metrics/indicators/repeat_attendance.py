"""Repeat attendance: whether pupils come back, how soon, how often and for how long.

A pupil begins with the first visit to the programme at all, in the branch and unit of time of that visit; who comes back may do so at any branch.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

import polars as pl

from metrics import periods
from metrics.indicators import selection as select
from metrics.indicators.curves import curves
from metrics.methods import repeat_attendance as method
from metrics.methods.unlinked import returned_between
from metrics.shapes import Figures, Inputs, Period, View

RETURN_DAYS = 28
#: The first number of visit days of each band of a dosage.
DOSAGE = (1, 2, 5, 10, 20)
COHORT, OFFSET, BAND = "cohort", "offset", "band"


def returned_within_28_days(data: Inputs, view: View) -> Figures:
    """Share of the pupils who began in the period and came back within 28 days, of those who had these 28 days up to as_of.

    denominator: pupils who began at least 28 days before as_of, whether the period has ended or not; too_recent: those who began later (reason `too_recent`
    where there are no others). lowest, highest: between which bounds the share lies whoever the visits without a pupil were of
    (`methods.unlinked.returned_between`); for a branch its own such visits, null where homes or levels are asked, which such visits have not. pupils: as few as
    came back or did not. Coverage: `start_up` as in `new_participants`.
    """
    rows, pupils = _came_back(data, view, RETURN_DAYS)
    rows = select.beside(rows, _between(data, view, pupils.filter("is_followed")), view)
    return select.figures(
        "returned_within_28_days",
        view,
        rows,
        select.coverage(data, view, select.share_with_pupil(data, view), select.start_up(data, view)),
        more=("too_recent", "lowest", "highest"),
        parts_along=tuple(view.keys),
        counts=("too_recent",),
    )


def returned_within(data: Inputs, view: View, days: int) -> Figures:
    """The figure of `returned_within_28_days` for another number of days, to see whether a verdict hangs on the 28; without the bounds."""
    rows, _ = _came_back(data, view, days)
    return select.figures("returned_within_28_days", view, rows, select.coverage(data, view), parts_along=tuple(view.keys[-1:]))


def came_at_least(data: Inputs, view: View, visit_days: int) -> Figures:
    """Share of the participants of the period with so many visit days in it: coming back without a term, for the same purpose."""
    pupils = select.per_pupil(data, view, select.visits_in(data, view))
    often = pl.col("visits") >= visit_days
    totals = select.totals(pupils, view.keys, denominator=pl.len().cast(pl.Int64), numerator=often.sum().cast(pl.Int64))
    rows = select.shares(select.counted(select.cells(data, view), totals, view.keys), view.confidence)
    rows = rows.with_columns(fewer=pl.col("denominator") - pl.col("numerator")).with_columns(pupils=select.fewest("numerator", "fewer"))
    return select.figures("returned_within_28_days", view, rows, select.coverage(data, view), parts_along=tuple(view.keys[-1:]))


def time_to_return(data: Inputs, view: View) -> Figures:
    """Share of the pupils who began in the period that has come back, by each day after their first visit; who has not by as_of is followed until then.

    Own key and columns as in `curves.curves`. Coverage: `start_up` as in `new_participants`.
    """
    began = select.per_pupil(data, view, select.first_visits_in(data, view)).drop("visits")
    people = began.join(method.waits(data.visits, view.as_of), on="pupil_id")
    coverage = select.coverage(data, view, select.share_with_pupil(data, view), select.start_up(data, view))
    return curves("time_to_return", view, select.cells(data, view), people, coverage)


def retention(data: Inputs, view: View) -> Figures:
    """Of the pupils who began in a month, the share that came in that month and in each later one, up to the month in which the period ends.

    Own keys: cohort (first day of the month of the first visit), offset (months later). numerator: pupils of the cohort with a visit in that month, at any
    branch; denominator: the cohort. Undefined: `in_progress` for a month that is not over at as_of, and where nobody of the cohort came in a month of which
    nothing was delivered or that was closed or holiday throughout, that reason: a month without help is no zero. Months after as_of are absent, and so are
    months in which nobody began; a cell in which nobody began at all has one row. Grains of branch and home, not of time: the cohorts are the time.
    """
    select.refuse_grains(view, *periods.TIME_GRAINS)
    last = min(view.as_of, periods.last_day_of_month(view.period.last))
    began = select.per_pupil(data, view, select.first_visits_in(data, view)).drop("visits")
    found = method.retention_triangle(data.visits, last, groups=began).with_columns(
        numerator="active", denominator="cohort_size", month=pl.col(COHORT).dt.offset_by(pl.format("{}mo", OFFSET))
    )
    by_month = replace(view, by=(*(grain for grain in view.by if grain in select.BRANCH_GRAINS), "month"))
    days = periods.days_of(Period(view.period.first, last), view.as_of, ["month"])
    found = found.join(select.cells(data, by_month, days), on=by_month.keys, how="left")
    is_open, no_help = pl.col("state") == "in_progress", (pl.col("numerator") == 0) & pl.col("reason").is_not_null()
    found = found.with_columns(
        numerator=pl.when(~is_open & ~no_help).then("numerator"),
        reason=pl.when(is_open).then(pl.lit("in_progress")).when(no_help).then("reason"),
    ).select(*view.keys, COHORT, OFFSET, "numerator", "denominator", "reason")

    cells = select.cells(data, view).with_columns(
        pl.lit(view.period.first).dt.month_start().alias(COHORT),
        pl.lit(0, pl.Int64).alias(OFFSET),
        numerator=pl.lit(None, pl.Int64),
        denominator=pl.lit(0, pl.Int64),
        reason=pl.col("reason").fill_null("no_denominator"),
    )
    empty = cells.join(found, on=view.keys, how="anti") if view.keys else cells.filter(found.is_empty())
    rows = pl.concat([found, empty.select(found.columns)])
    known = select.shares(rows.filter(pl.col("reason").is_null()), view.confidence)
    rows = pl.concat([known, rows.filter(pl.col("reason").is_not_null())], how="diagonal").with_columns(left=pl.col("denominator") - pl.col("numerator"))
    rows = rows.with_columns(pupils=select.fewest("numerator", "left", "denominator"))
    coverage = select.coverage(data, view, select.share_with_pupil(data, view), select.start_up(data, view))
    return select.figures("retention", view, rows, coverage, own_keys=(COHORT, OFFSET))


def visits_per_pupil(data: Inputs, view: View) -> Figures:
    """Visit days per participant of the period. value: the median; p25, p75: the quarter points; mean = numerator / denominator.

    numerator: visit days; denominator: participants. Counted in full, so without limits. The maximum is not given: it would point at one child.
    """
    pupils = select.per_pupil(data, view, select.visits_in(data, view))
    visits = pl.col("visits")
    quarters = {name: visits.quantile(part, "linear") for name, part in (("p25", 0.25), ("value", 0.5), ("p75", 0.75))}
    totals = select.totals(pupils, view.keys, denominator=pl.len().cast(pl.Int64), numerator=visits.sum(), most=visits.max().fill_null(0))
    rows = select.counted(select.cells(data, view), totals, view.keys)
    rows = select.beside(rows, select.totals(pupils, view.keys, **quarters), view)
    rows = _per_participant(rows).with_columns(
        mean=pl.col("numerator") / select.positive("denominator"), pupils="denominator", largest=pl.col("most") / select.positive("numerator")
    )
    coverage = select.coverage(data, view, select.share_with_pupil(data, view))
    return select.figures("visits_per_pupil", view, rows.with_columns(method=pl.lit("median")), coverage, more=("p25", "p75", "mean"))


def dosage(data: Inputs, view: View) -> Figures:
    """Share of the participants of the period who came so often. Own key: band of visit days, from few to many; the bands add up to all participants.

    numerator: pupils of the band; denominator: all participants; visits: the visit days of the band; visits_share: of all visit days. Counted in full, so
    without limits. pupils, largest: of the band.
    """
    bands = pl.Enum(method.bands_of(DOSAGE))
    pupils = select.per_pupil(data, view, select.visits_in(data, view))
    number = pl.sum_horizontal((pl.col("visits") >= limit).cast(pl.Int8) for limit in DOSAGE[1:])
    in_band = number.replace_strict(dict(enumerate(bands.categories)), return_dtype=bands)
    totals = select.totals(pupils, view.keys, denominator=pl.len().cast(pl.Int64), all_visits=pl.col("visits").sum())
    cells = select.counted(select.cells(data, view), totals, view.keys).join(pl.DataFrame({BAND: bands.categories}, schema={BAND: bands}), how="cross")
    per_band = pupils.group_by(*view.keys, in_band.alias(BAND)).agg(
        numerator=pl.len().cast(pl.Int64), visits=pl.col("visits").sum(), most=pl.col("visits").max()
    )
    known = pl.col("denominator").is_not_null()
    rows = cells.join(per_band, on=[*view.keys, BAND], how="left").with_columns(
        pl.when(known).then(pl.col(name).fill_null(0)).alias(name) for name in ("numerator", "visits", "most")
    )
    rows = _per_participant(rows.with_columns(value=pl.col("numerator") / select.positive("denominator"))).with_columns(
        visits_share=pl.col("visits") / select.positive("all_visits"),
        pupils="numerator",
        largest=pl.col("most") / select.positive("visits"),
        method=pl.lit("count"),
    )
    coverage = select.coverage(data, view, select.share_with_pupil(data, view))
    return select.figures("dosage", view, rows, coverage, own_keys=(BAND,), more=("visits", "visits_share"))


def top_tenth_share(data: Inputs, view: View) -> Figures:
    """Share of the visit days of the period that is due to the tenth of the participants who came most often, rounded up to whole pupils.

    numerator: their visit days; denominator: all visit days; pupils, largest: of that tenth. Counted in full, so without limits.
    """
    pupils = select.per_pupil(data, view, select.visits_in(data, view))
    visits, tenth = pl.col("visits"), (pl.len().cast(pl.Int64) + 9) // 10
    totals = select.totals(
        pupils,
        view.keys,
        denominator=visits.sum(),
        numerator=visits.sort(descending=True).head(tenth).sum(),
        pupils=tenth,
        most=visits.max().fill_null(0),
    )
    rows = select.counted(select.cells(data, view), totals, view.keys)
    rows = _per_participant(rows.with_columns(value=pl.col("numerator") / select.positive("denominator"))).with_columns(
        largest=pl.col("most") / select.positive("numerator"), method=pl.lit("count")
    )
    coverage = select.coverage(data, view, select.share_with_pupil(data, view))
    return select.figures("top_tenth_share", view, rows, coverage, counts_below="visits")


def _per_participant(rows: pl.DataFrame) -> pl.DataFrame:
    """Where nobody came there is nothing to divide by."""
    return rows.with_columns(reason=pl.when(pl.col("reason").is_null() & (pl.col("denominator") == 0)).then(pl.lit("no_denominator")).otherwise("reason"))


def _came_back(data: Inputs, view: View, days: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Per cell the pupils who came back within `days` of those who were followed so long, and the pupils themselves."""
    began = select.per_pupil(data, view, select.first_visits_in(data, view)).drop("visits")
    pupils = began.join(method.follow_up(data.visits, view.as_of, days), on="pupil_id")
    followed = pl.col("is_followed")
    counts = {"numerator": pl.col("has_returned").sum(), "denominator": followed.sum(), "too_recent": (~followed).sum()}
    totals = select.totals(pupils, view.keys, began=pl.len(), **{name: count.cast(pl.Int64) for name, count in counts.items()})
    rows = select.shares(select.counted(select.cells(data, view), totals, view.keys), view.confidence).with_columns(
        pl.when((pl.col("reason") == "no_denominator") & (pl.col("too_recent") > 0)).then(pl.lit("too_recent")).otherwise("reason").alias("reason"),
        stayed_away=pl.col("denominator") - pl.col("numerator"),
    )
    return rows.with_columns(pupils=select.fewest("numerator", "stayed_away")), pupils


def _between(data: Inputs, view: View, followed: pl.DataFrame) -> pl.DataFrame:
    """The keys of the view, lowest and highest for each cell in which pupils were followed.

    followed: keys, first, has_returned. A visit without a pupil may begin in the cell of its branch and day, and be a return in all cells of its branch.
    """
    schema = {**{key: followed.schema[key] for key in view.keys}, "lowest": pl.Float64(), "highest": pl.Float64()}
    if followed.is_empty() or view.districts or {*view.by} & {*select.PUPIL_GRAINS}:
        return pl.DataFrame({name: [] if view.keys else [None] for name in schema}, schema=schema)
    branch_keys, time_keys = select.keys_of(view, select.BRANCH_GRAINS), select.keys_of(view, periods.TIME_GRAINS)
    last_followed = min(view.period.last, view.as_of - timedelta(days=RETURN_DAYS))
    days = periods.days_of(Period(view.period.first, last_followed + timedelta(days=RETURN_DAYS)), view.as_of, time_keys)
    nameless = select.anonymous_in(data, view, days).with_columns(may_begin=pl.col("visited_on") <= last_followed)
    rows = []
    for cell in followed.partition_by(view.keys, maintain_order=True) if view.keys else [followed]:
        keys = {key: cell[key][0] for key in view.keys}
        of_branch = nameless.filter(_same(keys, branch_keys))
        begins_here = pl.col("may_begin") & _same(keys, time_keys)
        band = returned_between(cell, of_branch.select("visited_on", "visits", may_begin=begins_here), RETURN_DAYS)
        rows.append({**keys, **band._asdict()})
    return pl.DataFrame(rows, schema=schema)


def _same(values: Mapping[str, object], keys: Sequence[str]) -> pl.Expr:
    """True where these keys have these values."""
    return pl.all_horizontal(pl.lit(True), *(pl.col(key) == values[key] for key in keys))
