"""Visits at the door: what is loaded, what is refused and why, and what a second delivery does to the first."""

from datetime import date, time, timedelta

import pytest
from sqlalchemy import Engine, update

from actions.load_file import check, load
from actions.make_store import make_store
from data_access import tables
from data_access.clock import today
from data_access.database import begin, version
from data_access.dataset import Dataset
from data_access.ingest import pseudonyms
from data_access.ingest.shapes import FileRefused
from data_access.reader import Forbidden, Reader, Role
from metrics.shapes import Period
from presentation import receipts
from presentation import refusals as refusals_of
from presentation.texts import LANGUAGES, language
from tests.stores import STEWARD, content, counts, deliver, delivery, stored, wijk

MONDAY, TUESDAY = date(2024, 11, 18), date(2024, 11, 19)


def refusals(engine: Engine) -> list[tuple[object, ...]]:
    """row, column, code, value, detail of all refused rows."""
    return stored(engine, "refused_rows", "row_number", "column_name", "code", "value", "detail")


def test_a_plain_list_becomes_visits_and_visits_without_a_pupil(store):
    receipt = deliver(
        store,
        """leerling_id | datum      | vestiging | aankomst | vertrek
           17          | 18-11-2024 | Noord     | 15:30    | 17.00 uur
           17          | 19-11-2024 | nrd       | 15u30    |
           18          | 2024-11-18 | haven     |          |
                       | 18-11-2024 | Noord     | 15:30    |
                       | 18-11-2024 | Noord     |          | """,
    )
    assert counts(receipt) == (5, 0, 0, 0, 2)
    assert stored(store, "visits", "visited_on", "branch_id", "arrived_at", "left_at") == [
        (MONDAY, "HVN", None, None),
        (MONDAY, "NRD", time(15, 30), time(17)),
        (TUESDAY, "NRD", time(15, 30), None),
    ]
    assert stored(store, "anonymous_visits", "branch_id", "visited_on", "visits") == [("NRD", MONDAY, 2)]
    assert receipt.coverage == (("HVN", "2024-11-18", "2024-11-18"), ("NRD", "2024-11-18", "2024-11-19"))


def test_a_visit_keeps_the_row_of_the_file_that_brought_it(store):
    header = "leerling_id|datum|vestiging|aankomst|wijkcode"
    deliver(store, f"Lijst van Noord||||\n{header}\n17|31-02-2024|Noord||\n17|18-11-2024|Noord||{wijk('01')}\n\n17|19-11-2024|Noord|15:30|")
    assert stored(store, "visits", "visited_on", "load_id", "row_number") == [(MONDAY, 2, 4), (TUESDAY, 2, 6)]
    assert stored(store, "pupil_years", "known_on", "row_number") == [(MONDAY, 4)]
    deliver(store, f"{header}\n18|18-11-2024|Noord||\n17|19-11-2024|Noord|15:30|\n17|18-11-2024|Noord|15:45|")  # new, the same, another time
    assert stored(store, "visits", "visited_on", "load_id", "row_number") == [(MONDAY, 3, 2), (MONDAY, 3, 4), (TUESDAY, 2, 6)]
    deliver(store, "vestiging|datum|vrijwilligers\nHaven|18-11-2024|2\nNoord|18-11-2024|3", kind="sessions")
    assert stored(store, "sessions", "branch_id", "row_number") == [("HVN", 2), ("NRD", 3)]


@pytest.mark.parametrize(
    "header", ["Leerling ID|DATUM|Vestiging", "pupil_id|date|branch", "LEERLINGNUMMER|bezoek-datum|Locatie", " leerling_id |Datum|vestigings naam"]
)
def test_headers_may_be_typed_in_many_ways_in_dutch_and_english(store, header):
    assert counts(deliver(store, f"{header}\n17|18-11-2024|Noord")) == (1, 0, 0, 0, 0)


