"""Financing a claim: what it would bring, applying, taking the offer, and what became of it."""

import datetime as dt
from typing import Annotated, Any

from pydantic import Field

from openscf import financing, operations
from openscf.db import UnitOfWork
from openscf.financing import PRODUCTS, DealId, Kept, Priced, ProgrammeId
from openscf.kernel import money
from openscf.kernel.ids import PartyId
from openscf.operations import Application, Quote
from openscf.parties import PartyRole
from openscf.portal.declaring import operation
from openscf.portal.desk import Desk
from openscf.portal.model import Needs, Work
from openscf.portal.operations.prices_shown import PriceView
from openscf.portal.seeing import frame_relations_of, unseen_documents
from openscf.portal.shapes import Body, Instant, Money, Page, Paging, Sentence, View, seen_by, shaped
from openscf.trades import DocumentId

CLIENTS = frozenset({PartyRole.SUPPLIER, PartyRole.DISTRIBUTOR, PartyRole.ANCHOR, PartyRole.FUNDER, PartyRole.BUYER})
OF_CLAIMS = (
    "receivable_disputed", "already_encumbered", "near_duplicate_held", "face_in_dispute", "document_void",
    "asset_without_face", "claim_already_paid", "already_due",
)  # fmt: skip
"""What stands against a claim at the moment in which it is encumbered or paid out on."""
APPLY_EXAMPLE = {
    "invoice": {"programme": "prg_01JD0000000000000000000000", "document": "doc_01JD0000000000000000000000",
                "due_on": "2026-06-30"},
}  # fmt: skip


class Apply(Body):
    """A claim on which money is wanted."""

    programme: Annotated[str, Field(description="The frame (prg_…).")]
    document: Annotated[str, Field(description="The claim, usually an invoice (doc_…).")]
    funder: Annotated[str | None, Field(description="The funder (pty_…), where the frame leaves it open.")] = None
    due_on: Annotated[dt.date | None, Field(description="When the debtor must pay, where nobody said it yet.")] = None

    def read(self) -> Application:
        """The application.

        Raises:
            Refusal: `bad_id`.
        """
        return Application(
            programme=ProgrammeId.parse(self.programme), document=DocumentId.parse(self.document), due_on=self.due_on,
            funder=None if self.funder is None else PartyId.parse(self.funder),
        )  # fmt: skip


class OfferView(View):
    """An offer, net of everything.

    Attributes:
        rate_percent: Contract rate, in per cent a year.
        all_in_percent: Everything that it costs, as a simple annual rate over 360 days on the cash received.
    """

    face: Money
    advance: Money
    fee: Money
    discount: Money
    interest: Money
    cost: Money
    cash_now: Money
    cash_later: Money
    due_on: dt.date
    tenor_days: int
    rate_percent: str
    all_in_percent: str


class QuoteView(View):
    """What a claim would bring, and everything that stands against it.

    Attributes:
        price: How the rate came about, where the programme prices from credit.
    """

    eligible: bool
    offer: OfferView | None
    reasons: list[Sentence]
    price: PriceView | None = None


class FinancingView(View):
    """A financing, as far as the reader may see it.

    Attributes:
        relations: What the reader's enterprise is to it.
        allowed: Steps that its product allows now.
        terms: The contract; what the client has not agreed to (the funder's own terms) is not in it.
        book: What the funder and the house keep of it.
        price: How the rate came about, where the programme prices from credit; in lists and before an offer null.
    """

    id: str
    product: str
    state: str
    version: int
    programme: str | None
    document: str | None
    parties: dict[str, str]
    relations: list[str]
    allowed: list[str]
    due_on: dt.date | None
    face: Money
    principal: Money | None = seen_by("client", "funder", "operator")
    terms: dict[str, Any] | None = seen_by("client", "funder", "operator")
    book: dict[str, Any] | None = seen_by("funder", "operator")
    price: PriceView | None = seen_by("client", "funder", "operator")


class AppliedView(View):
    """What an application came to."""

    financing: FinancingView
    quote: QuoteView


class AcceptedView(View):
    """What an acceptance came to: funded, or why it still waits."""

    financing: FinancingView
    waiting: Sentence | None


