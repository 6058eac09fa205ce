"""What a reader may see of the store, up to which day, and that nothing is lost on the way out."""

from datetime import date, time

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as some

from actions.loads import loads, refused_rows
from data_access.as_of import as_of
from data_access.database import look, version
from data_access.dataset import Dataset
from data_access.frames import read_frame
from data_access.reader import Forbidden, Reader, Role
from data_access.tables import visits
from data_access.visit_rows import SCHEMA, read_visits
from metrics.shapes import Inputs, Period, View
from tests.drawn import table
from tests.examples import examples
from tests.stores import counts, deliver

YEAR = Period(date(2024, 8, 1), date(2025, 7, 31))
PROGRAMME, NOORD = Reader(Role.PROGRAMME), Reader(Role.BRANCH, ("NRD",))
VISITS = "leerling_id|datum|vestiging\n17|18-11-2024|Noord\n17|19-11-2024|Haven\n18|20-11-2024|Noord\n|20-11-2024|Noord"


def view(*by: str, branches: tuple[str, ...] = ()) -> View:
    return View(YEAR, YEAR.last, branches=branches, by=by)


def frames(inputs: Inputs) -> dict[str, pl.DataFrame]:
    return {name: frame for name, frame in vars(inputs).items() if isinstance(frame, pl.DataFrame)}


# --- what comes out ---------------------------------------------------------------------------------------------------


def test_an_empty_store_gives_the_same_columns_as_a_full_one(store):
    empty = Dataset(store, PROGRAMME).inputs()
    deliver(store, VISITS)
    deliver(store, "vestiging|datum|begin|vrijwilligers\nNoord|18-11-2024|15:00|3")
    full = Dataset(store, PROGRAMME).inputs()
    assert {name: frame.schema for name, frame in frames(empty).items()} == {name: frame.schema for name, frame in frames(full).items()}
    assert empty.visits.days.schema == full.visits.days.schema
    assert (empty.as_of, full.as_of) == (None, date(2024, 11, 19))
    assert full.version == version(store) == empty.version + 2


def test_visits_come_out_as_they_went_in(store):
    deliver(store, VISITS)
    inputs = Dataset(store, PROGRAMME).inputs()
    assert inputs.visits.branch_days is not None
    assert sorted(row[1:] for row in inputs.visits.branch_days.rows()) == [
        (date(2024, 11, 18), "NRD"),
        (date(2024, 11, 19), "HVN"),
        (date(2024, 11, 20), "NRD"),
    ]
    assert inputs.anonymous.rows() == [("NRD", date(2024, 11, 20), 1)]
    assert sorted(inputs.pupil_years["sector"]) == ["PO", "VO"]


def test_reading_in_blocks_gives_what_a_plain_query_gives(store, monkeypatch):
    """Worked the second way."""
    monkeypatch.setattr("data_access.visit_rows.BLOCK", 3)
    lines = [f"{number}|{1 + number % 28:02d}-11-2024|{'Noord' if number % 3 else 'Haven'}" for number in range(1, 20)]
    deliver(store, "leerling_id|datum|vestiging\n" + "\n".join(lines))
    with look(store) as connection:
        columns = [visits.c[name] for name in SCHEMA]
        plain = read_frame(connection, visits.select().with_only_columns(*columns), SCHEMA)
        assert read_visits(connection).sort(pl.all()).equals(plain.sort(pl.all()))
    assert len(plain) == 19


def test_times_and_days_come_back_as_times_and_days(store):
    deliver(store, "vestiging|datum|begin|einde|bezoekers\nNoord|18-11-2024|15:00|17:30|9")
    row = Dataset(store, PROGRAMME).inputs().sessions.row(0, named=True)
    assert not {"load_id", "row_number"} & row.keys(), "figures know nothing of deliveries"
    assert (row["held_on"], row["starts"], row["ends"], row["head_count"]) == (date(2024, 11, 18), time(15), time(17, 30), 9)