@pytest.mark.parametrize(
    ("row", "column", "code", "value", "detail"),
    [
        ("17 |            | Noord |       |       |     |      ", "visited_on", "value.missing", None, None),
        ("17 | maandag    | Noord |       |       |     |      ", "visited_on", "date.unreadable", None, None),
        ("17 | 18-11-24   | Noord |       |       |     |      ", "visited_on", "date.short_year", "18-11-24", None),
        ("17 | 31-02-2024 | Noord |       |       |     |      ", "visited_on", "date.impossible", "31-02-2024", None),
        ("17 | 01-01-2099 | Noord |       |       |     |      ", "visited_on", "date.future", "2099-01-01", None),
        ("17 | 01-05-2019 | Noord |       |       |     |      ", "visited_on", "date.before_start", "2019-05-01", "2019-05-13"),
        ("17 | 18-11-2024 | Noort |       |       |     |      ", "branch", "branch.unknown", None, None),
        ("17 | 18-11-2024 |       |       |       |     |      ", "branch", "value.missing", None, None),
        ("17 | 18-11-2024 | Noord | 24:00 |       |     |      ", "arrived_at", "time.impossible", "24:00", None),
        ("17 | 18-11-2024 | Noord | vroeg |       |     |      ", "arrived_at", "time.unreadable", None, None),
        ("17 | 18-11-2024 | Noord | 15:30 | 15:29 |     |      ", "left_at", "time.left_before_arrived", "15:29", None),
        ("17 | 18-11-2024 | Noord |       |       | XX1 |      ", "neighbourhood", "neighbourhood.unknown", None, None),
        ("17 | 18-11-2024 | Noord |       |       |     | toren", "level", "level.unknown", None, None),
        ("123456782  | 18-11-2024 | Noord |  |  |  | ", "pupil", "pupil.bsn", None, None),
        ("Ada L.     | 18-11-2024 | Noord |  |  |  | ", "pupil", "pupil.name", None, None),
        ("17 | 18-11-2024 | Noord", "", "row.too_few_fields", None, "3/7"),
        ("17 | 18-11-2024 | Noord |  |  |  |  | x", "", "row.too_many_fields", None, "8/7"),
        ("9  | 18-11-2024 | Noord |  |  |  | ", "", "row.twice", None, "2"),
    ],
)
def test_a_wrong_row_is_refused_with_its_cell_and_reason_and_the_others_are_loaded(store, row, column, code, value, detail):
    receipt = deliver(
        store,
        f"""leerling_id | datum | vestiging | aankomst | vertrek | wijkcode | schoolniveau
            9 | 18-11-2024 | Noord | | | |
            {row}""",
    )
    assert counts(receipt) == (1, 0, 0, 1, 0)
    assert receipt.reasons == {code: 1}
    assert refusals(store) == [(3, column, code, value, detail)]


def test_a_row_with_two_faults_is_one_refused_row_with_both(store):
    receipt = deliver(store, "leerling_id|datum|vestiging|aankomst\n17|31-02-2024|Noord|25:00")
    assert counts(receipt) == (0, 0, 0, 1, 0)
    assert [(row, column) for row, column, *_ in refusals(store)] == [(2, "arrived_at"), (2, "visited_on")]


def test_titles_blank_lines_and_the_separator_line_are_no_rows_and_the_first_two_count_as_a_spreadsheet_shows_them(store):
    receipt = deliver(store, "sep=;\nBezoeken week 47\n\nleerling_id;datum;vestiging\n\n17;18-11-2024;Noord\n;;\n17;onzin;Noord\n")
    assert (receipt.read, *counts(receipt)) == (2, 1, 0, 0, 1, 0)
    assert refusals(store)[0][0] == 7


def test_columns_that_are_not_needed_are_named_and_kept_nowhere(store):
    receipt = deliver(store, "leerling_id|datum|vestiging|naam|BSN|Adres\n17|18-11-2024|Noord|Ada|123456782|Kade 1")
    assert receipt.dropped == ("naam", "BSN", "Adres")


@pytest.mark.parametrize(("first", "second"), [("17", " 17 "), ("ab 17", "AB17"), ("17", "１７"), ("a17", "A\N{NO-BREAK SPACE}17")])
def test_one_id_typed_in_two_ways_is_one_pupil(store, first, second):
    deliver(store, f"leerling_id|datum|vestiging\n{first}|18-11-2024|Noord\n{second}|19-11-2024|Noord")
    assert len(stored(store, "pupils")) == 1


