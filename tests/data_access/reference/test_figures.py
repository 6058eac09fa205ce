"""Public figures of areas: each family of files with its traps, and the receipt that it must give."""

import pytest

from data_access.ingest.shapes import FileRefused
from data_access.reference import area_map, figures_table, key_figures, kwb, ses_woa
from tests.data_access.reference.delivered import figures, file, reasons, rows

KWB = """gwb_code_10;gwb_code_8;regio;gm_naam;recs;gwb_code;ind_wbi;a_inw;a_00_14;a_15_24;g_hhgro;g_ink_pi;p_ink_li;a_nb_won ;g_gas_ap
NL00;00;Nederland;Nederland;Land      ;NL00;.;17590672;2687104;2178434;2.1;29,1;40;1000;,
GM0518;0518;'s-Gravenhage;'s-Gravenhage;Gemeente  ;GM0518;       .;553417;88545;71945;2.0;26,4;42;500;,
WK051801;051801;Wijk 01 Oostduinen;'s-Gravenhage;Wijk      ;WK051801;1;0;       .;       .;       .;       .;       .;0;,
WK051829;051829;Wijk 29 Schildersbuurt;'s-Gravenhage;Wijk      ;WK051829;1;30870;5865;4940;2.3;17,9;61,8;5;,
BU05182915;05182915;Schildersbuurt-West;'s-Gravenhage;Buurt     ;BU05182915;1;13000;;;2.3;;.;0;,
WK0363MA;0363MA;Oostelijk Havengebied;Amsterdam;Wijk      ;WK0363MA;1;20000;3000;2000;1.9;40,1;30;5;,
"""


def test_key_figures_of_this_municipality_are_kept_and_missing_ones_leave_no_row():
    parsed = kwb.parse(file("kwb-2022.csv", KWB))
    assert figures(parsed) == {
        ("GM0518", 2022, "a_inw"): 553417,
        ("GM0518", 2022, "a_00_14"): 88545,
        ("GM0518", 2022, "a_15_24"): 71945,
        ("GM0518", 2022, "g_ink_pi"): 26.4,
        ("GM0518", 2022, "p_ink_li"): 42,
        ("WK051801", 2022, "a_inw"): 0,  # nobody lives there: a true zero
        ("WK051829", 2022, "a_inw"): 30870,
        ("WK051829", 2022, "a_00_14"): 5865,
        ("WK051829", 2022, "a_15_24"): 4940,
        ("WK051829", 2022, "g_ink_pi"): 17.9,
        ("WK051829", 2022, "p_ink_li"): 61.8,
        ("BU05182915", 2022, "a_inw"): 13000,
    }
    assert rows(parsed, "neighbourhoods", "neighbourhood_code", "year", "level", "name") == [
        ("GM0518", 2022, "municipality", "'s-Gravenhage"),
        ("WK051801", 2022, "neighbourhood", "Oostduinen"),
        ("WK051829", 2022, "neighbourhood", "Schildersbuurt"),
        ("BU05182915", 2022, "subneighbourhood", "Schildersbuurt-West"),
    ]
    assert parsed.read == 4
    assert dict(parsed.notes)["rows.other_areas"] == "2"  # the country and a wijk of Amsterdam, of which the code holds letters
    assert reasons(parsed) == []


def test_figures_say_nothing_of_districts_and_places_so_that_what_a_table_of_names_said_stays():
    assert set(kwb.parse(file("kwb-2022.csv", KWB)).rows["neighbourhoods"].columns) == {"row", "neighbourhood_code", "year", "level", "name"}


@pytest.mark.parametrize(
    ("year", "header", "measure"),
    [
        (2018, "g_woz", "g_wozbag"),
        (2021, "a_opl_lg", "a_opl_lg"),
        (2023, "a_opl_bvm", "a_opl_lg"),
        (2023, "a_ons_po", "a_ons_po"),
        (2023, "p_hh_110", "p_hh_110"),
        (2024, "p_ink_ar", "p_ink_ar"),
        (2024, "p_koopw ", "p_koopw"),  # headers with a space behind them
        (2025, "a_soz_wb", "a_soz_wb"),
    ],
)
def test_the_layouts_of_each_year_come_out_under_one_name(year: int, header: str, measure: str):
    raw = file(f"kwb{year}.csv", f"gwb_code_10;regio;recs;gwb_code;{header}\nWK051829;Schildersbuurt;Wijk;WK051829;20")
    assert kwb.recognises(raw)
    assert figures(kwb.parse(raw)) == {("WK051829", year, measure): 20}


