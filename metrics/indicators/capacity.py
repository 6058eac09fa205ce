"""Capacity: is there room enough, are there volunteers enough, and what does it cost?

Sessions, volunteers and seats are no children: a small number of them gives nobody away. Anonymous visits count, because whoever comes needs a seat.
"""

from dataclasses import replace
from datetime import date, timedelta

import polars as pl

from metrics import periods
from metrics.indicators import selection as select
from metrics.indicators import sessions as at
from metrics.methods import uncertainty
from metrics.refusals import refuse_below
from metrics.shapes import GRAINS, UNKNOWN, Figures, Inputs, Period, View

#: Why sessions are cancelled, as lists of sessions say it.
REASONS = ("no_volunteers", "holiday", "closed", "other")
#: A session is expected to be as busy as four in five of the last eight of that branch and weekday were at most; fewer than four say too little.
SESSIONS_BACK, ENOUGH_SESSIONS = 8, 4
#: The back-test asks what would have been expected so long before, when volunteers can still be found.
AHEAD = timedelta(days=14)
COST_GRAINS = ("sector", "school_year")


def pupils_per_volunteer(data: Inputs, view: View) -> Figures:
    """Pupils for each volunteer: visits over volunteers present, sum over sum, over held sessions of which both were recorded. Grains of branch and time.

    A recorded 0 counts: its pupils are in the numerator, and `unstaffed` is the number of sessions with pupils for which 0 volunteers were recorded (also in
    the coverage, `sessions_unstaffed`): help without volunteers, or a slip in the list. Limits as `visits_per_session`. Further columns: sessions, unstaffed.
    """
    came, notes = _staffed(data, view)
    unstaffed = came.sessions.filter((pl.col("volunteers") == 0) & (pl.col("visits") > 0))
    rows = select.beside(at.visits_per(data, view, came, "volunteers"), select.totals(unstaffed, view.keys, unstaffed=pl.len().cast(pl.Int64)), view)
    rows = _with_reason(data, view, rows.with_columns(pl.when(pl.col("sessions").is_not_null()).then(pl.col("unstaffed").fill_null(0))), "no_volunteers")
    coverage = select.coverage(data, view, notes=(*notes, *_note("sessions_unstaffed", unstaffed.height)))
    return select.figures("pupils_per_volunteer", view, rows, coverage, counts_below="volunteers", more=("sessions", "unstaffed"))


def occupancy(data: Inputs, view: View) -> Figures:
    """Share of the seats that was taken: visits over seats of the branch, sum over sum, over held sessions. Above 1 where more came than fit: reported as it
    is.

    Only sessions of branches whose seats are known and of which the visits were delivered. Grains of branch and time; limits as `visits_per_session`.
    """
    select.refuse_grains(view, *select.PUPIL_GRAINS)
    held, notes = _held(data, view)
    seated = held.filter(pl.col("capacity") > 0)
    rows = at.visits_per(data, view, at.attended(data, view, seated), "capacity")
    coverage = select.coverage(data, view, notes=(*notes, *_note("sessions_without_capacity", held.height - seated.height)))
    return select.figures("occupancy", view, _with_reason(data, view, rows, "no_capacity", "no_capacity"), coverage, counts_below="seats", more=("sessions",))


def sessions_above_norm(data: Inputs, view: View) -> Figures:
    """Share of the sessions with more pupils than the norm allows for the volunteers who were there. Grains of branch and time. Counted in full: no limits.

    Of held sessions of which both were recorded. With 0 volunteers any pupil is above the norm. The coverage says the `norm` (pupils per volunteer).
    """
    refuse_below(1, norm=data.norm)
    came, notes = _staffed(data, view)
    above = (pl.col("visits") > data.norm * pl.col("volunteers")).sum().cast(pl.Int64)
    counts = select.totals(came.sessions, view.keys, sessions=pl.len().cast(pl.Int64), numerator=above)
    rows = _shares_of_sessions(data, view, counts)
    coverage = select.coverage(data, view, notes=(("norm", f"{data.norm:g}"), *notes))
    return select.figures("sessions_above_norm", view, _with_reason(data, view, rows), coverage, counts_below="sessions")