def test_leading_zeros_make_another_pupil(store):
    deliver(store, "leerling_id|datum|vestiging\n17|18-11-2024|Noord\n017|18-11-2024|Noord")
    assert len(stored(store, "pupils")) == 2


def test_the_same_bytes_again_change_nothing(store):
    drawing = "leerling_id|datum|vestiging\n17|18-11-2024|Noord\n|18-11-2024|Noord\n18|18-11-2024|Nergens"
    first = deliver(store, drawing)
    before, known = content(store), version(store)
    again = deliver(store, drawing, name="anders.csv")
    assert again.already_loaded == first.load_id
    assert counts(again) == (0, 0, 2, 1, 0)
    assert (content(store), version(store)) == (before, known)
    assert [load_id for (load_id,) in stored(store, "loads", "load_id")] == [1, first.load_id]


def test_rows_refused_for_an_unknown_branch_are_taken_once_it_is_known_and_nothing_else_of_that_file_is(store):
    drawing = "leerling_id|datum|vestiging|aankomst\n17|18-11-2024|Noord|15:30\n18|18-11-2024|West|15:30"
    assert counts(deliver(store, drawing)) == (1, 0, 0, 1, 0)
    deliver(store, "leerling_id|datum|vestiging|aankomst\n17|18-11-2024|Noord|15:45")
    deliver(store, "vestiging_id|vestiging|sector\nWST|West|VO", kind="branches")
    assert counts(deliver(store, drawing)) == (1, 0, 1, 0, 0)
    assert stored(store, "visits", "branch_id", "arrived_at") == [("NRD", time(15, 45)), ("WST", time(15, 30))]


def test_a_later_file_corrects_and_a_column_it_lacks_is_left_alone(store):
    deliver(store, "leerling_id|datum|vestiging|aankomst|vertrek\n17|18-11-2024|Noord|15:30|17:00\n18|18-11-2024|Noord|15:30|17:00")
    receipt = deliver(store, "leerling_id|datum|vestiging|aankomst\n17|18-11-2024|Noord|15:45\n18|18-11-2024|Noord|15:30\n19|18-11-2024|Noord|15:30")
    assert counts(receipt) == (2, 1, 1, 0, 0)
    assert stored(store, "visits", "arrived_at", "left_at") == [(time(15, 30), None), (time(15, 30), time(17)), (time(15, 45), time(17))]


def test_visits_without_a_pupil_never_double(store):
    deliver(store, "leerling_id|datum|vestiging\n|18-11-2024|Noord\n|18-11-2024|Noord\n|19-11-2024|Noord")
    receipt = deliver(store, "leerling_id|datum|vestiging\n|18-11-2024|Noord\n|18-11-2024|Noord\n|18-11-2024|Noord\n|18-11-2024|Haven")
    assert counts(receipt) == (4, 3, 0, 0, 4)
    assert stored(store, "anonymous_visits", "branch_id", "visited_on", "visits") == [("HVN", MONDAY, 1), ("NRD", MONDAY, 3), ("NRD", TUESDAY, 1)]


def test_a_newer_list_on_which_everybody_has_a_name_leaves_no_visits_without_one(store):
    deliver(store, "leerling_id|datum|vestiging\n|18-11-2024|Noord\n|18-11-2024|Haven")
    receipt = deliver(store, "leerling_id|datum|vestiging\n17|18-11-2024|Noord")
    assert receipt.removed == 1
    assert stored(store, "anonymous_visits", "branch_id") == [("HVN",)]


def test_a_replacing_file_is_the_whole_truth_for_its_branches_between_its_first_and_last_day(store):
    deliver(
        store,
        """leerling_id | datum      | vestiging
           17          | 15-11-2024 | Noord    # before its first day
           17          | 18-11-2024 | Noord    # still there
           18          | 18-11-2024 | Noord    # goes
                       | 19-11-2024 | Noord    # goes
           19          | 20-11-2024 | Noord    # goes
           17          | 18-11-2024 | Haven    # another branch""",
    )
    receipt = deliver(store, "leerling_id|datum|vestiging\n17|18-11-2024|Noord\n20|21-11-2024|Noord", replaces=True)
    assert counts(receipt) == (1, 0, 1, 0, 0)
    assert receipt.removed == 3
    assert stored(store, "visits", "branch_id", "visited_on") == [
        ("HVN", MONDAY),
        ("NRD", date(2024, 11, 15)),
        ("NRD", MONDAY),
        ("NRD", date(2024, 11, 21)),
    ]
    assert stored(store, "anonymous_visits") == []


