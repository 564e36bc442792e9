"""Payments in: a chain of statements, each line once, matched with reasons, never guessed."""

import dataclasses
import datetime as dt

import pytest

from openscf import settlement as s
from openscf.db import Context
from openscf.db.outbox import Verdict
from openscf.kernel.ids import AccountId
from openscf.ledger import Account, Ledger
from openscf.trades import BankLine, BankStatement, Identity, Provenance
from tests.conftest import new_tenant
from tests.unit.parties.house import SYSTEM, refused
from tests.unit.settlement.market import BUYER, CNAPS, COLLECTION, ESCROW, STRANGER, SUPPLIER, Market, statement_in


def pay(market: Market, minor: int, text: str = "", *, payer: str = BUYER, to: str = COLLECTION) -> None:
    market.bank.pay(payer, to, minor, remittance=text)


def end(market: Market, number: str = COLLECTION) -> s.Booked:
    market.day_end()
    (booked,) = market.book(number)
    return booked


def taken(market: Market) -> int:
    return market.has(market.taken.ledger)


def test_the_worked_example_of_factoring_comes_in_two_parts(market: Market) -> None:
    """PRODUCTS 1.1, partial and late: 500,000.00 twice for an invoice of 1,000,000.00."""
    invoice = market.expect(100_000_000, "INV-2026-0042", market.taken.ledger)
    pay(market, 50_000_000, "货款 INV-2026-0042")
    (first,) = end(market).receipts
    assert (first.expectation, first.amount_minor, first.open_minor, first.rule) == (
        invoice.id, 50_000_000, 50_000_000, "reference",
    )  # fmt: skip
    pay(market, 50_000_000, "货款 INV-2026-0042")
    (second,) = end(market).receipts
    assert (second.open_minor, second.value_on) == (0, dt.date(2026, 3, 10))
    assert market.run(s.found_expectation, invoice.id).state == "received"
    assert taken(market) == 100_000_000
    assert [each["open_minor"] for each in market.emitted("settlement.receipt_identified")] == [50_000_000, 0]
    assert market.breaches() == []


def test_a_payment_without_text_is_known_by_payer_and_amount(market: Market) -> None:
    invoice = market.expect(123_456, "INV-2026-0001", market.taken.ledger)
    market.expect(99_999, "INV-2026-0002", market.taken.ledger)
    pay(market, 123_456)
    (receipt,) = end(market).receipts
    assert (receipt.expectation, receipt.rule) == (invoice.id, "amount")
    assert {reason.code for reason in receipt.reasons} >= {"same_payer", "exact_amount", "only_one"}
    assert all(reason.sentence("zh") for reason in receipt.reasons)


def test_several_invoices_in_one_payment(market: Market) -> None:
    both = [market.expect(minor, f"INV-2026-000{minor}", market.taken.ledger) for minor in (100, 250)]
    pay(market, 350, "INV-2026-000100, INV-2026-000250")
    receipts = end(market).receipts
    assert {(each.expectation, each.amount_minor) for each in receipts} == {(both[0].id, 100), (both[1].id, 250)}


def test_what_is_paid_too_much_waits_in_suspense(market: Market) -> None:
    market.expect(100, "INV-2026-0001", market.taken.ledger)
    pay(market, 130, "INV-2026-0001")
    booked = end(market)
    assert [each.amount_minor for each in booked.receipts] == [100]
    (item,) = booked.suspense
    assert (item.amount_minor, item.reason) == (30, "overpaid")
    assert market.has(market.collection.suspense) == 30
    assert s.suspense_sentence(item.reason, item.facts, "zh").startswith("超付")
    assert market.breaches() == []


def test_two_invoices_of_one_amount_are_not_guessed(market: Market) -> None:
    for number in ("INV-2026-0001", "INV-2026-0002"):
        market.expect(100, number, market.taken.ledger)
    pay(market, 100)
    (item,) = end(market).suspense
    assert item.reason == "ambiguous_amount"
    assert len(item.candidates) == 2
    assert taken(market) == 0


