"""School time: where years, quarters and weeks begin, and what every day and week of every branch was."""

from dataclasses import replace
from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics import periods
from metrics.shapes import Period
from tests.drawn import table
from tests.metrics.town import programme

DAYS = st.dates(date(2018, 1, 1), date(2030, 12, 31))
AUGUST_TO_OCTOBER = Period(date(2025, 8, 1), date(2025, 10, 31))


def states(town, period, as_of):
    """Branch, Monday and state of every week."""
    return periods.weeks(town, period, as_of).rows()


def state_of(town, monday, as_of=date(2026, 7, 31)):
    """The state of one week of the library."""
    week = Period(monday, monday + timedelta(days=6))
    found = periods.weeks(town, week, as_of)
    return None if found.is_empty() else found["state"].item()


# --- units ------------------------------------------------------------------------------------------------------------


def test_a_school_year_begins_on_the_first_of_august_and_ends_on_the_last_of_july():
    assert periods.school_year_of(date(2020, 7, 31)) == 2019
    assert periods.school_year_of(date(2020, 8, 1)) == 2020
    assert periods.school_year(2019) == Period(date(2019, 8, 1), date(2020, 7, 31))


def test_the_quarters_of_a_school_year_follow_each_other_and_fill_it():
    quarters = periods.school_quarters(2019)
    assert [quarter.first for quarter in quarters] == [date(2019, 8, 1), date(2019, 11, 1), date(2020, 2, 1), date(2020, 5, 1)]
    assert quarters[1].last == date(2020, 1, 31)
    assert quarters[2].last == date(2020, 4, 30)
    assert quarters[3].last == periods.school_year(2019).last


@given(DAYS)
def test_each_day_lies_in_one_unit_of_each_grain_that_begins_on_or_before_it(day):
    found = periods.days_of(Period(day, day), day, periods.TIME_GRAINS).row(0, named=True)
    year = periods.school_year(periods.school_year_of(day))
    quarter = next(quarter for quarter in periods.school_quarters(periods.school_year_of(day)) if quarter.first <= day <= quarter.last)
    assert found == {
        "day": day,
        "school_year": year.first,
        "school_quarter": quarter.first,
        "month": day.replace(day=1),
        "school_week": day - timedelta(days=day.weekday()),
        "weekday": day.isoweekday(),
    }


def test_days_run_up_to_as_of_and_there_are_none_when_that_lies_before_the_period():
    period = Period(date(2025, 8, 1), date(2025, 8, 31))
    assert periods.days_of(period, date(2025, 8, 3))["day"].to_list() == [date(2025, 8, 1), date(2025, 8, 2), date(2025, 8, 3)]
    assert periods.days_of(period, date(2026, 1, 1)).height == 31
    assert periods.days_of(period, date(2025, 7, 31), ["month"]).is_empty()


def test_the_year_of_a_public_figure_is_the_latest_not_after_the_school_year_else_the_nearest_later():
    def chosen(*years):
        frame = pl.DataFrame({"year": years})
        return frame.sort(periods.years_away(pl.col("year"), pl.lit(2019)))["year"][0]

    assert chosen(2017, 2018, 2020) == 2018
    assert chosen(2019, 2018, 2020) == 2019
    assert chosen(2024, 2020, 2022) == 2020


# --- weeks ------------------------------------------------------------------------------------------------------------


def test_a_week_is_delivered_when_a_visit_lies_in_it_and_missing_when_nothing_does():
    town = programme("pupil | visited_on\n 1 | 2025-09-03\n | 2025-09-20   # a Saturday, without a name")
    assert states(town, AUGUST_TO_OCTOBER, date(2025, 9, 26)) == [
        ("library", date(2025, 9, 1), "delivered"),
        ("library", date(2025, 9, 8), "missing"),
        ("library", date(2025, 9, 15), "delivered"),
        ("library", date(2025, 9, 22), "missing"),
    ]


