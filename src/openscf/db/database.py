"""The opened database: pools per role, transactions, and the settings without which nothing starts."""

import contextlib
import copy
import threading
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

import psycopg
from psycopg_pool import ConnectionPool, PoolTimeout

from openscf.db.endpoints import APP, MEMBER, READ, SEAL, Endpoints
from openscf.db.failpoints import check_armed, declare_failpoint, failpoint
from openscf.db.unit_of_work import Context, UnitOfWork
from openscf.kernel.errors import OpenscfError
from openscf.kernel.ports import Clock, IdSource, SystemClock, SystemIds

T = TypeVar("T")
Connection = psycopg.Connection[tuple[Any, ...]]

DURABLE = {
    "fsync": "on",
    "full_page_writes": "on",
    "synchronous_commit": ("on", "remote_apply", "remote_write"),
    "data_checksums": "on",
}
RETRIED = (psycopg.errors.SerializationFailure, psycopg.errors.DeadlockDetected)
MAX_TRIES = 5
BEFORE_COMMIT = declare_failpoint("uow.before_commit", "everything is written and nothing is committed")
AFTER_COMMIT = declare_failpoint("uow.after_commit", "everything is committed and the caller does not know")


class UnsafeDatabaseError(OpenscfError):
    """The server would lose or spoil money: a durability setting is off."""


class CommitUnknownError(OpenscfError):
    """The connection died while the commit was under way: it may or may not have happened.

    Send the same command with the same idempotency key again: it answers what was decided, once.
    """


class Database:
    """Pools of connections, one per role, and the transactions on them.

    Args:
        endpoints: Where the database is.
        clock: The time that rows carry.
        ids: Source of identifiers.
        size: Most connections per role.
    """

    def __init__(
        self, endpoints: Endpoints, *, clock: Clock | None = None, ids: IdSource | None = None, size: int = 8
    ) -> None:
        check_armed()
        self.endpoints = endpoints
        self.clock = clock or SystemClock()
        self.ids = ids or SystemIds()
        self._size = size
        self._opening = threading.Lock()
        self._pools: dict[str, ConnectionPool[Connection]] = {}
        with self.connection(APP) as connection:
            assert_durable(connection)

    def pool(self, role: str) -> ConnectionPool[Connection]:
        """The pool of `role`, opened at first use."""
        with self._opening:
            if role not in self._pools:
                self._pools[role] = ConnectionPool(
                    self.endpoints.as_role(role),
                    min_size=0,
                    max_size=self._size,
                    open=True,
                    timeout=30,
                    name=role,
                    kwargs={"options": "-c timezone=UTC -c lock_timeout=20s", "application_name": f"openscf/{role}"},
                )
            return self._pools[role]

    @contextlib.contextmanager
    def connection(self, role: str) -> Iterator[Connection]:
        """A bare connection as `role`; committed at the end, rolled back on an error."""
        with self.pool(role).connection() as connection:
            connection.autocommit = False
            yield connection

    @contextlib.contextmanager
    def transaction(
        self, context: Context, *, isolation: str = "READ COMMITTED", role: str = APP
    ) -> Iterator[UnitOfWork]:
        """One unit of work; commits when the block ends, rolls back when it raises.

        Args:
            context: On whose behalf.
            isolation: SQL isolation level.
            role: `APP`, or `READ` for reports.

        Raises:
            CommitUnknownError: The connection was lost during the commit.
        """
        with self.pool(role).connection() as connection:
            connection.autocommit = True  # `begin` opens the transaction; the driver must not send a BEGIN of its own
            connection.execute(begin(context, isolation))
            work = UnitOfWork(connection, context, self.clock.now(), self.ids)
            yield work
            work.finish()
            failpoint(BEFORE_COMMIT)
            commit(connection)
            failpoint(AFTER_COMMIT)

    def run(self, context: Context, act: Callable[[UnitOfWork], T], *, isolation: str = "READ COMMITTED") -> T:
        """Run `act` in a transaction, again from the start when the server asks for it (deadlock, serialisation)."""
        for attempt in range(1, MAX_TRIES + 1):
            try:
                with self.transaction(context, isolation=isolation) as work:
                    return act(work)
            except RETRIED:
                if attempt == MAX_TRIES:
                    raise
        raise AssertionError("unreachable")

    def reading(self, context: Context) -> contextlib.AbstractContextManager[UnitOfWork]:
        """A read-only snapshot as the read role: every query in it sees the same instant."""
        return self.transaction(context, isolation="REPEATABLE READ", role=READ)

    def sealing(self) -> contextlib.AbstractContextManager[Connection]:
        """A connection of the sealer and the outbox relay."""
        return self.connection(SEAL)

    def on_clock(self, clock: Clock) -> "Database":
        """The same database and the same connections, but what is written through it carries another clock's time."""
        other = copy.copy(self)
        other.clock = clock
        return other

    def ping(self) -> None:
        """Ask the server for a sign of life, as the reading role.

        Raises:
            psycopg.Error: It gives none; see `is_unavailable`.
        """
        with self.connection(READ) as connection:
            connection.execute("SELECT 1")

    def check_connections(self) -> None:
        """Throw away the connections that broke, instead of finding out with the next requests."""
        for pool in list(self._pools.values()):
            pool.check()

    def close(self) -> None:
        """Close all connections."""
        for pool in self._pools.values():
            pool.close()
        self._pools.clear()


def is_unavailable(error: BaseException) -> bool:
    """Whether an error only says that the database can't be reached, or not in time: the same again may work."""
    return isinstance(error, PoolTimeout | psycopg.OperationalError)


def is_of_data(error: BaseException) -> bool:
    """Whether an error says that something which was to be written is wrong: the same again fails again."""
    return isinstance(error, psycopg.DataError | psycopg.IntegrityError)


def begin(context: Context, isolation: str = "READ COMMITTED") -> Any:
    """The statements that open a transaction in its tenant, in one round trip.

    `SET LOCAL` and not `set_config()`: it ends with the transaction, and a distributed server passes it on.
    """
    statements = [f"BEGIN ISOLATION LEVEL {isolation}", f"SET LOCAL app.tenant = '{_plain(context.tenant)}'"]
    if context.member is not None:
        statements += [f"SET LOCAL app.member = '{_plain(context.member)}'", f"SET LOCAL ROLE {MEMBER}"]
    return "; ".join(statements)


def commit(connection: Connection) -> None:
    """Commit, telling apart "refused" from "nobody knows".

    Raises:
        CommitUnknownError: The connection was lost before the answer came.
    """
    try:
        connection.commit()
    except psycopg.OperationalError as error:
        if connection.closed or connection.broken:
            raise CommitUnknownError("the connection was lost during the commit") from error
        raise


def assert_durable(connection: Connection) -> None:
    """Refuse a server that may lose committed money.

    Raises:
        UnsafeDatabaseError: Names the setting, its value and what it must be.
    """
    for setting, wanted in DURABLE.items():
        row = connection.execute("SELECT current_setting(%s)", [setting]).fetchone()
        value = row[0] if row else ""
        allowed = wanted if isinstance(wanted, tuple) else (wanted,)
        if value not in allowed:
            raise UnsafeDatabaseError(f"{setting} is {value}; it must be {' or '.join(allowed)}")


def _plain(value: Any) -> str:
    return f"{value.int:032x}"
