"""CBS "Buurt, wijk en gemeente voor postcode huisnummer": one row per address; or a plain table with one row per postcode.

2019 and 2020 write codes as numbers without leading zeros (3630402 is BU03630402), 2024 as text and with commas. The year stands in the headers (Buurt2020).
A postcode may lie in more than one buurt: it gets the wijk of most of its addresses, and the buurt of most of those.
"""

import re

import polars as pl

from data_access.ingest.headers import fold
from data_access.ingest.kinds import Column, Kind
from data_access.ingest.shapes import Parsed, RawTable
from data_access.reference import areas, cells
from data_access.reference.sift import columns_of, first_of, leave_out, noting, our_areas, parsed, table_layout, table_of

KIND = Kind(
    "postcodes",
    (
        Column("postcode", ("postcode", "postal code"), "code", example="2512AA"),
        Column("subneighbourhood_code", ("buurtcode", "subneighbourhood_code"), "code", example=f"BU{areas.EXAMPLE[2:]}15"),
        Column("neighbourhood_code", ("wijkcode", "neighbourhood_code"), "code", example=areas.EXAMPLE),
        Column("year", ("jaar", "year"), "whole", example="2022"),
    ),
)
_POSTCODES = ("postcode", "pc6", "postal code")
_LEVELS = {
    "BU": ("buurt", "buurtcode", "subneighbourhoodcode"),
    "WK": ("wijk", "wijkcode", "neighbourhoodcode"),
    "GM": ("gemeente", "gemeentecode", "gem"),
}


def recognises(raw: RawTable) -> bool:
    """A postcode with a buurt or a wijk, and nothing about pupils or branches beside it."""
    columns = columns_of(raw)
    known = {*map(fold, _POSTCODES), "huisnummer", "jaar", "year"}
    levels = _level_columns(columns)
    return (
        first_of(columns, _POSTCODES) is not None and not levels.keys().isdisjoint({"BU", "WK"}) and columns.keys() <= known | set(map(fold, levels.values()))
    )


def parse(raw: RawTable) -> Parsed:
    """Rows for `postcodes`. Raises FileRefused("area.other_municipality") when no address is ours."""
    columns = columns_of(raw)
    postcode, levels = first_of(columns, _POSTCODES), _level_columns(columns)
    typed = pl.col(postcode or "").str.to_uppercase().str.replace_all(r"\s", "")
    written = [pl.col(column).alias(prefix) for prefix, column in levels.items()]
    frame = raw.frame.select("row", *written, postcode=typed, year=_year(raw, columns, levels))
    prefixes = list(levels)
    frame = frame.join(_codes(frame.select(prefixes).unique()), on=prefixes, how="left", nulls_equal=True, maintain_order="left").drop(prefixes)
    rows = table_of(KIND, frame, raw)
    rows = rows.refuse(pl.col("neighbourhood_code").is_null(), "neighbourhood_code", "area.impossible", value=pl.col("written"))
    rows = rows.refuse(~pl.col("postcode").str.contains(r"^[1-9]\d{3}[A-Z]{2}$").fill_null(value=False), "postcode", "postcode.impossible")
    ours = our_areas(rows).frame.select("postcode", "year").unique()
    near = _most_common(rows.frame.join(ours, on=["postcode", "year"], how="semi", maintain_order="left"))
    far = _elsewhere(rows.frame.join(ours, on=["postcode", "year"], how="anti", maintain_order="left"), ours)
    rows = leave_out(rows, ~pl.col("row").is_in(pl.concat([near["row"], far["row"]]).implode()), "rows.other_areas")
    rows = noting(rows, "postcodes.found", str(ours.height))
    split = near.filter(pl.col("places") > 1).select("postcode", "year").unique().height
    rows = noting(rows, "postcodes.in_two_places", str(split)) if split else rows
    return parsed(rows, "addresses", postcodes=pl.concat([near.drop("places"), far], how="diagonal"))


def _codes(places: pl.DataFrame) -> pl.DataFrame:
    """The different places of a file with their codes: there are some thousands of them under millions of addresses. Columns: the prefixes of the levels."""
    codes = {prefix: areas.area_code(pl.col(prefix), prefix) for prefix in places.columns}
    subneighbourhood = codes.get("BU", pl.lit(None, dtype=pl.String))
    return places.with_columns(
        written=pl.coalesce([pl.col(prefix) for prefix in ("BU", "WK") if prefix in codes]),
        subneighbourhood_code=subneighbourhood,
        neighbourhood_code=pl.coalesce(areas.neighbourhood_of(subneighbourhood), codes.get("WK")),
    )


def _level_columns(columns: dict[str, str]) -> dict[str, str]:
    """Prefix of the level -> its column: Buurt2020, buurtcode, Wijk2024, ..."""
    found: dict[str, str] = {}
    for header, column in columns.items():
        name = re.sub(r"(?:19|20)\d{2}$", "", header)
        found |= {prefix: column for prefix, names in _LEVELS.items() if name in names and prefix not in found}
    return found


def _year(raw: RawTable, columns: dict[str, str], levels: dict[str, str]) -> pl.Expr:
    """The year of the division: a column, else the headers, else the file name."""
    column = first_of(columns, ("jaar", "year"))
    headers = re.findall(r"(?:19|20)\d{2}$", " ".join(levels.values()))
    said = int(headers[0]) if headers else cells.year_in_name(raw.file_name)
    year = pl.lit(areas.UNDATED if said is None else said)
    return (year if column is None else pl.coalesce(cells.year(pl.col(column)), year)).cast(pl.Int32)


def _most_common(addresses: pl.DataFrame) -> pl.DataFrame:
    """Every address with the place of its postcode: the wijk with most addresses, in it the buurt with most; of equals the lowest code.

    places: how many different ones the postcode lies in.
    """
    key = ["postcode", "year"]
    places = addresses.group_by(*key, "neighbourhood_code", "subneighbourhood_code").agg(addresses=pl.len())
    best = (
        places.with_columns(in_wijk=pl.col("addresses").sum().over(*key, "neighbourhood_code"), places=pl.len().over(key))
        .sort("in_wijk", "neighbourhood_code", "addresses", "subneighbourhood_code", descending=[True, False, True, False])
        .unique(key, keep="first", maintain_order=True)
        .drop("addresses", "in_wijk")
    )
    return addresses.select("row", *key).join(best, on=key, how="left", maintain_order="left")


def _elsewhere(addresses: pl.DataFrame, ours: pl.DataFrame) -> pl.DataFrame:
    """Postcodes in other municipalities, one row for each four digits, or for each postcode where those digits are partly ours.

    Enough to know that a pupil lives outside. `row`: the first address.
    """
    digits = pl.col("postcode").str.slice(0, 4)
    is_border = digits.is_in(ours["postcode"].str.slice(0, 4).unique().implode())
    municipality = pl.lit("GM") + pl.col("neighbourhood_code").str.slice(2, 4)
    shortened = addresses.select("row", "year", postcode=pl.when(is_border).then("postcode").otherwise(digits), municipality=municipality)
    grouped = shortened.group_by("postcode", "year").agg(pl.col("row").min(), neighbourhood_code=pl.col("municipality").mode().min())
    return grouped.sort("row")


LAYOUTS = (table_layout("postcodes", "addresses", recognises, parse),)
KINDS = (KIND,)
