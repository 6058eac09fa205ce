"""What is needed this week: which things, in which order, and when each of them goes away."""

from datetime import date, datetime, timedelta
from typing import Any

import polars as pl
import pytest
from sqlalchemy import text

from actions.see_what_is_needed import KINDS, Need, Waiting, counted_signals, needs, waiting_signals
from data_access.reader import Forbidden, Reader, Role
from metrics.shapes import Coverage, Period, Shown, View
from tests.drawn import table

MONDAY = date(2025, 6, 30)
SOON = Period(MONDAY, MONDAY + timedelta(days=13))
NOBODY_WAITS = Waiting(0, ())


def planned(drawing: str) -> Shown:
    """Planned sessions with the volunteers they lack."""
    rows = table("day | value\n" + drawing) if drawing else pl.DataFrame(schema={"day": pl.Date, "value": pl.Float64})
    frame = rows.with_columns(pl.col("value").cast(pl.Float64), starts=pl.lit(None, pl.Time), branch_id=pl.lit("LAA"))
    return Shown("volunteers_short", View(SOON, MONDAY - timedelta(days=1)), frame, Coverage(), "working", ("branch_id", "day"))


def loads(drawing: str = "") -> pl.DataFrame:
    """Deliveries: all loaded on the Friday before."""
    if not drawing:
        return pl.DataFrame(schema={"load_id": pl.Int64, "kind": pl.String, "refused": pl.Int64, "withdrawn_at": pl.Datetime, "loaded_at": pl.Datetime})
    frame = table("load_id | kind | refused | withdrawn_at\n" + drawing)
    return frame.with_columns(pl.col("withdrawn_at").cast(pl.Datetime), loaded_at=pl.lit(datetime(2025, 6, 27, 12, 0)))


def needed(**facts: Any) -> list[Need]:
    """What is needed in a week in which nothing is, but for these facts."""
    quiet: dict[str, Any] = {
        "planned": planned("2025-07-01 | 0"),
        "open_days": [MONDAY],
        "keeps_sessions": True,
        "weeks": [(date(2025, 6, 16), "delivered"), (date(2025, 6, 23), "closed")],
        "waiting": NOBODY_WAITS,
        "loads": loads(),
        "asking": 0,
    }
    return needs(MONDAY, **{**quiet, **facts})


def test_a_week_in_which_all_is_well_asks_nothing():
    assert needed() == []


def test_what_cannot_be_made_good_afterwards_comes_first_and_a_child_before_a_figure():
    everything = needed(
        planned=planned("2025-07-01 | 2\n2025-07-08 | 1"),
        waiting=Waiting(1, (date(2025, 6, 1),)),
        weeks=[(date(2025, 6, 16), "missing"), (date(2025, 6, 23), "partly")],
        loads=loads("7 | visits | 3 | -"),
        asking=2,
    )
    assert [need.kind for need in everything] == ["volunteers", "signals", "weeks", "volunteers_later", "refused", "checks"]
    assert [need.n for need in everything] == [2, 1, 2, 1, 3, 2]
    assert {need.kind for need in everything} < set(KINDS)


def test_volunteers_are_asked_for_this_week_and_the_next_apart_and_sunday_is_this_week():
    this, later = needed(planned=planned("2025-07-06 | 1\n2025-07-07 | 2\n2025-07-09 | 0\n2025-07-10 | 3"))
    assert this == Need("volunteers", 1, (date(2025, 7, 6),))
    assert later == Need("volunteers_later", 5, (date(2025, 7, 7), date(2025, 7, 10)))


def test_a_session_of_which_nothing_can_be_said_asks_for_nobody():
    assert needed(planned=planned("2025-07-01 | -")) == []


