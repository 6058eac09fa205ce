"""The demo programme: is the town as real as it claims, and do the planted truths lie where the answer sheet says?

Every figure is worked here in plain Python from the delivered files, with nothing of the monitor and nothing of the generator but its constants.
"""

import csv
import hashlib
import io
import os
import re
import statistics
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache, cached_property
from pathlib import Path
from typing import TypeVar

import numpy as np
import polars as pl
import pytest

from data_access.demo import truths
from data_access.demo.dice import Dice, choose
from data_access.demo.programme import Programme, programme
from data_access.demo.signing import sign
from data_access.demo.taking_part import chance as chance_to_come
from data_access.demo.taking_part import taking_part
from data_access.demo.town import town as children
from metrics.shapes import Period

T = TypeVar("T")
K = TypeVar("K")
Row = dict[str, str]
DIGEST = "0b23a2c95305ae48"
AUTUMN = (date(2023, 9, 11), date(2023, 12, 22))


@dataclass(frozen=True)
class Visit:
    pupil: str
    day: date
    branch: str
    home: str
    sector: str

    @property
    def year(self) -> int:
        return self.day.year - (self.day.month < 8)


@dataclass(frozen=True)
class Town:
    """The delivered files, read back as a newcomer would: from their bytes."""

    delivered: Programme

    def files(self, kind: str) -> list[list[Row]]:
        return [read(file.content) for file in self.delivered.deliveries if file.kind == kind]

    def rows(self, kind: str) -> list[Row]:
        return [row for file in self.files(kind) for row in file]

    @cached_property
    def visits(self) -> list[Visit]:
        names = {row["vestiging"]: row["vestiging_id"] for row in self.rows("branches")}
        sectors = {row["vestiging_id"]: row["sector"] for row in self.rows("branches")}
        found = []
        for row in self.rows("visits"):
            branch = names[row["vestiging"]]
            found.append(Visit(row["leerling_id"], date.fromisoformat(row["datum"]), branch, row["wijkcode"], sectors[branch]))
        return found

    @cached_property
    def named(self) -> list[Visit]:
        return [visit for visit in self.visits if visit.pupil]

    @cached_property
    def days_of(self) -> dict[str, list[date]]:
        found: defaultdict[str, set[date]] = defaultdict(set)
        for visit in self.named:
            found[visit.pupil].add(visit.day)
        return {pupil: sorted(days) for pupil, days in found.items()}

    @cached_property
    def days_in_year(self) -> dict[tuple[str, int], int]:
        return Counter(pupil_year for pupil_year, _ in {((visit.pupil, visit.year), visit.day) for visit in self.named})

    @cached_property
    def homes(self) -> dict[tuple[str, int], str]:
        return {(visit.pupil, visit.year): visit.home for visit in self.named}

    @cached_property
    def sessions(self) -> list[Row]:
        return self.rows("sessions")

    @cached_property
    def held(self) -> dict[tuple[str, date], Row]:
        return {(row["vestiging"], date.fromisoformat(row["datum"])): row for row in self.sessions if row["status"] == "gehouden"}

    @cached_property
    def visits_at(self) -> dict[tuple[str, date], int]:
        return Counter((visit.branch, visit.day) for visit in self.visits)

    @cached_property
    def covered(self) -> dict[str, list[Period]]:
        names = {row["vestiging"].lower().replace(" ", "-"): row["vestiging_id"] for row in self.rows("branches")}
        found: defaultdict[str, list[Period]] = defaultdict(list)
        for file in self.delivered.deliveries:
            if file.kind == "visits" and file.covers:
                found[next(branch for name, branch in names.items() if file.file_name.startswith(f"bezoeken-{name}-"))].append(file.covers)
        return found

    def is_covered(self, branch: str, day: date) -> bool:
        return any(covers.first <= day <= covers.last for covers in self.covered[branch])

    def figure(self, measure: str, year: int) -> dict[str, float]:
        return {row["gebiedscode"]: float(row["waarde"]) for row in self.rows("context") if row["maat"] == measure and row["jaar"] == str(year)}

    def target_group(self, sector: str) -> dict[str, float]:
        """Design 3.3: PO = a_00_14 x 3/15, VO = that + a_15_24 x 3/10, per neighbourhood."""
        young, older = self.figure("a_00_14", 2022), self.figure("a_15_24", 2022)
        return {code: young[code] * 3 / 15 + (older[code] * 3 / 10 if sector == "VO" else 0) for code in young if code.startswith("WK")}

    def fifths(self, sector: str) -> dict[str, int]:
        """Neighbourhood -> wealth fifth, 1 = least wealthy; the pupils are laid in a row and cut in five at the middle of each neighbourhood."""
        pupils, low = self.target_group(sector), self.figure("p_ink_li", 2022)
        before, whole = 0.0, sum(pupils.values())
        found: dict[str, int] = {}
        for _, tied in group(sorted(pupils, key=lambda code: -low[code]), key=lambda code: low[code]):
            here = sum(pupils[code] for code in tied)
            found |= dict.fromkeys(tied, min(5, int(5 * (before + here / 2) / whole) + 1))
            before += here
        return found

    def reach(self, sector: str, codes: Iterable[str], year: int = 2023) -> float:
        came = {visit.pupil for visit in self.named if visit.sector == sector and visit.year == year and visit.home in set(codes)}
        return len(came) / sum(self.target_group(sector)[code] for code in codes)

    def reach_of_fifth(self, sector: str, fifth: int) -> float:
        return self.reach(sector, [code for code, number in self.fifths(sector).items() if number == fifth])

    def reach_of(self, code: str) -> float:
        came = {visit.pupil for visit in self.named if visit.year == 2023 and visit.home == code}
        return len(came) / sum(self.target_group(sector)[code] for sector in ("PO", "VO"))

    def per_session(self, first: date, last: date) -> float:
        held = [session for session in self.held if first <= session[1] <= last]
        return sum(self.visits_at[session] for session in held) / len(held)

    def pupils_per_volunteer(self, *branches: str) -> float:
        held = [session for session in self.held if session[0] in branches and session[1] >= date(2024, 8, 1) and self.is_covered(*session)]
        return sum(self.visits_at[session] for session in held) / sum(int(self.held[session]["vrijwilligers"]) for session in held)

    def anonymous(self, *, autumn: bool) -> float:
        those = [visit for visit in self.visits if autumn == (visit.branch == "ESC" and AUTUMN[0] <= visit.day <= AUTUMN[1])]
        return sum(not visit.pupil for visit in those) / len(those)

    @cached_property
    def marks(self) -> list[Row]:
        return self.rows("outcomes")

    def change_of_groups(self, subject: str, group: str) -> float:
        """How much the mean of all pupils of such groups rose in a school year."""
        mean = {}
        for moment in ("begin", "eind"):
            rows = [row for row in self.rows("group_outcomes") if (row["vak"], row["groep"], row["moment"]) == (subject, group, moment)]
            mean[moment] = sum(int(row["aantal"]) * float(row["gemiddelde"]) for row in rows) / sum(int(row["aantal"]) for row in rows)
        return mean["eind"] - mean["begin"]

    def mean_after(self, subject: str, took_part: str) -> float:
        return statistics.fmean(float(row["score_eind"]) for row in self.marks if row["vak"] == subject and row["deelgenomen"] == took_part)

    def effect(self, subject: str) -> float:
        """What taking part adds at the same mark at the start: the slope of what `before` leaves unexplained of both (Frisch-Waugh)."""
        rows = [row for row in self.marks if row["vak"] == subject]
        before = [float(row["score_begin"]) for row in rows]
        took_part = left_over([float(row["deelgenomen"] == "ja") for row in rows], before)
        after = left_over([float(row["score_eind"]) for row in rows], before)
        return sum(x * y for x, y in zip(took_part, after, strict=True)) / sum(x * x for x in took_part)


