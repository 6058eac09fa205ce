"""A file is read as it stands: nothing vanishes, nothing is guessed, and every row keeps its line."""

from datetime import date

import polars as pl
import pytest

from data_access.ingest import pseudonyms, read_files
from data_access.ingest.shapes import RawTable
from data_access.ingest.values import days
from tests.stores import counts, deliver, stored


def read(text):
    raw = read_files.read("lijst.csv", text.encode())
    assert isinstance(raw, RawTable)
    return raw


def test_a_stray_quotation_mark_swallows_no_rows():
    raw = read(
        'leerling_id;datum;vestiging;naam\n1;18-11-2024;NRD;"Jan\n2;19-11-2024;NRD;Piet\n3;20-11-2024;NRD;Kees\n4;21-11-2024;NRD;"Mia\n5;22-11-2024;NRD;Jo\n'
    )
    assert raw.frame["leerling_id"].to_list() == ["1", "2", "3", "4", "5"]
    assert raw.frame["row"].to_list() == [2, 3, 4, 5, 6]


@pytest.mark.parametrize("text", ['a;b;c\n1;"x;y\n2;z;w\n', 'a;b;c\n1;"x";y\n2;"z;w\n3;p;q\n', 'a;b;c\n1;x;"y\n2;z;w\n3;p;"q\n'])
def test_every_line_is_a_row_or_a_refused_row_also_when_a_quotation_mark_is_never_closed(text):
    raw = read(text)
    assert sorted([*raw.frame["row"], *raw.broken["row"]]) == list(range(2, 1 + len(text.splitlines())))


def test_a_quoted_cell_may_hold_the_mark_between_fields_or_a_line_end():
    raw = read('a;b;c\n1;"x;y";z\n2;"twee\nregels";w\n3;"zei ""nee""";q\n')
    assert raw.frame["b"].to_list() == ["x;y", "twee\nregels", 'zei "nee"']
    assert raw.frame["row"].to_list() == [2, 3, 5]


def test_a_broken_row_after_a_cell_of_two_lines_keeps_its_line():
    raw = read('a;b;c\n1;"twee\nregels";w\n2;te;veel;velden\n3;x;y\n')
    assert raw.broken["row"].to_list() == [4]
    assert raw.frame["row"].to_list() == [2, 5]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("20241118", date(2024, 11, 18)),
        ("2024-11-18", date(2024, 11, 18)),
        ("2024111", None),
        ("201951", None),
        ("100777", None),
        ("1007-07-07", None),
        ("8-8-7778", None),
    ],
)
def test_digits_without_marks_are_a_date_only_when_there_are_eight(text, day):
    assert days(pl.Series([text])).values.to_list() == [day]


@pytest.mark.parametrize("typed", ["123456782", "123456782,0", "123456782.0", "BSN123456782", "123/456/782", "0123456782", "123-456-782", "12345.6782"])
def test_a_citizen_service_number_is_seen_however_it_was_typed(typed):
    assert pseudonyms.judge(pl.Series([typed]))["code"].to_list() == ["pupil.bsn"]


@pytest.mark.parametrize("typed", ["Ali", "Eva", "Jansen", "Fatima B. 7a", "O.Z.", "jan@x.nl", "Jan de Boer"])
def test_a_name_is_no_id(typed):
    assert pseudonyms.judge(pl.Series([typed]))["code"].to_list() == ["pupil.name"]


@pytest.mark.parametrize("typed", ["-", "?", "0", "000", "x", "onbekend", "n.v.t."])
def test_a_mark_that_stands_for_nobody_is_no_child(typed):
    assert pseudonyms.judge(pl.Series([typed]))["code"].to_list() == ["pupil.placeholder"]


@pytest.mark.parametrize("typed", ["17", "0042", "kaart-0042", "K7P2-94", "ab12", "LL-0042", "A1"])
def test_numbers_and_codes_are_ids(typed):
    assert pseudonyms.judge(pl.Series([typed]))["code"].to_list() == [None]


def test_a_character_that_nobody_sees_makes_no_other_pupil():
    assert pseudonyms.normalised("42\x00") == pseudonyms.normalised("4\N{ZERO WIDTH SPACE}2") == "42"


def test_a_later_list_without_states_leaves_a_cancelled_session_cancelled(store):
    deliver(
        store,
        """vestiging | datum      | status    | reden              | vrijwilligers
                      NRD       | 18-11-2024 | vervallen | geen vrijwilligers | 0""",
        kind="sessions",
    )
    receipt = deliver(
        store,
        """vestiging | datum      | bezoekers
                                NRD       | 18-11-2024 | 0
                                NRD       | 19-11-2024 | 4""",
        kind="sessions",
    )
    assert counts(receipt)[:2] == (2, 1)
    assert stored(store, "sessions", "held_on", "status", "cancelled_reason", "head_count") == [
        (date(2024, 11, 18), "cancelled", "no_volunteers", 0),
        (date(2024, 11, 19), "held", None, 4),
    ]
