"""What happens to a payment that is held: amounts and books, pure. What is frozen is what the ledger says."""

import dataclasses
import datetime as dt

from openscf.financing.bases.escrow.model import Book, ChannelFee, Proposal
from openscf.financing.model import Deal, Event, Facts, Outcome
from openscf.financing.model.channel import ChannelReceipt
from openscf.financing.payment_channels import CHANNELS
from openscf.financing.rules import refusals
from openscf.kernel.calendars import BusinessCalendar, due_day
from openscf.kernel.errors import refusal
from openscf.kernel.money import Money, Rounding

FROZEN = "buyer:frozen"

RECEIPT_COUNTED = refusal(
    "receipt_counted",
    en="The payment {reference} by {channel} was counted already.",
    zh="{channel} 流水 {reference} 已入账。",
    status=409,
)
NOT_TIMED_OUT = refusal(
    "not_timed_out",
    en="There is time until {until}; it is {on}.",
    zh="期限至 {until}，当前日期 {on}，尚未超时。",
    status=409,
)
MORE_THAN_FROZEN = refusal(
    "more_than_frozen",
    en="{amount} is not less than the {frozen} that are frozen.",
    zh="{amount} 不小于冻结金额 {frozen}。",
    fix_en="To give everything back, call the deal off.",
    fix_zh="如需全额退款，请取消交易。",
    status=409,
)
DELIVERED_LATER = refusal(
    "delivered_later",
    en="The goods can't have been received on {delivered_on}: it is {on}.",
    zh="签收日期 {delivered_on} 晚于当前日期 {on}。",
    status=400,
)


def opening(deal: Deal, proposal: Proposal) -> Book:
    """The book of a deal that was just closed."""
    if proposal.price.minor <= 0:
        raise refusals.AMOUNT_IS_NOTHING(field="price")
    nothing = Money.zero(deal.currency)
    return Book(
        number=proposal.number, face=proposal.price, due_on=proposal.pay_by, paid=nothing, channel_fees=nothing
    )  # fmt: skip


def pay(deal: Deal, event: Event, facts: Facts) -> Outcome:
    """A channel's money arrived in escrow: it is frozen up to the price, and what is beyond it goes back at once."""
    book: Book = deal.book
    receipt: ChannelReceipt = event.params
    name = f"{CHANNELS.get(receipt.channel).code}/{receipt.reference}"
    if not receipt.settled:
        raise refusals.AMOUNT_IS_NOTHING(field="settled")
    if name in book.receipts:
        raise RECEIPT_COUNTED(reference=receipt.reference, channel=receipt.channel)
    book = dataclasses.replace(book, receipts=(*book.receipts, name))
    if deal.state != "agreed":
        return Outcome(book=book, amounts={"overpaid": receipt.settled}, event="pay_again")
    fees = book.channel_fees + receipt.fee
    borne = fees if deal.terms.channel_fee is ChannelFee.SELLER else Money.zero(deal.currency)
    missing = max(book.face - book.paid - borne, Money.zero(deal.currency))
    taken = min(receipt.settled, missing)
    book = dataclasses.replace(book, paid=book.paid + taken, channel_fees=fees)
    amounts = {"paid": taken, "overpaid": receipt.settled - taken}
    if taken < missing:
        return Outcome(book=book, amounts=amounts, event="pay_part")
    book = dataclasses.replace(book, due_on=_until(event.on, deal.terms.ship_days, facts.calendar))
    return Outcome(book=book, amounts=amounts, event="pay_all")


def ship(deal: Deal, event: Event, facts: Facts) -> Outcome:
    """The seller ships."""
    due_on = _until(event.on, deal.terms.deliver_days, facts.calendar)
    return Outcome(book=dataclasses.replace(deal.book, shipment=event.params.number, due_on=due_on))


