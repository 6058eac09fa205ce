"""The pictures of "Wat levert het op?": answers of pupils and parents, results at an equal start beside the plain difference, whole groups, what is missing."""

from typing import Any

import polars as pl

from metrics.indicators.outcomes import PUPILS_NEEDED, SCHOOLS_NEEDED
from presentation import cached
from presentation.charts import answers, contrasts, needs
from presentation.charts.chart import Chart
from presentation.stories import common
from presentation.stories import outcomes as story
from presentation.stories.outcomes import Cells, Outcomes
from presentation.tables import Table
from presentation.texts import Say, plain

#: Columns of a file that say nothing to who reads it.
NOT_IN_FILE = ("method", "hidden")
ESTIMATES = ("value", "lower", "upper", "standard_error", "hedges_g", "hedges_lower", "hedges_upper")
#: Audience -> what its chart is called.
NAMES = {"pupils": "leerlingen", "parents": "ouders"}
#: What a comparison needs, and the column that says how much of it there is.
COUNTED = {"took_part": PUPILS_NEEDED, "others": PUPILS_NEEDED, "schools": SCHOOLS_NEEDED}


# --- what was said ----------------------------------------------------------------------------------------------------


@cached.kept
def survey_chart(figures: Outcomes, audience: str, say: Say) -> Chart | None:
    """What pupils, or parents, answered to each question; None when nothing was asked or nothing may be shown."""
    rows = story.questions(figures, audience)
    shown = [row for row in rows if row["value"] is not None]
    if not shown:
        return None
    finding = _survey_finding(shown, audience, say)
    drawn = [_question(figures, row, say) for row in rows]
    return Chart(
        finding=finding,
        subtitle=_who_answered(figures, audience, say),
        figure=answers.answers(drawn, say("outcomes.survey.disagree"), say("outcomes.survey.agree"), say),
        alt=say("outcomes.survey.alt", finding=finding, n=len(rows)),
        table=_survey_table(rows, say),
        definitions=("survey",),
        name=f"uitkomsten-{NAMES[audience]}",
        **common.scope(figures.asked, say),
    )


def no_survey(figures: Outcomes, audience: str) -> str:
    """Which text stands in place of the answers: nobody was asked, or too few answered."""
    return f"empty.{'few' if story.questions(figures, audience) else 'no'}_answers_{audience}"


def _survey_finding(shown: list[Cells], audience: str, say: Say) -> str:
    """The most and the least agreed with, when they surely differ."""
    most, least = (pick(shown, key=lambda row: row["value"]) for pick in (max, min))
    if most["lower"] <= least["upper"]:
        return say(f"outcomes.survey.even.{audience}")
    high, low = (say(f"outcomes.about.{row['dimension']}") for row in (most, least))
    return say(f"outcomes.survey.finding.{audience}", high=high, low=low)


def _who_answered(figures: Outcomes, audience: str, say: Say) -> str:
    """How many of those invited answered, and when they were asked."""
    row = story.invited(figures, audience)
    waves = plain(dict(figures.survey.coverage.notes).get("waves", story.year_of(figures.asked)))
    if row is None:
        return say(f"outcomes.survey.answered.{audience}", waves=waves)
    share = say.percent(row["response"])
    return say(f"outcomes.survey.invited.{audience}", k=row["respondents"], n=row["invited"], share=share, waves=waves)


def _question(figures: Outcomes, row: Cells, say: Say) -> answers.Question:
    text = say(f"outcomes.asked.{row['audience']}.{row['dimension']}")
    if row["value"] is None:
        return answers.Question(text, None, None, None, say(f"reason.{row['reason']}"))
    goal = figures.goals.get((row["audience"], row["dimension"]))
    return answers.Question(
        text=text,
        shares=(row["share_1"], row["share_2"], row["share_3"], row["share_4"], row["share_5"]),
        lower=row["lower"],
        upper=row["upper"],
        words=say(
            "outcomes.survey.words",
            value=say.percent(row["value"]),
            limits=common.limits(row["lower"], row["upper"], say),
            neutral=say.percent(row["share_3"]),
        ),
        goal=None if goal is None else goal.target,
        goal_words="" if goal is None else say("outcomes.survey.goal", target=say.percent(goal.target)),
    )


def _survey_table(rows: list[Cells], say: Say) -> Table:
    written = [
        [
            say(f"outcomes.asked.{row['audience']}.{row['dimension']}"),
            common.count(row["numerator"], say),
            common.count(row["denominator"], say),
            common.share(row["value"], say),
            common.limits(row["lower"], row["upper"], say),
            common.share(row["share_3"], say),
            common.share(row["bottom"], say),
        ]
        for row in rows
    ]
    headers = [say(f"table.{name}") for name in ("asked", "agree", "answers", "share", "margin", "neutral", "disagree")]
    return Table(headers, written, common.whole(_file(rows)))


# --- results ----------------------------------------------------------------------------------------------------------


