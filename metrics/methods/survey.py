"""What pupils and parents say: the share that chose one of the two best answers, per dimension."""

import polars as pl

from metrics.methods.columns import numbers
from metrics.methods.uncertainty import proportions
from metrics.shapes import Refused

#: With fewer answers to choose from the two best and the two worst would overlap.
SHORTEST_SCALE = 4


def top_two_box(answers: pl.DataFrame, scale: int = 5, *, confidence: float = 0.95) -> pl.DataFrame:
    """Share of the two best and of the two worst answers among the valid ones, per dimension.

    answers: one row per respondent and question; dimension, score (whole, 1 worst .. scale best; null = no answer) [, not_applicable (true = the question was
    not for this respondent, whatever the score)]. Gives dimension, top, bottom, numerator (top two), denominator (valid answers), value (= top), lower, upper
    (Wilson) and response: valid answers over rows less those not applicable. Shares are null without valid answers, response where nobody could answer.
    Raises Refused: `missing_column`, `not_a_number`, `scale_too_short` (below 4), `score_off_scale` (rows).
    Source: the top-two-box score of customer surveys; limits of Wilson 1927.
    """
    if scale < SHORTEST_SCALE:
        raise Refused("scale_too_short", scale=scale)
    if "dimension" not in answers.columns:
        raise Refused("missing_column", columns=["dimension"])
    rows = numbers(answers, ["score"]).with_columns(answers.get_column("dimension"), _asked(answers))
    off_scale = rows.select((pl.col("score") % 1 != 0) | ~pl.col("score").is_between(1, scale)).to_series()
    if off_scale.any():
        raise Refused("score_off_scale", scale=scale, rows=off_scale.arg_true().to_list())
    score, asked = pl.col("score"), pl.col("asked")
    counted = rows.group_by("dimension").agg(
        numerator=(asked & (score >= scale - 1)).sum().cast(pl.Int64),
        bottoms=(asked & (score <= 2)).sum(),
        denominator=(asked & score.is_not_null()).sum().cast(pl.Int64),
        asked=asked.sum(),
    )
    valid, could_answer = (pl.when(pl.col(name) > 0).then(pl.col(name)) for name in ("denominator", "asked"))
    return (
        proportions(counted.sort("dimension"), confidence=confidence)
        .with_columns(top=pl.col("value"), bottom=pl.col("bottoms") / valid, response=pl.col("denominator") / could_answer)
        .select("dimension", "top", "bottom", "numerator", "denominator", "value", "lower", "upper", "response")
    )


def _asked(answers: pl.DataFrame) -> pl.Series:
    """Per row whether the question was for this respondent: it was, unless marked as not applicable."""
    if "not_applicable" not in answers.columns:
        return pl.repeat(value=True, n=answers.height, eager=True).alias("asked")
    return (numbers(answers, ["not_applicable"]).to_series().fill_null(0) == 0).alias("asked")