class FinancingFilter(Paging):
    """Which financings."""

    role: Annotated[str | None, Field(max_length=40, description="As what the enterprise takes part.")] = None
    product: Annotated[str | None, Field(max_length=60)] = None
    state: Annotated[list[str] | None, Field(max_length=20, description="In one of these states.")] = None
    over: Annotated[bool | None, Field(description="Only those that are over, or open.")] = None


class EventView(View):
    """Something that happened to a financing."""

    version: int
    event: str
    state_from: str
    state_to: str
    value_on: dt.date
    at: Instant


class Events(View):
    """What happened, in order."""

    items: list[EventView]


def quote_view(desk: Desk, work: UnitOfWork, quote: Quote, *, asked: Application) -> QuoteView:
    """A quote, as the asker may see it: its cost is the client's to know, what it earns the funder's."""
    offer = quote.offer
    shown = None
    if offer is not None:
        named = ("face", "advance", "fee", "discount", "interest", "cost", "cash_now", "cash_later")
        amounts: dict[str, Any] = {name: Money.of(getattr(offer, name)) for name in named}
        shown = OfferView(
            **amounts, due_on=offer.due_on, tenor_days=offer.days, rate_percent=offer.rate.percent_text(),
            all_in_percent=offer.all_in.percent_text(),
        )  # fmt: skip
    reasons = [Sentence.of(reason) for reason in quote.judged.reasons]
    priced = quote.judged.priced
    price = None if priced is None else PriceView.of(priced)
    full = QuoteView(eligible=quote.eligible, offer=shown, reasons=reasons, price=price)
    frame = financing.found_programme(work, asked.programme)
    funder = frame.parties.get("funder", asked.funder)
    return shaped(full, desk.relations({"client": quote.judged.client, "funder": funder, "owner": frame.owner}))


def financing_view(desk: Desk, kept: Kept, price: Priced | None = None) -> FinancingView:
    """A deal, as the reader may see it, with its price where it was looked up.

    Raises:
        Refusal: `deal_not_found`, the same as for an absent one, where the reader has nothing to do with it.
    """
    deal = kept.deal
    relations = desk.relations(dict(deal.parties))
    if not relations:
        raise financing.DEAL_NOT_FOUND(deal=str(deal.id))
    line = financing.summary_of(deal.book)
    full = FinancingView(
        id=str(deal.id), product=deal.product, state=deal.state, version=deal.version,
        programme=None if deal.programme is None else str(deal.programme),
        document=None if kept.document is None else str(kept.document),
        parties={role: str(party) for role, party in deal.parties.items()}, relations=sorted(relations),
        allowed=sorted(PRODUCTS.get(deal.product).lifecycle.allowed(deal.state)), due_on=line.due_on,
        face=Money.of(money.Money(line.face_minor, deal.currency)),
        principal=Money.of(money.Money(line.principal_minor, deal.currency)),
        terms=financing.write(deal.terms), book=financing.write(deal.book),
        price=None if price is None else PriceView.of(price),
    )  # fmt: skip
    return shaped(full, relations)


def _check_seen(desk: Desk, work: UnitOfWork, asked: Application) -> None:
    """Frame and claim must be the asker's to see: others are as if they were not there.

    Raises:
        Refusal: `programme_not_found`, `document_not_found`.
    """
    programme = financing.found_programme(work, asked.programme)
    if not frame_relations_of(desk, work, programme):
        raise financing.PROGRAMME_NOT_FOUND(programme=str(asked.programme))
    unseen = unseen_documents(desk, work, [asked.document])
    if unseen:
        raise unseen[asked.document]


@operation(
    "POST /v1/financings/quote", group="financings", en="What would a claim bring, at what price, and what stands "
    "against it?", zh="试算：可融资金额、价格及不符合的原因。", offices=CLIENTS, work=Work.READ_HOUSE,
    examples=APPLY_EXAMPLE, refusals=("programme_not_found", "programme_not_active", "document_not_found", "bad_id"),
    cli="openscf financing quote {programme} {document}",
)  # fmt: skip
def quote_financing(desk: Desk, work: UnitOfWork, body: Apply) -> QuoteView:
    """A quote; nothing is kept."""
    asked = body.read()
    _check_seen(desk, work, asked)
    quote = operations.quote(work, asked, on=desk.today, fingerprints=desk.fingerprints)
    operations.check_asker(work, quote.judged, asked.programme)
    return quote_view(desk, work, quote, asked=asked)


