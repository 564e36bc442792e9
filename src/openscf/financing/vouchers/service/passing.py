"""Passing pieces on: to suppliers against their invoices, to funders against cash.

What is offered is set aside at once, before the giver's second person agrees, so that two offers can never share an
amount; it comes back when the offer is refused, withdrawn or rejected. The one that accepts takes the piece without
recourse to the giver.
"""

import dataclasses
import datetime as dt
from collections.abc import Mapping
from typing import Any, Final

from openscf import parties, trades
from openscf.db import UnitOfWork
from openscf.financing.bases.claim import Offer, Piece, Trade, Way, accounts, assembling, planning, refusals, rules
from openscf.financing.bases.claim.planning import Planner
from openscf.financing.ids import PieceId
from openscf.financing.model import Event
from openscf.financing.service import permitting
from openscf.financing.store import vouchers as store
from openscf.financing.vouchers.model import NewDiscount, NewTransfer, Voucher
from openscf.financing.vouchers.service import loading
from openscf.financing.vouchers.service.carrying import carry_out
from openscf.financing.vouchers.service.issuing import check_version
from openscf.kernel.ids import PartyId
from openscf.kernel.money import Money
from openscf.ledger import Ledger
from openscf.parties import ApprovalKind, ApprovalRequest, ApprovalRequestId, PartyRole
from openscf.trades import Fingerprinter, NewLien

OFFER: Final = "voucher_offer"
FUNDING: Final = "voucher_funding"


def transfer(
    work: UnitOfWork, piece: PieceId, new: NewTransfer, *, on: dt.date, fingerprints: Fingerprinter
) -> tuple[Piece, ApprovalRequest]:
    """Set a part of a piece aside for a supplier of its holder, against that supplier's invoice.

    Args:
        work: The transaction; its actor makes requests for the holder.
        piece: The holder's piece.
        new: To whom, how much, for which invoice.
        on: Business date.
        fingerprints: For the register that keeps an invoice from being used twice.

    Returns:
        The new piece, and the request that the holder's checker must approve before it is offered.

    Raises:
        Refusal: `piece_not_found`, `step_not_allowed`, `claim_not_live`, `voucher_already_due`, `piece_has_less`,
            `piece_too_small`, `piece_too_deep`, `circular_transfer`, `trade_document_unfit`, `event_not_allowed`, or
            what the register of liens refuses (`pledge_exceeds_face`, `already_encumbered`, `near_duplicate_held` …).
    """
    voucher, (parent,) = loading.locked_piece(work, piece, with_parent=False)
    parties.find_party(work, new.to)
    trade = loading.trade_of(work, new.document)
    offer = Offer(way=Way.TRANSFER, face=new.amount, number=trade.number)
    child, planner = _cut(work, voucher, parent, to=new.to, offer=offer, on=on, trade=trade)
    assert planner.changes[-1].decision.takes_lien, "a transfer uses an invoice up"
    child = dataclasses.replace(child, document=new.document)
    mark = NewLien(
        document=new.document, holder=parent.holder, deal=str(child.id), programme=voucher.deal.product,
        amount_minor=new.amount.minor,
    )  # fmt: skip
    lien = trades.take_lien(work, mark, fingerprints=fingerprints)
    return _asked(work, voucher, _with_document(planner, child), liens={child.id: lien.id})


def finance(work: UnitOfWork, piece: PieceId, new: NewDiscount, *, on: dt.date) -> tuple[Piece, ApprovalRequest]:
    """Set a part of a piece aside for a funder, who would pay for it at the rate that is asked for.

    Raises:
        Refusal: As `transfer` without what speaks of documents; `discount_rate_missing`, `discount_takes_all`.
    """
    voucher, (parent,) = loading.locked_piece(work, piece, with_parent=False)
    parties.find_party(work, new.funder)
    offer = Offer(way=Way.DISCOUNT, face=new.amount, rate=new.rate)
    _, planner = _cut(work, voucher, parent, to=new.funder, offer=offer, on=on)
    return _asked(work, voucher, planner, liens={})


def _cut(
    work: UnitOfWork, voucher: Voucher, parent: Piece, *, to: PartyId, offer: Offer, on: dt.date,
    trade: Trade | None = None,
) -> tuple[Piece, Planner]:  # fmt: skip
    product = store.declared(voucher.deal.product)
    product.piece.lifecycle.next(parent.deal.state, "give_part")
    child = planning.child_of(parent, work.ids.new(PieceId), holder=to, offer=offer, on=on)
    permitting.check_may(work, child.deal, product.piece.steps["lock"], command="lock")
    free = Ledger(work).account(accounts.piece_account(parent.id)).available_minor or 0
    far = offer.way is Way.TRANSFER
    planner = planning.offer(
        loading.ground(work, voucher, (parent,), on=on), child, available=Money(free, parent.deal.currency),
        path=tuple(store.path(work, parent.id)) if far else (), trade=trade,
        related=loading.related(work, voucher.deal, on) if far else frozenset(),
    )  # fmt: skip
    return child, planner


def _with_document(planner: Planner, child: Piece) -> Planner:
    for place, change in enumerate(planner.changes):
        if change.piece is not None and change.piece.id == child.id:
            known = dataclasses.replace(change.piece, document=child.document)
            planner.changes[place] = dataclasses.replace(change, piece=known)
            planner.pieces[child.id] = known
    return planner


