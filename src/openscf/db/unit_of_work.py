"""The unit of work: one database transaction with its tenant, its actor, its audit entries and its messages.

Everything that changes state happens inside one: the effect, the audit entry that explains it and the message that
tells others are committed together or not at all.
"""

import contextlib
import datetime as dt
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, LiteralString, TypeVar

import psycopg
from psycopg.abc import Params

from openscf.db.pending import Pending, Row, Statement, Table, together
from openscf.kernel.canonical import canonical_json
from openscf.kernel.ids import AuditId, EventId, PartyId, RequestId, TenantId
from openscf.kernel.ports import IdSource

T = TypeVar("T")

_AUDIT = Table("platform.audit_inbox")
_OUTBOX = Table("platform.outbox")
_UNKNOWN = object()


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


class OvertakenError(psycopg.errors.SerializationFailure):
    """Another transaction wrote first what this one had found missing: begin again, and see it.

    A serialisation failure, since it means the same: `Database.run` and `run_command` run the transaction again.
    """


@dataclass(slots=True)
class _Point:
    """A savepoint: where everything stood, and the server's name for it once a statement was sent inside."""

    mark: tuple[int, int, int]
    changes: int
    name: str = ""


@dataclass(slots=True)
class UnitOfWork:
    """An open transaction; made by `Database.transaction`, which also ends it.

    Attributes:
        context: On whose behalf.
        at: The instant of this transaction, from the clock port; all its rows carry it.
        ids: Source of identifiers.
    """

    _connection: psycopg.Connection[tuple[Any, ...]]
    context: Context
    at: dt.datetime
    ids: IdSource
    _rows: Pending = field(default_factory=Pending)
    _notes: Pending = field(default_factory=Pending)
    _facts: dict[Hashable, Any] = field(default_factory=dict)
    _last: list[Callable[["UnitOfWork"], None]] = field(default_factory=list)
    _changes: list[tuple[Hashable, Any]] = field(default_factory=list)
    _points: list[_Point] = field(default_factory=list)
    _numbered: int = 0
    _sharing: list[Hashable] | None = None

    @property
    def connection(self) -> psycopg.Connection[tuple[Any, ...]]:
        """The connection, inside the transaction; the server knows every savepoint and every row written so far."""
        if self._points and not self._points[-1].name:
            self._name_points()
        if self._rows:
            self._send(self._rows.take())
        return self._connection

    def execute(self, query: LiteralString, params: Params | None = None) -> psycopg.Cursor[tuple[Any, ...]]:
        """Run one statement in the transaction; it sees everything that was written before it."""
        return self.connection.execute(query, params)

    def look(self, query: LiteralString, params: Params | None = None) -> psycopg.Cursor[tuple[Any, ...]]:
        """As `execute`, for what reads the tables that it names and no view: rows for others are kept on."""
        if self._rows.are_for(query):
            return self.execute(query, params)
        if self._points and not self._points[-1].name:
            self._name_points()
        return self._connection.execute(query, params)

    def write(self, table: Table, row: Row) -> None:
        """Insert a row, at the latest before the next statement; the caller knows that nothing stands in its way.

        Args:
            table: Its table; all rows that are written to it in a transaction name the same columns.
            row: By column.
        """
        self._rows.add(table, {"tenant_id": self.context.tenant, **row})

    def rewrite(self, table: Table, row: Row) -> None:
        """Change a row that this transaction has written or locked, as late; its `id` is among the values."""
        self._rows.change(table, {"tenant_id": self.context.tenant, **row})

    def once(self, fact: Hashable, read: Callable[[], T]) -> T:
        """A fact that need not be read twice in a transaction: one that never changes, or whose row it has locked.

        Args:
            fact: Its name; whoever writes what it depends on says `forget`.
            read: Reads it, the first time.
        """
        if fact not in self._facts:
            self.know(fact, read())
        found: T = self._facts[fact]
        return found

    def gathered(self, fact: Hashable, read: Callable[[], T]) -> T:
        """A fact that was read for many things at once, under the locks that keep it true; else it is read now.

        Args:
            fact: Its name; who gathered it said `know`, and whoever changes what it depends on says `forget`.
            read: Reads it where nobody gathered it; such a fact is not kept.
        """
        found: Any = self._facts.get(fact, _UNKNOWN)
        if found is _UNKNOWN:
            return read()
        known: T = found
        return known

    def shared(self, fact: Hashable, read: Callable[[], T]) -> T:
        """A fact about people, enterprises or bounds that the things done in a `sharing` block judge by alike.

        Outside of such a block it is read each time. What is read must not be changed by the reader.
        """
        if self._sharing is None:
            return read()
        if fact not in self._facts:
            self._sharing.append(fact)
        return self.once(fact, read)

    @property
    def shares(self) -> bool:
        """Whether it is in a `sharing` block."""
        return self._sharing is not None

    def share(self, fact: Hashable, value: Any) -> None:
        """A fact that was read with others, for `shared` to find in this block."""
        assert self._sharing is not None, "there is a block that shares"
        self._sharing.append(fact)
        self.know(fact, value)

    @contextlib.contextmanager
    def sharing(self) -> Iterator[None]:
        """Things are done one after the other, and who may what is looked up once: as it was when first asked.

        Nothing that the block itself does may change such a fact; after the outermost block it is known no longer.
        """
        if self._sharing is not None:
            yield
            return
        self._sharing = []
        try:
            yield
        finally:
            self.forget(*self._sharing)
            self._sharing = None

    def knows(self, fact: Hashable) -> bool:
        """Whether a fact was read or written in this transaction, be it None."""
        return fact in self._facts

    def known(self, fact: Hashable) -> Any:
        """A fact that was read or written in this transaction; None if it was not."""
        return self._facts.get(fact)

    def know(self, fact: Hashable, value: Any) -> None:
        """This transaction has read or written a fact that nobody else can change before it ends."""
        if self._points:
            self._changes.append((fact, self._facts.get(fact, _UNKNOWN)))
        self._facts[fact] = value

    def forget(self, *facts: Hashable) -> None:
        """This transaction has changed what these facts depend on: they are read again when asked for."""
        for fact in facts:
            known = self._facts.pop(fact, _UNKNOWN)
            if self._points and known is not _UNKNOWN:
                self._changes.append((fact, known))

    def audit(self, action: str, subject: str, payload: Mapping[str, Any]) -> AuditId:
        """Say what changed and why; written just before the commit.

        Args:
            action: `capability.verb`, as `parties.approve_bank_account`.
            subject: The prefixed id of what changed.
            payload: JSON-ready facts: inputs, versions, reasons. Never a secret, never more personal data than needed.
        """
        entry, by = self.ids.new(AuditId), self.context
        row = {
            "tenant_id": by.tenant, "id": entry, "at": self.at, "actor": by.actor, "action": action,
            "subject": subject, "request_id": by.request, "payload": canonical_json(payload).decode(),
        }  # fmt: skip
        self._notes.add(_AUDIT, row)
        return entry

    def emit(self, topic: str, aggregate: str, payload: Mapping[str, Any]) -> EventId:
        """Leave a message for the outside; delivered at least once, in order per `aggregate`, after the commit."""
        event = self.ids.new(EventId)
        row = {
            "tenant_id": self.context.tenant, "id": event, "at": self.at, "topic": topic, "aggregate": aggregate,
            "payload": canonical_json(payload).decode(),
        }  # fmt: skip
        self._notes.add(_OUTBOX, row)
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
        """Send all rows, audit entries and messages: before the commit, or before the last lock is taken."""
        if self._points:
            self._name_points()
        self._send([*self._rows.take(), *self._notes.take()])

    @contextlib.contextmanager
    def savepoint(self) -> Iterator[None]:
        """What is done inside happens, or none of it: an error undoes it and leaves the transaction usable.

        The server hears of it with the first statement inside; where there is none, nothing is sent.
        """
        with self._undoing() as point:
            yield
        if point.name:
            self._connection.execute(f"RELEASE SAVEPOINT {point.name}".encode())

    @contextlib.contextmanager
    def attempt(self) -> Iterator[None]:
        """As `savepoint`, for what comes last: where it succeeds, locks aren't held for one more round trip."""
        with self._undoing():
            yield

    @contextlib.contextmanager
    def _undoing(self) -> Iterator[_Point]:
        point = _Point(self.mark(), len(self._changes))
        self._points.append(point)
        try:
            yield point
        except BaseException:
            if point.name and not self._connection.broken:
                self._connection.execute(f"ROLLBACK TO SAVEPOINT {point.name}".encode())
            self._drop(point)
            raise
        finally:
            self._points.pop()
            if not self._points:
                self._changes.clear()

    def _drop(self, point: _Point) -> None:
        """What was known before a savepoint was read under locks from before it, and is true still."""
        self._rows.back_to(point.mark[0])
        self._notes.back_to(point.mark[1])
        del self._last[point.mark[2] :]
        while len(self._changes) > point.changes:
            fact, known = self._changes.pop()
            if known is _UNKNOWN:
                self._facts.pop(fact, None)
            else:
                self._facts[fact] = known

    def _name_points(self) -> None:
        """Let the server know the savepoints that are open, with what was written before each of them."""
        for point in self._points:
            if not point.name:
                self._send([*self._rows.take(point.mark[0]), *self._notes.take(point.mark[1])])
                self._numbered += 1
                point.name = f"undo_{self._numbered}"
                self._connection.execute(f"SAVEPOINT {point.name}".encode())

    def _send(self, statements: Sequence[Statement]) -> None:
        if not statements:
            return
        try:
            self._connection.execute(*together(statements))
        except psycopg.errors.UniqueViolation as error:
            raise OvertakenError(str(error)) from error

    def mark(self) -> tuple[int, int, int]:
        """Where the rows and what is to be done last stand, for `forget_since`."""
        return self._rows.mark(), self._notes.mark(), len(self._last)

    def forget_since(self, mark: tuple[int, int, int]) -> None:
        """Drop what was written since `mark`: the caller goes back to a savepoint of its own, and locks with it."""
        self._facts.clear()
        self._changes.clear()
        self._rows.back_to(mark[0])
        self._notes.back_to(mark[1])
        del self._last[mark[2] :]
