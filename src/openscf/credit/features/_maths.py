"""Small exact expressions: integers are summed, and divided once."""

from typing import Any, Final

import ibis.expr.types as ir

MILLION: Final = 1_000_000


def ratio(part: Any, whole: Any) -> Any:
    """`part / whole` as a float; missing where the whole is zero or less."""
    return part.cast("float64") / (whole > 0).ifelse(whole, None).cast("float64")


def per_million(part: Any, whole: Any) -> Any:
    """`part / whole` in millionths as an integer, so that it can be summed and squared without rounding on the way."""
    return (ratio(part, whole) * MILLION).round().cast("int64")


def side(table: ir.Table, name: str) -> ir.Table:
    """The rows of one side: `sale` or `purchase`."""
    return table.filter(table.side == name)


def in_periods(table: ir.Table, first: int, last: int) -> Any:
    """Whether a row lies in the periods from `first` to `last`, both included."""
    return table.period.between(first, last)
