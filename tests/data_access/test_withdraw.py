"""A delivery that is taken back is as if it had never come, and later deliveries stand."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, time

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from sqlalchemy import Engine, select

import metrics.indicators.signals
from actions import raise_signals
from actions.follow_signal import follow
from actions.load_file import check, load
from actions.withdraw_load import Withdrawn, withdraw, would_withdraw
from data_access import tables
from data_access.database import begin, version
from data_access.dataset import Dataset
from data_access.ingest.withdraw import DELIVERED, CannotWithdraw
from data_access.reader import Forbidden, Reader, Role
from data_access.signals import add as keep_signals
from metrics.indicators.signals import Rules
from tests.examples import examples
from tests.stores import STEWARD, Stores, content, deliver, delivery, stored, wijk

VISITS = "leerling_id|datum|vestiging|aankomst"


def signature(engine: Engine) -> dict[str, list[tuple[object, ...]]]:
    """All that deliveries left in the store, without the numbers that it gave out itself."""
    return content(engine) | {
        "pupils": stored(engine, "pupils", "pupil_key"),
        "coverage": stored(engine, "coverage", "branch_id", "first_day", "last_day", "stated"),
        "refused_rows": stored(engine, "refused_rows", "row_number", "column_name", "code"),
        "store": stored(engine, "store", "kind", "key_fingerprint"),
        "signals": signals(engine),
    }


def signals(engine: Engine) -> list[tuple[object, ...]]:
    """About which pupil which rule has something to say. On which day it first could say so hangs on the order in which the lists came."""
    keys = dict(stored(engine, "pupils", "pupil_id", "pupil_key"))
    return sorted({(keys[pupil], rule) for pupil, rule in stored(engine, "signals", "pupil_id", "rule")})


def taken_back(engine: Engine, load_id: int | None) -> Withdrawn:
    """Take a load back, and what was said beforehand of doing so is what is said of it afterwards."""
    assert load_id is not None
    before, known = signature(engine), version(engine)
    expected = would_withdraw(engine, STEWARD, load_id)
    assert (signature(engine), version(engine)) == (before, known)
    done = withdraw(engine, STEWARD, load_id)
    assert done == expected
    assert version(engine) == known + 1
    return done


def parts(done: Withdrawn) -> tuple[int, int, int, int]:
    """went, came back, changed, pupils forgotten."""
    return done.went, done.came_back, done.changed, done.pupils


def test_the_only_list_of_visits_taken_back_leaves_the_store_as_it_was_made(store):
    before = signature(store)
    receipt = deliver(store, f"{VISITS}|wijkcode\n17|18-11-2024|Noord|15:30|{wijk('01')}\n18|31-02-2024|Noord|15:30|\n|18-11-2024|Haven||")
    assert parts(taken_back(store, receipt.load_id)) == (2, 0, 0, 1)  # a visit by name, and a day with one without
    assert signature(store) == before
    assert (receipt.load_id,) not in stored(store, "superseded", "load_id")


def test_a_correction_taken_back_brings_the_first_values_back(store):
    deliver(store, f"{VISITS}\n17|18-11-2024|Noord|15:30\n18|18-11-2024|Noord|15:30")
    before, rows = signature(store), whose(store)
    second = deliver(store, f"{VISITS}\n18|18-11-2024|Noord|15:30\n17|18-11-2024|Noord|15:45\n19|18-11-2024|Noord|15:30")
    assert parts(taken_back(store, second.load_id)) == (1, 0, 1, 1)
    assert (signature(store), whose(store)) == (before, rows)


def test_the_first_list_taken_back_leaves_what_the_second_said_also_where_it_said_the_same(store, stores):
    first = deliver(store, f"{VISITS}\n17|18-11-2024|Noord|15:30\n18|18-11-2024|Noord|15:30\n19|18-11-2024|Noord|15:30")
    second = f"{VISITS}\n18|18-11-2024|Noord|15:30\n17|18-11-2024|Noord|15:45"
    deliver(store, second)
    assert parts(taken_back(store, first.load_id)) == (1, 0, 0, 1)  # that a visit now stands with another row of another file changes nothing of it
    found = signature(store)
    never = stores.fresh()
    deliver(never, second)
    assert found == signature(never)


def test_what_only_the_first_list_said_goes_with_it_also_from_rows_that_a_second_list_completed(store):
    first = deliver(store, f"{VISITS}\n17|18-11-2024|Noord|15:30")
    deliver(store, "leerling_id|datum|vestiging|vertrek\n17|18-11-2024|Noord|17:00")
    assert stored(store, "visits", "arrived_at", "left_at") == [(time(15, 30), time(17))]
    assert parts(taken_back(store, first.load_id)) == (0, 0, 1, 0)
    assert stored(store, "visits", "arrived_at", "left_at") == [(None, time(17))]


def test_what_was_replaced_before_stays_away_when_what_brought_it_again_goes(store):
    deliver(store, f"{VISITS}\n17|18-11-2024|Noord|15:30\n18|18-11-2024|Noord|15:30")
    deliver(store, f"{VISITS}\n18|18-11-2024|Noord|15:30", replaces=True)
    before = signature(store)
    again = deliver(store, f"{VISITS}\n17|18-11-2024|Noord|15:45")
    assert parts(taken_back(store, again.load_id)) == (1, 0, 0, 0)
    assert signature(store) == before


# --- what cannot be taken back, or not yet ----------------------------------------------------------------------------


def refusal(engine: Engine, load_id: int | None) -> CannotWithdraw:
    """Why a load cannot be taken back: the same beforehand and when it is tried, and nothing changes."""
    assert load_id is not None
    before, known = signature(engine), version(engine)
    with pytest.raises(CannotWithdraw) as looked:
        would_withdraw(engine, STEWARD, load_id)
    with pytest.raises(CannotWithdraw) as tried:
        withdraw(engine, STEWARD, load_id)
    assert (looked.value.code, looked.value.values) == (tried.value.code, tried.value.values)
    assert (signature(engine), version(engine)) == (before, known)
    return tried.value


def test_branches_that_visits_name_cannot_go_before_those_visits(store):
    before = signature(store)
    branches = deliver(store, "vestiging_id|vestiging|sector\nWST|West|PO", kind="branches")
    visits = deliver(store, f"{VISITS}\n17|18-11-2024|West|15:30")
    gone = deliver(store, f"{VISITS}\n18|18-11-2024|West|15:30", replaces=True)
    refused = refusal(store, branches.load_id)
    assert (refused.code, refused.values["loads"]) == ("withdraw.needed", f"{visits.load_id}, {gone.load_id}")
    for load_id in (visits.load_id, gone.load_id, branches.load_id):
        taken_back(store, load_id)
    assert signature(store) == before


def test_a_file_that_came_again_for_its_refused_rows_goes_in_the_order_in_which_it_came(store):
    before = signature(store)
    drawing = f"{VISITS}\n17|18-11-2024|Noord|15:30\n18|18-11-2024|West|15:30"
    first = deliver(store, drawing)
    branches = deliver(store, "vestiging_id|vestiging|sector\nWST|West|PO", kind="branches")
    again = deliver(store, drawing)
    refused = refusal(store, first.load_id)
    assert (refused.code, refused.values["again"]) == ("withdraw.came_again", str(again.load_id))
    for load_id in (again.load_id, first.load_id, branches.load_id):
        taken_back(store, load_id)
    assert signature(store) == before


def test_what_was_taken_back_is_not_taken_back_twice_and_can_be_loaded_again(store):
    drawing = f"{VISITS}\n17|18-11-2024|Noord|15:30"
    first = deliver(store, drawing)
    after = signature(store)
    taken_back(store, first.load_id)
    assert refusal(store, first.load_id).code == "withdraw.already"
    again = deliver(store, drawing)
    assert (again.already_loaded, again.accepted) == (None, 1)
    assert signature(store) == after


def test_the_book_of_deliveries_says_who_took_it_back_and_when(store):
    receipt = deliver(store, f"{VISITS}\n17|18-11-2024|Noord|15:30")
    taken_back(store, receipt.load_id)
    entry = Dataset(store, STEWARD).loads().filter(load_id=receipt.load_id).row(0, named=True)
    assert (entry["withdrawn_by"], entry["withdrawn_at"] >= entry["loaded_at"], entry["accepted"]) == ("steward", True, 1)


# --- who may -----------------------------------------------------------------------------------------------------------

NORTH, NORTH_AND_HARBOUR = Reader(Role.BRANCH, ("NRD",)), Reader(Role.BRANCH, ("NRD", "HVN"))
BOTH = f"{VISITS}\n17|18-11-2024|Noord|15:30\n18|18-11-2024|Haven|15:30"


@pytest.mark.parametrize("reader", [Reader(Role.PROGRAMME), Reader(Role.COUNCIL)])
def test_programme_and_council_check_load_and_take_back_nothing(store, reader):
    receipt = deliver(store, BOTH)
    before = signature(store)
    for act in (check, load):
        with pytest.raises(Forbidden) as forbidden:
            act(store, delivery(BOTH + "\n", reader=reader))
        assert forbidden.value.code == "forbidden.deliver"
    for act_back in (would_withdraw, withdraw):
        with pytest.raises(Forbidden) as forbidden:
            act_back(store, reader, receipt.load_id or 0)
        assert forbidden.value.code == "forbidden.withdraw"
    assert signature(store) == before


def test_a_branch_loads_its_own_rows_and_takes_its_own_delivery_back(store):
    before = signature(store)
    receipt = deliver(store, BOTH, reader=NORTH)
    assert (receipt.accepted, receipt.reasons) == (1, {"branch.not_yours": 1})
    assert stored(store, "visits", "branch_id") == [("NRD",)]
    assert parts(withdraw(store, NORTH, receipt.load_id or 0)) == (1, 0, 0, 1)
    assert signature(store) == before


@pytest.mark.parametrize(
    ("reader", "of", "code"),
    [
        (NORTH, "harbour", "forbidden.load"),  # not theirs, and not to be seen
        (NORTH, "both", "forbidden.withdraw_shared"),  # of two branches
        (NORTH, "pupils", "forbidden.load"),  # a register is of the whole programme
        (NORTH_AND_HARBOUR, "both", None),
        (STEWARD, "both", None),
        (STEWARD, "pupils", None),
        (NORTH, "north", None),  # loaded by the steward, about this branch alone
        (NORTH, "nothing", "forbidden.load"),  # a number that there is none of
    ],
)
def test_a_branch_takes_back_what_is_about_nobody_but_itself_and_the_steward_all(store, reader, of, code):
    loads = {
        "both": deliver(store, BOTH),
        "north": deliver(store, f"{VISITS}\n19|18-11-2024|Noord|15:30"),
        "harbour": deliver(store, f"{VISITS}\n20|18-11-2024|Haven|15:30"),
        "pupils": deliver(store, "leerling_id|schooljaar|schoolniveau\n17|2024-2025|havo"),
    }
    load_id = loads[of].load_id if of in loads else 99
    assert load_id is not None
    if code is None:
        withdraw(store, reader, load_id)
        return
    before = signature(store)
    with pytest.raises(Forbidden) as forbidden:
        withdraw(store, reader, load_id)
    assert forbidden.value.code == code
    assert signature(store) == before


# --- any order of loading, correcting, replacing and taking back ------------------------------------------------------


@dataclass(frozen=True)
class File:
    """A delivery that can be repeated. rows: cells under the columns."""

    kind: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    replaces: bool = False

    def text(self) -> str:
        return "\n".join("|".join(cells) for cells in (self.columns, *self.rows))


def files(
    kind: str, keys: dict[str, list[str]], values: dict[str, list[str]], *, always: tuple[str, ...] = (), replaces: bool = False
) -> some.SearchStrategy[File]:
    """Files of a kind with some of its columns and a few rows, each key once but that of a visit without a pupil."""

    def filled(drawn: tuple[set[str], list[tuple[str, ...]], bool]) -> File:
        kept, rows, whole = drawn
        columns = [*keys, *(name for name in values if name in kept or name in always)]
        at = [[*keys, *values].index(name) for name in columns]
        once = {cells[: len(keys)] if cells[0] else (number,): tuple(cells[place] for place in at) for number, cells in enumerate(rows)}
        return File(kind, tuple(columns), tuple(once.values()), whole and replaces)

    cells = [some.sampled_from(choices) for choices in (*keys.values(), *values.values())]
    return some.tuples(some.sets(some.sampled_from([*values])), some.lists(some.tuples(*cells), min_size=1, max_size=4), some.booleans()).map(filled)


DAYS, BRANCH = ["18-11-2024", "19-11-2024", "20-11-2024"], ["NRD", "HVN"]
HOME, GROUP = ["WK999901", ""], ["1", "2", ""]  # elsewhere: what areas the store knows decides which of its own it takes
visits = files(
    "visits",
    {"leerling_id": ["17", "18", ""], "datum": DAYS, "vestiging": BRANCH},
    {"aankomst": ["15:30", "15:45", ""], "vertrek": ["17:00", ""], "wijkcode": HOME, "leerjaar": GROUP},
    replaces=True,
)
sessions = files(
    "sessions",
    {"vestiging": BRANCH, "datum": DAYS},
    {"begin": ["15:00", ""], "status": ["gehouden", "vervallen", ""], "reden": ["vakantie", "anders", ""], "vrijwilligers": ["2", "3", ""]},
    always=("begin",),
    replaces=True,
)
pupils = files("pupils", {"leerling_id": ["17", "19"], "schooljaar": ["2024-2025"]}, {"wijkcode": HOME, "leerjaar": GROUP}, always=("leerjaar",))
branches = files(
    "branches",
    {"vestiging_id": BRANCH},
    {"vestiging": ["Noord", "Zuid"], "sector": ["PO", "VO"], "pilot": ["ja", "nee", ""], "plaatsen": ["20", "24", ""]},
    always=("vestiging", "sector"),
)
areas = files(
    "neighbourhoods",
    {"wijkcode": [wijk("01"), wijk("02")], "jaar": ["2022", "2023"]},
    {"naam": ["Duin", "Veen"], "stadsdeel nr": ["1", "2", ""], "stadsdeel": ["Oost", "West"], "lat": ["52,06"], "lon": ["4,30", "4,31"]},
    always=("naam", "stadsdeel nr", "stadsdeel", "lat", "lon"),
)
figures = files(
    "context",
    {"gebiedscode": [wijk("01"), wijk("02")], "jaar": ["2022"], "maat": ["a_00_14"]},
    {"waarde": ["100", "105", "110"], "bron": ["CBS", "CBS: pop_0_14 x population"]},
    always=("waarde", "bron"),
)
#: The other ways in which visits are written down. A tally counts at a branch without names: beside names it is refused, and rows stay judged as they came.
wide = files("visits", {"leerling_id": ["17", "18"], "vestiging": BRANCH}, {day: ["x", "", "0"] for day in DAYS}, always=tuple(DAYS)).filter(
    lambda sheet: any("x" in row or "0" in row for row in sheet.rows)  # with empty cells alone it is refused
)
scans = files(
    "visits",
    {"pasnummer": ["17", "18"], "tijdstip": [f"{day} {hour}" for day in DAYS for hour in ("15:30", "17:00")], "vestiging": BRANCH},
    {"leerjaar": GROUP},
)
tally = files("visits", {"vestiging": ["ZEE"], "datum": DAYS}, {"aantal": ["0", "3", "5"], "vrijwilligers": ["1", "2", ""]}, always=("aantal",))
outcomes = files(
    "outcomes",
    {"leerling_id": ["17", "19"], "schooljaar": ["2023-2024"], "vak": ["taal", "rekenen"]},
    {"score_begin": ["6", "7"], "score_eind": ["6,5", "8", ""], "deelgenomen": ["ja", "nee"]},
    always=("score_begin", "deelgenomen"),
)
survey = files(
    "survey",
    {"vestiging": BRANCH, "datum": ["13-05-2024"], "ingevuld_door": ["leerling"], "nummer": ["1", "2"]},
    {"uitgedeeld": ["30"], "geleerd": ["3", "4"], "op_gemak": ["5", "n.v.t.", ""]},
    always=("geleerd",),
)
costs = files("costs", {"schooljaar": ["2023-2024"], "vestiging": ["NRD", ""], "kostenpost": ["ruimte"]}, {"bedrag": ["100", "120"]}, always=("bedrag",))
events = files("events", {"datum": DAYS, "gebeurtenis": ["brief", "storing"]}, {"vestiging": ["NRD", ""]})
offers = files("offers", {"aanbod": ["Klas", "Zaal"]}, {"sector": ["PO", ""], "wijkcode": [wijk("29"), wijk("30")]}, always=("wijkcode",))
lists = visits | wide | scans | tally | sessions
steps = some.lists(
    visits | lists | pupils | branches | areas | figures | outcomes | survey | costs | events | offers | some.integers(0, 9), min_size=2, max_size=9
)


@pytest.fixture(autouse=True)
def signals_after_two_visits(monkeypatch):
    """Lists of three days must give signals too."""
    rules = Rules(threshold=2, least_visit_days=2, quiet_days=1)
    for module in (raise_signals, metrics.indicators.signals):
        monkeypatch.setattr(module, "RULES", rules)


def whose(engine: Engine) -> dict[str, Counter[tuple[object, ...]]]:
    """Of every table how many rows each delivery has in it, from which row of its file, and how many beside it; deliveries in the order in which they came."""
    taken = {load_id for (load_id,) in stored(engine, "withdrawals", "load_id")}
    order = [load_id for (load_id,) in sorted(stored(engine, "loads", "load_id")) if load_id not in taken]
    rank = {load_id: number for number, load_id in enumerate(order)}
    found: dict[str, Counter[tuple[object, ...]]] = {}
    for table in DELIVERED:
        origin = [name for name in tables.ORIGIN if name in table.columns]
        found[table.name] = Counter((rank[load_id], *row) for load_id, *row in stored(engine, table.name, *origin))
    for load_id, name, count in stored(engine, "superseded", "load_id", "table_name", "row_count"):
        found.setdefault(f"beside {name}", Counter())[rank[load_id],] += count
    return found


def walk(fresh: Callable[[], Engine], taken: list[File | int]) -> None:
    """Load each file; a number takes back one of the loads that stand then. Held against a store that only ever had the loads that stand at the end."""
    engine = fresh()
    standing: dict[int, File] = {}
    for step in taken:
        if isinstance(step, File):
            receipt = deliver(engine, step.text(), kind=step.kind, replaces=step.replaces)
            standing |= {receipt.load_id: step} if receipt.load_id is not None else {}
        elif standing:
            load_id = sorted(standing)[step % len(standing)]
            withdraw(engine, STEWARD, load_id)
            del standing[load_id]
    found, owners = signature(engine), whose(engine)
    never = fresh()
    for file in standing.values():
        assert deliver(never, file.text(), kind=file.kind, replaces=file.replaces).load_id is not None
    assert found == signature(never)
    assert owners == whose(never)


ONE_WALK: list[File | int] = [
    File(
        "visits",
        ("leerling_id", "datum", "vestiging", "aankomst"),
        (("17", DAYS[0], "NRD", "15:30"), ("18", DAYS[1], "HVN", "15:30"), ("", DAYS[0], "NRD", "")),
    ),
    File("visits", ("leerling_id", "datum", "vestiging", "vertrek"), (("17", DAYS[0], "NRD", "17:00"), ("19", DAYS[2], "NRD", ""))),
    File("visits", ("leerling_id", "datum", "vestiging", "aankomst"), (("17", DAYS[1], "NRD", ""), ("", DAYS[2], "NRD", "")), replaces=True),
    File("sessions", ("vestiging", "datum", "status", "reden"), (("NRD", DAYS[0], "vervallen", "vakantie"), ("HVN", DAYS[0], "gehouden", ""))),
    File("sessions", ("vestiging", "datum", "vrijwilligers"), (("NRD", DAYS[0], "3"), ("HVN", DAYS[0], "2"))),
    File("pupils", ("leerling_id", "schooljaar", "leerjaar"), (("17", "2024-2025", "2"), ("20", "2024-2025", "3"))),
    File("neighbourhoods", ("wijkcode", "naam", "jaar"), ((wijk("01"), "Duin", "2022"),)),
    File("neighbourhoods", ("wijkcode", "naam", "lat", "lon", "jaar"), ((wijk("01"), "Duin", "52,06", "4,30", "2022"),)),
    File("branches", ("vestiging_id", "vestiging", "sector", "plaatsen"), (("NRD", "Noord", "VO", "24"),)),
    3,  # that it was cancelled, and not the list of volunteers
    2,  # what replaced
    File("visits", ("leerling_id", "datum", "vestiging", "aankomst"), (("17", DAYS[0], "NRD", "15:45"), ("18", DAYS[1], "HVN", "15:30"))),
    0,  # the first list, which two others repeat in part
    4,  # the area without a place, and not what another said of its place
]


def test_one_walk_through_all_of_it_on_both_kinds_of_database(stores):
    """On PostgreSQL a fresh store takes the place of the one before."""
    walk(stores.fresh, ONE_WALK)


def test_a_list_of_volunteers_does_not_keep_what_it_never_said_of_a_session(store):
    cancelled = deliver(store, "vestiging|datum|status|reden\nNoord|18-11-2024|vervallen|vakantie")
    deliver(store, "vestiging|datum|vrijwilligers\nNoord|18-11-2024|3")
    assert stored(store, "sessions", "status", "cancelled_reason", "volunteers") == [("cancelled", "holiday", 3)]
    taken_back(store, cancelled.load_id)
    assert stored(store, "sessions", "status", "cancelled_reason", "volunteers") == [("held", None, 3)]


def test_a_published_count_taken_back_lets_the_one_that_was_worked_out_stand(store):
    header = "gebiedscode|jaar|maat|waarde|bron\n"
    published = deliver(store, f"{header}{wijk('01')}|2022|a_00_14|5865|CBS")
    deliver(store, f"{header}{wijk('01')}|2022|a_00_14|6175|CBS: pop_0_14 x population")
    assert stored(store, "context", "value") == [(5865.0,)]
    assert parts(taken_back(store, published.load_id)) == (0, 0, 1, 0)
    assert stored(store, "context", "value") == [(6175.0,)]


def test_pupils_of_whom_a_signal_was_looked_at_stay_when_their_visits_go_and_a_branch_with_signals_stays(store):
    west = deliver(store, "vestiging_id|vestiging|sector\nWST|West|PO", kind="branches")
    visits = deliver(store, f"{VISITS}\n17|18-11-2024|West|15:30\n18|18-11-2024|West|15:30")
    with begin(store) as connection:
        pupil = connection.execute(select(tables.pupils.c.pupil_id).limit(1)).scalar_one()
        signal = {"rule": "stopped_coming", "pupil_id": pupil, "branch_id": "WST", "raised_on": date(2024, 11, 18), "visit_days": 4}
        keep_signals(connection, pl.DataFrame([signal]), None, "rule")
    follow(store, Reader(Role.BRANCH, ("WST",)), 1, "seen")
    assert parts(taken_back(store, visits.load_id)) == (2, 0, 0, 1)
    assert (stored(store, "pupils", "pupil_id"), stored(store, "signals", "pupil_id")) == ([(pupil,)], [(pupil,)])
    assert refusal(store, west.load_id).code == "withdraw.signals"


@pytest.mark.parametrize("stores", ["sqlite"], indirect=True)
@examples(25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(taken=steps)
def test_after_any_loads_and_withdrawals_the_store_is_that_of_the_loads_that_stand(stores: Stores, taken):
    walk(stores.fresh, taken)


@pytest.mark.proof
@pytest.mark.parametrize("stores", ["sqlite"], indirect=True)
@settings(max_examples=1500, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(taken=steps)
def test_after_very_many_loads_and_withdrawals_too(stores: Stores, taken):
    walk(stores.fresh, taken)
