"""The pictures of "Hoe verhouden de vestigingen zich?": how busy, how staffed, when, what was cancelled, and the next two weeks."""

from datetime import timedelta
from typing import Any

import polars as pl

from data_access.reader import Reader, Role
from metrics.indicators.capacity import REASONS
from metrics.shapes import UNKNOWN, Shown
from presentation import cached
from presentation.cached import Branch
from presentation.charts import branches, demand, heat, ranked, style
from presentation.charts.chart import Chart
from presentation.stories import common
from presentation.stories import comparison as story
from presentation.stories.common import Row
from presentation.tables import Table
from presentation.texts import Say, plain

Cells = list[dict[str, Any]]
#: Pixels for the names of branches beside the coming weeks.
NAMES = 118
SUNDAY = 7


# --- how busy ---------------------------------------------------------------------------------------------------------


@cached.kept
def crowd_chart(figures: story.Comparison, say: Say) -> Chart | None:
    """Visits per session of every branch, each against the mean of its own kind of school; None when nothing can be shown."""
    rows = story.crowds(figures)
    if all(row.value is None for row in rows.values()):
        return None
    per_session, per_hour = common.by_key(figures.per_session, "branch_id"), story.length(figures) == "differs"
    named = story.all_branches(figures)
    verdicts = {branch.id: story.crowd(figures, branch) for branch in named}
    finding = _crowd_finding(named, verdicts, say)
    body = [
        [
            branch.name,
            common.count(rows[branch.id].numerator, say),
            common.count(rows[branch.id].denominator, say),
            _decimal(per_session[branch.id].value, say),
            _between(per_session[branch.id], say),
            *((_decimal(rows[branch.id].value, say), _between(rows[branch.id], say)) if per_hour else ()),
            _verdict(verdicts[branch.id], say),
        ]
        for branch in named
    ]
    return Chart(
        finding=finding,
        subtitle=_with_scope(say("comparison.crowd.subtitle", measure=_measure(figures, say), n=int(figures.sessions.denominator or 0)), figures, say),
        figure=branches.branches([_group(figures, sector, rows, verdicts, say) for sector in story.SECTORS if story.branches_of(figures, sector)], say),
        alt=say("comparison.crowd.alt", finding=finding, n=len(named)),
        table=Table(
            [
                say(f"table.{name}")
                for name in ("branch", "visits", "sessions", "per_session", "margin", *(("per_hour", "margin") if per_hour else ()), "verdict")
            ],
            body,
            _crowd_file(figures, rows if per_hour else {}),
        ),
        definitions=("visits_per_session",),
        name="vestigingen-drukte",
        **common.scope(figures.choice, say),
    )


def _crowd_file(figures: story.Comparison, per_hour: dict[object, Row]) -> pl.DataFrame:
    """Every branch with its visits per session, and per hour where these are compared."""
    frame = common.whole(figures.per_session.frame.select("branch_id", "numerator", "denominator", "value", "lower", "upper", "reason"))
    if not per_hour:
        return frame
    columns = ("branch_id", "per_hour", "per_hour_lower", "per_hour_upper")
    rows = [(branch, row.value, row.lower, row.upper) for branch, row in per_hour.items()]
    return frame.join(pl.DataFrame(rows, schema=dict(zip(columns, (pl.String, *[pl.Float64] * 3), strict=True)), orient="row"), on="branch_id", how="left")


def _measure(figures: story.Comparison, say: Say) -> str:
    return say(f"comparison.measure.{'per_hour' if story.length(figures) == 'differs' else 'per_session'}")


@cached.kept
def pick_hint(reader: Reader, say: Say) -> str | None:
    """That a click chooses a branch; None for who has only the own one to choose."""
    return None if reader.role is Role.BRANCH else say("comparison.crowd.pick")


