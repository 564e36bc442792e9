"""Batches of payables that an anchor approves, standing orders of suppliers, and the anchor's disclosure.

The anchor's approval is its word on each claim, with amount and due date: it is kept as the debtor's confirmation of
that very identity, and nothing is sold without it. So a deal that says something else than a batch can't be sold.
"""

import datetime as dt
from collections.abc import Collection, Iterator, Sequence
from typing import Any

from openscf import parties, trades
from openscf.db import UnitOfWork
from openscf.financing.fields import read, write
from openscf.financing.ids import ConfirmationId, DealId, ProgrammeId
from openscf.financing.model.confirmation import Confirmation
from openscf.financing.model.programme import Programme
from openscf.financing.payables import rules
from openscf.financing.payables.model import AutoTrade, Disclosure, Payable, Snapshot, StandingOrder
from openscf.financing.registry import PRODUCTS
from openscf.financing.rules import refusals
from openscf.financing.rules.eligibility import WRONG_CURRENCY
from openscf.financing.service.confirmations import NOT_THE_DEBTOR
from openscf.financing.service.deals import NewDeal, open_deal
from openscf.financing.service.programmes import active_programme, found_programme
from openscf.financing.store import confirmations, deals
from openscf.financing.store import payables as store
from openscf.financing.store.deals import Kept
from openscf.kernel.errors import Refusal, Where
from openscf.kernel.ids import PartyId
from openscf.kernel.money import Money, parse_money
from openscf.parties import ApprovalKind, ApprovalRequest, ApprovalRequestId
from openscf.trades import Claim, DocumentId, DocumentKind, DocumentStatus, StoredDocument, Wanted

PRODUCT = "reverse_factoring"
PAYABLES_BATCH = "payables_batch"
AUTO_TRADE = "auto_trade"
PAYABLES_APPROVED = "financing.payables_approved"
AUTO_TRADE_SET = "financing.auto_trade_set"
_PAGE = 1_000


def request_payables(work: UnitOfWork, programme: ProgrammeId, payables: Sequence[Payable]) -> ApprovalRequest:
    """A person of the anchor uploads payables; a second one approves exactly this batch, and then they are irrevocable.

    Raises:
        Refusal: `programme_not_active`, `not_a_payables_programme`, `payables_batch_size`; with the line of the batch:
            what `trades.claim_of` refuses, `not_the_debtor`, `supplier_not_here`, `wrong_currency`,
            `payable_exceeds_invoice`, `payable_known`, `already_due`, `amount_is_nothing`; or what
            `parties.request_approval` refuses.
    """
    frame, anchor = _frame(work, programme)
    rows = _checked(work, frame, payables)
    total = sum((one.face.minor for one in payables), 0)
    payload = {"programme": programme, "payables": rows, "total": Money(total, frame.currency), "irrevocable": True}
    return parties.request_approval(work, PAYABLES_BATCH, anchor, payload=payload)


def request_auto_trade(
    work: UnitOfWork, programme: ProgrammeId, client: PartyId, *, rule: AutoTrade
) -> ApprovalRequest:
    """A person of a supplier asks to sell by rule; the rule stands once a second one has approved it.

    Raises:
        Refusal: `programme_not_active`, `not_a_payables_programme`, or what `parties.request_approval` refuses.
    """
    _frame(work, programme)
    return parties.request_approval(work, AUTO_TRADE, client, payload={"programme": programme, "rule": write(rule)})


def auto_trade_of(work: UnitOfWork, programme: ProgrammeId, client: PartyId) -> AutoTrade | None:
    """A supplier's standing order under a programme, if it ever gave one."""
    return store.rules(work, programme, found_programme(work, programme).currency).get(client)


def sold_automatically(
    work: UnitOfWork, programme: ProgrammeId, on: dt.date, *, among: Collection[DealId] | None = None
) -> list[DealId]:
    """Which approved payables are sold today because their supplier said so once and for all, in order of their ids.

    Args:
        work: The transaction.
        programme: Under which frame.
        on: The day.
        among: Only these; None: all.

    Raises:
        Refusal: `programme_not_found`.
    """
    standing = store.rules(work, programme, found_programme(work, programme).currency)
    found = []
    if not standing:
        return []
    for kept in _approved_deals(work) if among is None else deals.several(work, among):
        rule = standing.get(kept.deal.parties["client"])
        if kept.deal.programme == programme and rule is not None and rules.sells(rule, kept.deal, on):
            found.append(kept.deal.id)
    return found


