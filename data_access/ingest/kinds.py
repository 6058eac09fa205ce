"""What kinds of delivery there are and which columns each has. Templates, header recognition and the help on the page are made from these descriptions."""

from dataclasses import dataclass
from typing import Literal

import polars as pl

#: What a cell of a column holds. `code` keeps letters, digits and leading zeros as they are, and loses control characters.
Type = Literal["text", "code", "day", "time", "whole", "decimal", "yes_no", "sector"]

POLARS_TYPES: dict[Type, pl.DataType] = {
    "text": pl.String(),
    "code": pl.String(),
    "day": pl.Date(),
    "time": pl.Time(),
    "whole": pl.Int64(),
    "decimal": pl.Float64(),
    "yes_no": pl.Boolean(),
    "sector": pl.String(),
}


@dataclass(frozen=True)
class Column:
    """One column of a delivery.

    headers: how it may be called, the Dutch name of the template first, the English one second; case, spaces, underscores and accents do not matter, and when a
    file has several of them the first listed is read. required: a file without it is not of this kind; may_be_empty: a row without it is still a row.
    is_public: a refused value of it may be kept and shown (dates, times, branches, areas, levels); never for what a pupil or a deliverer typed about a person.
    in_template: false for a column of another layout than the one that the template shows.
    """

    name: str
    headers: tuple[str, ...]
    type: Type = "text"
    required: bool = False
    may_be_empty: bool = True
    example: str = ""
    is_public: bool = False
    in_template: bool = True


@dataclass(frozen=True)
class Kind:
    """A kind of delivery. any_of: at least one of these columns must be there too, where the required ones alone would fit other kinds as well."""

    id: str
    columns: tuple[Column, ...]
    any_of: tuple[str, ...] = ()

    def column(self, name: str) -> Column:
        """The column of that name. Raises KeyError."""
        return {column.name: column for column in self.columns}[name]
