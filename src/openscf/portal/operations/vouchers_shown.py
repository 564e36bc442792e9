"""Vouchers and pieces as each tier sees them: its own, and those of its direct neighbours."""

import datetime as dt
from collections.abc import Collection

from openscf import parties, trades
from openscf.db import UnitOfWork
from openscf.financing import PRODUCTS, PieceId, VoucherId, voucher_desk
from openscf.kernel.ids import TypedId
from openscf.parties import PartyRole
from openscf.portal.desk import Desk
from openscf.portal.operations.asked import Asked, asked
from openscf.portal.shapes import Instant, Money, View, seen_by, shaped
from openscf.trades import DocumentId

TRADERS = frozenset({PartyRole.SUPPLIER, PartyRole.BUYER, PartyRole.ANCHOR, PartyRole.DISTRIBUTOR})
HOLDERS = TRADERS | {PartyRole.FUNDER}
OF_VOUCHER = ("voucher_not_found", "step_not_allowed", "event_not_allowed", "state_is_final", "bad_id")
OF_PIECE = ("piece_not_found", "step_not_allowed", "event_not_allowed", "state_is_final", "bad_id")
OF_LIENS = ("pledge_exceeds_face", "already_encumbered", "trade_document_unfit", "document_not_found")


class PieceView(View):
    """A piece of a voucher.

    Attributes:
        parent: The piece that it was cut from, where the reader sees that one.
        left: What is left of it.
        locked: How much of that is offered to others.
        allowed: What its state allows now.
    """

    id: str
    voucher: str
    parent: str | None
    state: str
    way: str
    giver: str
    giver_name: str
    holder: str
    holder_name: str
    face: Money
    left: Money
    locked: Money
    depth: int
    number: str
    document: str | None
    rate_percent: str | None
    discount: Money | None
    due_on: dt.date
    allowed: list[str]


class VoucherEventView(View):
    """Something that happened to a voucher or a piece."""

    subject: str
    event: str
    state_from: str
    state_to: str
    value_on: dt.date
    at: Instant


class VoucherView(View):
    """A voucher, as far as the reader may see it.

    Attributes:
        relations: What the reader's enterprise is to it.
        face, paid, outstanding: Of the whole; a later tier knows only its own pieces.
        grantor: Whose frame it is: the funder that holders can offer their pieces to first.
        request: What waits for the issuer's second person.
        pieces: The reader's own, and those of its direct neighbours; in lists empty.
        events: What happened to what the reader sees; in lists empty.
    """

    id: str
    programme: str | None
    product: str
    state: str
    version: int
    issuer: str
    issuer_name: str
    obligor: str
    obligor_name: str
    grantor: str | None
    grantor_name: str | None
    number: str | None = seen_by("issuer", "obligor", "payee", "grantor", "operator")
    payee: str | None = seen_by("issuer", "obligor", "payee", "grantor", "operator")
    payee_name: str | None = seen_by("issuer", "obligor", "payee", "grantor", "operator")
    face: Money | None = seen_by("issuer", "obligor", "payee", "grantor", "operator")
    paid: Money | None = seen_by("issuer", "obligor", "payee", "grantor", "operator")
    outstanding: Money | None = seen_by("issuer", "obligor", "payee", "grantor", "operator")
    issued_on: dt.date
    due_on: dt.date
    relations: list[str]
    allowed: list[str]
    request: Asked | None = seen_by("issuer")
    pieces: list[PieceView]
    events: list[VoucherEventView]


def relations_to(desk: Desk, work: UnitOfWork, voucher: voucher_desk.Voucher) -> frozenset[str]:
    """What the reader is to a voucher.

    Raises:
        Refusal: `voucher_not_found`, the same as for an absent one, where it is not the reader's to see.
    """
    mine: frozenset[str] = frozenset()
    if desk.principal.party is not None:
        mine = voucher_desk.voucher_relations(work, voucher, desk.principal.party)
    found = mine | desk.relations({})
    if not found:
        raise voucher_desk.VOUCHER_NOT_FOUND(voucher=str(voucher.id))
    return found