def disclosure(work: UnitOfWork, programme: ProgrammeId, *, opening_on: dt.date, closing_on: dt.date) -> Disclosure:
    """The table of IAS 7.44H for a programme, from the end of one day to the end of another.

    Comparable payables outside are the anchor's other invoices that were not due yet on the day.

    Raises:
        Refusal: `programme_not_found`, `not_a_payables_programme`, `disclosure_period`.
    """
    if closing_on < opening_on:
        raise rules.PERIOD_UPSIDE_DOWN(opening_on=opening_on.isoformat(), closing_on=closing_on.isoformat())
    frame = found_programme(work, programme)
    anchor = _anchor(frame)
    ends = [_snapshot(work, frame, on, anchor=anchor) for on in (opening_on, closing_on)]
    return Disclosure(programme=programme, anchor=anchor, opening=ends[0], closing=ends[1])


def _frame(work: UnitOfWork, programme: ProgrammeId) -> tuple[Programme, PartyId]:
    frame = active_programme(work, programme, parties.business_date(work.at))
    return frame, _anchor(frame)


def _anchor(frame: Programme) -> PartyId:
    if frame.product != PRODUCT or "obligor" not in frame.parties:
        raise rules.NOT_REVERSE_FACTORING(programme=str(frame.id))
    return frame.parties["obligor"]


def _checked(work: UnitOfWork, frame: Programme, payables: Sequence[Payable]) -> list[dict[str, Any]]:
    """The batch as its approver sees it; each payable is looked up, judged, and named by its line."""
    if not 1 <= len(payables) <= rules.MOST_IN_A_BATCH:
        raise rules.BATCH_SIZE(most=rules.MOST_IN_A_BATCH, count=len(payables))
    rows: list[dict[str, Any]] = []
    seen: set[bytes] = set()
    for line, payable in enumerate(payables, 1):
        try:
            claim = trades.claim_of(work, payable.document)
            known, client = claim.document, _supplier(work, frame, payable, claim=claim)
            if known.fingerprint in seen:
                raise rules.PAYABLE_KNOWN(number=known.document.number)
        except Refusal as refused:
            raise refused.at(Where(line=line)) from None
        seen.add(known.fingerprint)
        rows.append(_row(line, payable, known, client=client))
    taken = store.live(work, seen)
    for row in rows:
        if bytes.fromhex(row["fingerprint"]) in taken:
            raise rules.PAYABLE_KNOWN(number=row["number"], where=Where(line=row["line"]))
    return rows


def _row(line: int, payable: Payable, known: StoredDocument, *, client: PartyId) -> dict[str, Any]:
    issued_on = known.document.issued_on
    return {
        "line": line, "document": str(payable.document), "fingerprint": known.fingerprint.hex(),
        "number": known.document.number, "client": str(client), "face": payable.face.as_json(),
        "due_on": payable.due_on.isoformat(), "issued_on": None if issued_on is None else issued_on.isoformat(),
    }  # fmt: skip


def _supplier(work: UnitOfWork, frame: Programme, payable: Payable, *, claim: Claim) -> PartyId:
    """The seller of the invoice, if the anchor may approve so much of what is left of it."""
    known, number = claim.document, claim.document.document.number
    linked = trades.parties_of(work, [known.buyer_key, known.seller_key])
    if linked.get(known.buyer_key) != frame.parties["obligor"]:
        raise NOT_THE_DEBTOR(party=str(frame.parties["obligor"]), number=number)
    if known.seller_key not in linked:
        raise rules.SUPPLIER_NOT_HERE(number=number)
    if payable.face.currency != frame.currency or claim.unit != frame.currency.code:
        raise WRONG_CURRENCY(number=number, currency=claim.unit, expected=frame.currency.code)
    if payable.face.minor > claim.face_minor:
        left = Money(claim.face_minor, frame.currency).grouped
        raise rules.PAYABLE_EXCEEDS_INVOICE(number=number, left=left, face=payable.face.grouped)
    if payable.face.minor <= 0:
        raise refusals.AMOUNT_IS_NOTHING(field="face")
    if payable.due_on <= parties.business_date(work.at):
        raise refusals.ALREADY_DUE(number=number, due_on=payable.due_on.isoformat())
    return linked[known.seller_key]


def _approved(work: UnitOfWork, request: ApprovalRequest) -> None:
    """The checker approved: every line becomes the anchor's word and a deal, all of them or none."""
    programme = ProgrammeId.parse(str(request.payload["programme"]))
    frame, _anchor_id = _frame(work, programme)
    rows, made = request.payload["payables"], list[DealId]()
    again = _checked(work, frame, [_payable(row) for row in rows])
    for row, now in zip(rows, again, strict=True):
        if dict(row) != now:
            raise rules.PAYABLE_CHANGED(number=now["number"], where=Where(line=now["line"]))
        made.append(_certify(work, frame, request, row=now))
    record = {"programme": programme, "request": request.id, "count": len(again), "total": request.payload["total"]}
    work.audit("financing.approve_payables", str(request.id), record)
    work.emit(PAYABLES_APPROVED, str(request.id), {**record, "deals": made})


