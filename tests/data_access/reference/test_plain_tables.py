"""Branches, schools, counts of pupils, holidays, closures, costs, events and other help."""

from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_access.ingest.known import Known
from data_access.ingest.shapes import FileRefused
from data_access.reference import branches, closures, costs, events, holidays, offers, population, schools
from tests.data_access.reference.delivered import file, reasons, rows

#: The store knows one branch.
TOWN = cast("Known", SimpleNamespace(branch_ids={"cen": "CEN", "centrale": "CEN"}))


def test_a_public_list_of_branches_is_read_as_it_is():
    raw = file(
        "bibliotheekvestigingen.csv",
        """vestiging_id,vestiging,adres,wk_code,wijk,stadsdeel,pilot_2019,doelgroep_pilot,pilot_start,lat,lon,nauwkeurigheid,bron
        CEN,Centrale Bibliotheek,Spui 68,WK051828,Centrum,Centrum,ja,VO,2019-05,52.0774,4.3165,adres,jaarverslag
        TRA,Transvaalkwartier,,WK051830,Transvaalkwartier,Centrum,ja,PO,05-2019,52.06542,4.29324,wijk,jaarverslag
        MOE,"Moerwijk (pop-up, najaar 2021)",Twickelstraat 120,WK051836,Moerwijk,Escamp,nee,,,52.05081,4.29839,wijk,krant""",
    )
    assert branches.recognises(raw)
    parsed = branches.parse(raw)
    assert rows(parsed, "branches", "branch_id", "name", "sector", "neighbourhood_code", "opened_on", "pilot", "latitude") == [
        ("CEN", "Centrale Bibliotheek", "VO", "WK051828", date(2019, 5, 1), True, 52.0774),
        ("TRA", "Transvaalkwartier", "PO", "WK051830", date(2019, 5, 1), True, 52.06542),
        ("MOE", "Moerwijk (pop-up, najaar 2021)", None, "WK051836", None, False, 52.05081),
    ]
    assert parsed.dropped == ("adres", "wijk", "stadsdeel", "nauwkeurigheid", "bron")


def test_of_what_a_list_does_not_say_of_a_branch_nothing_is_handed_on():
    parsed = branches.parse(file("vestigingen.csv", "vestiging_id;vestiging;lat;lon\nCEN;Centrale;52,1;4,3\nB;Zuid;52,1;4,3"))
    assert set(parsed.rows["branches"].columns) == {"row", "branch_id", "name", "latitude", "longitude"}


def test_faults_in_a_list_of_branches():
    parsed = branches.parse(
        file(
            "vestigingen.csv",
            """vestiging_id;vestiging;sector;wijkcode;lat;lon;pilot;eerste_dag;laatste_dag;plaatsen
            A;Noord;PO;WK051801;52,1;4,3;ja;2019-05-13;;24
            ;Zuid;PO;WK051801;52,1;4,3;ja;2019-05-13;;24
            C;Oost;kleuters;WK051801;52,1;4,3;ja;2019-05-13;;24
            D;West;PO;Centrum;52,1;4,3;ja;2019-05-13;;24
            E;Midden;PO;GM0518;52,1;4,3;ja;2019-05-13;;24
            F;Haven;PO;WK051801;80921;453847;ja;2019-05-13;;24
            G;Duin;PO;WK051801;52,1;4,3;misschien;2019-05-13;;24
            H;Bos;PO;WK051801;52,1;4,3;ja;2019-05-13;2018-01-01;24
            I;Vaart;PO;WK051801;52,1;4,3;ja;2019-13-05;;24
            J;Plein;PO;WK051801;52,1;4,3;ja;2019-05-13;;0
            A;Noord;VO;WK051801;52,1;4,3;ja;2019-05-13;;24""",
        ),
    )
    assert reasons(parsed) == [
        (3, "branch_id", "value.missing"),
        (4, "sector", "sector.unknown"),
        (5, "neighbourhood_code", "area.impossible"),
        (6, "neighbourhood_code", "area.not_neighbourhood"),
        (7, "latitude", "place.elsewhere"),
        (8, "pilot", "yes_no.unreadable"),
        (9, "closed_on", "period.reversed"),
        (10, "opened_on", "date.impossible"),
        (11, "capacity", "figure.out_of_range"),
        (12, "", "row.twice"),
    ]
    assert parsed.read == 11


