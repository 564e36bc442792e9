"""What the store keeps around the documents of `model`: versions, files, liens. Frozen types, no behaviour."""

import datetime as dt
import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol

from openscf.kernel.errors import Refusal
from openscf.kernel.ids import PartyId
from openscf.trades.ids import DocumentId, ExceptionId, FileId, LienId, PaymentId
from openscf.trades.model import Document, Identity, Record
from openscf.trades.rules.bank_lines import Payment
from openscf.trades.rules.closure import InvoiceMatch
from openscf.trades.rules.explanations import Reason


class Original(Protocol):
    """A file as it was delivered; `openscf.ingestion.Source` is one."""

    @property
    def name(self) -> str:
        """Name as its sender knows it."""
        ...

    @property
    def content(self) -> bytes:
        """Its bytes."""
        ...

    @property
    def sha256(self) -> str:
        """Their hash, in hex."""
        ...

    @property
    def sender(self) -> str:
        """Who sent it: `pty_…` for an enterprise of the platform, otherwise any name."""
        ...

    @property
    def options(self) -> Mapping[str, str]:
        """How it was read."""
        ...


class Rejected(Protocol):
    """A row that was not accepted; `openscf.ingestion.Rejection` is one."""

    @property
    def refusal(self) -> Refusal:
        """Why, and where."""
        ...

    @property
    def excerpt(self) -> str:
        """The beginning of the row."""
        ...


class Read(Protocol):
    """What came of a file; `openscf.ingestion.Reading` is one."""

    @property
    def records(self) -> Sequence[Record]:
        """Accepted."""
        ...

    @property
    def rejections(self) -> Sequence[Rejected]:
        """Not accepted."""
        ...

    @property
    def rows(self) -> int:
        """Rows or messages in the file."""
        ...

    @property
    def covered(self) -> int:
        """Rows that the records stand for."""
        ...


MOST_NAMED: Final = 100
"""So many of the documents that a file brought are named in its report."""


@dataclass(frozen=True, slots=True)
class IngestReport:
    """What a file came to.

    Attributes:
        file: The reading.
        rows: Rows or messages in it.
        accepted, rejected: Together all rows.
        new: Records whose identity was not known.
        seen: Records that say what was said before, here or in another file.
        versions: Records that say something else of a known identity.
        flags: How often each oddity was seen, by name; `contradicts_<field>` for a version that contradicts another.
        repeated: Whether the same bytes had been read in the same way already; then nothing was changed.
        stored: Documents that it brought, versions of known ones too; statements and goods events are none.
        documents: The first of them, at most `MOST_NAMED`.
    """

    file: FileId
    rows: int
    accepted: int
    rejected: int
    new: int
    seen: int
    versions: int
    flags: Mapping[str, int] = field(default_factory=dict)
    repeated: bool = False
    stored: int = 0
    documents: tuple[DocumentId, ...] = field(default=(), compare=False)  # which ids they got is chance


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenFile:
    """A file that was taken in.

    Attributes:
        sha256: Of its bytes, in hexadecimal.
        adapter: Who read it.
        sender: Who sent it, as the platform names the source.
        received_by: The person or job that brought it.
        report: What it came to.
    """

    name: str
    sha256: str
    size_bytes: int
    adapter: str
    sender: str
    received_at: dt.datetime
    received_by: str
    report: IngestReport


@dataclass(frozen=True, slots=True)
class StoredDocument:
    """A version of a document in the store.

    Attributes:
        id: This version.
        fingerprint: Its identity, hashed; equal in all versions.
        version: Counted from 1 in the order of arrival.
        current: Whether this version speaks for the identity.
        content: SHA-256 of what it says.
        seller_key, buyer_key, signer_key: The parties' keys, as `tax:…`.
        number_key: Its number, normalised.
        file: The reading that it comes from.
        recorded_at: When it was accepted.
        document: What it says.
    """

    id: DocumentId
    fingerprint: bytes
    version: int
    current: bool
    content: bytes
    seller_key: str
    buyer_key: str
    signer_key: str
    number_key: str
    file: FileId
    recorded_at: dt.datetime
    document: Document


@dataclass(frozen=True, slots=True)
class Sighting:
    """Another place in which the same version was met."""

    document: DocumentId
    file: FileId
    name: str
    locator: str


class LienState(enum.Enum):
    """Whether a lien holds."""

    ACTIVE = "active"
    RELEASED = "released"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewLien:
    """A lien to be taken.

    Attributes:
        document: Any version of the claim or lot.
        holder: The funder.
        deal: Id of the deal that it secures.
        programme: Programme or product of the deal.
        amount_minor: How much of the face is pledged; None for an exclusive lien over the whole.
    """

    document: DocumentId
    holder: PartyId
    deal: str
    programme: str = ""
    amount_minor: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Lien:
    """A lien of the register.

    Attributes:
        amount_minor: How much of the face it takes, in `unit`s.
        exclusive: Takes the whole face, and nobody else may hold one beside it.
    """

    id: LienId
    fingerprint: bytes
    holder: PartyId
    deal: str
    programme: str
    amount_minor: int
    exclusive: bool
    state: LienState
    taken_at: dt.datetime
    released_at: dt.datetime | None