@cached.kept
def results_chart(figures: Outcomes, say: Say) -> Chart | None:
    """The difference at an equal start beside the plain one, per subject; None when there are no results of pupils or none can be judged."""
    equal, plainly = story.results(figures, "equal_start"), {row["subject"]: row for row in story.results(figures, "plain")}
    if not any(story.judged(row) for row in (*equal, *plainly.values())):
        return None
    rows = [
        contrasts.Row(story.subject_name(row), _sizes(row if row["took_part"] else plainly[row["subject"]], say), [_mark(row, say), _mark(beside, say)])
        for row in equal
        if (beside := plainly[row["subject"]])
    ]
    finding = story.direction_words(equal, "outcomes.results", say)
    columns = [(say(f"outcomes.analysis.{name}"), say(f"outcomes.analysis.{name}_words")) for name in ("equal_start", "plain")]
    return Chart(
        finding=finding,
        subtitle=say("outcomes.results.subtitle", year=story.year_of(figures.scored), n=_schools(equal)),
        figure=contrasts.contrasts(columns, rows, _sides(say), say),
        alt=say("outcomes.results.alt", finding=finding, n=len(rows)),
        table=_results_table([*equal, *plainly.values()], say),
        definitions=("comparison",),
        name="uitkomsten-resultaten",
        **common.scope(figures.scored, say),
    )


@cached.kept
def group_chart(figures: Outcomes, say: Say) -> Chart | None:
    """Change against change of what schools gave for whole groups; None when they gave none or it cannot be judged."""
    rows = story.results(figures, "group_change")
    if not any(story.judged(row) for row in rows):
        return None
    finding = story.direction_words(rows, "outcomes.groups", say)
    column = (say("outcomes.analysis.group_change"), say("outcomes.analysis.group_change_words"))
    drawn = [contrasts.Row(story.subject_name(row), _sizes(row, say), [_mark(row, say)]) for row in rows]
    return Chart(
        finding=finding,
        subtitle=say("outcomes.groups.subtitle", year=story.year_of(figures.scored), n=_schools(rows)),
        figure=contrasts.contrasts([column], drawn, _sides(say), say),
        alt=say("outcomes.groups.alt", finding=finding, n=len(rows)),
        table=_results_table(rows, say),
        definitions=("comparison",),
        name="uitkomsten-groepen",
        **common.scope(figures.scored, say),
    )


def _sides(say: Say) -> tuple[str, str]:
    return say("outcomes.results.lower_side"), say("outcomes.results.higher_side")


def _schools(rows: list[Cells]) -> int:
    return max((row["schools"] or 0 for row in rows), default=0)


def _sizes(row: Cells, say: Say) -> str:
    """How many are compared with how many."""
    if row["took_part"] is None:
        return say(f"reason.{row['reason']}")
    return say("outcomes.results.sizes", took_part=row["took_part"], others=row["others"])


def _mark(row: Cells, say: Say) -> contrasts.Mark:
    status = story.judged(row)
    if status is None:
        hidden = row["reason"] == "hidden"
        return contrasts.Mark(say("outcomes.results.too_small" if hidden else "outcomes.results.too_few"), "" if hidden else say(f"reason.{row['reason']}"))
    words = say("outcomes.results.words", value=story.difference(row["value"], say), limits=story.margin_of(row, say))
    return contrasts.Mark(words, say(f"status.{status}"), row["value"], row["lower"], row["upper"], _status(status))


def _status(word: str) -> contrasts.Status:
    return "higher" if word == "higher" else "lower" if word == "lower" else "unclear"


def _results_table(rows: list[Cells], say: Say) -> Table:
    written = [
        [
            plain(story.subject_name(row)),
            say(f"outcomes.analysis.{row['analysis']}"),
            common.count(row["took_part"], say),
            common.count(row["others"], say),
            common.count(row["schools"], say),
            say("show.hidden") if story.judged(row) is None else story.difference(row["value"], say),
            say("show.hidden") if story.judged(row) is None else story.margin_of(row, say),
            "" if row["reason"] is None else say(f"reason.{row['reason']}"),
        ]
        for row in rows
    ]
    headers = [say(f"table.{name}") for name in ("subject", "analysis", "took_part", "others", "schools", "difference", "margin", "because")]
    return Table(headers, written, _file(rows))


@cached.kept
def expert_table(figures: Outcomes, say: Say) -> Table:
    """What else is known of the same results: change against change, standardised sizes, change without comparison, differences between subgroups."""
    rows = [(say("outcomes.analysis.change"), row) for row in story.results(figures, "change")]
    rows += [(say("outcomes.expert.alone"), row) for row in figures.change.frame.iter_rows(named=True)]
    rows += [(say(f"outcomes.expert.{row['subgroup']}"), row) for row in figures.subgroups.frame.iter_rows(named=True)]
    written = [
        [f"{plain(story.subject_name(row))} \N{MIDDLE DOT} {name}", _known(row, "value", say), _limits(row, say), common.count(row["denominator"], say)]
        for name, row in rows
    ]
    for row in story.results(figures, "equal_start"):
        name = f"{plain(story.subject_name(row))} \N{MIDDLE DOT} {say('outcomes.expert.hedges')}"
        limits = {"value": row["hedges_g"], "lower": row["hedges_lower"], "upper": row["hedges_upper"], "reason": row["reason"]}
        written.append([name, _known(limits, "value", say), _limits(limits, say), common.count(row["denominator"], say)])
    return Table([say(f"table.{name}") for name in ("index", "value", "margin", "pupils")], written, pl.DataFrame())


