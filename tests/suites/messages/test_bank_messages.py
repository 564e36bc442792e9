"""A bank's messages duplicated, reordered and delayed: the books end the same, or what came too early is parked.

One business is done once; all that the bank said about it is collected and told again to copies of the books of before,
in orders drawn from a seed, some of it twice. What a copy ends with must be what the books end with when everything
comes once and in order.
"""

import dataclasses
import datetime as dt
import random
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from openscf import settlement as s
from openscf.db import Context, Database
from openscf.db.outbox import Message, Verdict
from openscf.kernel.ids import EventId
from openscf.kernel.ports import ManualClock
from openscf.settlement.rules import sequence
from tests.conftest import Server
from tests.unit.parties.house import SYSTEM
from tests.unit.settlement.market import BUYER, COLLECTION, ESCROW, STRANGER, Market, new_market

SEED = 20260309
DAYS, ORDERS, INVOICES = 6, 12, 12
Event = tuple[str, Any, Any]
pytestmark = pytest.mark.slow


@dataclass(frozen=True)
class Story:
    """The books of before, and what the bank said afterwards, in its order.

    Attributes:
        source: Name of the database, to be cloned; nobody is connected to it.
        market: The market in it.
        events: `("answer", payout, BankAnswer)` and `("statement", account, BankStatement)`.
    """

    server: Server
    source: str
    market: Market
    events: list[Event]

    def told(self, events: list[Event]) -> dict[str, Any]:
        """Tell a copy of the books and say what it ends with."""
        name = f"openscf_t_{uuid.uuid4().hex[:12]}"
        database = Database(self.server.clone(self.source, name))
        database.clock = clock = ManualClock(self.market.house.clock.now())
        house = dataclasses.replace(self.market.house, database=database, clock=clock)
        copied = dataclasses.replace(self.market, house=house)
        try:
            for kind, about, said in events:
                if kind == "answer":
                    copied.run(s.apply_answer, about, said)
                else:
                    copied.run(s.book_statement, said)
            return state(copied)
        finally:
            database.close()
            self.server.drop(name)


def state(market: Market) -> dict[str, Any]:
    """What the books say, without ids that differ from run to run."""
    with market.house.database.reading(Context(market.house.tenant, SYSTEM)) as work:
        expectations = [each for a in (market.escrow, market.collection) for each in _all_expectations(work, a)]
        accounts = [s.settlement_account(work, each.id) for each in (market.escrow, market.collection)]
        return {
            "payouts": sorted((each.reference, each.state.value) for each in s.payouts(work)),
            "expectations": expectations,
            "unplaced": sorted((each.side, each.open_minor, each.reason) for each in s.unplaced(work)),
            "closing": [(each.closing_minor, each.closed_on) for each in accounts],
            "pockets": [market_balance(market, pocket) for pocket in (market.cash, market.funds, market.taken)],
            "parked": [each.number for each in s.parked_statements(work)],
            "breaches": [b.check for check in s.CHECKS for b in check.find(work)],
        }


def _all_expectations(work: Any, account: s.SettlementAccount) -> list[tuple[Any, ...]]:
    query = "SELECT numbers, received_minor, state FROM settlement.expectation WHERE account_id = %s ORDER BY 1"
    return [(tuple(row[0]), *row[1:]) for row in work.execute(query, [account.id])]


def market_balance(market: Market, pocket: s.Pocket) -> int:
    return market.has(pocket.ledger)


@pytest.fixture(scope="module")
def story(server: Server, template: str) -> Iterator[Story]:
    name = f"openscf_t_{uuid.uuid4().hex[:12]}"
    database = Database(server.clone(template, name))
    market = new_market(database, seed=SEED)
    market.fund(1_000_000)
    market.book(COLLECTION)
    events = do_business(market, random.Random(SEED))
    database.close()
    yield Story(server, name, market, events)
    server.drop(name)