def deliver(deal: Deal, event: Event, facts: Facts) -> Outcome:
    """Somebody other than the seller proves that the goods arrived: the time to confirm begins to run."""
    delivered_on = event.params.delivered_on
    if delivered_on > event.on:
        raise DELIVERED_LATER(delivered_on=delivered_on.isoformat(), on=event.on.isoformat())
    book = dataclasses.replace(deal.book, delivered_on=delivered_on)
    if deal.state == "shipped":
        book = dataclasses.replace(book, due_on=_until(event.on, deal.terms.confirm_days, facts.calendar))
    return Outcome(book=book)


def dispute(deal: Deal, event: Event, facts: Facts) -> Outcome:
    """The buyer objects: nothing moves until it is settled, or the time for it is over."""
    return Outcome(book=_disputed(deal, event, facts, reason=event.params.reason))


def confirm(deal: Deal, event: Event, facts: Facts) -> Outcome:
    """The buyer confirms: what is frozen is the seller's."""
    return Outcome(book=deal.book, amounts=_released(deal, facts.balances[FROZEN]))


def call_off(deal: Deal, event: Event, facts: Facts) -> Outcome:
    """All that is frozen goes back to the buyer."""
    return Outcome(book=deal.book, amounts={"refund": facts.balances[FROZEN]})


def refund(deal: Deal, event: Event, facts: Facts) -> Outcome:
    """The seller gives a part back; the rest stays frozen."""
    amount, frozen = event.params.amount, facts.balances[FROZEN]
    if not amount:
        raise refusals.AMOUNT_IS_NOTHING(field="amount")
    if amount >= frozen:
        raise MORE_THAN_FROZEN(amount=amount.grouped, frozen=frozen.grouped)
    return Outcome(book=deal.book, amounts={"refund": amount})


def settle(deal: Deal, event: Event, facts: Facts) -> Outcome:
    """A dispute ends: so much goes back to the buyer, the rest is the seller's."""
    amount, frozen = event.params.amount, facts.balances[FROZEN]
    if amount > frozen:
        raise refusals.MORE_THAN_OWED(amount=amount.grouped, owed=frozen.grouped)
    amounts = {"refund": amount, **_released(deal, frozen - amount)}
    return Outcome(book=deal.book, amounts=amounts, event="settle_refund" if amount == frozen else "settle_release")


def expire(deal: Deal, event: Event, facts: Facts) -> Outcome:
    """The time of whoever was next is over; what follows depends on who that was.

    Nobody paid or nobody shipped: the buyer has its money back. No proof of delivery: a dispute, since nobody knows
    where the goods are. Delivered and neither confirmed nor disputed: the seller has the money. A dispute that nobody
    settled: the seller has it if delivery was proved, and else the buyer.
    """
    book: Book = deal.book
    if event.on <= book.due_on:
        raise NOT_TIMED_OUT(until=book.due_on.isoformat(), on=event.on.isoformat())
    frozen = facts.balances[FROZEN]
    if deal.state == "shipped":
        return Outcome(book=_disputed(deal, event, facts, reason="-"), event="expire_undelivered")
    if deal.state == "delivered":
        return Outcome(book=book, amounts=_released(deal, frozen), event="expire_unconfirmed")
    if deal.state == "disputed" and book.delivered_on is not None:
        return Outcome(book=book, amounts=_released(deal, frozen), event="expire_for_seller")
    name = {"agreed": "expire_unpaid", "paid": "expire_unshipped", "disputed": "expire_for_buyer"}[deal.state]
    return Outcome(book=book, amounts={"refund": frozen}, event=name)


def _released(deal: Deal, amount: Money) -> dict[str, Money]:
    return {"released": amount, "fee": amount.times(deal.terms.fee_rate, Rounding.HALF_UP)}


def _disputed(deal: Deal, event: Event, facts: Facts, *, reason: str) -> Book:
    book: Book = deal.book
    due_on = _until(event.on, deal.terms.dispute_days, facts.calendar)
    return dataclasses.replace(book, objection=reason, due_on=due_on)


def _until(on: dt.date, days: int, calendar: BusinessCalendar) -> dt.date:
    return due_day(on + dt.timedelta(days=days), calendar).on
