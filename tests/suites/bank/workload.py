"""The tellers of the bank test: threads that post through every door at once, and say what they were answered.

Doors: a unit of work that keeps its refusals; a unit of work that is rolled back by one; a `Poster` of one lane and one
of two, shared by all tellers of a process; and now and then a crowd of batches in one call. Kinds: transfers, holds,
postings in whole and in part, voids, expiries, reversals, chains, and again and again the same ids from several tellers
at once.

    python -m tests.suites.bank.workload <plan as JSON> <file for what was told>
"""

import datetime as dt
import json
import pickle
import random
import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import astuple, dataclass, field
from pathlib import Path
from typing import Any

from openscf.db import Context, Database, Endpoints
from openscf.kernel.errors import Refusal
from openscf.kernel.ids import AccountId, TenantId, TransferId
from openscf.kernel.ports import ManualClock, SeededIds
from openscf.ledger import Answer, Batch, Kind, Ledger, Maker, Poster, Transfer
from tests.suites.bank.auditor import Told
from tests.suites.books import DAY, Book

MOST_SHARED = 24
COMMON = 30  # transfers that every teller of every process posts
KINDS = {"move": 10, "hold": 4, "whole": 4, "part": 2, "void": 2, "reverse": 2, "again": 3, "chain": 2}


@dataclass(frozen=True)
class Plan:
    """What one process does.

    Attributes:
        seed: Draws everything.
        tellers: Threads.
        rounds: Postings of each.
        crowd: Batches of the big postings, one in twenty rounds.
        doors: Which doors are used.
        kinds: What is posted.
    """

    seed: int
    tellers: int = 4
    rounds: int = 60
    crowd: int = 200
    doors: tuple[str, ...] = ("unit", "strict", "one lane", "two lanes")
    kinds: tuple[str, ...] = tuple(KINDS)


@dataclass
class Shop:
    """What the tellers of one process share."""

    database: Database
    book: Book
    plan: Plan
    told: Told = field(default_factory=Told)
    lock: threading.Lock = field(default_factory=threading.Lock)
    holds: list[Transfer] = field(default_factory=list)
    moved: list[Transfer] = field(default_factory=list)
    closed: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        tenant = self.book.context.tenant
        self.posters = {"one lane": Poster(self.database, tenant), "two lanes": Poster(self.database, tenant, lanes=2)}

    def note(self, batches: Sequence[Batch], answers: Sequence[tuple[Answer, ...]]) -> None:
        """Write down what a caller was told, and keep what may be ended or reversed later."""
        accepted = [t for batch, told in zip(batches, answers, strict=True) for t, a in zip(batch, told, strict=True)
                    if a is Answer.OK]  # fmt: skip
        with self.lock:
            self.told.batches += zip(batches, answers, strict=True)
            self.holds += [t for t in accepted if t.kind is Kind.HOLD]
            self.moved += [t for t in accepted if t.kind in (Kind.TRANSFER, Kind.POST_HOLD)]
            del self.holds[:-MOST_SHARED], self.moved[:-MOST_SHARED]

    def run(self) -> Told:
        """Let all tellers work to the end, and a sweeper beside them."""
        tellers = [
            threading.Thread(target=self._guarded, args=[Teller(self, n).work]) for n in range(self.plan.tellers)
        ]
        sweeper = threading.Thread(target=self._guarded, args=[self._sweep])
        for thread in (*tellers, sweeper):
            thread.start()
        for thread in tellers:
            thread.join()
        self.closed.set()
        sweeper.join()
        for poster in self.posters.values():
            poster.close()
        return self.told

    def _guarded(self, act: Callable[[], None]) -> None:
        try:
            act()
        except Exception as error:  # whatever it is, the auditor hears of it
            self.told.errors.append(f"{type(error).__name__}: {error}")

    def _sweep(self) -> None:
        while not self.closed.wait(0.02):
            with self.database.transaction(self.book.context) as work:
                ended = Ledger(work).expire_holds(DAY)
            self.told.expired += ended


