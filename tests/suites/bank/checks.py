"""The checks that planted defects must turn red: each returns what is wrong, and nothing for the sound ledger."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import psycopg

from openscf.db import Database, Endpoints
from openscf.kernel.ids import TransferId
from openscf.kernel.ports import ManualClock
from openscf.ledger import Ledger
from tests.contract.ledgers import InPostgres
from tests.suites.bank import auditor
from tests.suites.bank.twins import Busy, ByGathering, ByPoster, Chains, Plain, differences
from tests.suites.bank.workload import Plan, Shop
from tests.suites.books import MAKE, open_book
from tests.suites.interleavings.ledger_cases import CASES, START, Stage

SEEDS = range(7)
BALANCES = (20, 20, 20, 10, 10, 10, 10, 0)


@dataclass(frozen=True)
class Ground:
    """Where a check runs.

    Attributes:
        endpoints: A database of the suite's own, whose constraints are gone: the functions alone are judged.
        observer: An administrator's connection to it.
    """

    endpoints: Endpoints
    observer: psycopg.Connection[Any]


def bank(ground: Ground) -> list[str]:
    """A short bank day of one process; the audit of it, and the deadlocks in it."""
    return _day(ground, Plan(seed=5, tellers=6, rounds=30, crowd=60))


def rush(ground: Ground) -> list[str]:
    """Nothing but plain transfers, to and fro between few accounts."""
    return _day(ground, Plan(seed=6, tellers=8, rounds=40, crowd=10, kinds=("move",)))


def _day(ground: Ground, plan: Plan) -> list[str]:
    before = _deadlocks(ground)
    database = Database(ground.endpoints, size=12)
    book = open_book(database, BALANCES)
    told = Shop(database, book, plan).run()
    found = auditor.breaches(database, book.context, told)
    database.close()  # sessions report their deadlocks when they end
    return found + ["deadlocks"] * (_deadlocks(ground) - before)


def _deadlocks(ground: Ground) -> int:
    query = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
    return int(ground.observer.execute(query).fetchone()[0])


def twins(door: type[InPostgres], kind: type[Busy]) -> Callable[[Ground], list[str]]:
    """Both ledgers on the same random commands."""

    def check(ground: Ground) -> list[str]:
        database = Database(ground.endpoints)
        try:
            return differences(door, kind, database, SEEDS)
        finally:
            database.close()

    return check


def case(name: str) -> Callable[[Ground], list[str]]:
    """Postings that meet, in every schedule."""

    def check(ground: Ground) -> list[str]:
        database = Database(ground.endpoints, size=12)
        try:
            found = Stage(database, ground.observer).explore(CASES[name], to_the_end=False)
            return [f"{schedule}: {outcome}" for schedule, outcome in found.anomalies.items()]
        finally:
            database.close()

    return check


def late_clock(together: int) -> Callable[[Ground], list[str]]:
    """A machine whose clock is an hour late posts after another, so many transfers in a batch."""

    def check(ground: Ground) -> list[str]:
        clock = ManualClock(START)
        database = Database(ground.endpoints, clock=clock)
        book = open_book(database, BALANCES)
        sides = {"debit": book.accounts[0], "credit": book.accounts[1]}
        for at in (START + dt.timedelta(hours=2), START + dt.timedelta(hours=1)):
            with database.transaction(book.context) as work:
                work.at = at
                batch = [MAKE.transfer(database.ids.new(TransferId), **sides, amount_minor=1) for _ in range(together)]
                Ledger(work).post(*batch)
        found = auditor.breaches(database, book.context)
        database.close()
        return found

    return check


def old_snapshot(ground: Ground) -> list[str]:
    """A unit of work whose snapshot is older than its locks posts into a day that was closed since."""
    database = Database(ground.endpoints, clock=ManualClock(START))
    book = open_book(database, BALANCES)
    move = MAKE.transfer(database.ids.new(TransferId), debit=book.accounts[0], credit=book.accounts[1], amount_minor=1)
    try:
        with database.transaction(book.context, isolation="REPEATABLE READ") as old:
            old.execute("SELECT FROM ledger.book")
            with database.transaction(book.context) as work:
                Ledger(work).close_through(move.value_on)
            Ledger(old).post(move)
    except psycopg.errors.InvalidTransactionState:
        return []
    finally:
        database.close()
    return ["a posting fell into a closed day"]


CHECKS: dict[str, Callable[[Ground], list[str]]] = {
    "bank": bank,
    "rush": rush,
    "worlds": twins(InPostgres, Busy),
    "chains": twins(InPostgres, Chains),
    "gathered: plain worlds": twins(ByGathering, Plain),
    "poster: plain worlds": twins(ByPoster, Plain),
    "late clock: alone": late_clock(1),
    "late clock: in a batch": late_clock(2),
    "old snapshot": old_snapshot,
    **{f"case: {name}": case(name) for name in CASES},
}
