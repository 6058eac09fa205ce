"""Toon wat er is ingeladen, het nieuwste eerst."""

import argparse

from actions.loads import loads
from commands._outcome import STEWARD, failing_plainly
from data_access.clock import here
from data_access.database import engine
from presentation.refusals import kind_name
from presentation.texts import language


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """None."""
    del parser


@failing_plainly
def run(arguments: argparse.Namespace) -> int:
    """One line per delivery."""
    del arguments
    say = language("nl")
    found = loads(engine(), STEWARD)
    print(say("commands.loads.none") if found.is_empty() else say("commands.loads.header"))
    for load in found.iter_rows(named=True):
        marked = say("commands.loads.withdrawn", file_name=load["file_name"]) if load["withdrawn_at"] else load["file_name"]
        counts = [f"{say.number(load[name]):>9}" for name in ("read", "accepted", "duplicate", "refused")]
        print(f"{load['load_id']:>8}  {here(load['loaded_at']):%Y-%m-%d %H:%M}  {kind_name(say, load['kind']):<30}{''.join(counts)}  {marked}")
    return 0
