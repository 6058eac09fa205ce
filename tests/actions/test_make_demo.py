"""The demo store: whole or not at all, and does the monitor find in it what was planted?"""

import json
import subprocess
import sys
from dataclasses import replace
from datetime import date

import polars as pl
import pytest
from sqlalchemy import Engine, func, select

from actions.load_file import load
from actions.loads import kind_ids
from actions.make_demo import STEWARD, make_demo
from data_access import tables
from data_access.database import engine_for, look
from data_access.dataset import Dataset
from data_access.demo import truths
from data_access.demo.programme import programme
from data_access.ingest.shapes import Delivery, FileRefused
from data_access.organisation import organisation
from data_access.reader import Reader, Role
from metrics.indicators import capacity, equal_opportunity, outcomes, participation
from metrics.methods.repeat_attendance import returned_within
from metrics.periods import school_year
from metrics.shapes import Figures, Inputs, Period, View
from presentation.texts import language
from tests.serving import ROOT, own_environment, run_command

PROGRAMME = Reader(Role.PROGRAMME)
YEAR = school_year(2023)


@pytest.fixture(scope="module")
def inputs(made_demo) -> Inputs:
    engine = engine_for(f"sqlite:///{made_demo / 'huiswerkmonitor.sqlite'}")
    found = Dataset(engine, PROGRAMME).inputs()
    engine.dispose()
    return found


def count(engine: Engine, table) -> int:
    with look(engine) as connection:
        return connection.execute(select(func.count()).select_from(table)).scalar_one()


def value(figures: Figures, **keys: str) -> float:
    (found,) = [row["value"] for row in figures.frame.iter_rows(named=True) if keys.items() <= row.items()]
    return float(found)


def lies_in(name: str, found: float | None) -> bool:
    finding = truths.FINDINGS[name]
    return found is not None and finding.low <= found <= finding.high


def test_the_demo_of_one_municipality_is_not_made_for_another(tmp_path, monkeypatch):
    monkeypatch.setattr("actions.make_demo.organisation", lambda: replace(organisation(), code="GM9999"))
    place = tmp_path / "store.sqlite"
    with pytest.raises(FileRefused) as stopped:
        make_demo(engine_for(f"sqlite:///{place}"))
    assert (stopped.value.code, stopped.value.values["ours"]) == ("demo.other_municipality", "GM9999")
    assert "GM9999" in language("nl")(f"stopped.{stopped.value.code}", **stopped.value.values)
    assert not list(tmp_path.iterdir())


def test_every_delivered_row_came_in_and_none_was_refused_or_corrected(demo_database):
    loads = Dataset(demo_database, STEWARD).loads()
    made = programme()
    delivered = {file.file_name: len(file.frame) for file in made.deliveries}
    assert {row["file_name"]: row["accepted"] for row in loads.iter_rows(named=True)} == delivered
    assert loads.select(pl.col("refused", "corrected", "duplicate").sum()).row(0) == (0, 0, 0)


def test_the_store_is_a_demo_and_says_so(demo_database):
    assert Dataset(demo_database, PROGRAMME).kind() == "demo"


def test_every_branch_counts_up_to_the_last_sunday_though_two_weeks_are_missing(inputs):
    assert inputs.as_of == truths.LAST_DAY
    branch, first, last = truths.MISSING
    covers = inputs.coverage.filter(pl.col("branch_id") == branch)
    assert covers.filter(pl.col("first_day") <= last, pl.col("last_day") >= first).is_empty()
    assert covers["stated"].all()


def test_the_monitor_finds_the_participants_of_the_first_school_year(inputs):
    figures = participation.participants(inputs, View(school_year(2019), truths.LAST_DAY))
    assert lies_in("participants", value(figures))


@pytest.mark.parametrize(("code", "finding"), [(truths.LAGGING, "reach_lagging"), ("WK051834", "reach_beside")])
def test_the_monitor_finds_the_neighbourhood_that_lags_and_the_one_beside_it(inputs, code, finding):
    figures = participation.reach(inputs, View(YEAR, truths.LAST_DAY, by=("neighbourhood",)))
    assert lies_in(finding, value(figures, neighbourhood_code=code))


