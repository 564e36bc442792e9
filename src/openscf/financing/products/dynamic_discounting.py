"""Dynamic discounting 动态折扣: the buyer pays early from its own cash, for a discount that melts day by day.

    accept   the supplier takes a day: lien on the invoice, so that nobody finances it meanwhile; obligor:owes, face
    credit   a credit note: face less what came back
    pay      obligor:cash ──paid──▶ client:cash; the discount is forgiven: client:receivable ──discount──▶ obligor:owes

The discount is that of the day of payment, and never more than the supplier accepted: a buyer that pays late gets less,
one that pays sooner than agreed gets no more. Three ways to reckon it:

    apr       face × rate × days early / basis
    sliding   "1.5 % NET 30": 1.5 % on the day of the invoice, falling in a straight line to nothing on day 30
    cliff     "2/10 net 30": 2 % up to day 10, then nothing

No funder, no limits. Source: PRODUCTS 1.6.
"""

import dataclasses
import datetime as dt
import enum
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from openscf.financing.fields import field_of
from openscf.financing.model import AccountSpec, Deal, Event, Facts, Leg, Outcome, Product, Role, Scope, Shape, Step
from openscf.financing.rules import refusals
from openscf.kernel.calendars import due_day
from openscf.kernel.daycount import DayCount, Period
from openscf.kernel.errors import refusal
from openscf.kernel.lifecycle import Lifecycle
from openscf.kernel.money import Money, Rounding
from openscf.kernel.rates import Rate, interest

PAY_DAY_OUTSIDE = refusal(
    "pay_day_outside",
    en="{pay_on} can't be the day of payment: it has to be from {first} on and before {due_on}.",
    zh="付款日 {pay_on} 无效：须不早于 {first} 且早于到期日 {due_on}。",
    fix_en="Choose a day between the two.",
    fix_zh="请在此区间内选择。",
)
NO_DISCOUNT_THAT_DAY = refusal(
    "no_discount_that_day",
    en="Nothing is offered for a payment on {pay_on}: the discount is used up by then.",
    zh="{pay_on} 付款已无折扣可给。",
    fix_en="Choose an earlier day, or wait for the due date.",
    fix_zh="请选择更早的日期，或等待到期付款。",
)


class Scale(enum.Enum):
    """How the discount is reckoned."""

    APR = "apr"
    SLIDING = "sliding"
    CLIFF = "cliff"


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """The buyer's offer."""

    scale: Scale = field_of("How the discount is reckoned", "折扣方式", default=Scale.APR)
    rate: Rate = field_of("Rate a year, of an annual rate", "年化折扣率", default=Rate(Fraction(0)), unit="% a year")
    part: Fraction = field_of(
        "Highest part of the face, of a scale or cliff", "最高折扣比例",
        default=Fraction(0), least=Fraction(0), most=Fraction(1, 2),
    )  # fmt: skip
    days: int = field_of(
        "Day on which the scale ends, or the cliff falls, from the invoice", "折扣截止天数（自发票日起）",
        default=30, least=1, most=365, unit="days",
    )  # fmt: skip
    basis: DayCount = field_of("Day-count basis of an annual rate", "计息基准", default=DayCount.ACT_360)


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """An invoice that the buyer means to pay."""

    number: str = field_of("Number of the invoice", "发票号码")
    face: Money = field_of("Amount of the invoice", "发票金额")
    issued_on: dt.date = field_of("Date of the invoice", "发票日期")
    due_on: dt.date = field_of("When it is due", "到期日")


