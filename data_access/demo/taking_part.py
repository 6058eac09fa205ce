"""Who comes in which school year, to which branch, and how often."""

from dataclasses import dataclass

import numpy as np

from data_access.demo import places, truths
from data_access.demo.dice import Dice, Floats, Whole
from data_access.demo.town import Town

#: Share of the pupils who also come once or twice to the other branches of their sector.
ALSO_ELSEWHERE = 0.04


@dataclass(frozen=True)
class TakingPart:
    """Pupils at one branch in one school year. child: position in the town; days: how many visit days each has in mind; both in the same order."""

    school_year: int
    branch_id: str
    sector: str
    child: Whole
    days: Whole


def chance(town: Town, sector: str, school_year: int) -> Floats:
    """Chance per child to come at least once in that school year; 0 outside the target group of the sector.

    The figures of that year may count more or fewer pupils than the town has children: the chance makes up for it, so that the share of the figures is planted.
    """
    edition, attends = places.edition_of(school_year), town.attends(sector, school_year)
    expected = places.target_group(sector, edition) * places.reach(sector, edition) * truths.LEVEL[school_year]
    children = np.bincount(town.home[attends], minlength=len(expected))
    per_home = np.divide(expected, children, out=np.zeros(len(expected)), where=children > 0)
    return np.where(attends, per_home[town.home], 0.0)


def taking_part(seed: int, town: Town) -> list[TakingPart]:
    """Every pupil that comes, school year by school year and branch by branch.

    Whoever came last year is more likely to come again; the others are as much less likely, so that the chance of all together stays as planted.
    """
    dice = Dice(seed, "taking part")
    came, chance_before = np.zeros(town.size, dtype=bool), np.zeros(town.size)
    found = []
    for school_year in truths.LEVEL:
        per_sector = {sector: chance(town, sector, school_year) for sector in places.SECTORS}
        now = per_sector["PO"] + per_sector["VO"]
        again = np.minimum(truths.AGAIN, 0.8 * np.divide(now, chance_before, out=np.zeros(town.size), where=chance_before > 0))
        came = dice.happens(np.where(came, again, (now - chance_before * again) / (1 - chance_before)), town.size)
        chance_before = now
        for sector in places.SECTORS:
            found += _at_branches(dice, town, sector, school_year, np.flatnonzero(came & (per_sector[sector] > 0)))
    return found


def _at_branches(dice: Dice, town: Town, sector: str, school_year: int, children: Whole) -> list[TakingPart]:
    """The children of one sector and year, each at its own branch, and a few of them once or twice at the next one too."""
    branches = places.branches_of(sector)["branch_id"].to_list()
    own = town.branch[sector][children]
    elsewhere = np.flatnonzero(dice.happens(ALSO_ELSEWHERE, len(children)))
    child = np.concatenate([children, children[elsewhere]])
    branch = np.concatenate([own, (own[elsewhere] + 1) % len(branches)])
    days = np.concatenate([_visit_days(dice, len(children)), dice.whole(1, 2, len(elsewhere))])
    return [TakingPart(school_year, name, sector, child[branch == number], days[branch == number]) for number, name in enumerate(branches)]


def _visit_days(dice: Dice, size: int) -> Whole:
    """How many visit days each pupil has in mind: most few, some many."""
    return np.array(list(truths.VISIT_DAYS))[dice.pick(list(truths.VISIT_DAYS.values()), size)]