def _crowd_finding(named: list[Branch], verdicts: dict[str, str | None], say: Say) -> str:
    busy, quiet = ([plain(branch.name) for branch in named if verdicts[branch.id] == verdict] for verdict in ("higher", "lower"))
    if busy and quiet:
        return say("comparison.crowd.finding", n=len(busy), quiet=len(quiet))
    if busy or quiet:
        return say(f"comparison.crowd.finding_{'higher' if busy else 'lower'}", names=common.joined(busy or quiet, say))
    return say(f"comparison.crowd.finding_{'none' if 'unclear' in verdicts.values() else 'alone'}")


def _group(figures: story.Comparison, sector: str, rows: dict[object, Row], verdicts: dict[str, str | None], say: Say) -> branches.Group:
    mean = story.sector_mean(figures, sector)
    words = "" if mean is None else say("comparison.crowd.mean", sector=sector, value=mean)
    return branches.Group(
        sector, [_branch(figures, branch, rows[branch.id], verdicts[branch.id], say) for branch in story.branches_of(figures, sector)], mean, words
    )


def _branch(figures: story.Comparison, branch: Branch, row: Row, verdict: str | None, say: Say) -> branches.Row:
    name = style.picked(branch.name, branch.id in figures.own)
    if row.value is None:
        return branches.Row(name, say(f"reason.{row.reason}"))
    words = f"<b>{say.number(row.value, 1)}</b>" + ("" if row.lower is None else f" ({_between(row, say)})")
    return branches.Row(name, words, row.value, row.lower, row.upper, _verdict(verdict, say) if verdict is not None else "", branch.id)


def _verdict(verdict: str | None, say: Say) -> str:
    return say("show.hidden") if verdict is None else say(f"comparison.verdict.{verdict}")


# --- volunteers beside demand -----------------------------------------------------------------------------------------


@cached.kept
def staffing_chart(figures: story.Comparison, say: Say) -> Chart | None:
    """Pupils at a session beside the places that its volunteers give, per branch; None when volunteers were not recorded."""
    rows = {row["branch_id"]: row for row in figures.staffing.frame.iter_rows(named=True)}
    if all(row["value"] is None for row in rows.values()):
        return None
    named, above = story.all_branches(figures), common.by_key(figures.above_norm, "branch_id")
    groups = [
        demand.Group(say(f"sector.{sector}"), [_demand(figures, branch, rows[branch.id], say) for branch in story.branches_of(figures, sector)])
        for sector in story.SECTORS
        if story.branches_of(figures, sector)
    ]
    finding = _staffing_finding(figures, rows, say)
    body = [
        [
            branch.name,
            *(_decimal(found, say) for found in _pupils_and_places(figures, rows[branch.id])),
            _decimal(rows[branch.id]["value"], say),
            say("show.hidden") if rows[branch.id]["lower"] is None else say.between(rows[branch.id]["lower"], rows[branch.id]["upper"], 1),
            common.share(above[branch.id].value, say),
        ]
        for branch in named
    ]
    norm = say.number(figures.norm)
    return Chart(
        finding=finding,
        subtitle=_with_scope(say("comparison.staffing.subtitle", norm=norm, n=_sum(figures.staffing, "sessions")), figures, say),
        figure=demand.demand(groups, say, decimals=1),
        alt=say("comparison.staffing.alt", finding=finding, n=len(named)),
        table=Table(
            [say(f"table.{name}") for name in ("branch", "pupils_per_session", "places_per_session", "per_volunteer", "margin", "above_norm")],
            body,
            common.whole(figures.staffing.frame.select("branch_id", "numerator", "denominator", "value", "lower", "upper", "sessions", "reason")),
        ),
        definitions=("pupils_per_volunteer", "sessions_above_norm"),
        name="vestigingen-leerlingen-en-vrijwilligers",
        **common.scope(figures.choice, say),
    )


def _pupils_and_places(figures: story.Comparison, row: dict[str, Any]) -> tuple[float | None, float | None]:
    """Pupils at a session, and places: its volunteers times the norm; over the sessions of which both were recorded."""
    if row["value"] is None or not row["sessions"]:
        return None, None
    return row["numerator"] / row["sessions"], figures.norm * row["denominator"] / row["sessions"]


