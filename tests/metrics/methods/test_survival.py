"""How long until something happens: Kaplan-Meier and its median, against published tables, statsmodels and counting by hand."""

import math
from statistics import NormalDist

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.duration.survfunc import SurvfuncRight

from metrics.methods.survival import kaplan_meier, median
from metrics.shapes import Interval, Refused

# Weeks in remission of children with leukaemia; "+" = still in remission when last seen. Freireich et al. 1963, Blood 21: 699-716, as given in
# Kalbfleisch & Prentice 2002, The statistical analysis of failure time data, section 1.1.2.
ON_6_MP = "6 6 6 6+ 7 9+ 10 10+ 11+ 13 16 17+ 19+ 20+ 22 23 25+ 32+ 32+ 34+ 35+"
ON_PLACEBO = "1 1 2 2 3 4 4 5 5 8 8 8 8 11 11 12 12 15 17 22 23"
# Weeks to relapse of acute myelogenous leukaemia, maintained group: Miller 1981, Survival analysis, p. 49 (data set `aml` of R's survival package).
MAINTAINED = "9 13 13+ 18 23 28+ 31 34 45+ 48 161+"
# Age at entry to a retirement centre, age at exit, died: Klein & Moeschberger 2003, Survival analysis, exercise 4.7.
RETIREMENT_CENTRE = """58 60 1, 58 63 1, 59 69 0, 60 62 1, 60 65 1, 61 72 0, 61 69 0, 62 73 0, 62 66 1, 62 65 1, 63 68 1, 63 74 0, 64 71 1, 66 68 1, 66 69 1,
    67 70 1, 67 77 1, 67 69 1, 68 72 1, 69 79 0, 69 72 1, 69 70 1, 70 76 0, 70 71 1, 70 78 0, 71 79 0, 72 76 1, 72 73 1, 73 80 0, 73 74 1"""


def durations(text: str) -> pl.DataFrame:
    return pl.DataFrame({"duration": [int(word.rstrip("+")) for word in text.split()], "observed": [not word.endswith("+") for word in text.split()]})


def retirement_centre() -> pl.DataFrame:
    rows = [tuple(int(number) for number in row.split()) for row in RETIREMENT_CENTRE.split(",")]
    return pl.DataFrame(rows, schema=["entry", "duration", "observed"], orient="row")


def test_remission_under_6_mp_is_the_published_table():
    """The table that R's survfit prints for these data (conf.type = "log", its default)."""
    published = [
        (6, 21, 3, 0.857, 0.720, 1.000),
        (7, 17, 1, 0.807, 0.653, 0.996),
        (10, 15, 1, 0.753, 0.586, 0.968),
        (13, 12, 1, 0.690, 0.510, 0.935),
        (16, 11, 1, 0.627, 0.439, 0.896),
        (22, 7, 1, 0.538, 0.337, 0.858),
        (23, 6, 1, 0.448, 0.249, 0.807),
    ]
    curve = kaplan_meier(durations(ON_6_MP))
    assert curve.columns == ["day", "at_risk", "events", "survival", "lower", "upper"]
    assert curve.with_columns(pl.col("survival", "lower", "upper").round(3)).rows() == published
    assert median(curve) == Interval(23, 16, None)


def test_when_everybody_relapsed_the_curve_ends_at_zero_without_limits():
    curve = kaplan_meier(durations(ON_PLACEBO))
    assert curve.row(-1) == (23, 1, 1, 0.0, None, None)
    assert curve["survival"].round(3).to_list() == [0.905, 0.810, 0.762, 0.667, 0.571, 0.381, 0.286, 0.190, 0.143, 0.095, 0.048, 0.0]
    assert median(curve) == Interval(8, 4, 12)  # as R: 8 (4, 12)


def test_acute_myelogenous_leukaemia_is_the_published_table():
    """survfit(Surv(time, status) ~ 1, aml, subset = x == "Maintained") in R's survival package."""
    curve = kaplan_meier(durations(MAINTAINED))
    assert curve.select(pl.col("survival").round(3), pl.col("lower").round(4), pl.col("upper").round(3)).rows() == [
        (0.909, 0.7541, 1.0),
        (0.818, 0.6192, 1.0),
        (0.716, 0.4884, 1.0),
        (0.614, 0.3769, 0.999),
        (0.491, 0.2549, 0.946),
        (0.368, 0.1549, 0.875),
        (0.184, 0.0359, 0.944),
    ]
    assert median(curve) == Interval(31, 18, None)


