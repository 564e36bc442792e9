"""Issuing a voucher: written by the issuer's maker, sealed by its checker, consented to by the obligor's own people.

A forged seal on paper is worth nothing here (PRODUCTS section 6, fraud 2): what binds the obligor is the approval of
that very payload by somebody whom the obligor itself appointed; the operator's second pair of eyes does not do.
"""

import datetime as dt
from collections.abc import Mapping
from typing import Any, Final

from openscf import parties, trades
from openscf.db import UnitOfWork
from openscf.financing.bases.claim import Issue, Piece, making, planning, refusals
from openscf.financing.bases.claim.assembling import postings
from openscf.financing.bases.claim.planning import Ground
from openscf.financing.ids import PieceId, VoucherId
from openscf.financing.model import Deal
from openscf.financing.service import permitting
from openscf.financing.service.programmes import active_programme
from openscf.financing.store import vouchers as store
from openscf.financing.vouchers.model import NewVoucher, Voucher
from openscf.financing.vouchers.service import loading
from openscf.financing.vouchers.service.carrying import carry_out, record
from openscf.kernel.calendars import calendar_named
from openscf.parties import ApprovalKind, ApprovalRequest, ApprovalRequestId, PersonRole
from openscf.trades import Fingerprinter, NewLien

SEAL: Final = "voucher_seal"
CONSENT: Final = "voucher_consent"
_CHECKERS: Final = (PersonRole.CHECKER, PersonRole.SIGNATORY)


def issue(
    work: UnitOfWork, new: NewVoucher, *, on: dt.date, fingerprints: Fingerprinter
) -> tuple[Voucher, ApprovalRequest]:
    """Write a voucher down and ask the issuer's checker to seal it; its invoice is marked at once.

    Args:
        work: The transaction; its actor makes requests for the issuer.
        new: The voucher.
        on: Business date.
        fingerprints: For the register that keeps an invoice from being used twice.

    Raises:
        Refusal: `programme_not_found`, `programme_not_active`, `not_a_claim`, `party_not_found`, `step_not_allowed`,
            `document_not_found`, `tenor_out_of_range`, `issuer_is_payee`, `trade_document_unfit`, what the register of
            liens refuses (`pledge_exceeds_face`, `already_encumbered` …).
    """
    voucher, identity = _fresh(work, new, on), work.ids.new(ApprovalRequestId)
    claim, product = voucher.deal, store.declared(voucher.deal.product)
    permitting.check_role(work, claim, product.steps["issue"], command="issue")
    ground = Ground(
        product=product, claim=claim, pieces=(), balances={}, calendar=calendar_named(voucher.calendar), on=on
    )
    trade = loading.trade_of(work, new.document)
    planner = planning.issue(ground, related=loading.related(work, claim, on), trade=trade)
    root = making.root_of(product, planner.claim, work.ids.new(PieceId))
    mark = NewLien(
        document=new.document, holder=new.issuer, deal=str(root.id), programme=product.code, amount_minor=new.face.minor
    )
    lien = trades.take_lien(work, mark, fingerprints=fingerprints)
    kept = Voucher(deal=planner.claim, calendar=voucher.calendar, request=identity)
    store.insert(work, kept)
    store.insert_piece(work, Piece(deal=root.deal, claim=root.claim, parent=None, document=new.document, lien=lien.id))
    for posting in postings(planner, work.ids):
        record(work, kept, planner, posting=posting)
    request = parties.request_approval(work, SEAL, new.issuer, payload=payload_of(kept.deal), identity=identity)
    return kept, request


def _fresh(work: UnitOfWork, new: NewVoucher, on: dt.date) -> Voucher:
    programme = active_programme(work, new.programme, on)
    product = loading.claim_product(programme.product)
    people = {"issuer": new.issuer, "obligor": new.obligor or new.issuer, "payee": new.payee}
    people |= {role: party for role, party in programme.parties.items() if role in people}
    for party in people.values():
        parties.find_party(work, party)
    known = trades.current_version(work, new.document)
    claim = making.new_claim(
        product, work.ids.new(VoucherId), {**people, "grantor": programme.owner}, terms=programme.terms,
        issue=Issue(number=known.document.number, face=new.face, due_on=new.due_on), on=on, programme=programme.id,
    )  # fmt: skip
    return Voucher(deal=claim, calendar=programme.calendar, request=None)


