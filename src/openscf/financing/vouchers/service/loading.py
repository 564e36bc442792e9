"""Loading what a command on a voucher needs, in the one order of locks.

The order is the same everywhere: the voucher, its pieces from the tree's root outward, the asset of a document, then
all accounts of the posting at once in the ledger's own order. Who moves pieces shares the voucher; who moves the
voucher has it alone, and with it all pieces.
"""

import datetime as dt
from collections.abc import Sequence

from openscf import parties, trades
from openscf.db import UnitOfWork
from openscf.financing.bases.claim import ClaimProduct, Piece, Trade, making, refusals
from openscf.financing.bases.claim.planning import Ground
from openscf.financing.ids import PieceId, VoucherId
from openscf.financing.model import Deal
from openscf.financing.registry import PRODUCTS
from openscf.financing.store import vouchers as store
from openscf.financing.vouchers.model import Voucher
from openscf.kernel.calendars import calendar_named
from openscf.kernel.ids import PartyId
from openscf.ledger import Ledger
from openscf.trades import DocumentId, DocumentKind


def found_voucher(work: UnitOfWork, voucher: VoucherId, *, lock: str = "") -> Voucher:
    """A voucher by its id.

    Raises:
        Refusal: `voucher_not_found`.
    """
    found = store.get(work, voucher, lock=lock)
    if found is None:
        raise refusals.CLAIM_NOT_FOUND(voucher=str(voucher))
    return found


def found_piece(work: UnitOfWork, piece: PieceId) -> tuple[Voucher, Piece]:
    """A piece by its id, with its voucher; nothing is locked.

    Raises:
        Refusal: `piece_not_found`.
    """
    place = store.place_of(work, piece)
    voucher = None if place is None else store.get(work, place[0])
    found = None if voucher is None else store.piece(work, voucher, piece)
    if voucher is None or found is None:
        raise refusals.PIECE_NOT_FOUND(piece=str(piece))
    return voucher, found


def locked_piece(work: UnitOfWork, piece: PieceId, *, with_parent: bool) -> tuple[Voucher, tuple[Piece, ...]]:
    """A piece to be moved, with its parent before it if asked.

    Raises:
        Refusal: `piece_not_found`.
    """
    place = store.place_of(work, piece)
    if place is None:
        raise refusals.PIECE_NOT_FOUND(piece=str(piece))
    voucher = found_voucher(work, place[0], lock="share")
    wanted = [place[1], piece] if with_parent and place[1] is not None else [piece]
    found = [store.piece(work, voucher, one, lock=True) for one in wanted]
    return voucher, tuple(one for one in found if one is not None)


def ground(work: UnitOfWork, voucher: Voucher, pieces: Sequence[Piece], *, on: dt.date) -> Ground:
    """What a plan about these pieces is made on; they are locked."""
    needed = making.balances_needed(voucher.deal, pieces)
    return Ground(
        product=store.declared(voucher.deal.product), claim=voucher.deal, pieces=tuple(pieces),
        balances=Ledger(work).balances(needed), calendar=calendar_named(voucher.calendar), on=on,
    )  # fmt: skip


def whole(work: UnitOfWork, voucher: VoucherId, *, on: dt.date) -> tuple[Voucher, Ground]:
    """A voucher to be moved, with all its pieces that are alive.

    Raises:
        Refusal: `voucher_not_found`.
    """
    found = found_voucher(work, voucher, lock="whole")
    return found, ground(work, found, store.pieces(work, found, alive=True), on=on)


def related(work: UnitOfWork, claim: Deal, on: dt.date) -> frozenset[PartyId]:
    """The groups of issuer and obligor."""
    return making.related_to(claim, lambda party: parties.group_of(work, party, on))


def trade_of(work: UnitOfWork, document: DocumentId) -> Trade:
    """A document as the rules of transfers see it.

    Raises:
        Refusal: `document_not_found`.
    """
    known = trades.current_version(work, document)
    linked = trades.parties_of(work, [known.seller_key, known.buyer_key])
    said = known.document
    return Trade(
        number=said.number, invoice=said.kind is DocumentKind.INVOICE, currency=said.currency or "",
        seller=linked.get(known.seller_key), buyer=linked.get(known.buyer_key),
    )  # fmt: skip


def claim_product(name: str) -> ClaimProduct:
    """The declaration of a frame's product.

    Raises:
        Refusal: `unknown_product`, `not_a_claim`.
    """
    found = PRODUCTS.get(name)
    if not isinstance(found, ClaimProduct):
        raise refusals.NOT_A_CLAIM(product=name)
    return found
