"""What happens to a pool's items: they enter, leave, are marked, change outside; and to its limit. Pure."""

import dataclasses
from collections.abc import Iterable, Sequence
from typing import Any

from openscf.financing.bases.pool import refusals as own
from openscf.financing.bases.pool.availability import lasting
from openscf.financing.bases.pool.model import Book, Item, Proposal
from openscf.financing.bases.pool.valuing import SHORT, after, check_day, moved, valued
from openscf.financing.model import Deal, Event, Facts, Outcome
from openscf.financing.rules import refusals
from openscf.kernel.money import Money

NOTICES = {SHORT: ("deficiency_notice",), "cure": ("deficiency_cured",)}


def opening(deal: Deal, proposal: Proposal) -> Book:
    """The book of a facility that was just asked for."""
    nothing = Money.zero(deal.currency)
    return Book(
        due_on=proposal.until, face=nothing, eligible=nothing, base=nothing, advance=nothing, reserve=nothing,
        available=nothing, shortfall=nothing, loss=nothing,
    )  # fmt: skip


def accept(deal: Deal, event: Event, facts: Facts) -> Outcome:
    """The seller takes the contract and brings its first receivables."""
    if event.on >= deal.book.due_on:
        raise own.ENDED(until=deal.book.due_on.isoformat())
    entering = _entering(deal, facts)
    found = after(deal, event, facts, book=deal.book, changed=entering)
    return Outcome(book=valued(deal.book, found, on=event.on), asset=entering)


def add(deal: Deal, event: Event, facts: Facts) -> Outcome:
    """Receivables enter; what a later day may mend keeps them from counting, anything else from entering."""
    entering = _entering(deal, facts)
    if not entering:
        raise own.NOTHING_OFFERED()
    return changed(deal, event, facts, items=entering)


def remove(deal: Deal, event: Event, facts: Facts) -> Outcome:
    """Receivables leave and are free again, unless the pool would then carry less than is drawn."""
    leaving = tuple(dataclasses.replace(_found(deal, facts, name), left=True) for name in event.params.documents)
    if not leaving:
        raise own.NOTHING_OFFERED()
    before = after(deal, event, facts, book=deal.book).available_minor
    left = after(deal, event, facts, book=deal.book, changed=leaving).available_minor
    if left < min(before, 0):
        raise own.LEAVES_SHORT(short=Money(-left, deal.currency).grouped)
    return changed(deal, event, facts, items=leaving)


def mark(deal: Deal, event: Event, facts: Facts) -> Outcome:
    """Somebody says that an item is disputed or about to be taken back, or that it is so no more."""
    item, said = _found(deal, facts, event.params.document), event.params.mark
    kept = {one for one in item.marks if one is not said} | ({said} if event.params.holds else set())
    marks = tuple(sorted(kept, key=lambda one: one.value))
    return changed(deal, event, facts, items=(dataclasses.replace(item, marks=marks),))


def revalue(deal: Deal, event: Event, facts: Facts) -> Outcome:
    """The figures of today: a day passed, or something happened to the documents outside."""
    return changed(deal, event, facts)


def relimit(deal: Deal, event: Event, facts: Facts) -> Outcome:
    """The funder gives the facility another limit."""
    terms = dataclasses.replace(deal.terms, limit=event.params.limit)
    return changed(deal, event, facts, terms=terms)


def changed(deal: Deal, event: Event, facts: Facts, *, items: Sequence[Item] = (), terms: Any = None) -> Outcome:
    """The pool on another base: where it is, short, or cured."""
    check_day(deal, event)
    found = after(deal, event, facts, book=deal.book, changed=items, terms=terms)
    row, book = moved(deal, valued(deal.book, found, on=event.on), on=event.on)
    return Outcome(book=book, event=row, terms=terms, asset=tuple(items), notices=NOTICES.get(row, ()))


def paying(deal: Deal, event: Event, facts: Facts) -> tuple[Item, ...]:
    """The items that a receipt pays, after it: those that it names, then the oldest of its debtor, or of all.

    Raises:
        Refusal: `pool_item_unknown`, `pool_item_overpaid`, `pool_receipt_exceeded`.
    """
    receipt, paid = event.params, {}
    left: Money = receipt.amount
    for name, amount in receipt.paid.items():
        item = _found(deal, facts, name)
        if amount.minor > item.open_minor:
            shown = Money(item.open_minor, deal.currency).grouped
            raise own.OVERPAID(amount=amount.grouped, left=shown, number=item.number)
        paid[name], left = item.paid(amount.minor), left - amount
    if left.minor < 0:
        raise own.MORE_THAN_RECEIVED(paid=(receipt.amount - left).grouped, amount=receipt.amount.grouped)
    items = (paid.get(item.document, item) for item in facts.asset.items)
    return tuple((paid | _oldest(items, receipt.debtor, left.minor)).values())


def _oldest(items: Iterable[Item], debtor: str, left: int) -> dict[str, Item]:
    paid = {}
    for item in sorted((i for i in items if debtor in ("", i.debtor)), key=lambda i: (i.due_on, i.document)):
        part = min(item.open_minor, left)
        if part:
            paid[item.document], left = item.paid(part), left - part
    return paid


def _entering(deal: Deal, facts: Facts) -> tuple[Item, ...]:
    there = {item.document for item in facts.asset.items}
    for item in facts.asset.offered:
        if item.document in there:
            raise own.IN_POOL_ALREADY(number=item.number)
        for reason in lasting(item, deal.terms):
            raise reason
        if not item.open_minor:
            raise refusals.AMOUNT_IS_NOTHING(field=item.number)
    return tuple(facts.asset.offered)


def _found(deal: Deal, facts: Facts, document: str) -> Item:
    items: Sequence[Item] = facts.asset.items
    found = next((item for item in items if item.document == document), None)
    if found is None:
        raise own.NOT_IN_POOL(document=document[:60], deal=str(deal.id))
    return found