@operation(
    "POST /v1/financings", group="financings", en="Apply for money on a claim.", zh="申请融资。", offices=CLIENTS,
    status=201, examples=APPLY_EXAMPLE,
    refusals=("programme_not_found", "programme_not_active", "document_not_found", "not_your_claim", "bad_id"),
    cli="openscf financing apply {programme} {document}",
)  # fmt: skip
def apply_financing(desk: Desk, work: UnitOfWork, body: Apply) -> AppliedView:
    """Apply; what passes every check comes back with an offer to accept."""
    asked = body.read()
    _check_seen(desk, work, asked)
    applied = operations.apply(work, asked, on=desk.today, fingerprints=desk.fingerprints)
    kept = financing.found_deal(work, applied.deal.id)
    quote = quote_view(desk, work, applied.quote, asked=asked)
    return AppliedView(financing=financing_view(desk, kept, financing.price_of_deal(work, kept)), quote=quote)


@operation(
    "POST /v1/financings/{deal_id}/accept", group="financings", en="Take the offer.", zh="接受报价。", offices=CLIENTS,
    needs=Needs.MONEY, refusals=("deal_not_found", "beyond_observed_purchases", "event_not_allowed",
    "state_is_final", "step_not_allowed", "limit_exceeded", "no_limit", "bad_id", *OF_CLAIMS),
    cli="openscf financing accept {deal_id}",
)  # fmt: skip
def accept_offer(desk: Desk, work: UnitOfWork, deal_id: str) -> AcceptedView:
    """Take the offer; where the frame's policy says so the money is there in the same moment."""
    deal = DealId.parse(deal_id)
    party = None if desk.principal.is_house else desk.party
    financing_view(desk, financing.locked_deal_of(work, deal, party))
    accepted = operations.accept(work, deal, on=desk.today, fingerprints=desk.fingerprints)
    waiting = None if accepted.waiting is None else Sentence.of(accepted.waiting)
    return AcceptedView(financing=financing_view(desk, financing.found_deal(work, deal)), waiting=waiting)


@operation(
    "GET /v1/financings/{deal_id}", group="financings", en="Show a financing.", zh="查看融资。", work=Work.READ_HOUSE,
    refusals=("deal_not_found", "bad_id"), cli="openscf financing show {deal_id}",
)  # fmt: skip
def get_financing(desk: Desk, work: UnitOfWork, deal_id: str) -> FinancingView:
    """A financing that one's enterprise takes part in."""
    kept = financing.found_deal(work, DealId.parse(deal_id))
    return financing_view(desk, kept, financing.price_of_deal(work, kept))


@operation(
    "GET /v1/financings/{deal_id}/events", group="financings", en="What happened to a financing?", zh="融资经过。",
    work=Work.READ_HOUSE, refusals=("deal_not_found", "bad_id"), cli="openscf financing events {deal_id}",
)  # fmt: skip
def list_financing_events(desk: Desk, work: UnitOfWork, deal_id: str) -> Events:
    """What happened to a financing, in order."""
    deal = DealId.parse(deal_id)
    financing_view(desk, financing.found_deal(work, deal))
    rows = financing.deal_events(work, deal)
    return Events(
        items=[
            EventView(version=row.version, event=row.event, state_from=row.state_from, state_to=row.state_to,
                      value_on=row.value_on, at=row.at)
            for row in rows
        ]
    )  # fmt: skip


@operation(
    "GET /v1/financings", group="financings", en="List financings.", zh="融资列表。", work=Work.READ_HOUSE,
    refusals=("bad_id",), cli="openscf financing list --party {party}",
)  # fmt: skip
def list_financings(desk: Desk, work: UnitOfWork, query: FinancingFilter) -> Page[FinancingView]:
    """The financings that one's enterprise takes part in, in the order in which they were opened."""
    found = financing.find_deals(
        work, party=None if desk.principal.is_house else desk.party, role=query.role, product=query.product,
        states=query.state, over=query.over, most=query.limit,
        after=None if query.cursor is None else DealId.parse(query.cursor),
    )  # fmt: skip
    more = str(found[-1].deal.id) if len(found) == query.limit else None
    return Page[FinancingView](items=[financing_view(desk, kept) for kept in found], next=more)
