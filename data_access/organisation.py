"""Whose monitor this is, read from organisation.toml. No other code or text knows the municipality."""

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

FILE = Path(__file__).resolve().parent.parent / "organisation.toml"

#: A text in each language of the screen: {"nl": ..., "en": ...}.
Text = dict[str, str]


@dataclass(frozen=True)
class Organisation:
    """The municipality, its words, its programme and who answers for the figures."""

    code: str
    name: str
    adjective: Text
    cbs_name: str
    district: Text
    districts: Text
    programme: Text
    started_on: date
    holiday_region: str
    pupils_per_volunteer: float
    owner: Text
    contact: Text
    delivery: Text
    committee: Text
    register: str


@cache
def organisation() -> Organisation:
    """Read organisation.toml once. A missing part raises KeyError with its name: the file ships with the program."""
    parts = tomllib.loads(FILE.read_text(encoding="utf-8"))
    municipality, words, programme, figures, council = (parts[name] for name in ("municipality", "words", "programme", "figures", "council"))
    return Organisation(
        **municipality,
        **words,
        programme=programme["name"],
        started_on=programme["started_on"],
        holiday_region=programme["holiday_region"],
        pupils_per_volunteer=programme["pupils_per_volunteer"],
        **figures,
        **council,
    )
