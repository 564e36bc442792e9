"""Money that found what it was for: who carries on with it, and what waits because its deal could not take it."""

import uuid
from collections.abc import Callable

from openscf.db.unit_of_work import UnitOfWork
from openscf.kernel.errors import Refusal
from openscf.settlement.ids import ReceiptId
from openscf.settlement.model import Receipt
from openscf.settlement.store import receipts as store

FOLLOWERS: dict[str, Callable[[UnitOfWork, Receipt], object]] = {}
"""By the prefix of a receipt's subject: who carries on, in the same transaction, with money that two persons placed.

Filled by whoever stands above when it is imported; a statement's own receipts are its caller's to carry on with.
"""


def follow(work: UnitOfWork, receipt: Receipt) -> None:
    """Let whoever the money is for carry on with it."""
    carry_on = FOLLOWERS.get(receipt.subject.partition("_")[0])
    if carry_on is not None:
        carry_on(work, receipt)


def note_waiting(work: UnitOfWork, receipt: ReceiptId, refused: Refusal | None) -> None:
    """Note why a receipt lies in its pocket and goes no further; None: it has been shared out."""
    store.wait(work, receipt, "" if refused is None else refused.code)


def waiting_receipts(work: UnitOfWork) -> list[tuple[Receipt, str]]:
    """Receipts that lie in their pockets because their deals could not share them out, with the refusal's code."""
    return store.waiting(work)


def waiting_receipt(work: UnitOfWork, receipt: ReceiptId) -> tuple[Receipt, str] | None:
    """One of them, locked until the transaction ends; None once it waits no more."""
    return store.waiting_one(work, receipt)


def receipts_for(work: UnitOfWork, prefix: str) -> dict[uuid.UUID, tuple[str, int, bool]]:
    """All receipts of subjects with a prefix (`deal`): subject, amount in minor units, and whether it waits."""
    return store.subjects(work, f"{prefix}_")
