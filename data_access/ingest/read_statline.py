"""CBS StatLine as a zip with the raw table: one CSV with observations, others that say what their codes mean."""

from collections.abc import Callable
from pathlib import PurePath
from zipfile import ZipFile

import polars as pl

from data_access.ingest.shapes import FileRefused, RawTable

#: How deep groups of topics may lie in each other; StatLine has some five levels.
DEEPEST = 20
OBSERVATIONS, TOPICS, GROUPS, ABOUT = "Observations.csv", "MeasureCodes.csv", "MeasureGroups.csv", "Properties.csv"


def is_statline(names: set[str]) -> bool:
    """Whether a zip with these files in it holds a table of StatLine."""
    return {OBSERVATIONS, TOPICS} <= {PurePath(name).name for name in names}


def read_statline(parts: ZipFile, table: Callable[[bytes], RawTable]) -> RawTable:
    """The observations, each with its topic in words ("Totaalscore/Gemiddelde score") and with the year that the whole table is about when it is about one.

    table: reads one of the files. Raises FileRefused("file.no_table") when a column is not there by which they hang together.
    """
    inside = {PurePath(name).name: name for name in parts.namelist()}
    observations = table(parts.read(inside[OBSERVATIONS]))
    groups = _paths(_with(table(parts.read(inside[GROUPS])).frame, "Id", "ParentId", "Title")) if GROUPS in inside else {}
    topics = _with(table(parts.read(inside[TOPICS])).frame, "Identifier", "Title").unique("Identifier", keep="first", maintain_order=True)
    if {"Topic", "Table"} & set(_with(observations.frame, "Measure").columns):
        raise FileRefused("file.no_table")
    group = topics["MeasureGroupId"].to_list() if "MeasureGroupId" in topics.columns else [None] * topics.height
    titles = [groups.get(one or "", "") + (title or "") or None for one, title in zip(group, topics["Title"], strict=True)]
    named = pl.DataFrame({"Measure": topics["Identifier"], "Topic": titles}, schema={"Measure": pl.String, "Topic": pl.String})
    about = parts.read(inside[ABOUT]).decode(errors="replace") if ABOUT in inside else ""
    frame = observations.frame.join(named, on="Measure", how="left", maintain_order="left").with_columns(
        Table=pl.lit(" ".join(about.split())[:500] or None, pl.String)
    )
    return RawTable(observations.file_name, frame, (*observations.headers, "Topic", "Table"), observations.broken)


def _with(frame: pl.DataFrame, *columns: str) -> pl.DataFrame:
    if not set(columns) <= set(frame.columns):
        raise FileRefused("file.no_table")
    return frame


def _paths(groups: pl.DataFrame) -> dict[str, str]:
    """Id of a group of topics -> "Group/Subgroup/". A group that lies in itself ends there."""
    above = {one: (parent, title or "") for one, parent, title in groups.select("Id", "ParentId", "Title").iter_rows() if one is not None}

    def path(one: str | None) -> str:
        titles: dict[str, str] = {}
        while one is not None and one in above and one not in titles and len(titles) < DEEPEST:
            parent, titles[one] = above[one]
            one = parent
        return "".join(f"{title}/" for title in reversed(titles.values()))

    return {one: path(one) for one in above}