def _asked(
    work: UnitOfWork, voucher: Voucher, planner: Planner, *, liens: Mapping[PieceId, Any]
) -> tuple[Piece, ApprovalRequest]:
    child = list(planner.pieces.values())[-1]
    identity = work.ids.new(ApprovalRequestId)
    carry_out(work, voucher, planner, fresh=(child.id,), liens=liens, request=identity)
    payload = {
        "voucher": voucher.id, "piece": child.id, "version": child.deal.version, "parties": dict(child.deal.parties),
        "way": child.book.way, "face": child.book.face, "rate": child.book.rate and str(child.book.rate),
        "number": child.book.number,
    }  # fmt: skip
    giver = child.deal.parties["giver"]
    return child, parties.request_approval(work, OFFER, giver, payload=payload, identity=identity)


def accept(work: UnitOfWork, piece: PieceId, *, on: dt.date) -> Piece:
    """The new holder accepts a piece in payment of its invoice.

    Raises:
        Refusal: `piece_not_found`, `step_not_allowed`, `piece_is_root`, `event_not_allowed`, `needs_funding`,
            `voucher_already_due`.
    """
    return _move(work, piece, "accept", on=on)


def refuse(work: UnitOfWork, piece: PieceId, *, on: dt.date) -> Piece:
    """Whoever is offered a piece refuses it; its amount is the giver's again, and the invoice is free.

    Raises:
        Refusal: `piece_not_found`, `step_not_allowed`, `event_not_allowed`.
    """
    return _move(work, piece, "refuse", on=on)


def withdraw(work: UnitOfWork, piece: PieceId, *, on: dt.date) -> Piece:
    """The giver takes back what it offered.

    Raises:
        Refusal: As `refuse`.
    """
    return _move(work, piece, "withdraw", on=on)


def request_funding(work: UnitOfWork, piece: PieceId, *, on: dt.date) -> ApprovalRequest:
    """A person of the funder asks a colleague to pay for a piece that is offered; it is paid when he approves.

    Raises:
        Refusal: `piece_not_found`, `event_not_allowed`, `not_for_funding`, `voucher_already_due`, `not_a_funder`, or
            what `parties.request_approval` refuses.
    """
    voucher, known = loading.found_piece(work, piece)
    product = store.declared(voucher.deal.product)
    product.piece.lifecycle.next(known.deal.state, "fund")
    if known.book.way is not Way.DISCOUNT:
        raise refusals.NOT_FOR_FUNDING()
    party = permitting.check_role(work, known.deal, product.piece.steps["fund"], command="fund")
    _check_funder(work, party)
    discount = rules.discount_of(known.deal, Event(name="fund", on=on))
    payload = {
        "voucher": voucher.id, "piece": piece, "version": known.deal.version, "on": on, "face": known.book.face,
        "rate": str(known.book.rate), "discount": discount, "pays": known.book.face - discount,
        "due_on": known.book.due_on, "obligor": voucher.deal.parties["obligor"],
    }  # fmt: skip
    return parties.request_approval(work, FUNDING, party, payload=payload)


def _check_funder(work: UnitOfWork, party: PartyId) -> None:
    today = parties.business_date(work.at)
    held = [one for one in parties.roles_of(work, party) if one.role is PartyRole.FUNDER]
    if not any(one.valid_from <= today and (one.valid_until is None or today < one.valid_until) for one in held):
        raise refusals.NO_FUNDER(party=str(party))


def _move(work: UnitOfWork, piece: PieceId, command: str, *, on: dt.date) -> Piece:
    voucher, found = loading.locked_piece(work, piece, with_parent=True)
    known = found[-1]
    product = store.declared(voucher.deal.product)
    permitting.check_may(work, known.deal, product.piece.steps[command], command=command)
    return _carried(work, voucher, found, command=command, on=on)


def _carried(work: UnitOfWork, voucher: Voucher, found: tuple[Piece, ...], *, command: str, on: dt.date) -> Piece:
    known = found[-1]
    ground = loading.ground(work, voucher, found, on=on)
    plan = planning.move_offer(ground, known.id, command, own_limit=assembling.own_limit(voucher.deal, known))
    carry_out(work, voucher, plan)
    return plan.pieces[known.id]


def _approved(work: UnitOfWork, request: ApprovalRequest, command: str, *, on: dt.date) -> None:
    piece = PieceId.parse(str(request.payload["piece"]))
    voucher, found = loading.locked_piece(work, piece, with_parent=True)
    check_version(found[-1].deal, request.payload)
    _carried(work, voucher, found, command=command, on=on)


def _offered(work: UnitOfWork, request: ApprovalRequest) -> None:
    _approved(work, request, "offer", on=parties.business_date(work.at))


def _dropped(work: UnitOfWork, request: ApprovalRequest) -> None:
    piece = PieceId.parse(str(request.payload["piece"]))
    voucher, found = loading.locked_piece(work, piece, with_parent=True)
    if found[-1].deal.state == "locked":
        _carried(work, voucher, found, command="withdraw", on=parties.business_date(work.at))


def _funded(work: UnitOfWork, request: ApprovalRequest) -> None:
    _approved(work, request, "fund", on=dt.date.fromisoformat(str(request.payload["on"])))


parties.KINDS.add(ApprovalKind(name=OFFER, effect=_offered, undone=_dropped, editable=False), origin=__name__)
parties.KINDS.add(ApprovalKind(name=FUNDING, effect=_funded, editable=False), origin=__name__ + ".funding")