def read(content: bytes) -> list[Row]:
    return list(csv.DictReader(io.StringIO(content.decode())))


def group(items: Iterable[T], key: Callable[[T], K]) -> list[tuple[K, list[T]]]:
    found: dict[K, list[T]] = {}
    for item in items:
        found.setdefault(key(item), []).append(item)
    return list(found.items())


def left_over(values: list[float], explained_by: list[float]) -> list[float]:
    slope, intercept = statistics.linear_regression(explained_by, values)
    return [value - intercept - slope * other for value, other in zip(values, explained_by, strict=True)]


@cache
def town(seed: int = truths.SEED) -> Town:
    return Town(programme(seed))


def shares(numbers: Iterable[int], *bands: tuple[int, int]) -> list[float]:
    those = list(numbers)
    return [sum(low <= number <= high for number in those) / len(those) for low, high in bands]


def agreeing(place: Town) -> float:
    scores = [int(row["geleerd"]) for row in place.rows("survey") if row["ingevuld_door"] == "leerling" and row["geleerd"] not in ("", "nvt")]
    return sum(score >= 4 for score in scores) / len(scores)


def group_change(place: Town) -> float:
    return place.change_of_groups("rekenen", "deelnemers") - place.change_of_groups("rekenen", "overige leerlingen")


