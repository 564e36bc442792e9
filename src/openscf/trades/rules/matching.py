"""Order, despatch, receipt, invoice and payment matched into one trade, many to many, whatever came first.

Everything is gathered by *order line*: what was ordered, what was received, what is billed. A receipt or an invoice
line finds its order line by reference (order number, then line, then item), and only without one by its item: the one
order line of these two parties with this item, quantity and price, else the only one with this item. Between equals
nothing is chosen. What has no order is gathered by the item alone, so that goods and invoice can still meet.

Invoices draw on an order line in the order of their dates, up to what was ordered or received and the tolerance, once.
Goods count only if somebody other than the seller signed for them. Two signers of the same goods (the carrier and the
buyer) do not make twice the goods: of an order line the signer who received most decides.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from openscf.kernel.money import written
from openscf.trades.model import Document, DocumentKind, Identity, Line
from openscf.trades.rules.closure import (
    BASIS,
    Closure,
    Difference,
    InvoiceMatch,
    Matching,
    Paid,
    Tolerance,
)
from openscf.trades.rules.identity import party_key
from openscf.trades.rules.quoting import same_party
from openscf.trades.rules.standing import credited_lines, exact, of_kinds, once, speaks_of, spelled

Who = Callable[[Identity | None], str]
Agreed = Callable[[Document], Tolerance]
GOODS = (DocumentKind.DESPATCH_ADVICE, DocumentKind.RECEIPT_ADVICE, DocumentKind.WAREHOUSE_RECEIPT)


def invoice_key(document: Document, who: Who = party_key) -> str:
    """The key under which an invoice is matched and paid: its parties, code and number."""
    return "|".join((who(document.seller), who(document.buyer), document.code or "", document.number))


def match_trades(
    documents: Iterable[Document],
    paid: Iterable[Paid] = (),
    *,
    tolerance: Tolerance | None = None,
    who: Who = party_key,
    agreed: Agreed | None = None,
) -> Matching:
    """Match documents and payments of trades.

    Args:
        documents: In any order; equal copies count once, void ones not at all.
        paid: Shares of payments, as reconciled.
        tolerance: Of the contract, if all are under one; none by default.
        who: Tells which party is meant; equal keys are one party.
        agreed: Tells the tolerance that the contract of a document's parties sets, where there are several contracts.
    """
    valid, contradicting = once(documents, who)
    one = tolerance or Tolerance()
    book = Book(agreed or (lambda _: one), who)
    for order in of_kinds(valid, DocumentKind.PURCHASE_ORDER):
        book.order(order)
    for goods in of_kinds(valid, *GOODS):
        book.receive(goods)
    invoices = of_kinds(valid, DocumentKind.INVOICE)
    credits = of_kinds(valid, DocumentKind.CREDIT_NOTE)
    for invoice in invoices:
        book.bill(invoice, [each for each in credits if speaks_of(each, invoice, who)])
    shares = {(each.key, each.invoice): each for each in sorted(paid, key=lambda each: (each.key, each.amount_minor))}
    found = [book.result(invoice, [share for share in shares.values() if share.invoice == invoice_key(invoice, who)])
             for invoice in invoices]  # fmt: skip
    unmatched = [(each.number, "", "contradicting_copies") for each in contradicting] + book.unmatched
    return Matching(tuple(sorted(found, key=lambda each: each.invoice)), tuple(sorted(set(unmatched))))


@dataclass(slots=True)
class Pool:
    """An order line, or the item of two parties where there is none, and what happened to it."""

    key: tuple[str, ...]
    ordered: Fraction = Fraction(0)
    price: Fraction | None = None
    unit: str | None = None
    item: str | None = None
    due: dt.date | None = None
    received: dict[str, Fraction] = field(default_factory=dict)
    received_on: dt.date | None = None
    sent_by_seller: bool = False
    receipts: set[str] = field(default_factory=set)
    drawn_order: Fraction = Fraction(0)
    drawn_goods: Fraction = Fraction(0)

    @property
    def most(self) -> Fraction:
        """What the signer who received most has received."""
        return max(self.received.values(), default=Fraction(0))


@dataclass(slots=True)
class _Claim:
    """A line of an invoice after credit notes, and what covers it."""

    line: Line
    quantity: Fraction
    weight: Fraction
    pool: Pool | None
    tolerance: Tolerance
    order: Fraction = Fraction(0)
    goods: Fraction = Fraction(0)

    @property
    def price_agrees(self) -> bool:
        return _price_agrees(self.line, self.pool, self.tolerance)


class Book:
    """All order lines, and what draws on them."""

    def __init__(self, agreed: Agreed, who: Who) -> None:
        self.agreed, self.who = agreed, who
        self.pools: dict[tuple[str, ...], Pool] = {}
        self.orders: dict[str, list[Document]] = defaultdict(list)
        self.claims: dict[str, list[_Claim]] = {}
        self.credited: dict[str, int] = {}
        self.differences: dict[str, list[Difference]] = defaultdict(list)
        self.unmatched: list[tuple[str, str, str]] = []

    def order(self, document: Document) -> None:
        """Open a pool for each line."""
        self.orders[document.number].append(document)
        for line in document.lines:
            pool = self._pool((*self._parties(document), document.number, line.number))
            pool.ordered += exact(line.quantity)
            pool.price = None if line.unit_price is None else Fraction(line.unit_price)
            pool.unit, pool.item, pool.due = _unit(line), line.item, document.delivered_on or document.due_on

    def receive(self, document: Document) -> None:
        """Enter goods that somebody signed for; what the seller alone says is noted, and counts for nothing."""
        signer, why = self._signer(document)
        for line in document.lines:
            pools, unknown = self._found(document, line)
            if document.kind is DocumentKind.DESPATCH_ADVICE and why == "signed_by_seller":
                for pool in pools:
                    pool.sent_by_seller = True
            problem = why or unknown or ("" if line.quantity else "no_quantity")
            if problem:
                self.unmatched.append((document.number, line.number, problem))
                continue
            self._fill(pools, line, signer=signer, document=document)

    def bill(self, invoice: Document, credits: Sequence[Document]) -> None:
        """Let the lines of an invoice, less its credit notes, draw on their pools."""
        key = invoice_key(invoice, self.who)
        self.credited[key] = sum(abs(each.gross_minor or 0) for each in credits)
        notes = self.differences[key]
        back = credited_lines(invoice, credits, notes)
        tolerance = self.agreed(invoice)
        self.claims[key] = []
        for line in invoice.lines:
            quantity = exact(line.quantity)
            left = max(Fraction(0), quantity - back[line.number])
            share = left / quantity if quantity else Fraction(1)
            pools, _ = self._found(invoice, line)
            pool = pools[0] if len(pools) == 1 else None
            claim = _Claim(line, left, _weight(line) * share, pool=pool, tolerance=tolerance)
            self._draw(claim, notes)
            self.claims[key].append(claim)

    def result(self, invoice: Document, paid: Sequence[Paid]) -> InvoiceMatch:
        """What there is to say about an invoice when everything has been entered."""
        key = invoice_key(invoice, self.who)
        claims = [claim for claim in self.claims[key] if claim.weight or not claim.line.quantity]
        notes = self.differences[key]
        if not invoice.lines:
            notes.append(Difference("no_lines"))
        for claim in claims:
            notes += self._judged(claim)
        pools = [claim.pool for claim in claims if claim.pool is not None]
        money = self._money(invoice, paid, notes=notes)
        empty = not invoice.lines
        closure = Closure(
            order=_share(claims, lambda claim: _degree(claim.order, claim.quantity), empty=empty),
            goods=_share(claims, lambda claim: _degree(claim.goods, claim.quantity), empty=empty),
            invoice=_share(claims, lambda claim: Fraction(claim.price_agrees), empty=empty),
            money=money,
        )
        return InvoiceMatch(
            key, closure, tuple(notes),
            orders=tuple(sorted({pool.key[2] for pool in pools if pool.ordered})),
            receipts=tuple(sorted({number for pool in pools for number in pool.receipts})),
            payments=tuple(sorted(share.key for share in paid)),
            signers=tuple(sorted({signer for pool in pools for signer in pool.received})),
        )  # fmt: skip

    def _pool(self, key: tuple[str, ...]) -> Pool:
        return self.pools.setdefault(key, Pool(key))

    def _parties(self, document: Document) -> tuple[str, str]:
        return self.who(document.seller), self.who(document.buyer)

    def _signer(self, document: Document) -> tuple[str, str]:
        """Who vouches for goods, and why that counts for nothing."""
        issuers = {DocumentKind.DESPATCH_ADVICE: document.seller, DocumentKind.RECEIPT_ADVICE: document.buyer}
        signer = document.signer or issuers.get(document.kind)
        name = self.who(signer)
        if signer is None or not name:
            return "", "unsigned"
        if name == self.who(document.seller) or (
            document.seller is not None and same_party(signer, document.seller)[0]
        ):
            return name, "signed_by_seller"
        return name, ""

    def _found(self, document: Document, line: Line) -> tuple[list[Pool], str]:
        """The pools that a line speaks of, and why there are none."""
        named = [each for each in (*line.references, *document.references) if each.kind is DocumentKind.PURCHASE_ORDER]
        numbers = sorted({each.number for each in line.references if each in named} or {each.number for each in named})
        if not numbers:
            return self._by_item(document, line)
        found: list[Pool] = []
        for number in numbers:
            wanted = {each.line for each in line.references if each in named and each.number == number} - {None}
            found += self._in_order(document, line, number=number, wanted=frozenset(filter(None, wanted)))
        # Several orders and no line named: each has a line of this item, and the goods fill them in turn.
        return found, "" if found else "unknown_order"

    def _in_order(self, document: Document, line: Line, *, number: str, wanted: frozenset[str]) -> list[Pool]:
        orders = [each for each in self.orders[number] if self._compatible(each, document)]
        if len(orders) > 1:
            return []
        if not orders:
            parties = self._parties(document)
            if not wanted and line.item is None:
                return []
            return [self._pool((*parties, number, *(sorted(wanted) or [f"item {line.item}"])))] if all(parties) else []
        pools = [self._pool((*self._parties(orders[0]), number, each.number)) for each in orders[0].lines]
        if wanted:
            return [pool for pool in pools if pool.key[3] in wanted]
        same = [pool for pool in pools if pool.item is not None and pool.item == line.item]
        exactly = [pool for pool in same if self._exactly(pool, document, line)]
        chosen = exactly if len(exactly) == 1 else same or (pools if len(pools) == 1 and line.item is None else [])
        return chosen if len(chosen) == 1 else []

    def _by_item(self, document: Document, line: Line) -> tuple[list[Pool], str]:
        parties = self._parties(document)
        if line.item is None or not all(parties):
            return [], "unknown_order"
        orders = [each for found in self.orders.values() for each in found if self._parties(each) == parties]
        same = [self._pool((*parties, each.number, one.number)) for each in orders for one in each.lines
                if one.item == line.item]  # fmt: skip
        exactly = [pool for pool in same if self._exactly(pool, document, line)]
        chosen = exactly if len(exactly) == 1 else same
        if not same:
            chosen = [self._pool((*parties, "", f"item {line.item}"))]
        return (chosen, "") if len(chosen) == 1 else ([], "ambiguous_order")

    def _exactly(self, pool: Pool, document: Document, line: Line) -> bool:
        return pool.ordered == exact(line.quantity) and _price_agrees(line, pool, self.agreed(document))

    def _compatible(self, order: Document, other: Document) -> bool:
        pairs = zip(self._parties(order), self._parties(other), strict=True)
        return all(not mine or not theirs or mine == theirs for mine, theirs in pairs)

    def _fill(self, pools: list[Pool], line: Line, *, signer: str, document: Document) -> None:
        """Enter received goods, in each pool up to what it still waits for; the last takes what is over."""
        left = exact(line.quantity)
        for place, pool in enumerate(sorted(pools, key=lambda pool: pool.key)):
            if (pool.unit and _unit(line) and pool.unit != _unit(line)) or signer == pool.key[0]:
                why = "signed_by_seller" if signer == pool.key[0] else "other_unit"
                self.unmatched.append((document.number, line.number, why))
                continue
            before = pool.received.get(signer, Fraction(0))
            part = left if place == len(pools) - 1 else min(left, max(Fraction(0), pool.ordered - before))
            if not part:
                continue
            left -= part
            pool.received[signer] = before + part
            pool.receipts.add(document.number)
            on = document.delivered_on or document.issued_on
            pool.received_on = max(filter(None, (pool.received_on, on)), default=None)

    def _draw(self, claim: _Claim, notes: list[Difference]) -> None:
        """Cover a claim by what its pool has left: the tolerance belongs to the pool, so it is spent once."""
        pool, unit = claim.pool, _unit(claim.line)
        if pool is None or not claim.quantity:
            return
        if unit and pool.unit and unit != pool.unit:
            notes.append(_difference("unit", claim, unit=unit, other=pool.unit))
            return
        more = Fraction(BASIS + claim.tolerance.quantity_bp, BASIS)
        claim.order = min(claim.quantity, max(Fraction(0), pool.ordered * more - pool.drawn_order))
        claim.goods = min(claim.quantity, max(Fraction(0), pool.most * more - pool.drawn_goods))
        pool.drawn_order += claim.order
        pool.drawn_goods += claim.goods

    def _judged(self, claim: _Claim) -> Iterable[Difference]:
        if not claim.line.quantity:
            yield _difference("no_quantity", claim)
            return
        pool, billed = claim.pool, spelled(claim.quantity)
        if claim.order < claim.quantity:
            yield _difference("not_ordered", claim, billed=billed, covered=spelled(claim.order))
        if claim.goods < claim.quantity:
            yield _difference("not_received", claim, billed=billed, covered=spelled(claim.goods))
        if pool is None:
            return
        if not pool.received and pool.sent_by_seller:
            yield _difference("seller_alone", claim)
        if pool.ordered and pool.most > pool.ordered:
            tolerated = pool.most * BASIS <= pool.ordered * (BASIS + claim.tolerance.quantity_bp)
            said = {"received": spelled(pool.most), "ordered": spelled(pool.ordered)}
            yield _difference("over_delivered", claim, tolerated=tolerated, **said)
        price = claim.line.unit_price
        if pool.price is not None and price is not None and Fraction(price) != pool.price:
            said = {"price": spelled(Fraction(price)), "agreed": spelled(pool.price)}
            yield _difference("price", claim, tolerated=claim.price_agrees, **said)
        if pool.due is not None and pool.received_on is not None and pool.received_on > pool.due:
            tolerated = (pool.received_on - pool.due).days <= claim.tolerance.days
            said = {"received": str(pool.received_on), "due": str(pool.due)}
            yield _difference("received_late", claim, tolerated=tolerated, **said)

    def _money(self, invoice: Document, paid: Sequence[Paid], *, notes: list[Difference]) -> Fraction:
        said = invoice.payable_minor if invoice.payable_minor is not None else invoice.gross_minor
        if said is None:
            return Fraction(0)
        payable = max(0, abs(said) - self.credited[invoice_key(invoice, self.who)])
        got = sum(share.amount_minor for share in paid)
        if got > payable:
            notes.append(Difference("overpaid", {"excess": written(got - payable, invoice.currency or "")}))
        if got >= payable:
            return Fraction(1)
        tolerated = payable - got <= self.agreed(invoice).amount_minor
        unit = invoice.currency or ""
        params = {"open": written(payable - got, unit), "payable": written(payable, unit)}
        notes.append(Difference("unpaid", params, tolerated))
        return Fraction(1) if tolerated else Fraction(max(0, got), payable)


def _price_agrees(line: Line, pool: Pool | None, tolerance: Tolerance) -> bool:
    """Whether a price is the ordered one, within the tolerance; nothing is against what was not agreed."""
    if pool is None or pool.price is None or line.unit_price is None:
        return True
    return abs(Fraction(line.unit_price) - pool.price) * BASIS <= pool.price * tolerance.price_bp


def _weight(line: Line) -> Fraction:
    """What a line weighs in the whole: its net amount, else quantity times price, else its quantity."""
    if line.net_minor:
        return Fraction(abs(line.net_minor))
    return abs(exact(line.quantity)) * (Fraction(line.unit_price) if line.unit_price else 1)


def _degree(covered: Fraction, billed: Fraction) -> Fraction:
    return covered / billed if billed else Fraction(0)


def _share(claims: Sequence[_Claim], degree: Callable[[_Claim], Fraction], *, empty: bool) -> Fraction:
    """The mean by weight; 1 where everything was credited and nothing is claimed any more, 0 without any line."""
    total = sum((claim.weight for claim in claims), Fraction(0))
    if not total:
        return Fraction(0) if empty or claims else Fraction(1)
    return sum((claim.weight * degree(claim) for claim in claims), Fraction(0)) / total


def _difference(code: str, claim: _Claim, *, tolerated: bool = False, **params: str) -> Difference:
    return Difference(code, {"line": claim.line.number, **params}, tolerated)


def _unit(line: Line) -> str | None:
    return line.unit.strip().upper() if line.unit else None
