"""A claim that splits and travels: the claim, its pieces, and what is decided about them.

The claim and each of its pieces is a `Deal` of its own with a lifecycle of its own, decided by the same pure `decide`
as every other deal; a command on a claim comes to a *plan*: decisions about the claim and about some of its pieces, all
of which happen together.
"""

import dataclasses
import datetime as dt
import enum
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from openscf.financing.fields import field_of
from openscf.financing.ids import PieceId, VoucherId
from openscf.financing.model import Deal, Decision, Facts, Product
from openscf.kernel.daycount import DayCount
from openscf.kernel.ids import PartyId, TransferId
from openscf.kernel.money import Money
from openscf.kernel.rates import Rate
from openscf.trades import DocumentId, LienId


class Terms(Protocol):
    """What the rules here need to know of a frame."""

    @property
    def most_tenor_months(self) -> int:
        """Longest time from issue to the due day."""
        ...

    @property
    def least_piece(self) -> Money:
        """Smallest piece that may be cut off."""
        ...

    @property
    def most_depth(self) -> int:
        """How often a piece may be passed on, counted from the payee."""
        ...

    @property
    def related_parties(self) -> bool:
        """Whether vouchers may go to the issuer's own group."""
        ...

    @property
    def basis(self) -> DayCount:
        """Day count of discounts."""
        ...


class Way(enum.Enum):
    """How a piece came to its holder."""

    ISSUE = "issue"  # from the issuer to the payee
    TRANSFER = "transfer"  # to a supplier of the giver, against its invoice
    DISCOUNT = "discount"  # to a funder, against cash, without recourse


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """What is issued."""

    number: str = field_of("Number of the invoice that it pays", "所支付发票的号码")
    face: Money = field_of("Amount", "金额")
    due_on: dt.date = field_of("When it is paid", "到期日")


@dataclass(frozen=True, slots=True, kw_only=True)
class Book:
    """What is known of a claim.

    Attributes:
        face: As issued.
        paid: What the obligor has paid and the holders have received.
        issued_on: Business date of the issue, from which the tenor counts.
        due_on: Rolled to a business day of the frame's calendar.
    """

    number: str = field_of("Number of the invoice that it pays", "所支付发票的号码")
    face: Money = field_of("Face", "面额")
    paid: Money = field_of("Paid", "已兑付")
    issued_on: dt.date = field_of("Issued", "开立日")
    due_on: dt.date = field_of("Due, rolled to a business day", "到期日（顺延至营业日）")

    @property
    def outstanding(self) -> Money:
        """What is still to be paid, once the payee has accepted."""
        return self.face - self.paid


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A piece that is offered."""

    way: Way = field_of("How it passes", "流转方式")
    face: Money = field_of("Amount", "金额")
    rate: Rate | None = field_of("Discount rate", "贴现利率", default=None, unit="% a year")
    number: str = field_of("Number of the invoice that it pays", "所支付发票的号码", default="")


@dataclass(frozen=True, slots=True, kw_only=True)
class PieceBook:
    """What is known of a piece; how much of it is left is the balance of its account.

    Attributes:
        face: What it had when it was cut off.
        depth: Transfers between the payee's piece and this one; a discount adds none.
        offered_on: Business date of the offer.
        exposed: What the holder's own limits on the obligor carry of it.
    """

    way: Way = field_of("How it came to its holder", "取得方式")
    face: Money = field_of("Face of the piece", "面额")
    depth: int = field_of("Transfers since the issue", "流转层级", least=0)
    number: str = field_of("Number of the invoice that it paid", "所支付发票的号码")
    offered_on: dt.date = field_of("Offered", "发起日")
    due_on: dt.date = field_of("Due, rolled to a business day", "到期日（顺延至营业日）")
    exposed: Money = field_of("Carried by the holder's limits", "占用持有人额度")
    rate: Rate | None = field_of("Discount rate", "贴现利率", default=None, unit="% a year")
    discount: Money | None = field_of("Discount taken", "贴现利息", default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trade:
    """The document behind a transfer, as far as its rule cares.

    Attributes:
        number: For people.
        invoice: It is an invoice, so the goods are delivered; nothing is paid in advance with a voucher.
        currency: Code.
        seller, buyer: The enterprises whose codes it carries; None where nobody verified has that code.
    """

    number: str
    invoice: bool
    currency: str
    seller: PartyId | None
    buyer: PartyId | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimFacts(Facts):
    """What the rules of claims and pieces may know beside the deal and the event.

    Attributes:
        claim: The claim, for the rules of its pieces.
        available: What of the giving piece is neither given away nor locked.
        path: Holders from the payee to the giver.
        related: The groups of issuer and obligor.
        trade: The document behind it.
        escrow: What has arrived for the claim and is not shared out.
        own_limit: The funder's own limits must carry the piece: it is not the one that granted the voucher limit.
    """

    claim: Deal | None = None
    available: Money | None = None
    path: tuple[PartyId, ...] = ()
    related: frozenset[PartyId] = frozenset()
    trade: Trade | None = None
    escrow: Money | None = None
    own_limit: bool = False


class Lock(enum.Enum):
    """What happens to the amount that an offer sets aside."""

    TAKE = "take"
    POST = "post"
    VOID = "void"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimProduct(Product):
    """A product whose claim splits and travels.

    Attributes:
        piece: What a piece is: its life, its accounts, its postings.
        locks: Step of a piece to what it does to the amount that was offered. The postings of a step that takes a lock
            are set aside; a step that posts it moves them, one that voids it gives them back and frees the document.
    """

    piece: Product
    locks: Mapping[str, Lock]

    def __post_init__(self) -> None:
        Product.__post_init__(self)
        unknown = sorted(set(self.locks) - set(self.piece.steps))
        if unknown:
            raise ValueError(f"product {self.code!r}: locks speak of {unknown}, which no piece does")
        for name, lock in self.locks.items():
            if lock is Lock.TAKE and len(self.piece.steps[name].postings) != 1:
                raise ValueError(f"product {self.code!r}: {name!r} must lock exactly one amount")


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A piece with its place in the tree.

    Attributes:
        deal: State, parties (`giver`, `holder`, `obligor`) and book.
        claim: Of which claim.
        parent: The piece that it is cut from; None for the payee's.
        hold: The hold that locks its amount in the parent, until it is accepted or ends.
        document: The invoice that it pays.
        lien: The mark on that invoice: the same face pays nothing else.
    """

    deal: Deal
    claim: VoucherId
    parent: PieceId | None
    hold: TransferId | None = None
    document: DocumentId | None = None
    lien: LienId | None = None

    @property
    def id(self) -> PieceId:
        """Its identifier."""
        return PieceId.of(self.deal.id)

    @property
    def holder(self) -> PartyId:
        """Who has it, or would have it."""
        return self.deal.parties["holder"]

    @property
    def book(self) -> PieceBook:
        """What is known of it."""
        book = self.deal.book
        assert isinstance(book, PieceBook)
        return book

    def with_deal(self, deal: Deal) -> "Piece":
        """The same piece at another moment."""
        return dataclasses.replace(self, deal=deal)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One decision of a plan.

    Attributes:
        command: The step.
        params: What was said with it.
        before: The claim or piece as it was.
        decision: What it comes to.
        facts: On what it was based.
        piece: The piece that it is about, as it is afterwards; None for the claim.
        lock: What happens to the offered amount.
    """

    command: str
    params: object
    before: Deal
    decision: Decision
    facts: ClaimFacts
    piece: Piece | None = None
    lock: Lock | None = None

    @property
    def deal(self) -> Deal:
        """The claim or piece after it."""
        return self.decision.deal
