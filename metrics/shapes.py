"""The shapes that every figure passes through: Inputs -> indicator -> Figures -> protect -> Shown."""

from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Literal, NamedTuple

import polars as pl

Sector = Literal["PO", "VO"]
#: What a denominator counts.
CountsBelow = Literal["pupils", "visits", "sessions", "volunteers", "seats", "residents"]
ShownKind = Literal["working", "publication"]

#: Grain -> the key column it gives a figure. Keys of time are the first day of the unit, as a date; weekday is 1 (Monday) to 7, hour that in which a session
#: begins.
GRAINS: dict[str, str] = {
    "neighbourhood": "neighbourhood_code",
    "district": "district_code",
    "branch": "branch_id",
    "sector": "sector",
    "level": "level",
    "school_year": "school_year",
    "school_quarter": "school_quarter",
    "month": "month",
    "school_week": "school_week",
    "weekday": "weekday",
    "hour": "hour",
    "wealth_fifth": "wealth_fifth",
}

#: Homes that are no neighbourhood of the municipality; they are rows of their own and have no target group.
OUTSIDE = "outside"
UNKNOWN = "unknown"
#: The district of neighbourhoods that were delivered without one.
NO_DISTRICT = "no_district"
#: The wealth fifth of neighbourhoods that cannot be ranked: no public figure, or an unknown target group.
NOT_RANKED = "not_ranked"


class Refused(ValueError):
    """Input that cannot be worked with: a code with values. The sentence for people stands in presentation/texts."""

    def __init__(self, code: str, **values: object) -> None:
        """Keep the code (`numerator_above_denominator`) and the values that its sentence needs."""
        super().__init__(code, values)
        self.code = code
        self.values = values


class Interval(NamedTuple):
    """An estimate with its limits; undefined is `Interval(None, None, None, reason)`."""

    value: float | None
    lower: float | None
    upper: float | None
    reason: str | None = None


@dataclass(frozen=True)
class VisitDays:
    """Visits prepared once by `metrics.visit_days.prepare`, so that no figure sorts them again.

    days: pupil_id, visited_on, one row per pupil and day, sorted; pupils: pupil_id, first, second (null), visit_days, sorted;
    branch_days: pupil_id, visited_on, branch_id, one row per pupil, day and branch, sorted; None where the visits named no branch.
    """

    days: pl.DataFrame
    pupils: pl.DataFrame
    branch_days: pl.DataFrame | None = None


@dataclass(frozen=True, order=True)
class Period:
    """Days from first to last, both included."""

    first: date
    last: date


@dataclass(frozen=True)
class View:
    """One choice of the reader. Hashable, so that it can be a cache key.

    period: the days that count; as_of: visits after it are ignored. sector, branches, districts: what is kept (empty = all).
    by: names of `GRAINS`, () gives one row for the whole. wealth: the measure of `Inputs.context` that ranks neighbourhoods. within_km: how far, in a straight
    line, pupils of each sector are thought to come to a place; next_places: how many new places are looked for.
    """

    period: Period
    as_of: date
    sector: Sector | None = None
    branches: tuple[str, ...] = ()
    districts: tuple[str, ...] = ()
    by: tuple[str, ...] = ()
    wealth: str = "p_ink_li"
    confidence: float = 0.95
    within_km: tuple[tuple[Sector, float], ...] = (("PO", 1.5), ("VO", 3.0))
    next_places: int = 3

    @property
    def keys(self) -> list[str]:
        """The key columns that `by` gives, in its order. Raises Refused("unknown_grain")."""
        unknown = [grain for grain in self.by if grain not in GRAINS]
        if unknown:
            raise Refused("unknown_grain", grains=unknown)
        return [GRAINS[grain] for grain in self.by]


