"""The unit of work: one database transaction with its tenant, its actor, its audit entries and its messages.

Everything that changes state happens inside one: the effect, the audit entry that explains it and the message that
tells others are committed together or not at all.
"""

import contextlib
import datetime as dt
from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, LiteralString, TypeVar

import psycopg
from psycopg.abc import Params

from openscf.kernel.canonical import canonical_json
from openscf.kernel.ids import AuditId, EventId, PartyId, RequestId, TenantId
from openscf.kernel.ports import IdSource

T = TypeVar("T")

_AUDIT = """INSERT INTO platform.audit_inbox (tenant_id, id, at, actor, action, subject, request_id, payload)
            VALUES (%s, %s, %s, %s, %s, %s, %s, %s)"""
_OUTBOX = """INSERT INTO platform.outbox (tenant_id, id, at, topic, aggregate, payload)
             VALUES (%s, %s, %s, %s, %s, %s)"""


@dataclass(frozen=True, slots=True)
class Context:
    """On whose behalf a transaction runs.

    Attributes:
        tenant: The book it works in; row security shows no other.
        actor: Who acts: `per_…`, `key_…` or `system:<job>`.
        request: The request that caused it, if there was one.
        member: When set, the transaction sees only what this party may see (reads on a member's behalf).
    """

    tenant: TenantId
    actor: str
    request: RequestId | None = None
    member: PartyId | None = None


@dataclass(slots=True)
class UnitOfWork:
    """An open transaction; made by `Database.transaction`, which also ends it.

    Attributes:
        connection: The connection, inside the transaction.
        context: On whose behalf.
        at: The instant of this transaction, from the clock port; all its rows carry it.
        ids: Source of identifiers.
    """

    connection: psycopg.Connection[tuple[Any, ...]]
    context: Context
    at: dt.datetime
    ids: IdSource
    _audit: list[tuple[Any, ...]] = field(default_factory=list)
    _messages: list[tuple[Any, ...]] = field(default_factory=list)
    _facts: dict[Hashable, Any] = field(default_factory=dict)
    _last: list[Callable[["UnitOfWork"], None]] = field(default_factory=list)
    _sharing: bool = False

    def execute(self, query: LiteralString, params: Params | None = None) -> psycopg.Cursor[tuple[Any, ...]]:
        """Run one statement in the transaction."""
        return self.connection.execute(query, params)

    def once(self, fact: Hashable, read: Callable[[], T]) -> T:
        """A fact that need not be read twice in a transaction: one that never changes, or whose row it has locked.

        Args:
            fact: Its name; whoever writes what it depends on says `forget`.
            read: Reads it, the first time.
        """
        if fact not in self._facts:
            self._facts[fact] = read()
        found: T = self._facts[fact]
        return found

    def shared(self, fact: Hashable, read: Callable[[], T]) -> T:
        """A fact about people, enterprises or bounds that the things done in a `sharing` block judge by alike.

        Outside of such a block it is read each time. What is read must not be changed by the reader.
        """
        return self.once(fact, read) if self._sharing else read()

    @contextlib.contextmanager
    def sharing(self) -> Iterator[None]:
        """Many things are done one after the other, and who may what is looked up once: as it was when first asked.

        Nothing that the block itself does may change such a fact; going back to a savepoint reads it again.
        """
        before, self._sharing = self._sharing, True
        try:
            yield
        finally:
            self._sharing = before

    def known(self, fact: Hashable) -> Any:
        """A fact that was read or written in this transaction; None if it was not."""
        return self._facts.get(fact)

    def know(self, fact: Hashable, value: Any) -> None:
        """This transaction has written a fact that nobody else can change before it ends."""
        self._facts[fact] = value

    def forget(self, *facts: Hashable) -> None:
        """This transaction has changed what these facts depend on: they are read again when asked for."""
        for fact in facts:
            self._facts.pop(fact, None)

    def audit(self, action: str, subject: str, payload: Mapping[str, Any]) -> AuditId:
        """Say what changed and why; written just before the commit.

        Args:
            action: `capability.verb`, as `parties.approve_bank_account`.
            subject: The prefixed id of what changed.
            payload: JSON-ready facts: inputs, versions, reasons. Never a secret, never more personal data than needed.
        """
        entry = self.ids.new(AuditId)
        by = self.context
        text = canonical_json(payload).decode()
        self._audit.append((by.tenant, entry, self.at, by.actor, action, subject, by.request, text))
        return entry

    def emit(self, topic: str, aggregate: str, payload: Mapping[str, Any]) -> EventId:
        """Leave a message for the outside; delivered at least once, in order per `aggregate`, after the commit."""
        event = self.ids.new(EventId)
        self._messages.append((self.context.tenant, event, self.at, topic, aggregate, canonical_json(payload).decode()))
        return event

    def at_last(self, act: Callable[["UnitOfWork"], None]) -> None:
        """Have something done as the last thing before the commit, once, however often it is asked for.

        For what takes a lock under which nobody may wait for another. Going back to a savepoint drops what was asked
        for since; an act that was asked for before finds what is left to do in the tables.
        """
        if act not in self._last:
            self._last.append(act)

    def finish(self) -> None:
        """Do what was to be done last, and write the buffers: what `Database.transaction` calls before the commit."""
        while self._last:
            self._last.pop(0)(self)
        self.flush()

    def flush(self) -> None:
        """Write the buffered audit entries and messages: before the commit, or before the last lock is taken."""
        if not self._audit and not self._messages:
            return
        with self.connection.pipeline():
            if self._audit:
                self.connection.cursor().executemany(_AUDIT, self._audit)
            if self._messages:
                self.connection.cursor().executemany(_OUTBOX, self._messages)
        self._audit.clear()
        self._messages.clear()

    @contextlib.contextmanager
    def savepoint(self) -> Iterator[None]:
        """What is done inside happens, or none of it: an error undoes it and leaves the transaction usable."""
        self.flush()  # what is flushed inside is undone with it, and nothing from before may be
        mark = self.mark()
        try:
            with self.connection.transaction():
                yield
        except BaseException:
            self.forget_since(mark)
            raise

    @contextlib.contextmanager
    def attempt(self) -> Iterator[None]:
        """As `savepoint`, for what comes last: where it succeeds, locks aren't held for one more round trip."""
        self.flush()
        mark = self.mark()
        self.execute("SAVEPOINT attempt")
        try:
            yield
        except BaseException:
            if not self.connection.broken:
                self.execute("ROLLBACK TO SAVEPOINT attempt")
            self.forget_since(mark)
            raise

    def mark(self) -> tuple[int, int, int]:
        """Where the buffers stand, for `forget_since`."""
        return len(self._audit), len(self._messages), len(self._last)

    def forget_since(self, mark: tuple[int, int, int]) -> None:
        """Drop what was buffered since `mark`: its effects were rolled back to a savepoint, and locks with them."""
        self._facts.clear()
        del self._audit[mark[0] :]
        del self._messages[mark[1] :]
        del self._last[mark[2] :]
