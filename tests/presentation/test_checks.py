"""Where something that asks for a look stands: a file and its rows, as a person reads them aloud."""

from presentation.stories.checks import in_file
from presentation.texts import language

NL, EN = language("nl"), language("en")


def test_rows_that_follow_one_another_are_told_together():
    assert in_file("november.xlsx", [412], NL, None) == "november.xlsx, rij 412"
    assert in_file("november.xlsx", [87, 1412], NL, None) == "november.xlsx, rijen 87 en 1412"
    assert in_file("november.xlsx", [2, 3, 4, 9, 11, 12], EN, None) == "november.xlsx, rows 2–4, 9 and 11–12"


def test_of_many_rows_the_first_are_told_and_how_many_more_there_are():
    assert in_file("november.xlsx", [2, 3, 5, 7, 8, 9], NL, 2) == "november.xlsx, rijen 2–3, 5 en nog 3 rijen"
    assert in_file("november.xlsx", [2, 3, 5, 7], EN, 2) == "november.xlsx, rows 2–3, 5 and 1 more row"


def test_a_file_of_which_the_rows_are_not_known_is_told_alone():
    assert in_file("november.xlsx", [], NL, 5) == "november.xlsx"
