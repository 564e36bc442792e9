"""What the tables don't say: when an invoice is due, and what becomes of it. Drawn from a seed, the same each time.

The shares are assumptions for the demonstration and no statistics: about half on time, some early, some late, a few in
parts, a few disputed, a few never paid by the buyer, for which the seller stands in or the funder takes a loss.
"""

import enum
from dataclasses import dataclass
from typing import Final

from openscf.kernel.ports import Randomness


class Fate(enum.Enum):
    """What becomes of a financed invoice."""

    EARLY = "early"
    ON_TIME = "on_time"
    LATE = "late"
    IN_PARTS = "in_parts"
    DISPUTED = "disputed"
    RECOURSE = "recourse"  # the buyer never pays, the seller buys back
    LOSS = "loss"  # nor does the seller

    @classmethod
    def drawn(cls, chance: Randomness) -> "Fate":
        """One of them, by the shares."""
        at = chance.below(sum(SHARES.values()))
        for fate, share in SHARES.items():
            at -= share
            if at < 0:
                return fate
        raise AssertionError("unreachable")


SHARES: Final = {
    Fate.EARLY: 15, Fate.ON_TIME: 46, Fate.LATE: 18, Fate.IN_PARTS: 8, Fate.DISPUTED: 6, Fate.RECOURSE: 4, Fate.LOSS: 3,
}  # fmt: skip
"""Out of a hundred."""


@dataclass(frozen=True, slots=True)
class Course:
    """The course of one invoice, in calendar days from the day on which it is due.

    Attributes:
        fate: What becomes of it.
        paid_after: When the buyer pays, or the first part of it; before nothing if it pays early.
        rest_after: When the rest comes, where it pays in parts; and what is recovered, after a loss.
        percent: Of what is owed, the first part; and what is recovered.
    """

    fate: Fate
    paid_after: int
    rest_after: int
    percent: int


GRACE_DAYS: Final = 30
"""Of the programme: recourse is taken after them."""


def drawn_terms(chance: Randomness) -> int:
    """Days from the issue of an invoice to its due day."""
    return (75, 90, 120)[chance.below(3)]


def drawn_course(chance: Randomness) -> Course:
    """The course of a financed invoice."""
    fate, early, late, part = Fate.drawn(chance), chance.below(12), chance.below(40), chance.below(40)
    paid_after = {
        Fate.EARLY: -1 - early, Fate.LATE: 1 + late, Fate.DISPUTED: 15, Fate.RECOURSE: GRACE_DAYS + 1,
        Fate.LOSS: GRACE_DAYS + 1,
    }.get(fate, 0)  # fmt: skip
    return Course(fate, paid_after, 10 + late, 30 + part)
