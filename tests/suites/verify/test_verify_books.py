"""`openscf verify` finds what somebody with a superuser's rights did to the books, and names the invariant.

Each tampering is the planted defect of one check; an untouched book has no breach at all.
"""

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

from openscf.db import Context, Database
from openscf.db.audit import Sealer
from openscf.db.audit.keys import KeyRing
from openscf.db.audit.sinks import FolderSink
from openscf.kernel.ids import AccountId, PartyId, TenantId, TransferId
from openscf.kernel.ports import SystemIds
from openscf.ledger import Account, Ledger, Maker, Unit
from openscf.operations import verify_books
from tests.conftest import Server

IDS = SystemIds()
DAY = dt.date(2026, 3, 10)


@dataclass
class Book:
    """A small book with a bit of everything, and the keys to it."""

    database: Database
    sealer: Sealer
    superuser: str

    def breaches(self) -> set[str]:
        report = verify_books(self.database, self.sealer)
        return {f"{b.invariant} {b.check}" for books in report.tenants for b in books.breaches}

    def tamper(self, statement: str) -> int:
        with psycopg.connect(self.superuser, autocommit=True) as connection:
            connection.execute("SET session_replication_role = replica")  # what a superuser can: no triggers fire
            return connection.execute(statement.encode()).rowcount


@pytest.fixture
def book(server: Server, database: Database, tenant: TenantId, tmp_path: Path) -> Book:
    sealer = Sealer(database, KeyRing(tmp_path / "keys"), [FolderSink(tmp_path / "checkpoints")])
    fill(database, tenant)
    sealer.seal()
    name = database.endpoints.database
    return Book(database, sealer, psycopg.conninfo.make_conninfo(server.admin, dbname=name))


def fill(database: Database, tenant: TenantId) -> None:
    make = Maker(DAY, "test.fill")
    world, a, b = (IDS.new(AccountId) for _ in range(3))

    def new() -> TransferId:
        return IDS.new(TransferId)

    def act(ledger: Ledger) -> None:
        ledger.define_unit(Unit("CNY"))
        owner = IDS.new(PartyId)
        ledger.open_accounts([Account(world, owner, "CNY", "world")])
        ledger.open_accounts([Account(x, owner, "CNY", "cash", floor_minor=0, ceiling_minor=10_000) for x in (a, b)])
        moved = make.transfer(new(), debit=world, credit=a, amount_minor=1_000)
        holds = [make.hold(new(), debit=a, credit=b, amount_minor=amount) for amount in (100, 50, 25)]
        ledger.post(moved, *holds)
        ledger.post(make.post_hold(new(), holds[0].id, amount_minor=60), make.void_hold(new(), holds[1].id))
        back = make.transfer(new(), debit=a, credit=b, amount_minor=7)
        ledger.post(back)
        ledger.post(make.reverse(new(), back.id))

    with database.transaction(Context(tenant, "system:test")) as work:
        act(Ledger(work))
    with database.transaction(Context(tenant, "system:test")) as work:
        Ledger(work).close_through(DAY - dt.timedelta(days=1))


def test_an_untouched_book_has_no_breach(book: Book) -> None:
    report = verify_books(book.database, book.sealer)
    assert report.ok
    assert [len(books.breaches) for books in report.tenants] == [0]
    assert report.audit.entries > 0


AS_AUDITED = "I5 transfers_as_they_were_audited"
TAMPERINGS = [
    ("UPDATE ledger.account SET posted_minor = posted_minor + 5 WHERE purpose = 'cash' AND posted_minor > 100",
     {"I2 trial_balance", "I3 balance_is_sum_of_entries"}),
    ("UPDATE ledger.account SET version = version + 1 WHERE purpose = 'world'", {"I3 balance_is_sum_of_entries"}),
    ("UPDATE ledger.account SET held_out_minor = 0 WHERE held_out_minor > 0", {"I3 held_is_sum_of_open_holds"}),
    ("UPDATE ledger.transfer SET amount_minor = 8 WHERE amount_minor = 7 AND kind = 1",
     {"I3 balance_is_sum_of_entries", "I3 history_without_gap", AS_AUDITED, "I9 reversed_once"}),
    ("UPDATE ledger.transfer SET reason = 'another' WHERE kind = 4", {AS_AUDITED}),
    ("UPDATE ledger.transfer SET debit_after_minor = debit_after_minor + 1 WHERE kind = 6",
     {"I3 history_without_gap", AS_AUDITED}),
    ("DELETE FROM ledger.transfer WHERE kind = 4",
     {"I3 balance_is_sum_of_entries", "I3 history_without_gap", AS_AUDITED, "I9 hold_ends_once"}),
    ("UPDATE ledger.hold SET state = 2, posted_minor = 25 WHERE state = 1",
     {"I3 held_is_sum_of_open_holds", "I9 hold_ends_once"}),
    ("UPDATE ledger.hold SET posted_minor = 61 WHERE posted_minor = 60", {"I9 hold_ends_once"}),
    ("UPDATE ledger.account SET unit = 'USD' WHERE purpose = 'world'",
     {"I1 one_unit_per_transfer", "I2 trial_balance"}),
    ("UPDATE ledger.transfer SET value_on = value_on - 1, at = at + interval '1 day' WHERE kind = 6",
     {AS_AUDITED, "I15 closed_days"}),
]  # fmt: skip


@pytest.mark.parametrize(("statement", "found"), TAMPERINGS, ids=[t[0][:60] for t in TAMPERINGS])
def test_each_tampering_is_found_and_named(book: Book, statement: str, found: set[str]) -> None:
    assert book.tamper(statement) > 0
    assert found <= book.breaches()


def test_a_floor_that_was_passed_is_found(book: Book) -> None:
    book.tamper("ALTER TABLE ledger.account DROP CONSTRAINT account_floor")
    book.tamper("UPDATE ledger.account SET floor_minor = 100000 WHERE purpose = 'cash'")
    assert "I4 within_bounds" in book.breaches()


def test_a_posting_without_its_audit_entry_is_found(book: Book) -> None:
    book.tamper("DELETE FROM platform.audit_entry WHERE action = 'ledger.post'")
    assert AS_AUDITED in book.breaches()


def test_the_application_can_not_rewrite_the_books(book: Book) -> None:
    for statement in (
        "UPDATE ledger.transfer SET reason = 'x'",
        "DELETE FROM ledger.transfer",
        "TRUNCATE ledger.transfer",
    ):
        with book.database.connection("openscf_app") as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(statement.encode())


def test_not_even_the_owner_rewrites_the_books_by_mistake(book: Book) -> None:
    with psycopg.connect(book.database.endpoints.owner) as connection, pytest.raises(psycopg.errors.RestrictViolation):
        connection.execute("DELETE FROM ledger.transfer")
