"""What indicators share: which visits, days, cells and homes a view is about, and the frame that a figure comes in."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import polars as pl

from metrics import periods
from metrics.indicators import wealth
from metrics.indicators.homes import district, places_in
from metrics.methods import uncertainty
from metrics.shapes import GRAINS, NOT_RANKED, UNKNOWN, CountsBelow, Coverage, Figures, Inputs, Period, Refused, View
from metrics.visit_days import first_of_each, only

HOME_GRAINS = ("neighbourhood", "district", "wealth_fifth")
PUPIL_GRAINS = (*HOME_GRAINS, "level")
BRANCH_GRAINS = ("branch", "sector")
#: Until so long after the first delivered day a pupil may seem new who came before the registration began.
START_UP = timedelta(weeks=8)

#: The columns of every figure after its keys, always in this order.
PARTS: dict[str, type[pl.DataType]] = {
    "numerator": pl.Float64,
    "denominator": pl.Float64,
    "value": pl.Float64,
    "lower": pl.Float64,
    "upper": pl.Float64,
    "pupils": pl.Int64,
    "largest": pl.Float64,
    "method": pl.String,
    "reason": pl.String,
}


def refuse_grains(view: View, *unfit: str) -> None:
    """Raise Refused("grain_does_not_fit") where the view asks for a grain that has no meaning for an indicator, or chooses districts while homes have none."""
    asked = [grain for grain in view.by if grain in unfit]
    if view.districts and "district" in unfit:
        asked.append("district")
    if asked:
        raise Refused("grain_does_not_fit", grains=asked)


def keys_of(view: View, grains: Sequence[str]) -> list[str]:
    """The key columns of those grains of the view that are among `grains`, in the order of the view."""
    return [GRAINS[grain] for grain in view.by if grain in grains]


def days_in(view: View) -> pl.DataFrame:
    """The days that count, up to as_of: `day` and the keys of time of the view."""
    return periods.days_of(view.period, view.as_of, keys_of(view, periods.TIME_GRAINS))


def days_before_each_end(view: View, days: int) -> pl.DataFrame:
    """The last `days` days of the period, or before the end of each unit of time in it: as `days_in`, but a day may stand in several units."""
    keys = keys_of(view, periods.TIME_GRAINS)
    ends = totals(days_in(view), keys, end=pl.col("day").max()).drop_nulls("end")
    window = pl.date_ranges(pl.col("end").dt.offset_by(f"-{days - 1}d"), "end").alias("day")
    return ends.select(window, *keys).explode("day")


def branches_in(data: Inputs, view: View) -> pl.DataFrame:
    """The branches that count: branch_id, sector."""
    chosen = data.branches.select("branch_id", "sector").filter(pl.col("sector").is_not_null())
    if view.sector:
        chosen = chosen.filter(pl.col("sector") == view.sector)
    return chosen.filter(pl.col("branch_id").is_in(view.branches)) if view.branches else chosen


def visits_in(data: Inputs, view: View, days: pl.DataFrame | None = None) -> pl.DataFrame:
    """Named visits of the view: pupil_id, visited_on and its keys of time and branch, one row per pupil, day and keys, sorted by pupil and day.

    So without a branch among the keys a pupil who was at two branches on one day counts once. days: other days than those of the period, as `days_in`.
    """
    refuse_grains(view, "hour")
    days = days_in(view) if days is None else days
    if data.visits.branch_days is None:
        raise Refused("missing_column", columns=["branch_id"])
    branch_keys, time_keys = keys_of(view, BRANCH_GRAINS), keys_of(view, periods.TIME_GRAINS)
    branches = branches_in(data, view)
    everywhere = not branch_keys and branches.height == data.branches.height
    visits = data.visits.days if everywhere else data.visits.branch_days.join(branches, on="branch_id", maintain_order="left")
    visits = visits.filter(pl.col("visited_on").is_between(days["day"].min(), days["day"].max()))
    if branch_keys == ["sector"]:
        visits = visits.unique(["pupil_id", "visited_on", "sector"], maintain_order=True)
    elif not branch_keys and not everywhere:
        visits = visits.filter(first_of_each(pl.col("pupil_id")) | first_of_each(pl.col("visited_on")))
    if time_keys:
        visits = visits.join(days, left_on="visited_on", right_on="day", maintain_order="left")
    return visits.select("pupil_id", "visited_on", *branch_keys, *time_keys)


def first_visits_in(data: Inputs, view: View) -> pl.DataFrame:
    """As `visits_in`, of the first day that each pupil came to the programme at all: when and where they began."""
    first = pl.when(first_of_each(pl.col("pupil_id"))).then("visited_on").forward_fill()
    return visits_in(replace(data, visits=only(data.visits, pl.col("visited_on") == first)), view)


def start_up(data: Inputs, view: View) -> tuple[tuple[str, str], ...]:
    """The note `start_up` with the first delivered day where the period begins within eight weeks of it: pupils who came before seem new."""
    began = pl.concat([data.visits.days["visited_on"], data.coverage["first_day"]]).min()
    return (("start_up", str(began)),) if isinstance(began, date) and view.period.first < began + START_UP else ()


def per_pupil(data: Inputs, view: View, visits: pl.DataFrame) -> pl.DataFrame:
    """One row per pupil and cell: pupil_id, the keys of the view, visits (Int64).

    Home and level are the last known in the cell: of the school years in which the pupil came, the last that says. Without one they are "unknown".
    """
    about_pupils = keys_of(view, PUPIL_GRAINS)
    cell = ["pupil_id", *(key for key in view.keys if key not in about_pupils)]
    if not about_pupils and not view.districts:
        return visits.group_by(cell, maintain_order=True).agg(visits=pl.len().cast(pl.Int64)).select("pupil_id", *view.keys, "visits")
    years = visits.group_by(*cell, periods.school_year_number(pl.col("visited_on")).alias("school_year_number"), maintain_order=True)
    known = data.pupil_years.select("pupil_id", "neighbourhood_code", "level", school_year_number="school_year")
    last_known = [pl.col(column).drop_nulls().last().fill_null(UNKNOWN) for column in ("neighbourhood_code", "level")]
    pupils = (
        years.agg(visits=pl.len().cast(pl.Int64))
        .join(known, on=["pupil_id", "school_year_number"], how="left", maintain_order="left")
        .group_by(cell, maintain_order=True)
        .agg(*last_known, pl.col("visits").sum())
        .join(data.neighbourhoods.select("neighbourhood_code", "district_code"), on="neighbourhood_code", how="left", maintain_order="left")
        .with_columns(district())
    )
    if view.districts:
        pupils = pupils.filter(pl.col("district_code").is_in(view.districts))
    pupils = wealth.with_fifth(pupils, data, view)
    return pupils.select("pupil_id", *view.keys, "visits")


def anonymous_in(data: Inputs, view: View, days: pl.DataFrame | None = None) -> pl.DataFrame:
    """Visits without a pupil: the keys of the view, visited_on, visits. Their home and level are unknown, so a choice of districts leaves none."""
    days = days_in(view) if days is None else days
    visits = data.anonymous.join(branches_in(data, view), on="branch_id").join(days, left_on="visited_on", right_on="day")
    unknown = [pl.lit(UNKNOWN).alias(key) for key in keys_of(view, PUPIL_GRAINS)]
    return visits.with_columns(unknown).select(*view.keys, "visited_on", "visits").filter(not view.districts)


def visits_per_branch(data: Inputs, view: View) -> tuple[pl.DataFrame, pl.DataFrame]:
    """All visits of the view per branch and day: the named (pupil_id, visited_on, branch_id) and those without a pupil (branch_id, visited_on, visits)."""
    by_branch = replace(view, by=("branch",))
    return visits_in(data, by_branch), anonymous_in(data, by_branch)


def sessions_in(data: Inputs, view: View) -> pl.DataFrame:
    """Sessions of the view: branch_id, visited_on, status, cancelled_reason, volunteers, turned_away, capacity (seats), covered, and the keys of the view.

    covered: False where a list of the visits was not delivered. By hour (in which a session begins) only those whose begin is known.
    """
    days = days_in(view)
    keys = [key for key in keys_of(view, (*BRANCH_GRAINS, *periods.TIME_GRAINS, "hour")) if key != "branch_id"]
    facts = ("status", "cancelled_reason", "volunteers", "turned_away", "capacity", "covered")
    sessions = (
        data.sessions.rename({"held_on": "day"})
        .with_columns(hour=pl.col("starts").dt.hour())
        .join(branches_in(data, view), on="branch_id")
        .join(data.branches.select("branch_id", "capacity"), on="branch_id")
        .join(days, on="day")
        .join(_school_days(data, view, days).select("branch_id", "day", "covered"), on=["branch_id", "day"])
    )
    if "hour" in view.by:
        sessions = sessions.drop_nulls("hour")
    return sessions.select("branch_id", pl.col("day").alias("visited_on"), *facts, *keys)


def cells(data: Inputs, view: View, days: pl.DataFrame | None = None, *, from_the_first_day: bool = False) -> pl.DataFrame:
    """Every cell that the view asks for: its keys, and `reason` why there can be no figure (null where deliveries speak about it).

    Places, levels, branches, sectors and units of time are there whether anybody came or not; outside, unknown and the fifth of neighbourhoods that have no
    rank only where they occur, so not here. Hours are those in which sessions began.
    reason: `too_early` (as_of lies before the period), `not_delivered`, `closed`, `holiday` (all its school days are), `not_started` (no delivery yet).
    days: those of the view, or others. from_the_first_day: the figure needs all these days, so it is `too_early` where registration began after the first.
    """
    days = days_in(view) if days is None else days
    found = _branch_and_time(data, view, days, from_the_first_day=from_the_first_day)
    homes, levels = keys_of(view, HOME_GRAINS), keys_of(view, ("level",))
    if homes:
        placed = wealth.with_fifth(found.join(places_in(data, view), how="cross"), data, view)
        if "neighbourhood" not in view.by and "wealth_fifth" in view.by:
            placed = placed.filter(pl.col("wealth_fifth") != NOT_RANKED)
        found = placed.select(*found.columns, *homes).unique()
    if levels:
        found = found.join(data.pupil_years.select(levels).drop_nulls().unique(), how="cross")
    if "hour" in view.by:
        begun = sessions_in(data, view)
        shared = [key for key in found.columns if key in begun.columns]
        hours = begun.select(*shared, "hour").unique()
        found = found.join(hours, on=shared) if shared else found.join(hours, how="cross")
    return found.select(*view.keys, "reason")


def _branch_and_time(data: Inputs, view: View, days: pl.DataFrame, *, from_the_first_day: bool) -> pl.DataFrame:
    keys = [*keys_of(view, BRANCH_GRAINS), *keys_of(view, periods.TIME_GRAINS)]
    branches = branches_in(data, view)
    if days.is_empty():
        nothing = days.join(branches, how="cross").select(*keys, reason=pl.lit("too_early", pl.String))
        return nothing if keys else pl.DataFrame({"reason": ["too_early"]})
    school_days = _school_days(data, view, days).join(branches, on="branch_id").join(days, on="day")

    def any_is(*states: str) -> pl.Expr:
        return pl.col("state").is_in(states).any()

    at_first = pl.col("state").filter(pl.col("day") == pl.col("day").min())
    too_early = (at_first == "not_started").all() & ~(pl.col("state") == "not_started").all() & from_the_first_day
    reason = (
        pl.when(too_early)
        .then(pl.lit("too_early"))
        .when(any_is("delivered"))
        .then(pl.lit(None, pl.String))
        .when(any_is("missing"))
        .then(pl.lit("not_delivered"))
        .when(any_is("holiday") & ~any_is("closed"))
        .then(pl.lit("holiday"))
        .when(any_is("closed", "weekend"))
        .then(pl.lit("closed"))
        .otherwise(pl.lit("not_started"))
    ).alias("reason")
    return school_days.group_by(keys).agg(reason) if keys else school_days.select(reason)


def _school_days(data: Inputs, view: View, days: pl.DataFrame) -> pl.DataFrame:
    first, last = days["day"].min(), days["day"].max()
    span = Period(first, last) if isinstance(first, date) and isinstance(last, date) else view.period
    return periods.school_days(data, span, view.as_of)


def counted(found: pl.DataFrame, counts: pl.DataFrame, keys: Sequence[str]) -> pl.DataFrame:
    """The cells with what was counted in them: a true 0 where deliveries speak about a cell, null with its reason where they do not.

    counts: keys and number columns, of which the first says whether anybody came; rows outside the cells (outside, unknown) are added. Where somebody came
    the day was no holiday for them, so only `too_early` stays.
    """
    rows = found.join(counts, on=keys, how="full", coalesce=True) if keys else found.join(counts, how="cross")
    columns = [column for column in counts.columns if column not in keys]
    nobody = pl.col(columns[0]).fill_null(0) == 0
    rows = rows.with_columns(reason=pl.when(nobody | (pl.col("reason") == "too_early")).then("reason"))
    return rows.with_columns(pl.when(pl.col("reason").is_null()).then(pl.col(column).fill_null(0)).alias(column) for column in columns)


def totals(frame: pl.DataFrame, keys: Sequence[str], **sums: pl.Expr) -> pl.DataFrame:
    """`group_by` that also works without keys, and then gives one row."""
    return frame.group_by(keys).agg(**sums) if keys else frame.select(**sums)


def pupil_totals(pupils: pl.DataFrame, keys: Sequence[str]) -> pl.DataFrame:
    """`per_pupil` summed to cells: pupils, visits, squares (sum of squared visits per pupil), most (visits of the most frequent pupil)."""
    visits = pl.col("visits")
    return totals(pupils, keys, pupils=pl.len().cast(pl.Int64), visits=visits.sum(), squares=(visits**2).sum(), most=visits.max().fill_null(0))


def all_visits(view: View, pupils: pl.DataFrame, nameless: pl.DataFrame) -> pl.DataFrame:
    """Per cell: numerator (all visits), pupils (the children behind them at least), most (visits of the most frequent pupil).

    pupils: as `per_pupil`; nameless: as `anonymous_in`.
    """
    known = pupil_totals(pupils, view.keys).drop("squares")
    unknown = totals(nameless, view.keys, nameless=pl.col("visits").sum(), on_one_day=pl.col("visits").max().fill_null(0))
    both = known.join(unknown, on=view.keys, how="full", coalesce=True) if view.keys else known.join(unknown, how="cross")
    both = both.with_columns(pl.col("pupils", "visits", "most", "nameless", "on_one_day").fill_null(0))
    return both.select(*view.keys, numerator=pl.col("visits") + pl.col("nameless"), pupils=pl.max_horizontal("pupils", "on_one_day"), most="most")


def with_largest(rows: pl.DataFrame) -> pl.DataFrame:
    """Adds the share of the most frequent pupil to rows of numerator (visits) and most."""
    return rows.with_columns(largest=pl.col("most") / positive("numerator"))


def beside(rows: pl.DataFrame, more: pl.DataFrame, view: View) -> pl.DataFrame:
    """More columns of the same cells; null where there are none."""
    return rows.join(more, on=view.keys, how="left") if view.keys else rows.join(more, how="cross")


def share_with_pupil(data: Inputs, view: View) -> float | None:
    """Which part of the visits of the view (its districts aside) has a pupil; None without visits."""
    everybody = replace(view, by=(), districts=())
    named = visits_in(data, everybody).height
    return share(named, named + _nameless(data, everybody))


def share_with_home(data: Inputs, view: View) -> float | None:
    """Which part of the visits of the view (its districts aside) has a known home, outside included; None without visits."""
    by_home = replace(view, by=("neighbourhood",), districts=())
    pupils = per_pupil(data, by_home, visits_in(data, by_home))
    known = pupils.filter(pl.col("neighbourhood_code") != UNKNOWN)
    return share(int(known["visits"].sum()), int(pupils["visits"].sum()) + _nameless(data, by_home))


def _nameless(data: Inputs, view: View) -> int:
    return int(anonymous_in(data, view)["visits"].sum())


def share(part: int, whole: int) -> float | None:
    """part / whole; None without a whole."""
    return part / whole if whole else None


def positive(column: str) -> pl.Expr:
    """The column with null for 0, to divide by."""
    return pl.when(pl.col(column) > 0).then(column)


def shares(rows: pl.DataFrame, confidence: float) -> pl.DataFrame:
    """Adds value, lower, upper, method and reason to rows of numerator and denominator: Wilson, also where the denominator cannot be right.

    A denominator that is absent or 0 gives `no_denominator`. A numerator above it is reported as it is, without limits (`numerator_above_denominator`).
    """
    x, n = pl.col("numerator"), pl.col("denominator")
    too_large = (x > n).fill_null(False)
    limits = uncertainty.proportions(rows.select(numerator=pl.when(~too_large).then(x), denominator=n), confidence=confidence)
    return rows.with_columns(
        value=pl.when(n > 0).then(x / n),
        lower=limits["lower"],
        upper=limits["upper"],
        method=pl.when(limits["lower"].is_not_null()).then(pl.lit("wilson")),
        reason=pl.when(pl.col("reason").is_not_null())
        .then("reason")
        .when(too_large)
        .then(pl.lit("numerator_above_denominator"))
        .when(n.is_null() | (n == 0))
        .then(pl.lit("no_denominator")),
    )


def coverage(data: Inputs, view: View, known: float | None = None, notes: tuple[tuple[str, str], ...] = ()) -> Coverage:
    """What a figure of this view rests on."""
    return Coverage(known, missing_weeks(data, view).height, (*notes, *wealth.wealth_notes(data, view)))


def missing_weeks(data: Inputs, view: View) -> pl.DataFrame:
    """branch_id, school_week, state: the school weeks of the branches of the view that were not delivered."""
    weeks = periods.weeks(data, view.period, view.as_of).join(branches_in(data, view), on="branch_id", how="semi")
    return weeks.filter(pl.col("state") == "missing")


def busiest_week(data: Inputs, view: View) -> pl.DataFrame:
    """branch_id, visits: the most visits of any week of each branch in the period, with those without a name."""
    named = data.visits.branch_days
    counted = data.anonymous.select("branch_id", "visited_on", "visits")
    if named is not None:
        counted = pl.concat([counted, named.select("branch_id", "visited_on", visits=pl.lit(1, counted.schema["visits"]))])
    within = counted.filter(pl.col("visited_on").is_between(view.period.first, min(view.period.last, view.as_of)))
    weekly = within.group_by("branch_id", periods.first_day_of("school_week", pl.col("visited_on")).alias("school_week")).agg(pl.col("visits").sum())
    return weekly.group_by("branch_id").agg(pl.col("visits").max())


def figures(
    indicator: str,
    view: View,
    rows: pl.DataFrame,
    coverage: Coverage,
    counts_below: CountsBelow = "pupils",
    *,
    own_keys: tuple[str, ...] = (),
    more: tuple[str, ...] = (),
    parts_along: tuple[str, ...] = (),
    grows_along: str | None = None,
    counts: tuple[str, ...] = (),
) -> Figures:
    """The figure in its fixed shape: keys, then `PARTS`, then `more` columns; a part that the rows do not have is null. Sorted by the keys.

    parts_along, grows_along, counts: as in `Figures`; disclosure control goes by them.
    """
    keys = [*view.keys, *own_keys]
    parts = [pl.col(part).cast(kind) if part in rows.columns else pl.lit(None, kind).alias(part) for part, kind in PARTS.items()]
    frame = rows.select(*keys, *parts, *more).with_columns(method=pl.when(pl.col("value").is_not_null()).then("method"))
    frame = frame.sort(keys) if keys else frame
    return Figures(indicator, view, frame, coverage, counts_below, own_keys, parts_along, grows_along, counts)


def fewest(*counts: str) -> pl.Expr:
    """The smallest of these counts of pupils that is not 0, and 0 where all are: behind a row stand at least so many children, or nobody."""
    return pl.min_horizontal(positive(count) for count in counts).fill_null(0)