def back_within_28_days(place: Town) -> float:
    eligible = [days for days in place.days_of.values() if days[0] < date(2025, 6, 1)]
    return sum(len(days) > 1 and (days[1] - days[0]).days <= 28 for days in eligible) / len(eligible)


def share_of_homes(place: Town, is_one: Callable[[str], bool]) -> float:
    return sum(is_one(home) for home in place.homes.values()) / len(place.homes)


FIGURES: dict[str, Callable[[Town], float]] = {
    "participants": lambda place: len({visit.pupil for visit in place.named if visit.year == 2019}),
    "reach_po_least": lambda place: place.reach_of_fifth("PO", 1),
    "reach_po_most": lambda place: place.reach_of_fifth("PO", 5),
    "reach_vo_least": lambda place: place.reach_of_fifth("VO", 1),
    "reach_vo_most": lambda place: place.reach_of_fifth("VO", 5),
    "reach_lagging": lambda place: place.reach_of(truths.LAGGING),
    "reach_beside": lambda place: place.reach_of("WK051834"),
    "returned": back_within_28_days,
    "came_once": lambda place: shares(place.days_in_year.values(), (1, 1))[0],
    "busy_before": lambda place: place.per_session(date(2019, 9, 1), date(2020, 3, 15)),
    "busy_after": lambda place: place.per_session(date(2020, 5, 11), date(2020, 7, 31)),
    "short": lambda place: place.pupils_per_volunteer("LAA"),
    "not_short": lambda place: place.pupils_per_volunteer("TRA", "ESC", "SCH", "CEN"),
    "missing_days": lambda place: sum(not place.is_covered(*session) for session in place.held),
    "anonymous": lambda place: place.anonymous(autumn=False),
    "anonymous_autumn": lambda place: place.anonymous(autumn=True),
    "unknown_home": lambda place: share_of_homes(place, lambda home: not home),
    "outside": lambda place: share_of_homes(place, lambda home: bool(home) and not home.startswith("WK0518")),
    "effect_arithmetic": lambda place: place.effect("rekenen"),
    "effect_language": lambda place: place.effect("taal"),
    "difference_arithmetic": lambda place: place.mean_after("rekenen", "ja") - place.mean_after("rekenen", "nee"),
    "group_change_arithmetic": group_change,
    "pupils_agree": agreeing,
}


@pytest.mark.parametrize("name", truths.FINDINGS)
def test_what_is_planted_can_be_found_in_the_files(name):
    finding = truths.FINDINGS[name]
    assert finding.low <= FIGURES[name](town()) <= finding.high


@pytest.mark.parametrize("seed", [1, 7])
def test_the_truths_hold_for_other_seeds_too(seed):
    assert not [name for name, finding in truths.FINDINGS.items() if not finding.low <= FIGURES[name](town(seed)) <= finding.high]


def test_reach_falls_with_wealth_from_fifth_to_fifth_as_far_as_planted():
    """A fifth reaches its planted share, times the level of the year, times the share of homes that are known, give or take three standard errors."""
    for sector, planted in truths.REACH.items():
        for fifth, chance in enumerate(planted, start=1):
            codes = [code for code, number in town().fifths(sector).items() if number == fifth]
            expected = chance * truths.LEVEL[2023] * (1 - truths.UNKNOWN_HOME)
            margin = 3 * (expected / sum(town().target_group(sector)[code] for code in codes)) ** 0.5
            assert town().reach(sector, codes) == pytest.approx(expected, abs=margin), (sector, fifth)


