"""The whole made-up programme, as the deliveries that a library, schools and a municipality would send."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import polars as pl

from data_access.demo import truths
from data_access.demo.calendar import calendar
from data_access.demo.costs import costs
from data_access.demo.dice import Flags
from data_access.demo.facts import facts
from data_access.demo.places import SECTORS, homes, target_group
from data_access.demo.results import group_results, results
from data_access.demo.signing import WITH_SCANNER, clock, sign
from data_access.demo.staffing import SESSION, admit, staff, turned_away
from data_access.demo.surveys import FILLED_IN_BY, forms
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
    """deliveries: in the order in which they must be loaded.

    late: the list of the missing weeks, which turns up for whoever wants to try a delivery; to_try: one file of each kind that the programme does without.
    """

    deliveries: list[DemoFile]
    late: DemoFile
    to_try: list[DemoFile]


def programme(seed: int = truths.SEED) -> Programme:
    """The programme from May 2019 to the summer of 2025. The same seed gives the same bytes."""
    children, planned = town(seed), calendar(seed)
    parts = taking_part(seed, children)
    wanted = visits(seed, parts, planned)
    staffed = staff(seed, planned, wanted)
    admitted = admit(seed, staffed, wanted)
    signed = clock(seed, sign(seed, admitted), planned)
    sessions = staffed.join(turned_away(wanted, admitted), on=SESSION, how="left", maintain_order="left")
    described, named = _described(children, signed), signed.filter(~pl.col("is_anonymous"))
    return Programme(
        deliveries=[
            *_reference(),
            *_visits(described),
            _sessions(sessions, signed),
            *_questionnaires(forms(seed, signed)),
            *_results(results(seed, children, named), group_results(seed, children, named)),
            _costs(costs(sessions)),
        ],
        late=_list_of(described, *truths.MISSING, name="weken-24-en-25"),
        to_try=[_register(described), _counts(), _postcodes()],
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
    events = facts("events").select(datum="day", gebeurtenis="text", vestiging="branch_id")
    yield DemoFile("gebeurtenissen.csv", "events", events)
    offers = facts("offers").select(aanbod="name", sector="sector", wijkcode="neighbourhood_code", breedtegraad="latitude", lengtegraad="longitude")
    yield DemoFile("ander-aanbod.csv", "offers", offers)


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
            year, name = school_year(starts_in), _named(starts_in)
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


# --- what came of it, and what it cost --------------------------------------------------------------------------------


def _questionnaires(filled_in: pl.DataFrame) -> Iterator[DemoFile]:
    """One list per wave, of both audiences and all branches, as typed over from paper."""
    for (wave,), rows in filled_in.group_by("wave", maintain_order=True):
        frame = rows.select(
            vestiging="branch_id",
            datum="held_on",
            ingevuld_door=pl.col("audience").replace_strict(FILLED_IN_BY),
            ronde="wave",
            uitgedeeld="handed_out",
            nummer="number",
            geleerd="knowledge",
            zelfvertrouwen="confidence",
            toegepast="application",
            weet_de_weg="awareness",
            op_gemak="welcome",
        )
        yield DemoFile(f"vragenlijsten-{str(wave).replace(' ', '-')}.csv", "survey", frame)


def _results(per_pupil: pl.DataFrame, per_group: pl.DataFrame) -> Iterator[DemoFile]:
    """The marks of each school year per pupil, and those of the schools that give them per group."""
    for (starts,), rows in per_pupil.group_by("school_year", maintain_order=True):
        frame = rows.select(
            "leerling_id",
            schooljaar=_school_year("school_year"),
            school="school_id",
            vak="subject",
            score_begin="before",
            score_eind="after",
            deelgenomen=_one_of("took_part", "ja", "nee"),
        )
        yield DemoFile(f"schoolresultaten-{_named(int(str(starts)))}.csv", "outcomes", frame)
    frame = per_group.select(
        school="school_id",
        schooljaar=_school_year("school_year"),
        vak="subject",
        groep=_one_of("took_part", "deelnemers", "overige leerlingen"),
        moment=pl.col("moment").replace_strict({"before": "begin", "after": "eind"}),
        aantal="pupils",
        gemiddelde="mean",
        standaardafwijking="sd",
    )
    yield DemoFile("schoolresultaten-per-groep.csv", "group_outcomes", frame)


def _costs(amounts: pl.DataFrame) -> DemoFile:
    frame = amounts.select(schooljaar=_school_year("school_year"), vestiging="branch_id", kostenpost="what", bedrag="amount")
    return DemoFile("kosten.csv", "costs", frame)


def _school_year(column: str) -> pl.Expr:
    return pl.format("{}-{}", column, pl.col(column) + 1)


def _named(starts_in: int) -> str:
    return f"{starts_in}-{starts_in + 1}"


def _one_of(column: str, yes: str, no: str) -> pl.Expr:
    return pl.when(column).then(pl.lit(yes)).otherwise(pl.lit(no))


# --- files to try ----------------------------------------------------------------------------------------------------


def _register(described: pl.DataFrame) -> DemoFile:
    """What one school knows of its pupils who come; it says the same as the lists of the branches."""
    school, year = facts("schools")["name"][0], max(truths.LEVEL)
    of_school = described.filter(pl.col("school") == school, pl.col("school_year") == year).unique("leerling_id", maintain_order=True)
    frame = of_school.select("leerling_id", "sector", "wijkcode", "school", "schoolniveau", "leerjaar", schooljaar=pl.lit(_named(year))).sort("leerling_id")
    return DemoFile("leerlingen-van-een-school.csv", "pupils", frame)


def _counts() -> DemoFile:
    """Pupils per neighbourhood, as a municipality could count them: what the estimate says, in whole pupils."""
    codes = facts("neighbourhoods").filter(pl.col("code").str.starts_with("WK"))["code"]
    frames = [
        pl.DataFrame({"wijkcode": codes, "leerlingen": np.floor(target_group(sector, DIVISION)[: len(codes)] + 0.5).astype(np.int64)}).with_columns(
            sector=pl.lit(sector), jaar=pl.lit(DIVISION), bron=pl.lit("verzonnen telling")
        )
        for sector in SECTORS
    ]
    return DemoFile("leerlingen-per-wijk.csv", "population", pl.concat(frames))


def _postcodes() -> DemoFile:
    """Postcodes that do not exist, one in the first buurt of each neighbourhood."""
    codes = facts("neighbourhoods").filter(pl.col("code").str.starts_with("WK"))["code"]
    frame = pl.DataFrame({"postcode": [f"25{code[-2:]}SS" for code in codes], "buurtcode": [f"BU{code[2:]}01" for code in codes]})
    return DemoFile("postcodes-2022.csv", "postcodes", frame)
