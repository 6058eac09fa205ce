"""Where a pupil lives, as delivered -> the neighbourhood (CBS wijk) that is kept. Smaller areas and postcodes go no further than here."""

import re

import polars as pl

from data_access.ingest.headers import fold
from data_access.ingest.known import Known
from metrics.shapes import OUTSIDE

#: What people write when they do not know.
UNKNOWN_WORDS = {"", "onbekend", "unknown", "nvt", "nb", "geen"}
#: In place of a code for an area that there is none of.
NO_SUCH_AREA = "?"

_AREA_CODE = re.compile(r"(?:WK|BU)?([0-9A-Z]{4})([0-9A-Z]{2})(?:[0-9A-Z]{2})?")
#: A code of digits of which a spreadsheet took the nought in front.
_WITHOUT_NOUGHT = re.compile(r"^(\d{5}|\d{7})$")
_POSTCODE = re.compile(r"([1-9][0-9]{3})\s?([A-Z]{2})")


class Areas:
    """Finds the neighbourhood of a code, a name or a postcode, each different text once."""

    def __init__(self, known: Known) -> None:
        """Take the newest year of the division and of the postcodes."""
        self._municipality = known.municipality.removeprefix("GM")
        areas = known.neighbourhoods.filter(pl.col("level") == "neighbourhood").sort("year")
        self._codes: set[str] = set(areas["neighbourhood_code"])
        self._names: dict[str, str] = {fold(name): code for code, name in areas.select("neighbourhood_code", "name").iter_rows()}
        smaller = known.neighbourhoods.filter(pl.col("level") == "subneighbourhood").sort("year")
        inside = {fold(name): f"WK{code[2:8]}" for code, name in smaller.select("neighbourhood_code", "name").iter_rows()}
        self._names = inside | self._names
        self._postcodes: dict[str, str] = dict(known.postcodes.sort("year").select("postcode", "neighbourhood_code").iter_rows())

    def of_code(self, text: str) -> str | None:
        """WK051829, BU05182915, 051829, 51829 or a name -> WK051829; another municipality -> "outside"; unknown -> None; no area at all -> NO_SUCH_AREA."""
        if fold(text) in UNKNOWN_WORDS:
            return None
        code = _AREA_CODE.fullmatch(_WITHOUT_NOUGHT.sub(r"0\1", text.upper().replace(" ", "")))
        if code is None or not code.group(1)[0].isdigit():
            return self._names.get(fold(text), NO_SUCH_AREA)
        municipality, neighbourhood = code.groups()
        if municipality != self._municipality:
            return OUTSIDE
        found = f"WK{municipality}{neighbourhood}"
        return found if found in self._codes or not self._codes else NO_SUCH_AREA

    def of_postcode(self, text: str) -> str | None:
        """2525 AB -> the neighbourhood in which most of its addresses lie; None for a postcode that the table does not have.

        Postcodes far outside the municipality stand in the table by their four digits.
        """
        postcode = _POSTCODE.fullmatch(text.strip().upper())
        if postcode is None:
            return None
        digits, letters = postcode.groups()
        code = self._postcodes.get(digits + letters) or self._postcodes.get(digits)
        return code if code is None or code[2:6] == self._municipality else OUTSIDE
