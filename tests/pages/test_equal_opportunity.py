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
    found = (figures_of(branch.id, year) for year in (2023, 2024) for branch in cached.branches() if branch.pilot)
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
