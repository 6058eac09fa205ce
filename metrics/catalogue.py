"""Every indicator by its id: the definition that people read and the function that calculates it. Finds both, and finds what is wrong with them."""

import importlib
import inspect
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, fields
from datetime import date
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any, Literal, get_args, get_type_hints

from metrics.shapes import Figures, Inputs, Refused, View

DEFINITIONS = Path(__file__).parent / "definitions"
INDICATORS = "metrics.indicators"
LANGUAGES = {"nl", "en"}

Goal = Literal["pro_poor", "zero", "higher", "lower", "none"]
Unit = Literal[
    "proportion",
    "pupils",
    "visits",
    "visits_per_session",
    "visits_per_pupil",
    "per_100_pupils",
    "pupils_per_volunteer",
    "volunteers",
    "times",
    "euro",
    "score",
    "points",
    "ratio",
    "index",
    "signals",
    "as_agreed",
]
Text = Mapping[str, str]
Indicator = Callable[[Inputs, View], Figures]


@dataclass(frozen=True)
class Change:
    """A dated note: what changed in an indicator, and so which older figures no longer compare."""

    on: date
    nl: str
    en: str


@dataclass(frozen=True, kw_only=True)
class Definition:
    """What an indicator is, in words for people (nl and en) and in facts for the program. The file is named by the id.

    family: module under metrics/indicators that holds the function; denominator None: a count, without a denominator; interval None: counted, so without a
    margin; unit and decimals: how the value is written; goal: which direction is good.
    """

    id: str
    family: str
    name: Text
    why: Text
    numerator: Text
    denominator: Text | None = None
    limits: Text
    formula: str
    interval: Text | None = None
    unit: Unit
    decimals: int
    goal: Goal
    source: Text
    changed: tuple[Change, ...] = ()
    review_by: date


_TEXTS = {"name", "why", "numerator", "denominator", "limits", "interval", "source"}
_CHOICES: dict[str, tuple[str, ...]] = {"goal": get_args(Goal), "unit": get_args(Unit)}


@cache
def ids() -> tuple[str, ...]:
    """Every indicator that has a definition file, in alphabetical order."""
    return tuple(sorted(path.stem for path in DEFINITIONS.glob("*.toml")))


@cache
def definition(indicator_id: str) -> Definition:
    """The definition of an indicator. Raises Refused("unknown_indicator") with the ids that exist."""
    if indicator_id not in ids():
        raise Refused("unknown_indicator", id=indicator_id, known=ids())
    written = _written(indicator_id)
    changed = tuple(Change(**note) for note in written.pop("changed", ()))
    return Definition(id=indicator_id, changed=changed, **written)


@cache
def indicator(indicator_id: str) -> Indicator:
    """The function of an indicator; its family is imported only now. Raises Refused("unknown_indicator")."""
    found: Indicator = getattr(importlib.import_module(f"{INDICATORS}.{definition(indicator_id).family}"), indicator_id)
    return found


def faults() -> list[str]:
    """Everything that is wrong between definition files and functions, as sentences for the developer; empty when all is well."""
    modules = {path.stem: importlib.import_module(f"{INDICATORS}.{path.stem}") for path in (Path(__file__).parent / "indicators").glob("[!_]*.py")}
    indicators = [(family, name) for family, module in modules.items() for name in _indicators_in(module)]
    found = [f"{name}: function in {family} without a definition file" for family, name in indicators if name not in ids()]
    for indicator_id in ids():
        written = _written(indicator_id)
        found += [f"{indicator_id}.toml: {fault}" for fault in _wrong_in(written)]
        if (written.get("family"), indicator_id) not in indicators:
            found.append(f"{indicator_id}.toml: no function {indicator_id}(data: Inputs, view: View) -> Figures in family {written.get('family')!r}")
    return sorted(found)


def _written(indicator_id: str) -> dict[str, Any]:
    return tomllib.loads((DEFINITIONS / f"{indicator_id}.toml").read_text(encoding="utf-8"))


def _wrong_in(written: Mapping[str, Any]) -> list[str]:
    """What is wrong inside one definition file."""
    known = {field.name: field.default is MISSING for field in fields(Definition) if field.name != "id"}
    found = [f"{name} is missing" for name, needed in known.items() if needed and name not in written]
    found += [f"{name} is no part of a definition" for name in written if name not in known]
    texts = {name: written[name] for name in _TEXTS if name in written}
    texts |= {f"changed[{place}]": {key: note.get(key, "") for key in LANGUAGES} for place, note in enumerate(written.get("changed", ()))}
    found += [
        f"{name} must say something in nl and en"
        for name, text in texts.items()
        if not isinstance(text, dict) or set(text) != LANGUAGES or not all(str(words).strip() for words in text.values())
    ]
    found += [f"{name} is {written[name]!r}, not one of {choices}" for name, choices in _CHOICES.items() if name in written and written[name] not in choices]
    days = [("review_by", written.get("review_by", date.max)), *(("changed.on", note.get("on")) for note in written.get("changed", ()))]
    found += [f"{name} must be a date" for name, day in days if not isinstance(day, date)]
    if not isinstance(written.get("decimals", 0), int):
        found.append("decimals must be a whole number")
    return found


def _indicators_in(module: ModuleType) -> list[str]:
    """Public functions of a module that take inputs and a view and give figures; the others help them."""
    functions = [value for value in vars(module).values() if inspect.isfunction(value) and value.__module__ == module.__name__]
    shape = {"data": Inputs, "view": View, "return": Figures}
    return [function.__name__ for function in functions if get_type_hints(function) == shape and not function.__name__.startswith("_")]
