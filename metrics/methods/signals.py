"""Which pupils somebody should think about: those who come very often, and those who came regularly and stay away."""

from collections.abc import Sequence
from datetime import date

import polars as pl

from metrics.methods.spells import begins_spell, calendar_of, open_days_away
from metrics.periods import first_day_of
from metrics.refusals import refuse_below, refuse_missing_columns, refuse_rows, refuse_undated
from metrics.shapes import Refused, VisitDays
from metrics.visit_days import Visits, as_visit_days, first_of_each

#: Pupil and day in one number that sorts as the two do. No two dates lie further apart than `LONGEST` days, so that a pupil's numbers never reach the next.
PER_PUPIL = 2**24
LONGEST = 2**22


def frequent_attendance(  # noqa: PLR0917 - other tools call it with these names in this order
    visits: Visits,
    threshold: int,
    window_days: int = 28,
    cool_down_days: int = 56,
    follow_ups: pl.DataFrame | None = None,
    school_year_edge: bool = True,
) -> pl.DataFrame:
    """A signal on each visit day on which a pupil has come `threshold` times or more in the `window_days` days that include it.

    After a signal the next one for that pupil comes more than `cool_down_days` later. school_year_edge: the window never reaches back over 1 August.
    follow_ups (pupil_id, followed_up_on): one in the window up to that day silences it, and a silenced day starts no cool-down.
    Returns pupil_id, raised_on, visit_days (in the window) and, where the visits name it, branch_id: where most of these visits were, then the latest.
    Raises Refused: `number_too_low`, and of follow_ups `missing_column`, `not_a_date`, `another_type` (of ids).
    Source: the manner is that of studentinsights (Somerville public schools), with a window that holds exactly `window_days` dates.
    """
    refuse_below(1, threshold=threshold, window_days=window_days)
    refuse_below(0, cool_down_days=cool_down_days)
    visits, window, day = as_visit_days(visits), min(window_days, LONGEST), pl.col("visited_on")
    keys = _keys(visits.days)
    often = (keys - keys.shift(threshold - 1) < window).arg_true()
    into_school_year = (day - first_day_of("school_year", day)).dt.total_days() if school_year_edge else LONGEST
    reached = visits.days[often].with_columns(row=often.cast(pl.Int64), key=keys.gather(often))
    reached = reached.with_columns(since=pl.col("key") - pl.min_horizontal(window - 1, into_school_year))
    reached = reached.with_columns(first_row=_position(keys, reached["since"])).filter(_visit_days() >= threshold)
    if follow_ups is not None:
        reached = reached.filter(_count(_keys_of_follow_ups(follow_ups, visits), reached["since"], reached["key"]) == 0)
    raised = reached[_apart(reached["key"], cool_down_days)]
    signals = raised.select("pupil_id", raised_on="visited_on", visit_days=_visit_days())
    return signals if visits.branch_days is None else signals.with_columns(branch_id=_main_branch(visits.branch_days, raised))


