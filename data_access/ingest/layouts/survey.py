"""What pupils and parents answer to the short questionnaires: a row per form, as they are typed over, or a row per answer, as survey tools give them.

No pupil is in it: a form has a number, which says nothing but which rows are one form. Whoever typed the forms over without numbers brings the whole list each
time: then the row in the file is the number, and a list that lacks what is known already is refused, because nobody can tell whose answers it holds.
"""

import re
from datetime import date

import polars as pl

from data_access.ingest.headers import fold, match
from data_access.ingest.kinds import Column, Kind
from data_access.ingest.known import Known
from data_access.ingest.layouts import Layout, as_table, has_columns
from data_access.ingest.matching import BRANCH, branch_rules, looked_up, naming_branch
from data_access.ingest.rules import Rule, Understood, understand
from data_access.ingest.shapes import Parsed, RawFeatures, RawTable
from metrics.periods import school_year_of

#: Dimension -> its column, and the sentence of the questionnaires for pupils and for parents, under which a form on the web gives it.
DIMENSIONS: dict[str, tuple[str, ...]] = {
    "knowledge": (
        *("geleerd", "learned", "kennis", "knowledge"),
        "Ik snap mijn huiswerk beter door de hulp hier",
        "Mijn kind begrijpt het huiswerk beter door de hulp in de bibliotheek",
    ),
    "confidence": (
        *("zelfvertrouwen", "confidence"),
        "Door de hulp hier denk ik vaker: dit kan ik",
        "Mijn kind heeft meer vertrouwen in zichzelf op school",
    ),
    "application": (
        *("toegepast", "applied", "toepassing", "application"),
        "Ik gebruik op school of thuis wat ik hier leer",
        "Mijn kind gebruikt op school of thuis wat het in de bibliotheek leert",
    ),
    "awareness": (
        *("weet_de_weg", "aware", "bekendheid", "awareness"),
        "Ik weet beter waar ik hulp kan krijgen als ik iets niet snap",
        "Ik weet beter waar mijn kind hulp kan krijgen bij schoolwerk",
    ),
    "welcome": (
        *("op_gemak", "at_ease", "welkom", "welcome"),
        "Ik voel me hier op mijn gemak",
    ),
}
#: The highest number that a form may have: a longer one may be a pupil's.
MOST_FORMS = 9999
LONGEST_WAVE, LONGEST_SURVEY = 24, 48

SURVEY = Kind(
    "survey",
    (
        BRANCH,
        Column(
            "held_on",
            ("datum", "date", "dag", "ingevuld_op", "held_on", "tijdstempel", "timestamp"),
            "day",
            required=True,
            may_be_empty=False,
            example="13-05-2024",
            is_public=True,
        ),
        Column("audience", ("ingevuld_door", "filled_in_by", "doelgroep", "audience"), required=True, may_be_empty=False, example="leerling", is_public=True),
        Column("wave", ("ronde", "wave", "meting"), example="2023-2024 voorjaar"),
        Column("invited", ("uitgedeeld", "handed_out", "uitgenodigd", "invited"), "whole", example="40", is_public=True),
        Column("respondent", ("nummer", "number", "formulier", "formuliernummer", "volgnummer", "nr", "respondent"), "whole", example="1"),
        *(Column(name, headers, example="4") for name, headers in DIMENSIONS.items()),
        Column("question", ("vraag", "question", "stelling", "dimensie", "dimension"), in_template=False),
        Column("answer", ("antwoord", "answer", "score"), in_template=False),
    ),
    any_of=tuple(DIMENSIONS),
)
KINDS = (SURVEY,)

