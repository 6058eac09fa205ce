"""Recognising: a branch finds its open signals in its own register, nobody else finds anything, and no id stays anywhere."""

import io
import logging
from contextlib import redirect_stderr, redirect_stdout
from datetime import date, timedelta
from functools import cache

import polars as pl
import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from actions import recognise_pupils
from actions.follow_signal import follow, own_list
from actions.recognise_pupils import MOST_A_DAY, MOST_AT_A_TIME, book, column, lines, recognise
from data_access import tables
from data_access.database import engine, look
from data_access.demo.facts import facts
from data_access.demo.programme import programme
from data_access.ingest.pseudonyms import KeyFault, make_key
from data_access.ingest.shapes import FileRefused
from data_access.reader import Forbidden, Reader, Role
from data_access.settings import settings as ours
from data_access.signals import states, still_open
from metrics.shapes import Refused
from presentation.refusals import stopped
from presentation.texts import LANGUAGES, language
from tests.examples import examples
from tests.stores import STEWARD, deliver, stored

NORTH, HARBOUR = Reader(Role.BRANCH, ("NRD",)), Reader(Role.BRANCH, ("HVN",))
OTHERS = (Reader(Role.PROGRAMME), STEWARD, Reader(Role.COUNCIL), Reader(Role.BRANCH))
FIRST = date(2024, 9, 2)
CANARY = "Kanarie7788991"


def often(*pupils: tuple[str, str]) -> str:
    """A list on which each pupil came eight times in a month to a branch, which is a signal."""
    rows = [f"{pupil} | {FIRST + timedelta(days=3 * number)} | {branch}" for pupil, branch in pupils for number in range(8)]
    return "\n".join(["leerling_id | datum | vestiging", *rows])


@pytest.fixture
def town(store):
    """Two pupils of the north and one of the harbour with a signal: numbers 1 and 2, and 3."""
    deliver(store, often(("L0001", "NRD"), ("0042", "NRD"), ("H0001", "HVN")))
    assert sorted(branch for _, branch in stored(store, "signals", "signal_id", "branch_id")) == ["HVN", "NRD", "NRD"]
    return store


def signal_of(store, pupil: str, reader: Reader = NORTH) -> list[int]:
    return sorted(recognise(store, reader, [pupil]).numbers)


def test_ids_of_the_own_register_find_the_open_signals_and_those_of_another_branch_none(town):
    found = recognise(town, NORTH, ["L0001", "L0002", "0042"])
    assert sorted(found.numbers.values()) == ["0042", "L0001"]
    assert (found.looked_up, found.refused) == (3, {})
    assert recognise(town, NORTH, ["H0001"]).numbers == {}
    assert recognise(town, HARBOUR, ["L0001", "0042"]).numbers == {}
    assert list(recognise(town, HARBOUR, ["H0001"]).numbers.values()) == ["H0001"]


def test_an_id_is_the_same_however_it_was_typed_and_is_shown_as_it_was_typed(town):
    for typed in ("l0001", " L 0001 ", "Ｌ０００１", "L00\u00ad01"):
        assert list(recognise(town, NORTH, [typed]).numbers.values()) == [typed.strip()]
    assert recognise(town, NORTH, ["42", "042"]).numbers == {}, "noughts in front count, as at the door"
    assert recognise(town, NORTH, ["L0001", "l0001"]).looked_up == 1


def test_a_signal_that_ended_is_recognised_no_longer(town):
    (signal,) = signal_of(town, "L0001")
    follow(town, NORTH, signal, "dismissed", reason="wrong_match")
    assert signal_of(town, "L0001") == []


def test_only_a_branch_recognises_and_the_others_are_refused_before_anything_is_read(town, monkeypatch):
    monkeypatch.setattr("data_access.ingest.pseudonyms.pseudonyms", lambda *_: pytest.fail("something was hashed"))
    for reader in OTHERS:
        with pytest.raises(Forbidden) as forbidden:
            recognise(town, reader, ["L0001"])
        assert forbidden.value.code == "forbidden.recognise"
    assert stored(town, "recognitions") == []


def test_kept_is_who_and_how_many_and_the_programme_reads_it_of_all(town):
    recognise(town, NORTH, ["L0001", "L0002", "L0002"])
    recognise(town, HARBOUR, ["L0001"])
    kept = [("branch:HVN", 1, 0), ("branch:NRD", 2, 1)]
    assert stored(town, "recognitions", "done_by", "looked_up", "recognised") == kept
    assert book(town, Reader(Role.PROGRAMME)).select("done_by", "looked_up", "recognised").rows() == kept
    assert book(town, NORTH)["done_by"].to_list() == ["branch:NRD"]
    assert [column.name for column in tables.recognitions.columns] == ["recognition_id", "done_by", "done_at", "looked_up", "recognised"]
    for reader in (STEWARD, Reader(Role.COUNCIL)):
        with pytest.raises(Forbidden):
            book(town, reader)


