"""The two ledgers behind one face, so that the same tests judge both."""

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from typing import Protocol, TypeVar

from openscf.db import Context, Database
from openscf.kernel.ids import AccountId, TenantId, TransferId
from openscf.kernel.ports import ManualClock
from openscf.ledger import Account, AccountState, Answer, Batch, Entry, Ledger, Maker, MemoryLedger, Statement, Unit

T = TypeVar("T")
DAY = dt.date(2026, 3, 10)
START = dt.datetime(2026, 3, 10, 8, tzinfo=dt.UTC)


class LedgerUnderTest(Protocol):
    clock: ManualClock

    def define_unit(self, unit: Unit) -> None: ...
    def open_accounts(self, accounts: Iterable[Account]) -> None: ...
    def post(self, batches: Sequence[Batch]) -> list[tuple[Answer, ...]]: ...
    def expire(self, new: Callable[[], TransferId]) -> int: ...
    def set_state(self, account: AccountId, state: AccountState) -> None: ...
    def close_through(self, day: dt.date) -> None: ...
    def account(self, account: AccountId) -> Account: ...
    def entries(self, account: AccountId) -> tuple[Entry, ...]: ...
    def balance_at(self, account: AccountId, at: dt.datetime) -> int: ...
    def statement(self, account: AccountId, since: dt.datetime, until: dt.datetime) -> Statement: ...
    def trial_balance(self) -> dict[str, int]: ...


class InMemory:
    """The twin."""

    def __init__(self) -> None:
        self.clock = ManualClock(START)
        self.ledger = MemoryLedger()

    def define_unit(self, unit: Unit) -> None:
        self.ledger.define_unit(unit)

    def open_accounts(self, accounts: Iterable[Account]) -> None:
        self.ledger.open_accounts(accounts, self.clock.now())

    def post(self, batches: Sequence[Batch]) -> list[tuple[Answer, ...]]:
        return self.ledger.post(batches, self.clock.now())

    def expire(self, new: Callable[[], TransferId]) -> int:
        return self.ledger.expire_holds(
            self.clock.now(), lambda hold: Maker(DAY, "ledger.expire").expire_hold(new(), hold)
        )

    def set_state(self, account: AccountId, state: AccountState) -> None:
        self.ledger.set_state(account, state)

    def close_through(self, day: dt.date) -> None:
        self.ledger.close_through(day)

    def account(self, account: AccountId) -> Account:
        return self.ledger.account(account)

    def entries(self, account: AccountId) -> tuple[Entry, ...]:
        return self.ledger.entries(account)

    def balance_at(self, account: AccountId, at: dt.datetime) -> int:
        return self.ledger.balance_at(account, at)

    def statement(self, account: AccountId, since: dt.datetime, until: dt.datetime) -> Statement:
        return self.ledger.statement(account, since, until)

    def trial_balance(self) -> dict[str, int]:
        return self.ledger.trial_balance()


class InPostgres:
    """The real one; each call is a transaction of its own."""

    def __init__(self, database: Database, tenant: TenantId) -> None:
        self.clock = ManualClock(START)
        database.clock = self.clock
        self.database = database
        self.context = Context(tenant, "system:test")

    def _run(self, act: Callable[[Ledger], T]) -> T:
        with self.database.transaction(self.context) as work:
            return act(Ledger(work))

    def define_unit(self, unit: Unit) -> None:
        self._run(lambda ledger: ledger.define_unit(unit))

    def open_accounts(self, accounts: Iterable[Account]) -> None:
        self._run(lambda ledger: ledger.open_accounts(accounts))

    def post(self, batches: Sequence[Batch]) -> list[tuple[Answer, ...]]:
        return self._run(lambda ledger: ledger.try_post(batches))

    def expire(self, new: Callable[[], TransferId]) -> int:
        return self._run(lambda ledger: ledger.expire_holds(DAY))

    def set_state(self, account: AccountId, state: AccountState) -> None:
        self._run(lambda ledger: ledger.set_state(account, state, reason="test"))

    def close_through(self, day: dt.date) -> None:
        self._run(lambda ledger: ledger.close_through(day))

    def account(self, account: AccountId) -> Account:
        return self._run(lambda ledger: ledger.account(account))

    def entries(self, account: AccountId) -> tuple[Entry, ...]:
        always = dt.datetime(9999, 1, 1, tzinfo=dt.UTC)
        return self._run(lambda ledger: ledger.statement(account, dt.datetime(1, 1, 2, tzinfo=dt.UTC), always)).entries

    def balance_at(self, account: AccountId, at: dt.datetime) -> int:
        return self._run(lambda ledger: ledger.balance_at(account, at))

    def statement(self, account: AccountId, since: dt.datetime, until: dt.datetime) -> Statement:
        return self._run(lambda ledger: ledger.statement(account, since, until))

    def trial_balance(self) -> dict[str, int]:
        return self._run(lambda ledger: ledger.trial_balance())
