"""Webhooks and their deliveries; mailboxes and their letters."""

import datetime as dt
import enum
from dataclasses import dataclass

from openscf.kernel.errors import Language
from openscf.kernel.ids import EventId, PartyId, PersonId, TypedId


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


class MailboxId(TypedId, prefix="mbx"):
    """Where a person wants letters."""


class MailboxState(enum.Enum):
    """How a mailbox stands."""

    UNPROVEN = "unproven"  # nobody has shown yet that its owner reads it
    ACTIVE = "active"
    STOPPED = "stopped"  # the person wants no more
    REFUSED = "refused"  # its own server does not know it


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailbox:
    """Where a person wants letters about an enterprise's affairs.

    Attributes:
        party: The enterprise; the person is told what it may know, as long as it has a role there.
        address: Masked.
        language: In which the person reads.
        kinds: Of letters that the person chose.
        position: Of the last event of the feed that was looked at for it.
    """

    id: MailboxId
    person: PersonId
    party: PartyId
    address: str
    language: Language
    kinds: tuple[str, ...]
    state: MailboxState
    position: int
    made_at: dt.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A letter on its way.

    Attributes:
        event: The last one that it speaks of.
        about: Ids of the first few objects.
        count: Of how many events it speaks.
        state: `waiting`, `handed` (its text left, and nobody knows yet what became of it), `sent`, `given_up`.
        note: Why it failed, for people.
    """

    mailbox: MailboxId
    event: EventId
    kind: str
    about: tuple[str, ...]
    count: int
    state: str
    attempts: int
    due_at: dt.datetime
    note: str
    made_at: dt.datetime
    ended_at: dt.datetime | None
