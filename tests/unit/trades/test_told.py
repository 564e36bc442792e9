"""What the platform's own books say was paid is placed once, beside what members' statements show.

Planted defect: `_passed` that lets the rules place money of the platform's own account (`one.house` taken for false).
`test_money_that_the_platform_handed_on_is_no_second_payment` turns red.
"""

import contextlib
import datetime as dt
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from openscf import trades
from openscf.db import Database
from openscf.db.tenants import add_tenant
from openscf.operations.verification import verify_tenant
from openscf.trades import DocumentId, ExceptionState, Identity, ToldPayment, WantedExceptions
from tests.unit.trades.market import DAY, SELLER, Market
from tests.unit.trades.papers import bill, credit, paid, statement
from tests.unit.trades.test_closures import closure, degrees

FACE = 5000
NUMBER = "110900000010001"
HOUSE = Identity("平台托管户", account=NUMBER)
OWN = Identity(SELLER.name, account="6222000011112222")


def tell(market: Market, document: DocumentId, minor: int, *, version: int = 1, **more: Any) -> None:
    """An event of a deal tells what it paid."""
    said: dict[str, Any] = {"subject": "fin_1", "on": DAY, "currency": "CNY", "paid": {document: minor}, **more}
    market.run(trades.tell_paid, ToldPayment(version=version, **said))


def money(market: Market) -> Fraction:
    return degrees(market)[3]


def waiting(market: Market) -> list[str]:
    return [one.reason.code for one in market.run(trades.find_exceptions, WantedExceptions())]


def differences(market: Market) -> list[str]:
    return [each.code for each in closure(market).match.differences if each.code in ("unpaid", "overpaid")]


def sound(market: Market) -> bool:
    return verify_tenant(market.database, market.tenant).breaches == ()


def test_what_a_deal_tells_is_paid_and_told_again_counts_once(market: Market) -> None:
    document = market.one(bill())
    for _ in range(2):
        tell(market, document, FACE)
    assert money(market) == 1
    ((_, amount, how),) = market.run(trades.placed_payments, document)
    assert (amount, how) == (FACE, "booked")
    assert trades.standing_of(closure(market), DAY + dt.timedelta(days=400)) is trades.InvoiceStanding.PAID
    assert waiting(market) == []
    assert sound(market)


def test_parts_add_up_and_what_is_too_much_shows(market: Market) -> None:
    document = market.one(bill())
    tell(market, document, 2000)
    assert money(market) == Fraction(2, 5)
    tell(market, document, 3000, version=2)
    assert (money(market), differences(market)) == (1, [])
    tell(market, document, 700, subject="fin_2")
    assert (money(market), differences(market)) == (1, ["overpaid"])
    assert sound(market)


def test_a_discount_for_paying_early_settles_too(market: Market) -> None:
    document = market.one(bill())
    tell(market, document, 4900, forgiven={document: 100})
    assert money(market) == 1
    assert sorted(amount for _, amount, _ in market.run(trades.placed_payments, document)) == [100, 4900]
    assert sound(market)


def test_a_transaction_that_fails_tells_nothing(market: Market) -> None:
    document = market.one(bill())

    def act(work: Any) -> None:
        said = ToldPayment(subject="fin_1", version=1, on=DAY, currency="CNY", paid={document: FACE})
        with contextlib.suppress(ZeroDivisionError), work.savepoint():
            trades.tell_paid(work, said)
            raise ZeroDivisionError

    market.run(act)
    assert market.run(trades.told_of) == {}
    assert money(market) == 0
    assert sound(market)


def test_what_is_no_invoice_or_in_other_money_is_left_out(market: Market) -> None:
    document = market.one(bill())
    note = market.one(credit("CN-1", "INV-2026-0001"))
    tell(market, note, 100)
    tell(market, document, 100, currency="EUR")
    assert money(market) == 0
    assert market.run(trades.told_of) == {}


def test_the_sellers_own_money_settles_nothing_and_waits_for_nobody(market: Market) -> None:
    document = market.one(bill())
    tell(market, document, FACE, payer=SELLER)
    assert money(market) == 0
    assert waiting(market) == []
    assert market.run(trades.told_on)["fin_1", document] == FACE
    assert sound(market)


