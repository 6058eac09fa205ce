"""CBS SES-WOA: socio-economic status (wealth, education, work history) per wijk and buurt, as StatLine exports it.

The score lies around 0 for the country; low is negative. Cells are quoted and padded ("WK036300  ", "  -0.022"), decimals have a point, "." is missing, a
provisional year carries a star. Without the column "Regiocode" the rows have names only, and names are not joined on: the file is refused.
"""

import polars as pl

from data_access.ingest.headers import fold
from data_access.ingest.shapes import FileRefused, Parsed, RawTable
from data_access.reference import figures
from data_access.reference.sift import columns_of, table_layout

SOURCE = "CBS SES-WOA"


def recognises(raw: RawTable) -> bool:
    """The mean of the total score is there."""
    return _score(raw) is not None


def parse(raw: RawTable) -> Parsed:
    """See `figures.read`. Raises FileRefused("area.codes_missing")."""
    score = _score(raw)
    codes = tuple(column for header, column in columns_of(raw).items() if header.startswith("regiocode"))
    if not codes:
        raise FileRefused("area.codes_missing", column="Regiocode (gemeente, wijk, buurt)")
    family = figures.Family("ses_woa", SOURCE, codes, ("Wijken en buurten",), {score: "ses_woa"} if score else {})
    return figures.read(_without_footer(raw), family)


def is_score(topic: str) -> bool:
    """Whether a topic is the mean of the total score; its place in the tree of topics differs per edition of the table."""
    return "totaalscore" in fold(topic) and "gemiddeldescore" in fold(topic)


def _score(raw: RawTable) -> str | None:
    return next((header for header in raw.headers if is_score(header)), None)


def _without_footer(raw: RawTable) -> RawTable:
    """StatLine closes an export with a line of one cell, "Bron: CBS". It is no row."""
    last = raw.frame["row"].max()
    return RawTable(raw.file_name, raw.frame, raw.headers, raw.broken.filter(pl.col("row") <= (last if isinstance(last, int) else 0)))


LAYOUTS = (table_layout("context", "ses_woa", recognises, parse),)
