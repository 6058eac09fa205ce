"""Questionnaires at the door: what pupils and parents answered, typed over from paper or out of a survey tool, without any pupil."""

from datetime import date

import pytest

from actions.load_file import load
from data_access.ingest.layouts import survey
from data_access.ingest.shapes import Delivery
from data_access.reader import Reader, Role
from tests.data_access.kinds import workbook
from tests.stores import STEWARD, content, counts, deliver, stored

MAY = date(2024, 5, 13)
FORMS = """vestiging | datum      | ingevuld_door | ronde              | uitgedeeld | nummer | geleerd | zelfvertrouwen | toegepast  | weet_de_weg | op_gemak
           Noord     | 13-05-2024 | leerling      | 2023-2024 voorjaar | 30         | 1      | 5       | 4              | ja, zeker  | nvt         | 5
           Noord     | 14-05-2024 | Leerling      | 2023-2024 Voorjaar |            | 2      | 2       |                | tussenin   | nee         | -
           NRD       | 13-05-2024 | ouder         | 2023-2024 voorjaar |            | 1      | eens    | n.v.t.         |            | 4           | """
IN_ENGLISH = """branch | date       | filled_in_by | wave               | handed_out | number | learned | confidence | applied | aware          | at_ease
                Noord  | 13-05-2024 | pupil        | 2023-2024 voorjaar | 30         | 1      | 5       | 4          | 5       | not applicable | 5
                Noord  | 14-05-2024 | pupils       | 2023-2024 voorjaar |            | 2      | 2       |            | 3       | 2              |
                Noord  | 13-05-2024 | parent       | 2023-2024 voorjaar |            | 1      | 4       | n/a        |         | 4              | """
PER_ANSWER = """vestiging | datum     | doelgroep  | uitgedeeld | respondent | vraag                                                                | antwoord
                NRD      | 13-5-2024 | leerlingen | 30         | 1          | Ik snap mijn huiswerk beter door de hulp hier.                       | 5
                NRD      | 13-5-2024 | leerlingen | 30         | 1          | zelfvertrouwen                                                       | 4
                NRD      | 13-5-2024 | leerlingen | 30         | 1          | application                                                          | 5
                NRD      | 13-5-2024 | leerlingen | 30         | 1          | weet de weg                                                          | nvt
                NRD      | 13-5-2024 | leerlingen | 30         | 1          | Ik voel me hier op mijn gemak.                                       | 5
                NRD      | 13-5-2024 | leerlingen |            | 2          | geleerd                                                              | 2
                NRD      | 13-5-2024 | leerlingen |            | 2          | zelfvertrouwen                                                       |
                NRD      | 13-5-2024 | leerlingen |            | 2          | toegepast                                                            | 3
                NRD      | 13-5-2024 | leerlingen |            | 2          | aware                                                                | 2
                NRD      | 13-5-2024 | leerlingen |            | 2          | op gemak                                                             |
                NRD      | 13-5-2024 | ouders     |            | 1          | Mijn kind begrijpt het huiswerk beter door de hulp in de bibliotheek | 4
                NRD      | 13-5-2024 | ouders     |            | 1          | confidence                                                           | nvt
                NRD      | 13-5-2024 | ouders     |            | 1          | weet de weg                                                          | 4"""
SURVEYS = ("survey_id", "wave", "audience", "branch_id", "held_on", "invited")
ANSWERS = ("survey_id", "respondent", "dimension", "score", "not_applicable")
PUPILS, PARENTS = "2023-2024-voorjaar-pupils-NRD", "2023-2024-voorjaar-parents-NRD"
OF_FORMS = [
    (PARENTS, 1, "awareness", 4, False),
    (PARENTS, 1, "confidence", None, True),
    (PARENTS, 1, "knowledge", 4, False),
    (PUPILS, 1, "application", 5, False),
    (PUPILS, 1, "awareness", None, True),
    (PUPILS, 1, "confidence", 4, False),
    (PUPILS, 1, "knowledge", 5, False),
    (PUPILS, 1, "welcome", 5, False),
    (PUPILS, 2, "application", 3, False),
    (PUPILS, 2, "awareness", 2, False),
    (PUPILS, 2, "confidence", None, False),
    (PUPILS, 2, "knowledge", 2, False),
    (PUPILS, 2, "welcome", None, False),
]


