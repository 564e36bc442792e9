"""One trade: an invoice with all that was matched to it, what does not agree, and where each word comes from."""

import datetime as dt
from decimal import Decimal
from typing import Annotated

from pydantic import Field

from openscf import financing, operations, trades
from openscf.db import UnitOfWork
from openscf.financing import Confirmation, Dispute
from openscf.kernel import money
from openscf.kernel.errors import Refusal
from openscf.kernel.ids import PartyId
from openscf.parties import PartyRole
from openscf.portal.declaring import operation
from openscf.portal.desk import Desk
from openscf.portal.model import Needs, Work
from openscf.portal.operations.approvals import RequestView, request_view
from openscf.portal.operations.financings import FinancingView, financing_view
from openscf.portal.operations.invoices import (
    InvoiceView,
    amount_of,
    invoice_view,
    own_keys,
    relations_to,
)
from openscf.portal.operations.paying import PayToView, assigned_account
from openscf.portal.seeing import seen_document
from openscf.portal.shapes import AMOUNT_CODES, Body, Instant, Money, Sentence, View, seen_by, shaped
from openscf.trades import (
    DocumentHistory,
    DocumentId,
    DocumentKind,
    InvoiceMatch,
    Lien,
    StoredClosure,
    StoredDocument,
)

DEBTORS = frozenset({PartyRole.BUYER, PartyRole.ANCHOR, PartyRole.DISTRIBUTOR, PartyRole.SUPPLIER})
SIDES = frozenset({"seller", "buyer", "signer", "funder", "operator"})
MATCHED_KINDS = {
    "orders": (DocumentKind.PURCHASE_ORDER, DocumentKind.ORDER_RESPONSE),
    "receipts": (DocumentKind.RECEIPT_ADVICE, DocumentKind.DESPATCH_ADVICE, DocumentKind.WAREHOUSE_RECEIPT),
}


class DifferenceView(View):
    """Something that does not agree, in words.

    Attributes:
        tolerated: Whether the contract lets it pass.
    """

    code: str
    en: str
    zh: str
    tolerated: bool


class ProvenanceView(View):
    """Where a document comes from, to the line.

    Attributes:
        file, sha256, locator: For whoever sent the file, the house, and a funder who lends on it.
    """

    adapter: str
    recorded_at: Instant
    file: str | None = None
    sha256: str | None = None
    locator: str | None = None


class LineView(View):
    """A line of an invoice."""

    number: str
    item: str | None
    description: str | None
    quantity: str | None
    unit: str | None
    unit_price: str | None
    net: Money | None


class TradeDocumentView(View):
    """A document that was matched to the invoice."""

    id: str
    kind: DocumentKind
    number: str
    issued_on: dt.date | None
    delivered_on: dt.date | None
    amount: Money | None
    provenance: ProvenanceView


class VersionView(View):
    """What a source says of the invoice; one version speaks."""

    id: str
    version: int
    speaks: bool
    amount: Money | None
    flags: list[str]
    provenance: ProvenanceView


class PaidView(View):
    """A payment that settles some of it, and who says so: a rule, a hand, or money that was moved on it."""

    payment: str
    amount: Money
    decided: str


class LienView(View):
    """A lien on it: one's own, for the house all."""

    id: str
    holder: str
    deal: str
    amount: Money
    exclusive: bool
    state: str
    taken_at: Instant


class ConfirmationView(View):
    """What the debtor confirmed, with two of its people."""

    face: Money
    due_on: dt.date
    confirmed_at: Instant


class DisputeView(View):
    """The debtor says that it is not owed so."""

    id: str
    reason: str
    raised_at: Instant


class TradeView(View):
    """An invoice with everything that was matched to it, as far as the reader may see it.

    Attributes:
        pay_to: To which account the debtor pays it, and no other.
    """

    invoice: InvoiceView
    lines: list[LineView]
    differences: list[DifferenceView]
    documents: list[TradeDocumentView]
    provenance: ProvenanceView
    against: list[Sentence] | None = seen_by("seller", "funder", "operator")
    versions: list[VersionView] | None = seen_by("seller", "buyer", "operator")
    payments: list[PaidView] | None = seen_by("seller", "funder", "operator")
    encumbered: bool | None = seen_by("seller", "funder", "operator")
    liens: list[LienView] | None = seen_by("funder", "operator")
    confirmation: ConfirmationView | None = seen_by("seller", "buyer", "funder", "operator")
    dispute: DisputeView | None = seen_by("seller", "buyer", "funder", "operator")
    pay_to: PayToView | None = seen_by("seller", "buyer", "funder", "operator")


class ConfirmationAsked(RequestView):
    """A confirmation that waits for a second person of the debtor.

    Attributes:
        pay_to: The assigned account to which the debtor will pay; null while the platform has none.
    """

    pay_to: PayToView | None


class ConfirmReceivable(Body):
    """The debtor says that it owes the claim, how much, and until when."""

    amount: Money
    due_on: dt.date


