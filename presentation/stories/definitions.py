"""Hoe is dit berekend? All definitions, by family."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from data_access.sources import Source
from metrics import catalogue, example
from presentation import cached
from presentation.tables import Table
from presentation.texts import Say, plain

#: Units of figures that are more than numerator over denominator.
NO_QUOTIENT = ("pupils", "visits_per_pupil", "volunteers", "points", "ratio", "index")
#: Figures that stand on a fitted line.
FITTED = ("slope_line",)
SEATS, COST = example.SEATS, example.COST

#: The families as the pages ask their questions.
ORDER = (
    "participation",
    "repeat_attendance",
    "temporary_support",
    "equal_opportunity",
    "outcomes",
    "expansion",
    "capacity",
    "signals",
    "verdicts",
)


@dataclass(frozen=True)
class Family:
    """Indicators about the same thing, in reading order."""

    name: str
    indicators: Sequence[str]


def families(say: Say) -> list[Family]:
    """The families of the catalogue in the order of the pages, a new one last, each with its indicators in alphabetical order."""
    found: dict[str, list[str]] = {}
    for indicator in catalogue.ids():
        found.setdefault(catalogue.definition(indicator).family, []).append(indicator)
    return [Family(family, sorted(ids, key=lambda indicator: name(indicator, say))) for family, ids in sorted(found.items(), key=_place)]


def _place(family: tuple[str, list[str]]) -> int:
    return ORDER.index(family[0]) if family[0] in ORDER else len(ORDER)


def name(indicator: str, say: Say) -> str:
    """The name of an indicator."""
    return cached.definition(indicator).name[say.language]


def state_line(say: Say) -> str:
    """Who answers for the figures."""
    return say("definitions.state", owner=cached.organisation_text("owner", say), contact=cached.organisation_text("contact", say))


def headline(say: Say) -> str:
    """How many definitions there are and what each holds."""
    return say("definitions.headline", n=len(catalogue.ids()))


#: Pixels of one row of a table on a desk.
ROW = 41


def high(table: Table) -> int:
    """Pixels of the frame in which a wide table scrolls on a phone; on a desk it shows the whole of it, so that nobody without a mouse has to scroll it."""
    return ROW * (len(table.rows) + 1)


def example_rows(say: Say) -> Table:
    """The visits of the worked example, as a list that anyone can count."""
    visits, _ = example.rows()
    headers = [say(f"definitions.example.{column}") for column in visits[0]]
    rows = [[_cell(cell, say) for cell in row.values()] for row in visits]
    return Table(headers, rows, pl.DataFrame(visits))


def example_sessions(say: Say) -> Table:
    """The sessions that the examples about room and volunteers are worked on."""
    sessions = example.sessions()
    headers = [say(f"definitions.example.{column}") for column in sessions[0]]
    return Table(headers, [["" if cell is None else _cell(cell, say) for cell in row.values()] for row in sessions], pl.DataFrame(sessions))


def example_neighbourhoods(say: Say) -> Table:
    """The neighbourhoods of the second town, which the examples about wealth are worked in."""
    places = example.neighbourhoods()
    headers = [say(f"definitions.example.{column}") for column in places[0]]
    return Table(headers, [[str(cell) for cell in row.values()] for row in places], pl.DataFrame(places))


def example_answers(say: Say) -> str:
    """What was answered to the question of the examples, and what must be known of the results."""
    answers = ", ".join(say("definitions.example.no_answer") if score is None else str(score) for score in example.ANSWERS)
    return say("definitions.example.results", answers=answers, invited=example.INVITED, days=list(example.DAYS))


def example_scores(say: Say) -> Table:
    """The results that the examples about outcomes are worked on."""
    scores = example.scores()
    headers = [say(f"definitions.example.{column}") for column in scores[0]]
    rows = [[_cell(cell, say) if not isinstance(cell, float) else say.number(cell, 1) for cell in row.values()] for row in scores]
    return Table(headers, rows, pl.DataFrame(scores))


def sources(say: Say) -> str:
    """Where the figures come from, of what year or days, and when they were loaded: the visits first, then what is public. A list, which fits on a phone."""
    span, last_load = cached.span(), cached.last_load()
    found = [Source("visits", say("definitions.sources.lists"), span.first, span.last, last_load)] if span and last_load else []
    return "\n".join(f"- {_source(source, say)}" for source in [*found, *cached.public_sources()])


def _source(source: Source, say: Say) -> str:
    """ "cijfers per wijk: CBS Kerncijfers 2022, over 2022; geladen op 3 mei 2023". A year 0 is one that nobody named."""
    kind = say(f"delivery.kind.{source.kind}")
    ends = list(dict.fromkeys(say.date(end) if isinstance(end, date) else str(end) for end in (source.first, source.last) if end))
    about = say("definitions.sources.about", span=say("definitions.sources.span", first=ends[0], last=ends[-1]) if len(ends) > 1 else ends[0]) if ends else ""
    return say("definitions.sources.line", kind=kind[:1].upper() + kind[1:], name=plain(source.name), about=about, loaded_on=say.date(source.loaded_on))


def access(say: Say) -> str:
    """Who can use the monitor and who cannot yet, and whom to tell."""
    return say("definitions.access_text", owner=cached.organisation_text("owner", say), contact=cached.organisation_text("contact", say))


def _cell(cell: object, say: Say) -> str:
    if cell is None:
        return say("definitions.example.nobody")
    key = f"definitions.example.{cell}"
    return say.date(cell) if isinstance(cell, date) else say(key) if key in say else str(cell)


def _about(key: str, cell: str, say: Say) -> str:
    """What a row is about: "na 2 dagen"; a key without words of its own is named by its value."""
    words = f"definitions.example.key.{key}"
    return say(words, value=cell) if words in say else cell


def example_sentence(indicator: str, say: Say) -> str:
    """What the program itself makes of the example: "3 / 100 = 3,0% (marge 1,0-8,5%)"; of several rows one, with what it is about."""
    row, figures = example.row(indicator), example.figures(indicator)
    found = catalogue.definition(indicator)

    def written(value: float) -> str:
        if found.unit == "points":
            return say("definitions.example.points", value=say.number(100 * value, found.decimals))
        return say.percent(value, found.decimals) if found.unit == "proportion" else say.number(value, found.decimals)

    about = [_about(key, _cell(row[key], say), say) for key in figures.keys if row[key] is not None]
    has_parts = row["numerator"] is not None and row["denominator"] is not None
    is_quotient = has_parts and found.unit not in NO_QUOTIENT and indicator not in FITTED
    parts = [f"{say.number(row['numerator'], _decimals(row['numerator']))} / {say.number(row['denominator'])} ="] if is_quotient else []
    margin = [] if row["lower"] is None else [say("definitions.example.margin", lower=written(row["lower"]), upper=written(row["upper"]))]
    verdict = [say("definitions.example.verdict", state=say(f"verdict.state.{row['state']}"))] if "state" in row and "state" not in figures.keys else []
    return " ".join([*([", ".join(about) + ":"] if about else []), *parts, f"**{written(row['value'])}**", *margin, *verdict])


def _decimals(number: float) -> int:
    """As many as it needs: counts have none, sums of scores have one."""
    return 0 if round(number, 6) == round(number) else 1
