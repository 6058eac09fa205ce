"""The typed facts beside this module: small CSV files whose first lines name the source."""

from functools import cache
from pathlib import Path

import polars as pl

FOLDER = Path(__file__).parent


def municipality() -> tuple[str, str]:
    """Code and name of the municipality in which the made-up programme plays: the first line of the areas."""
    first = facts("neighbourhoods").row(0, named=True)
    return first["code"], first["name"]


@cache
def facts(name: str) -> pl.DataFrame:
    """neighbourhoods, branches, schools, holidays, days_off, closures, events or offers, as typed; an empty cell is null."""
    return pl.read_csv(FOLDER / f"{name}.csv", comment_prefix="#", try_parse_dates=True)