def test_one_neighbourhood_lags_behind_every_neighbour_of_its_own_district():
    beside = ["WK051834", "WK051836", "WK051832"]
    assert all(town().reach_of(truths.LAGGING) < town().reach_of(code) / 2 for code in beside)


def test_the_first_school_year_has_about_1200_pupils_and_each_branch_about_240():
    for year in (2019, 2022, 2023, 2024):
        per_branch = Counter(branch for branch, _ in {(visit.branch, visit.pupil) for visit in town().named if visit.year == year})
        assert set(per_branch) == {"TRA", "ESC", "LAA", "SCH", "CEN"}
        assert all(170 <= pupils <= 350 for pupils in per_branch.values()), per_branch
        assert 200 <= statistics.fmean(per_branch.values()) <= 300


def test_most_pupils_come_seldom_and_a_few_come_very_often():
    for year in (2019, 2021, 2022, 2023, 2024):
        once, few, many, most = shares((days for (_, of), days in town().days_in_year.items() if of == year), (1, 1), (2, 4), (5, 12), (13, 366))
        assert 0.35 <= once <= 0.45, year
        assert 0.25 <= few <= 0.33, year
        assert 0.17 <= many <= 0.24, year
        assert 0.08 <= most <= 0.13, year
    assert statistics.median(town().days_in_year.values()) in (2, 3)


def test_pupils_come_again_in_later_school_years_and_are_a_year_older_then():
    first = defaultdict(set)
    for visit in town().named:
        first[visit.pupil].add(visit.year)
    assert 0.10 <= sum(len(years) > 1 for years in first.values()) / len(first) <= 0.35
    groups: defaultdict[str, dict[int, tuple[str, int]]] = defaultdict(dict)
    for row in town().rows("visits"):
        if row["leerling_id"]:
            day = date.fromisoformat(row["datum"])
            groups[row["leerling_id"]][day.year - (day.month < 8)] = (row["schoolniveau"], int(row["leerjaar"]))
    steps: Counter[str] = Counter()
    for years in groups.values():
        for year, (level, number) in years.items():
            later = years.get(year + 1)
            if later:
                if level == "basisonderwijs" and number == 8:
                    assert later[1] == 1
                    steps["to VO"] += 1
                else:
                    assert later == (level, number + 1)
                    steps["up"] += 1
    assert steps["up"] > 500
    assert steps["to VO"] > 20


def test_a_session_has_8_to_25_pupils_mostly_and_a_volunteer_for_every_4_to_6():
    usual = {session: town().visits_at[session] for session in town().held if session[1] >= date(2022, 8, 1) and town().is_covered(*session)}
    assert shares(usual.values(), (8, 25))[0] >= 0.8
    assert max(usual.values()) <= 36
    for branch in ("TRA", "ESC", "SCH", "CEN"):
        those = [session for session in usual if session[0] == branch]
        assert 3.5 <= sum(usual[session] for session in those) / sum(int(town().held[session]["vrijwilligers"]) for session in those) <= 6


def test_a_branch_has_two_to_four_sessions_a_week_of_one_and_a_half_to_two_hours():
    for branch, rows in group(town().sessions, key=lambda row: row["vestiging"]):
        per_week = Counter(date.fromisoformat(row["datum"]).isocalendar()[:2] for row in rows)
        assert 2 <= statistics.median(per_week.values()) <= 4, branch
        for row in rows:
            (from_hour, from_minute), (to_hour, to_minute) = (map(int, row[column].split(":")) for column in ("begin", "einde"))
            assert 90 <= 60 * (to_hour - from_hour) + to_minute - from_minute <= 120


def test_it_is_busiest_before_the_winter_tests_and_the_school_advice():
    usual = [(session, town().visits_at[session]) for session in town().held if session[1] >= date(2021, 9, 1) and town().is_covered(*session)]
    mean = {month: statistics.fmean(count for (_, day), count in usual if day.month == month) for month in (9, 10, 11, 12, 3, 4, 5, 6)}
    assert min(mean[11], mean[12], mean[3], mean[4], mean[5]) > max(mean[9], mean[10])
    assert mean[4] > mean[6]


