"""Payments are placed on invoices with reasons; what nobody can explain waits for a person, whose word holds."""

import itertools
import json
from fractions import Fraction

import psycopg
import pytest

from openscf import trades
from openscf.operations.verification import verify_tenant
from openscf.trades import ExceptionState, Identity, WantedExceptions
from tests.unit.parties.house import refused
from tests.unit.trades.market import DAY, Market, rows
from tests.unit.trades.papers import ACCOUNT, bill, credit, paid, statement
from tests.unit.trades.test_closures import closure, degrees

STRANGER = Identity("不相干的公司")


def waiting(market: Market, **wanted) -> list[trades.PaymentException]:
    return market.run(trades.find_exceptions, WantedExceptions(**wanted))


def sound(market: Market) -> bool:
    return verify_tenant(market.database, market.tenant).breaches == ()


def test_a_payment_is_placed_by_its_reference_and_the_reasons_are_kept(market: Market) -> None:
    market.deliver(bill())
    market.deliver(statement([paid(5000, "货款 INV-2026-0001")]))
    assert waiting(market) == []
    ((payment, amount, how),) = market.run(trades.placed_payments, closure(market).document.id)
    assert (amount, how) == (5000, "rule")
    query = "SELECT result FROM trades.reconciliation WHERE payment_id = %s AND current"
    said = market.run(lambda work: json.loads(work.execute(query, [payment]).fetchone()[0]))
    assert [code for code, _ in said[0]["reasons"]] == ["quotes", "same_payer", "exact_amount"]
    assert sound(market)


def test_what_fits_two_invoices_waits_with_both_as_candidates_until_it_is_clear(market: Market) -> None:
    market.deliver(bill(), bill("INV-2026-0002"))
    market.deliver(statement([paid(5000)]))
    (one,) = waiting(market)
    assert (one.reason.code, one.amount_minor, len(one.candidates)) == ("ambiguous_amount", 5000, 2)
    assert {each.document.number for each in market.run(trades.candidates_of, one)} == {
        "INV-2026-0001",
        "INV-2026-0002",
    }
    market.deliver(credit("CN-1", "INV-2026-0002", 10))
    assert waiting(market) == []
    assert degrees(market)[3] == 1
    (ended,) = waiting(market, state=ExceptionState.RESOLVED)
    assert (ended.id, ended.decided_by, ended.why) == (one.id, "system:matching", "explained")
    assert sound(market)


def test_a_later_invoice_makes_a_match_ambiguous_and_the_money_waits_again(market: Market) -> None:
    market.deliver(bill())
    market.deliver(statement([paid(5000)]))
    assert degrees(market)[3] == 1
    market.deliver(bill("INV-2026-0002"))
    assert degrees(market)[3] == 0
    assert [each.reason.code for each in waiting(market)] == ["ambiguous_amount"]
    assert sound(market)


@pytest.mark.parametrize("late", ["money", "bill"])
def test_a_payment_that_comes_before_its_invoice_waits_and_is_explained_when_it_arrives(
    market: Market, late: str
) -> None:
    turn = [bill(), statement([paid(5000, "INV-2026-0001", payer=None)])]
    for each in turn if late == "money" else reversed(turn):
        market.deliver(each)
    assert degrees(market)[3] == 1
    assert waiting(market) == []


def test_a_person_places_it_and_his_word_holds_against_what_comes_later(market: Market) -> None:
    market.deliver(bill(), bill("INV-2026-0002"))
    market.deliver(statement([paid(5000)]))
    (one,) = waiting(market)
    second = market.find("INV-2026-0002")[0].id
    decided = market.run(trades.resolve_exception, one.id, {second: 5000}, why="the buyer says so by mail")
    assert (decided.state, decided.decided_by) == (ExceptionState.RESOLVED, "system:test")
    assert (degrees(market)[3], degrees(market, "INV-2026-0002")[3]) == (0, 1)
    market.deliver(credit("CN-1", "INV-2026-0001", 10), bill("INV-2026-0003"))
    assert degrees(market, "INV-2026-0002")[3] == 1
    with refused("exception_decided"):
        market.run(trades.resolve_exception, one.id, {second: 1}, why="again")
    assert sound(market)


def test_a_dismissed_payment_no_longer_contests_what_another_one_settles(market: Market) -> None:
    market.deliver(bill())
    market.deliver(statement([paid(5000, reference="A"), paid(5000, reference="B")]))
    first, second = waiting(market)
    assert first.reason.code == second.reason.code == "contested"
    with refused("reason_needed"):
        market.run(trades.dismiss_exception, first.id, why=" ")
    market.run(trades.dismiss_exception, first.id, why="sent back to the payer")
    assert degrees(market)[3] == 1
    assert waiting(market) == []
    assert [each.why for each in waiting(market, state=ExceptionState.DISMISSED)] == ["sent back to the payer"]
    assert sound(market)


def test_what_was_paid_too_much_waits_and_can_be_placed_elsewhere(market: Market) -> None:
    market.deliver(bill(), bill("INV-2026-0002", 20))
    market.deliver(statement([paid(6000, "INV-2026-0001")]))
    (excess,) = waiting(market, reason="overpaid")
    other = market.find("INV-2026-0002")[0].id
    for shares, code in (
        ({other: 1001}, "shares_exceed_payment"),
        ({other: 0}, "share_not_positive"),
        ({market.find("INV-2026-0001")[0].id: 10}, "share_exceeds_open"),
        ({trades.DocumentId(int=1): 10}, "document_not_found"),
    ):
        with refused(code):
            market.run(trades.resolve_exception, excess.id, shares, why="x")
    market.run(trades.resolve_exception, excess.id, {other: 700}, why="on account")
    assert (degrees(market)[3], degrees(market, "INV-2026-0002")[3]) == (1, Fraction(7, 100))
    assert sound(market)


