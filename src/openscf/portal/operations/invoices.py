"""Invoices: which there are, how far the trade behind each is closed, and whether money can be had on it."""

import datetime as dt
from collections.abc import Collection, Mapping
from fractions import Fraction
from typing import Annotated, Literal

from pydantic import Field

from openscf import operations, trades
from openscf.db import UnitOfWork
from openscf.kernel import money
from openscf.kernel.ids import PartyId
from openscf.operations import ClaimStanding
from openscf.portal.declaring import operation
from openscf.portal.desk import Desk
from openscf.portal.shapes import AMOUNT_CODES, Money, Page, Paging, View, seen_by, shaped
from openscf.trades import DocumentId, Identity, InvoiceStanding, StoredClosure, StoredDocument, WantedClosures

SIDES = ("seller", "buyer", "signer")


class SideView(View):
    """A party of a document: as it is written, and which enterprise of the platform that is, if it is one."""

    name: str | None
    code: str | None
    party: str | None


class ClosureView(View):
    """How far the trade behind an invoice is closed: four flows, per cent, rounded down.

    Attributes:
        order: Covered by orders.
        goods: Shown to be received by somebody other than the seller.
        invoice: Billed at the ordered price.
        money: Paid.
        degree: The least of the four.
        backed: Orders, and goods that somebody else signed for, cover all of it.
        missing: Flows that are not closed.
    """

    order: str
    goods: str
    invoice: str
    money: str
    degree: str
    backed: bool
    missing: list[str]


class InvoiceView(View):
    """An invoice, as the reader may see it.

    Attributes:
        relations: What the reader's enterprise is to it; `sender` sent it and is neither side.
        financeable: Nothing stands against lending on it, whatever the frame; a quote says the rest.
        against: Codes of what does.
    """

    id: str
    number: str
    code: str | None
    issued_on: dt.date | None
    due_on: dt.date | None
    seller: SideView
    buyer: SideView
    amount: Money | None
    standing: InvoiceStanding
    closure: ClosureView
    relations: list[str]
    financeable: bool | None = seen_by("seller", "operator")
    against: list[str] | None = seen_by("seller", "operator")


class InvoiceFilter(Paging):
    """Which invoices."""

    role: Annotated[
        Literal["seller", "buyer"] | None, Field(description="As what one's enterprise takes part in it.")
    ] = None
    standing: InvoiceStanding | None = None
    due_from: dt.date | None = None
    due_until: dt.date | None = None
    issued_from: dt.date | None = None
    issued_until: dt.date | None = None
    currency: Annotated[str, Field(min_length=3, max_length=3, description="Of the amounts.")] = "CNY"
    amount_from: Annotated[str | None, Field(max_length=30, description="Major units, as 1000.00.")] = None
    amount_until: Annotated[str | None, Field(max_length=30)] = None
    text: Annotated[str | None, Field(max_length=60, description="A piece of the number, in any writing.")] = None
    counterparty: Annotated[str | None, Field(max_length=40, description="The other side (pty_…).")] = None
    missing: Annotated[
        Literal["order", "goods", "invoice", "money"] | None, Field(description="A flow that is not closed.")
    ] = None
    backed: bool | None = None


def percent(degree: Fraction) -> str:
    """A degree in per cent with two decimals, rounded down: 100.00 is closed, exactly."""
    hundredths = degree.numerator * 10_000 // degree.denominator
    return f"{hundredths // 100}.{hundredths % 100:02d}"


def closure_view(closure: StoredClosure) -> ClosureView:
    """How far a trade is closed, as it is shown."""
    found = closure.match.closure
    return ClosureView(
        order=percent(found.order), goods=percent(found.goods), invoice=percent(found.invoice),
        money=percent(found.money), degree=percent(found.degree), backed=closure.match.backed,
        missing=list(found.missing),
    )  # fmt: skip


def side(said: Identity | None, key: str, linked: Mapping[str, PartyId]) -> SideView:
    """A party of a document, as it is shown."""
    party = linked.get(key)
    return SideView(
        name=None if said is None else said.name, code=key.partition(":")[2] or None,
        party=None if party is None else str(party),
    )  # fmt: skip


