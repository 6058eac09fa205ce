"""Public figures in a plain table: area, year, measure, value. For figures that no other layout brings, such as a municipality's own."""

import polars as pl

from data_access.ingest.headers import fits
from data_access.ingest.kinds import Column, Kind
from data_access.ingest.rules import understand
from data_access.ingest.shapes import Parsed, RawTable
from data_access.reference import areas, cells
from data_access.reference.figures import refuse_impossible
from data_access.reference.sift import in_this_age, leave_out, our_areas, parsed, table_layout, with_area

KIND = Kind(
    "context",
    (
        Column(
            "neighbourhood_code",
            ("gebiedscode", "area code", "neighbourhood code", "buurtcode", "wijkcode", "code"),
            "code",
            required=True,
            may_be_empty=False,
            example=areas.EXAMPLE,
            is_public=True,
        ),
        Column("year", ("jaar", "year"), "whole", required=True, may_be_empty=False, example="2022"),
        Column("measure", ("maat", "measure", "indicator"), required=True, may_be_empty=False, example="p_ink_li"),
        Column("value", ("waarde", "value"), required=True, example="41,5"),
        Column("source", ("bron", "source"), example="CBS Kerncijfers wijken en buurten 2022"),
    ),
)


def recognises(raw: RawTable) -> bool:
    """The four columns are there."""
    return fits(KIND, raw.headers)


def parse(raw: RawTable) -> Parsed:
    """Rows for `context`. A missing value ("." or empty) gives no row; the source is the file name where the table names none."""
    rows = in_this_age(our_areas(with_area(understand(KIND, raw))))
    rows = rows.adding(measure=pl.col("measure").str.to_lowercase().str.replace_all(r"[\s-]+", "_"), source=pl.coalesce("source", pl.lit(raw.file_name)))
    rows = rows.refuse(~pl.col("measure").str.contains(r"^[a-z][a-z0-9_]{0,31}$"), "measure", "measure.impossible")
    rows = refuse_impossible(rows, "value", pl.col("measure")).once(["neighbourhood_code", "year", "measure"])
    rows = leave_out(rows, cells.is_missing(pl.col("value")), "figures.missing")
    return parsed(rows, "plain", context=rows.frame.with_columns(cells.number(pl.col("value"))))


LAYOUTS = (table_layout("context", "plain", recognises, parse),)
KINDS = (KIND,)