class DisputeReceivable(Body):
    """The debtor says that it does not owe the claim, or not all of it."""

    reason: Annotated[str, Field(min_length=4, max_length=500, description="What is wrong.")]


class Disputed(View):
    """A dispute was raised; financings on the claim are disputed with it."""

    dispute: DisputeView
    financings: list[FinancingView]


def _minor(amount: int | None, code: str | None) -> Money | None:
    return None if amount is None or not code else Money.of(money.Money(amount, money.currency(code)))


class Shown:
    """What of a document its reader is shown.

    Args:
        desk: Where the call is served.
        work: The house's sight.
        document: Any version.

    Raises:
        Refusal: `document_not_found`, the same for an absent one and for one that does not concern the reader.
    """

    def __init__(self, desk: Desk, work: UnitOfWork, document: DocumentId) -> None:
        self.desk, self.work = desk, work
        self.own = frozenset() if desk.principal.is_house else own_keys(desk, work)
        self.document, lent = seen_document(desk, work, document)
        self.relations = frozenset({"funder"}) if lent else relations_to(desk, self.document, self.own)

    def provenance(self, document: StoredDocument) -> ProvenanceView:
        """Where it comes from; the file is its sender's affair."""
        said = document.document.provenance
        shown = ProvenanceView(adapter=said.adapter, recorded_at=document.recorded_at)
        if not self.relations & {"funder", "operator"}:
            try:
                self.desk.read_as_member(lambda member: trades.file_taken(member, document.file))
            except Refusal:
                return shown
        return shown.model_copy(update={"file": said.file, "sha256": said.sha256, "locator": said.locator})

    def matched(self, match: InvoiceMatch) -> list[TradeDocumentView]:
        """The orders, despatches and receipts behind it, for its sides and whoever lends on it."""
        if not self.relations & SIDES:
            return []
        found: dict[DocumentId, StoredDocument] = {}
        for name, kinds in MATCHED_KINDS.items():
            for number in getattr(match, name):
                for kind in kinds:
                    wanted = trades.Wanted(number=number, kind=kind)
                    found |= {one.id: one for one in trades.find_documents(self.work, wanted) if self._same_sides(one)}
        return [self._document(one) for one in found.values()]

    def _same_sides(self, one: StoredDocument) -> bool:
        pairs = ((one.seller_key, self.document.seller_key), (one.buyer_key, self.document.buyer_key))
        return all(not theirs or theirs == ours for theirs, ours in pairs)

    def _document(self, one: StoredDocument) -> TradeDocumentView:
        return TradeDocumentView(
            id=str(one.id), kind=one.document.kind, number=one.document.number, issued_on=one.document.issued_on,
            delivered_on=one.document.delivered_on, amount=amount_of(one), provenance=self.provenance(one),
        )  # fmt: skip

    def versions(self, story: DocumentHistory) -> list[VersionView]:
        """What each source says of it."""
        return [
            VersionView(
                id=str(one.id), version=one.version, speaks=one.current, amount=amount_of(one),
                flags=list(one.document.flags), provenance=self.provenance(one),
            )
            for one in story.versions
        ]  # fmt: skip


def _invoice(shown: Shown, closure: StoredClosure) -> InvoiceView:
    standings, linked = operations.claims_standing(shown.work, [closure])
    view = invoice_view(shown.desk, closure, own=shown.own, standing=standings[closure.document.id], linked=linked)
    return view.model_copy(update={"relations": sorted(shown.relations)})


def plain(number: Decimal | None) -> str | None:
    """A quantity or price without exponent and needless zeros."""
    return None if number is None else f"{number.normalize():f}"


def _lines(document: StoredDocument) -> list[LineView]:
    return [
        LineView(
            number=line.number, item=line.item, description=line.description,
            quantity=plain(line.quantity), unit=line.unit,
            unit_price=plain(line.unit_price),
            net=_minor(line.net_minor, document.document.currency),
        )
        for line in document.document.lines
    ]  # fmt: skip


def _differences(match: InvoiceMatch) -> list[DifferenceView]:
    return [
        DifferenceView(code=one.code, en=one.sentence("en"), zh=one.sentence("zh"), tolerated=one.tolerated)
        for one in match.differences
    ]


def _paid(work: UnitOfWork, document: StoredDocument) -> list[PaidView]:
    unit = money.currency(document.document.currency or "CNY")
    return [
        PaidView(payment=str(payment), amount=Money.of(money.Money(minor, unit)), decided=decided)
        for payment, minor, decided in trades.placed_payments(work, document.id)
    ]


def _lien(one: Lien, code: str) -> LienView:
    return LienView(
        id=str(one.id), holder=str(one.holder), deal=one.deal,
        amount=Money.of(money.Money(one.amount_minor, money.currency(code))), exclusive=one.exclusive,
        state=one.state.value, taken_at=one.taken_at,
    )  # fmt: skip


