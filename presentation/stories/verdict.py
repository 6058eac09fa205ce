"""Haalt de pilot wat was afgesproken? Every criterion with its verdict in words, how firm it is, and what would settle an open one."""

from dataclasses import dataclass
from textwrap import wrap
from typing import Any

import polars as pl

from actions.judge_pilot import Check, Judged
from data_access.criteria import Criterion
from data_access.reader import Reader
from metrics.criteria import parts
from presentation import cached
from presentation.charts import strips
from presentation.charts.chart import Chart
from presentation.charts.picture import bold, letters
from presentation.charts.strips import Strip
from presentation.choice import Choice
from presentation.stories import common
from presentation.tables import Table
from presentation.texts import Say, plain

#: Results are compared at an equal start unless something else is said.
UNSAID = [("analysis", "equal_start")]
#: How many times as many measurements somebody may be asked to wait for.
WITHIN_SIGHT = 10
#: Up to so many criteria that are met stand by name in the headline.
NAMED = 3


@dataclass(frozen=True)
class Line:
    """One criterion on the page: name, result against its target, strip, verdict, in how many checks it holds, and the sentence that explains."""

    name: str
    result: str
    strip: Strip
    state: str
    firm: str
    because: str
    alt: str


def load(choice: Choice, reader: Reader) -> list[Judged]:
    """Every criterion that holds at the end of the period, in the order in which they were agreed."""
    return cached.judged(choice.view(), reader)


def headline(judged: list[Judged], say: Say) -> str:
    """How many criteria are met, and which where they are few."""
    met = _names(judged, "met", say, "{name}")
    if len(set(met)) < len(met):
        met = _names(judged, "met", say, "{name} ({about})")
    if 0 < len(met) < len(judged) and len(met) <= NAMED:
        return say("verdict.headline.named", n=len(judged), met=say.number(len(met)), names=common.joined(met, say))
    return say(f"verdict.headline.{'all' if len(met) == len(judged) else 'some' if met else 'none'}", n=len(judged), met=say.number(len(met)))


def certainty(judged: list[Judged], say: Say) -> str:
    """Which are certainly not met and which are open, and how firm the met ones are."""
    missed, open_ = _names(judged, "not_met", say), _names(judged, "undecided", say)
    sentences = [say("verdict.certainty.not_met", names=_quoted(missed, say))] if missed else []
    sentences += [say("verdict.certainty.undecided", names=_quoted(open_, say))] if open_ else []
    checked = [found for found in judged if found.verdict.state == "met" and found.checks]
    if checked:
        weakest = min(checked, key=lambda found: (found.holds / len(found.checks), len(found.checks)))
        all_hold, as_many = weakest.holds == len(weakest.checks), len({len(found.checks) for found in checked}) == 1
        form = "firm" if not all_hold else "firm_all" if as_many else "firm_every"
        sentences.append(say(f"verdict.certainty.{form}", holds=weakest.holds, n=len(weakest.checks)))
        if any(found.unseen for found in checked):
            sentences.append(say("verdict.certainty.unseen"))
    return " ".join(sentences)


def _names(judged: list[Judged], state: str, say: Say, form: str = "{name}: {about}") -> list[str]:
    return [_lowered(name_of(found.criterion, say, form)) for found in judged if found.verdict.state == state]


def _quoted(names: list[str], say: Say) -> str:
    """Names that hold colons of their own, so that it is seen where each begins and ends."""
    return common.joined([f"‘{name}’" for name in names], say)


def _lowered(name: str) -> str:
    return name[:1].lower() + name[1:]


def name_of(criterion: Criterion, say: Say, form: str = "{name}: {about}") -> str:
    """What a criterion is about: the name of its indicator, and which part of it. form: how the two stand beside each other."""
    asked = dict(parts(criterion.part))
    audience = asked.pop("audience", None)  # of a questionnaire who answered says more than its name
    about = [_part(key, value, say) for key, value in asked.items() if (key, value) not in UNSAID]
    about += [say(f"sector.{criterion.sector}")] if criterion.sector else []
    short = f"verdict.audience.{audience}" if audience else f"verdict.name.{criterion.indicator}"
    name = say(short) if short in say else cached.definition(criterion.indicator).name[say.language]
    return form.format(name=name, about=", ".join(about)) if about else name


def _part(key: str, value: str, say: Say) -> str:
    """The words for one key and value, where there are any."""
    words = f"verdict.part.{key}.{value}"
    return say(words) if words in say else plain(value)