def test_a_replacing_file_that_states_its_days_replaces_all_of_them(store):
    deliver(store, "leerling_id|datum|vestiging\n17|15-11-2024|Noord\n17|22-11-2024|Noord\n17|25-11-2024|Noord")
    receipt = deliver(store, "leerling_id|datum|vestiging\n18|18-11-2024|Noord", replaces=True, covers=Period(date(2024, 11, 15), date(2024, 11, 22)))
    assert receipt.removed == 2
    assert stored(store, "visits", "visited_on") == [(MONDAY,), (date(2024, 11, 25),)]
    assert stored(store, "coverage", "load_id", "first_day", "last_day", "stated")[-1] == (receipt.load_id, date(2024, 11, 15), date(2024, 11, 22), True)


def test_what_was_replaced_removed_or_repeated_is_kept_so_that_a_load_can_be_taken_back(store):
    first = deliver(store, "leerling_id|datum|vestiging|aankomst\n17|18-11-2024|Noord|15:30\n18|18-11-2024|Noord|15:30\n19|18-11-2024|Noord|15:30")
    second = deliver(store, "leerling_id|datum|vestiging|aankomst\n17|18-11-2024|Noord|15:45\n18|18-11-2024|Noord|15:30", replaces=True)
    assert [row for row in stored(store, "superseded", "load_id", "table_name", "row_count") if "visits" in row] == [
        (first.load_id, "visits", 2),  # 17 as it was, and 19, gone
        (second.load_id, "visits", 1),  # 18 again: the first load's row stands
    ]


def test_a_check_says_what_a_load_will_do_and_stores_nothing(store):
    deliver(store, "leerling_id|datum|vestiging\n17|18-11-2024|Noord\n18|18-11-2024|Noord")
    file = delivery("leerling_id|datum|vestiging\n17|18-11-2024|Noord\n19|18-11-2024|Noord", replaces=True)
    before, known = content(store), version(store)
    expected = check(store, file)
    assert (content(store), version(store)) == (before, known)
    done = load(store, file)
    assert expected.load_id is None
    assert {**done.as_dict(), "load_id": None} == expected.as_dict()
    assert counts(done) == (1, 0, 1, 0, 0)
    assert done.removed == 1


def test_a_replacing_file_with_a_refused_row_takes_nothing_away(store):
    deliver(store, "leerling_id|datum|vestiging|leerjaar\n17|18-11-2024|Noord|2\n18|18-11-2024|Noord|2")
    file = delivery("leerling_id|datum|vestiging|leerjaar\n17|18-11-2024|Noord|2\n18|18-11-2024|Noord|twaalf", replaces=True)
    before = content(store)
    looked = check(store, file)
    assert looked.refused == 1
    assert not receipts.is_loaded(looked) and not receipts.changes_something(looked)
    assert "Er is 1 regel afgekeurd" in receipts.headline(language("nl"), looked)
    with pytest.raises(FileRefused) as stopped:
        load(store, file)
    assert (stopped.value.code, stopped.value.values) == ("file.replace_with_refused", {"n": 1})
    assert content(store) == before


def test_a_replacing_file_without_named_visits_takes_the_named_visits_away(store):
    deliver(store, "leerling_id|datum|vestiging\n17|18-11-2024|Noord\n18|19-11-2024|Noord\n17|18-11-2024|Haven")
    receipt = deliver(store, "leerling_id|datum|vestiging\n|18-11-2024|Noord", replaces=True)
    assert (receipt.accepted, receipt.removed) == (1, 1)
    assert stored(store, "visits", "branch_id", "visited_on") == [("HVN", MONDAY), ("NRD", TUESDAY)]
    assert stored(store, "anonymous_visits", "branch_id", "visited_on", "visits") == [("NRD", MONDAY, 1)]


