"""Outcomes: what pupils and parents say, and what became of the results of those who came beside those who did not.

Coming is self-chosen, so nothing here proves an effect. Results are of a whole school year: a view holds the results of every school year of which a day lies
in its period, and can be split by school year and sector alone. A pupil with results in two school years counts in both.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

import polars as pl

from metrics import periods
from metrics.indicators import selection as select
from metrics.indicators import wealth
from metrics.methods import effects
from metrics.methods.effects import Effect
from metrics.methods.survey import top_two_box
from metrics.shapes import GRAINS, UNKNOWN, Figures, Inputs, View

RESULT_GRAINS = ("school_year", "sector")
#: Below so many pupils in a group, or schools in all, a result cannot be trusted.
PUPILS_NEEDED, SCHOOLS_NEEDED = 30, effects.CLUSTERS_NEEDED
#: From so many schools on CR1 is as good as the jackknife over schools (CR3).
SCHOOLS_FOR_CR1 = 40
#: equal_start: at the same start score (covariance analysis); plain: as they come, for the same pupils; change: change against change (difference in
#: differences); group_change: the same from what schools gave for whole groups.
ANALYSES = ("equal_start", "plain", "change", "group_change")
#: secondary: VO beside PO; low_start: a start score below the median of the pupils compared; least_wealthy: living in the two least wealthy fifths of
#: neighbourhoods, of the pupils whose home is known.
SUBGROUPS = ("secondary", "low_start", "least_wealthy")
LEAST_WEALTHY = ("1", "2")
#: Bands of visit days in a school year by where they begin, and end; 0 = never came.
DOSES = (0, 1, 2, 5, 10, 20)
ENDS = (*(first - 1 for first in DOSES[1:]), 366)
SCORES = (1, 2, 3, 4, 5)

Row = dict[str, Any]


def survey(data: Inputs, view: View) -> Figures:
    """Share that chose one of the two best answers, per question and audience. Grains of branch and time; own keys audience and dimension.

    Of the surveys held in the period, up to as_of. numerator: answers 4 and 5; denominator: valid answers; Wilson limits. Further columns: bottom (share of
    answers 1 and 2), share_1 .. share_5, respondents, invited and response (respondents over invited; null where one survey does not say how many it invited).
    pupils: the respondents who answered the question, parents too. `no_answers` where nobody did. The coverage names the `waves`. Questions that were not asked
    have no row.
    """
    select.refuse_grains(view, *select.PUPIL_GRAINS, "weekday", "hour")
    held = data.surveys.join(select.branches_in(data, view), on="branch_id").join(select.days_in(view), left_on="held_on", right_on="day")
    keys = [*view.keys, "audience"]
    answers = data.survey_answers.join(held.select("survey_id", *keys), on="survey_id")
    # One call for all: a question of one audience in one cell is a dimension of its own.
    found = top_two_box(answers.with_columns(dimension=pl.struct(*keys, "dimension")), confidence=view.confidence).unnest("dimension")
    of_question = [*keys, "dimension"]
    given = answers.filter(pl.col("score").is_not_null() & ~pl.col("not_applicable").fill_null(False))
    spread = given.group_by(of_question).agg((pl.col("score") == score).mean().alias(f"share_{score}") for score in SCORES)
    respondents = answers.group_by(keys).agg(respondents=pl.struct("survey_id", "respondent").n_unique().cast(pl.Int64))
    invited = held.group_by(keys).agg(invited=pl.when(pl.col("invited").null_count() == 0).then(pl.col("invited").sum()))
    rows = (
        found.drop("response")
        .join(spread, on=of_question, how="left")
        .join(respondents, on=keys, how="left")
        .join(invited, on=keys, how="left")
        .with_columns(
            pupils="denominator",
            method=pl.lit("wilson"),
            reason=pl.when(pl.col("value").is_null()).then(pl.lit("no_answers")),
            response=pl.col("respondents") / select.positive("invited"),
        )
    )
    more = ("bottom", *(f"share_{score}" for score in SCORES), "respondents", "invited", "response")
    waves = ", ".join(held["wave"].unique().sort())
    coverage = select.coverage(data, view, notes=(("waves", waves),) if waves else ())
    return select.figures("survey", view, rows, coverage, own_keys=("audience", "dimension"), more=more)


def paired_change(data: Inputs, view: View) -> Figures:
    """Mean change between the start and the end of the school year of the participants with both scores, per subject (own key). No comparison, so no effect.

    numerator: the changes summed; denominator: pairs; t-limits. Further columns: improved, same, worse (shares), lost (participants with one of both scores).
    `missing_start_score` or `missing_pupils` where there are no pairs; `missing_pupils` also beside a value of fewer than 30 pairs, which cannot be trusted
    yet.
    """

    def row(group: pl.DataFrame) -> Row:
        came = group.filter("took_part")
        pairs = came.drop_nulls(["before", "after"])
        found = effects.paired_change(pairs, confidence=view.confidence)
        no_start = came.height > 0 and came["before"].null_count() == came.height
        too_few = "missing_start_score" if no_start else "missing_pupils" if found.pairs < PUPILS_NEEDED else None
        return {
            "numerator": None if found.change is None else found.change * found.pairs,
            "denominator": found.pairs,
            "value": found.change,
            "lower": found.lower,
            "upper": found.upper,
            "pupils": pairs["pupil_id"].n_unique(),
            "method": "paired_t",
            "reason": too_few or found.reason,
            "improved": found.improved,
            "same": found.same,
            "worse": found.worse,
            "lost": came.height - found.pairs,
        }

    columns = {"improved": pl.Float64, "same": pl.Float64, "worse": pl.Float64, "lost": pl.Int64}
    return _of_subjects("paired_change", data, view, _results_in(data, view), lambda group: [row(group)], columns=columns)


def comparison(data: Inputs, view: View) -> Figures:
    """How much better or worse the results are of pupils who came than of pupils of the same schools who did not. Own keys subject and analysis (`ANALYSES`).

    Only schools with pupils of both kinds count. Limits let pupils of one school be alike: CR3 (jackknife over schools) for 10-39 schools, CR1 from 40 on, none
    with fewer. numerator is null, denominator: pupils compared; pupils: those of the smaller group. Further columns: took_part, others, schools (how many),
    standard_error, hedges_g, hedges_lower, hedges_upper, sd, and missing: what it would take to trust the figure, comma-separated: `missing_comparison`,
    `missing_start_score`, `missing_schools` (fewer than 10), `missing_pupils` (fewer than 30 in a group). reason: the first of these, or what
    `methods.effects.Effect` says. What is compared is a sentence of its own for each analysis; the coverage names the `result_years`.
    """
    columns = {"analysis": _enum(ANALYSES), **_EFFECT_COLUMNS}
    pupils = _of_subjects("comparison", data, view, _results_in(data, view), lambda group: _compared(group, view), columns=columns, own_keys=("analysis",))
    groups = _of_subjects(
        "comparison", data, view, _groups_in(data, view), lambda group: [_compared_groups(group, view)], columns=columns, own_keys=("analysis",)
    )
    both = pl.concat([pupils.frame, groups.frame]).sort(pupils.keys)
    return Figures("comparison", view, both, pupils.coverage, own_keys=pupils.own_keys)


def dose(data: Inputs, view: View) -> Figures:
    """Mean result at the end of the school year by how often a pupil came in it. Own keys subject and band ("0": never). Goes together with, never an effect.

    numerator: the scores summed; denominator and pupils: pupils of the band; t-limits. before: the mean start score of the same pupils, because who comes often
    may have started lower. A band without pupils has the reason `missing_pupils`.
    """
    days = data.visits.branch_days if view.branches else data.visits.days
    if days is None:
        days = data.visits.days.clear()
    if view.branches:
        days = days.filter(pl.col("branch_id").is_in(view.branches)).unique(["pupil_id", "visited_on"])
    number = periods.school_year_number(pl.col("visited_on")).alias("school_year_number")
    visit_days = days.filter(pl.col("visited_on") <= view.as_of).group_by("pupil_id", number).agg(visit_days=pl.len().cast(pl.Int64))
    results = _results_in(data, view).join(visit_days, on=["pupil_id", "school_year_number"], how="left").with_columns(pl.col("visit_days").fill_null(0))

    def rows(group: pl.DataFrame) -> list[Row]:
        scored = group.drop_nulls("after")
        found = effects.dose_bands(scored, DOSES, confidence=view.confidence)
        started = effects.dose_bands(scored, DOSES, after="before")["mean"]
        children = [scored.filter(pl.col("visit_days").is_between(low, high))["pupil_id"].n_unique() for low, high in zip(DOSES, ENDS, strict=True)]
        return [
            {
                "band": band,
                "numerator": None if mean is None else mean * pupils,
                "denominator": pupils,
                "value": mean,
                "lower": lower,
                "upper": upper,
                "pupils": distinct,
                "method": "t",
                "reason": "missing_pupils" if mean is None else None,
                "before": before,
            }
            for (band, pupils, mean, lower, upper), before, distinct in zip(found.rows(), started, children, strict=True)
        ]

    bands = effects.dose_bands(results.clear(), DOSES)["band"].to_list()
    return _of_subjects("dose", data, view, results, rows, columns={"band": _enum(bands), "before": pl.Float64}, own_keys=("band",))


def subgroups(data: Inputs, view: View) -> Figures:
    """How much larger the difference of `comparison` at equal start is inside a subgroup than outside it: one figure with its own limits, never two beside one
    another. Own keys subject and subgroup (`SUBGROUPS`).

    numerator is null, denominator: pupils compared; pupils: the smallest of the four groups. Further columns as `comparison`, with members (pupils of the
    subgroup). reason and missing as there. A subgroup without pupils of both kinds inside and outside has no row.
    """

    def rows(group: pl.DataFrame) -> list[Row]:
        compared, missing = _comparable(group, needs_start=True)
        low = pl.col("before") < pl.col("before").median()
        inside = {"secondary": pl.col("of_sector") == "VO", "low_start": low, "least_wealthy": pl.col("wealth_fifth").is_in(LEAST_WEALTHY)}
        divided = {name: compared.with_columns(inside[name].alias("member")).drop_nulls("member") for name in SUBGROUPS}
        return [_interaction(both, name, missing, view) for name, both in divided.items() if both["member"].n_unique() == both["took_part"].n_unique() == 2]

    results = _results_in(data, view)
    fifths = wealth.ranked(data, replace(view, by=())).frame.select("neighbourhood_code", "wealth_fifth")
    homes = data.pupil_years.select("pupil_id", "neighbourhood_code", school_year_number="school_year").join(fifths, on="neighbourhood_code")
    results = results.join(homes.drop("neighbourhood_code"), on=["pupil_id", "school_year_number"], how="left")
    columns = {"subgroup": _enum(SUBGROUPS), "members": pl.Int64, **_EFFECT_COLUMNS}
    return _of_subjects("subgroups", data, view, results, rows, columns=columns, own_keys=("subgroup",))


_EFFECT_COLUMNS: Mapping[str, Any] = {
    "took_part": pl.Int64,
    "others": pl.Int64,
    "schools": pl.Int64,
    "standard_error": pl.Float64,
    "hedges_g": pl.Float64,
    "hedges_lower": pl.Float64,
    "hedges_upper": pl.Float64,
    "sd": pl.Float64,
    "missing": pl.String,
}


def _enum(values: list[str] | tuple[str, ...]) -> pl.Enum:
    """Text that sorts in the order of `values`."""
    return pl.Enum(values)


def _results_in(data: Inputs, view: View) -> pl.DataFrame:
    """Results of the view: pupil_id, school_id, subject, before, after, took_part, of_sector, school_year_number and the keys of the view.

    Of the branches chosen only pupils who came there in that school year; who did not take part came nowhere, so they stay.
    """
    results = _of_years(data, view, data.outcomes)
    own = data.pupil_years.select("pupil_id", school_year_number="school_year", own_sector="sector")
    results = results.join(own, on=["pupil_id", "school_year_number"], how="left").with_columns(of_sector=pl.coalesce("own_sector", "of_sector"))
    if view.branches:
        days = data.visits.branch_days if data.visits.branch_days is not None else data.visits.days.with_columns(branch_id=pl.lit(None, pl.String))
        there = days.filter(pl.col("branch_id").is_in(view.branches), pl.col("visited_on") <= view.as_of)
        came = there.select("pupil_id", periods.school_year_number(pl.col("visited_on")).alias("school_year_number"), came=pl.lit(True)).unique()
        results = results.join(came, on=["pupil_id", "school_year_number"], how="left").filter(~pl.col("took_part") | pl.col("came").fill_null(False))
    return _of_sectors(results, view)


def _groups_in(data: Inputs, view: View) -> pl.DataFrame:
    """As `_results_in`, of whole groups: school_id, subject, took_part, moment, pupils, mean, sd. Nobody knows which branch they came to."""
    groups = _of_sectors(_of_years(data, view, data.group_outcomes), view)
    return groups.clear() if view.branches else groups


def _of_years(data: Inputs, view: View, results: pl.DataFrame) -> pl.DataFrame:
    """Results of the school years of the view, with of_sector: that of the school, as its participants say it."""
    select.refuse_grains(view, *(grain for grain in GRAINS if grain not in RESULT_GRAINS))
    years = select.days_in(view).select(periods.school_year_number(pl.col("day")).alias("school_year_number")).unique()
    of_school = data.pupil_years.drop_nulls(["school_id", "sector"]).group_by("school_id").agg(of_sector=pl.col("sector").mode().sort().first())
    return results.rename({"school_year": "school_year_number"}).join(years, on="school_year_number").join(of_school, on="school_id", how="left")


def _of_sectors(results: pl.DataFrame, view: View) -> pl.DataFrame:
    if view.sector:
        results = results.filter(pl.col("of_sector") == view.sector)
    first_day = pl.date(pl.col("school_year_number"), periods.SCHOOL_YEAR_STARTS_IN, 1)
    return results.with_columns(school_year=first_day, sector=pl.col("of_sector").fill_null(UNKNOWN))


def _of_subjects(
    indicator: str,
    data: Inputs,
    view: View,
    results: pl.DataFrame,
    rows: Callable[[pl.DataFrame], list[Row]],
    *,
    columns: Mapping[str, Any],
    own_keys: tuple[str, ...] = (),
) -> Figures:
    """The figure of every subject in every cell in which there are results. rows: the rows of one; columns: own keys but subject, and further columns."""
    keys = [*view.keys, "subject"]
    schema = {**results.select(keys).schema, **select.PARTS, **columns}
    found = [dict(zip(keys, key, strict=True)) | row for key, group in _each(results, keys) for row in rows(group)]
    frame = pl.DataFrame([{name: row.get(name) for name in schema} for row in found], schema=schema)
    years = ", ".join(f"{year}-{year + 1}" for year in results["school_year_number"].unique().sort())
    coverage = select.coverage(data, view, notes=(("result_years", years),) if years else ())
    more = tuple(name for name in columns if name not in own_keys)
    return select.figures(indicator, view, frame, coverage, own_keys=("subject", *own_keys), more=more)


def _each(results: pl.DataFrame, keys: list[str]) -> Iterator[tuple[tuple[Any, ...], pl.DataFrame]]:
    """Each combination of the keys with its rows, always in the same order, so that the last digit of a sum is always the same."""
    yield from results.sort(results.columns).partition_by(keys, as_dict=True).items()


def _compared(group: pl.DataFrame, view: View) -> list[Row]:
    """The three analyses of one subject, of pupils."""
    compared, missing = _comparable(group, needs_start=True)
    no_start = "missing_start_score" in missing
    plain, missing_plain = _comparable(group, needs_start=False) if no_start else (compared, missing)
    twice, missing_twice = _comparable(group, needs_start=False, either=True)
    both = pl.concat(
        [
            twice.select("unit", "took_part", "school_id", period=pl.lit(period), value=pl.col(moment).cast(pl.Float64))
            for period, moment in enumerate(("before", "after"))
        ]
    )
    variance = _variance(twice)
    change = effects.difference_in_differences(both, cluster="school_id", variance=variance, confidence=view.confidence)
    return [
        _row("equal_start", compared, effects.ancova(compared, cluster="school_id", variance=_variance(compared), confidence=view.confidence), missing),
        _row("plain", plain, effects.ancova(plain, before=None, cluster="school_id", variance=_variance(plain), confidence=view.confidence), missing_plain),
        _row("change", twice, change, [*missing_twice, *(["missing_start_score"] if no_start else [])]),
    ]


def _comparable(group: pl.DataFrame, *, needs_start: bool, either: bool = False) -> tuple[pl.DataFrame, list[str]]:
    """The pupils of schools with pupils of both kinds, and what is missing. either: one score is enough."""
    needed = ["after", *(["before"] if needs_start else [])]
    scored = group.filter(pl.any_horizontal(pl.col("before", "after").is_not_null())) if either else group.drop_nulls(needed)
    placed = scored.drop_nulls("school_id").with_columns(unit=pl.int_range(pl.len()))
    compared = placed.filter((pl.col("took_part").n_unique() == 2).over("school_id"))
    sizes = [compared.filter(pl.col("took_part") == came).height for came in (True, False)]
    lacks = {
        "missing_comparison": group["took_part"].all(),
        "missing_start_score": needs_start and group["before"].null_count() == group.height,
        "missing_schools": compared["school_id"].n_unique() < SCHOOLS_NEEDED,
        "missing_pupils": min(sizes) < PUPILS_NEEDED,
    }
    return compared, [code for code, lacking in lacks.items() if lacking]


def _variance(compared: pl.DataFrame) -> effects.Variance:
    return "CR1" if compared["school_id"].n_unique() >= SCHOOLS_FOR_CR1 else "CR3"


def _row(analysis: str, compared: pl.DataFrame, effect: Effect, missing: list[str]) -> Row:
    sizes = compared.group_by("took_part").agg(rows=pl.len(), pupils=pl.col("pupil_id").n_unique())
    counts = {came: rows for came, rows, _ in sizes.rows()}
    return {"analysis": analysis, "pupils": sizes["pupils"].min() or 0, **_of_effect(effect, counts, compared["school_id"].n_unique(), missing)}


def _of_effect(effect: Effect, counts: Mapping[bool, int], schools: int, missing: list[str]) -> Row:
    """An effect as a row. What its method says of too few schools is said by `missing`."""
    said = None if effect.reason in {"fewer_than_10_clusters", "one_cluster", "no_comparison_group"} else effect.reason
    return {
        "denominator": effect.pupils,
        "value": effect.estimate,
        "lower": effect.lower,
        "upper": effect.upper,
        "method": effect.method,
        "reason": next(iter(missing), said),
        "took_part": counts.get(True, 0),
        "others": counts.get(False, 0),
        "schools": schools,
        "standard_error": effect.standard_error,
        "hedges_g": effect.hedges_g,
        "hedges_lower": effect.hedges_lower,
        "hedges_upper": effect.hedges_upper,
        "sd": effect.sd,
        "missing": ", ".join(missing) or None,
    }


def _compared_groups(group: pl.DataFrame, view: View) -> Row:
    """Change against change of one subject, from what schools gave for whole groups."""
    placed = group.with_columns(period=(pl.col("moment") == "after").cast(pl.Int64))
    compared = placed.filter((pl.col("took_part").n_unique() == 2).over("school_id"))
    schools = compared["school_id"].n_unique()
    variance = _variance(compared)
    effect = effects.difference_in_differences_of_groups(compared, cluster="school_id", variance=variance, confidence=view.confidence)
    largest = compared.group_by("school_id", "school_year_number", "took_part").agg(pl.col("pupils").max())
    counts = dict(largest.group_by("took_part").agg(pl.col("pupils").sum()).rows())
    sizes = [counts.get(came, 0) for came in (True, False)]
    lacks = {
        "missing_comparison": group["took_part"].all(),
        "missing_start_score": not (group["moment"] == "before").any(),
        "missing_schools": schools < SCHOOLS_NEEDED,
        "missing_pupils": min(sizes) < PUPILS_NEEDED,
    }
    missing = [code for code, lacking in lacks.items() if lacking]
    return {"analysis": "group_change", "pupils": min(filter(None, sizes), default=0), **_of_effect(effect, counts, schools, missing)}


def _interaction(compared: pl.DataFrame, subgroup: str, missing: list[str], view: View) -> Row:
    """The difference between inside and outside a subgroup (`member`)."""
    variance = _variance(compared)
    effect = effects.subgroup_difference(compared, "member", cluster="school_id", variance=variance, confidence=view.confidence)
    sizes = compared.group_by("took_part", "member").agg(rows=pl.len(), pupils=pl.col("pupil_id").n_unique())
    counts = {came: int(sizes.filter(pl.col("took_part") == came)["rows"].sum()) for came in (True, False)}
    too_few = "missing_pupils" not in missing and (sizes.height < 4 or (sizes["pupils"] < PUPILS_NEEDED).any())
    row = _of_effect(effect, counts, compared["school_id"].n_unique(), [*missing, "missing_pupils"] if too_few else missing)
    return {"subgroup": subgroup, "pupils": sizes["pupils"].min(), "members": int(sizes.filter("member")["rows"].sum()), **row}