def payload_of(claim: Deal) -> dict[str, Any]:
    """What two persons of the issuer, and of the obligor, approve: the promise to pay exactly this from its account."""
    return {
        "voucher": claim.id, "version": claim.version, "parties": dict(claim.parties), "face": claim.book.face,
        "due_on": claim.book.due_on, "number": claim.book.number,
        "undertaking": "pays the face to the holders on the due day, drawn from the obligor's account",
    }  # fmt: skip


def request_consent(work: UnitOfWork, voucher: VoucherId) -> ApprovalRequest:
    """A person of the obligor, where that is another enterprise than the issuer, asks a colleague to bind it.

    Raises:
        Refusal: `voucher_not_found`, `event_not_allowed`, or what `parties.request_approval` refuses.
    """
    known = loading.found_voucher(work, voucher)
    store.declared(known.deal.product).lifecycle.next(known.deal.state, "consent")
    return parties.request_approval(work, CONSENT, known.deal.parties["obligor"], payload=payload_of(known.deal))


def accept(work: UnitOfWork, voucher: VoucherId, *, on: dt.date) -> Deal:
    """The payee accepts it: from now on its piece is money's worth, and nobody can cancel it.

    Raises:
        Refusal: `voucher_not_found`, `step_not_allowed`, `event_not_allowed`, `voucher_already_due`.
    """
    return _moved(work, voucher, "accept", on=on)


def refuse(work: UnitOfWork, voucher: VoucherId, *, on: dt.date) -> Deal:
    """The payee refuses it.

    Raises:
        Refusal: As `accept`.
    """
    return _moved(work, voucher, "refuse", on=on)


def cancel(work: UnitOfWork, voucher: VoucherId, *, on: dt.date) -> Deal:
    """The issuer takes it back, as long as the payee has not accepted.

    Raises:
        Refusal: `voucher_not_found`, `step_not_allowed`, `event_not_allowed` (it was accepted), `state_is_final`.
    """
    return _moved(work, voucher, "cancel", on=on)


def _moved(work: UnitOfWork, voucher: VoucherId, command: str, *, on: dt.date) -> Deal:
    known, ground = loading.whole(work, voucher, on=on)
    permitting.check_may(work, known.deal, ground.product.steps[command], command=command)
    plan = planning.accept(ground) if command == "accept" else planning.end_unaccepted(ground, command)
    carry_out(work, known, plan)
    return plan.claim


def check_own_people(work: UnitOfWork, request: ApprovalRequest) -> None:
    """Refuse an approval that nobody gave whom the enterprise itself appointed as a checker.

    Raises:
        Refusal: `acceptance_not_own`.
    """
    on = parties.business_date(work.at)
    own = {
        one.person
        for one in parties.appointments_in(work, request.party)
        if one.role in _CHECKERS and one.valid_from <= on and (one.valid_until is None or on < one.valid_until)
    }
    if not own & request.approvers:
        raise refusals.ACCEPTANCE_NOT_OWN(party=str(request.party), request=str(request.id))


def check_version(claim: Deal, payload: Mapping[str, Any]) -> None:
    """Refuse an approval of what has moved on since.

    Raises:
        Refusal: `voucher_moved_on`.
    """
    if claim.version != payload["version"]:
        raise refusals.CLAIM_MOVED_ON(subject=str(claim.id), version=claim.version, asked=payload["version"])


def _agreed(work: UnitOfWork, request: ApprovalRequest, command: str) -> None:
    on = parties.business_date(work.at)
    known, ground = loading.whole(work, VoucherId.parse(str(request.payload["voucher"])), on=on)
    check_version(known.deal, request.payload)
    check_own_people(work, request)
    carry_out(work, known, planning.agree(ground, command))


def _sealed(work: UnitOfWork, request: ApprovalRequest) -> None:
    _agreed(work, request, "seal")


def _consented(work: UnitOfWork, request: ApprovalRequest) -> None:
    _agreed(work, request, "consent")


def _unsealed(work: UnitOfWork, request: ApprovalRequest) -> None:
    on = parties.business_date(work.at)
    known, ground = loading.whole(work, VoucherId.parse(str(request.payload["voucher"])), on=on)
    if known.deal.state == "issued":
        carry_out(work, known, planning.end_unaccepted(ground, "cancel"))


parties.KINDS.add(ApprovalKind(name=SEAL, effect=_sealed, undone=_unsealed, editable=False), origin=__name__)
parties.KINDS.add(ApprovalKind(name=CONSENT, effect=_consented, editable=False), origin=__name__ + ".consent")
