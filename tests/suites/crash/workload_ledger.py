"""The workload of the ledger: a poster and units of work in turn, with holds, chains, reversals, refusals and sweeps.

Its clients keep the ids of their transfers, as every client must: run again, they post the same ids.
"""

import datetime as dt
import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from openscf.db import Command, Context, Endpoints, UnitOfWork, answer_command
from openscf.kernel.canonical import canonical_json
from openscf.kernel.ids import AccountId, TenantId, TransferId
from openscf.kernel.ports import IdSource, ManualClock, SeededIds
from openscf.ledger import Answer, Batch, Ledger, Maker, Poster
from tests.suites.bank import auditor
from tests.suites.books import DAY, open_book
from tests.suites.crash.harness import Run, Workload, opened

STEPS, ACCOUNTS, BALANCE = 15, 4, 10
START = dt.datetime(2026, 3, 10, 8, tzinfo=dt.UTC)
MINUTE = dt.timedelta(minutes=1)
SWEEP = "ledger.expire"
MAKE = Maker(DAY, "crash.move")


@dataclass
class Script:
    """Draws the batches of a run: the same ones, under the same ids, for the same seed."""

    accounts: list[AccountId]
    chance: random.Random
    ids: IdSource
    holds: list[TransferId] = field(default_factory=list)
    moves: list[TransferId] = field(default_factory=list)

    def batch(self) -> Batch:
        """One of all kinds, often refused."""
        chosen = self.chance.choice(["move", "move", "chain", "hold", "hold", "post", "void", "reverse"])
        new = self.ids.new(TransferId)
        if chosen in ("post", "void") and self.holds:
            end = MAKE.post_hold if chosen == "post" else MAKE.void_hold
            return (end(new, self.chance.choice(self.holds)),)
        if chosen == "reverse" and self.moves:
            return (MAKE.reverse(new, self.chance.choice(self.moves)),)
        if chosen == "hold":
            self.holds.append(new)
            lapse = self.chance.choice([None, START + self.chance.randint(2, STEPS) * MINUTE])
            return (MAKE.hold(new, **self._sides(), expires_at=lapse),)
        self.moves.append(new)
        move = MAKE.transfer(new, **self._sides())
        return (move, MAKE.transfer(self.ids.new(TransferId), **self._sides())) if chosen == "chain" else (move,)

    def _sides(self) -> dict[str, Any]:
        debit, credit = self.chance.sample(self.accounts, 2)
        return {"debit": debit, "credit": credit, "amount_minor": self.chance.randint(1, 8)}


def prepare(endpoints: Endpoints) -> list[Any]:
    """A book with a few accounts."""
    with opened(endpoints) as database:
        database.clock = ManualClock(START)
        book = open_book(database, [BALANCE] * ACCOUNTS)
    return [str(book.context.tenant), [str(account) for account in book.accounts]]


def context_of(run: Run) -> Context:
    """On whose behalf the run acts."""
    return Context(TenantId.parse(run.setting[0]), "system:bank")


def running(run: Run, ids: Callable[[Run, ManualClock], IdSource]) -> None:
    """Posts by the poster, by commands, and sweeps, each step a minute later."""
    clock = ManualClock(START)
    run.database.clock = clock
    accounts = [AccountId.parse(account) for account in run.setting[1]]
    script = Script(accounts, random.Random(run.seed), ids(run, clock))
    poster = Poster(run.database, context_of(run).tenant)
    for step in range(STEPS):
        clock.advance(MINUTE)
        batches = [script.batch() for _ in range(script.chance.choice([1, 1, 3]))]
        if step % 3 == 2:
            by_command(run, f"c{step:02}", batches[0])
        else:
            answers = poster.post(batches, context_of(run))
            run.acknowledge(f"p{step:02}", canonical_json([in_the_books(told) for told in answers]))
        if step % 5 == 4:
            with run.database.transaction(context_of(run)) as work:
                Ledger(work).expire_holds(DAY)
    poster.close()


def in_the_books(answers: tuple[Answer, ...]) -> bool:
    """What an answer means to a client who asks again: `ok` and `exists` are the same to him, and so are refusals."""
    return set(answers) <= {Answer.OK, Answer.EXISTS}


def by_command(run: Run, key: str, batch: Batch) -> None:
    """One batch in a unit of work, under an idempotency key."""

    def act(work: UnitOfWork) -> dict[str, Any]:
        Ledger(work).post(*batch)
        return {"posted": len(batch)}

    command = Command("crash.move", key, {"transfers": len(batch)})
    run.acknowledge(key, answer_command(run.database, context_of(run), command, act).response_bytes)


def state(run: Run) -> Any:
    """The books without what differs between two runs: the names of accounts, the ids of sweeps."""
    books = auditor.read(run.database, context_of(run))
    accounts = [AccountId.parse(text) for text in run.setting[1]]
    rows = [
        [accounts.index(row.debit), accounts.index(row.credit), row.kind, row.amount, row.debit_after, row.credit_after,
         row.debit_version, row.credit_version, str(row.at), str(row.id) if row.reason == MAKE.reason else row.reason]
        for row in books.rows.values() if row.reason in (MAKE.reason, SWEEP)
    ]  # fmt: skip
    return {
        "accounts": [books.accounts[account][:4] for account in accounts],
        "transfers": sorted(rows, key=repr),
        "holds": sorted(facts for _, facts in books.holds.items()),
        "failed": sorted((str(failed), code) for failed, code in books.failed.items()),
        "postings": len(books.audited),
    }  # fmt: skip


def remembered_ids(run: Run, clock: ManualClock) -> IdSource:
    """The ids of a client that keeps them."""
    return SeededIds(run.seed, clock)


def forgotten_ids(run: Run, clock: ManualClock) -> IdSource:
    """The planted defect: a client that makes new ids whenever it starts again."""
    return run.database.ids


WORKLOAD = Workload(
    place="tests.suites.crash.workload_ledger:WORKLOAD",
    covers=("poster.before_commit", "poster.after_commit", "uow.before_commit", "uow.after_commit"),
    prepare=prepare,
    run=lambda run: running(run, remembered_ids),
    state=state,
    breaches=lambda run: auditor.breaches(run.database, context_of(run)),
)
FORGETFUL = replace(
    WORKLOAD,
    place="tests.suites.crash.workload_ledger:FORGETFUL",
    run=lambda run: running(run, forgotten_ids),
)