def _certify(work: UnitOfWork, frame: Programme, request: ApprovalRequest, *, row: dict[str, Any]) -> DealId:
    payable, fingerprint = _payable(row), bytes.fromhex(row["fingerprint"])
    identity = ApprovalRequestId.of(request.id)
    word = Confirmation(
        id=work.ids.new(ConfirmationId), fingerprint=fingerprint, obligor=request.party, number=row["number"],
        face=payable.face, due_on=payable.due_on, request=identity, confirmed_at=work.at,
    )  # fmt: skip
    confirmations.insert(work, word)
    proposal = {name: row[name] for name in ("number", "face", "due_on", "issued_on")}
    new = NewDeal(
        programme=frame.id, parties={"client": PartyId.parse(row["client"])}, proposal=proposal,
        document=payable.document,
    )  # fmt: skip
    deal = open_deal(work, new, on=parties.business_date(work.at), by_rule=True)
    entered = store.claim(
        work, fingerprint, deal.id, programme=frame.id, request=identity, line=row["line"]
    )  # fmt: skip
    if not entered:
        raise rules.PAYABLE_KNOWN(number=row["number"], where=Where(line=row["line"]))
    return deal.id


def _payable(row: Any) -> Payable:
    document = DocumentId.parse(str(row["document"]))
    return Payable(
        document=document, face=parse_money(row["face"]), due_on=dt.date.fromisoformat(str(row["due_on"]))
    )  # fmt: skip


def _rule_approved(work: UnitOfWork, request: ApprovalRequest) -> None:
    programme = ProgrammeId.parse(str(request.payload["programme"]))
    frame, _anchor_id = _frame(work, programme)
    rule = read(AutoTrade, request.payload["rule"], money=frame.currency)
    store.set_rule(work, StandingOrder(programme=programme, client=request.party, rule=rule))
    said = {"client": request.party, "rule": write(rule)}
    work.audit("financing.set_auto_trade", str(programme), said)
    work.emit(AUTO_TRADE_SET, str(request.id), {"programme": programme})  # at what rate is the supplier's own business


def _approved_deals(work: UnitOfWork) -> Iterator[Kept]:
    after: DealId | None = None
    while True:
        page = deals.find(
            work, party=None, role=None, product=PRODUCT, states=("approved",), over=False, after=after, most=_PAGE
        )
        yield from page
        if len(page) < _PAGE:
            return
        after = page[-1].deal.id


def _snapshot(work: UnitOfWork, frame: Programme, on: dt.date, *, anchor: PartyId) -> Snapshot:
    kind = PRODUCTS.get(PRODUCT).book
    positions = []
    for state, said in store.books_on(work, frame.id, on):
        book: Any = read(kind, said, money=frame.currency)
        dates = (book.issued_on, book.due_on)
        found = rules.position_of(state, book.face, book.collected, dates=dates)
        positions += [] if found is None else [found]
    return rules.snapshot(on, positions, _outside(work, anchor, on), money=frame.currency)


def _outside(work: UnitOfWork, anchor: PartyId, on: dt.date) -> list[tuple[dt.date | None, dt.date]]:
    party = parties.find_party(work, anchor)
    keys = [f"{scheme}:{code}" for scheme, code in (("tax", party.uscc), ("lei", party.lei)) if code]
    found: dict[bytes, tuple[dt.date | None, dt.date]] = {}
    for key in keys:
        for known in _invoices(work, key, on):
            due_on = known.document.due_on
            if known.buyer_key == key and due_on is not None and due_on > on:
                found[known.fingerprint] = (known.document.issued_on, due_on)
    taken = store.live(work, list(found))
    return [dates for fingerprint, dates in found.items() if fingerprint not in taken]


def _invoices(work: UnitOfWork, key: str, on: dt.date) -> Iterator[StoredDocument]:
    wanted = Wanted(kind=DocumentKind.INVOICE, party_key=key, issued_until=on)
    after: DocumentId | None = None
    while True:
        page = trades.find_documents(work, wanted, after=after, limit=_PAGE)
        yield from (one for one in page if one.document.status is not DocumentStatus.VOID)
        if len(page) < _PAGE:
            return
        after = page[-1].id


parties.KINDS.add(ApprovalKind(name=PAYABLES_BATCH, effect=_approved, editable=False), origin=__name__)
parties.KINDS.add(ApprovalKind(name=AUTO_TRADE, effect=_rule_approved), origin=__name__ + ".rule")
