"""Maak de gegevensbank en de sleutel voor de pseudoniemen, of werk ze bij."""

import argparse

from actions.make_demo import make_demo
from actions.make_store import Kind, make_store
from commands._outcome import failing_plainly, place
from data_access.database import engine
from data_access.settings import settings
from presentation.texts import language


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Demo or real."""
    parser.add_argument("--demo", action="store_true", help=language("nl")("commands.init.demo"))


@failing_plainly
def run(arguments: argparse.Namespace) -> int:
    """Make the store. 0 also when it was there; 1 when it is of the other kind."""
    say = language("nl")
    wanted: Kind = "demo" if arguments.demo else "real"
    made = make_demo(engine()) if arguments.demo else make_store(engine(), wanted)
    if made.kind != wanted:
        print(say("commands.init.other_kind", place=place()))
        return 1
    print(say(f"commands.init.made_{made.kind}" if made.is_new else "commands.init.was_there", place=place()))
    if made.key_is_new:
        print(say("commands.init.key", place=settings().key_file))
    return 0