def form(*answers: str, number: str = "", branch: str = "Noord", audience: str = "leerling") -> str:
    return "|".join((branch, "13-05-2024", audience, number, *answers))


def list_of(*forms: str, numbered: bool = True) -> str:
    header = "vestiging|datum|ingevuld_door|nummer|geleerd|zelfvertrouwen"
    return "\n".join([header, *forms] if numbered else [header.replace("|nummer", ""), *(each.replace("||", "|") for each in forms)])


@pytest.mark.parametrize(
    ("drawing", "layout", "rows"), [(FORMS, "plain", 3), (IN_ENGLISH, "plain", 3), (PER_ANSWER, "answers", 13)], ids=["Dutch", "English", "per answer"]
)
def test_forms_typed_over_and_answers_out_of_a_tool_are_the_same_survey(store, drawing, layout, rows):
    receipt = deliver(store, drawing)
    assert (receipt.kind, receipt.layout, counts(receipt)) == ("survey", layout, (rows, 0, 0, 0, 0))
    assert stored(store, "surveys", *SURVEYS) == [
        (PARENTS, "2023-2024 voorjaar", "parents", "NRD", MAY, None),
        (PUPILS, "2023-2024 voorjaar", "pupils", "NRD", MAY, 30),
    ]
    assert stored(store, "survey_answers", *ANSWERS) == OF_FORMS
    assert stored(store, "pupils") == []


def test_a_workbook_of_the_same_forms_is_known(store):
    deliver(store, FORMS)
    assert counts(load(store, Delivery("formulieren.xlsx", workbook(FORMS), STEWARD))) == (0, 0, 3, 0, 0)


def test_a_question_that_nobody_of_a_survey_answered_was_not_asked_there(store):
    deliver(store, list_of(form("4", "", number="1"), form("5", "", number="2"), form("4", "2", number="1", audience="ouder")))
    assert [row[0:3] for row in stored(store, "survey_answers", *ANSWERS)] == [
        ("2023-2024-voorjaar-parents-NRD", 1, "confidence"),
        ("2023-2024-voorjaar-parents-NRD", 1, "knowledge"),
        ("2023-2024-voorjaar-pupils-NRD", 1, "knowledge"),
        ("2023-2024-voorjaar-pupils-NRD", 2, "knowledge"),
    ]


def test_forms_with_a_number_add_up_over_files_and_a_corrected_form_is_corrected(store):
    deliver(store, list_of(form("4", "4", number="1"), form("5", "5", number="2")))
    receipt = deliver(store, list_of(form("3", "4", number="2"), form("1", "1", number="7")))
    assert counts(receipt) == (2, 1, 0, 0, 0)
    assert [(number, score) for _, number, dimension, score, _ in stored(store, "survey_answers", *ANSWERS) if dimension == "knowledge"] == [
        (1, 4),
        (2, 3),
        (7, 1),
    ]


def test_forms_without_a_number_may_be_brought_again_with_new_ones_below_them(store):
    first, second, third = form("4", "4"), form("5", "nvt"), form("1", "")
    assert counts(deliver(store, list_of(first, second, numbered=False))) == (2, 0, 0, 0, 0)
    assert counts(deliver(store, list_of(first, second, third, numbered=False))) == (1, 0, 2, 0, 0)
    assert len({number for _, number, *_ in stored(store, "survey_answers", *ANSWERS)}) == 3