def test_nobody_comes_on_a_day_without_a_session():
    assert set(town().visits_at) <= set(town().held)


def test_holidays_and_prinsjesdag_are_off_and_the_corona_closures_are_a_gap():
    holidays = [(date.fromisoformat(row["eerste_dag"]), date.fromisoformat(row["laatste_dag"])) for row in town().rows("holidays")]
    assert not any(first <= date.fromisoformat(row["datum"]) <= last for row in town().sessions for first, last in holidays)
    for year in (2019, 2020, 2021, 2022, 2023, 2024):
        third_tuesday = next(day for day in (date(year, 9, number) for number in range(15, 22)) if day.weekday() == 1)
        assert not [day for _, day in town().held if day == third_tuesday]
    sectors = {branch["vestiging_id"]: branch["sector"] for branch in town().rows("branches")}
    for row in town().rows("closures"):
        first, last = date.fromisoformat(row["eerste_dag"]), date.fromisoformat(row["laatste_dag"])
        for branch, day in town().held:
            mine = row["sector"] in ("", sectors[branch]) and row["vestiging"] in ("", branch)
            assert not (mine and first <= day <= last)
    assert not [visit for visit in town().visits if date(2020, 12, 15) <= visit.day <= date(2021, 5, 19)]


def test_in_november_2020_only_schilderswijk_opened_early_and_only_for_pupils_who_already_came():
    early = [visit for visit in town().named if date(2020, 11, 5) <= visit.day <= date(2020, 11, 18)]
    assert {visit.branch for visit in early} == {"SCH"}
    assert min(visit.day for visit in early) >= date(2020, 11, 10)
    known = {visit.pupil for visit in town().named if visit.branch == "SCH" and date(2020, 8, 1) <= visit.day < date(2020, 11, 5)}
    assert {visit.pupil for visit in early} <= known


def test_local_branches_draw_from_nearby_and_the_central_library_from_the_whole_city():
    places = {row["gebiedscode"]: (float(row["breedtegraad"]), float(row["lengtegraad"])) for row in town().rows("neighbourhoods") if row["breedtegraad"]}
    branches = {row["vestiging_id"]: (float(row["breedtegraad"]), float(row["lengtegraad"])) for row in town().rows("branches")}

    def is_near(visit: Visit) -> bool:
        (north, east), (to_north, to_east) = places[visit.home], branches[visit.branch]
        return ((north - to_north) * 111.2) ** 2 + ((east - to_east) * 68.5) ** 2 <= 2.0**2

    near = defaultdict(list)
    for (branch, _), visits in group((visit for visit in town().named if visit.home in places), key=lambda visit: (visit.branch, visit.pupil)):
        near[branch].append(is_near(visits[0]))
    share = {branch: statistics.fmean(those) for branch, those in near.items()}
    assert all(0.58 <= share[branch] <= 0.90 for branch in ("TRA", "ESC", "LAA", "SCH")), share
    assert share["CEN"] < statistics.fmean(share[branch] for branch in ("TRA", "ESC", "LAA", "SCH")) - 0.1
    homes_of_centre = {visit.home for visit in town().named if visit.branch == "CEN" and visit.home in places}
    assert len(homes_of_centre) >= 38


def test_two_school_weeks_of_laakkwartier_are_missing_though_sessions_were_held_there():
    silent = [session for session in town().held if not town().is_covered(*session)]
    assert {branch for branch, _ in silent} == {"LAA"}
    assert {day.isocalendar()[:2] for _, day in silent} == {(2025, 24), (2025, 25)}
    assert not any(town().visits_at[session] for session in silent)
    assert all(town().held[session][column] == "" for session in silent for column in ("bezoekers", "weggestuurd"))
    assert all(town().held[session]["vrijwilligers"] for session in silent)


