"""The different texts of a column: what is worked out for each once is spread over all rows."""

import polars as pl


class Distinct:
    """texts: the different texts of the cells, without null, in the order of their first row."""

    def __init__(self, cells: pl.Series) -> None:
        """Number the texts of the cells."""
        numbered = cells.cast(pl.Categorical(pl.Categories.random()))
        different = numbered.drop_nulls().unique(maintain_order=True)
        self.texts = different.cast(pl.String)
        self._numbers = numbered.to_physical()
        self._places = different.to_physical().arg_sort()

    def spread(self, values: pl.Series) -> pl.Series:
        """What was worked out for each text, for each row; null where the cell is."""
        return values.gather(self._places).gather(self._numbers)
