"""Numbers of pupils that differ from another in capitals, spaces or noughts in front alone: perhaps one child typed in two ways, perhaps two children.

Ids are kept nowhere, so this can be seen at the door alone; the receipt keeps how many there are.
"""

import polars as pl
from sqlalchemy import Connection, select

from data_access import tables
from data_access.frames import read_where
from data_access.ingest.pseudonyms import pseudonyms, read_keys
from data_access.ingest.shapes import Stretch
from data_access.reader import Reader, Role
from data_access.settings import settings

#: Notes: counted as one pupil; counted as two.
AS_ONE, AS_TWO = "pupil.look_alike_one", "pupil.look_alike_two"
#: Noughts that a spreadsheet may have taken away, and numbers of a file that are tried with and without them: enough to see that it happened.
NOUGHTS, TRIED = 3, 2_000


def in_file(typed: pl.Series, normal: pl.Series) -> dict[str, pl.Series]:
    """Of each note on the numbers of one file the texts that look alike, a list for each number. typed, normal: its different texts, and what was made of
    each; null where that is no number."""
    ids = pl.DataFrame({"typed": typed, "normal": normal}).drop_nulls()
    digits = ids.filter(pl.col("normal").str.contains(r"^\d+$")).with_columns(without=pl.col("normal").str.strip_chars_start("0"))
    as_one = ids.group_by("normal").agg("typed").filter(pl.col("typed").list.len() > 1)
    as_two = digits.group_by("without").agg(pl.col("normal").n_unique(), "typed").filter(pl.col("normal") > 1)
    return {code: found["typed"] for code, found in ((AS_ONE, as_one), (AS_TWO, as_two)) if found.height}


def in_store(connection: Connection, ids: pl.Series, reader: Reader, stretch: Stretch | None) -> pl.Series:
    """Which numbers of a file the store knows with more or fewer noughts in front; for a branch of its own pupils alone, or it could find out which numbers
    others have. ids: normal; stretch: of a replacing file, what goes. Raises KeyFault."""
    if ids.is_empty() or connection.execute(select(tables.pupils.c.pupil_id).limit(1)).first() is None:
        return ids.clear()
    digits = ids.filter(ids.str.contains(r"^\d+$")).head(TRIED)
    without = digits.str.strip_chars_start("0")
    variants = pl.concat([without, *("0" * count + digits for count in range(1, NOUGHTS + 1))]).unique()
    others = variants.filter(~variants.is_in(ids.implode()) & (variants != ""))
    keys = pseudonyms(others, read_keys(settings().key_file))
    pupils = read_where(connection, tables.pupils, "pupil_key", keys)
    pupils = pupils.filter(pl.col("pupil_id").is_in(_that_stay(connection, pupils["pupil_id"], reader, stretch).implode()))
    known = others.filter(keys.is_in(pupils["pupil_key"].implode()))
    return digits.filter(without.is_in(known.str.strip_chars_start("0").implode()))


def _that_stay(connection: Connection, pupils: pl.Series, reader: Reader, stretch: Stretch | None) -> pl.Series:
    """Which of these pupils have a visit that stays, or stand in a register or in results: not those of whom everything was replaced."""
    visits = read_where(connection, tables.visits, "pupil_id", pupils)
    if stretch is not None:
        days = pl.col("visited_on").is_between(stretch.period.first, stretch.period.last)
        visits = visits.filter(~(pl.col("branch_id").is_in(stretch.branch_ids) & days))
    if reader.role is Role.BRANCH:
        return visits.filter(pl.col("branch_id").is_in(reader.branch_ids))["pupil_id"]
    registers = list(connection.execute(select(tables.loads.c.load_id).where(tables.loads.c.kind == "pupils")).scalars())
    said = read_where(connection, tables.pupil_years, "pupil_id", pupils).filter(pl.col("load_id").is_in(registers))
    return pl.concat([visits["pupil_id"], said["pupil_id"], read_where(connection, tables.outcomes, "pupil_id", pupils)["pupil_id"]])
