"""A chart as a reader gets it: never without its finding, its description and its table."""

from dataclasses import dataclass

import plotly.graph_objects as go

from presentation.tables import Table


@dataclass(frozen=True)
class Chart:
    """A figure with all that belongs to it.

    finding: what it shows, as a sentence; subtitle: measure, margin, place, period, number; alt: the same for somebody who does not see it;
    definitions: ids of the indicators in it; explained: how it is made, for a chart that shows no indicator; name: what it is called on the page;
    scope: the choice it is about, in words; suffix: the same for the name of its file.
    """

    finding: str
    subtitle: str
    figure: go.Figure
    alt: str
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
        """Refuse a chart that would leave somebody without its meaning."""
        missing = [part for part in ("finding", "subtitle", "alt", "name") if not getattr(self, part).strip()]
        missing += [part for part, there in (("table", len(self.table.headers) > 0), ("definitions", bool(self.definitions or self.explained))) if not there]
        if missing:
            raise ValueError(f"chart {self.name!r} lacks {', '.join(missing)}")
