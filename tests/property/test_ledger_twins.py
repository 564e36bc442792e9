"""The two ledgers agree: the same random commands get the same answers and leave the same books (suite *twin*)."""

import datetime as dt
import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from openscf.db import Database
from openscf.kernel.ids import AccountId, PartyId, TenantId, TransferId
from openscf.kernel.ports import ManualClock, SeededIds
from openscf.ledger import Account, AccountState, Answer, Batch, Maker, Transfer, Unit, UnitKind
from openscf.ledger.model import ENDING, Kind
from tests.contract.ledgers import DAY, START, InMemory, InPostgres, LedgerUnderTest

ACCOUNTS = 8


@dataclass
class World:
    """Draws random commands that are likely enough to be good and bad in every way."""

    seed: int
    chance: random.Random = field(init=False)
    ids: SeededIds = field(init=False)
    accounts: list[Account] = field(init=False)
    past: list[Transfer] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)
        self.ids = SeededIds(self.seed, ManualClock(START))
        self.accounts = [self._account(number) for number in range(ACCOUNTS)]

    def _account(self, number: int) -> Account:
        floor = None if number < 2 else self.chance.choice([0, 0, -50])
        ceiling = self.chance.choice([None, None, 150])
        unit = "vch_1" if number == 1 else "CNY"
        ids = self.ids.new(AccountId), self.ids.new(PartyId)
        return Account(*ids, unit, "cash", floor_minor=floor, ceiling_minor=ceiling)

    def batch(self) -> Batch:
        return tuple(self.transfer() for _ in range(self.chance.choice([1, 1, 1, 2, 3])))

    def transfer(self) -> Transfer:
        if self.past and self.chance.random() < 0.08:  # the same again, or nearly
            again = self.chance.choice(self.past)
            return again if self.chance.random() < 0.6 else replace(again, **self._alteration())
        made = self._fresh()
        self.past.append(made)
        return made

    def _alteration(self) -> dict[str, Any]:
        return self.chance.choice(
            [{"reason": "other"}, {"amount_minor": 3}, {"value_on": DAY + dt.timedelta(days=9)}, {"debit": self.some()}]
        )

    def some(self) -> AccountId:
        return self.chance.choice(self.accounts).id

    def _fresh(self) -> Transfer:
        make = Maker(DAY + dt.timedelta(days=self.chance.randrange(4)), "test.move")
        new = self.ids.new(TransferId)
        kind = self.chance.choices(list(Kind), weights=[8, 5, 3, 2, 1, 2])[0]
        if kind in (Kind.TRANSFER, Kind.HOLD):
            return self._plain(make, new, kind)
        wanted = Kind.HOLD if kind in ENDING else Kind.TRANSFER
        known = [t.id for t in self.past if t.kind is wanted][-12:] or [self.ids.new(TransferId)]
        ref = self.chance.choice(known if self.chance.random() < 0.95 else [t.id for t in self.past] or known)
        made = {
            Kind.POST_HOLD: lambda: make.post_hold(new, ref, amount_minor=self.chance.choice([None, None, 5, 60])),
            Kind.VOID_HOLD: lambda: make.void_hold(new, ref),
            Kind.EXPIRE_HOLD: lambda: make.expire_hold(new, ref),
            Kind.REVERSE: lambda: make.reverse(new, ref),
        }[kind]()
        return replace(made, debit=self.some()) if self.chance.random() < 0.05 else made

    def _plain(self, make: Maker, new: TransferId, kind: Kind) -> Transfer:
        debit, credit = (self.some() for _ in range(2))
        if self.chance.random() < 0.03:
            debit = self.ids.new(AccountId)
        amount = self.chance.choice([0, 1, 5, 10, 20, 40, 80, 160])
        if kind is Kind.TRANSFER:
            return make.transfer(new, debit=debit, credit=credit, amount_minor=amount)
        lapse = self.chance.choice([None, None, START + dt.timedelta(minutes=self.chance.randrange(120))])
        return make.hold(new, debit=debit, credit=credit, amount_minor=amount, expires_at=lapse)


Command = tuple[str, Any]


def commands(world: World, count: int) -> list[Command]:
    made: list[Command] = []
    for _ in range(count):
        what = world.chance.choices(["post", "tick", "expire", "state", "close"], weights=[40, 4, 2, 2, 0.2])[0]
        if what == "post":
            argument: Any = [world.batch() for _ in range(world.chance.choice([1, 1, 2, 5, 50]))]
        elif what == "state":
            argument = (world.some(), world.chance.choice([AccountState.OPEN, AccountState.OPEN, AccountState.FROZEN]))
        else:
            argument = world.chance.randrange(1, 10)
        made.append((what, argument))
    return made


def play(ledger: LedgerUnderTest, world: World, script: list[Command], new: Callable[[], TransferId]) -> list[object]:
    """Run the script; returns everything that can be observed."""
    for unit in (Unit("CNY"), Unit("vch_1", UnitKind.VOUCHER)):
        ledger.define_unit(unit)
    ledger.open_accounts(world.accounts)
    seen: list[object] = []
    for what, argument in script:
        if what == "post":
            seen.append(ledger.post(argument))
        elif what == "tick":
            ledger.clock.advance(dt.timedelta(minutes=argument))
        elif what == "expire":
            seen.append(ledger.expire(new))
        elif what == "state":
            ledger.set_state(*argument)
        else:
            ledger.close_through(DAY + dt.timedelta(days=argument % 2))
    seen += [ledger.account(account.id) for account in world.accounts]
    seen += [[replace(e, transfer=TransferId(int=0)) for e in ledger.entries(a.id)] for a in world.accounts]
    seen.append(ledger.trial_balance())
    return seen


@pytest.mark.parametrize("seed", range(12))
def test_both_ledgers_answer_alike(seed: int, database: Database, tenant: TenantId) -> None:
    world = World(seed)
    script = commands(world, 60)
    memory = play(InMemory(), world, script, lambda: world.ids.new(TransferId))
    postgres = play(InPostgres(database, tenant), world, script, lambda: world.ids.new(TransferId))
    for number, (left, right) in enumerate(zip(memory, postgres, strict=True)):
        assert left == right, f"seed {seed}, observation {number}"


def test_the_random_commands_reach_every_answer() -> None:
    """A test that never sees a refusal proves nothing about it."""
    reached: set[Answer] = set()
    for seed in range(150):
        world = World(seed)
        for seen in play(InMemory(), world, commands(world, 60), lambda w=world: w.ids.new(TransferId)):
            if isinstance(seen, list):
                reached |= {
                    a for answers in seen if isinstance(answers, tuple) for a in answers if isinstance(a, Answer)
                }
    rare = {
        Answer.AMOUNT_TOO_LARGE,
        Answer.DEBIT_ACCOUNT_CLOSED,
        Answer.CREDIT_ACCOUNT_CLOSED,
        Answer.BALANCE_OVERFLOW,
        Answer.HOLD_NOT_FOUND,
        Answer.TRANSFER_NOT_FOUND,
        Answer.CREDIT_ACCOUNT_NOT_FOUND,
    }  # fmt: skip - each has its own contract test
    assert set(Answer) - reached <= rare