def test_visits_that_name_their_branch_are_no_list_of_branches():
    assert not branches.recognises(file("bezoeken.csv", "leerling_id;datum;vestiging_id;vestiging\n1;2019-05-13;A;Noord"))


def test_schools_go_by_brin_in_capitals():
    raw = file("scholen.csv", "BRIN;schoolnaam;sector;buurtcode\n00ab00;De Vlieger;PO;BU05182915\n;Naamloos;PO;\n00AB00;De Vlieger;PO;")
    assert schools.recognises(raw)
    parsed = schools.parse(raw)
    assert rows(parsed, "schools", "school_id", "name", "sector", "neighbourhood_code") == [("00AB00", "De Vlieger", "PO", "WK051829")]
    assert reasons(parsed) == [(3, "school_id", "value.missing"), (4, "", "row.twice")]


def test_a_count_of_pupils_per_neighbourhood():
    raw = file(
        "leerlingen_per_wijk.csv",
        """wijkcode;jaar;sector;leerlingen;bron
        51829;2022;PO;1.170;DUO
        WK051829;2022;VO;2650;DUO
        WK051830;2022;PO;<5;DUO
        BU05182915;2022;PO;200;DUO
        WK036300;2022;PO;200;DUO
        WK051829;2022;PO;1171;DUO""",
    )
    assert population.recognises(raw)
    parsed = population.parse(raw)
    assert rows(parsed, "population", "neighbourhood_code", "year", "sector", "pupils", "is_estimate", "source") == [
        ("WK051829", 2022, "PO", 1170, False, "DUO"),
        ("WK051829", 2022, "VO", 2650, False, "DUO"),
    ]
    assert reasons(parsed) == [
        (4, "pupils", "number.unreadable"),
        (5, "neighbourhood_code", "area.not_neighbourhood"),
        (7, "", "row.twice"),
    ]


HOLIDAYS = """schooljaar,vakantie,eerste_dag,laatste_dag,regio,status
2019-2020,herfstvakantie,2019-10-19,2019-10-27,Midden,bevestigd
2019-2020,herfstvakantie,2019-10-12,2019-10-20,Noord,bevestigd
2019-2020,kerstvakantie,2019-12-21,2020-01-05,midden,bevestigd
2019-2020,meivakantie,2020-04-25,2021-05-03,Midden,bevestigd
2019-2020,zomervakantie,2020-08-30,2020-07-18,Midden,bevestigd
"""


def test_holidays_are_those_of_the_region_and_end_after_they_begin():
    raw = file("schoolvakanties.csv", HOLIDAYS)
    assert holidays.recognises(raw)
    parsed = holidays.parse(raw)
    assert rows(parsed, "holidays", "name", "first_day", "last_day") == [
        ("herfstvakantie", date(2019, 10, 19), date(2019, 10, 27)),
        ("kerstvakantie", date(2019, 12, 21), date(2020, 1, 5)),
    ]
    assert reasons(parsed) == [(5, "last_day", "period.too_long"), (6, "last_day", "period.reversed")]
    assert dict(parsed.notes) == {"holidays.other_regions": "1"}


def test_holidays_of_other_regions_alone_are_refused():
    with pytest.raises(FileRefused) as refused:
        holidays.parse(file("vakanties.csv", "vakantie;eerste_dag;laatste_dag;regio\nherfstvakantie;2019-10-12;2019-10-20;Noord"))
    assert (refused.value.code, refused.value.values) == ("holidays.other_region", {"expected": "Midden", "found": "Noord"})


def test_holidays_without_a_region_are_ours():
    parsed = holidays.parse(file("vakanties.csv", "vakantie;eerste_dag;laatste_dag\nherfstvakantie;19-10-2019;27-10-2019"))
    assert rows(parsed, "holidays", "first_day") == [(date(2019, 10, 19),)]