@pytest.mark.parametrize("late", ["statement", "books"])
def test_the_platforms_own_statement_is_the_same_money(market: Market, late: str) -> None:
    """Somebody uploads the statement of the very account on which the debtor paid, before or after it was booked."""
    market.run(trades.know_house_account, NUMBER)
    document = market.one(bill())
    turn = [
        lambda: market.deliver(statement([paid(FACE, "INV-2026-0001")], account=HOUSE)),
        lambda: tell(market, document, FACE),
    ]
    for each in turn if late == "books" else reversed(turn):
        each()
    assert (money(market), differences(market), waiting(market)) == (1, [], [])
    assert sound(market)


def test_money_that_the_platform_handed_on_is_no_second_payment(market: Market) -> None:
    """The supplier's own statement shows its advance, and what was left for it, from the platform's account."""
    market.run(trades.know_house_account, NUMBER)
    document = market.one(bill())
    market.deliver(statement([paid(4000, "INV-2026-0001", payer=HOUSE)], account=OWN))
    assert (money(market), waiting(market)) == (0, [])
    tell(market, document, FACE)
    market.deliver(statement([paid(FACE, "INV-2026-0001", payer=HOUSE, day=10)], "2", account=OWN))
    assert (money(market), differences(market), waiting(market)) == (1, [], [])
    assert sound(market)


def test_a_debtor_that_pays_twice_waits_for_a_person_whoever_speaks_first(market: Market) -> None:
    document = market.one(bill())
    market.deliver(statement([paid(FACE, "INV-2026-0001")]))
    assert (money(market), waiting(market)) == (1, [])
    tell(market, document, FACE)
    assert (money(market), differences(market)) == (1, []), "what a rule had placed gives way to the books"
    assert waiting(market) == ["unknown_payer"]
    assert sound(market)


def test_a_persons_word_stays_beside_the_books(market: Market) -> None:
    document = market.one(bill())
    market.deliver(statement([paid(3000, "INV-2026-0001", payer=Identity("不相干的公司"))]))
    (one,) = market.run(trades.find_exceptions, WantedExceptions())
    market.run(trades.resolve_exception, one.id, {document: 3000}, why="it called")
    tell(market, document, FACE)
    assert (money(market), differences(market)) == (1, ["overpaid"])
    (ended,) = market.run(trades.find_exceptions, WantedExceptions(state=ExceptionState.RESOLVED))
    assert ended.id == one.id
    assert sound(market)


def test_what_is_not_placed_is_found(market: Market) -> None:
    document = market.one(bill())
    tell(market, document, FACE)
    market.run(lambda work: work.execute("UPDATE trades.reconciliation SET current = false"))
    found = {breach.check for breach in verify_tenant(market.database, market.tenant).breaches}
    assert "told_payments_are_placed" in found


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    parts=st.lists(st.integers(1, 2500), min_size=1, max_size=4), direct=st.sampled_from([0, 700, FACE]),
    turns=st.randoms(use_true_random=False),
)  # fmt: skip
def test_the_order_in_which_books_and_statements_speak_changes_nothing(
    database: Database, parts: list[int], direct: int, turns: Any
) -> None:
    market = Market(database, add_tenant(database, "another market", actor="system:test"))
    market.run(trades.know_house_account, NUMBER)
    document = market.one(bill())
    acts = [lambda at=at, part=part: tell(market, document, part, version=at) for at, part in enumerate(parts, 1)]
    acts += [
        lambda at=at, part=part: market.deliver(
            statement([paid(part, "INV-2026-0001", day=at)], f"H{at}", account=HOUSE)
        )
        for at, part in enumerate(parts, 1)
    ]
    if direct:
        acts.append(lambda: market.deliver(statement([paid(direct, "INV-2026-0001", day=20)], "S", account=OWN)))
    turns.shuffle(acts)
    for act in acts:
        act()
    told = sum(parts)
    placed = min(direct, max(FACE - told, 0))
    assert money(market) == min(Fraction(told + placed, FACE), 1)
    assert market.run(trades.told_of) == {"fin_1": told}
    assert sum(one.amount_minor for one in market.run(trades.find_exceptions, WantedExceptions())) == direct - placed
    assert sound(market)
