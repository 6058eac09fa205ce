"""Lists as they come: a wide sheet, a tally, a log of scans. However the same visits are written down, the store is the same."""

import io
from datetime import date, datetime, time, timedelta
from itertools import product

import openpyxl
import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as some
from sqlalchemy import Engine

from actions.load_file import load
from actions.withdraw_load import withdraw
from data_access.dataset import Dataset
from data_access.ingest.shapes import Delivery, FileRefused, HeadersUnknown, Receipt
from data_access.reader import Reader, Role
from metrics.periods import weeks
from metrics.shapes import Period
from presentation import receipts, refusals
from presentation.texts import LANGUAGES, language
from tests.examples import examples
from tests.stores import STEWARD, Stores, content, counts, deliver, stored

MONDAY, TUESDAY, WEDNESDAY, THURSDAY = (date(2024, 11, day) for day in (18, 19, 20, 21))
NOORD = Reader(Role.BRANCH, ("NRD",))


def refusals_of(engine: Engine) -> list[tuple[object, ...]]:
    return stored(engine, "refused_rows", "row_number", "column_name", "code", "value", "detail")


def anonymous(engine: Engine) -> list[tuple[object, ...]]:
    """Visits without a pupil, as the figures see them."""
    return Dataset(engine, Reader(Role.PROGRAMME)).inputs().anonymous.rows()


def says_so(fault: FileRefused) -> bool:
    return all("{" not in refusals.stopped(language(code), fault) for code in LANGUAGES)


# --- a wide sheet -----------------------------------------------------------------------------------------------------


def test_a_wide_sheet_gives_a_visit_for_every_mark(store):
    receipt = deliver(
        store,
        """leerling_id | vestiging | schoolniveau | 18-11-2024 | di 19-11-2024 | do 21 nov 2024 | totaal
           L0421       | Noord     | havo         | x          | 0             | V              | 2
           L0422       | Haven     |              | 1          | -             |                | 1
                       | Noord     |              | ja         |               |                | 1
           Totaal      |           |              | 3          | 0             | 1              | 4""",
    )
    assert (receipt.layout, receipt.read, counts(receipt)) == ("wide", 6, (6, 0, 0, 0, 1))
    assert receipt.dropped == ("totaal",)
    assert receipt.notes == (("rows.totals", "1"), ("days.quiet", "2"))
    assert stored(store, "visits", "visited_on", "branch_id", "row_number") == [(MONDAY, "HVN", 3), (MONDAY, "NRD", 2), (THURSDAY, "NRD", 2)]
    assert stored(store, "anonymous_visits", "branch_id", "visited_on", "visits") == [("NRD", MONDAY, 1)]
    assert stored(store, "pupil_years", "level", "row_number") == [("havo", 2)]


def test_what_is_no_mark_is_refused_with_its_cell_and_the_rest_of_the_row_is_loaded(store):
    receipt = deliver(
        store,
        """leerling_id | vestiging | 18-11-2024 | 19-11-2024 | 21-11-2024 | 1-1-2099
           L0421       | Noord     | x          | ziek       | x          |
           Sanne       | Noord     | x          | x          |            |
           L0422       | Nergens   | x          |            |            |
           L0423       | Noord     | 2          |            |            | x
           L0421       | Noord     | x          |            |            |""",
    )
    assert (receipt.read, counts(receipt)) == (9, (2, 0, 0, 7, 0))
    assert receipt.reasons == {"branch.unknown": 1, "date.future": 1, "mark.unreadable": 2, "pupil.name": 2, "row.twice": 1}
    assert sorted(refusals_of(store)) == [
        (2, "19-11-2024", "mark.unreadable", None, None),
        (3, "pupil", "pupil.name", None, None),
        (4, "branch", "branch.unknown", None, None),
        (5, "1-1-2099", "date.future", "2099-01-01", None),
        (5, "18-11-2024", "mark.unreadable", None, None),
        (6, "18-11-2024", "row.twice", None, "2"),
    ]


def test_of_a_sheet_that_comes_again_only_the_cells_that_were_refused_are_taken_once_their_branch_is_known(store):
    drawing = "leerling_id|vestiging|18-11-2024|19-11-2024|21-11-2024\nL0421|Noord|x|x|\nL0422|West|x||x"
    assert counts(deliver(store, drawing)) == (2, 0, 0, 2, 0)
    deliver(store, "vestiging_id|vestiging|sector\nWST|West|VO", kind="branches")
    assert counts(deliver(store, drawing)) == (2, 0, 2, 0, 0)


