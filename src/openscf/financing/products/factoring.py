"""Factoring 保理: a delivered and invoiced claim is advanced, with or without recourse, notified or undisclosed.

    verify            the trade closes, the debtor has confirmed where the programme is notified; where the frame prices
                      from credit, the rate is set
    accept            headroom reserved, lien on the claim
    fund              funder:cash ──advance──▶ client:cash ──fee──▶ funder:cash
    (the buyer pays)  bank ──▶ funder:escrow
    collect           funder:escrow ──fees, penalty, interest, principal──▶ funder:cash; ──remainder──▶ client:cash
    take_recourse     overdue past the grace period, or disputed: the seller buys back, at principal and accrued
    repay             client:cash ──fees, penalty, interest, principal──▶ funder:cash

Source: PRODUCTS 1.1; Civil Code of China, articles 761 to 769 (保理合同): with recourse the seller buys back; without,
the funder bears the debtor's insolvency and never a dispute about the goods.
"""

import dataclasses
import datetime as dt
import enum
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from openscf.financing.bases import advance
from openscf.financing.fields import field_of
from openscf.financing.model import Deal, Event, Facts, Outcome, Product, Shape, Step
from openscf.financing.rules import loans, refusals
from openscf.financing.rules.loans import Price
from openscf.kernel.lifecycle import Lifecycle
from openscf.kernel.money import Rounding


class Recourse(enum.Enum):
    """Whether the seller stands in for the buyer."""

    FULL = "full"
    LIMITED = "limited"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """The contract."""

    price: Price = field_of("What the advance costs", "融资价格")
    advance_rate: Fraction = field_of(
        "Advance as a part of the face", "融资比例", least=Fraction(1, 100), most=Fraction(1)
    )
    fee_rate: Fraction = field_of(
        "Handling fee as a part of the face, taken at funding",
        "保理手续费率（按票面，放款时收取）",
        default=Fraction(0),
        least=Fraction(0),
        most=Fraction(1, 10),
    )
    recourse: Recourse = field_of("Recourse to the seller", "追索权", default=Recourse.FULL)
    recourse_share: Fraction = field_of(
        "Part of the debt that limited recourse covers",
        "有限追索比例",
        default=Fraction(1),
        least=Fraction(0),
        most=Fraction(1),
    )
    notified: bool = field_of("The debtor is notified and confirms", "是否明保理（通知并确权）", default=True)
    grace_days: int = field_of(
        "Days tolerated after the due date before recourse", "宽限期", default=30, least=0, most=365, unit="days"
    )
    most_tenor_days: int = field_of(
        "Longest time to the due date", "最长融资期限", default=365, least=1, most=1095, unit="days"
    )

    @property
    def seller_stands(self) -> Fraction:
        """For which part of the debt the seller stands if the buyer can't pay."""
        return {Recourse.FULL: Fraction(1), Recourse.LIMITED: self.recourse_share, Recourse.NONE: Fraction(0)}[
            self.recourse
        ]


def take_recourse(deal: Deal, event: Event, facts: Facts) -> Outcome:
    """The seller must buy the claim back: it stood in for the buyer, or the goods are disputed."""
    book, terms = deal.book, deal.terms
    commercial = deal.state == "disputed" or bool(book.demand)
    if terms.recourse is Recourse.NONE and not commercial:
        raise refusals.NO_RECOURSE()
    until = book.due_on + dt.timedelta(days=terms.grace_days)
    if not commercial and event.on <= until:
        raise refusals.WITHIN_GRACE(until=until.isoformat())
    loan = loans.accrue(book.loan, terms.price, event.on)
    share = terms.recourse_share if terms.recourse is Recourse.LIMITED and not commercial else Fraction(1)
    demand = loans.dues(loan).total.times(share, Rounding.HALF_UP)
    return Outcome(book=dataclasses.replace(book, loan=loan, demand=demand))


_ASKED: Final = (*advance.OPEN, "recoursed")
LIFECYCLE: Final = Lifecycle(
    "factoring",
    states=(
        *("proposed", "verified", "accepted", "funded", "part_paid", "overdue", "disputed", "recoursed"),
        *("written_off", "settled", "closed", "cancelled"),
    ),
    initial="proposed",
    final=("settled", "closed", "cancelled"),
    transitions=(
        ("proposed", "verify", "verified"),
        ("verified", "accept", "accepted"),
        ("accepted", "fund", "funded"),
        (("proposed", "verified", "accepted"), "cancel", "cancelled"),
        *advance.stays(_ASKED, "collect_part"),
        (_ASKED, "collect_all", "settled"),
        *advance.stays(_ASKED, "repay_part"),
        (_ASKED, "repay_all", "settled"),
        (("funded", "part_paid"), "lapse", "overdue"),
        (("funded", "part_paid", "overdue"), "dispute", "disputed"),
        ("disputed", "resolve_current", "part_paid"),
        ("disputed", "resolve_late", "overdue"),
        *advance.stays(_ASKED, "dilute"),
        *advance.stays(_ASKED, "charge"),
        ("funded", "extend", "funded"),
        (("part_paid", "overdue"), "extend", "part_paid"),
        (advance.OPEN, "take_recourse", "recoursed"),
        (("overdue", "disputed", "recoursed"), "write_off", "written_off"),
        ("written_off", "recover", "written_off"),
        ("written_off", "close", "closed"),
    ),
)

PRODUCT: Final = Product(
    code="factoring",
    version=1,
    en="Factoring",
    zh="保理",
    summary_en="A supplier has delivered and invoiced; a factor advances most of the invoice and is repaid when the "
    "buyer pays.",
    summary_zh="供应商已交货开票，保理商预付大部分货款，买方付款时收回。",
    sources=("PRODUCTS 1.1", "Civil Code of China 761–769"),
    shape=Shape.DEAL,
    lifecycle=LIFECYCLE,
    roles=(advance.SELLER, advance.BUYER, advance.FACTOR),
    terms=Terms,
    proposal=advance.Proposal,
    book=advance.Book,
    opening=advance.opening,
    accounts=advance.ACCOUNTS,
    steps={
        **advance.STEPS,
        "take_recourse": Step(
            en="The seller is asked to buy the claim back.",
            zh="向卖方追索，要求回购。",
            by=("funder", "system"),
            rule=take_recourse,
            notices=("recourse_notice",),
        ),
    },
    limits_on=("obligor", "client"),
    waterfall=(*loans.WATERFALL, "remainder"),
    prices="verify",
)
