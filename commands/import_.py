"""Laad een bestand in: bezoeken, inloopmomenten, leerlingen, vestigingen, CBS-cijfers en meer."""

import argparse
import json
import sys
from datetime import date
from pathlib import Path

from actions import load_file
from actions.loads import branch_names, kind_ids
from actions.make_store import store_kind
from commands._outcome import STEWARD, failing_plainly
from data_access.database import engine
from data_access.ingest.shapes import Delivery, FileRefused, Receipt
from metrics.shapes import Period
from presentation import receipts
from presentation.texts import language


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The file, and what the deliverer knows about it."""
    say = language("nl")
    parser.epilog = say("commands.import.outcomes")
    kinds = say("commands.kinds", kinds=", ".join(kind_ids()))
    parser.add_argument("file", type=Path, metavar="BESTAND", help=say("commands.import.file"))
    parser.add_argument("--kind", choices=kind_ids(), metavar="SOORT", help=say("commands.import.kind", kinds=kinds))
    parser.add_argument("--replace", action="store_true", help=say("commands.import.replace"))
    parser.add_argument("--covers", nargs=2, type=_day, metavar=("VAN", "TOT"), help=say("commands.import.covers"))
    parser.add_argument("--branch", metavar="VESTIGING", help=say("commands.import.branch"))
    parser.add_argument("--header", action="append", default=[], type=_answer, metavar="KOP=KOLOM", help=say("commands.import.header"))
    parser.add_argument("--check", action="store_true", help=say("commands.import.check"))
    parser.add_argument("--json", action="store_true", help=say("commands.import.json"))


@failing_plainly
def run(arguments: argparse.Namespace) -> int:
    """Load, or with --check only look. 0 = loaded (or can be), 1 = nothing."""
    try:
        content = arguments.file.read_bytes()
    except OSError as error:
        raise FileRefused("file.not_found", file_name=arguments.file.name) from error
    covers = Period(*arguments.covers) if arguments.covers else None
    delivery = Delivery(
        arguments.file.name,
        content,
        STEWARD,
        arguments.kind,
        replaces=arguments.replace,
        covers=covers,
        branch=arguments.branch,
        headers=dict(arguments.header),
    )
    receipt = load_file.check(engine(), delivery) if arguments.check else load_file.load(engine(), delivery)
    _show(receipt, as_json=arguments.json)
    if not arguments.json and store_kind(engine()) == "demo":
        print(language("nl")("receipt.demo"))
    return 0 if receipts.is_loaded(receipt) else 1


def _show(receipt: Receipt, *, as_json: bool) -> None:
    say = language("nl")
    if as_json:
        json.dump(receipt.as_dict(), sys.stdout, ensure_ascii=False, indent=2)
        print()
        return
    print("\n".join(receipts.lines(say, receipt, branch_names(engine()))))
    if receipt.refused and receipt.load_id is not None:
        print(say("receipt.see_refused", load=str(receipt.load_id)))


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(language("nl")("commands.import.no_date", value=text)) from error


def _answer(text: str) -> tuple[str, str]:
    """ "Naam kind=leerling_id" -> header and column; "Opmerking=" is a column that is not needed."""
    header, mark, column = text.rpartition("=")
    if not mark or not header.strip():
        raise argparse.ArgumentTypeError(language("nl")("commands.import.no_answer", value=text))
    return header.strip(), column.strip()