def test_a_single_cell_that_was_refused_is_taken_once_its_day_can_be(store):
    branch = "vestiging_id|vestiging|sector|eerste_dag\nNRD|Noord|PO|{}"
    deliver(store, branch.format("2024-11-19"), kind="branches")
    drawing = "leerling_id|vestiging|18-11-2024|19-11-2024|21-11-2024\nL0421|Noord|x|x|x"
    assert counts(deliver(store, drawing)) == (2, 0, 0, 1, 0)
    deliver(store, branch.format("2024-11-18"), kind="branches")
    assert counts(deliver(store, drawing)) == (1, 0, 2, 0, 0)


def weeks_of(engine: Engine, through: date = date(2024, 12, 1)) -> list[tuple[object, ...]]:
    """Branch, Monday and state of every week of November, as the page shows them."""
    return weeks(Dataset(engine, Reader(Role.PROGRAMME)).inputs(), Period(date(2024, 11, 1), date(2024, 11, 30)), through).rows()


def test_noughts_under_a_day_say_that_nobody_came_and_an_empty_column_says_nothing(store):
    before = content(store)
    receipt = deliver(
        store,
        """leerling_id | vestiging | 18-11-2024 | 19-11-2024 | 20-11-2024 | 21-11-2024 | 1-1-2099
           L0421       | Noord     | x          | 0          | ziek       |            | 0
           L0422       | Noord     | 0          | -          | 0          |            | 0
           L0423       | Haven     |            | 0          | 0          | -          |
           L0424       | Nergens   | 0          | 0          | 0          | 0          |
           Totaal      |           | 1          | 0          | 0          | 0          | 0""",
    )
    assert (receipt.layout, receipt.read, counts(receipt)) == ("wide", 11, (5, 0, 0, 6, 0))
    assert receipt.reasons == {"branch.unknown": 4, "date.future": 1, "mark.unreadable": 1}
    assert ("days.quiet", "4") in receipt.notes
    assert stored(store, "visits", "visited_on", "branch_id") == [(MONDAY, "NRD")]
    assert stored(store, "quiet_days", "branch_id", "day") == [("HVN", TUESDAY), ("HVN", WEDNESDAY), ("HVN", THURSDAY), ("NRD", TUESDAY)]
    assert receipt.coverage == (("HVN", "2024-11-19", "2024-11-21"), ("NRD", "2024-11-18", "2024-11-19"))
    withdraw(store, STEWARD, receipt.load_id or 0)
    assert content(store) == before


@pytest.mark.parametrize(
    ("row", "quiet"),
    [
        ("L0422|Noord|0|0|", [MONDAY, THURSDAY]),
        ("L0422|Nord|x||0", [THURSDAY]),  # who came on Monday, and where?
        ("L0422||ziek||", [THURSDAY]),
        ("L0422|Noord|0|x", []),  # which cell of this line stands under which day?
        ("L0422|Noord|0|0|0|x", []),
    ],
    ids=["nothing else", "a branch that nobody knows", "no branch", "too few cells", "too many cells"],
)
@pytest.mark.parametrize("stores", ["sqlite"], indirect=True)
def test_a_nought_says_nothing_under_a_day_on_which_another_line_may_hold_a_visit(stores, row, quiet):
    store = stores.fresh()
    receipt = deliver(store, f"leerling_id|vestiging|18-11-2024|19-11-2024|21-11-2024\nL0421|Noord|0|x|0\n{row}")
    assert receipt.read == receipt.accepted + receipt.refused
    assert stored(store, "quiet_days", "branch_id", "day") == [("NRD", day) for day in quiet]


