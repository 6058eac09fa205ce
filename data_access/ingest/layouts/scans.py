"""A log of scanned passes: the first scan of a pupil on a day is when it arrives, the second when it leaves."""

from dataclasses import replace

import polars as pl

from data_access.ingest.day_headers import day_headers
from data_access.ingest.headers import match
from data_access.ingest.kinds import Kind
from data_access.ingest.known import Known
from data_access.ingest.layouts import Layout, as_table
from data_access.ingest.layouts.visits import DAY, KEY, SCAN_TIME, VISITS, judged, parsed_visits
from data_access.ingest.matching import ABOUT_PUPIL, BRANCH, PUPIL
from data_access.ingest.rules import Understood, understand
from data_access.ingest.shapes import Parsed, RawFeatures, RawTable
from data_access.ingest.totals import noting_totals, without_totals

#: A scan without a number cannot be put beside another: half a visit is no visit.
SCANS = Kind("visits", (replace(PUPIL, may_be_empty=False), DAY, SCAN_TIME, BRANCH, *ABOUT_PUPIL))
#: "18-11-2024 15:30:12", "2024-11-18T15:30"; in a workbook also days and a part of a day since its first day, 45614.6458.
_DAY_AND_TIME, _SERIAL = r"^(\S.*?)(?:\s+|T)(\d{1,2}\s?[:.uh]\s?\d{2}.*)$", r"^(\d{4,5})[.,](\d+)$"


def parse(raw: RawTable | RawFeatures, known: Known) -> Parsed:
    """Scans -> visits. A scan in the same minute says nothing new; of a third one nobody knows what it was."""
    table = without_totals(as_table(raw))
    rows = noting_totals(understand(SCANS, _with_day_and_time(table)), as_table(raw), table)
    rows = judged(rows.adding(arrived_at=pl.col("scan_time"), left_at=pl.lit(None, pl.Time)), known)
    rows = rows.adding(minute=pl.col("scan_time").cast(pl.Int64)).once([*KEY, "minute"])
    rows = rows.adding(number=pl.col("minute").rank("ordinal").over(KEY)).refuse(pl.col("number") > 2, "scan_time", "scan.third")
    left = pl.when(pl.len().over(KEY) > 1).then(pl.col("scan_time").max().over(KEY))
    rows = rows.adding(left_at=left, arrived_at=pl.col("scan_time").min().over(KEY))
    return _both_scans(rows)


def _both_scans(rows: Understood) -> Parsed:
    """A row for the visit, and for each of its two scans, so that both are counted as read."""
    visits = replace(rows.holding(rows.frame.filter(pl.col("number") == 1)), present=rows.present | {"arrived_at", "left_at"})
    parsed = parsed_visits(visits, "scans")
    if rows.frame.is_empty():
        return parsed
    second = rows.frame.filter(pl.col("number") > 1).select("row", *KEY, "arrived_at", "left_at")
    return replace(parsed, rows=parsed.rows | {"visits": pl.concat([parsed.rows["visits"], second])})


def _with_day_and_time(raw: RawTable) -> RawTable:
    """A moment in one column as a day and a time in two."""
    columns = match(VISITS, raw.headers).columns
    if "visited_on" in columns and "scan_time" in columns:
        return raw
    moment = columns["scanned_at"]
    text = pl.col(moment)
    parts, serial = text.str.extract_groups(_DAY_AND_TIME), text.str.extract_groups(_SERIAL if raw.excel_epoch else r"^\b$(x)(x)")
    day = pl.coalesce(parts.struct[0], serial.struct[0], text)
    time = pl.coalesce(parts.struct[1], pl.format("0.{}", serial.struct[1]))
    others = [header for header in raw.headers if header not in (moment, columns.get("visited_on"), columns.get("scan_time"))]
    frame = raw.frame.select("row", *others, day.alias(DAY.headers[0]), time.alias(SCAN_TIME.headers[0]))
    return replace(raw, frame=frame, headers=(*others, DAY.headers[0], SCAN_TIME.headers[0]))


def lacks(raw: RawTable) -> tuple[str, ...] | None:
    """A log of scans has a moment, or a day and a time, and says nowhere who arrived or left."""
    columns = match(VISITS, raw.headers).columns
    has_moment = "scanned_at" in columns or {"visited_on", "scan_time"} <= columns.keys()
    if not has_moment or {"arrived_at", "left_at"} & columns.keys() or day_headers(raw):
        return None
    return () if "pupil" in columns else ("pupil",)


LAYOUTS = (Layout("visits", "scans", lambda raw: isinstance(raw, RawTable) and lacks(raw) == (), parse, lacks),)