def test_origin_of_residents_is_not_kept():
    raw = file("kwb-2022.csv", "gwb_code_10;regio;a_inw;a_w_all;a_nw_all;a_marok\nWK051829;Schildersbuurt;100;10;20;30")
    assert {measure for _, _, measure in figures(kwb.parse(raw))} == {"a_inw"}


def test_without_the_long_code_the_short_one_tells_the_level():
    raw = file("kwb-2020.csv", "gwb_code_8;regio;a_inw\n0518;Stad;100\n051829;Wijk 29 Schildersbuurt;50\n05182915;Buurt;20")
    assert [code for code, _, _ in figures(kwb.parse(raw))] == ["GM0518", "WK051829", "BU05182915"]


def test_figures_without_a_year_are_refused_whole():
    with pytest.raises(FileRefused) as refused:
        kwb.parse(file("kerncijfers.csv", KWB))
    assert refused.value.code == "year.missing"
    assert refused.value.values == {"file_name": "kerncijfers.csv"}


def test_a_year_column_goes_before_the_file_name():
    raw = file("gedownload-2026.csv", "gwb_code_10;regio;jaar;a_inw\nWK051829;Schildersbuurt;2021;100\nWK051829;Schildersbuurt;2022;110")
    assert figures(kwb.parse(raw)) == {("WK051829", 2021, "a_inw"): 100, ("WK051829", 2022, "a_inw"): 110}


def test_figures_of_another_municipality_alone_are_refused_with_the_two_codes():
    with pytest.raises(FileRefused) as refused:
        kwb.parse(file("kwb-2022.csv", "gwb_code_10;regio;a_inw\nGM0363;Amsterdam;800000\nWK036300;Burgwallen;4000"))
    assert refused.value.code == "area.other_municipality"
    assert (refused.value.values["expected"], refused.value.values["found"], refused.value.values["rows"]) == ("GM0518", "GM0363", 2)


def test_impossible_cells_are_refused_by_row_and_column_and_the_other_rows_stay():
    parsed = kwb.parse(
        file(
            "kwb-2022.csv",
            """gwb_code_10;regio;a_inw;p_ink_li
            WK051801;Een;100;40
            WK051802;Twee;n.v.t.;40
            WK051803;Drie;100;140
            WK051804;Vier;-5;40
            Wijk vijf;Vijf;100;40
            WK051801;Een;100;40""",
        )
    )
    assert reasons(parsed) == [
        (3, "a_inw", "number.unreadable"),
        (4, "p_ink_li", "figure.out_of_range"),
        (5, "a_inw", "figure.out_of_range"),
        (6, "neighbourhood_code", "area.impossible"),
        (7, "", "row.twice"),
    ]
    assert parsed.refused.filter(code="row.twice")["detail"].item() == "2"
    assert parsed.read == 6
    assert [code for code, _, measure in figures(parsed) if measure == "a_inw"] == ["WK051801"]


MAP = """WK_CODE;WK_NAAM;GM_CODE;H2O;AANT_INW;P_00_14_JR;P_15_24_JR;AANTAL_HH;WOZ;WWB_UITTOT;AF_BIBLIO;JRSTATCODE
WK051801;Wijk 01 Oostduinen;GM0518;NEE;0;-99999999;-99999999;0;0;-99999999;-99999999.0;2020WK051801
WK051829;Wijk 29 Schildersbuurt;GM0518;NEE;31635;20;16;13480;0;4040;0.5;2020WK051829
WK051830;Wijk 30 Transvaalkwartier;GM0518;NEE;14900;22;16;5930;0;-99997;-99995;2020WK051830
WK051899;;GM0518;JA;-99999999;-99999999;-99999999;-99999999;-99999999;-99999999;-99999999.0;2020WK051899
"""


