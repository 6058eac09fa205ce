"""Maak een proefversie met verzonnen leerlingen, en een bestand om het inladen mee te oefenen."""

import argparse
from pathlib import Path

from commands import init
from commands._outcome import failing_plainly
from data_access.demo.programme import DemoFile, programme
from data_access.settings import settings
from presentation.texts import language


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Where to write the file, or all files."""
    say = language("nl")
    parser.add_argument("folder", nargs="?", type=Path, metavar="MAP", help=say("commands.demo.folder"))
    parser.add_argument("--files", type=Path, metavar="MAP", help=say("commands.demo.files"))


@failing_plainly
def run(arguments: argparse.Namespace) -> int:
    """As `init --demo`, and then the list that is missing from it, which anyone can deliver; or with --files every delivery as a file, and no store."""
    say = language("nl")
    if arguments.files:
        made = programme()
        _write(arguments.files, *made.deliveries, made.late, *made.to_try)
        print(say("commands.demo.files_ready", folder=arguments.files))
        return 0
    code = init.run(argparse.Namespace(demo=True))
    if code == 0:
        late, folder = programme().late, arguments.folder or settings().key_file.parent
        _write(folder, late)
        print(say("commands.demo.try_it", file=folder / late.file_name))
    return code


def _write(folder: Path, *files: DemoFile) -> None:
    """Several files get a number before their name, so that a list of them stands in the order of loading."""
    folder.mkdir(parents=True, exist_ok=True)
    for number, file in enumerate(files, start=1):
        name = f"{number:02}-{file.file_name}" if len(files) > 1 else file.file_name
        (folder / name).write_bytes(file.content)
