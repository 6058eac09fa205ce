"""Small made-up files as they come through the door, and what became of them."""

import json
from typing import Any

from data_access.ingest import read_files
from data_access.ingest.shapes import Parsed, RawFeatures, RawTable


def file(name: str, text: str) -> RawTable:
    """A CSV file of this text. Lines may be indented."""
    lines = "\n".join(line.strip(" ") for line in text.strip().splitlines())
    raw = read_files.read(name, lines.encode())
    assert isinstance(raw, RawTable)
    return raw


def geojson(name: str, *features: dict[str, Any], **more: Any) -> RawFeatures:
    """A GeoJSON file of these features."""
    raw = read_files.read(name, json.dumps({"type": "FeatureCollection", **more, "features": features}).encode())
    assert isinstance(raw, RawFeatures)
    return raw


def feature(properties: dict[str, Any], *rings: list[Any], **more: Any) -> dict[str, Any]:
    """A feature with one polygon."""
    return {"type": "Feature", "properties": properties, "geometry": {"type": "Polygon", "coordinates": list(rings)}, **more}


def figures(parsed: Parsed) -> dict[tuple[str, int, str], float]:
    """What `context` will hold: (area, year, measure) -> value."""
    found = parsed.rows["context"].select("neighbourhood_code", "year", "measure", "value").rows()
    return {(code, year, measure): value for code, year, measure, value in found}


def rows(parsed: Parsed, table: str, *columns: str) -> list[tuple[Any, ...]]:
    """The rows for a table, these columns of them."""
    return parsed.rows[table].select(columns).rows()


def reasons(parsed: Parsed) -> list[tuple[Any, ...]]:
    """(row, column, code) of everything refused."""
    return parsed.refused.select("row", "column", "code").rows()
