"""A file is read as it stands: nothing vanishes, nothing is guessed, and every row keeps its line."""

import csv
from datetime import date

import polars as pl
import pytest

from actions.load_file import load
from data_access.ingest import pseudonyms, read_files
from data_access.ingest.shapes import Delivery, RawTable
from data_access.ingest.values import days
from tests.stores import STEWARD, counts, deliver, stored


def read(text):
    raw = read_files.read("lijst.csv", text.encode())
    assert isinstance(raw, RawTable)
    return raw


def lines_of(raw, code=None):
    """The lines of rows that were read, or of those that were refused for a reason."""
    return raw.frame["row"].to_list() if code is None else raw.broken.filter(pl.col("code") == code)["row"].to_list()


def test_a_stray_quotation_mark_swallows_no_rows():
    raw = read(
        'leerling_id;datum;vestiging;naam\n1;18-11-2024;NRD;"Jan\n2;19-11-2024;NRD;Piet\n3;20-11-2024;NRD;Kees\n4;21-11-2024;NRD;"Mia\n5;22-11-2024;NRD;Jo\n'
    )
    assert lines_of(raw) == [3, 4, 6]
    assert lines_of(raw, "row.open_quote") == [2, 5]


@pytest.mark.parametrize("typed", ['"17', '17"', '1"7', '"', '"17"x', '"1"7"', '""17"', ' "17', '"17"5"'])
@pytest.mark.parametrize("column", [0, 1, 2])
def test_a_quotation_mark_out_of_place_makes_no_other_pupil_but_a_refused_row(typed, column):
    cells = ["17", "18-11-2024", "NRD"]
    cells[column] = typed
    raw = read("leerling_id;datum;vestiging\n18;18-11-2024;NRD\n" + ";".join(cells) + "\n19;18-11-2024;NRD\n")
    assert raw.frame["leerling_id"].to_list() == ["18", "19"]
    assert lines_of(raw, "row.open_quote") == [3]


@pytest.mark.parametrize("typed", ['"17"', ' "17" ', '" 17"', '"17" ', '"""17"""'])
def test_quotation_marks_around_a_whole_cell_are_no_part_of_it(typed):
    assert read(f"leerling_id;datum;vestiging\n{typed};18-11-2024;NRD\n").frame["leerling_id"].to_list() == ["17"]


def test_quotation_marks_in_pairs_within_a_text_are_letters():
    assert read('a;b\nSchool "De Hoek";x\n"School ""De Hoek""";y\n').frame["a"].to_list() == ['School "De Hoek"'] * 2


@pytest.mark.parametrize("header", ['leerling_id;"datum;vestiging', '"leerling_id;datum;vestiging', 'leerling_id;datum;vestiging"'])
def test_a_quotation_mark_out_of_place_in_the_header_swallows_no_rows(header):
    raw = read(f'{header}\n1;18-11-2024;NRD\n2;19-11-2024;"NRD"\n3;20-11-2024;NRD\n')
    assert raw.headers == ("leerling_id", "datum", "vestiging")
    assert lines_of(raw) == [2, 3, 4]


def test_a_header_may_be_of_two_lines_in_quotation_marks():
    raw = read('"leerling\nnummer";datum;vestiging\n1;18-11-2024;NRD\n')
    assert raw.headers == ("leerling\nnummer", "datum", "vestiging")
    assert lines_of(raw) == [2]


@pytest.mark.parametrize("cell", ["twee;\nregels", "twee\nregels;en meer", "twee\n\nregels;", 'zei ""nee;""\nen ging', ";\n", "\n".join(["regel"] * 200)])
def test_a_cell_with_line_ends_and_separators_leaves_the_quotation_marks_of_the_other_rows_alone(cell):
    raw = read(f'a;b;c\n1;"x;y";z\n2;"{cell}";w\n3;"p;q";r\n')
    assert raw.frame.rows() == [(2, "1", "x;y", "z"), (3, "2", cell.replace('""', '"').strip() or None, "w"), (4, "3", "p;q", "r")]
    assert raw.broken.is_empty()


def test_where_a_quotation_mark_may_have_swallowed_a_row_nothing_is_guessed():
    raw = read('a;b;c\n1;x;"y\n2;z;w"\n3;x;y\n4;"p\n5;q;r\n6;s";t\n7;x;y\n')
    assert lines_of(raw) == [4, 6, 8]
    assert lines_of(raw, "row.open_quote") == [2, 3, 5, 7]


@pytest.mark.parametrize("text", ["naam\nJan\nPiet\n", "naam\nJan\n\nPiet", 'naam\n"Jan"\nPiet\n', "naam\r\nJan\r\nPiet\r\n"])
def test_a_file_of_one_column_is_a_table(text):
    raw = read(text)
    assert raw.headers == ("naam",)
    assert raw.frame["naam"].to_list() == ["Jan", "Piet"]


