"""Webhooks and their deliveries."""

import datetime as dt
import enum
from dataclasses import dataclass

from openscf.kernel.ids import EventId, PartyId, TypedId


class WebhookId(TypedId, prefix="whk"):
    """An address that wants to be told."""


class WebhookState(enum.Enum):
    """How an address stands."""

    ACTIVE = "active"
    DISABLED = "disabled"  # it failed for too long
    DELETED = "deleted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """An address that wants to be told.

    Attributes:
        party: Whose it is; it is told what that enterprise may know.
        topics: Beginnings of topics, as `financing.`; empty: everything.
        position: Of the last event of the feed that was looked at for it.
        failing_since: Since when nothing has reached it; None while all is well.
    """

    id: WebhookId
    party: PartyId
    url: str
    topics: tuple[str, ...]
    state: WebhookState
    position: int
    failing_since: dt.datetime | None
    made_at: dt.datetime

    def wants(self, topic: str) -> bool:
        """Whether it wants to hear of this topic."""
        return not self.topics or any(topic.startswith(each) for each in self.topics)


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """An event on its way to an address.

    Attributes:
        body: What is sent, byte for byte the same in each attempt.
        status: HTTP status of the last attempt; None: no answer, or no attempt.
        note: Why it failed, for people.
    """

    webhook: WebhookId
    event: EventId
    position: int
    body: str
    state: str
    attempts: int
    due_at: dt.datetime
    status: int | None
    note: str
    ended_at: dt.datetime | None
