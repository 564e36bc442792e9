"""Telling members what happens: the feed that each may read, and messages put on their way to webhooks."""

from openscf import events
from openscf.db import Context, Database, UnitOfWork
from openscf.db.outbox import Message, events_after
from openscf.kernel.ids import PartyId
from openscf.operations.audience import audience_of

ACTOR = "system:webhooks"
LOOKED_AT = 2_000
"""Most messages that one call looks at: a reader of whom few of them are still gets an answer at once."""


def feed(
    work: UnitOfWork, party: PartyId | None, *, after: int, most: int, topic: str = ""
) -> tuple[list[Message], int]:
    """What happened behind a position to what an enterprise takes part in, in the order of the feed.

    Args:
        work: A transaction that sees the whole book.
        party: The enterprise; None for the house, which sees all.
        after: Position that was seen last; 0 from the start.
        most: Most messages.
        topic: Beginning of the topics that are wanted.

    Returns:
        The messages, and the position to go on from, also where nothing was found.
    """
    found: list[Message] = []
    seen = after
    while len(found) < most and seen - after < LOOKED_AT:
        page = events_after(work, seen, most=200)
        for message in page:
            seen = message.position
            if message.topic.startswith(topic) and (party is None or party in audience_of(work, message)):
                found.append(message)
            if len(found) == most:
                break
        if len(page) < 200:
            break
    return found, seen


def tell_webhooks(database: Database, message: Message) -> int:
    """Put a message on its way to the webhooks of those who may know of it; repeating it adds nothing."""
    context = Context(message.tenant, ACTOR)
    return database.run(context, lambda work: events.enqueue(work, message, audience_of(work, message)))