def test_the_missing_list_turns_up_and_fits_the_sessions_that_were_held():
    late = town().delivered.late
    days = {date.fromisoformat(row["datum"]) for row in read(late.content)}
    assert days == {day for branch, day in town().held if not town().is_covered(branch, day)}
    assert late.covers == Period(date(2025, 6, 9), date(2025, 6, 22))
    assert len(read(late.content)) > 20


def test_every_branch_is_covered_to_the_same_last_day_and_sessions_are_planned_after_it():
    for branch in ("TRA", "ESC", "LAA", "SCH", "CEN"):
        assert town().is_covered(branch, truths.LAST_DAY)
        assert not town().is_covered(branch, truths.LAST_DAY + timedelta(days=1))
        planned = [row for row in town().sessions if row["vestiging"] == branch and row["status"] == "gepland"]
        assert len(planned) >= 4
        assert all(row["datum"] > truths.LAST_DAY.isoformat() and row["vrijwilligers"] for row in planned)


def test_sessions_fall_out_with_a_reason_most_often_for_want_of_volunteers_where_they_are_short():
    out = [row for row in town().sessions if row["status"] in ("vervallen", "gesloten")]
    assert {row["reden"] for row in out} == {"geen vrijwilligers", "feestdag", "gesloten", "anders"}
    recent = [row for row in town().sessions if row["datum"] >= "2023-09-04" and row["status"] in ("gehouden", "vervallen")]
    lost = {branch: sum(row["reden"] == "geen vrijwilligers" for row in rows) / len(rows) for branch, rows in group(recent, key=lambda row: row["vestiging"])}
    assert lost["LAA"] == max(lost.values())
    sent_away: Counter[str] = Counter()
    for row in recent:
        sent_away[row["vestiging"]] += int(row["weggestuurd"] or 0)
    assert sent_away["LAA"] > sum(count for branch, count in sent_away.items() if branch != "LAA")


def test_heads_at_the_door_are_all_visits_of_that_day():
    counted = {session: int(row["bezoekers"]) for session, row in town().held.items() if row["bezoekers"]}
    assert {branch for branch, _ in counted} == {"CEN"}
    assert all(heads == town().visits_at[session] for session, heads in counted.items())


def test_no_made_up_card_number_can_be_a_citizen_service_number():
    ids = {visit.pupil for visit in town().named} | {row["leerling_id"] for row in town().marks}
    assert all(re.fullmatch(r"K\d{7}", pupil) for pupil in ids)


def test_marks_come_from_enough_schools_and_participants_start_lower():
    for subject in truths.EFFECT:
        rows = [row for row in town().marks if row["vak"] == subject]
        assert len({row["school"] for row in rows}) >= 20
        assert sum(row["deelgenomen"] == "ja" for row in rows) >= 200
        before = {part: statistics.fmean(float(row["score_begin"]) for row in rows if row["deelgenomen"] == part) for part in ("ja", "nee")}
        assert before["ja"] < before["nee"] - 0.25
        assert all(1 <= float(row[column]) <= 10 for row in rows for column in ("score_begin", "score_eind"))


def test_pupils_with_marks_who_took_part_came_on_five_days_and_the_others_never():
    for row in town().marks:
        days = town().days_in_year.get((row["leerling_id"], int(row["schooljaar"][:4])), 0)
        assert days >= truths.ENOUGH_DAYS if row["deelgenomen"] == "ja" else days == 0


def test_schools_that_give_results_per_group_are_others_than_those_that_give_them_per_pupil():
    groups = town().rows("group_outcomes")
    assert len({row["school"] for row in groups}) >= 10
    assert not {row["school"] for row in groups} & {row["school"] for row in town().marks}
    assert all((row["standaardafwijking"] == "") == (row["aantal"] == "1") for row in groups)


def test_no_survey_has_more_answers_than_it_invited_people():
    surveys = group(town().rows("survey"), key=lambda row: (row["vestiging"], row["ingevuld_door"], row["ronde"]))
    assert len(surveys) == 50
    shares = []
    for (_, audience, _), rows in surveys:
        (handed_out,) = {int(row["uitgedeeld"]) for row in rows}
        assert len({row["nummer"] for row in rows}) == len(rows) <= handed_out
        shares += [len(rows) / handed_out] if audience == "leerling" else []
    assert 0.35 <= statistics.fmean(shares) <= 0.55