def test_a_week_of_noughts_is_delivered_and_moves_the_as_of_date(store):
    deliver(store, "leerling_id|datum|vestiging\nL0421|11-11-2024|Noord\nL0422|18-11-2024|Haven\nL0422|25-11-2024|Haven")
    assert (Dataset(store, STEWARD).as_of(), weeks_of(store)[-2:]) == (date(2024, 11, 11), [("NRD", MONDAY, "missing"), ("NRD", date(2024, 11, 25), "missing")])
    sheet = deliver(store, "leerling_id|vestiging|18-11-2024|19-11-2024|21-11-2024\nL0421|Noord|0|0|")
    assert (Dataset(store, STEWARD).as_of(), weeks_of(store)[-2:]) == (TUESDAY, [("NRD", MONDAY, "delivered"), ("NRD", date(2024, 11, 25), "missing")])
    tally = deliver(store, "vestiging|datum|aantal\nNoord|18-11-2024|0\nNoord|25-11-2024|0")
    assert counts(tally) == (1, 0, 1, 0, 0)
    withdraw(store, STEWARD, sheet.load_id or 0)
    assert (Dataset(store, STEWARD).as_of(), weeks_of(store)[-2:]) == (
        date(2024, 11, 25),
        [("NRD", MONDAY, "delivered"), ("NRD", date(2024, 11, 25), "delivered")],
    )


FIVE_A_DAY = "vestiging|datum|aantal\nNoord|18-11-2024|5\nNoord|19-11-2024|5\nNoord|21-11-2024|5"


def test_noughts_of_a_sheet_take_the_place_of_what_a_tally_counted_before_until_it_is_taken_back_and_give_way_to_a_later_one(store):
    sheet = "leerling_id|vestiging|18-11-2024|19-11-2024|21-11-2024\nL0421|Noord|0|x|0\nL0422|Noord|0|0|0"
    deliver(store, FIVE_A_DAY)
    before = content(store)
    later = deliver(store, sheet)
    assert (counts(later), anonymous(store)) == ((3, 0, 0, 0, 0), [])
    withdraw(store, STEWARD, later.load_id or 0)
    assert content(store) == before
    deliver(store, sheet)
    again = deliver(store, f"{FIVE_A_DAY}\n")
    assert (again.reasons, anonymous(store)) == ({"tally.named_visits": 1}, [("NRD", MONDAY, 5), ("NRD", THURSDAY, 5)])
    withdraw(store, STEWARD, again.load_id or 0)
    assert anonymous(store) == []


def test_noughts_of_a_sheet_are_news_once_and_those_outside_the_days_that_were_named_say_nothing(store):
    sheet = "leerling_id|vestiging|18-11-2024|19-11-2024|21-11-2024\nL0421|Noord|0|0|"
    assert counts(deliver(store, sheet)) == (2, 0, 0, 0, 0)
    assert deliver(store, sheet).already_loaded == 2
    assert counts(deliver(store, sheet.replace("0|0|", "0|0|0"))) == (1, 0, 2, 0, 0)
    outside = deliver(store, sheet.replace("|0|0|", "|0|0|x"), covers=Period(THURSDAY, THURSDAY))
    assert (counts(outside), outside.coverage) == ((1, 0, 0, 0, 0), (("NRD", "2024-11-21", "2024-11-21"),))


def test_a_replacing_sheet_of_noughts_takes_the_visits_of_its_days_away_until_it_is_taken_back(store):
    deliver(store, "leerling_id|datum|vestiging\nL0421|18-11-2024|Noord\n|19-11-2024|Noord")
    before = content(store)
    receipt = deliver(store, "leerling_id|vestiging|18-11-2024|19-11-2024|21-11-2024\nL0421|Noord|0|0|", replaces=True)
    assert (receipt.removed, stored(store, "visits"), anonymous(store)) == (2, [], [])
    withdraw(store, STEWARD, receipt.load_id or 0)
    assert content(store) == before


def test_a_replacing_list_takes_the_days_away_of_which_another_said_that_nobody_came_until_it_is_taken_back(store):
    november = "leerling_id|datum|vestiging\nL0421|11-11-2024|Noord\nL0421|2-12-2024|Noord"
    deliver(store, november)
    deliver(store, "leerling_id|vestiging|18-11-2024|19-11-2024|21-11-2024\nL0421|Noord|0|x|0")
    before = content(store)
    whole = deliver(store, f"{november}\n", replaces=True)
    assert (whole.removed, stored(store, "quiet_days"), weeks_of(store)[1]) == (3, [], ("NRD", MONDAY, "missing"))
    withdraw(store, STEWARD, whole.load_id or 0)
    assert (content(store), stored(store, "quiet_days", "day")) == (before, [(MONDAY,), (THURSDAY,)])


