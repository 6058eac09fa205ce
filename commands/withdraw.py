"""Neem een levering terug: daarna is alles alsof zij nooit was gekomen."""

import argparse
import json
import sys
from dataclasses import asdict

from actions import withdraw_load
from commands._outcome import STEWARD, failing_plainly
from data_access.database import engine
from presentation import receipts
from presentation.texts import language


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which delivery, and whether to look only."""
    say = language("nl")
    parser.add_argument("load", type=int, metavar="LEVERING", help=say("commands.withdraw.load"))
    parser.add_argument("--check", action="store_true", help=say("commands.withdraw.check"))
    parser.add_argument("--json", action="store_true", help=say("commands.withdraw.json"))


@failing_plainly
def run(arguments: argparse.Namespace) -> int:
    """Take it back, or with --check only look. 0 = taken back (or can be), 1 = nothing."""
    act = withdraw_load.would_withdraw if arguments.check else withdraw_load.withdraw
    withdrawn = act(engine(), STEWARD, arguments.load)
    if arguments.json:
        json.dump(asdict(withdrawn), sys.stdout, ensure_ascii=False, indent=2)
        print()
    else:
        print("\n".join(receipts.taken_back(language("nl"), withdrawn, is_done=not arguments.check)))
    return 0
