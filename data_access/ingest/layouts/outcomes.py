"""School results per pupil: what each scored at the start and at the end of a school year, of participants and of comparable pupils of the same schools."""

import polars as pl

from data_access.ingest.kinds import Column, Kind
from data_access.ingest.known import Known
from data_access.ingest.layouts import Layout, as_table, has_columns
from data_access.ingest.matching import PUPIL, PUPIL_RULES, looked_up, numbering_pupils, school_finder
from data_access.ingest.rules import Rule, understand
from data_access.ingest.school_years import NO_SCHOOL_YEAR, SCHOOL_YEAR, not_ahead, with_year
from data_access.ingest.shapes import Parsed, RawFeatures, RawTable

#: Marks run from 1 to 10 and tests to a few hundred; more is a number from another column.
HIGHEST = 1000
SUBJECT = Column("subject", ("vak", "subject", "toets", "test"), required=True, may_be_empty=False, example="rekenen", is_public=True)
LONGEST_SUBJECT = 32

OUTCOMES = Kind(
    "outcomes",
    (
        Column("pupil", PUPIL.headers, required=True, may_be_empty=False, example=PUPIL.example),
        SCHOOL_YEAR,
        Column("school", ("school", "school_name", "school_id", "schoolnaam", "schoolcode", "brin")),
        SUBJECT,
        Column("before", ("score_begin", "score_before", "beginscore", "beginmeting", "voormeting", "before"), "decimal", example="6,1"),
        Column("after", ("score_eind", "score_after", "eindscore", "eindmeting", "nameting", "after"), "decimal", example="6,6"),
        Column("took_part", ("deelgenomen", "took_part", "deelnemer", "participant"), "yes_no", required=True, may_be_empty=False, example="ja"),
    ),
    any_of=("before", "after"),
)
KINDS = (OUTCOMES,)


def parse(raw: RawTable | RawFeatures, known: Known) -> Parsed:
    """Rows -> results. The subject is kept in lower case; a result of a school that the store does not know counts, without its school."""
    rows = with_year(numbering_pupils(understand(OUTCOMES, as_table(raw)), known.branch_words))
    rows = rows.adding(subject=pl.col("subject").str.to_lowercase(), school_id=looked_up(rows.frame, "school", school_finder(known)))
    rows = rows.keeping([NO_SCHOOL_YEAR, not_ahead(known), *PUPIL_RULES, *score_rules("before", "after"), subject_rule()])
    rows = rows.refuse(pl.all_horizontal(pl.col("before", "after").is_null()), "after", "score.missing").once(["pupil", "year", "subject"])
    rows = rows.noting("outcomes.school_unknown", pl.col("school").is_not_null() & pl.col("school_id").is_null())
    kept = [name for name in ("before", "after") if name in rows.present] + (["school_id"] if "school" in rows.present else [])
    return rows.parsed("plain", {"outcomes": rows.frame.select("row", "pupil", "subject", "took_part", *kept, school_year="year")})


def score_rules(*columns: str) -> list[Rule]:
    """A score that no test gives is refused."""
    return [Rule(~pl.col(column).is_between(0, HIGHEST), column, "score.out_of_range", detail=pl.lit(HIGHEST)) for column in columns]


def subject_rule() -> Rule:
    """A name of a subject that is longer than the store keeps is refused."""
    return Rule(pl.col("subject").str.len_chars() > LONGEST_SUBJECT, "subject", "text.too_long", detail=pl.lit(LONGEST_SUBJECT))


LAYOUTS = (Layout("outcomes", "plain", has_columns(OUTCOMES), parse),)
