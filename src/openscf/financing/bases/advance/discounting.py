"""Claims bought at a discount: the price of time is taken in advance, and a debtor that pays too much gets it back.

    fund      funder:cash ──advance──▶ client:cash ──fee, discount──▶ funder:cash
    collect   funder:escrow ──fees, penalty, principal──▶ funder:cash; ──overpaid──▶ obligor:cash

The whole face is lent, so the principal is what the debtor still owes, and no interest runs before the due day.
"""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from openscf.financing.bases.advance import rules, steps
from openscf.financing.fields import field_of
from openscf.financing.model import AccountSpec, Deal, Event, Facts, Leg, Outcome, Scope, Step
from openscf.financing.rules import loans, refusals
from openscf.financing.rules.loans import Price, Timing
from openscf.kernel.daycount import DayCount
from openscf.kernel.rates import PENALTY_MULTIPLIER, Rate

DISCOUNT_WATERFALL: Final = ("fees", "penalty", "principal")
"""Without interest: it was taken at funding."""

ACCEPTOR_CASH: Final = AccountSpec("obligor:cash", Scope.PARTY, "The debtor's money", "债务人资金")
_BACK: Final = Leg("funder:claim", "client:owed", "principal")


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscountTerms:
    """What the price of a claim bought at a discount needs of a contract."""

    rate: Rate = field_of("Discount rate", "贴现利率", unit="% a year")
    basis: DayCount = field_of("Day-count basis", "计息基准", default=DayCount.ACT_360)
    penalty_multiplier: Fraction = field_of(
        "Penalty rate on what is overdue, as a multiple of the discount rate",
        "逾期罚息利率，为贴现利率的倍数",
        default=PENALTY_MULTIPLIER,
        least=Fraction(1),
        most=Fraction(4),
    )

    @property
    def price(self) -> Price:
        """The same as a loan's price: taken in advance, whatever else a contract may say."""
        return Price(
            rate=self.rate, timing=Timing.ADVANCE, basis=self.basis, penalty_multiplier=self.penalty_multiplier
        )

    @property
    def advance_rate(self) -> Fraction:
        """The claim is bought whole."""
        return Fraction(1)


def collect_discounted(deal: Deal, event: Event, facts: Facts) -> Outcome:
    """The debtor paid into escrow: dues are served in order; whatever is beyond them is its own again."""
    book, amount = deal.book, event.params.amount
    if not amount:
        raise refusals.AMOUNT_IS_NOTHING(field="amount")
    loan = loans.accrue(book.loan, deal.terms.price, event.on)
    loan, shares = loans.pay(loan, amount, DISCOUNT_WATERFALL)
    shares["overpaid"] = shares.pop("remainder")
    principal = shares["principal"]
    book = dataclasses.replace(book, loan=loan, collected=book.collected + principal)
    return rules.closing(book, shares | {"settled_face": principal, "release": principal}, "collect")


def discounted_steps(*names: str) -> Mapping[str, Step]:
    """The steps of an advance by these names, as they are for a claim bought at a discount."""
    return {name: _CHANGED.get(name, steps.STEPS[name]) for name in names}


_CHANGED: Final[Mapping[str, Step]] = {
    "collect": dataclasses.replace(
        steps.STEPS["collect"],
        en="The debtor's payment is shared out: fees, penalty, face; what is too much goes back to it.",
        zh="分配回款：费用、罚息、票面；多付部分退回债务人。",
        rule=collect_discounted,
        postings=(
            *(Leg("funder:escrow", "funder:cash", name) for name in DISCOUNT_WATERFALL),
            Leg("funder:escrow", "obligor:cash", "overpaid"),
            Leg("funder:receivable", "obligor:owes", "settled_face"),
            _BACK,
        ),
    ),
    "recover": dataclasses.replace(
        steps.STEPS["recover"],
        postings=(
            Leg("funder:escrow", "funder:cash", "recovered"),
            Leg("funder:escrow", "obligor:cash", "remainder"),
        ),
    ),
}
