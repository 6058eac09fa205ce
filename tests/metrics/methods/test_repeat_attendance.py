"""Whether pupils come back: hand-made towns, the same figures counted another way, and what holds for any visits."""

from datetime import date, timedelta
from itertools import pairwise
from statistics import NormalDist, mean

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.methods.repeat_attendance import (
    Returned,
    VisitsPerPupil,
    active_pupils,
    dosage_bands,
    retention_triangle,
    returned_within,
    time_to_return,
    top_share,
    visits_per_pupil,
)
from metrics.methods.survival import median
from metrics.shapes import Interval, Refused
from metrics.visit_days import Visits, prepare
from tests.drawn import day, table
from tests.examples import examples
from tests.metrics.methods.made_up import SCHEMA, of_any_type, shuffled_and_doubled, visits_of

AUTUMN = """pupil_id | visited_on
            amal     | 2025-09-01
            amal     | 2025-09-01   # twice on one day is no return
            amal     | 2025-09-29   # day 28: just in time
            bilal    | 2025-09-02
            bilal    | 2025-10-01   # day 29: just too late
            chen     | 2025-10-03   # 28 days before the as-of date: just long enough ago
            dina     | 2025-10-04   # 27 days before: too recent to say
            dina     | 2025-10-05   # although she came back
            -        | 2025-09-03   # anonymous
            ewa      | 2025-11-02   # after the as-of date: not here yet"""
AS_OF = day("2025-10-31")


def test_return_counts_only_pupils_who_had_28_days_to_come_back():
    found = returned_within(table(AUTUMN), AS_OF)
    assert (found.eligible, found.returned, found.too_recent) == (3, 1, 1)
    assert found.value == 1 / 3
    assert (found.lower, found.upper) == pytest.approx((0.0615, 0.7923), abs=5e-5)  # Wilson's limits for 1 of 3


def test_a_return_after_the_as_of_date_has_not_happened_yet():
    town = table("""pupil_id | visited_on
                    1        | 2025-09-01
                    1        | 2025-09-20""")
    assert returned_within(town, day("2025-09-19"), days=18).returned == 0
    assert returned_within(town, day("2025-09-20"), days=19).returned == 1


@pytest.mark.parametrize("as_of", [date(2025, 8, 31), date.min])
def test_before_the_first_visit_nobody_can_be_said_to_have_returned(as_of):
    assert returned_within(table(AUTUMN), as_of) == Returned(0, 0, 0, None, None, None)


def test_the_limits_of_return_widen_with_the_confidence_asked():
    narrow, wide = (returned_within(table(AUTUMN), AS_OF, confidence=confidence) for confidence in (0.8, 0.998))
    assert narrow.lower is not None
    assert wide.lower is not None
    assert wide.lower < narrow.lower


def test_time_to_return_censors_who_has_not_come_back_at_the_as_of_date():
    curve = time_to_return(table(AUTUMN), AS_OF)
    # durations: dina 1, amal 28, chen 28 (censored), bilal 29
    assert curve.select("day", "at_risk", "events").rows() == [(1, 4, 1), (28, 3, 1), (29, 1, 1)]
    assert curve["survival"].to_list() == pytest.approx([3 / 4, 3 / 4 * 2 / 3, 0])
    assert median(curve).value == 28


def test_pupils_who_may_have_come_before_registration_began_are_left_out_of_time_to_return():
    assert time_to_return(table(AUTUMN), AS_OF, entered_from=day("2025-09-02")).select("day", "at_risk").rows() == [(1, 3), (29, 1)]
    assert time_to_return(table(AUTUMN), AS_OF, entered_from=day("2025-09-01"))["at_risk"][0] == 4


def test_who_comes_back_only_after_the_as_of_date_is_censored_there():
    town = table("""pupil_id | visited_on
                    1        | 2025-09-01
                    1        | 2025-09-04
                    2        | 2025-09-01
                    2        | 2025-09-11""")
    assert time_to_return(town, day("2025-09-10")).select("day", "at_risk", "events").rows() == [(3, 2, 1)]
    assert time_to_return(town, day("2025-09-11")).select("day", "at_risk", "events").rows() == [(3, 2, 1), (10, 1, 1)]


SCHOOL_YEAR = """pupil_id | visited_on
                 1        | 2025-09-01
                 1        | 2025-09-30
                 1        | 2025-11-03
                 2        | 2025-09-15
                 2        | 2025-10-01
                 3        | 2025-11-05
                 4        | 2025-12-01
                 4        | 2026-01-09"""


