"""Headers that the door does not know are asked about once; a list that names no branch is of the branch that brings it."""

import pytest

from actions.load_file import check
from data_access.ingest.shapes import FileRefused, HeadersUnknown
from data_access.reader import Forbidden, Reader, Role
from presentation import receipts, refusals
from presentation.texts import LANGUAGES, language
from tests.stores import content, counts, deliver, delivery, stored

NOORD = Reader(Role.BRANCH, ("NRD",))
LIST = """Pasje kind | datum      | vestiging | Wie hielp
          L0421      | 18-11-2024 | Noord     | Ada Lovelace
          L0422      | 19-11-2024 | Noord     | Ada Lovelace"""
WEEK_LATER = """Pasje kind | datum      | vestiging | Wie hielp
                L0421      | 25-11-2024 | Noord     | Ada Lovelace"""


def asked(store, drawing, **options) -> HeadersUnknown:
    with pytest.raises(HeadersUnknown) as stopped:
        check(store, delivery(drawing, **options))
    return stopped.value


def test_a_needed_column_that_is_called_otherwise_is_asked_about_with_its_first_values_and_never_a_pupil(store):
    question = asked(store, LIST)
    assert (question.code, question.kind, question.missing, question.needs_branch) == ("file.headers_unknown", "visits", ("pupil",), False)
    assert [(header.header, header.values) for header in question.asked] == [("Pasje kind", ("L•••", "L•••")), ("Wie hielp", ("A•••",))]
    assert question.columns[0] == "pupil" and "visited_on" not in question.columns
    assert "L0421" not in repr(question) and "Ada" not in repr(question)
    for code in LANGUAGES:
        assert {"nl": "leerling_id", "en": "pupil_id"}[code] in refusals.stopped(language(code), question)
    assert stored(store, "header_answers") == []


def test_the_answer_is_used_named_in_the_receipt_and_not_asked_again(store):
    first = deliver(store, LIST, headers={"Pasje kind": "leerling_id"})
    assert counts(first) == (2, 0, 0, 0, 0)
    assert (first.answers, first.dropped) == ((("Pasje kind", "pupil"),), ("(4)",))
    assert "De kolom Pasje kind is gelezen als leerling_id" in "\n".join(receipts.lines(language("nl"), first, {}))
    again = deliver(store, WEEK_LATER.replace("Pasje kind", "PASJE-KIND"))
    assert (counts(again), again.answers) == ((1, 0, 0, 0, 0), (("PASJE-KIND", "pupil"),))
    assert len(stored(store, "pupils")) == 2
    assert stored(store, "header_answers", "branch_id", "kind", "header", "column_name") == [("", "visits", "pasjekind", "pupil")]


def test_a_check_and_a_load_that_is_refused_remember_nothing(store):
    check(store, delivery(LIST, headers={"Pasje kind": "pupil"}))
    with pytest.raises(FileRefused):
        deliver(store, LIST.replace("18-11", "31-11"), headers={"Pasje kind": "pupil"}, replaces=True)
    assert stored(store, "header_answers") == []


def test_a_header_that_may_be_a_name_is_used_and_neither_kept_nor_named(store):
    drawing = LIST.replace("Pasje kind", "Sanne")
    receipt = deliver(store, drawing, headers={"Sanne": "pupil"})
    assert counts(receipt) == (2, 0, 0, 0, 0)
    assert receipt.answers == (("(1)", "pupil"),)
    assert ("headers.not_remembered", "1") in receipt.notes
    assert stored(store, "header_answers") == []
    assert "Sanne" not in repr(stored(store, "loads"))
    asked(store, WEEK_LATER.replace("Pasje kind", "Sanne"))


def test_what_is_not_needed_can_be_said_and_a_known_column_can_be_called_otherwise(store):
    drawing = "leerling|pasnr|datum|vestiging|niveau\n7b|L0421|18-11-2024|Noord|druk"
    receipt = deliver(store, drawing, headers={"pasnr": "pupil", "(5)": ""})
    assert counts(receipt) == (1, 0, 0, 0, 0)
    assert receipt.answers == (("pasnr", "pupil"), ("niveau", ""))
    assert receipt.dropped == ("leerling", "niveau")
    same = deliver(store, "leerling_id|datum|vestiging\nL0421|18-11-2024|Noord")
    assert counts(same) == (0, 0, 1, 0, 0)


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"Bestaat niet": "pupil"}, "header.not_there"),
        ({"Pasje kind": "schoenmaat"}, "header.no_such_column"),
        ({"Pasje kind": "pupil", "Wie hielp": "leerling_id"}, "header.answered_twice"),
    ],
)
def test_an_answer_that_cannot_be_is_said_so(store, said, code):
    with pytest.raises(FileRefused) as stopped:
        deliver(store, LIST, headers=said)
    assert stopped.value.code == code
    assert all("{" not in refusals.stopped(language(language_code), stopped.value) for language_code in LANGUAGES)


