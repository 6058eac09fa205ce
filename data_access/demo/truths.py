"""What is planted in the demo programme, and what a monitor must find there.

The generator reads its numbers from here, so this page is the answer sheet: `FINDINGS` says in which range each figure of the default seed must lie. Chances
run from 0 to 1, marks from 1 to 10.
"""

from dataclasses import dataclass
from datetime import date

SEED = 2019
FIRST_DAY = date(2019, 5, 13)
#: Everything is delivered up to and including this Sunday; sessions after it are planned.
LAST_DAY = date(2025, 6, 29)
PLANNED_TO = date(2025, 7, 18)

#: Chance that a resident pupil comes at least once in a school year of level 1, by wealth fifth of the neighbourhood, least wealthy first.
REACH = {"PO": (0.060, 0.046, 0.032, 0.022, 0.015), "VO": (0.0230, 0.0175, 0.0120, 0.0080, 0.0050)}
#: What those chances are multiplied by, per school year: the pilot's first weeks, the full years, the corona years, and growth again.
LEVEL = {2018: 0.33, 2019: 1.0, 2020: 0.55, 2021: 0.8, 2022: 1.0, 2023: 1.1, 2024: 1.15}
#: Bouwlust en Vrederust lags: this much of the pull that its distance to a branch would give it.
LAGGING, LAG = "WK051833", 0.45
#: Chance to come again in the next school year (within a sector).
AGAIN = 0.3

#: Chance of each number of visit days in a school year: 40 % come once, 28 % 2-4 times, 20 % 5-12 times, 12 % more often.
VISIT_DAYS = {1: 0.40, 2: 0.13, 3: 0.09, 4: 0.06, 5: 0.040, 6: 0.035, 7: 0.030, 8: 0.027, 9: 0.022, 10: 0.018, 11: 0.015, 12: 0.013} | {
    days: 0.12 * (41 - days) / 406 for days in range(13, 41)
}
#: Share of pupils that come for a second time within 28 days of their first visit.
RETURNED = 0.56

#: After the first closure, fewer pupils start: this share of what the season would bring, up to and including the last day.
REOPENED, REOPENED_TO = 0.9, date(2020, 7, 31)
#: Between these days only pupils who already came were welcome in Schilderswijk.
NO_NEW_PUPILS = ("SCH", date(2020, 11, 10), date(2020, 11, 18))

#: Laakkwartier: two school weeks (24 and 25) in which sessions were held and no list was delivered; and too few volunteers since three stopped.
MISSING = ("LAA", date(2025, 6, 9), date(2025, 6, 22))
SHORT = ("LAA", date(2023, 9, 4))
#: Pupils per volunteer that the coordinators plan for, and the number above which pupils are sent away.
NORM, MOST = 5, 8

#: Visits without a pupil, and the autumn in which the scanner of Escamp was broken. A pupil's first visit of a school year is always signed.
ANONYMOUS = 0.03
ANONYMOUS_PERIOD = ("ESC", date(2023, 9, 11), date(2023, 12, 22), 0.35)
UNKNOWN_HOME = 0.05
UNKNOWN_SCHOOL = 0.10
#: Pupils from two municipalities next door: children per sector, and their chance to come in a year of level 1.
OUTSIDE = {"PO": (600, 0.016), "VO": (1200, 0.009)}

#: What coming on at least five days adds to a pupil's mark, at the same mark at the start of the year. Those pupils start lower: they need the help.
EFFECT = {"rekenen": 0.30, "taal": 0.20}
ENOUGH_DAYS = 5
START_LOWER = 0.6
RESULT_YEARS = (2022, 2023)

#: Chance that an answer is "agree" or "fully agree".
SURVEY = {
    "pupils": {"knowledge": 0.74, "confidence": 0.66, "application": 0.58, "awareness": 0.47, "welcome": 0.88},
    "parents": {"knowledge": 0.78, "confidence": 0.72, "application": 0.60, "awareness": 0.52},
}
RESPONSE = {"pupils": 0.45, "parents": 0.25}


@dataclass(frozen=True)
class Finding:
    """A figure that a monitor must find. what: of which pupils and days; it lies between `low` and `high`, both included."""

    what: str
    low: float
    high: float


#: What is planted, as figures of the default seed. The ranges allow for chance: another seed stays inside nearly all of them.
FINDINGS: dict[str, Finding] = {
    "participants": Finding("participants in school year 2019-2020", 1100, 1300),
    "reach_po_least": Finding("reach PO 2023-2024, least wealthy fifth, homes known", 0.052, 0.074),
    "reach_po_most": Finding("reach PO 2023-2024, most wealthy fifth", 0.010, 0.022),
    "reach_vo_least": Finding("reach VO 2023-2024, least wealthy fifth", 0.019, 0.030),
    "reach_vo_most": Finding("reach VO 2023-2024, most wealthy fifth", 0.003, 0.008),
    "reach_lagging": Finding("reach of Bouwlust en Vrederust 2023-2024, both sectors", 0.002, 0.011),
    "reach_beside": Finding("reach of Morgenstond, next to it, 2023-2024, both sectors", 0.020, 0.038),
    "returned": Finding("share of pupils back within 28 days of their first visit ever, first visits before June 2025", 0.52, 0.59),
    "came_once": Finding("share of participants of a school year with one visit day, all school years", 0.35, 0.45),
    "busy_before": Finding("visits per session held, September 2019 to the closure of 16 March 2020", 14, 20),
    "busy_after": Finding("visits per session held, reopening of May 2020 to July 2020", 6, 10),
    "short": Finding("pupils per volunteer, Laakkwartier 2024-2025, days with a list", 5.2, 7.0),
    "not_short": Finding("pupils per volunteer, the other branches 2024-2025", 3.8, 4.6),
    "missing_days": Finding("sessions held in Laakkwartier on days that no list covers, all in weeks 24 and 25 of 2025", 3, 5),
    "anonymous": Finding("share of visits without a pupil, outside the autumn of 2023 in Escamp", 0.015, 0.035),
    "anonymous_autumn": Finding("share of visits without a pupil, Escamp, 11 September to 22 December 2023", 0.20, 0.35),
    "unknown_home": Finding("share of participants of a school year without a known home", 0.03, 0.08),
    "outside": Finding("share of participants of a school year from outside the municipality", 0.02, 0.05),
    "effect_arithmetic": Finding("what taking part adds in arithmetic at the same mark at the start, 2022-2024", 0.20, 0.40),
    "effect_language": Finding("what taking part adds in language at the same mark at the start, 2022-2024", 0.10, 0.30),
    "difference_arithmetic": Finding("plain difference in arithmetic at the end: taken as they come, participants seem to do worse", -0.35, 0.0),
    "group_change_arithmetic": Finding("what groups of participants gained more in arithmetic than the other groups of their school, 2022-2024", 0.25, 0.75),
    "pupils_agree": Finding("share of answers of pupils that agree, knowledge, all waves", 0.70, 0.78),
}
