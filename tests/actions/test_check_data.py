"""What a person should look at before figures become official: found with its address, never with a pupil, and gone once it is mended."""

import statistics
from dataclasses import replace
from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as some

from actions import load_file
from actions.check_data import Found, check_data
from actions.withdraw_load import withdraw
from data_access import checks
from data_access.dataset import Dataset
from data_access.reader import Forbidden, Reader, Role
from metrics import periods
from metrics.periods import school_year
from metrics.shapes import Period
from presentation import receipts
from presentation.texts import LANGUAGES, language
from tests.metrics.town import programme
from tests.stores import STEWARD, deliver, delivery, wijk

PROGRAMME, NOORD, HAVEN = Reader(Role.PROGRAMME), Reader(Role.BRANCH, ("NRD",)), Reader(Role.BRANCH, ("HVN",))
YEAR, THROUGH = school_year(2024), date(2025, 6, 29)
MONDAY = date(2024, 9, 2)


def found(engine, reader=STEWARD, through=THROUGH) -> dict[str, Found]:
    everything = Dataset(engine, PROGRAMME).inputs()
    return {check.check: check for check in check_data(engine, reader, everything, YEAR, through)}


def addresses(engine, check, *columns, **options) -> list[tuple[object, ...]]:
    return found(engine, **options)[check].addresses.select(columns or ("branch_id", "day")).rows()


def files(engine, check, *columns, **options) -> list[tuple[object, ...]]:
    """Of every address these columns, and behind them each file with its rows."""
    found_there = found(engine, **options)[check].addresses.select(*columns, "files").rows()
    return [(*rest, *((file["file_name"], *file["rows"]) for file in stood)) for *rest, stood in found_there]


def visits(*rows: str, header="leerling_id|datum|vestiging") -> str:
    return "\n".join([header, *rows])


def weeks_of(first: date, *sizes: int, branch="Noord") -> str:
    """A list with one day a week, of so many pupils each."""
    return visits(*(f"k{pupil}|{first + timedelta(weeks=week)}|{branch}" for week, size in enumerate(sizes) for pupil in range(size)))


def test_where_all_is_well_there_is_nothing_to_do(store):
    deliver(store, weeks_of(MONDAY, 8, 9, 8, 7, 8, 9, 8))
    deliver(store, "\n".join(["vestiging|datum|status", *(f"Noord|{MONDAY + timedelta(weeks=week)}|gehouden" for week in range(7))]))
    assert {check: one.count for check, one in found(store, through=MONDAY + timedelta(weeks=7, days=-1)).items()} == dict.fromkeys(checks.CHECKS, 0)


def test_an_empty_store_has_nothing_to_look_at(store):
    assert not any(one.count for one in found(store).values())


def test_a_week_that_did_not_come_is_named_and_so_is_one_of_which_a_day_is_missing(store):
    deliver(store, visits("17|02-09-2024|Noord", "17|16-09-2024|Noord"))
    deliver(store, visits("17|23-09-2024|Noord"), name="kort.csv")
    deliver(store, "vestiging|datum|status\nNoord|26-09-2024|gehouden")
    assert addresses(store, "missing_weeks", "branch_id", "day", "other", through=date(2024, 9, 29)) == [
        ("NRD", date(2024, 9, 23), "partly"),
        ("NRD", date(2024, 9, 9), "missing"),
    ]


def test_a_session_to_which_nobody_came_is_named_unless_somebody_said_so(store):
    sessions = """vestiging | datum      | status      | bezoekers
                  Noord     | 02-09-2024 | gehouden    |
                  Noord     | 03-09-2024 | gehouden    |      # no visits: to be looked at
                  Noord     | 04-09-2024 | gehouden    | 0    # counted: nobody
                  Noord     | 05-09-2024 | uitgevallen |
                  Noord     | 10-09-2024 | gehouden    |      # in a week that is missing already
                  Noord     | 16-09-2024 | gehouden    |"""
    deliver(store, sessions.replace("  #", "    #"), name="momenten.csv")
    deliver(store, visits("17|02-09-2024|Noord", "17|06-09-2024|Noord"))
    deliver(store, visits("17|16-09-2024|Noord"))
    assert files(store, "sessions_without_visits", "branch_id", "day") == [("NRD", date(2024, 9, 3), ("momenten.csv", 3))]
    deliver(store, "vestiging|datum|aantal\nNoord|03-09-2024|0")
    assert files(store, "sessions_without_visits", "branch_id", "day") == []


