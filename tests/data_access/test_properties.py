"""What holds for any file: counters add up, loading twice is loading once, and the order of files that only add does not matter."""

from datetime import date, datetime, timedelta
from itertools import permutations

import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as some

from actions.load_file import check
from data_access.database import version
from data_access.ingest.shapes import Receipt
from tests.examples import examples
from tests.stores import Stores, content, counts, deliver, delivery, stored, wijk

HEADER = "leerling_id;datum;vestiging;aankomst;vertrek;wijkcode;schoolniveau;leerjaar\n"
DAYS = [(date(2024, 7, 29) + timedelta(days=number)).strftime("%d-%m-%Y") for number in range(6)]  # both sides of 1 August
FEW = examples(12, suppress_health_check=[HealthCheck.function_scoped_fixture])

good = some.tuples(
    some.sampled_from(["17", "18", "019", ""]),
    some.sampled_from(DAYS),
    some.sampled_from(["Noord", "HVN"]),
    some.sampled_from(["15:30", "15:45", ""]),
    some.sampled_from(["17:00", ""]),
    some.sampled_from([wijk("01"), wijk("02"), ""]),
    some.sampled_from(["havo", "po", ""]),
    some.sampled_from(["2", "groep 7", ""]),
)
bad = some.tuples(
    some.sampled_from(["17", "123456782", "Ada Lovelace"]),
    some.sampled_from([*DAYS, "31-02-2024", "", "onzin", "01-01-2099"]),
    some.sampled_from(["Noord", "Nergens", ""]),
    some.sampled_from(["15:30", "25:00"]),
    some.sampled_from(["08:00", "zo"]),
    some.sampled_from(["", "XX"]),
    some.sampled_from(["", "toren"]),
    some.sampled_from(["", "99"]),
)
short = some.tuples(some.sampled_from(["17", "x"]), some.sampled_from(DAYS))
blank = some.just(("",) * 8)
rows = some.lists(good | good | bad | short | blank, min_size=1, max_size=14)
only_good = some.lists(good, min_size=1, max_size=8)


def text(lines: list[tuple[str, ...]]) -> str:
    return HEADER + "".join(";".join(cells) + "\n" for cells in lines)


def real_rows(lines: list[tuple[str, ...]]) -> int:
    return sum(any(cell for cell in cells) for cells in lines)


def all_add_up(receipt: Receipt) -> None:
    counts(receipt)
    assert receipt.corrected <= receipt.accepted
    assert receipt.anonymous <= receipt.accepted


@FEW
@given(lines=rows)
def test_counters_add_up_and_loading_twice_is_loading_once(stores: Stores, lines):
    if not real_rows(lines):
        return
    engine = stores.fresh()
    expected = check(engine, delivery(text(lines)))
    receipt = deliver(engine, text(lines))
    all_add_up(receipt)
    assert {**receipt.as_dict(), "load_id": None} == expected.as_dict()
    assert receipt.read == real_rows(lines)
    assert len({row for (row,) in stored(engine, "refused_rows", "row_number")}) == receipt.refused
    once, known = content(engine), version(engine)

    again = deliver(engine, text(lines))
    all_add_up(again)
    assert (again.read, again.accepted, again.refused) == (receipt.read, 0, receipt.refused)
    assert content(engine) == once
    if receipt.accepted:
        assert version(engine) == known

    otherwise = deliver(engine, text(lines) + ";;;;;;;\n")  # other bytes, the same rows
    all_add_up(otherwise)
    assert otherwise.accepted == 0
    assert content(engine) == once


@FEW
@given(first=rows, second=rows)
def test_a_second_file_adds_corrects_and_never_loses_a_visit(stores: Stores, first, second):
    engine = stores.fresh()
    for lines in (first, second):
        if real_rows(lines):
            before = {row[:3] for row in stored(engine, "visits", "pupil_id", "visited_on", "branch_id")}
            all_add_up(deliver(engine, text(lines)))
            assert before <= {row[:3] for row in stored(engine, "visits", "pupil_id", "visited_on", "branch_id")}
    named = {(cells[0], cells[1], cells[2]) for cells in [*first, *second] if len(cells) == 8 and cells[0]}
    assert len(stored(engine, "visits")) <= len(named)


@FEW
@given(lines=only_good, cut=some.integers(0, 8))
def test_a_file_in_two_parts_is_the_file(stores: Stores, lines, cut):
    """Named visits of different days: no row of one part says anything about a row of the other."""
    each_day = {(cells[0] or "20", cells[1]): (cells[0] or "20", *cells[1:]) for cells in lines}
    whole = list(each_day.values())
    contents = []
    for parts in ([whole], [whole[:cut], whole[cut:]], [whole[cut:], whole[:cut]]):
        engine = stores.fresh()
        for part in parts:
            if part:
                deliver(engine, text(part))
        contents.append(content(engine))
    assert contents[0] == contents[1] == contents[2]


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_the_order_in_which_lists_of_different_days_come_does_not_matter(stores, order):
    lists = [
        f"leerling_id|datum|vestiging|wijkcode|leerjaar\n17|18-11-2024|Noord|{wijk('01')}|\n|18-11-2024|Noord||",
        f"leerling_id|datum|vestiging|wijkcode|leerjaar\n17|19-11-2024|Haven|{wijk('02')}|2\n18|19-11-2024|Haven||",
        "leerling_id|datum|vestiging|wijkcode|leerjaar\n17|20-11-2024|Noord||3\n|20-11-2024|Noord||",
    ]
    expected, engine = stores.fresh(), None
    for drawing in lists:
        deliver(expected, drawing)
    in_order = content(expected)
    engine = stores.fresh()
    for number in order:
        deliver(engine, lists[number])
    assert content(engine) == in_order


@FEW
@given(first=only_good, second=only_good)
def test_after_a_replacing_file_its_branches_and_days_hold_what_it_holds(stores: Stores, first, second):
    """Worked the second way: a store that never had the rows of those branches and days."""
    replacing = list({(cells[0] or "20", *cells[1:3]): (cells[0] or "20", *cells[1:]) for cells in second}.values())
    covered = {cells[2] for cells in replacing}, [date_of(cells) for cells in replacing]
    kept = [cells for cells in first if cells[2] not in covered[0] or not min(covered[1]) <= date_of(cells) <= max(covered[1])]

    engine = stores.fresh()
    deliver(engine, text(first))
    all_add_up(deliver(engine, text(replacing), replaces=True))
    found = content(engine)
    never = stores.fresh()
    for lines in filter(None, (kept, replacing)):
        deliver(never, text(lines))
    expected = content(never)
    assert (found["visits"], found["anonymous_visits"]) == (expected["visits"], expected["anonymous_visits"])


def date_of(cells: tuple[str, ...]) -> date:
    return datetime.strptime(cells[1], "%d-%m-%Y").date()