def test_somebody_else_than_the_debtor_is_an_alert_and_never_allocated(market: Market) -> None:
    """PRODUCTS 6.2, Chengxing 2019: the debtor's invoice is paid by whoever invented it."""
    invoice = market.expect(100, "INV-2026-0001", market.taken.ledger)
    pay(market, 100, "INV-2026-0001", payer=STRANGER)
    pay(market, 100, "INV-2026-0001")
    booked = end(market)
    (item,) = booked.suspense
    assert (item.reason, item.candidates) == ("payer_differs", (invoice.id,))
    assert [each.expectation for each in booked.receipts] == [invoice.id]  # the true payment of that day is taken
    (alert,) = market.emitted("settlement.payer_differs")
    assert alert["item"] == str(item.id)
    assert "路人甲" in s.suspense_sentence(item.reason, item.facts)
    assert market.breaches() == []


def test_an_unknown_payer_waits_in_suspense(market: Market) -> None:
    pay(market, 100, "hello", payer=STRANGER)
    (item,) = end(market).suspense
    assert (item.reason, item.side, item.open_minor) == ("unknown_payer", "in", 100)


def test_what_the_bank_takes_without_our_order_is_unexplained(market: Market) -> None:
    market.fund(1_000)
    market.bank.charge(ESCROW, 15)
    (item,) = end(market, ESCROW).suspense
    assert (item.reason, item.side, item.amount_minor) == ("no_order", "out", 15)
    assert market.has(market.escrow.unexplained) == -15
    assert market.has(market.cash.ledger) == 1_000  # no member pays for it
    assert market.breaches() == []


# The chain.


def test_a_statement_that_comes_again_changes_nothing(market: Market) -> None:
    market.expect(100, "INV-2026-0001", market.taken.ledger)
    pay(market, 100, "INV-2026-0001")
    market.day_end()
    (statement,) = market.statements(COLLECTION)
    first = market.run(s.book_statement, statement)
    again = market.run(s.book_statement, statement)
    assert (again.state, again.statement, again.receipts) == ("repeated", first.statement, ())
    renamed = dataclasses.replace(
        statement, provenance=dataclasses.replace(statement.provenance, file="again.xml", sha256="0" * 64)
    )
    assert market.run(s.book_statement, renamed).state == "repeated"
    assert taken(market) == 100
    assert len(market.emitted("settlement.receipt_identified")) == 1


def test_a_gap_parks_and_the_missing_one_books_both(market: Market) -> None:
    market.expect(100, "INV-2026-0001", market.taken.ledger)
    market.expect(200, "INV-2026-0002", market.taken.ledger)
    for text, minor in (("INV-2026-0001", 100), ("INV-2026-0002", 200), ("", 0)):
        if minor:
            pay(market, minor, text)
        market.day_end()
    first, second, third = market.statements(COLLECTION)
    for early in (second, third):
        parked = market.run(s.book_statement, early)
        assert (parked.state, parked.reason) == ("parked", "gap")
    assert taken(market) == 0
    assert len(market.run(s.parked_statements)) == 2
    booked = market.run(s.book_statement, first)
    assert [each.amount_minor for each in booked.all_receipts()] == [100, 200]
    assert (market.run(s.parked_statements), taken(market)) == ([], 300)
    assert market.run(s.book_statement, second).state == "repeated"
    assert len(market.emitted("settlement.statement_parked")) == 2
    assert market.breaches() == []


def test_a_statement_of_days_that_are_closed_is_parked_as_late(market: Market) -> None:
    pay(market, 100)
    market.day_end()
    market.day_end()
    market.book(COLLECTION)
    line = BankLine(dt.date(2026, 3, 6), 7, "CNY", _nowhere(), value_on=dt.date(2026, 3, 6))
    late = _statement(market.collection, 0, 7, dt.date(2026, 3, 6), line)
    assert (market.run(s.book_statement, late).state, taken(market)) == ("parked", 0)
    (row,) = market.run(s.parked_statements)
    assert row.reason == "late"
    dropped = market.run(s.drop_statement, row.id, reason="the bank withdrew it")
    assert (dropped.state, market.run(s.parked_statements)) == ("dropped", [])
    with refused("statement_not_parked"):
        market.run(s.drop_statement, row.id, reason="again")


def test_a_bank_that_says_something_else_under_the_same_number_is_refused(market: Market) -> None:
    pay(market, 100)
    market.day_end()
    (statement,) = market.statements(COLLECTION)
    market.run(s.book_statement, statement)
    line = dataclasses.replace(statement.lines[0], amount_minor=200)
    other = dataclasses.replace(statement, lines=(line,), closing_minor=200)
    with refused("statement_contradicts"):
        market.run(s.book_statement, other)
    assert market.breaches() == []


