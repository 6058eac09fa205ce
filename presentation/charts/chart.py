"""A chart as a reader gets it: never without its finding, its description and its table."""

from dataclasses import dataclass

import plotly.graph_objects as go

from presentation.tables import Table


@dataclass(frozen=True, kw_only=True)
class Exhibit:
    """What belongs to something that is shown: its finding, its numbers, how they were made and for which choice.

    finding: what it shows, as a sentence; subtitle: measure, margin, place, period, number; definitions: ids of the indicators in it; explained: how it is
    made, where it shows no indicator; name: what it is called on the page; scope: the choice it is about, in words; suffix: the same for the name of its file.
    """

    finding: str
    subtitle: str
    table: Table
    definitions: tuple[str, ...]
    name: str
    scope: str = ""
    suffix: str = ""
    explained: str = ""

    @property
    def file_name(self) -> str:
        """Name of the files that are downloaded, without their ending."""
        return "-".join(part for part in (self.name, self.suffix) if part)

    def __post_init__(self) -> None:
        """Refuse what would leave somebody without its meaning."""
        missing = [part for part in self._needed() if not str(getattr(self, part)).strip()]
        missing += [part for part, there in (("table", len(self.table.headers) > 0), ("definitions", bool(self.definitions or self.explained))) if not there]
        if missing:
            raise ValueError(f"{self.name!r} lacks {', '.join(missing)}")

    def _needed(self) -> tuple[str, ...]:
        return ("finding", "subtitle", "name")


@dataclass(frozen=True, kw_only=True)
class Chart(Exhibit):
    """A figure with all that belongs to it. alt: the same for somebody who does not see it."""

    figure: go.Figure
    alt: str

    def _needed(self) -> tuple[str, ...]:
        return ("finding", "subtitle", "name", "alt")
