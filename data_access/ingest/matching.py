"""Columns that name something the store knows: branches, areas, levels, schools, pupils. Each different text is looked up once."""

import re
from collections.abc import Callable

import polars as pl

from data_access.ingest import pseudonyms
from data_access.ingest.areas import NO_SUCH_AREA, Areas
from data_access.ingest.headers import fold
from data_access.ingest.kinds import Column
from data_access.ingest.known import Known
from data_access.ingest.rules import Understood
from data_access.ingest.shapes import FileRefused
from data_access.levels import level_of
from data_access.reader import Role

PUPIL = Column(
    "pupil",
    ("leerling_id", "pupil_id", "leerlingnummer", "leerlingnr", "leerling", "pupil", "student_id", "pasnummer"),
    required=True,
    example="100234",
)
BRANCH = Column(
    "branch",
    ("vestiging", "branch", "vestiging_id", "vestigingscode", "vestigingsnaam", "bibliotheek", "locatie", "branch_id", "branch_name", "library", "location"),
    required=True,
    may_be_empty=False,
    is_public=True,
)
#: What may be said of a pupil, on a visit or in a register.
ABOUT_PUPIL = (
    Column("neighbourhood", ("wijkcode", "neighbourhood_code", "wijk", "neighbourhood", "wk_code"), is_public=True),
    Column("subneighbourhood", ("buurtcode", "subneighbourhood_code", "buurt", "subneighbourhood", "bu_code"), is_public=True),
    Column("postcode", ("postcode", "postal_code", "pc6")),
    Column("school", ("school", "school_id", "schoolnaam", "school_name", "schoolcode", "brin")),
    Column("level", ("schoolniveau", "school_level", "niveau", "onderwijsniveau", "level", "schooltype"), is_public=True, example="havo"),
    Column("year_group", ("leerjaar", "year_group", "groep", "klas", "year"), example="2"),
)


def looked_up(rows: pl.DataFrame, column: str, find: Callable[[str], str | None]) -> pl.Series:
    """What `find` makes of each text of a column; null stays null."""
    texts = rows[column].drop_nulls().unique(maintain_order=True)
    found = pl.Series([find(text) for text in texts], dtype=pl.String)
    return rows[column].replace_strict(texts, found, default=None, return_dtype=pl.String)


def branch_finder(known: Known) -> Callable[[str], str | None]:
    """Finds the id of a branch that is named by its id or its name."""
    ids = {fold(name): branch_id for branch_id, name in known.branches.select("branch_id", "name").iter_rows()}
    ids |= {fold(branch_id): branch_id for branch_id in known.branches["branch_id"]}
    return lambda text: ids.get(fold(text))


def with_branch(rows: Understood, known: Known) -> Understood:
    """branch (id or name) -> branch_id. An unknown branch is refused, as the nearest name is for a person to choose; so is another's branch."""
    if known.branches.is_empty():
        raise FileRefused("file.branches_first")
    rows = rows.adding(branch_id=looked_up(rows.frame, "branch", branch_finder(known)))
    rows = rows.refuse(pl.col("branch_id").is_null(), "branch", "branch.unknown", value=pl.col("branch"))
    if known.reader.role is Role.BRANCH:
        rows = rows.refuse(~pl.col("branch_id").is_in(known.reader.branch_ids), "branch", "branch.not_yours", value=pl.col("branch"))
    return rows


def with_pupil(rows: Understood) -> Understood:
    """pupil as typed -> as one id, null for nobody in particular. A citizen service number or a name is refused and kept nowhere."""
    typed = rows.frame["pupil"].drop_nulls().unique(maintain_order=True)
    normal = [pseudonyms.normal(text) for text in typed]
    codes = ["pupil.bsn" if pseudonyms.is_bsn(one) else "pupil.name" if pseudonyms.is_name(one) else None for one in normal]
    found = pl.DataFrame({"pupil": typed, "normal": normal, "code": codes}, schema={"pupil": pl.String, "normal": pl.String, "code": pl.String})
    frame = rows.frame.join(found, on="pupil", how="left", maintain_order="left").with_columns(pupil=pl.col("normal"))
    rows = rows.holding(frame.drop("normal"))
    for code in ("pupil.bsn", "pupil.name"):
        rows = rows.refuse(pl.col("code") == code, "pupil", code)
    return rows.holding(rows.frame.drop("code"))


def about_pupil(rows: Understood, known: Known) -> Understood:
    """neighbourhood, smaller area or postcode -> neighbourhood_code; level, year_group and school as the store knows them."""
    areas = Areas(known)
    frame = rows.frame
    codes = [looked_up(frame, column, areas.of_code) for column in ("neighbourhood", "subneighbourhood")]
    home = codes[0].zip_with(codes[0].is_not_null(), codes[1])
    from_postcode = looked_up(frame, "postcode", areas.of_postcode)
    schools = {fold(name): school_id for school_id, name in known.schools.select("school_id", "name").iter_rows()}
    schools |= {fold(school_id): school_id for school_id in known.schools["school_id"]}
    rows = rows.adding(
        neighbourhood_code=home.zip_with(home.is_not_null(), from_postcode),
        level_kept=looked_up(frame, "level", level_of),
        year_group_kept=looked_up(frame, "year_group", year_group_of).cast(pl.Int64),
        school_id=looked_up(frame, "school", lambda text: schools.get(fold(text))),
    )
    rows = rows.refuse(
        pl.col("neighbourhood_code") == NO_SUCH_AREA,
        "neighbourhood",
        "neighbourhood.unknown",
        value=pl.coalesce("neighbourhood", "subneighbourhood"),
    )
    rows = rows.refuse(pl.col("level").is_not_null() & pl.col("level_kept").is_null(), "level", "level.unknown", value=pl.col("level"))
    rows = rows.refuse(pl.col("year_group").is_not_null() & pl.col("year_group_kept").is_null(), "year_group", "year_group.unknown")
    rows = rows.noting("school.unknown", pl.col("school").is_not_null() & pl.col("school_id").is_null())
    return rows.noting("postcode.unknown", pl.col("postcode").is_not_null() & pl.col("neighbourhood_code").is_null())


def year_group_of(text: str) -> str | None:
    """The number in "groep 7", "klas 2", "2e" or "7"; None when there is not exactly one number from 1 to 8 in it."""
    numbers = re.findall(r"\d+", text)
    return numbers[0] if len(numbers) == 1 and numbers[0] in set("12345678") else None