@pytest.mark.parametrize(
    ("raised_on", "asked"),
    [
        (date(2025, 6, 23), True),  # its 14 days end on 7 July, a week from now
        (date(2025, 6, 24), False),  # they end a day later
        (date(2025, 1, 6), True),  # they ended in January
    ],
)
def test_a_signal_is_for_this_week_when_its_fourteen_days_end_within_a_week(raised_on, asked):
    found = needed(waiting=Waiting(1, (raised_on,)))
    assert found == ([Need("signals", 1, (raised_on + timedelta(days=14),))] if asked else [])


def test_only_a_signal_older_than_fourteen_days_is_late():
    assert Waiting(2, (date(2025, 6, 15), date(2025, 6, 16))).late(MONDAY) == 1


def test_who_counts_alone_is_not_asked_to_look_at_signals():
    assert needed(waiting=Waiting(9, None)) == []


def test_a_list_of_sessions_without_the_coming_weeks_is_asked_for_in_school_time_alone():
    assert needed(planned=planned("")) == [Need("plan", 1)]
    assert needed(planned=planned(""), open_days=[]) == [], "the summer holiday"
    assert needed(planned=planned(""), keeps_sessions=False) == [], "a branch that keeps no list of sessions"


def test_refused_rows_go_away_with_the_delivery_that_corrects_them_or_when_it_is_taken_back():
    assert needed(loads=loads("1 | visits | 4 | -")) == [Need("refused", 4)]
    assert needed(loads=loads("1 | visits | 4 | -\n2 | visits | 0 | -")) == []
    assert needed(loads=loads("1 | visits | 4 | -\n2 | sessions | 0 | -")) == [Need("refused", 4)], "another kind corrects nothing"
    assert needed(loads=loads("1 | visits | 4 | 2025-06-28")) == []
    assert needed(loads=loads("1 | visits | 0 | -\n2 | visits | 4 | 2025-06-28")) == []


def test_refused_rows_of_long_ago_are_let_go():
    old = loads("1 | visits | 4 | -").with_columns(loaded_at=pl.lit(datetime(2025, 6, 1, 12, 0)))
    assert needed(loads=old) == []


# --- which signals wait -----------------------------------------------------------------------------------------------


def test_a_branch_knows_since_when_its_own_signals_of_who_comes_often_wait(demo_database):
    found = waiting_signals(demo_database, Reader(Role.BRANCH, ("ESC",)), "ESC")
    with demo_database.connect() as connection:
        query = """select raised_on from signals where branch_id = 'ESC' and rule = 'frequent_attendance' and signal_id not in
            (select signal_id from signal_events where state in ('school_informed', 'closed', 'dismissed')) order by raised_on"""
        by_hand = [date(1970, 1, 1) + timedelta(days=day) for (day,) in connection.execute(text(query))]
    assert list(found.raised_on or ()) == by_hand
    assert found.count == len(by_hand) > 1


def test_nothing_of_another_branch_is_told_and_nothing_to_who_has_none(demo_database):
    assert waiting_signals(demo_database, Reader(Role.BRANCH, ("ESC",)), "LAA").count == 0
    for role in (Role.COUNCIL, Role.STEWARD, Role.PROGRAMME):
        with pytest.raises(Forbidden):
            waiting_signals(demo_database, Reader(role), "LAA")


def test_who_counts_alone_gets_no_number_where_one_part_is_hidden():
    def by_state(new: int | None, seen: int | None) -> Shown:
        rows = [("LAA", "new", new), ("LAA", "seen", seen), ("LAA", "closed", None), ("ESC", "new", 90)]
        frame = pl.DataFrame(rows, schema=["branch_id", "state", "value"], orient="row").with_columns(hidden=pl.col("value").is_null())
        return Shown("signals_by_state", View(SOON, MONDAY, by=("branch",)), frame, Coverage(), "working", ("state",))

    assert counted_signals([by_state(7, 5)], "LAA") == Waiting(12, None)
    assert counted_signals([by_state(7, 5), by_state(0, 6)], "LAA") == Waiting(18, None), "those of an earlier school year wait too"
    assert counted_signals([by_state(7, 5), by_state(7, None)], "LAA") == Waiting(None, None)