def test_a_branch_answers_for_its_own_lists_and_the_steward_for_those_of_the_branch_that_is_named(store):
    deliver(store, LIST, reader=NOORD, headers={"Pasje kind": "pupil"})
    assert stored(store, "header_answers", "branch_id", "header") == [("NRD", "pasjekind")]
    asked(store, WEEK_LATER)
    asked(store, WEEK_LATER.replace("Noord", "Haven"), reader=Reader(Role.BRANCH, ("HVN",)))
    assert counts(deliver(store, WEEK_LATER, branch="Noord"))[0] == 1


def test_a_branch_s_own_answer_goes_before_that_of_the_programme(store):
    drawing = "wie|nummer|datum|vestiging\n{0}|{1}|18-11-2024|Noord"
    deliver(store, drawing.format("L0001", "12"), headers={"wie": "pupil"})
    deliver(store, drawing.format("12", "L0002"), reader=NOORD, headers={"nummer": "pupil", "wie": ""})
    receipt = deliver(store, drawing.format("12", "L0003"), reader=NOORD)
    assert receipt.answers == (("wie", ""), ("nummer", "pupil"))


NAMES = """Wie | 18-11-2024 | 19-11-2024 | 21-11-2024
           Ada Lovelace | x |   | x
           Grace        |   | x |
           Totaal       | 1 | 1 | 1"""


def test_a_list_of_names_alone_gives_visits_without_a_pupil_once_its_deliverer_says_that_no_column_is_needed(store):
    assert asked(store, NAMES, reader=NOORD).missing == ("pupil",)
    receipt = deliver(store, NAMES, reader=NOORD, headers={"Wie": ""})
    assert (receipt.layout, counts(receipt), receipt.notes) == ("wide", (3, 0, 0, 0, 3), (("rows.totals", "1"),))
    assert stored(store, "anonymous_visits", "branch_id", "visits") == [("NRD", 1)] * 3
    assert stored(store, "pupils") == [] and "Ada" not in repr(stored(store, "loads"))
    plain = "Kind|datum\nAda Lovelace|18-11-2024\nGrace|18-11-2024\nTotaal|2"
    assert counts(deliver(store, plain, reader=NOORD, headers={"Kind": ""})) == (2, 2, 0, 0, 2)


PUPILS_BY_NAME = "Leerling|datum\nAda Lovelace|{0}\nGrace Hopper|{0}\n|{0}\nTotaal|3"


def test_names_below_a_header_of_numbers_are_asked_about_once_and_never_kept(store):
    question = asked(store, PUPILS_BY_NAME.format("18-11-2024"), reader=NOORD)
    assert (question.missing, [header.header for header in question.asked], "pupil" in question.columns) == (("pupil",), ["Leerling"], True)
    assert "Lovelace" not in repr(question.asked), "only a first letter, to know the column by"
    receipt = deliver(store, PUPILS_BY_NAME.format("18-11-2024"), reader=NOORD, headers={"Leerling": ""})
    assert (counts(receipt), receipt.answers) == ((3, 0, 0, 0, 3), (("Leerling", ""),))
    assert counts(deliver(store, PUPILS_BY_NAME.format("25-11-2024"), reader=NOORD)) == (3, 0, 0, 0, 3)
    assert stored(store, "pupils") == [] and "Ada" not in repr(stored(store, "loads"))


def test_what_was_said_of_names_says_nothing_of_numbers_under_the_same_header(store):
    deliver(store, PUPILS_BY_NAME.format("18-11-2024"), reader=NOORD, headers={"Leerling": ""})
    receipt = deliver(store, "Leerling|datum\nL0421|25-11-2024\nL0422|25-11-2024", reader=NOORD)
    assert (counts(receipt), len(stored(store, "pupils"))) == ((2, 0, 0, 0, 0), 2)