@pytest.mark.parametrize("sector", ["PO", "VO"])
def test_the_monitor_finds_that_reach_falls_with_wealth(inputs, sector):
    view = View(YEAR, truths.LAST_DAY, sector=sector)
    by_fifth = participation.reach(inputs, View(YEAR, truths.LAST_DAY, sector=sector, by=("wealth_fifth",)))
    reach = [value(by_fifth, wealth_fifth=str(fifth)) for fifth in range(1, 6)]
    assert reach == sorted(reach, reverse=True)
    assert lies_in(f"reach_{sector.lower()}_least", reach[0])
    assert lies_in(f"reach_{sector.lower()}_most", reach[4])
    lead, slope = (figure(inputs, view).frame.row(-1, named=True) for figure in (equal_opportunity.least_against_most, equal_opportunity.slope))
    planted = (truths.REACH[sector][0] - truths.REACH[sector][4]) * truths.LEVEL[2023] * (1 - truths.UNKNOWN_HOME)
    assert lead["lower"] < planted < lead["upper"]
    assert slope["groups"] == "wealth_fifth"
    assert slope["upper"] < 0  # certainly more where there is less wealth


def test_the_monitor_finds_the_neighbourhood_that_lags(inputs):
    found = equal_opportunity.funnel(inputs, View(YEAR, truths.LAST_DAY)).frame
    lagging = found.filter(neighbourhood_code=truths.LAGGING).row(0, named=True)
    assert lagging["status"] == "low_998"
    beside = equal_opportunity.representation(inputs, View(YEAR, truths.LAST_DAY)).frame
    assert beside.sort("pupils_to_parity")["neighbourhood_code"].last() == truths.LAGGING  # nowhere do more pupils lack


def test_the_monitor_finds_how_many_pupils_come_back(inputs):
    assert lies_in("returned", returned_within(inputs.visits, truths.LAST_DAY).value or 0)


def test_the_monitor_finds_the_shift_after_the_first_closure(inputs):
    before, after = Period(date(2019, 9, 1), date(2020, 3, 15)), Period(date(2020, 5, 11), date(2020, 7, 31))
    assert lies_in("busy_before", value(participation.visits_per_session(inputs, View(before, truths.LAST_DAY))))
    assert lies_in("busy_after", value(participation.visits_per_session(inputs, View(after, truths.LAST_DAY))))


def test_the_monitor_finds_the_share_of_homes_that_are_known(inputs):
    """Of all visits, so those without a name count as unknown: that is why it lies below the share of participants."""
    known = value(participation.known_home(inputs, View(YEAR, truths.LAST_DAY)))
    named = value(participation.known_pupil(inputs, View(YEAR, truths.LAST_DAY)))
    of_named = truths.FINDINGS["unknown_home"]
    assert (1 - of_named.high) - 0.02 <= known / named <= (1 - of_named.low) + 0.02


def test_the_monitor_finds_the_branch_that_is_short_of_volunteers(inputs):
    view = View(school_year(2024), inputs.as_of)
    assert lies_in("short", value(capacity.pupils_per_volunteer(inputs, replace(view, branches=("LAA",)))))
    assert lies_in("not_short", value(capacity.pupils_per_volunteer(inputs, replace(view, branches=("TRA", "ESC", "SCH", "CEN")))))
    per_branch = replace(view, by=("branch",))
    for indicator in (capacity.turned_away, capacity.sessions_above_norm):
        assert indicator(inputs, per_branch).frame.sort("value")["branch_id"][-1] == "LAA"
    no_volunteers = capacity.cancelled(inputs, per_branch).frame.filter(pl.col("cancelled_reason") == "no_volunteers")
    assert no_volunteers.sort("value")["branch_id"][-1] == "LAA"


