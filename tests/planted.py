"""A town with planted cells of a handful of pupils whose visits make a rare number, and a search for those numbers in everything that a browser is sent."""

import base64
import csv
import io
import json
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple

import numpy as np
from google.protobuf.message import Message  # type: ignore[import-untyped]

from actions.load_file import load
from actions.make_store import make_store
from data_access.database import engine
from data_access.ingest.shapes import Delivery
from data_access.organisation import organisation
from data_access.reader import Reader, Role

#: Visits of all pupils of secondary schools in each school year: three pupils of one neighbourhood, then four of another. These numbers stand nowhere else.
RARE = {"2023-2024": 173, "2024-2025": 419}
#: The branch of the secondary schools, to which only they come.
HARBOUR = "HVN"
NEIGHBOURHOODS = [f"WK{organisation().code.removeprefix('GM')}{number:02}" for number in range(1, 13)]
SCHOOL_YEARS = {"2023-2024": (date(2023, 9, 4), date(2024, 6, 28)), "2024-2025": (date(2024, 9, 2), date(2025, 6, 27))}
HOLIDAYS = (
    *((date(2023, 10, 14), date(2023, 10, 22)), (date(2023, 12, 23), date(2024, 1, 7)), (date(2024, 2, 17), date(2024, 2, 25))),
    *((date(2024, 4, 27), date(2024, 5, 5)), (date(2024, 7, 13), date(2024, 8, 25)), (date(2024, 10, 26), date(2024, 11, 3))),
    *((date(2024, 12, 21), date(2025, 1, 5)), (date(2025, 2, 22), date(2025, 3, 2)), (date(2025, 4, 26), date(2025, 5, 4))),
)
#: Pupils of primary schools in each neighbourhood: in some nobody, in some a handful.
PRIMARY = (9, 8, 2, 7, 0, 11, 4, 8, 6, 1, 13, 9)


BOM = b"\xef\xbb\xbf"


class Visit(NamedTuple):
    """A line of the list."""

    pupil: str
    day: date
    branch: str
    neighbourhood: str

    @property
    def sector(self) -> str:
        """The kind of school of the pupil."""
        return "VO" if self.branch == HARBOUR else "PO"

    @property
    def school_year(self) -> str:
        """Its name."""
        return "2023-2024" if self.day < date(2024, 8, 1) else "2024-2025"


def open_days(school_year: str) -> list[date]:
    """Weekdays outside holidays."""
    first, last = SCHOOL_YEARS[school_year]
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    return [day for day in days if day.weekday() < 5 and not any(start <= day <= end for start, end in HOLIDAYS)]