@pytest.mark.parametrize("others", [[form("1", "1"), form("2", "2")], [form("1", "1")], [form("4", "4")], [form("5", "5"), form("4", "4")]])
def test_new_forms_without_a_number_never_take_the_place_of_earlier_ones(store, others):
    deliver(store, list_of(form("4", "4"), form("5", "5"), numbered=False))
    before = content(store)
    receipt = deliver(store, list_of(*others, numbered=False))
    assert counts(receipt) == (0, 0, 0, len(others), 0)
    assert receipt.reasons == {"form.number_needed": len(others)}
    assert content(store) == before


def test_a_form_that_is_refused_and_corrected_does_not_move_the_others(store):
    lines = [form("4", "4"), form("9", "5"), form("2", "2")]
    assert counts(deliver(store, list_of(*lines, numbered=False))) == (2, 0, 0, 1, 0)
    lines[1] = form("3", "5")
    assert counts(deliver(store, list_of(*lines, numbered=False))) == (1, 0, 2, 0, 0)


def test_the_same_bytes_again_change_nothing(store):
    drawing = list_of(form("4", "4"), form("5", "5"), numbered=False)
    load_id = deliver(store, drawing).load_id
    assert deliver(store, drawing).already_loaded == load_id


def test_more_forms_than_were_handed_out_leave_unknown_what_share_answered(store):
    drawing = "vestiging|datum|ingevuld_door|uitgedeeld|nummer|geleerd\n" + "\n".join(f"Noord|13-05-2024|leerling|2|{number}|4" for number in (1, 2, 3))
    receipt = deliver(store, drawing)
    assert (counts(receipt), receipt.notes) == ((3, 0, 0, 0, 0), (("survey.more_forms_than_handed_out", "1"),))
    assert stored(store, "surveys", "invited") == [(None,)]


@pytest.mark.parametrize(
    ("day", "wave"),
    [
        ("2024-05-13", "2023-2024 voorjaar"),
        ("2024-07-31", "2023-2024 zomer"),
        ("2024-08-01", "2024-2025 zomer"),
        ("2024-11-30", "2024-2025 najaar"),
        ("2025-02-10", "2024-2025 winter"),
    ],
)
def test_without_a_round_the_school_year_and_the_season_are_the_round(day, wave):
    assert survey.wave_of(date.fromisoformat(day)) == wave


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("1", "1"),
        ("5,0", "5"),
        ("4.0", "4"),
        ("Helemaal mee eens", "5"),
        ("nee, zeker niet", "1"),
        ("NEE", "2"),
        ("Niet eens, niet oneens", "3"),
        ("N.V.T.", "not applicable"),
        ("–", "none"),
        ("0", "beyond"),
        ("6", "beyond"),
        ("4,5", "beyond"),
        ("44", "beyond"),
        ("goed", "unreadable"),
        ("4 of 5", "unreadable"),
    ],
)
def test_answers_are_numbers_or_the_words_on_the_forms(typed, answer):
    assert survey.answer_of(typed) == answer


