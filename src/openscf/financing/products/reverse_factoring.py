"""Reverse factoring 反向保理: a core enterprise certifies what it owes; suppliers sell it on the strength of its name.

    (batch)           the anchor's maker uploads approved payables, its checker approves them: irrevocable
    sell              any payable, any day: headroom reserved under the anchor alone, lien on the claim
    fund              funder:cash ──advance = face──▶ client:cash ──fee, discount──▶ funder:cash
    contest           a dispute or credit note is noted; what the anchor owes stays the face
    (the anchor pays) bank ──▶ funder:escrow
    collect           funder:escrow ──fees, penalty, principal──▶ funder:cash; ──overpaid──▶ obligor:cash
    pay_supplier      what nobody sold: funder:escrow ──paid──▶ client:cash; ──overpaid──▶ obligor:cash

There is no recourse to the supplier: nobody asks it for anything once it was paid. Price and limits look at the anchor
only.

Source: PRODUCTS 1.3; Civil Code of China, articles 761 to 769 (without recourse: 766), and 768 for who comes first;
IAS 7.44F to 44H for what the anchor discloses (`financing.payables`).
"""

import dataclasses
import datetime as dt
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from openscf.financing.bases import advance
from openscf.financing.fields import field_of
from openscf.financing.model import Deal, Event, Facts, Leg, LimitMove, Outcome, Product, Role, Shape, Step
from openscf.financing.rules import refusals
from openscf.kernel.errors import refusal
from openscf.kernel.lifecycle import Lifecycle
from openscf.kernel.money import Money
from openscf.parties import PartyRole