def turned_away(data: Inputs, view: View) -> Figures:
    """How often a pupil was turned away because the session was full. Grains of branch and time.

    numerator and value: the recorded numbers summed, over held sessions that recorded one, 0 included; sessions: how many those are. Nobody knows who they
    were, so a pupil who came in vain twice counts twice, and pupils is at most that number.
    """
    select.refuse_grains(view, *select.PUPIL_GRAINS)
    held = select.sessions_in(data, view).filter(pl.col("status") == "held")
    recorded = held.drop_nulls("turned_away")
    counts = select.totals(recorded, view.keys, sessions=pl.len().cast(pl.Int64), numerator=pl.col("turned_away").sum())
    rows = select.counted(select.cells(data, view), counts, view.keys).with_columns(method=pl.lit("count"))
    rows = _with_reason(data, view, rows.with_columns(value=pl.when(pl.col("sessions") > 0).then("numerator")))
    rows = rows.with_columns(numerator="value", pupils="value")
    coverage = select.coverage(data, view, notes=_note("sessions_not_recorded", held.height - recorded.height))
    return select.figures("turned_away", view, rows, coverage, counts_below="sessions", more=("sessions",))


def cancelled(data: Inputs, view: View) -> Figures:
    """Share of the sessions that should have been held that were cancelled, one row per reason. Grains of branch and time. Counted in full: no limits.

    Own key `cancelled_reason`: each of `REASONS`, and unknown where a session was cancelled without one. numerator: sessions cancelled for that reason;
    denominator: held and cancelled sessions, so that the reasons add up to all that were cancelled. Closed days and sessions that are still planned do not
    count.
    """
    select.refuse_grains(view, *select.PUPIL_GRAINS)
    due = select.sessions_in(data, view).filter(pl.col("status").is_in(["held", "cancelled"]))
    known = pl.when(pl.col("cancelled_reason").is_in(REASONS)).then("cancelled_reason").otherwise(pl.lit(UNKNOWN))
    off = due.filter(pl.col("status") == "cancelled").with_columns(known.cast(pl.Enum([*REASONS, UNKNOWN])).alias("cancelled_reason"))
    keys = [*view.keys, "cancelled_reason"]
    reasons = pl.concat([pl.Series("cancelled_reason", REASONS, off.schema["cancelled_reason"]).to_frame(), off.select("cancelled_reason")]).unique()
    rows = select.counted(select.cells(data, view), select.totals(due, view.keys, denominator=pl.len().cast(pl.Int64)), view.keys)
    rows = rows.join(reasons, how="cross").join(off.group_by(keys).agg(numerator=pl.len().cast(pl.Int64)), on=keys, how="left")
    rows = rows.with_columns(numerator=pl.when(pl.col("denominator").is_not_null()).then(pl.col("numerator").fill_null(0)))
    rows = _as_shares(rows).with_columns(reason=_or_else("no_sessions"))
    return select.figures("cancelled", view, rows, select.coverage(data, view), counts_below="sessions", own_keys=("cancelled_reason",))


def volunteers_short(data: Inputs, view: View) -> Figures:
    """How many volunteers planned sessions still lack: those needed for the pupils to expect, less those who promised to come. Grains of branch.

    One row per planned session in the period and after as_of; own keys branch_id, unless the view is by branch, and day. value and numerator: volunteers short,
    never below 0; denominator: volunteers needed, the expected pupils over the norm, rounded up. Expected: of the last 8 held sessions of the branch and
    weekday the number that four in five did not exceed, pupils who were turned away included, because they came. `too_few_sessions` where fewer than 4 are
    known, `not_recorded` where nobody said how many volunteers are coming. Further columns: starts, expected, volunteers. pupils: the children of those
    sessions. The coverage says the `norm`.
    """
    select.refuse_grains(view, *(grain for grain in GRAINS if grain not in select.BRANCH_GRAINS))
    refuse_below(1, norm=data.norm)
    coming = data.sessions.filter(
        pl.col("status") == "planned", pl.col("held_on").is_between(view.period.first, view.period.last), pl.col("held_on") > view.as_of
    )
    planned = coming.select("branch_id", "starts", "volunteers", day="held_on").join(select.branches_in(data, view), on="branch_id")
    came = _sessions_before(data, view)
    rows = _expecting(planned, _busyness(came.sessions)).join(_children_of_the_last(came), on=["branch_id", "weekday"], how="left")
    needed = (pl.col("expected") / data.norm).ceil()
    short = (needed - pl.col("volunteers")).clip(lower_bound=0)
    rows = rows.with_columns(numerator=short, denominator=needed, value=short, method=pl.lit("percentile_80")).with_columns(
        pupils=pl.when(pl.col("expected").is_null()).then(0).otherwise("pupils"),
        reason=pl.when(pl.col("expected").is_null()).then(pl.lit("too_few_sessions")).when(pl.col("volunteers").is_null()).then(pl.lit("not_recorded")),
    )
    own_keys = tuple(key for key in ("branch_id", "day") if key not in view.keys)
    coverage = select.coverage(data, view, notes=(("norm", f"{data.norm:g}"),))
    return select.figures("volunteers_short", view, rows, coverage, counts_below="volunteers", own_keys=own_keys, more=("starts", "expected", "volunteers"))


