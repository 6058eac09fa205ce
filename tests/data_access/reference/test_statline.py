"""Tables of StatLine as a zip."""

import io
import zipfile

import pytest

from data_access.ingest import read_files
from data_access.ingest.shapes import FileRefused, RawTable
from data_access.reference import statline
from tests.data_access.reference.delivered import figures, reasons

TOPICS = """"Identifier";"Index";"MeasureGroupId";"Title"
"M1";"1";"G2";"Gemiddelde score"
"M2";"2";"G3";"Gemiddelde score"
"M3";"3";"";"Particuliere huishoudens"
"""
GROUPS = """"Id";"Index";"Title";"Description";"ParentId"
"G1";"1";"SES-WOA";"";""
"G2";"2";"Totaalscore";"";"G1"
"G3";"3";"Deelscore opleidingsniveau";"";"G1"
"""
SCORES = """"Id";"Measure";"WijkenEnBuurten";"Perioden";"ValueAttribute";"Value";"StringValue"
"0";"M1";"WK051829  ";"2019JJ00";"None";"-0,612";""
"1";"M2";"WK051829  ";"2019JJ00";"None";"-0,9";""
"2";"M3";"WK051829  ";"2019JJ00";"None";"13400";""
"3";"M1";"WK051801  ";"2019JJ00";"Impossible";"";""
"4";"M1";"GM0363    ";"2019JJ00";"None";"-0,1";""
"""


def zipped(name: str, **files: str) -> RawTable:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as parts:
        for part, text in files.items():
            parts.writestr(f"table/{part}.csv", text)
    raw = read_files.read(name, content.getvalue())
    assert isinstance(raw, RawTable)
    return raw


def test_the_total_score_is_told_from_its_parts_by_the_group_it_stands_in():
    raw = zipped("86092NED.zip", Observations=SCORES, MeasureCodes=TOPICS, MeasureGroups=GROUPS)
    assert statline.recognises(raw)
    parsed = statline.parse(raw)
    assert figures(parsed) == {("WK051829", 2019, "ses_woa"): -0.612}
    assert parsed.rows["context"]["source"].item() == "CBS SES-WOA 2019"
    assert (parsed.read, reasons(parsed)) == (1, [])
    assert dict(parsed.notes) == {"figures.other_topics": "2", "rows.other_areas": "1", "figures.missing": "1", "figures.measures": "1"}


KEY_FIGURES = """Id;Measure;WijkenEnBuurten;ValueAttribute;Value;StringValue
0;T001036;GM0518;None;565701;
1;T001036;WK051829;None;30500;
2;10680;WK051829;None;5700;
3;53050;WK051829;None;4900;
4;D000187;WK051829;Impossible;;
5;ST0001;WK051829;None;1;
"""
KEY_TOPICS = """Identifier;Index;Title
T001036;1;Aantal inwoners
10680;2;0 tot 15 jaar
53050;3;15 tot 25 jaar
D000187;4;40% personen met laagste inkomen
ST0001;5;Stedelijkheid
"""


@pytest.mark.parametrize(
    ("name", "properties"),
    [("86165NED-202606250000.zip", {"Properties": "Title;Summary\nKerncijfers wijken en buurten 2025;Cijfers sinds 2019\n"}), ("kwb2025.zip", {})],
)
def test_key_figures_that_come_as_a_zip_have_the_same_names_and_the_year_of_their_title_or_file(name: str, properties: dict[str, str]):
    parsed = statline.parse(zipped(name, Observations=KEY_FIGURES, MeasureCodes=KEY_TOPICS, **properties))
    assert figures(parsed) == {
        ("GM0518", 2025, "a_inw"): 565701,
        ("WK051829", 2025, "a_inw"): 30500,
        ("WK051829", 2025, "a_00_14"): 5700,
        ("WK051829", 2025, "a_15_24"): 4900,
    }


def test_a_zip_without_a_year_or_without_topics_that_we_keep_is_refused():
    with pytest.raises(FileRefused, match=r"year\.missing"):
        statline.parse(zipped("86165NED.zip", Observations=KEY_FIGURES, MeasureCodes=KEY_TOPICS))
    with pytest.raises(FileRefused, match=r"figures\.no_topics"):
        statline.parse(zipped("86092NED.zip", Observations=SCORES, MeasureCodes=TOPICS))


def test_a_zip_of_something_else_is_no_table():
    with pytest.raises(FileRefused, match=r"file\.no_table"):
        zipped("foto.zip", plaatje="niets")
