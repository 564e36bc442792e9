"""Geometry of the charts that the server draws: integers in, rectangles out; no money is computed here."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

HEIGHT: Final = 120
WIDTH: Final = 560


@dataclass(frozen=True, slots=True)
class Bar:
    """One column of a chart.

    Attributes:
        x, width, height: In units of a drawing `WIDTH` wide, whose columns are at most `HEIGHT` high.
    """

    x: int
    width: int
    height: int


def columns(values: Sequence[int]) -> list[Bar]:
    """A column a value; the highest fills the height, and what is not nothing is at least two units high."""
    if not values:
        return []
    top, slot = max(1, *values), WIDTH // len(values)
    return [
        Bar(slot * place + slot // 6, slot * 2 // 3, max(HEIGHT * value // top, 2 if value > 0 else 0))
        for place, value in enumerate(values)
    ]
