"""What the shell of vouchers keeps and is asked for."""

import datetime as dt
from dataclasses import dataclass

from openscf.financing.bases.claim.model import Piece
from openscf.financing.ids import ProgrammeId, VoucherId
from openscf.financing.model import Deal
from openscf.kernel.ids import PartyId
from openscf.kernel.money import Money
from openscf.kernel.rates import Rate
from openscf.parties import ApprovalRequestId
from openscf.trades import DocumentId


@dataclass(frozen=True, slots=True, kw_only=True)
class NewVoucher:
    """A voucher to be issued.

    Attributes:
        programme: The frame; whoever owns it grants the voucher limit.
        issuer: Whose supplier is paid.
        payee: The supplier.
        face: How much.
        due_on: When it is paid.
        document: The invoice of the payee to the issuer; no more than its face is ever paid with vouchers.
        obligor: Who accepts and pays; None: the issuer itself.
    """

    programme: ProgrammeId
    issuer: PartyId
    payee: PartyId
    face: Money
    due_on: dt.date
    document: DocumentId
    obligor: PartyId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTransfer:
    """A part of a piece for a supplier of its holder.

    Attributes:
        to: The supplier.
        amount: How much.
        document: Its invoice to the holder of the piece.
    """

    to: PartyId
    amount: Money
    document: DocumentId


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDiscount:
    """A part of a piece for a funder, against cash and without recourse.

    Attributes:
        funder: Who would pay.
        amount: How much of the piece.
        rate: Discount rate that the holder asks for; the funder takes exactly it, or refuses.
    """

    funder: PartyId
    amount: Money
    rate: Rate


@dataclass(frozen=True, slots=True, kw_only=True)
class Voucher:
    """A voucher with what the shell keeps beside it.

    Attributes:
        deal: State, parties (`issuer`, `obligor`, `payee`, `grantor`), terms and book.
        calendar: Code of its calendar.
        request: The four-eyes request that seals it.
    """

    deal: Deal
    calendar: str
    request: ApprovalRequestId | None

    @property
    def id(self) -> VoucherId:
        """Its identifier."""
        return VoucherId.of(self.deal.id)


@dataclass(frozen=True, slots=True)
class Leaf:
    """A piece as its holder sees it.

    Attributes:
        piece: The piece.
        left: What is left of it.
        locked: How much of that is offered to others.
    """

    piece: Piece
    left: Money
    locked: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """Something that happened to a voucher or a piece, as it is kept; the three texts are canonical JSON."""

    subject: VoucherId
    version: int
    command: str
    event: str
    state_from: str
    state_to: str
    value_on: dt.date
    at: dt.datetime
    actor: str
    inputs: str
    outcome: str
    book: str
