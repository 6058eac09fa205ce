"""Participation: how many visits and pupils, how often, and how much of the target group."""

from dataclasses import replace

import polars as pl

from metrics import periods
from metrics.disclosure.homes import behind, told
from metrics.disclosure.working import Rule
from metrics.indicators import selection as select
from metrics.indicators import sessions, target_group, wealth
from metrics.methods import uncertainty
from metrics.methods.unlinked import participants_between
from metrics.shapes import GRAINS, OUTSIDE, UNKNOWN, Figures, Inputs, View

ACTIVE_DAYS = 28


def visits(data: Inputs, view: View) -> Figures:
    """Visits, with those without a pupil: pupil x day, or pupil x day x branch where the view asks per branch.

    numerator and value: visits; pupils: the children who are known, or as many as came without a name on one day when that is more.
    """
    counts = select.all_visits(view, select.per_pupil(data, view, select.visits_in(data, view)), select.anonymous_in(data, view))
    rows = select.counted(select.cells(data, view), counts, view.keys).with_columns(value="numerator", method=pl.lit("count"))
    return select.figures("visits", view, select.with_largest(rows), select.coverage(data, view))


def visits_per_session(data: Inputs, view: View) -> Figures:
    """Visits per held session, with those without a pupil: sum over sum, a pupil once for every session. Grains of branch and time.

    denominator: held sessions in weeks for which visits were delivered; the others are counted in the coverage (`sessions_without_list`), of which known is the
    share of the visits that fell on such a session. Limits: sessions of one branch in one month are alike and form one cluster, or in one week where the
    period is shorter than half a year or the unit of time shorter than a school year. Without a held session there is no figure (`no_sessions`).
    """
    select.refuse_grains(view, *select.PUPIL_GRAINS)
    held = select.sessions_in(data, view).filter(pl.col("status") == "held")
    came, without_list = sessions.attended(data, view, held.filter("covered").with_columns(one=1)), held.filter(~pl.col("covered")).height
    rows = sessions.visits_per(data, view, came, "one")
    no_sessions = pl.when(pl.col("denominator") == 0).then(pl.lit("no_sessions"))
    notes = (("sessions_without_list", str(without_list)),) if without_list else ()
    known = select.share(_number(came.named, came.nameless), _number(*select.visits_per_branch(data, view)))
    coverage = select.coverage(data, view, known, notes)
    return select.figures("visits_per_session", view, rows.with_columns(reason=no_sessions.otherwise("reason")), coverage, counts_below="sessions")


def participants(data: Inputs, view: View) -> Figures:
    """Pupils with at least one visit: counted anew in every cell, never a sum of cells. Visits without a pupil do not count.

    lowest, highest: between which numbers the participants lie, whoever the visits without a pupil were of (`methods.unlinked.participants_between`); null
    where homes or levels are asked, which such visits have not.
    """
    found = _pupil_count("participants", data, view, select.per_pupil(data, view, select.visits_in(data, view)))
    if data.for_staff and select.keys_of(view, select.HOME_GRAINS):
        found = replace(found, frame=_as_told(found.frame, _homes(data, view), view), homes_told=True)
    return replace(found, frame=_with_bounds(data, view, found.frame))


def new_participants(data: Inputs, view: View) -> Figures:
    """Pupils whose first visit to the programme lies in the period, in the branch and unit of time of that visit.

    The coverage says `start_up` with the first delivered day where the period begins within eight weeks of it: pupils who came before seem new.
    """
    pupils = select.per_pupil(data, view, select.first_visits_in(data, view))
    return _pupil_count("new_participants", data, view, pupils, notes=select.start_up(data, view))


def active_pupils(data: Inputs, view: View) -> Figures:
    """Pupils who came in the 28 days up to and including the last day of the period, or of each unit of time in it; never later than as_of.

    `too_early` where the registration of the branches had not begun 28 days before.
    """
    select.refuse_grains(view, "weekday")
    days = select.days_before_each_end(view, ACTIVE_DAYS)
    pupils = select.per_pupil(data, view, select.visits_in(data, view, days))
    return _pupil_count("active_pupils", data, view, pupils, days=days)