@pytest.mark.parametrize("header", ["a;b;c", "a;b;c;", "a;b;c;;;"])
@pytest.mark.parametrize("row", ["1;2;3", "1;2;3;", "1;2;3;;", '1;2;3; ;""', "1;2;3;;;;;;"])
def test_separators_behind_the_last_field_are_no_fields(header, row):
    raw = read(f"{header}\n{row}\n4;5;6\n")
    assert raw.frame.rows() == [(2, "1", "2", "3"), (3, "4", "5", "6")]
    assert raw.headers == ("a", "b", "c")


def test_a_field_too_many_with_something_in_it_and_a_field_too_few_are_refused():
    raw = read("a;b;c\n1;2;3;;x\n1;2\n4;5;6\n1;2;;\n")
    assert lines_of(raw) == [4, 5]
    assert lines_of(raw, "row.too_many_fields") == [2]
    assert lines_of(raw, "row.too_few_fields") == [3]


def test_a_column_without_a_name_is_looked_at_all_the_same():
    raw = read("a;b;c\n1;2;3;;\n1;2;3;x;\n4;5;6;;\n7;8\n")
    assert (raw.headers, lines_of(raw)) == (("a", "b", "c"), [2, 4])
    assert raw.broken.select("row", "code", "detail").rows() == [(3, "row.too_many_fields", "4/3"), (5, "row.too_few_fields", "2/3")]


def test_a_broken_row_that_is_fuller_than_the_header_is_not_taken_for_the_header():
    raw = read("a;b;c\n1;2;3\n4;5;6;7;8;9;10;11\n12;13;14\n")
    assert raw.headers == ("a", "b", "c")
    assert lines_of(raw) == [2, 4]


def test_a_header_that_comes_back_on_every_page_is_no_row():
    raw = read("Leerling;Datum\n1;18-11-2024\nLeerling;Datum\n2;18-11-2024\nLEERLING;datum\nleerling;18-11-2024\n")
    assert lines_of(raw) == [2, 4, 6]


def test_a_letter_that_was_lost_refuses_its_row_only_where_the_cell_counts(store):
    lines = [b"leerling_id;datum;vestiging;naam", "a1;18-11-2024;Noord;Zoë".encode(), "a2;18-11-2024;Noord;Renée Zoë Joël".encode()]
    lines += [b"a3;18-11-2024;Noord;Ren\xe9", b"a\xe9;18-11-2024;Noord;", b"a4;18-11-2024;N\xe9ord;"]
    receipt = load(store, Delivery("lijst.csv", b"\n".join(lines), STEWARD))
    assert counts(receipt) == (3, 0, 0, 2, 0)
    assert receipt.reasons == {"value.lost_letter": 2}
    assert [(row, value) for row, _, value in stored(store, "refused_rows", "row_number", "column_name", "value")] == [(5, None), (6, None)]


def test_thousands_of_blank_lines_and_columns_take_no_memory():
    names = [f"k{number}" for number in range(900)]
    raw = read("\n" * 5 + ";".join(names) + "\n" * 50_000 + ";".join(["1"] * 900) + "\n")
    assert lines_of(raw) == [50_006]


@pytest.mark.parametrize("text", ['a;b;c\n1;"x;y\n2;z;w\n', 'a;b;c\n1;"x";y\n2;"z;w\n3;p;q\n', 'a;b;c\n1;x;"y\n2;z;w\n3;p;"q\n'])
def test_every_line_is_a_row_or_a_refused_row_also_when_a_quotation_mark_is_never_closed(text):
    raw = read(text)
    assert sorted([*raw.frame["row"], *raw.broken["row"]]) == list(range(2, 1 + len(text.splitlines())))


def test_a_quoted_cell_may_hold_the_mark_between_fields_or_a_line_end():
    raw = read('a;b;c\n1;"x;y";z\n2;"twee\nregels";w\n3;"zei ""nee""";q\n')
    assert raw.frame["b"].to_list() == ["x;y", "twee\nregels", 'zei "nee"']
    assert raw.frame["row"].to_list() == [2, 3, 4]


def test_a_broken_row_after_a_cell_of_two_lines_has_the_number_that_a_spreadsheet_shows():
    raw = read('a;b;c\n1;"twee\nregels";w\n2;te;veel;velden\n3;x;y\n')
    assert raw.broken["row"].to_list() == [3]
    assert raw.frame["row"].to_list() == [2, 4]