_AUDIENCES = {
    "pupils": ("leerling", "leerlingen", "kind", "kinderen", "pupil", "pupils"),
    "parents": ("ouder", "ouders", "verzorger", "verzorgers", "ouder/verzorger", "ouders/verzorgers", "parent", "parents"),
}
NOT_APPLICABLE, NONE, BEYOND, UNREADABLE = "not applicable", "none", "beyond", "unreadable"
#: Answers in words, as on the forms for pupils and for parents and as survey tools write them.
_ANSWERS = {
    "1": ("nee, zeker niet", "helemaal niet mee eens", "helemaal mee oneens", "helemaal oneens", "helemaal niet", "strongly disagree"),
    "2": ("nee", "niet mee eens", "mee oneens", "oneens", "disagree"),
    "3": ("tussenin", "niet eens, niet oneens", "niet mee eens, niet mee oneens", "neutraal", "neutral", "neither agree nor disagree"),
    "4": ("ja", "mee eens", "eens", "agree"),
    "5": ("ja, zeker", "helemaal mee eens", "helemaal eens", "strongly agree"),
    NOT_APPLICABLE: ("n.v.t.", "niet van toepassing", "geldt niet voor mij", "n/a", "not applicable"),
    NONE: ("-", "geen antwoord", "niet ingevuld", "weet niet", "weet ik niet", "no answer"),
}
_AUDIENCE_OF = {fold(word): audience for audience, words in _AUDIENCES.items() for word in words}
_ANSWER_OF = {fold(word): answer for answer, words in _ANSWERS.items() for word in words}
_DIMENSION_OF = {fold(header): dimension for dimension, headers in DIMENSIONS.items() for header in headers}
_SEASONS = {(3, 4, 5): "voorjaar", (6, 7, 8): "zomer", (9, 10, 11): "najaar", (12, 1, 2): "winter"}


# --- a row per form ---------------------------------------------------------------------------------------------------


def parse(raw: RawTable | RawFeatures, known: Known) -> Parsed:
    """A row per form and a column per question -> surveys and answers. A question that nobody of a survey answered was not asked there."""
    rows = _of_surveys(understand(SURVEY, as_table(raw)), known)
    is_counted = rows.frame["respondent"].null_count() == len(rows.frame)
    rows = rows.adding(respondent=pl.col("row")) if is_counted else _with_numbers(rows)
    asked = [name for name in DIMENSIONS if name in rows.present]
    rows = rows.adding(**{name: looked_up(rows.frame, name, answer_of) for name in asked})
    rows = rows.keeping([rule for name in asked for rule in _answer_rules(name)])
    rows = rows.refuse(pl.all_horizontal(pl.col(asked).fill_null(NONE) == NONE), "", "form.empty").once(["survey_id", "respondent"])
    keys = ["row", "survey_id", "respondent"]
    answers = rows.frame.select(*keys, *asked).unpivot(on=asked, index=keys, variable_name="dimension", value_name="answer")
    was_asked = answers.filter(pl.col("answer") != NONE).select("survey_id", "dimension").unique()
    answers = _kept(answers.join(was_asked, on=["survey_id", "dimension"], how="semi", maintain_order="left"))
    if is_counted:
        rows = rows.refuse(pl.col("survey_id").is_in(_lacking(answers, known).implode()), "respondent", "form.number_needed")
        answers = answers.join(rows.frame, on="row", how="semi", maintain_order="left")
    return _parsed(rows, "plain", answers)


def _lacking(answers: pl.DataFrame, known: Known) -> pl.Series:
    """Surveys of which the store has answers that do not stand in this list in the same place."""
    stored = known.answers(answers["survey_id"])
    return stored.join(answers, on=stored.columns, how="anti", nulls_equal=True)["survey_id"].unique()


# --- a row per answer -------------------------------------------------------------------------------------------------


def has_answers(raw: RawTable | RawFeatures) -> bool:
    """A form, a question and an answer in every row."""
    if not isinstance(raw, RawTable):
        return False
    return {"branch", "held_on", "audience", "respondent", "question", "answer"} <= match(SURVEY, raw.headers).columns.keys()


def parse_answers(raw: RawTable | RawFeatures, known: Known) -> Parsed:
    """A row per form and question -> surveys and answers."""
    rows = _with_numbers(_of_surveys(understand(SURVEY, as_table(raw)), known))
    rows = rows.adding(
        dimension=looked_up(rows.frame, "question", lambda text: _DIMENSION_OF.get(fold(text))),
        answer=looked_up(rows.frame, "answer", answer_of),
    )
    rows = rows.keeping([Rule(pl.col("dimension").is_null(), "question", "question.unknown"), *_answer_rules("answer")])
    rows = rows.once(["survey_id", "respondent", "dimension"])
    return _parsed(rows, "answers", _kept(rows.frame.select("row", "survey_id", "respondent", "dimension", "answer")))


# --- what both have in common -----------------------------------------------------------------------------------------


def answer_of(text: str) -> str:
    """ "1" to "5", NOT_APPLICABLE, NONE, BEYOND for another number, or UNREADABLE."""
    if re.fullmatch(r"-?[0-9]+(?:[.,][0-9]+)?", text):
        return text[0] if re.fullmatch(r"[1-5](?:[.,]0+)?", text) else BEYOND
    return _ANSWER_OF.get(fold(text), UNREADABLE)