def voucher_view(desk: Desk, work: UnitOfWork, voucher: voucher_desk.Voucher, *, whole: bool = True) -> VoucherView:
    """A voucher, as the reader may see it; with its pieces and what happened, if `whole`."""
    relations = relations_to(desk, work, voucher)
    deal, book = voucher.deal, voucher.deal.book
    names = {role: parties.find_party(work, party).name for role, party in deal.parties.items()}
    leaves = _leaves(desk, work, voucher.id) if whole else []
    shown = {voucher.id, *(leaf.piece.id for leaf in leaves)}
    told = voucher_desk.voucher_events(work, voucher.id) if whole else []
    untold = {voucher.id} if relations == {"holder"} else set()
    full = VoucherView(
        id=str(voucher.id), programme=None if deal.programme is None else str(deal.programme), product=deal.product,
        state=deal.state, version=deal.version, issuer=str(deal.parties["issuer"]), issuer_name=names["issuer"],
        obligor=str(deal.parties["obligor"]), obligor_name=names["obligor"], number=book.number,
        grantor=str(deal.parties["grantor"]) if "grantor" in names else None, grantor_name=names.get("grantor"),
        payee=str(deal.parties["payee"]), payee_name=names["payee"], face=Money.of(book.face),
        paid=Money.of(book.paid), outstanding=Money.of(book.outstanding), issued_on=book.issued_on,
        due_on=book.due_on, relations=sorted(relations),
        allowed=sorted(PRODUCTS.get(deal.product).lifecycle.allowed(deal.state)),
        request=_request(work, voucher) if whole and "issuer" in relations else None,
        pieces=[_piece_view(work, leaf, shown=shown) for leaf in leaves],
        events=[_event_view(voucher, one) for one in told if one.subject in shown - untold],
    )  # fmt: skip
    return shaped(full, relations)


def _event_view(voucher: voucher_desk.Voucher, one: voucher_desk.Happened) -> VoucherEventView:
    subject = voucher.id if one.subject == voucher.id else PieceId.of(one.subject)
    return VoucherEventView(
        subject=str(subject), event=one.event, state_from=one.state_from, state_to=one.state_to, value_on=one.value_on,
        at=one.at,
    )  # fmt: skip


def _leaves(desk: Desk, work: UnitOfWork, voucher: VoucherId) -> list[voucher_desk.Leaf]:
    if desk.principal.is_house:
        return voucher_desk.pieces_of(work, voucher)
    return voucher_desk.pieces_seen(work, voucher, desk.party)


def _request(work: UnitOfWork, voucher: voucher_desk.Voucher) -> Asked | None:
    return None if voucher.request is None else asked(parties.found_request(work, voucher.request))


def _piece_view(work: UnitOfWork, leaf: voucher_desk.Leaf, *, shown: Collection[TypedId]) -> PieceView:
    piece, book = leaf.piece, leaf.piece.book
    giver = piece.deal.parties["giver"]
    return PieceView(
        id=str(piece.id), voucher=str(piece.claim),
        parent=None if piece.parent is None or piece.parent not in shown else str(piece.parent),
        state=piece.deal.state, way=book.way.value, giver=str(giver), giver_name=parties.find_party(work, giver).name,
        holder=str(piece.holder), holder_name=parties.find_party(work, piece.holder).name, face=Money.of(book.face),
        left=Money.of(leaf.left), locked=Money.of(leaf.locked), depth=book.depth, number=book.number,
        document=None if piece.document is None else str(piece.document),
        rate_percent=None if book.rate is None else book.rate.percent_text(),
        discount=None if book.discount is None else Money.of(book.discount), due_on=book.due_on,
        allowed=sorted(voucher_desk.piece_allows(leaf.piece)),
    )  # fmt: skip


def seen_voucher(desk: Desk, work: UnitOfWork, voucher_id: str) -> voucher_desk.Voucher:
    """A voucher that the caller may know of.

    Raises:
        Refusal: `bad_id`, `voucher_not_found`.
    """
    found = voucher_desk.found_voucher(work, VoucherId.parse(voucher_id))
    relations_to(desk, work, found)
    return found


def seen_piece(desk: Desk, work: UnitOfWork, piece_id: str) -> voucher_desk.Piece:
    """A piece that the caller may know of.

    Raises:
        Refusal: `bad_id`, `piece_not_found`.
    """
    identity = PieceId.parse(piece_id)
    _, piece = voucher_desk.found_piece(work, identity)
    if not any(leaf.piece.id == identity for leaf in _leaves(desk, work, piece.claim)):
        raise voucher_desk.PIECE_NOT_FOUND(piece=piece_id)
    return piece


def own_document(desk: Desk, work: UnitOfWork, document_id: str) -> DocumentId:
    """A document of which the caller's enterprise is a side: others are as if they were not there.

    Raises:
        Refusal: `bad_id`, `document_not_found`.
    """
    identity = DocumentId.parse(document_id)
    if not trades.is_side_of(work, trades.current_version(work, identity), desk.party):
        raise trades.DOCUMENT_NOT_FOUND(document=document_id)
    return identity


def shown_piece(desk: Desk, work: UnitOfWork, piece: PieceId, *, claim: VoucherId) -> PieceView:
    """A piece that the caller sees, as it is now."""
    leaves = _leaves(desk, work, claim)
    shown = {leaf.piece.id for leaf in leaves}
    return next(_piece_view(work, leaf, shown=shown) for leaf in leaves if leaf.piece.id == piece)
