"""The whole made-up programme: the deliveries as a library and a municipality would send them, and the tables for which there is no delivery yet."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl

from data_access.demo import truths
from data_access.demo.calendar import calendar
from data_access.demo.costs import costs
from data_access.demo.dice import Flags
from data_access.demo.facts import facts
from data_access.demo.places import SECTORS, homes
from data_access.demo.results import results
from data_access.demo.signing import WITH_SCANNER, clock, sign
from data_access.demo.staffing import SESSION, admit, staff, turned_away
from data_access.demo.surveys import surveys
from data_access.demo.taking_part import taking_part
from data_access.demo.town import LEVELS, Town, town
from data_access.demo.visiting import visits
from metrics.periods import school_year
from metrics.shapes import Period

#: From this day on the central library counts heads at the door.
HEADS_COUNTED = ("CEN", date(2022, 9, 1))
DIVISION = 2022
#: How the lists say what became of a session, and why.
STATUS = {"planned": "gepland", "held": "gehouden", "cancelled": "vervallen", "closed": "gesloten"}
REASON = {"no_volunteers": "geen vrijwilligers", "holiday": "feestdag", "closed": "gesloten", "other": "anders"}
SOURCES = {2020: "CBS Wijk- en Buurtkaart 2020", 2022: "CBS Kerncijfers wijken en buurten 2022"}


@dataclass(frozen=True)
class DemoFile:
    """A file as somebody would deliver it. covers: the days it speaks about, for visits."""

    file_name: str
    kind: str
    frame: pl.DataFrame
    covers: Period | None = None

    @property
    def content(self) -> bytes:
        """The bytes of the file: CSV, UTF-8, ISO dates."""
        return self.frame.write_csv(time_format="%H:%M").encode()


@dataclass(frozen=True)
class Programme:
    """deliveries: in the order in which they must be loaded; rows: table -> rows for the tables without a delivery, pupils by their leerling_id.

    late: the list of the missing weeks, which turns up for whoever wants to try a delivery.
    """

    deliveries: list[DemoFile]
    rows: dict[str, pl.DataFrame]
    late: DemoFile


def programme(seed: int = truths.SEED) -> Programme:
    """The programme from May 2019 to the summer of 2025. The same seed gives the same bytes."""
    children, planned = town(seed), calendar(seed)
    parts = taking_part(seed, children)
    wanted = visits(seed, parts, planned)
    staffed = staff(seed, planned, wanted)
    admitted = admit(seed, staffed, wanted)
    signed = clock(seed, sign(seed, admitted), planned)
    sessions = staffed.join(turned_away(wanted, admitted), on=SESSION, how="left", maintain_order="left")
    questionnaires, answers = surveys(seed, signed)
    described = _described(children, signed)
    return Programme(
        deliveries=[*_reference(), *_visits(described), _sessions(sessions, signed)],
        rows={
            "events": facts("events").rename({"day": "happened_on"}),
            "costs": costs(sessions),
            "surveys": questionnaires,
            "survey_answers": answers,
            "outcomes": results(seed, children, signed.filter(~pl.col("is_anonymous"))),
        },
        late=_list_of(described, *truths.MISSING, name="weken-24-en-25"),
    )


def _reference() -> Iterator[DemoFile]:
    """Areas, figures, branches, schools and the calendar of the schools: all facts, but for the schools."""
    areas = facts("neighbourhoods")
    names = areas.select(
        gebiedscode="code",
        naam="name",
        stadsdeel_nr="district_number",
        stadsdeel="district",
        breedtegraad="latitude",
        lengtegraad="longitude",
        jaar=pl.lit(DIVISION),
    )
    yield DemoFile("wijken.csv", "neighbourhoods", names)
    yield DemoFile("kerncijfers.csv", "context", _figures(areas))
    branches = facts("branches").select(
        vestiging_id="branch_id",
        vestiging="name",
        sector="sector",
        wijkcode="neighbourhood_code",
        breedtegraad="latitude",
        lengtegraad="longitude",
        eerste_dag="opened_on",
        pilot=pl.lit("ja"),
        plaatsen="seats",
    )
    yield DemoFile("vestigingen.csv", "branches", branches)
    schools = facts("schools").select(school_id="school_id", schoolnaam="name", sector="sector", wijkcode="neighbourhood_code")
    yield DemoFile("scholen.csv", "schools", schools)
    yield DemoFile("schoolvakanties.csv", "holidays", facts("holidays").select(vakantie="name", eerste_dag="first_day", laatste_dag="last_day"))
    closures = facts("closures").select(eerste_dag="first_day", laatste_dag="last_day", omschrijving="name", sector="sector", vestiging="branch_id")
    yield DemoFile("sluitingen.csv", "closures", closures)


def _figures(areas: pl.DataFrame) -> pl.DataFrame:
    """gebiedscode, jaar, maat, waarde, bron: one row per area, year and measure that has a figure."""
    figures = [column for column in areas.columns if column[-4:].isdecimal()]
    long = areas.unpivot(on=figures, index="code", variable_name="column", value_name="waarde").drop_nulls("waarde")
    year = pl.col("column").str.slice(-4)
    return long.select(
        gebiedscode="code",
        jaar=year,
        maat=pl.col("column").str.slice(0, pl.col("column").str.len_chars() - 5),
        waarde=pl.col("waarde").cast(pl.String).str.replace(r"\.0$", ""),
        bron=year.replace_strict({str(number): source for number, source in SOURCES.items()}),
    )


def _visits(described: pl.DataFrame) -> Iterator[DemoFile]:
    """One list per branch and school year, as typed or scanned there; where weeks are missing, one before them and one after."""
    missing, first_missing, last_missing = truths.MISSING
    for branch in facts("branches")["branch_id"]:
        for starts_in in truths.LEVEL:
            year, name = school_year(starts_in), f"{starts_in}-{starts_in + 1}"
            first, last = max(year.first, truths.FIRST_DAY), min(year.last, truths.LAST_DAY)
            if branch == missing and first <= first_missing <= last:
                yield _list_of(described, branch, first, first_missing - timedelta(days=1), name=f"{name}-deel-1")
                yield _list_of(described, branch, last_missing + timedelta(days=1), last, name=f"{name}-deel-2")
            else:
                yield _list_of(described, branch, first, last, name=name)


def _list_of(described: pl.DataFrame, branch: str, first: date, last: date, *, name: str) -> DemoFile:
    """The list of one branch over some days; with times only where passes are scanned."""
    title = dict(facts("branches").select("branch_id", "name").iter_rows())[branch]
    rows = described.filter(pl.col("branch_id") == branch, pl.col("datum").is_between(first, last))
    scanned = ["aankomst", "vertrek"] if branch in WITH_SCANNER else []
    columns = ["leerling_id", "datum", "vestiging", *scanned, "wijkcode", "school", "schoolniveau", "leerjaar"]
    frame = rows.with_columns(vestiging=pl.lit(title), aankomst="arrived_at", vertrek="left_at").select(columns)
    return DemoFile(f"bezoeken-{title.lower().replace(' ', '-')}-{name}.csv", "visits", frame, Period(first, last))


def _described(children: Town, signed: pl.DataFrame) -> pl.DataFrame:
    """The visits with what the lists say of the pupil, sorted by day; empty where the visit is anonymous or nobody knows."""
    schools = {sector: facts("schools").filter(pl.col("sector") == sector)["name"] for sector in SECTORS}
    frames = []
    for (year, sector), rows in signed.group_by("school_year", "sector", maintain_order=True):
        child = rows["child"].to_numpy()
        is_vo = pl.lit(sector == "VO")
        frames.append(
            rows.with_columns(
                leerling_id=children.ids().gather(child),
                wijkcode=_where(pl.Series(homes().codes).gather(children.home[child]), children.home_is_known[child]),
                school=_where(schools[str(sector)].gather(children.school[str(sector)][child]), children.school_is_known[child]),
                schoolniveau=pl.when(is_vo).then(pl.Series(LEVELS).gather(children.level[child])).otherwise(pl.lit("basisonderwijs")),
                leerjaar=pl.Series(children.year_group(str(sector), int(str(year)))[child]),
            )
        )
    about_the_pupil = pl.col("leerling_id", "wijkcode", "school", "schoolniveau", "leerjaar")
    described = pl.concat(frames).with_columns(pl.when(~pl.col("is_anonymous")).then(about_the_pupil)).rename({"visited_on": "datum"})
    return described.sort("branch_id", "datum", "leerling_id", nulls_last=True, maintain_order=True)


def _where(values: pl.Series, known: Flags) -> pl.Series:
    """The values, null where not known."""
    return pl.select(pl.when(pl.Series(known)).then(values)).to_series()


def _sessions(sessions: pl.DataFrame, signed: pl.DataFrame) -> DemoFile:
    """Every session of every branch. Where a list of visits is missing, so are the numbers that follow from it."""
    branch, since = HEADS_COUNTED
    missing, first_missing, last_missing = truths.MISSING
    is_missing = (pl.col("branch_id") == missing) & pl.col("held_on").is_between(first_missing, last_missing)
    is_counted = (pl.col("branch_id") == branch) & (pl.col("held_on") >= since)
    heads = signed.group_by("branch_id", held_on="visited_on").agg(heads=pl.len())
    frame = sessions.join(heads, on=SESSION, how="left", maintain_order="left").select(
        vestiging="branch_id",
        datum="held_on",
        begin="starts",
        einde="ends",
        status=pl.col("status").replace_strict(STATUS),
        reden=pl.col("cancelled_reason").replace_strict(REASON),
        vrijwilligers="volunteers",
        weggestuurd=pl.when(~is_missing).then("turned_away"),
        bezoekers=pl.when(is_counted & (pl.col("status") == "held")).then(pl.col("heads").fill_null(0)),
    )
    return DemoFile("inloopmomenten.csv", "sessions", frame)