def test_a_row_outside_the_days_that_were_named_stops_the_file(store):
    for row in ("17|17-11-2024|Noord", "|20-11-2024|Noord"):
        with pytest.raises(FileRefused) as stopped:
            deliver(store, f"leerling_id|datum|vestiging\n18|18-11-2024|Noord\n{row}", covers=Period(MONDAY, TUESDAY))
        assert stopped.value.code == "file.covers_too_narrow"
        assert refusal_is_a_sentence(stopped.value)
    assert stored(store, "visits") == []


def refusal_is_a_sentence(fault: FileRefused) -> bool:
    """Whether both languages can say it with the values that it has."""
    return all("{" not in refusals_of.stopped(language(code), fault) for code in LANGUAGES)


def test_known_rows_with_a_refused_row_are_not_called_everything(store):
    deliver(store, "leerling_id|datum|vestiging\n17|18-11-2024|Noord")
    receipt = deliver(store, "leerling_id|datum|vestiging\n17|18-11-2024|Noord\n18|18-11-2024|Niks")
    assert counts(receipt) == (0, 0, 1, 1, 0)
    assert "Alles" not in receipts.headline(language("nl"), receipt)


@pytest.mark.parametrize("key", ["another", "none"])
def test_a_store_with_pupils_takes_no_visits_under_another_key_not_even_those_without_a_pupil(store, tmp_path, monkeypatch, key):
    deliver(store, "leerling_id|datum|vestiging\n17|18-11-2024|Noord")
    file = tmp_path / "other.key"
    if key == "another":
        pseudonyms.make_key(file)
    monkeypatch.setenv("HUISWERKMONITOR_KEY_FILE", str(file))
    with pytest.raises(pseudonyms.KeyFault) as stopped:
        deliver(store, "leerling_id|datum|vestiging\n|19-11-2024|Noord")
    assert stopped.value.code == {"another": "key.other", "none": "key.missing"}[key]
    assert stored(store, "anonymous_visits") == []
    deliver(store, "vestiging|datum|status\nNoord|18-11-2024|gehouden", kind="sessions")  # says nothing of pupils


# --- who delivers -----------------------------------------------------------------------------------------------------


def test_a_branch_loads_its_own_rows_and_those_of_others_are_refused(store):
    receipt = deliver(store, "leerling_id|datum|vestiging\n17|18-11-2024|Noord\n18|18-11-2024|Haven", reader=Reader(Role.BRANCH, ("NRD",)))
    assert counts(receipt) == (1, 0, 0, 1, 0)
    assert refusals(store) == [(3, "branch", "branch.not_yours", "Haven", None)]


@pytest.mark.parametrize("role", [Role.PROGRAMME, Role.COUNCIL])
def test_programme_and_council_deliver_nothing(store, role):
    with pytest.raises(Forbidden, match=r"forbidden\.deliver"):
        deliver(store, "leerling_id|datum|vestiging\n17|18-11-2024|Noord", reader=Reader(role))


def test_a_branch_delivers_visits_and_sessions_and_nothing_else(store):
    with pytest.raises(Forbidden, match=r"forbidden\.kind"):
        deliver(store, "vestiging_id|vestiging|sector\nWST|West|VO", kind="branches", reader=Reader(Role.BRANCH, ("NRD",)))


# --- what is known of a pupil -----------------------------------------------------------------------------------------


def about(engine: Engine) -> list[tuple[object, ...]]:
    """school_year, sector, level, year_group, home of every pupil, as it counts."""
    return Dataset(engine, Reader(Role.PROGRAMME)).inputs().pupil_years.select("school_year", "sector", "level", "year_group", "neighbourhood_code").rows()


def test_the_last_known_home_and_level_in_a_school_year_count(store):
    deliver(
        store,
        f"""leerling_id | datum      | vestiging | wijkcode    | schoolniveau | leerjaar
            17          | 01-11-2024 | Noord     | {wijk("01")} |              | groep 7
            17          | 18-11-2024 | Noord     | {wijk("02")} | po           |
            17          | 19-11-2024 | Noord     |             |              |
            17          | 31-07-2024 | Noord     | {wijk("03")} | po           | 6""",
    )
    assert sorted(about(store)) == [(2023, "PO", "po", 6, wijk("03")), (2024, "PO", "po", 7, wijk("02"))]


