"""A bank takes a receipt back: what each deal had passed on is called back from whoever received it.

A deal that was settled stays settled: its lien is released, its headroom given back, and both may be another's by now.
So the payer's debt lives on as a claim of those who had its money, and nobody's balance goes below zero: what a
receiver has not got any more stays open on the bank's debit, as its debt (ADR 0104).
"""

from collections.abc import Sequence
from typing import Final

from openscf import financing, parties, settlement, trades
from openscf.db import UnitOfWork
from openscf.financing import DealId
from openscf.kernel.errors import Refusal
from openscf.kernel.ids import AccountId, PartyId
from openscf.parties import ApprovalKind, ApprovalRequest
from openscf.settlement import Booked, BookedLineId, Recall, RecallId, Receipt, ReceiptId, SuspenseId, SuspenseItem
from openscf.trades import ToldPayment

UNDOING: Final = "suspense_undoing"


def take_back_found(work: UnitOfWork, booked: Booked) -> list[Recall]:
    """Carry out the reversals of a statement that name what they take back; the others wait for two persons."""
    done = []
    for item in booked.all_suspense():
        if item.reason != settlement.TAKEN_BACK:
            continue
        line = settlement.found_credit(work, item)
        try:
            with work.savepoint():
                done += [] if line is None else [_take_back(work, item, line)]
        except Refusal as refused:
            work.audit("operations.recall_waits", str(item.id), {"line": line, "refusal": refused.as_record()})
    return done


def request_undoing(work: UnitOfWork, item: SuspenseId, receipt: ReceiptId) -> ApprovalRequest:
    """Ask that a bank's debit be the reversal of the line by which a receipt came; another person approves.

    Raises:
        Refusal: `suspense_not_found`, `suspense_wrong_side`, `not_taken_back`, `not_allowed`, `not_a_person`.
    """
    known = settlement.suspense_item(work, item)
    line = settlement.line_of_receipt(work, receipt)
    if line is None or line not in {one.line for one in settlement.credits_like(work, known)} or known.side != "out":
        raise settlement.NOT_TAKEN_BACK(
            item=str(item), line=str(receipt), why="no open credit of this amount", why_zh="无同额入账"
        )
    payload = {"item": str(item), "line": str(line), "receipt": str(receipt)}
    owner = settlement.settlement_account(work, known.account).owner
    return parties.request_approval(work, UNDOING, owner, payload=payload)


def could_be_taken_back(work: UnitOfWork, item: SuspenseItem) -> list[ReceiptId]:
    """Receipts that came by a line of the amount of a debit, and that no bank has taken back, newest first."""
    return [
        receipt
        for credit in settlement.credits_like(work, item)
        for receipt in settlement.receipts_by(work, credit.line)
    ]


def _undone(work: UnitOfWork, request: ApprovalRequest) -> None:
    item = settlement.suspense_item(work, SuspenseId.parse(request.payload["item"]), lock=True)
    if settlement.settlement_account(work, item.account).owner != request.party:
        raise settlement.SUSPENSE_NOT_FOUND(item=str(item.id))
    _take_back(work, item, BookedLineId.parse(request.payload["line"]))


def _take_back(work: UnitOfWork, item: SuspenseItem, line: BookedLineId) -> Recall:
    """The invoices that were paid by it are unpaid from then on."""
    recall = settlement.take_back(work, item, line, passed_on=passed_on)
    for deal, version in _events(work, recall):
        trades.untell_paid(work, deal, version)
    return recall


def _events(work: UnitOfWork, recall: Recall) -> list[tuple[str, int]]:
    """The events of deals that had passed on what was taken back."""
    found = (financing.shared_out_by(work, receipt) for receipt in sorted({one.receipt for one in recall.shares}))
    return [(str(one[0]), one[1]) for one in found if one is not None]


def passed_on(work: UnitOfWork, receipt: ReceiptId, subject: str) -> list[tuple[PartyId, AccountId, int]]:
    """Into whose pockets a receipt went: as its deal shared it out, else the pocket of whoever it was for."""
    if subject.startswith(f"{DealId.prefix}_"):
        return financing.passed_on(work, receipt)
    return settlement.delivered(work, receipt)


def heed_repaid(work: UnitOfWork, booked: Booked) -> None:
    """What payers owed again has come: it settles their invoices, and its receivers give back what they still owe."""
    _repaid(work, [one for one in booked.all_receipts() if one.subject.startswith(f"{RecallId.prefix}_")])


def _repaid(work: UnitOfWork, receipts: Sequence[Receipt]) -> None:
    if not receipts:
        return
    among = {RecallId.parse(one.subject) for one in receipts}
    known = {str(one.id): one for one in settlement.recalls(work, among=among)}
    for receipt in receipts:
        heed_one_repaid(work, receipt, known[receipt.subject])
    settlement.give_back(work)


def heed_one_repaid(work: UnitOfWork, receipt: Receipt, recall: Recall) -> None:
    """What a payer owed again has come, or a part of it; it lies in the pocket of whoever had been paid before."""
    code = settlement.found_expectation(work, receipt.expectation).currency
    told = ToldPayment(
        subject=str(recall.id), version=1, on=receipt.value_on, currency=code, paid={}, payer=receipt.payer
    )  # fmt: skip
    trades.tell_paid_again(work, told, receipt.amount_minor, returned=_events(work, recall))


def _placed_by_hand(work: UnitOfWork, receipt: Receipt) -> None:
    _repaid(work, [receipt])


settlement.FOLLOWERS[RecallId.prefix] = _placed_by_hand
parties.KINDS.add(ApprovalKind(name=UNDOING, editable=False, effect=_undone), origin=__name__)
