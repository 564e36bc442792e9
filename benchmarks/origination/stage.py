"""The stage: a durable PostgreSQL with a platform, confirmed invoices that wait for money, and a book of older deals.

The book is grown by copying a funded deal's own rows (document, lien, keys of look-alikes, confirmation, deal, events,
use of limits) under new ids, so everything that an application looks through is there; the copies move no money.
"""

import contextlib
import dataclasses
import itertools
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg.conninfo import make_conninfo

from openscf import operations
from openscf.db import Database, Endpoints, UnitOfWork
from openscf.db.endpoints import LOGIN_ROLES
from openscf.db.migrations import migrate
from openscf.db.roles import provision
from openscf.db.server import EmbeddedServer
from openscf.db.settings import Settings
from openscf.db.tenants import add_tenant
from openscf.financing import DealId, ProgrammeId, request_confirmation
from openscf.kernel.ids import TenantId
from openscf.kernel.money import Money
from openscf.operations import Application
from openscf.parties import ApprovalRequest, approve
from openscf.trades import DocumentId, Identity, Wanted, find_documents, link_parties
from tests.unit.financing.floor import CNY, DAY, DUE, SYSTEM, Floor, yuan
from tests.unit.trades.market import invoice

PASSWORDS = {role: f"bench-{role}" for role in LOGIN_ROLES}
FACE = "100000.00"
_FACES = itertools.count()
_COPY = (Path(__file__).parent / "grow.sql").read_text(encoding="utf-8")


@dataclass(frozen=True)
class Stage:
    """Everything a measurement needs.

    Attributes:
        floor: The platform.
        endpoints: Its database.
        admin: Connection string of a superuser, for growing the book.
        programme: A frame that funds by rule.
        model: A funded deal, to be copied.
        programs: Folder of pgbench.
    """

    floor: Floor
    endpoints: Endpoints
    admin: str
    programme: ProgrammeId
    model: DealId
    programs: Path


@contextlib.contextmanager
def raised() -> Iterator[Stage]:
    """Raise the stage in a temporary home, and clear it away."""
    with tempfile.TemporaryDirectory(prefix="oscf-bench-") as folder:
        Path(folder).chmod(0o755)
        settings = dataclasses.replace(
            Settings.from_environment(), home=Path(folder, "h"), database_url=None, roles=None
        )
        server = EmbeddedServer(settings)
        with server.lease() as admin:
            yield _furnished(admin, Path(server.binaries.program("pgbench")).parent)


def _furnished(admin: str, programs: Path) -> Stage:
    endpoints = provision(admin, "bench", PASSWORDS)
    migrate(endpoints.owner)
    database = Database(endpoints, size=16)
    floor = Floor(database, add_tenant(database, "bench"))
    floor.limits("1,000,000,000,000.00")
    floor.bring("funder", "1,000,000,000,000.00")
    programme = floor.programme(
        parties={"funder": "funder"}, policy={"needs_receipt": False, "auto_fund_up_to": "1000000.00"}
    )
    model = funded(floor, programme, confirmed(floor, ["M0001"])[0])
    superuser = make_conninfo(admin, dbname="bench")
    with psycopg.connect(superuser) as connection:
        connection.execute(_COPY.encode())
    return Stage(floor, endpoints, superuser, programme, model, programs)


def funded(floor: Floor, programme: ProgrammeId, document: DocumentId) -> DealId:
    """One deal, from application to money."""
    application = Application(programme=programme, document=document)
    applied = floor.run("seller.maker", operations.apply, application, on=DAY, fingerprints=floor.fingerprints)
    done = floor.run("seller.maker", operations.accept, applied.deal.id, on=DAY, fingerprints=floor.fingerprints)
    assert done.deal.state == "funded", done.waiting
    return done.deal.id


def confirmed(floor: Floor, numbers: Sequence[str]) -> list[DocumentId]:
    """Invoices of the seller that the buyer has confirmed."""
    sides = {name: Identity(f"{name}有限公司", {"uscc": floor.codes[name]}) for name in ("seller", "buyer")}
    # No two amounts alike: neighbours would look like one invoice twice, and wait for a person.
    faces = [yuan(FACE).minor + 137_31 * next(_FACES) for _ in numbers]
    floor.market.deliver(*(invoice(number, face, **sides) for number, face in zip(numbers, faces, strict=True)))
    floor.run(SYSTEM, link_parties, [f"tax:{code}" for code in floor.codes.values()])
    found = floor.run(SYSTEM, _documents, numbers)
    for start in range(0, len(found), 100):
        requests = floor.run("buyer.maker", _said, floor, found[start : start + 100])
        floor.run("buyer.checker", _agreed, requests)
    return [document for document, _ in found]


def grow(stage: Stage, deals: int) -> None:
    """Bring the book to so many deals by copying the model."""
    with psycopg.connect(stage.admin, autocommit=True) as superuser:
        row = superuser.execute("SELECT count(*) FROM financing.deal").fetchone()
        assert row is not None, "a count is always there"
        superuser.execute("CALL financing.bench_grow(%s, %s)", [stage.model, max(deals - row[0], 0)])
        superuser.execute("VACUUM ANALYZE")


def _documents(work: UnitOfWork, numbers: Sequence[str]) -> list[tuple[DocumentId, Money]]:
    known = [find_documents(work, Wanted(number=number))[0] for number in numbers]
    return [(one.id, Money(one.document.gross_minor or 0, CNY)) for one in known]


def _said(work: UnitOfWork, floor: Floor, found: Sequence[tuple[DocumentId, Money]]) -> list[ApprovalRequest]:
    buyer = floor.parties["buyer"]
    return [request_confirmation(work, document, obligor=buyer, face=face, due_on=DUE) for document, face in found]


def _agreed(work: UnitOfWork, requests: Sequence[ApprovalRequest]) -> None:
    for request in requests:
        approve(work, request.id, request.payload_sha256)


__all__ = ["DAY", "SYSTEM", "Stage", "TenantId", "confirmed", "funded", "grow", "raised"]