def test_an_older_list_that_comes_late_does_not_undo_what_is_known_since(store):
    deliver(store, f"leerling_id|datum|vestiging|wijkcode\n17|18-11-2024|Noord|{wijk('02')}")
    receipt = deliver(store, f"leerling_id|datum|vestiging|wijkcode|leerjaar\n17|01-11-2024|Noord|{wijk('01')}|7")
    assert counts(receipt) == (1, 0, 0, 0, 0)
    assert about(store) == [(2024, "PO", None, 7, wijk("02"))]


def test_a_later_list_with_another_home_for_a_known_visit_corrects_it(store):
    deliver(store, f"leerling_id|datum|vestiging|wijkcode\n17|18-11-2024|Noord|{wijk('02')}")
    receipt = deliver(store, f"leerling_id|datum|vestiging|wijkcode\n17|18-11-2024|Noord|{wijk('01')}")
    assert counts(receipt) == (1, 1, 0, 0, 0)
    assert about(store) == [(2024, "PO", None, None, wijk("01"))]


@pytest.mark.parametrize(
    ("columns", "cells", "home"),
    [
        ("wijkcode", f"{wijk('07')}", wijk("07")),
        ("buurtcode", f"BU{wijk('07')[2:]}15", wijk("07")),
        ("wijkcode", "WK999901", "outside"),
        ("buurtcode", "BU99990101", "outside"),
        ("wijkcode", "onbekend", None),
        ("wijkcode", "", None),
        ("wijk", "De Kade", wijk("08")),
        ("postcode", "9999 zz", wijk("08")),
        ("postcode", "9998ZZ", "outside"),
        ("postcode", "1234AB", None),
        ("postcode", "niet bekend", None),
    ],
)
def test_a_home_becomes_a_neighbourhood_of_ours_outside_or_unknown(store, columns, cells, home):
    deliver(store, f"wk_code|naam|jaar\n{wijk('07')}|Het Veld|2022\n{wijk('08')}|De Kade|2022", kind="neighbourhoods")
    own = wijk("08")[2:]
    deliver(store, f"PC6|Huisnummer|Buurt2022|Wijk2022|Gemeente2022\n9999ZZ|1|{own}01|{own}|{own[:4]}\n9998ZZ|1|99990101|999901|9999", kind="postcodes")
    assert counts(deliver(store, f"leerling_id|datum|vestiging|{columns}\n17|18-11-2024|Noord|{cells}")) == (1, 0, 0, 0, 0)
    assert about(store) == [(2024, "PO", None, None, home)]


def test_the_sector_comes_from_the_level_and_else_from_the_branch(store):
    deliver(
        store,
        "leerling_id|datum|vestiging|schoolniveau\n17|18-11-2024|Noord|VMBO-TL\n18|18-11-2024|Haven|\n19|18-11-2024|Noord|gymnasium\n19|19-11-2024|Noord|",
    )
    assert sorted(about(store), key=repr) == [(2024, "VO", "vmbo-t", None, None), (2024, "VO", "vwo", None, None), (2024, "VO", None, None, None)]


# --- files that are refused whole -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "file.empty"),
        (b" \r\n\r\n", "file.empty"),
        (b"leerling_id;datum;vestiging\n", "file.no_rows"),
        (b"\x89PNG\r\n\x1a\n rest", "file.no_table"),
        (b"%PDF-1.7", "file.no_table"),
        (b"PK\x03\x04 not a zip", "file.unreadable"),
        (b"\xd0\xcf\x11\xe0 old", "file.old_or_locked_workbook"),
        (b"{not json", "file.unreadable"),
        (b"een;twee\n1;2\n", "file.unrecognised"),
        (b"leerling_id;datum;vestiging\n17;05-25-2024;Noord\n18;01-02-2024;Noord\n", "file.month_first"),
    ],
)
def test_a_file_of_which_nothing_can_be_trusted_is_refused_in_one_sentence(store, content, code):
    with pytest.raises(FileRefused) as refused:
        load(store, delivery("").__class__("lijst.csv", content, STEWARD))
    assert refused.value.code == code
    assert stored(store, "visits") == []


