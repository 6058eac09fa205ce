"""The pictures of "Komen leerlingen terug?": everybody who began in three parts, the triangle, the two divisions, the branches."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import polars as pl

from metrics.methods.comparison import against
from presentation import cached
from presentation.charts import branches, shares, triangle, twins
from presentation.charts.chart import Chart
from presentation.stories import common
from presentation.stories import repeat_attendance as story
from presentation.tables import Table
from presentation.texts import Say

Cells = list[dict[str, Any]]
#: So many months after the first visit the triangle is summed up in words.
MONTHS_LATER = 3
#: Reasons of the triangle for a month in which nobody could come.
SHUT = ("closed", "holiday", "not_delivered")


def not_returned(figures: story.RepeatAttendance) -> str:
    """Which text stands in place of who came back: all began too recently, or they were too few."""
    return f"empty.{'too_recent' if figures.returned.reason == 'too_recent' else 'too_few_began'}"


@cached.kept
def returned_chart(figures: story.RepeatAttendance, say: Say) -> Chart | None:
    """All pupils who began: came back, did not, not known yet; None when that may not be shown."""
    returned, recent = figures.returned, figures.too_recent
    if returned.numerator is None or returned.denominator is None or recent is None:
        return None
    back, away, unknown = int(returned.numerator), int(returned.denominator - returned.numerator), int(recent)
    parts = [
        shares.Part(back, say("repeat.parts.returned"), "focus"),
        shares.Part(away, say("repeat.parts.stayed_away"), "context"),
        shares.Part(unknown, say("repeat.parts.too_recent"), "open"),
    ]
    finding = say("repeat.parts.finding", n=back, away=say.number(away))
    whole = back + away + unknown
    return Chart(
        finding=finding,
        subtitle=say("repeat.parts.subtitle", n=whole) + common.about(figures.choice, say),
        figure=shares.shares(parts, say),
        alt=say("repeat.parts.alt", finding=finding, n=unknown),
        table=Table(
            [say("table.part"), say("table.pupils"), say("table.share")],
            [[part.words, say.number(part.count), say.percent(part.count / whole)] for part in parts],
            pl.DataFrame({"part": ["returned", "stayed_away", "too_recent"], "pupils": [back, away, unknown]}),
        ),
        definitions=("returned_within_28_days",),
        name="herhaald-bezoek-teruggekomen",
        **common.scope(figures.choice, say),
    )


# --- the triangle -----------------------------------------------------------------------------------------------------


@cached.kept
def triangle_chart(figures: story.RepeatAttendance, say: Say) -> Chart | None:
    """How many of the pupils who began in a month still come in the months after; None when no cell can be shown."""
    cells = [cell | {"month": _months_after(cell["cohort"], cell["offset"])} for cell in figures.retention.frame.sort("cohort", "offset").to_dicts()]
    if not any(cell["value"] is not None and cell["offset"] > 0 for cell in cells):
        return None
    shut = _shut(cells, say)
    first, last = min(cell["month"] for cell in cells), max(cell["month"] for cell in cells)
    months = pl.date_range(first, last, "1mo", eager=True).to_list()
    cohorts = sorted({cell["cohort"] for cell in cells})
    rows = [_row(cohort, [cell for cell in cells if cell["cohort"] == cohort]) for cohort in cohorts]
    finding = _triangle_finding(cells, say)
    return Chart(
        finding=finding,
        subtitle=say("repeat.triangle.subtitle") + common.about(figures.choice, say, figures.participants),
        figure=triangle.triangle(rows, months, shut, say),
        alt=say("repeat.triangle.alt", finding=finding, n=len(rows)),
        table=_triangle_table(cells, say),
        definitions=("retention",),
        name="herhaald-bezoek-per-maand",
        **common.scope(figures.choice, say),
    )


def _months_after(cohort: date, offset: int) -> date:
    month = cohort.month - 1 + offset
    return date(cohort.year + month // 12, month % 12 + 1, 1)


def _shut(cells: Cells, say: Say) -> Mapping[date, str]:
    """Months in which no group could come, with the word for it."""
    found: dict[date, str] = {}
    for month in {cell["month"] for cell in cells}:
        reasons = {cell["reason"] for cell in cells if cell["month"] == month and cell["offset"] > 0}
        if reasons and reasons <= set(SHUT):
            found[month] = say(f"repeat.triangle.{min(reasons)}")
    return found


def _row(cohort: date, cells: Cells) -> triangle.Row:
    size = next((cell["denominator"] for cell in cells if cell["denominator"] is not None), None)
    return triangle.Row(cohort, None if size is None else int(size), [_cell(cell) for cell in cells])


def _cell(cell: dict[str, Any]) -> triangle.Cell:
    if cell["offset"] == 0:
        return triangle.Cell(cell["month"], "start")
    if cell["value"] is not None:
        return triangle.Cell(cell["month"], "value", 100 * cell["value"])
    return triangle.Cell(cell["month"], "running" if cell["reason"] == "in_progress" else "hidden")


def _triangle_finding(cells: Cells, say: Say) -> str:
    """What part of the groups that can be shown still came some months later: sum over sum, so that a large group counts for more."""
    for months in range(MONTHS_LATER, 0, -1):
        known = [cell for cell in cells if cell["offset"] == months and cell["value"] is not None]
        whole = sum(cell["denominator"] for cell in known)
        if whole:
            return say("repeat.triangle.finding", n=months, share=say.number(100 * sum(cell["numerator"] for cell in known) / whole))
    return say("repeat.triangle.finding_none")


def _triangle_table(cells: Cells, say: Say) -> Table:
    rows = [
        [
            say.date(cell["cohort"], "MMMM y"),
            say.date(cell["month"], "MMMM y"),
            common.count(cell["denominator"], say),
            common.count(cell["numerator"], say),
            say(f"reason.{cell['reason']}") if cell["value"] is None else say.percent(cell["value"]),
        ]
        for cell in cells
    ]
    file = pl.DataFrame(cells).select("cohort", "month", "numerator", "denominator", "value", "lower", "upper", "reason")
    return Table([say(f"table.{name}") for name in ("cohort", "month", "began", "came", "share")], rows, common.whole(file))


# --- few and many visits ----------------------------------------------------------------------------------------------


@cached.kept
def dosage_chart(figures: story.RepeatAttendance, say: Say) -> Chart | None:
    """How the bands of visits divide pupils and visits; None when no band can be shown."""
    rows = story.bands(figures)
    known = [row for row in rows if row["value"] is not None]
    if not known:
        return None
    top = known[-1]
    drawn = [
        twins.Band(
            _band(row["band"], say),
            twins.Bar(row["value"], _whole(row["numerator"])),
            twins.Bar(row["visits_share"], _whole(row["visits"])),
            focus=row["band"] == top["band"],
        )
        for row in rows
    ]
    finding = say("repeat.dosage.finding", n=int(top["numerator"]), share=say.percent(top["value"]), visits=say.percent(top["visits_share"]))
    body = [
        [
            _band(row["band"], say),
            common.count(row["numerator"], say),
            common.share(row["value"], say),
            common.count(row["visits"], say),
            common.share(row["visits_share"], say),
        ]
        for row in rows
    ]
    return Chart(
        finding=finding,
        subtitle=say("repeat.dosage.subtitle") + common.about(figures.choice, say, figures.participants),
        figure=twins.twins(drawn, say("repeat.dosage.pupils"), say("repeat.dosage.visits"), say),
        alt=say("repeat.dosage.alt", finding=finding, n=len(rows)),
        table=Table(
            [say(f"table.{name}") for name in ("times", "pupils", "share", "visits", "share")],
            body,
            common.whole(figures.dosage.frame.select(pl.col("band").cast(pl.String), "numerator", "denominator", "value", "visits", "visits_share", "reason")),
        ),
        definitions=("dosage",),
        name="herhaald-bezoek-hoe-vaak",
        **common.scope(figures.choice, say),
    )


def _whole(number: float | None) -> int | None:
    return None if number is None else int(number)


def _band(band: str, say: Say) -> str:
    """ "1" -> "1 keer", "2-4" -> "2–4 keer", "20+" -> "20 keer of vaker"."""
    if band.endswith("+"):
        return say("repeat.dosage.or_more", low=band[:-1])
    return say("repeat.dosage.times", times=band.replace("-", "\N{EN DASH}"))


# --- branches ---------------------------------------------------------------------------------------------------------


@cached.kept
def branch_chart(figures: story.RepeatAttendance, say: Say) -> Chart | None:
    """Branches against the mean of their own kind of school; None where they may not be told apart or nothing can be shown."""
    if figures.by_branch is None or figures.by_branch.frame["value"].null_count() == figures.by_branch.frame.height:
        return None
    rows = {row["branch_id"]: row for row in figures.by_branch.frame.iter_rows(named=True)}
    names = {branch.id: (branch.name, branch.sector) for branch in cached.branches() if branch.id in rows}
    groups = []
    apart: list[str] = []
    for sector in ("PO", "VO"):
        mean = figures.by_sector.get(sector)
        own = [branch for branch, (_, kind) in names.items() if kind == sector]
        value = None if mean is None else mean.value
        if own:
            line = None if value is None else 100 * value
            words = "" if value is None else say("repeat.branches.mean", sector=sector, value=say.percent(value))
            groups.append(branches.Group(sector, [_branch(branch, names[branch][0], rows[branch], say) for branch in own], line, words))
            apart += [names[branch][0] for branch in own if value is not None and _stands_out(rows[branch], value)]
    finding = say("repeat.branches.finding", names=apart) if apart else say("repeat.branches.finding_none")
    body = [
        [
            names[branch][0],
            common.count(rows[branch]["numerator"], say),
            common.count(rows[branch]["denominator"], say),
            common.share(rows[branch]["value"], say),
            common.limits(rows[branch]["lower"], rows[branch]["upper"], say),
        ]
        for branch in names
    ]
    return Chart(
        finding=finding,
        subtitle=say("repeat.branches.subtitle") + common.about(figures.choice, say, figures.participants),
        figure=branches.branches(groups, say, suffix="%"),
        alt=say("repeat.branches.alt", finding=finding, n=len(names)),
        table=Table(
            [say(f"table.{name}") for name in ("branch", "returned", "began", "share", "margin")],
            body,
            common.whole(figures.by_branch.frame.select("branch_id", "numerator", "denominator", "value", "lower", "upper", "reason")),
        ),
        definitions=("returned_within_28_days",),
        name="herhaald-bezoek-per-vestiging",
        **common.scope(figures.choice, say),
    )


def _branch(branch: str, name: str, row: dict[str, Any], say: Say) -> branches.Row:
    if row["value"] is None:
        return branches.Row(name, say(f"reason.{row['reason']}"))
    parts = say("participation.parts", numerator=int(row["numerator"]), denominator=int(row["denominator"]))
    words = f"<b>{say.percent(row['value'])}</b> ({common.limits(row['lower'], row['upper'], say)}) \N{MIDDLE DOT} {parts}"
    value, lower, upper = (common.per_hundred(row[part]) for part in ("value", "lower", "upper"))
    return branches.Row(name, words, value, lower, upper, id=branch)


def _stands_out(row: dict[str, Any], mean: float) -> bool:
    """Whether the whole margin of a branch lies on one side of the mean of its kind of school."""
    return against(pl.DataFrame([row]), mean)["status"][0] in ("higher", "lower")