@pytest.mark.parametrize(
    ("row", "column", "code", "value"),
    [
        ("Elders | 13-05-2024 | leerling | | 2 | 4 | 4", "branch", "branch.unknown", None),
        ("Noord | 31-02-2024 | leerling | | 2 | 4 | 4", "held_on", "date.impossible", "31-02-2024"),
        ("Noord | 13-05-2098 | leerling | | 2 | 4 | 4", "held_on", "date.future", "2098-05-13"),
        ("Noord | 13-05-2018 | leerling | | 2 | 4 | 4", "held_on", "date.before_start", "2018-05-13"),
        ("Noord | 13-05-2024 | meester | | 2 | 4 | 4", "audience", "audience.unknown", None),
        ("Noord | 13-05-2024 | | | 2 | 4 | 4", "audience", "value.missing", None),
        ("Noord | 13-05-2024 | leerling | -1 | 2 | 4 | 4", "invited", "number.negative", "-1"),
        ("Noord | 13-05-2024 | leerling | 31 | 2 | 4 | 4", "invited", "form.handed_out_differs", "31"),
        ("Noord | 13-05-2024 | leerling | | | 4 | 4", "respondent", "value.missing", None),
        ("Noord | 13-05-2024 | leerling | | 0 | 4 | 4", "respondent", "form.number_impossible", None),
        ("Noord | 13-05-2024 | leerling | | 2000123 | 4 | 4", "respondent", "form.number_impossible", None),
        ("Noord | 13-05-2024 | leerling | | Sanne | 4 | 4", "respondent", "number.unreadable", None),
        ("Noord | 13-05-2024 | leerling | | 2 | 6 | 4", "knowledge", "answer.out_of_range", None),
        ("Noord | 13-05-2024 | leerling | | 2 | 4 | Sanne", "confidence", "answer.unreadable", None),
        ("Noord | 13-05-2024 | leerling | | 2 | | -", "", "form.empty", None),
        ("NRD | 14-05-2024 | kind | | 1 | 1 | 1", "", "row.twice", None),
    ],
)
def test_a_wrong_form_is_refused_with_its_reason_and_says_nothing_of_a_child(store, row, column, code, value):
    header = "vestiging|datum|ingevuld_door|uitgedeeld|nummer|geleerd|zelfvertrouwen\nNoord|13-05-2024|leerling|30|1|4|4"
    receipt = deliver(store, f"{header}\n{row}")
    assert counts(receipt) == (1, 0, 0, 1, 0)
    assert stored(store, "refused_rows", "row_number", "column_name", "code", "value") == [(3, column, code, value)]


@pytest.mark.parametrize(
    ("row", "column", "code"),
    [
        ("Noord | 13-05-2024 | leerling | 1 | Wat vond je het leukst? | 4", "question", "question.unknown"),
        ("Noord | 13-05-2024 | leerling | 1 | toegepast | 10", "answer", "answer.out_of_range"),
        ("Noord | 13-05-2024 | leerling | 1 | toegepast | de koekjes", "answer", "answer.unreadable"),
        ("Noord | 13-05-2024 | leerling |   | toegepast | 4", "respondent", "value.missing"),
        ("Noord | 13-05-2024 | leerling | 1 | learned | 5", "", "row.twice"),
    ],
)
def test_a_wrong_answer_is_refused_with_its_reason(store, row, column, code):
    receipt = deliver(store, f"vestiging|datum|ingevuld_door|nummer|vraag|antwoord\nNoord|13-05-2024|leerling|1|geleerd|4\n{row}")
    assert counts(receipt) == (1, 0, 0, 1, 0)
    assert stored(store, "refused_rows", "row_number", "column_name", "code", "value") == [(3, column, code, None)]


def test_the_name_of_a_round_is_as_long_as_the_store_can_keep(store):
    receipt = deliver(store, "vestiging|datum|ingevuld_door|ronde|nummer|geleerd\nNoord|13-05-2024|ouder|een ronde met een lange naam|1|4")
    assert receipt.reasons == {"text.too_long": 1}


def test_a_branch_brings_its_own_forms_and_no_others(store):
    receipt = deliver(store, list_of(form("4", "4", number="1"), form("5", "5", number="1", branch="Haven")), reader=Reader(Role.BRANCH, ("NRD",)))
    assert (counts(receipt), receipt.reasons) == ((1, 0, 0, 1, 0), {"branch.not_yours": 1})


def test_a_pupil_beside_the_answers_is_dropped_at_the_door_and_named(store):
    receipt = deliver(store, "leerling_id|vestiging|datum|ingevuld_door|nummer|geleerd|toelichting\n100234|Noord|13-05-2024|leerling|1|4|was fijn")
    assert (receipt.kind, receipt.dropped) == ("survey", ("leerling_id", "toelichting"))
    assert stored(store, "pupils") == []