@pytest.mark.parametrize(("above", "shown"), [("", 0), ("sep=;\n", 0), ('"sep=;"\n', 0), ("\nsep=;\n", 2), ("sep=;\n\n", 1), ('Noord\n\n"lijst\nvan nu"\n', 3)])
def test_rows_have_the_number_that_a_spreadsheet_shows_whatever_stands_above_or_takes_several_lines(above, shown):
    text = 'id;datum;opmerking;d\n1;a;"moeder\nbelde\n";p\n\n2;te;veel;velden;ja\n3;b;"x\ny";q\n4;c;"z;r\n5;d;;s\n'
    raw = read(above + text)
    records = [cells[0] if cells else "" for cells in csv.reader(text.replace('"z', "z").splitlines(keepends=True), delimiter=";")]
    place = {cell: number + shown for number, cell in enumerate(records, start=1)}
    assert dict(raw.frame.select("id", "row").iter_rows()) == {cell: place[cell] for cell in "135"}
    assert raw.broken["row"].to_list() == [place["2"], place["4"]]


def test_what_is_loaded_and_what_is_refused_is_counted_alike(store):
    text = 'sep=;\nleerling_id;datum;vestiging;opmerking\n17;18-11-2024;Noord;"moeder belde\nkomt later"\n18;31-02-2024;Noord;\n19;18-11-2024;Noord;\n'
    load(store, Delivery("lijst.csv", text.encode(), STEWARD))
    assert (stored(store, "visits", "row_number"), stored(store, "refused_rows", "row_number")) == ([(2,), (4,)], [(3,)])


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
        ("18-11/2024", None),
        ("18.11-2024", None),
        ("2024-11/18", None),
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


@pytest.mark.parametrize("typed", ["-", "--", "?", "...", "geen", "n.b.", "nvt", "n.v.t.", "Onbekend", "(onbekend)", "anoniem", "n/a"])
def test_a_word_or_mark_for_not_known_who_is_a_visit_without_a_pupil_and_the_receipt_says_so(store, typed):
    assert pseudonyms.judge(pl.Series([typed]))["code"].to_list() == ["pupil.unknown"]
    receipt = deliver(store, f"leerling_id;datum;vestiging\n{typed};18-11-2024;NRD\n{typed};18-11-2024;NRD\n{typed};18-11-2024;NRX\n;18-11-2024;NRD\n")
    assert counts(receipt) == (3, 0, 0, 1, 3)
    assert receipt.notes == (("pupil.unknown", "2"),)
    assert stored(store, "anonymous_visits", "visits") == [(3,)]
    assert stored(store, "pupils") == []


def test_a_register_holds_nobody_who_is_not_known(store):
    assert deliver(store, "leerling_id;schooljaar\nonbekend;2024-2025\n17;2024-2025\n").reasons == {"pupil.placeholder": 1}


@pytest.mark.parametrize("typed", ["0", "000", "x", "X", "xx"])
def test_noughts_and_crosses_may_be_a_count_or_a_tick_and_are_no_child(typed):
    assert pseudonyms.judge(pl.Series([typed]))["code"].to_list() == ["pupil.placeholder"]


@pytest.mark.parametrize("typed", ["17", "0042", "kaart-0042", "K7P2-94", "ab12", "LL-0042", "A1"])
def test_numbers_and_codes_are_ids(typed):
    assert pseudonyms.judge(pl.Series([typed]))["code"].to_list() == [None]


def test_a_character_that_nobody_sees_makes_no_other_pupil():
    assert pseudonyms.normalised("42\x00") == pseudonyms.normalised("4\N{ZERO WIDTH SPACE}2") == "42"


def test_marks_that_differ_within_a_date_are_a_slip_of_which_nobody_knows_where_it_began():
    assert days(pl.Series(["18-11/2024", "2024/11-18", "18 11.2024"])).codes.to_list() == ["date.impossible"] * 3


def test_a_later_list_with_states_for_some_sessions_leaves_the_others_as_they_were_said(store):
    deliver(
        store,
        """vestiging | datum      | status    | reden              | vrijwilligers
           NRD       | 18-11-2024 | vervallen | geen vrijwilligers | 0
           NRD       | 19-11-2024 | gesloten  |                    | 0
           NRD       | 20-11-2024 | vervallen | geen vrijwilligers | 0
           NRD       | 21-11-2024 | gepland   |                    | 2""",
    )
    deliver(
        store,
        """vestiging | datum      | status    | reden  | vrijwilligers
           NRD       | 18-11-2024 |           |        | 1
           NRD       | 19-11-2024 |           | anders | 1
           NRD       | 20-11-2024 | gehouden  |        | 1
           NRD       | 21-11-2024 |           |        | 1    # the day of a plan has come""",
    )
    assert stored(store, "sessions", "held_on", "status", "cancelled_reason", "volunteers") == [
        (date(2024, 11, 18), "cancelled", "no_volunteers", 1),
        (date(2024, 11, 19), "closed", "other", 1),
        (date(2024, 11, 20), "held", None, 1),
        (date(2024, 11, 21), "held", None, 1),
    ]


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
