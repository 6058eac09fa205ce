"""Reference data through the whole door, into the store and out again as the indicators get it."""

import json
from collections.abc import Iterable
from pathlib import Path

import polars as pl
import pytest
from sqlalchemy import Engine, select

from actions.load_file import check, load
from actions.loads import has_template, kind_ids, template
from actions.make_store import make_store
from data_access import tables
from data_access.database import engine_for, look
from data_access.dataset import Dataset
from data_access.frames import read_frame, schema_of
from data_access.ingest.shapes import Delivery, FileRefused, Receipt
from data_access.reader import Reader, Role
from metrics.shapes import Inputs
from presentation import receipts
from presentation.texts import LANGUAGES, Language, language
from tests.data_access.reference.delivered import feature
from tests.data_access.reference.shared import IN_ORDER, content, needs_shared_files
from tests.serving import own_environment, run_command

STEWARD = Reader(Role.STEWARD)
RING = [[4.30, 52.06], [4.31, 52.06], [4.31, 52.07], [4.30, 52.07], [4.30, 52.06]]
WIJK = {"wk_code": "WK051829", "wk_naam": "Wijk 29 Schildersbuurt", "naam_kort": "Schildersbuurt", "stadsdeel_nr": 5, "stadsdeel": "Centrum", "jaar": 2022}

NAMES = """wk_code;naam_kort;stadsdeel_nr;stadsdeel;lat_label;lon_label
WK051829;Schildersbuurt;5;Centrum;52,06796;4,30681
WK051830;Transvaal;5;Centrum;52,06542;4,29324"""
FIGURES = """gwb_code_10;regio;a_inw;a_00_14;a_15_24;p_ink_li
GM0518;Stad;553417;88545;71945;42
WK051829;Wijk 29 Schildersbuurt;30870;5865;4940;61,8
WK051830;Wijk 30 Transvaal;14765;.;.;56,1"""
SHARES = """code,name,population,pop_0_14,pop_15_24,income_low
WK051829,Wijk 29 Schildersbuurt,30870,20,16,61.8
WK051830,Wijk 30 Transvaal,14765,21,16,56.1"""
OUTLINES = json.dumps({"type": "FeatureCollection", "features": [feature(WIJK, RING)]})


def bring(engine: Engine, name: str, text: str | bytes) -> Receipt:
    return load(engine, Delivery(name, text.encode() if isinstance(text, str) else text, STEWARD))


def counts(receipt: Receipt) -> tuple[int, int, int, int, int]:
    return receipt.read, receipt.accepted, receipt.corrected, receipt.duplicate, receipt.refused


def inputs(engine: Engine) -> Inputs:
    return Dataset(engine, Reader(Role.PROGRAMME)).inputs()


def stored(engine: Engine, name: str, without: Iterable[str] = ("load_id",)) -> pl.DataFrame:
    table = tables.metadata.tables[name]
    with look(engine) as connection:
        return read_frame(connection, select(table).order_by(*table.primary_key), schema_of(table)).drop(without)


def test_names_figures_and_outlines_come_out_as_the_indicators_get_them(engine: Engine):
    assert counts(bring(engine, "wijken.csv", NAMES)) == (2, 2, 0, 0, 0)
    assert counts(bring(engine, "kwb-2022.csv", FIGURES)) == (3, 3, 0, 0, 0)
    assert counts(bring(engine, "wijken_2022.geojson", OUTLINES)) == (1, 1, 0, 0, 0)
    found = inputs(engine)
    assert found.neighbourhoods.select("neighbourhood_code", "name", "district_code", "district_name").rows() == [
        ("WK051829", "Schildersbuurt", "5", "Centrum"),
        ("WK051830", "Transvaal", "5", "Centrum"),
    ]
    assert found.neighbourhoods["latitude"].null_count() == 0
    assert found.context.filter(measure="a_00_14").select("neighbourhood_code", "year", "value").rows() == [
        ("GM0518", 2022, 88545.0),
        ("WK051829", 2022, 5865.0),
    ]
    assert list(Dataset(engine, STEWARD).boundaries("neighbourhood")) == ["WK051829"]