def test_a_line_that_is_in_the_books_is_not_booked_again_by_another_statement(market: Market) -> None:
    line = BankLine(dt.date(2026, 3, 9), 5, "CNY", _nowhere(), reference="R1", counterparty=Identity(name="甲"))
    back = BankLine(dt.date(2026, 3, 9), -5, "CNY", _nowhere(), reference="R2")
    day = dt.date(2026, 3, 9)
    assert market.run(s.book_statement, _statement(market.collection, 0, 0, day, line, back)).state == "booked"
    again = _statement(market.collection, 0, 5, day, line, number="another")
    booked = market.run(s.book_statement, again)
    assert (booked.state, booked.reason) == ("parked", "overlap")
    assert market.breaches() == []


def test_a_notice_confirms_a_payment_and_books_nothing(market: Market) -> None:
    market.fund(1_000)
    payout = market.run(s.instruct, market.order(400))
    line = BankLine(dt.date(2026, 3, 10), -400, "CNY", _nowhere(), remittance=f"/EREF/{payout.reference}")
    coming = BankLine(dt.date(2026, 3, 10), 70, "CNY", _nowhere())
    notice = BankStatement(Identity(account=ESCROW), _nowhere(), currency="CNY", lines=(line, coming))
    booked = market.run(s.book_statement, notice)
    assert (booked.state, booked.confirmed) == ("noticed", (payout.id,))
    assert (market.has(market.escrow.transit), -market.has(market.escrow.bank)) == (400, 1_000)
    assert market.run(s.book_statement, notice).confirmed == ()
    assert market.breaches() == []


def test_an_export_is_believed_when_its_lines_form_a_chain_of_balances(market: Market) -> None:
    """Chinese banks' exports give a balance after each line instead of opening and closing, newest first in some."""
    day = dt.date(2026, 3, 9)
    lines = [
        BankLine(day, 100, "CNY", _nowhere(), balance_minor=100, counterparty=Identity(name="甲")),
        BankLine(day, 50, "CNY", _nowhere(), balance_minor=150, counterparty=Identity(name="乙")),
    ]
    export = BankStatement(Identity(account=COLLECTION), _nowhere(), currency="CNY", lines=tuple(lines[::-1]))
    assert market.run(s.book_statement, export).state == "booked"
    assert market.has(market.collection.suspense) == 150
    assert market.run(s.settlement_account, market.collection.id).closing_minor == 150
    assert market.breaches() == []


def test_a_statement_without_balances_of_its_own_is_refused(market: Market) -> None:
    line = BankLine(dt.date(2026, 3, 9), 5, "CNY", _nowhere())
    bare = BankStatement(
        Identity(account=COLLECTION), _nowhere(), currency="CNY", lines=(line,), flags=("no_opening_balance",)
    )
    with refused("statement_without_balances"):
        market.run(s.book_statement, bare)
    export = dataclasses.replace(bare, flags=(), provenance=dataclasses.replace(_nowhere(), adapter="cmb_debit"))
    with refused("statement_without_balances"):
        market.run(s.book_statement, export)


def test_a_statement_of_another_account_or_currency_is_refused(market: Market) -> None:
    line = BankLine(dt.date(2026, 3, 9), 5, "USD", _nowhere())
    with refused("settlement_account_not_found"):
        market.run(s.book_statement, BankStatement(Identity(account="9"), _nowhere(), currency="CNY"))
    mixed = BankStatement(Identity(account=COLLECTION), _nowhere(), currency="CNY", lines=(line,))
    with refused("statement_in_another_currency"):
        market.run(s.book_statement, mixed)


def test_money_of_a_closed_day_is_booked_on_the_next_open_one_and_keeps_its_value_date(market: Market) -> None:
    market.expect(100, "INV-2026-0001", market.taken.ledger)
    pay(market, 100, "INV-2026-0001")
    market.day_end()
    market.run(lambda work: Ledger(work).close_through(dt.date(2026, 3, 9)))
    (booked,) = market.book(COLLECTION)
    assert booked.receipts[0].value_on == dt.date(2026, 3, 9)
    assert taken(market) == 100


# By hand, by two.


