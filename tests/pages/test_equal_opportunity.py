"""Gelijke kansen says what the figures carry, in every state: of a branch its own reach, of a hidden group nothing, and of a step that is not shown nothing."""

from dataclasses import replace

import pytest

from data_access.reader import Reader, Role
from metrics.shapes import Interval
from presentation import cached
from presentation.choice import Choice
from presentation.navigation import PAGES
from presentation.stories import common
from presentation.stories import equal_opportunity as story
from presentation.stories import equal_opportunity_charts as charts
from presentation.stories.common import Row
from presentation.texts import language
from tests.pages.conftest import words

SCRIPT = {page.id: page.script for page in PAGES}["equal_opportunity"]
SAY, READER = language("nl"), Reader(Role.PROGRAMME)
FULL = pytest.mark.parametrize("store", ["full"], indirect=True)


def figures_of(branch: str | None, starts_in: int = 2023) -> story.EqualOpportunity:
    """What the page of the programme rests on."""
    span = cached.span()
    assert span is not None
    sector = next((found.sector for found in cached.branches() if found.id == branch), None)
    return story.load(Choice(starts_in, span.first, span.last, sector, branch), READER)


def a_branch_of_which_an_end_is_hidden() -> story.EqualOpportunity:
    found = (figures_of(branch.id, year) for year in range(2018, 2025) for branch in cached.branches() if branch.pilot)
    return next(one for one in found if "hidden" in {one.fifths[end].reason for end in (story.LEAST, story.MOST)})


def drawn(figures: story.EqualOpportunity) -> str:
    charted = [charts.fifths_chart(figures, SAY), charts.funnel_chart(figures, SAY)]
    return " ".join(str(note.text) for chart in charted if chart is not None for note in chart.figure.layout.annotations)


@FULL
def test_of_a_branch_the_reach_of_all_is_its_own_and_has_its_name(store, open_page):
    figures = figures_of("LAA")
    name, reach = common.branch_name(figures.choice), figures.reach.value
    assert reach is not None
    app = open_page(SCRIPT, periode="2023-2024", rol="programma", vestiging="LAA")
    assert f"{name}: {SAY.percent(reach, 1)}" in words(app)
    assert f"{name} <b>{SAY.number(100 * reach, 1)}</b>" in drawn(figures)
    assert f"{cached.municipality()} <b>" not in drawn(figures) and f"{cached.municipality()}:" not in words(app)
    assert f"{cached.municipality()} <b>" in drawn(figures_of(None))


@FULL
def test_where_one_of_the_two_groups_is_hidden_nothing_is_said_of_their_difference(store, open_page):
    figures = a_branch_of_which_an_end_is_hidden()
    choice = figures.choice
    app = open_page(SCRIPT, periode=f"{choice.starts_in}-{choice.starts_in + 1}", rol="programma", vestiging=choice.branch)
    assert app.header[0].value == SAY("equal.headline.hidden")
    assert [number.value for number in app.metric][1:] == [SAY("show.hidden")] * 3
    assert words(app).count(SAY("equal.without.hidden")) == 2, "under the answer, and in the place of the dots"
    assert SAY("equal.without.no_wealth") not in words(app)
    for answer in ("yes", "no"):
        assert SAY(f"equal.fifths.{answer}") not in words(app)


def of(*rates: float | None) -> dict[object, Row]:
    hidden = Row(None, None, None, None, None, "hidden")
    rows = [hidden if rate is None else Row(10.0 * rate, 1000, rate / 100, rate / 120, rate / 80, None) for rate in rates]
    return dict(zip(story.FIFTHS, rows, strict=True))


@FULL
@pytest.mark.parametrize(
    ("rates", "title"),
    [
        ((5, 4, 3, 2, 1), "every_step"),
        ((5, 4, None, 2, 1), "every_step_seen"),
        ((5.0, 3.0, None, 4.0, 1.0), "yes"),
        ((5, 4, 4, 2, 1), "yes"),
    ],
)
def test_the_title_speaks_only_of_steps_that_are_shown(store, rates, title):
    ahead = replace(figures_of(None), gap=Row(50, 1000, 0.04, 0.03, 0.05, None), ratio=Interval(5, 4, 6), fifths=of(*rates))
    chart = charts.fifths_chart(ahead, SAY)
    assert chart is not None and chart.finding == SAY(f"equal.fifths.{title}")


@FULL
@pytest.mark.parametrize(
    ("reason", "said"),
    [("no_wealth_figures", "no_wealth"), ("no_such_fifth", "no_fifths"), ("no_denominator", "no_target_group"), ("hidden", "hidden"), ("too_early", "unknown")],
)
def test_each_reason_why_there_is_no_difference_has_words_of_its_own(store, reason, said):
    none = replace(figures_of(None), gap=common.nothing(reason), ratio=Interval(None, None, None), fifths={})
    assert story.certainty(none, SAY) == SAY(f"equal.without.{said}")
    assert story.headline(none, SAY) == SAY("equal.headline.hidden" if reason == "hidden" else "equal.headline.unknown")


