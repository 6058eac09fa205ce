"""A register of pupils at the door."""

import pytest

from data_access.dataset import Dataset
from data_access.ingest.school_years import starts_in
from data_access.reader import Reader, Role
from tests.stores import counts, deliver, stored, wijk


def years(engine):
    return Dataset(engine, Reader(Role.PROGRAMME)).inputs().pupil_years.select("school_year", "sector", "level", "year_group", "neighbourhood_code").rows()


def test_a_register_says_what_is_known_of_a_pupil_in_a_school_year(store):
    receipt = deliver(
        store,
        f"""leerling_id | schooljaar | sector | schoolniveau | leerjaar | wijkcode
            17          | 2024-2025  | VO     |              | klas 3   | {wijk("01")}
            17          | 2023-2024  |        | havo         | 2        |
            18          | 2024-2025  | PO     |              |          |
            18          | 2024-2025  | VO     |              |          | """,
    )
    assert counts(receipt) == (3, 0, 0, 1, 0)
    assert sorted(years(store)) == [(2023, "VO", "havo", 2, None), (2024, "PO", None, None, None), (2024, "VO", None, 3, wijk("01"))]
    assert stored(store, "refused_rows", "row_number", "code", "detail") == [(5, "row.twice", "4")]


def test_a_register_counts_above_what_visits_say_whichever_comes_first(stores):
    visits = f"leerling_id|datum|vestiging|wijkcode\n17|18-11-2024|Noord|{wijk('02')}"
    register = f"leerling_id|schooljaar|wijkcode\n17|2024-2025|{wijk('01')}"
    for files in ([visits, register], [register, visits]):
        engine = stores.fresh()
        for file in files:
            deliver(engine, file)
        assert years(engine) == [(2024, "PO", None, None, wijk("01"))]


def test_the_newest_register_counts_and_the_same_again_is_known(store):
    deliver(store, f"leerling_id|schooljaar|wijkcode\n17|2024-2025|{wijk('01')}")
    assert counts(deliver(store, f"leerling_id|schooljaar|wijkcode\n17|2024-2025|{wijk('02')}\n18|2024-2025|{wijk('02')}")) == (2, 1, 0, 0, 0)
    assert counts(deliver(store, f"leerling_id|schooljaar|wijkcode\n18|2024-2025|{wijk('02')}\n17|2024-2025|{wijk('02')}")) == (0, 0, 2, 0, 0)
    assert [home for *_, home in years(store)] == [wijk("02")] * 2


@pytest.mark.parametrize(
    ("text", "year"),
    [
        ("2024-2025", "2024"),
        ("2024/2025", "2024"),
        ("2024/'25", "2024"),
        ("2024-25", "2024"),
        ("2024", "2024"),
        ("2024-2026", None),
        ("24-25", None),
        ("1e", None),
    ],
)
def test_a_school_year_is_written_as_two_years_that_follow_each_other(text, year):
    assert starts_in(text) == year