def test_visits_on_a_day_without_a_session_are_named_with_their_number(store):
    deliver(store, "vestiging|datum|status\nNoord|02-09-2024|gehouden\nNoord|09-09-2024|uitgevallen\nNoord|16-09-2024|gehouden")
    rows = ["17|02-09-2024|Noord", "17|09-09-2024|Noord", "18|09-09-2024|Noord", "17|10-09-2024|Noord", "17|16-09-2024|Noord"]
    deliver(store, visits(*rows, "17|30-09-2024|Noord", "17|10-09-2024|Haven"))
    deliver(store, visits("19|09-09-2024|Noord", "18|09-09-2024|Noord"), name="nakomers.csv")
    assert files(store, "visits_without_session", "branch_id", "day", "n") == [
        ("NRD", date(2024, 9, 10), 1, ("lijst.csv", 5)),
        ("NRD", date(2024, 9, 9), 3, ("lijst.csv", 3, 4), ("nakomers.csv", 2)),  # a row that repeats what stands is not where it stands
    ]


def test_a_week_with_far_fewer_visits_than_usual_is_named_and_a_quiet_branch_is_not(store):
    deliver(store, weeks_of(MONDAY, 10, 12, 11, 10, 5, 4, 10))
    deliver(store, weeks_of(MONDAY, 4, 4, 4, 4, 1, 4, 4, branch="Haven"))
    assert files(store, "sudden_drops", "branch_id", "day", "n", "of") == [
        ("NRD", MONDAY + timedelta(weeks=5), 4, 10, ("lijst.csv", 50, 51, 52, 53)),
        ("NRD", MONDAY + timedelta(weeks=4), 5, 10, ("lijst.csv", 45, 46, 47, 48, 49)),
    ]


def test_a_pupil_with_two_homes_is_named_by_the_visit_at_which_it_changed_and_a_correction_takes_it_away(store):
    header = "leerling_id|datum|vestiging|wijkcode|schoolniveau"
    deliver(store, visits(f"17|02-09-2024|Noord|{wijk('01')}|po", f"18|02-09-2024|Noord|{wijk('01')}|po", header=header), name="een.csv")
    deliver(store, visits(f"17|09-09-2024|Noord|{wijk('02')}|po", f"18|09-09-2024|Noord|{wijk('01')}|po", header=header), name="twee.csv")
    assert files(store, "two_homes", "branch_id", "day", "n") == [("NRD", date(2024, 9, 9), 2, ("een.csv", 2), ("twee.csv", 2))]
    assert addresses(store, "two_levels") == []
    deliver(store, visits(f"17|09-09-2024|Noord|{wijk('01')}|po", header=header), name="verbeterd.csv")
    assert addresses(store, "two_homes") == []


def test_a_pupil_with_two_levels_in_a_year_is_named_and_not_in_two_years(store):
    header = "leerling_id|datum|vestiging|schoolniveau"
    deliver(store, visits("17|02-09-2024|Haven|havo", "18|02-06-2024|Haven|havo", header=header))
    deliver(store, visits("17|09-09-2024|Haven|vwo", "18|09-09-2024|Haven|vwo", header=header))
    assert addresses(store, "two_levels") == [("HVN", date(2024, 9, 9))]


def test_two_homes_or_levels_of_a_pupil_inside_one_file_are_noted_at_the_door_and_named_by_the_file(store):
    header = "leerling_id|datum|vestiging|wijkcode|schoolniveau"
    moved = [f"17|02-09-2024|Noord|{wijk('01')}|po", f"17|09-09-2024|Noord|{wijk('02')}|po", "18|02-09-2024|Noord||po", f"18|09-09-2024|Noord|{wijk('01')}|po"]
    receipt = deliver(store, visits(*moved, header=header), name="verhuisd.csv")
    assert receipt.notes == (("pupil.two_homes", "1"),)
    receipt = deliver(
        store, visits("19|02-09-2024|Haven||havo", "19|09-09-2024|Haven||vwo", "20|02-06-2024|Haven||havo", "20|09-09-2024|Haven||vwo", header=header)
    )
    assert receipt.notes == (("pupil.two_levels", "1"),)
    assert files(store, "two_things_in_one_file", "branch_id", "n") == [("HVN", 1, ("lijst.csv", 2, 3)), ("NRD", 1, ("verhuisd.csv", 2, 3))]
    assert addresses(store, "two_things_in_one_file", "branch_id", reader=HAVEN) == [("HVN",)]
    assert (addresses(store, "two_homes"), addresses(store, "two_levels")) == ([], [])


