"""Money lent against a claim: how interest and penalty run, and how a receipt is shared out.

Interest is kept exact, as a fraction of a minor unit, between two postings, and rounded once, half-up, when it is paid
(PRODUCTS section 0). From the due day on, overdue principal costs the penalty rate instead of the contract rate.
"""

import dataclasses
import datetime as dt
import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from openscf.financing.fields import MINOR, field_of
from openscf.kernel.daycount import DayCount, Period
from openscf.kernel.money import Money, Rounding, round_to_int
from openscf.kernel.rates import PENALTY_MULTIPLIER, Rate

WATERFALL: Final = ("fees", "penalty", "interest", "principal")
"""The order of PRODUCTS section 0; what is left goes to whoever the product names."""


class Timing(enum.Enum):
    """When interest is taken."""

    ARREARS = "arrears"  # 后收息: with the repayment
    ADVANCE = "advance"  # 先收息, a discount: at funding, for the time to the due day


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """What lending costs.

    Attributes:
        rate: Per year, on what is lent.
        timing: Whether interest runs until it is repaid, or was taken in advance up to the due day.
        basis: Day count.
        penalty_multiplier: Of the rate, on overdue principal.
    """

    rate: Rate = field_of("Contract rate", "合同利率", unit="% a year")
    timing: Timing = field_of("When interest is taken", "收息方式", default=Timing.ARREARS)
    basis: DayCount = field_of("Day-count basis", "计息基准", default=DayCount.ACT_360)
    penalty_multiplier: Fraction = field_of(
        "Penalty rate on overdue principal, as a multiple of the contract rate",
        "逾期罚息利率，为合同利率的倍数",
        default=PENALTY_MULTIPLIER,
        least=Fraction(1),
        most=Fraction(4),
    )

    @property
    def penalty_rate(self) -> Rate:
        """The rate on overdue principal."""
        return self.rate.times(self.penalty_multiplier)


@dataclass(frozen=True, slots=True, kw_only=True)
class Loan:
    """Something lent, at one moment.

    Attributes:
        principal: Still owed.
        interest: Accrued and unpaid up to `accrued_to`, in exact minor units.
        penalty: Likewise.
        fees: Charged and unpaid.
        accrued_to: Interest has been counted up to, not including, this day.
        due_on: When the principal is due, rolled to a business day.
    """

    principal: Money = field_of("Principal outstanding", "未偿本金")
    interest: Fraction = field_of("Interest accrued", "应计利息", default=Fraction(0), unit=MINOR)
    penalty: Fraction = field_of("Penalty interest accrued", "应计罚息", default=Fraction(0), unit=MINOR)
    fees: Money = field_of("Fees charged and unpaid", "未付费用")
    accrued_to: dt.date = field_of("Interest counted up to this day", "利息计至")
    due_on: dt.date = field_of("Due", "到期日")


@dataclass(frozen=True, slots=True)
class Dues:
    """What is owed, rounded for posting."""

    fees: Money
    penalty: Money
    interest: Money
    principal: Money

    @property
    def total(self) -> Money:
        """All of it."""
        return self.fees + self.penalty + self.interest + self.principal


def lend(principal: Money, *, on: dt.date, due_on: dt.date) -> Loan:
    """A fresh loan."""
    return Loan(principal=principal, fees=Money.zero(principal.currency), accrued_to=on, due_on=due_on)


def accrue(loan: Loan, price: Price, on: dt.date) -> Loan:
    """The loan with its interest counted up to `on`.

    Raises:
        Refusal: `period_reversed`: interest was counted beyond that day already.
    """
    Period(loan.accrued_to, on)
    split = min(max(loan.due_on, loan.accrued_to), on)
    running = price.rate if price.timing is Timing.ARREARS else Rate(Fraction(0))
    usual = _exact(loan.principal, running, Period(loan.accrued_to, split), basis=price.basis)
    late = _exact(loan.principal, price.penalty_rate, Period(split, on), basis=price.basis)
    return dataclasses.replace(loan, interest=loan.interest + usual, penalty=loan.penalty + late, accrued_to=on)


def dues(loan: Loan) -> Dues:
    """What is owed now, each kind rounded once, half-up."""
    money = loan.principal.currency
    interest = Money(round_to_int(loan.interest, Rounding.HALF_UP), money)
    penalty = Money(round_to_int(loan.penalty, Rounding.HALF_UP), money)
    return Dues(loan.fees, penalty, interest, loan.principal)


def lend_more(loan: Loan, amount: Money) -> Loan:
    """The loan with more lent, from `accrued_to` on."""
    return dataclasses.replace(loan, principal=loan.principal + amount)


def pay(loan: Loan, receipt: Money, order: Sequence[str] = WATERFALL) -> tuple[Loan, dict[str, Money]]:
    """Share a receipt out.

    Args:
        loan: Accrued up to the day of the receipt.
        receipt: What came in.
        order: Which due is served first.

    Returns:
        The loan after it, and the shares by name with `remainder`; they sum to the receipt (I10).
    """
    owed = dues(loan)
    left, shares = receipt, {}
    for name in order:
        due: Money = getattr(owed, name)
        shares[name] = min(due, left)
        left -= shares[name]
    shares["remainder"] = left
    return _paid(loan, shares, owed), shares


def share_out(receipt: Money, owed: Mapping[str, Money]) -> dict[str, Money]:
    """Share a receipt out over named dues in their order; what is left is `remainder`."""
    left, shares = receipt, {}
    for name, due in owed.items():
        shares[name] = min(due, left)
        left -= shares[name]
    return shares | {"remainder": left}


def _paid(loan: Loan, shares: Mapping[str, Money], owed: Dues) -> Loan:
    zero = Money.zero(loan.principal.currency)
    return dataclasses.replace(
        loan,
        principal=loan.principal - shares.get("principal", zero),
        fees=loan.fees - shares.get("fees", zero),
        interest=_left(loan.interest, shares.get("interest", zero), owed.interest),
        penalty=_left(loan.penalty, shares.get("penalty", zero), owed.penalty),
    )


def _left(exact: Fraction, paid: Money, owed: Money) -> Fraction:
    # Paid in full, the fraction of a fen that rounding gave or took is settled too; in part, it stays exact.
    return Fraction(0) if paid and paid == owed else exact - paid.minor


def _exact(principal: Money, rate: Rate, period: Period, *, basis: DayCount) -> Fraction:
    return principal.minor * rate.per_year * basis.year_fraction(period)
