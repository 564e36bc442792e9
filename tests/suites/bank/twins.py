"""The two ledgers on the same random commands, through each door and in wilder worlds than a careful program makes."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from openscf.db import Database
from openscf.kernel.ids import AuditId, TransferId
from openscf.kernel.ports import SystemIds
from openscf.ledger import Account, AccountState, Answer, Batch, Kind, Ledger, Maker, Poster, Transfer
from openscf.ledger.model import ENDING
from openscf.ledger.store import LedgerStore, Posting
from tests.conftest import new_tenant
from tests.contract.ledgers import DAY, START, InMemory, InPostgres, LedgerUnderTest
from tests.property.test_ledger_twins import Command, World, play

Seen = list[object]


class Busy(World):
    """More succeeds in it, so that more can go wrong: short holds, reversals, repetitions, all about few transfers."""

    MIX: tuple[float, ...] = (6, 5, 4, 2, 1, 4)  # in the order of Kind
    AGAIN = 0.15

    def _account(self, number: int) -> Account:
        return replace(super()._account(number), floor_minor=-30 if number > 2 else None, ceiling_minor=self._ceiling())

    def call(self, count: int) -> list[Batch]:
        """What is posted in one call."""
        return [self.batch() for _ in range(count)]

    def _ceiling(self) -> int | None:
        return self.chance.choice([None, 40])

    def batch(self) -> Batch:
        return tuple(self.transfer() for _ in range(self.chance.choice([1, 1, 1, 1, 2, 3])))

    def _plain(self, make: Maker, new: TransferId, kind: Kind) -> Transfer:
        made = super()._plain(make, new, kind)
        if self.chance.random() < 0.1:
            return made
        debit, credit = self.chance.sample([account for account in self.accounts if account.unit == "CNY"], 2)
        return replace(made, debit=debit.id, credit=credit.id, amount_minor=self.chance.choice([1, 5, 10, 20]))

    def transfer(self) -> Transfer:
        if self.past and self.chance.random() < self.AGAIN:
            again = self.chance.choice(self.past[-12:])
            return again if self.chance.random() < 0.7 else replace(again, **self._alteration())
        made = self._fresh()
        self.past.append(made)
        return made

    def _fresh(self) -> Transfer:
        make = Maker(DAY + dt.timedelta(days=self.chance.randrange(6)), "test.move")
        new = self.ids.new(TransferId)
        kind = self.chance.choices(list(Kind), weights=self.MIX)[0]
        if kind in (Kind.TRANSFER, Kind.HOLD):
            made = self._plain(make, new, kind)
            lapse = START + dt.timedelta(minutes=self.chance.randrange(5, 40))
            return replace(made, expires_at=lapse) if made.expires_at is not None else made
        wanted = Kind.HOLD if kind in ENDING else Kind.TRANSFER
        known = [t.id for t in self.past if t.kind is wanted][-5:] or [self.ids.new(TransferId)]
        amount = self.chance.choice([None, 1, 5]) if kind is Kind.POST_HOLD else None
        return Transfer(new, None, None, amount, make.value_on, make.reason, kind, self.chance.choice(known))


class Wild(Busy):
    """Leaves fields out, refers where nothing is to be referred to, and asks for amounts that nobody has."""

    def _fresh(self) -> Transfer:
        made = super()._fresh()
        odd = self.past and self.chance.random() < 0.15
        return replace(made, **self.chance.choice(self._oddities())) if odd else made

    def _oddities(self) -> list[dict[str, Any]]:
        lapse = START + dt.timedelta(minutes=self.chance.randrange(60))
        amount = self.chance.choice([10**18 - 1, 10**18, 2**63, None, -5])
        ref = self.chance.choice(self.past).id
        return [{"ref": ref}, {"debit": None}, {"credit": None}, {"amount_minor": amount}, {"expires_at": lapse}]

    def _alteration(self) -> dict[str, Any]:
        left_out = [{"amount_minor": None}, {"debit": None}, {"credit": None}]
        other = [{"ref": self.chance.choice(self.past).id}, {"kind": self.chance.choice(list(Kind))}]
        return self.chance.choice([super()._alteration(), *left_out, *other])


class Plain(Busy):
    """Mostly plain transfers, each a batch of its own: what the quick path is for."""

    MIX = (12, 5, 0.2, 0.2, 0, 0.2)

    def batch(self) -> Batch:
        return (self.transfer(),)


class Chains(Busy):
    """Plain transfers in chains, and now and then a hold: what the shortcut of the judge is for."""

    MIX = (1, 0, 0, 0, 0, 0)  # the shortcut takes calls of plain transfers only, so holds come in calls of their own
    AGAIN = 0.03  # nor does it take known ids

    def batch(self) -> Batch:
        return tuple(self.transfer() for _ in range(self.chance.choice([1, 2, 3])))

    def call(self, count: int) -> list[Batch]:
        if self.chance.random() < 0.7:
            return super().call(count)
        return [(self._plain(Maker(DAY, "test.move"), self.ids.new(TransferId), Kind.HOLD),)]


def script_of(world: Busy, count: int) -> list[Command]:
    """Commands in which time passes, courts freeze and days close oftener than in `commands`."""
    made: list[Command] = []
    for _ in range(count):
        what = world.chance.choices(["post", "tick", "expire", "state", "close"], weights=[30, 9, 0.6, 4, 1])[0]
        if what == "post":
            argument: Any = world.call(world.chance.choice([1, 1, 2, 5, 30]))
        elif what == "state":
            argument = (world.some(), world.chance.choice([AccountState.OPEN] * 2 + [AccountState.FROZEN]))
        else:
            argument = world.chance.randrange(1, 10)
        made.append((what, argument))
    return made


class ByGathering(InPostgres):
    """Each batch is another caller's, as in group commit."""

    def post(self, batches: Sequence[Batch]) -> list[tuple[Answer, ...]]:
        ids = SystemIds()

        def act(ledger: Ledger) -> list[tuple[Answer, ...]]:
            work = ledger._work
            postings = [Posting(batch, work.context, ids.new(AuditId)) for batch in batches]
            return LedgerStore(work).post(postings, work.at)

        return self._run(act)