def test_a_week_of_which_it_was_written_down_that_nobody_came_is_delivered():
    town = replace(programme("pupil | visited_on\n 1 | 2025-09-03"), quiet_days=pl.DataFrame({"branch_id": ["library"], "day": [date(2025, 9, 9)]}))
    assert [state_of(town, date(2025, 9, day)) for day in (1, 8, 15)] == ["delivered", "delivered", "missing"]
    assert town.visited_days["day"].to_list() == [date(2025, 9, 3)]


def test_silence_inside_a_stated_cover_means_that_nobody_came():
    visits = "pupil | visited_on\n 1 | 2025-09-03"
    told = programme(visits, covers="first_day | last_day\n 2025-09-01 | 2025-09-12")
    seen = programme(visits, covers="first_day | last_day | stated\n 2025-09-01 | 2025-09-12 | false")
    assert state_of(told, date(2025, 9, 8)) == "delivered"
    assert state_of(seen, date(2025, 9, 8)) == "missing"
    assert state_of(told, date(2025, 9, 15)) == "missing"


def test_a_cover_that_ends_on_wednesday_leaves_the_rest_of_the_week_missing():
    town = programme("pupil | visited_on\n 1 | 2025-09-03", covers="first_day | last_day\n 2025-09-01 | 2025-09-10")
    assert state_of(town, date(2025, 9, 8)) == "missing"


def test_a_week_is_a_holiday_or_closed_only_when_all_its_weekdays_are():
    town = programme(
        "pupil | visited_on\n 1 | 2025-09-03",
        holidays="first_day | last_day\n 2025-09-13 | 2025-09-21\n 2025-10-20 | 2025-10-22",
        closures="""first_day  | last_day
                    2025-09-22 | 2025-09-26
                    2025-10-23 | 2025-10-24   # with the holiday before it the whole week
                    2025-10-06 | 2025-10-09   # the Friday stays open""",
    )
    assert state_of(town, date(2025, 9, 15)) == "holiday"
    assert state_of(town, date(2025, 9, 22)) == "closed"
    assert state_of(town, date(2025, 10, 20)) == "closed"
    assert state_of(town, date(2025, 10, 6)) == "missing"


def test_a_visit_in_a_holiday_was_delivered_all_the_same():
    town = programme("pupil | visited_on\n 1 | 2025-09-03\n 1 | 2025-09-16", holidays="first_day | last_day\n 2025-09-13 | 2025-09-21")
    assert state_of(town, date(2025, 9, 15)) == "delivered"


def test_a_closure_shuts_all_branches_or_those_of_its_sector_or_one():
    visits = "pupil | branch | visited_on\n 1 | centre | 2025-09-03\n 2 | harbour | 2025-09-03\n 3 | mill | 2025-09-03"
    town = programme(
        visits,
        branches={"centre": "VO", "harbour": "PO", "mill": "PO"},
        closures="""first_day  | last_day   | sector | branch
                    2025-09-08 | 2025-09-12 |        |
                    2025-09-15 | 2025-09-19 | PO     |
                    2025-09-22 | 2025-09-26 |        | mill""",
    )
    by_week = {
        monday: [state for _, week, state in states(town, Period(date(2025, 9, 8), date(2025, 9, 28)), date(2026, 1, 1)) if week == monday]
        for monday in (date(2025, 9, 8), date(2025, 9, 15), date(2025, 9, 22))
    }
    assert list(by_week.values()) == [["closed"] * 3, ["missing", "closed", "closed"], ["missing", "missing", "closed"]]


def test_the_week_of_as_of_runs_until_its_friday():
    town = programme("pupil | visited_on\n 1 | 2025-09-01")
    assert state_of(town, date(2025, 9, 8), as_of=date(2025, 9, 11)) == "running"
    assert state_of(town, date(2025, 9, 8), as_of=date(2025, 9, 12)) == "missing"
    assert state_of(town, date(2025, 9, 1), as_of=date(2025, 9, 4)) == "running"
    assert state_of(town, date(2025, 9, 8), as_of=date(2025, 9, 7)) is None


def test_a_holiday_does_not_run():
    town = programme("pupil | visited_on\n 1 | 2025-09-01", holidays="first_day | last_day\n 2025-09-06 | 2025-09-14")
    assert state_of(town, date(2025, 9, 8), as_of=date(2025, 9, 9)) == "holiday"


