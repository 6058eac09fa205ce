"""Maak een proefversie met verzonnen leerlingen, en een bestand om het inladen mee te oefenen."""

import argparse
from pathlib import Path

from commands import init
from commands._outcome import failing_plainly
from data_access.demo.programme import programme
from data_access.settings import settings
from presentation.texts import language


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Where to write the file."""
    parser.add_argument("folder", nargs="?", type=Path, help=language("nl")("commands.demo.folder"))


@failing_plainly
def run(arguments: argparse.Namespace) -> int:
    """As `init --demo`, and then the list that is missing from it, which anyone can deliver."""
    code = init.run(argparse.Namespace(demo=True))
    if code == 0:
        late, folder = programme().late, arguments.folder or settings().key_file.parent
        folder.mkdir(parents=True, exist_ok=True)
        (folder / late.file_name).write_bytes(late.content)
        print(language("nl")("commands.demo.try_it", file=folder / late.file_name))
    return code