def test_every_finished_school_year_has_costs_for_every_branch():
    rows = town().rows("costs")
    branches = {"TRA", "ESC", "LAA", "SCH", "CEN"}
    of_branches = {(int(row["schooljaar"][:4]), row["vestiging"]) for row in rows}
    assert of_branches >= {(year, branch) for year in range(2018, 2024) for branch in branches}
    assert all(float(row["bedrag"]) > 0 for row in rows)


def test_the_same_seed_gives_the_same_bytes_in_another_process_and_another_seed_others():
    digest = "import hashlib; from data_access.demo.programme import programme; from tests.data_access.test_demo import bytes_of; "
    digest += "print(hashlib.sha256(bytes_of(programme())).hexdigest())"
    elsewhere = subprocess.run(
        [sys.executable, "-c", digest], env={**os.environ, "PYTHONHASHSEED": "7", "POLARS_MAX_THREADS": "1"}, capture_output=True, text=True, check=True
    )
    assert elsewhere.stdout.strip() == hashlib.sha256(bytes_of(town().delivered)).hexdigest()
    assert bytes_of(town(1).delivered) != bytes_of(town().delivered)


def test_the_demo_is_the_same_on_every_machine_and_in_every_version_until_somebody_means_to_change_it():
    """Another digest on another machine is a fault; after a change to the demo on purpose, the new one goes here and the screenshots are made anew."""
    assert hashlib.sha256(bytes_of(town().delivered)).hexdigest().startswith(DIGEST)


def test_the_answer_sheet_in_the_documentation_is_the_one_the_generator_uses():
    page = (Path(__file__).parents[2] / "docs" / "demo.md").read_text(encoding="utf-8")
    table = [tuple(cell.strip() for cell in line.strip("|").split("|")) for line in page.splitlines() if line.startswith("| ")][1:]
    assert table == [(name, finding.what, str(finding.low), str(finding.high)) for name, finding in truths.FINDINGS.items()]


def bytes_of(made: Programme) -> bytes:
    return b"".join(file.file_name.encode() + file.content for file in (*made.deliveries, made.late, *made.to_try))


def test_the_first_visit_of_a_pupil_is_always_signed_whatever_happens_to_the_scanner():
    admitted = pl.DataFrame({"branch_id": ["ESC"] * 400, "visited_on": [AUTUMN[0]] * 400, "is_first": [True, False] * 200})
    signed = sign(1, admitted)
    assert not signed.filter("is_first")["is_anonymous"].any()
    assert 0.2 <= signed.filter(~pl.col("is_first"))["is_anonymous"].sum() / 200 <= 0.5


def test_who_came_last_year_comes_again_more_often_and_the_others_so_much_less_that_the_chance_stays():
    """A town of one school year after another: the share that comes is as planted in each, and three in ten come again."""
    place = children(1)
    came: dict[int, set[int]] = {year: set() for year in truths.LEVEL}
    for part in taking_part(1, place):
        came[part.school_year] |= set(part.child.tolist())
    for year in (2019, 2022, 2023, 2024):
        expected = sum(chance_to_come(place, sector, year).sum() for sector in ("PO", "VO"))
        assert len(came[year]) == pytest.approx(expected, abs=3 * expected**0.5)
    stay = [child for child in came[2023] if place.attends("PO", 2023)[child] and place.attends("PO", 2024)[child]]
    again = sum(child in came[2024] for child in stay) / len(stay)
    assert again == pytest.approx(truths.AGAIN, abs=3 * (0.21 / len(stay)) ** 0.5)


def test_dice_of_one_part_do_not_know_the_draws_of_another():
    assert Dice(1, "a").share(5).tolist() != Dice(1, "b").share(5).tolist()
    assert Dice(1, "a").share(5).tolist() == Dice(1, "a").share(5).tolist()


def test_a_choice_falls_where_the_running_total_passes_the_share():
    weights = [[1.0, 0.0, 3.0]] * 4
    assert choose(np.array(weights), np.array([0.0, 0.24, 0.25, 0.99])).tolist() == [0, 0, 2, 2]