# --- how wealth is measured -------------------------------------------------------------------------------------------


def counted_by(measure: str, choice: Choice) -> dict[str, tuple[int, float, int]]:
    """Fifth -> participants of the neighbourhoods that are seen, target group, and how many neighbourhoods are hidden: added up one by one."""
    fifth_of, sizes = cached.wealth_fifths(choice.ranked(wealth=measure)), dict(cached.target_sizes(choice.view()).iter_rows())
    seen = common.by_key(cached.shown("reach", choice.view("neighbourhood"), READER), "neighbourhood_code")
    found = dict.fromkeys(story.FIFTHS, (0, 0.0, 0))
    for code, fifth in fifth_of.items():
        came, pupils, hidden = found[fifth]
        numerator = seen[code].numerator
        found[fifth] = came + int(numerator or 0), pupils + sizes[code], hidden + (numerator is None)
    return found


@FULL
@pytest.mark.parametrize("measure", ["g_wozbag", "p_koopw"])
def test_every_figure_follows_the_measure_that_was_chosen_and_says_which_it_is(store, open_page, measure):
    usual = figures_of(None)
    other = story.load(replace(usual.choice, wealth=measure), READER)
    by_hand = counted_by(measure, usual.choice)
    for fifth, (seen, pupils, hidden) in by_hand.items():
        row = other.fifths[fifth]
        assert row.denominator == pytest.approx(pupils)
        assert row.numerator is not None and seen <= row.numerator <= seen + 20 * hidden
    assert sum(row.numerator or 0 for row in other.fifths.values()) == usual.reach.numerator, "nobody is lost or counted twice"
    least, most = other.fifths[story.LEAST], other.fifths[story.MOST]
    assert other.gap.value == pytest.approx((least.value or 0) - (most.value or 0))
    assert other.ratio.value == pytest.approx((least.value or 0) / (most.value or 1))
    app = open_page(SCRIPT, periode="2023-2024", rol="programma", maat=measure)
    name = SAY(f"verdict.measure.{measure}")
    assert f"bereiken we {SAY.number(other.ratio.value or 0, 1)} keer zo veel" in app.header[0].value
    assert words(app).count(f"Welvaart: {name} (CBS Kerncijfers wijken en buurten 2022)") == 3, "under the fifths, the dots and the map"
    assert SAY("equal.measure.estimated") in words(app)
    assert other.fifth_of != usual.fifth_of and other.slope["value"] != usual.slope["value"]
    assert other.funnel.frame.equals(usual.funnel.frame) and other.behind.frame.equals(usual.behind.frame), "of one neighbourhood it says the same"


@FULL
def test_one_sentence_says_whether_the_answer_stays_with_the_other_measures(store, open_page):
    figures = figures_of(None)
    ahead = {}
    for measure in figures.others:
        (least, of_least, _), *_, (most, of_most, _) = counted_by(measure, figures.choice).values()
        ahead[measure] = least / of_least > most / of_most
    assert ahead == {"g_wozbag": True, "p_koopw": True}
    assert SAY("equal.measure.all_yes", names="woningwaarde en koopwoningen") in words(open_page(SCRIPT, periode="2023-2024", rol="programma"))


@FULL
@pytest.mark.parametrize(
    ("woz", "owned", "said"),
    [
        (0.1, 0.1, [("all_yes", {"names": "woningwaarde en koopwoningen"})]),
        (0.1, 0.01, [("some", {"names": "woningwaarde", "same": 1, "n": 2}), ("but_unclear", {"names": "koopwoningen"})]),
        (-0.1, 0.01, [("but_no", {"names": "woningwaarde"}), ("but_unclear", {"names": "koopwoningen"})]),
        (None, 0.1, [("some", {"names": "koopwoningen", "same": 1, "n": 2}), ("but_unknown", {"names": "woningwaarde"})]),
    ],
)
def test_the_sentence_names_the_measures_with_which_the_answer_stays_and_those_with_which_it_does_not(store, woz, owned, said):
    def gap(value: float | None) -> Row:
        return common.nothing("hidden") if value is None else Row(1, 9, value, value - 0.02, value + 0.02, None)

    figures = replace(figures_of(None), gap=gap(0.1), others={"g_wozbag": gap(woz), "p_koopw": gap(owned)})
    assert story.other_measures(figures, SAY) == " ".join(SAY(f"equal.measure.{key}", **values) for key, values in said)
    assert story.other_measures(replace(figures, gap=common.nothing("hidden")), SAY) == ""
    assert story.other_measures(replace(figures, others={}), SAY) == ""