def volunteers_short_back_test(data: Inputs, view: View) -> Figures:
    """How often the expectation of `volunteers_short` would have been enough: share of held sessions to which no more pupils came than expected.

    Each session is held out: what is expected of it follows from sessions of at least two weeks before. denominator: held sessions of the period of which the
    visits were delivered and of which something could be expected. By the rule some four in five should be enough. Grains of branch and time; limits as
    `visits_per_session`.
    """
    select.refuse_grains(view, *select.PUPIL_GRAINS)
    before = _busyness(_sessions_before(data, view).sessions)
    held, notes = _held(data, view)
    tested = _expecting(_wanted(at.attended(data, view, held).sessions).with_columns(day="visited_on"), before, AHEAD).drop_nulls("expected")
    tested = tested.with_columns(enough=(pl.col("wanted") <= pl.col("expected")).cast(pl.Int64), one=1)
    ratios = uncertainty.clustered_ratios(at.clusters(view, tested, pl.col("enough"), pl.col("one")), view.keys, confidence=view.confidence)
    counts = ratios.select(*view.keys, "denominator", "numerator")
    rows = select.counted(select.cells(data, view), counts, view.keys)
    rows = select.beside(rows, ratios.select(*view.keys, "value", "lower", pl.col("upper").clip(upper_bound=1)), view)
    rows = rows.with_columns(pupils=pl.lit(0), method=pl.lit("clustered"), reason=_or_else("too_few_sessions"))
    return select.figures("volunteers_short_back_test", view, rows, select.coverage(data, view, notes=notes), counts_below="sessions")


def cost_per_participant(data: Inputs, view: View) -> Figures:
    """Euro per participant over whole school years of which the costs are known. Per school year and sector; branches are never put in a row by their costs.

    numerator: euro; denominator: participants in those school years, counted once. Costs of the whole programme count where the view is of the whole programme;
    a choice of branches or sector has its own costs alone (`without_shared_costs`). The coverage names the `cost_years`. Without any: `no_costs`.
    """
    years = _cost_years(data, view)
    pupils = select.per_pupil(data, view, select.visits_in(data, view, years))
    counts = select.totals(pupils, view.keys, denominator=pl.len().cast(pl.Int64)).with_columns(pupils="denominator")
    return _costs("cost_per_participant", data, view, years, counts)


def cost_per_visit(data: Inputs, view: View) -> Figures:
    """Euro per visit, with visits without a pupil; everything else as `cost_per_participant`."""
    years = _cost_years(data, view)
    pupils = select.per_pupil(data, view, select.visits_in(data, view, years))
    counts = select.with_largest(select.all_visits(view, pupils, select.anonymous_in(data, view, years)))
    return _costs("cost_per_visit", data, view, years, counts.select(*view.keys, "pupils", "largest", denominator="numerator"))


def _held(data: Inputs, view: View) -> tuple[pl.DataFrame, tuple[tuple[str, str], ...]]:
    """Held sessions of which the visits were delivered, and how many there were without."""
    held = select.sessions_in(data, view).filter(pl.col("status") == "held")
    covered = held.filter("covered")
    return covered, _note("sessions_without_list", held.height - covered.height)