def _known(row: Cells, name: str, say: Say) -> str:
    return say("show.hidden") if row["reason"] is not None or row[name] is None else story.difference(row[name], say)


def _limits(row: Cells, say: Say) -> str:
    return say("show.hidden") if story.judged(row) is None else story.margin_of(row, say)


def _file(rows: list[Cells]) -> pl.DataFrame:
    """The rows as they may be taken away: what cannot be trusted yet has no estimate in them either, as on the page."""
    frame = pl.DataFrame(rows, infer_schema_length=None)
    estimates = [name for name in ESTIMATES if name in frame.columns]
    return frame.with_columns(pl.when(pl.col("reason").is_null()).then(name).alias(name) for name in estimates).drop(NOT_IN_FILE)


# --- what is missing --------------------------------------------------------------------------------------------------


@cached.kept
def needs_chart(figures: Outcomes, say: Say) -> Chart | None:
    """What there is against what is needed to say something about results; None when nothing is missing."""
    row = _short(figures)
    if row is None:
        return None
    undelivered = row["analysis"] is None
    name = say("outcomes.needs.of_year", year=story.year_of(figures.choice)) if undelivered else story.subject_name(row)
    drawn = [*(_need(part, row[part], needed, say) for part, needed in COUNTED.items()), _start_score(row, say)]
    finding = say("outcomes.needs.undelivered" if undelivered else "outcomes.needs.finding", name=plain(name))
    lacking = say("outcomes.needs.lacking", lacking=[need.name.lower() for need in drawn if not need.enough])
    file = pl.DataFrame({"what": [*COUNTED, "start_score"], "needed": [*COUNTED.values(), 1], "there": [*(row[part] for part in COUNTED), _has_start(row)]})
    return Chart(
        finding=finding,
        subtitle=lacking,
        figure=needs.needs(drawn, say("outcomes.needs.line")),
        alt=say("outcomes.needs.alt", finding=finding, lacking=lacking),
        table=Table([say("table.part"), say("table.there")], [[need.name, need.words] for need in drawn], file),
        definitions=("comparison",),
        name="uitkomsten-nog-nodig",
        **common.scope(figures.choice if undelivered else figures.scored, say),
    )


@cached.kept
def needed(figures: Outcomes, say: Say) -> list[str]:
    """What would settle it, a sentence for each thing that is missing, and who can deliver it."""
    row = _short(figures)
    if row is None:
        return []
    return [*(say(f"outcomes.needed.{code}") for code in _codes(row)), say("outcomes.needed.who")]


def _codes(row: Cells) -> list[str]:
    """What is missing, each by its code."""
    if row["analysis"] is None:
        return ["undelivered"]
    if row["reason"] == "hidden":
        return ["hidden"]
    return row["missing"].split(", ") if row["missing"] else ["too_little"]


def _short(figures: Outcomes) -> dict[str, Any] | None:
    """The counts of the first subject that cannot be judged at an equal start. Without results of the chosen school year: that there are none."""
    equal = story.results(figures, "equal_start")
    short = next((row for row in equal if story.judged(row) is None), None)
    if short is not None:
        without_start = "missing_start_score" in (short["missing"] or "")
        counted = next(row for row in story.results(figures, "plain") if row["subject"] == short["subject"]) if without_start else short
        return {**short, **{part: counted[part] for part in COUNTED}}
    if story.of_own_year(figures) and equal:
        return None
    return {"analysis": None, "missing": None, "reason": "not_delivered", **dict.fromkeys(COUNTED)}


def _need(part: str, there: int | None, needed: int, say: Say) -> needs.Need:
    name = say(f"outcomes.needs.{part}")
    if there is None:
        return needs.Need(name, None, say("outcomes.needs.unknown", needed=needed), enough=False)
    enough = there >= needed
    words = say("outcomes.needs.enough" if enough else "outcomes.needs.short", there=there, needed=needed, lacking=needed - there)
    return needs.Need(name, there / needed, words, enough=enough)


def _has_start(row: Cells) -> int | None:
    return None if row["analysis"] is None or row["reason"] == "hidden" else int("missing_start_score" not in (row["missing"] or ""))


def _start_score(row: Cells, say: Say) -> needs.Need:
    has = _has_start(row)
    words = say("outcomes.needs.start_" + {None: "unknown", 0: "missing", 1: "there"}[has])
    return needs.Need(say("outcomes.needs.start_score"), has, words, enough=bool(has))