def test_the_map_gives_ages_as_shares_which_become_persons_in_fives():
    parsed = area_map.parse(file("wijkkaart.csv", MAP))
    found = figures(parsed)
    assert found["WK051829", 2020, "a_00_14"] == 6325  # 20 % of 31,635 is 6,327
    assert found["WK051829", 2020, "a_15_24"] == 5060  # 16 % of 31,635 is 5,061.6
    assert found["WK051830", 2020, "a_00_14"] == 3280  # 22 % of 14,900 is 3,278
    assert dict(parsed.notes)["figures.from_shares"] == "2"
    sources = dict(parsed.rows["context"].filter(neighbourhood_code="WK051829").select("measure", "source").rows())
    assert sources["a_00_14"] == "CBS Wijk- en Buurtkaart 2020: P_00_14_JR x AANT_INW"
    assert sources["a_inw"] == "CBS Wijk- en Buurtkaart 2020"


def test_the_missing_figures_of_the_map_leave_no_row_nor_does_a_column_that_is_zero_everywhere():
    found = figures(area_map.parse(file("wijkkaart.csv", MAP)))
    assert ("WK051829", 2020, "g_wozbag") not in found  # not published yet: 0 in every row
    assert ("WK051801", 2020, "a_00_14") not in found
    assert ("WK051830", 2020, "a_soz_wb") not in found
    assert ("WK051830", 2020, "af_biblio") not in found
    assert found["WK051801", 2020, "a_inw"] == 0
    assert found["WK051801", 2020, "a_hh"] == 0
    assert found["WK051829", 2020, "af_biblio"] == 0.5


def test_water_is_no_neighbourhood_and_no_fault():
    parsed = area_map.parse(file("wijkkaart.csv", MAP))
    assert parsed.read == 3
    assert dict(parsed.notes)["rows.without_land"] == "1"
    assert reasons(parsed) == []
    assert "WK051899" not in parsed.rows["neighbourhoods"]["neighbourhood_code"].to_list()


def test_of_the_two_rows_of_a_municipality_the_land_counts():
    raw = file(
        "gemeentekaart_2020.csv",
        "GM_CODE;GM_NAAM;H2O;AANT_INW;P_00_14_JR;P_15_24_JR\nGM0518;Stad;JA;-99999999;-99999999;-99999999\nGM0518;Stad;NEE;545838;17;12",
    )
    assert figures(area_map.parse(raw)) == {
        ("GM0518", 2020, "a_inw"): 545838,
        ("GM0518", 2020, "a_00_14"): 92790,  # 17 % is 92,792
        ("GM0518", 2020, "a_15_24"): 65500,
    }


def test_later_maps_have_long_names():
    raw = file(
        "wijken_2023.csv",
        "wijkcode;wijknaam;water;aantal_inwoners;percentage_personen_0_tot_15_jaar;percentage_koopwoningen\nWK051829;Schildersbuurt;NEE;30000;20;18",
    )
    assert figures(area_map.parse(raw)) == {("WK051829", 2023, "a_inw"): 30000, ("WK051829", 2023, "p_koopw"): 18, ("WK051829", 2023, "a_00_14"): 6000}


def test_a_buurt_map_goes_by_the_code_of_the_buurt():
    raw = file("buurtkaart_2020.csv", "BU_CODE;BU_NAAM;WK_CODE;GM_CODE;AANT_INW\nBU05182915;Schildersbuurt-West;WK051829;GM0518;13000")
    assert list(figures(area_map.parse(raw))) == [("BU05182915", 2020, "a_inw")]