def stopped_coming(
    visits: Visits,
    as_of: date,
    *,
    least_visit_days: int = 4,
    quiet_days: int = 28,
    gap_days: int = 56,
    closures: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """A signal for each pupil who came `least_visit_days` times or more in a spell and then did not come for `quiet_days` open days.

    Spells, gap_days and closures: as in `spells.spells`. Returns pupil_id, raised_on (the last of the quiet days, so the same at every later as_of), last (the
    visit day before them), visit_days (of the spell up to then), returned_on (the next visit day up to as_of; null while the pupil stays away) and, where the
    visits name it, branch_id: where most of these visits were, then the latest.
    Raises Refused: `number_too_low`, and of closures as `spells`.
    """
    refuse_below(1, least_visit_days=least_visit_days, quiet_days=quiet_days)
    refuse_below(0, gap_days=gap_days)
    visits = as_visit_days(visits)
    days = visits.days.with_row_index("row").with_columns(pl.col("row").cast(pl.Int64)).filter(pl.col("visited_on") <= as_of)
    calendar = calendar_of(days, as_of, closures)
    open_until, away = calendar.until(days["visited_on"]), open_days_away(days, calendar)
    until_next = away.shift(-1)
    quiet = days.with_columns(
        first_row=pl.when(begins_spell(away, gap_days)).then("row").forward_fill(),
        open_until=open_until,
        quiet_days=until_next.fill_null(calendar.until(pl.Series([as_of])) - open_until),
        returned_on=pl.when(until_next.is_not_null()).then(pl.col("visited_on").shift(-1)),
    ).filter((_visit_days() >= least_visit_days) & (pl.col("quiet_days") >= quiet_days))
    raised_on = calendar.day_of(quiet["open_until"] + min(quiet_days, LONGEST))
    signals = quiet.select("pupil_id", raised_on=raised_on, last="visited_on", visit_days=_visit_days(), returned_on="returned_on")
    return signals if visits.branch_days is None else signals.with_columns(branch_id=_main_branch(visits.branch_days, quiet))


def back_test(
    visits: Visits,
    thresholds: Sequence[int],
    *,
    window_days: int = 28,
    cool_down_days: int = 56,
    follow_ups: pl.DataFrame | None = None,
    school_year_edge: bool = True,
) -> pl.DataFrame:
    """How many signals each threshold would have given, per month and, where the visits name it, per branch.

    Options: as in `frequent_attendance`. Returns threshold, month (its first day), [branch_id,] signals, pupils (that they are about): every month from the
    first visit to the last and every branch with a visit, with 0 where nothing was raised; branch null: no visit in the window named its branch. The first
    month of a register gives too few: what was before it is not known. Raises Refused as `frequent_attendance`; `number_too_low` without thresholds.
    """
    refuse_below(1, thresholds=len(thresholds))
    visits = as_visit_days(visits)
    keys = ["month"] if visits.branch_days is None else ["month", "branch_id"]
    span = visits.days.select(first=pl.col("visited_on").dt.month_start().min(), last=pl.col("visited_on").max()).drop_nulls()
    cells = span.select(month=pl.date_ranges("first", "last", "1mo")).explode("month")
    if visits.branch_days is not None:
        cells = cells.join(visits.branch_days.select("branch_id").unique().sort("branch_id", nulls_last=True), how="cross")
    counted = []
    for threshold in sorted(set(thresholds)):
        raised = frequent_attendance(visits, threshold, window_days, cool_down_days, follow_ups, school_year_edge)
        months = raised.with_columns(month=pl.col("raised_on").dt.month_start()).group_by(keys).agg(signals=pl.len(), pupils=pl.col("pupil_id").n_unique())
        rows = cells.join(months, on=keys, how="left", nulls_equal=True, maintain_order="left")
        counted.append(rows.select(pl.lit(threshold, pl.Int64).alias("threshold"), *keys, "signals", "pupils"))
    return pl.concat(counted).with_columns(pl.col("signals", "pupils").cast(pl.Int64).fill_null(0))


def new_signals(stored: pl.DataFrame, calculated: pl.DataFrame, cool_down_days: int = 56) -> pl.DataFrame:
    """The calculated signals that are to be added to the stored ones: a recalculation neither repeats nor reopens.

    stored, calculated: pupil_id, rule, raised_on; other columns of `calculated` are kept, whatever became of a stored signal. A signal within
    `cool_down_days` of a stored one for the same pupil and rule, before it or after it, is the same concern and left out; so is one within them of another
    that is added. Calculated without a cool-down of its own (cool_down_days=0), a rule gives this function every day that may count, and none is lost.
    Raises Refused: `number_too_low`, `missing_column`, `not_a_date`, `incomplete_rows`, `another_type`.
    """
    refuse_below(0, cool_down_days=cool_down_days)
    same, cool_down = ["pupil_id", "rule"], min(cool_down_days, LONGEST)
    for frame in (stored, calculated):
        refuse_missing_columns(frame, *same, "raised_on")
        refuse_undated(frame, "raised_on")
        refuse_rows(frame, pl.any_horizontal(pl.col(same).is_null()), "incomplete_rows")
    if calculated.is_empty():
        return calculated
    concerns = calculated.select(same).unique().sort(same).with_row_index("number")
    key = _key(pl.col("number"), pl.col("raised_on"))
    candidates = calculated.join(concerns, on=same).with_columns(key).sort("key")
    known = _alike(stored, calculated, same).join(concerns, on=same).select(key).to_series().sort()
    fresh = candidates.filter(_count(known, candidates["key"] - cool_down, candidates["key"] + cool_down) == 0)
    return fresh[_apart(fresh["key"], cool_down)].select(calculated.columns)


def _key(number: pl.Expr, day: pl.Expr) -> pl.Expr:
    return (number.cast(pl.Int64) * PER_PUPIL + day.to_physical()).alias("key")


def _keys(days: pl.DataFrame) -> pl.Series:
    """The sorted keys of visit days that are sorted by pupil_id and visited_on; pupils are numbered from 1."""
    return days.select(_key(first_of_each(pl.col("pupil_id")).cum_sum(), pl.col("visited_on"))).to_series()


def _keys_of_follow_ups(follow_ups: pl.DataFrame, visits: VisitDays) -> pl.Series:
    refuse_missing_columns(follow_ups, "pupil_id", "followed_up_on")
    refuse_undated(follow_ups, "followed_up_on")
    numbered = visits.pupils.select("pupil_id").with_row_index("number", offset=1)
    return _alike(follow_ups, numbered, ["pupil_id"]).join(numbered, on="pupil_id").select(_key(pl.col("number"), pl.col("followed_up_on"))).to_series().sort()


def _alike(frame: pl.DataFrame, other: pl.DataFrame, keys: Sequence[str]) -> pl.DataFrame:
    """`frame` with its keys of the types they have in `other`, so that the two can be joined; an empty frame may have come without types."""
    for name in keys:
        dtype, wanted = frame.schema[name], other.schema[name]
        if dtype != wanted and not frame.is_empty() and not (dtype.is_integer() and wanted.is_integer()):
            raise Refused("another_type", column=name, type=str(dtype), wanted=str(wanted))
    return frame.cast({name: other.schema[name] for name in keys})


def _count(keys: pl.Series, first: pl.Series, last: pl.Series) -> pl.Series:
    """How many of the sorted `keys` lie from `first` up to and including `last`, row by row."""
    return _position(keys, last + 1) - _position(keys, first)


def _position(keys: pl.Series, key: pl.Series) -> pl.Series:
    """The row of the first of the sorted `keys` that is at least `key`."""
    return keys.search_sorted(key, side="left").cast(pl.Int64)


def _apart(keys: pl.Series, days: int) -> list[int]:
    """Rows of the sorted `keys`: each pupil's first, then always the first that lies more than `days` days after the one before."""
    next_row = _position(keys, keys + min(days, LONGEST) + 1).to_list()
    rows, row = [], 0
    while row < len(next_row):
        rows.append(row)
        row = next_row[row]
    return rows


def _visit_days() -> pl.Expr:
    """The visit days of a window that begins at first_row of the visit days and ends at row."""
    return pl.col("row") - pl.col("first_row") + 1


def _main_branch(branch_days: pl.DataFrame, windows: pl.DataFrame) -> pl.Series:
    """The branch with most visit days in each window, then the one visited latest, then the first by id; null where no visit names its branch.

    windows: first_row, row (the first and last of its rows among the visit days).
    """
    days = branch_days.select((first_of_each(pl.col("pupil_id")) | first_of_each(pl.col("visited_on"))).arg_true().cast(pl.Int64)).to_series()
    row_of_day = days.append(pl.Series([len(branch_days)]))
    rows = pl.int_ranges(row_of_day.gather(windows["first_row"]), row_of_day.gather(windows["row"] + 1), eager=True)
    visits = pl.DataFrame({"window": pl.int_range(len(windows), eager=True), "row": rows}).explode("row")
    at = branch_days.select("branch_id", "visited_on")[visits["row"]]
    branches = at.with_columns(visits["window"]).drop_nulls("branch_id").group_by("window", "branch_id").agg(pl.len(), pl.col("visited_on").max())
    main = branches.sort("window", "len", "visited_on", "branch_id", descending=[False, True, True, False]).filter(first_of_each(pl.col("window")))
    return pl.DataFrame({"window": pl.int_range(len(windows), eager=True)}).join(main, on="window", how="left", maintain_order="left")["branch_id"]