def _staffed(data: Inputs, view: View) -> tuple[at.Attended, tuple[tuple[str, str], ...]]:
    """Held sessions of which visits and volunteers were both recorded, and what was left out."""
    select.refuse_grains(view, *select.PUPIL_GRAINS)
    held, notes = _held(data, view)
    staffed = held.drop_nulls("volunteers")
    return at.attended(data, view, staffed), (*notes, *_note("sessions_not_recorded", held.height - staffed.height))


def _note(code: str, number: int) -> tuple[tuple[str, str], ...]:
    return ((code, str(number)),) if number else ()


def _or_else(code: str) -> pl.Expr:
    """The reason of the cell; where there is none and no value either, `code`."""
    return pl.when(pl.col("reason").is_null() & pl.col("value").is_null()).then(pl.lit(code)).otherwise("reason")


def _with_reason(data: Inputs, view: View, rows: pl.DataFrame, of_zero: str = "no_sessions", not_recorded: str = "not_recorded") -> pl.DataFrame:
    """Why there is no value in a cell that deliveries speak about. rows: sessions (used) and value.

    `no_sessions` where none was held, `not_recorded` where none of them says what is needed, `of_zero` where what is divided by is 0.
    """
    held = select.sessions_in(data, view).filter(pl.col("status") == "held")
    rows = select.beside(rows, select.totals(held, view.keys, held=pl.len().cast(pl.Int64)), view)
    code = (
        pl.when(pl.col("held").fill_null(0) == 0)
        .then(pl.lit("no_sessions"))
        .when(pl.col("sessions").fill_null(0) == 0)
        .then(pl.lit(not_recorded))
        .otherwise(pl.lit(of_zero))
    )
    return rows.with_columns(reason=pl.when(pl.col("reason").is_null() & pl.col("value").is_null()).then(code).otherwise("reason"))


def _shares_of_sessions(data: Inputs, view: View, counts: pl.DataFrame) -> pl.DataFrame:
    rows = select.counted(select.cells(data, view), counts, view.keys)
    return _as_shares(rows.with_columns(denominator="sessions"))


def _as_shares(rows: pl.DataFrame) -> pl.DataFrame:
    """value of rows of sessions over sessions, behind which no children stand."""
    return rows.with_columns(value=pl.col("numerator") / select.positive("denominator"), pupils=pl.lit(0), method=pl.lit("count"))


def _sessions_before(data: Inputs, view: View) -> at.Attended:
    """All held sessions of the branches of the view up to as_of of which the visits were delivered, and who came; with the pupils who wanted to come."""
    first = data.sessions["held_on"].min()
    since = first if isinstance(first, date) and first < view.as_of else view.as_of
    so_far = replace(view, by=(), period=Period(since, view.as_of))
    came = at.attended(data, so_far, _held(data, so_far)[0])
    return came._replace(sessions=_wanted(came.sessions))


def _wanted(sessions: pl.DataFrame) -> pl.DataFrame:
    """Adds the pupils who stood at the door, those who were turned away included, and the weekday."""
    return sessions.with_columns(wanted=pl.col("visits") + pl.col("turned_away").fill_null(0), weekday=pl.col("visited_on").dt.weekday())