def test_sessions_cover_a_week_only_when_they_say_that_none_was_held():
    town = programme(
        "pupil | visited_on\n 1 | 2025-09-03",
        sessions="""held_on    | status
                    2025-09-08 | held        # its list is missing
                    2025-09-15 | cancelled
                    2025-09-17 | closed
                    2025-09-22 | planned
                    2025-09-29 | cancelled
                    2025-10-01 | held        # one of two""",
    )
    mondays = (date(2025, 9, 8), date(2025, 9, 15), date(2025, 9, 22), date(2025, 9, 29))
    assert [state_of(town, monday) for monday in mondays] == ["missing", "delivered", "missing", "missing"]


def test_a_week_of_which_a_held_session_lies_outside_every_list_is_partly_delivered():
    town = programme(
        "pupil | visited_on\n 1 | 2025-09-01\n 1 | 2025-09-08\n 2 | 2025-09-10\n 3 | 2025-09-16",
        covers="first_day | last_day | stated\n 2025-09-01 | 2025-09-10 | false\n 2025-09-16 | 2025-09-16 | false",
        sessions="""held_on    | status
                    2025-09-04 | held        # inside the first list: nobody came
                    2025-09-11 | held        # the list ended the day before
                    2025-09-12 | planned
                    2025-09-16 | held
                    2025-09-18 | cancelled   # nobody could come""",
    )
    assert [state_of(town, date(2025, 9, day)) for day in (1, 8, 15)] == ["delivered", "partly", "delivered"]
    days = periods.school_days(town, Period(date(2025, 9, 8), date(2025, 9, 12)), date(2026, 7, 31))
    assert days.filter(~pl.col("covered"))["day"].to_list() == [date(2025, 9, 11)]


def test_before_a_branch_first_delivers_and_after_it_closes_there_are_no_weeks():
    town = programme(
        "pupil | branch | visited_on\n 1 | centre | 2025-09-03\n 2 | harbour | 2025-09-17", branches={"centre": "VO", "harbour": "PO", "mill": "PO"}
    )
    closed = town.branches.with_columns(closed_on=pl.when(pl.col("branch_id") == "centre").then(date(2025, 9, 12)))
    object.__setattr__(town, "branches", closed)
    assert states(town, AUGUST_TO_OCTOBER, date(2025, 9, 19)) == [
        ("centre", date(2025, 9, 1), "delivered"),
        ("centre", date(2025, 9, 8), "missing"),
        ("harbour", date(2025, 9, 15), "delivered"),
    ]


SPANS = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 12)), max_size=3)


@given(st.sets(st.integers(0, 60), min_size=1, max_size=8), SPANS, SPANS, SPANS, st.integers(0, 70))
def test_weeks_are_the_same_when_worked_day_by_day_in_plain_python(visited, holidays, closures, covers, horizon):
    start = date(2025, 8, 28)

    def drawn(spans):
        return "\n".join(["first_day | last_day", *(f"{start + timedelta(days=first)} | {start + timedelta(days=first + length)}" for first, length in spans)])

    def spanned(spans):
        return {start + timedelta(days=first + step) for first, length in spans for step in range(length + 1)}

    as_of = start + timedelta(days=horizon)
    town = programme(
        "\n".join(["pupil | visited_on", *(f"1 | {start + timedelta(days=day)}" for day in visited)]),
        holidays=drawn(holidays),
        closures=drawn(closures),
        covers=drawn(covers),
    )
    came = {day for offset in visited if (day := start + timedelta(days=offset)) <= as_of}
    covered_from = [start + timedelta(days=first) for first, _ in covers]
    free, shut, told = spanned(holidays), spanned(closures), spanned(covers)
    expected = {}
    begun = min([*came, *covered_from], default=None)
    monday = start - timedelta(days=start.weekday())
    while begun and monday <= as_of:
        weekdays = [day for step in range(5) if (day := monday + timedelta(days=step)) >= begun]
        is_open = [day for day in weekdays if day not in free | shut]
        has_visit = any(monday <= day < monday + timedelta(days=7) for day in came)
        if not weekdays:
            pass
        elif any(day > as_of for day in is_open):
            expected[monday] = "running"
        elif has_visit or (is_open and all(day in told for day in is_open)):
            expected[monday] = "delivered"
        elif is_open:
            expected[monday] = "missing"
        else:
            expected[monday] = "closed" if set(weekdays) - free else "holiday"
        monday += timedelta(days=7)
    found = periods.weeks(town, Period(start, start + timedelta(days=90)), as_of)
    assert dict(found.select("school_week", "state").rows()) == expected