def test_the_sector_of_a_closure_is_read_from_what_it_says_first():
    raw = file(
        "sluitingen.csv",
        """eerste_dag,laatste_dag,omschrijving,bron
        2020-03-16,2020-05-10,scholen PO dicht (landelijk),kennis
        2020-03-16,2020-06-01,scholen VO dicht (landelijk),kennis
        2020-11-05,2020-11-18,bibliotheken dicht (landelijk); huiswerkbegeleiding VO voor bestaande deelnemers hervat,krant
        2020-12-16,2021-02-07,scholen PO en VO dicht,kennis
        2021-03-01,2021-03-02,VOORJAARSSTORM,kennis
        2021-03-05,2021-03-04,storm,kennis""",
    )
    parsed = closures.parse(raw, TOWN)
    assert rows(parsed, "closures", "first_day", "sector", "branch_id") == [
        (date(2020, 3, 16), "PO", ""),
        (date(2020, 3, 16), "VO", ""),
        (date(2020, 11, 5), "", ""),  # the libraries were shut for everybody; VO stands in what was allowed again
        (date(2020, 12, 16), "", ""),
        (date(2021, 3, 1), "", ""),
    ]
    assert dict(parsed.notes) == {"closures.sector_from_text": "2"}
    assert reasons(parsed) == [(7, "last_day", "period.reversed")]


def test_a_closure_may_name_its_sector_and_branch():
    raw = file(
        "sluitingen.csv",
        """eerste_dag;laatste_dag;omschrijving;sector;vestiging
        2023-01-09;2023-01-20;verbouwing PO-hoek;VO;centrale
        2023-02-01;2023-02-02;storm;;
        2023-02-01;2023-02-02;storm;;Noord""",
    )
    parsed = closures.parse(raw, TOWN)
    assert rows(parsed, "closures", "sector", "branch_id") == [("VO", "CEN"), ("", "")]
    assert reasons(parsed) == [(4, "branch", "branch.unknown")]


COSTS = """schooljaar;vestiging;kostenpost;bedrag
2023-2024;CEN;begeleiding en ruimte;"€ 12.500,00"
2023-2024;centrale;vergoeding vrijwilligers;1250,5
2023/24;;coördinatie;EUR 38.000,-"""
IN_ENGLISH = """school_year;branch;item;amount
2023-2024;CEN;begeleiding en ruimte;12,500.00
2023-2024;CEN;vergoeding vrijwilligers;1250.50
2023-2024;;coördinatie;38000"""


@pytest.mark.parametrize("text", [COSTS, IN_ENGLISH])
def test_costs_are_amounts_of_a_school_year_for_a_branch_or_for_the_whole_programme(text):
    parsed = costs.parse(file("kosten.csv", text), TOWN)
    assert rows(parsed, "costs", "school_year", "branch_id", "what", "amount") == [
        (2023, "CEN", "begeleiding en ruimte", 12500.0),
        (2023, "CEN", "vergoeding vrijwilligers", 1250.5),
        (2023, "", "coördinatie", 38000.0),
    ]


def test_faults_in_a_list_of_costs():
    parsed = costs.parse(
        file(
            "kosten.csv",
            f"""schooljaar;vestiging;kostenpost;bedrag
            2023-2024;;coördinatie;38000
            23-24;;coördinatie;38000
            2023-2024;Elders;coördinatie;38000
            2023-2024;;;38000
            2023-2024;;ruimte;
            2023-2024;;ruimte;veel
            2023-2024;;ruimte;1.25.0
            2023-2024;;ruimte;-1
            2023-2024;;{"x" * 81};1
            2023/24;;coördinatie;39000""",
        ),
        TOWN,
    )
    assert reasons(parsed) == [
        (3, "school_year", "school_year.unreadable"),
        (4, "branch", "branch.unknown"),
        (5, "what", "value.missing"),
        (6, "amount", "value.missing"),
        (7, "amount", "amount.unreadable"),
        (8, "amount", "amount.unreadable"),
        (9, "amount", "number.negative"),
        (10, "what", "text.too_long"),
        (11, "", "row.twice"),
    ]


@pytest.mark.parametrize(
    ("typed", "amount"),
    [
        ("1.250", "1250.0"),
        ("1,250", "1250.0"),
        ("1.250.000", "1250000.0"),
        ("1.250,5", "1250.5"),
        ("1,250.50", "1250.50"),
        ("€1250,-", "1250"),
        ("€ 1 250,00", "1250.00"),
        ("-5", "-5"),
        ("12.34.56", None),
        ("twaalf", None),
    ],
)
def test_an_amount_is_read_as_people_write_euros(typed, amount):
    assert costs.euro(typed) == amount


