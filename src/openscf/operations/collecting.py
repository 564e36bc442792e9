"""Collecting: a bank's statement comes in, its money finds the deals that expect it, and each deal shares it out.

All of a file is one transaction: its lines are booked, the receipts lie in the deals' escrow accounts, and the
waterfalls have run; or none of it. A deal that can't share out leaves its receipt in escrow and a note for a person;
nothing is ever guessed. Money that two persons placed by hand is shared out in the very same way, at their approval.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any, Final

from openscf import financing, settlement
from openscf.db import UnitOfWork
from openscf.financing import DealId, Performed
from openscf.kernel.errors import Refusal, refusal
from openscf.kernel.ids import PartyId
from openscf.kernel.money import Money
from openscf.ledger import standing_account
from openscf.operations.recalling import heed_repaid, take_back_found
from openscf.operations.servicing import allowed
from openscf.settlement import Booked, FileBooked, Receipt, ReceiptId
from openscf.trades import Desk

NO_HOUSE_ACCOUNT = refusal(
    "no_house_account",
    en="The platform has no escrow account for {currency} at any bank.",
    zh="平台尚未开立 {currency} 的托管账户。",
    fix_en="Ask the operator to open one.",
    fix_zh="请联系平台运营方开立。",
    status=409,
)
TAKES_MONEY: Final = ("collect", "recover")
"""Steps that share a receipt out; the first that the deal's state allows is taken."""


@dataclass(frozen=True, slots=True)
class Collected:
    """A receipt and what its deal made of it.

    Attributes:
        receipt: What came in.
        deal: For which deal.
        performed: What happened; None if the deal could not take it.
        refusal: Why not.
    """

    receipt: Receipt
    deal: DealId
    performed: Performed | None
    refusal: Refusal | None = None


@dataclass(frozen=True, slots=True)
class Taken:
    """What came of a file.

    Attributes:
        file: Its statements, as settlement booked them.
        collected: Receipts of deals, in the order of the lines.
    """

    file: FileBooked
    collected: tuple[Collected, ...]


def expect_deposit(
    work: UnitOfWork, party: PartyId, amount: Money, *, on: dt.date, reference: str
) -> settlement.Expectation:
    """A member says that it will bring money of its own, with a reference to write on the transfer.

    Raises:
        Refusal: `no_house_account`, or what `settlement.expect` refuses.
    """
    house = financing.house_account(work, amount.currency)
    if house is None:
        raise NO_HOUSE_ACCOUNT(currency=amount.currency.code)
    cash = standing_account(party, amount.currency.code, "cash")
    settlement.open_pocket(work, house.id, party, ledger=cash.id)
    new = settlement.NewExpectation(
        account=house.id, deliver_to=cash.id, obligor=party, amount_minor=amount.minor, due_on=on, subject=party,
        numbers=(reference,),
    )  # fmt: skip
    return settlement.expect(work, new)


def take_statement_file(
    work: UnitOfWork, name: str, content: bytes, *, desk: Desk, reader: str | None = None, sender: str = ""
) -> Taken:
    """Book a bank's file, and let every deal whose money came in share it out.

    Raises:
        Refusal: What `settlement.book_file` refuses: then nothing of the file is booked.
    """
    collected: list[Collected] = []

    def share_out(booked: Booked) -> None:
        collected.extend(collect(work, booked))

    booked = settlement.book_file(
        work, name, content, desk=desk, reader=reader, sender=sender, share_out=share_out
    )  # fmt: skip
    return Taken(booked, tuple(collected))


def collect(work: UnitOfWork, booked: Booked) -> list[Collected]:
    """Let the deals share out what a statement brought; receipts of other subjects are their owners' business."""
    ours = [receipt for receipt in booked.all_receipts() if receipt.subject.startswith(f"{DealId.prefix}_")]
    collected = [collect_receipt(work, receipt) for receipt in ours]
    take_back_found(work, booked)
    heed_repaid(work, booked)
    return collected


def collect_receipt(work: UnitOfWork, receipt: Receipt, *, waits_for: str = "") -> Collected:
    """Let a deal share out money that lies in its escrow account; what it can't take waits there, with the reason.

    Args:
        work: The transaction, of whoever brought the money in or placed it.
        receipt: Of a deal.
        waits_for: Why it waits already: the same reason again is not told again.
    """
    deal = DealId.parse(receipt.subject)
    kept = financing.found_deal(work, deal)
    step = next((name for name in TAKES_MONEY if name in allowed(kept)), TAKES_MONEY[0])
    try:
        with work.savepoint():
            done = financing.perform_receipt(
                work, deal, step, on=receipt.value_on, params=_told(work, kept, receipt), receipt=receipt
            )  # fmt: skip
    except Refusal as refused:
        if refused.code != waits_for:
            facts = {"receipt": receipt.id, "amount_minor": receipt.amount_minor, "refusal": refused.as_record()}
            work.audit("operations.receipt_waits", str(deal), facts)
            work.emit("operations.receipt_waits", str(deal), facts)
        settlement.note_waiting(work, receipt.id, refused)
        return Collected(receipt, deal, None, refused)
    if waits_for:
        settlement.note_waiting(work, receipt.id, None)
    return Collected(receipt, deal, done)


def collect_waiting(work: UnitOfWork, receipt: ReceiptId) -> Collected | None:
    """Try again to share out a receipt that waits; None where it waits no more, or is no deal's."""
    found = settlement.waiting_receipt(work, receipt)
    if found is None or not found[0].subject.startswith(f"{DealId.prefix}_"):
        return None
    return collect_receipt(work, found[0], waits_for=found[1])


def _told(work: UnitOfWork, kept: financing.Kept, receipt: Receipt) -> dict[str, Any]:
    """What the step must be told: the amount; of a pool also which of its invoices was expected to bring it."""
    amount = Money(receipt.amount_minor, kept.deal.currency)
    if financing.PRODUCTS.get(kept.deal.product).shape is not financing.Shape.POOL:
        return {"amount": amount.amount}
    expected = settlement.found_expectation(work, receipt.expectation)
    return financing.receipt_params(work, kept.deal.id, amount, obligor=expected.obligor, numbers=expected.numbers)


settlement.FOLLOWERS[DealId.prefix] = collect_receipt
