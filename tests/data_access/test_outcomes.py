"""School results at the door: per pupil, and per group of a school."""

import pytest

from actions.load_file import load
from data_access.dataset import Dataset
from data_access.ingest.shapes import Delivery
from data_access.reader import Reader, Role
from tests.data_access.kinds import with_schools, workbook
from tests.stores import STEWARD, counts, deliver, stored

RESULTS = """leerling_id | schooljaar | school     | vak     | score_begin | score_eind | deelgenomen
             17          | 2023-2024  | De Vlieger | Rekenen | 6,1         | 6,6        | ja
             18          | 2023/24    | 00CD00     | rekenen | 7           |            | nee
             19          | 2023       | Elders     | rekenen |             | 5,5        | nee"""
IN_ENGLISH = """pupil_id | school_year | school_name | subject | score_before | score_after | took_part
                17       | 2023-2024   | De Vlieger  | rekenen | 6.1          | 6.6         | yes
                18       | 2023-2024   | Het Lyceum  | rekenen | 7.0          |             | no
                19       | 2023-2024   | Elders      | rekenen |              | 5.5         | no"""
COLUMNS = ("school_year", "subject", "school_id", "before", "after", "took_part")
KEPT = [(2023, "rekenen", "00AB00", 6.1, 6.6, True), (2023, "rekenen", "00CD00", 7.0, None, False), (2023, "rekenen", None, None, 5.5, False)]


@pytest.mark.parametrize("drawing", [RESULTS, IN_ENGLISH])
def test_results_per_pupil_are_kept_under_a_pseudonym_in_both_languages(store, drawing):
    receipt = deliver(with_schools(store), drawing)
    assert (receipt.kind, counts(receipt)) == ("outcomes", (3, 0, 0, 0, 0))
    assert receipt.notes == (("outcomes.school_unknown", "1"),)
    assert sorted(stored(store, "outcomes", *COLUMNS), key=repr) == sorted(KEPT, key=repr)
    assert {len(key) for (key,) in stored(store, "pupils", "pupil_key")} == {32}


def test_a_workbook_says_the_same_as_a_csv_file(store):
    deliver(with_schools(store), RESULTS)
    receipt = load(store, Delivery("resultaten.xlsx", workbook(RESULTS), STEWARD))
    assert (receipt.kind, counts(receipt)) == ("outcomes", (0, 0, 3, 0, 0))


def test_a_pupil_with_results_is_the_pupil_who_came(stores):
    for files in ([VISIT, RESULT], [RESULT, VISIT]):
        engine = stores.fresh()
        for file in files:
            deliver(engine, file)
        inputs = Dataset(engine, Reader(Role.PROGRAMME)).inputs()
        assert inputs.outcomes["pupil_id"].to_list() == inputs.visits.days["pupil_id"].to_list()
        assert inputs.pupil_years.height == 1, "results say nothing of who a pupil is"


VISIT = "leerling_id|datum|vestiging\nK 17|18-11-2023|Noord"
RESULT = "leerling_id|schooljaar|vak|score_eind|deelgenomen\nk17|2023-2024|taal|6|ja"


def test_a_later_file_corrects_a_result_and_a_column_that_it_lacks_stays(store):
    deliver(with_schools(store), RESULTS)
    receipt = deliver(store, "leerling_id|schooljaar|vak|score_eind|deelgenomen\n17|2023-2024|rekenen|7,1|ja\n18|2023-2024|taal|5|nee")
    assert counts(receipt) == (2, 1, 0, 0, 0)
    assert (2023, "rekenen", "00AB00", 6.1, 7.1, True) in stored(store, "outcomes", *COLUMNS)


@pytest.mark.parametrize(
    ("row", "column", "code"),
    [
        ("18 | 23-24 | rekenen | 6 | 7 | ja", "school_year", "school_year.unreadable"),
        ("18 | 2098-2099 | rekenen | 6 | 7 | ja", "school_year", "school_year.future"),
        ("18 | 2023-2024 | rekenen | 6 | 7 | misschien", "took_part", "yes_no.unreadable"),
        ("18 | 2023-2024 | rekenen | 6 | 7 | ", "took_part", "value.missing"),
        ("18 | 2023-2024 | rekenen | zes | 7 | ja", "before", "number.unreadable"),
        ("18 | 2023-2024 | rekenen | -1 | 7 | ja", "before", "score.out_of_range"),
        ("18 | 2023-2024 | rekenen | 6 | 1001 | ja", "after", "score.out_of_range"),
        ("18 | 2023-2024 | rekenen | | | ja", "after", "score.missing"),
        ("18 | 2023-2024 | | 6 | 7 | ja", "subject", "value.missing"),
        ("18 | 2023-2024 | rekenen en wiskunde in groep acht | 6 | 7 | ja", "subject", "text.too_long"),
        (" | 2023-2024 | rekenen | 6 | 7 | ja", "pupil", "value.missing"),
        ("Sanne de Vries | 2023-2024 | rekenen | 6 | 7 | ja", "pupil", "pupil.name"),
        ("123456782 | 2023-2024 | rekenen | 6 | 7 | ja", "pupil", "pupil.bsn"),
        ("17 | 2023/2024 | Taal | 6 | 7 | nee", "", "row.twice"),
    ],
)
def test_a_wrong_result_is_refused_with_its_reason_and_says_nothing_of_the_pupil(store, row, column, code):
    receipt = deliver(store, f"leerling_id|schooljaar|vak|score_begin|score_eind|deelgenomen\n17|2023-2024|taal|6|7|ja\n{row}")
    assert counts(receipt) == (1, 0, 0, 1, 0)
    ((number, found, reason, value),) = stored(store, "refused_rows", "row_number", "column_name", "code", "value")
    assert (number, found, reason) == (3, column, code)
    assert column == "school_year" or value is None


