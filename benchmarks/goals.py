"""What every benchmark says at its end: each goal, what was measured, and plainly which goals were missed."""

from collections.abc import Sequence
from statistics import quantiles
from typing import NamedTuple


class Goal(NamedTuple):
    """Something that was measured and has to stay within a limit. at_least: the limit is the least, not the most."""

    what: str
    measured: float
    limit: float
    at_least: bool = False

    @property
    def is_reached(self) -> bool:
        return self.measured >= self.limit if self.at_least else self.measured <= self.limit

    def __str__(self) -> str:
        return (
            f"{self.what}: {self.measured:.2f}, goal {'at least' if self.at_least else 'at most'} {self.limit:g}: {'reached' if self.is_reached else 'MISSED'}"
        )


def told(goals: list[Goal], size: str) -> bool:
    """Print each goal; True when all were reached. Goals are set for the full size: a small one is over too soon to be held against them."""
    for goal in goals:
        print(goal if size == "full" else f"{goal.what}: {goal.measured:.2f} (the goal is for size full)")
    return size != "full" or all(goal.is_reached for goal in goals)


def percentile_95(numbers: Sequence[float]) -> float:
    """What 95 of 100 stay under."""
    return quantiles(numbers, n=20, method="inclusive")[-1]