@dataclass(frozen=True, slots=True, kw_only=True)
class Book:
    """What is known of the invoice and of what was agreed."""

    number: str = field_of("Number of the invoice", "发票号码")
    face: Money = field_of("Amount, less credit notes", "发票金额（扣除红冲）")
    issued_on: dt.date = field_of("Date of the invoice", "发票日期")
    due_on: dt.date = field_of("Due, rolled to a business day", "到期日（顺延至营业日）")
    pay_on: dt.date | None = field_of("Day that the supplier accepted", "约定付款日", default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class PayDay:
    """The day on which the supplier wants its money."""

    pay_on: dt.date = field_of("Day of payment", "付款日")


@dataclass(frozen=True, slots=True, kw_only=True)
class Credit:
    """A credit note."""

    amount: Money = field_of("Amount of the credit note", "红冲金额")


def discount_on(terms: Terms, book: Book, on: dt.date) -> Money:
    """The discount for a payment on a day, rounded once, half-up; nothing on and after the due day."""
    if on >= book.due_on:
        return Money.zero(book.face.currency)
    if terms.scale is Scale.APR:
        return interest(book.face, terms.rate, Period(on, book.due_on), basis=terms.basis)
    since = max((on - book.issued_on).days, 0)
    if terms.scale is Scale.CLIFF:
        return book.face.times(terms.part if since <= terms.days else Fraction(0), Rounding.HALF_UP)
    return book.face.times(terms.part * Fraction(max(terms.days - since, 0), terms.days), Rounding.HALF_UP)


def early_discount(terms: Terms, face: Money, *, issued_on: dt.date, due_on: dt.date, on: dt.date) -> Money:
    """What a buyer would take off an invoice for paying it on a day: for showing an offer before there is a deal."""
    return discount_on(terms, Book(number="", face=face, issued_on=issued_on, due_on=due_on), on)


def cost_of_waiting(part: Fraction, discount_days: int, net_days: int) -> Rate:
    """What it costs a year, simple over 360 days, not to take a cliff discount: "2/10 net 30" costs 36.73 %.

    Args:
        part: The discount as a part of the face.
        discount_days: Last day on which it is given.
        net_days: Day on which the whole is due, after `discount_days`.
    """
    return Rate(part / (1 - part) * Fraction(360, net_days - discount_days))


def opening(deal: Deal, proposal: Proposal) -> Book:
    """The book of an invoice that the buyer offers to pay early."""
    if proposal.face.minor <= 0:
        raise refusals.AMOUNT_IS_NOTHING(field="face")
    return Book(
        number=proposal.number, face=proposal.face, issued_on=proposal.issued_on, due_on=proposal.due_on
    )  # fmt: skip


def accept(deal: Deal, event: Event, facts: Facts) -> Outcome:
    """The supplier takes the offer for a day."""
    book, pay_on = deal.book, event.params.pay_on
    book = dataclasses.replace(book, due_on=due_day(book.due_on, facts.calendar).on, pay_on=pay_on)
    if not event.on <= pay_on < book.due_on:
        raise PAY_DAY_OUTSIDE(pay_on=pay_on.isoformat(), first=event.on.isoformat(), due_on=book.due_on.isoformat())
    if not discount_on(deal.terms, book, pay_on):
        raise NO_DISCOUNT_THAT_DAY(pay_on=pay_on.isoformat())
    return Outcome(book=book, amounts={"face": book.face})


def credit(deal: Deal, event: Event, facts: Facts) -> Outcome:
    """Goods came back: that part is neither paid nor discounted."""
    book, amount = deal.book, event.params.amount
    if not amount:
        raise refusals.AMOUNT_IS_NOTHING(field="amount")
    if amount >= book.face:
        raise refusals.MORE_THAN_FACE(amount=amount.grouped, face=book.face.grouped)
    return Outcome(book=dataclasses.replace(book, face=book.face - amount), amounts={"diluted": amount})


def pay(deal: Deal, event: Event, facts: Facts) -> Outcome:
    """The buyer pays, less the discount of that day, or of the agreed day if that is less."""
    book, terms = deal.book, deal.terms
    discount = min(discount_on(terms, book, event.on), discount_on(terms, book, book.pay_on))
    return Outcome(book=book, amounts={"paid": book.face - discount, "discount": discount})


def decline(deal: Deal, event: Event, facts: Facts) -> Outcome:
    """Nothing was agreed, nothing changes."""
    return Outcome(book=deal.book)


def withdraw(deal: Deal, event: Event, facts: Facts) -> Outcome:
    """What is owed is owed as if nobody had asked."""
    return Outcome(book=deal.book, amounts={"face": deal.book.face})


LIFECYCLE: Final = Lifecycle(
    "dynamic_discounting",
    states=("offered", "accepted", "paid", "cancelled"),
    initial="offered",
    final=("paid", "cancelled"),
    transitions=(
        ("offered", "accept", "accepted"),
        ("offered", "decline", "cancelled"),
        ("accepted", "credit", "accepted"),
        ("accepted", "pay", "paid"),
        ("accepted", "withdraw", "cancelled"),
    ),
)

PRODUCT: Final = Product(
    code="dynamic_discounting",
    version=1,
    en="Dynamic discounting",
    zh="动态折扣",
    summary_en="A buyer with cash to spare pays its suppliers early, for a discount that shrinks with each day nearer "
    "to the due date. No funder takes part.",
    summary_zh="买方以自有资金提前付款，折扣随到期日临近而减少；无需资金方。",
    sources=("PRODUCTS 1.6",),
    shape=Shape.DEAL,
    lifecycle=LIFECYCLE,
    roles=(
        Role("client", "Supplier, who is paid early", "供应商（提前收款方）"),
        Role("obligor", "Buyer, who pays early", "买方（提前付款方）"),
    ),
    terms=Terms,
    proposal=Proposal,
    book=Book,
    opening=opening,
    accounts=(
        AccountSpec("client:cash", Scope.PARTY, "The supplier's money", "供应商资金"),
        AccountSpec("obligor:cash", Scope.PARTY, "The buyer's money", "买方资金"),
        AccountSpec("client:receivable", Scope.DEAL, "Owed to the supplier", "供应商应收"),
        AccountSpec("obligor:owes", Scope.DEAL, "Owed by the buyer", "买方应付", floor=False, ceiling=True),
    ),
    steps={
        "accept": Step(
            en="The supplier accepts a day of payment; the invoice is taken off the market.",
            zh="供应商选定付款日，发票被锁定。",
            by=("client",),
            rule=accept,
            params=PayDay,
            postings=(Leg("obligor:owes", "client:receivable", "face"),),
            takes_lien=True,
        ),
        "decline": Step(
            en="The offer is not taken.",
            zh="放弃提前付款。",
            by=("client", "obligor", "system"),
            rule=decline,
        ),
        "credit": Step(
            en="A credit note reduces the invoice.",
            zh="红字发票冲减金额。",
            by=("client", "system", "operator"),
            rule=credit,
            params=Credit,
            postings=(Leg("client:receivable", "obligor:owes", "diluted"),),
        ),
        "pay": Step(
            en="The buyer pays, less the discount of the day.",
            zh="买方按当日折扣付款。",
            by=("obligor",),
            rule=pay,
            postings=(
                Leg("obligor:cash", "client:cash", "paid"),
                Leg("client:receivable", "obligor:owes", "paid"),
                Leg("client:receivable", "obligor:owes", "discount"),
            ),
            pays="paid",
            forgives="discount",
            four_eyes=True,
            notices=("settlement_statement",),
        ),
        "withdraw": Step(
            en="The early payment is called off; the invoice is paid when it is due.",
            zh="取消提前付款，发票到期照付。",
            by=("client", "obligor"),
            rule=withdraw,
            postings=(Leg("client:receivable", "obligor:owes", "face"),),
        ),
    },
    lien_holder="obligor",
)
