"""What pupils and parents say: questionnaires in waves, of which part comes back, typed over form by form."""

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
#: How the list says who filled in a form, and that a question is not for them.
FILLED_IN_BY = {"pupils": "leerling", "parents": "ouder"}
NOT_FOR_ME = "nvt"


def forms(seed: int, signed: pl.DataFrame) -> pl.DataFrame:
    """wave, audience, branch_id, held_on, handed_out, number, and per dimension the answer as typed: 1-5, nvt, or null = none. One row per form that came back.

    Everybody gets one who came to the branch since the school year began. signed: visits with school_year and is_anonymous.
    """
    dice = Dice(seed, "surveys")
    found = []
    for wave, day in WAVES.items():
        known = signed.filter(~pl.col("is_anonymous"), pl.col("school_year") == int(wave[:4]), pl.col("visited_on") <= day)
        invited = dict(known.group_by("branch_id").agg(pl.col("child").n_unique()).rows())
        for branch in facts("branches")["branch_id"]:
            for audience, questions in truths.SURVEY.items():
                count = int(dice.happens(truths.RESPONSE[audience], invited[branch]).sum())
                answers = {dimension: _answers(dice, agree, count) for dimension, agree in questions.items()}
                filled_in = pl.DataFrame({"number": np.arange(1, count + 1), **answers})
                about = {"wave": wave, "audience": audience, "branch_id": branch, "held_on": day, "handed_out": invited[branch]}
                found.append(filled_in.select(*(pl.lit(value).alias(name) for name, value in about.items()), "*"))
    every = pl.concat(found, how="diagonal")
    return every.filter(pl.any_horizontal(pl.col(list(truths.SURVEY["pupils"])).is_not_null()))  # a form without any answer was not handed in


def _answers(dice: Dice, agree: float, size: int) -> pl.Series:
    """Answers to one question."""
    yes, no = (np.array(list(scores))[dice.pick(list(scores.values()), size)] for scores in (AGREE, NOT_AGREE))
    score = pl.Series(np.where(dice.happens(agree, size), yes, no)).cast(pl.String)
    is_not_for_me = pl.Series(dice.happens(NOT_APPLICABLE, size))
    is_given = ~is_not_for_me & pl.Series(~dice.happens(NO_ANSWER, size))
    return pl.select(pl.when(is_not_for_me).then(pl.lit(NOT_FOR_ME)).when(is_given).then(score)).to_series()
