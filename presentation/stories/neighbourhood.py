"""What there is to say of one neighbourhood: how many come, of how many, how sure that is, beside the whole, and how wealthy it is."""

import polars as pl

from data_access.reader import Reader
from metrics.methods.comparison import against
from presentation import cached
from presentation.choice import Choice
from presentation.stories import common
from presentation.texts import Say, plain


@cached.kept
def names() -> dict[str, str]:
    """The neighbourhoods on the map, by name: code -> name."""
    drawn = cached.geometries()
    return dict(sorted(((code, name) for code, name in common.place_names().items() if code in drawn), key=lambda pair: pair[1]))


@cached.kept
def about(choice: Choice, code: str, reader: Reader, say: Say) -> str:
    """The sentence on one of them, from the same protected figures as the map."""
    name, fifth = plain(names()[code]), cached.wealth_fifths(choice.ranked()).get(code)
    told = _reach(choice, code, name, reader, say)
    return told if fifth is None else f"{told} {say('spotlight.wealth', fifth=say(f'equal.map.{fifth}'))}"


def _reach(choice: Choice, code: str, name: str, reader: Reader, say: Say) -> str:
    whole = common.only(cached.shown("reach", choice.view(), reader)).value
    found = cached.shown("reach", choice.view("neighbourhood"), reader).frame.filter(pl.col("neighbourhood_code") == code)
    if whole is None or found.is_empty() or found["value"][0] is None:
        return say("spotlight.hidden" if "hidden" in found["reason"].to_list() else "spotlight.unknown", name=name)
    row = against(found, whole).row(0, named=True)
    return say(
        "spotlight.reach",
        name=name,
        n=int(row["numerator"]),
        of=round(row["denominator"]),
        value=100 * row["value"],
        limits=say.between(100 * row["lower"], 100 * row["upper"], 1),
        status=say(f"status.{row['status']}"),
        whole=100 * whole,
        where=cached.municipality() if choice.branch is None else common.branch_name(choice),
    )