def test_key_figures_under_english_names_give_the_same_measures():
    raw = file(
        "kerncijfers_2022.csv",
        """code,name,urbanity,population,pop_0_14,pop_15_24,dwelling_value,dwelling_ownership,employment_rate,income_low
        WK051829,Wijk 29 Schildersbuurt,extremely urbanised,30870,19,16,213,19,48,61.8
        WK051843,Wijk 43 Forepark,moderately urbanised,140,14,7,639,91,,40.3""",
    )
    assert key_figures.recognises(raw)
    found = figures(key_figures.parse(raw))
    assert found["WK051829", 2022, "a_00_14"] == 5865  # as in the KWB layout of the same year
    assert found["WK051829", 2022, "a_15_24"] == 4940
    assert found["WK051829", 2022, "p_ink_li"] == 61.8
    assert found["WK051829", 2022, "g_wozbag"] == 213
    assert found["WK051829", 2022, "p_koopw"] == 19
    assert ("WK051843", 2022, "p_arb_pp") not in found


SES = """"Perioden";"Wijken en buurten";"Regiocode (gemeente, wijk, buurt) (code)";"Huishoudens (Aantal)";"SES-WOA/Totaalscore/Gemiddelde score (Getal)"
"2019";"'s-Gravenhage";"GM0518    ";"  250000";"  -0.150"
"2019";"Schildersbuurt";"WK051829  ";"   13400";"  -0.612"
"2021*";"Schildersbuurt";"WK051829  ";"   13500";"  -0.598"
"2019";"Oostduinen";"WK051801  ";"       .";"       ."
"2019";"Amsterdam";"GM0363    ";"  457400";"  -0.100"
"Bron: CBS"
"""


def test_ses_scores_are_kept_per_year_and_the_line_with_the_source_is_no_row():
    raw = file("SES_WOA_scores_per_wijk_en_buurt_25042023_160857.csv", SES)
    assert ses_woa.recognises(raw)
    parsed = ses_woa.parse(raw)
    assert figures(parsed) == {("GM0518", 2019, "ses_woa"): -0.15, ("WK051829", 2019, "ses_woa"): -0.612, ("WK051829", 2021, "ses_woa"): -0.598}
    assert (parsed.read, reasons(parsed), dict(parsed.notes)["rows.other_areas"]) == (4, [], "1")
    assert parsed.rows["context"]["source"].unique(maintain_order=True).to_list() == ["CBS SES-WOA 2019", "CBS SES-WOA 2021"]


def test_ses_scores_without_codes_are_refused_because_names_change():
    raw = file("ses.csv", '"Perioden";"Wijken en buurten";"Totaalscore/Gemiddelde score (Getal)"\n"2022";"Schildersbuurt";"-0.6"')
    with pytest.raises(FileRefused) as refused:
        ses_woa.parse(raw)
    assert refused.value.code == "area.codes_missing"


def test_a_plain_table_of_figures_takes_any_measure():
    parsed = figures_table.parse(
        file(
            "eigen-cijfers.csv",
            """gebiedscode;jaar;maat;waarde;bron
            WK051829;2022;p_hh_li;58,3;CBS, maatwerk
            51830;2022;Aandeel stadspas;31,5;gemeente
            WK051801;2022;p_hh_li;.;CBS, maatwerk
            WK036300;2022;p_hh_li;40;CBS, maatwerk
            WK051829;22;p_hh_li;58,3;
            WK051829;2022;p_hh_li;58,3;
            WK051829;2022;%;58,3;
            WK051829;2023;p_hh_li;158,3;""",
        )
    )
    assert figures(parsed) == {("WK051829", 2022, "p_hh_li"): 58.3, ("WK051830", 2022, "aandeel_stadspas"): 31.5}
    assert parsed.rows["context"]["source"].to_list() == ["CBS, maatwerk", "gemeente"]
    assert reasons(parsed) == [
        (6, "year", "year.impossible"),
        (7, "", "row.twice"),
        (8, "measure", "measure.impossible"),
        (9, "value", "figure.out_of_range"),
    ]
    assert (parsed.read, dict(parsed.notes)) == (6, {"rows.other_areas": "1", "figures.missing": "1"})


def test_a_plain_table_without_a_source_names_its_file():
    raw = file("stadscijfers.csv", "area code,year,measure,value\nWK051829,2022,a_hh,13000")
    assert figures_table.parse(raw).rows["context"]["source"].item() == "stadscijfers.csv"
