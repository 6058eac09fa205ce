"""Colours of the charts: the settings and the code say the same, and everybody can tell them apart."""

import itertools
import tomllib
from pathlib import Path

import pytest

from presentation import colours
from presentation.charts import contrasts, dots
from presentation.colours import COLOURS, Theme

CONFIG = tomllib.loads((Path(__file__).parents[2] / ".streamlit/config.toml").read_text(encoding="utf-8"))
THEMES: tuple[Theme, ...] = ("light", "dark")
both = pytest.mark.parametrize("theme", THEMES)


def luminance(colour: str) -> float:
    """Relative luminance, WCAG 2.2."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_contrast_is_that_of_the_standard():
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.005)


def test_the_slots_are_the_thirty_texts_that_the_browser_replaces():
    assert list(COLOURS) == [f"#{number:06d}" for number in range(1, 31)]


@both
def test_the_settings_give_every_slot_the_colour_that_the_code_says(theme: Theme):
    lists = CONFIG["theme"][theme]
    shown = lists["chartCategoricalColors"] + lists["chartSequentialColors"] + lists["chartDivergingColors"]
    assert shown == [pair[theme] for pair in COLOURS.values()]


@both
@pytest.mark.parametrize("name", ["chartCategoricalColors", "chartSequentialColors", "chartDivergingColors"])
def test_every_list_has_exactly_ten_colours_because_plotly_ignores_a_shorter_one(theme: Theme, name: str):
    assert len(CONFIG["theme"][theme][name]) == 10


@both
def test_page_and_charts_share_ink_background_and_grey(theme: Theme):
    page = CONFIG["theme"][theme]
    assert page["textColor"] == COLOURS[colours.INK][theme]
    assert page["backgroundColor"] == COLOURS[colours.BACKGROUND][theme]
    assert page["grayTextColor"] == COLOURS[colours.MUTED][theme]
    assert page["sidebar"]["backgroundColor"] == COLOURS[colours.SURFACE][theme]


@both
@pytest.mark.parametrize("slot", ["PRIMARY_SECTOR", "SECONDARY_SECTOR", "FOCUS", "LOWER", "ATTENTION", "CONTEXT", "HATCH"])
def test_a_mark_stands_out_from_the_page(theme: Theme, slot: str):
    assert contrast(COLOURS[getattr(colours, slot)][theme], COLOURS[colours.BACKGROUND][theme]) >= 3


@both
@pytest.mark.parametrize("slot", ["INK", "MUTED", "PRIMARY_SECTOR_TEXT", "SECONDARY_SECTOR_TEXT", "LOWER_TEXT", "ATTENTION_TEXT"])
@pytest.mark.parametrize("under", ["BACKGROUND", "BAND", "GOAL_ZONE", "SURFACE"])
def test_text_can_be_read_on_the_page_and_on_every_pale_band(theme: Theme, slot: str, under: str):
    assert contrast(COLOURS[getattr(colours, slot)][theme], COLOURS[getattr(colours, under)][theme]) >= 4.5


@both
def test_the_number_on_a_step_of_the_scale_can_be_read(theme: Theme):
    for step, text in zip(colours.SEQUENTIAL, colours.ON_SEQUENTIAL, strict=True):
        assert contrast(COLOURS[step][theme], COLOURS[text][theme]) >= 4.5


@both
def test_each_step_of_the_scale_goes_further_the_same_way(theme: Theme):
    steps = [luminance(COLOURS[step][theme]) for step in colours.SEQUENTIAL]
    assert steps in (sorted(steps), sorted(steps, reverse=True))


#: What grey paper must leave between two fills that nothing but their colour tells apart.
APART = 1.3


@both
def test_the_steps_of_the_scale_stay_apart_in_greyscale(theme: Theme):
    steps = [COLOURS[step][theme] for step in colours.SEQUENTIAL]
    assert min(contrast(one, other) for one, other in itertools.pairwise(steps)) >= APART


@both
def test_what_a_chart_is_about_stays_apart_in_greyscale_from_what_it_is_compared_with(theme: Theme):
    focus = COLOURS[colours.FOCUS][theme]
    assert contrast(focus, COLOURS[colours.CONTEXT_FILL][theme]) >= 3
    assert contrast(focus, COLOURS[colours.CONTEXT][theme]) >= APART
    assert contrast(focus, COLOURS[colours.GOAL_ZONE][theme]) >= 3


@both
def test_strong_and_mild_answers_stay_apart_in_greyscale_on_each_side_of_the_middle(theme: Theme):
    strong_no, no, _, yes, strong_yes = (COLOURS[step][theme] for step in colours.DIVERGING)
    assert min(contrast(strong_no, no), contrast(strong_yes, yes)) >= 1.5


@both
@pytest.mark.parametrize("looks", [dots._LOOKS, contrasts._LOOKS], ids=["dots", "contrasts"])
def test_verdicts_stay_apart_in_greyscale_by_their_shape_or_by_being_hollow(theme: Theme, looks: dict[str, tuple[str, str, str]]):
    for one, other in itertools.combinations(looks.values(), 2):
        same_shape = one[1] == other[1]
        assert not same_shape or contrast(COLOURS[one[2]][theme], COLOURS[other[2]][theme]) >= 3


@both
@pytest.mark.parametrize("name", ["gray", "blue", "orange"])
def test_the_words_on_a_badge_can_be_read(theme: Theme, name: str):
    page = CONFIG["theme"][theme]
    assert contrast(page[f"{name}TextColor"], page[f"{name}BackgroundColor"]) >= 4.5
    assert contrast(page[f"{name}TextColor"], page["backgroundColor"]) >= 4.5


@both
def test_the_label_of_a_filled_button_can_be_read(theme: Theme):
    assert contrast(CONFIG["theme"][theme]["primaryColor"], CONFIG["theme"][theme]["violetTextColor"]) >= 4.5


@both
def test_the_chosen_button_can_be_read(theme: Theme):
    assert contrast(CONFIG["theme"][theme]["primaryColor"], CONFIG["theme"][theme]["sidebar"]["secondaryBackgroundColor"]) >= 4.5


def test_an_export_gets_the_real_colours():
    assert colours.real('{"color": "#000001", "fill": "#000030"}', "dark") == '{"color": "#8FC3F0", "fill": "#0C1218"}'
