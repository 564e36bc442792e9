"""A book of loans as columns: interest, penalty and days past due of millions, to the minor unit as the pure rule.

Whole numbers only. `principal × rate × days / (10⁹ × year)` is 128 bits wide at the largest amounts, so the product is
divided limb by limb, as one does on paper; nothing is rounded before the end, and then once, half-up.
"""

import datetime as dt
import functools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from openscf.financing.rules import loans
from openscf.financing.rules.loans import Loan, Price, Timing
from openscf.kernel.daycount import DayCount
from openscf.kernel.money import Rounding, round_to_int

Column = Any  # a NumPy array; the library's own types say no more

BILLION: Final = 10**9
PIECE: Final = 1 << 16  # rows at a time: what is in use fits the cache
_LARGEST: Final = 10**15  # beyond it, interest at the highest rates would leave 64 bits
_LIMB: Final = 20  # bits; three limbs carry the 18 digits of an amount
_YEARS: Final = {DayCount.ACT_360: 360, DayCount.ACT_365F: 365}


@dataclass(frozen=True, slots=True, kw_only=True)
class LoanColumns:
    """Loans, one array per field, all of one length.

    Attributes:
        principal_minor: int64, zero or more.
        rate_ppb, penalty_ppb: Rates per year in parts per billion, int64; the first is 0 where interest was taken in
            advance.
        year_days: 360 or 365, int64.
        accrued_to, due_on: Days since 0001-01-01, int32.
    """

    principal_minor: Column
    rate_ppb: Column
    penalty_ppb: Column
    year_days: Column
    accrued_to: Column
    due_on: Column


@dataclass(frozen=True, slots=True, kw_only=True)
class AccruedColumns:
    """What has accrued since `accrued_to`: minor units as int64, days past due as int32."""

    interest_minor: Column
    penalty_minor: Column
    dpd: Column


def accrue_columns(book: LoanColumns, on: dt.date) -> AccruedColumns:
    """Interest and penalty up to `on`, and days past due on it.

    Args:
        book: The loans.
        on: Business date, not before any `accrued_to`.

    Raises:
        ValueError: A loan's interest was counted beyond that day already.
    """
    count, day = len(book.principal_minor), on.toordinal()
    if count and int(book.accrued_to.max()) > day:
        raise ValueError(f"interest was counted beyond {on}")
    out = AccruedColumns(
        interest_minor=np.empty(count, np.int64), penalty_minor=np.zeros(count, np.int64), dpd=np.empty(count, np.int32)
    )
    for start in range(0, count, PIECE):
        _piece(book, out, slice(start, min(start + PIECE, count)), day=day)
    return out


def _piece(book: LoanColumns, out: AccruedColumns, rows: slice, *, day: int) -> None:
    accrued_to, due_on = book.accrued_to[rows], book.due_on[rows]
    split = np.minimum(np.maximum(due_on, accrued_to), day)
    year = book.year_days[rows]
    out.interest_minor[rows] = _interest(
        book.principal_minor[rows], book.rate_ppb[rows], (split - accrued_to).astype(np.int64), year=year
    )
    np.maximum(day - due_on, 0, out=out.dpd[rows])
    late = np.flatnonzero(split < day)
    if late.size:
        days = (day - split[late]).astype(np.int64)
        principal, rate = book.principal_minor[rows][late], book.penalty_ppb[rows][late]
        out.penalty_minor[rows.start + late] = _interest(principal, rate, days, year=year[late])


def _interest(principal: Column, rate_ppb: Column, days: Column, *, year: Column) -> Column:
    """`principal × rate × days / (10⁹ × year)`, rounded half-up."""
    numerator = rate_ppb * days  # at most 10¹⁰ × 10⁴
    if int(year.min(initial=360)) == int(year.max(initial=360)):
        return _scaled(principal, numerator, BILLION * int(year[0]) if year.size else BILLION * 360)
    out = np.empty_like(principal)
    for length in np.unique(year).tolist():
        these = year == length
        out[these] = _scaled(principal[these], numerator[these], BILLION * length)
    return out


