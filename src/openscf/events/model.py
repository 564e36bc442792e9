"""The words of webhooks."""

import datetime as dt
import enum
from dataclasses import dataclass

from openscf.kernel.ids import EventId, PartyId, TypedId


class WebhookId(TypedId, prefix="whk"):
    """An address that is told of events."""


class DeliveryId(TypedId, prefix="dlv"):
    """A message on its way to a webhook."""


class WebhookState(enum.Enum):
    """`DISABLED` after days of failures; nothing is sent to it until somebody enables it again by replaying."""

    ACTIVE = "active"
    DISABLED = "disabled"
    DELETED = "deleted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """An address that is told of events.

    Attributes:
        party: Whose it is: only what this enterprise takes part in is told.
        url: `https://…`, a public address.
        topics: Beginnings of topics, as `financing.`; empty: all.
        secret, old_secret: Sealed; the old one signs besides until `old_until`.
        failing_since: Of the first failure after the last success.
    """

    id: WebhookId
    party: PartyId
    url: str
    topics: tuple[str, ...]
    secret: bytes
    old_secret: bytes | None
    old_until: dt.datetime | None
    state: WebhookState
    failing_since: dt.datetime | None
    made_by: str
    made_at: dt.datetime
    moved_at: dt.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """A message for a webhook.

    Attributes:
        event: Of the outbox; receivers recognise a repetition by it.
        body: Canonical JSON, exactly as it is signed and sent.
        state: `waiting`, `delivered` or `failed`.
        due_at: When to try next.
        status: HTTP status of the last answer.
    """

    id: DeliveryId
    webhook: WebhookId
    event: EventId
    topic: str
    body: str
    state: str
    attempts: int
    due_at: dt.datetime | None
    status: int | None
    note: str
    made_at: dt.datetime
    answered_at: dt.datetime | None


@dataclass(frozen=True, slots=True)
class Sent:
    """What came of sending.

    Attributes:
        status: HTTP status; None where there was no answer.
        note: Why not, for people.
    """

    status: int | None
    note: str = ""

    @property
    def arrived(self) -> bool:
        """The receiver took it."""
        return self.status is not None and 200 <= self.status < 300