def test_who_enters_later_is_at_risk_only_after_entry():
    """Klein & Moeschberger 2003, exercise 4.7: nobody is at risk on the day of entry itself."""
    curve = kaplan_meier(retirement_centre())
    counted = {row["day"]: (row["at_risk"], row["events"]) for row in curve.iter_rows(named=True)}
    assert counted[60] == (3, 1)  # entered at 58, 58, 59; the two who enter at 60 are not yet at risk
    assert counted[62] == (6, 1)
    assert counted[69] == (11, 2)  # by hand: 59-69, 61-72, 61-69, 62-73, 63-74, 64-71, 66-69, 67-70, 67-77, 67-69, 68-72
    reference = SurvfuncRight(*(retirement_centre()[name].to_numpy() for name in ("duration", "observed")), entry=retirement_centre()["entry"].to_numpy())
    assert curve["at_risk"].to_list() == list(reference.n_risk)
    assert curve["survival"].to_list() == pytest.approx(list(reference.surv_prob))


@pytest.mark.parametrize("confidence", [0.8, 0.95, 0.998])
@pytest.mark.parametrize("text", [ON_6_MP, MAINTAINED])
def test_statsmodels_gives_the_same_curve_and_standard_error(text, confidence):
    frame = durations(text)
    curve = kaplan_meier(frame, confidence=confidence)
    reference = SurvfuncRight(frame["duration"].to_numpy(), frame["observed"].to_numpy())
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    assert curve["day"].to_list() == list(reference.surv_times)
    assert curve["survival"].to_list() == pytest.approx(list(reference.surv_prob))
    for row, s, error in zip(curve.iter_rows(named=True), reference.surv_prob, reference.surv_prob_se, strict=True):
        assert row["lower"] == pytest.approx(math.exp(math.log(s) - z * error / s))
        assert row["upper"] == pytest.approx(min(1, math.exp(math.log(s) + z * error / s)))


def test_the_median_is_the_first_day_at_one_half_even_when_the_curve_stays_there():
    """Two of four after day 2, the next event on day 9: R's survfit would say 5.5."""
    assert median(kaplan_meier(durations("1 2 9 10"))).value == 2


def test_a_half_that_is_only_a_rounding_error_away_is_a_half():
    """Ten pupils, one event a day, five of them: multiplied out in binary fractions, the curve may miss 0.5 by its last digit."""
    for n in range(2, 200, 2):
        curve = kaplan_meier(pl.DataFrame({"duration": range(1, n + 1), "observed": [True] * n}))
        assert median(curve).value == n // 2


def test_a_median_that_is_not_reached_is_said_so_and_never_the_last_day():
    assert median(kaplan_meier(durations("5 9+ 9+ 9+ 9+ 9+ 9+ 9+"))) == Interval(None, None, None, "median_not_reached")


def test_the_lower_limit_may_reach_one_half_where_the_curve_does_not():
    found = median(kaplan_meier(durations("3 3 3 9+ 9+ 9+ 9+")))
    assert (found.value, found.upper, found.reason) == (None, None, "median_not_reached")
    assert found.lower == 3


@pytest.mark.parametrize(
    "nobody",
    [
        pl.DataFrame(schema={"duration": pl.Int64, "observed": pl.Boolean}),
        pl.DataFrame({"duration": [], "observed": []}),
        pl.DataFrame({"duration": [], "observed": [], "entry": []}),
        durations("3+ 4+"),
    ],
)
def test_without_events_the_curve_is_empty_and_the_median_not_reached(nobody):
    curve = kaplan_meier(nobody)
    assert curve.is_empty()
    assert curve.columns == ["day", "at_risk", "events", "survival", "lower", "upper"]
    assert median(curve) == Interval(None, None, None, "median_not_reached")


