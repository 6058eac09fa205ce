"""School results as a school gives them for a whole group: how many pupils, their mean and their standard deviation, without pupils.

In the first years a school will rarely hand over results per pupil. Groups of fewer than five pupils come in like others; whether they may be shown is decided
where figures are shown.
"""

import polars as pl

from data_access.ingest.headers import fold
from data_access.ingest.kinds import Column, Kind
from data_access.ingest.known import Known
from data_access.ingest.layouts import Layout, as_table, has_columns
from data_access.ingest.layouts.outcomes import SUBJECT, score_rules, subject_rule
from data_access.ingest.matching import looked_up, school_finder
from data_access.ingest.rules import Rule, understand
from data_access.ingest.school_years import NO_SCHOOL_YEAR, SCHOOL_YEAR, not_ahead, with_year
from data_access.ingest.shapes import Parsed, RawTable
from data_access.reference.sift import parsed

_GROUPS = {
    "took part": ("deelnemers", "deelnemer", "deelgenomen", "wel", "ja", "participants", "took part", "yes"),
    "did not": ("overige leerlingen", "overige", "anderen", "niet-deelnemers", "niet deelgenomen", "niet", "nee", "others", "other pupils", "no"),
}
_MOMENTS = {
    "before": ("begin", "begin schooljaar", "beginmeting", "voor", "voormeting", "before", "start"),
    "after": ("eind", "einde", "eind schooljaar", "eindmeting", "na", "nameting", "after", "end"),
}
_GROUP_OF = {fold(word): group for group, words in _GROUPS.items() for word in words}
_MOMENT_OF = {fold(word): moment for moment, words in _MOMENTS.items() for word in words}

KIND = Kind(
    "group_outcomes",
    (
        Column("school", ("school", "school_name", "school_id", "schoolnaam", "schoolcode", "brin"), required=True, may_be_empty=False, is_public=True),
        SCHOOL_YEAR,
        SUBJECT,
        Column("group", ("groep", "group"), required=True, may_be_empty=False, example="deelnemers", is_public=True),
        Column("moment", ("moment", "when", "meting"), required=True, may_be_empty=False, example="begin", is_public=True),
        Column("pupils", ("aantal", "pupils", "leerlingen", "aantal_leerlingen", "n"), "whole", required=True, may_be_empty=False, example="24"),
        Column("mean", ("gemiddelde", "mean", "gemiddeld", "average"), "decimal", required=True, may_be_empty=False, example="6,3"),
        Column("sd", ("standaardafwijking", "standard_deviation", "sd", "spreiding"), "decimal", required=True, example="1,1"),
    ),
)


def parse(raw: RawTable, known: Known) -> Parsed:
    """Rows for `group_outcomes`: one per school, school year, subject, group and moment. The standard deviation of one pupil does not exist and is not kept."""
    rows = with_year(understand(KIND, raw))
    rows = rows.adding(
        subject=pl.col("subject").str.to_lowercase(),
        school_id=looked_up(rows.frame, "school", school_finder(known)),
        group_kept=looked_up(rows.frame, "group", lambda text: _GROUP_OF.get(fold(text))),
        moment_kept=looked_up(rows.frame, "moment", lambda text: _MOMENT_OF.get(fold(text))),
    )
    rows = rows.keeping([NO_SCHOOL_YEAR, not_ahead(known), *_RULES, *score_rules("mean"), subject_rule()])
    kept = rows.adding(took_part=pl.col("group_kept") == "took part", moment=pl.col("moment_kept"), sd=pl.when(pl.col("pupils") > 1).then("sd"))
    kept = kept.once(["school_id", "year", "subject", "took_part", "moment"])
    columns = ("row", "school_id", "subject", "took_part", "moment", "pupils", "mean", "sd")
    return parsed(kept, "plain", group_outcomes=kept.frame.select(*columns, school_year="year"))


_RULES = [
    Rule(pl.col("school_id").is_null(), "school", "school.unknown", value=pl.col("school")),
    Rule(pl.col("group_kept").is_null(), "group", "group.unknown", value=pl.col("group")),
    Rule(pl.col("moment_kept").is_null(), "moment", "moment.unknown", value=pl.col("moment")),
    Rule(pl.col("pupils") < 1, "pupils", "group.empty"),
    Rule(pl.col("sd") < 0, "sd", "spread.negative"),
    Rule(pl.col("sd").is_null() & (pl.col("pupils") > 1), "sd", "spread.missing"),
]

LAYOUTS = (Layout("group_outcomes", "plain", has_columns(KIND), lambda raw, known: parse(as_table(raw), known)),)
KINDS = (KIND,)
