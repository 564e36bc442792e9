"""What a deal's event paid on its document, told to the register of trades in the transaction of the event.

A product's declaration says which amount that is (`Step.pays`, `Step.forgives`); of a pool it is what each of its items
was paid. Whoever brought the event about (a bank's statement, a person, two of them) makes no difference.
"""

from collections.abc import Sequence

from openscf import trades
from openscf.db import UnitOfWork
from openscf.financing.bases.pool import Assets, Item
from openscf.financing.model import Decision, Event, Facts, Shape
from openscf.financing.registry import PRODUCTS
from openscf.financing.store.deals import Kept
from openscf.trades import DocumentId, Identity, ToldPayment


def tell(
    work: UnitOfWork, kept: Kept, event: Event, *, decided: tuple[Decision, Facts], payer: Identity | None
) -> None:  # fmt: skip
    """Tell what an event paid; nothing where it paid nothing, or the deal stands on no document.

    Args:
        work: The transaction.
        kept: The deal before the event.
        event: The event.
        decided: What it came to, and what was known.
        payer: Who paid, as the bank names it; None where money moved inside the books.
    """
    decision, facts = decided
    product = PRODUCTS.get(kept.deal.product)
    step, forgiven = product.steps[event.name], dict[DocumentId, int]()
    if product.shape is Shape.POOL:
        paid = _on_items(facts.asset, decision.asset)
    else:
        paid, forgiven = (_on_document(kept, decision, name) for name in (step.pays, step.forgives))
    if not (paid or forgiven):
        return
    told = ToldPayment(
        subject=str(kept.deal.id), version=decision.deal.version, on=event.on, currency=kept.deal.currency.code,
        paid=paid, forgiven=forgiven, payer=payer,
    )  # fmt: skip
    trades.tell_paid(work, told)


def _on_items(before: Assets, after: Sequence[Item]) -> dict[DocumentId, int]:
    """What each item of a pool was paid by an event; one that has just entered was paid nothing by it."""
    known = {item.document: item.paid_minor for item in before.items}
    grown = {item.document: item.paid_minor - known.get(item.document, item.paid_minor) for item in after}
    return {DocumentId.parse(document): amount for document, amount in grown.items() if amount > 0}


def _on_document(kept: Kept, decision: Decision, name: str) -> dict[DocumentId, int]:
    amount = decision.amounts.get(name) if name else None
    return {} if kept.document is None or not amount else {kept.document: amount.minor}