def visits(rare: Mapping[str, int]) -> list[Visit]:
    """The list of the town, made by rule: pupil number n of a primary school comes every n-th open day or so. rare: visits of the planted pupils."""
    found = []
    for year, days in ((year, open_days(year)) for year in SCHOOL_YEARS):
        number = 0
        for neighbourhood, pupils in zip(NEIGHBOURHOODS, PRIMARY, strict=True):
            for _ in range(pupils):
                number += 1
                branch = "NRD" if number % 2 else "ZUI"
                pupil = f"kaart-{year[2:4]}{number:03}" if number % 3 else f"kaart-00{number:03}"  # every third one comes both years
                found += [Visit(pupil, day, branch, neighbourhood) for day in days[number % 11 :: 5 + number % 17]]
        few, home = (3, NEIGHBOURHOODS[4]) if year == "2023-2024" else (4, NEIGHBOURHOODS[8])
        for place in range(rare[year]):
            found.append(Visit(f"pas-{year[2:4]}{place % few:03}", days[place // few], HARBOUR, home))
    return found


def make_planted_store(rare: Mapping[str, int]) -> None:
    """Fill the store of the settings: a made-up programme, so that its today stands still. rare: visits of the planted pupils in each school year."""
    make_store(engine(), "demo")
    areas = [f"{code},Wijk {place + 1},2022,{52.05 + place / 200},{4.25 + place % 4 / 50}" for place, code in enumerate(NEIGHBOURHOODS)]
    figures = [
        f"{code},2022,{measure},{value}"
        for place, code in enumerate(NEIGHBOURHOODS)
        for measure, value in (("a_00_14", 400 + 20 * place), ("a_15_24", 300 + 10 * place), ("p_ink_li", 60 - 3 * place), ("g_wozbag", 200 + 25 * place))
    ]
    sessions = [f"{branch},{day},15:00,17:00,gehouden,2" for year in SCHOOL_YEARS for day in open_days(year) for branch in ("NRD", "ZUI", HARBOUR)]
    forms = [
        f"{branch},2025-05-12,leerling,2025 voorjaar,{form},{1 + form % 5},{1 + (form + 2) % 5}"
        for branch, n in (("NRD", 31), (HARBOUR, 4))
        for form in range(1, n + 1)
    ]
    for kind, header, rows in (
        ("neighbourhoods", "gebiedscode,naam,jaar,breedtegraad,lengtegraad", areas),
        ("context", "gebiedscode,jaar,maat,waarde", figures),
        (
            "branches",
            "vestiging_id,vestiging,doelgroep,wijkcode,pilot,start,plaatsen",
            [
                f"NRD,Noord,PO,{NEIGHBOURHOODS[0]},ja,2023-09-04,20",
                f"ZUI,Zuid,PO,{NEIGHBOURHOODS[10]},ja,2023-09-04,20",
                f"{HARBOUR},Haven,VO,{NEIGHBOURHOODS[4]},ja,2023-09-04,20",
            ],
        ),
        ("holidays", "vakantie,eerste_dag,laatste_dag", [f"Vakantie {number},{first},{last}" for number, (first, last) in enumerate(HOLIDAYS)]),
        ("sessions", "vestiging,datum,begin,einde,status,vrijwilligers", sessions),
        ("visits", "leerling_id,datum,vestiging,wijkcode", [f"{visit.pupil},{visit.day},{visit.branch},{visit.neighbourhood}" for visit in visits(rare)]),
        ("survey", "vestiging,datum,ingevuld_door,ronde,nummer,geleerd,zelfvertrouwen", forms),
    ):
        receipt = load(engine(), Delivery(f"{kind}.csv", "\n".join([header, *rows, ""]).encode(), Reader(Role.STEWARD), kind=kind))
        assert (receipt.refused, receipt.accepted > 0) == (0, True), (kind, receipt)


# --- what is searched -------------------------------------------------------------------------------------------------


def numbers_in(sent: Any) -> Iterator[float]:
    """Every number in something that was sent: in a protobuf, in JSON, in the packed columns of a chart, in text."""
    match sent:
        case Message():
            for field, value in sent.ListFields():
                if field.message_type is not None and field.message_type.GetOptions().map_entry:
                    yield from numbers_in(list(value.items()))
                else:
                    yield from numbers_in(value)
        case str():
            yield from _numbers_in_text(sent)
        case bytes():
            yield from _numbers_in_text(sent.decode("utf-8", errors="replace"))
        case bool() | None:
            return
        case int() | float():
            yield float(sent)
        case {"bdata": str(), "dtype": str()}:
            yield from _column(sent)
        case dict():
            for key, value in sent.items():
                yield from numbers_in(key)
                yield from numbers_in(value)
        case _:
            for part in sent:
                yield from numbers_in(part)


def _numbers_in_text(text: str) -> Iterator[float]:
    if text[:1] in ("{", "["):
        try:
            yield from numbers_in(json.loads(text))
        except ValueError:
            pass
        else:
            return
    for whole, rest in re.findall(r"(?<![\w.,-])(\d{1,3}(?:\.\d{3})+|\d+)(?:,(\d+))?(?!\w)", text):  # as a Dutch page writes them
        yield float(f"{whole.replace('.', '')}.{rest or 0}")
    for number in re.findall(r"(?<![\w.,-])(\d+(?:\.\d+)?)(?!\w)", text):
        yield float(number)


def numbers_in_file(content: bytes) -> Iterator[float]:
    """Every number in a table that was taken along, cell by cell."""
    text = content.decode("utf-8-sig")
    for row in csv.reader(io.StringIO(text), delimiter=";" if content.startswith(BOM) else ","):
        for cell in row:
            yield from _numbers_in_text(cell)


def rare(numbers: Iterator[float]) -> Counter[float]:
    """How often each planted number is among these."""
    return Counter(number for number in numbers if number in RARE.values())


# --- what is compared cell by cell ------------------------------------------------------------------------------------


#: Column of a table -> what it says of a visit. Other keys of tables stand in no list that this town drew.
KEYS: dict[str, Callable[[Visit], str]] = {
    "neighbourhood_code": lambda visit: visit.neighbourhood,
    "branch_id": lambda visit: visit.branch,
    "sector": lambda visit: visit.sector,
    "school_week": lambda visit: str(visit.day - timedelta(days=visit.day.weekday())),
    "school_quarter": lambda visit: (
        str(visit.day.replace(month=3 * ((visit.day.month + 1) // 3) - 1, day=1)) if visit.day.month > 1 else f"{visit.day.year - 1}-11-01"
    ),
    "weekday": lambda visit: str(visit.day.isoweekday()),
}


def pupils_behind(school_year: str, keys: Sequence[str]) -> dict[tuple[str, ...], int]:
    """Key -> how many pupils stand behind it, counted from the list itself."""
    behind: dict[tuple[str, ...], set[str]] = defaultdict(set)
    for visit in visits(RARE):
        if visit.school_year == school_year or "school_quarter" in keys:  # quarters are shown over the whole pilot
            behind[tuple(KEYS[key](visit) for key in keys)].add(visit.pupil)
    return {key: len(pupils) for key, pupils in behind.items()}


def rows_of(content: bytes) -> list[dict[str, str]]:
    """The rows of a table that was taken along, without the lines above its header."""
    text = content.decode("utf-8-sig").split("\n\n", 1)[1]
    return list(csv.DictReader(io.StringIO(text), delimiter=";" if content.startswith(BOM) else ","))


def unpacked(part: Any) -> Any:
    """A chart with its packed columns as lists."""
    if isinstance(part, dict):
        return _column(part) if "bdata" in part else {key: unpacked(value) for key, value in part.items()}
    return [unpacked(value) for value in part] if isinstance(part, list) else part


def _column(packed: Mapping[str, str]) -> list[float]:
    return [float(number) for number in np.frombuffer(base64.b64decode(packed["bdata"]), dtype=np.dtype(packed["dtype"]))]