def _confirmed(said: Confirmation | None) -> ConfirmationView | None:
    if said is None:
        return None
    return ConfirmationView(face=Money.of(said.face), due_on=said.due_on, confirmed_at=said.confirmed_at)


def _dispute(one: Dispute | None) -> DisputeView | None:
    return None if one is None else DisputeView(id=str(one.id), reason=one.reason, raised_at=one.raised_at)


@operation(
    "GET /v1/trades/{document_id}", group="trades", en="Show a trade: an invoice with all that was matched to it.",
    zh="查看一笔贸易：发票及其匹配的单据、差异与来源。", work=Work.READ_HOUSE,
    refusals=("document_not_found", "not_an_invoice", "bad_id"), cli="openscf trades show {document_id}",
)  # fmt: skip
def get_trade(desk: Desk, work: UnitOfWork, document_id: str) -> TradeView:
    """Orders, despatches, receipts and payments behind an invoice, what does not agree, and where each word is from."""
    shown = Shown(desk, work, DocumentId.parse(document_id))
    closure = trades.closure_of(work, shown.document.id)
    document, story = closure.document, trades.document_history(work, closure.document.id)
    linked = trades.parties_of(work, [document.buyer_key]) if document.buyer_key else {}
    obligor = linked.get(document.buyer_key)
    held = [one for one in story.liens if desk.principal.is_house or one.holder == desk.party]
    objection = trades.weigh(work, document.id).objection
    full = TradeView(
        invoice=_invoice(shown, closure), lines=_lines(document), differences=_differences(closure.match),
        documents=shown.matched(closure.match), provenance=shown.provenance(document),
        against=[] if objection is None else [Sentence.of(objection)], versions=shown.versions(story),
        payments=_paid(work, document), encumbered=any(one.state is trades.LienState.ACTIVE for one in story.liens),
        liens=[_lien(one, document.document.currency or "CNY") for one in held],
        confirmation=_confirmed(None if obligor is None else financing.confirmation_of(work, document.id, obligor)),
        dispute=_dispute(financing.disputes_on(work, [document.fingerprint]).get(document.fingerprint)),
        pay_to=assigned_account(work, document.document.currency, document.document.number),
    )  # fmt: skip
    return shaped(full, shown.relations)


def _debtor_of(desk: Desk, document: DocumentId) -> PartyId:
    """The caller's enterprise, if it may see the document at all; whether it is the debtor the capability judges."""
    desk.read_as_member(lambda member: trades.current_version(member, document))
    return desk.party


@operation(
    "POST /v1/trades/{document_id}/confirm", group="trades", en="Confirm what you owe on an invoice, and until when.",
    zh="确认应付账款（确权）。", offices=DEBTORS, needs=Needs.MONEY, status=202,
    examples={"whole": {"amount": {"amount": "1000000.00", "currency": "CNY"}, "due_on": "2026-05-31"}},
    refusals=("document_not_found", "not_the_debtor", "confirmation_differs", "bad_id", *AMOUNT_CODES),
    cli="openscf financing confirm {document_id} {amount} {due_on} --obligor {obligor}",
)  # fmt: skip
def confirm_receivable(desk: Desk, work: UnitOfWork, document_id: str, *, body: ConfirmReceivable) -> ConfirmationAsked:
    """It counts when a second person of the debtor has approved the request that this answers; it ends a dispute.

    The request names the assigned account, to which alone the debtor will pay.
    """
    document = DocumentId.parse(document_id)
    obligor = _debtor_of(desk, document)
    request = financing.request_confirmation(
        work, document, obligor=obligor, face=body.amount.read(), due_on=body.due_on
    )
    pay_to = assigned_account(work, body.amount.currency, str(request.payload["number"]))
    return ConfirmationAsked(**request_view(desk, request).model_dump(), pay_to=pay_to)


@operation(
    "POST /v1/trades/{document_id}/dispute", group="trades", en="Say that you do not owe an invoice, and why.",
    zh="对应付账款提出争议。", offices=DEBTORS, status=201, examples={"goods": {"reason": "80 of 100 pieces damaged"}},
    refusals=("document_not_found", "not_the_debtor", "disputed_already", "bad_id"),
)  # fmt: skip
def dispute_receivable(desk: Desk, work: UnitOfWork, document_id: str, *, body: DisputeReceivable) -> Disputed:
    """From now on nobody lends on it, and who has is told; the debtor's confirmation ends it."""
    document = DocumentId.parse(document_id)
    obligor = _debtor_of(desk, document)
    one, touched = financing.dispute_receivable(
        work, document, obligor=obligor, reason=body.reason, on=desk.today, fingerprints=desk.fingerprints
    )
    return Disputed(
        dispute=DisputeView(id=str(one.id), reason=one.reason, raised_at=one.raised_at),
        financings=[financing_view(desk, kept) for kept in touched],
    )
