"""Pieces of vouchers: passed on to suppliers, offered to funders, accepted, refused, taken back, paid for."""

from collections.abc import Callable
from typing import Annotated, Any

from pydantic import Field

from openscf.db import UnitOfWork
from openscf.financing import voucher_desk
from openscf.kernel.rates import Rate
from openscf.parties import PartyRole
from openscf.portal.declaring import operation
from openscf.portal.desk import Desk
from openscf.portal.operations.asked import Asked, asked
from openscf.portal.operations.vouchers_shown import (
    HOLDERS,
    OF_LIENS,
    OF_PIECE,
    TRADERS,
    PieceView,
    own_document,
    seen_piece,
    shown_piece,
)
from openscf.portal.seeing import known_party
from openscf.portal.shapes import Body, Money, View


class TransferPiece(Body):
    """A part of one's piece for a supplier of one's own, against its invoice."""

    to: Annotated[str, Field(max_length=60)]
    amount: Money
    document: Annotated[str, Field(max_length=60, description="Its invoice to the holder.")]


class FinancePiece(Body):
    """A part of one's piece for a funder, at the rate that one asks for, without recourse."""

    funder: Annotated[str, Field(max_length=60)]
    amount: Money
    rate: Annotated[str, Field(max_length=30, examples=["4.5%"])]


class OfferedPiece(View):
    """A piece that waits for a second person."""

    piece: PieceView
    request: Asked


@operation(
    "POST /v1/pieces/{piece_id}/transfer", group="vouchers", en="Pass a part of a piece on to a supplier.",
    zh="拆分转让给供应商。", offices=TRADERS, status=201,
    examples={"part": {"to": "pty_01JD0000000000000000000000", "document": "doc_01JD0000000000000000000000",
                       "amount": {"amount": "1200000.00", "currency": "CNY"}}},
    refusals=(*OF_PIECE, "party_not_found", "claim_not_live", "voucher_already_due", "piece_has_less",
              "piece_too_small", "piece_too_deep", "circular_transfer", *OF_LIENS),
    cli="openscf voucher transfer {piece_id} --to {to} --amount {amount} --document {document}",
)  # fmt: skip
def transfer_voucher(desk: Desk, work: UnitOfWork, piece_id: str, *, body: TransferPiece) -> OfferedPiece:
    """Set a part aside for one's supplier, against its invoice; a colleague's approval offers it."""
    piece = seen_piece(desk, work, piece_id)
    document = own_document(desk, work, body.document)
    new = voucher_desk.NewTransfer(to=known_party(desk, body.to), amount=body.amount.read(), document=document)
    child, request = voucher_desk.transfer(work, piece.id, new, on=desk.today, fingerprints=desk.fingerprints)
    return OfferedPiece(piece=shown_piece(desk, work, child.id, claim=piece.claim), request=asked(request))


@operation(
    "POST /v1/pieces/{piece_id}/finance", group="vouchers", en="Offer a part of a piece to a funder.",
    zh="拆分融资（无追索）。", offices=TRADERS, status=201,
    examples={"part": {"funder": "pty_01JD0000000000000000000000", "rate": "4.5%",
                       "amount": {"amount": "500000.00", "currency": "CNY"}}},
    refusals=(*OF_PIECE, "party_not_found", "claim_not_live", "voucher_already_due", "piece_has_less",
              "piece_too_small", "discount_takes_all", "bad_rate"),
    cli="openscf voucher finance {piece_id} --funder {funder} --amount {amount} --rate {rate}",
)  # fmt: skip
def finance_voucher(desk: Desk, work: UnitOfWork, piece_id: str, *, body: FinancePiece) -> OfferedPiece:
    """Set a part aside for a funder at the rate that one asks for; a colleague's approval sends it off."""
    piece = seen_piece(desk, work, piece_id)
    new = voucher_desk.NewDiscount(
        funder=known_party(desk, body.funder), amount=body.amount.read(), rate=Rate.parse(body.rate)
    )
    child, request = voucher_desk.finance(work, piece.id, new, on=desk.today)
    return OfferedPiece(piece=shown_piece(desk, work, child.id, claim=piece.claim), request=asked(request))


@operation(
    "POST /v1/pieces/{piece_id}/accept", group="vouchers", en="Accept a piece that one is offered.", zh="签收份额。",
    offices=TRADERS, refusals=(*OF_PIECE, "piece_is_root", "needs_funding", "voucher_already_due"),
    cli="openscf voucher accept {piece_id}",
)  # fmt: skip
def accept_piece(desk: Desk, work: UnitOfWork, piece_id: str) -> PieceView:
    """Accept it in payment of one's invoice, without recourse to the giver."""
    return _moved_piece(desk, work, piece_id, act=voucher_desk.accept_piece)


@operation(
    "POST /v1/pieces/{piece_id}/refuse", group="vouchers", en="Refuse a piece that one is offered.", zh="拒收份额。",
    offices=HOLDERS, refusals=(*OF_PIECE, "piece_is_root"), cli="openscf voucher refuse {piece_id}",
)  # fmt: skip
def refuse_piece(desk: Desk, work: UnitOfWork, piece_id: str) -> PieceView:
    """Refuse it; its amount is the giver's again, and the invoice is free."""
    return _moved_piece(desk, work, piece_id, act=voucher_desk.refuse_piece)


@operation(
    "POST /v1/pieces/{piece_id}/withdraw", group="vouchers", en="Take back what one offered.", zh="撤回转出。",
    offices=TRADERS, refusals=(*OF_PIECE, "piece_is_root"), cli="openscf voucher withdraw {piece_id}",
)  # fmt: skip
def withdraw_piece(desk: Desk, work: UnitOfWork, piece_id: str) -> PieceView:
    """Take back what nobody accepted yet."""
    return _moved_piece(desk, work, piece_id, act=voucher_desk.withdraw_piece)


def _moved_piece(desk: Desk, work: UnitOfWork, piece_id: str, *, act: Callable[..., Any]) -> PieceView:
    piece = seen_piece(desk, work, piece_id)
    act(work, piece.id, on=desk.today)
    return shown_piece(desk, work, piece.id, claim=piece.claim)


@operation(
    "POST /v1/pieces/{piece_id}/fund", group="vouchers", en="Ask a colleague to pay for a piece.",
    zh="资金方申请放款。", offices={PartyRole.FUNDER}, status=201,
    refusals=(*OF_PIECE, "not_for_funding", "voucher_already_due", "not_a_funder"),
    cli="openscf voucher fund {piece_id}",
)  # fmt: skip
def fund_piece(desk: Desk, work: UnitOfWork, piece_id: str) -> Asked:
    """As the funder to which it is offered; it is paid when a second person approves exactly that price."""
    piece = seen_piece(desk, work, piece_id)
    return asked(voucher_desk.request_funding(work, piece.id, on=desk.today))
