"""What a line of an account is about: the deal, voucher or piece behind it, and the document behind that."""

import uuid
from dataclasses import dataclass

from openscf.db import UnitOfWork
from openscf.financing.ids import DealId, PieceId, VoucherId
from openscf.financing.store import deals, vouchers
from openscf.trades import DocumentId


@dataclass(frozen=True, slots=True)
class Subject:
    """What something is about.

    Attributes:
        id: The deal, voucher or piece, as text with its prefix.
        document: The document that it stands on, where there is one.
    """

    id: str
    document: DocumentId | None


def subject_of(work: UnitOfWork, subject: uuid.UUID) -> Subject | None:
    """The deal, voucher or piece with this id; None where it is none of financing's."""
    deal = deals.get(work, DealId.of(subject))
    if deal is not None:
        return Subject(str(deal.deal.id), deal.document)
    voucher = vouchers.get(work, VoucherId.of(subject))
    if voucher is not None:
        return Subject(str(voucher.id), None)
    place = vouchers.place_of(work, PieceId.of(subject))
    if place is None:
        return None
    known = vouchers.get(work, place[0])
    piece = None if known is None else vouchers.piece(work, known, PieceId.of(subject))
    return None if piece is None else Subject(str(piece.id), piece.document)
