"""The stage: a durable PostgreSQL with a platform, confirmed invoices that wait for money, and a book of older deals.

There are two casts on it: one seller, one buyer and one funder, whose limits and cash all deals share, and fifty
sellers of twenty buyers financed by four funders.

The book is grown by copying a funded deal's own rows (document, lien, keys of look-alikes, confirmation, deal, events,
use of limits) under new ids, so everything that an application looks through is there; the copies move no money.
"""

import contextlib
import dataclasses
import datetime as dt
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
from openscf.financing import DealId, LimitKind, ProgrammeId, request_confirmation
from openscf.kernel.ids import PartyId, TenantId
from openscf.kernel.money import Money
from openscf.operations import Application
from openscf.parties import ApprovalRequest, PartyRole, approve
from openscf.trades import DocumentId, Identity, Wanted, find_documents, link_parties
from tests.unit.financing.floor import CNY, DAY, DUE, SYSTEM, Floor, yuan
from tests.unit.trades.market import invoice

PASSWORDS = {role: f"bench-{role}" for role in LOGIN_ROLES}
FACE = "100000.00"
MUCH = "1,000,000,000,000.00"
_FACES = itertools.count()
_COPY = (Path(__file__).parent / "grow.sql").read_text(encoding="utf-8")


@dataclass(frozen=True)
class Stage:
    """Everything a measurement needs.

    Attributes:
        floor: The platform.
        endpoints: Its database.
        admin: Connection string of a superuser, for growing the book.
        one, many: The casts.
        model: A funded deal, to be copied.
        programs: Folder of pgbench.
        settings: Of the home in which all of it lies.
    """

    floor: Floor
    endpoints: Endpoints
    admin: str
    one: "Cast"
    many: "Cast"
    model: DealId
    programs: Path
    settings: Settings


@dataclass(frozen=True)
class Cast:
    """Who trades and who lends: sellers and buyers by name, and a frame that funds by rule for each funder."""

    sellers: tuple[str, ...]
    buyers: tuple[str, ...]
    programmes: tuple[ProgrammeId, ...]


@dataclass(frozen=True)
class Asked:
    """An invoice that the buyer has confirmed, who asks for money on it, and under which frame."""

    document: DocumentId
    actor: str
    programme: ProgrammeId


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
            yield _furnished(admin, Path(server.binaries.program("pgbench")).parent, settings)


def _furnished(admin: str, programs: Path, settings: Settings) -> Stage:
    endpoints = provision(admin, "bench", PASSWORDS)
    migrate(endpoints.owner)
    database = Database(endpoints, size=16)
    floor = Floor(database, add_tenant(database, "bench"))
    one = _cast(floor, ["seller"], ["buyer"], funders=["funder"])
    for role, count in ((PartyRole.SUPPLIER, 50), (PartyRole.ANCHOR, 20), (PartyRole.FUNDER, 4)):
        for number in range(count):
            floor.join(f"{role.value}{number}", role)
    names = {role: [name for name in floor.parties if name.startswith(role.value)] for role in PartyRole}
    many = _cast(floor, names[PartyRole.SUPPLIER], names[PartyRole.ANCHOR], funders=names[PartyRole.FUNDER])
    model = funded(floor, confirmed(floor, one, ["M0001"])[0])
    superuser = make_conninfo(admin, dbname="bench")
    with psycopg.connect(superuser) as connection:
        connection.execute(_COPY.encode())
    return Stage(floor, endpoints, superuser, one, many, model, programs, settings)


def _cast(floor: Floor, sellers: Sequence[str], buyers: Sequence[str], *, funders: Sequence[str]) -> Cast:
    programmes = []
    for funder in funders:
        floor.limit(LimitKind.FUNDER, MUCH, owner=funder)
        for name in (*sellers, *buyers):
            floor.limit(LimitKind.COUNTERPARTY, MUCH, owner=funder, party=floor.parties[name])
        floor.bring(funder, MUCH)
        policy = {"needs_receipt": False, "auto_fund_up_to": "1000000.00"}
        programmes.append(floor.programme(owner=funder, parties={"funder": funder}, policy=policy))
    return Cast(tuple(sellers), tuple(buyers), tuple(programmes))


def funded(floor: Floor, asked: Asked) -> DealId:
    """One deal, from application to money."""
    application = Application(programme=asked.programme, document=asked.document)
    applied = floor.run(asked.actor, operations.apply, application, on=DAY, fingerprints=floor.fingerprints)
    done = floor.run(asked.actor, operations.accept, applied.deal.id, on=DAY, fingerprints=floor.fingerprints)
    assert done.deal.state == "funded", done.waiting
    return done.deal.id


def confirmed(floor: Floor, cast: Cast, numbers: Sequence[str], *, due_on: dt.date = DUE) -> list[Asked]:
    """Invoices with these numbers that the buyers have confirmed, spread over the cast."""
    sides = {name: Identity(f"{name}有限公司", {"uscc": floor.codes[name]}) for name in (*cast.sellers, *cast.buyers)}
    # No two amounts alike: neighbours would look like one invoice twice, and wait for a person.
    rows = [
        (number, yuan(FACE).minor + 137_31 * next(_FACES), seller, buyer)
        for number, seller, buyer in zip(
            numbers, itertools.cycle(cast.sellers), itertools.cycle(cast.buyers), strict=False
        )
    ]
    floor.market.deliver(
        *(invoice(number, face, seller=sides[seller], buyer=sides[buyer]) for number, face, seller, buyer in rows)
    )
    floor.run(SYSTEM, link_parties, [f"tax:{floor.codes[name]}" for name in sides])
    found = floor.run(SYSTEM, _documents, numbers)
    for buyer in cast.buyers:
        mine = [each for each, row in zip(found, rows, strict=True) if row[3] == buyer]
        for start in range(0, len(mine), 100):
            requests = floor.run(
                f"{buyer}.maker", _said, floor.parties[buyer], mine[start : start + 100], due_on=due_on
            )
            floor.run(f"{buyer}.checker", _agreed, requests)
    return [
        Asked(document, str(floor.house.people[f"{row[2]}.maker"]), programme)
        for (document, _), row, programme in zip(found, rows, itertools.cycle(cast.programmes), strict=False)
    ]


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


def _said(
    work: UnitOfWork, buyer: PartyId, found: Sequence[tuple[DocumentId, Money]], *, due_on: dt.date
) -> list[ApprovalRequest]:
    return [request_confirmation(work, document, obligor=buyer, face=face, due_on=due_on) for document, face in found]


def _agreed(work: UnitOfWork, requests: Sequence[ApprovalRequest]) -> None:
    for request in requests:
        approve(work, request.id, request.payload_sha256)


__all__ = ["DAY", "SYSTEM", "Asked", "Cast", "Stage", "TenantId", "confirmed", "funded", "grow", "raised"]
