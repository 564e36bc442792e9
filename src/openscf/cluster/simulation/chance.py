"""Chance as a storm needs it, over the port."""

from collections.abc import Sequence
from typing import TypeVar

from openscf.kernel.ports import Randomness, SeededRandomness

T = TypeVar("T")


class Chance:
    """Draws from a seed."""

    def __init__(self, seed: int) -> None:
        self._port: Randomness = SeededRandomness(seed)

    def below(self, limit: int) -> int:
        """From 0 to `limit` − 1; 0 where there is nothing to draw from."""
        return self._port.below(limit) if limit > 1 else 0

    def pick(self, some: Sequence[T]) -> T:
        """One of these."""
        return some[self.below(len(some))]

    def permille(self, part: int) -> bool:
        """Whether something of this likelihood happens."""
        return self._port.below(1000) < part