def _scaled(amount: Column, numerator: Column, denominator: int) -> Column:
    whole, part = np.divmod(numerator, denominator)
    # Most loans run for less than 63 bits need: then the product is taken at once.
    if not amount.size or int(amount.max()) <= (2**62) // max(int(part.max()), 1):
        product = amount * part
        result = (product + denominator // 2) // denominator
    else:
        result = _long_division(amount, part, denominator)
    return amount * whole + result if bool(whole.any()) else result


def _long_division(amount: Column, part: Column, denominator: int) -> Column:
    quotient, remainder = np.zeros_like(amount), np.zeros_like(amount)
    for place in (2, 1, 0):
        limb = (amount >> (_LIMB * place)) & ((1 << _LIMB) - 1)
        current = (remainder << _LIMB) + limb * part
        digits, remainder = np.divmod(current, denominator)
        quotient = (quotient << _LIMB) + digits
    return quotient + (2 * remainder >= denominator)


@dataclass(frozen=True, slots=True)
class Position:
    """One loan for day end: what it is, and what its contract says."""

    loan: Loan
    price: Price


@dataclass(frozen=True, slots=True)
class Accrued:
    """What has accrued on one loan, rounded for posting, and how late it is."""

    interest_minor: int
    penalty_minor: int
    dpd: int


def accrue_all(positions: Sequence[Position], on: dt.date) -> list[Accrued]:
    """The same for loans as they are kept: whole columns where the contract allows it, row by row where it does not.

    A row by itself: interest carried from before, another day count, a rate finer than a billionth, a giant.
    """
    plain = [place for place, one in enumerate(positions) if _is_plain(one)]
    found: list[Accrued | None] = [None] * len(positions)
    columns = accrue_columns(columns_of(positions[place] for place in plain), on)
    for row, place in enumerate(plain):
        amounts = (int(columns.interest_minor[row]), int(columns.penalty_minor[row]), int(columns.dpd[row]))
        found[place] = Accrued(*amounts)
    return [accrue_one(one, on) if known is None else known for one, known in zip(positions, found, strict=True)]


def accrue_one(position: Position, on: dt.date) -> Accrued:
    """The pure rule, for one loan."""
    loan = loans.accrue(position.loan, position.price, on)
    interest, penalty = (round_to_int(amount, Rounding.HALF_UP) for amount in (loan.interest, loan.penalty))
    return Accrued(interest, penalty, max((on - loan.due_on).days, 0))


def columns_of(positions: Iterable[Position]) -> LoanColumns:
    """Loans as columns."""
    rows = [_row(one) for one in positions]
    taken = list(zip(*rows, strict=True)) if rows else [()] * 6
    kinds = (np.int64, np.int64, np.int64, np.int64, np.int32, np.int32)
    names = ("principal_minor", "rate_ppb", "penalty_ppb", "year_days", "accrued_to", "due_on")
    return LoanColumns(
        **{name: np.array(column, dtype=kind) for name, column, kind in zip(names, taken, kinds, strict=True)}
    )


def _row(one: Position) -> tuple[int, ...]:
    loan, said = one.loan, _said(one.price)
    assert said is not None, "chosen by it"
    return (loan.principal.minor, *said, loan.accrued_to.toordinal(), loan.due_on.toordinal())


def _is_plain(one: Position) -> bool:
    loan = one.loan
    return not loan.interest and not loan.penalty and loan.principal.minor <= _LARGEST and _said(one.price) is not None


@functools.lru_cache(maxsize=10_000)
def _said(price: Price) -> tuple[int, int, int] | None:
    """Rate, penalty rate and days of the year in columns; None where they say it too coarsely."""
    rates = price.rate.per_year * BILLION, price.penalty_rate.per_year * BILLION
    if price.basis not in _YEARS or any(rate.denominator != 1 for rate in rates):
        return None
    return 0 if price.timing is Timing.ADVANCE else int(rates[0]), int(rates[1]), _YEARS[price.basis]