def test_a_wide_sheet_without_a_branch_is_of_who_brings_it(store):
    drawing = "pasnr|ma 18-11-2024|di 19-11-2024|do 21-11-2024\nL0421|x||x"
    receipt = deliver(store, drawing, reader=NOORD)
    assert (counts(receipt), receipt.branch) == ((2, 0, 0, 0, 0), "NRD")


@pytest.mark.parametrize(
    "written",
    [
        "sep=;\r\nBezoeken Zoë;;;;\r\n;;;;\r\nleerling_id;vestiging;18-11-2024;19-11-2024;21-11-2024\r\nL0421;Noord;x;;x\r\nTotaal;;1;;1\r\n".encode("cp1252"),
        b";;ma;di;do\nleerling_id;vestiging;18-11-2024;19-11-2024;21-11-2024\nL0421;Noord;x;;x\n",
        "Week 47\tNoord\t\t\t\r\rleerling_id\tvestiging\tma 18-11-2024\tdi 19-11-2024\tdo 21-11-2024\rL0421\tNoord\tX\t\tv\r".encode("utf-16"),
    ],
    ids=["Windows-1252 with a separator line and titles", "weekdays above the days", "UTF-16 with tabs, carriage returns and a title of two cells"],
)
def test_a_wide_sheet_is_found_below_what_people_write_above_it(store, written):
    receipt = load(store, Delivery("lijst.csv", written, STEWARD))
    assert (receipt.layout, counts(receipt)) == ("wide", (2, 0, 0, 0, 0))
    assert stored(store, "visits", "visited_on") == [(MONDAY,), (THURSDAY,)]


def test_days_without_a_year_are_read_when_only_one_day_can_be_meant(store):
    drawing = "leerling_id|vestiging|ma 18 nov|di 19/11|do 21-11\nL0421|Noord|x|x|x"
    with pytest.raises(FileRefused, match=r"header\.day_without_year") as stopped:
        deliver(store, drawing)
    assert says_so(stopped.value)
    receipt = deliver(store, drawing, covers=Period(date(2024, 9, 1), date(2025, 6, 30)))
    assert receipt.coverage == (("NRD", "2024-09-01", "2025-06-30"),)
    assert stored(store, "visits", "visited_on") == [(MONDAY,), (TUESDAY,), (THURSDAY,)]


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ("18-11-2024|19-11-2024|19 november 2024", "header.day_twice"),
        ("18-11-2024|19-11-2024|19-11-2024", "header.day_twice"),
        ("18-11-2024|19-11-2024|31-11-2024", "header.no_day"),
        ("18-11-2024|19-11-2024|21-11-24", "header.no_day"),
        ("wo 18-11-2024|19-11-2024|21-11-2024", "header.other_weekday"),
        ("1-2-2024|19-11-2024|05-25-2024", "file.month_first"),
    ],
)
def test_a_day_above_a_column_that_cannot_be_stops_the_file(store, headers, code):
    with pytest.raises(FileRefused) as stopped:
        deliver(store, f"leerling_id|vestiging|{headers}\nL0421|Noord|x|x|x")
    assert stopped.value.code == code
    assert says_so(stopped.value)


def test_two_days_above_columns_are_no_wide_sheet(store):
    with pytest.raises(FileRefused):
        deliver(store, "leerling_id|vestiging|18-11-2024|19-11-2024\nL0421|Noord|x|x")


# --- a tally ----------------------------------------------------------------------------------------------------------

TALLY = """vestiging | datum      | aantal | vrijwilligers
           Noord     | 18-11-2024 | 12     | 3
           Noord     | 19-11-2024 | 0      | 2
           Haven     | 18-11-2024 | 7      | """


def test_a_tally_is_visits_without_a_pupil_and_the_volunteers_of_the_session(store):
    receipt = deliver(store, TALLY)
    assert (receipt.layout, counts(receipt)) == ("tally", (3, 0, 0, 0, 2))
    assert receipt.notes == (("tally.visits", "19"),)
    said = receipts.lines(language("nl"), receipt, {})
    assert "Samen zijn dat 19 bezoeken zonder leerling." in said and not any("waarvan" in line for line in said)
    assert anonymous(store) == [("HVN", MONDAY, 7), ("NRD", MONDAY, 12)]
    assert stored(store, "sessions", "branch_id", "held_on", "status", "volunteers") == [("NRD", MONDAY, "held", 3), ("NRD", TUESDAY, "held", 2)]
    assert receipt.coverage == (("HVN", "2024-11-18", "2024-11-18"), ("NRD", "2024-11-18", "2024-11-19"))


