"""Areas as Statistics Netherlands writes them: a municipality GM0363, a wijk WK036304, a buurt BU03630402; and the municipality's own districts.

Codes are text and may hold letters (WK0363MA); joins go by code, never by name, because names change.
"""

import polars as pl

from data_access.ingest.headers import fold
from data_access.organisation import organisation

#: Year of a division into areas that does not say its year. Any division with a year is newer.
UNDATED = 0
#: Prefix of a code -> our word for that level.
LEVELS = {"GM": "municipality", "WK": "neighbourhood", "BU": "subneighbourhood"}
#: Prefix of a code -> characters after it. The first four are the municipality.
WIDTHS = {"GM": 4, "WK": 6, "BU": 8}
#: A neighbourhood of this municipality, for templates.
EXAMPLE = f"WK{organisation().code[2:]}29"


def area_code(column: pl.Expr, prefix: str | None = None) -> pl.Expr:
    """The code in its full form, null when it is none; NL00 is the country.

    Takes "WK036304", "wk036304 ", "2020WK036304" (with the year before it), "036304" and 36304: spreadsheets drop the prefix and the leading zero. Without a
    prefix the length tells the level, unless `prefix` says it.
    """
    text = column.str.strip_chars().str.to_uppercase()
    written = text.str.extract(r"^(?:[0-9]{4})?(NL[0-9]{2}|GM[0-9]{4}|WK[0-9]{4}[0-9A-Z]{2}|BU[0-9]{4}[0-9A-Z]{4})$")
    bare = [_bare(text, level, certain=prefix is not None) for level in ([prefix] if prefix else LEVELS)]
    return pl.coalesce(written, *bare)


def _bare(text: pl.Expr, prefix: str, *, certain: bool) -> pl.Expr:
    """A code without its prefix. certain: the level is known, so that any number of leading zeros may have gone; else one at most."""
    width = WIDTHS[prefix]
    digits = text.str.contains(rf"^[0-9]{{{1 if certain else width - 1},{width}}}$")
    letters = text.str.contains(rf"^[0-9]{{4}}[0-9A-Z]{{{width - 4}}}$")
    return pl.when(digits | letters).then(pl.lit(prefix) + text.str.zfill(width))


def level(code: pl.Expr) -> pl.Expr:
    """municipality, neighbourhood or subneighbourhood."""
    return code.str.slice(0, 2).replace_strict(LEVELS, default=None, return_dtype=pl.String)


def neighbourhood_of(code: pl.Expr) -> pl.Expr:
    """The neighbourhood in which a subneighbourhood lies: its code says so. Null for the other levels."""
    return pl.when(code.str.starts_with("BU")).then(pl.lit("WK") + code.str.slice(2, 6))


def is_ours(code: pl.Expr) -> pl.Expr:
    """Whether the area is this municipality or lies in it."""
    return code.str.slice(2, 4) == organisation().code[2:]


def is_water(column: pl.Expr) -> pl.Expr:
    """Whether the cell says that the area is water: "JA", or "B" for water outside the dikes."""
    return column.str.strip_chars().str.to_uppercase().is_in(["JA", "B"])


def short_name(name: pl.Expr) -> pl.Expr:
    """ "Wijk 04 Nieuwmarkt" -> "Nieuwmarkt"."""
    return name.str.strip_chars().str.replace(r"^Wijk \d{1,2}[A-Z]? +", "")


def district_headers() -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Headers of the code and of the name of a district, in the local word for it."""
    words = (organisation().district["nl"], "district")
    return (
        tuple(f"{word} {end}" for word in words for end in ("nr", "code", "nummer")),
        tuple(f"{word} {end}".strip() for word in words for end in ("", "naam", "name")),
    )


def district_code(number: pl.Expr, name: pl.Expr) -> pl.Expr:
    """The municipality's own number; where a file gives none, the letters of the name."""
    return pl.coalesce(number.str.strip_chars(), name.map_elements(lambda text: fold(text)[:16], return_dtype=pl.String))


def neighbourhood_rows(frame: pl.DataFrame) -> pl.DataFrame:
    """Rows for `neighbourhoods` of the areas that have a name. frame: row, neighbourhood_code, year, level, name [, parent_code, latitude, longitude].

    A column that says nothing in any row is left out, so that what another file said of it stays.
    """
    said = [name for name in ("parent_code", "latitude", "longitude") if name in frame.columns and frame[name].null_count() < frame.height]
    named = frame.filter(pl.col("name").is_not_null()).select("row", "neighbourhood_code", "year", "level", "name", *said)
    return named.unique(["neighbourhood_code", "year"], keep="first", maintain_order=True)


def with_districts(frame: pl.DataFrame) -> pl.DataFrame:
    """Rows for `neighbourhoods` of the areas and of the districts that they name. frame: as above, with parent_code and district_name."""
    named = frame.filter((pl.col("level") == "neighbourhood") & pl.col("district_name").is_not_null())
    districts = named.select(
        "row", "year", neighbourhood_code="parent_code", level=pl.lit("district"), name="district_name", parent_code=pl.lit(organisation().code)
    )
    return pl.concat([neighbourhood_rows(frame), neighbourhood_rows(districts)], how="diagonal")