def test_the_order_in_which_files_come_does_not_matter_for_what_the_indicators_get(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("HUISWERKMONITOR_KEY_FILE", str(tmp_path / "pseudonym.key"))
    files = (("wijken.csv", NAMES), ("kwb-2022.csv", FIGURES), ("kerncijfers_2022.csv", SHARES), ("wijken_2022.geojson", OUTLINES))
    seen = []
    for number, order in enumerate([*(files[turn:] + files[:turn] for turn in range(4)), files[::-1]]):
        store = engine_for(f"sqlite:///{tmp_path / f'{number}.sqlite'}")
        make_store(store, "real")
        for name, text in order:
            bring(store, name, text)
        found = inputs(store)
        seen.append((found.neighbourhoods.rows(), found.context.drop("source").rows()))
        store.dispose()
    assert all(one == seen[0] for one in seen)


def test_a_published_count_stays_above_one_that_was_worked_out_whichever_came_first(engine: Engine):
    bring(engine, "kwb-2022.csv", FIGURES)
    late = bring(engine, "kerncijfers_2022.csv", SHARES)
    found = {
        (code, measure): (value, source)
        for code, measure, value, source in inputs(engine).context.select("neighbourhood_code", "measure", "value", "source").rows()
    }
    assert found["WK051829", "a_00_14"] == (5865, "CBS Kerncijfers wijken en buurten 2022")  # published; 20 % would be 6,175
    assert found["WK051830", "a_00_14"] == (3100, "CBS Kerncijfers wijken en buurten 2022: pop_0_14 x population")  # missing there, so worked out
    assert counts(late) == (2, 1, 0, 1, 0)
    beside = stored(engine, "superseded", without=()).filter(pl.col("load_id") == late.load_id, table_name="context")
    kept = pl.concat(pl.read_parquet(rows) for rows in beside["rows"])
    assert kept.filter(neighbourhood_code="WK051829", measure="a_00_14")["value"].item() == 6175  # for when the published count is taken back


def test_the_same_file_twice_changes_nothing_and_other_values_correct(engine: Engine):
    first = bring(engine, "kwb-2022.csv", FIGURES)
    before, version = stored(engine, "context"), inputs(engine).version
    again = bring(engine, "kwb-2022.csv", FIGURES)
    assert (again.already_loaded, counts(again)) == (first.load_id, (3, 0, 0, 3, 0))
    assert stored(engine, "context").equals(before)
    assert inputs(engine).version == version
    corrected = bring(engine, "kwb-2022.csv", FIGURES.replace("61,8", "61,9"))
    assert counts(corrected) == (3, 1, 1, 2, 0)
    assert inputs(engine).context.filter(measure="p_ink_li", neighbourhood_code="WK051829")["value"].item() == 61.9


def test_the_same_bytes_under_the_name_of_another_year_are_figures_of_that_year(engine: Engine):
    bring(engine, "kwb-2021.csv", FIGURES)
    assert counts(bring(engine, "kwb-2022.csv", FIGURES)) == (3, 3, 0, 0, 0)
    assert set(inputs(engine).context["year"]) == {2021, 2022}


def test_the_same_figures_in_another_form_are_known_and_no_failure(engine: Engine):
    bring(engine, "kwb-2022.csv", FIGURES)
    known = bring(engine, "kwb-2022.csv", FIGURES.replace(";", ",").replace("61,8", "61.8").replace("56,1", "56.1"))
    assert counts(known) == (3, 0, 0, 3, 0)
    assert receipts.is_loaded(known)
    assert "was al bekend" in receipts.headline(language("nl"), known)
    assert not receipts.is_loaded(bring(engine, "kwb-2022.csv", FIGURES))  # the very same bytes


def test_a_refused_file_leaves_nothing_behind(engine: Engine):
    with pytest.raises(FileRefused, match=r"year\.missing"):
        bring(engine, "cijfers.csv", FIGURES)
    with pytest.raises(FileRefused, match=r"area\.other_municipality"):
        bring(engine, "kwb-2022.csv", "gwb_code_10;regio;a_inw\nGM0363;Amsterdam;800000")
    assert stored(engine, "loads").is_empty()
    assert stored(engine, "context").is_empty()


def test_a_check_says_what_a_load_does_and_stores_nothing(engine: Engine):
    delivery = Delivery("kwb-2022.csv", FIGURES.encode(), STEWARD)
    expected = check(engine, delivery)
    assert stored(engine, "context").is_empty()
    loaded = load(engine, delivery)
    assert (counts(loaded), loaded.notes) == (counts(expected), expected.notes)


def test_refused_rows_are_kept_with_row_column_and_reason(engine: Engine):
    receipt = bring(engine, "kwb-2022.csv", FIGURES + "\nSanne;Wijk 28 Centrum;100;10;10;40\nWK051801;Wijk 01 Oostduinen;100;10;10;400")
    assert receipt.reasons == {"area.impossible": 1, "figure.out_of_range": 1}
    assert receipt.load_id is not None
    kept = Dataset(engine, STEWARD).refused_rows(receipt.load_id)
    assert kept.select("row", "column", "code", "value").rows() == [
        (5, "neighbourhood_code", "area.impossible", None),
        (6, "p_ink_li", "figure.out_of_range", None),
    ]


def test_branches_schools_counts_calendar_and_postcodes_come_out_as_the_indicators_get_them(engine: Engine):
    bring(engine, "vestigingen.csv", "vestiging_id;vestiging;sector;wk_code;pilot;eerste_dag;lat;lon\nCEN;Centrale;VO;WK051828;ja;2019-05;52,0774;4,3165")
    bring(engine, "scholen.csv", "BRIN;schoolnaam;sector;wijkcode\n00ab00;De Vlieger;PO;WK051829")
    bring(engine, "leerlingen.csv", "wijkcode;jaar;sector;leerlingen;bron\nWK051829;2022;PO;1170;DUO")
    bring(engine, "vakanties.csv", "vakantie;eerste_dag;laatste_dag\nherfstvakantie;19-10-2019;27-10-2019")
    bring(
        engine,
        "sluitingen.csv",
        "eerste_dag;laatste_dag;omschrijving;vestiging\n2020-03-16;2020-05-10;scholen PO dicht;\n2021-01-04;2021-01-08;verbouwing;centrale",
    )
    bring(engine, "pc6_2020.csv", "PC6;Huisnummer;Buurt2020;Wijk2020;Gemeente2020\n2512AA;1;5182915;51829;518\n2512AA;2;5182915;51829;518")
    found = inputs(engine)
    assert found.branches.select("branch_id", "sector", "neighbourhood_code", "pilot").rows() == [("CEN", "VO", "WK051828", True)]
    assert str(found.branches["opened_on"].item()) == "2019-05-01"
    assert found.population.select("neighbourhood_code", "year", "sector", "pupils", "is_estimate", "source").rows() == [
        ("WK051829", 2022, "PO", 1170, False, "DUO")
    ]
    assert found.holidays.height == 1
    assert found.closures.select("name", "sector", "branch_id").rows() == [("scholen PO dicht", "PO", None), ("verbouwing", None, "CEN")]
    assert stored(engine, "schools").select("school_id", "name").rows() == [("00AB00", "De Vlieger")]
    assert stored(engine, "postcodes").rows() == [("2512AA", 2020, "WK051829", "BU05182915")]


def test_a_pupil_with_a_postcode_elsewhere_lives_outside_and_one_with_a_postcode_that_nobody_knows_is_unknown(engine: Engine):
    bring(engine, "wijken.csv", NAMES)
    bring(engine, "vestigingen.csv", "vestiging_id;vestiging;sector;pilot;eerste_dag\nCEN;Centrale;VO;ja;2019-05")
    bring(engine, "pc6_2020.csv", "postcode;buurtcode\n2525AB;BU05182915\n2288AA;BU06030101\n2288AB;BU06030102")
    visits = "leerling_id;datum;vestiging;postcode\n101;2019-09-02;CEN;2525 AB\n102;2019-09-02;CEN;2288 ZZ\n103;2019-09-02;CEN;1011 AA"
    assert counts(bring(engine, "bezoeken.csv", visits)) == (3, 3, 0, 0, 0)
    assert sorted(inputs(engine).pupil_years["neighbourhood_code"].to_list(), key=str) == [None, "WK051829", "outside"]


def test_a_buurt_by_its_name_is_the_wijk_around_it_also_when_only_figures_named_it(engine: Engine):
    bring(engine, "vestigingen.csv", "vestiging_id;vestiging;sector;pilot;eerste_dag\nCEN;Centrale;VO;ja;2019-05")
    bring(engine, "kwb-2022.csv", FIGURES + "\nBU05182915;Schildersbuurt-West;13000;2600;2000;62")
    bring(engine, "bezoeken.csv", "leerling_id;datum;vestiging;buurtcode\n101;2019-09-02;CEN;Schildersbuurt-West")
    assert inputs(engine).pupil_years["neighbourhood_code"].to_list() == ["WK051829"]


def test_a_table_of_capacities_leaves_the_rest_of_a_branch_alone(engine: Engine):
    bring(engine, "vestigingen.csv", "vestiging_id;vestiging;sector;wk_code;pilot\nCEN;Centrale;VO;WK051828;ja")
    assert counts(bring(engine, "plaatsen.csv", "vestiging_id;vestiging;lat;lon;plaatsen\nCEN;Centrale;52,08;4,32;24")) == (1, 1, 1, 0, 0)
    assert inputs(engine).branches.select("sector", "neighbourhood_code", "pilot", "capacity").rows() == [("VO", "WK051828", True, 24)]


def test_where_nobody_says_so_a_branch_with_a_target_group_belongs_to_the_pilot_and_what_was_said_stays(engine: Engine):
    bring(engine, "vestigingen.csv", "vestiging_id;vestiging;sector;pilot\nCEN;Centrale;VO;nee\nTRA;Transvaal;PO;\nMOE;Moerwijk;;")
    assert inputs(engine).branches.select("branch_id", "pilot").rows() == [("CEN", False), ("MOE", False), ("TRA", True)]
    bring(engine, "plaatsen.csv", "vestiging_id;vestiging;sector;plaatsen\nCEN;Centrale;VO;24\nMOE;Moerwijk;PO;24")
    assert inputs(engine).branches.select("branch_id", "pilot").rows() == [("CEN", False), ("MOE", False), ("TRA", True)]


@pytest.mark.parametrize("words", LANGUAGES)
def test_the_template_of_every_kind_can_be_loaded_as_that_kind(engine: Engine, words: Language):
    bring(engine, "vestigingen.csv", "vestiging_id;vestiging;sector;wk_code;pilot\nCEN;Centrale;VO;WK051828;ja")
    bring(engine, "scholen.csv", "school_id;schoolnaam\n00XY00;De Vlieger")
    for kind in kind_ids():
        if has_template(kind):
            receipt = bring(engine, "sjabloon.csv", template(engine, kind, words))
            assert (receipt.kind, receipt.read, receipt.accepted + receipt.duplicate, receipt.dropped) == (kind, 1, 1, ()), kind


def test_of_outlines_the_command_says_what_to_deliver_instead_of_a_form(tmp_path: Path):
    said = run_command("template", "boundaries", environment=own_environment(tmp_path))
    assert (said.returncode, "GeoJSON" in said.stdout) == (0, True)
    assert len(said.stdout.splitlines()) == 1


EXPECTED = {
    "wijken.csv": (44, 44, 0),
    "buurten_2020.csv": (114, 114, 0),
    "kerncijfers_2022_gm0518.csv": (45, 45, 0),
    "wijkkaart_2020_gm0518.csv": (44, 44, 0),
    "kwb-2022-nagebouwd_gm0518.csv": (45, 45, 0),
    "kwb-2022-nagebouwd_gm0518.xlsx": (45, 0, 45),  # the same figures as the file before it
    "wijken_2022.geojson": (44, 44, 0),
    "bibliotheekvestigingen.csv": (16, 16, 0),
    "schoolvakanties_regio_midden.csv": (40, 40, 0),
    "bijzondere_sluitingen.csv": (6, 6, 0),
    "pc6hnr_fictief_2020.csv": (121, 121, 0),
}
ROWS = {"neighbourhoods": 263, "context": 1309, "boundaries": 44, "branches": 16, "holidays": 40, "closures": 6, "postcodes": 40}


@needs_shared_files
def test_the_real_files_load_in_order_and_change_nothing_the_second_time(engine: Engine):
    for name in IN_ORDER:
        receipt = bring(engine, name, content(name))
        assert (receipt.read, receipt.accepted, receipt.duplicate, receipt.refused) == (*EXPECTED[name], 0), name
    before = {name: stored(engine, name) for name in ROWS}
    assert {name: frame.height for name, frame in before.items()} == ROWS
    for name in IN_ORDER:
        assert bring(engine, name, content(name)).already_loaded is not None, name
    assert all(stored(engine, name).equals(frame) for name, frame in before.items())
    found = inputs(engine)
    assert found.neighbourhoods.height == 44
    assert found.neighbourhoods["district_name"].n_unique() == 8
    assert found.neighbourhoods.null_count().sum_horizontal().item() == 0
    assert found.branches.filter("pilot").select("branch_id", "sector").sort("branch_id").rows() == [
        ("CEN", "VO"),
        ("ESC", "PO"),
        ("LAA", "PO"),
        ("SCH", "VO"),
        ("TRA", "PO"),
    ]


@needs_shared_files
def test_the_real_files_load_in_the_opposite_order_to_the_same_inputs(engine: Engine):
    for name in reversed(IN_ORDER):
        bring(engine, name, content(name))
    found = inputs(engine)
    assert found.neighbourhoods.height == 44
    assert found.neighbourhoods.null_count().sum_horizontal().item() == 0
    assert {name: stored(engine, name).height for name in ROWS} == ROWS
    assert set(found.context.filter(year=2022)["source"]) == {"CBS Kerncijfers wijken en buurten 2022"}


@needs_shared_files
def test_the_real_files_load_from_the_command_line_in_order(tmp_path: Path):
    environment = own_environment(tmp_path)
    assert run_command("init", environment=environment).returncode == 0
    for name in IN_ORDER:
        (tmp_path / name).write_bytes(content(name))
        said = run_command("import", str(tmp_path / name), "--json", environment=environment)
        assert said.returncode == 0, said.stderr
        receipt = json.loads(said.stdout)
        assert (receipt["read"], receipt["accepted"], receipt["duplicate"], receipt["refused"]) == (*EXPECTED[name], 0), name
    again = run_command("import", str(tmp_path / "wijken.csv"), environment=environment)
    assert again.returncode == 1
    assert "al eerder ingeladen" in again.stdout
    (tmp_path / "cijfers.csv").write_bytes(content("kwb-2022-nagebouwd_gm0518.csv"))
    refused = run_command("import", str(tmp_path / "cijfers.csv"), environment=environment)
    assert refused.returncode == 1
    assert "Zet het jaar in de bestandsnaam" in refused.stderr