def test_of_a_wide_sheet_the_rows_of_the_sheet_are_named(store):
    sheet = """leerling_id | vestiging | wijkcode | 02-09-2024 | 03-09-2024 | 09-09-2024
               K17         | Noord     | {here}   | x          |            |
               K18         | Noord     | {here}   | x          | x          |
               k17         | Noord     | {there}  |            |            | x""".format(here=wijk("01"), there=wijk("02"))
    deliver(store, sheet, name="lijst.csv")
    assert files(store, "look_alike_numbers", "n") == [(1, ("lijst.csv", 2, 4))]
    assert files(store, "two_things_in_one_file", "n") == [(1, ("lijst.csv", 2, 4))]


def test_the_same_pupil_at_two_branches_within_an_hour_is_named_with_both_and_to_a_branch_with_its_own_row(store):
    header = "leerling_id|datum|vestiging|aankomst"
    rows = ["17|02-09-2024|Noord|15:30", "17|02-09-2024|Haven|16:00", "18|02-09-2024|Noord|14:00", "18|02-09-2024|Haven|15:00", "19|02-09-2024|Noord|"]
    deliver(store, visits(*rows, "19|02-09-2024|Haven|16:00", header=header))
    columns = ("branch_id", "other", "n", "elsewhere")
    both = [("NRD", "HVN", 30, False, ("lijst.csv", 2, 3))]
    expected: dict[Reader, list[tuple[object, ...]]] = {STEWARD: [*both], Reader(Role.BRANCH, ("HVN", "NRD")): [*both]}
    expected |= {NOORD: [("NRD", None, 30, True, ("lijst.csv", 2))], HAVEN: [("HVN", None, 30, True, ("lijst.csv", 3))]}
    for reader, named in expected.items():
        assert files(store, "two_branches_within_an_hour", *columns, reader=reader) == named


def test_a_delivery_with_many_pupils_from_elsewhere_is_named_by_its_file(store):
    header = "leerling_id|datum|vestiging|wijkcode"
    here = [f"k{pupil}|02-09-2024|Noord|{wijk('01')}" for pupil in range(17)]
    deliver(store, visits(*here, *(f"k{pupil}|02-09-2024|Noord|WK059901" for pupil in range(17, 20)), header=header), name="veel.csv")
    deliver(
        store, visits(*here, *(f"k{pupil}|09-09-2024|Noord|WK059901" for pupil in range(17, 19)), header=header).replace("02-09", "09-09"), name="weinig.csv"
    )
    assert files(store, "many_from_outside", "branch_id", "n", "of") == [("NRD", 3, 20, ("veel.csv", 19, 20, 21))]


def test_a_month_with_many_visits_without_a_number_is_named(store):
    deliver(store, visits(*(f"{pupil}|02-09-2024|Noord" for pupil in range(10, 14)), "|02-09-2024|Noord", "|03-09-2024|Noord"))
    deliver(store, visits(*(f"{pupil}|01-10-2024|Noord" for pupil in range(10, 14)), "|01-10-2024|Noord"))
    assert addresses(store, "many_anonymous", "branch_id", "day", "n", "of") == [("NRD", date(2024, 9, 1), 2, 6)]


def test_numbers_that_differ_in_capitals_or_noughts_alone_are_noted_at_the_door_and_named_by_their_delivery(store):
    receipt = deliver(store, visits("L041|02-09-2024|Noord", "l041|03-09-2024|Noord", "007|02-09-2024|Noord", "7|03-09-2024|Noord"), name="een.csv")
    assert dict(receipt.notes) == {"pupil.look_alike_one": "1", "pupil.look_alike_two": "1"}
    for code in LANGUAGES:
        assert not any("007" in line or "041" in line for line in receipts.notes(language(code), receipt))
    other = deliver(store, visits("41|09-09-2024|Noord", "55|09-09-2024|Noord"), name="twee.csv")
    assert other.notes == ()
    later = deliver(store, visits("0041|16-09-2024|Noord", "55|16-09-2024|Noord"), name="drie.csv")
    assert later.notes == (("pupil.look_alike_two", "1"),)
    found_in = files(store, "look_alike_numbers", "branch_id", "n")
    assert sorted(found_in) == [("NRD", 1, ("drie.csv", 2)), ("NRD", 1, ("een.csv", 2, 3)), ("NRD", 1, ("een.csv", 4, 5))]
    withdraw(store, STEWARD, later.load_id or 0)
    assert set(files(store, "look_alike_numbers")) == {(("een.csv", 2, 3),), (("een.csv", 4, 5),)}