def _demand(figures: story.Comparison, branch: Branch, row: dict[str, Any], say: Say) -> demand.Row:
    name, (pupils, places) = style.picked(branch.name, branch.id in figures.own), _pupils_and_places(figures, row)
    if pupils is None or places is None:
        return demand.Row(name, None, None, say(f"reason.{row['reason']}"), id=branch.id)
    verdict = story.staffed(figures, branch)
    words = say("comparison.staffing.words", pupils=say.number(pupils, 1), places=say.number(places, 1))
    return demand.Row(name, pupils, places, words, verdict == "higher", _gap(pupils - places, verdict, say), branch.id)


def _gap(gap: float, verdict: str | None, say: Say) -> str:
    """What is lacking or left at a session, and whether that is certain."""
    size = say.number(abs(gap), 1)
    if size == say.number(0, 1):
        return say("comparison.staffing.balanced")
    words = say(f"comparison.staffing.{'lacking' if gap > 0 else 'left'}", gap=size)
    return words if verdict in ("higher", "lower") else say("comparison.staffing.uncertain", gap=words)


def _staffing_finding(figures: story.Comparison, rows: dict[str, dict[str, Any]], say: Say) -> str:
    """Of the chosen branch, or of the only one, its pupils and places; else which are certainly short, without a ranking over both kinds of school."""
    one, short = story.chosen(figures), story.short_of_volunteers(figures)
    about = one or (short[0] if len(short) == 1 else None)
    pupils, places = (None, None) if about is None else _pupils_and_places(figures, rows[about.id])
    if about is not None and pupils is not None and places is not None:
        return say("comparison.staffing.finding", name=plain(about.name), pupils=say.number(pupils, 1), places=say.number(places, 1))
    if not short:
        return say("comparison.staffing.finding_none")
    if len(short) > story.NAMED:
        return say("comparison.staffing.finding_many", n=len(short), of=len(story.all_branches(figures)))
    return say("comparison.staffing.finding_some", names=story.with_sector(short, say))


# --- when -------------------------------------------------------------------------------------------------------------


@cached.kept
def hours_chart(figures: story.Comparison, say: Say) -> Chart | None:
    """Pupils for each volunteer by weekday and the hour in which a session begins; None when no cell can be shown."""
    cells = figures.by_hour.frame.sort("sector", "hour", "weekday").to_dicts()
    known = [cell for cell in cells if cell["value"] is not None]
    if not known:
        return None
    rows = list(dict.fromkeys((cell["sector"], cell["hour"]) for cell in cells if cell["hour"] is not None))
    days = range(1, max(5, *(cell["weekday"] for cell in known)) + 1)
    cells_at = {(rows.index((cell["sector"], cell["hour"])), cell["weekday"] - 1): cell for cell in known}
    values = {place: cell["value"] for place, cell in cells_at.items()}
    finding = _hours_finding(known, figures.norm, say)
    return Chart(
        finding=finding,
        subtitle=_with_scope(
            say("comparison.hours.subtitle", norm=say.number(figures.norm), where=story.where(figures, say), n=sum(cell["sessions"] or 0 for cell in known)),
            figures,
            say,
        ),
        figure=heat.heat(
            [say("comparison.hours.row", sector=sector, hour=hour) for sector, hour in rows],
            [common.weekday_name(day, say, "EEE") for day in days],
            values,
            {place for place, cell in cells_at.items() if _certainly_above(cell, figures.norm)},
            say,
        ),
        alt=say("comparison.hours.alt", finding=finding, n=len(known)),
        table=_hours_table(cells, say),
        definitions=("pupils_per_volunteer",),
        name="vestigingen-weekdag-en-uur",
        **_own_scope(figures, say),
    )


def _certainly_above(cell: dict[str, Any], norm: float) -> bool:
    """Whether the whole margin lies beyond the norm; without a margin that cannot be said."""
    return cell["lower"] is not None and cell["lower"] > norm