def test_the_triangle_marks_open_cells_keeps_zeros_and_leaves_out_the_future():
    sept, nov, dec = (day(f"2025-{month}-01") for month in ("09", "11", "12"))
    assert retention_triangle(table(SCHOOL_YEAR), day("2025-12-20")).rows() == [
        (sept, 0, 2, 2, 1.0, "complete"),
        (sept, 1, 2, 1, 0.5, "complete"),
        (sept, 2, 2, 1, 0.5, "complete"),
        (sept, 3, 2, 0, None, "in_progress"),  # nobody yet: not the same as nobody
        (nov, 0, 1, 1, 1.0, "complete"),
        (nov, 1, 1, 0, None, "in_progress"),
        (dec, 0, 1, 1, None, "in_progress"),
    ]


def test_on_its_last_day_a_month_is_complete_and_a_month_without_visits_is_a_true_zero():
    triangle = retention_triangle(table(SCHOOL_YEAR), day("2025-12-31"))
    assert set(triangle["state"]) == {"complete"}
    assert triangle.filter(cohort=day("2025-09-01"), offset=3).row(0)[3:] == (0, 0.0, "complete")
    assert triangle.filter(cohort=day("2025-12-01"))["offset"].to_list() == [0]


def test_the_triangle_runs_on_over_new_year():
    triangle = retention_triangle(table(SCHOOL_YEAR), day("2026-01-31"))
    assert triangle.filter(cohort=day("2025-12-01")).select("offset", "active").rows() == [(0, 1), (1, 1)]


def test_before_the_first_visit_the_triangle_is_empty():
    triangle = retention_triangle(table(SCHOOL_YEAR), day("2025-08-31"))
    assert triangle.is_empty()
    assert triangle.columns == ["cohort", "offset", "cohort_size", "active", "value", "state"]
    assert triangle.schema["cohort"] == pl.Date


def test_active_pupils_came_in_the_28_days_that_include_the_as_of_date():
    town = table("""pupil_id | visited_on
                    1        | 2025-10-04   # 27 days before: the first of the 28
                    2        | 2025-10-03   # one day too early
                    3        | 2025-11-01   # one day too late
                    4        | 2025-10-31
                    4        | 2025-10-30""")
    assert active_pupils(town, AS_OF) == 2
    assert active_pupils(town, AS_OF, days=29) == 3
    assert active_pupils(town, AS_OF, days=1) == 1
    assert active_pupils(town, day("2025-10-01")) == 0


def town_of(*visit_days: int) -> pl.DataFrame:
    """A town in which the pupils came this often."""
    return pl.DataFrame(
        [(pupil, date(2025, 9, 1) + timedelta(days=nth)) for pupil, times in enumerate(visit_days) for nth in range(times)],
        schema={"pupil_id": pl.Int64, "visited_on": pl.Date},
        orient="row",
    )


def test_every_pupil_falls_in_one_band_and_empty_bands_stay():
    assert dosage_bands(town_of(1, 1, 2, 4, 5, 20, 25, 1)).rows() == [
        ("1", 3, 3 / 8),
        ("2-4", 2, 2 / 8),
        ("5-9", 1, 1 / 8),
        ("10-19", 0, 0.0),
        ("20+", 2, 2 / 8),
    ]


def test_bands_may_be_cut_elsewhere_and_a_band_of_one_number_is_that_number():
    assert dosage_bands(town_of(1, 2, 3), limits=(1, 2, 3)).rows() == [("1", 1, 1 / 3), ("2", 1, 1 / 3), ("3+", 1, 1 / 3)]
    assert dosage_bands(town_of(1, 2, 3), limits=(1,)).rows() == [("1+", 3, 1.0)]


@pytest.mark.parametrize("limits", [(), (2, 5), (0, 5), (1, 5, 5), (1, 5, 2)])
def test_bands_that_leave_pupils_out_or_overlap_are_refused(limits):
    with pytest.raises(Refused) as refusal:
        dosage_bands(town_of(1), limits=limits)
    assert refusal.value.code == "bands_out_of_order"