def _busyness(sessions: pl.DataFrame) -> pl.DataFrame:
    """branch_id, weekday, day, expected: after each session what was then to be expected of the next ones, null with fewer than `ENOUGH_SESSIONS` known."""
    last = [pl.col("wanted").shift(back).over("branch_id", "weekday") for back in range(SESSIONS_BACK)]
    ordered = sessions.sort("branch_id", "visited_on").with_columns(last=pl.concat_list(last).list.drop_nulls().list.sort())
    known = pl.col("last").list.len().cast(pl.Int64)
    four_in_five = pl.col("last").list.get((4 * known + 4) // 5 - 1)
    return ordered.select("branch_id", "weekday", day="visited_on", expected=pl.when(known >= ENOUGH_SESSIONS).then(four_in_five))


def _expecting(sessions: pl.DataFrame, busyness: pl.DataFrame, ahead: timedelta = timedelta(days=1)) -> pl.DataFrame:
    """Adds to sessions (branch_id, day) their weekday, and what could be expected of them so long before."""
    asked = sessions.with_columns(weekday=pl.col("day").dt.weekday(), known_on=pl.col("day") - ahead).sort("known_on")
    known = busyness.rename({"day": "known_on"}).sort("known_on")
    return asked.join_asof(known, on="known_on", by=["branch_id", "weekday"], check_sortedness=False)


def _children_of_the_last(came: at.Attended) -> pl.DataFrame:
    """branch_id, weekday, pupils: the children of the last sessions, or as many as came without a name on one day when that is more."""
    place = ["branch_id", "weekday"]
    of_place = pl.col("visited_on").rank("dense", descending=True).over(place)
    last = came.sessions.filter(of_place <= SESSIONS_BACK).select(*at.SESSION, "weekday")
    named = came.named.join(last, on=at.SESSION).group_by(place).agg(named=pl.col("pupil_id").n_unique().cast(pl.Int64))
    nameless = came.nameless.join(last, on=at.SESSION).group_by(place).agg(nameless=pl.col("visits").max())
    both = last.select(place).unique().join(named, on=place, how="left").join(nameless, on=place, how="left")
    return both.select(*place, pupils=pl.max_horizontal(pl.col("named", "nameless").fill_null(0)))


def _cost_years(data: Inputs, view: View) -> pl.DataFrame:
    """The days of the whole school years in the period of which costs are known: as `selection.days_in`, with school_year_number."""
    select.refuse_grains(view, *(grain for grain in GRAINS if grain not in COST_GRAINS))
    years = map(periods.school_year, sorted(_costs_in(data, view)["school_year"].unique()))
    whole = [periods.school_year_of(year.first) for year in years if view.period.first <= year.first and year.last <= min(view.period.last, view.as_of)]
    return select.days_in(view).with_columns(school_year_number=periods.school_year_number(pl.col("day"))).filter(pl.col("school_year_number").is_in(whole))


def _costs_in(data: Inputs, view: View) -> pl.DataFrame:
    """school_year, sector, amount: of the branches of the view, and what is for the whole programme only where the view is of the whole."""
    own = data.costs.join(select.branches_in(data, view), on="branch_id").select("school_year", "sector", "amount")
    return own if _is_of_a_part(view) else pl.concat([own, _shared_costs(data).with_columns(sector=pl.lit(None, pl.String)).select(own.columns)])


def _shared_costs(data: Inputs) -> pl.DataFrame:
    return data.costs.filter(pl.col("branch_id").is_null()).select("school_year", "amount")


def _is_of_a_part(view: View) -> bool:
    return bool(view.sector or view.branches or "sector" in view.by)


def _costs(indicator: str, data: Inputs, view: View, years: pl.DataFrame, counts: pl.DataFrame) -> Figures:
    """Euro over what was counted. counts: keys, denominator, pupils [, largest] in those years."""
    units = years.select("school_year_number", *select.keys_of(view, ("school_year",))).unique()
    amounts = _costs_in(data, view).rename({"school_year": "school_year_number"}).join(units, on="school_year_number")
    euro = select.totals(amounts, view.keys, numerator=pl.when(pl.len() > 0).then(pl.col("amount").sort().sum()))
    rows = select.beside(select.beside(select.cells(data, view), euro, view), counts, view)
    has_costs = pl.col("numerator").is_not_null()
    rows = rows.with_columns(pl.when(has_costs).then(pl.col("denominator", "pupils").fill_null(0)))
    rows = rows.with_columns(value=pl.when(has_costs).then(pl.col("numerator") / select.positive("denominator")), method=pl.lit("count"))
    no_value = pl.when(has_costs).then(pl.lit("no_denominator")).otherwise(pl.lit("no_costs"))
    rows = rows.with_columns(reason=pl.when(pl.col("value").is_null()).then(no_value))
    known = sorted(years["school_year_number"].unique())
    left_out = _shared_costs(data).filter(pl.col("school_year").is_in(known))["amount"].sum() if _is_of_a_part(view) else 0
    notes = (("cost_years", ", ".join(f"{year}-{year + 1}" for year in known)), ("without_shared_costs", f"{left_out:g}" if left_out else ""))
    coverage = select.coverage(data, view, notes=tuple((code, said) for code, said in notes if said))
    return select.figures(indicator, view, rows, coverage, counts_below="pupils" if indicator == "cost_per_participant" else "visits")
