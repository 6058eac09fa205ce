"""What it yields: the page says what a reader would work out from the lists themselves, claims nothing beyond them, and shows nobody too few to show."""

import json
from datetime import date

import numpy as np
import polars as pl
import pytest

from data_access.database import engine
from data_access.dataset import Dataset
from data_access.ingest.layouts.survey import DIMENSIONS
from data_access.reader import Reader, Role
from metrics.shapes import Inputs
from presentation.navigation import PAGES
from presentation.stories import outcomes as story
from presentation.texts import LANGUAGES, language
from tests.pages.conftest import LAAK, STATES, deliver, has_figures, words

SCRIPT = {page.id: page.script for page in PAGES}["outcomes"]
SAY = language("nl")
YEAR = {"periode": "2023-2024", "rol": "programma"}


def full(test):
    return pytest.mark.usefixtures("store")(pytest.mark.parametrize("store", ["full"], indirect=True)(test))


def one_branch(test):
    return pytest.mark.usefixtures("store")(pytest.mark.parametrize("store", ["one_branch"], indirect=True)(test))


def lists() -> Inputs:
    return Dataset(engine(), Reader(Role.PROGRAMME)).inputs()


def pictures(app) -> list[str]:
    """The data of every figure, with what is told to who does not see it."""
    return [chart.proto.alt + json.dumps(json.loads(chart.proto.spec), ensure_ascii=False) for chart in app.get("plotly_chart")]


def everything(app) -> str:
    numbers = [f"{number.label} {number.value} {number.help}" for number in app.metric]
    return "\n".join([words(app), *pictures(app), *numbers])


@pytest.mark.parametrize("store", STATES, indirect=True)
def test_the_page_speaks_in_each_state_and_language(store, open_page):
    for code in LANGUAGES:
        say = language(code)
        app = open_page(SCRIPT, taal=code, rol="programma")
        text = words(app)
        if not has_figures(app, "outcomes", store, say):
            continue
        if store == "one_branch":
            assert app.header[0].value == f"{say('outcomes.headline.unasked')}; {say('outcomes.headline.results.unknown')}"
            assert {number.value for number in app.metric} == {say("show.hidden")}
            assert say("empty.no_answers_pupils") in text and say("empty.no_answers_parents") in text and say("empty.no_results") in text
            assert len(app.get("plotly_chart")) == 1, "what is needed is a picture of its own"
        else:
            assert len(app.get("plotly_chart")) == 5
            assert say("show.hidden") not in {number.value for number in app.metric}


@full
def test_the_share_that_says_it_helps_is_counted_from_the_forms(open_page):
    data = lists()
    held = data.surveys.filter(pl.col("held_on").is_between(date(2023, 8, 1), date(2024, 7, 31)))
    app = open_page(SCRIPT, **YEAR)
    for place, audience in enumerate(("pupils", "parents")):
        forms = data.survey_answers.join(held.filter(pl.col("audience") == audience), on="survey_id")
        scores = [score for score, skip in forms.filter(pl.col("dimension") == "knowledge").select("score", "not_applicable").rows() if score and not skip]
        agree = sum(score >= 4 for score in scores)
        assert app.metric[place].value == SAY.percent(agree / len(scores))
        assert f"{agree} van {len(scores)}" in words(app)
        respondents = forms.select("survey_id", "respondent").n_unique()
        invited = int(held.filter(pl.col("audience") == audience)["invited"].sum())
        assert f"{SAY.number(respondents)} van {SAY.number(invited)}" in words(app)
        if audience == "pupils":
            assert app.header[0].value.startswith(f"{SAY.number(100 * agree / len(scores))} van de 100 leerlingen")
            assert app.metric[2].value == SAY.percent(respondents / invited)


def compared(subject: str) -> pl.DataFrame:
    """Pupils of 2023-2024 with both scores, of schools where some came and some did not."""
    scored = lists().outcomes.filter(pl.col("school_year") == 2023, pl.col("subject") == subject).drop_nulls(["before", "after", "school_id"])
    return scored.filter((pl.col("took_part").n_unique() == 2).over("school_id"))