# --- who sees what ------------------------------------------------------------------------------------------------------


def test_a_branch_gets_its_own_addresses_and_the_programme_counts_of_which_a_handful_of_pupils_is_not_told(store):
    header = "leerling_id|datum|vestiging|wijkcode"
    deliver(store, visits(*(f"{pupil}|02-09-2024|Noord|{wijk('01')}" for pupil in (17, 18)), f"19|02-09-2024|Haven|{wijk('01')}", header=header))
    deliver(store, visits(*(f"{pupil}|16-09-2024|Noord|{wijk('02')}" for pupil in (17, 18)), f"19|16-09-2024|Haven|{wijk('02')}", header=header))
    assert len(addresses(store, "two_homes")) == 3
    assert {branch for branch, _ in addresses(store, "two_homes", reader=NOORD)} == {"NRD"}
    assert addresses(store, "missing_weeks", reader=HAVEN, through=date(2024, 9, 15)) == [("HVN", date(2024, 9, 9))]
    counted = found(store, reader=PROGRAMME, through=date(2024, 9, 15))
    assert all(one.addresses.is_empty() for one in counted.values())
    assert (counted["missing_weeks"].count, counted["two_homes"].count, counted["two_homes"].is_clear) == (2, None, False)


def test_a_branch_is_given_the_files_and_rows_of_its_own_visits_alone(store):
    header = "leerling_id|datum|vestiging|wijkcode"
    deliver(store, visits(f"17|02-09-2024|Haven|{wijk('01')}", f"18|02-09-2024|Noord|{wijk('01')}", header=header), name="haven.csv")
    deliver(store, visits("", f"17|09-09-2024|Noord|{wijk('02')}", f"18|09-09-2024|Noord|{wijk('01')}", header=header), reader=NOORD, name="noord.csv")
    assert files(store, "two_homes", "branch_id", "elsewhere") == [("NRD", False, ("haven.csv", 2), ("noord.csv", 3))]
    assert files(store, "two_homes", "branch_id", "elsewhere", reader=NOORD) == [("NRD", True, ("noord.csv", 3))]
    register = f"leerling_id|schooljaar|wijkcode\n18|2024-2025|{wijk('03')}"
    deliver(store, register, name="register.csv")
    assert sorted(files(store, "two_homes", "elsewhere", reader=NOORD)) == [(True, ("noord.csv", 3)), (True, ("noord.csv", 4))]
    deliver(store, visits("18|31-07-2025|Noord"), name="juli.csv")  # the day on which a register of the year ends
    assert files(store, "two_homes", reader=NOORD, through=date(2025, 7, 31))[0] == (("noord.csv", 4),)


def test_what_the_door_noted_in_a_file_of_all_branches_is_one_finding_and_each_branch_is_given_its_own_rows(store):
    deliver(store, "vestiging_id|vestiging|sector\nWST|West|PO", kind="branches")
    pairs = ["0421|02-09-2024|Noord", "421|03-09-2024|Noord", "0533|02-09-2024|Noord", "533|03-09-2024|Haven"]
    deliver(store, visits("5|02-09-2024|West", *pairs, "6|02-09-2024|Aan Zee"), name="alles.csv")
    expected: dict[Reader, list[tuple[object, ...]]] = {
        STEWARD: [(2, ("alles.csv", 3, 4, 5, 6))],
        NOORD: [(2, ("alles.csv", 3, 4, 5))],
        HAVEN: [(1, ("alles.csv", 6))],
    }
    expected |= {Reader(Role.BRANCH, ("WST",)): [], PROGRAMME: []}
    assert {reader: files(store, "look_alike_numbers", "n", reader=reader) for reader in expected} == expected
    assert found(store, reader=PROGRAMME)["look_alike_numbers"].count is None  # one delivery, so a handful


def test_numbers_that_look_alike_are_no_longer_named_once_the_list_was_delivered_rightly(store):
    wrong = deliver(store, visits("0421|02-09-2024|Noord", "421|03-09-2024|Noord"), name="fout.csv")
    deliver(store, visits("0421|02-09-2024|Noord", "0421|03-09-2024|Noord"), name="erbij.csv")
    assert files(store, "look_alike_numbers") == [(("erbij.csv", 2),)]  # the visit of the wrong number still counts
    deliver(store, visits("0421|02-09-2024|Noord", "0421|03-09-2024|Noord"), name="heel.csv", replaces=True)
    assert files(store, "look_alike_numbers") == []
    withdraw(store, STEWARD, wrong.load_id or 0)
    assert files(store, "look_alike_numbers") == []


