"""Ways in which a kind of delivery is written down, tried in order: the first that recognises the content reads it."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib import import_module

from data_access.ingest import fit_to_keep
from data_access.ingest.headers import fits
from data_access.ingest.kinds import Kind
from data_access.ingest.known import Known
from data_access.ingest.shapes import FileRefused, Parsed, RawFeatures, RawTable

#: Modules with layouts, in the order in which they are tried: who asks for more columns goes first. Each offers `LAYOUTS` and, for the kinds that it describes,
#: `KINDS`.
MODULES = (
    "data_access.ingest.layouts.survey",
    "data_access.ingest.layouts.wide",
    "data_access.ingest.layouts.tally_sheet",
    "data_access.ingest.layouts.scans",
    "data_access.ingest.layouts.visits",
    "data_access.ingest.layouts.tally",
    "data_access.ingest.layouts.outcomes",
    "data_access.ingest.layouts.pupils",
    "data_access.ingest.layouts.sessions",
    "data_access.reference.group_outcomes",
    "data_access.reference.costs",
    "data_access.reference.events",
    "data_access.reference.offers",
    "data_access.reference.branches",
    "data_access.reference.population",
    "data_access.reference.holidays",
    "data_access.reference.closures",
    "data_access.reference.schools",
    "data_access.reference.postcodes",
    "data_access.reference.statline",
    "data_access.reference.ses_woa",
    "data_access.reference.kwb",
    "data_access.reference.area_map",
    "data_access.reference.key_figures",
    "data_access.reference.figures_table",
    "data_access.reference.boundaries",
    "data_access.reference.neighbourhoods",
)


@dataclass(frozen=True)
class Layout:
    """One way of writing a kind of delivery down.

    recognises: whether the content looks like this, from headers and first rows alone; parse: the content -> rows for the tables, refused rows with their
    reasons. `parse` may raise FileRefused when nothing of the file can be trusted. lacks: the columns that a table would need besides what it has to be like
    this, None when it is something else; without it the required columns of the kind.
    """

    kind: str
    name: str
    recognises: Callable[[RawTable | RawFeatures], bool]
    parse: Callable[[RawTable | RawFeatures, Known], Parsed]
    lacks: Callable[[RawTable], tuple[str, ...] | None] | None = None


@cache
def layouts() -> tuple[Layout, ...]:
    """All layouts, in the order in which they are tried."""
    return tuple(layout for module in MODULES for layout in import_module(module).LAYOUTS)


@cache
def kinds() -> dict[str, Kind]:
    """All kinds that have a template, by id."""
    return {kind.id: kind for module in MODULES for kind in getattr(import_module(module), "KINDS", ())}


def recognise(raw: RawTable | RawFeatures, kind: str | None = None) -> Layout:
    """The first layout that recognises the content, among those of `kind` when it is given.

    Raises FileRefused("file.unrecognised") with the headers, or ("file.other_kind") when the file is no delivery of the kind that was asked for; of a workbook
    with more sheets than the one that was read ("file.other_sheets"): the list is probably on another.
    """
    found = next((layout for layout in layouts() if kind in (None, layout.kind) and layout.recognises(raw)), None)
    if found is not None:
        return found
    if isinstance(raw, RawTable) and raw.other_sheets:
        raise FileRefused("file.other_sheets", n=raw.other_sheets)
    headers = ", ".join(fit_to_keep.headers(raw.headers, kind)) if isinstance(raw, RawTable) else ""
    if kind is None:
        raise FileRefused("file.unrecognised", headers=headers)
    raise FileRefused("file.other_kind", kind=kind, headers=headers)


def has_columns(kind: Kind) -> Callable[[RawTable | RawFeatures], bool]:
    """Recognises a table that has the columns of `kind`."""
    return lambda raw: isinstance(raw, RawTable) and fits(kind, raw.headers)


def as_table(raw: RawTable | RawFeatures) -> RawTable:
    """The table that a layout for tables was given. Raises TypeError: `recognises` let something else through."""
    if not isinstance(raw, RawTable):
        raise TypeError(type(raw).__name__)
    return raw
