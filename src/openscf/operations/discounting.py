"""Dynamic discounting before there is a deal: what each day of early payment would cost a supplier."""

import datetime as dt
import json
from dataclasses import dataclass

from openscf import financing, trades
from openscf.db import UnitOfWork
from openscf.financing import Programme
from openscf.kernel.errors import refusal
from openscf.kernel.ids import PartyId
from openscf.kernel.money import Money, parse_money
from openscf.kernel.rates import Rate, implied_rate
from openscf.trades import DocumentId, Fingerprinter

NOT_A_DISCOUNT = refusal(
    "not_a_discount_programme",
    en="{programme} is no offer of early payment by the buyer of {number}.",
    zh="{programme} 不是 {number} 买方的提前付款项目。",
    fix_en="Choose the buyer's own programme of dynamic discounting.",
    fix_zh="请选择该买方的动态折扣项目。",
    status=409,
)
NO_DUE_DATE = refusal(
    "no_due_date_yet",
    en="Nobody has said yet when {number} is due, or it is due already: there is nothing to pay early.",
    zh="{number} 尚无到期日或已到期，无法提前付款。",
    fix_en="Have the buyer confirm the invoice with its due date.",
    fix_zh="请买方确认发票及到期日。",
    status=409,
)
DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class DiscountDay:
    """Being paid on one day; the rate is a simple annual one over 360 days on the cash received."""

    pay_on: dt.date
    days_early: int
    discount: Money
    cash: Money
    rate: Rate


@dataclass(frozen=True, slots=True)
class Curve:
    """Every day on which an invoice could be paid early."""

    face: Money
    due_on: dt.date
    days: tuple[DiscountDay, ...]


def discount_curve(
    work: UnitOfWork, document: DocumentId, frame: Programme, *, side: PartyId, on: dt.date, fingerprints: Fingerprinter
) -> Curve:
    """What each day of early payment would cost, from today to the day before the due day.

    Args:
        work: The transaction.
        document: The invoice.
        frame: The buyer's offer.
        side: Who asks: seller or buyer of the invoice.
        on: Today.
        fingerprints: For look-alikes.

    Raises:
        Refusal: `document_not_found`, also for one of others; `not_a_discount_programme`, `no_due_date_yet`.
    """
    known = trades.current_version(work, document)
    if not trades.is_side_of(work, known, side):
        raise trades.DOCUMENT_NOT_FOUND(document=str(document))
    judged = financing.judge(work, frame, document, on=on, fingerprints=fingerprints)
    number = known.document.number
    if frame.product != "dynamic_discounting" or frame.owner != judged.obligor:
        raise NOT_A_DISCOUNT(programme=str(frame.id), number=number)
    if judged.face is None or judged.due_on is None or judged.due_on <= on:
        raise NO_DUE_DATE(number=number)
    issued_on, due_on, face = known.document.issued_on or on, judged.due_on, judged.face
    found = []
    for early in range((due_on - on).days, 0, -1):
        day = due_on - early * DAY
        discount = financing.early_discount(frame.terms, face, issued_on=issued_on, due_on=due_on, on=day)
        if discount:
            cash = face - discount
            found.append(DiscountDay(day, early, discount, cash, implied_rate(discount, on=cash, days=early)))
    return Curve(face, due_on, tuple(found))


@dataclass(frozen=True, slots=True)
class EarlyPayment:
    """An invoice that a buyer paid, or agreed to pay, before it was due.

    Attributes:
        kept: Its deal.
        paid: What the supplier got; None until it is paid.
        discount: What the buyer earned; None until it is paid.
        paid_on: When.
    """

    kept: financing.Kept
    paid: Money | None = None
    discount: Money | None = None
    paid_on: dt.date | None = None

    @property
    def rate(self) -> Rate | None:
        """What the discount is a year, simple over 360 days, on the cash that was paid; None until it is paid."""
        if self.paid is None or self.discount is None or self.paid_on is None:
            return None
        days = (self.kept.deal.book.due_on - self.paid_on).days
        return implied_rate(self.discount, on=self.paid, days=days) if days > 0 and self.paid else None


def early_payments(work: UnitOfWork, buyer: PartyId, *, most: int = 500) -> list[EarlyPayment]:
    """The invoices that a buyer offered to pay early under its own programmes, with what each earned, in their order.

    What was paid is read from what the payment moved, not reckoned again.

    Args:
        work: The transaction; whoever calls decides to whom it is shown.
        buyer: Whose money it is.
        most: At most so many.
    """
    found = financing.find_deals(work, party=buyer, role="obligor", product="dynamic_discounting", most=most)
    return [_early(work, kept) for kept in found]


def _early(work: UnitOfWork, kept: financing.Kept) -> EarlyPayment:
    if kept.deal.state != "paid":
        return EarlyPayment(kept)
    row = next(one for one in reversed(financing.deal_events(work, kept.deal.id)) if one.command == "pay")
    moved = {name: parse_money(amount) for name, _, _, amount in json.loads(row.outcome)["movements"]}
    nothing = Money.zero(kept.deal.currency)
    return EarlyPayment(kept, moved.get("paid", nothing), moved.get("discount", nothing), row.value_on)