def test_a_count_of_nobody_is_news_once(store):
    nobody = "vestiging|datum|aantal\nNoord|18-11-2024|0"
    assert counts(deliver(store, nobody)) == (1, 0, 0, 0, 0)
    assert counts(deliver(store, f"{nobody}\nHaven|18-11-2024|0")) == (1, 0, 1, 0, 0)
    deliver(store, nobody.replace("|0", "|3"))
    assert counts(deliver(store, f"{nobody}\nNoord|19-11-2024|0")) == (2, 1, 0, 0, 0)


def test_a_tally_that_comes_again_with_other_numbers_takes_the_place_of_the_first(store):
    deliver(store, TALLY)
    receipt = deliver(store, TALLY.replace("| 12 ", "| 10 "))
    assert counts(receipt)[:3] == (1, 1, 2)
    assert anonymous(store) == [("HVN", MONDAY, 7), ("NRD", MONDAY, 10)]
    deliver(store, "leerling_id|datum|vestiging\n|18-11-2024|Noord\n|18-11-2024|Noord")
    assert anonymous(store) == [("HVN", MONDAY, 7), ("NRD", MONDAY, 2)]


def test_a_count_of_a_day_of_which_the_names_are_known_is_refused_for_it_would_count_them_twice(store):
    deliver(store, "leerling_id|datum|vestiging\nL0421|18-11-2024|Noord\nL0422|18-11-2024|Noord")
    receipt = deliver(store, TALLY)
    assert counts(receipt)[0] == 2 and receipt.reasons == {"tally.named_visits": 1}
    assert refusals_of(store) == [(2, "visits", "tally.named_visits", "12", "2")]
    assert anonymous(store) == [("HVN", MONDAY, 7)]


def test_a_tally_may_be_a_sheet_of_branches_and_days(store):
    receipt = deliver(
        store,
        """Vestiging | ma 18-11-2024 | 19-11-2024 | 21-11-2024 | totaal
           Noord     | 12            | 0          |            | 12
           Haven     | 7             | veel       | -          | 7
           West      | 1             |            |            | 1
           Totaal    | 20            | 0          | 0          | 20""",
    )
    assert (receipt.layout, receipt.dropped, counts(receipt)) == ("tally", ("totaal",), (3, 0, 0, 3, 2))
    assert receipt.notes == (("tally.visits", "19"), ("rows.totals", "1"))
    assert anonymous(store) == [("HVN", MONDAY, 7), ("NRD", MONDAY, 12)]
    assert stored(store, "quiet_days", "branch_id", "day") == [("NRD", TUESDAY)]
    assert [found[:3] for found in refusals_of(store)] == [
        (3, "19-11-2024", "number.unreadable"),
        (3, "21-11-2024", "number.unreadable"),
        (4, "branch", "branch.unknown"),
    ]
    rows = "vestiging|datum|aantal\nNoord|18-11-2024|12\nNoord|19-11-2024|0\nHaven|18-11-2024|7"
    assert counts(deliver(store, rows)) == (0, 0, 3, 0, 0)


@pytest.mark.parametrize(
    "drawing",
    [
        "vestiging|18-11-2024|19-11-2024|21-11-2024\nNoord|x||x\nHaven|x||",
        "vestiging|18-11-2024|19-11-2024|21-11-2024\nNoord|1|0|1\nNoord|1|1|",
        "vestiging|naam|18-11-2024|19-11-2024|21-11-2024\nNoord|Ada|1|0|1",
    ],
)
def test_a_sheet_of_pupils_without_their_numbers_is_no_tally(store, drawing):
    with pytest.raises(FileRefused):
        deliver(store, drawing)


ONE_BRANCH = "18-11-2024|19-11-2024|21-11-2024|totaal\nAantal kinderen|12|0|3|15"


