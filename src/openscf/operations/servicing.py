"""Servicing: what happens to open deals without anybody asking: late payers, credit notes, voided invoices."""

import datetime as dt
import functools
from typing import Any

from openscf import financing, trades
from openscf.db import UnitOfWork
from openscf.financing import PRODUCTS, DealId, Kept
from openscf.kernel.errors import Refusal
from openscf.trades import DocumentId, Fingerprinter

VOID = "document_void"
_PAGE = 5_000


def lapse_if_late(work: UnitOfWork, deal: DealId, *, on: dt.date, fingerprints: Fingerprinter) -> bool:
    """Mark a deal overdue when its due day has passed; whether it was."""
    if not is_late(financing.found_deal(work, deal), on):
        return False
    financing.perform(work, deal, "lapse", on=on, fingerprints=fingerprints, by_rule=True)
    return True


def watch_document(work: UnitOfWork, deal: DealId, *, on: dt.date, fingerprints: Fingerprinter) -> bool:
    """Compare the claim under a deal with what the register says of it now; whether it has shrunk.

    A red letter takes the difference back, a voided invoice all of it (PRODUCTS section 6, fraud 6); the product says
    who puts in what is then lacking. Of a pool, every item is looked at, and what may be drawn is computed anew.
    """
    kept = financing.found_deal(work, deal)
    if not is_watched(kept, on):
        return False
    if PRODUCTS.get(kept.deal.product).shape is financing.Shape.POOL:
        return _watch_pool(work, kept, on=on)
    book: Any = kept.deal.book
    gone = book.face.minor - book.diluted.minor - _worth(work, kept)
    gone = min(gone, book.left.minor)
    if gone <= 0:
        return False
    amount = type(book.face)(gone, kept.deal.currency).amount
    financing.perform(work, deal, "dilute", on=on, fingerprints=fingerprints, params={"amount": amount}, by_rule=True)
    return True


def late_deals(work: UnitOfWork, on: dt.date) -> list[DealId]:
    """Deals whose due day has passed and that nobody has marked overdue, found in one look."""
    return financing.late_deals(work, _kinds("lapse"), on)


def shrunk_page(work: UnitOfWork, *, after: DealId | None) -> tuple[DealId | None, list[DealId]]:
    """A page of the deals that stand on documents: the last of it, and those whose documents may be worth less now.

    The register is asked for all of them at once. Pools are always among them: what they carry depends on the day.
    """
    page = financing.deals_on_documents(work, _kinds("dilute") | _kinds("revalue"), after=after, most=_PAGE)
    worths = trades.worths_of(work, [document for _, document, _ in page if document is not None])

    def shrunk(document: DocumentId | None, face_minor: int) -> bool:
        worth = None if document is None else worths.get(document)
        return document is None or (worth is not None and not worth.contested and worth.face_minor < face_minor)

    return (page[-1][0] if page else None), [deal for deal, document, face in page if shrunk(document, face)]


@functools.cache
def _kinds(command: str) -> frozenset[tuple[str, str]]:
    """Products and states in which a command is allowed."""
    return frozenset(
        (product.code, state)
        for product in PRODUCTS
        if command in product.steps
        for state in product.lifecycle.states
        if {*(product.steps[command].becomes or (command,))} & set(product.lifecycle.allowed(state))
    )


def is_late(kept: Kept, on: dt.date) -> bool:
    """Whether a deal's due day has passed and nobody has marked it overdue."""
    due_on = getattr(kept.deal.book, "due_on", None)
    return due_on is not None and on > due_on and "lapse" in allowed(kept)


def is_watched(kept: Kept, _on: dt.date) -> bool:
    """Whether a deal stands on a document that may still shrink, or on a pool of them."""
    if PRODUCTS.get(kept.deal.product).shape is financing.Shape.POOL:
        return "revalue" in allowed(kept)
    return kept.document is not None and "dilute" in allowed(kept)


def _watch_pool(work: UnitOfWork, kept: Kept, *, on: dt.date) -> bool:
    """Compute a pool anew for the day; whether it carries less than it did. The same day again changes nothing."""
    book: Any = kept.deal.book
    if "revalue" not in allowed(kept) or (book.valued_on is not None and book.valued_on > on):
        return False
    found = financing.pool_standing(work, kept.deal.id, on=on).found
    known: int = book.available.minor - book.shortfall.minor
    if book.valued_on == on and (found.base_minor, found.available_minor) == (book.base.minor, known):
        return False
    financing.revalue_pool(work, kept.deal.id, on=on)
    return bool(found.available_minor < known)


def allowed(kept: Kept) -> frozenset[str]:
    """Commands whose event the deal's state allows."""
    product = PRODUCTS.get(kept.deal.product)
    events = frozenset(product.lifecycle.allowed(kept.deal.state))
    return frozenset(name for name, step in product.steps.items() if events & frozenset(step.becomes or (name,)))


def _worth(work: UnitOfWork, kept: Kept) -> int:
    assert kept.document is not None, "the caller looked"
    try:
        return trades.claim_of(work, kept.document).face_minor
    except Refusal as refused:
        if refused.code == VOID:
            return 0
        return int(kept.deal.book.face.minor - kept.deal.book.diluted.minor)  # disputed: nobody knows yet
