"""What pupils and parents say: questionnaires in waves, of which part comes back."""

from datetime import date

import numpy as np
import polars as pl

from data_access.demo import truths
from data_access.demo.dice import Dice
from data_access.demo.facts import facts

#: Wave -> day of asking. None in the year that the libraries were shut.
WAVES = {
    "2019-2020 winter": date(2020, 2, 10),
    "2021-2022 voorjaar": date(2022, 5, 16),
    "2022-2023 voorjaar": date(2023, 5, 15),
    "2023-2024 voorjaar": date(2024, 5, 13),
    "2024-2025 voorjaar": date(2025, 5, 12),
}
#: Scores of those who agree and of those who do not, and how likely each is.
AGREE = {4: 55, 5: 45}
NOT_AGREE = {3: 60, 2: 28, 1: 12}
NO_ANSWER, NOT_APPLICABLE = 0.04, 0.03


def surveys(seed: int, signed: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The surveys (survey_id, wave, audience, branch_id, held_on, invited) and their answers (survey_id, respondent, dimension, score, not_applicable).

    Everybody is invited who came to the branch since the school year began. signed: visits with school_year and is_anonymous.
    """
    dice = Dice(seed, "surveys")
    asked, answers = [], []
    for wave, day in WAVES.items():
        known = signed.filter(~pl.col("is_anonymous"), pl.col("school_year") == int(wave[:4]), pl.col("visited_on") <= day)
        invited = dict(known.group_by("branch_id").agg(pl.col("child").n_unique()).rows())
        for branch in facts("branches")["branch_id"]:
            for audience in truths.SURVEY:
                survey = f"{wave.replace(' ', '-')}-{audience}-{branch}"
                asked.append((survey, wave, audience, branch, day, invited[branch]))
                answers += _answers(dice, survey, audience, int(dice.happens(truths.RESPONSE[audience], invited[branch]).sum()))
    schema = {"survey_id": pl.String, "respondent": pl.Int64, "dimension": pl.String, "score": pl.Int64, "not_applicable": pl.Boolean}
    columns = ["survey_id", "wave", "audience", "branch_id", "held_on", "invited"]
    return pl.DataFrame(asked, schema=columns, orient="row"), pl.concat(answers).cast(schema)  # type: ignore[arg-type]


def _answers(dice: Dice, survey: str, audience: str, respondents: int) -> list[pl.DataFrame]:
    """One frame per question."""
    return [_question(dice, survey, dimension, agree, respondents) for dimension, agree in truths.SURVEY[audience].items()]


def _question(dice: Dice, survey: str, dimension: str, agree: float, respondents: int) -> pl.DataFrame:
    yes, no = (np.array(list(scores))[dice.pick(list(scores.values()), respondents)] for scores in (AGREE, NOT_AGREE))
    score = pl.Series(np.where(dice.happens(agree, respondents), yes, no))
    not_applicable = pl.Series(dice.happens(NOT_APPLICABLE, respondents))
    given = ~not_applicable & pl.Series(~dice.happens(NO_ANSWER, respondents))
    return pl.DataFrame({"respondent": np.arange(1, respondents + 1), "score": score, "not_applicable": not_applicable, "given": given}).select(
        pl.lit(survey).alias("survey_id"),
        "respondent",
        pl.lit(dimension).alias("dimension"),
        pl.when("given").then("score").alias("score"),
        "not_applicable",
    )
