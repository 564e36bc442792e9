"""The outbox in memory: the twin for the simulator, judged by the same tests as the one in PostgreSQL."""

import contextlib
import datetime as dt
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from openscf.db.outbox.model import Answer, Claim, Message
from openscf.db.outbox.rules import allowed, news
from openscf.db.unit_of_work import Context
from openscf.kernel.canonical import canonical_json
from openscf.kernel.ids import EventId, TenantId
from openscf.kernel.ports import Clock, IdSource


@dataclass(slots=True)
class MemoryTransaction:
    """Messages that appear in the outbox together when the transaction ends, or never."""

    context: Context
    at: dt.datetime
    ids: IdSource
    messages: list[Message] = field(default_factory=list)

    def emit(self, topic: str, aggregate: str, payload: Mapping[str, Any]) -> EventId:
        """See `UnitOfWork.emit`."""
        event = self.ids.new(EventId)
        text = canonical_json(payload).decode()
        self.messages.append(Message(self.context.tenant, event, 0, self.at, topic, aggregate, text))
        return event


class MemoryOutbox:
    """Messages of one process; see `Outbox`.

    Args:
        clock: The time that messages carry.
        ids: Source of identifiers.
    """

    def __init__(self, clock: Clock, ids: IdSource) -> None:
        self._clock = clock
        self._ids = ids
        self._lock = threading.RLock()
        self._fresh: list[Message] = []
        self._messages: dict[EventId, Message] = {}  # in the order of their positions
        self._due: dict[EventId, dt.datetime | None] = {}
        self._held: set[EventId] = set()

    @contextlib.contextmanager
    def transaction(self, context: Context) -> Iterator[MemoryTransaction]:
        """A transaction: its messages are there when the block ends, and never if it raises."""
        work = MemoryTransaction(context, self._clock.now(), self._ids)
        yield work
        with self._lock:
            self._fresh += work.messages

    def number(self, most: int = 1000) -> int:
        """See `Outbox.number`."""
        with self._lock:
            fresh, self._fresh = self._fresh[:most], self._fresh[most:]
            for message in fresh:
                self._messages[message.id] = replace(message, position=len(self._messages) + 1)
                self._due[message.id] = None
            return len(fresh)

    @contextlib.contextmanager
    def claimed(self, state: str, now: dt.datetime, most: int) -> Iterator[Claim]:
        """See `Outbox.claimed`."""
        with self._lock:
            claim = Claim([message for message in self._candidates(state) if self._is_due(message, now)][:most])
            held = {message.id for message in claim.messages}
            self._held |= held
        try:
            yield claim
            self._settle(claim)
        finally:
            with self._lock:
                self._held -= held

    def events_after(self, tenant: TenantId, cursor: int, *, most: int = 100) -> list[Message]:
        """See `Outbox.events_after`."""
        with self._lock:
            return [m for m in self._messages.values() if m.tenant == tenant and m.position > cursor][:most]

    def stuck(self, tenant: TenantId) -> list[Message]:
        """See `Outbox.stuck`."""
        with self._lock:
            return [m for m in self._messages.values() if m.tenant == tenant and m.state in ("parked", "pending")]

    def release(self, context: Context, event: EventId, reason: str) -> None:
        """See `Outbox.release`."""
        with self._lock:
            message = allowed(self._open(context, event), event, "parked")
            self._messages[event] = replace(message, state="waiting", attempts=0, note=reason)

    def skip(self, context: Context, event: EventId, reason: str) -> None:
        """See `Outbox.skip`."""
        with self._lock:
            message = allowed(self._open(context, event), event, "parked")
            self._messages[event] = replace(message, state="skipped", note=reason)

    def conclude(self, context: Context, event: EventId, answer: Answer) -> None:
        """See `Outbox.conclude`."""
        with self._lock:
            message = allowed(self._open(context, event), event, "pending")
            self._messages[event] = replace(message, state=news(answer), note=answer.note)

    def _candidates(self, state: str) -> list[Message]:
        if state == "pending":
            return [message for message in self._messages.values() if message.state == "pending"]
        first: dict[tuple[TenantId, str], Message] = {}
        for message in self._messages.values():
            if message.state in ("waiting", "parked"):
                first.setdefault((message.tenant, message.aggregate), message)
        return [message for message in first.values() if message.state == "waiting"]

    def _is_due(self, message: Message, now: dt.datetime) -> bool:
        due_at = self._due[message.id]
        return message.id not in self._held and (due_at is None or due_at <= now)

    def _settle(self, claim: Claim) -> None:
        with self._lock:
            for event, made in claim.settlements.items():
                known = self._messages[event]
                self._messages[event] = replace(known, state=made.state, attempts=known.attempts + 1, note=made.note)
                self._due[event] = made.due_at

    def _open(self, context: Context, event: EventId) -> Message | None:
        message = self._messages.get(event)
        mine = message is not None and message.tenant == context.tenant and message.state in ("parked", "pending")
        return message if mine else None