PARTLY_PAID = refusal(
    "payable_partly_paid",
    en="{number} was paid in part already: {amount} of it can't be sold any more.",
    zh="{number} 已部分付款：其中 {amount} 不能再转让。",
    fix_en="Wait for the rest at maturity.",
    fix_zh="请于到期日收取余款。",
    status=409,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms(advance.DiscountTerms):
    """The contract between anchor and funder, to which suppliers accede."""

    fee_rate: Fraction = field_of(
        "Fee as a part of the face, taken at funding", "手续费率（按票面，放款时收取）",
        default=Fraction(0), least=Fraction(0), most=Fraction(1, 10),
    )  # fmt: skip
    most_tenor_days: int = field_of(
        "Longest time to the due date", "最长融资期限", default=365, least=1, most=1095, unit="days"
    )

    @property
    def notified(self) -> bool:
        """The debtor itself says what it owes."""
        return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal(advance.Proposal):
    """A payable that the anchor approved."""

    issued_on: dt.date | None = field_of("Date of the invoice", "发票日期", default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Book(advance.Book):
    """What is known of an approved payable; `contested` is never taken off what is owed."""

    issued_on: dt.date | None = field_of("Date of the invoice", "发票日期", default=None)
    contested: Money = field_of("Contested, to be settled outside", "争议金额（另行结算）")


@dataclass(frozen=True, slots=True, kw_only=True)
class Contest:
    """A dispute or credit note that comes too late."""

    amount: Money = field_of("Amount in dispute, or of the credit note", "争议或红冲金额")
    reason: str = field_of("What it is about", "原因")


def opening(deal: Deal, proposal: Proposal) -> Book:
    """The book of a payable that was just approved."""
    known = advance.opening(deal, proposal)
    taken = {one.name: getattr(known, one.name) for one in dataclasses.fields(known)}
    return Book(**taken, issued_on=proposal.issued_on, contested=Money.zero(deal.currency))


def sell(deal: Deal, event: Event, facts: Facts) -> Outcome:
    """The supplier sells the whole payable; the anchor's own word, with amount and due date, must stand behind it."""
    book = deal.book
    if facts.evidence.confirmed_due_on != book.due_on:
        raise refusals.NOT_CONFIRMED(number=book.number)
    if book.collected:
        raise PARTLY_PAID(number=book.number, amount=book.left.grouped)
    verified = advance.verify(deal, event, facts)
    return dataclasses.replace(verified, amounts={"reserve": book.face})


def pay_supplier(deal: Deal, event: Event, facts: Facts) -> Outcome:
    """The anchor pays a payable that was not sold: all of it is the supplier's."""
    book, amount = deal.book, event.params.amount
    if not amount:
        raise refusals.AMOUNT_IS_NOTHING(field="amount")
    paid = min(amount, book.left)
    book = dataclasses.replace(book, collected=book.collected + paid)
    amounts = {"paid": paid, "overpaid": amount - paid}
    return Outcome(book=book, amounts=amounts, event="pay_supplier_part" if book.left else "pay_supplier_all")


def contest(deal: Deal, event: Event, facts: Facts) -> Outcome:
    """Noted, and without effect on what is owed: the approval was irrevocable."""
    return Outcome(book=dataclasses.replace(deal.book, contested=deal.book.contested + event.params.amount))


_OWED: Final = ("funded", "part_paid", "overdue")
LIFECYCLE: Final = Lifecycle(
    "reverse_factoring",
    states=(
        *("approved", "sold", "funded", "part_paid", "overdue", "written_off"),
        *("paid", "settled", "closed", "cancelled"),
    ),
    initial="approved",
    final=("paid", "settled", "closed", "cancelled"),
    transitions=(
        ("approved", "sell", "sold"),
        ("sold", "fund", "funded"),
        ("sold", "withdraw", "cancelled"),
        ("approved", "revoke", "cancelled"),
        ("approved", "pay_supplier_part", "approved"),
        ("approved", "pay_supplier_all", "paid"),
        *advance.stays(_OWED, "collect_part"),
        (_OWED, "collect_all", "settled"),
        (("funded", "part_paid"), "lapse", "overdue"),
        *advance.stays(("approved", "sold", *_OWED), "contest"),
        ("overdue", "charge", "overdue"),
        ("overdue", "write_off", "written_off"),
        ("written_off", "recover", "written_off"),
        ("written_off", "close", "closed"),
    ),
)

PRODUCT: Final = Product(
    code="reverse_factoring",
    version=1,
    en="Reverse factoring",
    zh="反向保理",
    summary_en="A core enterprise certifies what it will pay; its suppliers sell any of it, any day, without recourse, "
    "at a price built on its credit. At maturity it pays the funder.",
    summary_zh="核心企业确认应付账款并承诺到期付款；供应商可随时无追索转让，价格取决于核心企业的信用。",
    sources=("PRODUCTS 1.3", "Civil Code of China 761–769", "IAS 7.44F–44H"),
    shape=Shape.DEAL,
    lifecycle=LIFECYCLE,
    roles=(
        Role("client", "Supplier, who is owed", "供应商", (PartyRole.SUPPLIER,)),
        Role("obligor", "Core enterprise, which pays at maturity", "核心企业（到期付款人）", (PartyRole.ANCHOR,)),
        advance.FACTOR,
    ),
    terms=Terms,
    proposal=Proposal,
    book=Book,
    opening=opening,
    accounts=(*advance.ACCOUNTS, advance.ACCEPTOR_CASH),
    steps={
        **advance.discounted_steps("fund", "collect", "charge", "lapse", "write_off", "recover", "close"),
        "sell": Step(
            en="The supplier sells: headroom is reserved, the claim is encumbered.",
            zh="供应商转让：占用核心企业额度并登记转让。",
            by=("client", "system"),
            rule=sell,
            limits=(LimitMove.RESERVE,),
            takes_lien=True,
            notices=("assignment_notice",),
        ),
        "withdraw": Step(
            en="The sale is taken back before money moved.",
            zh="放款前撤回转让。",
            by=("client", "funder", "system"),
            rule=advance.quiet,
        ),
        "revoke": Step(
            en="An approval that never should have been is taken out, with two people of the house.",
            zh="更正误传的应付账款（双人复核）。",
            by=("operator",),
            rule=advance.quiet,
            four_eyes=True,
            notices=("payable_revoked",),
        ),
        "pay_supplier": Step(
            en="The anchor pays a payable that was not sold; the money is the supplier's.",
            zh="核心企业支付未转让的应付账款，款项归供应商。",
            by=("system", "funder"),
            rule=pay_supplier,
            params=advance.Amount,
            becomes=("pay_supplier_part", "pay_supplier_all"),
            postings=(
                Leg("funder:escrow", "client:cash", "paid"),
                Leg("funder:escrow", "obligor:cash", "overpaid"),
            ),
            pays="paid",
            notices=("settlement_statement",),
        ),
        "contest": Step(
            en="A dispute or credit note is noted; the anchor still owes the face.",
            zh="登记商业纠纷或红冲；核心企业仍须按票面付款。",
            by=("obligor", "client", "operator"),
            rule=contest,
            params=Contest,
            notices=("contest_has_no_effect",),
        ),
    },
    limits_on=("obligor",),
    waterfall=(*advance.DISCOUNT_WATERFALL, "overpaid"),
)
