"""`openscf verify` finds what went around the rules between books and banks (I16, I17), each by a planted defect."""

import datetime as dt

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from openscf import settlement as s
from openscf.db import Context, UnitOfWork
from openscf.kernel.ids import AccountId, TransferId
from openscf.ledger import Account, Ledger, Maker
from openscf.operations.verification import CHECKS
from tests.conftest import Server
from tests.unit.settlement.market import BUYER, COLLECTION, ESCROW, STRANGER, Market

DAY = dt.date(2026, 3, 12)


@pytest.fixture
def busy(market: Market) -> Market:
    """A market with a bit of everything: booked, held, confirmed, unplaced, unexplained, expected, parked."""
    market.expect(900, "INV-2026-0001", market.taken.ledger)
    market.bank.pay(BUYER, COLLECTION, 500, remittance="INV-2026-0001")
    market.bank.pay(STRANGER, COLLECTION, 70, remittance="?")
    market.fund(10_000)
    market.bank.charge(ESCROW, 15)
    market.run(s.instruct, market.order(400))
    market.relay().drain()
    market.day_end()
    market.book(ESCROW)
    market.book(COLLECTION)
    for minor in (300, 200):
        market.run(s.instruct, market.order(minor))
        if minor == 300:
            market.relay().drain()
    market.run(s.open_pocket, market.escrow.id, market.operator.id, purpose=s.FEES)
    return market


def found_after(server: Server, market: Market, statement: str) -> set[str]:
    """The breaches that a statement of a superuser leads to; it is rolled back afterwards."""
    tenant, database = market.house.tenant, market.house.database
    with psycopg.connect(make_conninfo(server.admin, dbname=database.endpoints.database)) as connection:
        connection.execute("SET LOCAL session_replication_role = replica")
        connection.execute(f"SET LOCAL app.tenant = '{tenant.int:032x}'".encode())
        assert connection.execute(statement.encode()).rowcount > 0, statement
        work = UnitOfWork(connection, Context(tenant, "system:test"), database.clock.now(), database.ids)
        found = {f"{breach.invariant} {breach.check}" for check in s.CHECKS for breach in check.find(work)}
        connection.rollback()
    return found


def test_a_busy_market_has_no_breach_and_verify_reads_these_checks(busy: Market) -> None:
    assert busy.breaches() == []
    assert set(s.CHECKS) <= set(CHECKS)


TAMPERINGS = [
    ("UPDATE settlement.account SET closing_minor = closing_minor + 1 WHERE kind = 'escrow'",
     {"I16 cash_is_bank_balance", "I16 statements_are_a_chain"}),
    ("UPDATE ledger.account SET posted_minor = posted_minor + 1 WHERE purpose = 'cash' AND posted_minor > 0",
     {"I16 cash_is_bank_balance"}),
    ("UPDATE settlement.payout SET state = 'settled' WHERE state = 'confirmed'", {"I16 transit_is_its_orders"}),
    ("UPDATE settlement.payout SET state = 'refused' WHERE state = 'held'", {"I16 transit_is_its_orders"}),
    ("UPDATE settlement.suspense SET open_minor = 0 WHERE side = 'in'", {"I16 suspense_is_its_items"}),
    ("UPDATE settlement.suspense SET open_minor = 1 WHERE side = 'out'", {"I16 suspense_is_its_items"}),
    ("UPDATE settlement.line_use SET amount_minor = amount_minor - 1 WHERE purpose = 'receipt'",
     {"I16 each_line_once"}),
    ("DELETE FROM settlement.line_use WHERE purpose = 'payout'", {"I16 each_line_once"}),
    ("INSERT INTO settlement.line_use SELECT tenant_id, line_id, 9, purpose, gen_random_uuid(), amount_minor,"
     " transfer_id FROM settlement.line_use WHERE purpose = 'receipt'", {"I16 each_line_once"}),
    ("UPDATE settlement.line SET amount_minor = amount_minor + 1 WHERE ordinal = 1",
     {"I16 each_line_once", "I16 statements_add_up"}),
    ("UPDATE settlement.statement SET state = 'dropped', booked_at = NULL WHERE opening_minor <> closing_minor",
     {"I16 lines_of_booked_statements", "I16 statements_are_a_chain"}),
    ("UPDATE settlement.expectation SET received_minor = received_minor + 1 WHERE state = 'open'",
     {"I16 receipts_are_counted"}),
    ("INSERT INTO settlement.recall SELECT tenant_id, gen_random_uuid(), id, line_id, amount_minor, 0, made_at"
     " FROM settlement.suspense WHERE side = 'out'", {"I16 what_banks_took_back_is_owed"}),
    ("UPDATE settlement.pocket SET purpose = 'principal' WHERE purpose = 'fees'", {"I17 platform_has_fees_only"}),
]  # fmt: skip


def test_each_tampering_is_found_and_named(server: Server, busy: Market) -> None:
    missed = {text: wanted - found_after(server, busy, text) for text, wanted in TAMPERINGS}
    assert {text: names for text, names in missed.items() if names} == {}
    assert {name for _, names in TAMPERINGS for name in names} | {"I17 no_receipt_into_fees"} == {
        f"{check.invariant} {check.name}" for check in s.CHECKS
    }


def test_money_posted_out_of_the_pockets_is_found(busy: Market) -> None:
    """A product that moves members' money to an account that lies in no bank account."""

    def leak(work) -> None:  # type: ignore[no-untyped-def]
        elsewhere = Account(work.ids.new(AccountId), busy.supplier.id, "CNY", "elsewhere")
        ledger = Ledger(work)
        ledger.open_accounts([elsewhere])
        make = Maker(DAY, "planted.leak")
        new = work.ids.new(TransferId)
        ledger.post(make.transfer(new, debit=busy.cash.ledger, credit=elsewhere.id, amount_minor=1))

    busy.run(leak)
    assert busy.breaches() == ["I16 cash_is_bank_balance"]


def test_a_receipt_that_reaches_the_platforms_own_pocket_is_found(busy: Market) -> None:
    """A posting that takes unplaced money for the platform itself."""
    (fees,) = [pocket for pocket in busy.run(s.pockets_in, busy.escrow.id) if pocket.purpose == s.FEES]

    def grab(work) -> None:  # type: ignore[no-untyped-def]
        make = Maker(DAY, "planted.grab")
        new = work.ids.new(TransferId)
        Ledger(work).post(make.transfer(new, debit=busy.collection.suspense, credit=fees.ledger, amount_minor=70))

    busy.run(grab)
    assert {"I17 no_receipt_into_fees", "I16 suspense_is_its_items"} <= set(busy.breaches())