def test_money_on_somebody_elses_account_settles_nothing(market: Market) -> None:
    market.deliver(bill())
    market.deliver(statement([paid(5000, "INV-2026-0001")], account=Identity("别人的公司", account="999")))
    assert degrees(market)[3] == 0
    assert [each.reason.code for each in waiting(market)] == ["unknown_payer"]


def test_a_fixed_payment_is_not_matched_again(market: Market) -> None:
    market.deliver(bill())
    market.deliver(statement([paid(5000)]))
    ((payment, _, _),) = market.run(trades.placed_payments, closure(market).document.id)
    assert market.run(trades.fix_payment, payment).decided == "fixed"
    market.deliver(bill("INV-2026-0002"))
    assert (degrees(market)[3], degrees(market, "INV-2026-0002")[3]) == (1, 0)
    assert market.run(trades.fix_payment, payment).version == 2
    assert sound(market)


def test_what_is_settled_for_good_is_not_looked_at_again_when_the_debtor_pays_something_else(market: Market) -> None:
    from openscf.trades.service import money

    market.deliver(bill(), bill("INV-2026-0002", 20))
    market.deliver(statement([paid(5000, "INV-2026-0001"), paid(10000, "INV-2026-0002", day=10)]))
    first, second = (market.find(number)[0] for number in ("INV-2026-0001", "INV-2026-0002"))
    ((payment, _, _),) = market.run(trades.placed_payments, first.id)
    ((other, _, _),) = market.run(trades.placed_payments, second.id)
    assert market.run(money.invoices_near, other) == {first.fingerprint, second.fingerprint}
    market.run(trades.fix_payment, payment)
    assert market.run(money.invoices_near, other) == {second.fingerprint}
    market.deliver(credit("CN-1", "INV-2026-0001", 1))
    assert [each.code for each in closure(market).match.differences if each.code == "overpaid"] == ["overpaid"]
    assert sound(market)


@pytest.mark.parametrize("turn", list(itertools.permutations(range(3))))
def test_a_pending_line_that_is_booked_later_is_the_same_line_in_whatever_order(market: Market, turn) -> None:
    early = paid(5000, "INV-2026-0001", status="pending", booked_on=None)
    late = paid(5000, "INV-2026-0001", booked_on=DAY, day=9)
    files = [statement([early], "1"), statement([early], "2"), statement([late], "3")]
    market.deliver(bill())
    for place in turn:
        market.deliver(files[place])
    query = "SELECT status, booked_on FROM trades.statement_line"
    assert market.run(lambda work: work.execute(query).fetchall()) == [("booked", DAY)]
    assert market.run(rows, "payment") == 1
    assert degrees(market)[3] == 1


def test_a_pending_line_is_no_payment(market: Market) -> None:
    market.deliver(bill(), statement([paid(5000, "INV-2026-0001", status="pending")]))
    assert (market.run(rows, "payment"), degrees(market)[3]) == (0, 0)


def test_two_bookings_of_one_value_date_are_two_payments_though_one_was_pending(market: Market) -> None:
    early = paid(50, status="pending", booked_on=None)
    booked = [paid(50, booked_on=DAY), paid(50, booked_on=DAY.replace(day=3))]
    market.deliver(statement([early], "1"), statement(booked, "2"))
    assert market.run(rows, "statement_line") == market.run(rows, "payment") == 2


def test_a_payment_is_told_apart_by_its_payer(market: Market) -> None:
    market.deliver(statement([paid(50)], "1"))
    market.deliver(statement([paid(50, payer=STRANGER), paid(50)], "2"))
    assert market.run(rows, "payment") == 2


def test_exceptions_are_found_by_reason_amount_and_candidate(market: Market) -> None:
    market.deliver(bill(), bill("INV-2026-0002"))
    market.deliver(statement([paid(5000), paid(77, payer=STRANGER, day=10)]))
    assert {each.amount_minor for each in waiting(market)} == {5000, 77}
    assert [each.amount_minor for each in waiting(market, reason="unknown_payer")] == [77]
    assert [each.amount_minor for each in waiting(market, amount_from=100, currency="CNY")] == [5000]
    assert [each.amount_minor for each in waiting(market, candidate=closure(market).document.id)] == [5000]
    assert waiting(market, currency="USD") == []
    with refused("exception_not_found"):
        market.run(trades.dismiss_exception, trades.ExceptionId(int=5), why="x")


def test_a_payment_that_is_placed_twice_or_forgotten_is_found_by_verify(market: Market, endpoints) -> None:
    market.deliver(bill(), statement([paid(6000, "INV-2026-0001")]))
    assert sound(market)
    for wrong in (
        "UPDATE trades.share SET amount_minor = amount_minor + 1",
        "DELETE FROM trades.exception",
        "UPDATE trades.reconciliation SET current = false",
    ):
        with psycopg.connect(endpoints.owner) as connection:
            for table in ("share", "exception", "reconciliation"):
                connection.execute(f"ALTER TABLE trades.{table} NO FORCE ROW LEVEL SECURITY")
            connection.execute(wrong)
        found = verify_tenant(market.database, market.tenant).breaches
        assert [breach.check for breach in found] == ["each_payment_placed_once"], wrong


def test_the_account_of_a_statement_is_that_of_the_invoices_seller_or_unknown(market: Market) -> None:
    market.deliver(bill(), statement([paid(5000, "INV-2026-0001")], account=Identity(account=ACCOUNT.account)))
    assert degrees(market)[3] == 1