def test_one_pupil_who_came_back_is_a_curve_of_one_row():
    assert kaplan_meier(durations("4")).rows() == [(4, 1, 1, 0.0, None, None)]


@pytest.mark.parametrize(
    ("columns", "code", "rows"),
    [
        ({"duration": [1, None], "observed": [True, True]}, "incomplete_rows", [1]),
        ({"duration": [1, 2], "observed": [True, None]}, "incomplete_rows", [1]),
        ({"duration": [3, 2], "observed": [True, True], "entry": [None, 1]}, "incomplete_rows", [0]),
        ({"duration": [1, -2], "observed": [True, True]}, "not_a_duration", [1]),
        ({"duration": [1.0, math.nan], "observed": [True, True]}, "not_a_duration", [1]),
        ({"duration": [math.inf, 1.0], "observed": [True, True]}, "not_a_duration", [0]),
        ({"duration": [1, 2], "observed": [1, 2]}, "not_zero_or_one", [1]),
        ({"duration": [3, 3], "observed": [True, True], "entry": [2, 3]}, "entry_not_before_duration", [1]),
        ({"duration": [3.0], "observed": [True], "entry": [math.nan]}, "entry_not_before_duration", [0]),
        ({"duration": ["3"], "observed": [True]}, "not_a_number", None),
        ({"observed": [True]}, "missing_column", None),
        ({"duration": [1]}, "missing_column", None),
    ],
)
def test_rows_that_cannot_be_placed_on_the_curve_are_refused(columns, code, rows):
    with pytest.raises(Refused) as refusal:
        kaplan_meier(pl.DataFrame(columns, strict=False))
    assert refusal.value.code == code
    assert refusal.value.values.get("rows") == rows


@pytest.mark.parametrize("confidence", [0, 1, 95])
def test_a_confidence_that_is_no_share_is_refused(confidence):
    with pytest.raises(Refused) as refusal:
        kaplan_meier(durations("3"), confidence=confidence)
    assert refusal.value.code == "confidence_out_of_range"


watched = st.lists(st.tuples(st.integers(0, 12), st.booleans(), st.integers(-3, 12)), max_size=30)


@given(rows=watched, delayed=st.booleans(), seed=st.randoms())
def test_the_curve_equals_counting_who_is_at_risk_on_each_day(rows, delayed, seed):
    rows = [row for row in rows if row[2] < row[0] or not delayed]
    seed.shuffle(rows)
    frame = pl.DataFrame(rows, schema={"duration": pl.Int64, "observed": pl.Boolean, "entry": pl.Int64}, orient="row")
    curve = kaplan_meier(frame if delayed else frame.drop("entry"))

    survival, variance, expected = 1.0, 0.0, []
    for day in sorted({duration for duration, observed, _ in rows if observed}):
        at_risk = sum((entry < day or not delayed) and day <= duration for duration, _, entry in rows)
        events = sum(duration == day and observed for duration, observed, _ in rows)
        survival *= (at_risk - events) / at_risk
        variance += events / (at_risk * (at_risk - events)) if at_risk > events else math.inf
        z = NormalDist().inv_cdf(0.975)
        limits = (survival * math.exp(-z * math.sqrt(variance)), min(1, survival * math.exp(z * math.sqrt(variance)))) if survival > 0 else (None, None)
        expected.append((day, at_risk, events, survival, *limits))
    assert curve.rows() == [pytest.approx(row) for row in expected]
    for row in curve.iter_rows(named=True):
        assert row["lower"] is None or 0 <= row["lower"] <= row["survival"] <= row["upper"] <= 1


@given(rows=watched)
def test_watching_everybody_twice_changes_no_survival_and_narrows_every_interval(rows):
    frame = pl.DataFrame(rows, schema={"duration": pl.Int64, "observed": pl.Boolean, "entry": pl.Int64}, orient="row").drop("entry")
    once, twice = kaplan_meier(frame), kaplan_meier(pl.concat([frame, frame]))
    assert twice["survival"].to_list() == pytest.approx(once["survival"].to_list())
    assert (twice["lower"] >= once["lower"]).all()
    assert (twice["upper"] <= once["upper"]).all()