def reach(data: Inputs, view: View) -> Figures:
    """Share of the resident target group that visited at least once, all sensible grains but branch and level.

    Numerator and denominator in persons. Neighbourhoods where nobody came are a true zero; outside and unknown are rows without a value (`no_denominator`).
    A district or the whole counts residents of neighbourhoods whose target group is known. More participants than target group is reported as it is, with
    `numerator_above_denominator` and without limits.
    """
    if data.seen_homes is not None:
        return _reach_of_seen(data.seen_homes, data, view)
    rows, notes = _residents(data, view)
    shares = select.shares(rows.with_columns(numerator="came", denominator="target"), view.confidence)
    found = select.figures("reach", view, shares, select.coverage(data, view, select.share_with_home(data, view), notes))
    return replace(found, homes_told=data.for_staff)


def visits_per_100_pupils(data: Inputs, view: View) -> Figures:
    """Visits of residents per 100 pupils of the target group. Visits of one pupil are not independent, so the limits allow for the frequent ones.

    numerator: visits of pupils whose home is known to be there; denominator and rows as `reach`; may exceed 100.
    """
    rows, notes = _residents(data, view)
    rows = rows.with_columns(numerator="visits", denominator="target", sum_of_squares="squares")
    rows = uncertainty.clustered_rates(rows, confidence=view.confidence).with_columns(
        reason=pl.when(pl.col("reason").is_not_null()).then("reason").when(pl.col("value").is_null()).then(pl.lit("no_denominator"))
    )
    known = select.share_with_home(data, view)
    found = select.figures("visits_per_100_pupils", view, select.with_largest(rows), select.coverage(data, view, known, notes))
    return replace(found, homes_told=data.for_staff)


def _reach_of_seen(homes: pl.DataFrame, data: Inputs, view: View) -> Figures:
    """Reach of neighbourhoods, fifths or all together from the participants that staff may know. homes: `Inputs.seen_homes`."""
    group = wealth.with_fifth(target_group.target_group(data, view), data, view).join(homes, on="neighbourhood_code")
    counts = select.totals(group, view.keys, pupils=pl.col("pupils").sum(), target=pl.when(pl.len() > 0).then(pl.col("target").sort().sum()))
    rows = select.beside(select.cells(data, view), counts, view).with_columns(numerator="pupils", denominator="target")
    return select.figures("reach", view, select.shares(rows, view.confidence), select.coverage(data, view, select.share_with_home(data, view)))


def known_pupil(data: Inputs, view: View) -> Figures:
    """Share of the visits that were made by a pupil who is known. Counted in full, so without limits. Grains of branch and time."""
    return _known_share("known_pupil", data, view, pl.lit(True))


def known_home(data: Inputs, view: View) -> Figures:
    """Share of the visits of which the home is known, outside the municipality included. Counted in full, so without limits. Grains of branch and time."""
    return _known_share("known_home", data, view, pl.col("neighbourhood_code") != UNKNOWN)


def _pupil_count(
    indicator: str, data: Inputs, view: View, pupils: pl.DataFrame, *, days: pl.DataFrame | None = None, notes: tuple[tuple[str, str], ...] = ()
) -> Figures:
    """pupils: as `per_pupil`, one row per pupil and cell. days: those of the view, or the others that the figure is about."""
    counts = select.totals(pupils, view.keys, numerator=pl.len().cast(pl.Int64))
    cells = select.cells(data, view, days, from_the_first_day=days is not None)
    rows = select.counted(cells, counts, view.keys).with_columns(value="numerator", pupils="numerator", method=pl.lit("count"))
    return select.figures(indicator, view, rows, select.coverage(data, view, select.share_with_pupil(data, view), notes))


def _as_told(participants: pl.DataFrame, homes: pl.DataFrame, view: View) -> pl.DataFrame:
    """The participants of each cell as they are told where small homes are among them."""
    counts = select.totals(homes, view.keys, as_told=pl.col("told").sum(), behind=behind(Rule()))
    found = select.beside(participants, counts, view)
    came = pl.col("behind").is_not_null()
    as_told = {"numerator": "as_told", "value": "as_told", "pupils": "behind"}
    return found.with_columns(pl.when(came).then(other).otherwise(name).alias(name) for name, other in as_told.items()).drop("as_told", "behind")


