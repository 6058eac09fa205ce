"""Sessions at the door, and what a head count says beside the list of names."""

from datetime import date, time

import pytest
from sqlalchemy import Engine

from data_access.dataset import Dataset
from data_access.reader import Reader, Role
from tests.stores import counts, deliver, stored

MONDAY = date(2024, 11, 18)


def anonymous(engine: Engine) -> list[tuple[object, ...]]:
    """Visits without a pupil, as the figures see them."""
    return Dataset(engine, Reader(Role.PROGRAMME)).inputs().anonymous.rows()


def test_sessions_are_loaded_with_their_state_in_words(store):
    receipt = deliver(
        store,
        """vestiging | datum      | begin | einde | status    | reden              | vrijwilligers | weggestuurd | bezoekers
           Noord     | 18-11-2024 | 15:00 | 17:00 | gehouden  |                    | 3             | 2           | 14
           Noord     | 19-11-2024 |       |       | vervallen | geen vrijwilligers |               |             |
           Haven     | 18-11-2024 | 15:00 |       |           |                    | 1             |             |
           Haven     | 01-12-2099 | 15:00 |       |           |                    |               |             | """,
    )
    assert counts(receipt) == (4, 0, 0, 0, 0)
    columns = ("branch_id", "held_on", "starts", "ends", "status", "cancelled_reason", "volunteers", "turned_away", "head_count")
    assert stored(store, "sessions", *columns) == [
        ("HVN", MONDAY, time(15), None, "held", None, 1, None, None),
        ("HVN", date(2099, 12, 1), time(15), None, "planned", None, None, None, None),
        ("NRD", MONDAY, time(15), time(17), "held", None, 3, 2, 14),
        ("NRD", date(2024, 11, 19), None, None, "cancelled", "no_volunteers", None, None, None),
    ]


@pytest.mark.parametrize(
    ("row", "column", "code"),
    [
        ("Noord | 18-11-2024 | 15:00 | 15:00 |          | ", "ends", "time.ends_before_start"),
        ("Noord | 18-11-2024 |       |       | misschien | ", "status", "session.status_unknown"),
        ("Noord | 01-12-2099 |       |       | gehouden | ", "held_on", "date.future"),
        ("Noord | 01-01-2019 |       |       |          | ", "held_on", "date.before_start"),
        ("Noord | 18-11-2024 |       |       |          | -1", "volunteers", "number.negative"),
        ("Noord | 18-11-2024 |       |       |          | drie", "volunteers", "number.unreadable"),
        ("Noord | 19-11-2024 |       |       |          | 1", "", "row.twice"),
    ],
)
def test_a_wrong_session_is_refused_with_its_reason(store, row, column, code):
    receipt = deliver(store, f"vestiging|datum|begin|einde|status|vrijwilligers\nNoord|19-11-2024||||2\n{row}")
    assert counts(receipt) == (1, 0, 0, 1, 0)
    assert stored(store, "refused_rows", "row_number", "column_name", "code") == [(3, column, code)]


def test_heads_above_the_names_are_visits_without_a_pupil_in_whichever_order_the_files_come(stores):
    visits = "leerling_id|datum|vestiging\n17|18-11-2024|Noord\n18|18-11-2024|Noord\n|18-11-2024|Noord"
    sessions = "vestiging|datum|bezoekers\nNoord|18-11-2024|5\nNoord|19-11-2024|4"
    found = []
    for files in ([visits, sessions], [sessions, visits]):
        engine = stores.fresh()
        for file in files:
            deliver(engine, file)
        found.append(anonymous(engine))
    assert found == [[("NRD", MONDAY, 3), ("NRD", date(2024, 11, 19), 4)]] * 2


def test_a_head_count_below_the_names_is_refused_and_says_how_many_names_there_are(store):
    deliver(store, "leerling_id|datum|vestiging\n17|18-11-2024|Noord\n18|18-11-2024|Noord\n|18-11-2024|Noord")
    receipt = deliver(store, "vestiging|datum|bezoekers\nNoord|18-11-2024|1")
    assert counts(receipt) == (0, 0, 0, 1, 0)
    assert stored(store, "refused_rows", "code", "value", "detail") == [("session.head_count_below_visits", "1", "2")]
    assert anonymous(store) == [("NRD", MONDAY, 1)]


def test_a_session_that_is_delivered_again_with_other_numbers_is_corrected(store):
    deliver(store, "vestiging|datum|vrijwilligers\nNoord|18-11-2024|3\nNoord|19-11-2024|2")
    assert counts(deliver(store, "vestiging|datum|vrijwilligers\nNoord|18-11-2024|4\nNoord|19-11-2024|2")) == (1, 1, 1, 0, 0)
    assert stored(store, "sessions", "held_on", "volunteers") == [(MONDAY, 4), (date(2024, 11, 19), 2)]


def test_a_replacing_file_of_sessions_takes_the_others_of_its_days_away(store):
    deliver(store, "vestiging|datum|vrijwilligers\nNoord|18-11-2024|3\nNoord|19-11-2024|2\nNoord|20-11-2024|2\nHaven|19-11-2024|1")
    receipt = deliver(store, "vestiging|datum|vrijwilligers\nNoord|18-11-2024|3\nNoord|20-11-2024|2", replaces=True)
    assert (counts(receipt), receipt.removed) == ((0, 0, 2, 0, 0), 1)
    assert stored(store, "sessions", "branch_id", "held_on") == [("HVN", date(2024, 11, 19)), ("NRD", MONDAY), ("NRD", date(2024, 11, 20))]


def test_sessions_do_not_move_the_as_of_date(store):
    deliver(store, "leerling_id|datum|vestiging\n17|18-11-2024|Noord")
    deliver(store, "vestiging|datum|vrijwilligers\nNoord|20-11-2024|3")
    assert Dataset(store, Reader(Role.PROGRAMME)).inputs().coverage["last_day"].to_list() == [MONDAY]


def test_a_row_of_totals_is_no_session(store):
    receipt = deliver(store, "vestiging|datum|vrijwilligers\nNoord|18-11-2024|2\nTotaal||2")
    assert (counts(receipt), receipt.notes) == ((1, 0, 0, 0, 0), (("rows.totals", "1"),))


def test_of_a_wrong_count_only_a_small_number_is_kept(store):
    """In a column of counts that came to stand where the numbers of the pupils stood, these are longer."""
    deliver(store, "vestiging|datum|vrijwilligers\nNoord|18-11-2024|-1\nNoord|19-11-2024|-100234\nNoord|20-11-2024|-123456782")
    assert stored(store, "refused_rows", "code", "value") == [("number.negative", "-1"), ("number.negative", None), ("number.negative", None)]