@pytest.mark.parametrize(
    ("drawing", "reader", "branch"),
    [
        (f"datum|{ONE_BRANCH}\nvrijwilligers|2|0||2", NOORD, None),
        (f"datum|{ONE_BRANCH}\nvrijwilligers|2|0||2", STEWARD, "Noord"),
        (f"Noord|{ONE_BRANCH}\nvrijwilligers|2|0||2\nTotaal|14|0|3|17", STEWARD, None),
        (f"Week 47|{ONE_BRANCH}\nvrijwilligers|2|0||2", NOORD, None),
    ],
    ids=["whose it is", "who says which", "named above", "another word above"],
)
@pytest.mark.parametrize("stores", ["sqlite"], indirect=True)
def test_a_tally_of_one_branch_may_be_a_sheet_of_its_days(stores, drawing, reader, branch):
    store = stores.fresh()
    receipt = deliver(store, drawing, reader=reader, branch=branch)
    assert (receipt.layout, counts(receipt)) == ("tally", (3, 0, 0, 0, 2))
    assert anonymous(store) == [("NRD", MONDAY, 12), ("NRD", THURSDAY, 3)]
    assert stored(store, "quiet_days", "day") == [(TUESDAY,)]
    assert stored(store, "sessions", "branch_id", "held_on", "volunteers") == [("NRD", MONDAY, 2), ("NRD", TUESDAY, 0)]


@pytest.mark.parametrize("stores", ["sqlite"], indirect=True)
def test_of_a_tally_of_one_branch_only_the_branch_is_asked_and_one_of_another_branch_is_refused(stores):
    store = stores.fresh()
    with pytest.raises(HeadersUnknown) as asked:
        deliver(store, f"Week 47|{ONE_BRANCH}")
    assert (asked.value.missing, asked.value.needs_branch) == ((), True)
    assert "Week 47" not in [header.header for header in asked.value.asked]
    assert deliver(store, f"Haven|{ONE_BRANCH}", reader=NOORD).reasons == {"branch.not_yours": 3}


def test_a_tally_with_a_column_for_each_branch_says_how_it_can_be_read(store):
    with pytest.raises(FileRefused, match=r"file\.branches_across") as stopped:
        deliver(store, "datum|Noord|Haven\n18-11-2024|12|7\n19-11-2024|0|9")
    assert says_so(stopped.value)


@pytest.mark.parametrize(
    ("row", "column", "code"),
    [
        ("Noord | 21-11-2024 |      | 3", "visits", "value.missing"),
        ("Noord | 21-11-2024 | -1   | 3", "visits", "number.negative"),
        ("Noord | 21-11-2024 | veel | 3", "visits", "number.unreadable"),
        ("Noord | 21-11-2024 | 4    | -3", "volunteers", "number.negative"),
        ("Noord | 01-01-2099 | 4    | 3", "visited_on", "date.future"),
        ("Noord | 18-11-2024 | 4    | 3", "", "row.twice"),
    ],
)
def test_a_wrong_count_is_refused_with_its_reason(store, row, column, code):
    assert counts(deliver(store, f"{TALLY}\n{row}"))[3] == 1
    assert [found[:3] for found in refusals_of(store)] == [(5, column, code)]


def test_a_tally_leaves_a_cancelled_session_cancelled_and_a_replacing_one_leaves_other_sessions(store):
    deliver(store, "vestiging|datum|status|vrijwilligers\nNoord|19-11-2024|vervallen|0\nNoord|20-11-2024|gehouden|4", kind="sessions")
    deliver(store, "vestiging|datum|aantal|vrijwilligers\nNoord|18-11-2024|5|1\nNoord|19-11-2024|2|1\nNoord|21-11-2024|2|", replaces=True)
    assert stored(store, "sessions", "held_on", "status", "volunteers") == [
        (MONDAY, "held", 1),
        (TUESDAY, "cancelled", 1),
        (date(2024, 11, 20), "held", 4),
    ]


def test_a_count_of_nobody_taken_back_gives_the_count_before_it_back_and_stands_when_a_later_one_goes(store):
    five, nobody, three = (f"vestiging|datum|aantal\nNoord|18-11-2024|{count}" for count in (5, 0, 3))
    deliver(store, five)
    zero = deliver(store, nobody)
    assert anonymous(store) == []
    withdraw(store, STEWARD, zero.load_id or 0)
    assert anonymous(store) == [("NRD", MONDAY, 5)]
    deliver(store, nobody)
    later = deliver(store, three)
    assert anonymous(store) == [("NRD", MONDAY, 3)]
    withdraw(store, STEWARD, later.load_id or 0)
    assert anonymous(store) == []