@full
def test_both_differences_are_those_of_the_list_of_results(open_page):
    app = open_page(SCRIPT, **YEAR)
    drawn = "\n".join(pictures(app))
    for subject in ("rekenen", "taal"):
        pupils = compared(subject)
        came, after, before = (pupils[name].cast(pl.Float64).to_numpy() for name in ("took_part", "after", "before"))
        at_equal_start = np.linalg.lstsq(np.column_stack([np.ones_like(came), came, before]), after, rcond=None)[0][1]
        plainly = after[came == 1].mean() - after[came == 0].mean()
        assert f"<b>{SAY.signed(float(at_equal_start), 2)}</b>" in drawn
        assert f"<b>{SAY.signed(float(plainly), 2)}</b>" in drawn
        if subject == "rekenen":
            assert app.metric[3].value == SAY.signed(float(at_equal_start), 2), "the subject that was agreed beforehand leads"
            assert SAY("outcomes.number.plain", value=SAY.signed(float(plainly), 2)) in words(app)
            sizes = SAY("outcomes.results.sizes", took_part=int(came.sum()), others=int((came == 0).sum()))
            assert sizes in drawn


@full
def test_the_gain_of_whole_groups_is_that_of_their_means(open_page):
    groups = lists().group_outcomes.filter(pl.col("school_year") == 2023, pl.col("subject") == "rekenen")
    groups = groups.filter((pl.col("took_part").n_unique() == 2).over("school_id"))
    mean = {
        key: sum(pupils * score for pupils, score in rows.select("pupils", "mean").rows()) / rows["pupils"].sum()
        for key, rows in groups.partition_by("took_part", "moment", as_dict=True).items()
    }
    gain = {came: mean[came, "after"] - mean[came, "before"] for came in (True, False)}
    drawn = next(chart for chart in pictures(open_page(SCRIPT, **YEAR)) if SAY("outcomes.analysis.group_change_words") in chart)
    assert f"<b>{SAY.signed(gain[True] - gain[False], 2)}</b>" in drawn


@full
def test_of_a_year_without_results_the_last_known_are_shown_with_their_year(open_page):
    app = open_page(SCRIPT, rol="programma", periode="2024-2025")
    assert "2023-2024" in app.markdown[2].value or "van 2023-2024" in words(app)
    assert SAY("outcomes.needs.undelivered", name=SAY("outcomes.needs.of_year", year="2024-2025")) in words(app)
    assert SAY("outcomes.needed.who") in words(app)


@full
def test_a_year_in_which_nothing_was_asked_names_the_year_of_the_last_questionnaire(open_page):
    app = open_page(SCRIPT, rol="programma", periode="2020-2021")
    assert SAY("outcomes.certainty.asked", year="2019-2020") in words(app)
    assert SAY("outcomes.headline.results.unknown") in app.header[0].value, "results were first delivered two years later"


@full
def test_every_picture_of_outcomes_has_a_finding_a_description_and_a_table(open_page):
    app = open_page(SCRIPT, **YEAR)
    charts = app.get("plotly_chart")
    assert all(len(chart.proto.alt) > 30 for chart in charts)
    assert len(app.subheader) >= len(charts)
    assert sum(" | " in part.value for part in app.markdown) >= len(charts)


@full
def test_a_branch_manager_sees_own_answers_and_those_of_the_city_and_no_other_branch(open_page):
    city = open_page(SCRIPT, periode="2023-2024", rol="vestiging", eigen="LAA")
    own = open_page(SCRIPT, periode="2023-2024", rol="vestiging", eigen="LAA", vestiging="LAA")
    assert own.metric[0].value != city.metric[0].value
    other = open_page(SCRIPT, periode="2023-2024", rol="vestiging", eigen="LAA", vestiging="SCH")
    assert other.metric[0].value == city.metric[0].value
    assert not any(name in everything(app) for app in (city, own) for name in ("Escamp", "Schilderswijk", "Transvaal"))


FORMS = "vestiging,datum,ingevuld_door,ronde,uitgedeeld,nummer,geleerd\n"
#: Seven parents, five of whom agree, and twelve pupils, nine of whom do.
PARENTS = FORMS + "".join(f"LAA,2025-03-11,ouder,lente,20,{number},{score}\n" for number, score in enumerate([5, 5, 5, 4, 4, 2, 1], 1))
PUPILS = FORMS + "".join(f"LAA,2025-03-11,leerling,lente,20,{number},{score}\n" for number, score in enumerate([5] * 4 + [4] * 5 + [3, 2, 1], 1))


