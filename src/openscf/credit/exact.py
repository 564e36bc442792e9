"""The one door from statistics to money: a float becomes a whole number of parts per billion, once.

A probability estimated in floats carries at best four true digits. On the grid of a billionth (a hundred-thousandth
of a basis point) nothing is lost that was known, and from there on every product, sum and rounding is exact and the
same on every machine.
"""

from fractions import Fraction
from typing import Final

from openscf.credit.basel import checked_figure

__all__ = [
    "BILLION",
    "exact_part",
    "parts_per_billion",
]

BILLION: Final = 10**9


def parts_per_billion(value: float, *, field: str = "probability", highest: float = 1.0) -> int:
    """The nearest whole number of billionths of a part of one; a tie goes to the even one.

    Raises:
        Refusal: `bad_risk_figure`: negative, above `highest`, or no number.
    """
    return round(checked_figure(field, value, highest=highest) * BILLION)


def exact_part(value: float, *, field: str = "probability", highest: float = 1.0) -> Fraction:
    """The same as an exact fraction.

    Raises:
        Refusal: As `parts_per_billion`.
    """
    return Fraction(parts_per_billion(value, field=field, highest=highest), BILLION)


def percent(part: Fraction | float, places: int = 2) -> str:
    """A part of one in per cent, for people: `0.45 %`."""
    return f"{float(part) * 100:.{places}f} %"