@pytest.mark.parametrize(("typed", "amount"), [("1250.5", "1250.5"), ("333.3333333333333", "333.3333333333333"), ("12.125", None), ("1.250.000", "1250000.0")])
def test_in_a_workbook_a_cell_that_holds_parts_of_a_cent_is_never_taken_for_thousands(typed, amount):
    assert costs.euro(typed, in_workbook=True) == amount


@given(
    st.integers(0, 10**9),
    st.sampled_from(["{whole},{cents:02}", "{whole}.{cents:02}", "€ {dutch},{cents:02}", "{english}.{cents:02} euro", "EUR {dutch}, {cents:02}"]),
)
def test_every_amount_is_read_back_however_it_is_written(total, style):
    whole, cents = divmod(total, 100)
    typed = style.format(whole=whole, cents=cents, dutch=f"{whole:,}".replace(",", "."), english=f"{whole:,}")
    assert Decimal(costs.euro(typed) or "nothing") * 100 == total
    assert Decimal(costs.euro(f"{whole:,}".replace(",", ".") + ",-") or "nothing") == whole


def test_events_are_about_the_programme_or_about_one_branch():
    for header in ("datum;gebeurtenis;vestiging", "date;event;branch"):
        raw = file("gebeurtenissen.csv", f"{header}\n07-10-2024;brief aan alle scholen;\n2099-01-05;scanner stuk;Centrale")
        parsed = events.parse(raw, TOWN)
        assert rows(parsed, "events", "happened_on", "text", "branch_id") == [
            (date(2024, 10, 7), "brief aan alle scholen", None),
            (date(2099, 1, 5), "scanner stuk", "CEN"),
        ]


def test_faults_in_a_list_of_events():
    parsed = events.parse(
        file(
            "gebeurtenissen.csv",
            f"""datum;gebeurtenis;vestiging
            07-10-2024;brief;
            31-02-2024;brief;
            ;brief;
            08-10-2024;;
            08-10-2024;{"x" * 201};
            08-10-2024;brief;Elders
            2024-10-07;brief;CEN""",
        ),
        TOWN,
    )
    assert reasons(parsed) == [
        (3, "happened_on", "date.impossible"),
        (4, "happened_on", "value.missing"),
        (5, "text", "value.missing"),
        (6, "text", "text.too_long"),
        (7, "branch", "branch.unknown"),
        (8, "", "row.twice"),
    ]


def test_other_help_lies_in_a_neighbourhood_or_at_a_point():
    for header in ("aanbod;sector;wijkcode;breedtegraad;lengtegraad", "offer;sector;neighbourhood_code;latitude;longitude"):
        raw = file("ander_aanbod.csv", f"{header}\nLeerplek;PO;BU05182915;;\nStudiezaal;;;52,06796;4,30681")
        assert offers.recognises(raw)
        assert rows(offers.parse(raw), "offers", "name", "sector", "neighbourhood_code", "latitude", "longitude") == [
            ("Leerplek", "PO", "WK051829", None, None),
            ("Studiezaal", "", None, 52.06796, 4.30681),
        ]


def test_faults_in_a_list_of_other_help():
    parsed = offers.parse(
        file(
            "ander_aanbod.csv",
            f"""aanbod;sector;wijkcode;lat;lon
            Leerplek;PO;WK051829;;
            ;PO;WK051829;;
            Studiezaal;kleuters;WK051829;;
            Studiezaal;PO;Centrum;;
            Studiezaal;PO;GM0518;;
            Studiezaal;PO;;52,07;
            Studiezaal;PO;;80921;453847
            Studiezaal;PO;;;
            {"x" * 121};PO;WK051829;;
            Leerplek;PO;WK051830;;""",
        )
    )
    assert reasons(parsed) == [
        (3, "name", "value.missing"),
        (4, "sector", "sector.unknown"),
        (5, "neighbourhood_code", "area.impossible"),
        (6, "neighbourhood_code", "area.not_neighbourhood"),
        (7, "latitude", "place.half"),
        (8, "latitude", "place.elsewhere"),
        (9, "neighbourhood_code", "place.missing"),
        (10, "name", "text.too_long"),
        (11, "", "row.twice"),
    ]


def test_names_of_areas_are_no_list_of_other_help():
    assert not offers.recognises(file("wijken.csv", "wk_code;naam;stadsdeel;lat;lon\nWK051829;Schildersbuurt;Centrum;52,1;4,3"))
