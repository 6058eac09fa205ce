"""Toon welke regels van een levering zijn afgekeurd, waarom, en wat u kunt doen."""

import argparse
import sys

from actions.loads import kind_of_load, refused_rows
from commands._outcome import STEWARD, failing_plainly
from data_access.database import engine
from presentation import refusals
from presentation.exports.csv import csv
from presentation.texts import language


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which delivery, and in what form."""
    say = language("nl")
    parser.add_argument("load", type=int, metavar="LEVERING", help=say("commands.refused.load"))
    parser.add_argument("--csv", action="store_true", help=say("commands.refused.csv"))


@failing_plainly
def run(arguments: argparse.Namespace) -> int:
    """A sentence per refused row, or a CSV file on standard output in which no cell runs as a formula."""
    say = language("nl")
    rows = refused_rows(engine(), STEWARD, arguments.load)
    kind = kind_of_load(engine(), STEWARD, arguments.load)
    if arguments.csv:
        sys.stdout.buffer.write(csv(refusals.table(say, kind, rows), say.language))
        return 0
    if rows.is_empty():
        print(say("commands.refused.none", load=str(arguments.load)))
    for row in rows.iter_rows(named=True):
        print(say("refused.line", **refusals.reason(say, kind, row)))
    return 0
