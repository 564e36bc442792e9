"""Rounding of exact fractions to whole minor units: always named, never implied."""

import enum
from decimal import Decimal
from fractions import Fraction


class Rounding(enum.Enum):
    """How an exact number becomes a whole one.

    The modes speak of the distance to zero where it matters, so that a reversal is always the exact mirror of what
    it reverses: `round_to_int(-x) == -round_to_int(x)` for all of them but `FLOOR` and `CEILING`.
    """

    HALF_UP = "half_up"  # nearest; a tie goes away from zero (四舍五入): the rule of the house for posted interest
    HALF_EVEN = "half_even"  # nearest; a tie goes to the even neighbour
    HALF_DOWN = "half_down"  # nearest; a tie goes towards zero
    UP = "up"  # away from zero
    DOWN = "down"  # towards zero
    FLOOR = "floor"  # towards minus infinity
    CEILING = "ceiling"  # towards plus infinity


def round_to_int(value: Fraction | Decimal | int, rounding: Rounding) -> int:
    """The whole number that `value` becomes under `rounding`, computed exactly.

    Raises:
        TypeError: `value` is a float (or a bool), which has no exact meaning in money.
        ValueError: `value` is a Decimal that is no number (NaN, infinity).
    """
    exact = as_fraction(value)
    if rounding is Rounding.FLOOR:
        return exact.numerator // exact.denominator
    if rounding is Rounding.CEILING:
        return -(-exact.numerator // exact.denominator)
    whole, rest = divmod(abs(exact.numerator), exact.denominator)
    magnitude = whole + _carries(whole, rest, of=exact.denominator, rounding=rounding)
    return magnitude if exact >= 0 else -magnitude


def _carries(whole: int, rest: int, *, of: int, rounding: Rounding) -> bool:
    if rounding in (Rounding.UP, Rounding.DOWN):
        return rounding is Rounding.UP and rest > 0
    if 2 * rest != of:
        return 2 * rest > of
    return rounding is Rounding.HALF_UP or (rounding is Rounding.HALF_EVEN and whole % 2 == 1)


def as_fraction(value: Fraction | Decimal | int) -> Fraction:
    """`value` as an exact fraction.

    Raises:
        TypeError: It is a float, a bool, or no number at all.
        ValueError: It is a Decimal without a finite value.
    """
    if isinstance(value, bool) or not isinstance(value, Fraction | Decimal | int):
        raise TypeError(f"{type(value).__name__} is not an exact number")
    if isinstance(value, Decimal) and not value.is_finite():
        raise ValueError(f"{value} is not a finite number")
    return Fraction(value)