def unplaced(market: Market, minor: int = 100) -> s.SuspenseItem:
    pay(market, minor, "no reference", payer=STRANGER)
    (item,) = end(market).suspense
    return item


def test_unplaced_money_is_allocated_by_two_persons_of_the_accounts_owner(market: Market) -> None:
    item = unplaced(market)
    invoice = market.expect(150, "INV-2026-0001", market.taken.ledger)
    with refused("party_not_found"):
        market.run(s.request_allocation, item.id, [(invoice.id, 60)], actor="supplier maker")
    request = market.run(s.request_allocation, item.id, [(invoice.id, 60)], actor="funder maker")
    with refused("approval_by_maker"):
        market.pass_by(request, "funder maker")
    market.pass_by(request, "funder checker")
    assert (taken(market), market.has(market.collection.suspense)) == (60, 40)
    (left,) = market.run(s.unplaced)
    assert left.open_minor == 40
    (told,) = market.emitted("settlement.receipt_identified")
    assert (told["rule"], told["open_minor"], told["value_on"]) == ("hand", 90, "2026-03-09")
    assert market.breaches() == []


def test_more_than_is_there_or_still_to_come_can_not_be_allocated(market: Market) -> None:
    item = unplaced(market)
    small = market.expect(50, "INV-2026-0001", market.taken.ledger)
    foreign = market.expect(50, "INV-2026-0002", market.cash.ledger)
    for shares, code in (
        ([(small.id, 51)], "expectation_not_open"),
        ([(small.id, 30), (small.id, 30)], "suspense_not_enough"),
        ([(small.id, 0)], "suspense_not_enough"),
        ([], "suspense_not_enough"),
        ([(small.id, 101)], "suspense_not_enough"),
        ([(foreign.id, 10)], "wrong_pocket"),
    ):
        with refused(code):
            market.run(s.request_allocation, item.id, shares, actor="funder maker")


def test_two_approved_allocations_can_not_spend_the_same_money(market: Market) -> None:
    item = unplaced(market)
    invoice = market.expect(500, "INV-2026-0001", market.taken.ledger)
    requests = [market.run(s.request_allocation, item.id, [(invoice.id, 80)], actor="funder maker") for _ in range(2)]
    market.pass_by(requests[0], "funder checker")
    with refused("suspense_not_enough"):
        market.pass_by(requests[1], "funder checker")
    assert (taken(market), market.has(market.collection.suspense)) == (80, 20)


def test_unplaced_money_goes_back_to_the_account_that_it_came_from(market: Market) -> None:
    item = unplaced(market)
    before = market.bank.balance_minor(STRANGER)
    request = market.run(s.request_return, item.id, actor="funder maker")
    market.pass_by(request, "funder checker")
    assert market.run(s.unplaced) == []
    assert market.breaches() == []
    market.relay().drain()
    assert market.bank.balance_minor(STRANGER) == before + 100
    (payout,) = end(market).settled
    assert market.run(s.payout, payout).suspense == item.id
    assert market.breaches() == []


def test_money_that_could_not_go_back_waits_again(market: Market) -> None:
    item = unplaced(market)
    market.bank.close_account(STRANGER)
    market.pass_by(market.run(s.request_return, item.id, actor="funder maker"), "funder checker")
    market.relay().drain()
    (again,) = market.run(s.unplaced)
    assert (again.id, again.open_minor) == (item.id, 100)
    assert market.breaches() == []


def test_what_the_bank_took_is_borne_by_the_owner_of_the_account_and_nobody_else(market: Market) -> None:
    market.expect(100, "INV-2026-0001", market.taken.ledger)
    pay(market, 100, "INV-2026-0001")
    market.bank.charge(COLLECTION, 15)
    (item,) = end(market).suspense
    with refused("wrong_pocket"):
        market.run(s.request_charge, item.id, market.cash.ledger, actor="funder maker")
    with refused("suspense_wrong_side"):
        market.run(s.request_return, item.id, actor="funder maker")
    market.pass_by(market.run(s.request_charge, item.id, market.taken.ledger, actor="funder maker"), "funder checker")
    assert (taken(market), market.has(market.collection.unexplained)) == (85, 0)
    assert market.breaches() == []


