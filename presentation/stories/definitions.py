"""Hoe is dit berekend? All definitions, by family."""

from collections.abc import Sequence
from dataclasses import dataclass

from metrics import catalogue
from presentation import cached
from presentation.texts import Say


@dataclass(frozen=True)
class Family:
    """Indicators about the same thing, in reading order."""

    name: str
    indicators: Sequence[str]


def families() -> list[Family]:
    """The families of the catalogue, each with its indicators."""
    found: dict[str, list[str]] = {}
    for indicator in catalogue.ids():
        found.setdefault(catalogue.definition(indicator).family, []).append(indicator)
    return [Family(family, ids) for family, ids in found.items()]


def name(indicator: str, say: Say) -> str:
    """The name of an indicator."""
    return cached.definition(indicator).name[say.language]


def state_line(say: Say) -> str:
    """Who answers for the figures."""
    return say("definitions.state", owner=cached.organisation_text("owner", say), contact=cached.organisation_text("contact", say))


def headline(say: Say) -> str:
    """How many definitions there are and what each holds."""
    return say("definitions.headline", n=len(catalogue.ids()))