class ByPoster(InPostgres):
    """One batch after the other through a poster: each is a commit."""

    def post(self, batches: Sequence[Batch]) -> list[tuple[Answer, ...]]:
        poster = Poster(self.database, self.context.tenant)
        answers = [poster.post([batch], self.context)[0] for batch in batches]
        poster.close()
        return answers


def observed(ledger: LedgerUnderTest, world: World, script: list[Command]) -> Seen:
    """Everything that can be seen of a ledger which obeys the script; an error is seen like an answer."""
    try:
        return play(ledger, world, script, lambda: world.ids.new(TransferId))
    except Exception as error:
        return [f"{type(error).__name__}: {error}"]


def in_postgres(door: type[InPostgres], database: Database, world: World, script: list[Command]) -> Seen:
    """What a fresh book in PostgreSQL shows."""
    return observed(door(database, new_tenant(database, "twin")), world, script)


def first_difference(one: Seen, other: Seen) -> str | None:
    """Where two observations part."""
    for place, (left, right) in enumerate(zip(one, other, strict=False)):
        if left != right:
            return f"observation {place}: {left!r} and {right!r}"
    return None if len(one) == len(other) else f"{one[-1]!r} and {other[-1]!r}"


def differences(door: type[InPostgres], kind: type[Busy], database: Database, seeds: Sequence[int]) -> list[str]:
    """The first difference of the two ledgers in the first seed that shows one; empty when none does."""
    for seed in seeds:
        world = kind(seed)
        script = script_of(world, 15 if door is ByPoster else 50)
        found = first_difference(observed(InMemory(), world, script), in_postgres(door, database, world, script))
        if found:
            return [f"{kind.__name__}, seed {seed}: {found}"]
    return []