def test_the_monitor_finds_where_volunteers_will_be_short_and_its_expectation_mostly_was_enough(inputs):
    two_weeks = View(Period(date(2025, 6, 30), date(2025, 7, 13)), inputs.as_of)
    short = capacity.volunteers_short(inputs, two_weeks).frame.group_by("branch_id").agg(pl.col("value").mean())
    assert short.sort("value")["branch_id"][-1] == "LAA"
    assert 0.7 < value(capacity.volunteers_short_back_test(inputs, View(Period(truths.FIRST_DAY, truths.LAST_DAY), inputs.as_of))) < 0.9


def test_the_monitor_finds_what_taking_part_adds_and_that_participants_seem_to_do_worse(inputs):
    figures = outcomes.comparison(inputs, View(Period(truths.FIRST_DAY, truths.LAST_DAY), inputs.as_of))
    for subject, finding in (("rekenen", "effect_arithmetic"), ("taal", "effect_language")):
        (row,) = figures.frame.filter(pl.col("analysis") == "equal_start", pl.col("subject") == subject).iter_rows(named=True)
        assert lies_in(finding, row["value"])
        assert row["lower"] < truths.EFFECT[subject] < row["upper"]
        assert (row["method"], row["reason"], row["schools"]) == ("CR3", None, 26)
    assert lies_in("difference_arithmetic", value(figures, subject="rekenen", analysis="plain"))
    assert sum(row["value"] > 0 for row in outcomes.paired_change(inputs, figures.view).frame.iter_rows(named=True)) == 2
    assert outcomes.subgroups(inputs, figures.view).frame.filter((pl.col("lower") > 0) | (pl.col("upper") < 0)).is_empty()  # none was planted


def test_the_monitor_finds_what_pupils_and_parents_answered_and_how_many_did(inputs):
    figures = outcomes.survey(inputs, View(Period(truths.FIRST_DAY, truths.LAST_DAY), inputs.as_of))
    assert lies_in("pupils_agree", value(figures, audience="pupils", dimension="knowledge"))
    for row in figures.frame.iter_rows(named=True):
        assert abs(row["value"] - truths.SURVEY[row["audience"]][row["dimension"]]) < 0.05
        assert abs(row["response"] - truths.RESPONSE[row["audience"]]) < 0.02


def test_delivering_the_missing_list_fills_the_gap(demo_database):
    late = programme().late
    before = count(demo_database, tables.visits)
    receipt = load(demo_database, Delivery(late.file_name, late.content, STEWARD, covers=late.covers))
    assert (receipt.kind, receipt.accepted, receipt.refused) == ("visits", len(late.frame), 0)
    assert count(demo_database, tables.visits) == before + receipt.accepted - receipt.anonymous
    covers = Dataset(demo_database, PROGRAMME).inputs().coverage.filter(pl.col("branch_id") == "LAA")
    assert covers.filter(pl.col("first_day") == truths.MISSING[1], pl.col("last_day") == truths.MISSING[2]).height == 1


def test_marks_hang_on_the_pupils_who_came(demo_database):
    with look(demo_database) as connection:
        took_part, visits = tables.outcomes.c, tables.visits.c
        without = select(func.count()).where(took_part.took_part, ~took_part.pupil_id.in_(select(visits.pupil_id)))
        assert connection.execute(without).scalar_one() == 0


#: Makes the demo, but the process is gone, without any clean-up, when the given delivery is about to be loaded.
KILLED = """
import os, sys
from actions import make_demo
real, seen = make_demo.load_within, []
def load_within(*arguments):
    seen.append(1)
    if len(seen) == int(sys.argv[1]):
        os._exit(9)
    return real(*arguments)
make_demo.load_within = load_within
import manage
manage.main(["init", "--demo"])
"""