def test_a_tally_that_is_taken_back_leaves_nothing(store):
    before = content(store)
    receipt = deliver(store, TALLY)
    withdraw(store, STEWARD, receipt.load_id or 0)
    assert content(store) == before


# --- a log of scans ---------------------------------------------------------------------------------------------------


def test_the_first_scan_of_a_day_arrives_and_the_second_leaves(store):
    receipt = deliver(
        store,
        """pasnummer | tijdstip            | vestiging
           L0421     | 18-11-2024 16:58:01 | Noord
           L0421     | 18-11-2024 15:31:40 | Noord
           L0422     | 2024-11-18T15:45    | Noord
           L0421     | 19-11-2024 15:30    | Noord""",
    )
    assert (receipt.layout, receipt.read, counts(receipt)) == ("scans", 4, (4, 0, 0, 0, 0))
    assert stored(store, "visits", "visited_on", "arrived_at", "left_at") == [
        (MONDAY, time(15, 31), time(16, 58)),
        (MONDAY, time(15, 45), None),
        (TUESDAY, time(15, 30), None),
    ]
    again = deliver(store, "pasnummer|datum|tijd|vestiging\nL0421|18-11-2024|15:31|Noord\nL0421|18-11-2024|16:58|Noord")
    assert counts(again) == (0, 0, 2, 0, 0)


def test_a_scan_of_which_nobody_knows_what_it_was_is_refused(store):
    receipt = deliver(
        store,
        """pasnummer | datum      | tijd  | vestiging
           L0421     | 18-11-2024 | 15:30 | Noord
           L0421     | 18-11-2024 | 15:30 | Noord
           L0421     | 18-11-2024 | 17:00 | Noord
           L0421     | 18-11-2024 | 16:10 | Noord
                     | 18-11-2024 | 15:30 | Noord
           onbekend  | 18-11-2024 | 15:30 | Noord
           L0423     | 18-11-2024 |       | Noord""",
    )
    assert counts(receipt) == (2, 0, 0, 5, 0)
    assert [found[:3] for found in refusals_of(store)] == [
        (3, "", "row.twice"),
        (4, "scan_time", "scan.third"),
        (6, "pupil", "value.missing"),
        (7, "pupil", "pupil.placeholder"),
        (8, "scan_time", "value.missing"),
    ]
    assert stored(store, "visits", "arrived_at", "left_at") == [(time(15, 30), time(16, 10))]


def test_a_workbook_may_hold_a_moment_as_a_number(store):
    serial = (MONDAY - date(1899, 12, 30)).days + 0.645833
    receipt = load(
        store, Delivery("scans.xlsx", workbook([["pasnummer", "tijdstip", "vestiging"], ["L0421", serial, "NRD"], ["L0422", serial, "NRD"]]), STEWARD)
    )
    assert counts(receipt) == (2, 0, 0, 0, 0)
    assert stored(store, "visits", "visited_on", "arrived_at") == [(MONDAY, time(15, 30))] * 2


# --- the same visits in every shape -----------------------------------------------------------------------------------