def test_visits_per_pupil_has_linear_quarter_points():
    """1, 2, 3, 4: quarter points 1.75 and 3.25 (Hyndman & Fan 1996, American Statistician 50: 361-365, definition 7)."""
    assert visits_per_pupil(town_of(4, 1, 3, 2)) == VisitsPerPupil(median=2.5, p25=1.75, p75=3.25, mean=2.5, pupils=4)


def test_visits_per_pupil_of_one_pupil_is_that_pupil():
    assert visits_per_pupil(town_of(3)) == VisitsPerPupil(median=3.0, p25=3.0, p75=3.0, mean=3.0, pupils=1)


def test_a_tenth_of_thirty_pupils_is_three_and_of_31_four():
    assert top_share(town_of(*[10] * 3, *[1] * 27)) == 30 / 57  # the binary fraction 0.1 lies above a tenth: worked out exactly, it would take a fourth pupil
    assert top_share(town_of(*[10] * 3, *[1] * 28)) == 31 / 58
    assert top_share(town_of(*[10] * 7, *[1] * 18), 0.28) == 70 / 88  # 0.28 x 25 is 7.000000000000001 in binary fractions


@pytest.mark.parametrize(("share", "expected"), [(0.25, 4 / 10), (0.26, 7 / 10), (0.5, 7 / 10), (1, 1.0), (1e-9, 4 / 10)])
def test_the_most_frequent_share_is_rounded_up_to_whole_pupils(share, expected):
    assert top_share(town_of(1, 2, 3, 4), share) == expected


@pytest.mark.parametrize("share", [0, -0.1, 1.1, float("nan")])
def test_a_share_of_pupils_outside_0_to_1_is_refused(share):
    with pytest.raises(Refused) as refusal:
        top_share(town_of(1), share)
    assert refusal.value.code == "share_out_of_range"


@pytest.mark.parametrize("nobody", [town_of(), pl.DataFrame({"pupil_id": [], "visited_on": []}), pl.DataFrame({"pupil_id": [None], "visited_on": [AS_OF]})])
def test_when_nobody_came_nothing_is_said_and_nothing_breaks(nobody):
    assert returned_within(nobody, AS_OF) == Returned(0, 0, 0, None, None, None)
    assert median(time_to_return(nobody, AS_OF)) == Interval(None, None, None, "median_not_reached")
    assert retention_triangle(nobody, AS_OF).is_empty()
    assert active_pupils(nobody, AS_OF) == 0
    assert dosage_bands(nobody).rows() == [(band, 0, None) for band in ("1", "2-4", "5-9", "10-19", "20+")]
    assert visits_per_pupil(nobody) == VisitsPerPupil(None, None, None, None, 0)
    assert top_share(nobody) is None


@pytest.mark.parametrize("days", [0, -1])
def test_a_window_without_days_is_refused(days):
    for method in (returned_within, active_pupils):
        with pytest.raises(Refused) as refusal:
            method(table(AUTUMN), AS_OF, days=days)
        assert refusal.value.code == "number_too_low"


def test_a_window_longer_than_time_itself_is_no_fault():
    assert returned_within(table(AUTUMN), AS_OF, days=10**9).eligible == 0
    assert active_pupils(table(AUTUMN), AS_OF, days=10**9) == 4


# The same figures counted in plain Python, for any visits in any order.


@given(rows=visits_of(pupils=5, days=120), as_of=st.dates(date(2025, 7, 25), date(2025, 12, 20)), days=st.integers(1, 40), seed=st.randoms())
def test_return_and_time_to_return_equal_counting_pupil_by_pupil(rows, as_of, days, seed):
    came = {
        pupil: sorted({when for p, when, _ in rows if p == pupil and when <= as_of}) for pupil in {p for p, when, _ in rows if p is not None and when <= as_of}
    }
    eligible = [whens for whens in came.values() if whens[0] + timedelta(days=days) <= as_of]
    returned = [whens for whens in eligible if any(1 <= (when - whens[0]).days <= days for when in whens)]
    visits = prepare(shuffled_and_doubled(rows, seed))
    found = returned_within(visits, as_of, days)
    assert (found.eligible, found.returned, found.too_recent) == (len(eligible), len(returned), len(came) - len(eligible))
    assert found.value == (len(returned) / len(eligible) if eligible else None)
    if found.value is not None and found.lower is not None and found.upper is not None:
        assert 0 <= found.lower <= found.value <= found.upper <= 1
        z, n = NormalDist().inv_cdf(0.975), len(eligible)
        for limit in (found.lower, found.upper):  # Wilson's limits solve (p - limit)^2 = z^2 limit (1 - limit) / n
            assert (found.value - limit) ** 2 == pytest.approx(z**2 * limit * (1 - limit) / n, abs=1e-12)

    steps = sorted((whens[1] - whens[0]).days for whens in came.values() if len(whens) > 1)
    curve = time_to_return(visits, as_of)
    assert curve["day"].to_list() == sorted(set(steps))
    assert curve["events"].to_list() == [steps.count(step) for step in sorted(set(steps))]
    followed = [(whens[1] if len(whens) > 1 else as_of) - whens[0] for whens in came.values()]
    assert curve["at_risk"].to_list() == [sum(time.days >= step for time in followed) for step in sorted(set(steps))]