def _with_bounds(data: Inputs, view: View, participants: pl.DataFrame) -> pl.DataFrame:
    """Adds lowest and highest to the participants of each cell."""
    by_branch = view if "branch" in view.by else replace(view, by=(*view.by, "branch"))
    value, nameless = pl.col("value").cast(pl.Int64), select.anonymous_in(data, by_branch)
    if view.districts or {*view.by} & {*select.PUPIL_GRAINS}:
        return participants.with_columns(lowest=pl.lit(None, pl.Int64), highest=pl.lit(None, pl.Int64))
    if nameless.is_empty():
        return participants.with_columns(lowest=value, highest=value)
    between = participants_between(select.visits_in(data, by_branch), nameless, view.keys)
    return select.beside(participants, between, view).with_columns(pl.when(value.is_not_null()).then(name).alias(name) for name in ("lowest", "highest"))


def _known_share(indicator: str, data: Inputs, view: View, is_known: pl.Expr) -> Figures:
    select.refuse_grains(view, *select.PUPIL_GRAINS)
    by_home = replace(view, by=(*view.by, "neighbourhood"))
    pupils = select.per_pupil(data, by_home, select.visits_in(data, view))
    counts = select.all_visits(view, pupils, select.anonymous_in(data, view))
    known = select.totals(pupils.filter(is_known), view.keys, known=pl.col("visits").sum())
    counts = select.beside(counts, known, view).select(*view.keys, "numerator", "pupils", pl.col("known").fill_null(0))
    rows = select.counted(select.cells(data, view), counts, view.keys)
    whole = select.positive("numerator")
    rows = rows.with_columns(numerator="known", denominator="numerator", value=pl.col("known") / whole, method=pl.lit("count")).with_columns(
        reason=pl.when(pl.col("reason").is_null() & pl.col("value").is_null()).then(pl.lit("no_denominator")).otherwise("reason")
    )
    return select.figures(indicator, view, rows, select.coverage(data, view), counts_below="visits")


def _number(named: pl.DataFrame, nameless: pl.DataFrame) -> int:
    return named.height + int(nameless["visits"].sum())


def _residents(data: Inputs, view: View) -> tuple[pl.DataFrame, tuple[tuple[str, str], ...]]:
    """Per cell the participants and their visits beside the target group (`target`, null where unknown), and what to know about that group.

    came: the participants as they are told; pupils: the children behind them.
    """
    select.refuse_grains(view, "branch", "level")
    homes, group = _homes(data, view), _groups(data, view)
    own_row = select.keys_of(view, select.HOME_GRAINS)
    if "neighbourhood" not in view.by:
        elsewhere = pl.col("neighbourhood_code").is_in([OUTSIDE, UNKNOWN]) & bool(own_row)
        homes = homes.filter(pl.col("resident") | elsewhere)
    children = behind(Rule()) if data.for_staff else pl.col("pupils").sum()
    of_visits = {"visits": pl.col("visits").sum(), "squares": pl.col("squares").sum(), "most": pl.col("most").max().fill_null(0)}
    counts = select.totals(homes, view.keys, pupils=children, came=pl.col("told").sum(), **of_visits)
    rows = select.counted(select.cells(data, view), counts, view.keys)
    targets = select.totals(group, view.keys, target=pl.when(pl.len() > 0).then(pl.col("target").sort().sum()))
    return select.beside(rows, targets, view), target_group.notes(group)


def _groups(data: Inputs, view: View) -> pl.DataFrame:
    return wealth.with_fifth(target_group.target_group(data, view), data, view)


def _homes(data: Inputs, view: View) -> pl.DataFrame:
    """The participants of each cell by home: as `pupil_totals`, with the neighbourhood, target, resident (of a target group) and as how many they are told."""
    by_home = view if "neighbourhood" in view.by else replace(view, by=(*view.by, "neighbourhood"))
    homes = select.pupil_totals(select.per_pupil(data, by_home, select.visits_in(data, view)), by_home.keys)
    home = [GRAINS["neighbourhood"], *select.keys_of(view, ("sector", *periods.TIME_GRAINS))]
    targets = target_group.target_group(data, view).select(*home, "target", resident=pl.lit(True))
    homes = homes.join(targets, on=home, how="left").with_columns(pl.col("resident").fill_null(False))
    if not data.for_staff:
        return homes.with_columns(told="pupils")
    usual = wealth.ranked(data, replace(view, wealth=View.wealth)).frame.drop("wealth_fifth")
    cell = [key for key in view.keys if key not in select.keys_of(view, select.HOME_GRAINS)]
    in_order = homes.join(usual, on=home, how="left").sort(*cell, "order", "neighbourhood_code", nulls_last=True)
    return told(in_order, cell, Rule())
