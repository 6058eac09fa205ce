"""Names of areas and postcodes: tables that say what lies where."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_access.ingest.shapes import FileRefused
from data_access.reference import areas, neighbourhoods, postcodes
from tests.data_access.reference.delivered import file, reasons, rows

AREA = ("neighbourhood_code", "year", "level", "name", "parent_code")


def test_a_table_of_wijken_names_the_districts_too_and_has_no_year():
    parsed = neighbourhoods.parse(
        file(
            "wijken.csv",
            """wk_code,wk_naam,naam_kort,stadsdeel_nr,stadsdeel,lat_zwaartepunt,lon_zwaartepunt,lat_label,lon_label,opp_km2
            WK051801,Wijk 01 Oostduinen,Oostduinen,4,Scheveningen,52.11653,4.30684,52.11668,4.30447,3.22
            WK051829,Wijk 29 Schildersbuurt,Schildersbuurt,5,Centrum,52.06796,4.30681,52.06796,4.30681,1.42
            WK051828,Wijk 28 Centrum,Centrum,5,Centrum,52.07736,4.31268,52.07806,4.31145,1.53""",
        )
    )
    assert rows(parsed, "neighbourhoods", *AREA, "latitude") == [
        ("WK051801", areas.UNDATED, "neighbourhood", "Oostduinen", "4", 52.11668),
        ("WK051829", areas.UNDATED, "neighbourhood", "Schildersbuurt", "5", 52.06796),
        ("WK051828", areas.UNDATED, "neighbourhood", "Centrum", "5", 52.07806),  # a wijk and a district of that name are two areas
        ("4", areas.UNDATED, "district", "Scheveningen", "GM0518", None),
        ("5", areas.UNDATED, "district", "Centrum", "GM0518", None),
    ]
    assert parsed.dropped == ("wk_naam", "lat_zwaartepunt", "lon_zwaartepunt", "opp_km2")
    assert parsed.read == 3


def test_a_table_of_buurten_says_their_wijk_by_code_and_its_year_by_name():
    raw = file(
        "buurten_2020.csv",
        "bu_code,bu_naam,wk_code,wk_naam,stadsdeel,lat_label,lon_label\nBU05182915,Schildersbuurt-West,WK051829,Wijk 29 Schildersbuurt,Centrum,52.06,4.3",
    )
    assert neighbourhoods.recognises(raw)
    assert rows(neighbourhoods.parse(raw), "neighbourhoods", *AREA) == [("BU05182915", 2020, "subneighbourhood", "Schildersbuurt-West", "WK051829")]


def test_a_table_without_districts_and_places_leaves_those_that_another_file_brought():
    parsed = neighbourhoods.parse(file("namen_2022.csv", "wijkcode;naam;stadsdeel\nWK051829;Schildersbuurt;"))
    assert parsed.rows["neighbourhoods"].columns == ["row", "neighbourhood_code", "year", "level", "name"]


def test_a_table_of_districts_alone():
    raw = file("stadsdelen.csv", "stadsdeel_nr;stadsdeel\n1;Loosduinen\n2;Escamp")
    assert rows(neighbourhoods.parse(raw), "neighbourhoods", *AREA) == [("1", 0, "district", "Loosduinen", "GM0518"), ("2", 0, "district", "Escamp", "GM0518")]


def test_a_district_without_a_number_goes_by_the_letters_of_its_name():
    raw = file("wijken.csv", "wijkcode;naam;stadsdeel;jaar\nWK051841;Hoornwijk;Leidschenveen-Ypenburg;2022\nWK051801;Oostduinen;Scheveningen;2022")
    parsed = neighbourhoods.parse(raw)
    assert rows(parsed, "neighbourhoods", "neighbourhood_code", "parent_code") == [
        ("WK051841", "leidschenveenype"),
        ("WK051801", "scheveningen"),
        ("leidschenveenype", "GM0518"),
        ("scheveningen", "GM0518"),
    ]


def test_faults_in_a_table_of_names():
    parsed = neighbourhoods.parse(
        file(
            "namen.csv",
            """code;naam;lat;lon;jaar
            WK051801;Oostduinen;52,1;4,3;2022
            Oostduinen;Oostduinen;52,1;4,3;2022
            WK051802;;52,1;4,3;2022
            WK051803;Westbroekpark;4,3;52,1;2022
            WK051804;Benoordenhout;52,1;;2022
            WK051805;Archipelbuurt;52,1;4,3;22
            WK051801;Duinen;52,1;4,3;2022
            WK036300;Burgwallen;52,3;4,9;2022""",
        )
    )
    assert reasons(parsed) == [
        (3, "neighbourhood_code", "area.impossible"),
        (4, "name", "value.missing"),
        (5, "latitude", "place.elsewhere"),
        (6, "latitude", "place.half"),
        (7, "year", "year.impossible"),
        (8, "", "row.twice"),
    ]
    assert dict(parsed.notes) == {"rows.other_areas": "1"}


ADDRESSES_2020 = """PC6;Huisnummer;Buurt2020;Wijk2020;Gemeente2020
2500ZA;22;5184213;51842;518
2500ZA;47;5184213;51842;518
2500ZA;51;5182915;51829;518
2500ZB;24;5182347;51823;518
9999XX;1;140012;1400;14
"""


def test_postcodes_of_2020_get_the_zeros_of_their_codes_back_and_go_where_most_addresses_are():
    raw = file("pc6hnr20200801_gwb.csv", ADDRESSES_2020)
    assert postcodes.recognises(raw)
    parsed = postcodes.parse(raw)
    assert set(rows(parsed, "postcodes", "postcode", "year", "neighbourhood_code", "subneighbourhood_code")) == {
        ("2500ZA", 2020, "WK051842", "BU05184213"),
        ("2500ZB", 2020, "WK051823", "BU05182347"),
        ("9999", 2020, "GM0014", None),
    }
    assert parsed.read == parsed.rows["postcodes"].height == 5  # every address is a row of the file
    assert dict(parsed.notes) == {"postcodes.found": "2", "postcodes.in_two_places": "1"}


def test_postcodes_of_other_municipalities_are_kept_by_four_digits_unless_some_of_those_are_ours():
    raw = file("pc6_2020.csv", "postcode;buurtcode\n2497AA;BU05184213\n2497AB;BU19260101\n2288AA;BU06030101\n2288AB;BU06030102")
    parsed = postcodes.parse(raw)
    assert set(rows(parsed, "postcodes", "postcode", "neighbourhood_code")) == {
        ("2497AA", "WK051842"),
        ("2497AB", "GM1926"),  # the border runs through these four digits
        ("2288", "GM0603"),
    }
    assert (parsed.read, dict(parsed.notes)["rows.other_areas"]) == (3, "1")  # the second address of 2288 says nothing new


def test_a_postcode_across_the_border_goes_where_most_of_its_addresses_are():
    raw = file("pc6_2020.csv", "postcode;buurtcode\n2497AA;BU05184213\n2497AA;BU19260101\n2497AA;BU19260101\n2497AB;BU05184213")
    assert set(rows(postcodes.parse(raw), "postcodes", "postcode", "neighbourhood_code")) == {("2497AA", "WK192601"), ("2497AB", "WK051842")}


def test_postcodes_of_2024_have_codes_in_text_and_commas():
    raw = file("pc6hnr20240801_gwb.csv", "PC6,Huisnummer,Buurt2024,Wijk2024,Gemeente2024\n2512 aa,1,BU05182915,WK051829,GM0518")
    assert postcodes.recognises(raw)
    assert rows(postcodes.parse(raw), "postcodes", "postcode", "year", "neighbourhood_code") == [("2512AA", 2024, "WK051829")]


def test_the_wijk_of_most_addresses_wins_even_when_no_buurt_of_it_has_most():
    raw = file(
        "pc6_2020.csv",
        "postcode;buurtcode" + 3 * "\n2512AA;BU05182915" + 2 * "\n2512AA;BU05183001" + 2 * "\n2512AA;BU05183002",
    )
    assert set(rows(postcodes.parse(raw), "postcodes", "neighbourhood_code", "subneighbourhood_code")) == {("WK051830", "BU05183001")}


def test_a_plain_table_of_postcodes_may_name_the_wijk_alone():
    raw = file("postcodes.csv", "postcode;wijkcode;jaar\n2512AA;51829;2022\n2512AB;Centrum;2022\n12AB;51829;2022")
    parsed = postcodes.parse(raw)
    assert rows(parsed, "postcodes", "postcode", "year", "neighbourhood_code", "subneighbourhood_code") == [("2512AA", 2022, "WK051829", None)]
    assert reasons(parsed) == [(3, "neighbourhood_code", "area.impossible"), (4, "postcode", "postcode.impossible")]


def test_a_list_of_pupils_with_postcodes_is_no_table_of_postcodes():
    assert not postcodes.recognises(file("lijst.csv", "leerling_id;postcode;wijkcode;leeftijd\n1;2512AA;WK051829;11"))


def test_postcodes_of_elsewhere_alone_are_refused():
    with pytest.raises(FileRefused, match=r"area\.other_municipality"):
        postcodes.parse(file("pc6_2020.csv", "PC6;Huisnummer;Buurt2020;Wijk2020;Gemeente2020\n1011AA;1;3630000;36300;363"))


@given(
    st.lists(st.tuples(st.sampled_from(["2511AA", "2511AB"]), st.sampled_from(["BU05180101", "BU05180102", "BU05180201"])), min_size=1, max_size=20),
    st.randoms(),
)
def test_the_order_of_the_addresses_does_not_matter(addresses: list[tuple[str, str]], random):
    def places(order: list[tuple[str, str]]) -> set[tuple[str, str, str]]:
        text = "postcode;buurtcode\n" + "\n".join(";".join(address) for address in order)
        return set(rows(postcodes.parse(file("pc6_2020.csv", text)), "postcodes", "postcode", "neighbourhood_code", "subneighbourhood_code"))

    shuffled = random.sample(addresses, len(addresses))
    assert places(addresses) == places(shuffled)
