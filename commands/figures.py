"""Toon een cijfer, zoals de pagina's het tonen: kleine groepen zijn ook hier afgeschermd."""

import argparse
import json
import sys
from datetime import date

import polars as pl

from actions import show_figures
from commands._outcome import PROGRAMME, failing_plainly
from data_access.database import engine
from data_access.dataset import Dataset
from metrics import catalogue
from metrics.periods import school_year
from metrics.shapes import GRAINS, Period, Refused, Shown, View
from presentation import figure_lines
from presentation.texts import language

#: What every row has, in this order, between its keys and what its indicator adds.
PARTS = ("numerator", "denominator", "value", "lower", "upper", "pupils", "reason")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which figure, over which days, and how it is divided."""
    say = language("nl")
    parser.epilog = say("commands.figures.outcomes", known=", ".join(catalogue.ids()))
    parser.add_argument("indicator", choices=catalogue.ids(), metavar="CIJFER", help=say("commands.figures.indicator"))
    parser.add_argument("--period", required=True, type=_period, metavar="PERIODE", help=say("commands.figures.period"))
    parser.add_argument("--by", nargs="+", default=[], choices=tuple(GRAINS), metavar="VERDELING", help=say("commands.figures.by", grains=", ".join(GRAINS)))
    parser.add_argument("--sector", choices=("PO", "VO"), help=say("commands.figures.sector"))
    parser.add_argument("--branch", nargs="+", default=[], metavar="VESTIGING", help=say("commands.figures.branch"))
    parser.add_argument("--district", nargs="+", default=[], metavar="GEBIED", help=say("commands.figures.district"))
    parser.add_argument("--wealth", default=View.wealth, metavar="MAAT", help=say("commands.figures.wealth", default=View.wealth))
    parser.add_argument("--as-of", type=_day, metavar="DATUM", help=say("commands.figures.as_of"))
    parser.add_argument("--confidence", type=float, default=View.confidence, metavar="DEEL", help=say("commands.figures.confidence"))
    parser.add_argument("--json", action="store_true", help=say("commands.figures.json"))


@failing_plainly
def run(arguments: argparse.Namespace) -> int:
    """Print the figure. 0 = shown, also when there is nothing in it; 1 = it cannot be made."""
    dataset = Dataset(engine(), PROGRAMME)
    view = _view(dataset, arguments)
    found, rows = show_figures.with_pupils(dataset, arguments.indicator, view)
    if arguments.json:
        json.dump(_as_dict(found, rows), sys.stdout, ensure_ascii=False, indent=2, default=str, allow_nan=False)
        print()
    else:
        inputs = dataset.inputs()
        names = dict(inputs.branches.select("branch_id", "name").rows()) | dict(inputs.neighbourhoods.select("neighbourhood_code", "name").rows())
        print("\n".join(figure_lines.lines(language("nl"), found, rows, names)))
    return 0


def _view(dataset: Dataset, arguments: argparse.Namespace) -> View:
    known = dataset.inputs().branches["branch_id"].to_list()
    unknown = [branch for branch in arguments.branch if branch not in known]
    if unknown:
        raise Refused("unknown_branch", branches=unknown, known=known)
    return View(
        period=arguments.period,
        as_of=arguments.as_of or dataset.as_of() or arguments.period.last,
        sector=arguments.sector,
        branches=tuple(arguments.branch),
        districts=tuple(arguments.district),
        by=tuple(dict.fromkeys(arguments.by)),
        wealth=arguments.wealth,
        confidence=arguments.confidence,
    )


def _as_dict(found: Shown, rows: pl.DataFrame) -> dict[str, object]:
    """The figure for another program: dates as text, what is not known as null."""
    view, coverage = found.view, found.coverage
    more = [name for name in rows.columns if name not in (*found.keys, *PARTS, "method", "largest")]
    return {
        "indicator": found.indicator,
        "view": {
            "period": {"first": view.period.first, "last": view.period.last},
            "as_of": view.as_of,
            "sector": view.sector,
            "branches": view.branches,
            "districts": view.districts,
            "by": view.by,
            "wealth": view.wealth,
            "confidence": view.confidence,
        },
        "coverage": {"known": coverage.known, "missing_weeks": coverage.missing_weeks, "notes": dict(coverage.notes)},
        "rows": rows.select(*found.keys, *PARTS, *more).to_dicts(),
    }


def _period(text: str) -> Period:
    """A school year, 2024-2025, or two days with two dots between them."""
    first, dots, last = text.partition("..")
    if dots:
        period = Period(_day(first), _day(last))
        if period.first <= period.last:
            return period
    years = text.split("-")
    if len(years) == 2 and all(year.isdecimal() and len(year) == 4 for year in years) and int(years[0]) > 0 and int(years[1]) == int(years[0]) + 1:
        return school_year(int(years[0]))
    raise argparse.ArgumentTypeError(language("nl")("commands.figures.no_period", value=text))


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(language("nl")("commands.import.no_date", value=text)) from error