def test_numbers_beside_the_names_are_found_when_their_column_is_said(store):
    drawing = "Leerling|nummer|datum\nAda Lovelace|L0001|18-11-2024\nGrace Hopper|L0002|18-11-2024"
    assert [header.header for header in asked(store, drawing, reader=NOORD).asked] == ["Leerling", "nummer"]
    assert counts(deliver(store, drawing, reader=NOORD, headers={"nummer": "pupil"})) == (2, 0, 0, 0, 0)
    assert len(stored(store, "pupils")) == 2


def test_a_name_among_numbers_is_refused_by_its_row(store):
    receipt = deliver(store, "Leerling|datum\nL0421|18-11-2024\nAda Lovelace|18-11-2024\nGrace Hopper|18-11-2024", reader=NOORD)
    assert counts(receipt) == (1, 0, 0, 2, 0)


def test_which_of_two_columns_of_one_name_counts_can_be_said(store):
    drawing = "leerling_id|datum|vestiging|datum\nL0421|18-11-2024|Noord|19-11-2024"
    with pytest.raises(FileRefused, match=r"header\.twice") as stopped:
        check(store, delivery(drawing))
    assert all("{" not in refusals.stopped(language(code), stopped.value) for code in LANGUAGES)
    assert counts(deliver(store, drawing, headers={"(4)": ""})) == (1, 0, 0, 0, 0)


def test_a_column_that_nobody_spoke_of_may_still_hold_the_numbers(store):
    assert asked(store, LIST, headers={"Wie hielp": ""}).missing == ("pupil",)


# --- whose list it is -------------------------------------------------------------------------------------------------


def test_a_list_without_a_branch_is_of_the_branch_that_brings_it(store):
    receipt = deliver(store, "leerling_id|datum\nL0421|18-11-2024\n|18-11-2024", reader=NOORD)
    assert (counts(receipt), receipt.branch) == ((2, 0, 0, 0, 1), "NRD")
    assert stored(store, "visits", "branch_id") == stored(store, "anonymous_visits", "branch_id") == [("NRD",)]


def test_the_steward_is_asked_whose_list_it_is(store):
    drawing = "leerling_id|datum\nL0421|18-11-2024"
    question = asked(store, drawing)
    assert (question.code, question.missing, question.asked, question.needs_branch) == ("file.branch_needed", (), (), True)
    assert counts(deliver(store, drawing, branch="noord")) == (1, 0, 0, 0, 0)
    other = deliver(store, drawing, branch="HVN")  # the same bytes of another branch are another delivery
    assert (counts(other), other.already_loaded) == ((1, 0, 0, 0, 0), None)
    assert deliver(store, drawing, branch="NRD").already_loaded is not None
    with pytest.raises(FileRefused, match=r"file\.branch_unknown") as stopped:
        deliver(store, drawing, branch="Nergens")
    assert "Aan Zee, Haven, Noord" in refusals.stopped(language("nl"), stopped.value)


def test_a_branch_cannot_deliver_in_the_name_of_another(store):
    with pytest.raises(Forbidden):
        deliver(store, "leerling_id|datum\nL0421|18-11-2024", reader=NOORD, branch="HVN")


def test_a_branch_with_two_places_is_asked_which(store):
    both = Reader(Role.BRANCH, ("NRD", "HVN"))
    assert asked(store, "leerling_id|datum\nL0421|18-11-2024", reader=both).needs_branch
    assert deliver(store, "leerling_id|datum\nL0421|18-11-2024", reader=both, branch="HVN").branch == "HVN"


def test_sessions_without_a_branch_are_of_the_branch_that_brings_them(store):
    deliver(store, "datum|vrijwilligers\n18-11-2024|3", reader=NOORD)
    assert stored(store, "sessions", "branch_id", "volunteers") == [("NRD", 3)]


def test_the_same_list_with_another_answer_is_another_delivery(store):
    drawing = "eerste|tweede|datum|vestiging\nL0421|L0422|18-11-2024|Noord"
    deliver(store, drawing, headers={"eerste": "pupil"})
    before = content(store)
    assert counts(deliver(store, drawing, headers={"tweede": "pupil"}))[0] == 1
    assert len(content(store)["visits"]) == len(before["visits"]) + 1
