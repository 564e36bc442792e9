"""What the relay and its stores speak of: messages, answers, and the outbox as a port."""

import datetime as dt
import enum
import json
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any, Protocol

from openscf.db.unit_of_work import Context
from openscf.kernel.ids import EventId, TenantId


class Verdict(enum.Enum):
    """What a receiver may answer."""

    CONFIRMED = "confirmed"
    """It was done."""
    REFUSED = "refused"
    """It will not be done, and sending it again would change nothing."""
    PENDING = "pending"
    """It has arrived; the outcome comes later, by `conclude` or when the relay asks."""
    UNKNOWN = "unknown"
    """Nobody knows whether it has arrived: no answer in time, or an error."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A receiver's answer.

    Attributes:
        verdict: What it was.
        note: The receiver's reference or reason, for people; never a secret.
    """

    verdict: Verdict
    note: str = ""


@dataclass(frozen=True, slots=True)
class Message:
    """A message of the outbox; receivers recognise a repetition by `id`.

    Attributes:
        tenant: Whose it is.
        id: Its identity, for ever.
        position: Its place in the feed, from 1, growing, with gaps; the cursor of the feed.
        at: The instant of the transaction that wrote it.
        topic: What happened, as `financing.funded`.
        aggregate: Of what; order is kept within one.
        payload: Canonical JSON.
        state: `waiting`, `pending`, `confirmed`, `refused`, `parked` or `skipped`.
        attempts: How often it was sent or asked after.
        note: The last answer's note.
    """

    tenant: TenantId
    id: EventId
    position: int
    at: dt.datetime
    topic: str
    aggregate: str
    payload: str
    state: str = "waiting"
    attempts: int = 0
    note: str = ""

    def facts(self) -> Any:
        """The payload as plain JSON values."""
        return json.loads(self.payload)


@dataclass(frozen=True, slots=True)
class Settlement:
    """What an answer makes of a message.

    Attributes:
        state: Its next state.
        due_at: When to try or ask again; None if never.
        note: What to remember for people.
    """

    state: str
    due_at: dt.datetime | None
    note: str


@dataclass(slots=True)
class Claim:
    """Messages that one relay holds; what it settles is kept together when the claim ends without an error.

    Attributes:
        messages: At most one waiting message per aggregate, in the order of their positions.
        settlements: What became of each, by its id.
    """

    messages: list[Message]
    settlements: dict[EventId, Settlement] = field(default_factory=dict)


class Outbox(Protocol):
    """Where messages wait: PostgreSQL, or memory in the simulator; one set of tests judges both."""

    def number(self, most: int = 1000) -> int:
        """Give committed messages their positions in the feed; returns how many got one."""
        ...

    def claimed(self, state: str, now: dt.datetime, most: int) -> AbstractContextManager[Claim]:
        """Hold up to `most` messages in `state` that are due and that nobody else holds.

        Args:
            state: `waiting`: only the first open message of each aggregate; or `pending`.
            now: The present instant.
            most: The bound.
        """
        ...

    def events_after(self, tenant: TenantId, cursor: int, *, most: int = 100) -> list[Message]:
        """The feed of a tenant behind `cursor` (0 from the start), in the order of positions."""
        ...

    def stuck(self, tenant: TenantId) -> list[Message]:
        """The parked and the pending messages of a tenant, oldest first."""
        ...

    def release(self, context: Context, event: EventId, reason: str) -> None:
        """Let a parked message be sent again, from its first attempt."""
        ...

    def skip(self, context: Context, event: EventId, reason: str) -> None:
        """Give a parked message up, so that the later ones of its aggregate go on."""
        ...

    def conclude(self, context: Context, event: EventId, answer: Answer) -> None:
        """End a pending message by the news that came."""
        ...
