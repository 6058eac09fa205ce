"""Geef een leeg formulier met een voorbeeldregel, als CSV-bestand."""

import argparse
import sys

from actions.loads import has_template, kind_ids, template
from commands._outcome import failing_plainly
from data_access.database import engine
from presentation.texts import LANGUAGES, language


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Of which kind, in which language."""
    say = language("nl")
    kinds = say("commands.kinds", kinds=", ".join(kind_ids()))
    parser.add_argument("kind", choices=kind_ids(), metavar="SOORT", help=say("commands.template.kind", kinds=kinds))
    parser.add_argument("--language", choices=LANGUAGES, default="nl", help=say("commands.template.language"))


@failing_plainly
def run(arguments: argparse.Namespace) -> int:
    """The template on standard output; of a kind that nobody types, what to deliver instead."""
    if not has_template(arguments.kind):
        print(language(arguments.language)(f"delivery.instead_of_template.{arguments.kind}"))
        return 0
    sys.stdout.buffer.write(template(engine(), arguments.kind, arguments.language))
    return 0
