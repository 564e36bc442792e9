"""A small book of accounts for the suites of the ledger."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from openscf.db import Context, Database
from openscf.kernel.ids import AccountId, PartyId, TransferId
from openscf.ledger import Account, Ledger, Maker, Unit
from tests.conftest import new_tenant

DAY = dt.date(2026, 3, 10)
MAKE = Maker(DAY, "test.move")


@dataclass(frozen=True)
class Book:
    """A tenant's book.

    Attributes:
        context: On whose behalf the suite acts.
        world: Where the money of the accounts came from; it has no floor.
        accounts: Accounts that may not fall below zero.
    """

    context: Context
    world: AccountId
    accounts: tuple[AccountId, ...]


def open_book(database: Database, balances: Sequence[int], *, ceiling: int | None = None) -> Book:
    """A tenant of its own, with an account for each of `balances`."""
    context = Context(new_tenant(database, "book"), "system:bank")
    ids = database.ids
    world = Account(ids.new(AccountId), ids.new(PartyId), "CNY", "world")
    # Opened in the order of their ids, and used in any order: the global order of locks must be the ledger's own work.
    accounts = [
        Account(ids.new(AccountId), ids.new(PartyId), "CNY", "cash", floor_minor=0, ceiling_minor=ceiling)
        for _ in balances
    ]
    funding = tuple(
        MAKE.transfer(ids.new(TransferId), debit=world.id, credit=account.id, amount_minor=balance)
        for account, balance in zip(accounts, balances, strict=True)
        if balance
    )
    with database.transaction(context) as work:
        ledger = Ledger(work)
        ledger.define_unit(Unit("CNY"))
        ledger.open_accounts([world, *accounts])
        ledger.post(*funding)
    return Book(context, world.id, tuple(account.id for account in accounts))