def visits() -> list[tuple[str, date, str, time, time]]:
    """300 visits: 30 pupils of two branches on 20 days, each on every second day."""
    days = [date(2024, 9, 2) + timedelta(days=7 * (number // 4) + number % 4) for number in range(20)]
    return [
        (f"L{pupil:04}", day, "Noord" if pupil % 3 else "Haven", time(15, pupil % 60), time(17, pupil % 60))
        for pupil in range(30)
        for number, day in enumerate(days)
        if (pupil + number) % 2
    ]


def workbook(rows: list[list[object]]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def written(layout: str, form: str, words: str) -> bytes:
    """The 300 visits in a layout (plain, wide, scans), a form (csv, xlsx) and a language, with titles above and totals below.

    A Dutch CSV file is as Excel saves a sheet, every line as wide as the list; in an English one a line is as wide as what was typed.
    """
    dutch, in_cells = words == "nl", form == "xlsx"
    pupil, day_word, branch, moment = ("leerling_id", "datum", "vestiging", "tijdstip") if dutch else ("pupil_id", "date", "branch", "timestamp")
    total = ["Totaal" if dutch else "Total"]

    def as_day(day: date) -> object:
        return datetime.combine(day, time()) if in_cells else f"{day:%d-%m-%Y}" if dutch else day.isoformat()

    if layout == "plain":
        rows: list[list[object]] = [[pupil, day_word, branch], *([who, as_day(day), where] for who, day, where, _, _ in visits())]
        rows += [[*total, "", 300]]
    elif layout == "wide":
        days = sorted({day for _, day, *_ in visits()})
        came = {(who, day) for who, day, *_ in visits()}
        where = {who: there for who, _, there, *_ in visits()}
        rows = [[pupil, branch, *map(as_day, days)]] + [[who, where[who], *("x" if (who, day) in came else "" for day in days)] for who in sorted(where)]
        rows += [[*total, "", *(sum(day == other for _, other, *_ in visits()) for day in days)]]
    else:
        rows = [[pupil, moment, branch]]
        for who, day, there, arrived, left in visits():
            for at in (arrived, left):
                stamp = datetime.combine(day, at)
                rows.append([who, stamp if in_cells else f"{stamp:%d-%m-%Y %H:%M}" if dutch else stamp.isoformat(), there])
        rows += [[*total, "", 600]]
    titles = ("Bezoeken huiswerkbegeleiding", "Schooljaar 2024-2025, alle vestigingen") if dutch else ("Visits to homework help", "2024-2025, all branches")
    rows = [[titles[0]], [titles[1]], [], *rows]
    if in_cells:
        return workbook(rows)
    if dutch:
        rows = [row + [""] * (len(rows[3]) - len(row)) for row in rows]
    return "\n".join(";".join(map(str, row)) for row in rows).encode()


@pytest.mark.parametrize("stores", ["sqlite"], indirect=True)
def test_the_same_300_visits_in_twelve_shapes_give_the_same_store(stores: Stores):
    found: dict[tuple[str, str, str], object] = {}
    for shape in product(("plain", "wide", "scans"), ("csv", "xlsx"), ("nl", "en")):
        engine = stores.fresh()
        receipt: Receipt = load(engine, Delivery(f"lijst.{shape[1]}", written(*shape), STEWARD))
        assert receipt.layout == shape[0]
        assert counts(receipt) == ((600 if shape[0] == "scans" else 300), 0, 0, 0, 0), shape
        assert ("rows.totals", "1") in receipt.notes, shape
        kept = content(engine)
        if shape[0] == "scans":  # a log says more: when they came and went
            assert all(row[3:] != (None, None) for row in kept["visits"])
            kept["visits"] = [(*row[:3], None, None) for row in kept["visits"]]
        found[shape] = (kept, receipt.coverage)
        engine.dispose()
    first = found["plain", "csv", "nl"]
    assert [shape for shape, kept in found.items() if kept != first] == []


# --- visits without a pupil never double ------------------------------------------------------------------------------

days = some.sampled_from([MONDAY, TUESDAY])
tallies = some.dictionaries(days, some.integers(0, 4), min_size=1).map(lambda found: ("tally", found))
lists = some.dictionaries(days, some.integers(1, 4), min_size=1).map(lambda found: ("plain", found))


@examples(15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(files=some.lists(tallies | lists, min_size=1, max_size=5))
@pytest.mark.parametrize("stores", ["sqlite"], indirect=True)
def test_visits_without_a_pupil_are_those_of_the_newest_list_that_holds_the_day(stores: Stores, files):
    engine = stores.fresh()
    newest: dict[date, int] = {}
    for number, (layout, found) in enumerate(files):
        if layout == "tally":
            text = "vestiging;datum;aantal\n" + "".join(f"Noord;{day};{count}\n" for day, count in found.items())
        else:
            text = "leerling_id;datum;vestiging\n" + "".join(f";{day};Noord\n" * count for day, count in found.items())
        receipt = load(engine, Delivery("lijst.csv", (text + ";;\n" * number).encode(), STEWARD))
        assert receipt.read == receipt.accepted + receipt.duplicate + receipt.refused
        newest |= found
    assert anonymous(engine) == [("NRD", day, count) for day, count in sorted(newest.items()) if count]