def do_business(market: Market, chance: random.Random) -> list[Event]:
    """Orders and expectations are in the books; what the bank says of them is only collected."""
    market.bank.conduct = s.Conduct(send_back=250, refuse=100, back_after=1)
    payouts = [market.run(s.instruct, market.order(chance.randint(1, 50_000))) for _ in range(ORDERS)]
    numbers = [(f"INV-2026-{n:04d}", chance.randint(1, 90_000)) for n in range(INVOICES)]
    for number, minor in numbers:
        market.expect(minor, number, market.taken.ledger)
    events: list[Event] = []
    courier = market.courier()
    for day in range(DAYS):
        for payout in payouts[day::DAYS]:
            message = _message(market, payout)
            answer = courier.deliver(message)
            said = s.BankAnswer(answer.verdict, answer.note.partition(" ")[0].strip("-"))
            events.append(("answer", payout.id, said))
        for number, minor in numbers[day::DAYS]:
            part = chance.choice([minor, minor, max(1, minor // 2), minor + 5])
            payer = chance.choice([BUYER, BUYER, BUYER, STRANGER])
            market.bank.pay(payer, COLLECTION, part, remittance=chance.choice([number, number, ""]))
        if chance.random() < 0.5:
            market.bank.charge(ESCROW, chance.randint(1, 99))
        market.bank.end_of_day()
        market.house.clock.advance(dt.timedelta(days=1))
        for account in (ESCROW, COLLECTION):
            events += [("statement", account, each) for each in market.statements(account)]
    return events


def _message(market: Market, payout: s.Payout) -> Message:
    facts = f'{{"payout":"{payout.id}"}}'
    return Message(market.house.tenant, market.house.database.ids.new(EventId), 1, payout.made_at, "settlement.pay",
                   str(payout.id), facts)  # fmt: skip


def shuffled(events: list[Event], seed: int) -> list[Event]:
    """Everything at least once, some of it two or three times, in any order."""
    chance = random.Random(seed)
    told = [each for each in events for _ in range(chance.choice([1, 1, 2, 3]))]
    chance.shuffle(told)
    return told


def test_the_business_has_everything_in_it(story: Story) -> None:
    ends = story.told(story.events)
    assert ends["breaches"] == []
    assert ends["parked"] == []
    assert {state for _, state in ends["payouts"]} >= {"settled", "returned"}
    assert len(ends["unplaced"]) > 2
    assert any(row[2] == "received" for row in ends["expectations"])
    assert Verdict.CONFIRMED in {said.verdict for kind, _, said in story.events if kind == "answer"}


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_end_does_not_depend_on_order_or_repetition(story: Story, seed: int) -> None:
    assert story.told(shuffled(story.events, seed)) == story.told(story.events), f"seed {seed}"


@pytest.mark.long
@pytest.mark.parametrize("seed", range(5, 60))
def test_the_end_does_not_depend_on_many_orders(story: Story, seed: int) -> None:
    assert story.told(shuffled(story.events, seed)) == story.told(story.events), f"seed {seed}"


def test_what_comes_too_early_is_parked_and_never_guessed(story: Story) -> None:
    """One statement of each account never comes: all that follow it wait, and the books stand where they stood."""
    statements = [event for event in story.events if event[0] == "statement"]
    missing = {account: next(e for e in statements if e[1] == account) for account in (ESCROW, COLLECTION)}
    rest = [each for each in story.events if all(each is not gone for gone in missing.values())]
    ends = story.told(shuffled(rest, 9))
    before = story.told([])
    assert ends["closing"] == before["closing"]
    assert len(ends["parked"]) == 2 * (DAYS - 1)
    assert ends["breaches"] == []


def test_planted_a_gap_that_is_booked_all_the_same_is_found(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sequence, "misfit", lambda statement, standing: "")
    ends = story.told(list(reversed(story.events)))
    assert ends != story.told(story.events)