class Teller:
    """One thread and its customers."""

    def __init__(self, shop: Shop, number: int) -> None:
        self._shop = shop
        self._chance = random.Random(f"{shop.plan.seed}/{number}")
        self._make = Maker(DAY, f"bank.teller_{shop.plan.seed}_{number}")
        self._common = common(shop.book)

    def work(self) -> None:
        """All rounds."""
        plan, chance = self._shop.plan, self._chance
        for _ in range(plan.rounds):
            many = plan.crowd if chance.random() < 0.05 else chance.choice([1, 1, 1, 2, 4])
            self._post(chance.choice(plan.doors), [self._batch() for _ in range(many)])

    def _post(self, door: str, batches: list[Batch]) -> None:
        shop = self._shop
        if door in shop.posters:
            shop.note(batches, shop.posters[door].post(batches, shop.book.context))
        elif door == "unit":
            with shop.database.transaction(shop.book.context) as work:
                answers = Ledger(work).try_post(batches)
            shop.note(batches, answers)
        else:
            self._strictly(batches[0])

    def _strictly(self, batch: Batch) -> None:
        shop = self._shop
        try:
            with shop.database.transaction(shop.book.context) as work:
                answers = Ledger(work).post(*batch)
        except Refusal:
            with shop.lock:
                shop.told.undone.append(batch)
        else:
            shop.note([batch], [answers])

    def _batch(self) -> Batch:
        kinds = self._shop.plan.kinds
        kind = self._chance.choices(kinds, [KINDS[known] for known in kinds])[0]
        if kind == "chain":
            return tuple(self._move() for _ in range(self._chance.choice([2, 3])))
        return (getattr(self, f"_{kind}")(),)

    def _new(self) -> TransferId:
        return self._shop.database.ids.new(TransferId)

    def _sides(self) -> dict[str, Any]:
        debit, credit = self._chance.sample(self._shop.book.accounts, 2)
        return {"debit": debit, "credit": credit, "amount_minor": self._chance.randint(1, 5)}

    def _move(self) -> Transfer:
        return self._make.transfer(self._new(), **self._sides())

    def _hold(self) -> Transfer:
        soon = self._shop.database.clock.now() + dt.timedelta(milliseconds=self._chance.randint(5, 80))
        return self._make.hold(self._new(), **self._sides(), expires_at=self._chance.choice([None, soon]))

    def _some_hold(self) -> TransferId:
        with self._shop.lock:
            return self._chance.choice(self._shop.holds).id if self._shop.holds else self._new()

    def _whole(self) -> Transfer:
        return self._make.post_hold(self._new(), self._some_hold())

    def _part(self) -> Transfer:
        return self._make.post_hold(self._new(), self._some_hold(), amount_minor=1)

    def _void(self) -> Transfer:
        return self._make.void_hold(self._new(), self._some_hold())

    def _reverse(self) -> Transfer:
        with self._shop.lock:
            original = self._chance.choice(self._shop.moved).id if self._shop.moved else self._new()
        return self._make.reverse(self._new(), original)

    def _again(self) -> Transfer:
        return self._chance.choice(self._common)


def common(book: Book) -> list[Transfer]:
    """Transfers that all tellers of all processes know by the same ids; each may happen once."""
    chance = random.Random(book.world.int)
    ids = SeededIds(book.world.int, ManualClock(dt.datetime(2026, 3, 10, tzinfo=dt.UTC)))
    make = Maker(DAY, "bank.common")
    drawn = [chance.sample(book.accounts, 2) for _ in range(COMMON)]
    return [make.transfer(ids.new(TransferId), debit=d, credit=c, amount_minor=chance.randint(1, 5)) for d, c in drawn]


def packed(endpoints: Endpoints, book: Book, plan: Plan) -> str:
    """The argument for a process of its own."""
    accounts = [str(account) for account in book.accounts]
    return json.dumps([astuple(endpoints), str(book.context.tenant), str(book.world), accounts, astuple(plan)])


def main(told: str, answers: str) -> None:
    """Run a plan in this process and write down what its tellers were told."""
    endpoints, tenant, world, accounts, plan = json.loads(told)
    context = Context(TenantId.parse(tenant), "system:bank")
    book = Book(context, AccountId.parse(world), tuple(AccountId.parse(account) for account in accounts))
    database = Database(Endpoints(*endpoints), size=8)
    shop = Shop(database, book, Plan(*plan[:4], doors=tuple(plan[4]), kinds=tuple(plan[5])))
    Path(answers).write_bytes(pickle.dumps(shop.run()))
    database.close()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
