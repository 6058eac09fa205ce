"""A small programme drawn as a table: for the worked example beside every definition, and for tests that people can check by hand."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import polars as pl

from metrics import periods
from metrics.shapes import OUTSIDE, Inputs
from metrics.visit_days import prepare

MUNICIPALITY = "town"
LIBRARY = "library"
Cell = str | int | float | date | None
Row = dict[str, Cell]

_PLACE = {"neighbourhood_code": pl.String, "latitude": pl.Float64, "longitude": pl.Float64}
_SPAN = {"first_day": pl.Date, "last_day": pl.Date}
_PUPIL = {"sector": pl.String, "level": pl.String, "year_group": pl.Int64, "school_id": pl.String, "neighbourhood_code": pl.String}
_SESSION = {"starts": pl.Time, "ends": pl.Time, "status": pl.String, "cancelled_reason": pl.String}

#: The columns of the frames of `Inputs`.
SCHEMAS: Mapping[str, Mapping[str, type[pl.DataType]]] = {
    "visits": {"pupil_id": pl.Int64, "visited_on": pl.Date, "branch_id": pl.String},
    "anonymous": {"branch_id": pl.String, "visited_on": pl.Date, "visits": pl.Int64},
    "sessions": {"branch_id": pl.String, "held_on": pl.Date, **_SESSION, "volunteers": pl.Int64, "turned_away": pl.Int64, "head_count": pl.Int64},
    "pupil_years": {"pupil_id": pl.Int64, "school_year": pl.Int32, **_PUPIL},
    "branches": {
        **{"branch_id": pl.String, "name": pl.String, "sector": pl.String, **_PLACE},
        **{"opened_on": pl.Date, "closed_on": pl.Date, "pilot": pl.Boolean, "capacity": pl.Int64},
    },
    "neighbourhoods": {"name": pl.String, "district_code": pl.String, "district_name": pl.String, **_PLACE},
    "population": {
        **{"neighbourhood_code": pl.String, "year": pl.Int64, "sector": pl.String, "pupils": pl.Int64},
        **{"is_estimate": pl.Boolean, "method": pl.String, "source": pl.String},
    },
    "context": {"neighbourhood_code": pl.String, "year": pl.Int64, "measure": pl.String, "value": pl.Float64, "source": pl.String},
    "holidays": {**_SPAN, "name": pl.String},
    "closures": {**_SPAN, "name": pl.String, "sector": pl.String, "branch_id": pl.String},
    "coverage": {"branch_id": pl.String, **_SPAN, "stated": pl.Boolean},
    "events": {"happened_on": pl.Date, "branch_id": pl.String, "text": pl.String},
    "offers": {"name": pl.String, "sector": pl.String, **_PLACE},
    "costs": {"school_year": pl.Int32, "branch_id": pl.String, "what": pl.String, "amount": pl.Float64},
    "outcomes": {
        **{"pupil_id": pl.Int64, "school_year": pl.Int32, "subject": pl.String, "school_id": pl.String},
        **{"before": pl.Float64, "after": pl.Float64, "took_part": pl.Boolean},
    },
    "group_outcomes": {
        **{"school_id": pl.String, "school_year": pl.Int32, "subject": pl.String, "took_part": pl.Boolean, "moment": pl.String},
        **{"pupils": pl.Int64, "mean": pl.Float64, "sd": pl.Float64},
    },
    "surveys": {
        **{"survey_id": pl.String, "wave": pl.String, "audience": pl.String, "branch_id": pl.String},
        **{"held_on": pl.Date, "invited": pl.Int64},
    },
    "survey_answers": {"survey_id": pl.String, "respondent": pl.Int64, "dimension": pl.String, "score": pl.Int64, "not_applicable": pl.Boolean},
    "signals": {
        **{"signal_id": pl.Int64, "rule": pl.String, "pupil_id": pl.Int64, "branch_id": pl.String},
        **{"raised_on": pl.Date, "visit_days": pl.Int64},
    },
    "signal_events": {"signal_id": pl.Int64, "number": pl.Int64, "state": pl.String, "reason": pl.String, "happened_on": pl.Date},
    "criteria": {
        **{"criterion_id": pl.String, "version": pl.Int64, "indicator": pl.String, "part": pl.String, "sector": pl.String, "rule": pl.String},
        **{"target": pl.Float64, "minimum_sample": pl.Float64, "owner": pl.String, "valid_from": pl.Date, "dropped": pl.Boolean},
    },
}
#: Frames that a drawn programme has when their table is drawn too, each under its own name.
DRAWN = ("events", "offers", "costs", "outcomes", "group_outcomes", "surveys", "survey_answers", "signals", "signal_events", "criteria")
#: How a column is called in a drawn table, where that is shorter.
SHORT = {"branch_id": "branch", "neighbourhood_code": "neighbourhood", "pupil_id": "pupil"}


def programme(
    visits: str = "pupil | visited_on",
    *,
    target_group: Mapping[str, int | Mapping[str, int]] | None = None,
    branches: Mapping[str, str] | None = None,
    seats: int | None = None,
    districts: Mapping[str, str] | None = None,
    sessions: str = "held_on | status",
    holidays: str = "first_day | last_day",
    closures: str = "first_day | last_day",
    covers: str = "first_day | last_day",
    context: str = "neighbourhood | year | measure | value",
    year: int = 2025,
    points: Mapping[str, tuple[float, float]] | None = None,
    **others: str,
) -> Inputs:
    """The inputs that a drawn table stands for.

    visits: a header and rows parted by `|`: pupil (empty = a visit without a pupil), visited_on, and where wanted branch, home (empty = unknown, `outside`),
    level, school; text after `#` is a remark.
    target_group: neighbourhood -> pupils (of PO) or {"PO": .., "VO": ..}, counted in `year`. branches: branch -> sector;
    without it one branch `library` for PO, or the branches in the table. seats: of each branch. districts: neighbourhood -> district. The other tables name
    their columns like the frames of `Inputs`; without `branch` they are about the library, or for closures about all branches. covers are stated unless they
    say otherwise. points: neighbourhood or branch -> its latitude and longitude. others: more tables, of the names in `DRAWN`.
    """
    rows = [{"branch": LIBRARY, **row} for row in read(visits)]
    named, nameless = [row for row in rows if row["pupil"] is not None], [row for row in rows if row["pupil"] is None]
    sectors = branches or dict.fromkeys([str(row["branch"]) for row in rows] or [LIBRARY], "PO")
    groups = {code: {"PO": pupils, "VO": 0} if isinstance(pupils, int) else pupils for code, pupils in (target_group or {}).items()}
    district_of = dict(districts or {})
    drawn: dict[str, Any] = {name: _frame(name, read(others.get(name, "pupil"))) for name in DRAWN}
    at = {name: {"latitude": latitude, "longitude": longitude} for name, (latitude, longitude) in (points or {}).items()}
    homes = {str(home) for row in named if (home := row.get("home")) not in (None, OUTSIDE)}
    return Inputs(
        version=1,
        as_of=max((day for row in rows if isinstance(day := row["visited_on"], date)), default=None),
        municipality=MUNICIPALITY,
        visits=prepare(_frame("visits", named)),
        anonymous=_frame("anonymous", [{"visits": 1, **row} for row in nameless]).group_by("branch_id", "visited_on", maintain_order=True).sum(),
        sessions=_frame("sessions", [{"branch": LIBRARY, **row} for row in read(sessions)]),
        pupil_years=_frame("pupil_years", _pupil_years(named)),
        branches=_frame(
            "branches",
            [{"branch": name, "name": name, "sector": sector, "pilot": True, "capacity": seats, **at.get(name, {})} for name, sector in sectors.items()],
        ),
        neighbourhoods=_frame(
            "neighbourhoods",
            [
                {"neighbourhood": code, "name": code, "district_code": district_of.get(code), "district_name": district_of.get(code), **at.get(code, {})}
                for code in sorted({*groups, *district_of, *homes})
            ],
        ),
        population=_frame(
            "population",
            [
                {"neighbourhood": code, "year": year, "sector": sector, "pupils": pupils, "is_estimate": False}
                for code, group in groups.items()
                for sector, pupils in group.items()
            ],
        ),
        context=_frame("context", read(context)),
        holidays=_frame("holidays", read(holidays)),
        closures=_frame("closures", read(closures)),
        coverage=_frame("coverage", [{"branch": LIBRARY, "stated": True, **row} for row in read(covers)]),
        **drawn,
    )


def read(drawn: str) -> list[Row]:
    """The rows of a drawn table: whole numbers, fractions, dates and true/false are read as such, empty is None, anything else is text."""
    lines = [line.split("#")[0].strip() for line in drawn.splitlines()]
    header, *rows = [[cell.strip() for cell in line.split("|")] for line in lines if line]
    return [dict(zip(header, map(_cell, row), strict=True)) for row in rows]


def _pupil_years(named: Sequence[Row]) -> list[Row]:
    """What is known of each pupil in each school year: the last that the table says in it."""
    known: dict[tuple[Cell, int], Row] = {}
    for row in sorted(named, key=lambda row: str(row["visited_on"])):
        if isinstance(day := row["visited_on"], date):
            year = periods.school_year_of(day)
            said = known.setdefault((row["pupil"], year), {"pupil": row["pupil"], "school_year": year})
            said |= {
                name: row[column] for name, column in (("level", "level"), ("neighbourhood", "home"), ("school_id", "school")) if row.get(column) is not None
            }
    return list(known.values())


def _frame(name: str, rows: Sequence[Mapping[str, Cell]]) -> pl.DataFrame:
    """Rows as the frame of that name in `Inputs`; what they do not say is null."""
    schema = SCHEMAS[name]
    cells = [[_typed(row.get(SHORT.get(column, column)), kind) for column, kind in schema.items()] for row in rows]
    return pl.DataFrame(cells, schema=dict(schema), orient="row")


def _typed(cell: Cell, kind: type[pl.DataType]) -> Cell:
    """A name that is a number, such as that of branch 3, stays a name."""
    return str(cell) if kind is pl.String and cell is not None else cell


def _cell(text: str) -> Cell:
    if text in ("true", "false"):
        return text == "true"
    for reader in (int, float, date.fromisoformat):
        try:
            return reader(text)
        except ValueError:
            continue
    return text or None