@dataclass(frozen=True, slots=True)
class Asset:
    """Something that can be pledged: a claim or a lot of goods, by its identity.

    Attributes:
        face_minor: Its whole, in `unit`s: minor units of a currency, or pieces of goods.
        pledged_minor: The sum of its active liens; the database lets it never exceed the face.
    """

    fingerprint: bytes
    kind: str
    face_minor: int
    unit: str
    pledged_minor: int


@dataclass(frozen=True, slots=True)
class Claim:
    """What a document is worth as a claim.

    Attributes:
        document: The version that speaks.
        face_minor: What is left of it, in `unit`s.
        unit: A currency.
    """

    document: StoredDocument
    face_minor: int
    unit: str


@dataclass(frozen=True, slots=True)
class Weighed:
    """What speaks for an identity, and its worth.

    Attributes:
        document: The version that speaks.
        claim: What it is worth; None if something stands against it.
        objection: What does; None if nothing.
        versions: Of the identity, in the order of arrival.
        liens: That hold on it at this moment.
        alone: Whether it is known that nothing under lien may look like it.
        sides: The enterprises that its seller's and buyer's keys belong to, as far as they are linked.
    """

    document: StoredDocument
    claim: Claim | None
    objection: Refusal | None
    versions: Sequence[DocumentId]
    liens: Sequence[Lien]
    alone: bool
    sides: Mapping[str, PartyId]


@dataclass(frozen=True, slots=True, kw_only=True)
class Worth:
    """What a claim is worth at this moment, in a line.

    Attributes:
        face_minor: What is left of it after its red letters, in `unit`s; zero if it is void.
        unit: A currency; empty where the document names none.
        void: Declared void, or taken back altogether.
        contested: In what of money its versions contradict each other.
        deals: Whose liens hold on it.
        identity: Fingerprint of the claim, whatever its version.
    """

    face_minor: int
    unit: str
    void: bool
    contested: tuple[str, ...]
    deals: tuple[str, ...]
    identity: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredClosure:
    """How far an invoice's trade is closed, as it was found when the last thing that touches it arrived.

    Attributes:
        document: The version that speaks for the invoice.
        match: Degrees, differences, and what was matched.
        version: Counted from 1 with each change; 0 for an invoice that nothing hangs together with.
        matched_at: When it was found; None for version 0.
    """

    document: StoredDocument
    match: InvoiceMatch
    version: int
    matched_at: dt.datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredPayment:
    """Money that came in.

    Attributes:
        payment: What the bank says; its key is what its line is recognised by.
        sender: The enterprise that sent the statement, if it was one.
        house: It came from or to an account of the platform itself, whose books say what it settles.
    """

    id: PaymentId
    payment: Payment
    sender: PartyId | None = None
    house: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldPayment:
    """What an event of a deal or voucher says was paid on invoices.

    Attributes:
        subject: The deal or voucher.
        version: Number of its event; told twice it counts once.
        on: Value date.
        currency: ISO 4217, of all amounts.
        paid: What was paid for the debtor, in minor units, by document of whatever version.
        forgiven: What the creditor forgave, as a discount for paying early.
        payer: Who paid, as the bank names it; None where money moved inside the books. The creditor itself settles
            nothing by paying its own claim.
    """

    subject: str
    version: int
    on: dt.date
    currency: str
    paid: Mapping[DocumentId, int]
    forgiven: Mapping[DocumentId, int] = field(default_factory=dict)
    payer: Identity | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """What a payment settles.

    Attributes:
        decided: `rule`, `hand` (a person did), `fixed` (money was moved on it), `booked` (a deal's books say so) or
            `passed` (from or to the platform's own account: the books speak of it): only `rule` is matched again.
        left_minor: What of it is unexplained.
        shares: What of it goes to which invoice, by fingerprint.
        result: All of it with the reasons, as canonical JSON.
    """

    payment: PaymentId
    version: int
    decided: str
    left_minor: int
    shares: Mapping[bytes, int]
    result: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Partner:
    """What an enterprise traded with one partner, by its valid invoices.

    Attributes:
        side: What the partner is: `buyer` or `seller`.
        key: The partner's, as `tax:…`.
        name: As its papers write it.
        amount_minor: With tax, in `currency`.
        first_on, last_on: Days of issue.
    """

    side: str
    key: str
    name: str | None
    currency: str
    amount_minor: int
    invoice_count: int
    first_on: dt.date
    last_on: dt.date


@dataclass(frozen=True, slots=True, kw_only=True)
class TradeEdge:
    """What one firm sold to another, by its valid invoices."""

    seller_key: str
    buyer_key: str
    currency: str
    amount_minor: int
    invoice_count: int
    first_on: dt.date
    last_on: dt.date


class ExceptionState(enum.Enum):
    """What became of an exception."""

    OPEN = "open"
    RESOLVED = "resolved"
    DISMISSED = "dismissed"


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentException:
    """What of a payment waits for a person, or waited.

    Attributes:
        payment: The payment.
        amount_minor: What of it was unexplained.
        reason: Why.
        candidates: Invoices that come into question, by fingerprint.
        decided_at, decided_by, why: Of a resolved or dismissed one; `decided_by` is a person or `system:matching`.
    """

    id: ExceptionId
    payment: StoredPayment
    amount_minor: int
    reason: Reason
    candidates: tuple[bytes, ...]
    state: ExceptionState
    opened_at: dt.datetime
    decided_at: dt.datetime | None = None
    decided_by: str | None = None
    why: str | None = None
