"""Random draws that come out the same on every machine.

Only uniform numbers and whole numbers are drawn, and only added, multiplied, divided and compared: those are exact to the last bit everywhere, while logarithms
and powers differ between mathematical libraries. Sums run from left to right for the same reason.
"""

from zlib import crc32

import numpy as np
from numpy.typing import ArrayLike, NDArray

Flags = NDArray[np.bool_]
Floats = NDArray[np.float64]
Whole = NDArray[np.int64]


class Dice:
    """Draws for one part of the story. Each part has its own dice, so that a change in one leaves the others as they were."""

    def __init__(self, seed: int, part: str) -> None:
        """seed: of the whole programme; part: name of what these dice decide."""
        self._random = np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, crc32(part.encode())])))

    def happens(self, chance: ArrayLike, size: int) -> Flags:
        """`size` times yes or no. chance: one for all, or one each."""
        return self._random.random(size) < np.asarray(chance)

    def share(self, size: int) -> Floats:
        """Numbers from 0 up to 1."""
        return self._random.random(size)

    def whole(self, first: int, last: int, size: int) -> Whole:
        """Whole numbers from first to last, both included, all as likely."""
        return self._random.integers(first, last, size, endpoint=True)

    def pick(self, weights: ArrayLike, size: int) -> Whole:
        """Positions in `weights`, each as likely as its weight."""
        return choose(np.broadcast_to(np.asarray(weights, dtype=np.float64), (size, len(np.asarray(weights)))), self.share(size))

    def bell(self, size: int) -> Floats:
        """Close to a normal distribution with mean 0 and standard deviation 1: twelve uniform numbers minus six."""
        total = np.zeros(size)
        for _ in range(12):
            total = total + self._random.random(size)
        return total - 6


def choose(weights: Floats, share: Floats) -> Whole:
    """Per row the position at which the running total of the weights passes the row's share (0-1) of it."""
    running = np.cumsum(weights, axis=1)
    passed: Whole = np.count_nonzero(running <= (share * running[:, -1])[:, None], axis=1)
    return passed
