"""CBS StatLine as a zip with the raw table: one CSV with observations, others that say what their codes mean."""

from collections.abc import Callable
from pathlib import PurePath
from zipfile import ZipFile

import polars as pl

from data_access.ingest.shapes import RawTable

OBSERVATIONS, TOPICS, GROUPS, ABOUT = "Observations.csv", "MeasureCodes.csv", "MeasureGroups.csv", "Properties.csv"


def is_statline(names: set[str]) -> bool:
    """Whether a zip with these files in it holds a table of StatLine."""
    return {OBSERVATIONS, TOPICS} <= {PurePath(name).name for name in names}


def read_statline(parts: ZipFile, table: Callable[[bytes], RawTable]) -> RawTable:
    """The observations, each with its topic in words ("Totaalscore/Gemiddelde score") and with the year that the whole table is about when it is about one.

    table: reads one of the files.
    """
    inside = {PurePath(name).name: name for name in parts.namelist()}
    observations = table(parts.read(inside[OBSERVATIONS]))
    groups = _paths(table(parts.read(inside[GROUPS])).frame) if GROUPS in inside else {}
    topics = table(parts.read(inside[TOPICS])).frame
    group = topics["MeasureGroupId"].to_list() if "MeasureGroupId" in topics.columns else [None] * topics.height
    titles = [groups.get(one or "", "") + (title or "") for one, title in zip(group, topics["Title"], strict=True)]
    named = pl.DataFrame({"Measure": topics["Identifier"], "Topic": titles}, schema={"Measure": pl.String, "Topic": pl.String})
    about = parts.read(inside[ABOUT]).decode(errors="replace") if ABOUT in inside else ""
    frame = observations.frame.join(named, on="Measure", how="left", maintain_order="left").with_columns(Table=pl.lit(" ".join(about.split())[:500]))
    return RawTable(observations.file_name, frame, (*observations.headers, "Topic", "Table"), observations.broken)


def _paths(groups: pl.DataFrame) -> dict[str, str]:
    """Id of a group of topics -> "Group/Subgroup/"."""
    above = {one: (parent, title or "") for one, parent, title in groups.select("Id", "ParentId", "Title").iter_rows()}

    def path(one: str | None, depth: int = 0) -> str:
        if one not in above or depth > len(above):
            return ""
        parent, title = above[one]
        return path(parent, depth + 1) + title + "/"

    return {one: path(one) for one in above}