@cached.kept
def lines(judged: list[Judged], say: Say) -> list[Line]:
    """All criteria as lines of the page."""
    return [_line(found, say) for found in judged]


def _line(found: Judged, say: Say) -> Line:
    name, verdict = name_of(found.criterion, say), found.verdict
    result = f"{_result(found, say)} \N{MIDDLE DOT} {goal(found.criterion, say)}"
    firm = say("verdict.firm", holds=found.holds, n=len(found.checks)) if found.checks else ""
    because = _because(found, say)
    strip = Strip(verdict.state, *_as_part_of_target(found), words=result.replace("**", ""))
    alt = say("verdict.alt", name=name, result=result.replace("**", ""), state=say(f"verdict.state.{verdict.state}"), because=because)
    return Line(name, result, strip, verdict.state, firm, because, alt)


def _result(found: Judged, say: Say) -> str:
    verdict = found.verdict
    if verdict.value is None:
        return say("verdict.no_result")
    value = f"**{amount(verdict.value, found.criterion, say)}**"
    if verdict.lower is None or verdict.upper is None:
        return value
    definition = cached.definition(found.criterion.indicator)
    scale = 100 if definition.unit in ("proportion", "points") else 1
    return f"{value} ({say.between(scale * verdict.lower, scale * verdict.upper, definition.decimals)})"


def goal(criterion: Criterion, say: Say) -> str:
    """The target of a criterion: "doel: minstens 50%"."""
    return say(f"verdict.goal.{criterion.rule}", target=amount(criterion.target, criterion, say))


def amount(value: float, criterion: Criterion, say: Say) -> str:
    """A value in the unit of its indicator; a round target without needless decimals."""
    definition = cached.definition(criterion.indicator)
    scaled = 100 * value if definition.unit in ("proportion", "points") else value
    decimals = 0 if value == criterion.target and float(scaled).is_integer() else definition.decimals
    words = say.number(scaled, decimals)
    return f"{words}%" if definition.unit == "proportion" else say("verdict.points", value=words) if definition.unit == "points" else words


def _as_part_of_target(found: Judged) -> tuple[float | None, float | None, float | None]:
    """Value and limits on the scale of the strips, on which the target is 1 and more is better. Without a target above zero there is no such scale."""
    verdict, target = found.verdict, found.criterion.target
    if verdict.value is None or target <= 0:
        return None, None, None
    if found.criterion.rule == "at_least":
        return verdict.value / target, _part_of(verdict.lower, target), _part_of(verdict.upper, target)
    return _times(target, verdict.value), _times(target, verdict.upper), _times(target, verdict.lower)


def _part_of(limit: float | None, target: float) -> float | None:
    return None if limit is None else limit / target


def _times(target: float, limit: float | None) -> float | None:
    """How many times a limit fits in a target that may not be passed; infinitely often at zero."""
    return None if limit is None or limit <= 0 else target / limit


def _because(found: Judged, say: Say) -> str:
    """The sentence behind the verdict: the limit that decides it, or what is missing."""
    verdict, criterion = found.verdict, found.criterion
    if verdict.state != "undecided":
        near = verdict.lower if (criterion.rule == "at_least") == (verdict.state == "met") else verdict.upper
        side = "lower" if near == verdict.lower else "upper"
        if near is None:
            return say(f"verdict.because.{verdict.state}_counted")
        return say(f"verdict.because.{verdict.state}_{side}", limit=amount(near, criterion, say))
    if verdict.reason == "below_minimum_sample":
        return say("verdict.because.below_minimum_sample", sample=round(verdict.sample or 0), minimum=round(criterion.minimum_sample))
    if verdict.reason == "interval_spans_target" and verdict.needed is not None and verdict.sample:
        if verdict.needed > WITHIN_SIGHT * verdict.sample:
            return say("verdict.because.far")
        return say("verdict.because.needed", needed=say.number(verdict.needed), sample=say.number(verdict.sample))
    return _reason(found, say)


def _reason(found: Judged, say: Say) -> str:
    """Why there is no verdict, and for an outcome that is not there what it takes and who delivers that."""
    reason, indicator = found.verdict.reason, found.criterion.indicator
    if reason == "no_figure" and cached.definition(indicator).family == "outcomes":
        return say(f"verdict.because.no_figure_{'survey' if indicator == 'survey' else 'results'}")
    known = next((key for key in (f"verdict.because.{reason}", f"reason.{reason}") if key in say), "number.unknown")
    return say(known)


# --- the whole, as a table and as doubts ------------------------------------------------------------------------------


