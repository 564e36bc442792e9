"""A small market for tests: a tenant with funders, and invoices that arrive in files."""

import contextlib
import datetime as dt
import hashlib
import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from openscf.db.database import Database
from openscf.db.unit_of_work import Context, UnitOfWork
from openscf.kernel.errors import Refusal
from openscf.kernel.ids import PartyId, TenantId
from openscf.parties import NewParty, register_party
from openscf.parties.identity import checks
from openscf.trades import (
    Desk,
    Document,
    DocumentId,
    DocumentKind,
    Fingerprinter,
    Given,
    Identity,
    Lien,
    MemoryOriginals,
    NewLien,
    Provenance,
    Record,
    Wanted,
    accept_reading,
    accept_readings,
    find_documents,
    take_lien,
)

T = TypeVar("T")
SYSTEM = "system:test"
DAY = dt.date(2026, 3, 2)
ADAPTER = "test"


@dataclass(frozen=True)
class File:
    """A delivered file; as `openscf.ingestion.Source`."""

    name: str
    content: bytes
    sender: str = ""
    options: Mapping[str, str] = field(default_factory=dict)

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


@dataclass(frozen=True)
class Rejection:
    """As `openscf.ingestion.Rejection`."""

    refusal: Refusal
    excerpt: str = ""


@dataclass(frozen=True)
class Reading:
    """As `openscf.ingestion.Reading`."""

    records: Sequence[Record]
    rejections: Sequence[Rejection] = ()

    @property
    def rows(self) -> int:
        return len(self.records) + len(self.rejections)

    @property
    def covered(self) -> int:
        return len(self.records)


def uscc(number: int) -> str:
    """A right unified social credit code of its own for each number."""
    first = f"9131{number:013d}"
    return first + checks.uscc_check(first)


SELLER, BUYER = Identity("华东精密零件有限公司", {"uscc": uscc(1)}), Identity("大型核心企业股份公司", {"uscc": uscc(2)})


def invoice(number: str = "10234567", gross: int | None = 1_000_000_00, **named: Any) -> Document:
    """An invoice between the two."""
    said: dict[str, Any] = {
        "kind": DocumentKind.INVOICE, "number": number, "provenance": Provenance("a.csv", "00", "line 2", ADAPTER),
        "issued_on": DAY, "seller": SELLER, "buyer": BUYER, "currency": None if gross is None else "CNY",
        "gross_minor": gross,
    }  # fmt: skip
    return Document(**{**said, **named})


@dataclass
class Market:
    """A tenant and how to act in it."""

    database: Database
    tenant: TenantId
    desk: Desk = field(default_factory=lambda: Desk(Fingerprinter(b"k" * 32), MemoryOriginals()))
    count: Any = field(default_factory=itertools.count)
    waiting: list[Given] | None = None

    def run(self, act: Callable[..., T], *args: Any, actor: str = SYSTEM, **named: Any) -> T:
        return self.database.run(Context(self.tenant, actor), lambda work: act(work, *args, **named))

    def member(self, party: PartyId, act: Callable[..., T], *args: Any, **named: Any) -> T:
        context = Context(self.tenant, SYSTEM, member=party)
        return self.database.run(context, lambda work: act(work, *args, **named))

    def party(self, number: int, name: str = "某某有限公司") -> PartyId:
        return self.run(register_party, NewParty(name_zh=f"{name}{number}", uscc=uscc(number))).id

    def deliver(self, *records: Record, content: bytes | None = None, **named: Any) -> Any:
        """Take in a file with these records; each call is another file unless `content` says otherwise."""
        bytes_ = f"file {next(self.count)}".encode() if content is None else content
        rejections = named.pop("rejections", ())
        file = File(named.pop("name", "a.csv"), bytes_, **named)
        if self.waiting is not None:
            self.waiting.append(Given(file, Reading(records, rejections), ADAPTER))
            return None
        return self.run(accept_reading, file, Reading(records, rejections), adapter=ADAPTER, desk=self.desk)

    @contextlib.contextmanager
    def together(self) -> Iterator[None]:
        """What is delivered inside is taken in at the end, all files of a sender at once: a history of many papers."""
        self.waiting = []
        yield
        waiting, self.waiting = self.waiting, None
        for sender in dict.fromkeys(one.source.sender for one in waiting):
            self.run(accept_readings, [one for one in waiting if one.source.sender == sender], desk=self.desk)

    def find(self, number: str) -> list[Any]:
        return self.run(find_documents, Wanted(number=number))

    def one(self, document: Document) -> DocumentId:
        """Deliver a document, and its id."""
        self.deliver(document)
        fingerprint = self.desk.fingerprints.document(self.tenant, document)
        return next(one.id for one in self.find(document.number) if one.fingerprint == fingerprint)

    def take(self, document: DocumentId, holder: PartyId, amount: int | None = None, **named: Any) -> Lien:
        new = NewLien(document=document, holder=holder, deal=named.pop("deal", "deal"), amount_minor=amount, **named)
        return self.run(take_lien, new, fingerprints=self.desk.fingerprints)


def rows(work: UnitOfWork, table: str) -> int:
    row = work.execute(f"SELECT count(*) FROM trades.{table}").fetchone()  # type: ignore[arg-type]
    assert row is not None
    return int(row[0])