@dataclass(frozen=True)
class Inputs:
    """The frames of one data version for one reader. Every frame has its columns also when it is empty.

    visits         VisitDays of all named visits (pupil_id Int64, visited_on Date, branch_id String)
    anonymous      branch_id, visited_on, visits: visits without a pupil, one row per branch and day
    sessions       branch_id, held_on, starts, ends (Time), status (planned | held | cancelled | closed), cancelled_reason, volunteers, turned_away,
                   head_count
    pupil_years    pupil_id, school_year (Int32, the calendar year it starts in), sector, level, year_group, school_id, neighbourhood_code (or "outside",
                   null = unknown)
    branches       branch_id, name, sector, neighbourhood_code, latitude, longitude, opened_on, closed_on, pilot, capacity
    neighbourhoods neighbourhood_code, name, district_code, district_name, latitude, longitude (of a point inside, null = unknown)
    population     neighbourhood_code, year, sector, pupils, is_estimate, method, source: target group as delivered
    context        neighbourhood_code, year, measure, value, source: public figures, the city itself included under its municipality code
    holidays       first_day, last_day, name;   closures   first_day, last_day, name, sector, branch_id (null = all)
    coverage       branch_id, first_day, last_day, stated (True when the deliverer named the days, so that silence inside them means nobody came)
    events         happened_on, branch_id (null = all), text
    offers         name, sector (null = both), neighbourhood_code, latitude, longitude: other free homework help
    costs          school_year (Int32), branch_id (null = the whole programme), what, amount (euro)
    outcomes       pupil_id, school_year (Int32), subject, school_id, before, after, took_part
    group_outcomes school_id, school_year (Int32), subject, took_part, moment (before | after), pupils, mean, sd (n - 1)
    surveys        survey_id, wave, audience (pupils | parents), branch_id, held_on, invited
    survey_answers survey_id, respondent, dimension, score (1-5, null = no answer), not_applicable
    signals        signal_id, rule (frequent_attendance | stopped_coming), pupil_id, branch_id, raised_on, visit_days: as they were raised
    signal_events  signal_id, number, state (new | seen | school_informed | closed | dismissed), reason, happened_on
    criteria       criterion_id, version, indicator, part (empty = its only row), sector (null = any), rule (at_least | at_most), target, minimum_sample,
                   owner (a role), valid_from, dropped: every version of what was agreed beforehand
    municipality   its code
    norm           how many pupils the organisation wants at most for each volunteer
    seen_homes     neighbourhood_code, pupils (Int64): participants of each neighbourhood as far as staff may know them, where reach must rest on nothing else;
                   None: reach is counted from `visits`
    signal_rules   valid_from, threshold: from how many visit days a pupil comes very often, where another was agreed than the program begins with, by day
    quiet_days     branch_id, day: of which a list says that nobody came: a 0 in a tally or a sheet
    named_days     branch_id, day: on which days pupils came, where `visits` are those of some pupils alone; None: the days of `visits`
    for_staff      whether a home too small to show counts in every sum as `metrics.disclosure.homes` tells it, so that no sum gives it away
    """

    version: int
    as_of: date | None
    municipality: str
    visits: VisitDays
    anonymous: pl.DataFrame
    sessions: pl.DataFrame
    pupil_years: pl.DataFrame
    branches: pl.DataFrame
    neighbourhoods: pl.DataFrame
    population: pl.DataFrame
    context: pl.DataFrame
    holidays: pl.DataFrame
    closures: pl.DataFrame
    coverage: pl.DataFrame
    events: pl.DataFrame
    offers: pl.DataFrame
    costs: pl.DataFrame
    outcomes: pl.DataFrame
    group_outcomes: pl.DataFrame
    surveys: pl.DataFrame
    survey_answers: pl.DataFrame
    signals: pl.DataFrame
    signal_events: pl.DataFrame
    criteria: pl.DataFrame
    norm: float = 4
    seen_homes: pl.DataFrame | None = None
    signal_rules: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema={"valid_from": pl.Date, "threshold": pl.Int64}))
    quiet_days: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema={"branch_id": pl.String, "day": pl.Date}))
    named_days: pl.DataFrame | None = None
    for_staff: bool = False

    @cached_property
    def visited_days(self) -> pl.DataFrame:
        """branch_id, day: on which days visits were delivered of which branch, with or without a pupil. Worked out once, all figures ask for it."""
        anonymous = self.anonymous.select("branch_id", day="visited_on")
        named = self.named_days
        if named is None and self.visits.branch_days is not None:
            named = self.visits.branch_days.select("branch_id", day="visited_on")
        return (anonymous if named is None else pl.concat([named, anonymous])).unique()

    @cached_property
    def listed_days(self) -> pl.DataFrame:
        """branch_id, day: of which days lists speak, because somebody came or because it was written down that nobody did."""
        return pl.concat([self.visited_days, self.quiet_days]).unique()


@dataclass(frozen=True)
class Coverage:
    """What a figure rests on.

    known: share of the visits that could be used (0-1), None where the question does not arise; missing_weeks: school weeks of branches not delivered;
    notes: codes of what a reader must know (`population_year`, `population_estimate`, ...) with their values.
    """

    known: float | None = None
    missing_weeks: int = 0
    notes: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Figures:
    """What an indicator gives. Raw: may not reach a screen before `metrics.disclosure` has made it `Shown`.

    frame: the keys + numerator, denominator, value, lower, upper, pupils (children behind the row), largest (share of the most frequent
    child, null where the figure is no magnitude), method, reason (code where value is null, or why it cannot be trusted). Further columns are named in the
    indicator's docstring. own_keys: key columns that the indicator itself brings, after those of the view (the band of a dosage, the month of a cohort).
    counts_below: what the denominator counts; a small number of sessions, volunteers or seats gives no child away, a small number of pupils may.
    parts_along: keys along which the rows are parts of one whole, where this is special (the months of a first visit: each pupil has one).
    grows_along: key along which the numerator only grows (the days of a curve). counts: further columns that count pupils by themselves. homes_told: whether
    what is hidden of homes was cut together before it was added up, by `disclosure.homes`, so that along homes nothing more has to go.
    """

    indicator: str
    view: View
    frame: pl.DataFrame
    coverage: Coverage = field(default_factory=Coverage)
    counts_below: CountsBelow = "pupils"
    own_keys: tuple[str, ...] = ()
    parts_along: tuple[str, ...] = ()
    grows_along: str | None = None
    counts: tuple[str, ...] = ()
    homes_told: bool = False

    @property
    def keys(self) -> list[str]:
        """The columns that tell the rows apart: those of the view, then its own."""
        return [*self.view.keys, *self.own_keys]


@dataclass(frozen=True)
class Shown:
    """Figures after disclosure control: the only type that charts, tables, pages and exports take.

    frame: as in `Figures`, without pupils and largest; hidden rows have null in every number and `hidden` True.
    """

    indicator: str
    view: View
    frame: pl.DataFrame
    coverage: Coverage
    kind: ShownKind
    own_keys: tuple[str, ...] = ()

    @property
    def keys(self) -> list[str]:
        """The columns that tell the rows apart, as in `Figures`."""
        return [*self.view.keys, *self.own_keys]

    @property
    def is_empty(self) -> bool:
        """True when there is no row at all: nothing was delivered or the choice holds nothing."""
        return self.frame.is_empty()
