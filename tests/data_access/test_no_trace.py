"""No id of a pupil stays anywhere: a canary is looked for in every byte that loading leaves behind."""

import io
import json
import logging
from contextlib import redirect_stderr, redirect_stdout

import pytest

from actions.load_file import check
from data_access import tables
from data_access.database import look
from tests.serving import run_command
from tests.stores import deliver, delivery, stored

CANARY = "Kanarie7788991"
VISITS = f"""leerling_id | datum      | vestiging | aankomst | naam     | schoolniveau
             {CANARY}    | 18-11-2024 | Noord     | 15:30    | {CANARY} | havo
             {CANARY}    | 31-02-2024 | Noord     | 15:30    | {CANARY} | havo
             {CANARY}    | 18-11-2024 | Noord     | 15:30    | {CANARY} | havo
             {CANARY}    | {CANARY}   | Noord     | {CANARY} | {CANARY} | havo
             {CANARY}@x.y | 18-11-2024 | Noord    | 15:30    | {CANARY} | havo"""

RESULTS = f"""leerling_id | schooljaar | school   | vak     | score_begin | score_eind | deelgenomen | naam
              {CANARY}    | 2023-2024  | {CANARY} | rekenen | 6           | 7          | ja          | {CANARY}
              {CANARY}    | {CANARY}   | Zuid     | rekenen | 6           | 7          | ja          | {CANARY}
              {CANARY}    | 2023-2024  | Zuid     | taal    | {CANARY}    | 7          | {CANARY}    | {CANARY}
              {CANARY}    | 2023-2024  | Zuid     | rekenen | 6           | 8          | ja          | {CANARY}"""
FORMS = f"""leerling_id | vestiging | datum      | ingevuld_door | uitgedeeld | nummer   | geleerd  | opmerking
            {CANARY}    | Noord     | 13-05-2024 | leerling      | 3          | 1        | 4        | {CANARY}
            {CANARY}    | Noord     | 13-05-2024 | leerling      | 3          | {CANARY} | 4        | {CANARY}
            {CANARY}    | Noord     | 13-05-2024 | {CANARY}      | {CANARY}   | 2        | 4        | {CANARY}
            {CANARY}    | {CANARY}  | 13-05-2024 | leerling      | 3          | 2        | 4        | {CANARY}
            {CANARY}    | Noord     | 13-05-2024 | leerling      | 3          | 2        | {CANARY} | {CANARY}"""


def test_an_id_stays_nowhere(store, tmp_path, caplog):
    caplog.set_level(logging.DEBUG)
    out, receipts = io.StringIO(), []
    with redirect_stdout(out), redirect_stderr(out):
        receipts.append(check(store, delivery(VISITS)))
        receipts.append(deliver(store, VISITS))
        receipts.append(deliver(store, VISITS.replace("15:30", "15:45")))
        receipts.append(deliver(store, f"leerling_id|schooljaar|schoolniveau\n{CANARY}|2024-2025|vwo\n{CANARY}|2024-2025|havo"))
        receipts.append(deliver(store, RESULTS))
        receipts.append(deliver(store, FORMS))
    assert [receipt.accepted for receipt in receipts] == [1, 1, 1, 1, 1, 1]

    said = out.getvalue() + caplog.text + json.dumps([receipt.as_dict() for receipt in receipts])
    assert not traces(said.encode())
    with look(store) as connection:
        for table in tables.metadata.sorted_tables:
            assert not traces(repr(connection.execute(table.select()).all()).encode()), table.name
    for file in tmp_path.rglob("*"):
        assert not file.is_file() or not traces(file.read_bytes()), file.name
    assert stored(store, "pupils") != []


def test_the_command_line_says_no_id(store, tmp_path):
    file = tmp_path / "lijst.csv"
    file.write_text("\n".join(line.strip() for line in VISITS.splitlines()))
    said = ""
    for command in (["import", str(file)], ["import", str(file), "--check", "--json"], ["loads"], ["refused", "2"], ["refused", "2", "--csv"]):
        run = run_command(*command)
        said += run.stdout + run.stderr
    assert "31-02-2024" in said
    assert not traces(said.encode())


@pytest.mark.parametrize("stores", ["sqlite"], indirect=True)
def test_the_search_would_find_a_trace_in_the_database_file(store, tmp_path):
    """The guard on the guard: what may be kept, the name of a file, is found in the same way."""
    deliver(store, "leerling_id|datum|vestiging\n17|18-11-2024|Noord", name=f"{CANARY}.csv")
    assert any(traces(file.read_bytes()) for file in tmp_path.rglob("*") if file.is_file())


def traces(found: bytes) -> bool:
    """Whether the canary stands in the bytes, as typed or as it is made normal, in one of the encodings that a text may be kept in."""
    texts = (CANARY, CANARY.casefold(), CANARY.upper(), CANARY[7:])
    return any(text.encode(encoding) in found for text in texts for encoding in ("utf-8", "utf-16-le", "utf-16-be"))