def _hours_finding(known: Cells, norm: float, say: Say) -> str:
    above = [cell for cell in known if _certainly_above(cell, norm)]
    if not above:
        return say("comparison.hours.finding_none")
    peaks = []
    for sector in story.SECTORS:
        of_sector = [cell for cell in above if cell["sector"] == sector]
        if of_sector:
            most = max(of_sector, key=lambda cell: cell["value"])
            peaks.append(say("comparison.hours.peak", day=common.weekday_name(most["weekday"], say), hour=most["hour"], sector=sector))
    return say("comparison.hours.finding", n=len(known), above=len(above), peaks=common.joined(peaks, say))


def _hours_table(cells: Cells, say: Say) -> Table:
    body = [
        [
            common.weekday_name(cell["weekday"], say),
            say("comparison.hours.row", sector=cell["sector"], hour=cell["hour"]),
            common.count(cell["sessions"], say),
            common.count(cell["numerator"], say),
            common.count(cell["denominator"], say),
            _decimal(cell["value"], say),
            say("show.hidden") if cell["lower"] is None else say.between(cell["lower"], cell["upper"], 1),
        ]
        for cell in sorted(cells, key=lambda cell: (cell["sector"], cell["weekday"], cell["hour"]))
        if cell["reason"] in (None, "hidden")
    ]
    file = pl.DataFrame(cells).select("sector", "weekday", "hour", "sessions", "numerator", "denominator", "value", "lower", "upper", "reason")
    return Table(
        [say(f"table.{name}") for name in ("weekday", "hour", "sessions", "visits", "volunteers", "per_volunteer", "margin")], body, common.whole(file)
    )


# --- cancelled --------------------------------------------------------------------------------------------------------


@cached.kept
def cancelled_chart(figures: story.Comparison, say: Say) -> Chart | None:
    """Sessions that were cancelled, by reason; None when there is no list of sessions."""
    known = story.cancellations(figures.cancelled)
    if known is None:
        return None
    counts, due = known
    reasons = [reason for reason in (*REASONS, UNKNOWN) if counts.get(reason) or reason == REASONS[0]]
    whole, staff = sum(counts.values()), counts[REASONS[0]]
    finding = say("comparison.cancelled.finding", n=whole, staff=staff) if whole else say("comparison.cancelled.finding_none")
    return Chart(
        finding=finding,
        subtitle=_with_scope(say("comparison.cancelled.subtitle", n=due, where=story.where(figures, say)), figures, say),
        figure=ranked.ranked([ranked.Bar(say(f"comparison.cancelled.{reason}"), counts[reason], focus=reason == REASONS[0]) for reason in reasons], say),
        alt=say("comparison.cancelled.alt", finding=finding, n=due),
        table=_cancelled_table(figures, reasons, say),
        definitions=("cancelled",),
        name="vestigingen-uitgevallen",
        **_own_scope(figures, say),
    )


def _cancelled_table(figures: story.Comparison, reasons: list[str], say: Say) -> Table:
    """A row for each branch, a column for each reason that occurs, and what share fell out."""
    body = []
    for branch in story.all_branches(figures):
        known = story.cancellations(figures.cancelled_by_branch, branch.id)
        if known is None:
            body.append([branch.name, *(say("show.hidden") for _ in reasons), say("show.hidden"), say("show.hidden")])
            continue
        counts, due = known
        gone = sum(counts.values())
        body.append([branch.name, *(say.number(counts.get(reason, 0)) for reason in reasons), say.number(due), say.percent(gone / due, 1)])
    headers = [say("table.branch"), *(say(f"comparison.cancelled.{reason}") for reason in reasons), say("table.due"), say("table.cancelled_share")]
    file = figures.cancelled_by_branch.frame.select("branch_id", pl.col("cancelled_reason").cast(pl.String), "numerator", "denominator", "value", "reason")
    return Table(headers, body, common.whole(file))


# --- the next two weeks -----------------------------------------------------------------------------------------------