def relations_to(desk: Desk, document: StoredDocument, own: Collection[str]) -> frozenset[str]:
    """What the reader's enterprise is to a document that row security let it see: no side of it, then it sent it."""
    if desk.principal.is_house:
        return frozenset({"operator"})
    sides = {name for name in SIDES if getattr(document, f"{name}_key") in own}
    return frozenset(sides or {"sender"})


def amount_of(document: StoredDocument) -> Money | None:
    """What is payable, as the document says."""
    said = document.document
    minor = said.gross_minor if said.payable_minor is None else said.payable_minor
    if minor is None or said.currency is None:
        return None
    return Money.of(money.Money(minor, money.currency(said.currency)))


def invoice_view(
    desk: Desk, closure: StoredClosure, *, own: Collection[str], standing: ClaimStanding, linked: Mapping[str, PartyId]
) -> InvoiceView:
    """An invoice, as the reader may see it."""
    document = closure.document
    said, relations = document.document, relations_to(desk, document, own)
    full = InvoiceView(
        id=str(document.id), number=said.number, code=said.code, issued_on=said.issued_on, due_on=said.due_on,
        seller=side(said.seller, document.seller_key, linked), buyer=side(said.buyer, document.buyer_key, linked),
        amount=amount_of(document), standing=trades.standing_of(closure, desk.today), closure=closure_view(closure),
        relations=sorted(relations), financeable=standing.financeable, against=list(standing.against),
    )  # fmt: skip
    return shaped(full, relations)


def invoice_views(desk: Desk, closures: list[StoredClosure], own: Collection[str]) -> list[InvoiceView]:
    """Invoices that row security let the reader see, with what the house knows of them."""
    standings, linked = desk.read(lambda work: operations.claims_standing(work, closures))
    return [invoice_view(desk, one, own=own, standing=standings[one.document.id], linked=linked) for one in closures]


def own_keys(desk: Desk, work: UnitOfWork) -> frozenset[str]:
    """The keys under which the reader's enterprise appears on documents."""
    return frozenset(trades.keys_of(work, desk.party))


def _wanted(desk: Desk, query: InvoiceFilter, own: Collection[str]) -> WantedClosures:
    unit = money.currency(query.currency)
    bounds = {
        name: None if text is None else money.parse_amount(text, unit, field=name).minor
        for name, text in (("amount_from", query.amount_from), ("amount_until", query.amount_until))
    }
    other = query.counterparty
    others = None
    if other is not None:
        others = tuple(desk.read(lambda work: trades.keys_of(work, PartyId.parse(other))))
    sellers = tuple(own) if query.role == "seller" else others if query.role == "buyer" else None
    buyers = tuple(own) if query.role == "buyer" else others if query.role == "seller" else None
    return WantedClosures(
        seller_keys=sellers, buyer_keys=buyers, either_keys=others if query.role is None else None,
        due_from=query.due_from, due_until=query.due_until, issued_from=query.issued_from,
        issued_until=query.issued_until, amount_from=bounds["amount_from"], amount_until=bounds["amount_until"],
        currency=query.currency if query.amount_from or query.amount_until else None, number=query.text,
        standing=query.standing, on=desk.today, backed=query.backed,
        missing=() if query.missing is None else (query.missing,),
    )  # fmt: skip


@operation(
    "GET /v1/invoices", group="trades", en="List invoices, with how far the trade behind each is closed.",
    zh="发票列表（含贸易闭环程度）。", refusals=("bad_id", *AMOUNT_CODES),
    cli="openscf trades list --party {party}",
)  # fmt: skip
def list_invoices(desk: Desk, work: UnitOfWork, query: InvoiceFilter) -> Page[InvoiceView]:
    """Those in which one's enterprise is seller, buyer or signer, and those that it sent, in the order of arrival."""
    own = own_keys(desk, work)
    after = None if query.cursor is None else DocumentId.parse(query.cursor)
    found = trades.closures(work, _wanted(desk, query, own), after=after, limit=query.limit)
    more = str(found[-1].document.id) if len(found) == query.limit else None
    return Page[InvoiceView](items=invoice_views(desk, found, own), next=more)