# --- comparing --------------------------------------------------------------------------------------------------------


def test_the_period_before_holds_as_many_held_sessions_whatever_the_holidays():
    sessions = programme(
        sessions="""held_on    | status
                    2025-08-25 | held
                    2025-09-01 | held
                    2025-09-08 | cancelled
                    2025-09-29 | held        # three weeks of holiday before it
                    2025-10-06 | held
                    2025-10-13 | held
                    2025-10-20 | held        # after as_of"""
    ).sessions
    october = Period(date(2025, 10, 1), date(2025, 10, 31))
    assert periods.as_many_sessions_earlier(sessions, october, date(2025, 10, 19)) == Period(date(2025, 9, 1), date(2025, 9, 30))
    assert periods.as_many_sessions_earlier(sessions, october, date(2025, 10, 20)) == Period(date(2025, 8, 25), date(2025, 9, 30))


@pytest.mark.parametrize("first", [date(2025, 8, 1), date(2025, 12, 1)])
def test_there_is_no_period_before_without_sessions_in_it_or_enough_of_them(first):
    sessions = programme(sessions="held_on | status\n 2025-08-25 | held\n 2025-09-01 | held").sessions
    assert periods.as_many_sessions_earlier(sessions, Period(first, date(2025, 12, 31)), date(2025, 12, 31)) is None


# --- the same school weeks --------------------------------------------------------------------------------------------

#: School holidays of the middle region (OCW, "Schoolvakanties regio Midden"), as far as they matter here.
HOLIDAYS = table("""first_day  | last_day
                    2023-07-08 | 2023-08-20
                    2023-10-14 | 2023-10-22
                    2024-07-13 | 2024-08-25
                    2024-10-26 | 2024-11-03""")


def weeks_of(*mondays):
    return periods.same_school_weeks_earlier(HOLIDAYS, [date.fromisoformat(monday) for monday in mondays])


def test_the_third_week_after_the_summer_stands_beside_the_third_whenever_that_summer_ended():
    assert periods.school_weeks(HOLIDAYS, 2023)[:2] == [date(2023, 8, 21), date(2023, 8, 28)]
    assert weeks_of("2024-08-26", "2024-09-09") == {date(2024, 8, 26): date(2023, 8, 21), date(2024, 9, 9): date(2023, 9, 4)}


def test_a_week_of_holiday_is_counted_in_neither_year_and_has_none_beside_it():
    # Autumn fell after the eighth week in 2023 and after the ninth in 2024, so 21 October 2024, the ninth, stands beside 23 October 2023.
    assert weeks_of("2024-10-14", "2024-10-21", "2024-10-28", "2024-11-04") == {
        date(2024, 10, 14): date(2023, 10, 9),
        date(2024, 10, 21): date(2023, 10, 23),
        date(2024, 11, 4): date(2023, 10, 30),
    }


def test_where_a_summer_is_not_known_it_is_52_weeks_earlier():
    monday = date(2023, 9, 4)
    assert periods.school_weeks(HOLIDAYS, 2022) == []
    assert periods.same_school_weeks_earlier(HOLIDAYS, [monday]) == {monday: date(2022, 9, 5)}


@given(st.dates(date(2024, 8, 26), date(2025, 7, 31)).map(lambda day: day - timedelta(days=day.weekday())))
def test_no_two_weeks_stand_beside_the_same_and_their_order_stays(monday):
    pairs = sorted(periods.same_school_weeks_earlier(HOLIDAYS, [monday, monday + timedelta(weeks=1), monday - timedelta(weeks=1)]).items())
    earlier = [before for _, before in pairs]
    assert earlier == sorted(set(earlier))