def sides(say: Say) -> tuple[str, str]:
    """What lies left and right of a target."""
    return say("verdict.left"), say("verdict.right")


@cached.kept
def chart(judged: list[Judged], choice: Choice, say: Say) -> Chart:
    """The verdicts as a whole, with the table of results and checks; its figure is the picture of all strips with their words."""
    states = [found.verdict.state for found in judged]
    finding = say("verdict.finding", met=say.number(states.count("met")), not_met=say.number(states.count("not_met")), n=states.count("undecided"))
    found_lines = lines(judged, say)
    rows = [
        [line.name, line.result.replace("**", ""), say(f"verdict.state.{line.state}"), line.firm or say("show.hidden"), line.because] for line in found_lines
    ]
    return Chart(
        finding=finding,
        figure=strips.together([(line.strip, _beside(line), _verdict_words(line, say)) for line in found_lines], sides(say)),
        alt=" ".join([f"{finding}.", *(line.alt for line in found_lines)]),
        subtitle=say("verdict.subtitle") + common.about(choice, say),
        table=Table([say(f"table.{name}") for name in ("criterion", "result", "verdict", "checks", "because")], rows, _file(judged)),
        definitions=tuple(dict.fromkeys(found.criterion.indicator for found in judged)),
        name="overzicht-criteria",
        **common.scope(choice, say),
    )


def _beside(line: Line) -> str:
    """The name and the result of a line, as in a picture."""
    return f"<b>{letters(line.name)}</b><br>{bold(letters(line.result))}"


def _verdict_words(line: Line, say: Say) -> str:
    """The verdict of a line with the sentence that explains it, as in a picture."""
    head = " ".join(part for part in (f"<b>{say(f'verdict.state.{line.state}')}</b>", line.firm) if part)
    return "<br>".join([head, *wrap(letters(line.because), strips.LETTERS)])


def _file(judged: list[Judged]) -> pl.DataFrame:
    """One row per criterion and check; check is empty for the verdict itself."""
    rows: list[dict[str, Any]] = []
    for found in judged:
        about = {"criterion": found.criterion.criterion_id, "indicator": found.criterion.indicator, "part": found.criterion.part, "rule": found.criterion.rule}
        for check, what, verdict in [("", "", found.verdict), *((check.kind, check.what, check.verdict) for check in found.checks)]:
            rows.append(
                about
                | {"check": str(check), "what": what, "target": found.criterion.target, "state": str(verdict.state)}
                | {name: getattr(verdict, name) for name in ("value", "lower", "upper", "reason")}
            )
    numbers = dict.fromkeys(("target", "value", "lower", "upper"), pl.Float64)
    names = ("criterion", "indicator", "part", "rule", "check", "what", "target", "state", "value", "lower", "upper", "reason")
    return pl.DataFrame(rows, schema={name: numbers.get(name, pl.String) for name in names})


def missing_weeks(judged: list[Judged], number: int, say: Say) -> str:
    """What the weeks that were not delivered can do to each verdict that counts visits: leave it, turn it, or nobody can say."""
    told = [say("overview.doubt.missing", n=number)]
    for answer in ("holds", "may_turn", "unknown"):
        names = [_lowered(name_of(found.criterion, say)) for found in judged if found.missing == answer]
        if names:
            told.append(say(f"verdict.missing.{answer}", n=len(names), names=_quoted(names, say)))
    return " ".join(told)


@cached.kept
def turning_points(judged: list[Judged], say: Say) -> list[str]:
    """Which checks give another verdict, each as a sentence: what could still turn the picture."""
    by_check: dict[tuple[str, str], list[tuple[Judged, Check]]] = {}
    for found in judged:
        for check in found.checks:
            if check.verdict.state != found.verdict.state:
                by_check.setdefault((check.kind, check.what), []).append((found, check))
    return [_turns(kind, what, found, say) for (kind, what), found in by_check.items()]


def _turns(kind: str, what: str, found: list[tuple[Judged, Check]], say: Say) -> str:
    names = {branch.id: plain(branch.name) for branch in cached.branches()}
    measure = f"verdict.measure.{what}"
    about = names.get(what, what) if kind == "without_branch" else say(measure) if measure in say else plain(what)
    changes = [
        say("verdict.turns_into", name=_lowered(name_of(judged.criterion, say)), state=say(f"verdict.state.{check.verdict.state}").lower())
        for judged, check in found
    ]
    return say(f"verdict.turns.{kind}", what=about, changes="; ".join(changes))