def test_what_the_bank_paid_against_a_refused_order_is_borne_by_whose_order_it_was(market: Market) -> None:
    market.fund(1_000)
    payout = market.run(s.instruct, market.order(400))
    market.run(s.apply_answer, payout.id, s.BankAnswer(Verdict.REFUSED, "AM05"))
    line = BankLine(dt.date(2026, 3, 10), -400, "CNY", _nowhere(), remittance=payout.reference)
    day = dt.date(2026, 3, 10)
    (item,) = market.run(s.book_statement, _statement(market.escrow, 1_000, 600, day, line)).suspense
    assert item.reason == "order_was_over"
    assert payout.reference in s.suspense_sentence(item.reason, item.facts)
    with refused("wrong_pocket"):
        market.run(s.request_charge, item.id, market.funds.ledger, actor="op maker")
    market.pass_by(market.run(s.request_charge, item.id, market.cash.ledger, actor="op maker"), "reviewer")
    assert (market.has(market.cash.ledger), market.breaches()) == (600, [])


# Whose money lies where.


def test_a_collection_account_delivers_to_its_owner_alone(market: Market) -> None:
    """PRODUCTS 6.7: the funder owns the account on which the assigned receivable is paid."""
    mine = market.run(s.open_pocket, market.collection.id, market.supplier.id)
    with refused("not_your_collection"):
        market.expect(100, "INV-2026-0001", mine.ledger, account=market.collection)


def test_the_platform_has_pockets_for_fees_alone_and_no_receipt_reaches_them(market: Market) -> None:
    with refused("platform_holds_no_principal"):
        market.run(s.open_pocket, market.escrow.id, market.operator.id)
    with refused("fees_are_the_operators"):
        market.run(s.open_pocket, market.escrow.id, market.supplier.id, purpose=s.FEES)
    fees = market.run(s.open_pocket, market.escrow.id, market.operator.id, purpose=s.FEES)
    with refused("platform_holds_no_principal"):
        market.expect(100, "INV-2026-0001", fees.ledger, account=market.escrow)
    assert market.breaches() == []


def test_money_of_one_account_is_not_delivered_into_another(market: Market) -> None:
    with refused("wrong_pocket"):
        market.expect(100, "INV-2026-0001", market.taken.ledger, account=market.escrow)


def test_a_pocket_opened_again_is_the_same_one(market: Market) -> None:
    assert market.run(s.open_pocket, market.escrow.id, market.supplier.id) == market.cash
    with refused("settlement_account_exists"):
        new = s.NewSettlementAccount(
            kind=s.SettlementKind.ESCROW, owner=market.operator.id, bank_code=CNAPS, number=f" {ESCROW} ",
            holder_name="x",
        )  # fmt: skip
        market.run(s.open_settlement_account, new)


def test_a_products_own_accounts_become_pockets_while_they_hold_nothing(market: Market) -> None:
    """Financing knows its accounts by ids of its own: a party's standing cash, and an escrow for each deal."""
    ids = market.house.database.ids
    cash, first, second = (ids.new(AccountId) for _ in range(3))
    standing = Account(cash, market.buyer.id, "CNY", "cash", floor_minor=0)
    market.run(lambda work: Ledger(work).open_accounts([standing]))
    taken_over = market.run(s.open_pocket, market.escrow.id, market.buyer.id, ledger=cash)
    assert (taken_over.ledger, market.run(s.open_pocket, market.escrow.id, market.buyer.id)) == (cash, taken_over)
    deals = [market.deal(), market.deal()]
    for ledger, deal in zip((first, second), deals, strict=True):
        named = {"purpose": "escrow", "ledger": ledger, "subject": deal}
        opened = market.run(s.open_pocket, market.collection.id, market.funder.id, **named)
        assert market.run(s.open_pocket, market.collection.id, market.funder.id, **named) == opened
    market.expect(100, "INV-2026-0001", first, account=market.collection, subject=deals[0])
    pay(market, 100, "INV-2026-0001")
    assert end(market).receipts[0].deliver_to == first
    with refused("pocket_taken"):
        market.run(s.open_pocket, market.escrow.id, market.funder.id, purpose="escrow", ledger=first, subject=deals[0])
    with refused("pocket_taken"):
        market.run(s.open_pocket, market.escrow.id, market.supplier.id, ledger=ids.new(AccountId))
    rich = ids.new(AccountId)
    market.run(lambda work: Ledger(work).open_accounts([Account(rich, market.buyer.id, "CNY", "cash")]))
    with refused("pocket_taken"):
        market.run(s.open_pocket, market.collection.id, market.buyer.id, ledger=rich)
    assert market.breaches() == []


