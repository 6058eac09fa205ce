"""Columns that name something the store knows: branches, areas, levels, schools, pupils. Each different text is looked up once."""

import re
from collections.abc import Callable, Collection
from dataclasses import replace

import polars as pl

from data_access.ingest import look_alikes, pseudonyms
from data_access.ingest.areas import NO_SUCH_AREA, Areas
from data_access.ingest.distinct import Distinct
from data_access.ingest.headers import fold
from data_access.ingest.kinds import Column
from data_access.ingest.known import Known
from data_access.ingest.rules import Rule, Understood
from data_access.ingest.shapes import FileRefused
from data_access.levels import level_of
from data_access.reader import Role

PUPIL = Column(
    "pupil",
    ("leerling_id", "pupil_id", "leerlingnummer", "leerlingnr", "leerling", "pupil", "student_id", "pasnummer", "pasnr", "kaartnummer", "pupil_number"),
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


#: In place of the number of a pupil: what was typed may not be kept.
UNFIT = {"pupil.bsn": -1, "pupil.name": -2, "pupil.placeholder": -3, "pupil.rounded": -4, "pupil.unfit": -5, "pupil.phone": -6}


def looked_up(rows: pl.DataFrame, column: str, find: Callable[[str], str | None]) -> pl.Series:
    """What `find` makes of each text of a column; null stays null."""
    distinct = Distinct(rows[column])
    return distinct.spread(pl.Series([find(text) for text in distinct.texts], dtype=pl.String))


def branch_finder(known: Known) -> Callable[[str], str | None]:
    """Finds the id of a branch that is named by its id or its name."""
    return lambda text: known.branch_ids.get(fold(text))


def school_finder(known: Known) -> Callable[[str], str | None]:
    """Finds the id of a school that is named by its id or its name."""
    ids = {fold(name): school_id for school_id, name in known.schools.select("school_id", "name").iter_rows()}
    ids |= {fold(school_id): school_id for school_id in known.schools["school_id"]}
    return lambda text: ids.get(fold(text))


def naming_branch(rows: Understood, known: Known) -> Understood:
    """branch (id or name) -> branch_id, null when there is none; of a list that names no branch the one it is of. Raises FileRefused("file.branches_first")."""
    if known.branches.is_empty():
        raise FileRefused("file.branches_first")
    if "branch" not in rows.present:
        return rows.adding(branch_id=pl.lit(known.branch, pl.String))
    return rows.adding(branch_id=looked_up(rows.frame, "branch", branch_finder(known)))


def branch_rules(known: Known) -> list[Rule]:
    """An unknown branch is refused, as the nearest name is for a person to choose; so is a branch that the reader may not deliver for."""
    branch = pl.col("branch")
    rules = [Rule(pl.col("branch_id").is_null(), "branch", "branch.unknown", value=branch)]
    if known.reader.role is Role.BRANCH:
        rules.append(Rule(~pl.col("branch_id").is_in(known.reader.branch_ids), "branch", "branch.not_yours", value=branch))
    return rules


def numbering_pupils(rows: Understood, codes: Collection[str] = ()) -> Understood:
    """pupil as typed -> a number within this file, null for nobody in particular, and the id of each number in `pupils`.

    From here on no frame holds an id. A citizen service number or a name gets no number and is kept nowhere. A word for "not known who" is as an empty cell
    where the column may be empty, which `noting_unknown` tells; elsewhere it is refused as a placeholder. codes: as for `pseudonyms.judge`.
    """
    typed = Distinct(rows.frame["pupil"])
    judged = pseudonyms.judge(typed.texts, codes)
    is_unknown = judged["code"].eq_missing("pupil.unknown")
    if not rows.kind.column("pupil").may_be_empty:
        judged = judged.with_columns(pl.col("code").replace("pupil.unknown", "pupil.placeholder"))
    ids = judged.filter(pl.col("code").is_null())["normal"].unique(maintain_order=True)
    numbers = judged["normal"].replace_strict(ids, pl.int_range(len(ids), eager=True), default=None, return_dtype=pl.Int64)
    numbers = judged.select(pl.col("code").replace_strict(UNFIT, default=None, return_dtype=pl.Int64).fill_null(numbers)).to_series()
    alike = look_alikes.in_file(typed.texts, judged.select(pl.when(pl.col("code").is_null()).then("normal")).to_series())
    notes = [(code, str(len(texts))) for code, texts in alike.items()]
    noted = [(code, stood) for code, texts in alike.items() for stood in first_rows(rows.frame, "pupil", texts)]
    numbered = rows.adding(pupil=typed.spread(numbers), said_unknown=typed.spread(is_unknown))
    return replace(numbered, pupils=ids, notes=(*rows.notes, *notes), noted=(*rows.noted, *noted))


def first_rows(rows: pl.DataFrame, column: str, alike: pl.Series) -> list[tuple[int, ...]]:
    """The first row in which each value stands, together for each list of values that are alike."""
    values = pl.DataFrame({"place": pl.int_range(len(alike), eager=True), column: alike}).explode(column)
    first = rows.select("row", column).unique(column, keep="first", maintain_order=True)
    return [tuple(stood) for stood in values.join(first, on=column).group_by("place").agg(pl.col("row").sort()).sort("place")["row"]]


PUPIL_RULES = [Rule(pl.col("pupil") == number, "pupil", code) for code, number in UNFIT.items()]


def describing_pupil(rows: Understood, known: Known) -> Understood:
    """neighbourhood, smaller area or postcode -> neighbourhood_code; level, year_group and school as the store knows them, each null when unknown."""
    areas, frame = Areas(known), rows.frame
    ways = {"neighbourhood": areas.of_code, "subneighbourhood": areas.of_code, "postcode": areas.of_postcode}
    homes = [looked_up(frame, column, find) for column, find in ways.items()]
    return rows.adding(
        neighbourhood_code=frame.select(pl.coalesce(*homes)).to_series(),
        level_kept=looked_up(frame, "level", level_of),
        year_group_kept=looked_up(frame, "year_group", year_group_of).cast(pl.Int64),
        school_id=looked_up(frame, "school", school_finder(known)),
    )


def _lost(column: str, kept: str) -> pl.Expr:
    """True where something was delivered of which nothing could be made."""
    return pl.col(column).is_not_null() & pl.col(kept).is_null()


ABOUT_PUPIL_RULES = [
    Rule(pl.col("neighbourhood_code") == NO_SUCH_AREA, "neighbourhood", "neighbourhood.unknown", value=pl.coalesce("neighbourhood", "subneighbourhood")),
    Rule(_lost("level", "level_kept"), "level", "level.unknown", value=pl.col("level")),
    Rule(_lost("year_group", "year_group_kept"), "year_group", "year_group.unknown"),
]


def noting_unknown(rows: Understood) -> Understood:
    """Note words for "not known who", and schools and postcodes that the store does not know: a visit counts all the same."""
    rows = rows.noting("pupil.unknown", pl.col("said_unknown"))
    return rows.noting("school.unknown", _lost("school", "school_id")).noting("postcode.unknown", _lost("postcode", "neighbourhood_code"))


def year_group_of(text: str) -> str | None:
    """The number in "groep 7", "klas 2", "2e" or "7"; None when there is not exactly one number from 1 to 8 in it."""
    numbers = re.findall(r"\d+", text)
    return numbers[0] if len(numbers) == 1 and numbers[0] in set("12345678") else None