# --- who may see it ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        (view(), None),
        (view("neighbourhood"), None),
        (view("sector", "school_week"), None),
        (view("branch"), "forbidden.by_branch"),
        (view("school_week", "branch"), "forbidden.by_branch"),
        (view(branches=("NRD",)), None),
        (view("branch", branches=("NRD",)), None),
        (view("school_week", "branch", branches=("NRD",)), None),
        (view(branches=("HVN",)), "forbidden.branch"),
        (view(branches=("HVN", "NRD")), "forbidden.branch"),
    ],
)
def test_a_branch_sees_itself_in_full_and_the_whole_without_telling_branches_apart(store, asked, code):
    dataset = Dataset(store, NOORD)
    if code is None:
        assert dataset.inputs_for(asked).version == version(store)
    else:
        with pytest.raises(Forbidden) as forbidden:
            dataset.inputs_for(asked)
        assert forbidden.value.code == code


def test_a_branch_sees_the_totals_of_all_branches_where_branches_are_compared_and_nothing_finer(store):
    dataset = Dataset(store, NOORD)
    assert dataset.inputs_for(view("branch"), branch_totals=True).version == version(store)
    with pytest.raises(Forbidden):
        dataset.inputs_for(view("branch", "neighbourhood"), branch_totals=True)


@pytest.mark.parametrize("role", [Role.COUNCIL, Role.STEWARD])
def test_council_and_steward_see_no_working_figures(store, role):
    for ask in (lambda: Dataset(store, Reader(role)).inputs_for(view()), Dataset(store, Reader(role)).inputs):
        with pytest.raises(Forbidden) as forbidden:
            ask()
        assert forbidden.value.code == "forbidden.figures"


def test_the_programme_sees_every_view_and_a_branch_cannot_ask_for_everything_at_once(store):
    assert Dataset(store, PROGRAMME).inputs_for(view("branch", "school_week")).version == version(store)
    with pytest.raises(Forbidden):
        Dataset(store, NOORD).inputs()


def test_a_branch_without_branches_sees_no_branch(store):
    with pytest.raises(Forbidden):
        Dataset(store, Reader(Role.BRANCH)).inputs_for(view(branches=("NRD",)))


def test_a_branch_sees_its_own_deliveries_and_their_refused_rows_and_the_council_none(store):
    own = deliver(store, "leerling_id|datum|vestiging\n17|18-11-2024|Noord\n18|18-11-2024|Haven", reader=NOORD)
    other = deliver(store, "leerling_id|datum|vestiging\n17|18-11-2024|Haven\n|onzin|Haven", reader=Reader(Role.BRANCH, ("HVN",)))
    by_steward = deliver(store, "leerling_id|datum|vestiging\n17|19-11-2024|Noord\n17|20-11-2024|Haven")
    assert loads(store, NOORD)["load_id"].to_list() == [by_steward.load_id, own.load_id]
    assert loads(store, Reader(Role.STEWARD))["load_id"].to_list() == [by_steward.load_id, other.load_id, own.load_id, 1]
    assert refused_rows(store, NOORD, own.load_id or 0).rows() == [(3, "branch", "branch.not_yours", "Haven", None)]
    with pytest.raises(Forbidden):
        refused_rows(store, NOORD, other.load_id or 0)
    with pytest.raises(Forbidden):
        loads(store, Reader(Role.COUNCIL))


# --- as of which day --------------------------------------------------------------------------------------------------


BRANCHES = table("""branch_id | sector | opened_on  | closed_on
                    NRD       | PO     | -          | -
                    HVN       | VO     | 2019-05-13 | -
                    LEE       | -      | -          | -           # offers no help
                    OUD       | PO     | -          | 2024-06-30  # has stopped""").cast({"opened_on": pl.Date, "closed_on": pl.Date})
NO_HOLIDAYS = pl.DataFrame(schema={"first_day": pl.Date, "last_day": pl.Date})
NO_CLOSURES = pl.DataFrame(schema={"first_day": pl.Date, "last_day": pl.Date, "sector": pl.String, "branch_id": pl.String})
TODAY = date(2024, 11, 21)


def covered(**last: str) -> pl.DataFrame:
    return pl.DataFrame([(branch, date.fromisoformat(day)) for branch, day in last.items()], schema={"branch_id": pl.String, "last_day": pl.Date}, orient="row")


def seen(
    last: dict[str, str], today: date = TODAY, holidays: pl.DataFrame = NO_HOLIDAYS, closures: pl.DataFrame = NO_CLOSURES
) -> tuple[date | None, tuple[str, ...]]:
    """The as-of date and the silent branches, with Oud closed since the summer."""
    found = as_of(BRANCHES, covered(**last), holidays, closures, today)
    return found.day, found.silent