@given(rows=visits_of(pupils=5, days=200), as_of=st.dates(date(2025, 7, 25), date(2026, 3, 10)), seed=st.randoms())
def test_the_triangle_equals_sets_of_pupils_per_month(rows, as_of, seed):
    def months(when: date) -> int:
        return when.year * 12 + when.month

    seen = [(pupil, when) for pupil, when, _ in rows if pupil is not None and when <= as_of]
    first = {pupil: min(when for p, when in seen if p == pupil) for pupil, _ in seen}
    is_last_day = (as_of + timedelta(days=1)).month != as_of.month
    expected = []
    for cohort in sorted({when.replace(day=1) for when in first.values()}):
        members = {pupil for pupil, when in first.items() if when.replace(day=1) == cohort}
        for offset in range(months(as_of) - months(cohort) + 1):
            active = len({pupil for pupil, when in seen if pupil in members and months(when) == months(cohort) + offset})
            complete = months(cohort) + offset < months(as_of) or is_last_day
            expected.append((cohort, offset, len(members), active, active / len(members) if complete else None, "complete" if complete else "in_progress"))
    assert retention_triangle(shuffled_and_doubled(rows, seed), as_of).rows() == expected


@given(
    rows=visits_of(pupils=8, days=30),
    as_of=st.dates(date(2025, 7, 25), date(2025, 10, 1)),
    days=st.integers(1, 40),
    share=st.integers(1, 100),
    seed=st.randoms(),
)
def test_how_often_pupils_came_equals_counting_their_days(rows, as_of, days, share, seed):
    visit_days = sorted((len({when for p, when, _ in rows if p == pupil}) for pupil in {p for p, _, _ in rows if p is not None}), reverse=True)
    visits = shuffled_and_doubled(rows, seed)
    lately = {pupil for pupil, when, _ in rows if pupil is not None and as_of - timedelta(days=days) < when <= as_of}
    assert active_pupils(visits, as_of, days) == len(lately)

    edges = (1, 2, 5, 10, 20, 10**9)
    assert dosage_bands(visits)["pupils"].to_list() == [sum(low <= times < high for times in visit_days) for low, high in pairwise(edges)]
    assert dosage_bands(visits)["pupils"].sum() == visits_per_pupil(visits).pupils == len(visit_days)
    assert visits_per_pupil(visits).mean == (pytest.approx(mean(visit_days)) if visit_days else None)

    most_frequent = -(-share * len(visit_days) // 100)  # rounded up, in whole numbers
    assert top_share(visits, share / 100) == (sum(visit_days[:most_frequent]) / sum(visit_days) if visit_days else None)


@examples(20)
@given(rows=visits_of(pupils=5, days=90), as_of=st.dates(date(2025, 8, 1), date(2025, 11, 1)), seed=st.randoms())
def test_order_repeats_type_of_id_and_preparing_change_no_figure(rows, as_of, seed):
    plain = pl.DataFrame(rows, schema=SCHEMA, orient="row")
    same: list[Visits] = [shuffled_and_doubled(rows, seed), prepare(plain), *of_any_type(plain)]
    for visits in same:
        assert returned_within(visits, as_of) == returned_within(plain, as_of)
        assert time_to_return(visits, as_of).equals(time_to_return(plain, as_of))
        assert retention_triangle(visits, as_of).equals(retention_triangle(plain, as_of))
        assert active_pupils(visits, as_of) == active_pupils(plain, as_of)
        assert dosage_bands(visits).equals(dosage_bands(plain))
        assert visits_per_pupil(visits) == visits_per_pupil(plain)
        assert top_share(visits) == top_share(plain)
