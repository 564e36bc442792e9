"""Goods events as evidence of receipt: what a keeper, carrier or buyer captured becomes a receipt that it signed.

An EPCIS event names its goods by class and its order by the transaction's address; it does not name who captured it.
So the caller says who signed the feed, and which item of its orders a class is.
Source: GS1 CBV 2.0, business steps `receiving`, `accepting`, `storing`.
"""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal

from openscf.trades.model import Document, DocumentKind, GoodsEvent, Identity, Line, Provenance, Reference

RECEIVED = frozenset({"receiving", "accepting", "storing"})
_NOWHERE = Provenance("", "", "", "")


def receipts_of(events: Iterable[GoodsEvent], signer: Identity, *, items: Mapping[str, str]) -> list[Document]:
    """A receipt for each event that says goods were received.

    An event that its sender declared wrong proves nothing, and neither do its earlier copies; the event that stands in
    for it speaks for itself. Nothing is proven either by events that share an id and say different things, nor by one
    that was given two ids: which of them would be believed is not for us to choose. Receiving, accepting and storing
    the same goods are one receipt of them: of each order only the step that saw most is taken, as goods that pass three
    doors are not three goods.

    Args:
        events: Of one signer, in any order; equal ones count once.
        signer: Who vouches for the feed.
        items: Class of goods (`urn:epc:class:lgtin:…`) to the item's code on orders; others are left out.
    """
    known = {repr(bare): bare for bare in (replace(event, provenance=_NOWHERE) for event in events)}.values()
    called = Counter(event.event_id for event in known if event.event_id and event.declared_wrong_at is None)
    doubtful = {name for name, times in called.items() if times > 1}
    wrong = {event.event_id for event in known if event.declared_wrong_at is not None and event.event_id}
    standing = [
        event for event in known
        if event.step in RECEIVED and event.declared_wrong_at is None and event.event_id not in wrong | doubtful
        and event.action != "DELETE" and not event.names
    ]  # fmt: skip
    made = {_name(event): event for event in standing}
    by_order: dict[tuple[str, ...], dict[str, list[Document]]] = {}
    for name, event in sorted(made.items()):
        document = _receipt(name, event, signer=signer, items=items)
        steps = by_order.setdefault(tuple(sorted(each.number for each in document.references)), {})
        steps.setdefault(event.step or "", []).append(document)
    told = [max(sorted(steps.items()), key=lambda step: _seen(step[1]))[1] for _, steps in sorted(by_order.items())]
    return [document for found in told for document in found if document.lines]


def orders_of(event: GoodsEvent) -> tuple[str, ...]:
    """The numbers of the orders that an event belongs to: the last part of each transaction's address."""
    return tuple(number.replace("/", ":").rpartition(":")[2] for kind, number in event.documents if kind == "po")


def _seen(documents: Iterable[Document]) -> Decimal:
    return sum((line.quantity or Decimal(0) for one in documents for line in one.lines), Decimal(0))


def _receipt(name: str, event: GoodsEvent, *, signer: Identity, items: Mapping[str, str]) -> Document:
    orders = tuple(Reference(DocumentKind.PURCHASE_ORDER, number) for number in orders_of(event))
    lines = tuple(
        Line(str(place), items[goods], None, quantity, unit, references=orders)
        for place, (goods, quantity, unit) in enumerate(event.quantities, 1)
        if goods in items and quantity is not None and quantity > Decimal(0)
    )
    return Document(
        DocumentKind.WAREHOUSE_RECEIPT, name, event.provenance,
        issued_on=event.at.date(), delivered_on=event.at.date(), signer=signer, references=orders, lines=lines,
    )  # fmt: skip


def _name(event: GoodsEvent) -> str:
    """The event's own id, else all that it says."""
    said = (
        event.kind,
        event.at.astimezone(dt.UTC).isoformat(),
        event.step,
        event.place,
        event.epcs,
        event.quantities,
        event.documents,
    )
    return event.event_id or repr(said)