GROUPS = """school     | schooljaar | vak     | groep              | moment | aantal | gemiddelde | standaardafwijking
            De Vlieger | 2023-2024  | Rekenen | deelnemers         | begin  | 24     | 6,0        | 1,1
            De Vlieger | 2023-2024  | rekenen | deelnemers         | eind   | 24     | 6,4        | 1,0
            De Vlieger | 2023-2024  | rekenen | Overige leerlingen | begin  | 61     | 6,6        | 1,2
            00AB00     | 2023-2024  | rekenen | niet-deelnemers    | eind   | 1      | 6,7        | """
GROUPS_IN_ENGLISH = """school_name | school_year | subject | group        | when   | pupils | mean | standard_deviation
                       De Vlieger  | 2023-2024   | Rekenen | participants | before | 24     | 6.0  | 1.1
                       De Vlieger  | 2023-2024   | rekenen | participants | after  | 24     | 6.4  | 1.0
                       De Vlieger  | 2023-2024   | rekenen | other pupils | before | 61     | 6.6  | 1.2
                       00AB00      | 2023-2024   | rekenen | others       | after  | 1      | 6.7  | 0"""
OF_GROUPS = ("school_id", "school_year", "subject", "took_part", "moment", "pupils", "mean", "sd")


@pytest.mark.parametrize("drawing", [GROUPS, GROUPS_IN_ENGLISH])
def test_results_per_group_are_kept_without_any_pupil_in_both_languages(store, drawing):
    receipt = deliver(with_schools(store), drawing)
    assert (receipt.kind, counts(receipt)) == ("group_outcomes", (4, 0, 0, 0, 0))
    assert stored(store, "group_outcomes", *OF_GROUPS) == [
        ("00AB00", 2023, "rekenen", False, "after", 1, 6.7, None),
        ("00AB00", 2023, "rekenen", False, "before", 61, 6.6, 1.2),
        ("00AB00", 2023, "rekenen", True, "after", 24, 6.4, 1.0),
        ("00AB00", 2023, "rekenen", True, "before", 24, 6.0, 1.1),
    ]
    assert stored(store, "pupils") == []


def test_results_per_group_are_corrected_by_a_later_file_and_known_as_a_workbook(store):
    deliver(with_schools(store), GROUPS)
    assert counts(load(store, Delivery("groepen.xlsx", workbook(GROUPS), STEWARD))) == (0, 0, 4, 0, 0)
    assert counts(deliver(store, GROUPS.replace("6,4", "6,5"))) == (1, 1, 3, 0, 0)


@pytest.mark.parametrize(
    ("row", "column", "code", "value"),
    [
        ("Elders | 2023-2024 | taal | deelnemers | begin | 24 | 6 | 1", "school", "school.unknown", "Elders"),
        ("De Vlieger | 23-24 | taal | deelnemers | begin | 24 | 6 | 1", "school_year", "school_year.unreadable", "23-24"),
        ("De Vlieger | 2098 | taal | deelnemers | begin | 24 | 6 | 1", "school_year", "school_year.future", "2098"),
        ("De Vlieger | 2023 | taal | iedereen | begin | 24 | 6 | 1", "group", "group.unknown", "iedereen"),
        ("De Vlieger | 2023 | taal | deelnemers | halverwege | 24 | 6 | 1", "moment", "moment.unknown", "halverwege"),
        ("De Vlieger | 2023 | taal | deelnemers | begin | 0 | 6 | 1", "pupils", "group.empty", None),
        ("De Vlieger | 2023 | taal | deelnemers | begin | <5 | 6 | 1", "pupils", "number.unreadable", None),
        ("De Vlieger | 2023 | taal | deelnemers | begin | 24 | -6 | 1", "mean", "score.out_of_range", None),
        ("De Vlieger | 2023 | taal | deelnemers | begin | 24 | | 1", "mean", "value.missing", None),
        ("De Vlieger | 2023 | taal | deelnemers | begin | 24 | 6 | -0,1", "sd", "spread.negative", None),
        ("De Vlieger | 2023 | taal | deelnemers | begin | 2 | 6 | ", "sd", "spread.missing", None),
        ("00ab00 | 2023-24 | REKENEN | participants | before | 24 | 6 | 1", "", "row.twice", None),
    ],
)
def test_a_wrong_group_is_refused_with_its_reason(store, row, column, code, value):
    header = "school | schooljaar | vak | groep | moment | aantal | gemiddelde | sd\nDe Vlieger | 2023-2024 | rekenen | deelnemers | begin | 24 | 6 | 1"
    receipt = deliver(with_schools(store), f"{header}\n{row}")
    assert counts(receipt) == (1, 0, 0, 1, 0)
    assert stored(store, "refused_rows", "row_number", "column_name", "code", "value") == [(3, column, code, value)]
