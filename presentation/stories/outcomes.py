"""Wat levert het op? What pupils and parents say, then the results of pupils who came beside those of pupils who did not. Nothing here proves an effect."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from data_access.criteria import Criterion
from data_access.reader import Reader
from metrics import criteria, periods
from metrics.methods.comparison import direction
from metrics.shapes import Interval, Shown
from presentation import cached, estimands
from presentation.choice import Choice
from presentation.components.page import Number
from presentation.stories import agreed, common, verdict
from presentation.stories.common import Row
from presentation.texts import Say, plain

#: The question that answers whether it helps; the others say in what way.
HELPS = "knowledge"
DIMENSIONS = (HELPS, "confidence", "application", "awareness", "welcome")

#: One shown row of a figure, with its further columns.
Cells = Mapping[str, Any]


@dataclass(frozen=True)
class Outcomes:
    """All figures of the page for one choice.

    Questionnaires are held, and results are known, towards the end of a school year: both are those of the newest school year, up to the chosen one, that has
    any; `asked` and `scored` name it. change, subgroups: what else is known of the same results. goals: what was agreed, by audience and question; subject: the
    one that was agreed beforehand, the others explore.
    """

    choice: Choice
    participants: Row
    missing_weeks: int
    asked: Choice
    survey: Shown
    scored: Choice
    results: Shown
    change: Shown
    subgroups: Shown
    goals: Mapping[tuple[str, str], Criterion]
    subject: str | None


@cached.kept
def load(choice: Choice, reader: Reader) -> Outcomes:
    """Fetch the figures of the page, each protected."""
    participants = cached.shown("participants", choice.view(), reader)
    asked, survey = _newest("survey", choice, reader)
    scored, results = _newest("comparison", choice, reader)
    goals, subject = _agreed(choice, reader)
    return Outcomes(
        choice=choice,
        participants=common.only(participants),
        missing_weeks=participants.coverage.missing_weeks,
        asked=asked,
        survey=survey,
        scored=scored,
        results=results,
        change=cached.shown("paired_change", scored.view(), reader),
        subgroups=cached.shown("subgroups", scored.view(), reader),
        goals=goals,
        subject=subject,
    )


def _newest(indicator: str, choice: Choice, reader: Reader) -> tuple[Choice, Shown]:
    """The figure of the newest school year up to the chosen one that has any; of the chosen one, empty, when none has."""
    for starts_in in range(choice.starts_in, periods.school_year_of(choice.first) - 1, -1):
        year = replace(choice, starts_in=starts_in)
        found = cached.shown(indicator, year.view(), reader)
        if not found.is_empty:
            return year, found
    return choice, cached.shown(indicator, choice.view(), reader)


def _agreed(choice: Choice, reader: Reader) -> tuple[Mapping[tuple[str, str], Criterion], str | None]:
    """The criteria about questions, by audience and question, and the subject of the one about results."""
    valid = agreed.newest([version for version in cached.agreed(reader) if version.valid_from <= choice.period.last])
    held = [(criterion, criteria.parts(criterion.part)) for criterion in valid.values() if not criterion.dropped and criterion.sector in (None, choice.sector)]
    goals = {(part.get("audience", ""), part.get("dimension", "")): criterion for criterion, part in held if criterion.indicator == "survey"}
    subjects = [part["subject"] for criterion, part in held if criterion.indicator == "comparison" and "subject" in part]
    return goals, next(iter(subjects), None)


def is_withheld(figures: Outcomes) -> bool:
    """Whether there are pupils, but too few to show anything."""
    return figures.participants.reason == "hidden"


def is_empty(figures: Outcomes) -> bool:
    """Whether the choice holds no pupil, and nothing was asked or scored before it."""
    return not figures.participants.value and not is_withheld(figures) and figures.survey.is_empty and figures.results.is_empty


def state_line(figures: Outcomes, say: Say) -> str:
    """Period, branches, number and last load. Homes say nothing about outcomes."""
    return common.state_line(figures.choice, figures.participants, common.nothing("not_applicable"), figures.missing_weeks, say)


# --- what was said ----------------------------------------------------------------------------------------------------


def question(figures: Outcomes, audience: str, dimension: str) -> Cells | None:
    """The row of one question; None where it was not asked or may not be shown."""
    rows = questions(figures, audience)
    return next((row for row in rows if row["dimension"] == dimension and row["value"] is not None), None)


def questions(figures: Outcomes, audience: str) -> list[Cells]:
    """The questions that were asked of pupils or parents, in the order of the page, hidden ones too."""
    rows = {row["dimension"]: row for row in figures.survey.frame.iter_rows(named=True) if row["audience"] == audience}
    return [rows[dimension] for dimension in DIMENSIONS if dimension in rows]


def invited(figures: Outcomes, audience: str) -> Cells | None:
    """A row that says how many were invited and how many of them answered; None where nobody knows or it may not be shown."""
    return next((row for row in questions(figures, audience) if row["response"] is not None), None)


def year_of(choice: Choice) -> str:
    """The school year as people write it."""
    return f"{choice.starts_in}-{choice.starts_in + 1}"


# --- results ----------------------------------------------------------------------------------------------------------


def results(figures: Outcomes, analysis: str) -> list[Cells]:
    """The rows of one way of comparing: the subject that was agreed beforehand first."""
    rows = [row for row in figures.results.frame.iter_rows(named=True) if row["analysis"] == analysis]
    return sorted(rows, key=lambda row: (row["subject"] != figures.subject, row["subject"]))


def judged(row: Cells) -> str | None:
    """higher, lower or unclear; None where the figure is hidden or cannot be trusted yet."""
    return None if row["reason"] is not None else direction(Interval(row["value"], row["lower"], row["upper"]))


def of_own_year(figures: Outcomes) -> bool:
    """Whether the results are those of the chosen school year."""
    return figures.scored.starts_in == figures.choice.starts_in and not figures.results.is_empty


def subject_name(row: Cells) -> str:
    """A subject as it was delivered, with a capital."""
    name: str = cached.untagged(row["subject"])
    return name[:1].upper() + name[1:]


def direction_words(rows: list[Cells], key: str, say: Say) -> str:
    """What several subjects say together: `key` has words for all the same, for those that differ by name, and for nothing to say."""
    words = {row["subject"]: judged(row) for row in rows}
    known = {word for word in words.values() if word is not None}
    if not known:
        return say(f"{key}.unknown")
    if len(known) == 1 and None not in words.values():
        return say(f"{key}.{known.pop()}")
    higher, lower = ([plain(cached.untagged(subject)) for subject, word in words.items() if word == side] for side in ("higher", "lower"))
    if higher and lower:
        return say(f"{key}.both", higher=higher, lower=lower)
    if higher or lower:
        return say(f"{key}.{'higher' if higher else 'lower'}_for", subjects=higher or lower)
    return say(f"{key}.unclear")


# --- sentences --------------------------------------------------------------------------------------------------------


@cached.kept
def headline(figures: Outcomes, say: Say) -> str:
    """What pupils say, and what their results do at an equal start."""
    helps = question(figures, "pupils", HELPS)
    said = say("outcomes.headline.unasked") if helps is None else say("outcomes.headline.helps", value=say.number(100 * helps["value"]))
    return f"{said}; {direction_words(results(figures, 'equal_start'), 'outcomes.headline.results', say)}"


@cached.kept
def certainty(figures: Outcomes, say: Say) -> str:
    """How many answered, which way that may flatter, of which year it is, and that it is no proof."""
    parts = []
    if questions(figures, "pupils"):
        response = invited(figures, "pupils")
        parts.append(say("outcomes.certainty.unknown") if response is None else say("outcomes.certainty.response", share=say.percent(response["response"])))
    if not figures.survey.is_empty and figures.asked.starts_in != figures.choice.starts_in:
        parts.append(say("outcomes.certainty.asked", year=year_of(figures.asked)))
    if figures.results.is_empty:
        parts.append(say("outcomes.certainty.no_results"))
    elif of_own_year(figures):
        parts.append(say("outcomes.certainty.no_proof"))
    else:
        parts.append(say("outcomes.certainty.scored", year=year_of(figures.scored)))
    return " ".join(parts)


def meaning(figures: Outcomes, say: Say) -> str:
    """What is compared at an equal start, in a sentence for the first subject that can be shown."""
    return _estimand(figures, "equal_start", say) or say("outcomes.meaning.nothing")


def group_note(figures: Outcomes, say: Say) -> str:
    """What is compared of whole groups, and what that leaves out."""
    return say("outcomes.groups.note", estimand=_estimand(figures, "group_change", say) or "")


def _estimand(figures: Outcomes, analysis: str, say: Say) -> str | None:
    years = dict(figures.results.coverage.notes).get("result_years", "")
    rows = ({**row, "subject": plain(subject_name(row))} for row in results(figures, analysis))
    return next((words for row in rows if (words := estimands.estimand(say, row, years))), None)


def silence(figures: Outcomes, say: Say) -> str:
    """What the results do not say."""
    others = len(results(figures, "equal_start")) > 1 and figures.subject is not None
    chosen = say("outcomes.silence.chosen", subject=plain(cached.untagged(figures.subject or ""))) if others else ""
    return " ".join(part for part in (say("outcomes.silence.words"), chosen) if part)


# --- numbers ----------------------------------------------------------------------------------------------------------


@cached.kept
def numbers(figures: Outcomes, say: Say) -> list[Number]:
    """Helps according to pupils and to parents, how many answered, and the difference at an equal start."""
    return [_helps(figures, "pupils", say), _helps(figures, "parents", say), _response(figures, say), _equal_start(figures, say)]


def _helps(figures: Outcomes, audience: str, say: Say) -> Number:
    label, help_ = say(f"outcomes.number.{audience}"), say("outcomes.number.helps", question=say(f"outcomes.asked.{audience}.{HELPS}"))
    goal = figures.goals.get((audience, HELPS))
    compared = say("outcomes.number.no_goal") if goal is None else goal_words(goal, say)
    row = question(figures, audience, HELPS)
    if row is None:
        return Number(label, say("show.hidden"), say("number.unknown"), compared, help_)
    margin = say("outcomes.number.margin", limits=common.limits(row["lower"], row["upper"], say), k=int(row["numerator"]), n=int(row["denominator"]))
    return Number(label, say.percent(row["value"]), margin, compared, help_)


def goal_words(goal: Criterion, say: Say) -> str:
    """A target as it was agreed."""
    return say(f"verdict.goal.{goal.rule}", target=verdict.amount(goal.target, goal, say))


def _response(figures: Outcomes, say: Say) -> Number:
    pupils, parents = invited(figures, "pupils"), invited(figures, "parents")
    compared = say("outcomes.number.parents_unknown")
    if parents is not None:
        compared = say("outcomes.number.parents_response", share=say.percent(parents["response"]), k=parents["respondents"], n=parents["invited"])
    label, help_ = say("outcomes.number.response"), say("outcomes.number.response_help")
    if pupils is None:
        return Number(label, say("show.hidden"), say("outcomes.number.invited_unknown"), compared, help_)
    return Number(label, say.percent(pupils["response"]), say("outcomes.number.invited", k=pupils["respondents"], n=pupils["invited"]), compared, help_)


def _equal_start(figures: Outcomes, say: Say) -> Number:
    """The subject that was agreed beforehand, else the first; where it cannot be trusted yet, that it cannot."""
    label, help_ = say("outcomes.number.equal_start"), cached.help_text("comparison", say)
    row, beside = (next(iter(results(figures, analysis)), None) for analysis in ("equal_start", "plain"))
    plainly = say("outcomes.number.plain_unknown")
    if beside is not None and judged(beside) is not None:
        plainly = say("outcomes.number.plain", value=difference(beside["value"], say))
    if row is None or judged(row) is None:
        return Number(label, say("show.hidden"), say("number.unknown"), plainly, help_)
    margin = say("outcomes.number.difference", subject=plain(subject_name(row)), limits=margin_of(row, say))
    return Number(label, difference(row["value"], say), margin, plainly, help_)


def difference(value: float, say: Say) -> str:
    """A difference in scores, with its sign."""
    return say.signed(value, cached.definition("comparison").decimals)


def margin_of(row: Cells, say: Say) -> str:
    """The limits of a difference; the word between them, because a dash beside a minus sign cannot be read."""
    return say("outcomes.from_to", lower=difference(row["lower"], say), upper=difference(row["upper"], say))
