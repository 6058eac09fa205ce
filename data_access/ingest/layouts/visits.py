"""Visits as plain rows: one row per pupil, day and branch. And what all ways of writing visits down have in common."""

from dataclasses import replace

import polars as pl

from data_access.ingest.day_headers import day_headers
from data_access.ingest.kinds import Column, Kind
from data_access.ingest.known import Known
from data_access.ingest.layouts import Layout, as_table, has_columns
from data_access.ingest.matching import (
    ABOUT_PUPIL,
    ABOUT_PUPIL_RULES,
    BRANCH,
    PUPIL,
    PUPIL_RULES,
    branch_rules,
    describing_pupil,
    naming_branch,
    noting_unknown,
    numbering_pupils,
)
from data_access.ingest.rules import Rule, Understood, understand
from data_access.ingest.shapes import Parsed, RawFeatures, RawTable
from data_access.ingest.totals import noting_totals, without_totals
from data_access.packing import packed
from data_access.pupil_years import last_said
from metrics.periods import school_year_number

DAY = Column(
    "visited_on", ("datum", "date", "bezoekdatum", "dag", "visited_on"), "day", required=True, may_be_empty=False, example="18-11-2024", is_public=True
)
PLAIN = Kind(
    "visits",
    (
        PUPIL,
        DAY,
        BRANCH,
        Column("arrived_at", ("aankomst", "arrived", "aankomsttijd", "arrived_at", "arrival", "binnen"), "time", example="15:30", is_public=True),
        Column("left_at", ("vertrek", "left", "vertrektijd", "left_at", "departure", "buiten"), "time", example="17:00", is_public=True),
        *ABOUT_PUPIL,
    ),
)
#: Of a tally: how many came.
COUNT = Column(
    "visits",
    ("aantal", "count", "aantal_leerlingen", "aantal_kinderen", "aantal_bezoeken", "number", "visits", "bezoeken", "leerlingen", "kinderen", "pupils", "turf"),
    "whole",
    may_be_empty=False,
    is_public=True,
    in_template=False,
)
VOLUNTEERS = Column("volunteers", ("vrijwilligers", "volunteers", "aantal_vrijwilligers"), "whole", is_public=True, in_template=False)
#: Of a log of scans: the moment, or the time beside a column with the day.
MOMENT = Column(
    "scanned_at",
    ("tijdstip", "timestamp", "datum_tijd", "date_time", "scanmoment", "gescand_op", "scanned_at", "tijdstempel", "moment", "scan"),
    is_public=True,
    in_template=False,
)
SCAN_TIME = Column("scan_time", ("tijd", "time", "scantijd", "scan_time"), "time", may_be_empty=False, is_public=True, in_template=False)

#: What a list of visits may hold, however it is written down; the template is that of plain rows.
VISITS = Kind("visits", (*PLAIN.columns, COUNT, VOLUNTEERS, MOMENT, SCAN_TIME))
KINDS = (VISITS,)
KEY = ["pupil", "visited_on", "branch_id"]


def parse(raw: RawTable | RawFeatures, known: Known) -> Parsed:
    """Rows -> visits, visits without a pupil, and what the visits say of the pupils."""
    table = without_totals(as_table(raw))
    rows = noting_totals(judged(understand(PLAIN, table), known), as_table(raw), table)
    return parsed_visits(rows, "plain")


def judged(rows: Understood, known: Known) -> Understood:
    """Rows of a list with pupils, held against what the store knows; the good ones with `branch_id`, what is known of the pupil, and a number for the pupil."""
    rows = describing_pupil(numbering_pupils(naming_branch(rows, known), known.branch_words), known)
    rules = [*branch_rules(known), *PUPIL_RULES, *day_rules(known), *_time_rules(), *ABOUT_PUPIL_RULES]
    return noting_unknown(with_open_days(rows, known).keeping(rules))


def parsed_visits(rows: Understood, layout: str) -> Parsed:
    """Rows that were judged, each a visit."""
    rows = rows.holding(rows.frame.select("row", *KEY, "arrived_at", "left_at", "school_id", "neighbourhood_code", "level_kept", "year_group_kept")).once(KEY)
    named = rows.frame.filter(pl.col("pupil").is_not_null())
    statements = _statements(named)
    times = [name for name in ("arrived_at", "left_at") if name in rows.present]
    tables = {
        "visits": named.select("row", *KEY, *times),
        "anonymous_visits": rows.frame.filter(pl.col("pupil").is_null()).select("row", "branch_id", "visited_on", visits=pl.lit(1, pl.Int64)),
        "pupil_years": last_said(statements),
    }
    changes = _changes(statements)
    notes = [(code, str(found["pupil"].n_unique())) for code, found in changes.items()]
    noted = [(code, tuple(stood)) for code, found in changes.items() for stood in found.group_by("pupil", maintain_order=True).agg("row")["row"]]
    return replace(rows, notes=(*rows.notes, *notes), noted=(*rows.noted, *noted)).parsed(layout, tables)


def with_open_days(rows: Understood, known: Known) -> Understood:
    """First and last day of the branch of every row, which `day_rules` look at."""
    ids = known.branches["branch_id"]
    branch = rows.frame["branch_id"]
    days = {name: branch.replace_strict(ids, known.branches[name], default=None, return_dtype=pl.Date) for name in ("opened_on", "closed_on")}
    return rows.adding(**days)


def day_rules(known: Known) -> list[Rule]:
    """No visit in the future, before the programme or its branch began, or after the branch closed."""
    day = pl.col("visited_on")
    return [
        Rule(day > known.today, "visited_on", "date.future", value=day),
        Rule(day < known.started_on, "visited_on", "date.before_start", value=day, detail=pl.lit(known.started_on)),
        Rule(day < pl.col("opened_on"), "visited_on", "date.before_opening", value=day, detail=pl.col("opened_on")),
        Rule(day > pl.col("closed_on"), "visited_on", "date.after_closing", value=day, detail=pl.col("closed_on")),
    ]


def _time_rules() -> list[Rule]:
    """No visit ends before it starts."""
    left = pl.col("left_at")
    return [Rule(left < pl.col("arrived_at"), "left_at", "time.left_before_arrived", value=left.dt.to_string("%H:%M"))]


def _statements(named: pl.DataFrame) -> pl.DataFrame:
    """What each visit says of its pupil. It says nothing of the sector: that follows from level or branch when the store is read."""
    return named.select(
        "row",
        "pupil",
        "school_id",
        "neighbourhood_code",
        known_on="visited_on",
        school_year=school_year_number(pl.col("visited_on")),
        sector=pl.lit(None, pl.String),
        level="level_kept",
        year_group="year_group_kept",
    )


def _changes(statements: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """Pupils of whom one list says two things in one school year, by the code of the note, each with the rows that first say either. Of these things the
    last is kept, so it can be seen here alone."""
    pupil = packed(statements, ["pupil", "school_year"])
    found = {}
    for code, name in (("pupil.two_homes", "neighbourhood_code"), ("pupil.two_levels", "level")):
        said = pl.DataFrame({"pupil": pupil, "value": statements[name], "row": statements["row"]}).drop_nulls()
        different = said[packed(said, ["pupil", "value"]).arg_unique()]
        found[code] = different.filter(different["pupil"].is_duplicated())
    return {code: several for code, several in found.items() if several.height}


def _is_plain(raw: RawTable | RawFeatures) -> bool:
    return has_columns(PLAIN)(raw) and not day_headers(as_table(raw))


LAYOUTS = (Layout("visits", "plain", _is_plain, parse),)
