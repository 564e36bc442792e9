"""By what documents, goods and payments hang together: two that share no link can't change each other's match.

A link is a short text. Whatever arrives is matched again with all that hangs together with it, and with nothing else;
so a link must be shared wherever the rules of `matching` and `reconciling` could look, and may be shared more often.

| link | who has it |
|---|---|
| `order:` number | an order, and what speaks of it |
| `offer:` seller, buyer, item | each line of an order |
| `loose:` seller, buyer, item | a line of goods or of an invoice that names no order |
| `event:` id | a goods event, and the declaration that it was wrong |
| `no:` plain number | an invoice, by its own number and its orders'; a payment, by what may be a number in its text |
| `who:` account, code or name | an invoice, by its buyer; a payment, by its payer |
"""

from collections.abc import Iterable

from openscf.trades.model import Document, DocumentKind, GoodsEvent, Identity, Reference
from openscf.trades.rules.bank_lines import Payment
from openscf.trades.rules.goods_events import orders_of
from openscf.trades.rules.identity import normal_number
from openscf.trades.rules.quoting import party_keys, plain_number, spellings

LINKED = frozenset(
    {
        DocumentKind.PURCHASE_ORDER, DocumentKind.DESPATCH_ADVICE, DocumentKind.RECEIPT_ADVICE,
        DocumentKind.WAREHOUSE_RECEIPT, DocumentKind.INVOICE,
    }
)  # fmt: skip


def links_of(document: Document, seller: str, buyer: str) -> set[str]:
    """The links of a document.

    Args:
        document: What it says.
        seller: Key of the seller; empty where it names none.
        buyer: Key of the buyer, likewise.
    """
    if document.kind not in LINKED:
        return set()
    orders = {f"order:{normal_number(number).value}" for number in _orders(document)}
    if document.kind is DocumentKind.INVOICE:
        orders |= receivable_links(document)
    if document.kind is DocumentKind.PURCHASE_ORDER:
        orders |= {f"order:{normal_number(document.number).value}"}
    kind = "offer" if document.kind is DocumentKind.PURCHASE_ORDER else "loose"
    named = any(map(_is_order, document.references))
    lines = [line for line in document.lines if kind == "offer" or not (named or any(map(_is_order, line.references)))]
    items = {line.item for line in lines if line.item is not None and seller and buyer}
    return orders | {f"{kind}:{seller}|{buyer}|{item}" for item in items}


def receivable_links(invoice: Document) -> set[str]:
    """The links by which payments find an invoice."""
    numbers = {plain_number(number) for number in numbers_of(invoice)} - {""}
    return {f"no:{number}" for number in numbers} | _who(invoice.buyer)


def payment_links(payment: Payment) -> set[str]:
    """The links of a payment."""
    return {f"no:{number}" for number in spellings(payment.text)} | _who(payment.payer)


def event_links(event: GoodsEvent) -> set[str]:
    """The links of a goods event."""
    found = {f"order:{normal_number(number).value}" for number in orders_of(event)}
    return found | ({f"event:{event.event_id}"} if event.event_id else set())


def sought(links: Iterable[str]) -> set[str]:
    """The links under which what hangs together with these is found: loose lines look for offers, offers for none."""
    found: set[str] = set()
    for link in links:
        kind, _, rest = link.partition(":")
        if kind in ("loose", "offer"):
            found.add(f"loose:{rest}")
        if kind == "loose":
            found.add(f"offer:{rest}")
        elif kind in ("order", "event"):
            found.add(link)
    return found


def numbers_of(invoice: Document) -> tuple[str, ...]:
    """How a payer may call an invoice: its number, and those of its orders."""
    return (invoice.number, *_orders(invoice))


def _orders(document: Document) -> tuple[str, ...]:
    references = (*document.references, *(each for line in document.lines for each in line.references))
    return tuple(dict.fromkeys(each.number for each in references if _is_order(each)))


def _is_order(reference: Reference) -> bool:
    return reference.kind is DocumentKind.PURCHASE_ORDER


def _who(party: Identity | None) -> set[str]:
    return set() if party is None else {f"who:{key}" for key in party_keys(party)}