def test_a_number_in_two_capitals_is_no_longer_named_once_the_list_has_it_in_one(store):
    deliver(store, visits("K17|02-09-2024|Noord", "k17|03-09-2024|Noord"), name="fout.csv")
    deliver(store, visits("K17|02-09-2024|Noord", "K17|03-09-2024|Noord"), name="goed.csv")
    assert files(store, "look_alike_numbers") == []


@pytest.mark.parametrize("replaces", [False, True])
def test_two_homes_in_one_file_are_no_longer_named_once_the_list_was_delivered_rightly(store, replaces):
    header = "leerling_id|datum|vestiging|wijkcode"
    deliver(store, visits(f"17|02-09-2024|Noord|{wijk('01')}", f"17|09-09-2024|Noord|{wijk('02')}", header=header), name="fout.csv")
    deliver(store, visits(f"17|02-09-2024|Noord|{wijk('02')}", f"17|09-09-2024|Noord|{wijk('02')}", header=header), name="goed.csv", replaces=replaces)
    assert (addresses(store, "two_things_in_one_file"), addresses(store, "two_homes")) == ([], [])


def test_a_pupil_who_moved_within_one_file_is_no_longer_named_once_a_later_list_says_the_new_home_too(store):
    header = "leerling_id|datum|vestiging|wijkcode"
    deliver(store, visits(f"17|02-09-2024|Noord|{wijk('01')}", f"17|09-09-2024|Noord|{wijk('02')}", header=header), name="september.csv")
    deliver(store, visits("17|07-10-2024|Noord"), name="oktober.csv")
    assert files(store, "two_things_in_one_file") == [(("september.csv", 2, 3),)]
    november = deliver(store, visits(f"17|04-11-2024|Noord|{wijk('02')}", header=header), name="november.csv")
    assert (addresses(store, "two_things_in_one_file"), addresses(store, "two_homes")) == ([], [])
    withdraw(store, STEWARD, november.load_id or 0)
    assert files(store, "two_things_in_one_file") == [(("september.csv", 2, 3),)]


def test_a_branch_that_checks_a_list_learns_nothing_of_the_numbers_that_other_branches_have(store):
    deliver(store, visits("100234|02-09-2024|Haven", "100777|02-09-2024|Noord"))
    candidates = delivery(visits(*(f"0{number}|03-09-2024|Noord" for number in (100111, 100234, 100777))), reader=NOORD)
    receipt = load_file.check(store, candidates)
    assert (receipt.notes, receipt.noted) == ((("pupil.look_alike_two", "1"),), (("pupil.look_alike_two", (4,)),))
    assert load_file.check(store, replace(candidates, reader=STEWARD)).notes == (("pupil.look_alike_two", "2"),)


def test_the_council_clerk_gets_nothing(store):
    with pytest.raises(Forbidden):
        found(store, reader=Reader(Role.COUNCIL))


def test_no_address_holds_a_pupil():
    assert set(checks.ADDRESSES) == {"branch_id", "day", "other", "n", "of", "files", "elsewhere"}


# --- worked another way -------------------------------------------------------------------------------------------------


@given(some.lists(some.integers(0, 30), min_size=1, max_size=14))
def test_drops_are_the_same_when_worked_week_by_week_in_plain_python(sizes):
    drawn = [f"{pupil} | {MONDAY + timedelta(weeks=week)}" for week, size in enumerate(sizes) for pupil in range(size)]
    town = programme("\n".join(["pupil | visited_on", *drawn]))
    rows = town.visits.branch_days
    assert rows is not None
    period = Period(YEAR.first, MONDAY + timedelta(weeks=len(sizes), days=-1))
    empty = pl.DataFrame()
    facts = checks.Facts(
        town, period, periods.weeks(town, period, period.last), rows.with_columns(load_id=pl.lit(1), row_number=pl.lit(2)), empty, empty, empty, empty
    )
    low = {row["day"]: (row["n"], row["of"]) for row in checks.sudden_drops(facts).iter_rows(named=True)}
    came = [(MONDAY + timedelta(weeks=week), size) for week, size in enumerate(sizes) if size]
    expected = {}
    for place, (week, size) in enumerate(came):
        before = [earlier for _, earlier in came[max(0, place - 6) : place]]
        if len(before) >= 4 and statistics.median(before) >= 5 and size < statistics.median(before) / 2:
            expected[week] = size
    assert {week: n for week, (n, _) in low.items()} == expected
