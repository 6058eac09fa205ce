"""The children of the town: where they live, when they go to which school, and what is not known of them.

Every child that is of school age in some year of the programme is there, whether it ever comes or not, so that the share that comes is a true share and pupils
who do not come can be compared with pupils who do.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl

from data_access.demo import places, truths
from data_access.demo.dice import Dice, Flags, Floats, Whole, choose
from data_access.demo.facts import facts

#: Years of the target group: groep 6-8, then leerjaar 1-6.
YEARS = {"PO": 3, "VO": 6}
FIRST_GROEP = 6
#: Kinds of secondary education with their years, and how many of a hundred pupils are there.
LEVELS = ("praktijkonderwijs", "vmbo-b", "vmbo-k", "vmbo-t", "havo", "vwo")
LEVEL_YEARS = np.array([5, 4, 4, 4, 5, 6])
LEVEL_SHARES = (4, 14, 17, 22, 25, 18)
#: Distance in km within which most children go to school.
SCHOOL_DRAWS = {"PO": (1.0, 0.8), "VO": (1.0, 2.5)}


@dataclass(frozen=True)
class Town:
    """One position per child in every array.

    home: position in `places.homes()`; starts: school year in which it is in groep 6; in_sector: whether it lives here in those years; branch, school: position
    among those of the sector; level: position in LEVELS; ability: mean 0, standard deviation 1.
    """

    home: Whole
    starts: Whole
    in_sector: dict[str, Flags]
    branch: dict[str, Whole]
    school: dict[str, Whole]
    level: Whole
    home_is_known: Flags
    school_is_known: Flags
    ability: Floats

    @property
    def size(self) -> int:
        """Number of children."""
        return len(self.home)

    def attends(self, sector: str, school_year: int) -> Flags:
        """Which children are in the target group of the sector in that school year."""
        year = school_year - self.starts
        if sector == "PO":
            return self.in_sector["PO"] & (year >= 0) & (year < YEARS["PO"])
        return self.in_sector["VO"] & (year >= YEARS["PO"]) & (year < YEARS["PO"] + LEVEL_YEARS[self.level])

    def year_group(self, sector: str, school_year: int) -> Whole:
        """groep 6-8 or leerjaar 1-6."""
        year = school_year - self.starts
        return FIRST_GROEP + year if sector == "PO" else year - YEARS["PO"] + 1

    def ids(self) -> pl.Series:
        """Numbers of library cards, which are not real: a letter first, so that none can be a citizen service number."""
        return pl.Series("leerling_id", [f"K{2_000_000 + child}" for child in range(self.size)])


def children_per_year(sector: str) -> Whole:
    """Children per home and year of birth: what the latest figures say, in whole children."""
    return (places.target_group(sector, max(places.EDITIONS)) / YEARS[sector] + 0.5).astype(np.int64)


def town(seed: int) -> Town:
    """All children of the years of the programme, home by home and year by year."""
    dice = Dice(seed, "town")
    per_year = {sector: children_per_year(sector) for sector in places.SECTORS}
    most = np.maximum(per_year["PO"], per_year["VO"])
    school_years = list(truths.LEVEL)
    starts = np.arange(min(school_years) - sum(YEARS.values()) + 1, max(school_years) + 1)
    home = np.repeat(np.arange(len(most)), most * len(starts))
    number = np.concatenate([np.tile(np.arange(count), len(starts)) for count in most])
    size = len(home)
    return Town(
        home=home,
        starts=np.concatenate([np.repeat(starts, count) for count in most]),
        in_sector={sector: number < per_year[sector][home] for sector in places.SECTORS},
        branch={sector: choose(places.pull_of_branches(sector)[home], dice.share(size)) for sector in places.SECTORS},
        school={sector: choose(_pull_of_schools(sector)[home], dice.share(size)) for sector in places.SECTORS},
        level=dice.pick(LEVEL_SHARES, size),
        home_is_known=~dice.happens(truths.UNKNOWN_HOME, size),
        school_is_known=~dice.happens(truths.UNKNOWN_SCHOOL, size),
        ability=dice.bell(size),
    )


def _pull_of_schools(sector: str) -> Floats:
    """Home x school of the sector."""
    areas = facts("neighbourhoods").select(neighbourhood_code="code", latitude="latitude", longitude="longitude")
    schools = facts("schools").filter(pl.col("sector") == sector).join(areas, on="neighbourhood_code", how="left", maintain_order="left")
    return places.homes().pull(schools, [SCHOOL_DRAWS[sector]] * schools.height)
