"""Nobody knows whether an order or a statement was committed: sent again, the money leaves once and comes in once."""

import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import psycopg
import pytest

from openscf import settlement as s
from openscf.db import Command, CommitUnknownError, Context, Database, Endpoints, UnitOfWork, answer_command
from openscf.db.idempotency import IN_FLIGHT
from openscf.kernel.errors import Refusal
from openscf.trades import BankStatement
from tests.suites.ambiguous_commit.proxy import FAULTS, Proxy
from tests.suites.ambiguous_commit.workload import MOST_SENDINGS, seeded_plan
from tests.unit.parties.house import SYSTEM
from tests.unit.settlement.market import BUYER, COLLECTION, Market, new_market

SEED, ORDERS, SENDERS, DAYS = 20260312, 24, 3, 8
pytestmark = pytest.mark.slow


@pytest.fixture
def market(endpoints: Endpoints) -> Iterator[Market]:
    database = Database(endpoints)
    made = new_market(database)
    made.fund(1_000_000)
    yield made
    database.close()


@pytest.fixture
def cut(market: Market, endpoints: Endpoints) -> Iterator[tuple[Database, Proxy]]:
    """The same database through a proxy that cuts connections at their commits."""
    proxy = Proxy(endpoints.app)
    database = Database(proxy.endpoints(endpoints), clock=market.house.clock)
    proxy.follow(seeded_plan(SEED))
    yield database, proxy
    proxy.close()
    database.close()


def insist(send: Callable[[], Any]) -> Any:
    """Send until it is answered."""
    for _ in range(MOST_SENDINGS):
        try:
            return send()
        except (CommitUnknownError, psycopg.OperationalError):
            continue
        except Refusal as refusal:
            if refusal.kind is not IN_FLIGHT:
                raise
            time.sleep(0.05)
    raise AssertionError("never answered")


def order_all(market: Market, database: Database, amounts: list[int], *, keyed: bool = True) -> list[bytes]:
    """Several senders, some orders by two of them; the answers."""
    context = Context(market.house.tenant, SYSTEM)
    told: list[bytes] = []
    errors: list[Exception] = []

    def sender(number: int) -> None:
        chance = random.Random(f"{SEED}/{number}")
        for place, amount in enumerate(amounts):
            if place % SENDERS == number or chance.random() < 0.15:

                def act(work: UnitOfWork, minor: int = amount) -> Mapping[str, Any]:
                    return {"amount": s.instruct(work, market.order(minor)).amount_minor}

                key = f"o{place}" if keyed else f"o{place}-{chance.random()}"
                command = Command("ambiguous.pay", key, {"amount": amount})
                told.append(insist(lambda c=command, a=act: answer_command(database, context, c, a)).response_bytes)

    def guarded(number: int) -> None:
        try:
            sender(number)
        except Exception as error:  # an error in a thread must reach the test
            errors.append(error)

    threads = [threading.Thread(target=guarded, args=[number]) for number in range(SENDERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    return told


def test_orders_are_paid_once_whatever_happens_to_the_replies(market: Market, cut: tuple[Database, Proxy]) -> None:
    database, proxy = cut
    amounts = [1_000 + n for n in range(ORDERS)]
    told = order_all(market, database, amounts)
    assert sum(proxy.done[fault] for fault in FAULTS if fault != "pass") > 5, proxy.done
    assert Counter(each.amount_minor for each in market.run(s.payouts)) == Counter(amounts)
    assert len(set(told)) == ORDERS
    assert market.free(market.cash.ledger) == 1_000_000 - sum(amounts)
    market.relay().drain()
    assert {each.state for each in market.run(s.payouts)} == {s.PayoutState.CONFIRMED}
    assert market.breaches() == []


def test_planted_orders_under_new_keys_are_paid_twice(market: Market, cut: tuple[Database, Proxy]) -> None:
    amounts = [1_000 + n for n in range(ORDERS)]
    order_all(market, cut[0], amounts, keyed=False)
    assert Counter(each.amount_minor for each in market.run(s.payouts)) != Counter(amounts)


def test_statements_are_booked_once_whatever_happens_to_the_replies(
    market: Market, cut: tuple[Database, Proxy]
) -> None:
    """A statement needs no key: it is recognised by what it is, so whoever does not know sends it again."""
    database, proxy = cut
    invoice = market.expect(100 * DAYS, "INV-2026-0001", market.taken.ledger)
    market.book(COLLECTION)
    for _ in range(DAYS):
        market.bank.pay(BUYER, COLLECTION, 100, remittance="INV-2026-0001")
        market.day_end()
    statements = market.statements(COLLECTION)
    context = Context(market.house.tenant, SYSTEM)
    states: Counter[str] = Counter()

    def book(statement: BankStatement) -> None:
        states[insist(lambda: database.run(context, lambda work: s.book_statement(work, statement))).state] += 1

    for statement in [*statements, *statements]:
        book(statement)
    assert states["repeated"] >= DAYS
    assert (market.has(market.taken.ledger), market.run(s.found_expectation, invoice.id).state) == (800, "received")
    assert len(market.emitted("settlement.receipt_identified")) == DAYS + 1
    assert sum(proxy.done[fault] for fault in FAULTS if fault != "pass") > 2, proxy.done
    assert market.breaches() == []