def test_the_as_of_date_is_the_earliest_of_the_last_days_of_the_active_branches():
    assert seen({"NRD": "2024-11-20", "HVN": "2024-11-18", "OUD": "2024-06-01"}) == (date(2024, 11, 18), ())


def test_a_branch_holds_the_date_back_for_seven_school_weeks_and_is_named_after_eight():
    """Haven delivered until Friday 6 September; weeks in which it is silent are counted from the Monday after."""
    for today, day, silent in (("2024-10-27", date(2024, 9, 6), ()), ("2024-10-28", date(2024, 10, 25), ("HVN",))):
        assert seen({"NRD": "2024-10-25", "HVN": "2024-09-06"}, date.fromisoformat(today)) == (day, silent)


def test_branches_that_fall_silent_together_are_both_named_and_the_one_that_was_behind_still_counts():
    """Silence is held against today, not against the newest delivery: else nobody would be silent when all stop."""
    assert seen({"NRD": "2024-09-06", "HVN": "2024-09-04"}, date(2024, 10, 28)) == (date(2024, 9, 4), ("HVN", "NRD"))
    assert seen({"NRD": "2024-09-06", "HVN": "2024-06-14"}, date(2024, 10, 28)) == (date(2024, 9, 6), ("HVN", "NRD"))


def test_a_week_of_holiday_is_no_silence():
    autumn = pl.DataFrame({"first_day": [date(2024, 10, 26)], "last_day": [date(2024, 11, 3)]})
    assert seen({"NRD": "2024-11-01", "HVN": "2024-09-06"}, date(2024, 11, 3), autumn) == (date(2024, 9, 6), ())


@pytest.mark.parametrize(
    ("sector", "branch", "silent"), [(None, None, ()), ("VO", None, ()), (None, "HVN", ()), ("PO", None, ("HVN",)), (None, "NRD", ("HVN",))]
)
def test_a_closure_of_a_branch_is_no_silence_of_that_branch(sector, branch, silent):
    shut = pl.DataFrame([(date(2024, 9, 9), date(2024, 9, 13), sector, branch)], schema=NO_CLOSURES.schema, orient="row")
    assert seen({"NRD": "2024-10-28", "HVN": "2024-09-06"}, date(2024, 10, 28), closures=shut)[1] == silent


def test_a_programme_that_ended_is_not_silent():
    ended = BRANCHES.head(2).with_columns(closed_on=pl.lit(date(2024, 7, 12)))
    found = as_of(ended, covered(NRD="2024-07-11", HVN="2024-07-10"), NO_HOLIDAYS, NO_CLOSURES, TODAY)
    assert (found.day, found.silent) == (date(2024, 7, 10), ())


def test_a_branch_that_never_delivered_is_named_and_holds_nothing_back():
    assert seen({"NRD": "2024-11-20"}) == (date(2024, 11, 20), ("HVN",))


def test_nothing_delivered_gives_no_date_and_days_to_come_do_not_count():
    assert seen({})[0] is None
    assert seen({"NRD": "2025-06-01", "HVN": "2025-06-01"})[0] == TODAY


def test_stated_days_move_the_as_of_date_also_when_nobody_came(store):
    deliver(store, "leerling_id|datum|vestiging\n17|18-11-2024|Noord\n17|18-11-2024|Haven\n17|18-11-2024|Aan Zee")
    assert Dataset(store, PROGRAMME).as_of() == date(2024, 11, 18)
    receipt = deliver(
        store, "leerling_id|datum|vestiging\n18|18-11-2024|Noord\n18|18-11-2024|Haven\n18|18-11-2024|zee", covers=Period(date(2024, 11, 18), date(2024, 11, 22))
    )
    assert counts(receipt) == (3, 0, 0, 0, 0)
    assert Dataset(store, PROGRAMME).as_of() == date(2024, 11, 22)


@examples(50)
@given(some.dictionaries(some.sampled_from(["NRD", "HVN"]), some.dates(date(2024, 1, 1), date(2025, 2, 1)), min_size=1))
def test_the_as_of_date_is_a_day_that_some_branch_delivered_and_no_silent_one_holds_it_back(last):
    day, silent = seen({branch: str(last_day) for branch, last_day in last.items()}, date(2025, 3, 1))
    assert day in last.values()
    assert {"NRD", "HVN"} <= set(silent) or not set(silent) & {branch for branch, last_day in last.items() if last_day == day}