@one_branch
def test_answers_of_too_few_parents_reach_no_number_no_picture_and_no_table(open_page):
    deliver("ouders.csv", PARENTS, "survey")
    deliver("leerlingen.csv", PUPILS, "survey")
    app = open_page(SCRIPT, rol="programma")
    assert [number.value for number in app.metric][:2] == [SAY.percent(9 / 12), SAY("show.hidden")]
    assert SAY("empty.few_answers_parents") in words(app) and SAY("empty.no_answers_parents") not in words(app)
    told = everything(app)
    assert not any(number in told for number in ("0.714", "71%", "0.285", "29%", "5 van 7"))
    assert SAY.percent(12 / 20) in words(app)


RESULTS = "leerling_id,schooljaar,vak,score_begin,score_eind,deelgenomen\n"


def results(start: bool) -> str:
    """Twelve pupils who came and twenty who did not, of schools that nobody named."""
    rows = [f"kaart-{pupil:03},2024-2025,<i>rekenen</i>,{'6.1' if start else ''},{6 + pupil % 3},{'ja' if pupil < 12 else 'nee'}" for pupil in range(32)]
    return RESULTS + "\n".join(rows) + "\n"


@one_branch
@pytest.mark.parametrize("start", [True, False])
def test_too_few_results_give_no_difference_but_what_is_missing_and_who_can_deliver_it(start, open_page):
    deliver("cijfers-school.csv", results(start), "outcomes")
    app = open_page(SCRIPT, rol="programma")
    assert app.header[0].value.endswith(SAY("outcomes.headline.results.unknown"))
    assert app.metric[3].value == SAY("show.hidden")
    (drawn,) = pictures(app)
    assert SAY("outcomes.needs.short", there=0, needed=10, lacking=10) in drawn, "no school is known to have both"
    assert SAY("outcomes.needs.start_there" if start else "outcomes.needs.start_missing") in drawn
    assert (SAY("outcomes.needed.missing_start_score") in words(app)) is not start
    assert SAY("outcomes.needed.missing_schools") in words(app)
    assert SAY("outcomes.needed.who") in words(app)
    assert "<i>" not in words(app) and "<i>" not in drawn


@one_branch
def test_a_difference_of_three_pupils_is_nowhere_and_neither_is_their_number(open_page):
    deliver("scholen.csv", f"school_id,naam,sector,wijkcode\n00AB00,De Brug,PO,{LAAK}\n", "schools")
    rows = [f"kaart-{pupil:03},2024-2025,rekenen,6.1,{9.7 if pupil < 3 else 5.3},{'ja' if pupil < 3 else 'nee'},00AB00" for pupil in range(23)]
    deliver("cijfers-school.csv", RESULTS.strip() + ",school\n" + "\n".join(rows) + "\n", "outcomes")
    app = open_page(SCRIPT, rol="programma")
    assert SAY("outcomes.needed.hidden") in words(app)
    told = everything(app)
    assert not any(number in told for number in ("4,4", "4.4", "3 leerlingen", "<b>3</b>", "23 leerlingen"))
    assert not any(f"| {number} |" in told for number in (3, 20, 23)), "the table has a dash for each of them"


def test_the_questions_on_screen_are_those_of_the_questionnaires():
    for dimension, known in DIMENSIONS.items():
        assert {SAY(f"outcomes.asked.{audience}.{dimension}") for audience in ("pupils", "parents")} <= set(known)


@pytest.mark.parametrize(("reason", "verdict"), [(None, "higher"), ("missing_pupils", None), ("missing_schools", None), ("hidden", None)])
def test_a_difference_with_limits_is_still_no_verdict_when_something_is_missing(reason, verdict):
    assert story.judged({"reason": reason, "value": 0.4, "lower": 0.2, "upper": 0.6}) == verdict


@one_branch
def test_without_scores_of_the_start_the_pupils_that_are_there_are_still_counted(open_page):
    deliver("scholen.csv", f"school_id,naam,sector,wijkcode\n00AB00,De Brug,PO,{LAAK}\n", "schools")
    rows = [f"kaart-{pupil:03},2024-2025,rekenen,,{6 + pupil % 3},{'ja' if pupil < 12 else 'nee'},00AB00" for pupil in range(32)]
    deliver("cijfers-school.csv", RESULTS.strip() + ",school\n" + "\n".join(rows) + "\n", "outcomes")
    (drawn,) = pictures(open_page(SCRIPT, rol="programma"))
    assert SAY("outcomes.needs.short", there=12, needed=30, lacking=18) in drawn
    assert SAY("outcomes.needs.short", there=1, needed=10, lacking=9) in drawn