def test_a_demo_that_was_killed_halfway_is_no_store_and_the_next_try_makes_a_whole_one(tmp_path):
    environment = own_environment(tmp_path)
    for delivery in (1, 41):
        killed = subprocess.run([sys.executable, "-c", KILLED, str(delivery)], cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
        assert killed.returncode == 9, killed.stderr
        assert not (tmp_path / "huiswerkmonitor.sqlite").exists()
    assert run_command("init", "--demo", environment=environment).returncode == 0
    assert sorted(file.name for file in tmp_path.iterdir()) == ["huiswerkmonitor.sqlite", "pseudonym.key"]


def test_in_a_database_that_was_there_already_a_killed_demo_leaves_no_store_either(tmp_path):
    """As on a database server, where nothing can be moved into place: the transaction holds it together."""
    environment = own_environment(tmp_path)
    (tmp_path / "huiswerkmonitor.sqlite").touch()
    killed = subprocess.run([sys.executable, "-c", KILLED, "20"], cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert killed.returncode == 9, killed.stderr
    assert run_command("loads", environment=environment).returncode == 1
    made = run_command("init", "--demo", environment=environment)
    assert made.returncode == 0, made.stderr
    assert run_command("loads", environment=environment).stdout.count("\n") == len(programme().deliveries) + 1


def test_making_a_demo_again_changes_nothing_and_a_store_with_real_data_stays_real(demo_folder, tmp_path):
    content = (demo_folder / "huiswerkmonitor.sqlite").read_bytes()
    assert run_command("init", "--demo", environment=own_environment(demo_folder)).returncode == 0
    assert (demo_folder / "huiswerkmonitor.sqlite").read_bytes() == content
    real = tmp_path / "real"
    real.mkdir()
    assert run_command("init", environment=own_environment(real)).returncode == 0
    assert run_command("init", "--demo", environment=own_environment(real)).returncode == 1
    assert run_command("loads", environment=own_environment(real)).returncode == 0


def test_the_demo_command_also_hands_over_the_list_that_is_missing(demo_folder):
    made = run_command("demo", environment=own_environment(demo_folder))
    assert made.returncode == 0, made.stderr
    assert (demo_folder / programme().late.file_name).read_bytes() == programme().late.content


def test_there_is_a_file_of_every_kind_to_try_and_each_loads(demo_database):
    """Outlines alone are missing: made-up ones would look like a broken map."""
    made = programme()
    kinds = {file.kind for file in (*made.deliveries, *made.to_try)}
    assert kinds == set(kind_ids()) - {"boundaries"}
    for file in made.to_try:
        receipt = load(demo_database, Delivery(file.file_name, file.content, STEWARD))
        assert (receipt.kind, receipt.read, receipt.refused) == (file.kind, len(file.frame), 0), file.file_name


def test_a_register_says_the_same_of_its_pupils_as_the_lists_of_the_branches(demo_database):
    before = Dataset(demo_database, PROGRAMME).inputs().pupil_years
    register = next(file for file in programme().to_try if file.kind == "pupils")
    load(demo_database, Delivery(register.file_name, register.content, STEWARD))
    assert Dataset(demo_database, PROGRAMME).inputs().pupil_years.equals(before)


def test_the_files_of_the_demo_load_by_command(tmp_path):
    """One of each kind of which no other test types a whole file, and the two that those lean on."""
    environment, folder = own_environment(tmp_path), tmp_path / "bestanden"
    written = run_command("demo", "--files", str(folder), environment=environment)
    assert (written.returncode, (tmp_path / "huiswerkmonitor.sqlite").exists()) == (0, False), written.stderr
    made = programme()
    files = dict(zip(sorted(folder.iterdir()), (*made.deliveries, made.late, *made.to_try), strict=True))
    assert run_command("init", environment=environment).returncode == 0
    first_of_kind = {file.kind: path for path, file in reversed(files.items())}
    for path in sorted(first_of_kind[kind] for kind in ("branches", "schools", "events", "offers", "survey", "outcomes", "group_outcomes", "costs")):
        said = run_command("import", str(path), "--json", environment=environment)
        receipt = json.loads(said.stdout)
        assert (said.returncode, receipt["kind"], receipt["accepted"]) == (0, files[path].kind, len(files[path].frame)), path.name