def test_a_cancelled_expectation_takes_nothing_more(market: Market) -> None:
    invoice = market.expect(100, "INV-2026-0001", market.taken.ledger)
    market.run(s.cancel_expectation, invoice.id, reason="paid elsewhere")
    pay(market, 100, "INV-2026-0001")
    assert end(market).receipts == ()
    with refused("expectation_not_open"):
        market.run(s.cancel_expectation, invoice.id, reason="again")


def test_a_member_sees_its_own_payments_pockets_and_expectations(market: Market) -> None:
    market.fund(1_000)
    market.run(s.instruct, market.order(400))
    invoice = market.expect(100, "INV-2026-0001", market.taken.ledger)
    read = market.house.read
    assert len(read(market.supplier.id, s.payouts)) == 1
    assert read(market.funder.id, s.payouts) == []
    assert [each.id for each in read(market.funder.id, s.open_expectations, market.collection.id)] == [invoice.id]
    assert read(market.supplier.id, s.open_expectations, market.collection.id) == []


def test_another_tenant_sees_nothing_and_is_answered_as_if_there_were_nothing(market: Market) -> None:
    market.fund(1_000)
    payout = market.run(s.instruct, market.order(400))
    database = market.house.database
    context = Context(new_tenant(database), SYSTEM)
    assert database.run(context, s.settlement_accounts) == []
    assert database.run(context, s.payouts) == []
    assert database.run(context, s.parked_statements) == []
    with refused("payout_not_found"):
        database.run(context, lambda work: s.payout(work, payout.id))
    with refused("settlement_account_not_found"):
        database.run(context, lambda work: s.open_pocket(work, market.escrow.id, market.supplier.id))
    line = BankLine(dt.date(2026, 3, 10), 5, "CNY", _nowhere())
    with refused("settlement_account_not_found"):
        statement = _statement(market.escrow, 0, 5, dt.date(2026, 3, 10), line)
        database.run(context, lambda work: s.book_statement(work, statement))


# Reconciliation.


def test_the_days_report_explains_every_difference(market: Market) -> None:
    market.fund(1_000)
    market.bank.charge(ESCROW, 15)
    pay(market, 70, "?", payer=STRANGER, to=ESCROW)
    payout = market.run(s.instruct, market.order(400))
    day = market.bank.today()
    market.bank.conduct = s.Conduct(at_once=False)
    market.day_end()
    market.book(ESCROW)
    report = market.run(s.reconcile_day, market.escrow.id, day)
    assert (report.opening_minor, report.bank_minor, report.in_minor, report.out_minor) == (1_000, 1_055, 70, 15)
    assert (report.cash_minor, report.suspense_minor, report.unexplained_minor) == (1_000, 70, -15)
    assert (report.held_minor, report.difference_minor, report.mirror_minor) == (400, 0, 1_055)
    assert [each.id for each in report.payouts] == [payout.id]
    market.relay().drain()
    market.bank.end_of_day()
    market.house.clock.advance(dt.timedelta(days=1))
    market.book(ESCROW)
    before = market.run(s.reconcile_day, market.escrow.id, day)
    assert (before.bank_minor, before.cash_minor, before.difference_minor) == (1_055, 1_000, 0)


@pytest.mark.parametrize("number", [ESCROW, COLLECTION, SUPPLIER])
def test_every_statement_of_the_bank_is_read_by_our_own_reader(market: Market, number: str) -> None:
    market.fund(1_000)
    market.run(s.instruct, market.order(400))
    market.relay().drain()
    market.day_end()
    read = [statement_in(file) for file in market.bank.statements(number)]
    assert len(read) == 2
    assert {each.account.account for each in read} == {number}


def _nowhere() -> Provenance:
    return Provenance("hand.xml", "0" * 64, "line 1", "camt")


def _statement(
    account: s.SettlementAccount, opening: int, closing: int, day: dt.date, *lines: BankLine, number: str = "x"
) -> BankStatement:
    return BankStatement(
        Identity(account=account.number), _nowhere(), number=number, currency="CNY", opening_minor=opening,
        closing_minor=closing, opened_on=day, closed_on=day, lines=lines,
    )  # fmt: skip
