"""A small programme drawn as a table: for the worked example beside every definition, and for tests that people can check by hand."""

from collections.abc import Mapping
from datetime import date

import polars as pl

from metrics import periods
from metrics.shapes import Inputs
from metrics.visit_days import prepare

MUNICIPALITY = "town"
LIBRARY = "library"
Cell = str | int | float | date | None


def programme(
    visits: str = "pupil | visited_on",
    *,
    target_group: Mapping[str, int | Mapping[str, int]] | None = None,
    branches: Mapping[str, str] | None = None,
    districts: Mapping[str, str] | None = None,
    sessions: str = "held_on | status",
    holidays: str = "first_day | last_day",
    closures: str = "first_day | last_day",
    covers: str = "first_day | last_day",
    context: str = "neighbourhood | year | measure | value",
    year: int = 2025,
) -> Inputs:
    """The inputs that a drawn table stands for.

    visits: a header and rows parted by `|`: pupil (empty = a visit without a pupil), visited_on, and where wanted branch, home (empty = unknown, `outside`),
    level; text after `#` is a remark. target_group: neighbourhood -> pupils (of PO) or {"PO": .., "VO": ..}, counted in `year`. branches: branch -> sector;
    without it one branch `library` for PO, or the branches in the table. districts: neighbourhood -> district. The other tables name their columns like
    the frames of `Inputs`; without `branch` they are about the library, or for closures about all branches.
    """
    rows = _read(visits)
    sectors = dict(branches or dict.fromkeys([_text(row, "branch") or LIBRARY for row in rows] or [LIBRARY], "PO"))
    named = [row for row in rows if row.get("pupil") is not None]
    nameless = [row for row in rows if row.get("pupil") is None]
    groups = {code: {"PO": pupils, "VO": 0} if isinstance(pupils, int) else dict(pupils) for code, pupils in (target_group or {}).items()}
    homes = {home for row in named if (home := _text(row, "home")) not in (None, "outside")}
    codes = sorted({*groups, *(districts or {}), *(str(home) for home in homes)})
    return Inputs(
        version=1,
        as_of=max((day for row in rows if isinstance(day := row["visited_on"], date)), default=None),
        municipality=MUNICIPALITY,
        visits=prepare(
            _frame(
                [(row["pupil"], row["visited_on"], _text(row, "branch") or LIBRARY) for row in named],
                {"pupil_id": pl.Int64, "visited_on": pl.Date, "branch_id": pl.String},
            )
        ),
        anonymous=_frame([(_text(row, "branch") or LIBRARY, row["visited_on"]) for row in nameless], {"branch_id": pl.String, "visited_on": pl.Date})
        .group_by("branch_id", "visited_on", maintain_order=True)
        .agg(visits=pl.len().cast(pl.Int64)),
        sessions=_table(
            sessions,
            {
                "branch_id": pl.String,
                "held_on": pl.Date,
                "starts": pl.Time,
                "ends": pl.Time,
                "status": pl.String,
                "cancelled_reason": pl.String,
                "volunteers": pl.Int64,
                "turned_away": pl.Int64,
                "head_count": pl.Int64,
            },
        ),
        pupil_years=_pupil_years(named),
        branches=_frame(
            [(name, name, sector, None, None, None, None, None, True, None) for name, sector in sectors.items()],
            {
                "branch_id": pl.String,
                "name": pl.String,
                "sector": pl.String,
                "neighbourhood_code": pl.String,
                "latitude": pl.Float64,
                "longitude": pl.Float64,
                "opened_on": pl.Date,
                "closed_on": pl.Date,
                "pilot": pl.Boolean,
                "capacity": pl.Int64,
            },
        ),
        neighbourhoods=_frame(
            [(code, code, (districts or {}).get(code), (districts or {}).get(code)) for code in codes],
            {"neighbourhood_code": pl.String, "name": pl.String, "district_code": pl.String, "district_name": pl.String},
        ),
        population=_frame(
            [(code, year, sector, pupils, False, None, "drawn") for code, group in groups.items() for sector, pupils in group.items()],
            {
                "neighbourhood_code": pl.String,
                "year": pl.Int64,
                "sector": pl.String,
                "pupils": pl.Int64,
                "is_estimate": pl.Boolean,
                "method": pl.String,
                "source": pl.String,
            },
        ),
        context=_table(context, {"neighbourhood_code": pl.String, "year": pl.Int64, "measure": pl.String, "value": pl.Float64, "source": pl.String}),
        holidays=_table(holidays, {"first_day": pl.Date, "last_day": pl.Date, "name": pl.String}),
        closures=_table(closures, {"first_day": pl.Date, "last_day": pl.Date, "name": pl.String, "sector": pl.String, "branch_id": pl.String}, branch=None),
        coverage=_table(covers, {"branch_id": pl.String, "first_day": pl.Date, "last_day": pl.Date, "stated": pl.Boolean}, stated=True),
        events=_frame([], {"happened_on": pl.Date, "branch_id": pl.String, "text": pl.String}),
    )


def _pupil_years(named: list[dict[str, Cell]]) -> pl.DataFrame:
    """What is known of each pupil in each school year: the last that the table says in it."""
    known: dict[tuple[Cell, int], tuple[str | None, str | None]] = {}
    for row in sorted(named, key=lambda row: str(row["visited_on"])):
        if isinstance(day := row["visited_on"], date):
            year = (row["pupil"], periods.school_year_of(day))
            level, home = known.get(year, (None, None))
            known[year] = (_text(row, "level") or level, _text(row, "home") or home)
    return _frame(
        [(pupil, school_year, None, level, None, None, home) for (pupil, school_year), (level, home) in known.items()],
        {
            "pupil_id": pl.Int64,
            "school_year": pl.Int32,
            "sector": pl.String,
            "level": pl.String,
            "year_group": pl.Int64,
            "school_id": pl.String,
            "neighbourhood_code": pl.String,
        },
    )


def _table(drawn: str, schema: Mapping[str, type[pl.DataType]], branch: str | None = LIBRARY, **defaults: Cell | bool) -> pl.DataFrame:
    """A drawn table as the frame of that name in `Inputs`; what it does not say is null or the default."""
    names = {"branch_id": "branch", "neighbourhood_code": "neighbourhood"}
    rows = [{"branch": branch, **defaults, **{name: cell for name, cell in row.items() if cell is not None}} for row in _read(drawn)]
    return _frame([tuple(row.get(names.get(column, column)) for column in schema) for row in rows], schema)


def _frame(rows: list[tuple[Cell | bool, ...]], schema: Mapping[str, type[pl.DataType]]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=dict(schema), orient="row")


def _read(drawn: str) -> list[dict[str, Cell]]:
    lines = [line.split("#")[0].strip() for line in drawn.splitlines()]
    header, *rows = [[cell.strip() for cell in line.split("|")] for line in lines if line]
    return [dict(zip(header, map(_cell, row), strict=True)) for row in rows]


def _cell(text: str) -> Cell:
    for read in (int, float, date.fromisoformat):
        try:
            return read(text)
        except ValueError:
            continue
    return text or None


def _text(row: Mapping[str, Cell], name: str) -> str | None:
    cell = row.get(name)
    return None if cell is None else str(cell)