def wave_of(day: date) -> str:
    """The school year and the season of a day: 13 May 2024 -> "2023-2024 voorjaar"."""
    starts = school_year_of(day)
    return f"{starts}-{starts + 1} {next(season for months, season in _SEASONS.items() if day.month in months)}"


def _answer_rules(column: str) -> list[Rule]:
    return [
        Rule(pl.col(column) == BEYOND, column, "answer.out_of_range"),
        Rule(pl.col(column) == UNREADABLE, column, "answer.unreadable"),
    ]


def _of_surveys(rows: Understood, known: Known) -> Understood:
    """Which survey each row belongs to: branch_id, audience as it is kept, wave, survey_id, and how many forms were handed out (`said`)."""
    rows = naming_branch(rows, known)
    day, days = pl.col("held_on"), rows.frame["held_on"].unique()
    seasons = day.replace_strict(days, pl.Series([wave_of(each) for each in days], dtype=pl.String), return_dtype=pl.String)
    audience = looked_up(rows.frame, "audience", lambda text: _AUDIENCE_OF.get(fold(text)))
    rows = rows.adding(wave=pl.coalesce(pl.col("wave").str.to_lowercase(), seasons), audience_kept=audience)
    rows = rows.adding(survey_id=pl.format("{}-{}-{}", pl.col("wave").str.replace_all(r"\s+", "-"), "audience_kept", "branch_id"))
    room = pl.min_horizontal(pl.lit(LONGEST_WAVE), LONGEST_SURVEY - len("-parents-") - pl.col("branch_id").str.len_chars())
    rules = [
        *branch_rules(known),
        Rule(pl.col("audience_kept").is_null(), "audience", "audience.unknown"),
        Rule(day > known.today, "held_on", "date.future", value=day),
        Rule(day < known.started_on, "held_on", "date.before_start", value=day, detail=pl.lit(known.started_on)),
        Rule(pl.col("wave").str.len_chars() > room, "wave", "text.too_long", detail=room),
        Rule(pl.col("invited") < 0, "invited", "number.negative", value=pl.col("invited")),
    ]
    rows = rows.keeping(rules)
    rows = rows.adding(said=pl.col("invited").drop_nulls().first().over("survey_id"))
    return rows.refuse(pl.col("invited") != pl.col("said"), "invited", "form.handed_out_differs", value=pl.col("invited"), detail=pl.col("said"))


def _with_numbers(rows: Understood) -> Understood:
    """Every form has a number, and none so long that it may be a pupil's."""
    number = pl.col("respondent")
    impossible = Rule(~number.is_between(1, MOST_FORMS), "respondent", "form.number_impossible", detail=pl.lit(MOST_FORMS))
    return rows.keeping([Rule(number.is_null(), "respondent", "value.missing"), impossible])


def _kept(answers: pl.DataFrame) -> pl.DataFrame:
    """row, survey_id, respondent, dimension, score (null = no answer), not_applicable."""
    answer = pl.col("answer")
    return answers.with_columns(score=answer.cast(pl.Int64, strict=False), not_applicable=answer.eq_missing(NOT_APPLICABLE)).drop("answer")


def _parsed(rows: Understood, layout: str, answers: pl.DataFrame) -> Parsed:
    """A survey comes with the first of its rows. More forms than were handed out: then nobody knows how many were, and the receipt says so."""
    is_first, forms = (expression.over("survey_id") for expression in (pl.col("row") == pl.col("row").min(), pl.col("respondent").n_unique()))
    rows = rows.noting("survey.more_forms_than_handed_out", is_first & (pl.col("said") < forms))
    invited = {"invited": pl.when(pl.col("said") >= forms).then("said")} if "invited" in rows.present else {}
    surveys = rows.frame.with_columns(is_first=is_first, held_on=pl.col("held_on").min().over("survey_id"), **invited).filter("is_first")
    kept = surveys.select("row", "survey_id", "wave", "branch_id", "held_on", *invited, audience="audience_kept")
    return rows.parsed(layout, {"surveys": kept, "survey_answers": answers})


LAYOUTS = (
    Layout("survey", "answers", has_answers, parse_answers),
    Layout("survey", "plain", has_columns(SURVEY), parse),
)
