"""Huiswerkmonitor op de opdrachtregel: `python manage.py OPDRACHT --help`. Elke opdracht is een bestand in commands/."""

import argparse
import ast
import gc
import importlib
import os
import sys
from pathlib import Path
from types import ModuleType

COMMANDS = Path(__file__).resolve().parent / "commands"

#: Said without the texts, which need a package to be read.
NO_PACKAGES = "De pakketten van de monitor zijn er niet in deze Python. Eerst: make env. Daarna: .venv/bin/python manage.py ..."


def modules() -> dict[str, Path]:
    """Name of each command -> its file. A trailing underscore keeps a file clear of Python's own words: import_.py is `import`."""
    files = sorted(COMMANDS.glob("[!_]*.py"))
    return {file.stem.rstrip("_").replace("_", "-"): file for file in files}


def summary(file: Path) -> str:
    """First line of the docstring, read without running the file."""
    return (ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"))) or "").partition("\n")[0]


def overview(files: dict[str, Path]) -> str:
    """All commands, one a line."""
    width = max(map(len, files))
    return "\n".join(f"  {name:<{width}}  {summary(file)}" for name, file in files.items())


def imported(name: str) -> ModuleType:
    """A module with all that it needs. Meanwhile nothing is searched for rubbish: what the packages bring stays, and searching it is a tenth of starting."""
    gc.disable()
    try:
        return importlib.import_module(name)
    finally:
        gc.enable()


def main(arguments: list[str]) -> int:
    """Run one command. 0 = done, 1 = nothing done, 2 = wrong use."""
    files = modules()
    name, *rest = arguments or ["--help"]
    if name not in files:
        asked_for_help = name in ("-h", "--help")
        print(f"{__doc__}\n\n{overview(files)}", file=sys.stdout if asked_for_help else sys.stderr)
        return 0 if asked_for_help else 2
    try:
        from commands._words import in_dutch  # noqa: PLC0415 - the overview above needs no package

        in_dutch()
        command = imported(f"commands.{files[name].stem}")
    except ModuleNotFoundError as missing:
        if (COMMANDS.parent / str(missing.name).partition(".")[0]).exists():
            raise  # a module of ours: no package brings it
        print(NO_PACKAGES, file=sys.stderr)
        return 1
    parser = argparse.ArgumentParser(prog=f"manage.py {name}", description=command.__doc__)
    command.add_arguments(parser)
    asked = parser.parse_args(rest)
    try:
        result: int = command.run(asked)
        sys.stdout.flush()
    except BrokenPipeError:  # whoever read along, such as `head`, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    return result


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