def test_what_may_be_no_id_is_counted_with_its_reason_and_never_looked_up(town):
    found = recognise(town, NORTH, ["L0001", "123456782", "Piet Jansen", "000", "1,00234E+11", "=1+1"])
    assert found.refused == {"pupil.bsn": 1, "pupil.name": 1, "pupil.placeholder": 1, "pupil.rounded": 1, "pupil.unfit": 1}
    assert (found.looked_up, len(found.numbers)) == (1, 1)
    assert all(f"refused.{code}.what" in language(code_of) for code in found.refused for code_of in LANGUAGES)


@pytest.mark.parametrize("stores", ["sqlite"], indirect=True)
def test_whoever_tries_all_numbers_is_stopped_at_a_time_and_over_a_day(town):
    with pytest.raises(Refused) as refused:
        recognise(town, NORTH, [f"G{number:05}" for number in range(MOST_AT_A_TIME + 1)])
    assert refused.value.code == "recognise.too_many"
    assert stored(town, "recognitions") == [], "nothing was looked up"
    for times in range(MOST_A_DAY // MOST_AT_A_TIME):
        recognise(town, NORTH, [f"G{times}{number:05}" for number in range(MOST_AT_A_TIME)])
    with pytest.raises(Refused) as refused:
        recognise(town, NORTH, ["L0001"])
    assert (refused.value.code, refused.value.values) == ("recognise.too_many_today", {"left": 0, "most": MOST_A_DAY})
    assert signal_of(town, "H0001", HARBOUR), "another branch has a day of its own"


@pytest.mark.parametrize("stores", ["sqlite"], indirect=True)
def test_the_limit_of_a_day_is_that_of_the_last_24_hours(town, monkeypatch):
    monkeypatch.setattr("data_access.recognitions.A_DAY", timedelta(0))
    recognise(town, NORTH, ["L0002"])
    monkeypatch.setattr(recognise_pupils, "MOST_A_DAY", 1)
    assert signal_of(town, "L0001"), "what was longer ago counts no more"


def test_nothing_to_look_up_is_said(town):
    with pytest.raises(Refused) as refused:
        recognise(town, NORTH, [])
    assert refused.value.code == "recognise.nothing"
    for code in LANGUAGES:
        faults: tuple[Refused | Forbidden | FileRefused, ...] = (
            refused.value,
            Refused("recognise.too_many", n=2000, most=1000),
            Refused("recognise.too_many_today", left=3, most=3000),
            Forbidden("forbidden.recognise"),
            FileRefused("file.no_pupils"),
        )
        for fault in faults:
            assert "{" not in stopped(language(code), fault)


@pytest.mark.parametrize("stores", ["sqlite"], indirect=True)
def test_with_another_key_nobody_seems_unknown_and_nothing_is_kept(town):
    ours().key_file.unlink()
    with pytest.raises(KeyFault) as fault:
        recognise(town, NORTH, ["L0001"])
    assert fault.value.code == "key.missing"
    make_key(ours().key_file)
    for typed in (["L0001"], ["Piet Jansen"]):
        with pytest.raises(KeyFault) as fault:
            recognise(town, NORTH, typed)
        assert fault.value.code == "key.other"
    assert stored(town, "recognitions") == []


# --- what is typed, pasted, scanned or brought ------------------------------------------------------------------------


def test_pasted_lines_scans_and_cells_are_ids_one_by_one():
    assert lines("L0001\r\n\r\n 0042 \tH0001;X 7\n") == ["L0001", "0042", "H0001", "X 7"]
    assert lines(" \n ") == []


@given(st.lists(st.text(st.characters(categories=["L", "N"], include_characters=" -."), min_size=1, max_size=12)))
def test_any_list_of_ids_comes_back_from_its_lines(ids):
    assert lines("\n".join(ids)) == [one.strip() for one in ids if one.strip()]


def test_a_file_gives_its_column_of_pupils_or_its_only_column():
    assert column("register.csv", b"Pasnummer;Naam;Groep\nL0001;Piet;7\n;Jan;8\n0042;Mo;7\n") == ["L0001", "0042"]
    assert column("bezoeken.csv", b"leerling_id,datum\nL0001,2024-09-02\nL0001,2024-09-05\n") == ["L0001", "L0001"]
    assert column("lijst.csv", b"L0001\n0042\n") == ["L0001", "0042"]
    assert column("lijst.csv", b"Nummers\nL0001\n0042\n") == ["L0001", "0042"]


@pytest.mark.parametrize("content", [b"naam;groep\nPiet;7\n", b'{"type": "FeatureCollection", "features": []}', b"", b"%PDF-1.7"])
def test_a_file_without_pupils_is_refused_in_words_without_anything_from_it(content):
    with pytest.raises(FileRefused) as refused:
        column("bestand", content)
    for code in LANGUAGES:
        assert "Piet" not in stopped(language(code), refused.value)


# --- no trace ---------------------------------------------------------------------------------------------------------


def traces(found: bytes) -> bool:
    texts = (CANARY, CANARY.casefold(), CANARY[7:])
    return any(text.encode(encoding) in found for text in texts for encoding in ("utf-8", "utf-16-le", "utf-16-be"))


@examples(4, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(known=st.booleans())
@pytest.mark.parametrize("stores", ["sqlite"], indirect=True)
def test_an_id_stays_nowhere_whether_it_was_recognised_or_not(stores, known, tmp_path, caplog):
    store = stores.fresh()
    deliver(store, often((CANARY if known else "L0001", "NRD")))
    caplog.set_level(logging.DEBUG)
    out, said = io.StringIO(), []
    with redirect_stdout(out), redirect_stderr(out):
        found = recognise(store, NORTH, [CANARY, f"{CANARY}@x.y", f"={CANARY}"])
        assert list(found.numbers.values()) == ([CANARY] if known else [])
        said.append(repr(found))
        for wrong in ([CANARY + str(number) for number in range(MOST_AT_A_TIME + 1)], [CANARY]):
            ours().key_file.rename(tmp_path / "elsewhere")
            with pytest.raises((Refused, KeyFault)) as fault:
                recognise(store, NORTH, wrong)
            (tmp_path / "elsewhere").rename(ours().key_file)
            assert isinstance(fault.value, Refused | KeyFault)
            said += [repr(fault.value), *(stopped(language(code), fault.value) for code in LANGUAGES)]
    assert not traces((out.getvalue() + caplog.text + "".join(said)).encode())
    with look(store) as connection:
        for table in tables.metadata.sorted_tables:
            assert not traces(repr(connection.execute(table.select()).all()).encode()), table.name
    for file in tmp_path.rglob("*"):
        assert not file.is_file() or not traces(file.read_bytes()), file.name


# --- the demo ---------------------------------------------------------------------------------------------------------


def test_the_register_of_a_branch_of_the_demo_finds_all_its_open_signals_and_no_other_register_does(demo_database):
    """A register is who came to a branch in the last two school years: who stopped in June is a signal in September."""
    with look(engine()) as connection:
        open_signals = still_open(states(connection))
    registers = {branch: register(branch) for branch in ("LAA", "ESC", "CEN")}
    for branch, own in registers.items():
        reader, expected = Reader(Role.BRANCH, (branch,)), set(open_signals.filter(branch_id=branch)["signal_id"])
        assert len(expected) > 10
        assert set(recognise(engine(), reader, sorted(own)).numbers) == expected
        for other in registers.values():
            if other is not own:
                assert recognise(engine(), reader, sorted(other - own)).numbers == {}, "who also came here stands in both registers"


@cache
def demo_lists() -> list[pl.DataFrame]:
    return [pl.read_csv(io.BytesIO(file.content), infer_schema=False) for file in programme().deliveries if file.kind == "visits"]


def register(branch: str) -> set[str]:
    """The ids on the lists of a branch of the demo from August 2023 on."""
    name = dict(facts("branches").select("branch_id", "name").iter_rows())[branch]
    rows = pl.concat(frame.select("leerling_id", "datum", "vestiging") for frame in demo_lists())
    return set(rows.filter(pl.col("vestiging") == name, pl.col("datum") >= "2023-08-01")["leerling_id"].drop_nulls())


def test_the_own_list_says_what_a_branch_needs_and_nothing_of_who_it_is(town):
    found, steps = own_list(town, NORTH)
    assert found.columns == ["signal_id", "rule", "branch_id", "raised_on", "visit_days", "state", "reason", "since", "level", "year_group", "school_known"]
    assert steps.columns == ["signal_id", "number", "state", "reason", "happened_on"]
    assert set(found["branch_id"]) == {"NRD"}
    for reader in OTHERS[:3]:
        with pytest.raises(Forbidden):
            own_list(town, reader)


def test_level_group_and_school_are_those_of_the_school_year_of_the_signal(store):
    deliver(store, "school_id | naam\nS1 | Oost", kind="schools")
    deliver(store, often(("L0001", "NRD"), ("L0002", "NRD")))
    deliver(store, "leerling_id | schooljaar | schoolniveau | leerjaar | school\nL0001 | 2023-2024 | po | 7 | \nL0001 | 2024-2025 | po | 8 | S1", kind="pupils")
    found, _ = own_list(store, NORTH)
    assert sorted(found.select("year_group", "school_known").rows(), key=repr) == [(8, True), (None, False)]


def test_who_informs_the_school_of_a_new_signal_has_seen_it_on_the_same_day(town):
    (signal,) = signal_of(town, "L0001")
    follow(town, NORTH, signal, "school_informed", seen_as_well=True)
    assert [state for number, state in stored(town, "signal_events", "signal_id", "state") if number == signal] == ["new", "school_informed", "seen"]
    with pytest.raises(Refused) as refused:
        follow(town, NORTH, signal, "seen", seen_as_well=True)
    assert refused.value.code == "signal.cannot_follow"