def test_visits_before_any_branch_is_known_say_what_to_load_first(store):
    from sqlalchemy import delete

    from data_access import tables
    from data_access.database import begin

    with begin(store) as connection:
        connection.execute(delete(tables.branches))
    with pytest.raises(FileRefused, match=r"file\.branches_first"):
        deliver(store, "leerling_id|datum|vestiging\n17|18-11-2024|Noord")


def test_days_that_are_still_to_come_cannot_be_covered(store):
    with pytest.raises(FileRefused, match=r"file\.covers_wrong_days"):
        deliver(store, "leerling_id|datum|vestiging\n17|18-11-2024|Noord", covers=Period(date(2024, 11, 1), date(2099, 1, 1)))


# --- what is kept of a row that was refused ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "row",
    [
        "18-11-2024 | 17     | 123456782",  # a service number for a branch
        "18-11-2024 | 17     | 100234",
        "18-11-2024 | 17     | kaart-017",
        "18-11-2024 | 17     | Ada Lovelace",
        "18-11-2024 | 17     | Sanne",
        "20110512   | 17     | Noord",  # a number that can be read as a day before the programme began
        "20111332   | 17     | Noord",
        "12345-6782 | 17     | Noord",
        "18-11-2024 | 17     | Noor",  # a child, and not a slip for Noord
        "18-11-2024 | 17     | Haye",
    ],
)
def test_what_slipped_into_a_column_where_it_does_not_belong_is_kept_nowhere(store, row):
    deliver(store, f"datum | leerling_id | vestiging\n18-11-2024 | 1 | Noord\n{row}")
    assert [found[3] for found in refusals(store)] == [None]


def test_a_slip_of_the_pen_is_shown(store):
    deliver(store, "vestiging_id|vestiging|sector\nLKW|Laakkwartier|PO", kind="branches")
    rows = ["1|18-11-2024|Laakwartier|", "2|18-11-2024|Noord|vmbo-tt", "3|1 mei 2019|Noord|", "4|31-02-2024|Noord|", "5|18-11/2024|Noord|"]
    deliver(store, "\n".join(["leerling_id|datum|vestiging|schoolniveau", *rows]))
    assert [found[3] for found in refusals(store)] == ["Laakwartier", "vmbo-tt", "2019-05-01", "31-02-2024", "18-11/2024"]


def test_a_header_or_file_name_that_may_be_a_pupil_is_not_kept(store):
    receipt = deliver(
        store, "leerling_id|datum|vestiging|123456782|Ada Lovelace|opmerking|Sanne|Naam kind\n17|18-11-2024|Noord|||||", name="lijst 123456782 van 20241118.csv"
    )
    assert receipt.dropped == ("(4)", "(5)", "opmerking", "(7)", "Naam kind")
    assert receipt.file_name == "lijst ********* van 20241118.csv"
    with pytest.raises(FileRefused) as stopped:
        deliver(store, "123456782|18-11-2024|Ada Lovelace\n17|18-11-2024|Noord")
    assert stopped.value.values["headers"] == "(1), (2), (3)"
    assert "123456782" not in repr(stored(store, "loads"))


def test_refused_rows_go_after_ninety_days(store):
    first = deliver(store, "leerling_id|datum|vestiging\n17|18-11-2024|Noord\n18|18-11-2024|Niks").load_id
    age(store, days=90)
    assert len(Dataset(store, STEWARD).refused_rows(first or 0)) == 1
    age(store, days=91)
    assert Dataset(store, STEWARD).refused_rows(first or 0).is_empty()
    assert len(refusals(store)) == 1
    make_store(store, "real")
    assert refusals(store) == []
    second = deliver(store, "leerling_id|datum|vestiging\n17|19-11-2024|Noord\n18|19-11-2024|Niks").load_id
    age(store, days=91)
    deliver(store, "leerling_id|datum|vestiging\n17|20-11-2024|Noord")
    assert refusals(store) == [] and second is not None


def age(engine: Engine, days: int) -> None:
    """All refused rows as if they were refused so many days ago."""
    with begin(engine) as connection:
        connection.execute(update(tables.refused_rows).values(refused_on=today() - timedelta(days=days)))
