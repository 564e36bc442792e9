"""What an advance against a claim comes to for the client: cash now, cost, the rest later; in yuan and in per cent."""

import datetime as dt
from dataclasses import dataclass
from fractions import Fraction

from openscf.financing.rules.loans import Price, Timing
from openscf.kernel.daycount import Period
from openscf.kernel.money import Money, Rounding
from openscf.kernel.rates import Rate, implied_rate, interest


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """An offer, net of everything.

    Attributes:
        face: What the debtor owes.
        advance: What is lent on it.
        fee: Taken at funding.
        discount: Interest taken at funding.
        cash_now: What reaches the client's account.
        interest: What will be due besides, if the debtor pays on the due day.
        cash_later: What is left for the client then.
        due_on: That day, rolled.
        days: From the day of the offer until then.
        rate: The contract rate.
        all_in: Everything that it costs, as a simple annual rate over 360 days on the cash that is received.
    """

    face: Money
    advance: Money
    fee: Money
    discount: Money
    cash_now: Money
    interest: Money
    cash_later: Money
    due_on: dt.date
    days: int
    rate: Rate
    all_in: Rate

    @property
    def cost(self) -> Money:
        """Everything that it costs."""
        return self.fee + self.discount + self.interest


def advance_offer(face: Money, price: Price, period: Period, *, advance_rate: Fraction, fee_rate: Fraction) -> Offer:
    """Price an advance.

    Args:
        face: What the debtor owes.
        price: Of the contract.
        period: From the day of funding to the due day, rolled.
        advance_rate: Advance as a part of the face.
        fee_rate: Fee as a part of the face.
    """
    nothing = Money.zero(face.currency)
    advance = face.times(advance_rate, Rounding.HALF_UP)
    fee = face.times(fee_rate, Rounding.HALF_UP)
    whole = interest(advance, price.rate, period, basis=price.basis)
    discount, later = (whole, nothing) if price.timing is Timing.ADVANCE else (nothing, whole)
    cash = advance - fee - discount
    cost = fee + whole
    all_in = implied_rate(cost, on=cash, days=period.days) if cash.minor > 0 and period.days else Rate(Fraction(0))
    return Offer(
        face=face, advance=advance, fee=fee, discount=discount, cash_now=cash, interest=later,
        cash_later=face - advance - later, due_on=period.end_on, days=period.days, rate=price.rate, all_in=all_in,
    )  # fmt: skip