@cached.kept
def planned_chart(figures: story.Comparison, say: Say) -> Chart | None:
    """Volunteers that planned sessions lack, a row for each branch and a column for each day; None when nothing can be said of any of them."""
    sessions = story.expected(figures)
    if sessions.is_empty():
        return None
    ids = set(figures.planned.frame["branch_id"])
    named = [branch for branch in story.all_branches(figures) if branch.id in ids]
    place = {branch.id: number for number, branch in enumerate(named)}
    first, last = figures.next_weeks.first, figures.next_weeks.last
    days = [day for day in (first + timedelta(days=number) for number in range((last - first).days + 1)) if day.isoweekday() < SUNDAY]
    values = {(place[row["branch_id"]], days.index(row["day"])): row["value"] for row in sessions.iter_rows(named=True) if row["day"] in days}
    finding = _planned_finding(sessions, named, say)
    return Chart(
        finding=finding,
        subtitle=say(
            "comparison.planned.subtitle",
            where=story.where(figures, say),
            n=sessions.height,
            first=say.date(first, "d MMMM"),
            last=say.date(last, "d MMMM"),
            norm=say.number(figures.norm),
        ),
        figure=heat.heat(
            [style.wrapped(branch.name, 17) for branch in named],
            [f"{say.date(day, 'EEE')}<br>{day.day}" for day in days],
            values,
            {place for place, value in values.items() if value > 0},
            say,
            decimals=0,
            left=NAMES,
        ),
        alt=say("comparison.planned.alt", finding=finding, n=figures.planned.frame.height),
        table=_planned_table(figures, named, say),
        definitions=("volunteers_short",),
        name="vestigingen-komende-twee-weken",
        **_own_scope(figures, say),
    )


def _planned_finding(sessions: pl.DataFrame, named: list[Branch], say: Say) -> str:
    short = sessions.filter(pl.col("value") > 0)
    if short.is_empty():
        return say("comparison.planned.finding_none", n=sessions.height)
    if len(named) == 1:
        return say("comparison.planned.finding_own", n=sessions.height, short=short.height)
    by_branch = dict(short.group_by("branch_id").agg(pl.col("value").sum()).iter_rows())
    of_sector = [[branch for branch in named if branch.sector == sector and branch.id in by_branch] for sector in story.SECTORS]
    most = [max(lacking, key=lambda branch: by_branch[branch.id]) for lacking in of_sector if lacking]
    return say("comparison.planned.finding", n=sessions.height, short=short.height, names=story.with_sector(most, say))


def _planned_table(figures: story.Comparison, named: list[Branch], say: Say) -> Table:
    names = {branch.id: branch.name for branch in named}
    rows = figures.planned.frame.filter(pl.col("branch_id").is_in(list(names))).sort("day", "starts", "branch_id").to_dicts()
    body = [
        [
            say.date(row["day"], "EEEE d MMMM"),
            names[row["branch_id"]],
            common.count(row["expected"], say),
            common.count(row["volunteers"], say),
            common.count(row["denominator"], say),
            say(f"reason.{row['reason']}") if row["value"] is None else common.count(row["value"], say),
        ]
        for row in rows
    ]
    file = figures.planned.frame.select("branch_id", "day", "expected", "volunteers", needed="denominator", short="value", reason="reason")
    return Table([say(f"table.{name}") for name in ("day", "branch", "expected", "promised", "needed", "lacking")], body, common.whole(file))


# --- words ------------------------------------------------------------------------------------------------------------


def _decimal(value: float | None, say: Say) -> str:
    return say("show.hidden") if value is None else say.number(value, 1)


def _between(row: Row, say: Say) -> str:
    return say("show.hidden") if row.lower is None or row.upper is None else say.between(row.lower, row.upper, 1)


def _sum(shown: Shown, column: str) -> int:
    return int(shown.frame[column].fill_null(0).sum())


def _with_scope(words: str, figures: story.Comparison, say: Say) -> str:
    """What is measured and over how many, then the period and the kind of school."""
    return f"{words} \N{MIDDLE DOT} {common.scope(figures.choice, say)['scope']}"


def _own_scope(figures: story.Comparison, say: Say) -> dict[str, str]:
    """The scope of a chart that may be about some branches alone."""
    scope = common.scope(figures.choice, say)
    if not figures.own:
        return scope
    return {"scope": f"{scope['scope']}, {story.where(figures, say)}", "suffix": "-".join((scope["suffix"], *figures.own))}
