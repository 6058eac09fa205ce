"""Whatever bytes come, a table or a refusal comes out. What a fuzzer once found stands here as a test."""

import os
import resource
import subprocess
import sys

import polars as pl
import pytest
from hypothesis import example, given
from hypothesis import strategies as some

from data_access.ingest.shapes import RawTable
from tests.data_access.broken import FILES
from tests.examples import examples
from tests.fuzzed_reading import HEAD, MEGABYTES, PARTS, SHARED, SHEET, a_workbook, file_of, in_this_process, read_and_judge
from tests.serving import ROOT

PROCESSES = 5
SMALL = [broken.made for broken in FILES if isinstance(broken.made, bytes) and len(broken.made) < 10_000]


@pytest.fixture(scope="module", autouse=True)
def workbooks_in_this_process():
    """A child process for each of hundreds of workbooks would take minutes."""
    with pytest.MonkeyPatch.context() as patch:
        in_this_process(patch.setattr)
        yield


@some.composite
def changed(draw, files):
    """One of these files with some stretches of it cut out, doubled, or replaced."""
    content = draw(files)
    for _ in range(draw(some.integers(1, 4))):
        at, length = draw(some.integers(0, len(content))), draw(some.integers(0, 30))
        piece = draw(some.sampled_from([b"", b'"', b";", b"\n", b"\r", b"\x00", b"\xff", b"\xef\xbb\xbf", b"<", b"&", content[:50]]) | some.binary(max_size=8))
        content = content[:at] + piece + content[at + length :]
    return content


@given(content=some.binary(max_size=400) | changed(some.sampled_from(SMALL)))
@examples(150)
def test_any_bytes_are_a_table_or_are_refused(content):
    read_and_judge(content)


@given(part=some.sampled_from([SHEET, SHARED]), data=some.data())
@examples(60)
@pytest.mark.filterwarnings("ignore")  # what the library has to say of a sheet
def test_any_sheet_is_a_table_or_is_refused(part, data):
    read_and_judge(a_workbook({part: data.draw(changed(some.just(PARTS[part])))}))


@given(rows=some.lists(some.text(alphabet='";xy \n', max_size=14), max_size=12))
@example(rows=[';;"""', '";;x'])  # one row over two lines, of five fields
@examples(200)
def test_no_line_vanishes(rows):
    """Every line under the header is blank, a row, a refused row, or inside a cell that was read or a row of a wrong width, which may hold more lines."""
    text = HEAD.decode() + "\n".join(rows)
    raw = read_and_judge(text.encode())
    if raw is None:
        return
    assert isinstance(raw, RawTable)
    lines = [number for number, line in enumerate(text.split("\n"), start=1) if number > 1 and line.strip('"; ')]
    found = {*raw.frame["row"], *raw.broken["row"]}
    if '"' not in text:
        assert set(lines) <= found
    inside = sum(str(cell).count("\n") for row in raw.frame.iter_rows() for cell in row)
    wide = raw.broken.filter(pl.col("code") != "row.open_quote")
    assert len(lines) <= len(found) + inside or (len(wide) and '"' in text), "a line is gone"


@pytest.mark.parametrize(
    "content",
    [
        b"o",  # nothing but an empty list of observations
        b"oId;ParentId;Title;Identifier;Measure\n1;;x;M1;M1\n",  # StatLine without the columns by which its files hang together
        b"oId;Title;Identifier;Measure\n1;;M1;M1\n1;;M1;M1\n",  # a topic twice, without a title, in a table without a description
        b"-;;\n;;\n",  # separators alone
        b"-naam\nx\n;;\n;\n",  # a blank line that is wider than the header
        b"-leerling_id;*;datum\n17;;18-11-2024\n",  # headers that are patterns to the library of tables
        b"-^leerling.*$;leerling_id;datum\n17;18;18-11-2024\n",
        b'-{"type": "FeatureCollection", "features": [], "crs": {"properties": []}}',
        b'-{"type": "FeatureCollection", "features": [{"properties": {"name": "\\ud800"}}]}',  # half a character
        b'-{"type": "FeatureCollection", "features": [], "crs": {"properties": {"name": "%s"}}}' % (b"1" * 5000),
    ],
    ids=range(10),
)
def test_what_was_once_found(content):
    read_and_judge(file_of(content))


@pytest.mark.proof
@pytest.mark.skipif(sys.platform != "linux", reason="the fuzzer runs on Linux")
def test_ten_minutes_of_bytes_that_nobody_thought_of(tmp_path):
    """HUISWERKMONITOR_FUZZ_SECONDS makes it shorter or longer. In processes after each other: what the fuzzer and the libraries keep of a hundred thousand
    files is not what a reader takes for one."""
    pytest.importorskip("atheris")
    seconds = int(os.environ.get("HUISWERKMONITOR_FUZZ_SECONDS", "600"))
    command = [sys.executable, "-m", "tests.fuzzed_reading", str(seconds // PROCESSES)]
    for _ in range(PROCESSES):
        found = subprocess.run(command, cwd=tmp_path, env=os.environ | {"PYTHONPATH": str(ROOT)}, capture_output=True, check=False)
        assert found.returncode == 0, found.stderr.decode(errors="replace")[-3000:]
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss < MEGABYTES * 1024
